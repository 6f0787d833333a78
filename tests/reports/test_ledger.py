"""Reported and used totals differ by exactly the ledger's lines: against a recount, and in every drawing."""

import json
import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import lxml.html
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from directives.choices import Option, Role
from directives.models import Body
from reports.answers import Answer, Cell
from reports.bodies import Excused
from reports.choices import Action, Status
from reports.consolidation import as_used, consolidate
from reports.corrections import correct, withdraw
from reports.document import Document
from reports.effects import effect
from reports.exports import excel, package, pdf
from reports.gathering import gather, summarise
from reports.jumps import Jump
from reports.ledger import Used
from reports.models import Correction, Explanation, Figure, Period, Report
from reports.summary import Amount, Mark
from reports.workflow import move
from tests.conftest import at, person
from tests.factories import accept, fill, send
from tests.reports.test_consolidation import POLICE, A, B, gathered, indicator, ratio
from tests.reports.test_gathering import BESIDE, COUNTED, SMALL, answers_to, provinces, small, store  # noqa: F401
from tests.reports.workbook_reading import column as figures_of
from tests.reports.workbook_reading import read

pytestmark = pytest.mark.django_db

KPS = Answer(nothing=True)
VERSION = 2


def number(value):
    return Answer(Decimal(str(value)))


def fresh(period):
    return Period.objects.get(pk=period.pk)


def size(amount: Amount) -> Decimal:
    """What an amount adds: nothing where it has no value."""
    return amount.value if amount.value is not None else Decimal(0)


def without_ledger(row):
    """The row as it would be without anything that was reported otherwise."""
    cross = tuple(replace(check, reported=None) for check in row.cross)
    return replace(row, reported={}, previous_reported=None, reported_cells={}, cross=cross)


# --- against reporting what is used -----------------------------------------------------------

VALUE_TYPES = {row[0]: row[2] for row in SMALL}
CELLS = [Cell(row[0], o) for row in SMALL if row[3] != "ratio" for o in ("total", *row[7].split())]


@st.composite
def ledgers(draw):
    """{body: {Cell: [line, the oldest first]}}; a line: (version, Answer, or None for a withdrawal)."""
    found = defaultdict(dict)
    for body in sorted({body for bodies in COUNTED.values() for body in bodies}):
        for cell in draw(st.lists(st.sampled_from(CELLS), max_size=4, unique=True)):
            if body not in COUNTED[cell.code] + BESIDE.get(cell.code, []):
                continue
            used = answers_to(VALUE_TYPES[cell.code])
            line = st.tuples(st.sampled_from([VERSION, VERSION, VERSION, VERSION - 1]), used)
            found[body][cell] = draw(st.lists(line, min_size=1, max_size=3))
    return found


def in_force(lines):
    """The Answer that the lines of one cell leave in use, or None for the reported one."""
    version, answer = lines[-1]
    return answer if version == VERSION else None


def write(period, province, ledger, by):
    """The lines as the door would have written them; a withdrawal says nothing of its own."""
    QuerySet(Correction).delete()
    ids = {i.code: i.pk for i in period.indicators()}
    reports = {report.body.code: report for report in period.reports.select_related("body")}
    for body, cells in ledger.items():
        for cell, lines in cells.items():
            reported = province[body][2].get(cell)
            for version, answer in lines:
                Correction.objects.create(
                    report=reports[body],
                    indicator_id=ids[cell.code],
                    option=cell.option,
                    version=version,
                    reported=reported.value if reported else None,
                    reported_nothing=bool(reported and reported.nothing),
                    value=answer.value if answer else None,
                    nothing=bool(answer and answer.nothing),
                    withdrawn=answer is None,
                    reason="Lý do.",
                    by=by,
                )


def estimate(period, marks):
    for body, code in marks:
        figures = Figure.objects.filter(report__period=period, report__body__code=body, indicator__code=code)
        figures.filter(option="total").update(estimate=True)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(province=provinces(), ledger=ledgers(), data=st.data())
