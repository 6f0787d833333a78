"""Figures of bodies that are no more on the map of a later day, and where a series breaks. Pure.

A merge adds up, a rename and a transfer of duties carry over, a split divides by the shares that somebody typed.
A share that nobody typed leaves the figure out, with the reason: nothing here is guessed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import LinkKind

from .numbers import rounded
from .summary import PLACES, SILENT, Mark

EXACT = Context(prec=80)  # a share of a share of a figure keeps every digit
BEGUN, ENDED = "begun", "ended"  # kinds of change beside LinkKind: nobody went before, nobody follows
CELLS = Mapping[str, Decimal | Mark]  # {code of a body: what it said in one cell}


@dataclass(frozen=True, slots=True)
class Link:
    """What became of a body on a day; ``share``: percent, of a split only, None where nobody has said it."""

    predecessor: str
    successor: str
    kind: str
    on: dt.date
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of a body's figures goes to another: 1 is all. None: nobody said it when ``unsaid`` was split."""

    share: Decimal | None
    unsaid: str = ""


WHOLE = Portion(Decimal(1))


@dataclass(frozen=True, slots=True)
class Mapped:
    """One cell of a body of the later map, out of what its predecessors said.

    ``answered`` of ``owed`` predecessors gave the figure; ``sources``: their codes. ``shared``: a typed share went
    into it. ``unsaid``: the body whose share is missing, so that there is no value though there are figures.
    ``single``: a question of yes or no, or a survey result, of several bodies: it neither adds up nor divides.
    """

    value: Decimal | None
    mark: Mark | None
    answered: int
    owed: int
    sources: tuple[str, ...]
    shared: bool = False
    unsaid: str = ""
    single: bool = False

    @property
    def what(self) -> Decimal | Mark:
        return self.mark if self.value is None else self.value

    @property
    def complete(self) -> bool:
        return self.answered == self.owed

    @property
    def basis(self) -> str:
        """``1/2``: of how many predecessors the figure is."""
        return f"{self.answered}/{self.owed}"


# --- where a body's figures go --------------------------------------------------------------------


def destinations(code: str, links: Iterable[Link], since: dt.date, until: dt.date) -> dict[str, Portion]:
    """{code of a body on ``until``: Portion} of the figures that ``code`` gave as it was on ``since``.

    ``links``: only those that carry figures. Several reorganisations one after another are followed through.
    """
    onward: dict[str, list[Link]] = {}
    for link in links:
        onward.setdefault(link.predecessor, []).append(link)
    with localcontext(EXACT):
        return _destinations(code, onward, since, until)


def _destinations(code, onward, since, until) -> dict[str, Portion]:
    later = [link for link in onward.get(code, ()) if since < link.on <= until]
    if not later:
        return {code: WHOLE}
    day = min(link.on for link in later)
    steps = [link for link in later if link.on == day]
    found: dict[str, Portion] = {}
    for link in steps:
        step, to = _step(link, steps), link.successor
        stays = to == code  # of its own figures it keeps a part
        further = _destinations(to, onward, day, until) if stays else _passed(to, onward, day, until, (code,))
        for target, rest in further.items():
            found[target] = _plus(found.get(target), _times(step, rest))
    return found


def _passed(code, onward, day, until, before: tuple[str, ...]) -> dict[str, Portion]:
    """Where figures go that came to ``code`` on ``day``, on which it may be gone itself.

    Which of two changes of one day came first is not recorded: only where all of a body goes on to one other it does
    not matter. ``before``: the bodies that they passed that day.
    """
    again = [link for link in onward.get(code, ()) if link.on == day]
    if not again:
        return _destinations(code, onward, day, until)
    if {code, *before} & {link.successor for link in again}:
        return {code: Portion(None, code)}
    found: dict[str, Portion] = {}
    for link in again:
        step = _step(link, again)
        step = step if step == WHOLE else Portion(None, code)
        for target, rest in _passed(link.successor, onward, day, until, (*before, code)).items():
            found[target] = _plus(found.get(target), _times(step, rest))
    return found


def _step(link: Link, steps: list[Link]) -> Portion:
    """What goes along ``link``, one of the ``steps`` that the body took on its last day."""
    if len(steps) == 1 and link.kind != LinkKind.SPLIT:
        return WHOLE
    shares = [step.share for step in steps]
    divided = all(step.kind == LinkKind.SPLIT for step in steps)
    # Shares that do not make a whole would lose figures, or make some; with one missing nobody knows whether they do.
    if not divided or None in shares or sum(shares) != 100:
        return Portion(None, link.predecessor)
    return Portion(link.share / 100)


def _times(step: Portion, rest: Portion) -> Portion:
    unsaid = step.unsaid or rest.unsaid
    return Portion(None, unsaid) if unsaid else Portion(step.share * rest.share)


