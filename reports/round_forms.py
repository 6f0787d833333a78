"""The forms by which an officer says what a new round asks, and whom it spares."""

import re
from collections.abc import Iterable, Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import DueRule, group_label
from directives.models import Body, Obligation

from .models import AdHoc, Dates, Opening
from .typed import tidy

BOXES = 300  # more bodies than that are named by their codes, not ticked one by one
LONGEST = 2000  # letters of a reason
EXEMPT, REASON = "exempt", "reason-"  # names of inputs: a tick with a body's code, and why


class CodesWidget(forms.CheckboxSelectMultiple):
    """Boxes, but what comes back may also be codes in one text, as a long list and a hidden input have them."""

    def value_from_datadict(self, data, files, name):
        return split_codes(data.getlist(name)) if hasattr(data, "getlist") else data.get(name)


class CodesText(forms.Textarea):
    """The same codes as one text, for a province with too many bodies for boxes."""

    def value_from_datadict(self, data, files, name):
        return split_codes(data.getlist(name)) if hasattr(data, "getlist") else data.get(name)

    def format_value(self, value):
        return ", ".join(value) if isinstance(value, list | tuple) else value


def split_codes(texts: Iterable[str]) -> list[str]:
    """``["a, b", "c"]`` → ``["a", "b", "c"]``; what no code can hold never reaches the database."""
    found = (code for text in texts for code in re.split(r"[\s,;]+", tidy(text)) if code)
    return list(dict.fromkeys(found))


class BodiesField(forms.ModelMultipleChoiceField):
    """Bodies by their codes."""

    default_error_messages = {"invalid_choice": gettext_lazy("Không có cơ quan nào mang mã “%(value)s”.")}


def _day(label, help_text):
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        error_messages={"invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 30/9/2020.")},
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )


