"""The workbook's sheet of corrections: by what the used figures differ from the reported ones, line by line."""

from decimal import Decimal

from django.utils import timezone

from directives.choices import ValueType

from ..ledger import LedgerLine
from ..summary import PLACES, Mark, Summary
from .excel_frame import top
from .excel_paper import Book, Sheet, portions
from .excel_tables import number_cell

NAME = "Điều chỉnh"
HEADS = [
    "Mã",
    "Chỉ tiêu",
    "Phân tổ",
    "Đơn vị tính",
    "Cơ quan",
    "Số báo cáo",
    "Số sử dụng",
    "Chênh lệch",
    "Cộng vào số toàn tỉnh",
    "Lý do",
    "Người điều chỉnh",
    "Ngày",
]
KEPT = "(lưu ở bản đầy đủ)"  # an outgoing edition tells no reason
WIDTHS = [8, 36, 12, 11, 22, 15, 15, 13, 10, 44, 16, 12]


def draw_ledger(book: Book, summary: Summary) -> None:
    """One list to filter and sort, also where it is empty: that nothing was corrected is worth saying."""
    sheet = book.sheet(NAME, WIDTHS)
    top(sheet, summary, "SỔ ĐIỀU CHỈNH SỐ LIỆU", len(WIDTHS))
    told = "Số cơ quan báo cáo được giữ nguyên; số sử dụng khác số báo cáo đúng bằng các dòng dưới đây."
    sheet.line(told if summary.ledger else "Không có điều chỉnh nào đang áp dụng.", "subtitle", len(WIDTHS))
    sheet.head(HEADS, fixed=3, filters=True)
    for line in summary.ledger:
        _draw(sheet, line)
    sheet.end_of_table()


def _draw(sheet: Sheet, line: LedgerLine) -> None:
    """One row, or as many as a long reason needs; the figures stand in the first only, so that a filter adds no two."""
    places = PLACES if line.value_type in (ValueType.PERCENT, ValueType.RATE) else None
    figures = [_said(line.reported, line.value_type, places), _said(line.used, line.value_type, places)]
    figures += [number_cell(line.difference, "change top", places), ("không" if line.cross else "có", "words")]
    for number, words in enumerate(portions(line.reason, WIDTHS[9]) or [KEPT]):
        first = number == 0
        sheet.row(
            [
                (line.code, "words"),
                (line.name_vi if first else "", "words"),
                (line.column, "words"),
                (line.unit if first else "", "words"),
                (line.body.short_name if first else f"{line.body.short_name} (tiếp theo)", "words"),
                *(figures if first else [("", "text")] * 4),
                (words, "words"),
                (line.by if first else "", "words"),
                (timezone.localdate(line.at) if first and line.at else None, "day top"),
            ]
        )


def _said(what: Decimal | Mark, value_type: str, places: int | None) -> tuple:
    if isinstance(what, Mark):
        return what.words, "mark top"
    if value_type == ValueType.YES_NO:
        return what, "yes or no"
    return number_cell(what, "figure top", places)
