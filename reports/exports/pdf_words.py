"""What the printed report of the province says, every word chosen: plain data for the templates. Knows no engine."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils import timezone

from directives.choices import Combine, Option, Severity, ValueType

from ..choices import Edition, OverviewPart, Status
from ..document import Document, Supplement
from ..numbers import format_number
from ..provincial_parts import TASK
from ..summary import (
    Amount,
    Coverage,
    CrossCheck,
    Mark,
    Row,
    Section,
    Summary,
    Target,
    Text,
    estimates_legend,
    hidden_legend,
    signed,
)
from .pdf_annexes import paragraphs

REPORTED = "Số các cơ quan báo cáo"
SILENCE = "Các báo cáo đã duyệt chưa có nội dung này."
NOTHING_COMPOSED = "(Chưa có nội dung.)"
NAMED = 10  # bodies that a sentence names; of more the annex has the list
BLANK = "\N{NO-BREAK SPACE}"  # room for the hand that fills in the number and the day


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table of figures, every cell already text; ``part`` marks an of-which row.

    ``words``: said across the whole table below the row above; such a line has nothing else.
    """

    code: str = ""
    name: str = ""
    unit: str = ""
    total: str = ""
    bodies: str = ""
    previous: str = ""
    previous_bodies: str = ""
    change: str = ""
    part: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one body wrote, a paragraph for each line it typed; ``body`` "" for what the province composed."""

    body: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered part of section II (number 0: the shared figures); ``lacking``: which totals lack which bodies."""

    number: int
    title: str
    lines: tuple[Line, ...]
    money: bool
    results: tuple[Said, ...]
    difficulties: tuple[Said, ...]
    proposals: tuple[Said, ...]
    declined: tuple[str, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Number and day of the paper as they are printed, blank where nothing was issued; ``annexed``: on its annexes."""

    number: str
    place_and_day: str
    annexed: str


def subject_of(subject: str, name: str, year: int) -> str:
    """The trích yếu: ``Kết quả … năm 2020``; the title of an ad hoc round (``name``) is set off from it."""
    return f"{subject} {name}" if name == f"năm {year}" else f"{subject} ({name})"


def day_of(day: dt.date) -> str:
    """``ngày 05 tháng 02 năm 2020``: days below 10 and the months 1 and 2 with a zero (Decree 30/2020, Appendix I)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def numbered(document: Document) -> Numbered:
    """The number and the day, or the room for them."""
    letterhead, imprint = document.summary.letterhead, document.imprint
    if imprint:
        number, day = imprint.full_number, day_of(imprint.signed_on)
    else:
        number = f"{BLANK * 8}/BC-{letterhead.symbol}"
        day = f"ngày{BLANK * 6}tháng{BLANK * 6}năm{BLANK * 8}"
    gap = " " if imprint else ""
    return Numbered(
        f"Số:{gap}{number}",
        f"{letterhead.place}, {day}",
        f"(Kèm theo Báo cáo số{gap}{number} {day} của {letterhead.office})",
    )


def foot_of(document: Document) -> str:
    """At the foot of every page: which edition it is, of a draft that it is one, of an issued one number and code."""
    words = f"{'DỰ THẢO; ' if document.draft else ''}{Edition(document.edition).label}"
    imprint = document.imprint
    return f"{words}; số {imprint.full_number}, mã văn bản {imprint.code}" if imprint else words


def context_of(document: Document) -> dict:
    """What every kind of paper has around its content."""
    summary = document.summary
    about = subject_of(summary.subject, summary.name, summary.year)
    subject = f"Bổ sung {supplemented(document.supplement)}" if document.supplement else about
    return {
        "summary": summary,
        "letterhead": summary.letterhead,
        "imprint": document.imprint,
        "numbered": numbered(document),
        "foot": foot_of(document),
        "subject": subject,
        "subject_inside": _inside(subject),
        "about": _inside(about),
        "draft": document.draft,
        "full": document.edition == Edition.FULL,
        "recipients": document.imprint.recipients if document.imprint else ("Như trên", summary.letterhead.file_note),
    }


def _inside(subject: str) -> str:
    """As it stands inside a sentence."""
    return subject[:1].lower() + subject[1:]


def supplemented(supplement: Supplement) -> str:
    """``Báo cáo số 7/BC-XYZ ngày 05 tháng 02 năm 2020``: the document that a supplement is about."""
    return f"Báo cáo số {supplement.number} {day_of(supplement.signed_on)}"


def main_part(document: Document) -> dict:
    """Sections I to VI: as composed, or with the bodies' own words where nothing was composed."""
    summary, texts = document.summary, document.texts
    tasks = [_task(section, summary.targets, texts) for section in summary.sections]
    if texts is None:
        overview = {part: _said(summary.overview.get(part, ())) for part in OverviewPart.values}
    else:
        overview = {part: _composed(texts, part) for part in (*OverviewPart.values, "limits")}
    return {
        "composed": texts is not None,
        "silence": SILENCE if texts is None else NOTHING_COMPOSED,
        "tasks": tasks,
        "overview": overview,
        "proposals": [task for task in tasks if task.proposals] if texts is None else [],
        "sending": _sending(summary),
        "checking": _checking(summary),
        "hidden": hidden_legend() if summary.edition == Edition.OUTGOING else "",
        "estimates": estimates_legend() if summary.estimated else "",
    }


def supplement_part(document: Document) -> dict:
    """What a supplementary report says: its words, and the differences to the document that it supplements."""
    supplement = document.supplement
    return {
        "words": _composed(document.texts or {}, "words"),
        "supplemented": supplemented(supplement),
        "changes": supplement.changes,
        "effects": supplement.effects,
    }


def _task(section: Section, targets: Mapping[str, tuple[Target, ...]], texts: Mapping[str, str] | None) -> Task:
    own = texts is None
    return Task(
        number=section.number,
        title=section.title,
        lines=tuple(line for row in section.rows for line in lines_of(row, targets.get(row.code, ()))),
        money=any(row.value_type == ValueType.MONEY for row in section.rows),
        results=_said(section.texts) if own else _composed(texts, f"{TASK}{section.number}"),
        difficulties=_said(section.texts, "difficulties") if own else (),
        proposals=_said(section.texts, "proposals") if own else (),
        declined=section.declined,
        lacking=tuple(lacking_of(section.rows)),
    )


def _composed(texts: Mapping[str, str], part: str) -> tuple[Said, ...]:
    lines = paragraphs(texts.get(part, ""))
    return (Said("", lines),) if lines else ()


def _said(texts: tuple[Text, ...], part: str = "results") -> tuple[Said, ...]:
    said = (Said(text.body, paragraphs(getattr(text, part))) for text in texts)
    return tuple(one for one in said if one.lines)


def shown(row: Row, what: Amount | None) -> str:
    """An amount as text; a hidden one as its sign, which the legend explains."""
    if what is None:
        return ""
    return row.shown(what, short=what.value is None and what.mark is Mark.HIDDEN)


def lines_of(row: Row, targets: Iterable[Target] = ()) -> Iterator[Line]:
    """The indicator and, where it has a value, its of-which rows; a part that was not given says so.

    Below every amount that the ledger touches stands what the bodies reported; below a ratio its national target.
    """
    yield Line(
        code=row.code,
        name=row.name,
        unit=row.counted_unit,
        total=shown(row, row.total),
        bodies=row.total.basis,
        previous=shown(row, row.previous) if row.previous else "chỉ tiêu mới",
        previous_bodies=row.previous.basis if row.previous else "",
        change=change_of(row),
    )
    reported, before = row.reported.get(Option.TOTAL.value), row.previous_reported
    if reported or before:
        both = (shown(row, reported), reported.basis if reported else "")
        yield Line("", REPORTED, "", *both, shown(row, before), before.basis if before else "", part=True)
    if words := targets_told(row, targets):
        yield Line(words=words)
    if row.total.value is not None:
        yield from _parts(row)


def _parts(row: Row) -> Iterator[Line]:
    for option, amount in row.options.items():
        name = f"Trong đó: {Option(option).label}"
        yield Line("", name, "", shown(row, amount), amount.basis, part=True)
        if option in row.reported:
            reported = row.reported[option]
            yield Line("", f"{name}, {REPORTED.lower()}", "", shown(row, reported), reported.basis, part=True)


def targets_told(row: Row, targets: Iterable[Target]) -> str:
    """``Chỉ tiêu quốc gia: năm 2025 ít nhất 90%, năm 2030 100% (source).``; "" without any."""
    unit = "%" if row.value_type == ValueType.PERCENT else f" {row.unit}"
    told = [
        ", ".join(f"năm {target.year} {_least(row, target)}{format_number(target.value)}{unit}" for target in own)
        + (f" ({source})" if source else "")
        for source, own in groupby(targets, key=lambda target: target.source)
    ]
    return f"Chỉ tiêu quốc gia: {'; '.join(told)}." if told else ""


def _least(row: Row, target: Target) -> str:
    if row.aims_at_all(target):
        return ""
    return "ít nhất " if target.at_least else "nhiều nhất "


def change_of(row: Row) -> str:
    """``+28 (+4,1%)``; a change of a percentage is told in points, one over missing bodies has an asterisk."""
    if row.change is None:
        return ""
    text = signed(row.change, row.places)
    if row.value_type == ValueType.PERCENT:
        text += " điểm\N{NO-BREAK SPACE}%"
    elif row.change_percent is not None:
        text += f" ({signed(row.change_percent)}%)"
    return text + row.change_mark


def lacking_of(rows: Iterable[Row]) -> Iterator[str]:
    """Who is missing in the totals of ``rows``, those that lack the same bodies together; "" where nobody is.

    ``T6.06, T6.07: 12/15 cơ quan; thiếu: A, B và C; năm trước các cơ quan này chiếm 9% (T6.06)``.
    """
    alike: dict[tuple, list[Row]] = {}
    for row in rows:
        if row.coverage.missing:
            alike.setdefault((row.coverage.answered, row.coverage.owed, row.coverage.missing), []).append(row)
    for own in alike.values():
        if len(own) == 1:
            yield f"{own[0].code}: {own[0].coverage.long}."
        else:
            yield _lacking_together(own)


def _lacking_together(rows: list[Row]) -> str:
    found: Coverage = rows[0].coverage
    words = f"{', '.join(row.code for row in rows)}: {found.answered}/{found.owed} cơ quan; thiếu: {found.names}"
    held = [f"{format_number(r.coverage.share)}% ({r.code})" for r in rows if r.coverage.share is not None]
    return f"{words}; năm trước các cơ quan này chiếm {', '.join(held)}." if held else f"{words}."


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
        "late": _named([f"{b.name} (gửi ngày {_day(b.first_submitted_at)})" for b in bodies if b.on_time is False]),
        "late_number": sum(1 for body in bodies if body.on_time is False),
        "excused": [f"{body.name} ({body.why})" for body in summary.excused],
        "gaps": [
            {"code": row.code, "name": row.name, "bodies": _named(gaps)}
            for row in summary.rows
            if row.combine != Combine.RATIO  # its two parts are named themselves
            and (gaps := [name for name in row.coverage.missing if name in accepted])
        ],
        "named": NAMED,
    }


