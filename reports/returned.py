"""A returned report: what the officer wants put right, which parts are open for it, what was changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from . import checks
from .answers import DETAIL, ESTIMATE, NOTHING, Cell
from .choices import Status
from .models import Point, Report
from .numbers import format_number
from .parts import EXPLAIN, PROGRESS, TEXTS, Part, parts_of
from .permissions import YES, Verdict
from .sheets import sheet_of


def may_write_part(report: Report, number: int | None) -> Verdict:
    """Whether one part is open: after a return with points, the parts that have a point, or an error of their own.

    After a return without points every part is open. Asks nothing about persons.
    """
    if report.status != Status.RETURNED:
        return YES
    named = set(Point.objects.current(report).values_list("part", flat=True))
    if not named or number in named or number in parts_with_errors(report):
        return YES
    return Verdict(
        False, _("Phần này không có điểm cần sửa nên được giữ nguyên; chỉ sửa các phần mà chuyên viên đã nêu.")
    )


def parts_with_errors(report: Report) -> set[int | None]:
    return {finding.section for finding in checks.blocking(sheet_of(report))}


def tick(report: Report, done: Iterable[int], by) -> None:
    """Note which points of the latest return are put right: ``done`` are the primary keys with a tick."""
    done = set(done)
    current = Point.objects.current(report)
    current.filter(pk__in=done, done_at=None).update(done_at=timezone.now(), done_by=by)
    current.exclude(pk__in=done).filter(done_at__isnull=False).update(done_at=None, done_by=None)


@dataclass(frozen=True, slots=True)
class Difference:
    """One input that says something else than in the sending before: in words, for reading."""

    part: int | None
    name: str
    label: str
    before: str
    now: str


def differences(report: Report, before: dict, now: dict) -> list[Difference]:
    """What changed between two contents (``sheets.content_of``), in the order of the form."""
    one, other = inputs_in(before), inputs_in(now)
    found = []
    for part in parts_of(report):
        here = {key for key in one.keys() | other.keys() if _belongs(key, part)}
        for key in sorted(here, key=lambda key: key[1]):
            old, new = one.get(key, ""), other.get(key, "")
            if old != new:
                name = key[1]
                found.append(
                    Difference(part.number, name, part.label(name), part.shown(name, old), part.shown(name, new))
                )
    return found


def _belongs(key: tuple, part: Part) -> bool:
    place, name = key
    return part.has(name) if place == "any" else place == part.number and part.has(name)


def inputs_in(content: dict) -> dict[tuple, str]:
    """{(part, input name): text} of a content, as the inputs of its pages would show it; "any": found by its name."""
    found = {}
    for cell, figure in content["figures"].items():
        code = Cell.parse(cell).code
        if figure["nothing"]:
            found["any", f"{code}:{NOTHING}"] = "on"
        else:
            found["any", cell] = format_number(Decimal(figure["value"]))
        if figure["detail"]:
            found["any", f"{code}:{DETAIL}"] = figure["detail"]
        if figure.get("estimate"):
            found["any", f"{code}:{ESTIMATE}"] = "on"
    for number, texts in content["tasks"].items():
        for name in TEXTS:
            text = texts[name] if name != "not_ours" else "on" if texts[name] else ""
            found[int(number), name] = text
    found |= {(None, name): text for name, text in content["overview"].items()}
    found |= {("any", f"{PROGRESS}{pk}"): text for pk, text in content["progress"].items()}
    return found | {("any", f"{EXPLAIN}{code}"): text for code, text in content["explanations"].items()}
