"""What a step of the workflow changes, what it demands, and that the second click loses.

Who may take which step in which state is the table of ``test_who_may``.
"""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.choices import Role
from reports import workflow
from reports.answers import Answer, Cell
from reports.choices import INSIDE, Action, Status
from reports.fingerprints import paper_code
from reports.models import (
    Event,
    PaperEntry,
    Point,
    Receipt,
    Report,
    Screening,
    TaskResult,
    answers_of,
    write_answers,
)
from reports.paper_entries import register
from reports.permissions import may_write
from reports.returned import tick
from reports.sheets import content_of, sheet_of
from reports.workflow import NotAllowed, NotReady, Remark, move
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

IN_TIME, LATE = at(2020, 12, 14, 23, 59, 59), at(2020, 12, 15, 0)


@pytest.fixture
def people(cast):
    return cast


ALREADY = "Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên."
BACK = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại."
DONE = "Báo cáo đã được duyệt rồi."
HANDED = "Báo cáo đã được trình ký rồi."
CHANGED = "Tình trạng báo cáo đã đổi sau khi bạn mở trang; hãy mở lại trang rồi quyết định."
DONE_REOPEN = "Báo cáo đã được duyệt; muốn cơ quan sửa thì mở lại, kèm lý do."
EXEMPT = "Cơ quan được miễn báo cáo kỳ này."
NEEDS_REASON = "Hãy ghi lý do để cơ quan biết phải sửa gì."


# --- what a person sees ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "visible", "listed"),
    [("lan", ["na-hang"], ["na-hang"]), ("minh", ["chiem-hoa"], ["chiem-hoa"]), ("quan", [], [])],
)
def test_own_lines_only(people, period, who, visible, listed):
    user = getattr(people, who)
    found = [
        list(q.values_list("body__code", flat=True))
        for q in (Report.objects.visible_to(user), Report.objects.listed_for(user))
    ]
    assert found == [visible, listed]


@pytest.mark.parametrize("who", ["huyen", "hung"])
def test_those_who_consolidate_see_that_a_draft_is_owed_and_nothing_in_it(people, report, who):
    Report.objects.filter(pk=report.pk).update(status=Status.SUBMITTED)
    user = getattr(people, who)
    assert (Report.objects.visible_to(user).count(), Report.objects.listed_for(user).count()) == (1, 39)


# --- sending --------------------------------------------------------------------------------


def state(report):
    report = Report.objects.get(pk=report.pk)
    return {
        name: getattr(report, name)
        for name in ("status", "version", "submitted_at", "first_submitted_at", "accepted_at", "gaps")
    }


def test_sending_notes_when_and_what_is_left_out(report, people):
    fill(report, left_out=("T1.03", "T2.02", "T3.23"))
    move(report, Action.SUBMIT, by=people.ky, at=IN_TIME)
    assert state(report) == {
        "status": "submitted",
        "version": 1,
        "submitted_at": IN_TIME,
        "first_submitted_at": IN_TIME,
        "accepted_at": None,
        "gaps": 3,
    }


SPOILED = [  # how a good report is spoiled, the codes of the errors
    (lambda r: write_answers(r, {Cell("T0.01"): None}), ["missing"]),
    (lambda r: write_answers(r, {Cell("T6.06"): Answer(5)}), ["R43"]),
    (lambda r: write_answers(r, {Cell("T6.06", "girls"): Answer(5)}), ["part"]),
    (lambda r: write_answers(r, {Cell("T2.01"): Answer(1)}), ["detail"]),
    (lambda r: r.results.filter(number=3).update(results=" "), ["text"]),
    (lambda r: r.results.filter(number=3).delete(), ["text"]),
    (lambda r: r.results.filter(number=7).update(not_ours=True), ["reason", "declined"]),
    (lambda r: r.results.filter(number=6).update(unread={"T6.02": "12 trẻ"}), ["unread"]),
]


@pytest.mark.parametrize(("action", "who"), [(Action.SUBMIT, "ky"), (Action.HAND, "lan")])
@pytest.mark.parametrize(("spoil", "codes"), SPOILED)
def test_a_report_with_errors_is_neither_sent_nor_handed_over(report, people, spoil, codes, action, who):
    fill(report)
    spoil(report)
    before, figures = state(report), answers_of(report)
    with pytest.raises(NotReady) as refusal:
        move(report, action, by=getattr(people, who))
    assert [finding.code for finding in refusal.value.findings] == codes
    assert str(refusal.value) == f"Chưa gửi được: còn {len(codes)} điểm phải hoàn thành."
    assert (state(report), answers_of(report), Event.objects.count()) == (before, figures, 0)


