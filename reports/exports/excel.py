"""The Summary as a workbook: for reading, filtering and printing, with every figure a real number.

This is the full edition, for those who consolidate: it holds the single figures of every body.
"""

import datetime as dt
from itertools import zip_longest

from django.utils import timezone, translation

from directives.choices import group_label

from ..bodies import Excused
from ..choices import OverviewPart, Status
from ..document import Document
from ..summary import Section, Summary, Text, marks_legend
from .excel_ledger import NAME as LEDGER
from .excel_ledger import draw_ledger
from .excel_paper import Book, Sheet, portions
from .excel_reasons import draw_reasons
from .excel_tables import draw_section, draw_totals, section_title, top

INTERNAL = "Bản đầy đủ, lưu hành nội bộ: có số liệu nhỏ về trẻ em, không công bố."
COVER_WIDTHS = [30, 76]
TEXT_HEADS = ["Mục", "Cơ quan", "Kết quả thực hiện", "Khó khăn, vướng mắc", "Kiến nghị, đề xuất"]
TEXT_WIDTHS = [30, 26, 66, 36, 36]


@translation.override("vi")  # an official document is Vietnamese, whatever the language of the screen
def render(document: Document) -> bytes:
    """The .xlsx file: cover, totals, a sheet for each section, the ledger, the bodies' words, reasons and sendings."""
    summary = document.summary
    book = Book(
        title=_title(summary),
        author=summary.letterhead.office,
        made_at=summary.made_at,
        header="DỮ LIỆU MÔ PHỎNG" if summary.simulated else "",
        footer="Lưu hành nội bộ, không công bố",
    )
    _draw_cover(book, summary)
    draw_totals(book, summary)
    for section in summary.sections:
        draw_section(book, summary, section)
    draw_ledger(book, summary)
    _draw_texts(book, summary)
    draw_reasons(book, summary)
    _draw_bodies(book, summary)
    return book.finished()


def _title(summary: Summary) -> str:
    return f"{summary.subject} {summary.name}"


def _moment(moment: dt.datetime | None) -> dt.datetime | None:
    """Vietnam's time without its offset: a spreadsheet knows no time zones."""
    if moment is None:
        return None
    return timezone.localtime(moment, timezone.get_default_timezone()).replace(tzinfo=None, microsecond=0)


def _draw_cover(book: Book, summary: Summary) -> None:
    sheet = book.sheet("Bìa", COVER_WIDTHS, landscape=False)
    sheet.page.sheet_view.showGridLines = False
    sheet.line("BẢNG TỔNG HỢP SỐ LIỆU", "title", 2)
    sheet.line(_title(summary), "title", 2)
    if summary.simulated:
        sheet.line("DỮ LIỆU MÔ PHỎNG", "warning", 2)
    sheet.line(INTERNAL, "warning", 2)
    for label, value, look in (
        ("Cơ quan tổng hợp", summary.letterhead.office, "text"),
        ("Số liệu từ ngày", summary.data_from, "day"),
        ("Số liệu đến ngày", summary.data_to, "day"),
        ("Hạn gửi báo cáo", summary.due_words, "text"),
        ("Báo cáo đã duyệt", summary.coverage.long, "text"),
        ("Điều chỉnh đang áp dụng", _corrected(summary), "text"),
        ("Lập lúc", _moment(summary.made_at), "moment"),
        ("Ký hiệu trong các bảng", marks_legend(), "text"),
    ):
        sheet.row([(label, "label"), (value, look)])
    missing = portions("; ".join(summary.coverage.missing), COVER_WIDTHS[1])
    for number, names in enumerate(missing or ["Không có"]):
        sheet.row([("Cơ quan chưa có báo cáo được duyệt" if number == 0 else "(tiếp theo)", "label"), (names, "text")])


def _corrected(summary: Summary) -> str:
    number = len(summary.ledger)
    return f"{number} số liệu, xem trang “{LEDGER}”" if number else "Không có; số sử dụng là số các cơ quan báo cáo"


def _draw_texts(book: Book, summary: Summary) -> None:
    """What the bodies wrote, in the order of a report: direction, the tasks, then what comes after them."""
    sheet = book.sheet("Nội dung", TEXT_WIDTHS)
    top(sheet, summary, "NỘI DUNG BÁO CÁO CỦA CÁC CƠ QUAN", len(TEXT_WIDTHS))
    sheet.head(TEXT_HEADS, fixed=2, filters=True)
    _draw_part(sheet, summary, OverviewPart.DIRECTION)
    for section in summary.sections:
        _draw_section_texts(sheet, section)
    for part in OverviewPart:
        if part != OverviewPart.DIRECTION:
            _draw_part(sheet, summary, part)
    sheet.end_of_table()


def _draw_part(sheet: Sheet, summary: Summary, part: OverviewPart) -> None:
    for text in summary.overview.get(part.value, ()):
        _draw_text(sheet, str(part.label), text)


def _draw_section_texts(sheet: Sheet, section: Section) -> None:
    for text in section.texts:
        _draw_text(sheet, section_title(section), text)


def _draw_text(sheet: Sheet, place: str, text: Text) -> None:
    """One row, or as many as a long text needs: a row higher than 409 points cannot be shown."""
    columns = [
        portions(words, width)
        for words, width in zip((text.results, text.difficulties, text.proposals), TEXT_WIDTHS[2:], strict=True)
    ]
    for number, words in enumerate(zip_longest(*columns, fillvalue="")):
        body = text.body if number == 0 else f"{text.body} (tiếp theo)"
        sheet.row([(place, "words"), (body, "words"), *((portion, "words") for portion in words)])


def _draw_bodies(book: Book, summary: Summary) -> None:
    heads = ["STT", "Cơ quan", "Khối", "Tình trạng", "Gửi lần đầu", "Gửi gần nhất", "Thời hạn", "Ghi chú"]
    widths = [6, 48, 34, 20, 17, 17, 12, 40]
    sheet = book.sheet("Tình hình báo cáo", widths)
    top(sheet, summary, "TÌNH HÌNH GỬI BÁO CÁO", len(widths))
    sheet.line(f"Hạn gửi: {summary.due_words}", "subtitle", len(widths))
    sheet.head(heads, fixed=2, filters=True)
    for number, body in enumerate(summary.bodies, 1):
        sheet.row(
            [
                (number, "rank"),
                (body.name, "text"),
                (group_label(body.group), "text"),
                (str(Status(body.status).label), "text"),
                (_moment(body.first_submitted_at), "moment"),
                (_moment(body.submitted_at), "moment"),
                ({None: "chưa gửi", True: "đúng hạn", False: "trễ hạn"}[body.on_time], "centred"),
                ("", "text"),
            ]
        )
    for number, body in enumerate(summary.excused, len(summary.bodies) + 1):
        state = str(Status.EXEMPT.label) if body.exempt else "Đã kết thúc hoạt động"
        nothing = [("", "text")] * 2
        names = [(number, "rank"), (body.name, "text"), (group_label(body.group), "text"), (state, "text")]
        sheet.row([*names, *nothing, ("không tính", "centred"), (_why(body), "text")])
    sheet.end_of_table()


def _why(body: Excused) -> str:
    since = f" (từ ngày {body.day:%d/%m/%Y})" if body.exempt and body.day else ""
    return f"Không tính vào số cơ quan phải báo cáo: {body.why}{since}"
