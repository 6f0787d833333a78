"""The invented province-year: true to every rule, the same for the same seed, never beside real data."""

import datetime as dt
import hashlib
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import CharField, Sum, TextField
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from python_calamine import load_workbook

from directives import reorganisation_files
from directives.choices import Role
from directives.models import Body, Obligation, User, indicators_of, rules_of
from reports import checks, demo, privacy, workflow
from reports.answers import Answer, Cell
from reports.calls import calls_summary
from reports.choices import Action, Channel, MailState, NoticeKind, PetitionKind, Status
from reports.data_check import Scope, run
from reports.demo import figures, files, phrases, reasons, reorganised
from reports.demo.building import forms_of
from reports.demo.clock import it_is
from reports.demo.draw import Draw
from reports.demo.figures import of_year
from reports.demo.people import PASSWORD, SIGN_INS, WITHOUT_SIGNATORY, usernames
from reports.demo.province import COMMUNES, DISTRICTS, ISSUED_IN_2020, YEARS, place_of
from reports.earlier import last_years
from reports.file_types import PDF, PNG, XLSX, recognise
from reports.gathering import summarise
from reports.models import (
    Attachment,
    Call,
    Correction,
    CorrectionReply,
    Edit,
    Event,
    Explanation,
    Figure,
    InstrumentProgress,
    Note,
    Notice,
    Overview,
    PaperEntry,
    Period,
    Petition,
    Point,
    PrivacyWarning,
    Receipt,
    Report,
    SignedPaper,
    TaskResult,
    answers_of,
)
from reports.sheets import sheet_of
from reports.signed_papers import code_of, judge

from ..conftest import person

TEXTS = (TaskResult, Overview, InstrumentProgress, Explanation)
BESIDE = (Attachment, Edit, Petition, Point, Receipt, SignedPaper)
OFFICERS_OWN = (Call, Correction, CorrectionReply, Note, PaperEntry)
EVERYTHING = (Period, Report, Figure, *TEXTS, *BESIDE, *OFFICERS_OWN, Notice, Event, User)
UNEXPLAINED = {"so-vhttdl": {"jump-T4.03"}, "lam-binh": {"jump-T3.16"}, "yen-son": {"jump-T6.19"}}


def sizes():
    return {model.__name__: model.objects.count() for model in EVERYTHING}


def stored_files():
    return {path for path in Path(settings.PRIVATE_FILES).rglob("*") if path.is_file()}


