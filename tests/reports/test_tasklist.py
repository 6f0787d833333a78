"""One page per report: each part's state in words, who is where, how long there is, what the signatory said."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.models import Holiday
from reports.choices import Action, OverviewPart
from reports.drafting import Change, answer_nothing, save
from reports.models import Presence
from reports.returned import tick
from reports.tasklist import state_label, task_list
from reports.workflow import Remark, move
from tests.conftest import at
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"


def key(line):
    """The part's word, or the name of one of the texts around the tasks."""
    return line.part.word if line.part.number is not None else line.anchor.removeprefix("#id_")


def states(report, user):
    return {key(line): line.state for line in task_list(report, user)["lines"]}


def words(client):
    """{part's title: state} as the page says it."""
    page = client.get(BASE).content.decode()
    lines = re.findall(
        r"<li><span>(.*?)</span>\s*<span><span class=\"state[^\"]*\">(.*?)</span></span></li>", page, re.S
    )
    return {re.sub(r"<br>.*|<[^>]+>", "", title, flags=re.S).strip()[:9]: state for title, state in lines}


# --- the states ---------------------------------------------------------------------------


def test_an_empty_report_has_not_begun(client, report, cast):
    assert set(states(report, cast.lan).values()) == {"untouched"}
    client.force_login(cast.lan)
    assert set(words(client).values()) == {"Chưa bắt đầu"}
    client.post(BASE + "phan/6/", {"T6.05": "", "results": ""})  # "Lưu" with nothing typed
    client.post(BASE + "phan/chung/", {"direction": ""})
    client.get(BASE + "phan/3/luu/")
    assert set(states(report, cast.lan).values()) == {"untouched"}


def text(report, cast, number, name="results", now="Đã làm."):
    save(report, number, [Change(name, "", now)], by=cast.lan)


def test_from_the_first_word_to_done(report, cast):
    found = []
    text(report, cast, 7)
    found.append(states(report, cast.lan)["7"])
    answer_nothing(report, 7, by=cast.lan)
    found.append(states(report, cast.lan)["7"])
    save(report, 7, [Change("T7.01", "", "x")], by=cast.lan)
    found.append(states(report, cast.lan)["7"])
    save(report, 7, [Change("T7.01", "x", "")], by=cast.lan)
    found.append(states(report, cast.lan)["7"])
    assert found == ["drafting", "done", "drafting", "done"]


def test_a_figure_alone_is_a_beginning(report, cast):
    save(report, 7, [Change("T7.02", "", "3")], by=cast.lan)
    assert states(report, cast.lan)["7"] == "drafting"


def test_outside_the_bodys_functions(report, cast):
    text(report, cast, 5, "not_ours", "on")
    assert states(report, cast.lan)["5"] == "drafting"  # the reason is missing
    text(report, cast, 5, "not_ours_reason")
    assert states(report, cast.lan)["5"] == "not_ours"


def test_the_texts_around(report, cast):
    found = []
    for name in OverviewPart.values:
        text(report, cast, None, name)
        found.append([states(report, cast.lan)[each] for each in OverviewPart.values])
    assert found == [["done"] * n + ["untouched"] * (4 - n) for n in range(1, 5)]


def test_the_lines_are_in_the_order_of_the_paper(report, cast):
    lines = [key(line) for line in task_list(report, cast.lan)["lines"]]
    assert lines == ["direction", *"01234567", "assessment", "next_year", "proposals"]


def test_a_point_on_one_of_the_texts_around(report, cast):
    send(report, cast.lan)
    remarks = [Remark(6, "", "Một."), Remark(5, "proposals", "Hai."), Remark(None, "next_year", "Ba.")]
    move(report, Action.RETURN, by=cast.huyen, remarks=remarks)
    report.refresh_from_db()
    around = {name: state for name, state in states(report, cast.lan).items() if name in OverviewPart.values}
    # One page holds them all, so all are open; only the one that was named is to be mended.
    assert around == {"direction": "done", "assessment": "done", "next_year": "to_mend", "proposals": "done"}
    tick(report, [report.points.last().pk], cast.lan)
    assert states(report, cast.lan)["next_year"] == "mended"


def test_a_returned_report(report, cast):
    send(report, cast.lan)
    move(
        report,
        Action.RETURN,
        by=cast.huyen,
        remarks=[Remark(6, "", "Một."), Remark(6, "", "Hai."), Remark(2, "", "Ba.")],
    )
    report.refresh_from_db()
    kept = dict.fromkeys(("0", "1", "3", "4", "5", "7", *OverviewPart.values), "kept")
    assert states(report, cast.lan) == kept | {"6": "to_mend", "2": "to_mend"}
    one, two, three = (point.pk for point in report.points.all())
    tick(report, [one, three], cast.lan)
    assert states(report, cast.lan) == kept | {"6": "to_mend", "2": "mended"}
    tick(report, [one, two, three], cast.lan)
    report.results.filter(number=6).update(unread={"T6.05": "x"})
    report.results.filter(number=3).update(results="")
    assert states(report, cast.lan) == kept | {"6": "to_mend", "2": "mended", "3": "to_mend"}
    lines = {key(line): line.open for line in task_list(report, cast.lan)["lines"]}
    assert {word for word, is_open in lines.items() if is_open} == {"2", "3", "6"}


