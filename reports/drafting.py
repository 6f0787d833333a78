"""Writing into a report while it is with its body: field by field, one save is one transaction.

Every field comes with what the person had seen in it. Where something else stands there by now, a
colleague was quicker: nothing is overwritten, both versions go back to the later person, who chooses.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from . import privacy
from .answers import NOTHING, Answers, Cell
from .earlier import earlier_texts
from .models import (
    Edit,
    Explanation,
    InstrumentProgress,
    Overview,
    PrivacyWarning,
    Report,
    TaskResult,
    write_answers,
)
from .models.figures import answers_of
from .numbers import NotANumber, parse_number
from .parts import EXPLAIN, PROGRESS, TEXTS, Part, is_box, is_words, names_of
from .permissions import may_write
from .returned import may_write_part
from .typed import read_figures, tidy, typed_from


class NotWritable(Exception):
    """The report cannot be written into now; the argument is the sentence for the person who typed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its input's name, the text that the person had seen in it, the text typed ("on": a ticked box)."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in which something newer stands than the person had seen; ``theirs`` stays stored until chosen."""

    name: str
    mine: str
    theirs: str
    by: object = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: {name: text as it is stored now}, the conflicts, the number of the part's saves."""

    stored: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    number: int
    at: dt.datetime


def save(report: Report, number: int | None, changes: Iterable[Change], *, by) -> Saved:
    """Store the fields of one part (a task number, 0, or None for the texts around) as typed by ``by``.

    A field that says the same as what is stored is left as it is; one under which something newer lies
    comes back as a conflict. Raises NotWritable and stores nothing when the report cannot be written.
    """
    with transaction.atomic():
        return _Desk(report, number, by).take(list(changes))


def save_page(
    report: Report, number: int | None, typed: Mapping[str, str], *, by, seen: int | None, shown: Mapping[str, str] = {}
) -> Saved:
    """Store a whole page as it was posted, without JavaScript: {name: text} of all its fields.

    ``seen`` is the number of saves of the part when the page was made; what the page had shown in a field is
    then known from the edits since. ``shown`` says it outright where the person has already chosen between two
    versions. Where neither is given the page is taken to have shown what is stored.
    """
    with transaction.atomic():
        desk = _Desk(report, number, by)
        had = desk.typed | ({} if seen is None else desk.before(seen)) | shown
        return desk.take([Change(name, had.get(name, ""), text) for name, text in typed.items()])


def typed_of(part: Part, result: TaskResult, answers: Answers, overviews: Iterable[Overview] = ()) -> dict[str, str]:
    """{input name: text} of everything that stands in a part, as its page shows it; ``answers`` may hold more."""
    if part.number is None:
        return {overview.part: overview.text for overview in overviews}
    typed = typed_from(answers, result.unread, part.indicators)
    if part.number:
        typed |= {name: getattr(result, name) for name in TEXTS if name != "not_ours"}
        typed["not_ours"] = "on" if result.not_ours else ""
    if part.citations:
        rows = part.report.progress.filter(citation__in=part.citations).values_list("citation_id", "text")
        typed |= {f"{PROGRESS}{citation}": text for citation, text in rows}
    own = part.report.explanations.values_list("rule_code", "text")
    return typed | {f"{EXPLAIN}{code}": text for code, text in own if part.has(f"{EXPLAIN}{code}")}


