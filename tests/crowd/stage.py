"""``python -m tests.crowd.stage PEOPLE [LEADERS]``: signed-in people in the database of DATABASE_URL; JSON out."""

import datetime as dt
import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()

from importlib import import_module  # noqa: E402 - needs django.setup() first

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from directives.choices import Role  # noqa: E402
from directives.loading import load  # noqa: E402
from directives.models import Obligation, User  # noqa: E402
from reports.answers import Cell  # noqa: E402
from reports.choices import Status  # noqa: E402
from reports.models import Period  # noqa: E402

PLACES, ROUNDS = 6, 3  # people of one body; cells for each: a round of saves begins with an untouched one


def main(people: int) -> list[dict]:
    """One line per person: cookie, person id, and the (cell, address of its autosave) that are theirs alone."""
    call_command("migrate", verbosity=0)
    load()
    period = Period.objects.open(Obligation.objects.get(), 2020, as_of=dt.date(2020, 12, 1))
    reports = list(period.reports.select_related("body", "period"))
    password = make_password(None)
    made = []
    for n in range(people):
        report, turn = reports[n % len(reports)], n // len(reports)
        user = User.objects.create(username=f"nguoi-{n}", role=Role.REPORTER, body=report.body, password=password)
        cells = [i for i in report.indicators() if not i.computed and i.value_type == "count"]
        own = [cells[(turn + PLACES * n) % len(cells)] for n in range(ROUNDS)]
        made.append(
            {
                "person": user.pk,
                "session": _session(user),
                "cells": [(i.code, f"/bao-cao/2020/{report.body.code}/phan/{i.task_number}/luu/") for i in own],
                "report": report.pk,
            }
        )
    return made


def leaders(number: int) -> list[dict]:
    """Leaders' cookies; the year 2019 is there for them to take away, every body accepted with every figure."""
    from tests.benchmarks.provinces import FIGURES

    period = Period.objects.open(Obligation.objects.get(), 2019, as_of=dt.date(2019, 12, 1))
    now = timezone.now()
    period.reports.update(status=Status.ACCEPTED, version=1, first_submitted_at=now, submitted_at=now)
    with connection.cursor() as cursor:
        no = "false" if connection.vendor == "postgresql" else "0"
        cursor.execute(FIGURES.format(table="reports_figure", false=no), [period.pk, period.catalogue_id])
    users = [User.objects.create(username=f"lanh-dao-{n}", role=Role.LEADER, password="!") for n in range(number)]
    return [{"person": user.pk, "session": _session(user)} for user in users]


def _session(user) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def acknowledged(lines: list[list]) -> list[str]:
    """What is wrong with [report, cell, values in the order of their acknowledgement]; [] if nothing.

    Every acknowledged value must stand in the list of edits, and the cell must hold the last edit: that of the
    last acknowledged value, or of one whose answer never came.
    """
    from reports.models import Edit, Report, answers_of

    wrong = []
    for pk, cell, values in lines:
        report = Report.objects.select_related("period").get(pk=pk)
        edits = list(Edit.objects.filter(report=report, name=cell).order_by("pk").values_list("after", flat=True))
        answer = answers_of(report).get(Cell.parse(cell))
        stored = None if answer is None else f"{answer.value:f}"
        if edits[: len(values)] != values:
            wrong.append(f"{pk} {cell}: acknowledged {values}, edits {edits}")
        if (edits[-1] if edits else None) != stored:
            wrong.append(f"{pk} {cell}: last edit {edits[-1:]}, stored {stored}")
    return wrong


if __name__ == "__main__":
    if sys.argv[1] == "check":
        json.dump(acknowledged(json.load(sys.stdin)), sys.stdout)
    else:
        people = main(int(sys.argv[1]))
        json.dump(people + (leaders(int(sys.argv[2])) if len(sys.argv) > 2 else []), sys.stdout)
