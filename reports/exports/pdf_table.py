"""One table of the figures of bodies on a ``Sheet``: its head, the province's values, a row for each body.

It goes on over as many pages as it takes, its head repeated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .pdf_fonts import BOLD, ITALIC, UPRIGHT
from .pdf_sheet import DEEP, LEFT, MM, Node, Sheet, lines_in, width_of

NAME = 42 * MM  # the column of the bodies' names
SIZE, SMALL, PAD = 9.5, 8.5, 2  # of figures, of heads; between a line and a text
LEADING = 1.15
ON = "(tiếp theo)"  # behind the title of what goes on from a page before
LEAST = 6  # bodies that a page has to hold below a head
FACTS = (("Toàn tỉnh", "total", BOLD), ("Số CQ", "basis", UPRIGHT), ("Toàn tỉnh theo số báo cáo", "reported", UPRIGHT))

Lines = tuple[str, ...]  # the text of one cell


@dataclass(slots=True)
class Column:
    """One column of figures as text: the province's value, what it rests on, as reported; then one cell per body."""

    label: str
    total: str
    basis: str
    reported: str
    cells: list[str]
    crossing: frozenset[int]  # places of the bodies whose figure is not in the total
    width: float = 0

    def lines(self, text: str, font: str) -> Lines:
        return lines_in(text, font, SIZE, self.width - 2 * PAD) if " " in text else (text,)


@dataclass(slots=True)
class Group:
    """The columns of one indicator below its head."""

    code: str
    name: str
    unit: str
    columns: list[Column]

    @property
    def width(self) -> float:
        return sum(column.width for column in self.columns)

    @property
    def head(self) -> list[tuple[str, str]]:
        """The lines of the head with their fonts."""
        inner = self.width - 2 * PAD
        parts = ((self.code, BOLD), (self.name, UPRIGHT), (f"({self.unit})" if self.unit else "", ITALIC))
        return [(line, font) for text, font in parts if text for line in lines_in(text, font, SMALL, inner)]


