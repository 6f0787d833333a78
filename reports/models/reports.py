import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directives.choices import DueRule, Role, group_label
from directives.models import Body, Citation, Indicator, late_from

from ..choices import BACK, EDITABLE, SENT, Channel, OverviewPart, Status
from .periods import Period, expected_on


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A body's people see their own body's reports; those who consolidate see what has been sent once.

        Drafts stay with the body: the province sees that a report is owed, never a line of its draft.
        Administrators keep accounts and master data and see no report.
        """
        if user.acts_for_a_body:
            return self.filter(body_id=user.body_id)
        if user.consolidates:
            # A returned report that was exempted since keeps its earlier sending readable.
            # The journal's model imports this one, so it is asked for by its relation.
            events = self.model._meta.get_field("events").related_model
            back = events.objects.filter(report=OuterRef("pk"), action__in=BACK)
            return self.filter(Q(status__in=SENT) | Q(Exists(back), status=Status.EXEMPT))
        return self.none()

    def listed_for(self, user):
        """Rows for lists of who owes what: those who consolidate also see that a draft exists."""
        return self if user.consolidates else self.visible_to(user)

    def accepted(self):
        return self.filter(status=Status.ACCEPTED)

    def of_own_body(self, user):
        """What a body's people write into: their own reports and nobody else's, whatever else they may read."""
        return self.filter(body_id=user.body_id) if user.acts_for_a_body else self.none()

    def typed_by(self, user):
        """What ``user`` writes into: their own body's reports; for an officer those that are entered from a paper."""
        if user.role == Role.OFFICER:
            return self.filter(channel=Channel.PAPER, status__in=EDITABLE)
        return self.of_own_body(user)

    def owed(self, day=None):
        """Expected and not in the province's hands: never sent, or returned."""
        return self.expected(day).filter(status__in=EDITABLE)

    def expected(self, day=None):
        """Those that the round counts on ``day`` (a date, today by default): see ``periods.expected_on``."""
        return self.filter(expected_on(day or timezone.localdate()))

    def in_protocol_order(self):
        return self.order_by("position")

    def late(self, late_from, at=None):
        """Sent first at or after the first late moment, or not sent though it has come.

        ``late_from`` is the period's; where more time was granted, a body's own last day goes before it.
        """
        at = at or timezone.now()
        there = Q(first_submitted_at__isnull=False, status__in=SENT)  # what was taken back is not there
        sent_late = there & Q(first_submitted_at__gte=late_from)
        overdue = ~there if at >= late_from else Q(pk=None)
        own_late = there & Q(extended_to__lt=TruncDate("first_submitted_at"))
        own_overdue = ~there & Q(extended_to__lt=timezone.localdate(at))
        return self.expected(timezone.localdate(at)).filter(
            (Q(extended_to=None) & (sent_late | overdue)) | (Q(extended_to__isnull=False) & (own_late | own_overdue))
        )

    def incomplete(self, period):
        """Accepted reports that left an owed figure out, or declared a task outside their functions."""
        declined = TaskResult.objects.filter(report=OuterRef("pk"), not_ours=True)
        return self.accepted().filter(Q(gaps__gt=0) | Exists(declined), period=period)

    def counts_by_status(self) -> dict[str, int]:
        """{status: number of reports}; a status without reports is 0."""
        found = dict(self.order_by().values_list("status").annotate(Count("pk")))
        return {status: found.get(status, 0) for status in Status.values}


