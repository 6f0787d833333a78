"""Who may do what with a report in which state, and what everybody else is told: one table for all of it.

Read it as: person, action, and under each state of the report what is answered. "ok" is done; every other word
stands for one whole sentence, which must come out exactly.
"""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine

from directives.choices import Role
from reports import corrections, petitions, workflow
from reports.answers import Answer, Cell
from reports.choices import Action, PetitionKind, Status
from reports.models import Event, PaperEntry, Petition, Report
from reports.permissions import may_decide_petitions, may_open_periods, may_see_summary, may_write
from reports.workflow import NotAllowed, move
from tests.conftest import at, person
from tests.factories import fill

pytestmark = pytest.mark.django_db

SAID = {
    "ok": "",
    "role": "Vai trò của bạn không được làm việc này.",
    "other": "Báo cáo này của cơ quan khác.",
    "exempt": "Cơ quan được miễn báo cáo kỳ này.",
    # inside the body
    "sent": "Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên.",
    "twice": "Báo cáo đã được trình ký rồi.",
    "desk": "Báo cáo chưa được trình ký.",
    "signs": "Cơ quan có người ký báo cáo; hãy trình ký để người ký gửi.",
    "alone": "Cơ quan chưa có tài khoản người ký; bạn gửi thẳng được.",
    "entry": "Chuyên viên đang nhập báo cáo này từ bản giấy của cơ quan; bạn đọc được khi nhập xong.",
    # taking back
    "unsent": "Báo cáo chưa gửi hoặc đã được rút lại.",
    "opened": "Chuyên viên đã mở báo cáo nên không tự rút lại được; hãy gửi đề nghị kèm lý do.",
    "yours": "Báo cáo đã được trả lại; bạn sửa được ngay.",
    "passed": "Báo cáo đã được duyệt nên không tự rút lại được; hãy gửi đề nghị kèm lý do.",
    # the lead department
    "none": "Cơ quan chưa gửi báo cáo.",
    "back": "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại.",
    "done": "Báo cáo đã được duyệt rồi.",
    "reopen": "Báo cáo đã được duyệt; muốn cơ quan sửa thì mở lại, kèm lý do.",
    "early": "Chỉ mở lại được báo cáo đã duyệt.",
    "there": "Cơ quan đã gửi báo cáo.",
    "owes": "Cơ quan này không được miễn báo cáo.",
    "theirs": "Chỉ cơ quan báo cáo được gửi; bạn chỉ gửi thay khi đang nhập từ bản giấy.",
    "screen": "Báo cáo này không được nhập từ bản giấy.",
    "typing": "Báo cáo đang được nhập từ bản giấy rồi.",
    "stop": "Báo cáo đang được nhập từ bản giấy; muốn miễn thì thôi nhập thay trước.",
    "begun": "Cơ quan đã soạn báo cáo trên cổng nên không nhập thay được; hãy đề nghị cơ quan gửi bản đó.",
    "signing": "Cơ quan đã trình ký báo cáo trên cổng; hãy chờ người ký gửi.",
}

SENT_AT, TYPED_AT = at(2020, 12, 10), at(2020, 12, 12)
SENDING = {"version": 1, "submitted_at": SENT_AT, "task_marks": "AAAAAAA"}
HANDED, TYPED, PAPER = {"handed_at": TYPED_AT}, {"updated_at": TYPED_AT}, {"channel": "paper"}
OPENED = {"opened_at": TYPED_AT}
STATES = {  # the head of the table: how a report can lie
    "draft": {"status": "draft"},
    "typed": {"status": "draft"} | TYPED,
    "handed": {"status": "draft"} | TYPED | HANDED,
    "paper": {"status": "draft"} | PAPER,  # an officer is entering it
    "sent": {"status": "submitted"} | SENDING,
    "read": {"status": "submitted"} | SENDING | OPENED,  # an officer has opened it
    "paper2": {"status": "submitted"} | SENDING | OPENED | PAPER,  # entered from a paper
    "return": {"status": "returned"} | SENDING,
    "mended": {"status": "returned"} | SENDING | TYPED,
    "handed2": {"status": "returned"} | SENDING | HANDED,
    "paper3": {"status": "returned"} | SENDING | PAPER,
    "accept": {"status": "accepted"} | SENDING,
    "exempt": {"status": "exempt"},
}
FRESH = {
    "handed_at": None,
    "opened_at": None,
    "updated_at": None,
    "submitted_at": None,
    "version": 0,
    "channel": "portal",
    "task_marks": "",
}

