"""The whole process as a table, and the one door through which a status changes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from . import checks, marks, notifications, rollup
from .checks import Sheet
from .choices import BACK, EDITABLE, Action, Channel, Status
from .fingerprints import fingerprint, paper_code
from .models import Event, Point, Receipt, Report, Screening, answers_of
from .permissions import Verdict, may_move
from .returned import differences
from .screening import screen
from .sheets import content_of, sheet_of

BODY = (Role.REPORTER, Role.SIGNATORY)
LONGEST = 2000  # letters of a reason, and of each point of a return


@dataclass(frozen=True, slots=True)
class Step:
    """``after`` None: the status stays, the report only changes desks."""

    before: tuple[str, ...]
    after: str | None
    who: tuple[str, ...]
    needs_reason: bool = False


STEPS = {  # action: from, to, who, and whether a reason must be given
    Action.HAND: Step(EDITABLE, None, (Role.REPORTER,)),
    Action.FETCH: Step(EDITABLE, None, (Role.REPORTER,)),
    Action.DECLINE: Step(EDITABLE, None, (Role.SIGNATORY,), needs_reason=True),
    Action.SUBMIT: Step(EDITABLE, Status.SUBMITTED, (*BODY, Role.OFFICER)),  # an officer: what came in on paper
    Action.RECALL: Step((Status.SUBMITTED,), Status.DRAFT, BODY),
    Action.RETURN: Step((Status.SUBMITTED,), Status.RETURNED, (Role.OFFICER,), needs_reason=True),
    Action.REOPEN: Step((Status.ACCEPTED,), Status.RETURNED, (Role.OFFICER,), needs_reason=True),
    Action.ACCEPT: Step((Status.SUBMITTED,), Status.ACCEPTED, (Role.OFFICER,)),
    Action.EXEMPT: Step(EDITABLE, Status.EXEMPT, (Role.OFFICER,), needs_reason=True),
    Action.INCLUDE: Step((Status.EXEMPT,), Status.DRAFT, (Role.OFFICER,), needs_reason=True),
    Action.REGISTER: Step(EDITABLE, None, (Role.OFFICER,)),
    Action.HAND_BACK: Step(EDITABLE, None, (Role.OFFICER,)),
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
    return_by: dt.date | None = None,
    told: str = "%s",
) -> Event:
    """Take ``action`` on ``report`` at ``at`` (aware datetime, now by default) and write it into the journal.

    ``version`` is the sending that the person has read and ``shown`` the status it had: a newer one, or one that a
    colleague has decided on meanwhile, is not decided unread. ``code`` (``fingerprints.paper_code``) is of the
    draft that was read before it is handed over or sent: other words are not signed unread. ``remarks`` are the
    points of a return; they are a reason too. ``return_by``: the last day for putting them right. ``told``: the
    sentence of ours with which ``note`` goes into the journal. Raises NotAllowed (with the reason) when person or
    state do not fit, a needed reason is missing, a text is too long or somebody else was quicker, and NotReady when
    a report that leaves the reporter's desk still has errors.
    """
    remarks = [remark for remark in remarks if remark.words.strip()]
    # The row is held from here on, so that a save and a sending at the same moment follow one another.
    report = Report.objects.select_for_update(of=("self",)).select_related("period", "body").get(pk=report.pk)
    _demand_may(report, action, by, note, remarks)
    _demand_fresh(report, version, shown)
    _demand_short(note, remarks)
    if return_by is not None and return_by < timezone.localdate(at):
        raise NotAllowed(_("Ngày phải sửa xong đã qua; hãy chọn từ hôm nay trở đi."))
    taking = _Taking(report, action, by, at or timezone.now(), (told % note).strip(), remarks, return_by)
    if action in (Action.SUBMIT, Action.HAND):
        taking.content = content_of(report, answers_of(report))
        if code is not None:
            _demand_read(report, taking.content, code)
    return taking.done()


class _Taking:
    """One permitted step being taken on a held report."""

    def __init__(self, report, action, by, at, note, remarks, return_by):
        self.report, self.action, self.by, self.at, self.note = report, action, by, at, note
        self.remarks, self.return_by = remarks, return_by
        self.content = self.sheet = None

    def done(self) -> Event:
        report, action, after = self.report, self.action, STEPS[self.action].after
        values = {"status": after or report.status} | EFFECTS[action](self)
        # The second click loses: write only if the old status still stands.
        if not Report.objects.filter(pk=report.pk, status=report.status).update(**values):
            raise NotAllowed(_("Báo cáo vừa được người khác xử lý; hãy mở lại trang."))
        event = Event.objects.create(
            report=report,
            action=action,
            by=self.by,
            at=self.at,
            note=self.note,
            version=values.get("version", report.version),
            until=self.return_by,
            content=self.content if action == Action.SUBMIT else None,
        )
        _keep_totals(report, report.status, values["status"])
        for name, value in values.items():
            setattr(report, name, value)
        if action == Action.SUBMIT:
            self._sent(event)
        _note_points(report, self.remarks, self.by, self.at)
        notifications.happened(event)
        return event

    def _sent(self, event: Event) -> None:
        """What a sending leaves behind: its receipt, what of it needs eyes, the paper that it came from."""
        report = self.report
        print_of = fingerprint(report.period.code, report.body.code, event.version, event.at, event.content)
        Receipt.objects.create(event=event, fingerprint=print_of, figures=len(event.content["figures"]))
        taken_back = report.events.filter(action=Action.RECALL).values("version")  # the province never had them
        before = report.events.sendings().exclude(pk=event.pk).exclude(version__in=taken_back).last()
        changes = len(differences(report, before.content, event.content)) if before else None
        Screening.objects.create(event=event, **screen(self.sheet, event.content, changes))
        if report.channel == Channel.PAPER:
            report.paper_entries.open().update(version=event.version)


def _keep_totals(report: Report, before: str, after: str) -> None:
    """What is accepted is in the totals that are kept ready, and nothing else."""
    if before != Status.ACCEPTED == after:
        rollup.add([report])
    if before == Status.ACCEPTED != after:
        rollup.take_out([report])


def _demand_may(report: Report, action: str, by, note: str, remarks) -> None:
    step, permitted = STEPS[action], may_move(by, report, action, STEPS)
    if not permitted:
        raise NotAllowed(permitted.reason)
    if step.needs_reason and not note.strip() and not (remarks and action == Action.RETURN):
        if action in (Action.EXEMPT, Action.INCLUDE):
            raise NotAllowed(_("Hãy ghi lý do để cơ quan biết vì sao."))
        raise NotAllowed(_("Hãy ghi lý do để cơ quan biết phải sửa gì."))


def _demand_fresh(report: Report, version: int | None, shown: str | None) -> None:
    if version is not None and version != report.version:
        raise NotAllowed(_("Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."))
    if shown and shown != report.status:
        raise NotAllowed(_("Tình trạng báo cáo đã đổi sau khi bạn mở trang; hãy mở lại trang rồi quyết định."))


def too_long(text: str) -> str:
    """What to say of a typed text that is longer than the journal takes; "" of any other."""
    if len(text.strip()) <= LONGEST:
        return ""
    sentence = _("Đoạn này dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
    return sentence % {"length": len(text.strip()), "longest": LONGEST}


def _demand_short(note: str, remarks: list[Remark]) -> None:
    for text in (note, *(remark.words for remark in remarks)):
        if wrong := too_long(text):
            raise NotAllowed(wrong)


def _demand_read(report: Report, content: dict, code: str) -> None:
    if code != paper_code(report.period.code, report.body.code, content):
        raise NotAllowed(_("Nội dung báo cáo đã được sửa sau khi bạn đọc; hãy đọc lại bản mới rồi gửi."))


def _ready(report: Report) -> Sheet:
    sheet = sheet_of(report)
    errors = checks.blocking(sheet)
    if errors:
        raise NotReady(errors)
    return sheet


def _handing(taking: _Taking) -> dict:
    _ready(taking.report)
    return {"handed_at": taking.at}


def _submitting(taking: _Taking) -> dict:
    report, at = taking.report, taking.at
    taking.sheet = _ready(report)
    on_paper = report.channel == Channel.PAPER
    return {
        "version": report.version + 1,
        "submitted_at": at,
        # A returned report that is sent again keeps its first date: it stays on time.
        "first_submitted_at": report.first_submitted_at or (_arrived(report, at) if on_paper else at),
        "gaps": checks.gaps(taking.sheet),
        "task_marks": _marks(report, taking.content),
        "handed_at": None,  # the day of a return stays: a sending that is taken back is still to be put right by then
        "opened_at": at if on_paper else None,  # who entered it has seen it
        "opened_by": taking.by if on_paper else None,
    }


def _arrived(report: Report, at) -> dt.datetime:
    """When a paper came in, for being on time: its day is what the office's book of incoming papers says."""
    received = report.paper_entries.open().get().received_on
    # Noon of that day, as no hour is known; never later than now.
    return min(at, timezone.make_aware(dt.datetime.combine(received, dt.time(12)), timezone.get_default_timezone()))


