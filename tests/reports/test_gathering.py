"""From the database to the Summary: what is read and left out, at how many queries, and that the sums are right."""

import csv
import datetime as dt
import shutil
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directives.choices import Role
from directives.loading import DATA, load
from directives.models import Body, Obligation
from reports.answers import Answer, Cell
from reports.choices import Action
from reports.gathering import gather, summarise
from reports.models import AdHoc, Attachment, Figure, Period, Report, TaskResult, answers_of, write_answers
from reports.summary import Mark
from reports.workflow import move
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

IN_TIME, LATE = at(2020, 12, 10), at(2020, 12, 15, 0)


@pytest.fixture
def accepted(period, cast):
    """Writes, sends and accepts the report of a body, by its code."""

    def make(code, figures=None, *, of=period, moment=IN_TIME, **filling):
        report = of.reports.get(body__code=code)
        by = person(f"nguoi-{code}-{of.code}", Role.REPORTER, code)
        send(report, by, at=moment, figures=figures, **filling)
        move(report, Action.ACCEPT, by=cast.huyen, at=moment)
        return report

    return make


def fresh(period):
    return Period.objects.get(pk=period.pk)


def brief(amount):
    return (amount.mark if amount.value is None else amount.value, amount.answered, amount.owed)


def short_names(*codes):
    return tuple(Body.objects.in_bulk(codes, field_name="code")[code].short_name for code in codes)


DISTRICTS = ("tp-tuyen-quang", "lam-binh", "na-hang", "chiem-hoa", "ham-yen", "yen-son", "son-duong")


# --- an empty province ----------------------------------------------------------------------


def test_before_anybody_has_reported(period):
    summary = summarise(period, cells=True, texts=True)
    assert {brief(row.total)[:2] for row in summary.rows} == {(Mark.MISSING, 0)}
    assert (len(summary.bodies), summary.coverage.short, len(list(summary.rows))) == (39, "0/39 cơ quan", 100)
    assert (summary.findings, summary.previous_year) == ((), None)
    assert set(summary.overview.values()) == {()}


def test_what_the_summary_says_of_its_period(period):
    summary = summarise(period)
    kept = ["code", "year", "name", "due_words", "data_from", "data_to", "simulated", "previous_year", "overview"]
    assert [getattr(summary, name) for name in kept] == [
        "2020",
        2020,
        "năm 2020",
        "trước ngày 15/12/2020",
        dt.date(2019, 12, 15),
        dt.date(2020, 12, 14),
        False,
        None,
        {},
    ]
    assert [section.number for section in summary.sections] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [len(section.rows) for section in summary.sections] == [7, 9, 8, 26, 8, 10, 24, 8]


def test_the_letterhead(period):
    head = summarise(period).letterhead
    assert (head.superior, head.office, head.symbol, head.place, head.signing_title, head.file_note) == (
        "Ủy ban nhân dân tỉnh Tuyên Quang",
        "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang",
        "SLĐTBXH",
        "Tuyên Quang",
        "GIÁM ĐỐC",
        "Lưu: VT, BVCSTE-BĐG",
    )
    assert head.recipients == ("Ủy ban nhân dân tỉnh", "Bộ Lao động - Thương binh và Xã hội")
    assert [ground.split(" ngày ")[0] for ground in head.grounds] == [
        "Luật Trẻ em số 102/2016/QH13",
        "Chỉ thị số 23/CT-TTg",
        "Văn bản số 2125/UBND-KGVX",
    ]


# --- adding up real reports -----------------------------------------------------------------


def test_money_to_the_dong_and_the_finance_department_apart(period, accepted):
    accepted("na-hang", {"T2.05": "1234.567"})
    accepted("chiem-hoa", {"T2.05": "0.433"})
    accepted("so-y-te", {"T2.05": "10.001"})
    accepted("so-ldtbxh", {"T2.05": "5.5"})
    accepted("thanh-tra-tinh", {"T2.05": "0.002"})
    accepted("so-tai-chinh", {"T2.05": "999.999"})
    row = summarise(period).row("T2.05")
    # 7 districts, 25 departments less the finance department, the lead
    assert (brief(row.total), row.coverage.short) == ((Decimal("1250.503"), 5, 32), "5/32 cơ quan")
    assert [(c.counting_group, c.label, brief(c.amount)) for c in row.cross] == [
        ("so-tai-chinh", "Sở Tài chính", (Decimal("999.999"), 1, 1))
    ]


