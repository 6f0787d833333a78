"""The annex of explained jumps: all and only the figures that the checks find in the accepted reports, with reasons."""

import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from directives.choices import Role
from directives.models import Catalogue, Indicator, indicators_of
from reports import checks
from reports.answers import Answer, Cell
from reports.choices import Action, Status
from reports.document import Document
from reports.exports import excel, package
from reports.gathering import summarise
from reports.jumps import Jump
from reports.models import AdHoc, Explanation, Figure, Period, Report, TaskResult, write_answers
from reports.sheets import sheet_of
from reports.summary import Mark
from reports.workflow import move
from tests.conftest import person
from tests.factories import accept

pytestmark = pytest.mark.django_db

KPS = Mark.NOTHING


@pytest.fixture
def before(obligation, period):
    return Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))


@pytest.fixture
def accepted(cast):
    """Writes, sends and accepts the report of a body in a period."""

    def make(period, code, figures=None, **filling):
        report = period.reports.select_related("period", "body").get(body__code=code)
        by = person(f"nguoi-{code}-{period.code}", Role.REPORTER, code)
        return accept(report, by, cast.huyen, figures=figures, **filling)

    return make


def explain(report, code, text):
    Explanation.objects.create(report=report, rule_code=code, text=text)


def fresh(period):
    return Period.objects.get(pk=period.pk)


def jumps_of(period):
    return summarise(fresh(period), reasons=True).jumps


def brief(jump):
    return jump.code, jump.body.code, jump.before, jump.now


# --- which figures --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "was", "now", "jumped"),
    [
        ("T6.24", 100, 130, None),  # exactly 30 % is not more than 30 %
        ("T6.24", 100, 131, (100, 131, 31, Decimal(31))),
        ("T6.24", 100, 69, (100, 69, -31, Decimal(-31))),
        ("T6.24", 5, 9, None),  # 80 %, but fewer than five
        ("T6.24", 5, 10, (5, 10, 5, Decimal(100))),
        ("T6.24", 0, 5, (0, 5, 5, None)),  # from nothing there is no percentage
        ("T6.24", 5, 0, (5, 0, -5, Decimal(-100))),
        ("T6.24", None, 5, (KPS, 5, 5, None)),  # nothing arose: not a zero, and moves like one
        ("T6.24", 5, None, (5, KPS, -5, Decimal(-100))),
        ("T6.24", None, 0, None),
        ("T2.05", "20.001", "40", None),  # its own threshold: 20 million
        ("T2.05", "20.001", "40.001", ("20.001", "40.001", "20", Decimal(100))),
        ("T2.05", "1000.5", "1300.651", ("1000.5", "1300.651", "300.151", Decimal(30))),
    ],
)
def test_a_total_jumps_by_the_threshold_of_its_indicator(period, before, accepted, code, was, now, jumped):
    accepted(before, "na-hang", {code: was})
    accepted(period, "na-hang", {code: now})
    found = [(j.code, j.before, j.now, j.change, j.change_percent) for j in jumps_of(period)]
    exact = [tuple(Decimal(n) if isinstance(n, str) else n for n in jumped)] if jumped else []
    assert found == [(code, *each) for each in exact]


def test_only_totals_of_two_accepted_reports_of_one_body(period, before, accepted, cast):
    for code in ("na-hang", "chiem-hoa", "ham-yen", "yen-son"):
        accepted(before, code, {"T6.24": 10})
    accepted(before, "lam-binh", {"T6.24": 10})
    accepted(period, "na-hang", {"T6.24": 50})
    accepted(period, "chiem-hoa", {"T6.24": 10})
    accepted(period, "tp-tuyen-quang", {"T6.24": 50})  # no report the year before
    back = accepted(period, "ham-yen", {"T6.24": 50})
    move(back, Action.REOPEN, by=cast.tu, note="Xem lại.")
    Report.objects.filter(period=before, body__code="yen-son").update(status=Status.SUBMITTED)
    accepted(period, "yen-son", {"T6.24": 50})
    assert [brief(jump) for jump in jumps_of(period)] == [("T6.24", "na-hang", 10, 50)]


def test_a_figure_that_is_missing_in_one_year_does_not_jump(period, before, accepted):
    accepted(before, "na-hang", {"T1.09": 50}, left_out=("T1.03",))
    accepted(period, "na-hang", {"T1.03": 50}, left_out=("T1.09",))
    assert jumps_of(period) == ()


