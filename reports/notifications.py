"""Who is told of what. Called inside the transaction of the act; writes notices, mails nothing (see ``delivery``).

A body's people hear what becomes of their report, the officers what the bodies do; what happens between a body's
reporter and its signatory is told to nobody. Who did it is not told, but for the body's receipt. Nothing that a
person typed goes into a letter: reasons, points and figures are read in the portal.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from directives.models import Holiday, User
from directives.working_days import working_days_between

from .choices import Action, NoticeKind, PeriodKind, PetitionKind, Status
from .models import Correction, CorrectionReply, Download, Event, Petition, Point, Question, Report
from .models.notices import ASKING, POINTLESS
from .post import Post, about, day, in_vietnamese, moment, officers, page_of, people_of, time_left

TO_THE_BODY = {
    Action.SUBMIT: NoticeKind.RECEIVED,
    Action.RETURN: NoticeKind.RETURNED,
    Action.REOPEN: NoticeKind.REOPENED,
    Action.ACCEPT: NoticeKind.ACCEPTED,
    Action.EXEMPT: NoticeKind.EXEMPTED,
    Action.INCLUDE: NoticeKind.INCLUDED,
    Action.REGISTER: NoticeKind.PAPER,
    Action.HAND_BACK: NoticeKind.PAPER_ENDED,
}
NOT_ASKED_ANY_MORE = (Action.SUBMIT, Action.EXEMPT, Action.REGISTER)


# --- a report changes hands ---------------------------------------------------------------------


@in_vietnamese
def happened(event: Event) -> None:
    """A report took a step: tell whom it concerns. Between reporter and signatory nobody."""
    if event.action not in TO_THE_BODY and event.action != Action.RECALL:
        return
    post = Post(event.at)
    if event.action in TO_THE_BODY:
        _tell_the_body(post, [event])
    if event.action in (Action.SUBMIT, Action.RECALL):
        _tell_the_officers(post, event)
    if event.action == Action.REOPEN:
        _tell_who_used_it(post, event)
    if event.action in NOT_ASKED_ANY_MORE:
        _stop_asking(event.report, event.at)
    post.store()


@in_vietnamese
def accepted(events: list[Event]) -> None:
    """Many reports were accepted at once: tell each body, in a fixed number of statements."""
    if events:
        post = Post(events[0].at)
        _tell_the_body(post, events)
        post.store()


def _tell_the_body(post: Post, events: Iterable[Event]) -> None:
    people = people_of({event.report.body_id for event in events})
    for event in events:
        kind, report = TO_THE_BODY[event.action], event.report
        told = [p for p in people[report.body_id] if p.pk != event.by_id or kind == NoticeKind.RECEIVED]
        page = page_of("report", report)
        if kind == NoticeKind.RECEIVED:
            page = reverse("receipt", args=[report.period.code, report.body.code, event.version])
        post.add(kind, event.pk, told, _of_step(event), url=page, report=report)


def _tell_the_officers(post: Post, event: Event) -> None:
    report, url = event.report, page_of("sent", event.report)
    kind = NoticeKind.RESENT if event.version > 1 else NoticeKind.SENT_IN
    if event.action == Action.RECALL:
        kind, url = NoticeKind.RECALLED, reverse("board", args=[report.period.code])
    post.add(kind, event.pk, officers(but=event.by), _of_step(event), url=url, report=report)


def _tell_who_used_it(post: Post, event: Event) -> None:
    users, page = who_used(event.report, but=event.by), page_of("sent", event.report)
    post.add(NoticeKind.REOPENED, event.pk, users, _of_step(event), url=page, report=event.report)


def who_used(report: Report, but: User) -> QuerySet[User]:
    """Those (without ``but``) who took provincial figures out of the portal while the accepted report was in them.

    They stand in the summary of its own round, and beside the next year's as the year before.
    """
    acceptance, period = report.events.filter(action=Action.ACCEPT).order_by("-pk").values("at")[:1], report.period
    shown_in = Q(period=period)
    if period.kind == PeriodKind.ANNUAL:  # the other way round than ``Period.previous``
        following = {"obligation": period.obligation_id, "kind": PeriodKind.ANNUAL, "year": period.year + 1}
        shown_in |= Q(**{f"period__{name}": value for name, value in following.items()})
    downloads = Download.objects.filter(shown_in, at__gte=acceptance).exclude(by=but)
    return User.objects.filter(pk__in=downloads.order_by().values("by"), is_active=True).order_by("pk")


def _of_step(event: Event) -> dict[str, str]:
    """What a letter about a step may say, the common part included."""
    report = event.report
    values = about(report) | {"luc": moment(event.at), "lan_gui": str(event.version)}
    if event.action == Action.SUBMIT:
        return values | {"so_o": str(event.receipt.figures), "dau_van_tay": event.receipt.fingerprint}
    if event.action in (Action.RETURN, Action.REOPEN):
        return values | _to_mend(Point.objects.current(report).count(), report.return_by)
    return values


def _to_mend(points: int, return_by) -> dict[str, str]:
    return {
        "so_diem": f"{points} điểm cần sửa" if points else "không nêu điểm riêng, mọi phần đều mở",
        "sua_den": f"đến hết ngày {day(return_by)}" if return_by else "sớm nhất có thể",
    }


def _stop_asking(report: Report, at) -> None:
    """Mails that still wait and ask for this report, or name a deadline that is no longer its own."""
    report.notices.filter(kind__in=ASKING).stop(POINTLESS, at)


# --- a round opens ------------------------------------------------------------------------------


@in_vietnamese
def period_opened(period) -> None:
    """Tell every body's people what is asked of them until when, in a fixed number of statements for so many rows."""
    post, today = Post(), timezone.localdate()
    # Who is exempted in the same breath is told that instead.
    reports = list(period.reports.expected(today).select_related("body").order_by("position"))
    people = people_of({report.body_id for report in reports})
    last_day = reports[0].last_day if reports else today
    days = Holiday.objects.filter(day__gt=today, day__lte=last_day).as_sets()
    asked = _asked(period) | {"con_lai": time_left(working_days_between(today, last_day, *days), last_day, today)}
    for report in reports:
        report.period = period  # known already: spares a query per row
        url = page_of("report", report)
        post.add(NoticeKind.OPENED, period.pk, people[report.body_id], about(report) | asked, url=url, report=report)
    post.store()


