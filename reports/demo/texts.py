"""The invented words of one report, put together from ``phrases``. Pure: the same seed, the same words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.answers import Answers, Cell
from reports.numbers import format_number

from . import phrases
from .draw import Draw
from .figures import Form
from .province import place_of

FIGURE = re.compile(r"\{(T\d+\.\d+)\}")
CONDITION = re.compile(r"\[(T\d+\.\d+)\]")


@dataclass(frozen=True, slots=True)
class TaskWords:
    results: str
    difficulties: str = ""
    proposals: str = ""


class Writer:
    """Writes for one body in one year, with its own figures inside the sentences."""

    def __init__(self, form: Form, draw: Draw, answers: Answers):
        self.form, self.draw, self.answers = form, draw, answers
        district = self.place = place_of(form.code)
        self.results = phrases.DISTRICT_RESULTS if district else phrases.OFFICE_RESULTS
        self.length = (3, 6) if district else (1, 3)
        self.names = {
            "area": district.area if district else "",
            "sector": phrases.SECTORS.get(form.code, phrases.ANY_SECTOR),
            "year": draw.year,
            "next": draw.year + 1,
        }

    def task(self, number: int) -> TaskWords:
        """Results of a task (0: where the shared figures come from), now and then difficulties and proposals."""
        own = phrases.OWN_RESULTS.get((self.form.code, number))
        first = self._said(own, of_others=True) if own else None
        others = self._some(f"results {number}", self.results[number], *self.length, keep_first=True)
        return TaskWords(
            results=" ".join([first, *others] if first else others),
            difficulties=self._perhaps("difficulties", phrases.DIFFICULTIES, number),
            proposals=self._perhaps("proposals", phrases.PROPOSALS, number),
        )

    def overview(self) -> dict[str, str]:
        """{part: text} of the parts around the tasks."""
        return {part: " ".join(self._some(part, group, 2, 3)) for part, group in phrases.OVERVIEW.items()}

    def progress(self, instrument: str, *, ends_now: bool) -> str:
        """A line on one instrument; an instrument that ends is summed up."""
        lines = phrases.PROGRESS_AT_END if ends_now else phrases.PROGRESS
        return self.draw.of_year(f"progress {instrument}").choice(lines).format_map(self.names)

    def _perhaps(self, kind: str, groups: Mapping[int, tuple], number: int) -> str:
        likely = 0.6 if self.place else 0.2
        if number not in groups or not self.draw.chance(f"{kind} {number}", likely):
            return ""
        return " ".join(self._some(f"{kind} words {number}", groups[number], 1, 1))

    def _some(self, name: str, group: Iterable, low: int, high: int, *, keep_first: bool = False) -> list[str]:
        """Between ``low`` and ``high`` sentences of ``group`` that can be said, in their order."""
        usable = [sentence for choice in group if (sentence := self._first(choice))]
        source = self.draw.of_year(f"words {name}")
        wanted = min(len(usable), source.randint(low, high))
        kept = range(min(1, wanted) if keep_first else 0)
        chosen = {*kept, *source.sample(range(len(kept), len(usable)), wanted - len(kept))}
        return [usable[index] for index in sorted(chosen)]

    def _first(self, choice: str | tuple[str, ...]) -> str | None:
        alternatives = (choice,) if isinstance(choice, str) else choice
        return next((said for sentence in alternatives if (said := self._said(sentence))), None)

    def _said(self, sentence: str, *, of_others: bool = False) -> str | None:
        """The sentence with its figures in it, or None where it cannot be said.

        That is where a figure is missing or 0, where it is not the body's own but only cross-checks
        (unless the sentence is about that, ``of_others``), or where the matter is of a later year.
        """
        if any(name in sentence and self.draw.year < since for name, since in phrases.SINCE.items()):
            return None
        for code in FIGURE.findall(sentence) + CONDITION.findall(sentence):
            answer = self.answers.get(Cell(code))
            if answer is None or not answer.amount or not (of_others or self.form.roles[code] == "counted"):
                return None
        words = FIGURE.sub(self._figure, CONDITION.sub("", sentence)).format_map(self.names)
        return words[0].upper() + words[1:]

    def _figure(self, match: re.Match) -> str:
        """Officials write small counts with two digits: 04 cuộc, 12 cuộc."""
        figure = self.answers[Cell(match[1])].amount
        return f"{figure:02}" if figure < 10 and figure == int(figure) else format_number(figure)
