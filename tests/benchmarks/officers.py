"""The officers' pages and acts at growing provinces: board, queue, review page, many acceptances, reminders."""

import gzip
import time

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.choices import Action, Status
from reports.models import Event, Report, Screening, answers_of
from reports.sheets import content_of
from reports.workflow import accept_many
from tests.conftest import person

from . import provinces
from .measuring import medians, table
from .pages import getter

BODY = "don-vi-7"


def run(sizes) -> None:
    for size in sizes:
        _pages(size)
    _accepting(max(sizes))


@override_settings(ROOT_URLCONF="tests.benchmarks.urls")
def _pages(size: int) -> None:
    period = _province(size)
    client = Client()
    client.force_login(person("huyen", "officer"))
    addresses = {
        "bare": "/bench/bare",
        "board": f"/ky/{period.code}/",
        "queue": f"/ky/{period.code}/cho-duyet/",
        "review": f"/bao-cao/{period.code}/{BODY}/ban-gui/",
    }
    work = {name: getter(client, address) for name, address in addresses.items()}
    ms = medians(work, 11)
    rows = []
    for name, get in work.items():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            content = get()
        rows.append(
            (
                name,
                str(len(asked)),
                ms[name],
                ms[name] / ms["bare"],
                str(len(content)),
                str(len(gzip.compress(content))),
            )
        )
    heads = ("page", "queries", "ms", "/ bare page", "bytes", "gzip")
    table(f"An officer's pages at {size} bodies, one GET in process (processor time)", rows, heads)


def _province(size: int):
    """Two years; in the second every other report waits for acceptance, with what its sending left behind."""
    provinces.clear()
    _before, period = provinces.build(size, range(2019, 2021))
    waiting = period.reports.filter(position__iregex=r"[13579]$")
    waiting.update(status=Status.SUBMITTED)
    period.reports.update(task_marks="A" * len(period.task_numbers()))
    sender = person("lan", "reporter", "na-hang")
    content = content_of(*_answered(period))
    small = {"figures": {}, "tasks": {}, "overview": {}, "progress": {}, "explanations": {}}
    events = Event.objects.bulk_create(
        (
            Event(
                report=report,
                action=Action.SUBMIT,
                by=sender,
                at=timezone.now(),
                version=1,
                content=content if report.body.code == BODY else small,
            )
            for report in period.reports.select_related("body")
        ),
        batch_size=500,
    )
    Screening.objects.bulk_create(
        (Screening(event=event, weight=event.report_id % 40, jumps=event.report_id % 3) for event in events),
        batch_size=500,
    )
    provinces.analyze()
    return period


def _answered(period):
    report = period.reports.select_related("period", "body").get(body__code=BODY)
    return report, answers_of(report)


def _accepting(size: int, many: int = 1000) -> None:
    """``many`` acceptances at once against the two bare statements that they cannot do without."""
    period = _province(size)
    officer = person("huyen", "officer")
    reports = list(period.reports.filter(status=Status.SUBMITTED).select_related("body")[:many])
    with CaptureQueriesContext(connection) as asked:
        start = time.perf_counter()
        accepted, _refused = accept_many(reports, by=officer)
        seconds = time.perf_counter() - start
    assert len(accepted) == len(reports), (len(accepted), len(reports))
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(status=Status.SUBMITTED)
    start = time.perf_counter()
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(status=Status.ACCEPTED)
    Event.objects.bulk_create(Event(report=r, action=Action.ACCEPT, by=officer, version=1) for r in reports)
    bare = time.perf_counter() - start
    rows = [(f"accept {len(reports)}", str(len(asked)), seconds * 1000, seconds / bare)]
    table("Accepting many reports at once", rows, ("act", "statements", "ms", "/ bare statements"))
