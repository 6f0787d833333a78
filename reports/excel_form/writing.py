"""The form as a workbook: for one body, one period, one edition; filled with what is stored already.

No formula is written anywhere: a spreadsheet library leaves them without a result, and readers on
telephones and in mail programs show nothing. Numbers are real numbers, texts stay texts.
"""

import datetime as dt
from collections.abc import Mapping
from io import BytesIO

from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from directives.choices import Option, ValueType

from ..answers import DETAIL, ESTIMATE, NOTHING, Cell
from ..exports.excel_paper import FONT, SIZE, clean
from ..models import Report
from ..numbers import NotANumber, parse_number
from . import issue, looks
from .asked import Form, Place, TextLine, form_of, place_of
from .cells import takes
from .checking import check_figures, check_texts
from .columns import (
    CODE,
    COMPUTED,
    EARLIER,
    FIGURES,
    ISSUED,
    ITEM,
    KIND,
    NAME,
    NO,
    PART,
    SHOWN,
    TEXT,
    TEXT_COLUMNS,
    TEXTS,
    TICK,
    UNIT,
    YEAR,
    YES,
    figure_columns,
    key,
    line_key,
)
from .guide import draw_guide

Earlier = Mapping[Cell, tuple[tuple[int, str], ...]]
YEARS_BESIDE = 2  # totals of so many earlier years stand beside this year's; all of them on a sheet of their own
FORMATS = {ValueType.COUNT: "#,##0", ValueType.MONEY: "#,##0.0##", ValueType.RATE: "#,##0.0#"}
KINDS = {"counted": "", "cross": "đối chiếu"}


@translation.override("vi")  # a paper is Vietnamese, whatever the language of the screen
def render(report: Report, typed: Mapping[Place, str], earlier: Earlier, *, made_at: dt.datetime) -> bytes:
    """The .xlsx form of ``report``.

    ``typed``: {(part, input name): text as the web form shows it} of what is stored; ``earlier``: {Cell:
    ((year, text), …)} of the same body's earlier years. Both may be empty.
    """
    return draw(form_of(report), typed, earlier, made_at=made_at)


@translation.override("vi")
def draw(form: Form, typed: Mapping[Place, str], earlier: Earlier, *, made_at: dt.datetime) -> bytes:
    """The workbook of a ``form``; see ``render``."""
    book = Workbook()
    book._named_styles["Normal"].font = Font(name=FONT, size=SIZE)
    about = book.properties
    about.title, about.creator, about.language = clean(_name(form)), clean(form.asked_by), "vi"
    about.created = about.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    draw_guide(book.active, form, footer(form))
    given = _Figures(book.create_sheet(FIGURES), form, typed, earlier).draw()
    given |= _Texts(book.create_sheet(TEXTS), form, typed).draw()
    if earlier:
        _draw_earlier(book.create_sheet(EARLIER), form, earlier)
    hidden = book.create_sheet(ISSUED)
    for number, row in enumerate(issue.rows(form, given, made_at), 1):
        for column, text in enumerate(row, 1):
            looks.put(hidden.cell(number, column), text or None)
    hidden.sheet_state = "veryHidden"
    looks.protect(hidden)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _name(form: Form) -> str:
    return f"Biểu mẫu báo cáo {form.period_name}"


def footer(form: Form) -> str:
    """What stands at the foot of every printed page: whose form this is."""
    return f"{form.body_name} – {form.period_name} – danh mục phiên bản {form.edition}"


def head(sheet: Worksheet, form: Form, last: int, lines: tuple[str, ...]) -> int:
    """The lines above a table; returns the number of the next row."""
    looks.title(sheet, 1, _name(form).upper(), last, bold=True, size=14)
    looks.title(sheet, 2, form.body_name, last, bold=True)
    row = 3
    if form.simulated:
        lines = ("DỮ LIỆU MÔ PHỎNG", *lines)
    for line in lines:
        looks.title(sheet, row, line, last, italic=True)
        row += 1
    return row


