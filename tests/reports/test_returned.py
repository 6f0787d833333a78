"""A return with points: which parts are open, the ticks, what changed since; and the pages around it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import checks
from reports.answers import Answer, Cell
from reports.checking import locked_parts
from reports.choices import Action
from reports.drafting import Change, NotWritable, save
from reports.models import Explanation, InstrumentProgress, Overview, Point, answers_of, write_answers
from reports.returned import differences, may_write_part, tick
from reports.sheets import content_of, sheet_of
from reports.workflow import NotAllowed, Remark, move
from tests.conftest import at
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
PARTS = (0, 1, 2, 3, 4, 5, 6, 7, None)
LOCKED = "Phần này không có điểm cần sửa nên được giữ nguyên; chỉ sửa các phần mà chuyên viên đã nêu."


def returned(report, cast, *remarks, note="", **filling):
    send(report, cast.lan, **filling)
    move(report, Action.RETURN, by=cast.huyen, note=note, remarks=[Remark(*remark) for remark in remarks])
    report.refresh_from_db()
    return report


def open_parts(report):
    return {number for number in PARTS if may_write_part(report, number)}


# --- the return itself --------------------------------------------------------------------


def test_points_are_a_reason_and_keep_their_order(report, cast):
    moment = at(2020, 12, 1)
    send(report, cast.lan)
    remarks = [Remark(6, "T6.14", " Kiểm tra lại. "), Remark(3, "", "  "), Remark(None, "proposals", "Thiếu.")]
    event = move(report, Action.RETURN, by=cast.huyen, remarks=remarks, at=moment)
    points = Point.objects.values_list("version", "position", "part", "name", "words", "by__username", "at", "done_at")
    assert list(points) == [
        (1, 1, 6, "T6.14", "Kiểm tra lại.", "huyen", moment, None),
        (1, 2, None, "proposals", "Thiếu.", "huyen", moment, None),
    ]
    assert event.note == ""


@pytest.mark.parametrize("remarks", [[], [Remark(6, "T6.14", " \n")]])
def test_points_without_words_are_no_reason(report, cast, remarks):
    send(report, cast.lan)
    with pytest.raises(NotAllowed):
        move(report, Action.RETURN, by=cast.huyen, remarks=remarks)
    assert Point.objects.count() == 0


OPEN = [  # points (part, name), what is spoiled in which part, the parts that are open
    ([], None, set(PARTS)),
    ([(6, "T6.14")], None, {6}),
    ([(6, "T6.14"), (6, ""), (None, "proposals")], None, {6, None}),
    ([(0, "")], None, {0}),
    ([(6, "T6.14")], 3, {6, 3}),
    ([(None, "")], 7, {7, None}),
]


@pytest.mark.parametrize(("points", "spoiled", "expected"), OPEN)
def test_which_parts_are_open(report, cast, points, spoiled, expected):
    returned(report, cast, *[(part, name, "Sửa.") for part, name in points], note="Chung.")
    if spoiled:  # an error that came with a return must not lock the body in
        report.results.filter(number=spoiled).update(results="")
    assert open_parts(report) == expected
    locked = {"chung" if number is None else str(number) for number in set(PARTS) - expected}
    assert locked_parts(report, checks.run(sheet_of(report))) == locked  # the check page says the same


def test_a_draft_and_the_next_return_start_anew(report, cast):
    assert open_parts(report) == set(PARTS)
    returned(report, cast, (6, "", "Một."))
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(2, "", "Hai.")])
    report.refresh_from_db()
    assert open_parts(report) == {2}
    assert [p.words for p in Point.objects.current(report)] == ["Hai."]


def test_taking_back_what_was_sent_again_opens_no_more_than_the_return_did(report, cast):
    returned(report, cast, (6, "", "Một."))
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RECALL, by=cast.lan)
    report.refresh_from_db()
    assert (report.status, open_parts(report)) == ("returned", {6})
    assert [point.words for point in Point.objects.current(report)] == ["Một."]


@pytest.mark.parametrize(
    ("number", "name", "text"), [(3, "T3.03", "5"), (3, "results", "Khác."), (None, "direction", "X")]
)
def test_a_locked_part_is_written_by_no_way(client, report, cast, number, name, text):
    returned(report, cast, (6, "T6.14", "Sửa."))
    before, word = content_of(report, answers_of(report)), "chung" if number is None else str(number)
    client.force_login(cast.lan)
    with pytest.raises(NotWritable) as refusal:
        save(report, number, [Change(name, "0", text)], by=cast.lan)
    assert str(refusal.value) == LOCKED
    page = client.post(f"{BASE}phan/{word}/", {name: text})
    assert (page.status_code, LOCKED in page.content.decode()) == (409, True)
    told = {"person": cast.lan.pk, "seen": 0, "changes": [{"name": name, "was": "0", "now": text}]}
    answer = client.post(f"{BASE}phan/{word}/luu/", told, content_type="application/json")
    assert (answer.status_code, answer.json()) == (409, {"sentence": LOCKED})
    assert client.get(f"{BASE}phan/{word}/").url == BASE
    assert content_of(report, answers_of(report)) == before


def test_an_open_part_is_written_both_ways(client, report, cast):
    returned(report, cast, (6, "T6.17", "Sửa."))
    client.force_login(cast.lan)
    assert client.post(f"{BASE}phan/6/", {"T6.17": "5", "then": "stay"}).status_code == 302
    told = {"person": cast.lan.pk, "seen": 0, "changes": [{"name": "results", "was": "x", "now": "x"}]}
    assert client.post(f"{BASE}phan/6/luu/", told, content_type="application/json").status_code == 200
    assert answers_of(report)[Cell("T6.17")].value == 5


# --- ticks --------------------------------------------------------------------------------


def ticks(report):
    return [
        (p.position, bool(p.done_at), p.done_by and p.done_by.username) for p in Point.objects.filter(report=report)
    ]


def test_ticks_are_stored_and_taken_away(report, cast):
    returned(report, cast, (6, "T6.14", "Một."), (3, "", "Hai."))
    one, two = Point.objects.all()
    tick(report, [one.pk], cast.lan)
    assert ticks(report) == [(1, True, "lan"), (2, False, None)]
    first = Point.objects.get(pk=one.pk).done_at
    tick(report, [one.pk, two.pk], cast.ky)
    assert (ticks(report), Point.objects.get(pk=one.pk).done_at) == ([(1, True, "lan"), (2, True, "ky")], first)
    tick(report, [two.pk], cast.lan)
    assert ticks(report) == [(1, False, None), (2, True, "ky")]


def test_ticks_through_the_page(client, report, cast, report_of):
    returned(report, cast, (6, "T6.14", "Một."), (3, "", "Hai."))
    foreign = returned(report_of("chiem-hoa"), SimpleCast(cast, cast.minh), (6, "", "Khác."))
    other = Point.objects.get(report=foreign)
    one = Point.objects.filter(report=report).first()
    client.force_login(cast.lan)
    done = [one.pk, other.pk, "x", "-1", "٣", "9" * 30]
    assert client.post(BASE + "diem-can-sua/", {"done": done}).url == BASE
    assert ticks(report) == [(1, True, "lan"), (2, False, None)]
    assert ticks(foreign) == [(1, False, None)]
    page = client.get(BASE).content.decode()
    assert len(re.findall(r'name="done"[^>]* checked', page)) == 1
    client.force_login(cast.minh)
    assert client.post(BASE + "diem-can-sua/", {"done": []}).status_code == 404
    client.force_login(cast.lan)
    move(report, Action.HAND, by=cast.lan)
    client.post(BASE + "diem-can-sua/", {"done": []})
    assert ticks(report) == [(1, True, "lan"), (2, False, None)]


class SimpleCast:
    """The cast with another reporter in Lan's place."""

    def __init__(self, cast, lan):
        self.lan, self.huyen = lan, cast.huyen


