"""The Summary as JSON, for other systems: names and codes, numbers as numbers, marks as words.

A value is a JSON number, or null with ``state`` saying why: ``missing`` (owed and not given),
``nothing`` (không phát sinh), ``not_ours`` (outside the body's functions), ``undefined`` (cannot be
computed). A cell of a body that is not asked for the indicator is left out.

Every value is the one that is used: as the bodies reported it, with the lines of ``ledger`` in their places. Beside
each provincial value, also last year's and a cross-check's, ``reported`` is the same without the ledger; the two
differ by nothing but its lines. A body's cell that is corrected has ``reported`` too; the others leave it out.
``ledger``: the corrections in force; ``difference`` is what a line adds to the sums (``cross_check`` true: to none),
with missing and "không phát sinh" counted as nothing.

``estimates`` beside a provincial value: how many of the ``answered`` are estimates (ước thực hiện). A body's
cell that is one has ``"estimate": true``; the others leave it out.

``excused``: bodies of the round that are not counted: ``exempt`` since ``day`` for a ``reason``, or ``closed`` after
that day.

``jumps``: every total of an accepted report that moved against the body's own of last year beyond the
indicator's threshold, both as they are used (``corrected`` true: not as reported); ``reason`` is null where the body
gave none, ``cross_check`` true where the figure is in no total. ``explained``: the broken rules for which a body gave
a reason. Both are null where not asked for.
"""

import json
from decimal import Decimal

from django.utils import timezone

from ..bodies import Excused
from ..document import Document
from ..jumps import Explained, Jump
from ..ledger import LedgerLine
from ..summary import Amount, Mark, Row, Summary

SCHEMA = "summary/2"  # 2: values are those used, ``reported`` beside them


def render(document: Document) -> bytes:
    """UTF-8 JSON with sorted, stable content; times in ISO 8601 with Vietnam's offset."""
    summary = document.summary
    made = {
        "schema": SCHEMA,
        "simulated": summary.simulated,
        "period": {
            "code": summary.code,
            "year": summary.year,
            "name": summary.name,
            "data_from": summary.data_from.isoformat(),
            "data_to": summary.data_to.isoformat(),
            "due": summary.due_words,
            "previous_year": summary.previous_year,
        },
        "made_at": _moment(summary.made_at),
        "lead": summary.letterhead.office,
        "coverage": _coverage(summary.coverage),
        "bodies": [_body(body) for body in summary.bodies],
        "excused": [_excused(body) for body in summary.excused],
        "sections": [_section(section, summary) for section in summary.sections],
        "findings": [{"severity": f.severity, "rule": f.code, "message": f.message} for f in summary.findings],
        "ledger": [_line(line) for line in summary.ledger],
        "jumps": None if summary.jumps is None else [_jump(jump) for jump in summary.jumps],
        "explained": None if summary.explained is None else [_explained(each) for each in summary.explained],
        "overview": {part: [_text(text) for text in texts] for part, texts in summary.overview.items()},
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _moment(moment) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _number(value: Decimal) -> int | float:
    """Exact: figures have at most 15 significant digits, and so many survive in a JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


def _value(what: Decimal | Mark) -> dict:
    if isinstance(what, Mark):
        return {"value": None, "state": what.value}
    return {"value": _number(what), "state": "value"}


def _amount(amount: Amount, reported: Amount | None) -> dict:
    """``reported``: without the ledger, None where no line of it is in the amount."""
    return _plain(amount) | {"reported": _plain(reported or amount)}


def _plain(amount: Amount) -> dict:
    what = amount.mark if amount.value is None else amount.value
    return _value(what) | {"answered": amount.answered, "owed": amount.owed, "estimates": amount.estimates}


def _said(what: Decimal | Mark, estimate: bool, reported: Decimal | Mark | None = None) -> dict:
    told = _value(what) | ({"estimate": True} if estimate else {})
    return told if reported is None else told | {"reported": _value(reported)}


def _coverage(coverage) -> dict:
    return {"answered": coverage.answered, "owed": coverage.owed, "missing": list(coverage.missing)}


def _body(body) -> dict:
    return {
        "code": body.code,
        "name": body.name,
        "group": body.group,
        "status": body.status,
        "first_submitted_at": _moment(body.first_submitted_at),
        "submitted_at": _moment(body.submitted_at),
        "on_time": body.on_time,
        "version": body.version,
    }


def _excused(body: Excused) -> dict:
    return {
        "code": body.code,
        "name": body.name,
        "group": body.group,
        "why": "exempt" if body.exempt else "closed",
        "day": body.day.isoformat() if body.day else None,
        "reason": body.reason or None,
    }


def _section(section, summary) -> dict:
    return {
        "number": section.number,
        "title": section.title_vi,
        "rows": [_row(row, summary) for row in section.rows],
        "texts": [_text(text) for text in section.texts],
        "outside_functions": list(section.declined),
    }


def _row(row: Row, summary: Summary) -> dict:
    return {
        "code": row.code,
        "name": row.name_vi,
        "name_en": row.name_en,
        "unit": row.unit,
        "type": row.value_type,
        "combine": row.combine,
        "statistical_code": row.statistical_code or None,
        "sensitive": row.sensitive,
        "total": _amount(row.total, row.reported.get("total")),
        "options": {option: _amount(amount, row.reported.get(option)) for option, amount in row.options.items()},
        "coverage": _coverage(row.coverage),
        "previous": _amount(row.previous, row.previous_reported) if row.previous else None,
        "comparable": row.comparable,
        "change": None if row.change is None else _number(row.change),
        "change_percent": None if row.change_percent is None else _number(row.change_percent),
        "cross_checks": [{"from": cross.label} | _amount(cross.amount, cross.reported) for cross in row.cross],
        "by_body": {
            body.code: {
                option: _said(cells[index], row.is_estimate(option, index), row.reported_cells.get((option, index)))
                for option, cells in row.cells.items()
            }
            for index, body in enumerate(summary.bodies)
            if row.cells and row.cells["total"][index] is not Mark.NOT_OWED
        },
    }


def _text(text) -> dict:
    words = {"results": text.results, "difficulties": text.difficulties, "proposals": text.proposals}
    return {"body": text.body} | {name: word for name, word in words.items() if word}


def _line(line: LedgerLine) -> dict:
    return {
        "code": line.code,
        "name": line.name_vi,
        "option": line.option,
        "unit": line.unit,
        "body": line.body.code,
        "body_name": line.body.name,
        "reported": _value(line.reported),
        "used": _value(line.used),
        "difference": _number(line.difference),
        "cross_check": line.cross,
        "reason": line.reason,
        "by": line.by,
        "at": _moment(line.at),
    }


def _jump(jump: Jump) -> dict:
    return {
        "code": jump.code,
        "name": jump.name_vi,
        "unit": jump.unit,
        "body": jump.body.code,
        "body_name": jump.body.name,
        "before": _said(jump.before, jump.before_estimate) | _corrected(jump.before_corrected),
        "now": _said(jump.now, jump.estimate) | _corrected(jump.corrected),
        "change": _number(jump.change),
        "change_percent": None if jump.change_percent is None else _number(jump.change_percent),
        "cross_check": jump.cross,
        "reason": jump.reason or None,
    }


def _corrected(corrected: bool) -> dict:
    return {"corrected": True} if corrected else {}


def _explained(explained: Explained) -> dict:
    return {
        "rule": explained.code,
        "message": explained.message,
        "body": explained.body.code,
        "body_name": explained.body.name,
        "reason": explained.reason,
    }
