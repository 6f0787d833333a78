"""Accepted figures → the rows of one Summary. Pure: knows no models, no database, no request.

Everything is added up twice where the ledger touches it: as it was reported, and as it is used.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from directives.choices import Combine, Option, group_label

from .answers import Answer, Cell
from .bodies import BodyLine
from .checks import Finding, rule_findings
from .ledger import Used, cell_of
from .numbers import rounded
from .summary import PLACES, Amount, Coverage, CrossCheck, Mark, Row


@dataclass(frozen=True, slots=True)
class Sum:
    """What the accepted bodies of one counting group said about one cell, already added up."""

    total: Decimal
    answered: int
    with_value: int
    estimates: int = 0

    def corrected(self, line: Used) -> "Sum":
        """The same with ``line`` in the place of what its body reported."""
        empty = line.reported is None
        before = 0 if empty else line.reported.value is not None
        return Sum(
            self.total + line.difference,
            self.answered + empty,
            self.with_value + (line.used.value is not None) - before,
            self.estimates + (empty and line.estimated),
        )


NO_ANSWER = Sum(Decimal(0), 0, 0)


@dataclass(frozen=True)
class Gathered:
    """The accepted figures of one period as they were reported, as plain data, and the ledger beside them.

    ``sums``: {(indicator code, option, counting group): Sum}.
    ``partial``: {body code: {Cell: Answer}} for accepted bodies that left an owed figure out or declined a
    task, complete for these bodies; ``cells``: the same for every accepted body, or None where only totals are wanted.
    ``estimated``: {body code: codes of the parts of ratios that it marked as estimates}.
    ``corrections``: the lines in force, at most one for a body's cell; those of bodies not accepted yet wait.
    ``known``: {body code: {Cell: Answer}} of the totals of bodies that a later year asks for.
    """

    indicators: tuple
    bodies: tuple[BodyLine, ...]
    sums: Mapping[tuple[str, str, str], Sum]
    partial: Mapping[str, Mapping[Cell, Answer]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[Cell, Answer]] | None = None
    estimated: Mapping[str, frozenset[str]] = field(default_factory=dict)
    corrections: tuple[Used, ...] = ()
    known: Mapping[str, Mapping[Cell, Answer]] = field(default_factory=dict)

    @property
    def ledger(self) -> tuple[Used, ...]:
        """The corrections that count: of accepted bodies."""
        if not self.corrections:
            return ()
        accepted = {body.code for body in self.bodies if body.accepted}
        return tuple(line for line in self.corrections if line.body in accepted)


def as_used(gathered: Gathered) -> Gathered:
    """The same as if the bodies had reported what is used: every correction in its place, and no ledger left."""
    lines = gathered.ledger
    if not lines:
        return gathered
    groups = {body.code: body.counting_group for body in gathered.bodies}
    sums = dict(gathered.sums)
    for line in lines:
        key = (*line.cell, groups[line.body])
        sums[key] = sums.get(key, NO_ANSWER).corrected(line)
    return replace(
        gathered,
        sums=sums,
        partial=in_place(gathered.partial, [line for line in lines if line.body in gathered.partial]),
        cells=None if gathered.cells is None else in_place(gathered.cells, lines),
        known=in_place(gathered.known, [line for line in lines if line.body in gathered.known]),
        corrections=(),
    )


def in_place(answers: Mapping[str, Mapping[Cell, Answer]], lines: Iterable[Used]) -> dict[str, Mapping[Cell, Answer]]:
    """{body code: {Cell: Answer}} with what is used in the place of what was reported."""
    found = dict(answers)
    for line in lines:
        found[line.body] = {**found.get(line.body, {}), line.cell: line.used}
    return found


def consolidate(now: Gathered, before: Gathered | None = None) -> list[Row]:
    """One Row per indicator of ``now``, in order; ``before`` is last year's period, matched by code."""
    previous = {} if before is None else {row.code: row for row in consolidate(before)}
    province = _Province(as_used(now), {} if before is None else as_used(before).known)
    rows = [province.row(indicator, previous.get(indicator.code)) for indicator in now.indicators]
    if not now.ledger:
        return rows
    reported = _Reported(now)
    return [reported.beside(row, indicator) for row, indicator in zip(rows, now.indicators, strict=True)]


