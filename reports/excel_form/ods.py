"""The sheets of an .ods file (OpenDocument 1.2, part 1, section 9), read as one stream."""

import datetime as dt
from dataclasses import replace
from zipfile import ZipFile

from .opening import MAX_COLUMNS, MAX_ROWS, MIXED, Kind, RawCell, RawSheet, Unreadable, locked, numeric
from .streaming import Handler, Packed

REPEATED_ROWS = 200  # a line copied down further than this is somebody's formatting, not a report
ASIDE = ("annotation", "shapes", "frame", "custom-shape", "table-source", "forms")


class Ods:
    """An opened file; ``sheets`` reads them, each up to ``rows`` rows that hold something."""

    def __init__(self, archive: ZipFile):
        self.packed = Packed(archive)
        manifest = _Manifest()
        self.packed.stream("META-INF/manifest.xml", manifest)
        if manifest.encrypted:
            raise Unreadable(locked())
        self._read: list[RawSheet] | None = None

    @property
    def names(self) -> list[str]:
        return [sheet.name for sheet in self._all()]

    def sheets(self, rows: int, only: set[str] | None = None) -> list[RawSheet]:
        """The sheets, or those of the names in ``only``: one stream holds all, so it is read once and in full."""
        return [sheet for sheet in self._all() if only is None or sheet.name in only]

    def _all(self) -> list[RawSheet]:
        if self._read is None:
            content = _Content()
            self.packed.stream("content.xml", content)
            self._read = content.sheets
        return self._read


class _Manifest(Handler):
    encrypted = False

    def start(self, name, attributes):
        self.encrypted = self.encrypted or name == "encryption-data"


def _of(attributes: dict[str, str], name: str) -> str:
    """An attribute by its local name; LibreOffice writes some in two namespaces."""
    for label, value in attributes.items():
        if label.rpartition(":")[2] == name:
            return value
    return ""


class _Content(Handler):
    def __init__(self):
        self.sheets: list[RawSheet] = []
        self.depth = self.aside = 0
        self.row = self.column = self.repeat_row = 0
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._line: list[tuple[int, int, RawCell]] = []
        self._in_cell = self._in_text = self._mixed = False

    def start(self, name, attributes):
        if name == "table":
            self._start_table(attributes)
        elif self.depth != 1:
            return
        elif name in ASIDE:
            self.aside += 1
        elif self.aside:
            return
        elif name == "table-row":
            self.repeat_row = _count(attributes, "number-rows-repeated")
            self.column, self._line = 0, []
        elif name in ("table-cell", "covered-table-cell"):
            self._attributes, self._paragraphs, self._in_cell, self._mixed = attributes, [], True, False
            self.letters = 0
        elif self._in_cell:
            self._start_words(name, attributes)

    def _start_table(self, attributes):
        self.depth += 1
        if self.depth == 1:
            self.sheets.append(RawSheet(_of(attributes, "name")))
            self.row = 0

    def _start_words(self, name, attributes):
        if name == "p":
            self._paragraphs.append([])
            self._in_text = True
        elif name == "span":
            self._mixed = True
        elif self._in_text and name == "s":
            self._paragraphs[-1].append(" " * min(1000, _count(attributes, "c")))
        elif self._in_text and name in ("tab", "line-break"):
            self._paragraphs[-1].append("\t" if name == "tab" else "\n")

    def text(self, words):
        if self._in_text and not self.aside:
            self._paragraphs[-1].append(words)
            self.count(words)

    def end(self, name):
        if name == "table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name in ASIDE:
            self.aside -= 1
        elif self.aside:
            return
        elif name == "p":
            self._in_text = False
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def _end_cell(self):
        repeat = _count(self._attributes, "number-columns-repeated")
        self._in_cell = False
        cell = _cell(self._attributes, "\n".join("".join(paragraph) for paragraph in self._paragraphs))
        if cell is not None and self._mixed and cell.kind is Kind.TEXT:
            cell = replace(cell, look=MIXED)
        if cell is not None:
            last = min(self.column + repeat, MAX_COLUMNS + 1)
            self._line += [(self.row + 1, column, cell) for column in range(self.column + 1, last + 1)]
        self.column += repeat

    def _end_row(self):
        sheet = self.sheets[-1]
        if self._line:
            for copy in range(min(self.repeat_row, REPEATED_ROWS)):
                for row, column, cell in self._line:
                    sheet.put(row + copy, column, cell)
        self.row += self.repeat_row
        if len(sheet.rows) >= MAX_ROWS:
            sheet.cut = True


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, int(_of(attributes, name) or 1))


def _cell(attributes: dict[str, str], text: str) -> RawCell | None:
    formula = _of(attributes, "formula")
    computed = bool(formula)
    types = [value for label, value in attributes.items() if label.rpartition(":")[2] == "value-type"]
    if "error" in types or (computed and text.startswith(("#", "Err:"))):
        return RawCell(Kind.ERROR, text or "#", "", computed)
    kind = types[0] if types else ""
    if kind in ("float", "currency", "percentage"):
        return numeric(_of(attributes, "value"), "0%" if kind == "percentage" else "", formula=computed)
    if kind == "boolean":
        return RawCell(Kind.TRUTH, _of(attributes, "boolean-value") == "true", "", computed)
    if kind == "date":
        return _dated(_of(attributes, "date-value"), text, computed)
    if kind == "time":
        return RawCell(Kind.DATE, text, "", computed)
    if computed and not kind and not text:
        return RawCell(Kind.UNCALCULATED, "=" + formula.partition("=")[2], "", True)
    words = text or _of(attributes, "string-value")
    return RawCell(Kind.TEXT, words, "", computed) if words else None


def _dated(value: str, text: str, computed: bool) -> RawCell:
    try:
        return RawCell(Kind.DATE, dt.datetime.fromisoformat(value), "", computed)
    except ValueError:
        return RawCell(Kind.DATE, text or value, "", computed)
