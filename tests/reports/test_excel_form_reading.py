"""A filled form read back: what is recognised however it was rearranged, what is told, what is refused."""

import dataclasses
import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from directives.choices import ValueType
from reports.answers import Cell
from reports.excel_form import form_of, read, render
from reports.excel_form.reading import address
from reports.numbers import DECIMALS, format_number
from reports.typed import typed_from
from tests.conftest import at
from tests.factories import fill
from tests.reports.excel_forms import FIGURES, FORM, INDICATORS, TEXTS, Sheet, blank, filled, repacked


def understood(reading):
    return {each.place: each.text for each in reading.understood}


def told(reading):
    """(address, message) of every defect."""
    return [(each.address, each.message) for each in reading.defects]


def reading_of(values, typed=None, **options):
    return read(filled(values, typed), "bieu-mau.xlsx", FORM, **options)


def test_an_untouched_blank_form_has_nothing_in_it():
    reading = read(blank(), "bieu-mau.xlsx", FORM)
    assert (reading.understood, reading.defects, reading.left_alone) == ([], [], [])
    assert reading.refused
    assert [notice.message for notice in reading.notices] == [
        "Tệp chỉ có tiêu đề, không có ô nào được điền; hãy điền số liệu rồi tải lên."
    ]


TYPED = {
    (0, "T0.01"): "12.400",
    (0, "T0.01:girls"): "6.001",
    (0, "T0.01:estimate"): "on",
    (0, "T0.02:nothing"): "on",
    (2, "T2.01"): "1",
    (2, "T2.01:detail"): "12/KH-UBND ngày 03/02/2020",
    (2, "T2.05"): "1.234.567,505",
    (2, "T2.08"): "0,5",
    (1, "results"): "=1+1\n- Đã ban hành 12 văn bản.\n_x0041_ & <b>",
    (1, "progress-17"): "Đạt 50%",
    (2, "not_ours"): "on",
    (2, "not_ours_reason"): "+84 @ ghi chú",
    (None, "direction"): "Chỉ đạo.",
}


def test_what_the_form_is_handed_out_with_comes_back_unchanged():
    reading = read(blank(TYPED), "bieu-mau.xlsx", FORM)
    assert understood(reading) == TYPED
    assert all(each.unchanged and not each.note for each in reading.understood)
    assert reading.clean
    assert (reading.left_alone, reading.notices) == ([], [])


@pytest.mark.parametrize("unread", ["85.5", "12 trẻ em rưỡi", "khoảng 9"])
def test_what_could_not_be_read_on_the_portal_and_came_back_untouched_asks_nothing(unread):
    """The form goes out with what stands in the portal, also where that is no number yet."""
    reading = reading_of({"T0.01": 7}, typed={(0, "T0.02"): unread})
    assert (reading.question, reading.defects, reading.typed()) == (
        None,
        [],
        {(0, "T0.01"): "7", (0, "T0.01:nothing"): ""},
    )
    assert [(each.found, each.reason) for each in reading.left_alone] == [
        (unread, "Vẫn như lúc tải biểu mẫu: chữ này chưa đọc được là số; hãy sửa ở đây hoặc sửa trên cổng.")
    ]


def test_every_cell_is_told_with_its_place_in_the_file():
    sheet = Sheet(blank())
    sheet.put(15, "T0.01", "girls").put("Xong.", "1:results")
    reading = read(sheet.saved(), "bieu-mau.xlsx", FORM)
    assert [(each.sheet, each.address, each.found, each.was) for each in reading.understood] == [
        (FIGURES, sheet.address("T0.01", "girls"), "15", ""),
        (TEXTS, sheet.address("1:results"), "Xong.", ""),
    ]


# --- meanings -------------------------------------------------------------------------------


def test_a_figure_unticks_and_a_tick_clears():
    reading = reading_of({"T0.02": 5, ("T0.01", "nothing"): "x"}, {(0, "T0.01:girls"): "3"})
    assert told(reading) == [(reading.defects[0].address, reading.defects[0].message)]
    reading = reading_of({"T0.02": 5, ("T2.09", "nothing"): "x"})
    assert reading.typed() == {
        (0, "T0.02"): "5",
        (0, "T0.02:nothing"): "",
        (2, "T2.09:nothing"): "on",
        (2, "T2.09"): "",
        (2, "T2.09:minority"): "",
    }


