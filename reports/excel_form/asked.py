"""What a form asks of one body in one period, as plain data: the writer draws it, the reader expects it.

Always in Vietnamese: the workbook is a paper, whatever the language of the screen.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils import translation

from directives.choices import Option, ValueType

from ..answers import DETAIL, ESTIMATE, NOTHING, Cell
from ..choices import OverviewPart
from ..models import Report, TaskResult
from ..parts import PROGRESS, TEXTS, is_box

Place = tuple[int | None, str]  # part of the report and name of its input: (6, "T6.06:girls")

AROUND = "Phần chung"
SHARED = "Số liệu dùng chung"


@dataclass(frozen=True, slots=True)
class Section:
    """One part with figures; ``number`` 0 is the shared ones."""

    number: int
    title: str
    indicators: tuple


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text to be written, or one box to be ticked (``box``): a line of the form's sheet of texts."""

    section: int | None
    name: str
    part: str
    label: str
    box: bool = False

    @property
    def place(self) -> Place:
        return self.section, self.name


@dataclass(frozen=True)
class Form:
    """``rules``: (Rule, LinearRule) pairs that can be checked within this form; ``roles``: {code: counted or cross}."""

    period: str
    period_name: str
    body: str
    body_name: str
    edition: int
    sections: tuple[Section, ...]
    texts: tuple[TextLine, ...]
    rules: tuple = ()
    roles: dict[str, str] = field(default_factory=dict)
    asked_by: str = ""
    due_words: str = ""
    simulated: bool = False

    @cached_property
    def indicators(self) -> dict[str, object]:
        """{code: indicator} of the whole form, computed ones among them."""
        return {indicator.code: indicator for section in self.sections for indicator in section.indicators}

    @cached_property
    def lines(self) -> dict[Place, TextLine]:
        return {line.place: line for line in self.texts}

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The cells in use on this form, in the order of a table's columns."""
        used = {option for indicator in self.indicators.values() for option in indicator.options}
        return tuple(option.value for option in Option if option in used)


def beside(indicator) -> tuple[str, ...]:
    """The inputs beside an indicator's total; a yes or no is no estimate."""
    return (NOTHING, DETAIL) if indicator.value_type == ValueType.YES_NO else (NOTHING, ESTIMATE, DETAIL)


def place_of(indicator, column: str) -> Place:
    """Where the figure, box or note in ``column`` (an option, ``nothing`` …) of a line belongs."""
    return indicator.task_number, str(Cell(indicator.code, column))


@translation.override("vi")
def form_of(report: Report) -> Form:
    """The form of ``report``: of its body, in its period, in the edition that the period was opened with."""
    period = report.period
    titles = {0: SHARED} | {task.number: f"Nhiệm vụ {task.number}. {task.title_vi}" for task in period.ordered_tasks()}
    indicators = report.indicators()
    sections = tuple(
        Section(number, titles[number], tuple(i for i in indicators if i.task_number == number))
        for number in report.section_numbers()
    )
    typed = {indicator.code for indicator in indicators if not indicator.computed}
    return Form(
        period=period.code,
        period_name=str(period),
        body=report.body.code,
        body_name=report.name,
        edition=period.catalogue.version,
        sections=sections,
        texts=_text_lines(period, titles),
        rules=tuple((rule, linear) for rule, linear in period.rules() if typed.issuperset(linear.codes)),
        roles={indicator.code: report.role_of(indicator) for indicator in indicators},
        asked_by=period.lead_name,
        due_words=period.due_words,
        simulated=period.simulated,
    )


def _text_lines(period, titles: dict[int, str]) -> tuple[TextLine, ...]:
    """In the order of a report: direction, the tasks, then what comes after them."""
    first, *others = OverviewPart
    lines = [_around(first)]
    labels = {name: str(TaskResult._meta.get_field(name).verbose_name) for name in TEXTS}
    for task in period.ordered_tasks():
        part = titles[task.number]
        words = [TextLine(task.number, name, part, label, is_box(name)) for name, label in labels.items()]
        cited = [
            TextLine(task.number, f"{PROGRESS}{c.pk}", part, "Tiến độ: " + c.directive.citation(with_title=True))
            for c in period.ordered_citations()
            if c.task.number == task.number
        ]
        told = [line for line in words if not line.name.startswith("not_ours")]
        lines += [*told, *cited, *(line for line in words if line not in told)]
    return tuple(lines + [_around(part) for part in others])


def _around(part: OverviewPart) -> TextLine:
    return TextLine(None, part.value, AROUND, str(part.label))
