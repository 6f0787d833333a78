import datetime as dt
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Coalesce
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
    late_from,
    rules_of,
)

from ..choices import EDITABLE, SENT, PeriodKind, Status
from ..folding import folded
from .opening import Opening, indicators_asked


def expected_on(day: dt.date, *, report="", period="period__") -> Q:
    """Which reports a round counts on ``day``; ``report`` and ``period`` lead there from what is filtered.

    Not the exempted ones, and not what a body owes that closed before its last day in time (its own, where more
    time was granted): it leaves the denominator on the day after its end. A body that existed until then still
    owes what it did not send. Where the province has a sending it counts whatever becomes of the body, also while
    it is back to be put right: whoever writes for the body finishes it. What was taken back is not there.
    """
    common = Case(
        When(**{f"{period}due_rule": DueRule.BEFORE}, then=F(f"{period}due_on") - dt.timedelta(days=1)),
        default=F(f"{period}due_on"),
        output_field=models.DateField(),
    )
    last_day = Coalesce(F(f"{report}extended_to"), common)
    end = f"{report}body__valid_to"
    there = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}) | Q(**{f"{end}__gte": last_day})
    return Q(**{f"{report}status__in": SENT}) | (Q(**{f"{report}status": Status.DRAFT}) & there)


class AlreadyOpen(ValidationError):
    """The round was opened before, or by somebody else at this moment; ``period`` is that round."""

    def __init__(self, sentence: str, period):
        super().__init__(sentence)
        self.period = period


class PeriodQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-year", "-due_on", "code")

    def with_counts(self, day=None):
        """Each with ``owed``, ``unsent``, ``waiting``, ``accepted`` and ``exempt``: numbers of its reports.

        ``owed`` is the denominator on ``day`` (a date, today by default), as ``ReportQuerySet.expected`` has it.
        """
        expected = expected_on(day or timezone.localdate(), report="reports__", period="")
        return self.annotate(
            owed=Count("reports", filter=expected),
            unsent=Count("reports", filter=expected & Q(reports__status__in=EDITABLE)),
            waiting=Count("reports", filter=Q(reports__status=Status.SUBMITTED)),
            accepted=Count("reports", filter=Q(reports__status=Status.ACCEPTED)),
            exempt=Count("reports", filter=Q(reports__status=Status.EXEMPT)),
        )

    def visible_to(self, user):
        """Those who consolidate see every period, a body's people the periods in which the body owes a report."""
        if user.consolidates:
            return self
        if user.acts_for_a_body:
            return self.filter(reports__body_id=user.body_id)
        return self.none()

    def open(self, obligation, year, *, by=None, simulated=False, **wishes):
        """Open the period of ``year`` and create what each body owes; returns the Period.

        ``wishes`` (``as_of``, ``ad_hoc``, ``dates``): see ``opening.Opening``, which decides what is asked.
        Raises ValidationError as it does, and AlreadyOpen.
        """
        return self.open_as(Opening(obligation, year, **wishes), by=by, simulated=simulated)

    def open_as(self, opening: Opening, *, by=None, simulated=False):
        """Write down what was decided; returns the Period. Raises AlreadyOpen, also when another is quicker.

        The same year, or the same title in a year, is the same round: a second click opens no second one.
        """
        # First the number, then the title: who opened one after this line has taken the number.
        code = opening.code or self.next_ad_hoc_code(opening.year)
        if not opening.annual:
            self._refuse_same_title(opening)
        try:
            with transaction.atomic():
                return self._create(code, opening, by=by, simulated=simulated)
        except IntegrityError as error:
            raise AlreadyOpen(_("Kỳ báo cáo %s đã mở rồi.") % code, self.filter(code=code).first()) from error

    def _refuse_same_title(self, opening):
        title = opening.ad_hoc.title
        rounds = self.filter(year=opening.year, kind=PeriodKind.AD_HOC)
        # In Python: SQLite takes Đ and đ for two letters.
        same = next((round_ for round_ in rounds if round_.title.casefold() == title.casefold()), None)
        if same is not None:
            words = {"title": title, "year": opening.year}
            sentence = _("Kỳ đột xuất “%(title)s” của năm %(year)s đã mở rồi; kỳ khác thì hãy đặt tên khác.") % words
            raise AlreadyOpen(sentence, same)

    def _create(self, code, opening, *, by, simulated):
        lead = opening.lead
        period = self.create(
            code=code,
            kind=PeriodKind.ANNUAL if opening.annual else PeriodKind.AD_HOC,
            year=opening.year,
            obligation=opening.obligation,
            catalogue=opening.catalogue,
            title="" if opening.annual else opening.ad_hoc.title,
            due_on=opening.due_on,
            due_rule=opening.due_rule,
            data_from=opening.data_from,
            data_to=opening.data_to,
            bodies_as_of=opening.as_of,
            lead=lead,
            lead_name=lead.body.name,
            lead_symbol=lead.body.symbol,
            opened_by=by,
            simulated=simulated,
        )
        period.tasks.set(opening.tasks)
        period.citations.set(opening.citations())
        period.create_reports(opening.recipients)
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
        return indicators_asked(self.catalogue_id, self.task_numbers(), annual=self.kind == PeriodKind.ANNUAL)

    def rules(self):
        """(Rule, LinearRule) pairs of the period's edition."""
        return rules_of(self.catalogue_id)

    def create_reports(self, recipients):
        """One empty report for each ``opening.Recipient``, with names, group and order as they are today."""
        report = self.reports.model
        report.objects.bulk_create(
            report(
                period=self,
                body=each.body,
                position=position,
                name=each.body.name,
                short_name=each.body.short_name,
                search_name=folded(f"{each.body.name} {each.body.short_name}")[:300],
                group=each.group,
                counting_group=each.counting_group,
            )
            for position, each in enumerate(recipients, 1)
        )


@lru_cache(maxsize=256)
def asked_in(period_id: int) -> tuple[tuple[Task, ...], tuple[Citation, ...]]:
    """A period's tasks and citations. Kept in memory for good: they are fixed when the period opens."""
    period = Period.objects.get(pk=period_id)
    citations = period.citations.select_related("directive", "task").order_by("task__number", "position")
    return tuple(period.tasks.order_by("number")), tuple(citations)
