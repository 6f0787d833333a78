"""What in a text may belong to a name: ages, births, classes, schools, homes, illnesses; never those of a group."""

from collections.abc import Iterator
from typing import NamedTuple

from .reading import CAPITALS, PLACES, Reading, Words
from .words import GROUPS, NUMBERS

FIRST_YEAR, LAST_YEAR = 2003, 2060  # who was born earlier was a child in no year that is reported on
ADULT = 18  # a child is under 16 (Luật Trẻ em, Điều 1); a little above, because ages are written loosely

NUMBER, GROUP = Words(NUMBERS), Words(GROUPS)
AGE, SMALL_UNITS = Words({"tuổi"}), Words({"tháng", "ngày"})
RANGE, NO_AGE = (
    Words({"dưới", "trên", "từ", "đến", "đủ"}),
    Words({"trở", "đến", "đảng", "nghề", "thọ", "đời", "quân", "đoàn"}),
)
TENS, BEFELL = Words({"mươi"}), Words({"bị", "mắc", "nhiễm"})
DATE_WORDS, BIRTH_WORDS = Words({"/", ".", "-", "tháng", "năm"}), Words({":", "năm", "ngày"})
OF_PLACES = {"village": ("address", "home"), "commune": ("address", "wide"), "school": ("school", "wide")}


class Evidence(NamedTuple):
    """What may belong to a name: tokens ``first`` to ``last``, a kind, and how much it says by itself.

    Grades: "child" (only a child has it), "adult" (no child has it), "home" (a house or village), "ill" (it befell
    somebody), "wide" (a commune, a school, an illness: also said of many).
    """

    first: int
    last: int
    kind: str
    grade: str


class Case(Reading):
    """A reading with its ``evidence``, in order."""

    def __init__(self, text: str):
        super().__init__(text)
        self.evidence = sorted(self._find_evidence())
        self._starts = {evidence.last: evidence.first for evidence in self.evidence if evidence.grade == "child"}

    def evidence_start(self, last: int) -> int | None:
        """The first token of the age, birth or class that ends in the token ``last``, if one does."""
        return self._starts.get(last)

    def _find_evidence(self) -> Iterator[Evidence]:
        for first, last, tag in self.places:
            if tag in OF_PLACES:
                yield Evidence(first, last, *OF_PLACES[tag])
        for index in range(len(self.tokens)):
            found = self._evidence_at(index)
            if found:
                yield found

    def _evidence_at(self, index) -> Evidence | None:
        tag, shape = self.tags[index], self.tokens[index].shape
        if self.has(index, AGE) or self._abbreviates_age(index):
            return self._age(index)
        if tag == "class":
            return self._class(index)
        if tag == "born" and self.tag(index - 1) != "born":
            return self._birth(index)
        if tag == "health" and self.tag(index - 1) != "health":
            return self._illness(index)
        if tag == "lives" and self.tag(index + 1) != "lives":
            return self._home_without_marker(index)
        if self.has(index, BEFELL):
            return Evidence(index, index, "health", "wide")
        if shape == "n" and self.low(index - 1) in ("(", "\t", ",", ";", "-"):
            return self._date_alone(index)
        return None

    def _age(self, index) -> Evidence | None:
        """The age that the word "tuổi" at ``index`` is said of, unless it is that of a group ("từ 7 tuổi")."""
        if self.low(index + 1) == ":" and self.number(index + 2) is not None:
            return Evidence(index, index + 2, "age", "child" if self.number(index + 2) < ADULT else "adult")
        small = self.has(index - 1, SMALL_UNITS)
        first, years = self._count_before(index - small)
        if years is None or years > 120 or self._ranged(first) or self.has(index + 1, NO_AGE) or self._of_group(first):
            return None
        return Evidence(first, index, "age", "child" if small or years < ADULT else "adult")

    def _abbreviates_age(self, index) -> bool:
        """ "(12t)" """
        return self.tokens[index].low == "t" and self.glued(index) and self.low(index + 1) in (")", ",", ";")

    def _count_before(self, end) -> tuple[int, int | None]:
        """(first token, value) of the number before ``end``; one in words counts as 10, from 20 on as 20."""
        first = end - 1
        if self.shape(first) == "n":
            return first, self.number(first)
        while self.has(first, NUMBER) and end - first < 4:
            first -= 1
        first += 1
        if first == end or self.shape(first - 1) == "n":  # "30 năm tuổi Đảng": here năm is no five
            return end, None
        return first, 20 if any(self.has(at, TENS) for at in range(first + 1, end)) else 10

    def _ranged(self, first) -> bool:
        """Whether the number is the end of a range: "từ 7", "dưới 16", "6-10"."""
        dash = self.low(first - 1) in ("-", "–") and self.shape(first - 2) == "n"
        return dash or self.has(first - 1, RANGE)

    def _illness(self, index) -> Evidence:
        last = index
        while self.tag(last + 1) == "health" and last - index < 5:
            last += 1
        return Evidence(index, last, "health", "ill" if self.has(index - 1, BEFELL) else "wide")

    def _home_without_marker(self, index) -> Evidence | None:
        """ "trú tại Nà Tông": what lives somewhere, though nobody says what kind of place it is."""
        at = index + 1 + (self.low(index + 1) in (":", "ở", "tại", "o", "tai"))
        if self.shape(at) not in (*CAPITALS, "n") or self.tag(at) in PLACES:
            return None
        return Evidence(index, at + (self.shape(at + 1) in CAPITALS), "address", "wide")

    def _class(self, index) -> Evidence | None:
        start, index = index, index + (self.low(index + 1) == ":")
        grade = self.number(index + 1)
        if grade is None or not 1 <= grade <= 12 or self._of_group(start):
            return None
        letter = self.glued(index + 2) and self.shape(index + 2) in ("I", "w", "U")
        return Evidence(start, index + 1 + letter, "school", "child")

    def _birth(self, index) -> Evidence | None:
        """ "sinh năm 2011", "ngày sinh: 5/9/2012"."""
        start = index
        while index - start < 8 and (self.tag(index) == "born" or self.has(index, BIRTH_WORDS)):
            index += 1
        last, year = self._date_at(index)
        if year is None or self.has(last + 1, NO_AGE) or self._of_group(start):
            return None
        return Evidence(start, last, "birth", "child" if FIRST_YEAR <= year <= LAST_YEAR else "adult")

    def _date_at(self, index) -> tuple[int, int | None]:
        """(last token, year) of a date, a month or a year that begins at ``index``; the year is None if none does."""
        parts, last = [self.number(index)], index
        while len(parts) < 3 and self.has(last + 1, DATE_WORDS) and self.number(last + 2) is not None:
            parts.append(self.number(last + 2))
            last += 2
        year = parts[-1]
        if year is not None and len(parts) == 3 and year < 100:
            year += 2000 if year <= LAST_YEAR % 100 else 1900
        return last, year if year is not None and 1900 <= year < 2100 else None

    def _date_alone(self, index) -> Evidence | None:
        last, year = self._date_at(index)
        whole = last - index == 4 or (self.low(index - 1) == "(" and self.low(last + 1) == ")")
        if year is None or not whole or not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        return Evidence(index, last, "birth", "wide")

    def _of_group(self, index) -> bool:
        """Whether what begins at ``index`` is said of many: "12 trẻ em …", "các cháu …", "cho học sinh …"."""
        start = index
        while index > start - 5 and self.tag(index - 1) in ("child", "weak", "many"):
            if self.tag(index - 1) == "many":
                return True
            index -= 1
        if index == start:
            return False
        count = self.number(index - 1)
        return (count is not None and count != 1) or self.has(index - 1, GROUP)
