"""What accepting, returning or reopening changes in the provincial totals, before anybody decides.

The period is gathered once; what a report adds or takes away is worked out in memory, and both states go
through the same ``consolidation`` as the Summary. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from directives.choices import Option

from .answers import Answer, Answers, Cell
from .checks import Finding
from .choices import Action, Status
from .consolidation import Gathered, Sum, consolidate, provincial_findings
from .gathering import gather
from .models import Figure, Period, Report, answers_of
from .summary import Amount, Coverage, Row

FIRST = 20
MOST = 200  # reports accepted together whose effect is worked out before: some 20 000 figures, half a second
AFTER = {Action.ACCEPT: Status.ACCEPTED, Action.RETURN: Status.RETURNED, Action.REOPEN: Status.RETURNED}


@dataclass(frozen=True, slots=True)
class Line:
    """A provincial figure that changes: the total of an indicator, an of-which, or what a cross-checking body said.

    ``before`` and ``after`` as they are shown; ``basis`` the coverage afterwards, ``basis_before`` where it differs.
    ``figure``: whether the figure itself changes, or only on how many bodies it rests.
    """

    code: str
    name: str
    label: str
    before: str
    after: str
    basis_before: str
    basis: str
    figure: bool


@dataclass(frozen=True)
class Effect:
    """``rows`` and ``findings`` are what the Summary will say; ``lines`` what of it is new, figures first.

    ``broken``: provincial rules that hold now and will not; ``mended``: the other way round. Nothing is in it
    where the act changes no total; then ``coverage`` is None.
    """

    action: str
    coverage: tuple[Coverage, Coverage] | None = None
    lines: tuple[Line, ...] = ()
    broken: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __bool__(self):
        return bool(self.lines or self.broken or self.mended)

    @property
    def first(self) -> tuple[Line, ...]:
        """The lines that are shown at once."""
        return self.lines[:FIRST]

    @property
    def rest(self) -> tuple[Line, ...]:
        return self.lines[FIRST:]


def effect(report: Report, action: str) -> Effect:
    """What ``action`` (accept, return or reopen) on ``report`` as it stands changes in the provincial totals."""
    return effects(report, [action])[action]


def effects(report: Report, actions: Iterable[str]) -> dict[str, Effect]:
    """``effect`` of several actions: the period is read and added up once for all, or not at all where none counts."""
    found = {action: Effect(action) for action in actions}
    counting = [action for action in found if _counts(report, AFTER[action])]
    if counting:
        now = gather(report.period)
        before, answers = _Totals(report.period, now), answers_of(report)
        for action in counting:
            then = _as_if(report, now, AFTER[action], answers)
            found[action] = _between(action, before, _Totals(report.period, then))
    return found


def effect_of_accepting(reports: Iterable[Report]) -> Effect:
    """What accepting all of ``reports`` at once changes; of one period, as they stand, waiting. At most ``MOST``.

    The number of queries does not depend on theirs.
    """
    reports = list(reports)
    if not reports:
        return Effect(Action.ACCEPT)
    period = reports[0].period
    now = then = gather(period)
    answers = _answers_of_each(reports, now.indicators)
    for report in reports:
        then = _as_if(report, then, Status.ACCEPTED, answers[report.pk])
    return _between(Action.ACCEPT, _Totals(period, now), _Totals(period, then))


def _answers_of_each(reports: list[Report], indicators) -> dict[int, Answers]:
    """{report: its answers}, each as ``answers_of`` gives them, in one query; of details nothing is added up."""
    codes = {indicator.pk: indicator.code for indicator in indicators}
    rows = Figure.objects.filter(report__in=reports, indicator__in=codes)
    found = defaultdict(dict)
    for report, indicator, option, *said in rows.values_list(
        "report_id", "indicator_id", "option", "value", "nothing", "estimate"
    ).iterator(chunk_size=5000):
        value, nothing, estimate = said
        found[report][Cell(codes[indicator], option)] = Answer(value, nothing, estimate=estimate)
    return found


def _counts(report: Report, after: str) -> bool:
    """Whether the report enters or leaves the sums; what went back still counts among the bodies that owe."""
    return Status.ACCEPTED in (report.status, after)


# --- the period as it will be gathered -------------------------------------------------------------


def _as_if(report: Report, now: Gathered, status: str, answers: Answers) -> Gathered:
    """``now`` with ``report``, of ``answers``, in ``status``: what ``gather`` will read once the step is taken."""
    code = report.body.code
    line = next((line for line in now.bodies if line.code == code), None)
    if line is None:
        return now
    bodies = tuple(replace(old, status=status) if old.code == code else old for old in now.bodies)
    # A line of the ledger counts with the sending that it is about; what is returned takes it along.
    corrections = now.corrections
    if status == Status.RETURNED:
        corrections = tuple(each for each in corrections if each.body != code)
    comes = status == Status.ACCEPTED
    partial = {body: own for body, own in now.partial.items() if body != code}
    estimated = {body: codes for body, codes in now.estimated.items() if body != code}
    if comes and (report.gaps or line.declined):
        partial[code] = answers
    if comes and (own := _estimated_parts(now.indicators, answers)):
        estimated[code] = own
    sums = _moved(now.sums, answers, report.counting_group, 1 if comes else -1)
    return replace(now, bodies=bodies, sums=sums, partial=partial, estimated=estimated, corrections=corrections)


def _moved(sums, answers: Answers, group: str, sign: int) -> dict:
    """The ``sums`` with one body's answers added (``sign`` 1) or taken away (-1)."""
    moved = dict(sums)
    for cell, answer in answers.items():
        total = answers.get(Cell(cell.code))
        estimate = answer.estimate or (cell.option != Option.TOTAL and total is not None and total.estimate)
        old = moved.pop((cell.code, cell.option, group), Sum(0, 0, 0))
        new = Sum(
            old.total + sign * answer.amount,
            old.answered + sign,
            old.with_value + sign * (answer.value is not None),
            old.estimates + sign * estimate,
        )
        if new.answered:
            moved[cell.code, cell.option, group] = new
    return moved


