"""Finished Document in, bytes out, and nothing else: an exporter adds nothing up and asks nobody.

``export`` is the door: it has the Summary made and drawn in Vietnamese, the language of official
papers, whatever language the person's screen is in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation

from ..document import Document
from ..gathering import summarise
from ..models import Period
from . import excel, package, pdf


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take the Document away: ``render`` draws it, ``content_type`` names it to the browser."""

    render: Callable[[Document], bytes]
    content_type: str
    label: str


FORMATS = {
    "xlsx": Format(excel.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "pdf": Format(pdf.render, "application/pdf", "PDF"),
    "json": Format(package.render, "application/json", "JSON"),
}


def export(period: Period, format: str) -> bytes:
    """The full Summary of ``period`` in a format of ``FORMATS``; raises ``pdf.PdfUnavailable`` without Pango."""
    with translation.override("vi"):
        return FORMATS[format].render(Document(summarise(period, cells=True, texts=True)))