def _marks(report: Report, content: dict) -> str:
    owed = [indicator for indicator in report.indicators() if not indicator.computed]
    return marks.marks_in(content, report.period.task_numbers(), owed)


def _recalling(taking: _Taking) -> dict:
    """Back to where it was sent from: a report that had been returned is still to be put right."""
    return _with_the_body(taking.report) | {"opened_at": None, "opened_by": None}


def _with_the_body(report: Report) -> dict:
    """State and marks of a report that is not with the province: as it was returned last, or nothing."""
    last = report.events.filter(action__in=BACK).last()
    if last is None:
        return {"status": Status.DRAFT, "task_marks": ""}
    sent = report.events.sendings().get(version=last.version)
    named = set(Point.objects.current(report).values_list("part", flat=True))
    tasks = report.period.task_numbers()
    return {"status": Status.RETURNED, "task_marks": marks.returned(_marks(report, sent.content), tasks, named)}


def _returning(taking: _Taking) -> dict:
    report = taking.report
    named = {remark.part for remark in taking.remarks}
    letters = report.task_marks or _marks(report, report.events.sendings().last().content)
    return {
        "accepted_at": None,
        "return_by": taking.return_by,
        "channel": Channel.PORTAL,  # the body may answer in the portal; another paper is entered anew
        "task_marks": marks.returned(letters, report.period.task_numbers(), named),
    }