def test_sending_is_not_bound_to_ticks_and_the_officer_reads_them(client, report, cast):
    returned(report, cast, (6, "T6.14", "Một."), (3, "", "Hai."))
    tick(report, [Point.objects.first().pk], cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.huyen)
    page = client.get(BASE + "ban-gui/").content.decode()
    assert re.findall(r'<span class="quote">(Một\.|Hai\.)</span> <span class="state[^"]*">(.*?)</span>', page) == [
        ("Một.", "Cơ quan báo đã sửa"),
        ("Hai.", "Chưa đánh dấu đã sửa"),
    ]


# --- returning through the page -----------------------------------------------------------


def form(version=1, **fields):
    rows = {name.replace("_", "-") if name != "return_by" else name: text for name, text in fields.items()}
    return {"version": str(version), "status": "submitted", "rows": "3", "note": ""} | rows


def test_an_officer_names_places(client, report, cast):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    fields = form(place_1="6|T6.14", words_1="Kiểm tra.", place_2="chung|proposals", words_2="Thiếu.")
    assert client.post(BASE + "ban-gui/tra-lai/", fields).url == "/ky/2020/cho-duyet/"
    assert list(Point.objects.values_list("part", "name", "words")) == [
        (6, "T6.14", "Kiểm tra."),
        (None, "proposals", "Thiếu."),
    ]
    client.force_login(cast.lan)
    page = client.get(BASE).content.decode()
    assert f'href="{BASE}phan/6/#T6.14"' in page
    assert "Kiểm tra." in client.get(BASE + "phan/6/").content.decode()


