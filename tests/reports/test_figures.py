"""The one place of a number: exact in every database, three states apart, guarded by the database itself."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.answers import Answer, Cell
from reports.models import Figure, answers_of, write_answers
from reports.models.figures import ExactDecimalField

pytestmark = pytest.mark.django_db

NOTHING = Answer(nothing=True)
ESTIMATED = Answer(Decimal(5), estimate=True)


def value(number, detail=""):
    return Answer(Decimal(number), detail=detail)


def indicator(report, code):
    return next(i for i in report.period.indicators() if i.code == code)


@pytest.mark.parametrize(
    "number",
    ["0", "1", "10", "15.000", "0.001", "0.1", "0.125", "1234.567", "999999999999", "999999999999.999"],
)
def test_a_value_comes_back_exactly(report, number):
    write_answers(report, {Cell("T2.05"): value(number)})
    back = answers_of(report)[Cell("T2.05")].value
    assert (type(back), back) == (Decimal, Decimal(number))


@pytest.mark.parametrize(
    ("stored", "shown"), [("15.000", "15"), ("10", "10"), ("100.500", "100.5"), ("0.000", "0"), ("0.010", "0.01")]
)
def test_a_value_comes_back_without_trailing_zeros_or_exponent(report, stored, shown):
    write_answers(report, {Cell("T2.05"): value(stored)})
    assert str(answers_of(report)[Cell("T2.05")].value) == shown


@pytest.mark.parametrize("number", ["0.0001", "1.2345", "0.0005"])
def test_a_fourth_decimal_is_never_rounded_away(report, number):
    with pytest.raises(ValueError, match="more than three decimal places"), transaction.atomic():
        write_answers(report, {Cell("T2.05"): value(number)})
    assert Figure.objects.count() == 0


@pytest.mark.parametrize(
    ("lookup", "number", "found"),
    [
        ("value", "1.5", 1),
        ("value", "1.501", 0),
        ("value__gte", "1.5", 1),
        ("value__lt", "1.5", 0),
        ("value__gt", 1, 1),
    ],
)
def test_searching_uses_the_same_scale(report, lookup, number, found):
    write_answers(report, {Cell("T2.05"): value("1.5")})
    assert Figure.objects.filter(**{lookup: Decimal(number)}).count() == found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 10**15 - 1), min_size=1, max_size=39))
def test_the_database_adds_exactly(report, thousandths):
    """Every district's money with three decimals: the sum is the sum, to the đồng."""
    money = [Decimal(n).scaleb(-3) for n in thousandths]
    chosen = indicator(report, "T2.05")
    reports = list(report.period.reports.all())[: len(money)]
    Figure.objects.all().delete()
    Figure.objects.bulk_create(Figure(report=r, indicator=chosen, value=m) for r, m in zip(reports, money, strict=True))
    assert Figure.objects.aggregate(total=Sum("value"))["total"] == sum(money, Decimal(0))


def test_a_sum_of_nothing_is_none(report):
    write_answers(report, {Cell("T2.05"): NOTHING})
    assert Figure.objects.aggregate(total=Sum("value")) == {"total": None}


def test_the_field_describes_itself():
    field = ExactDecimalField()
    assert [field.to_python(v) for v in (None, "1.5", Decimal("1.5"), 2)] == [
        None,
        Decimal("1.5"),
        Decimal("1.5"),
        Decimal(2),
    ]
    assert [field.get_prep_value(v) for v in (None, Decimal("1.5"), "0.001", 2)] == [None, 1500, 1, 2000]


# --- writing --------------------------------------------------------------------------------

TOTAL, GIRLS, OTHER = Cell("T6.06"), Cell("T6.06", "girls"), Cell("T2.01")

