"""The portal's addresses and the floors that its fill page is held against."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as portal_patterns
from reports.models import Report


def bare(request):
    """Session, person and one small template: the honest floor of a page behind a sign-in."""
    page = engines["django"].from_string("<!doctype html><title>{{ user }}</title><p>{{ user.role }}</p>")
    return HttpResponse(page.render({}, request))


def crispy(request):
    """The fields of the same page as ordinary form fields through ``{% crispy form %}``."""
    report = Report.objects.select_related("period").get(body__code="na-hang")
    form = forms.Form()
    for indicator in report.indicators():
        if indicator.task_number == 3 and not indicator.computed:
            for option in indicator.options:
                name = f"{indicator.code}:{option}"
                form.fields[name] = forms.DecimalField(label=indicator.name, localize=True, required=False)
            form.fields[f"{indicator.code}:nothing"] = forms.BooleanField(label="KPS", required=False)
    for name in ("results", "difficulties", "proposals", "not_ours_reason", *(f"progress-{n}" for n in range(8))):
        form.fields[name] = forms.CharField(widget=forms.Textarea, required=False)
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("Số liệu", *form.fields))
    page = engines["django"].from_string("{% load crispy_forms_tags %}<title>{{ user }}</title>{% crispy form %}")
    return HttpResponse(page.render({"form": form}, request))


urlpatterns = [*portal_patterns, path("bench/bare", bare), path("bench/crispy", crispy)]
