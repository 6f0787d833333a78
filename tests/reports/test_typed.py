"""Typed text → answers and back: nothing is guessed, nothing typed is lost, half a form touches half a form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.models import Indicator
from reports.answers import Answer, Cell
from reports.typed import read_figures, tidy, typed_from

COUNT = Indicator(code="T6.06", value_type="count", combine="sum", of_which="girls")
MONEY = Indicator(code="T2.05", value_type="money", combine="sum")
YES = Indicator(code="T2.01", value_type="yes_no", combine="count_yes")
RATIO = Indicator(code="T6.15", value_type="percent", combine="ratio")
FORM = (COUNT, MONEY, YES, RATIO)

READ = [  # typed, answers, what could not be read
    ({}, {}, {}),
    ({"T6.06": ""}, {"T6.06": None}, {}),
    ({"T6.06": " 1.234 "}, {"T6.06": Answer(Decimal(1234))}, {}),
    ({"T6.06": "0"}, {"T6.06": Answer(Decimal(0))}, {}),
    ({"T6.06": "12 trẻ"}, {"T6.06": None}, {"T6.06": "12 trẻ"}),
    ({"T6.06": "1.23"}, {"T6.06": None}, {"T6.06": "1.23"}),
    ({"T6.06:girls": "5"}, {"T6.06:girls": Answer(Decimal(5))}, {}),
    ({"T6.06": "", "T6.06:nothing": "on"}, {"T6.06": Answer(nothing=True)}, {}),
    ({"T6.06": "3", "T6.06:nothing": "on"}, {"T6.06": None}, {"T6.06:nothing": "on", "T6.06": "3"}),
    ({"T6.06": "3", "T6.06:estimate": "on"}, {"T6.06": Answer(Decimal(3), estimate=True)}, {}),
    ({"T6.06": "", "T6.06:estimate": "on"}, {"T6.06": None}, {"T6.06:estimate": "on"}),
    ({"T6.06": "x", "T6.06:estimate": "on"}, {"T6.06": None}, {"T6.06": "x", "T6.06:estimate": "on"}),
    ({"T6.06": "", "T6.06:detail": "Ghi chú"}, {"T6.06": None}, {"T6.06:detail": "Ghi chú"}),
    ({"T6.06": "0", "T6.06:detail": "Ghi chú"}, {"T6.06": Answer(Decimal(0), detail="Ghi chú")}, {}),
    (
        {"T6.06": "", "T6.06:nothing": "on", "T6.06:detail": "a", "T6.06:estimate": "on"},
        {"T6.06": Answer(nothing=True, detail="a", estimate=True)},
        {},
    ),
    (
        {"T6.06": "3", "T6.06:nothing": "on", "T6.06:detail": "a", "T6.06:estimate": "on"},
        {"T6.06": None},
        {"T6.06": "3", "T6.06:nothing": "on", "T6.06:detail": "a", "T6.06:estimate": "on"},
    ),
    ({"T6.06:detail": "a", "T6.06:nothing": "on"}, {}, {}),  # without its cell a row is not touched
    ({"T2.05": "1.234,567"}, {"T2.05": Answer(Decimal("1234.567"))}, {}),
    ({"T2.01": "1", "T2.01:detail": "KH 12"}, {"T2.01": Answer(Decimal(1), detail="KH 12")}, {}),
    ({"T2.01": "2"}, {"T2.01": None}, {"T2.01": "2"}),
    ({"T6.15": "50", "T9.99": "1"}, {}, {}),  # computed, or of another form
]


@pytest.mark.parametrize(("typed", "answers", "unread"), READ)
def test_reading(typed, answers, unread):
    assert read_figures(typed, FORM) == ({Cell.parse(cell): answer for cell, answer in answers.items()}, unread)


@pytest.mark.parametrize(("typed", "answers", "unread"), READ[1:-1])
def test_it_is_shown_back_as_it_was_typed(typed, answers, unread):
    found, kept = read_figures(typed, FORM)
    shown = typed_from({cell: answer for cell, answer in found.items() if answer}, kept, FORM)
    if typed.keys() & {"T6.06", "T6.06:girls", "T2.05", "T2.01"}:
        assert shown == {name: text.strip() for name, text in typed.items() if text}


TEXT = st.one_of(
    st.text(max_size=12),
    st.integers(0, 10**13).map(str),
    st.from_regex(r"[0-9]{1,3}([.,  ][0-9]{1,3}){0,3}", fullmatch=True),
    st.sampled_from(["", "on", "không", "-", "8,5", "1e3", "１２"]),
)
ROW = ("T6.06", "T6.06:girls", "T6.06:nothing", "T6.06:detail", "T6.06:estimate", "T2.05", "T2.01", "T2.01:detail")


@given(st.fixed_dictionaries(dict.fromkeys(ROW, TEXT)))
def test_writing_and_reading_ends_where_it_began(typed):
    """What is stored, shown and posted again unchanged is stored the same: no number drifts, no text goes."""
    answers, unread = read_figures(typed, FORM)
    shown = typed_from({cell: answer for cell, answer in answers.items() if answer}, unread, FORM)
    again = read_figures(dict.fromkeys(ROW, "") | shown, FORM)
    assert again == (answers, unread)
    for name in ROW:
        if name.endswith(("nothing", "estimate")):
            assert bool(shown.get(name)) is bool(typed[name])
        else:
            assert bool(shown.get(name)) is bool(tidy(typed[name]))


TIDY = [
    ("", ""),
    (" a ", "a"),
    ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
    ("a\x00b\x1fc\x7f", "abc"),
    ("Chiêm Hóa", "Chiêm Hóa"),
    ("\ud800x", "x"),
    ("\n\n", ""),
]


@pytest.mark.parametrize(("typed", "kept"), TIDY)
def test_tidy(typed, kept):
    assert tidy(typed) == kept


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)
