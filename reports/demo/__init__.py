"""An invented province-year for trying out, teaching and measuring: seeded, marked, never beside real data.

``build`` makes it; ``NotADemo`` says why it did not. Every figure, name, document number and
sentence in this package is made up; only the names of the bodies and the number of communes are real.
"""

from .building import NotADemo, Outcome, build
from .people import PASSWORD

__all__ = ["PASSWORD", "NotADemo", "Outcome", "build"]
