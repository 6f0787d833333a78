import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .reports import Report

HERE_FOR = dt.timedelta(minutes=3)  # a page reports every minute that it is open; two misses are forgiven


class PresenceQuerySet(models.QuerySet):
    def now(self, at=None):
        """Those whose page has given a sign within the last minutes."""
        return self.filter(at__gte=(at or timezone.now()) - HERE_FOR)

    def note(self, report, part, by, at=None):
        """``by`` is in ``part`` (a task number, None for the texts around) of ``report`` now."""
        row = Presence(report=report, part=part, by=by, at=at or timezone.now())
        self.bulk_create([row], update_conflicts=True, unique_fields=["report", "by"], update_fields=["part", "at"])


class Presence(models.Model):
    """Who has which part of a report open. It locks nothing and is forgotten by itself."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="presences")
    part = models.PositiveSmallIntegerField(_("phần"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("lúc"))

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("người đang mở")
        verbose_name_plural = _("người đang mở")
        constraints = [models.UniqueConstraint(fields=["report", "by"], name="one_place_per_person")]

    def __str__(self):
        return f"{self.by} – {self.report_id}/{self.part}"
