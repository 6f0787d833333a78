"""Which further figures are hidden so that no hidden one can be computed. Pure: figures and equations, no reports.

What is published is a set of equations. A hidden figure cannot be computed when there is a witness: another set of
figures that fits everything published and differs in it. One witness with random differences proves it for all
hidden figures at once, in exact integers; a figure that did not move in it is taken as found out.

Besides equations an attacker knows that nothing counted is less than 0, that a part is at most its whole, and the
rules: hidden figures of which all can only be 0 are found out too.
"""

import heapq
import random
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction


class Tables:
    """All figures that are published somewhere, numbered in the order of ``add``, and how they hang together."""

    def __init__(self):
        self.values: list[Decimal] = []
        self.ranks: list[tuple] = []  # what is hidden rather, comes first
        self.hideable: set[int] = set()
        self.equations: list[dict[int, int]] = []  # the sum of coefficient × figure is 0
        self.bounds: list[tuple[tuple[int, ...], tuple[int, ...]]] = []  # sum of the left <= sum of the right

    def add(self, value: Decimal, rank: int | None = None) -> int:
        """The number of a new figure; ``rank`` None: it is shown whatever happens."""
        number = len(self.values)
        self.values.append(value)
        self.ranks.append((rank, value, number))
        if rank is not None:
            self.hideable.add(number)
        return number

    def equal(self, left: Iterable[int], right: Iterable[int]) -> None:
        """The sum of ``left`` is that of ``right``; what is not true of the figures helps nobody and is left out."""
        row: dict[int, int] = {}
        for side, sign in ((left, 1), (right, -1)):
            for figure in side:
                row[figure] = row.get(figure, 0) + sign
        row = {figure: factor for figure, factor in row.items() if factor}
        if row and not sum(self.values[figure] * factor for figure, factor in row.items()):
            self.equations.append(row)

    def at_most(self, left: Iterable[int], right: Iterable[int]) -> None:
        """The sum of ``left`` is at most that of ``right``; tells something where the right is nothing but zeros."""
        left, right = tuple(left), tuple(right)
        if not any(self.values[figure] for figure in (*left, *right)):
            self.bounds.append((left, right))


def hide(tables: Tables, small: Iterable[int]) -> frozenset[int]:
    """The figures of ``tables`` that are not published: ``small`` and what would give one of them away.

    Left out of the answer is what everybody knows from the figures that are shown whatever happens (the cell of
    the only body that answered is the total): hiding it would hide nothing.
    """
    protectable = tables.hideable - _found_out(tables.equations, tables, tables.hideable)[0]
    hidden: set[int] = set()
    for equations, bounds, own in _apart(tables, protectable):
        wanted = own.intersection(small)
        if wanted:
            hidden |= _Component(tables, equations, bounds, own).closed(wanted)
    return frozenset(hidden.union(set(small) & protectable))


