"""Adding up, by hand in tables: who counts, what missing means, ratios of sums. No database."""

from collections import defaultdict
from decimal import Decimal

import pytest

from directives.models import Indicator, Rule
from directives.rules import parse
from reports.answers import Answer, Cell
from reports.choices import Status
from reports.consolidation import Gathered, Sum, computed_values, consolidate, provincial_findings
from reports.summary import Amount, BodyLine, Coverage, Mark, Row

MISSING, NOTHING, NOT_OURS, NOT_OWED, UNDEFINED, _HIDDEN = Mark
KPS = Answer(nothing=True)


def indicator(code, *, combine="sum", counted="district", cross="", of_which="", value_type="count", **ratio):
    return Indicator(
        code=code,
        task_number=int(code[1]),
        name_vi=code,
        unit="trẻ em",
        value_type=value_type,
        combine=combine,
        counted_from=counted,
        cross_checked_from=cross,
        of_which=of_which,
        **ratio,
    )


def ratio(code, top, bottom, *, factor=100, counted="district"):
    return indicator(
        code, combine="ratio", value_type="percent", numerator=top, denominator=bottom, factor=factor, counted=counted
    )


def body(code, group="district", *, own=False, status="accepted", declined=()):
    """A body; ``own``: named in the catalogue, so counted under its own code."""
    return BodyLine(
        code=code,
        name=f"Cơ quan {code}",
        short_name=code.upper(),
        group=group,
        counting_group=code if own else group,
        status=status,
        first_submitted_at=None,
        submitted_at=None,
        on_time=None,
        declined=frozenset(declined),
    )


def estimate(number):
    return Answer(Decimal(number), estimate=True)


def answer(what):
    return what if isinstance(what, Answer) else Answer(Decimal(str(what)))


def gathered(indicators, bodies, said, *, cells=True):
    """Plain data as the database would hand it over; what bodies said who are not accepted is left out."""
    answers = {
        b.code: {Cell.parse(cell): answer(what) for cell, what in said.get(b.code, {}).items()}
        for b in bodies
        if b.accepted
    }
    groups = {b.code: b.counting_group for b in bodies}
    found = defaultdict(list)
    for code, theirs in answers.items():
        for cell, what in theirs.items():
            found[cell.code, cell.option, groups[code]].append((code, what))
    sums = {
        key: Sum(
            sum((a.amount for _code, a in some), Decimal(0)),
            len(some),
            sum(a.value is not None for _code, a in some),
            sum(answers[code][Cell(key[0])].estimate for code, a in some),
        )
        for key, some in found.items()
    }
    typed = [i for i in indicators if not i.computed]
    partial = {
        b.code: answers[b.code]
        for b in bodies
        if b.accepted
        and (
            b.declined
            or any(i.role_of(b.group, b.counting_group) and Cell(i.code) not in answers[b.code] for i in typed)
        )
    }
    estimated = {
        code: frozenset(cell.code for cell, what in theirs.items() if what.estimate) for code, theirs in answers.items()
    }
    return Gathered(tuple(indicators), tuple(bodies), sums, partial, answers if cells else None, estimated)


def rows_of(indicators, bodies, said, **more):
    return {row.code: row for row in consolidate(gathered(indicators, bodies, said, **more))}


def brief(amount):
    """(value or mark, answered, owed)."""
    return (amount.mark if amount.value is None else amount.value, amount.answered, amount.owed)


A, B, C = body("a"), body("b"), body("c")
CHILDREN = indicator("T1.01")


def total(said, bodies=(A, B), one=CHILDREN):
    row = rows_of([one], bodies, {code: {one.code: what} for code, what in said.items()})[one.code]
    return (*brief(row.total), row.coverage.missing)


