"""A body asks for more time or to have a report back; an officer answers."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from .. import petitions as door
from ..choices import Action, PetitionKind, Status
from ..effects import effect
from ..forms import WordsField
from ..models import Petition
from ..permissions import may_decide_petitions
from ..reviews import told_of_reopening
from .lookups import bodys_report_or_404, officers_report_or_404, period_or_404

PAGE = 25


def day_field(label):
    return forms.DateField(
        label=label,
        required=False,
        help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 20/12/2020."),
        error_messages={"invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020.")},
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )


class PetitionForm(forms.Form):
    """What a body asks for. What is missing or does not fit is said by the door, in one place."""

    until = day_field(gettext_lazy("Xin đến hết ngày"))
    reason = WordsField(label=gettext_lazy("Lý do"), rows=5)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Nhiều nhất %(longest)s chữ cái; không ghi họ tên hay thông tin riêng của trẻ em."
        ) % {"longest": door.LONGEST}
        if kind != PetitionKind.MORE_TIME:
            del self.fields["until"]


class DecisionForm(forms.Form):
    """An officer's answer to one petition; on the list every petition has its own, so its inputs are named by it."""

    until = day_field(gettext_lazy("Gia hạn đến hết ngày"))
    answer = WordsField(label=gettext_lazy("Trả lời (phải có lý do khi không chấp thuận)"), rows=2)

    def __init__(self, data=None, *, petition):
        fits = petition.until and not door.passed(petition)  # one click grants what was asked
        initial = {"until": f"{petition.until:%d/%m/%Y}" if fits else ""}
        super().__init__(data, initial=initial, auto_id=f"id_{petition.pk}_%s")
        if petition.kind != PetitionKind.MORE_TIME:
            del self.fields["until"]


class TimeForm(forms.Form):
    """More time that was asked for by telephone; the door judges it."""

    until = day_field(gettext_lazy("Gia hạn đến hết ngày"))
    reason = WordsField(label=gettext_lazy("Lý do (ai xin, vì sao; cơ quan đọc được)"), rows=3)


# --- the body -----------------------------------------------------------------------------------


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, period, body, kind):
    """One page for each kind: what was asked before, and the form where it may be asked now."""
    report = bodys_report_or_404(request.user, period, body)
    form = PetitionForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        until, reason = form.cleaned_data.get("until"), form.cleaned_data["reason"]
        try:
            petition = door.ask(report, kind, reason, until, request.user)
        except door.Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
            report.refresh_from_db()
        else:
            messages.success(request, _told(petition))
            return redirect("report", period, body)
    return _ask_page(request, report, kind, form)


def _ask_page(request, report, kind, form):
    context = {
        "report": report,
        "kind": kind,
        "title": PetitionKind(kind).label,
        "form": form,
        "verdict": door.may_ask(request.user, report, kind),
        "waiting": report.petitions.waiting().filter(kind=kind).exists(),
        "petitions": report.petitions.filter(kind=kind).select_related("by", "decided_by"),
        "latest": door.latest_day(report),
    }
    return render(request, "reports/petition.html", context)


def _told(petition) -> str:
    """What has happened, and a word when offices do not work on the day that was asked for."""
    note = door.day_notes([petition.until]).get(petition.until, "")
    return _("Đã gửi đề nghị; câu trả lời sẽ hiện ở trang này và được gửi qua thư điện tử.") + (note and f" {note}")


# --- the officer --------------------------------------------------------------------------------


def _officers_period_or_404(user, period):
    if not may_decide_petitions(user):
        raise Http404
    return period_or_404(user, period)


