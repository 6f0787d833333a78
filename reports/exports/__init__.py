"""Finished Summary in, bytes out, and nothing else: an exporter adds nothing up and asks nobody."""

from collections.abc import Callable
from dataclasses import dataclass

from ..consolidation import Summary
from . import excel, package, pdf


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take the Summary away: ``render`` draws it, ``content_type`` names it to the browser."""

    render: Callable[[Summary], bytes]
    content_type: str
    label: str


FORMATS = {
    "xlsx": Format(excel.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "pdf": Format(pdf.render, "application/pdf", "PDF"),
    "json": Format(package.render, "application/json", "JSON"),
}
