"""The workbook, read back with another library and compared cell by cell with the Summary and with sums by hand."""

import dataclasses
import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from pypdf import PdfReader

from directives.choices import Option
from reports.document import Change, Document, Effect, Imprint, Supplement
from reports.exports import excel
from reports.gathering import summarise
from reports.jumps import Explained, Jump
from reports.models import Figure, Period
from reports.summary import (
    Amount,
    BodyLine,
    Coverage,
    Letterhead,
    Mark,
    Row,
    Section,
    Summary,
    Target,
    Text,
    hidden_legend,
)
from tests.conftest import at
from tests.factories import accept, send
from tests.reports.excel_forms import SOFFICE, converted
from tests.reports.paper_reading import boxes
from tests.reports.workbook_reading import column, columns, read

PEOPLE = {"T0.01": 50000, "T0.02": 90000, "T0.03": 30000}
SHEETS = ["Bìa", "Tổng hợp", "Số liệu chung", *(f"Nhiệm vụ {n}" for n in range(1, 8))]
SHEETS += ["Điều chỉnh", "Nội dung", "Giải trình", "Tình hình báo cáo"]
LONG = "Độ đầy đủ: cơ quan còn thiếu và phần của các cơ quan này năm trước"
TOTALS = ["Mã", "Chỉ tiêu", "Đơn vị tính", "Số báo cáo", "Số sử dụng", "Cơ quan đã có số liệu"]


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def table(lines: list[list], first_head: str = "Mã") -> tuple[list, list[list]]:
    """The heading row of a sheet and the rows below it."""
    start = next(number for number, line in enumerate(lines) if line[0] == first_head)
    return lines[start], lines[start + 1 :]


def figure(row, what, *, short=False):
    """What a cell must hold: the number, or the reason why there is none."""
    if isinstance(what, Amount):
        what = what.mark if what.value is None else what.value
    if isinstance(what, Mark):
        return what.short if short else what.words
    return float(what)


@pytest.fixture
def two_districts(period, report_of, cast):
    """Na Hang and Chiêm Hóa accepted, Sở Y tế accepted without task 1, nobody else."""
    accept(
        report_of("na-hang"),
        cast.lan,
        cast.huyen,
        at=at(2020, 12, 14, 23, 59, 59),
        figures={
            **PEOPLE,
            "T0.04": 1200,
            "T1.01": 12,
            "T1.04": 1000,
            "T1.04:girls": 480,
            "T1.06": None,
            "T1.08": None,
            "T2.05": "1234567.505",
        },
    )
    accept(
        report_of("chiem-hoa"),
        cast.minh,
        cast.huyen,
        at=at(2020, 12, 15, 0, 0, 0),
        figures={**PEOPLE, "T0.04": 3000, "T1.04": 2999, "T1.04:girls": 1401, "T1.08": None, "T2.05": "0.12"},
        left_out=["T1.09"],
    )
    accept(report_of("so-y-te"), cast.yen, cast.huyen, declined=[1], figures={"T2.05": "10.37", "T6.17": 4})
    Figure.objects.filter(report=report_of("na-hang"), indicator__code="T2.01").update(value=1)
    return period


@pytest.fixture
def summary(two_districts):
    return summarise(two_districts, cells=True, texts=True)


def test_sheets_in_order(summary):
    assert list(read(excel.render(Document(summary)))) == SHEETS


def test_every_total_stands_on_the_summary_sheet(summary):
    head, lines = table(read(excel.render(Document(summary)))["Tổng hợp"])
    assert head == [*TOTALS, "Chỉ tiêu quốc gia", "Số đối chiếu (không cộng)", LONG]
    expected = []
    for section in summary.sections:
        title = section.title_vi if section.number == 0 else f"Nhiệm vụ {section.number}. {section.title_vi}"
        expected.append([title, "", "", "", "", ""])
        for row in section.rows:
            unit = "cơ quan trả lời “Có”" if row.combine == "count_yes" else row.unit
            coverage = f"{row.coverage.answered}/{row.coverage.owed}"
            expected.append([row.code, row.name_vi, unit, *[figure(row, row.total)] * 2, coverage])
            for option, part in row.options.items():
                label = str(Option(option).label)
                expected.append(["", label, unit, *[figure(row, part)] * 2, f"{part.answered}/{part.owed}"])
    assert [line[:6] for line in lines[: len(expected)]] == expected


def test_totals_by_hand(summary):
    _head, lines = table(read(excel.render(Document(summary)))["Tổng hợp"])
    by_hand = {
        "T0.04": (4200, "2/7"),
        "T1.01": (12, "2/38"),  # 12 and 0; Sở Y tế declined and is not owed
        "T1.04": (3999, "2/7"),
        "T1.05": (95.21, "2/7"),  # 3999 / 4200, not the mean of 83.33 and 99.97
        "T1.06": (0, "2/7"),  # nothing arose, and 0
        "T1.08": ("không phát sinh", "2/7"),
        "T1.09": (0, "1/7"),
        "T2.01": (1, "3/39"),
        "T2.04": ("-", "3/39"),
        "T2.05": (1234577.995, "3/32"),
        "T5.10": ("chưa có số liệu", "0/1"),
    }
    found = {line[0]: (line[3], line[4], line[5]) for line in lines if line[0] in by_hand}
    # Nothing is corrected, so reported and used are the same.
    assert found == {code: (value, value, coverage) for code, (value, coverage) in by_hand.items()}