class _Desk:
    """One part of a report, its row held until the transaction ends, so that nothing slips in between."""

    def __init__(self, report: Report, number: int | None, by):
        held = Report.objects.select_for_update().get(pk=report.pk)
        held.period, held.body = report.period, report.body
        verdict = may_write(by, held) and may_write_part(held, number)
        if not verdict:
            raise NotWritable(verdict.reason)
        self.report, self.by, self.part = held, by, Part(held, number)
        self.result = None
        if number is None:
            self.typed = typed_of(self.part, None, {}, held.overviews.all())
            self.saves = held.overview_saves
        else:
            # Written only when something is stored: a part that nobody has typed into has no row.
            found = TaskResult.objects.filter(report=held, number=number).first()
            self.result = found or TaskResult(report=held, number=number)
            self.answers = answers_of(held, only=self.part.indicators)
            self.typed = typed_of(self.part, self.result, self.answers)
            self.saves = self.result.saves

    def before(self, seen: int) -> dict[str, str]:
        """What stood in the fields that were edited since save number ``seen``, before they were."""
        edits = Edit.objects.filter(report=self.report, part=self.part.number, save_number__gt=seen).order_by("-pk")
        return dict(edits.values_list("name", "before"))  # the oldest comes last and stays

    def take(self, changes: list[Change]) -> Saved:
        wanted: dict[str, str] = {}
        clashing: list[Change] = []
        for change in changes:
            if not self.part.has(change.name):
                continue
            now, stored = tidy(change.now), self.typed.get(change.name, "")
            was = tidy(change.was)
            if self._same(change.name, now, stored) or self._same(change.name, now, was):
                continue  # says what stands there, or was not touched by this person
            if self._same(change.name, was, stored):
                wanted[change.name] = now
            else:
                clashing.append(Change(change.name, change.was, now))
        at = timezone.now()
        if wanted:
            self._store(wanted, at)
        names = {change.name for change in changes}
        return Saved(
            {name: self.typed.get(name, "") for name in names if self.part.has(name)},
            self._conflicts(clashing),
            self.saves,
            at,
        )

    def _same(self, name: str, one: str, other: str) -> bool:
        """Whether two texts say the same in this field: 1234 and 1.234 are one number."""
        if one == other:
            return True
        indicator = self.part.indicator_of(name)
        if indicator is None or is_box(name) or is_words(name):
            return False
        try:
            return parse_number(one, indicator.value_type) == parse_number(other, indicator.value_type)
        except NotANumber:
            return False

    def _conflicts(self, clashing: list[Change]) -> tuple[Conflict, ...]:
        if not clashing:
            return ()
        names = [change.name for change in clashing]
        edits = Edit.objects.filter(report=self.report, part=self.part.number, name__in=names)
        last = {edit.name: edit for edit in edits.newest("name")}
        return tuple(
            Conflict(c.name, c.now, self.typed.get(c.name, ""), *((e.by, e.at) if (e := last.get(c.name)) else ()))
            for c in clashing
        )

    def _store(self, wanted: dict[str, str], at) -> None:
        before = dict(self.typed)
        self.typed |= wanted
        self.saves += 1
        if self.part.number is None:
            self._store_overview(wanted)
        else:
            self._store_figures(wanted)
            self._store_texts(wanted)
        Edit.objects.bulk_create(
            Edit(
                report=self.report,
                part=self.part.number,
                name=name,
                save_number=self.saves,
                before=before.get(name, ""),
                after=self.typed.get(name, ""),
                by=self.by,
                at=at,
            )
            for name in wanted
        )
        self._log_privacy(wanted, at)
        self.report.touch(self.by, at, overview_saves=self.saves if self.part.number is None else None)

    def _store_overview(self, wanted) -> None:
        rows = [Overview(report=self.report, part=name, text=text, copied=False) for name, text in wanted.items()]
        Overview.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["report", "part"], update_fields=["text", "copied"]
        )

    def _store_figures(self, wanted) -> None:
        touched = {Cell.parse(name).code for name in wanted} & {i.code for i in self.part.indicators}
        if not touched:
            return
        indicators = [i for i in self.part.indicators if i.code in touched]
        rows = {name: text for name, text in self.typed.items() if Cell.parse(name).code in touched}
        data = {str(Cell(i.code, option)): "" for i in indicators for option in i.options} | rows
        answers, unread = read_figures(data, indicators)
        write_answers(self.report, answers, before=self.answers)
        kept = {cell: text for cell, text in self.result.unread.items() if Cell.parse(cell).code not in touched}
        self.result.unread = kept | unread
        given = {cell: answer for cell, answer in answers.items() if answer is not None}
        shown = typed_from(given, unread, indicators)
        for name in data | dict.fromkeys(wanted, ""):
            if Cell.parse(name).code in touched:
                self.typed[name] = shown.get(name, "")

    def _store_texts(self, wanted) -> None:
        for name in TEXTS:
            if name in wanted:
                setattr(self.result, name, bool(wanted[name]) if is_box(name) else wanted[name])
        self.result.copied = [name for name in self.result.copied if name not in wanted]
        self.result.saves, self.result.updated_by = self.saves, self.by
        self.result.save()
        self._store_lines(InstrumentProgress, "citation_id", PROGRESS, wanted)
        self._store_lines(Explanation, "rule_code", EXPLAIN, wanted)

    def _store_lines(self, model, key: str, prefix: str, wanted) -> None:
        """One row per text, in one statement; an emptied text stays as an empty row."""
        texts = {name.removeprefix(prefix): text for name, text in wanted.items() if name.startswith(prefix)}
        rows = [model(report=self.report, **{key: name, "text": text}) for name, text in texts.items()]
        if rows:
            unique = ["report", key.removesuffix("_id")]
            model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["text"])

    def mark_copied(self, name: str) -> None:
        if self.part.number is None:
            Overview.objects.filter(report=self.report, part=name).update(copied=True)
        else:
            self.result.copied = [*self.result.copied, name]
            self.result.save(update_fields=["copied"])

    def _log_privacy(self, wanted, at) -> None:
        """Note that a text seems to name a child (Luật Trẻ em, Điều 6.11): the kind, never the passage."""
        found = {
            name: " ".join(sorted({passage.kind for passage in privacy.passages(text)}))
            for name, text in wanted.items()
            if is_words(name)
        }
        found = {name: kinds for name, kinds in found.items() if kinds}
        if not found:
            return
        # An autosave comes at every pause: the same kind in the same field is noted once.
        own = PrivacyWarning.objects.filter(report=self.report, part=self.part.number, name__in=found)
        known = dict(own.order_by("pk").values_list("name", "kinds"))
        PrivacyWarning.objects.bulk_create(
            PrivacyWarning(report=self.report, part=self.part.number, name=name, kinds=kinds, by=self.by, at=at)
            for name, kinds in found.items()
            if known.get(name) != kinds
        )


