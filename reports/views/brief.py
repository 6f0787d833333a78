"""For leadership: the brief of one page, on the screen and on A4, and the charts with their tables."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Role

from .. import brief_paper, briefing
from ..charts import chart_of, charts_of, svg
from ..choices import Edition
from ..exports.pdf import PdfUnavailable
from ..models import Download
from ..permissions import may_ask
from .lookups import period_or_404

# A picture that somebody opens by itself has its own small style sheet inside, and nothing else.
PICTURE = {"default-src": [NONE], "style-src": [UNSAFE_INLINE]}


@cache_control(private=True, no_store=True)
@require_safe
def brief(request, period):
    """One page: where the round stands, what it found, what waits."""
    period = period_or_404(request.user, period)
    found = briefing.brief_of(period, request.user)
    context = {
        "period": period,
        "brief": found,
        "summary": found.summary,
        "officer": request.user.role == Role.OFFICER,
        "asks": may_ask(request.user),
        "short": briefing.SHORT,
    }
    return render(request, "reports/brief.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def brief_pdf(request, period):
    """The same as one A4 page to take along; the download is written down."""
    period = period_or_404(request.user, period)
    try:
        content = brief_paper.render(period, request.user)
    except PdfUnavailable as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    Download.objects.create(period=period, by=request.user, format="brief", edition=Edition.OUTGOING)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="tom-tat-{period.code}.pdf"'
    return response


@cache_control(private=True, no_store=True)
@require_safe
def charts(request, period):
    """Every chart with its figures as a table."""
    period = period_or_404(request.user, period)
    officer = request.user.role == Role.OFFICER
    return render(request, "reports/charts.html", {"period": period, "charts": charts_of(period), "officer": officer})


@csp_replace(PICTURE)
@cache_control(private=True, no_store=True)
@require_safe
def chart(request, period, name):
    """The picture of one chart."""
    found = chart_of(period_or_404(request.user, period), name)
    if found is None:
        raise Http404
    return HttpResponse(svg(found), content_type="image/svg+xml")
