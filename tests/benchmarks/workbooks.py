"""Reading and annotating an uploaded workbook of ten megabytes against python-calamine reading the same file."""

import io
import random

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from directives.models import Obligation
from reports.excel_form import MAX_BYTES, annotate, form_of, read
from reports.models import Period
from reports.workbooks import blank

from . import provinces
from .measuring import medians, peak_growth, table


def run() -> None:
    provinces.clear()
    period = Period.objects.open(Obligation.objects.get(), 2020)
    report = period.reports.select_related("period__lead", "body").get(body__code="na-hang")
    form, rows = form_of(report), []
    for name, content in {
        "the form": _with_defects(blank(report), 0),
        "10 MB": _with_defects(blank(report), 780_000),
    }.items():
        assert len(content) <= MAX_BYTES
        reading = read(content, "bieu-mau.xlsx", form)
        assert len(reading.defects) == 3, reading.defects
        work = {
            "calamine": lambda content=content: _calamine(content),
            "read": lambda content=content: read(content, "bieu-mau.xlsx", form),
            "annotate": lambda content=content, reading=reading: annotate(content, "bieu-mau.xlsx", reading),
        }
        ms = medians(work, 5)
        rows.append(
            (
                name,
                f"{len(content) / 2**20:.1f}",
                ms["calamine"],
                ms["read"],
                ms["read"] / ms["calamine"],
                ms["annotate"],
                peak_growth(work["read"]),
                peak_growth(work["annotate"]),
            )
        )
    heads = ("file", "MiB", "calamine ms", "read ms", "/ calamine", "annotate ms", "read MiB", "annotate MiB")
    table("An uploaded workbook with three defects (processor time)", rows, heads)


def _calamine(content: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def _with_defects(content: bytes, filler: int) -> bytes:
    """The form with three cells that cannot be read and, on a sheet of its own, so many cells of other matter."""
    book, dice = load_workbook(io.BytesIO(content)), random.Random(1)
    free = [c for row in book["Số liệu"].iter_rows() for c in row if not c.protection.locked and c.data_type == "n"]
    for cell in [c for c in free if c.number_format == "#,##0"][:3]:
        cell.value = "khoảng 12"
    if filler:
        sheet = book.create_sheet("Tính riêng")
        for _row in range(filler // 10):
            sheet.append([dice.random() for _column in range(10)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