def test_used_totals_are_those_of_a_province_that_had_reported_them(small, cast, province, ledger, data):  # noqa: F811
    Report.objects.filter(period=small).update(version=VERSION)
    marks = [(body, cell.code) for body, (_s, _d, answers) in province.items() for cell in answers]
    marks = data.draw(st.lists(st.sampled_from(marks), max_size=6, unique=True)) if marks else []

    answers = {}
    for body, (status, declared, said) in province.items():
        standing = {cell: used for cell, lines in ledger.get(body, {}).items() if (used := in_force(lines))}
        answers[body] = (status, declared, said | standing)
    # A mark is the body's: a total that it left empty has none, whatever is used there.
    marks = [(body, code) for body, code in marks if Cell(code) in province[body][2]]

    store(small, answers)
    QuerySet(Correction).delete()
    estimate(small, marks)
    expected = summarise(fresh(small), cells=True, reasons=True)
    store(small, province)
    estimate(small, marks)
    plain = summarise(fresh(small), cells=True)
    write(small, province, ledger, cast.huyen)
    found = summarise(fresh(small), cells=True, reasons=True)

    assert [without_ledger(row) for row in found.rows] == list(expected.rows)
    assert (found.findings, found.coverage) == (expected.findings, expected.coverage)

    # What was reported stands beside what is used, and is what would stand there without a ledger.
    for row, reported in zip(found.rows, plain.rows, strict=True):
        for option in row.cells:
            said = reported.total if option == "total" else reported.options[option]
            assert row.as_reported(option) == said
        crossed = [check.reported or check.amount for check in row.cross]
        assert crossed == [check.amount for check in reported.cross]
        for place in range(len(found.bodies)):
            for option, cells in row.cells.items():
                assert row.reported_cells.get((option, place), cells[place]) == reported.cells[option][place]

    # And the two differ by the lines, by each cell, and by nothing else.
    accepted = {body for body, (status, *_rest) in province.items() if status == "accepted"}
    lines = {
        (body, cell): in_force(cells)
        for body, own in ledger.items()
        for cell, cells in own.items()
        if body in accepted and in_force(cells)
    }
    assert {(line.body.code, Cell(line.code, line.option)) for line in found.ledger} == set(lines)
    added, beside = defaultdict(Decimal), defaultdict(Decimal)
    for line in found.ledger:
        into, key = (beside, (line.code, line.body.counting_group)) if line.cross else (added, (line.code, line.option))
        if not line.cross or line.option == Option.TOTAL:
            into[key] += line.difference
    for row in found.rows:
        if row.combine in ("sum", "count_yes"):
            for option in row.cells:
                used = row.total if option == "total" else row.options[option]
                assert size(used) - size(row.as_reported(option)) == added[row.code, option]
            for check in row.cross:
                difference = size(check.amount) - size(check.reported or check.amount)
                assert difference == beside[row.code, check.counting_group]


# --- by hand, without a database --------------------------------------------------------------

GIRLS = indicator("T6.06", cross="ca", of_which="girls")
PARTS = [indicator("T1.01"), indicator("T0.01"), ratio("T1.02", "T1.01", "T0.01")]


def corrected(indicators, bodies, said, lines, **more):
    """Rows with ``lines`` [(body, cell, reported, used)] in the ledger."""
    used = tuple(
        Used(body, Cell.parse(cell), None if was is None else number(was), number(now))
        for body, cell, was, now in lines
    )
    return {row.code: row for row in consolidate(replace(gathered(indicators, bodies, said, **more), corrections=used))}


def test_a_cross_check_is_corrected_beside_the_total():
    said = {"a": {"T6.06": 5}, "ca": {"T6.06": 9}}
    row = corrected([GIRLS], (POLICE, A), said, [("ca", "T6.06", 9, 6)])["T6.06"]
    [check] = row.cross
    assert (row.total.value, row.reported) == (5, {})
    assert (check.amount.value, check.reported.value, row.reported_cells) == (6, 9, {("total", 0): 9})


def test_a_ratio_follows_its_corrected_parts():
    said = {"a": {"T1.01": 1, "T0.01": 10}, "b": {"T1.01": 90}}
    row = corrected(PARTS, (A, B), said, [("b", "T0.01", None, 100), ("a", "T1.01", 1, 2)])["T1.02"]
    assert (row.total.value, row.total.answered, row.coverage.missing) == (Decimal("83.64"), 2, ())
    assert (row.reported["total"].value, row.reported["total"].answered) == (10, 1)
    assert row.cells["total"] == (20, 90)
    assert row.reported_cells == {("total", 0): 10, ("total", 1): Mark.MISSING}
    assert [row.said("total", place) for place in (0, 1)] == ["20,00 (điều chỉnh)", "90,00 (điều chỉnh)"]


