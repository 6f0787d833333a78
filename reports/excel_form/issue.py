"""What a form was handed out as: whose it is, of which period and edition, and what stood in it then.

Kept in a hidden sheet of the workbook. So a file of another body or year is known for what it is, and
what a body changed can be told from what it was merely given.
"""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from .asked import Form, Place
from .columns import LAYOUT, key
from .opening import RawSheet
from .results import Identity


def rows(form: Form, typed: dict[Place, str], made_at: dt.datetime) -> list[tuple[str, str, str, str]]:
    """The hidden sheet, row by row; ``typed``: what is put into the form."""
    moment = timezone.localtime(made_at, timezone.get_default_timezone()).isoformat(timespec="seconds")
    about = {
        "period": form.period,
        "body": form.body,
        "edition": str(form.edition),
        "layout": str(LAYOUT),
        "made_at": moment,
    }
    head = [(key("form") if n == 0 else "", "", name, text) for n, (name, text) in enumerate(about.items())]
    issued = [
        (key("issued"), "" if section is None else str(section), name, text)
        for (section, name), text in typed.items()
        if text
    ]
    return head + issued


def read(sheet: RawSheet) -> tuple[Identity, dict[Place, str]]:
    """The reverse of ``rows``; what does not look like it is passed over."""
    about: dict[str, str] = {}
    issued: dict[Place, str] = {}
    for row in sheet.rows.values():
        mark, section, name, text = (str(row[c].value) if c in row else "" for c in (1, 2, 3, 4))
        if mark == key("issued"):
            # A converter may have turned the digits into a number.
            section = section.removesuffix(".0")
            issued[int(section) if section.isdigit() else None, name] = text
        elif name:
            about[name] = text.removesuffix(".0")
    known = {name: about.get(name, "") for name in Identity.__dataclass_fields__}
    return Identity(**known), issued


def another_form(form: Form, identity: Identity | None) -> str:
    """Why a file is not this form, in a sentence; "" when it is, or when nobody knows."""
    if identity is None or not (identity.body and identity.period):
        return ""
    if identity.body != form.body:
        return _(
            "Tệp này là biểu mẫu của cơ quan khác (mã “%(other)s”), không phải của %(own)s; "
            "hãy tải biểu mẫu của cơ quan mình rồi chép số liệu sang."
        ) % {"other": identity.body, "own": form.body_name}
    if identity.period != form.period:
        return _(
            "Tệp này là biểu mẫu của kỳ khác (mã kỳ “%(other)s”), không phải của kỳ %(own)s; "
            "hãy tải biểu mẫu của kỳ này rồi chép số liệu sang."
        ) % {"other": identity.period, "own": form.period_name}
    if identity.layout != str(LAYOUT):
        return _(
            "Tệp này theo mẫu phiên bản %(other)s, cổng đang dùng phiên bản %(own)s; "
            "hãy tải lại biểu mẫu rồi chép số liệu sang."
        ) % {"other": identity.layout, "own": LAYOUT}
    return ""


def no_table() -> str:
    return _("Không tìm thấy bảng nào của biểu mẫu trong tệp; hãy tải biểu mẫu của cơ quan, điền vào đó rồi tải lên.")


def nothing_filled() -> str:
    return _("Tệp chỉ có tiêu đề, không có ô nào được điền; hãy điền số liệu rồi tải lên.")


def unknown_origin() -> str:
    return _(
        "Tệp không còn trang ẩn của biểu mẫu nên không biết được tải của cơ quan nào, kỳ nào; các dòng được nhận "
        "theo mã và tên chỉ tiêu. Hãy xem kỹ trước khi lưu."
    )


def other_edition() -> str:
    return _(
        "Biểu mẫu này theo phiên bản danh mục khác; các dòng được nhận theo mã chỉ tiêu. Hãy xem kỹ trước khi lưu."
    )
