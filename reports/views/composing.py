"""(under construction)"""

from django.http import Http404


def workshop(request, **where):
    raise Http404


def gathered_proposals(request, **where):
    raise Http404


def compose(request, **where):
    raise Http404


def compose_save(request, **where):
    raise Http404


def take(request, **where):
    raise Http404


def draft_file(request, **where):
    raise Http404
