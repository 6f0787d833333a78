import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import Edition, SigningPower
from .attachments import private_storage
from .journal import AppendOnly
from .provincial import ProvincialReport


def issued_name(instance, filename) -> str:
    """Like ``attachments.stored_name``: says nothing."""
    return f"issued/{uuid.uuid4().hex}"


class Issue(AppendOnly):
    """The moment in which a provincial report became a document: everything it says, frozen, and who signed it.

    ``content`` is ``freezing.frozen`` of the full Document, ``outgoing`` of its outgoing edition, which needs last
    year's figures as they were; the files are drawn from these and from nothing else.
    """

    LARGE = ("content", "outgoing")  # megabytes: to be deferred wherever a document is only named

    provincial = models.OneToOneField(ProvincialReport, models.PROTECT, related_name="issue")
    number = models.CharField(_("số"), max_length=20)
    symbol = models.CharField(_("ký hiệu"), max_length=60)  # as on the paper, after the stroke
    signed_on = models.DateField(_("ngày văn bản"))
    power = models.CharField(_("quyền ký"), max_length=4, choices=SigningPower, blank=True)
    signing_title = models.CharField(_("chức vụ người ký"), max_length=200)
    signatory = models.CharField(_("người ký"), max_length=100)
    recipients = models.JSONField(_("nơi nhận"))
    code = models.CharField(_("mã văn bản"), max_length=20, unique=True)
    fingerprint = models.CharField(_("dấu vân tay"), max_length=64, unique=True)
    content = models.JSONField(_("nội dung"))
    outgoing = models.JSONField(_("nội dung bản gửi đi"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ban hành"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("văn bản đã ban hành")
        verbose_name_plural = _("văn bản đã ban hành")
        ordering = ["at"]

    def __str__(self):
        return self.full_number

    @property
    def full_number(self) -> str:
        """Number and symbol, as the paper has them."""
        return f"{self.number}/{self.symbol}"

    def get_absolute_url(self):
        return reverse("issued", args=[self.code])

    def get_public_url(self):
        """The page that confirms the document to anybody, and shows nothing else."""
        return reverse("confirm_document", args=[self.code, self.fingerprint])


class IssuedFile(AppendOnly):
    """One file of an issued document, byte for byte; ``sha256`` is of these bytes."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="files")
    format = models.CharField(_("định dạng"), max_length=10)
    edition = models.CharField(_("bản"), max_length=8, choices=Edition)
    file = models.FileField(_("tệp"), storage=private_storage, upload_to=issued_name, max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("dung lượng"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("tệp đã ban hành")
        verbose_name_plural = _("tệp đã ban hành")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "format", "edition"], name="one_file_per_format")]

    def __str__(self):
        return f"{self.issue} {self.format}"


class SignedCopy(AppendOnly):
    """The paper as it was signed: a scan, or the PDF with digital signatures. Later ones stand beside earlier ones."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="signed_copies")
    file = models.FileField(_("tệp"), storage=private_storage, upload_to=issued_name, max_length=200)
    name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(_("loại tệp"), max_length=100)
    sha256 = models.CharField(_("mã băm"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("dung lượng"))
    edition = models.CharField(_("bản"), max_length=8, choices=Edition)  # full, unless it is known to be the other
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("bản đã ký")
        verbose_name_plural = _("bản đã ký")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "sha256"], name="one_signed_copy_per_content")]

    def __str__(self):
        return self.name