def test_cross_checks_and_missing_names_beside_the_total(summary):
    _head, lines = table(read(excel.render(Document(summary)))["Tổng hợp"])
    by_code = {line[0]: line for line in lines}
    first_five = (
        "UBND TP Tuyên Quang, UBND huyện Lâm Bình, UBND huyện Hàm Yên, UBND huyện Yên Sơn, UBND huyện Sơn Dương"
    )
    assert by_code["T6.17"][7:] == ["Sở Y tế: 4 (1/1)", f"2/7 cơ quan; thiếu: {first_five}"]
    assert by_code["T1.09"][8] == (
        "1/7 cơ quan; thiếu: UBND TP Tuyên Quang, UBND huyện Lâm Bình, UBND huyện Chiêm Hóa, UBND huyện Hàm Yên, "
        "UBND huyện Yên Sơn và 1 cơ quan khác"
    )
    assert by_code["T4.08"][8] == summary.row("T4.08").coverage.long


def test_every_cell_of_every_body(summary):
    sheets = read(excel.render(Document(summary)))
    for section in summary.sections:
        asked = [
            place
            for place in range(len(summary.bodies))
            if any(cells[place] is not Mark.NOT_OWED for row in section.rows for cells in row.cells.values())
        ]
        names = [summary.bodies[place].short_name for place in asked]
        found = columns(sheets["Số liệu chung" if section.number == 0 else f"Nhiệm vụ {section.number}"])
        expected = []
        for row in section.rows:
            for option, cells in row.cells.items():
                amount = row.total if option == "total" else row.options[option]
                label = "" if option == "total" else f". Trong đó: {Option(option).label}"
                shown = [figure(row, amount, short=True), f"{amount.answered}/{amount.owed}", row.counted_unit]
                expected.append(
                    [row.code, row.name_vi + label, *shown, *(figure(row, cells[n], short=True) for n in asked)]
                )
        assert [list(each.values()) for each in found] == expected
        head = ["Mã", "Chỉ tiêu", "Toàn tỉnh", "Cơ quan đã có số liệu", "Cơ quan"]
        assert {tuple(each) for each in found} == {(*head, *names)}


def test_cells_of_task_1_by_hand(summary):
    lines = read(excel.render(Document(summary)))["Nhiệm vụ 1"]
    bodies = ("Toàn tỉnh", "UBND huyện Na Hang", "UBND huyện Chiêm Hóa", "Sở Y tế", "Sở Tư pháp")
    shown = [[each["Mã"], *(each[body] for body in bodies)] for each in columns(lines)]
    assert shown == [
        ["T1.01", 12, 12, 0, "KTCN", "…"],
        ["T1.02", 0, 0, 0, "KTCN", "…"],
        ["T1.03", 0, 0, 0, "KTCN", "…"],
        ["T1.04", 3999, 1000, 2999, "", "…"],
        ["T1.04", 1881, 480, 1401, "", "…"],
        ["T1.04", "…", "…", "…", "", "…"],
        ["T1.05", 95.21, 83.33, 99.97, "", ""],
        ["T1.06", 0, "KPS", 0, "", ""],
        ["T1.06", "…", "…", "…", "", ""],
        ["T1.06", "…", "…", "…", "", ""],
        ["T1.07", 0, 0, 0, "", ""],
        ["T1.08", "KPS", "KPS", "KPS", "", ""],
        ["T1.09", 0, 0, "…", "", ""],
    ]
    last = max(number for number, line in enumerate(lines) if isinstance(line[0], float))
    assert lines[last + 1][0].startswith("Ký hiệu: “…” chưa có số liệu; “KPS” không phát sinh; “KTCN”")
    assert [line[0] for line in lines[last + 3 :]] == ["Khai không thuộc chức năng, nhiệm vụ:", "Sở Y tế"]


