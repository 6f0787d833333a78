"""Bodies × tasks of a period: what became of every task, counted and filtered in the database."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import marks
from .choices import BACK, SENT, Action, Channel, Status, TaskState
from .folding import folded
from .models import Event, PaperEntry, Period, Point, Report

STATES = marks.LETTERS | {"L": TaskState.LATE}
LETTER = {state: letter for letter, state in STATES.items()}
SYMBOLS = {
    TaskState.ANSWERED: "✓",
    TaskState.NOTHING: "○",
    TaskState.MISSING: "…",
    TaskState.RETURNED: "←",
    TaskState.NOT_OWED: "–",
    TaskState.LATE: "!",
}
THERE = Q(first_submitted_at__isnull=False, status__in=SENT)  # as Report.is_there


class Timing(models.TextChoices):
    """The first sending beside the body's own deadline; a body that the round does not count has none."""

    ON_TIME = "on_time", gettext_lazy("Gửi đúng hạn")
    SENT_LATE = "sent_late", gettext_lazy("Gửi trễ hạn")
    OVERDUE = "overdue", gettext_lazy("Quá hạn, chưa gửi")
    NOT_DUE = "not_due", gettext_lazy("Chưa gửi, chưa đến hạn")


# --- counting and filtering ---------------------------------------------------------------------


def board_of(period: Period, at: dt.datetime | None = None):
    """The reports of ``period``, each with ``letters``: a letter of ``STATES`` for every task of the period.

    ``at``: the moment (aware) that decides what is overdue and who has closed; now by default.
    """
    at, tasks = at or timezone.now(), len(period.task_numbers())
    reports = Report.objects.filter(period=period)
    expected = reports.expected(timezone.localdate(at))
    overdue = reports.late(period.late_from, at).exclude(THERE)
    missing = Value(LETTER[TaskState.MISSING] * tasks)
    letters = Case(
        When(~Q(pk__in=expected.values("pk")), then=Value(LETTER[TaskState.NOT_OWED] * tasks)),
        When(pk__in=overdue.values("pk"), then=Value(LETTER[TaskState.LATE] * tasks)),
        When(~THERE, then=missing),
        default=Substr(Concat("task_marks", missing), 1, tasks),  # always as many letters as tasks
        output_field=models.CharField(),
    )
    return reports.annotate(letters=letters)


def in_state(board, state: str, place: int | None = None):
    """Those of ``board`` with the ``TaskState`` in the task at ``place`` (0 the first), or in any task."""
    if place is None:
        return board.filter(letters__contains=LETTER[state])
    return board.alias(letter=Substr("letters", place + 1, 1)).filter(letter=LETTER[state])


def with_timing(board, period: Period, timing: str, at: dt.datetime | None = None):
    """Those of ``board`` with the ``Timing``."""
    at = at or timezone.now()
    late = Report.objects.filter(period=period).late(period.late_from, at)
    expected = board.expected(timezone.localdate(at))
    there = expected.filter(THERE) if timing in (Timing.ON_TIME, Timing.SENT_LATE) else expected.exclude(THERE)
    if timing in (Timing.SENT_LATE, Timing.OVERDUE):
        return there.filter(pk__in=late.values("pk"))
    return there.exclude(pk__in=late.values("pk"))


def by_channel(board, period: Period, channel: str):
    """Those of ``board`` whose sending came in that way."""
    there, on_paper = board.filter(THERE), _came_on_paper(period).values("report")
    return there.filter(pk__in=on_paper) if channel == Channel.PAPER else there.exclude(pk__in=on_paper)


def named(board, text: str):
    """Those of ``board`` whose name has every word of ``text``, typed with marks or without, in any order."""
    words = folded(text).split()
    if not words:
        return board.none()
    for word in words:
        board = board.filter(search_name__contains=word)
    return board


class StateCount(NamedTuple):
    """One state: in how many bodies for each task, and how many bodies have it in any task."""

    state: TaskState
    symbol: str
    bodies: int
    tasks: tuple[int, ...]

    @property
    def total(self) -> int:
        """Over all tasks; the totals of all states are bodies × tasks."""
        return sum(self.tasks)


