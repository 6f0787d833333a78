"""The rule language: sums of indicator codes, three comparisons, and nothing that could run."""

from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from directives.models import Catalogue, rules_of
from directives.rules import LinearRule, RuleSyntaxError, parse

GOOD = [
    (("T0.01", "<=", "T0.02"), (("T0.01",), "<=", ("T0.02",))),
    (("T3.03 + T3.21", "<=", "T0.01"), (("T3.03", "T3.21"), "<=", ("T0.01",))),
    (("T3.03+T3.21", " >= ", " T0.01 "), (("T3.03", "T3.21"), ">=", ("T0.01",))),
    (("T6.19 + T6.20 + T6.21", "=", "T6.18"), (("T6.19", "T6.20", "T6.21"), "=", ("T6.18",))),
    (("T10.100", "=", "T1.01 + T1.01"), (("T10.100",), "=", ("T1.01", "T1.01"))),
]

BAD = [  # left, operator, right, the text that the refusal names
    ("T3.03 +", "<=", "T0.01", "T3.03 +"),
    ("+ T3.03", "<=", "T0.01", "+ T3.03"),
    ("T3.03 ++ T3.04", "<=", "T0.01", "T3.03 ++ T3.04"),
    ("", "<=", "T0.01", ""),
    ("T3.03", "<=", "", ""),
    ("T3.03 - T3.04", "<=", "T0.01", "T3.03 - T3.04"),
    ("T3.03 T3.04", "<=", "T0.01", "T3.03 T3.04"),
    ("T3.03T3.04", "<=", "T0.01", "T3.03T3.04"),
    ("2 * T3.03", "<=", "T0.01", "2 * T3.03"),
    ("T3.03", "<=", "T0.01 + 5", "5"),
    ("T3.03", "<=", "100", "100"),
    ("t3.03", "<=", "T0.01", "t3.03"),
    ("T3", "<=", "T0.01", "T3"),
    ("T3.03.1", "<=", "T0.01", "T3.03.1"),
    ("(T3.03)", "<=", "T0.01", "(T3.03)"),
    ("T3.03 + __import__('os')", "<=", "T0.01", "__import__('os')"),
    ("T3.03", "<=", "T0.01; import os", "T0.01; import os"),
    ("T\u0663.\u0660\u0663", "<=", "T0.01", "T\u0663.\u0660\u0663"),  # Arabic digits are no code
    ("T3.03", "<", "T0.01", "<"),
    ("T3.03", ">", "T0.01", ">"),
    ("T3.03", "==", "T0.01", "=="),
    ("T3.03", "!=", "T0.01", "!="),
    ("T3.03", "=<", "T0.01", "=<"),
    ("T3.03", "≤", "T0.01", "≤"),
    ("T3.03", "", "T0.01", ""),
    ("T3.03", "or", "T0.01", "or"),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_reads(text, expected):
    assert parse(*text) == LinearRule(*expected)


@pytest.mark.parametrize(("left", "compare", "right", "named"), BAD)
def test_refuses_and_names_the_text(left, compare, right, named):
    with pytest.raises(RuleSyntaxError) as refusal:
        parse(left, compare, right)
    assert str(refusal.value) == named


def test_nothing_is_ever_run(monkeypatch, tmp_path):
    ran = tmp_path / "ran"
    evil = f"__import__('pathlib').Path({str(ran)!r}).touch()"
    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(f"builtins.{name}", lambda *a, **k: pytest.fail("a rule was run as code"))
    refused = []
    for rule in ((evil, "<=", "T0.01"), ("T0.01", evil, "T0.02"), ("T0.01", "<=", evil)):
        try:
            parse(*rule)
        except RuleSyntaxError as error:
            refused.append(str(error) == evil)
    monkeypatch.undo()
    assert refused == [True, True, True]
    assert not ran.exists()


VALUES = {"T1.01": Decimal("0.1"), "T1.02": Decimal("0.2"), "T1.03": Decimal("0.3"), "T1.04": Decimal(0)}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (("T1.01", "<=", "T1.02"), True),
        (("T1.02", "<=", "T1.01"), False),
        (("T1.01", "<=", "T1.01"), True),
        (("T1.02", ">=", "T1.01"), True),
        (("T1.01", ">=", "T1.02"), False),
        (("T1.01 + T1.02", "=", "T1.03"), True),  # exact: 0.1 + 0.2 is 0.3 here
        (("T1.01 + T1.02", "=", "T1.02"), False),
        (("T1.03", "<=", "T1.01 + T1.02"), True),
        (("T1.04", "=", "T1.04 + T1.04"), True),
        (("T1.01 + T1.01 + T1.01", "=", "T1.03"), True),
        # a missing figure is neither right nor wrong, wherever it stands
        (("T9.99", "<=", "T1.01"), None),
        (("T1.01", "<=", "T9.99"), None),
        (("T1.01 + T9.99", "<=", "T1.04"), None),
        (("T1.03", "<=", "T1.01 + T9.99"), None),
    ],
)
def test_holds(rule, holds):
    assert parse(*rule).holds(VALUES) is holds


def test_without_any_figure_no_rule_says_anything():
    assert parse("T1.01", "<=", "T1.02").holds({}) is None


def test_codes_keep_the_order_written():
    assert parse("T6.21 + T6.19", "=", "T6.18 + T6.20").codes == ("T6.21", "T6.19", "T6.18", "T6.20")


def test_the_rules_of_an_edition_are_read_and_parsed_once(db):
    from django.db import connection

    catalogue = Catalogue.objects.get()
    first = rules_of(catalogue.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = rules_of(catalogue.pk)
    assert (second is first, len(queries), len(first)) == (True, 0, 50)
