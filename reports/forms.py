"""Turns what people type into what the domain means, and shows it back exactly as typed.

A save is never refused: text that is no number is kept as typed (``TaskResult.unread``), takes no
part in any sum, and blocks sending. So every form here is valid, and errors come from ``checks``.
"""

import unicodedata
from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import DueRule, Option
from directives.models import Body

from .answers import DETAIL, NOTHING, Answer, Answers, Cell
from .choices import OverviewPart
from .grid import Grid
from .models import AdHoc, TaskResult
from .numbers import NotANumber, format_number, parse_number
from .panels import TextPanel


class WordsField(forms.CharField):
    """Free text: composed letters (NFC), no invisible control characters, line breaks kept."""

    def __init__(self, *, rows=4, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        return tidy(super().to_python(value))

    def run_validators(self, value):
        """Nothing to refuse: what PostgreSQL and XML cannot hold was taken out by ``tidy``."""


def tidy(text: str) -> str:
    """NFC, trimmed, without control characters but line breaks and tabs; CRLF becomes one line break."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


# --- figures --------------------------------------------------------------------------------


def read_figures(data: Mapping[str, str], indicators) -> tuple[dict[Cell, Answer | None], dict[str, str]]:
    """Typed cells → ({Cell: Answer, or None where left empty}, {cell: text that could not be read}).

    ``data`` maps input names (``T6.06``, ``T6.06:girls``, ``T6.06:nothing``, ``T6.06:detail``) to text.
    A cell whose input is not in ``data`` is not touched: half a form never wipes the other half.
    """
    answers: dict[Cell, Answer | None] = {}
    unread: dict[str, str] = {}
    for indicator in indicators:
        if indicator.computed:
            continue
        for option in indicator.options:
            cell = Cell(indicator.code, option)
            if str(cell) in data:
                answers[cell] = _read_cell(cell, indicator, data, unread)
    return answers, unread


def _read_cell(cell: Cell, indicator, data, unread) -> Answer | None:
    text = tidy(data[str(cell)])
    if cell.option != Option.TOTAL:
        return _read_number(cell, text, indicator, unread)
    box, detail = f"{cell.code}:{NOTHING}", tidy(data.get(f"{cell.code}:{DETAIL}", ""))
    if data.get(box) and not text:
        return Answer(nothing=True, detail=detail)
    if data.get(box):  # a box and a text contradict: both are kept as typed, neither is an answer
        unread |= {box: "on", str(cell): text}
        answer = None
    else:
        answer = _read_number(cell, text, indicator, unread, detail)
    if answer is None and detail:
        unread[f"{cell.code}:{DETAIL}"] = detail
    return answer


def _read_number(cell: Cell, text: str, indicator, unread, detail: str = "") -> Answer | None:
    if not text:
        return None
    try:
        return Answer(parse_number(text, indicator.value_type), detail=detail)
    except NotANumber:
        unread[str(cell)] = text
        return None


def typed_from(answers: Answers, unread: Mapping[str, str], indicators) -> dict[str, str]:
    """The reverse of ``read_figures``: {input name: text} as the page shows what is stored."""
    typed = {}
    for indicator in indicators:
        for option in indicator.options:
            cell = Cell(indicator.code, option)
            answer = answers.get(cell)
            if answer is None:
                continue
            if answer.nothing:
                typed[f"{cell.code}:{NOTHING}"] = "on"
            else:
                typed[str(cell)] = format_number(answer.value)
            if answer.detail:
                typed[f"{cell.code}:{DETAIL}"] = answer.detail
    return typed | dict(unread)


# --- one task -------------------------------------------------------------------------------


class TaskForm(forms.ModelForm):
    """One part of the report: the grid of its figures, its texts, a line for each cited instrument.

    ``warnings`` are the findings that ask for a reason; ``grid`` draws the figures (``grid.Grid``).
    """

    results = WordsField(label=gettext_lazy("Kết quả thực hiện"), rows=8)
    difficulties = WordsField(label=gettext_lazy("Khó khăn, vướng mắc"))
    proposals = WordsField(label=gettext_lazy("Kiến nghị, đề xuất"))
    not_ours = forms.BooleanField(
        label=gettext_lazy("Nhiệm vụ này không thuộc chức năng, nhiệm vụ của cơ quan"), required=False
    )
    not_ours_reason = WordsField(label=gettext_lazy("Lý do không thuộc chức năng"), rows=2)

    class Meta:
        model = TaskResult
        fields = ("results", "difficulties", "proposals", "not_ours", "not_ours_reason")

    def __init__(self, *args, grid: Grid, citations=(), progress=None, warnings=(), explanations=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.warnings = {finding.code: finding for finding in warnings}
        self.citations = {f"progress-{citation.pk}": citation for citation in citations}
        for name, citation in self.citations.items():
            label = format_html('<span lang="vi">{}</span>', citation.directive.citation(with_title=True))
            self.fields[name] = WordsField(label=label, rows=2, initial=(progress or {}).get(citation.pk, ""))
        for code, finding in self.warnings.items():
            initial = (explanations or {}).get(code, "")
            self.fields[f"explain-{code}"] = WordsField(label=finding.message, rows=2, initial=initial)
        if self.instance.number == 0:
            for name in self.Meta.fields:
                del self.fields[name]
        self.helper = self._helper(grid)

    def _helper(self, grid):
        helper = FormHelper()
        helper.attrs = {"data-once": "", "novalidate": ""}
        helper.layout = Layout(seen_mark(self.instance.saves), grid, *self._panels(), save_buttons())
        return helper

    def _panels(self):
        if self.warnings:
            names = [f"explain-{code}" for code in self.warnings]
            yield TextPanel(_("Cần giải trình"), *names, css_class="panel panel-warning")
        if self.instance.number:
            yield TextPanel(_("Nội dung báo cáo"), "results", "difficulties", "proposals")
        if self.citations:
            yield TextPanel(_("Tiến độ thực hiện các văn bản còn hiệu lực"), *self.citations)
        if self.instance.number:
            yield TextPanel(_("Không thuộc chức năng, nhiệm vụ"), "not_ours", "not_ours_reason")

    # What the browser did not send is not touched: half a form never wipes the other half. Call after ``is_valid``.

    def result_values(self) -> dict[str, object]:
        """{field: value as typed} of the task's texts and of the declaration, whose box comes with its reason."""
        sent = {name for name in self.Meta.fields if name in self.data}
        if "not_ours_reason" in self.data:
            sent.add("not_ours")
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in sent and name in self.fields}

    def progress_texts(self) -> dict[int, str]:
        """{citation id: text as typed}."""
        return {c.pk: self.cleaned_data[name] for name, c in self.citations.items() if name in self.data}

    def explanation_texts(self) -> dict[str, str]:
        """{rule code: reason as typed}."""
        names = {code: f"explain-{code}" for code in self.warnings}
        return {code: self.cleaned_data[name] for code, name in names.items() if name in self.data}


