"""A leader asks about a figure; officers answer, or open an ad hoc round from the question. Both read all of them."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import Role

from .. import questions as door
from ..forms import WordsField
from ..permissions import may_ask, may_open_periods
from ..summary import standing_alone
from .lookups import period_or_404

PAGE = 25


class QuestionForm(forms.Form):
    """What a leader asks; what does not fit is said by the door, in one place."""

    text = WordsField(
        label=gettext_lazy("Câu hỏi"), help_text=gettext_lazy("Không ghi họ tên hay thông tin riêng của trẻ em.")
    )
    wanted_by = forms.DateField(
        label=gettext_lazy("Cần trả lời trước hết ngày (nếu có)"),
        required=False,
        help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 20/12/2020."),
        error_messages={"invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020.")},
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )


class AnswerForm(forms.Form):
    """An officer's answer in words."""

    answer = WordsField(
        label=gettext_lazy("Trả lời"), help_text=gettext_lazy("Không ghi họ tên hay thông tin riêng của trẻ em.")
    )


def _errors(form) -> list[tuple[str, str]]:
    """(place, sentence) for the summary of errors."""
    return [(f"id_{name}" if name in form.fields else "figure", e) for name in form.errors for e in form.errors[name]]


# --- asking -------------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_figure(request, period, code):
    """A leader's question on one figure, the province's or a body's; the page shows the figure with its coverage."""
    period = period_or_404(request.user, period)
    if not may_ask(request.user):
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    try:
        about = door.figure(period, code, data.get("phan-to", ""), data.get("co-quan", ""))
    except LookupError as odd:
        raise Http404 from odd
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = door.ask(period, about, **form.cleaned_data, by=request.user, shown=request.POST.get("shown", ""))
        except door.Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("Đã gửi câu hỏi cho chuyên viên; câu trả lời sẽ được báo cho bạn."))
            return redirect("question", period.code, asked.pk)
    context = {"period": period, "about": about, "form": form, "errors": _errors(form)}
    return render(request, "reports/ask_figure.html", context, status=400 if form.errors else 200)


# --- reading and answering ----------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_safe
def questions(request, period):
    """The questions of a period, open ones first."""
    period = period_or_404(request.user, period)
    page = Paginator(door.questions_of(period), PAGE).get_page(request.GET.get("trang"))
    names = {indicator.code: standing_alone(indicator.name) for indicator in period.indicators()}
    context = {
        "period": period,
        "page": page,
        "lines": [(question, names.get(question.code, question.code)) for question in page],
        "officer": request.user.role == Role.OFFICER,
    }
    return render(request, "reports/questions.html", context)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request, period, pk):
    """One question with what was shown; officers answer it here or open a round from it."""
    period = period_or_404(request.user, period)
    found = get_object_or_404(door.questions_of(period), pk=pk)
    answers = may_open_periods(request.user)
    if request.method == "POST" and not answers:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            door.answer(found, form.cleaned_data["answer"], request.user)
        except door.Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
            found = door.questions_of(period).get(pk=pk)  # as it stands now: a colleague may have answered
        else:
            messages.success(request, _("Đã trả lời; lãnh đạo được báo."))
            return redirect("questions", period.code)
    context = {
        "period": period,
        "question": found,
        "name": door.name_of(found),
        "form": form if answers and (form.errors or found.answered_at is None) else None,
        "errors": _errors(form),
        "officer": answers,
    }
    return render(request, "reports/question.html", context, status=400 if form.errors else 200)
