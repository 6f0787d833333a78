"""The province's report as one thing to draw: the Summary, the words around it, and what its issue added. Pure.

PDF, Word, Excel and the package draw the same Document; once issued it is kept frozen and never made again.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from .summary import Summary


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the issue adds to a paper: number, day, who signs and with what power, who receives it, how it is checked.

    ``titles``: the lines over the signature (Decree 30/2020/NĐ-CP, Appendix I: ``KT. GIÁM ĐỐC``, ``PHÓ GIÁM ĐỐC``).
    ``recipients``: "Nơi nhận" line by line, without dash and full stop. ``address``: the public page of the document.
    """

    number: str
    symbol: str
    signed_on: dt.date
    titles: tuple[str, ...]
    signatory: str
    recipients: tuple[str, ...]
    code: str
    fingerprint: str
    address: str

    @property
    def full_number(self) -> str:
        return f"{self.number}/{self.symbol}"


@dataclass(frozen=True, slots=True)
class Effect:
    """A line of an issued document that would read differently now; both with their coverage, as text."""

    code: str
    name: str
    column: str
    before: str
    now: str
    place: str = ""  # the column as data: an Option, ``previous`` or ``cross:`` and a counting group


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed after an issue, and which of its lines would differ.

    ``kind``: a value of ``changes.Kind``. ``body`` "" where it is no body's own. ``before`` and ``now`` as text.
    """

    kind: str
    body: str
    code: str
    name: str
    column: str
    before: str
    now: str
    reason: str = ""
    effects: tuple[Effect, ...] = ()
    sensitive: bool = False  # the figures of one body, small ones perhaps: not in outgoing editions
    body_code: str = ""
    option: str = ""  # of a figure: which of the columns of ``code``


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a supplementary report carries: the differences to the document ``number``, and nothing else."""

    number: str
    signed_on: dt.date
    changes: tuple[Change, ...]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The provincial lines that differ, each once: several changes can reach the same one."""
        return tuple({(e.code, e.place): e for change in self.changes for e in change.effects}.values())


@dataclass(frozen=True)
class Document:
    """``texts``: {part: words} as composed (see ``provincial_parts``); None: the bodies' own words, nothing composed.

    ``imprint`` None: not issued, number, day and signature are left blank. ``supplement`` None: the report itself.
    """

    summary: Summary
    texts: Mapping[str, str] | None = None
    imprint: Imprint | None = None
    supplement: Supplement | None = None

    @property
    def edition(self) -> str:
        return self.summary.edition

    @property
    def draft(self) -> bool:
        """Composed and not issued: what the paper says may still change."""
        return self.texts is not None and self.imprint is None
