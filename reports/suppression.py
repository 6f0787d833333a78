"""The edition that may leave the lead department's circle: small numbers about children hidden. Pure.

Hidden is, of a sensitive indicator and below the province's total, what is 1 to 4: a body's cell, an of-which, a
cross-check, and what is left of a total beside its of-which. With them as many further figures are hidden that no
hidden one can be computed from all that the edition publishes (``hiding``). The province's totals are always
shown; so is the cell of the only body that answered, which is the total.

The same figures always give the same edition, so last year's edition can be told from last year's figures.
The guarantee holds for one edition together with last year's, not for two editions of one round at two moments.
"""

import re
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from directives.choices import AGES, Combine, Option
from directives.rules import CODE

from .choices import Edition
from .document import Change, Document, Effect
from .hiding import Tables, hide
from .jumps import Jump
from .numbers import NotANumber, parse_number
from .summary import Amount, CrossCheck, Mark, Row, Summary

LEAST = 5  # the smallest number that may be told
TOTAL = Option.TOTAL.value
WHOLE = (TOTAL, "previous")  # places of an Effect that are the province's totals
WORDS = ("text", "reason")  # kinds of a Change that quote what a body wrote
REPORTED, CELL, EMPTY, AMOUNT = range(4)  # what is hidden rather: the lower first


def outgoing(summary: Summary, *, before: Summary | None = None) -> Summary:
    """The outgoing edition of a full ``summary`` with cells.

    ``before``: last year's full Summary with cells, for the jumps: without it no jump of a sensitive indicator is
    told, for last year's figure could have been hidden in last year's edition. The bodies' own words go too, and every
    reason: whoever wrote it, it may tell a number that is hidden.
    """
    if summary.edition == Edition.OUTGOING:
        return summary
    edition = _Edition(summary)
    last = None if before is None else _Edition(before)
    return replace(
        summary,
        sections=tuple(
            replace(section, rows=tuple(edition.row(row, last) for row in section.rows), texts=())
            for section in summary.sections
        ),
        overview={},
        ledger=tuple(replace(line, reason="") for line in summary.ledger if not edition.touches(line)),
        jumps=None
        if summary.jumps is None
        else tuple(replace(jump, reason="") for jump in summary.jumps if edition.tells(jump, last)),
        explained=None if summary.explained is None else (),
        edition=Edition.OUTGOING.value,
    )


def outgoing_document(document: Document, *, before: Summary | None = None) -> Document:
    """``document`` with the outgoing edition of its Summary; the composed words stay, a supplement is filtered."""
    supplement = document.supplement
    if supplement is not None and document.edition != Edition.OUTGOING:
        telling = _Telling(document.summary)
        supplement = replace(supplement, changes=tuple(telling.change(each) for each in supplement.changes))
    return replace(document, summary=outgoing(document.summary, before=before), supplement=supplement)


class _Telling:
    """What a supplement may tell: that something changed always, of sensitive figures only the province's totals."""

    def __init__(self, summary: Summary):
        self.sensitive = {row.code for row in summary.rows if row.sensitive}
        self.ratios = {row.code for row in summary.rows if not self.sensitive.isdisjoint(row.rests_on)}

    def change(self, change: Change) -> Change:
        change = replace(change, effects=tuple(self._effect(each) for each in change.effects), reason="")
        if change.kind in WORDS:
            words = _("lời văn của cơ quan, không gửi kèm")
            name = change.name if self.sensitive.isdisjoint(CODE.findall(change.name)) else change.name.split(" (")[0]
            return replace(change, name=name, before=words, now=words)
        if change.sensitive or change.code in self.sensitive:
            return replace(change, before=Mark.HIDDEN.words, now=Mark.HIDDEN.words)
        return change

    def _effect(self, effect: Effect) -> Effect:
        """A total that moved by 1 to 4 tells what one body said, and so does a ratio over such a total."""
        if effect.code not in self.sensitive | self.ratios:
            return effect
        sizes = [_leading(text) for text in (effect.before, effect.now)]
        moved = None if None in sizes else abs(sizes[0] - sizes[1])
        total = effect.place in WHOLE if effect.place else effect.column == str(Option.TOTAL.label)
        if total and (moved == 0 or (moved is not None and moved >= LEAST and effect.code in self.sensitive)):
            return effect
        return replace(effect, before=Mark.HIDDEN.words, now=Mark.HIDDEN.words)


