"""Who still owes, whom to call, what was promised: the list of a round, and the call log of one body."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import Role
from directives.models import User

from .. import calls as log
from ..choices import Action, PetitionKind
from ..forms import WordsField
from ..models import Petition
from ..petitions import may_grant
from ..workflow import verdict
from .lookups import officers_report_or_404, period_or_404

PAGE = 50
LABELS = {
    "": gettext_lazy("Tất cả cơ quan còn nợ"),
    "qua-han": gettext_lazy("Quá hạn"),
    "qua-hen": gettext_lazy("Quá ngày hẹn"),
    "chua-goi": gettext_lazy("Chưa gọi lần nào"),
}


def moment_field(label):
    return forms.DateTimeField(
        label=label,
        help_text=gettext_lazy("Ngày/tháng/năm giờ:phút, ví dụ 16/12/2020 09:30."),
        error_messages={
            "required": gettext_lazy("Hãy ghi lúc gọi, ví dụ 16/12/2020 09:30."),
            "invalid": gettext_lazy("Lúc gọi không đọc được; hãy ghi ngày/tháng/năm giờ:phút, ví dụ 16/12/2020 09:30."),
        },
        widget=forms.DateTimeInput(attrs={"autocomplete": "off"}),
    )


class CallForm(forms.Form):
    """One call; what is missing or does not fit is said by the door, in one place."""

    spoke_with = forms.CharField(label=gettext_lazy("Đã gặp ai"), required=False)
    phone = forms.CharField(label=gettext_lazy("Số đã gọi"), required=False)
    called_at = moment_field(gettext_lazy("Gọi lúc"))
    answer = WordsField(label=gettext_lazy("Trả lời"), rows=3)
    promised_on = forms.DateField(
        label=gettext_lazy("Hẹn gửi ngày (nếu có)"),
        required=False,
        help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 20/12/2020."),
        error_messages={"invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020.")},
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )

    def told(self) -> list[tuple[str, str]]:
        """(place, sentence) for the summary of errors."""
        return [(f"id_{name}", error) for name in self.errors for error in self.errors[name]]


# --- the list --------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_safe
def chasing(request, period):
    """The bodies of a round that owe, the most urgent first, with their numbers and what they promised."""
    if request.user.role != Role.OFFICER:
        raise Http404
    period = period_or_404(request.user, period)
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in LABELS else ""
    owed = log.to_chase(period)
    counted = log.counts(owed)
    people = User.objects.filter(is_active=True).order_by("role", "last_name", "username")
    listed = owed.filter(log.CONDITIONS[chosen]) if chosen else owed
    listed = listed.select_related("body").prefetch_related(Prefetch("body__people", people, to_attr="contacts"))
    page = Paginator(listed, PAGE).get_page(request.GET.get("trang"))
    summaries = log.calls_summary(page.object_list)
    context = {
        "period": period,
        "page": page,
        "lines": [_line(report, period, summaries.get(report.pk)) for report in page],
        "filters": [(name, label, counted[name]) for name, label in LABELS.items()],
        "chosen": chosen,
        "query": f"&loc={chosen}" if chosen else "",
    }
    return render(request, "reports/chasing.html", context)


def _line(report, period, calls) -> dict:
    report.period = period  # known already: spares a query per row
    return {
        "report": report,
        "calls": calls,
        "overdue": report.urgency == log.OVERDUE,
        "return_overdue": report.urgency == log.RETURN_OVERDUE,
        "numbers": log.contacts_of(report.body, report.body.contacts),
    }


# --- one body --------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def chase(request, period, body):
    """The numbers of one body, the form for a call, the calls so far."""
    report = officers_report_or_404(request.user, period, body)
    people = report.body.people.filter(is_active=True).order_by("role", "last_name", "username")
    contacts = log.contacts_of(report.body, people)
    if request.method != "POST":
        return _page(request, report, contacts, CallForm(initial=_first_guess(contacts, request.GET.get("goi", ""))))
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, report, contacts, form)
    try:
        log.log_call(report, **form.cleaned_data, by=request.user)
    except log.Refused as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name, sentence)
        return _page(request, report, contacts, form)
    messages.success(request, _("Đã ghi cuộc gọi với %s.") % report.name)
    return redirect("chase", period, body)


def _first_guess(contacts, chosen: str) -> dict:
    """The person whose link was followed, else the first one with a number; now."""
    told = {"called_at": f"{timezone.localtime():%d/%m/%Y %H:%M}"}
    place = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else None
    if place is not None and place < len(contacts):
        contact = contacts[place]
    else:
        contact = next((contact for contact in contacts if contact["numbers"]), contacts[0])
    return told | {"spoke_with": contact["name"], "phone": contact["phone"][: log.LONGEST_PHONE]}


def _page(request, report, contacts, form):
    user = request.user
    context = {
        "report": report,
        "period": report.period,
        "contacts": contacts,
        "form": form,
        "errors": form.told(),
        "calls": log.calls_of(report),
        "summary": log.calls_summary([report]).get(report.pk),
        "may_extend": bool(may_grant(Petition(report=report, kind=PetitionKind.MORE_TIME))),
        "may_exempt": bool(verdict(report, Action.EXEMPT, user)),
        "may_register": report.on_paper or bool(verdict(report, Action.REGISTER, user)),
    }
    return render(request, "reports/chase.html", context, status=400 if form.errors else 200)
