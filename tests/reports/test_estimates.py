""" "Ước thực hiện": no total of the province, and no drawing of one, hides that it rests on estimates."""

import json
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directives.choices import Role
from reports.answers import Answer, Cell
from reports.choices import Status
from reports.document import Document
from reports.exports import excel, package
from reports.gathering import summarise
from reports.models import Figure, Period, Report, write_answers
from tests.conftest import person
from tests.factories import accept
from tests.reports.workbook_reading import column, read

pytestmark = pytest.mark.django_db

PEOPLE = {"T0.01": 50000, "T0.02": 90000, "T0.03": 30000, "T0.04": 2000, "T0.04:girls": 900}


@pytest.fixture
def accepted(period, cast):
    """Accepts the report of a body, by its code, with these totals marked as estimates."""

    def make(code, figures=None, estimates=()):
        report = period.reports.get(body__code=code)
        by = person(f"nguoi-{code}", Role.REPORTER, code)
        accept(report, by, cast.huyen, figures=figures)
        rows = Figure.objects.filter(report=report, option="total", indicator__code__in=estimates)
        rows.update(estimate=True)
        return report

    return make


def told(row):
    """(total, basis of the total, {option: basis})."""
    options = {option: amount.basis.replace("\u00a0", " ") for option, amount in row.options.items()}
    return row.total.value, row.total.basis.replace("\u00a0", " "), options


@pytest.fixture
def two_districts(period, accepted):
    """Na Hang estimated its registered births, Chiêm Hóa its children under 5; both are parts of a rate."""
    accepted("na-hang", {**PEOPLE, "T1.04": 1000, "T1.04:girls": 480}, ["T1.04", "T2.05"])
    accepted("chiem-hoa", {**PEOPLE, "T1.04": 1500}, ["T0.04", "T1.04"])
    accepted("so-tu-phap", {"T1.04": 2600}, ["T1.04"])
    return period


def test_totals_breakdowns_ratios_and_cross_checks_tell_their_estimates(two_districts):
    summary = summarise(two_districts)
    assert told(summary.row("T1.04")) == (2500, "2/7, 2 ước", {"girls": "1/7, 1 ước", "minority": "0/7"})
    assert told(summary.row("T0.04")) == (4000, "2/7, 1 ước", {"girls": "2/7, 1 ước"})
    assert told(summary.row("T1.05")) == (Decimal("62.5"), "2/7, 2 ước", {})
    assert told(summary.row("T1.07")) == (0, "2/7", {})
    [cross] = summary.row("T1.04").cross
    assert (cross.label, cross.amount.basis) == ("Sở Tư pháp", "1/1, 1\u00a0ước")
    assert summary.row("T1.05").coverage.short == "2/7 cơ quan (2 số ước)"
    assert [row.code for row in summary.estimated] == ["T0.04", "T1.04", "T1.05", "T2.05"]


def test_last_year_s_total_tells_its_estimates(obligation, cast, period, accepted):
    before = Period.objects.open(obligation, 2019)
    old = before.reports.get(body__code="na-hang")
    accept(old, cast.lan, cast.huyen, figures={"T6.24": 5})
    Figure.objects.filter(report=old, indicator__code="T6.24").update(estimate=True)
    accepted("na-hang", {"T6.24": 5})
    row = summarise(period).row("T6.24")
    assert (row.total.estimates, row.previous.estimates) == (0, 1)


def test_without_estimates_nothing_is_said_and_nothing_more_is_asked(period, accepted):
    report = accepted("na-hang")
    summarise(period)
    with CaptureQueriesContext(connection) as none:
        summary = summarise(Period.objects.get(pk=period.pk))
    assert (summary.estimated, {amount.estimates for row in summary.rows for amount in row.amounts}) == ((), {0})
    Figure.objects.filter(report=report, option="total").update(estimate=True)
    with CaptureQueriesContext(connection) as all_of_them:
        summarise(Period.objects.get(pk=period.pk))
    assert len(all_of_them) == len(none) + 2


# --- against an independent recount ---------------------------------------------------------

ASKED = {  # {indicator: ([options], bodies that are summed)}, as the catalogue has them
    "T0.04": (["girls"], "district"),
    "T1.04": (["girls", "minority"], "district"),
    "T2.02": ([], "all"),
    "T2.03": ([], "all"),
    "T2.05": ([], "not finance"),
}
RATIOS = {"T1.05": ("T1.04", "T0.04", "district"), "T2.04": ("T2.03", "T2.02", "all")}
BODIES = ("so-tai-chinh", "so-y-te", "na-hang", "chiem-hoa", "ham-yen")
SUMMED = {"district": BODIES[2:], "all": BODIES, "not finance": BODIES[1:]}

answers = st.builds(
    lambda value, estimate: Answer(value, nothing=value is None, estimate=estimate),
    st.one_of(st.integers(0, 9).map(Decimal), st.none()),
    st.booleans(),
)


