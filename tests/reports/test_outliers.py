"""How far a figure lies from comparable ones: against values worked out by hand, and what must hold for any numbers."""

from math import log1p
from statistics import median

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reports.outliers import as_it_is, is_far, middle_pair, robust_score


@pytest.mark.parametrize(
    ("value", "others", "score"),
    [
        # median 3, distances 2 1 0 1 2, their median 1
        (3, [1, 2, 3, 4, 5], 0.0),
        (5, [1, 2, 3, 4, 5], 0.6745 * 2),
        (0, [1, 2, 3, 4, 5], 0.6745 * -3),
        # median 12, distances 2 1 0 1 88, their median 1: the odd one in the row changes nothing
        (15, [10, 11, 12, 13, 100], 0.6745 * 3),
        # even: median (3 + 4) / 2, distances 2.5 1.5 0.5 0.5 1.5 2.5, their median 1.5
        (10, [1, 2, 3, 4, 5, 6], 0.6745 * 6.5 / 1.5),
        # more than half are alike: median 0, the mean distance (0 + 0 + 0 + 0 + 5) / 5 = 1 stands in
        (4, [0, 0, 0, 0, 5], 4 / 1.253314),
        (0, [0, 0, 0, 0, 5], 0.0),
        (0, [7, 7, 7, 7, 7, 1], -7 / 1.253314),
        # distances 4 0 0 2, even: median of distances (0 + 2) / 2 over six others
        (9, [1, 5, 5, 5, 7, 9], 0.6745 * 4 / 1),
        # thousands: median 1010, distances 10 5 0 5 990, their median 5
        (20_000, [1000, 1005, 1010, 1015, 2000], 0.6745 * 18_990 / 5),
        # nothing to measure by
        (4, [1, 2, 3, 4], None),
        (4, [], None),
        (9, [3, 3, 3, 3, 3, 3], None),
        (3, [3, 3, 3, 3, 3, 3], None),
    ],
)
def test_scores_worked_out_by_hand(value, others, score):
    found = robust_score(value, others)
    assert found is None if score is None else found == pytest.approx(score)


def test_on_a_scale_the_distance_is_measured_there():
    """Of 1 + figure the logarithm: 0 9 99 999 9999 are as far from one another as 0 1 2 3 4."""
    assert robust_score(99_999, [0, 9, 99, 999, 9999], log1p) == pytest.approx(0.6745 * 3)
    assert robust_score(0, [0, 9, 99, 999, 9999], log1p) == pytest.approx(0.6745 * -2)


@pytest.mark.parametrize(
    ("score", "outlier"), [(None, False), (0, False), (3.5, False), (-3.5, False), (3.51, True), (-3.51, True)]
)
def test_beyond_three_and_a_half_is_an_outlier(score, outlier):
    assert is_far(score) is outlier


@pytest.mark.parametrize(
    ("ordered", "pair"), [([4], (4, 4)), ([4, 6], (4, 6)), ([1, 4, 6], (4, 4)), ([1, 4, 6, 9], (4, 6))]
)
def test_the_median_lies_between_two_values(ordered, pair):
    assert middle_pair(ordered) == pair


figures = st.integers(0, 10**9)
rows = st.lists(figures, min_size=5, max_size=40)
few_values = st.lists(st.integers(0, 4), min_size=5, max_size=40)  # many alike: where the fallback lies


def by_definition(value, others, scale):
    """The same, with every distance measured."""
    if len(set(others)) == 1:
        return None
    measured = [scale(other) for other in others]
    middle = median(measured)
    distances = [abs(one - middle) for one in measured]
    if median(distances):
        return 0.6745 * (scale(value) - middle) / median(distances)
    return (scale(value) - middle) / (1.253314 * sum(distances) / len(distances))


@given(figures, rows | few_values, st.sampled_from([as_it_is, log1p]))
@example(9, [1, 5, 5, 5, 7, 9], as_it_is)
def test_the_short_way_gives_what_the_definition_says(value, others, scale):
    wanted = by_definition(value, others, scale)
    found = robust_score(value, others, scale)
    assert found is None if wanted is None else found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(figures, rows | few_values, st.randoms())
def test_the_order_of_the_others_does_not_matter(value, others, random):
    shuffled = random.sample(others, len(others))
    assert robust_score(value, shuffled) == robust_score(value, others)


@given(figures, rows | few_values, st.integers(2, 1000), st.integers(0, 10**6))
def test_another_unit_or_another_zero_gives_the_same_score(value, others, factor, shift):
    """Children or thousands of children, counted from any zero: linear scales do not matter."""
    score = robust_score(value, others)
    moved = robust_score(value * factor + shift, [other * factor + shift for other in others])
    assert moved is None if score is None else moved == pytest.approx(score, rel=1e-9, abs=1e-9)


@given(figures, rows | few_values)
def test_mirrored_figures_have_the_mirrored_score(value, others):
    score = robust_score(value, others)
    mirrored = robust_score(-value, [-other for other in others])
    assert mirrored is None if score is None else mirrored == pytest.approx(-score, rel=1e-9, abs=1e-9)


@given(figures, figures, rows | few_values, st.sampled_from([as_it_is, log1p]))
def test_who_has_more_has_no_lower_score(one, other, others, scale):
    low, high = (robust_score(value, others, scale) for value in sorted((one, other)))
    assert (low is None) is (high is None)
    assert low is None or low <= high


@given(figures, rows, st.integers(2, 10**6))
def test_one_body_that_types_zeros_too_many_moves_nothing(value, others, factor):
    """The largest figure may be any number: nobody else's score changes."""
    *usual, largest = sorted(others)
    assume(median(abs(other - median(others)) for other in others))
    assume(largest - median(others) >= median(others) - usual[0])
    odd = [*usual, (largest + 1) * factor]
    assert robust_score(value, odd) == robust_score(value, others)
