"""A Document as plain data and back, without loss: what is issued is kept so and drawn from it for ever. Pure.

Every dataclass is written with its name, every value that JSON does not know with a tag. A field that a later
edition of the code adds has its default when an older document is thawed; one that it dropped is ignored.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal

from . import bodies, checks, document, jumps, ledger, summary
from .answers import Cell
from .document import Document
from .summary import Mark

SCHEMA = "document/1"
KINDS = {
    kind.__name__: kind
    for kind in (
        document.Document,
        document.Imprint,
        document.Supplement,
        document.Change,
        document.Effect,
        summary.Summary,
        summary.Section,
        summary.Row,
        summary.Amount,
        summary.Coverage,
        summary.CrossCheck,
        summary.Text,
        summary.Letterhead,
        summary.Target,
        bodies.BodyLine,
        bodies.Excused,
        checks.Finding,
        ledger.LedgerLine,
        jumps.Jump,
        jumps.Explained,
    )
}
TAG = "~"  # the key that says what a JSON object stands for


class NotFrozen(ValueError):
    """The data were not written by ``frozen``; the argument says what is odd."""


def frozen(found: Document) -> dict:
    """``found`` as JSON-ready data."""
    return {"schema": SCHEMA, "document": _out(found)}


def thawed(data: Mapping) -> Document:
    """The Document that ``frozen`` wrote. Raises NotFrozen for anything else."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise NotFrozen(f"schema {data.get('schema') if isinstance(data, Mapping) else data!r} is not {SCHEMA}")
    found = _in(data["document"])
    if not isinstance(found, Document):
        raise NotFrozen("no document inside")
    return found


def fingerprint_of(data: Mapping) -> str:
    """SHA-256 (hexadecimal) of frozen data: the same for the same content, whatever order the keys have."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _out(what):
    if what is None or isinstance(what, bool | int):
        return what
    if isinstance(what, str):
        return str(what)
    if isinstance(what, Mark):
        return {TAG: "mark", "is": what.value}
    if isinstance(what, Decimal):
        return {TAG: "decimal", "is": str(what)}
    if isinstance(what, dt.datetime):
        return {TAG: "moment", "is": what.isoformat()}
    if isinstance(what, dt.date):
        return {TAG: "day", "is": what.isoformat()}
    if isinstance(what, Cell):
        return {TAG: "cell", "is": [what.code, what.option]}
    if is_dataclass(what) and type(what).__name__ in KINDS:
        own = {field.name: _out(getattr(what, field.name)) for field in fields(what)}
        return {TAG: type(what).__name__} | own
    if isinstance(what, tuple):
        return [_out(each) for each in what]
    if isinstance(what, frozenset):
        return {TAG: "set", "is": [_out(each) for each in sorted(what)]}
    if isinstance(what, Mapping):
        return {TAG: "map", "is": [[_out(key), _out(value)] for key, value in what.items()]}
    raise TypeError(f"{type(what).__name__} has no frozen form")


def _in(what):
    if isinstance(what, list):
        return tuple(_in(each) for each in what)
    if not isinstance(what, Mapping):
        return what
    kind = what.get(TAG)
    if kind in READERS:
        return READERS[kind](what["is"])
    if kind in KINDS:
        known = {field.name for field in fields(KINDS[kind])}
        return KINDS[kind](**{name: _in(value) for name, value in what.items() if name in known})
    raise NotFrozen(f"{kind!r} is not known")


READERS = {
    "mark": Mark,
    "decimal": Decimal,
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "cell": lambda pair: Cell(*pair),
    "set": lambda each: frozenset(_in(one) for one in each),
    "map": lambda pairs: {_in(key): _in(value) for key, value in pairs},
}