# --- three kinds of silence -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": 5, "b": 3}, (8, 2, 2, ())),
        ({"a": 0, "b": 0}, (0, 2, 2, ())),  # zero is a figure
        ({"a": 0, "b": KPS}, (0, 2, 2, ())),
        ({"a": KPS, "b": KPS}, (NOTHING, 2, 2, ())),
        ({"a": KPS, "b": 3}, (3, 2, 2, ())),
        ({"a": 0}, (0, 1, 2, ("B",))),
        ({"a": KPS}, (NOTHING, 1, 2, ("B",))),
        ({"b": 3}, (3, 1, 2, ("A",))),
        ({}, (MISSING, 0, 2, ("A", "B"))),
    ],
)
def test_missing_zero_and_nothing_arose(said, expected):
    assert total(said) == expected


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (("0.1", "0.2"), "0.3"),
        (("0.001", "999999999999.999"), "1000000000000"),
        (("1234.567", "0.433"), "1235"),
        (("33.333", "66.667"), "100"),
    ],
)
def test_money_adds_exactly(amounts, expected):
    assert total(dict(zip("ab", amounts, strict=True)))[0] == Decimal(expected)


# --- coverage -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [s for s in Status.values if s != "accepted"])
def test_what_is_not_accepted_does_not_count(status):
    assert total({"a": 5, "b": 3}, (A, body("b", status=status))) == (5, 1, 2, ("B",))


@pytest.mark.parametrize(
    ("bodies", "said", "expected"),
    [
        # an accepted body that declared the task outside its functions owes nothing here
        ((A, body("b", declined=[1])), {"a": 5}, (5, 1, 1, ())),
        # of another task: it still owes this one
        ((A, body("b", declined=[2])), {"a": 5}, (5, 1, 2, ("B",))),
        # a declaration counts once accepted, not before
        ((A, body("b", declined=[1], status="submitted")), {"a": 5}, (5, 1, 2, ("B",))),
        ((A, B, C), {"c": 1}, (1, 1, 3, ("A", "B"))),
        ((C, B, A), {}, (MISSING, 0, 3, ("C", "B", "A"))),  # protocol order, never alphabetical
    ],
)
def test_coverage(bodies, said, expected):
    assert total(said, bodies) == expected


def test_where_nobody_owes_nothing_is_missing():
    """Missing means owed and not given: 0 of 0 is something else."""
    declined = rows_of([CHILDREN], [body("a", declined=[1])], {})["T1.01"]
    nobody = rows_of([CHILDREN], [body("s", "department")], {})["T1.01"]
    assert (brief(declined.total), brief(nobody.total)) == ((NOT_OURS, 0, 0), (NOT_OWED, 0, 0))


@pytest.mark.parametrize(
    ("coverage", "complete", "short", "long"),
    [
        (Coverage(3, 3), True, "3/3 cơ quan", "3/3 cơ quan"),
        (Coverage(2, 3, ("A",)), False, "2/3 cơ quan", "2/3 cơ quan; thiếu: A"),
        (Coverage(0, 5, tuple("ABCDE")), False, "0/5 cơ quan", "0/5 cơ quan; thiếu: A, B, C, D, E"),
        (Coverage(0, 6, tuple("ABCDEF")), False, "0/6 cơ quan", "0/6 cơ quan; thiếu: A, B, C, D, E và 1 cơ quan khác"),
        (Coverage(0, 0), True, "0/0 cơ quan", "0/0 cơ quan"),
        (Coverage(2, 2, (), 1), True, "2/2 cơ quan (1 số ước)", "2/2 cơ quan (1 số ước)"),
        (Coverage(2, 3, ("A",), 2), False, "2/3 cơ quan (2 số ước)", "2/3 cơ quan (2 số ước); thiếu: A"),
    ],
)
def test_coverage_in_words(coverage, complete, short, long):
    assert (coverage.complete, coverage.short, coverage.long) == (complete, short, long)


# --- counted once ---------------------------------------------------------------------------

POLICE = body("ca", "department", own=True)
FINANCE = body("tc", "department", own=True)
HEALTH = body("yt", "department", own=True)
PLAIN = body("ttr", "department")
LEAD = body("ld", "lead", own=True)
YOUTH = body("td", "front", own=True)
FRONT = body("mt", "front")