def test_a_warning_does_not_stop_a_sending(report, people):
    send(report, people.lan, figures={"T2.05": "100", "T2.06": "100.001"})  # R11: spent more than allotted
    assert report.status == "submitted"


def test_an_empty_report_is_not_ready(report, people):
    with pytest.raises(NotReady) as refusal:
        move(report, Action.SUBMIT, by=people.ky)
    assert {finding.code for finding in refusal.value.findings} == {"missing", "text"}


@pytest.mark.parametrize("note", ["", "  ", "\n\t"])
@pytest.mark.parametrize("accepted", [False, True])
def test_returning_needs_a_reason(report, people, note, accepted):
    (accept(report, people.lan, people.huyen) if accepted else send(report, people.lan))
    before, events, back = state(report), Event.objects.count(), Action.REOPEN if accepted else Action.RETURN
    with pytest.raises(NotAllowed) as refusal:
        move(report, back, by=people.huyen, note=note)
    assert str(refusal.value) == NEEDS_REASON
    assert (state(report), Event.objects.count()) == (before, events)


def test_reopening_takes_the_acceptance_away(report, people):
    accept(report, people.lan, people.huyen, at=IN_TIME)
    assert state(report)["accepted_at"] == IN_TIME
    move(report, Action.REOPEN, by=people.tu, note="Xem lại.", at=LATE)
    assert (state(report)["status"], state(report)["accepted_at"]) == ("returned", None)


@pytest.mark.parametrize("accepted", [False, True])
def test_points_are_reason_enough_for_a_return_and_not_for_a_reopening(report, people, accepted):
    """Those who used the figure of an accepted report are told why in a sentence, not in somebody's points."""
    (accept(report, people.lan, people.huyen) if accepted else send(report, people.lan))
    remarks = [Remark(6, "T6.06", "Đối chiếu lại."), Remark(6, "", "  ")]
    if accepted:
        with pytest.raises(NotAllowed) as refusal:
            move(report, Action.REOPEN, by=people.huyen, remarks=remarks)
        assert str(refusal.value) == NEEDS_REASON
        move(report, Action.REOPEN, by=people.huyen, remarks=remarks, note="Lệch với Công an.")
    else:
        move(report, Action.RETURN, by=people.huyen, remarks=remarks)
    assert list(Point.objects.current(report).values_list("part", "name", "words")) == [(6, "T6.06", "Đối chiếu lại.")]


@pytest.mark.parametrize("action", [Action.EXEMPT, Action.INCLUDE])
@pytest.mark.parametrize("note", ["", " \n"])
def test_exempting_and_including_again_need_a_reason(report, people, action, note):
    Report.objects.filter(pk=report.pk).update(status="exempt" if action == Action.INCLUDE else "draft")
    before = state(report)
    with pytest.raises(NotAllowed) as refusal:
        move(report, action, by=people.huyen, note=note)
    assert (str(refusal.value), state(report)) == ("Hãy ghi lý do để cơ quan biết vì sao.", before)


# --- the day until which a returned report is to be put right -----------------------------------------

TODAY, TOMORROW = IN_TIME.date(), IN_TIME.date() + dt.timedelta(days=1)


def return_by(report):
    return Report.objects.values_list("return_by", flat=True).get(pk=report.pk)


def test_a_day_that_has_passed_is_no_day_to_return_by(report, people):
    send(report, people.lan, at=IN_TIME)
    before, events = state(report), Event.objects.count()
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.RETURN, by=people.huyen, note="Sửa.", at=IN_TIME, return_by=TODAY - dt.timedelta(days=1))
    assert str(refusal.value) == "Ngày phải sửa xong đã qua; hãy chọn từ hôm nay trở đi."
    assert (state(report), return_by(report), Event.objects.count()) == (before, None, events)
    move(report, Action.RETURN, by=people.huyen, note="Sửa.", at=IN_TIME, return_by=TODAY)
    assert return_by(report) == TODAY


@pytest.mark.parametrize(
    ("story", "day"),
    [
        (["return"], TOMORROW),
        (["return", "submit"], TOMORROW),  # may come back into the body's hands: the same day holds
        (["return", "submit", "recall"], TOMORROW),
        (["return", "submit", "accept"], None),
        (["return", "submit", "many"], None),
        (["accept", "reopen"], TOMORROW),
        (["return", "submit", "return without"], None),
        (["return", "exempt", "include"], TOMORROW),
    ],
)
def test_how_long_the_day_of_a_return_holds(report, people, story, day):
    fill(report)
    move(report, Action.SUBMIT, by=people.ky, at=IN_TIME)
    who = {"submit": people.ky, "recall": people.lan}
    for action in story:
        if action == "many":
            workflow.accept_many([Report.objects.get(pk=report.pk)], by=people.huyen)
            continue
        until = TOMORROW if action in ("return", "reopen") else None
        step = action.split()[0]
        move(report, step, by=who.get(action, people.huyen), note="Sửa.", at=IN_TIME, return_by=until)
    assert return_by(report) == day


