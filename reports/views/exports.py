"""The province's files: at once where they are short, as a job that is left and found again where they are long."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from ..choices import Edition, JobState
from ..export_jobs import ISSUED, ISSUED_FILES, again, ask, jobs_of, long_formats, steps_of
from ..exports import FORMATS, export
from ..exports.pdf import PdfUnavailable
from ..models import Download, Period
from ..permissions import editions_of, may_see_summary

PAGE = 20


def edition_or_404(user, format: str, asked: str) -> str:
    """The edition that is meant; what a person may not have does not exist, nor does a package in full."""
    editions = [edition for edition in editions_of(user) if (edition, format) in ISSUED_FILES]
    if not editions or (asked and asked not in editions):
        raise Http404
    return asked or editions[0]


def downloads(user, period) -> list[dict]:
    """What of a period a person may take away, by edition; ``long``: some of it is made by a job."""
    long = bool(long_formats(period))
    return [
        {
            "edition": edition,
            "label": Edition(edition).label,
            "formats": [(key, format.label) for key, format in FORMATS.items() if (edition, key) in ISSUED_FILES],
            "long": long,
        }
        for edition in editions_of(user)
    ]


def file_of(request, period: Period, format: str, edition: str):
    """The file itself, written down; a long one becomes a job to wait for."""
    if format in long_formats(period):
        return redirect(ask(period, format, edition, request.user))
    try:
        content = export(period, format, edition)
    except PdfUnavailable as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    _write_down(request.user, period, format, edition)
    return _as_attachment(HttpResponse(content), period, format, edition)


def _write_down(user, period, format, edition) -> None:
    Download.objects.create(period=period, by=user, format=format, edition=edition)


def _as_attachment(response, period, format, edition):
    name = f"tong-hop-{period.code}" + ("-gui-di" if edition == Edition.OUTGOING else "")
    response["Content-Type"] = FORMATS[format].content_type
    response["Content-Disposition"] = f'attachment; filename="{name}.{FORMATS[format].extension}"'
    return response


@cache_control(private=True, no_store=True)
@require_safe
def export_jobs(request):
    """What one asked for, the newest first."""
    if not may_see_summary(request.user):
        raise Http404
    page = Paginator(jobs_of(request.user), PAGE).get_page(request.GET.get("trang"))
    lines = [(job, _name(job)) for job in page]
    return render(request, "reports/export_jobs.html", {"page": page, "lines": lines})


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export_job(request, pk):
    """How far a file is, and the file when it is there. Posting starts one anew that failed or hangs."""
    job = get_object_or_404(jobs_of(request.user), pk=pk)
    if request.method == "POST":
        if not again(job):
            messages.info(request, _("Tệp này đang được làm hoặc đã xong; không phải làm lại."))
        return redirect(job)
    steps = list(enumerate(steps_of(job), 1))
    context = {"job": job, "name": _name(job), "steps": steps, "issued": job.format == ISSUED, "at": job.done + 1}
    return render(request, "reports/export_job.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def export_file(request, pk):
    """The file that a job made; taking it is written down."""
    job = get_object_or_404(jobs_of(request.user), pk=pk, state=JobState.DONE)
    if not job.file:
        raise Http404
    try:
        file = job.file.open("rb")
    except OSError as gone:
        raise Http404 from gone
    _write_down(request.user, job.period, job.format, job.edition)
    return _as_attachment(FileResponse(file), job.period, job.format, job.edition)


def _name(job) -> str:
    """``PDF``, ``Excel``; of an issue all its files."""
    return _("Các tệp của văn bản %s") % job.issue.full_number if job.format == ISSUED else FORMATS[job.format].label
