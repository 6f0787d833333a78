"""The board of a period: what became of every body's tasks, on the page and as Excel."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Role

from ..board import counts, rows, unmarked
from ..board_filter import BoardFilter
from ..choices import Action, Status
from ..exports import board as excel
from ..models import Petition
from ..workflow import verdict
from .lookups import period_or_404

PAGE = 50


@cache_control(private=True, no_store=True)
@require_safe
def board(request, period):
    """Bodies × tasks in protocol order, narrowed by the address, with counts that lead to their lists."""
    period, at = period_or_404(request.user, period), timezone.now()
    chosen = BoardFilter(request.GET, period=period, at=at)
    page = Paginator(_listed(chosen), PAGE).get_page(request.GET.get("trang"))
    context = {
        "period": period,
        "officer": request.user.role == Role.OFFICER,
        "filter": chosen,
        "page": page,
        "rows": [(row, _may_exempt(request.user, row.report)) for row in rows(page, period, at)],
        "query": f"&{chosen.query()}" if chosen.query() else "",
        "statuses": _status_lines(chosen),
        "states": _state_lines(chosen),
        "petitions": Petition.objects.waiting().filter(report__period=period).count(),
        "unmarked": unmarked(period).count(),
    }
    return render(request, "reports/board.html", context)


@cache_control(private=True, no_store=True)
@require_safe
@translation.override("vi")
def board_excel(request, period):
    """The same rows as a workbook, all of them."""
    period, at = period_or_404(request.user, period), timezone.now()
    chosen = BoardFilter(request.GET, period=period, at=at)
    content = excel.render(period, rows(_listed(chosen), period, at), narrowed=chosen.words(), made_at=at)
    response = HttpResponse(content, content_type=excel.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="bang-theo-doi-{period.code}.xlsx"'
    return response


def _listed(chosen: BoardFilter):
    return chosen.but().select_related("body").in_protocol_order()


def _status_lines(chosen: BoardFilter) -> list[tuple]:
    """(status, number of reports, query of their list, whether it is shown) under the other wishes."""
    found = chosen.but("status").counts_by_status()
    shown = chosen.wishes.get("status")
    return [(Status(status), n, chosen.query(status=status), status == shown) for status, n in found.items()]


def _state_lines(chosen: BoardFilter) -> list[tuple]:
    """(line of ``board.counts``, query of its bodies, [(number, query)] by task) under the other wishes."""
    lines = []
    for line in counts(chosen.but("state", "task"), chosen.period):
        by_task = [
            (n, chosen.query(state=line.state.value, task=str(number)))
            for n, number in zip(line.tasks, chosen.numbers, strict=True)
        ]
        lines.append((line, chosen.query(state=line.state.value, task=""), by_task))
    return lines


def _may_exempt(user, report) -> bool:
    return bool(verdict(report, Action.EXEMPT, user) or verdict(report, Action.INCLUDE, user))