def provincial_findings(rows: list[Row], indicators: Iterable, rules) -> tuple[Finding, ...]:
    """The catalogue's rules once more, over the provincial totals.

    Only between totals that lack the same bodies: handled cases of the whole province and detected
    cases of one district break a rule that nobody broke.
    """
    values = {row.code: row.total.value for row in rows if row.total.value is not None}
    values |= {row.code: Decimal(0) for row in rows if row.total.mark is Mark.NOTHING}
    lacking = {row.code: row.coverage.missing for row in rows}
    fair = [pair for pair in rules if len({lacking.get(code) for code in pair[1].codes}) == 1]
    bases = {row.code: row.total.basis for row in rows}
    return tuple(rule_findings(fair, values, {indicator.code: indicator for indicator in indicators}, bases))


class _Province:
    """Adds up one period. Who counts for an indicator depends only on a body's group and counting group."""

    def __init__(self, gathered: Gathered, last_year: Mapping[str, Mapping[Cell, Answer]] = {}):
        self.g = gathered
        self.last_year = last_year  # totals of the bodies that may be missing now
        self.kinds = {body.counting_group: body.group for body in gathered.bodies}
        self.order = list(self.kinds)  # counting groups in protocol order of their first body
        self._owing: dict[tuple, tuple[BodyLine, ...]] = {}
        self._lacking: dict[tuple, tuple] = {}
        self._group_of = {body.code: body.counting_group for body in gathered.bodies}
        self._bodies = Counter(self._group_of.values())
        self._declined = Counter(
            (body.counting_group, task) for body in gathered.bodies if body.accepted for task in body.declined
        )

    def row(self, indicator, last: Row | None) -> Row:
        """``last``: the same indicator's row of the year before."""
        counted = self.groups(indicator, "counted")
        if indicator.combine == Combine.RATIO:
            total, coverage = self._ratio(indicator, counted)
        else:
            total = self.amount(indicator, Option.TOTAL.value, counted)
            missing = self._missing(indicator, counted, (indicator.code,))
            names = tuple(body.short_name for body in missing)
            coverage = Coverage(
                total.answered, total.owed, names, total.estimates, self._share(indicator, missing, last)
            )
        return Row(
            code=indicator.code,
            task=indicator.task_number,
            name_vi=indicator.name_vi,
            name_en=indicator.name_en,
            unit=indicator.unit,
            value_type=indicator.value_type,
            combine=indicator.combine,
            time_kind=indicator.time_kind,
            core=indicator.core,
            sensitive=indicator.sensitive,
            statistical_code=indicator.statistical_code,
            total=total,
            options={option: self.amount(indicator, option, counted) for option in indicator.options[1:]},
            coverage=coverage,
            previous=last.total if last else None,
            previous_reported=last.reported.get(Option.TOTAL.value) if last else None,
            cross=self._cross(indicator),
            cells=self._cells(indicator),
            estimated=self._estimated(indicator),
            rests_on=(indicator.numerator, indicator.denominator) if indicator.combine == Combine.RATIO else (),
        )

    def groups(self, indicator, role: str) -> tuple[str, ...]:
        """The counting groups whose bodies have this role for the indicator."""
        return tuple(group for group in self.order if indicator.role_of(self.kinds[group], group) == role)

    def owed(self, indicator, groups) -> int:
        """Bodies of these groups, less the accepted ones that declared the task outside their functions."""
        return sum(self._bodies[group] - self._declined[group, indicator.task_number] for group in groups)

    def amount(self, indicator, option: str, groups) -> Amount:
        if indicator.combine == Combine.RATIO:
            return self._ratio(indicator, groups)[0]
        sums = [self.g.sums[key] for g in groups if (key := (indicator.code, option, g)) in self.g.sums]
        answered = sum(s.answered for s in sums)
        owed, estimates = self.owed(indicator, groups), sum(s.estimates for s in sums)
        if not answered:
            return self._unanswered(groups, owed)
        if not sum(s.with_value for s in sums):
            return Amount(None, Mark.NOTHING, answered, owed, estimates)
        if indicator.combine == Combine.NONE and answered > 1:
            return Amount(None, Mark.UNDEFINED, answered, owed, estimates)  # two survey results do not add up
        return Amount(sum((s.total for s in sums), Decimal(0)), None, answered, owed, estimates)

    def _unanswered(self, groups, owed: int) -> Amount:
        """Missing only where somebody owes it: else nobody is asked, or all said that it is not theirs."""
        if owed:
            return Amount(None, Mark.MISSING, 0, owed)
        return Amount(None, Mark.NOT_OURS if self._owing_bodies(groups) else Mark.NOT_OWED, 0, 0)

    def _ratio(self, indicator, groups) -> tuple[Amount, Coverage]:
        """A ratio of sums, never a mean of ratios, over the bodies that gave both numerator and denominator."""
        parts = (indicator.numerator, indicator.denominator)
        top, bottom = (self._sum(code, groups) for code in parts)
        answered = self._answered(indicator.denominator, groups)
        for body, answers in self.g.partial.items():
            if self._group_of[body] not in groups:
                continue
            given = [answers.get(Cell(code)) for code in parts]
            if given[0] is not None and given[1] is None:
                top -= given[0].amount
            if given[0] is None and given[1] is not None:
                bottom -= given[1].amount
                answered -= 1
        owed, estimates = self.owed(indicator, groups), self._estimates_in(parts, groups)
        missing = tuple(body.short_name for body in self._missing(indicator, groups, parts))
        coverage = Coverage(answered, owed, missing, estimates)
        if not answered:
            return self._unanswered(groups, owed), coverage
        if not bottom:
            return Amount(None, Mark.UNDEFINED, answered, owed, estimates), coverage
        return Amount(rounded(top * indicator.factor / bottom, PLACES), None, answered, owed, estimates), coverage

    def _estimates_in(self, parts: tuple[str, str], groups) -> int:
        """Bodies that gave both parts of a ratio and marked either of them as an estimate."""
        return sum(
            1
            for body, codes in self.g.estimated.items()
            if not codes.isdisjoint(parts)
            and self._group_of[body] in groups
            and (body not in self.g.partial or all(Cell(code) in self.g.partial[body] for code in parts))
        )

    def _sum(self, code: str, groups) -> Decimal:
        keys = ((code, Option.TOTAL.value, group) for group in groups)
        return sum((self.g.sums[key].total for key in keys if key in self.g.sums), Decimal(0))

    def _answered(self, code: str, groups) -> int:
        keys = ((code, Option.TOTAL.value, group) for group in groups)
        return sum(self.g.sums[key].answered for key in keys if key in self.g.sums)

    def _owing_bodies(self, groups) -> tuple[BodyLine, ...]:
        if groups not in self._owing:
            wanted = set(groups)
            self._owing[groups] = tuple(body for body in self.g.bodies if body.counting_group in wanted)
        return self._owing[groups]

    def _unsure(self, groups) -> tuple[tuple[BodyLine, Mapping[Cell, Answer] | None], ...]:
        """The bodies that may lack something: not accepted (None), or accepted with a gap (what they gave)."""
        if groups not in self._lacking:
            bodies, partial = self._owing_bodies(groups), self.g.partial
            self._lacking[groups] = tuple(
                (body, partial[body.code] if accepted else None)
                for body in bodies
                if not (accepted := body.accepted) or body.code in partial
            )
        return self._lacking[groups]

    def _missing(self, indicator, groups, codes: tuple[str, ...]) -> tuple[BodyLine, ...]:
        """The bodies that owe the figure and did not give it (or are not accepted)."""
        cells = [Cell(code) for code in codes]
        return tuple(
            body
            for body, given in self._unsure(groups)
            if given is None
            or (indicator.task_number not in body.declined and any(cell not in given for cell in cells))
        )

    def _share(self, indicator, missing: tuple[BodyLine, ...], last: Row | None) -> Decimal | None:
        """Percent of last year's total that the ``missing`` held, one decimal; None where last year does not say."""
        if indicator.combine != Combine.SUM or last is None or not last.total.value:
            return None
        cell = Cell(indicator.code)
        held = [
            answer.amount for body in missing if (answer := self.last_year.get(body.code, {}).get(cell)) is not None
        ]
        return rounded(sum(held, Decimal(0)) * 100 / last.total.value, 1) if held else None

    def _cross(self, indicator) -> tuple[CrossCheck, ...]:
        if indicator.combine == Combine.RATIO:
            return ()
        return tuple(
            CrossCheck(group, self._label(group), self.amount(indicator, Option.TOTAL.value, (group,)))
            for group in self.groups(indicator, "cross")
        )

    def _label(self, counting_group: str) -> str:
        """A body's short name where the group is one named body, else the name of the kind."""
        first = self._owing_bodies((counting_group,))[0]
        return first.short_name if first.code == counting_group else group_label(first.group)

    def _cells(self, indicator) -> dict[str, tuple]:
        if self.g.cells is None:
            return {}
        given = [self._given(indicator, body) for body in self.g.bodies]  # once for all options
        return {
            option: tuple(what if what.__class__ is Mark else _told(what, indicator, option) for what in given)
            for option in indicator.options
        }

    def _estimated(self, indicator) -> frozenset[int]:
        if self.g.cells is None:
            return frozenset()
        codes = (
            (indicator.numerator, indicator.denominator) if indicator.combine == Combine.RATIO else (indicator.code,)
        )
        wanted = [Cell(code) for code in codes]
        return frozenset(
            place
            for place, body in enumerate(self.g.bodies)
            if (answers := self.g.cells.get(body.code))
            and any((answer := answers.get(cell)) is not None and answer.estimate for cell in wanted)
        )

    def cell(self, indicator, option: str, body: BodyLine) -> Decimal | Mark:
        given = self._given(indicator, body)
        return given if given.__class__ is Mark else _told(given, indicator, option)

    def _given(self, indicator, body: BodyLine) -> Mapping[Cell, Answer] | Mark:
        """What the body answered, or why nothing of it can be drawn for this indicator."""
        if indicator.role_of(body.group, body.counting_group) is None:
            return Mark.NOT_OWED
        if not body.accepted:
            return Mark.MISSING
        if indicator.task_number in body.declined:
            return Mark.NOT_OURS
        return self.g.cells.get(body.code, {})


