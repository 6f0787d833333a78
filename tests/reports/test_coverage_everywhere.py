"""No total without its coverage: every template and every export is walked with totals that nothing else looks like.

Two districts of seven are accepted in both years, so every total rests on "2/7" or "2/39"; each is a number of its
own. Wherever one of them is drawn, the bodies it rests on stand in the same row, line or paragraph.
"""

import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import pypdf
import pytest
from django.conf import settings
from django.test import Client
from lxml import html
from python_calamine import CalamineWorkbook

from directives.choices import Combine, Option
from reports import rollup
from reports.exports import FORMATS, document_of_period
from reports.models import Figure, Period
from reports.numbers import format_number
from tests.conftest import at
from tests.factories import accept

BASIS = re.compile(r"\b2/\d+\b")
DRAWN = re.compile(r"{% shown row (\S+) %}")
BLOCKS = {"tr", "li", "p", "dd", "figcaption", "details", "figure"}


@pytest.fixture
def province(cast, period, report_of, obligation):
    """[{code: this year's total as text}, {code: last year's}] of the indicators that the districts are summed for."""
    last = Period.objects.open(obligation, 2019, as_of=at(2019, 12, 1).date())
    found = []
    for year, round_ in enumerate((period, last)):
        totals = {}
        for body, by in (("na-hang", cast.lan), ("chiem-hoa", cast.minh)):
            report = round_.reports.select_related("period", "body").get(body__code=body)
            accept(report, by, cast.huyen)
            for place, indicator in enumerate(report.indicators()):
                if indicator.combine != Combine.SUM or report.role_of(indicator) != "counted":
                    continue
                value = Decimal(310_000 + 100_000 * year + 1_017 * place + (11 if body == "na-hang" else 0))
                # Past the checks on purpose: what the figures say does not matter, only where they are drawn.
                Figure.objects.filter(report=report, indicator=indicator, option=Option.TOTAL).update(value=value)
                totals[indicator.code] = totals.get(indicator.code, 0) + value
        rollup.renew(round_)
        found.append({code: format_number(value) for code, value in totals.items()})
    return found


def test_every_template_that_draws_an_amount_draws_its_coverage():
    """A template line that shows a provincial amount names its basis or coverage, whoever includes it."""
    bare = []
    for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        text = path.read_text()
        rows = [row for row in re.split(r"(?=<tr|<li|<p\b|<dd)", text) if DRAWN.search(row)]
        bare += [f"{path.name}: {row[:80]}" for row in rows if "basis" not in row and "coverage" not in row]
    assert bare == []


PAGES = [
    ("hung", "/tong-hop/2020/"),
    ("huyen", "/tong-hop/2020/"),
    ("hung", "/tong-hop/2020/chi-tieu/T1.04/"),
    ("hung", "/tong-hop/2020/tom-tat/"),
    ("hung", "/tong-hop/2020/bieu-do/"),
    ("hung", "/tong-hop/2020/cac-nam/"),
    ("hung", "/tong-hop/2020/cac-nam/T1.04/"),
    ("huyen", "/tong-hop/2020/soan/task-1/"),
    ("huyen", "/tong-hop/2020/ban-hanh/"),
    ("huyen", "/bao-cao/2020/na-hang/ban-gui/"),
    ("hung", "/"),
]


def test_every_page_draws_totals_with_their_coverage(cast, province):
    client = Client()
    client.force_login(cast.huyen)
    client.post("/tong-hop/2020/soan/")
    drawn = {}
    for who, address in PAGES:
        client.force_login(getattr(cast, who))
        page = client.get(address, follow=True)
        assert page.status_code == 200, address
        bare, seen = totals_in(page.content.decode(), province)
        assert bare == [], address
        drawn[who, address] = seen
    shown = {address for (_who, address), seen in drawn.items() if seen}
    assert {"/tong-hop/2020/", "/tong-hop/2020/cac-nam/", "/tong-hop/2020/chi-tieu/T1.04/"} <= shown, (
        "a walk that saw them"
    )


