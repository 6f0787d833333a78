"""One indicator by body over up to five years: as it was reported, and on the map of the newest year."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from directives.choices import Combine, Option
from directives.models import Body, Indicator

from .bodies import BodyLine
from .breaks import links_between
from .consolidation import Gathered
from .gathering import gather, targets_of
from .mapping import Map, Mapped
from .models import Period
from .numbers import format_number, rounded
from .summary import Amount, Mark, Row, marked, next_target, signed
from .years import COUNTED, CROSS, Column, Found, Line, Notes, Year, line_of, role_of

SHARED_PLACES = 1  # of a count that went through a typed share


@dataclass(frozen=True, slots=True)
class Entry:
    """What a body's line says of one year.

    ``basis`` where it is of several bodies; ``why``: the reason for no value. ``there`` False: that year's round did
    not ask the body. ``value``: the figure itself, where there is one; ``shared``: through a typed share.
    """

    text: str = ""
    basis: str = ""
    why: str = ""
    there: bool = True
    value: Decimal | None = None
    complete: bool = True
    shared: bool = False


ABSENT = Entry(there=False)


@dataclass(frozen=True, slots=True)
class BodyYears:
    """One body through the years, as its newest report named it. ``until``: the last year that asked it, if over."""

    code: str
    name: str
    role: str
    entries: tuple[Entry, ...]
    change: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """One indicator by body; ``line`` has the province's totals, ``mapped``: on the newest map, not as reported."""

    line: Line
    columns: tuple[Column, ...]
    bodies: tuple[BodyYears, ...]
    notes: tuple[str, ...]
    mapped: bool
    unavailable: int
    incomplete: bool
    compares: bool


def years_of_bodies(period: Period, indicator: Indicator, *, mapped: bool, option: str = Option.TOTAL.value) -> Table:
    """Every body's figures of one cell of ``indicator`` through the years, and the province's on top.

    A few queries for each year, whatever the number of bodies. As reported: old bodies under their old names. With
    ``mapped`` what they said stands where it belongs on the day on which ``period`` took its bodies.
    """
    found = Found(period, lambda each: _gather_one(each, indicator.code))
    notes = Notes()
    aim = next_target(targets_of([indicator]).get(indicator.code, ()), period.year)
    line = _of_option(line_of(found, indicator.code, aim, notes), option)
    lines = _OnTheMap(found, indicator.code, option) if mapped else _AsReported(found, indicator.code, option)
    bodies = tuple(lines.bodies())
    return Table(
        line=line,
        columns=tuple(Column(year.period, year.coverage) for year in found.years),
        bodies=bodies,
        notes=tuple(notes.sentences),
        mapped=mapped,
        unavailable=sum(1 for body in bodies for entry in body.entries if entry.why),
        incomplete=any(not year.coverage.complete for year in found.years),
        compares=found.before_newest() is not None,
    )


def _gather_one(period: Period, code: str) -> Gathered:
    """The cells of one indicator and of its parts, and nothing else to add up."""
    indicators = {indicator.code: indicator for indicator in period.indicators()}
    chosen = indicators.get(code)
    if chosen is None:
        return replace(gather(period, ready=True), indicators=())
    wanted = {code, chosen.numerator, chosen.denominator}
    gathered = gather(period, cells=True, only=code, ready=True)
    return replace(gathered, indicators=tuple(i for i in gathered.indicators if i.code in wanted))


def _of_option(line: Line, option: str) -> Line:
    """The province's line of one of-which instead of the total."""
    if option == Option.TOTAL:
        return line

    def turned(row: Row | None) -> Row | None:
        return row and replace(row, total=row.options.get(option, Amount(None, Mark.NOT_OWED, 0, 0)))

    cells = tuple(replace(cell, row=turned(cell.row)) for cell in line.cells)
    before = cells[-2].amount if line.newest.previous and len(cells) > 1 else None
    return Line(replace(turned(line.newest), previous=before), cells, None)


class _Lines:
    """The bodies' lines of one cell; ``found.years`` all hold the cells of the indicator and of its parts."""

    def __init__(self, found: Found, code: str, option: str):
        self.found, self.code, self.option = found, code, option
        self.newest = found.newest.rows[code]

    def cells(self, year: Year, code: str) -> dict[str, Decimal | Mark]:
        """{body: what it said in the cell}; empty where the year did not ask."""
        row = year.rows.get(code)
        said = row.cells.get(self.option) if row else None
        return dict(zip((body.code for body in year.gathered.bodies), said or (), strict=False))

    def change(self, entries: list[Entry]) -> str:
        """The newest year against the one before: ``+3``, ``+3*`` where either is incomplete."""
        if self.found.before_newest() is None:
            return ""
        before, now = entries[-2:]
        if before.value is None or now.value is None or self.newest.combine == Combine.COUNT_YES:
            return ""
        difference = now.value - before.value
        if before.shared or now.shared:
            difference = rounded(difference, SHARED_PLACES if self.newest.places is None else self.newest.places)
        return signed(difference, self.newest.places) + ("" if before.complete and now.complete else "*")