def _estimated_parts(indicators, answers: Answers) -> frozenset[str]:
    """The parts of ratios whose totals the body marked as estimates."""
    parts = {code for i in indicators if i.computed for code in (i.numerator, i.denominator)}
    return frozenset(code for code in parts if (answer := answers.get(Cell(code))) and answer.estimate)


# --- two states of the province, side by side ------------------------------------------------------


class _Totals:
    """The rows, findings and coverage of one state of the period."""

    def __init__(self, period: Period, gathered: Gathered):
        self.rows = consolidate(gathered)
        self.findings = provincial_findings(self.rows, gathered.indicators, period.rules())
        missing = tuple(body.short_name for body in gathered.bodies if not body.accepted)
        self.coverage = Coverage(len(gathered.bodies) - len(missing), len(gathered.bodies), missing)


def _between(action: str, before: _Totals, after: _Totals) -> Effect:
    lines = [line for pair in zip(before.rows, after.rows, strict=True) for line in _lines(*pair)]
    was, will = ({finding.code for finding in totals.findings} for totals in (before, after))
    return Effect(
        action,
        coverage=(before.coverage, after.coverage),
        lines=tuple(sorted(lines, key=lambda line: not line.figure)),
        broken=tuple(finding for finding in after.findings if finding.code not in was),
        mended=tuple(finding for finding in before.findings if finding.code not in will),
        rows=tuple(after.rows),
        findings=after.findings,
    )


def _lines(before: Row, after: Row) -> Iterable[Line]:
    """What is new in one row: its total with its coverage, of-which and cross-checks where the figure moves."""
    if (before.total, before.coverage) != (after.total, after.coverage):
        yield _line(before, "", before.total, after.total, before.coverage.short, after.coverage.short)
    for option, amount in before.options.items():
        if _figure(amount) != _figure(after.options[option]):
            yield _line(before, str(Option(option).label), amount, after.options[option])
    others = {cross.counting_group: cross.amount for cross in after.cross}
    for cross in before.cross:
        amount = others.get(cross.counting_group)
        if amount is not None and amount != cross.amount:
            yield _line(before, _("đối chiếu của %s") % cross.label, cross.amount, amount)


def _line(row: Row, label: str, before: Amount, after: Amount, basis_before: str = "", basis: str = "") -> Line:
    return Line(
        row.code,
        row.name,
        label,
        row.shown(before),
        row.shown(after),
        basis_before or before.basis,
        basis or after.basis,
        _figure(before) != _figure(after),
    )


def _figure(amount: Amount) -> tuple:
    return amount.value, amount.mark
