"""The main job in a real browser: fill in, a wrong number, hand over, send, return, correct, accept, download."""

import io
import json
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from directives.choices import Role
from reports.models import Figure, Report
from tests.conftest import person
from tests.factories import accept

REPORT = "/bao-cao/2020/na-hang/"

# What the clerk of Na Hang types, task by task; with it every indicator left out of the table is 0.
FIGURES = {
    "T0.01": "12.400",
    "T0.01:girls": "6.000",
    "T0.02": "45.800",
    "T0.03": "4.600",
    "T0.04": "3.800",
    "T0.07": "12",
    "T1.04": "3.610",
    "T2.05": "1.234,567",
    "T2.06": "1.200",
    "T3.03": "150",
    "T3.07": "150",
    "T6.05": "2",
    "T6.06": "3",
    "T6.06:girls": "2",
    "T6.07": "1",
    "T6.08": "2",
    "T3.14": "1",
    "T6.14": "3",
}
YES_NO = ("T2.01", "T4.01", "T7.08")


@pytest.fixture
def world(transactional_db, cast, period, report_of):
    """People under the demo's names; Chiêm Hóa and the health department are accepted already."""
    person("na-hang", Role.REPORTER, "na-hang")
    person("na-hang-ky", Role.SIGNATORY, "na-hang")
    person("chuyen-vien", Role.OFFICER)
    person("lanh-dao", Role.LEADER)
    accept(
        report_of("chiem-hoa"),
        cast.minh,
        cast.huyen,
        figures={"T0.01": 36500, "T0.02": 135300, "T0.04": 11000, "T0.03": 13000, "T1.04": 10450, "T0.07": 26}
        | {"T2.05": "2000.433", "T6.05": 4, "T6.06": 5, "T6.06:girls": 5, "T6.07": 5, "T3.14": 5, "T3.03": 5},
    )
    accept(report_of("so-y-te"), cast.yen, cast.huyen, declined=(5,), figures={"T4.08": "20.6"})


def type_section(page, live_server, number, figures):
    """Type a whole part: the given figures, 0 elsewhere, and a text; then "save and next"."""
    page.goto(f"{live_server.url}{REPORT}phan/{number}/")
    for name in page.eval_on_selector_all("table[data-grid] input[inputmode]", "all => all.map(i => i.name)"):
        page.fill(f'[name="{name}"]', figures.get(name, "0" if ":" not in name else ""))
    for code in YES_NO:
        if page.locator(f'select[name="{code}"]').count():
            page.select_option(f'select[name="{code}"]', "1")
            page.fill(f'[name="{code}:detail"]', "Kế hoạch số 12/KH-UBND ngày 05/02/2020")
    if number:
        page.fill("#id_results", f"Đã triển khai nhiệm vụ {number}, phối hợp với các xã, thị trấn.")
    save(page, "next")


def save(page, then):
    """Press a button that saves; fields still on their way are awaited by the page before it leaves."""
    with page.expect_navigation():
        page.click(f".actions button[value={then}]")


def test_from_the_form_to_the_provincial_summary(quiet, world, live_server, sign_in, axe_clean):
    page = quiet
    sign_in("na-hang")
    expect(page.locator("main")).to_contain_text("Cơ quan bạn chưa gửi báo cáo, hạn trước ngày 15/12/2020")
    axe_clean("home")
    page.click("text=Điền báo cáo")

    for number in range(8):
        type_section(page, live_server, number, FIGURES | ({"T6.06": "12 trẻ"} if number == 6 else {}))
        if number == 6:
            wrong_number_is_told_and_kept(page, axe_clean)
    page.fill("#id_direction", "Đã ban hành kế hoạch, phân công các phòng.")
    save(page, "next")
    expect(page.locator("main")).to_contain_text("Không còn điểm nào phải hoàn thành.")
    axe_clean("check")
    page.click('button:has-text("Trình ký")')
    expect(page.locator("main")).to_contain_text("Đang chờ người ký của cơ quan")
    axe_clean("handed over")

    sign_and_send(page, sign_in, axe_clean)
    expect(page.locator("main")).to_contain_text("Báo cáo đã được nhận.")
    assert Report.objects.get(body__code="na-hang").events.filter(action="submit").count() == 1
    page.click(".receipt-body a")
    expect(page.locator("main")).to_contain_text("Đúng là bản đã được nhận.")

    sign_in("chuyen-vien")
    page.goto(f"{live_server.url}{REPORT}ban-gui/")
    axe_clean("review")
    page.select_option("[name=place-1]", "6|T6.14")
    page.fill("[name=words-1]", "Số trẻ em được hỗ trợ cần kiểm tra lại.")
    page.click('button:has-text("Trả lại")')

    sign_in("na-hang")
    page.goto(f"{live_server.url}{REPORT}")
    expect(page.locator(".notice-error")).to_contain_text("T6.14")
    axe_clean("returned, with a point")
    page.click("text=Đến chỗ cần sửa")
    expect(page.locator('[name="T6.14"]')).to_be_focused()
    page.fill('[name="T6.14"]', "2")
    save(page, "stay")
    page.goto(f"{live_server.url}{REPORT}")
    page.check("[name=done]")
    page.click("text=Lưu đánh dấu")
    expect(page.locator(".state-mended")).to_have_text("Đã sửa")
    page.goto(f"{live_server.url}{REPORT}kiem-tra/")
    expect(page.locator("main")).to_contain_text("Thay đổi so với lần gửi 1")
    page.click('button:has-text("Trình ký")')
    sign_and_send(page, sign_in, axe_clean)

    sign_in("chuyen-vien")
    page.goto(f"{live_server.url}{REPORT}ban-gui/")
    page.click('button:has-text("Duyệt báo cáo")')
    expect(page.locator(".notice-success")).to_contain_text("Đã duyệt")

    sign_in("lanh-dao")
    page.goto(f"{live_server.url}/tong-hop/2020/")
    axe_clean("summary")
    screen, files = totals_on_screen(page), downloads(page)
    the_same_everywhere(screen, files)


