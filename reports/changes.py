"""What changed since a document was issued: one line for each thing, with the issued lines that would read differently.

Pure. A thing is a figure of a body, a body whose report is accepted now or no longer, a text, a reason, the head of
the paper … What follows from it (totals, ratios, coverage, jumps, broken rules) has no line of its own: it stands with
the line that it follows from. Last year's figures are one thing, for here only their totals are known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from django.utils.translation import gettext as _

from .body_changes import WHOLE, BodyChanges, Line
from .change_words import Kind, frame_words, new_change, shown, task_words
from .document import Change, Document
from .issued_lines import PREVIOUS, TOTAL, Side, both, differing
from .numbers import format_number
from .summary import Summary

# Compared one by one below; what a later edition of the Summary adds is compared as a whole.
FRAME = ("name", "subject", "year", "data_from", "data_to", "due_words", "simulated")
HEAD = ("superior", "head", "office", "symbol", "place", "signing_title", "file_note", "recipients", "grounds")
DEFINITION = ("task", "name_vi", "name_en", "unit", "value_type", "combine", "time_kind", "core", "sensitive")
DEFINITION += ("statistical_code", "rests_on")
COMPARED = {*FRAME, "code", "letterhead", "made_at", "bodies", "sections", "findings", "previous_year", "ledger"}
COMPARED |= {"excused", "overview", "jumps", "explained", "targets", "edition"}


def changes(frozen: Document, now: Summary) -> tuple[Change, ...]:
    """One Change for each thing that is different ``now``; both with cells and texts, in the full edition.

    First what concerns the whole paper, then the bodies in protocol order, each in the order of the form. ``now`` is
    to be made in the language of the document (Vietnamese): rules, reasons and names are compared as words.
    """
    return _Comparison(Side(frozen.summary), Side(now)).found()


class _Comparison:
    def __init__(self, was: Side, now: Side):
        self.was, self.now = was, now
        self.effects = differing(was, now)
        self.rows = was.rows | now.rows

    def found(self) -> tuple[Change, ...]:
        whole = [*self._frame(), *self._definitions(), *self._targets()]
        bodies = [line for code in self._codes() for line in BodyChanges(code, self.was, self.now).lines()]
        lines = [*whole, *self._last_year([*whole, *bodies]), *bodies]
        return tuple(self._with_effects(line) for line in [*lines, *self._rest(lines)])

    def _codes(self) -> Iterable[str]:
        """Every body of either document, in protocol order; those that are not counted come after."""
        sides = (self.now.summary, self.was.summary)
        counted = (body.code for side in sides for body in side.bodies)
        excused = (body.code for side in sides for body in side.excused)
        return dict.fromkeys((*counted, *excused))

    def _with_effects(self, line: Line) -> Change:
        return replace(line.change, effects=tuple(e for place, e in self.effects.items() if place in line.reach))

    # --- the whole paper ---

    def _frame(self) -> Iterator[Line]:
        was, now = self.was.summary, self.now.summary
        for name in FRAME:
            one, other = getattr(was, name), getattr(now, name)
            if one != other:
                yield Line(new_change(Kind.FRAME, name=frame_words()[name], before=shown(one), now=shown(other)))
        heads = [name for name in HEAD if getattr(was.letterhead, name) != getattr(now.letterhead, name)]
        if heads:
            before, after = ("; ".join(shown(getattr(s.letterhead, name)) for name in heads) for s in (was, now))
            yield Line(new_change(Kind.LETTERHEAD, before=before, now=after))

    def _definitions(self) -> Iterator[Line]:
        titles = [{s.number: s.title for s in side.summary.sections} for side in (self.was, self.now)]
        for number in dict.fromkeys((*titles[0], *titles[1])):
            one, other = (each.get(number, "") for each in titles)
            if one != other:
                yield Line(new_change(Kind.INDICATOR, name=task_words(number), before=one, now=other))
        for code, row in self.rows.items():
            one, other = (_definition(side.rows.get(code)) for side in (self.was, self.now))
            if one != other:
                before, after = (" ".join(shown(part) for part in each if part) for each in (one, other))
                reach = frozenset(place for place in self.effects if place[0] == code)
                yield Line(new_change(Kind.INDICATOR, code=code, name=row.name, before=before, now=after), reach)

    def _targets(self) -> Iterator[Line]:
        was, now = self.was.summary.targets, self.now.summary.targets
        for code in dict.fromkeys((*was, *now)):
            if was.get(code, ()) != now.get(code, ()):
                name = self.rows[code].name if code in self.rows else code
                before, after = (_targets_shown(side.get(code, ())) for side in (was, now))
                yield Line(new_change(Kind.TARGET, code=code, name=name, before=before, now=after))

    def _last_year(self, lines: list[Line]) -> Iterator[Line]:
        """One line for everything about the year before: its figures came from reports that are not in here."""
        was, now = (side.summary.previous_year for side in (self.was, self.now))
        reach = self._before() | self._shares({place for line in lines for place in line.reach})
        breaks = [side.summary.breaks for side in (self.was, self.now)]  # the mark ‖, and what is said below a table
        broken = any(one.broken != other.broken for _code, (one, other) in both(self.was, self.now))
        if reach or broken or was != now or _moved_before(self.was, self.now, lines):
            before, after = (shown(was), shown(now)) if was != now else (" ".join(each) for each in breaks)
            if before == after:
                before = after = ""
            words = _("Số liệu năm %s") % (now or was)
            yield Line(new_change(Kind.LAST_YEAR, name=words, before=before, now=after), frozenset(reach))

    def _before(self) -> set:
        return {place for place in self.effects if place[1] == PREVIOUS}

    def _shares(self, reached: set) -> set:
        """What those missing held of last year's total stands in the coverage of this year's."""
        shares = {
            (code, TOTAL)
            for code, (one, other) in both(self.was, self.now)
            if one.coverage.missing == other.coverage.missing and one.coverage.share != other.coverage.share
        }
        return shares if self._before() else shares - reached

    def _rest(self, lines: list[Line]) -> Iterator[Line]:
        """Whatever reads differently without any of the above: never left out."""
        left = frozenset(self.effects).difference(*(line.reach for line in lines))
        was, now = self.was.summary, self.now.summary
        others = (field.name for field in fields(Summary) if field.name not in COMPARED)
        odd = any(getattr(was, name) != getattr(now, name) for name in others)
        if left or odd or (not lines and was.findings != now.findings):
            yield Line(new_change(Kind.OTHER, name=_("Các dòng sau của văn bản đọc khác đi")), left)


def _definition(row) -> tuple:
    return () if row is None else tuple(getattr(row, name) for name in DEFINITION)


def _targets_shown(targets) -> str:
    return ", ".join(
        f"{target.year}: {'≥' if target.at_least else '≤'} {format_number(target.value)}" for target in targets
    )


def _moved_before(was: Side, now: Side, lines: Iterable[Line]) -> bool:
    """Whether a jump began, ended or reads differently without its body: then its own figure of last year moved."""
    touched = {(line.change.body_code, line.change.code) for line in lines}
    whole = {line.change.body_code for line in lines if line.change.kind in WHOLE}
    one, other = (
        {(body, code): _earlier(jump) for body, own in side.jumps.items() for code, jump in own.items()}
        for side in (was, now)
    )
    return any(one.get(key) != other.get(key) for key in {*one, *other} if key not in touched and key[0] not in whole)


def _earlier(jump) -> tuple:
    return jump.before, jump.before_estimate, jump.before_corrected
