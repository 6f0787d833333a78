"""Who may move a report from which state, what a move changes, and that the second click loses."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine

from directives.choices import Role
from reports import workflow
from reports.answers import Answer, Cell
from reports.choices import Action, Status
from reports.models import Event, Report, TaskResult, answers_of, write_answers
from reports.permissions import may_open_periods, may_see_summary, may_write
from reports.sheets import sheet_of
from reports.workflow import NotAllowed, NotReady, move
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

IN_TIME, LATE = at(2020, 12, 14, 23, 59, 59), at(2020, 12, 15, 0)


@pytest.fixture
def people(cast):
    """The cast and a signatory of the neighbour."""
    return SimpleNamespace(**vars(cast), kha=person("kha", Role.SIGNATORY, "chiem-hoa", "Kha"))


ROLE = "Vai trò của bạn không được làm việc này."
OTHER = "Báo cáo này của cơ quan khác."
ALREADY = "Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên."
NOT_SENT = "Cơ quan chưa gửi báo cáo."
BACK = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại."
DONE = "Báo cáo đã được duyệt rồi."
YES = ""

STATES = ("draft", "submitted", "returned", "accepted")
OWN = {"submit": (YES, ALREADY, YES, ALREADY), "return": (ROLE,) * 4, "accept": (ROLE,) * 4}
NEIGHBOUR = {"submit": (OTHER,) * 4, "return": (ROLE,) * 4, "accept": (ROLE,) * 4}
OFFICER = {
    "submit": (ROLE,) * 4,
    "return": (NOT_SENT, YES, BACK, YES),
    "accept": (NOT_SENT, YES, BACK, DONE),
}
NOBODY = {"submit": (ROLE,) * 4, "return": (ROLE,) * 4, "accept": (ROLE,) * 4}

TABLE = {  # person: {action: what is answered in each of the four states}
    "lan": OWN,
    "ky": OWN,
    "minh": NEIGHBOUR,
    "kha": NEIGHBOUR,
    "yen": NEIGHBOUR,
    "huyen": OFFICER,
    "tu": OFFICER,
    "hung": NOBODY,
    "quan": NOBODY,
}
AFTER = {"submit": "submitted", "return": "returned", "accept": "accepted"}


@pytest.mark.parametrize("who", TABLE)
def test_who_may_do_what_in_which_state(people, report, who):
    user, found = getattr(people, who), {}
    for action in AFTER:
        answers = []
        for status in STATES:
            report.status = status
            answers.append(workflow.verdict(report, action, user).reason)
        found[action] = tuple(answers)
    assert found == TABLE[who]


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("action", AFTER)
def test_a_move_obeys_the_table(people, report, who, action):
    fill(report)
    user, found = getattr(people, who), []
    for status in STATES:
        Report.objects.filter(pk=report.pk).update(status=status)
        try:
            move(report, action, by=user, note="Lý do")
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            said = YES
        after = Report.objects.values_list("status", flat=True).get(pk=report.pk)
        found.append((said, after))
    expected = [
        (said, status if said else AFTER[action]) for said, status in zip(TABLE[who][action], STATES, strict=True)
    ]
    assert found == expected
    assert Event.objects.count() == TABLE[who][action].count(YES)


@pytest.mark.parametrize(
    ("who", "actions"),
    [
        ("lan", [["submit"], [], ["submit"], []]),
        ("minh", [[], [], [], []]),
        ("huyen", [[], ["return", "accept"], [], ["return"]]),
        ("hung", [[], [], [], []]),
        ("quan", [[], [], [], []]),
    ],
)
def test_the_buttons_of_a_person(people, report, who, actions):
    found = []
    for status in STATES:
        report.status = status
        found.append(workflow.allowed(report, getattr(people, who)))
    assert found == actions


@pytest.mark.parametrize(
    ("who", "reasons"),
    [
        ("lan", (YES, "sent", YES, "sent")),
        ("ky", (YES, "sent", YES, "sent")),
        ("minh", ("other",) * 4),
        ("huyen", ("other",) * 4),
        ("hung", ("other",) * 4),
        ("quan", ("other",) * 4),
    ],
)
def test_who_may_type_into_a_report(people, report, who, reasons):
    words = {
        "": "",
        "sent": "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được.",
        "other": "Chỉ người của cơ quan báo cáo được sửa báo cáo.",
    }
    found = []
    for status in STATES:
        report.status = status
        verdict = may_write(getattr(people, who), report)
        found.append(verdict.reason)
        assert bool(verdict) is (verdict.reason == "")
    assert found == [words[reason] for reason in reasons]


def test_who_opens_rounds_and_who_sees_the_province(people):
    table = {who: (may_open_periods(user), may_see_summary(user)) for who, user in vars(people).items()}
    assert table == {
        "lan": (False, False),
        "ky": (False, False),
        "kha": (False, False),
        "minh": (False, False),
        "yen": (False, False),
        "huyen": (True, True),
        "tu": (True, True),
        "hung": (False, True),
        "quan": (False, False),
    }


# --- what a person sees ---------------------------------------------------------------------


def test_what_each_person_sees_of_a_report(people, report):
    found = {}
    for who, user in vars(people).items():
        seen = []
        for status in STATES:
            Report.objects.filter(pk=report.pk).update(status=status)
            seen.append(Report.objects.visible_to(user).filter(pk=report.pk).exists())
        found[who] = tuple(seen)
    sent = (False, True, True, True)
    assert found == {
        "lan": (True,) * 4,
        "ky": (True,) * 4,
        "minh": (False,) * 4,
        "kha": (False,) * 4,
        "yen": (False,) * 4,
        "huyen": sent,
        "tu": sent,
        "hung": sent,
        "quan": (False,) * 4,
    }


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


@pytest.mark.parametrize(("spoil", "codes"), SPOILED)
def test_a_report_with_errors_is_not_sent_and_not_changed(report, people, spoil, codes):
    fill(report)
    spoil(report)
    before, figures = state(report), answers_of(report)
    with pytest.raises(NotReady) as refusal:
        move(report, Action.SUBMIT, by=people.lan)
    assert [finding.code for finding in refusal.value.findings] == codes
    assert str(refusal.value) == f"Chưa gửi được: còn {len(codes)} điểm phải hoàn thành."
    assert (state(report), answers_of(report), Event.objects.count()) == (before, figures, 0)


def test_a_warning_does_not_stop_a_sending(report, people):
    send(report, people.lan, figures={"T2.05": "100", "T2.06": "100.001"})  # R11: spent more than allotted
    assert report.status == "submitted"


def test_an_empty_report_is_not_ready(report, people):
    with pytest.raises(NotReady) as refusal:
        move(report, Action.SUBMIT, by=people.lan)
    assert {finding.code for finding in refusal.value.findings} == {"missing", "text"}


@pytest.mark.parametrize("note", ["", "  ", "\n\t"])
@pytest.mark.parametrize("accepted", [False, True])
def test_returning_needs_a_reason(report, people, note, accepted):
    (accept(report, people.lan, people.huyen) if accepted else send(report, people.lan))
    before, events = state(report), Event.objects.count()
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.RETURN, by=people.huyen, note=note)
    assert str(refusal.value) == "Hãy ghi lý do để cơ quan biết phải sửa gì."
    assert (state(report), Event.objects.count()) == (before, events)


def test_returning_an_accepted_report_takes_the_acceptance_away(report, people):
    accept(report, people.lan, people.huyen, at=IN_TIME)
    assert state(report)["accepted_at"] == IN_TIME
    move(report, Action.RETURN, by=people.tu, note="Xem lại.", at=LATE)
    assert (state(report)["status"], state(report)["accepted_at"]) == ("returned", None)


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
        move(report, Action.SUBMIT, by=people.lan, at=moment)
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
        move(report, Action.SUBMIT, by=people.lan)
    assert (state(report)["submitted_at"], Event.objects.get().at) == (IN_TIME, IN_TIME)


# --- two at once ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "first", "second", "said"),
    [
        ("submit", "lan", "lan", ALREADY),
        ("submit", "lan", "ky", ALREADY),
        ("accept", "huyen", "tu", DONE),
        ("return", "huyen", "tu", BACK),
    ],
)
def test_two_browsers_one_move(report, people, action, first, second, said):
    """Both loaded the page before either clicked."""
    (fill(report) if action == "submit" else send(report, people.lan))
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

    def slow(held, moment):
        Report.objects.filter(pk=held.pk).update(status=Status.RETURNED)
        return effect(held, moment)

    monkeypatch.setitem(workflow.EFFECTS, Action.ACCEPT, slow)
    with pytest.raises(NotAllowed) as refusal:
        move(report, Action.ACCEPT, by=people.huyen)
    assert str(refusal.value) == "Có người vừa làm việc này trước; hãy tải lại trang."
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
        "by status": {"draft": 36, "submitted": 1, "returned": 1, "accepted": 1},
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