def _leading(text: str) -> Decimal | None:
    """The number that a text begins with; None without one."""
    try:
        return parse_number(re.split(r"[\s(]", text.strip(), maxsplit=1)[0], "rate")
    except NotANumber:
        return None


def _size(what: Decimal | Mark | Amount | None) -> Decimal | None:
    """As it adds up: "không phát sinh" is nothing; None where no figure is."""
    if isinstance(what, Amount):
        what = what.mark if what.value is None else what.value
    if what is Mark.NOTHING:
        return Decimal(0)
    return what if isinstance(what, Decimal) else None


def _is_small(value: Decimal) -> bool:
    return 0 < value < LEAST


class _Edition:
    """What of one Summary is hidden. Places are those of ``summary.bodies``."""

    def __init__(self, summary: Summary):
        self.summary = summary
        self.rows = {row.code: row for row in summary.rows}
        self.place = {body.code: place for place, body in enumerate(summary.bodies)}
        self.tables = Tables()
        self.number: dict[tuple, int] = {}  # of every figure, by what it is
        self.small: set[int] = set()
        for row in self.rows.values():
            if _is_counted(row):
                self._figures(row)
                self._sums(row)
                self._breakdowns(row)
        self._rules()
        hidden = hide(self.tables, self.small)
        self.hidden = {key for key, number in self.number.items() if number in hidden}

    # --- what is published, and how it adds up ---

    def _add(self, key: tuple, what, rank: int | None) -> None:
        value = _size(what)
        if value is None:
            return
        self.number[key] = self.tables.add(value, rank)
        if rank is not None and _is_small(value):
            self.small.add(self.number[key])

    def _figures(self, row: Row) -> None:
        hideable = row.sensitive
        for option, amount in ((TOTAL, row.total), *row.options.items()):
            self._add((row.code, "amount", option), amount, AMOUNT if hideable and option != TOTAL else None)
        for option, amount in row.reported.items():
            self._add((row.code, "reported", option), amount, REPORTED if hideable else None)
        if TOTAL in row.reported:  # the total without the ledger is the province's: never small by itself
            self.small.discard(self.number.get((row.code, "reported", TOTAL)))
        for option, cells in row.cells.items():
            for place, what in enumerate(cells):
                self._add((row.code, option, place), what, self._rank(what) if hideable else None)
        for (option, place), what in row.reported_cells.items():
            self._add((row.code, option, place, "reported"), what, self._rank(what) if hideable else None)
        for check in row.cross:
            self._add((row.code, "cross", check.counting_group), check.amount, AMOUNT if hideable else None)
            if check.reported is not None:
                key = (row.code, "cross", check.counting_group, "reported")
                self._add(key, check.reported, AMOUNT if hideable else None)

    @staticmethod
    def _rank(what) -> int:
        return CELL if _size(what) else EMPTY

    def _sums(self, row: Row) -> None:
        """The counted bodies add up to the amounts, those of a cross-checking group to theirs."""
        checks = {check.counting_group for check in row.cross}
        groups: dict[str | None, list[int]] = {None: []}
        for place, body in enumerate(self.summary.bodies):
            group = body.counting_group
            groups.setdefault(group if group in checks else None, []).append(place)
        for option in row.cells:
            self._sum((row.code, "amount", option), row.code, option, groups[None])
            self._sum((row.code, "reported", option), row.code, option, groups[None], as_reported=True)
        for group in checks:
            places = groups.get(group, ())
            self._sum((row.code, "cross", group), row.code, TOTAL, places)
            self._sum((row.code, "cross", group, "reported"), row.code, TOTAL, places, as_reported=True)

    def _sum(self, key: tuple, code: str, option: str, places, *, as_reported: bool = False) -> None:
        cells = [number for p in places if (number := self._cell(code, option, p, as_reported)) is not None]
        if key in self.number and cells:
            self.tables.equal([self.number[key]], cells)

    def _cell(self, code: str, option: str, place: int, as_reported: bool = False) -> int | None:
        """The number of a body's figure; None where it gave none. ``as_reported``: without the ledger."""
        if as_reported and (option, place) in self.rows[code].reported_cells:
            return self.number.get((code, option, place, "reported"))
        return self.number.get((code, option, place))

    def _breakdowns(self, row: Row) -> None:
        """In every column of figures (the province, each body, each as reported): parts of a total."""
        for column in self._columns(row):
            whole = column(row.code, TOTAL)
            parts = {option: number for option in row.options if (number := column(row.code, option)) is not None}
            if whole is None:
                continue
            if all(age.value in parts for age in AGES):
                self.tables.equal([whole], [parts[age.value] for age in AGES])
            for part in parts.values():
                self.tables.at_most([part], [whole])
                if row.sensitive:
                    self._rest(whole, part)

    def _rest(self, whole: int, part: int) -> None:
        """The others beside an of-which (boys beside girls) are published nowhere, and as small as any."""
        value = self.tables.values[whole] - self.tables.values[part]
        if _is_small(value):
            rest = self.tables.add(value, CELL)
            self.tables.equal([whole], [part, rest])
            self.small.add(rest)
            if part in self.tables.hideable:
                self.small.add(part)

    def _columns(self, *rows: Row):
        """For every table of ``rows`` a way to its figures: (code, option) → number, None where there is none."""
        yield lambda code, option: self.number.get((code, "amount", option))
        if any(row.reported for row in rows):
            yield lambda code, option: self.number.get(
                (code, "reported", option), self.number.get((code, "amount", option))
            )
        corrected = {place for row in rows for _option, place in row.reported_cells}
        for place in range(len(self.summary.bodies)):
            yield lambda code, option, place=place: self._cell(code, option, place)
            if place in corrected:
                yield lambda code, option, place=place: self._cell(code, option, place, True)

    def _rules(self) -> None:
        """The catalogue's rules hold for the totals, and what is of equal kinds also for their of-which."""
        for left, compare, right in self.summary.rules:
            rows = [self.rows.get(code) for code in (*left, *right)]
            if None in rows or not any(_is_counted(row) and row.sensitive for row in rows):
                continue
            options = set.intersection(*({TOTAL, *row.options} for row in rows))
            for column in self._columns(*rows):
                for option in sorted(options):
                    self._rule([column(code, option) for code in left], compare, [column(c, option) for c in right])

    def _rule(self, left: list, compare: str, right: list) -> None:
        if None in left or None in right:
            return
        if compare == "=":
            self.tables.equal(left, right)
        elif compare == "<=":
            self.tables.at_most(left, right)
        else:
            self.tables.at_most(right, left)

    # --- the edition ---

    def hides(self, code: str, option: str, place: int) -> bool:
        """Whether a body's figure, or what it reported instead, is hidden."""
        return (code, option, place) in self.hidden or (code, option, place, "reported") in self.hidden

    def hides_any(self, codes, body) -> bool:
        """Whether the total of one of these indicators is hidden of ``body``; without cells nobody can tell."""
        rows = [self.rows[code] for code in codes if code in self.rows]
        place = self.place.get(body.code)
        return any(row.sensitive and (place is None or not row.cells) for row in rows) or any(
            self.hides(row.code, TOTAL, place) for row in rows
        )

    def touches(self, line) -> bool:
        """Whether a line of the ledger is about a hidden figure."""
        row, place = self.rows[line.code], self.place[line.body.code]
        return row.sensitive and (not row.cells or self.hides(line.code, line.option, place))

    def tells(self, jump: Jump, last: "_Edition | None") -> bool:
        """A jump tells last year's figure too: shown where both editions show theirs."""
        if not self.rows[jump.code].sensitive:
            return last is None or not last.hides_any([jump.code], jump.body)
        if last is None or jump.code not in last.rows or not last.rows[jump.code].sensitive:
            return False
        return not self.hides_any([jump.code], jump.body) and not last.hides_any([jump.code], jump.body)

    def row(self, row: Row, last: "_Edition | None") -> Row:
        """``row`` as this edition draws it; ``last``: last year's, where it is known."""
        if row.combine == Combine.RATIO:
            return self._ratio(row, last) if self._rests_on_sensitive(row) else row
        if not row.sensitive or not _is_counted(row):
            return row
        return replace(
            row,
            options={o: self._amount(amount, (row.code, "amount", o)) for o, amount in row.options.items()},
            coverage=replace(row.coverage, share=None),  # of one body's figure last year
            cross=tuple(self._check(row.code, check) for check in row.cross),
            cells={
                option: tuple(
                    Mark.HIDDEN if (row.code, option, place) in self.hidden else what
                    for place, what in enumerate(cells)
                )
                for option, cells in row.cells.items()
            },
            reported={o: self._amount(amount, (row.code, "reported", o)) for o, amount in row.reported.items()},
            previous_reported=_last_reported(row, last),
            reported_cells={
                (option, place): Mark.HIDDEN if (row.code, option, place, "reported") in self.hidden else what
                for (option, place), what in row.reported_cells.items()
            },
        )

    def _amount(self, amount: Amount, key: tuple) -> Amount:
        return _hidden(amount) if key in self.hidden else amount

    def _check(self, code: str, check: CrossCheck) -> CrossCheck:
        key = (code, "cross", check.counting_group)
        reported = None if check.reported is None else self._amount(check.reported, (*key, "reported"))
        return replace(check, amount=self._amount(check.amount, key), reported=reported)

    # --- ratios ---

    def _parts(self, row: Row) -> list[Row]:
        """The sensitive ones of the two figures that a ratio rests on."""
        rows = (self.rows.get(code) for code in row.rests_on)
        return [part for part in rows if part is not None and part.sensitive]

    def _rests_on_sensitive(self, row: Row) -> bool:
        return bool(self._parts(row)) or row.sensitive

    def _ratio(self, row: Row, last: "_Edition | None") -> Row:
        """A body's ratio goes with either of its parts; the province's only where it gives a body away."""
        parts = self._parts(row)
        gone = {
            place
            for place in range(len(self.summary.bodies))
            if not row.rests_on or any(self.hides(part.code, TOTAL, place) for part in parts)
        }
        hidden = self.gives_away(row)
        reported = hidden or any((part.code, "reported", TOTAL) in self.hidden for part in parts)
        return replace(
            row,
            total=_hidden(row.total) if hidden else row.total,
            previous=_last_ratio(row, parts, last),
            previous_reported=_last_reported(row, last),
            cells={o: tuple(_gone(what, p in gone) for p, what in enumerate(c)) for o, c in row.cells.items()},
            reported={o: _hidden(amount) if reported else amount for o, amount in row.reported.items()},
            reported_cells={(o, p): _gone(what, p in gone) for (o, p), what in row.reported_cells.items()},
        )

    def gives_away(self, row: Row) -> bool:
        """Whether the province's ratio rests on fewer bodies than a part's total, and a hidden one is among the others.

        Who gave only one of the two figures is in its total and not in the ratio, so the two would tell it.
        """
        if row.total.value is None:
            return False
        if not row.cells:
            return any(part.total.answered != row.total.answered for part in self._parts(row))
        given = {p for p, what in enumerate(row.cells[TOTAL]) if isinstance(what, Decimal) or what is Mark.UNDEFINED}
        places = set(range(len(self.summary.bodies))) - given
        return any(self.hides(part.code, TOTAL, place) for part in self._parts(row) for place in places)


