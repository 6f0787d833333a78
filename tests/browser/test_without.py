"""The reporter's whole journey without a mouse, and without JavaScript; and however often one clicks."""

import http.client
import threading

import pytest
from playwright.sync_api import expect

from directives.choices import Role
from reports.answers import Answer, Cell
from reports.models import Event, Receipt, Report, answers_of, write_answers
from reports.workbooks import blank
from tests.conftest import person
from tests.factories import fill

REPORT = "/bao-cao/2020/na-hang/"
PASSWORD = "mat-khau-thu-nghiem-2020"


@pytest.fixture
def world(transactional_db, cast, report):
    """Na Hang's report lacks one figure and one text."""
    fill(report, by=cast.lan, left_out=("T5.05",))
    report.results.filter(number=5).update(results="")
    return report


@pytest.fixture
def bare(browser, browser_context_args, live_server):
    """Somebody in a browser without JavaScript, signed in."""
    contexts = []

    def _bare(username):
        context = browser.new_context(**browser_context_args, java_script_enabled=False)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/tai-khoan/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        return page

    yield _bare
    for context in contexts:
        context.close()


def reach(page, wanted, key="Tab"):
    """Press Tab until the focus is on the element whose text, name or value is ``wanted``; never a trap."""
    for _press in range(400):
        page.keyboard.press(key)
        here = page.evaluate(
            "[document.activeElement.innerText, document.activeElement.name, document.activeElement.id]"
        )
        if any((text or "").strip().startswith(wanted) for text in here):
            return
    raise AssertionError(f"{wanted} is not reached by the keyboard")


