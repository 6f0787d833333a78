"""Who is not counted: bodies exempted with a reason, and bodies that closed before their deadline."""

import datetime as dt
import html
import re

import pytest
import time_machine

from directives.models import Body
from reports.board import board_of, rows
from reports.calls import to_chase
from reports.choices import EDITABLE, Action, Status, TaskState
from reports.duties import duties_of
from reports.effects import effect
from reports.gathering import summarise
from reports.models import AdHoc, Notice, Period, Report
from reports.reminders import remind
from reports.rounds import exemption_effect
from reports.workflow import NotAllowed, move, verdict
from tests.conftest import at
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

PAGE = "/ky/2020/mien/na-hang/"
WHY = "Sáp nhập từ ngày 01/12/2020."


def text(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def brought_to(report, status, cast):
    """The report in ``status``, by the steps that lead there."""
    if status == "handed":
        move(fill(report, by=cast.lan), Action.HAND, by=cast.lan)
    if status in ("submitted", "returned", "returned, exempt", "accepted"):
        send(report, cast.lan, at=at(2020, 12, 1))
    if status in ("returned", "returned, exempt"):
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    if status == "accepted":
        move(report, Action.ACCEPT, by=cast.huyen)
    if status in ("exempt", "returned, exempt"):
        move(report, Action.EXEMPT, by=cast.tu, note=WHY)
    report.refresh_from_db()
    return report


# --- status × role ------------------------------------------------------------------------------

ROLE = "Vai trò của bạn không được làm việc này."
THERE = "Cơ quan đã gửi báo cáo."
ALREADY = "Cơ quan được miễn báo cáo kỳ này."
NOT_EXEMPT = "Cơ quan này không được miễn báo cáo."
TABLE = [  # status, what exempting says, what asking again says ("" allowed), the status after asking again
    ("draft", "", NOT_EXEMPT, None),
    ("handed", "", NOT_EXEMPT, None),
    ("submitted", THERE, NOT_EXEMPT, None),
    ("returned", "", NOT_EXEMPT, None),
    ("accepted", THERE, NOT_EXEMPT, None),
    ("exempt", ALREADY, "", "draft"),
    ("returned, exempt", ALREADY, "", "returned"),
]


@pytest.mark.parametrize(("status", "exempting", "including", "after"), TABLE)
@pytest.mark.parametrize("who", ["lan", "ky", "minh", "yen", "huyen", "tu", "hung", "quan"])
def test_who_may_exempt_what(cast, report, who, status, exempting, including, after):
    brought_to(report, status, cast)
    user, officer = getattr(cast, who), who in ("huyen", "tu")
    for action, refusal in ((Action.EXEMPT, exempting), (Action.INCLUDE, including)):
        said = verdict(report, action, user)
        assert (bool(said), said.reason) == ((not refusal, refusal) if officer else (False, ROLE))
    if officer and after:
        move(report, Action.INCLUDE, by=user, note="Hoãn sáp nhập.")
        report.refresh_from_db()
        assert report.status == after


@pytest.mark.parametrize(("status", "exempting", "including", "after"), TABLE)
@pytest.mark.parametrize("who", ["lan", "ky", "minh", "hung", "quan", "huyen"])
def test_the_page_and_its_button(client, cast, report, who, status, exempting, including, after):
    brought_to(report, status, cast)
    events, before = report.events.count(), report.status
    client.force_login(getattr(cast, who))
    if who != "huyen":
        assert [client.get(PAGE).status_code, client.post(PAGE, {"reason": WHY}).status_code] == [404, 404]
        assert report.events.count() == events
        return
    page = client.get(PAGE)
    refusal = including if before == "exempt" else exempting
    assert (page.status_code, (refusal in text(page)) if refusal else ("<textarea" in page.content.decode())) == (
        200,
        True,
    )
    answer = client.post(PAGE, {"reason": WHY})
    report.refresh_from_db()
    if refusal:
        assert (answer.status_code, report.status, report.events.count()) == (400, before, events)
        assert refusal in text(answer)
        assert WHY in text(answer)  # what was typed is still there to be copied
    else:
        assert (answer.url, report.status) == ("/ky/2020/", after or "exempt")
        assert report.events.last().note == WHY


@pytest.mark.parametrize(
    "address", ["/ky/2020/mien/khong-co/", "/ky/1999/mien/na-hang/", "/ky/2020/mien/NA-HANG/", "/ky/2020/mien/%00/"]
)
def test_what_is_not_there_is_not_found(client, cast, report, address):
    client.force_login(cast.huyen)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("status", ["draft", "exempt"])
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Hãy ghi lý do để cơ quan biết."),
        (" \x00\n ", "Hãy ghi lý do để cơ quan biết."),
        ("x" * 2001, "Lý do dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000."),
    ],
)
def test_a_reason_is_needed_and_what_was_typed_is_kept(client, cast, report, status, reason, sentence):
    brought_to(report, status, cast)
    events = report.events.count()
    client.force_login(cast.huyen)
    answer = client.post(PAGE, {"reason": reason})
    report.refresh_from_db()
    assert (answer.status_code, report.status, report.events.count()) == (400, status, events)
    if "\x00" not in reason:  # Django says its own sentence about those
        assert sentence in text(answer)
    assert (reason[:50].strip() or "textarea") in answer.content.decode()