def heading(sheet: Worksheet, row: int, columns) -> int:
    """The hidden row of codes and the visible row of headings; returns the number of the visible one."""
    sheet.row_dimensions[row].hidden = True
    for number, column in enumerate(columns, 1):
        looks.put(sheet.cell(row, number), key(column.key))
        cell = looks.put(sheet.cell(row + 1, number), column.heading, bold=True, across="center")
        looks.frame(cell, looks.LOCKED)
    looks.fit(sheet, row + 1)
    return row + 1


class _Figures:
    """The sheet of figures: one line an indicator, under the heading of its task."""

    def __init__(self, sheet: Worksheet, form: Form, typed: Mapping[Place, str], earlier: Earlier):
        self.sheet, self.form, self.typed, self.earlier = sheet, form, typed, earlier
        years = sorted({year for told in earlier.values() for year, _text in told}, reverse=True)[:YEARS_BESIDE]
        self.columns = figure_columns(form, years)
        self.letters = {column.key: get_column_letter(n) for n, column in enumerate(self.columns, 1)}
        self.rows: dict[str, int] = {}
        self.given: dict[Place, str] = {}

    def draw(self) -> dict[Place, str]:
        """Returns what of the stored texts was put in."""
        sheet, last = self.sheet, len(self.columns)
        looks.widths(sheet, self.columns)
        row = head(sheet, self.form, last, ("Chỉ điền vào ô nền vàng. Xem cách điền ở trang “Hướng dẫn”.",))
        row = heading(sheet, row, self.columns)
        sheet.freeze_panes = f"{self.letters[UNIT]}{row + 1}"
        looks.paper(sheet, row, footer(self.form))
        for section in self.form.sections:
            row += 1
            self._draw_section_head(row, section.title, last)
            for indicator in section.indicators:
                row += 1
                self._draw_line(row, indicator)
        check_figures(sheet, self.form, self.letters, self.rows)
        looks.protect(sheet)
        return self.given

    def _draw_section_head(self, row: int, text: str, last: int) -> None:
        looks.title(self.sheet, row, text, last, bold=True)
        for column in range(2, last + 1):
            looks.frame(self.sheet.cell(row, column), looks.VOID)

    def _draw_line(self, row: int, indicator) -> None:
        self.rows[indicator.code] = row
        for number, column in enumerate(self.columns, 1):
            cell = self.sheet.cell(row, number)
            if column.key in (CODE, SHOWN, NAME, UNIT, KIND) or column.key.startswith(YEAR):
                across = "right" if column.key.startswith(YEAR) else "left"
                looks.put(cell, self._printed(indicator, column.key), across=across)
                looks.frame(cell, looks.LOCKED)
            elif indicator.computed:
                looks.put(cell, COMPUTED if column.key == Option.TOTAL else None, italic=True)
                looks.frame(cell, looks.LOCKED if column.key == Option.TOTAL else looks.VOID)
            elif takes(indicator, column.key):
                self._draw_answer(cell, indicator, column.key)
            else:
                looks.frame(looks.put(cell, None), looks.VOID)
        looks.fit(self.sheet, row)

    def _printed(self, indicator, name: str) -> str:
        if name.startswith(YEAR):
            told = dict(self.earlier.get(Cell(indicator.code), ()))
            return told.get(int(name.removeprefix(YEAR)), "")
        if name == KIND:
            kind = KINDS.get(self.form.roles.get(indicator.code, ""), "")
            return COMPUTED if indicator.computed else kind or ("bắt buộc" if indicator.core else "")
        values = {CODE: key(indicator.code), SHOWN: indicator.code, NAME: indicator.name_vi, UNIT: indicator.unit}
        return values[name]

    def _draw_answer(self, cell, indicator, name: str) -> None:
        place = place_of(indicator, name)
        text = self.typed.get(place, "")
        if not looks.fits(text):
            text = ""  # stays on the portal: what is empty in the file changes nothing
        if text:
            self.given[place] = text
        numeric = name in indicator.options and indicator.value_type != ValueType.YES_NO
        looks.put(cell, _value(text, indicator, name), across="right" if numeric else "left")
        number = "@" if name == DETAIL else FORMATS.get(indicator.value_type, "General") if numeric else "General"
        looks.frame(cell, looks.OPEN, to_fill=True, number=number)


