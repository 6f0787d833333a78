"""The sheets of an .xlsx file (ECMA-376, SpreadsheetML), read as streams."""

import posixpath
import re
from functools import lru_cache
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .opening import MIXED, Kind, RawCell, RawSheet, Unreadable, damaged, number, numeric
from .streaming import Enough, Handler, Packed

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Xlsx:
    """An opened file; ``sheets`` reads them, each up to ``rows`` rows that hold something."""

    def __init__(self, archive: ZipFile):
        self.packed = Packed(archive)
        main = _Relations.of(self.packed, "").get("officeDocument", "xl/workbook.xml")
        self.book = _Workbook()
        self.packed.stream(main, self.book)
        relations = _Relations.of(self.packed, main)
        self.parts = [(name, relations.targets.get(rid, "")) for name, rid in self.book.sheets]
        if not self.parts:
            raise Unreadable(damaged())
        self.styles = _Styles()
        self.packed.stream(relations.get("styles", "xl/styles.xml"), self.styles)
        self.strings_part = relations.get("sharedStrings", "xl/sharedStrings.xml")

    @property
    def names(self) -> list[str]:
        return [name for name, _part in self.parts]

    def sheets(self, rows: int, only: set[str] | None = None) -> list[RawSheet]:
        """The sheets, or those of the names in ``only``."""
        read = [_Sheet(self, name, rows) for name, _part in self.parts if only is None or name in only]
        parts = dict(self.parts)
        for sheet in read:
            self.packed.stream(parts[sheet.raw.name], sheet)
        wanted = {index for sheet in read for _row, _column, index, _formula in sheet.shared}
        strings = _Strings(wanted)
        if wanted:
            self.packed.stream(self.strings_part, strings)
        for sheet in read:
            for row, column, index, formula in sheet.shared:
                look = MIXED if index in strings.mixed else ""
                sheet.raw.put(row, column, RawCell(Kind.TEXT, strings.found.get(index, ""), look, formula))
        return [sheet.raw for sheet in read]


class _Relations(Handler):
    def __init__(self, folder: str):
        self.folder = folder
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    @classmethod
    def of(cls, packed: Packed, part: str) -> "_Relations":
        """What ``part`` points to: {id: part} and the part of a kind."""
        folder, name = posixpath.split(part)
        relations = cls(folder)
        packed.stream(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        return relations

    def get(self, kind: str, otherwise: str) -> str:
        return self.kinds.get(kind, otherwise)

    def start(self, name, attributes):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            inside = target[1:] if target.startswith("/") else posixpath.join(self.folder, target)
            self.targets[attributes.get("Id", "")] = posixpath.normpath(inside)
            self.kinds.setdefault(attributes.get("Type", "").rpartition("/")[2], posixpath.normpath(inside))


class _Workbook(Handler):
    def __init__(self):
        self.sheets: list[tuple[str, str]] = []
        self.epoch = CALENDAR_WINDOWS_1900

    def start(self, name, attributes):
        if name == "sheet":
            rid = next((value for label, value in attributes.items() if label.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), rid))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904


