"""The workbook's table of totals: every provincial value with its coverage, and the signature below them."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from directives.choices import Option

from ..document import Document
from ..numbers import DECIMALS
from ..summary import Amount, CrossCheck, Mark, Row, Summary, breaks_legend, change_legend, estimates_legend
from .excel_frame import legends, section_title, signature, top
from .excel_looks import decimals
from .excel_paper import Book, Sheet

PERCENT_PLACES = 1  # of the change in percent, as the Summary rounds it
FIXED = ("Mã", "Chỉ tiêu", "Đơn vị tính")
FIXED_WIDTHS = (8, 38, 12)
REPORTED, USED = "Số báo cáo", "Số sử dụng"  # of the whole province: without the ledger of corrections, and with it
BASIS, COVERAGE = "Cơ quan đã có số liệu", "Độ đầy đủ: cơ quan còn thiếu và phần của các cơ quan này năm trước"
AMOUNT_WIDTH, BASIS_WIDTH, BASIS_WITH_ESTIMATES = 14, 10, 12  # "28/39, 2 ước" goes on two lines
CROSS_WIDTH, COVERAGE_WIDTH, TARGET_WIDTH = 18, 34, 15  # two years with both values, and the targets, fit a page
CORRECTED_LEGEND = (
    "“Số sử dụng” là “Số báo cáo” cộng các dòng ở trang “Điều chỉnh”; “(đc)”: số của cơ quan đã được điều chỉnh, số cơ "
    "quan báo cáo có ở trang “Điều chỉnh”."
)


def draw_totals(book: Book, document: Document) -> None:
    """Every provincial value, reported and used, with its coverage; last year's, targets, and what cross-checks it."""
    summary = document.summary
    columns = _columns(summary)
    heads, widths = [head for head, _width in columns], [width for _head, width in columns]
    sheet = book.sheet("Tổng hợp", widths)
    top(sheet, summary, "TỔNG HỢP SỐ LIỆU TOÀN TỈNH", len(widths))
    sheet.head(heads, fixed=2)
    for section in summary.sections:
        sheet.line(section_title(section), "group", len(widths))
        for row in section.rows:
            sheet.row(_total_cells(row, summary))
            for option, found in row.options.items():
                cells = _fixed_cells(row, found, option)
                sheet.row([*cells, *[("", "text")] * (len(widths) - len(cells))])
    _notes(sheet, summary, len(widths))
    signature(sheet, document, len(widths))


def _columns(summary: Summary) -> list[tuple[str, float]]:
    """(heading, width) of the columns."""
    amount = widest(_provincial(summary.rows), AMOUNT_WIDTH)
    basis = BASIS_WITH_ESTIMATES if summary.estimated else BASIS_WIDTH
    columns = [*zip(FIXED, FIXED_WIDTHS, strict=True), (REPORTED, amount), (USED, amount), (BASIS, basis)]
    if summary.previous_year:
        columns += [(f"Năm {summary.previous_year}", amount), (f"Cơ quan năm {summary.previous_year}", basis)]
        columns += [("Tăng (+), giảm (-)", amount), ("Tăng, giảm (%)", 9)]
    if summary.targets:
        columns.append(("Chỉ tiêu quốc gia", TARGET_WIDTH))
    return [*columns, ("Số đối chiếu (không cộng)", CROSS_WIDTH), (COVERAGE, COVERAGE_WIDTH)]


