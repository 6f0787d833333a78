"""Counting working days: pure, knows no database.

A day is worked when it is named in ``worked`` (a Saturday that makes up for a swapped day), or when it is
neither Saturday, Sunday nor named in ``days_off``. A day named in both is worked.
"""

import datetime as dt
from collections.abc import Collection

FRIDAY = 4  # date.weekday()


def is_working_day(day: dt.date, days_off: Collection[dt.date], worked: Collection[dt.date]) -> bool:
    """Whether offices work on ``day``; both collections hold dates (a mapping counts by its keys)."""
    return day in worked or (not _weekend(day) and day not in days_off)


def working_days_between(
    start: dt.date, end: dt.date, days_off: Collection[dt.date], worked: Collection[dt.date]
) -> int:
    """How many working days come after ``start``, up to and including ``end``; 0 when ``end`` is not later.

    A term begins on the day after (Civil Code 2015, art. 147.2), so on the last day itself nothing is left.
    """
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    weekdays = 5 * weeks + sum(not _weekend(end - dt.timedelta(days=back)) for back in range(rest))
    off = {day for day in days_off if start < day <= end and not _weekend(day)}
    made_up = {day for day in worked if start < day <= end and _weekend(day)}
    return weekdays - len(off.difference(worked)) + len(made_up)


def next_working_day(day: dt.date, days_off: Collection[dt.date], worked: Collection[dt.date]) -> dt.date:
    """The first working day after ``day``; ``day`` itself is never the answer."""
    day += dt.timedelta(days=1)
    while not is_working_day(day, days_off, worked):
        day += dt.timedelta(days=1)
    return day


def _weekend(day: dt.date) -> bool:
    return day.weekday() > FRIDAY
