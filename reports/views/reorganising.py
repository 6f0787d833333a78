"""Officers and administrators: ending bodies, founding others, seen before it is done; and what was done."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.reorganising import faults

from .. import reorganising as door
from ..permissions import may_reorganise
from ..reorganisation_preview import preview
from ..reorganising_forms import FileForm, OneForm, Unreadable

PAGE = 50
FORMS = {"one": OneForm, "file": FileForm}


@cache_control(private=True, no_store=True)
@require_safe
def reorganisations(request):
    """What was reorganised, newest first."""
    _demand(request)
    page = Paginator(door.reorganisations(), PAGE).get_page(request.GET.get("trang"))
    return render(request, "reports/reorganisations.html", {"page": page})


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def reorganise(request):
    """Say what changes, see what becomes of duties, accounts, drafts and comparisons, do it."""
    _demand(request)
    if request.method != "POST":
        return _page(request, {"one": OneForm(), "file": FileForm()})
    way = request.POST.get("way")
    if way not in FORMS:
        raise Http404
    form = FORMS[way](request.POST, request.FILES)
    wish = _wish(form)
    then = request.POST.get("then")
    if wish is None or then == "back":
        return _page(request, {way: form})
    if then != "do":
        return _shown(request, form, wish, preview(wish)) if _possible(form, wish) else _page(request, {way: form})
    return _do(request, way, form, wish)


def _demand(request):
    if not may_reorganise(request.user):
        raise Http404


def _wish(form):
    """What is asked for, or None where the form says what has to be put right."""
    if not form.is_valid():
        return None
    try:
        return form.wish()
    except Unreadable as refusal:
        form.refuse(refusal.faults)
        return None


def _possible(form, wish) -> bool:
    found = faults(wish)
    form.refuse(found)
    return not found


def _page(request, shown: dict):
    for form in shown.values():
        if isinstance(form, FileForm):
            form.show_anew()
    all_forms = {"one": OneForm(), "file": FileForm()} | shown
    bound = [form for form in all_forms.values() if form.is_bound]
    problems = [problem for form in bound for problem in form.problems]
    context = {**all_forms, "problems": problems, "way": next(iter(shown)) if bound else "one"}
    return render(request, "reports/reorganise.html", context, status=400 if problems else 200)


def _shown(request, form, wish, found, changed=False):
    context = {"wish": wish, "preview": found, "carried": form.carried(wish), "changed": changed}
    return render(request, "reports/reorganise_preview.html", context, status=409 if changed else 200)


def _do(request, way, form, wish):
    try:
        done = door.reorganise(wish, by=request.user, seen=request.POST.get("seen", ""))
    except door.Refused as refusal:
        form.refuse(refusal.faults)
        return _page(request, {way: form})
    except door.Changed as change:
        return _shown(request, form, wish, change.preview, changed=True)
    messages.success(request, _("Đã thực hiện: %s.") % done.title)
    return redirect("reorganisation", done.pk)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation(request, pk):
    """What was done, and which accounts are still with the old bodies; those that are free may move on."""
    _demand(request)
    done = get_object_or_404(door.reorganisations(), pk=pk)
    if request.method == "POST":
        moved = door.move_ready(done)
        sentence = ngettext("Đã chuyển %s tài khoản.", "Đã chuyển %s tài khoản.", moved)
        messages.success(request, sentence % moved)
        return redirect("reorganisation", done.pk)
    left = door.left_behind(done)
    founded = Paginator(done.founded.order_by("position", "code"), PAGE).get_page(request.GET.get("trang"))
    context = {"done": done, "plan": done.plan, "left": left, "founded": founded, "ready": any(x.ready for x in left)}
    return render(request, "reports/reorganisation.html", context)