def test_an_odd_action_is_not_found(client, cast, report):
    client.force_login(cast.huyen)
    for action in ("accept", "", "\x00"):
        assert client.post(PAGE, {"reason": WHY, "action": action}).status_code == 404
    report.refresh_from_db()
    assert report.status == "draft"


def test_two_officers_one_exemption(client, cast, report):
    """Both had the page open: the second does not undo what the first did."""
    for who in (cast.huyen, cast.tu):
        client.force_login(who)
        answer = client.post(PAGE, {"reason": WHY, "action": "exempt"})
    assert (answer.status_code, report.events.count()) == (400, 1)
    assert ALREADY in text(answer)


def test_the_journal_and_the_notices_tell_it(cast, report):
    move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
    move(report, Action.INCLUDE, by=cast.tu, note="Hoãn sáp nhập.")
    lines = list(report.events.values_list("action", "by__username", "note"))
    assert lines == [("exempt", "huyen", WHY), ("include", "tu", "Hoãn sáp nhập.")]
    told = Notice.objects.filter(report=report, kind="exempted").values_list("recipient__username", flat=True)
    assert sorted(told) == ["ky", "lan"]


def test_a_reason_typed_when_the_session_had_ended_is_shown_again(client, cast, report):
    client.force_login(cast.huyen)
    person = re.search(r'name="person" value="([^"]+)"', client.get(PAGE).content.decode()).group(1)
    client.logout()
    client.post(PAGE, {"person": person, "reason": WHY})
    client.post("/tai-khoan/login/", {"login": "huyen", "password": "mat-khau-thu-nghiem-2020"})
    assert f"{WHY}</textarea>" in client.get(PAGE).content.decode()
    report.refresh_from_db()
    assert report.status == "draft"


# --- the denominator ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["draft", "returned", "exempt", "returned, exempt"])
def test_the_effect_that_is_announced_is_the_effect(cast, report, status):
    brought_to(report, status, cast)
    announced = exemption_effect(report)
    before = Period.objects.with_counts().get()
    move(report, Action.INCLUDE if report.status == "exempt" else Action.EXEMPT, by=cast.huyen, note=WHY)
    after = Period.objects.with_counts().get()
    assert (announced.now, announced.then, announced.accepted) == (before.owed, after.owed, after.accepted)
    assert abs(announced.then - announced.now) == 1


def test_the_indicators_whose_denominator_changes(cast, report, period, report_of):
    def owed():
        return {row.code: row.total.owed for row in summarise(Period.objects.get(pk=period.pk)).rows}

    before, announced = owed(), exemption_effect(report).indicators
    move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
    typed = {i.code for i in report.indicators() if not i.computed}
    after = owed()
    assert announced == sum(1 for code in typed if after[code] == before[code] - 1)
    assert {code for code in before if after[code] != before[code]} <= {i.code for i in report.indicators()}


