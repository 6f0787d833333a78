"""What people type ↔ what the domain means. Pure; shows everything back exactly as typed.

A save is never refused: text that is no number is kept as typed (``TaskResult.unread``), takes no
part in any sum, and blocks sending.
"""

import unicodedata
from collections.abc import Mapping

from directives.choices import Option

from .answers import DETAIL, ESTIMATE, NOTHING, Answer, Answers, Cell
from .numbers import NotANumber, format_number, parse_number


def tidy(text: str) -> str:
    """NFC, trimmed, without control characters but line breaks and tabs; CRLF becomes one line break."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def read_figures(data: Mapping[str, str], indicators) -> tuple[dict[Cell, Answer | None], dict[str, str]]:
    """Typed cells → ({Cell: Answer, or None where left empty}, {cell: text that could not be read}).

    ``data`` maps input names (``T6.06``, ``T6.06:girls``, ``T6.06:nothing``, ``T6.06:detail``,
    ``T6.06:estimate``) to text.
    A cell whose input is not in ``data`` is not touched: half a form never wipes the other half.
    """
    answers: dict[Cell, Answer | None] = {}
    unread: dict[str, str] = {}
    for indicator in indicators:
        if indicator.computed:
            continue
        for option in indicator.options:
            cell = Cell(indicator.code, option)
            if str(cell) in data:
                answers[cell] = _read_cell(cell, indicator, data, unread)
    return answers, unread


def _read_cell(cell: Cell, indicator, data, unread) -> Answer | None:
    text = tidy(data[str(cell)])
    if cell.option != Option.TOTAL:
        return _read_number(cell, text, indicator, unread)
    box, detail = f"{cell.code}:{NOTHING}", tidy(data.get(f"{cell.code}:{DETAIL}", ""))
    estimate = bool(data.get(f"{cell.code}:{ESTIMATE}"))
    if data.get(box) and not text:
        return Answer(nothing=True, detail=detail, estimate=estimate)
    if data.get(box):  # a box and a text contradict: both are kept as typed, neither is an answer
        unread |= {box: "on", str(cell): text}
        answer = None
    else:
        answer = _read_number(cell, text, indicator, unread, detail, estimate)
    if answer is None and detail:
        unread[f"{cell.code}:{DETAIL}"] = detail
    if answer is None and estimate:  # ticked before the figure is typed: kept until it comes
        unread[f"{cell.code}:{ESTIMATE}"] = "on"
    return answer


def _read_number(cell: Cell, text: str, indicator, unread, detail: str = "", estimate: bool = False) -> Answer | None:
    if not text:
        return None
    try:
        return Answer(parse_number(text, indicator.value_type), detail=detail, estimate=estimate)
    except NotANumber:
        unread[str(cell)] = text
        return None


def typed_from(answers: Answers, unread: Mapping[str, str], indicators) -> dict[str, str]:
    """The reverse of ``read_figures``: {input name: text} as the page shows what is stored."""
    typed = {}
    for indicator in indicators:
        for option in indicator.options:
            cell = Cell(indicator.code, option)
            answer = answers.get(cell)
            if answer is None:
                continue
            if answer.nothing:
                typed[f"{cell.code}:{NOTHING}"] = "on"
            else:
                typed[str(cell)] = format_number(answer.value)
            if answer.detail:
                typed[f"{cell.code}:{DETAIL}"] = answer.detail
            if answer.estimate:
                typed[f"{cell.code}:{ESTIMATE}"] = "on"
    return typed | dict(unread)
