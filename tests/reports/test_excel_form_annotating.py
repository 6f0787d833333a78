"""Thirty planted defects in one pass; the same file handed back with its marks, and nothing else changed in it."""

import datetime as dt
import io
import re
import time
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from reports.excel_form import annotate, form_of, read, render
from reports.excel_form.marking import COLOUR, OURS
from tests.conftest import at
from tests.reports.excel_forms import FIGURES, FORM, TEXTS, Sheet, blank, filled, repacked
from tests.reports.test_excel_form_files import ten_megabytes

# (line, column, what is planted, number format, what is right); every one of another kind
PLANTED = [
    ("T0.01", "total", "khoảng 12", None, 12000),
    ("T0.01", "girls", ">5", None, 5),
    ("T0.02", "total", "12-15", None, 12),
    ("T0.03", "total", "12/15", None, 12),
    ("T0.04", "total", "12 vụ", None, 12),
    ("T0.05", "total", "12 nghìn", None, 12),
    ("T0.06", "total", -5, None, 5),
    ("T0.07", "total", "(5)", None, 5),
    ("T1.01", "total", 12.5, None, 12),
    ("T1.02", "total", "12,5", None, 12),
    ("T1.04", "total", dt.datetime(2020, 5, 12), "dd/mm/yyyy", 12),
    ("T1.06", "total", True, None, 12),
    ("T1.08", "total", "=1+1", None, 2),
    ("T1.09", "total", "#REF!", None, 12),
    ("T2.01", "total", "đang trình ký", None, "Có"),
    ("T2.02", "total", dt.time(8, 30), "hh:mm", 8),
    ("T2.05", "total", 12.34567, None, 12.345),
    ("T2.06", "total", "1.000.000.000.000.000", None, 1000),
    ("T2.07", "total", 0.5, "0%", 0.5),
    ("T2.08", "total", 1500000, "#,##0,", 1500),
    ("T3.01", "total", "12 34", None, 1234),
    ("T3.03", "nothing", "nhiều", None, None),
    ("T3.04", "estimate", "tháng 11", None, "x"),
    ("T3.05", "girls", "không phát sinh", None, 0),
    ("T3.06", "total", "mười hai", None, 12),
    ("T3.07", "total", "\u202e21", None, 12),
    ("1:results", "text", "TrÎ em cã hoµn c¶nh ®Æc biÖt", None, "Trẻ em"),
    ("2:not_ours", "text", "một phần", None, None),
    ("T4.01", "detail", "#N/A", None, "12/KH-UBND"),
    ("T2.03", "age_0_5", 3, None, None),  # this indicator is not broken down by age
]


def planted(report, values):
    """The body's own form with ``values`` of the table put in; the rest of it is in order."""
    content = render(report, {(6, "T6.06"): "15", (None, "direction"): "Xong."}, {}, made_at=at(2020, 11, 2))
    sheet = Sheet(content)
    sheet.put(12, "T3.05").put(7, "T3.04").put("Có", "T4.01")
    for line, column, wrong, look, right in PLANTED:
        value = wrong if values == "wrong" else right
        sheet.put(value, line, *((column,) if ":" not in line else ()), look=look if values == "wrong" else None)
        if values == "right" and look:
            cell = sheet.figures[sheet.address(line, column)]
            cell.number_format = "#,##0.0##"
    return sheet


def test_thirty_planted_defects_give_thirty_messages_in_one_pass(report):
    form, sheet = form_of(report), planted(report, "wrong")
    reading = read(sheet.saved(), "bieu-mau.xlsx", form)
    assert len(PLANTED) == 30
    expected = {
        (TEXTS if ":" in line else FIGURES, sheet.address(line, column)): line for line, column, *_rest in PLANTED
    }
    assert len(reading.defects) == 30
    assert {(each.sheet, each.address) for each in reading.defects} == set(expected)
    found = {(each.sheet, each.address): each.found for each in reading.defects}
    shown = {
        "khoảng 12": "khoảng 12",
        -5: "-5",
        12.5: "12,5",
        dt.datetime(2020, 5, 12): "12/05/2020",
        dt.time(8, 30): "08:30",
        True: "TRUE",
        12.34567: "12,34567",
        0.5: "0,5",
        1500000: "1.500.000",
        3: "3",
    }
    for line, column, wrong, _look, _right in PLANTED:
        place = (TEXTS if ":" in line else FIGURES, sheet.address(line, column))
        assert found[place] == shown.get(wrong, wrong)
    for each in reading.defects:
        assert each.message.endswith(".")
        assert re.match(r"(Hãy|Chỉ tiêu|Nếu) .+\.$", each.remedy)
        assert each.name
        assert each.label
    assert len({each.message for each in reading.defects}) >= 25  # not one sentence for all
    assert not reading.clean


