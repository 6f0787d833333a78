"""The invented province-year: true to every rule, the same for the same seed, never beside real data."""

import datetime as dt
import hashlib
import io
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from directives.choices import Role
from directives.models import Body, Obligation, User
from reports import checks, demo
from reports.answers import Cell
from reports.choices import Status
from reports.demo.building import forms_of
from reports.demo.figures import of_year
from reports.demo.people import PASSWORD, usernames
from reports.demo.province import DISTRICTS, ISSUED_IN_2020, YEARS
from reports.gathering import summarise
from reports.models import (
    Event,
    Explanation,
    Figure,
    InstrumentProgress,
    Overview,
    Period,
    Report,
    TaskResult,
    answers_of,
)
from reports.sheets import sheet_of

from ..conftest import person

EVERYTHING = (Period, Report, Figure, TaskResult, Overview, InstrumentProgress, Explanation, Event, User)


def sizes():
    return {model.__name__: model.objects.count() for model in EVERYTHING}


def report_of(year, body):
    return Report.objects.select_related("period", "body").get(period__code=str(year), body__code=body)


@pytest.fixture(scope="class")
def province(django_db_setup, django_db_blocker):
    """Built once for the tests of a class, beside an administrator who was there before, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        person("root", Role.ADMINISTRATOR)
        yield demo.build()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("province")
class TestProvince:
    def test_every_status_is_there(self, province):
        assert province == demo.Outcome(
            made=True,
            statuses={
                2019: {"draft": 0, "submitted": 0, "returned": 0, "accepted": 39},
                2020: {"draft": 4, "submitted": 6, "returned": 1, "accepted": 28},
            },
            people=1 + 2 * 39 + 3,
        )

    def test_both_years_are_marked_as_simulated(self):
        assert list(Period.objects.values_list("code", "simulated").order_by("code")) == [
            ("2019", True),
            ("2020", True),
        ]

    @pytest.mark.parametrize("year", YEARS)
    def test_sent_reports_hold_every_error_rule_and_explain_every_warning(self, year):
        for report in Report.objects.filter(period__code=str(year), version__gt=0).select_related("period"):
            found = checks.run(sheet_of(report))
            explained = set(report.explanations.values_list("rule_code", flat=True))
            assert [finding.message for finding in found if finding.blocks] == [], report
            assert {finding.code for finding in found} == explained, report
            assert report.gaps == checks.gaps(sheet_of(report))

    def test_each_kind_of_warning_is_explained_somewhere(self):
        assert set(Explanation.objects.values_list("rule_code", flat=True)) == {"R11", "R47", "R48", "R49", "R50"}

    @pytest.mark.parametrize(
        ("year", "late"),
        [
            (2019, {"so-khcn", "chiem-hoa"}),
            (2020, {"son-duong", "ban-dan-toc", "bo-chqs-tinh", "so-giao-thong-van-tai"}),
        ],
    )
    def test_who_is_late(self, year, late):
        reports = Report.objects.filter(period__code=str(year)).select_related("period", "body")
        assert {report.body.code for report in reports if report.on_time is False} == late

    @pytest.mark.parametrize(
        ("year", "body", "actions", "status", "on_time"),
        [
            (2020, "so-giao-duc-dao-tao", "submit return submit accept", Status.ACCEPTED, True),
            (2019, "ham-yen", "submit return submit accept", Status.ACCEPTED, True),
            (2020, "so-vhttdl", "submit return", Status.RETURNED, True),
            (2020, "chiem-hoa", "submit accept", Status.ACCEPTED, True),
            (2020, "son-duong", "submit accept", Status.ACCEPTED, False),
            (2020, "lam-binh", "submit", Status.SUBMITTED, True),
            (2020, "na-hang", "", Status.DRAFT, None),
            (2020, "so-xay-dung", "", Status.DRAFT, None),
        ],
    )
    def test_courses(self, year, body, actions, status, on_time):
        report = report_of(year, body)
        events = list(report.events.all())
        assert [event.action for event in events] == actions.split()
        assert [bool(event.note) for event in events] == [action == "return" for action in actions.split()]
        assert (report.status, report.on_time) == (status, on_time)

    def test_sent_again_after_the_deadline_stays_in_time(self):
        report = report_of(2020, "so-giao-duc-dao-tao")
        assert report.first_submitted_at < report.period.late_from < report.submitted_at
        assert (report.version, report.on_time) == (2, True)

    def test_what_was_sent_again_was_corrected(self):
        first, second = report_of(2020, "so-giao-duc-dao-tao").events.filter(action="submit")
        before, after = (int(event.content["figures"]["T5.10"]["value"]) for event in (first, second))
        assert before * 2 < after
        assert {
            code for code, figure in first.content["figures"].items() if second.content["figures"][code] != figure
        } == {
            "T5.10",
            "T5.10:girls",
        }

    @pytest.mark.parametrize("year", YEARS)
    def test_the_journal_is_in_order_and_in_its_year(self, year):
        for report in Report.objects.filter(period__code=str(year)).select_related("period"):
            times = [event.at for event in report.events.order_by("pk")]
            assert times == sorted(times)
            assert {timezone.localtime(at).year for at in times} <= {year}
            assert all(report.period.opened_at < at for at in times)
            assert report.updated_at is None or report.period.opened_at < report.updated_at
            if times:
                assert report.updated_at < report.submitted_at

    def test_who_acts(self):
        acted = Counter((event.action, event.by.role) for event in Event.objects.select_related("by"))
        assert set(acted) == {("submit", "signatory"), ("return", "officer"), ("accept", "officer")}
        assert acted["accept", "officer"] == 39 + 28

    @pytest.mark.parametrize(("code", "total"), [("T0.01", 214_000), ("T0.02", 792_000), ("T0.07", 138)])
    def test_the_synthetic_base(self, code, total):
        figures = Figure.objects.filter(report__period__code="2020", indicator__code=code, option="total")
        assert figures.count() == 7
        assert figures.aggregate(Sum("value"))["value__sum"] == total

    def test_the_summary_adds_up_what_was_accepted(self):
        now, before = (summarise(Period.objects.get(code=code)) for code in ("2020", "2019"))
        accepted = sum(d.children for code, d in DISTRICTS.items() if code not in ("na-hang", "lam-binh"))
        row = now.row("T0.01")
        assert row.total.value == accepted
        assert row.coverage.missing == ("UBND huyện Lâm Bình", "UBND huyện Na Hang")
        assert (now.coverage.short, before.coverage.short) == ("28/39 cơ quan", "39/39 cơ quan")
        assert row.previous == before.row("T0.01").total
        assert {finding.severity for finding in now.findings + before.findings} <= {"warning"}

    def test_what_was_issued_in_2020_did_not_arise_in_2019(self):
        figures = Figure.objects.filter(report__period__code="2019", indicator__code__in=ISSUED_IN_2020)
        assert set(figures.values_list("nothing", "indicator__code")) == {(True, code) for code in ISSUED_IN_2020}
        words = TaskResult.objects.filter(report__period__code="2019")
        for name in ("2125/UBND-KGVX", "23/CT-TTg", "COVID-19"):
            assert not words.filter(results__contains=name).exists()
            assert not Overview.objects.filter(report__period__code="2019", text__contains=name).exists()

    def test_missing_nothing_and_zero_are_all_there(self):
        accepted = Figure.objects.filter(report__period__code="2020", report__status=Status.ACCEPTED)
        assert accepted.filter(nothing=True).exists()
        assert accepted.filter(value=0).exists()
        assert sum(Report.objects.filter(period__code="2020").accepted().values_list("gaps", flat=True)) > 0
        assert (
            TaskResult.objects.filter(report__period__code="2020", not_ours=True).values("report").distinct().count()
            > 5
        )

    def test_the_half_filled_draft(self):
        report = report_of(2020, "na-hang")
        results = {result.number: result for result in report.results.all()}
        assert sorted(results) == [0, 1, 2]
        assert {number: result.unread for number, result in results.items()} == {0: {}, 1: {}, 2: {"T2.06": "85.5"}}
        assert Cell("T2.06") not in answers_of(report)
        assert {cell.code[:2] for cell in answers_of(report)} == {"T0", "T1", "T2", "T3"}
        assert {"unread", "text", "missing"} == {f.code for f in checks.run(sheet_of(report)) if f.blocks}

    def test_an_untouched_draft_is_empty(self):
        report = report_of(2020, "so-xay-dung")
        rows = [report.figures, report.results, report.overviews, report.progress, report.explanations]
        assert [related.count() for related in rows] == [0, 0, 0, 0, 0]
        assert (report.updated_at, report.updated_by) == (None, None)

    def test_words_are_finished_sentences(self):
        texts = {text for row in TaskResult.objects.values_list("results", "difficulties", "proposals") for text in row}
        texts |= set(Overview.objects.values_list("text", flat=True))
        texts |= set(InstrumentProgress.objects.values_list("text", flat=True))
        wrong = [text for text in texts - {""} if set(text) & set("{}[]") or not text.endswith(".") or "  " in text]
        assert wrong == []

    def test_every_instrument_has_a_line_where_its_task_is_not_declined(self):
        for report in Report.objects.filter(period__code="2020").accepted().select_related("period"):
            owed = report.period.citations.exclude(task__number__in=list(sheet_of(report).declined))
            assert set(report.progress.values_list("citation_id", flat=True)) == set(owed.values_list("pk", flat=True))

    def test_people(self):
        signing_in = {"na-hang": "reporter", "na-hang-ky": "signatory", "chuyen-vien": "officer"}
        signing_in |= {"lanh-dao": "leader", "quan-tri": "administrator"}
        people = {user.username: user for user in User.objects.select_related("body")}
        assert {name: people[name].role for name in signing_in} == signing_in
        assert all(people[name].check_password(PASSWORD) for name in signing_in)
        for body in Body.objects.filter(reports__period__code="2020"):
            assert [people[name].body for name in usernames(body.code)] == [body, body]
        invented = [f"{user.last_name} {user.first_name}" for name, user in people.items() if name != "root"]
        assert len(set(invented)) == len(invented) == 81
        assert not people["root"].check_password(PASSWORD)

    def test_a_second_call_changes_nothing(self, province):
        before = sizes()
        again = demo.build(seed=99)
        assert (again.made, again.statuses, again.people) == (False, province.statuses, province.people)
        assert sizes() == before

    def test_the_command_tells_the_sign_ins(self):
        out = io.StringIO()
        call_command("demo", stdout=out)
        lines = [line.strip() for line in out.getvalue().splitlines()]
        assert lines[0] == "Dữ liệu mô phỏng đã có sẵn; không thay đổi gì."
        assert "Năm 2020: 39 cơ quan (đang soạn: 4; đã gửi, chờ duyệt: 6; bị trả lại: 1; đã duyệt: 28)." in lines
        assert f"82 tài khoản, mật khẩu chung: {PASSWORD}" in lines
        assert lines[-6:-1] == [
            "na-hang      Người lập báo cáo",
            "na-hang-ky   Người ký báo cáo",
            "chuyen-vien  Chuyên viên cơ quan tổng hợp",
            "lanh-dao     Lãnh đạo",
            "quan-tri     Quản trị",
        ]


@pytest.fixture
def forms(period):
    return forms_of(list(period.reports.select_related("body")))


def digest(figures):
    text = repr([(body, sorted(answers.items())) for body, answers in figures.items()])
    return hashlib.sha256(text.encode()).hexdigest()


def test_same_seed_same_figures(forms):
    drawn = [digest(of_year(forms, year, seed)) for year, seed in [(2020, 1), (2020, 1), (2020, 2), (2019, 1)]]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3


def total(figures, code, option="total"):
    cells = [answers[Cell(code, option)] for body, answers in figures.items() if body in DISTRICTS]
    return sum((answer.amount for answer in cells), Decimal(0))


@pytest.mark.parametrize("seed", [3, 2020])
@pytest.mark.parametrize("year", YEARS)
def test_figures_of_any_seed_are_sound_and_plausible(forms, period, year, seed):
    figures = of_year(forms, year, seed)
    for form in forms:
        sheet = checks.Sheet(form.indicators, form.roles, period.rules(), figures[form.code], {}, (), {}, form.declined)
        assert [finding.message for finding in checks.run(sheet) if finding.blocks] == [], form.code
    assert Decimal("0.010") <= total(figures, "T3.03") / total(figures, "T0.01") <= Decimal("0.014")
    assert Decimal("0.80") <= total(figures, "T3.07") / total(figures, "T3.03") <= Decimal("0.90")
    assert 69 <= total(figures, "T3.01") <= 90
    assert total(figures, "T0.03") == total(figures, "T0.01", "age_0_5")


def test_the_two_years_are_alike_and_not_the_same(forms):
    before, now = (of_year(forms, year, 2020) for year in YEARS)
    for code in ("T0.01", "T0.02", "T1.04", "T2.05", "T3.03", "T3.07", "T6.17"):
        change = total(now, code) / total(before, code) - 1
        assert change != 0
        assert abs(change) < Decimal("0.15"), code


def test_small_districts_have_tiny_sensitive_cells(forms):
    sensitive = {indicator.code for indicator in forms[-1].indicators if indicator.sensitive}
    figures = of_year(forms, 2020, 2020)
    kinds = Counter(
        "nothing" if answer.nothing else min(answer.value, 3)
        for body in ("lam-binh", "na-hang")
        for cell, answer in figures[body].items()
        if cell.code in sensitive and cell.option == "total"
    )
    assert set(kinds) >= {"nothing", 0, 1, 2}
    assert kinds[0] > kinds[3]


def test_the_police_count_close_to_the_districts(forms):
    figures = of_year(forms, 2019, 2020)
    police = figures["cong-an-tinh"]
    differences = {code: police[Cell(code)].amount - total(figures, code) for code in ("T3.09", "T6.06", "T6.20")}
    assert all(abs(difference) <= 2 for difference in differences.values())
    assert any(differences.values())


def refused():
    with pytest.raises(demo.NotADemo) as refusal:
        demo.build()
    return str(refusal.value)


def test_refuses_beside_a_real_period(period):
    before = sizes()
    assert refused() == "Cơ sở dữ liệu có kỳ báo cáo thật (năm 2020); không tạo dữ liệu mô phỏng ở đây."
    assert sizes() == before


def test_the_command_refuses_with_exit_code_2(period):
    with pytest.raises(CommandError, match="kỳ báo cáo thật") as refusal:
        call_command("demo", stdout=io.StringIO())
    assert refusal.value.returncode == 2


def test_refuses_beside_the_accounts_of_real_people(db):
    person("lan", Role.REPORTER, "na-hang", "Lan")
    assert refused() == "Cơ sở dữ liệu đã có tài khoản (lan); hãy dùng một cơ sở dữ liệu mới."
    assert sizes()["User"] == 1


def test_refuses_half_a_demo(obligation):
    Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), simulated=True)
    assert refused() == "Cơ sở dữ liệu chỉ còn một phần dữ liệu mô phỏng; hãy dùng một cơ sở dữ liệu mới."


def test_all_or_nothing(db):
    def stumble(stage):
        if stage == "Đã tạo năm 2019.":
            raise RuntimeError(stage)

    before = sizes()
    with pytest.raises(RuntimeError):
        demo.build(on_progress=stumble)
    assert sizes() == before
    assert Obligation.objects.count() == 1
