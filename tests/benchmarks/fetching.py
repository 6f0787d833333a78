"""A year's figures out of the database: into Python against model instances, and into a Summary against bare SQL."""

import os
import time

from django.db import connection

from reports.gathering import answers_in, summarise
from reports.models import Figure

from . import provinces
from .adding_up import SUMS
from .measuring import exponent, medians, peak_growth, table

FEW = 1000  # bodies above which model instances take most of a minute


def run(sizes: tuple[int, ...]) -> None:
    fetched, summed, measured = [], [], {}
    for bodies in sizes:
        provinces.clear()
        _before, period = provinces.build(bodies, range(2019, 2021))
        figures, codes = Figure.objects.of_accepted(period), {i.pk: i.code for i in period.indicators()}
        work = {
            "ours": lambda figures=figures, codes=codes: answers_in(figures, codes),
            "values": lambda figures=figures: list(figures.values_list("report_id", "indicator_id", "option", "value")),
            "instances": lambda figures=figures: list(figures.select_related("report__body", "indicator")),
        }
        rounds = 5 if bodies < FEW else 1
        mib = {name: _grown(each) for name, each in work.items()}  # first: a child reuses what its parent has freed
        ms = medians(work, rounds, clock=time.perf_counter)
        shares = (ms["ours"], ms["ours"] / ms["values"], ms["ours"] / ms["instances"], mib["ours"], mib["instances"])
        fetched.append((str(bodies), f"{figures.count()}", *shares))
        work = {"bare": lambda period=period: _bare(period), "ours": lambda period=period: summarise(period)}
        work["cells"] = lambda period=period: summarise(period, cells=True, texts=True)
        grown = _grown(work["cells"])
        ms = medians(work, rounds, clock=time.perf_counter)
        measured[bodies] = ms
        summed.append((str(bodies), ms["bare"], ms["ours"], ms["ours"] / ms["bare"], ms["cells"], grown))
    heads = ("bodies", "figures", "ours ms", "/ values_list", "/ model instances", "ours MiB", "instances MiB")
    table(f"One year's figures into Python, {connection.vendor} (wall time)", fetched, heads)
    heads = ("bodies", "bare SQL ms", "Summary ms", "/ bare SQL", "with every cell ms", "MiB")
    table(f"The Summary of one year beside the last, {connection.vendor} (wall time)", summed, heads)
    for name in ("bare", "ours", "cells"):
        print(f"  {name} grows with the bodies: {exponent({n: ms[name] for n, ms in measured.items()})}")


def _bare(period):
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(table="reports_figure"), [period.pk])
        return cursor.fetchall()


def _grown(work) -> float:
    """Peak memory in a child that has its own line to the server; SQLite's copy in memory is the child's anyway."""
    parent = os.getpid()

    def alone():
        if os.getpid() != parent and connection.vendor == "postgresql":
            kept.append(connection.connection)  # closing it here would close the parent's
            connection.connection = None
        work()

    kept = []
    return peak_growth(alone)
