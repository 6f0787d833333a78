"""The forms of an issue and of its signed copies. What does not fit together is refused by the door, in one place."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .attachments import MOST_WORDS
from .choices import SigningPower
from .file_forms import button, file_attributes
from .file_types import SCANS, taken_words
from .forms import WordsField
from .issuing import (
    LONGEST_NAME,
    LONGEST_SYMBOL,
    LONGEST_TITLE,
    Facts,
    Refused,
    default_recipients,
    default_symbol,
    tidy_number,
    tidy_symbol,
)
from .models import ProvincialReport
from .typed import tidy


class LineField(forms.CharField):
    """One line: composed letters, no invisible control characters."""

    def to_python(self, value):
        return " ".join(tidy(super().to_python(value)).split())


class IssueForm(forms.Form):
    """Number, day, who signs with what power, who receives it."""

    number = LineField(
        label=gettext_lazy("Số"),
        help_text=gettext_lazy("Số do văn thư cấp, ví dụ 07 hoặc 123."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Hãy ghi số văn bản.")},
    )
    symbol = LineField(
        label=gettext_lazy("Ký hiệu"),
        max_length=LONGEST_SYMBOL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Hãy ghi ký hiệu văn bản.")},
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Ngày văn bản"),
        help_text=gettext_lazy("Ngày/tháng/năm, ví dụ 20/12/2020."),
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Hãy ghi ngày văn bản."),
            "invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020."),
        },
    )
    power = forms.ChoiceField(
        label=gettext_lazy("Quyền hạn ký"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Hãy chọn quyền hạn ký.")},
    )
    title = LineField(
        label=gettext_lazy("Chức vụ người ký"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("Người ký thay, thừa lệnh, thừa ủy quyền ghi chức vụ của chính mình."),
        error_messages={"required": gettext_lazy("Hãy ghi chức vụ người ký.")},
    )
    signatory = LineField(
        label=gettext_lazy("Họ tên người ký"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Hãy ghi họ tên người ký.")},
    )
    recipients = WordsField(
        label=gettext_lazy("Nơi nhận"),
        rows=5,
        help_text=gettext_lazy("Mỗi dòng một nơi, không cần gạch đầu dòng và dấu chấm phẩy."),
    )
    with_gaps = forms.BooleanField(required=False)

    def __init__(self, data=None, *, provincial: ProvincialReport, empty=()):
        period = provincial.period
        initial = {
            "symbol": default_symbol(period),
            "title": period.lead.signing_title,
            "recipients": "\n".join(default_recipients(period)),
        }
        super().__init__(data, initial=initial)
        self.provincial = provincial
        head = _("Người đứng đầu ký: %s") % period.lead.signing_title
        self.fields["power"].choices = [("", head), *SigningPower.choices]
        if empty:
            label = ngettext("Vẫn ban hành dù còn %s phần để trống", "Vẫn ban hành dù còn %s phần để trống", len(empty))
            self.fields["with_gaps"].label = label % len(empty)
        else:
            del self.fields["with_gaps"]
        self.helper = _layout("with_gaps" in self.fields)

    def clean_number(self):
        return self._judged(tidy_number, "number")

    def clean_symbol(self):
        return self._judged(tidy_symbol, "symbol")

    def _judged(self, judge, name):
        try:
            return judge(self.cleaned_data[name])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def facts(self) -> Facts:
        """After ``is_valid``."""
        told = self.cleaned_data
        names = ("number", "symbol", "signed_on", "power", "title", "signatory")
        lines = tuple(told["recipients"].splitlines())
        return Facts(**{name: told[name] for name in names}, recipients=lines, with_gaps=bool(told.get("with_gaps")))

    def carried(self) -> list[tuple[str, str]]:
        """(name, text) of everything typed, for hidden inputs: the preview writes nothing down."""
        return [(name, self.data.get(name, "")) for name in self.fields if self.data.get(name)]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the input, sentence) of everything that has to be put right."""
        ids = {name: self[name].id_for_label for name in self.fields}
        return [(ids.get(name, "issue"), error) for name, errors in self.errors.items() for error in errors]


def _layout(with_gaps: bool) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page has the form and its token
    helper.layout = Layout(
        Div(Field("number"), Field("symbol"), Field("signed_on"), css_class="pair"),
        Div(Field("power"), Field("title"), Field("signatory"), css_class="pair"),
        "recipients",
        *(["with_gaps"] if with_gaps else []),
    )
    return helper


class SignedCopyForm(forms.Form):
    """A scan of the signed paper, or the PDF with digital signatures."""

    file = forms.FileField(
        label=gettext_lazy("Bản đã ký"),
        error_messages={
            "required": gettext_lazy("Chưa chọn tệp nào; hãy chọn tệp rồi bấm Tải lên."),
            "empty": gettext_lazy("Tệp rỗng (0 byte); hãy mở tệp trên máy xem còn nội dung không, rồi chọn lại."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "%(kinds)s, tối đa %(size)s. Bản quét có chữ ký và dấu, hoặc PDF đã ký số; bản nộp sau đứng cạnh bản trước."
        ) % {"kinds": taken_words(SCANS), "size": MOST_WORDS}
        self.fields["file"].widget.attrs.update(file_attributes(SCANS))
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": "", "class": "panel"}
        self.helper.layout = Layout("file", button(_("Tải lên")))
