"""The office's words: which letter goes out for which kind of notice, what may stand in braces, and checking it.

A placeholder is a bare name in braces, nothing else: no attribute, no index, no format. Whatever else stands in
braces is refused when the words are saved, and a letter that still holds a brace never leaves the portal.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.models import Obligation

from .choices import NoticeKind
from .letters import LETTERS, REASONS
from .models import Wording
from .typed import tidy

REASONS_KEY = "reasons"
LONGEST_SUBJECT = 200  # of the words; filled in it must fit into SUBJECT_ROOM
SUBJECT_ROOM = 300
LONGEST = 6000
LONGEST_REASON = 300
MOST_REASONS = 60
# What braces inside a value become: a title that somebody typed must not look like a placeholder.
NO_BRACES = str.maketrans("{}", "()")

MEANINGS = {
    "co_quan": gettext_lazy("tên cơ quan báo cáo"),
    "ky": gettext_lazy("tên kỳ, ví dụ năm 2020"),
    "han": gettext_lazy("hạn của cơ quan, ví dụ trước ngày 15/12/2020"),
    "ngay_cuoi": gettext_lazy("ngày cuối cùng đúng hạn"),
    "con_lai": gettext_lazy("còn bao nhiêu ngày làm việc"),
    "co_quan_tong_hop": gettext_lazy("tên cơ quan chủ trì tổng hợp"),
    "lien_ket": gettext_lazy("địa chỉ của trang liên quan trên cổng"),
    "so_lieu_tu": gettext_lazy("ngày đầu của kỳ số liệu"),
    "so_lieu_den": gettext_lazy("ngày cuối của kỳ số liệu"),
    "nhiem_vu": gettext_lazy("các nhiệm vụ phải báo cáo, mỗi dòng một nhiệm vụ"),
    "viec": gettext_lazy("việc phải làm hoặc đã làm"),
    "lan_gui": gettext_lazy("lần gửi thứ mấy"),
    "luc": gettext_lazy("giờ và ngày của việc"),
    "so_o": gettext_lazy("số ô số liệu đã nhận"),
    "dau_van_tay": gettext_lazy("dấu vân tay dữ liệu trên biên nhận"),
    "so_diem": gettext_lazy("số điểm cần sửa"),
    "sua_den": gettext_lazy("ngày phải sửa xong"),
    "de_nghi": gettext_lazy("loại đề nghị"),
    "ket_qua": gettext_lazy("được chấp thuận hay không"),
    "tiep_theo": gettext_lazy("việc tiếp theo sau khi trả lời đề nghị"),
    "chi_tieu": gettext_lazy("mã chỉ tiêu"),
    "can_tra_loi": gettext_lazy("ngày lãnh đạo cần câu trả lời"),
    "so_viec": gettext_lazy("số việc trong thư gộp"),
    "ngay": gettext_lazy("ngày của thư gộp"),
    "danh_sach": gettext_lazy("các việc, mỗi dòng một việc"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What goes out for one kind; ``own``: the office's own subject or text, ``row`` its newest row's number or 0."""

    subject: str
    text: str
    waits: bool
    own: bool = False
    row: int = 0


class BadWords(Exception):
    """Cannot be saved: ``errors`` are (field, sentence) pairs, each naming what is wrong and how to put it right."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for _field, sentence in errors))


# --- placeholders -------------------------------------------------------------------------------


def holds_placeholder(*texts: str) -> bool:
    """Whether something is left to be filled in, or looks like it."""
    return any("{" in text or "}" in text for text in texts)


def _faults(text: str, names: Collection[str]) -> Iterable[str]:
    """One sentence for each thing in braces that cannot be filled in."""
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        yield _("Có dấu ngoặc nhọn chưa đóng hoặc chưa mở; mỗi chỗ điền viết liền, ví dụ {co_quan}.")
        return
    if any(holds_placeholder(literal) for literal, *_rest in pieces):
        yield _("Hai dấu ngoặc nhọn liền nhau không điền được; mỗi chỗ điền chỉ có một dấu mở và một dấu đóng.")
    unknown = dict.fromkeys(_as_typed(*rest) for _text, *rest in pieces if rest[0] is not None)
    for typed in unknown:
        if typed not in names:
            words = {"typed": "{" + typed + "}", "known": ", ".join("{" + name + "}" for name in names)}
            yield _("Loại thư này không có chỗ điền %(typed)s; dùng được: %(known)s.") % words


def _as_typed(name: str, spec: str, conversion: str | None) -> str:
    return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every placeholder filled in. Raises KeyError or ValueError where that is not possible."""
    pieces = []
    for literal, name, _spec, _conversion in Formatter().parse(text):
        pieces.append(literal)
        if name is not None:
            pieces.append(str(values[name]).translate(NO_BRACES))
    return "".join(pieces)


def written(kind: str, values: Mapping[str, str], words: Words) -> tuple[str, str]:
    """(subject, text) of a letter of ``kind``.

    Words of the office that no longer can be filled in (a placeholder went with a new edition of the portal) give
    way to those that the portal comes with: telling must never stop the act that is told of.
    """
    try:
        subject, text = fill(words.subject, values), fill(words.text, values)
    except (KeyError, ValueError):
        subject, text = fill(LETTERS[kind].subject, values), fill(LETTERS[kind].text, values)
    return one_line(subject), text.strip()


def one_line(subject: str) -> str:
    """A subject without line breaks, cut to what a notice has room for."""
    subject = " ".join(subject.split())
    return subject if len(subject) <= SUBJECT_ROOM else subject[: SUBJECT_ROOM - 1] + "…"