EVERYBODY = (FRONT, YOUTH, PLAIN, FINANCE, HEALTH, POLICE, LEAD, A, B)

WHO = [  # counted, cross-checked, who is added, who is shown apart
    ("district", "", "a b", ""),
    ("district", "ca", "a b", "ca"),
    ("ca", "district", "ca", "district"),
    ("district department ld", "tc", "ttr yt ca ld a b", "tc"),  # finance is a department too and is not added
    ("district front ld", "", "mt td ld a b", ""),
    ("all", "", "mt td ttr tc yt ca ld a b", ""),
    ("all", "tc", "mt td ttr yt ca ld a b", "tc"),
    ("lead", "", "ld", ""),
    ("district td", "", "td a b", ""),
    ("yt", "all", "yt", "front td department tc ca ld district"),
    ("district", "department", "a b", "department tc yt ca"),
]


@pytest.mark.parametrize(("counted", "cross", "added", "apart"), WHO)
def test_who_is_added_and_who_only_cross_checks(counted, cross, added, apart):
    one = indicator("T1.01", counted=counted, cross=cross)
    figures = {b.code: 2**n for n, b in enumerate(EVERYBODY)}
    row = rows_of([one], EVERYBODY, {code: {"T1.01": n} for code, n in figures.items()})["T1.01"]
    expected = added.split()
    assert brief(row.total) == (sum(figures[code] for code in expected), len(expected), len(expected))
    assert [check.counting_group for check in row.cross] == apart.split()


def test_a_department_that_leads_is_no_longer_one_of_the_departments():
    one = indicator("T1.01", counted="department", cross="district ca")
    row = rows_of([one], EVERYBODY, {code: {"T1.01": 1} for code in ("ttr", "tc", "yt", "ca", "ld", "a")})["T1.01"]
    assert brief(row.total) == (3, 3, 3)
    assert [(c.label, brief(c.amount)) for c in row.cross] == [
        ("CA", (1, 1, 1)),
        ("Ủy ban nhân dân cấp huyện", (1, 1, 2)),
    ]


@pytest.mark.parametrize(
    ("police", "districts", "shown"),
    [
        (9, {"a": 5, "b": 3}, (8, (9, 1, 1))),
        (KPS, {"a": 5, "b": 3}, (8, (NOTHING, 1, 1))),
        (None, {"a": 5, "b": 3}, (8, (MISSING, 0, 1))),
        (9, {}, (MISSING, (9, 1, 1))),  # a cross-check never fills in for the count
        (0, {"a": 0}, (0, (0, 1, 1))),
    ],
)
def test_the_same_child_is_counted_once(police, districts, shown):
    one = indicator("T6.06", cross="ca")
    said = {code: {"T6.06": n} for code, n in districts.items()} | (
        {"ca": {"T6.06": police}} if police is not None else {}
    )
    row = rows_of([one], (POLICE, A, B), said)["T6.06"]
    [check] = row.cross
    assert (brief(row.total)[0], brief(check.amount), check.label) == (*shown, "CA")


def test_the_finance_department_s_own_figure_stays_beside_the_sum_of_the_departments():
    money = indicator("T2.05", value_type="money", counted="district department ld", cross="tc")
    said = {"yt": "10.001", "ld": "5.5", "a": "1234.567", "b": "0.433", "tc": "999"}
    row = rows_of([money], (FINANCE, HEALTH, LEAD, A, B), {k: {"T2.05": v} for k, v in said.items()})["T2.05"]
    assert (brief(row.total), [brief(c.amount) for c in row.cross]) == ((Decimal("1250.501"), 4, 4), [(999, 1, 1)])


# --- ratios ---------------------------------------------------------------------------------

PARTS = [indicator("T1.01"), indicator("T0.01"), ratio("T1.02", "T1.01", "T0.01")]


