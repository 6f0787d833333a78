"""The paper as a Word file: ``templates/reports/paper/report.docx`` filled in, to be finished and restyled by hand."""

import io
from datetime import UTC
from pathlib import Path

from django.conf import settings
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from .layout import Paper

TEMPLATE = "reports/paper/report.docx"
WIDTH, CODE, UNIT = 164, 12.5, 16  # mm: between the margins, of an indicator's code and of its unit
AMOUNT = {1: 34, 2: 26, 3: 22, 4: 19, 5: 16, 6: 16}  # mm of one of so many columns of figures
TOTAL = 19  # mm that the first of them has at least
PROPERTY = 255  # characters that a file's property may have


def render_word(paper: Paper) -> bytes:
    """The finished .docx file."""
    document = DocxTemplate(template_path())
    # Without autoescape an "&" or "<" in a typed text would silently end the document there.
    document.render({"paper": paper}, _environment(), autoescape=True)
    for table in document.docx.element.body.iter(_w("tbl")):
        if table.tblPr.style == "BangSoLieu":
            _fit(table, paper.blank)
    _name(document.docx.core_properties, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def template_path() -> Path:
    """The template of the first folder of templates that has one: an office's own before ours."""
    folders = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    return next(path for folder in folders if (path := folder / TEMPLATE).is_file())


def _environment() -> Environment:
    return Environment(autoescape=True, finalize=_only_text, undefined=StrictUndefined)


def _only_text(value) -> Markup:
    """A value as XML text; also its braces, in pairs of which docxtpl would see marks of its own."""
    return escape(value).replace("{", Markup("&#123;")).replace("}", Markup("&#125;"))


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _fit(table, blank: bool) -> None:
    """The widths of a table of figures, which has as many columns as its part; room for a pen on a blank form."""
    amounts = len(table.tr_lst[0].tc_lst) - 3
    figures = [max(TOTAL, AMOUNT[amounts]), *[AMOUNT[amounts]] * (amounts - 1)]
    widths = [CODE, WIDTH - CODE - UNIT - sum(figures), UNIT, *figures]
    for old in table.tblGrid.gridCol_lst:
        table.tblGrid.remove(old)
    for width in widths:
        table.tblGrid.add_gridCol().w = Mm(width)
    for row in table.tr_lst:
        place = 0
        for cell in row.tc_lst:
            span = cell.grid_span
            cell.width = Mm(sum(widths[place : place + span]))
            place += span
        if blank:
            row.trHeight_val = Mm(8)


def _name(properties, paper: Paper) -> None:
    """The body is the author, never a person."""
    moment = paper.at.astimezone(UTC).replace(tzinfo=None)
    properties.title, properties.author = paper.title[:PROPERTY], paper.name[:PROPERTY]
    properties.last_modified_by, properties.language = paper.name[:PROPERTY], "vi-VN"
    properties.created = properties.modified = moment