def test_words_in_the_place_of_the_figure():
    reading = reading_of({"T0.02": "Không phát sinh", "T2.09": "-", ("T2.09", "nothing"): "x", "T1.01": "không"})
    assert understood(reading) == {(0, "T0.02:nothing"): "on", (1, "T1.01"): "0", (2, "T2.09:nothing"): "on"}
    assert reading.left_alone == []  # the dash beside the tick says the same
    notes = [each.note for each in reading.understood]
    assert notes[0] == "“Không phát sinh” đọc là đánh dấu “Không phát sinh”."
    assert notes[2] == ""


@pytest.mark.parametrize("value", [5, 0, "12 lượt", "1.234"])
def test_a_tick_beside_a_figure_is_a_contradiction(value):
    sheet = Sheet(blank()).put(value, "T2.09").put("x", "T2.09", "nothing")
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert [each.address for each in reading.defects] == [sheet.address("T2.09", "nothing")]
    assert sheet.address("T2.09") in reading.defects[0].message
    assert understood(reading) == {}
    assert reading.implied == {}


def test_not_arisen_in_one_part_is_refused():
    reading = reading_of({"T2.09": 5, ("T2.09", "minority"): "KPS"})
    assert len(reading.defects) == 1
    assert understood(reading) == {(2, "T2.09"): "5"}


def test_a_dash_is_left_alone_and_told():
    reading = reading_of({"T0.02": "-", "T1.01": 3}, {(0, "T0.02"): "7"})
    assert understood(reading) == {(1, "T1.01"): "3"}
    assert [each.found for each in reading.left_alone] == ["-"]


def test_emptied_cells_wipe_nothing_and_are_told():
    sheet = Sheet(blank({(0, "T0.02"): "7", (1, "results"): "Xong.", (1, "T1.01"): "3"}))
    sheet.put(None, "T0.02").put(None, "1:results")
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert reading.typed() == {(1, "T1.01"): "3", (1, "T1.01:nothing"): ""}
    where = [(each.sheet, each.address, each.found) for each in reading.left_alone]
    assert where == [(FIGURES, sheet.address("T0.02"), "7"), (TEXTS, sheet.address("1:results"), "Xong.")]


def test_texts_are_tidied_and_what_a_spreadsheet_made_of_them_is_said():
    reading = reading_of(
        {
            "1:results": "Chỉ đa\u0323o\r\nDo\u0300ng 2\u0085 ",
            "1:difficulties": 12.5,
            ("T2.01", "detail"): dt.datetime(2020, 3, 15),
            "2:not_ours": "Có",
            "T2.01": True,
        }
    )
    assert understood(reading) == {
        (1, "results"): "Chỉ đạo\nDòng 2",
        (1, "difficulties"): "12,5",
        (2, "T2.01"): "1",
        (2, "T2.01:detail"): "15/03/2020",
        (2, "not_ours"): "on",
    }
    assert [bool(each.note) for each in reading.understood] == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("TrÎ em cã hoµn c¶nh ®Æc biÖt", True),  # TCVN3
        ("Treû em coù hoaøn caûnh ñaëc bieät", True),  # VNI
        ("Trẻ em có hoàn cảnh đặc biệt", False),
        ("Tre em co hoan canh", False),
        ("Hội thảo về café, 25 µg, Müller & Søn", False),
    ],
)
def test_letters_of_old_fonts(text, old):
    assert bool(reading_of({"1:results": text}).defects) is old


def test_a_formula_counts_with_its_result():
    def calculated(_name, part):
        return re.sub(rb"<f>1\+1</f><v ?(/>|></v>)", b"<f>1+1</f><v>2</v>", part)

    reading = read(repacked(filled({"T0.02": "=1+1"}), calculated), "x.xlsx", FORM)
    assert understood(reading) == {(0, "T0.02"): "2"}
    assert reading.understood[0].note == "Lấy kết quả đã tính của công thức."


