"""What an officer looks at before a document is issued: what still waits, what is odd, what is empty. Reads only.

Only what would make the document senseless stands in the way (``STOP``); the rest is the officer's to judge.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .choices import Status
from .document import Document
from .models import Correction, Period, Report
from .privacy.few import small_counts
from .provincial_parts import ProvincialPart, parts_of
from .summary import Summary

GOOD, LOOK, STOP = "good", "look", "stop"
NAMED = 5  # of a long list


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its ``state``, what was found, more lines about it, and where to go."""

    state: str
    label: str
    words: str
    lines: tuple[str, ...] = ()
    url: str = ""


def checks_before(period: Period, document: Document, empty: tuple[ProvincialPart, ...]) -> list[Check]:
    """Everything there is to look at before ``document`` is issued; ``empty``: its parts without a text."""
    summary = document.summary
    found = [
        _coverage(period, summary),
        _waiting(period),
        _rules(period, summary),
        _jumps(period, summary),
        _estimates(period, summary),
        _corrections(period, summary),
        _empty(period, document, empty),
        _small(period, document),
    ]
    return [_differences(document), *found] if document.supplement is not None else found


def _differences(document: Document) -> Check:
    n = len(document.supplement.changes)
    words = ngettext("%s thay đổi", "%s thay đổi", n) % n if n else _("không có gì để bổ sung")
    label = _("Thay đổi so với văn bản số %s") % document.supplement.number
    return Check(GOOD if n else STOP, label, words)


def _coverage(period, summary: Summary) -> Check:
    coverage = summary.coverage
    state = GOOD if coverage.complete else LOOK if coverage.answered else STOP
    return Check(state, _("Báo cáo đã duyệt"), coverage.long, url=reverse("board", args=[period.code]))


def _waiting(period) -> Check:
    n = Report.objects.filter(period=period, status=Status.SUBMITTED).count()
    words = ngettext("%s báo cáo đã gửi, chưa duyệt", "%s báo cáo đã gửi, chưa duyệt", n) % n if n else _("không còn")
    return Check(LOOK if n else GOOD, _("Chờ duyệt"), words, url=reverse("to_review", args=[period.code]))


def _rules(period, summary: Summary) -> Check:
    lines = [finding.message for finding in summary.findings]
    words = _count(lines, _("số toàn tỉnh khớp với mọi ràng buộc"))
    return Check(LOOK if lines else GOOD, _("Ràng buộc giữa các số"), words, _some(lines), _summary_page(period))


def _jumps(period, summary: Summary) -> Check:
    silent = [jump for jump in summary.jumps or () if not jump.reason]
    lines = [f"{jump.body.short_name}: {jump.code} {jump.shown_before} → {jump.shown_now}" for jump in silent]
    words = _count(lines, _("đều đã giải trình, hoặc không có"))
    return Check(LOOK if lines else GOOD, _("Biến động chưa giải trình"), words, _some(lines), _summary_page(period))


def _estimates(period, summary: Summary) -> Check:
    lines = [f"{row.code} {row.name}: {row.coverage.short}" for row in summary.estimated]
    words = _count(lines, _("không có số ước"))
    return Check(LOOK if lines else GOOD, _("Số ước thực hiện"), words, _some(lines), _summary_page(period))


def _corrections(period, summary: Summary) -> Check:
    """Those in force are in the document; those of reports that wait are not, until the report is accepted."""
    open_ = Correction.objects.in_force().with_the_province(period).exclude(report__status=Status.ACCEPTED).count()
    words = _("%(used)s đang áp dụng; %(open)s chưa áp dụng vì báo cáo chưa duyệt") % {
        "used": len(summary.ledger),
        "open": open_,
    }
    return Check(LOOK if open_ else GOOD, _("Điều chỉnh số liệu"), words, url=reverse("ledger", args=[period.code]))


def _empty(period, document: Document, empty) -> Check:
    lines = [part.title for part in empty]
    words = _count(lines, _("mọi phần đã soạn"))
    return Check(
        LOOK if lines else GOOD, _("Phần còn trống"), words, tuple(lines), reverse("workshop", args=[period.code])
    )


def _small(period, document: Document) -> Check:
    """Composed words leave the office as they are: nobody but their writer knows whether a number is one place's."""
    texts = document.texts or {}
    lines = []
    for part in parts_of(period.ordered_tasks(), supplement=document.supplement is not None):
        if found := small_counts(texts.get(part.key, "")):
            lines.append(f"{part.title}: {'; '.join(f'“{words}”' for words in found[:NAMED])}")
    advice = _("bản gửi đi giữ nguyên lời văn, hãy viết lại nếu lời đó chỉ đúng một địa bàn")
    words = advice if lines else _("không thấy số từ 1 đến 4 đi cùng trẻ em, vụ việc")
    url = reverse("workshop", args=[period.code])
    return Check(LOOK if lines else GOOD, _("Lời văn có số nhỏ về trẻ em"), words, tuple(lines), url)


def _count(lines, none: str) -> str:
    return str(len(lines)) if lines else none


def _some(lines: list[str]) -> tuple[str, ...]:
    """The first few, and how many more there are."""
    rest = len(lines) - NAMED
    return tuple(lines) if rest <= 0 else (*lines[:NAMED], _("và %s mục khác") % rest)


def _summary_page(period) -> str:
    return reverse("summary", args=[period.code])
