from .attachments import Attachment, Workbook
from .corrections import Correction, CorrectionReply
from .edits import Edit, PrivacyWarning
from .figures import Figure, answers_of, write_answers
from .issues import Issue, IssuedFile, SignedCopy
from .jobs import ExportJob
from .journal import Download, Event
from .notices import Notice, Wording
from .officers import Call, Note, PaperEntry, Screening
from .opening import AdHoc, Dates, Opening
from .papers import Printing, Receipt, SignedPaper
from .periods import AlreadyOpen, Period
from .petitions import Petition
from .points import Point
from .presence import Presence
from .provincial import Borrowing, ProvincialEdit, ProvincialReport, ProvincialText
from .questions import Question
from .reports import Explanation, InstrumentProgress, Overview, Report, TaskResult
from .rollups import RollUp

__all__ = [
    "AdHoc",
    "AlreadyOpen",
    "Attachment",
    "Borrowing",
    "Call",
    "Correction",
    "CorrectionReply",
    "Dates",
    "Download",
    "Edit",
    "Event",
    "Explanation",
    "ExportJob",
    "Figure",
    "InstrumentProgress",
    "Issue",
    "IssuedFile",
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
    "ProvincialEdit",
    "ProvincialReport",
    "ProvincialText",
    "Question",
    "Receipt",
    "Report",
    "RollUp",
    "Screening",
    "SignedCopy",
    "SignedPaper",
    "TaskResult",
    "Wording",
    "Workbook",
    "answers_of",
    "write_answers",
]
