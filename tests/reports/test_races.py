"""Real threads on a real database: the second click loses, nothing slips in between, no saved field is lost."""

import threading

import pytest
from django.db import connection

from directives.choices import Role
from reports.answers import Cell
from reports.drafting import Change, NotWritable, Saved, save, save_page
from reports.models import Edit, Event, Overview, Presence, Receipt, Report, TaskResult, answers_of
from reports.workflow import NotAllowed, Remark, accept_many, move, note_opened
from tests.conftest import person
from tests.factories import fill

pytestmark = pytest.mark.xdist_group("races")


def together(*calls):
    """Run ``calls`` in threads that start at the same moment; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait()
            outcomes[index] = call()
        except (NotAllowed, NotWritable) as refusal:
            outcomes[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def ready(transactional_db, cast, period, report_of):
    return fill(report_of("na-hang"), by=cast.lan)


@pytest.fixture
def crowd(cast):
    """Eight who draft for the same body."""
    return [cast.lan, *(person(f"nguoi-{n}", Role.REPORTER, "na-hang") for n in range(7))]


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_ten_quick_clicks_and_two_browsers_give_one_submission_and_one_receipt(ready, cast):
    second = person("ky-2", Role.SIGNATORY, "na-hang")
    outcomes = together(*(lambda who=who: move(ready, "submit", by=who) for who in [cast.ky, second] * 5))
    assert kinds(outcomes) == ["Event"] + ["NotAllowed"] * 9
    report = Report.objects.get(pk=ready.pk)
    assert (report.version, report.events.count(), Receipt.objects.count()) == (1, 1, 1)


def test_eight_people_hand_over_at_once_and_one_does(ready, crowd):
    outcomes = together(*(lambda who=who: move(ready, "hand", by=who) for who in crowd))
    assert kinds(outcomes) == ["Event"] + ["NotAllowed"] * 7
    assert ready.events.count() == 1


# --- two officers decide at the same moment -----------------------------------------------------

BACK = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại."
DONE = "Báo cáo đã được duyệt rồi."
FULL = "Báo cáo đã được duyệt; muốn cơ quan sửa thì mở lại, kèm lý do."
EXEMPTED = "Cơ quan được miễn báo cáo kỳ này."
ON_PAPER = "Báo cáo đang được nhập từ bản giấy; muốn miễn thì thôi nhập thay trước."
PAIRS = [  # what lies there, who does what at the same moment, and what the second is told, by what the first did
    ("submitted", "accept", "return", {"accept": FULL, "return": BACK}),
    ("submitted", "accept", "accept", {"accept": DONE}),
    ("submitted", "return", "return", {"return": BACK}),
    ("accepted", "reopen", "reopen", {"reopen": BACK}),
    ("draft", "exempt", "register", {"exempt": EXEMPTED, "register": ON_PAPER}),
    ("draft", "exempt", "exempt", {"exempt": EXEMPTED}),
    ("draft", "register", "register", {"register": "Báo cáo đang được nhập từ bản giấy rồi."}),
]


def lying(report, status, cast):
    """The report brought into ``status`` by the steps that lead there."""
    if status != "draft":
        move(report, "submit", by=cast.ky)
    if status == "accepted":
        move(report, "accept", by=cast.huyen)
    return Report.objects.get(pk=report.pk)


@pytest.mark.parametrize(("status", "one", "other", "told"), PAIRS)
def test_two_officers_decide_at_once_and_the_second_is_told(ready, cast, status, one, other, told):
    """One step is taken, journalled once, and stands; the other person reads why theirs was not."""
    report = lying(ready, status, cast)
    before = report.events.count()
    outcomes = together(
        lambda: move(report, one, by=cast.huyen, note="Của Huyền."),
        lambda: move(report, other, by=cast.tu, note="Của Tú."),
    )
    assert kinds(outcomes) == ["Event", "NotAllowed"]
    won, lost = sorted(outcomes, key=lambda outcome: isinstance(outcome, NotAllowed))
    assert str(lost) == told[won.action]
    assert (report.events.count(), report.events.last()) == (before + 1, won)
    after = Report.objects.get(pk=report.pk)
    assert (after.status, after.on_paper) == {
        "accept": ("accepted", False),
        "return": ("returned", False),
        "reopen": ("returned", False),
        "exempt": ("exempt", False),
        "register": ("draft", True),
    }[won.action]


@pytest.mark.parametrize("single", ["return", "accept"])
def test_accepting_many_beside_a_single_decision(ready, cast, report_of, single):
    """The report that both decide on goes one way only; the other one of the many is accepted all the same."""
    report = lying(ready, "submitted", cast)
    fill(report_of("so-y-te"))
    move(report_of("so-y-te"), "submit", by=cast.yen)
    read = list(report.period.reports.filter(status="submitted").order_by("position"))
    many, alone = together(
        lambda: accept_many(read, by=cast.huyen),
        lambda: move(report, single, by=cast.tu, note="Của Tú.", version=1, shown="submitted"),
    )
    accepted, refused = many
    found = ({r.body.code for r in accepted}, {r.body.code: said for r, said in refused})
    if isinstance(alone, NotAllowed):
        assert found == ({"so-y-te", "na-hang"}, {})
        assert str(alone) == {"return": FULL, "accept": DONE}[single]
    else:
        assert found == ({"so-y-te"}, {"na-hang": {"return": BACK, "accept": DONE}[single]})
    decided = report.events.exclude(action="submit").get()
    by_many = isinstance(alone, NotAllowed)
    assert (decided.action, decided.by) == (("accept", cast.huyen) if by_many else (single, cast.tu))
    assert Report.objects.get(pk=report.pk).status == {"accept": "accepted", "return": "returned"}[decided.action]


def test_two_who_accept_many_at_once(ready, cast, report_of):
    """No report is accepted twice, none is forgotten; each is told of what the other one did."""
    lying(ready, "submitted", cast)
    fill(report_of("so-y-te"))
    move(report_of("so-y-te"), "submit", by=cast.yen)
    read = list(ready.period.reports.filter(status="submitted").order_by("position"))
    outcomes = together(
        lambda: accept_many(read, by=cast.huyen),
        lambda: accept_many(list(reversed(read)), by=cast.tu),
    )
    accepted = sorted(report.body.code for done, _refused in outcomes for report in done)
    refused = sorted((report.body.code, said) for _done, left in outcomes for report, said in left)
    assert accepted == ["na-hang", "so-y-te"]
    assert refused == [("na-hang", DONE), ("so-y-te", DONE)]
    assert Event.objects.filter(action="accept").count() == 2


def test_the_page_of_a_decision_that_came_second(ready, cast):
    """With what was read sent along, the sentence is the same for whoever is second."""
    report = lying(ready, "submitted", cast)
    read = {"version": 1, "shown": "submitted", "note": "Sửa."}
    outcomes = together(
        lambda: move(report, "return", by=cast.huyen, **read),
        lambda: move(report, "return", by=cast.tu, **read),
    )
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, NotAllowed)]
    assert str(refusal) == BACK


def test_taking_back_while_an_officer_decides(ready, cast):
    move(ready, "submit", by=cast.ky)
    outcomes = together(
        lambda: move(ready, "recall", by=cast.lan),
        lambda: move(ready, "return", by=cast.huyen, remarks=[Remark(6, "", "Sửa.")]),
        lambda: move(ready, "recall", by=cast.ky),
    )
    assert kinds(outcomes) == ["Event", "NotAllowed", "NotAllowed"]
    assert ready.events.exclude(action="submit").count() == 1


def test_taking_back_while_an_officer_opens(ready, cast):
    """Either it was opened first and stays, or it was taken back first and is not marked as opened."""
    move(ready, "submit", by=cast.ky)
    sent = Report.objects.get(pk=ready.pk)
    recalled, _opened = together(lambda: move(ready, "recall", by=cast.lan), lambda: note_opened(sent, cast.huyen))
    report = Report.objects.get(pk=ready.pk)
    stays = isinstance(recalled, NotAllowed)
    assert (report.status, report.opened_at is not None) == (("submitted", True) if stays else ("draft", False))


def test_a_save_beside_a_sending_is_in_the_sending_or_refused(ready, cast):
    """What was sent is what is stored: a figure saved at that moment is in both or in neither."""
    cell = Cell("T7.01")
    saved, sent = together(
        lambda: save(ready, 7, [Change("T7.01", "0", "9")], by=cast.lan),
        lambda: move(ready, "submit", by=cast.ky),
    )
    assert isinstance(sent, Event)
    stored = answers_of(ready)[cell].value
    assert sent.content["figures"]["T7.01"]["value"] == str(stored)
    assert stored == (0 if isinstance(saved, NotWritable) else 9)


# --- typing at the same moment ------------------------------------------------------------


def test_eight_people_in_eight_fields_of_an_empty_part(transactional_db, report, crowd):
    """Nobody has typed there yet: the row of the part is made once, and every field is found afterwards."""
    codes = [i.code for i in report.indicators() if i.task_number == 3 and not i.computed][:8]
    outcomes = together(
        *(
            lambda who=who, code=code, n=n: save(report, 3, [Change(code, "", str(n))], by=who)
            for n, (who, code) in enumerate(zip(crowd, codes, strict=True))
        )
    )
    assert kinds(outcomes) == ["Saved"] * 8
    assert {cell.code: int(answer.value) for cell, answer in answers_of(report).items()} == {
        code: n for n, code in enumerate(codes)
    }
    assert sorted(saved.number for saved in outcomes) == list(range(1, 9))
    assert TaskResult.objects.get(report=report).saves == 8
    assert sorted(Edit.objects.values_list("save_number", flat=True)) == list(range(1, 9))


@pytest.mark.parametrize(("part", "name"), [(3, "T3.03"), (3, "results"), (None, "direction")])
def test_eight_people_in_one_field(transactional_db, report, crowd, part, name):
    """One is stored; the seven others get both versions, and what is shown as stored is what is stored."""
    texts = [str(n + 10) for n in range(8)]
    outcomes = together(
        *(
            lambda who=who, text=text: save(report, part, [Change(name, "", text)], by=who)
            for who, text in zip(crowd, texts, strict=True)
        )
    )
    assert kinds(outcomes) == ["Saved"] * 8
    won = [text for text, saved in zip(texts, outcomes, strict=True) if not saved.conflicts]
    lost = [(c.mine, c.theirs) for saved in outcomes for c in saved.conflicts]
    assert len(won) == 1
    assert sorted(lost) == sorted((text, won[0]) for text in texts if text != won[0])
    assert Edit.objects.values_list("after").get() == (won[0],)
    if part is None:
        assert Overview.objects.get().text == won[0]


def test_two_pages_of_one_part_posted_at_once(transactional_db, report, cast):
    """Two without JavaScript, each with the whole page: different fields are both kept."""
    page = dict.fromkeys(("T6.05", "T6.06", "T6.07", "results", "difficulties"), "")
    one, two = together(
        lambda: save_page(report, 6, page | {"T6.05": "5", "results": "Lan viết"}, by=cast.lan, seen=0),
        lambda: save_page(report, 6, page | {"T6.06": "6", "difficulties": "Kỳ viết"}, by=cast.ky, seen=0),
    )
    assert (one.conflicts, two.conflicts) == ((), ())
    assert {cell.code: int(answer.value) for cell, answer in answers_of(report).items()} == {"T6.05": 5, "T6.06": 6}
    result = TaskResult.objects.get(report=report)
    assert (result.results, result.difficulties, result.saves) == ("Lan viết", "Kỳ viết", 2)


def test_a_save_beside_a_handing_over(ready, cast):
    saved, handed = together(
        lambda: save(ready, 7, [Change("T7.01", "0", "x")], by=cast.lan),
        lambda: move(ready, "hand", by=cast.lan),
    )
    report = Report.objects.get(pk=ready.pk)
    if isinstance(saved, Saved):  # typed first: what is wrong must not reach the signatory's desk
        assert (isinstance(handed, NotAllowed), report.with_signatory) == (True, False)
    else:
        assert (report.with_signatory, answers_of(report)[Cell("T7.01")].value) == (True, 0)


def test_many_signs_of_life_at_once(transactional_db, report, crowd):
    together(
        *(
            lambda who=who, part=part: Presence.objects.note(report, part, who)
            for who in crowd[:4]
            for part in (3, None)
        )
    )
    assert Presence.objects.count() == 4