def totals_in(page: str, province) -> tuple[list[str], int]:
    """(blocks with a total and without its basis, how many totals were seen)."""
    totals = {text for year in province for text in year.values()}
    bare, seen = [], 0
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        own = " ".join([element.text or "", *(child.tail or "" for child in element)])
        for number in set(re.findall(r"\d{1,3}(?:\.\d{3})+", own)) & totals:
            seen += 1
            block = next((each for each in (element, *element.iterancestors()) if each.tag in BLOCKS), element)
            if not BASIS.search(" ".join(block.itertext())):
                bare.append(f"{number}: {' '.join(block.itertext())[:120]}")
    return bare, seen


@pytest.mark.parametrize("edition", ["full", "outgoing"])
def test_every_export_draws_totals_with_their_coverage(cast, period, province, edition):
    document = document_of_period(period, edition)
    files = {name: each.render(document) for name, each in FORMATS.items()}
    this_year = province[0]
    readers = {"xlsx": in_excel, "pdf": in_pdf, "docx": in_word, "json": in_json}
    assert set(files) - set(readers) == {"zip"}, "a new format is walked too"
    for name, read in readers.items():
        bare, seen = read(files[name], this_year)
        assert bare == [], name
        assert seen >= len(this_year), f"{name}: every total is drawn"
    inside = zipfile.ZipFile(io.BytesIO(files["zip"]))
    assert {Path(name).suffix for name in inside.namelist()} >= {".xlsx", ".pdf", ".docx", ".json"}


def in_excel(content: bytes, totals) -> tuple[list, int]:
    """A row of a sheet, or the row or column of coverage beside a table of bodies."""
    bare, seen, book = [], 0, CalamineWorkbook.from_filelike(io.BytesIO(content))
    values = {text.replace(".", "") for text in totals.values()}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        for row in rows:
            for place, cell in enumerate(row):
                if isinstance(cell, float) and str(int(cell)) in values:
                    seen += 1
                    column = [str(other[place]) for other in rows if len(other) > place]
                    if not BASIS.search(" ".join(map(str, row))) and not any(map(BASIS.search, column)):
                        bare.append(f"{name}: {row[:6]}")
    return bare, seen


def in_pdf(content: bytes, totals) -> tuple[list, int]:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return _in_text(pages, totals)


def _in_text(pages, totals) -> tuple[list, int]:
    """Beside the number on its line, or in the coverage line of the same page's table of bodies."""
    bare, seen = [], 0
    for text in pages:
        for total in totals.values():
            for hit in re.finditer(rf"(?<![\d.]){re.escape(total)}(?![\d.])", text):
                seen += 1
                around = text[hit.start() : hit.end() + 60]
                if not BASIS.search(around) and not _coverage_line(text, hit.start()):
                    bare.append(around)
    return bare, seen


def _coverage_line(text: str, place: int) -> bool:
    return any(BASIS.search(line) and "Số" in line for line in text[place : place + 1500].splitlines())


def in_word(content: bytes, totals) -> tuple[list, int]:
    bare, seen, values = [], 0, set(totals.values())
    paper = docx.Document(io.BytesIO(content))
    for table in paper.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        for row in rows:
            for place, cell in enumerate(row):
                if cell.strip() in values:
                    seen += 1
                    column = [other[place] for other in rows if len(other) > place]
                    if not BASIS.search(" ".join(row)) and not any(map(BASIS.search, column)):
                        bare.append(" | ".join(row)[:120])
    for paragraph in paper.paragraphs:
        for number in set(re.findall(r"\d{1,3}(?:\.\d{3})+", paragraph.text)) & values:
            if not BASIS.search(paragraph.text):
                bare.append(f"{number}: {paragraph.text[:120]}")
    return bare, seen


def in_json(content: bytes, totals) -> tuple[list, int]:
    values, bare, seen = {int(text.replace(".", "")) for text in totals.values()}, [], 0

    def walk(what, path=""):
        nonlocal seen
        if isinstance(what, dict):
            if what.get("value") in values:
                seen += 1
                if what.get("answered") != 2 or what.get("owed", 0) < 7:
                    bare.append(path)
            for key, each in what.items():
                walk(each, f"{path}/{key}")
        elif isinstance(what, list):
            for place, each in enumerate(what):
                walk(each, f"{path}/{place}")

    walk(json.loads(content))
    return bare, seen
