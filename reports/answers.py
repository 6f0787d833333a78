"""What a body said about one cell. A leaf and pure.

Three things that are never the same: no answer at all (missing: there is no ``Answer``), an answer
of 0 (counted, and there were none), and ``nothing`` ("không phát sinh": the matter did not arise).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

NOTHING, DETAIL, ESTIMATE = "nothing", "detail", "estimate"
BESIDE = (NOTHING, DETAIL, ESTIMATE)  # inputs beside a total: "không phát sinh", the note, "ước thực hiện"


class Cell(NamedTuple):
    """Address of a figure: an indicator's code and one of its options (``total``, ``girls`` …)."""

    code: str
    option: str = "total"

    def __str__(self):
        return self.code if self.option == "total" else f"{self.code}:{self.option}"

    @classmethod
    def parse(cls, text: str) -> "Cell":
        code, _colon, option = text.partition(":")
        return cls(code, option or "total")


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure, or "không phát sinh".

    ``detail`` is the note beside it: of a yes the number and date of the document that it rests on.
    ``estimate`` marks "ước thực hiện": the period had not ended when the figure was given. Both belong to
    a row, so they stand with its total and count for the of-which beside it.
    """

    value: Decimal | None = None
    nothing: bool = False
    detail: str = ""
    estimate: bool = False

    @property
    def amount(self) -> Decimal:
        """What the answer adds to a sum: its figure, or 0 where nothing arose."""
        return self.value if self.value is not None else Decimal(0)


Answers = dict[Cell, Answer]
