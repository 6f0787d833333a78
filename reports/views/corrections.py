"""The ledger of corrections: an officer writes a line, everybody concerned reads it, the body answers."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directives.choices import Option, Role

from .. import corrections as door
from .. import workflow
from ..answers import Cell
from ..correction_forms import CorrectionForm, ReplyForm, WithdrawalForm
from .lookups import period_or_404, report_or_404

PAGE = 50


# --- the officer ----------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, period, body, code):
    """One indicator of a report: what is reported, what is used, its lines; the forms for another line."""
    report = report_or_404(request.user, period, body)
    if request.user.role != Role.OFFICER:
        raise Http404
    try:
        indicator = door.typed_indicator(report, code)
    except door.Refused as refusal:
        raise Http404 from refusal
    workflow.note_opened(report, request.user)
    if request.method != "POST":
        return _page(request, report, indicator)
    return (_withdraw if request.POST.get("act") == "withdraw" else _correct)(request, report, indicator)


def _correct(request, report, indicator):
    """Write the line; a value that breaks a rule is shown what it breaks first."""
    form = _posted(CorrectionForm(request.POST, indicator=indicator))
    words, cell = form.cleaned_data, Cell(indicator.code, form.cleaned_data["option"])
    try:
        answer = door.read_answer(indicator, words["value"], words["nothing"])
        found = door.consequences(report, cell, answer, by=request.user)
        mark = _mark(cell, answer, found)
        if found and words["reason"] and request.POST.get("confirmed") != mark:
            return _page(request, report, indicator, form, found=found, mark=mark)
        read = {"version": words["version"], "seen": words["seen"]}
        door.correct(report, cell, answer, words["reason"], by=request.user, **read)
    except door.Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, report, indicator, form)
    messages.success(request, _("Đã ghi vào sổ điều chỉnh; số báo cáo được giữ nguyên và cơ quan được báo."))
    return redirect("correct", report.period.code, report.body.code, indicator.code)


def _withdraw(request, report, indicator):
    form = _posted(WithdrawalForm(request.POST, indicator=indicator))
    words = form.cleaned_data
    try:
        cell = Cell(indicator.code, words["option"])
        door.withdraw(report, cell, words["reason"], by=request.user, seen=words["seen"])
    except door.Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, report, indicator, withdrawal=form)
    messages.success(request, _("Đã bỏ điều chỉnh; số báo cáo được dùng lại và cơ quan được báo."))
    return redirect("correct", report.period.code, report.body.code, indicator.code)


def _posted(form):
    if not form.is_valid():  # only what no page of ours sends; all else is said by the door
        raise Http404
    return form


def _mark(cell, answer, found) -> str:
    """What an officer confirms: this value with these consequences, and no others."""
    said = "\n".join([str(cell), str(answer.value), *(finding.message for finding in found)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _page(request, report, indicator, form=None, *, withdrawal=None, found=(), mark=""):
    """``form`` or ``withdrawal`` as it was posted; ``found`` is to be read before it is sent once more."""
    report.refresh_from_db(fields=["status", "version"])
    lines = Paginator(door.history_of(report, indicator), PAGE).get_page(request.GET.get("trang"))
    verdict = door.may_correct_cells(request.user, report, indicator)
    cells = door.cells_of(report, indicator) if door.may_correct(request.user, report) else []
    newest = report.corrections.filter(indicator=indicator).order_by("-pk").values_list("pk", flat=True).first()
    shown = {"version": report.version, "seen": newest or 0}
    for posted in (form, withdrawal):
        if posted is not None:
            posted.shown_anew(**shown)
    wished = request.GET.get("phan-to")
    first = shown | {"option": wished if wished in indicator.options else Option.TOTAL.value}
    standing = [cell.option for cell in cells if cell.line]
    context = {
        "report": report,
        "indicator": indicator,
        "cells": cells,
        "verdict": verdict,
        "form": form or CorrectionForm(indicator=indicator, shown=first),
        "withdrawal": withdrawal
        or (WithdrawalForm(indicator=indicator, options=standing, shown=shown) if standing else None),
        "problems": [problem for posted in (form, withdrawal) if posted is not None for problem in posted.problems],
        "found": found,
        "mark": mark,
        "entries": door.entries(lines),
        "page": lines,
    }
    return render(request, "reports/correct.html", context)


# --- everybody concerned --------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def corrections(request, period, body):
    """The lines of one report; its body's people answer them here."""
    report = report_or_404(request.user, period, body)
    if request.method != "POST":
        return _lines(request, report)
    if not door.may_reply(request.user, report):
        raise Http404
    number = request.POST.get("line", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    line = get_object_or_404(door.history_of(report), pk=number)
    form = ReplyForm(request.POST, line=line)
    form.is_valid()
    try:
        door.reply(line, form.cleaned_data["text"], by=request.user)
    except door.Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _lines(request, report, line, form)
    messages.success(request, _("Đã gửi ý kiến; cơ quan tổng hợp được báo."))
    return redirect("corrections", period, body)


def _lines(request, report, answered=None, form=None):
    """``form``: the reply to the line ``answered`` that has to be put right; it stands alone on its page."""
    lines = [answered] if form else door.history_of(report)
    page = Paginator(lines, PAGE).get_page(request.GET.get("trang"))
    replying = bool(door.may_reply(request.user, report))
    context = {
        "report": report,
        "page": page,
        "lines": [(entry, (form or ReplyForm(line=entry.line)) if replying else None) for entry in door.entries(page)],
        "errors": form.errors if form else None,
        "officer": request.user.role == Role.OFFICER,
    }
    return render(request, "reports/corrections.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def ledger(request, period):
    """All lines of a period, the newest first, in force or not."""
    period = period_or_404(request.user, period)
    page = Paginator(door.ledger_of(period), PAGE).get_page(request.GET.get("trang"))
    context = {
        "period": period,
        "page": page,
        "entries": door.entries(page),
        "officer": request.user.role == Role.OFFICER,
    }
    return render(request, "reports/ledger.html", context)
