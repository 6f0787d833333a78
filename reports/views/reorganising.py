"""(under construction)"""

from django.http import Http404


def reorganisations(request, **where):
    raise Http404


def reorganise(request, **where):
    raise Http404


def reorganisation(request, **where):
    raise Http404
