"""Earlier years beside this year's fields, and the jumps against last year: shown, never copied, never blocking."""

from decimal import Decimal

import pytest

from directives.models import Catalogue, Indicator, Obligation
from reports import checks
from reports.answers import Answer, Cell
from reports.checks import Sheet
from reports.choices import Action
from reports.drafting import Change, save
from reports.earlier import earlier_figures, earlier_report, earlier_texts, last_years
from reports.models import AdHoc, Explanation, Figure, Period, Report, answers_of
from reports.sheets import sheet_of
from reports.workflow import move
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
CELL, GIRLS = Cell("T6.17"), Cell("T6.17", "girls")


@pytest.fixture
def year(obligation):
    """The report of a body in a year, opened when first asked for."""

    def _year(number, body="na-hang"):
        found = Period.objects.filter(year=number).first() or Period.objects.open(obligation, number)
        return Report.objects.select_related("period", "body").get(period=found, body__code=body)

    return _year


def test_the_series_of_accepted_years(report, cast, year):
    for number, value in [(2019, 9), (2018, None), (2017, 7), (2016, 6), (2015, 5), (2014, 4)]:
        accept(year(number), cast.lan, cast.huyen, figures={"T6.17": value})
    assert earlier_figures(report, ["T6.17"]) == {
        CELL: [
            (2019, Answer(Decimal(9))),
            (2018, Answer(nothing=True)),
            (2017, Answer(Decimal(7))),
            (2016, Answer(Decimal(6))),
            (2015, Answer(Decimal(5))),
        ]
    }
    assert earlier_figures(report, ["T6.17"], years=1) == {CELL: [(2019, Answer(Decimal(9)))]}
    assert earlier_figures(report, []) == {}
    assert earlier_figures(year(2018), ["T6.17"], years=2) == {
        CELL: [(2017, Answer(Decimal(7))), (2016, Answer(Decimal(6)))]
    }
    assert last_years(report)[CELL] == Answer(Decimal(9))


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted"])
def test_only_what_was_accepted_counts(report, cast, year, status):
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 9})
    Report.objects.filter(period__year=2019).update(status=status)
    found = {CELL: [(2019, Answer(Decimal(9)))]} if status == "accepted" else {}
    assert earlier_figures(report, ["T6.17"]) == found
    assert last_years(report).get(CELL) == (Answer(Decimal(9)) if found else None)


def test_other_bodies_years_and_rounds_do_not_count(report, cast, year, obligation, report_of):
    accept(year(2019, "chiem-hoa"), cast.minh, cast.huyen, figures={"T6.17": 9})
    accept(year(2021), cast.lan, cast.huyen, figures={"T6.17": 9})
    extra = Period.objects.open(
        obligation, 2019, ad_hoc=AdHoc("Báo cáo nhanh", obligation.due_on(2019), tasks=[6], bodies=["na-hang"])
    )
    accept(extra.reports.select_related("period", "body").get(), cast.lan, cast.huyen, figures={"T6.17": 9})
    assert (earlier_figures(report, ["T6.17"]), last_years(report), earlier_report(report)) == ({}, {}, None)


def test_an_ad_hoc_round_shows_years_and_knows_no_jump(report, cast, year, obligation):
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 9})
    round_of = Period.objects.open(
        obligation, 2020, ad_hoc=AdHoc("Báo cáo nhanh", obligation.due_on(2020), tasks=[6], bodies=["na-hang"])
    )
    own = round_of.reports.select_related("period", "body").get()
    assert (earlier_figures(own, ["T6.17"]), last_years(own)) == ({CELL: [(2019, Answer(Decimal(9)))]}, {})


def test_indicators_are_matched_by_code(report, cast, year):
    """A new edition gives every indicator another row; its series goes on."""
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 9, "T6.17:girls": 4})
    old = Indicator.objects.get(code="T6.17")
    copy = Indicator.objects.get(code="T6.17")
    copy.pk, copy.catalogue = None, _edition_after(old.catalogue)
    copy.save()
    for figure in Figure.objects.filter(report__period__year=2019, indicator=old):
        Figure.objects.create(report=figure.report, indicator=copy, option=figure.option, value=figure.value)
    Figure.objects.filter(report__period__year=2019, indicator=old).delete()
    found = {CELL: [(2019, Answer(Decimal(9)))], GIRLS: [(2019, Answer(Decimal(4)))]}
    assert earlier_figures(report, ["T6.17"]) == found
    assert {cell: answer for cell, answer in last_years(report).items() if cell.code == "T6.17"} == {
        cell: series[0][1] for cell, series in found.items()
    }


