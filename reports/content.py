"""A report as it was sent, laid out for reading: drawn from the journal, so it shows nothing newer."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from directives.choices import Option, ValueType

from .answers import Answer, Answers, Cell
from .choices import OverviewPart
from .consolidation import computed_values
from .models import Report
from .numbers import format_number
from .summary import Mark


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One indicator of a report: its cells as text, in the columns of its table ("" where it has no such cell)."""

    code: str
    name: str
    unit: str
    computed: bool
    cross: bool
    cells: tuple[str, ...]
    detail: str
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One part of a sent report: its figures' table, whose columns show ``options``, and its texts."""

    number: int
    title: str
    columns: tuple[str, ...]
    lines: tuple[FigureLine, ...]
    texts: dict
    progress: tuple[tuple[str, str], ...]
    options: tuple[str, ...] = ()


def answers_in(content: dict) -> Answers:
    """The figures of a journal entry's ``content``, as they were sent."""
    return {
        Cell.parse(cell): Answer(
            None if f["value"] is None else Decimal(f["value"]), f["nothing"], f["detail"], f.get("estimate", False)
        )
        for cell, f in content["figures"].items()
    }


def pages(report: Report, content: dict) -> list[SectionPage]:
    """The parts of a report in order, from the ``content`` of a sending."""
    answers = answers_in(content)
    indicators = report.indicators()
    computed = computed_values(indicators, answers)
    titles = {task.number: str(task) for task in report.period.ordered_tasks()}
    citations = report.period.ordered_citations()
    progress = [(c.task.number, str(c.directive), content["progress"].get(str(c.pk), "")) for c in citations]
    found = []
    for number in report.section_numbers():
        own = [indicator for indicator in indicators if indicator.task_number == number]
        columns = [o for o in Option if any(o in i.options for i in own)]
        found.append(
            SectionPage(
                number,
                titles.get(number, ""),
                tuple(str(o.label) for o in columns),
                tuple(_line(i, columns, answers, computed, report) for i in own),
                content["tasks"].get(str(number), {}),
                tuple((name, text) for task, name, text in progress if task == number and text),
                tuple(o.value for o in columns),
            )
        )
    return found


def overview_in(content: dict) -> list[tuple[str, str]]:
    """(heading, text) of the parts around the tasks, as sent."""
    return [(str(part.label), content["overview"].get(part.value, "")) for part in OverviewPart]


def _line(indicator, columns, answers, computed, report) -> FigureLine:
    cells = []
    for option in columns:
        if option not in indicator.options:
            cells.append("")
        elif indicator.computed:
            cells.append(_shown(computed[indicator.code], 2))
        else:
            cells.append(said(answers.get(Cell(indicator.code, option.value)), indicator))
    total = answers.get(Cell(indicator.code), Answer())
    return FigureLine(
        indicator.code,
        indicator.name,
        indicator.unit,
        indicator.computed,
        report.role_of(indicator) == "cross",
        tuple(cells),
        total.detail,
        total.estimate,
    )


def said(answer: Answer | None, indicator) -> str:
    """One cell as a person reads it: ``1.234``, ``Có``, ``không phát sinh``, ``chưa có số liệu``."""
    if answer is None:
        return Mark.MISSING.words
    if answer.nothing:
        return Mark.NOTHING.words
    if indicator.value_type == ValueType.YES_NO:
        return _("Có") if answer.value else _("Không")
    return format_number(answer.value)


def _shown(what: Decimal | Mark, places: int) -> str:
    return what.words if isinstance(what, Mark) else format_number(what, places)
