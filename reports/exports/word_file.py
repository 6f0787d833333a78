"""Fills in the Word template of the province's report: its words come from the printed page, its looks from there.

``templates/reports/print/provincial.docx``: an office that wants other margins, sizes or lines of its own restyles a
copy and puts it under the same name into a folder of templates that is searched first.
"""

import io
import zipfile
from datetime import UTC
from pathlib import Path

import segno
from django.conf import settings
from django.utils import translation
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from ..document import Document, Imprint
from ..summary import Summary
from . import pdf
from .pdf_bodies import Heading
from .pdf_fonts import NoFont
from .word_bodies import bodies_annex
from .word_page import PICTURE, regions_of
from .word_parts import NOT_TEXT, zipped

TEMPLATE = "reports/print/provincial.docx"
PROPERTY = 255  # characters that a file's property may have
QR_SIZE = 25  # mm
LATER = ("text", "annexes", "bodies")  # regions that may be long
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def drawn(document: Document) -> bytes:
    """The finished .docx file; raises as ``word.render`` does."""
    with translation.override("vi"):
        context = pdf.paper_of(document) | {"word": True}
        regions = regions_of(pdf.html_of(context)) | {"bodies": _figures(document, context)}
        return _filled(document, regions, context)


def _figures(document: Document, context: dict) -> str:
    """The annex with the figures of the bodies, where the paper has one."""
    annex = next((annex for annex in context.get("annexes", ()) if annex.kind == "figures"), None)
    if annex is None:
        return ""
    try:
        return bodies_annex(document.summary, Heading(annex.title, annex.subject, context["numbered"].annexed))
    except NoFont as missing:
        raise pdf.PdfUnavailable(pdf.MISSING_LIBRARIES) from missing


def template_path() -> Path:
    """The template of the first folder of templates that has one: an office's own before ours."""
    folders = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    return next(path for folder in folders if (path := folder / TEMPLATE).is_file())


def _filled(document: Document, regions: dict[str, str], context: dict) -> bytes:
    paper = DocxTemplate(template_path())
    words = {name: Markup(_held(name) if name in LATER else regions[name]) for name in regions}  # noqa: S704 - escaped
    words |= {"summary": document.summary, "letterhead": document.summary.letterhead, "imprint": document.imprint}
    # Without autoescape an "&" or "<" in a typed text would silently end the document there.
    paper.render(words | {"foot": context["foot"]}, _environment(), autoescape=True)
    if not regions["bodies"]:
        _only_upright(paper.docx.element.body)
    if document.imprint:
        _put_code(paper.docx, document.imprint)
    _name(paper.docx.core_properties, document.summary, _title(context))
    out = io.BytesIO()
    paper.save(out)
    return _with_regions(out, regions)


def _held(region: str) -> str:
    """What keeps the place of a long region while the template is filled in."""
    return f"<!--{region}-->"


def _with_regions(saved: io.BytesIO, regions: dict[str, str]) -> bytes:
    """The file with the long regions in their places, and no day in it but the Document's own.

    docxtpl looks through all that it fills in several times: of the annex of 124 bodies that was most of the work.
    """
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"].decode()
    for name in LATER:
        body = body.replace(_held(name), regions[name], 1)
    return zipped(parts | {"word/document.xml": body.encode()})


def _environment() -> Environment:
    return Environment(autoescape=True, finalize=_only_text, undefined=StrictUndefined)


def _only_text(value) -> Markup:
    """A value as XML text; also its braces, in pairs of which docxtpl would see marks of its own."""
    if isinstance(value, Markup):
        return value
    return escape(value).replace("{", Markup("&#123;")).replace("}", Markup("&#125;"))


def _only_upright(body) -> None:
    """Without the annex in landscape the section before it is the last one, or an empty page would follow."""
    upright = [paragraph for paragraph in body.iterchildren(f"{W}p") if paragraph.find(f"{W}pPr/{W}sectPr") is not None]
    if upright:
        last = upright[-1]
        body.replace(body.find(f"{W}sectPr"), last.find(f"{W}pPr/{W}sectPr"))
        body.remove(last)


def _put_code(docx, imprint: Imprint) -> None:
    """The address of the public page as a picture, where the page has its place."""
    for found in docx.element.body.iter(f"{W}p"):
        if found.style == PICTURE:
            picture = io.BytesIO()
            segno.make(imprint.address, error="m", micro=False).save(picture, kind="png", scale=8, border=0)
            drawn = Paragraph(found, docx).add_run().add_picture(picture, width=Mm(QR_SIZE))
            drawn._inline.docPr.set("descr", f"Mã QR của địa chỉ {imprint.address}")


def _title(context: dict) -> str:
    return f"Báo cáo {context['subject_inside']}"


def _name(properties, summary: Summary, title: str) -> None:
    """The office is the author, never a person."""
    title, office = (NOT_TEXT.sub(" ", words)[:PROPERTY] for words in (title, summary.letterhead.office))
    moment = summary.made_at.astimezone(UTC).replace(tzinfo=None)
    properties.title, properties.author, properties.last_modified_by = title, office, office
    properties.language, properties.created, properties.modified = "vi-VN", moment, moment
