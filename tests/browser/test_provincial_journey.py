"""The province's report of a year from real pages: composed, issued, taken away, signed, verified, supplemented."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import pypdf
import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from reports.choices import Action
from reports.models import Borrowing, Issue, IssuedFile, Period
from reports.workflow import move
from tests.conftest import at
from tests.factories import accept, send
from tests.reports.test_signatures import sign

PERIOD = "/tong-hop/2020/"
ABUSED = "T6.06"
SAID = "Đã mở 12 lớp kỹ năng phòng, chống đuối nước."
FORMATS = ("pdf", "docx", "xlsx", "json", "zip")


@pytest.fixture
def world(transactional_db, cast, period, report_of, obligation):
    """Two districts and a department accepted; one of the districts said in 2019 what it said this year."""
    Period.objects.update(opened_at=at(2020, 11, 2))  # a document is not older than its round
    last = Period.objects.open(obligation, 2019, as_of=at(2019, 12, 1).date())
    accept(last.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures={ABUSED: 20, "T6.08": 20})
    for code, by, figures in (
        ("na-hang", cast.lan, {ABUSED: 30, "T6.08": 30, f"{ABUSED}:girls": 3, "T0.01": 12400, "T0.02": 45800}),
        ("chiem-hoa", cast.minh, {ABUSED: 12, "T6.08": 12, f"{ABUSED}:girls": 9, "T0.01": 36500, "T0.02": 135300}),
        ("so-y-te", cast.yen, {}),
    ):
        report = send(report_of(code), by, figures=figures)
        if code == "chiem-hoa":
            move(report, Action.RETURN, by=cast.huyen, note="Ghi rõ hơn.")
            report.results.filter(number=6).update(results=f"{SAID} Đã hỗ trợ các gia đình khó khăn.")
            move(report, Action.SUBMIT, by=by)
        move(report, Action.ACCEPT, by=cast.huyen)
    return cast


def test_the_report_of_a_year_from_workshop_to_supplement(page, world, live_server, sign_in, axe_clean, tmp_path):
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_default_timeout(20_000)
    sign_in("huyen")
    compose(page, live_server, axe_clean)
    issue(page, live_server, axe_clean, "123")
    document = Issue.objects.get()
    files = take_away(page, live_server, document)
    the_same_everywhere(page, live_server, sign_in, files)
    opens_in_an_office(files, tmp_path)
    small_numbers_stay_inside(files)
    signed_copy_is_looked_at(page, live_server, sign_in, axe_clean, document, files, tmp_path)
    anybody_may_confirm(page, live_server, document)
    kept = {(file.edition, file.format): file.file.read() for file in IssuedFile.objects.all()}
    corrected_afterwards(world)
    supplement(page, live_server, sign_in, axe_clean)
    assert {(f.edition, f.format): f.file.read() for f in document.files.all()} == kept
    assert [text for text in said if "400" not in text and "404" not in text] == [], "no blocked script or style"


def compose(page, live_server, axe_clean):
    """A sentence is taken with one key and leads back to its report with one click; a own sentence is typed."""
    page.goto(f"{live_server.url}{PERIOD}soan/")
    page.click('button:has-text("Bắt đầu soạn")')
    page.click('a:has-text("Nhiệm vụ 6:")')
    expect(page.locator("main")).to_contain_text("42")
    take = page.locator(".takes li", has_text=SAID).locator("button")
    take.focus()
    page.keyboard.press("l")
    expect(page.locator("#id_text")).to_have_value(SAID)
    page.locator("#id_text").press("End")
    page.locator("#id_text").press_sequentially(" Toàn tỉnh đã quan tâm hơn đến các xã vùng cao.")
    page.locator("#id_text").blur()
    expect(page.locator("#sources li")).to_have_count(2)
    expect(page.locator("#sources li").nth(1)).to_contain_text("chuyên viên viết")
    axe_clean("workshop, a task")
    source = page.locator("#sources li").first.locator("a").first
    expect(source).to_contain_text("UBND huyện Chiêm Hóa")
    source.click()
    expect(page).to_have_url(re.compile(r"/bao-cao/2020/chiem-hoa/ban-gui/#.+"))
    assert page.locator(f":target:has-text('{SAID}'), :target ~ *:has-text('{SAID}')").count(), (
        "the click ends at the text"
    )
    assert Borrowing.objects.get().report.body.code == "chiem-hoa"
    page.goto(f"{live_server.url}{PERIOD}soan/direction/")
    page.fill("#id_text", "Sở đã ban hành kế hoạch & phân công <các phòng>.")
    with page.expect_navigation():
        page.click("#draft .actions button[value=next]")


def issue(page, live_server, axe_clean, number):
    page.goto(f"{live_server.url}{PERIOD}ban-hanh/")
    page.fill("#id_number", "không số")
    page.click("button[value=preview] >> visible=true")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    axe_clean("issue, refused")
    page.fill("#id_number", number)
    page.fill("#id_signed_on", "20/12/2020")
    page.select_option("#id_power", "KT")
    page.fill("#id_title", "PHÓ GIÁM ĐỐC")
    page.fill("#id_signatory", "Nguyễn Thị Thử Nghiệm")
    if page.locator("#id_with_gaps").count():
        page.check("#id_with_gaps")
    page.click(".actions button[value=preview] >> visible=true")
    expect(page.locator("h1")).to_contain_text("Xem trước khi ban hành")
    axe_clean("issue, previewed")
    page.dblclick(".actions button[value=issue]")
    # Nine files are made in this request: a worker makes them where there is one.
    expect(page.locator("h1")).to_contain_text(f"{number}/BC-", timeout=120_000)
    axe_clean("issued")


def take_away(page, live_server, document) -> dict:
    """{format: bytes} of the outgoing edition as the page hands them out, each with the fingerprint beside it."""
    files = {}
    for format in FORMATS:
        link = page.locator(f"a[href='/van-ban-tinh/{document.code}/tep/outgoing/{format}/']")
        with page.expect_download() as waiting:
            link.click()
        files[format] = Path(waiting.value.path()).read_bytes()
        assert files[format] == document.files.get(edition="outgoing", format=format).file.read()
    return files


def the_same_everywhere(page, live_server, sign_in, files):
    """42 children on the screen, in the chart's table, in every file; and on how many bodies they rest."""
    sign_in("hung")
    page.goto(f"{live_server.url}{PERIOD}")
    row = page.locator("tr", has=page.locator(f"a[href$='/chi-tieu/{ABUSED}/']")).first
    expect(row.locator("td.num > a").first).to_have_text("42")
    expect(row).to_contain_text("2/7 cơ quan")
    page.goto(f"{live_server.url}{PERIOD}bieu-do/")
    charted = page.locator("tr", has_text="2020").filter(has_text="42").first
    expect(charted).to_contain_text("2/7")
    for image in page.locator(".chart img").all():
        assert image.evaluate("each => each.complete && each.naturalWidth > 0"), "the chart is drawn"
    [found] = [r for part in json.loads(files["json"])["sections"] for r in part["rows"] if r["code"] == ABUSED]
    assert (found["total"]["value"], found["total"]["answered"], found["total"]["owed"]) == (42, 2, 7)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).get_sheet_by_name("Tổng hợp").to_python()
    [excel] = [row for row in rows if row[0] == ABUSED]
    assert Decimal(42) in excel
    assert "2/7" in excel
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(files["pdf"])).pages)
    assert re.search(rf"{re.escape(ABUSED)}\s.{{0,80}}?\s42\s+2/7", text, re.DOTALL)
    for said in ("123/BC-", "ngày 20 tháng 12 năm 2020", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Thị Thử Nghiệm", SAID):
        assert said in " ".join(text.split()), said
    paper = docx.Document(io.BytesIO(files["docx"]))
    lines = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    [word] = [line for line in lines if line[0] == ABUSED][:1]
    assert {"42", "2/7"} <= set(word)
    assert any("kế hoạch & phân công <các phòng>" in each.text for each in paper.paragraphs)
    inside = zipfile.ZipFile(io.BytesIO(files["zip"]))
    for name in inside.namelist():
        kind = Path(name).suffix[1:]
        if kind in ("pdf", "docx", "xlsx"):
            assert inside.read(name) == files[kind], "the package holds the very files"


def opens_in_an_office(files, folder):
    """LibreOffice opens both without repair and prints A4 pages."""
    if not shutil.which("soffice"):
        return
    for kind in ("docx", "xlsx"):
        (folder / f"a.{kind}").write_bytes(files[kind])
        command = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", folder, folder / f"a.{kind}"], check=True, capture_output=True, timeout=120
        )
        printed = pypdf.PdfReader(folder / "a.pdf")
        sizes = {tuple(sorted(round(float(side)) for side in each.mediabox[2:])) for each in printed.pages}
        assert sizes == {(595, 842)}, kind
        assert "42" in " ".join(each.extract_text() for each in printed.pages)