def test_numbers_are_numbers_with_a_format(summary):
    book = opened(excel.render(Document(summary)))
    expected = [
        ("Nhiệm vụ 1", "T1.04", "Toàn tỉnh", "#,##0"),
        ("Nhiệm vụ 1", "T1.05", "UBND huyện Na Hang", "#,##0.00"),
        ("Nhiệm vụ 1", "T1.07", "UBND huyện Na Hang", "#,##0.00"),  # 0,00
        ("Nhiệm vụ 2", "T2.05", "UBND huyện Na Hang", "#,##0.000"),
        ("Nhiệm vụ 2", "T2.05", "UBND huyện Chiêm Hóa", "#,##0.00"),
        ("Nhiệm vụ 2", "T2.06", "UBND huyện Chiêm Hóa", "#,##0"),
        ("Nhiệm vụ 2", "T2.01", "UBND huyện Na Hang", '[=1]"Có";[=0]"Không";0'),
        ("Nhiệm vụ 2", "T2.01", "Toàn tỉnh", "#,##0"),
        ("Tổng hợp", "T2.05", "Số báo cáo", "#,##0.000"),
        ("Tổng hợp", "T2.05", "Số sử dụng", "#,##0.000"),
    ]
    for sheet, code, name, number_format in expected:
        lines = list(book[sheet].iter_rows())
        if sheet != "Tổng hợp":
            lines = list(zip(*lines, strict=True))  # there an indicator is a column
        head = next([cell.value for cell in line] for line in lines if "Mã" in [cell.value for cell in line])
        line = next(line for line in lines if code in [cell.value for cell in line])
        cell = line[head.index(name)]
        shown = (cell.data_type, cell.number_format, cell.alignment.horizontal)
        assert (code, name, shown) == (code, name, ("n", number_format, "right"))


def test_last_year_and_change(obligation, period, report_of, cast):
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    old = before.reports.select_related("period", "body").get(body__code="na-hang")
    accept(old, cast.lan, cast.huyen, figures={**PEOPLE, "T0.04": 100, "T1.01": 8, "T1.04": 75, "T1.06": None})
    figures = {**PEOPLE, "T0.04": 100, "T1.01": 6, "T1.02": 3, "T1.04": 80}
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures=figures)
    head, lines = table(read(excel.render(Document(summarise(period, cells=True))))["Tổng hợp"])
    assert head[6:10] == ["Năm 2019", "Cơ quan năm 2019", "Tăng (+), giảm (-)", "Tăng, giảm (%)"]
    by_code = {line[0]: line[6:10] for line in lines}
    assert by_code["T1.01"] == [8, "1/39", -2, -25]
    assert by_code["T1.02"] == [0, "1/39", 3, "-"]
    assert by_code["T1.05"] == [75, "1/7", 5, "-"]  # points of a percentage, not percent of a percent
    assert by_code["T1.06"] == ["không phát sinh", "1/7", "-", "-"]
    assert by_code["T5.10"] == ["chưa có số liệu", "0/1", "-", "-"]


def test_cover(summary):
    lines = read(excel.render(Document(summary)))["Bìa"]
    office = "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang"
    missing = [body.short_name for body in summary.bodies if body.code not in ("na-hang", "chiem-hoa", "so-y-te")]
    assert len(missing) == 36
    assert [line[0] for line in lines[:3]] == [
        "BẢNG TỔNG HỢP SỐ LIỆU",
        f"{summary.subject} năm 2020",
        "Bản đầy đủ, lưu hành nội bộ: có số liệu nhỏ về trẻ em, không công bố.",
    ]
    facts = dict(lines[3:])
    assert facts["Cơ quan tổng hợp"] == office
    assert (facts["Số liệu từ ngày"], facts["Số liệu đến ngày"]) == (dt.date(2019, 12, 15), dt.date(2020, 12, 14))
    assert facts["Hạn gửi báo cáo"] == "trước ngày 15/12/2020"
    five = "Ủy ban MTTQ tỉnh, LĐLĐ tỉnh, Hội Nông dân tỉnh, Tỉnh đoàn, Hội LHPN tỉnh"
    assert facts["Báo cáo đã duyệt"] == f"3/39 cơ quan; thiếu: {five} và 31 cơ quan khác"
    assert facts["Cơ quan chưa có báo cáo được duyệt"] == "; ".join(missing)


def test_moments_are_vietnamese_dates(summary):
    made = dataclasses.replace(summary, made_at=dt.datetime(2020, 12, 31, 20, 5, 59, 999999, tzinfo=dt.UTC))
    sheets = read(excel.render(Document(made)))
    assert dict(sheets["Bìa"][3:])["Lập lúc"] == dt.datetime(2021, 1, 1, 3, 5, 59)
    page = opened(excel.render(Document(made)))["Bìa"]
    cell = next(line[1] for line in page.iter_rows() if line[0].value == "Lập lúc")
    assert (cell.is_date, cell.number_format) == (True, "dd/mm/yyyy hh:mm")


