"""What stands in a cell → what was meant, a question, or a refusal with its remedy. Pure.

Never a guess in silence: what is read otherwise than it stands carries a note, and what can be read in
two ways is asked ("1.234" is a thousand in Hà Nội and one and a bit in London), once for the whole file.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..numbers import DECIMALS, WHOLE_DIGITS, format_number, shortened
from .columns import fold

NOTATIONS = ("vi", "en")  # "1.234,5" and "1,234.5"
SPREADSHEET_DIGITS = 15  # what a spreadsheet shows at most; behind them stands the noise of binary fractions


@dataclass(frozen=True, slots=True)
class Read:
    """Understood as ``text``, in the notation of the web form; ``note`` where that is not what stands there."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """ "Không phát sinh" written where the figure goes."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """Stands for "no answer"; nothing is stored and nothing is wiped. ``reason`` is empty for an empty cell."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Two readings of a text: as Vietnamese and as English notation (None: no number in that notation)."""

    vi: Decimal | None
    en: Decimal | None


Outcome = Read | Nothing | Blank | Refused | Unsettled

# Seen as nothing at all, and left behind by copying from web pages: zero-width spaces, soft hyphens, marks.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e"))
TURNING = re.compile("[\u061c\u200f\u202a-\u202e\u2066-\u2069]")  # shows "12" for "21"
SPACE = re.compile("[\u0020\u00a0\u202f\u2007\u2009]")  # what groups digits; a line break does not
NUMBER = re.compile(r"(?P<digits>[0-9](?:[0-9.,]| (?=[0-9]))*)(?P<rest>.*)")
VI = re.compile(r"(?:[1-9][0-9]{0,2}(?P<group>[. ])[0-9]{3}(?:(?P=group)[0-9]{3})*|[0-9]+)(?:,[0-9]+)?")
LETTERS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*\.?")
EN = re.compile(r"(?:[1-9][0-9]{0,2}(?P<group>[, ])[0-9]{3}(?:(?P=group)[0-9]{3})*|[0-9]+)(?:\.[0-9]+)?")

# Number formats that show another number than is kept: in thousands ("#,##0,"), with digits of their own ('0"00"').
MISLEADING = re.compile(r'[0#?],+(?![0#?,])|"[^"]*[0-9][^"]*"|\\[0-9]')
DASHES = re.compile(r"[-–—−_./…]+")
NO_FIGURE = {"n a", "khong co so lieu", "chua co so lieu", "khong so lieu", "chua co"}
NOT_ARISEN = {"khong phat sinh", "kps", "khong ps", "ko phat sinh", "k phat sinh"}
ZERO = {"khong", "so khong", "khong co", "ko", "ko co"}
TICKED = {"x", "v", "co", "yes", "y", "1", "true", "dung", "on"}
UNTICKED = {"khong", "ko", "no", "n", "0", "false", "sai", "off"}
TICKS = {"✓", "✔", "☑", "☒", "✗", "✘", "√"}
SAID_YES = {"co", "c", "yes", "y", "1", "x", "true", "dung", "roi", "da co"}
SAID_NO = {"khong", "ko", "k", "no", "n", "0", "false", "sai", "chua", "khong co", "chua co"}
# What people write for a unit beside the unit itself.
SHORT_UNITS = {
    "tre em": ("tre", "em", "chau"),
    "luot tre em": ("luot", "luot tre"),
    "luot nguoi": ("luot",),
    "trieu dong": ("trieu", "tr", "tr dong", "trd"),
}


def number_in(text: str, value_type: str, unit: str, notation: str | None = None) -> Outcome:
    """A text in a cell for a figure of ``value_type`` counted in ``unit``; ``notation`` once it was asked."""
    if TURNING.search(text):
        return _no_number(text, _("ô có ký tự ẩn đảo chiều chữ"))
    shown = _seen(text)
    if not shown:
        return Blank()
    words = fold(shown)
    if words in NOT_ARISEN:
        return Nothing()
    if DASHES.fullmatch(shown) or words in NO_FIGURE:
        return _dash(shown)
    if words in ZERO:
        return Read("0", _("“%(text)s” được hiểu là số 0: đã đếm và không có.") % {"text": shown})
    return _figure(shown, value_type, unit, notation)


def _dash(shown: str) -> Blank:
    reason = _(
        "“%(text)s” được hiểu là để trống: không ghi gì vào cổng và không xóa số đang có. Nếu đã đếm mà không có, "
        "hãy ghi 0; nếu không phát sinh, hãy đánh dấu x vào cột “Không phát sinh”."
    )
    return Blank(reason % {"text": shortened(shown)})


