"""The province's report as the paper that leadership signs: PDF/A-3A in the layout of Decree 30/2020/NĐ-CP, Appendix I.

The main part with its small annexes is drawn by WeasyPrint, the figures of every body by ``pdf_bodies`` on pages of
their own behind it; the workbook of the same edition travels inside. No seal is ever drawn, and of what is not issued
number, day and signature are left blank. What it says is chosen in ``pdf_words``.
"""

import gc
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import segno
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from ..choices import Edition
from ..document import Document
from . import excel
from .pdf_annexes import annexes, paragraphs
from .pdf_words import context_of, main_part, subject_of, supplement_part

__all__ = ["PdfUnavailable", "laid_out", "no_garbage_collection", "page", "paragraphs", "render", "subject_of"]

STATIC_SCHEME = "portal-static:"  # href="portal-static:css/print.css": by name, whatever storage serves the browser
MISSING_LIBRARIES = (
    "Máy chủ chưa xuất được PDF vì thiếu thư viện chữ; hãy cài các gói Debian: "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2."
)
CARRIED = {  # what is inside, in words, by edition
    Edition.FULL: "Số liệu của từng cơ quan, bản nội bộ",
    Edition.OUTGOING: "Số liệu của từng cơ quan, bản gửi đi, ẩn số nhỏ",
}


class PdfUnavailable(Exception):
    """This machine cannot make PDF files; the argument says in one Vietnamese sentence what to install."""


def render(document: Document) -> bytes:
    """The finished PDF/A-3A file, always in Vietnamese. Raises PdfUnavailable where Pango or the font is missing."""
    with translation.override("vi"), no_garbage_collection():
        context = paper_of(document)
        main, pages = _main_part(document, context)
        if "figures" not in context.get("titles", {}):
            return main
        from .pdf_joining import joined  # noqa: PLC0415 - slow to load

        annex = figures_annex(document, context, first_page=pages + 1)
        return joined(main, annex, outline=f"{context['titles']['figures']}. Số liệu của từng cơ quan")


def _main_part(document: Document, context: dict) -> tuple[bytes, int]:
    """The tagged main part with its small annexes and the workbook, and how many pages it has."""
    weasyprint, summary = loaded_weasyprint(), document.summary
    paper = laid_out(html_of(context))
    if document.supplement is None:  # a supplement carries the differences and nothing else
        paper.metadata.attachments.append(
            weasyprint.Attachment(
                string=excel.render(document),
                url_fetcher=static_files_only(),
                name=context["attachment"],
                description=CARRIED[Edition(document.edition)],
                created=summary.made_at.astimezone(UTC),
                modified=summary.made_at.astimezone(UTC),
                relationship="Data",
            )
        )
    return paper.write_pdf(pdf_variant="pdf/a-3a"), len(paper.pages)


def figures_annex(document: Document, context: dict, *, first_page: int):
    """The landscape pages with every body's figures, as ``pdf_joining.joined`` takes them."""
    from . import pdf_bodies, pdf_fonts  # noqa: PLC0415 - slow to load

    (annex,) = (annex for annex in context["annexes"] if annex.kind == "figures")
    heading = pdf_bodies.Heading(annex.title, annex.subject, context["numbered"].annexed)
    try:
        return pdf_bodies.drawn(document.summary, heading, foot=context["foot"], first_page=first_page)
    except pdf_fonts.NoFont as missing:
        raise PdfUnavailable(MISSING_LIBRARIES) from missing


def loaded_weasyprint():
    """The library; raises PdfUnavailable where Pango is not installed."""
    try:
        import weasyprint  # noqa: PLC0415 - slow to load
    except OSError as missing:
        raise PdfUnavailable(MISSING_LIBRARIES) from missing
    return weasyprint


def laid_out(html: str):
    """``html`` as a WeasyPrint document with all its pages; only our own static files are read for it."""
    weasyprint = loaded_weasyprint()
    try:
        return weasyprint.HTML(string=html, url_fetcher=static_files_only()).render()
    except weasyprint.urls.FatalURLFetchingError as refused:  # no Exception: it would stop the server's worker
        raise FileNotFoundError("the print style sheet cannot be read") from refused


@contextmanager
def no_garbage_collection():
    """A layout makes many objects that live to its end; looking for garbage among them only costs time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def static_files_only():
    """A WeasyPrint fetcher for ``portal-static:`` names, found by Django's finders; all else is refused.

    Refusal stops the render: a paper without its style sheet must not look finished.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - slow to load

    class StaticFiles(URLFetcher):
        def fetch(self, url, headers=None):
            path = static_path(url)
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": f"{kind}; charset=utf-8"})

    return StaticFiles(fail_on_errors=True)


def static_path(url: str) -> Path:
    """The static file that ``url`` names. Raises ValueError for another scheme, an unknown or an outside file."""
    name = url.removeprefix(STATIC_SCHEME)
    if name == url:
        raise ValueError(f"refused, not a static file: {url}")
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:
        found = None
    if not found or not Path(found).is_file():
        raise ValueError(f"no such static file: {url}")
    return Path(found)


def paper_of(document: Document) -> dict:
    """All the words of the paper, as its templates take them."""
    context = context_of(document) | {"qr": _qr(document)}
    if document.supplement:
        return context | {"template": "supplement", "supplement": supplement_part(document)}
    summary = document.summary
    figures = bool(summary.coverage.answered) and any(row.cells for row in summary.rows)
    return {
        **context,
        **main_part(document),
        **annexes(summary, figures=figures),
        "template": "summary",
        "attachment": f"so-lieu-{summary.code}.xlsx",
    }


def page(document: Document) -> str:
    """The main part and its small annexes as HTML."""
    return html_of(paper_of(document))


def html_of(context: dict) -> str:
    """The paper of ``paper_of`` as HTML."""
    return render_to_string(f"reports/print/{context['template']}.html", context)


def _qr(document: Document) -> str:
    """The address where an issued document is checked, as a drawing that says in words what it is."""
    if document.imprint is None:
        return ""
    code = segno.make(document.imprint.address, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=0, title=f"Mã QR của địa chỉ {document.imprint.address}")
    return mark_safe(svg)  # noqa: S308 - segno escapes the title, all else is numbers
