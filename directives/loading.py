"""Data files → rows: one idempotent load, keyed by code, all or nothing.

Reads and checks every file first (``plan``), then writes in one transaction (``load``). What the
files no longer name is kept, never deleted: old periods stand on it. Indicators and rules are
written as a new edition of the catalogue when anything in them changed.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from .choices import (
    ALL_BODIES,
    LEAD_GROUP,
    BodyKind,
    Combine,
    DueRule,
    LinkKind,
    Option,
    Severity,
    TimeKind,
    ValueType,
)
from .data_files import DataError, Defect, Row, read
from .models import (
    Body,
    BodyLink,
    Catalogue,
    Citation,
    Directive,
    Indicator,
    LeadTerm,
    Obligation,
    Rule,
    Task,
    indicators_of,
    rules_of,
)
from .rules import RuleSyntaxError, parse

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
}


@dataclass
class Outcome:
    """What a load did: rows created and changed by kind, codes kept though the files no longer name them."""

    created: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    catalogue: Catalogue | None = None

    @property
    def nothing_new(self) -> bool:
        return not self.created and not self.changed


def read_all(folder: Path, defects: list[Defect]) -> dict[str, list[Row]]:
    return {
        name: read(folder, name, tuple(columns.split()), defects, key=tuple(key.split()))
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
    indicators_of.cache_clear()
    rules_of.cache_clear()
    return outcome


# --- what must be true of the files ---------------------------------------------------------


def check(rows: dict[str, list[Row]], defects: list[Defect]) -> None:
    """Note every defect between and inside the files."""
    documents = {row.text("code"): row for row in rows["documents.csv"]}
    bodies = {row.text("code") for row in rows["bodies.csv"]}
    tasks = {(row.text("document"), row.text("number")) for row in rows["tasks.csv"]}
    _check_documents(documents, tasks)
    asking = {row.text("document") for row in rows["obligations.csv"]}
    for row in rows["tasks.csv"]:
        row.known("document", row.text("document"), asking, "văn bản có nghĩa vụ báo cáo")
        row.number("number", low=1, high=99)
        row.text("title_vi", required=True)
        row.text("text_vi", required=True)
    _check_bodies(rows, bodies)
    for row in rows["obligations.csv"]:
        _check_obligation(row, documents)
    if len(rows["obligations.csv"]) != 1:
        defects.append(Defect("obligations.csv", 0, "", "", "phải có đúng một nghĩa vụ báo cáo."))
        return
    document = rows["obligations.csv"][0].text("document")
    numbers = {number for of, number in tasks if of == document}
    _check_indicators(rows["indicators.csv"], numbers, bodies)
    codes = {row.text("code") for row in rows["indicators.csv"]}
    for row in rows["rules.csv"]:
        _check_rule(row, codes)


def _check_documents(documents: dict[str, Row], tasks: set) -> None:
    for row in documents.values():
        row.text("code", required=True)
        row.text("number", required=True)
        row.text("title", required=True)
        row.date("issued_on")
        first, last = row.date("valid_from"), row.date("valid_to")
        if first and last and last < first:
            row.wrong("valid_to", "sớm hơn ngày bắt đầu hiệu lực.")
        for column in ("implements", "succeeded_by"):
            for code in row.words(column):
                row.known(column, code, documents, "văn bản")
        for citation in row.words("cited_by_task"):
            if tuple(citation.split(":")) not in tasks:
                row.wrong("cited_by_task", "không phải nhiệm vụ nào đã khai báo (dạng mã-văn-bản:số).", citation)
    for column in ("implements", "succeeded_by"):
        _check_no_cycle(documents, column)


def _check_no_cycle(documents: dict[str, Row], column: str) -> None:
    """Each document must be reachable from itself through ``column`` in no way; one defect per cycle found."""
    done: set[str] = set()

    def walk(code, path):
        if code in path:
            cycle = [*path[path.index(code) :], code]
            documents[path[-1]].wrong(column, "tạo thành vòng: " + " → ".join(cycle) + ".", code)
            return
        if code in done or code not in documents:
            return
        for above in documents[code].words(column):
            walk(above, [*path, code])
        done.add(code)

    for code in documents:
        walk(code, [])


def _check_bodies(rows, bodies) -> None:
    for row in rows["bodies.csv"]:
        row.text("name", required=True)
        row.text("short_name", required=True)
        row.choice("kind", BodyKind)
        row.number("order", low=1)
        row.date("valid_from")
        row.date("valid_to")
    for row in rows["body_links.csv"]:
        row.known("predecessor", row.text("predecessor"), bodies, "cơ quan")
        row.known("successor", row.text("successor"), bodies, "cơ quan")
        row.choice("kind", LinkKind)
        if not row.date("on"):
            row.text("on", required=True)
    for row in rows["lead_terms.csv"]:
        row.known("body", row.text("body"), bodies, "cơ quan")
        row.date("valid_from")
        row.date("valid_to")


def _check_obligation(row: Row, documents) -> None:
    row.known("document", row.text("document"), documents, "văn bản")
    row.choice("due_rule", DueRule)
    for column in ("due_day", "data_from_day", "data_to_day"):
        row.number(column, low=1, high=28)  # a 29th to 31st does not exist in every month of every year
    for column in ("due_month", "data_from_month", "data_to_month"):
        row.number(column, low=1, high=12)
    for group in row.words("groups"):
        row.known("groups", group, {*BodyKind.values, LEAD_GROUP}, "khối cơ quan")
    for code in row.words("legal_basis"):
        row.known("legal_basis", code, documents, "văn bản")


def _check_indicators(rows: list[Row], task_numbers: set[str], bodies: set[str]) -> None:
    by_code = {row.text("code"): row for row in rows}
    reporters = {*BodyKind.values, LEAD_GROUP, ALL_BODIES, *bodies}
    for row in rows:
        if row.text("task") != "0":
            row.known("task", row.text("task"), task_numbers, "nhiệm vụ")
        row.text("name_vi", required=True)
        row.choice("value_type", ValueType)
        row.choice("aggregation", Combine)
        if row.text("time_kind"):
            row.choice("time_kind", TimeKind)
        row.yes("core")
        row.yes("sensitive")
        for column in ("counted_from", "cross_checked_from"):
            for reporter in row.words(column):
                row.known(column, reporter, reporters, "khối hoặc cơ quan")
        row.text("counted_from", required=True)
        for option in row.words("of_which"):
            row.known("of_which", option, set(Option.values) - {Option.TOTAL.value}, "phân tổ")
        _check_ratio(row, by_code)


def _check_ratio(row: Row, by_code: dict[str, Row]) -> None:
    if row.text("aggregation") != Combine.RATIO:
        for column in ("numerator", "denominator", "factor"):
            if row.text(column):
                row.wrong(column, "chỉ dùng cho chỉ tiêu tính bằng tỷ số.")
        return
    row.number("factor", low=1)
    for column in ("numerator", "denominator"):
        part = row.text(column, required=True)
        if part and row.known(column, part, by_code, "chỉ tiêu") and by_code[part].text("aggregation") != Combine.SUM:
            row.wrong(column, "phải là chỉ tiêu được cộng, không phải chỉ tiêu tính ra.")


def _check_rule(row: Row, codes: set[str]) -> None:
    row.choice("severity", Severity)
    row.text("message_vi", required=True)
    try:
        rule = parse(row.text("left"), row.text("operator"), row.text("right"))
    except RuleSyntaxError as error:
        row.wrong("left", "không đọc được; quy tắc chỉ gồm mã chỉ tiêu nối bằng dấu + và <=, >= hoặc =.", str(error))
        return
    for column, side in (("left", rule.left), ("right", rule.right)):
        for code in side:
            row.known(column, code, codes, "chỉ tiêu")


# --- writing --------------------------------------------------------------------------------


def _save(model, key: dict, values: dict, outcome: Outcome):
    """Create or change the row with ``key``; counts it, and writes nothing when nothing differs."""
    row, created = model.objects.get_or_create(**key, defaults=values)
    if created:
        outcome.created[model.__name__] += 1
    elif any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        outcome.changed[model.__name__] += 1
    return row


def _write_documents(rows, outcome) -> None:
    saved = {}
    for row in rows["documents.csv"]:
        values = {name: row.text(name) for name in ("number", "kind", "issuer", "title")}
        values |= {name: row.date(name) for name in ("issued_on", "valid_from", "valid_to")}
        saved[row.text("code")] = _save(Directive, {"code": row.text("code")}, values, outcome)
    for row in rows["documents.csv"]:
        directive = saved[row.text("code")]
        directive.implements.set([saved[code] for code in row.words("implements")])
        successor = saved.get(row.text("succeeded_by"))
        if directive.succeeded_by != successor:
            directive.succeeded_by = successor
            directive.save(update_fields=["succeeded_by"])
            outcome.changed["Directive"] += 1
    _note_kept(Directive, saved, outcome)


def _write_bodies(rows, outcome) -> None:
    saved = {}
    for row in rows["bodies.csv"]:
        values = {name: row.text(name) for name in ("name", "short_name", "kind", "symbol", "gso_code", "note")}
        values |= {name: row.date(name) for name in ("valid_from", "valid_to")} | {"position": row.number("order")}
        saved[row.text("code")] = _save(Body, {"code": row.text("code")}, values, outcome)
    for row in rows["body_links.csv"]:
        key = {name: saved[row.text(name)] for name in ("predecessor", "successor")}
        key |= {"kind": row.text("kind"), "on": row.date("on")}
        _save(BodyLink, key, {"note": row.text("note")}, outcome)
    for row in rows["lead_terms.csv"]:
        names = ("superior", "head_name", "place", "signing_title", "file_note", "note")
        values = {name: row.text(name) for name in names} | {"valid_to": row.date("valid_to")}
        _save(LeadTerm, {"body": saved[row.text("body")], "valid_from": row.date("valid_from")}, values, outcome)
    _note_kept(Body, saved, outcome)


def _write_obligations(rows, outcome) -> None:
    for row in rows["obligations.csv"]:
        names = ("title_vi", "title_en", "subject_vi", "subject_en", "groups", "due_rule", "reports_to")
        values = {name: row.text(name) for name in names}
        for name in ("due_day", "due_month", "data_from_day", "data_from_month", "data_to_day", "data_to_month"):
            values[name] = row.number(name)
        values["directive"] = Directive.objects.get(code=row.text("document"))
        obligation = _save(Obligation, {"code": row.text("code")}, values, outcome)
        obligation.legal_basis.set(Directive.objects.filter(code__in=row.words("legal_basis")))


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
    """Of all that an edition holds: tasks, indicators, rules, and which task cites which instrument."""
    content = [row.values for name in ("tasks.csv", "indicators.csv", "rules.csv") for row in rows[name]]
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
    same = [
        "code",
        "name_vi",
        "name_en",
        "unit",
        "value_type",
        "time_kind",
        "numerator",
        "denominator",
        "statistical_code",
        "source",
    ]
    return Indicator(
        catalogue=catalogue,
        position=position,
        task=tasks.get(number),
        task_number=number,
        combine=row.text("aggregation"),
        factor=row.number("factor", required=False),
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


def _note_kept(model, saved, outcome) -> None:
    outcome.kept += list(model.objects.exclude(code__in=saved).values_list("code", flat=True))
