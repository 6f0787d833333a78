"""The same file handed back: its defects coloured, commented and listed, everything else as it was."""

import datetime as dt
import logging
import struct
from io import BytesIO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from lxml import etree
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from . import looks
from .columns import CODE, KEY, WIDTHS, key
from .defect_list import DefectList
from .files import opened
from .marking import SheetMarks, Styles
from .opening import LOOK_ROWS, MAX_ROWS, Kind, RawCell, RawSheet, Unreadable, sniff
from .package import Package
from .results import Reading
from .xlsx import Xlsx

COPIED = 50_000  # cells of sheets that are not the form's: about two seconds of writing
log = logging.getLogger(__name__)
# What a file may provoke that leaves out what every spreadsheet program writes.
UNUSUAL = (
    Unreadable,
    etree.LxmlError,
    BadZipFile,
    ZlibError,
    struct.error,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)


def annotate(content: bytes, filename: str, reading: Reading) -> bytes:
    """An .xlsx with every defect of ``reading`` coloured, commented and listed on a first sheet.

    An .xlsx keeps its look; of an .xls or .ods, and of an .xlsx that cannot be taken apart, the values come
    back at the same addresses. Raises ``Unreadable`` for a file that could not be read either.
    """
    if sniff(content) == "xlsx":
        try:
            return _marked(content, reading, {})
        except UNUSUAL as error:  # it was read all the same: its values can be handed back
            log.info("%s is handed back as a copy of its values: %r", filename, error)
    copied, names = _copy(content, set(reading.sheets))
    return _marked(copied, reading, names)


def _marked(content: bytes, reading: Reading, names: dict[str, str]) -> bytes:
    """``names``: {sheet as it was read: its name in ``content``} where they differ."""
    with ZipFile(BytesIO(content)) as archive:
        file = Xlsx(archive)
        parts = dict(file.parts)
        old = next((sheet for sheet in file.sheets(LOOK_ROWS) if sheet.first_words == key("defects")), None)
        if old and old.cut:
            old = file.sheets(MAX_ROWS, {old.name})[0]
    package = Package(content)
    styles = Styles(package)
    listed = DefectList(package, parts[old.name], old) if old else DefectList(package)
    sheets = {name: SheetMarks(package, parts[name], styles) for name in _concerned(reading, listed, names, parts)}
    marked_before = listed.marked_before()
    for name, sheet in sheets.items():
        sheet.unmark(marked_before.get(name, {}))
    before: dict[tuple[str, str], int] = {}
    for read_as, texts in _comments(reading).items():
        name = names.get(read_as, read_as)
        if name in sheets:
            before |= {(read_as, address): style for address, style in sheets[name].mark(texts).items()}
    listed.write(reading, before, names)
    return package.finished()


def _concerned(reading: Reading, listed: DefectList, names, parts) -> list[str]:
    """The sheets to be marked now or unmarked from before."""
    now = {names.get(defect.sheet, defect.sheet) for defect in reading.defects}
    return [name for name in parts if name in now | set(listed.marked_before())]


def _comments(reading: Reading) -> dict[str, dict[str, str]]:
    """{sheet: {address: what is wrong and how to put it right}}."""
    found: dict[str, dict[str, str]] = {}
    for defect in reading.defects:
        texts = found.setdefault(defect.sheet, {})
        words = f"{defect.message}\n{defect.remedy}"
        texts[defect.address] = f"{texts[defect.address]}\n{words}" if defect.address in texts else words
    return found


# --- values at the same addresses -----------------------------------------------------------


def _copy(content: bytes, forms: set[str]) -> tuple[bytes, dict[str, str]]:
    """(an .xlsx with the values of the file, {sheet as it was read: its name there}).

    The sheets named in ``forms`` and the form's hidden one come whole, others as long as ``COPIED`` cells last.
    """
    book = Workbook()
    book.remove(book.active)
    names: dict[str, str] = {}
    left = COPIED
    for raw in opened(content).sheets(MAX_ROWS):
        own = raw.name in forms or KEY.fullmatch(raw.first_words)
        left -= 0 if own else sum(map(len, raw.rows.values()))
        if own or left >= 0:
            sheet = book.create_sheet(_title(raw.name))
            names[raw.name] = sheet.title
            for row, column, cell in raw.cells():
                _put(sheet.cell(row, column), cell)
            _arrange(sheet, raw)
    if not book.worksheets:
        book.create_sheet()
    file = BytesIO()
    book.save(file)
    return file.getvalue(), names


def _title(name: str) -> str:
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in name)[:31] or "Trang"


def _put(cell, raw: RawCell) -> None:
    if raw.kind in (Kind.TEXT, Kind.UNCALCULATED):
        looks.put(cell, str(raw.value))
    elif raw.kind is Kind.ERROR:
        looks.put(cell, str(raw.value))
        cell.data_type = "e" if str(raw.value).startswith("#") else "s"
    else:
        looks.put(cell, raw.value)
        if raw.kind is Kind.DATE and not isinstance(raw.value, dt.time | str):
            cell.number_format = "dd/mm/yyyy"
        elif "%" in raw.look:
            cell.number_format = "0.##%"


def _arrange(sheet: Worksheet, raw: RawSheet) -> None:
    """Widths as in the form, the hidden codes hidden again."""
    if raw.first_words == key("form"):
        sheet.sheet_state = "hidden"
    for row, column, cell in raw.cells():
        match = KEY.fullmatch(cell.words)
        if match and match[1] in WIDTHS:
            sheet.row_dimensions[row].hidden = True
            sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[match[1]]
            if match[1] == CODE:
                sheet.column_dimensions[get_column_letter(column)].hidden = True
