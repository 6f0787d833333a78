"""How the form looks: styles, validations with their messages, conditional formats. Knows spreadsheets only."""

import textwrap
from collections.abc import Iterable
from functools import lru_cache

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from ..exports.excel_paper import FONT, LINE_HEIGHT, LOOKS_ESCAPED, ROW_LINES, SIZE, clean

KEPT, TO_FILL = Protection(locked=True), Protection(locked=False)
LINE = Border(*(Side("thin", color="8C96A0"),) * 4)
LOCKED = PatternFill("solid", fgColor="E7ECF2")
OPEN = PatternFill("solid", fgColor="FFFBE6")
VOID = PatternFill("solid", fgColor="D5DAE0")
RED = {"fill": PatternFill(bgColor="F8C9C4", fill_type="solid"), "font": Font(color="8B0000", bold=True)}
WORDS = {"font": Font(color="B45309", italic=True)}  # no colour behind: what is marked at the upload must show
AMBER = {"fill": PatternFill(bgColor="FFE08A", fill_type="solid")}

CELL_LETTERS = 32_767
PROMPT = 250  # letters of a message that a spreadsheet shows beside a cell (255, and room for the title)


def put(cell: Cell, value, *, bold=False, italic=False, size=SIZE, across="left", down="center") -> Cell:
    """A value in a cell; a person's text stays text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = LOOKS_ESCAPED.sub("_x005F_", clean(value))
        if value:
            cell.data_type = "s"
    else:
        cell.value = value
    cell.font = _font(size, bold, italic)
    cell.alignment = _alignment(across, down)
    return cell


@lru_cache
def _font(size: float, bold: bool, italic: bool) -> Font:
    return Font(name=FONT, size=size, bold=bold, italic=italic)


@lru_cache
def _alignment(across: str, down: str) -> Alignment:
    return Alignment(across, down, wrap_text=True)


def fits(text: str) -> bool:
    """Whether a cell can hold the text as it is written; what is longer would be cut in silence."""
    return len(LOOKS_ESCAPED.sub("_x005F_", clean(text))) <= CELL_LETTERS


def frame(cell: Cell, fill: PatternFill, *, to_fill: bool = False, number: str = "General") -> None:
    """Borders, colour and whether the cell may be written into while the sheet is protected."""
    cell.border, cell.fill = LINE, fill
    cell.protection = TO_FILL if to_fill else KEPT
    cell.number_format = number


def title(sheet: Worksheet, row: int, text: str, last: int, *, first: int = 2, **look) -> None:
    """A line of text over the columns from ``first`` to ``last``, as high as it needs (merged cells do not grow)."""
    put(sheet.cell(row, first), text, **look)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    scale = look.get("size", SIZE) / SIZE
    width = sum(sheet.column_dimensions[get_column_letter(c)].width or 0 for c in range(first, last + 1))
    sheet.row_dimensions[row].height = lines(text, width / scale) * LINE_HEIGHT * scale + 2


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of ``width`` letters."""
    return sum(max(1, len(textwrap.wrap(line, max(4, int(width * 1.1))))) for line in text.split("\n"))


class _GrowingRow(RowDimension):
    """A row with a height that a spreadsheet adapts when more is typed into it."""

    __fields__ = tuple(name for name in RowDimension.__fields__ if name != "customHeight")


def fit(sheet: Worksheet, row: int, least: int = 1) -> None:
    """As high as the texts of the row need, and ``least`` lines; it grows with what is typed later."""
    needed = [least]
    for cell in sheet[row]:
        if isinstance(cell.value, str) and not sheet.column_dimensions[cell.column_letter].hidden:
            needed.append(lines(cell.value, sheet.column_dimensions[cell.column_letter].width))
    height = min(max(needed), ROW_LINES) * LINE_HEIGHT
    sheet.row_dimensions[row] = _GrowingRow(sheet, index=row, ht=height)


def widths(sheet: Worksheet, columns: Iterable) -> None:
    """The widths of the map's columns; the first, with the hidden codes, is hidden."""
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.column_dimensions["A"].hidden = True


def paper(sheet: Worksheet, header: int | None, footer: str) -> None:
    """A4 landscape, as wide as the page, the heading row on every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.page_margins.footer = 0.3
    if header:
        sheet.print_title_rows = f"{header}:{header}"
    sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "Trang &P/&N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.right):
        part.font, part.size = f"{FONT},Regular", 9


def protect(sheet: Worksheet) -> None:
    """Locked but for the cells to fill, without a password; columns may be widened and rows heightened."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def validation(kind: str, **settings) -> DataValidation:
    """A validation with its Vietnamese messages; empty cells are always right."""
    for name in ("prompt", "error"):
        if name in settings:
            settings[name] = textwrap.shorten(settings[name], PROMPT, placeholder=" …")
    return DataValidation(
        type=kind,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage="prompt" in settings,
        errorTitle="Kiểm tra lại ô này",
        **settings,
    )


def mark(sheet: Worksheet, area: str, formula: str, look: dict) -> None:
    """Colour the cells of ``area`` where ``formula``, written for its first cell, is true."""
    sheet.conditional_formatting.add(area, FormulaRule(formula=[formula], **look))
