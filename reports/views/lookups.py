"""Every page starts from what its person may see: what is not visible does not exist (404, never 403)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from directives.choices import Role

from ..choices import Channel
from ..models import Period, Report
from ..permissions import may_see_summary, may_write


def report_or_404(user, period: str, body: str) -> Report:
    """The report of a body in a period, with what the pages need of both."""
    reports = Report.objects.visible_to(user).select_related("period__obligation", "period__lead", "body")
    return get_object_or_404(reports, period__code=period, body__code=body)


def own_report_or_404(user, period: str, body: str) -> Report:
    """The report that the person writes: everything that shows or changes a draft starts here.

    For an officer that is one entered from a paper, also once it is sent: a second click is told so.
    """
    reports = Report.objects.typed_by(user)
    if user.role == Role.OFFICER:
        reports |= Report.objects.visible_to(user).filter(channel=Channel.PAPER)
    reports = reports.select_related("period__obligation", "period__lead", "body", "updated_by")
    return get_object_or_404(reports, period__code=period, body__code=body)


def bodys_report_or_404(user, period: str, body: str) -> Report:
    """The report of one's own body, for pages that no officer shares: signing, petitions, the body's own years."""
    reports = Report.objects.of_own_body(user).select_related(
        "period__obligation", "period__lead", "body", "updated_by"
    )
    return get_object_or_404(reports, period__code=period, body__code=body)


def officers_report_or_404(user, period: str, body: str) -> Report:
    """What a body owes, for officers: who owes it and until when; nothing of a draft."""
    if user.role != Role.OFFICER:
        raise Http404
    reports = Report.objects.select_related("period__obligation", "period__lead", "body")
    return get_object_or_404(reports, period__code=period, body__code=body)


def sent_away(request, report):
    """A redirect for the body's people while an officer enters their paper: they read it when it is sent. Else None."""
    if not (request.user.acts_for_a_body and report.on_paper):
        return None
    messages.info(request, may_write(request.user, report).reason)
    return redirect("report", report.period.code, report.body.code)


def period_or_404(user, period: str) -> Period:
    """A period for those who consolidate."""
    if not may_see_summary(user):
        raise Http404
    periods = Period.objects.visible_to(user).select_related("obligation", "lead__body")
    return get_object_or_404(periods, code=period)
