"""What an officer has on the table while composing: figures, reasons, the bodies' words, where each sentence is from.

Reads only, and only what is accepted. A fixed number of queries, whatever the number of bodies.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import OverviewPart, Status
from .composing import ref_of
from .gathering import summarise
from .models import Borrowing, Overview, Period, ProvincialEdit, ProvincialReport, ProvincialText, TaskResult
from .models.presence import HERE_FOR
from .parts import WORDS
from .provincial_parts import ProvincialPart, parts_of
from .sentences import ALIKE, Sentence, alike, likeness, percent, split, traced
from .summary import Amount, Row, Section, Summary, signed

LIMITS = "limits"  # gathers what hinders, from all tasks


# --- the list of parts ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartState:
    """A part of the draft: how many words it has (0: empty), who saved it last and when."""

    part: ProvincialPart
    words: int = 0
    by: object = None
    at: dt.datetime | None = None


def part_states(period: Period, provincial: ProvincialReport) -> list[PartState]:
    """The parts of a draft in the order of the paper."""
    texts = {text.part: text for text in provincial.texts.select_related("updated_by")}
    parts = parts_of(period.ordered_tasks(), supplement=provincial.is_supplement)
    return [_state(part, texts.get(part.key)) for part in parts]


def _state(part: ProvincialPart, text: ProvincialText | None) -> PartState:
    if text is None:
        return PartState(part)
    return PartState(part, len(text.text.split()), text.updated_by, text.updated_at)


def people_here(provincial: ProvincialReport, part: str, but) -> list[str]:
    """The colleagues who saved this part within the last minutes."""
    since = timezone.now() - HERE_FOR
    edits = ProvincialEdit.objects.filter(provincial=provincial, part=part, at__gte=since).exclude(by=but)
    return list(dict.fromkeys(str(edit.by) for edit in edits.select_related("by")))


# --- the bodies' words ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of one accepted report. ``number``: its task, None for the parts around the tasks."""

    report: int
    body: str
    name: str
    version: int
    field: str
    number: int | None
    text: str

    @property
    def place(self) -> tuple[str, int | None]:
        """Where it stands in its report: texts at the same place answer the same question."""
        return self.field, self.number

    @property
    def anchor(self) -> str:
        return anchor_of(*self.place)

    @property
    def heading(self) -> str:
        return heading_of(*self.place)

    def ref(self, sentence: Sentence) -> str:
        return ref_of(self.report, self.version, self.field, self.number, sentence.text)


def anchor_of(field: str, number: int | None) -> str:
    """The id of a text on the page of a sending."""
    return f"{number}-{field}" if number else f"chung-{field}"


def heading_of(field: str, number: int | None) -> str:
    if number is None:
        return str(OverviewPart(field).label)
    return str(TaskResult._meta.get_field(field).verbose_name)


def passages(
    period: Period,
    *,
    number: int | None = None,
    fields: Iterable[str] = WORDS,
    overview: Iterable[str] = (),
    bodies: Iterable[str] | None = None,
) -> list[Passage]:
    """The accepted reports' texts in protocol order, each report's tasks first; empty ones are left out.

    ``number`` limits to one task, ``fields`` () asks for none; ``overview``: which parts around the tasks;
    ``bodies`` limits to these codes.
    """
    accepted = {"report__period": period, "report__status": Status.ACCEPTED}
    if bodies is not None:
        accepted["report__body__code__in"] = list(bodies)
    head = ("report__position", "report_id", "report__body__code", "report__short_name", "report__version")
    found = []
    if fields := tuple(fields):
        results = TaskResult.objects.filter(**accepted, not_ours=False)
        results = results.filter(number=number) if number else results.filter(number__gt=0)
        for row in results.values_list(*head, "number", *fields):
            found += [
                ((row[0], row[5], place), Passage(*row[1:5], field, row[5], text))
                for place, (field, text) in enumerate(zip(fields, row[6:], strict=True))
            ]
    if overview := tuple(overview):
        texts = Overview.objects.filter(**accepted, part__in=overview)
        last = (1_000, 0)  # after the tasks
        found += [
            ((row[0], *last), Passage(*row[1:5], row[5], None, row[6]))
            for row in texts.values_list(*head, "part", "text")
        ]
    found.sort(key=lambda each: each[0])
    return [passage for _order, passage in found if passage.text.strip()]


def passages_for(period: Period, part: ProvincialPart, bodies: Iterable[str] | None = None) -> list[Passage]:
    """What the bodies wrote that belongs into ``part``; what they propose is gathered in its own room."""
    if part.number:
        return passages(period, number=part.number, bodies=bodies)
    if part.key == LIMITS:
        return passages(period, fields=("difficulties",), overview=(OverviewPart.ASSESSMENT.value,), bodies=bodies)
    if part.key in (OverviewPart.DIRECTION, OverviewPart.ASSESSMENT, OverviewPart.NEXT_YEAR):
        return passages(period, fields=(), overview=(part.key,), bodies=bodies)
    return []


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that may be taken, and how its page names it."""

    text: str
    ref: str
    item: bool


@dataclass(frozen=True, slots=True)
class ReadText:
    """A body's text as sentences; ``last_year`` and ``like``: percent of what it repeats, and whose."""

    passage: Passage
    lines: tuple[Line, ...]
    last_year: int | None = None
    like: int | None = None
    like_name: str = ""


@dataclass(frozen=True, slots=True)
class BodyTexts:
    """All texts of one body for a part."""

    body: str
    name: str
    texts: tuple[ReadText, ...]

    @property
    def flagged(self) -> bool:
        return any(text.last_year or text.like for text in self.texts)


