"""Figures beside last year's and beside comparable bodies: whose are read, on which scale, at what cost."""

import datetime as dt
from decimal import Decimal
from math import log1p

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.answers import Answer, Cell
from reports.choices import Action, Status
from reports.comparing import Beside, beside
from reports.models import Figure, Period, Report, answers_of, write_answers
from reports.workflow import accept_many, move
from tests.conftest import at
from tests.factories import accept, fill, send

NONE = Beside()
BIRTHS = {"T0.02": 900, "T0.01": 300, "T0.03": 250, "T0.04": 200, "T1.04": 150}


@pytest.fixture
def districts(period):
    found = {r.body.code: r for r in period.reports.filter(group="district").select_related("period", "body")}
    assert len(found) == 7
    return found


def bring(report, status=Status.SUBMITTED, **figures):
    """The report of a body as it stands with the province, without the people who would have sent it."""
    fill(report, {code.replace("_", "."): value for code, value in figures.items()})
    report.refresh_from_db()
    Report.objects.filter(pk=report.pk).update(
        status=status, version=report.version + 1, submitted_at=timezone.now(), first_submitted_at=timezone.now()
    )
    report.refresh_from_db()


def compared(report, code, previous=None):
    return beside(report, answers_of(report), previous)[code]


def six_others(districts, code, values):
    own, *others = districts.values()
    for other, value in zip(others, values, strict=True):
        bring(other, **{code: value})
    return own


# --- medians ------------------------------------------------------------------------------------


def test_the_median_of_the_others_and_how_many_they_are(districts):
    own = six_others(districts, "T6_06", [1, 2, 4, 8, 16, 32])
    bring(own, T6_06=1000)
    found = compared(own, "T6.06")
    assert (found.median, found.bodies) == (Decimal(6), 6)


@pytest.mark.parametrize(
    ("values", "median", "bodies"),
    [
        ([3, 3, 3, 3, 3, 3], Decimal(3), 6),
        ([0, 0, 0, 1, 2, 3], Decimal("0.5"), 6),
        ([None, None, None, None, None, 7], Decimal(7), 1),  # "không phát sinh" is no figure
        ([None] * 6, None, 0),
        (["0.001", "0.002", "1234.567", "2000.5", 3000, 4000], Decimal("1617.5335"), 6),
    ],
)
def test_medians_are_exact_and_nothing_is_no_figure(districts, values, median, bodies):
    own = six_others(districts, "T2_05", values)
    found = compared(own, "T2.05")
    assert (found.median, found.bodies) == (median, bodies)


def test_what_was_left_out_takes_part_in_nothing(districts):
    own, first, second, *_ = districts.values()
    bring(first, T6_16=5)
    fill(second, left_out=["T6.16"])
    Figure.objects.filter(report=second, indicator__code="T6.16").delete()
    Report.objects.filter(pk=second.pk).update(status=Status.SUBMITTED, version=1, submitted_at=timezone.now())
    assert (compared(own, "T6.16").median, compared(own, "T6.16").bodies) == (Decimal(5), 1)


@pytest.mark.parametrize(
    ("status", "read"),
    [
        (Status.DRAFT, False),
        (Status.SUBMITTED, True),
        (Status.RETURNED, False),
        (Status.ACCEPTED, True),
        (Status.EXEMPT, False),
    ],
)
def test_only_what_is_with_the_province_is_read(districts, status, read):
    own, other, *_ = districts.values()
    bring(other, status, T6_06=77)
    assert compared(own, "T6.06") == (Beside(median=Decimal(77), bodies=1) if read else NONE)


def test_every_step_of_another_report_is_followed(districts, cast):
    """Sent, returned and typed anew, sent again, accepted, reopened: a draft never shows through what is remembered."""
    own, other = districts["lam-binh"], districts["na-hang"]
    seen = lambda: compared(own, "T6.06").median  # noqa: E731
    fill(other, {"T6.06": 5, "T6.07": 5, "T3.14": 5, "T3.03": 5, "T0.01": 9, "T0.02": 9}, by=cast.lan)
    assert seen() is None
    move(other, Action.SUBMIT, by=cast.ky)
    assert seen() == 5
    move(other, Action.RETURN, by=cast.huyen, note="Xem lại.")
    assert seen() is None
    fill(other, {"T6.06": 8, "T6.07": 8, "T3.14": 8, "T3.03": 8, "T0.01": 9, "T0.02": 9}, by=cast.lan)
    assert seen() is None
    move(other, Action.SUBMIT, by=cast.ky)
    assert seen() == 8
    move(other, Action.RECALL, by=cast.ky)
    assert seen() is None
    move(other, Action.SUBMIT, by=cast.ky)
    other.refresh_from_db()
    accept_many([other], by=cast.huyen)
    assert seen() == 8
    move(other, Action.REOPEN, by=cast.huyen, note="Số mới.")
    assert seen() is None


