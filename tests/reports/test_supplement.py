"""After the issue: whatever happens leaves the document as it is and is one line; a supplement carries the lines."""

import dataclasses
import datetime as dt

import pytest
from django.db import transaction

from directives.loading import load
from directives.models import Body, LeadTerm
from reports import corrections, issued, issuing
from reports.answers import Answer, Cell
from reports.choices import Action
from reports.composing import draft_of, open_draft, save
from reports.drafting import Change as Typed
from reports.drafting import NotWritable
from reports.freezing import thawed
from reports.issuing import Refused
from reports.models import Explanation, Figure, Issue, Overview, Period, ProvincialReport, TaskResult
from reports.workflow import move
from tests.factories import accept, fill, send
from tests.reports import files
from tests.reports.test_issuing import (
    FIGURES,
    PAGE,
    composed,
    facts,
    mark_on,
    no_files,  # noqa: F401 - a fixture
    text_of,
    typed,
)


@pytest.fixture
def made(cast, report, report_of, period, obligation):
    """Issued: one report with an estimate, one waiting, all others missing; last year for one body."""
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    accept(before.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures={"T6.05": 5})
    fill(report, FIGURES, by=cast.lan)
    Figure.objects.filter(report=report, indicator__code="T7.01").update(estimate=True)
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.ACCEPT, by=cast.huyen)
    send(report_of("chiem-hoa"), cast.minh)
    found = issuing.issue(composed(period, cast.huyen), facts(number="7"), cast.huyen)
    issuing.store_file(found, "pdf", "full", files.pdf(1))
    return found


def resend(report, cast, change):
    """Reopened, put right by its body, accepted again."""
    report.refresh_from_db()
    move(report, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    change(report)
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.ACCEPT, by=cast.huyen)


def figure(code, **values):
    return lambda report: Figure.objects.filter(report=report, indicator__code=code, option="total").update(**values)


def what_happens(cast, report, report_of, period):
    """{what: (how it is done, the kind of its line, how many issued lines it moves)}; each alone."""
    before = Period.objects.get(code="2019").reports.get(body__code="na-hang")

    def written(model, **where):
        return lambda own: model.objects.filter(report=own, **where).update(
            **{"text" if model is Overview else "results": "Lời mới."}
        )

    def correct():
        report.refresh_from_db()
        answer, cell = Answer(corrections.parse_number("31", "count")), Cell("T6.06")
        corrections.correct(report, cell, answer, "Đếm lại.", by=cast.huyen, version=1)

    def last_year():
        move(before, Action.REOPEN, by=cast.huyen, note="Xem lại năm trước.")

    return {
        "a figure": (lambda: resend(report, cast, figure("T6.06", value=29)), "figure", 1),
        "an estimate becomes final": (lambda: resend(report, cast, figure("T7.01", estimate=False)), "final", 1),
        "nothing but a new sending": (lambda: resend(report, cast, lambda own: None), "resent", 0),
        "a text": (lambda: resend(report, cast, written(TaskResult, number=6)), "text", 0),
        "a general part": (lambda: resend(report, cast, written(Overview, part="direction")), "text", 0),
        "a correction": (correct, "corrected", 1),
        "another report": (lambda: move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.tu), "accepted", None),
        "a report goes back": (lambda: move(report, Action.REOPEN, by=cast.tu, note="Sai."), "reopened", None),
        "a body is exempted": (
            lambda: move(report_of("so-y-te"), Action.EXEMPT, by=cast.tu, note="Không có."), "exempted", None),
        "a sending is returned": (
            lambda: move(report_of("chiem-hoa"), Action.RETURN, by=cast.tu, note="Sai."), "standing", 0),
        "the lead is called otherwise": (
            lambda: LeadTerm.objects.update(superior="Tên mới", place="Nơi mới"), "letterhead", 0),
        "last year is reopened": (last_year, "last_year", None),
    }  # fmt: skip


def test_whatever_happens_the_document_stays_and_it_is_one_line(made, cast, report, report_of, period):
    """Each thing alone, in the same province; then everything is taken back again."""
    content, document = made.content, issuing.document_of(made)
    assert issued.changes_since(made) == ()
    for what, (happens, kind, lines) in what_happens(cast, report, report_of, period).items():
        with transaction.atomic():
            happens()
            now = Issue.objects.get()
            assert issuing.document_of(now) == document, what
            assert (now.content, now.fingerprint) == (content, issuing.own_fingerprint(document)), what
            assert issued.content_of(now.files.get()) == files.pdf(1), what
            found = issued.changes_since(now)
            assert [change.kind for change in found] == [kind], what
            if lines is None:
                assert found[0].effects, what
            else:
                assert len(found[0].effects) == lines, what
            transaction.set_rollback(True)


