"""Writing into a report while it is with its body: one save is one transaction."""

from dataclasses import dataclass, field

from django.db import transaction

from .answers import Answer, Cell
from .models import Explanation, InstrumentProgress, Overview, Report, TaskResult, write_answers
from .permissions import may_write


class NotWritable(Exception):
    """The report cannot be written into now; the argument is the sentence for the person who typed."""


@dataclass
class Section:
    """What was typed on one part of the form."""

    number: int
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
    write_answers(held, section.answers)
    result, _new = TaskResult.objects.get_or_create(report=held, number=section.number)
    for name, value in section.result.items():
        setattr(result, name, value)
    touched = {str(cell) for cell in section.answers}
    result.unread = {cell: text for cell, text in result.unread.items() if cell not in touched} | section.unread
    result.updated_by = by
    result.save()
    _save_texts(InstrumentProgress, held, "citation_id", section.progress)
    _save_texts(Explanation, held, "rule_code", section.explanations)
    held.touch(by)


@transaction.atomic
def save_overview(report: Report, texts: dict[str, str], *, by) -> None:
    """Store {part: text} of the texts around the tasks. Raises NotWritable like ``save_section``."""
    held = _held(report, by)
    _save_texts(Overview, held, "part", texts)
    held.touch(by)


def _save_texts(model, report: Report, key: str, texts: dict) -> None:
    """One row per key of ``texts``, in one statement; an emptied text stays as an empty row."""
    rows = [model(report=report, **{key: name, "text": text}) for name, text in texts.items()]
    if rows:
        unique = ["report", key.removesuffix("_id")]
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["text"])