def test_a_task_declared_outside_the_functions_has_no_jump(period, before, accepted):
    accepted(before, "so-y-te", {"T7.01": 50})
    accepted(period, "so-y-te", {}, declined=(7,))
    report = period.reports.get(body__code="so-y-te")
    write_answers(report, {Cell("T7.01"): Answer(Decimal(0))})  # as no form would store it
    assert jumps_of(period) == ()


def test_neither_breakdowns_nor_rates_nor_yes_and_no_jump(period, before, accepted):
    people = {"T0.01": 50000, "T0.02": 90000, "T0.03": 30000}
    accepted(before, "na-hang", {**people, "T0.04": 100, "T0.04:girls": 10, "T1.04": 100})
    accepted(period, "na-hang", {**people, "T0.04": 105, "T0.04:girls": 90, "T1.04": 71})
    Figure.objects.filter(report__period=before, indicator__code="T2.01").update(value=1)
    assert jumps_of(period) == ()


def test_those_who_only_cross_check_are_asked_too(period, before, accepted):
    accepted(before, "so-tu-phap", {"T1.04": 10})
    accepted(period, "so-tu-phap", {"T1.04": 50})
    [jump] = jumps_of(period)
    assert (brief(jump), jump.cross) == (("T1.04", "so-tu-phap", 10, 50), True)


def test_by_indicator_then_in_protocol_order(period, before, accepted):
    for code in ("son-duong", "na-hang", "so-y-te", "mttq-tinh"):
        accepted(before, code)
        accepted(period, code, {"T1.01": 9, "T7.01": 9})
    found = [(jump.code, jump.body.code) for jump in jumps_of(period)]
    order = ["mttq-tinh", "so-y-te", "na-hang", "son-duong"]
    assert found == [(code, body) for code in ("T1.01", "T7.01") for body in order]


def test_years_meet_by_code_across_editions(period, before, accepted):
    """Last year's edition has rows of its own for the same codes."""
    accepted(before, "na-hang", {"T1.01": 10, "T1.03": 90})
    edition = Catalogue.objects.create(directive=period.catalogue.directive, version=90)
    new = {}
    for old in Indicator.objects.filter(catalogue=period.catalogue).order_by("-position"):
        old_pk, old.pk, old.catalogue, old.task = old.pk, None, edition, None
        old.save()
        new[old_pk] = old.pk
    for figure in list(Figure.objects.filter(report__period=before)):
        Figure.objects.filter(
            report_id=figure.report_id, indicator_id=figure.indicator_id, option=figure.option
        ).update(indicator_id=new[figure.indicator_id])
    Period.objects.filter(pk=before.pk).update(catalogue=edition)
    indicators_of.cache_clear()
    accepted(period, "na-hang", {"T1.01": 90, "T1.03": 90})
    assert [brief(jump) for jump in jumps_of(period)] == [("T1.01", "na-hang", 10, 90)]


def test_without_a_year_before_and_in_an_ad_hoc_round_nothing_jumps(obligation, period, before, accepted):
    accepted(before, "na-hang", {"T6.24": 99})
    ad_hoc = AdHoc("Đuối nước", dt.date(2020, 9, 30), tasks=[6], bodies=["na-hang"])
    round_ = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), ad_hoc=ad_hoc)
    accepted(round_, "na-hang", {"T0.01": 9, "T6.24": 1})
    for each in (before, round_):
        summary = summarise(fresh(each), texts=True)
        assert (summary.jumps, summary.explained) == ((), ())
        assert summary.jumps_told == "Chưa có số liệu năm trước để so sánh."


def test_largest_figures_with_largest_thresholds(period, before, accepted):
    """Within the integers of both databases."""
    Indicator.objects.filter(code="T6.24").update(jump_percent=32767, jump_least=2147483647)
    indicators_of.cache_clear()
    accepted(before, "na-hang", {"T6.24": 1})
    accepted(period, "na-hang", {"T6.24": 999999999999})
    accepted(before, "chiem-hoa", {"T6.24": 999999999999})
    accepted(period, "chiem-hoa", {"T6.24": 0})
    assert [brief(jump) for jump in jumps_of(period)] == [("T6.24", "na-hang", 1, 999999999999)]


def test_only_where_asked_for(period, before, accepted):
    accepted(before, "na-hang")
    accepted(period, "na-hang", {"T6.24": 99})
    found = [summarise(period, **wanted).jumps for wanted in ({}, {"cells": True})]
    assert found == [None, None]
    assert len(summarise(period, texts=True).jumps) == len(summarise(period, reasons=True).jumps) == 1


# --- against the checks ---------------------------------------------------------------------