def test_who_has_reported(two_districts, report_of, cast):
    send(report_of("so-tu-phap"), _reporter_of(cast, "so-tu-phap"), at=at(2020, 12, 9, 8, 30))
    sheet = read(excel.render(Document(summarise(two_districts))))["Tình hình báo cáo"]
    assert sheet[2][0].endswith("Đang soạn: 35; đã gửi, chờ duyệt: 1; đã duyệt: 3; tệp kèm theo: 0.")
    head, lines = table(sheet, "STT")
    assert head[:6] == ["STT", "Cơ quan", "Khối", "Tình trạng", "Gửi lần đầu", "Gửi gần nhất"]
    assert head[6:] == ["Thời hạn", "Tệp kèm theo", "Ghi chú"]
    names = list(two_districts.reports.order_by("position").values_list("name", flat=True))
    assert [line[:2] for line in lines] == [[number, name] for number, name in enumerate(names, 1)]
    by_name = {line[1]: line[2:7] for line in lines}
    assert {(line[7], line[8]) for line in lines} == {(0, "")}
    last_second = dt.datetime(2020, 12, 14, 23, 59, 59)
    first_late = dt.date(2020, 12, 15)  # the reader gives midnight back as a day
    early = dt.datetime(2020, 12, 9, 8, 30)
    districts, departments = "Ủy ban nhân dân cấp huyện", "Sở, ban, ngành"
    assert by_name["Ủy ban nhân dân huyện Na Hang"] == [districts, "Đã duyệt", last_second, last_second, "đúng hạn"]
    assert by_name["Ủy ban nhân dân huyện Chiêm Hóa"] == [districts, "Đã duyệt", first_late, first_late, "trễ hạn"]
    assert by_name["Sở Tư pháp tỉnh Tuyên Quang"] == [departments, "Đã gửi, chờ duyệt", early, early, "đúng hạn"]
    assert by_name["Sở Nội vụ tỉnh Tuyên Quang"] == [departments, "Đang soạn", "", "", "chưa gửi"]


def _reporter_of(cast, code):
    cast.yen.body = cast.yen.body.__class__.objects.get(code=code)
    cast.yen.save()
    return cast.yen


def test_words_of_the_accepted_bodies_in_the_order_of_a_report(summary):
    head, lines = table(read(excel.render(Document(summary)))["Nội dung"], "Mục")
    assert head == ["Mục", "Cơ quan", "Kết quả thực hiện", "Khó khăn, vướng mắc", "Kiến nghị, đề xuất"]
    writers = {
        "Sở Y tế": "Sở Y tế tỉnh Tuyên Quang",
        "UBND huyện Na Hang": "Ủy ban nhân dân huyện Na Hang",
        "UBND huyện Chiêm Hóa": "Ủy ban nhân dân huyện Chiêm Hóa",
    }
    expected = [["Công tác chỉ đạo, triển khai", name, "Phần direction.", "", ""] for name in writers.values()]
    for section in summary.sections[1:]:
        place = f"Nhiệm vụ {section.number}. {section.title_vi}"
        for short, name in writers.items():
            if section.number > 1 or short != "Sở Y tế":
                expected.append([place, name, f"Kết quả nhiệm vụ {section.number} của {short}.", "", ""])
    for part, place in (
        ("assessment", "Đánh giá chung: kết quả, tồn tại, hạn chế, nguyên nhân"),
        ("next_year", "Phương hướng, nhiệm vụ năm sau"),
        ("proposals", "Kiến nghị, đề xuất"),
    ):
        expected += [[place, name, f"Phần {part}.", "", ""] for name in writers.values()]
    assert lines == expected


def test_nobody_accepted(period):
    summary = summarise(period, cells=True, texts=True)
    sheets = read(excel.render(Document(summary)))
    assert list(sheets) == SHEETS
    _head, lines = table(sheets["Tổng hợp"])
    assert {line[3] for line in lines if line[0].startswith("T")} == {"chưa có số liệu"}
    said = [cell for each in columns(sheets["Nhiệm vụ 7"]) for cell in list(each.values())[5:]]
    assert set(said) == {"…", ""}
    assert table(sheets["Nội dung"], "Mục")[1] == []
    assert dict(sheets["Bìa"][3:])["Báo cáo đã duyệt"].startswith("0/39 cơ quan; thiếu: ")


def test_without_cells_only_the_province_is_drawn(two_districts):
    assert column(read(excel.render(Document(summarise(two_districts))))["Nhiệm vụ 1"], "T1.01") == {
        "Mã": "T1.01",
        "Chỉ tiêu": "Văn bản chỉ đạo, hướng dẫn về công tác trẻ em đã ban hành",
        "Toàn tỉnh": 12,
        "Cơ quan đã có số liệu": "2/38",
        "Cơ quan": "văn bản",
    }


