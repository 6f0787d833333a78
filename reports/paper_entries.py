"""A report that came in on paper only: an officer records the paper and types it on the ordinary pages, for the body.

``register`` opens the desk, ``amend`` puts the record right, ``withdraw`` leaves it as if nothing had been typed; the
sending itself is ``workflow.move``. Each is one transaction that holds the report's row.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from .attachments import NotTaken, hold, look, on_disk
from .choices import Action, Status
from .drafting import save_page
from .file_types import SCANS
from .models import Attachment, Edit, PaperEntry, Point, Report
from .parts import parts_of
from .permissions import may_move
from .signed_papers import NotRecorded, tidy_number
from .typed import tidy
from .workflow import STEPS, move, write_down

LONGEST_INCOMING = 30
# Kept in the journal and read by others: Vietnamese, whatever language the writer's screen has.
PAPER = "Văn bản số %(number)s ngày %(signed_on)s; số đến %(incoming_number)s, đến ngày %(received_on)s."
AMENDED = "Sửa thông tin bản giấy. %s"


class Refused(Exception):
    """Not possible: the argument is the sentence for the person; ``fields`` {input: sentence} what is to be mended."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None):
        super().__init__(sentence)
        self.fields = fields or {}


@dataclass(frozen=True, slots=True)
class Paper:
    """What an officer reads off the paper and the office's book of incoming documents."""

    number: str
    signed_on: dt.date
    incoming_number: str
    received_on: dt.date

    def words(self) -> str:
        days = {name: f"{getattr(self, name):%d/%m/%Y}" for name in ("signed_on", "received_on")}
        return PAPER % ({"number": self.number, "incoming_number": self.incoming_number} | days)


# --- the door --------------------------------------------------------------------------------


def register(
    report: Report, *, number: str, signed_on: dt.date, incoming_number: str, received_on: dt.date, by, scan=None
) -> PaperEntry:
    """Record the paper of ``report`` and open its pages to officers; the body's people wait until it is sent.

    ``number`` and ``signed_on`` stand on the body's document, ``incoming_number`` and ``received_on`` in the book
    of incoming papers: that day counts for being in time. ``scan`` (Django's uploaded file) may come later.
    Raises Refused where the body has drafted in the portal itself, a colleague was quicker or something is wrong.
    """
    paper = _read(report, number, signed_on, incoming_number, received_on)
    report = Report.objects.select_related("period", "body").get(pk=report.pk)
    _demand(report, Action.REGISTER, by)  # before a file is stored, and once more below
    with _stored(report, scan, by) as attachment, transaction.atomic():
        held = hold(report)
        _demand(held, Action.REGISTER, by)
        entry = PaperEntry(report=held, by=by, **_values(paper))
        _lay(entry, attachment, by)
        entry.save()
        move(held, Action.REGISTER, by=by, note=paper.words())
    return entry


def amend(
    entry: PaperEntry, *, number: str, signed_on: dt.date, incoming_number: str, received_on: dt.date, by, scan=None
) -> PaperEntry:
    """Put number, days or scan right while the paper is being entered. Raises Refused as ``register`` does."""
    paper = _read(entry.report, number, signed_on, incoming_number, received_on)
    with _stored(entry.report, scan, by) as attachment, transaction.atomic():
        held = hold(entry.report)
        _demand(held, Action.HAND_BACK, by)
        entry = PaperEntry.objects.select_related("scan").get(pk=entry.pk)
        entry.report = held
        if entry.version is not None or entry.withdrawn_at is not None:
            raise Refused(_("Bản giấy này đã nhập xong hoặc đã thôi nhập; hãy mở lại trang."))
        before = Paper(entry.number, entry.signed_on, entry.incoming_number, entry.received_on)
        for name, value in _values(paper).items():
            setattr(entry, name, value)
        _lay(entry, attachment, by)
        entry.save()
        if paper != before:
            write_down(held, Action.REGISTER, by=by, note=AMENDED % paper.words())
    return entry


def add_scan(entry: PaperEntry, scan, *, by) -> PaperEntry:
    """Lay the scan beside a paper that was sent without one. Raises Refused where it has one, or is none of ours."""
    if by.role != Role.OFFICER:
        raise Refused(_("Vai trò của bạn không được làm việc này."))
    with _stored(entry.report, scan, by) as attachment, transaction.atomic():
        held = hold(entry.report)
        entry = PaperEntry.objects.select_related("scan").get(pk=entry.pk)
        entry.report = held
        if entry.withdrawn_at is not None:
            raise Refused(_("Đã thôi nhập bản giấy này; hãy mở lại trang."))
        if entry.scan_id is not None and entry.version is not None:
            raise Refused(_("Bản giấy đã gửi có bản quét rồi; bản quét đó được giữ nguyên."))
        if attachment is None:
            raise Refused(_("Chưa chọn tệp nào."), {"scan": _("Hãy chọn bản quét của văn bản.")})
        _lay(entry, attachment, by)
        entry.save()
    return entry


@transaction.atomic
def withdraw(report: Report, by, note: str = "") -> None:
    """Stop entering: the report goes back to its body as it was before, scan and files of the officers with it.

    What was typed is taken back field by field through ``drafting``: a paper may have been registered for the wrong
    body, and nobody may find another body's figures in a draft. Raises Refused with the reason.
    """
    held = hold(report)
    _demand(held, Action.HAND_BACK, by)
    entry = held.paper_entries.open().get()
    _take_back_typing(held, entry, by)
    _take_back_files(held, entry, by)
    ticked = Point.objects.filter(report=held, done_by__role=Role.OFFICER, done_at__gte=entry.at)
    ticked.update(done_at=None, done_by=None)
    entry.withdrawn_at = timezone.now()
    entry.save(update_fields=["withdrawn_at"])
    move(held, Action.HAND_BACK, by=by, note=tidy(note))
    # So that a paper can be entered once more, and nothing looks like the body's own work.
    untouched = {"updated_at": None, "updated_by": None}
    if held.status != Status.DRAFT:
        untouched = {"updated_at": held.submitted_at, "updated_by": held.events.sendings().last().by}
    Report.objects.filter(pk=held.pk).update(**untouched)


