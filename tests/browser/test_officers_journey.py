"""An officer's round from its opening to the last acceptance: seven districts, three departments, nothing left out.

One call, one extension, one paper report, one return, one correction, one reopening: every step through the pages, by
the person who takes it. Typing a whole report is another test's matter; here what matters is typed, the rest is there.
At the end the journal of the round, as it stands on the page, is the true story of it.
"""

import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from directives.choices import BodyKind, Role
from directives.models import Body, Obligation, User
from reports.choices import Status
from reports.gathering import summarise
from reports.models import Report
from tests.conftest import person
from tests.factories import fill

DISTRICTS = ("tp-tuyen-quang", "lam-binh", "na-hang", "chiem-hoa", "ham-yen", "yen-son", "son-duong")
DEPARTMENTS = ("so-giao-duc-dao-tao", "cong-an-tinh", "so-tu-phap")
ON_PAPER = "lam-binh"
SENDERS = tuple(code for code in (*DISTRICTS, *DEPARTMENTS) if code != ON_PAPER)
ABUSED = "T6.06"


@pytest.fixture
def people(transactional_db):
    """A province that kept its districts; every body has one person but the one that sends paper, who has one too."""
    Body.objects.filter(kind=BodyKind.DISTRICT).update(valid_to=None)
    Body.objects.filter(code__in=DEPARTMENTS).update(valid_to=None)
    for code in (*DISTRICTS, *DEPARTMENTS):
        person(code, Role.REPORTER, code, name=f"Người lập {code}")
    person("huyen", Role.OFFICER, name="Huyền")
    person("hung", Role.LEADER, name="Hùng")


@pytest.fixture
def acting(page, live_server):
    """``as_(who)``: from here on this person sits at the computer; ``go(path)``, ``press(name)``."""

    class Acting:
        who, url = "", live_server.url

        def as_(self, who):
            if who != self.who:
                client = Client()
                client.force_login(User.objects.get(username=who))  # the form of the sign-in is another test's matter
                page.context.clear_cookies()
                session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
                page.context.add_cookies([session])
                self.who = who
            return self

        def go(self, path):
            page.goto(live_server.url + path)
            return self

        def press(self, name):
            with page.expect_navigation():
                page.get_by_role("button", name=name, exact=True).first.click()
            return self

        def told(self, words):
            expect(page.locator("main")).to_contain_text(words)
            return self

    return Acting()


def report_of(code) -> Report:
    return Report.objects.select_related("period", "body").get(body__code=code)


def abused(number: int) -> dict:
    """So many cases, by so many, all of one form: the rules between the three are kept."""
    return {"T6.05": number, ABUSED: number, "T6.07": number}


def day(days: int) -> str:
    return f"{timezone.localdate() + dt.timedelta(days=days):%d/%m/%Y}"


def test_from_the_opening_to_the_last_acceptance(people, acting, page, live_server):
    period = opens_a_round(acting, page)
    calls(acting, page, period)
    asks_for_time_and_gets_it(acting, page, period)
    for code in SENDERS:
        sends(acting, page, period, code, figures=abused(3 if code in DISTRICTS else 0))
    enters_a_paper(acting, page, period)
    returns_and_gets_it_back(acting, page, period, "na-hang")
    accepts_one_after_another(acting, page, period)
    corrects(acting, page, period, "ham-yen")
    reopens_and_gets_it_back(acting, page, period, "yen-son")
    assert set(period.reports.values_list("status", flat=True)) == {Status.ACCEPTED}
    row = summarise(period).row(ABUSED)
    # Three districts say 3 and the paper 4; Na Hang's 3 became 2, Yên Sơn's 6; Hàm Yên's 3 is used as 5.
    assert (row.total.value, row.reported["total"].value) == (3 * 3 + 4 + 2 + 6 + 5, 3 * 3 + 4 + 2 + 6 + 3)
    reads_the_story(acting, page, period)


def opens_a_round(acting, page):
    year = timezone.localdate().year
    acting.as_("huyen").go("/ky/mo/")
    page.fill("[name=year]", str(year))
    page.check("[name=ad_hoc]")
    page.fill("[name=title]", "Rà soát xâm hại trẻ em")
    page.fill("[name=due_on]", day(10))
    page.fill("[name=as_of]", day(0))
    page.fill("[name=data_to]", day(0))
    page.check("[name=tasks][value='6']")
    for code in (*DISTRICTS, *DEPARTMENTS):
        page.check(f"[name=bodies][value='{code}']")
    acting.press("Xem trước").told("10 cơ quan được hỏi")
    assert not Report.objects.exists()
    acting.press("Mở kỳ Rà soát xâm hại trẻ em")
    period = Obligation.objects.get().periods.get()
    assert sorted(period.reports.values_list("body__code", flat=True)) == sorted((*DISTRICTS, *DEPARTMENTS))
    return period


