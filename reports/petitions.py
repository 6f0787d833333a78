"""What a body asks of the lead department, and the answer: more time, or to have a sent report back.

The one door for both: ``ask`` and ``decide``; ``grant_time`` for what was asked by telephone. Each is one
transaction that holds the report's row.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.models import Holiday
from directives.working_days import is_working_day, next_working_day

from . import notifications
from .choices import EDITABLE, Action, PetitionKind, Status
from .models import Petition, Report
from .permissions import YES, Verdict, may_decide_petitions
from .typed import tidy
from .workflow import NotAllowed, move, write_down

MOST_DAYS = 60  # more time: counted from the period's own due date, however often it is asked for; see ``last_grant``
LONGEST = 2000  # letters of a reason or an answer
# Kept in the database and read by others: Vietnamese, whatever language the writer's screen has.
TAKEN_BACK = "Theo đề nghị rút lại: %s"
EXTENDED = "Gia hạn đến hết ngày %(day)s. Lý do: %(reason)s"
REFUSED = {
    PetitionKind.MORE_TIME: "Xin thêm thời gian, không chấp thuận: %s",
    PetitionKind.TAKE_BACK: "Xin rút lại báo cáo đã gửi, không chấp thuận: %s",
}
OTHER_DAY = "Gia hạn đến hết ngày %s."
REPLACED = "Được thay bằng đề nghị mới, vì báo cáo đã được gửi lại sau đề nghị này."
HOLIDAYS_AHEAD = dt.timedelta(days=30)  # the longest chain of days off, Tết with its weekends, is far shorter


class Refused(Exception):
    """Not possible: the argument is the sentence for the person, ``field`` the input it is about ("" for none)."""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


# --- what may be asked and granted --------------------------------------------------------------


def may_ask(user, report: Report, kind: str, today: dt.date | None = None) -> Verdict:
    """Whether ``user`` may ask this of ``report`` as it stands: the body's own people, in a state where it helps."""
    if not (user.acts_for_a_body and user.body_id == report.body_id):
        return Verdict(False, _("Chỉ người của cơ quan báo cáo được gửi đề nghị."))
    if report.status == Status.EXEMPT:
        return Verdict(False, _("Cơ quan được miễn báo cáo kỳ này nên không phải xin gì thêm."))
    if kind == PetitionKind.TAKE_BACK:
        return _may_ask_back(report)
    if report.status not in EDITABLE:
        return Verdict(False, _("Báo cáo đã gửi nên không cần thêm thời gian."))
    if latest_day(report) < max(current_day(report) + dt.timedelta(days=1), today or timezone.localdate()):
        words = {"days": MOST_DAYS, "latest": f"{latest_day(report):%d/%m/%Y}"}
        sentence = _("Cổng chỉ gia hạn được %(days)s ngày sau hạn chung, tức là đến hết ngày %(latest)s.") % words
        return Verdict(False, sentence + " " + _("Muốn thêm nữa, hãy trao đổi với cơ quan tổng hợp."))
    return YES


def _may_ask_back(report: Report) -> Verdict:
    if report.status in EDITABLE:
        return Verdict(False, _("Báo cáo đang ở cơ quan nên bạn sửa được ngay, không phải xin rút lại."))
    if report.status == Status.SUBMITTED and report.opened_at is None:
        return Verdict(False, _("Chưa có chuyên viên nào mở báo cáo nên bạn tự rút lại được ngay, không phải xin."))
    return YES


def may_grant(petition: Petition) -> Verdict:
    """Whether a waiting petition still fits its report: what was asked may have been overtaken. Asks no person."""
    report = petition.report
    if report.status == Status.EXEMPT:
        return Verdict(False, _("Cơ quan được miễn báo cáo kỳ này nên không còn gì để gia hạn hay rút lại."))
    if petition.kind == PetitionKind.MORE_TIME:
        if report.status not in EDITABLE:
            return Verdict(False, _("Cơ quan đã gửi báo cáo sau đề nghị này nên không còn gì để gia hạn."))
        return YES
    if report.status in EDITABLE:
        return Verdict(False, _("Báo cáo đã về cơ quan để sửa rồi nên không còn gì để rút lại."))
    if report.submitted_at > petition.at:
        return Verdict(False, _("Cơ quan đã gửi bản mới sau đề nghị này nên đề nghị không còn đúng với bản đang có."))
    return YES


def latest_day(report: Report) -> dt.date:
    """The last day that can be asked for."""
    return report.period.due_on + dt.timedelta(days=MOST_DAYS)


def last_grant(report: Report, today: dt.date | None = None) -> dt.date:
    """The last day that an officer can grant: where the round is long past, counted from today."""
    return max(report.period.due_on, today or timezone.localdate()) + dt.timedelta(days=MOST_DAYS)


def current_day(report: Report) -> dt.date:
    """The day after which more time begins: of a returned report the one of its return, else the deadline."""
    returned_until = report.return_by if report.status == Status.RETURNED else None
    return returned_until or report.last_day


