"""Writing into a report while it is with its body: one save is one transaction."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .answers import BESIDE, Answer, Cell
from .models import Explanation, InstrumentProgress, Overview, Report, TaskResult, write_answers
from .permissions import may_write


class NotWritable(Exception):
    """The report cannot be written into now; the argument is the sentence for the person who typed."""


class SavedMeanwhile(NotWritable):
    """A colleague saved the same part after this page was opened; the argument says who and when."""

    def __init__(self, who, at):
        words = {"who": who or _("Một người khác"), "at": f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"}
        super().__init__(
            _(
                "%(who)s đã lưu phần này lúc %(at)s, sau khi bạn mở trang. Bấm Lưu lần nữa để thay bằng nội dung "
                "của bạn, hoặc mở lại trang để xem bản đã lưu."
            )
            % words
        )


@dataclass
class Section:
    """What was typed on one part of the form; ``seen`` is the number of saves when its page was opened."""

    number: int
    seen: int | None = None
    answers: dict[Cell, Answer | None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    result: dict[str, object] = field(default_factory=dict)
    progress: dict[int, str] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)


def _held(report: Report, by) -> Report:
    """The report's row, held until the transaction ends, so that a sending cannot slip in between."""
    held = Report.objects.select_for_update().get(pk=report.pk)
    verdict = may_write(by, held)
    if not verdict:
        raise NotWritable(verdict.reason)
    held.period = report.period
    return held


@transaction.atomic
def save_section(report: Report, section: Section, *, by) -> None:
    """Store a part of the form as typed by ``by``. Raises NotWritable and stores nothing when it cannot be written."""
    held = _held(report, by)
    result, _new = TaskResult.objects.select_related("updated_by").get_or_create(report=held, number=section.number)
    if section.seen is not None and section.seen != result.saves:
        raise SavedMeanwhile(result.updated_by, result.updated_at)
    write_answers(held, section.answers)
    for name, value in section.result.items():
        setattr(result, name, value)
    touched = {str(cell) for cell in section.answers}
    touched |= {f"{cell.code}:{beside}" for cell in section.answers if cell.option == "total" for beside in BESIDE}
    result.unread = {cell: text for cell, text in result.unread.items() if cell not in touched} | section.unread
    result.updated_by = by
    result.saves += 1
    result.save()
    _save_texts(InstrumentProgress, held, "citation_id", section.progress)
    _save_texts(Explanation, held, "rule_code", section.explanations)
    held.touch(by)


@transaction.atomic
def save_overview(report: Report, texts: dict[str, str], *, by, seen: int | None = None) -> None:
    """Store {part: text} of the texts around the tasks. Raises NotWritable like ``save_section``."""
    held = _held(report, by)
    if seen is not None and seen != held.overview_saves:
        raise SavedMeanwhile(held.updated_by, held.updated_at)
    _save_texts(Overview, held, "part", texts)
    held.overview_saves += 1
    held.save(update_fields=["overview_saves"])
    held.touch(by)


def _save_texts(model, report: Report, key: str, texts: dict) -> None:
    """One row per key of ``texts``, in one statement; an emptied text stays as an empty row."""
    rows = [model(report=report, **{key: name, "text": text}) for name, text in texts.items()]
    if rows:
        unique = ["report", key.removesuffix("_id")]
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["text"])
