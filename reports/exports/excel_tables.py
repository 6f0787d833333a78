"""The workbook's tables of figures: the province's totals, and for each task every body's figures."""

from collections.abc import Iterable
from decimal import Decimal

from directives.choices import Option, ValueType

from ..numbers import DECIMALS
from ..summary import (
    Amount,
    CrossCheck,
    Mark,
    Row,
    Section,
    Summary,
    change_legend,
    estimates_legend,
    marks_legend,
)
from .excel_paper import BOTH, CORRECTED, ESTIMATE, Book, Sheet, decimals, portions

PERCENT_PLACES = 1  # of the change in percent, as the Summary rounds it
FIXED = ("Mã", "Chỉ tiêu", "Đơn vị tính", "Toàn tỉnh", "Cơ quan đã có số liệu")
FIXED_WIDTHS = (8, 44, 12, 17, 10)
REPORTED, USED = "Số báo cáo", "Số sử dụng"  # of the whole province: without the ledger of corrections, and with it
NAME_WIDTH, CROSS_WIDTH, MISSING_WIDTH = 40, 22, 30  # of the totals: two years with both values fit a page
CORRECTED_LEGEND = (
    "“Số sử dụng” là “Số báo cáo” cộng các dòng ở trang “Điều chỉnh”; “(đc)”: số của cơ quan đã được điều chỉnh, số cơ "
    "quan báo cáo có ở trang “Điều chỉnh”."
)
BASIS_WIDTH = 12  # of "28/39, 2 ước", on two lines
NARROWEST = 11  # a body's column: its short name wraps
# (is an estimate, is corrected) → what stands after a body's figure, and the look that puts it there
AFTER = {(False, False): "", (True, False): ESTIMATE, (False, True): CORRECTED, (True, True): BOTH}
FIGURE_LOOKS = {(False, False): "figure", (True, False): "estimate", (False, True): "corrected", (True, True): "both"}


def section_title(section: Section) -> str:
    return section.title_vi if section.number == 0 else f"Nhiệm vụ {section.number}. {section.title_vi}"


def top(sheet: Sheet, summary: Summary, title: str, span: int) -> None:
    """The lines above a table: its title, which data it shows, and that they are invented where they are."""
    sheet.line(title, "title", span)
    sheet.line(
        f"Số liệu từ ngày {summary.data_from:%d/%m/%Y} đến ngày {summary.data_to:%d/%m/%Y}; "
        f"báo cáo đã duyệt: {summary.coverage.short}",
        "subtitle",
        span,
    )
    if summary.simulated:
        sheet.line("DỮ LIỆU MÔ PHỎNG", "warning", span)


def draw_totals(book: Book, summary: Summary) -> None:
    """Every provincial value, reported and used, with its coverage; last year's, and what cross-checks it."""
    amount = _width(_provincial(summary.rows), FIXED_WIDTHS[3])
    basis = BASIS_WIDTH if summary.estimated else FIXED_WIDTHS[4]
    heads = [*FIXED[:3], REPORTED, USED, FIXED[4]]
    widths = [FIXED_WIDTHS[0], NAME_WIDTH, FIXED_WIDTHS[2], amount, amount, basis]
    fixed = len(heads)
    if summary.previous_year:
        heads += [f"Năm {summary.previous_year}", f"Cơ quan năm {summary.previous_year}"]
        heads += ["Tăng (+), giảm (-)", "Tăng, giảm (%)"]
        widths += [amount, basis, amount, 9]
    heads += ["Số đối chiếu (không cộng)", "Cơ quan chưa có số liệu"]
    widths += [CROSS_WIDTH, MISSING_WIDTH]
    sheet = book.sheet("Tổng hợp", widths)
    top(sheet, summary, "TỔNG HỢP SỐ LIỆU TOÀN TỈNH", len(widths))
    sheet.head(heads, fixed=2)
    for section in summary.sections:
        sheet.line(section_title(section), "group", len(widths))
        for row in section.rows:
            sheet.row(_total_cells(row, summary))
            for option, found in row.options.items():
                blank = [("", "text")] * (len(widths) - fixed)
                sheet.row([*_fixed_cells(row, found, option, both=True), *blank])
    _notes(sheet, summary, len(widths))


def _notes(sheet: Sheet, summary: Summary, span: int) -> None:
    sheet.line(CORRECTED_LEGEND, "note", span)
    if summary.previous_year:
        sheet.line("Các dòng “trong đó” không so sánh với năm trước.", "note", span)
        sheet.line(change_legend(), "note", span)
    for row in summary.rows:
        if row.previous_reported is not None:
            words = f"{row.shown(row.previous_reported)}, số sử dụng {row.shown(row.previous)}"
            sheet.line(f"{row.code} năm {summary.previous_year}: số báo cáo {words}.", "note", span)
    if summary.estimated:
        sheet.line(estimates_legend(), "note", span)
    if summary.findings:
        sheet.line("Số liệu toàn tỉnh cần kiểm tra:", "note", span)
    for finding in summary.findings:
        sheet.line(f"- {finding.code}: {finding.message}", "note", span)