WRITES = [  # what is there, what is written, what changed, what is there then
    ({}, {TOTAL: value(5)}, {TOTAL}, {TOTAL: value(5)}),
    ({}, {TOTAL: value(0)}, {TOTAL}, {TOTAL: value(0)}),
    ({}, {TOTAL: NOTHING}, {TOTAL}, {TOTAL: NOTHING}),
    ({}, {TOTAL: None}, set(), {}),
    ({}, {}, set(), {}),
    ({TOTAL: value(5)}, {}, set(), {TOTAL: value(5)}),
    ({TOTAL: value(5)}, {TOTAL: value("5.000")}, set(), {TOTAL: value(5)}),
    ({TOTAL: value(5)}, {TOTAL: value(6)}, {TOTAL}, {TOTAL: value(6)}),
    ({TOTAL: value(5)}, {TOTAL: None}, {TOTAL}, {}),
    ({TOTAL: value(5)}, {TOTAL: NOTHING}, {TOTAL}, {TOTAL: NOTHING}),
    ({TOTAL: NOTHING}, {TOTAL: value(0)}, {TOTAL}, {TOTAL: value(0)}),
    ({TOTAL: value(0)}, {TOTAL: NOTHING}, {TOTAL}, {TOTAL: NOTHING}),
    ({TOTAL: value(5)}, {GIRLS: value(2)}, {GIRLS}, {TOTAL: value(5), GIRLS: value(2)}),
    (
        {TOTAL: value(5), GIRLS: value(2), OTHER: value(1)},
        {TOTAL: value(7), GIRLS: None, OTHER: value(1, "KH 1/2020")},
        {TOTAL, GIRLS, OTHER},
        {TOTAL: value(7), OTHER: value(1, "KH 1/2020")},
    ),
    ({OTHER: value(1, "a")}, {OTHER: value(1, "a")}, set(), {OTHER: value(1, "a")}),
    ({TOTAL: value(5)}, {TOTAL: ESTIMATED}, {TOTAL}, {TOTAL: ESTIMATED}),
    ({TOTAL: ESTIMATED}, {TOTAL: value(5)}, {TOTAL}, {TOTAL: value(5)}),
    ({TOTAL: ESTIMATED}, {TOTAL: ESTIMATED}, set(), {TOTAL: ESTIMATED}),
]


@pytest.mark.parametrize(("before", "written", "changed", "after"), WRITES)
def test_what_the_caller_has_read_is_not_read_again(report, before, written, changed, after):
    write_answers(report, before)
    with CaptureQueriesContext(connection) as queries:
        assert write_answers(report, written, before=before) == changed
    assert not [query for query in queries if query["sql"].startswith("SELECT")]
    assert answers_of(report) == after


@pytest.mark.parametrize(("before", "written", "changed", "after"), WRITES)
def test_writes_only_what_it_is_given(report, before, written, changed, after):
    write_answers(report, before)
    assert (write_answers(report, written), answers_of(report)) == (changed, after)


def test_reading_a_part_of_the_form(report):
    write_answers(report, {TOTAL: ESTIMATED, GIRLS: value(1), OTHER: value(1, "KH 1")})
    some = [indicator(report, "T6.06")]
    assert answers_of(report, only=some) == {TOTAL: ESTIMATED, GIRLS: value(1)}
    assert answers_of(report, only=[]) == {}


def test_nobody_else_s_figures_are_touched(report, report_of):
    neighbour = report_of("chiem-hoa")
    for one in (report, neighbour):
        write_answers(one, {TOTAL: value(5), GIRLS: value(1)})
    write_answers(report, {TOTAL: value(9), GIRLS: None})
    assert answers_of(neighbour) == {TOTAL: value(5), GIRLS: value(1)}


