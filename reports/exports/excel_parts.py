"""The parts of a workbook's file around its rows, as text (ECMA-376, Part 1: SpreadsheetML). Pure.

A sheet object of openpyxl costs as much as the rows of forty bodies, and a workbook has a dozen sheets. What they need
of the standard is written here: widths, panes, filter, merged cells, titles and margins of the printed page.
"""

import datetime as dt
import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from openpyxl.utils import get_column_letter
from openpyxl.writer.theme import theme_xml

from .excel_looks import FONT, RED, styled

A4_WIDTH = 215  # characters of table text that are still legible on a landscape A4 page when fitted to its width
WIDE_SCALE = 60  # percent: what is wider goes over several pages, each with about as many characters
MARGINS = 'left="0.6" right="0.4" top="0.7" bottom="0.7" header="0.5" footer="0.5"'  # inches

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument"


@dataclass(slots=True)
class Page:
    """What is known of a sheet but its rows; ``pane``: the first (row, column) that moves when one scrolls."""

    name: str
    widths: list[float]
    landscape: bool = True
    grid: bool = True
    header: str = ""
    footer: str = ""
    pane: tuple[int, int] | None = None
    title_rows: tuple[int, int] | None = None
    title_columns: int = 0
    filtered: tuple[int, int] | None = None  # the first and the last row of the list
    merged: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether all columns stay legible on one page."""
        return sum(self.widths) <= A4_WIDTH

    @property
    def last_letter(self) -> str:
        return get_column_letter(len(self.widths))


def before_rows(page: Page) -> str:
    fit = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if page.fits else ""
    grid = "" if page.grid else ' showGridLines="0"'
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}">{fit}<sheetViews><sheetView{grid} workbookViewId="0">{_pane(page)}'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{_columns(page)}</cols><sheetData>'
    )


def _pane(page: Page) -> str:
    if page.pane is None:
        return ""
    row, column = page.pane
    split = f'xSplit="{column - 1}" ' if column > 1 else ""
    corner = "bottomRight" if column > 1 else "bottomLeft"
    address = f"{get_column_letter(column)}{row}"
    return f'<pane {split}ySplit="{row - 1}" topLeftCell="{address}" activePane="{corner}" state="frozen"/>'


def _columns(page: Page) -> str:
    drawn, first = [], 1
    for width, alike in groupby(page.widths):
        last = first + len(list(alike)) - 1
        drawn.append(f'<col min="{first}" max="{last}" width="{width}" customWidth="1"/>')
        first = last + 1
    return "".join(drawn)


def after_rows(page: Page) -> str:
    filtered = f'<autoFilter ref="{_filtered(page)}"/>' if page.filtered else ""
    merged = "".join(f'<mergeCell ref="{cells}"/>' for cells in page.merged)
    merged = f'<mergeCells count="{len(page.merged)}">{merged}</mergeCells>' if merged else ""
    orientation = "landscape" if page.landscape else "portrait"
    size = 'fitToWidth="1" fitToHeight="0"' if page.fits else f'scale="{WIDE_SCALE}"'
    return (
        f"</sheetData>{filtered}{merged}<pageMargins {MARGINS}/>"
        f'<pageSetup paperSize="9" {size} pageOrder="overThenDown" orientation="{orientation}"/>'
        f"<headerFooter>{_headed(page)}</headerFooter></worksheet>"
    )


def _filtered(page: Page, sign: str = "") -> str:
    first, last = page.filtered
    return f"{sign}A{sign}{first}:{sign}{page.last_letter}{sign}{last}"


def _headed(page: Page) -> str:
    font = f'&"{FONT},Regular"&10 '
    header = f"&C{font}&K{RED}{_doubled(page.header)}" if page.header else ""
    footer = f"&L{font}{_doubled(page.footer)}" if page.footer else ""
    parts = (("oddHeader", header), ("oddFooter", f"{footer}&R{font}Trang &P/&N"))
    return "".join(f"<{name}>{_escaped(words)}</{name}>" for name, words in parts if words)


def _doubled(text: str) -> str:
    return text.replace("&", "&&")


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def around(pages: Iterable[Page], *, title: str, author: str, made_at: dt.datetime) -> dict[str, str | bytes]:
    """{name: content} of all parts but the sheets; ``made_at`` is naive, in UTC."""
    pages = list(pages)
    return {
        "docProps/app.xml": f'{DECLARATION}<Properties xmlns="{OFFICE}/extended-properties"/>',
        "docProps/core.xml": _properties(title, author, made_at),
        "xl/theme/theme1.xml": theme_xml,
        "xl/styles.xml": styled().part,
        "xl/workbook.xml": _workbook(pages),
        "xl/_rels/workbook.xml.rels": _relations(
            *((f"{OFFICE}/relationships/worksheet", f"worksheets/sheet{n}.xml") for n, _p in enumerate(pages, 1)),
            (f"{OFFICE}/relationships/styles", "styles.xml"),
            (f"{OFFICE}/relationships/theme", "theme/theme1.xml"),
        ),
        "_rels/.rels": _relations(
            (f"{OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "[Content_Types].xml": _types(len(pages)),
    }


def _properties(title: str, author: str, made_at: dt.datetime) -> str:
    moment = f'xsi:type="dcterms:W3CDTF">{made_at:%Y-%m-%dT%H:%M:%SZ}'
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_escaped(title)}</dc:title><dc:creator>{_escaped(author)}</dc:creator>"
        f"<dc:language>vi</dc:language><dcterms:created {moment}</dcterms:created>"
        f"<dcterms:modified {moment}</dcterms:modified></cp:coreProperties>"
    )


def _workbook(pages: list[Page]) -> str:
    sheets = "".join(
        f'<sheet name="{html.escape(page.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, page in enumerate(pages, 1)
    )
    names = "".join(_names(page, number) for number, page in enumerate(pages))
    names = f"<definedNames>{names}</definedNames>" if names else ""
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships"><workbookPr/>'
        f'<bookViews><workbookView activeTab="0"/></bookViews><sheets>{sheets}</sheets>{names}</workbook>'
    )


def _names(page: Page, number: int) -> str:
    """The filtered list and what stands on every printed page: named ranges that spreadsheets know."""
    sheet = "'" + _escaped(page.name.replace("'", "''")) + "'!"
    found = ""
    if page.filtered:
        name = f'name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1"'
        found += f"<definedName {name}>{sheet}{_filtered(page, '$')}</definedName>"
    if page.title_rows:
        first, last = page.title_rows
        columns = f"{sheet}$A:${get_column_letter(page.title_columns)}," if page.title_columns else ""
        name = f'name="_xlnm.Print_Titles" localSheetId="{number}"'
        found += f"<definedName {name}>{columns}{sheet}${first}:${last}</definedName>"
    return found


def _relations(*found: tuple[str, str]) -> str:
    drawn = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{drawn}</Relationships>'


def _types(sheets: int) -> str:
    parts = [
        ("/xl/workbook.xml", f"{TYPES}.spreadsheetml.sheet.main+xml"),
        *((f"/xl/worksheets/sheet{n}.xml", f"{TYPES}.spreadsheetml.worksheet+xml") for n in range(1, sheets + 1)),
        ("/xl/styles.xml", f"{TYPES}.spreadsheetml.styles+xml"),
        ("/xl/theme/theme1.xml", f"{TYPES}.theme+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", f"{TYPES}.extended-properties+xml"),
    ]
    drawn = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{drawn}</Types>'
    )
