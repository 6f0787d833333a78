"""Each check alone, kept and broken; and what the findings together allow. No database."""

from decimal import Decimal

import pytest

from directives.models import Indicator, Rule
from directives.rules import parse
from reports import checks
from reports.answers import Answer, Cell
from reports.checks import Finding, Sheet

NOTHING = Answer(nothing=True)
AGES = "age_0_5 age_6_10 age_11_15"


def indicator(code, *, value_type="count", combine="sum", core=False, of_which=""):
    return Indicator(
        code=code,
        task_number=int(code[1]),
        name_vi=f"Chỉ tiêu {code}",
        value_type=value_type,
        combine=combine,
        core=core,
        of_which=of_which,
    )


INDICATORS = (
    indicator("T0.01", core=True, of_which=f"girls {AGES} minority"),
    indicator("T1.01", core=True),
    indicator("T1.02"),
    indicator("T1.03", combine="ratio", value_type="percent", core=True),
    indicator("T2.01", value_type="yes_no", combine="count_yes", core=True),
    indicator("T2.05", value_type="money"),
)


def rule(code, left, compare, right, severity="error"):
    stored = Rule(code=code, left=left, compare=compare, right=right, severity=severity, message_vi=f"Câu {code}.")
    return stored, parse(left, compare, right)


RULES = (rule("R1", "T1.02", "<=", "T1.01"), rule("R2", "T1.01 + T1.02", "<=", "T0.01", "warning"))


def answered(figures):
    found = {}
    for cell, what in figures.items():
        is_answer = isinstance(what, Answer)
        found[Cell.parse(cell)] = what if is_answer else Answer(Decimal(str(what)))
    return found


def sheet(figures=None, *, cross=(), unread=None, results=None, declined=None, tasks=(1, 2)):
    return Sheet(
        indicators=INDICATORS,
        roles={i.code: "cross" if i.code in cross else "counted" for i in INDICATORS},
        rules=RULES,
        answers=answered({"T0.01": 10, "T1.01": 3, "T2.01": 0} if figures is None else figures),
        unread={Cell.parse(cell): text for cell, text in (unread or {}).items()},
        tasks=tasks,
        results={1: "Đã làm.", 2: "Đã làm."} if results is None else results,
        declined=declined or {},
    )


def short(findings):
    """What matters of findings, in one line each."""
    return [(f.severity, f.section, f.code, *map(str, f.cells)) for f in findings]


def test_a_good_sheet_has_no_findings():
    good = sheet()
    assert (checks.run(good), checks.blocking(good) == [], checks.gaps(good)) == ([], True, 2)


# --- unread cells ---------------------------------------------------------------------------

UNREAD = [
    ({}, []),
    ({"T1.02": "12 trẻ"}, ["T1.02 “Chỉ tiêu T1.02”: “12 trẻ” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."]),
    (
        {"T0.01:girls": "-3"},
        ["T0.01 “Chỉ tiêu T0.01”, cột Nữ: “-3” là số âm; hãy nhập số từ 0 trở lên."],
    ),
    (
        {"T0.01": "1,5"},
        [
            "T0.01 “Chỉ tiêu T0.01”, cột Tổng số: “1,5” không phải số nguyên; "
            "chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12."
        ],
    ),
    # a readable number is kept as text only when it clashes with the box beside it
    (
        {"T1.01": "5", "T1.01:nothing": "on"},
        ["T1.01 “Chỉ tiêu T1.01”: ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai."],
    ),
    ({"T9.99": "12 trẻ"}, []),  # no longer on the form
]


@pytest.mark.parametrize(("unread", "messages"), UNREAD)
def test_unread_cells(unread, messages):
    found = list(checks.unread_cells(sheet(unread=unread)))
    assert ([f.message for f in found], [f.blocks for f in found]) == (messages, [True] * len(messages))


def test_a_forged_yes_or_no_is_a_finding_and_no_crash():
    found = list(checks.unread_cells(sheet(unread={"T2.01": "1,5"})))
    assert short(found) == [("error", 2, "unread", "T2.01")]


def test_an_unread_cell_says_where_it_is():
    assert short(checks.unread_cells(sheet(unread={"T0.01:girls": "x"}))) == [("error", 0, "unread", "T0.01:girls")]


# --- figures that must be there -------------------------------------------------------------

ALL = {"T0.01": 10, "T1.01": 3, "T2.01": 0}


