"""The workbook as paper: looks, cells, page set-up. Knows spreadsheets and nothing of reports.

openpyxl owns book, styles, panes and page set-up. The rows are put into the file as text: a cell object for
every figure takes ten times as long for some thousand bodies and keeps them all in memory. A value is written
as a number or as inline text and there is no third way, so that nothing a person typed becomes a formula.
"""

import datetime as dt
import html
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.writer.excel import ExcelWriter

FONT = "Times New Roman"
SIZE = 11
LINE_HEIGHT = 15  # points, for letters of this size with their accents
RED = "C00000"
A4_WIDTH = 215  # characters of table text that are still legible on a landscape A4 page when fitted to its width
WIDE_SCALE = 60  # percent: what is wider goes over several pages, each with about as many characters
ESTIMATE, CORRECTED, BOTH = " (ước)", " (đc)", " (ước, đc)"  # after a number, by its format: it stays a number
ROW_LINES = 24  # a spreadsheet's row is at most 409 points high; what is longer cannot be seen or printed

NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
SHEET_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")


@dataclass(frozen=True)
class Look:
    """How a cell looks; ``number`` is the spreadsheet's number format."""

    across: str = "left"
    down: str = "center"
    bold: bool = False
    italic: bool = False
    size: int = SIZE
    colour: str = "000000"
    shade: bool = False
    border: bool = True
    indent: int = 0
    number: str = "General"

    @property
    def margin(self) -> float:
        """Width that the text cannot use: the cell's padding, the indent, and bold letters, which are wider."""
        return 0.5 + 2 * self.indent + self.bold

    @property
    def wraps(self) -> bool:
        return self.number == "General"

    def style_id(self, sheet) -> int:
        """The number under which the book of ``sheet`` keeps this look."""
        cell = Cell(sheet, row=1, column=1)
        cell.font = Font(name=FONT, size=self.size, bold=self.bold, italic=self.italic, color=self.colour)
        cell.alignment = Alignment(self.across, self.down, wrap_text=self.wraps, indent=self.indent)
        cell.number_format = self.number
        if self.border:
            line = Side("thin")
            cell.border = Border(line, line, line, line)
        if self.shade:
            cell.fill = PatternFill("solid", fgColor="E7ECF2")
        # Text stays text also when somebody clicks into the cell and presses Enter.
        cell.quotePrefix = int(self.wraps)
        return cell.style_id


