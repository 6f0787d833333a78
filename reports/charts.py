"""Charts of a period as pictures, each drawn from the very lines that stand beside it as a table.

One series a chart: nothing is told by colour alone, every bar carries its figure, every line its coverage.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

import pygal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pygal.style import Style

from directives.choices import group_label

from .gathering import gather, summarise
from .models import Period
from .numbers import format_number, rounded
from .summary import Mark, Row, Summary, standing_alone
from .years import Found, Notes, line_of

# Abused children, and children who drowned: what leadership follows over the years. Codes of the catalogue; an
# edition without them has no such chart.
OVER_YEARS = ("T6.06", "T6.19")
BROKEN = "⫽"  # with the number of its note, before a year whose bodies are not those of the year before
WIDTH, LINE, COLUMN = 440, 30, 260  # of a picture: its width, the height of a bar and of a chart with columns
LONGEST = 26  # letters of a name beside a bar; the table has the whole name
STYLE = Style(
    background="white",
    plot_background="white",
    foreground="#1b2530",
    foreground_strong="#1b2530",
    foreground_subtle="#4a5866",
    colors=("#14497b",),
    value_colors=("#1b2530",),
    opacity="1",
    opacity_hover="1",
    transition="0s",
    font_family='"Noto Sans", "Liberation Sans", Arial, sans-serif',
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One bar and its line in the table. ``value`` None: there is no figure, and ``shown`` says why.

    ``short`` is the name beside the bar, ``mark`` the figure at its end; ``basis`` what it rests on, in short and in
    words, ``missing`` the bodies that did not give it.
    """

    label: str
    short: str
    value: Decimal | None
    shown: str
    mark: str
    basis: str
    coverage: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """``name`` is its address; ``first``, ``second`` and ``third`` head the table; ``lying``: the bars lie."""

    name: str
    title: str
    unit: str
    first: str
    second: str
    third: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    lying: bool = True

    @property
    def alt(self) -> str:
        """What the picture tells, for those who do not see it; the figures themselves stand in the table."""
        drawn = [line for line in self.lines if line.value is not None]
        if not drawn:
            return _("Biểu đồ %s: chưa có số liệu.") % self.title
        words = {"title": self.title, "n": len(self.lines)}
        told = _("Biểu đồ cột %(title)s, %(n)s cột; các số ở bảng bên cạnh.") % words
        most = max(drawn, key=lambda line: line.value)
        return told + " " + _("Cao nhất: %(label)s, %(shown)s.") % {"label": most.label, "shown": most.shown}

    @property
    def size(self) -> tuple[int, int]:
        return WIDTH, LINE * (len(self.lines) + 1) if self.lying else COLUMN


def charts_of(period: Period) -> tuple[Chart, ...]:
    """Every chart that the period has figures for. A fixed number of queries, whatever the number of bodies."""
    found = summarise(period, ready=True)
    groups = groups_chart(found, breakdowns(period.rules()))
    return (*([groups] if groups else []), *years_charts(period), timing_chart(found))


def chart_of(period: Period, name: str) -> Chart | None:
    """The chart with this address, or None."""
    if name == GROUPS:
        return groups_chart(summarise(period, ready=True), breakdowns(period.rules()))
    if name == TIMING:
        return timing_chart(summarise(period, ready=True))
    return next(iter(years_charts(period, [code for code in OVER_YEARS if _year_name(code) == name])), None)


# --- the whole and its groups -------------------------------------------------------------------

GROUPS = "theo-nhom"


def breakdowns(rules: Iterable) -> dict[str, tuple[str, ...]]:
    """{whole: its groups}, as the catalogue's rules say it: a whole that its groups together make up or exceed.

    ``rules``: (Rule, LinearRule) pairs. "A child may belong to several groups" reads whole <= a + b + ….
    """
    found = {}
    for _rule, linear in rules:
        for whole, parts, compare in ((linear.left, linear.right, "<="), (linear.right, linear.left, ">=")):
            if len(whole) == 1 and len(parts) > 1 and linear.compare in (compare, "="):
                found.setdefault(whole[0], parts)
    return found


def groups_chart(summary: Summary, wholes: dict[str, tuple[str, ...]]) -> Chart | None:
    """The whole with the most groups: children in special circumstances, by Article 10 of the Law on Children."""
    rows = {row.code: row for row in summary.rows}
    there = {whole: parts for whole, parts in wholes.items() if whole in rows and all(part in rows for part in parts)}
    if not there:
        return None
    whole = max(there, key=lambda code: len(there[code]))
    found = [rows[code] for code in there[whole]]
    lines = tuple(
        _line(row, row.name, short) for row, short in zip(found, shortened([row.name for row in found]), strict=True)
    )
    total = rows[whole]
    words = {"whole": total.name, "n": total.shown(total.total), "unit": total.counted_unit}
    notes = (_("%(whole)s: %(n)s %(unit)s") % words + f" ({total.coverage.long}).",)
    if sum(line.value or 0 for line in lines) > (total.total.value or 0):
        notes += (_("Một trẻ em có thể thuộc nhiều nhóm nên cộng các nhóm lớn hơn tổng số."),)
    title = _("%(whole)s, theo nhóm, %(period)s") % {"whole": total.name, "period": summary.name}
    return Chart(GROUPS, title, total.counted_unit, _("Nhóm"), _("Toàn tỉnh"), _("Cơ quan có số liệu"), lines, notes)