def passed(petition: Petition, today: dt.date | None = None) -> bool:
    """Whether the day that was asked for can no longer be granted as it is."""
    until = petition.until
    return until is not None and not current_day(petition.report) < until >= (today or timezone.localdate())


def _check_day(report: Report, day: dt.date | None, latest: dt.date) -> None:
    today = timezone.localdate()
    if day is None:
        raise Refused(_("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020."), "until")
    words = {"day": f"{day:%d/%m/%Y}", "last": f"{current_day(report):%d/%m/%Y}", "today": f"{today:%d/%m/%Y}"}
    words |= {"latest": f"{latest:%d/%m/%Y}", "days": MOST_DAYS}
    if day <= current_day(report):
        raise Refused(_("Hạn hiện nay là hết ngày %(last)s; hãy chọn một ngày sau đó.") % words, "until")
    if day < today:
        sentence = _("Ngày %(day)s đã qua; hãy chọn từ hôm nay, %(today)s, trở đi, muộn nhất là ngày %(latest)s.")
        raise Refused(sentence % words, "until")
    if day > latest and latest == latest_day(report):
        sentence = _("Ngày %(day)s quá xa: chỉ gia hạn được %(days)s ngày sau hạn chung, đến hết ngày %(latest)s.")
        raise Refused(sentence % words, "until")
    if day > latest:
        sentence = _("Ngày %(day)s quá xa: chỉ gia hạn được %(days)s ngày kể từ hôm nay, đến hết ngày %(latest)s.")
        raise Refused(sentence % words, "until")


