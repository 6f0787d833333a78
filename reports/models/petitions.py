from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import PetitionKind
from .reports import Report


class PetitionQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(granted=None)


class Petition(models.Model):
    """What a body asks of the lead department: more time, or to have a sent report back; and the decision."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="petitions")
    kind = models.CharField(_("đề nghị"), max_length=10, choices=PetitionKind)
    reason = models.TextField(_("lý do"))
    until = models.DateField(_("xin đến hết ngày"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    granted = models.BooleanField(_("chấp thuận"), null=True)
    answer = models.TextField(_("trả lời"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị")
        verbose_name_plural = _("đề nghị")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"], condition=Q(granted=None), name="one_waiting_petition_of_a_kind"
            )
        ]

    def __str__(self):
        return f"{self.report} – {self.get_kind_display()}"