CODES = ("T0.02", "T0.07", "T1.04", "T1.05", "T2.01", "T2.05", "T3.14", "T4.08", "T6.24", "T7.01")
BODIES = ("so-tai-chinh", "so-tu-phap", "so-y-te", "cong-an-tinh", "na-hang", "chiem-hoa")


@pytest.fixture
def asked(period):
    """{body: the typed indicators of ``CODES`` on its form}."""
    return {
        report.body.code: [i for i in report.indicators() if i.code in CODES and not i.computed]
        for report in period.reports.filter(body__code__in=BODIES).select_related("period", "body")
    }


def value_of(indicator, draw, near=None):
    """A figure of the indicator's kind; beside ``near`` often at the edge of its threshold."""
    places = {"money": 3, "percent": 2}.get(indicator.value_type, 0)
    if indicator.value_type == "yes_no":
        return Decimal(draw(st.integers(0, 1)))
    if near is None or draw(st.booleans()):
        return Decimal(draw(st.sampled_from([0, 1, 5, 20, 66, 100, 1000, 10**11]))) + draw(st.integers(0, 9))
    step = Decimal(1).scaleb(-places)
    percent, least = near * indicator.jump_percent / 100, Decimal(indicator.jump_least)
    edge = draw(st.sampled_from([percent, -percent, least, -least])) + draw(st.integers(-1, 1)) * step
    return max(Decimal(0), near + edge).quantize(step)


@st.composite
def two_years(draw, asked):
    """{body: (status, declared tasks, answers) of last year and of this year}."""
    found = {}
    for body, indicators in asked.items():
        last, this = {}, {}
        for indicator in indicators:
            cell, kind = Cell(indicator.code), draw(st.sampled_from("bbbbnlt-"))
            was = value_of(indicator, draw)
            if kind in "bl":
                last[cell] = Answer(was)
            if kind == "n":
                last[cell] = Answer(nothing=True)
            if kind in "bnt":
                this[cell] = draw(
                    st.sampled_from([Answer(value_of(indicator, draw, was)), Answer(nothing=True, estimate=True)])
                )
        status = st.sampled_from([Status.ACCEPTED, Status.ACCEPTED, Status.ACCEPTED, Status.RETURNED])
        declared = draw(st.sampled_from([(), (), (7,)]))
        found[body] = (draw(status), (), last), (draw(status), declared, this)
    return found


def store(periods, province):
    Figure.objects.all().delete()
    TaskResult.objects.all().delete()
    for body, years in province.items():
        for period, (status, declared, answers) in zip(periods, years, strict=True):
            report = period.reports.get(body__code=body)
            write_answers(report, answers)
            TaskResult.objects.bulk_create(TaskResult(report=report, number=n, not_ours=True) for n in declared)
            Report.objects.filter(pk=report.pk).update(status=status, gaps=1)


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_the_annex_and_the_checks_never_disagree(period, before, asked, data):
    store((before, period), data.draw(two_years(asked)))
    naive = []
    for report in period.reports.accepted().in_protocol_order().select_related("period", "body"):
        sheet = sheet_of(report)
        for finding in checks.jumps(sheet):
            [cell] = finding.cells
            answers = sheet.previous[cell], sheet.answers[cell]
            naive.append((cell.code, report.body.code, *(KPS if a.nothing else a.value for a in answers)))
    naive.sort(key=lambda found: found[0])  # stable: protocol order within an indicator
    assert [brief(jump) for jump in jumps_of(period)] == naive


# --- reasons --------------------------------------------------------------------------------


def test_the_reason_and_the_estimates_travel_with_the_figure(period, before, accepted):
    accepted(before, "na-hang", {"T6.24": 10})
    accepted(before, "chiem-hoa", {"T6.24": 10})
    explain(accepted(period, "na-hang", {"T6.24": 50}), "jump-T6.24", "Mở thêm 40 nhà.")
    explain(accepted(period, "chiem-hoa", {"T6.24": 50}), "jump-T6.24", " \n")
    Figure.objects.filter(report__period=period, report__body__code="na-hang").update(estimate=True)
    Figure.objects.filter(report__period=before, report__body__code="chiem-hoa").update(estimate=True)
    summary = summarise(period, reasons=True)
    found = [(j.body.short_name, j.reason, j.shown_before, j.shown_now, j.shown_change) for j in summary.jumps]
    assert found == [
        ("UBND huyện Na Hang", "Mở thêm 40 nhà.", "10", "50 (ước)", "+40 (+400%)"),
        ("UBND huyện Chiêm Hóa", "", "10 (ước)", "50", "+40 (+400%)"),
    ]
    assert summary.jumps_told == (
        "2 số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019; 1 số chưa giải trình."
    )


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"T6.24": 11}, "Không có số liệu nào tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019."),
        ({"T6.24": 50}, "1 số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019; đều đã giải trình."),
    ],
)
def test_a_reason_without_a_jump_is_not_listed(period, before, accepted, figures, told):
    accepted(before, "na-hang", {"T6.24": 10})
    explain(accepted(period, "na-hang", figures), "jump-T6.24", "Lý do.")
    assert summarise(period, reasons=True).jumps_told == told