def _notes(sheet: Sheet, summary: Summary, span: int) -> None:
    for words in (*legends(summary), CORRECTED_LEGEND):
        sheet.line(words, "note", span)
    if summary.previous_year:
        sheet.line("Các dòng “trong đó” không so sánh với năm trước.", "note", span)
        sheet.line(change_legend(), "note", span)
        for sentence in [breaks_legend(), *summary.breaks] if summary.breaks else ():
            sheet.line(sentence, "note", span)
    for row in summary.rows:
        if row.previous_reported is not None:
            words = f"{row.shown(row.previous_reported)}, số sử dụng {row.shown(row.previous)}"
            sheet.line(f"{row.code} năm {summary.previous_year}: số báo cáo {words}.", "note", span)
    if summary.estimated:
        sheet.line(estimates_legend(), "note", span)
    sources = dict.fromkeys(target.source for targets in summary.targets.values() for target in targets)
    if sources:
        sheet.line(f"Chỉ tiêu quốc gia theo: {'; '.join(sources)}.", "note", span)
    if summary.findings:
        sheet.line("Số liệu toàn tỉnh cần kiểm tra:", "note", span)
    for finding in summary.findings:
        sheet.line(f"- {finding.code}: {finding.message}", "note", span)


def _fixed_cells(row: Row, amount: Amount, option: str | None = None) -> list[tuple]:
    """The first columns; ``option`` names a line below its total."""
    if option is None:
        names = [(row.code, "centred"), (row.name_vi, "text")]
    else:
        names = [("", "centred"), (label_of(option), "part")]
    return [
        *names,
        (row.counted_unit, "centred"),
        amount_cell(row, row.as_reported(option or Option.TOTAL.value), "figure"),
        amount_cell(row, amount, "total"),
        (amount.basis, "centred"),
    ]


def _total_cells(row: Row, summary: Summary) -> list[tuple]:
    cells = _fixed_cells(row, row.total)
    if summary.previous_year:
        cells += _previous_cells(row)
    if summary.targets:
        target = summary.target_of(row.code)
        cells.append((row.aim(target) if target else "", "centred"))
    cross = "\n".join(_cross_words(row, check) for check in row.cross)
    return [*cells, (cross, "text"), (row.coverage.long, "text")]


def _cross_words(row: Row, check: CrossCheck) -> str:
    words = f"{check.label}: {row.shown(check.amount)} ({check.amount.basis})"
    return words if check.reported is None else f"{words}; số báo cáo {row.shown(check.reported)}"


def _previous_cells(row: Row) -> list[tuple]:
    before = row.previous
    if before is None:
        first = [(Mark.MISSING.words, "mark"), ("", "centred")]
    else:
        first = [amount_cell(row, before, "figure"), (before.basis, "centred")]
    look = f"change{row.change_mark}"
    return [*first, number_cell(row.change, look, row.places), number_cell(row.change_percent, look, PERCENT_PLACES)]


def amount_cell(row: Row, amount: Amount, look: str, *, short: bool = False) -> tuple:
    """The number, or why there is none."""
    if amount.value is None:
        short = short or amount.mark is Mark.HIDDEN
        words = amount.mark.short if short else words_of(amount.mark)
        return words, "mark total" if look == "total" else "mark"
    return number_cell(amount.value, look, row.places)


def number_cell(value: Decimal | None, look: str, places: int | None, *, none: str = "mark") -> tuple:
    """A numeric cell that shows ``places`` decimals, or as many as the value has; "-" where there is no value."""
    if value is None:
        return words_of(Mark.UNDEFINED), none
    return value, (look, decimals(value) if places is None else places)


@cache  # a workbook is drawn in Vietnamese only, and asks hundreds of times
def words_of(mark: Mark) -> str:
    return mark.words


@cache
def label_of(option: str) -> str:
    return str(Option(option).label)


def _provincial(rows: Iterable[Row]) -> Iterable[tuple[Row, list]]:
    """Each row with its provincial values, this year's and last year's."""
    for row in rows:
        amounts = (row.total, row.previous, *row.options.values(), *row.reported.values())
        yield row, [amount.value for amount in amounts if amount is not None and amount.value is not None]


def widest(rows: Iterable[tuple[Row, list]], least: int) -> int:
    """Wide enough for the longest number and a sign: a spreadsheet shows ### for one that does not fit."""
    return max([least, *(width_of(max(values), row) for row, values in rows if values)])


def width_of(value: Decimal, row: Row) -> int:
    """The width of a column for a figure of ``row``."""
    return len(f"{value:,.{DECIMALS.get(row.value_type, 0)}f}") + 3