HEAD = "           draft  typed  handed  paper  sent   read   paper2 return mended handed2 paper3  accept exempt"
REPORTER = """
hand       ok     ok     twice   entry  sent   sent   sent   ok     ok     twice   entry   sent   exempt
fetch      desk   desk   ok      entry  sent   sent   sent   desk   desk   ok      entry   sent   exempt
submit     signs  signs  signs   entry  sent   sent   sent   signs  signs  signs   entry   sent   exempt
recall     unsent unsent unsent  unsent ok     opened opened yours  yours  yours   yours   passed exempt
decline    role   role   role    role   role   role   role   role   role   role    role    role   role
"""
SIGNATORY = """
hand       role   role   role    role   role   role   role   role   role   role    role    role   role
fetch      role   role   role    role   role   role   role   role   role   role    role    role   role
submit     ok     ok     ok      entry  sent   sent   sent   ok     ok     ok      entry   sent   exempt
recall     unsent unsent unsent  unsent ok     opened opened yours  yours  yours   yours   passed exempt
decline    desk   desk   ok      entry  sent   sent   sent   desk   desk   ok      entry   sent   exempt
"""
WITHOUT_SIGNATORY = """
hand       alone  alone  twice   entry  sent   sent   sent   alone  alone  twice   entry   sent   exempt
fetch      desk   desk   ok      entry  sent   sent   sent   desk   desk   ok      entry   sent   exempt
submit     ok     ok     ok      entry  sent   sent   sent   ok     ok     ok      entry   sent   exempt
recall     unsent unsent unsent  unsent ok     opened opened yours  yours  yours   yours   passed exempt
decline    role   role   role    role   role   role   role   role   role   role    role    role   role
"""
OTHER_REPORTER = """
hand       other  other  other   other  other  other  other  other  other  other   other   other  other
fetch      other  other  other   other  other  other  other  other  other  other   other   other  other
submit     other  other  other   other  other  other  other  other  other  other   other   other  other
recall     other  other  other   other  other  other  other  other  other  other   other   other  other
decline    role   role   role    role   role   role   role   role   role   role    role    role   role
"""
OTHER_SIGNATORY = """
hand       role   role   role    role   role   role   role   role   role   role    role    role   role
fetch      role   role   role    role   role   role   role   role   role   role    role    role   role
submit     other  other  other   other  other  other  other  other  other  other   other   other  other
recall     other  other  other   other  other  other  other  other  other  other   other   other  other
decline    other  other  other   other  other  other  other  other  other  other   other   other  other
"""
NOT_THE_LEAD = """
return     role   role   role    role   role   role   role   role   role   role    role    role   role
reopen     role   role   role    role   role   role   role   role   role   role    role    role   role
accept     role   role   role    role   role   role   role   role   role   role    role    role   role
exempt     role   role   role    role   role   role   role   role   role   role    role    role   role
include    role   role   role    role   role   role   role   role   role   role    role    role   role
register   role   role   role    role   role   role   role   role   role   role    role    role   role
hand_back  role   role   role    role   role   role   role   role   role   role    role    role   role
"""
NOT_A_BODY = """
hand       role   role   role    role   role   role   role   role   role   role    role    role   role
fetch      role   role   role    role   role   role   role   role   role   role    role    role   role
submit     role   role   role    role   role   role   role   role   role   role    role    role   role
recall     role   role   role    role   role   role   role   role   role   role    role    role   role
decline    role   role   role    role   role   role   role   role   role   role    role    role   role
"""
OFFICER = """
hand       role   role   role    role   role   role   role   role   role   role    role    role   role
fetch      role   role   role    role   role   role   role   role   role   role    role    role   role
submit     theirs theirs theirs  ok     sent   sent   sent   theirs theirs theirs  ok      sent   exempt
recall     role   role   role    role   role   role   role   role   role   role    role    role   role
decline    role   role   role    role   role   role   role   role   role   role    role    role   role
return     none   none   none    none   ok     ok     ok     back   back   back    back    reopen exempt
reopen     none   none   none    none   early  early  early  back   back   back    back    ok     exempt
accept     none   none   none    none   ok     ok     ok     back   back   back    back    done   exempt
exempt     ok     ok     ok      stop   there  there  there  ok     ok     ok      stop    there  exempt
include    owes   owes   owes    owes   owes   owes   owes   owes   owes   owes    owes    owes   ok
register   ok     begun  begun   typing there  there  there  ok     begun  signing typing  there  exempt
hand_back  screen screen screen  ok     there  there  there  screen screen screen  ok      there  exempt
"""


