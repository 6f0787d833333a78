"""The words of the trade that the database stores. A leaf: imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

ALL_BODIES = "all"  # in an indicator's reporters: every recipient and the lead
LEAD_GROUP = "lead"  # the group of the body that holds the lead when a period opens


class BodyKind(models.TextChoices):
    """In protocol order: the order in which an official letter addresses them."""

    FRONT = "front", _("Mặt trận Tổ quốc và các tổ chức chính trị - xã hội")
    DEPARTMENT = "department", _("Sở, ban, ngành")
    DISTRICT = "district", _("Ủy ban nhân dân cấp huyện")
    COMMUNE = "commune", _("Ủy ban nhân dân cấp xã")


def group_label(group: str) -> str:
    """What a group of bodies is called on screen; ``group`` is a BodyKind or the lead's own group."""
    return str(_("Cơ quan chủ trì tổng hợp") if group == LEAD_GROUP else BodyKind(group).label)


class LinkKind(models.TextChoices):
    MERGE = "merge", _("hợp nhất, sáp nhập")
    SPLIT = "split", _("chia, tách")
    RENAME = "rename", _("đổi tên")
    FUNCTION = "function", _("chuyển nhiệm vụ")


class Role(models.TextChoices):
    REPORTER = "reporter", _("Người lập báo cáo")
    SIGNATORY = "signatory", _("Người ký báo cáo")
    OFFICER = "officer", _("Chuyên viên cơ quan tổng hợp")
    LEADER = "leader", _("Lãnh đạo")
    ADMINISTRATOR = "administrator", _("Quản trị")


class DueRule(models.TextChoices):
    """How a letter words its deadline; the two differ by one day (design note in the app's README)."""

    BEFORE = "before", _("trước ngày")
    BY = "by", _("chậm nhất ngày")


class ValueType(models.TextChoices):
    COUNT = "count", _("số đếm")
    MONEY = "money", _("số tiền")
    PERCENT = "percent", _("tỷ lệ phần trăm")
    RATE = "rate", _("tỷ suất")
    YES_NO = "yes_no", _("có/không")


# A change against last year is a jump when it is at least JUMP_LEAST in the unit and more than JUMP_PERCENT % of
# last year's value, unless the indicator has thresholds of its own. Only what is counted or paid can jump.
JUMP_PERCENT, JUMP_LEAST = 30, 5
JUMPING = (ValueType.COUNT, ValueType.MONEY)


class TimeKind(models.TextChoices):
    STOCK = "stock", _("thời điểm chốt số liệu")
    FLOW = "flow", _("phát sinh trong kỳ")


class Combine(models.TextChoices):
    """How the bodies' figures become the province's."""

    SUM = "sum", _("cộng")
    RATIO = "ratio", _("tỷ số của hai tổng")
    COUNT_YES = "count_yes", _("đếm số cơ quan trả lời Có")
    NONE = "none", _("không cộng")


class Option(models.TextChoices):
    """The cells of one indicator: its total and the of-which breakdowns."""

    TOTAL = "total", _("Tổng số")
    GIRLS = "girls", _("Nữ")
    MINORITY = "minority", _("Dân tộc thiểu số")
    AGE_0_5 = "age_0_5", _("0-5 tuổi")
    AGE_6_10 = "age_6_10", _("6-10 tuổi")
    AGE_11_15 = "age_11_15", _("11-15 tuổi")


AGES = (Option.AGE_0_5, Option.AGE_6_10, Option.AGE_11_15)


class Severity(models.TextChoices):
    ERROR = "error", _("lỗi")
    WARNING = "warning", _("cần giải trình")