def test_paper_and_panes(summary):
    book = opened(excel.render(Document(summary)))
    assert book.properties.title == f"{summary.subject} năm 2020"
    set_up = {
        page.title: (page.freeze_panes, page.print_title_rows, page.print_title_cols, page.page_setup.orientation)
        for page in book
    }
    tasks = dict.fromkeys(SHEETS[2:10], ("C8", "$3:$7", "$A:$B", "landscape"))
    assert set_up == {
        "Bìa": (None, None, None, "portrait"),
        "Tổng hợp": ("C4", "$3:$3", "$A:$B", "landscape"),
        **tasks,
        "Điều chỉnh": ("D5", "$4:$4", "$A:$C", "landscape"),
        "Nội dung": ("C4", "$3:$3", "$A:$B", "landscape"),
        "Giải trình": ("D5", "$4:$4", "$A:$C", "landscape"),
        "Tình hình báo cáo": ("C5", "$4:$4", "$A:$B", "landscape"),
    }
    for page in book:
        assert page.page_setup.paperSize == 9  # A4
        assert page.oddFooter.right.text == "Trang &P/&N"
        assert page.oddFooter.left.text == "Lưu hành nội bộ, không công bố"
        assert page.oddHeader.center.text is None
    fitted = {page.title: (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToHeight) for page in book}
    narrow = ("Nhiệm vụ 2", "Nhiệm vụ 7")
    assert {name for name, fit in fitted.items() if fit == (True, 0)} == {*SHEETS[:2], *SHEETS[-4:], *narrow}


def test_every_cell_is_times_with_no_formula(summary):
    for page in opened(excel.render(Document(summary))):
        cells = [
            cell for line in page.iter_rows() for cell in line if cell.has_style and not isinstance(cell, MergedCell)
        ]
        assert {cell.font.name for cell in cells} == {"Times New Roman"}
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_table_cells_have_thin_borders(summary):
    page = opened(excel.render(Document(summary)))["Nhiệm vụ 1"]
    lines = {(c.border.left.style, c.border.right.style, c.border.top.style) for c in page[3]}
    assert lines == {("thin", "thin", "thin")}


@pytest.mark.parametrize("simulated", [True, False])
def test_invented_figures_are_marked_in_red_on_every_sheet(summary, simulated):
    book = opened(excel.render(Document(dataclasses.replace(summary, simulated=simulated))))
    for page in book:
        marks = [c.font.color.rgb for line in page.iter_rows() for c in line if c.value == "DỮ LIỆU MÔ PHỎNG"]
        assert marks == (["00C00000"] if simulated else [])
        assert (page.oddHeader.center.text, page.oddHeader.center.color) == (
            ("DỮ LIỆU MÔ PHỎNG", "C00000") if simulated else (None, None)
        )


def test_vietnamese_whatever_the_screen(summary):
    with translation.override("en"):
        english = read(excel.render(Document(summary)))
    assert english == read(excel.render(Document(summary)))


# Below: a Summary made by hand, without a database.


def made_by_hand(*, bodies=1, text="", name="Ủy ban nhân dân xã", findings=()) -> Summary:
    """One task with one indicator, of which body number n says n and the first writes ``text``."""
    lines = tuple(
        BodyLine(f"xa-{n}", name, f"Xã {n}", "commune", "commune", "accepted", None, None, None) for n in range(bodies)
    )
    total = Decimal(sum(range(bodies)))
    row = Row(
        code="T1.01",
        task=1,
        name_vi="Chỉ tiêu",
        name_en="",
        unit="vụ",
        value_type="count",
        combine="sum",
        time_kind="flow",
        core=True,
        sensitive=False,
        statistical_code="",
        total=Amount(total, None, bodies, bodies),
        options={},
        coverage=Coverage(bodies, bodies),
        previous=None,
        cross=(),
        cells={"total": tuple(Decimal(n) for n in range(bodies))},
    )
    return Summary(
        code="2020",
        year=2020,
        name="năm 2020",
        subject=f"Kết quả {text}"[:200],
        data_from=dt.date(2019, 12, 15),
        data_to=dt.date(2020, 12, 14),
        due_words="trước ngày 15/12/2020",
        letterhead=Letterhead("UBND tỉnh", name, name, "SỞ", "Nơi", "Giám đốc", "VT", (), ()),
        simulated=False,
        made_at=dt.datetime(2020, 12, 20, tzinfo=dt.UTC),
        bodies=lines,
        sections=(Section(1, "Nhiệm vụ thử", "", (row,), (Text(name, text, text, text),)),),
        findings=findings,
        previous_year=None,
    )


@pytest.mark.parametrize("bodies", [7, 3321])
def test_any_number_of_bodies(bodies):
    found = column(read(excel.render(Document(made_by_hand(bodies=bodies))))["Nhiệm vụ 1"], "T1.01")
    assert (found["Toàn tỉnh"], found["Cơ quan đã có số liệu"]) == (bodies * (bodies - 1) / 2, f"{bodies}/{bodies}")
    assert list(found.items())[5:] == [(f"Xã {n}", n) for n in range(bodies)]


@pytest.mark.parametrize(("indicators", "fitted", "scale"), [(7, True, None), (39, False, 60)])
def test_only_what_stays_legible_is_fitted_to_the_width_of_a_page(indicators, fitted, scale):
    summary = made_by_hand()
    [section] = summary.sections
    many = dataclasses.replace(section, rows=section.rows * indicators)
    page = opened(excel.render(Document(dataclasses.replace(summary, sections=(many,)))))["Nhiệm vụ 1"]
    properties = page.sheet_properties.pageSetUpPr
    assert (bool(properties and properties.fitToPage), page.page_setup.scale) == (fitted, scale)


