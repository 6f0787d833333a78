"""Plays the course of one report: every turn goes through the door that people go through, at its own moment."""

import datetime as dt

from directives.models import User
from reports import (
    attachments,
    calls,
    corrections,
    drafting,
    notes,
    paper_entries,
    petitions,
    returned,
    signed_papers,
)
from reports.answers import Answer, Answers, Cell
from reports.choices import BACK, Action, PetitionKind
from reports.models import Attachment, Point, Printing, Report, TaskResult
from reports.typed import typed_from
from reports.workflow import move, note_opened

from . import story
from .clock import it_is
from .course import Beside, Turn
from .files import made
from .people import OFFICER, usernames

PRINTED = "pdf"


class Actors:
    """Those who have to do with one report. ``answers`` are its figures as they end up, for what is put right.

    ``stored`` takes up every file that comes in, as soon as it lies there.
    """

    def __init__(self, report: Report, year: int, people: dict[str, User], answers: Answers, stored: list[Attachment]):
        reporter, signatory = usernames(report.body.code)
        self.report, self.year, self.answers, self.stored = report, year, answers, stored
        self.reporter, self.officer = people[reporter], people[OFFICER]
        self.signatory = people.get(signatory, self.reporter)

    def play(self, turn: Turn) -> None:
        """Take one turn, at its moment."""
        doors = {
            Beside.WRITE: self._write,
            Beside.ATTACH: self._attach,
            Beside.SIGN: self._sign,
            Beside.OPEN: self._open,
            Beside.MEND: self._mend,
            Beside.ASK_TIME: self._ask,
            Beside.ASK_BACK: self._ask,
            Beside.GRANT: self._decide,
            Beside.REFUSE: self._decide,
            Beside.CALL: self._call,
            Beside.NOTE: self._note,
            Beside.CORRECT: self._correct,
            Beside.UNCORRECT: self._uncorrect,
            Beside.REPLY: self._reply,
            Action.REGISTER: self._register,
        }
        with it_is(turn.at):
            doors.get(turn.what, self._move)(turn)
        self.report = Report.objects.select_related("period", "body").get(pk=self.report.pk)

    def _move(self, turn: Turn) -> None:
        by = self.officer
        if turn.what in (Action.HAND, Action.RECALL):
            by = self.reporter
        elif turn.what in (Action.SUBMIT, Action.DECLINE) and not self.report.on_paper:
            by = self.signatory
        points = story.POINTS[self.year][self._body] if turn.what in BACK else ()
        move(self.report, turn.what, by=by, note=turn.note, at=turn.at, remarks=points, return_by=turn.until)

    def _open(self, turn: Turn) -> None:
        note_opened(self.report, self.officer, at=turn.at)

    def _write(self, turn: Turn) -> None:
        """The words and figures of all reports are stored together; here is who wrote last, and when."""
        by = self.officer if self.report.on_paper else self.reporter
        self.report.touch(by, turn.at)
        TaskResult.objects.filter(report=self.report).update(updated_at=turn.at, updated_by=by)

    def _mend(self, turn: Turn) -> None:
        """What a return named is typed anew, and its point ticked."""
        number, name, text = story.MENDED[self.year][self.report.body.code]
        typed = {name: text} if text else self._right_figures(name)
        drafting.save_page(self.report, number, typed, by=self.reporter, seen=None)
        done = Point.objects.current(self.report).filter(part=number, name=name)
        returned.tick(self.report, done.values_list("pk", flat=True), self.reporter)

    def _right_figures(self, code: str) -> dict[str, str]:
        indicators = [i for i in self.report.indicators() if i.code == code]
        return typed_from(self.answers, {}, indicators)

    # --- petitions -------------------------------------------------------------------------------

    def _ask(self, turn: Turn) -> None:
        kind = PetitionKind.MORE_TIME if turn.what == Beside.ASK_TIME else PetitionKind.TAKE_BACK
        petitions.ask(self.report, kind, turn.note, turn.until, by=self.reporter)

    def _decide(self, turn: Turn) -> None:
        waiting = self.report.petitions.waiting().get()
        petitions.decide(waiting, turn.what == Beside.GRANT, self.officer, answer=turn.note)

    # --- the lead department ----------------------------------------------------------------------

    def _call(self, turn: Turn) -> None:
        told = {"spoke_with": story.SPOKE_WITH, "phone": self.report.body.phone, "answer": turn.note}
        calls.log_call(self.report, **told, promised_on=turn.until, by=self.officer)

    def _note(self, turn: Turn) -> None:
        part, name = story.NOTED[self.year][self._body]
        version = self.report.version
        notes.write(self.report, turn.note, by=self.officer, version=version, part=part, name=name)

    def _correct(self, turn: Turn) -> None:
        code, change = story.CORRECTED[self.year][self._body]
        used = Answer(self.answers[Cell(code)].amount + change)
        version = self.report.version
        corrections.correct(self.report, Cell(code), used, turn.note, by=self.officer, version=version)

    def _uncorrect(self, turn: Turn) -> None:
        code, _change = story.CORRECTED[self.year][self._body]
        corrections.withdraw(self.report, Cell(code), turn.note, by=self.officer)

    def _reply(self, turn: Turn) -> None:
        corrections.reply(self.report.corrections.last(), turn.note, by=self.reporter)

    def _register(self, turn: Turn) -> None:
        """The paper came by post; an officer registers it with its scan and types it then."""
        number, signed, incoming, received = story.PAPERS[self.year][self._body]
        days = {"signed_on": dt.date(self.year, *signed), "received_on": dt.date(self.year, *received)}
        lines = (self.report.name, f"Số: {number}", f"BÁO CÁO NĂM {self.year}", f"Số đến: {incoming}")
        scan = made(story.SCAN_NAME, lines, turn.at)
        numbers = {"number": number, "incoming_number": incoming}
        entry = paper_entries.register(self.report, **numbers, **days, scan=scan, by=self.officer)
        self.stored.append(entry.scan)

    # --- files -----------------------------------------------------------------------------------

    def _attach(self, turn: Turn) -> None:
        for part, name in story.files_of(self.report.body.code, self.year):
            place = f"Nhiệm vụ {part}" if part else "Cả báo cáo"
            lines = (self.report.name, f"Báo cáo năm {self.year}", place, name.rpartition(".")[0])
            taken = attachments.attach(self.report, part, made(name, lines, turn.at), by=self.reporter)
            self.stored.append(taken.attachment)

    def _sign(self, turn: Turn) -> None:
        """The form was printed, signed on paper and scanned: number, day and code come back with the scan."""
        sending = self.report.events.sendings().last()
        code, number = signed_papers.code_of(self.report, sending.content), story.SIGNED[self.year][self._body]
        Printing.objects.create(report=self.report, code=code, format=PRINTED, by=self.reporter, at=turn.at)
        day = sending.at.date()
        lines = (
            self.report.name,
            f"Số: {number}, ngày {day:%d/%m/%Y}",
            f"BÁO CÁO NĂM {self.year}",
            f"Mã bản in: {code}",
        )
        scan = signed_papers.keep_scan(self.report, made(story.SCAN_NAME, lines, turn.at), by=self.reporter)
        self.stored.append(scan)
        signed_papers.record(self.report, number=number, signed_on=day, code=code, by=self.reporter, scan=scan)

    @property
    def _body(self) -> str:
        return self.report.body.code
