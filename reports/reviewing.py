"""What waits for an officer's decision, first what needs eyes; accepting many at once; sendings not screened yet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from . import workflow
from .choices import BACK, Action, Status
from .content import answers_in
from .models import Event, Period, Point, Report, Screening, TaskResult
from .permissions import may_review
from .returned import differences
from .screening import screen
from .sheets import sheet_of

MOST = 1000  # reports accepted at once
AT_ONCE = 100  # sendings screened in one go

# --- the queue ----------------------------------------------------------------------------------

NARROWED = {  # what the queue may be narrowed to, by the word in its address
    "": Q(),
    "chua-giai-trinh": Q(unexplained__gt=0),
    "gui-lai": Q(resent=True),
    "sach": Q(weight=0, resent=False),  # nothing that needs eyes
}


def waiting(period: Period, narrowed_to: str = "") -> QuerySet[Report]:
    """The reports of ``period`` that wait for a decision, what needs eyes first; ``narrowed_to``: see ``NARROWED``.

    On top what was returned and came again (``resent``), then what nobody screened yet, then by the ``weight`` of its
    screening; of equal ones the one that waits longest.
    """
    # From the reports to their sendings: the other way round a database reads the whole journal.
    sending = FilteredRelation("events", condition=Q(events__action=Action.SUBMIT, events__version=F("version")))
    returned = Event.objects.filter(report=OuterRef("pk"), action__in=BACK)
    reports = Report.objects.filter(period=period, status=Status.SUBMITTED).annotate(
        sending=sending,
        weight=F("sending__screening__weight"),
        unexplained=F("sending__screening__unexplained"),
        screening=F("sending__screening"),
        resent=ExpressionWrapper(Q(version__gt=1) & Exists(returned), BooleanField()),
    )
    order = ("-resent", F("weight").desc(nulls_first=True), "submitted_at", "pk")
    return reports.filter(NARROWED[narrowed_to]).order_by(*order)


def counts(period: Period) -> dict[str, int]:
    """How many wait: by each word of ``NARROWED``, and ``unscreened``; one query."""
    kinds = {f"kind_{place}": condition for place, condition in enumerate(NARROWED.values())}
    asked = {name: Count("pk", filter=condition or None) for name, condition in kinds.items()}
    found = waiting(period).order_by().aggregate(unscreened=Count("pk", filter=Q(screening=None)), **asked)
    return dict(zip(NARROWED, (found[name] for name in kinds), strict=True)) | {"unscreened": found["unscreened"]}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the queue. ``done`` and ``still_open``: points of the latest return, ticked by the body or not."""

    report: Report
    screening: Screening | None
    done: int = 0
    still_open: int = 0

    @property
    def unexplained(self) -> int:
        """Broken rules without an explanation; the others: ``explained``."""
        return self.screening.unexplained - self.screening.unexplained_jumps

    @property
    def explained(self) -> int:
        return self.screening.warnings - self.unexplained

    @property
    def explained_jumps(self) -> int:
        return self.screening.jumps - self.screening.unexplained_jumps

    @property
    def came_today(self) -> bool:
        return timezone.localdate(self.report.submitted_at) == timezone.localdate()

    @property
    def choice(self) -> str:
        return choice_of(self.report)


def lines(period: Period, reports: Iterable[Report]) -> list[Line]:
    """The rows of ``reports`` (a page of ``waiting``); two queries, for their screenings and their points."""
    reports = list(reports)
    screenings = Screening.objects.in_bulk([report.screening for report in reports if report.screening])
    points = _points_of([report.pk for report in reports])
    for report in reports:
        report.period = period  # known already: spares a query per row
    return [Line(report, screenings.get(report.screening), *points.get(report.pk, (0, 0))) for report in reports]


def _points_of(reports: list[int]) -> dict[int, tuple[int, int]]:
    """{report: (ticked, not ticked)} of the points of each one's latest return."""
    returns = Event.objects.filter(report=OuterRef("report"), action__in=BACK).order_by("-pk").values("version")[:1]
    points = Point.objects.filter(report__in=reports, version=Subquery(returns)).order_by().values_list("report")
    counted = points.annotate(Count("done_at"), Count("pk"))
    return {report: (done, all_of_them - done) for report, done, all_of_them in counted}


def neighbours(report: Report, user) -> tuple[Report | None, Report | None]:
    """The reports before and after ``report`` in the queue of its period, for an officer; two queries.

    One that waits no more (it was just accepted) has the first of the queue after it.
    """
    if not may_review(user):
        return None, None
    queue = list(waiting(report.period).values_list("pk", flat=True))
    place = queue.index(report.pk) if report.pk in queue else None
    before = queue[place - 1] if place else None
    after = next(iter(queue[0 if place is None else place + 1 :][:1]), None)
    found = Report.objects.select_related("body").in_bulk([pk for pk in (before, after) if pk is not None])
    return found.get(before), found.get(after)


