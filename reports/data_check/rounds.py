"""Rounds: forgotten, empty, asked by an old edition, owed and never asked for by telephone."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import Channel, PeriodKind, Status
from ..models import Call, Period, Report
from .defects import Kind, Severity, address, check, named, of_list, of_rows, page_of

OPEN_BEFORE = dt.timedelta(days=60)  # a yearly round should be open by then


@check(
    Kind(
        "round_not_opened",
        Severity.WARNING,
        gettext_lazy("Đến hạn mà chưa mở kỳ báo cáo"),
        gettext_lazy("Mở kỳ hằng năm của nghĩa vụ này, để các cơ quan biết phải làm gì."),
    )
)
def rounds_not_opened(scope):
    """The yearly round of this year, from two months before its day on."""
    year, left = scope.day.year, []
    opened = set(Period.objects.filter(kind=PeriodKind.ANNUAL, year=year).values_list("obligation", flat=True))
    for obligation in scope.obligations:
        due_on = obligation.due_on(year)
        asked = due_on - OPEN_BEFORE <= scope.day and obligation.directive.is_valid_on(due_on)
        if asked and obligation.pk not in opened:
            left.append((obligation, due_on))
    sentence = _("%(obligation)s: chưa mở kỳ năm %(year)s, hạn ngày %(day)s.")

    def tell(pair):
        words = {"obligation": pair[0].title, "year": year, "day": f"{pair[1]:%d/%m/%Y}"}
        return sentence % words, address("open_period")

    return of_list(left, tell)


@check(
    Kind(
        "round_without_tasks",
        Severity.ERROR,
        gettext_lazy("Kỳ không hỏi nhiệm vụ nào"),
        gettext_lazy("Kỳ này không dùng được; báo người quản trị hệ thống xem lại dữ liệu."),
    )
)
def rounds_without_tasks(scope):
    empty = Period.objects.filter(tasks=None).order_by("pk")
    return of_rows(empty, lambda period: (_("%s: không có nhiệm vụ nào.") % period, address("board", period.code)))


@check(
    Kind(
        "round_without_reports",
        Severity.ERROR,
        gettext_lazy("Kỳ không có cơ quan nào phải báo cáo"),
        gettext_lazy("Kỳ này không dùng được; báo người quản trị hệ thống xem lại dữ liệu."),
    )
)
def rounds_without_reports(scope):
    empty = Period.objects.filter(reports=None).order_by("pk")
    return of_rows(empty, lambda period: (_("%s: không có cơ quan nào.") % period, address("board", period.code)))


@check(
    Kind(
        "round_of_old_edition",
        Severity.INFO,
        gettext_lazy("Kỳ đang làm theo danh mục cũ"),
        gettext_lazy("Không phải làm gì: kỳ giữ danh mục của ngày mở; danh mục mới dùng cho kỳ mở sau."),
    )
)
def rounds_of_an_old_edition(scope):
    left = [p for p in scope.running if scope.editions[p.catalogue.directive_id].pk != p.catalogue_id]
    sentence = _("%(period)s: %(edition)s; nay đã có bản mới hơn.")

    def tell(period):
        return sentence % {"period": period, "edition": period.catalogue}, address("board", period.code)

    return of_list(left, tell)


@check(
    Kind(
        "overdue_never_called",
        Severity.WARNING,
        gettext_lazy("Quá hạn, chưa gửi, chưa ai đôn đốc"),
        gettext_lazy("Gọi cho cơ quan và ghi lại lời hẹn ở trang đôn đốc."),
    )
)
def overdue_never_called(scope):
    """Nothing is there, the body's own last day has passed, and no call was written down."""
    overdue = [period.pk for period in scope.running if period.is_due_passed(scope.at)]
    own_day = Q(extended_to=None, period__in=overdue) | Q(extended_to__lt=scope.day, period__in=scope.running)
    calls = Call.objects.filter(report=OuterRef("pk"))
    left = Report.objects.expected(scope.day).filter(own_day, ~Exists(calls), status=Status.DRAFT)
    left = left.exclude(channel=Channel.PAPER).select_related("period", "body").order_by("-period", "position")
    sentence = _("%(body)s, %(period)s.")
    return of_rows(left, lambda report: (sentence % named(report), page_of(report, "chase")))
