"""The totals kept ready are what a recount of the accepted figures gives, whatever doors were walked through."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import rollup
from reports.choices import Action
from reports.consolidation import consolidate
from reports.gathering import gather, summarise
from reports.models import Figure, Report, RollUp
from reports.workflow import accept_many, move
from tests.factories import accept, send

BODIES = {"na-hang": "lan", "chiem-hoa": "minh", "so-y-te": "yen"}


def recounted(period):
    return sorted((*row[:3], row[3] or 0, *row[4:]) for row in Figure.objects.sums(period))


def kept(period):
    return sorted(rollup.sums(period))


@pytest.mark.parametrize("seed", range(3))
def test_a_random_walk_through_the_doors_keeps_every_total(cast, period, report_of, seed):
    draw = random.Random(seed)
    for turn in range(8):
        report = report_of(draw.choice(list(BODIES)))
        by = getattr(cast, BODIES[report.body.code])
        if report.status in ("draft", "returned"):
            number = draw.randrange(50)
            send(report, by, figures={"T6.06": number, "T6.08": number, "T6.01": draw.choice([None, 3])})
        elif report.status == "submitted":
            Figure.objects.filter(report=report, indicator__code="T6.06").update(estimate=turn % 2 == 0)
            move(report, draw.choice([Action.ACCEPT, Action.RETURN]), by=cast.huyen, note="Xem lại.")
        else:
            move(report, Action.REOPEN, by=cast.huyen, note="Xem lại.")
        assert kept(period) == recounted(period)
        assert rollup.differences(period) == 0


def test_accepting_many_counts_them_all_in_one_statement(cast, period, report_of):
    for body, by in BODIES.items():
        send(report_of(body), getattr(cast, by), figures={"T1.01": 4})
    reports = list(Report.objects.filter(status="submitted").order_by("pk"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        accept_many(reports, by=cast.huyen)
    assert kept(period) == recounted(period) != []
    assert sum("reports_rollup" in query["sql"] for query in asked) == 1


def test_the_summary_from_the_totals_kept_ready_is_the_same(cast, period, report_of):
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures={"T6.06": 12, "T6.08": 12, "T2.05": "1234.505"})
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    assert consolidate(gather(period, ready=True)) == consolidate(gather(period))
    RollUp.objects.all().delete()
    assert summarise(period, ready=True).row("T6.06").total.value is None, "it reads nothing else"
    rollup.renew(period)
    assert summarise(period, ready=True).row("T6.06").total.value == 12


def test_what_drifted_is_told_and_counted_anew(cast, period, report):
    accept(report, cast.lan, cast.huyen, figures={"T1.01": 4})
    RollUp.objects.filter(indicator__code="T1.01").update(total=5)
    assert rollup.differences(period) == 1
    rollup.renew(period)
    assert rollup.differences(period) == 0


def test_a_sending_that_waits_is_in_no_total(cast, period, report):
    send(report, cast.lan, figures={"T1.01": 4})
    assert kept(period) == []
