"""The forms of the pages. Saving is never refused, so every form of a report is valid; errors come from ``checks``."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from .choices import OverviewPart
from .panels import TextPanel
from .parts import EXPLAIN, PROGRESS, WORDS, Part
from .typed import tidy
from .typist import mark


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
