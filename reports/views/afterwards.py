"""After the sending, and after the person: a body's years in one table, and the page for a successor."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import Role

from ..forms import WordsField
from ..handover import LONGEST, NotClosed, close_account, colleagues, handover_of
from ..history import history_of
from ..typed import tidy
from .lookups import bodys_report_or_404, sent_away


@cache_control(private=True, no_store=True)
@require_safe
def history(request, period, body):
    """The body's annual reports side by side."""
    report = bodys_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    return render(request, "reports/history.html", {"report": report, "history": history_of(report)})


@cache_control(private=True, no_store=True)
@require_safe
def handover(request):
    """Everything that a new colleague of the body must know, to read and to print."""
    if not request.user.acts_for_a_body:
        raise Http404
    closes = request.user.role == Role.SIGNATORY
    return render(request, "reports/handover.html", handover_of(request.user) | {"closes": closes})


class ClosingForm(forms.Form):
    reason = WordsField(label=gettext_lazy("Lý do đóng tài khoản"), rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = _("Nhiều nhất %(longest)s chữ cái; quản trị của cổng đọc được lý do này.")
        self.fields["reason"].help_text = words % {"longest": LONGEST}


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def close(request, username):
    """The head of a body closes the account of a reporter who has left, after being asked and with a reason."""
    if request.user.role != Role.SIGNATORY:
        raise Http404
    person = get_object_or_404(request.user.body.people.filter(role=Role.REPORTER), username=tidy(username))
    if not person.is_active:
        messages.info(request, _("Tài khoản của %s đã được đóng rồi.") % person)
        return redirect("handover")
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_account(person, by=request.user, reason=form.cleaned_data["reason"])
        except NotClosed as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("Đã đóng tài khoản của %s; những việc đã làm vẫn ghi tên người ấy.") % person)
            return redirect("handover")
    others = colleagues(request.user.body).filter(role=Role.REPORTER).exclude(pk=person.pk)
    context = {"person": person, "form": form, "last": not others.exists()}
    return render(request, "reports/close_account.html", context)
