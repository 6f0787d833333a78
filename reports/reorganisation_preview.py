"""What a reorganisation would change: duties, drafts, accounts, later rounds, comparisons. Reads only."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import BodyKind, LinkKind
from directives.models import Catalogue, Indicator, Obligation, User
from directives.reorganising import Known, Wish

from .choices import EDITABLE, SENT, PeriodKind, Status
from .models import Period, Report

MOVING = (LinkKind.MERGE, LinkKind.RENAME)  # the people go along: their body is the new one, under another name


@dataclass(frozen=True, slots=True)
class Duty:
    """A report of a body that ends, not accepted yet. ``stays``: it is still owed and counted."""

    report: Report
    stays: bool
    sentence: str
    holder: str  # where a draft lies, "" where there is none

    @property
    def name(self) -> str:
        return self.report.name


@dataclass(frozen=True, slots=True)
class People:
    """The active accounts of a body that hands over. ``to``: where they move now; "": they stay, ``sentence`` why."""

    name: str
    users: tuple[User, ...]
    to: str
    sentence: str


@dataclass(frozen=True, slots=True)
class End:
    name: str
    sentence: str
    followers: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What doing ``wish`` changes. ``needed``: new bodies that will be asked and have nobody to report."""

    wish: Wish
    ends: tuple[End, ...]
    begins: tuple[tuple[str, int], ...]  # (kind of body, how many)
    duties: tuple[Duty, ...]
    people: tuple[People, ...]
    needed: int
    rounds: tuple[str, ...]
    breaks: str
    unsaid: tuple[str, ...]  # bodies that are split without every share
    lead: str
    notes: tuple[str, ...]

    @property
    def drafts(self) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.holder)

    @property
    def moving(self) -> tuple[People, ...]:
        return tuple(each for each in self.people if each.to)

    @property
    def staying(self) -> tuple[People, ...]:
        return tuple(each for each in self.people if not each.to)

    @cached_property
    def mark(self) -> str:
        """A fingerprint of all that would be done, by which a page tells what its reader has seen."""
        told = [self.wish.mark, self.needed, self.rounds, self.breaks, self.lead, self.notes]
        told += [(duty.report.pk, duty.report.status, duty.report.version, duty.stays) for duty in self.duties]
        told += [(each.name, each.to, [user.pk for user in each.users]) for each in self.people]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def plan(self) -> dict:
        """What was done, as plain data in Vietnamese, for the record."""
        return {
            "ended": [{"name": end.name, "sentence": end.sentence, "followers": end.followers} for end in self.ends],
            "founded": [{"code": body.code, "name": body.name, "kind": body.kind} for body in self.wish.founded],
            "passings": [
                {**asdict(each), "share": None if each.share is None else str(each.share)}
                for each in self.wish.passings
            ],
            "duties": [{"name": d.name, "period": d.report.period.name, "sentence": d.sentence} for d in self.duties],
            "moved": [{"name": p.name, "to": p.to, "users": [u.username for u in p.users]} for p in self.moving],
            "staying": [{"name": p.name, "sentence": p.sentence, "number": len(p.users)} for p in self.staying],
            "needed": self.needed,
            "rounds": list(self.rounds),
            "breaks": self.breaks,
            "unsaid": list(self.unsaid),
            "lead": self.lead,
            "notes": list(self.notes),
        }


# --- the preview ----------------------------------------------------------------------------------


def preview(wish: Wish, known: Known | None = None) -> Preview:
    """What doing ``wish`` would change; call where it has no faults. A fixed number of queries."""
    known = known or Known.about(wish)
    groups = {group for groups in Obligation.objects.values_list("groups", flat=True) for group in groups.split()}
    duties = tuple(_duties(wish))
    people = tuple(_people(wish, known, {duty.report.body_id for duty in duties if duty.stays}))
    return Preview(
        wish=wish,
        ends=tuple(_ends(wish, known)),
        begins=tuple(Counter(str(BodyKind(body.kind).label) for body in wish.founded).items()),
        duties=duties,
        people=people,
        needed=_needed(wish, people, groups),
        rounds=tuple(_rounds(wish, groups)),
        breaks=_breaks(wish),
        unsaid=tuple(_unsaid(wish, known)),
        lead=_lead(wish, known),
        notes=tuple(_notes(wish, known)),
    )