def test_a_raised_footnote_mark_is_no_digit():
    """12 with a raised 1 behind it is kept as the text "121"."""
    sheet = Sheet(blank())
    raised = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    sheet.figures[sheet.address("T0.02")].value = raised
    sheet.texts[sheet.address("1:results")].value = CellRichText("Đã xong", TextBlock(InlineFont(b=True), " cả."))
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert [(each.name, each.found) for each in reading.defects] == [("T0.02", "121")]
    assert understood(reading) == {(1, "results"): "Đã xong cả."}


def test_the_question_is_asked_once_and_answered_for_all():
    values = {"T0.02": "1.234", "T2.05": "12.5", "T2.06": "1,234", "T1.01": 7, "T2.09": "8 500"}
    reading = reading_of(values)
    assert understood(reading) == {(1, "T1.01"): "7", (2, "T2.09"): "8.500"}
    assert [(each.found, each.vi, each.en) for each in reading.question.cells] == [
        ("1.234", 1234, Decimal("1.234")),
        ("12.5", None, Decimal("12.5")),
        ("1,234", Decimal("1.234"), 1234),
    ]
    assert [each.found for each in reading.question.examples] == ["1.234", "1,234", "12.5"]
    assert not reading.clean
    for notation, figures, refused in (
        ("vi", {(0, "T0.02"): "1.234", (2, "T2.06"): "1,234"}, ["12.5"]),
        ("en", {(2, "T2.05"): "12,5", (2, "T2.06"): "1.234"}, ["1.234"]),
    ):
        answered = reading_of(values, notation=notation)
        assert understood(answered) == understood(reading) | figures
        assert [each.found for each in answered.defects] == refused
        assert answered.question is None


# --- rearranged files -----------------------------------------------------------------------

VALUES = {"T0.01": 12, ("T0.01", "girls"): 5, "T2.01": "Có", ("T2.01", "detail"): "12/KH", "1:results": "Xong."}
PLACES = {(0, "T0.01"): "12", (0, "T0.01:girls"): "5", (2, "T2.01"): "1", (2, "T2.01:detail"): "12/KH"}
PLACES |= {(1, "results"): "Xong."}


def without_keys(sheet):
    """As after copying what is visible into a new workbook: no hidden line, no hidden column."""
    key_row = next(c.row for c in sheet["A"] if c.value == "[code]")
    sheet.unmerge_cells_all = [sheet.unmerge_cells(str(area)) for area in list(sheet.merged_cells.ranges)]
    sheet.delete_rows(key_row)
    sheet.delete_cols(1)


def rearranged(change) -> bytes:
    sheet = Sheet(filled(VALUES))
    change(sheet)
    return sheet.saved()


def rename(s):
    s.figures.title, s.texts.title = "So lieu 2020", "Trang khác"


def blank_rows_above(s):
    for sheet in (s.figures, s.texts, s.book["_bieu_mau"], s.book["Hướng dẫn"]):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(1, 7)


def extra_columns(s):
    s.figures.insert_cols(3, 2)
    s.figures["C20"], s.figures["D21"] = "ghi riêng", 99


def reversed_rows(s):
    rows = [[cell.value for cell in row] for row in s.figures.iter_rows()]
    for area in list(s.figures.merged_cells.ranges):
        s.figures.unmerge_cells(str(area))
    start = next(n for n, row in enumerate(rows) if row[0] == "[code]") + 2
    for number, row in enumerate(reversed(rows[start:]), start + 1):
        for column, value in enumerate(row, 1):
            s.figures.cell(number, column).value = value


def moved_columns(s):
    last = s.figures.max_column
    rows = [[cell.value for cell in row] for row in s.figures.iter_rows()]
    for area in list(s.figures.merged_cells.ranges):
        s.figures.unmerge_cells(str(area))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate([row[0], *reversed(row[1:])], 1):
            s.figures.cell(number, column).value = value
    assert s.figures.max_column == last


