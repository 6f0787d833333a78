"""The board as a workbook: one line a body, names and dates instead of codes. Always Vietnamese."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone, translation

from ..board import Row
from ..models import Period, Report
from .excel_paper import Book

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INTERNAL = "Lưu hành nội bộ, không công bố"
BEFORE = ("TT", "Cơ quan", "Khối", "Tình trạng")
BEFORE_WIDTHS = (6, 40, 28, 18)
TASK_WIDTH = 13
AFTER = ("Gửi lần đầu", "Kênh gửi", "Hạn của cơ quan", "Hạn chung", "Thời hạn", "Không tính vào kỳ")
AFTER_WIDTHS = (17, 12, 22, 22, 18, 36)


@translation.override("vi")
def render(period: Period, rows: Iterable[Row], *, narrowed: str, made_at: dt.datetime) -> bytes:
    """The .xlsx file of ``rows``; ``narrowed`` says in words by what they were chosen, "" for all."""
    book = Book(
        title=f"Bảng theo dõi báo cáo {period.name}",
        author=period.lead_name,
        made_at=made_at,
        header="DỮ LIỆU MÔ PHỎNG" if period.simulated else "",
        footer=INTERNAL,
    )
    tasks = [f"Nhiệm vụ {number}" for number in period.task_numbers()]
    widths = [*BEFORE_WIDTHS, *[TASK_WIDTH] * len(tasks), *AFTER_WIDTHS]
    sheet = book.sheet("Bảng theo dõi", widths)
    sheet.line(f"BẢNG THEO DÕI BÁO CÁO, KỲ {period.name.upper()}", "title", len(widths))
    sheet.line(f"Hạn chung: {period.due_words}; lập lúc {_moment(made_at):%H:%M, %d/%m/%Y}", "subtitle", len(widths))
    if period.simulated:
        sheet.line("DỮ LIỆU MÔ PHỎNG", "warning", len(widths))
    if narrowed:
        sheet.line(f"Chỉ gồm: {narrowed}", "note", len(widths))
    sheet.head([*BEFORE, *tasks, *AFTER], fixed=2, filters=True)
    for row in rows:
        sheet.row(_cells(row))
    sheet.end_of_table()
    return book.finished()


def _cells(row: Row) -> list[tuple]:
    report = row.report
    return [
        (report.position, "rank"),
        (report.name, "text"),
        (report.group_name, "text"),
        (str(report.get_status_display()), "text"),
        *((str(cell.state.label), "centred") for cell in row.cells),
        (_moment(report.first_submitted_at) if report.is_there else None, "moment"),
        (str(row.channel.label) if row.channel else "", "centred"),
        (_own_deadline(report), "text"),
        (report.period.due_words, "text"),
        (str(row.timing.label) if row.timing else "", "text"),
        (row.left, "text"),
    ]


def _own_deadline(report: Report) -> str:
    return f"đến hết ngày {report.extended_to:%d/%m/%Y}" if report.extended_to else report.period.due_words


def _moment(moment: dt.datetime) -> dt.datetime:
    """Vietnam's time without its offset: a spreadsheet knows no time zones."""
    return timezone.localtime(moment, timezone.get_default_timezone()).replace(tzinfo=None, microsecond=0)
