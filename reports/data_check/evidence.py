"""Whether what was sent is still what was sent: figures against the journal, the journal against receipts, files."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..answers import Cell
from ..choices import Action
from ..fingerprints import fingerprint
from ..models import Attachment, Event, Figure, Receipt, Report
from .defects import MOST, Kind, Severity, check, named, page_of
from .scope import NEWEST_FILES, NEWEST_SENDINGS, READ_BYTES

CHUNK = 500
PIECE = 1 << 20  # bytes of a file read at a time
LEAVE = gettext_lazy("Không sửa gì cho đến khi rõ nguyên nhân; giữ bản sao cơ sở dữ liệu, báo người quản trị hệ thống.")
RESTORE = gettext_lazy("Khôi phục tệp từ bản sao lưu; bản sao cơ sở dữ liệu và bản sao tệp phải cùng ngày.")


class _Telling:
    """Counts what is found and keeps the first of it, while everything is read once from beginning to end."""

    def __init__(self):
        self.count, self.told = 0, []

    def add(self, sentence: str, report: Report, page: str = "sent", **words) -> None:
        self.count += 1
        if len(self.told) < MOST:
            self.told.append((sentence % (named(report) | words), page_of(report, page)))


# --- figures against the last sending -----------------------------------------------------------


@check(Kind("accepted_differs", Severity.ERROR, gettext_lazy("Số liệu đã duyệt khác bản cơ quan đã gửi"), LEAVE))
def accepted_that_differ(scope):
    """What is added up must be what was sent last: nobody but the body changes a figure."""
    reports, telling = _accepted(scope), _Telling()
    sentence = _("%(body)s, %(period)s: số liệu đang lưu khác lần gửi %(version)s.")
    stored = _stored_in(reports)
    waiting = next(stored, None)
    sending = Event.objects.filter(report=OuterRef("pk"), version=OuterRef("version"), action=Action.SUBMIT)
    rows = reports.annotate(content=Subquery(sending.values("content")[:1])).select_related("period", "body")
    for report in rows.order_by("pk").iterator(chunk_size=CHUNK):
        here = {}
        if waiting is not None and waiting[0] == report.pk:
            here, waiting = waiting[1], next(stored, None)
        if report.content is None or here != _sent_in(report.content):
            telling.add(sentence, report, version=report.version)
    return telling.count, telling.told


def _accepted(scope) -> QuerySet[Report]:
    accepted = Report.objects.accepted()
    if scope.everything:
        return accepted
    newest = accepted.order_by("-accepted_at", "-pk").values_list("pk", flat=True)[:NEWEST_SENDINGS]
    return Report.objects.filter(pk__in=list(newest))


def _stored_in(reports: QuerySet[Report]) -> Iterator[tuple[int, dict]]:
    """(report, {cell: what stands there}) in the order of the reports, those without figures left out."""
    fields = ("report", "indicator__code", "option", "value", "nothing", "detail", "estimate")
    rows = Figure.objects.filter(report__in=reports.order_by().values("pk")).order_by("report").values_list(*fields)
    for report, figures in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        yield (
            report,
            {
                str(Cell(code, option)): (None if value is None else str(value), nothing, detail, estimate)
                for _report, code, option, value, nothing, detail, estimate in figures
            },
        )


def _sent_in(content: dict) -> dict:
    return {
        cell: (figure["value"], figure["nothing"], figure["detail"], figure.get("estimate", False))
        for cell, figure in content["figures"].items()
    }


# --- the journal against its receipts -------------------------------------------------------------


@check(Kind("receipt_differs", Severity.ERROR, gettext_lazy("Nhật ký khác biên nhận đã cấp"), LEAVE))
def receipts_that_differ(scope):
    """The fingerprint that the body holds must be that of what the journal says was sent."""
    receipts = Receipt.objects.select_related("event__report__period", "event__report__body").order_by("-pk")
    sentence, telling = _("%(body)s, %(period)s, lần gửi %(version)s."), _Telling()
    for receipt in scope.newest(receipts, NEWEST_SENDINGS).iterator(chunk_size=CHUNK):
        event = receipt.event
        report = event.report
        said = fingerprint(report.period.code, report.body.code, event.version, event.at, event.content or {})
        if said != receipt.fingerprint:
            telling.add(sentence, report, version=event.version)
    return telling.count, telling.told


# --- files ----------------------------------------------------------------------------------------


def _attachments(scope) -> Iterator[Attachment]:
    """Also those taken out again: what an officer has seen stays on record."""
    rows = Attachment.objects.select_related("report__period", "report__body").order_by("-pk")
    return scope.newest(rows, NEWEST_FILES).iterator(chunk_size=CHUNK)


@check(Kind("file_missing", Severity.ERROR, gettext_lazy("Tệp đính kèm không còn trên đĩa"), RESTORE))
def files_that_are_gone(scope):
    sentence, telling = _("%(body)s, %(period)s: tệp số %(number)s."), _Telling()
    for attachment in _attachments(scope):
        if not attachment.file.storage.exists(attachment.file.name):
            telling.add(sentence, attachment.report, "board", number=attachment.pk)
    return telling.count, telling.told


@check(Kind("file_changed", Severity.ERROR, gettext_lazy("Tệp đính kèm khác lúc tải lên"), RESTORE))
def files_that_changed(scope):
    """Reads the newest files, or with ``files`` every one; those that are gone are told elsewhere."""
    sentence, telling, left = _("%(body)s, %(period)s: tệp số %(number)s."), _Telling(), READ_BYTES
    for attachment in _attachments(scope):
        left -= attachment.size
        if left < 0 and not scope.files:
            continue
        digest = _digest(attachment)
        if digest is not None and digest != attachment.sha256:
            telling.add(sentence, attachment.report, "board", number=attachment.pk)
    return telling.count, telling.told


def _digest(attachment: Attachment) -> str | None:
    digest = hashlib.sha256()
    try:
        with attachment.file.storage.open(attachment.file.name) as stored:
            while piece := stored.read(PIECE):
                digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()
