"""A report taken out of the database as plain data: for the checks, the journal and the pages."""

from collections.abc import Iterable

from .answers import Answers, Cell
from .checks import Sheet
from .earlier import last_years
from .models import Report, TaskResult, answers_of


def sheet_of(
    report: Report,
    answers: Answers | None = None,
    results: Iterable[TaskResult] | None = None,
    previous: Answers | None = None,
) -> Sheet:
    """The report as the checks read it; ``answers``, ``results`` and last year's where the caller has them already."""
    indicators = tuple(report.indicators())
    results = {result.number: result for result in (report.results.all() if results is None else results)}
    return Sheet(
        indicators=indicators,
        roles={indicator.code: report.role_of(indicator) for indicator in indicators},
        rules=report.period.rules(),
        answers=answers_of(report) if answers is None else answers,
        unread={Cell.parse(cell): text for result in results.values() for cell, text in result.unread.items()},
        tasks=report.period.task_numbers(),
        results={number: result.results for number, result in results.items()},
        declined={number: result.not_ours_reason for number, result in results.items() if result.not_ours},
        previous=last_years(report) if previous is None else previous,
    )


def content_of(report: Report, answers: Answers) -> dict:
    """Figures and texts as they are sent, for the journal: plain JSON, figures as exact decimal text."""
    return {
        "figures": {
            str(cell): {
                "value": None if a.value is None else str(a.value),
                "nothing": a.nothing,
                "detail": a.detail,
                "estimate": a.estimate,
            }
            for cell, a in sorted(answers.items())
        },
        "tasks": {
            str(result.number): {
                "results": result.results,
                "difficulties": result.difficulties,
                "proposals": result.proposals,
                "not_ours": result.not_ours,
                "not_ours_reason": result.not_ours_reason,
            }
            for result in report.results.all()
        },
        "overview": {overview.part: overview.text for overview in report.overviews.all()},
        "progress": {str(line.citation_id): line.text for line in report.progress.all()},
        "explanations": {explanation.rule_code: explanation.text for explanation in report.explanations.all()},
    }