def grouped(found: Iterable[Passage]) -> list[tuple[Passage, ...]]:
    """The passages of each report together."""
    return [tuple(own) for _report, own in groupby(found, key=lambda passage: passage.report)]


def read(period: Period, part: ProvincialPart, found: list[Passage], shown: Iterable[tuple[Passage, ...]]) -> list:
    """``shown`` (some of the groups of ``found``) as BodyTexts, with what is copied in them flagged."""
    shown, likes = list(shown), likes_among(found)
    before = _last_years(period, part, [group[0].body for group in shown])
    return [
        BodyTexts(group[0].body, group[0].name, tuple(_read(text, likes, before) for text in group)) for group in shown
    ]


def _read(passage: Passage, likes, before) -> ReadText:
    lines = tuple(Line(each.text, passage.ref(each), each.item) for each in split(passage.text))
    old = before.get((passage.body, *passage.place))
    share = 0.0 if old is None else likeness(passage.text, old)
    like, other = likes.get((passage.report, *passage.place), (None, ""))
    return ReadText(passage, lines, percent(share) if share >= ALIKE else None, like, other)


def likes_among(found: Iterable[Passage]) -> dict[tuple, tuple[int, str]]:
    """{(report, field, number): (percent, name)} of the texts that are nearly another body's at the same place."""
    places = defaultdict(dict)
    names = {}
    for passage in found:
        places[passage.place][passage.report] = passage.text
        names[passage.report] = passage.name
    return {
        (report, *place): (percent(like.share), names[like.other])
        for place, texts in places.items()
        for report, like in alike(texts).items()
    }


def _last_years(period: Period, part: ProvincialPart, bodies: list[str]) -> dict[tuple, str]:
    """{(body, field, number): text} of the same bodies' accepted reports of the year before."""
    before = period.previous()
    if before is None or not bodies:
        return {}
    return {(passage.body, *passage.place): passage.text for passage in passages_for(before, part, bodies)}


def marks_of(provincial: ProvincialReport, part: str) -> list[Borrowing]:
    """The source marks of a part with their reports, in the order in which they were made."""
    marks = Borrowing.objects.filter(provincial=provincial, part=part)
    return list(marks.select_related("report__body").order_by("pk"))


def refs_of(marks: Iterable[Borrowing]) -> set[str]:
    """How pages name the sentences of these marks."""
    return {ref_of(mark.report_id, mark.version, mark.field, mark.number, mark.sentence) for mark in marks}


# --- where a sentence of the draft is from ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Traceable:
    """A sentence of the draft with the mark that it goes back to; None: the officer's own words."""

    text: str
    mark: Borrowing | None

    @property
    def anchor(self) -> str:
        return anchor_of(self.mark.field, self.mark.number)

    @property
    def heading(self) -> str:
        return heading_of(self.mark.field, self.mark.number)

    @property
    def readable(self) -> bool:
        """Whether the province may read its report now: not what its body took back."""
        return self.mark.report.status != Status.DRAFT

    @property
    def since(self) -> str:
        """What became of the report since the sentence was taken, in words; "" where it still stands so."""
        report = self.mark.report
        if report.version > self.mark.version:
            if report.status == Status.ACCEPTED:
                return _("cơ quan đã gửi bản mới hơn, đã duyệt")
            return _("cơ quan đã gửi bản mới hơn")
        return "" if report.status == Status.ACCEPTED else _("báo cáo đã được mở lại, cơ quan đang sửa")


def trace(text: str, marks: list[Borrowing]) -> list[Traceable]:
    """Every sentence of a part with its source."""
    found = traced(text, [mark.sentence for mark in marks])
    return [Traceable(each.sentence.text, None if each.mark is None else marks[each.mark]) for each in found]


# --- figures -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CrossDifference:
    """A total and what those who only cross-check said about the same, where these are two numbers."""

    row: Row
    label: str
    amount: Amount
    difference: str

    @property
    def comparable(self) -> bool:
        """Whether nobody is missing on either side."""
        total = self.row.total
        return total.answered == total.owed and self.amount.answered == self.amount.owed


@dataclass(frozen=True, slots=True)
class Figures:
    """The province's figures of one task. ``summary`` holds the jumps and explanations of this task only."""

    section: Section
    summary: Summary
    differences: tuple[CrossDifference, ...]

    @property
    def estimated(self) -> bool:
        return any(amount.estimates for row in self.section.rows for amount in row.amounts)


def figures_of(period: Period, number: int | None) -> Figures | None:
    """What the page of a task shows of figures; None for the parts around the tasks."""
    if number is None:
        return None
    summary = summarise(period, reasons=True)
    section = next(section for section in summary.sections if section.number == number)
    codes = {row.code for row in section.rows}
    rules = {rule.code for rule, linear in period.rules() if codes & set(linear.codes)}
    own = replace(
        summary,
        jumps=tuple(jump for jump in summary.jumps or () if jump.code in codes),
        explained=tuple(each for each in summary.explained or () if each.code in rules),
    )
    return Figures(section, own, cross_differences(section))


def cross_differences(section: Section) -> tuple[CrossDifference, ...]:
    """Where counted and cross-checking bodies differ, in the order of the table."""
    return tuple(
        CrossDifference(row, cross.label, cross.amount, signed(cross.amount.value - row.total.value, row.places))
        for row in section.rows
        for cross in row.cross
        if None not in (cross.amount.value, row.total.value) and cross.amount.value != row.total.value
    )