def test_last_year_s_ledger_is_in_last_year_s_total():
    before = replace(
        gathered([GIRLS], (A,), {"a": {"T6.06": 5}}), corrections=(Used("a", Cell("T6.06"), number(5), number(8)),)
    )
    [row] = consolidate(gathered([GIRLS], (A,), {"a": {"T6.06": 8}}), before)
    assert (row.previous.value, row.previous_reported.value, row.change, row.reported) == (8, 5, 0, {})


def test_lines_of_reports_that_are_not_accepted_wait():
    waiting = replace(A, status="submitted")
    data = replace(gathered([GIRLS], (waiting,), {}), corrections=(Used("a", Cell("T6.06"), number(1), number(2)),))
    assert (data.ledger, as_used(data)) == ((), data)
    [row] = consolidate(data)
    assert (row.total.mark, row.reported) == (Mark.MISSING, {})


def test_without_a_ledger_nothing_is_made_anew():
    data = gathered([GIRLS], (A,), {"a": {"T6.06": 1}})
    assert as_used(data) is data


def test_a_breakdown_that_was_empty_joins_the_estimate_of_its_row():
    said = {"a": {"T6.06": Answer(Decimal(5), estimate=True)}}
    line = Used("a", Cell("T6.06", "girls"), None, number(2), estimated=True)
    [row] = consolidate(replace(gathered([GIRLS], (A,), said), corrections=(line,)))
    assert (row.options["girls"].estimates, row.total.estimates) == (1, 1)
    assert (row.said("total", 0), row.said("girls", 0)) == ("5 (ước)", "2 (ước, điều chỉnh)")


# --- jumps, explanations, effects ---------------------------------------------------------------


@pytest.fixture
def years(obligation, period, cast):
    """Accepts Na Hang in 2019 and 2020 with these figures; returns the two reports."""

    def make(before, now):
        last = Period.objects.open(obligation, 2019)
        old, new = (each.reports.get(body__code="na-hang") for each in (last, period))
        accept(old, cast.lan, cast.huyen, figures=before)
        accept(new, cast.lan, cast.huyen, figures=now)
        return old, new

    return make


def change(report, cell, value, cast):
    report.refresh_from_db()
    return correct(report, Cell.parse(cell), number(value), "Lý do.", by=cast.huyen, version=report.version)


def jumps_of(period):
    found = summarise(fresh(period), reasons=True).jumps
    return [(j.code, j.before, j.now, j.shown_before, j.shown_now, j.reason) for j in found]


def test_a_slip_that_is_corrected_is_no_jump_and_a_correction_may_be_one(years, period, cast):
    old, new = years({"T6.24": 10, "T1.09": 10, "T1.03": 10}, {"T6.24": 100, "T1.09": 10, "T1.03": 50})
    Explanation.objects.create(report=new, rule_code="jump-T1.03", text="Tuyển thêm.")
    assert [code for code, *_rest in jumps_of(period)] == ["T1.03", "T6.24"]
    change(new, "T6.24", 10, cast)
    change(new, "T1.09", 60, cast)
    change(old, "T1.03", 20, cast)
    assert jumps_of(period) == [
        ("T1.03", 20, 50, "20 (điều chỉnh)", "50", "Tuyển thêm."),
        ("T1.09", 10, 60, "10", "60 (điều chỉnh)", ""),
    ]
    change(old, "T1.09", 55, cast)
    assert [code for code, *_rest in jumps_of(period)] == ["T1.03"]
    withdraw(old, Cell("T1.09"), "Lý do.", by=cast.huyen)
    assert [code for code, *_rest in jumps_of(period)] == ["T1.03", "T1.09"]


def test_a_figure_that_was_empty_jumps_once_it_is_used(years, period, cast, obligation):
    last = Period.objects.open(obligation, 2019)
    old, new = (each.reports.get(body__code="na-hang") for each in (last, period))
    accept(old, cast.lan, cast.huyen, figures={"T1.09": 10})
    accept(new, cast.lan, cast.huyen, left_out=("T1.09",))
    assert "T1.09" not in [code for code, *_rest in jumps_of(period)]
    change(new, "T1.09", 90, cast)
    assert ("T1.09", 10, 90, "10", "90 (điều chỉnh)", "") in jumps_of(period)


def test_an_explanation_is_listed_while_the_used_figures_break_the_rule(report, cast):
    accept(report, cast.lan, cast.huyen, figures={"T2.05": 10, "T2.06": 20})
    Explanation.objects.create(report=report, rule_code="R11", text="Bổ sung trong năm.")

    def explained():
        return [(each.code, each.message) for each in summarise(fresh(report.period), reasons=True).explained]

    words = "Kinh phí đã thực hiện lớn hơn kinh phí bố trí: đề nghị giải trình. (T2.06 = %s; T2.05 = 10)"
    assert explained() == [("R11", words % 20)]
    change(report, "T2.06", 15, cast)
    assert explained() == [("R11", words % 15)]
    change(report, "T2.06", 9, cast)
    assert explained() == []


