"""The brief for leadership: one page that says where a round stands, what it found, and what waits for a decision.

Everything is taken from the Summary and from the rooms that keep it; nothing is added up here a second time. Every
list is bounded and says how many more there are, so that 7 and 124 bodies both fit on one page.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Length, Trim
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import Combine, Role
from directives.models import Indicator, User

from . import calls, suppression
from .board import THERE, board_of, counts
from .charts import OVER_YEARS, breakdowns
from .choices import Edition, Status, TaskState
from .gathering import summarise
from .jumps import Jump
from .models import Issue, Period, Petition, ProvincialReport, Question, Report, TaskResult
from .summary import Mark, Row, Summary, Target, signed

CHANGES = 5
CALLED = 8  # bodies named with whom to call
TARGETS = 6
SHORT = 100  # letters: a text with fewer says little
LONG_PAST = dt.timedelta(days=180)  # after the deadline nobody asks any more whether last year was quicker
WEAK = Decimal(1) / 3  # of the accepted reports: from here on a task is called weakly answered


@dataclass(frozen=True, slots=True)
class Standing:
    """How many bodies owe, by what became of it; ``then`` of ``then_owed`` were in on the same day last year."""

    owed: int
    accepted: int
    waiting: int
    returned: int
    unsent: int
    on_time: int
    late: int
    overdue: int
    then: int | None = None
    then_owed: int = 0
    then_day: dt.date | None = None
    excused: int = 0

    @property
    def there(self) -> int:
        """Sent at least once and not taken back."""
        return self.on_time + self.late

    @property
    def compared(self) -> str:
        """How the round goes beside last year's on the same day; "" where there was none."""
        if self.then is None:
            return ""
        words = {"day": f"{self.then_day:%d/%m/%Y}", "then": self.then, "owed": self.then_owed}
        return _("Cùng ngày năm trước (%(day)s): %(then)s/%(owed)s cơ quan đã gửi.") % words


@dataclass(frozen=True, slots=True)
class Change:
    """An indicator that moved: the province's row, and the bodies' jumps behind it.

    ``moved``: what the jumping bodies' figures changed by together; ``jump`` the largest of them, with its reason.
    ``hidden``: the figures of single bodies are left out, for a copy that leaves the office.
    """

    row: Row
    moved: Decimal
    bodies: int
    jump: Jump
    hidden: bool = False

    @property
    def told(self) -> str:
        """``12 cơ quan vượt ngưỡng, cộng lại +34``."""
        n = ngettext("%s cơ quan vượt ngưỡng", "%s cơ quan vượt ngưỡng", self.bodies) % self.bodies
        return n if self.hidden else _("%(n)s, cộng lại %(moved)s") % {"n": n, "moved": signed(self.moved)}


@dataclass(frozen=True, slots=True)
class WeakTask:
    """A task that many accepted reports answered weakly: how many of ``owed`` wrote little, left figures out, said
    that nothing arose."""

    number: int
    title: str
    owed: int
    short: int
    missing: int
    nothing: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Only what reaches the threshold, the most frequent first."""
        said = (
            (self.missing, _("%(n)s/%(owed)s cơ quan bỏ trống số liệu")),
            (self.nothing, _("%(n)s/%(owed)s cơ quan ghi toàn “không phát sinh”")),
            (self.short, _("%(n)s/%(owed)s cơ quan viết dưới %(letters)s chữ cái")),
        )
        told = sorted((pair for pair in said if self.reaches(pair[0])), key=lambda pair: -pair[0])
        return tuple(words % {"n": n, "owed": self.owed, "letters": SHORT} for n, words in told)

    def reaches(self, n: int) -> bool:
        return n > 0 and n >= WEAK * self.owed


@dataclass(frozen=True, slots=True)
class ToCall:
    """A body that has not reported: until when, and whom to call: who drafts its report, and the office."""

    report: Report
    overdue: bool
    contacts: tuple[dict, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits for the lead department or for leadership; ``url`` "" where the reader has no such page."""

    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Brief:
    """One page. ``targets``: (row, target, met or None) of the ratios that have a national target."""

    summary: Summary
    at: dt.datetime
    standing: Standing
    totals: tuple[Row, ...]
    targets: tuple[tuple[Row, Target, bool | None], ...]
    changes: tuple[Change, ...]
    weak: tuple[WeakTask, ...]
    to_call: tuple[ToCall, ...]
    more_to_call: int
    decisions: tuple[Decision, ...]
    issues: tuple[Issue, ...]
    edition: str = Edition.FULL.value


def brief_of(period: Period, user, at: dt.datetime | None = None) -> Brief:
    """The brief of ``period`` for ``user``, at ``at`` (aware datetime, now by default). A fixed number of queries."""
    at = at or timezone.now()
    summary = summarise(period, reasons=True, ready=True)
    owed = calls.to_chase(period, timezone.localdate(at))
    counted = calls.counts(owed)
    named = to_call(period, owed)
    return Brief(
        summary=summary,
        at=at,
        standing=standing(period, summary, counted["qua-han"], at),
        totals=key_totals(summary, key_codes(period)),
        targets=with_targets(summary),
        changes=largest_changes(summary, period.indicators()),
        weak=weak_tasks(period, at),
        to_call=named,
        more_to_call=counted[""] - len(named),
        decisions=decisions(period, summary, user),
        issues=tuple(issues_of(period)),
    )


