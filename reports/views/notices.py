"""What this person was told: a list and one notice; the deadline as a calendar file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from ..calendar_file import CONTENT_TYPE, deadline_file, file_name
from ..choices import Status
from ..models import Notice, Report

PAGE = 50


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request):
    """Own notices, the newest first; a POST marks all of them as read."""
    own = Notice.objects.of(request.user)
    if request.method == "POST":
        own.unread().update(read_at=timezone.now())
        return redirect("notices")
    page = Paginator(own, PAGE).get_page(request.GET.get("trang"))
    return render(request, "reports/notices.html", {"page": page, "unread": own.unread().count()})


@cache_control(private=True, no_store=True)
@require_safe
def notice(request, pk):
    """One of one's own notices; whoever opens it has read it (asking again changes nothing)."""
    found = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    if request.method == "GET" and found.read_at is None:
        Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
    return render(request, "reports/notice.html", {"notice": found})


@cache_control(private=True, no_store=True)
@require_safe
def deadline_calendar(request, period, body):
    """The body's last day in time as a file for any calendar."""
    reports = Report.objects.of_own_body(request.user).select_related("period", "body")
    report = get_object_or_404(reports, period__code=period, body__code=body)
    if report.status == Status.EXEMPT:  # owes nothing, so there is no last day
        raise Http404
    file = HttpResponse(deadline_file(report), content_type=f"{CONTENT_TYPE}; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{file_name(report)}"'
    return file
