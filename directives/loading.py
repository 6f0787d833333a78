"""Data files → rows: one idempotent load, keyed by code, all or nothing.

Reads and checks every file first (``plan``), then writes in one transaction (``load``). What the
files no longer name is kept, never deleted: old periods stand on it. Indicators and rules are
written as a new edition of the catalogue when anything in them changed. Nothing stands on a holiday:
there the file decides what goes too, except about days that an administrator entered or changed.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError

from .choices import JUMP_LEAST, JUMP_PERCENT, Option
from .data_checks import check
from .data_files import DataError, Defect, Row, read
from .models import (
    Body,
    BodyLink,
    Catalogue,
    Citation,
    Directive,
    Holiday,
    Indicator,
    LeadTerm,
    Obligation,
    Rule,
    Target,
    Task,
    indicators_of,
    rules_of,
)

DATA = Path(__file__).parent / "data"

FILES = {  # file: (columns, key)
    "documents.csv": (
        "code number kind issued_on issuer title valid_from valid_to implements succeeded_by cited_by_task",
        "code",
    ),
    "tasks.csv": ("document number title_vi title_en text_vi", "document number"),
    "obligations.csv": (
        "code document title_vi title_en subject_vi subject_en groups due_rule due_day due_month data_from_day "
        "data_from_month data_to_day data_to_month reports_to legal_basis",
        "code",
    ),
    "bodies.csv": ("code name short_name kind symbol gso_code order valid_from valid_to note", "code"),
    "body_links.csv": ("predecessor successor kind on note", "predecessor successor kind on"),
    "lead_terms.csv": (
        "body valid_from valid_to superior head_name place signing_title file_note note",
        "body valid_from",
    ),
    "indicators.csv": (
        "code task name_vi name_en unit value_type time_kind aggregation numerator denominator factor of_which "
        "counted_from cross_checked_from core sensitive statistical_code source",
        "code",
    ),
    "rules.csv": ("code left operator right severity message_vi message_en", "code"),
    "holidays.csv": ("day name_vi working note", "day"),
    "targets.csv": ("code year value at_least source", "code year"),
}
OPTIONAL = {  # columns that may be missing: then as if empty
    "indicators.csv": ("jump_percent", "jump_least"),
    "body_links.csv": ("share",),
}


@dataclass
class Outcome:
    """What a load did: rows created and changed by kind, codes kept though the files no longer name them."""

    created: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    by_hand: list[dt.date] = field(default_factory=list)  # days on which the back office and the file differ
    catalogue: Catalogue | None = None
    new: set = field(default_factory=set)  # the rows created: what is then linked to them is no change

    @property
    def nothing_new(self) -> bool:
        return not self.created and not self.changed


def read_all(folder: Path, defects: list[Defect]) -> dict[str, list[Row]]:
    return {
        name: read(
            folder, name, tuple(columns.split()), defects, key=tuple(key.split()), optional=OPTIONAL.get(name, ())
        )
        for name, (columns, key) in FILES.items()
    }


def load(folder: Path = DATA) -> Outcome:
    """Load all files of ``folder``. Raises DataError with every defect found, having changed nothing."""
    defects: list[Defect] = []
    rows = read_all(folder, defects)
    if not defects:
        check(rows, defects)
    if defects:
        raise DataError(defects)
    outcome = Outcome()
    with transaction.atomic():
        _write_documents(rows, outcome)
        _write_bodies(rows, outcome)
        _write_obligations(rows, outcome)
        _write_catalogue(rows, outcome)
        _write_holidays(rows, outcome)
        _write_targets(rows, outcome)
    indicators_of.cache_clear()
    rules_of.cache_clear()
    return outcome


# --- writing --------------------------------------------------------------------------------


def _save(model, key: dict, values: dict, outcome: Outcome):
    """Create or change the row with ``key``; counts it, and writes nothing when nothing differs."""
    row, created = model.objects.get_or_create(**key, defaults=values)
    if created:
        outcome.created[model.__name__] += 1
        outcome.new.add(row)
    elif any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        outcome.changed[model.__name__] += 1
    return row


def _set_links(manager, wanted, outcome: Outcome) -> None:
    """Make the many-to-many rows those of ``wanted``; counts a change only where there is one."""
    if set(manager.all()) != set(wanted):
        manager.set(wanted)
        if manager.instance not in outcome.new:
            outcome.changed[type(manager.instance).__name__] += 1


def _write_documents(rows, outcome) -> None:
    saved = {}
    for row in rows["documents.csv"]:
        values = {name: row.text(name) for name in ("number", "kind", "issuer", "title")}
        values |= {name: row.date(name) for name in ("issued_on", "valid_from", "valid_to")}
        saved[row.text("code")] = _save(Directive, {"code": row.text("code")}, values, outcome)
    for row in rows["documents.csv"]:
        directive = saved[row.text("code")]
        _set_links(directive.implements, [saved[code] for code in row.words("implements")], outcome)
        successor = saved.get(row.text("succeeded_by"))
        if directive.succeeded_by != successor:
            directive.succeeded_by = successor
            directive.save(update_fields=["succeeded_by"])
            outcome.changed["Directive"] += 1
    _note_kept(Directive.objects.all(), saved, outcome)


def _write_bodies(rows, outcome) -> None:
    """What a reorganisation wrote down in the portal goes before the files: its bodies, ends, links and terms stay."""
    saved = {}
    ended = set(Body.objects.exclude(ended_by=None).values_list("code", flat=True))
    for row in rows["bodies.csv"]:
        values = {name: row.text(name) for name in ("name", "short_name", "kind", "symbol", "gso_code", "note")}
        values |= {name: row.date(name) for name in ("valid_from", "valid_to")} | {"position": row.number("order")}
        if row.text("code") in ended:
            del values["valid_to"]
        saved[row.text("code")] = _save(Body, {"code": row.text("code")}, values, outcome)
    _note_kept(Body.objects.filter(founded_by=None), saved, outcome)
    links = []
    for row in rows["body_links.csv"]:
        key = {name: saved[row.text(name)] for name in ("predecessor", "successor")}
        key |= {"kind": row.text("kind"), "on": row.date("on")}
        values = {"note": row.text("note"), "share": row.decimal("share", high=100, required=False)}
        links.append(_save(BodyLink, key, values, outcome))
    _drop_the_rest(BodyLink.objects.filter(reorganisation=None), links, outcome)
    _write_lead_terms(rows, saved, outcome)


def _write_lead_terms(rows, bodies, outcome) -> None:
    terms = []
    ended = set(LeadTerm.objects.exclude(ended_by=None).values_list("body__code", "valid_from"))
    for row in rows["lead_terms.csv"]:
        names = ("superior", "head_name", "place", "signing_title", "file_note", "note")
        values = {name: row.text(name) for name in names} | {"valid_to": row.date("valid_to")}
        key = {"body": bodies[row.text("body")], "valid_from": row.date("valid_from")}
        if (row.text("body"), key["valid_from"]) in ended:
            del values["valid_to"]
        terms.append(_save(LeadTerm, key, values, outcome))
    _drop_the_rest(LeadTerm.objects.filter(begun_by=None), terms, outcome)


def _drop_the_rest(found, rows, outcome) -> None:
    """A corrected date is a new row: the wrong one goes, unless a period stands on it, then it is kept and told."""
    for row in found.exclude(pk__in=[row.pk for row in rows]):
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            outcome.kept.append(str(row))
        else:
            outcome.changed[type(row).__name__] += 1


def _write_obligations(rows, outcome) -> None:
    for row in rows["obligations.csv"]:
        names = ("title_vi", "title_en", "subject_vi", "subject_en", "groups", "due_rule", "reports_to")
        values = {name: row.text(name) for name in names}
        for name in ("due_day", "due_month", "data_from_day", "data_from_month", "data_to_day", "data_to_month"):
            values[name] = row.number(name)
        values["directive"] = Directive.objects.get(code=row.text("document"))
        obligation = _save(Obligation, {"code": row.text("code")}, values, outcome)
        _set_links(obligation.legal_basis, Directive.objects.filter(code__in=row.words("legal_basis")), outcome)


def _write_catalogue(rows, outcome) -> None:
    directive = Directive.objects.get(code=rows["obligations.csv"][0].text("document"))
    fingerprint = _fingerprint(rows)
    newest = directive.catalogues.first()
    if newest and newest.fingerprint == fingerprint:
        outcome.catalogue = newest
        return
    catalogue = Catalogue.objects.create(
        directive=directive, version=newest.version + 1 if newest else 1, fingerprint=fingerprint
    )
    tasks = _write_tasks(rows, catalogue)
    Indicator.objects.bulk_create(
        _indicator(row, catalogue, position, tasks) for position, row in enumerate(rows["indicators.csv"], 1)
    )
    Rule.objects.bulk_create(_rule(row, catalogue, position) for position, row in enumerate(rows["rules.csv"], 1))
    outcome.created["Catalogue"] += 1
    outcome.catalogue = catalogue


def _fingerprint(rows) -> str:
    """Of all that an edition holds: tasks, indicators, rules, and which task cites which instrument.

    An optional cell that is empty says nothing, so a file without its column is the same edition.
    """
    content = []
    for name in ("tasks.csv", "indicators.csv", "rules.csv"):
        silent = OPTIONAL.get(name, ())
        content += [{k: v for k, v in row.values.items() if v or k not in silent} for row in rows[name]]
    content += [[row.text("code"), row.text("cited_by_task")] for row in rows["documents.csv"]]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _write_tasks(rows, catalogue) -> dict[int, Task]:
    tasks = {}
    for row in rows["tasks.csv"]:
        names = {"title_vi": row.text("title_vi"), "title_en": row.text("title_en"), "text": row.text("text_vi")}
        number = row.number("number")
        tasks[number] = Task.objects.create(catalogue=catalogue, number=number, **names)
    positions: Counter = Counter()
    for row in rows["documents.csv"]:
        for citation in row.words("cited_by_task"):
            task = tasks[int(citation.split(":")[1])]
            positions[task.number] += 1
            directive = Directive.objects.get(code=row.text("code"))
            Citation.objects.create(task=task, directive=directive, position=positions[task.number])
    return tasks


def _indicator(row: Row, catalogue, position, tasks) -> Indicator:
    number = row.number("task")
    same = ("code", "name_vi", "name_en", "unit", "value_type", "time_kind", "numerator", "denominator")
    same += ("statistical_code", "source")
    least = row.number("jump_least", required=False)  # 0 is a threshold of its own
    return Indicator(
        catalogue=catalogue,
        position=position,
        task=tasks.get(number),
        task_number=number,
        combine=row.text("aggregation"),
        factor=row.number("factor", required=False),
        jump_percent=row.number("jump_percent", required=False) or JUMP_PERCENT,
        jump_least=JUMP_LEAST if least is None else least,
        of_which=" ".join(_in_screen_order(row.words("of_which"))),
        counted_from=" ".join(row.words("counted_from")),
        cross_checked_from=" ".join(row.words("cross_checked_from")),
        core=row.yes("core"),
        sensitive=row.yes("sensitive"),
        **{name: row.text(name) for name in same},
    )


def _in_screen_order(options: list[str]) -> list[str]:
    return sorted(options, key=Option.values.index)


def _rule(row: Row, catalogue, position) -> Rule:
    same = ("code", "left", "right", "severity", "message_vi", "message_en")
    return Rule(
        catalogue=catalogue, position=position, compare=row.text("operator"), **{name: row.text(name) for name in same}
    )


def _write_holidays(rows, outcome) -> None:
    """The days of the file; one that was entered or changed by hand stays as it is, and is told if it differs."""
    found = {holiday.day: holiday for holiday in Holiday.objects.all()}
    new = []
    for row in rows["holidays.csv"]:
        values = {"name": row.text("name_vi"), "working": row.yes("working"), "note": row.text("note")}
        day = row.date("day")
        holiday = found.pop(day, None)
        if holiday is None:
            new.append(Holiday(day=day, by_hand=False, **values))
        elif any(getattr(holiday, name) != value for name, value in values.items()):
            if holiday.by_hand:
                outcome.by_hand.append(day)
            else:
                Holiday.objects.filter(pk=holiday.pk).update(**values)
                outcome.changed["Holiday"] += 1
    gone = [holiday.pk for holiday in found.values() if not holiday.by_hand]
    if new:
        Holiday.objects.bulk_create(new)
        outcome.created["Holiday"] += len(new)
    if gone:
        Holiday.objects.filter(pk__in=gone).delete()
        outcome.changed["Holiday"] += len(gone)


def _write_targets(rows, outcome) -> None:
    """Nothing stands on a target: an issued report keeps its own, so what the file no longer names goes."""
    saved = []
    for row in rows["targets.csv"]:
        key = {"code": row.text("code"), "year": row.number("year")}
        values = {"value": row.decimal("value"), "at_least": row.yes("at_least"), "source": row.text("source")}
        saved.append(_save(Target, key, values, outcome))
    _drop_the_rest(Target.objects.all(), saved, outcome)


def _note_kept(found, saved, outcome) -> None:
    outcome.kept += list(found.exclude(code__in=saved).values_list("code", flat=True))
