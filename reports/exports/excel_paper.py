"""The workbook as paper: cells, rows, sheets. Knows spreadsheets and nothing of reports.

The rows go into the file as text while they are drawn: a cell object for every figure takes ten times as long for some
thousand bodies, and the rows of a sheet need not be kept. A value is written as a number or as inline text and there is
no third way, so that nothing a person typed becomes a formula.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from .excel_looks import FONT, LOOKS, SIZE, styled  # noqa: F401 - the Excel form has the same letters
from .excel_parts import Page, after_rows, around, before_rows

LINE_HEIGHT = 15  # points, for letters of this size with their accents
HIGHEST = 409  # points of a row; what is longer cannot be seen or printed
ROW_LINES = 24
MEASURED, LOST = 60, 3  # letters of a text that is measured word by word; letters that a line of a longer one loses
IN_MEMORY = 1 << 20  # bytes of the file, then it is written to the disk
AT_ONCE = 1 << 16  # letters of rows that are packed in one go

NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def clean(text: str) -> str:
    """The text without what a workbook cannot hold; line ends become single."""
    if not NOT_XML.search(text):
        return text
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@cache
def _line_of(width: int) -> re.Pattern:
    """A line of a column of ``width``: ends between words where it can."""
    return re.compile(rf"[^\n]{{0,{width - 1}}}(?:\s|\Z)|[^\n]{{{width}}}")


def _lines(text: str, width: float) -> list[str]:
    return [found for found in _line_of(max(1, int(width))).findall(clean(text)) if found]


def lines_in(text: str, width: float) -> int:
    """How many lines the text takes, wrapped between words as a spreadsheet does; of a long text rather one more."""
    if len(text) <= MEASURED:
        return max(1, len(_lines(text, width)))
    room = max(1, int(width) - LOST)
    if "\n" not in text:
        return len(text) // room + 1
    return sum(len(line) // room + 1 for line in text.split("\n"))


def portions(text: str, width: int) -> list[str]:
    """The text cut, between words where it can be, into portions that fit one row of a column of ``width``.

    Joined again they are the whole text. No text: no portion.
    """
    # Two lines together are longer than one line is wide, else they would be one.
    if 0 < len(text) * 2 // width + text.count("\n") + text.count("\r") < ROW_LINES:
        return [text]
    if not text:
        return []
    lines = _lines(text, width)
    return ["".join(lines[start : start + ROW_LINES]) for start in range(0, len(lines), ROW_LINES)]


def tail_of(style: int, value) -> str:
    """A cell as the file holds it, after its address; ``value``: text, a number, a date, a naive datetime, or None."""
    if value is None or value == "":
        return f'" s="{style}"/>'
    if isinstance(value, str):
        if not value.isprintable() or "&" in value or "<" in value or ">" in value or "_x" in value:
            # "_x0041_" would be read as an escaped "A".
            value = html.escape(LOOKS_ESCAPED.sub("_x005F_", clean(value)), quote=False)
        if value[:1].isspace() or value[-1:].isspace() or "\n" in value:
            return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
        return f'" s="{style}" t="inlineStr"><is><t>{value}</t></is></c>'
    if isinstance(value, dt.date):
        value = to_excel(value)
    return f'" s="{style}"><v>{value}</v></c>'


def _long(text: str, look: str, width: float) -> tuple[str, int]:
    """A text as a cell, and how many lines it takes."""
    return tail_of(styled().numbers[look], text), lines_in(text, width - LOOKS[look].margin)


_short = lru_cache(1 << 12)(_long)  # names of bodies, tasks and units stand in thousands of rows


class Sheet:
    """One sheet, filled from the top. ``rows`` is the open part of the file that takes them."""

    def __init__(self, page: Page, rows):
        self.page = page
        self.widths = page.widths
        self.number = 0  # of rows so far
        self.letters = [get_column_letter(number) for number in range(1, len(page.widths) + 1)]
        self._rows = rows
        self._styles = styled().numbers
        self._waiting: list[str] = []
        self._length = 0
        self._begun = False  # the panes above the rows are known

    def row(self, cells: Iterable[tuple], *, height: float | None = None) -> None:
        """Add a row of (value, name of a look) from the first column on; as high as its texts need."""
        number = self.number + 1
        drawn, lines = [], 1
        for letter, width, (value, look) in zip(self.letters, self.widths, cells, strict=False):
            if value.__class__ is str and value:
                tail, needed = (_short if len(value) <= MEASURED else _long)(value, look, width)
                if needed > lines:
                    lines = needed
            else:
                tail = tail_of(self._styles[look], value)
            drawn.append(f'<c r="{letter}{number}{tail}')
        self.put("".join(drawn), min(height or lines * LINE_HEIGHT, HIGHEST), fixed=height is not None)

    def words(self, texts: Iterable[str]) -> None:
        """Add a row of nothing but texts, from the first column on: thousands of bodies write about every task."""
        number, style, highest = self.number + 1, self._styles["words"], 1
        drawn = []
        for letter, width, text in zip(self.letters, self.widths, texts, strict=True):
            if not text:
                drawn.append(f'<c r="{letter}{number}" s="{style}"/>')
                continue
            tail, lines = (_short if len(text) <= MEASURED else _long)(text, "words", width)
            drawn.append(f'<c r="{letter}{number}{tail}')
            if lines > highest:
                highest = lines
        self.put("".join(drawn), min(highest * LINE_HEIGHT, HIGHEST))

    def put(self, cells: str, height: float = LINE_HEIGHT, *, fixed: bool = False) -> None:
        """Add a row whose cells are drawn already, for the number after ``self.number``."""
        self.number += 1
        custom = ' customHeight="1"' if fixed else ""
        row = f'<row r="{self.number}" ht="{height}"{custom}>{cells}</row>'
        self._waiting.append(row)
        self._length += len(row)
        if self._length > AT_ONCE and self._begun:
            self._pack()

    def line(self, text: str, look: str, span: int) -> None:
        """A row with one text over ``span`` columns, as high as the text needs (merged cells do not grow)."""
        self.spread([(text, look, span)])

    def spread(self, parts: Iterable[tuple[str, str, int]], *, height: float | None = None) -> None:
        """A row of texts without a table: (text, name of a look, columns that it takes) from the first column on."""
        cells, lines, first, number = [], 0, 0, self.number + 1
        for text, look, span in parts:
            size = LOOKS[look].size / SIZE
            room = sum(self.widths[first : first + span]) / size - LOOKS[look].margin
            lines = max(lines, lines_in(text, room) * size)
            cells += [(text, look), *[(None, look)] * (span - 1)]
            if span > 1:
                self.page.merged.append(f"{self.letters[first]}{number}:{self.letters[first + span - 1]}{number}")
            first += span
        self.row(cells, height=height or lines * LINE_HEIGHT)

    def head(self, names: Iterable[str], *, fixed: int, filters: bool = False, rows: int = 1) -> None:
        """The heading row: stays in sight, with the first ``fixed`` columns, and on every printed page.

        ``rows``: how many rows the head has, with those drawn above this one.
        """
        self.row([(name, "head") for name in names])
        self.page.pane = (self.number + 1, fixed + 1)
        self.page.title_rows, self.page.title_columns = (self.number - rows + 1, self.number), fixed
        if filters:
            self.page.filtered = (self.number, self.number)
        self._begin()

    def end_of_table(self) -> None:
        """The filter offered above a list goes down to here."""
        if self.page.filtered:
            self.page.filtered = (self.page.filtered[0], self.number)

    def close(self) -> None:
        """No row can be added any more."""
        if not self._begun:
            self._begin()
        self._pack()
        self._rows.write(after_rows(self.page).encode())
        self._rows.close()

    def _begin(self) -> None:
        self._rows.write(before_rows(self.page).encode())
        self._begun = True

    def _pack(self) -> None:
        self._rows.write("".join(self._waiting).encode())
        self._waiting.clear()
        self._length = 0


class Archive(ZipFile):
    """A packed file in which every part has the same moment: the same content gives the same bytes."""

    def __init__(self, file, moment: dt.datetime):
        super().__init__(file, "w", ZIP_DEFLATED)
        self._moment = moment.timetuple()[:6]

    def part(self, name: str):
        """A part to write into; one at a time."""
        return self.open(self._info(name), "w")

    def put(self, name: str, content: str | bytes) -> None:
        self.writestr(self._info(name), content)

    def __del__(self):
        """One that was never finished needs no end: whatever went wrong is told already."""

    def _info(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._moment)
        info.compress_type = ZIP_DEFLATED
        return info


class Book:
    """A workbook under the making; ``header`` and ``footer`` stand on every printed page of every sheet.

    Its sheets are drawn one after the other: a new one ends the one before. ``made_at`` is an aware datetime.
    """

    def __init__(self, *, title: str, author: str, made_at: dt.datetime, header: str = "", footer: str = ""):
        moment = made_at.astimezone(dt.UTC).replace(tzinfo=None)
        self._about = {"title": clean(title), "author": clean(author), "made_at": moment}
        self._headed = {"header": header, "footer": footer}
        self._pages: list[Page] = []
        self._sheet: Sheet | None = None
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed in ``finished``
        self._archive = Archive(self._file, moment)

    def sheet(self, name: str, widths: list[float], **setup) -> Sheet:
        if self._sheet:
            self._sheet.close()
        self._pages.append(Page(name, widths, **self._headed, **setup))
        self._sheet = Sheet(self._pages[-1], self._archive.part(f"xl/worksheets/sheet{len(self._pages)}.xml"))
        return self._sheet

    def finished(self) -> bytes:
        """The file."""
        self._sheet.close()
        for name, content in around(self._pages, **self._about).items():
            self._archive.put(name, content)
        self._archive.close()
        with self._file as file:
            file.seek(0)
            return file.read()
