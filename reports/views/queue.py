"""What waits for review in a period: the queue of the officers, and accepting many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from .. import effects, reviewing
from ..permissions import may_review
from .lookups import period_or_404

PAGE = 50
SCREENED_AT_ONCE = 200  # by one click: a few seconds
LABELS = {
    "": gettext_lazy("Tất cả"),
    "chua-giai-trinh": gettext_lazy("Còn điểm chưa giải trình"),
    "gui-lai": gettext_lazy("Gửi lại sau khi trả"),
    "sach": gettext_lazy("Không có điểm cần xem"),
}


def _reviewed_period_or_404(user, period):
    if not may_review(user):
        raise Http404
    return period_or_404(user, period)


@cache_control(private=True, no_store=True)
@require_safe
def to_review(request, period):
    """The reports that wait, first what needs eyes; those without open points can be ticked and accepted together."""
    period = _reviewed_period_or_404(request.user, period)
    narrowed = request.GET.get("loc", "")
    narrowed = narrowed if narrowed in LABELS else ""
    counts = reviewing.counts(period)
    pages = Paginator(reviewing.waiting(period, narrowed).select_related("body", "opened_by"), PAGE)
    pages.count = counts[narrowed]  # known already: spares a query
    page = pages.get_page(request.GET.get("trang"))
    context = {
        "period": period,
        "page": page,
        "lines": reviewing.lines(period, page),
        "filters": [(word, label, counts[word]) for word, label in LABELS.items()],
        "narrowed": narrowed,
        "query": f"&loc={narrowed}" if narrowed else "",
        "unscreened": counts["unscreened"],
        "to_screen": min(counts["unscreened"], SCREENED_AT_ONCE),
        "clean": min(counts["sach"], reviewing.MOST),
        "ticked": "chon" in request.GET,  # without a script: the whole page ticked by a link
    }
    return render(request, "reports/to_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def screen_sendings(request, period):
    """Screen what came in before there were screenings; as many as one click may take."""
    period = _reviewed_period_or_404(request.user, period)
    if request.method != "POST":
        return redirect("to_review", period.code)
    done = reviewing.screen_missing(reviewing.unscreened(period), SCREENED_AT_ONCE)
    messages.success(request, ngettext("Đã rà soát %s bản gửi.", "Đã rà soát %s bản gửi.", done) % done)
    return redirect("to_review", period.code)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def accept_many(request, period):
    """GET: what would be accepted and what not, and why. POST: accept it, and say what was not."""
    period = _reviewed_period_or_404(request.user, period)
    posted = request.method == "POST"
    try:
        chosen, unknown = _chosen(request.POST if posted else request.GET, period)
    except reviewing.TooMany as refusal:
        messages.error(request, f"{refusal} " + _("Chưa báo cáo nào được duyệt; hãy chọn ít hơn."))
        return redirect("to_review", period.code)
    if not chosen and not unknown:
        messages.error(request, _("Hãy đánh dấu ít nhất một báo cáo để duyệt."))
        return redirect("to_review", period.code)
    act = reviewing.accept_chosen if posted else reviewing.would_accept
    outcome = act(period, chosen, by=request.user, unknown=unknown)
    if posted and not (outcome.refused or outcome.unknown):
        messages.success(request, _accepted_words(outcome))
        return redirect("to_review", period.code)
    foretold = None if posted or len(outcome.accepted) > effects.MOST else effects.effect_of_accepting(outcome.accepted)
    context = {"period": period, "outcome": outcome, "done": posted, "effect": foretold, "most": effects.MOST}
    status = 409 if posted and not outcome.accepted else 200
    return render(request, "reports/accept_many.html", context, status=status)


def _chosen(data, period):
    if "tat-ca" in data:
        return reviewing.without_anything_to_see(period), 0
    return reviewing.read_choices(data.getlist("chon"))


def _accepted_words(outcome) -> str:
    number = len(outcome.accepted)
    if number == 1:
        return _("Đã duyệt báo cáo của %s.") % outcome.accepted[0].name
    return ngettext("Đã duyệt %s báo cáo.", "Đã duyệt %s báo cáo.", number) % number