def small_numbers_stay_inside(files):
    """Three girls of one district are in no outgoing file, nor can the nine of the other tell of them."""
    [row] = [r for part in json.loads(files["json"])["sections"] for r in part["rows"] if r["code"] == ABUSED]
    cells = {body: each["girls"]["state"] for body, each in row["by_body"].items() if "girls" in each}
    assert cells["na-hang"] == cells["chiem-hoa"] == "hidden"
    assert row["options"]["girls"]["value"] == 12


def signed_copy_is_looked_at(page, live_server, sign_in, axe_clean, document, files, folder):
    """The PDF signed at the desk comes back: who signed, and that it is the very file that was issued."""
    sign_in("huyen")
    signed = folder / "da-ky.pdf"
    signed.write_bytes(sign(files["pdf"], "Nguyễn Thị Thử Nghiệm"))
    page.goto(f"{live_server.url}/van-ban-tinh/{document.code}/")
    page.click('a:has-text("Thêm bản đã ký")')
    page.set_input_files("input[type=file]", signed)
    page.click("main form button.btn-primary")
    if page.locator("text=Kiểm tra chữ ký số của bản này").count():
        page.click("text=Kiểm tra chữ ký số của bản này")
    expect(page.locator(".signatures")).to_contain_text("Nguyễn Thị Thử Nghiệm")
    expect(page.locator(".signatures .state")).to_have_text("Nguyên vẹn")
    axe_clean("issued, with a signed copy")


