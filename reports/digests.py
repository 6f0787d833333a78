"""Officers get one collected mail a day with what is new, instead of one for everything that a body does.

A notice that went out in a collected mail carries that mail's Message-ID: what is not marked goes into the next one,
so that nothing is left out and nothing comes twice, whatever runs twice or dies in between.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directives.models import User

from .choices import NoticeKind
from .models import Notice
from .post import Post, day, in_vietnamese, officers
from .reminders import Calendar

LINES = 40  # of one mail; all the others stand in the portal
NUMBERS = 500  # of one UPDATE


@in_vietnamese
def collect(at=None) -> int:
    """Write the collected mails of the day of ``at`` (now by default); returns how many officers get one.

    Only on days on which offices work, only to officers with an address, only where there is something new.
    """
    at = at or timezone.now()
    if not settings.MAIL_CONFIGURED or not Calendar().is_working_day(timezone.localdate(at)):
        return 0
    with transaction.atomic():
        return _collect([officer for officer in officers() if officer.email], at)


def _collect(people: list[User], at) -> int:
    post, key, things = Post(at), timezone.localdate(at).isoformat(), _new_for(people)
    for officer in people:
        if new := things.get(officer.pk):
            post.add(NoticeKind.DIGEST, key, [officer], _listed(new, at), url=reverse("notices"), period=new[-1].period)
    ours = {(notice.recipient_id, notice.reference) for notice in post.notices}
    keys = {notice.key for notice in post.notices}
    post.store()
    # Somebody else's run may have been quicker: then its mail stands there and ours does not.
    standing = Notice.objects.filter(recipient__in=people, key__in=keys).values_list("recipient_id", "reference")
    won = ours & set(standing)
    for officer, reference in won:
        _mark([notice.pk for notice in things[officer]], reference)
    return len(won)


def _new_for(people: list[User]) -> dict[int, list[Notice]]:
    """{officer's number: what was told them and went into no mail yet, the oldest first}. One query."""
    new = Notice.objects.filter(recipient__in=people, reference="").exclude(kind=NoticeKind.DIGEST)
    found: dict[int, list[Notice]] = {}
    for notice in new.select_related("period").order_by("pk"):
        found.setdefault(notice.recipient_id, []).append(notice)
    return found


def _listed(new: list[Notice], at) -> dict[str, str]:
    lines = [f"- {notice.subject}" for notice in new[:LINES]]
    if len(new) > LINES:
        lines.append(f"- … và {len(new) - LINES} việc khác")
    return {
        "so_viec": str(len(new)),
        "ngay": day(timezone.localdate(at)),
        "danh_sach": "\n".join(lines),
        "co_quan_tong_hop": new[-1].period.lead_name,
    }


def _mark(notices: list[int], reference: str) -> None:
    for start in range(0, len(notices), NUMBERS):
        Notice.objects.filter(pk__in=notices[start : start + NUMBERS]).update(reference=reference)
