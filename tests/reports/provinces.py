"""Small invented provinces as plain data, and somebody who computes whatever their published tables give away."""

import datetime as dt
import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from directives.choices import Combine, Option
from directives.models import Indicator
from directives.rules import parse
from reports.answers import Answer, Cell
from reports.bodies import BodyLine
from reports.consolidation import Gathered, Sum, as_used, consolidate
from reports.jumps import Explained, Moved, jumps_among
from reports.ledger import Used, ledger_lines
from reports.summary import Letterhead, Mark, Section, Summary, Text

AGES = "age_0_5 age_6_10 age_11_15"
RULES = (("T6.18", "=", "T6.19 + T6.20"), ("T6.14", "<=", "T6.06"))
NOTHING = Answer(nothing=True)


def indicator(code, of_which="", *, counted="district", cross="", sensitive=True, combine="sum", **more):
    return Indicator(
        code=code,
        task_number=6,
        name_vi=f"Chỉ tiêu {code}",
        unit="trẻ em",
        value_type="percent" if combine == "ratio" else "count",
        combine=combine,
        of_which=of_which,
        counted_from=counted,
        cross_checked_from=cross,
        sensitive=sensitive,
        jump_percent=10,
        jump_least=3,
        **more,
    )


INDICATORS = (
    indicator("T0.01", "girls", sensitive=False),
    indicator("T6.06", f"girls {AGES}", cross="police"),
    indicator("T6.14"),
    indicator("T6.15", combine="ratio", sensitive=False, numerator="T6.14", denominator="T6.06", factor=100),
    indicator("T6.11", counted="police", cross="district"),
    indicator("T6.18", "girls", cross="health"),
    indicator("T6.19", "girls", cross="health"),
    indicator("T6.20", "girls"),
    indicator("T6.22", combine="ratio", sensitive=False, numerator="T6.18", denominator="T0.01", factor=100000),
)
BY_CODE = {each.code: each for each in INDICATORS}


def body(code, group="district", status="accepted"):
    return BodyLine(
        code=code,
        name=f"Cơ quan {code}",
        short_name=code.upper(),
        group=group,
        counting_group=code if group == "department" else group,
        status=status,
        first_submitted_at=None,
        submitted_at=None,
        on_time=None,
    )


@dataclass
class Round:
    """What the bodies of one year answered, whatever becomes of it; ``lines``: the ledger."""

    bodies: tuple
    answers: dict
    lines: tuple = ()

    @cached_property
    def used(self) -> dict:
        return as_used(self.gathered).cells

    @cached_property
    def gathered(self) -> Gathered:
        sums, partial, accepted = {}, {}, [each for each in self.bodies if each.accepted]
        for each in accepted:
            own = self.answers[each.code]
            owed = [i for i in INDICATORS if not i.computed and i.role_of(each.group, each.counting_group)]
            if any(Cell(i.code) not in own for i in owed):
                partial[each.code] = own
            for cell, answer in own.items():
                key = (*cell, each.counting_group)
                was = sums.get(key, Sum(Decimal(0), 0, 0))
                sums[key] = Sum(
                    was.total + answer.amount, was.answered + 1, was.with_value + (answer.value is not None)
                )
        cells = {each.code: self.answers[each.code] for each in accepted}
        return Gathered(INDICATORS, self.bodies, sums, partial, cells, corrections=self.lines, known=cells)


def random_round(chance: random.Random, districts: int, like: Round | None = None) -> Round:
    """Few children, so that most cells are small; some bodies late, some figures left out, some corrected."""
    bodies = [body(f"d{n}", status="accepted" if chance.random() < 0.85 else "draft") for n in range(districts)]
    bodies += [body(code, "department") for code in ("police", "health")]
    answers = {each.code: _answers(chance, each) for each in bodies}
    return Round(tuple(bodies), answers, tuple(_lines(chance, bodies, answers)))


def _number(chance, top=0) -> int:
    return chance.choice((0, 0, 0, chance.randint(1, 4), chance.randint(1, 4), chance.randint(5, 9), top or 12))


