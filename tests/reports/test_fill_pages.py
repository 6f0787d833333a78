"""A body's own pages: what is typed is kept, what is wrong is told once, nobody else sees anything."""

import re
from html import unescape

import pytest

from directives.choices import Role
from reports.answers import Cell
from reports.models import Edit, Figure, Receipt, TaskResult, answers_of
from reports.workflow import move
from tests.conftest import at, person
from tests.factories import accept, fill, send

BASE = "/bao-cao/2020/na-hang/"
PAGES = ("", "phan/0/", "phan/6/", "phan/chung/", "kiem-tra/")


def summary_of(response):
    """The sentences of the error summary on top of the page."""
    block = re.search(r"data-error-summary>.*?</div>", response.content.decode(), re.S)
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", block.group()) if block else []


@pytest.mark.parametrize("who", ["minh", "huyen", "hung", "quan", "yen"])
@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_sees_a_draft(client, cast, report, who, page):
    fill(report, by=cast.lan)
    client.force_login(getattr(cast, who))
    assert client.get(BASE + page).status_code == 404
    assert client.post(BASE + page, {"results": "x"}).status_code in (404, 405)


@pytest.mark.parametrize("who", ["lan", "ky"])
@pytest.mark.parametrize("page", PAGES)
def test_the_bodys_own_people_do(client, cast, report, who, page):
    client.force_login(getattr(cast, who))
    assert client.get(BASE + page).status_code == 200


@pytest.mark.parametrize(
    "address", ["/bao-cao/1999/na-hang/", "/bao-cao/2020/khong-co/", BASE + "phan/8/", BASE + "phan/9999/"]
)
def test_what_is_not_there_is_not_found(client, cast, report, address):
    client.force_login(cast.lan)
    assert client.get(address).status_code == 404


