"""(under construction)"""

from django.http import Http404


def questions(request, **where):
    raise Http404


def question(request, **where):
    raise Http404


def ask_figure(request, **where):
    raise Http404