@pytest.mark.parametrize(
    ("sendings", "on_time"),
    [
        ([IN_TIME], True),
        ([LATE], False),
        ([IN_TIME, LATE], True),
        ([IN_TIME, LATE, at(2021, 1, 20)], True),  # returned twice
        ([LATE, at(2020, 12, 20)], False),
    ],
)
def test_the_first_sending_decides_for_good(report, people, sendings, on_time):
    fill(report)
    for number, moment in enumerate(sendings, 1):
        move(report, Action.SUBMIT, by=people.ky, at=moment)
        if number < len(sendings):
            move(report, Action.RETURN, by=people.huyen, note="Sửa.", at=moment + dt.timedelta(hours=1))
    report.refresh_from_db()
    assert (report.first_submitted_at, report.submitted_at, report.version, report.on_time) == (
        sendings[0],
        sendings[-1],
        len(sendings),
        on_time,
    )


def test_a_report_never_sent_is_neither_on_time_nor_late_but_overdue(report):
    assert (report.on_time, report.is_overdue(IN_TIME), report.is_overdue(LATE)) == (None, False, True)


def test_a_late_report_is_no_longer_owed(report, people):
    send(report, people.lan, at=LATE)
    assert (report.on_time, report.is_overdue(at(2021, 1, 1))) == (False, False)


def test_now_is_the_default_moment(report, people):
    fill(report)
    with time_machine.travel(IN_TIME, tick=False):
        move(report, Action.SUBMIT, by=people.ky)
    assert (state(report)["submitted_at"], Event.objects.get().at) == (IN_TIME, IN_TIME)


# --- late or not: one answer in three places ------------------------------------------------------

LAST_SECOND, MIDNIGHT = dt.time(23, 59, 59), dt.time(0)
EXTENSIONS = (None, dt.date(2020, 12, 10), dt.date(2020, 12, 14), dt.date(2020, 12, 15), dt.date(2020, 12, 20))
MOMENTS = (
    at(2020, 12, 10, 23, 59, 59),
    at(2020, 12, 11, 0),
    IN_TIME,
    LATE,
    at(2020, 12, 15, 23, 59, 59),
    at(2020, 12, 16, 0),
    at(2020, 12, 20, 23, 59, 59),
    at(2020, 12, 21, 0),
)


def last_second(extended_to):
    """Worked out anew: the end of the day granted, or of the 14th ("trước ngày 15/12")."""
    day = extended_to or dt.date(2020, 12, 14)
    return at(day.year, day.month, day.day, 23, 59, 59)


@pytest.mark.parametrize("extended_to", EXTENSIONS)
@pytest.mark.parametrize("sent", [None, *MOMENTS])
@pytest.mark.parametrize("status", ["submitted", "draft"])
def test_on_time_and_overdue(report, extended_to, sent, status):
    """What was taken back (sent once, a draft again) is as if it had not been sent."""
    report.extended_to, report.first_submitted_at, report.status = extended_to, sent, status
    last, sent = last_second(extended_to), sent if status == "submitted" else None
    assert report.on_time is (None if sent is None else sent <= last)
    assert [report.is_overdue(moment) for moment in MOMENTS] == [sent is None and moment > last for moment in MOMENTS]
    assert (report.last_day, report.late_from) == (last.date(), last + dt.timedelta(seconds=1))


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_list_of_the_late_agrees_with_every_report(period, moment):
    """All combinations of what was granted and when it was sent, each a body of its own."""
    combinations = [
        (extended_to, sent, status)
        for extended_to in EXTENSIONS
        for sent in (None, *MOMENTS)
        for status in ("submitted", "draft")
        if sent is None or sent <= moment
    ]
    bodies = list(period.reports.order_by("position").values_list("pk", flat=True))
    for start in range(0, len(combinations), len(bodies)):
        chosen = dict(zip(bodies, combinations[start : start + len(bodies)], strict=False))
        for pk, (extended_to, sent, status) in chosen.items():
            Report.objects.filter(pk=pk).update(extended_to=extended_to, first_submitted_at=sent, status=status)
        reports = Report.objects.filter(pk__in=chosen).select_related("period")
        late = set(reports.late(period.late_from, moment).values_list("pk", flat=True))
        assert late == {r.pk for r in reports if r.on_time is False or r.is_overdue(moment)}
        assert late == {
            pk
            for pk, (extended_to, sent, status) in chosen.items()
            if ((status == "submitted" and sent) or moment) > last_second(extended_to)
        }


