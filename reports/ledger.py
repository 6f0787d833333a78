"""The ledger of corrections as plain data: what is used instead of what a body reported. Pure.

A correction never touches a figure. What the province uses is the reported figures with the lines of the ledger
put in their places, so used less reported is the sum of the lines.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from directives.choices import Option, ValueType
from directives.languages import in_screen_language

from .answers import Answer, Cell
from .bodies import BodyLine
from .numbers import format_number
from .summary import PLACES, Mark, signed


@dataclass(frozen=True, slots=True)
class Used:
    """A correction in force: ``used`` stands in for what the ``body`` ``reported`` (None: it left the cell empty).

    ``estimated``: the body marked the row "ước thực hiện". The mark stays with the row, whatever is used of it.
    """

    body: str
    cell: Cell
    reported: Answer | None
    used: Answer
    estimated: bool = False
    reason: str = ""
    by: str = ""
    at: dt.datetime | None = None

    @property
    def difference(self) -> Decimal:
        """What it adds to every sum that the cell is in: missing and "không phát sinh" add nothing."""
        return difference(self.reported, self.used)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger as it is drawn. ``cross``: the body only cross-checks, its figure is in no total."""

    body: BodyLine
    code: str
    name_vi: str
    name_en: str
    unit: str
    value_type: str
    option: str
    reported: Decimal | Mark
    used: Decimal | Mark
    difference: Decimal
    reason: str
    by: str
    at: dt.datetime | None
    cross: bool = False

    @property
    def name(self) -> str:
        return in_screen_language(self.name_vi, self.name_en)

    @property
    def column(self) -> str:
        """The cell's column, ``Tổng số`` or an of-which."""
        return str(Option(self.option).label)

    @property
    def shown_reported(self) -> str:
        return figure_words(self.reported, self.value_type)

    @property
    def shown_used(self) -> str:
        return figure_words(self.used, self.value_type)

    @property
    def shown_difference(self) -> str:
        return signed(self.difference)


def ledger_legend() -> str:
    """One line below every table that holds a corrected figure."""
    return _(
        "“(điều chỉnh)”: cơ quan tổng hợp sử dụng số khác số cơ quan báo cáo; số báo cáo được giữ nguyên, "
        "lý do có trong sổ điều chỉnh."
    )


def difference(reported: Answer | None, used: Answer | None) -> Decimal:
    """``used`` less ``reported`` as they add up; None is a cell without an answer."""
    return _size(used) - _size(reported)


def _size(answer: Answer | None) -> Decimal:
    return Decimal(0) if answer is None else answer.amount


def cell_of(answer: Answer | None) -> Decimal | Mark:
    """An answer as a cell of a table holds it."""
    if answer is None:
        return Mark.MISSING
    return Mark.NOTHING if answer.nothing else answer.value


def figure_words(what: Decimal | Mark, value_type: str) -> str:
    """A body's figure as text: ``1.234``, ``96,25``, ``Có``, ``không phát sinh``, ``chưa có số liệu``."""
    if isinstance(what, Mark):
        return what.words
    if value_type == ValueType.YES_NO:
        return _("Có") if what else _("Không")
    return format_number(what, PLACES if value_type in (ValueType.PERCENT, ValueType.RATE) else None)


def ledger_lines(corrections: Iterable[Used], indicators: Iterable, bodies: Iterable[BodyLine]) -> tuple:
    """The LedgerLines in the order of ``indicators``, then of ``bodies``, then of the indicator's columns."""
    order = {indicator.code: (place, indicator) for place, indicator in enumerate(indicators)}
    lines = {body.code: (place, body) for place, body in enumerate(bodies)}
    found = []
    for each in corrections:
        (first, indicator), (second, body) = order[each.cell.code], lines[each.body]
        third = indicator.options.index(each.cell.option)
        found.append(((first, second, third), _line(each, indicator, body)))
    return tuple(line for _place, line in sorted(found, key=lambda pair: pair[0]))


def _line(each: Used, indicator, body: BodyLine) -> LedgerLine:
    return LedgerLine(
        body=body,
        code=indicator.code,
        name_vi=indicator.name_vi,
        name_en=indicator.name_en,
        unit=indicator.unit,
        value_type=indicator.value_type,
        option=each.cell.option,
        reported=cell_of(each.reported),
        used=cell_of(each.used),
        difference=each.difference,
        reason=each.reason,
        by=each.by,
        at=each.at,
        cross=indicator.role_of(body.group, body.counting_group) == "cross",
    )
