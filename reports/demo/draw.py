"""Invented figures out of a seed: pure, the same for the same seed, on every machine."""

import random
from collections.abc import Iterable
from decimal import Decimal
from math import exp

from directives.choices import AGES, Option
from reports.answers import Cell

LIKE_LAST_YEAR = 0.05  # how far a year strays from what is usual for the body
OUT_OF_THE_ORDINARY = (0.5, 1.7)  # against the usual


class Draw:
    """Chance for one body in one year.

    Every draw has a name and its own source, so that a figure added later leaves the others as
    they are. What a body is like stays from year to year; a year only strays a little from it.
    """

    def __init__(self, seed: int, year: int, body: str):
        self.year = year
        self._body = f"{seed}/{body}"

    def of_year(self, name: str) -> random.Random:
        return random.Random(f"{self._body}/{self.year}/{name}")  # noqa: S311 - figures are invented, not secret

    def rate(self, name: str, low: float, high: float) -> float:
        """Between ``low`` and ``high``, usual for the body, a little different every year."""
        usual = self._of_body(name).uniform(low, high)
        strayed = usual * (1 + self.of_year(name).uniform(-LIKE_LAST_YEAR, LIKE_LAST_YEAR))
        return min(high, max(low, strayed))

    def share(self, name: str, whole: float, low: float, high: float) -> int:
        return round(whole * self.rate(name, low, high))

    def number(self, name: str, low: int, high: int) -> int:
        return round(self.rate(name, low, high))

    def money(self, name: str, low: float, high: float) -> Decimal:
        """Million đồng, one decimal."""
        return Decimal(f"{self.rate(name, low, high):.1f}")

    def chance(self, name: str, probability: float) -> bool:
        return self.of_year(name).random() < probability

    def usually(self, name: str, probability: float) -> bool:
        """Whether something is so with this body, every year."""
        return self._of_body(name).random() < probability

    def cases(self, name: str, mean: float) -> int:
        """How often something rare happened, ``mean`` times on average: every year is chance anew."""
        return _poisson(self.of_year(name), mean)

    def planned(self, name: str, mean: float) -> int:
        """How often the body did something that it plans: about as often as it usually does.

        ``mean``: over all bodies. Now and then a year is out of the ordinary.
        """
        usual, source = _poisson(self._of_body(name), mean), self.of_year(name)
        strayed = source.choice(OUT_OF_THE_ORDINARY) if source.random() < 0.2 else source.uniform(0.8, 1.2)
        return round(usual * strayed)

    def _of_body(self, name: str) -> random.Random:
        return random.Random(f"{self._body}/{name}")  # noqa: S311 - as above


def _poisson(source: random.Random, mean: float) -> int:
    """By Knuth's method."""
    found, limit, product = 0, exp(-mean), source.random()
    while product > limit:
        found += 1
        product *= source.random()
    return found


Child = frozenset[str]  # an invented child is the set of cells that it is counted in, and nothing else


class Table(dict[Cell, Decimal]):
    """The figures of one body. Writes only the cells that the body is asked for."""

    def __init__(self, options: dict[str, tuple[str, ...]], *, girls: float = 0.48, minority: float = 0.5):
        super().__init__()
        self.options = options
        self.girls, self.minority = girls, minority

    def put(self, code: str, total: int | Decimal, ages: tuple[int, ...] = ()) -> None:
        """A large figure; its of-which are the body's own shares, so that a part of a part stays a part."""
        self.write(code, Option.TOTAL, total)
        self.write(code, Option.GIRLS, round(float(total) * self.girls))
        self.write(code, Option.MINORITY, round(float(total) * self.minority))
        for option, number in zip(AGES, ages, strict=False):
            self.write(code, option, number)

    def tally(self, code: str, children: Iterable[Child]) -> int:
        """Children counted one by one, of-which by of-which; returns how many are counted under ``code``."""
        found = [child for child in children if code in child]
        self.write(code, Option.TOTAL, len(found))
        for option in (Option.GIRLS, Option.MINORITY, *AGES):
            self.write(code, option, sum(option.value in child for child in found))
        return len(found)

    def total(self, code: str) -> Decimal:
        return self.get(Cell(code), Decimal(0))

    def write(self, code: str, option: Option, figure: int | Decimal) -> None:
        if option.value in self.options.get(code, ()):
            self[Cell(code, option.value)] = Decimal(figure)


def child(source: random.Random, *codes: str, girls: float, minority: float, ages: tuple[float, float, float]) -> Child:
    """An invented child counted under ``codes``, its sex, people and age drawn by these shares."""
    words = {*codes, source.choices(AGES, ages)[0].value}
    if source.random() < girls:
        words.add(Option.GIRLS.value)
    if source.random() < minority:
        words.add(Option.MINORITY.value)
    return frozenset(words)
