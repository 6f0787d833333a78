"""Takes a period's accepted figures out of the database and has them consolidated. Reads only.

The database adds up what was reported (one GROUP BY, ``Figure.objects.sums``); ``consolidation`` puts the ledger's
lines in their places and decides what the sums mean. Single figures are fetched only for the bodies that left
something out, for those whose totals are corrected, or when the cells of every body are wanted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Count
from django.utils import timezone

from directives.choices import DueRule, Option
from directives.models import Target as TargetRow
from directives.models import late_from

from . import rollup
from .answers import Answer, Cell
from .bodies import BodyLine, Excused
from .breaks import breaks_since
from .choices import OverviewPart, Status
from .consolidation import Gathered, Sum, consolidate, in_place, provincial_findings
from .jumps import Moved, explained_by, jumps_among
from .ledger import Used, ledger_lines
from .models import Attachment, Correction, Event, Explanation, Figure, Overview, Period, Report, TaskResult
from .models.figures import exact, plain
from .parts import JUMP
from .summary import Letterhead, Section, Summary, Target, Text


def summarise(
    period: Period, *, cells: bool = False, texts: bool = False, reasons: bool = False, ready: bool = False
) -> Summary:
    """The Summary of ``period``; with ``cells`` every body's figure, with ``texts`` every accepted body's words.

    With ``reasons`` (and with ``texts``) the bodies' jumps against last year and what they explained. ``ready``: from
    the totals kept ready (``rollup``), which a recount proves equal. A fixed number of queries, whatever the number
    of bodies.
    """
    now = gather(period, cells=cells, ready=ready)
    before_period = period.previous()
    unsure = [body.code for body in now.bodies if not body.accepted or body.code in now.partial]
    before = gather(before_period, known=unsure, ready=ready) if before_period else None
    rows = consolidate(now, before)
    if before:
        broken = breaks_since(before_period, before, period, now)
        rows = [replace(row, broken=broken[row.code]) if row.code in broken else row for row in rows]
    return Summary(
        code=period.code,
        year=period.year,
        name=period.name,
        subject=period.obligation.subject_vi,
        data_from=period.data_from,
        data_to=period.data_to,
        due_words=period.due_words,
        letterhead=_letterhead(period),
        simulated=period.simulated,
        made_at=timezone.now(),
        bodies=now.bodies,
        sections=_sections(period, rows, now.bodies, texts),
        findings=provincial_findings(rows, now.indicators, period.rules()),
        previous_year=before_period.year if before_period else None,
        ledger=ledger_lines(now.ledger, now.indicators, now.bodies),
        excused=_excused(period),
        targets=targets_of(now.indicators),
        rules=tuple((linear.left, linear.compare, linear.right) for _rule, linear in period.rules()),
        overview=_overview(period, now.bodies) if texts else {},
        **(_annex(period, before_period, now, before) if texts or reasons else {}),
    )


def gather(
    period: Period, *, cells: bool = False, only: str | None = None, known: Iterable[str] = (), ready: bool = False
) -> Gathered:
    """Accepted figures of ``period`` as plain data; ``only`` limits ``cells`` to one indicator and its parts.

    ``known``: codes of bodies whose totals are wanted too, by somebody who compares years.
    """
    indicators = period.indicators()
    codes = {indicator.pk: indicator.code for indicator in indicators}
    bodies, gappy = _bodies(period)
    sums = {
        (codes[indicator], option, group): Sum(total or 0, *counts)
        for indicator, option, group, total, *counts in (rollup if ready else Figure.objects).sums(period)
        if indicator in codes
    }
    estimated = _estimates(period, indicators, sums) if any(found.estimates for found in sums.values()) else {}
    figures = Figure.objects.of_accepted(period)
    return Gathered(
        indicators=indicators,
        bodies=bodies,
        sums=sums,
        partial=answers_in(figures.filter(report__in=Report.objects.incomplete(period)), codes, gappy) if gappy else {},
        cells=answers_in(_limited(figures, indicators, only), codes) if cells else None,
        estimated=estimated,
        corrections=_corrections(period, codes),
        known=_known(figures, codes, known) if known else {},
    )


def _known(figures, codes, bodies) -> dict[str, dict[Cell, Answer]]:
    return answers_in(figures.filter(option=Option.TOTAL, report__body__code__in=bodies), codes)


def _corrections(period, codes) -> tuple[Used, ...]:
    """The lines in force of the reports that wait or are accepted."""
    lines = Correction.objects.in_force().with_the_province(period).select_related("by", "indicator", "report__body")
    return tuple(
        Used(
            body=line.report.body.code,
            cell=line.cell,
            reported=line.answer_reported,
            used=_answer(line.value, line.nothing, line.estimated),
            estimated=line.estimated,
            reason=line.reason,
            by=str(line.by),
            at=line.at,
        )
        for line in lines.order_by("pk")
        if line.indicator_id in codes
    )


def _estimates(period, indicators, sums) -> dict[str, frozenset[str]]:
    """Add to ``sums`` the of-which figures of rows marked as estimates; {body: its estimated parts of ratios}."""
    codes = {indicator.pk: indicator.code for indicator in indicators}
    for indicator, option, group, found in Figure.objects.parts_of_estimates(period):
        key = (codes.get(indicator), option, group)
        if key in sums:
            sums[key] = replace(sums[key], estimates=sums[key].estimates + found)
    parts = {code for i in indicators if i.computed for code in (i.numerator, i.denominator)}
    wanted = [indicator.pk for indicator in indicators if indicator.code in parts]
    totals = Figure.objects.of_accepted(period).filter(option=Option.TOTAL, estimate=True, indicator__in=wanted)
    estimated = defaultdict(set)
    for body, indicator in totals.values_list("report__body__code", "indicator_id"):
        estimated[body].add(codes[indicator])
    return {body: frozenset(found) for body, found in estimated.items()}


def _limited(figures, indicators, only):
    if only is None:
        return figures
    chosen = next(i for i in indicators if i.code == only)
    wanted = {only, chosen.numerator, chosen.denominator}
    return figures.filter(indicator__in=[i.pk for i in indicators if i.code in wanted])


def _bodies(period: Period) -> tuple[tuple[BodyLine, ...], list[str]]:
    declined = defaultdict(set)
    for report, number in TaskResult.objects.filter(report__period=period, not_ours=True).values_list(
        "report", "number"
    ):
        declined[report].add(number)
    late = period.late_from
    files = Attachment.objects.standing().filter(report__period=period).values_list("report").annotate(Count("pk"))
    counted = dict(files.order_by())
    lines, gappy = [], []
    fields = (
        "pk body__code name short_name group counting_group status first_submitted_at submitted_at version gaps "
        "extended_to"
    )
    for row in (
        Report.objects.filter(period=period).expected().in_protocol_order().values_list(*fields.split(), named=True)
    ):
        first = row.first_submitted_at
        lines.append(
            BodyLine(
                code=row.body__code,
                name=row.name,
                short_name=row.short_name,
                group=row.group,
                counting_group=row.counting_group,
                status=row.status,
                first_submitted_at=first,
                submitted_at=row.submitted_at,
                on_time=None
                if first is None or row.status == Status.DRAFT
                else first < (_extended(row.extended_to) or late),
                version=0 if row.status == Status.DRAFT else row.version,  # taken back: nothing to be read
                declined=frozenset(declined.get(row.pk, ())),
                files=counted.get(row.pk, 0) if row.status == Status.ACCEPTED else 0,  # of drafts nobody is to know
            )
        )
        if row.status == Status.ACCEPTED and (row.gaps or row.pk in declined):
            gappy.append(row.body__code)
    return tuple(lines), gappy


def targets_of(indicators) -> dict[str, tuple[Target, ...]]:
    """{code: its national targets by year} of the ratios among ``indicators``. One query."""
    ratios = [indicator.code for indicator in indicators if indicator.computed]
    found: dict[str, list[Target]] = {}
    for row in TargetRow.objects.filter(code__in=ratios).order_by("code", "year"):
        target = Target(row.code, row.year, plain(row.value), row.at_least, row.source)
        found.setdefault(row.code, []).append(target)
    return {code: tuple(targets) for code, targets in found.items()}


def _excused(period) -> tuple[Excused, ...]:
    """The bodies of the round that ``Report.objects.expected`` leaves out, in protocol order."""
    reports = Report.objects.filter(period=period)
    left_out = reports.exclude(pk__in=reports.expected().values("pk")).select_related("body").in_protocol_order()
    exempted = Event.objects.exemptions_of(left_out)
    return tuple(_excuse(report, exempted.get(report.pk)) for report in left_out)


def _excuse(report: Report, exempted: Event | None) -> Excused:
    exempt = report.status == Status.EXEMPT
    return Excused(
        code=report.body.code,
        name=report.name,
        short_name=report.short_name,
        group=report.group,
        exempt=exempt,
        day=(exempted and timezone.localdate(exempted.at)) if exempt else report.body.valid_to,
        reason=exempted.note if exempted else "",
    )


def _extended(last_day):
    """The first late moment of a body that was given until the end of ``last_day``; None without more time."""
    return late_from(last_day, DueRule.BY) if last_day else None


def answers_in(figures, codes, bodies=()) -> dict[str, dict[Cell, Answer]]:
    """{body code: {Cell: Answer}}; the ``bodies`` are there even when they answered nothing."""
    found: dict[str, dict[Cell, Answer]] = {body: {} for body in bodies}
    cells, answers = _Cells(codes), _Answers()
    for body, rows in figures.by_body():
        own = {
            cells[indicator, option]: answers[value, nothing, estimate]
            for indicator, option, value, nothing, estimate in rows
        }
        own.pop(None, None)
        if own:
            found[body] = own
    return found


class _Cells(dict):
    """{(indicator id, option): Cell}, each made once; None for an indicator that is not asked for."""

    def __init__(self, codes):
        super().__init__()
        self.codes = codes

    def __missing__(self, key):
        indicator, option = key
        self[key] = Cell(self.codes[indicator], option) if indicator in self.codes else None
        return self[key]


class _Answers(dict):
    """{(thousandths, nothing, estimate): Answer}, each made once: most figures of a province are small numbers."""

    def __missing__(self, key):
        value, nothing, estimate = key
        self[key] = _answer(exact(value), bool(nothing), bool(estimate))
        return self[key]


def _annex(period, before_period, now: Gathered, before: Gathered | None) -> dict:
    """The Summary's ``jumps`` and ``explained``, each with the reason that the accepted report gives."""
    reasons = {"jumps": {}, "rules": {}}
    texts = Explanation.objects.filter(report__period=period, report__status=Status.ACCEPTED)
    for body, code, text in texts.values_list("report__body__code", "rule_code", "text"):
        if text.strip():
            kind = "jumps" if code.startswith(JUMP) else "rules"
            reasons[kind][body, code.removeprefix(JUMP)] = text
    moved = _moved(period, before_period, now, before) if before_period else ()
    answers = _explaining(period, now) if reasons["rules"] else {}
    return {
        "jumps": jumps_among(moved, now.indicators, now.bodies, reasons["jumps"]),
        "explained": explained_by(period.rules(), now.indicators, now.bodies, answers, reasons["rules"]),
    }


