"""The draft that waits for the visitor: as somebody left it, with one of everything that a reporter meets."""

from django.db.models import Model

from directives.models import User
from reports import attachments, drafting
from reports.answers import ESTIMATE, Answer, Answers, Cell
from reports.models import Attachment, InstrumentProgress, Report, TaskResult
from reports.parts import EXPLAIN, PROGRESS, WORDS, Part
from reports.typed import typed_from

from . import story
from .clock import it_is
from .course import moment
from .files import made
from .phrases import ESTIMATED

WHOSE = {2020: "na-hang"}  # has begun its report and not sent it
DAYS = {0: (12, 7, 14, 10), 1: (12, 8, 9, 20), 2: (12, 9, 15, 45), 3: (12, 11, 16, 5)}  # when each part was typed
BEGUN = (3, "T3.08")  # the task that was left in the middle, and the first row that is empty
COPIED = (3, "results", (12, 11, 16, 25))  # taken over from last year, not edited yet
UNREAD = ("T2.06", "85.5")  # typed with a point: two readings, so it is kept as typed and asked about
JUMPED = "T1.01"  # far above last year, the reason not written yet
ESTIMATE_OF = "T2.07"
NOTE = ("T1.04", "Theo phần mềm đăng ký khai sinh, chốt ngày 30/11/{year}; các xã đã đối chiếu.")


def with_a_jump(answers: Answers, before: Answers) -> Answers:
    """The figures of the draft: one of them far above last year's."""
    last = before[Cell(JUMPED)].amount
    return answers | {Cell(JUMPED): Answer(last + max(7, round(last * 3 / 5)))}


class Drafting:
    """Types a part of the report on its day, through the door by which pages and autosaves come."""

    def __init__(self, report: Report, answers: Answers, words: list[Model], reasons: dict[str, str], by: User):
        self.report, self.answers, self.by = report, answers, by
        self.results = {row.number: row for row in words if isinstance(row, TaskResult)}
        self.progress = [row for row in words if isinstance(row, InstrumentProgress)]
        self.reasons = {f"{EXPLAIN}{code}": text for code, text in reasons.items() if not code.endswith(JUMPED)}
        self.year = report.period.year

    def type(self) -> None:
        for number, when in DAYS.items():
            self._save(number, self._typed(number), when)
        number, name, when = COPIED
        with it_is(moment(self.year, *when)):
            drafting.take_over(self.report, number, name, by=self.by)

    def attach(self, stored: list[Attachment]) -> None:
        at = moment(self.year, *DAYS[1])
        for part, name in story.files_of(self.report.body.code, self.year):
            with it_is(at):
                lines = (self.report.name, f"Báo cáo năm {self.year}", name.rpartition(".")[0])
                stored.append(attachments.attach(self.report, part, made(name, lines, at), by=self.by).attachment)

    def _save(self, number: int, typed: dict[str, str], when: tuple) -> None:
        with it_is(moment(self.year, *when)):
            drafting.save_page(self.report, number, typed, by=self.by, seen=None)

    def _typed(self, number: int) -> dict[str, str]:
        """{input: text} of everything that was typed into one part."""
        part = Part(self.report, number)
        typed = typed_from(self.answers, {}, part.indicators)
        if number == BEGUN[0]:
            return {name: text for name, text in typed.items() if Cell.parse(name).code < BEGUN[1]}
        typed |= {name: getattr(self.results[number], name) for name in WORDS} if number else {}
        typed |= {f"{PROGRESS}{row.citation_id}": row.text for row in self.progress if row.citation in part.citations}
        typed |= {name: text for name, text in self.reasons.items() if part.has(name)}
        return typed | {name: text for name, text in self._single_fields().items() if part.has(name)}

    def _single_fields(self) -> dict[str, str]:
        note, words = NOTE
        return {
            UNREAD[0]: UNREAD[1],
            f"{ESTIMATE_OF}:{ESTIMATE}": "on",
            f"{ESTIMATE_OF}:detail": ESTIMATED[ESTIMATE_OF].format(year=self.year),
            f"{note}:detail": words.format(year=self.year),
        }
