"""A file is what it contains: not its name, not what the browser says. Files made by other libraries, or by hand."""

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import file_types
from reports.file_types import (
    DOC,
    DOCX,
    JPEG,
    KINDS,
    KNOWN_EXTENSIONS,
    LONGEST_NAME,
    ODS,
    ODT,
    PDF,
    PNG,
    SCANS,
    XLS,
    XLSX,
    Refused,
    has_other_extension,
    recognise,
    tidy_name,
)
from tests.reports import files

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = "[Content_Types].xml"


def refusal(content, kinds=KINDS):
    with pytest.raises(Refused) as refused:
        recognise(io.BytesIO(content), kinds)
    return str(refused.value)


TAKEN = {
    "pdf": (files.pdf, PDF),
    "pdf after a printer's own bytes": (lambda: b"\x1b%-12345X@PJL\r\n" + files.pdf(), PDF),
    "pdf that only its owner may change": (lambda: files.pdf(owner="chu"), PDF),
    "pdf that opens at a page": (lambda: files.pdf(root={"/OpenAction": files.action("GoTo")}), PDF),
    "word": (files.word, DOCX),
    "word with a workbook inside": (
        lambda: files.repacked(files.word(), add={"word/embeddings/so-lieu.xlsx": files.excel()}),
        DOCX,
    ),
    "excel": (files.excel, XLSX),
    "old word": (files.old_word, DOC),
    "old excel": (files.old_excel, XLS),
    "older excel": (lambda: files.old_excel(name="Book"), XLS),
    "open document text": (files.open_document, ODT),
    "open document spreadsheet": (lambda: files.open_document("spreadsheet"), ODS),
    "jpeg": (lambda: files.picture("JPEG"), JPEG),
    "png": (files.png, PNG),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken_is_known_by_its_content(what):
    make, kind = TAKEN[what]
    stream = io.BytesIO(make())
    assert recognise(stream) == kind
    assert stream.tell() == 0  # ready to be stored
    assert not stream.closed


def macro_word():
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return files.repacked(files.word(), change={TYPES: (WORD_TYPE, enabled)})


def macro_excel():
    enabled = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return files.repacked(files.excel(), change={TYPES: (EXCEL_TYPE, enabled)})


def binary_excel():
    enabled = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    return files.repacked(files.excel(), change={TYPES: (EXCEL_TYPE, enabled)})


def presentation():
    other = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    return files.repacked(files.word(), change={TYPES: (WORD_TYPE, other)})


def template():
    return files.repacked(files.word(), change={TYPES: ("document.main+xml", "template.main+xml")})


def bomb():
    """Its list promises two gigabytes of one member."""
    made = bytearray(files.word())
    place = made.find(b"PK\x01\x02") + 24
    made[place : place + 4] = (2**31).to_bytes(4, "little")
    return bytes(made)


def locked_document():
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    return files.open_document(**{"META-INF/manifest.xml": manifest})


def chained_script():
    return files.pdf(root={"/OpenAction": files.action("GoTo", Next=files.action("JavaScript"))})


def script_on_a_page():
    return files.pdf(3, page={"/AA": files.holder(O=files.action("JavaScript"))})


REFUSED = {  # what it is: (the bytes, the beginning of the sentence, a part of the way out)
    "empty": (bytes, "tệp rỗng (0 byte)", "chọn lại"),
    "macros in word": (macro_word, "tệp Word có macro", ".docx không có macro"),
    "macros in excel": (macro_excel, "tệp Excel có macro", ".xlsx không có macro"),
    "binary excel": (binary_excel, "tệp Excel có macro", ".xlsx"),
    "hidden macros": (
        lambda: files.repacked(files.excel(), add={"xl/vbaProject.bin": b"x"}),
        "tệp Excel có macro",
        ".xlsx không có macro",
    ),
    "macros in old word": (lambda: files.old_word(storages=["Macros"]), "tệp Word 97-2003 có macro", ".docx"),
    "macros in old excel": (
        lambda: files.old_excel(storages=["_VBA_PROJECT_CUR"]),
        "tệp Excel 97-2003 có macro",
        ".xlsx",
    ),
    "macros in open document": (
        lambda: files.open_document(**{"Basic/Standard/Module1.xml": "x"}),
        "tệp OpenDocument Text có macro",
        ".odt",
    ),
    "scripts in open document": (
        lambda: files.open_document("spreadsheet", **{"Scripts/python/lam.py": "x"}),
        "tệp OpenDocument Spreadsheet có macro",
        ".ods",
    ),
    "locked word or excel": (
        lambda: files.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}),
        "tệp Word, Excel có mật khẩu",
        "bỏ mật khẩu",
    ),
    "locked old word": (lambda: files.old_word(locked=True), "tệp Word 97-2003 có mật khẩu", "bỏ mật khẩu"),
    "locked old excel": (lambda: files.old_excel(locked=True), "tệp Excel 97-2003 có mật khẩu", "bỏ mật khẩu"),
    "locked open document": (locked_document, "tệp OpenDocument Text có mật khẩu", "bỏ mật khẩu"),
    "locked zip": (lambda: files.locked_zip(files.word()), "tệp ZIP có mật khẩu", "bỏ mật khẩu"),
    "locked pdf": (lambda: files.pdf(password="bi-mat"), "tệp PDF có mật khẩu", "bỏ mật khẩu"),
    "script at opening": (
        lambda: files.pdf(root={"/OpenAction": files.action("JavaScript")}),
        "tệp PDF có lệnh tự chạy",
        "Print to PDF",
    ),
    "program at opening": (
        lambda: files.pdf(root={"/AA": files.holder(WC=files.action("Launch"))}),
        "tệp PDF có lệnh tự chạy",
        "Print to PDF",
    ),
    "script behind another action": (chained_script, "tệp PDF có lệnh tự chạy", "Print to PDF"),
    "script on the last page": (script_on_a_page, "tệp PDF có lệnh tự chạy", "Print to PDF"),
    "named script": (
        lambda: files.pdf(root={"/Names": files.holder(JavaScript=files.holder())}),
        "tệp PDF có lệnh tự chạy",
        "Print to PDF",
    ),
    "presentation": (presentation, "đây là tệp Office loại khác (PowerPoint", "PDF"),
    "old presentation": (
        lambda: files.compound({"PowerPoint Document": b"x"}),
        "đây là tệp Office loại khác (PowerPoint",
        "PDF",
    ),
    "drawing": (lambda: files.open_document("graphics"), "đây là tệp OpenDocument loại khác", "PDF"),
    "template": (template, "đây là tệp mẫu", ".docx"),
    "zip": (lambda: files.zipped({"bao-cao.pdf": files.pdf()}), "đây là tệp nén", "giải nén"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\0" + bytes(50), "đây là tệp nén", "giải nén"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50), "đây là tệp nén", "giải nén"),
    "zip bomb": (bomb, "tệp nén bên trong quá lớn", "tệp nhỏ hơn"),
    "half a word file": (lambda: files.word()[:2000], "tệp Office, ZIP không đọc được", "lưu lại"),
    "half an old file": (lambda: files.old_word()[:600], "tệp Office 97-2003 không đọc được", "lưu lại"),
    "a beginning of a pdf": (lambda: files.pdf()[:40], "tệp PDF không đọc được", "lưu lại"),
    "pdf without pages": (lambda: files.pdf(0), "tệp PDF không đọc được", "lưu lại"),
    "half a png": (lambda: files.png()[:-20], "tệp PNG không đọc được", "lưu lại"),
    "a jpeg's first bytes": (lambda: b"\xff\xd8\xff\xe0" + bytes(60), "tệp JPEG không đọc được", "lưu lại"),
    "heic": (files.heic, "ảnh HEIC của điện thoại", "JPEG"),
    "another heic": (lambda: files.heic(b"mif1"), "ảnh HEIC của điện thoại", "JPEG"),
    "tiff": (lambda: files.picture("TIFF"), "ảnh loại khác", "JPEG"),
    "gif": (lambda: files.picture("GIF"), "ảnh loại khác", "JPEG"),
    "bmp": (lambda: files.picture("BMP"), "ảnh loại khác", "JPEG"),
    "webp": (lambda: files.picture("WEBP"), "ảnh loại khác", "JPEG"),
    "program": (lambda: b"MZ\x90\0" + bytes(500), "đây là chương trình", "không nhận"),
    "program that holds a pdf": (lambda: b"MZ\x90\0" + files.pdf(), "đây là chương trình", "không nhận"),
    "rtf": (lambda: rb"{\rtf1 B\'e1o c\'e1o}", "đây là tệp RTF", ".docx"),
    "web page": (lambda: b"\r\n<html><table><tr><td>1</table>", "đây là trang web", ".xlsx"),
    "drawing with scripts": (lambda: b'<?xml version="1.0"?><svg/>', "đây là trang web", ".docx"),
    "web page that holds a pdf": (lambda: b"<html>" + files.pdf(), "đây là trang web", ".docx"),
    "text": ("Báo cáo".encode, "không nhận ra loại tệp", "PDF"),
    "nothing but zeros": (lambda: bytes(5000), "không nhận ra loại tệp", "PDF"),
    "video": (lambda: b"\0\0\0\x18ftypisom" + bytes(90), "không nhận ra loại tệp", "PDF"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_named_with_the_way_out(what):
    make, beginning, way_out = REFUSED[what]
    sentence = refusal(make())
    assert sentence.startswith(beginning)
    assert way_out in sentence
    assert sentence.endswith(".")


def test_many_members_are_refused_and_none_is_unpacked(monkeypatch):
    many = files.zipped({TYPES: "", **{f"{number}": "" for number in range(file_types.MOST_MEMBERS)}})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *anything: pytest.fail("unpacked"))
    assert refusal(many).startswith("tệp nén bên trong quá lớn")


def test_a_list_of_contents_is_read_to_its_bound_and_no_further(monkeypatch):
    read = []

    class Watched(zipfile.ZipExtFile):
        def read(self, size=-1):
            read.append(size)
            return super().read(size)

    monkeypatch.setattr(zipfile, "ZipExtFile", Watched)
    long = files.zipped({TYPES: " " * 50_000_000 + WORD_TYPE})
    assert refusal(long).startswith("đây là tệp Office loại khác")
    assert read == [file_types.LIST_OF_CONTENTS]


def test_contents_in_utf_16_are_read_too():
    with zipfile.ZipFile(io.BytesIO(files.word())) as package:
        types = package.read(TYPES).decode()
    assert recognise(io.BytesIO(files.repacked(files.word(), add={TYPES: types.encode("utf-16")}))) == DOCX


@pytest.mark.parametrize(("make", "kind"), [(files.word, "Word"), (files.excel, "Excel"), (files.old_word, "Word")])
def test_a_scan_is_a_pdf_or_a_picture(make, kind):
    assert refusal(make(), SCANS).startswith(f"tệp là {kind}")
    assert "PDF hoặc ảnh JPEG, PNG" in refusal(make(), SCANS)
    for scan in (files.pdf(), files.png(), files.picture("JPEG")):
        assert recognise(io.BytesIO(scan), SCANS) in SCANS


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7"]))
def test_no_bytes_at_all_end_in_anything_but_a_sentence(content, mark):
    assert refusal(mark + content).endswith(".")


@settings(deadline=None)
@given(st.data())
def test_a_file_with_broken_bytes_is_known_or_refused(data):
    make, _kind = TAKEN[data.draw(st.sampled_from(["pdf", "word", "old word", "old excel", "png", "jpeg"]))]
    content = bytearray(make())
    for _time in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        said = recognise(io.BytesIO(bytes(content))).words + "."
    except Refused as refused:
        said = str(refused)
    assert said.endswith(".")


# --- names -----------------------------------------------------------------------------------

NAMES = [  # as sent, kind, as kept
    ("Báo cáo năm 2020.pdf", PDF, "Báo cáo năm 2020.pdf"),
    (unicodedata.normalize("NFD", "Kế hoạch phòng, chống đuối nước ở Đồng Đăng.docx"), DOCX, None),
    ("C:\\Users\\Lan\\Desktop\\Biểu số 1.xls", XLS, "Biểu số 1.xls"),
    ("../../etc/passwd", PDF, "passwd.pdf"),
    ("/", PNG, "Tệp đính kèm.png"),
    ("", PDF, "Tệp đính kèm.pdf"),
    (".pdf", PDF, "Tệp đính kèm.pdf"),
    ("..", PDF, "Tệp đính kèm.pdf"),
    ("Báo\u202ecáo\u200b\x00\x1f.pdf", PDF, "Báocáo.pdf"),
    ("Ảnh\u00a0\u2003hội\tnghị .JPG", JPEG, "Ảnh hộinghị.jpg"),
    ("ảnh.jpeg", JPEG, "ảnh.jpeg"),
    ("quét.PDF", PDF, "quét.pdf"),
    ("thật ra là pdf.doc", PDF, "thật ra là pdf.pdf"),
    ("bao cao.pdf.exe", PDF, "bao cao.pdf.exe.pdf"),
    ("bao cao.pdf.zip", PDF, "bao cao.pdf"),
    ("Số 12.UBND", PDF, "Số 12.UBND.pdf"),
    ("Kế hoạch 45", DOCX, "Kế hoạch 45.docx"),
    ('a<b>c:"d|?*.pdf', PDF, "a_b_c__d___.pdf"),
    (".htaccess", PDF, "htaccess.pdf"),
    ("Danh sách 𠮷.xlsx", XLSX, "Danh sách 𠮷.xlsx"),
]


@pytest.mark.parametrize(("sent", "kind", "kept"), NAMES)
def test_names_are_kept_with_every_letter_and_nothing_else(sent, kind, kept):
    assert tidy_name(sent, kind) == (unicodedata.normalize("NFC", sent) if kept is None else kept)


@pytest.mark.parametrize("letter", ["ă", "ề", "Đ", "字"])
def test_a_long_name_is_cut_between_letters_and_keeps_its_extension(letter):
    name = tidy_name(letter * 300 + ".docx", DOCX)
    assert name == letter * ((LONGEST_NAME - 5) // len(letter.encode())) + ".docx"


@given(st.text(max_size=400), st.sampled_from(KINDS))
def test_every_name_is_fit_to_be_kept_and_stays_as_it_is(sent, kind):
    name = tidy_name(sent, kind)
    assert len(name.encode()) <= LONGEST_NAME
    assert name.rpartition(".")[2] in kind.extensions
    assert name.rpartition(".")[0].strip(". ")
    assert not set('/\\<>:"|?*') & set(name)
    assert all(unicodedata.category(sign)[0] != "C" for sign in name)
    assert unicodedata.is_normalized("NFC", name)
    assert tidy_name(name, kind) == name


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [
        ("a.pdf", PDF, False),
        ("a.doc", PDF, True),
        ("a.docx", DOC, True),
        ("a.JPEG", JPEG, False),
        ("a.zip", XLSX, True),
        ("Số 12.UBND", PDF, False),
        ("khong duoi", PDF, False),
    ],
)
def test_another_extension_than_the_content_is_noticed(name, kind, other):
    assert has_other_extension(name, kind) is other


def test_every_kind_has_an_extension_of_its_own():
    extensions = [extension for kind in KINDS for extension in kind.extensions]
    assert len(extensions) == len(set(extensions))
    assert set(extensions) <= KNOWN_EXTENSIONS
