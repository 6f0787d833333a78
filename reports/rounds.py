"""Opening a round: what it would ask of whom, shown before anything is written, and the one door that opens it."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import Role, group_label
from directives.models import Body, BodyLink, Citation, LeadTerm, User, working_days_left

from . import notifications
from .choices import Action, Status
from .models import Opening, Period, Report
from .models.periods import asked_in
from .petitions import day_notes
from .workflow import move

SHOWN = 30  # of the bodies that close or begin; the others are counted
NEEDS = {  # what of a body needs a look before the round opens: the word in the address
    "letter": "thu-giay",
    "reporter": "thieu-nguoi-lap",
    "signatory": "thieu-nguoi-ky",
    "closing": "ket-thuc",
}
NEED_OF = {word: need for need, word in NEEDS.items()}


def need_label(need: str) -> str:
    return {
        "letter": _("Không có thư điện tử: cần gửi công văn giấy"),
        "reporter": _("Chưa có tài khoản người lập"),
        "signatory": _("Chưa có tài khoản người ký"),
        "closing": _("Kết thúc hoạt động trước hạn"),
    }[need]


@dataclass(frozen=True, slots=True)
class People:
    """The active accounts of one body, and how many of them have a mail address."""

    reporters: int = 0
    signatories: int = 0
    mails: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One body of the round: what it is asked, who of it is told and how."""

    position: int
    body: Body
    group: str
    tasks: int
    indicators: int  # that it types
    people: People
    closes: dt.date | None  # its last day, where that comes before the last day in time

    @property
    def code(self) -> str:
        return self.body.code

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of ``NEEDS``. Who has no mail address needs a letter; a body without signatory sends by its reporter."""
        people = self.people
        found = {
            "letter": not people.mails,
            "reporter": not people.reporters,
            "signatory": not people.signatories,
            "closing": self.closes is not None,
        }
        return tuple(need for need, there in found.items() if there)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of bodies in the overview."""

    group: str
    bodies: int
    indicators: tuple[int, int]  # the fewest and the most that one of them types
    needs: Mapping[str, int]

    @property
    def name(self) -> str:
        return group_label(self.group)


