"""What stands around the workbook's tables: whose figures, in which edition, signed by whom."""

import datetime as dt

from ..choices import Edition
from ..document import Document
from ..summary import Section, Summary, hidden_legend, marks_legend
from .excel_paper import Sheet

INTERNAL = "Bản đầy đủ, lưu hành nội bộ: có số liệu nhỏ về trẻ em, không công bố."
OUTGOING = "Bản gửi đi: số nhỏ về trẻ em của từng cơ quan được ẩn, ghi dấu “×”."
FOOTERS = {Edition.FULL: "Lưu hành nội bộ, không công bố", Edition.OUTGOING: "Bản gửi đi, đã ẩn số nhỏ về trẻ em"}
SIMULATED = "DỮ LIỆU MÔ PHỎNG"
ROOM_TO_SIGN = 60  # points between the titles and the name


def is_full(summary: Summary) -> bool:
    return summary.edition == Edition.FULL


def edition_line(summary: Summary) -> tuple[str, str]:
    """The words that say who may have this workbook, and their look."""
    return (INTERNAL, "warning") if is_full(summary) else (OUTGOING, "subtitle")


def legends(summary: Summary) -> list[str]:
    """What the signs in the tables mean."""
    return [marks_legend()] if is_full(summary) else [marks_legend(), hidden_legend()]


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
        sheet.line(SIMULATED, "warning", span)


def signature(sheet: Sheet, document: Document, span: int) -> None:
    """Who drew the table up, and who signs: with names and a day once issued, with room for them before."""
    imprint, letterhead = document.imprint, document.summary.letterhead
    left = span // 2
    titles = imprint.titles if imprint else (letterhead.signing_title,)
    day = written_day(imprint.signed_on) if imprint else "ngày      tháng      năm      "

    def pair(first: str, second: str, look: str, **height) -> None:
        sheet.spread([(first, look, left), (second, look, span - left)], **height)

    pair("", "", "plain")
    pair("", f"{letterhead.place}, {day}", "sign note")
    for number, title in enumerate(titles):
        pair("Người lập biểu" if number == 0 else "", title, "sign")
    pair("(Ký, ghi rõ họ tên)", "" if imprint else "(Chữ ký, dấu)", "sign note")
    pair("", "", "plain", height=ROOM_TO_SIGN)
    pair("", imprint.signatory if imprint else "", "sign")


def written_day(day: dt.date) -> str:
    """``ngày 05 tháng 02 năm 2021``: days below 10 and January and February have two digits (Decree 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"
