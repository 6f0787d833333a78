"""Figures that moved against last year beyond their threshold, and the reasons that bodies gave. Pure.

The same rule decides here and while a body types (``Indicator.is_jump``): the annex of the provincial report
lists all the jumps that the checks find in the accepted reports, and no others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from directives.choices import Option
from directives.languages import in_screen_language

from .answers import Answer, Cell
from .bodies import BodyLine
from .checks import rule_findings
from .ledger import cell_of
from .numbers import format_number, rounded
from .summary import Mark, marked, signed


@dataclass(frozen=True, slots=True)
class Moved:
    """A total of an accepted report beside the same body's accepted one of the year before, both as they are used.

    ``corrected`` and ``before_corrected``: what is used is not what the body reported.
    """

    body: str
    code: str
    before: Answer
    now: Answer
    corrected: bool = False
    before_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """A body's total that moved against its own of last year beyond the indicator's threshold, and why.

    ``before`` and ``now`` are Mark.NOTHING where nothing arose, which moves like 0. ``reason`` is "" where the
    body gave none. ``cross``: the body only cross-checks this indicator, its figure is in no total.
    """

    body: BodyLine
    code: str
    name_vi: str
    name_en: str
    unit: str
    before: Decimal | Mark
    now: Decimal | Mark
    reason: str = ""
    estimate: bool = False
    before_estimate: bool = False
    cross: bool = False
    corrected: bool = False
    before_corrected: bool = False

    @property
    def name(self) -> str:
        return in_screen_language(self.name_vi, self.name_en)

    @property
    def change(self) -> Decimal:
        return _size(self.now) - _size(self.before)

    @property
    def change_percent(self) -> Decimal | None:
        """In percent of last year's figure, one decimal; None from nothing."""
        before = _size(self.before)
        return rounded(self.change * 100 / before, 1) if before else None

    @property
    def shown_before(self) -> str:
        return marked(_shown(self.before), self.before_estimate, self.before_corrected)

    @property
    def shown_now(self) -> str:
        return marked(_shown(self.now), self.estimate, self.corrected)

    @property
    def shown_change(self) -> str:
        """``+28 (+4,1%)``; from nothing ``+28``."""
        return signed(self.change) + (f" ({signed(self.change_percent)}%)" if self.change_percent is not None else "")

    @property
    def said_change(self) -> str:
        """In words, for inside a sentence: ``giảm 7 (77,8%)``; from nothing ``tăng 28``."""
        n = format_number(abs(self.change))
        if self.change_percent is not None:
            n += f" ({format_number(abs(self.change_percent))}%)"
        return (_("tăng %s") if self.change >= 0 else _("giảm %s")) % n


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule that a body's accepted figures still break, and the reason that the body gave."""

    body: BodyLine
    code: str
    message: str
    reason: str


def jumps_among(
    moved: Iterable[Moved], indicators: Iterable, bodies: Iterable[BodyLine], reasons: Mapping[tuple[str, str], str]
) -> tuple[Jump, ...]:
    """Those of ``moved`` that are jumps of figures owed, as ``checks.jumps`` finds them in each report.

    In the order of ``indicators``, then of ``bodies``; ``reasons``: {(body code, indicator code): text}.
    """
    order = {indicator.code: (place, indicator) for place, indicator in enumerate(indicators)}
    lines = {body.code: (place, body) for place, body in enumerate(bodies)}
    found = []
    for each in moved:
        (first, indicator), (second, body) = order[each.code], lines[each.body]
        role = indicator.role_of(body.group, body.counting_group)
        if role is None or indicator.task_number in body.declined:
            continue
        if indicator.is_jump(each.before.amount, each.now.amount):
            found.append((first, second, _jump(indicator, body, each, role, reasons)))
    return tuple(jump for _first, _second, jump in sorted(found, key=lambda place: place[:2]))


def _jump(indicator, body: BodyLine, moved: Moved, role: str, reasons) -> Jump:
    return Jump(
        body=body,
        code=indicator.code,
        name_vi=indicator.name_vi,
        name_en=indicator.name_en,
        unit=indicator.unit,
        before=cell_of(moved.before),
        now=cell_of(moved.now),
        reason=reasons.get((body.code, indicator.code), ""),
        estimate=moved.now.estimate,
        before_estimate=moved.before.estimate,
        cross=role == "cross",
        corrected=moved.corrected,
        before_corrected=moved.before_corrected,
    )


def explained_by(
    rules: Iterable,
    indicators: Iterable,
    bodies: Iterable[BodyLine],
    answers: Mapping[str, Mapping[Cell, Answer]],
    reasons: Mapping[tuple[str, str], str],
) -> tuple[Explained, ...]:
    """The reasons that bodies gave for rules which their figures still break, by rule, then in the order of ``bodies``.

    ``answers``: {body code: {Cell: Answer}} of these bodies; ``reasons``: {(body code, rule code): text}.
    """
    by_code = {indicator.code: indicator for indicator in indicators}
    found = []
    for pair in rules:
        code = pair[0].code
        for body in bodies:
            if (body.code, code) in reasons:
                own = answers.get(body.code, {})
                values = {cell.code: answer.amount for cell, answer in own.items() if cell.option == Option.TOTAL}
                reason = reasons[body.code, code]
                found += [Explained(body, code, f.message, reason) for f in rule_findings([pair], values, by_code)]
    return tuple(found)


def _size(what: Decimal | Mark) -> Decimal:
    return what if isinstance(what, Decimal) else Decimal(0)


def _shown(what: Decimal | Mark) -> str:
    return what.words if isinstance(what, Mark) else format_number(what)