def table(*texts):
    """{action: {state: word}} of the lines above."""
    states = HEAD.split()
    rows = (line.split() for text in texts for line in text.strip().splitlines())
    return {action: dict(zip(states, words, strict=True)) for action, *words in rows}


TABLE = {
    "lan": table(REPORTER, NOT_THE_LEAD),
    "ky": table(SIGNATORY, NOT_THE_LEAD),
    "yen": table(WITHOUT_SIGNATORY, NOT_THE_LEAD),  # her own body's report: nobody signs there
    "minh": table(OTHER_REPORTER, NOT_THE_LEAD),
    "kha": table(OTHER_SIGNATORY, NOT_THE_LEAD),
    "huyen": table(OFFICER),
    "tu": table(OFFICER),
    "hung": table(NOT_A_BODY, NOT_THE_LEAD),
    "quan": table(NOT_A_BODY, NOT_THE_LEAD),
}
AFTER = {  # the state after a step; the others change desks only
    "submit": "submitted",
    "return": "returned",
    "reopen": "returned",
    "accept": "accepted",
    "recall": "draft",
    "exempt": "exempt",
    "include": "draft",
}


@pytest.fixture
def people(cast):
    """The cast and a signatory of the neighbour."""
    return SimpleNamespace(**vars(cast), kha=person("kha", Role.SIGNATORY, "chiem-hoa", "Kha"))


@pytest.fixture
def case(people, report_of):
    """(person, the report that their lines of the table are about)."""
    return lambda who: (getattr(people, who), report_of("so-y-te" if who == "yen" else "na-hang"))


def lie(report, state):
    for name, value in (FRESH | STATES[state]).items():
        setattr(report, name, value)
    return report


def told(words):
    return {state: SAID[word] for state, word in words.items()}


def test_the_table_is_whole():
    """Every action of the workflow in every state for everybody, and every sentence is used."""
    assert list(STATES) == HEAD.split()
    assert {who: set(lines) for who, lines in TABLE.items()} == {who: set(workflow.STEPS) for who in TABLE}
    used = {word for lines in TABLE.values() for words in lines.values() for word in words.values()}
    assert used == set(SAID)
    assert {desk["status"] for desk in STATES.values()} == set(Status)
    assert set(Action) - set(workflow.STEPS) == set(BESIDE) | {Action.CORRECT}  # the tables below


@pytest.mark.parametrize("who", TABLE)
def test_who_may_do_what_in_which_state(case, who):
    user, report = case(who)
    for action in workflow.STEPS:
        found = {state: workflow.verdict(lie(report, state), action, user).reason for state in STATES}
        assert found == told(TABLE[who][action]), action


