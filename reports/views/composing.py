"""The workshop: officers compose the province's report out of figures, reasons and the bodies' own words."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.forms.utils import flatatt
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from .. import composing as door
from ..choices import Edition
from ..drafting import Change, NotWritable
from ..exports import FORMATS
from ..exports.pdf import PdfUnavailable
from ..filling import privacy_notice, saving_at
from ..forms import read_seen
from ..issuing import preview
from ..models import Download
from ..permissions import may_compose
from ..proposals import gather_proposals
from ..provincial_parts import parts_of
from ..summary import estimates_legend
from ..typist import KEY
from ..workshop import figures_of, grouped, marks_of, part_states, passages_for, people_here, read, refs_of, trace
from .autosave import read_message, refused
from .exports import file_of
from .fill import CHOICE, SHOWN
from .lookups import period_or_404

BODIES = 20  # whose texts stand on one page
PROPOSALS = 40
DRAFTS = ("docx", "pdf")
PROPOSED = "proposals"  # the part whose material is gathered in a room of its own
SCRIPTS = [f"js/{name}.js" for name in ("workshop", "autosave", "errors")]  # the first listens to the second


def officers_period_or_404(user, period: str):
    """The period, for those who compose: for everybody else there is no workshop."""
    if not may_compose(user):
        raise Http404
    return period_or_404(user, period)


def _part_or_404(period, key: str):
    try:
        return door.part_of(period, key)
    except LookupError as error:
        raise Http404 from error


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def workshop(request, period):
    """The parts of the draft with their state; POST begins it."""
    period = officers_period_or_404(request.user, period)
    if request.method == "POST":
        try:
            door.open_draft(period, request.user)
        except NotWritable as refusal:
            messages.error(request, str(refusal))
        return redirect("workshop", period.code)
    draft = door.draft_of(period)
    context = {
        "period": period,
        "draft": draft,
        "states": part_states(period, draft) if draft else (),
        "issued": period.provincial_reports.issued()
        .select_related("issue")
        .defer("issue__content", "issue__outgoing")
        .order_by("-sequence")
        .first(),
        "formats": [(key, FORMATS[key]) for key in DRAFTS],
    }
    return render(request, "reports/workshop.html", context)


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request, period, part):
    """One part: figures, reasons and the bodies' words beside the draft. A save answers with a redirect."""
    period = officers_period_or_404(request.user, period)
    part = _part_or_404(period, part)
    provincial = door.report_with(period, part.key)
    if provincial is None:
        messages.info(request, _("Chưa bắt đầu soạn báo cáo này."))
        return redirect("workshop", period.code)
    if request.method == "POST":
        return _save(request, provincial, part)
    if provincial.is_issued:
        messages.info(request, _("Báo cáo của tỉnh đã ban hành nên không sửa được."))
        return redirect("workshop", period.code)
    return _page(request, provincial, part, kept=_kept_over_sign_in(request))


def _kept_over_sign_in(request) -> dict | None:
    """What this person had posted here when their session had ended: shown until it is saved."""
    kept = request.session.get(KEY, {}).get(request.path)
    if not kept or kept["person"] != str(request.user.pk) or kept["typed"].get(CHOICE + door.NAME) == "theirs":
        return None
    return kept["typed"]


def _page(request, provincial, part, *, posted=None, refusal="", kept=None):
    """The page with what is stored; with ``posted`` after a refusal; with ``kept`` after a session that had ended."""
    period = provincial.period
    row = provincial.texts.filter(part=part.key).first()
    typed = posted or kept or {}
    text = typed.get(door.NAME, row.text if row else "")
    marks = marks_of(provincial, part.key)
    sources, figures = trace(text, marks), figures_of(period, part.number)
    parts = parts_of(period.ordered_tasks(), supplement=provincial.is_supplement)
    address = reverse("compose_save", args=[period.code, part.key])
    seen = read_seen(typed) if typed else None
    context = {
        "period": period,
        "provincial": provincial,
        "part": part,
        "parts": parts,
        "text": text,
        "seen": (row.saves if row else 0) if seen is None else seen,
        "saving": flatatt(saving_at(address, request.user)),
        "privacy": privacy_notice(text),
        "people": people_here(provincial, part.key, request.user),
        "sources": sources,
        "last": marks[-1] if marks else None,
        "figures": figures,
        "estimates_legend": estimates_legend() if figures and figures.estimated else "",
        "refusal": refusal,
        "kept": kept is not None,
        "scripts": SCRIPTS,
    }
    context |= _material(request, period, part, [source.mark for source in sources if source.mark])
    return render(request, "reports/compose.html", context, status=409 if refusal else 200)


