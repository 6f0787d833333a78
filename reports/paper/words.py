"""Typed words as paper can show them: composed letters (NFC), no control characters, nothing that XML forbids."""

import unicodedata

from ..exports.pdf import paragraphs

NOT_XML = {0xFFFE: None, 0xFFFF: None}  # what ``paragraphs`` leaves of it


def lines_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a typed text; empty lines are left out."""
    lines = (line.translate(NOT_XML).strip() for line in paragraphs(unicodedata.normalize("NFC", text)))
    return tuple(line for line in lines if line)


def line_of(text: str) -> str:
    """A name, a title or a note on one line."""
    return " ".join(lines_of(text))
