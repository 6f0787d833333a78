"""What the province's figures are when they are added up: the Summary, and nothing that computes it.

Screen, Excel, PDF, Word and JSON draw the same Summary; nothing that draws it adds anything up.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.choices import Combine, Option, ValueType
from directives.languages import in_screen_language

from .bodies import BodyLine, Excused
from .checks import Finding
from .choices import Edition
from .numbers import format_number, rounded

if TYPE_CHECKING:
    from .jumps import Explained, Jump
    from .ledger import LedgerLine

PLACES = 2  # of computed percentages and rates: 96,25
NAMED = 5  # bodies named in a coverage line


class Mark(Enum):
    """Why a cell holds no number. Never 0: nothing said, nothing arose and zero are three things."""

    MISSING = "missing"  # owed and not answered, or not accepted yet
    NOTHING = "nothing"  # "không phát sinh"
    NOT_OURS = "not_ours"  # the task lies outside the body's functions
    NOT_OWED = "not_owed"  # the body is not asked for this indicator
    UNDEFINED = "undefined"  # a ratio over nothing, or a figure that cannot be added up
    HIDDEN = "hidden"  # a small number about children, or one that would give it away; only in outgoing editions

    @property
    def words(self) -> str:
        """As it is written where there is room."""
        return {
            Mark.MISSING: _("chưa có số liệu"),
            Mark.NOTHING: _("không phát sinh"),
            Mark.NOT_OURS: _("không thuộc chức năng"),
            Mark.NOT_OWED: "",
            Mark.UNDEFINED: "-",
            Mark.HIDDEN: _("số nhỏ, không công bố"),
        }[self]

    @property
    def short(self) -> str:
        """As it is written in a narrow column; ``MARKS_LEGEND`` explains it below the table."""
        return {
            Mark.MISSING: "…",
            Mark.NOTHING: "KPS",
            Mark.NOT_OURS: "KTCN",
            Mark.NOT_OWED: "",
            Mark.UNDEFINED: "-",
            Mark.HIDDEN: "×",
        }[self]


SILENT = (Mark.MISSING, Mark.NOT_OURS, Mark.NOT_OWED)  # nothing was said there, so no estimate either


def change_legend() -> str:
    """One line below every table that compares two years."""
    return _("Dấu * ở cột tăng, giảm: còn thiếu cơ quan ở một trong hai năm nên chưa so sánh đủ.")


def breaks_legend() -> str:
    """Introduces what happened to the bodies, below a table in which a change goes over a break."""
    return _("Dấu ‖ ở cột tăng, giảm: ngắt chuỗi, hai năm không so sánh thẳng được vì cơ quan đã sắp xếp lại.")


def marks_legend() -> str:
    """One line below every table that uses the short forms."""
    return _(
        "Ký hiệu: “…” chưa có số liệu; “KPS” không phát sinh; “KTCN” không thuộc chức năng, nhiệm vụ; "
        "“-” không tính được; ô trống: không phải báo cáo chỉ tiêu này."
    )


def hidden_legend() -> str:
    """One line below every table of an outgoing edition that hides small numbers."""
    return _(
        "“×”: số nhỏ về trẻ em không công bố, hoặc số được ẩn cùng để không tính ra số nhỏ; số toàn tỉnh vẫn đủ. "
        "Dòng điều chỉnh, biến động có số ẩn và mọi giải trình không nêu ở bản này. "
        "Bản đầy đủ lưu tại cơ quan tổng hợp."
    )


def estimates_legend() -> str:
    """One line below every table with estimates in it."""
    return _(
        "“(ước)”: số ước thực hiện, vì kỳ báo cáo chưa kết thúc khi cơ quan gửi số liệu; “2 ước” sau số cơ quan: "
        "trong các số liệu được tính có 2 số ước."
    )


def marked(text: str, estimate: bool, corrected: bool = False) -> str:
    """A figure as text, with the words for an estimate and for a correction where it is one."""
    if corrected:
        return (_("%s (ước, điều chỉnh)") if estimate else _("%s (điều chỉnh)")) % text
    return _("%s (ước)") % text if estimate else text


def standing_alone(name: str) -> str:
    """An indicator's name where it stands alone: ``Trong đó: bị bạo lực`` → ``Bị bạo lực``."""
    for before in ("Trong đó: ", "of which: "):  # as the catalogue begins them, in its two languages
        if name.startswith(before):
            rest = name.removeprefix(before)
            return rest[:1].upper() + rest[1:]
    return name


