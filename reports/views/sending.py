"""Check, hand to the signatory, send, take back; the receipt."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import Role

from .. import workflow
from ..checking import check_page
from ..choices import EDITABLE, Action
from ..typed import tidy
from .lookups import own_report_or_404, sent_away

LONGEST = 5000  # letters of a reason
MOVES = {  # the last word of the address: what it does
    "gui": Action.SUBMIT,
    "trinh-ky": Action.HAND,
    "lay-lai": Action.FETCH,
    "chua-ky": Action.DECLINE,
    "rut-lai": Action.RECALL,
}


@cache_control(private=True, no_store=True)
@require_safe
def check(request, period, body):
    """Every part with what blocks sending or asks for a reason, each with a link to its place."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    if report.status not in EDITABLE:
        return redirect("report", period, body)
    context = check_page(report, request.user) | {"unscanned": _unscanned(report, request.user)}
    return render(request, "reports/check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def step(request, period, body, move):
    """One step of the body's own. However often one clicks: a second sending is told so and changes nothing."""
    if move not in MOVES:
        raise Http404
    report = own_report_or_404(request.user, period, body)
    if request.method != "POST":
        signs = report.with_signatory and request.user.role == Role.SIGNATORY
        return redirect("read" if signs else "report", period, body)
    action = MOVES[move]
    if action == Action.SUBMIT and _unscanned(report, request.user) and "no_scan" not in request.POST:
        messages.warning(request, _("Chưa gửi: bản giấy chưa có bản quét. Hãy nộp bản quét, hoặc xác nhận nộp sau."))
        return redirect("check", period, body)
    note = tidy(request.POST.get("note", ""))[:LONGEST] if action == Action.DECLINE else ""
    try:
        event = workflow.move(report, action, by=request.user, note=note, code=request.POST.get("code"))
    except workflow.NotReady as refusal:
        messages.error(request, str(refusal))
        return redirect("check", period, body)
    except workflow.NotAllowed as refusal:
        messages.info(request, str(refusal))
        if note:
            messages.info(request, _("Lời bạn vừa gõ: “%s”") % note)
        stays = action == Action.DECLINE and report.with_signatory
        return redirect("read" if stays else "report", period, body)
    if action == Action.SUBMIT:
        return redirect("receipt", period, body, event.version)
    messages.success(request, _done(action))
    return redirect("report", period, body)


def _unscanned(report, user) -> bool:
    """Whether an officer enters it from a paper whose scan is not there yet: asked for once more before sending."""
    if user.role != Role.OFFICER or not report.on_paper:
        return False
    return report.paper_entries.open().filter(scan=None).exists()


def _done(action) -> str:
    return {
        Action.HAND: _("Đã trình ký. Người ký của cơ quan sẽ gửi, hoặc chuyển lại kèm lý do."),
        Action.FETCH: _("Đã lấy lại; bạn sửa tiếp được."),
        Action.DECLINE: _("Đã chuyển lại cho người lập báo cáo; cơ quan tổng hợp không thấy việc này."),
        Action.RECALL: _("Đã rút lại báo cáo; ngày gửi lần đầu được giữ. Hãy sửa và gửi lại."),
    }[action]