def seen_mark(saves: int) -> HTML:
    """How often the part had been saved when this page was made: a later save by a colleague then shows."""
    return HTML(f'<input type="hidden" name="seen" value="{saves}">')


def read_seen(data: Mapping[str, str]) -> int | None:
    """The mark that came back with a page; None where there is none."""
    seen = data.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def save_buttons() -> Div:
    save = _("Lưu")
    following = _("Lưu và sang phần tiếp theo")
    return Div(
        HTML(f'<button class="btn btn-primary" name="then" value="next">{following}</button>'),
        HTML(f'<button class="btn btn-outline-primary" name="then" value="stay">{save}</button>'),
        css_class="actions",
    )


class OverviewForm(forms.Form):
    """The four texts around the tasks; ``initial`` maps the parts to their texts."""

    def __init__(self, *args, seen: int, **kwargs):
        super().__init__(*args, **kwargs)
        for part in OverviewPart:
            self.fields[part.value] = WordsField(label=part.label, rows=7)
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": ""}
        self.helper.layout = Layout(seen_mark(seen), TextPanel("", *self.fields), save_buttons())


# --- officers -------------------------------------------------------------------------------


class ReturnForm(forms.Form):
    """An officer decides on the sending that was read (``version``); for a return, says why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = WordsField(label=gettext_lazy("Lý do trả lại, những điểm cần sửa"), rows=4)


class PeriodForm(forms.Form):
    """Open the year's period, or an ad hoc round with its own date, tasks and bodies."""

    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=2000)
    ad_hoc = forms.BooleanField(label=gettext_lazy("Kỳ đột xuất"), required=False)
    title = forms.CharField(label=gettext_lazy("Tên kỳ đột xuất"), max_length=200, required=False)
    due_on = forms.DateField(
        label=gettext_lazy("Hạn nộp của kỳ đột xuất"),
        required=False,
        help_text=gettext_lazy("Ngày cuối cùng còn đúng hạn, ví dụ 30/9/2020."),
    )
    tasks = forms.MultipleChoiceField(
        label=gettext_lazy("Nhiệm vụ phải báo cáo"), required=False, widget=forms.CheckboxSelectMultiple
    )
    bodies = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Cơ quan phải báo cáo"),
        queryset=Body.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )

    def __init__(self, *args, obligation, **kwargs):
        super().__init__(*args, **kwargs)
        catalogue = obligation.directive.catalogues.first()
        self.fields["tasks"].choices = [(str(t.number), str(t)) for t in catalogue.tasks.all()] if catalogue else []
        # All that ever belonged to a group asked: which of them existed in the chosen year, the opening decides.
        self.fields["bodies"].queryset = Body.objects.filter(kind__in=obligation.groups.split())
        self.fields["bodies"].label_from_instance = lambda body: body.name
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": ""}
        self.helper.layout = Layout(
            "year",
            Fieldset(_("Chỉ dùng cho kỳ đột xuất"), "ad_hoc", "title", "due_on", "tasks", "bodies", css_class="panel"),
            Div(HTML(f'<button class="btn btn-primary">{_("Mở kỳ báo cáo")}</button>'), css_class="actions"),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ad_hoc"):
            for name, sentence in (
                ("title", _("Hãy đặt tên cho kỳ đột xuất.")),
                ("due_on", _("Hãy nhập hạn nộp của kỳ đột xuất.")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def ad_hoc_round(self) -> AdHoc | None:
        """The chosen round, or None for the yearly period; call after ``is_valid``. Nothing ticked means all."""
        chosen = self.cleaned_data
        if not chosen["ad_hoc"]:
            return None
        return AdHoc(
            chosen["title"],
            chosen["due_on"],
            due_rule=DueRule.BY,
            tasks=[int(number) for number in chosen["tasks"]] or None,
            bodies=[body.code for body in chosen["bodies"]] or None,
        )