WRONG = [
    (form(words_1="Không nói chỗ nào."), 400, "Hãy chọn chỗ cần sửa, hoặc chuyển câu này vào phần lý do chung."),
    (form(place_1="9|T9.99", words_1="Sửa."), 400, "Sửa."),
    (form(reason_1="Lý do có sẵn."), 400, "Hãy chọn chỗ cần sửa, hoặc chuyển câu này vào phần lý do chung."),
    (
        form(place_1="3|", words_2="Hai.", place_2="6|T6.14"),
        400,
        "Hãy chọn lý do hoặc viết điểm cần sửa; nếu không cần, hãy bỏ chọn chỗ này.",
    ),
    (form(note="Sửa.", return_by="1/1/2020"), 400, "Ngày phải sửa xong đã qua; hãy chọn từ hôm nay trở đi."),
    (form(note="Sửa.", return_by="1/1/9999"), 400, "Ngày phải sửa xong còn quá một năm nữa; hãy kiểm tra lại năm."),
    (form(note="Sửa.", return_by="12/15/2026"), 400, "Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020."),
    (form(), 409, "Hãy ghi lý do để cơ quan biết phải sửa gì."),
    (
        form(note="Giữ lấy", version=7),
        409,
        "Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định.",
    ),
]


@pytest.mark.parametrize(("fields", "status", "sentence"), WRONG)
def test_a_wrong_return_changes_nothing_and_keeps_the_words(client, report, cast, fields, status, sentence):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    response = client.post(BASE + "ban-gui/tra-lai/", fields)
    page = response.content.decode()
    report.refresh_from_db()
    assert (response.status_code, sentence in page, report.status, Point.objects.count()) == (
        status,
        True,
        "submitted",
        0,
    )
    assert all(
        f">\n{text}</textarea>" in page for name, text in fields.items() if text and name.startswith(("words", "note"))
    )
    assert f'value="{fields["return_by"]}"' in page if "return_by" in fields else True
    assert f'<option value="{fields["reason-1"]}" selected>' in page if "reason-1" in fields else True
    places = {text for name, text in fields.items() if name.startswith("place") and text != "9|T9.99"}
    assert places <= set(re.findall(r'<option value="([^"]*)" selected', page))
    # What is shown is the sending that stands, and the next click decides on it.
    assert re.search(r'name="version" value="1"', page)


def test_more_rows_keep_what_was_typed(client, report, cast):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    response = client.post(
        BASE + "ban-gui/tra-lai/", form(place_3="6|", words_3="Ba.", note="Chung.") | {"more": "more"}
    )
    page = response.content.decode()
    report.refresh_from_db()
    assert (response.status_code, report.status) == (200, "submitted")
    assert len(re.findall(r'name="words-\d+"', page)) == 6
    assert ">\nBa.</textarea>" in page
    assert ">\nChung.</textarea>" in page


# --- what changed -------------------------------------------------------------------------


def test_the_differences_in_words(report, cast):
    fill(report, {"T6.05": 1, "T6.06": 4, "T6.06:girls": 2, "T2.01": 0})
    citation = report.period.citations.first()
    before = content_of(report, answers_of(report))
    write_answers(
        report,
        {
            Cell("T6.05"): Answer(nothing=True),
            Cell("T6.06"): Answer(1234, detail="Đã rà soát", estimate=True),
            Cell("T6.06", "girls"): None,
            Cell("T2.01"): Answer(1, detail="KH 12"),
        },
    )
    report.results.filter(number=1).update(results="Mới.", not_ours=True)
    Overview.objects.filter(report=report, part="direction").update(text="")
    InstrumentProgress.objects.create(report=report, citation=citation, text="Đã xong.")
    Explanation.objects.create(report=report, rule_code="R11", text="Chuyển nguồn.")
    Explanation.objects.create(report=report, rule_code="jump-T6.06", text="Có dịch.")
    found = [
        (d.part, d.name, d.before, d.now) for d in differences(report, before, content_of(report, answers_of(report)))
    ]
    empty, no, yes = "(để trống)", "không đánh dấu", "có đánh dấu"
    assert sorted(found, key=str) == sorted(
        [
            (1, "results", f"Kết quả nhiệm vụ 1 của {report.short_name}.", "Mới."),
            (1, "not_ours", no, yes),
            (2, "T2.01", "Không", "Có"),
            (2, "T2.01:detail", empty, "KH 12"),
            (2, "explain-R11", empty, "Chuyển nguồn."),
            (6, "T6.05", "1", empty),
            (6, "T6.05:nothing", no, yes),
            (6, "T6.06", "4", "1.234"),
            (6, "T6.06:girls", "2", empty),
            (6, "T6.06:detail", empty, "Đã rà soát"),
            (6, "T6.06:estimate", no, yes),
            (6, "explain-jump-T6.06", empty, "Có dịch."),
            (citation.task.number, f"progress-{citation.pk}", empty, "Đã xong."),
            (None, "direction", "Phần direction.", empty),
        ],
        key=str,
    )
    parts = [part for part, *_ in found]
    assert parts == sorted(parts, key=PARTS.index)
    assert differences(report, before, before) == []


