"""The one map of the form's columns and hidden codes, for both directions: what the writer draws, the reader finds.

Every line and every column carries a hidden code (``[T6.06]``, ``[girls]``, ``[3:results]``), so that a
sheet can be renamed, sorted and rearranged. Where the codes are gone, the visible words are looked for.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import translation

from directives.choices import Option

from ..answers import DETAIL, ESTIMATE, NOTHING
from .asked import Form, Place

LAYOUT = 1  # of the form; raised when an old file can no longer be read as a new one

GUIDE, FIGURES, TEXTS, EARLIER, ISSUED = "Hướng dẫn", "Số liệu", "Nội dung", "Các năm trước", "_bieu_mau"
DEFECTS = "Lỗi cần sửa"

KEY = re.compile(r"\[([A-Za-z0-9_.:-]+)\]")
OWN = ("guide", "earlier", "form", "defects")  # codes in A1 of the sheets that nobody fills in

CODE, SHOWN, NAME, UNIT, KIND = "code", "shown", "name", "unit", "kind"
PART, ITEM, TEXT = "part", "item", "text"
YEAR = "year-"

LONGEST_HEADING = 60
YES, NO, TICK = "Có", "Không", "x"
COMPUTED = "cổng tự tính"
NUMBER_COLUMNS = tuple(option.value for option in Option)
FILLED = (*NUMBER_COLUMNS, NOTHING, ESTIMATE, DETAIL, TEXT)  # columns that a body fills in


class Column(NamedTuple):
    """``also``: what else its heading may say in a file whose hidden codes are gone."""

    key: str
    heading: str
    also: tuple[str, ...] = ()

    @property
    def width(self) -> float:
        return WIDTHS.get(self.key, 13)


_ALSO = {
    "total": ("tổng cộng", "số liệu", "số lượng"),
    "girls": ("trẻ em gái", "trong đó nữ", "số nữ"),
    "minority": ("DTTS", "trẻ em dân tộc thiểu số"),
    "age_0_5": ("0-5", "từ 0 đến 5 tuổi"),
    "age_6_10": ("6-10", "từ 6 đến 10 tuổi"),
    "age_11_15": ("11-15", "từ 11 đến 15 tuổi"),
}


WIDTHS = {CODE: 4, SHOWN: 7, NAME: 44, UNIT: 11, KIND: 11, "total": 15, NOTHING: 9, ESTIMATE: 9, DETAIL: 34}
WIDTHS |= {PART: 36, ITEM: 38, TEXT: 90} | dict.fromkeys(NUMBER_COLUMNS[1:], 11)


@translation.override("vi")
def figure_columns(form: Form, years: Iterable[int] = ()) -> tuple[Column, ...]:
    """The columns of the sheet of figures, the hidden code first; ``years``: earlier ones shown beside."""
    options = tuple(Column(option, str(Option(option).label), _ALSO.get(option, ())) for option in form.options)
    return (
        Column(CODE, ""),
        Column(SHOWN, "Mã", ("mã chỉ tiêu", "mã số")),
        Column(NAME, "Chỉ tiêu", ("tên chỉ tiêu", "nội dung", "nội dung chỉ tiêu")),
        Column(UNIT, "Đơn vị tính", ("đơn vị", "đvt")),
        Column(KIND, "Loại"),
        *(Column(f"{YEAR}{year}", f"Năm {year}") for year in years),
        *options,
        Column(NOTHING, "Không phát sinh (x)", ("KPS",)),
        Column(ESTIMATE, "Ước thực hiện (x)", ("ước",)),
        Column(DETAIL, "Ghi chú; số, ngày văn bản", ("ghi chú", "số, ngày văn bản", "thuyết minh")),
    )


TEXT_COLUMNS = (
    Column(CODE, ""),
    Column(PART, "Phần", ("nhiệm vụ",)),
    Column(ITEM, "Mục", ("đề mục",)),
    Column(TEXT, "Nội dung báo cáo", ("nội dung viết",)),
)


def key(name: str) -> str:
    """The hidden code as it stands in a cell."""
    return f"[{name}]"


def line_key(place: Place) -> str:
    """The code of a line of texts: ``[3:results]``, ``[:direction]`` for the part around the tasks."""
    section, name = place
    return key(f"{'' if section is None else section}:{name}")


def fold(text: str) -> str:
    """The text as words that compare: without marks, case and punctuation ("Uỷ ban" and "Ủy ban" are one)."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


class Words:
    """What the visible words of a form stand for; words that stand for two things stand for neither."""

    def __init__(self, form: Form):
        self.headings = _unambiguous(
            (fold(_bare(words)), column.key)
            for column in (*figure_columns(form), *TEXT_COLUMNS)
            for words in (column.heading, *column.also)
        )
        self.names = _unambiguous((fold(indicator.name_vi), code) for code, indicator in form.indicators.items())
        self.codes = {code.casefold(): code for code in form.indicators}
        self.lines = {line_key(place)[1:-1]: place for place in form.lines}
        self.parts = _unambiguous((fold(line.part), line.section) for line in form.texts)
        self.items = {
            section: _unambiguous(
                (fold(_bare(line.label)), line.name) for line in form.texts if line.section == section
            )
            for section in {line.section for line in form.texts}
        }

    def heading(self, text: str) -> str | None:
        """The column that a heading names; a year's is recognised too, and never read."""
        if not 0 < len(text) <= LONGEST_HEADING:
            return None
        words = fold(_bare(text))
        if found := self.headings.get(words):
            return found
        return f"{YEAR}{words[-4:]}" if re.fullmatch(r"nam \d{4}", words) else None

    def line(self, part: str, item: str) -> Place | None:
        """The text line that the visible words of a row name."""
        number = re.match(r"nhiem vu (\d+)\b", fold(part))
        section = int(number[1]) if number else self.parts.get(fold(part), -1)
        name = self.items.get(section, {}).get(fold(_bare(item)))
        return (section, name) if name else None


def _bare(heading: str) -> str:
    return re.sub(r"\([^)]*\)", "", heading)


def _unambiguous(pairs: Iterable[tuple[str, object]]) -> dict:
    found: dict[str, set] = {}
    for words, meaning in pairs:
        if words:
            found.setdefault(words, set()).add(meaning)
    return {words: next(iter(meanings)) for words, meanings in found.items() if len(meanings) == 1}
