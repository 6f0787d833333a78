"""The province over the years: totals by indicator, and one indicator by body in both views."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Option, Role

from ..body_years import years_of_bodies
from ..summary import change_legend
from ..years import years_of_province
from .lookups import period_or_404

PAGE = 50
MAPPED = "ban-do"  # the word in the address


@cache_control(private=True, no_store=True)
@require_safe
def years(request, period):
    """Up to five years of every total, each with its coverage; where a series breaks, and what is aimed at."""
    period = period_or_404(request.user, period)
    context = {
        "period": period,
        "years": years_of_province(period),
        "officer": request.user.role == Role.OFFICER,
        "legend": change_legend(),
    }
    return render(request, "reports/years.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def years_of(request, period, code):
    """One indicator by body: as it was reported, or on the map of the newest year."""
    period = period_or_404(request.user, period)
    indicator = next((i for i in period.indicators() if i.code == code), None)
    option = request.GET.get("cot", Option.TOTAL.value)
    if indicator is None or option not in indicator.options:
        raise Http404
    mapped = request.GET.get("xem") == MAPPED
    table = years_of_bodies(period, indicator, mapped=mapped, option=option)
    context = {
        "period": period,
        "table": table,
        "row": table.line.newest,
        "page": Paginator(table.bodies, PAGE).get_page(request.GET.get("trang")),
        "option": option,
        "options": [(each, Option(each).label) for each in indicator.options],
        "query": f"&cot={option}" + (f"&xem={MAPPED}" if mapped else ""),
        "views": [("", not mapped), (MAPPED, mapped)],
        "legend": change_legend(),
    }
    return render(request, "reports/years_of.html", context)
