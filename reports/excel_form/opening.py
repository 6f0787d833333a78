"""A file's bytes → its sheets as raw cells at their real addresses, whatever the format: .xlsx, .xls, .ods.

Three small readers of our own (``xlsx``, ``ods``, ``legacy``) and not python-calamine, though it is fast and
reads all three: it drops error values and formulas that were never calculated (both come back as empty
cells), knows no percent formats, and lays every sheet out in full: four kilobytes with a stray cell in
the last corner end the whole process, as some broken .xls files do. Measured in the tests, which use it to
check what is read here. These readers stop early and are bounded in rows, cells and memory.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

MAX_BYTES = 10 * 1024 * 1024
OUR_MARKS = 512 * 1024  # a file of that size, handed back with its defects marked, is a little larger
MAX_PARTS = 10_000  # entries of a packed file
MAX_ROWS = 5_000  # rows with something in them, of one sheet
MAX_COLUMNS = 200
LOOK_ROWS = 400  # of a sheet, to see whether it is one of the form's


MIXED = "mixed"  # the look of a text whose letters differ among themselves: raised, struck through, bold in part


class Unreadable(Exception):
    """The file as a whole cannot be read; the argument is the sentence for the person who sent it."""


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    DATE = "date"
    ERROR = "error"  # #REF!, #DIV/0! …
    UNCALCULATED = "uncalculated"  # a formula without a stored result


@dataclass(frozen=True, slots=True)
class RawCell:
    """``value``: text (of an error or a formula too), Decimal, bool or a date.

    ``look``: the number format of a number or date, MIXED for a text in several looks.
    """

    kind: Kind
    value: str | Decimal | bool | dt.date | dt.time
    look: str = ""
    formula: bool = False

    @property
    def words(self) -> str:
        """The text of a text cell, trimmed; "" for everything else."""
        return self.value.strip() if self.kind is Kind.TEXT else ""


@dataclass
class RawSheet:
    """``rows``: {row: {column: cell}}, both from 1 as a spreadsheet counts them; only what holds something.

    ``cut``: there was more than is read of one sheet.
    """

    name: str
    rows: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    cut: bool = False

    def put(self, row: int, column: int, cell: RawCell) -> None:
        if column > MAX_COLUMNS or (row not in self.rows and len(self.rows) >= MAX_ROWS):
            self.cut = True
        elif cell.kind is not Kind.TEXT or cell.value.strip():
            self.rows.setdefault(row, {})[column] = cell

    def cells(self) -> Iterator[tuple[int, int, RawCell]]:
        """Row by row, from left to right."""
        for row in sorted(self.rows):
            for column in sorted(self.rows[row]):
                yield row, column, self.rows[row][column]

    @property
    def first_words(self) -> str:
        """The text of the first cell that holds something: there the form's own sheets carry their code."""
        return next((cell.words for _row, _column, cell in self.cells()), "")


def number(text: str) -> Decimal | None:
    """The number that a spreadsheet keeps, by way of its binary fraction: 0.10000000000000001 is 0.1."""
    try:
        found = Decimal(repr(float(text)))
    except ValueError:
        return None
    return found if found.is_finite() else None


def numeric(text: str, look: str, *, formula: bool) -> RawCell:
    value = number(text)
    if value is None:
        return RawCell(Kind.ERROR, text, look, formula)
    return RawCell(Kind.NUMBER, value, look, formula)


def sniff(content: bytes) -> str:
    """``"xlsx"``, ``"ods"`` or ``"xls"`` by what the file is, not by its name. Raises Unreadable."""
    if not content:
        raise Unreadable(_("Tệp trống, không có dữ liệu."))
    if len(content) > MAX_BYTES + OUR_MARKS:
        size = {"size": -(-len(content) // 1024**2), "limit": MAX_BYTES // 1024**2}
        raise Unreadable(
            _("Tệp lớn %(size)s MB, cổng chỉ nhận đến %(limit)s MB; hãy xóa ảnh và các trang không cần.") % size
        )
    if content.startswith(b"PK"):
        return _sniff_packed(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    raise Unreadable(no_workbook())


def no_workbook() -> str:
    return _("Tệp này không phải bảng tính Excel; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại dạng .xlsx.")


def damaged() -> str:
    return _("Tệp bị hỏng hoặc tải lên chưa trọn; hãy mở bằng Excel, lưu lại dạng .xlsx rồi tải lên lần nữa.")


def locked() -> str:
    return _("Tệp có mật khẩu mở tệp; hãy bỏ mật khẩu rồi tải lên lại.")


def too_much() -> str:
    return _("Tệp chứa quá nhiều ô hoặc dữ liệu nén; hãy xóa các trang, dòng, cột không thuộc biểu mẫu rồi lưu lại.")


def _sniff_packed(content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if len(names) > MAX_PARTS:
                raise Unreadable(too_much())
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise Unreadable(locked())
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(damaged()) from error
    if any(name.endswith("workbook.bin") for name in names):
        raise Unreadable(_("Tệp ở dạng .xlsb; hãy mở bằng Excel rồi lưu lại dạng .xlsx."))
    if "content.xml" in names and not any(name.endswith("document.xml") for name in names):
        return "ods"
    if "_rels/.rels" in names or "xl/workbook.xml" in names:
        return "xlsx"
    raise Unreadable(no_workbook())
