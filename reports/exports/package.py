"""The Document as JSON, for other systems: names and codes, numbers as numbers, marks as words.

``summary-3.schema.json`` beside this module says what every field means; the output is valid by it. In short: a value
is a JSON number, or null with ``state`` saying why. No provincial value stands without the bodies that it rests on.
Every value is the one that is used, with the lines of ``ledger`` in their places; ``reported``: without them.

A supplement has no sections: it carries the differences and nothing else.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.utils import timezone

from ..bodies import Excused
from ..document import Change, Document, Imprint, Supplement
from ..jumps import Explained, Jump
from ..ledger import LedgerLine
from ..summary import Amount, Coverage, Mark, Row, Section, Summary, Target

SCHEMA = "summary/3"  # 3: edition, issue, composed texts, targets, shares of last year; supplements
SCHEMA_FILE = Path(__file__).with_name("summary-3.schema.json")


def render(document: Document) -> bytes:
    """UTF-8 JSON with stable content; times in ISO 8601 with Vietnam's offset.

    A line for each field and for each indicator: for some thousand bodies nothing of it is kept twice in memory.
    """
    out = BytesIO()
    for number, piece in enumerate(_fields(document)):
        out.write(("{\n" if number == 0 else ",\n").encode())
        for part in piece:
            out.write(part.encode())
    out.write(b"\n}\n")
    return out.getvalue()


def _fields(document: Document) -> Iterator[Iterator[str]]:
    """The fields of the object, each in pieces of text."""
    for name, value in _about(document).items():
        yield _field(name, value)
    if document.supplement:
        return
    for name, value in _figures(document.summary).items():
        yield _field(name, value)
    yield _sections(document.summary)


def _field(name: str, value) -> Iterator[str]:
    yield f'"{name}": {_text_of(value)}'


def _text_of(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sections(summary: Summary) -> Iterator[str]:
    yield '"sections": ['
    for number, section in enumerate(summary.sections):
        yield (",\n" if number else "\n") + _text_of(_section(section))[:-1] + ', "rows": ['
        for place, row in enumerate(section.rows):
            yield (",\n" if place else "\n") + _text_of(_row(row, summary))
        yield "]}"
    yield "]"


def _about(document: Document) -> dict:
    """What a report and a supplement both have."""
    summary = document.summary
    return {
        "schema": SCHEMA,
        "kind": "supplement" if document.supplement else "report",
        "edition": summary.edition,
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
        "issue": _issue(document.imprint) if document.imprint else None,
        "coverage": _coverage(summary.coverage),
        "texts": None if document.texts is None else dict(document.texts),
        "supplement": _supplement(document.supplement) if document.supplement else None,
    }


def _figures(summary: Summary) -> dict:
    return {
        "bodies": [_body(body) for body in summary.bodies],
        "excused": [_excused(body) for body in summary.excused],
        "findings": [{"severity": f.severity, "rule": f.code, "message": f.message} for f in summary.findings],
        "ledger": [_line(line) for line in summary.ledger],
        "jumps": None if summary.jumps is None else [_jump(jump) for jump in summary.jumps],
        "explained": None if summary.explained is None else [_explained(each) for each in summary.explained],
        "overview": {part: [_text(text) for text in texts] for part, texts in summary.overview.items()},
    }


def _issue(imprint: Imprint) -> dict:
    return {
        "number": imprint.number,
        "symbol": imprint.symbol,
        "signed_on": imprint.signed_on.isoformat(),
        "titles": list(imprint.titles),
        "signatory": imprint.signatory,
        "recipients": list(imprint.recipients),
        "code": imprint.code,
        "fingerprint": imprint.fingerprint,
        "address": imprint.address,
    }


def _supplement(supplement: Supplement) -> dict:
    return {
        "to": supplement.number,
        "signed_on": supplement.signed_on.isoformat(),
        "changes": [_change(change) for change in supplement.changes],
    }


def _change(change: Change) -> dict:
    told = ("kind", "body", "code", "name", "column", "before", "now", "reason")
    effects = ("code", "name", "column", "before", "now")
    return {name: str(getattr(change, name)) for name in told} | {
        "effects": [{name: getattr(effect, name) for name in effects} for effect in change.effects]
    }


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


def _coverage(coverage: Coverage) -> dict:
    return {
        "answered": coverage.answered,
        "owed": coverage.owed,
        "estimates": coverage.estimates,
        "missing": list(coverage.missing),
        "share": None if coverage.share is None else _number(coverage.share),
    }


def _body(body) -> dict:
    return {
        "code": body.code,
        "name": body.name,
        "short_name": body.short_name,
        "group": body.group,
        "status": body.status,
        "first_submitted_at": _moment(body.first_submitted_at),
        "submitted_at": _moment(body.submitted_at),
        "on_time": body.on_time,
        "version": body.version,
        "files": body.files,
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


def _section(section: Section) -> dict:
    """All but its rows."""
    return {
        "number": section.number,
        "title": section.title_vi,
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
        "targets": [_target(target) for target in summary.targets.get(row.code, ())],
        "total": _amount(row.total, row.reported.get("total")),
        "options": {option: _amount(amount, row.reported.get(option)) for option, amount in row.options.items()},
        "coverage": _coverage(row.coverage),
        "previous": _amount(row.previous, row.previous_reported) if row.previous else None,
        "comparable": row.comparable,
        "broken": row.broken or None,
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


def _target(target: Target) -> dict:
    return {
        "year": target.year,
        "value": _number(target.value),
        "at_least": target.at_least,
        "source": target.source,
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
