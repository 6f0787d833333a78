"""The PDF against WeasyPrint as it is usually used: the same HTML, tables as a browser lays them out, no tuning."""

import datetime as dt
import io
import os
import resource
import time
from html import escape

import pikepdf
import weasyprint
from django.utils import translation

from reports.document import Document, Imprint
from reports.exports import pdf, pdf_bodies
from reports.exports.pdf_joining import joined

from .measuring import medians, peak_growth, table

TEXT = "\n".join(
    ["Ủy ban nhân dân các cấp đã chỉ đạo thực hiện đồng bộ các nhiệm vụ về công tác trẻ em trong năm. " * 5] * 4
)
PARTS = ("direction", "assessment", "limits", "next_year", "proposals", *(f"task-{n}" for n in range(1, 8)))
NAIVE = """<style>
  table { table-layout: auto; border-collapse: collapse } col { width: auto !important }
  th, td { border: .5pt solid black } main p { text-align: justify }
  @page wide { size: A4 landscape } .wide { page: wide; break-before: page }
  .wide table { font-size: 9pt }
</style></head>"""
FEW = 1000  # bodies above which the naive way takes minutes and gigabytes


def document_of(summary) -> Document:
    """An issued report, composed, of the usual length."""
    imprint = Imprint(
        number="1",
        symbol="BC",
        signed_on=dt.date(2020, 12, 20),
        titles=("GIÁM ĐỐC",),
        signatory="Nguyễn Văn A",
        recipients=("Như trên", "Lưu: VT"),
        code="AAAA-1111",
        fingerprint="0" * 64,
        address=f"https://example.org/van-ban/AAAA-1111/{'0' * 64}/",
    )
    return Document(summary, dict.fromkeys(PARTS, TEXT), imprint)


class Papers:
    """Collects the rows of the two tables, size by size."""

    def __init__(self):
        self.mains, self.wholes, self.annexes = [], [], []

    @translation.override("vi")
    def measure(self, bodies: int, summary) -> None:
        document = document_of(summary)
        context = pdf.paper_of(document)
        html = pdf.html_of(context).replace("</head>", NAIVE)
        annex = lambda: pdf.figures_annex(document, context, first_page=30)  # noqa: E731
        if bodies < FEW:
            # First: a child reuses what its parent has freed, and would seem to need less after a layout here.
            self.wholes.append(_whole(bodies, document, html.replace("</body>", f"{_wide(summary)}</body>")))
            self.mains.append(_main(bodies, document, context, html))
        self.annexes.append(_annex(bodies, annex, pdf._main_part(document, context)[0]))

    def show(self) -> None:
        heads = ("bodies", "ours ms", "/ naive", "/ naive, same variant", "pages")
        table(
            "PDF, the main report, PDF/A-3A with the workbook inside (naive: untuned WeasyPrint, plain)",
            self.mains,
            heads,
        )
        heads = ("bodies", "ours ms", "/ naive", "ours MiB", "/ naive", "naive MiB", "KiB", "naive KiB", "pages")
        table("PDF with every body's figures (naive: WeasyPrint draws them too)", self.wholes, heads)
        heads = ("bodies", "drawn ms", "joined ms", "MiB", "pages", "cells", "us a cell")
        table("PDF, only the annex of figures (at most 1,000 bodies are printed)", self.annexes, heads)


def _naive(html: str, **options) -> bytes:
    return weasyprint.HTML(string=html, url_fetcher=pdf.static_files_only()).write_pdf(**options)


def _main(bodies: int, document: Document, context: dict, html: str) -> tuple:
    def ours():
        with pdf.no_garbage_collection():
            return pdf._main_part(document, context)

    work = {
        "ours": ours,
        "naive": lambda: _naive(html),
        "variant": lambda: _naive(html, pdf_variant="pdf/a-3a"),
    }
    ms = medians(work, 3)
    ratios = ms["ours"] / ms["naive"], ms["ours"] / ms["variant"]
    return str(bodies), ms["ours"], *ratios, str(ours()[1])


def _whole(bodies: int, document: Document, html: str) -> tuple:
    (ms, mib, size), (naive_ms, naive_mib, naive_size) = (
        _once(lambda: pdf.render(document)),
        _once(lambda: _naive(html)),
    )
    with pikepdf.open(io.BytesIO(pdf.render(document))) as found:
        pages = len(found.pages)
    sizes = str(size // 1024), str(naive_size // 1024)
    return str(bodies), ms, ms / naive_ms, mib, mib / naive_mib, naive_mib, *sizes, str(pages)


def _once(work) -> tuple[float, float, int]:
    """Processor milliseconds, MiB at the peak and bytes of one run in a child of its own: the naive way takes long."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        size = len(work())
        ms = (time.process_time() - start) * 1000
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writer, f"{ms} {grown} {size}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        ms, grown, size = pipe.read().split()
    return float(ms), float(grown), int(size)


def _annex(bodies: int, annex, main: bytes) -> tuple:
    drawn = annex()
    ms = medians({"drawn": annex, "joined": lambda: joined(main, drawn, outline="Phụ lục")}, 3 if bodies < FEW else 1)
    cells = sum(len(row.kids) for node in drawn.tags if node.role == "Table" for row in node.kids)
    with pikepdf.open(io.BytesIO(drawn.pdf)) as found:
        pages = len(found.pages)
    each = 1000 * (ms["drawn"] + ms["joined"]) / cells
    return str(bodies), ms["drawn"], ms["joined"], peak_growth(annex), str(pages), str(cells), each


def _wide(summary) -> str:
    """The tables of the annex as HTML, split into columns as ours are."""
    names = [body.short_name for body in summary.bodies]
    found = []
    for section in summary.sections:
        for groups in pdf_bodies.tables_of(section, summary):
            columns = [column for group in groups for column in group.columns]
            heads = "".join(
                f'<th colspan="{len(group.columns)}">{group.code}<br>{escape(group.name)}<br>({group.unit})</th>'
                for group in groups
            )
            labels = "".join(f"<th>{column.label}</th>" for column in columns)
            rows = [("Toàn tỉnh", [c.total for c in columns]), ("Số CQ", [c.basis for c in columns])]
            rows += [(name, [c.cells[place] for c in columns]) for place, name in enumerate(names)]
            rows = [row for row in rows if any(row[1])]
            lines = "".join(
                f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
                for name, cells in rows
            )
            found.append(
                f"<h3>{escape(section.title)}</h3><table><thead><tr><th rowspan='2'>Cơ quan</th>{heads}</tr>"
                f"<tr>{labels}</tr></thead><tbody>{lines}</tbody></table>"
            )
    return f'<section class="wide">{"".join(found)}</section>'
