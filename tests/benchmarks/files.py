"""Excel and PDF against the bare library writing the same cells or the same HTML."""

import io
import random
from dataclasses import replace
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from reports.document import Document
from reports.exports import excel
from reports.gathering import summarise
from reports.summary import Summary, Text

from . import provinces
from .measuring import exponent, medians, peak_growth, table
from .papers import Papers

WORDS = """Ủy ban nhân dân các cấp đã chỉ đạo phòng ban ngành triển khai đồng bộ nhiệm vụ công tác trẻ em trên địa bàn;
tổ chức kiểm tra giám sát việc thực hiện quyền của trẻ em, truyền thông phòng chống xâm hại bạo lực đuối nước tai nạn
thương tích; hỗ trợ hoàn cảnh đặc biệt khó khăn học bổng quà tặng khám chữa bệnh bảo hiểm y tế khai sinh tập huấn."""


def run(sizes: tuple[int, ...]) -> None:
    sheets, papers, grown = [], Papers(), {}
    for bodies in sizes:
        provinces.clear()
        period = provinces.build(bodies, range(2019, 2021))[-1]
        with translation.override("vi"):
            summary = summarise(period, cells=True, texts=True)
        written = Document(_with_words(summary))
        sheets.append(_excel(bodies, written))
        grown[bodies] = sheets[-1][2]
        papers.measure(bodies, summary)
    heads = ("bodies", "cells", "ours ms", "/ no library", "/ usual openpyxl", "ours MiB", "no library MiB", "KiB")
    table("Excel, the whole Document (processor time; the others write the same cells, zip level 6)", sheets, heads)
    print(f"  grows with the bodies: {exponent(grown)}")
    print(f"  grows with the indicators, {max(sizes)} bodies: {exponent(_by_indicators(written))}")
    papers.show()


def _with_words(summary: Summary) -> Summary:
    """Every body has written some lines of its own about every task."""
    dice, words = random.Random(1), WORDS.split()

    def said(body) -> Text:
        return Text(body.name, " ".join(dice.choices(words, k=45)), " ".join(dice.choices(words, k=20)))

    sections = (
        replace(section, texts=tuple(map(said, summary.bodies)) if section.number else ())
        for section in summary.sections
    )
    return replace(summary, sections=tuple(sections))


def _by_indicators(document: Document) -> dict[int, float]:
    """{number of indicators: ms} for a quarter, a half and all of them."""
    found = {}
    for share in (4, 2, 1):
        sections = tuple(
            replace(section, rows=section.rows[::share], texts=()) for section in document.summary.sections
        )
        part = replace(document, summary=replace(document.summary, sections=sections))
        work = {"ours": lambda part=part: excel.render(part)}
        found[sum(len(section.rows) for section in sections)] = medians(work, 3)["ours"]
    return found


def _excel(bodies: int, document: Document) -> tuple:
    """The whole workbook against one without any library: the same parts, one formatted text a cell, the same zip."""
    # First, while nothing of this size was drawn here: a child reuses what its parent has freed.
    mib = {"ours": peak_growth(lambda: excel.render(document))}
    content = excel.render(document)
    constant, sheets = _taken_apart(content)
    work = {"ours": lambda: excel.render(document), "bare": lambda: _no_library(constant, sheets)}
    ms = medians(work, 11 if bodies < 1000 else 5)
    mib["bare"] = peak_growth(work["bare"])
    cells = sum(len(row) for rows in sheets.values() for row in rows)
    usual = "-"
    if bodies < 1000:  # minutes, above that
        usual = ms["ours"] / medians({"styled": lambda: _openpyxl(sheets)}, 1)["styled"]
    both = (mib["ours"], mib["bare"])
    return (str(bodies), f"{cells}", ms["ours"], ms["ours"] / ms["bare"], usual, *both, f"{len(content) // 1024}")


def _taken_apart(content: bytes) -> tuple[dict[str, bytes], dict[str, list]]:
    """Of a workbook: {part: bytes} of all but the sheets, and {part: rows of (value)} of the sheets."""
    with ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.startswith("xl/worksheets/")]
        constant = {name: archive.read(name) for name in names}
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return constant, {
        f"xl/worksheets/sheet{number}.xml": [[_plain(cell) for cell in row] for row in sheet.to_python()]
        for number, sheet in enumerate(map(book.get_sheet_by_name, book.sheet_names), 1)
    }


def _plain(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _no_library(constant, sheets) -> bytes:
    """What cannot be done with less: constant parts, one formatted text a cell, zlib at the level that we use."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in constant.items():
            archive.writestr(name, part)
        for name, rows in sheets.items():
            letters = [get_column_letter(number) for number in range(1, max(map(len, rows)) + 1)]
            with archive.open(name, "w") as part:
                part.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
                for number, row in enumerate(rows, 1):
                    cells = [
                        f'<c r="{letter}{number}" s="4"><v>{cell}</v></c>'
                        if not isinstance(cell, str)
                        else f'<c r="{letter}{number}" s="5" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                        if cell
                        else f'<c r="{letter}{number}" s="5"/>'
                        for letter, cell in zip(letters, row, strict=True)
                    ]
                    part.write(f'<row r="{number}">{"".join(cells)}</row>'.encode())
                part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _openpyxl(sheets) -> bytes:
    """The usual way: append the rows, then style objects cell by cell."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[-12:].replace("/", ""))
        for row in rows:
            sheet.append([f"'{cell}" if isinstance(cell, str) and cell[:1] == "=" else cell for cell in row])
        for row in sheet.iter_rows():
            for cell in row:
                thin = Side(style="thin")
                cell.font = Font(name="Times New Roman", size=11)
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
