"""Builds reports the way people do: texts and figures written through the same doors as the pages use."""

from decimal import Decimal

from directives.choices import Role
from reports.answers import Answer, Cell
from reports.choices import Action, OverviewPart
from reports.models import Overview, TaskResult, write_answers
from reports.workflow import move


def fill(report, figures=None, *, by=None, declined=(), left_out=()):
    """Write a report that can be sent: every indicator 0, but for ``figures`` {"T6.06" or "T6.06:girls": number}.

    A figure of None is "không phát sinh"; codes in ``left_out`` stay without an answer; the tasks in
    ``declined`` are declared outside the body's functions and have no figures.
    """
    answers = {
        Cell(i.code): Answer(Decimal(0))
        for i in report.indicators()
        if not i.computed and i.task_number not in declined and i.code not in left_out
    }
    for cell, value in (figures or {}).items():
        answers[Cell.parse(cell)] = Answer(nothing=True) if value is None else Answer(Decimal(str(value)))
    write_answers(report, answers)
    for number in report.section_numbers():
        TaskResult.objects.update_or_create(
            report=report,
            number=number,
            defaults={
                "results": "" if number in declined else f"Kết quả nhiệm vụ {number} của {report.short_name}.",
                "not_ours": number in declined,
                "not_ours_reason": "Không được giao nhiệm vụ này." if number in declined else "",
                "unread": {},
                "updated_by": by,
            },
        )
    for part in OverviewPart.values:
        Overview.objects.update_or_create(report=report, part=part, defaults={"text": f"Phần {part}."})
    return report


def signatory_of(by):
    """Who sends: where the body has a signatory, its reporter does not."""
    return by.body.people.filter(role=Role.SIGNATORY, is_active=True).first() or by


def send(report, by, *, at=None, **filling):
    fill(report, by=by, **filling)
    move(report, Action.SUBMIT, by=signatory_of(by), at=at)
    report.refresh_from_db()
    return report


def accept(report, by, officer, *, at=None, **filling):
    send(report, by, at=at, **filling)
    move(report, Action.ACCEPT, by=officer, at=at)
    report.refresh_from_db()
    return report


def open_round(client, form):
    """Open a round as an officer does in the browser: say what is wished, read the dry run, confirm."""
    seen = client.post("/ky/mo/", form).context["preview"].mark
    return client.post("/ky/mo/", form | {"seen": seen, "then": "open"})