def _edition_after(catalogue):
    later = Catalogue.objects.get(pk=catalogue.pk)
    later.pk, later.version = None, catalogue.version + 1
    later.save()
    return later


def test_last_years_words_come_from_the_latest_sent_year(report, cast, year):
    assert earlier_texts(report, 1) == (0, {})
    send(year(2017), cast.lan)
    fill(year(2018), by=cast.lan)  # never sent
    assert earlier_texts(report, 1) == (2017, {"results": "Kết quả nhiệm vụ 1 của UBND huyện Na Hang."})
    assert earlier_texts(report, None) == (
        2017,
        {part: f"Phần {part}." for part in ("direction", "assessment", "next_year", "proposals")},
    )
    assert Obligation.objects.count() == 1


# --- on the page --------------------------------------------------------------------------


def test_the_page_shows_last_year_and_copies_no_figure(client, report, cast, year):
    accept(year(2018), cast.lan, cast.huyen, figures={"T6.17": 7})
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 1234, "T6.24": None})
    client.force_login(cast.lan)
    page = client.get(BASE + "phan/6/").content.decode()
    assert '<small class="was" id="T6.17_was">2019: 1.234</small>' in page
    assert "2019: 1.234; 2018: 7" in page
    assert '<small class="was" id="T6.24_was">2019: không phát sinh</small>' in page
    assert 'name="T6.17" id="T6.17" inputmode' in page  # no value in it
    assert answers_of(report) == {}
    assert 'value="copy:results"' in page
    client.post(BASE + "phan/6/", {"then": "copy:T6.17"})
    client.post(BASE + "phan/6/", {"then": "copy:results"})
    assert answers_of(report) == {}
    page = client.get(BASE + "phan/6/").content.decode()
    assert "Chép từ báo cáo năm 2019, chưa sửa." in page
    assert 'value="copy:results"' not in page
    assert "Còn nguyên văn năm trước: Kết quả thực hiện." in client.get(BASE + "kiem-tra/").content.decode()
    client.post(BASE + "phan/6/", {"results": "Viết lại."})
    assert "Còn nguyên văn năm trước" not in client.get(BASE + "kiem-tra/").content.decode()
    assert "chưa sửa." not in client.get(BASE + "phan/6/").content.decode()


# --- jumps --------------------------------------------------------------------------------


def jumping(percent=30, least=5, **more):
    settings = {"code": "T1.01", "task_number": 1, "name_vi": "Chỉ tiêu", "value_type": "count", "combine": "sum"}
    return Indicator(**settings | {"jump_percent": percent, "jump_least": least, "of_which": "girls"} | more)


def sheet(indicator, before, now, declined=()):
    def answers(what):
        return {} if what is None else {Cell("T1.01"): what if isinstance(what, Answer) else Answer(Decimal(what))}

    return Sheet(
        indicators=(indicator,),
        roles={"T1.01": "counted"},
        rules=(),
        answers=answers(now),
        unread={},
        tasks=(1,),
        results={1: "Đã làm."},
        declined=dict.fromkeys(declined, "Lý do."),
        previous=answers(before),
    )


NOTHING = Answer(nothing=True)
JUMPS = [  # before, now, a jump? (more than 30 % and at least 5)
    (100, 130, False),
    (100, 131, True),
    (100, 70, False),
    (100, 69, True),
    (10, 14, False),
    (10, 15, True),
    (10, 5, True),
    (10, 6, False),
    (0, 4, False),
    (0, 5, True),
    (5, 0, True),
    (4, 0, False),
    (NOTHING, 5, True),
    (5, NOTHING, True),
    (NOTHING, NOTHING, False),
    (NOTHING, 0, False),
    (None, 500, False),
    (500, None, False),
    ("16.667", "21.667", False),  # 29,99 %
    ("16.666", "21.666", True),
]


