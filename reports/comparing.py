"""Figures of a report beside last year's and beside those of comparable bodies: for reading, nothing is blocked.

Comparable are the bodies of the same group in the same period whose report is with the province (sent or accepted).
A returned report is being worked on, so its figures are drafts and are not read; nor are those being typed.

Bodies differ in size by orders of magnitude, so a score needs a fair scale:

* where the catalogue has a rate of a count (births registered of all children under five) the rate is compared, for
  the count and for the rate itself: a large district is not odd for being large;
* other counts and sums of money go by their logarithm (of 1 + the figure, so that 0 has its place): what counts is how
  many times as much as usual. Some of them grow with a body, as injured children do, others do not, as documents
  issued: whether a figure is taken as it is or per child (the first denominator that bodies share) the comparable
  bodies decide themselves, by which of the two they differ less in. How large a body is, is never odd;
* a percentage that is typed has no size of a body in it and is compared as it is.

Among a few bodies that are much alike a small difference has a large score. So an outlier must also differ from what
is usual by a tenth, and by the least change that the catalogue calls a jump.

"Không phát sinh" is no figure: it takes part in no median and has no score.

Cost: the figures of a group stay in memory (``Peers``); a page asks which sendings there are, and reads figures only of
those that are new. Measured at 3,321 bodies of one group, 290,000 figures: 27 ms of
processor time a page, 80 ms after another body has sent, 0.7 s and 63 MB for the first page of a process.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import log1p
from threading import Lock

from django.db.models import BigIntegerField, ExpressionWrapper, F, TextField
from django.db.models.functions import Cast

from directives.choices import JUMPING, Option, ValueType

from .answers import Answer, Answers, Cell
from .choices import Status
from .earlier import last_years
from .models import Figure, Report
from .models.figures import SCALE, plain
from .outliers import as_it_is, is_far, middle_pair, usual

WITH_THE_PROVINCE = (Status.SUBMITTED, Status.ACCEPTED)
FEW = 200  # sendings that are new since the last page: so many are asked for by number, more by their group

Row = dict[str, float]  # the figures of one body: {column: thousandths}, rates among them, and figures per child


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one figure of a report.

    ``previous``: the same body's accepted answer of last year. ``median`` of the ``bodies`` comparable ones that gave
    a figure, in its unit. ``score``: see ``outliers``, None where there is nothing to measure by; ``per``: the code
    of the figure per which it was measured, "" where as it is.
    """

    previous: Answer | None = None
    median: Decimal | None = None
    bodies: int = 0
    score: Decimal | None = None
    outlier: bool = False
    per: str = ""


def beside(report: Report, answers: Answers, previous: Answers | None = None) -> dict[str, Beside]:
    """{code: Beside} for the indicators of ``report``, computed ones among them; ``answers``: the sending read.

    ``previous``: last year's answers (``earlier.last_years``) where the caller has them. Two queries, a third when
    another body has sent since; one less with ``previous``.
    """
    previous = last_years(report) if previous is None else previous
    numbers = numbers_of(report.period)
    own, before = row_of(answers, numbers), row_of(previous, numbers)
    judging = _Judging(own, peers_of(report.period_id, report.group).columns_beside(report), numbers)
    found = {}
    for indicator in report.indicators():
        was = _rate(before.get(indicator.code)) if indicator.computed else previous.get(Cell(indicator.code))
        others = judging.columns[indicator.code]
        found[indicator.code] = Beside(was, _median(others), len(others), *judging.verdict(indicator))
    return found


class _Judging:
    """The figures of one body (``own``) beside the ``columns`` of the others."""

    def __init__(self, own: Row, columns: dict[str, list], numbers: "Numbers"):
        self.own, self.columns, self.numbers = own, columns, numbers
        self._rates = {rate.numerator: rate for rate in reversed(numbers.rates)}

    def verdict(self, indicator) -> tuple[Decimal | None, bool, str]:
        """(score, outlier, per) of one figure."""
        if indicator.code not in self.own or indicator.code == self.numbers.size:
            return None, False, ""
        rate = indicator if indicator.computed else self._rates.get(indicator.code)
        if rate is not None and rate.code in self.own:
            measured, per, scale = rate.code, rate.denominator, as_it_is
            expected = self._middle(rate.code) * self.own[rate.denominator] / (rate.factor * SCALE)
            told = self.numbers.typed_by_code[rate.numerator]
        else:
            measured, per, scale = self._fairest(indicator)
            expected = self._middle(measured) * (self.own[per] if per else 1)
            told = indicator
        measure = usual(self.columns[measured], scale)
        if measure is None:
            return None, False, ""
        score = Decimal(f"{measure.score(self.own[measured]):.2f}")  # as it is shown: what is far also reads like it
        return score, is_far(score) and _differs(self.own[told.code], expected, told), per

    def _fairest(self, indicator) -> tuple:
        """(column, per, scale): as it is, or per child, whichever the others differ less in."""
        code, size, per_child = indicator.code, self.numbers.size, self.numbers.per_size(indicator.code)
        if indicator.value_type not in JUMPING:
            return code, "", as_it_is
        plain = usual(self.columns[code], _times)
        if plain is not None and per_child in self.own:
            scale = _of_a_body_with(self._middle(size))
            by_size = usual(self.columns[per_child], scale)
            if by_size is not None and by_size.spread < plain.spread:
                return per_child, size, scale
        return code, "", _times

    def _middle(self, column: str) -> float:
        others = self.columns[column]
        return sum(middle_pair(others)) / 2 if others else 0.0