def without(*codes, **more):
    return {cell: value for cell, value in {**ALL, **more}.items() if cell not in codes}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (sheet(ALL), []),
        (sheet(without("T1.01")), ["T1.01"]),
        (sheet({}), ["T0.01", "T1.01", "T2.01"]),
        (sheet(ALL | {"T1.01": 0}), []),  # counted, and there were none
        (sheet(ALL | {"T1.01": NOTHING}), []),  # did not arise
        (sheet(without("T1.01") | {"T1.02": 1}), ["T1.01"]),
        (sheet(without("T0.01") | {"T0.01:girls": 1}), ["T0.01"]),
        (sheet(without("T1.01"), unread={"T1.01": "12 trẻ"}), []),  # told once, as unread
        (sheet(without("T1.01"), cross=("T1.01",)), []),  # only cross-checks
        (sheet(without("T1.01"), declined={1: "Lý do"}), []),
        (sheet(without("T0.01"), declined={1: "Lý do"}), ["T0.01"]),
    ],
)
def test_missing_core_figures(given, missing):
    assert short(checks.missing_core_figures(given)) == [("error", int(code[1]), "missing", code) for code in missing]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(Decimal(1), detail="KH 12/KH-UBND ngày 01/8/2020"), []),
        (Answer(Decimal(1)), [("error", 2, "detail", "T2.01")]),
        (Answer(Decimal(0)), []),
        (NOTHING, []),
    ],
)
def test_a_yes_needs_its_document(answer, found):
    assert short(checks.missing_details(sheet(ALL | {"T2.01": answer}))) == found


def test_without_an_answer_there_is_no_document_to_ask_for():
    assert short(checks.missing_details(sheet({}))) == []


# --- texts and declared tasks ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "declined", "found"),
    [
        ({1: "Đã làm.", 2: "Đã làm."}, {}, []),
        ({1: "Đã làm."}, {}, [("error", 2, "text")]),
        ({1: "  \n", 2: "Đã làm."}, {}, [("error", 1, "text")]),
        ({}, {}, [("error", 1, "text"), ("error", 2, "text")]),
        ({2: "Đã làm."}, {1: "Không được giao."}, []),
        ({2: "Đã làm."}, {1: " "}, [("error", 1, "reason")]),
        ({1: "Đã làm.", 2: "Đã làm."}, {1: ""}, [("error", 1, "reason")]),
    ],
)
def test_missing_texts(results, declined, found):
    assert short(checks.missing_texts(sheet(results=results, declined=declined))) == found


@pytest.mark.parametrize(
    ("figures", "declined", "found"),
    [
        (ALL, {}, []),
        (without("T1.01"), {1: "Lý do"}, []),
        (ALL, {1: "Lý do"}, [("error", 1, "declined", "T1.01")]),
        (ALL | {"T1.02": NOTHING}, {1: "Lý do"}, [("error", 1, "declined", "T1.01", "T1.02")]),
        ({"T0.01:girls": 1}, {0: "Lý do"}, [("error", 0, "declined", "T0.01:girls")]),
    ],
)
def test_figures_in_declined_tasks(figures, declined, found):
    assert short(checks.figures_in_declined_tasks(sheet(figures, declined=declined))) == found


# --- parts and wholes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ({"T0.01": 10}, []),
        ({"T0.01": 10, "T0.01:girls": 10}, []),
        ({"T0.01": 10, "T0.01:girls": 11}, [("error", 0, "part", "T0.01:girls", "T0.01")]),
        ({"T0.01": 0, "T0.01:girls": 0}, []),
        ({"T0.01": NOTHING, "T0.01:girls": 0}, []),
        ({"T0.01": NOTHING, "T0.01:girls": 1}, [("error", 0, "part", "T0.01:girls", "T0.01")]),
        ({"T0.01:girls": 0}, [("error", 0, "whole", "T0.01", "T0.01:girls")]),
        ({"T0.01": 10, "T0.01:minority": 4, "T0.01:girls": 7}, []),  # they overlap: no sum is asked
        (
            {"T0.01": 1, "T0.01:girls": 2, "T0.01:minority": 3},
            [("error", 0, "part", "T0.01:girls", "T0.01"), ("error", 0, "part", "T0.01:minority", "T0.01")],
        ),
    ],
)
def test_a_part_fits_its_whole(figures, found):
    assert short(checks.parts_and_wholes(sheet(figures))) == found


AGE_CELLS = ("T0.01:age_0_5", "T0.01:age_6_10", "T0.01:age_11_15")


@pytest.mark.parametrize(
    ("whole", "ages", "found"),
    [
        (10, (2, 3, 5), []),
        (10, (2, 3, 4), [("error", 0, "ages", *AGE_CELLS)]),
        (10, (2, 3, 6), [("error", 0, "ages", *AGE_CELLS)]),
        (10, (8, 9, None), [("error", 0, "ages", *AGE_CELLS[:2])]),  # each child has one age
        (10, (None, 8, 3), [("error", 0, "ages", *AGE_CELLS[1:])]),
        (10, (4, None, 6), []),
        (0, (0, 0, 0), []),
        (10, (2, 3, None), []),  # the third is not known yet
        (10, (None, None, None), []),
        (NOTHING, (0, 0, 0), []),
        (10, (NOTHING, NOTHING, 10), []),
        (NOTHING, (0, 0, 1), [("error", 0, "part", AGE_CELLS[2], "T0.01"), ("error", 0, "ages", *AGE_CELLS)]),
    ],
)
def test_the_three_ages_add_up(whole, ages, found):
    figures = {"T0.01": whole} | {cell: age for cell, age in zip(AGE_CELLS, ages, strict=True) if age is not None}
    assert short(checks.parts_and_wholes(sheet(figures))) == found


