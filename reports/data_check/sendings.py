"""Sendings that came in before the portal kept what officers need of them, and corrections that rest."""

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import SENT
from ..models import Correction, Event, Report
from ..models.corrections import WITH_THE_PROVINCE
from .defects import Kind, Severity, check, named, of_rows, page_of


@check(
    Kind(
        "sent_without_marks",
        Severity.WARNING,
        gettext_lazy("Bảng theo dõi thiếu tình trạng từng nhiệm vụ"),
        gettext_lazy("Chạy manage.py renew_task_marks."),
    )
)
def sent_without_marks(scope):
    left = Report.objects.filter(status__in=SENT, task_marks="").select_related("period", "body")
    sentence = _("%(body)s, %(period)s.")
    return of_rows(left.order_by("-period", "position"), lambda report: (sentence % named(report), page_of(report)))


@check(
    Kind(
        "sent_without_screening",
        Severity.WARNING,
        gettext_lazy("Bản gửi chưa được rà soát"),
        gettext_lazy("Chạy manage.py screen_sendings."),
    )
)
def sent_without_screening(scope):
    """The sending that counts of each report, not the older ones."""
    left = Event.objects.sendings().filter(
        report__status__in=SENT, version=F("report__version"), screening__isnull=True
    )
    left = left.defer("content").select_related("report__period", "report__body").order_by("-pk")
    sentence = _("%(body)s, %(period)s, lần gửi %(version)s.")

    def tell(event):
        return sentence % (named(event.report) | {"version": event.version}), page_of(event.report, "sent")

    return of_rows(left, tell)


@check(
    Kind(
        "correction_resting",
        Severity.WARNING,
        gettext_lazy("Điều chỉnh không còn tác dụng vì cơ quan đã gửi lại"),
        gettext_lazy("Xem số mới của cơ quan: đúng rồi thì bỏ điều chỉnh, chưa đúng thì điều chỉnh lại."),
    )
)
def corrections_resting(scope):
    """The newest line of a cell is about an older sending than the one that counts."""
    newer = Correction.objects.filter(report=OuterRef("report"), indicator=OuterRef("indicator"))
    newest = newer.filter(option=OuterRef("option")).order_by("-pk").values("pk")[:1]
    left = Correction.objects.filter(
        pk=Subquery(newest), withdrawn=False, version__lt=F("report__version"), report__status__in=WITH_THE_PROVINCE
    )
    left = left.select_related("report__period", "report__body", "indicator").order_by("-pk")
    sentence = _("%(body)s, %(period)s, chỉ tiêu %(code)s.")

    def tell(line):
        return sentence % (named(line.report) | {"code": line.indicator.code}), page_of(line.report, "corrections")

    return of_rows(left, tell)
