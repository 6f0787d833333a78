import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .reports import Report


def private_storage():
    """Files of reports: outside every folder that a web server serves."""
    return storages["private"]


def stored_name(instance, filename) -> str:
    """A name that says nothing: people's names for files stay in the database."""
    return f"{instance.report_id}/{uuid.uuid4().hex}"


class AttachmentQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken out again."""
        return self.filter(removed_at=None)

    def of(self, report):
        return self.standing().filter(report=report)


class Attachment(models.Model):
    """A file that a body lays beside its report; ``part`` is a task number, None for the whole report.

    Taking one out keeps row and file: what an officer has seen does not vanish from the record.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="attachments")
    part = models.PositiveSmallIntegerField(_("nhiệm vụ"), null=True, blank=True)
    signed_scan = models.BooleanField(_("bản ký"), default=False)  # belongs to a SignedPaper
    file = models.FileField(_("tệp"), storage=private_storage, upload_to=stored_name, max_length=200)
    name = models.CharField(_("tên tệp"), max_length=200)
    size = models.PositiveIntegerField(_("dung lượng"))
    content_type = models.CharField(_("loại tệp"), max_length=100)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        ordering = ["part", "pk"]
        indexes = [models.Index(fields=["report", "part"], condition=Q(removed_at=None), name="standing_attachments")]

    def __str__(self):
        return self.name


class Workbook(models.Model):
    """An uploaded Excel form: kept while the person looks at what was understood of it.

    ``notation`` is the answer to the one question about dots and commas ("" while not asked or answered);
    ``taken_at`` says when its figures went into the report.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="workbooks")
    file = models.FileField(_("tệp"), storage=private_storage, upload_to=stored_name, max_length=200)
    name = models.CharField(_("tên tệp"), max_length=200)
    size = models.PositiveIntegerField(_("dung lượng"))
    notation = models.CharField(_("cách ghi số"), max_length=2, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    taken_at = models.DateTimeField(_("nhập lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("tệp Excel đã tải lên")
        verbose_name_plural = _("tệp Excel đã tải lên")
        ordering = ["-pk"]

    def __str__(self):
        return self.name
