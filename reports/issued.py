"""What has been issued: the Document as it was frozen, its files byte for byte, its signed copies. Nothing changes it.

A file is written once; reading it compares the bytes with the fingerprint that was kept with them.
"""

import hashlib
import logging
import uuid

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from .attachments import NotTaken, look
from .changes import changes
from .choices import Edition
from .document import Change, Document
from .exports import FORMATS
from .exports.names import EDITIONS
from .file_types import PDF, SCANS
from .fingerprints import tidy_code
from .folding import folded
from .freezing import thawed
from .gathering import summarise
from .models import Issue, IssuedFile, Period, ProvincialReport, SignedCopy
from .models.issues import issued_name
from .permissions import may_issue
from .signatures import Looked, signatures_of
from .suppression import outgoing_document

MOST_COPIES = 20  # of one document; a scan, the signed PDF, and some that came out wrong

logger = logging.getLogger(__name__)


class AlreadyStored(IntegrityError):
    """There is a file of this format and edition, as the database says too: what was issued is never written again."""


class NotAsIssued(Exception):
    """A stored file is gone or its bytes are others now; the argument is the sentence for the person."""


# --- the document ----------------------------------------------------------------------------


def document_of(issue: Issue, edition: str = Edition.FULL.value) -> Document:
    """The Document as it was issued, in one of its editions; each was frozen then, so nothing that happens later, to
    last year's reports either, makes its files contradict each other.
    """
    return thawed(issue.content if edition == Edition.FULL else issue.outgoing)


def outgoing_of(document: Document, period: Period) -> Document:
    """The outgoing edition of what is about to be issued: small numbers hidden, beside last year's as it is now."""
    with translation.override("vi"):
        return outgoing_document(document, before=_last_year(period))


def titles_of(issue: Issue) -> tuple[str, ...]:
    """The lines over the signature, as the paper has them."""
    return tuple(issue.content["document"]["imprint"]["titles"])


def _last_year(period: Period):
    """Last year's full Summary: as it was issued, else as it stands."""
    before = period.previous()
    if before is None:
        return None
    issue = latest_issue(before)
    return thawed(issue.content).summary if issue else summarise(before, cells=True)


def latest_issue(period: Period) -> Issue | None:
    """The newest document of ``period``: the report, or its last supplement."""
    issues = Issue.objects.filter(provincial__period=period).select_related("provincial__period")
    return issues.defer("outgoing").order_by("-provincial__sequence").first()


def chain_of(period: Period) -> list[Issue]:
    """The report and its supplements, as they were issued, without their contents."""
    issues = Issue.objects.filter(provincial__period=period).select_related("provincial__period", "by")
    return list(issues.defer(*Issue.LARGE).order_by("provincial__sequence"))


def summary_now(period: Period):
    """The full Summary of ``period`` as it stands, in the language of the document that it is compared with."""
    with translation.override("vi"):
        return summarise(period, cells=True, texts=True)


def changes_since(issue: Issue) -> tuple[Change, ...]:
    """What is different now from what ``issue`` says; words in the language of the reader."""
    return changes(thawed(issue.content), summary_now(issue.provincial.period))


# --- its files -------------------------------------------------------------------------------


def store_file(issue: Issue, format: str, edition: str, content: bytes) -> IssuedFile:
    """Keep one file of an issue byte for byte, with its fingerprint. Raises AlreadyStored for a second one."""
    row = IssuedFile(issue=issue, format=format, edition=edition, size=len(content))
    row.sha256 = hashlib.sha256(content).hexdigest()
    if IssuedFile.objects.filter(issue=issue, format=format, edition=edition).exists():
        raise AlreadyStored(f"{issue} {format} {edition}")
    storage = row.file.storage
    row.file = storage.save(issued_name(row, ""), ContentFile(content))
    try:
        with transaction.atomic():
            row.save()
    except BaseException as error:
        storage.delete(row.file.name)
        if isinstance(error, IntegrityError):  # another worker was quicker
            raise AlreadyStored(f"{issue} {format} {edition}") from error
        raise
    return row


def content_of(kept: IssuedFile | SignedCopy) -> bytes:
    """The bytes of a stored file. Raises NotAsIssued when they cannot be read, or are not those that were stored."""
    try:
        with kept.file.storage.open(kept.file.name, "rb") as stream:
            content = stream.read()
    except OSError as error:
        logger.error("a file of issue %s cannot be read: %s", kept.issue_id, type(error).__name__)
        raise NotAsIssued(_("Máy chủ không đọc được tệp này; hãy báo quản trị cổng.")) from error
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        logger.error("a file of issue %s is not what was stored", kept.issue_id)
        raise NotAsIssued(
            _("Tệp trên máy chủ không còn đúng từng byte với tệp đã lưu nên không được giao ra; hãy báo quản trị cổng.")
        )
    return content


