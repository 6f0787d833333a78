"""Typing: the fill page at three sizes, one autosave, the weight of a visit, a crowd that saves at once."""

import datetime as dt
import gzip
import json
import re
import statistics
import threading
import time
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client, RequestFactory, override_settings

from directives.models import Catalogue, Indicator, Obligation, Task, indicators_of, rules_of
from reports.answers import Answer, Cell
from reports.models import Figure, Period, write_answers
from reports.models.periods import asked_in
from tests.conftest import person
from tests.crowd.servers import Portal, Postgres, postgres_programs
from tests.crowd.typing import Crowd, Reader

from . import provinces
from .measuring import medians, table
from .pages import getter

SIZES = (30, 100, 300)  # cells of a page
SECTION = 14  # figures of one save of a whole section
CROWDS = (50, 200)
ROUNDS = 8  # saves of each person in a crowd


@override_settings(ROOT_URLCONF="tests.benchmarks.urls")
def run() -> None:
    rows, client = [], None
    for cells in SIZES:
        client = _province_with(cells)
        pages = {"bare": getter(client, "/bench/bare"), "fill": getter(client, "/bao-cao/2020/na-hang/phan/3/")}
        ms = medians(pages, 20)
        content = pages["fill"]()
        rows.append((f"{cells}", ms["bare"], ms["fill"], ms["fill"] / ms["bare"], f"{len(gzip.compress(content))}"))
    table("Fill page by cells (processor time of one GET)", rows, ("cells", "bare ms", "fill ms", "/ bare", "gzip"))
    _weights(client)
    _autosave(client)
    _statement()


def crowds() -> None:
    """People who save one cell after another at the same time, against gunicorn with two workers."""
    rows = []
    for people in CROWDS:
        rows.append(("SQLite", *_crowd("", people)))
        if postgres_programs():
            cluster = Postgres()
            try:
                rows.append(("PostgreSQL", *_crowd(cluster.url, people)))
            finally:
                cluster.close()
    heads = ("database", "people", "saves/s", "median ms", "p95 ms", "errors", "acknowledged and lost")
    table(
        f"{ROUNDS} saves by each of so many people at once (wall time, the people on the same two cores)", rows, heads
    )
    _crowd_with_leaders()


def _crowd_with_leaders() -> None:
    """Ten leaders take the outgoing workbook of an accepted year away while 200 people save."""
    portal = Portal("", 200, leaders=10)
    try:
        crowd, stop = Crowd.of(portal), threading.Event()
        readers = [Reader(leader, portal.port) for leader in portal.leaders]
        threads = [threading.Thread(target=reader.work, args=(stop,)) for reader in readers]
        start = time.perf_counter()
        crowd.begin(ROUNDS)
        for thread in threads:
            thread.start()
        crowd.wait()
        seconds = time.perf_counter() - start
        stop.set()
        for thread in threads:
            thread.join()
        saves = sorted(1000 * second for typist in crowd.typists for second in typist.seconds)
        taken = sorted(second for reader in readers for second in reader.seconds)
        wrong = sum(len(each.failures) for each in (*crowd.typists, *readers))
        row = (crowd.saved / seconds, statistics.median(saves), saves[int(len(saves) * 0.95)], f"{len(taken)}")
        last = (statistics.median(taken) if taken else 0.0, f"{wrong}", f"{len(portal.check(crowd.told))}")
        heads = ("database", "saves/s", "median ms", "p95 ms", "workbooks", "median s", "errors", "lost")
        table("Ten leaders downloading while 200 people save (wall time)", [("SQLite", *row, *last)], heads)
    finally:
        portal.close()


def _crowd(database: str, people: int) -> tuple:
    portal = Portal(database, people)
    try:
        crowd = Crowd.of(portal)
        start = time.perf_counter()
        crowd.begin(ROUNDS)
        crowd.wait()
        seconds = time.perf_counter() - start
        times = sorted(1000 * second for typist in crowd.typists for second in typist.seconds)
        errors = sum(len(typist.failures) for typist in crowd.typists)
        lost = len(portal.check(crowd.told))
        p95 = times[int(len(times) * 0.95)]
        return f"{people}", crowd.saved / seconds, statistics.median(times), p95, f"{errors}", f"{lost}"
    finally:
        portal.close()


