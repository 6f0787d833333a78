"""The forms of the pages. Saving is never refused, so every form of a report is valid; errors come from ``checks``."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import DueRule
from directives.models import Body

from .choices import OverviewPart
from .models import AdHoc
from .panels import TextPanel
from .parts import EXPLAIN, PROGRESS, WORDS, Part, parts_of
from .typed import tidy
from .typist import mark
from .workflow import Remark


class WordsField(forms.CharField):
    """Free text: composed letters (NFC), no invisible control characters, line breaks kept."""

    def __init__(self, *, rows=4, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        return tidy(super().to_python(value))

    def run_validators(self, value):
        """Nothing to refuse: what PostgreSQL and XML cannot hold was taken out by ``tidy``."""


# --- one part of a report --------------------------------------------------------------------


class PartForm(forms.Form):
    """One part: the grid of its figures, its texts, a line for each cited instrument, reasons for what is odd.

    ``typed`` is {input name: text} to be shown, ``warnings`` the findings that ask for a reason, ``below``
    {input name: HTML} stands under a text, ``saving`` are the attributes by which the page saves each field.
    """

    def __init__(
        self, part: Part, typed: Mapping[str, str], *, person, grid=None, warnings=(), below=None, seen=0, saving=None
    ):
        super().__init__(initial=dict(typed))
        self.part, self.below = part, below or {}
        self.warnings = {f"{EXPLAIN}{finding.code}": finding for finding in warnings}
        for name, label, rows in self._texts():
            self.fields[name] = WordsField(label=label, rows=rows)
        if part.number:
            self.fields["not_ours"] = forms.BooleanField(
                label=_("Nhiệm vụ này không thuộc chức năng, nhiệm vụ của cơ quan"), required=False
            )
        self.helper = FormHelper()
        self.helper.attrs = {"data-once": "", "novalidate": ""} | (saving or {})
        figures = [] if grid is None else [grid, nothing_button()]  # an empty layout object counts as false
        self.helper.layout = Layout(marks(seen, person), *figures, *self._panels(), save_buttons())

    def _texts(self):
        """(input name, label, rows of the text area)."""
        for name, finding in self.warnings.items():
            yield name, finding.message, 2
        if self.part.number is None:
            for overview in OverviewPart:
                yield overview.value, overview.label, 7
        elif self.part.number:
            yield "results", _("Kết quả thực hiện"), 8
            yield "difficulties", _("Khó khăn, vướng mắc"), 4
            yield "proposals", _("Kiến nghị, đề xuất"), 4
            yield "not_ours_reason", _("Lý do không thuộc chức năng"), 2
        for citation in self.part.citations:
            label = format_html('<span lang="vi">{}</span>', citation.directive.citation(with_title=True))
            yield f"{PROGRESS}{citation.pk}", label, 2

    def _panels(self):
        if self.warnings:
            yield TextPanel(_("Cần giải trình"), *self.warnings, css_class="panel panel-warning")
        if self.part.number is None:
            yield TextPanel("", *OverviewPart.values)
        elif self.part.number:
            yield TextPanel(_("Nội dung báo cáo"), *WORDS)
        if self.part.citations:
            names = [f"{PROGRESS}{citation.pk}" for citation in self.part.citations]
            yield TextPanel(_("Tiến độ thực hiện các văn bản còn hiệu lực"), *names)
        if self.part.number:
            yield TextPanel(_("Không thuộc chức năng, nhiệm vụ"), "not_ours", "not_ours_reason")


def marks(saves: int, person: int) -> HTML:
    """How often the part had been saved when this page was made, so that a later save by a colleague shows; and
    who typed on it, so that words kept over the end of a session come back to nobody else.
    """
    # The first button is what Enter presses: it must be the harmless one.
    return HTML(
        f'<input type="hidden" name="seen" value="{saves}">{mark(person)}'
        f'<button class="visually-hidden" name="then" value="stay" tabindex="-1" aria-hidden="true">{_("Lưu")}</button>'
    )


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


def nothing_button() -> HTML:
    """Ticks "không phát sinh" in every row that has no answer yet; what is typed stays."""
    words = _("Đánh dấu “Không phát sinh” cho mọi dòng còn trống")
    return HTML(f'<p><button class="btn btn-sm btn-outline-primary" name="then" value="nothing">{words}</button></p>')


# --- officers -------------------------------------------------------------------------------


POINTS, MORE_POINTS = 3, 3  # rows for points of a return: at first, and with every "more"


class ReturnForm(forms.Form):
    """An officer decides on the sending that was read (``version``); for a return, says why and where.

    Every point has a place (``3|T3.05``, ``chung|proposals``, ``3|`` for a whole part) and words.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    status = forms.CharField(widget=forms.HiddenInput, required=False, max_length=9)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=60)
    note = WordsField(label=gettext_lazy("Lý do chung"), rows=3)

    def __init__(self, *args, report, rows=POINTS, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("rows", rows)
        if self.is_bound:
            told = self.data.get("rows", "")
            rows = min(60, int(told)) if told.isascii() and told.isdigit() and len(told) < 4 else POINTS
            if "more" in self.data:
                rows += MORE_POINTS
                self.data = self.data.copy()
                self.data["rows"] = str(rows)
        places = point_places(report)
        self.points = [(f"place-{n}", f"words-{n}") for n in range(1, rows + 1)]
        for place, words in self.points:
            self.fields[place] = forms.ChoiceField(label=_("Chỗ cần sửa"), choices=places, required=False)
            self.fields[words] = WordsField(label=_("Điểm cần sửa"), rows=2)

    @property
    def point_fields(self):
        """Pairs of bound fields, a row each."""
        return [(self[place], self[words]) for place, words in self.points]

    def clean(self):
        cleaned = super().clean()
        for place, words in self.points:
            if cleaned.get(words) and not cleaned.get(place) and place not in self.errors:
                self.add_error(place, _("Hãy chọn chỗ cần sửa, hoặc chuyển câu này vào phần lý do chung."))
        return cleaned

    def remarks(self) -> list[Remark]:
        """The points that say something; call after ``is_valid``."""
        found = []
        for place, words in self.points:
            if self.cleaned_data[words]:
                word, _bar, name = self.cleaned_data[place].partition("|")
                found.append(Remark(None if word == "chung" else int(word), name, self.cleaned_data[words]))
        return found


def point_places(report) -> list:
    """Choices of places, part by part: the whole part, its texts, its indicators."""
    choices: list = [("", "---------")]
    for part in parts_of(report):
        texts = OverviewPart.values if part.number is None else WORDS if part.number else ()
        inputs = [*texts, *(i.code for i in part.indicators if not i.computed)]
        own = [(f"{part.word}|", _("Cả phần"))] + [(f"{part.word}|{name}", part.label(name)) for name in inputs]
        choices.append((part.title, own))
    return choices


class BodiesField(forms.ModelMultipleChoiceField):
    """Bodies by their codes; what no code can hold never reaches the database."""

    def clean(self, value):
        return super().clean([tidy(code) for code in value] if value else value)


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
    bodies = BodiesField(
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

    def clean_title(self):
        return tidy(self.cleaned_data["title"])

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