# --- which words count --------------------------------------------------------------------------


def current() -> dict[str, Words]:
    """{kind: its words} for every kind of notice. One query."""
    newest = Wording.objects.order_by().values("key").annotate(newest=Max("pk")).values("newest")
    rows = {row.key: row for row in Wording.objects.filter(pk__in=newest)}
    return {kind: _words(LETTERS[kind], rows.get(kind)) for kind in NoticeKind.values}


def _words(letter, row: Wording | None) -> Words:
    if row is None:
        return Words(letter.subject, letter.text, letter.waits)
    if not row.text:  # back to the words that the portal comes with
        return Words(letter.subject, letter.text, row.waits, row=row.pk)
    return Words(row.subject, row.text, row.waits, own=True, row=row.pk)


def history(key: str):
    """The rows of one kind, or of the ready-made reasons, the newest first."""
    return Wording.objects.filter(key=key).select_related("by")


def checked(kind: str, subject: str, text: str) -> tuple[str, str]:
    """(subject, text) as they would be saved. Raises BadWords."""
    subject, text = " ".join(tidy(subject).split()), tidy(text)
    errors = []
    for field, words, longest in (("subject", subject, LONGEST_SUBJECT), ("text", text, LONGEST)):
        if not words:
            errors.append((field, _("Ô này đang trống; hãy viết vào, hoặc trở về lời văn gốc.")))
        if len(words) > longest:
            sentence = _("Dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
            errors.append((field, sentence % {"length": len(words), "longest": longest}))
        errors += [(field, sentence) for sentence in _faults(words, LETTERS[kind].names)]
    if errors:
        raise BadWords(errors)
    return subject, text


def save(kind: str, subject: str, text: str, *, waits: bool, by, seen: int) -> None:
    """Append the office's words for ``kind``; ``seen`` is the row that the page had shown (0 for none).

    Words equal to those that the portal comes with are stored as such. Saving what stands there already adds
    nothing. Raises BadWords, also when a colleague was quicker.
    """
    subject, text = checked(kind, subject, text)
    if (subject, text) == (LETTERS[kind].subject, LETTERS[kind].text):
        subject = text = ""
    _append(kind, subject, text, waits, by, seen)


def reset(kind: str, *, by, seen: int) -> None:
    """Back to subject, text and waiting as the portal comes with them. Raises BadWords as ``save`` does."""
    _append(kind, "", "", LETTERS[kind].waits, by, seen)


@transaction.atomic
def _append(kind, subject, text, waits, by, seen) -> None:
    _one_at_a_time()
    had = current()[kind]
    shown = (had.subject, had.text) if had.own else ("", "")
    if (subject, text, waits) == (*shown, had.waits):
        return
    _refuse_stale(had.row, seen)
    Wording.objects.create(key=kind, subject=subject, text=text, waits=waits, by=by)


def _one_at_a_time() -> None:
    """Until the transaction ends nobody else saves words: who comes second finds the row of the first.

    A row that is always there stands for all words, since the first words of a kind have no row of their own yet.
    What refers to it goes on.
    """
    Obligation.objects.select_for_update(no_key=True).order_by("pk").first()


def _refuse_stale(row: int, seen: int) -> None:
    if row != seen:
        sentence = _("Đồng nghiệp vừa sửa lời văn này sau khi bạn mở trang; hãy xem bản mới ở lịch sử rồi lưu lại.")
        raise BadWords([("", sentence)])


# --- ready-made reasons -------------------------------------------------------------------------


def reasons() -> list[str]:
    """The ready-made reasons of a return, in order. One query."""
    return reasons_in(newest_reasons()[0])


def newest_reasons() -> tuple[str, int]:
    """(the text as it is edited, one reason a line; number of its row, 0 for those the portal comes with)."""
    row = Wording.objects.filter(key=REASONS_KEY).first()
    return (row.text or REASONS, row.pk) if row else (REASONS, 0)


def reasons_in(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in tidy(text).splitlines() if line.strip()))


def save_reasons(text: str, *, by, seen: int) -> None:
    """Append the office's ready-made reasons, one a line. Raises BadWords."""
    lines = reasons_in(text)
    _check_reasons(lines)
    with transaction.atomic():
        _one_at_a_time()
        standing, row = newest_reasons()
        if lines != reasons_in(standing):
            _refuse_stale(row, seen)
            text = "" if lines == reasons_in(REASONS) else "\n".join(lines)
            Wording.objects.create(key=REASONS_KEY, text=text, by=by)


def _check_reasons(lines: list[str]) -> None:
    errors = []
    if not lines:
        errors.append(_("Hãy ghi ít nhất một lý do, mỗi dòng một lý do; hoặc trở về các lý do gốc."))
    if len(lines) > MOST_REASONS:
        words = {"number": len(lines), "most": MOST_REASONS}
        errors.append(_("Có %(number)s lý do; hãy giữ nhiều nhất %(most)s để còn chọn được.") % words)
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_REASON:
            words = {"number": number, "length": len(line), "longest": LONGEST_REASON}
            errors.append(_("Dòng %(number)s dài %(length)s chữ cái; nhiều nhất %(longest)s.") % words)
    if errors:
        raise BadWords([("text", sentence) for sentence in errors])


def reset_reasons(*, by, seen: int) -> None:
    """Back to the reasons that the portal comes with. Raises BadWords when a colleague was quicker."""
    save_reasons(REASONS, by=by, seen=seen)
