"""The totals of accepted reports kept ready, so that leadership's pages need not add up every figure again.

Written by the doors that accept and reopen, in their transaction: figures of an accepted report do not change, so what
was added on acceptance is what is taken out on reopening. ``differences`` recounts; the self-check asks it.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from .models import Figure, Period, Report, RollUp

# One statement, whatever the number of reports. In the order of the key, so that two doors at once never wait for
# each other in a circle. CAST: PostgreSQL's sum of whole numbers is no whole number.
ADD = """
INSERT INTO {roll_up} AS kept (period_id, indicator_id, option, counting_group, total, answered, with_value, estimates)
SELECT r.period_id, f.indicator_id, f.option, r.counting_group,
       {sign} CAST(COALESCE(SUM(f.value), 0) AS BIGINT), {sign} COUNT(*), {sign} COUNT(f.value),
       {sign} SUM(CASE WHEN f.estimate THEN 1 ELSE 0 END)
FROM {figure} f JOIN {report} r ON r.id = f.report_id
WHERE {which}
GROUP BY r.period_id, f.indicator_id, f.option, r.counting_group
ORDER BY r.period_id, f.indicator_id, f.option, r.counting_group
ON CONFLICT (period_id, indicator_id, option, counting_group) DO UPDATE SET
    total = kept.total + excluded.total, answered = kept.answered + excluded.answered,
    with_value = kept.with_value + excluded.with_value, estimates = kept.estimates + excluded.estimates
"""
MOST = 500  # reports in one statement: SQLite takes no more than so many values at once in its older builds


def add(reports: Iterable[Report]) -> None:
    """Count in the figures of ``reports``, which were accepted in this transaction."""
    _change(reports, "+")


def take_out(reports: Iterable[Report]) -> None:
    """Count out the figures of ``reports``, which were accepted until this transaction."""
    _change(reports, "-")


def _change(reports: Iterable[Report], sign: str) -> None:
    keys = [report.pk for report in reports]
    for start in range(0, len(keys), MOST):
        some = keys[start : start + MOST]
        _run(sign, f"r.id IN ({', '.join(['%s'] * len(some))})", some)


def _run(sign: str, which: str, values: list) -> None:
    tables = {"roll_up": RollUp, "figure": Figure, "report": Report}
    names = {name: connection.ops.quote_name(model._meta.db_table) for name, model in tables.items()}
    with connection.cursor() as cursor:
        cursor.execute(ADD.format(sign=sign, which=which, **names), values)


@transaction.atomic
def renew(period: Period) -> None:
    """Count ``period`` anew from its figures."""
    # Nobody accepts or reopens meanwhile: a body counted by both would be in the total twice.
    list(Report.objects.select_for_update().filter(period=period).order_by("pk").values_list("pk"))
    RollUp.objects.filter(period=period).delete()
    _run("+", "r.period_id = %s AND r.status = 'accepted'", [period.pk])


def sums(period: Period):
    """The same rows as ``Figure.objects.sums(period)``, without adding up a single figure."""
    kept = RollUp.objects.filter(period=period, answered__gt=0).order_by()
    return kept.values_list("indicator_id", "option", "counting_group", "total", "answered", "with_value", "estimates")


def differences(period: Period) -> int:
    """In how many cells what is kept differs from a recount."""
    counted, kept = _by_cell(Figure.objects.sums(period)), _by_cell(sums(period))
    return sum(1 for cell in counted.keys() | kept.keys() if counted.get(cell) != kept.get(cell))


def _by_cell(rows: Iterable[tuple]) -> dict[tuple, tuple]:
    return {row[:3]: (row[3] or 0, *row[4:]) for row in rows}