def test_a_report_returned_between_two_questions_is_not_read_half_typed(districts, monkeypatch):
    from reports.comparing import Peers

    own, other, *_ = districts.values()
    bring(other, T6_06=5)
    read = Peers._read

    def returned_meanwhile(self, new, numbers):
        Report.objects.filter(pk=other.pk).update(status=Status.RETURNED)
        Figure.objects.filter(report=other, indicator__code="T6.06", option="total").update(value=Decimal(99))
        return read(self, new, numbers)

    monkeypatch.setattr(Peers, "_read", returned_meanwhile)
    assert compared(own, "T6.06") == NONE
    monkeypatch.undo()
    assert compared(own, "T6.06") == NONE


def test_only_the_same_group_of_the_same_period(districts, period, obligation, report_of):
    own, other, *_ = districts.values()
    bring(report_of("so-y-te"), T6_01=50)
    elsewhere = Period.objects.open(obligation, 2019).reports.get(body=other.body)
    bring(elsewhere, T6_01=60)
    assert compared(own, "T6.01") == NONE
    assert compared(elsewhere, "T6.01") == NONE
    bring(other, T6_01=70)
    assert compared(own, "T6.01") == Beside(median=Decimal(70), bodies=1)


# --- scores -------------------------------------------------------------------------------------


def test_a_count_goes_by_its_logarithm(districts):
    own = six_others(districts, "T6_01", [9, 9, 99, 99, 999, 999])
    bring(own, T6_01=99_999)
    middle, spread = log1p(99), (0 + log1p(99) - log1p(9)) / 1
    score = Decimal(f"{0.6745 * (log1p(99_999) - middle) / spread:.2f}")
    assert compared(own, "T6.01") == Beside(median=Decimal(99), bodies=6, score=score, outlier=False)
    assert score == Decimal("2.02")


def test_one_zero_too_many_is_an_outlier_among_small_and_among_large_bodies(districts):
    for usual in ([4, 5, 5, 6, 6, 7], [4000, 5000, 5000, 6000, 6000, 7000]):
        own = six_others(districts, "T6_01", usual)
        bring(own, T6_01=usual[2] * 10)
        assert compared(own, "T6.01").outlier
        bring(own, T6_01=usual[2])
        assert not compared(own, "T6.01").outlier


def test_a_count_with_a_rate_goes_by_the_rate(districts):
    """Ten times as many children, of whom as many are registered as elsewhere: large, not odd; half of them: odd."""
    own, *others = districts.values()
    for other, registered in zip(others, [95, 96, 97, 98, 97, 96], strict=True):
        bring(other, T0_04=100, T1_04=registered)
    bring(own, T0_04=1000, T1_04=965)
    count, rate = compared(own, "T1.04"), compared(own, "T1.05")
    # rates 95 96 96 97 97 98: median 96.5, distances 1.5 .5 .5 .5 .5 1.5
    assert (count.median, count.bodies, count.score, count.outlier, count.per) == (
        Decimal("96.5"),
        6,
        Decimal("0.00"),
        False,
        "T0.04",
    )
    assert (rate.median, rate.score, rate.outlier, rate.per) == (Decimal("96.5"), Decimal("0.00"), False, "T0.04")
    bring(own, T0_04=1000, T1_04=500)
    count, rate = compared(own, "T1.04"), compared(own, "T1.05")
    assert (count.score, count.outlier) == (rate.score, rate.outlier) == (Decimal(f"{0.6745 * -46.5 / 0.5:.2f}"), True)


CHILDREN = [1000, 2000, 3000, 4000, 5000, 6000]