@dataclass(frozen=True, slots=True)
class Change:
    """A body that closes or begins around the round: when, what comes of it, and who follows or went before."""

    body: Body
    sentence: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """What opening would do. ``notes`` are sentences about the days, none of which hinders the opening."""

    opening: Opening
    lines: tuple[Line, ...]
    valid: tuple[Citation, ...]
    expired: tuple[Citation, ...]
    following_lead: LeadTerm | None  # who leads on the last day, where that is somebody else
    days_left: int
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    more_changes: int

    @property
    def tasks(self) -> int:
        return len(self.opening.tasks)

    @cached_property
    def groups(self) -> tuple[GroupLine, ...]:
        """In the order in which a letter addresses them."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.group, []).append(line)
        return tuple(
            GroupLine(
                group,
                len(lines),
                (min(line.indicators for line in lines), max(line.indicators for line in lines)),
                Counter(need for line in lines for need in line.needs),
            )
            for group, lines in found.items()
        )

    @cached_property
    def needs(self) -> Mapping[str, int]:
        """{what needs a look: number of bodies}; 0 where there is none."""
        counted = Counter(need for line in self.lines for need in line.needs)
        return {need: counted[need] for need in NEEDS}

    def told(self, exempt=()) -> tuple[int, int, int]:
        """(people told in the portal, mails, bodies that need a letter), without the bodies with these codes."""
        today = timezone.localdate()
        asked = [line for line in self.lines if line.code not in exempt and not (line.closes and line.closes < today)]
        people = sum(line.people.reporters + line.people.signatories for line in asked)
        return people, sum(line.people.mails for line in asked), sum("letter" in line.needs for line in asked)

    def chosen(self, group: str = "", need: str = "") -> list[Line]:
        """The bodies of a group, and those of them that need this look; all by default."""
        return [line for line in self.lines if group in ("", line.group) and (not need or need in line.needs)]

    @cached_property
    def mark(self) -> str:
        """A fingerprint of everything that would be written, by which a page tells what its reader has seen."""
        opening = self.opening
        told = (
            [
                opening.year,
                opening.ad_hoc and opening.ad_hoc.title,
                opening.as_of,
                opening.due_on,
                opening.due_rule,
                opening.data_from,
            ],
            [opening.data_to, opening.lead.pk, opening.catalogue.pk, [task.pk for task in opening.tasks]],
            [(each.body.code, each.body.name, each.group, each.counting_group) for each in opening.recipients],
            [citation.pk for citation in self.valid],
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


# --- the dry run --------------------------------------------------------------------------------


def dry_run(opening: Opening) -> DryRun:
    """What ``opening`` would do, writing nothing; a fixed number of queries, whatever the number of bodies."""
    cited = opening.cited()
    valid = tuple(citation for citation in cited if citation.directive.is_valid_on(opening.data_to))
    last = opening.last_day
    then = opening.obligation.lead_on(last)
    changes, more = _changes(opening)
    return DryRun(
        opening=opening,
        lines=_lines(opening),
        valid=valid,
        expired=tuple(citation for citation in cited if citation not in valid),
        following_lead=then if then and then.body_id != opening.lead.body_id else None,
        days_left=working_days_left(timezone.localdate(), last),
        notes=tuple(_notes(opening)),
        changes=changes,
        more_changes=more,
    )


def _lines(opening: Opening) -> tuple[Line, ...]:
    people, last = _people(), opening.last_day
    typed = [indicator for indicator in opening.indicators() if not indicator.computed]
    asked: dict[tuple[str, str], int] = {}  # bodies that are added up under one name are asked the same
    lines = []
    for position, each in enumerate(opening.recipients, 1):
        key = (each.group, each.counting_group)
        if key not in asked:
            asked[key] = sum(1 for indicator in typed if indicator.role_of(*key))
        end = each.body.valid_to
        closes = end if end is not None and end < last else None
        found = people.get(each.body.pk, People())
        lines.append(Line(position, each.body, each.group, len(opening.tasks), asked[key], found, closes))
    return tuple(lines)


def _people() -> dict[int, People]:
    """{body: its people}. One query."""
    counted: dict[int, Counter] = {}
    people = User.objects.filter(is_active=True, body__isnull=False).order_by()
    for body, role, email in people.values_list("body_id", "role", "email"):
        found = counted.setdefault(body, Counter())
        found["reporters"] += role == Role.REPORTER
        found["signatories"] += role == Role.SIGNATORY
        found["mails"] += bool(email)
    return {body: People(**found) for body, found in counted.items()}


def _notes(opening: Opening):
    """What an officer should know about the days; sentences."""
    today, last = timezone.localdate(), opening.last_day
    obligation, year = opening.obligation, opening.year
    if last < today:
        yield _("Ngày cuối cùng đúng hạn đã qua: mở kỳ xong thì mọi cơ quan đều quá hạn ngay.")
    yield from day_notes([last]).values()
    usual = (obligation.due_on(year), obligation.due_rule)
    if opening.annual and (opening.due_on, opening.due_rule) != usual:
        words = {"rule": obligation.get_due_rule_display(), "day": f"{usual[0]:%d/%m/%Y}"}
        yield _("Hạn này khác hạn của văn bản: %(rule)s %(day)s.") % words
    if (opening.data_from, opening.data_to) != obligation.data_days(year):
        words = dict(zip(("first", "last"), (f"{day:%d/%m/%Y}" for day in obligation.data_days(year)), strict=True))
        yield _("Thời gian lấy số liệu khác văn bản: từ %(first)s đến %(last)s.") % words
    if last < opening.data_to:
        yield _("Hạn đến trước khi hết thời gian lấy số liệu: các cơ quan phải ghi số ước cho những ngày còn lại.")
    if opening.as_of > today:
        yield _("Danh sách cơ quan lấy theo một ngày chưa đến; đến ngày đó tổ chức có thể đã đổi.")


def _changes(opening: Opening) -> tuple[tuple[Change, ...], int]:
    """Bodies of the asked groups that end or begin between the first day of the data and the last day in time."""
    first, last = min(opening.data_from, opening.as_of), max(opening.last_day, opening.as_of)
    groups = opening.obligation.groups.split()
    kinds = Body.objects.filter(kind__in=groups)
    moved = list(kinds.filter(valid_to__range=(first, last)) | kinds.filter(valid_from__gt=first, valid_from__lte=last))
    shown = moved[:SHOWN]
    others: dict[int, list[str]] = {}
    for link in BodyLink.objects.filter(predecessor__in=shown).select_related("successor"):
        others.setdefault(link.predecessor_id, []).append(link.successor.name)
    for link in BodyLink.objects.filter(successor__in=shown).select_related("predecessor"):
        others.setdefault(link.successor_id, []).append(link.predecessor.name)
    asked = {each.body.pk for each in opening.recipients}
    changes = (
        Change(body, _what_comes_of(body, body.pk in asked, opening), tuple(dict.fromkeys(others.get(body.pk, ()))))
        for body in shown
    )
    return tuple(changes), len(moved) - len(shown)


def _what_comes_of(body: Body, asked: bool, opening: Opening) -> str:
    end, start = body.valid_to, body.valid_from
    if end is not None and end <= max(opening.last_day, opening.as_of):
        words = {"day": f"{end:%d/%m/%Y}"}
        if not asked:
            return _("Kết thúc hoạt động ngày %(day)s; kỳ này không hỏi.") % words
        if end < opening.last_day:
            sentence = _("Kết thúc hoạt động ngày %(day)s, trước khi hết hạn: được hỏi, và thôi tính từ ngày hôm sau.")
            return sentence % words
        return _("Kết thúc hoạt động ngày %(day)s: được hỏi và phải gửi báo cáo.") % words
    words = {"day": f"{start:%d/%m/%Y}"}
    if asked:
        return _("Hoạt động từ ngày %(day)s; được hỏi.") % words
    return _("Hoạt động từ ngày %(day)s; kỳ này không hỏi.") % words


# --- the door -----------------------------------------------------------------------------------


def open_round(opening: Opening, *, by=None, exempt: Mapping[str, str] | None = None, simulated=False) -> Period:
    """Open what was decided, all or nothing; returns the Period.

    ``exempt``: {code of a body: why it is exempted}; only an officer (``by``) exempts. The bodies' people are told.
    Raises AlreadyOpen (two clicks, two officers: one round), and NotAllowed where somebody may not exempt.
    """
    try:
        with transaction.atomic():
            period = Period.objects.open_as(opening, by=by, simulated=simulated)
            reasons = exempt or {}
            for report in period.reports.filter(body__code__in=reasons).select_related("body").order_by("position"):
                move(report, Action.EXEMPT, by=by, note=reasons[report.body.code])
            notifications.period_opened(period)
    except BaseException:
        asked_in.cache_clear()  # what was read of a period that never came to be must not be remembered
        raise
    return period


# --- one body afterwards ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """What exempting a body, or asking it again, changes: reports counted now and then, and where its figures go."""

    now: int
    then: int
    accepted: int
    indicators: int  # whose totals rest on one body more or less

    @property
    def sentence(self) -> str:
        words = {"now": self.now, "then": self.then, "accepted": self.accepted}
        if self.now == self.then:
            return _("Số cơ quan phải gửi không đổi: %(now)s, trong đó %(accepted)s đã được duyệt.") % words
        return (
            _("Số cơ quan phải gửi đổi từ %(now)s thành %(then)s; số đã được duyệt vẫn là %(accepted)s.") % words
            + " "
            + ngettext(
                "Mẫu số của %s chỉ tiêu thay đổi theo.", "Mẫu số của %s chỉ tiêu thay đổi theo.", self.indicators
            )
            % self.indicators
        )


def exemption_effect(report: Report) -> Effect:
    """What changes when ``report`` is exempted, or asked again where it is exempt now. Two queries."""
    counted = Period.objects.with_counts().get(pk=report.period_id)
    counted_in = sum(1 for i in report.indicators() if not i.computed and report.role_of(i) == "counted")
    if report.status == Status.EXEMPT:
        change = 0 if report.closed_early() else 1
    else:
        change = -1 if report.is_expected() else 0
    return Effect(counted.owed, counted.owed + change, counted.accepted, counted_in)
