from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directives.choices import Option
from directives.models import Indicator

from .figures import ExactDecimalField
from .journal import AppendOnly, AppendOnlyQuerySet
from .reports import Report


class CorrectionQuerySet(AppendOnlyQuerySet):
    def in_force(self):
        """The newest line of each cell, where it is about the sending that counts and was not withdrawn.

        A body that sends again has looked at its figure once more: lines about an older sending rest.
        """
        newer = Correction.objects.filter(report=models.OuterRef("report"), indicator=models.OuterRef("indicator"))
        newest = newer.filter(option=models.OuterRef("option")).order_by("-pk").values("pk")[:1]
        return self.filter(pk=Subquery(newest), version=F("report__version"), withdrawn=False)


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
