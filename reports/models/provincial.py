from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .journal import AppendOnly
from .periods import Period
from .reports import Report


class ProvincialReportQuerySet(models.QuerySet):
    def drafts(self):
        """Those that are still being composed."""
        return self.filter(issue=None)

    def issued(self):
        return self.filter(issue__isnull=False)


class ProvincialReport(models.Model):
    """What the lead department writes of one period: the report (``sequence`` 1), then its supplements.

    A draft until it has an ``issue``; then neither it nor its texts change any more.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="provincial_reports", verbose_name=_("kỳ báo cáo"))
    sequence = models.PositiveSmallIntegerField(_("thứ tự"), default=1)
    supplements = models.ForeignKey(
        "Issue", models.PROTECT, null=True, blank=True, related_name="supplemented_by", verbose_name=_("bổ sung cho")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("bắt đầu lúc"), default=timezone.now)

    objects = ProvincialReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo của tỉnh")
        verbose_name_plural = _("báo cáo của tỉnh")
        ordering = ["period", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["period", "sequence"], name="one_provincial_report_per_sequence"),
            models.CheckConstraint(
                name="supplements_follow_an_issue",
                condition=Q(sequence=1, supplements=None) | Q(sequence__gt=1, supplements__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.period.name}"

    @property
    def title(self) -> str:
        if self.sequence == 1:
            return gettext("Báo cáo của tỉnh")
        return gettext("Báo cáo bổ sung lần %s") % (self.sequence - 1)

    @property
    def is_supplement(self) -> bool:
        return self.sequence > 1

    @property
    def is_issued(self) -> bool:
        return hasattr(self, "issue")


class ProvincialText(models.Model):
    """One part of the draft as it stands; ``part`` is one of ``provincial_parts.parts_of``."""

    provincial = models.ForeignKey(ProvincialReport, models.CASCADE, related_name="texts")
    part = models.CharField(_("phần"), max_length=20)
    text = models.TextField(_("nội dung"), blank=True)
    saves = models.PositiveIntegerField(_("số lần lưu"), default=0)
    updated_at = models.DateTimeField(_("sửa lúc"), null=True, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("phần của báo cáo tỉnh")
        verbose_name_plural = _("phần của báo cáo tỉnh")
        constraints = [models.UniqueConstraint(fields=["provincial", "part"], name="one_provincial_text_per_part")]

    def __str__(self):
        return f"{self.provincial} – {self.part}"


class ProvincialEdit(AppendOnly):
    """A part typed anew: what stood there before, what stands there now."""

    provincial = models.ForeignKey(ProvincialReport, models.CASCADE, related_name="edits")
    part = models.CharField(_("phần"), max_length=20)
    before = models.TextField(_("trước"), blank=True)
    after = models.TextField(_("sau"), blank=True)
    save_number = models.PositiveIntegerField(_("lần lưu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lần sửa báo cáo tỉnh")
        verbose_name_plural = _("lần sửa báo cáo tỉnh")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.provincial} – {self.part} {self.save_number}"


class Borrowing(AppendOnly):
    """The source mark of a sentence that was taken into the draft: which report, which sending, which field."""

    provincial = models.ForeignKey(ProvincialReport, models.CASCADE, related_name="borrowings")
    part = models.CharField(_("phần"), max_length=20)
    report = models.ForeignKey(Report, models.PROTECT, related_name="borrowings")
    version = models.PositiveSmallIntegerField(_("lần gửi"))
    field = models.CharField(_("ô văn bản"), max_length=20)  # results, difficulties, proposals or an OverviewPart
    number = models.PositiveSmallIntegerField(_("nhiệm vụ"), null=True)  # None: a part around the tasks
    sentence = models.TextField(_("câu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("câu lấy từ báo cáo")
        verbose_name_plural = _("câu lấy từ báo cáo")
        ordering = ["pk"]
        indexes = [models.Index(fields=["provincial", "part"], name="borrowings_by_part")]

    def __str__(self):
        return f"{self.provincial} – {self.part}"
