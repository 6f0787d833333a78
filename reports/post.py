"""Writes what people are told: one row for each person and thing, in the portal and for the mail alike.

Rows are written inside the transaction of the act that they tell of, and a key makes each unique with its person:
whatever runs twice, or dies and runs again, has told once.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from directives.choices import Role
from directives.models import User

from .choices import MailState, NoticeKind
from .models import Notice, Report
from .wordings import current, written

ROWS = 500  # of one INSERT
OF_A_BODY = (Role.REPORTER, Role.SIGNATORY)


def in_vietnamese(writes: Callable) -> Callable:
    """Letters are Vietnamese, whatever language the screen of the person has who causes them.

    Django's own ``override`` as a decorator keeps the language to go back to in one place for all threads.
    """

    @wraps(writes)
    def write(*args, **kwargs):
        with translation.override("vi"):
            return writes(*args, **kwargs)

    return write


class Post:
    """The notices of one act or one run. ``add`` writes letters, ``store`` puts them into the database."""

    def __init__(self, at=None):
        self.at, self.words, self.notices = at or timezone.now(), current(), []

    def add(
        self,
        kind: str,
        key: object,
        people: Iterable[User],
        values: Mapping[str, str],
        *,
        url: str,
        report: Report | None = None,
        period=None,
    ) -> None:
        """A letter of ``kind`` to each of ``people``; ``key`` names the thing within kind and report.

        ``values`` fill the placeholders; ``url`` is the page that it leads to. The office that leads signs.
        """
        people = list(people)
        if not people:
            return
        period = report.period if report is not None else period
        subject, text = written(kind, {**values, "lien_ket": settings.PORTAL_URL + url}, self.words[kind])
        for person in people:
            self.notices.append(
                Notice(
                    recipient=person,
                    kind=kind,
                    key=key_of(kind, key, report),
                    period=period,
                    report=report,
                    subject=subject,
                    text=text,
                    url=url,
                    at=self.at,
                    read_at=self.at if kind == NoticeKind.DIGEST else None,  # its things stand there one by one
                    **self._mail(kind, person, period),
                )
            )

    def _mail(self, kind: str, person: User, period) -> dict:
        """What the mail needs; officers have one collected mail a day instead (``digests``)."""
        collected = person.role == Role.OFFICER and kind != NoticeKind.DIGEST
        if collected or not person.email or not settings.MAIL_CONFIGURED:
            return {"mail": MailState.NONE}
        return {
            "mail": MailState.WAITING if self.words[kind].waits else MailState.RELEASED,
            "address": person.email,
            "sender": period.lead_name,
            "reference": message_id(),
            "mail_at": self.at,
        }

    def store(self) -> None:
        """One INSERT for every few hundred rows; what has been told already is left as it is."""
        notices, self.notices = self.notices, []
        Notice.objects.bulk_create(notices, batch_size=ROWS, ignore_conflicts=True)


def key_of(kind: str, key: object, report: Report | None) -> str:
    """What names the thing, as the database keeps it: with the person it is told once."""
    where = [report.period.code, report.body.code] if report is not None else []
    return ":".join(str(part) for part in (kind, *where, key))


def message_id() -> str:
    """A Message-ID of its own; ``Notice.reference`` keeps it for every try of the same mail."""
    return f"<{uuid.uuid4().hex}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


def page_of(name: str, report: Report) -> str:
    return reverse(name, args=[report.period.code, report.body.code])


# --- to whom ------------------------------------------------------------------------------------


def people_of(bodies: Collection[int]) -> dict[int, list[User]]:
    """{body's number: those who report and sign for it}, in a fixed order. One query."""
    people: dict[int, list[User]] = {body: [] for body in bodies}
    active = User.objects.filter(is_active=True, role__in=OF_A_BODY, body__in=people)
    for person in active.order_by("pk").only("pk", "role", "email", "body_id"):
        people[person.body_id].append(person)
    return people


def officers(but: User | None = None) -> list[User]:
    """The officers of the lead department, without the one who did it. One query."""
    active = User.objects.filter(is_active=True, role=Role.OFFICER)
    return list(active.exclude(pk=but.pk if but else None).order_by("pk"))


# --- what is filled in --------------------------------------------------------------------------


def about(report: Report) -> dict[str, str]:
    """What every letter about ``report`` may say; to be called while the language is Vietnamese."""
    return {
        "co_quan": report.name,
        "ky": report.period.name,
        "han": report.due_words,
        "ngay_cuoi": day(report.last_day),
        "co_quan_tong_hop": report.period.lead_name,
    }


def time_left(left: int, last_day: dt.date, today: dt.date) -> str:
    """``left``: working days after ``today`` up to and including ``last_day``."""
    if last_day < today:
        return "đã qua hạn"
    if last_day == today:
        return "hôm nay là ngày cuối cùng"
    return f"còn {left} ngày làm việc" if left else "chỉ còn ngày nghỉ"


def day(value: dt.date) -> str:
    return f"{value:%d/%m/%Y}"


def moment(value: dt.datetime) -> str:
    return f"{timezone.localtime(value):%H:%M, %d/%m/%Y}"
