from decimal import Decimal

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import BodyKind, LinkKind, Role


class DatedQuerySet(models.QuerySet):
    def valid_on(self, day):
        """Rows in force on ``day`` (a date); an empty end is open, and the last day still counts."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class Body(models.Model):
    """An office that is asked to report. Effective-dated: a new name or a new territory is a new row, linked."""

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên đầy đủ"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=80)
    kind = models.CharField(_("khối"), max_length=12, choices=BodyKind)
    symbol = models.CharField(_("ký hiệu văn bản"), max_length=40, blank=True)
    gso_code = models.CharField(_("mã thống kê"), max_length=10, blank=True)
    position = models.PositiveIntegerField(_("thứ tự lễ tân"), help_text=_("Không xếp theo vần."))
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    phone = models.CharField(_("điện thoại cơ quan"), max_length=60, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    founded_by = models.ForeignKey(
        "Reorganisation", models.PROTECT, null=True, blank=True, related_name="founded", verbose_name=_("lập theo")
    )
    ended_by = models.ForeignKey(
        "Reorganisation", models.PROTECT, null=True, blank=True, related_name="ended", verbose_name=_("kết thúc theo")
    )
    successors = models.ManyToManyField(
        "self", symmetrical=False, through="BodyLink", related_name="predecessors", verbose_name=_("cơ quan kế thừa")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan, đơn vị")
        verbose_name_plural = _("cơ quan, đơn vị")
        ordering = ["position", "code"]

    def __str__(self):
        return self.name


class BodyLinkQuerySet(models.QuerySet):
    def carrying(self):
        """Links along which the predecessor's figures pass on.

        Where duties passed to another and the predecessor lives on, its figures stay its own: which of them
        belonged to the duties nobody has said.
        """
        return self.filter(~Q(kind=LinkKind.FUNCTION) | Q(predecessor__valid_to__lt=models.F("on")))


class BodyLink(models.Model):
    """What became of a body: merge, split, rename, or a function that passed to another.

    ``share``: percent of the predecessor's figures that goes to this successor; only of a split, typed, never
    guessed. None: nobody has said it.
    """

    predecessor = models.ForeignKey(Body, models.PROTECT, related_name="links_out", verbose_name=_("cơ quan cũ"))
    successor = models.ForeignKey(Body, models.PROTECT, related_name="links_in", verbose_name=_("cơ quan mới"))
    kind = models.CharField(_("hình thức"), max_length=10, choices=LinkKind)
    on = models.DateField(_("từ ngày"))
    share = models.DecimalField(
        _("tỷ lệ số liệu chuyển sang (%)"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Chỉ khi chia, tách; để trống nếu chưa có tỷ lệ được xác nhận."),
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    reorganisation = models.ForeignKey(
        "Reorganisation", models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("sắp xếp tổ chức")
    )

    objects = BodyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan kế thừa")
        verbose_name_plural = _("cơ quan kế thừa")
        ordering = ["on", "predecessor__position"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "kind", "on"], name="one_link_per_change"),
            models.CheckConstraint(
                name="a_share_of_a_split",
                condition=Q(share=None) | Q(kind=LinkKind.SPLIT, share__gt=0, share__lte=100),
                violation_error_message=_("Tỷ lệ chỉ dùng khi chia, tách, lớn hơn 0 và không quá 100."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor.short_name} → {self.successor.short_name}"

    def clean(self):
        """Refuses what would have to be guessed on a later map: chains within one day, and shares of more than all."""
        if None in (self.predecessor_id, self.successor_id, self.on):
            return  # told of already
        others = BodyLink.objects.filter(on=self.on).exclude(pk=self.pk)
        if self._carries and self._chained(others.carrying()):
            raise ValidationError(
                _("Trong cùng một ngày, một cơ quan không thể vừa kế thừa cơ quan khác vừa được cơ quan khác kế thừa.")
            )
        parts = others.filter(predecessor=self.predecessor_id, kind=LinkKind.SPLIT).exclude(share=None)
        shares = [*parts.values_list("share", flat=True), self.share]
        if self.share is not None and sum(shares, Decimal(0)) > 100:
            raise ValidationError({"share": _("Các tỷ lệ chia của một cơ quan cộng lại không được quá 100.")})

    @property
    def _carries(self) -> bool:
        """Of one link what ``BodyLinkQuerySet.carrying`` is of many."""
        last = self.predecessor.valid_to
        return self.kind != LinkKind.FUNCTION or (last is not None and last < self.on)

    def _chained(self, others) -> bool:
        ends = models.Q(predecessor=self.successor_id) | models.Q(successor=self.predecessor_id)
        return others.filter(ends).exclude(predecessor=self.predecessor_id).exists()


class LeadTerm(models.Model):
    """The time in which a body leads: receives the reports, consolidates them and reports upward.

    Also what its documents carry while it leads (Decree 30/2020, Appendix I): the superior body, its
    own name as the head of a document has it, the place before the date, the title over the signature.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="lead_terms", verbose_name=_("cơ quan"))
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    superior = models.CharField(_("cơ quan chủ quản"), max_length=200)
    head_name = models.CharField(_("tên ở đầu văn bản"), max_length=200)
    place = models.CharField(_("địa danh"), max_length=80)
    signing_title = models.CharField(_("chức vụ người ký"), max_length=200)
    file_note = models.CharField(_("dòng lưu"), max_length=80)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    begun_by = models.ForeignKey(
        "Reorganisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lead_terms",
        verbose_name=_("bắt đầu theo"),
    )
    ended_by = models.ForeignKey(
        "Reorganisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kết thúc theo")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("thời gian chủ trì tổng hợp")
        verbose_name_plural = _("thời gian chủ trì tổng hợp")
        ordering = ["valid_from"]
        constraints = [models.UniqueConstraint(fields=["body", "valid_from"], name="one_lead_term_per_start")]

    def __str__(self):
        return self.body.name


class PersonManager(BaseUserManager):
    def create_user(self, username, password=None, **extra):
        """A person with ``role`` and, for reporters and signatories, ``body``; without a password nobody signs in."""
        user = self.model(username=self.model.normalize_username(username), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **extra):
        """``createsuperuser`` makes an administrator: the role, not a flag, says what a person may do."""
        return self.create_user(username, password, **extra | {"role": Role.ADMINISTRATOR})


class User(AbstractUser):
    """A person with an account. Reporters and signatories act for one body, the others for none."""

    role = models.CharField(_("vai trò"), max_length=14, choices=Role, default=Role.REPORTER)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("cơ quan")
    )
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)

    objects = PersonManager()

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="reporters_act_for_a_body",
                condition=Q(role__in=[Role.REPORTER, Role.SIGNATORY], body__isnull=False)
                | (~Q(role__in=[Role.REPORTER, Role.SIGNATORY]) & Q(body__isnull=True)),
                violation_error_message=_(
                    "Người lập và người ký báo cáo phải thuộc một cơ quan; các vai trò khác để trống cơ quan."
                ),
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        """Family name first: ``Nguyễn Thị Hoa``."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def is_staff(self) -> bool:
        """Django's word for "may enter the back office"."""
        return self.role == Role.ADMINISTRATOR

    @property
    def is_superuser(self) -> bool:
        """Django's word for "may change everything there"; reports and figures are not there."""
        return self.role == Role.ADMINISTRATOR

    @property
    def acts_for_a_body(self) -> bool:
        return self.role in (Role.REPORTER, Role.SIGNATORY)

    @property
    def consolidates(self) -> bool:
        """Sees every body's sent report and the provincial totals."""
        return self.role in (Role.OFFICER, Role.LEADER)