def outgoing(brief: Brief) -> Brief:
    """The copy that leaves the office: of sensitive indicators only the province's totals, no figure of one body.

    No body's words, and no ratio that tells one body's figure beside the totals it rests on: the outgoing edition
    hides it (``suppression``), here it is left out.
    """
    rows = {row.code: row for row in suppression.outgoing(brief.summary).rows}
    told = {code for code, row in rows.items() if row.total.mark is not Mark.HIDDEN}
    sensitive = {code for code, row in rows.items() if row.sensitive}
    return replace(
        brief,
        totals=tuple(rows[row.code] for row in brief.totals if row.code in told),
        targets=tuple((rows[row.code], *rest) for row, *rest in brief.targets if row.code in told),
        changes=tuple(
            replace(
                each,
                row=rows[each.row.code],
                jump=replace(each.jump, reason=""),
                hidden=not sensitive.isdisjoint((each.row.code, *each.row.rests_on)),
            )
            for each in brief.changes
            if each.row.code in told
        ),
        edition=Edition.OUTGOING.value,
    )


# --- where the round stands ---------------------------------------------------------------------


def standing(period: Period, summary: Summary, overdue: int, at: dt.datetime) -> Standing:
    """``overdue``: bodies past their day, as the chase list counts them."""
    states = Counter(body.status for body in summary.bodies)
    in_time = Counter(body.on_time for body in summary.bodies)
    return Standing(
        owed=len(summary.bodies),
        accepted=states[Status.ACCEPTED],
        waiting=states[Status.SUBMITTED],
        returned=states[Status.RETURNED],
        unsent=states[Status.DRAFT],
        on_time=in_time[True],
        late=in_time[False],
        overdue=overdue,
        excused=len(summary.excused),
        **_same_day_last_year(period, at),
    )


def _same_day_last_year(period: Period, at: dt.datetime) -> dict:
    """How many of last year's bodies had sent by the same day and hour; nothing once the round is long past."""
    before = period.previous()
    if before is None or at > period.late_from + LONG_PAST:
        return {}
    local = timezone.localtime(at)
    day = local.replace(year=local.year - 1, day=min(local.day, 28) if local.month == 2 else local.day)
    found = (
        Report.objects.filter(period=before)
        .expected(timezone.localdate(day))
        .aggregate(owed=Count("pk"), then=Count("pk", filter=THERE & Q(first_submitted_at__lte=day)))
    )
    return {"then": found["then"], "then_owed": found["owed"], "then_day": day.date()}


# --- what was found -----------------------------------------------------------------------------


def key_codes(period: Period) -> tuple[str, ...]:
    """The indicators of the brief, in the order of the catalogue: as the office set them, else by rule.

    By rule: of each task the obligatory figure on which the most rules and ratios lean; every whole that is broken
    down into groups; and what is charted over the years.
    """
    if settings.BRIEF_INDICATORS:
        return tuple(settings.BRIEF_INDICATORS)
    indicators = period.indicators()
    leaned = Counter(code for _rule, linear in period.rules() for code in set(linear.codes))
    leaned.update(code for i in indicators if i.computed for code in (i.numerator, i.denominator))
    chosen = {*breakdowns(period.rules()), *OVER_YEARS}
    for task in {i.task_number for i in indicators}:
        core = [i for i in indicators if i.task_number == task and i.core and i.combine == Combine.SUM]
        chosen |= {max(core, key=lambda i: leaned[i.code]).code} if core else set()
    return tuple(i.code for i in indicators if i.code in chosen)


def key_totals(summary: Summary, codes: Iterable[str]) -> tuple[Row, ...]:
    """The rows with these codes; one that this round does not ask for is left out."""
    rows = {row.code: row for row in summary.rows}
    return tuple(rows[code] for code in codes if code in rows)


def with_targets(summary: Summary) -> tuple[tuple[Row, Target, bool | None], ...]:
    """(row, the target that comes next, whether it is met) of the first few rows that have one."""
    found = []
    for row in summary.rows:
        target, value = summary.target_of(row.code), row.total.value
        if target is not None:
            found.append((row, target, None if value is None else target.met_by(value)))
    return tuple(found[:TARGETS])


def largest_changes(summary: Summary, indicators: Iterable[Indicator]) -> tuple[Change, ...]:
    """The five indicators that the bodies' jumps moved most: how many times the threshold of the province's total.

    Only figures of bodies with both years are compared, so a body that is missing is no change. The threshold is the
    indicator's own: its least size, or its percentage of last year's total, whichever is more.
    """
    rows, by_code = {row.code: row for row in summary.rows}, {i.code: i for i in indicators}
    jumps: dict[str, list[Jump]] = {}
    for jump in summary.jumps or ():
        if not jump.cross and jump.code in rows:
            jumps.setdefault(jump.code, []).append(jump)
    found = []
    for code, own in jumps.items():
        moved = sum((jump.change for jump in own), Decimal(0))
        largest = max(own, key=lambda jump: (jump.change * (1 if moved >= 0 else -1), bool(jump.reason)))
        size = abs(moved) / _allowed(by_code[code], rows[code])
        found.append((size, Change(rows[code], moved, len(own), largest)))
    found.sort(key=lambda pair: -pair[0])  # equal ones stay in the order of the catalogue
    return tuple(change for _size, change in found[:CHANGES])


