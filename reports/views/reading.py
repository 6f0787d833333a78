"""Reading: the draft one part a screen before it is signed, the receipt, and what anybody may ask about a receipt."""

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .. import workflow
from ..attachments import taken_back
from ..choices import EDITABLE, Action, Status
from ..content import overview_in, pages
from ..fingerprints import paper_code
from ..models import Receipt, answers_of
from ..paper_entries import entry_of
from ..parts import parts_of
from ..sheets import content_of
from .lookups import own_report_or_404, report_or_404, sent_away


@cache_control(private=True, no_store=True)
@require_safe
def read(request, period, body, part=None):
    """One part of the draft as it would be sent, with the way on; the signatory sends or declines from here."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    if report.status not in EDITABLE:
        raise Http404
    steps = parts_of(report)
    words = [step.word for step in steps]
    here = words[0] if part is None else part
    if here not in words:
        raise Http404
    place, content = words.index(here), content_of(report, answers_of(report))
    code = paper_code(report.period.code, report.body.code, content)
    read_first = request.GET.get("ma", code)
    context = {
        "report": report,
        "steps": steps,
        "here": here,
        "part": steps[place],
        "code": code,
        "changed": read_first != code,
        "page": next((p for p in pages(report, content) if str(p.number) == here), None),
        "overview": overview_in(content) if here == "chung" else (),
        "explanations": _reasons(steps[place], content),
        "before": words[place - 1] if place else None,
        "after": words[place + 1] if place + 1 < len(words) else None,
        "allowed": {action.value for action in workflow.allowed(report, request.user)},
    }
    return render(request, "reports/read.html", context)


def _reasons(part, content) -> list[tuple[str, str]]:
    names = ((f"explain-{code}", text) for code, text in content["explanations"].items() if text)
    return [(part.label(name), text) for name, text in names if part.has(name)]


@cache_control(private=True, no_store=True)
@require_safe
def receipt(request, period, body, version):
    """Proof of one sending, with the address at which anybody can ask whether it still stands."""
    report = report_or_404(request.user, period, body)
    if not request.user.acts_for_a_body and version in taken_back(report):  # the province never had it
        raise Http404
    found = get_object_or_404(Receipt.objects.select_related("event__by"), event__report=report, event__version=version)
    url = request.build_absolute_uri(found.get_absolute_url())
    code = segno.make(url, error="m").svg_inline(scale=4, omitsize=True, svgclass="qr", lineclass=None)
    context = {
        "report": report,
        "receipt": found,
        "entry": entry_of(report, version),
        "event": found.event,
        "url": url,
        "qr": mark_safe(code),  # noqa: S308 - made of the address above by the library, holds no typed text
        "stands": standing(found),
    }
    return render(request, "reports/receipt.html", context)


@cache_control(private=True, no_store=True)
@require_safe
@login_not_required  # anybody who holds the paper may ask; the answer names nobody and holds no figure
def confirm(request, fingerprint):
    """Only this: the version behind the fingerprint was received, accepted, or replaced. Unknown ones: not found."""
    found = Receipt.objects.select_related("event__report").filter(fingerprint=fingerprint.lower()).first()
    context = {"stands": standing(found) if found else "", "sentence": sentence(found), "fingerprint": fingerprint}
    return render(request, "reports/confirm.html", context, status=200 if found else 404)


def standing(receipt: Receipt) -> str:
    """``received``, ``accepted`` or ``replaced`` (by a later sending, or taken back by its body)."""
    event, report = receipt.event, receipt.event.report
    if event.version != report.version:
        return "replaced"
    if report.events.filter(action=Action.RECALL, version=event.version).exists():
        return "replaced"
    return "accepted" if report.status == Status.ACCEPTED else "received"


def sentence(receipt: Receipt | None) -> str:
    if receipt is None:
        return _("Không có biên nhận nào như vậy. Hãy so lại từng ký tự với biên nhận; một chữ số khác đi là bản khác.")
    return {
        "received": _("Đúng là bản đã được nhận."),
        "accepted": _("Đúng là bản đã được duyệt."),
        "replaced": _("Bản này đã được thay thế hoặc rút lại, không còn là bản có giá trị."),
    }[standing(receipt)]
