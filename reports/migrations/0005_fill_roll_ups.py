"""Counts what was accepted before the roll-up existed. Idempotent; undoing it empties the roll-up."""

from django.db import migrations

FILL = """
INSERT INTO reports_rollup (period_id, indicator_id, option, counting_group, total, answered, with_value, estimates)
SELECT r.period_id, f.indicator_id, f.option, r.counting_group, CAST(COALESCE(SUM(f.value), 0) AS BIGINT),
       COUNT(*), COUNT(f.value), SUM(CASE WHEN f.estimate THEN 1 ELSE 0 END)
FROM reports_figure f JOIN reports_report r ON r.id = f.report_id
WHERE r.status = 'accepted'
GROUP BY r.period_id, f.indicator_id, f.option, r.counting_group
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_provincial_report")]

    operations = [
        migrations.RunSQL("DELETE FROM reports_rollup", migrations.RunSQL.noop),
        migrations.RunSQL(FILL, "DELETE FROM reports_rollup"),
    ]
