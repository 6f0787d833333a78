"""Consolidation of one year among ten against the same sums as one bare SQL query, and the totals kept ready."""

import time

from django.db import connection

from reports import rollup
from reports.gathering import summarise
from reports.models import Figure, Report

from . import provinces
from .measuring import medians, table

YEARS = range(2011, 2021)
SUMS = """
    SELECT f.indicator_id, f.option, r.counting_group, SUM(f.value), COUNT(f.option), COUNT(f.value),
        COUNT(CASE WHEN f.estimate THEN 1 END)
    FROM {table} f JOIN reports_report r ON r.id = f.report_id
    WHERE r.period_id = %s AND r.status = 'accepted'
    GROUP BY f.indicator_id, f.option, r.counting_group
"""


def run(sizes: tuple[int, ...]) -> None:
    rows, kept = [], []
    for bodies in sizes:
        provinces.clear()
        periods = provinces.build(bodies, YEARS)
        provinces.default_table()
        oldest, middle = periods[0], periods[5]

        def bare(which, period=middle):
            with connection.cursor() as cursor:
                cursor.execute(SUMS.format(table=which), [period.pk])
                return cursor.fetchall()

        work = {
            "bare": lambda bare=bare: bare("reports_figure"),
            "default": lambda bare=bare: bare("default_figure"),
            "orm": lambda period=middle: list(Figure.objects.sums(period)),
            "one year": lambda period=oldest: summarise(period),
            "with last year": lambda period=middle: summarise(period),
        }
        ms = medians(work, 7 if bodies < 1000 else 5, clock=time.perf_counter)
        rows.append(
            (
                str(bodies),
                ms["bare"],
                ms["orm"] / ms["bare"],
                ms["bare"] / ms["default"],
                ms["orm"] / ms["default"],
                ms["one year"],
                ms["one year"] / ms["bare"],
                ms["with last year"] / ms["bare"],
            )
        )
        kept.append(_kept_ready(bodies, periods, bare))
    table(
        f"Adding up one year of ten, 87 typed indicators, {connection.vendor} (wall time)",
        rows,
        (
            "bodies",
            "bare SQL ms",
            "ORM / bare",
            "our table / default",
            "ORM / default table",
            "Summary ms",
            "Summary / bare",
            "with last year / bare",
        ),
    )
    table(
        f"Leadership's totals, kept ready, {connection.vendor} (wall time)",
        kept,
        (
            "bodies",
            "kept ready ms",
            "/ bare SQL",
            "Summary from it ms",
            "/ Summary of figures",
            "one acceptance ms",
            "recount differs in",
        ),
    )


def _kept_ready(bodies: int, periods, bare) -> tuple:
    """What reading the roll-up costs against adding up, and what keeping it costs an acceptance; recounted after."""
    middle = periods[5]
    for period in periods[4:6]:
        rollup.renew(period)
    one = list(Report.objects.filter(period=middle)[:1])
    work = {
        "bare": lambda: bare("reports_figure", middle),
        "kept": lambda: list(rollup.sums(middle)),
        "figures": lambda: summarise(middle),
        "ready": lambda: summarise(middle, ready=True),
        "upkeep": lambda: (rollup.take_out(one), rollup.add(one)),
    }
    ms = medians(work, 7 if bodies < 1000 else 5, clock=time.perf_counter)
    return (
        str(bodies),
        ms["kept"],
        ms["kept"] / ms["bare"],
        ms["ready"],
        ms["ready"] / ms["figures"],
        ms["upkeep"] / 2,
        str(rollup.differences(middle)),
    )