def _name(code: str, wish: Wish, known: Known) -> str:
    new = next((body.name for body in wish.founded if body.code == code), None)
    return new or known.by_code[code].name


def _ends(wish: Wish, known: Known) -> Iterable[End]:
    new = {body.code: body.name for body in wish.founded}
    for code, passings in wish.predecessors.items():
        body, kind = known.by_code[code], LinkKind(passings[0].kind)
        words = {"kind": kind.label, "last": f"{wish.last_day:%d/%m/%Y}", "day": f"{wish.on:%d/%m/%Y}"}
        if code not in wish.ends:
            sentence = _("%(kind)s từ ngày %(day)s; cơ quan vẫn hoạt động.") % words
        elif body.valid_to and body.valid_to != wish.last_day:
            words["before"] = f"{body.valid_to:%d/%m/%Y}"
            sentence = _("%(kind)s; ngày hoạt động cuối cùng là %(last)s, trước đây ghi %(before)s.") % words
        else:
            sentence = _("%(kind)s; ngày hoạt động cuối cùng là %(last)s.") % words
        names = (new.get(p.successor) or known.by_code[p.successor].name for p in passings)
        yield End(body.name, sentence, tuple(names))


def _duties(wish: Wish) -> Iterable[Duty]:
    """The rule of ``models.periods.expected_on``, asked for the day on which the bodies are gone."""
    open_reports = Report.objects.filter(body__code__in=wish.ends).exclude(status__in=(Status.ACCEPTED, Status.EXEMPT))
    for report in open_reports.select_related("period", "body", "updated_by").order_by("period__year", "position"):
        words = {"last": f"{report.last_day:%d/%m/%Y}", "day": f"{wish.on:%d/%m/%Y}"}
        if report.status == Status.SUBMITTED:
            stays, sentence = True, _("Đã gửi, chờ duyệt: vẫn được tính, duyệt như thường.")
        elif report.status in SENT:
            stays, sentence = True, _("Bị trả lại: vẫn phải sửa và gửi lại, vẫn được tính.")
        elif report.last_day <= wish.last_day:
            stays, sentence = True, _("Hết hạn ngày %(last)s, khi cơ quan còn hoạt động: vẫn phải gửi.") % words
        else:
            stays = False
            sentence = _("Hạn %(last)s sau ngày kết thúc: từ ngày %(day)s không tính vào số phải báo cáo.") % words
        yield Duty(report, stays, sentence, _holder(report))


def _holder(report: Report) -> str:
    if report.status not in EDITABLE:
        return ""
    if report.with_signatory:
        return _("đang trình người ký")
    if report.updated_by_id is None:
        return ""
    words = {"who": report.updated_by, "at": f"{timezone.localtime(report.updated_at):%H:%M, %d/%m/%Y}"}
    return _("%(who)s sửa lần cuối lúc %(at)s") % words


def _people(wish: Wish, known: Known, busy: set[int]) -> Iterable[People]:
    """``busy``: bodies that still owe a report, whose people finish it first."""
    found: dict[int, list[User]] = {}
    codes = list(wish.predecessors)
    for user in User.objects.filter(body__code__in=codes, is_active=True).order_by("username"):
        found.setdefault(user.body_id, []).append(user)
    for code, passings in wish.predecessors.items():
        body, first = known.by_code[code], passings[0]
        users = tuple(found.get(body.pk, ()))
        if not users:
            continue
        successor = _name(first.successor, wish, known)
        if first.kind not in MOVING and code not in wish.ends:
            yield People(body.name, users, "", _("Cơ quan vẫn hoạt động: tài khoản ở lại."))
        elif first.kind not in MOVING:
            yield People(
                body.name,
                users,
                "",
                _("Ở lại cơ quan cũ đến khi báo cáo cuối cùng được duyệt; cơ quan mới cần tài khoản mới."),
            )
        elif body.pk in busy:
            yield People(
                body.name,
                users,
                "",
                _("Còn báo cáo chưa xong: ở lại đến khi báo cáo được duyệt, sau đó chuyển ở trang này."),
            )
        else:
            yield People(body.name, users, successor, "")


def _needed(wish: Wish, people: tuple[People, ...], groups: set[str]) -> int:
    """New bodies of a group that is asked, to which nobody moves."""
    peopled = {each.to for each in people if each.to}
    return sum(1 for body in wish.founded if body.kind in groups and body.name not in peopled)