def test_a_signatory_who_was_switched_off_signs_no_more(people, report):
    people.ky.is_active = False
    people.ky.save()
    for action in workflow.STEPS:
        found = {state: workflow.verdict(lie(report, state), action, people.lan).reason for state in STATES}
        assert found == told(TABLE["yen"][action]), action


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("action", workflow.STEPS)
def test_a_move_obeys_the_table(case, who, action):
    """Each step is tried in each state: done, or refused with the sentence and nothing changed."""
    user, report = case(who)
    fill(report)
    found = {}
    for number, (state, desk) in enumerate(STATES.items()):
        Report.objects.filter(pk=report.pk).update(**FRESH | desk)
        if lie(report, state).on_paper and not report.paper_entries.open().exists():
            day = SENT_AT.date()
            PaperEntry.objects.create(report=report, number="1/BC", signed_on=day, received_on=day, by=user)
        try:
            move(report, action, by=user, note="Lý do", at=TYPED_AT + dt.timedelta(hours=number))
        except NotAllowed as refusal:
            said = str(refusal)
        else:
            said = ""
        found[state] = (said, Report.objects.values_list("status", flat=True).get(pk=report.pk))
    expected = {}
    for state, word in TABLE[who][action].items():
        before = STATES[state]["status"]
        expected[state] = (SAID[word], AFTER.get(action, before) if word == "ok" else before)
    assert found == expected
    assert Event.objects.count() == list(TABLE[who][action].values()).count("ok")


@pytest.mark.parametrize("who", TABLE)
def test_the_buttons_of_a_person(case, who):
    user, report = case(who)
    for state in STATES:
        expected = [action for action in workflow.STEPS if TABLE[who][action][state] == "ok"]
        assert workflow.allowed(lie(report, state), user) == expected, state


# --- typing ---------------------------------------------------------------------------------------

WRITING = {
    "ok": "",
    "sent": "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được.",
    "handed": "Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại.",
    "entry": SAID["entry"],
    "exempt": "Cơ quan được miễn báo cáo kỳ này nên không phải điền.",
    "theirs": "Chỉ người của cơ quan báo cáo được sửa báo cáo.",
}
OWN_PEOPLE = "ok ok handed entry sent sent sent ok ok handed entry sent exempt"
OFFICERS = "theirs theirs theirs ok theirs theirs theirs theirs theirs theirs ok theirs theirs"
WRITERS = {"lan": OWN_PEOPLE, "ky": OWN_PEOPLE, "yen": OWN_PEOPLE, "huyen": OFFICERS, "tu": OFFICERS}


@pytest.mark.parametrize("who", TABLE)
def test_who_may_type_into_a_report(case, who):
    user, report = case(who)
    words = WRITERS.get(who, "theirs " * len(STATES)).split()
    found = {state: may_write(user, lie(report, state)) for state in STATES}
    assert {state: verdict.reason for state, verdict in found.items()} == {
        state: WRITING[word] for state, word in zip(STATES, words, strict=True)
    }
    assert all(bool(verdict) is (verdict.reason == "") for verdict in found.values())


# --- what changes no state: more time, granted or refused -----------------------------------------------

NO_DECISION = "Vai trò của bạn không được trả lời đề nghị."
NOTHING_LEFT = "Cơ quan đã gửi báo cáo sau đề nghị này nên không còn gì để gia hạn."
EXEMPTED = "Cơ quan được miễn báo cáo kỳ này nên không còn gì để gia hạn hay rút lại."
AT_THE_BODY = ("draft", "typed", "handed", "paper", "return", "mended", "handed2", "paper3")
BESIDE = {
    Action.EXTEND: {state: "" if state in AT_THE_BODY else NOTHING_LEFT for state in STATES} | {"exempt": EXEMPTED},
    Action.REFUSE: dict.fromkeys(STATES, ""),
}


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("action", BESIDE)
@time_machine.travel(TYPED_AT, tick=False)
def test_more_time_is_decided_by_officers_while_it_helps(case, people, who, action):
    user, report = case(who)
    found = {}
    for number, (state, desk) in enumerate(STATES.items()):
        Report.objects.filter(pk=report.pk).update(**FRESH | desk)
        until = dt.date(2020, 12, 20) + dt.timedelta(days=number)
        asked = {"kind": PetitionKind.MORE_TIME, "reason": "Mưa lũ.", "until": until, "by": people.lan}
        petition = Petition.objects.create(report=report, **asked)
        try:
            petitions.decide(petition, action == Action.EXTEND, user, answer="Đã xem.")
            found[state] = ""
        except petitions.Refused as refusal:
            found[state] = str(refusal)
            petition.delete()
    expected = BESIDE[action] if may_decide_petitions(user) else dict.fromkeys(STATES, NO_DECISION)
    assert found == expected
    written = Event.objects.filter(action=action, by=user).count()
    assert written == Event.objects.count() == list(expected.values()).count("")