def file_name(kept: IssuedFile) -> str:
    """What a downloaded file is called, in letters that every system takes: ``bao-cao-2020-so-12-bc-x-day-du.pdf``."""
    issue = kept.issue
    what = "bao-cao-bo-sung" if issue.provincial.is_supplement else "bao-cao"
    words = f"{what} {issue.provincial.period.code} so {issue.full_number} {EDITIONS[Edition(kept.edition)]}"
    stem = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in folded(words))
    return f"{'-'.join(stem.split())}.{FORMATS[kept.format].extension}"


# --- signed copies ---------------------------------------------------------------------------


def add_signed_copy(issue: Issue, upload, by) -> tuple[SignedCopy, tuple[str, ...]]:
    """Lay a scan or a digitally signed PDF beside ``issue``; (the copy, what the person should be told).

    The same bytes again are the same copy. Raises NotTaken with the reason.
    """
    if not may_issue(by):
        raise NotTaken(_("Chỉ chuyên viên của cơ quan tổng hợp được thêm bản đã ký."))
    looked = look(upload, SCANS)
    upload.file.seek(0)
    content = upload.file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        ProvincialReport.objects.select_for_update(of=("self",)).get(pk=issue.provincial_id)  # two uploads at once
        copies = SignedCopy.objects.filter(issue=issue)
        same = copies.filter(sha256=sha256).first()
        if same is not None:
            return same, (_("tệp giống hệt đã có với tên “%s”; không lưu thêm lần nữa.") % same.name,)
        if copies.count() >= MOST_COPIES:
            raise NotTaken(_("văn bản đã có đủ %s bản đã ký; không nhận thêm được.") % MOST_COPIES)
        return _stored_copy(issue, looked, content, sha256, by), looked.notices


def _stored_copy(issue, looked, content, sha256, by) -> SignedCopy:
    copy = SignedCopy(issue=issue, name=looked.name, content_type=looked.kind.content_type, sha256=sha256, by=by)
    copy.edition = _edition_of(issue, content)
    copy.size, storage, name = len(content), copy.file.storage, f"issued/{uuid.uuid4().hex}"
    try:
        copy.file = storage.save(name, ContentFile(content))
    except OSError as error:
        logger.error("a signed copy could not be stored: %s", type(error).__name__)
        storage.delete(name)
        raise NotTaken(
            _("máy chủ chưa ghi được tệp, chưa có gì được lưu; hãy thử lại sau, nếu vẫn vậy hãy báo quản trị.")
        ) from error
    try:
        copy.save()
    except BaseException:
        storage.delete(copy.file.name)
        raise
    return copy


def _edition_of(issue: Issue, content: bytes) -> str:
    """Outgoing where ``content`` begins byte for byte with the issued outgoing PDF; else full: what a scan shows, and
    what a file that cannot be compared shows, nobody knows.
    """
    own = IssuedFile.objects.filter(issue=issue, format="pdf", edition=Edition.OUTGOING.value).first()
    try:
        known = own is not None and content.startswith(content_of(own))
    except NotAsIssued:
        known = False
    return (Edition.OUTGOING if known else Edition.FULL).value


def signatures_on(copy: SignedCopy, files: list[IssuedFile]) -> Looked | None:
    """What the digital signatures of a copy tell, beside the issued PDFs among ``files``; None of a picture.

    Raises NotAsIssued as ``content_of`` does.
    """
    if copy.content_type != PDF.content_type:
        return None
    issued = {file.edition: content_of(file) for file in files if file.format == "pdf"}
    return signatures_of(content_of(copy), issued)


# --- what anybody may ask --------------------------------------------------------------------

RIGHT, SUPPLEMENTED, UNKNOWN = "right", "supplemented", "unknown"


def confirmed(code: str, fingerprint: str) -> str:
    """Whether a document with this code and fingerprint was issued: RIGHT, SUPPLEMENTED (right, and a supplement came
    later) or UNKNOWN.

    The fingerprint is the document's own (the QR code has it), or the SHA-256 of one of its files or signed copies.
    One query, the same whatever is right or wrong of the two.
    """
    fingerprint = fingerprint.lower()
    files = IssuedFile.objects.filter(issue=OuterRef("pk"), sha256=fingerprint)
    copies = SignedCopy.objects.filter(issue=OuterRef("pk"), sha256=fingerprint)
    later = Issue.objects.filter(
        provincial__period=OuterRef("provincial__period"), provincial__sequence__gt=OuterRef("provincial__sequence")
    )
    found = (
        Issue.objects.filter(Q(fingerprint=fingerprint) | Exists(files) | Exists(copies), code=tidy_code(code))
        .annotate(supplemented=Exists(later))
        .values_list("supplemented")
        .first()
    )
    if found is None:
        return UNKNOWN
    return SUPPLEMENTED if found[0] else RIGHT