def draw_section(book: Book, summary: Summary, section: Section) -> None:
    """One column per body, one line per indicator and of-which; the province's value stands first.

    Where the ledger touches the section, what was reported stands before what is used.
    """
    bodies = summary.bodies if any(row.cells for row in section.rows) else ()
    total, width = _width(_provincial(section.rows), FIXED_WIDTHS[3]), _width(_bodies(section.rows), NARROWEST)
    name = "Số liệu chung" if section.number == 0 else f"Nhiệm vụ {section.number}"
    estimates = any(row.task == section.number for row in summary.estimated)
    both = any(row.reported or row.reported_cells for row in section.rows)
    basis = BASIS_WIDTH if estimates else FIXED_WIDTHS[4]
    heads = [*FIXED[:3], *([REPORTED, USED] if both else FIXED[3:4]), FIXED[4]]
    span = len(heads)
    sheet = book.sheet(name, [*FIXED_WIDTHS[:3], *([total] * (span - 4)), basis, *[width] * len(bodies)])
    top(sheet, summary, section_title(section), span)
    sheet.head([*heads, *(body.short_name for body in bodies)], fixed=span)
    for row in section.rows:
        sheet.row([*_fixed_cells(row, row.total, short=True, both=both), *_body_cells(row, Option.TOTAL.value)])
        for option, amount in row.options.items():
            sheet.row([*_fixed_cells(row, amount, option, short=True, both=both), *_body_cells(row, option)])
    if not section.rows:
        sheet.line("Nhiệm vụ này không có chỉ tiêu số liệu.", "note", span)
    sheet.line(marks_legend(), "note", span)
    if estimates:
        sheet.line(estimates_legend(), "note", span)
    if both:
        sheet.line(CORRECTED_LEGEND, "note", span)
    _draw_declined(sheet, section, span)


def _draw_declined(sheet: Sheet, section: Section, span: int) -> None:
    declined = "; ".join(section.declined)
    if declined:
        sheet.line("Khai không thuộc chức năng, nhiệm vụ:", "note", span)
    for names in portions(declined, sum(FIXED_WIDTHS)):
        sheet.line(names, "note", span)


def _fixed_cells(
    row: Row, amount: Amount, option: str | None = None, *, short: bool = False, both: bool = False
) -> list[tuple]:
    """The columns that both tables begin with; ``option`` names a line below its total, ``both`` adds the reported."""
    reported = row.as_reported(option or Option.TOTAL.value)
    if option is None:
        names = [(row.code, "centred"), (row.name_vi, "text")]
    else:
        names = [("", "centred"), (str(Option(option).label), "part")]
    return [
        *names,
        (row.counted_unit, "centred"),
        *([_amount_cell(row, reported, "figure", short=short)] if both else []),
        _amount_cell(row, amount, "total", short=short),
        (amount.basis, "centred"),
    ]


def _total_cells(row: Row, summary: Summary) -> list[tuple]:
    cells = _fixed_cells(row, row.total, both=True)
    if summary.previous_year:
        cells += _previous_cells(row)
    cross = "\n".join(_cross_words(row, check) for check in row.cross)
    return [*cells, (cross, "text"), (row.coverage.names, "text")]


def _cross_words(row: Row, check: CrossCheck) -> str:
    words = f"{check.label}: {row.shown(check.amount)} ({check.amount.basis})"
    return words if check.reported is None else f"{words}; số báo cáo {row.shown(check.reported)}"


def _previous_cells(row: Row) -> list[tuple]:
    before = row.previous
    if before is None:
        first = [(Mark.MISSING.words, "mark"), ("", "centred")]
    else:
        first = [_amount_cell(row, before, "figure"), (before.basis, "centred")]
    look = "change" if row.comparable else "change*"
    return [*first, number_cell(row.change, look, row.places), number_cell(row.change_percent, look, PERCENT_PLACES)]


def _amount_cell(row: Row, amount: Amount, look: str, *, short: bool = False) -> tuple:
    if amount.value is None:
        return row.shown(amount, short=short), "mark total" if look == "total" else "mark"
    return number_cell(amount.value, look, row.places)


def number_cell(value: Decimal | None, look: str, places: int | None, *, none: str = "mark") -> tuple:
    """A numeric cell that shows ``places`` decimals, or as many as the value has; "-" where there is no value."""
    if value is None:
        return Mark.UNDEFINED.words, none
    return value, (look, decimals(value) if places is None else places)


def _body_cells(row: Row, option: str) -> Iterable[tuple]:
    places, yes_no = row.places, row.value_type == ValueType.YES_NO
    for place, what in enumerate(row.cells.get(option, ())):
        estimate, corrected = row.is_estimate(option, place), row.is_corrected(option, place)
        if isinstance(what, Mark):
            yield what.short + AFTER[estimate, corrected], "mark"
        elif yes_no:
            yield what, "yes or no corrected" if corrected else "yes or no"
        else:
            yield number_cell(what, FIGURE_LOOKS[estimate, corrected], places)


def _provincial(rows: Iterable[Row]) -> Iterable[tuple[Row, list, int]]:
    """Each row with its provincial values, this year's and last year's."""
    for row in rows:
        amounts = (row.total, row.previous, *row.options.values(), *row.reported.values())
        yield row, [amount.value for amount in amounts if amount is not None and amount.value is not None], 0


def _bodies(rows: Iterable[Row]) -> Iterable[tuple[Row, list, int]]:
    """Each row with the bodies' values, and the room for what stands after an estimate and a corrected figure."""
    for row in rows:
        values = [what for cells in row.cells.values() for what in cells if not isinstance(what, Mark)]
        yield row, values, len(AFTER[bool(row.estimated), bool(row.reported_cells)])


def _width(rows: Iterable[tuple[Row, list, int]], least: int) -> int:
    """Wide enough for the longest number and a sign: a spreadsheet shows ### for one that does not fit."""
    longest = [
        len(f"{max(values):,.{DECIMALS.get(row.value_type, 0)}f}") + room for row, values, room in rows if values
    ]
    return max(least, max(longest, default=0) + 3)
