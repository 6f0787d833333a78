"""The province's figures: on the screen, and as a file to take away."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directives.choices import Option, Role

from ..consolidation import consolidate
from ..exports import FORMATS
from ..gathering import gather, summarise
from ..ledger import ledger_legend
from ..permissions import may_ask
from ..summary import Mark, estimates_legend
from .exports import downloads, edition_or_404, file_of
from .lookups import period_or_404

LISTED = 50  # corrections and reasons on the page; the Excel file has them all


@cache_control(private=True, no_store=True)
@require_safe
def summary(request, period):
    """Totals by task, each with its coverage and a link to the cells behind it, and what the bodies explained."""
    period = period_or_404(request.user, period)
    found = summarise(period, reasons=True)
    context = {
        "period": period,
        "summary": found,
        "officer": request.user.role == Role.OFFICER,
        "asks": may_ask(request.user),
        "downloads": downloads(request.user, period),
        "lines": found.ledger[:LISTED],
        "jumps": found.jumps[:LISTED],
        "explained": found.explained[:LISTED],
        "estimates_legend": estimates_legend() if found.estimated else "",
    }
    return render(request, "reports/summary.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def cells(request, period, code):
    """The figures of every body behind one total."""
    period = period_or_404(request.user, period)
    indicator = next((i for i in period.indicators() if i.code == code), None)
    if indicator is None:
        raise Http404
    gathered = gather(period, cells=True, only=code)
    row = next(row for row in consolidate(gathered) if row.code == code)
    officer = request.user.role == Role.OFFICER
    context = {
        "period": period,
        "row": row,
        "asks": may_ask(request.user),
        "columns": [Option(option).label for option in indicator.options],
        "lines": [
            _cells_of(row, indicator, index, body, officer)
            for index, body in enumerate(gathered.bodies)
            if row.cells[Option.TOTAL][index] is not Mark.NOT_OWED
        ],
        "totals": [_shown(row, amount) for amount in (row.total, *row.options.values())],
        "reported": [_shown(row, row.as_reported(option)) for option in row.cells] if row.reported else [],
        "estimates_legend": estimates_legend(),
        "ledger_legend": ledger_legend() if row.reported_cells else "",
    }
    return render(request, "reports/cells.html", context)


def _shown(row, amount) -> tuple[str, str]:
    """A provincial value, and on what it rests."""
    return row.shown(amount), amount.basis


def _cells_of(row, indicator, index, body, officer) -> dict:
    """What one body's cells hold, with what was reported in a corrected one ("" in the others)."""
    reported = [row.reported_cells.get((option, index)) for option in row.cells]
    return {
        "body": body,
        "cells": [
            (row.said(option, index), "" if said is None else row.shown(said))
            for option, said in zip(row.cells, reported, strict=True)
        ],
        "role": indicator.role_of(body.group, body.counting_group),
        "correct": officer and not indicator.computed and body.accepted and indicator.task_number not in body.declined,
    }


@cache_control(private=True, no_store=True)
@require_safe
def download(request, period, format):
    """The whole Summary as a file, in an edition that the person may have; every download is written down."""
    period = period_or_404(request.user, period)
    if format not in FORMATS:
        raise Http404
    return file_of(request, period, format, edition_or_404(request.user, format, request.GET.get("edition", "")))
