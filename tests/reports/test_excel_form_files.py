"""Files of every kind and size: one sentence for what cannot be read, and no file takes the server with it."""

import io
import resource
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.excel_form import MAX_BYTES, read
from reports.excel_form.files import opened
from reports.excel_form.opening import LOOK_ROWS, MAX_ROWS, OUR_MARKS, Kind
from tests.reports.excel_forms import FORM, blank, filled, repacked
from tests.reports.files import compound

TYPED = {(0, "T0.01"): "12.400", (2, "T2.05"): "8,5", (1, "results"): "Đã xong."}


def understood(reading):
    return {each.place: each.text for each in reading.understood}


def refused(content, name="bieu-mau.xlsx"):
    """The one sentence with which a file is refused."""
    reading = read(content, name, FORM)
    assert reading.refused
    assert (reading.understood, reading.defects, reading.question) == ([], [], None)
    [notice] = reading.notices
    return notice.message


def packed(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_sheet(content: bytes, sheet_data: str, *, part="xl/worksheets/sheet2.xml") -> bytes:
    """The form with other rows on its sheet of figures."""

    def change(name, old):
        if name != part:
            return old
        before, _data, after = old.partition(b"<sheetData>")
        return before + b"<sheetData>" + sheet_data.encode() + b"</sheetData>" + after.partition(b"</sheetData>")[2]

    return repacked(content, change)


def figures(content: bytes, addition: str) -> bytes:
    """The form with ``addition`` behind the last row of its figures."""

    def change(name, old):
        return old.replace(b"</sheetData>", addition.encode() + b"</sheetData>") if name.endswith("sheet2.xml") else old

    return repacked(content, change)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        (b"", "Tệp trống"),
        (b"Ma,Chi tieu\nT0.01,5\n", "Tệp này không phải bảng tính"),
        (b"<html><table><tr><td>T0.01</td></tr></table></html>", "Tệp này không phải bảng tính"),
        (b"%PDF-1.7", "Tệp này không phải bảng tính"),
        (blank()[:4000], "Tệp bị hỏng"),
        (b"PK\x03\x04" + b"\0" * 100, "Tệp bị hỏng"),
        (packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<T/>"}), "Tệp này không phải bảng tính"),
        (packed({"xl/workbook.bin": b"\0"}), "Tệp ở dạng .xlsb"),
        (packed({"_rels/.rels": "<Relationships/>"}), "Tệp bị hỏng"),
        (packed({"xl/workbook.xml": "<workbook><sheets>"}), "Tệp bị hỏng"),
        (OLE + b"\0" * 600, "Tệp bị hỏng"),
        (OLE + b"\xff" * 4000, "Tệp bị hỏng"),
        (b"\0" * (MAX_BYTES + OUR_MARKS + 1), "Tệp lớn 11 MB, cổng chỉ nhận đến 10 MB"),
    ],
)
def test_what_is_no_form_gets_one_sentence(content, beginning):
    sentence = refused(content, "tệp của tôi.xlsx")
    assert sentence.startswith(f"Tệp “tệp của tôi.xlsx”: {beginning}")
    assert sentence.endswith(".")