def test_the_words_of_a_deadline(report):
    assert report.due_words == "trước ngày 15/12/2020"
    report.extended_to = dt.date(2020, 12, 20)
    assert report.due_words == "đến hết ngày 20/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)"


# --- handing over inside the body, taking back ----------------------------------------------------


def test_the_way_to_the_signatory_and_back(report, people):
    fill(report)
    story = [
        (Action.HAND, people.lan, "", True),
        (Action.FETCH, people.lan, "", False),
        (Action.HAND, people.lan, "", True),
        (Action.DECLINE, people.ky, "Thiếu số liệu đuối nước.", False),
        (Action.HAND, people.lan, "", True),
        (Action.SUBMIT, people.ky, "", False),
    ]
    found = []
    for action, by, note, _handed in story:
        move(report, action, by=by, note=note)
        report.refresh_from_db()
        found.append((report.with_signatory, report.status, report.version))
    statuses = ["draft"] * 5 + ["submitted"]
    expected = [
        (handed, status, int(status == "submitted")) for (*_, handed), status in zip(story, statuses, strict=True)
    ]
    assert found == expected
    assert report.handed_at is None


@pytest.mark.parametrize("note", ["", " \n"])
def test_declining_needs_a_reason(report, people, note):
    fill(report)
    move(report, Action.HAND, by=people.lan)
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.DECLINE, by=people.ky, note=note)
    report.refresh_from_db()
    assert (str(refusal.value), report.with_signatory) == (NEEDS_REASON, True)


def test_who_reads_what_happens_inside_a_body(report, people):
    fill(report)
    for action, by in [
        (Action.HAND, people.lan),
        (Action.FETCH, people.lan),
        (Action.HAND, people.lan),
        (Action.DECLINE, people.ky),
        (Action.HAND, people.lan),
        (Action.SUBMIT, people.ky),
        (Action.RETURN, people.huyen),
    ]:
        move(report, action, by=by, note="Lời trong nhà.")
    found = {
        who: tuple(report.events.visible_to(user).values_list("action", flat=True))
        for who, user in vars(people).items()
    }
    everything = ("hand", "fetch", "hand", "decline", "hand", "submit", "return")
    outside = ("submit", "return")
    own = dict.fromkeys(("lan", "ky"), everything)
    assert {who: found[who] for who in own} == own
    province = dict.fromkeys(("huyen", "tu", "hung", "quan"), outside)
    assert {who: found[who] for who in province} == province
    assert set(INSIDE) == set(everything) - set(outside)


RECALLED = [  # what happened before, and where a recall leads back to
    ([], "draft"),
    (["recall", "submit"], "draft"),
    (["return", "submit"], "returned"),
    (["return", "submit", "recall", "submit"], "returned"),
    (["return", "submit", "recall", "submit", "recall", "submit"], "returned"),
    (["return", "submit", "return", "submit"], "returned"),
    (["accept", "reopen", "submit"], "returned"),
]


@pytest.mark.parametrize(("story", "status"), RECALLED)
def test_taking_back_leads_where_it_was_sent_from(report, people, story, status):
    fill(report)
    who = {"submit": people.ky, "recall": people.lan, "return": people.huyen, "accept": people.tu, "reopen": people.tu}
    move(report, Action.SUBMIT, by=people.ky, at=IN_TIME)
    for number, action in enumerate(story):
        move(report, action, by=who[action], note="Sửa.", at=LATE + dt.timedelta(days=number))
    move(report, Action.RECALL, by=people.lan, at=LATE + dt.timedelta(days=9))
    report.refresh_from_db()
    assert (report.status, report.version) == (status, 1 + story.count("submit"))
    on_time = None if status == "draft" else True  # taken back before anybody returned it: nothing is there
    assert (report.first_submitted_at, report.on_time, report.opened_at) == (IN_TIME, on_time, None)
    move(report, Action.SUBMIT, by=people.ky, at=LATE + dt.timedelta(days=20))
    report.refresh_from_db()
    assert (report.first_submitted_at, report.on_time, report.version) == (IN_TIME, True, 2 + story.count("submit"))
    assert not report.period.reports.late(report.period.late_from, at(2021, 2, 1)).filter(pk=report.pk).exists()


