"""Ending bodies, founding others, saying what passes to whom: what is wished, what hinders it, and writing it down.

Only bodies, links and the lead's terms; accounts and reports are the concern of whoever calls ``write``.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import BodyKind, LinkKind
from .models import Body, BodyLink, LeadTerm, Reorganisation

DAY = dt.timedelta(days=1)
AHEAD = 2  # years: a day farther on is a slip of the pen
LENGTHS = {"code": 50, "name": 200, "short_name": 80, "symbol": 40, "note": 300}
LEAD_LENGTHS = {"superior": 200, "head_name": 200, "place": 80, "signing_title": 200, "file_note": 80}
CODE = re.compile(r"[-a-zA-Z0-9_]{1,50}")


@dataclass(frozen=True, slots=True)
class Founded:
    """A body that begins. ``line``: where it stands in the file, 0 on a page."""

    code: str
    name: str
    short_name: str
    kind: str
    symbol: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Passing:
    """What passes from one body to another (codes); ``share``: percent, of a split, None where nobody said it."""

    predecessor: str
    successor: str
    kind: str
    share: Decimal | None = None
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class NewLead:
    """Who leads from that day on, and what its documents carry: see ``LeadTerm``."""

    body: str
    superior: str
    head_name: str
    place: str
    signing_title: str
    file_note: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it cannot be done, one sentence; ``field``: the input it is about, ``line``: of the file."""

    sentence: str
    field: str = ""
    line: int = 0

    def __str__(self):
        return (
            _("Dòng %(line)s: %(sentence)s") % {"line": self.line, "sentence": self.sentence}
            if self.line
            else (self.sentence)
        )


