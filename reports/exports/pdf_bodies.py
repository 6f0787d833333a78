"""The annex with every body's figures: landscape A4, bodies as rows, indicators as columns, drawn with reportlab.

An engine for running text takes most of its time for the cells of tables, and here is nothing else. So these pages
are drawn cell by cell, and ``pdf_joining`` puts them behind the main part. What they are: tagged as tables, every
cell with its heads; what only repeats is marked as an artifact; fonts embedded, greys only. What they lack against
the main part: words for the signs ("KPS", "…"), which the legend on the first page explains, and the relations of
cells to the heads of cells that span are left to the reader's own rule (scope).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from directives.choices import Option

from ..choices import Edition
from ..numbers import format_number
from ..summary import Amount, Row, Section, Summary, estimates_legend, hidden_legend, marked, marks_legend
from . import pdf_fonts
from .pdf_fonts import BOLD, ITALIC, UPRIGHT
from .pdf_sheet import MM, WIDE, Node, Sheet, width_of
from .pdf_table import NAME, ON, PAD, SIZE, SMALL, Column, Group, Table

PRINTED = 1000  # bodies: of more the workbook has the figures, as it has the lines of the other annexes
NARROWEST = 13 * MM  # a column of figures
TALLEST, WIDEST = 9, 50 * MM  # a head of more lines widens its columns, up to this width
STRETCH = 1.35  # how much wider columns get to fill the page
READING = (
    "“Số CQ”: số cơ quan có số liệu trên số cơ quan phải báo cáo chỉ tiêu đó. Mỗi bảng chỉ ghi các cơ quan phải báo "
    "cáo hoặc đối chiếu ít nhất một chỉ tiêu trong bảng."
)
CROSSED = "Số in nghiêng: của cơ quan đối chiếu, không cộng vào số toàn tỉnh."
CORRECTED = "“(điều chỉnh)”: số sử dụng khác số cơ quan báo cáo, xem sổ điều chỉnh số liệu."


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over the annex: its number, its name in capitals, the paper it belongs to."""

    title: str
    subject: str
    annexed: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """Finished pages and the tags of their content."""

    pdf: bytes
    tags: tuple[Node, ...]


def drawn(summary: Summary, heading: Heading, *, foot: str, first_page: int) -> Drawn:
    """The annex of ``summary``, which holds the cells of its bodies; pages are numbered from ``first_page``.

    Raises pdf_fonts.NoFont where no font on this machine has all Vietnamese letters.
    """
    pdf_fonts.load()
    sheet = Sheet(first_page=first_page, foot=foot, mark="DỮ LIỆU MÔ PHỎNG" if summary.simulated else "")
    tags = [
        sheet.centred("H2", heading.title, BOLD, 14),
        sheet.centred("P", heading.subject, BOLD, 14),
        sheet.centred("P", heading.annexed, ITALIC, 13),
    ]
    sheet.y += 6
    tags += [sheet.paragraph("P", words, ITALIC, 10) for words in _legend(summary)]
    for section in summary.sections:
        for number, groups in enumerate(tables_of(section, summary)):
            table = Table(sheet, [body.short_name for body in summary.bodies[:PRINTED]], groups)
            tags += table.drawn(_title(section, number))
    return Drawn(sheet.finished(), tuple(tags))


def _legend(summary: Summary) -> Iterator[str]:
    rows = list(summary.rows)
    if len(summary.bodies) > PRINTED:
        of = f"{format_number(PRINTED)}/{format_number(len(summary.bodies))}"
        yield f"Phụ lục này in {of} cơ quan; đủ các cơ quan ở tệp số liệu gắn kèm."
    yield READING
    yield marks_legend()
    if any(row.estimated for row in rows):
        yield estimates_legend()
    if any(row.cross for row in rows):
        yield CROSSED
    if any(row.reported_cells for row in rows):
        yield CORRECTED
    if summary.edition == Edition.OUTGOING:
        yield hidden_legend()


def _title(section: Section, number: int) -> str:
    title = f"Nhiệm vụ {section.number}. {section.title}" if section.number else section.title
    return f"{title} {ON}" if number else title


# --- words and widths ---


def tables_of(section: Section, summary: Summary) -> Iterator[list[Group]]:
    """The indicators of ``section``, as many side by side as fit a page; columns as wide as their content asks."""
    pdf_fonts.load()
    room, found = WIDE - NAME, []
    for row in section.rows:
        if not row.cells:
            continue
        group = _group(row, summary)
        if found and sum(each.width for each in found) + group.width > room:
            yield _stretched(found, room)
            found = []
        found.append(group)
    if found:
        yield _stretched(found, room)


def _group(row: Row, summary: Summary) -> Group:
    crossing = {check.counting_group for check in row.cross}
    places = frozenset(p for p, body in enumerate(summary.bodies[:PRINTED]) if body.counting_group in crossing)
    group = Group(row.code, row.name, row.counted_unit, [_column(row, option, places) for option in row.cells])
    longest = max((len(word) for word in group.name.split()), default=0)
    for column in group.columns:
        column.width = max(NARROWEST, _widest(column) + 2 * PAD + 1)
    # A head of many lines takes the page from the figures: a long name gets more room.
    while group.width < WIDEST and (len(group.head) > TALLEST or longest * SMALL * 0.55 > group.width):
        for column in group.columns:
            column.width += 2 * MM
    return group


def _column(row: Row, option: str, crossing: frozenset[int]) -> Column:
    total = option == Option.TOTAL
    amount: Amount = row.total if total else row.options[option]
    reported = row.reported.get(option)
    return Column(
        label=str(Option(option).label) if not total or len(row.cells) > 1 else "",
        total=row.shown(amount, short=True),
        basis=amount.basis,
        reported=f"{row.shown(reported, short=True)} ({reported.basis})" if reported else "",
        cells=[_cell(row, option, place) for place in range(min(len(row.cells[option]), PRINTED))],
        crossing=crossing,
    )


def _cell(row: Row, option: str, place: int) -> str:
    words = row.shown(row.cells[option][place], short=True)
    return marked(words, row.is_estimate(option, place), row.is_corrected(option, place)) if words else ""


def _widest(column: Column) -> float:
    """Of the words that may not be broken."""
    words = {word for text in column.cells for word in text.split(" ")}
    widest = max((width_of(word, UPRIGHT) for word in words), default=0)
    bold = [word for text in (column.total, column.label) for word in text.split(" ")]
    others = [word for text in (column.basis, column.reported) for word in text.split(" ")]
    return SIZE * max(
        widest, max(width_of(word, BOLD) for word in bold), max(width_of(word, UPRIGHT) for word in others)
    )


def _stretched(groups: list[Group], room: float) -> list[Group]:
    factor = min(STRETCH, room / sum(group.width for group in groups))
    for group in groups:
        for column in group.columns:
            column.width *= factor
    return groups
