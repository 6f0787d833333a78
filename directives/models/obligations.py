import datetime as dt

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import LEAD_GROUP, DueRule
from ..languages import in_screen_language
from .bodies import Body, LeadTerm
from .documents import Directive


def late_from(due_on: dt.date, rule: str) -> dt.datetime:
    """The first moment that is late, in the portal's time zone (Asia/Ho_Chi_Minh).

    "trước ngày 15/12" is strict: the 14th, 23:59:59, is the last second in time and the 15th,
    00:00:00, is late. "chậm nhất ngày 15/12" includes the 15th. No shift for weekends.
    """
    first_late_day = due_on if rule == DueRule.BEFORE else due_on + dt.timedelta(days=1)
    # The portal's zone, whatever zone a reader has switched on.
    return timezone.make_aware(dt.datetime.combine(first_late_day, dt.time.min), timezone.get_default_timezone())


class Obligation(models.Model):
    """What a directive asks for every year: which bodies, due when, about which days, who leads."""

    code = models.SlugField(_("mã"), unique=True)
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="obligations", verbose_name=_("văn bản"))
    title_vi = models.CharField(_("tên"), max_length=200)
    title_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    subject_vi = models.TextField(_("trích yếu của báo cáo tổng hợp"))
    subject_en = models.TextField(_("trích yếu tiếng Anh"), blank=True)
    groups = models.CharField(_("khối phải báo cáo"), max_length=100)
    due_rule = models.CharField(_("cách tính hạn"), max_length=6, choices=DueRule)
    due_day = models.PositiveSmallIntegerField(_("hạn: ngày"))
    due_month = models.PositiveSmallIntegerField(_("hạn: tháng"))
    data_from_day = models.PositiveSmallIntegerField(_("số liệu từ ngày"))
    data_from_month = models.PositiveSmallIntegerField(_("số liệu từ tháng"), help_text=_("Của năm trước."))
    data_to_day = models.PositiveSmallIntegerField(_("số liệu đến ngày"))
    data_to_month = models.PositiveSmallIntegerField(_("số liệu đến tháng"))
    reports_to = models.CharField(_("nơi nhận báo cáo tổng hợp"), max_length=300)
    legal_basis = models.ManyToManyField(Directive, blank=True, verbose_name=_("căn cứ ngoài chuỗi văn bản"))

    class Meta:
        verbose_name = _("nghĩa vụ báo cáo")
        verbose_name_plural = _("nghĩa vụ báo cáo")
        ordering = ["code"]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return in_screen_language(self.title_vi, self.title_en)

    def due_on(self, year: int) -> dt.date:
        """The day named by the letter, in ``year``."""
        return dt.date(year, self.due_month, self.due_day)

    def data_days(self, year: int) -> tuple[dt.date, dt.date]:
        """First and last day of the data of ``year`` (Decree 09/2019: 15/12 of the year before to 14/12)."""
        return (
            dt.date(year - 1, self.data_from_month, self.data_from_day),
            dt.date(year, self.data_to_month, self.data_to_day),
        )

    def lead_on(self, day: dt.date) -> LeadTerm | None:
        """The term that holds on ``day``; of two that overlap the later one."""
        terms = LeadTerm.objects.valid_on(day).select_related("body")
        return terms.order_by(F("valid_from").desc(nulls_last=True)).first()

    def owed_on(self, day: dt.date) -> list[tuple[Body, str]]:
        """(body, group) of all who owe a report on ``day``, in protocol order.

        The group is the body's kind, but ``lead`` for the body that holds the lead that day.
        """
        groups = self.groups.split()
        lead = self.lead_on(day)
        owed = []
        for body in Body.objects.valid_on(day):
            group = LEAD_GROUP if lead and body.pk == lead.body_id else body.kind
            if group in groups:
                owed.append((body, group))
        return owed

    def grounds(self) -> list[Directive]:
        """The instruments that the report rests on: the wider basis first, then the chain, each above the next.

        A document without number and date (the draft of the letter itself) cannot be cited and is left out.
        """
        found: list[Directive] = []
        visited: set[int] = set()  # a circle, made by hand in the back office, must end too

        def climb(directive):
            if directive.pk in visited:
                return
            visited.add(directive.pk)
            for above in directive.implements.order_by("issued_on"):
                climb(above)
            found.append(directive)

        for basis in self.legal_basis.order_by("issued_on"):
            climb(basis)
        climb(self.directive)
        return [directive for directive in found if directive.issued_on]
