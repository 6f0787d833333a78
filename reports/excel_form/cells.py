"""One raw cell → its outcome, by what the form expects there. Pure."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from directives.choices import Option, ValueType

from ..answers import DETAIL, ESTIMATE, NOTHING
from ..numbers import format_number
from ..typed import tidy
from .columns import COMPUTED
from .notation import Blank, Outcome, Read, Refused, Unsettled, box_in, number_in, number_of, yes_or_no_in
from .opening import MIXED, Kind, RawCell

# Letters of the old one-byte fonts (.VnTime, VNI-Times) as they look without the font: never in a Vietnamese word.
OLD_FONTS = re.compile("[^\\W\\d_][µ¸¶·¹¨»¾¼½®©ª«¬×ØÞß]|[^\\W\\d_][øûïäåëöüñ]", re.IGNORECASE)
VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def shown(cell: RawCell) -> str:
    """What stands in a cell, as a person sees it."""
    if cell.kind is Kind.NUMBER:
        return format_number(cell.value)
    if cell.kind is Kind.TRUTH:
        return "TRUE" if cell.value else "FALSE"
    if cell.kind is Kind.DATE and not isinstance(cell.value, str):
        return _date_words(cell.value)
    return str(cell.value)


def _date_words(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.datetime) and (value.hour or value.minute):
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}"


def meaning(cell: RawCell, indicator, column: str, notation: str | None, issued: str | None) -> Outcome:
    """A cell of an indicator's line; ``column`` is an option, the box, the estimate mark or the note."""
    if broken := _broken(cell):
        return broken
    if column == DETAIL:
        return words(cell)
    if column in (NOTHING, ESTIMATE):
        return box(cell)
    if indicator.value_type == ValueType.YES_NO:
        return yes_or_no_in(_as_text(cell)) if cell.kind is not Kind.DATE else _date(cell)
    if cell.kind is Kind.DATE:
        return _date(cell)
    if cell.kind is Kind.TRUTH:
        return Refused(
            _("Ô chứa giá trị đúng/sai (%(text)s), không phải số.") % {"text": shown(cell)},
            _("Hãy xóa ô rồi ghi số; nếu không có trường hợp nào, hãy ghi 0."),
        )
    if cell.kind is Kind.TEXT:
        outcome = number_in(cell.value, indicator.value_type, indicator.unit, notation)
        return _mixed(cell) if cell.look == MIXED and isinstance(outcome, Read | Unsettled) else outcome
    return number_of(cell.value, indicator.value_type, cell.look, issued=issued)


def takes(indicator, column: str) -> bool:
    """Whether an indicator has such a cell at all: not every one is broken down, and a yes is no estimate."""
    if column in Option.values:
        return column in indicator.options
    return column != ESTIMATE or indicator.value_type != ValueType.YES_NO


def not_taken(column: str) -> Refused:
    if column == ESTIMATE:
        message = _("Câu hỏi Có/Không không có “ước thực hiện”.")
    else:
        message = _("Chỉ tiêu này không có cột “%(column)s”.") % {"column": Option(column).label}
    return Refused(message, _("Hãy xóa ô này; nếu ghi nhầm dòng hoặc cột, hãy chuyển sang đúng ô."))


def nothing_in_part() -> Refused:
    return Refused(
        _("“Không phát sinh” là câu trả lời cho cả dòng, không cho riêng một cột chi tiết."),
        _("Hãy ghi 0 vào ô chi tiết, hoặc xóa các số và đánh dấu x vào cột “Không phát sinh” của dòng."),
    )


def box(cell: RawCell) -> Outcome:
    """A box to be ticked."""
    if broken := _broken(cell):
        return broken
    if cell.kind is Kind.DATE:
        return _date(cell)
    return box_in(_as_text(cell))


def words(cell: RawCell) -> Outcome:
    """A text; what a spreadsheet made of it (a number, a date) is turned back, and said."""
    if broken := _broken(cell):
        return broken
    text = tidy(shown(cell))
    if not text:
        return Blank()
    if cell.kind is Kind.DATE:
        return Read(text, _("Bảng tính đã đổi ô này thành ngày; đọc là %(text)s.") % {"text": text})
    if cell.kind is Kind.TEXT and len(OLD_FONTS.findall(text)) > 1 and not VIETNAMESE.search(text):
        return Refused(
            _("Chữ trong ô viết bằng bảng mã cũ (TCVN3 hoặc VNI), cổng không đọc được."),
            _("Hãy chuyển sang Unicode (ví dụ bằng bộ chuyển mã của Unikey) rồi dán lại."),
        )
    return Read(text)


def is_computed_mark(cell: RawCell) -> bool:
    return cell.words == COMPUTED


def _as_text(cell: RawCell) -> str:
    if cell.kind is Kind.TRUTH:
        return "true" if cell.value else "false"
    return shown(cell)


def _mixed(cell: RawCell) -> Refused:
    """A raised footnote mark behind a 12 makes its text "121"."""
    return Refused(
        _("“%(text)s”: trong ô có chữ số viết nhỏ, viết cao hoặc định dạng khác nhau.") % {"text": shown(cell)},
        _("Hãy xóa ô rồi ghi lại số; dấu chú thích ghi ở cột “Ghi chú”."),
    )


def _broken(cell: RawCell) -> Refused | None:
    if cell.kind is Kind.ERROR:
        return Refused(
            _("Ô báo lỗi %(text)s, không có kết quả.") % {"text": shown(cell)},
            _("Hãy sửa công thức, hoặc xóa công thức và ghi thẳng kết quả."),
        )
    if cell.kind is Kind.UNCALCULATED:
        return Refused(
            _("Ô là công thức chưa được tính, tệp không có kết quả."),
            _("Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại rồi tải lên; hoặc ghi thẳng kết quả thay công thức."),
        )
    return None


def _date(cell: RawCell) -> Refused:
    return Refused(
        _("Ô chứa ngày giờ (%(text)s), không phải số; bảng tính hay đổi số có dấu chấm hoặc gạch chéo thành ngày.")
        % {"text": shown(cell)},
        _("Hãy đổi định dạng ô thành Number (số thường) rồi ghi lại số."),
    )
