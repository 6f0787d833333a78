"""The lead department's pages: lists, decisions, the summary and its files."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from reports.exports import FORMATS
from reports.models import Download, Period, Report
from reports.workflow import Remark, move
from tests.factories import accept, open_round, send

LEAD_PAGES = (
    "/ky/",
    "/ky/2020/",
    "/tong-hop/2020/",
    "/tong-hop/2020/chi-tieu/T6.06/",
    "/tong-hop/2020/tai-ve/json/",
)


@pytest.mark.parametrize("page", LEAD_PAGES)
@pytest.mark.parametrize(("who", "status"), [("lan", 404), ("ky", 404), ("quan", 404), ("huyen", 200), ("hung", 200)])
def test_only_the_lead_department_and_leaders_see_the_province(client, cast, period, page, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(page).status_code == status


@pytest.mark.parametrize(("who", "status"), [("lan", 404), ("quan", 404), ("hung", 404), ("huyen", 200)])
def test_only_officers_open_periods(client, cast, period, who, status):
    client.force_login(getattr(cast, who))
    assert client.get("/ky/mo/").status_code == status


@pytest.mark.parametrize(
    "address",
    [
        "/ky/1999/",
        "/tong-hop/1999/",
        "/tong-hop/2020/chi-tieu/T9.99/",
        "/tong-hop/2020/tai-ve/rtf/",
        "/tong-hop/1999/tai-ve/xlsx/",
        "/bao-cao/2020/na-hang/ban-gui/",
    ],
)
def test_what_is_not_there_is_not_found(client, cast, period, address):
    client.force_login(cast.huyen)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", LEAD_PAGES)
def test_lists_need_a_fixed_number_of_queries(client, cast, report_of, page, django_assert_max_num_queries):
    client.force_login(cast.huyen)
    accept(report_of("na-hang"), cast.lan, cast.huyen)
    client.get(page)
    with django_assert_max_num_queries(25) as one:
        client.get(page)
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen)
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    with django_assert_max_num_queries(25) as three:
        client.get(page)
    assert len(three) == len(one)


def test_the_list_of_periods_at_one_and_three(client, cast, period, obligation, django_assert_max_num_queries):
    client.force_login(cast.huyen)
    for address in ("/ky/", "/"):
        client.get(address)
    with django_assert_max_num_queries(25) as one:
        client.get("/ky/")
    Period.objects.open(obligation, 2019)
    Period.objects.open(obligation, 2018)
    with django_assert_max_num_queries(25) as three:
        client.get("/ky/")
    assert len(three) == len(one)


READ = {"version": "1", "status": "submitted"}  # what a page says of the sending that it shows


def test_returning_needs_a_reason(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    response = client.post("/bao-cao/2020/na-hang/ban-gui/tra-lai/", READ | {"note": "  "}, follow=True)
    assert "Hãy ghi lý do để cơ quan biết phải sửa gì." in response.content.decode()
    report.refresh_from_db()
    assert report.status == "submitted"


@pytest.mark.parametrize(
    ("who", "move", "status"),
    [
        ("lan", "duyet", "submitted"),
        ("hung", "duyet", "submitted"),
        ("huyen", "duyet", "accepted"),
        ("huyen", "xoa", "submitted"),
    ],
)
def test_who_may_decide(client, cast, report, who, move, status):
    send(report, cast.lan)
    client.force_login(getattr(cast, who))
    client.post(f"/bao-cao/2020/na-hang/ban-gui/{move}/", READ | {"note": "Lý do"})
    report.refresh_from_db()
    assert report.status == status


def test_two_officers_deciding_at_once(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    client.post("/bao-cao/2020/na-hang/ban-gui/duyet/", READ)
    client.force_login(cast.tu)
    response = client.post("/bao-cao/2020/na-hang/ban-gui/duyet/", READ, follow=True)
    assert "Báo cáo đã được duyệt rồi." in response.content.decode()
    assert report.events.filter(action="accept").count() == 1


def test_opening_the_year_and_an_ad_hoc_round(client, cast, obligation):
    client.force_login(cast.huyen)
    assert open_round(client, {"year": "2021"}).url == "/ky/2021/"
    assert "Kỳ báo cáo 2021 đã mở rồi." in open_round(client, {"year": "2021"}).content.decode()
    form = {"year": "2021", "ad_hoc": "on", "title": "Báo cáo nhanh đuối nước", "due_on": "5/7/2021", "tasks": ["6"]}
    assert open_round(client, form).url == "/ky/2021-dx1/"
    period = Period.objects.get(code="2021-dx1")
    assert (period.due_words, period.task_numbers()) == ("chậm nhất ngày 05/07/2021", (6,))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"year": "hai nghìn"}, "year"),
        ({"year": "1850"}, "year"),
        ({"year": "2021", "ad_hoc": "on"}, "Hãy đặt tên cho kỳ đột xuất."),
        ({"year": "2021", "ad_hoc": "on", "title": "X"}, "Hãy nhập hạn nộp của kỳ đột xuất."),
        ({"year": "2021", "ad_hoc": "on", "title": "X", "due_on": "12/15/2021"}, "due_on"),
    ],
)
def test_a_period_form_with_errors_opens_nothing_and_keeps_what_was_typed(client, cast, obligation, form, sentence):
    client.force_login(cast.huyen)
    page = client.post("/ky/mo/", form).content.decode()
    assert "is-invalid" in page
    if sentence[0].isupper():
        assert sentence in page
    assert f'value="{form["year"]}"' in page
    assert Period.objects.count() == 0


ABUSE = {"T6.06": 3, "T6.07": 3, "T3.14": 3, "T3.03": 3, "T0.01": 9, "T0.02": 9}


def test_a_total_opens_the_cells_behind_it(client, cast, report_of):
    accept(
        report_of("na-hang"),
        cast.lan,
        cast.huyen,
        figures=ABUSE,
    )
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures={"T6.06": None, "T6.14": None})
    client.force_login(cast.hung)
    assert 'href="/tong-hop/2020/chi-tieu/T6.06/">3</a>' in client.get("/tong-hop/2020/").content.decode()
    page = client.get("/tong-hop/2020/chi-tieu/T6.06/").content.decode()
    body = page[page.index("<tbody>") :]
    name, note = r'<th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?', r'(?: <span class="cross">(.*?)</span>)?</th>'
    cells = re.findall(name + note + r'<td class="num">(.*?)</td>', body)
    assert cells == [
        ("Toàn tỉnh", "", '3 <span class="small-print">(2/7)</span>'),
        ("Công an tỉnh Tuyên Quang", "chỉ để đối chiếu, không cộng", "chưa có số liệu"),
        ("Ủy ban nhân dân thành phố Tuyên Quang", "", "chưa có số liệu"),
        ("Ủy ban nhân dân huyện Lâm Bình", "", "chưa có số liệu"),
        ("Ủy ban nhân dân huyện Na Hang", "", "3"),
        ("Ủy ban nhân dân huyện Chiêm Hóa", "", "không phát sinh"),
        ("Ủy ban nhân dân huyện Hàm Yên", "", "chưa có số liệu"),
        ("Ủy ban nhân dân huyện Yên Sơn", "", "chưa có số liệu"),
        ("Ủy ban nhân dân huyện Sơn Dương", "", "chưa có số liệu"),
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_downloads_are_attachments_and_are_written_down(client, cast, report, format):
    accept(report, cast.lan, cast.huyen)
    client.force_login(cast.hung)
    response = client.get(f"/tong-hop/2020/tai-ve/{format}/")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="tong-hop-2020-gui-di.{format}"'
    assert response["Content-Type"] == FORMATS[format].content_type
    assert response["Cache-Control"] == "private, no-store"
    written = Download.objects.values_list("by__username", "period__code", "format", "edition")
    assert list(written) == [("hung", "2020", format, "outgoing")]


def test_json_and_command_say_the_same(client, cast, report, tmp_path):
    from django.core.management import call_command

    accept(report, cast.lan, cast.huyen, figures={"T2.05": "1234.567", "T2.06": 3})
    client.force_login(cast.huyen)
    page = json.loads(client.get("/tong-hop/2020/tai-ve/json/").content)
    target = tmp_path / "a.json"
    call_command("export_summary", "--period", "2020", "--format", "json", "--output", str(target))
    file = json.loads(target.read_text(encoding="utf-8"))
    del page["made_at"], file["made_at"]
    assert page == file
    money = next(row for part in file["sections"] for row in part["rows"] if row["code"] == "T2.05")
    told = {"value": 1234.567, "state": "value", "answered": 1, "owed": 32, "estimates": 0}
    assert money["total"] == told | {"reported": told}  # nothing is corrected


def test_a_version_that_nobody_read_is_not_accepted(client, cast, report):
    """Officer Huyền has the first sending open; Tú returns it, the body sends again."""
    send(report, cast.lan)
    move(report, "return", by=cast.tu, note="Sửa.")
    move(report, "submit", by=cast.ky)
    client.force_login(cast.huyen)
    response = client.post("/bao-cao/2020/na-hang/ban-gui/duyet/", READ, follow=True)
    assert "Cơ quan đã gửi bản mới sau khi bạn mở trang" in response.content.decode()
    report.refresh_from_db()
    assert report.status == "submitted"
    assert 'name="version" value="2"' in response.content.decode()
    client.post("/bao-cao/2020/na-hang/ban-gui/duyet/", READ | {"version": "2"})
    report.refresh_from_db()
    assert report.status == "accepted"


@pytest.mark.parametrize("who", ["huyen", "hung"])
def test_home_at_one_and_three_periods(client, cast, period, obligation, who, django_assert_max_num_queries):
    client.force_login(getattr(cast, who))
    client.get("/")
    with django_assert_max_num_queries(25) as one:
        client.get("/")
    Period.objects.open(obligation, 2019)
    Period.objects.open(obligation, 2018)
    with django_assert_max_num_queries(25) as three:
        client.get("/")
    assert len(three) == len(one)


@pytest.mark.parametrize("page", LEAD_PAGES[1:])
def test_pages_with_figures_are_kept_by_nobody(client, cast, period, page):
    client.force_login(cast.huyen)
    assert client.get(page)["Cache-Control"] == "private, no-store"


def test_before_the_deadline_nobody_is_late(client, cast, obligation):
    year = timezone.localdate().year + 1
    Period.objects.open(obligation, year)
    client.force_login(cast.huyen)
    for query, found in {"thoi-han=overdue": False, "trang-thai=late": False, "thoi-han=not_due": True}.items():
        page = client.get(f"/ky/{year}/?{query}").content.decode()
        assert ("Không có cơ quan nào khớp" not in page) == found


def test_an_ad_hoc_round_for_a_past_year_asks_the_bodies_of_that_year(client, cast, obligation):
    client.force_login(cast.huyen)
    form = {"year": "2020", "ad_hoc": "on", "title": "Bổ sung", "due_on": "30/9/2020", "bodies": ["na-hang", "so-y-te"]}
    assert open_round(client, form).url == "/ky/2020-dx1/"
    assert list(Period.objects.get().reports.values_list("body__code", flat=True)) == ["so-y-te", "na-hang"]


def test_a_lost_telephone_is_no_lost_account(client, cast):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=cast.huyen, type="totp", data={})
    client.force_login(cast.quan)
    form = {"action": "forget_second_factor", "_selected_action": [cast.huyen.pk]}
    client.post("/quan-tri/directives/user/", form)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("version", ["abc", "1.5", "9" * 400])
def test_a_forged_version_decides_nothing(client, cast, report, version):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    assert client.post("/bao-cao/2020/na-hang/ban-gui/duyet/", READ | {"version": version}).status_code in (302, 404)
    report.refresh_from_db()
    assert report.status == "submitted"


def test_an_ad_hoc_round_goes_the_whole_way(client, cast, obligation):
    """One task and the shared figures that its ratios need, through every page and file."""
    client.force_login(cast.huyen)
    form = {"year": "2020", "ad_hoc": "on", "title": "Báo cáo nhanh đuối nước", "due_on": "30/9/2020"}
    open_round(client, form | {"tasks": ["6"], "bodies": ["na-hang", "chiem-hoa"]})
    report = Report.objects.get(period__code="2020-dx1", body__code="na-hang")
    client.force_login(cast.lan)
    for page in ("", "phan/0/", "phan/6/", "phan/chung/", "kiem-tra/"):
        assert client.get(f"/bao-cao/2020-dx1/na-hang/{page}").status_code == 200
    assert client.get("/bao-cao/2020-dx1/na-hang/phan/3/").status_code == 404
    accept(report, cast.lan, cast.huyen, figures={"T0.01": 1000, "T6.17": 2, "T6.18": 2, "T6.19": 2})
    client.force_login(cast.hung)
    for page in ("ky/2020-dx1/", "tong-hop/2020-dx1/", "bao-cao/2020-dx1/na-hang/ban-gui/"):
        assert client.get(f"/{page}").status_code == 200
    files = {name: client.get(f"/tong-hop/2020-dx1/tai-ve/{name}/") for name in FORMATS}
    assert {name: response.status_code for name, response in files.items()} == dict.fromkeys(FORMATS, 200)
    rows = {row["code"]: row for part in json.loads(files["json"].content)["sections"] for row in part["rows"]}
    told = {"value": 200, "state": "value", "answered": 1, "owed": 2, "estimates": 0}
    assert rows["T6.22"]["total"] == told | {"reported": told}
    assert "T3.03" not in rows


def test_the_sent_page_at_two_and_at_three_sendings(client, cast, report, django_assert_max_num_queries):
    address = "/bao-cao/2020/na-hang/ban-gui/"
    send(report, cast.lan)
    for number in range(2):
        move(report, "return", by=cast.huyen, remarks=[Remark(6, "T6.14", "Xem lại.")])
        move(report, "submit", by=cast.ky)
        client.force_login(cast.huyen)
        client.get(address)
        with django_assert_max_num_queries(30) as asked:
            assert client.get(address).status_code == 200
        if number == 0:
            two = len(asked)
    assert len(asked) == two


@pytest.mark.parametrize("form", ["tra-lai", "duyet"])
def test_the_forms_of_a_decision_carry_their_token(cast, report, form):
    """Asked with the check that browsers meet: an include that drops the context drops the token too."""
    send(report, cast.lan)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.huyen)
    page = strict.get("/bao-cao/2020/na-hang/ban-gui/").content.decode()
    own = re.search(rf'<form[^>]*ban-gui/{form}/["#].*?</form>', page, re.S).group()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', own).group(1)
    fields = {"csrfmiddlewaretoken": token, "version": "1", "status": "submitted", "note": "Sửa."}
    assert strict.post(f"/bao-cao/2020/na-hang/ban-gui/{form}/", fields).status_code == 302
