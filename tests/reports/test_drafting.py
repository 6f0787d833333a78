"""Field by field: what is typed is stored, a colleague's words are never overwritten, all is written down."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reports.answers import Answer, Cell
from reports.choices import Action
from reports.drafting import Change, NotWritable, answer_nothing, edited_since, save, save_page, take_over
from reports.earlier import earlier_report
from reports.models import Edit, Overview, Period, PrivacyWarning, Report, TaskResult, answers_of, write_answers
from reports.workflow import move
from tests.factories import fill, send

pytestmark = pytest.mark.django_db


def stored(report, number, *names):
    """What a page would show in these fields now."""
    return save(report, number, [Change(name, "", "") for name in names], by=report.body.people.first()).stored


def said(saved):
    return [(c.name, c.mine, c.theirs, c.by and c.by.username) for c in saved.conflicts]


def log(report):
    edits = Edit.objects.filter(report=report)
    return list(edits.values_list("part", "name", "save_number", "before", "after", "by__username"))


# --- one field, seen and typed --------------------------------------------------------------

FIELDS = [  # part, name, stored at first, what the person had seen, what they type, what stands then, in conflict?
    (6, "T6.05", "", "", "5", "5", False),
    (6, "T6.05", "5", "5", "7", "7", False),
    (6, "T6.05", "5", "", "7", "5", True),
    (6, "T6.05", "5", "6", "7", "5", True),
    (6, "T6.05", "5", "6", "5", "5", False),  # both typed the same
    (6, "T6.05", "5", "6", "6", "5", False),  # not touched by this person: the colleague's stays
    (6, "T6.05", "5", "5", "", "", False),
    (6, "T6.05", "5", "6", "", "5", True),
    (6, "T6.05", "1234", "1.234", "1235", "1.235", False),
    (6, "T6.05", "1234", "1 234", "1235", "1.235", False),
    (6, "T6.05", "1234", "1234", "1.234", "1.234", False),
    (6, "T6.05", "1234", "", "1 234", "1.234", False),  # the same number written otherwise is no conflict
    (6, "T6.05", "12 trẻ", "12 trẻ", "12", "12", False),
    (6, "T6.05", "12 trẻ", "", "12", "12 trẻ", True),
    (6, "T6.05", "5", "5", "12 trẻ", "12 trẻ", False),
    (6, "T6.05", "0", "", "0", "0", False),
    (6, "T6.05", "0", "0", "", "", False),
    (6, "T6.05:nothing", "", "", "on", "on", False),
    (6, "T6.05:nothing", "on", "", "on", "on", False),
    (6, "T6.05:nothing", "on", "on", "", "", False),
    (6, "T6.06:girls", "2", "", "3", "2", True),
    (2, "T2.01", "1", "1", "0", "0", False),
    (2, "T2.01", "1", "", "0", "1", True),
    (2, "T2.05", "1234,5", "1.234,50", "7", "7", False),
    (1, "results", "", "", "Đã làm.", "Đã làm.", False),
    (1, "results", "Kỳ viết", "", "Lan viết", "Kỳ viết", True),
    (1, "results", "1234", "1.234", "x", "1234", True),  # in words 1.234 is not 1234
    (1, "results", "Dòng 1\nDòng 2", "Dòng 1\r\nDòng 2 ", "Dòng 3", "Dòng 3", False),
    (1, "not_ours", "", "", "on", "on", False),
    (1, "not_ours", "on", "", "", "on", False),  # an empty box that was empty: not touched
    (1, "not_ours", "on", "on", "", "", False),
    (None, "direction", "", "", "Chỉ đạo.", "Chỉ đạo.", False),
    (None, "direction", "A", "B", "C", "A", True),
    (0, "T0.01", "100", "100", "200", "200", False),
    (3, "explain-jump-T3.03", "", "", "Có dịch.", "Có dịch.", False),
    (3, "explain-jump-T3.03", "Có dịch.", "", "Do lũ.", "Có dịch.", True),
]


@pytest.mark.parametrize(("part", "name", "first", "was", "now", "then", "clash"), FIELDS)
def test_a_field(report, cast, part, name, first, was, now, then, clash):
    save(report, part, [Change(name, "", first)], by=cast.ky)
    before = stored(report, part, name)[name]
    count = len(log(report))
    saved = save(report, part, [Change(name, was, now)], by=cast.lan)
    assert saved.stored == {name: then} == stored(report, part, name)
    assert said(saved) == ([(name, now, before, "ky")] if clash else [])
    written = log(report)[count:]
    assert written == ([] if before == then else [(part, name, saved.number, before, then, "lan")])


def test_what_is_typed_becomes_an_answer(report, cast):
    changes = {"T6.05": "0", "T6.06": "1.234", "T6.06:girls": "5", "T6.08:nothing": "on", "T6.07": "", "T6.14": "mười"}
    save(report, 6, [Change(name, "", text) for name, text in changes.items()], by=cast.lan)
    assert answers_of(report) == {
        Cell("T6.05"): Answer(Decimal(0)),
        Cell("T6.06"): Answer(Decimal(1234)),
        Cell("T6.06", "girls"): Answer(Decimal(5)),
        Cell("T6.08"): Answer(nothing=True),
    }
    assert TaskResult.objects.get(report=report, number=6).unread == {"T6.14": "mười"}


ROWS = [  # what is typed into the row one after the other, what the page shows then, the answer
    ([("T6.05:estimate", "on"), ("T6.05", "5")], {"T6.05": "5", "T6.05:estimate": "on"}, Answer(5, estimate=True)),
    ([("T6.05", "5"), ("T6.05:estimate", "on")], {"T6.05": "5", "T6.05:estimate": "on"}, Answer(5, estimate=True)),
    ([("T6.05:estimate", "on")], {"T6.05:estimate": "on"}, None),
    (
        [("T6.05:detail", "Ghi chú"), ("T6.05", "5")],
        {"T6.05": "5", "T6.05:detail": "Ghi chú"},
        Answer(5, False, "Ghi chú"),
    ),
    ([("T6.05", "5"), ("T6.05:detail", "G"), ("T6.05", "")], {"T6.05:detail": "G"}, None),
    ([("T6.05", "5"), ("T6.05:nothing", "on")], {"T6.05": "5", "T6.05:nothing": "on"}, None),
    ([("T6.05", "5"), ("T6.05:nothing", "on"), ("T6.05", "")], {"T6.05:nothing": "on"}, Answer(nothing=True)),
    ([("T6.05", "5"), ("T6.05:nothing", "on"), ("T6.05:nothing", "")], {"T6.05": "5"}, Answer(5)),
    ([("T6.05", "x"), ("T6.05:nothing", "on")], {"T6.05": "x", "T6.05:nothing": "on"}, None),
    (
        [("T6.05", "x"), ("T6.05:estimate", "on"), ("T6.05", "4")],
        {"T6.05": "4", "T6.05:estimate": "on"},
        Answer(4, estimate=True),
    ),
]


@pytest.mark.parametrize(("steps", "shown", "answer"), ROWS)
def test_a_row_cell_by_cell(report, cast, steps, shown, answer):
    """Each cell is saved as it is left: nothing typed is lost between figure, box, note and mark."""
    names = ("T6.05", "T6.05:nothing", "T6.05:detail", "T6.05:estimate")
    for name, text in steps:
        was = stored(report, 6, *names)[name]
        save(report, 6, [Change(name, was, text)], by=cast.lan)
    assert stored(report, 6, *names) == {name: shown.get(name, "") for name in names}
    assert answers_of(report).get(Cell("T6.05")) == answer
    for name in names:
        before = [(was, now) for _part, edited, _n, was, now, _by in log(report) if edited == name]
        chain = [""] + [now for _was, now in before]
        assert [was for was, _now in before] == chain[:-1]
        assert chain[-1] == shown.get(name, "")


def test_names_that_are_not_of_the_part_are_ignored(report, cast):
    names = ("T3.03", "T6.15", "T9.99", "direction", "explain-R01", "progress-1", "csrfmiddlewaretoken", "", "a" * 300)
    saved = save(report, 6, [Change(name, "", "7") for name in names] + [Change("T6.05", "", "1")], by=cast.lan)
    assert (saved.stored, answers_of(report)) == ({"T6.05": "1"}, {Cell("T6.05"): Answer(Decimal(1))})
    assert [line[1] for line in log(report)] == ["T6.05"]


def test_a_save_of_nothing_leaves_no_trace(report, cast):
    for number in (0, 6, None):
        saved = save(report, number, [], by=cast.lan)
        assert (saved.number, dict(saved.stored), saved.conflicts) == (0, {}, ())
        save_page(report, number, {"T6.05": "", "results": "", "direction": ""}, by=cast.lan, seen=0)
    report.refresh_from_db()
    assert (TaskResult.objects.count(), Overview.objects.count(), Edit.objects.count(), report.updated_at) == (
        0,
        0,
        0,
        None,
    )


@pytest.mark.parametrize("who", ["minh", "huyen", "hung", "quan"])
def test_nobody_else_writes(report, cast, who):
    with pytest.raises(NotWritable) as refusal:
        save(report, 6, [Change("T6.05", "", "1")], by=getattr(cast, who))
    assert (str(refusal.value), answers_of(report)) == ("Chỉ người của cơ quan báo cáo được sửa báo cáo.", {})


@pytest.mark.parametrize("who", ["lan", "ky"])
@pytest.mark.parametrize("action", ["hand", "submit"])
def test_nobody_writes_while_it_waits_for_the_signatory_or_is_sent(report, cast, who, action):
    fill(report)
    move(report, action, by=cast.lan if action == "hand" else cast.ky)
    before, user = answers_of(report), getattr(cast, who)
    sentence = (
        "Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại."
        if action == "hand"
        else "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được."
    )
    for attempt in (
        lambda: save(report, 6, [Change("T6.05", "0", "1")], by=user),
        lambda: save_page(report, None, {"direction": "X"}, by=user, seen=0),
        lambda: answer_nothing(report, 6, by=user),
        lambda: take_over(report, 1, "results", by=user),
    ):
        with pytest.raises(NotWritable) as refusal:
            attempt()
        assert str(refusal.value) == sentence
    assert (answers_of(report), Edit.objects.count()) == (before, 0)


# --- a whole page -------------------------------------------------------------------------


def test_a_colleagues_other_field_and_mine_are_both_kept(report, cast):
    save(report, 6, [Change("T6.05", "", "1"), Change("T6.06", "", "2")], by=cast.ky)
    seen = save(report, 6, [], by=cast.lan).number  # Lan opens the page
    save(report, 6, [Change("T6.06", "2", "20"), Change("results", "", "Kỳ viết")], by=cast.ky)
    saved = save_page(report, 6, {"T6.05": "10", "T6.06": "2", "results": ""}, by=cast.lan, seen=seen)
    assert said(saved) == []
    assert stored(report, 6, "T6.05", "T6.06", "results") == {"T6.05": "10", "T6.06": "20", "results": "Kỳ viết"}


def test_the_same_field_is_a_conflict_and_the_rest_is_stored(report, cast):
    save(report, 6, [Change("T6.06", "", "2")], by=cast.ky)
    seen = save(report, 6, [], by=cast.lan).number
    save(report, 6, [Change("T6.06", "2", "20")], by=cast.ky)
    save(report, 6, [Change("T6.06", "20", "21")], by=cast.ky)
    saved = save_page(report, 6, {"T6.05": "1", "T6.06": "3", "results": "Lan viết"}, by=cast.lan, seen=seen)
    assert said(saved) == [("T6.06", "3", "21", "ky")]
    assert stored(report, 6, "T6.05", "T6.06", "results") == {"T6.05": "1", "T6.06": "21", "results": "Lan viết"}


def test_a_field_emptied_by_a_colleague_is_not_filled_again(report, cast):
    save(report, 6, [Change("T6.06", "", "2")], by=cast.lan)
    save(report, 6, [Change("T6.06", "2", "")], by=cast.ky)
    saved = save_page(report, 6, {"T6.06": "2"}, by=cast.lan, seen=1)
    assert (said(saved), stored(report, 6, "T6.06")) == ([], {"T6.06": ""})


def test_what_was_shown_goes_before_what_the_edits_say(report, cast):
    save(report, 6, [Change("T6.06", "", "2")], by=cast.ky)
    assert said(save_page(report, 6, {"T6.06": "3"}, by=cast.lan, seen=0)) == [("T6.06", "3", "2", "ky")]
    assert said(save_page(report, 6, {"T6.06": "3"}, by=cast.lan, seen=0, shown={"T6.06": "2"})) == []
    assert stored(report, 6, "T6.06") == {"T6.06": "3"}


def test_a_page_without_a_mark_is_taken_as_new(report, cast):
    save(report, 6, [Change("T6.06", "", "2")], by=cast.ky)
    assert said(save_page(report, 6, {"T6.06": "3"}, by=cast.lan, seen=None)) == []
    assert stored(report, 6, "T6.06") == {"T6.06": "3"}


def test_half_a_page_never_wipes_the_other_half(report, cast):
    fill(report, {"T6.06": 3}, by=cast.ky)
    before = answers_of(report)
    save_page(report, 6, {"T6.05": "4"}, by=cast.lan, seen=0)
    assert answers_of(report) == before | {Cell("T6.05"): Answer(Decimal(4))}
    assert TaskResult.objects.get(report=report, number=6).results == f"Kết quả nhiệm vụ 6 của {report.short_name}."


TEXT = st.sampled_from(["", "1", "2", "1.234", "1234", "12 trẻ", "on"])
NAMES = ("T6.05", "T6.05:nothing", "T6.05:estimate", "T6.06", "T6.06:girls", "results")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate]
)
@given(st.lists(st.tuples(st.sampled_from(["lan", "ky"]), st.booleans(), st.sampled_from(NAMES), TEXT), max_size=8))
def test_nothing_is_lost_whatever_two_people_do(report, cast, steps):
    """Two pages, each knowing only what it saw. Every typed text is stored, already there, or shown as a conflict."""
    Edit.objects.filter(report=report)._raw_delete(Edit.objects.db)
    TaskResult.objects.filter(report=report).delete()
    report.figures.all().delete()
    page = {"lan": dict.fromkeys(NAMES, ""), "ky": dict.fromkeys(NAMES, "")}
    truth = dict.fromkeys(NAMES, "")
    for who, fresh, name, text in steps:
        if fresh:
            page[who] = dict(stored(report, 6, *NAMES))
        saved = save(report, 6, [Change(name, page[who][name], text)], by=getattr(cast, who))
        clashed = [c.name for c in saved.conflicts]
        now = stored(report, 6, *NAMES)
        untouched = {other: value for other, value in now.items() if other != name}
        assert untouched == {other: value for other, value in truth.items() if other != name}
        if clashed:
            assert (clashed, saved.conflicts[0].mine, now[name]) == ([name], text, truth[name])
        truth = dict(now)
    replayed = dict.fromkeys(NAMES, "")
    for _part, name, _number, before, after, _by in log(report):
        assert replayed[name] == before
        replayed[name] = after
    assert replayed == truth


# --- the log ------------------------------------------------------------------------------


def test_saves_are_counted_part_by_part(report, cast):
    numbers = [
        save(report, part, [Change(name, "", text)], by=cast.lan).number
        for part, name, text in [
            (6, "T6.05", "1"),
            (6, "T6.06", "2"),
            (6, "T6.06", "2"),
            (1, "results", "x"),
            (None, "direction", "y"),
        ]
    ]
    assert numbers == [1, 2, 2, 1, 1]
    assert log(report) == [
        (6, "T6.05", 1, "", "1", "lan"),
        (6, "T6.06", 2, "", "2", "lan"),
        (1, "results", 1, "", "x", "lan"),
        (None, "direction", 1, "", "y", "lan"),
    ]


def test_what_a_colleague_did_since(report, cast):
    save(report, 6, [Change("T6.05", "", "1"), Change("results", "", "a")], by=cast.lan)
    save(report, 6, [Change("T6.05", "1", "2")], by=cast.ky)
    save(report, 6, [Change("T6.05", "2", "3"), Change("T6.06", "", "1234")], by=cast.ky)
    assert edited_since(report, 6, 1, []) == {"T6.05": "3", "T6.06": "1.234"}
    assert edited_since(report, 6, 1, ["T6.05"]) == {"T6.06": "1.234"}
    assert edited_since(report, 6, 0, []) == {"T6.05": "3", "T6.06": "1.234", "results": "a"}
    assert [edited_since(report, 6, 3, []), edited_since(report, None, 0, []), edited_since(report, 1, 0, [])] == [
        {}
    ] * 3


SECRET = "Cháu Nguyễn Thị Bí Mật, 9 tuổi, học lớp 4A trường tiểu học Bình Minh, điện thoại 0912 345 678."


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (6, "results"),
        (6, "difficulties"),
        (6, "not_ours_reason"),
        (None, "direction"),
        (6, "T6.05:detail"),
        (3, "explain-jump-T3.03"),
    ],
)
def test_a_childs_name_is_noted_without_the_words(report, cast, part, name):
    saved = save(report, part, [Change(name, "", SECRET)], by=cast.lan)
    assert saved.stored == {name: SECRET}  # logged, not blocked
    (warning,) = PrivacyWarning.objects.all()
    assert (warning.report, warning.part, warning.name, warning.by) == (report, part, name, cast.lan)
    assert warning.kinds
    assert not {word for word in ("Bí", "Mật", "Nguyễn", "0912", "4A") if word in str(vars(warning))}


def test_counts_and_cells_are_not_noted(report, cast):
    save(report, 6, [Change("results", "", "Đã hỗ trợ 12 trẻ em."), Change("T6.05", "", SECRET)], by=cast.lan)
    assert PrivacyWarning.objects.count() == 0


# --- how many queries ---------------------------------------------------------------------


def queries(act):
    with CaptureQueriesContext(connection) as found:
        act()
    return [q["sql"].split()[0] for q in found if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


def test_a_save_costs_the_same_however_much_is_in_it(report, cast):
    codes = [i.code for i in report.indicators() if i.task_number == 3 and not i.computed]
    save(report, 3, [Change(codes[0], "", "1"), Change("results", "", "x")], by=cast.lan)
    one = queries(lambda: save(report, 3, [Change(codes[1], "", "1")], by=cast.lan))
    many = queries(lambda: save(report, 3, [Change(c, "", "2") for c in codes[2:14]], by=cast.lan))
    assert many == one
    clash = queries(lambda: save(report, 3, [Change(codes[1], "", "9")], by=cast.lan))
    clashes = queries(lambda: save(report, 3, [Change(c, "", "9") for c in codes[2:14]], by=cast.lan))
    assert clashes == clash


# --- nothing arose; last year's words -----------------------------------------------------


def test_only_empty_rows_are_ticked(report, cast):
    typed = {"T6.05": "0", "T6.06:girls": "1", "T6.07": "x", "T6.08:detail": "Ghi chú", "T6.14:estimate": "on"}
    save(
        report,
        6,
        [Change(name, "", text) for name, text in typed.items()] + [Change("T6.17:nothing", "", "on")],
        by=cast.lan,
    )
    rows = [i.code for i in report.indicators() if i.task_number == 6 and not i.computed]
    left = set(rows) - {Cell.parse(name).code for name in typed} - {"T6.17"}
    assert answer_nothing(report, 6, by=cast.ky) == len(left)
    assert {cell.code for cell, answer in answers_of(report).items() if answer.nothing} == left | {"T6.17"}
    assert stored(report, 6, *typed) == typed
    assert answer_nothing(report, 6, by=cast.ky) == 0
    assert {(name, by) for _p, name, n, _b, _a, by in log(report) if n == 2} == {
        (f"{code}:nothing", "ky") for code in left
    }


@pytest.fixture
def last_year(obligation, cast, period):
    """2019 as it was sent by the same body."""
    before = Period.objects.open(obligation, 2019).reports.select_related("period", "body").get(body__code="na-hang")
    return send(before, cast.lan, figures={"T6.05": 7})


@pytest.mark.parametrize(("part", "name"), [(1, "results"), (None, "direction")])
def test_last_years_words_are_taken_over_on_purpose_and_marked(report, cast, last_year, part, name):
    text = "Phần direction." if part is None else "Kết quả nhiệm vụ 1 của UBND huyện Na Hang."

    def marked():
        if part is None:
            return Overview.objects.filter(report=report, part=name, copied=True).exists()
        return TaskResult.objects.get(report=report, number=part).copied == [name]

    assert take_over(report, part, name, by=cast.lan) is True
    assert (stored(report, part, name), marked()) == ({name: text}, True)
    other = "difficulties" if part else "assessment"
    save(report, part, [Change(other, "", "Khác.")], by=cast.lan)
    assert marked()
    assert take_over(report, part, name, by=cast.lan) is False
    save(report, part, [Change(name, text, text + " Thêm.")], by=cast.lan)
    assert not marked()
    save(report, part, [Change(name, text + " Thêm.", "")], by=cast.lan)
    assert take_over(report, part, name, by=cast.lan) is True
    assert marked()


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (6, "T6.05"),
        (6, "T6.05:detail"),
        (6, "not_ours"),
        (1, "difficulties"),
        (1, "khong-co"),
        (0, "results"),
        (0, "T0.01"),
        (None, "results"),
    ],
)
def test_figures_are_never_copied_and_nothing_else_either(report, cast, last_year, part, name):
    assert take_over(report, part, name, by=cast.lan) is False
    assert (answers_of(report), Edit.objects.filter(report=report).count()) == ({}, 0)


def test_what_is_typed_is_never_replaced_by_last_years(report, cast, last_year):
    save(report, 1, [Change("results", "", "Của năm nay.")], by=cast.lan)
    assert take_over(report, 1, "results", by=cast.ky) is False
    assert stored(report, 1, "results") == {"results": "Của năm nay."}


def test_without_an_earlier_report_there_is_nothing_to_take(report, cast):
    assert (earlier_report(report), take_over(report, 1, "results", by=cast.lan)) == (None, False)


# --- beside a return ----------------------------------------------------------------------


def test_a_taken_back_report_is_open_again(report, cast):
    send(report, cast.lan)
    move(report, Action.RECALL, by=cast.lan)
    saved = save(report, 6, [Change("T6.17", "0", "5")], by=cast.lan)
    assert saved.stored == {"T6.17": "5"}


def test_who_wrote_last_and_when(report, cast):
    write_answers(report, {})
    saved = save(report, 6, [Change("T6.05", "", "1")], by=cast.ky)
    kept = Report.objects.get(pk=report.pk)
    result = TaskResult.objects.get(report=report, number=6)
    assert (kept.updated_by, kept.updated_at, result.updated_by, result.saves) == (cast.ky, saved.at, cast.ky, 1)