def shortened(names: list[str]) -> list[str]:
    """Names for beside the bars: ``a) Trẻ em mồ côi …`` → ``a) mồ côi …``, without the words that all begin with."""
    split = [name.partition(") ") for name in names]
    if not all(rest for _letter, _mark, rest in split):
        return [_cut(name) for name in names]
    columns = zip(*(rest.split()[:-1] for _letter, _mark, rest in split), strict=False)  # a word of its own is left
    shared = len(list(takewhile(lambda words: len(set(words)) == 1, columns)))
    return [_cut(f"{letter}) {' '.join(rest.split()[shared:])}") for letter, _mark, rest in split]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",") + "…"


def _line(row: Row, label: str, short: str) -> Line:
    amount, coverage = row.total, row.coverage
    value = Decimal(0) if amount.mark is Mark.NOTHING else amount.value
    said = (row.shown(amount), row.shown(amount, short=True))
    return Line(label, short, value, *said, amount.basis, coverage.short, coverage.missing)


# --- over years ---------------------------------------------------------------------------------


def _year_name(code: str) -> str:
    return "cac-nam-" + code.replace(".", "-")


def years_charts(period: Period, codes: Iterable[str] = OVER_YEARS) -> list[Chart]:
    """A chart for each of these indicators that the period asks for, over its year and the four before."""
    asked = {indicator.code for indicator in period.indicators()}
    codes = [code for code in codes if code in asked]
    if not codes:
        return []
    found = Found(period, lambda each: gather(each, ready=True))
    return [years_chart(found, code) for code in codes]


def years_chart(found: Found, code: str) -> Chart:
    """One indicator over the years; a year that did not ask for it is left out. ``⫽1`` marks a break in the series."""
    breaks = Notes()
    cells = list(zip(found.years, line_of(found, code, None, breaks).cells, strict=True))
    lines = tuple(_year_line(year.period.name, cell) for year, cell in cells if cell.row is not None)
    row = found.newest.rows[code]
    notes = tuple(f"{BROKEN}{number}: {sentence}" for sentence, number in breaks.sentences.items())
    if any(cell.row.coverage.missing for _year, cell in cells if cell.row is not None):
        notes += (_("Năm còn thiếu cơ quan thì chưa so sánh đủ với các năm khác."),)
    title = _("%s qua các năm") % standing_alone(row.name)
    heads = (_("Năm"), _("Toàn tỉnh"), _("Cơ quan có số liệu"))
    return Chart(_year_name(code), title, row.counted_unit, *heads, lines, notes, lying=len(lines) == 1)


def _year_line(name: str, cell) -> Line:
    label = f"{BROKEN}{cell.note} {name}" if cell.broken else name
    return _line(cell.row, label, f"{label} ({cell.row.total.answered}/{cell.row.total.owed})")


# --- in time ------------------------------------------------------------------------------------

TIMING = "dung-han"


def timing_chart(summary: Summary) -> Chart:
    """Of the bodies of each kind that owe a report, the share that sent it in time."""
    owed = Counter(body.group for body in summary.bodies)
    on_time = Counter(body.group for body in summary.bodies if body.on_time)
    late = Counter(body.group for body in summary.bodies if body.on_time is False)
    lines = []
    for group, n in owed.items():
        share = rounded(Decimal(on_time[group] * 100) / n, 1)
        words = {"n": n, "on_time": on_time[group], "late": late[group], "rest": n - on_time[group] - late[group]}
        said = _("%(n)s cơ quan: %(on_time)s đúng hạn, %(late)s trễ hạn, %(rest)s chưa gửi") % words
        shown, label = f"{format_number(share)}%", group_label(group)
        lines.append(Line(label, _cut(label), share, shown, shown, f"{on_time[group]}/{n}", said))
    title = _("Tỷ lệ gửi đúng hạn theo khối cơ quan, %s") % summary.name
    notes = (_("Hạn nộp: %s. Cơ quan được gia hạn tính theo hạn riêng của cơ quan.") % summary.due_words,)
    return Chart(TIMING, title, "%", _("Khối cơ quan"), _("Đúng hạn"), _("Cơ quan phải báo cáo"), tuple(lines), notes)


# --- the picture --------------------------------------------------------------------------------


def svg(chart: Chart) -> bytes:
    """The picture: no script, nothing fetched from anywhere, no word that is not in the table."""
    width, height = chart.size
    kind: Callable = pygal.HorizontalBar if chart.lying else pygal.Bar
    drawn = kind(
        js=[],
        style=STYLE,
        width=width,
        height=height,
        explicit_size=True,
        show_legend=False,
        show_x_guides=False,
        show_y_guides=False,
        show_x_labels=not chart.lying,
        show_y_labels=chart.lying,
        print_values=True,
        print_values_position="top",
        truncate_label=-1,
        no_data_text=str(gettext_lazy("Chưa có số liệu")),
        range=(0, float(max([line.value or 0 for line in chart.lines], default=0) or 1) * 1.15),
        margin=4,
        margin_right=12,
    )
    drawn.uuid = chart.name
    lines = list(reversed(chart.lines)) if chart.lying else list(chart.lines)  # lying bars grow from below
    drawn.x_labels = [line.short for line in lines]
    drawn.add("", [None if line.value is None else _bar(line) for line in lines])
    drawn.add_xml_filter(_plain)
    if chart.lying:
        drawn.add_xml_filter(_behind)
    return drawn.render()


def _bar(line: Line) -> dict:
    return {"value": float(line.value), "formatter": lambda _value: line.mark}


def _plain(root):
    """Without what a picture does not need: scripts, the texts of tooltips, remarks of the library with its address."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in ("script", "desc"):
                parent.remove(child)
    return root


def _behind(root):
    """The figures behind the ends of lying bars; the library sets them on the ends."""
    for text in root.iter("{*}text", "text"):
        if text.get("class") == "value":
            text.set("text-anchor", "start")
            text.set("x", str(float(text.get("x")) + 5))
    return root
