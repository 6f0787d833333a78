"""Which change against last year is a jump that needs a reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.choices import Combine, ValueType
from directives.models import Indicator


def indicator(**values):
    return Indicator(**{"value_type": ValueType.COUNT, "combine": Combine.SUM} | values)


JUMPS = [  # jump_percent, jump_least, last year, now, verdict
    # more than 30 %, not 30 %, up and down
    (30, 5, "100", "130", False),
    (30, 5, "100", "131", True),
    (30, 5, "100", "130.001", True),
    (30, 5, "100", "70", False),
    (30, 5, "100", "69", True),
    (30, 5, "100", "69.999", True),
    # at least 5, also 5 itself
    (30, 5, "10", "14", False),
    (30, 5, "10", "14.999", False),
    (30, 5, "10", "15", True),
    (30, 5, "10", "5", True),
    (30, 5, "10.5", "15.499", False),
    (30, 5, "10.5", "15.5", True),
    # both: 5 of 16 is 31 %, 5 of 17 is 29 %
    (30, 5, "16", "21", True),
    (30, 5, "17", "22", False),
    # nothing last year, nothing now
    (30, 5, "0", "0", False),
    (30, 5, "0", "4", False),
    (30, 5, "0", "4.999", False),
    (30, 5, "0", "5", True),
    (30, 5, "4", "0", False),
    (30, 5, "5", "0", True),
    # no change
    (30, 5, "100", "100", False),
    (30, 5, "100", "100.000", False),
    # thresholds of its own
    (10, 5, "12400", "13640", False),
    (10, 5, "12400", "13641", True),
    (30, 3, "2", "4", False),
    (30, 3, "2", "5", True),
    (30, 3, "0", "3", True),
    (1, 1, "12", "13", True),
    (1, 1, "12", "12", False),
    (30, 20, "50.5", "70.4", False),
    (30, 20, "50.5", "70.5", True),
    (1000, 0, "3", "33", False),
    (1000, 0, "3", "34", True),
    # a least of 0: the percentage alone decides, and no change is still none
    (30, 0, "0", "0", False),
    (30, 0, "0", "0.001", True),
    (30, 0, "1", "1.3", False),
    (30, 0, "1", "1.301", True),
    # numbers as large as a figure can be
    (30, 5, "1000000000000", "1300000000000", False),
    (30, 5, "1000000000000", "1300000000000.001", True),
]


@pytest.mark.parametrize(("percent", "least", "before", "now", "verdict"), JUMPS)
@pytest.mark.parametrize("value_type", [ValueType.COUNT, ValueType.MONEY])
def test_is_jump(value_type, percent, least, before, now, verdict):
    counted = indicator(value_type=value_type, jump_percent=percent, jump_least=least)
    assert counted.is_jump(Decimal(before), Decimal(now)) is verdict


def test_the_default_is_more_than_30_percent_and_at_least_5():
    assert (indicator().jump_percent, indicator().jump_least) == (30, 5)


@pytest.mark.parametrize(
    ("value_type", "combine", "verdict"),
    [
        (ValueType.COUNT, Combine.SUM, True),
        (ValueType.MONEY, Combine.SUM, True),
        (ValueType.COUNT, Combine.NONE, True),  # counted, though not added up
        (ValueType.PERCENT, Combine.NONE, False),
        (ValueType.PERCENT, Combine.RATIO, False),
        (ValueType.RATE, Combine.RATIO, False),
        (ValueType.COUNT, Combine.RATIO, False),
        (ValueType.YES_NO, Combine.COUNT_YES, False),
    ],
)
def test_only_what_is_counted_or_paid_can_jump(value_type, combine, verdict):
    assert indicator(value_type=value_type, combine=combine).is_jump(Decimal(1), Decimal(1000)) is verdict


FIGURES = st.decimals(0, 10_000, places=3)


@given(FIGURES, FIGURES, FIGURES)
def test_a_still_larger_change_is_still_a_jump(before, now, further):
    away = now + further if now >= before else now - further
    if indicator().is_jump(before, now):
        assert indicator().is_jump(before, away)


@given(FIGURES, FIGURES)
def test_it_is_what_the_rule_says_in_thousandths(before, now):
    before_1000, now_1000 = int(before * 1000), int(now * 1000)
    change = abs(now_1000 - before_1000)
    expected = change >= 5000 and 10 * change > 3 * before_1000
    assert indicator().is_jump(before, now) is expected