def test_the_outgoing_edition_stays_whatever_last_year_becomes(cast, report, obligation, period):
    """It needs last year's figures for the jumps it tells; a job that is repeated later makes the same file."""
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    earlier = before.reports.get(body__code="na-hang")
    figures = {"T6.06": 100} | {f"T6.{n:02}": 40 for n in (7, 8, 9, 10)}
    accept(earlier, cast.lan, cast.huyen, figures=figures)
    accept(before.reports.get(body__code="chiem-hoa"), cast.minh, cast.huyen, figures=figures)
    accept(report, cast.lan, cast.huyen, figures=FIGURES)
    made = issuing.issue(composed(period, cast.huyen), facts(), cast.huyen)
    outgoing = issuing.document_of(made, "outgoing")
    assert outgoing.edition == "outgoing"
    assert "T6.06" in {jump.code for jump in outgoing.summary.jumps}
    three = Answer(corrections.parse_number("3", "count"))  # hidden last year, so the jump could not be told
    earlier.refresh_from_db()
    corrections.correct(earlier, Cell("T6.06"), three, "Đếm lại.", by=cast.huyen, version=1)
    now = issued.outgoing_of(issuing.document_of(made), period)
    assert "T6.06" not in {jump.code for jump in now.summary.jumps}
    assert issuing.document_of(Issue.objects.get(), "outgoing") == outgoing


def test_what_a_round_keeps_as_it_was_opened_changes_no_line(made, cast):
    """A body's new name and a new edition of the catalogue are of later rounds: this one still reads the same."""
    Body.objects.filter(code="na-hang").update(name="Tên mới", short_name="Mới")
    load()
    assert issued.changes_since(made) == ()
    assert issuing.document_of(made).summary.bodies == issued.summary_now(made.provincial.period).bodies


def test_several_things_are_as_many_lines_in_protocol_order(made, cast, report, report_of):
    def change(own):
        figure("T6.06", value=29)(own)
        figure("T7.01", estimate=False, value=4)(own)
        Explanation.objects.create(report=own, rule_code="jump-T6.06", text="Đếm lại.")

    resend(report, cast, change)
    move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.tu)
    LeadTerm.objects.update(place="Nơi mới")
    lines = issued.changes_since(Issue.objects.get())
    assert [(line.kind, line.code) for line in lines] == [
        ("letterhead", ""),
        ("figure", "T6.06"),
        ("final_other", "T7.01"),
        ("accepted", ""),
    ]
    assert (lines[1].before, lines[1].now, lines[1].reason) == ("30", "29", "Đếm lại.")
    assert (lines[2].before, lines[2].now) == ("0 (ước)", "4")


def test_an_issued_report_takes_no_more_words(made, cast, period):
    with pytest.raises(NotWritable, match="đã ban hành"):
        save(made.provincial, "direction", Typed("text", "", "Khác"), cast.huyen)
    with pytest.raises(NotWritable, match="đã ban hành"):
        open_draft(period, cast.huyen)


# --- the supplement -------------------------------------------------------------------------


def test_a_supplement_carries_the_differences_and_closes_them(made, cast, report, report_of, period):
    with pytest.raises(Refused, match="chưa có gì thay đổi"):
        issuing.begin_supplement(made, cast.huyen)
    resend(report, cast, figure("T7.01", estimate=False))
    with pytest.raises(Refused, match="Chỉ chuyên viên"):
        issuing.begin_supplement(made, cast.hung)
    draft = issuing.begin_supplement(made, cast.huyen)
    assert issuing.begin_supplement(made, cast.tu) == draft == draft_of(period)
    assert (draft.sequence, draft.supplements, draft.title) == (2, made, "Báo cáo bổ sung lần 1")
    with pytest.raises(Refused, match="Còn phần để trống: Lời báo cáo bổ sung"):
        issuing.issue(draft, facts(number="9"), cast.huyen)
    save(draft, "words", Typed("text", "", "Số ước nay là số chính thức."), cast.huyen)
    with pytest.raises(Refused, match="không thể ký trước"):
        issuing.issue(draft, facts(number="9", signed_on=made.signed_on - dt.timedelta(days=1)), cast.huyen)
    second = issuing.issue(draft, facts(number="9"), cast.huyen)
    document = issuing.document_of(second)
    assert (document.supplement.number, document.supplement.signed_on) == ("07/BC-SX", made.signed_on)
    assert [(change.kind, change.code) for change in document.supplement.changes] == [("final", "T7.01")]
    assert document.texts == {"words": "Số ước nay là số chính thức."}
    assert issued.changes_since(second) == ()  # the estimate is closed
    assert [change.kind for change in issued.changes_since(made)] == ["final"]
    assert issued.confirmed(made.code, made.fingerprint) == "supplemented"
    assert issued.confirmed(second.code, second.fingerprint) == "right"
    _the_next_one_is_against_the_last(made, second, cast, report_of)