def test_a_late_body_does_not_become_punctual_by_taking_back(report, people):
    send(report, people.lan, at=LATE)
    move(report, Action.RECALL, by=people.ky, at=LATE)
    move(report, Action.SUBMIT, by=people.ky, at=LATE + dt.timedelta(days=1))
    report.refresh_from_db()
    assert (report.on_time, report.first_submitted_at) == (False, LATE)


@pytest.mark.parametrize(("who", "opens"), [("huyen", True), ("hung", False), ("lan", False), ("ky", False)])
def test_only_an_officer_opens(report, people, who, opens):
    send(report, people.lan)
    workflow.note_opened(report, getattr(people, who), at=LATE)
    report.refresh_from_db()
    assert report.opened_at == (LATE if opens else None)


def test_the_first_opening_stays_and_belongs_to_one_sending(report, people):
    send(report, people.lan)
    workflow.note_opened(report, people.huyen, at=IN_TIME)
    report.refresh_from_db()
    workflow.note_opened(report, people.tu, at=LATE)
    report.refresh_from_db()
    assert report.opened_at == IN_TIME
    stale = Report.objects.get(pk=report.pk)
    stale.opened_at = None
    move(report, Action.RETURN, by=people.huyen, note="Sửa.")
    move(report, Action.SUBMIT, by=people.ky)
    workflow.note_opened(stale, people.huyen)  # has the first sending before them, not this one
    report.refresh_from_db()
    assert report.opened_at is None


# --- two at once ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "first", "second", "said"),
    [
        ("submit", "ky", "ky", ALREADY),
        ("hand", "lan", "lan", HANDED),
        ("hand", "lan", "moi", HANDED),
        ("accept", "huyen", "tu", DONE),
        ("return", "huyen", "tu", BACK),
        ("reopen", "huyen", "tu", BACK),
        ("exempt", "huyen", "tu", EXEMPT),
    ],
)
def test_two_browsers_one_move(report, people, action, first, second, said):
    """Both loaded the page before either clicked."""
    people.moi = person("moi", Role.REPORTER, "na-hang", "Mới")
    if action in ("submit", "hand"):
        fill(report)
    elif action == "reopen":
        accept(report, people.lan, people.huyen)
    elif action != "exempt":
        send(report, people.lan)
    mine, yours = (Report.objects.get(pk=report.pk) for _ in range(2))
    events = Event.objects.count()
    move(mine, action, by=getattr(people, first), note="Lý do")
    after = state(report)
    with pytest.raises(NotAllowed) as refusal:
        move(yours, action, by=getattr(people, second), note="Lý do")
    assert (str(refusal.value), state(report), Event.objects.count()) == (said, after, events + 1)


def test_accepting_what_another_officer_has_just_returned(report, people):
    send(report, people.lan)
    stale = Report.objects.get(pk=report.pk)
    move(report, Action.RETURN, by=people.tu, note="Sửa.")
    with pytest.raises(NotAllowed) as refusal:
        move(stale, Action.ACCEPT, by=people.huyen)
    assert (str(refusal.value), state(report)["status"]) == (BACK, "returned")


def test_somebody_quicker_between_looking_and_writing(report, people, monkeypatch):
    """Where the database does not hold the row, the guarded write still lets one of two win."""
    send(report, people.lan)
    effect = workflow.EFFECTS[Action.ACCEPT]

    def slow(taking):
        Report.objects.filter(pk=taking.report.pk).update(status=Status.RETURNED)
        return effect(taking)

    monkeypatch.setitem(workflow.EFFECTS, Action.ACCEPT, slow)
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.ACCEPT, by=people.huyen)
    assert str(refusal.value) == "Báo cáo vừa được người khác xử lý; hãy mở lại trang."
    assert Event.objects.filter(action=Action.ACCEPT).count() == 0


# --- lists ----------------------------------------------------------------------------------


def test_the_office_s_questions(period, report_of, people):
    accept(report_of("na-hang"), people.lan, people.huyen, at=IN_TIME)
    send(report_of("chiem-hoa"), people.minh, at=LATE)
    send(report_of("so-y-te"), people.yen, at=IN_TIME)
    move(report_of("so-y-te"), Action.RETURN, by=people.huyen, note="Sửa.")
    reports = period.reports
    found = {
        "accepted": list(reports.accepted().values_list("body__code", flat=True)),
        "owed": reports.owed().count(),
        "late": reports.late(period.late_from).count(),
        "late and sent": list(
            reports.late(period.late_from).exclude(status="draft").values_list("body__code", flat=True)
        ),
        "by status": reports.all().counts_by_status(),
    }
    assert found == {
        "accepted": ["na-hang"],
        "owed": 37,
        "late": 37,
        "late and sent": ["chiem-hoa"],
        "by status": {"draft": 36, "submitted": 1, "returned": 1, "accepted": 1, "exempt": 0},
    }