class Report(models.Model):
    """What one body owes in one period, from the day the period opens: owing and answering are one row.

    Names, group and order are kept as they were at the opening: an old report keeps its old name.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("kỳ báo cáo"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="reports", verbose_name=_("cơ quan"))
    position = models.PositiveIntegerField(_("thứ tự"))
    name = models.CharField(_("tên cơ quan"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=80)
    search_name = models.CharField(_("tên để tìm"), max_length=300, blank=True)  # both names, ``folding.folded``
    group = models.CharField(_("khối"), max_length=12)
    counting_group = models.CharField(_("nhóm cộng số liệu"), max_length=50)
    status = models.CharField(_("tình trạng"), max_length=9, choices=Status, default=Status.DRAFT)
    version = models.PositiveSmallIntegerField(_("lần gửi"), default=0)
    first_submitted_at = models.DateTimeField(_("gửi lần đầu"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("gửi gần nhất"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)
    gaps = models.PositiveSmallIntegerField(_("chỉ tiêu chưa có số liệu khi gửi"), default=0)
    handed_at = models.DateTimeField(_("trình ký lúc"), null=True, blank=True)  # lies with the body's signatory
    opened_at = models.DateTimeField(_("chuyên viên mở lúc"), null=True, blank=True)  # the latest sending
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chuyên viên mở đầu tiên"),
    )
    extended_to = models.DateField(_("gia hạn đến hết ngày"), null=True, blank=True)
    return_by = models.DateField(_("sửa và gửi lại đến hết ngày"), null=True, blank=True)  # until it is accepted
    channel = models.CharField(_("kênh"), max_length=6, choices=Channel, default=Channel.PORTAL)
    task_marks = models.CharField(_("tình trạng từng nhiệm vụ"), max_length=20, blank=True)  # see ``reports.marks``
    overview_saves = models.PositiveIntegerField(_("số lần lưu phần chung"), default=0)
    updated_at = models.DateTimeField(_("sửa lúc"), null=True, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["period", "position"]
        constraints = [models.UniqueConstraint(fields=["period", "body"], name="one_report_per_body_and_period")]

    def __str__(self):
        return f"{self.name} – {self.period}"

    @property
    def group_name(self) -> str:
        return group_label(self.group)

    @property
    def with_signatory(self) -> bool:
        """Handed to the body's signatory: nobody types until it comes back or is sent."""
        return self.handed_at is not None and self.status in EDITABLE

    @property
    def late_from(self):
        """The first moment that is late for this body (aware datetime): the period's, or after the extension."""
        return late_from(self.extended_to, DueRule.BY) if self.extended_to else self.period.late_from

    @property
    def last_day(self):
        """The last day in time (a date): "trước ngày 15/12" ends with the 14th."""
        return timezone.localdate(self.late_from) - dt.timedelta(days=1)

    @property
    def due_words(self) -> str:
        """``trước ngày 15/12/2020``; with more time granted ``đến hết ngày 20/12/2020 (được gia hạn; …)``."""
        if self.extended_to is None:
            return self.period.due_words
        words = {"day": f"{self.extended_to:%d/%m/%Y}", "due": self.period.due_words}
        return gettext("đến hết ngày %(day)s (được gia hạn; hạn chung %(due)s)") % words

    @property
    def is_there(self) -> bool:
        """Whether the province has a sending; the first date of one taken back counts once it is sent again."""
        return self.first_submitted_at is not None and self.status in SENT

    @property
    def on_time(self) -> bool | None:
        """Whether the first sending was in time; None while nothing is there: never sent, or taken back."""
        return self.first_submitted_at < self.late_from if self.is_there else None

    def is_overdue(self, at=None) -> bool:
        """Owed and the deadline has passed at ``at`` (now by default)."""
        at = at or timezone.now()
        return not self.is_there and at >= self.late_from and self.is_expected(timezone.localdate(at))

    def is_expected(self, day=None) -> bool:
        """Whether the round counts this report on ``day`` (today by default): see ``ReportQuerySet.expected``."""
        if self.status == Status.EXEMPT:
            return False
        return self.status in SENT or not self.closed_early(day)

    def closed_early(self, day=None) -> bool:
        """Whether its body has ended on ``day`` (today by default), before the last day in time, and left no sending.

        Of an exempted report: whether that will be so once it is asked again.
        """
        end = self.body.valid_to
        ended = end is not None and end < (day or timezone.localdate()) and end < self.last_day
        return ended and self.status not in SENT and not self._was_returned()

    def _was_returned(self) -> bool:
        """Whether it is exempt and will be back to be put right, as it was before: see ``workflow``."""
        return self.status == Status.EXEMPT and self.events.filter(action__in=BACK).exists()

    @property
    def on_paper(self) -> bool:
        """An officer is entering it from the body's paper: the body's people wait until that is done."""
        return self.channel == Channel.PAPER and self.status in EDITABLE

    def role_of(self, indicator: Indicator) -> str | None:
        """``"counted"``, ``"cross"`` or None: whether this body answers the indicator, and what for."""
        return indicator.role_of(self.group, self.counting_group)

    def indicators(self) -> list[Indicator]:
        """The indicators on this body's form, in order, computed ones among them."""
        return [indicator for indicator in self.period.indicators() if self.role_of(indicator)]

    def section_numbers(self) -> list[int]:
        """The parts of the form: the shared figures (0) where the body has any, then the period's tasks."""
        shared = any(indicator.task_number == 0 for indicator in self.indicators())
        return ([0] if shared else []) + list(self.period.task_numbers())

    def touch(self, by, at=None, overview_saves=None):
        """Note who wrote last and when; the status is not touched here."""
        self.updated_at, self.updated_by = at or timezone.now(), by
        fields = ["updated_at", "updated_by"]
        if overview_saves is not None:
            self.overview_saves = overview_saves
            fields.append("overview_saves")
        self.save(update_fields=fields)