def test_police_and_districts_saw_the_same_child(period, accepted):
    seen = {"T6.05": 2, "T6.06": 2, "T6.06:girls": 1, "T6.08": 2}
    accepted("na-hang", seen)
    accepted("chiem-hoa", {"T6.05": 1, "T6.06": 3, "T6.08": 3})
    accepted("cong-an-tinh", {"T6.05": 3, "T6.06": 5, "T6.06:girls": 2, "T6.08": 5, "T6.11": 2, "T6.13": 4})
    summary = summarise(period)
    child, prosecuted, offender = (summary.row(code) for code in ("T6.06", "T6.11", "T6.13"))
    assert (brief(child.total), brief(child.options["girls"]), [brief(c.amount) for c in child.cross]) == (
        (5, 2, 7),
        (1, 1, 7),
        [(5, 1, 1)],
    )
    assert (brief(prosecuted.total), [brief(c.amount) for c in prosecuted.cross]) == ((2, 1, 1), [(0, 2, 7)])
    assert (brief(offender.total), offender.cross) == ((4, 1, 1), ())


def test_a_rate_is_the_ratio_of_the_sums(period, accepted):
    accepted("na-hang", {"T6.06": 2, "T6.08": 2, "T6.14": 1})
    accepted("chiem-hoa", {"T6.06": 9, "T6.08": 9, "T6.14": 9})
    row = summarise(period, cells=True).row("T6.15")
    cells = row.cells["total"]
    assert (brief(row.total), row.coverage.answered) == ((Decimal("90.91"), 2, 7), 2)
    assert [cell for cell in cells if isinstance(cell, Decimal)] == [Decimal(50), Decimal(100)]


def test_a_declared_task_leaves_its_rates_with_the_denominator(period, accepted):
    accepted("na-hang", {"T0.01": 100, "T0.02": 500, "T0.03": 40, "T0.04": 10, "T1.04": 5})
    accepted("chiem-hoa", {"T0.01": 100, "T0.02": 500, "T0.03": 40, "T0.04": 30}, declined=(1,))
    summary = summarise(period, cells=True)
    registered, rate, children = (summary.row(code) for code in ("T1.04", "T1.05", "T0.04"))
    assert (brief(registered.total), brief(rate.total), brief(children.total)) == ((5, 1, 6), (50, 1, 6), (40, 2, 7))
    assert summary.sections[1].declined == short_names("chiem-hoa")
    assert "UBND huyện Chiêm Hóa" not in rate.coverage.missing + registered.coverage.missing
    assert rate.cells["total"][-4:-2] == (Mark.NOT_OURS, Mark.MISSING)


def test_yes_is_counted_and_a_survey_is_shown(period, accepted):
    report = period.reports.get(body__code="na-hang")
    accepted("so-y-te", {"T4.08": "24.5"})
    fill(report)
    write_answers(report, {Cell("T2.01"): Answer(Decimal(1), detail="KH 1/KH-UBND")})
    move(report, Action.SUBMIT, by=person("nh", Role.SIGNATORY, "na-hang"), at=IN_TIME)
    move(report, Action.ACCEPT, by=person("cv", Role.OFFICER), at=IN_TIME)
    summary = summarise(period)
    assert (brief(summary.row("T2.01").total), brief(summary.row("T4.08").total)) == (
        (1, 2, 39),
        (Decimal("24.5"), 1, 1),
    )


def test_zero_nothing_and_missing_through_the_database(period, accepted):
    accepted("na-hang", {"T6.24": 0}, left_out=("T1.09",))
    accepted("chiem-hoa", {"T6.24": None, "T1.09": None})
    summary = summarise(period, cells=True)
    homes, helpers = summary.row("T6.24"), summary.row("T1.09")
    assert (brief(homes.total), brief(helpers.total)) == ((0, 2, 7), (Mark.NOTHING, 1, 7))
    assert homes.cells["total"][-5:-3] == (0, Mark.NOTHING)
    assert helpers.cells["total"][-5:-3] == (Mark.MISSING, Mark.NOTHING)
    assert helpers.coverage.missing == short_names(
        "tp-tuyen-quang", "lam-binh", "na-hang", "ham-yen", "yen-son", "son-duong"
    )


