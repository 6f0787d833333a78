"""What came out of reading a filled form: everything at once, each with the cell of the file it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from .asked import Place


@dataclass(frozen=True, slots=True)
class Understood:
    """One input of the report as the file answers it.

    ``found``: what stands in the cell; ``text``: the same as the web form would show it; ``note`` says how one
    became the other where they differ. ``was``: what the form was handed out with, None where that is not known.
    """

    section: int | None
    name: str
    sheet: str
    address: str
    found: str
    text: str
    note: str = ""
    was: str | None = None

    @property
    def place(self) -> Place:
        return self.section, self.name

    @property
    def unchanged(self) -> bool:
        """Still as handed out: whoever filled the file in said nothing new here."""
        return self.was == self.text


@dataclass(frozen=True, slots=True)
class Defect:
    """One cell that cannot be read: what was found, what is wrong with it, how to put it right."""

    sheet: str
    address: str
    found: str
    message: str
    remedy: str
    section: int | None = None
    name: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Something in the file that was not read and changes nothing; ``address`` is empty for a whole sheet."""

    sheet: str
    address: str
    found: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about the file as a whole; where it ``refuses``, nothing of the file may be stored."""

    message: str
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A cell that can be read in two ways; None: no number in that notation."""

    sheet: str
    address: str
    found: str
    vi: Decimal | None
    en: Decimal | None


@dataclass(frozen=True, slots=True)
class Question:
    """Asked once for the whole file: which notation its texts are in. ``cells`` are all that wait for it."""

    cells: tuple[Example, ...]

    @property
    def examples(self) -> tuple[Example, ...]:
        """A few to show, those first that are numbers in both notations."""
        return tuple(sorted(self.cells, key=lambda cell: cell.vi is None or cell.en is None)[:3])


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says: whose form, of which period and edition, handed out when ("" where unknown)."""

    period: str = ""
    body: str = ""
    edition: str = ""
    layout: str = ""
    made_at: str = ""


@dataclass
class Reading:
    """``implied``: inputs that an understood one settles with it: a figure unticks "không phát sinh", the tick
    clears the figures. ``identity`` is None for a file without the form's hidden sheet."""

    understood: list[Understood] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    question: Question | None = None
    implied: dict[Place, str] = field(default_factory=dict)
    issued: dict[Place, str] | None = None
    identity: Identity | None = None
    sheets: tuple[str, ...] = ()  # the sheets of the file that were read as the form's

    @property
    def refused(self) -> bool:
        return any(notice.refuses for notice in self.notices)

    @property
    def clean(self) -> bool:
        """Ready to be stored: nothing refused, nothing to put right, nothing to ask."""
        return not (self.refused or self.defects or self.question)

    def typed(self) -> dict[Place, str]:
        """{(section, input name): text} to be laid over what is stored; what is not in it stays as it is."""
        return self.implied | {each.place: each.text for each in self.understood}

    def was(self, place: Place) -> str | None:
        """What the form showed there when it was handed out ("" for an empty cell), None where unknown."""
        return None if self.issued is None else self.issued.get(place, "")


def refusal(*sentences: str) -> Reading:
    return Reading(notices=[Notice(sentence, refuses=True) for sentence in sentences])


def in_order(found: Iterable, sheets: Iterable[str], key) -> list:
    """Sorted as the file shows them; ``key`` gives (row, column) of an address."""
    order = {name: number for number, name in enumerate(sheets)}
    return sorted(found, key=lambda each: (order.get(each.sheet, len(order)), key(each.address)))
