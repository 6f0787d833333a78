"""(under construction)"""

from django.http import Http404


def brief(request, **where):
    raise Http404


def brief_pdf(request, **where):
    raise Http404


def charts(request, **where):
    raise Http404


def chart(request, **where):
    raise Http404
