from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import DueRule
from directives.models import (
    Catalogue,
    Citation,
    Indicator,
    LeadTerm,
    Obligation,
    Task,
    indicators_of,
    late_from,
    rules_of,
)

from ..choices import EDITABLE, PeriodKind, Status
from .opening import Opening


class PeriodQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-year", "-due_on", "code")

    def with_counts(self):
        """Each with ``owed``, ``unsent``, ``waiting`` and ``accepted``: numbers of its reports."""
        return self.annotate(
            owed=Count("reports"),
            unsent=Count("reports", filter=Q(reports__status__in=EDITABLE)),
            waiting=Count("reports", filter=Q(reports__status=Status.SUBMITTED)),
            accepted=Count("reports", filter=Q(reports__status=Status.ACCEPTED)),
        )

    def visible_to(self, user):
        """Those who consolidate see every period, a body's people the periods in which the body owes a report."""
        if user.consolidates:
            return self
        if user.acts_for_a_body:
            return self.filter(reports__body_id=user.body_id)
        return self.none()

    def open(self, obligation, year, *, by=None, as_of=None, simulated=False, ad_hoc=None):
        """Open the period of ``year`` and create what each body owes; returns the Period.

        ``as_of``, ``ad_hoc``: see ``opening.Opening``, which decides what is asked. Raises ValidationError as
        it does, and when the period is open already, also when somebody else opens it at this moment.
        """
        opening = Opening(obligation, year, as_of=as_of, ad_hoc=ad_hoc)
        code = str(year) if ad_hoc is None else self.next_ad_hoc_code(year)
        try:
            with transaction.atomic():
                return self._create(obligation, year, code, opening, by=by, simulated=simulated)
        except IntegrityError as error:
            raise ValidationError(_("Kỳ báo cáo %s đã mở rồi.") % code) from error

    def _create(self, obligation, year, code, opening, **extra):
        ad_hoc, lead = opening.ad_hoc, opening.lead
        period = self.create(
            code=code,
            kind=PeriodKind.AD_HOC if ad_hoc else PeriodKind.ANNUAL,
            year=year,
            obligation=obligation,
            catalogue=opening.catalogue,
            title=ad_hoc.title if ad_hoc else "",
            due_on=opening.due_on,
            due_rule=ad_hoc.due_rule if ad_hoc else obligation.due_rule,
            data_from=opening.data_from,
            data_to=opening.data_to,
            bodies_as_of=opening.as_of,
            lead=lead,
            lead_name=lead.body.name,
            lead_symbol=lead.body.symbol,
            opened_by=extra["by"],
            simulated=extra["simulated"],
        )
        period.tasks.set(opening.tasks)
        period.citations.set(opening.citations())
        period.create_reports(opening.owed, tuple(task.number for task in opening.tasks))
        return period

    def next_ad_hoc_code(self, year):
        """``2020-dx1``, ``2020-dx2`` …: the ad hoc rounds (đột xuất) of a year in the order of opening."""
        return f"{year}-dx{self.filter(year=year, kind=PeriodKind.AD_HOC).count() + 1}"


