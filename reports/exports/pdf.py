"""The Summary as the paper that leadership signs: PDF/A-3A in the layout of Decree 30/2020/NĐ-CP, Appendix I.

Provincial values only, each beside the number of bodies it rests on; the workbook with every body's
figures travels inside the file. Number, day and signature are left blank: no seal is ever drawn.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation

from directives.choices import Combine, Option, Severity, ValueType

from ..choices import OverviewPart, Status
from ..document import Document
from ..summary import Amount, CrossCheck, Mark, Row, Section, Summary, Text, signed
from . import excel
from .pdf_annexes import annexes, paragraphs

STATIC_SCHEME = "portal-static:"  # href="portal-static:css/print.css": by name, whatever storage serves the browser
REPORTED = "Số các cơ quan báo cáo"
SILENCE = "Các báo cáo đã duyệt chưa có nội dung này."
MISSING_LIBRARIES = (
    "Máy chủ chưa xuất được PDF vì thiếu thư viện chữ; hãy cài các gói Debian: "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2."
)


class PdfUnavailable(Exception):
    """This machine cannot make PDF files; the argument says in one Vietnamese sentence what to install."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table of figures, every cell already text; ``part`` marks an of-which row."""

    code: str
    name: str
    unit: str
    total: str
    bodies: str
    previous: str = ""
    previous_bodies: str = ""
    change: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one body wrote, a paragraph for each line it typed."""

    body: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered part of section II (number 0: the shared figures)."""

    number: int
    title: str
    lines: tuple[Line, ...]
    money: bool
    results: tuple[Said, ...]
    difficulties: tuple[Said, ...]
    proposals: tuple[Said, ...]
    declined: tuple[str, ...]


def render(document: Document) -> bytes:
    """The finished PDF/A-3A file, always in Vietnamese. Raises PdfUnavailable where Pango is not installed."""
    weasyprint, summary = loaded_weasyprint(), document.summary
    name = f"so-lieu-{summary.code}.xlsx"
    with translation.override("vi"), no_garbage_collection():
        paper = laid_out(page(document, name))
        paper.metadata.attachments.append(
            weasyprint.Attachment(
                string=excel.render(document),
                url_fetcher=static_files_only(),
                name=name,
                description="Số liệu của từng cơ quan, bản nội bộ",
                created=summary.made_at.astimezone(UTC),
                modified=summary.made_at.astimezone(UTC),
                relationship="Data",
            )
        )
        return paper.write_pdf(pdf_variant="pdf/a-3a")


def loaded_weasyprint():
    """The library; raises PdfUnavailable where Pango is not installed."""
    try:
        import weasyprint  # noqa: PLC0415 - slow to load
    except OSError as missing:
        raise PdfUnavailable(MISSING_LIBRARIES) from missing
    return weasyprint


def laid_out(html: str):
    """``html`` as a WeasyPrint document with all its pages; only our own static files are read for it."""
    weasyprint = loaded_weasyprint()
    try:
        return weasyprint.HTML(string=html, url_fetcher=static_files_only()).render()
    except weasyprint.urls.FatalURLFetchingError as refused:  # no Exception: it would stop the server's worker
        raise FileNotFoundError("the print style sheet cannot be read") from refused


@contextmanager
def no_garbage_collection():
    """A layout makes many objects that live to its end; looking for garbage among them only costs time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def static_files_only():
    """A WeasyPrint fetcher for ``portal-static:`` names, found by Django's finders; all else is refused.

    Refusal stops the render: a paper without its style sheet must not look finished.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - slow to load

    class StaticFiles(URLFetcher):
        def fetch(self, url, headers=None):
            path = static_path(url)
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": f"{kind}; charset=utf-8"})

    return StaticFiles(fail_on_errors=True)


def static_path(url: str) -> Path:
    """The static file that ``url`` names. Raises ValueError for another scheme, an unknown or an outside file."""
    name = url.removeprefix(STATIC_SCHEME)
    if name == url:
        raise ValueError(f"refused, not a static file: {url}")
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:
        found = None
    if not found or not Path(found).is_file():
        raise ValueError(f"no such static file: {url}")
    return Path(found)


def page(document: Document, attachment: str) -> str:
    """The document as HTML; ``attachment`` is the file name of the workbook inside the PDF."""
    summary = document.summary
    subject = subject_of(summary.subject, summary.name, summary.year)
    tasks = [_task(section) for section in summary.sections]
    return render_to_string(
        "reports/print/summary.html",
        {
            "summary": summary,
            "letterhead": summary.letterhead,
            "subject": subject,
            "subject_inside": subject[:1].lower() + subject[1:],
            "tasks": tasks,
            "proposals": [task for task in tasks if task.proposals],
            "overview": {part: _said(summary.overview.get(part, ())) for part in OverviewPart.values},
            "sending": _sending(summary),
            "checking": _checking(summary),
            **annexes(summary),
            "silence": SILENCE,
            "attachment": attachment,
        },
    )