def test_a_closed_body_changes_nothing_when_it_is_exempted(cast, report):
    Body.objects.filter(code="na-hang").update(valid_to=dt.date(2020, 12, 5))
    report = Report.objects.select_related("period", "body").get(pk=report.pk)
    with time_machine.travel(at(2020, 12, 10)):
        effect = exemption_effect(report)
        assert (effect.now, effect.then) == (38, 38)
        assert effect.sentence == "Số cơ quan phải gửi không đổi: 38, trong đó 0 đã được duyệt."


def test_the_page_says_the_effect(client, cast, report):
    client.force_login(cast.huyen)
    words = text(client.get(PAGE))
    assert "Số cơ quan phải gửi đổi từ 39 thành 38; số đã được duyệt vẫn là 0." in words
    assert "Mẫu số của 82 chỉ tiêu thay đổi theo." in words


# --- the body's own pages -----------------------------------------------------------------------

OWN = ["", "doc/", "doc/6/", "kiem-tra/", "phan/6/", "phan/chung/", "excel/", "tep/", "ban-ky/", "cac-nam/"]
OWN += ["xin-gia-han/", "xin-rut/", "ban-gui/", "bien-nhan/1/", "han.ics", "so-sanh/", "dieu-chinh/"]


@pytest.mark.parametrize("status", ["exempt", "returned, exempt"])
@pytest.mark.parametrize("who", ["lan", "ky"])
def test_its_people_read_that_it_is_exempt_and_why(client, cast, report, who, status):
    brought_to(report, status, cast)
    client.force_login(getattr(cast, who))
    home = text(client.get("/"))
    assert f"Cơ quan bạn được miễn báo cáo kỳ này nên không phải làm gì. Lý do: {WHY}" in home
    page = text(client.get("/bao-cao/2020/na-hang/"))
    assert "Cơ quan được miễn báo cáo kỳ này" in page
    assert WHY in page
    assert ("Quá hạn" in page, "Xin rút lại báo cáo" in page) == (False, False)
    for address in ["/ban-giao/", *(f"/bao-cao/2020/na-hang/{part}" for part in OWN)]:
        assert client.get(address).status_code in (200, 302, 404), address
    for address in ("phan/6/", "buoc/gui/", "buoc/trinh-ky/", "buoc/rut-lai/", "xin-gia-han/", "xin-rut/"):
        client.post(f"/bao-cao/2020/na-hang/{address}", {"reason": "x", "until": "20/12/2020", "results": "y"})
    report.refresh_from_db()
    assert (report.status, report.petitions.count(), report.events.last().action) == ("exempt", 0, "exempt")


def test_another_body_reads_nothing_of_it(client, cast, report):
    brought_to(report, "exempt", cast)
    client.force_login(cast.minh)
    assert WHY not in text(client.get("/"))
    assert client.get("/bao-cao/2020/na-hang/").status_code == 404


def test_what_was_typed_is_there_again(cast, report):
    fill(report, {"T7.01": 3}, by=cast.lan)
    move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
    move(report, Action.INCLUDE, by=cast.huyen, note="Hoãn.")
    move(report, Action.SUBMIT, by=cast.ky)
    assert Report.objects.get(pk=report.pk).events.last().content["figures"]["T7.01"]["value"] == "3"


def test_an_exempt_report_is_not_sent(cast, report):
    fill(report, by=cast.lan)
    move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.SUBMIT, by=cast.ky)
    assert str(refusal.value) == ALREADY


def test_home_at_one_and_three_exempt_rounds(client, cast, obligation, django_assert_max_num_queries):
    client.force_login(cast.lan)
    asked = []
    for year in (2018, 2019, 2020):
        period = Period.objects.open(obligation, year)
        report = period.reports.select_related("body", "period").get(body__code="na-hang")
        move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
        client.get("/")
        with django_assert_max_num_queries(20) as queries:
            assert text(client.get("/")).count(WHY) == year - 2017
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_the_lead_counts_without_it(cast, period, report):
    move(report, Action.EXEMPT, by=cast.huyen, note=WHY)
    assert "0/38 báo cáo đã được duyệt" in duties_of(cast.huyen)[0].sentence
    counts = Period.objects.with_counts().get()
    assert (counts.owed, counts.unsent, counts.waiting, counts.accepted, counts.exempt) == (38, 38, 0, 0, 1)