def test_incomplete_reports(period, report_of, people):
    accept(report_of("na-hang"), people.lan, people.huyen)
    accept(report_of("chiem-hoa"), people.minh, people.huyen, left_out=("T1.03",))
    accept(report_of("so-y-te"), people.yen, people.huyen, declined=(3,))
    found = Report.objects.incomplete(period).order_by("position").values_list("body__code", flat=True)
    assert list(found) == ["so-y-te", "chiem-hoa"]


def test_a_declined_task_is_read_back(report_of, people):
    report = report_of("so-y-te")
    fill(report, declined=(3, 5))
    assert (set(sheet_of(report).declined), TaskResult.objects.filter(report=report).count()) == ({3, 5}, 7)


# --- what was read is what is signed -----------------------------------------------------------


@pytest.mark.parametrize(("action", "who"), [(Action.HAND, "lan"), (Action.SUBMIT, "ky")])
def test_other_words_are_not_signed_unread(report, people, action, who):
    fill(report)
    read = paper_code("2020", "na-hang", content_of(report, answers_of(report)))
    write_answers(report, {Cell("T6.05"): Answer(value=4)})
    with pytest.raises(NotAllowed) as refusal:
        move(report, action, by=getattr(people, who), code=read)
    assert str(refusal.value) == "Nội dung báo cáo đã được sửa sau khi bạn đọc; hãy đọc lại bản mới rồi gửi."
    read = paper_code("2020", "na-hang", content_of(report, answers_of(report)))
    assert move(report, action, by=getattr(people, who), code=read).action == action


def test_an_older_page_does_not_return_what_a_colleague_accepted(report, people):
    send(report, people.lan)
    move(report, Action.ACCEPT, by=people.tu, shown="submitted")
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.RETURN, by=people.huyen, note="Sửa.", version=1, shown="submitted")
    assert str(refusal.value) == DONE_REOPEN
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.REOPEN, by=people.huyen, note="Sửa.", version=1, shown="submitted")
    assert str(refusal.value) == CHANGED
    assert move(report, Action.REOPEN, by=people.huyen, note="Sửa.", version=1, shown="accepted").action == "reopen"


# --- accepting many -------------------------------------------------------------------------------

POINTS_OPEN = "Còn điểm chưa được đánh dấu đã sửa; hãy mở báo cáo để xem rồi duyệt riêng."
NEWER = "Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."


def as_read(period):
    return list(period.reports.exclude(status=Status.DRAFT).order_by("position"))


def many(reports, by, **extra):
    accepted, refused = workflow.accept_many(reports, by=by, **extra)
    return [report.body.code for report in accepted], {report.body.code: said for report, said in refused}


def test_many_are_accepted_and_each_leaves_its_line(period, report_of, people):
    send(report_of("na-hang"), people.lan, at=IN_TIME)
    send(report_of("chiem-hoa"), people.minh, at=IN_TIME)
    assert many(as_read(period), people.huyen, at=LATE) == (["na-hang", "chiem-hoa"], {})
    for code in ("na-hang", "chiem-hoa"):
        report = report_of(code)
        last = report.events.last()
        assert (report.status, report.accepted_at) == ("accepted", LATE)
        assert (last.action, last.by, last.at, last.version, last.note) == ("accept", people.huyen, LATE, 1, "")


def test_what_comes_back_says_what_it_is_now(period, report_of, people):
    send(report_of("na-hang"), people.lan)
    accepted, _refused = workflow.accept_many(as_read(period), by=people.huyen, at=LATE)
    assert [(report.status, report.accepted_at) for report in accepted] == [("accepted", LATE)]