def test_a_return_without_points_opens_everything(report, cast):
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại cả báo cáo.")
    report.refresh_from_db()
    told = task_list(report, cast.lan)
    assert ({line.state for line in told["lines"]}, {line.open for line in told["lines"]}) == ({"done"}, {True})
    assert told["returned"].note == "Xem lại cả báo cáo."


@pytest.mark.parametrize(
    ("state", "left", "label"),
    [
        ("untouched", 5, "Chưa bắt đầu"),
        ("drafting", 0, "Đang soạn"),
        ("drafting", 3, "Đang soạn, còn 3 điểm"),
        ("done", 0, "Xong"),
        ("not_ours", 0, "Không thuộc chức năng"),
        ("to_mend", 2, "Cần sửa"),
        ("mended", 0, "Đã sửa"),
        ("kept", 0, "Giữ nguyên"),
    ],
)
def test_the_words(state, left, label):
    assert state_label(state, left) == label


# --- who and when -------------------------------------------------------------------------


def test_who_touched_a_part_last(report, cast):
    text(report, cast, 6)
    save(report, None, [Change("direction", "", "A")], by=cast.ky)
    lines = {key(line): (line.by, line.at is not None) for line in task_list(report, cast.lan)["lines"]}
    assert lines == dict.fromkeys([*"012345", *OverviewPart.values], (None, False)) | {
        "6": (cast.lan, True),
        "7": (None, False),
        "direction": (cast.ky, True),
    }


def test_who_is_where_and_for_how_long(client, report, cast):
    with time_machine.travel(at(2020, 12, 1, 9), tick=False) as clock:
        for part in ("6", "chung"):
            client.force_login(cast.ky)
            client.get(f"{BASE}phan/{part}/")
            found = {line.part.word: line.people for line in task_list(report, cast.lan)["lines"] if line.people}
            assert found == {part: ("Kỳ",)}
        assert {line.people for line in task_list(report, cast.ky)["lines"]} == {()}  # not oneself
        client.force_login(cast.lan)
        assert "Kỳ đang mở" in client.get(BASE).content.decode()
        clock.move_to(at(2020, 12, 1, 9, 3))
        assert "Kỳ đang mở" in client.get(BASE).content.decode()
        clock.move_to(at(2020, 12, 1, 9, 3, 1))
        assert "Kỳ đang mở" not in client.get(BASE).content.decode()
        assert (Presence.objects.count(), Presence.objects.now().count()) == (1, 0)


def test_nobody_sees_who_is_in_anothers_report(client, report, cast):
    Presence.objects.note(report, 6, cast.lan)
    client.force_login(cast.huyen)
    assert client.get(BASE).status_code == 404
    send(report, cast.lan)
    assert "đang mở" not in client.get(BASE + "ban-gui/").content.decode()


# --- how long there is --------------------------------------------------------------------

DAYS = [  # today (2020), what the page says of the time left until the 14th, a Monday
    ((12, 1), "Còn 9 ngày làm việc đến hết ngày 14/12/2020"),
    ((12, 10), "Còn 2 ngày làm việc đến hết ngày 14/12/2020"),
    ((12, 11), "Còn 1 ngày làm việc đến hết ngày 14/12/2020"),
    ((12, 12), "Còn 1 ngày làm việc đến hết ngày 14/12/2020"),
    ((12, 14), "Hôm nay là ngày cuối cùng đúng hạn."),
    ((12, 15), "Ngày cuối cùng đúng hạn là 14/12/2020, đã qua."),
]


def time_left(client):
    found = re.search(r'<p class="time-left">(.*?)</p>', client.get(BASE).content.decode(), re.S)
    return found and re.sub("<[^>]+>", "", found.group(1)).split(" (không tính")[0]


@pytest.mark.parametrize(("day", "sentence"), DAYS)
def test_working_time_left(client, report, cast, day, sentence):
    with time_machine.travel(at(2020, *day), tick=False):
        client.force_login(cast.lan)
        assert time_left(client) == sentence


def test_a_holiday_and_a_day_that_makes_up_for_it(client, report, cast):
    Holiday.objects.create(day=dt.date(2020, 12, 9), name="Nghỉ")
    Holiday.objects.create(day=dt.date(2020, 12, 12), name="Làm bù", working=True)
    Holiday.objects.create(day=dt.date(2020, 12, 10), name="Nghỉ")
    with time_machine.travel(at(2020, 12, 8), tick=False):
        client.force_login(cast.lan)
        assert time_left(client) == "Còn 3 ngày làm việc đến hết ngày 14/12/2020"  # the 11th, the 12th, the 14th


