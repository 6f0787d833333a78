from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directives.choices import Option
from directives.models import Indicator

from ..answers import Answer, Cell
from ..choices import Status
from .figures import ExactDecimalField, Figure
from .journal import AppendOnly, AppendOnlyQuerySet
from .reports import Report

WITH_THE_PROVINCE = (Status.SUBMITTED, Status.ACCEPTED)  # a figure is there, and its body does not type over it


def _in_force() -> Q:
    """The newest line of each cell, where it is about the sending that counts and was not withdrawn."""
    newer = Correction.objects.filter(report=OuterRef("report"), indicator=OuterRef("indicator"))
    newest = newer.filter(option=OuterRef("option")).order_by("-pk").values("pk")[:1]
    return Q(pk=Subquery(newest), version=F("report__version"), withdrawn=False)


class CorrectionQuerySet(AppendOnlyQuerySet):
    def in_force(self):
        """The newest line of each cell, where it is about the sending that counts and was not withdrawn.

        A body that sends again has looked at its figure once more: lines about an older sending rest.
        """
        return self.filter(_in_force())

    def with_the_province(self, period):
        """Those of the reports of ``period`` that wait or are accepted.

        Each with ``estimated``: the body marked the row "ước thực hiện".
        """
        row = Figure.objects.filter(report=OuterRef("report"), indicator=OuterRef("indicator"), option=Option.TOTAL)
        return self.filter(report__period=period, report__status__in=WITH_THE_PROVINCE).annotate(
            estimated=Exists(row.filter(estimate=True))
        )

    def newest_first(self):
        """As the ledger lists them, each with ``stands``: it is in force."""
        return (
            self.annotate(stands=_in_force())
            .select_related("report__body", "indicator", "by")
            .prefetch_related("replies__by")
            .order_by("-pk")
        )


class Correction(AppendOnly):
    """One line of the ledger: an officer uses another figure than the one reported, which itself is never touched.

    ``reported``/``reported_nothing`` is what the body's sending ``version`` says (neither: it left the cell
    empty), ``value``/``nothing`` what is used instead. A ``withdrawn`` line ends the one before: the reported
    figure is used again.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="corrections")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="corrections")
    option = models.CharField(_("phân tổ"), max_length=9, choices=Option, default=Option.TOTAL)
    version = models.PositiveSmallIntegerField(_("lần gửi"))
    reported = ExactDecimalField(_("số báo cáo"), null=True)
    reported_nothing = models.BooleanField(_("báo cáo không phát sinh"), default=False)
    value = ExactDecimalField(_("số sử dụng"), null=True)
    nothing = models.BooleanField(_("sử dụng: không phát sinh"), default=False)
    withdrawn = models.BooleanField(_("bỏ điều chỉnh"), default=False)
    reason = models.TextField(_("lý do"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("điều chỉnh số liệu")
        verbose_name_plural = _("điều chỉnh số liệu")
        ordering = ["pk"]
        indexes = [models.Index(fields=["report", "indicator", "option"], name="corrections_of_a_cell")]
        constraints = [
            models.CheckConstraint(
                name="a_correction_says_one_thing",
                condition=Q(withdrawn=False, value__isnull=False, nothing=False)
                | Q(withdrawn=False, value__isnull=True, nothing=True)
                | Q(withdrawn=True, value__isnull=True, nothing=False),
            ),
            models.CheckConstraint(name="no_negative_correction", condition=Q(value__isnull=True) | Q(value__gte=0)),
        ]

    def __str__(self):
        return f"{self.report_id} {self.indicator_id} {self.option}"

    @property
    def cell(self) -> Cell:
        return Cell(self.indicator.code, self.option)

    @property
    def answer_reported(self) -> Answer | None:
        """What the body said, or None where it left the cell empty."""
        return _answer(self.reported, self.reported_nothing)

    @property
    def answer_used(self) -> Answer | None:
        """What is used while the line is in force: of a withdrawal what the body said."""
        return self.answer_reported if self.withdrawn else _answer(self.value, self.nothing)


def _answer(value, nothing: bool) -> Answer | None:
    return Answer(value, nothing) if nothing or value is not None else None


class CorrectionReply(AppendOnly):
    """What the body says to a correction of its figure."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="replies")
    text = models.TextField(_("ý kiến của cơ quan"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("ý kiến về điều chỉnh")
        verbose_name_plural = _("ý kiến về điều chỉnh")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.correction_id} {self.at:%d/%m/%Y}"
