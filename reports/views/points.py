"""The officer's points on a returned report: the body ticks what it has put right."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import returned
from ..permissions import may_write
from .lookups import own_report_or_404


@require_POST
def tick(request, period, body):
    """Store the ticks as they stand on the page; sending is not bound to them."""
    report = own_report_or_404(request.user, period, body)
    verdict = may_write(request.user, report)
    if verdict:
        done = [int(pk) for pk in request.POST.getlist("done") if pk.isascii() and pk.isdigit() and len(pk) < 15]
        returned.tick(report, done, request.user)
        messages.success(request, _("Đã lưu đánh dấu."))
    else:
        messages.error(request, verdict.reason)
    return redirect("report", period, body)
