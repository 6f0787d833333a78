from .bodies import Body, BodyLink, LeadTerm, User
from .calendar import Holiday, next_working_day, working_days_left
from .catalogues import Catalogue, Citation, Task
from .documents import Directive
from .indicators import Indicator, Rule, indicators_of, rules_of
from .obligations import Obligation, late_from
from .reorganisations import Reorganisation
from .targets import Target

__all__ = [
    "Body",
    "BodyLink",
    "Catalogue",
    "Citation",
    "Directive",
    "Holiday",
    "Indicator",
    "LeadTerm",
    "Obligation",
    "Reorganisation",
    "Rule",
    "Target",
    "Task",
    "User",
    "indicators_of",
    "late_from",
    "next_working_day",
    "rules_of",
    "working_days_left",
]
