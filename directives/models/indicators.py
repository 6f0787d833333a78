from decimal import Decimal
from functools import cached_property, lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import (
    ALL_BODIES,
    JUMP_LEAST,
    JUMP_PERCENT,
    JUMPING,
    Combine,
    Option,
    Severity,
    TimeKind,
    ValueType,
)
from ..languages import in_screen_language
from ..rules import LinearRule, parse
from .catalogues import Catalogue, Task


class Indicator(models.Model):
    """One thing that is counted: its unit, how it adds up, who counts it and who only cross-checks."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="indicators", verbose_name=_("danh mục"))
    code = models.CharField(_("mã"), max_length=10)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("nhiệm vụ")
    )
    task_number = models.PositiveSmallIntegerField(_("phần"), help_text=_("0: mẫu số dùng chung"))
    name_vi = models.CharField(_("tên chỉ tiêu"), max_length=300)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    unit = models.CharField(_("đơn vị tính"), max_length=40)
    value_type = models.CharField(_("loại"), max_length=8, choices=ValueType)
    time_kind = models.CharField(_("thời điểm"), max_length=5, choices=TimeKind, blank=True)
    combine = models.CharField(_("cách tổng hợp"), max_length=9, choices=Combine)
    numerator = models.CharField(_("tử số"), max_length=10, blank=True)
    denominator = models.CharField(_("mẫu số"), max_length=10, blank=True)
    factor = models.PositiveIntegerField(_("hệ số"), null=True, blank=True)
    of_which = models.CharField(_("phân tổ"), max_length=100, blank=True)
    counted_from = models.CharField(_("nguồn được cộng"), max_length=200)
    cross_checked_from = models.CharField(_("nguồn đối chiếu"), max_length=200, blank=True)
    core = models.BooleanField(_("bắt buộc"), default=False)
    sensitive = models.BooleanField(_("nhạy cảm"), default=False)
    jump_percent = models.PositiveSmallIntegerField(_("đột biến: trên (%)"), default=JUMP_PERCENT)
    jump_least = models.PositiveIntegerField(_("đột biến: ít nhất (đơn vị tính)"), default=JUMP_LEAST)
    statistical_code = models.CharField(_("mã thống kê"), max_length=10, blank=True)
    source = models.CharField(_("cơ sở"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["catalogue", "position"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "code"], name="one_indicator_per_code")]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return in_screen_language(self.name_vi, self.name_en)

    @property
    def computed(self) -> bool:
        """A ratio of two other indicators: shown, never typed."""
        return self.combine == Combine.RATIO

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The cells of the indicator, the total first."""
        return (Option.TOTAL.value, *self.of_which.split())

    def is_jump(self, before: Decimal, now: Decimal) -> bool:
        """Whether ``now`` against last year's ``before``, up or down, is a change that needs a reason.

        At least ``jump_least`` in the unit and more than ``jump_percent`` % of last year's value, so
        against a zero ``jump_least`` alone decides. A rate follows the figures that it is made of, and
        a yes or no has no size: they never jump. Both values must be given: nobody jumps from no figure.
        """
        if self.computed or self.value_type not in JUMPING:
            return False
        change = abs(now - before)
        return change >= self.jump_least and change * 100 > self.jump_percent * abs(before)

    def role_of(self, group: str, counting_group: str) -> str | None:
        """``"counted"``, ``"cross"`` or None for a body of ``group`` whose own code is ``counting_group``.

        One kind of reporter is summed, the others only cross-check, or the same abused child would be
        counted twice. A body named by its code goes by that line, whatever its group says: where the
        departments' budgets are summed and the finance department cross-checks, the finance
        department (a department too) is not added.
        """
        return _role(self.counted_from, self.cross_checked_from, group, counting_group)


@lru_cache(maxsize=4096)
def _role(counted_from: str, cross_checked_from: str, group: str, counting_group: str) -> str | None:
    counted, cross = counted_from.split(), cross_checked_from.split()
    if counting_group in counted:
        return "counted"
    if counting_group in cross:
        return "cross"
    if group in counted or ALL_BODIES in counted:
        return "counted"
    if group in cross or ALL_BODIES in cross:
        return "cross"
    return None


class Rule(models.Model):
    """A linear comparison between indicators, with the sentence that an official reads when it is broken."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="rules", verbose_name=_("danh mục"))
    code = models.CharField(_("mã"), max_length=10)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    left = models.CharField(_("vế trái"), max_length=300)
    compare = models.CharField(_("so sánh"), max_length=2)
    right = models.CharField(_("vế phải"), max_length=300)
    severity = models.CharField(_("mức độ"), max_length=7, choices=Severity)
    message_vi = models.CharField(_("câu báo"), max_length=400)
    message_en = models.CharField(_("câu báo tiếng Anh"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("ràng buộc")
        verbose_name_plural = _("ràng buộc")
        ordering = ["catalogue", "position"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "code"], name="one_rule_per_code")]

    def __str__(self):
        return f"{self.code}: {self.left} {self.compare} {self.right}"

    @property
    def message(self) -> str:
        return in_screen_language(self.message_vi, self.message_en)


@lru_cache(maxsize=32)
def indicators_of(catalogue_id: int) -> tuple[Indicator, ...]:
    """The indicators of an edition in order. Kept in memory for good: an edition never changes."""
    return tuple(Indicator.objects.filter(catalogue_id=catalogue_id).order_by("position"))


@lru_cache(maxsize=32)
def rules_of(catalogue_id: int) -> tuple[tuple[Rule, LinearRule], ...]:
    """The rules of an edition, each with its parsed form; parsed once for the life of the process."""
    rules = Rule.objects.filter(catalogue_id=catalogue_id).order_by("position")
    return tuple((rule, parse(rule.left, rule.compare, rule.right)) for rule in rules)