class _Styles(Handler):
    """``looks``: the number format of each cell style."""

    def __init__(self):
        self.formats = dict(BUILTIN_FORMATS)
        self.looks: list[str] = []
        self.inside = False

    def start(self, name, attributes):
        if name == "numFmt":
            self.formats[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.looks.append(self.formats.get(int(attributes.get("numFmtId", 0)), ""))

    def end(self, name):
        if name == "cellXfs":
            raise Enough  # what follows is looks of other things

    def of(self, style: str | None) -> str:
        index = int(style or 0)
        look = self.looks[index] if index < len(self.looks) else ""
        return "" if look == "General" else look


class _Sheet(Handler):
    """Shared strings are noted (``shared``) and looked up afterwards, all at once."""

    def __init__(self, book: Xlsx, name: str, rows: int):
        self.raw = RawSheet(name)
        self.book, self.limit = book, rows
        self.shared: list[tuple[int, int, int, bool]] = []
        self.row = self.column = self.filled = 0
        self.last_filled = 0
        self._attributes: dict[str, str] = {}
        self._value = self._formula = None
        self._catch: list[str] | None = None
        self._phonetic = False
        self._runs = 0

    def start(self, name, attributes):
        if name == "c":
            self.letters = self._runs = 0
            self._attributes = attributes
            self._value = self._formula = None
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif name in ("v", "f") or (name == "t" and not self._phonetic):
            self._catch = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "r":
            self._runs += 1

    def text(self, words):
        if self._catch is not None:
            self._catch.append(words)
            self.count(words)

    def end(self, name):
        if name == "c":
            self._end_cell()
        elif name == "f":
            self._formula, self._catch = "".join(self._catch or ()), None
        elif name in ("v", "t") and self._catch is not None:
            self._value, self._catch = (self._value or "") + "".join(self._catch), None
        elif name == "rPh":
            self._phonetic = False
        elif name == "sheetData":
            raise Enough

    def _end_cell(self):
        self._move()
        if self._value is None and self._formula is None:
            return
        if self.row != self.last_filled:
            self.last_filled = self.row
            self.filled += 1
            if self.filled > self.limit:
                self.raw.cut = True
                raise Enough
        kind, formula = self._attributes.get("t", "n"), self._formula is not None
        if kind == "s" and self._value:
            self.shared.append((self.row, self.column, int(self._value), formula))
        elif cell := self._cell(kind, formula):
            self.raw.put(self.row, self.column, cell)

    def _move(self):
        found = REFERENCE.fullmatch(self._attributes.get("r", ""))
        if found:
            self.column, self.row = column_number(found[1]), int(found[2])
        else:
            self.column += 1

    def _cell(self, kind: str, formula: bool) -> RawCell | None:
        value, look = self._value, self.book.styles.of(self._attributes.get("s"))
        if not value:
            if formula and kind != "str":  # ="" has an empty text as its result
                return RawCell(Kind.UNCALCULATED, f"={self._formula}", look, True)
            return None
        if kind == "n":
            return self._number(value, look, formula)
        if kind == "b":
            return RawCell(Kind.TRUTH, value.strip() in ("1", "true"), look, formula)
        if kind == "e":
            return RawCell(Kind.ERROR, value, look, formula)
        look = MIXED if self._runs > 1 else ""
        return RawCell(Kind.TEXT, value if kind == "d" else unescaped(value), look, formula)

    def _number(self, value: str, look: str, formula: bool) -> RawCell:
        kept = number(value)
        if kept is not None and look and is_date_format(look):
            try:
                return RawCell(Kind.DATE, from_excel(float(kept), self.book.book.epoch), look, formula)
            except (ValueError, OverflowError):
                return RawCell(Kind.ERROR, value, look, formula)
        return numeric(value, look, formula=formula)


class _Strings(Handler):
    """The shared strings of the numbers in ``wanted``, and no others."""

    def __init__(self, wanted: set[int]):
        self.wanted, self.last = wanted, max(wanted, default=-1)
        self.found: dict[int, str] = {}
        self.mixed: set[int] = set()
        self.index = -1
        self._runs = 0
        self._parts: list[str] | None = None
        self._inside = self._phonetic = False

    def start(self, name, attributes):
        if name == "si":
            self.index += 1
            if self.index > self.last:
                raise Enough
            self.letters = self._runs = 0
            self._parts = [] if self.index in self.wanted else None
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._inside = not self._phonetic
        elif name == "r":
            self._runs += 1

    def text(self, words):
        if self._inside and self._parts is not None:
            self._parts.append(words)
            self.count(words)

    def end(self, name):
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si" and self._parts is not None:
            self.found[self.index] = unescaped("".join(self._parts))
            if self._runs > 1:
                self.mixed.add(self.index)


def unescaped(text: str) -> str:
    """``_x000D_`` stands for the character of that number (ECMA-376, ST_Xstring)."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match) -> str:
    number = int(found[1], 16)
    return "" if 0xD800 <= number <= 0xDFFF else chr(number)


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """``"A"`` → 1, ``"AA"`` → 27."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value
