"""The portal's look at itself, for those who put right what it finds."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Role

from ..data_check import Severity, run
from ..permissions import may_check_data


@cache_control(private=True, no_store=True)
@require_safe
def data_check(request):
    """Every kind of defect that is there, the worst and one's own first; below, what is in order."""
    if not may_check_data(request.user):
        raise Http404
    found, desk = run(), Role.ADMINISTRATOR if request.user.is_staff else Role.OFFICER
    mine_first = sorted(found, key=lambda each: each.kind.desk != desk)
    groups = [(s, [each for each in mine_first if each.count and each.kind.severity == s]) for s in Severity]
    context = {
        "groups": [(severity, kinds) for severity, kinds in groups if kinds],
        "in_order": [each.kind for each in found if not each.count],
        "desk": desk,
    }
    return render(request, "reports/data_check.html", context)
