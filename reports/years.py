"""The province's figures over up to five years, and one indicator by body: as reported, and on the newest map.

Every year is gathered and consolidated as its own Summary is, so nothing here adds anything up a second way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from directives.models import Indicator

from .bodies import BodyLine
from .breaks import dates_between, links_between
from .choices import PeriodKind
from .consolidation import Gathered, consolidate
from .gathering import gather, targets_of
from .mapping import Break, Round, break_between
from .models import Period
from .summary import Amount, Coverage, Row, Target, next_target

YEARS = 5
COUNTED, CROSS = "counted", "cross"


# --- the years of the province --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One year of one indicator: its row, None where that year did not ask it; ``broken``: since the year before."""

    row: Row | None
    broken: Break | None = None
    note: int = 0  # number of the explanation below the table; 0 where nothing broke

    @property
    def amount(self) -> Amount | None:
        return self.row.total if self.row else None


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator through the years; ``newest``: its row of the newest year, beside the year before."""

    newest: Row
    cells: tuple[Cell, ...]
    target: Target | None

    @property
    def aim(self) -> str:
        return self.newest.aim(self.target) if self.target else ""

    @property
    def broken(self) -> bool:
        """Whether the change against last year goes over a break."""
        return bool(self.cells) and self.cells[-1].broken is not None


@dataclass(frozen=True, slots=True)
class Group:
    number: int
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A year: its period, and how many of its reports are accepted."""

    period: Period
    coverage: Coverage

    @property
    def year(self) -> int:
        return self.period.year


@dataclass(frozen=True, slots=True)
class Years:
    """``notes``: the explanations of the breaks, in the order of their numbers."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    incomplete: bool

    @property
    def compares(self) -> bool:
        """Whether the year before the newest is there."""
        return len(self.columns) > 1 and self.columns[-2].year == self.columns[-1].year - 1


def years_of_province(period: Period) -> Years:
    """The annual rounds of the four years before ``period`` and its own, oldest first.

    A few queries for each year, whatever the number of bodies. Matched by the indicator's code; name, unit and
    order are those of ``period``.
    """
    found = Found(period, lambda each: gather(each, ready=True))
    targets, notes = targets_of(found.newest.gathered.indicators), Notes()
    lines: dict[int, list[Line]] = {}
    for indicator in found.newest.gathered.indicators:
        aim = next_target(targets.get(indicator.code, ()), period.year)
        lines.setdefault(indicator.task_number, []).append(line_of(found, indicator.code, aim, notes))
    titles = {0: _("Số liệu dùng chung")} | {task.number: task.title for task in period.ordered_tasks()}
    return Years(
        columns=tuple(Column(year.period, year.coverage) for year in found.years),
        groups=tuple(Group(number, titles[number], tuple(lines[number])) for number in sorted(lines)),
        notes=tuple(notes.sentences),
        incomplete=any(not year.coverage.complete for year in found.years),
    )


def line_of(found: "Found", code: str, aim: Target | None, notes: "Notes") -> Line:
    cells = []
    for place, year in enumerate(found.years):
        broken = found.broken(place, code)
        cells.append(Cell(year.rows.get(code), broken, notes.number(broken)))
    newest, before = found.newest.rows[code], found.before_newest()
    if before is not None and code in before.rows:
        newest = replace(newest, previous=before.rows[code].total)
    return Line(newest, tuple(cells), aim)


class Notes:
    """Numbers the explanations: the same sentence gets the same number."""

    def __init__(self):
        self.sentences: dict[str, int] = {}

    def number(self, broken: Break | None) -> int:
        return self.sentences.setdefault(broken.sentence, len(self.sentences) + 1) if broken else 0


# --- what the years hold --------------------------------------------------------------------------


class Year:
    """One period: what was gathered of it, and the rows that it adds up to."""

    def __init__(self, period: Period, gathered: Gathered):
        self.period, self.gathered = period, gathered
        self.rows: Mapping[str, Row] = {row.code: row for row in consolidate(gathered)}
        self.indicators = {indicator.code: indicator for indicator in gathered.indicators}
        self.round = Round(period.year, period.bodies_as_of, frozenset(body.code for body in gathered.bodies))
        self.places = {body.code: place for place, body in enumerate(gathered.bodies)}
        self._owing: dict[tuple[str, str], frozenset[str]] = {}

    @cached_property
    def coverage(self) -> Coverage:
        missing = tuple(body.short_name for body in self.gathered.bodies if not body.accepted)
        return Coverage(len(self.gathered.bodies) - len(missing), len(self.gathered.bodies), missing)

    def counted(self, code: str) -> frozenset[str]:
        """The codes of the bodies whose figures are added up for the indicator."""
        indicator = self.indicators.get(code)
        if indicator is None:
            return frozenset()
        sources = (indicator.counted_from, indicator.cross_checked_from)
        if sources not in self._owing:
            bodies = self.gathered.bodies
            self._owing[sources] = frozenset(body.code for body in bodies if role_of(indicator, body) == COUNTED)
        return self._owing[sources]


class Found:
    """The years beside each other: their rows, and what happened to the bodies in between."""

    def __init__(self, period: Period, gather_one):
        self.period = period
        self.years = [Year(each, gather_one(each)) for each in _periods(period)]
        first, last = (year.period.bodies_as_of for year in (self.years[0], self.years[-1]))
        self.links = links_between(first, last, carrying=False)
        dates = dates_between(first, last)
        self.breaks: list[Break | None] = [None]
        for before, now in zip(self.years, self.years[1:], strict=False):
            self.breaks.append(break_between(before.round, now.round, self.links, dates))

    @property
    def newest(self) -> Year:
        return self.years[-1]

    def before_newest(self) -> Year | None:
        """The year before the newest, None where it is not there."""
        before = self.years[-2] if len(self.years) > 1 else None
        return before if before and before.period.year == self.period.year - 1 else None

    def broken(self, place: int, code: str) -> Break | None:
        """What breaks the indicator's series between the year at ``place`` and the one before it."""
        found = self.breaks[place]
        if found is None or code not in self.years[place].rows or code not in self.years[place - 1].rows:
            return None
        return found.among(self.years[place - 1].counted(code), self.years[place].counted(code))


def _periods(period: Period) -> list[Period]:
    if period.kind != PeriodKind.ANNUAL:
        return [period]
    found = Period.objects.filter(
        obligation_id=period.obligation_id,
        kind=PeriodKind.ANNUAL,
        year__range=(period.year - YEARS + 1, period.year),
    )
    return list(found.order_by("year"))


def role_of(indicator: Indicator, body: BodyLine) -> str | None:
    return indicator.role_of(body.group, body.counting_group)
