"""The annexes of the printed report: reasons, ledger, who has not reported, files; the figures are ``pdf_bodies``."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils import timezone

from directives.choices import Option

from ..choices import Edition, Status
from ..jumps import Explained, Jump
from ..ledger import LedgerLine
from ..numbers import format_number
from ..summary import Summary

PRINTED = 1000  # lines of each table: more take minutes to lay out; the workbook inside the file has all
ROMAN = ("I", "II", "III", "IV", "V")
KINDS = {  # in the order of the pages: its heading, and how the text speaks of it
    "reasons": ("GIẢI TRÌNH SỐ LIỆU CỦA CÁC CƠ QUAN", "giải trình số liệu"),
    "ledger": ("SỔ ĐIỀU CHỈNH SỐ LIỆU", "sổ điều chỉnh số liệu"),
    "absent": ("CƠ QUAN CHƯA CÓ BÁO CÁO ĐƯỢC DUYỆT", "cơ quan chưa có báo cáo được duyệt"),
    "files": ("TỆP GỬI KÈM BÁO CÁO CỦA CÁC CƠ QUAN", "tệp gửi kèm"),
    "figures": ("SỐ LIỆU CỦA TỪNG CƠ QUAN", "số liệu của từng cơ quan"),
}


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex: ``subject`` is its heading, ``name`` how the text speaks of it, ``title`` its number."""

    kind: str
    subject: str
    name: str
    title: str = ""


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


def annexes(summary: Summary, *, figures: bool) -> dict:
    """``annexes``: what is laid beside the report, in the order of its pages; and how the text speaks of them.

    ``figures``: the figures of every body follow, on pages of their own. Several annexes are numbered in Roman
    figures, one is not (Decree 30/2020/NĐ-CP, Appendix I).
    """
    reasons = _reasons(summary)
    there = {
        "reasons": bool(reasons and reasons["any"]),
        "ledger": bool(summary.ledger),
        "absent": not summary.coverage.complete,
        "files": any(body.files for body in summary.bodies),
        "figures": figures,
    }
    laid = [Annex(kind, *KINDS[kind]) for kind, is_there in there.items() if is_there]
    several = len(laid) > 1
    titled = [replace(annex, title=f"Phụ lục {ROMAN[n]}" if several else "Phụ lục") for n, annex in enumerate(laid)]
    return {
        "annexes": titled,
        "titles": {annex.kind: annex.title for annex in titled},
        "annexed": _spoken(titled),
        "reasons": reasons,
        "ledger": _ledger(summary),
        "absent": _absent(summary),
        "files": _files(summary),
    }


def _spoken(laid: list[Annex]) -> str:
    """``giải trình số liệu, tệp gửi kèm tại các Phụ lục``; "" without any."""
    if not laid:
        return ""
    return f"{', '.join(annex.name for annex in laid)} tại {'Phụ lục' if len(laid) == 1 else 'các Phụ lục'}"


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
        "kept": summary.edition == Edition.OUTGOING,  # the reasons stay in the full edition
        "estimates": any(jump.estimate or jump.before_estimate for jump in summary.jumps),
    }


def _ledger(summary: Summary) -> dict:
    lines = summary.ledger
    return {"number": len(lines), "lines": _grouped(lines[:PRINTED], _line), "cut": _cut(len(lines))}


def _absent(summary: Summary) -> dict:
    """The bodies without an accepted report, and what became of theirs."""
    found = [body for body in summary.bodies if not body.accepted]
    lines = [
        (
            body.name,
            "Chưa gửi" if body.first_submitted_at is None else str(Status(body.status).label),
            body.submitted_at,
        )
        for body in found[:PRINTED]
    ]
    return {"lines": lines, "cut": _cut(len(found))}


def _files(summary: Summary) -> dict:
    """How many files lie beside the report of each body that laid any."""
    found = [body for body in summary.bodies if body.files]
    return {
        "lines": [(body.name, body.files) for body in found[:PRINTED]],
        "bodies": len(found),
        "number": sum(body.files for body in found),
        "cut": _cut(len(found)),
    }


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
    return Reason(explained.body.name, paragraphs(explained.reason), what=explained.message)


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