def test_by_keyboard_alone(quiet, world, live_server):
    page = quiet
    page.goto(f"{live_server.url}/tai-khoan/login/?next={REPORT}")
    reach(page, "login")
    page.keyboard.type("lan")
    reach(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{REPORT}")
    reach(page, "5. ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/phan/5/")
    reach(page, "T5.05")
    page.keyboard.type("7")
    page.keyboard.press("Enter")  # goes down, as in a spreadsheet
    assert page.evaluate("document.activeElement.name") == "T5.06"
    reach(page, "results")
    page.keyboard.type("Đã tổ chức diễn đàn trẻ em cấp huyện.")
    reach(page, "Lưu và sang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/phan/6/")
    reach(page, "Kiểm tra và gửi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kiem-tra/")
    expect(page.locator("main")).to_contain_text("Không còn điểm nào phải hoàn thành.")
    reach(page, "Trình ký")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Đang chờ người ký của cơ quan")
    assert answers_of(world)[Cell("T5.05")].value == 7
    reach(page, "Đăng xuất")
    with page.expect_navigation(url="**/login/**"):
        page.keyboard.press("Enter")
    page.goto(f"{live_server.url}/tai-khoan/login/?next={REPORT}doc/")
    reach(page, "login")
    page.keyboard.type("ky")
    reach(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{REPORT}doc/")
    reach(page, "Gửi báo cáo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bien-nhan/1/")
    assert Receipt.objects.count() == 1


def test_without_javascript(bare, world, live_server, tmp_path):
    lan, ky = bare("lan"), bare("ky")
    officer = bare("huyen")

    def go(page, address):
        page.goto(live_server.url + address)

    go(lan, f"{REPORT}phan/5/")
    lan.fill('[name="T5.05"]', "7 trẻ")
    lan.fill("[name=results]", "Đã tổ chức diễn đàn.")
    lan.click(".actions button[value=stay]")
    expect(lan.locator("[data-error-summary]")).to_contain_text("“7 trẻ” không phải là số")
    lan.fill('[name="T5.05"]', "7")
    lan.click(".actions button[value=stay]")

    write_answers(world, {Cell("T5.06"): Answer(value=3)})
    (tmp_path / "bieu-mau.xlsx").write_bytes(blank(world))
    go(lan, f"{REPORT}excel/")
    lan.set_input_files("#id_file", tmp_path / "bieu-mau.xlsx")
    lan.click("main form button")
    expect(lan.locator("main")).to_contain_text("Tệp này không làm thay đổi ô nào.")

    (tmp_path / "Kế hoạch năm 2020.pdf").write_bytes(PDF)
    go(lan, f"{REPORT}tep/")
    lan.set_input_files("#id_files", tmp_path / "Kế hoạch năm 2020.pdf")
    lan.click("main form button")
    expect(lan.locator("main")).to_contain_text("Kế hoạch năm 2020.pdf")

    go(lan, f"{REPORT}kiem-tra/")
    lan.click('button:has-text("Trình ký")')
    go(ky, f"{REPORT}doc/7/")
    ky.fill("[name=note]", "Xem lại nhiệm vụ 5.")
    ky.click('button:has-text("Chuyển lại để sửa")')
    go(lan, REPORT)
    expect(lan.locator("main")).to_contain_text("Xem lại nhiệm vụ 5.")
    go(lan, f"{REPORT}kiem-tra/")
    lan.click('button:has-text("Trình ký")')
    go(ky, f"{REPORT}doc/")
    ky.click('button:has-text("Gửi báo cáo")')
    expect(ky.locator("h1")).to_have_text("Biên nhận báo cáo")
    go(ky, REPORT)
    ky.click('button:has-text("Rút lại để sửa")')
    go(ky, f"{REPORT}kiem-tra/")
    ky.click('button:has-text("Gửi báo cáo")')

    go(officer, f"{REPORT}ban-gui/")
    expect(officer.locator("main")).not_to_contain_text("Xem lại nhiệm vụ 5.")  # the body's own affair
    officer.click('button:has-text("Thêm dòng")')
    officer.select_option("[name=place-5]", "5|T5.05")
    officer.fill("[name=words-5]", "Đề nghị kiểm tra lại.")
    officer.click('button:has-text("Trả lại") >> nth=-1')

    go(lan, REPORT)
    expect(lan.locator(".state-kept")).not_to_have_count(0)
    lan.check("[name=done]")
    lan.click("text=Lưu đánh dấu")
    go(lan, f"{REPORT}phan/5/")
    lan.fill('[name="T5.05"]', "8")
    lan.click(".actions button[value=stay]")
    go(lan, f"{REPORT}kiem-tra/")
    expect(lan.locator("main")).to_contain_text("Thay đổi so với lần gửi 2")
    lan.click('button:has-text("Trình ký")')
    go(ky, f"{REPORT}doc/")
    ky.click('button:has-text("Gửi báo cáo")')
    report = Report.objects.get(pk=world.pk)
    assert (report.status, report.version, answers_of(report)[Cell("T5.05")].value) == ("submitted", 3, 8)


def test_ten_clicks_in_two_browsers_are_one_submission(world, cast, live_server, browser, browser_context_args):
    fill(world, by=cast.lan)
    person("ky-hai", Role.SIGNATORY, "na-hang", "Kỳ Hai")
    pages = []
    for name in ("ky", "ky-hai"):
        page = browser.new_context(**browser_context_args).new_page()
        page.goto(f"{live_server.url}/tai-khoan/login/?next={REPORT}doc/")
        page.fill("#id_login", name)
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{live_server.url}{REPORT}doc/")
        pages.append(page)
    for page in pages:  # ten hasty clicks each, before any answer is here
        page.evaluate(
            "for (let n = 0; n < 10; n++) [...document.querySelectorAll('button')]"
            ".find(b => b.innerText === 'Gửi báo cáo').click()"
        )
    for page in pages:
        page.wait_for_url(lambda url: not url.endswith("/doc/"))
        page.context.close()
    assert (Event.objects.sendings().count(), Receipt.objects.count()) == (1, 1)


def test_posts_at_the_same_moment_are_one_submission(world, cast, live_server, client):
    """No browser holds back here: ten requests of one person arrive together."""
    fill(world, by=cast.lan)
    client.force_login(cast.ky)
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    host, port = live_server.url.removeprefix("http://").split(":")
    barrier, statuses = threading.Barrier(10), []

    def post():
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        token = "a" * 32
        headers = {"Cookie": f"{cookies}; csrftoken={token}", "X-CSRFToken": token}
        barrier.wait()
        connection.request("POST", f"{REPORT}buoc/gui/", "", headers)
        statuses.append(connection.getresponse().status)

    threads = [threading.Thread(target=post) for _click in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 10
    assert (Event.objects.sendings().count(), Receipt.objects.count()) == (1, 1)


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
