"""Which lines of an issued document would read differently now, and which of them one change can reach. Pure.

A line is an indicator's code and a column: an option, last year's total, or what a group that only cross-checks said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from directives.choices import Option

from .bodies import BodyLine
from .document import Effect
from .summary import Amount, Coverage, Mark, Row, Summary

PREVIOUS = "previous"
CROSS = "cross:"
TOTAL = Option.TOTAL.value

Place = tuple[str, str]  # (code of the indicator, column)


class Side:
    """One of the two documents, with everything in it to be found by the body that it is of."""

    def __init__(self, summary: Summary):
        self.summary = summary
        self.rows = {row.code: row for row in summary.rows}
        self.places = {body.code: place for place, body in enumerate(summary.bodies)}
        self.ledger, self.jumps, self.explained, self.texts = (defaultdict(dict) for _each in range(4))
        for line in summary.ledger:
            self.ledger[line.body.code][line.code, line.option] = line
        for jump in summary.jumps or ():
            self.jumps[jump.body.code][jump.code] = jump
        for each in summary.explained or ():
            self.explained[each.body.code][each.code] = each
        self._sort_texts()

    def _sort_texts(self) -> None:
        """By the code of the body, or by its name where the document has no code: {task or OverviewPart: texts}."""
        places = [(section.number, section.texts) for section in self.summary.sections]
        for place, texts in (*places, *self.summary.overview.items()):
            for text in texts:
                written = self.texts[text.body_code or text.body].setdefault(place, [])
                written.append((text.results, text.difficulties, text.proposals))

    def texts_of(self, line: BodyLine) -> dict:
        """{number of a task, or an OverviewPart: texts} that the body wrote."""
        return self.texts.get(line.code) or self.texts.get(line.name, {})

    def line(self, body: str) -> BodyLine | None:
        """The body as the document has it; None where it is not counted."""
        place = self.places.get(body)
        return None if place is None else self.summary.bodies[place]

    def owes(self, code: str, body: str) -> bool:
        """Whether the indicator is asked of the body in this document."""
        row, place = self.rows.get(code), self.places.get(body)
        if row is None or place is None or TOTAL not in row.cells:
            return False
        return row.cells[TOTAL][place] is not Mark.NOT_OWED

    def columns(self, code: str, body: str) -> frozenset[str]:
        """The columns of an indicator that the body's figures are in."""
        if not self.owes(code, body):
            return frozenset()
        row, group = self.rows[code], self.summary.bodies[self.places[body]].counting_group
        if any(check.counting_group == group for check in row.cross):
            return frozenset({CROSS + group})
        return frozenset(row.cells)


def both(was: Side, now: Side) -> Iterator[tuple[str, tuple]]:
    """(code, (its row, its row now)) of the indicators of both documents."""
    for code, row in was.rows.items():
        if code in now.rows:
            yield code, (row, now.rows[code])


# --- what reads differently ------------------------------------------------------------------------


def differing(was: Side, now: Side) -> dict[Place, Effect]:
    """The lines whose figure or coverage differs, in the order of the document.

    The bodies that are missing are named only where figure and numbers of bodies stayed and other bodies are missing.
    What they held of last year's total is not told of a sensitive indicator: it can be one body's small number.
    """
    found, sensitive = {}, {row.code for side in (was, now) for row in side.rows.values() if row.sensitive}
    for code in dict.fromkeys((*was.rows, *now.rows)):
        before, after = was.rows.get(code), now.rows.get(code)
        told, tells = (_read(row, sensitive) for row in (before, after))
        for column in dict.fromkeys((*told, *tells)):
            one, other = told.get(column, NOWHERE), tells.get(column, NOWHERE)
            if one != other:
                row, words = after or before, 1 if one[0] == other[0] else 0
                label = _column_words(row, column, now.summary.previous_year or was.summary.previous_year)
                found[code, column] = Effect(code, row.name, label, one[words], other[words], column)
    return found


NOWHERE = ("", "")


def _read(row: Row | None, sensitive: set[str]) -> dict[str, tuple[str, str]]:
    """{column: how it reads, in short and in full} of everything provincial in a row, each with its coverage."""
    if row is None:
        return {}
    silent = not sensitive.isdisjoint((row.code, *row.rests_on))
    coverage = replace(row.coverage, share=None) if silent else row.coverage
    full = _words(row, row.total, coverage.long, row.reported.get(TOTAL))
    found = {TOTAL: (_words(row, row.total, row.coverage.short, row.reported.get(TOTAL)), full)}
    more = {option: (amount, row.reported.get(option)) for option, amount in row.options.items()}
    more |= {CROSS + check.counting_group: (check.amount, check.reported) for check in row.cross}
    if row.previous is not None:
        more[PREVIOUS] = row.previous, row.previous_reported
    for column, (amount, reported) in more.items():
        coverage = Coverage(amount.answered, amount.owed, estimates=amount.estimates).short
        found[column] = (_words(row, amount, coverage, reported),) * 2
    return found


def _words(row: Row, amount: Amount, coverage: str, reported: Amount | None) -> str:
    words = f"{row.shown(amount)} ({coverage})"
    if reported is None or row.shown(reported) == row.shown(amount):
        return words
    return _("%(used)s; số báo cáo %(reported)s") % {"used": words, "reported": row.shown(reported)}


def _column_words(row: Row, column: str, year: int | None) -> str:
    if column == PREVIOUS:
        return _("Năm %s") % year
    if column.startswith(CROSS):
        labels = {CROSS + check.counting_group: check.label for check in row.cross}
        return _("Đối chiếu: %s") % labels.get(column, column.removeprefix(CROSS))
    return str(Option(column).label)


# --- what a change can reach -----------------------------------------------------------------------


def reached_by_body(body: str, was: Side, now: Side, tasks: Iterable[int] | None = None) -> Iterator[Place]:
    """Every line that a body's whole report is in; of the indicators of ``tasks`` only, where they are given.

    Ratios belong to the tasks of their numerator and denominator too.
    """
    codes = dict.fromkeys((*was.rows, *now.rows))
    wanted = None if tasks is None else set(tasks)
    for code in codes:
        if wanted is None or not wanted.isdisjoint(_tasks_of(code, was, now)):
            for column in was.columns(code, body) | now.columns(code, body):
                yield code, column


def _tasks_of(code: str, was: Side, now: Side) -> set[int]:
    found = set()
    for side in (was, now):
        row = side.rows.get(code)
        if row is not None:
            found |= {row.task, *(side.rows[part].task for part in row.rests_on if part in side.rows)}
    return found


def reached_by_figure(
    body: str, code: str, option: str, was: Side, now: Side, *, whole_row: bool = False
) -> Iterator[Place]:
    """The lines that one figure of a body is in: its own, and the ratios that rest on it.

    ``whole_row``: its mark as an estimate changed, which stands for the of-which beside it too.
    """
    columns = was.columns(code, body) | now.columns(code, body)
    own = {option} | {column for column in columns if option == TOTAL and column.startswith(CROSS)}
    yield from ((code, column) for column in columns if whole_row or column in own)
    if option == TOTAL:
        for ratio in ratios_on(code, was, now):
            yield from ((ratio, column) for column in was.columns(ratio, body) | now.columns(ratio, body))


def ratios_on(code: str, was: Side, now: Side) -> tuple[str, ...]:
    """The codes of the ratios with ``code`` as numerator or denominator."""
    rows = (row for side in (was, now) for row in side.rows.values())
    return tuple(dict.fromkeys(row.code for row in rows if code in row.rests_on))
