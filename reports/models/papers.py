from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .attachments import Attachment
from .journal import AppendOnly, Event
from .reports import Report


class Printing(AppendOnly):
    """A paper form that was taken out: its code says which figures and texts it shows."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="printings")
    code = models.CharField(_("mã bản in"), max_length=20)
    format = models.CharField(_("định dạng"), max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lượt in báo cáo")
        verbose_name_plural = _("lượt in báo cáo")
        ordering = ["pk"]
        indexes = [models.Index(fields=["report", "code"], name="printings_by_code")]

    def __str__(self):
        return self.code


class SignedPaper(models.Model):
    """The body's own document: its number and day, the signed scan, and the code of the form that was signed."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="signed_papers")
    code = models.CharField(_("mã bản in"), max_length=20)
    number = models.CharField(_("số, ký hiệu văn bản"), max_length=60)
    signed_on = models.DateField(_("ngày văn bản"))
    scan = models.OneToOneField(Attachment, models.PROTECT, null=True, blank=True, related_name="signed_paper")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("văn bản ký")
        verbose_name_plural = _("văn bản ký")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="one_signed_paper_per_code")]

    def __str__(self):
        return f"{self.number} ({self.code})"


class Receipt(AppendOnly):
    """Proof of one sending: the fingerprint of what was sent, and how many figures it held."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="receipt")
    fingerprint = models.CharField(_("dấu vân tay"), max_length=64, unique=True)
    figures = models.PositiveIntegerField(_("số ô số liệu"))

    class Meta:
        verbose_name = _("biên nhận")
        verbose_name_plural = _("biên nhận")

    def __str__(self):
        return self.fingerprint

    def get_absolute_url(self):
        """The public page that says only whether this is the version received, accepted or replaced."""
        return reverse("confirm", args=[self.fingerprint])
