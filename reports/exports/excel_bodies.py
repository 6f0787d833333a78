"""The workbook's sheets of figures by body: for each task a body's figures in one line, an indicator in one column.

So they can be filtered and sorted by body, and seven bodies and three thousand print alike. A cell costs one formatted
text: what can be known of a column is known before its first cell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from directives.choices import Option, ValueType

from ..summary import Amount, Mark, Row, Section, Summary, estimates_legend
from .excel_frame import legends, section_title, top
from .excel_looks import BOTH, CORRECTED, ESTIMATE, LOOKS, decimals, styled
from .excel_paper import LINE_HEIGHT, Book, Sheet, lines_in, portions, tail_of
from .excel_tables import BASIS, CORRECTED_LEGEND, REPORTED, USED, amount_cell, label_of, width_of

BODY_WIDTHS = (6, 36)
NARROWEST = 14  # of an indicator's column: its name goes on several lines
NOTES_WIDTH = 160  # characters of the notes below, about a page
# (is an estimate, is corrected) → what stands after a body's figure, and the look that puts it there
AFTER = {(False, False): "", (True, False): ESTIMATE, (False, True): CORRECTED, (True, True): BOTH}
FIGURE_LOOKS = {(False, False): "figure", (True, False): "estimate", (False, True): "corrected", (True, True): "both"}


@dataclass(frozen=True, slots=True)
class Column:
    """One indicator, or one of its of-which."""

    row: Row
    option: str
    amount: Amount

    @property
    def name(self) -> str:
        name = self.row.name_vi
        return name if self.option == Option.TOTAL else f"{name}. Trong đó: {label_of(self.option)}"

    @property
    def cells(self) -> tuple:
        return self.row.cells.get(self.option, ())

    @property
    def width(self) -> int:
        """Wide enough for the longest figure and for what stands after it."""
        amounts = (self.amount.value, self.row.as_reported(self.option).value)
        found = [value for value in (*amounts, *self.cells) if value.__class__ is Decimal]
        largest = max(found, default=Decimal(0))
        after = len(AFTER[bool(self.row.estimated), bool(self.row.reported_cells)])
        return max(NARROWEST, width_of(largest, self.row) + after)


def draw_section(book: Book, summary: Summary, section: Section, bodies: list[tuple]) -> None:
    """The province's values and their coverage stand in the head, the ``named`` bodies below it.

    Where the ledger touches the section, what was reported stands above what is used.
    """
    columns = list(_columns(section))
    name = "Số liệu chung" if section.number == 0 else f"Nhiệm vụ {section.number}"
    sheet = book.sheet(name, [*BODY_WIDTHS, *(column.width for column in columns)])
    span = _span(sheet)
    top(sheet, summary, section_title(section), span)
    if columns:
        _draw_head(sheet, section, columns)
        _draw_bodies(sheet, bodies, columns)
        sheet.end_of_table()
    else:
        sheet.line("Nhiệm vụ này không có chỉ tiêu số liệu.", "note", span)
    for words in _notes(summary, section, int(sum(sheet.widths[:span])) - 2):
        sheet.line(words, "note", span)


def _columns(section: Section) -> Iterator[Column]:
    for row in section.rows:
        yield Column(row, Option.TOTAL.value, row.total)
        for option, amount in row.options.items():
            yield Column(row, option, amount)


def _span(sheet: Sheet) -> int:
    """So many columns as a page is wide: what stands in more is not seen together."""
    width = 0
    for number, each in enumerate(sheet.widths):
        if width + each > NOTES_WIDTH:
            return number
        width += each
    return len(sheet.widths)


def _draw_head(sheet: Sheet, section: Section, columns: list[Column]) -> None:
    """Code and name, the province's value, on what it rests, and the unit; the filter is offered on the last line."""
    before = sheet.number
    for label, words in (("Mã", [c.row.code for c in columns]), ("Chỉ tiêu", [c.name for c in columns])):
        sheet.row([("", "head"), (label, "head"), *((word, "head") for word in words)])
    both = any(row.reported or row.reported_cells for row in section.rows)
    if both:
        reported = (amount_cell(c.row, c.row.as_reported(c.option), "figure", short=True) for c in columns)
        sheet.row([("", "head"), (f"Toàn tỉnh, {REPORTED.lower()}", "label"), *reported])
    label = f"Toàn tỉnh, {USED.lower()}" if both else "Toàn tỉnh"
    sheet.row([("", "head"), (label, "label"), *(amount_cell(c.row, c.amount, "total", short=True) for c in columns)])
    sheet.row([("", "head"), (BASIS, "label"), *((c.amount.basis, "centred") for c in columns)])
    units = [column.row.counted_unit for column in columns]
    sheet.head(["STT", "Cơ quan", *units], fixed=2, filters=True, rows=sheet.number - before + 1)