def keys_gone(s):
    without_keys(s.figures)
    without_keys(s.texts)
    del s.book["_bieu_mau"]


def codes_gone_too(s):
    keys_gone(s)
    s.figures.delete_cols(1)


def no_marks_no_case(s):
    """Headings and names retyped in capitals, without marks, decomposed."""
    codes_gone_too(s)
    for sheet in (s.figures, s.texts):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in ("Tổng số", "Nữ"):
                    cell.value = {"Tổng số": "TONG SO", "Nữ": "Nu\u031b\u0303"}[cell.value]
                elif isinstance(cell.value, str) and cell.column <= 2:
                    cell.value = cell.value.upper().replace("HÓA", "HOÁ")


@pytest.mark.parametrize(
    "change",
    [
        rename,
        blank_rows_above,
        extra_columns,
        reversed_rows,
        moved_columns,
        keys_gone,
        codes_gone_too,
        no_marks_no_case,
    ],
)
def test_recognised_however_it_was_rearranged(change):
    reading = read(rearranged(change), "x.xlsx", FORM)
    assert understood(reading) == PLACES
    assert told(reading) == []
    assert all(each.reason.startswith("Cột ") for each in reading.left_alone)


def test_addresses_are_those_of_the_file_also_below_blank_rows():
    sheet = Sheet(filled(VALUES))
    before = sheet.address("T0.01", "girls")
    blank_rows_above(sheet)
    sheet.figures.insert_cols(1, 3)
    found = next(e for e in read(sheet.saved(), "x.xlsx", FORM).understood if e.name == "T0.01:girls")
    cell = sheet.figures[before]
    assert found.address == address(cell.row + 7, cell.column + 3) != before


def test_extra_rows_columns_and_sheets_are_left_alone_and_told():
    sheet = Sheet(filled(VALUES))
    last = sheet.figures.max_row
    sheet.figures.cell(last + 2, 3).value = "Cộng"
    column = openpyxl.utils.column_index_from_string(sheet.address("T0.01").rstrip("0123456789"))
    sheet.figures.cell(last + 2, column).value = 17
    sheet.figures["X9"] = "Hỏi lại xã"
    sheet.book.create_sheet("Nháp")["B2"] = 5
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert understood(reading) == PLACES
    assert [(each.sheet, each.address, each.found) for each in reading.left_alone] == [
        (FIGURES, "X9", "Hỏi lại xã"),
        (FIGURES, address(last + 2, column), "17"),
        ("Nháp", "", ""),
    ]


def test_a_line_of_another_bodys_indicator_is_named():
    sheet = Sheet(filled(VALUES))
    row = sheet.figures.max_row + 1
    for column, value in ((1, "[T9.01]"), (2, "T9.01"), (3, "Chỉ tiêu khác")):
        sheet.figures.cell(row, column).value = value
    sheet.figures.cell(row, openpyxl.utils.column_index_from_string(sheet.address("T0.01")[0])).value = 4
    [left] = read(sheet.saved(), "x.xlsx", FORM).left_alone
    assert left.reason == "Chỉ tiêu T9.01 không có trong biểu mẫu của cơ quan ở kỳ này."


def test_lines_sorted_without_their_hidden_codes():
    """What a person saw counts: visible code and name together, with a note; not the hidden code."""
    sheet = Sheet(filled({"T1.01": 10, "T1.02": 4}))
    first, second = (sheet.figures[sheet.address(code)].row for code in ("T1.01", "T1.02"))
    for column in range(2, sheet.figures.max_column + 1):
        above, below = sheet.figures.cell(first, column), sheet.figures.cell(second, column)
        above.value, below.value = below.value, above.value
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert understood(reading) == {(1, "T1.01"): "10", (1, "T1.02"): "4"}
    assert all("mã ẩn" in each.note for each in reading.understood)


def test_a_line_whose_code_and_name_disagree_is_a_defect():
    sheet = Sheet(filled({"T1.01": 10, "T1.02": 4}))
    at_first = sheet.address("T1.01")
    sheet.figures.cell(sheet.figures[at_first].row, 3).value = "Trong đó: văn bản triển khai"
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert [each.address for each in reading.defects] == [at_first]
    assert understood(reading) == {(1, "T1.02"): "4"}