def queries_of(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"].split()[0] for query in queries]


def test_thirty_cells_cost_as_much_as_one(report):
    cells = [Cell(i.code) for i in report.indicators() if not i.computed][:30]
    answers_of(report)  # the edition's indicators are in memory from here on
    counts = {}
    for number in (1, 30):
        some = cells[:number]
        counts[number] = [
            queries_of(lambda some=some: write_answers(report, dict.fromkeys(some, value(3)))),
            queries_of(lambda some=some: write_answers(report, dict.fromkeys(some, value(4)))),
            queries_of(lambda some=some: write_answers(report, dict.fromkeys(some, value(4)))),
            queries_of(lambda some=some: write_answers(report, dict.fromkeys(some))),
        ]
    assert counts[1] == counts[30] == [["SELECT", "INSERT"], ["SELECT", "INSERT"], ["SELECT"], ["SELECT", "DELETE"]]


def test_a_whole_form_at_once(report):
    """As an uploaded form or a sending writes it: every cell of a district, then all of them taken away."""
    cells = [Cell(i.code, o) for i in report.indicators() if not i.computed for o in i.options]
    assert write_answers(report, dict.fromkeys(cells, value(1))) == set(cells)
    assert len(answers_of(report)) == len(cells) > 200
    assert write_answers(report, dict.fromkeys(cells)) == set(cells)
    assert answers_of(report) == {}


def test_a_mix_of_deleting_and_writing_is_two_statements(report):
    write_answers(report, {TOTAL: value(5), GIRLS: value(1)})
    mix = {TOTAL: value(6), GIRLS: None, OTHER: value(0)}
    assert queries_of(lambda: write_answers(report, mix)) == ["SELECT", "DELETE", "INSERT"]


# --- what the database refuses --------------------------------------------------------------


@pytest.mark.parametrize(
    "figure",
    [
        {"value": Decimal(-1)},
        {"value": Decimal("-0.001")},
        {"value": Decimal(1), "nothing": True},
        {"value": Decimal(0), "nothing": True},
        {"value": None, "nothing": False},
    ],
)
def test_the_database_refuses(report, figure):
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(report=report, indicator=indicator(report, "T6.06"), **figure)
    assert Figure.objects.count() == 0


@pytest.mark.parametrize("figure", [{"value": Decimal(0)}, {"value": Decimal(5)}, {"nothing": True}])
def test_the_database_takes(report, figure):
    Figure.objects.create(report=report, indicator=indicator(report, "T6.06"), **figure)
    assert Figure.objects.count() == 1


@pytest.mark.parametrize(("option", "stored"), [("total", 1), ("girls", 2)])
def test_a_cell_holds_one_figure(report, option, stored):
    cell = {"report": report, "indicator": indicator(report, "T6.06")}
    Figure.objects.create(**cell, value=Decimal(1))
    try:
        with transaction.atomic():
            Figure.objects.create(**cell, option=option, value=Decimal(2))
    except IntegrityError:
        pass
    totals = list(Figure.objects.filter(option="total").values_list("value", flat=True))
    assert (Figure.objects.count(), totals) == (stored, [Decimal(1)])


def test_an_update_in_the_database_keeps_the_guards(report):
    write_answers(report, {TOTAL: value(5)})
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.update(value=Decimal(-5))
    assert answers_of(report) == {TOTAL: value(5)}


@pytest.mark.parametrize(
    ("answer", "amount"), [(Answer(), 0), (NOTHING, 0), (value(0), 0), (value("1.5"), Decimal("1.5"))]
)
def test_what_an_answer_adds_to_a_sum(answer, amount):
    assert answer.amount == amount


@pytest.mark.parametrize(("text", "cell"), [("T6.06", Cell("T6.06", "total")), ("T6.06:girls", Cell("T6.06", "girls"))])
def test_the_address_of_a_cell_as_text(text, cell):
    assert (Cell.parse(text), str(cell)) == (cell, text)


def test_the_three_kinds_of_silence_are_three(report, report_of):
    """No row, a row of 0 and a row of "không phát sinh" never become one another."""
    said = {"na-hang": {TOTAL: value(0)}, "chiem-hoa": {TOTAL: NOTHING}, "ham-yen": {}}
    for body, answers in said.items():
        write_answers(report_of(body), answers)
    found = {body: answers_of(report_of(body)) for body in said}
    assert found == said
