"""What changed of one body since a document was issued, and which issued lines each change can reach. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directives.choices import Combine, Option

from .bodies import BodyLine
from .change_words import Kind, new_change, task_words
from .choices import OverviewPart, Status
from .document import Change
from .issued_lines import TOTAL, Place, Side, both, reached_by_body, reached_by_figure
from .summary import Mark

# One line stands for the whole report, or for all of a task: no line for each of its figures and texts.
WHOLE = (Kind.ACCEPTED, Kind.REOPENED, Kind.STANDING, Kind.EXEMPTED, Kind.INCLUDED, Kind.BODY, Kind.DECLINED)


@dataclass(frozen=True, slots=True)
class Line:
    """A change, and the issued lines that it can reach."""

    change: Change
    reach: frozenset[Place] = frozenset()


class BodyChanges:
    """Both documents as they tell of one body."""

    def __init__(self, code: str, was: Side, now: Side):
        self.code, self.was, self.now = code, was, now
        self.one, self.other = (side.line(code) for side in (was, now))
        known = self.other or self.one or next(e for s in (now, was) for e in s.summary.excused if e.code == code)
        self.name = known.short_name
        self.undone: set[int] = set()  # the tasks declared, or no longer declared, outside its functions

    def lines(self) -> Iterator[Line]:
        whole = list(self._whole())
        yield from whole
        if whole and any(line.change.kind not in (Kind.BODY, Kind.STANDING) for line in whole):
            return
        if self.one is None or not (self.one.accepted and self.other.accepted):
            return
        inside = [*self._declined(), *self._figures(), *self._texts(), *self._files()]
        inside += self._reasons({line.change.code: line.change for line in inside if line.change.option == TOTAL})
        yield from inside
        if not (inside or whole) and self.one.version != self.other.version:
            words = (_("lần gửi %s") % line.version for line in (self.one, self.other))
            yield self._line(Kind.RESENT, *words)

    def _line(self, kind: Kind, before="", now="", *, reach: Iterable[Place] = (), **more) -> Line:
        change = new_change(kind, body=self.name, body_code=self.code, before=before, now=now, **more)
        return Line(change, frozenset(reach))

    # --- its report as a whole ---

    def _whole(self) -> Iterator[Line]:
        one, other = self.one, self.other
        everything = {"reach": frozenset(reached_by_body(self.code, self.was, self.now))}
        if one is None or other is None:
            words = [_standing(side, self.code) for side in (self.was, self.now)]
            if one is not None or other is not None:
                yield self._line(Kind.INCLUDED if other else Kind.EXEMPTED, *words, **everything)
            elif words[0] != words[1]:
                yield self._line(Kind.EXEMPTED, *words)
            return
        if _named(one) != _named(other):
            same = _grouped(one) == _grouped(other) and one.accepted and other.accepted
            reach = {"reach": self._naming()} if same else everything
            yield self._line(Kind.BODY, _named(one), _named(other), **reach)
        if one.accepted != other.accepted:
            kind = Kind.ACCEPTED if other.accepted else Kind.REOPENED
            yield self._line(kind, _status(one), _status(other), **everything)
        elif (one.status, one.on_time) != (other.status, other.on_time):
            yield self._line(Kind.STANDING, _status(one), _status(other))

    def _naming(self) -> Iterator[Place]:
        """A new name is read in the lines that name the body: those where its figure is missing."""
        sides = ((self.was, self.one.short_name), (self.now, self.other.short_name))
        if sides[0][1] != sides[1][1]:
            for side, name in sides:
                yield from ((code, TOTAL) for code, row in side.rows.items() if name in row.coverage.missing)

    # --- accepted then and now ---

    def _declined(self) -> Iterator[Line]:
        self.undone = set(self.one.declined ^ self.other.declined)
        for number in sorted(self.undone):
            words = (
                _("không thuộc chức năng") if number in line.declined else _("có báo cáo")
                for line in (self.one, self.other)
            )
            reach = reached_by_body(self.code, self.was, self.now, {number})
            yield self._line(Kind.DECLINED, *words, name=task_words(number), reach=reach)

    def _figures(self) -> Iterator[Line]:
        places = [side.places[self.code] for side in (self.was, self.now)]
        moved = _grouped(self.one) != _grouped(self.other)
        ledgers = [side.ledger.get(self.code, {}) for side in (self.was, self.now)]
        reasons = {code: jump.reason for code, jump in self.now.jumps.get(self.code, {}).items()}
        for code, rows in both(self.was, self.now):
            if rows[0].combine == Combine.RATIO or rows[0].task in self.undone:
                continue
            for option in dict.fromkeys((*rows[0].cells, *rows[1].cells)):
                cells = [
                    _Cell.of(row, option, place, ledger.get((code, option)))
                    for row, place, ledger in zip(rows, places, ledgers, strict=True)
                ]
                if cells[0] == cells[1] or (moved and Mark.NOT_OWED in (cells[0].used, cells[1].used)):
                    continue
                yield self._figure(rows[1], option, *cells, reasons.get(code, "") if option == TOTAL else "")

    def _figure(self, row, option: str, one: "_Cell", other: "_Cell", why: str) -> Line:
        return self._line(
            _kind_of(one, other),
            one.said,
            other.said,
            reach=reached_by_figure(
                self.code, row.code, option, self.was, self.now, whole_row=one.estimate != other.estimate
            ),
            code=row.code,
            name=row.name,
            column=str(Option(option).label),
            option=option,
            reason=other.reason or why,
            sensitive=row.sensitive,
        )

    def _texts(self) -> Iterator[Line]:
        one, other = self.was.texts_of(self.one), self.now.texts_of(self.other)
        for key in dict.fromkeys((*one, *other)):
            if key in self.undone or one.get(key) == other.get(key):
                continue
            name = task_words(key) if isinstance(key, int) else str(OverviewPart(key).label)
            column, before, after = _texts_apart(one.get(key), other.get(key), whole=not isinstance(key, int))
            yield self._line(Kind.TEXT, before, after, name=name, column=column)

    def _files(self) -> Iterator[Line]:
        if self.one.files != self.other.files:
            yield self._line(Kind.FILES, str(self.one.files), str(self.other.files))

    def _reasons(self, told: Mapping[str, Change]) -> list[Line]:
        """Reasons that changed by themselves; with a total that changed (``told``, by code) its reason is there."""
        found = []
        one, other = (side.jumps.get(self.code, {}) for side in (self.was, self.now))
        for code in [code for code in one if code in other]:
            before, after = one[code].reason, other[code].reason
            # With a corrected total stands the reason of the correction, not that of the jump.
            if before != after and (code not in told or told[code].reason != after):
                found.append(self._line(Kind.REASON, before, after, code=code, name=other[code].name))
        one, other = (side.explained.get(self.code, {}) for side in (self.was, self.now))
        for rule in dict.fromkeys((*one, *other)):
            before, after = one.get(rule), other.get(rule)
            if (before and before.reason) == (after and after.reason):
                continue
            message = (after or before).message
            if (before is None or after is None) and (self.undone or any(code and code in message for code in told)):
                continue  # the rule holds now, or is broken now, because a figure changed
            words = (each.reason if each else "" for each in (before, after))
            found.append(self._line(Kind.REASON, *words, name=message))
        return found


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of one body as a document has it; the mark of an estimate is the row's and goes with its total."""

    used: object
    estimate: bool
    reported: object
    line: tuple | None  # of the ledger: why, and when it was written
    said: str

    @classmethod
    def of(cls, row, option: str, place: int, line) -> "_Cell":
        if option not in row.cells:
            return cls(Mark.NOT_OWED, False, None, None, "")
        used = row.cells[option][place]
        estimate = option == TOTAL and row.is_estimate(option, place)
        reported = row.reported_cells.get((option, place))
        return cls(used, estimate, reported, line and (line.reason, line.at), row.said(option, place))

    def __eq__(self, other):
        mine, theirs = ((c.used, c.estimate, c.reported, c.line) for c in (self, other))
        return mine == theirs

    __hash__ = None

    @property
    def reason(self) -> str:
        return self.line[0] if self.line else ""


