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
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import LEAD_GROUP, BodyKind, group_label
from directives.models import Obligation

from .. import checks, workflow
from ..attachments import files_of, taken_back
from ..choices import Action, Status
from ..content import answers_in, overview_in, pages
from ..forms import PeriodForm, ReturnForm
from ..models import Period, Petition, Report, TaskResult
from ..parts import Part
from ..permissions import may_open_periods
from ..returned import differences
from ..sheets import sheet_of
from ..signed_papers import signed_paper_of
from .lookups import period_or_404, report_or_404

PAGE = 50
MOVES = {"tra-lai": Action.RETURN, "duyet": Action.ACCEPT, "mo-lai": Action.REOPEN}


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
        "query": _kept_query(request),
        "petitions": Petition.objects.waiting().filter(report__period=period).count(),
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
    workflow.note_opened(report, request.user)
    return _sent_page(request, report)


def _sent_page(request, report, form=None, status=200):
    had = report.events.sendings().exclude(version__in=taken_back(report))  # what was taken back nobody here had
    sendings = list(had.select_related("by", "receipt").order_by("-pk")[:2])
    if not sendings:
        raise Http404
    if form is None:
        form = ReturnForm(report=report, initial={"version": sendings[0].version, "status": report.status})
    else:  # what was typed meets the sending that this page shows
        form.data = form.data.copy()
        form.data["version"] = str(sendings[0].version)
    return render(request, "reports/sent.html", _sent_context(request, report, sendings, form), status=status)


def _sent_context(request, report, sendings, form):
    sending, *before = sendings
    answers = answers_in(sending.content)
    explanations = sending.content["explanations"]
    results = [TaskResult(report=report, number=int(n), **texts) for n, texts in sending.content["tasks"].items()]
    findings = [f for f in checks.run(sheet_of(report, answers, results)) if not f.blocks]
    return {
        "report": report,
        "sending": sending,
        "pages": pages(report, sending.content),
        "overview": overview_in(sending.content),
        "warnings": [(finding, explanations.get(finding.code, "")) for finding in findings],
        "actions": workflow.allowed(report, request.user),
        "form": form,
        "events": report.events.visible_to(request.user).select_related("by", "receipt"),
        "differences": differences(report, before[0].content, sending.content) if before else None,
        "previous_version": before[0].version if before else None,
        "files": files_of(report, request.user),
        "signed": signed_paper_of(report, sending.content),
        "points": [_answered(point, report) for point in report.points.all() if point.version < sending.version],
    }


def _answered(point, report):
    """(point, what its place is called): what earlier returns asked for, and whether the body ticked it."""
    part = Part(report, point.part)
    return point, f"{part.title}: {part.label(point.name)}" if point.name else part.title


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def decide(request, period, body, move):
    """Return with a reason, or accept."""
    report = report_or_404(request.user, period, body)
    if move not in MOVES:
        raise Http404
    if request.method != "POST":
        return redirect("sent", period, body)
    form = ReturnForm(request.POST, report=report)
    valid = form.is_valid()
    if "version" in form.errors:  # no page of ours sends a version that is no number
        raise Http404
    if MOVES[move] == Action.RETURN and ("more" in request.POST or not valid):
        return _sent_page(request, report, form, 200 if "more" in request.POST else 400)
    note, remarks = ("", []) if not valid else (form.cleaned_data["note"], form.remarks())
    try:
        version = form.cleaned_data["version"]
        workflow.move(
            report,
            MOVES[move],
            by=request.user,
            note=note,
            version=version,
            shown=form.cleaned_data.get("status"),
            remarks=remarks,
        )
    except workflow.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return (
            _sent_page(request, report, form, 409) if MOVES[move] == Action.RETURN else redirect("sent", period, body)
        )
    done = _("Đã trả lại báo cáo của %s.") if move == "tra-lai" else _("Đã duyệt báo cáo của %s.")
    messages.success(request, done % report.name)
    return redirect("board", period)


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
            return redirect("board", period.code)
    return render(request, "reports/open_period.html", {"form": form, "obligation": obligation})