@pytest.mark.parametrize(("before", "now", "jump"), JUMPS)
def test_what_is_a_jump(before, now, jump):
    found = checks.run(sheet(jumping(), before, now))
    assert [(f.code, f.severity, f.section, f.cells) for f in found] == (
        [("jump-T1.01", "warning", 1, (Cell("T1.01"),))] if jump else []
    )
    assert checks.blocking(sheet(jumping(), before, now)) == []


@pytest.mark.parametrize(
    ("indicator", "jump"),
    [
        (jumping(percent=100), False),
        (jumping(percent=99), True),
        (jumping(least=101), False),
        (jumping(least=100), True),
        (jumping(value_type="yes_no"), False),
        (jumping(combine="ratio"), False),
        (jumping(value_type="money"), True),
    ],
)
def test_the_threshold_is_the_indicators_own(indicator, jump):
    assert bool(checks.run(sheet(indicator, 100, 200))) is jump


def test_a_declined_task_does_not_jump():
    assert [f.code for f in checks.run(sheet(jumping(), 100, 200, declined=(1,)))] == ["declined"]


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (1000, 2500, "T1.01 “Chỉ tiêu”, cột Tổng số: năm nay 2.500, năm trước 1.000, tăng 1.500; hãy ghi lý do."),
        (1000, 0, "T1.01 “Chỉ tiêu”, cột Tổng số: năm nay 0, năm trước 1.000, giảm 1.000; hãy ghi lý do."),
    ],
)
def test_the_sentence_of_a_jump(before, now, sentence):
    assert [f.message for f in checks.run(sheet(jumping(), before, now))] == [sentence]


def test_a_jump_is_explained_once_and_travels_to_the_officer(client, report, cast, year):
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 10, "T6.18": 10, "T6.19": 10})
    fill(report, {"T6.17": 40, "T6.18": 10, "T6.19": 10}, by=cast.lan)
    assert "jump-T6.17" in {f.code for f in checks.run(sheet_of(report))}
    assert sheet_of(report).previous[CELL] == Answer(Decimal(10))
    client.force_login(cast.lan)
    assert 'name="explain-jump-T6.17"' in client.get(BASE + "phan/6/").content.decode()
    assert f'href="{BASE}phan/6/#id_explain-jump-T6.17"' in client.get(BASE + "kiem-tra/").content.decode()
    client.post(BASE + "phan/6/", {"explain-jump-T6.17": "Mưa lũ kéo dài."})
    assert list(Explanation.objects.values_list("rule_code", "text")) == [("jump-T6.17", "Mưa lũ kéo dài.")]
    assert "Mưa lũ kéo dài." in client.get(BASE + "kiem-tra/").content.decode()
    client.force_login(cast.ky)
    assert "Mưa lũ kéo dài." in client.get(BASE + "doc/6/").content.decode()
    assert "Mưa lũ kéo dài." not in client.get(BASE + "doc/3/").content.decode()
    move(report, Action.SUBMIT, by=cast.ky)
    assert report.events.get().content["explanations"] == {"jump-T6.17": "Mưa lũ kéo dài."}
    client.force_login(cast.huyen)
    page = client.get(BASE + "ban-gui/").content.decode()
    assert "năm nay 40, năm trước 10, tăng 30; hãy ghi lý do.</a><br>Giải trình: Mưa lũ kéo dài." in page


def test_neither_a_jump_nor_a_rule_without_a_reason_stops_anything(report, cast, year):
    accept(year(2019), cast.lan, cast.huyen, figures={"T6.17": 10})
    fill(report, {"T6.17": 90, "T2.05": 1, "T2.06": 20})
    save(report, 6, [Change("results", f"Kết quả nhiệm vụ 6 của {report.short_name}.", "Đã làm.")], by=cast.lan)
    warned = {f.code for f in checks.run(sheet_of(report))}
    assert {"jump-T6.17", "R11"} <= warned
    move(report, Action.HAND, by=cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    assert Explanation.objects.count() == 0
