"""Who may do what with a report: yes or no, and the reason in a sentence. Asked by workflow and by the pages."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from directives.choices import Role

from .choices import EDITABLE, Action, Status


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self):
        return self.allowed


YES = Verdict(True)


def may_write(user, report) -> Verdict:
    """Typing into a report: its own body's people, while it is with the body."""
    if not (user.acts_for_a_body and user.body_id == report.body_id):
        return Verdict(False, _("Chỉ người của cơ quan báo cáo được sửa báo cáo."))
    if report.status not in EDITABLE:
        return Verdict(False, _("Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được."))
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
    return YES


def _refusals() -> dict:
    """Why an action does not fit a state, in the words of the person who tried it."""
    already = _("Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên.")
    not_sent = _("Cơ quan chưa gửi báo cáo.")
    back = _("Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại.")
    return {
        (Action.SUBMIT, Status.SUBMITTED): already,
        (Action.SUBMIT, Status.ACCEPTED): already,
        (Action.RETURN, Status.DRAFT): not_sent,
        (Action.RETURN, Status.RETURNED): back,
        (Action.ACCEPT, Status.DRAFT): not_sent,
        (Action.ACCEPT, Status.RETURNED): back,
        (Action.ACCEPT, Status.ACCEPTED): _("Báo cáo đã được duyệt rồi."),
    }


def may_open_periods(user) -> bool:
    return user.role == Role.OFFICER


def may_see_summary(user) -> bool:
    """Provincial totals hold small numbers about children: the lead department and leadership only."""
    return user.consolidates
