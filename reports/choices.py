"""The words of reporting that the database stores. A leaf: imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    ANNUAL = "annual", _("hằng năm")
    AD_HOC = "ad_hoc", _("đột xuất")


class Status(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Đã gửi, chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    ACCEPTED = "accepted", _("Đã duyệt")
    EXEMPT = "exempt", _("Được miễn")


EDITABLE = (Status.DRAFT, Status.RETURNED)  # the body may write
SENT = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)  # has left the body at least once


class Action(models.TextChoices):
    SUBMIT = "submit", _("Gửi")
    RETURN = "return", _("Trả lại")
    ACCEPT = "accept", _("Duyệt")
    HAND = "hand", _("Trình ký")
    DECLINE = "decline", _("Chưa ký, chuyển lại")
    FETCH = "fetch", _("Lấy lại bản trình ký")
    RECALL = "recall", _("Rút lại")
    REOPEN = "reopen", _("Mở lại sau khi duyệt")
    EXEMPT = "exempt", _("Miễn báo cáo")
    INCLUDE = "include", _("Thôi miễn báo cáo")
    REGISTER = "register", _("Nhập thay từ bản giấy")
    HAND_BACK = "hand_back", _("Thôi nhập thay")
    EXTEND = "extend", _("Gia hạn")
    REFUSE = "refuse", _("Không chấp thuận đề nghị")
    CORRECT = "correct", _("Điều chỉnh số liệu")


BACK = (Action.RETURN, Action.REOPEN)  # the body is to put something right
INSIDE = (Action.HAND, Action.DECLINE, Action.FETCH)  # between reporter and signatory: the province never sees these


class Channel(models.TextChoices):
    """How what stands in a report came in: typed by its body, or typed by an officer from a paper."""

    PORTAL = "portal", _("Trên cổng")
    PAPER = "paper", _("Bản giấy")


class TaskState(models.TextChoices):
    """What became of one task of one body's report, as the officers' board shows it."""

    ANSWERED = "answered", _("Đã báo cáo")
    NOTHING = "nothing", _("Không phát sinh")
    MISSING = "missing", _("Còn thiếu")
    RETURNED = "returned", _("Bị trả lại")
    NOT_OWED = "not_owed", _("Không phải báo cáo")
    LATE = "late", _("Quá hạn, chưa gửi")


class NoticeKind(models.TextChoices):
    """What people are told of: up to ``CORRECTED`` the body's people, from ``SENT_IN`` on the officers.

    ``FIGURE_ANSWERED`` goes to the leader who asked.
    """

    OPENED = "opened", _("Mở kỳ báo cáo")
    DUE_30 = "due_30", _("Còn 30 ngày làm việc")
    DUE_7 = "due_7", _("Còn 7 ngày làm việc")
    DUE_1 = "due_1", _("Còn 1 ngày làm việc")
    OVERDUE = "overdue", _("Quá hạn")
    RECEIVED = "received", _("Đã nhận báo cáo")
    RETURNED = "returned", _("Trả lại để sửa")
    REOPENED = "reopened", _("Mở lại báo cáo đã duyệt")
    ACCEPTED = "accepted", _("Duyệt báo cáo")
    EXEMPTED = "exempted", _("Miễn báo cáo")
    INCLUDED = "included", _("Thôi miễn báo cáo")
    PAPER = "paper", _("Nhập thay từ bản giấy")
    PAPER_ENDED = "paper_end", _("Thôi nhập thay")
    DECIDED = "decided", _("Trả lời đề nghị")
    CORRECTED = "corrected", _("Điều chỉnh số liệu")
    SENT_IN = "sent_in", _("Cơ quan gửi báo cáo")
    RESENT = "resent", _("Cơ quan gửi lại báo cáo")
    RECALLED = "recalled", _("Cơ quan rút lại báo cáo")
    ASKED = "asked", _("Cơ quan gửi đề nghị")
    ANSWERED = "answered", _("Cơ quan trả lời về điều chỉnh")
    FIGURE_ASKED = "fig_asked", _("Lãnh đạo hỏi về số liệu")
    FIGURE_ANSWERED = "fig_told", _("Trả lời câu hỏi của lãnh đạo")
    DIGEST = "digest", _("Thư gộp trong ngày")


class MailState(models.TextChoices):
    """Where the mail of a notice is; the notice itself is in the portal from the beginning."""

    NONE = "none", _("Chỉ báo trên cổng")
    WAITING = "waiting", _("Chờ chuyên viên cho gửi")
    RELEASED = "released", _("Chờ chuyển đi")
    SENDING = "sending", _("Đang chuyển")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Gửi không được")
    STOPPED = "stopped", _("Bỏ, không gửi")


class PetitionKind(models.TextChoices):
    MORE_TIME = "more_time", _("Xin thêm thời gian")
    TAKE_BACK = "take_back", _("Xin rút lại báo cáo đã gửi")


class OverviewPart(models.TextChoices):
    """The parts of a report around the tasks, in the order of a real report (Decree 30/2020 practice)."""

    DIRECTION = "direction", _("Công tác chỉ đạo, triển khai")
    ASSESSMENT = "assessment", _("Đánh giá chung: kết quả, tồn tại, hạn chế, nguyên nhân")
    NEXT_YEAR = "next_year", _("Phương hướng, nhiệm vụ năm sau")
    PROPOSALS = "proposals", _("Kiến nghị, đề xuất")


class Edition(models.TextChoices):
    """Who may have a file: with every figure, or with the small numbers about children hidden."""

    FULL = "full", _("Bản đầy đủ, nội bộ")
    OUTGOING = "outgoing", _("Bản gửi đi, ẩn số nhỏ")


class SigningPower(models.TextChoices):
    """How a signatory signs (Decree 30/2020/NĐ-CP, Article 13): "" is the head in their own name."""

    DEPUTY = "KT", _("KT. (ký thay)")
    BY_ORDER = "TL", _("TL. (thừa lệnh)")
    DELEGATED = "TUQ", _("TUQ. (thừa ủy quyền)")
    ACTING = "Q", _("Q. (quyền)")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Đang chờ")
    RUNNING = "running", _("Đang làm")
    DONE = "done", _("Đã xong")
    FAILED = "failed", _("Không làm được")