def test_what_accepting_changes_is_what_is_used(report, cast):
    """The effect told before the decision equals the totals after it, with the ledger in both."""
    send(report, cast.lan, figures={"T6.24": 3})
    change(report, "T6.24", 7, cast)
    told = effect(report, Action.ACCEPT)
    move(report, Action.ACCEPT, by=cast.huyen)
    rows = list(summarise(fresh(report.period)).rows)
    assert [(row.total, row.reported) for row in told.rows] == [(row.total, row.reported) for row in rows]
    assert next(row for row in rows if row.code == "T6.24").total.value == 7
    report.refresh_from_db()
    told = effect(report, Action.REOPEN)
    move(report, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    after = list(summarise(fresh(report.period)).rows)
    assert [row.total for row in told.rows] == [row.total for row in after]


# --- queries ------------------------------------------------------------------------------------


def queries_of(period, **wanted):
    period = fresh(period)
    with CaptureQueriesContext(connection) as queries:
        summarise(period, **wanted)
    return len(queries)


@pytest.mark.parametrize("wanted", [{}, {"reasons": True}, {"cells": True, "texts": True}])
def test_three_corrections_cost_as_much_as_one(years, period, cast, report_of, wanted):
    _old, new = years({"T6.24": 10}, {"T6.24": 10})
    other = accept(report_of("chiem-hoa"), cast.minh, cast.huyen)
    summarise(fresh(period), **wanted)
    none = queries_of(period, **wanted)
    change(new, "T6.24", 11, cast)
    one = queries_of(period, **wanted)
    change(new, "T1.09", 12, cast)
    change(other, "T1.09", 13, cast)
    assert queries_of(period, **wanted) == one
    # Only where jumps are wanted are the corrected totals read beside last year's.
    assert one - none == (0 if not wanted else 2)


# --- drawn --------------------------------------------------------------------------------------

FIGURES = {"T0.01": 9000, "T0.02": 30000, "T0.03": 4000, "T0.04": 3000, "T1.04": 2400, "T1.04:girls": 1100}
FIGURES |= {"T6.06": 5, "T6.06:girls": 2, "T6.08": 5, "T1.06": None, "T2.05": "1250.5"}


@pytest.fixture
def province(obligation, period, report_of, cast):
    """Two districts, the police and a department accepted, one district waits; every kind of line in the ledger."""
    last = Period.objects.open(obligation, 2019)
    old = accept(last.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures=FIGURES)
    na_hang = accept(report_of("na-hang"), cast.lan, cast.huyen, figures=FIGURES, left_out=("T1.09",))
    chiem_hoa = accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures=FIGURES)
    police = accept(
        report_of("cong-an-tinh"), person("ca", Role.REPORTER, "cong-an-tinh"), cast.huyen, figures={"T6.06": 12}
    )
    health = accept(report_of("so-y-te"), cast.yen, cast.huyen, figures={"T2.05": "10.37"}, declined=[1])
    change(old, "T6.06", 6, cast)
    change(na_hang, "T1.04", 2401, cast)
    change(chiem_hoa, "T1.04", 2398, cast)
    change(na_hang, "T1.04:girls", 1150, cast)
    change(na_hang, "T1.09", 7, cast)
    change(na_hang, "T1.06", 2600, cast)
    correct(chiem_hoa, Cell("T1.08"), KPS, "Không có.", by=cast.tu, version=1)
    change(na_hang, "T2.01", 1, cast)
    change(health, "T2.05", "1010.37", cast)
    change(police, "T6.06", 10, cast)
    change(chiem_hoa, "T6.06", 99, cast)
    change(chiem_hoa, "T6.06", 6, cast)  # replaced
    change(na_hang, "T6.24", 4, cast)
    withdraw(na_hang, Cell("T6.24"), "Cơ quan đúng.", by=cast.huyen)
    waits = send(report_of("ham-yen"), person("hy", Role.REPORTER, "ham-yen"), figures=FIGURES)
    change(waits, "T6.06", 500, cast)
    again = send(report_of("yen-son"), person("ys", Role.REPORTER, "yen-son"), figures=FIGURES)
    change(again, "T6.06", 700, cast)
    move(again, Action.RETURN, by=cast.huyen, note="Xem lại.")
    fill(again, FIGURES)
    move(again, Action.SUBMIT, by=person("ys-ky", Role.SIGNATORY, "yen-son"))
    again.refresh_from_db()
    move(again, Action.ACCEPT, by=cast.huyen)
    return period