@pytest.mark.parametrize(
    ("last", "total"),
    [(None, (3, 1, 7)), (Action.REOPEN, (Mark.MISSING, 0, 7)), (Action.SUBMIT, (Mark.MISSING, 0, 7))],
)
def test_what_was_accepted_and_taken_back_no_longer_counts(period, accepted, cast, last, total):
    report = accepted("na-hang", {"T6.24": 3})
    if last:
        move(report, Action.REOPEN, by=cast.tu, note="Xem lại.")
    if last == Action.SUBMIT:
        move(report, Action.SUBMIT, by=cast.ky)
    assert brief(summarise(period, cells=True).row("T6.24").total) == total


def test_the_coverage_of_whole_reports(period, accepted, cast):
    accepted("na-hang")
    send(period.reports.get(body__code="chiem-hoa"), cast.minh)
    coverage = summarise(period).coverage
    assert (coverage.answered, coverage.owed, len(coverage.missing)) == (1, 39, 38)
    assert coverage.long.startswith("1/39 cơ quan; thiếu: Ủy ban MTTQ tỉnh, LĐLĐ tỉnh, Hội Nông dân tỉnh, Tỉnh đoàn, ")
    assert coverage.long.endswith(" và 33 cơ quan khác")


def test_the_line_of_each_body(period, accepted, cast):
    accepted("na-hang", moment=IN_TIME)
    send(period.reports.get(body__code="chiem-hoa"), cast.minh, at=LATE)
    lines = {line.code: line for line in summarise(period).bodies}
    found = {
        code: (lines[code].status, lines[code].on_time, lines[code].version, lines[code].first_submitted_at)
        for code in ("na-hang", "chiem-hoa", "ham-yen")
    }
    assert found == {
        "na-hang": ("accepted", True, 1, IN_TIME),
        "chiem-hoa": ("submitted", False, 1, LATE),
        "ham-yen": ("draft", None, 0, None),
    }
    assert list(lines)[:2] + list(lines)[-2:] == ["mttq-tinh", "lien-doan-lao-dong-tinh", "yen-son", "son-duong"]


def test_a_broken_rule_of_the_whole_province(period, accepted):
    """One district spent more than it was allotted, and with it the province."""
    for n, code in enumerate(DISTRICTS):
        accepted(code, {"T2.05": 10, "T2.06": 10} if n else {"T2.05": 10, "T2.06": "10.5"})
    for code in Report.objects.filter(period=period, status="draft").values_list("body__code", flat=True):
        accepted(code)
    findings = [(f.code, f.severity, f.section, f.message) for f in summarise(period).findings]
    assert findings == [
        (
            "R11",
            "warning",
            2,
            "Kinh phí đã thực hiện lớn hơn kinh phí bố trí: đề nghị giải trình. "
            "(T2.06 = 70,5 (32/32); T2.05 = 70 (32/32))",
        )
    ]


# --- the year before ------------------------------------------------------------------------


def test_last_year_beside_this_year(period, obligation, accepted):
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    accepted("na-hang", {"T6.24": 100}, of=before)
    accepted("chiem-hoa", {"T6.24": 100}, of=before)
    accepted("na-hang", {"T6.24": 250})
    summary = summarise(period)
    row = summary.row("T6.24")
    assert (summary.previous_year, brief(row.total), brief(row.previous), row.change, row.change_percent) == (
        2019,
        (250, 1, 7),
        (200, 2, 7),
        50,
        25,
    )


# --- texts ----------------------------------------------------------------------------------


