"""Word against python-docx writing the same paragraphs and cells, and against no library at all."""

import io
from html import escape
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from django.utils import translation

from reports.exports import word
from reports.gathering import summarise

from . import provinces
from .measuring import medians, peak_growth, table
from .papers import FEW, document_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"


def run(sizes: tuple[int, ...]) -> None:
    rows = []
    for bodies in sizes:
        provinces.clear()
        period = provinces.build(bodies, range(2019, 2021))[-1]
        with translation.override("vi"):
            document = document_of(summarise(period, cells=True, texts=True))
        rows.append(_measured(bodies, document))
    heads = ("bodies", "cells", "ours ms", "/ no library", "/ python-docx", "ours MiB", "no library MiB", "KiB")
    table("Word, the whole report (processor time; the others write the same words; at most 1,000 bodies)", rows, heads)


def _measured(bodies: int, document) -> tuple:
    content = word.render(document)
    parts, blocks = _taken_apart(content)
    work = {"ours": lambda: word.render(document), "bare": lambda: _no_library(parts, blocks)}
    ms = medians(work, 5)
    mib = {name: peak_growth(each) for name, each in work.items()}
    cells = sum(len(row) for block in blocks if isinstance(block, list) for row in block)
    usual = ms["ours"] / medians({"usual": lambda: _usual(blocks)}, 1)["usual"] if bodies < FEW else "-"
    size = f"{len(content) // 1024}"
    return str(bodies), str(cells), ms["ours"], ms["ours"] / ms["bare"], usual, mib["ours"], mib["bare"], size


def _taken_apart(content: bytes) -> tuple[dict[str, bytes], list]:
    """The parts but for the text itself; and what is in the text: paragraphs, and tables as rows of cells."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = ElementTree.fromstring(parts.pop(BODY))[0]
    blocks = []
    for block in body:
        if block.tag == f"{W}tbl":
            blocks.append([[_text(cell) for cell in row.iter(f"{W}tc")] for row in block.iter(f"{W}tr")])
        elif block.tag == f"{W}p":
            blocks.append(_text(block))
    return parts, blocks


def _text(element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{W}t"))


def _no_library(parts: dict[str, bytes], blocks: list) -> bytes:
    """One formatted text a paragraph and a cell, styled by name; the same other parts, the same zip."""
    found = []
    for block in blocks:
        if isinstance(block, str):
            found.append(_paragraph("NoiDung", block))
            continue
        found.append('<w:tbl><w:tblPr><w:tblStyle w:val="BangSoLieu"/></w:tblPr>')
        for row in block:
            look = '<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            cells = "".join(f"{look}{_paragraph('BangSo', cell)}</w:tc>" for cell in row)
            found.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
        found.append("</w:tbl>")
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.writestr(BODY, f'<w:document xmlns:w="{W[1:-1]}"><w:body>{"".join(found)}</w:body></w:document>')
    return out.getvalue()


def _paragraph(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'


def _usual(blocks: list) -> bytes:
    """As python-docx's own introduction does it, with the quicker way to the cells of a row."""
    file = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            file.add_paragraph(block)
            continue
        made = file.add_table(len(block), max(map(len, block)))
        for row, texts in zip(made.rows, block, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
