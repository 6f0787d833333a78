from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .journal import AppendOnly, AppendOnlyQuerySet
from .reports import Report


class EditQuerySet(AppendOnlyQuerySet):
    def newest(self, *by: str):
        """The newest of these edits for each ``by`` (fields of an edit), with its person; without the long texts."""
        last = self.order_by().values(*by).annotate(last=Max("pk")).values("last")
        return self.model.objects.filter(pk__in=last).select_related("by").defer("before", "after")


class Edit(AppendOnly):
    """One field of a report typed anew: what stood there, what stands there now, who and when.

    ``part`` is a task number, 0 the shared figures, None the texts around the tasks; ``name`` the input's
    name (``T6.06:girls``, ``results``). ``save_number`` counts the saves of the part: what happened after a
    page was opened is found by it, and what the page had shown is the first ``before`` among these.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="edits")
    part = models.PositiveSmallIntegerField(_("phần"), null=True)
    name = models.CharField(_("ô"), max_length=40)
    save_number = models.PositiveIntegerField(_("lần lưu"))
    before = models.TextField(_("trước"), blank=True)
    after = models.TextField(_("sau"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = EditQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần sửa")
        verbose_name_plural = _("lần sửa")
        ordering = ["pk"]
        indexes = [models.Index(fields=["report", "part", "save_number"], name="edits_of_a_part")]

    def __str__(self):
        return f"{self.report_id} {self.name}"


class PrivacyWarning(AppendOnly):
    """A text seemed to name a child: which field, what kind, who, when. Never the passage itself."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="privacy_warnings")
    part = models.PositiveSmallIntegerField(_("phần"), null=True)
    name = models.CharField(_("ô"), max_length=40)
    kinds = models.CharField(_("loại thông tin"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("cảnh báo thông tin riêng")
        verbose_name_plural = _("cảnh báo thông tin riêng")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.report_id} {self.name}: {self.kinds}"