def test_texts_of_accepted_bodies_in_protocol_order(period, accepted, cast):
    na_hang = accepted("na-hang")
    accepted("so-y-te", declined=(6,))
    send(period.reports.get(body__code="chiem-hoa"), cast.minh)
    TaskResult.objects.filter(report=na_hang, number=7).update(results=" ", difficulties="Khó.", proposals="")
    TaskResult.objects.filter(report=na_hang, number=5).update(results="\n")
    summary = summarise(period, texts=True)
    found = {s.number: [(t.body, t.results, t.difficulties) for t in s.texts] for s in summary.sections}
    health, district = "Sở Y tế tỉnh Tuyên Quang", "Ủy ban nhân dân huyện Na Hang"
    assert found == {
        0: [],
        **{
            n: [
                (health, f"Kết quả nhiệm vụ {n} của Sở Y tế.", ""),
                (district, f"Kết quả nhiệm vụ {n} của UBND huyện Na Hang.", ""),
            ]
            for n in (1, 2, 3, 4)
        },
        5: [(health, "Kết quả nhiệm vụ 5 của Sở Y tế.", "")],
        6: [(district, "Kết quả nhiệm vụ 6 của UBND huyện Na Hang.", "")],
        7: [(health, "Kết quả nhiệm vụ 7 của Sở Y tế.", ""), (district, " ", "Khó.")],
    }
    assert {part: tuple(t.body for t in texts) for part, texts in summary.overview.items()} == dict.fromkeys(
        ("direction", "assessment", "next_year", "proposals"), (health, district)
    )
    assert summary.sections[6].declined == ("Sở Y tế",)


def test_texts_know_their_body_by_its_code_too(period, accepted):
    accepted("na-hang")
    accepted("so-y-te")
    Report.objects.filter(period=period).update(name="Cùng một tên")
    summary = summarise(period, texts=True)
    written = [*(section.texts for section in summary.sections if section.number), *summary.overview.values()]
    assert {tuple(text.body_code for text in texts) for texts in written} == {("so-y-te", "na-hang")}


def test_texts_only_where_asked_for(period, accepted):
    accepted("na-hang")
    summary = summarise(period)
    assert ([s.texts for s in summary.sections if s.texts], summary.overview) == ([], {})


# --- an ad hoc round ------------------------------------------------------------------------


def test_an_ad_hoc_round_adds_up_what_it_asked(obligation, cast, accepted):
    round_ = Period.objects.open(
        obligation,
        2020,
        as_of=dt.date(2020, 12, 1),
        ad_hoc=AdHoc("Đuối nước", dt.date(2020, 9, 30), tasks=[6], bodies=["na-hang", "chiem-hoa", "so-y-te"]),
    )
    drowned = {"T0.01": 50000, "T6.17": 2, "T6.18": 2, "T6.19": 2}
    accepted("na-hang", drowned, of=round_)
    accepted("so-y-te", {"T6.17": 4, "T6.18": 4, "T6.19": 4}, of=round_)
    summary = summarise(fresh(round_), cells=True)
    assert [s.number for s in summary.sections] == [0, 6]
    assert [row.code for row in summary.sections[0].rows] == ["T0.01"]
    assert (brief(summary.row("T6.19").total), brief(summary.row("T6.22").total)) == ((2, 1, 2), (4, 1, 2))
    assert summary.row("T6.22").cells["total"] == (Mark.NOT_OWED, 4, Mark.MISSING)


# --- the cells behind one total -------------------------------------------------------------


def test_the_cells_behind_one_total(period, accepted):
    accepted("na-hang", {"T6.06": 2, "T6.08": 2, "T6.14": 1, "T6.24": 9})
    cells = gather(period, cells=True, only="T6.15").cells
    assert cells == {
        "na-hang": {
            Cell("T6.06"): Answer(Decimal(2)),
            Cell("T6.14"): Answer(Decimal(1)),
        }
    }


# --- queries --------------------------------------------------------------------------------


def queries_of(period, **wanted):
    period = fresh(period)
    with CaptureQueriesContext(connection) as queries:
        summarise(period, **wanted)
    return len(queries)