def _asked(period) -> dict[str, str]:
    return {
        "so_lieu_tu": day(period.data_from),
        "so_lieu_den": day(period.data_to),
        # Not ``ordered_tasks``: nothing of a period that is not committed yet may be remembered.
        "nhiem_vu": "\n".join(f"{task.number}. {task.title_vi}" for task in period.tasks.order_by("number")),
    }


# --- petitions ----------------------------------------------------------------------------------


@in_vietnamese
def petition_asked(petition: Petition) -> None:
    """A body asks for something: tell the officers."""
    post, report = Post(), petition.report
    values = about(report) | {"de_nghi": petition.get_kind_display(), "luc": moment(post.at)}
    url = reverse("petitions", args=[report.period.code])
    post.add(NoticeKind.ASKED, petition.pk, officers(but=petition.by), values, url=url, report=report)
    post.store()


@in_vietnamese
def petition_decided(petition: Petition) -> None:
    """Tell the body's people what the lead department answered, and what comes next.

    A report that comes back because its body asked for it is told of once: the answer is the message.
    """
    post, report = Post(), petition.report
    people = people_of([report.body_id])[report.body_id]
    if petition.granted and petition.kind == PetitionKind.TAKE_BACK:
        back = report.events.order_by("-pk").first()
        same_thing = report.notices.filter(recipient__in=people, key__endswith=f":{back.pk}")
        same_thing.filter(kind__in=(NoticeKind.RETURNED, NoticeKind.REOPENED)).delete()
    if petition.granted and petition.kind == PetitionKind.MORE_TIME:
        _stop_asking(report, post.at)
    url = page_of("report", report)
    post.add(NoticeKind.DECIDED, petition.pk, people, about(report) | _of_decision(petition), url=url, report=report)
    post.store()


def _of_decision(petition: Petition) -> dict[str, str]:
    sentences = {
        (PetitionKind.MORE_TIME, True): "Việc tiếp theo là của cơ quan: hoàn thành và gửi báo cáo trong hạn này.",
        (PetitionKind.MORE_TIME, False): "Việc tiếp theo là của cơ quan: gửi báo cáo trong hạn trên; nếu đã quá hạn, "
        "hãy gửi sớm nhất có thể.",
        (PetitionKind.TAKE_BACK, True): "Báo cáo đã được chuyển lại cho cơ quan. Việc tiếp theo là của cơ quan: sửa "
        "rồi gửi lại; ngày gửi lần đầu được giữ.",
        (PetitionKind.TAKE_BACK, False): "Báo cáo đã gửi được giữ nguyên; cơ quan không phải làm gì thêm.",
    }
    report, values = petition.report, {}
    if report.status == Status.RETURNED and report.return_by:  # more time for putting it right
        values["han"] = _to_mend(0, report.return_by)["sua_den"]
    return values | {
        "de_nghi": petition.get_kind_display(),
        "ket_qua": "được chấp thuận" if petition.granted else "không được chấp thuận",
        "luc": moment(petition.at),
        "tiep_theo": sentences[PetitionKind(petition.kind), bool(petition.granted)],
    }


