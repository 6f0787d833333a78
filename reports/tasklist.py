"""The one page per report: every part with its state in words, who has it, what is missing, how long there is."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.models import working_days_left

from . import checks, workflow
from .choices import BACK, Action, OverviewPart, Status
from .filling import people_here
from .models import Attachment, Edit, Event, Point, Report, answers_of
from .parts import Part, parts_of
from .permissions import may_write
from .returned import open_parts
from .sheets import sheet_of


@dataclass(frozen=True, slots=True)
class Line:
    """One part in the list, or one text around the tasks. ``state`` is one of the words below, ``open`` whether it can
    be written into; ``anchor`` the place on the part's page.
    """

    part: Part
    title: str
    anchor: str
    state: str
    label: str
    open: bool
    by: object = None
    at: object = None
    people: tuple[str, ...] = ()
    files: int = 0


def state_label(state: str, left: int = 0) -> str:
    """The state of a part in words; ``left`` is the number of things to be put right."""
    if state == "drafting" and left:
        return ngettext("Đang soạn, còn %s điểm", "Đang soạn, còn %s điểm", left) % left
    return {
        "untouched": _("Chưa bắt đầu"),
        "drafting": _("Đang soạn"),
        "done": _("Xong"),
        "not_ours": _("Không thuộc chức năng"),
        "to_mend": _("Cần sửa"),
        "mended": _("Đã sửa"),
        "kept": _("Giữ nguyên"),
    }[state]


def task_list(report: Report, user) -> dict:
    """The context of the report's page. A fixed number of queries."""
    answers = answers_of(report)
    findings = checks.run(sheet_of(report, answers))
    points = list(Point.objects.current(report)) if report.status == Status.RETURNED else []
    lines = _lines(report, user, answers, findings, points)
    errors = sum(finding.blocks for finding in findings)
    return {
        "report": report,
        "lines": lines,
        "points": [_named(point, report) for point in points],
        "writable": may_write(user, report),
        "errors": errors,
        "days_left": working_days_left(timezone.localdate(), report.last_day),
        "last_day": report.last_day,
        "today": timezone.localdate(),
        "allowed": {action.value for action in workflow.allowed(report, user)},
        "events": report.events.visible_to(user).select_related("by", "receipt"),
        "returned": report.events.filter(action__in=BACK).last() if report.status == Status.RETURNED else None,
        "declined": _declined(report),
        "exempted": Event.objects.exemptions_of([report]).get(report.pk),
        "petitions": report.petitions.select_related("by", "decided_by"),
        "files": sum(_files(report).values()),
    }


def _named(point: Point, report: Report) -> tuple[Point, Part, str]:
    """(point, its part, what its place is called)."""
    part = Part(report, point.part)
    return point, part, part.place_of(point.name)


def _lines(report, user, answers, findings, points) -> list[Line]:
    """The direction first, then figures and tasks, then assessment, plans and proposals: as the paper has it."""
    errors: dict[int | None, int] = {}
    for finding in findings:
        if finding.blocks:
            errors[finding.section] = errors.get(finding.section, 0) + 1
    results = {result.number: result for result in report.results.select_related("updated_by")}
    people, files, named = people_here(report, user), _files(report), {point.part for point in points}
    free = open_parts(report, findings)
    lines = []
    for part in parts_of(report)[:-1]:
        result, left = results.get(part.number), errors.get(part.number, 0)
        state = _state(result, left, any(cell.code in part.codes for cell in answers))
        if named:
            state = _returned_state(part.number, named, points, state, left)
            if state == "kept" and part.number in free:
                state = "mended"  # opened for an error, put right
        by, at = (result.updated_by, result.updated_at) if result is not None else (None, None)
        here = tuple(people.get(part.number, ()))
        open_ = state != "kept"
        label = state_label(state, left)
        lines.append(Line(part, part.title, "", state, label, open_, by, at, here, files.get(part.number, 0)))
    direction, *others = _overview_lines(report, points, named, tuple(people.get(None, ())))
    return [direction, *lines, *others]


def _overview_lines(report, points, named, people) -> list[Line]:
    part = Part(report, None)
    texts = dict(report.overviews.values_list("part", "text"))
    last = {edit.name: edit for edit in Edit.objects.filter(report=report, part=None).newest("name")}
    lines = []
    for name in OverviewPart.values:
        state = "done" if texts.get(name) else "untouched"
        if named:
            own = [point for point in points if point.part is None and point.name in ("", name)]
            state = _returned_state(None, named, own, state, 0) if own or None not in named else state
        edit = last.get(name)
        by, at = (edit.by, edit.at) if edit else (None, None)
        title, open_ = part.label(name), state != "kept"
        lines.append(Line(part, title, f"#id_{name}", state, state_label(state), open_, by, at, people))
    return lines


def _state(result, left: int, answered: bool) -> str:
    if result is not None and result.not_ours:
        return "drafting" if left else "not_ours"
    if result is None and not answered:
        return "untouched"
    return "drafting" if left else "done"


def _returned_state(number, named, points, state, left) -> str:
    if number not in named:
        return "to_mend" if left else "kept"
    done = all(point.done_at for point in points if point.part == number)
    return "mended" if done and not left else "to_mend"


def _declined(report):
    """The signatory's words when the report came back from their desk and has not been handed over since."""
    if report.with_signatory or report.status not in (Status.DRAFT, Status.RETURNED):
        return None
    last = report.events.select_related("by").last()
    return last if last is not None and last.action == Action.DECLINE else None


def _files(report) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for number in Attachment.objects.of(report).filter(signed_scan=False).values_list("part", flat=True):
        found[number] = found.get(number, 0) + 1
    return found