def asks_for_time_and_gets_it(acting, page, period):
    acting.as_("son-duong").go(f"/bao-cao/{period.code}/son-duong/xin-gia-han/")
    page.fill("[name=reason]", "Hai xã chưa gửi số liệu.")
    page.fill("[name=until]", day(15))
    with page.expect_navigation():
        page.locator("main form button").first.click()
    acting.as_("huyen").go(f"/ky/{period.code}/de-nghi/").told("Hai xã chưa gửi số liệu.")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Gia hạn")).first.click()
    assert report_of("son-duong").extended_to == timezone.localdate() + dt.timedelta(days=15)
    assert report_of("na-hang").extended_to is None


def types(page, live_url, period, code, number):
    """The figures of abuse typed into the part's own page, field by field, and saved."""
    page.goto(f"{live_url}/bao-cao/{period.code}/{code}/phan/6/")
    for name, figure in abused(number).items():
        page.fill(f'[name="{name}"]', str(figure))
    with page.expect_navigation():
        page.click(".actions button[value=stay]")
    expect(page.locator(".notice-success")).to_have_text("Đã lưu.")


def calls(acting, page, period):
    acting.as_("huyen").go(f"/bao-cao/{period.code}/son-duong/don-doc/")
    page.fill("[name=spoke_with]", "Chị Hoa")
    page.fill("[name=answer]", "Hai xã chưa gửi, sẽ xin thêm thời gian.")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Ghi")).first.click()


def sends(acting, page, period, code, figures):
    """What is typed is another test's matter (test_typing): here the figures are there, the person sends them."""
    fill(report_of(code), figures=figures)
    acting.as_(code).go(f"/bao-cao/{period.code}/{code}/kiem-tra/").press("Gửi báo cáo")
    assert report_of(code).status == Status.SUBMITTED, code


