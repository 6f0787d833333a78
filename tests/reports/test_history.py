"""A body's years in one table: what each year said, in which edition, how settled it is."""

import datetime as dt
import re
import shutil
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from directives.loading import DATA, load
from reports.answers import Answer, Cell
from reports.choices import Action, Status
from reports.history import YEARS, history_of
from reports.models import Period, Receipt, Report, write_answers
from reports.models.opening import Recipient
from reports.workflow import move
from tests.conftest import at
from tests.directives.conftest import Files
from tests.factories import accept, fill, send

ADDRESS = "/bao-cao/2020/na-hang/cac-nam/"
MISSING, NOTHING, NOT_OURS, NOT_ASKED = "chưa có số liệu", "không phát sinh", "không thuộc chức năng", "không hỏi"


def open_year(obligation, year):
    return Period.objects.open(obligation, year, as_of=dt.date(year, 12, 1))


def of(period, code="na-hang"):
    return period.reports.select_related("period__obligation", "body").get(body__code=code)


@pytest.fixture
def second_edition(tmp_path):
    """Loads an edition without T7.02 and the girls of T5.02, with T7.06 renamed, T7.03 in another unit, T7.09 new."""

    def _load():
        files = Files(shutil.copytree(DATA, tmp_path / "data"))
        files.set("indicators.csv", "T7.06", name_vi="Đơn thư đã tiếp nhận")
        files.set("indicators.csv", "T7.03", unit="hành vi")
        files.set("indicators.csv", "T5.02", of_which="minority")
        files.add("indicators.csv", "T7.07", code="T7.09", name_vi="Chỉ tiêu mới")
        files.write("indicators.csv", [row for row in files.rows("indicators.csv") if row[0] != "T7.02"])
        load(files.folder)

    return _load


@pytest.fixture
def years(cast, obligation, second_edition):
    """2018 accepted, late; 2019 accepted at the second sending; 2020 in the new edition, begun."""
    first, second = of(open_year(obligation, 2018)), of(open_year(obligation, 2019))
    accept(first, cast.lan, cast.huyen, at=at(2018, 12, 20), figures={"T7.01": 3, "T7.03": 1, "T5.02": None})
    fill(second, by=cast.lan, figures={"T7.01": 1234, "T7.04": None, "T7.05": "12.5", "T5.02": 90, "T5.02:girls": 40})
    answer = Answer(Decimal(7), detail="Tính đến 30/11", estimate=True)
    write_answers(second, {Cell("T7.06"): answer, Cell("T7.08"): Answer(Decimal(1), detail="BC 12 ngày 01/12/2019")})
    move(second, Action.SUBMIT, by=cast.ky, at=at(2019, 12, 10))
    move(second, Action.RETURN, by=cast.huyen, note="Xem lại", at=at(2019, 12, 16))
    move(second, Action.SUBMIT, by=cast.ky, at=at(2019, 12, 18))
    move(second, Action.ACCEPT, by=cast.huyen, at=at(2019, 12, 19))
    second_edition()
    third = of(open_year(obligation, 2020))
    write_answers(third, {Cell("T7.01"): Answer(Decimal(0)), Cell("T5.05"): Answer(Decimal(8))})
    write_answers(third, {Cell("T5.06"): Answer(Decimal(6))})
    return third


def texts(line):
    return tuple(f"{e.text}{' (ước)' if e.estimate else ''}{f' ({e.unit})' if e.unit else ''}" for e in line.entries)


def group(history, number):
    return next(g for g in history.groups if g.number == number)


def test_one_row_for_each_thing_one_column_for_each_year(years):
    history = history_of(years)
    assert [column.report.period.year for column in history.columns] == [2020, 2019, 2018]
    assert [(line.code, texts(line)) for line in group(history, 7).lines] == [
        ("T7.01", ("0", "1.234", "3")),
        ("T7.03", (MISSING, "0 (vi phạm)", "1 (vi phạm)")),
        ("T7.04", (MISSING, NOTHING, "0")),
        ("T7.05", (MISSING, "12,5", "0")),
        ("T7.06", (MISSING, "7 (ước)", "0")),
        ("T7.07", (MISSING, "0", "0")),
        ("T7.08", (MISSING, "Có", "Không")),
        ("T7.09", (MISSING, NOT_ASKED, NOT_ASKED)),
        ("T7.02", (NOT_ASKED, "0", "0")),
    ]


def test_names_and_units_are_those_of_the_newest_year_that_has_them(years):
    lines = {line.code: line for line in group(history_of(years), 7).lines}
    assert (lines["T7.06"].name, lines["T7.03"].unit) == ("Đơn thư đã tiếp nhận", "hành vi")
    assert (lines["T7.02"].name, lines["T7.02"].unit) == ("Cuộc giám sát", "cuộc")
    assert [entry.detail for entry in lines["T7.06"].entries] == ["", "Tính đến 30/11", ""]
    assert [entry.detail for entry in lines["T7.08"].entries] == ["", "BC 12 ngày 01/12/2019", ""]


def test_of_which_stand_below_their_indicator_and_dropped_ones_stay(years):
    lines = [line for line in group(history_of(years), 5).lines if line.code in ("T5.02", "T5.07")]
    assert [(line.label, line.computed, texts(line)) for line in lines] == [
        ("", False, (MISSING, "90", NOTHING)),
        ("Nữ", False, (NOT_ASKED, "40", NOTHING)),
        ("Dân tộc thiểu số", False, (MISSING, MISSING, NOTHING)),
        ("", True, ("75,00", "-", "-")),
    ]


