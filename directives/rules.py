"""Linear comparisons between indicators, read once from text like ``T3.03 + T3.21 <= T0.01``.

Never evaluated as code: a side is a sum of indicator codes and nothing else.
"""

import operator
import re
from dataclasses import dataclass
from decimal import Decimal

CODE = re.compile(r"T[0-9]+\.[0-9]+")
COMPARE = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}


class RuleSyntaxError(ValueError):
    """A side or operator that is not of the rule language; the argument is the offending text."""


@dataclass(frozen=True, slots=True)
class LinearRule:
    """``sum(left) compare sum(right)`` over indicator codes, each side in the order written."""

    left: tuple[str, ...]
    compare: str
    right: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return self.left + self.right

    def holds(self, values: dict[str, Decimal]) -> bool | None:
        """True or False over ``values`` (code → figure), None when a code of the rule has no figure there."""
        if any(code not in values for code in self.codes):
            return None
        left = sum((values[code] for code in self.left), Decimal(0))
        right = sum((values[code] for code in self.right), Decimal(0))
        return COMPARE[self.compare](left, right)


def parse_side(text: str) -> tuple[str, ...]:
    """``"T3.03 + T3.21"`` → ``("T3.03", "T3.21")``; raises RuleSyntaxError with the first term that is no code."""
    terms = tuple(term.strip() for term in text.split("+"))
    for term in terms:
        if not CODE.fullmatch(term):
            raise RuleSyntaxError(term or text)
    return terms


def parse(left: str, compare: str, right: str) -> LinearRule:
    """The rule of three text columns; raises RuleSyntaxError with the text that cannot be read."""
    if compare.strip() not in COMPARE:
        raise RuleSyntaxError(compare)
    return LinearRule(parse_side(left), compare.strip(), parse_side(right))