@pytest.fixture
def summary(province):
    return summarise(fresh(province), cells=True, texts=True)


LINES = [  # code, column, body, reported, used, difference, whether it is added
    ("T1.04", "total", "na-hang", "2.400", "2.401", 1, True),
    ("T1.04", "total", "chiem-hoa", "2.400", "2.398", -2, True),
    ("T1.04", "girls", "na-hang", "1.100", "1.150", 50, True),
    ("T1.06", "total", "na-hang", "không phát sinh", "2.600", 2600, True),
    ("T1.08", "total", "chiem-hoa", "0", "không phát sinh", 0, True),
    ("T1.09", "total", "na-hang", "chưa có số liệu", "7", 7, True),
    ("T2.01", "total", "na-hang", "Không", "Có", 1, True),
    ("T2.05", "total", "so-y-te", "10,37", "1.010,37", 1000, True),
    ("T6.06", "total", "cong-an-tinh", "12", "10", -2, False),
    ("T6.06", "total", "chiem-hoa", "5", "6", 1, True),
]
BY_PLACE = sorted(LINES, key=lambda line: (line[0], ["cong-an-tinh", "so-y-te", "na-hang", "chiem-hoa"].index(line[2])))


def test_the_summary_holds_the_lines_in_force_and_no_others(summary):
    found = [
        (line.code, line.option, line.body.code, line.shown_reported, line.shown_used, line.difference, not line.cross)
        for line in summary.ledger
    ]
    assert sorted(found) == sorted(LINES)
    assert [(line[0], line[2]) for line in found] == [(line[0], line[2]) for line in BY_PLACE]
    row = summary.row("T6.06")
    assert (row.total.value, row.reported["total"].value, row.previous.value, row.previous_reported.value) == (
        16,
        15,
        6,
        5,
    )


def differences(lines):
    """{(code, column): sum of the added lines}, of (code, column, difference, added)."""
    found = defaultdict(Decimal)
    for code, column, difference, added in lines:
        if added:
            found[code, column] += Decimal(str(difference))
    return found


HAND = differences((code, column, difference, added) for code, column, _b, _r, _u, difference, added in LINES)


def compare(totals, lines):
    """Of one medium: {(code, column): (reported, used)} as it is read back, and its own ledger's lines."""
    found = differences(lines)
    assert {key: value for key, value in found.items() if value} == {key: value for key, value in HAND.items() if value}
    assert len([line for line in lines if not line[3]]) == 1
    moved = {key: used - reported for key, (reported, used) in totals.items()}
    assert {key: value for key, value in moved.items() if value} == {
        key: value for key, value in found.items() if value
    }
    assert (totals["T6.06", "total"], totals["T1.04", "girls"]) == ((15, 16), (3300, 3350))


def test_json(summary):
    document = json.loads(package.render(Document(summary)))
    totals = {}
    for section in document["sections"]:
        for row in section["rows"]:
            if row["combine"] in ("sum", "count_yes"):
                for column, amount in {"total": row["total"], **row["options"]}.items():
                    pair = [amount["reported"]["value"], amount["value"]]
                    totals[row["code"], column] = tuple(Decimal(str(value or 0)) for value in pair)
    lines = [(x["code"], x["option"], x["difference"], not x["cross_check"]) for x in document["ledger"]]
    compare(totals, lines)
    rows = {row["code"]: row for section in document["sections"] for row in section["rows"]}
    assert document["schema"] == "summary/3"
    assert (rows["T1.08"]["total"]["state"], rows["T1.08"]["total"]["reported"]["state"]) == ("value", "value")
    assert rows["T1.09"]["by_body"]["na-hang"]["total"] == {
        "value": 7,
        "state": "value",
        "reported": {"value": None, "state": "missing"},
    }
    assert (rows["T1.09"]["total"]["answered"], rows["T1.09"]["total"]["reported"]["answered"]) == (3, 2)
    assert rows["T6.06"]["previous"]["reported"]["value"] == 5
    [cross] = rows["T6.06"]["cross_checks"]
    assert (cross["value"], cross["reported"]["value"]) == (10, 12)
    assert document["ledger"][0] == {
        "code": "T1.04",
        "name": "Trẻ em dưới 5 tuổi đã được đăng ký khai sinh",
        "option": "total",
        "unit": "trẻ em",
        "body": "na-hang",
        "body_name": "Ủy ban nhân dân huyện Na Hang",
        "reported": {"value": 2400, "state": "value"},
        "used": {"value": 2401, "state": "value"},
        "difference": 1,
        "cross_check": False,
        "reason": "Lý do.",
        "by": "Huyền",
        "at": document["ledger"][0]["at"],
    }


