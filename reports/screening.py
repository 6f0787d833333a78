"""What of a sending needs an officer's eyes, counted when it is sent. Pure: plain data in, numbers out."""

from collections.abc import Iterable, Mapping

from . import checks, privacy
from .answers import Cell
from .checks import Sheet
from .parts import JUMP

# What an officer should look at first: what nobody explained, then what seems to name a child.
WEIGHTS = {"unexplained": 10, "private": 10, "warnings": 3, "jumps": 2, "gaps": 2, "estimates": 1, "changes": 1}


MOST = 32767  # that a column of the database takes; who finds so many has seen enough


def screen(sheet: Sheet, content: Mapping, changes: int | None) -> dict[str, int | None]:
    """The counts of ``models.Screening``, by field; ``changes``: places that differ from the sending before."""
    findings = [finding for finding in checks.run(sheet) if not finding.blocks]
    jumps = [finding for finding in findings if finding.code.startswith(JUMP)]
    found = {
        "warnings": len(findings) - len(jumps),
        "jumps": len(jumps),
        "unexplained": _unexplained(findings, content),
        "unexplained_jumps": _unexplained(jumps, content),
        "estimates": _estimated_rows(content),
        "private": sum(len(privacy.passages(text)) for text in texts_in(content)),
        "changes": changes,
        "gaps": checks.gaps(sheet),
    }
    found = {name: number if number is None else min(number, MOST) for name, number in found.items()}
    return found | {"weight": sum(WEIGHTS[name] * (found[name] or 0) for name in WEIGHTS)}


def _unexplained(findings: Iterable[checks.Finding], content: Mapping) -> int:
    return sum(1 for finding in findings if not content["explanations"].get(finding.code, "").strip())


def _estimated_rows(content: Mapping) -> int:
    """Rows, not cells: a mark stands for the total and its of-which together."""
    return len({Cell.parse(cell).code for cell, figure in content["figures"].items() if figure.get("estimate")})


def texts_in(content: Mapping) -> Iterable[str]:
    """Every text that people wrote in a sending."""
    for texts in content["tasks"].values():
        yield from (text for text in texts.values() if isinstance(text, str) and text)
    for part in ("overview", "progress", "explanations"):
        yield from (text for text in content[part].values() if text)
    yield from (figure["detail"] for figure in content["figures"].values() if figure["detail"])