def enters_a_paper(acting, page, period):
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{ON_PAPER}/ban-giay/")
    page.fill("[name=number]", "15/BC-UBND")
    page.fill("[name=signed_on]", day(-1))
    page.fill("[name=incoming_number]", "208")
    page.fill("[name=received_on]", day(0))
    picture = io.BytesIO()
    Image.new("L", (600, 800), 255).save(picture, "PNG")
    page.set_input_files("[name=scan]", {"name": "ban-ky.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    acting.press("Ghi nhận và nhập nội dung")
    fill(report_of(ON_PAPER))
    types(page, acting.url, period, ON_PAPER, 4)
    # The body waits meanwhile and is told so.
    acting.as_(ON_PAPER).go(f"/bao-cao/{period.code}/{ON_PAPER}/").told("từ bản giấy")
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{ON_PAPER}/kiem-tra/").press("Gửi báo cáo")
    report = report_of(ON_PAPER)
    assert (report.status, report.channel, report.on_time) == (Status.SUBMITTED, "paper", True)


def returns_and_gets_it_back(acting, page, period, code):
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{code}/ban-gui/?diem=6|{ABUSED}")
    page.fill("[name=words-1]", "Công an huyện báo 2 trẻ em, báo cáo ghi 3.")
    page.fill("[name=return_by]", day(3))
    acting.press("Trả lại")
    assert report_of(code).status == Status.RETURNED
    acting.as_(code).go(f"/bao-cao/{period.code}/{code}/").told("Công an huyện báo 2 trẻ em, báo cáo ghi 3.").told(
        day(3)
    )
    types(page, acting.url, period, code, 2)
    acting.go(f"/bao-cao/{period.code}/{code}/")
    page.check("[name=done]")
    acting.press("Lưu đánh dấu")
    acting.go(f"/bao-cao/{period.code}/{code}/kiem-tra/").press("Gửi báo cáo")
    report = report_of(code)
    assert (report.version, report.on_time) == (2, True)


def accepts_one_after_another(acting, page, period):
    """The queue opens with what came back; after each decision the next report is there, until none waits."""
    acting.as_("huyen").go(f"/ky/{period.code}/cho-duyet/").told("Gửi lại hôm nay")
    with page.expect_navigation():
        page.locator("table.waiting th a").first.click()
    for left in range(10, 0, -1):
        assert period.reports.filter(status=Status.SUBMITTED).count() == left
        assert page.url.endswith("/ban-gui/"), page.url
        acting.press("Duyệt báo cáo")
    assert page.url.endswith("/cho-duyet/")


def corrects(acting, page, period, code):
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{code}/dieu-chinh/{ABUSED}/")
    page.fill("[name=value]", "5")
    page.fill("[name=reason]", "Công an tỉnh xác nhận 5 trẻ em.")
    # The forms of abuse still add up to 3: the officer is told, and means it.
    acting.press("Ghi điều chỉnh").told("không khớp").press("Vẫn điều chỉnh")
    acting.as_(code).go(f"/bao-cao/{period.code}/{code}/dieu-chinh/").told("Công an tỉnh xác nhận 5 trẻ em.")
    page.fill("[name=text]", "Huyện đồng ý.")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    acting.as_("huyen").go(f"/ky/{period.code}/dieu-chinh/").told("Huyện đồng ý.")


def reopens_and_gets_it_back(acting, page, period, code):
    acting.as_("hung").go(f"/tong-hop/{period.code}/")
    with page.expect_download():
        page.get_by_role("link", name=re.compile("JSON")).click()  # used the figure, so is told of the reopening
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{code}/ban-gui/?diem=6|{ABUSED}").told("Hùng")
    page.fill("[name=words-1]", "Tòa án xét xử 6 vụ.")
    page.fill("[name=note]", "Số liệu của Tòa án tỉnh gửi sau khi duyệt.")
    acting.press("Mở lại báo cáo")
    acting.as_("hung").go("/thong-bao/").told("Yên Sơn")
    acting.as_(code)
    types(page, acting.url, period, code, 6)
    acting.go(f"/bao-cao/{period.code}/{code}/kiem-tra/").press("Gửi báo cáo")
    acting.as_("huyen").go(f"/bao-cao/{period.code}/{code}/ban-gui/").press("Duyệt báo cáo")


def reads_the_story(acting, page, period):
    """The journal as it stands on the page, oldest first: exactly what happened, in the order in which it happened."""
    acting.as_("huyen").go(f"/ky/{period.code}/nhat-ky/?thu-tu=cu")
    rows = page.locator("table.read tbody tr").all()
    story = [tuple(cell.strip() for cell in row.locator("th, td").all_inner_texts()[1:]) for row in rows]
    names = dict(Report.objects.values_list("body__code", "name"))
    sent = [(names[code], "Gửi lần 1, trên cổng", f"Người lập {code}", "") for code in SENDERS]
    before = [
        ("Cả kỳ", f"Mở kỳ báo cáo cho 10 cơ quan, hạn chậm nhất ngày {day(10)}.", "Huyền", ""),
        (names["son-duong"], "Gọi đôn đốc Chị Hoa", "Huyền", "Hai xã chưa gửi, sẽ xin thêm thời gian."),
        (
            names["son-duong"],
            f"Gia hạn đến hết ngày {day(15)}",
            "Huyền",
            f"Gia hạn đến hết ngày {day(15)}. Lý do: Hai xã chưa gửi số liệu.",
        ),
        *sent,
        (
            names[ON_PAPER],
            "Nhập thay từ bản giấy",
            "Huyền",
            f"Văn bản số 15/BC-UBND ngày {day(-1)}; số đến 208, đến ngày {day(0)}.",
        ),
        (names[ON_PAPER], f"Gửi lần 1, nhập từ bản giấy số đến 208 ngày {day(0)}", "Huyền", ""),
        (
            names["na-hang"],
            f"Trả lại bản gửi lần 1, 1 điểm cần sửa, gửi lại đến hết ngày {day(3)}",
            "Huyền",
            "",
        ),
        (names["na-hang"], "Gửi lần 2, trên cổng", "Người lập na-hang", ""),
    ]
    accepted = [
        (names[code], f"Duyệt bản gửi lần {2 if code == 'na-hang' else 1}", "Huyền", "")
        for code in (*DISTRICTS, *DEPARTMENTS)
    ]
    after = [
        (names["ham-yen"], "Điều chỉnh số liệu", "Huyền", "T6.06: 3 → 5. Lý do: Công an tỉnh xác nhận 5 trẻ em."),
        (
            names["yen-son"],
            "Mở lại sau khi duyệt, 1 điểm cần sửa",
            "Huyền",
            "Số liệu của Tòa án tỉnh gửi sau khi duyệt.",
        ),
        (names["yen-son"], "Gửi lần 2, trên cổng", "Người lập yen-son", ""),
        (names["yen-son"], "Duyệt bản gửi lần 2", "Huyền", ""),
    ]
    assert story[: len(before)] == before
    assert sorted(story[len(before) : -len(after)]) == sorted(accepted)  # in the order of the queue
    assert story[-len(after) :] == after
    acting.go(f"/ky/{period.code}/")
    expect(page.locator("ul.counts").first).to_contain_text("Đã duyệt: 10")