def _the_next_one_is_against_the_last(made, second, cast, report_of):
    move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.tu)
    with pytest.raises(Refused, match="Đã có văn bản mới hơn, số 09/BC-SX"):
        issuing.begin_supplement(made, cast.huyen)
    third = issuing.begin_supplement(second, cast.huyen)
    found = issuing.preview(third).supplement
    assert (found.number, [change.kind for change in found.changes]) == ("09/BC-SX", ["accepted"])
    assert third.sequence == 3
    effects = [(effect.code, effect.place) for effect in found.effects]
    assert len(effects) == len(set(effects)) > 50


def test_what_went_back_to_what_was_issued_needs_no_supplement(made, cast, report, period):
    line = dataclasses.replace(facts(number="9"), with_gaps=True)
    report.refresh_from_db()
    answer = Answer(corrections.parse_number("31", "count"))
    corrections.correct(report, Cell("T6.06"), answer, "Đếm lại.", by=cast.huyen, version=1)
    draft = issuing.begin_supplement(made, cast.huyen)
    corrections.withdraw(report, Cell("T6.06"), "Cơ quan đúng.", by=cast.huyen)
    with pytest.raises(Refused, match="không có gì để bổ sung"):
        issuing.issue(draft, line, cast.huyen)


def test_the_way_on_the_pages(client, cast, made, report, report_of, no_files):  # noqa: F811
    client.force_login(cast.huyen)
    own = made.get_absolute_url()
    assert "vẫn đúng như văn bản này" in text_of(client.get(own))
    resend(report, cast, figure("T6.06", value=29))
    move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.tu)
    assert "Từ khi ban hành có 2 thay đổi." in text_of(client.get(own))
    page = client.get(own + "thay-doi/")
    assert "2 thay đổi; mỗi dòng là một thay đổi" in text_of(page)
    assert "Đã ban hành 30 Hiện nay 29" in text_of(page)
    assert 'href="/bao-cao/2020/na-hang/ban-gui/"' in page.content.decode()
    assert "Số T6.06" not in text_of(page)
    begun = client.post(own + "bo-sung/")
    assert (begun.status_code, begun.url) == (302, "/tong-hop/2020/soan/words/")
    save(draft_of(made.provincial.period), "words", Typed("text", "", "Bổ sung."), cast.huyen)
    seen = client.post(PAGE, typed(number="9"))
    assert "Thay đổi so với văn bản số 07/BC-SX" in text_of(seen)
    done = client.post(PAGE, typed(number="9", then="issue", seen=mark_on(seen)))
    second = Issue.objects.get(number="09")
    assert (done.url, no_files) == (second.get_absolute_url(), [second])
    assert "Đã được bổ sung bởi văn bản số 09/BC-SX" in text_of(client.get(own))
    shown = text_of(client.get(second.get_absolute_url()))
    assert "Báo cáo bổ sung lần 1" in shown
    assert "vẫn đúng như văn bản này" in shown
    assert "sau đó đã có báo cáo bổ sung" in text_of(client.get(made.get_public_url()))
    assert ProvincialReport.objects.count() == 2
    assert thawed(second.content).supplement.changes[0].body_code == "na-hang"


def test_many_changes_are_paged(client, cast, made, period, monkeypatch):
    from reports.views import issuing as pages

    monkeypatch.setattr(pages, "PAGE", 2)
    for report in period.reports.filter(status="draft")[:3]:
        move(report, Action.EXEMPT, by=cast.tu, note="Không có.")
    client.force_login(cast.hung)
    first = client.get(made.get_absolute_url() + "thay-doi/")
    assert "Trang 1/2" in text_of(first)
    second = client.get(made.get_absolute_url() + "thay-doi/?trang=2")
    assert 'start="3"' in second.content.decode()
    assert client.get(made.get_absolute_url() + "thay-doi/?trang=\x00").status_code == 200