@cache_control(private=True, no_store=True)
@require_safe
def petitions(request, period):
    """What the bodies of a period ask for: those that wait on top, with the form to answer."""
    period = _officers_period_or_404(request.user, period)
    page = Paginator(door.petitions_of(period), PAGE).get_page(request.GET.get("trang"))
    return _list(request, period, page)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def petition(request, period, pk):
    """One petition: read it, answer it. A wrong answer comes back here with what was typed."""
    period = _officers_period_or_404(request.user, period)
    found = get_object_or_404(door.petitions_of(period), pk=pk)
    if request.method != "POST":
        return _list(request, period, [found])
    if request.POST.get("granted") not in ("yes", "no"):  # no page of ours sends anything else
        raise Http404
    form = DecisionForm(request.POST, petition=found)
    decided = _decided(request, found, form)
    if decided is None:
        found = door.petitions_of(period).get(pk=pk)  # as it stands now: a colleague may have answered
        return _list(request, period, [found], form)
    messages.success(request, _answered(decided))
    return redirect("petitions", period.code)


def _decided(request, found, form):
    """The petition with its answer, or None where the form says what has to be put right."""
    granted = request.POST["granted"] == "yes"
    if not form.is_valid() and (granted or set(form.errors) != {"until"}):  # a refusal moves no deadline
        return None
    words = form.cleaned_data
    try:
        return door.decide(found, granted, request.user, words["answer"], words.get("until"))
    except door.Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return None


def _answered(petition) -> str:
    words = {"body": petition.report.name}
    if petition.granted:
        return _("Đã chấp thuận đề nghị của %(body)s.") % words
    return _("Đã trả lời %(body)s: không chấp thuận.") % words


def _list(request, period, page, form=None):
    """``page``: of petitions; ``form`` the answer to a single one that has to be put right."""
    notes, single = door.day_notes(petition.until for petition in page), isinstance(page, list)
    lines = [_line(each, period, notes, form) for each in page]
    if single and lines[0]["reopens"]:  # one reading of the whole period: never for a list
        report = lines[0]["petition"].report
        lines[0] |= {"effect": effect(report, Action.REOPEN), "told": told_of_reopening(report, request.user)}
    context = {
        "period": period,
        "lines": lines,
        "page": page,
        "single": single,
        "overdue": period.is_due_passed(),
        "extensions": door.extensions_in(period),
    }
    return render(request, "reports/petitions.html", context)


def _line(petition, period, notes, form) -> dict:
    """``belated``: more time was granted when the common deadline had passed, so a late report is in time again.

    ``reopens``: granting it takes an accepted report out of the provincial totals.
    """
    report = petition.report
    report.period = period  # known already: spares a query per row
    waiting = petition.granted is None
    ended = waiting and door.passed(petition)
    answered_late = petition.decided_at is not None and period.is_due_passed(petition.decided_at)
    verdict = door.may_grant(petition) if waiting else None
    back = petition.kind == PetitionKind.TAKE_BACK
    return {
        "petition": petition,
        "note": notes.get(petition.until, ""),
        "verdict": verdict,
        "reopens": bool(verdict and back and report.status == Status.ACCEPTED),
        "passed": {"last": door.current_day(report), "latest": door.last_grant(report)} if ended else None,
        "form": form or (DecisionForm(petition=petition) if waiting else None),
        "belated": bool(petition.granted and petition.until and report.extended_to and answered_late),
    }


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def grant_time(request, period, body):
    """More time for one body from a row of the board or of the chase list: asked by telephone, no petition."""
    report = officers_report_or_404(request.user, period, body)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            granted = door.grant_time(report, form.cleaned_data["until"], form.cleaned_data["reason"], request.user)
        except door.Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
            report.refresh_from_db()
        else:
            told = {"body": report.name, "day": f"{granted.until:%d/%m/%Y}"}
            messages.success(request, _("Đã gia hạn cho %(body)s đến hết ngày %(day)s; cơ quan được báo.") % told)
            return redirect("chase", period, body)
    context = {
        "report": report,
        "period": report.period,
        "form": form,
        "verdict": door.may_grant(Petition(report=report, kind=PetitionKind.MORE_TIME)),
        "waiting": report.petitions.waiting().filter(kind=PetitionKind.MORE_TIME).first(),
        "granted": report.petitions.filter(kind=PetitionKind.MORE_TIME, granted=True).select_related(
            "by", "decided_by"
        ),
        "latest": door.last_grant(report),
    }
    return render(request, "reports/petition_grant.html", context)
