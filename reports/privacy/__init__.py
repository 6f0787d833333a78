"""Does a text seem to tell who a child is? Pure: text in, marked passages out; a warning, never a block.

Luật Trẻ em, Điều 6 khoản 11 forbids to disclose a child's private life; Nghị định 56/2017/NĐ-CP, Điều 33 lists what
that is: name, age, health, family, telephone, home, school and class. Reports need counts only.

``words`` is the vocabulary, ``reading`` the text as tokens, ``evidence`` what may belong to a name, ``people`` whose
names they are, ``numbers`` telephones and papers. Every look goes a bounded number of tokens to the left or right, so
the work grows with the length of the text and no faster.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import numbers, people
from .evidence import Case

WORDS = {
    "name": gettext_lazy("họ tên của một trẻ em"),
    "name_age": gettext_lazy("họ tên kèm tuổi"),
    "name_birth": gettext_lazy("họ tên kèm ngày, năm sinh"),
    "name_school": gettext_lazy("họ tên kèm trường, lớp"),
    "name_address": gettext_lazy("họ tên kèm nơi ở"),
    "name_health": gettext_lazy("họ tên kèm tình trạng sức khỏe, hoàn cảnh riêng"),
    "name_family": gettext_lazy("họ tên người thân của một trẻ em"),
    "birth_date": gettext_lazy("ngày sinh của một trẻ em"),
    "phone": gettext_lazy("số điện thoại riêng"),
    "identity": gettext_lazy("số định danh, số giấy tờ của một người"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in a text something private seems to stand (``text[start:end]``), and what: a code of ``WORDS``."""

    start: int
    end: int
    kind: str

    @property
    def words(self) -> str:
        """What it seems to be, in the words of the screen: "họ tên kèm tuổi"."""
        return str(WORDS[self.kind])


def passages(text: str) -> list[Passage]:
    """All passages of ``text`` that seem to hold private data, in order, none overlapping another."""
    case = Case(text)
    merged = []
    for span in sorted([*people.names(case), *people.birth_dates(case), *numbers.private(case)]):
        if merged and span.first <= merged[-1].last:
            merged[-1] = merged[-1]._replace(last=max(span.last, merged[-1].last))
        else:
            merged.append(span)
    return [Passage(case.tokens[span.first].start, case.tokens[span.last].end, span.kind) for span in merged]


def marked(text: str, found: Iterable[Passage], around: int = 60) -> list[tuple[str, str, str]]:
    """(before, passage, after) for each passage, with up to ``around`` letters on either side, cut between words."""
    return [(_before(text, p.start, around), text[p.start : p.end], _after(text, p.end, around)) for p in found]


def _before(text, end, around) -> str:
    start = max(0, end - around)
    words = text[start:end]
    cut = start > 0 and not text[start - 1].isspace()
    return words.partition(" ")[2] if cut and " " in words else words


def _after(text, start, around) -> str:
    end = min(len(text), start + around)
    words = text[start:end]
    cut = end < len(text) and not text[end].isspace()
    return words.rpartition(" ")[0] if cut and " " in words else words


def advice() -> str:
    """What to tell who typed such a passage: the law's reason, what to do, where a case belongs."""
    return _(
        "Đoạn được đánh dấu có vẻ là thông tin riêng của trẻ em hoặc người thân. Luật Trẻ em (khoản 11 Điều 6) nghiêm "
        "cấm công bố, tiết lộ thông tin về đời sống riêng tư, bí mật cá nhân của trẻ em mà không được trẻ em từ đủ 7 "
        "tuổi và cha, mẹ, người giám hộ đồng ý; theo Điều 33 Nghị định 56/2017/NĐ-CP, đó là tên, tuổi, sức khỏe, nơi "
        "ở, trường, lớp, số điện thoại, người thân của trẻ. Báo cáo chỉ cần số đếm: hãy xóa đoạn này hoặc thay bằng "
        "con số, ví dụ “01 trẻ em”. Đây là lời nhắc, không chặn việc lưu và gửi. Muốn báo tin về một trường hợp cụ "
        "thể, hãy gọi 111."
    )
