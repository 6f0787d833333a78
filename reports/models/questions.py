from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directives.choices import Option
from directives.models import Body

from .periods import Period


class QuestionQuerySet(models.QuerySet):
    def open(self):
        """Neither answered nor turned into a round."""
        return self.filter(answered_at=None, round=None)

    def in_order(self):
        """Open ones first, the sooner wanted the earlier; then the newest."""
        waits = models.Q(answered_at=None, round=None)
        return self.annotate(waits=models.Case(models.When(waits, then=True), default=False)).order_by(
            "-waits", models.F("wanted_by").asc(nulls_last=True), "-pk"
        )


class Question(models.Model):
    """A leader's question on a figure; an officer answers it, or turns it into an ad hoc round with a date."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="questions", verbose_name=_("kỳ báo cáo"))
    code = models.CharField(_("chỉ tiêu"), max_length=10)
    option = models.CharField(_("phân tổ"), max_length=9, choices=Option, default=Option.TOTAL)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan"))
    shown = models.CharField(_("số liệu lúc hỏi"), max_length=200)  # as the leader saw it, with its coverage
    text = models.TextField(_("câu hỏi"))
    wanted_by = models.DateField(_("cần trả lời trước hết ngày"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người hỏi"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    round = models.ForeignKey(
        Period, models.PROTECT, null=True, blank=True, related_name="asked_by", verbose_name=_("kỳ đột xuất")
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("câu hỏi của lãnh đạo")
        verbose_name_plural = _("câu hỏi của lãnh đạo")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.period} – {self.code}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.round_id is None
