"""The workbook's sheet of reasons: the figures that jumped against last year, and the rules that were explained."""

from decimal import Decimal

from ..choices import Edition
from ..jumps import Explained, Jump
from ..summary import Mark, Summary, estimates_legend
from .excel_bodies import AFTER, FIGURE_LOOKS
from .excel_frame import top
from .excel_paper import Book, Sheet, portions
from .excel_tables import CORRECTED_LEGEND, PERCENT_PLACES, number_cell

NAME = "Giải trình"
HEADS = [
    "Loại",
    "Mã",
    "Nội dung",
    "Đơn vị tính",
    "Cơ quan",
    "Năm trước",
    "Năm nay",
    "Tăng (+), giảm (-)",
    "Tăng, giảm (%)",
    "Giải trình của cơ quan",
]
WIDTHS = [15, 8, 40, 11, 24, 15, 15, 13, 9, 60]
SILENT = "(chưa giải trình)"
KEPT = "(lưu ở bản đầy đủ)"  # in an outgoing edition


def draw_reasons(book: Book, summary: Summary) -> None:
    """One list to filter and sort; drawn only where the Summary holds the jumps."""
    if summary.jumps is None:
        return
    sheet = book.sheet(NAME, WIDTHS)
    top(sheet, summary, "GIẢI TRÌNH SỐ LIỆU CỦA CÁC CƠ QUAN", len(WIDTHS))
    sheet.line(summary.jumps_told, "subtitle", len(WIDTHS))
    sheet.head(HEADS, fixed=3, filters=True)
    none = KEPT if summary.edition == Edition.OUTGOING else SILENT
    for jump in summary.jumps:
        kind = "Biến động lớn, số đối chiếu" if jump.cross else "Biến động lớn"
        _draw(sheet, kind, jump, jump.name_vi, jump.unit, _figures(jump), none)
    for explained in summary.explained:
        _draw(sheet, "Ràng buộc số liệu", explained, explained.message, "", [("", "text")] * 4, none)
    sheet.end_of_table()
    if any(jump.estimate or jump.before_estimate for jump in summary.jumps):
        sheet.line(estimates_legend(), "note", len(WIDTHS))
    if any(jump.corrected or jump.before_corrected for jump in summary.jumps):
        sheet.line(CORRECTED_LEGEND, "note", len(WIDTHS))


def _draw(
    sheet: Sheet, kind: str, what: Jump | Explained, content: str, unit: str, figures: list[tuple], none: str
) -> None:
    """One row, or as many as a long reason needs; the figures stand in the first only, so that a filter adds no two.

    ``none``: what stands where no reason is told.
    """
    for number, words in enumerate(portions(what.reason, WIDTHS[-1]) or [none]):
        first = number == 0
        sheet.row(
            [
                (kind, "words"),
                (what.code, "words"),
                (content if first else "", "words"),
                (unit if first else "", "words"),
                (what.body.short_name if first else f"{what.body.short_name} (tiếp theo)", "words"),
                *(figures if first else [("", "text")] * 4),
                (words, "words"),
            ]
        )


def _figures(jump: Jump) -> list[tuple]:
    return [
        _said(jump.before, jump.before_estimate, jump.before_corrected),
        _said(jump.now, jump.estimate, jump.corrected),
        number_cell(jump.change, "change top", None),
        number_cell(jump.change_percent, "change top", PERCENT_PLACES, none="mark top"),
    ]


def _said(what: Decimal | Mark, estimate: bool, corrected: bool) -> tuple:
    if isinstance(what, Mark):
        return what.words + AFTER[estimate, corrected], "mark top"
    return number_cell(what, f"{FIGURE_LOOKS[estimate, corrected]} top", None)
