"""What waits for this person: one plain sentence per duty, with until when and who acts next."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import Role
from directives.models import User

from .choices import Status
from .models import Event, Period, ProvincialReport, Question, Report
from .permissions import may_open_periods


@dataclass(frozen=True, slots=True)
class Duty:
    """``sentence`` says what, until when, who is next; ``url`` and ``link`` lead there; ``urgent``: late.

    ``paper`` tells where the province's report of a round stands, ``paper_url`` leads there.
    """

    title: str
    sentence: str
    url: str = ""
    link: str = ""
    urgent: bool = False
    paper: str = ""
    paper_url: str = ""


def duties_of(user, at=None) -> list[Duty]:
    """The duties of ``user`` at ``at`` (aware datetime, now by default), the most recent period first."""
    at = at or timezone.now()
    if user.acts_for_a_body:
        return _of_a_body(user, at)
    if user.consolidates:
        return _of_the_lead(user, at)
    return _of_an_administrator()


def _of_a_body(user, at) -> list[Duty]:
    reports = list(
        Report.objects.visible_to(user)
        .select_related("period", "body")
        .order_by("-period__year", "-period__due_on")[:20]
    )
    exempt = Event.objects.exemptions_of(reports)
    return [_of_a_report(report, at, user.role == Role.SIGNATORY, exempt.get(report.pk)) for report in reports]


def _of_a_report(report: Report, at, signs: bool, exempted: Event | None) -> Duty:
    url = reverse("report", args=[report.period.code, report.body.code])
    not_counted = _why_not_counted(report, at, exempted)
    if not_counted:
        return Duty(_("Báo cáo %s") % report.period.name, not_counted, url, _("Xem báo cáo"))
    if report.on_paper:
        sentence = _(
            "Chuyên viên đang nhập báo cáo từ bản giấy của cơ quan bạn. Bạn không phải làm gì; nhập xong bạn đọc được."
        )
        return Duty(_("Báo cáo %s") % report.period.name, sentence, url, _("Xem báo cáo"))
    if report.with_signatory:
        return _at_the_signatory(report, report.is_overdue(at), signs)
    return _of_an_owed_report(report, at, url)


def _why_not_counted(report: Report, at, exempted: Event | None) -> str:
    """The sentence for a report that the round does not count; "" where it does."""
    if report.status == Status.EXEMPT:
        sentence = _("Cơ quan bạn được miễn báo cáo kỳ này nên không phải làm gì.")
        return sentence + " " + _("Lý do: %s") % exempted.note if exempted else sentence
    if report.is_expected(timezone.localdate(at)):
        return ""
    return _("Cơ quan kết thúc hoạt động ngày %(day)s, trước khi hết hạn, nên không còn phải gửi báo cáo kỳ này.") % {
        "day": f"{report.body.valid_to:%d/%m/%Y}"
    }


def _of_an_owed_report(report: Report, at, url: str) -> Duty:
    period, late = report.period, report.is_overdue(at)
    title = _("Báo cáo %s") % period.name
    due = _("hạn %s") % report.due_words
    sentences = {
        Status.DRAFT: _("Cơ quan bạn chưa gửi báo cáo, %(due)s%(late)s. Việc tiếp theo là của bạn: điền và gửi."),
        Status.RETURNED: _("Báo cáo bị trả lại, %(due)s. Việc tiếp theo là của bạn: sửa các điểm đã nêu, gửi lại."),
        Status.SUBMITTED: _("Đã gửi lúc %(sent)s. Việc tiếp theo là của cơ quan tổng hợp: duyệt hoặc trả lại."),
        Status.ACCEPTED: _("Đã được duyệt. Bạn không phải làm gì thêm."),
    }
    if report.status == Status.DRAFT and report.version:
        sentences[Status.DRAFT] = _("Báo cáo đã được rút lại, %(due)s. Việc tiếp theo là của bạn: sửa và gửi lại.")
    sentence = sentences[Status(report.status)] % {
        "due": due,
        "late": _(" (đã quá hạn)") if late else "",
        "sent": f"{timezone.localtime(report.submitted_at):%H:%M, %d/%m/%Y}" if report.submitted_at else "",
    }
    mine = report.status in (Status.DRAFT, Status.RETURNED)
    return Duty(title, sentence, url, _("Điền báo cáo") if mine else _("Xem báo cáo"), urgent=late)


def _at_the_signatory(report: Report, late: bool, signs: bool) -> Duty:
    due = {"due": report.due_words, "late": _(" (đã quá hạn)") if late else ""}
    if signs:
        sentence = _("Báo cáo chờ bạn đọc và gửi, hạn %(due)s%(late)s. Chưa đồng ý thì chuyển lại kèm lý do.") % due
    else:
        sentence = _("Báo cáo đã trình ký, hạn %(due)s%(late)s. Việc tiếp theo là của người ký.") % due
    name = "read" if signs else "report"
    url = reverse(name, args=[report.period.code, report.body.code])
    link = _("Đọc và gửi") if signs else _("Xem báo cáo")
    return Duty(_("Báo cáo %s") % report.period.name, sentence, url, link, urgent=late)


def _of_the_lead(user, at) -> list[Duty]:
    officer = user.role == Role.OFFICER
    found, questions = [], dict(Question.objects.open().order_by().values_list("period").annotate(Count("pk")))
    periods = list(Period.objects.with_counts(timezone.localdate(at)).newest_first()[:5])
    papers = _papers(periods) if officer else {}
    for period in periods:
        waiting, owed = period.waiting, period.unsent
        parts = [
            _("%(accepted)s/%(total)s báo cáo đã được duyệt, hạn %(due)s.")
            % {"accepted": period.accepted, "total": period.owed, "due": period.due_words}
        ]
        if waiting:
            parts.append(
                ngettext("%s báo cáo chờ chuyên viên duyệt.", "%s báo cáo chờ chuyên viên duyệt.", waiting) % waiting
            )
        if owed:
            parts.append(ngettext("%s cơ quan còn phải gửi.", "%s cơ quan còn phải gửi.", owed) % owed)
        asked = questions.get(period.pk, 0)
        if asked:
            parts.append(ngettext("%s câu hỏi chờ trả lời.", "%s câu hỏi chờ trả lời.", asked) % asked)
        url = reverse("board" if officer else "brief", args=[period.code])
        link = _("Xem và duyệt báo cáo") if officer else _("Xem tóm tắt")
        urgent = bool(owed) and period.is_due_passed(at)
        found.append(Duty(_("Kỳ %s") % period.name, " ".join(parts), url, link, urgent, *papers.get(period.pk, ())))
    if not found and may_open_periods(user):
        found.append(
            Duty(_("Chưa có kỳ báo cáo"), _("Hãy mở kỳ báo cáo đầu tiên."), reverse("open_period"), _("Mở kỳ"))
        )
    return found


def _papers(periods: list[Period]) -> dict[int, tuple[str, str]]:
    """{period: (where the province's report stands, the page where it goes on)}. One query."""
    made: dict[int, list[str | None]] = {}
    rows = ProvincialReport.objects.filter(period__in=periods).order_by("sequence")
    for period, code in rows.values_list("period_id", "issue__code"):
        made.setdefault(period, []).append(code)
    return {period.pk: _paper(period, made.get(period.pk, [])) for period in periods}


def _paper(period: Period, codes: list[str | None]) -> tuple[str, str]:
    """``codes``: of the report and its supplements in their order; None: still being composed."""
    if not codes:
        return _("Báo cáo của tỉnh: chưa soạn"), reverse("workshop", args=[period.code])
    if codes[-1] is not None:
        return _("Báo cáo của tỉnh: đã ban hành"), reverse("issued", args=[codes[-1]])
    words = _("Báo cáo của tỉnh: đang soạn") if len(codes) == 1 else _("Báo cáo bổ sung của tỉnh: đang soạn")
    return words, reverse("workshop", args=[period.code])


def _of_an_administrator() -> list[Duty]:
    unknown = _bodies_without_people()
    sentence = _("Bạn quản lý tài khoản, cơ quan và văn bản; bạn không xem được số liệu báo cáo.")
    if unknown:
        missing = ngettext("%s cơ quan chưa có người lập báo cáo.", "%s cơ quan chưa có người lập báo cáo.", unknown)
        sentence += " " + missing % unknown
    return [Duty(_("Quản trị"), sentence, reverse("admin:index"), _("Mở trang quản trị"), urgent=bool(unknown))]


def _bodies_without_people() -> int:
    reporters = User.objects.filter(role=Role.REPORTER, is_active=True).values("body_id")
    owing = Report.objects.owed().exclude(body_id__in=reporters)
    return owing.values("body_id").distinct().count()
