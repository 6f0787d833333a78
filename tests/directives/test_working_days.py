"""How many working days are left: weekends, holidays, made-up Saturdays, and the first and last day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from directives.models import Holiday, next_working_day, working_days_left
from directives.working_days import is_working_day, working_days_between
from directives.working_days import next_working_day as next_of


def d(text):
    return dt.date.fromisoformat(text)


LEFT = [  # today, last day in time, working days left by the loaded table
    # an ordinary week, the last day, the past
    ("2020-12-07", "2020-12-14", 5),  # Monday to Monday
    ("2020-12-11", "2020-12-14", 1),  # over a weekend
    ("2020-12-11", "2020-12-13", 0),  # Friday to Sunday
    ("2020-12-12", "2020-12-14", 1),  # from a Saturday
    ("2020-12-13", "2020-12-14", 1),
    ("2020-12-14", "2020-12-14", 0),
    ("2020-12-15", "2020-12-14", 0),
    ("2021-12-14", "2020-12-14", 0),
    # Tết 2020: 23 to 29 January, Tết 2021: 10 to 16 February
    ("2020-01-22", "2020-01-29", 0),
    ("2020-01-22", "2020-01-30", 1),
    ("2020-01-20", "2020-01-31", 4),
    ("2020-01-25", "2020-01-31", 2),  # from a day of Tết itself
    ("2021-02-09", "2021-02-16", 0),
    ("2021-02-09", "2021-02-17", 1),
    ("2021-02-05", "2021-02-19", 5),
    # a holiday on a weekend is not taken off twice, its substitute is
    ("2021-04-29", "2021-05-03", 0),
    ("2021-04-29", "2021-05-04", 1),
    ("2022-09-02", "2022-09-05", 1),
    # swapped days: Monday 29 April off, Saturday 4 May worked
    ("2019-04-26", "2019-04-29", 0),
    ("2019-04-26", "2019-05-05", 3),
    ("2019-05-03", "2019-05-04", 1),
    ("2019-05-04", "2019-05-05", 0),
    ("2020-05-08", "2020-05-09", 0),  # an ordinary Saturday
    # the National Day: one day until 2020, two since
    ("2020-09-01", "2020-09-04", 2),
    ("2021-09-01", "2021-09-03", 0),
    # over New Year, whole years
    ("2020-12-31", "2021-01-04", 1),
    ("2018-12-31", "2019-12-31", 261 - 11 + 2),  # 261 weekdays, 11 of them off, two Saturdays worked
    ("2019-12-31", "2020-12-31", 262 - 10),  # 262 weekdays, 10 of them off
]


@pytest.mark.django_db
@pytest.mark.parametrize(("today", "last_day", "left"), LEFT)
def test_working_days_left(today, last_day, left):
    assert working_days_left(d(today), d(last_day)) == left


@pytest.mark.django_db
@pytest.mark.parametrize(("last_day", "queries"), [("2020-12-14", 1), ("2020-12-01", 0), ("2020-11-30", 0)])
def test_one_query_or_none(last_day, queries):
    with CaptureQueriesContext(connection) as asked:
        working_days_left(d("2020-12-01"), d(last_day))
    assert len(asked) == queries


NEXT = [  # day, the first working day after it
    ("2020-12-14", "2020-12-15"),
    ("2020-12-11", "2020-12-14"),
    ("2020-12-12", "2020-12-14"),
    ("2020-01-22", "2020-01-30"),
    ("2021-02-09", "2021-02-17"),
    ("2019-05-03", "2019-05-04"),  # the made-up Saturday
    ("2019-05-04", "2019-05-06"),
    ("2018-12-31", "2019-01-02"),
    ("2050-12-30", "2051-01-02"),  # beyond the table: weekends only
]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "following"), NEXT)
def test_next_working_day(day, following):
    with CaptureQueriesContext(connection) as asked:
        assert (next_working_day(d(day)), len(asked)) == (d(following), 1)


@pytest.mark.django_db
def test_a_day_of_the_table_that_is_ticked_as_worked_counts():
    """How an administrator takes back a holiday that the year's announcement does not have."""
    before = working_days_left(d("2026-11-23"), d("2026-12-14"))
    Holiday.objects.filter(day="2026-11-24").update(working=True)
    assert (before, working_days_left(d("2026-11-23"), d("2026-12-14"))) == (14, 15)


@pytest.mark.parametrize(
    ("day", "off", "worked", "verdict"),
    [
        ("2020-12-14", "", "", True),
        ("2020-12-12", "", "", False),
        ("2020-12-14", "2020-12-14", "", False),
        ("2020-12-12", "", "2020-12-12", True),
        ("2020-12-12", "2020-12-12", "", False),
        ("2020-12-14", "2020-12-14", "2020-12-14", True),  # named in both: worked
    ],
)
def test_a_day(day, off, worked, verdict):
    off, worked = ({d(text) for text in named.split()} for named in (off, worked))
    assert is_working_day(d(day), off, worked) is verdict
    assert working_days_between(d(day) - dt.timedelta(days=1), d(day), off, worked) == verdict


# --- properties -----------------------------------------------------------------------------

DAYS = st.dates(dt.date(2019, 12, 1), dt.date(2020, 2, 29))
SETS = st.sets(DAYS, max_size=20)


@given(DAYS, DAYS, SETS, SETS)
def test_it_is_the_number_of_days_that_are_worked(start, end, off, worked):
    days = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    by_hand = sum(is_working_day(day, off, worked) for day in days)
    assert working_days_between(start, end, off, worked) == by_hand


@given(st.lists(DAYS, min_size=3, max_size=3).map(sorted), SETS, SETS)
def test_two_stretches_add_up(days, off, worked):
    first, middle, last = days
    parts = working_days_between(first, middle, off, worked) + working_days_between(middle, last, off, worked)
    assert parts == working_days_between(first, last, off, worked)


@given(DAYS, SETS, SETS)
def test_the_next_working_day_is_one_working_day_away(day, off, worked):
    following = next_of(day, off, worked)
    assert (working_days_between(day, following, off, worked), is_working_day(following, off, worked)) == (1, True)


@given(DAYS, SETS)
def test_a_mapping_counts_by_its_days(day, off):
    end = day + dt.timedelta(days=40)
    assert working_days_between(day, end, dict.fromkeys(off, "Tết"), set()) == working_days_between(
        day, end, off, set()
    )
