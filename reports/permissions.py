"""Who may do what with a report: yes or no, and the reason in a sentence. Asked by workflow and by the pages."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from directives.choices import Role

from .choices import EDITABLE, Action, Edition, Status


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self):
        return self.allowed


YES = Verdict(True)


def may_write(user, report) -> Verdict:
    """Typing into a report: its own body's people, while it is with the body."""
    if user.role == Role.OFFICER and report.on_paper:
        return YES
    if not (user.acts_for_a_body and user.body_id == report.body_id):
        return Verdict(False, _("Chỉ người của cơ quan báo cáo được sửa báo cáo."))
    if report.on_paper:
        return Verdict(False, _being_entered())
    if report.status == Status.EXEMPT:
        return Verdict(False, _("Cơ quan được miễn báo cáo kỳ này nên không phải điền."))
    if report.status not in EDITABLE:
        return Verdict(False, _("Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được."))
    if report.with_signatory:
        return Verdict(False, _("Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại."))
    return YES


def may_move(user, report, action: str, steps) -> Verdict:
    """Taking ``action`` of the workflow table ``steps``: right person first, then right state."""
    step = steps[action]
    if user.role not in step.who:
        return Verdict(False, _("Vai trò của bạn không được làm việc này."))
    if user.acts_for_a_body and user.body_id != report.body_id:
        return Verdict(False, _("Báo cáo này của cơ quan khác."))
    if report.status not in step.before:
        return Verdict(False, _refusals()[action, Status(report.status)])
    return _on_which_desk(user, report, action)


def _on_which_desk(user, report, action) -> Verdict:
    """Inside the body: the reporter drafts and hands over, the signatory sends or declines (one drafts, one signs).

    While an officer enters the body's paper, the officer sends and the body waits.
    """
    if user.role == Role.OFFICER:
        return _at_the_lead(report, action)
    if report.on_paper:
        return Verdict(False, _being_entered())
    if action in (Action.DECLINE, Action.FETCH) and not report.with_signatory:
        return Verdict(False, _("Báo cáo chưa được trình ký."))
    if action == Action.HAND and report.with_signatory:
        return Verdict(False, _("Báo cáo đã được trình ký rồi."))
    if action == Action.RECALL and report.opened_at is not None:
        return Verdict(False, _("Chuyên viên đã mở báo cáo nên không tự rút lại được; hãy gửi đề nghị kèm lý do."))
    if user.role == Role.REPORTER and action in (Action.SUBMIT, Action.HAND):
        signed_for = has_signatory(report)
        if action == Action.SUBMIT and signed_for:
            return Verdict(False, _("Cơ quan có người ký báo cáo; hãy trình ký để người ký gửi."))
        if action == Action.HAND and not signed_for:
            return Verdict(False, _("Cơ quan chưa có tài khoản người ký; bạn gửi thẳng được."))
    return YES


def _at_the_lead(report, action) -> Verdict:
    if action == Action.SUBMIT and not report.on_paper:
        return Verdict(False, _("Chỉ cơ quan báo cáo được gửi; bạn chỉ gửi thay khi đang nhập từ bản giấy."))
    if action == Action.HAND_BACK and not report.on_paper:
        return Verdict(False, _("Báo cáo này không được nhập từ bản giấy."))
    if action == Action.REGISTER and report.on_paper:
        return Verdict(False, _("Báo cáo đang được nhập từ bản giấy rồi."))
    if action == Action.EXEMPT and report.on_paper:
        return Verdict(False, _("Báo cáo đang được nhập từ bản giấy; muốn miễn thì thôi nhập thay trước."))
    if action == Action.REGISTER and _drafted_by_its_body(report):
        return Verdict(
            False, _("Cơ quan đã soạn báo cáo trên cổng nên không nhập thay được; hãy đề nghị cơ quan gửi bản đó.")
        )
    if action == Action.REGISTER and report.with_signatory:
        return Verdict(False, _("Cơ quan đã trình ký báo cáo trên cổng; hãy chờ người ký gửi."))
    return YES


def _drafted_by_its_body(report) -> bool:
    """A draft is its body's own: who enters a paper over it would read it, or write over it.

    What was returned is known to the province until its body types on; a sending that its body took back is not.
    """
    files = report.attachments.filter(removed_at=None, signed_scan=False).exclude(by__role=Role.OFFICER)
    if report.status == Status.DRAFT:
        return bool(report.version or report.updated_at) or files.exists()
    if report.events.filter(action=Action.RECALL, version=report.version).exists():
        return True
    since = report.submitted_at
    return since is not None and (
        (report.updated_at is not None and report.updated_at > since) or files.filter(at__gt=since).exists()
    )