def test_encrypted_files():
    marked = bytearray(blank())
    marked[6] |= 1  # the first entry's flag bit in its local header; and in the directory:
    marked[marked.find(b"PK\x01\x02") + 8] |= 1
    assert "có mật khẩu" in refused(bytes(marked))
    manifest = '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    ods = packed({"mimetype": "x", "content.xml": "\0\1", "META-INF/manifest.xml": manifest})
    assert "có mật khẩu" in refused(ods, "bieu-mau.ods")
    assert "có mật khẩu" in refused(compound({"EncryptedPackage": b"x" * 5000}))


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def old_workbook(cells: list[bytes], extra: bytes = b"") -> bytes:
    """An .xls ([MS-XLS]) with one sheet of these cell records."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    styles = b"".join(record(0x00E0, struct.pack("<HH16x", 0, look)) for look in (0, 9))
    name = b"\x04\x00So 1"
    before = begin + extra + styles
    at = len(before) + 4 + 6 + len(name) + 4
    book = before + record(0x0085, struct.pack("<IH", at, 0) + name) + record(0x000A, b"")
    book += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6)) + b"".join(cells) + record(0x000A, b"")
    return compound({"Workbook": book.ljust(4096, b"\0")})


def test_an_old_workbook_tells_errors_percents_and_its_extent():
    number = record(0x0203, struct.pack("<HHHd", 4, 2, 0, 12.5))
    percent = record(0x0203, struct.pack("<HHHd", 4, 3, 1, 0.25))
    error = record(0x0205, struct.pack("<HHHBB", 5, 2, 0, 23, 1))
    truth = record(0x0205, struct.pack("<HHHBB", 5, 3, 0, 1, 0))
    failed = record(0x0006, struct.pack("<HHHBxBxxxHHI", 6, 2, 0, 2, 7, 0xFFFF, 0, 0) + struct.pack("<HBH", 3, 0x1E, 1))
    [sheet] = opened(old_workbook([number, percent, error, truth, failed])).sheets(MAX_ROWS)
    found = [(row, column, cell.kind, cell.look) for row, column, cell in sheet.cells()]
    assert found == [
        (5, 3, Kind.NUMBER, ""),
        (5, 4, Kind.NUMBER, "0%"),
        (6, 3, Kind.ERROR, ""),
        (6, 4, Kind.TRUTH, ""),
        (7, 3, Kind.ERROR, ""),
    ]
    assert [cell.value for _row, _column, cell in sheet.cells() if cell.kind is Kind.ERROR] == ["#REF!", "#DIV/0!"]


def test_a_stray_cell_in_the_last_corner_of_an_old_workbook():
    """python-calamine takes half a gigabyte for it."""
    corners = [record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0)) for row, column in ((0, 0), (65535, 255))]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [sheet] = opened(old_workbook(corners)).sheets(MAX_ROWS)
    assert (list(sheet.rows), sheet.cut) == ([1], True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


def test_an_old_workbook_with_a_password():
    assert "có mật khẩu" in refused(old_workbook([], extra=record(0x002F, b"\0" * 6)), "cu.xls")


# --- large and hostile files ----------------------------------------------------------------


def test_a_stray_cell_in_the_last_corner():
    """python-calamine lays such a sheet out in full: 17 billion cells, and the process is gone."""
    content = figures(blank(TYPED), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    reading = read(content, "x.xlsx", FORM)
    assert understood(reading) == TYPED
    assert any("rộng quá mức" in each.reason for each in reading.left_alone)


def test_millions_of_blank_columns():
    blank_cells = "".join(f'<c r="{letter}{{row}}" s="1"/>' for letter in ("XFA", "XFB", "XFC", "XFD") * 1000)
    rows = "".join(f'<row r="{row}">{blank_cells.format(row=row)}</row>' for row in range(500, 700))
    started = time.process_time()
    assert understood(read(figures(blank(TYPED), rows), "x.xlsx", FORM)) == TYPED
    assert time.process_time() - started < 15  # 800,000 cells with nothing in them


def test_a_sheet_longer_than_any_form_is_read_to_a_limit_and_told():
    rows = "".join(f'<row r="{row}"><c r="Z{row}"><v>1</v></c></row>' for row in range(100, 100 + MAX_ROWS))
    reading = read(figures(blank(TYPED), rows), "x.xlsx", FORM)
    assert understood(reading) == TYPED
    assert any(f"chỉ đọc {MAX_ROWS} dòng" in each.reason for each in reading.left_alone)


def test_the_form_behind_hundreds_of_lines_is_found_to_its_end():
    """Only a look is taken at first, then the form's own sheets are read on."""
    content = blank(TYPED)
    rows = "".join(f'<row r="{row}"><c r="Z{row}"><v>1</v></c></row>' for row in range(100, 200 + LOOK_ROWS))
    last = 300 + LOOK_ROWS
    key = f'<c r="A{last}" t="inlineStr"><is><t>[T0.02]</t></is></c><c r="F{last}"><v>7</v></c>'
    reading = read(figures(content, rows + f'<row r="{last}">{key}</row>'), "x.xlsx", FORM)
    assert (0, "T0.02") in understood(reading)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
)


