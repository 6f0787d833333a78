from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import BACK
from .journal import Event
from .reports import Report


class PointQuerySet(models.QuerySet):
    def current(self, report):
        """The points of the latest return, also while the report was sent again and taken back meanwhile."""
        returns = Event.objects.filter(report=report, action__in=BACK).order_by("-pk")
        return self.filter(report=report, version=Subquery(returns.values("version")[:1])).order_by("position")

    def still_open(self):
        """The points of each report's latest return that its body has not ticked."""
        returns = Event.objects.filter(report=OuterRef("report"), action__in=BACK).order_by("-pk")
        return self.filter(done_at=None, version=Subquery(returns.values("version")[:1]))


class Point(models.Model):
    """One thing that an officer wants put right in a returned report, with its place.

    ``part`` is a task number, 0 the shared figures, None the texts around the tasks; ``name`` an input of
    that part (``T6.06``, ``results``) or "" for the whole part.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="points")
    version = models.PositiveSmallIntegerField(_("lần gửi"))
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    part = models.PositiveSmallIntegerField(_("phần"), null=True)
    name = models.CharField(_("ô"), max_length=40, blank=True)
    words = models.TextField(_("điểm cần sửa"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    done_at = models.DateTimeField(_("đã sửa lúc"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("điểm cần sửa")
        verbose_name_plural = _("điểm cần sửa")
        ordering = ["report", "version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "version", "position"], name="one_point_per_place_in_the_list")
        ]

    def __str__(self):
        return f"{self.report_id} {self.part}:{self.name}"
