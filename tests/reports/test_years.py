"""The province over the years: every total is that of its Summary; what was merged or split in both views."""

import datetime as dt
import io
import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from directives.choices import BodyKind, Role
from directives.models import Body, BodyLink, Obligation
from directives.reorganising import Founded, Passing, Wish, write
from reports.body_years import years_of_bodies
from reports.document import Document
from reports.exports import excel, package
from reports.exports.pdf import html_of, paper_of
from reports.gathering import summarise
from reports.mapping import Link, Map, total
from reports.models import Period, Report
from reports.years import years_of_province
from tests.conftest import ensure_loaded, person
from tests.factories import accept

pytestmark = pytest.mark.django_db

ON = dt.date(2021, 7, 1)
ABUSED = ("T6.06", "T6.07")  # of whom all were abused in this way


def abused(number, **more):
    return dict.fromkeys(ABUSED, number) | more


FIGURES = {
    2020: {
        "na-hang": abused(30, **{"T0.03": 200, "T0.01": 900, "T0.02": 2000, "T1.06": 100, "T2.01": 0}),
        "lam-binh": abused(12, **{"T0.03": 100, "T0.01": 400, "T0.02": 900, "T1.06": 80, "T2.01": 0}),
        "chiem-hoa": abused(5, **{"T0.03": 50, "T0.01": 100, "T0.02": 200, "T1.06": 50}),
        "son-duong": {"T6.06": None, "T6.07": None},
        "cong-an-tinh": abused(52),
    },
    2021: {
        "huyen-moi": abused(40, **{"T0.03": 300, "T0.01": 1300, "T0.02": 3000, "T1.06": 290}),
        "xa-mot": abused(2),
        "vung-khac": abused(8),
        "son-duong": abused(1),
        "cong-an-tinh": abused(50),
    },
}
FOUNDED = (
    Founded("huyen-moi", "Ủy ban nhân dân huyện Mới", "UBND huyện Mới", "district"),
    Founded("xa-mot", "Ủy ban nhân dân xã Một", "UBND xã Một", "commune"),
    Founded("xa-hai", "Ủy ban nhân dân xã Hai", "UBND xã Hai", "commune"),
    Founded("vung-khac", "Ủy ban nhân dân vùng Khác", "UBND vùng Khác", "commune"),
)
PASSINGS = (
    Passing("na-hang", "huyen-moi", "merge"),
    Passing("lam-binh", "huyen-moi", "merge"),
    Passing("chiem-hoa", "xa-mot", "split", Decimal(30)),
    Passing("chiem-hoa", "xa-hai", "split"),
)


def made():
    """Two years: in between two districts merged, one was split with one share unsaid, another territory came."""
    obligation, officer = Obligation.objects.get(), person("o", Role.OFFICER)
    periods = {2020: Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1))}
    write(Wish("Sắp xếp", ON, FOUNDED, PASSINGS), by=None, plan={})
    periods[2021] = Period.objects.open(obligation, 2021, as_of=dt.date(2021, 12, 1))
    people = {}
    for year, bodies in FIGURES.items():
        for code, figures in bodies.items():
            report = periods[year].reports.select_related("period", "body").get(body__code=code)
            if code not in people:
                people[code] = person(f"p-{code}", Role.REPORTER, code)
            asked = {indicator.code for indicator in report.indicators()}
            accept(report, people[code], officer, figures={c: v for c, v in figures.items() if c in asked})
    return SimpleNamespace(now=periods[2021], before=periods[2020], officer=officer)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_loaded()
        yield made()
        transaction.set_rollback(True)


def table(world, code, **how):
    indicator = next(i for i in world.now.indicators() if i.code == code)
    return years_of_bodies(world.now, indicator, **how)


def lines(found):
    """{(role, body): [what each year says, None where it was not asked, …, change]} of those that said something."""
    told = {
        (body.role, body.code): [
            (entry.text + (f" [{entry.basis}]" if entry.basis else "") if entry.there else None)
            for entry in body.entries
        ]
        + [body.change]
        for body in found.bodies
    }
    return {key: row for key, row in told.items() if any(text not in (None, "chưa có số liệu", "") for text in row)}


def totals(found):
    return [(str(cell.amount.value), cell.amount.basis) for cell in found.line.cells]


