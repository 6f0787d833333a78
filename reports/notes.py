"""Words among officers about a report, written once and only read then. Neither the body nor leadership sees them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .attachments import hold
from .models import Note, Report
from .permissions import may_review
from .typed import tidy

LONGEST = 4000


class Refused(Exception):
    """A note cannot be written; the argument is the sentence for the person who tried."""


def notes_of(report: Report, user) -> QuerySet[Note]:
    """The notes about ``report`` that ``user`` reads, the newest first: all for officers, none for anybody else."""
    notes = report.notes.select_related("by").order_by("-pk")
    return notes if may_review(user) else notes.none()


def write(report: Report, text: str, *, by, version: int, part: int | None = None, name: str = "") -> Note:
    """Keep ``text`` about the sending ``version``; ``part`` and ``name``: an input of the form, or the whole report.

    Raises Refused with the reason.
    """
    if not may_review(by):
        raise Refused(_("Chỉ chuyên viên ghi và đọc được ghi chú nội bộ."))
    text = tidy(text)
    if not text:
        raise Refused(_("Ghi chú đang trống; hãy viết nội dung rồi lưu."))
    if len(text) > LONGEST:
        sentence = _("Ghi chú dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
        raise Refused(sentence % {"length": len(text), "longest": LONGEST})
    said = {"report": report, "version": version, "part": part, "name": name, "text": text, "by": by}
    with transaction.atomic():
        last = hold(report).notes.order_by("pk").last()
        if last is not None and all(getattr(last, field) == value for field, value in said.items()):
            return last  # the second click: what is written once cannot be taken away again
        return Note.objects.create(**said)