# --- bodies that closed -------------------------------------------------------------------------

D = dt.date
# rule, common deadline, more time until, the body's last day, and the days on which it is counted and not any more.
CLOSED = [
    ("before", D(2020, 12, 15), None, None, [D(2020, 12, 1), D(2021, 3, 1)], []),
    (
        "before",
        D(2020, 12, 15),
        None,
        D(2020, 12, 5),
        [D(2020, 12, 4), D(2020, 12, 5)],
        [D(2020, 12, 6), D(2021, 3, 1)],
    ),
    ("before", D(2020, 12, 15), None, D(2020, 12, 13), [D(2020, 12, 13)], [D(2020, 12, 14), D(2021, 3, 1)]),
    ("before", D(2020, 12, 15), None, D(2020, 12, 14), [D(2020, 12, 14), D(2020, 12, 15), D(2021, 3, 1)], []),
    ("before", D(2020, 12, 15), None, D(2020, 12, 15), [D(2020, 12, 15), D(2021, 3, 1)], []),
    ("by", D(2020, 12, 15), None, D(2020, 12, 14), [D(2020, 12, 14)], [D(2020, 12, 15), D(2021, 3, 1)]),
    ("by", D(2020, 12, 15), None, D(2020, 12, 15), [D(2020, 12, 15), D(2020, 12, 16), D(2021, 3, 1)], []),
    ("before", D(2020, 12, 15), D(2020, 12, 20), D(2020, 12, 14), [D(2020, 12, 14)], [D(2020, 12, 15), D(2021, 3, 1)]),
    ("before", D(2020, 12, 15), D(2020, 12, 20), D(2020, 12, 19), [D(2020, 12, 19)], [D(2020, 12, 20), D(2021, 3, 1)]),
    ("before", D(2020, 12, 15), D(2020, 12, 20), D(2020, 12, 20), [D(2020, 12, 20), D(2021, 3, 1)], []),
    ("by", D(2020, 12, 15), D(2020, 12, 20), D(2020, 12, 19), [D(2020, 12, 19)], [D(2020, 12, 20)]),
    ("before", D(2021, 1, 1), None, D(2020, 12, 31), [D(2021, 1, 1), D(2021, 3, 1)], []),
    ("before", D(2021, 3, 1), None, D(2021, 2, 27), [D(2021, 2, 27)], [D(2021, 2, 28), D(2021, 3, 1)]),
    ("before", D(2020, 3, 1), None, D(2020, 2, 29), [D(2020, 3, 1), D(2021, 3, 1)], []),
]
SENT = ("submitted", "accepted")


def arrange(report, rule, due, extended, end, status):
    Period.objects.filter(pk=report.period_id).update(due_rule=rule, due_on=due)
    Body.objects.filter(pk=report.body_id).update(valid_to=end)
    Report.objects.filter(pk=report.pk).update(extended_to=extended, status=status)
    return Report.objects.select_related("period", "body").get(pk=report.pk)


def everywhere(report, day):
    """Every room's answer to: is this report counted on ``day``? They must be one."""
    with time_machine.travel(dt.datetime(day.year, day.month, day.day, 5, tzinfo=dt.UTC), tick=False):
        reports = Report.objects.filter(period=report.period)
        counts = Period.objects.with_counts().get(pk=report.period_id)
        summary = summarise(Period.objects.get(pk=report.period_id))
        owing = reports.exclude(pk=report.pk)
        board = next(rows(board_of(report.period).filter(pk=report.pk).select_related("body"), report.period))
        return {
            "queryset": reports.expected().filter(pk=report.pk).exists(),
            "report": report.is_expected(),
            "day as argument": report.is_expected(day) and reports.expected(day).filter(pk=report.pk).exists(),
            "list of periods": counts.owed == owing.count() + 1,
            "summary": report.body.code in {body.code for body in summary.bodies},
            "coverage": summary.coverage.owed == owing.count() + 1,
            "not excused": report.body.code not in {body.code for body in summary.excused},
            "board": {cell.state for cell in board.cells} != {TaskState.NOT_OWED},
            "board's timing": board.timing is not None,
            "board's words": not board.left,
        }


