"""The page on which a sending is reviewed: who sees and does what, what needs eyes, decisions and what they keep."""

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.choices import Role
from reports.answers import Answer, Cell
from reports.choices import Action, Channel, Status
from reports.models import (
    Correction,
    Download,
    Explanation,
    Figure,
    Note,
    PaperEntry,
    Period,
    Point,
    Report,
    answers_of,
    write_answers,
)
from reports.workflow import Remark, move
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
SENT = BASE + "ban-gui/"
READ = {"version": "1", "status": "submitted"}  # what the page says of the sending that it shows


def brought(report, status, cast):
    """The report of Na Hang in a status, by way of its doors."""
    send(report, cast.lan)
    if status == Status.ACCEPTED:
        move(report, Action.ACCEPT, by=cast.huyen)
    if status == Status.RETURNED:
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    report.refresh_from_db()
    return report


def page_for(client, user, address=SENT):
    client.force_login(user)
    return client.get(address).content.decode()


def dangling(page):
    """Links within the page that lead nowhere."""
    return set(re.findall(r'href="#([^"]+)"', page)) - set(re.findall(r'\bid="([^"]+)"', page))


# --- who sees and does what --------------------------------------------------------------------

SIGHTS = {
    "accept": 'ban-gui/duyet/"',
    "return": 'ban-gui/tra-lai/#decide"',
    "reopen": 'ban-gui/mo-lai/#decide"',
    "note": 'ghi-chu/#notes"',
    "points": "data-point",
    "correct": '/dieu-chinh/T6.06/"',
    "beside": "Trung vị cơ quan tương tự",
    "queue": 'rel="next"',
    "versions": 'so-sanh/"',
}
OFFICER = {"note", "beside", "queue", "versions"}
SEES = [
    ("huyen", Status.SUBMITTED, OFFICER | {"accept", "return", "points", "correct"}),
    ("huyen", Status.RETURNED, OFFICER),
    ("huyen", Status.ACCEPTED, OFFICER | {"reopen", "points", "correct"}),
    *[("hung", status, {"beside", "versions"}) for status in (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)],
    *[("lan", status, {"versions"}) for status in (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)],
    *[("ky", status, {"versions"}) for status in (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)],
]


@pytest.mark.parametrize(("who", "status", "expected"), SEES)
def test_what_each_person_sees(client, cast, report, report_of, who, status, expected):
    brought(report, status, cast)
    send(report_of("chiem-hoa"), cast.minh)
    page = page_for(client, getattr(cast, who))
    assert {name for name, sign in SIGHTS.items() if sign in page} == expected
    assert dangling(page) == set()


@pytest.mark.parametrize("who", ["minh", "yen", "quan"])
def test_others_find_nothing(client, cast, report, who):
    send(report, cast.lan)
    client.force_login(getattr(cast, who))
    for address in (SENT, BASE + "ghi-chu/"):
        assert client.get(address).status_code == 404
        assert client.post(BASE + "ghi-chu/", {"text": "x"}).status_code == 404
    assert client.post(SENT + "duyet/").status_code == 404


MOVES = {"duyet": Action.ACCEPT, "tra-lai": Action.RETURN, "mo-lai": Action.REOPEN}
DONE = {
    ("huyen", Status.SUBMITTED, "duyet"): Status.ACCEPTED,
    ("huyen", Status.SUBMITTED, "tra-lai"): Status.RETURNED,
    ("huyen", Status.ACCEPTED, "mo-lai"): Status.RETURNED,
}
NO_ROLE, BACK = "Vai trò của bạn không được làm việc này.", "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại."
REASONS = {
    (Status.SUBMITTED, "mo-lai"): "Chỉ mở lại được báo cáo đã duyệt.",
    (Status.RETURNED, "duyet"): BACK,
    (Status.RETURNED, "tra-lai"): BACK,
    (Status.RETURNED, "mo-lai"): BACK,
    (Status.ACCEPTED, "duyet"): "Báo cáo đã được duyệt rồi.",
    (Status.ACCEPTED, "tra-lai"): "Báo cáo đã được duyệt; muốn cơ quan sửa thì mở lại, kèm lý do.",
}


