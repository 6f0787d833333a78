"""The lead department: the rounds of reporting, opening the next one, exempting one body of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import group_label
from directives.models import Obligation

from .. import rounds, workflow
from ..choices import Action, Status
from ..models import AlreadyOpen, Event, Period, Question, Report
from ..permissions import may_open_periods
from ..questions import Refused, as_round, link
from ..round_forms import ExemptionForm, PeriodForm, Spared
from ..rounds import NEED_OF, need_label
from .lookups import period_or_404

PAGE = 50
CHANGED = (Action.EXEMPT, Action.INCLUDE)
QUESTION = "question"  # hidden input: the leader's question that an ad hoc round answers


@cache_control(private=True, no_store=True)
@require_safe
def periods(request):
    """The rounds of reporting, newest first."""
    if not request.user.consolidates:
        raise Http404
    found = Period.objects.visible_to(request.user).with_counts().select_related("opened_by").newest_first()
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "may_open": may_open_periods(request.user)}
    return render(request, "reports/periods.html", context)


# --- opening ------------------------------------------------------------------------------------


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def open_period(request):
    """Say what the round asks, see who would receive what, open it. Everything typed travels with the pages."""
    if not may_open_periods(request.user):
        raise Http404
    obligation = Obligation.objects.order_by(F("directive__issued_on").desc(nulls_last=True), "-pk").first()
    if obligation is None:
        messages.error(request, _("Chưa nạp văn bản nào; hãy nhờ quản trị chạy load_directives."))
        return redirect("periods")
    if request.method != "POST":
        asked = _asked(request.GET.get("cau-hoi", ""))
        initial = as_round(asked) if asked else {"year": timezone.localdate().year}
        form = PeriodForm(obligation=obligation, initial=initial)
        context = {"form": form, "obligation": obligation, "question": asked}
        return render(request, "reports/open_period.html", context)
    form, spared = PeriodForm(request.POST, obligation=obligation), Spared(request.POST)
    form.question = _asked(request.POST.get(QUESTION, ""))
    opening = _opening(form)
    then = request.POST.get("then")
    if opening is None or then == "back":
        return _form_page(request, form, spared)
    preview = rounds.dry_run(opening)
    if then != "open":
        return _preview_page(request, form, spared, preview)
    return _open(request, form, spared, preview)


def _asked(number: str) -> Question | None:
    """The leader's open question that the round is to answer; None for none, or for what is no question's number."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Question.objects.open().select_related("period", "body").filter(pk=number).first()


def _opening(form):
    """What is wished, or None where the form says what has to be put right."""
    if not form.is_valid():
        return None
    try:
        return form.opening()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None


def _form_page(request, form, spared, status=None, already=None):
    context = {"form": form, "obligation": form.obligation, "carried": spared.carried(), "already": already}
    context["question"] = form.question
    return render(request, "reports/open_period.html", context, status=status or (400 if form.errors else 200))


def _open(request, form, spared, preview):
    codes = [line.code for line in preview.lines]
    errors = spared.errors(codes)
    if not errors and set(spared.ticked).issuperset(codes):
        errors = {codes[0]: _("Mọi cơ quan đều được miễn thì không còn ai báo cáo; hãy bỏ bớt.")}
    seen = request.POST.get("seen") == preview.mark
    if errors or not seen:
        return _preview_page(request, form, spared, preview, errors, changed=not seen and "seen" in request.POST)
    try:
        period = rounds.open_round(preview.opening, by=request.user, exempt=spared.chosen(codes))
    except AlreadyOpen as refusal:
        form.add_error("title" if form.cleaned_data["ad_hoc"] else "year", refusal)
        return _form_page(request, form, spared, 409, refusal.period)
    messages.success(request, _("Đã mở kỳ %s.") % period.name)
    if form.question is not None:
        return _linked(request, form.question, period)
    return redirect("board", period.code)


def _linked(request, question, period):
    """Back to the question that the round answers; where that was settled meanwhile, the round stands all the same."""
    try:
        link(question, period, request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("board", period.code)
    return redirect("question", question.period.code, question.pk)


def _preview_page(request, form, spared, preview, errors=None, changed=False):
    group, need = _narrowing(request.POST, preview)
    lines = [line for line in preview.lines if line.code in errors] if errors else preview.chosen(group, need)
    page = Paginator(lines, PAGE).get_page(request.POST.get("trang"))
    codes = [line.code for line in page]
    exempt = [line.code for line in preview.lines if line.code in spared.ticked]
    people, mails, letters = preview.told(exempt)
    context = {
        "form": form,
        "preview": preview,
        "opening": preview.opening,
        "page": page,
        "rows": [_row(line, spared, errors) for line in page],
        "carried": [*form.carried(), *spared.carried(codes), *_carried_question(form)],
        "errors": [(f"id_reason-{code}", sentence) for code, sentence in (errors or {}).items() if code in codes],
        "needs": [(rounds.NEEDS[key], need_label(key), number) for key, number in preview.needs.items()],
        "changed": changed,
        "exempt": len(exempt),
        "told": {"people": people, "mails": mails, "letters": letters},
        "narrowed": not errors and " · ".join(filter(None, (group and group_label(group), need and need_label(need)))),
        "group": group,
        "need": rounds.NEEDS.get(need, ""),
    }
    return render(request, "reports/round_preview.html", context, status=409 if changed else 400 if errors else 200)


def _carried_question(form) -> list[tuple[str, int]]:
    return [(QUESTION, form.question.pk)] if form.question is not None else []


def _narrowing(data, preview) -> tuple[str, str]:
    """The group and the need to which the list is narrowed; "" for all. Unknown words narrow nothing."""
    group = data.get("khoi", "")
    return group if group in {each.group for each in preview.groups} else "", NEED_OF.get(data.get("xem"), "")


def _row(line, spared, errors) -> dict:
    return {
        "line": line,
        "ticked": line.code in spared.ticked,
        "reason": spared.reasons.get(line.code, ""),
        "error": (errors or {}).get(line.code, ""),
        "needs": [need_label(need) for need in line.needs],
    }


# --- one body of an open round ------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request, period, body):
    """Exempt one body with a reason, or ask it again; the page says first what that changes."""
    if not may_open_periods(request.user):
        raise Http404
    period = period_or_404(request.user, period)
    report = get_object_or_404(Report.objects.select_related("period", "body"), period=period, body__code=body)
    action = Action.INCLUDE if report.status == Status.EXEMPT else Action.EXEMPT
    form = ExemptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = request.POST.get("action", action)
        if wanted not in CHANGED:  # no page of ours sends anything else
            raise Http404
        try:
            workflow.move(report, wanted, by=request.user, note=form.cleaned_data["reason"])
        except workflow.NotAllowed as refusal:
            form.add_error(None, str(refusal))
            report.refresh_from_db()
        else:
            done = _("Đã miễn báo cáo cho %s.") if wanted == Action.EXEMPT else _("%s lại phải báo cáo.")
            messages.success(request, done % report.name)
            return redirect("board", period.code)
    return _exempt_page(request, report, form)


def _exempt_page(request, report, form):
    action = Action.INCLUDE if report.status == Status.EXEMPT else Action.EXEMPT
    context = {
        "period": report.period,
        "report": report,
        "form": form,
        "action": action.value,
        "verdict": workflow.verdict(report, action, request.user),
        "effect": rounds.exemption_effect(report),
        "events": Event.objects.filter(report=report, action__in=CHANGED).select_related("by"),
    }
    return render(request, "reports/exempt.html", context, status=400 if form.errors else 200)