@dataclass(frozen=True)
class Wish:
    """A reorganisation that somebody asks for, from the day ``on``.

    ``ending``: the bodies whose last day is the day before, beside those that merge, are split or renamed, which
    always end: a body that hands over duties may live on.
    """

    title: str
    on: dt.date
    founded: tuple[Founded, ...] = ()
    passings: tuple[Passing, ...] = ()
    ending: frozenset[str] = frozenset()
    note: str = ""
    lead: NewLead | None = None

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The codes of all bodies that end, in order."""
        found = (p.predecessor for p in self.passings if p.kind != LinkKind.FUNCTION or p.predecessor in self.ending)
        return tuple(dict.fromkeys(found))

    @cached_property
    def predecessors(self) -> dict[str, tuple[Passing, ...]]:
        """{code: what passes from it}."""
        found: dict[str, list[Passing]] = {}
        for passing in self.passings:
            found.setdefault(passing.predecessor, []).append(passing)
        return {code: tuple(passings) for code, passings in found.items()}

    @property
    def last_day(self) -> dt.date:
        """Of the bodies that end."""
        return self.on - DAY

    @cached_property
    def mark(self) -> str:
        """A fingerprint of all that is asked for; where it stood in a file does not matter."""
        told = [self.title, self.on, sorted(self.ends), self.note, self.lead and asdict(self.lead)]
        told += [{**asdict(each), "line": 0} for each in (*self.founded, *self.passings)]
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass
class Known:
    """What the database says about the bodies of a wish; read once. ``by_code`` holds only those that matter."""

    by_code: dict[str, Body]
    names: dict[str, Body]  # of bodies that live on the day, by full name
    gone: dict[str, dt.date] = field(default_factory=dict)  # by an earlier reorganisation: {code: from when}
    lead: LeadTerm | None = None

    @classmethod
    def about(cls, wish: Wish) -> "Known":
        """Four queries, whatever the number of bodies."""
        codes = {body.code for body in wish.founded}
        codes |= {code for passing in wish.passings for code in (passing.predecessor, passing.successor)}
        codes = {code for code in codes if CODE.fullmatch(code)}
        names = Body.objects.filter(name__in={body.name for body in wish.founded}).valid_on(wish.on)
        links = BodyLink.objects.carrying().filter(predecessor__code__in=codes).values_list("predecessor__code", "on")
        term = LeadTerm.objects.valid_on(wish.on).select_related("body").order_by("-valid_from").first()
        return cls(
            {body.code: body for body in Body.objects.filter(code__in=codes)},
            {body.name: body for body in names},
            dict(links),
            term,
        )

    def leads(self, wish: Wish) -> bool:
        """Whether a body that ends, or hands over its duties, leads on that day: then somebody else has to."""
        return self.lead is not None and self.lead.body.code in wish.predecessors


def faults(wish: Wish, known: Known | None = None) -> list[Fault]:
    """Everything that hinders ``wish``; an empty list where it can be written down."""
    known = known or Known.about(wish)
    found = [*_of_the_day(wish), *_of_founded(wish, known)]
    for code, passings in wish.predecessors.items():
        found += _of_predecessor(wish, known, code, passings)
    found += [*_of_successors(wish, known), *_of_merges(wish), *_of_lead(wish, known)]
    return found


def _of_the_day(wish: Wish) -> Iterable[Fault]:
    if not wish.title:
        yield Fault(_("Hãy đặt tên cho lần sắp xếp này."), "title")
    elif len(wish.title) > 200:
        yield Fault(_("Tên dài quá 200 chữ cái."), "title")
    last = timezone.localdate().year + AHEAD
    if not 2000 <= wish.on.year <= last:
        yield Fault(_("Ngày bắt đầu phải từ năm 2000 đến năm %s.") % last, "on")
    if not wish.passings and not wish.founded:
        yield Fault(_("Chưa nêu cơ quan nào."), "predecessors")


def _of_founded(wish: Wish, known: Known) -> Iterable[Fault]:
    codes, names = set(), set()  # of the bodies before
    ends = set(wish.ends)
    for body in wish.founded:
        there = known.by_code.get(body.code)
        words = {"code": body.code, "name": body.name}
        if not CODE.fullmatch(body.code):
            yield _at(
                body, _("Mã “%(code)s” chỉ được gồm chữ không dấu, chữ số và gạch nối, nhiều nhất 50 ký tự.") % words
            )
        elif there is not None:
            yield _at(body, _("Mã “%(code)s” đã có: %(name)s.") % (words | {"name": there.name}))
        elif body.code in codes:
            yield _at(body, _("Mã “%(code)s” được ghi cho hai cơ quan mới.") % words)
        if not body.name or not body.short_name:
            yield _at(body, _("Cơ quan mới phải có tên đầy đủ và tên ngắn."))
        elif body.name in names:
            yield _at(body, _("Tên “%(name)s” được ghi cho hai cơ quan mới.") % words)
        elif there is None and body.name in known.names and known.names[body.name].code not in ends:
            yield _at(body, _("Đã có cơ quan đang hoạt động tên “%(name)s”.") % words)
        if body.kind not in BodyKind.values:
            yield _at(body, _("Khối của cơ quan “%(name)s” không có trong danh sách.") % words)
        for name, longest in LENGTHS.items():
            if name != "code" and len(getattr(body, name)) > longest:
                words |= {"value": getattr(body, name)[:30], "longest": longest}
                yield _at(body, _("“%(value)s…” dài quá %(longest)s chữ cái.") % words)
        codes.add(body.code)
        names.add(body.name)


def _at(each, sentence: str, field: str = "successors") -> Fault:
    return Fault(sentence, field, each.line)


def _of_predecessor(wish: Wish, known: Known, code: str, passings: tuple[Passing, ...]) -> Iterable[Fault]:
    first, body = passings[0], known.by_code.get(code)
    if body is None:
        yield _at(first, _("Không có cơ quan nào mang mã “%s”.") % code, "predecessors")
        return
    words = {"name": body.name, "day": f"{wish.on:%d/%m/%Y}"}
    if body.valid_from and body.valid_from >= wish.on:
        words["first"] = f"{body.valid_from:%d/%m/%Y}"
        yield _at(first, _("%(name)s chỉ hoạt động từ ngày %(first)s, không trước ngày %(day)s.") % words, "on")
    elif code in known.gone:
        words["since"] = f"{known.gone[code]:%d/%m/%Y}"
        yield _at(first, _("%(name)s đã được sắp xếp từ ngày %(since)s.") % words, "predecessors")
    elif body.valid_to and body.valid_to < wish.last_day:
        words["last"] = f"{body.valid_to:%d/%m/%Y}"
        yield _at(first, _("%(name)s đã kết thúc hoạt động ngày %(last)s.") % words, "predecessors")
    yield from _of_kinds(wish, body, passings)
    if len(passings) > 1 and any(p.kind == LinkKind.SPLIT for p in passings):
        yield from _of_shares(body, passings)


def _of_kinds(wish: Wish, body: Body, passings: tuple[Passing, ...]) -> Iterable[Fault]:
    kinds, first = {passing.kind for passing in passings}, passings[0]
    words = {"name": body.name}
    if not kinds <= set(LinkKind.values):
        yield _at(first, _("%(name)s: hình thức sắp xếp không có trong danh sách.") % words, "kind")
    elif len(kinds) > 1:
        yield _at(first, _("%(name)s có hai hình thức sắp xếp trong cùng một ngày.") % words, "kind")
    elif len({passing.successor for passing in passings}) < len(passings):
        yield _at(first, _("%(name)s có một cơ quan kế thừa được ghi hai lần.") % words)
    elif kinds == {LinkKind.SPLIT} and len(passings) < 2:
        yield _at(first, _("%(name)s: chia, tách phải ra ít nhất hai cơ quan.") % words)
    elif kinds != {LinkKind.SPLIT} and len(passings) > 1:
        yield _at(first, _("%(name)s: chỉ chia, tách mới có nhiều cơ quan kế thừa.") % words)
    for passing in passings:
        if passing.share is not None and passing.kind != LinkKind.SPLIT:
            yield _at(passing, _("Tỷ lệ chỉ ghi khi chia, tách."))
        if passing.predecessor == passing.successor:
            yield _at(passing, _("%(name)s không thể kế thừa chính mình.") % words)


def _of_shares(body: Body, passings: tuple[Passing, ...]) -> Iterable[Fault]:
    shares = [passing.share for passing in passings if passing.share is not None]
    words = {"name": body.name, "sum": f"{sum(shares, Decimal(0)).normalize():f}".replace(".", ",")}
    if any(not 0 < share <= 100 or share != round(share, 4) for share in shares):
        yield _at(passings[0], _("%(name)s: mỗi tỷ lệ phải lớn hơn 0, không quá 100, nhiều nhất bốn số lẻ.") % words)
    elif len(shares) == len(passings) and sum(shares) != 100:
        yield _at(passings[0], _("%(name)s: các tỷ lệ cộng lại là %(sum)s, phải đúng 100.") % words)
    elif len(shares) < len(passings) and sum(shares) >= 100:
        yield _at(
            passings[0], _("%(name)s: các tỷ lệ đã ghi cộng lại là %(sum)s, không còn phần cho cơ quan khác.") % words
        )


def _of_successors(wish: Wish, known: Known) -> Iterable[Fault]:
    new = {body.code for body in wish.founded}
    ends = set(wish.ends)
    for passing in {passing.successor: passing for passing in wish.passings}.values():
        code = passing.successor
        if code in new:
            continue
        body = known.by_code.get(code)
        if body is None:
            yield _at(passing, _("Cơ quan kế thừa “%s” chưa có trên cổng và chưa được khai báo tên.") % code)
            continue
        words = {"name": body.name, "day": f"{wish.on:%d/%m/%Y}"}
        ended = body.valid_to and body.valid_to < wish.on
        if code in ends or ended or (body.valid_from and body.valid_from > wish.on):
            yield _at(passing, _("%(name)s không hoạt động vào ngày %(day)s nên không kế thừa được.") % words)


def _of_merges(wish: Wish) -> Iterable[Fault]:
    new = {body.code for body in wish.founded}
    into: dict[str, list[Passing]] = {}
    for passing in wish.passings:
        into.setdefault(passing.successor, []).append(passing)
    for successor, passings in into.items():
        kinds = {passing.kind for passing in passings}
        if LinkKind.RENAME in kinds and (len(passings) > 1 or successor not in new):
            yield _at(passings[0], _("Đổi tên: một cơ quan cũ thành đúng một cơ quan mới; nhiều hơn là hợp nhất."))
        if kinds == {LinkKind.MERGE} and len(passings) < 2 and successor in new:
            yield _at(
                passings[0], _("Hợp nhất phải có từ hai cơ quan cũ; một cơ quan thành một là đổi tên."), "predecessors"
            )


def _of_lead(wish: Wish, known: Known) -> Iterable[Fault]:
    if wish.lead is None:
        if known.leads(wish) and set(wish.ends) & {known.lead.body.code}:
            words = _(
                "%s đang chủ trì tổng hợp: hãy điền cơ quan chủ trì mới (đầu văn bản, địa danh, chức vụ người ký)."
            )
            yield Fault(words % known.lead.body.name, "head_name")
        return
    if not known.leads(wish):
        yield Fault(_("Cơ quan cũ không chủ trì tổng hợp vào ngày đó; hãy để trống phần cơ quan chủ trì."), "head_name")
    if known.lead and known.lead.valid_from == wish.on:
        yield Fault(_("Đã có cơ quan bắt đầu chủ trì đúng ngày đó."), "on")
    for name, longest in LEAD_LENGTHS.items():
        value = getattr(wish.lead, name)
        if not value:
            yield Fault(_("Hãy điền đủ các ô về cơ quan chủ trì mới."), name)
        elif len(value) > longest:
            yield Fault(
                _("“%(value)s…” dài quá %(longest)s chữ cái.") % {"value": value[:30], "longest": longest}, name
            )


# --- writing it down ------------------------------------------------------------------------------


def write(wish: Wish, *, by, plan: dict) -> Reorganisation:
    """Write ``wish`` down; call inside a transaction, when there are no ``faults``. ``plan``: what was done, as data.

    Raises IntegrityError where the same was written meanwhile.
    """
    done = Reorganisation.objects.create(title=wish.title, on=wish.on, by=by, note=wish.note, plan=plan, mark=wish.mark)
    known = Known.about(wish)
    _end(wish, known, done)
    bodies = known.by_code | _found(wish, known, done)
    BodyLink.objects.bulk_create(
        BodyLink(
            predecessor=bodies[passing.predecessor],
            successor=bodies[passing.successor],
            kind=passing.kind,
            on=wish.on,
            share=passing.share,
            note=passing.note,
            reorganisation=done,
        )
        for passing in wish.passings
    )
    if wish.lead:
        _pass_the_lead(wish, known, bodies, done)
    return done


def _end(wish: Wish, known: Known, done: Reorganisation) -> None:
    ending = [known.by_code[code] for code in wish.ends]
    for body in ending:
        body.valid_to, body.ended_by = wish.last_day, done
    Body.objects.bulk_update(ending, ["valid_to", "ended_by"], batch_size=500)


def _found(wish: Wish, known: Known, done: Reorganisation) -> dict[str, Body]:
    """New bodies in protocol order: who follows one body alone takes its place, all others come last."""
    last = Body.objects.aggregate(last=Max("position"))["last"] or 0
    before = {p.successor: p for p in wish.passings if p.kind in (LinkKind.MERGE, LinkKind.RENAME)}
    made = []
    for each in wish.founded:
        first = next((p for p in wish.passings if p.successor == each.code), None) if each.code in before else None
        last += first is None
        made.append(
            Body(
                code=each.code,
                name=each.name,
                short_name=each.short_name,
                kind=each.kind,
                symbol=each.symbol,
                note=each.note,
                position=known.by_code[first.predecessor].position if first else last,
                valid_from=wish.on,
                founded_by=done,
            )
        )
    Body.objects.bulk_create(made, batch_size=500)
    return {body.code: body for body in made}


def _pass_the_lead(wish: Wish, known: Known, bodies: dict[str, Body], done: Reorganisation) -> None:
    term = known.lead
    term.valid_to, term.ended_by = wish.last_day, done
    term.save(update_fields=["valid_to", "ended_by"])
    told = asdict(wish.lead) | {"body": bodies[wish.lead.body]}
    LeadTerm.objects.create(valid_from=wish.on, begun_by=done, **told)
