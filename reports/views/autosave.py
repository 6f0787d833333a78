"""One field saved as it is left: JSON in, JSON out. The page works without it; it only loses less."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from ..drafting import Change, NotWritable, Saved, edited_since, save
from ..filling import computed_words, people_here, privacy_notice, tell
from ..models import Presence
from ..parts import Part, is_words
from .fill import part_or_404
from .lookups import own_report_or_404

MOST_CHANGES = 400  # of one message; a page has a hundred-odd fields


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "POST"])
@login_not_required  # a script must hear "signed out" as 401, not follow a redirect to the sign-in page
def autosave(request, period, body, part):
    """GET: a sign of life, who else is here, and a fresh token after a new sign-in. POST: save some fields.

    In: ``{"person": id, "seen": number of saves that the page knows, "changes": [{"name", "was", "now"}, …]}``.
    Out: what is stored now, conflicts with both versions, a colleague's edits since ``seen``, errors and computed
    rows of the part. 401: signed out, or as somebody else; 409: cannot be written, with the sentence.
    """
    if not request.user.is_authenticated:
        return refused(401, _("Phiên làm việc đã hết."))
    report = own_report_or_404(request.user, period, body)
    number = part_or_404(report, part)
    if request.method == "GET":
        return _sign_of_life(request, report, number)
    told = read_message(request.body)
    if told is None:
        return refused(400, _("Trang đã cũ; hãy mở lại trang."))
    person, seen, changes = told
    if person != request.user.pk:
        return refused(401, _("Trình duyệt đang đăng nhập bằng tài khoản khác."))
    try:
        saved = save(report, number, changes, by=request.user)
    except NotWritable as refusal:
        return refused(409, str(refusal))
    return JsonResponse(_answer(Part(report, number), saved, seen))


def _sign_of_life(request, report, number):
    Presence.objects.note(report, number, request.user)
    here = people_here(report, request.user).get(number, [])
    return JsonResponse({"token": get_token(request), "person": request.user.pk, "people": here})


def refused(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def read_message(body: bytes) -> tuple[int, int, list[Change]] | None:
    """(person, seen, changes) of a message, or None where it is none of ours."""
    try:
        told = json.loads(body)
        if not isinstance(told["changes"], list):
            return None
        changes = [Change(c["name"], c["was"], c["now"]) for c in told["changes"]]
        if len(changes) > MOST_CHANGES or not all(isinstance(t, str) for c in changes for t in (c.name, c.was, c.now)):
            return None
        return int(told["person"]), int(told["seen"]), changes
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _answer(part: Part, saved: Saved, seen: int) -> dict:
    told = None if part.number is None else tell(part)
    return {
        "stored": saved.stored,
        "seen": saved.number,
        "at": f"{timezone.localtime(saved.at):%H:%M}",
        "conflicts": [_both(part, conflict) for conflict in saved.conflicts],
        "others": edited_since(part.report, part.number, seen, saved.stored) if saved.number > seen else {},
        "errors": {} if told is None else _by_cell(told.errors),
        "warnings": [] if told is None else [_warning(finding) for finding in told.warnings],
        "computed": {} if told is None else computed_words(told),
        "privacy": {name: privacy_notice(text) for name, text in saved.stored.items() if is_words(name)},
    }


def _both(part: Part, conflict) -> dict:
    return {
        "name": conflict.name,
        "label": part.label(conflict.name),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "by": str(conflict.by or ""),
        "at": f"{timezone.localtime(conflict.at):%H:%M, %d/%m/%Y}" if conflict.at else "",
    }


def _warning(finding) -> dict:
    """What the page needs to ask for a reason: the input explain-<code>, beside which figure, which question."""
    return {"code": finding.code, "name": str(finding.cells[0]) if finding.cells else "", "message": finding.message}


def _by_cell(errors) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in errors:
        if error.cells:
            found.setdefault(str(error.cells[0]), []).append(error.message)
    return found