def test_thousands_of_names_are_cut_into_rows_that_can_be_shown():
    names = tuple(f"UBND xã số {number}" for number in range(3321))
    summary = made_by_hand()
    section = dataclasses.replace(summary.sections[0], declined=names)
    bodies = tuple(dataclasses.replace(summary.bodies[0], short_name=name, status="draft") for name in names)
    rows = tuple(dataclasses.replace(row, cells={"total": (Decimal(0),) * len(names)}) for row in section.rows)
    section = dataclasses.replace(section, rows=rows)
    content = excel.render(Document(dataclasses.replace(summary, sections=(section,), bodies=bodies)))
    sheets = read(content)
    lines = sheets["Nhiệm vụ 1"]
    first = next(n for n, line in enumerate(lines) if line[0] == "Khai không thuộc chức năng, nhiệm vụ:")
    assert "".join(line[0] for line in lines[first + 1 :]) == "; ".join(names)
    first = next(number for number, line in enumerate(sheets["Bìa"]) if line[0] == "Cơ quan chưa có báo cáo được duyệt")
    assert "".join(line[1] for line in sheets["Bìa"][first:]) == "; ".join(names)
    heights = [line.height for page in opened(content) for line in page.row_dimensions.values()]
    assert max(heights) <= 409


def written(content: bytes) -> list[str]:
    """The three texts of "Nội dung", put together again where they were cut."""
    _head, lines = table(read(content)["Nội dung"], "Mục")
    return ["".join(line[column] for line in lines) for column in (2, 3, 4)]


@pytest.mark.parametrize(
    "begins", ["=", "+", "-", "@", "=cmd|' /C calc'!A0", "=1+1", "@SUM(A1)", "-2+3", "\t=1", "\n=1"]
)
def test_typed_text_never_becomes_a_formula(begins):
    text = f"{begins} và hết"
    content = excel.render(Document(made_by_hand(text=text, name=text)))
    assert written(content) == [text] * 3
    cells = [cell for page in opened(content) for line in page.iter_rows() for cell in line if cell.value == text]
    assert len(cells) == 6  # office on the cover; body and three texts; body in the last sheet
    assert {cell.data_type for cell in cells} == {"s"}
    assert {bool(cell.quotePrefix) for cell in cells} == {True}  # stays text when the cell is edited


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x08c\x0bd\x1fe", "abcde"),
        ("một\r\nhai\rba\nbốn", "một\nhai\nba\nbốn"),
        ("a & b < c > d \"e\" 'f' ]]> <f>1</f>", "a & b < c > d \"e\" 'f' ]]> <f>1</f>"),
        ("  hai dấu cách  ", "  hai dấu cách  "),
        ("nửa cặp \ud800 và \ufffe", "nửa cặp  và "),
        ("mặt cười 😀 ́", "mặt cười 😀 ́"),
        ("_x0041_ và _x000D_", "_x0041_ và _x000D_"),
    ],
)
def test_what_a_workbook_cannot_hold_is_left_out_and_nothing_else(typed, kept):
    assert written(excel.render(Document(made_by_hand(text=typed, name=typed)))) == [kept] * 3


