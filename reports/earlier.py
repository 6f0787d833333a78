"""What the same body said in earlier years: shown beside this year's fields, never copied into a figure."""

from collections.abc import Iterable

from django.db.models import Q

from .answers import Answer, Answers, Cell
from .choices import PeriodKind, Status
from .models import Figure, Overview, Report, TaskResult
from .parts import WORDS

YEARS = 5  # of figures beside a field


def earlier_figures(report: Report, codes: Iterable[str], years: int = YEARS) -> dict[Cell, list[tuple[int, Answer]]]:
    """{Cell: [(year, Answer), …]} from the body's accepted annual reports before this period, the newest first.

    Matched by the indicator's code, so an indicator keeps its series when a new edition of the catalogue comes.
    """
    period = report.period
    rows = (
        Figure.objects.filter(
            report__body_id=report.body_id,
            report__period__obligation_id=period.obligation_id,
            report__period__kind=PeriodKind.ANNUAL,
            report__period__year__range=(period.year - years, period.year - 1),
            report__status=Status.ACCEPTED,
            indicator__code__in=list(codes),
        )
        .order_by("-report__period__year")
        .values_list("report__period__year", "indicator__code", "option", "value", "nothing", "detail", "estimate")
    )
    found: dict[Cell, list[tuple[int, Answer]]] = {}
    for year, code, option, *answer in rows:
        found.setdefault(Cell(code, option), []).append((year, Answer(*answer)))
    return found


def in_year(series: dict[Cell, list[tuple[int, Answer]]], period) -> Answers:
    """Of ``earlier_figures`` those that a jump is measured against: see ``last_years``."""
    if period.kind != PeriodKind.ANNUAL:
        return {}
    before = period.year - 1
    return {cell: answer for cell, years in series.items() for year, answer in years if year == before}


def last_years(report: Report) -> Answers:
    """{Cell: Answer} of the body's accepted report of the year before; empty for an ad hoc round or without one.

    What a jump is measured against. Its own small query: the checks run at every save.
    """
    period = report.period
    if period.kind != PeriodKind.ANNUAL:
        return {}
    rows = Figure.objects.filter(
        report__body_id=report.body_id,
        report__period__obligation_id=period.obligation_id,
        report__period__kind=PeriodKind.ANNUAL,
        report__period__year=period.year - 1,
        report__status=Status.ACCEPTED,
    ).values_list("indicator__code", "option", "value", "nothing", "detail", "estimate")
    return {Cell(code, option): Answer(*answer) for code, option, *answer in rows}


def earlier_report(report: Report) -> Report | None:
    """The body's latest annual report before this period that was sent, or None."""
    period = report.period
    sent = Report.objects.filter(
        ~Q(first_submitted_at=None),
        body_id=report.body_id,
        period__obligation_id=period.obligation_id,
        period__kind=PeriodKind.ANNUAL,
        period__year__lt=period.year,
    )
    return sent.select_related("period").order_by("-period__year").first()


def earlier_texts(report: Report, number: int | None) -> tuple[int, dict[str, str]]:
    """(year, {input name: text}) of the same part in that report, texts that say something; (0, {}) without one."""
    before = earlier_report(report)
    if before is None:
        return 0, {}
    if number is None:
        texts = dict(Overview.objects.filter(report=before).values_list("part", "text"))
    else:
        result = TaskResult.objects.filter(report=before, number=number).values(*WORDS).first()
        texts = result or {}
    return before.period.year, {name: text for name, text in texts.items() if text.strip()}
