"""The lead department reads a sending: decide on it, note something beside it, compare it with another."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from .. import notes, workflow
from ..attachments import files_of, taken_back
from ..choices import BACK, Action
from ..effects import AFTER, effects
from ..permissions import may_review
from ..review_forms import NoteForm, ReturnForm
from ..reviewing import neighbours
from ..reviews import Reading, refused_words, told_of_reopening
from ..signed_papers import signed_paper_of
from ..versions import compare, sendings_for
from ..wordings import reasons
from .lookups import report_or_404

MOVES = {"tra-lai": Action.RETURN, "duyet": Action.ACCEPT, "mo-lai": Action.REOPEN}
NOTES = 50


@cache_control(private=True, no_store=True)
@require_safe
def sent(request, period, body):
    """A report as it was last sent, part by part; officers return, accept or reopen it here."""
    report = report_or_404(request.user, period, body)
    workflow.note_opened(report, request.user)
    return _sent_page(request, report)


def _sent_page(request, report, form=None, note_form=None, status=200, refusal=""):
    had = report.events.sendings().exclude(version__in=taken_back(report))  # what was taken back nobody here had
    sendings = list(had.select_related("by", "receipt").order_by("-pk")[:2])
    if not sendings:
        raise Http404
    reading = Reading(report, request.user, *sendings)
    context = {
        "report": report,
        "reading": reading,
        "sending": reading.sending,
        "events": report.events.visible_to(request.user).select_related("by", "receipt"),
        "files": files_of(report, request.user),
        "signed": signed_paper_of(report, reading.content),
    }
    if may_review(request.user):
        context |= _for_officers(request, reading, form, note_form) | {"refusal": refusal}
    return render(request, "reports/sent.html", context, status=status)


def _for_officers(request, reading, form, note_form):
    report = reading.report
    actions = [action for action in workflow.allowed(report, request.user) if action in AFTER]
    told = {"version": reading.sending.version, "status": report.status}
    if form is None:
        form = ReturnForm(report=report, reasons=reasons(), places=request.GET.getlist("diem"), initial=told)
    elif form.is_bound:  # what was typed meets the sending that this page shows
        form.shown_anew(**told)
    page = Paginator(notes.notes_of(report, request.user), NOTES).get_page(request.GET.get("trang"))
    page.object_list = reading.noted(page.object_list)
    return {
        "actions": actions,
        "back": next((move for move, action in MOVES.items() if action in actions and action in BACK), ""),
        "effects": effects(report, actions),
        "form": form,
        "note_form": note_form or NoteForm(report=report, initial={"version": told["version"]}),
        "notes": page,
        "told": told_of_reopening(report, request.user) if Action.REOPEN in actions else None,
        "neighbours": neighbours(report, request.user),
    }


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def decide(request, period, body, move):
    """Return or reopen with a reason, or accept; then the next report that waits."""
    report = report_or_404(request.user, period, body)
    if move not in MOVES:
        raise Http404
    if request.method != "POST":
        return redirect("sent", period, body)
    action, form = MOVES[move], ReturnForm(request.POST, report=report, reasons=reasons())
    valid = form.is_valid()
    if form.unread:  # no page of ours leaves out what was read
        raise Http404
    if action in BACK and ("more" in request.POST or not valid):
        if "more" in request.POST:
            form.errors.clear()
        return _sent_page(request, report, form, status=200 if "more" in request.POST else 400)
    _before, following = neighbours(report, request.user)
    try:
        _move(report, action, request.user, form, valid)
    except workflow.NotAllowed as refusal:
        return _refused(request, report, action, form, refusal)
    messages.success(request, _done(report, action))
    return _to_next(request.user, report, following)


def _move(report, action, user, form, valid):
    asked = {}
    if valid and action in BACK:
        asked = {"note": form.cleaned_data["note"], "remarks": form.remarks()}
        asked["return_by"] = form.cleaned_data["return_by"]
    version, shown = form.cleaned_data["version"], form.cleaned_data.get("status")
    workflow.move(report, action, by=user, version=version, shown=shown, **asked)


def _refused(request, report, action, form, refusal):
    """Why not, and who was quicker; what was typed stays on the page."""
    report.refresh_from_db()
    words = refused_words(report, request.user, str(refusal))
    if action in BACK and may_review(request.user):
        return _sent_page(request, report, form, status=409, refusal=words)
    messages.error(request, words)
    return redirect("sent", report.period.code, report.body.code)


def _done(report, action) -> str:
    sentence = {
        Action.RETURN: _("Đã trả lại báo cáo của %s."),
        Action.ACCEPT: _("Đã duyệt báo cáo của %s."),
        Action.REOPEN: _("Đã mở lại báo cáo của %s; cơ quan sửa và gửi lại."),
    }[action]
    return sentence % report.name


def _to_next(user, report, following):
    """The report that stood next in the queue, else the first that waits, else the empty queue."""
    if following is None:
        _before, following = neighbours(report, user)
    if following is None:
        return redirect("to_review", report.period.code)
    return redirect("sent", report.period.code, following.body.code)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request, period, body):
    """A word among officers; an empty one comes back with what was chosen."""
    report = report_or_404(request.user, period, body)
    if not may_review(request.user):
        raise Http404
    page = reverse("sent", args=[period, body]) + "#notes"
    if request.method != "POST":
        return redirect(page)
    form = NoteForm(request.POST, report=report)
    if form.is_valid():
        part, name = form.where()
        version = min(form.cleaned_data["version"] or report.version, report.version)
        try:
            notes.write(report, form.cleaned_data["text"], by=request.user, version=version, part=part, name=name)
        except notes.Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Đã lưu ghi chú nội bộ."))
            return redirect(page)
    return _sent_page(request, report, note_form=form, status=400)


@cache_control(private=True, no_store=True)
@require_safe
def versions(request, period, body):
    """Any two sendings of a report side by side, the last two where nothing else is asked for."""
    report = report_or_404(request.user, period, body)
    there = {sending.version: sending for sending in sendings_for(report, request.user).defer("content")}
    if not there:
        raise Http404
    numbers = list(there)
    last, before = numbers[-1], numbers[-2:][0]
    one, other = (_number(request, name, there, number) for name, number in (("tu", before), ("den", last)))
    if last in (one, other):  # its words are on the page, as on that of the sending itself
        workflow.note_opened(report, request.user)
    found = report.events.sendings().filter(version__in={one, other}).values_list("version", "content")
    contents = dict(found)
    context = {
        "report": report,
        "sendings": there.values(),
        "before": there[one],
        "now": there[other],
        "changes": compare(report, contents[one], contents[other]),
    }
    return render(request, "reports/versions.html", context)


def _number(request, name, there, otherwise):
    """The sending that was asked for; what is not there is not found."""
    asked = request.GET.get(name, "")
    if not asked:
        return otherwise
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    if number not in there:
        raise Http404
    return number
