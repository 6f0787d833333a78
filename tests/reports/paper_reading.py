"""Reads papers back with others than their writers: pypdf, poppler, plain XML, LibreOffice."""

import io
import re
import shutil
import subprocess
import zipfile
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

MM = 72 / 25.4  # points
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def tight(text):
    """Without any space: a line may end anywhere."""
    return "".join(text.split())


def read(data):
    reader = PdfReader(io.BytesIO(data))
    pages = [page.extract_text() for page in reader.pages]
    return SimpleNamespace(data=data, reader=reader, pages=pages, text=" ".join(" ".join(pages).split()))


def pieces(page):
    """(text, left edge, baseline from the top, font, size), in points, of every run of text on a page."""
    found = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), tm[4] * cm[0], tm[5] * cm[0], str(font["/BaseFont"])[8:], round(size * cm[0])))

    page.extract_text(visitor_text=visit)
    return found


def fonts(reader):
    return {
        str(font["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


def text_of(element):
    """Text of a paragraph: its words, tabs as tabs, a hyphen that does not break as a hyphen."""
    signs = {W + "tab": "\t", W + "noBreakHyphen": "-"}
    return "".join(signs.get(e.tag) or e.text or "" for e in element.iter() if e.tag in (W + "t", *signs))


def opened(data):
    """A .docx file as its XML parts; ``lines`` are the paragraphs, ``tables`` rows of cells, both in order."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    parts = {name: ElementTree.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    body = parts["word/document.xml"][0]
    styled = [(p.find(f"{W}pPr/{W}pStyle").get(W + "val"), text_of(p)) for p in body.iter(W + "p")]
    tables = {
        kind: [
            [[text_of(cell) for cell in row.iter(W + "tc")] for row in table.iter(W + "tr")]
            for table in body.iter(W + "tbl")
            if table.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == kind
        ]
        for kind in ("BangSoLieu", "BangTrong")
    }
    lines = [line for _style, line in styled]
    return SimpleNamespace(
        names=names, parts=parts, body=body, styled=styled, lines=lines, figures=tables["BangSoLieu"]
    )


def converted(data, folder, to="pdf"):
    """The Word file as LibreOffice reads it, as a file of another kind."""
    if shutil.which("lowriter") is None:
        pytest.skip("needs libreoffice-writer")
    (folder / "a.docx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", to]
    subprocess.run([*command, "--outdir", folder / "out", folder / "a.docx"], capture_output=True, check=True)
    return (folder / "out" / f"a.{to}").read_bytes()


def boxes(data, folder):
    """(left, top, right, bottom) in mm of every word of a PDF, as poppler measures it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils")
    (folder / "a.pdf").write_bytes(data)
    found = subprocess.run(["pdftotext", "-bbox", folder / "a.pdf", "-"], capture_output=True, text=True, check=True)
    edges = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">', found.stdout)
    return [tuple(float(edge) / MM for edge in word) for word in edges]