def test_put_right_it_is_clean(report):
    reading = read(planted(report, "right").saved(), "bieu-mau.xlsx", form_of(report))
    assert (reading.defects, reading.question, reading.left_alone, reading.notices) == ([], None, [], [])
    assert reading.clean


def marks(content, sheet=FIGURES):
    """{address: comment} of the coloured cells."""
    page = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    cells = [cell for row in page.iter_rows() for cell in row]
    coloured = {cell.coordinate for cell in cells if cell.fill.fgColor.rgb == COLOUR}
    commented = {cell.coordinate: cell.comment.text for cell in cells if cell.comment}
    assert coloured == {address for address, text in commented.items() if text.startswith(OURS)}
    return commented


def the_list(content):
    rows = openpyxl.load_workbook(io.BytesIO(content))["Lỗi cần sửa"].iter_rows(min_col=2, values_only=True)
    rows = list(rows)
    head = next(number for number, row in enumerate(rows) if row[0] == "STT")
    return rows[:head], rows[head + 1 :]


def test_the_same_file_comes_back_with_its_defects_marked_and_listed(report):
    form, content = form_of(report), planted(report, "wrong").saved()
    reading = read(content, "bieu-mau.xlsx", form)
    back = annotate(content, "bieu-mau.xlsx", reading)
    for sheet in (FIGURES, TEXTS):
        told = {e.address: f"{OURS}{e.message}\n{e.remedy}" for e in reading.defects if e.sheet == sheet}
        assert {a: text.replace("\u202e", "") for a, text in marks(back, sheet).items()} == {
            a: text.replace("\u202e", "") for a, text in told.items()
        }
    above, listed = the_list(back)
    assert above[0][0] == "LỖI CẦN SỬA: 30 ô"
    assert [row[1:5] for row in listed] == [(e.sheet, e.address, e.label, e.found) for e in reading.defects]
    assert [row[5:] for row in listed] == [(e.message, e.remedy) for e in reading.defects]
    book = openpyxl.load_workbook(io.BytesIO(back))
    assert book.sheetnames[0] == "Lỗi cần sửa"
    links = {link.ref: link.location for link in book["Lỗi cần sửa"]._hyperlinks} or {
        cell.coordinate: cell.hyperlink.location for cell in book["Lỗi cần sửa"]["D"] if cell.hyperlink
    }
    assert [links[f"D{number}"] for number in range(len(above) + 2, len(above) + 32)] == [
        f"'{e.sheet}'!{e.address}" for e in reading.defects
    ]


def test_everything_else_in_the_file_stays_byte_for_byte():
    content = filled({"T0.02": "khoảng 12", "T1.01": 5})
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/charts/chart1.xml", "<c:chart/>")
        archive.writestr("xl/media/anh.png", b"\x89PNG" + bytes(range(256)))
    back = annotate(file.getvalue(), "x.xlsx", read(file.getvalue(), "x.xlsx", FORM))
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(io.BytesIO(back)) as new:
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        added = set(new.namelist()) - set(old.namelist())
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"} | {
        "xl/worksheets/sheet2.xml"
    }
    assert added == {
        "xl/worksheets/sheet_loi1.xml",
        "xl/worksheets/_rels/sheet2.xml.rels",
        "xl/comments_cong1.xml",
        "xl/drawings/vmlDrawing_cong1.vml",
    }


def look(content, address):
    cell = openpyxl.load_workbook(io.BytesIO(content))[FIGURES][address]
    return [repr(each) for each in (cell.font, cell.border, cell.alignment, cell.number_format, cell.protection)]


def test_the_look_of_a_marked_cell_stays_but_for_its_colour():
    content = filled({"T0.02": "khoảng 12"})
    address = Sheet(content).address("T0.02")
    back = annotate(content, "x.xlsx", read(content, "x.xlsx", FORM))
    assert look(back, address) == look(content, address)
    before, after = (openpyxl.load_workbook(io.BytesIO(each))[FIGURES] for each in (content, back))
    assert after.protection.sheet
    assert after.print_title_rows == before.print_title_rows
    assert len(after.data_validations.dataValidation) == len(before.data_validations.dataValidation)
    assert len(after.conditional_formatting) == len(before.conditional_formatting)


def test_it_reads_the_same_after_marking_and_the_list_is_not_read():
    content = filled({"T0.02": "khoảng 12", "T1.01": 5, "T2.05": "1.234", "T2.06": "-"})
    first = read(content, "x.xlsx", FORM)
    second = read(annotate(content, "x.xlsx", first), "x.xlsx", FORM)
    assert first == second


