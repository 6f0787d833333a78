"""The bodies of one round as plain data: those that are counted, and those that are not and why. Pure."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .choices import Status


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body of the period as it was named at the opening, and what became of its report."""

    code: str
    name: str
    short_name: str
    group: str
    counting_group: str
    status: str
    first_submitted_at: dt.datetime | None
    submitted_at: dt.datetime | None
    on_time: bool | None
    version: int = 0
    declined: frozenset[int] = frozenset()
    files: int = 0  # laid beside an accepted report, the signed paper among them

    @property
    def accepted(self) -> bool:
        return self.status == Status.ACCEPTED


@dataclass(frozen=True, slots=True)
class Excused:
    """A body of the round that is not counted: exempted on ``day`` for a ``reason``, or closed after ``day``."""

    code: str
    name: str
    short_name: str
    group: str
    exempt: bool
    day: dt.date | None
    reason: str = ""

    @property
    def why(self) -> str:
        """``được miễn báo cáo: sáp nhập``, ``kết thúc hoạt động sau ngày 30/06/2020``."""
        if not self.exempt:
            return _("kết thúc hoạt động sau ngày %s") % f"{self.day:%d/%m/%Y}"
        reason = self.reason.rstrip(" .")  # it stands inside a sentence
        return _("được miễn báo cáo: %s") % reason if reason else _("được miễn báo cáo")
