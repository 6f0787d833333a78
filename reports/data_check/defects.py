"""What a check finds: its kind with the remedy, how many there are, and the first of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directives.choices import Role

from ..choices import SENT

PERIOD_PAGES = ("board", "petitions")
MOST = 20  # examples of one kind; the whole number is told all the same


class Severity(models.TextChoices):
    """``ERROR``: figures or evidence cannot be trusted, or a body cannot report."""

    ERROR = "error", _("lỗi")
    WARNING = "warning", _("cần xem")
    INFO = "info", _("để biết")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of defect. ``desk``: the role that puts it right, whose pages the links lead to."""

    code: str
    severity: Severity
    title: str
    remedy: str
    desk: str = Role.OFFICER


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong, in a sentence, and the page where it is seen or put right ("": none)."""

    kind: Kind
    sentence: str
    url: str = ""

    @property
    def remedy(self) -> str:
        return self.kind.remedy


@dataclass(frozen=True, slots=True)
class Found:
    """All of one kind: the whole number, and at most ``MOST`` of them."""

    kind: Kind
    count: int
    examples: tuple[Defect, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.examples)


CHECKS: list[Callable] = []

Told = tuple[str, str]  # sentence, address


def check(kind: Kind):
    """Marks a function (scope) → (how many, sentences with addresses): from now on ``CHECKS`` asks it."""

    def marked(function: Callable[..., tuple[int, Iterable[Told]]]) -> Callable:
        @wraps(function)
        def asked(scope) -> Found:
            count, told = function(scope)
            return Found(kind, count, tuple(Defect(kind, sentence, url) for sentence, url in told))

        asked.kind = kind
        CHECKS.append(asked)
        return asked

    return marked


def of_rows(rows: QuerySet, tell: Callable[..., Told]) -> tuple[int, list[Told]]:
    """The number of ``rows`` and what is told of the first; two queries, however many there are."""
    return rows.count(), [tell(row) for row in rows[:MOST]]


def of_list(found: Sequence, tell: Callable[..., Told]) -> tuple[int, list[Told]]:
    return len(found), [tell(each) for each in found[:MOST]]


def address(name: str, *args) -> str:
    return reverse(name, args=args)


def page_of(report, name: str = "board") -> str:
    """An officers' page of a report ("sent", "chase" …) or of its period; what was never sent has only the board."""
    if name in PERIOD_PAGES or (name == "sent" and report.status not in SENT):
        return address(name if name in PERIOD_PAGES else "board", report.period.code)
    return address(name, report.period.code, report.body.code)


def named(report) -> dict[str, str]:
    """The words that name a report in a sentence."""
    return {"body": report.name, "period": report.period.name}