def _rounds(wish: Wish, groups: set[str]) -> Iterable[str]:
    day = f"{wish.on:%d/%m/%Y}"
    asked = sum(1 for body in wish.founded if body.kind in groups)
    if asked:
        words = {"n": asked, "day": day}
        yield (
            ngettext(
                "Kỳ mở sau này, tính cơ quan từ ngày %(day)s, sẽ hỏi %(n)s cơ quan mới.",
                "Kỳ mở sau này, tính cơ quan từ ngày %(day)s, sẽ hỏi %(n)s cơ quan mới.",
                asked,
            )
            % words
        )
    for kind in dict.fromkeys(body.kind for body in wish.founded if body.kind not in groups):
        yield _("Khối “%s” không nằm trong các khối phải báo cáo: cơ quan mới thuộc khối này sẽ không được hỏi.") % (
            BodyKind(kind).label
        )
    late = Period.objects.filter(bodies_as_of__gte=wish.on).newest_first()[:5]
    for period in late:
        words = {"name": period.name, "day": f"{period.bodies_as_of:%d/%m/%Y}"}
        yield (
            _("Kỳ %(name)s đã mở, tính cơ quan đến ngày %(day)s: danh sách giữ nguyên, cơ quan mới không được hỏi.")
            % words
        )


def _breaks(wish: Wish) -> str:
    """Between which years the comparison gets its mark; a new name alone breaks nothing."""
    if not wish.founded and not wish.passings:
        return ""
    followed = {passing.successor for passing in wish.passings}
    changed = any(p.kind != LinkKind.RENAME for p in wish.passings)
    if not changed and all(body.code in followed for body in wish.founded):
        return _("Đổi tên không làm ngắt chuỗi số liệu.")
    rounds = Period.objects.filter(kind=PeriodKind.ANNUAL)
    before = rounds.filter(bodies_as_of__lt=wish.on).order_by("-year").first()
    if before is None:
        return _("Chưa có năm nào trước ngày này nên không có chuỗi số liệu nào bị ngắt.")
    after = rounds.filter(bodies_as_of__gte=wish.on).order_by("year").first()
    words = {"before": before.year, "year": after.year if after else max(wish.on.year, before.year + 1)}
    return _("So sánh từ năm %(year)s trở đi với năm %(before)s trở về trước có dấu ngắt chuỗi.") % words


def _unsaid(wish: Wish, known: Known) -> Iterable[str]:
    for code, passings in wish.predecessors.items():
        if any(p.kind == LinkKind.SPLIT and p.share is None for p in passings):
            yield known.by_code[code].name


def _lead(wish: Wish, known: Known) -> str:
    if wish.lead is None:
        return ""
    words = {"old": known.lead.body.name, "new": _name(wish.lead.body, wish, known), "day": f"{wish.on:%d/%m/%Y}"}
    return _("Từ ngày %(day)s %(new)s chủ trì tổng hợp thay %(old)s; các kỳ đã mở giữ cơ quan chủ trì cũ.") % words


def _notes(wish: Wish, known: Known) -> Iterable[str]:
    """What has to be seen to elsewhere."""
    newest = Catalogue.objects.order_by("-pk").first()
    ending = set(wish.ends)
    naming: dict[str, list[str]] = {}
    rows = Indicator.objects.filter(catalogue=newest).order_by("position") if newest and ending else ()
    for indicator in rows:
        for code in ending & {*indicator.counted_from.split(), *indicator.cross_checked_from.split()}:
            naming.setdefault(code, []).append(indicator.code)
    for code in sorted(naming):
        words = {"name": known.by_code[code].name, "codes": ", ".join(naming[code])}
        yield (
            _(
                "%(name)s được nêu đích danh là nguồn của chỉ tiêu %(codes)s: hãy báo quản trị sửa nguồn của chỉ tiêu "
                "rồi nạp lại danh mục, nếu không cơ quan kế thừa không được hỏi các chỉ tiêu đó."
            )
            % words
        )
    if wish.on > timezone.localdate():
        yield _("Ngày này chưa đến: cơ quan cũ vẫn hoạt động đến hết ngày %s.") % f"{wish.last_day:%d/%m/%Y}"
