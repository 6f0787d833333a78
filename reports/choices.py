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


INSIDE = (Action.HAND, Action.DECLINE, Action.FETCH)  # between reporter and signatory: the province never sees these


class PetitionKind(models.TextChoices):
    MORE_TIME = "more_time", _("Xin thêm thời gian")
    TAKE_BACK = "take_back", _("Xin rút lại báo cáo đã gửi")


class OverviewPart(models.TextChoices):
    """The parts of a report around the tasks, in the order of a real report (Decree 30/2020 practice)."""

    DIRECTION = "direction", _("Công tác chỉ đạo, triển khai")
    ASSESSMENT = "assessment", _("Đánh giá chung: kết quả, tồn tại, hạn chế, nguyên nhân")
    NEXT_YEAR = "next_year", _("Phương hướng, nhiệm vụ năm sau")
    PROPOSALS = "proposals", _("Kiến nghị, đề xuất")