@st.composite
def provinces(draw):
    """{body: (status, {Cell: Answer})}; a mark stands with a total."""
    found = {}
    for body in BODIES:
        said = {}
        for code, (options, summed) in ASKED.items():
            if body in SUMMED[summed] and (total := draw(st.one_of(st.none(), answers))):
                said[Cell(code)] = total
                said |= {Cell(code, o): Answer(Decimal(0)) for o in options if draw(st.booleans())}
        found[body] = draw(st.sampled_from([Status.ACCEPTED, Status.ACCEPTED, Status.SUBMITTED])), said
    return found


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(province=provinces())
def test_the_estimates_in_every_total_equal_a_naive_recount(period, province):
    Figure.objects.all().delete()
    for body, (status, said) in province.items():
        report = period.reports.get(body__code=body)
        write_answers(report, said)
        Report.objects.filter(pk=report.pk).update(status=status, gaps=1)
    summary = summarise(Period.objects.get(pk=period.pk), cells=True)
    accepted = {body: said for body, (status, said) in province.items() if status == Status.ACCEPTED}
    for code, (options, summed) in ASKED.items():
        row = summary.row(code)
        marked = [b for b in SUMMED[summed] if (a := accepted.get(b, {}).get(Cell(code))) and a.estimate]
        assert (code, row.total.estimates) == (code, len(marked))
        for option in options:
            assert row.options[option].estimates == sum(Cell(code, option) in accepted[b] for b in marked)
        places = {n for n, line in enumerate(summary.bodies) if line.code in marked}
        assert {n for n in range(len(summary.bodies)) if row.is_estimate("total", n)} == places
    for code, (top, bottom, summed) in RATIOS.items():
        pairs = [[accepted.get(b, {}).get(Cell(part)) for part in (top, bottom)] for b in SUMMED[summed]]
        expected = sum(all(pair) and any(a.estimate for a in pair) for pair in pairs)
        assert (code, summary.row(code).total.estimates) == (code, expected)


# --- drawn ----------------------------------------------------------------------------------


def test_the_workbook_counts_estimates_beside_totals_and_marks_the_cells(two_districts):
    content = excel.render(Document(summarise(two_districts, cells=True)))
    sheets = read(content)
    found = column(sheets["Nhiệm vụ 1"], "T1.04")
    shown = [found[name] for name in ("Toàn tỉnh", "Cơ quan đã có số liệu", "UBND huyện Na Hang")]
    assert shown == [2500, "2/7, 2\u00a0ước", 1000]  # a mark by the number format: numbers stay numbers
    legends = {
        name: [line[0] for line in lines if str(line[0]).startswith("“(ước)”")] != [] for name, lines in sheets.items()
    }
    assert (legends["Nhiệm vụ 1"], legends["Nhiệm vụ 7"]) == (True, False)
    head = next(line for line in sheets["Tổng hợp"] if line[0] == "Mã")
    line = dict(zip(head, next(line for line in sheets["Tổng hợp"] if line[0] == "T1.04"), strict=True))
    assert line["Số đối chiếu (không cộng)"] == "Sở Tư pháp: 2.600 (1/1, 1\u00a0ước)"
    page = openpyxl.load_workbook(BytesIO(content))["Nhiệm vụ 1"]
    na_hang = next(line for line in page.iter_rows() if line[1].value == "UBND huyện Na Hang")
    codes = next(line for line in page.iter_rows() if line[1].value == "Mã")
    formats = [cell.number_format for cell, code in zip(na_hang, codes, strict=True) if code.value == "T1.04"]
    assert formats == ['#,##0" (ước)"', '#,##0" (ước)"', "General"]


def test_the_column_of_an_estimate_has_room_for_its_mark(period, accepted):
    report = accepted("na-hang", {"T2.05": "123456789.125"})

    def width():
        page = openpyxl.load_workbook(BytesIO(excel.render(Document(summarise(period, cells=True)))))["Nhiệm vụ 2"]
        cell = next(cell for line in page.iter_rows() for cell in line if cell.value == "T2.05")
        return page.column_dimensions[cell.column_letter].width

    plain = width()
    Figure.objects.filter(report=report, indicator__code="T2.05").update(estimate=True)
    assert (plain, width()) == (len("123.456.789,125") + 3, len("123.456.789,125 (ước)") + 3)


def test_json_counts_and_marks(two_districts):
    document = json.loads(package.render(Document(summarise(two_districts, cells=True))))
    rows = {row["code"]: row for section in document["sections"] for row in section["rows"]}
    total = {"value": 2500, "state": "value", "answered": 2, "owed": 7, "estimates": 2}
    total["reported"] = dict(total)
    assert (rows["T1.04"]["total"], rows["T1.07"]["total"]["estimates"]) == (total, 0)
    assert rows["T1.04"]["by_body"]["na-hang"] == {
        "total": {"value": 1000, "state": "value", "estimate": True},
        "girls": {"value": 480, "state": "value", "estimate": True},
        "minority": {"value": None, "state": "missing"},
    }
    assert rows["T1.05"]["by_body"]["chiem-hoa"] == {"total": {"value": 75, "state": "value", "estimate": True}}
    assert rows["T1.07"]["by_body"]["na-hang"]["total"] == {"value": 0, "state": "value"}


def test_the_pages_say_it_beside_the_numbers(client, cast, two_districts):
    client.force_login(cast.hung)
    page = client.get("/tong-hop/2020/").content.decode()
    assert page.count("2/7 cơ quan (2 số ước)") == 2  # registered births and their rate
    assert page.count("“(ước)”") == 1
    page = client.get("/tong-hop/2020/chi-tieu/T1.04/").content.decode()
    assert '<td class="num">2.500 <span class="small-print">(2/7, 2\u00a0ước)</span></td>' in page
    assert page.count('<td class="num">1.000 (ước)</td>') == 1
    assert page.count('<td class="num">480 (ước)</td>') == 1
    assert page.count('<td class="num">2.600 (ước)</td>') == 1  # who only cross-checks
    page = client.get("/tong-hop/2020/chi-tieu/T1.07/").content.decode()
    assert "ước)" not in page
