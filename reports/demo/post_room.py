"""What the lead department's post room does on every working morning of the story, and the mail server it has there.

Reminders and the officers' collected mail are written through the same doors as by the timer; nothing is sent: the
letters of the story count as delivered on the next morning, but for those to one address that does not exist.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import F

from directives.models import User
from reports import digests, outbox, reminders
from reports.choices import MailState
from reports.delivery import REFUSED
from reports.models import Notice

from . import story
from .clock import it_is
from .course import END, OPENING, moment

OPENS = (7, 30)
READ_UNTIL = dt.timedelta(days=4)  # before the end of a year: the notices since then are new to everybody
UNRELEASED = dt.timedelta(days=2)  # the letters of the last days still wait for an officer


@contextmanager
def mail_server() -> Iterator[None]:
    """The office of the story has one, whatever this portal has: its letters stand in the outbox. None leaves."""
    configured, settings.MAIL_CONFIGURED = settings.MAIL_CONFIGURED, True
    try:
        yield
    finally:
        settings.MAIL_CONFIGURED = configured


def mornings(year: int) -> list[dt.datetime]:
    """From the day after the opening to the last day of the year's story, weekends left out."""
    first, last = moment(year, *OPENING, *OPENS) + dt.timedelta(days=1), moment(year, *END)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def morning(at: dt.datetime, officer: User) -> None:
    """Yesterday's letters are delivered, the reminders of the day written, what waits is read and let go."""
    with it_is(at):
        _deliver(at)
        reminders.remind(at)
        digests.collect(at)
        if at < moment(at.year, *END) - UNRELEASED:
            outbox.release(Notice.objects.filter(mail=MailState.WAITING), by=officer, at=at)


def close(year: int) -> None:
    """The end of a year's story: everything has left that was let go, and older notices have been read."""
    end = moment(year, *END)
    _deliver(end)
    Notice.objects.filter(read_at=None, at__lt=end - READ_UNTIL).update(read_at=F("at"))
    if year < max(story.YEARS_WITH_NEWS):
        Notice.objects.filter(mail=MailState.WAITING).update(mail=MailState.SENT, tries=1, mail_at=end)
        Notice.objects.filter(read_at=None).update(read_at=end)


def _deliver(at: dt.datetime) -> None:
    released = Notice.objects.filter(mail=MailState.RELEASED)
    lost = released.filter(recipient__username=story.WRONG_ADDRESS)
    lost.update(mail=MailState.FAILED, tries=1, mail_at=at, error=REFUSED % story.NO_SUCH_MAILBOX)
    released.update(mail=MailState.SENT, tries=1, mail_at=at)