def test_a_column_whose_heading_was_changed_is_not_read():
    sheet = Sheet(filled(VALUES))
    heading = next(c for row in sheet.figures.iter_rows() for c in row if c.value == "Nữ")
    heading.value = "Dân tộc thiểu số"
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert [(each.address, each.found) for each in reading.defects] == [(heading.coordinate, "Dân tộc thiểu số")]
    assert understood(reading) == {place: text for place, text in PLACES.items() if place != (0, "T0.01:girls")}


def test_two_columns_of_one_heading_are_not_read():
    sheet = Sheet(filled(VALUES))
    keys_gone(sheet)
    heading = next(c for row in sheet.figures.iter_rows() for c in row if c.value == "Dân tộc thiểu số")
    heading.value = "Nữ"
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert len(reading.defects) == 1  # only one of the two holds something
    assert (0, "T0.01:girls") not in understood(reading)


def test_the_same_line_twice():
    def doubled(value):
        sheet = Sheet(filled(VALUES))
        row, last = sheet.figures[sheet.address("T0.01")].row, sheet.figures.max_row + 1
        for column in range(1, sheet.figures.max_column + 1):
            sheet.figures.cell(last, column).value = sheet.figures.cell(row, column).value
        column = sheet.figures[sheet.address("T0.02")].column
        sheet.figures.cell(last, column).value = value
        return read(sheet.saved(), "x.xlsx", FORM), address(row, column), address(last, column)

    same, _first, _second = doubled(12)
    assert understood(same) == PLACES
    other, first, second = doubled(13)
    assert [each.address for each in other.defects] == [first, second]
    assert (0, "T0.01") not in understood(other)
    assert "13" in other.defects[0].message


def test_a_figure_here_and_a_tick_there():
    sheet = Sheet(filled({"T2.09": 5}))
    last = sheet.figures.max_row + 1
    sheet.figures.cell(last, 1).value = "[T2.09]"
    sheet.figures.cell(last, sheet.figures[sheet.address("T2.09", "nothing")].column).value = "x"
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert len(reading.defects) == 2
    assert understood(reading) == {}


def test_figures_in_cells_that_the_indicator_does_not_have():
    reading = reading_of({"T0.02": 5, ("T0.02", "girls"): 2, ("T2.01", "estimate"): "x", ("T1.01", "age_0_5"): "-"})
    assert [each.message for each in reading.defects] == [
        "Chỉ tiêu này không có cột “Nữ”.",
        "Câu hỏi Có/Không không có “ước thực hiện”.",
    ]


def test_a_computed_line_takes_no_figure():
    reading = reading_of({"T1.03": 95, "T0.02": 5})
    assert [each.found for each in reading.left_alone] == ["95"]
    assert understood(reading) == {(0, "T0.02"): "5"}


# --- the file as a whole --------------------------------------------------------------------


def other(**changes):
    return blank({(0, "T0.02"): "5"}, form=dataclasses.replace(FORM, **changes))


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        (other(body="chiem-hoa"), "Tệp này là biểu mẫu của cơ quan khác (mã “chiem-hoa”)"),
        (other(period="2019"), "Tệp này là biểu mẫu của kỳ khác (mã kỳ “2019”)"),
    ],
)
def test_another_form_is_refused_whole(content, beginning):
    reading = read(content, "x.xlsx", FORM)
    assert reading.refused
    assert [notice.message.startswith(beginning) for notice in reading.notices] == [True]
    assert (reading.understood, reading.typed()) == ([], {})


def test_another_edition_and_an_unknown_origin_are_told():
    reading = read(other(edition=2), "x.xlsx", FORM)
    assert [notice.message[:40] for notice in reading.notices] == ["Biểu mẫu này theo phiên bản danh mục khá"]
    assert understood(reading) == {(0, "T0.02"): "5"}
    sheet = Sheet(filled(VALUES))
    del sheet.book["_bieu_mau"]
    reading = read(sheet.saved(), "x.xlsx", FORM)
    assert not reading.refused
    assert [notice.message[:30] for notice in reading.notices] == ["Tệp không còn trang ẩn của biể"]
    assert [each.was for each in reading.understood] == [None] * len(PLACES)


