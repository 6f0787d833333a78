"""The workbook of a supplement: what differs from the report it supplements, old and new, and nothing else."""

from itertools import zip_longest

from ..change_words import Kind
from ..document import Change, Document
from .excel_frame import legends, signature, top
from .excel_paper import Book, Sheet, portions

HEADS = ["STT", "Loại thay đổi", "Cơ quan", "Mã", "Nội dung", "Phân tổ", "Đã ghi trong báo cáo", "Nay là", "Lý do"]
WIDTHS = [6, 22, 26, 8, 36, 14, 35, 35, 33]
LONG = (6, 7, 8)  # the columns of what a person wrote: as many rows as it needs


def draw_changes(book: Book, document: Document) -> None:
    """Each change, and below it the lines of the report that read differently for it; with the signature."""
    supplement, span = document.supplement, len(WIDTHS)
    sheet = book.sheet("Thay đổi", WIDTHS)
    top(sheet, document.summary, f"SỐ LIỆU THAY ĐỔI SO VỚI BÁO CÁO SỐ {supplement.number}", span)
    sheet.line(f"Báo cáo được bổ sung: ngày {supplement.signed_on:%d/%m/%Y}", "subtitle", span)
    sheet.head(HEADS, fixed=4)
    for number, change in enumerate(supplement.changes, 1):
        _draw(sheet, number, change)
    if not supplement.changes:
        sheet.line("Không có thay đổi.", "note", span)
    for words in legends(document.summary):
        sheet.line(words, "note", span)
    signature(sheet, document, span)


def _draw(sheet: Sheet, number: int, change: Change) -> None:
    """One row, or as many as long words need, and one for each line of the report that it touches."""
    told = (str(Kind(change.kind).label), change.body, change.code, change.name, change.column)
    texts = zip(LONG, (change.before, change.now, change.reason), strict=True)
    rows = zip_longest(*(portions(words, WIDTHS[column]) or [""] for column, words in texts), fillvalue="")
    for place, words in enumerate(rows):
        first = [(number, "rank"), *((each, "words") for each in told)]
        again = [("", "words"), ("(tiếp theo)", "words"), *[("", "words")] * 4]
        sheet.row([*(again if place else first), *((each, "words") for each in words)])
    for effect in change.effects:
        told = ("", effect.code, effect.name, effect.column, effect.before, effect.now, "")
        label = ("Dòng của báo cáo thay đổi theo", "part")
        sheet.row([("", "text"), label, *((words, "text") for words in told)])
