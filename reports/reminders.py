"""Telling bodies that a deadline comes near or has passed. A timer runs it, any number of times, also at once.

Each body has its own last day in time, more time granted included. The key of a reminder carries that day: running
again tells nothing twice, another day tells anew.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from django.db import transaction
from django.utils import timezone

from directives.models import Holiday
from directives.working_days import is_working_day, working_days_between

from .choices import Action, MailState, NoticeKind
from .models import Event, Notice, Report
from .models.notices import POINTLESS
from .post import Post, about, day, in_vietnamese, key_of, page_of, people_of, time_left

# Working days left, the tightest first: a body hears only of the bracket that it is in.
BRACKETS = {NoticeKind.DUE_1: 1, NoticeKind.DUE_7: 7, NoticeKind.DUE_30: 30}
REMINDERS = (*BRACKETS, NoticeKind.OVERDUE)
NEWER = "Đã có thư nhắc mới hơn."  # stored: Vietnamese whatever the screen
REPORTS = 500  # of one transaction


class Calendar:
    """The days on which offices work. One query."""

    def __init__(self):
        self.days = Holiday.objects.all().as_sets()
        self.left = cache(lambda start, end: working_days_between(start, end, *self.days))

    def is_working_day(self, on: dt.date) -> bool:
        return is_working_day(on, *self.days)


@dataclass(frozen=True, slots=True)
class Reminder:
    """``key`` and ``values`` as ``post.Post.add`` takes them."""

    report: Report
    kind: str
    key: str
    values: dict[str, str]


def reminder_for(report: Report, known: dt.date, today: dt.date, calendar: Calendar) -> Reminder | None:
    """What the body of an owed report is to hear on ``today``, or None. Language: as it is set.

    ``known``: the day on which it was told of its deadline; what had begun by then is not told once more.
    """
    if report.on_paper:  # its paper lies with the officers
        return None
    if report.is_there:
        return _returned(report, today)
    last_day = report.last_day
    if today > last_day:
        return None if known > last_day else _overdue(report, "gửi", last_day, key=last_day.isoformat())
    left = calendar.left(today, last_day)
    for kind, most in BRACKETS.items():
        if left <= most:
            if calendar.left(known, last_day) <= most:
                return None
            values = about(report) | {"con_lai": time_left(left, last_day, today)}
            return Reminder(report, kind, last_day.isoformat(), values)
    return None


def _returned(report: Report, today: dt.date) -> Reminder | None:
    if report.return_by is None or today <= report.return_by:
        return None
    key = f"{report.version}:{report.return_by.isoformat()}"
    return _overdue(report, "sửa và gửi lại", report.return_by, key=key)


def _overdue(report: Report, doing: str, last_day: dt.date, *, key: str) -> Reminder:
    values = about(report) | {"viec": doing, "ngay_cuoi": day(last_day)}
    return Reminder(report, NoticeKind.OVERDUE, key, values)


@in_vietnamese
def remind(at=None) -> int:
    """Write what is to be told at ``at`` (now by default); returns the number of new notices.

    On a day on which offices do not work nothing is told. A fixed number of statements for so many reports.
    """
    at = at or timezone.now()
    today, calendar = timezone.localdate(at), Calendar()
    Notice.objects.pointless(at).stop(POINTLESS, at)
    if not calendar.is_working_day(today):
        return 0
    post, last, told = Post(at), 0, 0
    while last is not None:
        with transaction.atomic():
            last, new = _remind_some(post, last, today, calendar)
        told += new
    return told


def _remind_some(post: Post, after: int, today: dt.date, calendar: Calendar) -> tuple[int | None, int]:
    """The next reports after number ``after``: (the last one's number, None at the end; new notices)."""
    owed = Report.objects.owed(today).select_related("period", "body").filter(pk__gt=after).order_by("pk")
    reports = list(owed[:REPORTS])
    known = _known_since(reports)
    reminders = [found for report in reports if (found := reminder_for(report, known[report.pk], today, calendar))]
    new = _write(post, reminders) if reminders else 0
    return (reports[-1].pk if len(reports) == REPORTS else None), new


def _known_since(reports: list[Report]) -> dict[int, dt.date]:
    """{report: the day of the opening of its round, or that on which more time was granted}. One query."""
    extended = [report.pk for report in reports if report.extended_to]
    granted = Event.objects.filter(report__in=extended, action=Action.EXTEND).order_by("pk")
    told = {report.pk: report.period.opened_at for report in reports} | dict(granted.values_list("report", "at"))
    return {report: timezone.localdate(moment) for report, moment in told.items()}


def _write(post: Post, reminders: list[Reminder]) -> int:
    reports = [each.report.pk for each in reminders]
    had = set(Notice.objects.filter(report__in=reports, kind__in=REMINDERS).values_list("recipient_id", "key"))
    people = people_of({each.report.body_id for each in reminders})
    for each in reminders:
        key = key_of(each.kind, each.key, each.report)
        new = [person for person in people[each.report.body_id] if (person.pk, key) not in had]
        post.add(each.kind, each.key, new, each.values, url=page_of("report", each.report), report=each.report)
    kinds: dict[str, list[int]] = {}
    for notice in post.notices:
        kinds.setdefault(notice.kind, []).append(notice.report_id)
    told = len(post.notices)
    post.store()
    for kind, of in kinds.items():
        _stop_looser(kind, of, post.at)
    return told


def _stop_looser(kind: str, reports: list[int], at) -> None:
    """A reminder that still waits when the next one is written would tell of more days than there are."""
    order = [NoticeKind.DUE_30, NoticeKind.DUE_7, NoticeKind.DUE_1, NoticeKind.OVERDUE]
    looser = order[: order.index(kind)]
    waiting = Notice.objects.filter(mail__in=(MailState.WAITING, MailState.RELEASED), kind__in=looser)
    waiting.filter(report__in=reports).stop(NEWER, at)