def test_bombs():
    sheet = BOMB + "]><worksheet><sheetData><row><c t='str'><v>&i;</v></c></row></sheetData></worksheet>"
    assert "bị hỏng" in refused(repacked(blank(TYPED), lambda n, d: sheet.encode() if n.endswith("sheet2.xml") else d))
    endless = b"<worksheet><sheetData>" + b" " * 250_000_000
    content = repacked(blank(TYPED), lambda n, d: endless if n.endswith("sheet2.xml") else d)
    assert len(content) < 300_000
    assert "quá nhiều ô hoặc dữ liệu nén" in refused(content)
    long = b"<worksheet><sheetData><row><c t='str'><v>" + b"a" * 3_000_000 + b"</v></c></row></sheetData></worksheet>"
    assert "quá nhiều ô" in refused(repacked(blank(TYPED), lambda n, d: long if n.endswith("sheet2.xml") else d))
    many = packed({"xl/workbook.xml": "x"} | {f"a{number}": "" for number in range(10_001)})
    assert "quá nhiều ô" in refused(many)


def ten_megabytes() -> bytes:
    """The form between sheets of somebody's own lists, 9.5 MB packed."""
    import random

    rng = random.Random(1)
    sheet = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{c}{row}"><v>{rng.random()}</v></c>' for c in "ABCDEFGH") + "</row>"
        for row in range(1, 16_001)
    )
    filler = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}'
    filler += "</sheetData></worksheet>"

    def change(name, old):
        text = old.decode("utf-8", "ignore")
        if name == "xl/workbook.xml":
            more = "".join(
                f'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                f'name="Danh sách {n}" sheetId="{n}" r:id="f{n}"/>'
                for n in range(90, 96)
            )
            return text.replace("<sheets>", f"<sheets>{more}").encode()
        if name == "xl/_rels/workbook.xml.rels":
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
            more = "".join(
                f'<Relationship Id="f{n}" Type="{kind}" Target="worksheets/filler{n}.xml"/>' for n in range(90, 96)
            )
            return text.replace("</Relationships>", f"{more}</Relationships>").encode()
        return old

    file = io.BytesIO(repacked(blank(TYPED), change))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(90, 96):
            archive.writestr(f"xl/worksheets/filler{number}.xml", filler)
    return file.getvalue()


def test_ten_megabytes_are_read():
    content = ten_megabytes()
    assert 9_000_000 < len(content) <= MAX_BYTES
    started = time.process_time()
    reading = read(content, "x.xlsx", FORM)
    assert time.process_time() - started < 10
    assert understood(reading) == TYPED
    assert [each.sheet for each in reading.left_alone] == [f"Danh sách {n}" for n in range(90, 96)]


def test_nine_megabytes_of_pictures_are_not_even_unpacked():
    import os

    file = io.BytesIO(blank(TYPED))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/anh.png", os.urandom(9_500_000))
    started = time.process_time()
    assert understood(read(file.getvalue(), "x.xlsx", FORM)) == TYPED
    assert time.process_time() - started < 5


# --- damaged files --------------------------------------------------------------------------

SOUND = filled({"T0.02": 5, "T2.01": "Có", "1:results": "Xong."}, TYPED)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_part_never_raises(data):
    """Some bytes of one part are changed, doubled or lost: a reading comes back all the same."""
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        names = archive.namelist()
    chosen = data.draw(st.sampled_from(names))
    at, length = data.draw(st.floats(0, 1)), data.draw(st.integers(0, 60))
    broken = st.sampled_from([b'"', b"<", b"</c>", b"-1", b"99999999999", b"&x;"])
    put = data.draw(st.one_of(st.binary(max_size=20), broken))

    def change(name, old):
        if name != chosen:
            return old
        start = int(at * len(old))
        return old[:start] + put + old[start + length :]

    reading = read(repacked(SOUND, change), "x.xlsx", FORM)
    assert reading.refused == bool([notice for notice in reading.notices if notice.refuses])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_old_workbook_never_raises(data):
    number = record(0x0203, struct.pack("<HHHd", 4, 2, 0, 12.5))
    sound = old_workbook([number, record(0x00BD, struct.pack("<HHHiHiH", 7, 0, 0, 2, 1, 2, 1))])
    at, put = data.draw(st.integers(0, len(sound) - 8)), data.draw(st.binary(min_size=1, max_size=8))
    read(sound[:at] + put + sound[at + len(put) :], "cu.xls", FORM)