def _plus(one: Portion | None, other: Portion) -> Portion:
    if one is None:
        return other
    unsaid = one.unsaid or other.unsaid
    return Portion(None, unsaid) if unsaid else Portion(one.share + other.share)


class Map:
    """The bodies of one year on a later map: for one indicator the figures as they were in, those as mapped out."""

    def __init__(self, bodies: Iterable[str], links: Iterable[Link], since: dt.date, until: dt.date):
        """``bodies``: codes, in their order. ``since``: the day on which they existed; ``until``: the map's day."""
        onward: dict[str, list[Link]] = {}
        for link in links:
            onward.setdefault(link.predecessor, []).append(link)
        self.going: dict[str, dict[str, Portion]] = {}
        self.sources: dict[str, list[tuple[str, Portion]]] = {}
        with localcontext(EXACT):
            for code in bodies:
                self.going[code] = _destinations(code, onward, since, until)
                for target, portion in self.going[code].items():
                    self.sources.setdefault(target, []).append((code, portion))

    def added(self, cells: CELLS) -> dict[str, Mapped]:
        """{body: Mapped} of what adds up. ``cells`` holds the bodies that owe the figure."""
        with localcontext(EXACT):
            return {target: self._sum(sources, cells) for target, sources in self._owing(cells)}

    def single(self, cells: CELLS) -> dict[str, Mapped]:
        """{body: Mapped} of what neither adds up nor divides: only what passed whole from one body to one."""
        return {target: self._one(target, sources, cells) for target, sources in self._owing(cells)}

    def ratios(self, top: CELLS, bottom: CELLS, factor: int) -> dict[str, Mapped]:
        """{body: Mapped} of a ratio: of the mapped parts, over the predecessors that gave both."""
        with localcontext(EXACT):
            return {target: self._ratio(sources, top, bottom, factor) for target, sources in self._owing(bottom)}

    def _owing(self, cells: CELLS):
        for target, sources in self.sources.items():
            owing = [(code, portion) for code, portion in sources if cells.get(code, Mark.NOT_OWED) != Mark.NOT_OWED]
            if owing:
                yield target, owing

    def _sum(self, sources, cells: CELLS) -> Mapped:
        given = [(portion, cells[code]) for code, portion in sources if cells[code] not in SILENT]
        empty, facts = _facts(sources, cells, len(given))
        if empty:
            return empty
        figures = [(portion, what) for portion, what in given if isinstance(what, Decimal)]
        if not figures:
            return Mapped(None, Mark.NOTHING, **facts)
        unsaid = next((portion.unsaid for portion, what in figures if portion.share is None and what), "")
        if unsaid:
            return Mapped(None, Mark.UNDEFINED, **facts, unsaid=unsaid)
        value = sum((what * portion.share for portion, what in figures if what), Decimal(0))
        return Mapped(value, None, **facts, shared=any(portion.share != 1 and what for portion, what in figures))

    def _one(self, target: str, sources, cells: CELLS) -> Mapped:
        given = sum(1 for code, _portion in sources if cells[code] not in SILENT)
        empty, facts = _facts(sources, cells, given)
        if empty:
            return empty
        code = sources[0][0]
        if len(sources) > 1 or self.going[code] != {target: WHOLE}:
            return Mapped(None, Mark.UNDEFINED, **facts, single=True)
        what = cells[code]
        return Mapped(None, what, **facts) if isinstance(what, Mark) else Mapped(what, None, **facts)

    def _ratio(self, sources, top: CELLS, bottom: CELLS, factor: int) -> Mapped:
        both = [
            (portion, _amount(top[code]), _amount(bottom[code]))
            for code, portion in sources
            if top.get(code, Mark.MISSING) not in SILENT and bottom[code] not in SILENT
        ]
        empty, facts = _facts(sources, bottom, len(both))
        if empty:
            return empty
        unsaid = next((portion.unsaid for portion, *parts in both if portion.share is None and any(parts)), "")
        if unsaid:
            return Mapped(None, Mark.UNDEFINED, **facts, unsaid=unsaid)
        sums = [sum((pair[n] * pair[0].share for pair in both if pair[n]), Decimal(0)) for n in (1, 2)]
        if not sums[1]:
            return Mapped(None, Mark.UNDEFINED, **facts)
        shared = any(portion.share != 1 and any(parts) for portion, *parts in both)
        return Mapped(rounded(sums[0] * factor / sums[1], PLACES), None, **facts, shared=shared)


def _facts(sources, cells: CELLS, answered: int) -> tuple[Mapped | None, dict]:
    """(what there is to say where nobody gave a figure, else None; answered, owed and sources)."""
    owed = sum(1 for code, _portion in sources if cells[code] != Mark.NOT_OURS)
    facts = {"answered": answered, "owed": owed, "sources": tuple(code for code, _portion in sources)}
    if answered:
        return None, facts
    return Mapped(None, Mark.MISSING if owed else Mark.NOT_OURS, **facts), facts


