"""Excel, there and back: the form that a body takes away, and what it says when it comes back filled in.

``render`` draws the form of a report; ``form_of`` and ``read`` say what a filled file means, with every defect
at once; ``annotate`` hands the same file back with its defects marked. One column map serves both directions
(``columns``). Nothing here writes to the database.
"""

from .annotating import annotate
from .asked import Form, form_of
from .notation import NOTATIONS
from .opening import MAX_BYTES
from .reading import read
from .results import Defect, Example, LeftAlone, Notice, Question, Reading, Understood
from .writing import render

__all__ = [
    "MAX_BYTES",
    "NOTATIONS",
    "Defect",
    "Example",
    "Form",
    "LeftAlone",
    "Notice",
    "Question",
    "Reading",
    "Understood",
    "annotate",
    "form_of",
    "read",
    "render",
]
