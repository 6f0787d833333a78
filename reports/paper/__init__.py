"""One body's report on paper, before it is signed and after: the same ``Paper`` as PDF and as a Word file.

``paper_of`` lays a report out as plain data, ``FORMATS`` draw it. The Word template is
``templates/reports/paper/report.docx``: an office that wants other margins, sizes or words around the report
restyles a copy and puts it under the same name into a folder of templates that is searched first.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .layout import Paper, paper_of
from .pdf import render_pdf

__all__ = ["FORMATS", "Format", "Paper", "paper_of", "render_pdf", "render_word"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take the paper away: ``render`` draws it, ``content_type`` names it to the browser."""

    render: Callable[[Paper], bytes]
    content_type: str
    label: str


def render_word(paper: Paper) -> bytes:
    """See ``word.render_word``."""
    from . import word  # noqa: PLC0415 - docxtpl is slow to load

    return word.render_word(paper)


FORMATS = {
    "pdf": Format(render_pdf, "application/pdf", "PDF"),
    "docx": Format(render_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
}