@pytest.mark.parametrize("wanted", [{}, {"cells": True}, {"texts": True}, {"cells": True, "texts": True}])
@pytest.mark.parametrize("filling", [{}, {"left_out": ("T1.03",)}, {"declined": (3,)}])
def test_three_reports_cost_as_much_as_one(period, accepted, wanted, filling):
    summarise(period)  # the edition is in memory from here on
    accepted("na-hang", **filling)
    one = queries_of(period, **wanted)
    accepted("chiem-hoa", **filling)
    accepted("so-y-te", **filling)
    assert queries_of(period, **wanted) == one


# --- against an independent recomputation ---------------------------------------------------

SMALL = [  # code, task, type, combine, numerator, denominator, factor, of which, counted, cross-checked
    ("T0.01", 0, "count", "sum", "", "", "", "girls", "district", ""),
    ("T1.01", 1, "count", "sum", "", "", "", "girls", "all", ""),
    ("T1.02", 1, "percent", "ratio", "T1.03", "T0.01", "100", "", "district", ""),
    ("T1.03", 1, "count", "sum", "", "", "", "", "district", "cong-an-tinh"),
    ("T2.01", 2, "yes_no", "count_yes", "", "", "", "", "all", ""),
    ("T2.02", 2, "money", "sum", "", "", "", "", "district department so-ldtbxh", "so-tai-chinh"),
    ("T2.03", 2, "percent", "ratio", "T3.03", "T2.04", "1000", "", "all", ""),
    ("T2.04", 2, "count", "sum", "", "", "", "", "all", ""),
    ("T3.01", 3, "percent", "none", "", "", "", "", "so-y-te", ""),
    ("T3.02", 3, "count", "sum", "", "", "", "", "cong-an-tinh", "district"),
    ("T3.03", 3, "count", "sum", "", "", "", "", "all", ""),
]
PLACES = {"count": 0, "money": 3, "percent": 2, "yes_no": 0}

# The same once more, said by hand: who is added and who stands beside.
BODIES = ["mttq-tinh", "so-tai-chinh", "so-y-te", "cong-an-tinh", "so-ldtbxh", "na-hang", "chiem-hoa", "ham-yen"]
THREE = ["na-hang", "chiem-hoa", "ham-yen"]
COUNTED = {
    "T0.01": THREE,
    "T1.01": BODIES,
    "T1.03": THREE,
    "T2.01": BODIES,
    "T2.02": ["so-y-te", "cong-an-tinh", "so-ldtbxh", *THREE],
    "T2.04": BODIES,
    "T3.01": ["so-y-te"],
    "T3.02": ["cong-an-tinh"],
    "T3.03": BODIES,
}
BESIDE = {"T1.03": ["cong-an-tinh"], "T2.02": ["so-tai-chinh"], "T3.02": THREE}
RATIOS = {"T1.02": ("T1.03", "T0.01", 100, THREE), "T2.03": ("T3.03", "T2.04", 1000, BODIES)}