def answer_nothing(report: Report, number: int, *, by) -> int:
    """Tick "không phát sinh" in every row of a part that has no answer and nothing typed; returns how many."""
    with transaction.atomic():
        desk = _Desk(report, number, by)
        if desk.result.not_ours:
            return 0  # nothing is asked there, so nothing is answered
        empty = [
            i.code
            for i in desk.part.indicators
            if not i.computed and not any(desk.typed.get(name) for name in names_of(i))
        ]
        desk.take([Change(f"{code}:{NOTHING}", "", "on") for code in empty])
        return len(empty)


def take_over(report: Report, number: int | None, name: str, *, by) -> bool:
    """Copy last year's text into an empty field and mark it until it is edited; False where there is nothing to copy.

    Only texts, and only one at a time and on purpose; figures are never copied.
    """
    _year, texts = earlier_texts(report, number)
    with transaction.atomic():
        desk = _Desk(report, number, by)
        if name not in texts or not desk.part.has(name) or desk.typed.get(name):
            return False
        desk.take([Change(name, "", texts[name])])
        desk.mark_copied(name)
        return True


def edited_since(report: Report, number: int | None, seen: int, names: Iterable[str]) -> dict[str, str]:
    """{name: text} of the fields, other than ``names``, that were edited after save ``seen``: a colleague's work."""
    edits = Edit.objects.filter(report=report, part=number, save_number__gt=seen).exclude(name__in=list(names))
    return dict(edits.order_by("pk").values_list("name", "after"))
