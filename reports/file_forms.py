"""The forms that take files: attachments, and the signed paper with its number, day and code."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import signed_papers
from .attachments import MOST_BYTES, MOST_FILES, MOST_WORDS
from .excel_form import MAX_BYTES
from .file_types import KINDS, SCANS, taken_words
from .models import Report, SignedPaper

WHOLE = "chung"  # the whole report, in addresses and forms: as the part around the tasks is called


def accept_of(kinds) -> str:
    """The ``accept`` of a file input: extensions only; what a file is, its content says."""
    return ",".join(f".{extension}" for kind in kinds for extension in kind.extensions)


def file_attributes(kinds) -> dict:
    """What the input tells the browser and the script that looks at sizes before a slow line is kept busy."""
    return {
        "accept": accept_of(kinds),
        "data-most": MOST_BYTES,
        "data-too-large": _("lớn hơn %s, sẽ không được nhận") % MOST_WORDS,
        "data-sending": _("Đang tải lên; xin đừng đóng trang này…"),
    }


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or several files; cleans to a list. Each file is judged where it is taken in, not here."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data)


class AttachmentsForm(forms.Form):
    """Files for one place of a report: the whole of it, or a task."""

    part = forms.ChoiceField(
        label=gettext_lazy("Kèm theo"),
        error_messages={"invalid_choice": gettext_lazy("Phần này hiện không nhận tệp; hãy chọn phần khác.")},
    )
    files = ManyFilesField(
        label=gettext_lazy("Chọn tệp (chọn được nhiều tệp một lần)"),
        error_messages={"required": gettext_lazy("Chưa chọn tệp nào; hãy chọn tệp rồi bấm Tải lên.")},
    )

    def __init__(self, *args, report: Report, parts, **kwargs):
        super().__init__(*args, **kwargs)
        titles = {task.number: str(task) for task in report.period.ordered_tasks()}
        self.fields["part"].choices = [
            (part_word(part), _("Cả báo cáo") if part is None else titles[part]) for part in parts
        ]
        limits = {"size": MOST_WORDS, "files": MOST_FILES, "kinds": taken_words()}
        self.fields["files"].help_text = " ".join(
            (
                _("Nhận %(kinds)s; mỗi tệp tối đa %(size)s, tất cả tối đa %(files)s tệp.") % limits,
                _("Không nhận tệp có mật khẩu hoặc macro."),
                _("Không tải lên danh sách, hồ sơ hay ảnh cho biết một trẻ em là ai."),
            )
        )
        self.fields["files"].widget.attrs.update(file_attributes(KINDS))
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": "", "class": "panel"}
        self.helper.layout = Layout("part", "files", button(_("Tải lên")))

    def clean_part(self) -> int | None:
        return part_number(self.cleaned_data["part"])


def part_word(part: int | None) -> str:
    return WHOLE if part is None else str(part)


def part_number(word: str) -> int | None:
    return None if word == WHOLE else int(word)


def button(words: str) -> Div:
    return Div(HTML(format_html('<button class="btn btn-primary">{}</button>', words)), css_class="actions mb-0")


class WorkbookForm(forms.Form):
    """One filled Excel form."""

    file = forms.FileField(
        label=gettext_lazy("Tệp Excel đã điền"),
        error_messages={
            "required": gettext_lazy("Chưa chọn tệp; hãy chọn tệp biểu mẫu đã điền."),
            "empty": gettext_lazy("Tệp rỗng; hãy mở tệp, lưu lại rồi tải lên."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "Nhận .xlsx, .xls, .ods, tối đa %s MB, không đặt mật khẩu. "
            "Ô để trống trong tệp không xóa số đã có trên cổng."
        ) % (MAX_BYTES // 1024**2)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.ods"
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": "", "class": "panel"}
        self.helper.layout = Layout("file", button(_("Tải lên để xem trước")))


class SignedPaperForm(forms.Form):
    """Number, day and code as they stand on the signed paper. Every mistake is told at once.

    The scan is stored before the rest is judged (``signed_papers.keep_scan``), so that a wrong code does not cost
    a second upload: then it waits, and ``use_waiting`` stands in the form.
    """

    number = forms.CharField(
        label=gettext_lazy("Số, ký hiệu văn bản"),
        error_messages={"required": gettext_lazy("Hãy nhập số, ký hiệu ghi trên văn bản.")},
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Ngày văn bản"),
        help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 05/12/2020."),
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Hãy nhập ngày ghi trên văn bản."),
            "invalid": gettext_lazy("Ngày không đọc được; hãy nhập ngày/tháng/năm, ví dụ 05/12/2020."),
        },
    )
    code = forms.CharField(
        label=gettext_lazy("Mã bản in, gõ theo tờ giấy đã ký"),
        help_text=gettext_lazy(
            "12 chữ cái và chữ số in ở mỗi trang, dạng K7QF-2M9X-TB4D; dấu gạch và chữ hoa không bắt buộc."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Hãy gõ mã in ở chân mỗi trang của tờ giấy đã ký.")},
    )
    scan = forms.FileField(label=gettext_lazy("Bản quét"), required=False)
    use_waiting = forms.BooleanField(required=False)

    def __init__(self, data=None, *, report: Report, waiting=None, paper: SignedPaper | None = None):
        initial = {"use_waiting": True}
        if paper is not None:
            initial |= {"number": paper.number, "signed_on": paper.signed_on, "code": paper.code}
        super().__init__(data, initial=initial)
        self.report = report
        self.fields["number"].help_text = _("Ví dụ %s.") % f"45/BC-{report.body.symbol or 'UBND'}"
        self.fields["scan"].help_text = _(
            "%(kinds)s, tối đa %(size)s. Có thể để trống và nộp sau; bản quét đã nộp được giữ nếu không chọn tệp mới."
        ) % {"kinds": taken_words(SCANS), "size": MOST_WORDS}
        self.fields["scan"].widget.attrs.update(file_attributes(SCANS))
        if waiting is None:
            del self.fields["use_waiting"]
        else:
            self.fields["use_waiting"].label = _("Dùng bản quét đã tải lên: %s") % waiting.name
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": "", "class": "panel"}
        fields = [name for name in ("number", "signed_on", "code", "use_waiting", "scan") if name in self.fields]
        self.helper.layout = Layout(*fields, button(_("Ghi nhận bản ký")))

    def clean_number(self):
        try:
            return signed_papers.tidy_number(self.cleaned_data["number"], self.report.body.symbol)
        except signed_papers.NotRecorded as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean_signed_on(self):
        day, first = self.cleaned_data["signed_on"], self.report.period.data_from
        if day > timezone.localdate():
            raise forms.ValidationError(_("Ngày %s chưa đến; hãy nhập ngày ghi trên văn bản.") % f"{day:%d/%m/%Y}")
        if day < first:
            told = {"day": f"{day:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"}
            raise forms.ValidationError(
                _("Ngày %(day)s trước kỳ số liệu (từ %(first)s); hãy xem lại năm của văn bản.") % told
            )
        return day

    def clean_code(self):
        try:
            return signed_papers.judge(self.report, self.cleaned_data["code"])
        except signed_papers.NotRecorded as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
