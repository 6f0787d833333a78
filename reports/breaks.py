"""What became of the bodies between two rounds, and whose totals therefore cover other ground. Reads only."""

from django.db.models import Q

from directives.models import Body, BodyLink

from .consolidation import Gathered
from .mapping import Break, Link, Round, break_between
from .models import Period


def links_between(first, last, *, carrying: bool) -> list[Link]:
    """The links dated after ``first`` and not after ``last``; ``carrying``: only those along which figures go."""
    links = BodyLink.objects.carrying() if carrying else BodyLink.objects.all()
    rows = links.filter(on__gt=first, on__lte=last).order_by("on", "pk")
    return [Link(*row) for row in rows.values_list("predecessor__code", "successor__code", "kind", "on", "share")]


def dates_between(first, last) -> dict[str, tuple]:
    """{code: (first day, last day)} of the bodies that begin or end in between."""
    began, ended = Q(valid_from__gt=first, valid_from__lte=last), Q(valid_to__gte=first, valid_to__lt=last)
    rows = Body.objects.filter(began | ended).values_list("code", "valid_from", "valid_to")
    return {code: days for code, *days in rows}


def breaks_since(before_period: Period, before: Gathered, period: Period, now: Gathered) -> dict[str, str]:
    """{indicator code: what happened, as a sentence} where the bodies that are added up are not those of last year."""
    first, last = before_period.bodies_as_of, period.bodies_as_of
    links, dates = links_between(first, last, carrying=False), dates_between(first, last)
    found = break_between(_round(before_period, before), _round(period, now), links, dates)
    if found is None:
        return {}
    old = {indicator.code: indicator for indicator in before.indicators}
    touched = {
        indicator.code: found.among(_counted(old[indicator.code], before), _counted(indicator, now))
        for indicator in now.indicators
        if indicator.code in old
    }
    return {code: broken.sentence for code, broken in touched.items() if isinstance(broken, Break)}


def _round(period: Period, gathered: Gathered) -> Round:
    return Round(period.year, period.bodies_as_of, frozenset(body.code for body in gathered.bodies))


def _counted(indicator, gathered: Gathered) -> list[str]:
    return [body.code for body in gathered.bodies if indicator.role_of(body.group, body.counting_group) == "counted"]
