"""What a successor needs on one page, and how the head of a body closes the account of somebody who has left.

Nothing is bound to a person: reports, drafts, points and petitions belong to the body, and what the
predecessor did stays under their name. A closed account signs in no more and is not deleted.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role
from directives.models import Holiday, User
from directives.working_days import working_days_between

from .choices import BACK, EDITABLE, Status
from .models import Edit, Event, Petition, Point, Receipt, Report, TaskResult
from .parts import Part
from .permissions import YES, Verdict
from .typed import tidy

OPEN_REPORTS = 20
LAST_SENT = 3
PEOPLE = 50
LONGEST = 500  # letters of the reason
CLOSED = "Đóng tài khoản từ trang bàn giao của cơ quan; lý do: %s"  # kept for the back office: always Vietnamese


class NotClosed(Exception):
    """The account stays open; the argument is the sentence for the person who tried."""


# --- the page -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a draft that was begun: who wrote last, and when."""

    title: str
    by: object
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """A report that is not accepted yet. ``points``: (place, words) of what an officer still wants put right."""

    report: Report
    overdue: bool
    days_left: int
    next_step: str
    points: tuple[tuple[str, str], ...]
    returned: Event | None
    written: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that was sent; ``receipt``: whether there is one of its latest sending."""

    report: Report
    receipt: bool


@dataclass(frozen=True, slots=True)
class LateYear:
    """The year before the newest one: how many reports were owed, and those that were late."""

    year: int
    owed: int
    late: tuple[Report, ...]


def handover_of(user, at: dt.datetime | None = None) -> dict:
    """The context of the page for a person who acts for a body, at ``at`` (now by default); fixed queries."""
    at = at or timezone.now()
    own = Report.objects.of_own_body(user).select_related("period__obligation", "body")
    unsettled = own.exclude(status__in=(Status.ACCEPTED, Status.EXEMPT))
    open_reports = list(unsettled.order_by("-period__year", "-period__due_on")[:OPEN_REPORTS])
    newest = own.order_by("-period__year", "-period__due_on").first()
    return {
        "body": user.body,
        "today": timezone.localdate(at),
        "duties": _duties(open_reports, at),
        "sent": _sent(own),
        "petitions": Petition.objects.waiting()
        .filter(report__in=own.values("pk"))
        .select_related("report__period", "by"),
        "people": colleagues(user.body),
        "officers": User.objects.filter(role=Role.OFFICER, is_active=True).order_by("last_name", "username")[:PEOPLE],
        "lead": newest.period.lead_name if newest else "",
        "obligation": newest.period.obligation if newest else None,
        "late": _late_last_year(own, newest, at),
    }


def colleagues(body):
    """The active accounts of a body: who drafts and who signs."""
    return body.people.filter(is_active=True).order_by("role", "last_name", "username")


def _duties(reports: list[Report], at) -> list[Duty]:
    today = timezone.localdate(at)
    holidays = Holiday.objects.filter(day__gte=today).as_sets()
    points, returned, written = _open_points(reports), _returns(reports), _written(reports)
    return [
        Duty(
            report,
            report.is_overdue(at),
            working_days_between(today, report.last_day, *holidays),
            _next_step(report),
            tuple(points.get(report.pk, ())),
            returned.get(report.pk),
            tuple(written.get(report.pk, ())),
        )
        for report in reports
    ]


def _next_step(report: Report) -> str:
    """Who acts next, in a sentence."""
    if report.with_signatory:
        return _("Đang chờ người ký của cơ quan đọc và gửi, hoặc chuyển lại.")
    return {
        Status.DRAFT: _("Cơ quan điền tiếp rồi gửi."),
        Status.RETURNED: _("Cơ quan sửa các điểm đã nêu rồi gửi lại."),
        Status.SUBMITTED: _("Chờ cơ quan tổng hợp duyệt hoặc trả lại."),
    }[Status(report.status)]


def _open_points(reports) -> dict[int, list[tuple[str, str]]]:
    """{report: [(where, what)]} of the latest return, without those that are ticked as put right."""
    back = {report.pk: report for report in reports if report.status == Status.RETURNED}
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Point.objects.filter(report__in=back, version=F("report__version"), done_at=None)
    for point in rows.order_by("report", "position"):
        part = Part(back[point.report_id], point.part)
        place = f"{part.title}: {part.label(point.name)}" if point.name else part.title
        found.setdefault(point.report_id, []).append((place, point.words))
    return found


def _returns(reports) -> dict[int, Event]:
    """{report: the latest return}, for the officer's words about the whole report."""
    back = [report.pk for report in reports if report.status == Status.RETURNED]
    events = Event.objects.filter(report__in=back, action__in=BACK).select_related("by").defer("content")
    return {event.report_id: event for event in events.order_by("at", "pk")}


