"""The forms of the ledger: another figure instead of the reported one, the end of a correction, a body's reply."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import Option, ValueType

from .corrections import LONGEST
from .forms import WordsField


class WithdrawalForm(forms.Form):
    """Which cell, and why; ``version`` and ``seen`` say what the officer has read. The rest is the door's to refuse."""

    option = forms.ChoiceField(label=gettext_lazy("Cột"))
    reason = WordsField(label=gettext_lazy("Lý do"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, indicator, options=None, shown=None):
        """``options``: the cells to choose from, all of ``indicator`` by default; ``shown``: first values."""
        super().__init__(data, initial=shown, auto_id=f"id_{type(self).__name__.lower()}_%s")
        choices = [(option, Option(option).label) for option in options or indicator.options]
        self.fields["option"].choices = choices
        if len(choices) == 1:
            self.fields["option"].widget = forms.HiddenInput()
            self.initial["option"] = choices[0][0]
        self.fields["reason"].help_text = _(
            "Cơ quan đọc được lý do. Nhiều nhất %(longest)s chữ cái; không ghi họ tên hay thông tin riêng của trẻ em."
        ) % {"longest": LONGEST}

    def shown_anew(self, **shown):
        """What was typed meets the sending and the lines that the page shows now."""
        self.data = self.data.copy()
        for name, value in shown.items():
            self.data[name] = str(value)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the input or its section, sentence) of everything that has to be put right."""
        ids = {name: self[name].id_for_label for name in self.fields}
        return [(ids.get(name, "correct"), error) for name, errors in self.errors.items() for error in errors]


class CorrectionForm(WithdrawalForm):
    """What an officer uses instead of a reported figure."""

    value = WordsField(label=gettext_lazy("Số sử dụng"))
    nothing = forms.BooleanField(label=gettext_lazy("Không phát sinh (chỉ ở tổng số)"), required=False)
    field_order = ("option", "value", "nothing", "reason")

    def __init__(self, data=None, *, indicator, **more):
        super().__init__(data, indicator=indicator, **more)
        self.fields["value"].widget = _value_input(indicator)


def _value_input(indicator):
    if indicator.value_type == ValueType.YES_NO:
        return forms.Select(choices=[("", "---------"), ("1", gettext_lazy("Có")), ("0", gettext_lazy("Không"))])
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class ReplyForm(forms.Form):
    """A body's word about one line; on the page every line has its own, so its input is named by it."""

    text = WordsField(label=gettext_lazy("Ý kiến của cơ quan"), rows=2)

    def __init__(self, data=None, *, line):
        super().__init__(data, auto_id=f"id_{line.pk}_%s")