def _material(request, period, part, marks) -> dict:
    """The bodies' words of this part, one page of them; ``marks``: of the sentences that stand in the draft."""
    wanted, taken = request.GET.get("trang"), refs_of(marks)
    if part.key == PROPOSED:
        gathered = gather_proposals(period)
        page = Paginator(gathered.shared, PROPOSALS).get_page(wanted)
        return {"page": page, "gathered": gathered, "taken": taken}
    found = passages_for(period, part)
    page = Paginator(grouped(found), BODIES).get_page(wanted)
    return {"page": page, "bodies": read(period, part, found, page), "taken": taken}


def _standing(provincial, part: str) -> list:
    """The marks of the sentences that stand in a part now."""
    text = door.texts_of(provincial).get(part, "")
    return [found.mark for found in trace(text, marks_of(provincial, part)) if found.mark]


def _save(request, provincial, part):
    """Store the page, and take a sentence where one of its buttons was pressed."""
    posted, chosen = request.POST, request.POST.get(CHOICE + door.NAME)
    shown = posted.get(SHOWN + door.NAME)
    text = shown if chosen == "theirs" and shown is not None else posted.get(door.NAME)
    if text is None:  # no page of ours leaves it out
        raise Http404
    source, gone = _source(provincial.period, posted.get("take"))
    if source and _is_there(provincial, part, source, text):
        source, gone = None, _there()
    try:
        saved = door.save_page(
            provincial, part.key, text, request.user, seen=read_seen(posted), shown=shown, take=source
        )
    except NotWritable as refusal:
        # Issued meanwhile: nothing is stored, and nothing typed is lost from the screen.
        return _page(request, provincial, part, posted=posted, refusal=str(refusal))
    if saved.conflicts:
        return _both_versions(request, provincial, part, saved)
    if gone:
        messages.warning(request, gone)
    else:
        messages.success(request, _("Đã lấy câu vào bản thảo và lưu.") if source else _("Đã lưu."))
    return _on(request, provincial, part)


def _is_there(provincial, part, source, text: str) -> bool:
    """Whether a sentence was taken into this part and stands in ``text`` word for word."""
    return source.sentence.text in text and source.ref in refs_of(marks_of(provincial, part.key))


def _there() -> str:
    return _("Câu này đã có trong bản thảo.")


def _source(period, ref: str | None):
    """(what a button named, "") or (None, why it is not there)."""
    if not ref:
        return None, ""
    try:
        return door.source_of(period, ref), ""
    except door.Gone as gone:
        return None, str(gone)


def _on(request, provincial, part):
    """Back to the sentence that was taken, to the next part, or to this one."""
    period = provincial.period.code
    if request.POST.get("then") == "next":
        parts = [each.key for each in parts_of(provincial.period.ordered_tasks(), supplement=provincial.is_supplement)]
        after = parts[parts.index(part.key) + 1 :]
        return redirect("compose", period, after[0]) if after else redirect("workshop", period)
    return redirect(_address("compose", request, period, part.key))


def _address(name, request, *args) -> str:
    """The address of a page with its number, at the sentence that was taken."""
    trang, ref = request.GET.get("trang", ""), request.POST.get("take", "")
    query = f"?{urlencode({'trang': trang})}" if trang.isascii() and trang.isdigit() else ""
    anchor = f"#take-{ref}" if ref.replace(".", "").replace("_", "").isalnum() and ref.isascii() else ""
    return reverse(name, args=args) + query + anchor


