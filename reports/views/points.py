"""The officer's points on a returned report: the body ticks what it has put right."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import returned
from ..permissions import may_write
from .lookups import own_report_or_404


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def tick(request, period, body):
    """Store the ticks as they stand on the page; sending is not bound to them."""
    report = own_report_or_404(request.user, period, body)
    if request.method != "POST":
        return redirect("report", period, body)
    verdict = may_write(request.user, report)
    if verdict:
        shown = dict.fromkeys(_numbers(request, "had"), True) | dict.fromkeys(_numbers(request, "had-not"), False)
        returned.tick(report, _numbers(request, "done"), request.user, shown or None)
        messages.success(request, _("Đã lưu đánh dấu."))
    else:
        messages.error(request, verdict.reason)
    return redirect("report", period, body)


def _numbers(request, name: str) -> list[int]:
    return [int(pk) for pk in request.POST.getlist(name) if pk.isascii() and pk.isdigit() and len(pk) < 15]
