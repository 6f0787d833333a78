from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WrittenOnce(models.QuerySet):
    def update(self, **values):
        raise TypeError("a reorganisation is written once")

    def delete(self):
        raise TypeError("a reorganisation is written once")


class Reorganisation(models.Model):
    """Bodies that ended, began or were renamed on one day: who wrote it down, when, and what was done.

    Written once. ``plan`` is what was done, as plain data: see ``reports.reorganising``. ``mark`` is the fingerprint
    of what was asked for, so that a second click does nothing again.
    """

    title = models.CharField(_("tên"), max_length=200)
    on = models.DateField(_("từ ngày"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người thực hiện"),
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    note = models.TextField(_("ghi chú"), blank=True)
    plan = models.JSONField(_("những việc đã làm"), default=dict)
    mark = models.CharField(_("dấu vân tay"), max_length=64, unique=True)

    objects = WrittenOnce.as_manager()

    class Meta:
        verbose_name = _("lần sắp xếp tổ chức")
        verbose_name_plural = _("các lần sắp xếp tổ chức")
        ordering = ["-on", "-pk"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("a reorganisation is written once")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("a reorganisation is written once")
