"""Excel and PDF against the bare library writing the same cells or the same HTML."""

import io

import weasyprint
from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from python_calamine import CalamineWorkbook

from reports.document import Document
from reports.exports import excel, pdf
from reports.gathering import summarise

from . import provinces
from .measuring import medians, peak_growth, table


def run(sizes: tuple[int, ...]) -> None:
    sheets, papers = [], []
    for bodies in sizes:
        provinces.clear()
        period = provinces.build(bodies, range(2019, 2021))[-1]
        with translation.override("vi"):
            summary = summarise(period, cells=True, texts=True)
        sheets.append(_excel(bodies, summary))
        papers.append(_pdf(bodies, summary))
    heads = ("bodies", "ours ms", "/ values only", "/ styles per cell", "ours MiB", "values MiB", "styled MiB", "KiB")
    table("Excel, the whole Summary (processor time; openpyxl writing the same cells)", sheets, heads)
    heads = ("bodies", "ours ms", "/ bare", "ours MiB", "bare MiB", "KiB")
    table(
        "PDF, PDF/A-3A with the workbook inside (bare: WeasyPrint on the same HTML, no variant, no workbook)",
        papers,
        heads,
    )


def _excel(bodies, summary) -> tuple:
    content = excel.render(Document(summary))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    work = {"ours": lambda: excel.render(Document(summary)), "values": lambda: _openpyxl(cells, styled=False)}
    if bodies < 1000:  # minutes, above that
        work["styled"] = lambda: _openpyxl(cells, styled=True)
    ms = medians(work, 5 if bodies < 1000 else 1)
    mib = {name: peak_growth(each) for name, each in work.items()}
    styled = ms["ours"] / ms["styled"] if "styled" in ms else "-"
    return (
        str(bodies),
        ms["ours"],
        ms["ours"] / ms["values"],
        styled,
        mib["ours"],
        mib["values"],
        mib.get("styled", "-"),
        f"{len(content) // 1024}",
    )


def _openpyxl(sheets, *, styled: bool) -> bytes:
    """The usual way: append the rows; and for ``styled``, style objects cell by cell."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([f"'{cell}" if isinstance(cell, str) and cell[:1] == "=" else cell for cell in row])
        for row in sheet.iter_rows() if styled else ():
            for cell in row:
                thin = Side(style="thin")
                cell.font = Font(name="Times New Roman", size=11)
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _pdf(bodies, summary) -> tuple:
    with translation.override("vi"):
        html = pdf.page(Document(summary), "so-lieu.xlsx")
    work = {
        "ours": lambda: pdf.render(Document(summary)),
        "bare": lambda: weasyprint.HTML(string=html, url_fetcher=pdf.static_files_only()).write_pdf(),
    }
    ms = medians(work, 3 if bodies < 1000 else 1)
    mib = {name: peak_growth(each) for name, each in work.items()}
    size = f"{len(pdf.render(Document(summary))) // 1024}"
    return str(bodies), ms["ours"], ms["ours"] / ms["bare"], mib["ours"], mib["bare"], size