def test_as_it_was_and_on_todays_map(world):
    as_it_was, mapped = (table(world, "T6.06", mapped=how) for how in (False, True))
    assert lines(as_it_was) == {
        ("counted", "huyen-moi"): [None, "40", ""],
        ("counted", "son-duong"): ["không phát sinh", "1", ""],
        ("counted", "xa-mot"): [None, "2", ""],
        ("counted", "vung-khac"): [None, "8", ""],
        ("counted", "lam-binh"): ["12", None, ""],
        ("counted", "na-hang"): ["30", None, ""],
        ("counted", "chiem-hoa"): ["5", None, ""],
        ("cross", "cong-an-tinh"): ["52", "50", "-2"],
    }
    assert lines(mapped) == {
        ("counted", "huyen-moi"): ["42 [2/2]", "40", "-2"],
        ("counted", "son-duong"): ["không phát sinh", "1", ""],
        ("counted", "xa-mot"): ["-", "2", ""],
        ("counted", "xa-hai"): ["-", "chưa có số liệu", ""],
        ("counted", "vung-khac"): [None, "8", ""],
        ("cross", "cong-an-tinh"): ["52", "50", "-2"],
    }
    why = {body.code: tuple(entry.why for entry in body.entries) for body in mapped.bodies if body.code[:3] == "xa-"}
    assert why == dict.fromkeys(("xa-mot", "xa-hai"), ("chưa có tỷ lệ chia của UBND huyện Chiêm Hóa", ""))
    assert (mapped.unavailable, as_it_was.unavailable) == (2, 0)
    assert totals(as_it_was) == totals(mapped) == [("47", "4/7"), ("51", "4/8")]


def test_old_bodies_keep_their_names_and_say_until_when(world):
    names = {body.code: (body.name, body.until) for body in table(world, "T6.06", mapped=False).bodies}
    assert names["na-hang"] == ("Ủy ban nhân dân huyện Na Hang", 2020)
    assert names["huyen-moi"] == ("Ủy ban nhân dân huyện Mới", 0)


def test_ratios_are_recomputed_and_yes_and_no_pass_only_whole(world):
    rate = lines(table(world, "T1.07", mapped=True))
    assert rate["counted", "huyen-moi"] == ["60,00 [2/2]", "96,67", "+36,67"]  # 180 of 300, not the mean of 50 and 80
    plan = table(world, "T2.01", mapped=True)
    entries = {body.code: body.entries[0] for body in plan.bodies}
    assert (entries["huyen-moi"].text, entries["huyen-moi"].why) == (
        "-",
        "câu trả lời của nhiều cơ quan không cộng, không chia được",
    )
    assert (entries["son-duong"].text, entries["son-duong"].why) == ("Không", "")


@pytest.mark.parametrize("code", ["T6.06", "T0.03", "T2.05"])
def test_sums_are_those_of_the_summaries_in_both_views(world, code):
    """With every share typed nothing is lost on the way to the later map."""
    BodyLink.objects.filter(successor__code="xa-hai").update(share=Decimal(70))
    assert lines(table(world, "T6.06", mapped=True))["counted", "xa-mot"] == ["≈ 1,5", "2", "+0,5"]
    for mapped in (False, True):
        found = table(world, code, mapped=mapped)
        for place, period in enumerate((world.before, world.now)):
            values = [body.entries[place].value for body in found.bodies if body.role == "counted"]
            expected = summarise(period).row(code).total
            assert sum(value for value in values if value is not None) == expected.value
            assert found.line.cells[place].amount == expected


def test_every_total_of_every_year_is_its_summarys(world):
    years = years_of_province(world.now)
    assert [(c.year, c.coverage.short) for c in years.columns] == [(2020, "5/39 cơ quan"), (2021, "5/40 cơ quan")]
    summaries = [summarise(period) for period in (world.before, world.now)]
    shown = {line.newest.code: [cell.amount for cell in line.cells] for group in years.groups for line in group.lines}
    assert shown == {row.code: [summary.row(row.code).total for summary in summaries] for row in summaries[1].rows}
    for group in years.groups:
        for line in group.lines:
            row = summaries[1].row(line.newest.code)
            assert (line.newest.change, line.newest.comparable) == (row.change, row.comparable)


def test_where_the_series_breaks_and_why(world):
    years = years_of_province(world.now)
    cells = {line.newest.code: line.cells for group in years.groups for line in group.lines}
    marked = {code: [cell.note for cell in row] for code, row in cells.items()}
    assert (marked["T6.06"], marked["T6.11"], marked["T4.08"]) == ([0, 1], [0, 0], [0, 0])  # police, a department
    assert years.notes == (
        "Giữa năm 2020 và năm 2021: 2 cơ quan hợp nhất, sáp nhập; 1 cơ quan chia, tách; 1 cơ quan mới, năm trước không "
        "có cơ quan nào trên cổng ở địa bàn hoặc nhiệm vụ đó. Tổng toàn tỉnh của hai năm không cùng một phạm vi.",
    )