def test_more_time_and_what_was_sent_once(client, report, cast):
    report.extended_to = dt.date(2020, 12, 18)
    report.save()
    with time_machine.travel(at(2020, 12, 15), tick=False):
        client.force_login(cast.lan)
        assert time_left(client) == "Còn 3 ngày làm việc đến hết ngày 18/12/2020"
        send(report, cast.lan)
        assert time_left(client) is None
        move(report, Action.RECALL, by=cast.lan)
        assert time_left(client) == "Còn 3 ngày làm việc đến hết ngày 18/12/2020"  # nothing is there again


# --- the signatory's words ----------------------------------------------------------------


def test_the_signatorys_reason_stays_in_the_body(client, report, cast):
    fill(report)
    reason = "Số liệu <đuối nước> chưa khớp."
    client.force_login(cast.lan)
    client.post(BASE + "buoc/trinh-ky/")
    assert "Đang chờ người ký của cơ quan" in client.get(BASE).content.decode()
    client.force_login(cast.ky)
    assert client.post(BASE + "buoc/chua-ky/", {"note": " "}).url == BASE + "doc/"
    assert client.post(BASE + "buoc/chua-ky/", {"note": reason}).url == BASE
    client.force_login(cast.lan)
    page = client.get(BASE).content.decode()
    shown = '<p class="quote mb-0">Số liệu &lt;đuối nước&gt; chưa khớp.</p>'
    assert "Người ký chuyển lại để sửa" in page
    assert shown in page
    client.post(BASE + "buoc/trinh-ky/")
    assert shown not in client.get(BASE).content.decode()
    client.force_login(cast.ky)
    client.post(BASE + "buoc/gui/")
    client.force_login(cast.huyen)
    page = client.get(BASE + "ban-gui/").content.decode()
    assert not [word for word in ("đuối nước&gt;", "Trình ký", "Chưa ký") if word in page]
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    client.force_login(cast.lan)
    page = client.get(BASE).content.decode()
    assert "Người ký chuyển lại để sửa" not in page
    assert "đuối nước&gt;" in page  # in the body's own journal


STEPS = [  # who, the last word of the address, where it leads, the status then
    ("lan", "gui", BASE, "draft"),
    ("lan", "chua-ky", BASE, "draft"),
    ("ky", "chua-ky", BASE, "draft"),
    ("ky", "trinh-ky", BASE, "draft"),
    ("lan", "trinh-ky", BASE, "draft"),
    ("lan", "lay-lai", BASE, "draft"),
    ("ky", "gui", BASE + "bien-nhan/1/", "submitted"),
    ("ky", "chua-ky", BASE, "submitted"),
    ("lan", "rut-lai", BASE, "draft"),
    ("ky", "gui", BASE + "bien-nhan/2/", "submitted"),
]


def test_every_step_leads_to_a_page_that_is_there(client, report, cast):
    fill(report)
    for who, word, address, status in STEPS:
        client.force_login(getattr(cast, who))
        response = client.post(f"{BASE}buoc/{word}/", {"note": "Lý do"})
        report.refresh_from_db()
        assert (response.url, report.status, client.get(response.url).status_code) == (address, status, 200), (
            who,
            word,
        )
    assert client.post(BASE + "buoc/khac/").status_code == 404
    assert client.get(BASE + "buoc/gui/").url == BASE  # back from a sign-in: nothing is done, nothing is a blank page
    for who in ("minh", "huyen", "hung", "quan"):
        client.force_login(getattr(cast, who))
        assert client.post(BASE + "buoc/rut-lai/").status_code == 404


def test_an_officer_who_reads_closes_the_way_back(client, report, cast):
    send(report, cast.lan)
    for who in ("hung", "lan"):
        client.force_login(getattr(cast, who))
        client.get(BASE + "ban-gui/")
    client.force_login(cast.lan)
    assert "Rút lại để sửa" in client.get(BASE).content.decode()
    client.force_login(cast.huyen)
    client.get(BASE + "ban-gui/")
    client.force_login(cast.lan)
    page = client.get(BASE).content.decode()
    assert ("Rút lại để sửa" in page, "Xin rút lại báo cáo" in page) == (False, True)
    page = client.post(BASE + "buoc/rut-lai/", follow=True).content.decode()
    assert "Chuyên viên đã mở báo cáo nên không tự rút lại được; hãy gửi đề nghị kèm lý do." in page


# --- how many queries ---------------------------------------------------------------------

PAGES = {"": 30, "phan/3/": 20, "phan/chung/": 20, "kiem-tra/": 25, "doc/": 20, "doc/3/": 20}


@pytest.mark.parametrize("page", PAGES)
def test_queries_do_not_grow(client, report, cast, page):
    """With nothing, one figure and everything in it; with one and three people and saves."""
    client.force_login(cast.lan)

    def asked():
        client.get(BASE + page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(BASE + page).status_code == 200
        return len(queries)

    empty = asked()
    save(report, 3, [Change("T3.03", "", "1")], by=cast.ky)
    one = asked()
    fill(report, by=cast.lan)
    for number in (1, 3, 7, None):
        save(report, number, [Change("proposals", "", "x")], by=cast.ky)
    Presence.objects.note(report, 3, cast.ky)
    many = asked()
    assert empty == one == many
    assert many <= PAGES[page]