def test_what_was_put_right_loses_its_mark_and_gets_its_old_look_back():
    sheet = Sheet(filled({"T0.02": "khoảng 12", "T1.01": "x", "T1.02": 3}))
    kept, gone = sheet.address("T1.01"), sheet.address("T0.02")
    sheet.figures[gone].fill = PatternFill("solid", fgColor="FF00AA55")
    sheet.figures[gone].comment = Comment("Đã hỏi xã.", "Lan")
    sheet.figures[sheet.address("T1.02")].comment = Comment("Của riêng tôi.", "Lan")
    content = sheet.saved()
    back = annotate(content, "x.xlsx", read(content, "x.xlsx", FORM))
    assert set(marks(back)) == {gone, kept, sheet.address("T1.02")}
    assert marks(back)[gone].endswith("\n— Chú thích có sẵn trong ô: Đã hỏi xã.")
    book = openpyxl.load_workbook(io.BytesIO(back))
    book[FIGURES][gone].value = 12
    file = io.BytesIO()
    book.save(file)
    again = annotate(file.getvalue(), "x.xlsx", read(file.getvalue(), "x.xlsx", FORM))
    left = marks(again)
    assert left[gone] == "Đã hỏi xã."
    assert left[sheet.address("T1.02")] == "Của riêng tôi."
    assert left[kept].startswith(OURS)
    assert left[kept].count(OURS) == 1
    page = openpyxl.load_workbook(io.BytesIO(again))
    assert page[FIGURES][gone].fill.fgColor.rgb == "FF00AA55"
    assert page.sheetnames.count("Lỗi cần sửa") == 1
    assert [row[2] for row in the_list(again)[1]] == [kept]


def test_results_of_formulas_survive():
    content = filled({"T0.02": "=1+1", "T1.01": "khoảng 12"})
    content = repacked(content, lambda _name, part: re.sub(rb"(<f>1\+1</f>)<v ?(/>|></v>)", rb"\1<v>2</v>", part))
    first = read(content, "x.xlsx", FORM)
    assert len(first.defects) == 1
    assert read(annotate(content, "x.xlsx", first), "x.xlsx", FORM) == first


def test_a_sheet_named_like_the_list_is_not_overwritten():
    sheet = Sheet(filled({"T0.02": "khoảng 12"}))
    sheet.book.create_sheet("Lỗi cần sửa")["A1"] = "của tôi"
    content = sheet.saved()
    back = annotate(content, "x.xlsx", read(content, "x.xlsx", FORM))
    book = openpyxl.load_workbook(io.BytesIO(back))
    assert book.sheetnames[0] == "Lỗi cần sửa (2)"
    assert book["Lỗi cần sửa"]["A1"].value == "của tôi"
    # The number by which a name knows its sheet moves on with the sheets.
    head = next(cell.row for cell in book[FIGURES]["B"] if cell.value == "Mã")
    assert book[FIGURES].print_title_rows == f"${head}:${head}"


def test_a_file_that_cannot_be_taken_apart_comes_back_as_its_values():
    content = filled({"T0.02": "khoảng 12", "T1.01": 5, "T2.05": 12.5, "T2.01": "Có"})
    odd = repacked(content, lambda name, part: part.replace(b"cellXfs", b"cellXXs") if "styles" in name else part)
    reading = read(odd, "x.xlsx", FORM)
    back = annotate(odd, "x.xlsx", reading)
    again = read(back, "x.xlsx", FORM)
    assert (again.understood, again.defects) == (reading.understood, reading.defects)
    assert set(marks(back)) == {Sheet(content).address("T0.02")}


def test_a_refused_file_comes_back_with_the_sentence():
    import dataclasses

    content = blank({(0, "T0.02"): "5"}, form=dataclasses.replace(FORM, body="chiem-hoa"))
    reading = read(content, "x.xlsx", FORM)
    above, listed = the_list(annotate(content, "x.xlsx", reading))
    assert listed == []
    assert reading.notices[0].message in [row[0] for row in above]


def test_ten_megabytes_are_marked():
    address = Sheet(blank()).address("T0.02")
    empty = rf'(<c r="{address}" s="\d+")[^>]*?(/>|></c>)'.encode()

    def spoiled(name, part):
        put = rb'\1 t="str"><v>khoang 12</v></c>'
        return re.sub(empty, put, part) if name == "xl/worksheets/sheet2.xml" else part

    wrong = repacked(ten_megabytes(), spoiled)
    reading = read(wrong, "x.xlsx", FORM)
    assert [each.address for each in reading.defects] == [address]
    started = time.process_time()
    back = annotate(wrong, "x.xlsx", reading)
    assert time.process_time() - started < 15
    assert read(back, "x.xlsx", FORM).defects == reading.defects


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "<b>&", "_x0041_", "a\u0001b"])
def test_what_was_found_is_listed_as_text(text):
    content = filled({"T2.01": "Có"}) if "\u0001" in text else filled({"T2.05": "x" + text})
    reading = read(content, "x.xlsx", FORM)
    book = openpyxl.load_workbook(io.BytesIO(annotate(content, "x.xlsx", reading)))
    assert {cell.data_type for row in book["Lỗi cần sửa"].iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