def _text(text: str, field: str) -> str:
    text = tidy(text)
    if len(text) > LONGEST:
        sentence = _("Đoạn này dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
        raise Refused(sentence % {"length": len(text), "longest": LONGEST}, field)
    return text


# --- the door -----------------------------------------------------------------------------------


@transaction.atomic
def ask(report: Report, kind: str, reason: str, until: dt.date | None, by) -> Petition:
    """Ask for ``kind`` with ``reason``; for more time, until the end of the day ``until``.

    A second click with the same words gives the petition that is waiting already. Raises Refused with the
    sentence when person, state, reason or day do not fit, or another petition of the kind is waiting.
    """
    report = _held(report)
    verdict = may_ask(by, report, kind)
    if not verdict:
        raise Refused(verdict.reason)
    reason = _text(reason, "reason")
    if not reason:
        raise Refused(_("Hãy ghi lý do để cơ quan tổng hợp xem xét."), "reason")
    until = until if kind == PetitionKind.MORE_TIME else None
    waiting = report.petitions.waiting().filter(kind=kind).select_related("by").first()
    if waiting is not None and (waiting.by_id, waiting.reason, waiting.until) == (by.pk, reason, until):
        return waiting
    if waiting is not None:
        _give_way(waiting, report, by)
    if kind == PetitionKind.MORE_TIME:
        _check_day(report, until, latest_day(report))
    petition = Petition.objects.create(report=report, kind=kind, reason=reason, until=until, by=by)
    notifications.petition_asked(petition)
    return petition


def _give_way(waiting: Petition, report: Report, by) -> None:
    """A petition about an older sending makes room for the new one; any other one is answered first."""
    waiting.report = report
    if may_grant(waiting):
        words = {"by": waiting.by, "at": f"{timezone.localtime(waiting.at):%H:%M, %d/%m/%Y}"}
        raise Refused(_("Đề nghị của %(by)s gửi lúc %(at)s đang chờ trả lời; không cần gửi thêm.") % words)
    waiting.granted, waiting.decided_by, waiting.decided_at = False, by, timezone.now()
    waiting.answer = REPLACED
    waiting.save(update_fields=["granted", "decided_by", "decided_at", "answer"])


@transaction.atomic
def decide(petition: Petition, granted: bool, by, answer: str = "", until: dt.date | None = None) -> Petition:
    """Grant or refuse, by an officer; returns the petition as it is stored.

    More time is granted until ``until``, or the day that was asked for: only this body's deadline moves (of a
    returned report the day by which it is to be sent again), and the answer tells a day that differs. Taking back
    is a return of the report with the body's own reason. A refusal needs an ``answer``. Raises Refused when
    somebody has decided already, when the report has moved on, or the day does not fit.
    """
    if not may_decide_petitions(by):
        raise Refused(_("Vai trò của bạn không được trả lời đề nghị."))
    report = _held(petition.report)
    petition = Petition.objects.select_related("decided_by").get(pk=petition.pk)
    petition.report = report
    if petition.granted is not None:
        words = {"by": petition.decided_by, "at": f"{timezone.localtime(petition.decided_at):%H:%M, %d/%m/%Y}"}
        raise Refused(_("%(by)s đã trả lời đề nghị này lúc %(at)s; câu trả lời đó được giữ nguyên.") % words)
    answer = _text(answer, "answer")
    if granted:
        answer = _grant(petition, by, answer, until)
    elif not answer:
        raise Refused(_("Hãy ghi lý do không chấp thuận để cơ quan biết."), "answer")
    petition.granted, petition.answer = granted, answer
    petition.decided_by, petition.decided_at = by, timezone.now()
    petition.save(update_fields=["granted", "answer", "decided_by", "decided_at"])
    if not granted:
        write_down(report, Action.REFUSE, by=by, note=REFUSED[petition.kind] % answer)
    notifications.petition_decided(petition)
    return petition


def _grant(petition: Petition, by, answer: str, until: dt.date | None) -> str:
    """Do what was asked; returns the answer, which tells a day other than the one asked for."""
    verdict = may_grant(petition)
    if not verdict:
        raise Refused(verdict.reason)
    if petition.kind == PetitionKind.TAKE_BACK:
        try:
            back = Action.REOPEN if petition.report.status == Status.ACCEPTED else Action.RETURN
            move(petition.report, back, by=by, note=petition.reason, told=TAKEN_BACK)
        except NotAllowed as refusal:
            raise Refused(str(refusal)) from refusal
        return answer
    day = until or petition.until
    _extend(petition.report, day, petition.reason, by)
    if day == petition.until:
        return answer
    return f"{OTHER_DAY % f'{day:%d/%m/%Y}'} {answer}".strip()


@transaction.atomic
def grant_time(report: Report, until: dt.date | None, reason: str, by) -> Petition:
    """More time for one body without a petition of its own, as asked by telephone; ``reason`` says why.

    Kept as a granted petition that the officer wrote down, so that the body reads it among its own, is told, and
    every extension is counted. Raises Refused as ``decide`` does, and where a petition waits for its answer.
    """
    if not may_decide_petitions(by):
        raise Refused(_("Vai trò của bạn không được gia hạn."))
    report = _held(report)
    now = timezone.now()
    petition = Petition(report=report, kind=PetitionKind.MORE_TIME, until=until, by=by, decided_by=by)
    verdict = may_grant(petition)
    if not verdict:
        raise Refused(verdict.reason)
    petition.reason = _text(reason, "reason")
    if not petition.reason:
        raise Refused(_("Hãy ghi lý do: ai xin, vì sao."), "reason")
    if report.petitions.waiting().filter(kind=PetitionKind.MORE_TIME).exists():
        raise Refused(_("Cơ quan đã gửi đề nghị xin thêm thời gian và đang chờ; hãy trả lời đề nghị đó."))
    _extend(report, until, petition.reason, by)
    petition.granted, petition.at, petition.decided_at = True, now, now
    petition.save()
    notifications.petition_decided(petition)
    return petition


def _extend(report: Report, day: dt.date | None, reason: str, by) -> None:
    """Move this body's own last day, nobody else's: of a returned report the day by which it is to be sent again.

    Its first sending was in time or late, and stays so; the deadline moves only for what is not there yet.
    """
    _check_day(report, day, last_grant(report))
    field = "return_by" if report.status == Status.RETURNED else "extended_to"
    setattr(report, field, day)
    report.save(update_fields=[field])
    write_down(report, Action.EXTEND, by=by, note=EXTENDED % {"day": f"{day:%d/%m/%Y}", "reason": reason}, until=day)


def _held(report: Report) -> Report:
    """The report's row, held until the transaction ends: sending, accepting and a second decision wait for it."""
    return Report.objects.select_for_update(of=("self",)).select_related("period", "body").get(pk=report.pk)


# --- reading ------------------------------------------------------------------------------------


def petitions_of(period):
    """The petitions of a period: those that wait first, then the newest.

    Each with ``waits`` and ``extensions``, how often its report had been given more time before.
    """
    earlier = Q(
        report__petitions__kind=PetitionKind.MORE_TIME,
        report__petitions__granted=True,
        report__petitions__pk__lt=F("pk"),
    )
    return (
        Petition.objects.filter(report__period=period)
        .select_related("report__body", "by", "decided_by")
        .annotate(waits=Q(granted=None), extensions=Count("report__petitions", filter=earlier))
        .order_by("-waits", "-at", "-pk")
    )


def extensions_in(period) -> tuple[int, int]:
    """(how many bodies of the round were given more time, how many times in all)."""
    granted = Petition.objects.filter(report__period=period, kind=PetitionKind.MORE_TIME, granted=True)
    counted = granted.aggregate(bodies=Count("report", distinct=True), times=Count("pk"))
    return counted["bodies"], counted["times"]


def day_notes(days: Iterable[dt.date | None]) -> dict[dt.date, str]:
    """{day: sentence} for those of ``days`` on which offices do not work. One query; nothing moves by itself."""
    days = {day for day in days if day}
    if not days:
        return {}
    ahead = Holiday.objects.filter(day__range=(min(days), max(days) + HOLIDAYS_AHEAD)).as_sets()
    return {
        day: _("Ngày %(day)s không phải ngày làm việc; ngày làm việc tiếp theo là %(next)s.")
        % {"day": f"{day:%d/%m/%Y}", "next": f"{next_working_day(day, *ahead):%d/%m/%Y}"}
        for day in days
        if not is_working_day(day, *ahead)
    }
