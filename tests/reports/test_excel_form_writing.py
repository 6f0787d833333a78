"""The form as it is handed out, read back with other libraries: contents, protection, messages, paper."""

import io

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from directives.models import rules_of
from reports.answers import Cell
from reports.excel_form import form_of, read, render
from reports.excel_form.columns import Words, fold
from reports.excel_form.tables import find
from reports.excel_form.xlsx import Xlsx
from reports.exports.excel_paper import clean
from reports.typed import tidy
from tests.conftest import at
from tests.reports.excel_forms import FIGURES, FORM, TEXTS, Sheet, blank

TYPED = {
    (0, "T0.01"): "12.400",
    (0, "T0.02:nothing"): "on",
    (0, "T0.01:estimate"): "on",
    (2, "T2.01"): "0",
    (2, "T2.05"): "1.234.567,505",
    (2, "T2.06"): "12 trẻ",  # kept as typed, no number
    (1, "results"): "=HYPERLINK(1)",
    (1, "not_ours"): "on",
}
EARLIER = {
    Cell("T0.01"): ((2019, "12.000"), (2018, "11.900"), (2017, "11.000")),
    Cell("T0.01", "girls"): ((2019, "6"),),
}


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def values(content: bytes, sheet: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@pytest.fixture(scope="module")
def content():
    return blank(TYPED, EARLIER)


def test_sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = [(sheet.name, sheet.visible) for sheet in book.sheets_metadata]
    assert shown == [
        *((name, SheetVisibleEnum.Visible) for name in ("Hướng dẫn", FIGURES, TEXTS, "Các năm trước")),
        ("_bieu_mau", SheetVisibleEnum.VeryHidden),
    ]
    assert [sheet.name for sheet in CalamineWorkbook.from_filelike(io.BytesIO(blank())).sheets_metadata] == [
        "Hướng dẫn",
        FIGURES,
        TEXTS,
        "_bieu_mau",
    ]


def test_the_sheet_of_figures(content):
    rows = values(content, FIGURES)
    head = next(number for number, row in enumerate(rows) if row[0] == "[code]")
    keys = "code shown name unit kind year-2019 year-2018 total girls minority age_0_5 age_6_10 age_11_15"
    assert rows[head] == [f"[{name}]" for name in [*keys.split(), "nothing", "estimate", "detail"]]
    assert rows[head + 1][1:9] == ["Mã", "Chỉ tiêu", "Đơn vị tính", "Loại", "Năm 2019", "Năm 2018", "Tổng số", "Nữ"]
    lines = {row[1]: row for row in rows[head + 2 :] if row[1]}
    girls = "Dân số trẻ em (dưới 16 tuổi)"
    assert lines["T0.01"] == (
        ["[T0.01]", "T0.01", girls, "trẻ em", "bắt buộc", "12.000", "11.900", 12400.0] + [""] * 6 + ["x", ""]
    )
    assert lines["T0.02"][7:] == [""] * 6 + ["x", "", ""]
    assert lines["T1.03"][4:8] == ["cổng tự tính", "", "", "cổng tự tính"]
    assert [lines[code][7] for code in ("T2.01", "T2.05", "T2.06")] == ["Không", 1234567.505, "12 trẻ"]


def test_the_sheet_of_texts_and_of_earlier_years(content):
    rows = values(content, TEXTS)
    lines = {row[0]: row[1:] for row in rows if row[0]}
    assert lines["[1:results]"] == ["Nhiệm vụ 1. Thực hiện pháp luật", "Kết quả thực hiện", "=HYPERLINK(1)"]
    assert lines["[1:not_ours]"][1:] == ["Không thuộc chức năng, nhiệm vụ (ghi x nếu đúng)", "x"]
    assert lines["[:direction]"][:2] == ["Phần chung", "Công tác chỉ đạo, triển khai"]
    assert [row[1:] for row in values(content, "Các năm trước") if row[1] in ("Mã", "T0.01")] == [
        ["Mã", "Chỉ tiêu", "Phân tổ", "Đơn vị tính", "Năm 2019", "Năm 2018", "Năm 2017"],
        ["T0.01", "Dân số trẻ em (dưới 16 tuổi)", "Tổng số", "trẻ em", "12.000", "11.900", "11.000"],
        ["T0.01", "Dân số trẻ em (dưới 16 tuổi)", "Nữ", "trẻ em", "6", "", ""],
    ]


def test_what_it_was_handed_out_as(content):
    rows = values(content, "_bieu_mau")
    assert [row[2:] for row in rows[:5]] == [
        ["period", "2020"],
        ["body", "na-hang"],
        ["edition", "3"],
        ["layout", "1"],
        ["made_at", "2020-11-02T09:00:00+07:00"],
    ]
    issued = {(int(row[1]) if row[1] else None, row[2]): row[3] for row in rows[5:]}
    assert issued == TYPED


def test_only_the_cells_to_fill_are_open_and_there_is_no_password(content):
    book = opened(content)
    sheet = Sheet(content)
    for page in book:
        assert page.protection.sheet
        assert page.protection.password is None
    asked = {sheet.address(i.code, o) for i in FORM.indicators.values() if not i.computed for o in i.options}
    for indicator in FORM.indicators.values():
        if not indicator.computed:
            beside = ("nothing", "detail") + (() if indicator.value_type == "yes_no" else ("estimate",))
            asked |= {sheet.address(indicator.code, name) for name in beside}
    unlocked = {cell.coordinate for row in book[FIGURES].iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == asked
    lines = {sheet.address(f"{'' if line.section is None else line.section}:{line.name}") for line in FORM.texts}
    assert {cell.coordinate for row in book[TEXTS].iter_rows() for cell in row if not cell.protection.locked} == lines


def covered(book, address):
    """The validation of a cell."""
    [found] = [v for v in book[FIGURES].data_validations.dataValidation if address in v.sqref]
    return found


def test_every_cell_to_fill_is_validated_with_a_vietnamese_message(content):
    book, sheet = opened(content), Sheet(content)
    expected = {
        ("T0.02", "total"): ("whole", "0", "999999999999"),
        ("T0.01", "girls"): ("whole", "0", "999999999999"),
        ("T2.05", "total"): ("decimal", "0", "999999999999"),
        ("T2.08", "total"): ("decimal", "0", "100"),
        ("T2.01", "total"): ("list", '"Có,Không"', None),
        ("T0.01", "nothing"): ("list", '"x,không"', None),
        ("T0.01", "estimate"): ("list", '"x,không"', None),
    }
    for (code, column), (kind, first, second) in expected.items():
        found = covered(book, sheet.address(code, column))
        assert (found.type, found.formula1, found.formula2) == (kind, first, second)
        assert found.error.startswith(("Hãy", "Chỉ tiêu này"))
        assert found.showErrorMessage
    for validation in book[FIGURES].data_validations.dataValidation:
        assert len(validation.error) <= 255
        assert len(validation.prompt or "") <= 255
        assert len(validation.promptTitle or "") <= 32


def test_a_total_that_a_rule_speaks_of_shows_the_sentence(content):
    found = covered(opened(content), Sheet(content).address("T1.02"))
    assert found.prompt == "T1.02 <= T1.01 không đúng. T1.01 + T1.02 = T2.09 không đúng."
    assert found.promptTitle == "T1.02 (văn bản)"


def test_paper(content):
    for page in opened(content).worksheets[:4]:
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert page.oddFooter.left.text == "Ủy ban nhân dân huyện Na Hang – năm 2020 – danh mục phiên bản 3"
        fonts = {cell.font.name for row in page.iter_rows() for cell in row if cell.value}
        assert fonts == {"Times New Roman"}
    sheet = opened(content)[FIGURES]
    head = next(cell.row for cell in sheet["B"] if cell.value == "Mã")
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.freeze_panes == f"D{head + 1}"
    assert sheet.row_dimensions[head - 1].hidden
    assert sheet.column_dimensions["A"].hidden


def test_no_formula_is_written_and_text_stays_text(content):
    for page in opened(content):
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60), st.sampled_from(["", "=", "+", "-", "@", "'", "_x0041_", "#REF!"]))
def test_any_text_is_written_as_text(text, before):
    typed = {(1, "results"): before + text, (2, "T2.01:detail"): before + text, (2, "T2.06"): before + text}
    content = blank(typed)
    for page in opened(content):
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    reading = read(content, "x.xlsx", FORM)
    # "k phát sinh" in the row of a figure is an answer: its words are understood, not kept as a text.
    texts = {each.text for each in reading.understood if not each.name.startswith("T2.06")}
    assert texts <= {tidy(clean(before + text))}


