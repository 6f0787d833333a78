from .figures import Figure, answers_of, write_answers
from .journal import Download, Event
from .opening import AdHoc
from .periods import Period
from .reports import Explanation, InstrumentProgress, Overview, Report, TaskResult

__all__ = [
    "AdHoc",
    "Download",
    "Event",
    "Explanation",
    "Figure",
    "InstrumentProgress",
    "Overview",
    "Period",
    "Report",
    "TaskResult",
    "answers_of",
    "write_answers",
]
