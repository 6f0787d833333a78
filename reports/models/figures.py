import json
from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import Aggregate, BigIntegerField, Count, Exists, F, Max, OuterRef, Q, Sum
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext_lazy as _

from directives.choices import JUMPING, Combine, Option
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
        return exact(value)

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


def exact(thousandths: int | None) -> Decimal | None:
    """The figure that is kept as so many ``thousandths``."""
    return None if thousandths is None else plain(Decimal(thousandths) / SCALE)


class _Packed(Aggregate):
    """All rows of a group as one JSON text: [[value of each expression] …]."""

    output_field = models.TextField()

    def as_sqlite(self, compiler, connection, **more):
        return self.as_sql(compiler, connection, template="json_group_array(json_array(%(expressions)s))", **more)

    def as_postgresql(self, compiler, connection, **more):
        template = "json_agg(json_build_array(%(expressions)s))::text"
        return self.as_sql(compiler, connection, template=template, **more)


class FigureQuerySet(models.QuerySet):
    def of_accepted(self, period):
        return self.filter(report__period=period, report__status=Status.ACCEPTED)

    def by_body(self):
        """(body code, [[indicator id, option, thousandths or None, nothing, estimate] …]), a row for each report.

        The database packs them: a row for every figure takes three times as long, a model instance thirty times.
        """
        packed = _Packed("indicator_id", "option", "value", "nothing", "estimate")
        rows = self.order_by().values_list("report_id").annotate(Max("report__body__code"), packed=packed)
        for _report, body, text in rows.iterator(chunk_size=200):
            yield body, json.loads(text)

    def sums(self, period):
        """The accepted figures of ``period`` added up by the database, one row per cell and counting group.

        (indicator id, option, counting group, sum of values, answers, answers with a value, marked as estimates).
        """
        return (
            self.of_accepted(period)
            .order_by()
            .values_list("indicator_id", "option", "report__counting_group")
            .annotate(Sum("value"), Count("option"), Count("value"), estimates=Count("option", filter=Q(estimate=True)))
        )

    def parts_of_estimates(self, period):
        """The accepted of-which figures whose row is marked as an estimate: the mark is kept with the row's total.

        (indicator id, option, counting group, answers). Those with a mark of their own are in ``sums`` already.
        """
        row = {"report": OuterRef("report"), "indicator": OuterRef("indicator")}
        marked = Figure.objects.filter(option=Option.TOTAL, estimate=True, **row)
        return (
            self.of_accepted(period)
            .filter(~Q(option=Option.TOTAL), Exists(marked), estimate=False)
            .order_by()
            .values_list("indicator_id", "option", "report__counting_group")
            .annotate(Count("option"))
        )

    def moved_since(self, period, before):
        """Accepted totals of ``period`` that may be jumps, each beside the same body's accepted one of ``before``.

        Yields (body code, indicator id, this year's and last year's (value, nothing, estimate)). The years meet by
        the indicator's code, so also across editions. What is a jump only ``Indicator.is_jump`` says: here whole
        numbers leave out what surely is none.
        """
        answer = ("value", "nothing", "estimate")
        last = "report__body__reports__"
        moved = self.filter(
            report__period=period,
            report__status=Status.ACCEPTED,
            option=Option.TOTAL,
            indicator__value_type__in=JUMPING,
            **{
                f"{last}period": before,
                f"{last}status": Status.ACCEPTED,
                f"{last}figures__option": Option.TOTAL,
                f"{last}figures__indicator__catalogue": before.catalogue_id,
                f"{last}figures__indicator__code": F("indicator__code"),
            },
        ).exclude(indicator__combine=Combine.RATIO)
        was = _amount(f"{last}figures__value")
        rows = (
            moved.annotate(was=was, change=Abs(_amount("value") - was), whole=F("change") / SCALE)
            .filter(change__gte=F("was") / 100 * F("indicator__jump_percent"), whole__gte=F("indicator__jump_least"))
            .order_by()
            .values_list("report__body__code", "indicator", *answer, *(f"{last}figures__{name}" for name in answer))
        )
        for body, indicator, *both in rows.iterator(chunk_size=5000):
            yield body, indicator, both[:3], both[3:]


def _amount(path: str) -> Coalesce:
    """The thousandths of a figure, 0 where nothing arose."""
    return Coalesce(F(path), 0, output_field=BigIntegerField())


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
    detail = models.TextField(_("ghi chú"), blank=True)
    estimate = models.BooleanField(_("ước thực hiện"), default=False)

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


def answers_of(report: Report, only: Iterable[Indicator] | None = None) -> Answers:
    """{Cell: Answer} of one report, or of the indicators ``only``; a cell without an answer is not in it."""
    codes = {indicator.pk: indicator.code for indicator in (report.period.indicators() if only is None else only)}
    figures = Figure.objects.filter(report=report)
    if only is not None:
        figures = figures.filter(indicator_id__in=codes)
    rows = figures.values_list("indicator_id", "option", "value", "nothing", "detail", "estimate")
    return {
        Cell(codes[indicator], option): Answer(value, nothing, detail, estimate)
        for indicator, option, value, nothing, detail, estimate in rows
        if indicator in codes
    }


def write_answers(report: Report, now: dict[Cell, Answer | None], before: Answers | None = None) -> set[Cell]:
    """Store the cells of ``now`` (None: no answer) and nothing else; returns the cells that changed.

    ``before``: what is stored in these cells, where the caller has read it. At most a deletion and an upsert
    (SQLite splits a long one). Call inside a transaction that holds the report.
    """
    if before is None:
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
            estimate=now[cell].estimate,
        )
        for cell in changed
        if now[cell] is not None
    ]
    if rows:
        Figure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["report", "indicator", "option"],
            update_fields=["value", "nothing", "detail", "estimate"],
        )
    return changed
