"""The lead department: what came in, read it, return it or accept it, open the next round."""

import django_filters
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.choices import LEAD_GROUP, BodyKind, group_label
from directives.models import Obligation

from .. import checks, workflow
from ..choices import Action, Status
from ..content import answers_in, overview_in, pages
from ..forms import PeriodForm, ReturnForm
from ..models import Period, Report
from ..permissions import may_open_periods
from ..sheets import sheet_of
from .lookups import period_or_404, report_or_404

PAGE = 50
MOVES = {"tra-lai": Action.RETURN, "duyet": Action.ACCEPT}


class ReportFilter(django_filters.FilterSet):
    """Who owes what, narrowed to a state, a group of bodies, or the late ones."""

    status = django_filters.ChoiceFilter(label=gettext_lazy("Tình trạng"), choices=Status)
    group = django_filters.ChoiceFilter(
        label=gettext_lazy("Khối"), choices=lambda: [(g, group_label(g)) for g in (*BodyKind.values, LEAD_GROUP)]
    )
    late = django_filters.BooleanFilter(
        label=gettext_lazy("Thời hạn"), method="only_late", widget=django_filters.widgets.BooleanWidget
    )

    class Meta:
        model = Report
        fields = ("status", "group")

    def __init__(self, *args, period, **kwargs):
        super().__init__(*args, **kwargs)
        self.period = period
        self.filters["late"].field.widget.choices = (
            ("", "---------"),
            ("true", _("Trễ hạn")),
            ("false", _("Đúng hạn")),
        )

    def only_late(self, queryset, name, value):
        late = queryset.late(self.period.late_from)
        return late if value else queryset.exclude(pk__in=late.values("pk"))


@cache_control(private=True, no_store=True)
@require_safe
def queue(request, period):
    """Every body of the period in protocol order with the state of its report."""
    period = period_or_404(request.user, period)
    reports = Report.objects.filter(period=period).listed_for(request.user).select_related("body").in_protocol_order()
    chosen = ReportFilter(request.GET, queryset=reports, period=period)
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("trang"))
    for report in page:
        report.period = period  # known already: spares a query per row
    context = {
        "period": period,
        "filter": chosen,
        "page": page,
        "counts": [(Status(s).label, n, s) for s, n in reports.counts_by_status().items()],
        "overdue": period.is_due_passed(),
        "query": _kept_query(request),
    }
    return render(request, "reports/queue.html", context)


def _kept_query(request) -> str:
    """The chosen filters, to be carried along from page to page."""
    query = request.GET.copy()
    query.pop("trang", None)
    return "&" + query.urlencode() if query else ""


@cache_control(private=True, no_store=True)
@require_safe
def sent(request, period, body):
    """A report as it was last sent, part by part; officers return or accept it here."""
    report = report_or_404(request.user, period, body)
    sending = report.events.filter(action=Action.SUBMIT).select_related("by").last()
    if sending is None:
        raise Http404
    return render(
        request,
        "reports/sent.html",
        _sent_context(request, report, sending, ReturnForm(initial={"version": sending.version})),
    )


def _sent_context(request, report, sending, form):
    answers = answers_in(sending.content)
    explanations = sending.content["explanations"]
    findings = [f for f in checks.run(sheet_of(report, answers)) if not f.blocks]
    return {
        "report": report,
        "sending": sending,
        "pages": pages(report, sending.content),
        "overview": overview_in(sending.content),
        "warnings": [(finding, explanations.get(finding.code, "")) for finding in findings],
        "actions": workflow.allowed(report, request.user),
        "form": form,
        "events": report.events.select_related("by"),
    }


@require_POST
def decide(request, period, body, move):
    """Return with a reason, or accept."""
    report = report_or_404(request.user, period, body)
    form = ReturnForm(request.POST)
    if move not in MOVES or not form.is_valid():  # no page of ours sends a version that is no number
        raise Http404
    note, version = form.cleaned_data["note"], form.cleaned_data["version"]
    try:
        workflow.move(report, MOVES[move], by=request.user, note=note, version=version)
    except workflow.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("sent", period, body)
    done = _("Đã trả lại báo cáo của %s.") if move == "tra-lai" else _("Đã duyệt báo cáo của %s.")
    messages.success(request, done % report.name)
    return redirect("queue", period)


@cache_control(private=True, no_store=True)
@require_safe
def periods(request):
    """The rounds of reporting, newest first."""
    if not request.user.consolidates:
        raise Http404
    page = Paginator(Period.objects.visible_to(request.user).with_counts().newest_first(), PAGE)
    context = {"page": page.get_page(request.GET.get("trang")), "may_open": may_open_periods(request.user)}
    return render(request, "reports/periods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_period(request):
    """Open the year or an ad hoc round."""
    obligation = Obligation.objects.order_by(F("directive__issued_on").desc(nulls_last=True), "-pk").first()
    if not may_open_periods(request.user):
        raise Http404
    if obligation is None:
        messages.error(request, _("Chưa nạp văn bản nào; hãy nhờ quản trị chạy load_directives."))
        return redirect("periods")
    data = request.POST if request.method == "POST" else None
    form = PeriodForm(data, obligation=obligation, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            period = Period.objects.open(
                obligation, form.cleaned_data["year"], by=request.user, ad_hoc=form.ad_hoc_round()
            )
        except ValidationError as refusal:
            form.add_error("year", refusal)
        else:
            messages.success(request, _("Đã mở kỳ %s.") % period.name)
            return redirect("queue", period.code)
    return render(request, "reports/open_period.html", {"form": form, "obligation": obligation})
