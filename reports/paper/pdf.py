"""The paper as PDF/A-3A, ready to print, sign and scan: the provincial PDF's frame, fonts and fetcher."""

import re
from dataclasses import fields, is_dataclass, replace

from django.template.loader import render_to_string
from django.utils import translation

from ..exports.pdf import laid_out, no_garbage_collection
from .layout import Paper

ENDLESS = re.compile(r"\S{80,}")  # no line of ours is that long
PIECE = re.compile(r"\S{30}(?=[^\s\u0300-\u036f])")  # any 30 letters fit a line; a mark stays with its letter
BREAK = "\u200b"  # drawn as nothing


def render_pdf(paper: Paper) -> bytes:
    """The finished file. Raises ``exports.pdf.PdfUnavailable`` where Pango is not installed."""
    with translation.override("vi"), no_garbage_collection():
        return laid_out(page(paper)).write_pdf(pdf_variant="pdf/a-3a")


def page(paper: Paper) -> str:
    """The document as HTML."""
    return render_to_string("reports/paper/report.html", {"paper": _breakable(paper)})


def _breakable(what):
    """The same data with places to break in words that fit no line.

    WeasyPrint looks for one letter by letter, again for each line: 20,000 letters took it five seconds.
    """
    if isinstance(what, str):
        return ENDLESS.sub(lambda word: PIECE.sub(rf"\g<0>{BREAK}", word[0]), what)
    if isinstance(what, tuple):
        return tuple(_breakable(each) for each in what)
    if is_dataclass(what):
        return replace(what, **{field.name: _breakable(getattr(what, field.name)) for field in fields(what)})
    return what
