from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import INSIDE, Action, Edition, Status
from .periods import Period
from .reports import Report


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a line of the journal."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **values):
        raise AppendOnlyError("a journal is written once")

    def delete(self):
        raise AppendOnlyError("a journal is written once")


class AppendOnly(models.Model):
    """Rows that are written once and then only read."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("a journal is written once")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("a journal is written once")


class EventQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user):
        """What happens between a body's reporter and its signatory is the body's own affair.

        For the province each event has ``withheld``: it is about a sending that its body took back.
        """
        if user.acts_for_a_body:
            return self
        recalls = Event.objects.filter(report=OuterRef("report"), version=OuterRef("version"), action=Action.RECALL)
        return self.exclude(action__in=INSIDE).annotate(withheld=Exists(recalls))

    def sendings(self):
        return self.filter(action=Action.SUBMIT)

    def exemptions_of(self, reports) -> dict:
        """{report: the line that exempts it, with who and why}, of those that are exempt now; at most one query."""
        exempt = [report.pk for report in reports if report.status == Status.EXEMPT]
        if not exempt:
            return {}
        lines = self.filter(report__in=exempt, action=Action.EXEMPT).select_related("by").order_by("pk")
        return {line.report_id: line for line in lines}


class Event(AppendOnly):
    """Who did what to a report, when and why. A sending keeps figures and texts as they were sent."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="events", verbose_name=_("báo cáo"))
    action = models.CharField(_("việc"), max_length=10, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người làm"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    note = models.TextField(_("lý do"), blank=True)
    version = models.PositiveSmallIntegerField(_("lần gửi"), default=0)
    until = models.DateField(_("đến hết ngày"), null=True)  # of a return or of more time: the body's last day
    content = models.JSONField(_("nội dung khi gửi"), null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhật ký")
        verbose_name_plural = _("nhật ký")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.report} – {self.get_action_display()}"


class Download(AppendOnly):
    """Who took the provincial figures out of the portal, when, in which format, with small numbers or without."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="downloads", verbose_name=_("kỳ báo cáo"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    format = models.CharField(_("định dạng"), max_length=10)
    edition = models.CharField(_("bản"), max_length=8, choices=Edition, default=Edition.FULL)

    class Meta:
        verbose_name = _("lượt tải tổng hợp")
        verbose_name_plural = _("lượt tải tổng hợp")
        ordering = ["-at"]

    def __str__(self):
        return f"{self.period} – {self.format}"