def _draw_bodies(sheet: Sheet, bodies: list[tuple], columns: list[Column]) -> None:
    """A row for each of the ``named`` bodies that is asked for anything here, at one formatted text a cell."""
    if not all(column.cells for column in columns):
        return
    marks = {mark.value: tail_of(styled().numbers["mark"], mark.short) for mark in Mark}
    pens = [_pen(letter, column, marks) for letter, column in zip(sheet.letters[2:], columns, strict=True)]
    rows = zip(*(_drawn(column) for column in columns), strict=True)
    for (rank, name, height), values in zip(bodies, rows, strict=True):
        if all(what is Mark.NOT_OWED for what in values):
            continue
        number = sheet.number + 1
        cells = [
            f"{cell}{number}{figure}{what!s}</v></c>"
            if (kind := what.__class__) is Decimal
            else f"{cell}{number}{what if kind is str else marks[what._value_]}"  # ``value`` takes ten times as long
            for (cell, figure, marks), what in zip(pens, values, strict=True)
        ]
        sheet.put(f'<c r="A{number}{rank}<c r="B{number}{name}{"".join(cells)}', height)


def named(summary: Summary) -> list[tuple[str, str, float]]:
    """For each body its number and its name as cells, and the height of its row: the same on all sheets."""
    numbers, room = styled().numbers, BODY_WIDTHS[1] - LOOKS["text"].margin
    return [
        (
            tail_of(numbers["rank"], rank),
            tail_of(numbers["text"], body.short_name),
            lines_in(body.short_name, room) * LINE_HEIGHT,
        )
        for rank, body in enumerate(summary.bodies, 1)
    ]


def _pen(letter: str, column: Column, marks: dict) -> tuple[str, str, dict]:
    """What a cell of the column begins with, how a figure goes on after the number of the row, and a mark."""
    numbers, row = styled().numbers, column.row
    look = "yes or no" if row.value_type == ValueType.YES_NO else ("figure", row.places or 0)
    return f'<c r="{letter}', f'" s="{numbers[look]}"><v>', marks


def _drawn(column: Column) -> Iterable[Decimal | Mark | str]:
    """The column's cells; those that do not look like all others are drawn already."""
    row = column.row
    if row.value_type == ValueType.MONEY or row.estimated or row.reported_cells:
        return _odd_ones(column)
    return column.cells


def _odd_ones(column: Column) -> Iterator[Mark | str]:
    row, option, numbers = column.row, column.option, styled().numbers
    for place, what in enumerate(column.cells):
        flags = row.is_estimate(option, place), row.is_corrected(option, place)
        if what is Mark.HIDDEN:
            flags = False, False
        if isinstance(what, Mark):
            yield tail_of(numbers["mark"], what.short + AFTER[flags]) if any(flags) else what
        elif row.value_type == ValueType.YES_NO:
            yield tail_of(numbers["yes or no corrected" if flags[1] else "yes or no"], what)
        else:
            places = decimals(what) if row.places is None else row.places
            yield tail_of(numbers[FIGURE_LOOKS[flags], places], what)


def _notes(summary: Summary, section: Section, width: int) -> Iterator[str]:
    """The lines below the table, which is ``width`` characters wide."""
    yield from legends(summary)
    if section.rows:
        yield "Cơ quan không phải báo cáo chỉ tiêu nào của phần này thì không có dòng trong bảng."
    if any(row.task == section.number for row in summary.estimated):
        yield estimates_legend()
    if any(row.reported or row.reported_cells for row in section.rows):
        yield CORRECTED_LEGEND
    declined = "; ".join(section.declined)
    if declined:
        yield "Khai không thuộc chức năng, nhiệm vụ:"
        yield from portions(declined, width)