class Table:
    """Of the bodies with ``names`` those are drawn that have anything to say in the columns of ``groups``."""

    def __init__(self, sheet: Sheet, names: list[str], groups: list[Group]):
        self.sheet, self.groups = sheet, groups
        self.columns = [column for group in groups for column in group.columns]
        self.places = [place for place in range(len(names)) if any(column.cells[place] for column in self.columns)]
        self.names = names
        self.edges = [LEFT, LEFT + NAME]
        for column in self.columns:
            self.edges.append(self.edges[-1] + column.width)
        labels = [len(lines_in(c.label, UPRIGHT, SMALL, c.width - 2 * PAD)) for c in self.columns if c.label]
        self.upper = max(len(group.head) for group in groups) * SMALL * LEADING + 2 * PAD
        self.lower = max(labels) * SMALL * LEADING + 2 * PAD if labels else 0
        self.node = Node("Table")
        self.title = ""

    def drawn(self, title: str) -> tuple[Node, Node]:
        """The tags of the title and of the table."""
        sheet, facts = self.sheet, self._facts()
        self._begin(facts)
        heading = sheet.paragraph("H3", title, BOLD, 11)
        self.title = title if title.endswith(ON) else f"{title} {ON}"
        sheet.y += 3
        self.node.kids += self._head(tagged=True)
        for font, cells in facts:
            self._row(cells, font)
        for place in self.places:
            cells = [self._name(place), *(column.lines(column.cells[place], UPRIGHT) for column in self.columns)]
            self._row(cells, UPRIGHT, place)
        self._close()
        return heading, self.node

    def _begin(self, facts: list[tuple[str, list[Lines]]]) -> None:
        """A new page unless the whole table, or of one longer than a page a fair part of it, fits on this one."""
        sheet = self.sheet
        few = 6 + SIZE * 3 + self.upper + self.lower + sum(_height(cells) for _font, cells in facts)
        whole = few + sum(_height([self._name(place)]) for place in self.places)
        fair = few + min(LEAST, len(self.places)) * _height([("",)])
        if not sheet.fresh and sheet.left < (whole if whole <= DEEP else fair):
            sheet.new_page()
        if not sheet.fresh:
            sheet.y += 6

    def _facts(self) -> list[tuple[str, list[Lines]]]:
        """The province's rows: (font, cells)."""
        return [
            (
                font,
                [lines_in(name, font, SIZE, NAME - 2 * PAD), *(c.lines(getattr(c, what), font) for c in self.columns)],
            )
            for name, what, font in FACTS
            if any(getattr(column, what) for column in self.columns)
        ]

    def _name(self, place: int) -> Lines:
        return lines_in(self.names[place], UPRIGHT, SIZE, NAME - 2 * PAD)

    def _row(self, cells: list[Lines], font: str, place: int | None = None) -> None:
        """``place``: of the body; None for the province's rows."""
        sheet, height = self.sheet, _height(cells)
        if height > sheet.left:
            self._close()
            sheet.new_page()
            sheet.paragraph(None, self.title, BOLD, 11)
            sheet.y += 3
            self._head(tagged=False)
        row = Node("TR")
        for number, lines in enumerate(cells):
            tag = "TD" if number else "TH"
            crossing = number and place is not None and place in self.columns[number - 1].crossing
            pieces = self._pieces(number, lines, height, ITALIC if crossing else font)
            content = [] if lines == ("",) else sheet.text(tag, pieces)
            row.kids.append(Node(tag, content, () if number else (("Scope", "/Row"),)))
        self.node.kids.append(row)
        sheet.y += height
        sheet.line(self.edges[0], sheet.y, self.edges[-1], sheet.y)

    def _pieces(self, number: int, lines: Lines, height: float, font: str) -> Iterator[tuple]:
        """Names begin at the left of their column, figures end at its right, signs stand in its middle."""
        left, right = self.edges[number] + PAD, self.edges[number + 1] - PAD
        y = self.sheet.y + (height - len(lines) * SIZE * LEADING) / 2 + SIZE * 0.9
        figure = lines[0][:1].isdigit() or lines[0][:2].strip("+-").isdigit()
        for line in lines:
            room = right - left - width_of(line, font) * SIZE if number else 0
            yield line, left + (room if figure else room / 2), y, font, SIZE
            y += SIZE * LEADING

    def _close(self) -> None:
        """The lines between the columns, from the head to here."""
        for x in self.edges:
            self.sheet.line(x, self.top, x, self.sheet.y)

    def _head(self, *, tagged: bool) -> list[Node]:
        """Once for the reader, then on every page for the eye: repeated heads are artifacts."""
        upper, lower, end = Node("TR"), Node("TR"), 1
        rows = (("RowSpan", 2),) if self.lower else ()
        upper.kids.append(self._head_cell([("Cơ quan", BOLD)], (0, 1), (0, self.lower), rows, tagged))
        for group in self.groups:
            begin, end = end, end + len(group.columns)
            if len(group.columns) == 1:
                upper.kids.append(self._head_cell(group.head, (begin, end), (0, self.lower), rows, tagged))
                continue
            columns = (("ColSpan", len(group.columns)),)
            upper.kids.append(self._head_cell(group.head, (begin, end), (0, 0), columns, tagged))
            for place, column in enumerate(group.columns, begin):
                lines = lines_in(column.label, UPRIGHT, SMALL, column.width - 2 * PAD)
                label = [(line, UPRIGHT) for line in lines]
                lower.kids.append(self._head_cell(label, (place, place + 1), (self.upper, self.lower), (), tagged))
        self.sheet.y += self.upper + self.lower
        self.top = self.sheet.y
        return [row for row in (upper, lower) if row.kids]

    def _head_cell(self, lines, edges: tuple[int, int], down: tuple[float, float], spans: tuple, tagged: bool) -> Node:
        """``down``: how far below the top of the head it begins, and by how much it is higher than its own row."""
        sheet, (left, right) = self.sheet, (self.edges[edge] for edge in edges)
        offset, more = down
        top = sheet.y + offset
        bottom = top + (more if offset else self.upper + more)
        y = (top + bottom - len(lines) * SMALL * LEADING) / 2 + SMALL * 0.9
        pieces = []
        for line, font in lines:
            pieces.append((line, (left + right - width_of(line, font) * SMALL) / 2, y, font, SMALL))
            y += SMALL * LEADING
        for corner in ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom)):
            sheet.line(*corner)
        sheet.line(right, top, right, bottom)
        content = sheet.text("TH" if tagged else None, pieces)
        return Node("TH", content, (("Scope", "/Column"), *spans))


def _height(cells: list[Lines]) -> float:
    return max(map(len, cells)) * SIZE * LEADING + 2 * PAD - 1
