"""Every page starts from what its person may see: what is not visible does not exist (404, never 403)."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from ..models import Period, Report
from ..permissions import may_see_summary


def report_or_404(user, period: str, body: str) -> Report:
    """The report of a body in a period, with what the pages need of both."""
    reports = Report.objects.visible_to(user).select_related("period__obligation", "period__lead", "body")
    return get_object_or_404(reports, period__code=period, body__code=body)


def own_report_or_404(user, period: str, body: str) -> Report:
    """The report that the person writes: everything that shows or changes a draft starts here."""
    reports = Report.objects.typed_by(user).select_related("period__obligation", "period__lead", "body", "updated_by")
    return get_object_or_404(reports, period__code=period, body__code=body)


def period_or_404(user, period: str) -> Period:
    """A period for those who consolidate."""
    if not may_see_summary(user):
        raise Http404
    periods = Period.objects.visible_to(user).select_related("obligation", "lead__body")
    return get_object_or_404(periods, code=period)