def _answers(chance, each) -> dict:
    found = {}
    for one in INDICATORS:
        if one.computed or not one.role_of(each.group, each.counting_group) or chance.random() < 0.05:
            continue
        parts = [_number(chance) for _age in range(3)]
        total = sum(parts) if "age_0_5" in one.of_which else _number(chance, 20)
        figures = {"total": total, "girls": chance.randint(0, total)} | dict(zip(AGES.split(), parts, strict=True))
        found |= {Cell(one.code, option): figures[option] for option in one.options}
    if all(Cell(code) in found for code in ("T6.18", "T6.19", "T6.20")):
        for option in ("total", "girls"):
            found[Cell("T6.18", option)] = found[Cell("T6.19", option)] + found[Cell("T6.20", option)]
    if all(Cell(code) in found for code in ("T6.14", "T6.06")):
        found[Cell("T6.14")] = min(found[Cell("T6.14")], found[Cell("T6.06")])
    return {cell: NOTHING if not n and chance.random() < 0.5 else Answer(Decimal(n)) for cell, n in found.items()}


def _lines(chance, bodies, answers):
    """Corrections of cells that stand alone, so that what is used still adds up."""
    for code in ("T6.06", "T6.14", "T6.11"):
        each = chance.choice(bodies)
        cell = Cell(code, "girls" if code == "T6.06" else "total")
        role = BY_CODE[code].role_of(each.group, each.counting_group)
        if chance.random() < 0.4 and role and (cell in answers[each.code] or cell.option == "total"):
            whole = answers[each.code].get(Cell("T6.06"))
            most = 20 if whole is None or code == "T6.11" else int(whole.amount)
            used = Answer(Decimal(min(_number(chance), most)))
            yield Used(each.code, cell, answers[each.code].get(cell), used, reason="Đếm sót.")


def summary_of(this: Round, last: Round | None = None) -> Summary:
    """As ``gathering.summarise`` makes it, with everything that it can hold."""
    now, before = this.gathered, last.gathered if last else None
    rules = [parse(*rule) for rule in RULES]
    return Summary(
        code="2020",
        year=2020,
        name="năm 2020",
        subject="việc",
        data_from=dt.date(2020, 1, 1),
        data_to=dt.date(2020, 12, 31),
        due_words="",
        letterhead=Letterhead("A", "B", "C", "D", "E", "F", "G", (), ()),
        simulated=True,
        made_at=dt.datetime(2020, 12, 20, tzinfo=dt.UTC),
        bodies=this.bodies,
        sections=(Section(6, "Sáu", "Six", tuple(consolidate(now, before)), (Text("Cơ quan", "Có 3 trẻ em."),)),),
        findings=(),
        previous_year=2019 if last else None,
        ledger=ledger_lines(now.ledger, INDICATORS, this.bodies),
        overview={"direction": (Text("Cơ quan", "Có 2 trẻ em."),)},
        jumps=_jumps(this, last) if last else (),
        explained=tuple(_explained(this)),
        rules=tuple((rule.left, rule.compare, rule.right) for rule in rules),
    )


def _jumps(now: Round, before: Round):
    this, last = now.used, before.used
    moved = [
        Moved(code, cell.code, last[code][cell], answer)
        for code, answers in this.items()
        for cell, answer in answers.items()
        if cell.option == "total" and cell in last.get(code, {})
    ]
    reasons = {(each.body, each.code): "Do rà soát." for each in moved}
    return jumps_among(moved, INDICATORS, now.bodies, reasons)


def _explained(this: Round):
    for each in this.bodies:
        values = this.used.get(each.code, {})
        told = [f"{code} = {values[Cell(code)].amount}" for code in ("T6.14", "T6.06") if Cell(code) in values]
        if len(told) == 2:
            yield Explained(each, "R44", f"Không khớp ({'; '.join(told)})", "Đã kiểm tra.")


