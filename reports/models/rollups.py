from django.db import models
from django.utils.translation import gettext_lazy as _

from directives.choices import Option
from directives.models import Indicator

from .figures import ExactDecimalField
from .periods import Period


class RollUp(models.Model):
    """What the accepted reports of a counting group add up to in one cell: ``Figure.objects.sums``, kept.

    Written by the doors that accept and reopen, in their transaction (``rollup``); a recount proves it equal.
    """

    pk = models.CompositePrimaryKey("period_id", "indicator_id", "option", "counting_group")
    period = models.ForeignKey(Period, models.CASCADE, related_name="roll_ups")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", db_index=False)
    option = models.CharField(_("phân tổ"), max_length=9, choices=Option)
    counting_group = models.CharField(_("nhóm cộng số liệu"), max_length=50)
    total = ExactDecimalField(_("tổng"))
    answered = models.IntegerField(_("cơ quan có trả lời"))
    with_value = models.IntegerField(_("cơ quan có số"))
    estimates = models.IntegerField(_("số ước"))

    class Meta:
        verbose_name = _("tổng cộng sẵn")
        verbose_name_plural = _("tổng cộng sẵn")

    def __str__(self):
        return f"{self.period_id} {self.indicator_id} {self.option} {self.counting_group}"