def share(said, bodies=(A, B), factor=100):
    parts = [*PARTS[:2], ratio("T1.02", "T1.01", "T0.01", factor=factor)]
    row = rows_of(parts, bodies, {code: figures_of(*two) for code, two in said.items()})["T1.02"]
    return (*brief(row.total), row.coverage.answered, row.coverage.owed, row.coverage.missing)


def figures_of(top, bottom):
    return {code: n for code, n in (("T1.01", top), ("T0.01", bottom)) if n is not None}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # 91 of 110, never the mean of 10 % and 90 %
        ({"a": (1, 10), "b": (90, 100)}, (Decimal("82.73"), 2, 2, 2, 2, ())),
        ({"a": (0, 10), "b": (0, 100)}, (0, 2, 2, 2, 2, ())),
        ({"a": (KPS, 10), "b": (5, 10)}, (25, 2, 2, 2, 2, ())),
        ({"a": (1, 8), "b": (0, 0)}, (Decimal("12.5"), 2, 2, 2, 2, ())),
        ({"a": (1, 800), "b": (0, 0)}, (Decimal("0.13"), 2, 2, 2, 2, ())),  # 0,125 rounds up
        # over nothing
        ({"a": (0, 0), "b": (0, 0)}, (UNDEFINED, 2, 2, 2, 2, ())),
        ({"a": (KPS, KPS), "b": (KPS, KPS)}, (UNDEFINED, 2, 2, 2, 2, ())),
        ({"a": (5, 0), "b": (0, KPS)}, (UNDEFINED, 2, 2, 2, 2, ())),
        # only those who gave both
        ({"a": (1, 10), "b": (None, 100)}, (10, 1, 2, 1, 2, ("B",))),
        ({"a": (1, 10), "b": (90, None)}, (10, 1, 2, 1, 2, ("B",))),
        ({"a": (1, 10), "b": (None, None)}, (10, 1, 2, 1, 2, ("B",))),
        ({"a": (1, 10), "b": (KPS, None)}, (10, 1, 2, 1, 2, ("B",))),
        ({"a": (1, None), "b": (None, 100)}, (MISSING, 0, 2, 0, 2, ("A", "B"))),
        ({"a": (None, 10), "b": (None, 100)}, (MISSING, 0, 2, 0, 2, ("A", "B"))),
        ({}, (MISSING, 0, 2, 0, 2, ("A", "B"))),
    ],
)
def test_a_ratio_is_of_sums_over_those_who_gave_both(said, expected):
    assert share(said) == expected


def test_a_body_outside_whose_functions_the_task_lies_leaves_the_ratio_with_its_denominator():
    """Its children are among the shared figures, its share of them is not known: 1 of 10, not 1 of 110."""
    assert share({"a": (1, 10), "b": (None, 100)}, (A, body("b", declined=[1]))) == (10, 1, 1, 1, 1, ())


def test_a_body_that_is_not_accepted_leaves_the_ratio_whole():
    assert share({"a": (1, 10), "b": (90, 100)}, (A, body("b", status="submitted"))) == (10, 1, 2, 1, 2, ("B",))


@pytest.mark.parametrize(("factor", "value"), [(100, "0.03"), (1000, "0.33"), (100000, "33.33")])
def test_a_rate_per_hundred_thousand(factor, value):
    assert share({"a": (1, 1000), "b": (0, 2000)}, factor=factor)[0] == Decimal(value)


def test_a_ratio_leaves_out_those_who_only_cross_check():
    parts = [indicator("T1.01", cross="yt"), indicator("T0.01", cross="yt"), ratio("T1.02", "T1.01", "T0.01")]
    said = {"a": figures_of(1, 10), "yt": figures_of(50, 50)}
    row = rows_of(parts, (HEALTH, A), said)["T1.02"]
    assert (brief(row.total), row.cross) == ((10, 1, 1), ())