def _both_versions(request, provincial, part, saved):
    """A colleague was quicker: both versions, and the later person chooses. Nothing is stored before."""
    (conflict,) = saved.conflicts
    context = {
        "period": provincial.period,
        "part": part,
        "conflict": conflict,
        "seen": saved.number,
        "rows": min(20, 2 + conflict.mine.count("\n") + len(conflict.mine) // 80),
        "take": request.POST.get("take", ""),
    }
    return render(request, "reports/compose_conflict.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def take(request, period, part):
    """Take one sentence behind what stands in a part, from a page on which nothing is typed."""
    period = officers_period_or_404(request.user, period)
    part = _part_or_404(period, part)
    back = "gathered_proposals" if request.POST.get("back") == "gathered" else "compose"
    args = [period.code] if back == "gathered_proposals" else [period.code, part.key]
    provincial = door.report_with(period, part.key)
    if request.method == "POST" and provincial is None:
        messages.info(request, _("Chưa bắt đầu soạn báo cáo này."))
    elif request.method == "POST":
        _take(request, provincial, part)
    return redirect(_address(back, request, *args))


def _take(request, provincial, part):
    try:
        source = door.source_of(provincial.period, request.POST.get("take", ""))
        if _is_there(provincial, part, source, door.texts_of(provincial).get(part.key, "")):
            messages.warning(request, _there())
            return
        door.take(provincial, part.key, source, request.user)
    except (NotWritable, door.Gone) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã lấy câu vào phần “%s”.") % part.title)


@cache_control(private=True, no_store=True)
@require_safe
def gathered_proposals(request, period):
    """What all bodies propose, by addressee, the same proposals together."""
    period = officers_period_or_404(request.user, period)
    provincial = door.report_with(period, PROPOSED)
    gathered = gather_proposals(period)
    context = {
        "period": period,
        "provincial": provincial,
        "gathered": gathered,
        "page": Paginator(gathered.shared, PROPOSALS).get_page(request.GET.get("trang")),
        "taken": refs_of(_standing(provincial, PROPOSED)) if provincial else set(),
        "open": provincial is not None and not provincial.is_issued,
        "part": door.part_of(period, PROPOSED),
    }
    return render(request, "reports/gathered_proposals.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def draft_file(request, period, format):
    """The draft as it stands, with the figures around it, for the office to read, edit or print."""
    period = officers_period_or_404(request.user, period)
    draft = door.draft_of(period)
    if format not in DRAFTS or draft is None:
        raise Http404
    if not draft.is_supplement:
        return file_of(request, period, format, Edition.FULL.value)
    try:
        with translation.override("vi"):
            content = FORMATS[format].render(preview(draft))
    except PdfUnavailable as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    Download.objects.create(period=period, by=request.user, format=format, edition=Edition.FULL)
    response = HttpResponse(content, content_type=FORMATS[format].content_type)
    response["Content-Disposition"] = f'attachment; filename="bo-sung-{period.code}.{format}"'
    return response


# --- one field, saved as it is left -----------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "POST"])
@login_not_required  # a script must hear "signed out" as 401, not follow a redirect to the sign-in page
def compose_save(request, period, part):
    """``autosave`` for a part of the draft: the same message, with ``taken`` (the names of sentences put in), and the
    same answer, with ``sources`` (where each sentence is from, as HTML) and ``taken`` (those whose mark is kept).
    """
    if not request.user.is_authenticated:
        return refused(401, _("Phiên làm việc đã hết."))
    period = officers_period_or_404(request.user, period)
    part = _part_or_404(period, part)
    provincial = door.report_with(period, part.key)
    if provincial is None:
        raise Http404
    if request.method == "GET":
        here = people_here(provincial, part.key, request.user)
        return JsonResponse({"token": get_token(request), "person": request.user.pk, "people": here})
    told = read_message(request.body)
    refs = _taken(request.body)
    if told is None or refs is None:
        return refused(400, _("Trang đã cũ; hãy mở lại trang."))
    person, seen, changes = told
    if person != request.user.pk:
        return refused(401, _("Trình duyệt đang đăng nhập bằng tài khoản khác."))
    sources = [source for source, _gone in (_source(period, ref) for ref in refs) if source is not None]
    change = next((change for change in changes if change.name == door.NAME), None)
    try:
        saved = door.save(provincial, part.key, change or Change(door.NAME, "", ""), request.user, taken=sources)
    except NotWritable as refusal:
        return refused(409, str(refusal))
    return JsonResponse(_answer(request, provincial, part, saved, seen, change, refs))


def _taken(body: bytes) -> list[str] | None:
    """The names of sentences in a message that ``read_message`` has read; None where they are none of ours."""
    try:
        refs = json.loads(body).get("taken", [])
    except (ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(refs, list) or len(refs) > door.MARKS or not all(isinstance(ref, str) for ref in refs):
        return None
    return list(dict.fromkeys(refs))


def _answer(request, provincial, part, saved, seen, change, refs) -> dict:
    text = saved.stored[door.NAME]
    news = {door.NAME: text} if change is None and saved.number > seen else {}
    sources = trace(text, marks_of(provincial, part.key))
    context = {"sources": sources, "period": provincial.period}
    return {
        "stored": saved.stored if change else {},
        "seen": saved.number,
        "at": f"{timezone.localtime(saved.at):%H:%M}",
        "conflicts": [_both(part, conflict) for conflict in saved.conflicts],
        "others": news,
        "errors": {},
        "warnings": [],
        "privacy": {door.NAME: privacy_notice(text)},
        "sources": render_to_string("components/sources.html", context, request),
        "taken": refs,
    }


def _both(part, conflict) -> dict:
    return {
        "name": conflict.name,
        "label": part.title,
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "by": str(conflict.by or ""),
        "at": f"{timezone.localtime(conflict.at):%H:%M, %d/%m/%Y}" if conflict.at else "",
    }