def test_one_that_does_not_fit_does_not_stop_the_others(period, report_of, people):
    """Open points, a colleague who was quicker, a newer sending: each is told why, the rest is accepted."""
    good, point, done, returned, newer = codes = ("na-hang", "chiem-hoa", "so-y-te", "so-tu-phap", "so-noi-vu")
    bodies = {"na-hang": people.lan, "chiem-hoa": people.minh, "so-y-te": people.yen}
    for code in codes:
        send(report_of(code), bodies.get(code) or person(code, Role.REPORTER, code))
    move(report_of(point), Action.RETURN, by=people.huyen, remarks=[Remark(6, "", "Sửa.")])
    move(report_of(point), Action.SUBMIT, by=people.minh)  # sent again, the point not ticked
    read = as_read(period)
    move(report_of(done), Action.ACCEPT, by=people.tu)
    move(report_of(returned), Action.RETURN, by=people.tu, note="Sửa.")
    move(report_of(newer), Action.RETURN, by=people.tu, note="Sửa.")
    move(report_of(newer), Action.SUBMIT, by=person("moi", Role.SIGNATORY, newer))
    before = {code: state(report_of(code)) for code in codes if code != good}
    assert many(read, people.huyen) == (
        [good],
        {point: POINTS_OPEN, done: DONE, returned: BACK, newer: NEWER},
    )
    assert {code: state(report_of(code)) for code in before} == before
    assert Event.objects.filter(action=Action.ACCEPT).values_list("report__body__code", "by__username").count() == 2


def test_ticked_points_are_no_obstacle(period, report_of, people):
    report = report_of("na-hang")
    send(report, people.lan)
    move(report, Action.RETURN, by=people.huyen, remarks=[Remark(6, "", "Sửa."), Remark(7, "", "Sửa.")])
    points = Point.objects.current(report)
    tick(report, [points[0].pk], people.lan)
    move(report, Action.SUBMIT, by=people.ky)
    assert many(as_read(period), people.huyen) == ([], {"na-hang": POINTS_OPEN})
    tick(report, [point.pk for point in points], people.lan)
    assert many(as_read(period), people.huyen) == (["na-hang"], {})


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "hung", "quan"])
def test_only_officers_accept_many(period, report_of, people, who):
    send(report_of("na-hang"), people.lan)
    said = many(as_read(period), getattr(people, who))
    assert said == ([], {"na-hang": "Vai trò của bạn không được làm việc này."})
    assert report_of("na-hang").status == "submitted"


def test_accepting_none_and_accepting_one_twice(period, report_of, people):
    assert workflow.accept_many([], by=people.huyen) == ([], [])
    send(report_of("na-hang"), people.lan)
    assert many(as_read(period) * 2, people.huyen) == (["na-hang"], {})
    assert report_of("na-hang").events.filter(action=Action.ACCEPT).count() == 1


def test_accepting_many_asks_the_same_questions_for_one_and_for_three(period, report_of, people):
    def asked(codes):
        for code, by in codes.items():
            send(report_of(code), by)
        read = as_read(period)
        with CaptureQueriesContext(connection) as queries:
            workflow.accept_many(read, by=people.huyen)
        return len(queries)

    one = asked({"na-hang": people.lan})
    three = asked(
        {"chiem-hoa": people.minh, "so-y-te": people.yen, "so-tu-phap": person("a", "reporter", "so-tu-phap")}
    )
    assert three <= one + 2  # the notices of more people in one more statement at most


# --- what other doors write down --------------------------------------------------------------------


def test_what_another_door_did_is_written_down_and_moves_nothing(report, people):
    send(report, people.lan, at=IN_TIME)
    report = Report.objects.get(pk=report.pk)
    before = state(report)
    event = workflow.write_down(report, Action.CORRECT, by=people.huyen, note=" T6.06: 3 → 2. \n", at=LATE)
    assert Event.objects.last() == event
    assert (event.action, event.by, event.note, event.version, event.content, event.at) == (
        "correct",
        people.huyen,
        "T6.06: 3 → 2.",
        1,
        None,
        LATE,
    )
    assert state(report) == before


# --- a paper is entered for the body ------------------------------------------------------------------


def paper(report, by, received):
    entry = {"number": "15/BC-UBND", "signed_on": received, "incoming_number": "301", "received_on": received}
    return PaperEntry.objects.create(report=report, by=by, **entry)


@pytest.mark.parametrize(
    ("received", "sent", "first"),
    [
        (dt.date(2020, 12, 14), at(2020, 12, 20), at(2020, 12, 14, 12)),  # came in time, entered later
        (dt.date(2020, 12, 15), at(2020, 12, 20), at(2020, 12, 15, 12)),
        (dt.date(2020, 12, 14), at(2020, 12, 14, 8), at(2020, 12, 14, 8)),  # entered on the morning it came
    ],
)
def test_a_paper_counts_from_the_day_it_arrived(report, people, received, sent, first):
    fill(report)
    move(report, Action.REGISTER, by=people.huyen)
    entry = paper(report, people.huyen, received)
    move(report, Action.SUBMIT, by=people.tu, at=sent)
    report, entry = Report.objects.get(pk=report.pk), PaperEntry.objects.get(pk=entry.pk)
    assert (report.first_submitted_at, report.submitted_at, report.opened_at) == (first, sent, sent)
    assert report.on_time is (received < dt.date(2020, 12, 15))
    assert (report.status, report.channel, report.on_paper, entry.version) == ("submitted", "paper", False, 1)
    assert (Receipt.objects.count(), Screening.objects.count()) == (1, 1)