@pytest.mark.parametrize(("rule", "due", "extended", "end", "counted", "not_counted"), CLOSED)
def test_a_closed_body_leaves_the_denominator(report_of, rule, due, extended, end, counted, not_counted):
    """From the day after its last one, where it closed before its deadline."""
    report = arrange(report_of("na-hang"), rule, due, extended, end, "draft")
    for day in [*counted, *not_counted]:
        found = everywhere(report, day)
        assert found == dict.fromkeys(found, day in counted), day


@pytest.mark.parametrize(
    ("status", "stands"), [("submitted", True), ("returned", True), ("accepted", True), ("exempt", False)]
)
@pytest.mark.parametrize(("rule", "due", "extended", "end", "counted", "not_counted"), CLOSED[::3])
def test_what_was_sent_always_counts(report_of, rule, due, extended, end, counted, not_counted, status, stands):
    """And who is exempted never does, whatever became of the body."""
    report = arrange(report_of("na-hang"), rule, due, extended, end, status)
    found = everywhere(report, [*counted, *not_counted][-1])
    assert found == dict.fromkeys(found, stands)


@pytest.mark.parametrize("status", ["draft", "returned"])
@pytest.mark.parametrize(("rule", "due", "extended", "end", "counted", "not_counted"), CLOSED)
def test_who_is_not_counted_is_not_late(report_of, rule, due, extended, end, counted, not_counted, status):
    report = arrange(report_of("na-hang"), rule, due, extended, end, status)
    if status == "returned":  # sent once, in time: it is there
        Report.objects.filter(pk=report.pk).update(first_submitted_at=at(2020, 1, 10))
        report.refresh_from_db()
    for day in [*counted, *not_counted]:
        moment = at(day.year, day.month, day.day, 12)
        late = Report.objects.late(report.period.late_from, moment).filter(pk=report.pk).exists()
        passed = moment >= report.late_from
        assert (late, report.is_overdue(moment)) == ((passed and day in counted and status == "draft"),) * 2, day
        owed = Report.objects.owed(day).filter(pk=report.pk).exists()
        assert owed == (day in counted or status == "returned"), day


@pytest.mark.parametrize(("rule", "due", "extended", "end", "counted", "not_counted"), CLOSED)
def test_its_people_and_the_lead_read_it_the_same(cast, report_of, rule, due, extended, end, counted, not_counted):
    report = arrange(report_of("na-hang"), rule, due, extended, end, "draft")
    ended = f"Cơ quan kết thúc hoạt động ngày {end:%d/%m/%Y}, trước khi hết hạn, " if end else "-"
    for day in [*counted, *not_counted]:
        moment = at(day.year, day.month, day.day, 12)
        own, lead = duties_of(cast.lan, moment)[0], duties_of(cast.huyen, moment)[0]
        gone = day in not_counted
        assert own.sentence.startswith(ended) == gone, day
        assert own.urgent == (not gone and moment >= report.late_from)
        assert f"{38 if gone else 39} cơ quan còn phải gửi." in lead.sentence
        assert f"0/{38 if gone else 39} báo cáo đã được duyệt" in lead.sentence


STEPS = {  # how a report comes into its state, by the doors, and whether the round counts it once its body has closed
    "draft": ([], False),
    "handed over": (["hand"], False),
    "sent": (["submit"], True),
    "taken back": (["submit", "recall"], False),
    "accepted": (["submit", "accept"], True),
    "returned": (["submit", "return"], True),
    "returned, sent again": (["submit", "return", "submit"], True),
    "returned, sent again, taken back": (["submit", "return", "submit", "recall"], True),
    "reopened": (["submit", "accept", "reopen"], True),
    "exempt": (["exempt"], False),
    "asked again": (["exempt", "include"], False),
    "returned, exempt": (["submit", "return", "exempt"], False),
    "returned, asked again": (["submit", "return", "exempt", "include"], True),
    "taken back, exempt": (["submit", "recall", "exempt"], False),
    "taken back, asked again": (["submit", "recall", "exempt", "include"], False),
}
NO_LONGER = "trước khi hết hạn, nên không còn phải gửi báo cáo kỳ này"