WRONG = [  # typed into T6.06 (a count), and the sentence after the place
    ("1.23", "“1.23” có thể hiểu hai cách; dấu chấm chỉ để ngăn hàng nghìn (1.234), dấu phẩy cho phần lẻ (12,5)."),
    ("12,5", "“12,5” không phải số nguyên; chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12."),
    ("-3", "“-3” là số âm; hãy nhập số từ 0 trở lên."),
    ("1e9", "“1e9” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
    ("NaN", "“NaN” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
    ("12 trẻ", "“12 trẻ” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
    ("١٢", "“١٢” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
    ("9" * 40, "“" + "9" * 30 + "…” quá lớn; hãy nhập số có nhiều nhất 12 chữ số."),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_a_wrong_number_gives_one_sentence_and_is_kept(client, cast, report, typed, sentence):
    client.force_login(cast.lan)
    fill(report, {"T6.06": 5})
    response = client.post(BASE + "phan/6/", {"T6.06": typed, "T6.05": "2", "results": "Đã làm."}, follow=True)
    assert summary_of(response) == [f"T6.06 “Số trẻ em bị xâm hại”, cột Tổng số: {sentence}"]
    page = response.content.decode()
    assert f'name="T6.06" id="T6.06" value="{typed}"' in page
    assert 'aria-describedby="T6.06_error"' in page
    answers = answers_of(report)
    assert Cell("T6.06") not in answers  # not 5 any more, and nothing guessed
    assert answers[Cell("T6.05")].value == 2
    assert TaskResult.objects.get(report=report, number=6).results == "Đã làm."
    # It is still there tomorrow, and it blocks sending.
    assert typed in client.get(BASE + "phan/6/").content.decode()
    client.post(BASE + "buoc/gui/")
    report.refresh_from_db()
    assert report.status == "draft"


def test_a_corrected_number_clears_the_error(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.06": "12 trẻ"})
    response = client.post(BASE + "phan/6/", {"T6.06": "12"}, follow=True)
    assert summary_of(response) == []
    assert answers_of(report)[Cell("T6.06")].value == 12
    assert TaskResult.objects.get(report=report, number=6).unread == {}


def test_a_number_and_the_box_contradict(client, cast, report):
    client.force_login(cast.lan)
    response = client.post(BASE + "phan/6/", {"T6.06": "3", "T6.06:nothing": "on"}, follow=True)
    assert summary_of(response) == [
        "T6.06 “Số trẻ em bị xâm hại”, cột Tổng số: ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai."
    ]
    page = response.content.decode()
    assert 'value="3"' in page
    assert re.search(r'<input type="checkbox" name="T6.06:nothing"[^>]* checked', page)
    assert not Figure.objects.filter(report=report).exists()


def test_missing_zero_and_nothing_are_three_things(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.05": "0", "T6.06": "", "T6.08": "", "T6.08:nothing": "on"})
    answers = {str(cell): (a.value, a.nothing) for cell, a in answers_of(report).items()}
    assert answers == {"T6.05": (0, False), "T6.08": (None, True)}


def test_half_a_form_never_wipes_the_other_half(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.05": "2", "T6.06": "3"})
    client.post(BASE + "phan/6/", {"T6.05": "4"})
    answers = {str(cell): a.value for cell, a in answers_of(report).items()}
    assert answers == {"T6.05": 4, "T6.06": 3}


def test_figures_of_another_task_or_body_are_ignored(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T3.03": "7", "T3.26": "9", "T6.15": "50", "T6.05": "1"})
    assert {str(cell): a.value for cell, a in answers_of(report).items()} == {"T6.05": 1}


def test_words_are_kept_as_typed_in_composed_letters(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/1/", {"results": " Dòng 1\r\n=SUM(A1) <b>&amp;</b>\x00 Chiêm Hóa "})
    assert TaskResult.objects.get(report=report, number=1).results == "Dòng 1\n=SUM(A1) <b>&amp;</b> Chiêm Hóa"
    assert "=SUM(A1) &lt;b&gt;&amp;amp;&lt;/b&gt;" in client.get(BASE + "phan/1/").content.decode()


def test_a_broken_rule_is_told_and_does_not_block_saving(client, cast, report):
    client.force_login(cast.lan)
    response = client.post(BASE + "phan/0/", {"T0.01": "100", "T0.02": "50"}, follow=True)
    assert summary_of(response) == [
        "Dân số trẻ em (dưới 16 tuổi) không được lớn hơn tổng dân số. (T0.01 = 100; T0.02 = 50)"
    ]
    assert answers_of(report)[Cell("T0.01")].value == 100


def test_a_warning_asks_for_a_reason_and_never_blocks(client, cast, report):
    client.force_login(cast.lan)
    fill(report, {"T2.05": 10, "T2.06": 20}, by=cast.lan)
    page = client.get(BASE + "phan/2/").content.decode()
    assert 'name="explain-R11"' in page
    client.post(BASE + "phan/2/", {"explain-R11": "Bổ sung từ nguồn dự phòng."})
    assert list(report.explanations.values_list("rule_code", "text")) == [("R11", "Bổ sung từ nguồn dự phòng.")]
    client.force_login(cast.ky)
    client.post(BASE + "buoc/gui/")
    report.refresh_from_db()
    assert report.status == "submitted"


def test_typing_into_a_report_sent_meanwhile_loses_nothing_from_the_screen(client, cast, report):
    send(report, cast.ky)
    client.force_login(cast.lan)
    before = answers_of(report)
    response = client.post(BASE + "phan/6/", {"T6.06": "77", "results": "Câu viết dở"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Chưa lưu được" in page
    assert 'value="77"' in page
    assert "Câu viết dở" in page
    assert answers_of(report) == before
    overview = client.post(BASE + "phan/chung/", {"direction": "Câu viết dở"})
    assert overview.status_code == 409
    assert "Câu viết dở" in overview.content.decode()


def test_a_sent_report_is_read_not_written(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.lan)
    assert client.get(BASE + "phan/6/").url == BASE
    assert client.get(BASE + "phan/chung/").url == BASE
    assert client.get(BASE + "ban-gui/").status_code == 200


def test_sending_twice_is_one_submission(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.ky)
    answers = [client.post(BASE + "buoc/gui/", follow=True) for _click in range(10)]
    assert [response.status_code for response in answers] == [200] * 10
    assert (report.events.count(), Receipt.objects.count()) == (1, 1)
    assert "Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên." in answers[-1].content.decode()


def test_an_unfinished_report_is_sent_back_to_the_list_of_errors(client, cast, report):
    client.force_login(cast.ky)
    response = client.post(BASE + "buoc/gui/")
    assert response.url == BASE + "kiem-tra/"
    page = client.get(BASE + "kiem-tra/").content.decode()
    assert "Nhiệm vụ 1: chưa có nội dung “Kết quả thực hiện”" in page
    assert f'href="{BASE}phan/6/#T6.06"' in page
    assert "Gửi báo cáo</button>" not in page
    client.force_login(cast.lan)
    assert client.post(BASE + "buoc/trinh-ky/").url == BASE + "kiem-tra/"
    assert "Trình ký</button>" not in client.get(BASE + "kiem-tra/").content.decode()


def test_the_officer_sees_a_returned_report_as_it_was_sent(client, cast, report):
    """What the body is correcting stays with the body until it sends again."""
    send(report, cast.lan, figures={"T6.17": 41})
    move(report, "return", by=cast.huyen, note="Kiểm tra T6.17.")
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.17": "55", "results": "Bản đang sửa"})
    client.force_login(cast.huyen)
    page = client.get(BASE + "ban-gui/").content.decode()
    assert '<td class="num">41</td>' in page
    assert "55" not in re.findall(r'<td class="num">(.*?)</td>', page)
    assert "Bản đang sửa" not in page


def test_the_reason_of_a_return_is_shown_to_the_body(client, cast, report):
    send(report, cast.lan)
    move(report, "return", by=cast.huyen, note="Thiếu số <liệu> T6.06.")
    client.force_login(cast.lan)
    assert "Thiếu số &lt;liệu&gt; T6.06." in client.get(BASE).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_need_a_fixed_number_of_queries(client, cast, report, page, django_assert_max_num_queries):
    client.force_login(cast.lan)
    client.get(BASE + page)
    with django_assert_max_num_queries(22) as empty:
        client.get(BASE + page)
    fill(report, by=cast.lan)
    with django_assert_max_num_queries(22) as full:
        client.get(BASE + page)
    assert len(full) == len(empty)


def test_home_says_what_is_owed_until_when_and_who_acts_next(client, cast, report):
    client.force_login(cast.lan)

    def home():
        return re.search(r'<p class="mb-1">(.*?)</p>', client.get("/").content.decode(), re.S).group(1)

    assert home() == (
        "Cơ quan bạn chưa gửi báo cáo, hạn trước ngày 15/12/2020 (đã quá hạn). Việc tiếp theo là của bạn: điền và gửi."
    )
    send(report, cast.lan, at=at(2020, 12, 1, 10, 5))
    assert home() == ("Đã gửi lúc 10:05, 01/12/2020. Việc tiếp theo là của cơ quan tổng hợp: duyệt hoặc trả lại.")
    move(report, "return", by=cast.huyen, note="Sửa.")
    assert home() == (
        "Báo cáo bị trả lại, hạn trước ngày 15/12/2020. Việc tiếp theo là của bạn: sửa các điểm đã nêu, gửi lại."
    )
    move(report, "submit", by=cast.ky)
    move(report, "accept", by=cast.huyen)
    assert home() == "Đã được duyệt. Bạn không phải làm gì thêm."


def test_home_of_the_others(client, cast, report, report_of):
    accept(report, cast.lan, cast.huyen)
    send(report_of("chiem-hoa"), cast.minh)
    sentences = {}
    for who in ("huyen", "hung", "quan"):
        client.force_login(getattr(cast, who))
        sentences[who] = re.findall(r'<p class="mb-1">(.*?)</p>', client.get("/").content.decode(), re.S)
    province = "1/39 báo cáo đã được duyệt, hạn trước ngày 15/12/2020."
    province += " 1 báo cáo chờ chuyên viên duyệt. 37 cơ quan còn phải gửi."
    assert sentences["hung"] == [province]
    told, paper = sentences["huyen"]
    assert told == province
    assert paper.startswith('<a href="/tong-hop/2020/soan/">Báo cáo của tỉnh: chưa soạn')
    assert sentences["quan"] == [
        "Bạn quản lý tài khoản, cơ quan và văn bản; bạn không xem được số liệu báo cáo. "
        "36 cơ quan chưa có người lập báo cáo."
    ]


def test_a_signatory_without_reports_has_nothing_waiting(client, cast):
    client.force_login(person("moi", Role.SIGNATORY, "son-duong"))
    assert "Hiện không có việc nào chờ bạn." in client.get("/").content.decode()


@pytest.mark.parametrize("who", ["huyen", "hung"])
@pytest.mark.parametrize(("page", "form"), [("", None), ("phan/1/", {}), ("phan/chung/", {}), ("kiem-tra/", None)])
def test_the_province_reads_no_line_of_a_returned_reports_draft(client, cast, report, who, page, form):
    send(report, cast.lan)
    move(report, "return", by=cast.huyen, note="Sửa.")
    fill(report, {"T6.17": 55}, by=cast.lan)
    client.force_login(getattr(cast, who))
    response = client.get(BASE + page) if form is None else client.post(BASE + page, form)
    assert response.status_code == 404


@pytest.mark.parametrize("typed", [{"T2.01": ""}, {"T2.01": "", "T2.01:nothing": "on"}, {"T2.01": "7"}])
def test_what_a_yes_rests_on_is_kept_whatever_the_answer(client, cast, report, typed):
    client.force_login(cast.lan)
    client.post(BASE + "phan/2/", typed | {"T2.01:detail": "QĐ 15 ngày 3/4"})
    assert 'name="T2.01:detail" value="QĐ 15 ngày 3/4"' in client.get(BASE + "phan/2/").content.decode()


def test_a_box_beside_garbage_is_kept(client, cast, report):
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.06": "12 trẻ", "T6.06:nothing": "on"})
    page = client.get(BASE + "phan/6/").content.decode()
    assert 'value="12 trẻ"' in page
    assert re.search(r'name="T6.06:nothing"[^>]* checked', page)


def test_a_detail_without_an_answer_is_told(client, cast, report):
    client.force_login(cast.lan)
    response = client.post(BASE + "phan/2/", {"T2.01": "", "T2.01:detail": "QĐ 15"}, follow=True)
    assert [sentence.split(": ", 1)[1] for sentence in summary_of(response)] == [
        "đã ghi thuyết minh nhưng chưa trả lời; hãy chọn Có hoặc Không."
    ]


def test_going_on_says_what_is_left_behind(client, cast, report):
    client.force_login(cast.lan)
    form = {"T6.06": "5", "T6.06:girls": "9", "then": "next"}
    response = client.post(BASE + "phan/6/", form, follow=True)
    assert response.redirect_chain == [(BASE + "phan/7/", 302)]
    assert "đuối nước: đã lưu, còn 1 lỗi." in response.content.decode()


@pytest.mark.parametrize(
    ("page", "rule"), [("", "private, no-store"), ("kiem-tra/", "private, no-store"), ("phan/6/", "private")]
)
def test_pages_with_figures_are_kept_by_nobody(client, cast, report, page, rule):
    """But what is being typed must come back with the browser's Back."""
    client.force_login(cast.lan)
    assert client.get(BASE + page)["Cache-Control"] == rule


# --- two people in one part, without JavaScript ---------------------------------------------


def page_of(client, who, page):
    """A person opens a page; returns what a browser would post of it: every field, ticked box and hidden mark."""
    client.force_login(who)
    return fields_of(client.get(BASE + page).content.decode())


def fields_of(html):
    form = max(re.findall(r"<form.*?</form>", html, re.S), key=len)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in attributes and (attributes.get("type") not in ("checkbox", "radio") or " checked" in tag):
            found[attributes["name"]] = unescape(attributes.get("value", "on" if "checkbox" in tag else ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        found[name] = (re.findall(r'value="(\d*)" selected', options) or [""])[0]
    return found


def stored_now(report):
    texts = dict(report.overviews.values_list("part", "text"))
    results = {r.number: r.results for r in report.results.all() if r.results}
    return {str(cell): int(a.value) for cell, a in answers_of(report).items() if a.value is not None} | texts | results


@pytest.mark.parametrize(
    ("page", "field", "other"), [("phan/6/", "T6.05", "T6.06"), ("phan/chung/", "direction", "assessment")]
)
def test_two_pages_with_different_fields_are_both_kept(client, cast, report, page, field, other):
    lans, kys = page_of(client, cast.lan, page), page_of(client, cast.ky, page)
    client.force_login(cast.ky)
    assert client.post(BASE + page, kys | {field: "1"}).status_code == 302
    client.force_login(cast.lan)
    assert client.post(BASE + page, lans | {other: "2"}).status_code == 302
    assert {str(value) for value in stored_now(report).values()} == {"1", "2"}


def test_a_page_that_nobody_changed_stores_nothing(client, cast, report):
    fill(report, {"T2.05": "1234.567", "T6.06": None, "T6.14": None, "T6.06:girls": 0}, by=cast.lan)
    client.force_login(cast.lan)
    client.post(BASE + "phan/6/", {"T6.05": "12 trẻ", "T6.07": "3", "T6.07:nothing": "on", "T6.08:estimate": "on"})
    before, edits = (answers_of(report), stored_now(report)), Edit.objects.count()
    for page in ("phan/0/", "phan/2/", "phan/3/", "phan/6/", "phan/chung/"):
        assert client.post(BASE + page, page_of(client, cast.lan, page)).status_code == 302
    assert ((answers_of(report), stored_now(report)), Edit.objects.count()) == (before, edits)


CONFLICTS = [  # page, field, mine, theirs
    ("phan/6/", "T6.05", "12", "1.234"),
    ("phan/6/", "T6.05", "", "5"),
    ("phan/6/", "results", "Dòng 1\nDòng 2 <b>&amp;</b>", "Khác"),
    ("phan/chung/", "direction", "Của tôi", "“Của người khác”"),
]


@pytest.mark.parametrize(("page", "field", "mine", "theirs"), CONFLICTS)
@pytest.mark.parametrize("choice", ["mine", "theirs", "written anew"])
def test_a_conflict_is_shown_and_the_later_person_chooses(client, cast, report, page, field, mine, theirs, choice):
    if mine == "":
        page_of(client, cast.lan, page)
        client.post(BASE + page, {field: "4"})
    lans = page_of(client, cast.lan, page)
    client.force_login(cast.ky)
    client.post(BASE + page, {field: theirs})
    client.force_login(cast.lan)
    other = "proposals"
    response = client.post(BASE + page, lans | {field: mine, other: "Ô khác của tôi"})
    html = response.content.decode()
    assert (response.status_code, "Hai bản khác nhau" in html) == (409, True)
    assert re.search(r"Giữ bản đang lưu \(Kỳ, \d\d:\d\d, \d\d/\d\d/\d{4}\)", html)
    told = fields_of(html)
    assert (told[field], told[f"was-{field}"]) == (mine, theirs)
    assert told[f"choose-{field}"] == "theirs"  # nothing is overwritten by a careless click
    assert ("Ô khác của tôi" in str(list(report.results.values()) + list(report.overviews.values()))) is True
    assert list(Edit.objects.filter(name=field).values_list("after", flat=True))[-1] == theirs
    chosen = {"mine": ("mine", mine), "theirs": ("theirs", mine), "written anew": ("mine", "7")}[choice]
    answer = client.post(BASE + page, told | {f"choose-{field}": chosen[0], field: chosen[1].replace("\n", "\r\n")})
    assert answer.url == BASE + page
    now = page_of(client, cast.lan, page)
    assert now[field] == {"mine": mine, "theirs": theirs, "written anew": "7"}[choice]
    assert now[other] == "Ô khác của tôi"


def test_a_third_save_meanwhile_asks_again(client, cast, report):
    lans = page_of(client, cast.lan, "phan/6/")
    client.force_login(cast.ky)
    client.post(BASE + "phan/6/", {"results": "Kỳ 1"})
    client.force_login(cast.lan)
    told = fields_of(client.post(BASE + "phan/6/", lans | {"results": "Lan"}).content.decode())
    client.force_login(cast.ky)
    client.post(BASE + "phan/6/", {"results": "Kỳ 2"})
    client.force_login(cast.lan)
    again = client.post(BASE + "phan/6/", told | {"choose-results": "mine"})
    told = fields_of(again.content.decode())
    assert (again.status_code, told["results"], told["was-results"]) == (409, "Lan", "Kỳ 2")
    assert client.post(BASE + "phan/6/", told | {"choose-results": "mine"}).status_code == 302
    assert list(Edit.objects.values_list("before", "after")) == [("", "Kỳ 1"), ("Kỳ 1", "Kỳ 2"), ("Kỳ 2", "Lan")]


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("theirs", [False, True])
@pytest.mark.parametrize("mine", [False, True])
def test_a_box_has_no_third_state(client, cast, report, seen, theirs, mine):
    """Who touched it means it; who did not leaves the colleague's: a box can differ from both in no way."""

    def post(who, box, data):
        client.force_login(who)
        rest = {name: text for name, text in data.items() if name != "T6.06:nothing"}
        return client.post(BASE + "phan/6/", rest | ({"T6.06:nothing": "on"} if box else {}))

    post(cast.lan, seen, page_of(client, cast.lan, "phan/6/"))
    lans = page_of(client, cast.lan, "phan/6/")
    post(cast.ky, theirs, page_of(client, cast.ky, "phan/6/"))
    assert post(cast.lan, mine, lans).status_code == 302
    then = "T6.06:nothing" in page_of(client, cast.lan, "phan/6/")
    assert then is (theirs if mine is seen else mine)


def test_an_untouched_box_beside_a_conflict_stays_the_colleagues(client, cast, report):
    lans = page_of(client, cast.lan, "phan/6/")
    client.force_login(cast.ky)
    client.post(BASE + "phan/6/", {"not_ours": "on", "not_ours_reason": "x"})
    client.force_login(cast.lan)
    response = client.post(BASE + "phan/6/", lans | {"not_ours_reason": "y"})
    html = response.content.decode()
    assert (response.status_code, set(re.findall(r'name="choose-([^"]+)"', html))) == (409, {"not_ours_reason"})
    assert page_of(client, cast.lan, "phan/6/")["not_ours"] == "on"  # Lan's empty box was never touched


# --- reading before signing -----------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "0/", "3/", "chung/"])
@pytest.mark.parametrize(("who", "status"), [("lan", 200), ("ky", 200), ("minh", 404), ("huyen", 404), ("quan", 404)])
def test_who_reads_the_draft(client, cast, report, who, status, part):
    fill(report, {"T3.03": 41}, by=cast.lan)
    client.force_login(getattr(cast, who))
    assert client.get(f"{BASE}doc/{part}").status_code == status


def test_the_signatory_reads_part_by_part_and_decides(client, cast, report):
    fill(report, {"T6.17": 41}, by=cast.lan)
    move(report, "hand", by=cast.lan)
    client.force_login(cast.ky)
    address, seen = BASE + "doc/", []
    while address:
        page = client.get(address).content.decode()
        assert "Gửi báo cáo</button>" in page
        seen.append(re.search(r'aria-current="page">(.*?)</a>', page).group(1))
        following = re.search(r'href="([^"]+)">Phần tiếp theo', page)
        address = following and following.group(1)
    assert seen == ["Số liệu dùng chung", *(f"Nhiệm vụ {n}" for n in range(1, 8)), "Phần chung"]
    assert '<td class="num">41</td>' in client.get(BASE + "doc/6/").content.decode()
    client.force_login(cast.lan)
    assert "Gửi báo cáo</button>" not in client.get(BASE + "doc/").content.decode()
    for part in ("phan/3/", "phan/chung/"):
        assert client.get(BASE + part).url == BASE
    move(report, "submit", by=cast.ky)
    assert client.get(BASE + "doc/").status_code == 404
