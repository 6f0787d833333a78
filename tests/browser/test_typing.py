"""Typing with a poor line, a dead tab, an ended session, a colleague: every character is stored or shown for choice."""

import gzip
import json
import re
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from reports.answers import Answer, Cell
from reports.consolidation import computed_values
from reports.models import Figure, Overview, TaskResult, write_answers
from reports.numbers import NotANumber, format_number, parse_number
from reports.summary import Mark
from reports.views.fill import SCRIPTS
from tests.factories import send

PART = "/bao-cao/2020/na-hang/phan/{}/"
SAVE = "**/phan/*/luu/"
KEPT = "Chưa gửi được; nội dung được giữ trên máy này"
SIGNED_OUT = "Phiên làm việc đã hết"


@pytest.fixture
def people(browser, browser_context_args, transactional_db, cast, period, live_server):
    """Opens a browser of one's own for a person of the cast, signed in; each is closed at the end."""
    opened = []

    def _people(username, **options):
        context = browser.new_context(**browser_context_args, base_url=live_server.url, **options)
        opened.append(context)
        arrive(context, getattr(cast, username), live_server.url)
        return context.new_page()

    yield _people
    for context in opened:
        context.set_offline(True)  # nothing that a closing page still sends may meet the emptied database
        context.close()


def arrive(context, person, url):
    """A session of ``person`` in this browser, as after the sign-in page."""
    client = Client()
    client.force_login(person, backend="portal.signin.Backend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def sign_in(page, username):
    page.goto("/tai-khoan/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", "mat-khau-thu-nghiem-2020")
    page.click("main button")
    page.wait_for_url(lambda address: "login" not in address)


def field(page, name):
    return page.locator(f'form[data-save] [name="{name}"]')


def state(page, name):
    """The words beside a field."""
    return page.locator(f'td:has(> [name="{name}"]) > .field-state, [name="{name}"] + .field-state')


def bar(page):
    return page.locator("#save-state")


def versions(page, name):
    return page.locator(f'[id="{name}_two"]')


def kept(page):
    """{name: text} of what this browser keeps unsent, of whomever."""
    stored = page.evaluate("({ ...localStorage })")
    return {key.split(" ", 2)[2]: json.loads(entry)[1] for key, entry in stored.items()}


def figure(code, option="total"):
    found = Figure.objects.filter(report__body__code="na-hang", indicator__code=code, option=option).first()
    return found and found.value


def words(number, name="results"):
    return TaskResult.objects.filter(report__body__code="na-hang", number=number).values_list(name, flat=True).first()


def _saved(more=""):
    return re.compile(rf"^Đã lưu \d\d:\d\d{more}$")


def clean(page, what):
    results = Axe().run(page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"


# --- one person, a good line ----------------------------------------------------------------------


def test_each_field_is_saved_as_it_is_left_and_shown_as_it_is_stored(people):
    page = people("lan")
    page.goto(PART.format(6))
    field(page, "T6.06").fill("1234")
    field(page, "T6.06").press("Enter")
    expect(state(page, "T6.06")).to_have_text(_saved())
    expect(field(page, "T6.06")).to_have_value("1.234")
    field(page, "T6.08:nothing").check()
    expect(state(page, "T6.08:nothing")).to_have_text(_saved())
    expect(bar(page)).to_have_text(_saved())
    assert figure("T6.06") == 1234
    assert Figure.objects.get(indicator__code="T6.08").nothing
    clean(page, "saved")


def test_a_text_is_saved_after_a_rest_and_stays_as_it_is_under_the_cursor(people):
    page = people("lan")
    page.goto(PART.format(6))
    field(page, "results").press_sequentially("Đã tập huấn ")
    expect(state(page, "results")).to_have_text("chưa lưu")
    expect(state(page, "results")).to_have_text(_saved(), timeout=8000)
    assert words(6) == "Đã tập huấn"
    field(page, "results").press_sequentially("cho cán bộ.")
    expect(field(page, "results")).to_have_value("Đã tập huấn cho cán bộ.")
    field(page, "difficulties").focus()
    expect(state(page, "results")).to_have_text(_saved())
    assert words(6) == "Đã tập huấn cho cán bộ."


def test_an_error_comes_and_goes_beside_its_field(people):
    page = people("lan")
    page.goto(PART.format(6))
    field(page, "T6.06").fill("12 trẻ")
    field(page, "T6.07").focus()
    error = page.locator('[id="T6.06_error"]')
    expect(error).to_contain_text("“12 trẻ” không phải là số")
    expect(state(page, "T6.06")).to_have_text(_saved(" · lỗi"))
    expect(bar(page)).to_contain_text("“12 trẻ” không phải là số")
    expect(field(page, "T6.06")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "T6.06")).to_have_attribute("aria-describedby", "T6.06_ages T6.06_error")
    clean(page, "error")
    page.reload()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    field(page, "T6.06").fill("12")
    field(page, "T6.07").focus()
    expect(error).to_have_count(0)
    expect(field(page, "T6.06")).not_to_have_attribute("aria-invalid", "true")
    expect(field(page, "T6.06")).to_have_attribute("aria-describedby", "T6.06_ages")
    expect(page.locator("[data-error-summary] li")).to_have_attribute("data-fixed", " (đã sửa)")
    assert figure("T6.06") == 12


def test_a_warning_asks_for_its_reason_at_once_and_a_named_child_is_told(people):
    page = people("lan")
    page.goto(PART.format(2))
    field(page, "T2.05").fill("10")
    field(page, "T2.06").fill("20")
    field(page, "T2.06").press("Enter")
    reason = page.locator(".panel-warning textarea")
    expect(reason).to_have_count(1)
    reason.fill("Nguồn vốn chuyển từ năm trước.")
    field(page, "results").fill("Cháu Nguyễn Văn An, 12 tuổi, số điện thoại 0912345678.")
    expect(page.locator('[data-below="results"] .privacy')).to_contain_text("0912345678", timeout=8000)
    clean(page, "warning and privacy")
    field(page, "results").fill("Đã hỗ trợ 12 trẻ em.")
    field(page, "difficulties").focus()
    expect(page.locator(".privacy")).to_have_count(0)
    page.reload()
    expect(reason).to_have_value("Nguồn vốn chuyển từ năm trước.")


def test_a_button_of_the_form_first_sends_what_is_typed(people):
    page = people("lan")
    page.goto(PART.format(7))
    field(page, "results").fill("Chữ gõ ngay trước khi bấm.")
    page.dblclick(".actions button[value=stay]")
    expect(page.locator(".notice-success")).to_have_text("Đã lưu.")
    expect(field(page, "results")).to_have_value("Chữ gõ ngay trước khi bấm.")
    page.click(".actions button[value=next]")
    page.wait_for_url("**/phan/chung/")
    assert kept(page) == {}
    field(page, "assessment").fill("Đánh giá chung.")
    field(page, "next_year").focus()
    expect(state(page, "assessment")).to_have_text(_saved())
    assert Overview.objects.get(report__body__code="na-hang", part="assessment").text == "Đánh giá chung."


# --- a poor line, a dead tab ----------------------------------------------------------------------


def test_the_line_breaks_and_comes_back(people):
    page = people("lan")
    page.goto(PART.format(6))
    page.context.set_offline(True)
    field(page, "T6.05").fill("5")
    field(page, "T6.06").fill("1234")
    field(page, "T6.06").press("Enter")
    field(page, "results").press_sequentially("Gõ khi mất mạng")
    field(page, "difficulties").focus()
    expect(bar(page)).to_contain_text(KEPT)
    expect(state(page, "T6.05")).to_have_text("chưa gửi")
    assert kept(page) == {"T6.05": "5", "T6.06": "1234", "results": "Gõ khi mất mạng"}
    clean(page, "offline")
    page.click(".actions button[value=next]")  # stays here: an error page of the browser helps nobody
    expect(bar(page)).to_contain_text(KEPT)
    assert page.url.endswith("/phan/6/")
    page.context.set_offline(False)
    expect(bar(page)).to_have_text(_saved())
    expect(state(page, "T6.05")).to_have_text(_saved())
    assert (figure("T6.05"), figure("T6.06"), words(6)) == (5, 1234, "Gõ khi mất mạng")
    assert kept(page) == {}


def test_a_killed_tab_gives_back_what_was_typed(people):
    page = people("lan")
    page.goto(PART.format(6))
    page.context.set_offline(True)
    field(page, "T6.05").fill("5")
    field(page, "T6.06:nothing").check()
    field(page, "T6.07:detail").evaluate("note => note.closest('details').open = true")
    field(page, "T6.07:detail").fill("Theo công an huyện")
    field(page, "results").press_sequentially("Câu viết dở")
    page.close(run_before_unload=False)
    context = page.context
    context.set_offline(False)

    page = context.new_page()
    page.goto(PART.format(6))
    expect(page.locator(".restored")).to_contain_text("Số ô: 4")
    expect(field(page, "results")).to_have_value("Câu viết dở")
    expect(field(page, "T6.07:detail")).to_be_visible()
    expect(bar(page)).to_have_text(_saved())
    clean(page, "put back")
    assert (figure("T6.05"), words(6)) == (5, "Câu viết dở")
    assert kept(page) == {}
    page.reload()
    expect(page.locator(".restored")).to_have_count(0)


def test_what_a_dead_tab_kept_overwrites_nothing_newer(people):
    page, other = people("lan"), people("ky")
    page.goto(PART.format(6))
    page.context.set_offline(True)
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    expect(state(page, "T6.05")).to_have_text("chưa gửi")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    other.goto(PART.format(6))
    field(other, "T6.05").fill("7")
    field(other, "T6.05").press("Enter")
    expect(state(other, "T6.05")).to_have_text(_saved())

    page = page.context.new_page()
    page.goto(PART.format(6))
    expect(versions(page, "T6.05").locator("dd")).to_have_text(["5", "7"])
    assert figure("T6.05") == 7


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_is_asked_again(people, status):
    page = people("lan")
    page.goto(PART.format(6))
    page.route(SAVE, lambda route: route.fulfill(status=status, body="<h1>Lỗi</h1>"), times=1)
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    expect(bar(page)).to_contain_text(KEPT)
    expect(state(page, "T6.05")).to_have_text(_saved(), timeout=8000)
    assert figure("T6.05") == 5


def test_an_answer_that_is_lost_is_no_colleague(people):
    """The server stored the text, the line broke before it could say so, and one went on typing."""
    page = people("lan")
    page.goto(PART.format(6))

    def lost(route):
        route.fetch()
        route.abort()

    page.route(SAVE, lost, times=1)
    field(page, "T6.05").fill("1234")
    field(page, "T6.05").press("Enter")
    expect(bar(page)).to_contain_text(KEPT)
    assert figure("T6.05") == 1234
    field(page, "T6.05").fill("1235")
    field(page, "T6.05").press("Enter")
    expect(state(page, "T6.05")).to_have_text(_saved())
    expect(versions(page, "T6.05")).to_have_count(0)
    assert figure("T6.05") == 1235


def test_leaving_sends_the_rest_and_asks_only_where_nothing_can_be_kept(people):
    page = people("lan")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(PART.format(7))
    field(page, "results").press_sequentially("Câu viết dở")
    page.goto("/")
    assert asked == []
    page.goto(PART.format(7))
    expect(field(page, "results")).to_have_value("Câu viết dở")
    expect(page.locator(".restored")).to_have_count(0)  # it had arrived
    assert words(7) == "Câu viết dở"

    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page.goto(PART.format(7))
    page.route(SAVE, lambda route: route.abort())
    field(page, "results").press_sequentially(" nữa")
    field(page, "difficulties").focus()
    expect(bar(page)).to_contain_text("Trình duyệt không giữ được nội dung chưa gửi")
    page.goto("/")
    assert asked == ["beforeunload"]


def test_back_shows_what_was_saved(people):
    page = people("lan")
    page.goto(PART.format(6))
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    expect(state(page, "T6.05")).to_have_text(_saved())
    page.goto("/")
    page.go_back()
    expect(field(page, "T6.05")).to_have_value("5")
    expect(versions(page, "T6.05")).to_have_count(0)


# --- sessions and persons -------------------------------------------------------------------------


def test_an_ended_session_loses_nothing(people):
    page = people("lan")
    page.goto(PART.format(6))
    Session.objects.all().delete()
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    field(page, "results").press_sequentially("Gõ khi phiên đã hết")
    expect(bar(page)).to_contain_text(SIGNED_OUT)
    clean(page, "signed out")
    page.click(".actions button[value=stay]")
    expect(bar(page)).to_contain_text(SIGNED_OUT)
    assert page.url.endswith("/phan/6/")

    with page.context.expect_page() as opening:
        bar(page).get_by_role("link").click()
    second = opening.value
    assert "/tai-khoan/login/?next=%2Fbao-cao%2F2020%2Fna-hang%2Fphan%2F6%2F" in second.url
    second.goto("/tai-khoan/login/")
    sign_in(second, "lan")
    second.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(bar(page)).to_have_text(_saved())
    assert (figure("T6.05"), words(6)) == (5, "Gõ khi phiên đã hết")
    assert kept(page) == {}
    page.click(".actions button[value=stay]")  # with the token of the new session
    expect(page.locator(".notice-success")).to_have_text("Đã lưu.")


def test_another_person_at_the_same_computer_neither_sees_nor_sends_it(people):
    page = people("lan")
    page.goto(PART.format(6))
    page.context.clear_cookies()
    second = page.context.new_page()
    sign_in(second, "ky")
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    expect(bar(page)).to_contain_text("bằng tài khoản khác")
    second.goto(PART.format(6))
    field(second, "T6.07").fill("7")
    field(second, "T6.07").press("Enter")
    expect(state(second, "T6.07")).to_have_text(_saved())
    expect(field(second, "T6.05")).to_have_value("")
    assert figure("T6.05") is None
    page.close(run_before_unload=False)

    second.context.clear_cookies()
    sign_in(second, "lan")
    second.goto(PART.format(6))
    expect(second.locator(".restored")).to_contain_text("Số ô: 1")
    expect(state(second, "T6.05")).to_have_text(_saved())
    assert (figure("T6.05"), figure("T6.07")) == (5, 7)


def test_a_renewed_token_is_fetched_and_a_sent_report_says_why_it_is_closed(people, cast, report_of):
    page = people("lan")
    page.goto(PART.format(6))
    second = page.context.new_page()
    page.context.clear_cookies()
    sign_in(second, "lan")
    field(page, "T6.05").fill("5")
    field(page, "T6.05").press("Enter")
    expect(state(page, "T6.05")).to_have_text(_saved())
    assert figure("T6.05") == 5

    send(report_of("na-hang"), cast.lan)
    field(page, "T6.05").fill("6")
    field(page, "T6.05").press("Enter")
    expect(state(page, "T6.05")).to_have_text("Chưa lưu được")
    expect(bar(page)).to_contain_text("đã gửi")
    expect(field(page, "T6.05")).to_have_value("6")
    assert kept(page) == {"T6.05": "6"}


# --- two people -----------------------------------------------------------------------------------


def test_two_people_in_one_task_merge(people):
    lan, ky = people("lan"), people("ky")
    lan.goto(PART.format(6))
    ky.goto(PART.format(6))
    expect(ky.locator("#people")).to_have_text("Đang mở cùng phần này: Lan")
    field(lan, "T6.05").fill("5")
    field(lan, "T6.05").press("Enter")
    field(lan, "results").fill("Lan viết.")
    field(lan, "T6.06").focus()
    expect(state(lan, "results")).to_have_text(_saved())
    field(ky, "T6.07").fill("7")
    field(ky, "T6.07").press("Enter")
    expect(field(ky, "T6.05")).to_have_value("5")
    expect(field(ky, "results")).to_have_value("Lan viết.")
    expect(state(ky, "T6.05")).to_have_text("Vừa được cập nhật")
    expect(bar(ky)).to_contain_text("Vừa được cập nhật: T6.05")
    assert (figure("T6.05"), figure("T6.07"), words(6)) == (5, 7, "Lan viết.")


def test_a_colleague_never_writes_under_the_cursor(people):
    lan, ky = people("lan"), people("ky")
    lan.goto(PART.format(6))
    ky.goto(PART.format(6))
    for name in ("T6.05", "T6.06"):
        field(lan, name).fill("5")
        field(lan, name).press("Enter")
        expect(state(lan, name)).to_have_text(_saved())
    field(ky, "T6.07").fill("7")
    field(ky, "T6.05").focus()  # before the answer to the save that leaving 07 begins
    expect(field(ky, "T6.06")).to_have_value("5")
    expect(field(ky, "T6.05")).to_have_value("")
    ky.keyboard.press("Tab")  # left without typing: now it is shown
    expect(field(ky, "T6.05")).to_have_value("5")
    ky.keyboard.press("Shift+Tab")
    ky.keyboard.type("6")
    ky.keyboard.press("Enter")
    expect(state(ky, "T6.05")).to_have_text(_saved())
    assert (figure("T6.05"), figure("T6.06"), figure("T6.07")) == (6, 5, 7)


@pytest.mark.parametrize(("chosen", "stored"), [("Dùng bản của tôi", "Kỳ viết."), ("Giữ bản đang lưu", "Lan viết.")])
def test_two_people_in_one_field_choose(people, chosen, stored):
    lan, ky = people("lan"), people("ky")
    lan.goto(PART.format(6))
    ky.goto(PART.format(6))
    field(lan, "results").fill("Lan viết.")
    field(lan, "difficulties").focus()
    expect(state(lan, "results")).to_have_text(_saved())
    field(ky, "results").fill("Kỳ viết.")
    field(ky, "T6.05").fill("5")
    field(ky, "T6.05").press("Enter")
    box = versions(ky, "results")
    expect(box.locator("dd")).to_have_text(["Kỳ viết.", "Lan viết."])
    expect(box).to_contain_text("Lan, ")
    expect(state(ky, "results")).to_have_text("có hai bản")
    expect(state(ky, "T6.05")).to_have_text(_saved())
    clean(ky, "conflict")
    assert words(6) == "Lan viết."

    ky.click(".actions button[value=next]")
    expect(box).to_be_focused()
    assert words(6) == "Lan viết."
    bar_text = "Hãy chọn một trong hai bản"
    expect(bar(ky)).to_contain_text(bar_text)
    ky.keyboard.press("Tab")
    if chosen == "Giữ bản đang lưu":
        ky.keyboard.press("Tab")
    expect(ky.locator(":focus")).to_have_text(chosen)
    ky.keyboard.press("Enter")
    expect(field(ky, "results")).to_be_focused()
    expect(box).to_have_count(0)
    ky.click(".actions button[value=next]")
    ky.wait_for_url("**/phan/7/")
    assert words(6) == stored
    assert kept(ky) == {}


def test_a_figure_and_a_box_in_conflict_say_so_in_words_also_after_a_dead_tab(people):
    lan, ky = people("lan"), people("ky")
    lan.goto(PART.format(6))
    ky.goto(PART.format(6))
    field(lan, "T6.05").fill("5")
    field(lan, "T6.07:nothing").check()
    expect(state(lan, "T6.07:nothing")).to_have_text(_saved())
    field(lan, "T6.07:nothing").uncheck()
    field(lan, "T6.07").fill("1")
    field(lan, "T6.07").press("Enter")
    expect(state(lan, "T6.07")).to_have_text(_saved())
    field(ky, "T6.05").fill("6")
    field(ky, "T6.07").fill("2")
    field(ky, "T6.07").press("Enter")
    expect(versions(ky, "T6.05").locator("dd")).to_have_text(["6", "5"])
    expect(versions(ky, "T6.07").locator("dd")).to_have_text(["2", "1"])
    ky.close(run_before_unload=False)
    ky = ky.context.new_page()
    ky.goto(PART.format(6))
    expect(versions(ky, "T6.05").locator("dd")).to_have_text(["6", "5"])
    versions(ky, "T6.05").get_by_text("Dùng bản của tôi").click()
    versions(ky, "T6.07").get_by_text("Giữ bản đang lưu").click()
    expect(state(ky, "T6.05")).to_have_text(_saved())
    expect(field(ky, "T6.07")).to_have_value("1")
    assert (figure("T6.05"), figure("T6.07")) == (6, 1)


# --- a block from a spreadsheet -------------------------------------------------------------------


def names_down(page, first, rows, column=0):
    """The inputs at and below ``first`` in its column, as they are seen."""
    return page.evaluate(
        """([first, rows]) => {
            const start = document.getElementById(first).closest("td"), place = start.cellIndex;
            const all = [...document.querySelector("table[data-grid] tbody").rows];
            const from = all.indexOf(start.parentElement);
            return all.slice(from, from + rows).map((row) => row.cells[place]?.querySelector("input")?.name ?? null);
        }""",
        [first, rows],
    )


def paste(page, name, block):
    page.evaluate(
        """([name, block]) => {
            const data = new DataTransfer();
            data.setData("text/plain", block);
            const input = document.getElementById(name);
            input.focus();
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [name, block],
    )


def test_a_block_from_the_clipboard_fills_the_figures_and_is_saved(people):
    page = people("lan", permissions=["clipboard-read", "clipboard-write"])
    page.goto(PART.format(6))
    page.evaluate("navigator.clipboard.writeText('12\\t5\\r\\n1.234\\t617\\r\\n')")
    field(page, "T6.06").focus()
    page.keyboard.press("Control+V")
    expect(bar(page)).to_contain_text("Số ô đã dán: 4.")
    expect(field(page, "T6.06")).to_have_value("12")
    expect(field(page, "T6.06:girls")).to_have_value("5")
    expect(field(page, "T6.07")).to_have_value("1.234")
    expect(state(page, "T6.07:girls")).to_have_text(_saved(".*"))
    assert (figure("T6.06"), figure("T6.06", "girls"), figure("T6.07")) == (12, 5, 1234)
    clean(page, "pasted")
    page.keyboard.press("Control+Z")
    expect(field(page, "T6.06")).to_have_value("")
    expect(bar(page)).not_to_contain_text("đã dán")
    expect(state(page, "T6.06")).to_have_text(_saved())
    assert (figure("T6.06"), figure("T6.07")) == (None, None)


def test_a_block_covers_cells_as_they_are_seen(people):
    """Computed rows and cells that do not exist take their part of the block and say so; empty ones wipe nothing."""
    page = people("lan")
    page.goto(PART.format(6))
    column = names_down(page, "T6.14", 3)
    assert column[1] is None  # T6.15 is computed
    field(page, column[2]).fill("9")
    paste(page, "T6.14", '"3"\n50,00\n\n"hai\ndòng"')
    expect(bar(page)).to_contain_text("Số ô đã dán: 2. Số ô không có chỗ để dán: 1.")
    expect(field(page, "T6.14")).to_have_value("3")
    expect(field(page, column[2])).to_have_value("9")
    page.get_by_role("button", name="Hoàn tác dán").click()
    expect(field(page, "T6.14")).to_have_value("")
    expect(field(page, "T6.14")).to_be_focused()
    paste(page, "T6.14", "\n".join(["1"] * 99))
    expect(bar(page)).to_contain_text("không có chỗ")
    field(page, "T6.14").fill("2")  # the next edit: nothing to be undone any more
    expect(page.get_by_role("button", name="Hoàn tác dán")).to_have_count(0)


def test_a_choice_is_pasted_in_words_and_a_single_cell_is_left_to_the_browser(people):
    page = people("lan", permissions=["clipboard-read", "clipboard-write"])
    page.goto(PART.format(2))
    paste(page, "T2.01", "có\n12")
    expect(field(page, "T2.01")).to_have_value("1")
    expect(field(page, "T2.02")).to_have_value("12")
    page.evaluate("navigator.clipboard.writeText('34\\r\\n')")
    field(page, "T2.03").focus()
    page.keyboard.press("Control+V")
    expect(field(page, "T2.03")).to_have_value("34")


# --- keyboard -------------------------------------------------------------------------------------


def test_the_arrows_and_enter_move_in_the_column(people):
    page = people("lan")
    page.goto(PART.format(6))
    field(page, "T6.14").focus()
    page.keyboard.type("3")
    page.keyboard.press("ArrowDown")  # over the computed row
    expect(field(page, names_down(page, "T6.14", 3)[2])).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field(page, "T6.14")).to_be_focused()
    field(page, "T6.06:girls").focus()
    page.keyboard.press("Enter")
    expect(field(page, "T6.07:girls")).to_be_focused()
    field(page, "T6.05:nothing").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # presses no button of the form
    expect(field(page, "T6.06:nothing")).to_be_focused()
    assert page.url.endswith("/phan/6/")
    page.goto(PART.format(2))
    field(page, "T2.01").focus()
    page.keyboard.press("ArrowDown")
    expect(field(page, "T2.01")).to_be_focused()
    expect(field(page, "T2.01")).to_have_value("1")
    field(page, "results").focus()
    page.keyboard.type("Một")
    page.keyboard.press("Enter")
    page.keyboard.type("Hai")
    page.keyboard.press("ArrowUp")
    expect(field(page, "results")).to_have_value("Một\nHai")
    expect(field(page, "results")).to_be_focused()


# --- computed while typing ------------------------------------------------------------------------

RATIOS = [  # T6.14 of T6.06, in percent
    ("617", "1.234"),
    ("1", "3"),
    ("2", "3"),
    ("1", "8"),
    ("1", "800"),
    ("5", "0"),
    ("0", "5"),
    ("", "5"),
    ("5", ""),
    ("1 234", "12 345 678"),
    ("999.999.999.999", "1"),
    ("007", "14"),
    ("12,5", "3"),
    ("1.23", "3"),
    ("0.500", "3"),
    ("-1", "3"),
    ("12 trẻ", "3"),
    ("1\u00a0234", "5"),
    ("1 234.567", "5"),
]


def test_computed_rows_agree_with_the_server_to_the_last_digit(people, report_of):
    page = people("lan")
    page.goto(PART.format(6))
    page.route(SAVE, lambda route: route.abort())  # what is seen is the browser's own
    indicators = [i for i in report_of("na-hang").indicators() if i.code in ("T6.06", "T6.14", "T6.15")]
    for top, bottom in RATIOS:
        field(page, "T6.14").fill(top)
        field(page, "T6.06").fill(bottom)
        value = computed_values(indicators, answers({"T6.14": top, "T6.06": bottom}))["T6.15"]
        wanted = {Mark.MISSING: "…", Mark.UNDEFINED: "-"}.get(value) or format_number(value, 2)
        assert page.locator('output[id="T6.15"]').inner_text() == wanted, (top, bottom)
    field(page, "T6.14").fill("5")
    field(page, "T6.06").fill("")
    field(page, "T6.06:nothing").check()
    expect(page.locator('output[id="T6.15"]')).to_have_text("-")


def answers(typed):
    found = {}
    for code, written in typed.items():
        try:
            found[Cell(code)] = Answer(parse_number(written)) if written else None
        except NotANumber:
            found[Cell(code)] = None
    return {cell: answer for cell, answer in found.items() if answer}


def test_a_computed_row_whose_parts_stand_on_two_pages_comes_with_the_save(people, report_of):
    write_answers(report_of("na-hang"), {Cell("T0.04"): Answer(Decimal(3800))})
    page = people("lan")
    page.goto(PART.format(1))
    expect(page.locator('output[id="T1.05"]')).to_have_text("chưa có số liệu")
    field(page, "T1.04").fill("3.610")
    field(page, "T1.04").press("Enter")
    expect(page.locator('output[id="T1.05"]')).to_have_text("95,00")


def test_the_three_ages_stand_beside_their_total(people):
    page = people("lan")
    page.goto(PART.format(6))
    shown = page.locator('[id="T6.06_ages"]')
    expect(shown).to_have_text("")
    for option, typed, told in [
        (":age_0_5", "2", "3 nhóm tuổi: 2/…"),
        ("", "1.015", "3 nhóm tuổi: 2/1.015"),
        (":age_6_10", "1.000", "3 nhóm tuổi: 1.002/1.015"),
        (":age_11_15", "x", "3 nhóm tuổi: …/1.015"),
        (":age_11_15", "13", "3 nhóm tuổi: 1.015/1.015"),
    ]:
        field(page, f"T6.06{option}").fill(typed)
        expect(shown).to_have_text(told)


# --- without JavaScript, and the weight of it -----------------------------------------------------


def test_without_javascript_the_button_saves_and_two_versions_are_a_page(people):
    ky, lan = people("ky", java_script_enabled=False), people("lan")
    ky.goto(PART.format(6))
    lan.goto(PART.format(6))
    field(lan, "results").fill("Lan viết.")
    field(lan, "difficulties").focus()
    expect(state(lan, "results")).to_have_text(_saved())
    field(ky, "results").fill("Kỳ viết.")
    field(ky, "T6.05").fill("5")
    ky.click(".actions button[value=stay]")
    expect(ky.locator("h1")).to_have_text("Hai bản khác nhau")
    assert (figure("T6.05"), words(6)) == (5, "Lan viết.")
    ky.check("#mine-1")
    ky.click("main form button.btn-primary")
    assert words(6) == "Kỳ viết."


def test_the_scripts_weigh_little():
    scripts = [settings.BASE_DIR / "static" / name for name in ("js/once.js", *SCRIPTS)]
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= 10.5 * 1024