def test_a_returned_paper_is_the_body_s_again_in_the_portal(report, people):
    fill(report)
    move(report, Action.REGISTER, by=people.huyen)
    paper(report, people.huyen, TODAY)
    move(report, Action.SUBMIT, by=people.huyen, at=IN_TIME)
    move(report, Action.RETURN, by=people.tu, note="Sửa.", at=LATE)
    report = Report.objects.get(pk=report.pk)
    assert (report.channel, report.on_paper, bool(may_write(people.lan, report))) == ("portal", False, True)
    move(report, Action.SUBMIT, by=people.ky, at=LATE)
    report = Report.objects.get(pk=report.pk)
    assert (report.channel, report.first_submitted_at, report.opened_at, report.version) == (
        "portal",
        at(2020, 12, 14, 12),
        None,
        2,
    )


def test_handing_back_lets_the_body_type_again(report, people):
    move(report, Action.REGISTER, by=people.huyen)
    assert not may_write(people.lan, Report.objects.get(pk=report.pk))
    move(report, Action.HAND_BACK, by=people.tu)
    assert may_write(people.lan, Report.objects.get(pk=report.pk))
    assert list(report.events.values_list("action", "by__username")) == [("register", "huyen"), ("hand_back", "tu")]


# --- what is screened when it is sent -----------------------------------------------------------------


def test_a_sending_is_screened_once(report, people):
    send(report, people.lan, left_out=("T1.03",))
    move(report, Action.RETURN, by=people.huyen, note="Sửa.")
    write_answers(report, {Cell("T7.01"): Answer(4), Cell("T7.02"): Answer(4)})
    move(report, Action.SUBMIT, by=people.ky)
    rows = Screening.objects.order_by("pk").values_list("event__version", "gaps", "changes")
    assert list(rows) == [(1, 1, None), (2, 1, 2)]


# --- how long a text may be -----------------------------------------------------------------

LONG = "Đoạn này dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000."


@pytest.mark.parametrize("length", [2000, 2001])
@pytest.mark.parametrize("kind", ["note", "remark"])
@pytest.mark.parametrize(
    ("before", "action", "who"),
    [
        ((Action.HAND,), Action.DECLINE, "ky"),
        ((Action.SUBMIT,), Action.RETURN, "huyen"),
        ((Action.SUBMIT, Action.ACCEPT), Action.REOPEN, "huyen"),
        ((), Action.EXEMPT, "huyen"),
        ((Action.EXEMPT,), Action.INCLUDE, "huyen"),
    ],
)
def test_a_text_has_a_longest(report, people, before, action, who, kind, length):
    fill(report)
    doors = {Action.HAND: people.lan, Action.SUBMIT: people.ky}
    for step in before:
        move(report, step, by=doors.get(step, people.huyen), note="Lý do.")
    given = {"note": "ă" * length} if kind == "note" else {"note": "x", "remarks": [Remark(6, "", "ă" * length)]}
    stood = (state(report), report.events.count())
    if length > 2000:
        with pytest.raises(NotAllowed, match=LONG):
            move(report, action, by=getattr(people, who), **given)
        assert (state(report), report.events.count()) == stood
    else:
        assert move(report, action, by=getattr(people, who), **given).note == given["note"]


def test_the_longest_petition_can_be_granted(report, people):
    """The sentence around it is ours: it is not counted."""
    send(report, people.lan)
    event = move(report, Action.RETURN, by=people.huyen, note="ă" * 2000, told="Theo đề nghị rút lại: %s")
    assert event.note == "Theo đề nghị rút lại: " + "ă" * 2000


@pytest.mark.parametrize(("length", "left"), [(2000, True), (2001, False)])
def test_a_paper_is_not_left_with_a_text_too_long(client, report, people, length, left):
    today = dt.date.today()
    register(report, number="45/BC", signed_on=today, incoming_number="12", received_on=today, by=people.huyen)
    client.force_login(people.huyen)
    text = "ă" * length
    page = client.post("/bao-cao/2020/na-hang/ban-giay/thoi/", {"note": text}, follow=True).content.decode()
    assert (LONG in page, f"Lời bạn vừa gõ: “{text}”" in page) == (not left, not left)
    assert PaperEntry.objects.get().withdrawn_at is None or left
    assert Event.objects.filter(action=Action.HAND_BACK).count() == left
