"""What becomes of each invented report, as a list of turns with their moments. All times are Vietnam's."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from reports.choices import Action

from . import story
from .draw import Draw
from .people import WITHOUT_SIGNATORY

OPENING = (11, 2)  # month and day on which the lead opens a year's period
END = (12, 22, 9, 0)  # the last moment of a year's story
OFFICE_HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
WRITTEN, ATTACHED, HANDED, SIGNED = (dt.timedelta(minutes=m) for m in (-52, -41, -25, 45))  # against the sending


class Beside(StrEnum):
    """What people do with a report beside the steps of the workflow."""

    WRITE = "write"  # the reporter's last change before the first sending
    ATTACH = "attach"
    SIGN = "sign"  # number, day and scan of the signed paper
    OPEN = "open"  # an officer reads the sending
    MEND = "mend"  # the reporter puts right what a return named
    ASK_TIME = "ask time"
    ASK_BACK = "ask back"
    GRANT = "grant"
    REFUSE = "refuse"
    CALL = "call"  # an officer asks for the report by telephone; ``until``: what was promised
    NOTE = "note"  # a word among officers
    CORRECT = "correct"  # another figure is used than the one reported
    UNCORRECT = "uncorrect"
    REPLY = "reply"  # the body says something about it


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing done: what (an ``Action`` or ``Beside``), when, in which words; ``until``: the day asked for."""

    what: str
    at: dt.datetime
    note: str = ""
    until: dt.date | None = None


def moment(year, month, day, hour=0, minute=0) -> dt.datetime:
    """A moment in the portal's time zone."""
    return timezone.make_aware(dt.datetime(year, month, day, hour, minute))


def _sent(*when):
    return Action.SUBMIT, when


def _opened(*when):
    return Beside.OPEN, when


def _returned(*when, note, until=()):
    return Action.RETURN, when, note, until


def _mended(*when):
    return Beside.MEND, when


def _accepted(*when):
    return Action.ACCEPT, when


def _reopened(*when, until, note):
    return Action.REOPEN, when, note, until


def _called(*when, until=(), note):
    return Beside.CALL, when, note, until


def _noted(*when, note):
    return Beside.NOTE, when, note


def _corrected(*when, note):
    return Beside.CORRECT, when, note


def _asked_for_time(*when, until, note):
    return Beside.ASK_TIME, when, note, until


# Reports with a course of their own (month, day, hour, minute); all others are sent in time and accepted.
SPECIAL = {
    2019: {
        "ham-yen": (
            _sent(12, 10, 15, 5),
            _returned(12, 13, 9, 40, note=story.SAFE_HOMES),
            _mended(12, 16, 9, 10),
            _sent(12, 16, 10, 15),
            _accepted(12, 17, 14, 0),
        ),
        "so-khcn": (_sent(12, 17, 8, 30), _accepted(12, 18, 9, 10)),
        "chiem-hoa": (_sent(12, 16, 16, 45), _accepted(12, 18, 9, 25)),
    },
    2020: {
        # never sent: half filled (``draft``), not begun, with the signatory, declined by the signatory
        "na-hang": (),
        "so-xay-dung": (
            _called(12, 16, 8, 45, until=(12, 18), note=story.ON_FRIDAY),
            _called(12, 21, 14, 10, note=story.NOT_YET),
            _asked_for_time(12, 21, 16, 20, until=(12, 29), note=story.NEW_CLERK),
        ),
        # nothing to report on its own: exempted with a reason
        "cuc-thong-ke": ((Action.EXEMPT, (12, 4, 9, 15), story.GIVES_POPULATION),),
        # came in on paper in time, entered by an officer after the deadline
        "bao-hiem-xa-hoi-tinh": (
            (Action.REGISTER, (12, 16, 9, 5)),
            _sent(12, 16, 10, 40),
            _accepted(12, 17, 15, 20),
        ),
        "toa-an-nhan-dan-tinh": ((Beside.WRITE, (12, 21, 14, 35)), (Action.HAND, (12, 21, 15, 10))),
        "bao-tuyen-quang": (
            (Beside.WRITE, (12, 18, 8, 50)),
            (Action.HAND, (12, 18, 9, 30)),
            (Action.DECLINE, (12, 18, 16, 5), story.NOT_SIGNED),
        ),
        # sent and taken back before anybody had opened it
        "so-tnmt": (_sent(12, 11, 9, 12), (Action.RECALL, (12, 11, 15, 40)), _mended(12, 14, 8, 55)),
        # waiting for review: not opened yet, opened, sent late after more time was refused
        "lam-binh": (_sent(12, 14, 16, 38),),
        "so-khcn": (_sent(12, 14, 17, 2), _opened(12, 21, 9, 15)),
        "hoi-cuu-chien-binh-tinh": (_sent(12, 14, 15, 20), _opened(12, 18, 14, 5)),
        "vien-kiem-sat-tinh": (
            _sent(12, 14, 10, 47),
            _opened(12, 21, 10, 20),
            _noted(12, 21, 10, 35, note=story.ASK_THE_POLICE),
        ),
        "so-giao-thong-van-tai": (
            _asked_for_time(12, 14, 10, 5, until=(12, 31), note=story.WAITING_FOR_FIGURES),
            (Beside.REFUSE, (12, 15, 8, 30), story.FIGURES_ARE_THERE),
            _called(12, 17, 9, 20, until=(12, 21), note=story.ON_MONDAY),
            _sent(12, 21, 8, 25),
        ),
        # returned: one of three points put right; accepted and taken back by petition
        "so-vhttdl": (
            _sent(12, 9, 15, 20),
            _returned(12, 11, 9, 5, note=story.THREE_POINTS, until=(12, 18)),
            _noted(12, 11, 9, 25, note=story.COMPARE_WITH_DISTRICTS),
            _mended(12, 14, 10, 20),
        ),
        "hoi-nong-dan-tinh": (
            _sent(12, 8, 9, 10),
            _accepted(12, 10, 14, 30),
            (Beside.ASK_BACK, (12, 16, 10, 20), story.COUNTED_TWICE),
            (Beside.GRANT, (12, 17, 8, 45), story.SEND_AGAIN_SOON),
        ),
        # accepted, reopened by the officer for a reason, put right and accepted again
        "tinh-doan": (
            _sent(12, 7, 14, 5),
            _accepted(12, 9, 10, 15),
            _reopened(12, 15, 10, 20, until=(12, 18), note=story.COUNTED_BY_BOTH),
            _mended(12, 16, 14, 30),
            _sent(12, 17, 9, 45),
            _accepted(12, 18, 10, 50),
        ),
        # accepted; one figure is used otherwise than reported, the body agrees
        "yen-son": (
            _sent(12, 10, 14, 25),
            _accepted(12, 14, 9, 40),
            _corrected(12, 17, 10, 30, note=story.INSPECTED),
            (Beside.REPLY, (12, 18, 8, 50), story.AGREED),
        ),
        # returned, corrected after the deadline, sent again: still in time
        "so-giao-duc-dao-tao": (
            _sent(12, 11, 10, 42),
            _returned(12, 15, 8, 50, note=story.ONE_POINT),
            _mended(12, 16, 15, 30),
            _sent(12, 17, 14, 15),
            _accepted(12, 18, 9, 30),
        ),
        # with more time granted: in time on the 16th
        "ban-dan-toc": (
            _asked_for_time(12, 9, 14, 10, until=(12, 18), note=story.FLOODED_ROADS),
            (Beside.GRANT, (12, 10, 9, 0), story.TIME_GRANTED),
            _sent(12, 16, 10, 30),
            _accepted(12, 18, 15, 45),
        ),
        # the last minutes in time, and minutes too late ("trước ngày 15/12" leaves the 15th out)
        "chiem-hoa": (_sent(12, 14, 23, 41), _accepted(12, 16, 8, 40)),
        "son-duong": (
            _sent(12, 15, 0, 12),
            _accepted(12, 17, 10, 5),
            _corrected(12, 18, 9, 15, note=story.LOOKS_DOUBLED),
            (Beside.REPLY, (12, 18, 15, 30), story.LIST_ATTACHED),
            (Beside.UNCORRECT, (12, 21, 9, 40), story.LIST_IS_RIGHT),
        ),
        "bo-chqs-tinh": (_sent(12, 18, 16, 10), _accepted(12, 22, 9, 0)),
    },
}


