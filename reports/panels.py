"""A group of texts as one fieldset: a crispy layout object of our own, for the same reason as ``grid.Grid``."""

from crispy_forms.layout import LayoutObject
from django import forms
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class TextPanel(LayoutObject):
    """``<fieldset>`` with a label and a text area per field of ``names``; a tick box where the field is one.

    For fields that refuse nothing, such as ``forms.WordsField``: there are no errors to be shown. What stands in
    ``form.below`` for a field is put under it and read out with it.
    """

    def __init__(self, legend: str, *names: str, css_class: str = "panel"):
        self.legend = legend
        self.fields = list(names)
        self.css_class = css_class

    def render(self, form, context, template_pack=None, **kwargs) -> SafeString:
        rows = format_html_join("", "{}", ((self._row(form, name),) for name in self.fields))
        form.rendered_fields.update(self.fields)  # crispy adds what nobody has drawn
        legend = format_html("<legend>{}</legend>", self.legend) if self.legend else ""
        return format_html('<fieldset class="{}">{}{}</fieldset>', self.css_class, legend, rows)

    def _row(self, form, name: str) -> SafeString:
        bound = form[name]
        label, value = bound.label, bound.value()
        if isinstance(bound.field.widget, forms.CheckboxInput):
            return format_html(
                '<div class="form-check mb-3">'
                '<input type="checkbox" class="form-check-input" name="{0}" id="id_{0}"{1}>'
                '<label class="form-check-label" for="id_{0}">{2}</label></div>',
                name,
                mark_safe(" checked") if value and value != "False" else "",
                label,
            )
        below = form.below.get(name, "")
        return format_html(
            '<div class="mb-3"><label class="form-label" for="id_{0}">{1}</label>'
            '<textarea class="form-control" name="{0}" id="id_{0}" rows="{2}"{4}>\n{3}</textarea>'
            '<div class="below" id="{0}_below" data-below="{0}">{5}</div></div>',
            name,
            label,
            bound.field.widget.attrs["rows"],
            escape(value or ""),
            format_html(' aria-describedby="{}_below"', name) if below else "",
            below,
        )