def test_the_outgoing_edition_counts_only_what_it_tells(period, before, accepted):
    """Neither "none" nor "all explained" is known of a paper that leaves lines out."""
    accepted(before, "na-hang", {"T6.24": 10})
    accepted(period, "na-hang", {"T6.24": 50})
    summary = replace(summarise(period, reasons=True), edition="outgoing")
    assert [summary.jumps_told, replace(summary, jumps=()).jumps_told] == [
        "1 số liệu tăng, giảm vượt ngưỡng so với năm 2019 nêu ở bản này; dòng có số ẩn không nêu.",
        "Bản này không nêu số liệu nào tăng, giảm vượt ngưỡng so với năm 2019; dòng có số ẩn không nêu.",
    ]


def test_other_explanations_are_listed_while_the_rule_is_broken(period, accepted):
    """R11: spent more than allotted; Na Hang's figures are right by now, Hàm Yên's report was returned."""
    for code, spent, status in (
        ("na-hang", 10, "accepted"),
        ("chiem-hoa", "10.5", "accepted"),
        ("ham-yen", 20, "returned"),
        ("yen-son", 20, "accepted"),
    ):
        report = accepted(period, code, {"T2.05": 10, "T2.06": spent})
        if code != "yen-son":
            explain(report, "R11", f"Bổ sung trong năm ({code}).")
        explain(report, "R12", "")
        Report.objects.filter(pk=report.pk).update(status=status)
    [explained] = summarise(period, reasons=True).explained
    assert (explained.code, explained.body.code, explained.reason, explained.message) == (
        "R11",
        "chiem-hoa",
        "Bổ sung trong năm (chiem-hoa).",
        "Kinh phí đã thực hiện lớn hơn kinh phí bố trí: đề nghị giải trình. (T2.06 = 10,5; T2.05 = 10)",
    )


@pytest.mark.parametrize("wanted", [{"reasons": True}, {"cells": True, "texts": True}])
def test_three_reports_cost_as_much_as_one(period, before, accepted, wanted):
    def queries():
        again = fresh(period)
        with CaptureQueriesContext(connection) as found:
            summarise(again, **wanted)
        return len(found)

    def add(code):
        accepted(before, code, {"T6.24": 10})
        report = accepted(period, code, {"T6.24": 50, "T2.06": 1})
        explain(report, "jump-T6.24", "Lý do.")
        explain(report, "R11", "Lý do.")

    summarise(period)  # the edition is in memory from here on
    add("na-hang")
    one = queries()
    add("chiem-hoa")
    add("ham-yen")
    assert queries() == one


# --- drawn ----------------------------------------------------------------------------------


@pytest.fixture
def annex(period, before, accepted):
    """Four jumps: explained, by an estimate, from "không phát sinh", of one who cross-checks; and one broken rule."""
    accepted(before, "na-hang", {"T6.24": 10, "T2.05": 5})
    accepted(before, "chiem-hoa", {"T6.24": None})
    accepted(before, "so-tu-phap", {"T1.04": 10})
    report = accepted(period, "na-hang", {"T6.24": 50, "T2.05": "30.5", "T2.06": 31})
    explain(report, "jump-T6.24", "Mở thêm 40 nhà.\n=1+1")
    explain(report, "R11", "Bổ sung trong năm.")
    explain(accepted(period, "chiem-hoa", {"T6.24": 8}), "jump-T6.24", "Dài " * 750)
    accepted(period, "so-tu-phap", {"T1.04": 25})
    Figure.objects.filter(report=report, indicator__code="T2.05").update(estimate=True)
    return period


JUMPED = [
    ("T1.04", "so-tu-phap"),
    ("T2.05", "na-hang"),
    ("T2.06", "na-hang"),
    ("T6.24", "na-hang"),
    ("T6.24", "chiem-hoa"),
]


