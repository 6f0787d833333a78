from django.db import models
from django.utils.translation import gettext_lazy as _


class Target(models.Model):
    """A national target for an indicator in a year, as the instrument ``source`` sets it: a reference line."""

    code = models.CharField(_("mã chỉ tiêu"), max_length=10)
    year = models.PositiveSmallIntegerField(_("năm"))
    value = models.DecimalField(_("giá trị"), max_digits=12, decimal_places=3)
    at_least = models.BooleanField(_("ít nhất (nếu không: nhiều nhất)"), default=True)
    source = models.CharField(_("văn bản"), max_length=200)

    class Meta:
        verbose_name = _("chỉ tiêu quốc gia")
        verbose_name_plural = _("chỉ tiêu quốc gia")
        ordering = ["code", "year"]
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="one_target_per_year")]

    def __str__(self):
        return f"{self.code} {self.year}"
