from .attachments import Attachment, Workbook
from .edits import Edit, PrivacyWarning
from .figures import Figure, answers_of, write_answers
from .journal import Download, Event
from .opening import AdHoc
from .papers import Printing, Receipt, SignedPaper
from .periods import Period
from .petitions import Petition
from .points import Point
from .presence import Presence
from .reports import Explanation, InstrumentProgress, Overview, Report, TaskResult

__all__ = [
    "AdHoc",
    "Attachment",
    "Download",
    "Edit",
    "Event",
    "Explanation",
    "Figure",
    "InstrumentProgress",
    "Overview",
    "Period",
    "Petition",
    "Point",
    "Presence",
    "Printing",
    "PrivacyWarning",
    "Receipt",
    "Report",
    "SignedPaper",
    "TaskResult",
    "Workbook",
    "answers_of",
    "write_answers",
]
