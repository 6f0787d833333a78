from .attachments import Attachment, Workbook
from .corrections import Correction, CorrectionReply
from .edits import Edit, PrivacyWarning
from .figures import Figure, answers_of, write_answers
from .journal import Download, Event
from .notices import Notice, Wording
from .officers import Call, Note, PaperEntry, Screening
from .opening import AdHoc, Dates, Opening
from .papers import Printing, Receipt, SignedPaper
from .periods import AlreadyOpen, Period
from .petitions import Petition
from .points import Point
from .presence import Presence
from .reports import Explanation, InstrumentProgress, Overview, Report, TaskResult

__all__ = [
    "AdHoc",
    "AlreadyOpen",
    "Attachment",
    "Call",
    "Correction",
    "CorrectionReply",
    "Dates",
    "Download",
    "Edit",
    "Event",
    "Explanation",
    "Figure",
    "InstrumentProgress",
    "Note",
    "Notice",
    "Opening",
    "Overview",
    "PaperEntry",
    "Period",
    "Petition",
    "Point",
    "Presence",
    "Printing",
    "PrivacyWarning",
    "Receipt",
    "Report",
    "Screening",
    "SignedPaper",
    "TaskResult",
    "Wording",
    "Workbook",
    "answers_of",
    "write_answers",
]