def _named(names: list[str]) -> str:
    """``A; B``; of more than can be read in a sentence the first ones, and how many others there are."""
    if len(names) <= NAMED:
        return "; ".join(names)
    return f"{'; '.join(names[:NAMED])} và {len(names) - NAMED} cơ quan khác"


def _day(moment: dt.datetime) -> str:
    return f"{timezone.localdate(moment):%d/%m/%Y}"


def _checking(summary: Summary) -> dict:
    """The figures of those who only cross-check, where they differ, and the rules that the totals break."""
    compared = [row for row in summary.rows if any(_stated(cross.amount) is not None for cross in row.cross)]
    return {
        "compared": bool(compared),
        "hides": any(c.amount.mark is Mark.HIDDEN for row in summary.rows for c in row.cross),
        "differences": [line for row in compared if (line := difference_of(row))],
        "findings": [f"{_severity(finding.severity)}: {finding.message}" for finding in summary.findings],
    }


def _severity(severity: str) -> str:
    label = Severity(severity).label
    return label[:1].upper() + label[1:]


def difference_of(row: Row) -> dict | None:
    """What those who only cross-check say differently; None where nobody does."""
    others = [c for c in row.cross if _stated(c.amount) is not None and _stated(c.amount) != _stated(row.total)]
    if not others:
        return None
    return {
        "code": row.code,
        "name": row.name,
        "unit": row.counted_unit,
        "total": shown(row, row.total),
        "bodies": row.total.basis,
        "said": "; ".join(_cross_words(row, cross) for cross in others),
    }


def _cross_words(row: Row, cross: CrossCheck) -> str:
    words = f"{cross.label}: {shown(row, cross.amount)} ({cross.amount.basis})"
    return words if cross.reported is None else f"{words}, số báo cáo {shown(row, cross.reported)}"


def _stated(amount: Amount) -> Decimal | None:
    """The figure that was said, with "không phát sinh" as none of them; None where nobody said anything."""
    return Decimal(0) if amount.mark is Mark.NOTHING else amount.value