def _take_back_typing(report: Report, entry: PaperEntry, by) -> None:
    for part in parts_of(report):
        edits = Edit.objects.filter(report=report, part=part.number, at__gte=entry.at).order_by("-pk")
        before = dict(edits.values_list("name", "before"))  # the oldest comes last and stays
        if before:
            save_page(report, part.number, before, by=by, seen=None)


def _take_back_files(report: Report, entry: PaperEntry, by) -> None:
    """What officers laid beside it goes, what they took out of the body's own comes back."""
    files = Attachment.objects.filter(report=report)
    taken_out = files.exclude(by__role=Role.OFFICER).filter(removed_by__role=Role.OFFICER, removed_at__gte=entry.at)
    taken_out.update(removed_at=None, removed_by=None)
    laid = files.standing().filter(by__role=Role.OFFICER, at__gte=entry.at)
    laid.update(removed_at=timezone.now(), removed_by=by)


# --- reading ---------------------------------------------------------------------------------


def entry_of(report: Report, version: int) -> PaperEntry | None:
    """The paper from which sending ``version`` was entered; None where the body sent it in the portal."""
    return report.paper_entries.filter(version=version).select_related("by", "scan").first()


def may_read_scan(user, entry: PaperEntry) -> bool:
    """Officers, leaders and, once it is sent, the body's people, while the paper stands.

    A withdrawn one may be another body's; until it is sent nobody knows, and the body reads nothing of it.
    """
    if entry.withdrawn_at is not None:
        return False
    of_the_body = user.acts_for_a_body and user.body_id == entry.report.body_id
    return user.consolidates or (of_the_body and entry.version is not None)


def namesake(entry: PaperEntry) -> PaperEntry | None:
    """Another body's paper of the round with the same incoming number: usually a slip of the pen."""
    others = PaperEntry.objects.filter(report__period_id=entry.report.period_id, withdrawn_at=None)
    same = others.filter(incoming_number=entry.incoming_number).exclude(report=entry.report_id)
    return same.select_related("report").first()


# --- what was read off the paper -------------------------------------------------------------


def _read(report: Report, number, signed_on, incoming_number, received_on) -> Paper:
    """The paper as it is kept. Raises Refused with every mistake at once."""
    wrong, kept = {}, ""
    try:
        kept = tidy_number(tidy(number), report.body.symbol)
    except NotRecorded as refusal:
        wrong["number"] = str(refusal)
    incoming = " ".join(tidy(incoming_number).split())
    if not any(sign.isdigit() for sign in incoming):
        wrong["incoming_number"] = _("Hãy ghi số đến theo sổ văn bản đến, ví dụ 1234.")
    elif len(incoming) > LONGEST_INCOMING:
        wrong["incoming_number"] = _("Số đến dài quá %s chữ; hãy chỉ ghi số.") % LONGEST_INCOMING
    wrong |= _wrong_days(report, signed_on, received_on)
    if wrong:
        raise Refused(next(iter(wrong.values())), wrong)
    return Paper(kept, signed_on, incoming, received_on)


def _wrong_days(report: Report, signed_on: dt.date, received_on: dt.date) -> dict[str, str]:
    today, first = timezone.localdate(), report.period.data_from
    told = {"signed": f"{signed_on:%d/%m/%Y}", "received": f"{received_on:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"}
    wrong = {}
    if signed_on > today:
        wrong["signed_on"] = _("Ngày %(signed)s chưa đến; hãy nhập ngày ghi trên văn bản.") % told
    elif signed_on < first:
        wrong["signed_on"] = _("Ngày %(signed)s trước kỳ số liệu (từ %(first)s); hãy xem lại năm của văn bản.") % told
    if received_on > today:
        wrong["received_on"] = _("Ngày %(received)s chưa đến; hãy nhập ngày ghi trong sổ văn bản đến.") % told
    elif received_on < signed_on and not wrong:
        wrong["received_on"] = _("Ngày đến %(received)s trước ngày văn bản %(signed)s; hãy xem lại hai ngày.") % told
    return wrong


def _values(paper: Paper) -> dict:
    return {name: getattr(paper, name) for name in ("number", "signed_on", "incoming_number", "received_on")}


# --- the scan --------------------------------------------------------------------------------


@contextmanager
def _stored(report: Report, scan, by) -> Iterator[Attachment | None]:
    """The uploaded scan on the disk, gone again where the block fails; None without one."""
    if not scan:
        yield None
        return
    try:
        looked = look(scan, SCANS)
        with on_disk(report, looked, scan, by, signed_scan=True) as attachment:
            yield attachment
    except NotTaken as refusal:
        raise Refused(
            str(refusal), {"scan": _("“%(name)s”: %(why)s") % {"name": scan.name, "why": refusal}}
        ) from refusal


def _lay(entry: PaperEntry, attachment: Attachment | None, by) -> None:
    """The scan takes the place of the one before, which stays on record."""
    if attachment is None:
        return
    attachment.at = timezone.now()
    attachment.save()
    if entry.scan_id is not None:
        Attachment.objects.filter(pk=entry.scan_id).update(removed_at=attachment.at, removed_by=by)
    entry.scan = attachment


def _demand(report: Report, action: str, by) -> None:
    verdict = may_move(by, report, action, STEPS)
    if not verdict:
        raise Refused(verdict.reason)