def test_the_summary_and_what_draws_it_carry_the_break(world):
    summary = summarise(world.now)
    [sentence] = years_of_province(world.now).notes
    assert (summary.row("T6.06").broken, summary.row("T6.11").broken, summary.breaks) == (sentence, "", (sentence,))
    assert (summary.row("T6.06").change_mark, summary.row("T6.06").comparable) == ("‖", False)
    document = Document(summary)
    rows = {row["code"]: row for part in json.loads(package.render(document))["sections"] for row in part["rows"]}
    assert (rows["T6.06"]["broken"], rows["T6.11"]["broken"]) == (sentence, None)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(excel.render(document))).get_sheet_by_name("Tổng hợp")
    assert sentence in {cell for row in sheet.to_python() for cell in row}
    paper = html_of(paper_of(document))
    assert "+4 (+8,5%)‖" in paper
    assert sentence in paper
    client = Client()
    client.force_login(person("lanh-dao-nam", Role.LEADER))
    assert sentence in client.get(f"/tong-hop/{world.now.code}/").content.decode()


def test_a_year_alone_and_a_year_that_is_not_there(world):
    years = years_of_province(world.before)
    assert ([c.year for c in years.columns], years.notes, years.compares) == ([2020], (), False)
    Period.objects.filter(pk=world.now.pk).update(year=2022, code="2022")
    later = years_of_province(Period.objects.get(code="2022"))
    assert ([c.year for c in later.columns], later.compares) == ([2020, 2022], False)


# --- pages ----------------------------------------------------------------------------------------

PAGES = ["", "T6.06/", "T6.06/?xem=ban-do&cot=girls", "T1.07/?xem=ban-do", "T2.01/?trang=99&xem=%00"]


def get(user, page, year="2021"):
    client = Client()
    client.force_login(user)
    return client.get(f"/tong-hop/{year}/cac-nam/{page}")


@pytest.mark.parametrize("role", Role.values)
def test_only_those_who_consolidate_see_them(world, role):
    acts = role in (Role.REPORTER, Role.SIGNATORY)
    user = person("someone", role, "son-duong" if acts else None)
    status = {get(user, page).status_code for page in PAGES}
    assert status == ({200} if role in (Role.OFFICER, Role.LEADER) else {404})
    assert get(user, "T6.06/?cot=khong-co").status_code == get(user, "T9.99/").status_code == 404


def test_pages_show_marks_coverage_and_targets(world):
    response = get(world.officer, "")
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert page.count("‖1") == sum(1 for g in response.context["years"].groups for x in g.lines if x.cells[1].note)
    assert "Năm 2020: 5/39 cơ quan; thiếu:" in page
    assert page.count("Chỉ tiêu quốc gia 2025") == 4
    mapped = get(world.officer, "T6.06/?xem=ban-do").content.decode()
    assert "chưa có tỷ lệ chia của UBND huyện Chiêm Hóa" in mapped
    assert "2 ô không tính được" in mapped


def test_a_fixed_number_of_queries_and_pages_of_fifty(world):
    def counted():
        found = []
        for page in PAGES[:4]:
            with CaptureQueriesContext(connection) as queries:
                get(world.officer, page)
            found.append(len(queries))
        return found

    counted()  # what is kept in memory is read once
    before = counted()
    more = [
        Body(
            code=f"xa-{n}",
            name=f"Ủy ban nhân dân xã {n}",
            short_name=f"Xã {n}",
            kind=BodyKind.COMMUNE,
            position=9000 + n,
        )
        for n in range(120)
    ]
    Body.objects.bulk_create(more)
    BodyLink.objects.bulk_create(
        BodyLink(predecessor=old, successor=new, kind="rename", on=ON)
        for old, new in zip(more[:60], more[60:], strict=True)
    )
    for period, bodies in ((world.before, more[:60]), (world.now, more[60:])):
        Report.objects.bulk_create(
            Report(
                period=period,
                body=b,
                position=100 + n,
                name=b.name,
                short_name=b.short_name,
                group="commune",
                counting_group="commune",
            )
            for n, b in enumerate(bodies)
        )
    assert counted() == before
    response = get(world.officer, "T6.06/?xem=ban-do")
    assert (response.context["page"].paginator.num_pages, len(response.context["page"])) == (2, 50)
    assert "?trang=2&amp;cot=total&amp;xem=ban-do" in response.content.decode()


def test_the_map_of_two_years_by_hand():
    """30 and 12 as they were, 42 on today's map."""
    day = dt.date(2020, 12, 1)
    links = [Link("a", "c", "merge", ON), Link("b", "c", "merge", ON)]
    found = Map("ab", links, day, dt.date(2021, 12, 1)).added({"a": Decimal(30), "b": Decimal(12)})
    assert ({code: cell.value for code, cell in found.items()}, total(found.values())) == ({"c": 42}, 42)
