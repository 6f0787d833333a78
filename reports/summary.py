"""What the province's figures are when they are added up: the Summary, and nothing that computes it.

Screen, Excel, PDF, Word and JSON draw the same Summary; nothing that draws it adds anything up.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property

from django.utils.translation import gettext as _

from directives.choices import Combine, ValueType
from directives.languages import in_screen_language

from .checks import Finding
from .choices import Status
from .numbers import format_number, rounded

PLACES = 2  # of computed percentages and rates: 96,25
NAMED = 5  # bodies named in a coverage line


class Mark(Enum):
    """Why a cell holds no number. Never 0: nothing said, nothing arose and zero are three things."""

    MISSING = "missing"  # owed and not answered, or not accepted yet
    NOTHING = "nothing"  # "không phát sinh"
    NOT_OURS = "not_ours"  # the task lies outside the body's functions
    NOT_OWED = "not_owed"  # the body is not asked for this indicator
    UNDEFINED = "undefined"  # a ratio over nothing, or a figure that cannot be added up

    @property
    def words(self) -> str:
        """As it is written where there is room."""
        return {
            Mark.MISSING: _("chưa có số liệu"),
            Mark.NOTHING: _("không phát sinh"),
            Mark.NOT_OURS: _("không thuộc chức năng"),
            Mark.NOT_OWED: "",
            Mark.UNDEFINED: "-",
        }[self]

    @property
    def short(self) -> str:
        """As it is written in a narrow column; ``MARKS_LEGEND`` explains it below the table."""
        return {Mark.MISSING: "…", Mark.NOTHING: "KPS", Mark.NOT_OURS: "KTCN", Mark.NOT_OWED: "", Mark.UNDEFINED: "-"}[
            self
        ]


def change_legend() -> str:
    """One line below every table that compares two years."""
    return _("Dấu * ở cột tăng, giảm: còn thiếu cơ quan ở một trong hai năm nên chưa so sánh đủ.")


def marks_legend() -> str:
    """One line below every table that uses the short forms."""
    return _(
        "Ký hiệu: “…” chưa có số liệu; “KPS” không phát sinh; “KTCN” không thuộc chức năng, nhiệm vụ; "
        "“-” không tính được; ô trống: không phải báo cáo chỉ tiêu này."
    )


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body of the period as it was named at the opening, and what became of its report."""

    code: str
    name: str
    short_name: str
    group: str
    counting_group: str
    status: str
    first_submitted_at: dt.datetime | None
    submitted_at: dt.datetime | None
    on_time: bool | None
    version: int = 0
    declined: frozenset[int] = frozenset()

    @property
    def accepted(self) -> bool:
        return self.status == Status.ACCEPTED


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the bodies that owe a figure gave it, and who did not (short names, protocol order)."""

    answered: int
    owed: int
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return self.answered == self.owed

    @property
    def short(self) -> str:
        """``12/15 cơ quan``."""
        return _("%(answered)s/%(owed)s cơ quan") % {"answered": self.answered, "owed": self.owed}

    @property
    def long(self) -> str:
        """``12/15 cơ quan; thiếu: A, B, C và 2 cơ quan khác``: at most five names, so that it fits a line."""
        return (
            _("%(short)s; thiếu: %(names)s") % {"short": self.short, "names": self.names}
            if self.missing
            else self.short
        )

    @property
    def names(self) -> str:
        """Who is missing, at most five by name: ``A, B, C, D, E và 2 cơ quan khác``."""
        names = ", ".join(self.missing[:NAMED])
        if len(self.missing) > NAMED:
            names += _(" và %s cơ quan khác") % (len(self.missing) - NAMED)
        return names


@dataclass(frozen=True, slots=True)
class Amount:
    """A provincial value or the reason why there is none, never without its coverage."""

    value: Decimal | None
    mark: Mark | None
    answered: int
    owed: int


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What those who only cross-check said: shown beside the total, never added to it."""

    counting_group: str
    label: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator for the whole province."""

    code: str
    task: int
    name_vi: str
    name_en: str
    unit: str
    value_type: str
    combine: str
    time_kind: str
    core: bool
    sensitive: bool
    statistical_code: str
    total: Amount
    options: Mapping[str, Amount]
    coverage: Coverage
    previous: Amount | None
    cross: tuple[CrossCheck, ...]
    cells: Mapping[str, tuple]  # option → one Decimal or Mark per body of the summary; empty where not asked for

    @property
    def name(self) -> str:
        return in_screen_language(self.name_vi, self.name_en)

    @property
    def places(self) -> int | None:
        """Decimals that are always written; None: as many as the figure has."""
        return PLACES if self.value_type in (ValueType.PERCENT, ValueType.RATE) else None

    def shown(self, what: Amount | Decimal | Mark | None, *, short: bool = False) -> str:
        """An amount or a cell of this row as text: ``1.234``, ``96,25``, ``không phát sinh``."""
        if isinstance(what, Decimal) and self.combine == Combine.COUNT_YES:
            return _("Có") if what else _("Không")  # a body's answer; the province's amount counts the yeses
        if isinstance(what, Amount):
            what = what.mark if what.value is None else what.value
        if isinstance(what, Mark):
            return what.short if short else what.words
        return format_number(what, self.places)

    @property
    def counted_unit(self) -> str:
        """What the province's value counts: of yes and no it counts those who said yes."""
        return _("cơ quan trả lời “Có”") if self.combine == Combine.COUNT_YES else self.unit

    @property
    def change(self) -> Decimal | None:
        """Against last year, in the row's unit; None unless both years have a value."""
        if self.previous is None or self.previous.value is None or self.total.value is None:
            return None
        return self.total.value - self.previous.value

    @property
    def comparable(self) -> bool:
        """Whether both years hold every body that owed the figure; if not, the change is marked with an asterisk."""
        return (
            self.previous is not None
            and self.total.answered == self.total.owed
            and self.previous.answered == self.previous.owed
        )

    @property
    def change_percent(self) -> Decimal | None:
        """The change in percent of last year's value, one decimal; None where last year was 0 or has no value.

        A change of a percentage is told in points by ``change``, not as a percent of a percent.
        """
        if self.change is None or not self.previous.value or self.value_type in (ValueType.PERCENT, ValueType.RATE):
            return None
        return rounded(self.change * 100 / self.previous.value, 1)


