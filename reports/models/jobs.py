import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import Edition, JobState
from .attachments import private_storage
from .issues import Issue
from .periods import Period

STUCK_AFTER = dt.timedelta(minutes=15)  # no file takes so long: the worker died, or none is there


def job_name(instance, filename) -> str:
    return f"exports/{uuid.uuid4().hex}"


class ExportJobQuerySet(models.QuerySet):
    def alive(self):
        """Those that somebody may still wait for."""
        since = timezone.now() - STUCK_AFTER
        return self.filter(Q(state=JobState.WAITING, at__gt=since) | Q(state=JobState.RUNNING, started_at__gt=since))


class ExportJob(models.Model):
    """A file that takes long to make: asked for, under the making, there, or failed. Kept so that it is found again.

    ``issue`` None: of the period as it stands when the job runs; else a file of that issue, from its frozen content.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="export_jobs", verbose_name=_("kỳ báo cáo"))
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="export_jobs")
    format = models.CharField(_("định dạng"), max_length=10)
    edition = models.CharField(_("bản"), max_length=8, choices=Edition)
    state = models.CharField(_("tình trạng"), max_length=8, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("đã xong"), default=0)  # of ``total`` steps; both 0 while it is not known
    total = models.PositiveIntegerField(_("tổng số"), default=0)
    file = models.FileField(_("tệp"), storage=private_storage, upload_to=job_name, max_length=200, blank=True)
    size = models.PositiveIntegerField(_("dung lượng"), default=0)
    error = models.CharField(_("lỗi"), max_length=300, blank=True)  # a sentence for the person who asked
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người yêu cầu"))
    at = models.DateTimeField(_("yêu cầu lúc"), default=timezone.now)
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu xuất tệp")
        verbose_name_plural = _("yêu cầu xuất tệp")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.period} – {self.format}"

    def get_absolute_url(self):
        return reverse("export_job", args=[self.pk])

    @property
    def under_way(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def stuck(self) -> bool:
        """Under way for so long that nobody can be at it."""
        since = self.started_at if self.state == JobState.RUNNING else self.at
        return self.under_way and timezone.now() - since > STUCK_AFTER