LOOKS = {
    "title": Look("center", bold=True, size=14, border=False),
    "subtitle": Look("center", italic=True, border=False),
    "warning": Look("center", bold=True, size=13, colour=RED, border=False),
    "note": Look(italic=True, border=False),
    "label": Look(bold=True, shade=True),
    "head": Look("center", bold=True, shade=True),
    "group": Look(bold=True, shade=True),
    "text": Look(),
    "words": Look(down="top"),
    "part": Look(indent=2),
    "centred": Look("center"),
    "rank": Look("center", number="0"),
    "mark": Look("right"),
    "mark top": Look("right", "top"),
    "mark total": Look("right", bold=True),
    "day": Look(number="dd/mm/yyyy"),
    "day top": Look(down="top", number="dd/mm/yyyy"),
    "moment": Look(number="dd/mm/yyyy hh:mm"),
    "yes or no": Look("right", number='[=1]"Có";[=0]"Không";0'),
    "yes or no corrected": Look("right", italic=True, number=f'[=1]"Có{CORRECTED}";[=0]"Không{CORRECTED}";0'),
}
# One look per number of decimals: "#,##0.###" would leave a lone separator after whole numbers.
for _places, _zeros in enumerate(("0", "0.0", "0.00", "0.000")):
    LOOKS["figure", _places] = Look("right", number=f"#,##{_zeros}")
    LOOKS["total", _places] = Look("right", bold=True, number=f"#,##{_zeros}")
    LOOKS["estimate", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{ESTIMATE}"')
    LOOKS["corrected", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{CORRECTED}"')
    LOOKS["both", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{BOTH}"')
    LOOKS["change", _places] = Look("right", number=f"+#,##{_zeros};-#,##{_zeros};0")
    for _name in ("figure", "estimate", "corrected", "both", "change"):  # beside a text of many lines
        LOOKS[f"{_name} top", _places] = replace(LOOKS[_name, _places], down="top")
    LOOKS["change*", _places] = Look("right", number=f'+#,##{_zeros}"*";-#,##{_zeros}"*";0"*"')


def decimals(value: Decimal) -> int:
    """How many decimals the figure has: 0 for 12, 3 for 1234.505."""
    return 0 if value == int(value) else -value.normalize().as_tuple().exponent


def clean(text: str) -> str:
    """The text without what a workbook cannot hold; line ends become single."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def portions(text: str, width: int) -> list[str]:
    """The text cut, between words where it can be, into portions that fit one row of a column of ``width``.

    Joined again they are the whole text. No text: no portion.
    """
    line = re.compile(rf"[^\n]{{0,{width - 1}}}(?:\s|\Z)|[^\n]{{{width}}}")
    lines = [found for found in line.findall(clean(text)) if found]
    return ["".join(lines[start : start + ROW_LINES]) for start in range(0, len(lines), ROW_LINES)]


def _lines(text: str, width: float) -> int:
    """How many lines the text takes, wrapped between words as a spreadsheet does."""
    width = max(1, int(width))
    return sum(max(1, len(textwrap.wrap(line, width))) for line in text.split("\n"))


def _cell(address: str, style: int, value) -> str:
    """One cell as the file holds it; ``value`` is text, a number, a date, a naive datetime, or None."""
    if value is None or value == "":
        return f'<c r="{address}" s="{style}"/>'
    if isinstance(value, str):
        # "_x0041_" would be read as an escaped "A".
        text = html.escape(LOOKS_ESCAPED.sub("_x005F_", clean(value)), quote=False)
        return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, dt.date):
        value = to_excel(value)
    return f'<c r="{address}" s="{style}"><v>{value}</v></c>'


class Sheet:
    """One sheet, filled from the top. ``widths``: one per column, in characters."""

    def __init__(self, book: "Book", name: str, widths: list[float], *, landscape: bool = True):
        self.page = book.workbook.create_sheet(name)
        self.page.calculate_dimension = self._dimension
        self.widths = widths
        self.rows: list[str] = []
        self._filter_from: int | None = None
        self._styles = book.styles
        self._letters = [get_column_letter(number) for number in range(1, len(widths) + 1)]
        self._set_widths()
        self._set_up_page(book.footer, book.header, landscape)

    def row(self, cells: Iterable[tuple], *, height: float | None = None) -> None:
        """Add a row of (value, name of a look) from the first column on; as high as its texts need."""
        number = len(self.rows) + 1
        drawn, lines = [], 1
        for letter, width, (value, look) in zip(self._letters, self.widths, cells, strict=False):
            drawn.append(_cell(f"{letter}{number}", self._styles[look], value))
            if height is None and isinstance(value, str) and (len(value) > width - 2 or "\n" in value):
                lines = max(lines, _lines(clean(value), width - LOOKS[look].margin))
        fixed = f'ht="{height or lines * LINE_HEIGHT}" customHeight="{int(height is not None)}"'
        self.rows.append(f'<row r="{number}" {fixed}>{"".join(drawn)}</row>')

    def line(self, text: str, look: str, span: int) -> None:
        """A row with one text over ``span`` columns, as high as the text needs (merged cells do not grow)."""
        size = LOOKS[look].size / SIZE
        lines = _lines(clean(text), sum(self.widths[:span]) / size - LOOKS[look].margin)
        self.row([(text, look), *[(None, look)] * (span - 1)], height=lines * LINE_HEIGHT * size)
        if span > 1:
            self.page.merged_cells.add(f"A{len(self.rows)}:{self._letters[span - 1]}{len(self.rows)}")

    def head(self, names: Iterable[str], *, fixed: int, filters: bool = False) -> None:
        """The heading row: stays in sight, with the first ``fixed`` columns, and on every printed page."""
        self.row([(name, "head") for name in names])
        number = len(self.rows)
        self.page.freeze_panes = f"{get_column_letter(fixed + 1)}{number + 1}"
        self.page.print_title_rows = f"{number}:{number}"
        if fixed:
            self.page.print_title_cols = f"A:{self._letters[fixed - 1]}"
        if filters:
            self._filter_from = number

    def end_of_table(self) -> None:
        """The filter offered above a list goes down to here."""
        if self._filter_from:
            self.page.auto_filter.ref = f"A{self._filter_from}:{self._letters[-1]}{len(self.rows)}"

    def _dimension(self) -> str:
        return f"A1:{self._letters[-1]}{max(1, len(self.rows))}"

    def _set_widths(self) -> None:
        columns = self.page.column_dimensions
        first = 1
        for width, alike in groupby(self.widths):
            last = first + len(list(alike)) - 1
            letter = self._letters[first - 1]
            columns[letter] = ColumnDimension(self.page, letter, width=width, min=first, max=last)
            first = last + 1

    def _set_up_page(self, footer: str, header: str, landscape: bool) -> None:
        page = self.page
        page.page_setup.paperSize = page.PAPERSIZE_A4
        page.page_setup.orientation = "landscape" if landscape else "portrait"
        page.page_setup.pageOrder = "overThenDown"
        if sum(self.widths) <= A4_WIDTH:
            page.sheet_properties.pageSetUpPr.fitToPage = True
            page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        else:
            page.page_setup.scale = WIDE_SCALE
        margins = page.page_margins
        margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.7, 0.7
        for part, text, colour in (
            (page.oddHeader.center, header, RED),
            (page.oddFooter.left, footer, None),
            (page.oddFooter.right, "Trang &P/&N", None),
        ):
            if text:
                part.text, part.font, part.size, part.color = text, f"{FONT},Regular", 10, colour


class Book:
    """A workbook under the making; ``header`` and ``footer`` stand on every printed page of every sheet."""

    def __init__(self, *, title: str, author: str, made_at: dt.datetime, header: str = "", footer: str = ""):
        self.workbook = Workbook()
        self.workbook._named_styles["Normal"].font = Font(name=FONT, size=SIZE)
        first = self.workbook.active
        self.styles = {name: look.style_id(first) for name, look in LOOKS.items()}
        self.workbook.remove(first)
        self.header, self.footer = header, footer
        self.sheets: dict[str, Sheet] = {}
        about = self.workbook.properties
        about.title, about.creator, about.language = clean(title), clean(author), "vi"
        about.created = about.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)

    def sheet(self, name: str, widths: list[float], **setup) -> Sheet:
        self.sheets[name] = Sheet(self, name, widths, **setup)
        return self.sheets[name]

    def finished(self) -> bytes:
        """The file."""
        file = BytesIO()
        _Writer(self, ZipFile(file, "w", ZIP_DEFLATED)).save()
        return file.getvalue()


class _Writer(ExcelWriter):
    """openpyxl's writer, but for the rows, which are text already."""

    def __init__(self, book: Book, archive: ZipFile):
        super().__init__(book.workbook, archive)
        self.sheets = book.sheets

    def write_worksheet(self, ws):
        around = WorksheetWriter(ws, BytesIO())
        around.write()
        top, tail = SHEET_DATA.split(around.read())
        with self._archive.open(ws.path[1:], "w") as part:
            part.write(top + b"<sheetData>")
            for row in self.sheets[ws.title].rows:
                part.write(row.encode())
            part.write(b"</sheetData>" + tail)
        ws._rels = around._rels
        self.manifest.append(ws)