def signed(value: Decimal, places: int | None = None) -> str:
    """``+1.234``, ``-5``, ``0``."""
    return ("+" if value > 0 else "") + format_number(value, places)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the bodies that owe a figure gave it, and who did not (short names, protocol order).

    ``estimates``: how many of the given ones are marked "ước thực hiện". ``share``: percent of last year's total
    that those missing held (one decimal); None where last year says nothing of them, or nobody is missing.
    """

    answered: int
    owed: int
    missing: tuple[str, ...] = ()
    estimates: int = 0
    share: Decimal | None = None

    @property
    def complete(self) -> bool:
        return self.answered == self.owed

    @property
    def short(self) -> str:
        """``12/15 cơ quan``; with estimates in the total ``12/15 cơ quan (2 số ước)``."""
        words = _("%(answered)s/%(owed)s cơ quan") % {"answered": self.answered, "owed": self.owed}
        if self.estimates:
            words += " " + ngettext("(%(n)s số ước)", "(%(n)s số ước)", self.estimates) % {"n": self.estimates}
        return words

    @property
    def long(self) -> str:
        """``12/15 cơ quan; thiếu: A, B và 2 cơ quan khác; các cơ quan này chiếm 9% năm trước``."""
        if not self.missing:
            return self.short
        words = _("%(short)s; thiếu: %(names)s") % {"short": self.short, "names": self.names}
        return f"{words}; {self.held}" if self.share is not None else words

    @property
    def held(self) -> str:
        """What those missing held: ``các cơ quan này chiếm 9% năm trước``; "" where last year does not say."""
        if self.share is None:
            return ""
        return _("các cơ quan này chiếm %s%% năm trước") % format_number(self.share)

    @property
    def names(self) -> str:
        """Who is missing, at most five by name: ``A, B, C, D, E và 2 cơ quan khác``."""
        names = ", ".join(self.missing[:NAMED])
        if len(self.missing) > NAMED:
            names += _(" và %s cơ quan khác") % (len(self.missing) - NAMED)
        return names


@dataclass(frozen=True, slots=True)
class Amount:
    """A provincial value or the reason why there is none, never without its coverage.

    ``estimates``: how many of the answers in it are marked "ước thực hiện"; of a ratio, how many bodies
    estimated its numerator or its denominator.
    """

    value: Decimal | None
    mark: Mark | None
    answered: int
    owed: int
    estimates: int = 0

    @property
    def basis(self) -> str:
        """What the value rests on, for a narrow column: ``12/15``, with estimates in it ``12/15, 2 ước``."""
        words = f"{self.answered}/{self.owed}"
        if self.estimates:
            # A space that does not break is put in here: gettext's own reader takes no escapes.
            said = ngettext("%(n)s ước", "%(n)s ước", self.estimates) % {"n": self.estimates}
            words += ", " + said.replace(" ", "\u00a0")
        return words


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What those who only cross-check said: shown beside the total, never added to it.

    ``reported``: the amount without the ledger, where a correction touches it.
    """

    counting_group: str
    label: str
    amount: Amount
    reported: Amount | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator for the whole province, as it is used: with the corrections in force in their places.

    What was reported stands beside every amount and every cell that a correction touches, and nowhere else:
    ``reported`` by option, ``previous_reported``, ``reported_cells`` by (option, place of the body).
    """

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
    estimated: frozenset[int] = frozenset()  # places of the bodies whose figures in these cells are estimates
    reported: Mapping[str, Amount] = field(default_factory=dict)
    previous_reported: Amount | None = None
    reported_cells: Mapping[tuple[str, int], Decimal | Mark] = field(default_factory=dict)
    broken: str = ""  # what happened to the bodies since last year, where the total covers other ground
    rests_on: tuple[str, ...] = ()  # of a ratio: the codes of its numerator and its denominator

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

    def is_estimate(self, option: str, place: int) -> bool:
        """Whether what the body at ``place`` said in this cell is an estimate: one mark stands for its whole row."""
        return place in self.estimated and self.cells[option][place] not in SILENT

    def is_corrected(self, option: str, place: int) -> bool:
        """Whether what is used of the body at ``place`` is not what it reported."""
        return (option, place) in self.reported_cells

    def said(self, option: str, place: int) -> str:
        """The cell of the body at ``place`` as text: ``1.234``, ``1.234 (ước)``, ``21 (điều chỉnh)``."""
        words = self.shown(self.cells[option][place])
        return marked(words, self.is_estimate(option, place), self.is_corrected(option, place))

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Every provincial amount that is drawn with this row."""
        shown = (self.total, self.previous, *self.options.values(), *(cross.amount for cross in self.cross))
        return tuple(amount for amount in shown if amount is not None)

    @property
    def parts(self) -> list[tuple[str, Amount, Amount | None]]:
        """(label, amount, the amount as reported where the ledger touches it) of the of-which breakdowns."""
        return [(str(Option(o).label), amount, self.reported.get(o)) for o, amount in self.options.items()]

    def as_reported(self, option: str) -> Amount:
        """The amount of ``option`` without the ledger."""
        used = self.total if option == Option.TOTAL else self.options[option]
        return self.reported.get(option, used)

    def aim(self, target: "Target") -> str:
        """A target of this row as text: ``Chỉ tiêu quốc gia 2025: ≥ 98,5%``; all of them ``… 2030: 100%``."""
        words = {"year": target.year, "sign": "≥" if target.at_least else "≤", "value": format_number(target.value)}
        words["value"] += "%" if self.value_type == ValueType.PERCENT else ""
        if self.aims_at_all(target):
            return _("Chỉ tiêu quốc gia %(year)s: %(value)s") % words
        return _("Chỉ tiêu quốc gia %(year)s: %(sign)s %(value)s") % words

    def aims_at_all(self, target: "Target") -> bool:
        """Whether the target is the whole, which "at least" would only blur."""
        return self.value_type == ValueType.PERCENT and target.at_least and target.value == 100

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
            and not self.broken
            and self.total.answered == self.total.owed
            and self.previous.answered == self.previous.owed
        )

    @property
    def change_mark(self) -> str:
        """What stands after a change that does not compare like with like: ‖ over a break, * where bodies lack."""
        return "‖" if self.broken else "" if self.comparable else "*"

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
    """What one body wrote about one task or part. ``body``: its full name, which two bodies may share."""

    body: str
    results: str = ""
    difficulties: str = ""
    proposals: str = ""
    body_code: str = ""  # "" in documents frozen before it was kept


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


