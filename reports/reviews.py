"""The page on which a sending is read: what needs eyes first, each with its place, then the whole of it.

Everything is drawn from the journal, so nothing newer shows. Officers have more before them than leaders, and a
body's people see of their own sending what they sent: no other body's figures, no notes, no marked passages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role, ValueType

from . import checks, privacy
from .answers import Answer, Cell
from .choices import BACK, Action, OverviewPart, Status
from .comparing import Beside, beside
from .consolidation import computed_values
from .content import FigureLine, SectionPage, answers_in, overview_in, pages, said
from .earlier import last_years
from .models import Event, Note, Report, TaskResult
from .models.corrections import WITH_THE_PROVINCE
from .notifications import who_used
from .numbers import format_number
from .paper_entries import entry_of
from .parts import EXPLAIN, JUMP, PROGRESS, WORDS, Part, is_words, parts_of
from .permissions import may_review
from .returned import belongs, inputs_in
from .sheets import sheet_of
from .summary import PLACES, Mark
from .versions import Comparison, compare

CHUNG = "phan-chung"  # the anchor of the texts around the tasks


@dataclass(frozen=True, slots=True)
class Eye:
    """One thing to look at: in words, with the place on the page and for a point.

    ``reason``: what the body explained, "" where it owes an explanation, None where none is asked. ``excerpt``: a
    marked passage with the words before and after it.
    """

    words: str
    anchor: str
    place: str = ""
    reason: str | None = None
    excerpt: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A figure as reported; ``used`` is what the province uses instead, with the ``reason``, "" where nothing else."""

    text: str
    used: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a sending with what stands beside it."""

    line: FigureLine
    cells: tuple[ReadCell, ...]
    place: str
    previous: str = ""
    median: str = ""
    bodies: int = 0
    far: str = ""


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part of the sending: its page, its rows, its anchor."""

    page: SectionPage
    rows: tuple[Row, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A note among officers with its place."""

    note: Note
    place: str
    anchor: str


@dataclass
class Reading:
    """One sending of ``report`` as ``user`` reads it; ``before``: the sending that it is compared with, or None."""

    report: Report
    user: object
    sending: Event
    before: Event | None = None
    _corrections: dict = field(init=False)

    def __post_init__(self):
        content = self.content = self.sending.content
        self.answers = answers_in(content)
        self.previous = last_years(self.report)
        self.indicators = {indicator.code: indicator for indicator in self.report.indicators()}
        self._corrections = {}
        if self.correctable:  # of what went back to its body the province uses nothing
            standing = self.report.corrections.in_force().select_related("indicator")
            self._corrections = {correction.cell: correction for correction in standing}
        results = [TaskResult(report=self.report, number=int(n), **texts) for n, texts in content["tasks"].items()]
        self._sheet = sheet_of(self.report, self.answers, results, self.previous)

    @cached_property
    def beside(self) -> dict[str, Beside]:
        """Last year and comparable bodies, for those who see the whole province."""
        if not self.user.consolidates:
            return {}
        return beside(self.report, self.answers, self.previous)

    @cached_property
    def pages(self) -> list[SectionPage]:
        return pages(self.report, self.content)

    @property
    def overview(self) -> list[tuple[str, str, str]]:
        """(heading, text, anchor) of the parts around the tasks."""
        names = zip(overview_in(self.content), OverviewPart.values, strict=True)
        return [(heading, text, f"chung-{name}") for (heading, text), name in names]

    @cached_property
    def changes(self) -> Comparison | None:
        """What differs from the sending before; None where this is the first."""
        if self.before is None:
            return None
        return compare(self.report, self.before.content, self.content).linked(self.anchor)

    @cached_property
    def paper(self):
        """The paper from which an officer entered this sending, or None."""
        return entry_of(self.report, self.sending.version)

    # --- places ---------------------------------------------------------------------------

    @cached_property
    def _anchors(self) -> set[str]:
        """Everything on the page that can be jumped to."""
        found = {CHUNG, *(f"chung-{name}" for name in OverviewPart.values)}
        for page in self.pages:
            found.add(f"phan-{page.number}")
            if not page.texts.get("not_ours"):
                found |= {line.code for line in page.lines}
                found |= {f"{page.number}-{name}" for name in WORDS if page.texts.get(name)}
                found |= {f"{page.number}-progress"} if page.progress else set()
        return found

    def anchor(self, number: int | None, name: str = "") -> str:
        """Where on the page an input is shown: a figure's row, a text; else its part."""
        word = "chung" if number is None else str(number)
        bare = name.removeprefix(EXPLAIN).removeprefix(JUMP)
        own = "progress" if name.startswith(PROGRESS) else name
        places = (Cell.parse(bare).code, f"{word}-{own}")
        return next((place for place in places if place in self._anchors), f"phan-{word}")

    def _place(self, indicator) -> str:
        return "" if indicator.computed else f"{indicator.task_number}|{indicator.code}"

    # --- what needs eyes ------------------------------------------------------------------

    @cached_property
    def findings(self) -> list[Eye]:
        """Rules that do not hold and jumps, each with its explanation; what nobody explained comes first."""
        explanations, found = self.content["explanations"], []
        for finding in checks.run(self._sheet):
            if not finding.blocks:
                cell = finding.cells[0].code if finding.cells else ""
                indicator = self.indicators.get(cell)
                place = self._place(indicator) if indicator else ""
                reason = explanations.get(finding.code, "").strip()
                found.append(Eye(finding.message, self.anchor(finding.section, cell), place, reason))
        return sorted(found, key=lambda eye: bool(eye.reason))

    @cached_property
    def private(self) -> list[Eye]:
        """Passages that seem to tell who a child is. Only officers have them pointed out, and nothing is kept of it."""
        if not may_review(self.user):
            return []
        return [eye for part, name, text in self._texts() for eye in self._private_in(part, name, text)]

    def _texts(self) -> Iterator[tuple[Part, str, str]]:
        inputs = [(key, text) for key, text in inputs_in(self.content).items() if text and is_words(key[1])]
        for part in parts_of(self.report):
            yield from ((part, key[1], text) for key, text in inputs if belongs(key, part))

    def _private_in(self, part: Part, name: str, text: str) -> Iterator[Eye]:
        found = privacy.passages(text)
        for passage, excerpt in zip(found, privacy.marked(text, found), strict=True):
            words = f"{part.place_of(name)}: {passage.words}"
            place = f"{part.word}|{name}" if name in WORDS or part.number is None else f"{part.word}|"
            yield Eye(words, self.anchor(part.number, name), place, excerpt=excerpt)

    @cached_property
    def outliers(self) -> list[Eye]:
        """Figures far from those of comparable bodies, the farthest first."""
        found = []
        for code, near in sorted(self.beside.items(), key=lambda pair: -abs(pair[1].score or 0)):
            if near.outlier:
                indicator = self.indicators[code]
                words = {"place": checks.place(indicator), "said": self._said(indicator), "far": _far(indicator, near)}
                words |= {"median": _median(near, indicator), "n": near.bodies}
                sentence = _("%(place)s: %(said)s, %(far)s; trung vị của %(n)s cơ quan tương tự là %(median)s.")
                found.append(Eye(sentence % words, self.anchor(indicator.task_number, code), self._place(indicator)))
        return found

    @cached_property
    def estimates(self) -> list[Eye]:
        """Rows that the body marked as estimates."""
        codes = {cell.code for cell, answer in self.answers.items() if answer.estimate}
        return self._listed(indicator for code, indicator in self.indicators.items() if code in codes)

    @cached_property
    def gaps(self) -> list[Eye]:
        """Indicators that the body owes and left without an answer, in this sending."""
        return self._listed(checks.unanswered(self._sheet))

    def _listed(self, indicators: Iterable) -> list[Eye]:
        return [
            Eye(checks.place(indicator), self.anchor(indicator.task_number, indicator.code), self._place(indicator))
            for indicator in indicators
        ]

    @property
    def needs_eyes(self) -> bool:
        return bool(self.findings or self.private or self.outliers or self.estimates or self.gaps)

    # --- earlier returns ------------------------------------------------------------------

    @cached_property
    def points(self) -> list[tuple]:
        """(point, what its place is called, its anchor): what returns asked for, the newest return first."""
        asked = [p for p in self.report.points.all() if p.version < self.sending.version or self._is_returned]
        found = [(p, Part(self.report, p.part)) for p in sorted(asked, key=lambda p: (-p.version, p.position))]
        return [(p, part.place_of(p.name), self.anchor(p.part, p.name)) for p, part in found]

    @property
    def _is_returned(self) -> bool:
        return self.report.status == Status.RETURNED

    def noted(self, notes: Iterable[Note]) -> list[Noted]:
        """Each with what its place is called and where it is on the page; both "" about the report as a whole."""
        found = []
        for note in notes:
            whole = note.part is None and not note.name
            words = "" if whole else Part(self.report, note.part).place_of(note.name)
            found.append(Noted(note, words, "" if whole else self.anchor(note.part, note.name)))
        return found

    # --- the figures ----------------------------------------------------------------------

    @property
    def correctable(self) -> bool:
        """Whether the figures are with the province, so that it may use others instead."""
        return self.report.status in WITH_THE_PROVINCE

    @cached_property
    def parts(self) -> list[ReadPart]:
        return [
            ReadPart(page, tuple(self._row(line, page) for line in page.lines), f"phan-{page.number}")
            for page in self.pages
        ]

    def _row(self, line: FigureLine, page: SectionPage) -> Row:
        indicator, near = self.indicators[line.code], self.beside.get(line.code)
        cells = tuple(
            self._cell(text, Cell(line.code, option), indicator)
            for text, option in zip(line.cells, page.options, strict=True)
        )
        if near is None:
            return Row(line, cells, self._place(indicator))
        return Row(
            line,
            cells,
            self._place(indicator),
            previous="" if near.previous is None else self._words(near.previous, indicator),
            median="" if near.median is None else _median(near, indicator),
            bodies=near.bodies,
            far=_far(indicator, near) if near.outlier else "",
        )

    def _cell(self, text: str, cell: Cell, indicator) -> ReadCell:
        correction = self._corrections.get(cell)
        if correction is None:
            return ReadCell(text)
        return ReadCell(text, said(correction.answer_used, indicator), correction.reason)

    def _words(self, answer: Answer, indicator) -> str:
        return format_number(answer.value, PLACES) if indicator.computed else said(answer, indicator)

    def _said(self, indicator) -> str:
        if not indicator.computed:
            return said(self.answers.get(Cell(indicator.code)), indicator)
        value = computed_values([indicator], self.answers)[indicator.code]
        return value.words if isinstance(value, Mark) else format_number(value, PLACES)


def _median(near: Beside, indicator) -> str:
    """The median of the others with as many decimals as the figure beside it."""
    rate = indicator.value_type in (ValueType.PERCENT, ValueType.RATE)
    return format_number(near.median, PLACES if rate else None)


def _far(indicator, near: Beside) -> str:
    """That a figure is far from the others, and by what measure, in words."""
    rate = near.per and not indicator.computed
    if near.score > 0:
        return _("cao khác thường so với %s") % near.per if rate else _("cao khác thường")
    return _("thấp khác thường so với %s") % near.per if rate else _("thấp khác thường")


# --- words around a decision ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of a reopening: the body's people, and those who took figures out of the portal that rest on it."""

    body: tuple[str, ...]
    users: tuple[str, ...]


def told_of_reopening(report: Report, by) -> Told:
    """As ``notifications`` will tell it when ``by`` reopens the report."""
    people = report.body.people.filter(is_active=True, role__in=(Role.REPORTER, Role.SIGNATORY)).order_by("pk")
    return Told(tuple(str(person) for person in people), tuple(str(user) for user in who_used(report, but=by)))


def refused_words(report: Report, user, refusal: str) -> str:
    """A refusal, and who decided when, where a colleague of ``user`` was quicker."""
    last = report.events.filter(action__in=(*BACK, Action.ACCEPT)).select_related("by").last()
    if last is None or last.by_id == user.pk or last.version != report.version or not may_review(user):
        return refusal
    words = {"by": last.by, "at": f"{timezone.localtime(last.at):%H:%M, %d/%m/%Y}"}
    done = {
        Action.ACCEPT: _("%(by)s đã duyệt lúc %(at)s."),
        Action.RETURN: _("%(by)s đã trả lại lúc %(at)s."),
        Action.REOPEN: _("%(by)s đã mở lại lúc %(at)s."),
    }[last.action]
    return f"{refusal} {done % words}"
