"""What of a sending needs an officer's eyes: counted when it is sent, or afterwards from the journal."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from reports.answers import Answer, Cell
from reports.models import Event, Explanation, Overview, Period, Screening, TaskResult, answers_of, write_answers
from reports.reviewing import screen_missing, unscreened, waiting
from reports.screening import MOST, WEIGHTS, screen, texts_in
from reports.sheets import content_of, sheet_of
from reports.workflow import Remark, move
from tests.factories import accept, fill, send

NOTHING = dict.fromkeys(WEIGHTS, 0) | {"unexplained_jumps": 0, "changes": None, "weight": 0}
A_CHILD = "Cháu Nguyễn Văn An, sinh ngày 12/3/2010, ở thôn Bản Lằn."
SPENT_MORE = {"T2.05": 10, "T2.06": 20}  # rule R11, a warning
HANDLED_MORE = {"T7.03": 1, "T7.04": 2}  # rule R49, a warning


def screening_of(report, version=1):
    found = Screening.objects.values(*NOTHING).get(event__report=report, event__version=version)
    return {name: number for name, number in found.items() if number != NOTHING[name]}


def explain(report, code, text="Có số chuyển từ năm trước."):
    Explanation.objects.create(report=report, rule_code=code, text=text)


@pytest.fixture
def after_last_year(obligation, cast, period, report):
    """The 2020 report of a body whose year 2019 was accepted."""
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1)).reports.get(body__code="na-hang")
    accept(before, cast.lan, cast.huyen, figures={"T6.01": 100, "T6.04": 100})
    return report


def test_a_report_without_anything_to_see_weighs_nothing(report, cast):
    send(report, cast.lan)
    assert screening_of(report) == {}


@pytest.mark.parametrize(
    ("figures", "explained", "found"),
    [
        (SPENT_MORE, (), {"warnings": 1, "unexplained": 1, "weight": 13}),
        (SPENT_MORE, ("R11",), {"warnings": 1, "weight": 3}),
        (SPENT_MORE | HANDLED_MORE, ("R49",), {"warnings": 2, "unexplained": 1, "weight": 16}),
        (SPENT_MORE | HANDLED_MORE, ("R11", "R49"), {"warnings": 2, "weight": 6}),
        ({}, ("R11",), {}),  # what was explained and is mended since
    ],
)
def test_broken_rules(report, cast, figures, explained, found):
    for code in explained:
        explain(report, code)
    send(report, cast.lan, figures=figures)
    assert screening_of(report) == found


@pytest.mark.parametrize(
    ("figures", "explained", "found"),
    [
        ({"T6.01": 101, "T6.04": 99}, (), {}),
        ({"T6.01": 200, "T6.04": 100}, (), {"jumps": 1, "unexplained": 1, "unexplained_jumps": 1, "weight": 12}),
        ({"T6.01": 200, "T6.04": 100}, ("jump-T6.01",), {"jumps": 1, "weight": 2}),
        (
            {"T6.01": 200, "T6.04": 2} | HANDLED_MORE,
            ("jump-T6.04",),
            {"warnings": 1, "jumps": 2, "unexplained": 2, "unexplained_jumps": 1, "weight": 27},
        ),
    ],
)
def test_jumps_against_last_year(after_last_year, cast, figures, explained, found):
    for code in explained:
        explain(after_last_year, code)
    send(after_last_year, cast.lan, figures=figures)
    assert screening_of(after_last_year) == found


def test_an_explanation_of_blanks_explains_nothing(report, cast):
    explain(report, "R11", "  \n ")
    send(report, cast.lan, figures=SPENT_MORE)
    assert screening_of(report) == {"warnings": 1, "unexplained": 1, "weight": 13}


def test_figures_left_out(report, cast):
    send(report, cast.lan, left_out=["T6.16", "T6.24"])
    assert screening_of(report) == {"gaps": 2, "weight": 4}


def test_what_a_declined_task_would_have_asked_is_no_gap(report, cast):
    send(report, cast.lan, declined=(5,))
    assert screening_of(report) == {}


def test_estimates_are_counted_by_row(report, cast):
    """A mark stands for the total and its of-which, wherever an old workbook has put it."""
    fill(report, {"T6.17": 5, "T6.17:girls": 2, "T6.01": 3}, by=cast.lan)
    marked = {Cell("T6.17"): 5, Cell("T6.17", "girls"): 2, Cell("T6.01"): 3}
    write_answers(report, {cell: Answer(value, estimate=True) for cell, value in marked.items()})
    move(report, "submit", by=cast.ky)
    assert screening_of(report) == {"estimates": 2, "weight": 2}


@pytest.mark.parametrize("place", ["results", "overview", "explanation", "detail", "not_ours_reason"])
def test_what_seems_to_name_a_child_is_found_wherever_it_is_written(report, cast, place):
    fill(report, by=cast.lan, declined=(5,) if place == "not_ours_reason" else ())
    if place in ("results", "not_ours_reason"):
        TaskResult.objects.filter(report=report, number=5 if place != "results" else 6).update(**{place: A_CHILD})
    elif place == "overview":
        Overview.objects.filter(report=report, part="direction").update(text=A_CHILD)
    elif place == "explanation":
        explain(report, "R11", A_CHILD)
    else:
        write_answers(report, {Cell("T6.06"): Answer(answers_of(report)[Cell("T6.06")].value, detail=A_CHILD)})
    move(report, "submit", by=cast.ky)
    found = screening_of(report)
    assert set(found) == {"private", "weight"}
    assert found["weight"] == 10 * found["private"] > 0


def test_more_than_the_database_takes_is_cut(report, cast):
    """A pasted list of a hundred thousand names must not stop the sending."""
    fill(report, by=cast.lan)
    content = content_of(report, answers_of(report))
    found = screen(sheet_of(report), content, 10**6)
    assert (found["changes"], found["weight"]) == (MOST, MOST)


def test_every_text_of_a_sending_is_read(report, cast):
    fill(report, by=cast.lan, declined=(5,))
    explain(report, "R11", "Giải trình.")
    texts = list(texts_in(content_of(report, answers_of(report))))
    wanted = [f"Kết quả nhiệm vụ {n} của {report.short_name}." for n in (0, 1, 2, 3, 4, 6, 7)]
    wanted += ["Không được giao nhiệm vụ này.", "Giải trình."]
    wanted += [f"Phần {part}." for part in ("direction", "assessment", "next_year", "proposals")]
    assert sorted(texts) == sorted(wanted)


# --- what changed -------------------------------------------------------------------------------


def send_again(report, cast, *, by="ky", **figures):
    answers = {Cell.parse(code.replace("_", ".")): Answer(value) for code, value in figures.items()}
    write_answers(report, answers)
    move(report, "submit", by=getattr(cast, by))


def test_changes_since_the_sending_before(report, cast):
    send(report, cast.lan)
    move(report, "return", by=cast.huyen, remarks=[Remark(6, "T6.01", "Xem lại.")])
    send_again(report, cast, T6_01=3, T6_04=2)
    move(report, "return", by=cast.huyen, note="Xem lại nữa.")
    send_again(report, cast)
    assert screening_of(report, 2) == {"changes": 2, "weight": 2}
    assert screening_of(report, 3) == {"changes": 0}


def test_a_sending_that_was_taken_back_is_no_version_that_anybody_had(report, cast):
    send(report, cast.lan)
    move(report, "recall", by=cast.ky)
    send_again(report, cast, T6_01=3)
    assert screening_of(report, 2) == {}  # again the first
    move(report, "return", by=cast.huyen, note="Sửa.")
    send_again(report, cast, T6_01=4, T6_04=1)
    move(report, "recall", by=cast.ky)
    send_again(report, cast, T6_01=5, T6_04=0)
    assert screening_of(report, 4) == {"changes": 1, "weight": 1}


# --- afterwards, from the journal ---------------------------------------------------------------


def forget(**which):
    """As before this release: sendings without a screening."""
    QuerySet(Screening).filter(**which).delete()


@pytest.fixture
def sendings(after_last_year, cast, report_of):
    """Three reports with something of everything, one of them sent three times."""
    report = after_last_year
    explain(report, "jump-T6.01", A_CHILD)
    send(report, cast.lan, figures={"T6.01": 300, "T6.04": 1} | SPENT_MORE, left_out=["T6.16"])
    move(report, "return", by=cast.huyen, note="Sửa.")
    send_again(report, cast, T6_04=2)
    move(report, "recall", by=cast.ky)
    send_again(report, cast, T6_04=3, T6_16=1)
    send(report_of("chiem-hoa"), cast.minh, declined=(5,))
    send(report_of("so-y-te"), cast.yen, figures=HANDLED_MORE)
    return dict(everything())


def everything():
    return [((row.pop("event"), row.pop("event__report")), row) for row in Screening.objects.values(*FIELDS)]


FIELDS = ("event", "event__report", *NOTHING)


def test_screening_from_the_journal_gives_what_the_sending_gave(sendings):
    forget()
    assert unscreened().count() == len(sendings) == 6
    assert screen_missing(unscreened()) == 6
    assert dict(everything()) == sendings
    assert unscreened().count() == 0


def test_what_was_typed_since_does_not_matter(sendings, report, cast):
    move(report, "return", by=cast.huyen, note="Sửa.")
    fill(report, {"T7.03": 7, "T7.04": 700, "T6.01": 9999}, by=cast.lan)
    forget(event__report=report)
    screen_missing(unscreened())
    assert dict(everything()) == sendings


def test_screening_twice_or_at_once_leaves_one_for_each(sendings):
    stale = Event.objects.sendings().order_by("pk")  # a colleague's command was quicker
    assert screen_missing(stale) == 6
    assert dict(everything()) == sendings


def test_a_few_at_a_time(sendings, monkeypatch):
    monkeypatch.setattr("reports.reviewing.AT_ONCE", 2)
    forget()
    assert [screen_missing(unscreened(), 4), screen_missing(unscreened(), 4), screen_missing(unscreened(), 4)] == [
        4,
        2,
        0,
    ]
    assert dict(everything()) == sendings


def test_the_command_does_what_is_missing_and_nothing_twice(sendings, capsys):
    forget(event__version__gt=1)
    call_command("screen_sendings")
    call_command("screen_sendings")
    assert capsys.readouterr().out == "Đã rà soát 2 bản gửi.\nĐã rà soát 0 bản gửi.\n"
    assert dict(everything()) == sendings


def test_of_a_period_only_what_waits(sendings, period, report, cast):
    forget()
    waits = {event.pk for event in unscreened(period)}
    assert waits == {pk for pk, owner in sendings if owner in waiting(period).values_list("pk", flat=True)} - {
        event.pk for event in report.events.sendings().filter(version__lt=3)
    }
    assert len(waits) == 3
    move(report, "return", by=cast.huyen, note="Sửa.")
    assert unscreened(period).count() == 2
