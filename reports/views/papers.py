"""The printed form to be signed, and the signed paper with its number, day, code and scan."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from ..attachments import NotTaken
from ..choices import EDITABLE
from ..exports.pdf import PdfUnavailable
from ..file_forms import SignedPaperForm
from ..models import Printing
from ..paper import FORMATS, paper_of
from ..signed_papers import (
    NotRecorded,
    code_of,
    content_now,
    keep_scan,
    printable,
    record,
    versions_of,
    waiting_scan,
)
from ..typed import tidy
from ..workflow import note_opened
from .lookups import bodys_report_or_404, report_or_404, sent_away


@cache_control(private=True, no_store=True)
@require_GET
def printed_draft(request, period, body, format):
    """The report as it stands now, on paper; once it is sent, the sending."""
    report = bodys_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    if report.status not in EDITABLE:
        return redirect("printed", period, body, report.version, format)
    at = timezone.now()
    return _paper(request, report, content_now(report), format, f"Bản nháp in lúc {_moment(at)}", at, "ban-nhap")


@cache_control(private=True, no_store=True)
@require_GET
def printed(request, period, body, version, format):
    """One sending on paper, as it was sent."""
    report = report_or_404(request.user, period, body)
    sending = printable(report, request.user, version)
    if sending is None or format not in FORMATS:
        raise Http404
    if version == report.version:
        note_opened(report, request.user)
    words = f"Bản gửi lần {version} lúc {_moment(sending.at)}"
    return _paper(request, report, sending.content, format, words, sending.at, f"lan-{version}")


def _moment(at) -> str:
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"


def _paper(request, report, content, format, words, at, name):
    """Draw the paper and write down which content went out on it: its code is asked for when it comes back signed."""
    if format not in FORMATS:
        raise Http404
    code = code_of(report, content)
    try:
        drawn = FORMATS[format].render(paper_of(report, content, code=code, version_words=words, at=at))
    except PdfUnavailable as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    Printing.objects.create(report=report, code=code, format=format, by=request.user)
    response = HttpResponse(drawn, content_type=FORMATS[format].content_type)
    file = f"bao-cao-{report.period.code}-{report.body.code}-{name}-{code[:4]}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def signed_paper(request, period, body):
    """Which form to print and sign, what was signed so far, and the form for number, day, code and scan."""
    report = bodys_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    if request.method == "POST":
        return _record(request, report)
    paper = report.signed_papers.filter(code=tidy(request.GET.get("ma", ""))).first()
    return _page(request, report, SignedPaperForm(report=report, waiting=waiting_scan(report), paper=paper))


def _record(request, report):
    data, upload, refused = request.POST.copy(), request.FILES.get("scan"), ""
    if upload:
        # The scan first: a code with a slip of the pen must not cost a second upload over a poor line.
        try:
            keep_scan(report, upload, by=request.user)
            data["use_waiting"] = "on"
        except NotTaken as refusal:
            refused = _("“%(name)s”: %(why)s") % {"name": upload.name, "why": refusal}
    waiting = waiting_scan(report)
    form = SignedPaperForm(data, report=report, waiting=waiting)
    if refused:
        form.add_error("scan", refused)
    if form.is_valid():
        told = form.cleaned_data
        scan = waiting if told.get("use_waiting") else None
        values = {name: told[name] for name in ("number", "signed_on", "code")}
        try:
            paper = record(report, **values, by=request.user, scan=scan)
        except (NotRecorded, NotTaken) as refusal:  # the report or the scan changed under this page
            form.add_error("code" if isinstance(refusal, NotRecorded) else "scan", str(refusal))
        else:
            return _recorded(request, report, paper)
    return _page(request, report, form)


def _recorded(request, report, paper):
    told = {"number": paper.number, "day": f"{paper.signed_on:%d/%m/%Y}", "code": paper.code}
    messages.success(request, _("Đã ghi nhận văn bản số %(number)s ngày %(day)s, mã bản in %(code)s.") % told)
    if paper.scan is None:
        messages.info(request, _("Chưa có bản quét; bạn nộp được sau, cả khi báo cáo đã gửi."))
    return redirect("signed_paper", report.period.code, report.body.code)


def _page(request, report, form):
    versions, outdated = versions_of(report)
    errors = [(f"id_{name}", error) for name in form.errors for error in form.errors[name]]
    context = {
        "report": report,
        "numbers": report.section_numbers(),
        "versions": versions,
        "outdated": outdated,
        "latest": next((v.sending.version for v in versions if v.sending and not v.taken_back), None),
        "formats": [(word, format.label) for word, format in FORMATS.items()],
        "form": form,
        "waiting": waiting_scan(report),
        "errors": errors,
    }
    return render(request, "reports/signed_paper.html", context)