def _being_entered() -> str:
    return _("Chuyên viên đang nhập báo cáo này từ bản giấy của cơ quan; bạn đọc được khi nhập xong.")


def has_signatory(report) -> bool:
    """Whether the body has an active account that signs; where it has none, its reporter sends."""
    return report.body.people.filter(role=Role.SIGNATORY, is_active=True).exists()


def _refusals() -> dict:
    """Why an action does not fit a state, in the words of the person who tried it."""
    already = _("Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên.")
    not_sent = _("Cơ quan chưa gửi báo cáo.")
    back = _("Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại.")
    accepted = _("Báo cáo đã được duyệt rồi.")
    exempt = _("Cơ quan được miễn báo cáo kỳ này.")
    there = _("Cơ quan đã gửi báo cáo.")
    not_exempt = _("Cơ quan này không được miễn báo cáo.")
    not_accepted = _("Chỉ mở lại được báo cáo đã duyệt.")
    sent = (Status.SUBMITTED, Status.ACCEPTED)
    of_the_body = (Action.SUBMIT, Action.HAND, Action.DECLINE, Action.FETCH)
    of_the_lead = (Action.EXEMPT, Action.REGISTER, Action.HAND_BACK)
    inside = {(action, status): already for action in of_the_body for status in sent}
    inside |= {(action, status): there for action in of_the_lead for status in sent}
    inside |= {(action, Status.EXEMPT): exempt for action in Action}
    return inside | {
        (Action.RETURN, Status.DRAFT): not_sent,
        (Action.RETURN, Status.RETURNED): back,
        (Action.RETURN, Status.ACCEPTED): _("Báo cáo đã được duyệt; muốn cơ quan sửa thì mở lại, kèm lý do."),
        (Action.REOPEN, Status.DRAFT): not_sent,
        (Action.REOPEN, Status.SUBMITTED): not_accepted,
        (Action.REOPEN, Status.RETURNED): back,
        (Action.ACCEPT, Status.DRAFT): not_sent,
        (Action.ACCEPT, Status.RETURNED): back,
        (Action.ACCEPT, Status.ACCEPTED): accepted,
        (Action.INCLUDE, Status.DRAFT): not_exempt,
        (Action.INCLUDE, Status.RETURNED): not_exempt,
        (Action.INCLUDE, Status.SUBMITTED): not_exempt,
        (Action.INCLUDE, Status.ACCEPTED): not_exempt,
        (Action.RECALL, Status.DRAFT): _("Báo cáo chưa gửi hoặc đã được rút lại."),
        (Action.RECALL, Status.RETURNED): _("Báo cáo đã được trả lại; bạn sửa được ngay."),
        (Action.RECALL, Status.ACCEPTED): _(
            "Báo cáo đã được duyệt nên không tự rút lại được; hãy gửi đề nghị kèm lý do."
        ),
    }


def may_open_periods(user) -> bool:
    return user.role == Role.OFFICER


def may_decide_petitions(user) -> bool:
    return user.role == Role.OFFICER


def may_check_data(user) -> bool:
    """What the portal finds wrong: those who put it right."""
    return user.role in (Role.OFFICER, Role.ADMINISTRATOR)


def may_review(user) -> bool:
    return user.role == Role.OFFICER


def may_send_mail(user) -> bool:
    """The outbox, and the words that go out in the office's name."""
    return user.role == Role.OFFICER


def may_see_summary(user) -> bool:
    """Provincial totals hold small numbers about children: the lead department and leadership only."""
    return user.consolidates


def may_compose(user) -> bool:
    """The draft of the province's report."""
    return user.role == Role.OFFICER


def may_issue(user) -> bool:
    """Recording number, day and signature, which freezes the report; signing itself happens on paper or at the desk."""
    return user.role == Role.OFFICER


def may_have_full_edition(user) -> bool:
    """Files with every small number: those who consolidate. Whoever else takes a file has them hidden."""
    return user.role == Role.OFFICER


def editions_of(user) -> tuple[str, ...]:
    """The editions that a person may take away; the first is meant where none is named."""
    if may_have_full_edition(user):
        return (Edition.FULL.value, Edition.OUTGOING.value)
    return (Edition.OUTGOING.value,) if may_see_summary(user) else ()


def may_ask(user) -> bool:
    """A question on a figure, which officers answer or turn into an ad hoc round."""
    return user.role == Role.LEADER


def may_reorganise(user) -> bool:
    """Ending bodies and founding others: those who keep the master data, and those who open the rounds."""
    return user.role in (Role.OFFICER, Role.ADMINISTRATOR)
