"""What downloaded files are called. Pure."""

import re

from ..choices import Edition
from ..document import Document
from ..folding import folded

EDITIONS = {Edition.FULL: "day-du", Edition.OUTGOING: "gui-di"}


def stem(document: Document) -> str:
    """Office, round, number, day and edition, in letters that every system takes.

    ``bao-cao-sldtbxh-2020-so-123-bc-sldtbxh-ngay-2020-12-20-gui-di``; without an issue ``…-chua-ban-hanh-…``.
    """
    summary, imprint = document.summary, document.imprint
    what = "bao cao bo sung" if document.supplement else "bao cao"
    number = f"so {imprint.full_number} ngay {imprint.signed_on:%Y-%m-%d}" if imprint else "chua ban hanh"
    words = (what, summary.letterhead.symbol, summary.code, number, EDITIONS[Edition(document.edition)])
    return re.sub("[^a-z0-9]+", "-", folded(" ".join(words))).strip("-")


def file_name(document: Document, format: str) -> str:
    """``stem`` with the ending of a format of ``exports.FORMATS``, whose key it is."""
    return f"{stem(document)}.{format}"