def led(report, steps, cast):
    fill(report, by=cast.lan)
    body = {"hand": cast.lan, "submit": cast.ky, "recall": cast.ky}
    for hour, step in enumerate(steps, 1):
        by = body.get(step, cast.huyen)
        note = "" if step in body else WHY
        move(report, step, by=by, note=note, at=at(2020, 12, 7, hour))
        report.refresh_from_db()
    return Report.objects.select_related("period", "body").get(pk=report.pk)


@pytest.mark.parametrize("state", STEPS)
def test_closed_and_every_state(client, cast, report, state):
    """What the province has a sending of stays, wherever it lies; what it has none of leaves with its body."""
    steps, stays = STEPS[state]
    day, moment = D(2020, 12, 10), at(2020, 12, 10, 12)
    with time_machine.travel(at(2020, 12, 7, 23), tick=False):
        report = led(report, steps, cast)
    before = everywhere(report, day)
    assert before == dict.fromkeys(before, report.status != Status.EXEMPT)
    Body.objects.filter(pk=report.body_id).update(valid_to=D(2020, 12, 8))
    report = Report.objects.select_related("period", "body").get(pk=report.pk)
    found = everywhere(report, day)
    assert found == dict.fromkeys(found, stays)
    with time_machine.travel(moment, tick=False):
        writes = stays and report.status in EDITABLE
        counted = Period.objects.with_counts().get()
        told = Report.objects.filter(pk=report.pk)
        owed = {
            "owed": told.owed().exists(),
            "to chase": to_chase(report.period).filter(pk=report.pk).exists(),
            "unsent": counted.unsent == 39,
            "the lead's words": f"{counted.unsent} cơ quan còn phải gửi." in duties_of(cast.huyen)[0].sentence,
        }
        assert owed == dict.fromkeys(owed, writes) | {"the lead's words": True}
        client.force_login(cast.lan)
        said = {
            "duty": duties_of(cast.lan)[0].sentence.startswith("Cơ quan kết thúc hoạt động"),
            "page": NO_LONGER in text(client.get("/bao-cao/2020/na-hang/")),
            "home": NO_LONGER in text(client.get("/")),
        }
        assert said == dict.fromkeys(said, not stays and report.status == Status.DRAFT)
    late = Report.objects.late(report.period.late_from, at(2021, 3, 1)).filter(pk=report.pk).exists()
    assert (late, report.is_overdue(at(2021, 3, 1))) == (False, False)  # in time, or not counted


@pytest.mark.parametrize("state", [state for state in STEPS if state.endswith("exempt")])
def test_asking_a_closed_body_again_changes_what_is_announced(cast, report, state):
    report = led(report, STEPS[state][0], cast)
    Body.objects.filter(pk=report.body_id).update(valid_to=D(2020, 12, 8))
    report = Report.objects.select_related("period", "body").get(pk=report.pk)
    with time_machine.travel(at(2020, 12, 10), tick=False):
        announced = exemption_effect(report)
        move(report, Action.INCLUDE, by=cast.huyen, note="Hoãn.")
        assert (announced.now, announced.then) == (38, Period.objects.with_counts().get().owed)
    assert announced.then == (39 if state == "returned, exempt" else 38)


@pytest.mark.parametrize("action", [Action.REOPEN, Action.RETURN])
def test_a_closed_body_does_not_vanish_when_its_report_goes_back(cast, report, report_of, action):
    """Its figures leave the total, and the total says that they are missing."""

    def province():
        summary = summarise(Period.objects.get(pk=report.period_id))
        row = next(row for row in summary.rows if row.code == "T6.06")
        return row.total.value, row.total.answered, row.total.owed, summary.coverage.owed, len(summary.excused)

    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures={"T6.05": 9, "T6.06": 4, "T6.08": 4})
    send(report, cast.lan, figures={"T6.05": 9, "T6.06": 3, "T6.08": 3}, at=at(2020, 12, 7))
    if action == Action.REOPEN:
        move(report, Action.ACCEPT, by=cast.huyen)
    Body.objects.filter(pk=report.body_id).update(valid_to=D(2020, 12, 8))
    with time_machine.travel(at(2020, 12, 10), tick=False):
        fresh = Report.objects.select_related("period", "body").get(pk=report.pk)
        before, foretold = province(), effect(fresh, action)
        accepted = action == Action.REOPEN
        assert before == (7 if accepted else 4, 2 if accepted else 1, 7, 39, 0)
        move(fresh, action, by=cast.huyen, note="Sửa.", return_by=D(2020, 12, 11))
        assert province() == (4, 1, 7, 39, 0)
        if foretold.coverage:
            assert [side.owed for side in foretold.coverage] == [39, 39]
    remind(at(2020, 12, 14, 9))  # a Monday after the day of the return
    overdue = Notice.objects.filter(report=report, kind="overdue")
    assert sorted(overdue.values_list("recipient__username", flat=True)) == ["ky", "lan"]