class Attacker:
    """Reads outgoing editions and computes: knows who is asked for what, the rules, and the ratios to the last digit.

    Unknown is every figure of a body; every published number is one equation. Nothing here is shared with what hides.
    """

    def __init__(self, truths: dict[int, Round]):
        self.truths = {year: each.used for year, each in truths.items()}
        self.reports = {year: each.gathered.cells for year, each in truths.items()}
        self.known: dict[tuple, int | Fraction] = {}
        self.equations: list[tuple[dict, int]] = []
        self.bounds: list[tuple] = []  # a figure that is at most another

    def read(self, year: int, edition: Summary) -> None:
        for row in edition.rows:
            if row.combine == Combine.RATIO:
                self._ratio(year, row, edition)
            else:
                self._row(year, row, edition)
        self._rules(year, edition)
        for line in edition.ledger:
            key = (year, line.code, line.option, line.body.code)
            self._equal({key: 1}, line.used)
            self._equal({("r", *key): 1}, line.reported)
            self._equal({key: 1, ("r", *key): -1}, line.difference)
        for jump in edition.jumps or ():
            this, last = ((y, jump.code, "total", jump.body.code) for y in (year, year - 1))
            self._equal({this: 1}, jump.now)
            self._equal({last: 1}, jump.before)
            self._equal({this: 1, last: -1}, jump.change)
        for each in edition.explained or ():
            for code, number in re.findall(r"(T\d+\.\d+) = (\d+)", each.message):
                self._equal({(year, code, "total", each.body.code): 1}, Decimal(number))

    def _equal(self, terms: dict, value) -> None:
        if value is Mark.NOTHING or value is Mark.MISSING:
            value = Decimal(0)
        if isinstance(value, Decimal):
            if len(terms) == 1 and set(terms.values()) == {1}:
                self.known[next(iter(terms))] = int(value)
            else:
                self.equations.append((terms, int(value)))

    def _row(self, year, row, edition) -> None:
        for option, cells in row.cells.items():
            sums = defaultdict(dict)
            reported = defaultdict(dict)
            for place, (each, what) in enumerate(zip(edition.bodies, cells, strict=True)):
                role = BY_CODE[row.code].role_of(each.group, each.counting_group)
                group = None if role == "counted" else each.counting_group
                key = (year, row.code, option, each.code)
                if what is not Mark.NOT_OWED:
                    self._equal({key: 1}, what)
                    sums[group][key] = 1
                    as_sent = ("r", *key) if (option, place) in row.reported_cells else key
                    self._equal({as_sent: 1}, row.reported_cells.get((option, place)))
                    reported[group][as_sent] = 1
            amount = row.total if option == "total" else row.options[option]
            self._amount({**sums[None]}, amount, (year, row.code, option))
            if option in row.reported:
                self._amount({**reported[None]}, row.reported[option])
            for check in row.cross if option == "total" else ():
                self._amount({**sums[check.counting_group]}, check.amount)
                self._amount({**reported[check.counting_group]}, check.reported)
        if row.coverage.share is not None and year - 1 in self.truths:
            lost = {b.short_name: b.code for b in edition.bodies}
            terms = {(year - 1, row.code, "total", lost[name]): 1 for name in row.coverage.missing}
            held = sum(self._true((year - 1, row.code, "total", lost[name])) for name in row.coverage.missing)
            self._equal(terms, Decimal(held))

    def _amount(self, terms, amount, name=None) -> None:
        if name is not None:
            self._equal(terms | {name: -1}, Decimal(0))
            terms = {name: 1}
        if amount is not None and amount.value is not None:
            self._equal(terms, amount.value)
        elif amount is not None and amount.mark is Mark.NOTHING:
            self._equal(terms, Decimal(0))

    def _true(self, key, cells=None) -> Decimal:
        year, code, option, each = key
        answer = (cells or self.truths)[year].get(each, {}).get(Cell(code, option))
        return Decimal(0) if answer is None else answer.amount

    def _ratio(self, year, row, edition) -> None:
        top, bottom = row.rests_on
        both = [[], []]
        for place, (each, what) in enumerate(zip(edition.bodies, row.cells["total"], strict=True)):
            keys = [(year, code, "total", each.code) for code in (top, bottom)]
            if what in (Mark.MISSING, Mark.NOT_OWED):
                continue
            both[0].append(keys[0])
            both[1].append(keys[1])
            self._proportion([keys[0]], [keys[1]], what)
            self._proportion([("r", *keys[0])], [("r", *keys[1])], row.reported_cells.get(("total", place)))
        self._proportion(*both, row.total.value)

    def _proportion(self, tops, bottoms, shown) -> None:
        if shown is Mark.UNDEFINED:
            self._equal(dict.fromkeys(bottoms, 1), Decimal(0))
        elif isinstance(shown, Decimal):
            cells = self.reports if tops[0][0] == "r" else self.truths
            sizes = [sum(self._true(key[-4:], cells) for key in keys) for keys in (tops, bottoms)]
            share = Fraction(sizes[0]) / Fraction(sizes[1])
            self._equal(dict.fromkeys(tops, Fraction(1)) | dict.fromkeys(bottoms, -share), Decimal(0))

    def _rules(self, year, edition) -> None:
        columns = [("",), *((each.code,) for each in edition.bodies)]
        for where in columns:
            said = {key[1:3]: key for key in self._keys(year, where)}
            self.bounds += [(key, said[code, "total"]) for (code, _o), key in said.items() if (code, "total") in said]
            if "T6.14" in {code for code, _o in said} and "T6.06" in {code for code, _o in said}:
                self.bounds.append((said["T6.14", "total"], said["T6.06", "total"]))
            for code in BY_CODE:
                ages = [(code, age) for age in AGES.split()]
                if (code, "total") in said and all(age in said for age in ages):
                    self._equal({said[code, "total"]: -1} | {said[age]: 1 for age in ages}, Decimal(0))
            for option in ("total", "girls"):
                if all((code, option) in said for code in ("T6.18", "T6.19", "T6.20")):
                    signs = {"T6.18": -1, "T6.19": 1, "T6.20": 1}
                    # Of the province's totals the rule holds where nobody left one of them out.
                    if where[0] or self._all_gave(year, edition):
                        self._equal({said[code, option]: sign for code, sign in signs.items()}, Decimal(0))

    def _all_gave(self, year, edition) -> bool:
        rows = [edition.row(code) for code in ("T6.18", "T6.19", "T6.20")]
        return len({row.coverage.missing for row in rows}) == 1

    def _keys(self, year, where):
        """What somebody said in a column: figures that are not known to be missing."""
        if where[0]:
            truths = self.truths[year].get(where[0], {})
            return [(year, cell.code, cell.option, where[0]) for cell in truths]
        return [(year, code, option) for code, one in BY_CODE.items() for option in one.options if not one.computed]

    def computed(self) -> dict:
        """{figure: value} of all that follows from what was read, also that what adds up to nothing is nothing."""
        known, rows = dict(self.known), self.equations
        while True:
            rows = [row for row in (_without(terms, value, known) for terms, value in rows) if row[0]]
            found = _solved(rows)
            for terms, value in rows:
                if not value and len({factor > 0 for factor in terms.values()}) == 1:
                    found |= dict.fromkeys(terms, 0)
            for less, more in self.bounds:
                if known.get(more) == 0 and less not in known:
                    found[less] = 0
            if not found:
                return known
            known |= found