def test_a_text_too_long_for_a_cell_is_not_cut_but_left_to_the_portal():
    content = blank({(1, "results"): "a" * 32_768, (2, "results"): "b" * 32_767})
    lines = {row[2]: row for row in values(content, TEXTS) if row[1].startswith("Nhiệm vụ 1")}
    line = lines["Kết quả thực hiện (quá dài cho một ô bảng tính: hãy sửa trên cổng)"]
    assert (line[0], line[3]) == ("", "")
    assert len(next(row for row in values(content, TEXTS) if row[0] == "[2:results]")[3]) == 32_767


def guide(content):
    return [str(cell) for row in values(content, "Hướng dẫn") for cell in row if cell]


def test_the_guide_says_what_the_checks_say(content):
    said = "\n".join(guide(content))
    for rule, linear in FORM.rules:
        assert rule.message_vi in said
        assert " + ".join(linear.left) in said
    for words in ("12 chữ số", "3 chữ số sau dấu phẩy", "10 MB", "111", "Không phát sinh", "không có mật khẩu"):
        assert words in said
    assert "Tỷ suất" not in said  # this form has none


def test_invented_data_is_marked():
    import dataclasses

    content = blank(form=dataclasses.replace(FORM, simulated=True))
    for page in ("Hướng dẫn", FIGURES, TEXTS):
        assert any("DỮ LIỆU MÔ PHỎNG" in row for row in values(content, page))
    assert "DỮ LIỆU MÔ PHỎNG" not in guide(blank())