def _written(reports) -> dict[int, list[Written]]:
    """{report: the parts begun}, in the order of the form, for reports that the body can write into."""
    drafts = {report.pk: report for report in reports if report.status in EDITABLE}
    found: dict[int, list[Written]] = {}
    results = TaskResult.objects.filter(report__in=drafts).exclude(updated_by=None).select_related("updated_by")
    for result in results.order_by("report", "number"):
        title = Part(drafts[result.report_id], result.number).title
        found.setdefault(result.report_id, []).append(Written(title, result.updated_by, result.updated_at))
    around = Edit.objects.filter(report__in=drafts, part=None)
    for edit in around.newest("report"):
        title = Part(drafts[edit.report_id], None).title
        found.setdefault(edit.report_id, []).append(Written(title, edit.by, edit.at))
    return found


def _sent(own) -> list[Sent]:
    reports = list(own.exclude(first_submitted_at=None).order_by("-first_submitted_at")[:LAST_SENT])
    receipts = set(Receipt.objects.filter(event__report__in=reports).values_list("event__report_id", "event__version"))
    return [Sent(report, (report.pk, report.version) in receipts) for report in reports]


def _late_last_year(own, newest: Report | None, at) -> LateYear | None:
    if newest is None:
        return None
    year = newest.period.year - 1
    reports = list(own.filter(period__year=year).order_by("period__due_on"))
    late = tuple(report for report in reports if report.on_time is False or report.is_overdue(at))
    return LateYear(year, len(reports), late)


# --- the account of somebody who has left -------------------------------------------------------


def may_close(user, person) -> Verdict:
    """Whether ``user`` may close the account of ``person``: the body's signatory, a reporter of the same body."""
    if user.role != Role.SIGNATORY or not user.is_active:
        return Verdict(False, _("Chỉ người ký báo cáo của cơ quan được đóng tài khoản của người lập báo cáo."))
    if person.pk == user.pk:
        return Verdict(False, _("Bạn không đóng được tài khoản của chính mình; hãy nhờ quản trị."))
    if person.body_id != user.body_id or person.role != Role.REPORTER:
        return Verdict(False, _("Bạn chỉ đóng được tài khoản của người lập báo cáo thuộc cơ quan mình."))
    if not person.is_active:
        return Verdict(False, _("Tài khoản này đã được đóng rồi."))
    return YES


@transaction.atomic
def close_account(person: User, *, by: User, reason: str) -> User:
    """Close a reporter's account, end its sessions and note who did it and why; returns the person as stored.

    The note stands in the back office beside the account. The signatory who closes stays, so a body never loses
    its last active account here. Raises NotClosed with the sentence.
    """
    # The body's accounts are held in one order, so that two who close at once follow one another.
    people = {p.pk: p for p in User.objects.select_for_update().filter(body_id=by.body_id).order_by("pk")}
    by, person = people.get(by.pk, by), people.get(person.pk, person)
    verdict = may_close(by, person)
    if not verdict:
        raise NotClosed(verdict.reason)
    reason = tidy(reason)
    if not reason:
        raise NotClosed(_("Hãy ghi lý do đóng tài khoản, ví dụ: chuyển công tác từ ngày 01/7/2021."))
    if len(reason) > LONGEST:
        sentence = _("Lý do dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
        raise NotClosed(sentence % {"length": len(reason), "longest": LONGEST})
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, CLOSED % reason, single_object=True)
    return person


def _end_sessions(person: User) -> None:
    """A closed account is refused at its next request anyway; no session may wake up when it is opened again."""
    ended = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=ended).delete()