@pytest.fixture
def small(db, tmp_path):
    """A round of eight bodies over eleven indicators that add up in every way there is."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    names = "code task value_type aggregation numerator denominator factor of_which counted_from cross_checked_from"
    with (folder / "indicators.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="")
        writer.writeheader()
        for row in SMALL:
            writer.writerow(
                dict(zip(names.split(), row, strict=True))
                | {"name_vi": row[0], "unit": "vụ", "core": "no", "sensitive": "no"}
            )
    (folder / "rules.csv").write_text("code,left,operator,right,severity,message_vi,message_en\n", encoding="utf-8")
    (folder / "targets.csv").write_text("code,year,value,at_least,source\n", encoding="utf-8")
    load(folder)
    ad_hoc = AdHoc("Thử", dt.date(2020, 12, 1), bodies=BODIES)
    return Period.objects.open(Obligation.objects.get(), 2020, as_of=dt.date(2020, 12, 1), ad_hoc=ad_hoc)


def values_of(value_type):
    if value_type == "yes_no":
        return st.integers(0, 1).map(Decimal)
    high = {"count": 10**6, "money": 10**9, "percent": 10**4}[value_type]
    return st.integers(0, high).map(lambda n: Decimal(n).scaleb(-PLACES[value_type]))


def answers_to(value_type):
    """A figure, "không phát sinh", or (None) no answer."""
    return st.one_of(values_of(value_type).map(Answer), st.just(Answer(nothing=True)), st.none())


@st.composite
def provinces(draw):
    """{body: (status, declared tasks, {Cell: Answer})}."""
    found = {}
    for body in BODIES:
        status = draw(st.sampled_from(["accepted", "accepted", "accepted", "submitted", "returned", "draft"]))
        declared = draw(st.sets(st.integers(1, 3), max_size=2))
        answers = {}
        for code, task, value_type, _combine, *_parts, of_which, _counted, _cross in SMALL:
            asked = body in COUNTED.get(code, []) + BESIDE.get(code, [])
            if not asked or task in declared:
                continue
            for option in ["total", *of_which.split()]:
                answer = draw(answers_to(value_type))
                if answer is not None:
                    answers[Cell(code, option)] = answer
        found[body] = (status, declared, answers)
    return found


def store(period, province):
    Figure.objects.all().delete()
    TaskResult.objects.all().delete()
    ids = {i.code: i.pk for i in period.indicators()}
    task_of = {row[0]: row[1] for row in SMALL}
    for report in period.reports.select_related("body"):
        status, declared, answers = province[report.body.code]
        owed = [c for c in COUNTED if report.body.code in COUNTED[c] + BESIDE.get(c, []) and task_of[c] not in declared]
        gaps = sum(Cell(code) not in answers for code in owed)
        Report.objects.filter(pk=report.pk).update(status=status, gaps=gaps)
        TaskResult.objects.bulk_create(TaskResult(report=report, number=n, not_ours=True) for n in declared)
        Figure.objects.bulk_create(
            Figure(report=report, indicator_id=ids[c.code], option=c.option, value=a.value, nothing=a.nothing)
            for c, a in answers.items()
        )


# Every example writes the whole province anew; shrinking a failure would write it a thousand times.
AGAINST_THE_DATABASE = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


class Naive:
    """The province added up once more, body by body, without groups, sums or SQL."""

    def __init__(self, province):
        self.accepted = {b: answers for b, (status, _declared, answers) in province.items() if status == "accepted"}
        self.declared = {b: declared for b, (status, declared, _a) in province.items() if status == "accepted"}
        self.task = {row[0]: row[1] for row in SMALL}
        self.combine = {row[0]: row[3] for row in SMALL}

    def owing(self, code, bodies):
        return [b for b in bodies if self.task[code] not in self.declared.get(b, ())]

    def amount(self, code, option, bodies):
        """(value, or None with the mark, answered, owed)."""
        given = [self.accepted[b][Cell(code, option)] for b in bodies if Cell(code, option) in self.accepted.get(b, {})]
        figures = [answer.value for answer in given if not answer.nothing]
        owed = len(self.owing(code, bodies))
        if not given:
            return "no answer", 0, owed
        return sum(figures) if figures else Mark.NOTHING, len(given), owed

    def missing(self, code, parts, bodies):
        return [b for b in self.owing(code, bodies) if any(Cell(p) not in self.accepted.get(b, {}) for p in parts)]

    def ratio(self, code):
        top, bottom, factor, bodies = RATIOS[code]
        both = [self.accepted[b] for b in bodies if {Cell(top), Cell(bottom)} <= set(self.accepted.get(b, {}))]
        tops, bottoms = (sum((a[Cell(part)].amount for a in both), Decimal(0)) for part in (top, bottom))
        owed = len(self.owing(code, bodies))
        if not both:
            return "no answer", 0, owed
        if not bottoms:
            return Mark.UNDEFINED, len(both), owed
        hundredths = (tops * factor * 100 * 2 + bottoms) // (bottoms * 2)  # half up, without dividing first
        return hundredths / 100, len(both), owed


def told(amount):
    if amount.value is None and amount.answered == 0:
        return "no answer", 0, amount.owed
    return brief(amount)


@settings(AGAINST_THE_DATABASE, max_examples=25)
@given(province=provinces())
def test_gathered_totals_equal_a_naive_recomputation(small, province):
    store(small, province)
    summary, naive = summarise(fresh(small), cells=True), Naive(province)
    names = {line.short_name: line.code for line in summary.bodies}
    position = {line.code: n for n, line in enumerate(summary.bodies)}
    for row in summary.rows:
        if row.code in RATIOS:
            parts, bodies = RATIOS[row.code][:2], RATIOS[row.code][3]
            assert told(row.total) == naive.ratio(row.code)
        else:
            parts, bodies = (row.code,), COUNTED[row.code]
            assert told(row.total) == naive.amount(row.code, "total", bodies)
            cells = [row.cells["total"][position[b]] for b in bodies]
            assert sum(c for c in cells if isinstance(c, Decimal)) == (row.total.value or 0)
        assert [names[name] for name in row.coverage.missing] == naive.missing(row.code, parts, bodies)
        for option, amount in row.options.items():
            assert told(amount) == naive.amount(row.code, option, bodies)
        beside = Counter(b if b in ("cong-an-tinh", "so-tai-chinh") else "district" for b in BESIDE.get(row.code, []))
        assert [check.counting_group for check in row.cross] == list(beside)
        assert [told(c.amount) for c in row.cross] == [naive.amount(row.code, "total", BESIDE.get(row.code, []))] * len(
            beside
        )


@settings(AGAINST_THE_DATABASE, max_examples=10)
@given(province=provinces())
def test_every_cell_says_what_the_body_said(small, province):
    store(small, province)
    summary = summarise(fresh(small), cells=True)
    task = {row[0]: row[1] for row in SMALL}
    for row in summary.rows:
        if row.code in RATIOS:
            continue
        for option, cells in row.cells.items():
            for line, cell in zip(summary.bodies, cells, strict=True):
                status, declared, answers = province[line.code]
                answer = answers.get(Cell(row.code, option))
                if line.code not in COUNTED[row.code] + BESIDE.get(row.code, []):
                    expected = Mark.NOT_OWED
                elif status != "accepted":
                    expected = Mark.MISSING
                elif task[row.code] in declared:
                    expected = Mark.NOT_OURS
                elif answer is None:
                    expected = Mark.MISSING
                else:
                    expected = Mark.NOTHING if answer.nothing else answer.value
                assert (row.code, option, line.code, cell) == (row.code, option, line.code, expected)


def test_the_summary_reads_and_never_writes(period, accepted):
    report = accepted("na-hang", {"T6.24": 3})
    before = answers_of(report), list(Report.objects.values())
    with CaptureQueriesContext(connection) as queries:
        summarise(fresh(period), cells=True, texts=True)
    # A large result comes through a cursor on PostgreSQL.
    assert {query["sql"].split()[0] for query in queries} - {"DECLARE"} == {"SELECT"}
    assert (answers_of(report), list(Report.objects.values())) == before


def test_more_time_moves_the_deadline_in_the_summary_too(report, cast):
    """What is on time on the body's page is on time in the province's table."""
    Report.objects.filter(pk=report.pk).update(extended_to=dt.date(2020, 12, 20))
    accept(report, cast.lan, cast.huyen, at=at(2020, 12, 20, 23, 59))
    line = next(body for body in summarise(report.period).bodies if body.code == "na-hang")
    assert (line.on_time, Report.objects.get(pk=report.pk).on_time) == (True, True)


def test_a_report_that_was_taken_back_leads_nowhere(report, cast):
    send(report, cast.lan)
    move(report, Action.RECALL, by=cast.lan)
    line = next(body for body in summarise(report.period).bodies if body.code == "na-hang")
    assert (line.status, line.version) == ("draft", 0)


def test_files_are_counted_of_accepted_reports_only(period, accepted, cast):
    """What lies beside a draft, or waits for the officer, is not told to anybody else."""
    accepted("na-hang")
    send(period.reports.get(body__code="chiem-hoa"), cast.minh)
    for code in ("na-hang", "chiem-hoa", "ham-yen"):
        report = period.reports.get(body__code=code)
        Attachment.objects.create(report=report, name="Kế hoạch.pdf", size=1, by=cast.lan)
    lines = {line.code: (line.status, line.files) for line in summarise(period).bodies}
    assert [lines[code] for code in ("na-hang", "chiem-hoa", "ham-yen")] == [
        ("accepted", 1),
        ("submitted", 0),
        ("draft", 0),
    ]
