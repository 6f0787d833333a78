"""Provinces of any size, written by plain SQL: what is measured is reading, not making."""

import datetime as dt

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directives.choices import BodyKind
from directives.loading import load
from directives.models import Body, Obligation
from reports.choices import Status
from reports.folding import folded
from reports.models import Period, Report
from reports.models.periods import asked_in

FIGURES = """
    INSERT INTO {table} (report_id, indicator_id, option, value, "nothing", detail, estimate)
    SELECT r.id, i.id, 'total', ((r.position * 7919 + i.id * 104729) %% 1000) * 1000, {false}, '', {false}
    FROM reports_report r CROSS JOIN directives_indicator i
    WHERE r.period_id = %s AND i.catalogue_id = %s AND i.combine <> 'ratio'
    ORDER BY r.id, i.id
"""


def build(bodies: int, years: range) -> list[Period]:
    """So many districts, all answered and accepted in each of ``years``; the periods, oldest first."""
    Body.objects.bulk_create(
        Body(
            code=f"don-vi-{n}",
            name=f"Ủy ban nhân dân đơn vị {n}",
            short_name=f"Đơn vị {n}",
            kind=BodyKind.DISTRICT,
            position=1000 + n,
        )
        for n in range(bodies)
    )
    made = list(Body.objects.filter(code__startswith="don-vi-").order_by("position"))
    obligation = Obligation.objects.get()
    catalogue = obligation.directive.catalogues.first()
    lead = obligation.lead_on(dt.date(2020, 12, 1))
    false = "false" if connection.vendor == "postgresql" else "0"
    periods = []
    for year in years:
        data_from, data_to = obligation.data_days(year)
        period = Period.objects.create(
            code=str(year),
            kind="annual",
            year=year,
            obligation=obligation,
            catalogue=catalogue,
            due_on=obligation.due_on(year),
            due_rule=obligation.due_rule,
            data_from=data_from,
            data_to=data_to,
            bodies_as_of=data_to,
            lead=lead,
            lead_name=lead.body.name,
            lead_symbol=lead.body.symbol,
        )
        period.tasks.set(catalogue.tasks.all())
        now = timezone.now()
        Report.objects.bulk_create(
            Report(
                period=period,
                body=body,
                position=n,
                name=body.name,
                short_name=body.short_name,
                search_name=folded(f"{body.name} {body.short_name}"),
                group=body.kind,
                counting_group=body.kind,
                status=Status.ACCEPTED,
                version=1,
                first_submitted_at=now,
                submitted_at=now,
            )
            for n, body in enumerate(made, 1)
        )
        with connection.cursor() as cursor:
            cursor.execute(FIGURES.format(table="reports_figure", false=false), [period.pk, catalogue.pk])
        periods.append(period)
    analyze()
    return periods


def default_table() -> None:
    """The same figures in the table that Django makes by default: its own id and a unique constraint beside it."""
    identity = "bigserial" if connection.vendor == "postgresql" else "integer"
    auto = "" if connection.vendor == "postgresql" else "AUTOINCREMENT"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS default_figure")
        cursor.execute(
            f"""CREATE TABLE default_figure (
                id {identity} PRIMARY KEY {auto}, report_id bigint NOT NULL, indicator_id bigint NOT NULL,
                option varchar(9) NOT NULL, value numeric(18, 3), "nothing" boolean NOT NULL, detail text NOT NULL,
                estimate boolean NOT NULL,
                UNIQUE (report_id, indicator_id, option))"""
        )
        cursor.execute(
            """INSERT INTO default_figure (report_id, indicator_id, option, value, "nothing", detail, estimate)
               SELECT report_id, indicator_id, option, value / 1000.0, "nothing", detail, estimate
               FROM reports_figure ORDER BY report_id"""
        )
        cursor.execute("CREATE INDEX default_figure_report ON default_figure (report_id)")
        cursor.execute("CREATE INDEX default_figure_indicator ON default_figure (indicator_id)")
    analyze()


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def clear() -> None:
    """An emptied database with the data files loaded."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS default_figure")
    call_command("flush", interactive=False, verbosity=0)
    load()
    asked_in.cache_clear()
