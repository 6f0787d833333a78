"""The parts of a report as named inputs: which there are, what they are called on screen, what was posted.

A part is a task (1-7), the shared figures (0) or the texts around the tasks (None). The names are the
same on the page, in an autosave, in the Excel form, in the list of edits and in an officer's points.
"""

from collections.abc import Mapping
from functools import cached_property

from django.utils.translation import gettext as _

from directives.choices import ValueType

from .answers import BESIDE, DETAIL, ESTIMATE, NOTHING, Cell
from .checks import place
from .choices import OverviewPart
from .models import Report, TaskResult

WORDS = ("results", "difficulties", "proposals")  # texts of a task that can be taken over from last year
TEXTS = (*WORDS, "not_ours", "not_ours_reason")
EXPLAIN, PROGRESS = "explain-", "progress-"
JUMP = "jump-"  # the code of a jump's finding and of its explanation: jump-T6.06


class Part:
    """One part of ``report``; raises LookupError for a number that its form does not have."""

    def __init__(self, report: Report, number: int | None):
        if number is not None and number not in report.section_numbers():
            raise LookupError(number)
        self.report, self.number = report, number

    @cached_property
    def indicators(self) -> list:
        return [] if self.number is None else [i for i in self.report.indicators() if i.task_number == self.number]

    @cached_property
    def citations(self) -> list:
        return [c for c in self.report.period.ordered_citations() if c.task.number == self.number]

    @cached_property
    def _by_code(self) -> dict:
        return {indicator.code: indicator for indicator in self.indicators}

    @property
    def codes(self):
        """The codes of the part's indicators."""
        return self._by_code.keys()

    def indicator_of(self, name: str):
        """The indicator that an input belongs to, or None for a text."""
        return self._by_code.get(Cell.parse(name).code)

    @property
    def word(self) -> str:
        """The part in an address: its number, or "chung"."""
        return "chung" if self.number is None else str(self.number)

    @property
    def task(self):
        """The directive's task, or None for the shared figures and the texts around the tasks."""
        return next((task for task in self.report.period.ordered_tasks() if task.number == self.number), None)

    @property
    def title(self) -> str:
        if self.number is None:
            return _("Phần chung")
        return str(self.task) if self.task else _("Số liệu dùng chung")

    @cached_property
    def names(self) -> frozenset[str]:
        """Every input of the part but the explanations, which come and go with what is to be explained."""
        if self.number is None:
            return frozenset(OverviewPart.values)
        found = {name for i in self.indicators if not i.computed for name in names_of(i)}
        found |= {f"{PROGRESS}{citation.pk}" for citation in self.citations}
        return frozenset(found | set(TEXTS) if self.number else found)

    def has(self, name: str) -> bool:
        if not name.startswith(EXPLAIN):
            return name in self.names
        code = name.removeprefix(EXPLAIN)
        if code.startswith(JUMP):
            return code.removeprefix(JUMP) in self._by_code
        # A rule belongs to one part, where its finding stands (``checks.rule_findings``).
        return any(rule.code == code and linear.left[0] in self._by_code for rule, linear in self.report.period.rules())

    def posted(self, data: Mapping[str, str]) -> dict[str, str]:
        """{name: text} of what a page sent. A box that is not ticked is not sent: it comes with its neighbour.

        A page of single fields says so by ``only``: there an absent box was never shown.
        """
        typed = {name: data[name] for name in data if self.has(name)}
        for name in self.names if "only" not in data else ():
            if name not in typed and is_box(name) and _neighbour(name) in typed:
                typed[name] = ""
        return {name: ("on" if text else "") if is_box(name) else text for name, text in typed.items()}

    def label(self, name: str) -> str:
        """What an input is called where it is spoken of: ``T6.06 “Số trẻ em …”, cột Nữ``, ``Kết quả thực hiện``."""
        if name in OverviewPart.values:
            return str(OverviewPart(name).label)
        if name.startswith(EXPLAIN):
            return _("Giải trình %s") % name.removeprefix(EXPLAIN).removeprefix(JUMP)
        if name.startswith(PROGRESS):
            found = (c for c in self.citations if name == f"{PROGRESS}{c.pk}")
            return next((_("Tiến độ: %s") % c.directive.citation() for c in found), name)
        if name in TEXTS:
            return str(TaskResult._meta.get_field(name).verbose_name)
        return self._figure_label(name)

    def _figure_label(self, name: str) -> str:
        code, option = Cell.parse(name)
        indicator = self._by_code.get(code)
        if indicator is None:
            return name
        beside = {NOTHING: _("Không phát sinh"), DETAIL: _("Ghi chú"), ESTIMATE: _("Ước thực hiện")}
        if option in beside:
            return f"{indicator.code} “{indicator.name}”, {beside[option]}"
        return place(indicator, option)

    def place_of(self, name: str) -> str:
        """Where something is, in words, for lists over the whole report: the part, and the input where one is named."""
        return f"{self.title}: {self.label(name)}" if name else self.title

    def shown(self, name: str, text: str) -> str:
        """A stored text as a person reads it: boxes and yes/no in words, an empty one as "(để trống)"."""
        if is_box(name):
            return _("có đánh dấu") if text else _("không đánh dấu")
        indicator = self.indicator_of(name)
        if indicator is not None and indicator.value_type == ValueType.YES_NO and text in ("0", "1"):
            return _("Có") if text == "1" else _("Không")
        return text or _("(để trống)")


def parts_of(report: Report) -> list[Part]:
    """Every part in the order of the form: shared figures, tasks, the texts around them."""
    return [Part(report, number) for number in (*report.section_numbers(), None)]


def names_of(indicator) -> list[str]:
    """The inputs of an indicator: its cells, and beside the total the box, the note and the estimate mark."""
    cells = [str(Cell(indicator.code, option)) for option in indicator.options]
    beside = BESIDE if indicator.value_type != ValueType.YES_NO else (NOTHING, DETAIL)
    return cells + [f"{indicator.code}:{name}" for name in beside]


def is_box(name: str) -> bool:
    return name == "not_ours" or name.endswith((f":{NOTHING}", f":{ESTIMATE}"))


def is_words(name: str) -> bool:
    """Whether free text is typed there, in which a child could be named."""
    if name in OverviewPart.values or name.startswith((EXPLAIN, PROGRESS)):
        return True
    return name.endswith(f":{DETAIL}") or (name in TEXTS and not is_box(name))


def _neighbour(box: str) -> str:
    """The input whose presence in a post says that the box was on the page too."""
    return "not_ours_reason" if box == "not_ours" else box.partition(":")[0]