def _province_with(cells: int) -> Client:
    """An edition whose third task has so many cells (a total and an of-which each), half of them answered."""
    provinces.clear()
    obligation = Obligation.objects.get()
    old = obligation.directive.catalogues.first()
    new = Catalogue.objects.create(
        directive=obligation.directive, version=old.version + 1, fingerprint=f"bench-{cells}"
    )
    tasks = {
        t.number: Task.objects.create(catalogue=new, number=t.number, title_vi=t.title_vi, text=t.text)
        for t in old.tasks.all()
    }
    model = indicators_of(old.pk)[0]
    Indicator.objects.bulk_create(
        Indicator(
            catalogue=new,
            code=f"T3.{n:03}",
            position=n,
            task=tasks[3],
            task_number=3,
            name_vi=f"Số trẻ em được hỗ trợ theo nhóm {n}",
            unit="trẻ em",
            value_type="count",
            combine="sum",
            of_which="girls",
            counted_from=model.counted_from,
            core=True,
        )
        for n in range(1, cells // 2 + 1)
    )
    for remembered in (indicators_of, rules_of, asked_in):
        remembered.cache_clear()
    period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1))
    report = period.reports.select_related("period", "body").get(body__code="na-hang")
    answered = [i for i in report.indicators() if i.position % 2]
    write_answers(report, {Cell(i.code, option): Answer(value=1) for i in answered for option in i.options})
    client = Client()
    client.force_login(person("lan", "reporter", "na-hang"))
    return client


def _weights(client) -> None:
    """What the wire carries: the page, and at the first visit every file it names, all gzip."""
    rows = []
    for name, address in {
        "fill, 300 cells": "/bao-cao/2020/na-hang/phan/3/",
        "list of parts": "/bao-cao/2020/na-hang/",
    }.items():
        page = getter(client, address)()
        named = set(re.findall(rb'(?:href|src)="/static/([^"?]+)"', page))
        files = sum(len(gzip.compress(_static(path.decode()))) for path in named)
        later = len(gzip.compress(page))
        rows.append((name, f"{later + files}", f"{later}", f"{len(named)}"))
    table("Bytes of a visit (gzip)", rows, ("page", "first visit", "later visits", "files"))


def _static(path: str) -> bytes:
    return Path(finders.find(path)).read_bytes()


def _autosave(client) -> None:
    rows = []
    for name, cells in {"one cell": slice(100, 101), f"a section of {SECTION}": slice(SECTION)}.items():
        save = _saver(client, cells)
        save()
        queries = _queries(save)
        ms = medians({"save": save}, 30, clock=time.perf_counter)
        rows.append((name, ms["save"], f"{queries}"))
    table("Autosave, one POST in process (wall time)", rows, ("what", "ms", "queries"))


def _queries(work) -> int:
    counted = []

    def count(execute, *call):
        counted.append(call[0])
        return execute(*call)

    with connection.execute_wrapper(count):
        work()
    return len(counted)


def _saver(client, cells: slice):
    """POSTs new values into ``cells`` of the part, each time the next number."""
    handler, state = WSGIHandler(), {"n": 1}
    token = "a" * 32
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items()) + f"; csrftoken={token}"
    number = int(Figure.objects.values_list("report__period__catalogue_id", flat=True)[0])
    names = [i.code for i in indicators_of(number)[cells]]
    first = {i.code: "1" if i.position % 2 else "" for i in indicators_of(number)}
    user = client.session["_auth_user_id"]

    def save():
        before, state["n"] = state["n"], state["n"] + 1
        was = {name: str(before) if before > 1 else first[name] for name in names}
        changes = [{"name": name, "was": was[name], "now": str(state["n"])} for name in names]
        body = json.dumps({"person": int(user), "seen": 0, "changes": changes})
        request = RequestFactory().post(
            "/bao-cao/2020/na-hang/phan/3/luu/",
            body,
            content_type="application/json",
            HTTP_HOST="127.0.0.1",
            HTTP_COOKIE=cookies,
            HTTP_X_CSRFTOKEN=token,
        )
        statuses = []
        response = handler(dict(request.environ), lambda status, headers: statuses.append(status))
        answer = json.loads(b"".join(response))
        response.close()
        assert statuses == ["200 OK"], (statuses, answer)
        assert answer["conflicts"] == [], answer["conflicts"]

    return save


def _statement() -> None:
    """Our upsert of a section against the same rows as one bare multi-row statement."""
    report = Period.objects.get().reports.select_related("period").get(body__code="na-hang")
    indicators = list(report.indicators())[:SECTION]
    state = {"n": 0}

    def ours():
        state["n"] += 1
        now = {Cell(i.code): Answer(value=state["n"]) for i in indicators}
        with transaction.atomic():
            write_answers(report, now, before={})

    def bare():
        state["n"] += 1
        values = ", ".join(["(%s, %s, 'total', %s, %s, '', %s)"] * len(indicators))
        arguments = [a for i in indicators for a in (report.pk, i.pk, state["n"] * 1000, False, False)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO reports_figure (report_id, indicator_id, option, value, "nothing", detail, estimate)
                    VALUES {values} ON CONFLICT (report_id, indicator_id, option) DO UPDATE SET
                    value = excluded.value, "nothing" = excluded."nothing", detail = excluded.detail,
                    estimate = excluded.estimate""",
                arguments,
            )

    ms = medians({"ours": ours, "bare": bare}, 60, clock=time.perf_counter)
    rows = [(f"{SECTION} figures", ms["bare"], ms["ours"], ms["ours"] / ms["bare"])]
    table("The statement of a save (wall time, one transaction each)", rows, ("what", "bare ms", "ours ms", "/ bare"))