def below(lines):
    start = next(place for place, line in enumerate(lines) if line[0] == "Mã")
    return lines[start], lines[start + 1 :]


OPTION = {str(option.label): option.value for option in Option}


def counted(value):
    return Decimal(str(value)) if isinstance(value, int | float) else Decimal(0)


def test_excel(summary):
    sheets = read(excel.render(Document(summary)))
    head, lines = below(sheets["Tổng hợp"])
    assert head[3:5] == ["Số báo cáo", "Số sử dụng"]
    summed = {row.code for row in summary.rows if row.combine in ("sum", "count_yes")}
    totals, code = {}, ""
    for line in lines:
        code = line[0] or code
        if code in summed and (line[0] or line[1] in OPTION):
            column = "total" if line[0] else OPTION[line[1]]
            totals[code, column] = counted(line[3]), counted(line[4])
    crossed = head.index("Số đối chiếu (không cộng)")
    head, written = below(sheets["Điều chỉnh"])
    assert head[4:9] == ["Cơ quan", "Số báo cáo", "Số sử dụng", "Chênh lệch", "Cộng vào số toàn tỉnh"]
    compare(totals, [(line[0], OPTION[line[2]], line[7], line[8] == "có") for line in written])
    by_code = {line[0]: line for line in lines}
    assert by_code["T6.06"][crossed] == "Công an tỉnh: 10 (1/1); số báo cáo 12"
    assert "T6.06 năm 2019: số báo cáo 5, số sử dụng 6." in [line[0] for line in lines]
    # What the bodies' figures add up to is what is used.
    shown = figures_of(sheets["Nhiệm vụ 1"], "T1.04")
    assert list(shown)[2:5] == ["Toàn tỉnh, số báo cáo", "Toàn tỉnh, số sử dụng", "Cơ quan đã có số liệu"]
    used = shown["Toàn tỉnh, số sử dụng"]
    assert (shown["UBND huyện Na Hang"], shown["UBND huyện Chiêm Hóa"], used) == (2401, 2398, 7199)
    assert figures_of(sheets["Nhiệm vụ 1"], "T1.08")["UBND huyện Chiêm Hóa"] == "KPS (đc)"
    shown = figures_of(sheets["Nhiệm vụ 3"], "T3.01")
    assert list(shown)[2:4] == ["Toàn tỉnh", "Cơ quan đã có số liệu"]  # nothing is corrected there


def plain(text):
    return " ".join(text.split())


def value_of(text):
    found = re.match(r"-?[\d.]+(,\d+)?$", text)
    return Decimal(text.replace(".", "").replace(",", ".")) if found else Decimal(0)


def test_the_page(client, cast, summary):
    client.force_login(cast.hung)
    page = lxml.html.fromstring(client.get("/tong-hop/2020/").content.decode())
    summed = {row.code for row in summary.rows if row.combine in ("sum", "count_yes")}
    totals, code = {}, ""
    for section in page.xpath("//h2[starts-with(@id, 's')]/following-sibling::div[1]"):
        for row in section.xpath(".//tbody/tr"):
            code = "".join(row.xpath(".//span[@class='code']/text()")) or code
            if code not in summed:
                continue
            head, cell = plain(row.xpath("./th")[0].text_content()), row.xpath("./td")[0]
            column = OPTION[head] if row.get("class") == "part" else "total"
            reported = cell.xpath(".//span[contains(@class, 'reported')]")
            asking = cell.xpath(".//a[contains(@href, '/hoi/')]")  # a leader's way to ask, below the figure
            used = plain(cell.text_content().partition("số báo cáo:")[0])
            used = used.removesuffix(plain(asking[0].text_content())).strip() if asking else used
            said = plain(reported[0].text_content()).removeprefix("số báo cáo: ") if reported else used
            said = said.partition(" (")[0] if reported else said  # its coverage stands behind it
            totals[code, column] = value_of(said), value_of(used)
    lines = []
    for row in page.xpath("//table[contains(@class, 'in-force')]/tbody/tr"):
        head = plain(row.xpath("./th")[0].text_content())
        code, column = head.split()[0], OPTION[head.rpartition(" (")[0].rpartition(", ")[2]]
        difference = value_of(plain(row.xpath("./td")[3].text_content()).removeprefix("+"))
        lines.append((code, column, difference, not row.xpath(".//span[@class='cross']")))
    compare(totals, lines)
    # The figures behind one total: used with a mark, reported beside it.
    page = lxml.html.fromstring(client.get("/tong-hop/2020/chi-tieu/T6.06/").content.decode())
    rows = [[plain(cell.text_content()) for cell in row] for row in page.xpath("//tbody/tr")]
    shown = {row[0]: row[1] for row in rows}
    assert shown["Toàn tỉnh, số sử dụng"] == "16 (3/7)"
    assert shown["Toàn tỉnh, số báo cáo"] == "15 (3/7)"
    assert shown["Ủy ban nhân dân huyện Chiêm Hóa"] == "6 (điều chỉnh)số báo cáo: 5"
    assert shown["Ủy ban nhân dân huyện Na Hang"] == "5"
    assert shown["Công an tỉnh Tuyên Quang chỉ để đối chiếu, không cộng"] == "10 (điều chỉnh)số báo cáo: 12"