def test_the_form_is_vietnamese_on_an_english_screen(report):
    plain = render(report, {}, {}, made_at=at(2020, 11, 2))
    with translation.override("en"):
        english = render(report, {}, {}, made_at=at(2020, 11, 2))
        assert form_of(report) == form_of(report)
    for page in ("Hướng dẫn", FIGURES, TEXTS):
        assert values(english, page) == values(plain, page)


@pytest.mark.parametrize("code", ["na-hang", "so-y-te", "cong-an-tinh", "tinh-doan"])
def test_the_form_of_each_kind_of_body(report_of, code):
    report = report_of(code)
    form = form_of(report)
    content = render(report, {}, {}, made_at=at(2020, 11, 2))
    rows = values(content, FIGURES)
    assert [row[1] for row in rows if row[0].startswith("[T")] == [i.code for i in report.indicators()]
    numbers = {rule.code for rule, _linear in rules_of(report.period.catalogue_id)}
    assert {rule.code for rule, _linear in form.rules} <= numbers
    typed = {indicator.code for indicator in report.indicators() if not indicator.computed}
    for rule, linear in rules_of(report.period.catalogue_id):
        assert (rule in [each for each, _linear in form.rules]) == set(linear.codes).issubset(typed)


def test_every_visible_word_of_the_form_is_recognised_without_its_codes(report):
    """What the reader falls back on is enough on the real form: no two names or headings fold to the same."""
    form = form_of(report)
    words = Words(form)
    assert {words.names[fold(indicator.name_vi)] for indicator in form.indicators.values()} == set(form.indicators)
    assert {words.line(line.part, line.label) for line in form.texts} == set(form.lines)
    content = render(report, {}, {}, made_at=at(2020, 11, 2))
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [sheet] = Xlsx(archive).sheets(400, {FIGURES})
    found = find(sheet, form, words)
    assert {line.what for line in found.lines} == set(form.indicators)
    assert not [line for line in found.lines if line.trouble or line.note]


def test_conditional_formats_cover_their_rules(content):
    book, sheet = opened(content), Sheet(content)
    formulas = {}
    for area in book[FIGURES].conditional_formatting:
        for each in area.rules:
            formulas.setdefault(each.formula[0], set()).add(str(area.sqref))
    total = sheet.address("T1.01")[0]
    rows = {code: sheet.figures[sheet.address(code)].row for code in FORM.indicators}
    over = f"${total}${rows['T1.02']}>${total}${rows['T1.01']}"
    [(_formula, areas)] = [item for item in formulas.items() if over in item[0]]
    assert areas == {f"{total}{rows['T1.02']}"}
    added = f"${total}${rows['T1.01']}+${total}${rows['T1.02']}<>${total}${rows['T2.09']}"
    [(_formula, areas)] = [item for item in formulas.items() if added in item[0]]
    assert areas == {f"{total}{rows['T1.01']}", f"{total}{rows['T1.02']}"}
    for areas in formulas.values():
        for area in areas:
            assert range_boundaries(area)