class _AsReported(_Lines):
    """Old bodies under their old names: nobody's figure stands in another's line."""

    def bodies(self) -> Iterable[BodyYears]:
        years = self.found.years
        lines: dict[tuple[str, str], tuple[str, int, list[Entry]]] = {}
        for place in reversed(range(len(years))):  # today's bodies first, in their order; then those before them
            for body, role, entry in self._entries(years[place]):
                named = (body.name, years[place].period.year, [ABSENT] * len(years))
                lines.setdefault((role, body.code), named)[2][place] = entry
        for (role, code), (name, last, entries) in sorted(lines.items(), key=lambda line: line[0][0] == CROSS):
            until = last if last < self.found.period.year else 0
            yield BodyYears(code, name, role, tuple(entries), self._change(code, entries), until)

    def _entries(self, year: Year) -> Iterable[tuple[BodyLine, str, Entry]]:
        row, indicator = year.rows.get(self.code), year.indicators.get(self.code)
        if row is None or self.option not in row.cells:
            return
        for place, body in enumerate(year.gathered.bodies):
            role, what = role_of(indicator, body), row.cells[self.option][place]
            if role is not None:
                value = what if isinstance(what, Decimal) else None
                text = row.said(self.option, place)
                yield body, role, Entry(text, value=value, complete=what is not Mark.MISSING)

    def _change(self, code: str, entries: list[Entry]) -> str:
        broken = self.found.breaks[-1]
        if broken is not None and broken.among({code}, {code}):
            return ""  # the same name, and not the same body: what can be compared is in the other view
        return self.change(entries)


class _OnTheMap(_Lines):
    """What bodies said, in the lines of those that follow them on the newest map."""

    def __init__(self, found: Found, code: str, option: str):
        super().__init__(found, code, option)
        first, self.day = found.years[0].period.bodies_as_of, found.newest.period.bodies_as_of
        self.carrying = links_between(first, self.day, carrying=True)

    def bodies(self) -> Iterable[BodyYears]:
        years = self.found.years
        lines: dict[tuple[str, str], list[Entry]] = {}
        for place, year in enumerate(years):
            for role in (COUNTED, CROSS):
                for body, cell in self._mapped(year, role).items():
                    lines.setdefault((role, body), [ABSENT] * len(years))[place] = self._entry(year, cell)
        names, order = self._names({body for _own, body in lines})
        for role, body in sorted(lines, key=lambda line: (line[0] == CROSS, order[line[1]])):
            entries = lines[role, body]
            yield BodyYears(body, names[body], role, tuple(entries), self.change(entries))

    def _mapped(self, year: Year, role: str) -> dict[str, Mapped]:
        indicator = year.indicators.get(self.code)
        if indicator is None or self.option not in year.rows[self.code].cells:
            return {}
        bodies = [body.code for body in year.gathered.bodies if role_of(indicator, body) == role]
        chart = Map(bodies, self.carrying, year.period.bodies_as_of, self.day)

        def said(code):
            cells = self.cells(year, code)
            return {body: cells.get(body, Mark.NOT_OWED) for body in bodies}

        if indicator.combine == Combine.RATIO:
            return chart.ratios(said(indicator.numerator), said(indicator.denominator), indicator.factor)
        return chart.added(said(self.code)) if indicator.combine == Combine.SUM else chart.single(said(self.code))

    def _entry(self, year: Year, cell: Mapped) -> Entry:
        row = year.rows[self.code]
        text = row.shown(cell.what)
        if cell.shared and row.places is None:
            text = f"≈ {format_number(rounded(cell.value, SHARED_PLACES))}"
        places = [year.places[code] for code in cell.sources]
        estimate = any(row.is_estimate(self.option, place) for place in places)
        text = marked(text, estimate, any(row.is_corrected(self.option, place) for place in places))
        basis = cell.basis if len(cell.sources) > 1 and cell.owed else ""
        return Entry(text, basis, self._why(cell), True, cell.value, cell.complete, cell.shared)

    def _why(self, cell: Mapped) -> str:
        if cell.unsaid:
            return _("chưa có tỷ lệ chia của %s") % self._short_names.get(cell.unsaid, cell.unsaid)
        return _("câu trả lời của nhiều cơ quan không cộng, không chia được") if cell.single else ""

    @cached_property
    def _short_names(self) -> dict[str, str]:
        return {body.code: body.short_name for year in self.found.years for body in year.gathered.bodies}

    def _names(self, bodies: set[str]) -> tuple[dict[str, str], dict[str, tuple]]:
        """({code: name}, {code: place}): as the newest round names and orders them, others by the master data."""
        own = self.found.newest.gathered.bodies
        names = {body.code: body.name for body in own if body.code in bodies}
        order = {body.code: (0, place) for place, body in enumerate(own)}
        rest = Body.objects.filter(code__in=bodies - names.keys())
        for place, (code, name) in enumerate(rest.values_list("code", "name")):
            names[code] = name
            order.setdefault(code, (1, place))
        return names, order
