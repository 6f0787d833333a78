"""The page for a successor, and the closing of an account by the head of the body."""

import datetime as dt
import html
import re
import threading

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from directives.choices import Role
from directives.models import Holiday, User
from reports.choices import Action, PetitionKind
from reports.drafting import Change, save
from reports.handover import LONGEST, NotClosed, close_account, colleagues, handover_of
from reports.models import AdHoc, Period, Report
from reports.petitions import ask
from reports.workflow import Remark, move
from tests.conftest import at, person
from tests.factories import accept, send

PAGE = "/ban-giao/"
CLOSE = "/ban-giao/lan/dong-tai-khoan/"


@pytest.fixture(autouse=True)
def november():
    """A Tuesday, weeks before the deadline of 2020 ("trước ngày 15/12")."""
    with time_machine.travel(at(2020, 12, 1), tick=False):
        yield


def of(period, code="na-hang"):
    return period.reports.select_related("period", "body").get(body__code=code)


def plain(response):
    """The text of a page without tags, spaces made single."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return html.unescape(" ".join(text.split()))


@pytest.fixture
def world(cast, obligation, report):
    """2018 accepted, late; 2019 accepted in time; an ad hoc round begun; 2020 returned with two points, one done."""
    years = {year: Period.objects.open(obligation, year, as_of=dt.date(year, 12, 1)) for year in (2018, 2019)}
    accept(of(years[2018]), cast.lan, cast.huyen, at=at(2018, 12, 20))
    accept(of(years[2019]), cast.lan, cast.huyen, at=at(2019, 12, 10))
    round_ = AdHoc("Đuối nước hè 2020", dt.date(2020, 12, 9), tasks=[6], bodies=["na-hang", "chiem-hoa"])
    ad_hoc = Period.objects.open(obligation, 2020, ad_hoc=round_, as_of=dt.date(2020, 11, 1))
    save(of(ad_hoc), 6, [Change("results", "", "Bắt đầu viết")], by=cast.lan)
    save(of(ad_hoc), None, [Change("direction", "", "Công tác chỉ đạo")], by=cast.ky)
    ask(of(ad_hoc), PetitionKind.MORE_TIME, "Thiếu người", dt.date(2020, 12, 15), cast.lan)
    send(report, cast.lan, at=at(2020, 11, 20))
    remarks = [Remark(6, "T6.06", "Xem lại số trẻ em nữ"), Remark(3, "", "Viết rõ hơn"), Remark(7, "", "Đã xong")]
    move(report, Action.RETURN, by=cast.huyen, note="Còn ba điểm", at=at(2020, 11, 24), remarks=remarks)
    report.points.filter(words="Đã xong").update(done_at=at(2020, 11, 25), done_by=cast.lan)
    for who, address in ((cast.ky, "ky@na-hang.vn"), (cast.huyen, "huyen@so.vn")):
        who.email = address
        who.save()
    return ad_hoc


# --- what stands on the page ----------------------------------------------------------------------


def test_the_open_duties_with_state_and_days_left(cast, world):
    duties = handover_of(cast.lan)["duties"]
    assert [(d.report.period.code, d.report.status, d.overdue, d.days_left) for d in duties] == [
        ("2020", "returned", False, 9),
        ("2020-dx1", "draft", False, 6),
    ]


def test_holidays_are_no_working_days(cast, world):
    Holiday.objects.create(day=dt.date(2020, 12, 3), name="Nghỉ")
    assert [duty.days_left for duty in handover_of(cast.lan)["duties"]] == [8, 5]


def test_the_points_that_are_not_put_right(cast, world):
    duty = handover_of(cast.lan)["duties"][0]
    title = str(world.ordered_tasks()[0])
    places = [place for place, _words in duty.points]
    assert [words for _place, words in duty.points] == ["Xem lại số trẻ em nữ", "Viết rõ hơn"]
    assert places[0].startswith(f"{title}: T6.06")
    assert places[1].startswith("3. ")
    assert (duty.returned.by, duty.returned.note) == (cast.huyen, "Còn ba điểm")


def test_the_parts_begun_and_who_wrote_last(cast, world):
    written = handover_of(cast.lan)["duties"][1].written
    assert [(part.title, part.by) for part in written] == [
        (str(world.ordered_tasks()[0]), cast.lan),
        ("Phần chung", cast.ky),
    ]


def test_the_last_three_sendings_and_what_was_late(cast, world, obligation):
    page = handover_of(cast.lan)
    assert [(s.report.period.year, s.report.on_time, s.receipt) for s in page["sent"]] == [
        (2020, True, True),
        (2019, True, True),
        (2018, False, True),
    ]
    late = page["late"]
    assert (late.year, late.owed, late.late) == (2019, 1, ())
    Report.objects.filter(period__year=2019).update(first_submitted_at=at(2019, 12, 15, 0))
    assert [report.period.year for report in handover_of(cast.lan)["late"].late] == [2019]
    Report.objects.filter(period__year=2019).update(extended_to=dt.date(2019, 12, 15))
    assert handover_of(cast.lan)["late"].late == ()


def test_a_report_of_last_year_that_was_never_sent_was_late_too(cast, obligation, report):
    Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    page = handover_of(cast.ky)
    assert [(late.period.year, late.first_submitted_at) for late in page["late"].late] == [(2019, None)]
    assert [(duty.report.period.year, duty.overdue, duty.days_left) for duty in page["duties"]] == [
        (2020, False, 9),
        (2019, True, 0),
    ]


def test_a_body_that_owes_nothing(cast):
    page = handover_of(cast.lan)
    assert (page["duties"], page["sent"], page["late"], page["obligation"]) == ([], [], None, None)


PRINTED = (
    "Báo cáo năm 2020 (hằng năm)",
    "Báo cáo Đuối nước hè 2020 (đột xuất)",
    "Hạn: trước ngày 15/12/2020.",
    "Hạn: chậm nhất ngày 09/12/2020.",
    "Còn 6 ngày làm việc.",
    "Huyền trả lại lúc 09:00, 24/11/2020: Còn ba điểm",
    "Xem lại số trẻ em nữ",
    "Phần chung: Kỳ, 09:00, 01/12/2020",
    "Xin thêm thời gian, báo cáo Đuối nước hè 2020 (đến hết ngày 15/12/2020)",
    "Báo cáo năm 2018 : Đã duyệt; gửi lần đầu lúc 09:00, 20/12/2018, hạn trước ngày 15/12/2018, trễ hạn.",
    "Trễ hạn năm 2019 Không có báo cáo nào trễ hạn.",
    "ky@na-hang.vn",
    "Huyền: huyen@so.vn",
    "Văn bản chỉ đạo và nguyên văn các nhiệm vụ",
)


@pytest.mark.parametrize("who", ["lan", "ky"])
def test_the_page_says_it_all_to_both_roles(client, cast, world, who):
    client.force_login(getattr(cast, who))
    response = client.get(PAGE)
    text = plain(response)
    assert [words for words in PRINTED if words not in text] == []
    assert "Đã xong" not in text
    assert not re.search(r"\b2\.0\d\d\b", text)
    assert (CLOSE in response.content.decode()) is (who == "ky")


@pytest.mark.parametrize(("who", "status"), [("huyen", 404), ("hung", 404), ("quan", 404), ("minh", 200)])
def test_whose_page_it_is(client, cast, world, who, status):
    client.force_login(getattr(cast, who))
    response = client.get(PAGE)
    assert response.status_code == status
    if status == 200:  # another body's people see their own page
        text = plain(response)
        assert "Chiêm Hóa" in text
        assert "Xem lại số trẻ em nữ" not in text
        assert "ky@na-hang.vn" not in text


def test_every_link_leads_somewhere(client, cast, world):
    client.force_login(cast.ky)
    page = client.get(PAGE).content.decode().split("<main", 1)[1]
    links = set(re.findall(r'href="(/[^"]*)"', page)) - {"/bao-cao/2020/na-hang/ban-gui/"}
    assert len(links) > 8
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_fixed_number_of_queries_at_one_and_three_reports(client, cast, obligation, django_assert_num_queries):
    def year(number):
        period = Period.objects.open(obligation, number, as_of=dt.date(number, 12, 1))
        send(of(period), cast.lan)
        remarks = [Remark(6, "T6.06", "Sửa"), Remark(None, "direction", "Sửa")]
        move(of(period), Action.RETURN, by=cast.huyen, note="Xem lại", remarks=remarks)
        save(of(period), 6, [Change("results", of(period).results.get(number=6).results, "Sửa")], by=cast.lan)
        ask(of(period), PetitionKind.MORE_TIME, "Lý do", of(period).last_day + dt.timedelta(days=9), cast.lan)

    client.force_login(cast.ky)
    year(2020)
    client.get(PAGE)
    with django_assert_num_queries(17):
        client.get(PAGE)
    with time_machine.travel(at(2018, 12, 1), tick=False):
        year(2018)
    with time_machine.travel(at(2019, 12, 1), tick=False):
        year(2019)
    client.force_login(cast.ky)
    client.get(PAGE)
    with django_assert_num_queries(17):
        assert client.get(PAGE).content.decode().count("Xem lại") == 3


# --- closing an account ---------------------------------------------------------------------------

ONLY_SIGNATORY = "Chỉ người ký báo cáo của cơ quan được đóng tài khoản của người lập báo cáo."
OWN_REPORTER = "Bạn chỉ đóng được tài khoản của người lập báo cáo thuộc cơ quan mình."


@pytest.mark.parametrize(
    ("who", "whose", "said"),
    [
        ("ky", "lan", ""),
        ("ky", "minh", OWN_REPORTER),
        ("ky", "huyen", OWN_REPORTER),
        ("ky", "quan", OWN_REPORTER),
        ("ky", "ky", "Bạn không đóng được tài khoản của chính mình; hãy nhờ quản trị."),
        ("lan", "lan", ONLY_SIGNATORY),
        ("lan", "ky", ONLY_SIGNATORY),
        ("minh", "lan", ONLY_SIGNATORY),
        ("huyen", "lan", ONLY_SIGNATORY),
        ("hung", "lan", ONLY_SIGNATORY),
        ("quan", "lan", ONLY_SIGNATORY),
    ],
)
def test_who_closes_whose_account(cast, who, whose, said):
    try:
        close_account(getattr(cast, whose), by=getattr(cast, who), reason="Chuyển công tác")
    except NotClosed as refusal:
        found = str(refusal)
    else:
        found = ""
    assert found == said
    assert User.objects.get(username=whose).is_active is (said != "")
    assert LogEntry.objects.count() == (0 if said else 1)


def test_another_signatory_is_not_closed_here(cast):
    second = person("pho", Role.SIGNATORY, "na-hang", "Phó")
    with pytest.raises(NotClosed, match="người lập báo cáo thuộc cơ quan mình"):
        close_account(second, by=cast.ky, reason="Chuyển công tác")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Hãy ghi lý do đóng tài khoản"),
        (" \n ", "Hãy ghi lý do đóng tài khoản"),
        ("a" * (LONGEST + 1), "Lý do dài 501 chữ cái; hãy rút xuống còn nhiều nhất 500."),
    ],
)
def test_closing_needs_a_reason(cast, reason, said):
    with pytest.raises(NotClosed, match=said):
        close_account(cast.lan, by=cast.ky, reason=reason)
    assert User.objects.get(pk=cast.lan.pk).is_active


def test_sessions_end_and_none_wakes_up_when_the_account_is_opened_again(client, cast, report):
    other = Client()
    client.force_login(cast.lan)
    other.force_login(cast.minh)
    assert client.get("/").status_code == 200
    close_account(cast.lan, by=cast.ky, reason="Chuyển công tác")
    assert Session.objects.count() == 1
    assert "/login/" in client.get("/").url
    assert other.get("/").status_code == 200
    User.objects.filter(pk=cast.lan.pk).update(is_active=True)
    assert "/login/" in client.get("/").url


def test_the_administrator_reads_who_closed_it_and_why(client, cast):
    close_account(cast.lan, by=cast.ky, reason="Nghỉ hưu từ 01/12/2020")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_edited_object()) == (cast.ky, cast.lan)
    client.force_login(cast.quan)
    text = plain(client.get(f"/quan-tri/directives/user/{cast.lan.pk}/history/"))
    assert "Đóng tài khoản từ trang bàn giao của cơ quan; lý do: Nghỉ hưu từ 01/12/2020" in text


def test_what_the_predecessor_did_stays_under_their_name(client, cast, world, report):
    close_account(cast.lan, by=cast.ky, reason="Chuyển công tác")
    client.force_login(cast.ky)
    page = plain(client.get(PAGE))
    assert f"{world.ordered_tasks()[0]}: Lan, 09:00, 01/12/2020" in page
    assert "Lan, 09:00, 01/12/2020. Thiếu người" in page
    assert [who.username for who in colleagues(cast.ky.body)] == ["ky"]


def test_a_new_colleague_goes_on_without_the_old_one(client, cast, world):
    close_account(cast.lan, by=cast.ky, reason="Chuyển công tác")
    new = person("thu", Role.REPORTER, "na-hang", "Thu")
    saved = save(of(world), 6, [Change("results", "Bắt đầu viết", "Viết tiếp")], by=new)
    assert (saved.conflicts, saved.stored["results"]) == ((), "Viết tiếp")


@pytest.mark.parametrize(
    ("who", "status"), [("ky", 200), ("lan", 404), ("minh", 404), ("huyen", 404), ("hung", 404), ("quan", 404)]
)
def test_who_sees_the_page_that_asks_first(client, cast, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(CLOSE).status_code == status
    assert client.post(CLOSE, {"reason": ""}).status_code == status
    assert User.objects.get(username="lan").is_active


@pytest.mark.parametrize("username", ["minh", "ky", "huyen", "quan", "khong-co", "a'b", "%2e%2e"])
def test_only_reporters_of_the_own_body_have_such_a_page(client, cast, username):
    client.force_login(cast.ky)
    assert client.get(f"/ban-giao/{username}/dong-tai-khoan/").status_code == 404


def test_closing_from_the_page_and_a_second_click(client, cast, report):
    client.force_login(cast.ky)
    asked = plain(client.get(CLOSE))
    assert "Đóng tài khoản của Lan (lan)?" in asked
    assert "người lập báo cáo duy nhất của cơ quan" in asked
    assert plain(client.post(CLOSE, {"reason": " "})).count("Hãy ghi lý do đóng tài khoản") == 1
    first, second = (client.post(CLOSE, {"reason": "Chuyển công tác"}) for _click in range(2))
    assert [(r.status_code, r.url) for r in (first, second)] == [(302, PAGE)] * 2
    text = plain(client.get(PAGE))
    assert "Đã đóng tài khoản của Lan" in text
    assert "Tài khoản của Lan đã được đóng rồi." in text
    assert LogEntry.objects.count() == 1


def test_while_another_reporter_stays_no_warning(client, cast):
    person("thu", Role.REPORTER, "na-hang", "Thu")
    client.force_login(cast.ky)
    assert "duy nhất" not in plain(client.get(CLOSE))


@pytest.mark.xdist_group("races")
def test_two_signatories_close_at_once_and_one_is_told(transactional_db, cast):
    second, outcomes = person("pho", Role.SIGNATORY, "na-hang", "Phó"), []
    start = threading.Barrier(2)

    def run(by):
        try:
            start.wait()
            close_account(cast.lan, by=by, reason="Chuyển công tác")
            outcomes.append("closed")
        except NotClosed as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in (cast.ky, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Tài khoản này đã được đóng rồi.", "closed"]
    assert LogEntry.objects.count() == 1