def test_the_ratio_inside_each_body():
    said = {"a": figures_of(1, 8), "b": figures_of(1, 0), "c": figures_of(None, 5)}
    rows = rows_of(PARTS, (A, B, C, body("d", status="draft"), body("e", declined=[1]), PLAIN), said)
    assert rows["T1.02"].cells == {"total": (Decimal("12.5"), UNDEFINED, MISSING, MISSING, NOT_OURS, NOT_OWED)}


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"T1.01": 1, "T0.01": 3}, Decimal("33.33")),
        ({"T1.01": 1, "T0.01": 0}, UNDEFINED),
        ({"T1.01": 1}, MISSING),
        ({"T1.01": KPS, "T0.01": 3}, 0),
        ({}, MISSING),
    ],
)
def test_computed_values_of_one_form(answers, value):
    given = {Cell(code): answer(what) for code, what in answers.items()}
    assert computed_values(PARTS, given) == {"T1.02": value}


# --- yes or no, and what cannot be added ----------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": 1, "b": 1, "c": 0}, (2, 3, 3, ())),
        ({"a": 0, "b": 0, "c": 0}, (0, 3, 3, ())),
        ({"a": 1, "b": KPS}, (1, 2, 3, ("C",))),
        ({"a": KPS}, (NOTHING, 1, 3, ("B", "C"))),
        ({}, (MISSING, 0, 3, ("A", "B", "C"))),
    ],
)
def test_yes_is_counted(said, expected):
    assert total(said, (A, B, C), indicator("T2.01", combine="count_yes", value_type="yes_no")) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": "24.5"}, (Decimal("24.5"), 1, 2, ("B",))),
        ({"a": "24.5", "b": "30.1"}, (UNDEFINED, 2, 2, ())),  # two survey results do not add up
        ({"a": 0}, (0, 1, 2, ("B",))),
        ({"a": KPS}, (NOTHING, 1, 2, ("B",))),
        ({"a": KPS, "b": KPS}, (NOTHING, 2, 2, ())),
        ({}, (MISSING, 0, 2, ("A", "B"))),
    ],
)
def test_a_survey_result_is_shown_and_never_added(said, expected):
    assert total(said, (A, B), indicator("T4.08", combine="none", value_type="percent")) == expected


# --- breakdowns -----------------------------------------------------------------------------


def test_a_breakdown_has_its_own_count_of_answers():
    one = indicator("T1.01", of_which="girls minority")
    said = {"a": {"T1.01": 10, "T1.01:girls": 4}, "b": {"T1.01": 6}, "c": {"T1.01": KPS, "T1.01:girls": 0}}
    row = rows_of([one], (A, B, C), said)["T1.01"]
    assert (brief(row.total), {option: brief(a) for option, a in row.options.items()}) == (
        (16, 3, 3),
        {"girls": (4, 2, 3), "minority": (MISSING, 0, 3)},
    )


def test_a_breakdown_of_a_cross_check_is_not_added():
    one = indicator("T6.06", cross="ca", of_which="girls")
    said = {"a": {"T6.06": 5, "T6.06:girls": 4}, "ca": {"T6.06": 9, "T6.06:girls": 8}}
    assert brief(rows_of([one], (POLICE, A), said)["T6.06"].options["girls"]) == (4, 1, 1)


# --- cells ----------------------------------------------------------------------------------

EACH = (
    (body("a"), {"T1.01": 5, "T1.01:girls": 2}, (5, 2)),
    (body("b"), {"T1.01": 0}, (0, MISSING)),
    (body("c"), {"T1.01": KPS}, (NOTHING, MISSING)),
    (body("d"), {}, (MISSING, MISSING)),
    (body("e", declined=[1]), {}, (NOT_OURS, NOT_OURS)),
    (body("f", status="draft"), {"T1.01": 7}, (MISSING, MISSING)),
    (body("g", status="submitted", declined=[1]), {}, (MISSING, MISSING)),
    (body("h", status="returned"), {"T1.01": 7}, (MISSING, MISSING)),
    (PLAIN, {}, (NOT_OWED, NOT_OWED)),
    (POLICE, {"T1.01": 9}, (9, MISSING)),
)