def _told(answers: Mapping[Cell, Answer], indicator, option: str) -> Decimal | Mark:
    if indicator.combine == Combine.RATIO:
        return _ratio_of(answers, indicator)
    return cell_of(answers.get((indicator.code, option)))  # a Cell is a pair, and making one costs more than looking


class _Reported:
    """What was reported, beside the amounts and cells that the ledger touches."""

    def __init__(self, gathered: Gathered):
        self.province = _Province(gathered)
        self.lines: dict[str, list[Used]] = {}  # by the code of the indicator
        for line in gathered.ledger:
            self.lines.setdefault(line.cell.code, []).append(line)
        self.groups = {body.code: body.counting_group for body in gathered.bodies}
        self.places = {body.code: place for place, body in enumerate(gathered.bodies)}

    def beside(self, row: Row, indicator) -> Row:
        lines = self._lines_of(indicator)
        if not lines:
            return row
        counted = self.province.groups(indicator, "counted")
        touched = {(line.cell.option, self.groups[line.body]) for line in lines}
        options = {option for option, group in touched if group in counted}
        return replace(
            row,
            reported={
                option: self.province.amount(indicator, option, counted)
                for option in indicator.options
                if option in options
            },
            cross=tuple(self._check(check, indicator, touched) for check in row.cross),
            reported_cells=self._cells(row, indicator, lines),
        )

    def _lines_of(self, indicator) -> list[Used]:
        """The corrections that reach this indicator: its own, or of a ratio those of its two parts' totals."""
        if indicator.combine != Combine.RATIO:
            return self.lines.get(indicator.code, [])
        parts = (*self.lines.get(indicator.numerator, ()), *self.lines.get(indicator.denominator, ()))
        return [line for line in parts if line.cell.option == Option.TOTAL]

    def _check(self, check: CrossCheck, indicator, touched) -> CrossCheck:
        total, group = Option.TOTAL.value, check.counting_group
        if (total, group) not in touched:
            return check
        return replace(check, reported=self.province.amount(indicator, total, (group,)))

    def _cells(self, row: Row, indicator, lines: list[Used]) -> dict[tuple[str, int], Decimal | Mark]:
        if not row.cells:
            return {}
        bodies = self.province.g.bodies
        where = {(line.cell.option, self.places[line.body]) for line in lines}
        found = {(option, place): self.province.cell(indicator, option, bodies[place]) for option, place in where}
        return {place: what for place, what in found.items() if what is not Mark.NOT_OWED}


def _ratio_of(answers: Mapping[Cell, Answer], indicator) -> Decimal | Mark:
    """The ratio inside one body: of its two figures, or the reason why there is none."""
    top, bottom = answers.get(Cell(indicator.numerator)), answers.get(Cell(indicator.denominator))
    if top is None or bottom is None:
        return Mark.MISSING
    if not bottom.amount:
        return Mark.UNDEFINED
    return rounded(top.amount * indicator.factor / bottom.amount, PLACES)


def computed_values(indicators: Iterable, answers: Mapping[Cell, Answer]) -> dict[str, Decimal | Mark]:
    """{code: ratio or Mark} of the computed indicators of one report, for its form and its printed copy."""
    return {i.code: _ratio_of(answers, i) for i in indicators if i.combine == Combine.RATIO}