class PeriodForm(forms.Form):
    """The year's round, or an ad hoc one with its own title, tasks and bodies. Days left empty are the obligation's."""

    year = forms.IntegerField(
        label=gettext_lazy("Năm"),
        min_value=2000,
        error_messages={"invalid": gettext_lazy("Hãy ghi năm bằng bốn chữ số, ví dụ 2020.")},
    )
    due_on = _day(gettext_lazy("Hạn nộp"), "")
    due_rule = forms.ChoiceField(label=gettext_lazy("Cách tính hạn"), required=False)
    data_from = _day(gettext_lazy("Số liệu từ ngày"), "")
    data_to = _day(gettext_lazy("Số liệu đến hết ngày"), "")
    as_of = _day(gettext_lazy("Cơ quan tính đến ngày"), "")
    ad_hoc = forms.BooleanField(label=gettext_lazy("Kỳ đột xuất"), required=False)
    title = forms.CharField(label=gettext_lazy("Tên kỳ đột xuất"), max_length=200, required=False)
    tasks = forms.MultipleChoiceField(
        label=gettext_lazy("Nhiệm vụ phải báo cáo"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Cả khối"), required=False, widget=forms.CheckboxSelectMultiple
    )
    bodies = BodiesField(
        label=gettext_lazy("Từng cơ quan"), queryset=Body.objects.none(), required=False, to_field_name="code"
    )

    def __init__(self, *args, obligation: Obligation, **kwargs):
        super().__init__(*args, **kwargs)
        self.obligation = obligation
        self._offer_days()
        catalogue = obligation.directive.catalogues.first()
        self.fields["tasks"].choices = [(str(t.number), str(t)) for t in catalogue.tasks.all()] if catalogue else []
        kinds = obligation.groups.split()
        self.fields["groups"].choices = [(group, group_label(group)) for group in kinds]
        self._offer_bodies(Body.objects.filter(kind__in=kinds))
        self.helper = _layout()

    def _offer_days(self):
        obligation = self.obligation
        words = {"rule": obligation.get_due_rule_display(), "day": obligation.due_day, "month": obligation.due_month}
        self.fields["due_on"].help_text = (
            _("Để trống: %(rule)s %(day)s/%(month)s như văn bản. Kỳ đột xuất phải có hạn riêng.") % words
        )
        self.fields["due_rule"].choices = [("", _("Như văn bản; kỳ đột xuất: chậm nhất ngày")), *DueRule.choices]
        first = {"day": obligation.data_from_day, "month": obligation.data_from_month}
        last = {"day": obligation.data_to_day, "month": obligation.data_to_month}
        self.fields["data_from"].help_text = _("Để trống: ngày %(day)s/%(month)s năm trước, như văn bản.") % first
        self.fields["data_to"].help_text = _("Để trống: ngày %(day)s/%(month)s, như văn bản.") % last
        self.fields["as_of"].help_text = _("Để trống: hôm nay, nhưng không sau ngày cuối của số liệu.")

    def _offer_bodies(self, bodies):
        """All that ever belonged to a group asked: which of them existed on the day, the opening decides."""
        field, many = self.fields["bodies"], bodies.count() > BOXES
        field.widget = CodesText(attrs={"rows": 4}) if many else CodesWidget()
        field.queryset = bodies  # hands its choices to the widget
        field.label_from_instance = lambda body: body.name
        field.help_text = _("Mã các cơ quan, cách nhau bằng dấu phẩy hoặc xuống dòng.") if many else ""

    def clean_title(self):
        return tidy(self.cleaned_data["title"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ad_hoc"):
            for name, sentence in (
                ("title", _("Hãy đặt tên cho kỳ đột xuất.")),
                ("due_on", _("Hãy nhập hạn nộp của kỳ đột xuất.")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        elif any(cleaned.get(name) for name in ("title", "tasks", "groups", "bodies")):
            # Who chose tasks or bodies meant no round about everything and everybody.
            self.add_error(
                "ad_hoc",
                _("Tên, nhiệm vụ và cơ quan chỉ chọn cho kỳ đột xuất: hãy đánh dấu ô này, hoặc bỏ các mục đó."),
            )
        return cleaned

    def opening(self) -> Opening:
        """What is wished, as far as it can be opened; call after ``is_valid``. Raises ValidationError by field."""
        typed = self.cleaned_data
        dates = Dates(typed["data_from"], typed["data_to"], typed["due_on"], typed["due_rule"] or None)
        return Opening(self.obligation, typed["year"], as_of=typed["as_of"], ad_hoc=self._ad_hoc(), dates=dates)

    def _ad_hoc(self) -> AdHoc | None:
        """The chosen round, or None for the yearly period. Nothing ticked means all."""
        chosen = self.cleaned_data
        if not chosen["ad_hoc"]:
            return None
        return AdHoc(
            chosen["title"],
            chosen["due_on"],
            due_rule=chosen["due_rule"] or DueRule.BY,
            tasks=[int(number) for number in chosen["tasks"]] or None,
            bodies=[body.code for body in chosen["bodies"]] or None,
            groups=chosen["groups"] or None,
        )

    def carried(self) -> list[tuple[str, str]]:
        """(name, text) of everything typed, for hidden inputs: the dry run writes nothing down."""
        found = [(name, self.data.get(name, "")) for name in self.fields if name not in ("tasks", "groups", "bodies")]
        found += [(name, text) for name in ("tasks", "groups") for text in self.data.getlist(name)]
        return [*found, ("bodies", ",".join(split_codes(self.data.getlist("bodies"))))]


def _layout() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page has the form and its token
    helper.layout = Layout(
        "year",
        Fieldset(
            _("Hạn nộp và số liệu"),
            Div(Field("due_on"), Field("due_rule"), css_class="pair"),
            Div(Field("data_from"), Field("data_to"), css_class="pair"),
            "as_of",
            css_class="panel",
        ),
        Fieldset(_("Chỉ dùng cho kỳ đột xuất"), "ad_hoc", "title", "tasks", "groups", "bodies", css_class="panel"),
    )
    return helper


class Spared:
    """The bodies that a new round is to exempt: ticks and reasons, as they came back from a page."""

    def __init__(self, data):
        codes = (code for code in split_codes(data.getlist(EXEMPT)) if _is_code(code))
        self.ticked = dict.fromkeys(codes)
        named = ((name.removeprefix(REASON), data[name]) for name in data if name.startswith(REASON))
        self.reasons = {code: tidy(text) for code, text in named if _is_code(code) and tidy(text)}

    def errors(self, codes: Iterable[str]) -> dict[str, str]:
        """{code: what has to be put right}, of the bodies with these codes, in their order."""
        found = {}
        for code in codes:
            reason = self.reasons.get(code, "")
            if code in self.ticked and not reason:
                found[code] = _("Hãy ghi lý do miễn để cơ quan biết.")
            elif reason and code not in self.ticked:
                found[code] = _("Đã ghi lý do nhưng chưa đánh dấu miễn: hãy đánh dấu, hoặc xóa lý do.")
            elif len(reason) > LONGEST:
                words = {"length": len(reason), "longest": LONGEST}
                found[code] = _("Lý do dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.") % words
        return found

    def chosen(self, codes: Iterable[str]) -> Mapping[str, str]:
        """{code: reason} of those with these codes that are ticked; call when there are no ``errors``."""
        return {code: self.reasons[code] for code in codes if code in self.ticked}

    def carried(self, besides: Iterable[str] = ()) -> list[tuple[str, str]]:
        """(name, text) for hidden inputs, without the bodies whose inputs stand on the page."""
        here = set(besides)
        found = [(EXEMPT, ",".join(code for code in self.ticked if code not in here))]
        return found + [(f"{REASON}{code}", text) for code, text in self.reasons.items() if code not in here]


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[-\w]{1,50}", text, re.ASCII) is not None


class ExemptionForm(forms.Form):
    """Why one body is exempted, or asked again."""

    reason = forms.CharField(label=gettext_lazy("Lý do"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_reason(self):
        reason = tidy(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(_("Hãy ghi lý do để cơ quan biết."))
        if len(reason) > LONGEST:
            words = {"length": len(reason), "longest": LONGEST}
            raise forms.ValidationError(
                _("Lý do dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.") % words
            )
        return reason
