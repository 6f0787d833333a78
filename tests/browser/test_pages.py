"""Pages as people meet them: axe on every kind of page, on a phone, at 200 % zoom, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from directives.choices import Role
from reports.models import Receipt, Report
from reports.workflow import Remark, move
from tests.conftest import person
from tests.factories import accept, fill, send

# Signed in as whom, address, what the page is. Each is looked at by axe at 1366 px and measured at 390 px.
PAGES = [
    (None, "/tai-khoan/login/", "sign-in"),
    (None, "/xac-nhan/RECEIPT/", "a receipt asked about by a stranger"),
    (None, "/xac-nhan/khong-co/", "an unknown receipt"),
    ("lan", "/", "home of a reporter"),
    ("huyen", "/", "home of an officer"),
    ("quan", "/", "home of an administrator"),
    ("lan", "/bao-cao/2020/na-hang/", "report, returned"),
    ("lan", "/bao-cao/2020/na-hang/phan/0/", "shared figures"),
    ("lan", "/bao-cao/2020/na-hang/phan/2/", "fill with yes and no, and a warning"),
    ("lan", "/bao-cao/2020/na-hang/phan/3/", "fill, the largest task"),
    ("lan", "/bao-cao/2020/na-hang/phan/6/", "fill with an error"),
    ("lan", "/bao-cao/2020/na-hang/phan/chung/", "overview"),
    ("lan", "/bao-cao/2020/na-hang/kiem-tra/", "check with errors"),
    ("lan", "/bao-cao/2020/na-hang/doc/6/", "the draft as it would be sent"),
    ("lan", "/bao-cao/2020/na-hang/bien-nhan/1/", "receipt, replaced or standing"),
    ("lan", "/bao-cao/2020/na-hang/excel/", "the Excel form"),
    ("lan", "/bao-cao/2020/na-hang/tep/", "attachments"),
    ("lan", "/bao-cao/2020/na-hang/ban-ky/", "paper form and signed paper"),
    ("lan", "/bao-cao/2020/na-hang/cac-nam/", "years"),
    ("lan", "/bao-cao/2020/na-hang/xin-gia-han/", "asking for more time"),
    ("lan", "/ban-giao/", "hand-over"),
    ("cuc", "/bao-cao/2020/ham-yen/", "report, handed over"),
    ("loc", "/bao-cao/2020/ham-yen/", "report, to be signed"),
    ("loc", "/bao-cao/2020/ham-yen/doc/chung/", "read before signing"),
    ("huyen", "/ky/", "periods"),
    ("huyen", "/ky/2020/", "board"),
    ("huyen", "/ky/2020/?tinh-trang=returned&khoi=front", "board, empty"),
    ("huyen", "/ky/2020/de-nghi/", "petitions"),
    ("huyen", "/ky/mo/", "open a period"),
    ("huyen", "/ky/2020/mien/yen-son/", "exempting a body"),
    ("huyen", "/bao-cao/2020/chiem-hoa/ban-gui/", "review"),
    ("hung", "/tong-hop/2020/", "summary"),
    ("hung", "/tong-hop/2020/chi-tieu/T6.06/", "cells behind a total"),
    ("hung", "/van-ban/", "documents"),
    ("hung", "/van-ban/chi-tieu/", "indicators"),
    ("hung", "/khong-co/", "not found"),
]


@pytest.fixture
def world(transactional_db, cast, period, report_of):
    """One report returned with something wrong in it, one waiting, one accepted."""
    na_hang = send(report_of("na-hang"), cast.lan, figures={"T2.05": 10, "T2.06": 20})
    points = [
        Remark(6, "T6.06", "Xem lại số liệu T6.06."),
        Remark(2, "", "Thiếu văn bản."),
        Remark(None, "", "Viết gọn."),
    ]
    move(
        na_hang,
        "return",
        by=cast.huyen,
        remarks=[*points, Remark(0, "T0.01", "Đối chiếu."), Remark(3, "results", "Rõ hơn.")],
    )
    na_hang.results.filter(number=6).update(unread={"T6.06": "12 trẻ"})
    send(report_of("chiem-hoa"), cast.minh)
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    cuc = person("cuc", Role.REPORTER, "ham-yen", "Cúc")
    person("loc", Role.SIGNATORY, "ham-yen", "Lộc")
    move(fill(report_of("ham-yen"), by=cuc), "hand", by=cuc)


def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(world, sound):
    receipt = Receipt.objects.first().fingerprint
    sound([(who, address.replace("RECEIPT", receipt), what) for who, address, what in PAGES])


def test_without_javascript_everything_still_works(browser, browser_context_args, cast, period, report_of, live_server):
    fill(report_of("na-hang"), by=cast.lan)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/tai-khoan/login/")
    page.fill("#id_login", "lan")
    page.fill("#id_password", "mat-khau-thu-nghiem-2020")
    page.click("main button")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/phan/6/")
    page.fill('[name="T6.05"]', "2")
    page.fill('[name="T6.06"]', "hai")
    page.click(".actions button[value=stay]")
    expect(page.locator("[data-error-summary]")).to_contain_text("“hai” không phải là số")
    page.fill('[name="T6.06"]', "2")
    page.fill('[name="T6.07"]', "2")
    page.click(".actions button[value=stay]")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/kiem-tra/")
    page.click("button:has-text('Trình ký')")
    page.click("text=Lấy lại để sửa")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/kiem-tra/")
    page.click("button:has-text('Trình ký')")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/tai-khoan/login/")
    page.fill("#id_login", "ky")
    page.fill("#id_password", "mat-khau-thu-nghiem-2020")
    page.click("main button")
    page.click("a:has-text('Đọc và gửi')")
    page.click("button:has-text('Gửi báo cáo')")
    expect(page.locator("h1")).to_have_text("Biên nhận báo cáo")
    assert Report.objects.get(body__code="na-hang").version == 1
    context.close()


def test_the_keyboard_alone_is_enough(page, cast, period, report_of, live_server, sign_in):
    """Skip link first, Enter moves down the column, Space ticks the box, Enter on the button saves."""
    sign_in("lan")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/phan/7/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    page.focus('[name="T7.01"]')
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator('[name="T7.02"]')).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator('[name="T7.02:nothing"]')).to_be_checked()
    page.keyboard.press("Space")
    page.focus(".actions button[value=stay]")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_have_text("Đã lưu.")
    expect(page.locator('[name="T7.01"]')).to_have_value("3")
    expect(page.locator('[name="T7.02"]')).to_have_value("1")
