"""The brief as one A4 page (PDF), always in Vietnamese: what a leader takes into a meeting."""

import datetime as dt
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils import translation

from .briefing import Brief, brief_of, outgoing
from .exports.pdf import laid_out, no_garbage_collection
from .models import Period


@dataclass(frozen=True, slots=True)
class Room:
    """How much is told, and how close: tried one after the other until it fits on one page."""

    close: str
    called: int
    weak: int
    targets: int


ROOMS = (
    Room("", 8, 5, 6),
    Room("close", 8, 4, 6),
    Room("close", 6, 3, 4),
    Room("closer", 5, 3, 3),
    Room("closer", 3, 2, 0),
)


def render(period: Period, user, at: dt.datetime | None = None) -> bytes:
    """The finished PDF, exactly one page. Raises ``exports.pdf.PdfUnavailable`` where Pango is not installed."""
    with translation.override("vi"):
        return drawn(brief_of(period, user, at))


def drawn(brief: Brief) -> bytes:
    """``brief`` on one page: what does not fit is shortened, and the page says how much is left out.

    It is the copy that leaves the office, so of sensitive indicators it has the province's totals only.
    """
    with no_garbage_collection():
        for room in ROOMS:
            paper = laid_out(page(outgoing(brief), room))
            if len(paper.pages) == 1:
                break
        return paper.copy(paper.pages[:1]).write_pdf()


def page(brief: Brief, room: Room) -> str:
    """The brief as HTML, with as much as ``room`` gives."""
    called = brief.to_call[: room.called]
    more = brief.more_to_call + len(brief.to_call) - len(called)
    narrowed = replace(
        brief, to_call=called, more_to_call=more, weak=brief.weak[: room.weak], targets=brief.targets[: room.targets]
    )
    more_weak = len(brief.weak) - len(narrowed.weak)
    context = {"brief": narrowed, "summary": brief.summary, "room": room, "more_weak": more_weak}
    return render_to_string("reports/print/brief.html", context)
