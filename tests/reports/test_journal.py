"""Every step leaves a line, a sending keeps what was sent, and no line is ever changed."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from reports.answers import Answer, Cell
from reports.choices import Action
from reports.drafting import Change, save
from reports.models import (
    Download,
    Edit,
    Event,
    Explanation,
    InstrumentProgress,
    Overview,
    PrivacyWarning,
    Receipt,
    write_answers,
)
from reports.models.journal import AppendOnlyError
from reports.workflow import NotAllowed, move
from tests.conftest import at
from tests.factories import fill

pytestmark = pytest.mark.django_db

MOMENTS = [at(2020, 12, day) for day in range(1, 8)]


def lines(report):
    return [(e.action, e.by.username, e.at, e.note, e.version, e.content is not None) for e in report.events.all()]


def test_the_whole_story_of_a_report(report, cast):
    fill(report)
    story = [
        (Action.SUBMIT, cast.ky, ""),
        (Action.RETURN, cast.huyen, " Thiếu số liệu đuối nước.\n"),
        (Action.SUBMIT, cast.ky, ""),
        (Action.ACCEPT, cast.tu, "Đủ."),
        (Action.REOPEN, cast.huyen, "Xem lại T6.06."),
        (Action.SUBMIT, cast.ky, ""),
        (Action.ACCEPT, cast.huyen, ""),
    ]
    for (action, by, note), moment in zip(story, MOMENTS, strict=True):
        move(report, action, by=by, note=note, at=moment)
    assert lines(report) == [
        ("submit", "ky", MOMENTS[0], "", 1, True),
        ("return", "huyen", MOMENTS[1], "Thiếu số liệu đuối nước.", 1, False),
        ("submit", "ky", MOMENTS[2], "", 2, True),
        ("accept", "tu", MOMENTS[3], "Đủ.", 2, False),
        ("reopen", "huyen", MOMENTS[4], "Xem lại T6.06.", 2, False),
        ("submit", "ky", MOMENTS[5], "", 3, True),
        ("accept", "huyen", MOMENTS[6], "", 3, False),
    ]


def test_a_move_answers_with_its_line(report, cast):
    fill(report)
    event = move(report, Action.SUBMIT, by=cast.ky, at=MOMENTS[0])
    assert (event, event.version, event.report) == (Event.objects.get(), 1, report)


def test_a_refused_move_leaves_no_line(report, cast):
    fill(report)
    for action, by in ((Action.ACCEPT, cast.huyen), (Action.SUBMIT, cast.minh), (Action.SUBMIT, cast.hung)):
        with pytest.raises(NotAllowed):
            move(report, action, by=by)
    assert Event.objects.count() == 0


def test_a_sending_keeps_everything_that_was_sent(report, cast):
    fill(report, {"T2.05": "1234.567", "T6.24": None, "T6.17": 12, "T6.17:girls": 5}, declined=(5,))
    yes = Answer(Decimal(1), detail="KH 12/KH-UBND ngày 01/8/2020")
    write_answers(report, {Cell("T2.01"): yes, Cell("T2.06"): Answer(Decimal(3), estimate=True)})
    report.results.filter(number=1).update(difficulties="Khó.", proposals="Xin.")
    citation = report.period.citations.first()
    InstrumentProgress.objects.create(report=report, citation=citation, text="Đã xong.")
    Explanation.objects.create(report=report, rule_code="R11", text="Chuyển nguồn.")
    Overview.objects.filter(report=report, part="direction").update(text="Chỉ đạo kịp thời.")
    move(report, Action.SUBMIT, by=cast.ky)
    content = Event.objects.get().content
    chosen = {
        cell: content["figures"].get(cell)
        for cell in ("T2.01", "T2.05", "T2.06", "T6.17:girls", "T6.24", "T0.07", "T5.01")
    }
    assert chosen == {
        "T2.01": {"value": "1", "nothing": False, "detail": "KH 12/KH-UBND ngày 01/8/2020", "estimate": False},
        "T2.05": {"value": "1234.567", "nothing": False, "detail": "", "estimate": False},
        "T6.17:girls": {"value": "5", "nothing": False, "detail": "", "estimate": False},
        "T2.06": {"value": "3", "nothing": False, "detail": "", "estimate": True},
        "T6.24": {"value": None, "nothing": True, "detail": "", "estimate": False},
        "T0.07": {"value": "0", "nothing": False, "detail": "", "estimate": False},
        "T5.01": None,  # declined: nothing was said
    }
    assert content["tasks"]["1"] == {
        "results": f"Kết quả nhiệm vụ 1 của {report.short_name}.",
        "difficulties": "Khó.",
        "proposals": "Xin.",
        "not_ours": False,
        "not_ours_reason": "",
    }
    assert (content["tasks"]["5"]["not_ours"], content["tasks"]["5"]["not_ours_reason"]) == (
        True,
        "Không được giao nhiệm vụ này.",
    )
    assert sorted(content["tasks"]) == ["0", "1", "2", "3", "4", "5", "6", "7"]
    assert content["overview"] == {
        "direction": "Chỉ đạo kịp thời.",
        "assessment": "Phần assessment.",
        "next_year": "Phần next_year.",
        "proposals": "Phần proposals.",
    }
    assert (content["progress"], content["explanations"]) == ({str(citation.pk): "Đã xong."}, {"R11": "Chuyển nguồn."})


def test_each_sending_keeps_its_own_figures(report, cast):
    for value in (3, 4, None):
        fill(report, {"T6.24": value})
        move(report, Action.SUBMIT, by=cast.ky)
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    kept = [e.content["figures"]["T6.24"]["value"] for e in Event.objects.filter(action=Action.SUBMIT)]
    assert kept == ["3", "4", None]


# --- written once ---------------------------------------------------------------------------


@pytest.fixture
def event(report, cast):
    fill(report)
    return move(report, Action.SUBMIT, by=cast.ky, at=MOMENTS[0])


def _edit(event):
    event.note = "khác"
    event.save()


def _edit_a_field(event):
    event.note = "khác"
    event.save(update_fields=["note"])


def _bulk_update(event):
    event.note = "khác"
    Event.objects.bulk_update([event], ["note"])


TRIES = {
    "save": _edit,
    "save a field": _edit_a_field,
    "save a copy from the database": lambda e: _edit(Event.objects.get(pk=e.pk)),
    "delete": lambda e: e.delete(),
    "update": lambda e: Event.objects.update(note="khác"),
    "update some": lambda e: Event.objects.filter(pk=e.pk).update(note="khác"),
    "update through the report": lambda e: e.report.events.update(note="khác"),
    "update through the person": lambda e: Event.objects.filter(by=e.by).update(by=e.by),
    "delete all": lambda e: Event.objects.all().delete(),
    "delete through the report": lambda e: e.report.events.all().delete(),
    "bulk update": _bulk_update,
    "update or create": lambda e: Event.objects.update_or_create(pk=e.pk, defaults={"note": "khác"}),
}


@pytest.mark.parametrize("attempt", TRIES)
def test_a_line_is_never_changed(event, attempt):
    before = list(Event.objects.values())
    with pytest.raises(AppendOnlyError), transaction.atomic():
        TRIES[attempt](event)
    assert list(Event.objects.values()) == before


@pytest.mark.parametrize("what", ["report", "by"])
def test_what_a_line_speaks_of_stays(event, what):
    with pytest.raises(ProtectedError):
        getattr(event, what).delete()
    assert Event.objects.count() == 1


def test_downloads_are_written_once_too(period, cast):
    line = Download.objects.create(period=period, by=cast.hung, format="xlsx", at=MOMENTS[0])
    line.format = "pdf"
    for attempt in (line.save, line.delete, Download.objects.all().delete, lambda: Download.objects.update(format="x")):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert list(Download.objects.values_list("by__username", "format", "at")) == [("hung", "xlsx", MOMENTS[0])]


def test_edits_and_receipts_are_written_once_too(report, cast):
    save(report, 6, [Change("results", "", "Cháu Nguyễn Thị Bí Mật, 9 tuổi")], by=cast.lan)
    fill(report)
    move(report, Action.SUBMIT, by=cast.ky)
    for model in (Edit, PrivacyWarning, Receipt):
        (line,) = model.objects.all()
        for attempt in (line.save, line.delete, model.objects.all().delete, lambda m=model: m.objects.update(pk=1)):
            with pytest.raises(AppendOnlyError):
                attempt()
        assert model.objects.get() == line