class TaskResult(models.Model):
    """What a body says about one task (number 0: about the shared figures)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="results")
    number = models.PositiveSmallIntegerField(_("nhiệm vụ"))
    results = models.TextField(_("Kết quả thực hiện"), blank=True)
    difficulties = models.TextField(_("Khó khăn, vướng mắc"), blank=True)
    proposals = models.TextField(_("Kiến nghị, đề xuất"), blank=True)
    not_ours = models.BooleanField(_("Không thuộc chức năng, nhiệm vụ"), default=False)
    not_ours_reason = models.TextField(_("Lý do"), blank=True)
    saves = models.PositiveIntegerField(_("số lần lưu"), default=0)  # tells a page whether a colleague saved meanwhile
    unread = models.JSONField(_("ô chưa đọc được"), default=dict, blank=True)  # {"T6.06:girls": "12 trẻ"} as typed
    copied = models.JSONField(_("văn bản lấy từ năm trước"), default=list, blank=True)  # fields not edited since
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("kết quả nhiệm vụ")
        verbose_name_plural = _("kết quả nhiệm vụ")
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_result_per_task")]

    def __str__(self):
        return f"{self.report} – {self.number}"


class Overview(models.Model):
    """A body's text around the tasks, one row a part."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="overviews")
    part = models.CharField(_("phần"), max_length=10, choices=OverviewPart)
    text = models.TextField(_("nội dung"), blank=True)
    copied = models.BooleanField(_("lấy từ năm trước, chưa sửa"), default=False)

    class Meta:
        verbose_name = _("phần chung")
        verbose_name_plural = _("phần chung")
        constraints = [models.UniqueConstraint(fields=["report", "part"], name="one_overview_per_part")]

    def __str__(self):
        return f"{self.report} – {self.get_part_display()}"


class InstrumentProgress(models.Model):
    """A line of progress for one instrument that a task cites and that is still valid."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="progress")
    citation = models.ForeignKey(Citation, models.PROTECT, related_name="progress")
    text = models.TextField(_("tiến độ"), blank=True)

    class Meta:
        verbose_name = _("tiến độ thực hiện văn bản")
        verbose_name_plural = _("tiến độ thực hiện văn bản")
        ordering = ["citation__task__number", "citation__position"]
        constraints = [models.UniqueConstraint(fields=["report", "citation"], name="one_progress_per_instrument")]

    def __str__(self):
        return f"{self.report} – {self.citation}"


class Explanation(models.Model):
    """The body's reason for a warning: a rule of severity "cần giải trình", or a jump (``jump-T6.06``)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="explanations")
    rule_code = models.CharField(_("ràng buộc"), max_length=20)
    text = models.TextField(_("giải trình"))

    class Meta:
        verbose_name = _("giải trình")
        verbose_name_plural = _("giải trình")
        constraints = [models.UniqueConstraint(fields=["report", "rule_code"], name="one_explanation_per_rule")]

    def __str__(self):
        return f"{self.report} – {self.rule_code}"
