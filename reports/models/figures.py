from decimal import Decimal

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from directives.choices import Option
from directives.models import Indicator

from ..answers import Answer, Answers, Cell
from ..choices import Status
from .reports import Report

SCALE = 1000


class ExactDecimalField(models.BigIntegerField):
    """A decimal with up to three places, kept as whole thousandths.

    SQLite has no decimal type: a fraction would become a binary float and a sum of money could be
    off by a đồng. Whole numbers are exact in both databases, also when the database adds them up.
    """

    description = _("số thập phân chính xác đến phần nghìn")

    def from_db_value(self, value, expression, connection):
        return None if value is None else plain(Decimal(value) / SCALE)

    def to_python(self, value):
        return value if value is None or isinstance(value, Decimal) else Decimal(value)

    def get_prep_value(self, value):
        if value is None or hasattr(value, "resolve_expression"):
            return value
        scaled = Decimal(value) * SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than three decimal places")
        return int(scaled)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent: 15, not 1.5E+1 or 15.000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class FigureQuerySet(models.QuerySet):
    def of_accepted(self, period):
        return self.filter(report__period=period, report__status=Status.ACCEPTED)

    def sums(self, period):
        """The accepted figures of ``period`` added up by the database, one row per cell and counting group.

        (indicator id, option, counting group, sum of values, answers, answers with a value).
        """
        return (
            self.of_accepted(period)
            .order_by()
            .values_list("indicator_id", "option", "report__counting_group")
            .annotate(Sum("value"), Count("option"), Count("value"))
        )


class Figure(models.Model):
    """One cell of one report: the only place where a number is kept.

    No row: no answer yet. ``value`` 0: counted, there were none. ``nothing``: the matter did not arise.
    The key is the cell itself, which makes a second figure for a cell impossible.
    """

    pk = models.CompositePrimaryKey("report_id", "indicator_id", "option")
    # Its own small index beside the key: with the key alone PostgreSQL reads ten years to add up one.
    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", db_index=False)
    option = models.CharField(_("phân tổ"), max_length=9, choices=Option, default=Option.TOTAL)
    value = ExactDecimalField(_("số liệu"), null=True)
    nothing = models.BooleanField(_("không phát sinh"), default=False)
    detail = models.TextField(_("chi tiết"), blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu")
        verbose_name_plural = _("số liệu")
        constraints = [
            models.CheckConstraint(
                name="a_value_or_nothing_arose",
                condition=Q(value__isnull=False, nothing=False) | Q(value__isnull=True, nothing=True),
            ),
            models.CheckConstraint(name="no_negative_figure", condition=Q(value__isnull=True) | Q(value__gte=0)),
        ]

    def __str__(self):
        return f"{self.report_id} {self.indicator_id} {self.option}"


def answers_of(report: Report) -> Answers:
    """{Cell: Answer} of one report; a cell without an answer is not in it."""
    codes = {indicator.pk: indicator.code for indicator in report.period.indicators()}
    rows = Figure.objects.filter(report=report).values_list("indicator_id", "option", "value", "nothing", "detail")
    return {
        Cell(codes[indicator], option): Answer(value, nothing, detail)
        for indicator, option, value, nothing, detail in rows
        if indicator in codes
    }


def write_answers(report: Report, now: dict[Cell, Answer | None]) -> set[Cell]:
    """Store the cells of ``now`` (None: no answer) and nothing else; returns the cells that changed.

    One reading and at most a deletion and an upsert (SQLite splits a long one). Call inside a transaction
    that holds the report.
    """
    before = answers_of(report)
    ids = {indicator.code: indicator.pk for indicator in report.period.indicators()}
    changed = {cell for cell, answer in now.items() if before.get(cell) != answer}
    gone = [cell for cell in changed if now[cell] is None]
    if gone:
        where = Q()
        for cell in gone:
            where |= Q(indicator_id=ids[cell.code], option=cell.option)
        Figure.objects.filter(where, report=report).delete()
    rows = [
        Figure(
            report=report,
            indicator_id=ids[cell.code],
            option=cell.option,
            value=now[cell].value,
            nothing=now[cell].nothing,
            detail=now[cell].detail,
        )
        for cell in changed
        if now[cell] is not None
    ]
    if rows:
        Figure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["report", "indicator", "option"],
            update_fields=["value", "nothing", "detail"],
        )
    return changed
