"""One letter a task: what a sending says of each, and that every step leaves the right letters in its report."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from reports import marks, workflow
from reports.answers import Answer, Cell
from reports.choices import Action, TaskState
from reports.models import PaperEntry, Period, Report, write_answers
from reports.workflow import Remark, move
from tests.conftest import at, person
from tests.factories import fill

# --- pure ----------------------------------------------------------------------------------------------

VALUE, ZERO, NOTHING = ({"value": v, "nothing": n} for v, n in (("5", False), ("0", False), (None, True)))
OWED = tuple(SimpleNamespace(code=code, task_number=int(code[1])) for code in ("T0.01", "T1.01", "T1.02"))


def content(figures=None, **texts):
    task = {"results": "Đã làm.", "not_ours": False} | texts
    return {"figures": figures or {}, "tasks": {"1": task, "5": task}}


@pytest.mark.parametrize(
    ("figures", "texts", "letter"),
    [
        ({"T1.01": VALUE, "T1.02": VALUE}, {}, "A"),
        ({"T1.01": ZERO, "T1.02": ZERO}, {}, "A"),  # counted, there were none: that is an answer
        ({"T1.01": NOTHING, "T1.02": ZERO}, {}, "A"),
        ({"T1.01": NOTHING, "T1.02": NOTHING}, {}, "N"),
        ({"T1.01": VALUE}, {}, "M"),
        ({"T1.01": NOTHING}, {}, "M"),
        ({"T1.02:girls": VALUE, "T1.01": VALUE}, {}, "M"),  # a part without its whole
        ({}, {}, "M"),
        ({}, {"not_ours": True}, "X"),
        ({"T1.01": VALUE, "T1.02": VALUE}, {"not_ours": True}, "X"),
        ({"T1.01": VALUE, "T1.02": VALUE}, {"results": ""}, "A"),
    ],
)
def test_what_a_task_with_figures_says(figures, texts, letter):
    assert marks.marks_in(content(figures, **texts), (1,), OWED) == letter


@pytest.mark.parametrize(
    ("texts", "letter"),
    [({}, "A"), ({"results": " \n"}, "M"), ({"results": ""}, "M"), ({"not_ours": True, "results": ""}, "X")],
)
def test_a_task_that_asks_for_no_figure_is_answered_by_its_text(texts, letter):
    assert marks.marks_in(content(**texts), (5,), OWED) == letter


def test_a_task_that_is_not_in_the_sending_is_missing():
    assert marks.marks_in({"figures": {}, "tasks": {}}, (1, 5), OWED) == "MM"


def test_the_letters_stand_in_the_order_of_the_tasks():
    figures = {"T1.01": NOTHING, "T1.02": NOTHING}
    assert (marks.marks_in(content(figures), (1, 5), OWED), marks.marks_in(content(figures), (5, 1), OWED)) == (
        "NA",
        "AN",
    )


@pytest.mark.parametrize(
    ("named", "letters"),
    [
        ((), "RRR"),
        ((3,), "ARM"),
        ((1, 6), "RNR"),
        ((None,), "ANM"),  # the texts around the tasks
        ((0,), "ANM"),  # the shared figures
        ((0, 6), "ANR"),
    ],
)
def test_what_a_return_leaves(named, letters):
    assert marks.returned("ANM", (1, 3, 6), set(named)) == letters


def test_letters_of_other_tasks_are_refused():
    with pytest.raises(ValueError, match="zip"):
        marks.returned("AN", (1, 3, 6), set())


def test_each_letter_is_one_state():
    assert {letter: marks.LETTER[state] for letter, state in marks.LETTERS.items()} == {c: c for c in "ANMXR"}
    assert set(TaskState) - set(marks.LETTERS.values()) == {TaskState.LATE}  # a question of the day


# --- what every step leaves ----------------------------------------------------------------------------

SIX = Remark(6, "T6.06", "Đối chiếu.")
AROUND = Remark(None, "direction", "Bổ sung.")
SHARED = Remark(0, "T0.01", "Đối chiếu.")
SENT, ALL, ONLY_SIX = "NMAAXAA", "RRRRRRR", "NMAAXRA"

STORIES = [  # what happens one after the other, and the letters at the end
    ("", ""),
    ("hand", ""),
    ("hand fetch", ""),
    ("hand decline", ""),
    ("submit", SENT),
    ("submit accept", SENT),
    ("submit many", SENT),
    ("submit recall", ""),
    ("submit recall submit", SENT),
    ("submit return", ALL),
    ("submit return-6", ONLY_SIX),
    ("submit return-texts", SENT),
    ("submit return-shared", SENT),
    ("submit return-6 submit", SENT),
    ("submit return-6 submit accept", SENT),
    ("submit return-6 submit recall", ONLY_SIX),
    ("submit return-6 submit recall submit recall", ONLY_SIX),
    ("submit return-6 submit return", ALL),
    ("submit return submit return-6 submit recall", ONLY_SIX),
    ("submit recall submit return-6 submit recall", ONLY_SIX),
    ("submit accept reopen", ALL),
    ("submit accept reopen-6", ONLY_SIX),
    ("submit accept reopen-6 submit", SENT),
    ("submit accept reopen-6 submit recall", ONLY_SIX),
    ("exempt", ""),
    ("exempt include", ""),
    ("exempt include submit", SENT),
    ("submit return-6 exempt", ""),
    ("submit return-6 exempt include", ONLY_SIX),
    ("register", ""),
    ("register hand_back", ""),
    ("register enter", SENT),
    ("register enter return-6", ONLY_SIX),
    ("submit return-6 register", ONLY_SIX),
    ("submit return-6 register enter", SENT),
]


def letters(report):
    return Report.objects.values_list("task_marks", flat=True).get(pk=report.pk)


@pytest.fixture
def report_with_all_letters(report):
    """Task 1: nothing arose; task 2: a figure is missing; task 5: declared outside its functions."""
    first = [i.code for i in report.indicators() if i.task_number == 1 and not i.computed]
    return fill(report, dict.fromkeys(first), left_out=("T2.02",), declined=(5,))


@pytest.mark.django_db
@pytest.mark.parametrize(("story", "expected"), STORIES)
def test_the_letters_after_each_step(report_with_all_letters, cast, story, expected):
    report = report_with_all_letters
    officers = ("accept", "return", "reopen", "exempt", "include", "register", "hand_back", "enter")
    who = dict.fromkeys(officers, cast.huyen) | {"submit": cast.ky, "decline": cast.ky}
    points = {"6": [SIX], "texts": [AROUND], "shared": [SHARED], "": []}
    for day, act in enumerate(story.split(), 1):
        action, _, named = act.partition("-")
        if action == "many":
            workflow.accept_many([Report.objects.get(pk=report.pk)], by=cast.huyen)
            continue
        by, moment = who.get(action, cast.lan), at(2020, 12, day)
        step = "submit" if action == "enter" else action
        move(report, step, by=by, note="Lý do.", at=moment, remarks=points[named])
        if action == "register":
            PaperEntry.objects.create(
                report=report, number="1", signed_on=moment, received_on=moment.date(), incoming_number="1", by=by
            )
    assert letters(report) == expected


@pytest.mark.django_db
def test_what_is_sent_again_has_the_letters_of_what_is_sent(report_with_all_letters, cast):
    """The gap was filled and a figure given: the letters follow, and a recall brings the returned ones back."""
    report = report_with_all_letters
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, remarks=[SIX])
    write_answers(report, {Cell("T2.02"): Answer(Decimal(0)), Cell("T1.01"): Answer(Decimal(1))})
    move(report, Action.SUBMIT, by=cast.ky)
    assert letters(report) == "AAAAXAA"
    move(report, Action.RECALL, by=cast.lan)
    assert letters(report) == ONLY_SIX


@pytest.mark.django_db
def test_letters_from_before_there_were_letters(report_with_all_letters, cast):
    """A report sent by an older edition of the portal has none: they are read from its sending."""
    report = report_with_all_letters
    move(report, Action.SUBMIT, by=cast.ky)
    Report.objects.filter(pk=report.pk).update(task_marks="")
    move(report, Action.RETURN, by=cast.huyen, remarks=[SIX])
    assert letters(report) == ONLY_SIX


@pytest.mark.django_db
def test_an_ad_hoc_round_has_the_letters_of_its_own_tasks(obligation, cast):
    from reports.models.opening import AdHoc

    ad_hoc = AdHoc(title="Rà soát đuối nước", due_on=at(2020, 8, 1).date(), tasks=(3, 6))
    period = Period.objects.open(obligation, 2020, as_of=at(2020, 7, 1).date(), ad_hoc=ad_hoc)
    report = fill(period.reports.get(body__code="so-y-te"))
    move(report, Action.SUBMIT, by=cast.yen)
    assert letters(report) == "AA"
    move(report, Action.RETURN, by=cast.huyen, remarks=[SIX])
    assert letters(report) == "AR"


@pytest.mark.django_db
def test_bodies_with_other_forms_have_letters_of_their_own(report_of, cast):
    """Cross-checked figures are owed by those who are asked for them, and by nobody else."""
    for code in ("so-y-te", "so-tu-phap"):
        report = fill(report_of(code))
        move(report, Action.SUBMIT, by=cast.yen if code == "so-y-te" else person("tp", "reporter", code))
        assert letters(report) == "A" * 7