def _differs(value: float, expected: float, indicator) -> bool:
    """Both in thousandths: a tenth apart, and by what the catalogue calls the least of a jump."""
    apart = abs(value - expected)
    return apart >= indicator.jump_least * SCALE and apart * 10 >= expected


def _times(thousandths: float) -> float:
    return log1p(thousandths / SCALE)


def _of_a_body_with(size: float):
    """The scale of figures per child, drawn as if every body had so many children: 0 and 1 are as far apart there."""
    return lambda per_child: log1p(per_child * size / SCALE)


def _median(ordered: list) -> Decimal | None:
    return plain(Decimal(sum(middle_pair(ordered))) / (2 * SCALE)) if ordered else None


def _rate(thousandths: int | None) -> Answer | None:
    return None if thousandths is None else Answer(plain(Decimal(thousandths) / SCALE))


# --- rows and columns ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """The indicators of a period that have a size: ``typed`` {primary key: code}, and the ``rates`` among them.

    ``size``: the code of the figure that says how large a body is, "" without one.
    """

    typed: dict[int, str]
    rates: tuple
    typed_by_code: dict
    size: str

    def per_size(self, code: str) -> str:
        """The name of the column of a figure per child."""
        return f"{code}/{self.size}"


def numbers_of(period) -> Numbers:
    sized = [indicator for indicator in period.indicators() if indicator.value_type != ValueType.YES_NO]
    typed, rates = [i for i in sized if not i.computed], tuple(i for i in sized if i.computed)
    below = {rate.denominator for rate in rates}
    size = next((i.code for i in typed if i.task_number == 0 and i.code in below), "")
    return Numbers({i.pk: i.code for i in typed}, rates, {i.code: i for i in typed}, size)


def row_of(answers: Answers, numbers: Numbers) -> Row:
    """The totals of one report as whole thousandths, with what follows from them."""
    totals = {code: answers.get(Cell(code)) for code in numbers.typed.values()}
    row = {code: int(total.value * SCALE) for code, total in totals.items() if total and total.value is not None}
    return _completed(row, numbers)


def _completed(row: Row, numbers: Numbers) -> Row:
    """With the rates, and with every figure per child."""
    size = row.get(numbers.size)
    per_child = {numbers.per_size(code): value / size for code, value in row.items()} if size else {}
    for rate in numbers.rates:
        top, bottom = row.get(rate.numerator), row.get(rate.denominator)
        if top is not None and bottom:
            row[rate.code] = (top * rate.factor * SCALE + bottom // 2) // bottom
    return row | per_child


class Peers:
    """The figures of one group of bodies in one period, as they are with the province, kept in memory.

    Every page asks which sendings there are now (a report's version, and when it was sent), reads the figures of
    those that are new and drops what was returned or taken back. A sending never changes, so nothing here can be out
    of date. The threads of a process share it; each process has its own.
    """

    def __init__(self, period_id: int, group: str):
        self._reports = Report.objects.filter(period_id=period_id, group=group, status__in=WITH_THE_PROVINCE)
        self._lock = Lock()
        self._known: dict[int, list] = {}  # report → which sending of it
        self._rows: dict[int, Row] = {}
        self._columns: dict[str, list] = defaultdict(list)  # ascending

    def columns_beside(self, report: Report) -> dict[str, list]:
        """{column: the other bodies' figures, ascending}, without that of ``report`` itself."""
        with self._lock:
            self._refresh(numbers_of(report.period))
            own = self._rows.get(report.pk, {})
            columns = {name: _without(column, own.get(name)) for name, column in self._columns.items()}
        return defaultdict(list, columns)

    def _refresh(self, numbers: Numbers) -> None:
        # As text: a moment of each of 3,321 would take longer to read than everything else here.
        sent = self._reports.order_by().annotate(sent=Cast("submitted_at", TextField()))
        now = {pk: which for pk, *which in sent.values_list("pk", "version", "sent").iterator(chunk_size=5000)}
        for pk in [pk for pk, which in self._known.items() if now.get(pk) != which]:
            del self._known[pk]
            for code, value in self._rows.pop(pk).items():
                self._columns[code] = _without(self._columns[code], value)
        new = now.keys() - self._known.keys()
        if new:
            self._take(self._read(new, numbers), numbers)
            self._known |= {pk: now[pk] for pk in new}

    def _read(self, new: Collection[int], numbers: Numbers) -> dict[int, Row]:
        # The status is asked once more: one that was returned since must not be read half typed.
        reports = self._reports.filter(pk__in=new) if len(new) <= FEW else self._reports
        figures = Figure.objects.filter(report__in=reports, option=Option.TOTAL, value__isnull=False).order_by()
        stored = figures.annotate(stored=ExpressionWrapper(F("value"), BigIntegerField()))
        rows: dict[int, Row] = {pk: {} for pk in new}
        for pk, indicator, value in stored.values_list("report_id", "indicator_id", "stored").iterator(chunk_size=5000):
            if pk in rows and indicator in numbers.typed:
                rows[pk][numbers.typed[indicator]] = value
        return rows

    def _take(self, rows: dict[int, Row], numbers: Numbers) -> None:
        touched = set()
        for pk, row in rows.items():
            self._rows[pk] = row = _completed(row, numbers)
            for code, value in row.items():
                self._columns[code].append(value)
            touched |= row.keys()
        for code in touched:
            self._columns[code].sort()


def _without(ordered: list, value: float | None) -> list:
    """Ascending numbers without one that is ``value``."""
    if value is None:
        return ordered.copy()
    place = bisect_left(ordered, value)
    return ordered[:place] + ordered[place + 1 :]


@lru_cache(maxsize=8)  # two years of the four groups
def peers_of(period_id: int, group: str) -> Peers:
    return Peers(period_id, group)
