"""How far one figure lies from those of comparable bodies, by a measure that a few odd figures cannot move. Pure.

The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993): the distance from the
median, in units of the median distance from it. Unlike mean and standard deviation neither moves when one body
types a zero too many.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LEAST = 5  # comparable bodies; of fewer nobody can say what is usual
FAR = 3.5  # a score beyond it, up or down, is an outlier (the authors' own threshold)
OF_NORMAL = 0.6745  # in a normal distribution the median distance is so many standard deviations
MEAN_OF_NORMAL = 1.253314  # and the standard deviation so many mean distances: for when the median distance is 0


def as_it_is(value) -> float:
    return float(value)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual among comparable bodies on ``scale``: the median and the spread around it."""

    middle: float
    spread: float
    scale: Callable[..., float]

    def score(self, value) -> float:
        return (self.scale(value) - self.middle) / self.spread


def usual(ordered: Sequence, scale: Callable[..., float] = as_it_is) -> Usual | None:
    """What is usual of ascending numbers; ``scale`` must grow with the number.

    None where there is nothing to measure by: fewer than five numbers, or all of them equal.
    """
    if len(ordered) < LEAST or ordered[0] == ordered[-1]:
        return None
    low, high = middle_pair(ordered)
    middle = (scale(low) + scale(high)) / 2
    spread = _median_distance(ordered, middle, scale) / OF_NORMAL
    if not spread:
        mean = sum(abs(scale(other) - middle) for other in ordered) / len(ordered)
        spread = MEAN_OF_NORMAL * mean
    return Usual(middle, spread, scale)


def robust_score(value, others: Iterable, scale: Callable[..., float] = as_it_is) -> float | None:
    """The score of ``value`` among ``others`` (without ``value`` itself, in any order); None: see ``usual``."""
    measure = usual(sorted(others), scale)
    return None if measure is None else measure.score(value)


def is_far(score) -> bool:
    return score is not None and abs(score) > FAR


def middle_pair(ordered: Sequence) -> tuple:
    """The two values between which the median of ascending numbers lies; of an odd number of them one value twice."""
    return ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]


def _median_distance(ordered: Sequence, middle: float, scale: Callable[..., float]) -> float:
    """The median of the distances from ``middle``, without measuring them all.

    The nearest k values lie side by side in the ascending order: where they begin is found by halving, and the
    next distance is that of a neighbour. With 3,321 bodies that is a dozen steps instead of a second sorting.
    """
    k, size = (len(ordered) + 1) // 2, len(ordered)
    first, last = 0, size - k
    while first < last:
        half = (first + last) // 2
        if middle - scale(ordered[half]) > scale(ordered[half + k]) - middle:
            first = half + 1
        else:
            last = half
    ends = (ordered[first], ordered[first + k - 1])
    within = max(abs(scale(end) - middle) for end in ends)
    if size % 2:
        return within
    beside = ordered[max(first - 1, 0) : first] + ordered[first + k : first + k + 1]
    return (within + min(abs(scale(other) - middle) for other in beside)) / 2