@pytest.mark.parametrize("move_word", MOVES)
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED])
@pytest.mark.parametrize("who", ["huyen", "hung", "lan", "ky"])
def test_who_does_what_when(client, cast, report, who, status, move_word):
    brought(report, status, cast)
    client.force_login(getattr(cast, who))
    before = report.events.count()
    response = client.post(
        f"{SENT}{move_word}/", {"version": "1", "status": status, "note": "Lý do của tôi."}, follow=True
    )
    report.refresh_from_db()
    expected = DONE.get((who, status, move_word))
    assert (report.status, report.events.count() - before) == (expected or status, 1 if expected else 0)
    if expected is None:
        assert (REASONS[status, move_word] if who == "huyen" else NO_ROLE) in response.content.decode()
    else:
        assert report.events.last().action == MOVES[move_word]


# --- what needs eyes ---------------------------------------------------------------------------


def jumping(report, cast, obligation, **figures):
    """A sending with a jump against last year that was explained, and a rule that nobody explained."""
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    accept(before.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures={"T6.17": 10})
    fill(report, {"T6.17": 40, "T2.05": 1, "T2.06": 5} | figures, by=cast.lan)
    Explanation.objects.create(report=report, rule_code="jump-T6.17", text="Lũ quét <tháng 8>.")
    move(report, Action.SUBMIT, by=cast.ky)
    report.refresh_from_db()


def test_rules_and_jumps_with_their_reasons_the_silent_ones_first(client, cast, report, obligation):
    jumping(report, cast, obligation)
    for who in ("huyen", "hung", "lan"):
        page = page_for(client, getattr(cast, who))
        eyes = re.findall(r'<li><a href="#(T[\d.]+)">.*?</a><br>(.*?)</li>', page)
        told = dict(eyes)
        assert told["T6.17"] == "Giải trình: Lũ quét &lt;tháng 8&gt;."
        assert told["T2.06"] == "<strong>Chưa giải trình.</strong>"
        silent = ["Chưa giải trình" in text for _code, text in eyes]
        assert silent == sorted(silent, reverse=True)
        assert dangling(page) == set()


NAMED = "Cháu Nguyễn Thị Hoa, sinh ngày 12/3/2012, ở thôn Nà Tông bị xâm hại."


def test_passages_about_a_child_are_shown_to_officers_only_and_logged_nowhere(client, cast, report, caplog):
    fill(report, by=cast.lan)
    report.results.filter(number=6).update(results=f"Phối hợp xử lý. {NAMED}")
    report.overviews.filter(part="proposals").update(text=NAMED)
    move(report, Action.SUBMIT, by=cast.ky)
    with caplog.at_level(logging.DEBUG):
        pages = {who: page_for(client, getattr(cast, who)) for who in ("huyen", "hung", "lan", "ky")}
    told = {who: "Đoạn có vẻ nêu thông tin riêng" in page for who, page in pages.items()}
    assert told == {"huyen": True, "hung": False, "lan": False, "ky": False}
    assert all("<mark>" not in pages[who] for who in ("hung", "lan", "ky"))
    own = pages["huyen"]
    places = re.findall(r'<li><a href="#(6-results|chung-proposals)">(.*?): [^:<]*</a><br><q>…(.*?)…</q>', own)
    assert [anchor for anchor, _words, _text in places] == ["6-results", "chung-proposals"]
    assert all("<mark>" in text and "Nguyễn Thị Hoa" in text for _anchor, _words, text in places)
    assert dangling(own) == set()
    assert "Nguyễn Thị Hoa" not in "".join(record.getMessage() for record in caplog.records)


def test_outliers_beside_comparable_bodies(client, cast, report, period):
    for number, other in enumerate(period.reports.filter(group="district").exclude(pk=report.pk), 1):
        by = person(f"nguoi-{number}", Role.REPORTER, other.body.code)
        send(other, by, figures={"T6.17": 10 + number})
    send(report, cast.lan, figures={"T6.17": 9000})
    for who, sees in {"huyen": True, "hung": True, "lan": False}.items():
        page = page_for(client, getattr(cast, who))
        row = re.search(r'<tr id="T6\.17">.*?</tr>', page, re.S).group()
        assert ('13,5<br><span class="small-print">6 cơ quan</span>' in row, "cao khác thường" in row) == (sees, sees)
        assert ("Khác hẳn các cơ quan tương tự" in page) is sees
        listed = re.findall(r'<a href="#(T[\d.]+)">[^<]*: 9\.000, cao khác thường; trung vị của 6 cơ quan', page)
        assert listed == (["T6.17"] if sees else [])
        assert "Chiêm Hóa" not in page or sees


