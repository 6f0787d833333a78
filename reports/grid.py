"""The figures of one task as one table of inputs: a crispy layout object of our own.

Crispy renders a template per field, half a millisecond each; a district's form has a hundred
figures. Here the table is written in one go (measured in tests/benchmarks), with a label for every
input by way of its row and column header.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape  # Django's own goes through its lazy-text wrapper: three times the cost, a hundred cells a page

from crispy_forms.layout import LayoutObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from directives.choices import AGES, Option, ValueType

from .answers import DETAIL, ESTIMATE, Cell
from .checks import Finding
from .numbers import format_number
from .summary import PLACES, Mark

VOID = '<td class="void"></td>'
AGES_ALL = frozenset(AGES)


class Grid(LayoutObject):
    """One ``<table>``: a row per indicator, a column for the total and for each of-which in use.

    ``typed`` maps input names to the text shown in them, ``computed`` the codes of ratios to their
    value or Mark, ``findings`` are shown at their first cell, ``roles`` tells rows that only cross-check,
    ``earlier`` maps cells to (year, Answer) of the years before, the newest first.
    """

    fields = ()

    def __init__(
        self,
        indicators: Iterable,
        typed: Mapping[str, str],
        computed: Mapping[str, Decimal | Mark],
        findings: Iterable[Finding] = (),
        roles: Mapping[str, str] | None = None,
        earlier: Mapping[Cell, list] | None = None,
    ):
        self.indicators = list(indicators)
        self.typed = typed
        self.computed = computed
        self.roles = roles or {}
        self.earlier = earlier or {}
        self.errors: dict[Cell, list[str]] = {}
        for finding in findings:
            if finding.blocks and finding.cells:
                self.errors.setdefault(finding.cells[0], []).append(finding.message)
        used = {option for indicator in self.indicators for option in indicator.options}
        self.columns = [option for option in Option if option in used]

    def render(self, form, context, template_pack=None, **kwargs) -> SafeString:
        if not self.indicators:
            return mark_safe("")
        self.labels = {option: escape(str(option.label)) for option in self.columns}
        self.words = {name: escape(text) for name, text in _words().items()}
        heads = "".join(f'<th scope="col" id="c-{o.value}">{label}</th>' for o, label in self.labels.items())
        rows = "".join(self._row(indicator) for indicator in self.indicators)
        words = self.words
        return mark_safe(  # noqa: S308 - every piece that a person typed or named is escaped where it is put in
            '<div class="grid-frame" role="region" aria-labelledby="grid-caption" tabindex="0">'
            f'<table class="grid" data-grid><caption id="grid-caption">{words["caption"]}</caption>'
            f'<thead><tr><th scope="col">{words["head"]}</th>{heads}'
            f'<th scope="col" id="c-nothing">{words["nothing"]}</th><th scope="col">{words["beside"]}</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
            f'<p class="legend">{words["legend"]}</p>'
        )

    def _row(self, indicator) -> str:
        head = self._row_head(indicator)
        if indicator.computed:
            parts = f'data-numerator="{indicator.numerator}" data-denominator="{indicator.denominator}"'
            factor = indicator.factor or 1
            return f'<tr class="computed" {parts} data-factor="{factor}">{head}{self._computed_cells(indicator)}</tr>'
        cell = self._choice if indicator.value_type == ValueType.YES_NO else self._input
        options = indicator.options
        cells = "".join(cell(indicator, o) if o in options else VOID for o in self.columns)
        ages = " data-ages" if set(options) >= AGES_ALL else ""
        return f"<tr{ages}>{head}{cells}{self._nothing_box(indicator)}{self._beside(indicator)}</tr>"

    def _row_head(self, indicator) -> str:
        note = ""
        if self.roles.get(indicator.code) == "cross":
            note = f' <span class="cross">{self.words["cross"]}</span>'
        elif indicator.core and not indicator.computed:
            note = f' <span class="core">*<span class="visually-hidden">{self.words["core"]}</span></span>'
        return (
            f'<th scope="row" id="r-{indicator.code}"><span class="code">{indicator.code}</span> '
            f'{escape(indicator.name)} <span class="unit">({escape(indicator.unit)})</span>{note}</th>'
        )

    def _input(self, indicator, option: Option) -> str:
        name = str(Cell(indicator.code, option.value))
        mode = "numeric" if indicator.value_type == ValueType.COUNT else "decimal"
        text = self.typed.get(name)
        value = f' value="{escape(text)}"' if text else ""
        links, message = self._below(name, indicator, option)
        return (
            f'<td data-label="{self.labels[option]}"><input name="{name}" id="{name}"{value} inputmode="{mode}" '
            f'autocomplete="off" aria-labelledby="r-{indicator.code} c-{option.value}"{links}>{message}</td>'
        )

    def _choice(self, indicator, option: Option) -> str:
        code, chosen = indicator.code, self.typed.get(indicator.code, "")
        options = "".join(
            f'<option value="{value}"{" selected" if value == chosen else ""}>{self.words[word]}</option>'
            for value, word in (("", "unsaid"), ("1", "yes"), ("0", "no"))
        )
        detail = escape(self.typed.get(f"{code}:detail", ""))
        links, message = self._below(code, indicator, option)
        return (
            f'<td class="yes-no" data-label="{self.words["answer"]}"><select name="{code}" id="{code}" '
            f'aria-labelledby="r-{code}"{links}>{options}</select>'
            f'<input name="{code}:detail" value="{detail}" placeholder="{self.words["detail"]}" '
            f'aria-label="{code}: {self.words["detail"]}" autocomplete="off">{message}</td>'
        )

    def _below(self, name: str, indicator, option: Option) -> tuple[str, str]:
        """Attributes that tie an input to what stands below it, and that: last year's answer, the errors."""
        cell, ids, lines = Cell(indicator.code, option.value), [], ""
        series = self.earlier.get(cell)
        if series:
            year, answer = series[0]
            ids.append(f"{name}_was")
            lines = f'<small class="was" id="{name}_was">{year}: {escape(answer_words(answer, indicator))}</small>'
        errors = self.errors.get(cell)
        if errors:
            ids.append(f"{name}_error")
            words = "<br>".join(escape(message) for message in errors)
            lines += f'<div class="cell-error" id="{name}_error">{words}</div>'
        links = ' aria-invalid="true"' if errors else ""
        if ids:
            links += f' aria-describedby="{" ".join(ids)}"'
        return links, lines

    def _beside(self, indicator) -> str:
        """What stands beside a row: the earlier years, a note, the mark of an estimate."""
        code, words = indicator.code, self.words
        yes_no = indicator.value_type == ValueType.YES_NO
        note, estimate = self.typed.get(f"{code}:{DETAIL}", ""), self.typed.get(f"{code}:{ESTIMATE}")
        inner = self._series(indicator)
        if not yes_no:
            inner += (
                f'<label>{words["note"]}<textarea name="{code}:{DETAIL}" id="{code}:{DETAIL}" rows="2">\n'
                f"{escape(note)}</textarea></label>"
                f'<label class="tick"><input type="checkbox" name="{code}:{ESTIMATE}" id="{code}:{ESTIMATE}"'
                f"{' checked' if estimate else ''}> {words['estimate']}</label>"
            )
        said = not yes_no and (note or estimate)
        if not inner:
            return '<td class="beside"></td>'
        mark = f' <span class="said">{words["said"]}</span>' if said else ""
        return (
            f'<td class="beside"><details{" open" if said else ""}><summary>{words["beside"]}'
            f'<span class="visually-hidden"> {code}</span>{mark}</summary>{inner}</details></td>'
        )

    def _series(self, indicator) -> str:
        lines = []
        for option in indicator.options:
            series = self.earlier.get(Cell(indicator.code, option))
            if series:
                years = "; ".join(f"{year}: {escape(answer_words(answer, indicator))}" for year, answer in series)
                label = f"{self.labels[Option(option)]} – " if len(indicator.options) > 1 else ""
                lines.append(f"<li>{label}{years}</li>")
        if not lines:
            return ""
        return f'<p class="series-head">{self.words["earlier"]}</p><ul class="series">{"".join(lines)}</ul>'

    def _nothing_box(self, indicator) -> str:
        name = f"{indicator.code}:nothing"
        checked = " checked" if self.typed.get(name) else ""
        return (
            f'<td class="nothing" data-label="{self.words["nothing"]}"><input type="checkbox" name="{name}" '
            f'id="{name}"{checked} aria-labelledby="r-{indicator.code} c-nothing"></td>'
        )

    def _computed_cells(self, indicator) -> str:
        value = self.computed.get(indicator.code, Mark.MISSING)
        shown = value.words if isinstance(value, Mark) else format_number(value, PLACES)
        output = f'<output id="{indicator.code}" aria-labelledby="r-{indicator.code}">{escape(shown)}</output>'
        return f'<td data-label="{self.words["computed"]}">{output}</td>' + VOID * (len(self.columns) + 1)


