"""The sheet that lists what is to be put right, put first into the file that is handed back."""

import re
from collections.abc import Mapping
from html import escape

from lxml import etree
from openpyxl.utils import quote_sheetname

from ..exports.excel_paper import FONT, LOOKS_ESCAPED, SIZE, clean
from . import looks
from .columns import DEFECTS, key
from .marking import Styles
from .opening import RawSheet
from .package import OFFICE, Package
from .results import Reading

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
ADDRESS = re.compile(r"[A-Z]{1,3}[0-9]+")
Styled = Mapping[tuple[str, str], int]  # (sheet as it was read, address) → the style it had
HEADS = ("STT", "Trang", "Ô", "Chỉ tiêu, mục", "Tìm thấy", "Lỗi", "Cách sửa")
WIDTHS = (4, 6, 16, 8, 40, 24, 52, 56)


class DefectList:
    """The list of ``package``: an earlier one (``part``, and its cells in ``old``) or one still to be made."""

    def __init__(self, package: Package, part: str = "", old: RawSheet | None = None):
        self.package, self.part, self.old = package, part, old

    def marked_before(self) -> dict[str, dict[str, int]]:
        """{sheet: {address: its style before it was marked}}: the first, hidden column keeps the old styles."""
        found: dict[str, dict[str, int]] = {}
        if self.old is None:
            return found
        root = self.package.root(self.part)
        kept = {cell.get("r"): cell.get("s", "0") for cell in root.iter(f"{{{etree.QName(root).namespace}}}c")}
        for row, cells in self.old.rows.items():
            sheet, address = (cells[column].words if column in cells else "" for column in (3, 4))
            if ADDRESS.fullmatch(address) and f"A{row}" in kept:
                found.setdefault(sheet, {})[address] = int(kept[f"A{row}"])
        return found

    def write(self, reading: Reading, before: Styled, names: dict[str, str]) -> None:
        """Put the list into the file. ``names``: {sheet as it was read: its name in this file} where they differ."""
        content = _sheet(reading, before, names, _looks(self.package))
        if self.part:
            self.package.put(self.part, content, SHEET)
            return
        part = self.package.unused("xl/worksheets/sheet_loi{}.xml")
        self.package.put(part, content, SHEET)
        _insert_first(self.package, part, DEFECTS)


def _looks(package: Package) -> dict[str, int]:
    """Styles of our own: lines of the table, its heading, a link; above it a title and sentences."""
    styles = Styles(package)
    made = {}
    for name, marks in {"line": "", "head": "b", "link": "u", "title": "b", "sentence": ""}.items():
        font = styles.element("font")
        if marks:
            styles.element(marks, font)
        styles.element("sz", font, val=str(SIZE))
        styles.element("name", font, val=FONT)
        number = styles.append("fonts", font)
        xf = styles.element("xf", numFmtId="0", fontId=str(number), fillId="0", borderId="0", applyFont="1")
        xf.set("applyAlignment", "1")
        styles.element("alignment", xf, vertical="top", wrapText=str(int(name in ("line", "head", "link"))))
        made[name] = styles.append("cellXfs", xf)
    return made


def _sheet(reading: Reading, before: Styled, names: dict[str, str], styles: dict[str, int]) -> str:
    table = _Table(styles)
    table.add(key("defects"), f"LỖI CẦN SỬA: {len(reading.defects)} ô", look="title")
    told = "Sửa từng ô (đã tô màu, có chú thích), lưu rồi tải lên lại; không cần xóa trang này."
    for sentence in (told, *(notice.message for notice in reading.notices)):
        table.add("", sentence, look="sentence")
    table.add("", *HEADS, look="head")
    head = len(table.rows)
    for number, defect in enumerate(reading.defects, 1):
        name = names.get(defect.sheet, defect.sheet)
        words = (str(number), name, defect.address, defect.label, defect.found, defect.message, defect.remedy)
        table.add("", *words, look="line", carried=before.get((defect.sheet, defect.address), 0))
        if defect.address:
            table.links.append((f"D{len(table.rows)}", f"{quote_sheetname(name)}!{defect.address}"))
    return _xml(table, head)


class _Table:
    """Rows as the file holds them; ``links``: (cell, place it leads to)."""

    def __init__(self, styles: dict[str, int]):
        self.styles = styles
        self.rows: list[str] = []
        self.links: list[tuple[str, str]] = []

    def add(self, code: str, *words: str, look: str, carried: int = 0) -> None:
        """A row in one of the list's looks; a sentence runs over the columns. ``carried``: a style kept in column A."""
        row = len(self.rows) + 1
        cells = [_cell(f"A{row}", code, carried)]
        for number, text in enumerate(words):
            name = "link" if look == "line" and number == 2 else look
            cells.append(_cell(f"{'BCDEFGH'[number]}{row}", text, self.styles.get(name, 0)))
        high = (
            max(looks.lines(text, width) for text, width in zip(words, WIDTHS[1:], strict=False))
            if look == "line"
            else 1
        )
        self.rows.append(f'<row r="{row}" ht="{min(high, 24) * 15}">{"".join(cells)}</row>')


def _cell(address: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{address}" s="{style}"/>'
    words = escape(LOOKS_ESCAPED.sub("_x005F_", clean(text)), quote=False)
    return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _xml(table: _Table, head: int) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1" hidden="{int(n == 1)}"/>'
        for n, width in enumerate(WIDTHS, 1)
    )
    links = "".join(f'<hyperlink ref="{cell}" location="{escape(place)}"/>' for cell, place in table.links)
    below = f'ySplit="{head}" topLeftCell="A{head + 1}" activePane="bottomLeft" state="frozen"'
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane {below}/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(table.rows)}</sheetData>"
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _insert_first(package: Package, part: str, wanted: str) -> None:
    """A new sheet before all others; what counts sheets by their place moves on by one."""
    root = package.root(package.main)
    space = etree.QName(root).namespace
    sheets = root.find(f"{{{space}}}sheets")
    names = {sheet.get("name", "").casefold() for sheet in sheets}
    name, number = wanted, 2
    while name.casefold() in names:
        name, number = f"{wanted} ({number})", number + 1
    element = etree.Element(f"{{{space}}}sheet", name=name)
    element.set("sheetId", str(1 + max((int(sheet.get("sheetId", "0")) for sheet in sheets), default=0)))
    element.set(f"{{{OFFICE}}}id", package.relate(package.main, "worksheet", part))
    sheets.insert(0, element)
    for defined in root.iter(f"{{{space}}}definedName"):
        if defined.get("localSheetId"):
            defined.set("localSheetId", str(int(defined.get("localSheetId")) + 1))
    for view in root.iter(f"{{{space}}}workbookView"):
        for place in ("activeTab", "firstSheet"):
            if view.get(place) or place == "activeTab":
                view.set(place, str(int(view.get(place, "0")) + 1))
