"""The whole process as a table, and the one door through which a status changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from . import checks, notifications
from .checks import Sheet
from .choices import EDITABLE, Action, Status
from .fingerprints import fingerprint, paper_code
from .models import Event, Point, Receipt, Report, answers_of
from .permissions import Verdict, may_move
from .sheets import content_of, sheet_of

BODY = (Role.REPORTER, Role.SIGNATORY)


@dataclass(frozen=True, slots=True)
class Step:
    """``after`` None: the status stays, the report only changes desks inside the body."""

    before: tuple[str, ...]
    after: str | None
    who: tuple[str, ...]
    needs_reason: bool = False


STEPS = {  # action: from, to, who, and whether a reason must be given
    Action.HAND: Step(EDITABLE, None, (Role.REPORTER,)),
    Action.FETCH: Step(EDITABLE, None, (Role.REPORTER,)),
    Action.DECLINE: Step(EDITABLE, None, (Role.SIGNATORY,), needs_reason=True),
    Action.SUBMIT: Step(EDITABLE, Status.SUBMITTED, BODY),
    Action.RECALL: Step((Status.SUBMITTED,), Status.DRAFT, BODY),
    Action.RETURN: Step((Status.SUBMITTED, Status.ACCEPTED), Status.RETURNED, (Role.OFFICER,), needs_reason=True),
    Action.ACCEPT: Step((Status.SUBMITTED,), Status.ACCEPTED, (Role.OFFICER,)),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A point of a return: the part (see ``models.Point``), the input or "" for the whole part, what to put right."""

    part: int | None
    name: str
    words: str


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
def move(
    report: Report,
    action: str,
    *,
    by,
    note: str = "",
    at=None,
    version: int | None = None,
    shown: str | None = None,
    code: str | None = None,
    remarks: Iterable[Remark] = (),
) -> Event:
    """Take ``action`` on ``report`` at ``at`` (aware datetime, now by default) and write it into the journal.

    ``version`` is the sending that the person has read and ``shown`` the status it had: a newer one, or one that a
    colleague has decided on meanwhile, is not decided unread. ``code`` (``fingerprints.paper_code``) is of the
    draft that was read before it is handed over or sent: other words are not signed unread. ``remarks`` are the
    points of a return; they are a reason too. Raises NotAllowed (with the reason) when person or state do not
    fit, a needed reason is missing or somebody else was quicker, and NotReady when a report that leaves the
    reporter's desk still has errors.
    """
    step, remarks = STEPS[action], [remark for remark in remarks if remark.words.strip()]
    # The row is held from here on, so that a save and a sending at the same moment follow one another.
    report = Report.objects.select_for_update(of=("self",)).select_related("period", "body").get(pk=report.pk)
    permitted = may_move(by, report, action, STEPS)
    if not permitted:
        raise NotAllowed(permitted.reason)
    if step.needs_reason and not note.strip() and not remarks:
        raise NotAllowed(_("Hãy ghi lý do để cơ quan biết phải sửa gì."))
    if version is not None and version != report.version:
        raise NotAllowed(_("Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."))
    if shown and shown != report.status:
        raise NotAllowed(_("Tình trạng báo cáo đã đổi sau khi bạn mở trang; hãy mở lại trang rồi quyết định."))
    content = content_of(report, answers_of(report)) if action in (Action.SUBMIT, Action.HAND) else None
    if content is not None and code is not None:
        _demand_read(report, content, code)
    at = at or timezone.now()
    values = {"status": step.after or report.status} | EFFECTS[action](report, at)
    # The second click loses: write only if the old status still stands.
    if not Report.objects.filter(pk=report.pk, status=report.status).update(**values):
        raise NotAllowed(_("Báo cáo vừa được người khác xử lý; hãy mở lại trang."))
    event = Event.objects.create(
        report=report,
        action=action,
        by=by,
        at=at,
        note=note.strip(),
        version=values.get("version", report.version),
        content=content if action == Action.SUBMIT else None,
    )
    if action == Action.SUBMIT:
        _give_receipt(event)
    _note_points(report, remarks, by, at)
    return event


def _demand_read(report: Report, content: dict, code: str) -> None:
    if code != paper_code(report.period.code, report.body.code, content):
        raise NotAllowed(_("Nội dung báo cáo đã được sửa sau khi bạn đọc; hãy đọc lại bản mới rồi gửi."))


def _ready(report: Report) -> Sheet:
    sheet = sheet_of(report)
    errors = checks.blocking(sheet)
    if errors:
        raise NotReady(errors)
    return sheet


def _handing(report: Report, at) -> dict:
    _ready(report)
    return {"handed_at": at}


def _submitting(report: Report, at) -> dict:
    return {
        "version": report.version + 1,
        "submitted_at": at,
        # A returned report that is sent again keeps its first date: it stays on time.
        "first_submitted_at": report.first_submitted_at or at,
        "gaps": checks.gaps(_ready(report)),
        "handed_at": None,
        "opened_at": None,
    }


def _recalling(report: Report, at) -> dict:
    """Back to where it was sent from: a report that had been returned is still to be put right."""
    returned = report.events.filter(action=Action.RETURN).exists()
    return {"status": Status.RETURNED if returned else Status.DRAFT, "opened_at": None}


EFFECTS = {
    Action.HAND: _handing,
    Action.FETCH: lambda report, at: {"handed_at": None},
    Action.DECLINE: lambda report, at: {"handed_at": None},
    Action.SUBMIT: _submitting,
    Action.RECALL: _recalling,
    Action.RETURN: lambda report, at: {"accepted_at": None},
    Action.ACCEPT: lambda report, at: {"accepted_at": at},
}


def _give_receipt(event: Event) -> None:
    report = event.report
    print_of = fingerprint(report.period.code, report.body.code, event.version, event.at, event.content)
    receipt = Receipt.objects.create(event=event, fingerprint=print_of, figures=len(event.content["figures"]))
    transaction.on_commit(partial(notifications.receipt_given, receipt), robust=True)


def _note_points(report: Report, remarks: list[Remark], by, at) -> None:
    Point.objects.bulk_create(
        Point(
            report=report,
            version=report.version,
            position=position,
            part=remark.part,
            name=remark.name,
            words=remark.words.strip(),
            by=by,
            at=at,
        )
        for position, remark in enumerate(remarks, 1)
    )


def note_opened(report: Report, user, at=None) -> None:
    """An officer has the latest sending before them: from now on the body asks before it takes it back."""
    if user.role == Role.OFFICER and report.status == Status.SUBMITTED and report.opened_at is None:
        Report.objects.filter(pk=report.pk, status=Status.SUBMITTED, version=report.version, opened_at=None).update(
            opened_at=at or timezone.now()
        )