class _Component:
    """Figures that hang together; what is hidden elsewhere tells nothing about them."""

    def __init__(self, tables: Tables, equations, bounds, own: set[int]):
        self.tables, self.equations, self.bounds, self.own = tables, equations, bounds, own
        self.holding: dict[int, list[int]] = {figure: [] for figure in own}  # the places of its equations
        for place, row in enumerate(equations):
            for figure in own.intersection(row):
                self.holding[figure].append(place)

    def closed(self, hidden: set[int]) -> set[int]:
        """``hidden`` and as many more that none of them can be computed; in the worst case all."""
        wanted, hidden = set(hidden), set(hidden)
        while True:
            found, why = _found_out(self.equations, self.tables, hidden, self.bounds)
            if not found:
                return self._lean(hidden, wanted)
            if hidden == self.own:
                return hidden
            unknown = hidden.difference(why)
            more = self._alone(unknown) | self._beside_zeros(why, hidden)
            hidden |= more or self._in_a_sum(found.difference(why), unknown) or self.own

    def _lean(self, hidden: set[int], wanted: set[int]) -> set[int]:
        """``hidden`` without those that turned out not to be needed; worth the while in small tables only."""
        spare = sorted(hidden - wanted, key=lambda figure: self.tables.ranks[figure], reverse=True)
        if len(spare) > LEAN:
            return hidden
        for figure in spare:
            fewer = hidden - {figure}
            if not _found_out(self.equations, self.tables, fewer, self.bounds)[0]:
                hidden = fewer
        return hidden

    def _alone(self, unknown: set[int]) -> set[int]:
        """For every equation with one unknown figure the one that is hidden beside it."""
        more: set[int] = set()
        counts = [sum(1 for figure in row if figure in unknown) for row in self.equations]
        for place, row in enumerate(self.equations):
            if counts[place] == 1:
                for figure in self._first(row, unknown | more, counts):
                    more.add(figure)
                    for other in self.holding[figure]:
                        counts[other] += 1
        return more

    def _beside_zeros(self, why: dict[int, Iterable[int]], hidden: set[int]) -> set[int]:
        """What is hidden beside figures that can only be 0, so that they can be something else."""
        more: set[int] = set()
        for constraint in why.values():
            if more.isdisjoint(constraint):
                sizes = [figure for figure in constraint if self.tables.values[figure]]
                more |= self._first(sizes or constraint, hidden | more)
        return more

    def _in_a_sum(self, found: set[int], unknown: set[int]) -> set[int]:
        """One more figure in a combination of equations that gives one of ``found`` away."""
        sums = (self._first(_combination(self.equations, unknown, figure), unknown) for figure in sorted(found))
        return next(filter(None, sums), set())

    def _first(self, figures: Iterable[int], hidden: set[int], counts: list[int] | None = None) -> set[int]:
        """The one of ``figures`` to hide next: that which draws the fewest others after it, then by rank."""
        free = [figure for figure in figures if figure in self.own and figure not in hidden]

        def price(figure: int) -> tuple:
            drawn = sum(1 for place in self.holding[figure] if not counts[place]) if counts else 0
            return drawn + self.tables.ranks[figure][0], self.tables.ranks[figure]

        return {min(free, key=price)} if free else set()


LEAN = 60  # secondary figures of a component that are tried one by one


def _apart(tables: Tables, protectable: set[int]):
    """(equations, bounds, figures) of each component of the ``protectable`` figures."""
    parent = {figure: figure for figure in protectable}

    def root(figure: int) -> int:
        while parent[figure] != figure:
            parent[figure] = figure = parent[parent[figure]]
        return figure

    constraints = [*tables.equations, *((*left, *right) for left, right in tables.bounds)]
    for constraint in constraints:
        own = [figure for figure in constraint if figure in parent]
        for figure in own[1:]:
            parent[root(figure)] = root(own[0])
    found: dict[int, tuple[list, list, set[int]]] = {}
    for figure in sorted(protectable):
        found.setdefault(root(figure), ([], [], set()))[2].add(figure)
    for place, constraint in enumerate([*tables.equations, *tables.bounds]):
        figures = constraint if place < len(tables.equations) else (*constraint[0], *constraint[1])
        first = next((figure for figure in figures if figure in parent), None)
        if first is not None:
            found[root(first)][place >= len(tables.equations)].append(constraint)
    return found.values()


def _found_out(equations, tables: Tables, hidden: set[int], bounds=None) -> tuple[set[int], dict[int, Iterable[int]]]:
    """Those of ``hidden`` that can be computed; of those that can only be 0 also the constraint that says so."""
    why = _only_zero(equations, tables.bounds if bounds is None else bounds, tables.values, hidden)
    unknown = hidden.difference(why)
    moved = _witness(_reduced(_within(equations, unknown)), unknown)
    return {figure for figure in unknown if not moved[figure]}.union(why), why


def _only_zero(equations, bounds, values, hidden: set[int]) -> dict[int, Iterable[int]]:
    """{hidden figure that can only be 0: the constraint from which that follows}."""
    known: dict[int, Iterable[int]] = {}
    nought = {figure for figure in hidden if not values[figure]}
    rows = [row for row in equations if not nought.isdisjoint(row)]
    while True:
        before = len(known)
        for row in rows:
            own = [figure for figure in row if figure in hidden and figure not in known]
            if own and all(figure in nought for figure in own) and len({row[figure] > 0 for figure in own}) == 1:
                known |= dict.fromkeys(own, row)
        for left, right in bounds:
            if all(figure not in hidden or figure in known for figure in right):
                new = [figure for figure in left if figure in hidden and figure not in known]
                known |= dict.fromkeys(new, right)
        if len(known) == before:
            return known


