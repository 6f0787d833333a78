"""Excel, there and back: the form to take away, the filled file, what was understood of it, the file handed back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from ..excel_form import NOTATIONS
from ..file_forms import WorkbookForm
from ..parts import Part
from ..permissions import may_write
from ..workbooks import KEPT, NotTaken, Preview, blank, books_of, keep
from .lookups import own_report_or_404, sent_away

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def workbooks(request, period, body):
    """The form to take away, the field for the filled file, the files of before."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    form = WorkbookForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            book = keep(report, form.cleaned_data["file"], by=request.user)
            return redirect("workbook", period, body, book.pk)
        except NotTaken as refusal:
            form.add_error("file", str(refusal))
    context = {
        "report": report,
        "form": form,
        "errors": [("id_file", error) for error in form.errors.get("file", ())],
        "writable": may_write(request.user, report),
        "books": books_of(report, request.user).select_related("by")[:KEPT],
    }
    return render(request, "reports/workbooks.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def blank_form(request, period, body):
    """The form of this body for this period, with what is stored now."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    return _file(blank(report), f"bieu-mau-{period}-{body}.xlsx")


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request, period, body, pk):
    """What was understood of a file, before anything is stored; its one question; taking it in."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    preview = _preview(request, report, pk)
    if request.method == "POST" and request.POST.get("notation") in NOTATIONS:
        preview.book.notation = request.POST["notation"]
        preview.book.save(update_fields=["notation"])
        return redirect("workbook", period, body, pk)
    if request.method == "POST":
        return _take(request, preview)
    context = {"report": report, "preview": preview, "reading": preview.reading, "book": preview.book}
    context["writable"] = may_write(request.user, report)
    context["seen"] = [(Part(report, number).word, saves) for number, saves in preview.seen.items()]
    return render(request, "reports/workbook.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def annotated(request, period, body, pk):
    """The same file handed back with a colour and a comment on each defect."""
    report = own_report_or_404(request.user, period, body)
    if away := sent_away(request, report):
        return away
    preview = _preview(request, report, pk)
    if not preview.reading.defects:
        raise Http404
    name = preview.book.name.rpartition(".")[0] or preview.book.name
    return _file(preview.annotated(), f"{name} - lỗi cần sửa.xlsx")


def _preview(request, report, pk) -> Preview:
    book = get_object_or_404(books_of(report, request.user), pk=pk)
    book.report = report
    try:
        return Preview(book, request.user)
    except OSError as error:  # the file is gone from the disk
        raise Http404 from error


def _take(request, preview):
    report, seen = preview.report, {}
    for part in preview.parts.values():
        told = request.POST.get(f"seen-{part.word}", "")
        if told.isascii() and told.isdigit() and len(told) < 10:
            seen[part.number] = int(told)
    try:
        taken = preview.take(request.POST.getlist("keep"), seen)
    except NotTaken as refusal:
        messages.error(request, str(refusal))
        return redirect("workbook", report.period.code, report.body.code, preview.book.pk)
    _tell(request, taken)
    if not (taken.conflicts or taken.closed):
        return redirect("report", report.period.code, report.body.code)
    return redirect("workbook", report.period.code, report.body.code, preview.book.pk)


def _tell(request, taken):
    words = ngettext("Đã nhập %(n)s ô từ tệp Excel.", "Đã nhập %(n)s ô từ tệp Excel.", taken.cells)
    messages.success(request, words % {"n": taken.cells})
    if taken.conflicts:
        words = ngettext(
            "Còn %(n)s ô mà người khác vừa sửa trên cổng: chưa nhập, hãy xem và chọn ở ngay dưới đây.",
            "Còn %(n)s ô mà người khác vừa sửa trên cổng: chưa nhập, hãy xem và chọn ở ngay dưới đây.",
            taken.conflicts,
        )
        messages.warning(request, words % {"n": taken.conflicts})
    for part in taken.closed:
        words = _("%(part)s: lỗi đã được sửa ở phần khác nên phần này khóa lại, chưa nhập.")
        messages.warning(request, words % {"part": part.title})


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