def of_their_size(districts, code, values, own_children=20_000):
    """Bodies of many sizes: (figure, children) each; the figure of the first body is still to be brought."""
    own, *others = districts.values()
    for other, value, children in zip(others, values, CHILDREN, strict=True):
        bring(other, T0_01=children, **{code: value})
    return own, own_children


@pytest.mark.parametrize(("figure", "outlier"), [(2020, False), (20_200, True), (200, True), (0, True)])
def test_what_grows_with_a_body_is_compared_per_child(districts, figure, outlier):
    """One in ten children everywhere: two thousand are usual for the largest body, and two hundred are not."""
    own, children = of_their_size(districts, "T6_17", [101, 199, 301, 399, 505, 595])
    bring(own, T0_01=children, T6_17=figure)
    found = compared(own, "T6.17")
    assert (found.median, found.bodies, found.outlier, found.per) == (Decimal(350), 6, outlier, "T0.01")


@pytest.mark.parametrize(("figure", "outlier"), [(10, False), (100, True), (67, True)])
def test_what_does_not_grow_with_a_body_is_compared_as_it_is(districts, figure, outlier):
    """Ten documents everywhere: per child the largest body would have next to none."""
    own, children = of_their_size(districts, "T6_01", [9, 10, 11, 10, 9, 11])
    bring(own, T0_01=children, T6_01=figure)
    found = compared(own, "T6.01")
    assert (found.median, found.outlier, found.per) == (Decimal(10), outlier, "")


@pytest.mark.parametrize("children", [0, None])
def test_a_body_of_unknown_size_is_compared_as_it_is(districts, children):
    own, _children = of_their_size(districts, "T6_17", [101, 199, 301, 399, 505, 595])
    bring(own, T0_01=children, T6_17=350)
    found = compared(own, "T6.17")
    assert (found.per, found.score, found.outlier) == ("", Decimal("0.01"), False)


def test_how_large_a_body_is_is_never_odd(districts):
    own, children = of_their_size(districts, "T0_02", [4001, 8002, 12_003, 16_001, 20_002, 24_003])
    bring(own, T0_01=children, T0_02=80_000)
    assert compared(own, "T0.01") == Beside(median=Decimal(3500), bodies=6)
    assert (compared(own, "T0.02").outlier, compared(own, "T0.02").per) == (False, "T0.01")
    bring(own, T0_01=children, T0_02=800_000)
    assert compared(own, "T0.02").outlier


@pytest.mark.parametrize(
    ("others", "figure", "far", "outlier"),
    [
        ([1000, 1001, 1001, 1002, 1002, 1003], 1050, True, False),  # not a tenth apart
        ([1000, 1001, 1001, 1002, 1002, 1003], 1150, True, True),
        ([0, 0, 0, 0, 0, 1], 4, True, False),  # fewer than the catalogue's least of a jump, 5
        ([0, 0, 0, 0, 0, 1], 5, True, True),
    ],
)
def test_small_differences_are_no_outliers(districts, others, figure, far, outlier):
    own = six_others(districts, "T6_01", others)
    bring(own, T6_01=figure)
    found = compared(own, "T6.01")
    assert (abs(found.score) > Decimal("3.5"), found.outlier) == (far, outlier)


@pytest.mark.parametrize("own_denominator", [0, None])
def test_without_its_rate_a_count_goes_by_its_size(districts, own_denominator):
    own, *others = districts.values()
    for other, registered in zip(others, [95, 96, 97, 98, 97, 96], strict=True):
        bring(other, T0_04=100, T1_04=registered)
    bring(own, T0_04=own_denominator, T1_04=96)
    found, rate = compared(own, "T1.04"), compared(own, "T1.05")
    assert (found.per, found.score is not None, found.outlier) == ("", True, False)
    assert (rate.score, rate.per, rate.bodies) == (None, "", 6)


@pytest.mark.parametrize(
    ("own_figure", "others", "scored"),
    [
        (5, [1, 2, 3, 4, 5, None], True),
        (5, [1, 2, 3, 4, None, None], False),  # four are too few
        (5, [3, 3, 3, 3, 3, 3], False),  # all alike
        (None, [1, 2, 3, 4, 5, 6], False),  # nothing arose: no figure to measure
    ],
)
def test_when_there_is_a_score(districts, own_figure, others, scored):
    own = six_others(districts, "T6_01", others)
    bring(own, T6_01=own_figure)
    found = compared(own, "T6.01")
    assert (found.score is not None, found.bodies) == (scored, len([other for other in others if other is not None]))