def _moved(period, before_period, now: Gathered, before: Gathered) -> list[Moved]:
    """What may be a jump: of reported totals the database says it, of corrected ones every pair is looked at."""
    codes = {indicator.pk: indicator.code for indicator in now.indicators}
    this_year, last_year = (_corrected_totals(gathered) for gathered in (now, before))
    corrected = {*this_year, *last_year}
    found = [
        Moved(body, codes[indicator], before=_answer(*was), now=_answer(*this))
        for body, indicator, this, was in Figure.objects.moved_since(period, before_period)
        if indicator in codes and (body, codes[indicator]) not in corrected
    ]
    if corrected:
        used = _totals(period, now, corrected) | this_year
        was = _totals(before_period, before, corrected) | last_year
        asked = set(codes.values())
        found += [
            Moved(
                *pair, before=was[pair], now=used[pair], corrected=pair in this_year, before_corrected=pair in last_year
            )
            for pair in sorted(corrected)
            if pair in used and pair in was and pair[1] in asked
        ]
    return found


def _corrected_totals(gathered: Gathered) -> dict[tuple[str, str], Answer]:
    """{(body code, indicator code): what is used} of the corrected totals."""
    return {(line.body, line.cell.code): line.used for line in gathered.ledger if line.cell.option == Option.TOTAL}