def _within(equations, unknown: set[int]) -> list[dict[int, int]]:
    """The equations as far as they are about ``unknown``: everything else in them is published."""
    rows = ({figure: factor for figure, factor in row.items() if figure in unknown} for row in equations)
    return [row for row in rows if row]


def _reduced(rows: list[dict[int, int]]) -> list[tuple[int, dict]]:
    """[(figure, its equation)] such that no equation holds the figure of one before it. Keys below 0 are no figures.

    An equation with a figure that is in no other binds nobody else and comes first, which leaves little to compute.
    """
    rows = [dict(row) for row in rows]
    holding: dict[int, set[int]] = {}
    for place, row in enumerate(rows):
        for figure in row:
            if figure >= 0:
                holding.setdefault(figure, set()).add(place)
    order, left = [], set(range(len(rows)))
    ready = sorted((figure for figure, places in holding.items() if len(places) == 1), reverse=True)
    while ready:
        figure = ready.pop()
        if len(holding[figure]) != 1:
            continue
        (place,) = holding[figure]
        order.append((figure, rows[place]))
        left.discard(place)
        for other in rows[place]:
            if other >= 0:
                holding[other].discard(place)
                if len(holding[other]) == 1:
                    ready.append(other)
    return order + _eliminated([rows[place] for place in sorted(left, key=lambda place: (len(rows[place]), place))])


def _eliminated(rows: list[dict]) -> list[tuple[int, dict]]:
    """Gaussian elimination, short equations first."""
    order: list[tuple[int, dict]] = []
    places: dict[int, int] = {}
    often: dict[int, int] = {}
    for row in rows:
        for figure in row:
            often[figure] = often.get(figure, 0) + 1
    for row in rows:
        _cleared(row, order, places)
        own = [figure for figure in row if figure >= 0]
        if own:
            figure = min(own, key=lambda figure: (abs(row[figure]) != 1, often.get(figure, 0), figure))
            places[figure] = len(order)
            order.append((figure, row))
    return order


def _cleared(row: dict, order: list[tuple[int, dict]], places: dict[int, int]) -> None:
    """Take out of ``row`` every figure that an equation of ``order`` (by ``places``) stands for."""
    waiting = [places[figure] for figure in row if figure in places]
    heapq.heapify(waiting)
    while waiting:
        figure, other = order[heapq.heappop(waiting)]
        if figure not in row:
            continue
        times = _divided(row[figure], other[figure])
        for each, factor in other.items():
            now = row.get(each, 0) - times * factor
            if now:
                if each in places and each not in row:
                    heapq.heappush(waiting, places[each])
                row[each] = now
            else:
                row.pop(each, None)


def _divided(top, bottom):
    if bottom in (1, -1):
        return top * bottom
    exact = Fraction(top) / bottom
    return exact.numerator if exact.denominator == 1 else exact


def _witness(order: list[tuple[int, dict]], unknown: set[int]) -> dict:
    """{figure: by how much it may differ}, all at once and without any published figure differing."""
    by_chance = random.Random(0)  # noqa: S311 - always the same, so that the edition is
    moved = {figure: by_chance.getrandbits(64) + 1 for figure in sorted(unknown)}
    for figure, row in reversed(order):
        rest = sum(factor * moved[other] for other, factor in row.items() if other != figure)
        moved[figure] = _divided(-rest, row[figure])
    return moved


def _combination(equations, unknown: set[int], figure: int) -> list[int]:
    """The figures of the sum of equations that leaves ``figure`` alone; [] where none does."""
    rows = []
    for place, row in enumerate(equations):
        own = {each: factor for each, factor in row.items() if each in unknown}
        if own:
            rows.append(own | {-1 - place: 1})
    order = _reduced(rows)
    row = {figure: 1}
    _cleared(row, order, {each: place for place, (each, _row) in enumerate(order)})
    if any(each >= 0 for each in row):
        return []
    total: dict[int, int] = {}
    for each, times in row.items():
        for other, factor in equations[-1 - each].items():
            total[other] = total.get(other, 0) + times * factor
    return [other for other, factor in total.items() if factor]
