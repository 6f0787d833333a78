"""The queue of what waits for review: who sees it, in which order, narrowed, paged, at a fixed number of queries."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from reports import reviewing
from reports.choices import Channel, Status
from reports.models import Event, Period, Report, Screening
from reports.reviewing import Line, lines, neighbours, waiting
from reports.views import queue
from reports.workflow import Remark, accept_many, move, note_opened
from tests.conftest import at
from tests.factories import accept, fill, send

PAGE = "/ky/2020/cho-duyet/"


@pytest.fixture
def officer(client, cast, period):
    client.force_login(cast.huyen)
    return client


@pytest.fixture
def arrive(period, cast, report_of):
    """A sending of a body as it would stand in the journal, with a screening of such a weight (None: without)."""

    def arrived(code, weight=0, *, version=1, when=None, returned=(), points=(), **counts):
        report, when = report_of(code), when or timezone.now()
        for number in range(1, version + 1):
            event = Event.objects.create(
                report=report, action="submit", by=cast.lan, at=when, version=number, content={"of": number}
            )
            if number in returned:
                Event.objects.create(report=report, action="return", by=cast.huyen, at=when, version=number)
        for position, done in enumerate(points, 1):
            report.points.create(
                version=max(returned),
                position=position,
                part=6,
                words="Sửa.",
                by=cast.huyen,
                at=when,
                done_at=when if done else None,
            )
        if weight is not None:
            Screening.objects.create(event=event, weight=weight, **counts)
        Report.objects.filter(pk=report.pk).update(
            status=Status.SUBMITTED, version=version, submitted_at=when, first_submitted_at=when
        )
        return report_of(code)

    return arrived


def order(period, narrowed=""):
    return [report.body.code for report in waiting(period, narrowed).select_related("body")]


def names(response):
    """What stands in the rows: names as a person reads them."""
    return [unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>', response.content.decode())]


def row_of(response, report):
    page = response.content.decode()
    start = page.rindex("<tr", 0, page.index(f"/{report.body.code}/ban-gui/"))
    text = re.sub(r"<[^>]+>", "|", page[start : page.index("</tr>", start)])
    return [unescape(word) for word in (" ".join(part.split()) for part in text.split("|")) if word]


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("huyen", 200), ("tu", 200), ("hung", 404), ("quan", 404), ("lan", 404), ("ky", 404)]
)
@pytest.mark.parametrize("page", [PAGE, "/ky/2020/duyet-nhieu/?tat-ca=sach"])
def test_only_officers_see_it(client, cast, arrive, who, status, page):
    arrive("na-hang")
    client.force_login(getattr(cast, who))
    response = client.get(page)
    assert response.status_code == status
    if status == 200:
        assert response["Cache-Control"] == "private, no-store"


def test_a_stranger_is_asked_to_sign_in(client, period):
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    ("who", "status"), [("huyen", 302), ("tu", 302), ("hung", 404), ("quan", 404), ("lan", 404), ("ky", 404)]
)
def test_only_officers_screen(client, cast, period, who, status):
    client.force_login(getattr(cast, who))
    assert client.post(PAGE + "ra-soat/").status_code == status


@pytest.mark.parametrize(("method", "path"), [("post", ""), ("put", ""), ("delete", "ra-soat/")])
def test_reading_and_changing_are_two_things(officer, method, path):
    assert getattr(officer, method)(PAGE + path).status_code == 405


@pytest.mark.parametrize(("who", "status"), [("huyen", 302), ("hung", 404), ("lan", 404)])
def test_a_sign_in_in_between_leads_back_to_the_queue(client, cast, period, who, status):
    client.force_login(getattr(cast, who))
    response = client.get(PAGE + "ra-soat/")
    assert (response.status_code, response.get("Location")) == (status, PAGE if status == 302 else None)


def test_an_unknown_period_is_not_found(officer):
    assert officer.get("/ky/1999/cho-duyet/").status_code == 404


@pytest.mark.parametrize(
    ("status", "shown"),
    [("draft", False), ("submitted", True), ("returned", False), ("accepted", False), ("exempt", False)],
)
def test_only_what_was_sent_and_not_decided_waits(officer, arrive, status, shown):
    report = arrive("na-hang")
    Report.objects.filter(pk=report.pk).update(status=status)
    assert names(officer.get(PAGE)) == ([report.name] if shown else [])


def test_only_the_reports_of_the_period(officer, arrive, obligation, cast):
    other = Period.objects.open(obligation, 2019).reports.get(body__code="na-hang")
    send(other, cast.lan)
    report = arrive("chiem-hoa")
    assert names(officer.get(PAGE)) == [report.name]


# --- order --------------------------------------------------------------------------------------


def test_what_needs_eyes_comes_first(period, arrive):
    now = timezone.now()
    arrive("lam-binh", 0, when=now - dt.timedelta(hours=1))
    arrive("na-hang", 0, when=now - dt.timedelta(days=1))
    arrive("chiem-hoa", 30)
    arrive("ham-yen", None)  # nobody knows
    arrive("yen-son", 5, version=2, returned=[1])
    arrive("son-duong", 31, version=3, returned=[1])
    arrive("so-y-te", 12, version=2)  # taken back and sent again: nobody had returned it
    assert order(period) == ["son-duong", "yen-son", "ham-yen", "chiem-hoa", "so-y-te", "na-hang", "lam-binh"]


def test_the_screening_of_the_newest_sending_counts(period, arrive):
    first = arrive("na-hang", 0, version=2, returned=[1])
    Screening.objects.create(event=first.events.sendings().get(version=1), weight=500)
    arrive("chiem-hoa", 10, version=2, returned=[1])
    assert order(period) == ["chiem-hoa", "na-hang"]
    assert [report.weight for report in waiting(period)] == [10, 0]


@pytest.mark.parametrize(
    ("narrowed", "wanted"),
    [
        ("", {"na-hang", "chiem-hoa", "ham-yen", "yen-son", "son-duong", "so-y-te"}),
        ("chua-giai-trinh", {"chiem-hoa", "yen-son"}),
        ("gui-lai", {"yen-son", "son-duong"}),
        ("sach", {"na-hang"}),
    ],
)
def test_narrowed(officer, period, arrive, narrowed, wanted):
    arrive("na-hang")
    arrive("chiem-hoa", 13, warnings=1, unexplained=1)
    arrive("ham-yen", None)
    arrive("yen-son", 12, version=2, returned=[1], jumps=1, unexplained=1, unexplained_jumps=1)
    arrive("son-duong", 0, version=2, returned=[1])  # the very same again: that needs eyes
    arrive("so-y-te", 3, warnings=1)
    assert set(order(period, narrowed)) == wanted
    response = officer.get(PAGE, {"loc": narrowed})
    assert {report.name for report in period.reports.filter(body__code__in=wanted)} == set(names(response))
    shown = dict(re.findall(r'href="\?loc=([\w-]*)"[^>]*>[^<]*: (\d+)</a>', response.content.decode()))
    assert shown == {"": "6", "chua-giai-trinh": "2", "gui-lai": "2", "sach": "1"}
    assert re.findall(r'href="\?loc=([\w-]*)" aria-current="true"', response.content.decode()) == [narrowed]


def test_counts_equal_the_lists(period, arrive):
    for number, report in enumerate(period.reports.select_related("body")):
        weight = None if number % 5 == 0 else number % 4
        again = {"version": 2, "returned": [1]} if number % 3 == 0 else {}
        arrive(report.body.code, weight, **again, **({"unexplained": number % 2} if weight is not None else {}))
    counts = reviewing.counts(period)
    assert counts.pop("unscreened") == reviewing.unscreened(period).count() == 8
    assert counts == {word: len(order(period, word)) for word in reviewing.NARROWED}
    assert counts[""] == period.reports.count()


def test_nothing_waits(officer):
    page = officer.get(PAGE).content.decode()
    assert "Không còn báo cáo nào chờ duyệt." in page
    assert "Không có báo cáo nào khớp." in officer.get(PAGE, {"loc": "sach"}).content.decode()
    assert reviewing.counts(Period.objects.get()) == dict.fromkeys([*reviewing.NARROWED, "unscreened"], 0)


# --- what a row says ----------------------------------------------------------------------------


def test_a_row_says_what_there_is_to_see(officer, arrive, cast):
    counts = {"warnings": 3, "jumps": 4, "unexplained": 3, "unexplained_jumps": 1, "estimates": 5, "private": 6}
    report = arrive("na-hang", 99, when=at(2020, 12, 10, 8, 30), changes=None, gaps=7, **counts)
    note_opened(report, cast.tu, at(2020, 12, 10, 9, 15))
    assert row_of(officer.get(PAGE), report) == [
        report.name,
        "Ủy ban nhân dân cấp huyện",
        "08:30, 10/12/2020",
        "1",
        "Đúng hạn",
        "3",
        "2 chưa giải trình",
        "1 đã giải trình",
        "4",
        "1 chưa có lý do",
        "3 có lý do",
        "5",
        "6",
        "7",
        "lần đầu",
        "Trên cổng",
        "Tú",
        "09:15, 10/12/2020",
    ]


def test_a_row_of_a_late_paper_that_came_again(officer, arrive, cast):
    with time_machine.travel(at(2021, 1, 5, 12), tick=False):
        report = arrive("na-hang", 4, version=2, returned=[1], points=[True, True, False], changes=0)
        Report.objects.filter(pk=report.pk).update(channel=Channel.PAPER)
        officer.force_login(cast.huyen)
        assert row_of(officer.get(PAGE), report) == [
            report.name,
            "Ủy ban nhân dân cấp huyện",
            "Gửi lại hôm nay",
            "2 điểm đã đánh dấu sửa",
            "1 điểm chưa đánh dấu",
            "12:00, 05/01/2021",
            "2",
            "Trễ hạn",
            *("0", "0", "0", "0", "0"),
            "giống hệt",
            "Bản giấy",
            "chưa mở",
        ]


def test_came_again_on_another_day(officer, arrive):
    report = arrive("na-hang", 4, version=2, returned=[1], when=timezone.now() - dt.timedelta(days=2), changes=3)
    row = row_of(officer.get(PAGE), report)
    assert row[2] == "Gửi lại"
    assert "3" in row


def test_a_row_that_nobody_screened_claims_nothing(officer, arrive):
    report = arrive("na-hang", None)
    row = row_of(officer.get(PAGE), report)
    assert row[-3:] == ["Chưa rà soát", "Trên cổng", "chưa mở"]
    assert not {"0", "Không có điểm cần xem"} & set(row)


def test_only_the_points_of_the_latest_return_count(period, arrive, cast):
    report = arrive("na-hang", 0, version=3, returned=[1, 2], points=[True])
    report.points.create(version=1, position=1, part=6, words="Cũ.", by=cast.huyen)
    found = lines(period, waiting(period))
    assert [(line.done, line.still_open) for line in found] == [(1, 0)]


def test_names_are_text_and_nothing_else(officer, arrive):
    report = arrive("na-hang")
    Report.objects.filter(pk=report.pk).update(name="<script>alert(1)</script> & 'Sở'")
    for page in (PAGE, "/ky/2020/duyet-nhieu/?tat-ca=sach"):
        text = officer.get(page).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x27;Sở&#x27;" in text


def test_the_heads_of_columns_and_boxes_are_named(officer, arrive):
    report = arrive("na-hang")
    page = officer.get(PAGE).content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    heads, cells = re.findall(r"<th scope=\"col\">", table), re.findall(r"<t[hd][ >](?!.*scope=\"col\")", table)
    assert len(heads) == len(cells) == 13
    assert f'aria-label="Chọn {report.name}"' in table


# --- boxes --------------------------------------------------------------------------------------


def boxes(response):
    return re.findall(r'name="chon" value="([\d.]+)"', response.content.decode())


def test_what_has_open_points_cannot_be_ticked(officer, arrive):
    clean = arrive("na-hang")
    arrive("chiem-hoa", 0, version=2, returned=[1], points=[True, False])
    done = arrive("ham-yen", 0, version=2, returned=[1], points=[True])
    assert boxes(officer.get(PAGE)) == [f"{done.pk}.2", f"{clean.pk}.1"]


def test_the_whole_page_is_ticked_by_a_link(officer, arrive):
    arrive("na-hang")
    arrive("chiem-hoa")
    first = officer.get(PAGE).content.decode()
    assert " checked" not in first
    link = unescape(re.search(r'href="(\?trang=1[^"]*chon=trang)"', first).group(1))
    assert officer.get(PAGE + link).content.decode().count(" checked") == 2


@pytest.mark.parametrize(("clean", "offered"), [(0, None), (1, None), (3, "3")])
def test_all_clean_ones_can_be_chosen_at_once(officer, arrive, clean, offered):
    for code in ["na-hang", "chiem-hoa", "ham-yen"][:clean]:
        arrive(code)
    arrive("so-y-te", 7)
    found = re.search(r"Chọn tất cả (\d+) báo cáo không có điểm cần xem", officer.get(PAGE).content.decode())
    assert (found and found.group(1)) == offered


# --- screening from the page --------------------------------------------------------------------


def test_what_is_not_screened_is_screened_by_a_click(officer, cast, report, period):
    send(report, cast.lan, figures={"T7.03": 1, "T7.04": 2})
    QuerySet(Screening).delete()
    page = officer.get(PAGE).content.decode()
    assert "1 bản gửi từ trước chưa được rà soát" in page
    assert "Rà soát 1 bản gửi" in page
    after = officer.post(PAGE + "ra-soat/", follow=True)
    assert "Đã rà soát 1 bản gửi." in after.content.decode()
    assert "chưa được rà soát" not in after.content.decode()
    assert [report.weight for report in waiting(period)] == [13]
    assert "Đã rà soát 0 bản gửi." in officer.post(PAGE + "ra-soat/", follow=True).content.decode()


# --- pages and queries --------------------------------------------------------------------------


def test_pages(officer, arrive, period, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    for weight, code in enumerate(("na-hang", "chiem-hoa", "ham-yen", "yen-son", "son-duong")):
        arrive(code, weight, version=2, returned=[1])
    wanted = [report.name for report in waiting(period)]
    shown = [names(officer.get(PAGE, {"trang": number, "loc": "gui-lai"})) for number in (1, 2, 3)]
    assert shown == [wanted[:2], wanted[2:4], wanted[4:]]
    assert "?trang=2&loc=gui-lai" in unescape(officer.get(PAGE, {"loc": "gui-lai"}).content.decode())


@pytest.mark.parametrize("odd", ["0", "-1", "abc", "9" * 30, "1\x00", ""])
def test_odd_page_numbers_and_filters(officer, arrive, odd):
    report = arrive("na-hang")
    assert names(officer.get(PAGE, {"trang": odd})) == [report.name]
    assert names(officer.get(PAGE, {"loc": odd})) == [report.name]


def test_the_number_of_queries_is_fixed(officer, arrive, cast, django_assert_max_num_queries):
    arrive("na-hang", 3, version=2, returned=[1], points=[True, False])
    officer.get(PAGE)
    with django_assert_max_num_queries(10) as one:
        officer.get(PAGE)
    arrive("chiem-hoa", 2, version=2, returned=[1], points=[True])
    opened = arrive("so-y-te")
    note_opened(opened, cast.huyen)
    with django_assert_max_num_queries(10) as three:
        officer.get(PAGE)
    assert len(three) == len(one)


def test_nothing_of_the_content_of_a_sending_is_read(officer, arrive, django_assert_max_num_queries):
    arrive("na-hang", 3)
    with django_assert_max_num_queries(10) as asked:
        officer.get(PAGE)
    assert not [query["sql"] for query in asked if '"content"' in query["sql"]]


# --- the next one -------------------------------------------------------------------------------


def test_the_ones_before_and_after(arrive, cast):
    reports = [arrive(code, weight) for code, weight in (("na-hang", 9), ("chiem-hoa", 5), ("ham-yen", 1))]
    around = [neighbours(report, cast.huyen) for report in reports]
    assert around == [(None, reports[1]), (reports[0], reports[2]), (reports[1], None)]


def test_after_a_decision_the_first_of_the_queue_is_next(arrive, cast):
    reports = [arrive(code, weight) for code, weight in (("na-hang", 9), ("chiem-hoa", 5), ("ham-yen", 1))]
    accept_many([reports[2]], by=cast.huyen)
    assert neighbours(reports[2], cast.huyen) == (None, reports[0])
    accept_many(reports[:2], by=cast.huyen)
    assert neighbours(reports[0], cast.huyen) == (None, None)


@pytest.mark.parametrize("who", ["hung", "quan", "lan", "ky"])
def test_the_queue_is_the_officers_own(arrive, cast, who):
    first, _second = arrive("na-hang", 9), arrive("chiem-hoa")
    assert neighbours(first, getattr(cast, who)) == (None, None)


def test_neighbours_cost_the_same_whatever_waits(arrive, cast, django_assert_num_queries):
    first, second = arrive("na-hang", 9), arrive("chiem-hoa", 5)
    with django_assert_num_queries(2):
        _before, after = neighbours(first, cast.huyen)
        assert after.body.code == "chiem-hoa"
    for code in ("ham-yen", "yen-son", "so-y-te"):
        arrive(code)
    with django_assert_num_queries(2):
        neighbours(second, cast.huyen)


# --- through the doors --------------------------------------------------------------------------


def test_a_journey_through_the_queue(officer, cast, report, report_of, period):
    """Sent, returned with points, ticked in part, sent again: on top, with what was ticked, and not to be ticked."""
    send(report, cast.lan)
    send(report_of("chiem-hoa"), cast.minh, figures={"T7.03": 1, "T7.04": 2})
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    assert order(period) == ["chiem-hoa", "na-hang"]
    remarks = [Remark(6, "T6.01", "Xem lại."), Remark(6, "T6.04", "Xem lại.")]
    move(report, "return", by=cast.huyen, remarks=remarks)
    assert order(period) == ["chiem-hoa"]
    fill(report, {"T6.01": 4}, by=cast.lan)
    report.points.filter(name="T6.01").update(done_at=timezone.now(), done_by=cast.lan)
    move(report, "submit", by=cast.ky)
    (first, second) = lines(period, waiting(period))
    assert first == Line(first.report, first.report.events.sendings().get(version=2).screening, 1, 1)
    assert (first.report.pk, first.report.resent, first.came_today) == (report.pk, True, True)
    assert (second.report.resent, second.unexplained, second.explained) == (False, 1, 0)
    move(report, "recall", by=cast.ky)
    assert order(period) == ["chiem-hoa"]