def _is_counted(row: Row) -> bool:
    """Ratios are computed, and a yes is no number of children."""
    return row.combine not in (Combine.RATIO, Combine.COUNT_YES)


def _hidden(amount: Amount) -> Amount:
    return amount if _size(amount) is None else replace(amount, value=None, mark=Mark.HIDDEN)


def _gone(what: Decimal | Mark, gone: bool) -> Decimal | Mark:
    return Mark.HIDDEN if gone and (isinstance(what, Decimal) or what is Mark.UNDEFINED) else what


def _last_reported(row: Row, last: _Edition | None) -> Amount | None:
    """Last year's total without the ledger, as last year's edition had it; hidden where that is not known."""
    if row.previous_reported is None:
        return None
    then = None if last is None else last.rows.get(row.code)
    if then is None:
        return _hidden(row.previous_reported)
    edited = last.row(then, None).reported.get(TOTAL)
    return row.previous_reported if edited is None or edited.mark is not Mark.HIDDEN else _hidden(row.previous_reported)


def _last_ratio(row: Row, parts: list[Row], last: _Edition | None) -> Amount | None:
    """Last year's ratio, unless it gives a body away."""
    if row.previous is None:
        return None
    then = None if last is None else last.rows.get(row.code)
    if then is not None:
        return _hidden(row.previous) if last.gives_away(then) else row.previous
    answered = {part.previous.answered for part in parts if part.previous is not None}
    return row.previous if answered <= {row.previous.answered} else _hidden(row.previous)