# --- corrections --------------------------------------------------------------------------------


@in_vietnamese
def corrected(correction: Correction) -> None:
    """An officer uses another figure than the one reported, or the reported one again: tell the body's people."""
    post, report = Post(), correction.report
    doing = "bỏ điều chỉnh số liệu" if correction.withdrawn else "điều chỉnh số liệu"
    values = about(report) | {"viec": doing, "chi_tieu": correction.indicator.code}
    people, url = people_of([report.body_id])[report.body_id], page_of("corrections", report)
    post.add(NoticeKind.CORRECTED, correction.pk, people, values, url=url, report=report)
    post.store()


@in_vietnamese
def correction_answered(reply: CorrectionReply) -> None:
    """A body says something about a correction of its figure: tell the officers."""
    post, report = Post(), reply.correction.report
    values = about(report) | {"chi_tieu": reply.correction.indicator.code, "luc": moment(post.at)}
    url = page_of("corrections", report)
    post.add(NoticeKind.ANSWERED, reply.pk, officers(but=reply.by), values, url=url, report=report)
    post.store()


# --- questions of leadership --------------------------------------------------------------------


@in_vietnamese
def figure_asked(question: Question) -> None:
    """A leader asks about a figure: tell the officers."""
    post = Post()
    values, url = _of_question(question), reverse("question", args=[question.period.code, question.pk])
    post.add(NoticeKind.FIGURE_ASKED, question.pk, officers(but=question.by), values, url=url, period=question.period)
    post.store()


@in_vietnamese
def figure_answered(question: Question, how: str) -> None:
    """Tell the leader who asked; ``how``: "answer" in words, "round" by an ad hoc round."""
    post = Post()
    values, url = _of_question(question), reverse("question", args=[question.period.code, question.pk])
    values["ket_qua"] = ANSWERED_BY[how]
    key = f"{question.pk}:{how}"
    post.add(NoticeKind.FIGURE_ANSWERED, key, [question.by], values, url=url, period=question.period)
    post.store()


ANSWERED_BY = {"answer": "đã có câu trả lời", "round": "đã mở kỳ báo cáo đột xuất để làm rõ"}


def _of_question(question: Question) -> dict[str, str]:
    wanted = question.wanted_by
    return {
        "ky": question.period.name,
        "chi_tieu": question.code,
        "luc": moment(question.at),
        "can_tra_loi": f"cần trả lời trước hết ngày {day(wanted)}" if wanted else "không hẹn ngày trả lời",
        "co_quan_tong_hop": question.period.lead_name,
    }


# --- a look at the words ------------------------------------------------------------------------


@in_vietnamese
def example(kind: str, report: Report) -> dict[str, str]:
    """What a letter of ``kind`` about ``report`` could be filled with: its own data, and examples for the rest."""
    today, taken_back = timezone.localdate(), report.events.filter(action=Action.RECALL).values("version")
    sending = report.events.sendings().exclude(version__in=taken_back).last()  # the province never had the others
    days = Holiday.objects.filter(day__gt=today, day__lte=report.last_day).as_sets()
    left = working_days_between(today, report.last_day, *days)
    receipt = getattr(sending, "receipt", None)
    petition = Petition(report=report, kind=PetitionKind.MORE_TIME, granted=True, at=timezone.now())
    return {
        **about(report),
        "lien_ket": settings.PORTAL_URL + page_of("report", report),
        **_asked(report.period),
        **_to_mend(2, report.return_by or report.last_day),
        **_of_decision(petition),
        "con_lai": time_left(left, report.last_day, today),
        "luc": moment(sending.at if sending else timezone.now()),
        "lan_gui": str(sending.version if sending else 1),
        "so_o": str(receipt.figures if receipt else 100),
        "dau_van_tay": receipt.fingerprint if receipt else "0" * 64,
        "viec": "gửi" if kind == NoticeKind.OVERDUE else "điều chỉnh số liệu",
        "chi_tieu": next((i.code for i in report.indicators() if not i.computed), ""),
        "can_tra_loi": f"cần trả lời trước hết ngày {day(today)}",
        "so_viec": "2",
        "ngay": day(today),
        "danh_sach": f"- {report.name} gửi báo cáo {report.period.name}\n- {report.name}: Xin thêm thời gian",
    }