def answer_words(answer, indicator) -> str:
    """An earlier answer in words: ``1.234``, ``không phát sinh``, ``Có``; an estimate says so."""
    if answer.nothing:
        return Mark.NOTHING.words
    if indicator.value_type == ValueType.YES_NO:
        return _("Có") if answer.value else _("Không")
    text = format_number(answer.value)
    return _("%s (ước)") % text if answer.estimate else text


def _words() -> dict[str, str]:
    """The table's own words in the language of the screen."""
    return {
        "caption": _("Số liệu"),
        "head": _("Chỉ tiêu (đơn vị tính)"),
        "nothing": _("Không phát sinh"),
        "core": _("bắt buộc"),
        "cross": _("chỉ để đối chiếu"),
        "answer": _("Trả lời"),
        "computed": _("Tự tính"),
        "beside": _("Thêm"),
        "note": _("Ghi chú"),
        "estimate": _("Ước thực hiện (số chưa chốt)"),
        "earlier": _("Các năm trước:"),
        "said": _("có ghi chú"),
        "detail": _("Số, ngày văn bản hoặc thuyết minh"),
        "unsaid": _("(chưa trả lời)"),
        "yes": _("Có"),
        "no": _("Không"),
        "legend": _(
            "Dấu * là chỉ tiêu bắt buộc. Để trống là chưa có số liệu; nhập 0 là đã đếm và không có; "
            "đánh dấu “Không phát sinh” khi việc đó không xảy ra trong kỳ."
        ),
    }
