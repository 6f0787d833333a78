"""A body fills in its report: the list of its parts, and the page of one part."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from ..drafting import NotWritable, answer_nothing, save_page, take_over
from ..filling import Filling, people_here
from ..forms import read_seen
from ..models import Presence
from ..parts import Part, parts_of
from ..permissions import may_write
from ..returned import may_write_part
from ..tasklist import task_list
from ..typist import KEY
from .lookups import own_report_or_404

SCRIPTS = [f"js/{name}.js" for name in ("grid", "paste", "totals", "autosave", "errors")]
CHOICE, SHOWN = "choose-", "was-"  # of a page that shows two versions: which one, and what the other was


@cache_control(private=True, no_store=True)
@require_safe
def report_page(request, period, body):
    """What is owed, what is done part by part, who acts next."""
    report = own_report_or_404(request.user, period, body)
    return render(request, "reports/report.html", task_list(report, request.user))


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def section(request, period, body, part):
    """The page of one part. A save answers with a redirect, also when something on the page is wrong."""
    report = own_report_or_404(request.user, period, body)
    number = part_or_404(report, part)
    if request.method == "POST":
        return _save(request, report, number)
    verdict = may_write(request.user, report) and may_write_part(report, number)
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("report", period, body)
    Presence.objects.note(report, number, request.user)
    return _page(request, Filling(report, number), kept=_kept_over_sign_in(request))


def _kept_over_sign_in(request) -> dict | None:
    """What this person had posted here when their session had ended: shown until it is saved."""
    kept = request.session.get(KEY, {}).get(request.path)
    if not kept or kept["person"] != str(request.user.pk):
        return None
    typed = kept["typed"]
    return {name: text for name, text in typed.items() if typed.get(CHOICE + name) != "theirs"}


def part_or_404(report, part: str) -> int | None:
    """The part of an address: a task number, 0, or None for "chung"."""
    try:
        return Part(report, None if part == "chung" else int(part)).number
    except (LookupError, ValueError) as error:
        raise Http404 from error


def _page(request, filling, data=None, refusal="", kept=None):
    """The page with what is stored; with ``data`` after a refusal; with ``kept`` after a session that had ended."""
    report, typed = filling.report, data or kept
    context = {
        "report": report,
        "part": filling.part,
        "here": filling.part.word,
        "form": filling.form(request.user, typed, read_seen(kept) if kept else None),
        "errors": filling.told.errors,
        "refusal": refusal,
        "numbers": report.section_numbers(),
        "points": filling.points(),
        "people": people_here(report, request.user).get(filling.number, ()),
        "scripts": SCRIPTS,
        "kept": kept is not None,
    }
    return render(request, "reports/section.html", context, status=409 if refusal else 200)


def _save(request, report, number):
    chosen = {n.removeprefix(CHOICE): request.POST[n] for n in request.POST if n.startswith(CHOICE)}
    typed = Part(report, number).posted(request.POST)
    typed = {name: text for name, text in typed.items() if chosen.get(name) != "theirs"}
    shown = {n.removeprefix(SHOWN): request.POST[n] for n in request.POST if n.startswith(SHOWN)}
    try:
        saved = save_page(report, number, typed, by=request.user, seen=read_seen(request.POST), shown=shown)
        if saved.conflicts:
            return _both_versions(request, report, number, saved)
        then = request.POST.get("then", "")
        if then == "nothing" and number is not None:
            _told_of_rows(request, answer_nothing(report, number, by=request.user))
        elif then.startswith("copy:"):
            take_over(report, number, then.removeprefix("copy:"), by=request.user)
    except NotWritable as refusal:
        # Sent or saved meanwhile by a colleague: nothing is stored, and nothing typed is lost from the screen.
        return _page(request, Filling(report, number), request.POST, str(refusal))
    return _after_save(request, report, number)


def _both_versions(request, report, number, saved):
    """A colleague was quicker in some fields: both versions, and the later person chooses. The rest is stored."""
    part = Part(report, number)
    fields = [
        {
            "name": conflict.name,
            "label": part.label(conflict.name),
            "rows": min(12, 1 + conflict.mine.count("\n") + len(conflict.mine) // 80),
            "mine": conflict.mine,
            "theirs": conflict.theirs,
            "theirs_words": part.shown(conflict.name, conflict.theirs),
            "by": conflict.by,
            "at": conflict.at,
        }
        for conflict in saved.conflicts
    ]
    context = {"report": report, "part": part, "here": part.word, "fields": fields, "seen": saved.number}
    return render(request, "reports/conflict.html", context, status=409)


def _told_of_rows(request, rows: int):
    words = ngettext("Đã đánh dấu “Không phát sinh” ở %s dòng.", "Đã đánh dấu “Không phát sinh” ở %s dòng.", rows)
    messages.success(request, words % rows)


def _after_save(request, report, number):
    """On to the next part; back to this one when asked to stay or when something on it is wrong."""
    filling = Filling(report, number)
    errors = len(filling.told.errors)
    if errors:
        words = ngettext("%(part)s: đã lưu, còn %(left)s lỗi.", "%(part)s: đã lưu, còn %(left)s lỗi.", errors)
        messages.warning(request, words % {"part": filling.part.title, "left": errors})
    else:
        messages.success(request, _("Đã lưu."))
    if request.POST.get("then") != "next" or (number is not None and filling.result.unread):
        return redirect("section", report.period.code, report.body.code, filling.part.word)
    following = next_part(report, number)
    if following is None:
        return redirect("check", report.period.code, report.body.code)
    return redirect("section", report.period.code, report.body.code, following)


def next_part(report, number: int | None) -> str | None:
    """The address word of the part after ``number``; None after the last one."""
    words = [part.word for part in parts_of(report)]
    place = words.index(Part(report, number).word) + 1
    return words[place] if place < len(words) else None