def test_pdf(summary):
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf.render(Document(summary)))).pages]
    tight = "".join("".join(re.sub(r"\n\d* ?$", "", page) for page in pages).split())
    annexed = tight.index("PhụlụcIISỔĐIỀUCHỈNHSỐLIỆU")
    text, annex = tight[:annexed], tight[annexed:]
    totals = {}
    for row in summary.rows:
        if "total" in row.reported and row.combine != "ratio":
            head = f"{row.code}{row.name_vi}{row.counted_unit}".replace(" ", "")
            _before, _head, line = text.partition(head)
            said = line.partition("Sốcáccơquanbáocáo")[2]
            used, reported = row.shown(row.total), row.shown(row.reported["total"])
            assert line.startswith(f"{used}{row.total.basis}".replace(" ", ""))
            assert said.startswith(f"{reported}{row.reported['total'].basis}".replace(" ", ""))
            totals[row.code, "total"] = value_of(reported), value_of(used)
    assert "Trongđó:Nữ3.3503/7Trongđó:Nữ,sốcáccơquanbáocáo3.3003/7" in text
    totals["T1.04", "girls"] = Decimal(3300), Decimal(3350)
    lines = []
    for line in summary.ledger:
        name = line.body.name if line.option == "total" else f"{line.body.name}; {line.column}"
        name += " (đối chiếu, không cộng)" if line.cross else ""
        drawn = f"{name}{line.shown_reported}{line.shown_used}{line.shown_difference}Lý do: {line.reason} ({line.by},"
        assert drawn.replace(" ", "") in annex
        lines.append((line.code, line.option, line.difference, not line.cross))
    compare(totals, lines)
    assert annex.count("Lýdo:") == len(LINES)
    assert "Có10sốliệuđượcdùngkhácsốcơquanbáocáo" in text
    assert "giảitrìnhsốliệu,sổđiềuchỉnhsốliệu,cơquanchưacóbáocáođượcduyệt" in text
    assert "tạicácPhụlụckèmtheo./." in text
    assert "ChitiếttạiPhụlụcIIkèmtheo." in text


def test_a_province_without_corrections_says_so(report, cast, client):
    accept(report, cast.lan, cast.huyen)
    summary = summarise(fresh(report.period), cells=True, texts=True)
    assert summary.ledger == ()
    assert read(excel.render(Document(summary)))["Điều chỉnh"][2][0] == "Không có điều chỉnh nào đang áp dụng."
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.render(Document(summary)))).pages)
    assert "Không có điều chỉnh; số liệu đúng như các cơ quan báo cáo." in plain(text)
    assert "SỔ ĐIỀU CHỈNH" not in text
    document = json.loads(package.render(Document(summary)))
    assert document["ledger"] == []
    assert {
        row["total"]["value"] == row["total"]["reported"]["value"] for s in document["sections"] for row in s["rows"]
    } == {True}
    client.force_login(cast.hung)
    assert "Không có điều chỉnh nào đang áp dụng" in client.get("/tong-hop/2020/").content.decode()


