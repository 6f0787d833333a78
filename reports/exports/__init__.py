"""Finished Document in, bytes out, and nothing else: an exporter adds nothing up and asks nobody.

``export`` is the door for a period as it stands: it has the Document made and drawn in Vietnamese, the language of
official papers, whatever language the person's screen is in. An issued Document is drawn by ``FORMATS`` too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext_lazy

from .. import composing
from ..choices import Edition
from ..document import Document
from ..gathering import summarise
from ..models import Period
from ..suppression import outgoing_document
from . import bundle, excel, package, pdf, word
from .names import file_name

__all__ = ["FORMATS", "Format", "document_of_period", "export", "file_name"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take the Document away: ``render`` draws it, ``content_type`` names it to the browser.

    ``extension``: of the file's name, without the dot.
    """

    render: Callable[[Document], bytes]
    content_type: str
    label: str
    extension: str


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "pdf": Format(pdf.render, "application/pdf", "PDF", "pdf"),
    "docx": Format(word.render, f"{OFFICE}.wordprocessingml.document", "Word", "docx"),
    "xlsx": Format(excel.render, f"{OFFICE}.spreadsheetml.sheet", "Excel", "xlsx"),
    "json": Format(package.render, "application/json", "JSON", "json"),
    "zip": Format(bundle.render, "application/zip", gettext_lazy("Gói gửi cấp trên"), "zip"),
}


def document_of_period(period: Period, edition: str = Edition.FULL.value) -> Document:
    """The Document of ``period`` as it stands now, not issued: its figures, and the words of the province's report.

    ``texts`` None where nothing is composed yet.
    """
    main = period.provincial_reports.filter(sequence=1).first()
    words = composing.texts_of(main) if main else {}
    composed = {part: text for part, text in words.items() if text.strip()}
    with translation.override("vi"):
        document = Document(summarise(period, cells=True, texts=True), texts=composed or None)
        return _outgoing(document, period) if edition == Edition.OUTGOING else document


def _outgoing(document: Document, period: Period) -> Document:
    before = period.previous()
    return outgoing_document(document, before=summarise(before, cells=True) if before else None)


def export(period: Period, format: str, edition: str = Edition.FULL.value) -> bytes:
    """``document_of_period`` in a format of ``FORMATS``; raises ``pdf.PdfUnavailable`` without Pango."""
    document = document_of_period(period, edition)
    with translation.override("vi"):
        return FORMATS[format].render(document)
