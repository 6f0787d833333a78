"""Numbers as Vietnamese officials write and read them: "." groups thousands, "," marks decimals.

A leaf and pure: text in, Decimal out, and back. Typing is never guessed: what can be read in two
ways is refused with a sentence that says how to write it.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

WHOLE_DIGITS = 12  # 12 digits and 3 decimals stay exact in a spreadsheet's and JSON's 15 digits
DECIMALS = {"count": 0, "money": 3, "percent": 2, "rate": 2}

SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")  # not 0.500: that may be meant as a half
PLAIN = re.compile(r"[0-9]+")


class NotANumber(ValueError):
    """Typed text that is no acceptable number; the argument is the Vietnamese sentence that says why."""


def parse_number(text: str, value_type: str = "count") -> Decimal:
    """``"1.234,5"`` → ``Decimal("1234.5")`` for a ``value_type`` of directives' ValueType.

    Accepts spaces (also non-breaking ones) around and between groups of three and a trailing "%" for percents.
    Raises NotANumber, with the sentence for the person who typed, on everything else.
    """
    shown = text.strip()
    if value_type == "yes_no":
        return _yes_or_no(shown)
    digits = SPACES.sub(" ", shown)
    if value_type == "percent":
        digits = digits.removesuffix("%").strip()
    if digits[:1] in ("-", "−", "–") and len(digits) > 1:
        raise NotANumber(_("“%(text)s” là số âm; hãy nhập số từ 0 trở lên.") % {"text": shortened(shown)})
    whole, comma, fraction = digits.partition(",")
    whole = _ungroup(whole, shown)
    if comma:
        _check_fraction(fraction, shown, value_type)
    if len(whole.lstrip("0")) > WHOLE_DIGITS:
        raise NotANumber(
            _("“%(text)s” quá lớn; hãy nhập số có nhiều nhất %(digits)s chữ số.")
            % {"text": shortened(shown), "digits": WHOLE_DIGITS}
        )
    number = Decimal(f"{whole}.{fraction}") if comma else Decimal(whole)
    if value_type == "percent" and number > 100:
        raise NotANumber(_("“%(text)s” lớn hơn 100 %%; hãy nhập tỷ lệ từ 0 đến 100.") % {"text": shortened(shown)})
    return number


def _yes_or_no(shown: str) -> Decimal:
    if shown not in ("0", "1"):
        raise NotANumber(_("“%(text)s” không phải câu trả lời; hãy chọn Có hoặc Không.") % {"text": shortened(shown)})
    return Decimal(shown)


def _ungroup(whole: str, shown: str) -> str:
    """The digits of the part before the comma, without its group separators."""
    spaced = whole.split(" ")
    if len(spaced) > 1:
        whole = ".".join(spaced) if "." not in whole else whole
    if PLAIN.fullmatch(whole):
        return whole
    if GROUPED.fullmatch(whole):
        return whole.replace(".", "")
    if re.fullmatch(r"[0-9]+\.[0-9]+", whole):
        raise NotANumber(
            _("“%(text)s” có thể hiểu hai cách; dấu chấm chỉ để ngăn hàng nghìn (1.234), dấu phẩy cho phần lẻ (12,5).")
            % {"text": shortened(shown)}
        )
    raise NotANumber(_("“%(text)s” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234.") % {"text": shortened(shown)})


def _check_fraction(fraction: str, shown: str, value_type: str) -> None:
    allowed = DECIMALS[value_type]
    if not PLAIN.fullmatch(fraction):
        raise NotANumber(
            _("“%(text)s” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234.") % {"text": shortened(shown)}
        )
    if allowed == 0:
        raise NotANumber(
            _("“%(text)s” không phải số nguyên; chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12.")
            % {"text": shortened(shown)}
        )
    if len(fraction) > allowed:
        raise NotANumber(
            _("“%(text)s” có quá nhiều chữ số lẻ; hãy nhập nhiều nhất %(digits)s chữ số sau dấu phẩy.")
            % {"text": shortened(shown), "digits": allowed}
        )


def shortened(text: str, length: int = 30) -> str:
    """The text as it is quoted back in a message: a long one loses its tail."""
    return text if len(text) <= length else text[:length] + "…"


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as in school and in official tables, not the banker's rounding of Python."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # + 0: never "-0,0"


def format_number(value: Decimal | int | None, places: int | None = None) -> str:
    """``Decimal("1234.5")`` → ``"1.234,5"``; ``places`` fixes the decimals, else trailing zeros go. None → ""."""
    if value is None:
        return ""
    value = Decimal(value)
    if places is not None:
        value = rounded(value, places)
    text = f"{value:,f}"
    whole, _dot, fraction = text.partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + ("," + fraction if fraction else "")