def counts(board, period: Period) -> list[StateCount]:
    """A line for each state. One query: the database adds up the reports that look alike."""
    alike = list(board.order_by().values_list("letters").annotate(Count("pk")))
    places = range(len(period.task_numbers()))
    return [
        StateCount(
            state,
            SYMBOLS[state],
            sum(n for letters, n in alike if LETTER[state] in letters),
            tuple(sum(n for letters, n in alike if letters[place] == LETTER[state]) for place in places),
        )
        for state in TaskState
    ]


# --- rows ---------------------------------------------------------------------------------------


class TaskCell(NamedTuple):
    number: int
    state: TaskState
    symbol: str


@dataclass(frozen=True, slots=True)
class Row:
    """A body's line. ``channel`` None: nothing is there; ``left``: why the round does not count it, or ""."""

    report: Report
    cells: tuple[TaskCell, ...]
    timing: Timing | None
    channel: Channel | None
    left: str


def rows(board: Iterable[Report], period: Period, at: dt.datetime | None = None) -> Iterator[Row]:
    """The lines of ``board`` (``board_of`` narrowed, with each report's ``body``). Two queries more."""
    at, reasons = at or timezone.now(), _exempt_reasons(period)
    on_paper = set(_came_on_paper(period).values_list("report", flat=True))
    numbers = period.task_numbers()
    for report in board:
        report.period = period  # known already: spares a query per row
        states = [STATES[letter] for letter in report.letters]
        yield Row(
            report,
            tuple(TaskCell(number, state, SYMBOLS[state]) for number, state in zip(numbers, states, strict=True)),
            _timing(report, at),
            (Channel.PAPER if report.pk in on_paper else Channel.PORTAL) if report.is_there else None,
            _left(report, timezone.localdate(at), reasons),
        )


def _timing(report: Report, at: dt.datetime) -> Timing | None:
    if not report.is_expected(timezone.localdate(at)):
        return None
    if report.is_there:
        return Timing.ON_TIME if report.on_time else Timing.SENT_LATE
    return Timing.OVERDUE if report.is_overdue(at) else Timing.NOT_DUE


def _left(report: Report, day: dt.date, reasons: dict[int, str]) -> str:
    if report.is_expected(day):
        return ""
    if report.status == Status.EXEMPT:
        return _("Được miễn: %s") % reasons.get(report.pk, _("không ghi lý do"))
    return _("Cơ quan kết thúc hoạt động hết ngày %s") % f"{report.body.valid_to:%d/%m/%Y}"


def _exempt_reasons(period: Period) -> dict[int, str]:
    """{report: reason of its latest exemption} of those exempted now."""
    events = Event.objects.filter(report__period=period, report__status=Status.EXEMPT, action=Action.EXEMPT)
    return dict(events.order_by("pk").values_list("report", "note"))


def _came_on_paper(period: Period):
    """The papers of ``period`` whose figures are the latest sending.

    ``Report.channel`` would not do: after a return it says how the next sending may come.
    """
    return PaperEntry.objects.filter(report__period=period, version=F("report__version"))


# --- sendings of before ---------------------------------------------------------------------------


def unmarked(period: Period):
    """Reports of ``period`` that were sent before their letters were kept: until ``renew_marks`` all looks missing."""
    return Report.objects.filter(THERE, period=period, task_marks="")


def renew_marks(period: Period) -> int:
    """Derive the letters of all that was sent from the journal anew; returns how many were put right.

    Safe to repeat and while people work: a report that somebody acts on meanwhile has its letters from that act.
    """
    tasks, renewed = period.task_numbers(), 0
    for report in Report.objects.filter(THERE, period=period).select_related("period"):
        letters = _letters_of(report, tasks)
        as_read = Report.objects.filter(
            pk=report.pk, status=report.status, version=report.version, task_marks=report.task_marks
        )
        if letters != report.task_marks:
            renewed += as_read.update(task_marks=letters)
    return renewed


def _letters_of(report: Report, tasks: tuple[int, ...]) -> str:
    if report.status != Status.RETURNED:
        return _letters_sent(report, report.version, tasks)
    # Sent again and taken back since, it is still as it was returned.
    returned = report.events.filter(action__in=BACK).last()
    points = set(Point.objects.current(report).values_list("part", flat=True))
    return marks.returned(_letters_sent(report, returned.version, tasks), tasks, points)


def _letters_sent(report: Report, version: int, tasks: tuple[int, ...]) -> str:
    owed = [indicator for indicator in report.indicators() if not indicator.computed]
    return marks.marks_in(report.events.sendings().get(version=version).content, tasks, owed)