def test_the_workbook_lists_them_with_numbers_as_numbers(annex):
    content = excel.render(Document(summarise(annex, cells=True, texts=True)))
    lines = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Giải trình").to_python()
    start = next(n for n, line in enumerate(lines) if line[0] == "Loại")
    rows = [line for line in lines[start + 1 :] if line[1]]
    first = [line for line in rows if "(tiếp theo)" not in line[4]]
    assert [line[:2] + line[3:9] for line in first] == [
        ["Biến động lớn, số đối chiếu", "T1.04", "trẻ em", "Sở Tư pháp", 10, 25, 15, 150],
        ["Biến động lớn", "T2.05", "triệu đồng", "UBND huyện Na Hang", 5, 30.5, 25.5, 510],
        ["Biến động lớn", "T2.06", "triệu đồng", "UBND huyện Na Hang", 0, 31, 31, "-"],
        ["Biến động lớn", "T6.24", "ngôi nhà", "UBND huyện Na Hang", 10, 50, 40, 400],
        ["Biến động lớn", "T6.24", "ngôi nhà", "UBND huyện Chiêm Hóa", "không phát sinh", 8, 8, "-"],
        ["Ràng buộc số liệu", "R11", "", "UBND huyện Na Hang", "", "", "", ""],
    ]
    assert [line[9] for line in first[:4]] == [*["(chưa giải trình)"] * 3, "Mở thêm 40 nhà.\n=1+1"]
    long = [line for line in rows if line[4].startswith("UBND huyện Chiêm Hóa")]
    assert "".join(line[9] for line in long) == "Dài " * 750
    assert len(long) > 1
    assert {tuple(line[5:9]) for line in long[1:]} == {("", "", "", "")}  # a filter adds no figure twice


def test_json_carries_them(annex):
    document = json.loads(package.render(Document(summarise(annex, texts=True))))
    assert [(jump["code"], jump["body"]) for jump in document["jumps"]] == JUMPED
    assert document["jumps"][1] == {
        "code": "T2.05",
        "name": "Kinh phí ngân sách bố trí cho công tác trẻ em",
        "unit": "triệu đồng",
        "body": "na-hang",
        "body_name": "Ủy ban nhân dân huyện Na Hang",
        "before": {"value": 5, "state": "value"},
        "now": {"value": 30.5, "state": "value", "estimate": True},
        "change": 25.5,
        "change_percent": 510,
        "cross_check": False,
        "reason": None,
    }
    last = document["jumps"][-1]
    assert (last["before"], last["change_percent"]) == ({"value": None, "state": "nothing"}, None)
    assert document["explained"] == [
        {
            "rule": "R11",
            "message": "Kinh phí đã thực hiện lớn hơn kinh phí bố trí: đề nghị giải trình. (T2.06 = 31; T2.05 = 30,5)",
            "body": "na-hang",
            "body_name": "Ủy ban nhân dân huyện Na Hang",
            "reason": "Bổ sung trong năm.",
        }
    ]
    silent = json.loads(package.render(Document(summarise(annex))))
    assert (silent["jumps"], silent["explained"]) == (None, None)


def test_the_page_lists_them_and_opens_the_reports(client, cast, annex):
    client.force_login(cast.hung)
    page = client.get("/tong-hop/2020/").content.decode()
    part = page[page.index('id="reasons"') :]
    assert "5 số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019; 3 số chưa giải trình." in part
    shown = re.findall(r'<span class="code">(T\S+)</span>.*?<a href="/bao-cao/2020/(\S+)/ban-gui/">', part)
    assert shown == JUMPED
    assert part.count("chỉ để đối chiếu, không cộng") == 1
    assert "<details>" in part  # a long reason opens where it stands
    assert "Trang này liệt kê" not in part
    assert re.search(r"<th scope=\"row\">Kinh phí đã thực hiện lớn hơn", part)


def test_the_page_lists_fifty_and_names_the_file_with_all(client, cast, period, before, accepted):
    accepted(before, "na-hang")
    report = accepted(period, "na-hang")
    Figure.objects.filter(report=report, indicator__value_type="count").update(value=Decimal(100))
    found = len(jumps_of(period))
    client.force_login(cast.hung)
    page = client.get("/tong-hop/2020/").content.decode()
    part = page[page.index('id="reasons"') :]
    assert found > 50
    assert len(re.findall(r'<span class="code">T', part)) == 50
    assert f"Trang này liệt kê 50 trong {found} số liệu." in part
    assert 'href="/tong-hop/2020/tai-ve/xlsx/"' in part


def test_a_jump_is_told_in_the_language_of_the_screen(annex):
    from django.utils import translation

    jump = jumps_of(annex)[0]
    assert isinstance(jump, Jump)
    with translation.override("en"):
        assert jump.name == "Children under 5 with registered birth"
    with translation.override("vi"):
        assert jump.name == "Trẻ em dưới 5 tuổi đã được đăng ký khai sinh"