def test_what_changed_is_shown_before_sending_again_and_to_the_officer(client, report, cast):
    returned(report, cast, (6, "T6.17", "Sửa."))
    save(report, 6, [Change("T6.17", "0", "5")], by=cast.lan)
    row = r'<th scope="row">T6\.17[^<]*</th><td class="quote">0</td><td class="quote">5</td>'
    client.force_login(cast.ky)
    page = client.get(BASE + "kiem-tra/").content.decode()
    assert re.search(row, page)
    assert "Thay đổi so với lần gửi 1" in page
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.huyen)
    page = client.get(BASE + "ban-gui/").content.decode()
    cells = r'<td class="num">0</td><td class="num">5</td><td class="num">\+5</td>'
    assert re.search(rf'<th scope="row"><a href="#T6\.17">T6\.17[^<]*</a></th>{cells}', page)
    assert "Thay đổi so với lần gửi 1" in page
    move(report, Action.RETURN, by=cast.huyen, note="Lại.")
    move(report, Action.SUBMIT, by=cast.ky)
    assert "Bản này giống hệt lần gửi trước." in client.get(BASE + "ban-gui/").content.decode()


def test_the_pages_of_a_returned_report_at_one_and_at_many_points(client, report, cast):
    def queries():
        found = {}
        for who, pages in {"lan": ("", "phan/6/", "kiem-tra/"), "huyen": ("ban-gui/",)}.items():
            client.force_login(getattr(cast, who))
            for page in pages:
                client.get(BASE + page)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(BASE + page).status_code == 200
                found[page] = len(queries)
        return found

    returned(report, cast, (6, "T6.14", "Một."))
    one = queries()
    Point.objects.bulk_create(
        Point(report=report, version=1, position=n, part=6, words="Nữa.", by=cast.huyen) for n in range(2, 20)
    )
    assert queries() == one
    assert max(one.values()) <= 30, one


def test_a_rule_between_two_parts_opens_both(report, cast):
    """T3.03 <= T0.01 (R13): the officer named task 3, the wrong figure may lie among the shared ones."""
    fill(report, {"T0.01": 10, "T0.02": 100, "T3.03": 5, "T3.07": 5, "T3.08": 5, "T3.09": 5})
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(3, "T3.03", "Kiểm tra lại.")])
    report.refresh_from_db()
    assert open_parts(report) == {3}
    save(report, 3, [Change("T3.03", "5", "12")], by=cast.lan)
    assert open_parts(report) == {0, 3}
    save(report, 0, [Change("T0.01", "10", "90")], by=cast.lan)
    assert open_parts(report) == {0, 3}  # the error is gone, and nobody is shut out in the middle of typing
    assert save(report, 0, [Change("T0.02", "100", "4500")], by=cast.lan).stored == {"T0.02": "4.500"}


def test_an_older_page_takes_no_tick_away(report, cast):
    returned(report, cast, (6, "", "Một."), (7, "", "Hai."))
    one, two = Point.objects.order_by("position")
    tick(report, [one.pk], cast.lan, shown={one.pk: False, two.pk: False})
    tick(report, [two.pk], cast.ky, shown={one.pk: False, two.pk: False})  # opened before the first tick
    assert [bool(point.done_at) for point in Point.objects.order_by("position")] == [True, True]
    tick(report, [two.pk], cast.ky, shown={one.pk: True, two.pk: True})
    assert [bool(point.done_at) for point in Point.objects.order_by("position")] == [False, True]