def test_the_cell_of_each_body():
    one = indicator("T1.01", cross="ca", of_which="girls")
    bodies = [line for line, _said, _cells in EACH]
    row = rows_of([one], bodies, {line.code: said for line, said, _cells in EACH})["T1.01"]
    assert row.cells == {
        "total": tuple(cells[0] for _line, _said, cells in EACH),
        "girls": tuple(cells[1] for _line, _said, cells in EACH),
    }


def test_cells_only_where_asked_for():
    assert rows_of([CHILDREN], (A,), {"a": {"T1.01": 5}}, cells=False)["T1.01"].cells == {}


# --- estimates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": 5, "b": 3}, (8, 2, 3, 0)),
        ({"a": estimate(5), "b": 3}, (8, 2, 3, 1)),
        ({"a": estimate(5), "b": estimate(3), "c": 0}, (8, 3, 3, 2)),
        ({"a": estimate(0)}, (0, 1, 3, 1)),
        ({"a": Answer(nothing=True, estimate=True)}, (NOTHING, 1, 3, 1)),
        ({}, (MISSING, 0, 3, 0)),
    ],
)
def test_a_total_says_how_many_estimates_are_in_it(said, expected):
    row = rows_of([CHILDREN], (A, B, C), {code: {"T1.01": what} for code, what in said.items()})["T1.01"]
    assert (*brief(row.total), row.total.estimates) == expected
    assert row.coverage.estimates == expected[-1]


def test_estimates_of_those_who_are_not_accepted_are_in_no_total():
    bodies = (A, body("b", status="submitted"))
    row = rows_of([CHILDREN], bodies, {code: {"T1.01": estimate(5)} for code in "ab"})["T1.01"]
    assert (brief(row.total), row.total.estimates) == ((5, 1, 2), 1)


def test_an_estimate_that_only_cross_checks_is_told_with_the_cross_check():
    row = rows_of([indicator("T6.06", cross="ca")], (POLICE, A), {"ca": {"T6.06": estimate(9)}, "a": {"T6.06": 5}})
    assert (row["T6.06"].total.estimates, [c.amount.estimates for c in row["T6.06"].cross]) == (0, [1])


def test_the_mark_of_a_row_counts_for_its_breakdowns():
    one = indicator("T1.01", of_which="girls minority")
    said = {"a": {"T1.01": estimate(9), "T1.01:girls": 4}, "b": {"T1.01": 3, "T1.01:girls": 1, "T1.01:minority": 0}}
    row = rows_of([one], (A, B), said)["T1.01"]
    assert row.total.estimates == 1
    assert {option: amount.estimates for option, amount in row.options.items()} == {"girls": 1, "minority": 0}
    shown = {option: [row.said(option, place) for place in range(2)] for option in row.cells}
    assert shown == {"total": ["9 (ước)", "3"], "girls": ["4 (ước)", "1"], "minority": ["chưa có số liệu", "0"]}


@pytest.mark.parametrize(
    ("said", "estimates", "cells"),
    [
        ({"a": (1, 10), "b": (90, 100)}, 0, ["10,00", "90,00"]),
        ({"a": (estimate(1), 10), "b": (90, 100)}, 1, ["10,00 (ước)", "90,00"]),
        ({"a": (1, estimate(10)), "b": (90, 100)}, 1, ["10,00 (ước)", "90,00"]),
        ({"a": (estimate(1), estimate(10)), "b": (90, estimate(100))}, 2, ["10,00 (ước)", "90,00 (ước)"]),
        # a body that gave one part only is in no ratio
        ({"a": (1, 10), "b": (None, estimate(100))}, 0, ["10,00", "chưa có số liệu"]),
        ({"a": (1, 10), "b": (estimate(90), None)}, 0, ["10,00", "chưa có số liệu"]),
    ],
)
def test_an_estimate_in_either_part_marks_the_ratio(said, estimates, cells):
    row = rows_of(PARTS, (A, B), {code: figures_of(*two) for code, two in said.items()})["T1.02"]
    assert (row.total.estimates, row.coverage.estimates) == (estimates, estimates)
    assert [row.said("total", place) for place in range(2)] == cells


