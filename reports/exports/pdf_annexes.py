"""The annexes of the printed report: what the bodies explained, and the ledger of corrections."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from directives.choices import Option

from ..jumps import Explained, Jump
from ..ledger import LedgerLine
from ..numbers import format_number
from ..summary import Summary

PRINTED = 1000  # lines of each table: more take minutes to lay out; the workbook inside the file has all


@dataclass(frozen=True, slots=True)
class Reason:
    """A jump or a correction with its figures as text, or a broken rule (``what``), and the reason given."""

    body: str
    lines: tuple[str, ...]
    what: str = ""
    before: str = ""
    now: str = ""
    change: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The jumps or the corrections of one indicator."""

    heading: str
    reasons: tuple[Reason, ...]


def annexes(summary: Summary) -> dict:
    """``annex`` (the reasons, None where the Summary does not hold them), ``ledger``, and how the text speaks of them.

    Two annexes are numbered, one is not (Decree 30/2020/NĐ-CP, Appendix I).
    """
    reasons = _reasons(summary)
    explained, corrected = bool(reasons and reasons["any"]), bool(summary.ledger)
    first, second = ("Phụ lục I", "Phụ lục II") if explained and corrected else ("Phụ lục", "Phụ lục")
    annexed = {
        (False, False): "",
        (True, False): "giải trình số liệu tại Phụ lục",
        (False, True): "sổ điều chỉnh số liệu tại Phụ lục",
        (True, True): "giải trình và sổ điều chỉnh số liệu tại các Phụ lục",
    }[explained, corrected]
    if reasons:
        reasons["title"] = first
    return {"annex": reasons, "ledger": _ledger(summary) | {"title": second}, "annexed": annexed}


def _reasons(summary: Summary) -> dict | None:
    """The jumps by indicator and the explained rules."""
    if summary.jumps is None:
        return None
    return {
        "told": summary.jumps_told,
        "jumps": _grouped(summary.jumps[:PRINTED], _jump),
        "explained": tuple(_explained(explained) for explained in summary.explained[:PRINTED]),
        "cut": _cut(len(summary.jumps)) + _cut(len(summary.explained)),
        "any": bool(summary.jumps or summary.explained),
        "estimates": any(jump.estimate or jump.before_estimate for jump in summary.jumps),
    }


def _ledger(summary: Summary) -> dict:
    lines = summary.ledger
    return {"number": len(lines), "lines": _grouped(lines[:PRINTED], _line), "cut": _cut(len(lines))}


def _grouped(found: Iterable[Jump | LedgerLine], draw) -> tuple[Group, ...]:
    """By indicator; they are in its order already."""
    return tuple(
        Group(f"{code} {name} ({unit})", tuple(draw(each) for each in own))
        for (code, name, unit), own in groupby(found, key=lambda each: (each.code, each.name, each.unit))
    )


def _cut(found: int) -> list[str]:
    """Of a table that is not printed whole: how many of how many lines are."""
    return [f"{format_number(PRINTED)}/{format_number(found)}"] if found > PRINTED else []


def _jump(jump: Jump) -> Reason:
    body = f"{jump.body.name} (đối chiếu)" if jump.cross else jump.body.name
    lines = paragraphs(jump.reason)
    return Reason(body, lines, before=jump.shown_before, now=jump.shown_now, change=jump.shown_change)


def _explained(explained: Explained) -> Reason:
    return Reason(explained.body.name, paragraphs(explained.reason), what=f"{explained.code}: {explained.message}")


def _line(line: LedgerLine) -> Reason:
    body = line.body.name if line.option == Option.TOTAL else f"{line.body.name}; {line.column}"
    return Reason(
        f"{body} (đối chiếu, không cộng)" if line.cross else body,
        paragraphs(line.reason),
        before=line.shown_reported,
        now=line.shown_used,
        change=line.shown_difference,
        by=f"{line.by}, {timezone.localdate(line.at):%d/%m/%Y}" if line.at else line.by,
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a typed text, empty ones left out.

    Word's bullets are letters of a private alphabet that the report's font does not have: they become
    dashes, and control characters go.
    """
    lines = ("".join(_printable(char) for char in line).strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def _printable(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Co":
        return "-"
    return " " if char == "\t" else "" if kind in ("Cc", "Cf", "Cs") else char
