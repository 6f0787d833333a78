"""Pages as people meet them: axe on every kind of page, on a phone, at 200 % zoom, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from reports.models import Report
from reports.workflow import move
from tests.factories import accept, fill, send

# Signed in as whom, address, what the page is. Each is looked at by axe at 1366 px and measured at 390 px.
PAGES = [
    (None, "/tai-khoan/login/", "sign-in"),
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
    ("huyen", "/ky/", "periods"),
    ("huyen", "/ky/2020/", "queue"),
    ("huyen", "/ky/2020/?status=accepted&group=front", "queue, empty"),
    ("huyen", "/ky/mo/", "open a period"),
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
    move(na_hang, "return", by=cast.huyen, note="Xem lại số liệu T6.06.")
    na_hang.results.filter(number=6).update(unread={"T6.06": "12 trẻ"})
    send(report_of("chiem-hoa"), cast.minh)
    accept(report_of("so-y-te"), cast.yen, cast.huyen)


def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(page, world, live_server, sign_in, axe_clean):
    signed_in = None
    for who, address, what in PAGES:
        if who and who != signed_in:
            sign_in(who)
            signed_in = who
        page.goto(live_server.url + address)
        expect(page.locator("h1")).to_have_count(1)
        axe_clean(what)
        for width in (390, 683):  # a phone; 1366 px at 200 % zoom
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (what, width)
        page.set_viewport_size({"width": 1366, "height": 768})


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
    page.click("button[value=stay]")
    expect(page.locator("[data-error-summary]")).to_contain_text("“hai” không phải là số")
    page.fill('[name="T6.06"]', "2")
    page.fill('[name="T6.07"]', "2")
    page.click("button[value=stay]")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/kiem-tra/")
    page.click("button:has-text('Gửi báo cáo')")
    expect(page.locator(".state-submitted")).to_have_text("Đã gửi, chờ duyệt")
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
    page.focus("button[value=stay]")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_have_text("Đã lưu.")
    expect(page.locator('[name="T7.01"]')).to_have_value("3")
    expect(page.locator('[name="T7.02"]')).to_have_value("1")


def test_leaving_with_something_typed_asks_first(page, cast, period, live_server, sign_in):
    sign_in("lan")
    page.goto(f"{live_server.url}/bao-cao/2020/na-hang/phan/7/")
    page.locator("#id_results").press_sequentially("Câu viết dở")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{live_server.url}/")
    assert asked == ["beforeunload"]
