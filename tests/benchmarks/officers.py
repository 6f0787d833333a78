"""The officers' pages and acts at growing provinces: board, queue, review page, many acceptances, reminders."""

import datetime as dt
import gzip
import smtplib
import socket
import time
from email.mime.text import MIMEText

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directives.choices import Role
from directives.models import User
from reports.choices import Action, MailState, Status
from reports.delivery import deliver
from reports.models import Event, Notice, Period, Report, Screening, answers_of
from reports.reminders import remind
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
    _reminding(max(sizes))


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


@override_settings(
    MAIL_CONFIGURED=True, EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1"
)
def _reminding(size: int) -> None:
    """A reminder to every body and its mail over a real line, against one bare insert and a bare SMTP session."""
    period, at = _owing(size)
    rows = []
    for what in ("remind all", "remind again"):
        with CaptureQueriesContext(connection) as asked:
            seconds = _seconds(lambda: remind(at))
        rows.append((what, str(len(asked)), seconds * 1000, ""))
    notices = list(Notice.objects.filter(period=period))
    assert len(notices) == size, len(notices)
    copies = [Notice(recipient=n.recipient, kind=n.kind, key=f"{n.key}:bare", subject="", text=n.text) for n in notices]
    bare = _seconds(lambda: Notice.objects.bulk_create(copies))
    rows.append(("bare insert", "1", bare * 1000, ""))
    Notice.objects.filter(key__endswith=":bare").delete()
    Notice.objects.update(mail=MailState.RELEASED)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = Controller(Sink(), hostname="127.0.0.1", port=port)
    sink.start()
    try:
        with override_settings(EMAIL_PORT=port, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, EMAIL_HOST_USER=""):
            seconds = _seconds(deliver)
        assert Notice.objects.filter(mail=MailState.SENT).count() == size
        bare = _seconds(lambda: _bare_session(port, notices))
    finally:
        sink.stop()
    rows += [(f"deliver {size} mails", "", seconds * 1000, seconds / bare), ("bare SMTP session", "", bare * 1000, 1.0)]
    table(f"Reminding {size} bodies (wall time)", rows, ("act", "statements", "ms", "/ bare"))


def _owing(size: int):
    """A round in which nobody has sent yet, seven working days before its end; every body has one person."""
    period = _province(size)
    period.reports.update(status=Status.DRAFT, version=0, first_submitted_at=None, submitted_at=None, task_marks="")
    at = timezone.make_aware(dt.datetime.combine(period.due_on - dt.timedelta(days=8), dt.time(9)))
    Period.objects.filter(pk=period.pk).update(opened_at=at - dt.timedelta(days=60))
    Period.objects.exclude(pk=period.pk).get().reports.update(status=Status.EXEMPT)
    User.objects.update(is_active=False)
    bodies = [report.body for report in period.reports.select_related("body")]
    User.objects.bulk_create(
        User(username=b.code, role=Role.REPORTER, body=b, email=f"{b.code}@example.vn", password="!") for b in bodies
    )
    return period, at


def _seconds(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _bare_session(port: int, notices) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line:
        for notice in notices:
            mail = MIMEText(notice.text, "plain", "utf-8")
            mail["Subject"], mail["From"], mail["To"] = notice.subject, "a@example.vn", "b@example.vn"
            line.send_message(mail)
