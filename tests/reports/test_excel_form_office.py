"""The form in the hands of a real spreadsheet program: LibreOffice opens, converts, calculates."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formula.translate import Translator
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from directives.choices import Option
from reports import checks
from reports.answers import Answer, Cell
from reports.excel_form import annotate, form_of, read, render
from reports.excel_form.files import opened
from reports.excel_form.marking import COLOUR, OURS
from reports.excel_form.opening import MAX_ROWS, Kind
from reports.numbers import parse_number
from tests.conftest import at
from tests.reports.excel_forms import FIGURES, FORM, SOFFICE, Sheet, blank, converted, filled

pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
    pytest.mark.xdist_group("soffice"),  # one at a time: each start takes seconds and a hundred megabytes
]

TYPED = {
    (0, "T0.01"): "12.400",
    (0, "T0.01:girls"): "6.001",
    (0, "T0.01:estimate"): "on",
    (0, "T0.02:nothing"): "on",
    (1, "T1.01"): "0",
    (2, "T2.01"): "1",
    (2, "T2.01:detail"): "12/KH-UBND ngày 03/02/2020",
    (2, "T2.05"): "1.234.567,505",
    (2, "T2.06"): "999.999.999.999,999",
    (2, "T2.08"): "0,5",
    (1, "results"): "=1+1\n- Đã ban hành 12 văn bản.\n_x0041_ & <b> “ệ ữ Ở”",
    (2, "not_ours"): "on",
    (None, "direction"): "Chỉ đạo; 1.234",
}


def understood(reading):
    return {each.place: each.text for each in reading.understood}


def calculated() -> bytes:
    """What people and spreadsheets put into cells: formulas, an error, a date, a share, a raised footnote mark."""
    sheet = Sheet(filled({"T0.02": "=SUM(2,3)", "T1.01": "=1/0", "T1.02": "12 văn bản", "T2.05": "=0.1+0.2"}))
    sheet.put("1.234", "T2.06").put("=2>1", "T2.01").put(0.25, "T2.08", look="0%")
    sheet.put(dt.datetime(2020, 5, 12), "T2.09", look="dd/mm/yyyy")
    raised = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    sheet.figures[sheet.address("T0.01")].value = raised
    return sheet.saved()


@pytest.fixture(scope="module", params=["xlsx", "xls", "ods"])
def saved(request, tmp_path_factory):
    """(kind, {name: file}) of forms opened in the office and saved as each of the three kinds."""
    wrong = filled({"T0.02": "khoảng 12", "T1.01": 5, "1:results": "Xong."})
    contents = {"typed": blank(TYPED), "calculated": calculated(), "wrong": wrong}
    return request.param, converted(contents, request.param, tmp_path_factory.mktemp(request.param))


def test_download_fill_upload_changes_no_value(saved):
    kind, files = saved
    reading = read(files["typed"], f"bieu-mau.{kind}", FORM)
    assert understood(reading) == TYPED
    assert all(each.unchanged and not each.note for each in reading.understood)
    assert (reading.defects, reading.left_alone, reading.notices) == ([], [], [])
    assert reading.clean
    assert reading.identity.body == "na-hang"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_real_report_through_the_office(kind, report, tmp_path):
    form = form_of(report)
    typed = {}
    for number, indicator in enumerate(i for i in report.indicators() if not i.computed):
        for option in indicator.options:
            text = "1" if indicator.value_type == "yes_no" else str(number + len(option))
            typed[indicator.task_number, str(Cell(indicator.code, option))] = text
    typed |= {line.place: f"Nội dung {line.label[:9].strip()}" for line in form.texts if not line.box}
    content = render(report, typed, {}, made_at=at(2020, 11, 2))
    reading = read(converted({"a": content}, kind, tmp_path)["a"], f"bieu-mau.{kind}", form)
    assert understood(reading) == typed
    assert reading.clean


def test_formulas_errors_dates_and_raised_marks_of_a_spreadsheet(saved):
    kind, files = saved
    reading = read(files["calculated"], f"x.{kind}", FORM)
    assert understood(reading) == {
        (0, "T0.02"): "5",
        (1, "T1.02"): "12",
        (2, "T2.01"): "1",
        (2, "T2.05"): "0,3",
        (2, "T2.08"): "25",
    }
    assert [(each.name, each.found) for each in reading.defects] == [
        ("T0.01", "121"),
        ("T1.01", "#DIV/0!"),
        ("T2.09", "12/05/2020"),
    ]
    assert [each.found for each in reading.question.cells] == ["1.234"]
    assert [each.name for each in reading.understood if "công thức" in each.note] == ["T0.02", "T2.01", "T2.05"]


def test_our_readers_agree_with_another_library(saved):
    """python-calamine on the same sound file: the same values at the same addresses."""
    _kind, files = saved
    other = CalamineWorkbook.from_filelike(io.BytesIO(files["typed"]))
    for sheet in opened(files["typed"]).sheets(MAX_ROWS):
        theirs = {
            (row, column): float(value) if isinstance(value, int | float) else value
            for row, line in enumerate(other.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False), 1)
            for column, value in enumerate(line, 1)
            if str(value).strip()
        }
        ours = {
            (row, column): float(cell.value) if cell.kind is Kind.NUMBER else cell.value
            for row, column, cell in sheet.cells()
        }
        assert ours == theirs


def test_what_is_handed_back_opens_in_the_office_with_its_marks(saved, tmp_path):
    kind, files = saved
    reading = read(files["wrong"], f"x.{kind}", FORM)
    [defect] = reading.defects
    back = annotate(files["wrong"], f"x.{kind}", reading)
    reopened = converted({"lai": back}, "xlsx", tmp_path)["lai"]
    book = openpyxl.load_workbook(io.BytesIO(reopened))
    assert book.sheetnames[0] == "Lỗi cần sửa"
    cell = book[FIGURES][defect.address]
    assert cell.fill.fgColor.rgb == COLOUR
    assert cell.comment.text.startswith(f"{OURS}{defect.message}")
    assert book["Lỗi cần sửa"]["D4"].hyperlink.location == f"'{FIGURES}'!{defect.address}"
    again = read(reopened, "x.xlsx", FORM)
    assert [(e.address, e.found) for e in again.defects] == [(defect.address, "khoảng 12")]
    assert understood(again) == understood(reading)
    # Put right in the office's own file, the mark goes.
    cell.value = 12
    file = io.BytesIO()
    book.save(file)
    last = annotate(file.getvalue(), "x.xlsx", read(file.getvalue(), "x.xlsx", FORM))
    cell = openpyxl.load_workbook(io.BytesIO(last))[FIGURES][defect.address]
    assert (cell.comment, cell.fill.fgColor.rgb == COLOUR) == (None, False)


def broken_by_checks(form, typed):
    """The cells that the portal's own checks object to, as (code, column) of the form."""
    indicators = tuple(form.indicators.values())
    answers = {}
    for (_section, name), text in typed.items():
        cell = Cell.parse(name)
        if cell.option in Option.values:
            answers[cell] = Answer(parse_number(text, form.indicators[cell.code].value_type))
    sheet = checks.Sheet(indicators, dict(form.roles), form.rules, answers, {}, (), {}, {})
    found = set()
    for finding in (*checks.parts_and_wholes(sheet), *checks.broken_rules(sheet)):
        if finding.code == "whole":
            found.add((finding.cells[1].code, finding.cells[1].option))
        elif finding.code == "part":
            found.add((finding.cells[0].code, finding.cells[0].option))
        elif finding.code == "ages":
            found |= {(cell.code, cell.option) for cell in finding.cells}
        else:
            [linear] = [linear for rule, linear in form.rules if rule.code == finding.code]
            found |= {(code, "total") for code in linear.left}
    return found