def valid(letter: str) -> bool:
    return letter in "\t\n" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter >= "\U00010000"


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(codec=None), min_size=1, max_size=400))
def test_any_text_comes_back(text):
    kept = "".join(filter(valid, text.replace("\r\n", "\n").replace("\r", "\n")))
    content = excel.render(Document(made_by_hand(text=text, name=text)))
    assert written(content) == [kept] * 3
    assert not [1 for page in opened(content) for line in page.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_short_text_of_several_lines_is_high_enough():
    page = opened(excel.render(Document(made_by_hand(text="một\nhai\nba"))))["Nội dung"]
    assert page.row_dimensions[4].height == 45


@pytest.mark.parametrize("begins", ["=1+1", "_x0041_", "+1"])
def test_a_typed_reason_stays_text_and_whole(begins):
    text = f"{begins} " + "đã rà soát lại số liệu của các xã " * 90
    summary = made_by_hand()
    jump = Jump(summary.bodies[0], "T1.01", "Chỉ tiêu", "", "vụ", Decimal(10), Decimal("20.5"), text)
    explained = Explained(summary.bodies[0], "R11", "Câu.", text)
    jumped = dataclasses.replace(summary, jumps=(jump,), explained=(explained,), previous_year=2019)
    content = excel.render(Document(jumped))
    _head, lines = table(read(content)["Giải trình"], "Loại")
    by_code = {code: "".join(line[9] for line in lines if line[1] == code) for code in ("T1.01", "R11")}
    assert by_code == {"T1.01": text, "R11": text}
    page = opened(content)["Giải trình"]
    assert {cell.data_type for line in page.iter_rows() for cell in line} == {"s", "n"}
    assert max(line.height for line in page.row_dimensions.values()) <= 409
    first = next(line for line in page.iter_rows() if line[1].value == "T1.01")
    shown = [(cell.value, cell.number_format) for cell in first[5:9]]
    assert shown == [(10, "#,##0"), (20.5, "#,##0.0"), (10.5, "+#,##0.0;-#,##0.0;0"), (105, "+#,##0.0;-#,##0.0;0")]


def test_no_jumps_are_said_to_be_none():
    asked = dataclasses.replace(made_by_hand(), jumps=(), explained=(), previous_year=2019)
    lines = read(excel.render(Document(asked)))["Giải trình"]
    assert lines[2][0] == "Không có số liệu nào tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019."
    assert table(lines, "Loại")[1] == []
    assert "Giải trình" not in read(excel.render(Document(made_by_hand())))  # not asked for is not none


def test_a_long_text_is_cut_into_rows_that_can_be_shown():
    text = "\n".join(f"Đoạn {n}: " + "đã triển khai kế hoạch " * 40 for n in range(60))
    content = excel.render(Document(made_by_hand(text=text)))
    assert len(text) > 32767  # more than a cell holds
    assert written(content) == [text] * 3
    page = opened(content)["Nội dung"]
    heights = [page.row_dimensions[number].height for number in range(1, page.max_row + 1)]
    assert max(heights) <= 409
    assert [page.cell(4, 2).value, page.cell(5, 2).value] == [
        "Ủy ban nhân dân xã",
        "Ủy ban nhân dân xã (tiếp theo)",
    ]


# What an issue, a draft and an edition add.

IMPRINT = Imprint(
    number="12",
    symbol="BC-SỞ",
    signed_on=dt.date(2021, 2, 5),
    titles=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signatory="Nguyễn Văn Thử",
    recipients=("Bộ thử", "Lưu: VT"),
    code="AB12-CD34",
    fingerprint="0f" * 32,
    address="https://cong.example/van-ban/AB12-CD34/",
)


def said_on(lines: list[list]) -> list[str]:
    """The texts of a sheet, line by line."""
    return [text for line in lines for text in line if isinstance(text, str) and text]


def test_the_draft_leaves_number_day_and_signature_open():
    sheets = read(excel.render(Document(made_by_hand())))
    facts = dict(sheets["Bìa"][3:])
    assert (facts["Số, ký hiệu"], facts["Ngày ban hành"]) == ("(chưa ban hành)", "(chưa ban hành)")
    assert facts["Bản"] == "Bản đầy đủ, nội bộ"
    day = "Nơi, ngày      tháng      năm      "
    signed = said_on(sheets["Tổng hợp"])[-5:]
    assert signed == [day, "Người lập biểu", "Giám đốc", "(Ký, ghi rõ họ tên)", "(Chữ ký, dấu)"]
    assert "Lời báo cáo" not in sheets


def test_an_issued_document_is_numbered_and_signed_and_brings_its_words():
    texts = {"direction": "Đã chỉ đạo.", "task-1": "=1+1\nĐã làm.", "proposals": ""}
    sheets = read(excel.render(Document(made_by_hand(), texts, IMPRINT)))
    facts = dict(sheets["Bìa"][3:])
    assert (facts["Số, ký hiệu"], facts["Ngày ban hành"]) == ("12/BC-SỞ", dt.date(2021, 2, 5))
    assert facts["Người ký"] == "KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC: Nguyễn Văn Thử"
    assert (facts["Nơi nhận"], facts["Mã văn bản"]) == ("Bộ thử; Lưu: VT", "AB12-CD34")
    assert facts["Trang xác nhận văn bản"] == IMPRINT.address
    signed = ["Nơi, ngày 05 tháng 02 năm 2021", "Người lập biểu", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    signed += ["(Ký, ghi rõ họ tên)", "Nguyễn Văn Thử"]
    for name in ("Tổng hợp", "Lời báo cáo"):
        assert said_on(sheets[name])[-6:] == signed
    _head, lines = table(sheets["Lời báo cáo"], "Phần")
    assert lines[:2] == [
        ["Công tác chỉ đạo, triển khai", "Đã chỉ đạo."],
        ["Nhiệm vụ thử", "=1+1\nĐã làm."],
    ]
    assert [line[0] for line in lines[2:] if line[0]] == ["Người lập biểu", "(Ký, ghi rõ họ tên)"]


def test_a_total_says_who_is_missing_and_what_they_held_last_year():
    summary = made_by_hand()
    [section] = summary.sections
    coverage = Coverage(1, 2, ("Xã 9",), 0, Decimal("9.5"))
    row = dataclasses.replace(section.rows[0], coverage=coverage, value_type="percent")
    targets = {"T1.01": (Target("T1.01", 2020, Decimal("98.5"), True, "Quyết định thử"),)}
    told = dataclasses.replace(summary, sections=(dataclasses.replace(section, rows=(row,)),), targets=targets)
    sheets = read(excel.render(Document(told)))
    head, lines = table(sheets["Tổng hợp"])
    line = dict(zip(head, lines[1], strict=True))
    assert line[LONG] == "1/2 cơ quan; thiếu: Xã 9; các cơ quan này chiếm 9,5% năm trước"
    assert line["Chỉ tiêu quốc gia"] == "Chỉ tiêu quốc gia 2020: ≥ 98,5%"
    assert "Chỉ tiêu quốc gia theo: Quyết định thử." in said_on(sheets["Tổng hợp"])


def test_the_outgoing_edition_shows_what_it_hides_and_no_warning():
    summary = made_by_hand(bodies=3)
    [section] = summary.sections
    cells = {"total": (Mark.HIDDEN, Decimal(7), Mark.HIDDEN)}
    row = dataclasses.replace(section.rows[0], cells=cells, estimated=frozenset({0, 1}))
    section = dataclasses.replace(section, rows=(row,))
    content = excel.render(Document(dataclasses.replace(summary, sections=(section,), edition="outgoing")))
    sheets = read(content)
    found = column(sheets["Nhiệm vụ 1"], "T1.01")
    assert [found[f"Xã {n}"] for n in range(3)] == ["×", 7, "×"]  # that a hidden figure is an estimate is not told
    cover = said_on(sheets["Bìa"])
    assert "Bản gửi đi: số nhỏ về trẻ em của từng cơ quan được ẩn, ghi dấu “×”." in cover
    with translation.override("vi"):
        assert all(hidden_legend() in said_on(sheets[name]) for name in ("Bìa", "Tổng hợp", "Nhiệm vụ 1"))
    words = {text for lines in sheets.values() for text in said_on(lines)}
    assert not [text for text in words if "lưu hành nội bộ" in text.lower()]
    assert {page.oddFooter.left.text for page in opened(content)} == {"Bản gửi đi, đã ẩn số nhỏ về trẻ em"}


def test_a_supplement_carries_the_differences_and_nothing_else():
    effect = Effect("T1.02", "Tỷ lệ", "Toàn tỉnh", "50 (2/2)", "60 (2/2)")
    change = Change("figure", "Xã 0", "T1.01", "Chỉ tiêu", "Tổng số", "1", "2", "=Đếm lại. " * 300, (effect,))
    supplement = Supplement("12/BC-SỞ", dt.date(2021, 2, 5), (change,))
    imprint = dataclasses.replace(IMPRINT, number="15")
    sheets = read(excel.render(Document(made_by_hand(), {"words": "Xin bổ sung."}, imprint, supplement)))
    assert list(sheets) == ["Bìa", "Thay đổi", "Lời báo cáo"]
    facts = dict(sheets["Bìa"][3:])
    assert (facts["Bổ sung cho"], facts["Số, ký hiệu"]) == (
        "Báo cáo số 12/BC-SỞ, ngày 05 tháng 02 năm 2021",
        "15/BC-SỞ",
    )
    head, lines = table(sheets["Thay đổi"], "STT")
    assert head[3:] == ["Mã", "Nội dung", "Phân tổ", "Đã ghi trong báo cáo", "Nay là", "Lý do"]
    assert lines[0][:1] + lines[0][2:8] == [1, "Xã 0", "T1.01", "Chỉ tiêu", "Tổng số", "1", "2"]
    end = next(number for number, line in enumerate(lines) if line[1] == "Dòng của báo cáo thay đổi theo")
    assert "".join(line[8] for line in lines[:end]) == change.reason
    assert lines[end][3:8] == ["T1.02", "Tỷ lệ", "Toàn tỉnh", "50 (2/2)", "60 (2/2)"]
    assert table(sheets["Lời báo cáo"], "Phần")[1][0] == ["Lời báo cáo bổ sung", "Xin bổ sung."]


def test_the_same_document_gives_the_same_bytes():
    document = Document(made_by_hand(bodies=3), None, IMPRINT)
    assert excel.render(document) == excel.render(document)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
@pytest.mark.xdist_group("soffice")
def test_libreoffice_opens_it_and_prints_it_inside_the_margins(summary, tmp_path):
    content = excel.render(Document(summary, {"direction": "Đã chỉ đạo. " * 200}, IMPRINT))
    paper = converted({"bang": content}, "pdf", tmp_path)["bang"]
    pages = PdfReader(BytesIO(paper)).pages
    sizes = {tuple(sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])) for page in pages}
    assert sizes == {(210, 297)}
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in ("BẢNG TỔNG HỢP SỐ LIỆU", "12/BC-SỞ", "KT. GIÁM ĐỐC", "UBND huyện Na Hang", f"Trang 1/{len(pages)}"):
        assert words in text
    assert "###" not in text  # what a spreadsheet shows where a number does not fit
    for left, top, right, bottom in boxes(paper, tmp_path):
        assert (left > 10, top > 10, right < 290, bottom < 290) == (True, True, True, True), (left, top, right, bottom)