@dataclass(frozen=True, slots=True)
class Text:
    """What one body wrote about one task or part."""

    body: str
    results: str = ""
    difficulties: str = ""
    proposals: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A task (number 0: the shared figures) with its rows and, where asked for, the bodies' texts."""

    number: int
    title_vi: str
    title_en: str
    rows: tuple[Row, ...]
    texts: tuple[Text, ...] = ()
    declined: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return in_screen_language(self.title_vi, self.title_en)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the paper carries around the figures (Decree 30/2020, Appendix I): the lead's term and the grounds."""

    superior: str
    head: str
    office: str
    symbol: str
    place: str
    signing_title: str
    file_note: str
    recipients: tuple[str, ...]
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """The province's figures for one period, as they stand at ``made_at`` (aware datetime)."""

    code: str
    year: int
    name: str
    subject: str
    data_from: dt.date
    data_to: dt.date
    due_words: str
    letterhead: Letterhead
    simulated: bool
    made_at: dt.datetime
    bodies: tuple[BodyLine, ...]
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    previous_year: int | None
    overview: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)

    @cached_property
    def coverage(self) -> Coverage:
        """Of whole reports: accepted ones among those owed."""
        missing = tuple(body.short_name for body in self.bodies if not body.accepted)
        return Coverage(len(self.bodies) - len(missing), len(self.bodies), missing)

    @property
    def rows(self) -> Iterable[Row]:
        return (row for section in self.sections for row in section.rows)

    def row(self, code: str) -> Row | None:
        return next((row for row in self.rows if row.code == code), None)