def anybody_may_confirm(page, live_server, document):
    page.context.clear_cookies()
    page.goto(live_server.url + document.get_public_url())
    expect(page.locator("main")).to_contain_text("Đúng: văn bản mang mã và dấu vân tay này đã được ban hành.")
    expect(page.locator("main")).not_to_contain_text("123/BC")
    page.goto(live_server.url + document.get_public_url().replace(document.fingerprint, "0" * 64))
    expect(page.locator("main")).to_contain_text("Không có văn bản nào như vậy.")


def corrected_afterwards(cast):
    """In January a district finds one child more."""
    report = Period.objects.get(code="2020").reports.select_related("period", "body").get(body__code="na-hang")
    move(report, Action.REOPEN, by=cast.huyen, note="Đếm lại.")
    report.refresh_from_db()
    accept(
        report,
        cast.lan,
        cast.huyen,
        figures={ABUSED: 31, "T6.08": 30, f"{ABUSED}:girls": 3, "T0.01": 12400, "T0.02": 45800} | {"T6.09": 1},
    )


def supplement(page, live_server, sign_in, axe_clean):
    """The changes are listed, old and new; the supplement has its own number, and then nothing differs any more."""
    sign_in("huyen")
    first = Issue.objects.get()
    page.goto(f"{live_server.url}/van-ban-tinh/{first.code}/thay-doi/")
    expect(page.locator(".change-list > li")).to_have_count(2)  # the children, and how the one was abused
    change = page.locator(".change-list > li", has_text=ABUSED)
    expect(change).to_contain_text("30")
    expect(change).to_contain_text("31")
    expect(change).to_contain_text("42 (2/7")
    expect(change).to_contain_text("43 (2/7")
    axe_clean("changes after the issue")
    page.click('button:has-text("Lập báo cáo bổ sung")')
    page.goto(f"{live_server.url}{PERIOD}soan/words/")
    page.fill("#id_text", "Bổ sung do cơ quan đếm lại.")
    with page.expect_navigation():
        page.click("#draft .actions button[value=next]")
    issue(page, live_server, axe_clean, "124")
    second = Issue.objects.latest("pk")
    text = " ".join(
        p.extract_text() for p in pypdf.PdfReader(second.files.get(edition="full", format="pdf").file).pages
    )
    assert "43" in text
    assert SAID not in text, "the differences and nothing else"
    page.goto(f"{live_server.url}/van-ban-tinh/{second.code}/thay-doi/")
    expect(page.locator("main")).to_contain_text("Không có gì thay đổi")
