"""The province's report becomes a document: what is looked at before, the issue, its files, what changed since."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.choices import Role

from .. import export_jobs, issued
from .. import issuing as door
from ..attachments import NotTaken
from ..change_words import kind_label
from ..choices import Edition
from ..composing import draft_of, texts_of
from ..exports import FORMATS
from ..fingerprints import tidy_code
from ..issue_checks import STOP, checks_before
from ..issue_forms import IssueForm, SignedCopyForm
from ..models import Download, ExportJob, Issue, IssuedFile, Report, SignedCopy
from ..permissions import editions_of, may_issue, may_see_summary
from ..provincial_parts import OWN_WORDS
from .lookups import period_or_404

PAGE = 25


def issue_or_404(user, code: str, *, whole: bool = False) -> Issue:
    """An issued document for those who consolidate; ``whole``: with its content, which may be megabytes."""
    if not may_see_summary(user):
        raise Http404
    issues = Issue.objects.select_related("provincial__period__obligation", "provincial__period__lead__body", "by")
    return get_object_or_404(issues.defer(*(["outgoing"] if whole else Issue.LARGE)), code=tidy_code(code))


def _officers_issue_or_404(user, code: str) -> Issue:
    if not may_issue(user):
        raise Http404
    return issue_or_404(user, code)


# --- before --------------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request, period):
    """What to look at, the form, then exactly what is frozen; only there it is done."""
    if not may_issue(request.user):
        raise Http404
    period = period_or_404(request.user, period)
    draft = draft_of(period)
    if draft is None:
        return _without_draft(request, period)
    draft.period = period
    data = request.POST if request.method == "POST" else None
    form = IssueForm(data, provincial=draft, empty=door.empty_parts(draft, texts_of(draft)))
    if data is None or not form.is_valid() or data.get("then") == "back":
        return _form_page(request, draft, form)
    return (_issue if data.get("then") == "issue" else _confirm_page)(request, draft, form)


def _without_draft(request, period):
    """Nothing is being composed: it was issued, perhaps a moment ago by a colleague, or nobody has begun."""
    latest = issued.latest_issue(period)
    if request.method == "POST" and latest is not None:
        messages.info(request, str(door.AlreadyIssued(latest)))
        return redirect(latest)
    return render(request, "reports/issue.html", {"period": period, "latest": latest})


def _checks(draft, document, empty) -> list:
    """What is looked at before; of a supplement its changes, its words, and what still waits and would change more.

    The figures of the report were looked at when it was issued: what is different now stands in the changes.
    """
    found = checks_before(draft.period, document, empty)
    if not draft.is_supplement:
        return found
    own = {"", *(reverse(name, args=[draft.period.code]) for name in ("to_review", "ledger", "workshop"))}
    return [check for check in found if check.state == STOP or check.url in own]


def _form_page(request, draft, form, status=None):
    document = door.preview(draft)
    checks = _checks(draft, document, door.empty_parts(draft, document.texts))
    context = {
        "period": draft.period,
        "draft": draft,
        "form": form,
        "checks": checks,
        "stopped": any(check.state == STOP for check in checks),
    }
    return render(request, "reports/issue.html", context, status=status or (400 if form.errors else 200))


def _confirm_page(request, draft, form, changed=None):
    try:
        facts, document = door.rehearse(draft, form.facts())
    except door.Refused as refusal:
        return _refused(request, draft, form, refusal)
    empty = door.empty_parts(draft, document.texts)
    context = {
        "period": draft.period,
        "draft": draft,
        "facts": facts,
        "titles": door.titles_over(facts.power, facts.title, draft.period.lead.signing_title),
        "document": document,
        "parts": [(part, document.texts.get(part.key, "")) for part in door.parts_to_compose(draft)],
        "checks": [check for check in _checks(draft, document, empty) if check.state != "good"],
        "carried": form.carried(),
        "mark": door.mark_of(document),
        "changed": changed,
    }
    return render(request, "reports/issue_confirm.html", context, status=409 if changed else 200)


def _refused(request, draft, form, refusal):
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _form_page(request, draft, form)


def _issue(request, draft, form):
    try:
        made = door.issue(draft, form.facts(), request.user, seen=request.POST.get("seen", ""))
    except door.AlreadyIssued as refusal:
        messages.info(request, str(refusal))
        return redirect(refusal.issue)
    except door.Changed as refusal:
        return _confirm_page(request, draft, form, changed=str(refusal))
    except door.Refused as refusal:
        return _refused(request, draft, form, refusal)
    export_jobs.make_issued_files(made, request.user)
    messages.success(request, _("Đã ban hành văn bản số %s. Nội dung không thay đổi được nữa.") % made.full_number)
    return redirect(made)


# --- the documents of a period -------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_safe
def issued_reports(request, period):
    """The report of a period and its supplements, and what is still being composed."""
    period = period_or_404(request.user, period)
    context = {
        "period": period,
        "officer": request.user.role == Role.OFFICER,
        "issues": issued.chain_of(period),
        "draft": draft_of(period),
    }
    return render(request, "reports/issued_reports.html", context)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def issued_document(request, code):
    """One document: its facts, its files, its signed copies and what they tell, what changed since."""
    found = issue_or_404(request.user, code, whole=True)
    if request.method == "POST":
        return _make_files(request, found)
    period, files = found.provincial.period, list(found.files.all())
    context = {
        "issue": found,
        "period": period,
        "officer": may_issue(request.user),
        "titles": issued.titles_of(found),
        "editions": _editions(request.user, files),
        "taken": editions_of(request.user),
        "job": ExportJob.objects.filter(issue=found, by=request.user).order_by("-pk").first(),
        "missing": len(export_jobs.ISSUED_FILES) - len(files),
        "making": ExportJob.objects.alive().filter(issue=found).exists(),
        "draft": draft_of(period),
        **_place_in_chain(found),
        **_copies(found, files, request.GET.get("ky", "")),
    }
    return render(request, "reports/issued.html", context)


def _place_in_chain(found: Issue) -> dict:
    """The documents of the period; of the latest how much changed since, of an older one what came after it."""
    chain = issued.chain_of(found.provincial.period)
    if chain[-1] == found:
        return {"chain": chain, "changed": len(issued.changes_since(found))}
    return {"chain": chain, "next": chain[chain.index(found) + 1]}


def _copies(found: Issue, files, asked: str) -> dict:
    """The signed copies; what the signatures tell only of one, for a hostile file may take its time."""
    copies = list(found.signed_copies.select_related("by"))
    if not copies:
        return {"copies": copies}
    chosen = next((copy for copy in copies if str(copy.pk) == asked), copies[0])
    try:
        return {"copies": copies, "chosen": chosen, "looked": issued.signatures_on(chosen, files)}
    except issued.NotAsIssued as refusal:
        return {"copies": copies, "chosen": chosen, "broken": str(refusal)}


def _editions(user, files) -> list[tuple[str, str, list]]:
    """(edition, its label, (label, file) of its files) of what the person may take away, in the order of FORMATS."""
    ordered = sorted(files, key=lambda file: list(FORMATS).index(file.format))
    return [
        (edition, str(Edition(edition).label), [(FORMATS[f.format].label, f) for f in ordered if f.edition == edition])
        for edition in editions_of(user)
    ]


def _make_files(request, found):
    """The files that are not there yet: a worker that died leaves the document as it is."""
    if not may_issue(request.user):
        raise Http404
    return redirect(export_jobs.make_issued_files(found, request.user))


@cache_control(private=True, no_store=True)
@require_safe
def issued_file(request, code, edition, format):
    """A file as it was issued, byte for byte; every download is written down."""
    found = issue_or_404(request.user, code)
    if edition not in editions_of(request.user):
        raise Http404
    files = IssuedFile.objects.select_related("issue__provincial__period").defer("issue__content", "issue__outgoing")
    file = get_object_or_404(files, issue=found, edition=edition, format=format)
    row = Download(period=found.provincial.period, by=request.user, format=format, edition=edition)
    return _handed_out(file, issued.file_name(file), FORMATS[format].content_type, row)


def _handed_out(file, name: str, content_type: str, row: Download):
    """Always to be saved, never shown inside the portal's own pages; what is not as it was stored stays here.

    ``row``: written down when the file goes out.
    """
    try:
        content = issued.content_of(file)
    except issued.NotAsIssued as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    row.save()
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    response = HttpResponse(content, content_type=content_type, headers=headers)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


# --- signed copies -------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add_signed_copy(request, code):
    """A scan or the digitally signed PDF; nothing is ever taken out again."""
    found = _officers_issue_or_404(request.user, code)
    form = SignedCopyForm(request.POST, request.FILES) if request.method == "POST" else SignedCopyForm()
    if request.method == "POST" and form.is_valid():
        try:
            copy, notices = issued.add_signed_copy(found, form.cleaned_data["file"], request.user)
        except NotTaken as refusal:
            words = _("“%(name)s”: %(why)s") % {"name": form.cleaned_data["file"].name, "why": refusal}
            form.add_error("file", words)
        else:
            messages.success(request, _("Đã nhận bản đã ký “%s”.") % copy.name)
            for notice in notices:
                messages.info(request, _("“%(name)s”: %(why)s") % {"name": copy.name, "why": notice})
            return redirect(found)
    errors = [(f"id_{name}", error) for name in form.errors for error in form.errors[name]]
    context = {"issue": found, "period": found.provincial.period, "form": form, "errors": errors}
    return render(request, "reports/add_signed_copy.html", context, status=400 if errors else 200)


@cache_control(private=True, no_store=True)
@require_safe
def signed_copy(request, code, pk):
    """One signed copy, byte for byte, for whoever may have its edition; every download is written down."""
    found = issue_or_404(request.user, code)
    copy = get_object_or_404(SignedCopy, issue=found, pk=pk, edition__in=editions_of(request.user))
    row = Download(period=found.provincial.period, by=request.user, format="signed", edition=copy.edition)
    return _handed_out(copy, copy.name, copy.content_type, row)


# --- what changed since --------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_safe
def changes(request, code):
    """One line for each thing that is different now, with the issued lines that would read differently."""
    found = issue_or_404(request.user, code, whole=True)
    period = found.provincial.period
    page = Paginator(issued.changes_since(found), PAGE).get_page(request.GET.get("trang"))
    codes = {change.body_code for change in page}
    sent = Report.objects.visible_to(request.user).filter(period=period, body__code__in=codes)
    latest = issued.chain_of(period)[-1]
    context = {
        "issue": found,
        "period": period,
        "officer": may_issue(request.user),
        "page": page,
        "lines": [(change, kind_label(change.kind)) for change in page],
        "sent": set(sent.values_list("body__code", flat=True)),
        "latest": latest,
        "draft": draft_of(period),
    }
    return render(request, "reports/issued_changes.html", context)


@require_POST
def begin_supplement(request, code):
    """Begin the supplement, or go on with the one that was begun."""
    found = _officers_issue_or_404(request.user, code)
    period = found.provincial.period
    try:
        door.begin_supplement(issue_or_404(request.user, code, whole=True), request.user)
    except door.Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("issued_reports", period.code)
    return redirect("compose", period.code, OWN_WORDS)


# --- what anybody may ask ------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_safe
@login_not_required  # anybody who holds the paper may ask; the answer names nobody, no number and no figure
def confirm_document(request, code, fingerprint):
    """Only this: such a document was issued, and whether a supplement came later. Everything else is not known."""
    stands = issued.confirmed(code, fingerprint)
    context = {"stands": stands, "code": code, "fingerprint": fingerprint}
    return render(request, "reports/confirm_document.html", context, status=404 if stands == issued.UNKNOWN else 200)