def test_its_own_page_says_so(client, cast, report):
    arrange(report, "before", D(2020, 12, 15), None, D(2020, 12, 5), "draft")
    client.force_login(cast.lan)
    words = {}
    for day in (5, 6):
        with time_machine.travel(at(2020, 12, day)):
            words[day] = text(client.get("/bao-cao/2020/na-hang/"))
    said = "Cơ quan kết thúc hoạt động ngày 05/12/2020, trước khi hết hạn, nên không còn phải gửi báo cáo kỳ này"
    assert [said in words[5], said in words[6]] == [False, True]
    assert ["ngày làm việc" in words[5], "ngày làm việc" in words[6]] == [True, False]


def test_a_closed_body_may_still_send_and_is_counted_then(cast, report):
    arrange(report, "before", D(2020, 12, 15), None, D(2020, 12, 5), "draft")
    with time_machine.travel(at(2020, 12, 10)):
        assert Period.objects.with_counts().get().owed == 38
        accept(Report.objects.select_related("period", "body").get(pk=report.pk), cast.lan, cast.huyen)
        counts = Period.objects.with_counts().get()
    assert (counts.owed, counts.accepted) == (39, 1)


def test_the_list_of_periods_shows_who_is_counted(client, cast, obligation, period, report_of):
    arrange(report_of("na-hang"), "before", D(2020, 12, 15), None, D(2020, 12, 5), "draft")
    move(report_of("chiem-hoa"), Action.EXEMPT, by=cast.huyen, note=WHY)
    send(report_of("so-y-te"), cast.yen)
    client.force_login(cast.hung)
    row = re.search(r"<tbody>(.*?)</tr>", client.get("/ky/").content.decode(), re.S).group(1)
    assert re.findall(r'<td class="num">(\d+)</td>', row) == ["37", "36", "1", "0", "1"]


def test_bodies_without_people_are_those_still_asked(cast, period, report_of):
    """The administrator is not sent to make accounts for bodies that are not counted."""
    before = "36 cơ quan chưa có người lập báo cáo."
    assert before in duties_of(cast.quan)[0].sentence
    move(report_of("ham-yen"), Action.EXEMPT, by=cast.huyen, note=WHY)
    arrange(report_of("yen-son"), "before", D(2020, 12, 15), None, D(2020, 12, 5), "draft")
    assert "34 cơ quan chưa có người lập báo cáo." in duties_of(cast.quan)[0].sentence


@pytest.mark.parametrize("bodies", [1, 3, 39])
def test_counting_needs_one_query(cast, obligation, bodies, django_assert_num_queries):
    codes = [body.code for body, _group in obligation.owed_on(D(2020, 12, 1))][:bodies]
    ad_hoc = AdHoc("Rà soát", D(2020, 12, 14), bodies=codes)
    period = Period.objects.open(obligation, 2020, as_of=D(2020, 12, 1), ad_hoc=ad_hoc)
    with django_assert_num_queries(2):
        assert Period.objects.with_counts(D(2020, 12, 1)).get().owed == bodies
        assert Report.objects.filter(period=period).expected(D(2020, 12, 1)).count() == bodies


def test_every_status_is_decided():
    """A new status must say whether it is counted."""
    assert set(Status.values) == {*EDITABLE, *SENT, Status.EXEMPT}