def course_of(body: str, year: int, draw: Draw) -> tuple[Turn, ...]:
    """Everything that is done with the report of ``body``, in order."""
    source = draw.of_year("course")
    told = SPECIAL[year].get(body)
    turns = _usual(year, source) if told is None else [_turn(year, *one) for one in told]
    return tuple(between for turn in turns for between in _with_what_belongs_to_it(turn, turns, body, source))


def _turn(year: int, what: str, when: tuple, note: str = "", until: tuple = ()) -> Turn:
    return Turn(what, moment(year, *when), note, dt.date(year, *until) if until else None)


def _usual(year: int, source) -> list[Turn]:
    sent = _working_day(moment(year, 12, source.randint(1, 13), source.choice(OFFICE_HOURS), source.randint(0, 59)), -1)
    accepted = sent.replace(hour=source.choice(OFFICE_HOURS), minute=source.randint(0, 59))
    accepted = _working_day(accepted + dt.timedelta(days=source.randint(1, 4)), 1)
    return [Turn(Action.SUBMIT, sent), Turn(Action.ACCEPT, accepted)]


def _with_what_belongs_to_it(turn: Turn, turns: list[Turn], body: str, source) -> list[Turn]:
    """Nobody sends before the report is written and handed over, and no officer decides unread."""
    before, after = [], []
    if turn.what in (Action.RETURN, Action.ACCEPT):
        before = [Turn(Beside.OPEN, turn.at - dt.timedelta(minutes=source.randint(9, 48)))]
    if turn.what == Action.SUBMIT:
        if turn == next(t for t in turns if t.what == Action.SUBMIT):
            before = [Turn(Beside.WRITE, turn.at + WRITTEN)]
            before += [Turn(Beside.ATTACH, turn.at + ATTACHED)] if story.files_of(body, turn.at.year) else []
            after = [Turn(Beside.SIGN, turn.at + SIGNED)] if body in story.SIGNED.get(turn.at.year, ()) else []
        if body not in WITHOUT_SIGNATORY and body not in story.PAPERS.get(turn.at.year, ()):
            before.append(Turn(Action.HAND, turn.at + HANDED))
    return [*before, turn, *after]


def _working_day(day: dt.datetime, step: int) -> dt.datetime:
    """``day`` or, at a weekend, the nearest working day before (-1) or after (1)."""
    while day.weekday() >= 5:
        day += dt.timedelta(days=step)
    return day
