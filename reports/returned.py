"""A returned report: what the officer wants put right, which parts are open for it, what was changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from . import checks
from .answers import DETAIL, ESTIMATE, NOTHING, Cell
from .checks import Finding
from .choices import BACK, Status
from .models import Edit, Point, Report
from .numbers import format_number
from .parts import EXPLAIN, PROGRESS, TEXTS, Part, parts_of
from .permissions import YES, Verdict
from .sheets import sheet_of


def may_write_part(report: Report, number: int | None) -> Verdict:
    """Whether one part is open (see ``open_parts``). Asks nothing about persons."""
    parts = open_parts(report)
    if parts is None or number in parts:
        return YES
    return Verdict(
        False, _("Phần này không có điểm cần sửa nên được giữ nguyên; chỉ sửa các phần mà chuyên viên đã nêu.")
    )


def open_parts(report: Report, findings: Iterable[Finding] | None = None) -> set[int | None] | None:
    """The parts that can be written into; None: all of them.

    After a return with points those that have a point, and those where a figure lies that an error speaks of: a
    rule between two tasks may be broken by the figure in the one that nobody named. What was opened for an error
    stays open until the report is sent, also when the error is gone. ``findings`` where the caller has them.
    """
    if report.status != Status.RETURNED:
        return None
    named = set(Point.objects.current(report).values_list("part", flat=True))
    if not named:
        return None
    section = {indicator.code: indicator.task_number for indicator in report.indicators()}
    wrong = [f for f in (checks.run(sheet_of(report)) if findings is None else findings) if f.blocks]
    at_fault = {f.section for f in wrong} | {section[c.code] for f in wrong for c in f.cells if c.code in section}
    returned_at = report.events.filter(action__in=BACK).last().at
    written = Edit.objects.filter(report=report, at__gt=returned_at).order_by().values_list("part", flat=True)
    return named | at_fault | set(written.distinct())


def tick(report: Report, done: Iterable[int], by, shown: dict[int, bool] | None = None) -> None:
    """Note which points of the latest return are put right: ``done`` are the primary keys with a tick.

    ``shown``: {primary key: had a tick} as the page showed them. What this person did not change is left alone: a
    colleague's tick is not taken away by an older page.
    """
    done = set(done)
    current = Point.objects.current(report)
    if shown is not None:
        current = current.filter(pk__in=[pk for pk, had in shown.items() if had != (pk in done)])
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
        here = {key for key in one.keys() | other.keys() if belongs(key, part)}
        for key in sorted(here, key=lambda key: key[1]):
            old, new = one.get(key, ""), other.get(key, "")
            if old != new:
                name = key[1]
                found.append(
                    Difference(part.number, name, part.label(name), part.shown(name, old), part.shown(name, new))
                )
    return found


def belongs(key: tuple, part: Part) -> bool:
    """Whether a key of ``inputs_in`` is an input of ``part``."""
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
