"""The check before sending: every part with what blocks, what asks for a reason, what deserves a second look."""

from dataclasses import dataclass

from . import checks, privacy, workflow
from .choices import Action, OverviewPart
from .fingerprints import paper_code
from .models import Report, answers_of
from .parts import EXPLAIN, PROGRESS, WORDS, Part, parts_of
from .returned import differences, open_parts
from .sheets import content_of, sheet_of


@dataclass(frozen=True, slots=True)
class Checked:
    """One part: its errors, its warnings each with the reason given ("" where none), its texts to look at again.

    ``missing`` are the errors that only say that a figure is not there yet: told in one line.
    """

    part: Part
    word: str
    blocking: int
    errors: tuple
    missing: tuple
    warnings: tuple
    copied: tuple[str, ...]
    private: tuple[str, ...]
    answered: int
    asked: int


def check_page(report: Report, user) -> dict:
    """The context of the page on which a report is checked, handed over and sent. A fixed number of queries."""
    answers = answers_of(report)
    findings = checks.run(sheet_of(report, answers))
    content = content_of(report, answers)
    copied = _copied(report)
    lines = [_checked(part, findings, content, copied, answers) for part in parts_of(report)]
    return {
        "report": report,
        "lines": lines,
        "errors": [finding for finding in findings if finding.blocks],
        "unexplained": sum(1 for line in lines for _finding, reason in line.warnings if not reason),
        "numbers": report.section_numbers(),
        "code": paper_code(report.period.code, report.body.code, content),
        "differences": _since_last_sending(report, content),
        "locked": locked_parts(report, findings),
        "verdicts": {a.value: workflow.verdict(report, a, user) for a in (Action.SUBMIT, Action.HAND)},
    }


def _since_last_sending(report: Report, content: dict):
    """A returned or taken-back report: its own changes, before it is sent again."""
    last = report.events.sendings().last() if report.version else None
    return differences(report, last.content, content) if last else None


def locked_parts(report: Report, findings) -> set[str]:
    """The address words of the parts that stay as they are after a return with points: ``may_write_part`` at once."""
    free = set() if report.with_signatory else open_parts(report, findings)
    return set() if free is None else {part.word for part in parts_of(report) if part.number not in free}


def _checked(part, findings, content, copied, answers) -> Checked:
    own = [finding for finding in findings if finding.section == part.number]
    reasons = content["explanations"]
    typed = [indicator for indicator in part.indicators if not indicator.computed]
    answered = {cell.code for cell in answers}
    return Checked(
        part,
        part.word,
        sum(finding.blocks for finding in own),
        tuple(finding for finding in own if finding.blocks and finding.code != "missing"),
        tuple(finding for finding in own if finding.code == "missing"),
        tuple((finding, reasons.get(finding.code, "")) for finding in own if not finding.blocks),
        tuple(part.label(name) for name in copied.get(part.number, ())),
        tuple(part.label(name) for name, text in texts_in(part, content) if privacy.passages(text)),
        sum(1 for indicator in typed if indicator.code in answered),
        len(typed),
    )


def texts_in(part: Part, content: dict):
    """(input name, text) of every free text of a part in a content (``sheets.content_of``)."""
    if part.number is None:
        yield from ((name, content["overview"].get(name, "")) for name in OverviewPart.values)
        return
    texts = content["tasks"].get(str(part.number), {})
    yield from ((name, texts.get(name, "")) for name in (*WORDS, "not_ours_reason"))
    yield from ((f"{PROGRESS}{c.pk}", content["progress"].get(str(c.pk), "")) for c in part.citations)
    yield from ((name, text) for name, text in _notes(part, content))


def _notes(part, content):
    for cell, figure in content["figures"].items():
        if figure["detail"] and cell in part.codes:
            yield f"{cell}:detail", figure["detail"]
    for code, text in content["explanations"].items():
        if part.has(f"{EXPLAIN}{code}"):
            yield f"{EXPLAIN}{code}", text


def _copied(report: Report) -> dict[int | None, list[str]]:
    """{part: inputs whose text was taken over from last year and not edited since}."""
    found = {result.number: result.copied for result in report.results.all() if result.copied}
    overview = [o.part for o in report.overviews.all() if o.copied]
    return found | ({None: overview} if overview else {})
