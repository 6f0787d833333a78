"""The package for the upper level: every format, the schema and the fingerprints in one file, the same every time."""

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import subprocess
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from reports import composing
from reports.choices import Edition
from reports.document import Document, Imprint
from reports.exports import FORMATS, bundle, document_of_period, excel, export, file_name, package
from reports.models import ProvincialText
from tests.factories import accept
from tests.reports.workbook_reading import read

IMPRINT = Imprint(
    "12", "BC-ĐX", dt.date(2021, 2, 5), ("KT. A", "B"), "Tên Người Ký", ("Như trên",), "K7QF", "0f" * 32, "/x/"
)


@pytest.fixture
def province(period, report_of, cast):
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures={"T6.06": 3, "T6.08": 3})
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures={"T6.06": 8, "T6.08": 8})
    return period


@pytest.fixture
def quick(monkeypatch):
    """Without the two slow papers: what is in them is other tests' business."""
    papers = {name: (lambda document, name=name: f"{name} {document.edition}".encode()) for name in ("pdf", "docx")}
    monkeypatch.setattr(bundle, "RENDERED", bundle.RENDERED | papers)


def unpacked(content):
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_inside(province, quick, tmp_path):
    document = dataclasses.replace(document_of_period(province, "outgoing"), imprint=IMPRINT)
    content = bundle.render(document)
    stem = "bao-cao-sldtbxh-2020-so-12-bc-dx-ngay-2021-02-05-gui-di"
    files = unpacked(content)
    assert list(files) == [
        "DOC-TRUOC.txt",
        "SHA256SUMS",
        f"{stem}.docx",
        f"{stem}.json",
        f"{stem}.pdf",
        f"{stem}.xlsx",
        "summary-3.schema.json",
    ]
    assert files[f"{stem}.pdf"] == b"pdf outgoing"
    assert files[f"{stem}.json"] == package.render(document)
    assert files[f"{stem}.xlsx"] == excel.render(document)
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    others = {name: hashlib.sha256(each).hexdigest() for name, each in files.items() if name != "SHA256SUMS"}
    assert sums == others
    told = files["DOC-TRUOC.txt"].decode()
    for words in (*others, "12/BC-ĐX", "ngày 05 tháng 02 năm 2021", "Tên Người Ký", "/x/", "sha256sum --check"):
        assert (words in told) or words == "DOC-TRUOC.txt", words
    assert document.summary.coverage.long in told
    assert bundle.render(document) == content
    if shutil.which("sha256sum"):
        for name, each in files.items():
            (tmp_path / name).write_bytes(each)
        subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True
        )


def test_the_editions_of_a_period(province, quick):
    full, outgoing = (json.loads(export(province, "json", edition)) for edition in Edition.values)
    told = {made["edition"]: figure(made, "na-hang")["state"] for made in (full, outgoing)}
    assert told == {"full": "value", "outgoing": "hidden"}
    assert json.loads(export(province, "json"))["edition"] == "full"
    files = unpacked(export(province, "zip", "outgoing"))
    assert {name.rpartition("-")[2] for name in files if name.startswith("bao-cao")} == {
        f"di.{format}" for format in bundle.RENDERED
    }
    assert files["bao-cao-sldtbxh-2020-chua-ban-hanh-gui-di.pdf"] == b"pdf outgoing"
    assert set(FORMATS) == {"pdf", "docx", "xlsx", "json", "zip"}
    assert [each.extension for each in FORMATS.values()] == list(FORMATS)


def figure(made, body):
    row = next(row for section in made["sections"] for row in section["rows"] if row["code"] == "T6.06")
    return row["by_body"][body]["total"]


def test_the_words_of_the_draft_come_along(province, cast):
    assert document_of_period(province).texts is None
    draft = composing.open_draft(province, cast.huyen)
    assert document_of_period(province).texts is None  # begun, and nothing written yet
    ProvincialText.objects.create(provincial=draft, part="direction", text="Đã chỉ đạo.")
    ProvincialText.objects.create(provincial=draft, part="limits", text="  ")
    document = document_of_period(province)
    assert document.texts == {"direction": "Đã chỉ đạo."}
    assert read(excel.render(document))["Lời báo cáo"][-7][:2] != []
    assert file_name(document, "xlsx") == "bao-cao-sldtbxh-2020-chua-ban-hanh-day-du.xlsx"
    assert file_name(Document(document.summary, imprint=IMPRINT), "pdf").isascii()


def test_the_command_writes_either_edition(province, tmp_path):
    for edition in Edition.values:
        path = tmp_path / f"{edition}.json"
        arguments = ["--period", "2020", "--format", "json", "--output", str(path), "--edition", edition]
        call_command("export_summary", *arguments, stdout=StringIO())
        assert json.loads(path.read_bytes())["edition"] == edition
    with pytest.raises(CommandError, match="Không có bản “riêng”; hãy chọn full, outgoing"):
        call_command("export_summary", *arguments[:-1], "riêng")