def _kind_of(one: _Cell, other: _Cell) -> Kind:
    if other.line is not None and (other.line, other.used) != (one.line, one.used):
        return Kind.CORRECTED
    if one.line is not None and other.line is None:
        return Kind.UNCORRECTED
    if one.estimate and not other.estimate:
        return Kind.FINAL if one.used == other.used else Kind.FINAL_OTHER
    return Kind.ESTIMATED if other.estimate and not one.estimate and one.used == other.used else Kind.FIGURE


# --- its words -------------------------------------------------------------------------------------


def _grouped(line: BodyLine) -> tuple[str, str]:
    return line.group, line.counting_group


def _named(line: BodyLine) -> str:
    """Name, short name and group in one line; of a body that is counted by itself no group but its own code."""
    return f"{line.name} ({line.short_name}; {' '.join(dict.fromkeys(_grouped(line)))})"


def _standing(side: Side, code: str) -> str:
    """How a document tells of a body: the state of its report, or why it is not counted."""
    line = side.line(code)
    if line is not None:
        return _status(line)
    excused = next((each for each in side.summary.excused if each.code == code), None)
    return excused.why if excused else _("không có trong kỳ")


def _status(line: BodyLine) -> str:
    words = str(Status(line.status).label)
    if line.on_time is None:
        return words
    return _("%(status)s, %(when)s") % {"status": words, "when": _("đúng hạn") if line.on_time else _("quá hạn")}


def _texts_apart(one, other, *, whole: bool) -> tuple[str, str, str]:
    """(which of the texts, as they were, as they are) of those that differ."""
    labels = (_("Kết quả thực hiện"), _("Khó khăn, vướng mắc"), _("Kiến nghị, đề xuất"))
    sides = [["\n".join(texts) for texts in zip(*each, strict=True)] if each else ["", "", ""] for each in (one, other)]
    apart = [n for n in range(3) if sides[0][n] != sides[1][n]]
    if len(apart) == 1:
        return "" if whole else labels[apart[0]], sides[0][apart[0]], sides[1][apart[0]]
    before, after = ("\n".join(f"{labels[n]}: {side[n]}" for n in apart) for side in sides)
    return ", ".join(labels[n] for n in apart), before, after