EFFECTS = {
    Action.HAND: _handing,
    Action.FETCH: lambda taking: {"handed_at": None},
    Action.DECLINE: lambda taking: {"handed_at": None},
    Action.SUBMIT: _submitting,
    Action.RECALL: _recalling,
    Action.RETURN: _returning,
    Action.REOPEN: _returning,
    Action.ACCEPT: lambda taking: {"accepted_at": taking.at, "return_by": None},
    Action.EXEMPT: lambda taking: {"handed_at": None, "task_marks": ""},
    Action.INCLUDE: lambda taking: _with_the_body(taking.report),
    Action.REGISTER: lambda taking: {"channel": Channel.PAPER},
    Action.HAND_BACK: lambda taking: {"channel": Channel.PORTAL},
}


@transaction.atomic
def accept_many(reports: Iterable[Report], *, by, at=None) -> tuple[list[Report], list[tuple[Report, str]]]:
    """Accept the sendings as they were read, all in a few statements; (accepted, refused with the reason each).

    ``reports`` as the page showed them: their ``status`` and ``version``. One that a colleague has decided on, that
    was sent anew or has an open point is left alone; the others are accepted all the same.
    """
    at, read = at or timezone.now(), {report.pk: report for report in reports}
    held = Report.objects.select_for_update(of=("self",)).select_related("period", "body").filter(pk__in=read)
    accepted, refused = _judged(held.order_by("pk"), read, by)
    Report.objects.filter(pk__in=[report.pk for report in accepted], status=Status.SUBMITTED).update(
        status=Status.ACCEPTED, accepted_at=at, return_by=None
    )
    rollup.add(accepted)
    for report in accepted:
        report.status, report.accepted_at, report.return_by = Status.ACCEPTED, at, None
    events = [Event(report=r, action=Action.ACCEPT, by=by, at=at, version=r.version) for r in accepted]
    notifications.accepted(Event.objects.bulk_create(events))
    return accepted, refused


def acceptable(reports: Iterable[Report], *, by) -> tuple[list[Report], list[tuple[Report, str]]]:
    """What ``accept_many`` would do with ``reports`` now; nothing is held, nothing written."""
    read = {report.pk: report for report in reports}
    return _judged(Report.objects.select_related("period", "body").filter(pk__in=read).order_by("pk"), read, by)


def _judged(stored: Iterable[Report], read: dict[int, Report], by) -> tuple[list[Report], list[tuple[Report, str]]]:
    """The reports as they are ``stored`` beside what was ``read``: those to accept, those refused and why."""
    accepted, refused, stored = [], [], list(stored)  # the points after the rows: nobody changes them any more
    open_points = set(Point.objects.still_open().filter(report__in=read).values_list("report", flat=True))
    for report in stored:
        try:
            _demand_may(report, Action.ACCEPT, by, "", ())
            _demand_fresh(report, read[report.pk].version, read[report.pk].status)
            if report.pk in open_points:
                raise NotAllowed(_("Còn điểm chưa được đánh dấu đã sửa; hãy mở báo cáo để xem rồi duyệt riêng."))
        except NotAllowed as refusal:
            refused.append((report, str(refusal)))
        else:
            accepted.append(report)
    return accepted, refused


def write_down(report: Report, action: str, *, by, note: str, at=None, until: dt.date | None = None) -> Event:
    """Put into the journal what happened to a held report through another door; its status stays."""
    told = {"note": note.strip(), "version": report.version, "until": until}
    return Event.objects.create(report=report, action=action, by=by, at=at or timezone.now(), **told)


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
            opened_at=at or timezone.now(), opened_by=user
        )