def test_the_sentences_of_parts_and_ages():
    found = checks.parts_and_wholes(sheet({"T0.01": 1234, "T0.01:girls": 1235, **dict.fromkeys(AGE_CELLS, 1000)}))
    assert [f.message for f in found] == [
        "T0.01 “Chỉ tiêu T0.01”, cột Nữ: 1.235 lớn hơn tổng số 1.234; hãy kiểm tra lại hai ô.",
        "T0.01 “Chỉ tiêu T0.01”, cột Tổng số: ba nhóm tuổi cộng lại là 3.000, khác tổng số 1.234; hãy kiểm tra lại.",
    ]


# --- rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ({"T1.01": 3, "T1.02": 3}, []),
        ({"T1.01": 3, "T1.02": 4}, [("error", 1, "R1", "T1.02", "T1.01")]),
        ({"T1.02": 4}, []),  # the other side is not known
        ({"T1.01": NOTHING, "T1.02": 1}, [("error", 1, "R1", "T1.02", "T1.01")]),
        ({"T1.01": NOTHING, "T1.02": NOTHING}, []),
        ({"T0.01": 5, "T1.01": 3, "T1.02": 3}, [("warning", 1, "R2", "T1.01", "T1.02", "T0.01")]),
        ({"T0.01:girls": 0, "T1.01": 3, "T1.02": 3}, []),  # a breakdown is not the total
    ],
)
def test_broken_rules(figures, found):
    assert short(checks.broken_rules(sheet(figures))) == found


def test_a_broken_rule_shows_the_figures():
    [found] = checks.broken_rules(sheet({"T1.01": 1000, "T1.02": Decimal("1234.5")}))
    assert found.message == "Câu R1. (T1.02 = 1.234,5; T1.01 = 1.000)"


# --- together -------------------------------------------------------------------------------


def test_errors_first_then_in_the_order_of_the_form():
    broken = sheet(
        {"T0.01": 1, "T0.01:girls": 2, "T1.01": 3, "T1.02": 3, "T2.01": 1},
        results={1: "Đã làm."},
        unread={"T2.05": "x"},
    )
    assert [(f.severity, f.section, f.code) for f in checks.run(broken)] == [
        ("error", 0, "part"),
        ("error", 2, "unread"),
        ("error", 2, "text"),
        ("error", 2, "detail"),
        ("warning", 1, "R2"),
    ]


ERROR, WARNING = Finding("error", 1, "R1", "x"), Finding("warning", 1, "R2", "x")


@pytest.mark.parametrize(
    ("findings", "left"),
    [([], []), ([WARNING], []), ([WARNING, WARNING], []), ([ERROR], [ERROR]), ([WARNING, ERROR], [ERROR])],
)
def test_only_errors_block(monkeypatch, findings, left):
    monkeypatch.setattr(checks, "run", lambda sheet: findings)
    assert checks.blocking(None) == left


@pytest.mark.parametrize(
    ("given", "gaps"),
    [
        (sheet({}), 5),  # the computed one is not owed
        (sheet(ALL), 2),
        (sheet(ALL | {"T1.02": NOTHING, "T2.05": 0}), 0),
        (sheet({}, declined={1: "x"}), 3),
        (sheet({}, declined={1: "x", 2: "x"}), 1),
        (sheet({"T0.01:girls": 1}), 5),  # a part is not the figure
        (sheet(ALL, cross=("T1.02",)), 2),  # who only cross-checks owes the figure too
        (sheet({}, unread={"T1.01": "x"}), 5),
    ],
)
def test_gaps(given, gaps):
    assert checks.gaps(given) == gaps


@pytest.mark.parametrize(
    ("code", "option", "words"),
    [
        ("T1.01", "total", "T1.01 “Chỉ tiêu T1.01”"),
        ("T1.01", "girls", "T1.01 “Chỉ tiêu T1.01”, cột Nữ"),
        ("T0.01", "total", "T0.01 “Chỉ tiêu T0.01”, cột Tổng số"),
        ("T0.01", "age_6_10", "T0.01 “Chỉ tiêu T0.01”, cột 6-10 tuổi"),
    ],
)
def test_where_a_figure_is(code, option, words):
    assert checks.place(next(i for i in INDICATORS if i.code == code), option) == words
