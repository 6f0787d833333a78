"""What of a sending needs an officer's eyes, counted when it is sent. Pure: plain data in, numbers out."""

from collections.abc import Iterable, Mapping

from . import checks, privacy
from .checks import Sheet
from .parts import JUMP

# What an officer should look at first: what nobody explained, then what seems to name a child.
WEIGHTS = {"unexplained": 10, "private": 10, "warnings": 3, "jumps": 2, "gaps": 2, "estimates": 1, "changes": 1}


def screen(sheet: Sheet, content: Mapping, changes: int | None) -> dict[str, int | None]:
    """The counts of ``models.Screening``, by field; ``changes``: places that differ from the sending before."""
    explanations = content["explanations"]
    findings = [finding for finding in checks.run(sheet) if not finding.blocks]
    jumps = [finding for finding in findings if finding.code.startswith(JUMP)]
    found = {
        "warnings": len(findings) - len(jumps),
        "jumps": len(jumps),
        "unexplained": sum(1 for finding in findings if not explanations.get(finding.code, "").strip()),
        "estimates": sum(1 for figure in content["figures"].values() if figure.get("estimate")),
        "private": sum(len(privacy.passages(text)) for text in texts_in(content)),
        "changes": changes,
        "gaps": checks.gaps(sheet),
    }
    return found | {"weight": sum(WEIGHTS[name] * (number or 0) for name, number in found.items())}


def texts_in(content: Mapping) -> Iterable[str]:
    """Every text that people wrote in a sending."""
    for texts in content["tasks"].values():
        yield from (text for text in texts.values() if isinstance(text, str) and text)
    for part in ("overview", "progress", "explanations"):
        yield from (text for text in content[part].values() if text)
    yield from (figure["detail"] for figure in content["figures"].values() if figure["detail"])
