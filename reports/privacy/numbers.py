"""Numbers that lead to one person: telephones and papers of identity, however their digits are grouped."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .evidence import Case
from .reading import Span, Words

# Mobile numbers have ten digits since 2018 and had eleven before; land lines have eleven with their area.
MOBILE = re.compile(r"(?:0|840?)[35789][0-9]{8}|01[2689][0-9]{8}")
LANDLINE = re.compile(r"(?:0|84)2[0-9]{9}")
CARD_LENGTHS = (9, 10, 12)  # chứng minh nhân dân; mã số bảo hiểm xã hội; căn cước công dân, số định danh
INSURANCE_CARD, PASSPORT = 13, (7, 8)  # digits after two letters; after one
SHORTEST, LONGEST = 9, 13

CALLED = Words({"gọi", "thoại", "đt", "sđt", "zalo", "hệ", "máy"})
NUMBER = Words({"số"})
UNITS = Words({"đồng", "triệu", "tỷ", "nghìn", "người", "trẻ", "em", "đ", "vnd", "vnđ", "thẻ", "cháu", "học", "lượt"})
SEPARATORS = Words({".", "-", "–", "(", ")"})
REACH = 25  # tokens to the left that tell whose number it is


class Digits(NamedTuple):
    """A number in tokens ``first`` to ``last``: its digits without spaces and marks, and the lengths of its groups."""

    first: int
    last: int
    text: str
    groups: tuple[int, ...]


def private(case: Case) -> Iterator[Span]:
    """The telephone numbers of people who are no officials, and numbers of identity."""
    index = 0
    while index < len(case):
        span = _number_at(case, index) if case.shape(index) == "n" else None
        if span:
            yield span
            index = span.last
        index += 1


def _number_at(case, index) -> Span | None:
    if _inside_word(case, index):
        return _passport_or_insurance(case, index)
    found = None
    for digits in _grouped(case, index):
        if _is_phone(case, digits):
            return Span(digits.first, digits.last, "phone") if _is_private(case, digits) else None
        if _is_identity(case, digits):
            found = Span(digits.first, digits.last, "identity")
    return found


def _inside_word(case, index) -> bool:
    """Whether the digits go on from something: "12.091", "45/0912", "A0912"."""
    if not case.glued(index):
        return False
    before = case.low(index - 1)
    decimal = before in (".", ",") and case.glued(index - 1) and case.shape(index - 2) == "n"
    return case.shape(index - 1) in ("w", "C", "U", "I") or before in ("/", "_") or decimal


def _passport_or_insurance(case, index) -> Span | None:
    """ "TE1082512345678", "C1234567": letters with digits behind."""
    letters, length = case.low(index - 1), len(case.low(index))
    insurance = case.shape(index - 1) == "U" and len(letters) == 2 and length == INSURANCE_CARD
    passport = case.shape(index - 1) == "I" and length in PASSPORT and _of_a_card(case, index)
    return Span(index - 1, index, "identity") if insurance or passport else None


def _of_a_card(case, index) -> bool:
    """Whether the sentence speaks of a card of identity or insurance before the number."""
    return case.nearest(index, ("card",), REACH) == "card"


def _grouped(case, index) -> Iterator[Digits]:
    """The number at ``index`` alone, then with each group of digits that follows: "0912 345 678"."""
    last, text, groups = index, case.low(index), (len(case.low(index)),)
    while len(text) <= LONGEST and len(groups) <= 6:
        if len(text) >= SHORTEST:
            yield Digits(index, last, text, groups)
        following = last + 1
        while following - last <= 2 and case.has(following, SEPARATORS):
            following += 1
        if case.shape(following) != "n":
            return
        last, text, groups = following, text + case.low(following), (*groups, len(case.low(following)))


def _is_phone(case, digits) -> bool:
    goes_on = case.glued(digits.last + 1) and case.shape(digits.last + 1) != "p"
    if goes_on or not (MOBILE.fullmatch(digits.text) or LANDLINE.fullmatch(digits.text)):
        return False
    if digits.text.startswith("84") and len(digits.groups) > 1 and case.low(digits.first - 1) != "+":
        return False
    return set(digits.groups) != {2} or _pairs_are_called(case, digits)


def _pairs_are_called(case, digits) -> bool:
    """Whether "09 12 34 56 78" is a telephone and no row of a table: it ends there, and something says so."""
    if case.number(digits.last + 1) is not None:
        return False
    called = any(case.has(at, CALLED) for at in range(digits.first - 4, digits.first))
    return called or case.has(digits.first - 1, NUMBER) or case.low(digits.first + 1) == "."


def _is_private(case, digits) -> bool:
    """Not that of an office or official; a land line only where a child or its family is spoken of."""
    near = case.nearest(digits.first, ("child", "parent", "title", "office"), REACH)
    if near:
        return near in ("child", "parent")
    return not LANDLINE.fullmatch(digits.text) and not case.followed_by_office(digits.last)


def _is_identity(case, digits) -> bool:
    thousands = set(digits.groups[1:]) == {3} and digits.text[0] != "0" and case.low(digits.first + 1) == "."
    if thousands or case.has(digits.last + 1, UNITS):
        return False
    if _of_a_card(case, digits.first):
        letters = case.shape(digits.first - 1) == "U" and len(case.low(digits.first - 1)) == 2
        return len(digits.text) in CARD_LENGTHS or (letters and len(digits.text) == INSURANCE_CARD)
    citizen = len(digits.text) == 12 and len(digits.groups) == 1 and digits.text[0] == "0"
    return citizen and not case.nearest(digits.first, ("office",), REACH)
