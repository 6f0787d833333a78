"""Files beside a report: the one door by which they come in and are taken out, and who sees which."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from . import privacy
from .choices import SENT, Action
from .file_types import KINDS, Kind, Refused, has_other_extension, recognise, tidy_name
from .fingerprints import paper_code
from .models import Attachment, Event, PrivacyWarning, Report
from .models.attachments import stored_name
from .permissions import Verdict, may_write
from .returned import may_write_part

MOST_BYTES = 20 * 1024 * 1024  # of one file: a signed report of forty pages, scanned in colour, has about ten
MOST_WORDS = f"{MOST_BYTES // 1024**2} MB"
MOST_FILES = 30  # standing beside one report
MOST_EVER = 200  # with those taken out again, which stay on record

logger = logging.getLogger(__name__)


class NotTaken(Exception):
    """A file does not come in, or not out; the argument is the sentence for the person who tried."""


class AlreadyThere(NotTaken):
    """The very same file lies there already: nothing is stored twice, and nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Looked:
    """An upload that may come in: its kind, the name it will have, what the person should be told about it."""

    kind: Kind
    name: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that came in. ``notices``: told, not in the way; ``private``: what its name seems to tell of a child."""

    attachment: Attachment
    notices: tuple[str, ...]
    private: tuple[str, ...]


# --- taking in and taking out ----------------------------------------------------------------


def look(upload, kinds: Iterable[Kind] = KINDS) -> Looked:
    """What an uploaded file is, before anything is stored. Raises NotTaken with what is wrong and the way out."""
    size = {"most": MOST_WORDS}
    if upload.size > MOST_BYTES:
        raise NotTaken(
            _("tệp lớn hơn %(most)s; hãy quét lại ở độ phân giải 200-300 dpi, nén ảnh hoặc chia thành nhiều tệp.")
            % size
        )
    try:
        kind = recognise(upload.file, kinds)
    except Refused as refusal:
        raise NotTaken(str(refusal)) from refusal
    name, notices = tidy_name(upload.name, kind), ()
    if has_other_extension(upload.name, kind):
        notices = (
            _("tên tệp nói khác nội dung: đây là %(kind)s nên được lưu với tên “%(name)s”.")
            % {"kind": kind.words, "name": name},
        )
    return Looked(kind, name, notices)


def attach(report: Report, part: int | None, upload, by) -> Taken:
    """Lay ``upload`` (Django's uploaded file) beside ``report``; ``part``: a task's number, None the whole report.

    Raises NotTaken with the reason, AlreadyThere where the same bytes lie in the same place; then nothing is stored.
    """
    _demand(may_attach(by, report, part))
    looked = look(upload)
    with on_disk(report, looked, upload, by, part=part) as attachment, transaction.atomic():
        held = hold(report)
        _demand(may_attach(by, held, part))
        standing = Attachment.objects.of(held).filter(signed_scan=False)
        same = standing.filter(part=part, sha256=attachment.sha256).first()
        if same is not None:
            raise AlreadyThere(
                _("tệp giống hệt đã có ở đây với tên “%(name)s”; không lưu thêm lần nữa.") % {"name": same.name}
            )
        _demand_room(held, standing.count())
        twin = standing.filter(part=part, name=attachment.name).exists()
        attachment.at = timezone.now()  # told under the lock: a sending holds what came before it
        attachment.save()
        private = _log_private_name(attachment)
    told = _("ở đây đã có một tệp cùng tên, nội dung khác; nếu tệp này thay tệp kia, hãy gỡ tệp kia.")
    return Taken(attachment, (*looked.notices, *((told,) if twin else ())), private)


def remove(attachment: Attachment, by) -> bool:
    """Take a file out; row and file stay on record. False where it was out already. Raises NotTaken with the reason."""
    with transaction.atomic():
        _demand(may_attach(by, hold(attachment.report), attachment.part))
        standing = Attachment.objects.standing().filter(pk=attachment.pk, signed_scan=False)
        return bool(standing.update(removed_at=timezone.now(), removed_by=by))


def may_attach(user, report: Report, part: int | None) -> Verdict:
    """Whether files come in and out there: like typing, and beside a returned report as a whole always."""
    if part is not None and part not in report.period.task_numbers():
        return Verdict(False, _("Kỳ báo cáo này không có nhiệm vụ đó."))
    verdict = may_write(user, report)
    return verdict if part is None or not verdict else may_write_part(report, part)


def open_parts(report: Report, user) -> list[int | None]:
    """The places where ``user`` may lay a file now: None for the whole report, then tasks."""
    return [part for part in (None, *report.period.task_numbers()) if may_attach(user, report, part)]


@contextmanager
def on_disk(report: Report, looked: Looked, upload, by, **values) -> Iterator[Attachment]:
    """An attachment whose file is stored and whose row is the caller's to save; without the row the file goes again."""
    attachment = Attachment(
        report=report,
        name=looked.name,
        size=upload.size,
        content_type=looked.kind.content_type,
        sha256=_sha256(upload),
        by=by,
        **values,
    )
    storage = attachment.file.storage
    name = stored_name(attachment, upload.name)
    try:
        attachment.file = storage.save(name, upload)
    except OSError as error:
        logger.error("an attachment could not be stored: %s", type(error).__name__)
        storage.delete(name)
        raise NotTaken(
            _("máy chủ chưa ghi được tệp, chưa có gì được lưu; hãy thử lại sau, nếu vẫn vậy hãy báo quản trị.")
        ) from error
    try:
        yield attachment
    except BaseException:
        storage.delete(attachment.file.name)
        raise


def _sha256(upload) -> str:
    upload.file.seek(0)
    digest = hashlib.file_digest(upload.file, "sha256").hexdigest()
    upload.file.seek(0)
    return digest


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise NotTaken(verdict.reason)


def hold(report: Report) -> Report:
    """The report as it is now, its row held until the transaction ends: files and a sending follow one another."""
    return Report.objects.select_for_update(of=("self",)).select_related("period", "body").get(pk=report.pk)


def _demand_room(report: Report, standing: int) -> None:
    if standing >= MOST_FILES:
        raise NotTaken(
            _("báo cáo đã có đủ %(most)s tệp; hãy gỡ tệp không cần nữa, hoặc gộp nhiều tệp thành một PDF.")
            % {"most": MOST_FILES}
        )
    if Attachment.objects.filter(report=report).count() >= MOST_EVER:
        raise NotTaken(
            _("báo cáo này đã nhận %(most)s tệp, kể cả tệp đã gỡ; không nhận thêm được.") % {"most": MOST_EVER}
        )


def _log_private_name(attachment: Attachment) -> tuple[str, ...]:
    """Note that a name seems to tell who a child is (Luật Trẻ em, Điều 6.11): the kind, never the name."""
    spoken = " ".join(attachment.name.rpartition(".")[0].replace("_", " ").replace("-", " ").split())
    found = privacy.passages(spoken)
    if found:
        PrivacyWarning.objects.create(
            report=attachment.report,
            part=attachment.part,
            name="file",
            kinds=" ".join(sorted({passage.kind for passage in found})),
            by=attachment.by,
        )
    return tuple(sorted({passage.words for passage in found}))


# --- who sees what ---------------------------------------------------------------------------


def files_of(report: Report, user) -> QuerySet[Attachment]:
    """The files beside ``report`` that ``user`` reads: its body what lies there now, the province what was sent.

    Sent with a report is what lay beside it at its latest sending, also when it was taken out later, and the scan
    of the paper that shows what was sent, also when it came later. Files laid beside a draft are the body's own;
    while an officer enters the body's paper, officers have what they lay there themselves.
    """
    files = Attachment.objects.filter(report=report).select_related("by")
    if user.role == Role.OFFICER and report.on_paper:
        return _beside_the_paper(files, report)
    if user.acts_for_a_body:
        lying = files.standing().filter(Q(signed_scan=False) | Q(signed_paper__isnull=False))
        return lying if user.body_id == report.body_id else files.none()
    sending = latest_sending(report) if user.consolidates and report.status in SENT else None
    if sending is None:
        return files.none()
    code = paper_code(report.period.code, report.body.code, sending.content)
    lay_there = Q(removed_at=None) | Q(removed_at__gt=sending.at)
    return files.filter(
        Q(lay_there, signed_scan=False, at__lte=sending.at) | Q(signed_paper__report=report, signed_paper__code=code)
    )


def _beside_the_paper(files, report: Report) -> QuerySet[Attachment]:
    """What lies there of the officers' own, and of what the body had sent before it got the report back."""
    sending = latest_sending(report) if report.status in SENT else None
    known = Q(by__role=Role.OFFICER) if sending is None else Q(by__role=Role.OFFICER) | Q(at__lte=sending.at)
    return files.standing().filter(known, signed_scan=False)


def taken_back(report: Report) -> set[int]:
    """The sendings (by number) that their body took back: the province never had them."""
    return set(report.events.filter(action=Action.RECALL).values_list("version", flat=True))


def latest_sending(report: Report) -> Event | None:
    """The newest sending that was not taken back."""
    return report.events.sendings().exclude(version__in=taken_back(report)).last()


def readable(report: Report, user) -> QuerySet[Attachment]:
    """What ``user`` may open: its own body also what was taken out again, everybody else what they see.

    Not what officers took out again: a paper that was withdrawn may be another body's. The scan of a paper has a
    door of its own (``paper_entries.may_read_scan``).
    """
    if user.acts_for_a_body and user.body_id == report.body_id:
        return own_files(report)
    return files_of(report, user)


def own_files(report: Report) -> QuerySet[Attachment]:
    """Every file that its body may know of."""
    gone = Q(removed_at__isnull=False) | Q(signed_scan=True)
    return Attachment.objects.filter(report=report).exclude(gone, by__role=Role.OFFICER)