def test_last_year_stands_beside(client, cast, report, obligation):
    jumping(report, cast, obligation)
    row = re.search(r'<tr id="T6\.17">.*?</tr>', page_for(client, cast.hung), re.S).group()
    assert re.findall(r'<td class="num">(.*?)</td>', row)[-2:] == ["10", "–"]


def test_estimates_and_gaps_of_the_sending_that_is_shown(client, cast, report):
    """A newer sending that was taken back says nothing here, though its numbers stand in the report's row."""
    core = {i.code for i in report.indicators() if i.core}
    loose = next(i.code for i in report.indicators() if not i.computed and i.code not in core)
    fill(report, left_out=(loose,), by=cast.lan)
    Figure.objects.filter(report=report, indicator__code="T6.17").update(estimate=True)
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    write_answers(report, {Cell(loose): Answer(0), Cell("T6.17"): Answer(0)})
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RECALL, by=cast.ky)
    report.refresh_from_db()
    assert (report.status, report.gaps) == (Status.RETURNED, 0)
    page = page_for(client, cast.huyen)
    assert "Bản gửi lần 1" in page
    assert "1 chỉ tiêu chưa có số liệu" in page
    assert "1 số ước thực hiện" in page
    assert re.search(rf'<a href="#{re.escape(loose)}">', page)


def test_what_came_on_paper(client, cast, report):
    send(report, cast.lan)
    days = {"signed_on": dt.date(2020, 12, 1), "received_on": dt.date(2020, 12, 3)}
    PaperEntry.objects.create(report=report, number="12/BC-UBND", incoming_number="345", by=cast.tu, version=1, **days)
    Report.objects.filter(pk=report.pk).update(channel=Channel.PAPER)
    sentence = "Văn bản số 12/BC-UBND ngày 01/12/2020; số đến 345, đến ngày 03/12/2020; Tú nhập."
    for who in ("huyen", "hung", "lan"):
        page = page_for(client, getattr(cast, who))
        assert sentence in page
        assert "Chưa có bản quét." in page


def test_a_figure_in_the_ledger_shows_both(client, cast, report):
    send(report, cast.lan, figures={"T6.17": 100})
    indicator = Figure.objects.get(report=report, indicator__code="T6.17", option="total").indicator
    line = {"report": report, "indicator": indicator, "version": 1, "reported": 100, "reason": "Thừa số 0."}
    Correction.objects.create(**line, value=10, by=cast.huyen)
    for who in ("huyen", "hung", "lan"):
        row = re.search(r'<tr id="T6\.17">.*?</tr>', page_for(client, getattr(cast, who)), re.S).group()
        assert re.search(r'<td class="num">100<br><strong>sử dụng: 10</strong>', row)
    Correction.objects.create(**line, withdrawn=True, by=cast.huyen)
    assert "sử dụng: " not in page_for(client, cast.huyen)


@pytest.mark.parametrize(
    ("steps", "shown"),
    [((), True), ((Action.ACCEPT,), True), ((Action.RETURN,), False), ((Action.RETURN, Action.EXEMPT), False)],
)
def test_a_figure_of_the_ledger_is_shown_while_the_province_uses_it(client, cast, report, steps, shown):
    send(report, cast.lan, figures={"T6.17": 100})
    indicator = Figure.objects.get(report=report, indicator__code="T6.17", option="total").indicator
    line = {"report": report, "indicator": indicator, "version": 1, "reported": 100, "reason": "Thừa số 0."}
    Correction.objects.create(**line, value=10, by=cast.huyen)
    for action in steps:
        move(report, action, by=cast.huyen, note="Sửa.")
    page = page_for(client, cast.huyen)
    assert ('<tr id="T6.17">' in page, "sử dụng: 10" in page) == (True, shown)