def _totals(period, gathered: Gathered, pairs) -> dict[tuple[str, str], Answer]:
    """{(body code, indicator code): Answer} of the reported totals of ``pairs``."""
    bodies, wanted = {body for body, _code in pairs}, {code for _body, code in pairs}
    ids = {indicator.pk: indicator.code for indicator in gathered.indicators if indicator.code in wanted}
    figures = Figure.objects.of_accepted(period).filter(
        option=Option.TOTAL, indicator__in=list(ids), report__body__code__in=bodies
    )
    found = answers_in(figures, ids, ())
    return {
        (body, cell.code): answer
        for body, answers in found.items()
        for cell, answer in answers.items()
        if (body, cell.code) in pairs
    }


def _answer(value, nothing, estimate) -> Answer:
    return Answer(value, nothing, estimate=estimate)


def _explaining(period, now: Gathered) -> dict[str, dict[Cell, Answer]]:
    """The totals, as they are used, of the bodies that explained a broken rule."""
    explaining = Explanation.objects.filter(report__period=period).exclude(rule_code__startswith=JUMP)
    figures = Figure.objects.of_accepted(period).filter(option=Option.TOTAL, report__in=explaining.values("report"))
    reported = answers_in(figures, {indicator.pk: indicator.code for indicator in now.indicators}, ())
    return in_place(reported, [line for line in now.ledger if line.body in reported])