def _seen(text: str) -> str:
    """Composed letters (NFC), without what nobody sees, every kind of space as a plain one."""
    return SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(UNSEEN)).strip()


def _figure(shown: str, value_type: str, unit: str, notation: str | None) -> Outcome:
    if re.match(r"[-−–]\s*[0-9]|\(\s*[0-9][0-9., ]*\)", shown):
        return _negative(shown)
    found = NUMBER.fullmatch(shown)
    if not found:
        return _no_number(shown, _("ô không phải là một số"))
    digits, rest = found["digits"], found["rest"].strip()
    if rest and not _is_unit(rest, value_type, unit):
        return _unit(shown, rest, value_type, unit)
    vi, en = _decimal(VI, digits, "."), _decimal(EN, digits, ",")
    if vi is None and en is None:
        return _no_number(shown, _("các chữ số không được ngăn đúng cách"))
    if notation is None and vi != en and en is not None:
        return Unsettled(vi, en)
    number = en if notation == "en" else vi
    if number is None:
        return _other_notation(shown, notation)
    # "12,0" is no count, as on the web form: whoever writes decimals may have meant another unit.
    outcome = checked(number, value_type, shown, decimals=-number.as_tuple().exponent)
    if rest or digits.replace(" ", "") not in (outcome_text(outcome), outcome_text(outcome).replace(".", "")):
        return _noted(outcome, _("“%(shown)s” đọc là %(text)s.") % {"shown": shown, "text": outcome_text(outcome)})
    return outcome


def outcome_text(outcome: Outcome) -> str:
    return outcome.text if isinstance(outcome, Read) else ""


def _decimal(pattern: re.Pattern, digits: str, group: str) -> Decimal | None:
    if not pattern.fullmatch(digits):
        return None
    return Decimal(digits.replace(" ", "").replace(group, "").replace(",", "."))


def _is_unit(rest: str, value_type: str, unit: str) -> bool:
    if value_type == "percent":
        return rest == "%"
    words = fold(unit)
    return bool(LETTERS.fullmatch(rest)) and fold(rest) in (words, *SHORT_UNITS.get(words, ()))


def checked(number: Decimal, value_type: str, shown: str, *, decimals: int) -> Read | Refused:
    """The limits of the web form, for a number that was read; ``decimals``: how many it was written with."""
    quoted = {"text": shortened(shown)}
    if number < 0:
        return _negative(shown)
    allowed = DECIMALS[value_type]
    if decimals > allowed == 0:
        return Refused(
            _("“%(text)s” không phải số nguyên.") % quoted,
            _("Chỉ tiêu này đếm trọn từng đơn vị: hãy ghi số nguyên, ví dụ 12."),
        )
    if decimals > allowed:
        return Refused(
            _("“%(text)s” có quá nhiều chữ số lẻ.") % quoted,
            _("Hãy làm tròn, nhiều nhất %(digits)s chữ số sau dấu phẩy.") % {"digits": allowed},
        )
    if number >= 10**WHOLE_DIGITS:
        return Refused(
            _("“%(text)s” quá lớn.") % quoted,
            _("Hãy ghi số có nhiều nhất %(digits)s chữ số; kiểm tra lại đơn vị tính.") % {"digits": WHOLE_DIGITS},
        )
    if value_type == "percent" and number > 100:
        return Refused(
            _("“%(text)s” lớn hơn 100 %%.") % quoted, _("Hãy ghi tỷ lệ từ 0 đến 100, ví dụ 12,5 cho 12,5 %.")
        )
    return Read(format_number(number))


def number_of(number: Decimal, value_type: str, look: str = "", *, issued: str | None = None) -> Outcome:
    """A real number in a cell; ``look`` is the cell's number format, ``issued`` what the form was handed out with."""
    exact = rounded_as_shown(number) if number else Decimal(0)  # never "-0"
    shown = format_number(exact)
    if "%" in look and value_type == "percent":
        whole = exact * 100
        outcome = checked(whole, value_type, f"{format_number(whole)}%", decimals=_decimals(whole))
        return _noted(outcome, _("Ô định dạng phần trăm: đọc là %(text)s %%.") % {"text": format_number(whole)})
    if "%" in look or MISLEADING.search(look):
        return Refused(
            _("Ô được định dạng để hiện số khác với số đang giữ (%(text)s).") % {"text": shown},
            _("Hãy đổi định dạng ô thành Number (số thường) rồi xem lại và ghi đúng số theo đơn vị tính."),
        )
    if value_type == "percent" and 0 < exact <= 1 and shown != issued:
        return Refused(
            _("“%(text)s” có thể hiểu hai cách: %(text)s %% hoặc %(whole)s %%.")
            % {"text": shown, "whole": format_number(exact * 100)},
            _("Nếu là %(whole)s %%, hãy ghi %(whole)s; nếu đúng là %(text)s %%, hãy nhập ô này trên cổng.")
            % {"text": shown, "whole": format_number(exact * 100)},
        )
    outcome = checked(exact, value_type, shown, decimals=_decimals(exact))
    if exact == number:
        return outcome
    return _noted(
        outcome, _("Máy tính giữ %(kept)s; đọc là số mà bảng tính hiện ra.") % {"kept": format_number(number)}
    )


