"""Files beside a report: their list, taking in, taking out, handing out."""

import logging

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from ..attachments import (
    MOST_FILES,
    AlreadyThere,
    NotTaken,
    attach,
    files_of,
    may_attach,
    open_parts,
    readable,
    remove,
)
from ..file_forms import WHOLE, AttachmentsForm, part_word
from ..workflow import note_opened
from .lookups import own_report_or_404, report_or_404, sent_away

logger = logging.getLogger(__name__)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request, period, body):
    """The files beside a report, counted by task, and the form for more. A page of its own: it can lose no typing."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    parts = open_parts(report, request.user)
    if request.method == "POST" and parts:
        return _take_in(request, report, parts)
    if request.method == "POST":
        messages.error(request, may_attach(request.user, report, None).reason)
        return redirect("attachments", period, body)
    chosen = request.GET.get("phan", WHOLE)
    here = chosen if chosen in map(part_word, parts) else WHOLE
    form = AttachmentsForm(report=report, parts=parts, initial={"part": here}) if parts else None
    return _page(request, report, form)


def _take_in(request, report, parts):
    """Every file for itself: what is right comes in, what is not is told with its name."""
    form = AttachmentsForm(request.POST, request.FILES, report=report, parts=parts)
    if not form.is_valid():
        return _page(request, report, form, [(f"id_{name}", e) for name in form.errors for e in form.errors[name]])
    part, refused = form.cleaned_data["part"], []
    for upload in form.cleaned_data["files"]:
        try:
            _tell(request, attach(report, part, upload, by=request.user))
        except AlreadyThere as known:
            messages.info(request, _named(upload.name, known))
        except NotTaken as refusal:
            refused.append(("id_files", _named(upload.name, refusal)))
    if refused:
        again = AttachmentsForm(report=report, parts=parts, initial={"part": part_word(part)})
        return _page(request, report, again, refused)
    return redirect(f"{reverse('attachments', args=[report.period.code, report.body.code])}?phan={part_word(part)}")


def _named(name: str, why) -> str:
    return _("“%(name)s”: %(why)s") % {"name": name, "why": why}


def _tell(request, taken) -> None:
    name = taken.attachment.name
    messages.success(request, _("Đã nhận tệp “%s”.") % name)
    for notice in taken.notices:
        messages.info(request, _named(name, notice))
    if taken.private:
        told = {"name": name, "what": ", ".join(taken.private)}
        words = _(
            "Tên tệp “%(name)s” có vẻ nêu %(what)s. Luật Trẻ em (khoản 11 Điều 6) cấm tiết lộ thông tin riêng của trẻ "
            "em; báo cáo chỉ cần số đếm. Hãy xem lại tên và nội dung tệp; nếu đúng vậy, hãy gỡ tệp."
        )
        messages.warning(request, words % told)


def _page(request, report, form, errors=()):
    files = list(files_of(report, request.user).filter(signed_scan=False))
    titles = {None: _("Cả báo cáo")} | {task.number: str(task) for task in report.period.ordered_tasks()}
    places = [(title, [file for file in files if file.part == part]) for part, title in titles.items()]
    taken_out = readable(report, request.user).filter(signed_scan=False, removed_at__isnull=False)
    context = {
        "report": report,
        "numbers": report.section_numbers(),
        "form": form,
        "errors": errors,
        "reason": may_attach(request.user, report, None).reason,
        "places": [(title, own) for title, own in places if own],
        "writable": {file.pk for file in files if form and part_word(file.part) in dict(form.fields["part"].choices)},
        "count": len(files),
        "size": sum(file.size for file in files),
        "most": MOST_FILES,
        "taken_out": taken_out.select_related("removed_by"),
    }
    return render(request, "reports/attachments.html", context)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_attachment(request, period, body, pk):
    """Ask, then take a file out; it stays on record."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    file = get_object_or_404(readable(report, request.user).filter(signed_scan=False).select_related("by"), pk=pk)
    verdict = may_attach(request.user, report, file.part)
    if request.method != "POST" and verdict and file.removed_at is None:
        return render(request, "reports/remove_attachment.html", {"report": report, "file": file})
    try:
        done = remove(file, by=request.user)
    except NotTaken as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("Đã gỡ tệp “%s”.") if done else _("Tệp “%s” đã được gỡ từ trước.")
        messages.success(request, words % file.name)
    return redirect("attachments", period, body)


@cache_control(private=True, no_store=True)
@require_safe
def attachment(request, period, body, pk):
    """A file, always to be saved and never shown inside the portal's own pages."""
    report = report_or_404(request.user, period, body)
    file = get_object_or_404(readable(report, request.user), pk=pk)
    note_opened(report, request.user)  # the province reads files of the latest sending only
    return handed_out(file)


def handed_out(file) -> HttpResponse:
    """A stored file, always to be saved and never shown inside the portal's own pages."""
    try:
        stream = file.file.open("rb")
    except OSError as error:
        logger.error("attachment %s cannot be read: %s", file.pk, type(error).__name__)
        sentence = _("Máy chủ không đọc được tệp này; hãy báo quản trị cổng.")
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    response = FileResponse(stream, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
