"""The chase log: which bodies still owe, who was called, what they promised and whether they kept it. Append-only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from .choices import Action, Channel, Status
from .models import Call, Event, PaperEntry, Period, Report
from .typed import tidy

LONGEST_NAME, LONGEST_PHONE, LONGEST_ANSWER = 120, 30, 2000
FARTHEST = dt.timedelta(days=366)  # of a promise, from the call on
OVERDUE, RETURN_OVERDUE, OWED, ON_PAPER = range(4)  # how urgent: the order of the list
CONDITIONS = {  # the filters of the list, on what ``to_chase`` annotates
    "qua-han": Q(urgency__in=(OVERDUE, RETURN_OVERDUE)),
    "qua-hen": Q(passed=True),
    "chua-goi": Q(called=False),
}


class Refused(Exception):
    """Not possible: the argument is the sentence for the person; ``fields`` {input: sentence} what is to be mended."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None):
        super().__init__(sentence)
        self.fields = fields or {}


@dataclass(frozen=True, slots=True)
class CallsSummary:
    """The calls about one report: how many, the last one, the latest promise, how many were made and broken."""

    calls: int
    last: Call
    promised_on: dt.date | None
    promises: int
    broken: int
    passed: bool  # the latest promise is broken

    @property
    def words(self) -> str:
        """``Hẹn 3 lần, quá hẹn 2 lần``; "" without a promise."""
        if not self.promises:
            return ""
        told = {"promises": self.promises, "broken": self.broken}
        return (_("Hẹn %(promises)s lần, quá hẹn %(broken)s lần") if self.broken else _("Hẹn %(promises)s lần")) % told


# --- the door --------------------------------------------------------------------------------


@transaction.atomic
def log_call(
    report: Report,
    *,
    spoke_with: str,
    answer: str,
    by,
    phone: str = "",
    called_at: dt.datetime | None = None,
    promised_on: dt.date | None = None,
) -> Call:
    """Write down a call about ``report``; the same words sent twice are one call.

    ``called_at``: aware datetime, now by default. Raises Refused with every mistake at once.
    """
    if by.role != Role.OFFICER:
        raise Refused(_("Chỉ chuyên viên cơ quan tổng hợp ghi nhật ký đôn đốc."))
    Report.objects.select_for_update().get(pk=report.pk)  # a double click waits, and finds the first one's line
    now = timezone.now()
    told = {
        "spoke_with": " ".join(tidy(spoke_with).split()),
        "phone": " ".join(tidy(phone).split()),
        "answer": tidy(answer),
        "called_at": called_at or now,
        "promised_on": promised_on,
    }
    wrong = _mistakes(report, told, now)
    if wrong:
        raise Refused(next(iter(wrong.values())), wrong)
    known = Call.objects.filter(report=report, by=by, **told).first()
    return known or Call.objects.create(report=report, by=by, **told)