def rounded_as_shown(number: Decimal) -> Decimal:
    """The 15 significant digits that a spreadsheet shows: 0,1 + 0,2 is kept as 0.30000000000000004."""
    digits = number.as_tuple().digits
    if len(digits) <= SPREADSHEET_DIGITS:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - SPREADSHEET_DIGITS + 1)).normalize()


def _decimals(number: Decimal) -> int:
    return max(0, -number.normalize().as_tuple().exponent)


def _noted(outcome: Outcome, note: str) -> Outcome:
    return Read(outcome.text, note) if isinstance(outcome, Read) else outcome


# --- yes or no, boxes -----------------------------------------------------------------------


def yes_or_no_in(text: str) -> Outcome:
    """The answer as the web form keeps it: "1" or "0"."""
    shown = _seen(text)
    words = fold(shown)
    if not shown:
        return Blank()
    if words in NOT_ARISEN:
        return Nothing()
    if words in SAID_YES or shown in TICKS:
        return Read("1", "" if words == "co" else _("“%(text)s” được hiểu là Có.") % {"text": shown})
    if words in SAID_NO:
        return Read("0", "" if words == "khong" else _("“%(text)s” được hiểu là Không.") % {"text": shown})
    if DASHES.fullmatch(shown):
        return _dash(shown)
    return Refused(
        _("“%(text)s” không phải câu trả lời Có hoặc Không.") % {"text": shortened(shown)},
        _("Hãy chọn Có hoặc Không; số, ngày văn bản ghi ở cột “Ghi chú”."),
    )


def box_in(text: str) -> Outcome:
    """A box: "on" where it is ticked, "" where it is expressly not."""
    shown = _seen(text)
    words = fold(shown)
    if not shown or DASHES.fullmatch(shown):
        return Blank()
    if words in TICKED or shown in TICKS or words in NOT_ARISEN:
        return Read("on", "" if words == "x" else _("“%(text)s” được hiểu là có đánh dấu.") % {"text": shown})
    if words in UNTICKED:
        return Read("", _("“%(text)s” được hiểu là không đánh dấu.") % {"text": shown})
    return Refused(
        _("“%(text)s” không phải dấu x.") % {"text": shortened(shown)},
        _("Hãy ghi x để đánh dấu, hoặc để trống."),
    )


# --- refusals -------------------------------------------------------------------------------


def _negative(shown: str) -> Refused:
    return Refused(
        _("“%(text)s” là số âm.") % {"text": shortened(shown)},
        _("Hãy ghi số từ 0 trở lên; dấu gạch đầu dòng thì bỏ đi."),
    )


def _no_number(shown: str, why: str) -> Refused:
    return Refused(
        _("“%(text)s”: %(why)s.") % {"text": shortened(shown), "why": why},
        _("Hãy chỉ ghi chữ số, ví dụ 1234 hoặc 12,5; lời giải thích ghi ở cột “Ghi chú”."),
    )


def _unit(shown: str, rest: str, value_type: str, unit: str) -> Refused:
    expected = "%" if value_type == "percent" else unit
    return Refused(
        _("“%(text)s” có “%(rest)s” sau số, đơn vị tính của chỉ tiêu là %(unit)s.")
        % {"text": shortened(shown), "rest": shortened(rest), "unit": expected},
        _("Hãy chỉ ghi một số, tính theo %(unit)s; lời giải thích ghi ở cột “Ghi chú”.") % {"unit": expected},
    )


def _other_notation(shown: str, notation: str | None) -> Refused:
    if notation == "en":
        return Refused(
            _("“%(text)s” không đúng cách viết đã chọn cho tệp này (1,234.5).") % {"text": shortened(shown)},
            _("Hãy viết dấu phẩy để ngăn hàng nghìn và dấu chấm cho phần lẻ như các ô khác, hoặc ghi số không có dấu."),
        )
    return Refused(
        _("“%(text)s” không đúng cách viết đã chọn cho tệp này (1.234,5).") % {"text": shortened(shown)},
        _("Hãy viết dấu chấm để ngăn hàng nghìn và dấu phẩy cho phần lẻ như các ô khác, hoặc ghi số không có dấu."),
    )