# --- accepting many -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refused``: (report, why); ``unknown``: how many choices named no report at all. In the order of the letter."""

    accepted: list[Report]
    refused: list[tuple[Report, str]]
    unknown: int

    @property
    def choices(self) -> str:
        """The accepted ones, for the form that asks once more."""
        return " ".join(choice_of(report) for report in self.accepted)


class TooMany(ValueError):
    """More reports than are accepted at once; the argument is the sentence for the person."""


def choice_of(report: Report) -> str:
    """A report and its sending as a form carries them; ``read_choices`` reads it."""
    return f"{report.pk}.{report.version}"


def read_choices(words: Iterable[str]) -> tuple[dict[int, int], int]:
    """``["12.1 15.2", "7.1"]`` → {report: sending} as a page showed them, and how many words are none.

    Raises TooMany.
    """
    words = " ".join(words).split()
    read = [re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,5})", word) for word in words]
    chosen = {int(match[1]): int(match[2]) for match in read if match}
    if len(words) > MOST:
        told = {"most": MOST, "chosen": len(words)}
        raise TooMany(_("Mỗi lần duyệt được nhiều nhất %(most)s báo cáo; bạn đã chọn %(chosen)s.") % told)
    return chosen, read.count(None)


def without_anything_to_see(period: Period) -> dict[int, int]:
    """{report: sending} of those that wait and need nobody's eyes, at most ``MOST``."""
    return dict(waiting(period, "sach").values_list("pk", "version")[:MOST])


def accept_chosen(period: Period, chosen: dict[int, int], *, by, unknown: int = 0) -> Outcome:
    """Accept what was chosen as it was shown; what has changed since, or belongs elsewhere, is refused one by one."""
    return _outcome(period, chosen, unknown, lambda shown: workflow.accept_many(shown, by=by))


def would_accept(period: Period, chosen: dict[int, int], *, by, unknown: int = 0) -> Outcome:
    """What ``accept_chosen`` would do now; writes nothing."""
    return _outcome(period, chosen, unknown, lambda shown: workflow.acceptable(shown, by=by))


def _outcome(period: Period, chosen: dict[int, int], unknown: int, act) -> Outcome:
    own = list(Report.objects.filter(period=period, pk__in=chosen).values_list("pk", flat=True))
    others = Report.objects.select_related("period").in_bulk(chosen.keys() - set(own))
    # Shown is only what waits: a report in any other state is not what the officer has seen.
    accepted, refused = act([Report(pk=pk, version=chosen[pk], status=Status.SUBMITTED) for pk in own])
    elsewhere = _("Báo cáo này thuộc kỳ khác (%s).")
    refused += [(report, elsewhere % report.period.name) for report in others.values()]
    return Outcome(
        sorted(accepted, key=lambda report: report.position),
        sorted(refused, key=lambda pair: pair[0].position),
        unknown + len(chosen) - len(own) - len(others),
    )


# --- sendings that nobody screened --------------------------------------------------------------


def unscreened(period: Period | None = None) -> QuerySet[Event]:
    """The sendings without a screening, oldest first: those from before there were any; of ``period`` what waits."""
    sendings = Event.objects.sendings().filter(screening=None).order_by("pk")
    return sendings if period is None else sendings.filter(pk__in=waiting(period).order_by().values("sending__pk"))


def screen_missing(sendings: QuerySet[Event], most: int | None = None) -> int:
    """Screen up to ``most`` of ``sendings`` from what they say; how many were done.

    Running it again, or twice at once, leaves one screening for each sending.
    """
    pks = list(sendings.values_list("pk", flat=True)[:most])
    for start in range(0, len(pks), AT_ONCE):
        some = Event.objects.filter(pk__in=pks[start : start + AT_ONCE])
        found = [_screened(event) for event in some.select_related("report__period", "report__body")]
        Screening.objects.bulk_create(found, ignore_conflicts=True)
    return len(pks)


def _screened(event: Event) -> Screening:
    report, content = event.report, event.content
    results = [TaskResult(report=report, number=int(n), **texts) for n, texts in content["tasks"].items()]
    taken_back = report.events.filter(action=Action.RECALL, version__lt=event.version).values("version")
    before = report.events.sendings().filter(version__lt=event.version).exclude(version__in=taken_back).last()
    changes = len(differences(report, before.content, content)) if before else None
    return Screening(event=event, **screen(sheet_of(report, answers_in(content), results), content, changes))