def test_last_year_s_estimates_stay_with_last_year():
    before, now = (gathered([CHILDREN], [A, B], {"a": {"T1.01": what}, "b": {"T1.01": 1}}) for what in (estimate(5), 7))
    [row] = consolidate(now, before)
    assert (row.total.basis, row.previous.basis) == ("2/2", "2/2, 1\u00a0ước")


# --- last year ------------------------------------------------------------------------------


def compared(now, before, **kind):
    one = indicator("T1.01", **kind)
    year = [gathered([one], [A], {"a": {} if what is None else {"T1.01": what}}) for what in (now, before)]
    [row] = consolidate(*year)
    return brief(row.previous)[0], row.change, row.change_percent


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (110, 100, (100, 10, 10)),
        (90, 100, (100, -10, -10)),
        (100, 100, (100, 0, 0)),
        (4, 3, (3, 1, Decimal("33.3"))),
        (0, 5, (5, -5, -100)),
        (5, 0, (0, 5, None)),  # from nothing there is no percentage
        (0, 0, (0, 0, None)),
        (5, KPS, (NOTHING, None, None)),
        (KPS, 5, (5, None, None)),
        (None, 5, (5, None, None)),
        (5, None, (MISSING, None, None)),
        ("0.002", "0.001", (Decimal("0.001"), Decimal("0.001"), 100)),
    ],
)
def test_change_against_last_year(now, before, expected):
    assert compared(now, before) == expected


def test_a_percentage_changes_in_points():
    assert compared("96.5", "95.25", combine="none", value_type="percent") == (Decimal("95.25"), Decimal("1.25"), None)


def test_without_a_year_before_there_is_nothing_to_compare():
    row = rows_of([CHILDREN], (A,), {"a": {"T1.01": 5}})["T1.01"]
    assert (row.previous, row.change, row.change_percent) == (None, None, None)


def test_years_are_matched_by_code():
    before = gathered([indicator("T1.01"), indicator("T1.03")], [A], {"a": {"T1.01": 1, "T1.03": 3}})
    now = gathered([indicator("T1.02"), indicator("T1.03")], [A, B], {"a": {"T1.02": 2, "T1.03": 4}})
    found = {row.code: row.previous and brief(row.previous) for row in consolidate(now, before)}
    assert found == {"T1.02": None, "T1.03": (3, 1, 1)}


def test_last_year_is_added_up_by_the_rules_of_last_year():
    """What was counted from the police then is not added to what districts count now."""
    before = gathered(
        [indicator("T6.06", counted="ca", cross="district")], [POLICE, A], {"ca": {"T6.06": 9}, "a": {"T6.06": 2}}
    )
    now = gathered([indicator("T6.06", cross="ca")], [POLICE, A], {"ca": {"T6.06": 8}, "a": {"T6.06": 3}})
    [row] = consolidate(now, before)
    assert (brief(row.total), brief(row.previous), row.change) == ((3, 1, 1), (9, 1, 1), -6)


# --- rules over the province ----------------------------------------------------------------

PAIR = (indicator("T1.01"), indicator("T1.02"))


def findings(said, bodies=(A, B), indicators=PAIR, rule=("T1.02", "<=", "T1.01")):
    rows = consolidate(gathered(indicators, bodies, said))
    stored = Rule(code="R1", severity="warning", message_vi="Câu.")
    found = provincial_findings(rows, indicators, ((stored, parse(*rule)),))
    return [(f.severity, f.section, f.code, f.message, f.cells) for f in found]