def test_a_jump_tells_that_its_figure_is_corrected(summary):
    jump = Jump(summary.bodies[0], "T6.06", "Chỉ tiêu", "", "vụ", Decimal(1), Decimal(9), corrected=True, estimate=True)
    jumped = replace(summary, jumps=(jump,), explained=())
    [told] = json.loads(package.render(Document(jumped)))["jumps"]
    assert told["now"] == {"value": 9, "state": "value", "estimate": True, "corrected": True}
    assert jump.shown_now == "9 (ước, điều chỉnh)"


# --- who is not counted -------------------------------------------------------------------------


@pytest.fixture
def excused(period, cast):
    """Hàm Yên is exempt, Yên Sơn closed in June, Sở Y tế closed after it had sent."""
    Body.objects.filter(code__in=["yen-son", "so-y-te"]).update(valid_to=at(2020, 6, 30).date())
    accept(period.reports.get(body__code="so-y-te"), cast.yen, cast.huyen)
    exempt = period.reports.get(body__code="ham-yen")
    move(exempt, Action.EXEMPT, by=cast.huyen, note="Sáp nhập.", at=at(2020, 12, 1))
    return summarise(fresh(period), cells=True, texts=True)


def test_those_who_are_not_counted_are_named(client, cast, excused):
    assert excused.excused == (
        Excused(
            "ham-yen",
            "Ủy ban nhân dân huyện Hàm Yên",
            "UBND huyện Hàm Yên",
            "district",
            True,
            at(2020, 12, 1).date(),
            "Sáp nhập.",
        ),
        Excused(
            "yen-son",
            "Ủy ban nhân dân huyện Yên Sơn",
            "UBND huyện Yên Sơn",
            "district",
            False,
            at(2020, 6, 30).date(),
        ),
    )
    assert excused.coverage.short == "1/37 cơ quan"
    told = ["Ủy ban nhân dân huyện Hàm Yên: được miễn báo cáo: Sáp nhập (01/12/2020)"]
    told += ["Ủy ban nhân dân huyện Yên Sơn: kết thúc hoạt động sau ngày 30/06/2020"]
    client.force_login(cast.hung)
    page = lxml.html.fromstring(client.get("/tong-hop/2020/").content.decode())
    assert [plain(item.text_content()) for item in page.xpath("//details/ul/li")] == told
    assert json.loads(package.render(Document(excused)))["excused"] == [
        {
            "code": "ham-yen",
            "name": "Ủy ban nhân dân huyện Hàm Yên",
            "group": "district",
            "why": "exempt",
            "day": "2020-12-01",
            "reason": "Sáp nhập.",
        },
        {
            "code": "yen-son",
            "name": "Ủy ban nhân dân huyện Yên Sơn",
            "group": "district",
            "why": "closed",
            "day": "2020-06-30",
            "reason": None,
        },
    ]
    lines = read(excel.render(Document(excused)))["Tình hình báo cáo"][-2:]
    assert [(line[0], line[1], line[3], line[6], line[8]) for line in lines] == [
        (
            38,
            "Ủy ban nhân dân huyện Hàm Yên",
            "Được miễn",
            "không tính",
            "Không tính vào số cơ quan phải báo cáo: được miễn báo cáo: Sáp nhập (từ ngày 01/12/2020)",
        ),
        (
            39,
            "Ủy ban nhân dân huyện Yên Sơn",
            "Đã kết thúc hoạt động",
            "không tính",
            "Không tính vào số cơ quan phải báo cáo: kết thúc hoạt động sau ngày 30/06/2020",
        ),
    ]
    small_one = replace(excused, sections=tuple(replace(s, rows=()) for s in excused.sections), jumps=None)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.render(Document(small_one)))).pages)
    assert (
        "Không tính vào số cơ quan phải báo cáo (2 cơ quan): Ủy ban nhân dân huyện Hàm Yên "
        "(được miễn báo cáo: Sáp nhập); Ủy ban nhân dân huyện Yên Sơn (kết thúc hoạt động sau ngày 30/06/2020)."
    ) in plain(text)


def test_gathering_reads_only_what_it_needs(report, cast):
    """The cells behind one total are as they were reported; consolidation puts the ledger into them."""
    accept(report, cast.lan, cast.huyen, figures={"T6.24": 3})
    change(report, "T6.24", 7, cast)
    found = gather(fresh(report.period), cells=True, only="T6.24")
    assert found.cells["na-hang"] == {Cell("T6.24"): number(3)}
    assert as_used(found).cells["na-hang"][Cell("T6.24")] == number(7)
    Report.objects.filter(pk=report.pk).update(status=Status.SUBMITTED)
    assert gather(fresh(report.period)).ledger == ()
