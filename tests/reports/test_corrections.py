"""An officer uses another figure than the one reported: the door, its table of who may, and the pages."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from directives.choices import Role
from reports import corrections
from reports.answers import Answer, Cell
from reports.choices import Action, NoticeKind, Status
from reports.corrections import Refused, correct, reply, withdraw
from reports.models import Correction, CorrectionReply, Figure, Notice, Report, answers_of
from reports.models.journal import AppendOnlyError
from reports.workflow import move
from tests.conftest import person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

GIRLS = Cell("T6.06", "girls")
ABUSE = {"T6.05": 2, "T6.06": 30, "T6.06:girls": 12, "T6.08": 30, "T6.24": None}
KPS = Answer(nothing=True)


def number(value):
    return Answer(Decimal(str(value)))


@pytest.fixture
def sent(report, cast):
    """Na Hang has sent: 30 abused children, 12 of them girls; no swimming pool arose; one figure left out."""
    return send(report, cast.lan, figures=ABUSE, left_out=("T1.09",))


@pytest.fixture
def act(sent, cast):
    """Correct a cell of the sending; Huyền, 21, for a reason, where nothing else is said."""

    def act(cell="T6.06:girls", answer=21, reason="Gõ nhầm, đã hỏi lại.", by=None, **more):
        answer = answer if isinstance(answer, Answer) else number(answer)
        more.setdefault("version", Report.objects.get(pk=sent.pk).version)
        return correct(sent, Cell.parse(cell), answer, reason, by=by or cast.huyen, **more)

    return act


def used(report, cell=GIRLS):
    """What is used of a cell now, and what is reported."""
    return [answers.get(cell) for answers in (corrections.used_answers(report), answers_of(report))]


# --- the line -------------------------------------------------------------------------------


def test_a_correction_is_a_line_and_the_figure_stays(sent, cast, act):
    before = list(Figure.objects.order_by("pk").values())
    line = act()
    assert list(Figure.objects.order_by("pk").values()) == before
    assert (line.report_id, line.cell, line.version, line.by, line.reason, line.withdrawn) == (
        sent.pk,
        GIRLS,
        1,
        cast.huyen,
        "Gõ nhầm, đã hỏi lại.",
        False,
    )
    assert (line.answer_reported, line.answer_used) == (number(12), number(21))
    assert corrections.in_use(sent) == {GIRLS: line}
    assert used(sent) == [number(21), number(12)]
    event = sent.events.last()
    assert (event.action, event.by, event.note, event.version) == (
        Action.CORRECT,
        cast.huyen,
        "T6.06 Nữ: 12 → 21. Lý do: Gõ nhầm, đã hỏi lại.",
        1,
    )


@pytest.mark.parametrize(
    ("cell", "answer", "note"),
    [
        ("T6.06", 31, "T6.06: 30 → 31."),
        ("T6.24", 3, "T6.24: không phát sinh → 3."),
        ("T6.24", 0, "T6.24: không phát sinh → 0."),
        ("T6.06", KPS, "T6.06: 30 → không phát sinh."),
        ("T1.09", 5, "T1.09: chưa có số liệu → 5."),
        ("T1.09", KPS, "T1.09: chưa có số liệu → không phát sinh."),
        ("T6.06:minority", 4, "T6.06 Dân tộc thiểu số: chưa có số liệu → 4."),
        ("T2.05", "1234.5", "T2.05: 0 → 1.234,5."),
        ("T2.01", 1, "T2.01: Không → Có."),
    ],
)
def test_missing_zero_and_nothing_arose_are_three_things(act, sent, cell, answer, note):
    with translation.override("en"):  # the journal is Vietnamese, whatever the officer's screen
        line = act(cell, answer)
    assert sent.events.last().note == f"{note} Lý do: Gõ nhầm, đã hỏi lại."
    assert line.answer_used == (answer if isinstance(answer, Answer) else number(answer))


def test_the_newest_line_of_a_cell_stands(act, sent, cast):
    act(answer=21)
    second = act(answer=25, reason="Thêm bốn em.", by=cast.tu)
    assert (corrections.in_use(sent), used(sent)[0]) == ({GIRLS: second}, number(25))
    assert sent.events.last().note == "T6.06 Nữ: 21 → 25. Lý do: Thêm bốn em."
    assert (second.answer_reported, Correction.objects.count()) == (number(12), 2)


def test_withdrawing_uses_the_reported_figure_again(act, sent, cast):
    act()
    line = withdraw(sent, GIRLS, "Cơ quan đã đúng.", by=cast.tu)
    assert (line.withdrawn, line.answer_used, corrections.in_use(sent)) == (True, number(12), {})
    assert sent.events.last().note == "T6.06 Nữ: bỏ điều chỉnh, 21 → 12. Lý do: Cơ quan đã đúng."
    assert act().pk > line.pk  # and may be corrected anew


def test_lines_about_an_older_sending_rest(act, sent, cast):
    act()
    move(sent, Action.RETURN, by=cast.huyen, note="Xem lại.")
    assert set(corrections.in_use(sent)) == {GIRLS}
    move(sent, Action.SUBMIT, by=cast.ky)
    assert corrections.in_use(sent) == {}
    assert used(Report.objects.get(pk=sent.pk))[0] == number(12)


def test_a_ledger_is_written_once(act):
    line = act()
    with pytest.raises(AppendOnlyError):
        line.save()
    with pytest.raises(AppendOnlyError):
        line.delete()
    with pytest.raises(AppendOnlyError):
        Correction.objects.update(reason="")


def test_the_body_is_told_of_each_line_and_the_officers_of_the_answer(act, sent, cast):
    line = act()
    withdraw(sent, GIRLS, "Cơ quan đã đúng.", by=cast.huyen)
    told = Notice.objects.filter(kind=NoticeKind.CORRECTED).values_list("recipient__username", flat=True)
    assert sorted(told) == ["ky", "ky", "lan", "lan"]
    reply(line, "Đồng ý.", by=cast.lan)
    told = Notice.objects.filter(kind=NoticeKind.ANSWERED).values_list("recipient__username", flat=True)
    assert sorted(told) == ["huyen", "tu"]


# --- who, when ------------------------------------------------------------------------------

ROLE = "Vai trò của bạn không được làm việc này."
UNSENT = "Cơ quan chưa gửi báo cáo nên chưa có số liệu để điều chỉnh."
BACK = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại rồi điều chỉnh nếu vẫn cần."
EXEMPT = "Cơ quan được miễn báo cáo kỳ này nên không có số liệu để điều chỉnh."
OTHERS = "Chỉ người của cơ quan báo cáo được trả lời về điều chỉnh."
STATES = ("draft", "submitted", "returned", "accepted", "exempt")
OFFICERS = (UNSENT, "", BACK, "", EXEMPT)
TABLE = {  # person: what is answered in each state to (correct and withdraw, reply); "" is done
    "lan": ((ROLE,) * 5, ("",) * 5),
    "ky": ((ROLE,) * 5, ("",) * 5),
    "minh": ((ROLE,) * 5, (OTHERS,) * 5),
    "huyen": (OFFICERS, (OTHERS,) * 5),
    "tu": (OFFICERS, (OTHERS,) * 5),
    "hung": ((ROLE,) * 5, (OTHERS,) * 5),
    "quan": ((ROLE,) * 5, (OTHERS,) * 5),
}


def said(action):
    try:
        action()
    except Refused as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("state", STATES)
def test_role_by_state_by_action(act, sent, cast, who, state):
    line = act()
    Report.objects.filter(pk=sent.pk).update(status=state)
    by, place = getattr(cast, who), STATES.index(state)
    expected = [answers[place] for answers in TABLE[who]]
    lines = Correction.objects.count()
    assert said(lambda: reply(line, "Ý kiến.", by=by)) == expected[1]
    assert said(lambda: act(answer=22, by=by)) == expected[0]
    assert said(lambda: withdraw(sent, GIRLS, "Lý do.", by=by)) == expected[0]
    assert Correction.objects.count() - lines == (0 if expected[0] else 2)
    assert CorrectionReply.objects.count() == (0 if expected[1] else 1)


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "answer", "sentence", "field"),
    [
        ("T9.99", 1, "Chỉ tiêu này không có trong biểu của cơ quan.", "option"),
        ("T6.13", 1, "Chỉ tiêu này không có trong biểu của cơ quan.", "option"),  # the police's alone
        ("T1.05", 1, "T1.05 được tính từ hai chỉ tiêu khác; hãy điều chỉnh hai chỉ tiêu đó.", "option"),
        ("T6.24:girls", 1, "Chỉ tiêu T6.24 không có cột này.", "option"),
        ("T6.06", -1, "“-1” là số âm; hãy nhập số từ 0 trở lên.", "value"),
        ("T6.06", "1.5", "“1,5” không phải số nguyên; chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12.", "value"),
        (
            "T2.05",
            "1.2345",
            "“1,2345” có quá nhiều chữ số lẻ; hãy nhập nhiều nhất 3 chữ số sau dấu phẩy.",
            "value",
        ),
        ("T6.06", 10**12, "“1.000.000.000.000” quá lớn; hãy nhập số có nhiều nhất 12 chữ số.", "value"),
        ("T2.01", 2, "“2” không phải câu trả lời; hãy chọn Có hoặc Không.", "value"),
        ("T6.06", "NaN", "“NaN” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234.", "value"),
        ("T6.06", 30, "Ô này đang dùng đúng số đó: 30; hãy nhập số khác.", "value"),
        ("T6.24", KPS, "Ô này đang dùng đúng số đó: không phát sinh; hãy nhập số khác.", "value"),
        (
            "T6.06:girls",
            KPS,
            "Chỉ tổng số mới “không phát sinh”; ở cột chi tiết hãy nhập số, 0 nếu không có.",
            "value",
        ),
        ("T6.06", Answer(), "Hãy nhập số sử dụng (0 nếu không có), hoặc đánh dấu “Không phát sinh”.", "value"),
    ],
)
def test_cells_and_values_that_cannot_be_used(act, cell, answer, sentence, field):
    with pytest.raises(Refused) as refusal:
        act(cell, answer)
    assert (str(refusal.value), refusal.value.field) == (sentence, field)
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "nothing", "found"),
    [
        ("1.234,5", False, number("1234.5")),
        (" 1 234,5 ", False, number("1234.5")),
        ("0", False, number(0)),
        ("", True, KPS),
        ("\x00\x07", True, KPS),
        ("1.234.5", False, "“1.234.5” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
        (
            "12.5",
            False,
            "“12.5” có thể hiểu hai cách; dấu chấm chỉ để ngăn hàng nghìn (1.234), dấu phẩy cho phần lẻ (12,5).",
        ),
        ("12 triệu", False, "“12 triệu” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
        ("-3", False, "“-3” là số âm; hãy nhập số từ 0 trở lên."),
        ("3", True, "Ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai."),
        ("\x00", False, "Hãy nhập số sử dụng (0 nếu không có), hoặc đánh dấu “Không phát sinh”."),
    ],
)
def test_what_is_typed_is_read_as_a_body_s_typing_is(report, typed, nothing, found):
    money = next(i for i in report.indicators() if i.code == "T2.05")
    if isinstance(found, Answer):
        assert corrections.read_answer(money, typed, nothing) == found
    else:
        with pytest.raises(Refused) as refusal:
            corrections.read_answer(money, typed, nothing)
        assert str(refusal.value) == found


def test_a_task_outside_the_functions_owes_no_figure(report, cast):
    sent = send(report, cast.lan, declined=(6,))
    with pytest.raises(Refused, match="khai nhiệm vụ 6 không thuộc chức năng"):
        correct(sent, Cell("T6.06"), number(1), "Lý do.", by=cast.huyen, version=1)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Hãy ghi lý do để cơ quan và người đọc sau này biết vì sao."),
        (" \n\x00 ", "Hãy ghi lý do để cơ quan và người đọc sau này biết vì sao."),
        ("a" * 2001, "Đoạn này dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000."),
    ],
)
def test_a_line_has_a_reason(act, reason, sentence):
    assert said(lambda: act(reason=reason)) == sentence


def test_going_back_to_the_reported_figure_is_a_withdrawal(act, sent, cast):
    act()
    told = said(lambda: act(answer=12, by=cast.tu))
    assert told == "Đó là số cơ quan báo cáo; muốn dùng lại số báo cáo thì bỏ điều chỉnh."
    assert said(lambda: withdraw(sent, Cell("T6.06"), "Lý do.", by=cast.tu)) == (
        "Ô này không có điều chỉnh nào đang áp dụng."
    )


def test_another_sending_is_not_corrected_unread(act, sent, cast):
    move(sent, Action.RETURN, by=cast.huyen, note="Xem lại.")
    move(sent, Action.SUBMIT, by=cast.ky)
    assert said(lambda: act(version=1)) == (
        "Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."
    )


def test_two_officers_at_once_one_is_told(act, sent, cast):
    line = act(seen=0)
    sentence = "Huyền vừa điều chỉnh chỉ tiêu này sau khi bạn mở trang; hãy đọc lịch sử bên dưới rồi quyết định."
    assert said(lambda: act(answer=99, by=cast.tu, seen=0)) == sentence
    assert said(lambda: withdraw(sent, GIRLS, "Lý do.", by=cast.tu, seen=0)) == sentence
    assert corrections.in_use(sent) == {GIRLS: line}
    assert act(answer=99, by=cast.tu, seen=line.pk).answer_used == number(99)


def test_a_second_click_writes_nothing(act, sent, cast):
    line = act(seen=0)
    events, notices = sent.events.count(), Notice.objects.count()
    assert act(seen=0) == line
    first = reply(line, "Đồng ý.", by=cast.lan)
    assert reply(line, " Đồng ý.\n", by=cast.lan) == first
    told = Notice.objects.filter(kind=NoticeKind.ANSWERED).count()
    assert (sent.events.count(), Notice.objects.count() - told) == (events, notices)


# --- what would break -----------------------------------------------------------------------


def test_consequences_are_only_what_is_new(sent, cast, act):
    def found(cell, answer):
        return [f.code for f in corrections.consequences(sent, Cell.parse(cell), answer, by=cast.huyen)]

    assert found("T6.06:girls", number(30)) == []
    assert found("T6.06:girls", number(31)) == ["part"]
    assert found("T6.06", number(29)) == ["R40"]  # 30 subjected to violence
    assert found("T6.06", KPS) == ["part", "R40"]
    assert found("T2.01", number(1)) == []  # the reason of the correction is what the yes rests on
    act("T6.06", 29)
    assert found("T6.06:girls", number(20)) == []  # broken already, and not by this
    assert found("T6.08", number(31)) == ["R40"]  # the same rule, by more


def test_a_draft_is_not_told_by_what_it_would_break(sent, cast):
    move(sent, Action.RETURN, by=cast.huyen, note="Xem lại.")
    sent.refresh_from_db()
    with pytest.raises(Refused, match="đang ở cơ quan"):
        corrections.consequences(sent, GIRLS, number(99), by=cast.huyen)


# --- the officer's page ---------------------------------------------------------------------

PAGE = "/bao-cao/2020/na-hang/dieu-chinh/T6.06/"


def hidden(client, page=PAGE):
    """The marks of what the page shows."""
    html = client.get(page).content.decode()
    form = html[html.index('id="correct"') :]
    return {name: re.search(rf'name="{name}" value="(\d+)"', form)[1] for name in ("version", "seen")}


@pytest.fixture
def huyen(client, cast, sent):
    client.force_login(cast.huyen)
    return client


def test_an_officer_corrects_a_cell(huyen, sent):
    typed = hidden(huyen) | {"act": "correct", "option": "girls", "value": "21", "reason": "Gõ nhầm."}
    response = huyen.post(PAGE, typed)
    assert (response.status_code, response.url) == (302, PAGE)
    page = huyen.get(PAGE).content.decode()
    assert "số báo cáo được giữ nguyên và cơ quan được báo" in page
    assert '<tr><th scope="row">Nữ</th><td class="num">12</td><td class="num">21 (điều chỉnh)</td></tr>' in page
    assert '<td class="num">12</td><td class="num">21</td><td class="num">+9</td>' in page
    assert "Áp dụng khi báo cáo được duyệt" in page
    assert 'name="value" value="21"' not in page
    sent.refresh_from_db()
    assert sent.opened_at is not None  # read by an officer: not taken back unasked


def test_a_broken_rule_is_shown_before_it_is_confirmed(huyen, sent):
    typed = hidden(huyen) | {"act": "correct", "option": "girls", "value": "31", "reason": "Đã hỏi lại."}
    page = huyen.post(PAGE, typed).content.decode()
    assert "31 lớn hơn tổng số 30; hãy kiểm tra lại hai ô." in page
    assert "Vẫn điều chỉnh" in page
    assert (Correction.objects.count(), page.count("Đã hỏi lại.")) == (0, 1)
    assert re.search(r'name="value"[^>]*value="31"', page)
    mark = re.search(r'name="confirmed" value="(\w+)"', page)[1]
    page = huyen.post(PAGE, typed | {"value": "32", "confirmed": mark}).content.decode()
    assert "32 lớn hơn tổng số 30" in page  # what was confirmed was 31
    assert Correction.objects.count() == 0
    assert huyen.post(PAGE, typed | {"confirmed": mark}).status_code == 302
    assert Correction.objects.get().answer_used == number(31)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value": "mười"}, "“mười” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."),
        ({"value": "12,5"}, "“12,5” không phải số nguyên; chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12."),
        ({"value": "9" * 5000}, "quá lớn; hãy nhập số có nhiều nhất 12 chữ số."),
        ({"value": "\x00"}, "Hãy nhập số sử dụng (0 nếu không có), hoặc đánh dấu “Không phát sinh”."),
        ({"value": "13", "reason": "\x00"}, "Hãy ghi lý do để cơ quan và người đọc sau này biết vì sao."),
        ({"value": "13", "version": "99999999999999999999"}, "Cơ quan đã gửi bản mới sau khi bạn mở trang"),
        ({"value": "12"}, "Ô này đang dùng đúng số đó: 12; hãy nhập số khác."),
        ({"nothing": "on", "value": "13"}, "Ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai."),
        ({"act": "withdraw"}, "Ô này không có điều chỉnh nào đang áp dụng."),
    ],
)
def test_bad_input_is_said_and_everything_typed_is_kept(huyen, typed, sentence):
    posted = hidden(huyen) | {"act": "correct", "option": "girls", "value": "13", "reason": "Lý do dài."} | typed
    response = huyen.post(PAGE, posted)
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert "<title>Lỗi: " in page
    assert ("Lý do dài." in page) == (typed.get("reason") is None)
    if typed.get("act") is None and "\x00" not in posted["value"]:
        assert f'value="{posted["value"]}"' in page
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [{"option": "boys"}, {"option": ""}, {"version": "x"}, {"version": "\x00"}, {"seen": ""}, {"seen": "1e9"}],
)
def test_what_no_page_of_ours_sends_is_not_found(huyen, typed):
    posted = hidden(huyen) | {"act": "correct", "option": "girls", "value": "13", "reason": "Lý do."} | typed
    assert huyen.post(PAGE, posted).status_code == 404


def test_a_colleague_s_line_is_shown_and_the_second_try_goes_through(huyen, act, cast):
    posted = hidden(huyen) | {"act": "correct", "option": "girls", "value": "13", "reason": "Lý do."}
    act(by=cast.tu)
    page = huyen.post(PAGE, posted).content.decode()
    assert "Tú vừa điều chỉnh chỉ tiêu này" in page
    again = posted | {"seen": re.search(r'name="seen" value="(\d+)"', page)[1]}
    assert huyen.post(PAGE, again).status_code == 302


def test_withdrawing_on_the_page(huyen, act, sent):
    act()
    typed = hidden(huyen) | {"act": "withdraw", "option": "girls", "reason": ""}
    page = huyen.post(PAGE, typed).content.decode()
    assert "Hãy ghi lý do bỏ điều chỉnh để cơ quan biết." in page
    assert huyen.post(PAGE, typed | {"reason": "Cơ quan đã đúng."}).status_code == 302
    assert corrections.in_use(sent) == {}
    assert "Bỏ điều chỉnh, dùng lại số báo cáo" not in huyen.get(PAGE).content.decode()


def test_lines_about_a_reopened_report_that_was_exempted_since(client, act, sent, cast):
    act()
    move(sent, Action.ACCEPT, by=cast.huyen)
    move(sent, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    move(sent, Action.EXEMPT, by=cast.huyen, note="Đã sáp nhập.")
    for who in (cast.huyen, cast.lan):
        client.force_login(who)
        page = client.get("/bao-cao/2020/na-hang/dieu-chinh/").content.decode()
        assert "Không áp dụng, cơ quan được miễn" in page
        assert "báo cáo đang ở cơ quan" not in page


def test_a_returned_report_shows_its_lines_and_nothing_of_the_draft(huyen, act, sent, cast):
    act()
    move(sent, Action.RETURN, by=cast.huyen, note="Xem lại.")
    fill(sent, ABUSE | {"T6.06:girls": 17777})
    page = huyen.get(PAGE).content.decode()
    assert "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại" in page
    assert "Chưa áp dụng, báo cáo đang ở cơ quan" in page
    assert ("17.777" in page, "Ghi điều chỉnh" in page) == (False, False)
    typed = {"act": "correct", "option": "girls", "value": "99999", "reason": "Lý do.", "version": "1", "seen": "0"}
    page = huyen.post(PAGE, typed).content.decode()
    assert "Báo cáo đang ở cơ quan để sửa" in page
    assert ("17.777" in page, Correction.objects.count()) == (False, 1)


ALL = {"lan": 404, "ky": 404, "minh": 404, "huyen": 200, "hung": 404, "quan": 404}


@pytest.mark.parametrize("who", ALL)
def test_only_officers_write(client, cast, act, who):
    act()
    client.force_login(getattr(cast, who))
    assert client.get(PAGE).status_code == ALL[who]
    posted = {"act": "withdraw", "option": "girls", "reason": "Lý do.", "version": "1", "seen": "0"}
    assert client.post(PAGE, posted).status_code == ALL[who]


@pytest.mark.parametrize("code", ["T9.99", "T1.05", "T6.13", "\x00", "T6.06:girls", "x" * 300])
def test_cells_that_are_not_there_are_not_found(huyen, code):
    assert huyen.get(f"/bao-cao/2020/na-hang/dieu-chinh/{code}/").status_code == 404


def test_a_draft_has_no_page(client, cast, report):
    client.force_login(cast.huyen)
    assert client.get(PAGE).status_code == 404


def test_a_yes_or_no_is_chosen(huyen):
    page = huyen.get("/bao-cao/2020/na-hang/dieu-chinh/T2.01/").content.decode()
    assert re.search(r'<select name="value".*?<option value="1">Có</option>', page, re.DOTALL)
    assert '<input type="hidden" name="option" value="total"' in page


# --- what everybody concerned reads ---------------------------------------------------------

LINES, LEDGER = "/bao-cao/2020/na-hang/dieu-chinh/", "/ky/2020/dieu-chinh/"


@pytest.mark.parametrize(
    ("who", "lines", "ledger"),
    [
        ("lan", 200, 404),
        ("ky", 200, 404),
        ("minh", 404, 404),
        ("huyen", 200, 200),
        ("hung", 200, 200),
        ("quan", 404, 404),
    ],
)
def test_who_reads_the_lines(client, cast, act, who, lines, ledger):
    act()
    client.force_login(getattr(cast, who))
    assert [client.get(page).status_code for page in (LINES, LEDGER)] == [lines, ledger]


def test_the_body_reads_and_answers(client, cast, act, sent):
    line = act()
    client.force_login(cast.lan)
    assert 'href="/bao-cao/2020/na-hang/dieu-chinh/"' in client.get("/bao-cao/2020/na-hang/").content.decode()
    page = client.get(LINES).content.decode()
    assert [text in page for text in ("Gõ nhầm, đã hỏi lại.", "Huyền", "+9", "Lịch sử và điều chỉnh")] == [
        True,
        True,
        True,
        False,
    ]
    page = client.post(LINES, {"line": line.pk, "text": " "}).content.decode()
    assert "Hãy viết ý kiến trả lời của cơ quan." in page
    long = "x" * 2001
    page = client.post(LINES, {"line": line.pk, "text": long}).content.decode()
    assert ("Đoạn này dài 2001 chữ cái" in page, long in page) == (True, True)
    response = client.post(LINES, {"line": line.pk, "text": "Cơ quan đồng ý.\x00"})
    assert (response.status_code, response.url) == (302, LINES)
    client.force_login(cast.hung)
    for address in (LINES, LEDGER):
        assert "Cơ quan đồng ý." in client.get(address).content.decode()


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "\x00", "9" * 30, "١"])
def test_an_answer_to_no_line_is_not_found(client, cast, act, number):
    act()
    client.force_login(cast.lan)
    assert client.post(LINES, {"line": number, "text": "Ý kiến."}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("minh", 404), ("huyen", 404), ("hung", 404), ("ky", 302)])
def test_only_the_body_answers(client, cast, act, who, status):
    line = act()
    client.force_login(getattr(cast, who))
    assert client.post(LINES, {"line": line.pk, "text": "Ý kiến."}).status_code == status
    assert CorrectionReply.objects.count() == (status == 302)


def test_a_line_of_another_report_is_not_answered_here(client, cast, act, report_of):
    other = send(report_of("chiem-hoa"), cast.minh, figures=ABUSE)
    line = correct(other, GIRLS, number(5), "Lý do.", by=cast.huyen, version=1)
    client.force_login(cast.lan)
    assert client.post(LINES, {"line": line.pk, "text": "Ý kiến."}).status_code == 404


def test_the_ledger_lists_every_line_with_what_it_is_worth(client, cast, act, sent, report_of):
    act()
    act(answer=22)
    act("T6.24", 3)
    act("T1.09", 5)
    withdraw(sent, Cell("T1.09"), "Không cần nữa.", by=cast.tu)
    move(sent, Action.ACCEPT, by=cast.huyen)
    other = accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures=ABUSE)
    correct(other, GIRLS, number(1), "Lý do.", by=cast.huyen, version=1)
    move(other, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    move(other, Action.SUBMIT, by=cast.minh)
    client.force_login(cast.hung)
    page = client.get(LEDGER).content.decode()
    rows = re.findall(r'<tr[^>]*><th scope="row">.*?</tr>', page, re.DOTALL)
    shown = [
        (
            re.search(r"dieu-chinh/\">(.*?)</a>", row)[1],
            re.search(r"<td>(T\S+)", row)[1],
            re.search(r'state-\w+">(.*?)<', row)[1],
            re.findall(r'<td class="num">(.*?)</td>', row),
        )
        for row in rows
    ]
    na_hang, none = "UBND huyện Na Hang", "chưa có số liệu"
    assert shown == [
        ("UBND huyện Chiêm Hóa", "T6.06", "Hết áp dụng, cơ quan đã gửi lại", ["12", "1", "-11"]),
        (na_hang, "T1.09", "Bỏ điều chỉnh", [none, none, "0"]),
        (na_hang, "T1.09", "Đã được thay hoặc bỏ", [none, "5", "+5"]),
        (na_hang, "T6.24", "Đang áp dụng", ["không phát sinh", "3", "+3"]),
        (na_hang, "T6.06", "Đang áp dụng", ["12", "22", "+10"]),
        (na_hang, "T6.06", "Đã được thay hoặc bỏ", ["12", "21", "+9"]),
    ]


@pytest.mark.parametrize(("page", "who"), [(LEDGER, "hung"), (LINES, "huyen"), (LINES, "lan"), (PAGE, "huyen")])
def test_lists_need_a_fixed_number_of_queries(client, cast, act, sent, page, who, django_assert_max_num_queries):
    reply(act(), "Đồng ý.", by=cast.lan)
    client.force_login(getattr(cast, who))
    client.get(page)
    with django_assert_max_num_queries(30) as one:
        client.get(page)
    for value in (22, 23):
        reply(act(answer=value), "Đồng ý.", by=cast.ky)
    with django_assert_max_num_queries(30) as three:
        client.get(page)
    assert len(three) == len(one)


@pytest.mark.parametrize("page", [LEDGER, LINES, "/bao-cao/2020/na-hang/dieu-chinh/T6.24/"])
def test_lists_are_paged(client, cast, act, page):
    for value in range(100, 151):
        act("T6.24", value)
    client.force_login(cast.huyen)
    assert client.get(page).content.decode().count("Gõ nhầm, đã hỏi lại.") == 50
    assert client.get(page, {"trang": "2"}).content.decode().count("Gõ nhầm, đã hỏi lại.") == 1
    for odd in ("0", "-1", "x", "\x00", "9" * 30):
        assert client.get(page, {"trang": odd}).status_code == 200


def test_pages_are_not_kept_on_a_shared_computer(huyen, act):
    act()
    for page in (PAGE, LINES, LEDGER):
        assert "no-store" in huyen.get(page).headers["Cache-Control"]


def test_a_paper_s_officer_may_correct_and_its_body_answers(cast, report):
    """What came in on paper is reported by the body all the same."""
    paper = person("van-thu", Role.REPORTER, "ham-yen")
    other = send(report.period.reports.get(body__code="ham-yen"), paper, figures=ABUSE)
    Report.objects.filter(pk=other.pk).update(channel="paper", status=Status.ACCEPTED)
    line = correct(other, GIRLS, number(3), "Đọc nhầm bản giấy.", by=cast.huyen, version=1)
    assert reply(line, "Đúng.", by=paper).correction == line