def _without(terms, value, known):
    rest = {key: factor for key, factor in terms.items() if key not in known and factor}
    return rest, value - sum(known[key] * factor for key, factor in terms.items() if key in known)


def _solved(rows) -> dict:
    """Gauss-Jordan in fractions: what is determined."""
    pivots: dict = {}
    for terms, value in rows:
        terms = dict(terms)
        for key in [key for key in terms if key in pivots]:
            value = _add(terms, value, pivots[key], -terms[key])
        if not terms:
            continue
        key = next(iter(terms))
        factor = terms[key]
        if factor == -1:
            new = ({each: -times for each, times in terms.items()}, -value)
        elif factor != 1:
            new = ({each: Fraction(times) / factor for each, times in terms.items()}, Fraction(value) / factor)
        else:
            new = (terms, value)
        for other, (own, its) in list(pivots.items()):
            if key in own:
                pivots[other] = (own, _add(own, its, new, -own[key]))
        pivots[key] = new
    return {key: value for key, (terms, value) in pivots.items() if len(terms) == 1}


def _add(terms, value, row, times):
    for key, factor in row[0].items():
        now = terms.get(key, 0) + times * factor
        if now:
            terms[key] = now
        else:
            terms.pop(key, None)
    return value + times * row[1]


def only_totals(edition: Summary) -> Summary:
    """The edition as if nothing below the province's total were published of sensitive indicators."""

    def bare(row):
        if row.combine == Combine.RATIO:
            gone = {"total": tuple(Mark.MISSING for _cell in row.cells["total"])}
            return replace(row, cells=gone, total=replace(row.total, value=None, mark=Mark.HIDDEN), reported_cells={})
        if not row.sensitive:
            return row
        cells = {o: tuple(_shut(what) for what in cells) for o, cells in row.cells.items()}
        options = {o: replace(amount, value=None, mark=Mark.HIDDEN) for o, amount in row.options.items()}
        sent = {key: _shut(what) for key, what in row.reported_cells.items()}
        return replace(row, cells=cells, options=options, cross=(), reported={}, reported_cells=sent)

    sections = tuple(replace(each, rows=tuple(bare(row) for row in each.rows)) for each in edition.sections)
    return replace(edition, sections=sections, ledger=(), jumps=(), explained=())


def _shut(what):
    return Mark.HIDDEN if isinstance(what, Decimal) or what is Mark.NOTHING else what


assert Option.TOTAL == "total"