# --- what changes no state: another figure than the one reported ------------------------------------------

NOTHING_THERE = "Cơ quan chưa gửi báo cáo nên chưa có số liệu để điều chỉnh."
AT_ITS_BODY = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại rồi điều chỉnh nếu vẫn cần."
NO_FIGURE = "Cơ quan được miễn báo cáo kỳ này nên không có số liệu để điều chỉnh."
CORRECTING = {
    "draft": NOTHING_THERE,
    "submitted": "",
    "returned": AT_ITS_BODY,
    "accepted": "",
    "exempt": NO_FIGURE,
}


@pytest.mark.parametrize("who", TABLE)
def test_figures_are_corrected_by_officers_while_they_lie_with_the_province(case, who):
    user, report = case(who)
    fill(report)
    found = {}
    for number, (state, desk) in enumerate(STATES.items(), 1):
        Report.objects.filter(pk=report.pk).update(**FRESH | desk)
        try:
            corrections.correct(report, Cell("T6.01"), Answer(Decimal(number)), "Đối chiếu.", by=user, version=1)
            found[state] = ""
        except corrections.Refused as refusal:
            found[state] = str(refusal)
    officer = user.role == Role.OFFICER
    assert found == {state: CORRECTING[d["status"]] if officer else SAID["role"] for state, d in STATES.items()}
    written = Event.objects.filter(action=Action.CORRECT, by=user).count()
    assert written == Event.objects.count() == list(found.values()).count("")
    assert report.figures.get(indicator__code="T6.01").value == 0  # the reported figure is never touched


# --- what a person sees -----------------------------------------------------------------------------


def test_who_opens_rounds_and_who_sees_the_province(people):
    rights = (may_open_periods, may_decide_petitions, may_see_summary)
    assert {who: tuple(right(user) for right in rights) for who, user in vars(people).items()} == {
        "lan": (False, False, False),
        "ky": (False, False, False),
        "kha": (False, False, False),
        "minh": (False, False, False),
        "yen": (False, False, False),
        "huyen": (True, True, True),
        "tu": (True, True, True),
        "hung": (False, False, True),
        "quan": (False, False, False),
    }


def test_what_each_person_sees_of_a_report(people, report):
    found = {}
    for who, user in vars(people).items():
        seen = []
        for status in ("draft", "submitted", "returned", "accepted", "exempt"):
            Report.objects.filter(pk=report.pk).update(status=status)
            seen.append(Report.objects.visible_to(user).filter(pk=report.pk).exists())
        found[who] = tuple(seen)
    own, nothing, sent = (True,) * 5, (False,) * 5, (False, True, True, True, False)
    assert found == {
        "lan": own,
        "ky": own,
        "minh": nothing,
        "kha": nothing,
        "yen": nothing,
        "huyen": sent,
        "tu": sent,
        "hung": sent,
        "quan": nothing,
    }


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "kha", "yen", "huyen", "tu", "hung", "quan"])
def test_a_paper_is_typed_by_officers_alone(people, report, who):
    """What ``typed_by`` finds is what ``may_write`` allows, but for the two desks inside the body."""
    user = getattr(people, who)
    for state, desk in STATES.items():
        Report.objects.filter(pk=report.pk).update(**FRESH | desk)
        found = Report.objects.typed_by(user).filter(pk=report.pk).exists()
        officer = user.role == Role.OFFICER
        expected = lie(report, state).on_paper if officer else who in ("lan", "ky")
        assert found is expected, state