class Period(models.Model):
    """A round of reporting, yearly or ad hoc, with everything as it stood when the round was opened."""

    code = models.SlugField(gettext_lazy("mã kỳ"), unique=True)
    kind = models.CharField(gettext_lazy("loại kỳ"), max_length=6, choices=PeriodKind)
    year = models.PositiveSmallIntegerField(gettext_lazy("năm"))
    title = models.CharField(gettext_lazy("tên kỳ đột xuất"), max_length=200, blank=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="periods")
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="periods")
    tasks = models.ManyToManyField(Task, related_name="periods")
    citations = models.ManyToManyField(Citation, related_name="periods")
    due_on = models.DateField(gettext_lazy("hạn nộp"))
    due_rule = models.CharField(gettext_lazy("cách tính hạn"), max_length=6, choices=DueRule)
    data_from = models.DateField(gettext_lazy("số liệu từ"))
    data_to = models.DateField(gettext_lazy("số liệu đến"))
    bodies_as_of = models.DateField(gettext_lazy("cơ quan tính đến ngày"))
    lead = models.ForeignKey(LeadTerm, models.PROTECT, related_name="periods")
    lead_name = models.CharField(gettext_lazy("cơ quan chủ trì"), max_length=200)
    lead_symbol = models.CharField(gettext_lazy("ký hiệu cơ quan chủ trì"), max_length=40)
    opened_at = models.DateTimeField(gettext_lazy("mở lúc"), default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    simulated = models.BooleanField(gettext_lazy("dữ liệu mô phỏng"), default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("kỳ báo cáo")
        verbose_name_plural = gettext_lazy("kỳ báo cáo")
        ordering = ["-year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "year"], condition=models.Q(kind="annual"), name="one_annual_period_per_year"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """``năm 2020``, or the title of an ad hoc round."""
        return self.title or _("năm %s") % self.year

    @property
    def late_from(self):
        """The first moment that is late (aware datetime)."""
        return late_from(self.due_on, self.due_rule)

    @property
    def due_words(self) -> str:
        """``trước ngày 15/12/2020``, as the letter words it."""
        return f"{self.get_due_rule_display()} {self.due_on:%d/%m/%Y}"

    def is_on_time(self, moment) -> bool:
        """Whether a report first sent at ``moment`` (aware datetime) is in time."""
        return moment < self.late_from

    def is_due_passed(self, at=None) -> bool:
        return (at or timezone.now()) >= self.late_from

    def previous(self):
        """The annual period of the year before under the same obligation, or None."""
        if self.kind != PeriodKind.ANNUAL:
            return None
        return Period.objects.filter(
            obligation_id=self.obligation_id, kind=PeriodKind.ANNUAL, year=self.year - 1
        ).first()

    def task_numbers(self) -> tuple[int, ...]:
        return tuple(task.number for task in self.ordered_tasks())

    def ordered_tasks(self) -> tuple[Task, ...]:
        """The tasks asked in this period, by number."""
        return asked_in(self.pk)[0]

    def ordered_citations(self) -> tuple[Citation, ...]:
        """The cited instruments still valid in this period, in the order of the directive."""
        return asked_in(self.pk)[1]

    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators asked in this period, in order: those of its tasks, and the shared denominators they need."""
        return self._indicators_of(self.task_numbers())

    def _indicators_of(self, numbers) -> tuple[Indicator, ...]:
        asked = indicators_of(self.catalogue_id)
        if self.kind == PeriodKind.ANNUAL:
            return asked
        needed = {part for i in asked if i.task_number in numbers for part in (i.numerator, i.denominator) if part}
        return tuple(i for i in asked if i.task_number in numbers or i.code in needed)

    def rules(self):
        """(Rule, LinearRule) pairs of the period's edition."""
        return rules_of(self.catalogue_id)

    def create_reports(self, owed, numbers):
        """One empty report for each (body, group); a body named in the catalogue is counted under its own code.

        ``numbers``: of the tasks asked. Nothing of a period that is not committed yet may be remembered
        by ``asked_in``.
        """
        named = {
            word
            for indicator in self._indicators_of(numbers)
            for word in f"{indicator.counted_from} {indicator.cross_checked_from}".split()
        }
        report = self.reports.model
        report.objects.bulk_create(
            report(
                period=self,
                body=body,
                position=position,
                name=body.name,
                short_name=body.short_name,
                group=group,
                counting_group=body.code if body.code in named else group,
            )
            for position, (body, group) in enumerate(owed, 1)
        )


@lru_cache(maxsize=256)
def asked_in(period_id: int) -> tuple[tuple[Task, ...], tuple[Citation, ...]]:
    """A period's tasks and citations. Kept in memory for good: they are fixed when the period opens."""
    period = Period.objects.get(pk=period_id)
    citations = period.citations.select_related("directive", "task").order_by("task__number", "position")
    return tuple(period.tasks.order_by("number")), tuple(citations)