BROKEN = ("warning", 1, "R1", "Câu. (T1.02 = 3 (2/2); T1.01 = 2 (2/2))", (Cell("T1.02"), Cell("T1.01")))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": {"T1.01": 2, "T1.02": 1}, "b": {"T1.01": 0, "T1.02": 1}}, []),
        ({"a": {"T1.01": 2, "T1.02": 1}, "b": {"T1.01": 0, "T1.02": 2}}, [BROKEN]),
        ({"a": {"T1.01": 2}, "b": {"T1.01": 0}}, []),  # the other side is missing
        ({"a": {"T1.01": 2, "T1.02": KPS}, "b": {"T1.01": 0, "T1.02": KPS}}, []),
    ],
)
def test_rules_are_asked_of_the_province_too(said, expected):
    assert findings(said) == expected


def test_nothing_arose_is_a_zero_for_a_rule():
    said = {"a": {"T1.01": KPS, "T1.02": 1}, "b": {"T1.01": KPS, "T1.02": 2}}
    [(_severity, _section, _code, message, _cells)] = findings(said)
    assert message == "Câu. (T1.02 = 3 (2/2); T1.01 = 0 (2/2))"


def test_a_rule_says_nothing_where_unequal_bodies_stand_behind_its_sides():
    """The police have reported the whole province, the second district nothing yet: no contradiction, a gap."""
    cases = (indicator("T1.01"), indicator("T1.02", counted="ca"))
    said = {"a": {"T1.01": 2}, "b": {"T1.01": 9}, "ca": {"T1.02": 3}}
    assert findings(said, (POLICE, A, body("b", status="submitted")), cases) == []


# --- as text --------------------------------------------------------------------------------


def row(value_type="count"):
    [found] = consolidate(gathered([indicator("T1.01", value_type=value_type)], [A], {}))
    return found


@pytest.mark.parametrize(
    ("value_type", "what", "long", "short"),
    [
        ("count", Decimal(1234), "1.234", "1.234"),
        ("count", Decimal(0), "0", "0"),
        ("money", Decimal("1234.5"), "1.234,5", "1.234,5"),
        ("percent", Decimal("96.2"), "96,20", "96,20"),
        ("rate", Decimal(5), "5,00", "5,00"),
        ("count", Amount(Decimal(7), None, 1, 2), "7", "7"),
        ("count", Amount(None, MISSING, 0, 2), "chưa có số liệu", "…"),
        ("count", Amount(None, NOTHING, 2, 2), "không phát sinh", "KPS"),
        ("percent", Amount(None, UNDEFINED, 2, 2), "-", "-"),
        ("count", NOT_OURS, "không thuộc chức năng", "KTCN"),
        ("count", NOT_OWED, "", ""),
        ("count", None, "", ""),
    ],
)
def test_how_a_cell_is_written(value_type, what, long, short):
    assert (row(value_type).shown(what), row(value_type).shown(what, short=True)) == (long, short)


def test_no_two_marks_look_alike():
    assert len({mark.words for mark in Mark}) == len({mark.short for mark in Mark}) == len(Mark) == 6


def test_a_row_carries_what_the_papers_print():
    one = Indicator(
        code="T6.06",
        task_number=6,
        name_vi="Số trẻ em bị xâm hại",
        name_en="Abused children",
        unit="trẻ em",
        value_type="count",
        time_kind="flow",
        combine="sum",
        counted_from="district",
        core=True,
        sensitive=True,
        statistical_code="0101",
    )
    [found] = consolidate(gathered([one], [A], {"a": {"T6.06": 1}}))
    assert isinstance(found, Row)
    expected = {
        "code": "T6.06",
        "task": 6,
        "name_vi": "Số trẻ em bị xâm hại",
        "name_en": "Abused children",
        "name": "Số trẻ em bị xâm hại",
        "unit": "trẻ em",
        "value_type": "count",
        "combine": "sum",
        "time_kind": "flow",
        "core": True,
        "sensitive": True,
        "statistical_code": "0101",
    }
    assert {name: getattr(found, name) for name in expected} == expected
