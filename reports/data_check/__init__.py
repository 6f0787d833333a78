"""The portal looks at itself: what is wrong or forgotten in accounts, master data, rounds, sendings and letters.

Every kind of defect is a small function marked with ``@check``; it reads, and never mends. What is found names
bodies and user names, never a figure, a text or an address.
"""

from . import accounts, evidence, figures, master, rounds, sendings, waiting
from .defects import CHECKS, Defect, Found, Kind, Severity
from .scope import Scope

__all__ = ["CHECKS", "Defect", "Found", "Kind", "Scope", "Severity", "run"]

ROOMS = (accounts, master, rounds, sendings, figures, evidence, waiting)  # imported: each registers its checks


def run(scope: Scope | None = None) -> list[Found]:
    """What every check finds, in the order of ``CHECKS``, those that find nothing too; by default for the page."""
    scope = scope or Scope()
    return [check(scope) for check in CHECKS]