def subject_of(subject: str, name: str, year: int) -> str:
    """The trích yếu: ``Kết quả … năm 2020``; the title of an ad hoc round (``name``) is set off from it."""
    return f"{subject} {name}" if name == f"năm {year}" else f"{subject} ({name})"


def _task(section: Section) -> Task:
    return Task(
        number=section.number,
        title=section.title,
        lines=tuple(line for row in section.rows for line in _lines(row)),
        money=any(row.value_type == ValueType.MONEY for row in section.rows),
        results=_said(section.texts),
        difficulties=_said(section.texts, "difficulties"),
        proposals=_said(section.texts, "proposals"),
        declined=section.declined,
    )


def _said(texts: tuple[Text, ...], part: str = "results") -> tuple[Said, ...]:
    said = (Said(text.body, paragraphs(getattr(text, part))) for text in texts)
    return tuple(one for one in said if one.lines)


def _lines(row: Row) -> Iterator[Line]:
    """The indicator and, where it has a value, its of-which rows; a part that was not given says so.

    Below every amount that the ledger touches stands what the bodies reported.
    """
    yield Line(
        code=row.code,
        name=row.name,
        unit=row.counted_unit,
        total=row.shown(row.total),
        bodies=row.total.basis,
        previous=row.shown(row.previous) if row.previous else "chỉ tiêu mới",
        previous_bodies=row.previous.basis if row.previous else "",
        change=_change(row),
    )
    reported, before = row.reported.get(Option.TOTAL.value), row.previous_reported
    if reported or before:
        both = (row.shown(reported), reported.basis if reported else "")
        yield Line("", REPORTED, "", *both, row.shown(before), before.basis if before else "", part=True)
    if row.total.value is None:
        return
    for option, amount in row.options.items():
        name = f"Trong đó: {Option(option).label}"
        yield Line("", name, "", row.shown(amount), amount.basis, part=True)
        if option in row.reported:
            reported = row.reported[option]
            yield Line("", f"{name}, {REPORTED.lower()}", "", row.shown(reported), reported.basis, part=True)


def _change(row: Row) -> str:
    """``+28 (+4,1%)``; a change of a percentage is told in points, one over missing bodies has an asterisk."""
    if row.change is None:
        return ""
    text = signed(row.change, row.places)
    if row.value_type == ValueType.PERCENT:
        text += " điểm\N{NO-BREAK SPACE}%"
    elif row.change_percent is not None:
        text += f" ({signed(row.change_percent)}%)"
    return text if row.comparable else text + "*"


def _sending(summary: Summary) -> dict:
    """Who sent, who did not, who was late, and which owed figures the accepted reports left out."""
    bodies = summary.bodies
    accepted = {body.short_name for body in bodies if body.accepted}
    return {
        "complete": summary.coverage.complete,
        "sent": any(body.first_submitted_at for body in bodies),
        "not_sent": [body.name for body in bodies if body.first_submitted_at is None],
        "waiting": [body.name for body in bodies if body.status == Status.SUBMITTED],
        "returned": [body.name for body in bodies if body.status == Status.RETURNED],
        "late": [body for body in bodies if body.on_time is False],
        "excused": [f"{body.name} ({body.why})" for body in summary.excused],
        "gaps": [
            {"code": row.code, "name": row.name, "bodies": gaps}
            for row in summary.rows
            if row.combine != Combine.RATIO  # its two parts are named themselves
            and (gaps := [name for name in row.coverage.missing if name in accepted])
        ],
    }


def _checking(summary: Summary) -> dict:
    """The figures of those who only cross-check, where they differ, and the rules that the totals break."""
    compared = [row for row in summary.rows if any(_stated(cross.amount) is not None for cross in row.cross)]
    return {
        "compared": bool(compared),
        "differences": [line for row in compared if (line := _difference(row))],
        "findings": [f"{_severity(finding.severity)}: {finding.message}" for finding in summary.findings],
    }


def _severity(severity: str) -> str:
    label = Severity(severity).label
    return label[:1].upper() + label[1:]


def _difference(row: Row) -> dict | None:
    others = [c for c in row.cross if _stated(c.amount) is not None and _stated(c.amount) != _stated(row.total)]
    if not others:
        return None
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.counted_unit,
        "total": row.shown(row.total),
        "bodies": row.total.basis,
        "said": "; ".join(_cross_words(row, cross) for cross in others),
    }


def _cross_words(row: Row, cross: CrossCheck) -> str:
    words = f"{cross.label}: {row.shown(cross.amount)} ({cross.amount.basis})"
    return words if cross.reported is None else f"{words}, số báo cáo {row.shown(cross.reported)}"


def _stated(amount: Amount) -> Decimal | None:
    """The figure that was said, with "không phát sinh" as none of them; None where nobody said anything."""
    return Decimal(0) if amount.mark is Mark.NOTHING else amount.value
