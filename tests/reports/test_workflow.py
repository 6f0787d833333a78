"""Who may move a report from which state, what a move changes, and that the second click loses."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine

from directives.choices import Role
from reports import workflow
from reports.answers import Answer, Cell
from reports.choices import INSIDE, Action, Status
from reports.fingerprints import paper_code
from reports.models import Event, Report, TaskResult, answers_of, write_answers
from reports.permissions import may_open_periods, may_see_summary, may_write
from reports.sheets import content_of, sheet_of
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
SIGNED_FOR = "Cơ quan có người ký báo cáo; hãy trình ký để người ký gửi."
NO_SIGNATORY = "Cơ quan chưa có tài khoản người ký; bạn gửi thẳng được."
HANDED = "Báo cáo đã được trình ký rồi."
NOT_HANDED = "Báo cáo chưa được trình ký."
OPENED = "Chuyên viên đã mở báo cáo nên không tự rút lại được; hãy gửi đề nghị kèm lý do."
NOTHING_SENT = "Báo cáo chưa gửi hoặc đã được rút lại."
YOURS = "Báo cáo đã được trả lại; bạn sửa được ngay."
ACCEPTED = "Báo cáo đã được duyệt nên không tự rút lại được; hãy gửi đề nghị kèm lý do."
YES = ""

STATES = ("draft", "submitted", "returned", "accepted")
DESKS = {  # where a report can lie
    "draft": {"status": "draft"},
    "draft, handed": {"status": "draft", "handed_at": IN_TIME},
    "submitted": {"status": "submitted"},
    "submitted, opened": {"status": "submitted", "opened_at": IN_TIME},
    "returned": {"status": "returned"},
    "returned, handed": {"status": "returned", "handed_at": IN_TIME},
    "accepted": {"status": "accepted"},
}
FRESH = {"handed_at": None, "opened_at": None, "version": 0}
SENDS = (YES, YES, ALREADY, ALREADY, YES, YES, ALREADY)
FETCHES = (NOT_HANDED, YES, ALREADY, ALREADY, NOT_HANDED, YES, ALREADY)
RECALLS = (NOTHING_SENT, NOTHING_SENT, YES, OPENED, YOURS, YOURS, ACCEPTED)
LEAD = {"return": (ROLE,) * 7, "accept": (ROLE,) * 7}
REPORTER = LEAD | {  # of a body that has a signatory
    "hand": (YES, HANDED, ALREADY, ALREADY, YES, HANDED, ALREADY),
    "fetch": FETCHES,
    "decline": (ROLE,) * 7,
    "submit": (SIGNED_FOR, SIGNED_FOR, ALREADY, ALREADY, SIGNED_FOR, SIGNED_FOR, ALREADY),
    "recall": RECALLS,
}
SIGNATORY = LEAD | {"hand": (ROLE,) * 7, "fetch": (ROLE,) * 7, "decline": FETCHES, "submit": SENDS, "recall": RECALLS}
ALONE = LEAD | {  # the reporter of a body without one
    "hand": (NO_SIGNATORY, HANDED, ALREADY, ALREADY, NO_SIGNATORY, HANDED, ALREADY),
    "fetch": FETCHES,
    "decline": (ROLE,) * 7,
    "submit": SENDS,
    "recall": RECALLS,
}
NEIGHBOUR_REPORTER = (
    LEAD | dict.fromkeys(("hand", "fetch", "submit", "recall"), (OTHER,) * 7) | {"decline": (ROLE,) * 7}
)
NEIGHBOUR_SIGNATORY = (
    LEAD | dict.fromkeys(("decline", "submit", "recall"), (OTHER,) * 7) | dict.fromkeys(("hand", "fetch"), (ROLE,) * 7)
)
OFFICER = dict.fromkeys(("hand", "fetch", "decline", "submit", "recall"), (ROLE,) * 7) | {
    "return": (NOT_SENT, NOT_SENT, YES, YES, BACK, BACK, YES),
    "accept": (NOT_SENT, NOT_SENT, YES, YES, BACK, BACK, DONE),
}
NOBODY = dict.fromkeys(workflow.STEPS, (ROLE,) * 7)

TABLE = {  # person: {action: what is answered on each of the desks}
    "lan": REPORTER,
    "ky": SIGNATORY,
    "minh": NEIGHBOUR_REPORTER,
    "kha": NEIGHBOUR_SIGNATORY,
    "yen": NEIGHBOUR_REPORTER,
    "huyen": OFFICER,
    "tu": OFFICER,
    "hung": NOBODY,
    "quan": NOBODY,
}
AFTER = {"submit": "submitted", "return": "returned", "accept": "accepted", "recall": "draft"}  # else: stays


def test_every_action_is_in_the_table():
    assert set(workflow.STEPS) == set(Action) == set(NOBODY)


def answers_on_every_desk(report, user, action):
    found = []
    for desk in DESKS.values():
        for name, value in (FRESH | desk).items():
            setattr(report, name, value)
        found.append(workflow.verdict(report, action, user).reason)
    return tuple(found)


@pytest.mark.parametrize("who", TABLE)
def test_who_may_do_what_in_which_state(people, report, who):
    user = getattr(people, who)
    assert {action: answers_on_every_desk(report, user, action) for action in workflow.STEPS} == TABLE[who]


@pytest.mark.parametrize("switched_off", [False, True])
def test_a_body_without_a_signatory_sends_itself(people, report_of, switched_off):
    """No account that signs, or one that was switched off: the reporter sends, and there is nobody to hand to."""
    who, body = ("lan", "na-hang") if switched_off else ("yen", "so-y-te")
    if switched_off:
        people.ky.is_active = False
        people.ky.save()
    report, user = report_of(body), getattr(people, who)
    assert {action: answers_on_every_desk(report, user, action) for action in workflow.STEPS} == ALONE


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("action", workflow.STEPS)
def test_a_move_obeys_the_table(people, report, who, action):
    fill(report)
    user, found = getattr(people, who), []
    for desk in DESKS.values():
        Report.objects.filter(pk=report.pk).update(**FRESH | desk)
        try:
            move(report, action, by=user, note="Lý do")
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            said = YES
        after = Report.objects.values_list("status", flat=True).get(pk=report.pk)
        found.append((said, after))
    expected = [
        (said, desk["status"] if said else AFTER.get(action, desk["status"]))
        for said, desk in zip(TABLE[who][action], DESKS.values(), strict=True)
    ]
    assert found == expected
    assert Event.objects.count() == TABLE[who][action].count(YES)


@pytest.mark.parametrize("who", TABLE)
def test_the_buttons_of_a_person(people, report, who):
    user = getattr(people, who)
    for place, desk in enumerate(DESKS.values()):
        for name, value in (FRESH | desk).items():
            setattr(report, name, value)
        expected = [action for action in workflow.STEPS if TABLE[who][action][place] == YES]
        assert workflow.allowed(report, user) == expected, desk


WRITING = {
    "": "",
    "sent": "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được.",
    "handed": "Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại.",
    "other": "Chỉ người của cơ quan báo cáo được sửa báo cáo.",
}


@pytest.mark.parametrize("who", TABLE)
def test_who_may_type_into_a_report(people, report, who):
    own = ("", "handed", "sent", "sent", "", "handed", "sent")
    found = []
    for desk in DESKS.values():
        for name, value in (FRESH | desk).items():
            setattr(report, name, value)
        verdict = may_write(getattr(people, who), report)
        found.append(verdict.reason)
        assert bool(verdict) is (verdict.reason == "")
    assert found == [WRITING[reason] for reason in (own if who in ("lan", "ky") else ("other",) * 7)]


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
    assert (str(refusal.value), report.with_signatory) == ("Hãy ghi lý do để cơ quan biết phải sửa gì.", True)


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
    (["accept", "return", "submit"], "returned"),
]


@pytest.mark.parametrize(("story", "status"), RECALLED)
def test_taking_back_leads_where_it_was_sent_from(report, people, story, status):
    fill(report)
    who = {"submit": people.ky, "recall": people.lan, "return": people.huyen, "accept": people.tu}
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
    ],
)
def test_two_browsers_one_move(report, people, action, first, second, said):
    """Both loaded the page before either clicked."""
    people.moi = person("moi", Role.REPORTER, "na-hang", "Mới")
    (fill(report) if action in ("submit", "hand") else send(report, people.lan))
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
    assert str(refusal.value).startswith("Tình trạng báo cáo đã đổi sau khi bạn mở trang")
    assert move(report, Action.RETURN, by=people.huyen, note="Sửa.", version=1, shown="accepted").action == "return"