def test_lines_that_are_missing_are_counted():
    sheet = Sheet(filled(VALUES))
    row = sheet.figures[sheet.address("T2.05")].row
    for area in list(sheet.figures.merged_cells.ranges):
        sheet.figures.unmerge_cells(str(area))
    sheet.figures.delete_rows(row, 2)
    [notice] = read(sheet.saved(), "x.xlsx", FORM).notices
    assert notice.message == (
        "Trong tệp không có dòng của 2 chỉ tiêu (T2.05, T2.06); số liệu đang lưu được giữ nguyên."
    )


def test_a_workbook_without_any_table():
    book = openpyxl.Workbook()
    book.active["A1"] = "Danh sách"
    file = io.BytesIO()
    book.save(file)
    reading = read(file.getvalue(), "x.xlsx", FORM)
    assert reading.refused
    assert reading.notices[0].message.startswith("Không tìm thấy bảng nào của biểu mẫu")


# --- round trips ----------------------------------------------------------------------------


@st.composite
def stored(draw):
    """What may stand in a report, as the web form shows it: a figure, a tick or nothing for every cell."""
    typed = {}
    for each in INDICATORS:
        if each.computed:
            continue
        state = draw(st.sampled_from(["empty", "figures", "tick"]))
        if state == "tick":
            typed[each.task_number, f"{each.code}:nothing"] = "on"
        elif state == "figures":
            for option in each.options:
                value = draw(values(each.value_type))
                typed[each.task_number, str(Cell(each.code, option))] = value
    for line in FORM.texts:
        text = draw(st.sampled_from(["", "=A1", "-5", "'x", "1.234", "Đã xong;\n- 12 cuộc", "[T0.01]", "x"]))
        if text:
            typed[line.place] = "on" if line.box else text
    return typed


@st.composite
def values(draw, kind):
    if kind == ValueType.YES_NO:
        return draw(st.sampled_from(["0", "1"]))
    places = draw(st.integers(0, DECIMALS[kind]))
    whole = draw(st.integers(0, 99 if kind == ValueType.PERCENT else 10**12 - 1))
    return format_number(Decimal(whole) + Decimal(draw(st.integers(0, 10**places - 1))).scaleb(-places))


@settings(max_examples=12, deadline=None)
@given(stored())
def test_out_and_back_changes_no_value(typed):
    reading = read(blank(typed), "x.xlsx", FORM)
    assert understood(reading) == typed
    assert reading.defects == []


def test_a_real_district_report_out_and_back(report, cast):
    fill(report, {"T6.06": 15, "T6.06:girls": 7, "T2.05": "1234567.505", "T3.03": None, "T2.01": 1}, by=cast.lan)
    form = form_of(report)
    from reports.models import answers_of

    typed = {
        (form.indicators[name.partition(":")[0]].task_number, name): text
        for name, text in typed_from(answers_of(report), {}, report.indicators()).items()
    }
    typed |= {(result.number, "results"): result.results for result in report.results.all() if result.number}
    content = render(report, typed, {Cell("T6.06"): ((2019, "12"),)}, made_at=at(2020, 11, 2))
    reading = read(content, "bieu-mau.xlsx", form)
    assert understood(reading) == typed
    assert reading.clean
    assert len(typed) > 90


def test_every_name_on_the_form_is_a_name_of_the_portal(report):
    """The same input names as on the pages, in the autosave and in the list of edits."""
    from reports.parts import parts_of

    form = form_of(report)
    asked = {line.place for line in form.texts}
    for indicator in form.indicators.values():
        if not indicator.computed:
            from reports.parts import names_of

            asked |= {(indicator.task_number, name) for name in names_of(indicator)}
    assert asked == {(part.number, name) for part in parts_of(report) for name in part.names}