@dataclass(frozen=True, slots=True)
class Target:
    """A national target for an indicator in ``year``: a reference line, never a judgement of one body."""

    code: str
    year: int
    value: Decimal
    at_least: bool  # False: at most
    source: str

    def met_by(self, value: Decimal) -> bool:
        return value >= self.value if self.at_least else value <= self.value


def next_target(targets: tuple[Target, ...], year: int) -> Target | None:
    """Of the targets of one indicator, by year: the first of ``year`` or later, else the last; None of none."""
    return next((target for target in targets if target.year >= year), targets[-1] if targets else None)


@dataclass(frozen=True)
class Summary:
    """The province's figures for one period, as they stand at ``made_at`` (aware datetime).

    ``ledger``: the corrections in force of the accepted reports, by indicator, then in protocol order. ``excused``:
    the bodies of the round that are not counted. ``jumps`` (by indicator, then in protocol order) and ``explained``
    (by rule) are None where not asked for. ``targets``: the national targets by code of the indicator, by year.
    ``edition``: whether small numbers are hidden (``suppression.outgoing``).
    """

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
    ledger: "tuple[LedgerLine, ...]" = ()
    excused: tuple[Excused, ...] = ()
    overview: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    jumps: "tuple[Jump, ...] | None" = None
    explained: "tuple[Explained, ...] | None" = None
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    edition: str = Edition.FULL.value
    rules: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()  # the catalogue's: codes, "<=", codes

    @cached_property
    def estimated(self) -> tuple[Row, ...]:
        """The rows with an estimate in what is drawn of them."""
        return tuple(row for row in self.rows if any(amount.estimates for amount in row.amounts))

    @property
    def breaks(self) -> tuple[str, ...]:
        """What happened to the bodies since last year, each once, for below a table that compares the two years."""
        return tuple(dict.fromkeys(row.broken for row in self.rows if row.broken))

    @property
    def jumps_told(self) -> str:
        """How many figures jumped, and for how many of them no reason is given, in one sentence.

        The outgoing edition leaves lines and reasons out, so it only counts what it tells, and says so.
        """
        if not self.previous_year:
            return _("Chưa có số liệu năm trước để so sánh.")
        if self.edition == Edition.OUTGOING:
            return self._jumps_of_outgoing
        if not self.jumps:
            return _("Không có số liệu nào tăng, giảm vượt ngưỡng của chỉ tiêu so với năm %s.") % self.previous_year
        words = {"year": self.previous_year, "n": len(self.jumps)}
        told = ngettext(
            "%(n)s số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm %(year)s",
            "%(n)s số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm %(year)s",
            len(self.jumps),
        )
        silent = sum(1 for jump in self.jumps if not jump.reason)
        rest = ngettext("%(n)s số chưa giải trình", "%(n)s số chưa giải trình", silent) % {"n": silent}
        if not silent:
            rest = _("đều đã giải trình")
        return f"{told % words}; {rest}."

    @property
    def _jumps_of_outgoing(self) -> str:
        words = {"year": self.previous_year, "n": len(self.jumps or ())}
        if not self.jumps:
            return (
                _("Bản này không nêu số liệu nào tăng, giảm vượt ngưỡng so với năm %(year)s; dòng có số ẩn không nêu.")
                % words
            )
        told = ngettext(
            "%(n)s số liệu tăng, giảm vượt ngưỡng so với năm %(year)s nêu ở bản này; dòng có số ẩn không nêu.",
            "%(n)s số liệu tăng, giảm vượt ngưỡng so với năm %(year)s nêu ở bản này; dòng có số ẩn không nêu.",
            words["n"],
        )
        return told % words

    @cached_property
    def coverage(self) -> Coverage:
        """Of whole reports: accepted ones among those owed."""
        missing = tuple(body.short_name for body in self.bodies if not body.accepted)
        return Coverage(len(self.bodies) - len(missing), len(self.bodies), missing)

    def target_of(self, code: str) -> Target | None:
        """The target that comes next: of this year or the first after it, else the last there was; None without one."""
        return next_target(self.targets.get(code, ()), self.year)

    @property
    def rows(self) -> Iterable[Row]:
        return (row for section in self.sections for row in section.rows)

    def row(self, code: str) -> Row | None:
        return next((row for row in self.rows if row.code == code), None)
