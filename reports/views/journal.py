"""The true story of a round, for those who consolidate."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Role

from ..board import named
from ..models import Report
from ..period_journal import KINDS, PeriodJournal, is_read
from ..typed import tidy
from .lookups import period_or_404

PAGE = 50
OLDEST_FIRST = "cu"


@cache_control(private=True, no_store=True)
@require_safe
def period_journal(request, period):
    """What happened in a round, the newest first or from the beginning, narrowed to a body or a kind of event."""
    period = period_or_404(request.user, period)
    kind, body = request.GET.get("viec", ""), tidy(request.GET.get("co-quan", ""))[:100]
    kind = kind if kind in KINDS else ""
    oldest_first = request.GET.get("thu-tu") == OLDEST_FIRST
    reports = named(Report.objects.filter(period=period), body) if body else None
    journal = PeriodJournal(period, request.user, kind=kind, reports=reports, newest_first=not oldest_first)
    page = Paginator(journal, PAGE).get_page(request.GET.get("trang"))
    narrowed = {"viec": kind, "co-quan": body}
    order = {"thu-tu": OLDEST_FIRST if oldest_first else ""}
    context = {
        "period": period,
        "page": page,
        "lines": [(line, is_read(line)) for line in page],
        "count": page.paginator.count,
        "kinds": [(word, label) for word, (label, _actions) in KINDS.items()],
        "kind": kind,
        "body": body,
        "oldest_first": oldest_first,
        "turned": _query(narrowed | {"thu-tu": "" if oldest_first else OLDEST_FIRST}, "?"),
        "query": _query(narrowed | order, "&"),
        "officer": request.user.role == Role.OFFICER,
    }
    return render(request, "reports/period_journal.html", context)


def _query(values: dict[str, str], sign: str) -> str:
    """The chosen filters as a part of an address; "?" alone where nothing is chosen, so that a link leads somewhere."""
    chosen = urlencode({name: value for name, value in values.items() if value})
    return sign + chosen if chosen or sign == "?" else ""