def _mistakes(report: Report, told: dict, now: dt.datetime) -> dict[str, str]:
    wrong = {}
    long = _("Dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
    limits = {"spoke_with": LONGEST_NAME, "phone": LONGEST_PHONE, "answer": LONGEST_ANSWER}
    for name, longest in limits.items():
        if len(told[name]) > longest:
            wrong[name] = long % {"length": len(told[name]), "longest": longest}
    if not told["spoke_with"]:
        wrong["spoke_with"] = _("Hãy ghi đã gặp ai; không ai nghe máy thì ghi “không ai nghe máy”.")
    if not told["answer"]:
        wrong["answer"] = _("Hãy ghi câu trả lời, ví dụ “sẽ gửi trong tuần” hoặc “không nghe máy”.")
    return wrong | _wrong_times(report, told, now)


def _wrong_times(report: Report, told: dict, now: dt.datetime) -> dict[str, str]:
    called, promised, wrong = told["called_at"], told["promised_on"], {}
    if called > now:
        wrong["called_at"] = _("Giờ gọi chưa đến; hãy ghi lúc đã gọi.")
    elif timezone.localdate(called) < report.period.data_from:
        wrong["called_at"] = _("Ngày gọi trước kỳ báo cáo này; hãy xem lại năm.")
    if promised is not None and "called_at" not in wrong:
        day = timezone.localdate(called)
        if promised < day:
            wrong["promised_on"] = _("Ngày hẹn trước ngày gọi; hãy ghi ngày cơ quan hẹn gửi.")
        elif promised > day + FARTHEST:
            wrong["promised_on"] = _("Ngày hẹn quá xa; hãy xem lại năm.")
    return wrong


# --- promises --------------------------------------------------------------------------------


def _promises(today: dt.date):
    """Calls with a promise, each with ``broken``: its day has passed and nothing had come in by then."""
    sent = Event.objects.filter(
        report=OuterRef("report"),
        action=Action.SUBMIT,
        at__gte=OuterRef("called_at"),
        at__date__lte=OuterRef("promised_on"),
    )
    paper = PaperEntry.objects.filter(
        report=OuterRef("report"),
        withdrawn_at=None,
        received_on__gte=OuterRef("called_on"),
        received_on__lte=OuterRef("promised_on"),
    )
    broken = Q(promised_on__lt=today) & ~Exists(sent) & ~Exists(paper)
    whether = Case(When(broken, then=True), default=False, output_field=BooleanField())
    promises = Call.objects.filter(promised_on__isnull=False)
    return promises.annotate(called_on=TruncDate("called_at")).annotate(broken=whether)


def calls_summary(reports: Iterable[Report], today: dt.date | None = None) -> dict[int, CallsSummary]:
    """{report_id: summary} of those that somebody was called about. One query."""
    broken = _promises(today or timezone.localdate()).filter(pk=OuterRef("pk"), broken=True)
    calls = Call.objects.filter(report__in=[report.pk for report in reports]).select_related("by")
    found: dict[int, list[Call]] = {}
    for call in calls.annotate(broken=Exists(broken)).order_by("called_at", "pk"):
        found.setdefault(call.report_id, []).append(call)
    return {report: _summary(calls) for report, calls in found.items()}


def _summary(calls: list[Call]) -> CallsSummary:
    promises = [call for call in calls if call.promised_on is not None]
    latest = promises[-1] if promises else None
    return CallsSummary(
        calls=len(calls),
        last=calls[-1],
        promised_on=latest and latest.promised_on,
        promises=len(promises),
        broken=sum(call.broken for call in promises),
        passed=latest is not None and latest.broken,
    )


def calls_of(report: Report, today: dt.date | None = None):
    """The calls about one report, the newest first, each with ``broken``."""
    broken = _promises(today or timezone.localdate()).filter(pk=OuterRef("pk"), broken=True)
    return Call.objects.filter(report=report).select_related("by").annotate(broken=Exists(broken))


# --- who is to be called ---------------------------------------------------------------------


def to_chase(period: Period, today: dt.date | None = None):
    """What bodies of a period owe, the most urgent first: each with ``urgency`` and ``due_day``.

    Never sent and overdue; returned and past the day of the return; the others by their last day; and those whose
    paper is being entered. ``called`` and ``passed`` say whether anybody was called, and whether the latest
    promise is broken.
    """
    today = today or timezone.localdate()
    deadline = Coalesce(F("extended_to"), Value(_last_day(period)), output_field=DateField())
    returned = Q(status=Status.RETURNED)
    due_day = Case(When(returned, then=Coalesce(F("return_by"), deadline)), default=deadline, output_field=DateField())
    urgency = Case(
        When(channel=Channel.PAPER, then=Value(ON_PAPER)),
        When(~returned, due_day__lt=today, then=Value(OVERDUE)),
        When(returned, return_by__lt=today, then=Value(RETURN_OVERDUE)),
        default=Value(OWED),
        output_field=IntegerField(),
    )
    calls = Call.objects.filter(report=OuterRef("pk"))
    latest = calls.filter(promised_on__isnull=False).order_by("-called_at", "-pk").values("pk")[:1]
    return (
        Report.objects.filter(period=period)
        .owed(today)
        .annotate(due_day=due_day, last_promise=Subquery(latest))
        .annotate(
            urgency=urgency,
            called=Exists(calls),
            passed=Exists(_promises(today).filter(pk=OuterRef("last_promise"), broken=True)),
        )
        .order_by("urgency", "due_day", "position")
    )


def _last_day(period: Period) -> dt.date:
    return timezone.localdate(period.late_from) - dt.timedelta(days=1)


def counts(owed) -> dict[str, int]:
    """{filter: number of reports}; "" all of them. One query."""
    asked = {name.replace("-", "_"): Count("pk", filter=condition) for name, condition in CONDITIONS.items()}
    found = owed.order_by().aggregate(all=Count("pk"), **asked)
    return {"": found["all"]} | {name: found[name.replace("-", "_")] for name in CONDITIONS}


# --- numbers to dial -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """``shown`` as it was typed, ``dialled`` for a telephone: digits with a plus in front, "" where there are none."""

    shown: str
    dialled: str


def numbers_in(text: str) -> list[Number]:
    """The telephone numbers of a field: ``0207.3822.123; 0912 345 678`` holds two."""
    parts = [part.strip() for part in text.replace(";", ",").replace("/", ",").split(",")]
    return [Number(part, _dialled(part)) for part in parts if part]


def _dialled(part: str) -> str:
    digits = "".join(sign for sign in part if sign.isascii() and sign.isdigit())
    return "" if len(digits) < 3 else ("+" if part.startswith("+") else "") + digits


def contacts_of(body, people) -> list[dict]:
    """Whom to call: the people with an account, then the office; each with the numbers to dial."""
    lines = [{"name": str(person), "role": person.get_role_display(), "phone": person.phone} for person in people]
    lines.append({"name": body.short_name, "role": _("điện thoại cơ quan"), "phone": body.phone})
    return [line | {"numbers": numbers_in(line["phone"])} for line in lines]
