"""(under construction)"""

from django.http import Http404


def issue(request, **where):
    raise Http404


def issued_reports(request, **where):
    raise Http404


def issued(request, **where):
    raise Http404


def issued_file(request, **where):
    raise Http404


def add_signed_copy(request, **where):
    raise Http404


def signed_copy(request, **where):
    raise Http404


def changes(request, **where):
    raise Http404


def begin_supplement(request, **where):
    raise Http404


def confirm_document(request, **where):
    raise Http404