def test_beside_nothing_the_empty_of_which_is_not_missing(cast, obligation):
    report = of(open_year(obligation, 2019))
    write_answers(report, {Cell("T5.02"): Answer(nothing=True)})
    lines = [line for line in group(history_of(report), 5).lines if line.code == "T5.02"]
    assert [texts(line) for line in lines] == [(NOTHING,), (NOTHING,), (NOTHING,)]


def test_a_task_outside_the_functions_is_neither_missing_nor_zero(cast, obligation):
    report = of(open_year(obligation, 2019))
    fill(report, by=cast.lan, declined=(5,))
    entries = {e.text for line in group(history_of(report), 5).lines for e in line.entries}
    assert entries == {NOT_OURS}


def test_the_columns_tell_how_settled_each_year_is(years):
    columns = history_of(years).columns
    found = [(c.accepted, c.report.version, c.report.on_time, c.receipt) for c in columns]
    assert found == [(False, 0, None, False), (True, 2, True, True), (True, 1, False, True)]


def test_groups_follow_the_form(years):
    history = history_of(years)
    assert [g.number for g in history.groups] == years.section_numbers()
    assert group(history, 0).title == "Số liệu dùng chung"
    assert {g.number: g.title for g in history.groups if g.number} == {
        task.number: str(task) for task in years.period.ordered_tasks()
    }


def test_only_the_ten_newest_annual_years_of_this_body(cast, obligation):
    for year in range(2008, 2020):
        open_year(obligation, year)
    Period.objects.create(
        **{
            field.name: getattr(Period.objects.get(year=2019), field.name)
            for field in Period._meta.concrete_fields
            if field.name not in ("id", "code", "kind")
        },
        code="2019-dx1",
        kind="ad_hoc",
    ).create_reports([Recipient(of(Period.objects.get(code="2019")).body, "district", "district")])
    report = of(Period.objects.get(code="2019"))
    columns = history_of(report).columns
    assert [c.report.period.code for c in columns] == [str(year) for year in range(2019, 2019 - YEARS, -1)]
    assert {c.report.body_id for c in columns} == {report.body_id}


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("ky", 200), ("minh", 404), ("huyen", 404), ("hung", 404), ("quan", 404)]
)
def test_the_years_belong_to_the_body(client, cast, period, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS).status_code == 405


class Table(HTMLParser):
    """The rows of the page's table as lists of text."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        self.inside = self.inside or tag in ("td", "th")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def test_the_page_draws_the_same_table(client, cast, years):
    client.force_login(cast.lan)
    text = client.get(ADDRESS).content.decode()
    rows = {row[0].split()[0]: row for row in Table(text).rows if len(row) == 4}
    assert Table(text).rows[0] == ["Chỉ tiêu (đơn vị tính)", "năm 2020", "năm 2019", "năm 2018"]
    assert rows["T7.03"] == ["T7.03 Vi phạm được phát hiện (hành vi)", MISSING, "0 (vi phạm)", "1 (vi phạm)"]
    assert rows["T7.06"][1:] == [MISSING, "7 (ước) Tính đến 30/11", "0"]
    state = rows["Tình"]
    assert state[1].startswith("Đang soạn")
    assert "Chưa gửi" in state[1]
    assert state[2] == "Đã duyệt Đúng hạn Gửi 2 lần Báo cáo năm 2019 Bản đã gửi năm 2019 Biên nhận năm 2019"
    assert state[3] == "Đã duyệt Trễ hạn Gửi 1 lần Báo cáo năm 2018 Bản đã gửi năm 2018 Biên nhận năm 2018"
    assert not re.search(r"\b2\.0\d\d\b", text)


def test_every_link_leads_somewhere(client, cast, years):
    client.force_login(cast.lan)
    links = re.findall(r'href="(/bao-cao/[^"]+)"', client.get(ADDRESS).content.decode())
    assert len(set(links)) == 3 + 2 + 2  # the reports; of two years what was sent, and the receipt
    assert {address: client.get(address).status_code for address in set(links)} == dict.fromkeys(links, 200)


def test_a_sending_without_a_receipt_has_no_link_to_one(client, cast, years):
    Receipt.objects.filter(event__report__period__year=2018)._raw_delete("default")
    assert [c.receipt for c in history_of(years).columns] == [False, True, False]


def test_an_extension_is_told(client, cast, period, report):
    Report.objects.filter(pk=report.pk).update(extended_to=dt.date(2020, 12, 18))
    send(report, cast.lan, at=at(2020, 12, 18, 23))
    client.force_login(cast.lan)
    text = client.get(ADDRESS).content.decode()
    assert "được gia hạn đến hết ngày 18/12/2020" in text
    assert "Đúng hạn" in text
    assert Report.objects.get(pk=report.pk).status == Status.SUBMITTED


def test_a_fixed_number_of_queries_at_one_and_three_years(client, cast, obligation, django_assert_num_queries):
    accept(of(open_year(obligation, 2020)), cast.lan, cast.huyen)
    report = of(Period.objects.get(year=2020))
    history_of(report)
    with django_assert_num_queries(5):
        history_of(report)
    for year in (2018, 2019):
        accept(of(open_year(obligation, year)), cast.lan, cast.huyen)
    with django_assert_num_queries(5):
        assert len(history_of(report).columns) == 3
    client.force_login(cast.lan)
    client.get(ADDRESS)
    with django_assert_num_queries(10):  # and session, person, report, the mark of invented data, unread notices
        client.get(ADDRESS)
