"""Two sendings of one report side by side: figures cell by cell, texts sentence by sentence. Reads only.

A sending is kept whole in the journal and never changes, so any two can be compared at any time.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from django.db.models import QuerySet

from directives.choices import ValueType

from .answers import ESTIMATE, Answer, Answers, Cell
from .attachments import taken_back
from .content import answers_in, said
from .models import Event, Report
from .parts import Part, is_words, parts_of
from .returned import belongs, inputs_in
from .summary import signed

# A sentence ends with its stop (and what closes a quotation) before a space, or with its line.
SENTENCE = re.compile(r".+?(?:[.!?…;]+[”\"')\]]*(?=\s)\s*|\n\s*|\Z)", re.S)
MOST_PAIRS = 1_000_000  # sentences × sentences that are compared one by one; beyond that the text is one piece
AROUND = 1  # unchanged sentences that stay in sight before and after a change


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, or one box, that says something else; ``change`` is the difference of two numbers, else "".

    ``anchor``: where the page shows it, where there is such a place.
    """

    name: str
    label: str
    before: str
    now: str
    change: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: ``kind`` is same, removed, added, or skipped with ``count`` unchanged sentences."""

    kind: str
    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text that was written anew; ``spacing``: only its spaces and line breaks differ."""

    name: str
    label: str
    pieces: tuple[Piece, ...]
    anchor: str = ""

    @property
    def spacing(self) -> bool:
        return all(piece.kind in ("same", "skipped") for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PartChanges:
    """What differs in one part of the report."""

    part: Part
    cells: tuple[CellChange, ...]
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two sendings, part by part in the order of the form."""

    parts: tuple[PartChanges, ...]

    @property
    def identical(self) -> bool:
        return not self.parts

    @property
    def count(self) -> int:
        """How many places differ."""
        return sum(len(changes.cells) + len(changes.texts) for changes in self.parts)

    def linked(self, anchor: Callable[[int | None, str], str]) -> "Comparison":
        """The same with the place of each change on a page: ``anchor`` (part's number, input) → its id."""
        parts = []
        for changes in self.parts:
            cells, texts = (
                tuple(replace(change, anchor=anchor(changes.part.number, change.name)) for change in found)
                for found in (changes.cells, changes.texts)
            )
            parts.append(PartChanges(changes.part, cells, texts))
        return Comparison(tuple(parts))


def sendings_for(report: Report, user) -> QuerySet[Event]:
    """The sendings of ``report`` that ``user`` may read, the oldest first.

    A body's people read all their own; the province none that its body took back before an officer had it.
    """
    sendings = report.events.sendings().select_related("by")
    own = user.acts_for_a_body and user.body_id == report.body_id
    return sendings if own else sendings.exclude(version__in=taken_back(report))


def compare(report: Report, before: dict, now: dict) -> Comparison:
    """What the content ``now`` of a sending says otherwise than ``before`` (``sheets.content_of``)."""
    figures, inputs = (answers_in(before), answers_in(now)), (inputs_in(before), inputs_in(now))
    found = []
    for part in parts_of(report):
        names = [key for key in sorted(inputs[0].keys() | inputs[1].keys(), key=str) if belongs(key, part)]
        changed = [key for key in names if inputs[0].get(key, "") != inputs[1].get(key, "")]
        cells = (*_cells(part, *figures), *_boxes(part, changed, *inputs))
        texts = tuple(
            TextChange(key[1], part.label(key[1]), pieces(inputs[0].get(key, ""), inputs[1].get(key, "")))
            for key in changed
            if is_words(key[1])
        )
        if cells or texts:
            found.append(PartChanges(part, cells, texts))
    return Comparison(tuple(found))


def _cells(part: Part, before: Answers, now: Answers) -> Iterator[CellChange]:
    for indicator in part.indicators:
        for option in () if indicator.computed else indicator.options:
            cell = Cell(indicator.code, str(option))
            old, new = before.get(cell), now.get(cell)
            if _meant(old) != _meant(new):
                words = (said(answer, indicator) for answer in (old, new))
                yield CellChange(str(cell), part.label(str(cell)), *words, _difference(indicator, old, new))


def _meant(answer: Answer | None) -> tuple | None:
    return None if answer is None else (answer.value, answer.nothing)


def _difference(indicator, old: Answer | None, new: Answer | None) -> str:
    """``+3``; "" where one of the two is no number: from missing or "không phát sinh" nothing is reckoned."""
    values = [answer.value if answer else None for answer in (old, new)]
    if None in values or indicator.value_type == ValueType.YES_NO:
        return ""
    return signed(values[1] - values[0])


def _boxes(part: Part, changed: Iterable[tuple], before: dict, now: dict) -> Iterator[CellChange]:
    """Marks beside figures and the declaration of a task; "không phát sinh" is told with its cell."""
    for key in changed:
        name = key[1]
        if name == "not_ours" or name.endswith(f":{ESTIMATE}"):
            words = (part.shown(name, inputs.get(key, "")) for inputs in (before, now))
            yield CellChange(name, part.label(name), *words)


# --- texts, sentence by sentence --------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    """``text`` cut after each sentence and each line; nothing is lost: joined again it is the same text."""
    return SENTENCE.findall(text)


def pieces(before: str, now: str) -> tuple[Piece, ...]:
    """What was taken out of a text and what came in, sentence by sentence, with little of what stayed around it."""
    old, new = sentences(before), sentences(now)
    if len(old) * len(new) > MOST_PAIRS:
        old, new = [before], [now]
    plain = [[" ".join(sentence.split()) for sentence in text] for text in (old, new)]
    found: list[Piece] = []
    steps = SequenceMatcher(None, *plain, autojunk=False).get_opcodes()
    for step, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            found += _kept(new[c:d], first=step == 0, last=step == len(steps) - 1)
            continue
        found += [Piece("removed", "".join(old[a:b]))] if a < b else []
        found += [Piece("added", "".join(new[c:d]))] if c < d else []
    return tuple(found)


def _kept(run: list[str], *, first: bool, last: bool) -> Iterator[Piece]:
    """Unchanged sentences: those next to a change, and how many were left out."""
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    if len(run) <= head + tail + 1:
        yield Piece("same", "".join(run))
        return
    if head:
        yield Piece("same", "".join(run[:head]))
    yield Piece("skipped", count=len(run) - head - tail)
    if tail:
        yield Piece("same", "".join(run[-tail:]))
