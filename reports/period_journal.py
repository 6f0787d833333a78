"""The story of a round in the order of time: opening, what happened to every report, calls. Reads only.

Never what happens inside a body (``EventQuerySet.visible_to``). Events and calls are put in order by the database
and paged there; one page costs the same number of queries whatever is on it.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, F, IntegerField, Value
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .choices import BACK, Action, Status
from .models import Call, Event, PaperEntry, Period, Point, Report

OPENING, EVENT, CALL = range(3)  # what a line is read from; at the same moment in this order
KINDS = {  # the filter's word: its label, the actions it shows; "" shows everything
    "": (gettext_lazy("Mọi việc"), tuple(Action)),
    "mo-ky": (gettext_lazy("Mở kỳ"), ()),
    "gui": (gettext_lazy("Gửi báo cáo"), (Action.SUBMIT,)),
    "rut-lai": (gettext_lazy("Rút lại"), (Action.RECALL,)),
    "tra-lai": (gettext_lazy("Trả lại, mở lại"), BACK),
    "duyet": (gettext_lazy("Duyệt"), (Action.ACCEPT,)),
    "gia-han": (gettext_lazy("Gia hạn và đề nghị"), (Action.EXTEND, Action.REFUSE)),
    "mien": (gettext_lazy("Miễn báo cáo"), (Action.EXEMPT, Action.INCLUDE)),
    "ban-giay": (gettext_lazy("Bản giấy"), (Action.REGISTER, Action.HAND_BACK)),
    "dieu-chinh": (gettext_lazy("Điều chỉnh số liệu"), (Action.CORRECT,)),
    "goi": (gettext_lazy("Cuộc gọi đôn đốc"), ()),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when, to whose report (None: the round), in words, by whom, with which reason."""

    at: dt.datetime
    report: Report | None
    words: str
    by: object
    note: str = ""
    action: str = ""


class PeriodJournal:
    """The lines of a round for a Paginator. ``kind`` is a key of ``KINDS``; ``reports`` narrows to some bodies."""

    def __init__(self, period: Period, user, *, kind: str = "", reports=None, newest_first: bool = True):
        self.period, self.newest_first = period, newest_first
        actions = KINDS[kind][1]
        events = Event.objects.filter(report__period=period, action__in=actions).visible_to(user)
        calls = Call.objects.filter(report__period=period)
        if reports is not None:
            events, calls = events.filter(report__in=reports), calls.filter(report__in=reports)
        # Calls are noted to the minute: one in the minute of the opening still comes after it.
        minute = TruncMinute("opened_at", tzinfo=dt.UTC)
        opening = Period.objects.filter(pk=period.pk).annotate(opened_in=minute)
        self.members = []
        if kind in ("", "mo-ky") and reports is None:
            self.members.append((OPENING, opening, "opened_in"))
        if actions:
            self.members.append((EVENT, events, "at"))
        if kind in ("", "goi"):
            self.members.append((CALL, calls, "called_at"))

    def count(self) -> int:
        return sum(rows.count() for _what, rows, _at in self.members)

    def __len__(self):
        return self.count()

    def __getitem__(self, part: slice) -> list[Line]:
        if not self.members:
            return []
        first, *others = (
            rows.order_by().annotate(moment=F(at), what=Value(what, IntegerField())).values_list("moment", "what", "pk")
            for what, rows, at in self.members
        )
        sign = "-" if self.newest_first else ""
        ordered = first.union(*others, all=True).order_by(*(f"{sign}{name}" for name in ("moment", "what", "pk")))
        return self._lines([(what, pk) for _moment, what, pk in ordered[part]])

    def _lines(self, found: list[tuple[int, int]]) -> list[Line]:
        events = [pk for what, pk in found if what == EVENT]
        calls = [pk for what, pk in found if what == CALL]
        of_event = _Events(events).lines()
        rows = Call.objects.filter(pk__in=calls).select_related("report__body", "by") if calls else ()
        of_call = {call.pk: _of_call(call) for call in rows}
        told = {EVENT: of_event, CALL: of_call}
        return [self._opening() if what == OPENING else told[what][pk] for what, pk in found]

    def _opening(self) -> Line:
        bodies = self.period.reports.count()
        words = ngettext(
            "Mở kỳ báo cáo cho %(n)s cơ quan, hạn %(due)s.", "Mở kỳ báo cáo cho %(n)s cơ quan, hạn %(due)s.", bodies
        )
        told = {"n": bodies, "due": self.period.due_words}
        return Line(self.period.opened_at, None, words % told, self.period.opened_by, action="opening")


@dataclass
class _Events:
    """Events of one page with what their sentences need besides: points of returns, papers of sendings."""

    keys: list[int]
    points: dict = field(default_factory=dict)
    papers: dict = field(default_factory=dict)

    def lines(self) -> dict[int, Line]:
        if not self.keys:
            return {}
        rows = Event.objects.filter(pk__in=self.keys).select_related("report__body", "by").defer("content")
        reports = {event.report_id for event in rows}
        points = Point.objects.filter(report__in=reports).values_list("report", "version")
        self.points = {(report, version): n for report, version, n in points.order_by().annotate(Count("pk"))}
        papers = PaperEntry.objects.filter(report__in=reports, version__isnull=False)
        self.papers = {(paper.report_id, paper.version): paper for paper in papers}
        return {e.pk: Line(e.at, e.report, self._words(e), e.by, e.note, e.action) for e in rows}

    def _words(self, event: Event) -> str:
        told = {"n": event.version, "day": f"{event.until:%d/%m/%Y}" if event.until else ""}
        if event.action == Action.SUBMIT:
            return self._sending(event, told)
        if event.action in BACK:
            return self._return(event, told)
        if event.action == Action.ACCEPT:
            return _("Duyệt bản gửi lần %(n)s") % told
        if event.action == Action.RECALL:
            return _("Cơ quan rút lại bản gửi lần %(n)s") % told
        if event.action == Action.EXTEND and event.until:
            return _("Gia hạn đến hết ngày %(day)s") % told
        return event.get_action_display()

    def _sending(self, event: Event, told: dict) -> str:
        paper = self.papers.get((event.report_id, event.version))
        if paper is None:
            return _("Gửi lần %(n)s, trên cổng") % told
        told |= {"number": paper.incoming_number, "received": f"{paper.received_on:%d/%m/%Y}"}
        return _("Gửi lần %(n)s, nhập từ bản giấy số đến %(number)s ngày %(received)s") % told

    def _return(self, event: Event, told: dict) -> str:
        words = [_("Mở lại sau khi duyệt") if event.action == Action.REOPEN else _("Trả lại bản gửi lần %(n)s") % told]
        points = self.points.get((event.report_id, event.version), 0)
        if points:
            words.append(ngettext("%s điểm cần sửa", "%s điểm cần sửa", points) % points)
        if event.until:
            words.append(_("gửi lại đến hết ngày %(day)s") % told)
        return ", ".join(words)


def _of_call(call: Call) -> Line:
    told = {"person": call.spoke_with, "day": f"{call.promised_on:%d/%m/%Y}" if call.promised_on else ""}
    words = _("Gọi đôn đốc %(person)s, hẹn gửi ngày %(day)s") if call.promised_on else _("Gọi đôn đốc %(person)s")
    return Line(call.called_at, call.report, words % told, call.by, call.answer, "call")


def is_read(line: Line) -> bool:
    """Whether the line's report has a sending to read: never sent, exempted and taken back ones have none."""
    report = line.report
    return bool(report and report.version and report.status not in (Status.DRAFT, Status.EXEMPT))
