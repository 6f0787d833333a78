"""Finds the form's lines and columns in a sheet: by their hidden codes, by visible codes, by their words.

What is hidden and what is visible must say the same. Where a table was sorted without its hidden column,
they do not: then the visible code and name, which are what a person saw, count together, or nothing does.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .asked import Form, Place
from .columns import CODE, FILLED, ITEM, KEY, KIND, NAME, PART, SHOWN, TEXT, UNIT, YEAR, Words, fold
from .opening import RawCell, RawSheet

COLUMN_KEYS = {CODE, SHOWN, NAME, UNIT, KIND, PART, ITEM, *FILLED}
CODE_LIKE = re.compile(r"T[0-9]+\.[0-9]+", re.IGNORECASE)


@dataclass
class Line:
    """A row of a table. ``what``: the indicator's code or the text's place; None where nobody knows.

    ``note`` says what is odd about the line though it was recognised, ``trouble`` why it was not.
    """

    row: int
    cells: dict[int, RawCell]
    columns: dict[int, str]
    what: str | Place | None = None
    note: str = ""
    trouble: str = ""

    def filled(self) -> list[tuple[int, str, RawCell]]:
        """(column, its key, cell) of what a body fills in, from left to right."""
        return [(c, self.columns[c], self.cells[c]) for c in sorted(self.cells) if self.columns.get(c) in FILLED]


@dataclass(frozen=True)
class Head:
    """A column whose heading cannot be trusted: its cells are not read."""

    row: int
    column: int
    found: str
    reason: str


@dataclass
class Found:
    """The form's lines on one sheet. ``heads``: columns in trouble.

    ``strange``: {column of nobody's: (row, cell) where it first holds something below a heading}.
    """

    sheet: RawSheet
    lines: list[Line] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    strange: dict[int, tuple[int, RawCell]] = field(default_factory=dict)

    @property
    def is_form(self) -> bool:
        return any(line.what is not None or line.trouble for line in self.lines)


def find(sheet: RawSheet, form: Form, words: Words) -> Found:
    """Every line of ``sheet`` that is a row of the form, or holds something where the form has its answers."""
    finder = _Finder(form, words)
    for row in sorted(sheet.rows):
        finder.take(row, sheet.rows[row])
    return Found(sheet, finder.lines, finder.heads_in_use(), finder.strange)


class _Finder:
    """Goes down a sheet; a heading row begins a table, and a later one begins the next."""

    def __init__(self, form: Form, words: Words):
        self.form, self.words = form, words
        self.columns: dict[int, str] = {}
        self.keyed = self.fresh = False  # the columns come from hidden codes; no line was seen below them yet
        self.above: dict[int, str] = {}  # headings in the row before: a two-line heading
        self.part = ""
        self.lines: list[Line] = []
        self.strange: dict[int, tuple[int, RawCell]] = {}
        self.heads: dict[int, Head] = {}
        self._in_trouble: list[tuple[Head, int]] = []

    def take(self, row: int, cells: dict[int, RawCell]) -> None:
        keys = {c: found for c, cell in cells.items() if (found := _column_key(cell))}
        headings = {c: found for c, cell in cells.items() if (found := self.words.heading(cell.words))}
        if len(keys) >= 2:
            self._begin(row, cells, keys, keyed=True)
        elif len(headings) >= 2 and {"total", TEXT} & set(headings.values()):
            self._headings(row, cells, headings)
        elif self.fresh and headings and not self._identify(row, cells).what:
            self._second_line(row, cells, headings)
        elif self.columns:
            self._line(row, cells)
        self.above = headings

    # --- headings -----------------------------------------------------------------------------

    def _begin(self, row, cells, columns, *, keyed):
        self.columns, self.keyed, self.fresh, self.heads = {}, keyed, True, {}
        self._add(row, cells, columns)

    def _headings(self, row, cells, headings):
        if not (self.keyed and self.fresh):
            self._begin(row, cells, headings, keyed=False)
            self._add(row, cells, {c: k for c, k in self.above.items() if c not in self.columns})
            return
        for column, seen in headings.items():
            hidden = self.columns.get(column)
            if hidden and hidden != seen:
                self._distrust(row, column, cells[column].words, _("tiêu đề của cột khác với mã ẩn của cột"))
        known = set(self.columns.values())
        self._add(row, cells, {c: k for c, k in headings.items() if c not in self.columns and k not in known})

    def _second_line(self, row, cells, headings):
        self._add(row, cells, {c: k for c, k in headings.items() if c not in self.columns})

    def _add(self, row, cells, columns):
        for column, name in columns.items():
            twins = [other for other, known in self.columns.items() if known == name and name in FILLED]
            self.columns[column] = name
            for each in (column, *twins) if twins else ():
                words = cells[each].words if each in cells else name
                self._distrust(row, each, words, _("có hai cột cùng một tiêu đề"))

    def _distrust(self, row, column, words, reason):
        self.heads[column] = Head(row, column, words, reason)

    def heads_in_use(self) -> list[Head]:
        """Columns in trouble that hold something: an empty one troubles nobody."""
        return list(dict.fromkeys(head for head, _row in self._in_trouble))

    # --- lines --------------------------------------------------------------------------------

    def _line(self, row, cells):
        line = self._identify(row, cells)
        for column, head in self.heads.items():
            if column in cells and line.what is not None:
                self._in_trouble.append((head, row))
        line.columns = {c: k for c, k in self.columns.items() if c not in self.heads}
        for column, cell in cells.items():
            if column not in self.columns and not KEY.fullmatch(cell.words):
                self.strange.setdefault(column, (row, cell))
        if line.what is not None or (line.filled() and not self._is_title(line)):
            self.fresh = False
            self.lines.append(line)

    def _is_title(self, line: Line) -> bool:
        """A heading inside the table may be written, or merged, over the columns to be filled in."""
        return len(line.cells) == 1 and bool(next(iter(line.cells.values())).words)

    def _identify(self, row: int, cells: dict[int, RawCell]) -> Line:
        line = Line(row, cells, self.columns)
        # What a body fills in is never taken for a code, whatever it wrote there.
        aside = {c: cell for c, cell in cells.items() if self.columns.get(c) not in FILLED}
        hidden = [found for cell in aside.values() if (found := self._hidden(cell))]
        if TEXT in self.columns.values() and not (hidden and isinstance(hidden[0], str)):
            own_part = any(self.columns.get(c) == PART for c in aside)
            shown = self._text_shown(aside)
            return self._settle(line, hidden, [shown] if shown else [], own_part)
        codes = [found for cell in aside.values() if (found := self.words.codes.get(cell.words.casefold()))]
        names = [found for cell in aside.values() if (found := self.words.names.get(fold(cell.words)))]
        if not (hidden or codes or names):
            self._name_foreign(line, aside)
        return self._settle(line, hidden, codes + names, bool(codes and names))

    def _hidden(self, cell: RawCell) -> str | Place | None:
        match = KEY.fullmatch(cell.words)
        if not match:
            return None
        return self.words.lines.get(match[1]) or (match[1] if match[1] in self.form.indicators else None)

    def _text_shown(self, aside: dict[int, RawCell]) -> Place | None:
        by_key = {self.columns.get(c): cell.words for c, cell in aside.items()}
        self.part = by_key.get(PART) or self.part  # a merged cell names the part of several lines
        return self.words.line(self.part, by_key.get(ITEM, ""))

    def _settle(self, line: Line, hidden: list, visible: list, sure: bool) -> Line:
        """``sure``: the visible words alone are enough against the hidden code."""
        hidden_codes, visible_codes = set(hidden), set(visible)
        if len(hidden_codes) > 1 or len(visible_codes) > 1:
            line.trouble = _("mã và tên trên dòng này chỉ hai chỉ tiêu khác nhau")
        elif not visible_codes or not hidden_codes or hidden_codes == visible_codes:
            line.what = next(iter(visible_codes or hidden_codes), None)
        elif sure:
            line.what = visible[0]
            line.note = _("Dòng được nhận theo mã và tên nhìn thấy; mã ẩn của dòng là của dòng khác.")
        else:
            line.trouble = _("mã ẩn của dòng khác với mã hoặc tên nhìn thấy")
        return line

    def _name_foreign(self, line: Line, aside: dict[int, RawCell]) -> None:
        code = next((c.words for c in aside.values() if CODE_LIKE.fullmatch(c.words.strip("[]"))), "")
        if code:
            line.note = _("Chỉ tiêu %(code)s không có trong biểu mẫu của cơ quan ở kỳ này.") % {
                "code": code.strip("[]")
            }


def _column_key(cell: RawCell) -> str | None:
    match = KEY.fullmatch(cell.words)
    if match and (match[1] in COLUMN_KEYS or match[1].startswith(YEAR)):
        return match[1]
    return None