def _letterhead(period) -> Letterhead:
    lead = period.lead
    return Letterhead(
        superior=lead.superior,
        head=lead.head_name,
        office=period.lead_name,
        symbol=period.lead_symbol,
        place=lead.place,
        signing_title=lead.signing_title,
        file_note=lead.file_note,
        recipients=tuple(name.strip() for name in period.obligation.reports_to.split(";")),
        grounds=tuple(directive.citation(with_title=True) for directive in period.obligation.grounds()),
    )


def _sections(period, rows, bodies, with_texts) -> tuple[Section, ...]:
    texts = _texts(period) if with_texts else {}
    titles = [(0, "Số liệu dùng chung", "Shared figures")]
    titles += [(task.number, task.title_vi, task.title_en) for task in period.ordered_tasks()]
    sections = []
    for number, title_vi, title_en in titles:
        own = tuple(row for row in rows if row.task == number)
        if number == 0 and not own:
            continue
        declined = tuple(body.short_name for body in bodies if body.accepted and number in body.declined)
        sections.append(Section(number, title_vi, title_en, own, tuple(texts.get(number, ())), declined))
    return tuple(sections)


def _texts(period) -> dict[int, list[Text]]:
    """What the accepted bodies wrote, by task, in protocol order; empty answers are left out."""
    found = defaultdict(list)
    results = TaskResult.objects.filter(
        report__period=period, report__status=Status.ACCEPTED, not_ours=False, number__gt=0
    ).order_by("number", "report__position")
    fields = ("number", "report__body__code", "report__name", "results", "difficulties", "proposals")
    for number, code, name, *words in results.values_list(*fields):
        if any(text.strip() for text in words):
            found[number].append(Text(name, *words, body_code=code))
    return found


def _overview(period, bodies) -> dict[str, tuple[Text, ...]]:
    found = {part: [] for part in OverviewPart.values}
    overviews = Overview.objects.filter(report__period=period, report__status=Status.ACCEPTED)
    fields = ("part", "report__body__code", "report__name", "text")
    for part, code, name, text in overviews.order_by("report__position").values_list(*fields):
        if text.strip():
            found[part].append(Text(name, text, body_code=code))
    return {part: tuple(texts) for part, texts in found.items()}
