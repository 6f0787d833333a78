"""The story's clock: the doors of the portal write the time that they read, and the story plays in years past."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def it_is(moment: dt.datetime) -> Iterator[None]:
    """Within, the portal's clock stands at ``moment`` (aware), for the whole process: only the demo's command asks."""
    clock = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = clock
