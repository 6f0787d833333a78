"""The outgoing mails: an officer reads, edits, lets go, stops, tries again. Every act is one guarded update.

Whoever comes second changes nothing: a mail that has left is not edited, one that was stopped is not let go.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.models import User

from .choices import MailState
from .models import Notice
from .models.notices import GOING, POINTLESS, SERVER_DOWN
from .typed import tidy
from .wordings import LONGEST, SUBJECT_ROOM, holds_placeholder

STOPPED_BY_HAND = "Chuyên viên bỏ, không gửi."  # stored: Vietnamese whatever the screen
NOBODY_SENDS = dt.timedelta(minutes=15)


class Refused(Exception):
    """Not possible: ``errors`` are (field, sentence) pairs; the field is "" where it is about none."""

    def __init__(self, *errors: tuple[str, str]):
        self.errors = errors
        super().__init__(" ".join(sentence for _field, sentence in errors))


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """``counts``: mails by state. ``idle``: released mails lie there and nobody sends. ``down``: why the mail server
    could not be used last time, "" where it could. ``configured``: there is a mail server at all.
    """

    counts: dict[str, int]
    idle: bool
    down: str
    configured: bool


def standing(at=None) -> Standing:
    """How it stands with the mails at ``at`` (now by default). Four queries."""
    at = at or timezone.now()
    mails = Notice.objects.outbox()
    found = dict(mails.order_by().values_list("mail").annotate(Count("pk")))
    overdue = mails.due(at - NOBODY_SENDS).filter(mail_at__lte=at - NOBODY_SENDS)
    moved = (MailState.SENDING, MailState.SENT, MailState.FAILED)
    idle = overdue.exists() and not mails.filter(mail__in=moved, mail_at__gt=at - NOBODY_SENDS).exists()
    down = mails.filter(mail=MailState.RELEASED, error__startswith=SERVER_DOWN).values_list("error", flat=True).first()
    counts = {state: found.get(state, 0) for state in MailState.values if state != MailState.NONE}
    return Standing(counts, idle and not down, down or "", settings.MAIL_CONFIGURED)


def waiting_groups() -> list[dict]:
    """The waiting mails by kind and period, with their number: what can be let go at once. One query."""
    waiting = Notice.objects.filter(mail=MailState.WAITING).order_by()
    groups = waiting.values("kind", "period__code", "period__year", "period__title").annotate(number=Count("pk"))
    return list(groups.order_by("-period__year", "period__code", "kind"))


def mails(*, state: str = "", kind: str = "", period: str = ""):
    """The mails in a state (``"going"``: released or being sent), of a kind, of a period's code; newest first."""
    found = Notice.objects.outbox().select_related("recipient", "period", "report")
    if state:
        found = found.filter(mail__in=GOING if state == "going" else [state])
    if kind:
        found = found.filter(kind=kind)
    if period:
        found = found.filter(period__code=period)
    return found.order_by("-pk")


# --- doing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """How many mails it was done to; ``left``: stayed as they were; ``pointless``: asked for what is not awaited."""

    done: int
    left: int = 0
    pointless: int = 0


@transaction.atomic
def release(chosen, *, by, at=None) -> Done:
    """Let the waiting mails among ``chosen`` (a queryset of notices) go.

    A letter that still holds a brace stays, and one that asks a body for what it no longer is to send is stopped.
    """
    at, asked = at or timezone.now(), chosen.order_by().count()
    pointless = chosen.order_by().filter(pk__in=Notice.objects.pointless(at).values("pk")).stop(POINTLESS, at)
    unfilled = Q(subject__contains="{") | Q(subject__contains="}") | Q(text__contains="{") | Q(text__contains="}")
    ready = chosen.order_by().filter(mail=MailState.WAITING).exclude(unfilled)
    done = ready.update(mail=MailState.RELEASED, mail_at=at, released_by=by, tries=0, error="")
    return Done(done, asked - done - pointless, pointless)


def stop(chosen, *, by, at=None) -> Done:
    """Keep mails that have not left from leaving, for good; the notice in the portal stays."""
    asked = chosen.order_by().count()
    done = chosen.order_by().stop(STOPPED_BY_HAND, at or timezone.now(), by=by)
    return Done(done, asked - done)


def retry(chosen, *, by, at=None) -> Done:
    """Send failed mails again, to the address that the person has now."""
    asked, address = chosen.order_by().count(), User.objects.filter(pk=OuterRef("recipient")).values("email")
    failed = chosen.order_by().filter(mail=MailState.FAILED).exclude(recipient__email="")
    done = failed.update(
        mail=MailState.RELEASED,
        tries=0,
        error="",
        mail_at=at or timezone.now(),
        released_by=by,
        address=Subquery(address[:1]),
    )
    return Done(done, asked - done)


@transaction.atomic
def edit(number: int, subject: str, text: str, *, shown: str, by) -> Notice:
    """Other words for one waiting mail, in the portal too. ``shown``: ``mark_of`` the letter that the page had shown.

    Raises Refused when the words do not do, the mail no longer waits, or a colleague has edited it meanwhile.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=number)
    subject, text = " ".join(tidy(subject).split()), tidy(text)
    if notice.mail != MailState.WAITING:
        raise Refused(("", _("Thư này không còn chờ nữa nên không sửa được.")))
    if shown != mark_of(notice):
        raise Refused(("", _("Đồng nghiệp vừa sửa thư này sau khi bạn mở trang; hãy xem bản mới rồi sửa lại.")))
    _check(subject, text)
    if (subject, text) != (notice.subject, notice.text):
        notice.subject, notice.text, notice.edited_by = subject, text, by
        notice.save(update_fields=["subject", "text", "edited_by"])
    return notice


def mark_of(notice: Notice) -> str:
    """A short mark of a letter's words: others give another."""
    return hashlib.sha256(f"{notice.subject}\n{notice.text}".encode()).hexdigest()[:16]


def _check(subject: str, text: str) -> None:
    errors = []
    for field, words, longest in (("subject", subject, SUBJECT_ROOM), ("text", text, LONGEST)):
        if not words:
            errors.append((field, _("Ô này đang trống; hãy viết vào.")))
        if len(words) > longest:
            sentence = _("Dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
            errors.append((field, sentence % {"length": len(words), "longest": longest}))
        if holds_placeholder(words):
            errors.append((field, _("Còn dấu ngoặc nhọn: thư gửi đi không được còn chỗ chưa điền; hãy viết lời thật.")))
    if errors:
        raise Refused(*errors)