def test_an_answer_of_yes_or_no_has_no_size(districts):
    own = six_others(districts, "T2_01", [0, 0, 0, 0, 0, 0])
    assert compared(own, "T2.01") == NONE


def test_a_cell_that_the_sending_leaves_empty_has_a_median_and_no_score(districts):
    own = six_others(districts, "T6_01", [1, 2, 3, 4, 5, 6])
    assert beside(own, {})["T6.01"] == Beside(median=Decimal("3.5"), bodies=6)


def test_what_is_read_is_the_sending_and_not_the_draft(districts):
    """The page of a returned report hands over its sending; the figures typed since are nobody's business."""
    own = six_others(districts, "T6_01", [1, 2, 3, 4, 5, 6])
    bring(own, Status.RETURNED, T6_01=4_000_000)
    found = beside(own, {Cell("T6.01"): Answer(Decimal(3))})["T6.01"]
    assert (found.median, found.bodies, found.outlier) == (Decimal("3.5"), 6, False)


def test_each_indicator_of_the_form_has_its_line(districts, report_of):
    for report in (districts["na-hang"], report_of("so-y-te"), report_of("so-ldtbxh")):
        assert set(beside(report, {})) == {indicator.code for indicator in report.indicators()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=6, max_size=6), st.randoms())
def test_it_does_not_matter_which_body_has_which_figure(districts, values, random):
    own, *others = districts.values()
    results = []
    for figures in (values, random.sample(values, 6)):
        for other, value in zip(others, figures, strict=True):
            write_answers(other, {Cell("T6.01"): Answer(None if value is None else Decimal(value), value is None)})
            Report.objects.filter(pk=other.pk).update(status=Status.SUBMITTED, submitted_at=timezone.now())
        results.append(beside(own, {Cell("T6.01"): Answer(Decimal(50))})["T6.01"])
    assert results[0] == results[1]


# --- last year ----------------------------------------------------------------------------------


@pytest.fixture
def last_year(obligation, cast, period):
    return Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1)).reports.get(body__code="na-hang")


def test_last_years_answer_of_the_same_body(last_year, report, cast):
    accept(last_year, cast.lan, cast.huyen, figures={"T6.01": 7, "T6.16": None, **BIRTHS})
    bring(report, T6_01=9)
    found = beside(report, answers_of(report))
    assert found["T6.01"] == Beside(previous=Answer(Decimal(7)))
    assert found["T6.16"] == Beside(previous=Answer(nothing=True))
    assert found["T1.05"] == Beside(previous=Answer(Decimal(75)))
    assert beside(report, answers_of(report), previous={})["T6.01"] == NONE


def test_last_years_answer_counts_only_once_accepted(last_year, report, cast):
    send(last_year, cast.lan, figures={"T6.01": 7})
    assert beside(report, {})["T6.01"] == NONE
    move(last_year, Action.ACCEPT, by=cast.huyen, at=at(2020, 1, 5))
    assert beside(report, {})["T6.01"] == Beside(previous=Answer(Decimal(7)))


# --- cost ---------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow(districts, django_assert_num_queries):
    own, first, second, third, *_ = districts.values()
    answers = answers_of(own)
    beside(own, answers)
    with django_assert_num_queries(2):  # last year, and which sendings there are
        beside(own, answers)
    bring(first, T6_01=1)
    with django_assert_num_queries(3):  # and the figures of the new one
        beside(own, answers)
    bring(first, T6_01=2)
    bring(second, T6_01=3)
    bring(third, T6_01=4)
    with django_assert_num_queries(3):
        assert beside(own, answers)["T6.01"].median == 3
    with django_assert_num_queries(1):
        beside(own, answers, previous={})


def test_many_new_sendings_are_asked_for_by_their_group(districts, monkeypatch, django_assert_num_queries):
    own = six_others(districts, "T6_01", [1, 2, 3, 4, 5, 6])
    monkeypatch.setattr("reports.comparing.FEW", 2)
    with django_assert_num_queries(3):
        assert beside(own, {})["T6.01"].median == Decimal("3.5")