@pytest.mark.parametrize(
    ("sent_at", "told"),
    [(at(2020, 12, 1), ["Đúng hạn."]), (at(2020, 12, 20), ["Trễ hạn"])],
)
def test_in_time_late_and_neither(client, cast, report, sent_at, told):
    """Whether a report that was exempted since came in time is nobody's question any more."""

    def said():
        head = re.search(r"</h1>(.*?)</p>", page_for(client, cast.huyen), re.S).group(1)
        assert "Bản gửi lần 1" in head
        return re.findall(r"Đúng hạn\.|Trễ hạn", head)

    send(report, cast.lan, at=sent_at)
    assert said() == told
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    move(report, Action.EXEMPT, by=cast.huyen, note="Không còn việc.")
    assert said() == []


@pytest.mark.parametrize(
    ("who", "asked", "opened"),
    [
        ("huyen", {}, True),
        ("huyen", {"tu": "2", "den": "3"}, True),
        ("huyen", {"tu": "3", "den": "1"}, True),
        ("huyen", {"tu": "1", "den": "2"}, False),
        ("hung", {}, False),
        ("lan", {}, False),
    ],
)
def test_the_newest_sending_is_opened_where_it_is_compared(client, cast, report, who, asked, opened):
    send(report, cast.lan)
    for _again in range(2):
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
        move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(getattr(cast, who))
    assert client.get(BASE + "so-sanh/", asked).status_code == 200
    report.refresh_from_db()
    assert (report.opened_by, report.opened_at is not None) == (cast.huyen if opened else None, opened)


def test_nothing_to_see_is_said(client, cast, report):
    send(report, cast.lan)
    assert "Không có ràng buộc chưa đạt" in page_for(client, cast.huyen)
    assert "Không có ràng buộc chưa đạt" not in page_for(client, cast.lan)


def test_a_declined_task_is_told_and_nothing_points_into_it(client, cast, report):
    send(report, cast.lan, figures={"T1.04": 3, "T0.04": 9, "T0.03": 9, "T0.01": 9, "T0.02": 9})
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(1, "T1.04", "Xem."), Remark(1, "results", "Viết.")])
    Figure.objects.filter(report=report, indicator__code__startswith="T1.").delete()
    send(report, cast.lan, declined=(1,))
    page = page_for(client, cast.huyen)
    assert dangling(page) == set()
    assert 'id="T1.04"' not in page


# --- points --------------------------------------------------------------------------------------


def selected(page):
    """What the rows of the return form have chosen as places, in order."""
    form = re.search(r'<form[^>]*id="return-form".*?</form>', page, re.S).group()
    chosen = []
    for field in re.findall(r'<select name="place-\d+".*?</select>', form, re.S):
        chosen += re.findall(r'<option value="([^"]*)" selected', field) or [""]
    return chosen