def _value(text: str, indicator, name: str):
    """What is stored, as a spreadsheet keeps it; what is no number stays the text that was typed."""
    if not text:
        return None
    if name in (NOTHING, ESTIMATE):
        return TICK
    if name == DETAIL:
        return text
    if indicator.value_type == ValueType.YES_NO:
        return {"1": YES, "0": NO}.get(text, text)
    try:
        return parse_number(text, indicator.value_type)
    except NotANumber:
        return text


class _Texts:
    """The sheet of texts: one line a text, in the order of a report."""

    def __init__(self, sheet: Worksheet, form: Form, typed: Mapping[Place, str]):
        self.sheet, self.form, self.typed = sheet, form, typed
        self.letters = {column.key: get_column_letter(n) for n, column in enumerate(TEXT_COLUMNS, 1)}
        self.rows: dict[Place, int] = {}
        self.given: dict[Place, str] = {}

    def draw(self) -> dict[Place, str]:
        """Returns what of the stored texts was put in."""
        sheet, last = self.sheet, len(TEXT_COLUMNS)
        looks.widths(sheet, TEXT_COLUMNS)
        row = head(sheet, self.form, last, ("Xuống dòng trong một ô: Alt + Enter. Không ghi tên trẻ em.",))
        row = heading(sheet, row, TEXT_COLUMNS)
        sheet.freeze_panes = f"B{row + 1}"
        looks.paper(sheet, row, footer(self.form))
        for number, line in enumerate(self.form.texts, row + 1):
            self._draw_line(number, line)
        check_texts(sheet, self.form, self.letters[TEXT], self.rows)
        looks.protect(sheet)
        return self.given

    def _draw_line(self, row: int, line: TextLine) -> None:
        text = self.typed.get(line.place, "")
        fits = looks.fits(text)
        if fits:
            self.rows[line.place] = row
        if fits and text:
            self.given[line.place] = text
        told = " (ghi x nếu đúng)" if line.box else "" if fits else " (quá dài cho một ô bảng tính: hãy sửa trên cổng)"
        # Without its code a line is not read: what does not fit stays on the portal as it is.
        printed = {CODE: line_key(line.place) if fits else "", PART: line.part, ITEM: line.label + told}
        for name, words in printed.items():
            looks.frame(looks.put(self.sheet[f"{self.letters[name]}{row}"], words, down="top"), looks.LOCKED)
        shown = (TICK if line.box else text) if text and fits else None
        cell = looks.put(self.sheet[f"{self.letters[TEXT]}{row}"], shown, down="top")
        looks.frame(cell, looks.OPEN if fits else looks.VOID, to_fill=fits, number="General" if line.box else "@")
        looks.fit(self.sheet, row, 1 if line.box else 3)


def _draw_earlier(sheet: Worksheet, form: Form, earlier: Earlier) -> None:
    """Every earlier figure of the body, cell by cell: to look at, never read back."""
    years = sorted({year for told in earlier.values() for year, _text in told}, reverse=True)
    heads = ["Mã", "Chỉ tiêu", "Phân tổ", "Đơn vị tính", *(f"Năm {year}" for year in years)]
    for number, width in enumerate((4, 8, 60, 20, 14, *(16 for _year in years)), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.column_dimensions["A"].hidden = True
    looks.put(sheet["A1"], key("earlier"))
    row = head(
        sheet, form, len(heads) + 1, ("Số liệu các năm trước của cơ quan, để đối chiếu; không điền ở trang này.",)
    )
    for number, words in enumerate(heads, 2):
        looks.frame(looks.put(sheet.cell(row, number), words, bold=True, across="center"), looks.LOCKED)
    sheet.freeze_panes = f"B{row + 1}"
    looks.paper(sheet, row, footer(form))
    for code, indicator in form.indicators.items():
        for option in indicator.options:
            if told := dict(earlier.get(Cell(code, option), ())):
                row += 1
                words = [code, indicator.name_vi, str(Option(option).label), indicator.unit]
                for number, word in enumerate([*words, *(told.get(year, "") for year in years)], 2):
                    across = "right" if number > len(words) + 1 else "left"
                    looks.frame(looks.put(sheet.cell(row, number), word, across=across), looks.LOCKED)
                looks.fit(sheet, row)
    looks.protect(sheet)
