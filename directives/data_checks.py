"""What must be true of the data files, between and inside them: notes every defect, changes nothing."""

from collections import Counter

from .choices import (
    ALL_BODIES,
    JUMPING,
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
from .data_files import Defect, Row
from .rules import CODE, COMPARE


def check(rows: dict[str, list[Row]], defects: list[Defect]) -> None:
    """Note the defects of ``rows`` {file: rows} in ``defects``."""
    documents = {row.text("code"): row for row in rows["documents.csv"]}
    bodies = {row.text("code") for row in rows["bodies.csv"]}
    obligations = rows["obligations.csv"]
    tasks = {(row.text("document"), row.number("number", low=1, high=99)) for row in rows["tasks.csv"]}
    _check_tasks(rows["tasks.csv"], {row.text("document") for row in obligations})
    _check_documents(documents, tasks)
    _check_bodies(rows["bodies.csv"])
    _check_history(rows, bodies)
    _check_holidays(rows["holidays.csv"])
    for row in obligations:
        _check_obligation(row, documents)
    if len(obligations) != 1:
        defects.append(Defect("obligations.csv", 0, "", "", "phải có đúng một nghĩa vụ báo cáo."))
        return
    numbers = {str(number) for of, number in tasks if of == obligations[0].text("document")}
    _check_indicators(rows["indicators.csv"], numbers, bodies)
    codes = {row.text("code") for row in rows["indicators.csv"]}
    for row in rows["rules.csv"]:
        _check_rule(row, codes)
    _check_targets(rows["targets.csv"], rows["indicators.csv"])


def _check_tasks(rows: list[Row], asking: set[str]) -> None:
    seen: dict = {}
    for row in rows:
        row.known("document", row.text("document"), asking, "văn bản có nghĩa vụ báo cáo")
        mark = (row.text("document"), row.number("number", low=1, high=99))
        if mark in seen:
            row.wrong("number", f"trùng với dòng {seen[mark]}.")
        seen.setdefault(mark, row.line)
        row.text("title_vi", required=True, longest=200)
        row.text("title_en", longest=200)
        row.text("text_vi", required=True)


def _check_documents(documents: dict[str, Row], tasks: set) -> None:
    for row in documents.values():
        for column, longest in (("code", 50), ("number", 60), ("kind", 60), ("issuer", 200)):
            row.text(column, required=True, longest=longest)
        row.text("title", required=True)
        row.date("issued_on")
        row.span("valid_from", "valid_to")
        for column in ("implements", "succeeded_by"):
            for code in row.words(column):
                row.known(column, code, documents, "văn bản")
        if len(row.words("succeeded_by")) > 1:
            row.wrong("succeeded_by", "chỉ được có một văn bản thay thế.")
        _check_citations(row, tasks)
    for column in ("implements", "succeeded_by"):
        _check_no_cycle(documents, column)


def _check_citations(row: Row, tasks: set) -> None:
    for citation, times in Counter(row.words("cited_by_task")).items():
        document, _colon, number = citation.partition(":")
        known = number.isascii() and number.isdigit() and (document, int(number)) in tasks
        if not known:
            row.wrong("cited_by_task", "không phải nhiệm vụ nào đã khai báo (dạng mã-văn-bản:số).", citation)
        elif times > 1:
            row.wrong("cited_by_task", "ghi hai lần.", citation)


def _check_no_cycle(documents: dict[str, Row], column: str) -> None:
    """No document may be reached from itself through ``column``; one defect per cycle found."""
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


def _check_bodies(rows: list[Row]) -> None:
    for row in rows:
        for column, longest in (("code", 50), ("name", 200), ("short_name", 80)):
            row.text(column, required=True, longest=longest)
        for column, longest in (("symbol", 40), ("gso_code", 10), ("note", 300)):
            row.text(column, longest=longest)
        row.choice("kind", BodyKind)
        row.number("order", low=1)
        row.span("valid_from", "valid_to")


def _check_history(rows: dict[str, list[Row]], bodies: set[str]) -> None:
    for row in rows["body_links.csv"]:
        row.known("predecessor", row.text("predecessor"), bodies, "cơ quan")
        row.known("successor", row.text("successor"), bodies, "cơ quan")
        row.choice("kind", LinkKind)
        row.text("note", longest=300)
        _check_share(row)
        if not row.date("on"):
            row.text("on", required=True)
    for row in rows["lead_terms.csv"]:
        row.known("body", row.text("body"), bodies, "cơ quan")
        row.span("valid_from", "valid_to")
        columns = {"superior": 200, "head_name": 200, "place": 80, "signing_title": 200, "file_note": 80}
        for column, longest in columns.items():
            row.text(column, required=True, longest=longest)
        row.text("note", longest=300)


def _check_share(row: Row) -> None:
    if row.decimal("share", high=100, required=False) is None:
        return
    if row.text("kind") != LinkKind.SPLIT:
        row.wrong("share", "chỉ ghi tỷ lệ khi chia, tách (split).")
    elif not row.decimal("share", high=100):
        row.wrong("share", "phải lớn hơn 0.")


def _check_holidays(rows: list[Row]) -> None:
    seen: dict = {}
    for row in rows:
        day = row.date("day") if row.text("day", required=True) else None
        if day in seen:  # written in two ways: 2020-01-01 and 20200101
            row.wrong("day", f"trùng với dòng {seen[day]}.")
        if day:
            seen.setdefault(day, row.line)
        row.text("name_vi", required=True, longest=100)
        row.text("note", longest=300)
        if row.yes("working") and day and day.weekday() < 5:
            row.wrong("working", "chỉ ghi yes cho thứ Bảy, Chủ nhật làm bù; ngày làm việc thường không cần ghi.")


def _check_obligation(row: Row, documents) -> None:
    row.text("code", required=True, longest=50)
    row.text("title_vi", required=True, longest=200)
    row.text("title_en", longest=200)
    row.text("subject_vi", required=True)
    row.text("reports_to", required=True, longest=300)
    row.text("groups", required=True, longest=100)
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
        for column, longest in (("code", 10), ("name_vi", 300), ("unit", 40), ("counted_from", 200)):
            row.text(column, required=True, longest=longest)
        for column, longest in (("name_en", 300), ("statistical_code", 10), ("source", 200)):
            row.text(column, longest=longest)
        row.choice("value_type", ValueType)
        row.choice("aggregation", Combine)
        if row.text("time_kind"):
            row.choice("time_kind", TimeKind)
        row.yes("core")
        row.yes("sensitive")
        for column in ("counted_from", "cross_checked_from"):
            for reporter in row.words(column):
                row.known(column, reporter, reporters, "khối hoặc cơ quan")
        for option in row.words("of_which"):
            row.known("of_which", option, set(Option.values) - {Option.TOTAL.value}, "phân tổ")
        _check_ratio(row, by_code)
        _check_jump(row)


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


def _check_jump(row: Row) -> None:
    row.number("jump_percent", low=1, high=1000, required=False)
    row.number("jump_least", required=False)
    if row.text("value_type") in JUMPING and row.text("aggregation") != Combine.RATIO:
        return
    for column in ("jump_percent", "jump_least"):
        if row.text(column):
            row.wrong(column, "chỉ dùng cho chỉ tiêu đếm hoặc số tiền được nhập vào.")


def _check_targets(rows: list[Row], indicators: list[Row]) -> None:
    """Only a ratio has a target: a count is as large as its body."""
    ratios = {row.text("code") for row in indicators if row.text("aggregation") == Combine.RATIO}
    for row in rows:
        row.known("code", row.text("code"), ratios, "chỉ tiêu tính bằng tỷ số")
        row.number("year", low=2000, high=2100)
        row.decimal("value")
        row.yes("at_least")
        row.text("source", required=True, longest=200)


def _check_rule(row: Row, codes: set[str]) -> None:
    row.text("code", required=True, longest=10)
    row.text("message_vi", required=True, longest=400)
    row.text("message_en", longest=400)
    row.choice("severity", Severity)
    if row.text("operator") not in COMPARE:
        row.wrong("operator", "không phải một trong các dấu <=, >=, =.")
    for column in ("left", "right"):
        row.text(column, longest=300)
        for code in row.values[column].split("+"):
            if not CODE.fullmatch(code.strip()):
                row.wrong(column, "không đọc được; quy tắc chỉ gồm mã chỉ tiêu nối bằng dấu +.", code.strip())
            else:
                row.known(column, code.strip(), codes, "chỉ tiêu")