def asking(content: bytes) -> tuple[bytes, dict[int, str]]:
    """(the workbook with every formula of its conditional formats in a line of a sheet of its own, {line: cell})."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page, where = book[FIGURES], {}
    asked = book.create_sheet("Tinh")
    for area in page.conditional_formatting:
        first = re.match(r"[A-Z]+[0-9]+", str(area.sqref))[0]
        cells = page[str(area.sqref)] if ":" in str(area.sqref) else ((page[first],),)
        for rule in area.rules:
            if rule.dxf.fill is None:  # a text where a number goes: no check of the portal's
                continue
            for cell in (each for row in cells for each in row):
                moved = Translator(f"={rule.formula[0]}", origin=first).translate_formula(cell.coordinate)[1:]
                there = re.sub(r"(?<![:$A-Z])(\$?[A-Z]{1,2}\$?[0-9]+)", rf"'{FIGURES}'!\1", moved)
                where[len(where) + 1] = cell.coordinate
                asked.cell(len(where), 1).value = f"=IF({there},1,0)"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), where


def coloured_by_office(forms: dict[str, bytes], folder) -> dict[str, set]:
    """{name: the cells that the conditional formats colour}, by letting LibreOffice calculate their formulas."""
    questions = {name: asking(content) for name, content in forms.items()}
    answered = converted({name: content for name, (content, _where) in questions.items()}, "xlsx", folder)
    found = {}
    for name, content in answered.items():
        lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Tinh").to_python()
        sheet, where = Sheet(forms[name]), questions[name][1]
        assert len(lines) == len(where) > 50
        true = {where[number] for number, (value,) in enumerate(lines, 1) if value == 1}
        names = {
            sheet.address(code, column): (code, column)
            for code, indicator in FORM.indicators.items()
            for column in (*indicator.options, "nothing", "detail")
        }
        found[name] = {names[address] for address in true}
    return found


WRONG = {
    (0, "T0.01"): "100",
    (0, "T0.01:girls"): "101",
    (0, "T0.01:minority"): "100",
    (0, "T0.01:age_0_5"): "10",
    (0, "T0.01:age_6_10"): "20",
    (0, "T0.01:age_11_15"): "30",
    (0, "T0.02"): "99",
    (1, "T1.01"): "3",
    (1, "T1.02"): "4",
    (2, "T2.05"): "10,5",
    (2, "T2.06"): "10,501",
    (2, "T2.09:minority"): "2",
}
RIGHT = WRONG | {
    (0, "T0.01:girls"): "50",
    (0, "T0.01:age_11_15"): "70",
    (0, "T0.02"): "100",
    (1, "T1.02"): "3",
    (2, "T2.06"): "10,5",
    (2, "T2.09"): "6",
}
TICKED = {(2, "T2.09"): "6", (2, "T2.09:nothing"): "on", (2, "T2.01"): "1"}


def test_the_conditional_formats_say_what_the_portals_checks_say(tmp_path):
    forms = {"wrong": blank(WRONG), "right": blank(RIGHT), "ticked": blank(TICKED)}
    assert (len(broken_by_checks(FORM, WRONG)), broken_by_checks(FORM, RIGHT)) == (8, set())
    assert coloured_by_office(forms, tmp_path) == {
        "wrong": broken_by_checks(FORM, WRONG),
        "right": set(),
        "ticked": {("T2.09", "nothing"), ("T2.01", "detail")},
    }


def test_it_prints_on_landscape_pages(tmp_path):
    pages = PdfReader(io.BytesIO(converted({"a": blank(TYPED)}, "pdf", tmp_path)["a"])).pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    text = "\n".join(page.extract_text() for page in pages)
    for words in ("BIỂU MẪU BÁO CÁO NĂM 2020", "Dân số trẻ em (dưới 16 tuổi)", "Kết quả thực hiện"):
        assert words in text
