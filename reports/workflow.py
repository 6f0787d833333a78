"""The whole process as a table, and the one door through which a status changes."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from . import checks
from .choices import EDITABLE, Action, Status
from .models import Event, Report, answers_of
from .permissions import Verdict, may_move
from .sheets import content_of, sheet_of


@dataclass(frozen=True, slots=True)
class Step:
    before: tuple[str, ...]
    after: str
    who: tuple[str, ...]
    needs_reason: bool = False


STEPS = {  # action: from, to, who, and whether a reason must be given
    Action.SUBMIT: Step(EDITABLE, Status.SUBMITTED, (Role.REPORTER, Role.SIGNATORY)),
    Action.RETURN: Step((Status.SUBMITTED, Status.ACCEPTED), Status.RETURNED, (Role.OFFICER,), needs_reason=True),
    Action.ACCEPT: Step((Status.SUBMITTED,), Status.ACCEPTED, (Role.OFFICER,)),
}


class NotAllowed(Exception):
    """The step cannot be taken; the argument is the sentence for the person who tried."""


class NotReady(NotAllowed):
    """A report with errors cannot be sent; ``findings`` are the errors."""

    def __init__(self, findings):
        self.findings = findings
        super().__init__(_("Chưa gửi được: còn %s điểm phải hoàn thành.") % len(findings))


def verdict(report: Report, action: str, user) -> Verdict:
    return may_move(user, report, action, STEPS)


def allowed(report: Report, user) -> list[str]:
    """The actions that ``user`` may take on ``report`` now, in the order of the table."""
    return [action for action in STEPS if verdict(report, action, user)]


@transaction.atomic
def move(report: Report, action: str, *, by, note: str = "", at=None, version: int | None = None) -> Event:
    """Take ``action`` on ``report`` at ``at`` (aware datetime, now by default) and write it into the journal.

    ``version`` is the sending that the person has read: a newer one is not decided unread. Raises
    NotAllowed (with the reason) when person or state do not fit, a needed reason is missing or somebody
    else was quicker, and NotReady when a report to be sent still has errors.
    """
    step = STEPS[action]
    # The row is held from here on, so that a save and a sending at the same moment follow one another.
    report = Report.objects.select_for_update().select_related("period").get(pk=report.pk)
    permitted = may_move(by, report, action, STEPS)
    if not permitted:
        raise NotAllowed(permitted.reason)
    if step.needs_reason and not note.strip():
        raise NotAllowed(_("Hãy ghi lý do để cơ quan biết phải sửa gì."))
    if version is not None and version != report.version:
        raise NotAllowed(_("Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."))
    at = at or timezone.now()
    values = EFFECTS[action](report, at)
    # The second click loses: write only if the old status still stands.
    if not Report.objects.filter(pk=report.pk, status=report.status).update(status=step.after, **values):
        raise NotAllowed(_("Có người vừa làm việc này trước; hãy tải lại trang."))
    return Event.objects.create(
        report=report,
        action=action,
        by=by,
        at=at,
        note=note.strip(),
        version=values.get("version", report.version),
        content=content_of(report, answers_of(report)) if action == Action.SUBMIT else None,
    )


def _submitting(report: Report, at) -> dict:
    sheet = sheet_of(report)
    errors = checks.blocking(sheet)
    if errors:
        raise NotReady(errors)
    return {
        "version": report.version + 1,
        "submitted_at": at,
        # A returned report that is sent again keeps its first date: it stays on time.
        "first_submitted_at": report.first_submitted_at or at,
        "gaps": checks.gaps(sheet),
    }


EFFECTS = {
    Action.SUBMIT: _submitting,
    Action.RETURN: lambda report, at: {"accepted_at": None},
    Action.ACCEPT: lambda report, at: {"accepted_at": at},
}
