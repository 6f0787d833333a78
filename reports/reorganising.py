"""A reorganisation in the portal: the one door that does it, and what is left to do afterwards.

Bodies, links and the lead's terms are ``directives.reorganising``'s; what becomes of duties, drafts, accounts and
comparisons is said by ``reorganisation_preview`` before anything is written.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation

from directives import reorganising as bodies
from directives.models import Body, Reorganisation, User
from directives.reorganising import Fault, Known, Wish

from .choices import Status
from .models import Report
from .reorganisation_preview import MOVING, Preview, preview


class Refused(Exception):
    """It cannot be done; ``faults`` say why, one sentence each."""

    def __init__(self, faults: list[Fault]):
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Changed(Exception):
    """What would be done is no longer what was seen; ``preview`` is what it is now."""

    def __init__(self, preview: Preview):
        super().__init__()
        self.preview = preview


# --- the door -------------------------------------------------------------------------------------


def already_done(wish: Wish) -> Reorganisation | None:
    """The same reorganisation, where somebody (perhaps with the click before) did it."""
    return Reorganisation.objects.filter(mark=wish.mark).first()


def reorganise(wish: Wish, *, by, seen: str | None = None) -> Reorganisation:
    """Do it, all or nothing; a second click gives what the first one did.

    ``seen``: the mark of the preview that was read. Raises Refused with every fault, and Changed where doing it is
    no longer what was seen.
    """
    done = already_done(wish)
    if done is not None:
        return done
    try:
        with transaction.atomic():
            return _reorganise(wish, by, seen)
    except IntegrityError:
        done = already_done(wish)
        if done is None:
            raise
        return done


def _reorganise(wish: Wish, by, seen: str | None) -> Reorganisation:
    codes = {code for p in wish.passings for code in (p.predecessor, p.successor)}
    list(Body.objects.select_for_update().filter(code__in=codes).order_by("pk"))  # two officers, one body: one waits
    done = already_done(wish)
    if done is not None:  # by the click that this one waited for
        return done
    known = Known.about(wish)
    found = bodies.faults(wish, known)
    if found:
        raise Refused(found)
    now = preview(wish, known)
    if seen is not None and seen != now.mark:
        raise Changed(now)
    with translation.override("vi"):
        plan = preview(wish, known).plan()
    done = bodies.write(wish, by=by, plan=plan)
    _move(user.pk for each in now.moving for user in each.users)
    return done


def _move(users: Iterable[int]) -> None:
    """Each to the body that follows theirs."""
    people = list(User.objects.filter(pk__in=list(users)).select_for_update().order_by("pk"))
    links = Body.objects.filter(links_in__kind__in=MOVING, links_in__predecessor__in={p.body_id for p in people})
    to = dict(links.order_by("links_in__on").values_list("links_in__predecessor", "pk"))
    for person in people:
        person.body_id = to[person.body_id]
    User.objects.bulk_update(people, ["body"], batch_size=500)


# --- afterwards -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """Active accounts that are still with a body that ended. ``ready``: they may move to the body that follows."""

    name: str
    number: int
    ready: bool
    moves: bool


def left_behind(done: Reorganisation) -> list[Left]:
    """Who is still with the old bodies of ``done``. Three queries."""
    people = User.objects.filter(is_active=True, body__in=_ended(done)).select_related("body")
    counted = Counter(person.body for person in people)
    busy, moving = _busy(counted), _moving(done)
    return [
        Left(body.name, number, body.pk in moving and body.pk not in busy, body.pk in moving)
        for body, number in sorted(counted.items(), key=lambda pair: pair[0].position)
    ]


def move_ready(done: Reorganisation) -> int:
    """Move the accounts whose bodies have no unfinished report any more; returns how many."""
    with transaction.atomic():
        moving = _moving(done)
        people = User.objects.filter(is_active=True, body__in=moving).select_related("body")
        busy = _busy({person.body for person in people})
        ready = [person.pk for person in people if person.body_id not in busy]
        _move(ready)
    return len(ready)


def _ended(done: Reorganisation):
    return Body.objects.filter(ended_by=done)


def _moving(done: Reorganisation) -> set[int]:
    return set(done.links.filter(kind__in=MOVING).values_list("predecessor", flat=True))


def _busy(found: Iterable[Body]) -> set[int]:
    """Those with a report that is still owed, or with the province and not accepted."""
    reports = Report.objects.filter(body__in=[body.pk for body in found])
    waiting = reports.filter(status=Status.SUBMITTED) | reports.owed()
    return set(waiting.values_list("body", flat=True))


def reorganisations():
    """Those done, newest first, each with its numbers of ended and new bodies."""
    return Reorganisation.objects.select_related("by").order_by("-on", "-pk")


def choosable() -> "Q":
    """Bodies that may be reorganised: living, or ended so lately that what became of them may not be written yet."""
    return Q(valid_to=None) | Q(valid_to__gte=timezone.localdate() - dt.timedelta(days=731))