def _amount(what: Decimal | Mark) -> Decimal:
    return what if isinstance(what, Decimal) else Decimal(0)


def total(cells: Iterable[Mapped]) -> Decimal:
    """The mapped figures added up, to the last digit: of merges and whole splits what they were as reported."""
    with localcontext(EXACT):
        return sum((cell.value for cell in cells if cell.value is not None), Decimal(0))


# --- where a series breaks ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A body that is not the same in two years: a LinkKind, or that it began or ended with nobody beside it."""

    kind: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """Why figures of ``year`` and of the year ``before`` are not of the same bodies."""

    before: int
    year: int
    changes: tuple[Change, ...]

    @property
    def same_ground(self) -> bool:
        """Whether the province's total is of the same territory and duties: bodies only changed among themselves."""
        return not any(change.kind in (BEGUN, ENDED) for change in self.changes)

    @property
    def sentence(self) -> str:
        """``Giữa năm 2024 và năm 2025: 7 cơ quan chia, tách; 73 cơ quan mới …``."""
        words = {"before": self.before, "year": self.year, "what": "; ".join(self._told())}
        if self.same_ground:
            return (
                _(
                    "Giữa năm %(before)s và năm %(year)s: %(what)s. Tổng toàn tỉnh vẫn cùng một phạm vi; số liệu của "
                    "từng cơ quan thì không."
                )
                % words
            )
        return (
            _("Giữa năm %(before)s và năm %(year)s: %(what)s. Tổng toàn tỉnh của hai năm không cùng một phạm vi.")
            % words
        )

    def _told(self):
        olds = {kind: {change.old for change in self.changes if change.kind == kind} for kind in LinkKind.values}
        if n := len(olds[LinkKind.MERGE]):
            yield ngettext("%s cơ quan hợp nhất, sáp nhập", "%s cơ quan hợp nhất, sáp nhập", n) % n
        if n := len(olds[LinkKind.SPLIT]):
            yield ngettext("%s cơ quan chia, tách", "%s cơ quan chia, tách", n) % n
        if n := len(olds[LinkKind.FUNCTION]):
            yield ngettext("%s cơ quan chuyển nhiệm vụ", "%s cơ quan chuyển nhiệm vụ", n) % n
        if n := sum(1 for change in self.changes if change.kind == BEGUN):
            yield (
                ngettext(
                    "%s cơ quan mới, năm trước không có cơ quan nào trên cổng ở địa bàn hoặc nhiệm vụ đó",
                    "%s cơ quan mới, năm trước không có cơ quan nào trên cổng ở địa bàn hoặc nhiệm vụ đó",
                    n,
                )
                % n
            )
        if n := sum(1 for change in self.changes if change.kind == ENDED):
            yield (
                ngettext(
                    "%s cơ quan kết thúc, không có cơ quan kế thừa trên cổng",
                    "%s cơ quan kết thúc, không có cơ quan kế thừa trên cổng",
                    n,
                )
                % n
            )

    def among(self, old: Iterable[str], new: Iterable[str]) -> "Break | None":
        """The same with only the changes that touch these bodies of the two years; None where there are none."""
        old, new = set(old), set(new)
        touching = tuple(change for change in self.changes if change.old in old or change.new in new)
        return Break(self.before, self.year, touching) if touching else None


@dataclass(frozen=True, slots=True)
class Round:
    """The bodies of a year's round (codes) and the day on which they were taken."""

    year: int
    day: dt.date
    bodies: frozenset[str]


def break_between(
    before: Round, now: Round, links: Iterable[Link], dates: Mapping[str, tuple[dt.date | None, dt.date | None]]
) -> Break | None:
    """What changed between two rounds, or None. ``links``: all kinds; ``dates``: {code: first and last day}.

    A new name alone breaks nothing.
    """
    between = [link for link in links if before.day < link.on <= now.day]
    changes = [
        Change(link.kind, link.predecessor, link.successor)
        for link in between
        if link.kind != LinkKind.RENAME and (link.predecessor in before.bodies or link.successor in now.bodies)
    ]
    followed, following = {link.predecessor for link in between}, {link.successor for link in between}
    nothing = (None, None)
    for code in sorted(now.bodies - following):
        first = dates.get(code, nothing)[0]
        if first is not None and before.day < first <= now.day:
            changes.append(Change(BEGUN, new=code))
    for code in sorted(before.bodies - followed):
        last = dates.get(code, nothing)[1]
        if last is not None and before.day <= last < now.day:
            changes.append(Change(ENDED, old=code))
    return Break(before.year, now.year, tuple(changes)) if changes else None
