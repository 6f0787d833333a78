"""The Document as a workbook: for reading, filtering and printing, with every figure a real number.

The full edition is for those who consolidate: it holds the single figures of every body. A supplement is a short
workbook of the differences and nothing else.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from django.utils import timezone, translation

from directives.choices import group_label

from ..bodies import Excused
from ..choices import Edition, OverviewPart, Status
from ..document import Document
from ..provincial_parts import parts_of
from ..summary import Section, Summary, Text
from .excel_bodies import draw_section, named
from .excel_frame import FOOTERS, SIMULATED, edition_line, legends, section_title, signature, top, written_day
from .excel_ledger import NAME as LEDGER
from .excel_ledger import draw_ledger
from .excel_paper import Book, Sheet, portions
from .excel_reasons import draw_reasons
from .excel_supplement import draw_changes
from .excel_tables import draw_totals

COVER_WIDTHS = [30, 76]
COMPOSED_WIDTHS = [34, 120]
TEXT_HEADS = ["Mục", "Cơ quan", "Kết quả thực hiện", "Khó khăn, vướng mắc", "Kiến nghị, đề xuất"]
TEXT_WIDTHS = [30, 26, 66, 36, 36]


@translation.override("vi")  # an official document is Vietnamese, whatever the language of the screen
def render(document: Document) -> bytes:
    """The .xlsx file: cover, totals, words, a sheet for each section, and the annexes; of a supplement its changes."""
    summary = document.summary
    book = Book(
        title=_title(document),
        author=summary.letterhead.office,
        made_at=summary.made_at,
        header=SIMULATED if summary.simulated else "",
        footer=FOOTERS[Edition(summary.edition)],
    )
    _draw_cover(book, document)
    if document.supplement:
        draw_changes(book, document)
        _draw_composed(book, document)
        return book.finished()
    draw_totals(book, document)
    _draw_composed(book, document)
    bodies = named(summary)
    for section in summary.sections:
        draw_section(book, summary, section, bodies)
    draw_ledger(book, summary)
    _draw_texts(book, summary)
    draw_reasons(book, summary)
    _draw_bodies(book, summary)
    return book.finished()


def _title(document: Document) -> str:
    summary = document.summary
    name = f"{summary.subject} {summary.name}"
    return f"Báo cáo bổ sung: {name}" if document.supplement else name


def _moment(moment: dt.datetime | None) -> dt.datetime | None:
    """Vietnam's time without its offset: a spreadsheet knows no time zones."""
    if moment is None:
        return None
    return timezone.localtime(moment, timezone.get_default_timezone()).replace(tzinfo=None, microsecond=0)


def _draw_cover(book: Book, document: Document) -> None:
    summary = document.summary
    sheet = book.sheet("Bìa", COVER_WIDTHS, landscape=False, grid=False)
    sheet.line("BÁO CÁO BỔ SUNG" if document.supplement else "BẢNG TỔNG HỢP SỐ LIỆU", "title", 2)
    sheet.line(_title(document), "title", 2)
    if summary.simulated:
        sheet.line(SIMULATED, "warning", 2)
    sheet.line(*edition_line(summary), 2)
    for label, value, look in (*_issued(document), *_facts(document)):
        sheet.row([(label, "label"), (value, look)])
    missing = portions("; ".join(summary.coverage.missing), COVER_WIDTHS[1])
    for number, names in enumerate(missing or ["Không có"]):
        sheet.row([("Cơ quan chưa có báo cáo được duyệt" if number == 0 else "(tiếp theo)", "label"), (names, "text")])


def _issued(document: Document) -> Iterator[tuple]:
    """(label, value, look) of what the issue adds; before it the number and the day are left open."""
    imprint, supplement = document.imprint, document.supplement
    if supplement:
        amended = f"Báo cáo số {supplement.number}, {written_day(supplement.signed_on)}"
        yield "Bổ sung cho", amended, "text"
    yield "Số, ký hiệu", imprint.full_number if imprint else "(chưa ban hành)", "text"
    yield "Ngày ban hành", imprint.signed_on if imprint else "(chưa ban hành)", "day" if imprint else "text"
    if imprint:
        yield "Người ký", f"{', '.join(imprint.titles)}: {imprint.signatory}", "text"
        yield "Nơi nhận", "; ".join(imprint.recipients), "text"
        yield "Mã văn bản", imprint.code, "text"
        yield "Trang xác nhận văn bản", imprint.address, "text"