def sign_and_send(page, sign_in, axe_clean):
    """The signatory reads what waits for them, part by part, and sends with a hasty double click."""
    sign_in("na-hang-ky")
    expect(page.locator("main")).to_contain_text("Báo cáo chờ bạn đọc và gửi, hạn trước ngày 15/12/2020")
    page.click("a:has-text('Đọc và gửi')")
    expect(page.locator("h1")).to_have_text("Số liệu dùng chung")
    axe_clean("read before signing")
    page.click("text=Phần tiếp theo")
    page.dblclick('button:has-text("Gửi báo cáo")')
    expect(page.locator("h1")).to_have_text("Biên nhận báo cáo")
    axe_clean("receipt")


def wrong_number_is_told_and_kept(page, axe_clean):
    """The clerk sees one sentence at the cell and on top, the text as typed, and puts it right."""
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_count(1)
    expect(summary).to_contain_text("T6.06 “Số trẻ em bị xâm hại”, cột Tổng số: “12 trẻ” không phải là số")
    expect(page.locator('[name="T6.06"]')).to_have_value("12 trẻ")
    expect(page.locator('[name="T6.06"]')).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[name="T6.07"]')).to_have_value("1")
    assert page.title().startswith("Lỗi: ")
    assert not Figure.objects.filter(report__body__code="na-hang", indicator__code="T6.06", option="total").exists()
    axe_clean("fill with errors")
    summary.locator("a").click()
    expect(page.locator('[name="T6.06"]')).to_be_focused()
    page.fill('[name="T6.06"]', "3")
    save(page, "next")


# Sums by hand over Na Hang, Chiêm Hóa and Sở Y tế (who is counted differs by indicator).
BY_HAND = {
    "T0.01": Decimal(48900),  # 12.400 + 36.500, districts only
    "T1.05": Decimal("95.00"),  # (3.610 + 10.450) / (3.800 + 11.000): 14.060 / 14.800, not the mean of 95,00 and 95,00
    "T2.05": Decimal("3235"),  # 1.234,567 + 2.000,433 + 0: districts and departments
    "T2.01": Decimal(1),  # one yes
    "T3.03": Decimal(155),
    "T6.05": Decimal(6),
    "T6.06": Decimal(8),
    "T6.15": Decimal("25.00"),  # 2 of 8
    "T4.08": Decimal("20.6"),  # one survey, not added up
}


def totals_on_screen(page):
    found = {}
    for link in page.locator("td.num > a[href*='/chi-tieu/']").all():
        code = link.get_attribute("href").rstrip("/").split("/")[-1]
        found[code] = link.inner_text()
    return found


def downloads(page):
    files = {}
    for label in ("Excel", "PDF", "JSON"):
        with page.expect_download() as waiting:
            page.click(f"text=Tải {label}")
        files[label] = Path(waiting.value.path()).read_bytes()
        assert waiting.value.suggested_filename.startswith("tong-hop-2020")
    return files


def vietnamese(value, places=None):
    """An independent writer of 1.234,5 for the test."""
    text = f"{value:,.{places}f}" if places else f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def the_same_everywhere(screen, files):
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["Excel"])).get_sheet_by_name("Tổng hợp").to_python()
    head = next(row for row in sheet if "Mã" in row)
    total = head.index("Số sử dụng")
    excel = {row[head.index("Mã")]: row[total] for row in sheet if row[head.index("Mã")] in BY_HAND}
    rows = {row["code"]: row for part in json.loads(files["JSON"])["sections"] for row in part["rows"]}
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["PDF"])).pages)
    for code, value in BY_HAND.items():
        places = 2 if code in ("T1.05", "T6.15", "T4.08") else None
        assert screen[code] == vietnamese(value, places), code
        assert Decimal(str(excel[code])) == value, code
        assert Decimal(str(rows[code]["total"]["value"])) == value, code
        assert vietnamese(value, places) in text, code
    assert rows["T0.01"]["coverage"] == {
        "answered": 2,
        "owed": 7,
        "missing": [
            "UBND TP Tuyên Quang",
            "UBND huyện Lâm Bình",
            "UBND huyện Hàm Yên",
            "UBND huyện Yên Sơn",
            "UBND huyện Sơn Dương",
        ],
        "estimates": 0,
        "share": None,
    }
