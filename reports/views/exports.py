"""(under construction)"""

from django.http import Http404


def export_jobs(request, **where):
    raise Http404


def export_job(request, **where):
    raise Http404


def export_file(request, **where):
    raise Http404
