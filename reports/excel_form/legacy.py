"""The sheets of an old .xls file ([MS-XLS], BIFF8 as Excel 97 to 2003 and LibreOffice write it).

Read record by record, in bounds that Python checks: python-calamine ends the whole process on some broken
files ("memory allocation failed") and on a sheet with a cell in its last corner, and gives an error value
as an empty cell. The tests compare the two on sound files.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import olefile
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .opening import MIXED, Kind, RawCell, RawSheet, Unreadable, damaged, locked, no_workbook, number, too_much

BOF, EOF, FILEPASS, DATEMODE, CONTINUE = 0x0809, 0x000A, 0x002F, 0x0022, 0x003C
BOUNDSHEET, FORMAT, XF, SST = 0x0085, 0x041E, 0x00E0, 0x00FC
NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
FORMULA, STRING, BOOLERR = 0x0006, 0x0207, 0x0205
BIFF8 = 0x0600
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
MAX_RECORDS = 2_000_000
BROKEN = (struct.error, LookupError, ValueError, OverflowError, OSError, TypeError, AttributeError)

Record = tuple[int, list[bytes]]  # its kind, its bytes and those of the records that continue it


class Xls:
    """An opened file; ``sheets`` reads them, each up to ``rows`` rows that hold something."""

    def __init__(self, content: bytes):
        try:
            self.stream = _workbook_in(content)
            self.book = _Book(self.stream)
        except BROKEN as error:
            raise Unreadable(damaged()) from error

    @property
    def names(self) -> list[str]:
        return list(self.book.sheets)

    def sheets(self, rows: int, only: set[str] | None = None) -> list[RawSheet]:
        """The sheets, or those of the names in ``only``."""
        try:
            return [
                _Sheet(self.book, name, rows).read(_records(self.stream, at))
                for name, at in self.book.sheets.items()
                if only is None or name in only
            ]
        except BROKEN as error:
            raise Unreadable(damaged()) from error


def _workbook_in(content: bytes) -> bytes:
    """The stream of the workbook out of its container ([MS-CFB])."""
    with olefile.OleFileIO(BytesIO(content)) as package:
        if package.exists("EncryptedPackage"):
            raise Unreadable(locked())
        if not package.exists("Workbook"):
            raise Unreadable(no_workbook())
        return package.openstream("Workbook").read()


def _records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """The records from ``at`` on, each with its continuations."""
    current: Record | None = None
    for _count in range(MAX_RECORDS):
        if at + 4 > len(stream):
            break
        kind, size = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == CONTINUE and current is not None:
            current[1].append(content)
            continue
        if current is not None:
            yield current
        current = (kind, [content])
    else:
        raise Unreadable(too_much())
    if current is not None:
        yield current


class _Text:
    """Text in a record and its continuations: where it is cut, the next part says anew how wide its letters are."""

    def __init__(self, parts: list[bytes], at: int = 0):
        self.parts, self.part, self.at = parts, 0, at

    def take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            piece = self.parts[self.part][self.at : self.at + size - len(taken)]
            taken += piece
            self.at += len(piece)
            if len(taken) < size:
                self.part, self.at = self.part + 1, 0
        return taken

    def unpack(self, shape: str) -> tuple:
        return struct.unpack(shape, self.take(struct.calcsize(shape)))

    def letters(self, count: int, wide: int) -> str:
        read = []
        while count:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 0
                wide = self.take(1)[0] & 1
            size = 1 + wide
            here = min(count, (len(self.parts[self.part]) - self.at) // size)
            if not here:
                raise ValueError("half a letter")
            piece = self.take(here * size)
            read.append(piece.decode("utf-16-le", "replace") if wide else piece.decode("latin-1"))
            count -= here
        return "".join(read)

    def plain(self) -> str:
        """XLUnicodeString."""
        count, flags = self.unpack("<HB")
        return self.letters(count, flags & 1)

    def rich(self) -> tuple[str, bool]:
        """(XLUnicodeRichExtendedString, whether its letters differ in look); phonetic marks are passed over."""
        count, flags = self.unpack("<HB")
        runs = self.unpack("<H")[0] if flags & 8 else 0
        extension = self.unpack("<I")[0] if flags & 4 else 0
        text = self.letters(count, flags & 1)
        self.take(runs * 4 + extension)
        return text, runs > 0


class _Book:
    """What holds for all sheets: {name: where its records begin}, shared strings, number formats."""

    def __init__(self, stream: bytes):
        self.sheets: dict[str, int] = {}
        self.strings: list[tuple[str, bool]] = []
        self.looks: list[str] = []
        self.epoch = CALENDAR_WINDOWS_1900
        formats = dict(BUILTIN_FORMATS)
        for kind, parts in _records(stream):
            data = parts[0]
            if kind == BOF and struct.unpack_from("<H", data)[0] != BIFF8:
                raise Unreadable(no_workbook())
            if kind == FILEPASS:
                raise Unreadable(locked())
            if kind == DATEMODE and struct.unpack_from("<H", data)[0]:
                self.epoch = CALENDAR_MAC_1904
            elif kind == BOUNDSHEET:
                self._sheet(data)
            elif kind == FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _Text(parts, 2).plain()
            elif kind == XF:
                look = formats.get(struct.unpack_from("<H", data, 2)[0], "")
                self.looks.append("" if look == "General" else look)
            elif kind == SST:
                text = _Text(parts, 8)
                self.strings = [text.rich() for _number in range(struct.unpack_from("<I", data, 4)[0])]
            elif kind == EOF:
                break

    def _sheet(self, data: bytes) -> None:
        at, _state, kind, length, flags = struct.unpack_from("<IBBBB", data)
        if kind == 0:  # a worksheet, no chart and no macros
            self.sheets[_Text([data], 8).letters(length, flags & 1)] = at

    def look(self, style: int) -> str:
        return self.looks[style] if style < len(self.looks) else ""


class _Sheet:
    def __init__(self, book: _Book, name: str, rows: int):
        self.book, self.limit = book, rows
        self.raw = RawSheet(name)
        self._waiting: tuple[int, int] | None = None  # a formula whose text comes in the next record

    def read(self, records: Iterator[Record]) -> RawSheet:
        depth = 0
        for kind, parts in records:
            depth += (kind == BOF) - (kind == EOF)
            if depth == 0:
                break
            if depth == 1:
                self._take(kind, parts)
            if len(self.raw.rows) > self.limit:
                self.raw.cut = True
                self.raw.rows = dict(islice(self.raw.rows.items(), self.limit))
                break
        return self.raw

    def _take(self, kind: int, parts: list[bytes]) -> None:
        data = parts[0]
        if kind == STRING and self._waiting:
            self._text(*self._waiting, _Text(parts).plain(), formula=True)
            self._waiting = None
        elif kind == MULRK:
            self._several(data)
        elif kind in (NUMBER, RK, LABELSST, LABEL, RSTRING, FORMULA, BOOLERR):
            row, column, style = struct.unpack_from("<HHH", data)
            self._one(kind, row + 1, column + 1, self.book.look(style), parts)

    def _one(self, kind: int, row: int, column: int, look: str, parts: list[bytes]) -> None:
        data = parts[0]
        if kind == NUMBER:
            self._number(row, column, look, struct.unpack_from("<d", data, 6)[0])
        elif kind == RK:
            self._number(row, column, look, _rk(struct.unpack_from("<I", data, 6)[0]))
        elif kind == LABELSST:
            text, mixed = self.book.strings[struct.unpack_from("<I", data, 6)[0]]
            self._text(row, column, text, MIXED if mixed else "")
        elif kind in (LABEL, RSTRING):
            self._text(row, column, _Text(parts, 6).plain(), MIXED if kind == RSTRING else "")
        elif kind == BOOLERR:
            self._flag(row, column, data[6], bool(data[7]))
        else:
            self._formula(row, column, look, data)

    def _several(self, data: bytes) -> None:
        row, first = struct.unpack_from("<HH", data)
        for number_, at in enumerate(range(4, len(data) - 2, 6)):
            style, packed = struct.unpack_from("<HI", data, at)
            self._number(row + 1, first + 1 + number_, self.book.look(style), _rk(packed))

    def _formula(self, row: int, column: int, look: str, data: bytes) -> None:
        kind, code, mark = data[6], data[8], data[12:14]
        if mark != b"\xff\xff":
            self._number(row, column, look, struct.unpack_from("<d", data, 6)[0], formula=True)
        elif kind == 0:
            self._waiting = (row, column)
        elif kind in (1, 2):
            self._flag(row, column, code, kind == 2, formula=True)

    def _number(self, row: int, column: int, look: str, value: float, *, formula: bool = False) -> None:
        kept = number(repr(value))
        cell = RawCell(Kind.ERROR, str(value)) if kept is None else RawCell(Kind.NUMBER, kept, look, formula)
        if kept is not None and look and is_date_format(look):
            try:
                cell = RawCell(Kind.DATE, from_excel(value, self.book.epoch), look, formula)
            except (ValueError, OverflowError):
                cell = RawCell(Kind.ERROR, str(value), look, formula)
        self.raw.put(row, column, cell)

    def _text(self, row: int, column: int, text: str, look: str = "", *, formula: bool = False) -> None:
        self.raw.put(row, column, RawCell(Kind.TEXT, text, look, formula))

    def _flag(self, row: int, column: int, code: int, is_error: bool, *, formula: bool = False) -> None:
        if is_error:
            self.raw.put(row, column, RawCell(Kind.ERROR, ERRORS.get(code, "#ERR"), "", formula))
        else:
            self.raw.put(row, column, RawCell(Kind.TRUTH, bool(code), "", formula))


def _rk(packed: int) -> float:
    """RkNumber: thirty bits of a number, as an integer or as the upper half of a float, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
