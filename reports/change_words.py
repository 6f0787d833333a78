"""The kinds of changes after an issue, and their words. Pure."""

import datetime as dt
from enum import StrEnum

from django.utils.translation import gettext as _

from .document import Change


class Kind(StrEnum):
    """What kind of thing changed; the value is kept in issued supplements."""

    FRAME = "frame"
    LETTERHEAD = "letterhead"
    INDICATOR = "indicator"
    TARGET = "target"
    LAST_YEAR = "last_year"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    STANDING = "standing"
    EXEMPTED = "exempted"
    INCLUDED = "included"
    BODY = "body"
    DECLINED = "declined"
    FIGURE = "figure"
    FINAL = "final"
    FINAL_OTHER = "final_other"
    ESTIMATED = "estimated"
    CORRECTED = "corrected"
    UNCORRECTED = "uncorrected"
    TEXT = "text"
    REASON = "reason"
    FILES = "files"
    RESENT = "resent"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Kind.FRAME: _("Thông tin của kỳ báo cáo"),
            Kind.LETTERHEAD: _("Đầu văn bản, căn cứ, nơi nhận"),
            Kind.INDICATOR: _("Chỉ tiêu, nhiệm vụ"),
            Kind.TARGET: _("Chỉ tiêu quốc gia"),
            Kind.LAST_YEAR: _("Số liệu năm trước"),
            Kind.ACCEPTED: _("Báo cáo được duyệt"),
            Kind.REOPENED: _("Báo cáo không còn được duyệt"),
            Kind.STANDING: _("Tình trạng báo cáo"),
            Kind.EXEMPTED: _("Không còn tính trong kỳ"),
            Kind.INCLUDED: _("Tính thêm vào kỳ"),
            Kind.BODY: _("Tên, khối của cơ quan"),
            Kind.DECLINED: _("Khai không thuộc chức năng"),
            Kind.FIGURE: _("Số liệu"),
            Kind.FINAL: _("Số ước thành số chính thức, không đổi"),
            Kind.FINAL_OTHER: _("Số ước thành số chính thức khác"),
            Kind.ESTIMATED: _("Số chính thức thành số ước"),
            Kind.CORRECTED: _("Điều chỉnh"),
            Kind.UNCORRECTED: _("Thôi điều chỉnh"),
            Kind.TEXT: _("Lời văn"),
            Kind.REASON: _("Giải trình"),
            Kind.FILES: _("Tệp kèm theo"),
            Kind.RESENT: _("Gửi lại, các nội dung của văn bản không đổi"),
            Kind.OTHER: _("Thay đổi khác"),
        }[self]


def kind_label(kind: str) -> str:
    """The label of a kind as it is kept in a document; of one that is not known any more, the word itself."""
    return Kind(kind).label if kind in set(Kind) else kind


def new_change(kind: Kind, *, before="", now="", body="", code="", name="", column="", **more) -> Change:
    """A Change without effects; what has no name of its own is named by its kind."""
    return Change(kind.value, body, code, name or kind.label, column, before, now, **more)


def task_words(number: int) -> str:
    return _("Nhiệm vụ %s") % number if number else _("Số liệu dùng chung")


def frame_words() -> dict[str, str]:
    return {
        "name": _("Tên kỳ báo cáo"),
        "subject": _("Trích yếu"),
        "year": _("Năm"),
        "data_from": _("Số liệu từ ngày"),
        "data_to": _("Số liệu đến hết ngày"),
        "due_words": _("Hạn nộp"),
        "simulated": _("Dữ liệu mô phỏng"),
    }


def shown(what) -> str:
    if isinstance(what, dt.date):
        return f"{what:%d/%m/%Y}"
    if isinstance(what, tuple):
        return ", ".join(map(shown, what))
    if what is None or what is False:
        return ""
    return _("có") if what is True else str(what)
