"""What one run looks at: the day it is asked for, how deep it goes, and what several checks need. Read once each."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import BigIntegerField, Exists, F, Max, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from directives.models import Body, Catalogue, Indicator, Obligation

from ..choices import Status
from ..models import Figure, Period, Report
from ..models.figures import SCALE

# A page must answer at once: it looks at the newest of what is costly to read; the command reads everything.
NEWEST_PERIODS = 2
NEWEST_SENDINGS = 200
NEWEST_FILES = 200
READ_BYTES = 20_000_000  # of files whose content is read on the page


CELL = ("report__period", "report__group", "report__counting_group", "indicator", "option")


@dataclass(frozen=True, slots=True)
class Cells:
    """All figures of one kind of cell (``CELL``) together; ``rest``: the most thousandths beyond a whole number."""

    where: dict
    asked: Indicator | None  # by the period; None where it does not ask it
    lowest: int | None
    highest: int | None
    rest: int


class Scope:
    """``everything``: all years and all sendings instead of the newest; ``files``: read every stored file."""

    def __init__(self, at: dt.datetime | None = None, *, everything: bool = False, files: bool = False):
        self.at = at or timezone.now()
        self.day = timezone.localdate(self.at)
        self.everything, self.files = everything, files

    def ago(self, **time) -> dt.datetime:
        return self.at - dt.timedelta(**time)

    def newest(self, rows: QuerySet, number: int) -> QuerySet:
        return rows if self.everything else rows[:number]

    @cached_property
    def obligations(self) -> list[Obligation]:
        return list(Obligation.objects.select_related("directive"))

    @cached_property
    def owing(self) -> dict[Obligation, list[tuple[Body, str]]]:
        """{obligation: (body, group) of all who owe a report today}."""
        return {obligation: obligation.owed_on(self.day) for obligation in self.obligations}

    @cached_property
    def running(self) -> list[Period]:
        """The rounds that are not finished: something is neither accepted nor exempted."""
        unfinished = Report.objects.filter(period=OuterRef("pk")).exclude(status__in=(Status.ACCEPTED, Status.EXEMPT))
        return list(Period.objects.filter(Exists(unfinished)).select_related("obligation", "catalogue").order_by("pk"))

    @cached_property
    def asked(self) -> dict[int, Body]:
        """Every body that has to report: today by an obligation, or in a round that is not finished."""
        bodies = {body.pk: body for owed in self.owing.values() for body, _group in owed}
        unsent = Report.objects.filter(period__in=self.running).owed(self.day).select_related("body")
        return bodies | {report.body_id: report.body for report in unsent.only("body").order_by("position")}

    @cached_property
    def editions(self) -> dict[int, Catalogue]:
        """{directive: its newest edition}."""
        editions = Catalogue.objects.select_related("directive").order_by("directive", "version")
        return {edition.directive_id: edition for edition in editions}

    @cached_property
    def periods(self) -> list[Period]:
        """The newest rounds, or all."""
        newest_first = Period.objects.order_by("-pk")
        return list(newest_first if self.everything else newest_first[:NEWEST_PERIODS])

    @cached_property
    def figures(self) -> QuerySet[Figure]:
        """Of the newest rounds, or of all; each with ``rest``, its thousandths beyond a whole number."""
        rest = Coalesce(F("value"), 0, output_field=BigIntegerField()) % Value(SCALE)
        figures = Figure.objects.alias(rest=rest)
        if self.everything:
            return figures
        return figures.filter(report__period__in=[period.pk for period in self.periods])

    @cached_property
    def cells(self) -> list[Cells]:
        """The kinds of cells that hold ``figures``."""
        extremes = (Min("value"), Max("value"), Max("rest"))
        rows = list(self.figures.order_by().values_list(*CELL).annotate(*extremes))
        periods = Period.objects.in_bulk({row[0] for row in rows})
        asked = {pk: {indicator.pk: indicator for indicator in period.indicators()} for pk, period in periods.items()}
        return [
            Cells(dict(zip(CELL, row[:5], strict=True)), asked[row[0]].get(row[3]), *row[5:])  # period, indicator
            for row in rows
        ]
