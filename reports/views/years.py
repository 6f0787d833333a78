"""(under construction)"""

from django.http import Http404


def years(request, **where):
    raise Http404


def years_of(request, **where):
    raise Http404
