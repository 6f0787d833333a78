"""What officers of the lead department keep beside a report: screenings, notes, calls, papers that came in."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .attachments import Attachment
from .journal import AppendOnly, Event
from .reports import Report


class Screening(AppendOnly):
    """What of one sending needs eyes, counted when it was sent: the queue opens with what has most of it."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="screening")
    warnings = models.PositiveSmallIntegerField(_("ràng buộc chưa đạt"), default=0)
    jumps = models.PositiveSmallIntegerField(_("tăng, giảm vượt ngưỡng"), default=0)
    unexplained = models.PositiveSmallIntegerField(_("chưa giải trình"), default=0)  # of both
    unexplained_jumps = models.PositiveSmallIntegerField(_("tăng, giảm chưa có lý do"), default=0)
    estimates = models.PositiveSmallIntegerField(_("số ước"), default=0)
    private = models.PositiveSmallIntegerField(_("đoạn có vẻ là thông tin riêng"), default=0)
    changes = models.PositiveSmallIntegerField(_("chỗ khác lần gửi trước"), null=True)  # None: the first sending
    gaps = models.PositiveSmallIntegerField(_("chỉ tiêu chưa có số liệu"), default=0)
    weight = models.PositiveIntegerField(_("mức cần xem"), default=0)

    class Meta:
        verbose_name = _("kết quả rà soát khi gửi")
        verbose_name_plural = _("kết quả rà soát khi gửi")

    def __str__(self):
        return f"{self.event_id}: {self.weight}"


class Note(AppendOnly):
    """A word among officers about a report; the body never sees it. ``part`` and ``name`` as in ``Point``."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="notes")
    version = models.PositiveSmallIntegerField(_("lần gửi"))
    part = models.PositiveSmallIntegerField(_("phần"), null=True)
    name = models.CharField(_("ô"), max_length=40, blank=True)
    text = models.TextField(_("ghi chú nội bộ"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("ghi chú nội bộ")
        verbose_name_plural = _("ghi chú nội bộ")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.report_id}: {self.at:%d/%m/%Y}"


class Call(AppendOnly):
    """Somebody was called about an owed report: who, on which number, what they answered, what they promised."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="calls")
    spoke_with = models.CharField(_("người trả lời"), max_length=120)
    phone = models.CharField(_("số điện thoại"), max_length=30, blank=True)
    called_at = models.DateTimeField(_("gọi lúc"), default=timezone.now)
    answer = models.TextField(_("trả lời"))
    promised_on = models.DateField(_("hẹn gửi ngày"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("ghi lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lần đôn đốc")
        verbose_name_plural = _("lần đôn đốc")
        ordering = ["-called_at", "-pk"]
        indexes = [models.Index(fields=["report", "called_at"], name="calls_of_a_report")]

    def __str__(self):
        return f"{self.report_id}: {self.called_at:%d/%m/%Y}"


class PaperEntryQuerySet(models.QuerySet):
    def open(self):
        """Those whose figures an officer is still typing."""
        return self.filter(version=None, withdrawn_at=None)


class PaperEntry(models.Model):
    """A report that came in on paper only: its numbers, the day it arrived, the scan, who enters it.

    ``version``: the sending that it became. The day of arrival is what counts for being on time.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="paper_entries")
    number = models.CharField(_("số, ký hiệu văn bản"), max_length=60)
    signed_on = models.DateField(_("ngày văn bản"))
    incoming_number = models.CharField(_("số đến"), max_length=30)
    received_on = models.DateField(_("ngày đến"))
    scan = models.OneToOneField(Attachment, models.PROTECT, null=True, blank=True, related_name="paper_entry")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    version = models.PositiveSmallIntegerField(_("lần gửi"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("thôi nhập lúc"), null=True, blank=True)

    objects = PaperEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo giấy")
        verbose_name_plural = _("báo cáo giấy")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(version=None, withdrawn_at=None),
                name="one_paper_entered_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self.number} ({self.incoming_number})"