def local(moment):
    return timezone.localtime(moment).replace(tzinfo=None)


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
                2019: {"draft": 0, "submitted": 0, "returned": 0, "accepted": 39, "exempt": 0},
                2020: {"draft": 5, "submitted": 5, "returned": 2, "accepted": 26, "exempt": 1},
            },
            people=1 + 2 * 39 - 1 + 3,
        )

    def test_both_years_are_marked_as_simulated(self):
        assert list(Period.objects.values_list("code", "simulated").order_by("code")) == [
            ("2019", True),
            ("2020", True),
        ]

    @pytest.mark.parametrize(("year", "unexplained"), [(2019, {}), (2020, UNEXPLAINED)])
    def test_sent_reports_hold_every_error_rule_and_explain_every_warning_but_these(self, year, unexplained):
        silent = {}
        for report in Report.objects.filter(period__code=str(year), version__gt=0).select_related("period", "body"):
            found = checks.run(sheet_of(report))
            explained = set(report.explanations.values_list("rule_code", flat=True))
            assert [finding.message for finding in found if finding.blocks] == [], report
            assert explained <= {finding.code for finding in found}, report
            if missing := {finding.code for finding in found} - explained:
                silent[report.body.code] = missing
            assert report.gaps == checks.gaps(sheet_of(report))
        assert silent == unexplained

    def test_each_kind_of_warning_is_explained_somewhere(self):
        explained = set(Explanation.objects.values_list("rule_code", flat=True))
        rules = {code for code in explained if not code.startswith("jump-")}
        assert rules == {"R11", "R47", "R48", "R49", "R50"}
        assert {code[5:7] for code in explained - rules} == {"T1", "T2", "T3", "T4", "T5", "T6", "T7"}

    def test_a_report_has_a_few_jumps_and_varied_reasons(self):
        reports = Report.objects.filter(period__code="2020", version__gt=0).select_related("period", "body")
        numbers = sorted(len(list(checks.jumps(sheet_of(report)))) for report in reports)
        assert numbers[0] == 0
        assert numbers[len(numbers) // 2] in (1, 2, 3)
        assert numbers[-3] <= 6
        given = Explanation.objects.filter(rule_code__startswith="jump-", report__period__code="2020")
        texts = list(given.values_list("text", flat=True))
        assert len(texts) > 50
        assert max(Counter(texts).values()) <= len(texts) / 5

    @pytest.mark.parametrize(
        ("year", "late"),
        [
            (2019, {"so-khcn", "chiem-hoa"}),
            (2020, {"son-duong", "bo-chqs-tinh", "so-giao-thong-van-tai"}),
        ],
    )
    def test_who_is_late(self, year, late):
        reports = Report.objects.filter(period__code=str(year)).select_related("period", "body")
        assert {report.body.code for report in reports if report.on_time is False} == late

    @pytest.mark.parametrize(
        ("year", "body", "actions", "status", "on_time"),
        [
            (2020, "so-giao-duc-dao-tao", "hand submit return hand submit accept", Status.ACCEPTED, True),
            (2019, "ham-yen", "hand submit return hand submit accept", Status.ACCEPTED, True),
            (2020, "so-vhttdl", "hand submit return", Status.RETURNED, True),
            (2020, "hoi-nong-dan-tinh", "hand submit accept reopen", Status.RETURNED, True),
            (2020, "tinh-doan", "hand submit accept reopen hand submit accept", Status.ACCEPTED, True),
            (2020, "yen-son", "hand submit accept correct", Status.ACCEPTED, True),
            (2020, "bao-hiem-xa-hoi-tinh", "register submit accept", Status.ACCEPTED, True),
            (2020, "cuc-thong-ke", "exempt", Status.EXEMPT, None),
            (2020, "chiem-hoa", "hand submit accept", Status.ACCEPTED, True),
            (2020, "son-duong", "hand submit accept correct correct", Status.ACCEPTED, False),
            (2020, "ban-dan-toc", "extend hand submit accept", Status.ACCEPTED, True),
            (2020, "so-giao-thong-van-tai", "refuse hand submit", Status.SUBMITTED, False),
            (2020, "lam-binh", "hand submit", Status.SUBMITTED, True),
            (2020, "hoi-cuu-chien-binh-tinh", "submit", Status.SUBMITTED, True),
            (2020, "so-tnmt", "hand submit recall", Status.DRAFT, None),
            (2020, "bao-tuyen-quang", "hand decline", Status.DRAFT, None),
            (2020, "toa-an-nhan-dan-tinh", "hand", Status.DRAFT, None),
            (2020, "na-hang", "", Status.DRAFT, None),
            (2020, "so-xay-dung", "", Status.DRAFT, None),
        ],
    )
    def test_courses(self, year, body, actions, status, on_time):
        report = report_of(year, body)
        events = list(report.events.all())
        assert [event.action for event in events] == actions.split()
        silent = ("hand", "submit", "accept", "recall")
        assert [bool(event.note) for event in events] == [a not in silent for a in actions.split()]
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
    def test_everything_happens_in_order_and_in_its_year(self, year):
        for report in Report.objects.filter(period__code=str(year)).select_related("period"):
            times = [event.at for event in report.events.order_by("pk")]
            assert times == sorted(times)
            petitions = list(report.petitions.all())
            assert all(p.decided_at is None or p.at < p.decided_at for p in petitions)
            laid = list(report.attachments.filter(signed_scan=False).values_list("at", flat=True))
            written = [*report.edits.values_list("at", flat=True), *([report.updated_at] if report.updated_at else [])]
            asked = [at for p in petitions for at in (p.at, p.decided_at) if at]
            told = [*times, *asked, *laid, *written, *([report.opened_at] if report.opened_at else [])]
            assert all(report.period.opened_at < at for at in told)
            assert {timezone.localtime(at).year for at in told} <= {year}
            assert not told or local(max(told)) < dt.datetime(year, 12, 22, 9, 1)
            handed = report.events.filter(action__in=("hand", "submit")).first()
            assert handed is None or all(at < handed.at for at in laid)

    def test_what_is_sent_was_written_handed_over_and_sent_in_this_order(self):
        for report in Report.objects.filter(status__in=(Status.SUBMITTED, Status.ACCEPTED)).select_related("body"):
            handed, paper = report.events.filter(action="hand").last(), report.channel == Channel.PAPER
            assert (handed is None) == (report.body.code in WITHOUT_SIGNATORY or paper)
            steps = [report.updated_at, *([handed.at] if handed else []), report.submitted_at]
            assert steps == sorted(set(steps))
            assert (report.updated_by.role, report.handed_at) == ("officer" if paper else "reporter", None)

    def test_no_officer_decides_unread(self):
        decided = Event.objects.filter(action__in=("accept", "return")).select_related("report")
        last = {event.report: event for event in decided.order_by("pk")}
        for report, event in last.items():
            assert report.opened_at is not None
            if not report.petitions.filter(kind=PetitionKind.TAKE_BACK).exists():
                entered = report.channel == Channel.PAPER  # who typed it has read it
                assert report.submitted_at < report.opened_at < event.at or (
                    entered and report.submitted_at == report.opened_at < event.at
                )

    def test_who_acts(self):
        acted = Counter((event.action, event.by.role) for event in Event.objects.select_related("by"))
        sent = acted["submit", "signatory"]
        assert acted == {
            ("hand", "reporter"): sent + 2,
            ("decline", "signatory"): 1,
            ("submit", "signatory"): sent,
            ("submit", "reporter"): 2,
            ("recall", "reporter"): 1,
            ("submit", "officer"): 1,
            ("return", "officer"): 3,
            ("reopen", "officer"): 2,
            ("accept", "officer"): 39 + 28,
            ("exempt", "officer"): 1,
            ("register", "officer"): 1,
            ("extend", "officer"): 1,
            ("refuse", "officer"): 1,
            ("correct", "officer"): 3,
        }
        assert Receipt.objects.count() == sent + 3

    @pytest.mark.parametrize(
        ("body", "opened"),
        [
            ("lam-binh", False),
            ("so-giao-thong-van-tai", False),
            ("so-khcn", True),
            ("hoi-cuu-chien-binh-tinh", True),
            ("vien-kiem-sat-tinh", True),
        ],
    )
    def test_a_sending_that_nobody_opened_can_be_taken_back(self, body, opened):
        report = report_of(2020, body)
        verdict = workflow.verdict(report, Action.RECALL, User.objects.get(username=body))
        assert (report.opened_at is not None, bool(verdict)) == (opened, not opened)

    def test_one_waits_for_its_signatory_and_one_was_declined(self):
        waiting, declined = report_of(2020, "toa-an-nhan-dan-tinh"), report_of(2020, "bao-tuyen-quang")
        signatory = User.objects.get(username="toa-an-nhan-dan-tinh-ky")
        assert Action.SUBMIT in workflow.allowed(waiting, signatory)
        assert Action.DECLINE in workflow.allowed(waiting, signatory)
        assert (waiting.with_signatory, declined.with_signatory) == (True, False)
        for report in (waiting, declined):
            assert checks.run(sheet_of(report)) == [f for f in checks.run(sheet_of(report)) if not f.blocks]
        assert Action.HAND in workflow.allowed(declined, User.objects.get(username="bao-tuyen-quang"))

    def test_the_points_of_a_returned_report(self):
        report = report_of(2020, "so-vhttdl")
        points = Point.objects.current(report)
        assert list(points.values_list("part", "name", "done_by__username")) == [
            (4, "T4.03", None),
            (5, "results", "so-vhttdl"),
            (6, "T6.02", None),
        ]
        edit = report.edits.get()
        assert (edit.part, edit.name, edit.by.username, edit.at) == (5, "results", "so-vhttdl", points[1].done_at)
        assert edit.before != edit.after == report.results.get(number=5).results

    def test_what_the_bodies_asked_for(self):
        asked = Petition.objects.select_related("report__body").order_by("at")
        assert [(p.report.body.code, p.kind, p.until, p.granted, bool(p.answer)) for p in asked] == [
            ("ban-dan-toc", "more_time", dt.date(2020, 12, 18), True, True),
            ("so-giao-thong-van-tai", "more_time", dt.date(2020, 12, 31), False, True),
            ("hoi-nong-dan-tinh", "take_back", None, True, True),
            ("so-xay-dung", "more_time", dt.date(2020, 12, 29), None, False),
        ]
        extended = report_of(2020, "ban-dan-toc")
        assert extended.extended_to == dt.date(2020, 12, 18)
        assert extended.period.late_from < extended.first_submitted_at < extended.late_from

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
        assert (now.coverage.short, before.coverage.short) == ("26/38 cơ quan", "39/39 cơ quan")
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
        assert {number: result.unread for number, result in results.items()} == {
            0: {},
            1: {},
            2: {"T2.06": "85.5"},
            3: {},
        }
        answers = answers_of(report)
        assert Cell("T2.06") not in answers
        assert {cell.code[:2] for cell in answers} == {"T0", "T1", "T2", "T3"}
        findings = checks.run(sheet_of(report))
        assert {"unread", "text", "missing"} == {f.code for f in findings if f.blocks}
        assert [f.code for f in findings if not f.blocks] == ["jump-T1.01"]
        assert set(report.explanations.values_list("rule_code", flat=True)) == set()
        assert {cell.code: a.detail for cell, a in answers.items() if a.estimate} == {
            "T2.07": phrases.ESTIMATED["T2.07"].format(year=2020)
        }
        assert {cell.code for cell, a in answers.items() if a.detail} == {"T1.04", "T2.07"}
        assert Cell("T3.03") in last_years(report)

    def test_the_draft_was_typed_through_the_door_of_the_pages(self):
        report = report_of(2020, "na-hang")
        results = {result.number: result for result in report.results.all()}
        edits = list(report.edits.select_related("by"))
        assert {edit.by.username for edit in edits} == {"na-hang"}
        days = {part: {local(e.at).date().day for e in edits if e.part == part} for part in results}
        assert days == {0: {7}, 1: {8}, 2: {9}, 3: {11}}
        assert report.updated_at == max(edit.at for edit in edits) == results[3].updated_at
        before = report_of(2019, "na-hang").results.get(number=3)
        assert (results[3].copied, results[3].results) == (["results"], before.results)
        assert [results[number].saves for number in range(4)] == [1, 1, 1, 2]

    def test_estimates_have_a_note(self):
        estimates = Figure.objects.filter(estimate=True, report__period__code="2020").select_related("indicator")
        assert 5 <= estimates.count() <= 40
        assert {figure.option for figure in estimates} == {"total"}
        for figure in estimates:
            assert figure.value > 0
            assert figure.detail == phrases.ESTIMATED[figure.indicator.code].format(year=2020)

    def test_files_are_what_they_say_and_lie_with_the_other_files(self):
        kinds = Counter()
        for attachment in Attachment.objects.select_related("report__body", "by"):
            content = attachment.file.open().read()
            assert hashlib.sha256(content).hexdigest() == attachment.sha256
            whose = None if attachment.signed_scan and attachment.by.role == Role.OFFICER else attachment.report.body
            assert (len(content), attachment.by.body) == (attachment.size, whose)
            assert "(mô phỏng)" in attachment.name
            kinds[attachment.name.rpartition(".")[2]] += 1
            if attachment.name.endswith("xlsx"):
                rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
                assert rows[0] == ["DỮ LIỆU MÔ PHỎNG – KHÔNG PHẢI VĂN BẢN THẬT"]
            elif attachment.name.endswith("pdf"):
                assert len(PdfReader(io.BytesIO(content)).pages) == 1
            else:
                with Image.open(io.BytesIO(content)) as picture:
                    picture.verify()
        assert kinds == {"xlsx": 3, "pdf": 5, "png": 1}

    def test_a_signed_paper_has_the_code_of_what_was_sent(self):
        paper = SignedPaper.objects.select_related("report__body", "report__period", "scan").get()
        sending = paper.report.events.sendings().get()
        assert paper.report.body.code == "so-y-te"
        assert paper.code == code_of(paper.report, sending.content) == judge(paper.report, paper.code)
        assert (paper.number, paper.signed_on) == ("2487/BC-SYT", local(sending.at).date())
        assert paper.scan.signed_scan
        assert sending.at < paper.scan.at <= paper.at < paper.report.accepted_at

    def test_nothing_looks_like_a_childs_private_data(self):
        models = (*TEXTS, *BESIDE, *OFFICERS_OWN, Figure, Event)
        texts = {
            str(text)
            for model in models
            for field in model._meta.fields
            if isinstance(field, CharField | TextField) and field.name not in ("sha256", "file", "fingerprint")
            for text in model.objects.values_list(field.name, flat=True).distinct()
        }
        assert len(texts) > 500
        assert [text for text in texts if privacy.passages(text)] == []
        assert PrivacyWarning.objects.count() == 0

    def test_an_untouched_draft_is_empty(self):
        report = report_of(2020, "so-xay-dung")
        rows = [report.figures, report.results, report.overviews, report.progress, report.explanations, report.edits]
        assert [related.count() for related in rows] == [0, 0, 0, 0, 0, 0]
        assert (report.updated_at, report.updated_by) == (None, None)

    def test_words_are_finished_sentences(self):
        texts = {text for row in TaskResult.objects.values_list("results", "difficulties", "proposals") for text in row}
        texts |= set(Overview.objects.values_list("text", flat=True))
        texts |= set(InstrumentProgress.objects.values_list("text", flat=True))
        texts |= set(Explanation.objects.values_list("text", flat=True))
        texts |= {text for row in Petition.objects.values_list("reason", "answer") for text in row}
        texts |= set(Correction.objects.values_list("reason", flat=True))
        texts |= set(CorrectionReply.objects.values_list("text", flat=True))
        texts |= set(Note.objects.values_list("text", flat=True)) | set(Call.objects.values_list("answer", flat=True))
        texts |= set(Figure.objects.filter(estimate=True).values_list("detail", flat=True))
        wrong = [text for text in texts - {""} if set(text) & set("{}[]") or not text.endswith(".") or "  " in text]
        assert wrong == []

    def test_every_instrument_has_a_line_where_its_task_is_not_declined(self):
        for report in Report.objects.filter(period__code="2020").accepted().select_related("period"):
            owed = report.period.citations.exclude(task__number__in=list(sheet_of(report).declined))
            assert set(report.progress.values_list("citation_id", flat=True)) == set(owed.values_list("pk", flat=True))

    # --- the lead department ----------------------------------------------------------------------

    def test_a_figure_is_used_otherwise_than_reported_and_one_correction_was_taken_back(self):
        lines = Correction.objects.select_related("report__body", "indicator").order_by("pk")
        told = [(c.report.body.code, c.indicator.code, c.value and c.value - c.reported, c.withdrawn) for c in lines]
        assert told == [
            ("yen-son", "T6.24", -2, False),
            ("son-duong", "T2.08", -40, False),
            ("son-duong", "T2.08", None, True),
        ]
        assert [line.report.body.code for line in Correction.objects.in_force()] == ["yen-son"]
        replies = CorrectionReply.objects.select_related("by").order_by("pk")
        assert [(reply.by.username, reply.correction) for reply in replies] == [
            ("yen-son", lines[0]),
            ("son-duong", lines[1]),
        ]

    def test_the_paper_counts_from_the_day_it_arrived(self):
        entry = PaperEntry.objects.select_related("report__period", "report__body", "scan", "by").get()
        report = entry.report
        assert (report.body.code, entry.version, entry.by.role) == ("bao-hiem-xa-hoi-tinh", 1, "officer")
        assert (report.channel, report.on_time) == (Channel.PAPER, True)
        assert local(report.first_submitted_at) == dt.datetime(2020, 12, 14, 12)
        assert report.period.late_from < entry.at < report.submitted_at
        assert (entry.scan.name, entry.scan.signed_scan) == ("Báo cáo đã ký, quét (mô phỏng).pdf", True)

    def test_who_was_called_and_which_promise_was_broken(self):
        end = dt.date(2020, 12, 22)
        found = {}
        for code in ("so-xay-dung", "so-giao-thong-van-tai"):
            report = report_of(2020, code)
            summary = calls_summary([report], end)[report.pk]
            found[code] = (summary.calls, summary.promises, summary.broken)
        assert found == {"so-xay-dung": (2, 1, 1), "so-giao-thong-van-tai": (1, 1, 0)}
        assert Call.objects.count() == 3
        assert {call.phone[:11] for call in Call.objects.all()} == {"0207 3 000 "}
        assert all(call.called_at == call.at for call in Call.objects.all())

    def test_words_among_officers(self):
        notes = Note.objects.select_related("report__body").order_by("pk")
        assert [(n.report.body.code, n.part, n.name, n.version) for n in notes] == [
            ("so-vhttdl", 4, "T4.03", 1),
            ("vien-kiem-sat-tinh", None, "", 1),
        ]

    def test_a_reopened_report_was_put_right_by_its_day(self):
        report = report_of(2020, "tinh-doan")
        reopened, second = report.events.get(action="reopen"), report.events.filter(action="submit").last()
        assert (reopened.until, second.at.date() <= reopened.until) == (dt.date(2020, 12, 18), True)
        first = report.events.filter(action="submit").first()
        assert {
            cell for cell, figure in first.content["figures"].items() if second.content["figures"][cell] != figure
        } == {"T2.08", "T2.08:minority"}
        assert (report.version, report.return_by) == (2, None)

    def test_everybody_is_told_through_the_doors(self):
        """Each kind that the story has reasons for, and the mails where an officer would find them."""
        kinds = set(Notice.objects.filter(period__code="2020").values_list("kind", flat=True))
        never = {NoticeKind.DUE_30, NoticeKind.INCLUDED, NoticeKind.PAPER_ENDED}
        assert kinds == set(NoticeKind.values) - never
        opened = Notice.objects.filter(kind=NoticeKind.OPENED, period__code="2020")
        assert opened.count() == 2 * 39 - 1
        waiting = Notice.objects.filter(mail=MailState.WAITING).values_list("kind", "recipient__username")
        assert sorted(waiting) == [("overdue", "so-vhttdl"), ("overdue", "so-vhttdl-ky")]
        failed = Notice.objects.filter(mail=MailState.FAILED, period__code="2020")
        assert set(failed.values_list("recipient__username", flat=True)) == {"so-cong-thuong-ky"}
        assert not Notice.objects.filter(mail__in=(MailState.RELEASED, MailState.SENDING)).exists()
        assert not Notice.objects.filter(subject__contains="{").exists()
        assert not Notice.objects.filter(text__contains="{").exists()
        assert {address.partition("@")[2] for address in Notice.objects.outbox().values_list("address", flat=True)} == {
            "mo-phong.invalid"
        }

    def test_the_year_is_told_in_its_order(self):
        """Later lines have later moments, in the journal and among the notices, over all reports."""
        for model in (Event, Notice, Correction, Call, Note):
            moments = list(model.objects.order_by("pk").values_list("at", flat=True))
            assert moments == sorted(moments)
            assert all(local(moment) <= dt.datetime(2020, 12, 22, 9, 1) for moment in moments)

    def test_older_news_have_been_read(self):
        unread = Notice.objects.unread()
        assert 0 < unread.count() < 80
        assert local(min(unread.values_list("at", flat=True))) >= dt.datetime(2020, 12, 18, 9)

    def test_what_the_portal_finds_wrong_with_the_story(self):
        """On its last morning: no error, and what an officer has left to do."""
        with it_is(dt.datetime(2020, 12, 22, 2, 30, tzinfo=dt.UTC)):
            found = {each.kind.code: each.count for each in run(Scope(everything=True, files=True)) if each.count}
        assert found == {
            "account_never_used": 1,
            "account_idle": 1,
            "overdue_never_called": 4,
            "mail_failed": Notice.objects.filter(mail=MailState.FAILED).count(),
        }

    def test_every_office_can_be_called(self):
        bodies = Body.objects.filter(reports__period__code="2020").distinct()
        phones = [
            *bodies.values_list("phone", flat=True),
            *User.objects.exclude(username="root").values_list("phone", flat=True),
        ]
        assert {phone[:11] for phone in phones} == {"0207 3 000 "}
        assert len(set(phones)) == len(phones)

    def test_people(self):
        signing_in = {"na-hang": "reporter", "na-hang-ky": "signatory", "chuyen-vien": "officer"}
        signing_in |= {"lanh-dao": "leader", "quan-tri": "administrator"}
        people = {user.username: user for user in User.objects.select_related("body")}
        assert {name: people[name].role for name in signing_in} == signing_in
        assert all(people[name].check_password(PASSWORD) for name in signing_in)
        for body in Body.objects.filter(reports__period__code="2020"):
            reporter, signatory = usernames(body.code)
            assert people[reporter].body == body
            assert (signatory in people) == (body.code not in WITHOUT_SIGNATORY)
            assert signatory not in people or people[signatory].body == body
        assert set(SIGN_INS) <= set(people)
        invented = [f"{user.last_name} {user.first_name}" for name, user in people.items() if name != "root"]
        assert len(set(invented)) == len(invented) == 80
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
        assert (
            "Năm 2020: 39 cơ quan (đang soạn: 5; đã gửi, chờ duyệt: 5; bị trả lại: 2; đã duyệt: 26; được miễn: 1)."
            in lines
        )
        assert f"81 tài khoản, mật khẩu chung: {PASSWORD}" in lines
        told = dict(line.split(maxsplit=1) for line in lines[-1 - len(SIGN_INS) : -1])
        assert told == SIGN_INS
        assert list(told)[:5] == ["na-hang", "na-hang-ky", "chuyen-vien", "lanh-dao", "quan-tri"]


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


def test_every_figure_that_can_jump_has_a_family_and_every_reason_is_clean(forms):
    can = {i.code for form in forms for i in form.indicators if i.is_jump(Decimal(0), Decimal(1_000_000))}
    told = [code for family in reasons.FAMILIES for code in family.codes]
    assert (set(told), len(told)) == (can, len(can))
    said = {text for family in reasons.FAMILIES for text in (*family.up, *family.down)} | set(reasons.FIRST_YEAR)
    assert [text for text in said if privacy.passages(text)] == []


@pytest.mark.parametrize(
    ("code", "before", "now", "group"),
    [
        ("T6.02", Answer(Decimal(100)), Answer(Decimal(400)), "up"),
        ("T6.02", Answer(Decimal(400)), Answer(Decimal(100)), "down"),
        ("T6.02", Answer(nothing=True), Answer(Decimal(400)), "up"),
        ("T2.02", Answer(nothing=True), Answer(Decimal(9)), "first"),
        ("T2.02", Answer(Decimal(9)), Answer(Decimal(2)), "down"),
    ],
)
def test_a_reason_fits_what_is_counted_and_its_direction(forms, code, before, now, group):
    form = next(form for form in forms if form.code == "ham-yen")
    given = reasons.jump_reasons(form, {Cell(code): now}, {Cell(code): before}, Draw(2020, 2020, form.code))
    family = next(family for family in reasons.FAMILIES if code in family.codes)
    assert list(given) == [f"jump-{code}"]
    assert given[f"jump-{code}"] in {"up": family.up, "down": family.down, "first": reasons.FIRST_YEAR}[group]
    draw = Draw(2020, 2020, form.code)
    assert reasons.jump_reasons(form, {Cell(code): now}, {Cell(code): before}, draw, silent=[code]) == {}


def test_the_clock_stands_and_goes_on():
    moment = dt.datetime(2020, 12, 1, tzinfo=dt.UTC)

    def read_and_stumble():
        with it_is(moment):
            read.append(timezone.now())
            raise ValueError("stumbled")

    read = []
    with pytest.raises(ValueError, match="stumbled"):
        read_and_stumble()
    assert read == [moment]
    assert abs(timezone.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("fonts", [files.FONTS, (), ("/usr/share/fonts/no-such-font.ttf",)])
@pytest.mark.parametrize(("name", "kind"), [("Kế hoạch.pdf", PDF), ("Ảnh.png", PNG), ("Biểu.xlsx", XLSX)])
def test_files_are_made_with_and_without_a_font_for_vietnamese(monkeypatch, fonts, name, kind):
    monkeypatch.setattr(files, "FONTS", fonts)
    file = files.made(name, ["Đã gửi – số 12"], dt.datetime(2020, 12, 1, tzinfo=dt.UTC))
    assert (recognise(file.file), file.name) == (kind, name)
    draw = files._font(18)[1]
    assert draw("Đã gửi – số 12") == ("Đã gửi – số 12" if draw is str else "Da gui - so 12")
    assert draw is str or not any(Path(font).exists() for font in fonts if "liberation2" in font)


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
        if stage == "Đã tạo năm 2020.":
            raise RuntimeError(stage)

    before, stored = sizes(), stored_files()
    with pytest.raises(RuntimeError):
        demo.build(on_progress=stumble)
    assert sizes() == before
    assert stored_files() == stored
    assert Obligation.objects.count() == 1


def test_the_second_stage_names_only_what_is_there():
    """The shipped reorganisation and the invented places of its communes belong together."""
    wish = reorganisation_files.read(reorganised.FILE.read_bytes(), name="x", title=reorganised.TITLE)
    founded = {body.code for body in wish.founded}
    assert all(place_of(code).communes == 1 for code in founded)
    assert [place_of(code) for code in wish.ends] == [DISTRICTS[code] for code in wish.ends]
    named = {code for codes in (*reorganised.UNSENT.values(), *reorganised.WAITING.values()) for code in codes}
    assert {code for code in named if code.startswith(tuple(COMMUNES))} <= founded
    assert place_of("so-y-te") is None


def test_figures_of_a_commune_break_no_rule(obligation):
    edition = obligation.directive.catalogues.first().pk
    indicators = tuple(i for i in indicators_of(edition) if i.role_of("commune", "x"))
    roles = {i.code: i.role_of("commune", "x") for i in indicators}
    forms = [figures.Form(f"xa-gia-dinh-{n:03d}", "UBND", indicators, roles) for n in range(1, 31)]
    rules = rules_of(edition)
    for answers in of_year(forms, 2025, 2020).values():
        values = {cell.code: answer.amount for cell, answer in answers.items() if cell.option == "total"}
        assert [finding.message for finding in checks.rule_findings(rules, values, {}) if finding.blocks] == []