def test_a_link_opens_the_page_with_its_place(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    assert selected(client.get(SENT).content.decode()) == ["", "", ""]
    page = client.get(SENT, {"diem": "3|T3.03"}).content.decode()
    assert selected(page) == ["3|T3.03", "", ""]
    assert re.search(r'<textarea name="words-1"[^>]* autofocus', page)
    places = ["3|T3.03", "chung|proposals", "6|", "6|T6.06"]
    assert selected(client.get(SENT, {"diem": places}).content.decode()) == places
    for odd in ("9|T9.99", "\x00", "3|", "x" * 5000, "3|T3.03|"):
        expected = [odd, "", ""] if odd == "3|" else ["", "", ""]
        assert selected(client.get(SENT, {"diem": odd}).content.decode()) == expected


def test_a_point_beside_a_figure_keeps_everything_typed(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    page = client.get(SENT).content.decode()
    button = re.search(r'<button[^>]*value="6\|T6\.17"[^>]*>', page).group()
    assert 'form="return-form"' in button
    assert f'formaction="{SENT}tra-lai/#decide"' in button
    typed = {
        "version": "1",
        "status": "submitted",
        "rows": "3",
        "note": "Chung.",
        "return_by": "mai",
        "more": "6|T6.17",
    }
    typed |= {"place-1": "3|", "words-1": "Một.", "words-2": "Hai chưa có chỗ.", "reason-3": "Lý do."}
    response = client.post(SENT + "tra-lai/", typed)
    page = response.content.decode()
    assert (response.status_code, selected(page)) == (200, ["3|", "", "", "6|T6.17", "", ""])
    for kept in (">\nMột.</textarea>", ">\nHai chưa có chỗ.</textarea>", ">\nChung.</textarea>", 'value="mai"'):
        assert kept in page
    assert '<option value="Lý do." selected>' in page
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED
    again = client.post(SENT + "tra-lai/", typed | {"reason-3": ""}).content.decode()
    assert selected(again) == ["3|", "", "6|T6.17"]


def test_ready_made_reasons_with_and_without_own_words(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    page = client.get(SENT).content.decode()
    field = re.search(r'<select name="reason-1".*?</select>', page, re.S).group()
    _empty, first, second, *_rest = re.findall(r'<option value="([^"]*)"', field)
    fields = READ | {"rows": "3", "place-1": "6|T6.17", "reason-1": first}
    fields |= {"place-2": "3|", "reason-2": second, "words-2": "Xem cột Nữ.", "place-3": "chung|direction"}
    assert client.post(SENT + "tra-lai/", fields | {"words-3": "Chỉ lời riêng."}).status_code == 302
    assert list(Point.objects.values_list("part", "name", "words")) == [
        (6, "T6.17", first),
        (3, "", f"{second} Xem cột Nữ."),
        (None, "direction", "Chỉ lời riêng."),
    ]


@time_machine.travel(at(2020, 12, 10), tick=False)
def test_the_day_of_a_return_is_shown_to_the_body_with_the_points(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    fields = READ | {"rows": "3", "place-1": "6|", "words-1": "Một.", "return_by": "10/12/2020"}
    assert client.post(SENT + "tra-lai/", fields).status_code == 302
    report.refresh_from_db()
    assert report.return_by == dt.date(2020, 12, 10)
    page = page_for(client, cast.lan, BASE)
    assert "Hãy sửa và gửi lại đến hết ngày 10/12/2020." in page
    assert "Một." in page


# --- decisions -------------------------------------------------------------------------------------


def test_two_officers_the_second_is_told_who_decided_when(client, cast, report):
    send(report, cast.lan, at=at(2020, 12, 1))
    move(report, Action.ACCEPT, by=cast.tu, at=at(2020, 12, 10, 10, 5))
    client.force_login(cast.huyen)
    shown = {"version": "1", "status": "submitted"}
    page = client.post(SENT + "duyet/", shown, follow=True).content.decode()
    assert "Báo cáo đã được duyệt rồi. Tú đã duyệt lúc 10:05, 10/12/2020." in page
    response = client.post(
        SENT + "tra-lai/", shown | {"rows": "3", "place-1": "6|T6.17", "words-1": "Sai.", "note": "Chung."}
    )
    page = response.content.decode()
    assert (response.status_code, "Tú đã duyệt lúc 10:05, 10/12/2020." in page) == (409, True)
    # What was typed for a return stands in the form of a reopening, with what the report is now.
    assert (selected(page), ">\nSai.</textarea>" in page, ">\nChung.</textarea>" in page) == (
        ["6|T6.17", "", ""],
        True,
        True,
    )
    assert 'name="status" value="accepted"' in page
    assert Point.objects.count() == 0


def test_words_for_a_return_that_a_colleague_has_made_are_kept_to_be_copied(client, cast, report):
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.tu, note="Sửa.")
    client.force_login(cast.huyen)
    fields = {"version": "1", "status": "submitted", "rows": "3", "place-1": "6|T6.17", "words-1": "Sai.", "note": "Ừ."}
    response = client.post(SENT + "tra-lai/", fields)
    page = response.content.decode()
    assert (response.status_code, "Tú đã trả lại lúc" in page) == (409, True)
    kept = re.findall(r'<textarea class="form-control" id="kept-typed-\d+"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert kept == ["Sai.", "Ừ."]
    assert re.search(r"Điểm cần sửa 1 – .*: T6\.17", page)


def test_ones_own_second_click_names_nobody(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    client.post(SENT + "duyet/", {"version": "1", "status": "submitted"})
    page = client.post(SENT + "duyet/", {"version": "1", "status": "submitted"}, follow=True).content.decode()
    assert "Báo cáo đã được duyệt rồi.</div>" in page


def test_after_a_decision_comes_the_next_that_waits(client, cast, report, report_of):
    """In the order of the queue: equal weights, so the one that waits longest first; at its end the first again."""
    for code, by, hour in (("na-hang", cast.lan, 8), ("chiem-hoa", cast.minh, 9), ("so-y-te", cast.yen, 10)):
        send(report_of(code), by, at=at(2020, 12, 1, hour))
    client.force_login(cast.huyen)
    where = "/bao-cao/2020/{}/ban-gui/".format
    page = page_for(client, cast.huyen, where("chiem-hoa"))
    ways = dict(re.findall(r'<a rel="(\w+)" href="([^"]+)"', page))
    assert ways == {"prev": where("na-hang"), "next": where("so-y-te")}
    assert client.post(where("chiem-hoa") + "duyet/", READ).url == where("so-y-te")
    response = client.post(where("so-y-te") + "tra-lai/", READ | {"note": "Sửa."}, follow=True)
    assert response.redirect_chain == [(where("na-hang"), 302)]
    assert f"Đã trả lại báo cáo của {report_of('so-y-te').name}." in response.content.decode()
    assert client.post(where("na-hang") + "duyet/", READ).url == "/ky/2020/cho-duyet/"


def test_a_reopening_needs_a_reason_and_says_who_hears_of_it(client, cast, report):
    accept(report, cast.lan, cast.huyen)
    Download.objects.create(period=report.period, by=cast.hung, format="xlsx")
    page = page_for(client, cast.huyen)
    told = re.search(r"<p>Phải ghi lý do chung\..*?</p>", page).group()
    assert ("Lan, Kỳ" in told, "Hùng" in told) == (True, True)
    fields = {"version": "1", "status": "accepted", "rows": "3", "place-1": "6|T6.17", "words-1": "Xem."}
    response = client.post(SENT + "mo-lai/", fields | {"note": " "})
    assert (response.status_code, ">\nXem.</textarea>" in response.content.decode()) == (409, True)
    response = client.post(SENT + "mo-lai/", fields | {"note": "Số liệu của xã bị sót."}, follow=True)
    assert "Đã mở lại báo cáo của" in response.content.decode()
    report.refresh_from_db()
    event = report.events.last()
    assert (report.status, event.action, event.note) == (Status.RETURNED, Action.REOPEN, "Số liệu của xã bị sót.")
    assert Point.objects.get().words == "Xem."


def test_the_effect_stands_before_the_buttons(client, cast, report, report_of):
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures={"T6.17": 30})
    send(report, cast.lan, figures={"T6.17": 4})
    page = page_for(client, cast.huyen)
    assert page.index("Báo cáo đã duyệt: 1/39 cơ quan → 2/39 cơ quan.") < page.index(">Duyệt báo cáo</button>")
    row = r'T6\.17</span> [^<]*</th><td class="num">30</td><td class="num"><strong>34</strong></td><td>(.*?)</td>'
    assert re.findall(row, page) == ["1/7 cơ quan → 2/7 cơ quan"]
    assert re.search(r"<summary>\d+ dòng nữa thay đổi</summary>", page)
    assert "Số liệu toàn tỉnh không đổi." in page[page.index("Trả lại để sửa") :]
    assert "dòng nữa thay đổi" not in page_for(client, cast.hung)


def test_what_is_wrong_is_listed_where_the_page_opens(client, cast, report):
    """The answer jumps to the decision: what is wrong stands there, each with the way to its field."""
    send(report, cast.lan)
    client.force_login(cast.huyen)
    page = client.post(SENT + "tra-lai/", READ | {"rows": "3", "words-2": "X", "return_by": "mai"}).content
    own = page.decode()[page.decode().index('id="decide"') :]
    assert re.findall(r'<li><a href="#(id_[\w-]+)">', own) == ["id_return_by", "id_place-2"]
    assert dangling(page.decode()) == set()
    page = client.post(SENT + "tra-lai/", READ | {"rows": "3"}).content.decode()
    assert page.index("Hãy ghi lý do để cơ quan biết phải sửa gì.") > page.index('id="decide"')


@pytest.mark.parametrize("move_word", MOVES)
@pytest.mark.parametrize(
    "unread",
    [
        {"version": None},
        {"version": ""},
        {"status": None},
        {"status": ""},
        {"status": "x"},
        {"status": "submitted\x00"},
    ],
)
@pytest.mark.parametrize("more", [{}, {"more": "more"}])
def test_nothing_is_decided_unread(client, cast, report, move_word, unread, more):
    brought(report, Status.ACCEPTED if move_word == "mo-lai" else Status.SUBMITTED, cast)
    client.force_login(cast.huyen)
    fields = {"version": "1", "status": report.status, "note": "Sửa."} | unread | more
    fields = {name: text for name, text in fields.items() if text is not None}
    before = report.status
    assert client.post(f"{SENT}{move_word}/", fields).status_code == 404
    report.refresh_from_db()
    assert report.status == before


LONG = "Đoạn này dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000."


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("note", {"note": "ă" * 2001}),
        ("words-1", {"place-1": "6|T6.17", "words-1": "ă" * 2001}),
        ("words-1", {"place-1": "6|T6.17", "reason-1": "ă" * 200, "words-1": "ă" * 1800}),
    ],
)
def test_a_text_too_long_is_told_at_its_place_and_kept(client, cast, report, field, typed):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    response = client.post(SENT + "tra-lai/", READ | {"rows": "3"} | typed)
    page = response.content.decode()
    assert response.status_code == 400
    assert f'<a href="#id_{field}">{LONG}</a>' in page
    assert f'<div class="cell-error" id="id_{field}_error">{LONG}</div>' in page
    assert f">\n{typed[field]}</textarea>" in page
    report.refresh_from_db()
    assert (report.status, Point.objects.count()) == (Status.SUBMITTED, 0)
    shorter = {name: text[:-1] if name == field else text for name, text in typed.items()}
    assert client.post(SENT + "tra-lai/", READ | {"rows": "3"} | shorter).status_code == 302


def test_no_letter_key_is_taken_from_the_browser(client, cast, report, report_of):
    """Alt+D is the address bar: the keys that the page tells are those of its script."""
    brought(report, Status.SUBMITTED, cast)
    send(report_of("chiem-hoa"), cast.minh)
    assert "accesskey" not in page_for(client, cast.huyen)


@pytest.mark.parametrize("word", MOVES)
def test_a_sign_in_in_between_leads_back_to_the_page(client, cast, report, word):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    assert client.get(f"{SENT}{word}/").url == SENT


def test_the_page_is_kept_by_nobody(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    for address in (SENT, BASE + "so-sanh/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


# --- cost ------------------------------------------------------------------------------------------


def test_the_page_at_one_and_three_points_notes_and_bodies(client, cast, report, report_of):
    def queries(who):
        client.force_login(getattr(cast, who))
        client.get(SENT)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(SENT).status_code == 200
        return len(asked)

    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(6, "T6.17", "Xem.")])
    move(report, Action.SUBMIT, by=cast.ky)
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen)
    Note.objects.create(report=report, version=1, text="Một.", by=cast.huyen)
    send(report_of("so-y-te"), cast.yen)
    one = {who: queries(who) for who in ("huyen", "hung", "lan")}
    Point.objects.bulk_create(
        Point(report=report, version=1, position=n, part=3, name="T3.03", words="Nữa.", by=cast.huyen) for n in (2, 3)
    )
    for text in ("Hai.", "Ba."):
        Note.objects.create(report=report, version=2, part=6, name="T6.17", text=text, by=cast.tu)
    for number, code in enumerate(("ham-yen", "yen-son")):
        send(report_of(code), person(f"them-{number}", Role.REPORTER, code))
    assert {who: queries(who) for who in ("huyen", "hung", "lan")} == one
    assert max(one.values()) <= 40, one


def test_reading_and_comparing_writes_nothing(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.hung)
    before = (report.events.count(), answers_of(report), Report.objects.values().get(pk=report.pk))
    for address in (SENT, SENT + "?diem=3|", BASE + "so-sanh/"):
        assert client.get(address).status_code == 200
    assert (report.events.count(), answers_of(report), Report.objects.values().get(pk=report.pk)) == before