def _facts(document: Document) -> Iterator[tuple]:
    summary = document.summary
    yield "Bản", str(Edition(summary.edition).label), "text"
    yield "Cơ quan tổng hợp", summary.letterhead.office, "text"
    yield "Số liệu từ ngày", summary.data_from, "day"
    yield "Số liệu đến ngày", summary.data_to, "day"
    yield "Hạn gửi báo cáo", summary.due_words, "text"
    yield "Báo cáo đã duyệt", summary.coverage.long, "text"
    if not document.supplement:
        yield "Điều chỉnh đang áp dụng", _corrected(summary), "text"
    yield "Lập lúc", _moment(summary.made_at), "moment"
    for words in legends(summary):
        yield "Ký hiệu trong các bảng", words, "text"


def _corrected(summary: Summary) -> str:
    number = len(summary.ledger)
    return f"{number} số liệu, xem trang “{LEDGER}”" if number else "Không có; số sử dụng là số các cơ quan báo cáo"


def _draw_composed(book: Book, document: Document) -> None:
    """The words of the report as they were composed; nothing where nobody composed them."""
    if document.texts is None:
        return
    summary = document.summary
    tasks = [section for section in summary.sections if section.number]
    sheet = book.sheet("Lời báo cáo", COMPOSED_WIDTHS)
    top(sheet, summary, "LỜI BÁO CÁO", 2)
    sheet.head(["Phần", "Nội dung"], fixed=1)
    for part in parts_of(tasks, supplement=document.supplement is not None):
        for number, words in enumerate(portions(document.texts.get(part.key, ""), COMPOSED_WIDTHS[1])):
            sheet.row([(part.title if number == 0 else "(tiếp theo)", "words"), (words, "words")])
    signature(sheet, document, 2)


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
    said = zip((text.results, text.difficulties, text.proposals), TEXT_WIDTHS[2:], strict=True)
    columns = [portions(words, width) or [""] for words, width in said]
    for number, words in enumerate(zip_longest(*columns, fillvalue="")):
        sheet.words((place, f"{text.body} (tiếp theo)" if number else text.body, *words))


def _draw_bodies(book: Book, summary: Summary) -> None:
    """Who has reported and who has not, when, and with how many files."""
    heads = [
        "STT",
        "Cơ quan",
        "Khối",
        "Tình trạng",
        "Gửi lần đầu",
        "Gửi gần nhất",
        "Thời hạn",
        "Tệp kèm theo",
        "Ghi chú",
    ]
    widths = [6, 48, 34, 20, 17, 17, 12, 10, 40]
    sheet = book.sheet("Tình hình báo cáo", widths)
    top(sheet, summary, "TÌNH HÌNH GỬI BÁO CÁO", len(widths))
    sheet.line(f"Hạn gửi: {summary.due_words}. {_counted(summary)}", "subtitle", len(widths))
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
                (body.files, "rank"),
                ("", "text"),
            ]
        )
    for number, body in enumerate(summary.excused, len(summary.bodies) + 1):
        state = str(Status.EXEMPT.label) if body.exempt else "Đã kết thúc hoạt động"
        nothing = [("", "text")] * 2
        names = [(number, "rank"), (body.name, "text"), (group_label(body.group), "text"), (state, "text")]
        sheet.row([*names, *nothing, ("không tính", "centred"), ("", "text"), (_why(body), "text")])
    sheet.end_of_table()


def _counted(summary: Summary) -> str:
    """``Đã duyệt: 3; đang soạn: 36; tệp kèm theo: 12.``"""
    states = Counter(body.status for body in summary.bodies)
    words = [f"{status.label.lower()}: {states[status]}" for status in Status if states[status]]
    files = sum(body.files for body in summary.bodies)
    words = "; ".join([*words, f"tệp kèm theo: {files}"])
    return f"{words[:1].upper()}{words[1:]}."


def _why(body: Excused) -> str:
    since = f" (từ ngày {body.day:%d/%m/%Y})" if body.exempt and body.day else ""
    return f"Không tính vào số cơ quan phải báo cáo: {body.why}{since}"