def _allowed(indicator: Indicator, row: Row) -> Decimal:
    before = row.previous.value if row.previous is not None else None
    return max(Decimal(indicator.jump_least), indicator.jump_percent * (before or Decimal(0)) / 100, Decimal(1))


def weak_tasks(period: Period, at: dt.datetime) -> tuple[WeakTask, ...]:
    """The tasks where at least a third of the accepted reports that owe them wrote little, left figures out or said
    that nothing arose; the weakest first. Three queries."""
    accepted = board_of(period, at).filter(status=Status.ACCEPTED)
    states = {line.state: line.tasks for line in counts(accepted, period)}
    little = (
        TaskResult.objects.filter(report__period=period, report__status=Status.ACCEPTED, not_ours=False)
        .annotate(letters=Length(Trim("results")))
        .filter(letters__lt=SHORT)
    )
    short = dict(little.order_by().values_list("number").annotate(Count("pk")))
    found = []
    for place, task in enumerate(period.ordered_tasks()):
        answered, nothing, missing = (
            states[state][place] for state in (TaskState.ANSWERED, TaskState.NOTHING, TaskState.MISSING)
        )
        owed = answered + nothing + missing
        line = WeakTask(task.number, task.title, owed, min(short.get(task.number, 0), owed), missing, nothing)
        found += [line] if line.reasons else []
    return tuple(sorted(found, key=lambda line: -(line.short + line.missing + line.nothing)))


# --- who is to be called, what waits ------------------------------------------------------------


def to_call(period: Period, owed) -> tuple[ToCall, ...]:
    """The first few of ``calls.to_chase``, the most urgent first. Two queries."""
    people = User.objects.filter(is_active=True).order_by("role", "last_name", "username")
    listed = owed.select_related("body").prefetch_related(Prefetch("body__people", people, to_attr="contacts"))
    found = []
    for report in listed[:CALLED]:
        report.period = period  # known already: spares a query per row
        late = report.urgency in (calls.OVERDUE, calls.RETURN_OVERDUE)
        found.append(ToCall(report, late, responsible(calls.contacts_of(report.body, report.body.contacts))))
    return tuple(found)


def responsible(contacts: list[dict]) -> tuple[dict, ...]:
    """The first person with a number and the office; the first person where nobody has one."""
    *people, office = contacts
    found = [person for person in people if person["numbers"]][:1] or people[:1]
    return (*found, office) if office["numbers"] or not found else tuple(found)


def decisions(period: Period, summary: Summary, user) -> tuple[Decision, ...]:
    """What waits, for officers with the page where it is done. A fixed number of queries."""
    officer = user.role == Role.OFFICER
    states = Counter(body.status for body in summary.bodies)
    asked = Petition.objects.waiting().filter(report__period=period).count()
    questions = Question.objects.open().filter(period=period).count()
    drafts = ProvincialReport.objects.filter(period=period).drafts().exists()
    issued = Issue.objects.filter(provincial__period=period).exists()
    waits = (
        (asked, _("%s đề nghị của các cơ quan chờ trả lời"), "petitions" if officer else ""),
        (states[Status.SUBMITTED], _("%s báo cáo chờ chuyên viên duyệt"), "to_review" if officer else ""),
        (states[Status.RETURNED], _("%s báo cáo trả lại chưa gửi lại"), "chasing" if officer else ""),
        (questions, _("%s câu hỏi của lãnh đạo chờ trả lời"), "questions"),
    )
    found = [Decision(words % n, name and reverse(name, args=[period.code])) for n, words, name in waits if n]
    if drafts:
        words = _("Dự thảo báo cáo của tỉnh đang soạn, chưa ban hành")
        found.append(Decision(words, reverse("workshop", args=[period.code]) if officer else ""))
    elif summary.bodies and summary.coverage.complete and not issued:
        words = _("Mọi báo cáo đã được duyệt; báo cáo của tỉnh chưa soạn")
        found.append(Decision(words, reverse("workshop", args=[period.code]) if officer else ""))
    return tuple(found)


def issues_of(period: Period):
    """What was issued of a period, the newest first, without its content."""
    issues = Issue.objects.filter(provincial__period=period).select_related("provincial__period")
    return issues.defer(*Issue.LARGE).order_by("-at")[:3]


def latest_issues(limit: int = 5) -> list[Issue]:
    """The newest issued documents of all rounds, without their content. One query."""
    issues = Issue.objects.select_related("provincial__period").defer(*Issue.LARGE)
    return list(issues.order_by("-at")[:limit])
