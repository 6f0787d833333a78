"""The story's clock: the doors of the portal write the time that they read, and the story plays in years past."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


class _AnyMoment(type):
    """Ordinary moments pass for moments of the standing clock, where Django asks for the type."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, dt.datetime)


@contextmanager
def it_is(moment: dt.datetime) -> Iterator[None]:
    """Within, the portal's clock stands at ``moment`` (aware), for the whole process: only the demo's command asks.

    Also for the models' own defaults, which hold ``timezone.now`` itself: so what that function reads is replaced.
    """

    class Standing(dt.datetime, metaclass=_AnyMoment):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    clock = timezone.datetime
    timezone.datetime = Standing
    try:
        yield
    finally:
        timezone.datetime = clock
