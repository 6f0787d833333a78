"""A body's own years side by side: one row for each thing counted, one column for each annual report.

Figures are read where they are kept, so a year that is still being written shows what stands in its draft.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directives.choices import Option, ValueType
from directives.models import Indicator, Task, indicators_of

from .answers import Answer, Answers, Cell
from .choices import PeriodKind, Status
from .consolidation import computed_values
from .models import Figure, Receipt, Report, TaskResult
from .numbers import format_number
from .summary import PLACES, Mark

YEARS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One year: its report, and whether there is a receipt of its latest sending."""

    report: Report
    receipt: bool

    @property
    def accepted(self) -> bool:
        return self.report.status == Status.ACCEPTED


@dataclass(frozen=True, slots=True)
class Entry:
    """What one year says in one row. ``mark`` is "" for a figure, else the value of ``summary.Mark``.

    ``unit`` only where the year counted in another unit than the row's, ``detail`` the note beside the figure.
    """

    text: str
    mark: str = ""
    estimate: bool = False
    unit: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of the form through the years. ``label`` is "" for an indicator's own row, else the of-which."""

    code: str
    name: str
    unit: str
    label: str
    computed: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the form: 0 the shared figures, then the tasks."""

    number: int
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class History:
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]


def history_of(report: Report) -> History:
    """The annual reports of the same body under the same obligation, the newest ten, newest first.

    Matched by the indicator's code; name, unit and place come from the edition of the newest year that asked
    it, so what later editions dropped stays. Five queries for any number of years (editions are in memory).
    """
    reports = list(
        Report.objects.filter(
            body_id=report.body_id,
            period__obligation_id=report.period.obligation_id,
            period__kind=PeriodKind.ANNUAL,
        )
        .select_related("period", "body")
        .order_by("-period__year")[:YEARS]
    )
    with_receipt = set(
        Receipt.objects.filter(event__report__in=reports).values_list("event__report_id", "event__version")
    )
    columns = tuple(Column(r, (r.pk, r.version) in with_receipt) for r in reports)
    return History(columns, _groups(_years(reports), _titles(reports)))


@dataclass(frozen=True, slots=True)
class _Year:
    """One report as plain data: what it was asked, what it said, the tasks outside its functions, its ratios."""

    indicators: Mapping[str, Indicator]
    answers: Answers
    declined: frozenset[int]
    computed: Mapping[str, object]


def _years(reports: list[Report]) -> list[_Year]:
    answers: dict[int, Answers] = {report.pk: {} for report in reports}
    rows = Figure.objects.filter(report__in=reports).values_list(
        "report_id", "indicator__code", "option", "value", "nothing", "detail", "estimate"
    )
    for pk, code, option, *answer in rows:
        answers[pk][Cell(code, option)] = Answer(*answer)
    declined = set(TaskResult.objects.filter(report__in=reports, not_ours=True).values_list("report_id", "number"))
    years = []
    for report in reports:
        # An annual period asks its whole edition (``Period.indicators``), which is kept in memory.
        asked = {i.code: i for i in indicators_of(report.period.catalogue_id) if report.role_of(i)}
        own = answers[report.pk]
        theirs = frozenset(number for pk, number in declined if pk == report.pk)
        years.append(_Year(asked, own, theirs, computed_values(asked.values(), own)))
    return years


def _titles(reports: list[Report]) -> dict[int, str]:
    """{task number: title}, of the newest edition that has the task."""
    age = {report.period.catalogue_id: place for place, report in enumerate(reports)}
    tasks = sorted(Task.objects.filter(catalogue__in=age), key=lambda task: -age[task.catalogue_id])
    return {0: _("Số liệu dùng chung")} | {task.number: str(task) for task in tasks}


def _groups(years: list[_Year], titles: Mapping[int, str]) -> tuple[Group, ...]:
    newest: dict[str, Indicator] = {}
    for year in years:
        newest = newest | {code: i for code, i in year.indicators.items() if code not in newest}
    lines: dict[int, list[Line]] = {}
    for indicator in newest.values():
        lines.setdefault(indicator.task_number, []).extend(_lines(indicator, years))
    return tuple(Group(n, titles.get(n, _("Nhiệm vụ %s") % n), tuple(lines[n])) for n in sorted(lines))


def _lines(indicator: Indicator, years: list[_Year]) -> Iterable[Line]:
    """The indicator's own row, then a row for each of-which that any year had."""
    had = {option for year in years if (i := year.indicators.get(indicator.code)) for option in i.options}
    for option in (o for o in Option if o in had):
        yield Line(
            indicator.code,
            indicator.name,
            indicator.unit,
            "" if option == Option.TOTAL else str(option.label),
            indicator.computed,
            tuple(_entry(indicator, option.value, year) for year in years),
        )


def _entry(indicator: Indicator, option: str, year: _Year) -> Entry:
    then = year.indicators.get(indicator.code)
    if then is None or option not in then.options:
        return Entry(_("không hỏi"), Mark.NOT_OWED.value)
    if then.task_number in year.declined:
        return _marked(Mark.NOT_OURS)
    unit = then.unit if then.unit != indicator.unit else ""
    if then.computed:
        value = year.computed[then.code]
        return _marked(value) if isinstance(value, Mark) else Entry(format_number(value, PLACES), unit=unit)
    total = year.answers.get(Cell(then.code))
    answer = year.answers.get(Cell(then.code, option))
    if answer is None:
        # Where the matter did not arise there is nothing to break down: the empty cells beside it are not missing.
        return _marked(Mark.NOTHING if total is not None and total.nothing else Mark.MISSING)
    if answer.nothing:
        return Entry(Mark.NOTHING.words, Mark.NOTHING.value, answer.estimate, "", answer.detail)
    text = format_number(answer.value)
    if then.value_type == ValueType.YES_NO:
        text = _("Có") if answer.value else _("Không")
    return Entry(text, "", answer.estimate, unit, answer.detail)


def _marked(mark: Mark) -> Entry:
    return Entry(mark.words, mark.value)
