"""What stands in a cell and what is made of it: exactly the number, a question, or a refusal; never another number."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.excel_form.notation import (
    Blank,
    Nothing,
    Read,
    Refused,
    Unsettled,
    box_in,
    number_in,
    number_of,
    yes_or_no_in,
)
from reports.excel_form.opening import number
from reports.numbers import DECIMALS, WHOLE_DIGITS, format_number, parse_number

UNITS = {"count": "trẻ em", "money": "triệu đồng", "percent": "%", "rate": "trên 100.000 trẻ em"}

PLAIN = [  # text, kind of value, what the web form would show
    ("12", "count", "12"),
    ("  12\n", "count", "12"),
    ("0", "count", "0"),
    ("1 234", "count", "1.234"),
    ("1\u00a0234", "count", "1.234"),
    ("1\u202f234\u2009567", "count", "1.234.567"),
    ("12.345.678", "count", "12.345.678"),
    ("8,5", "money", "8,5"),
    ("1.234,5", "money", "1.234,5"),
    ("1 234,505", "money", "1.234,505"),
    ("96,25", "percent", "96,25"),
    ("\ufeff12\u200b", "count", "12"),
]
NOTED = [  # read otherwise than it stands, and said
    ("12 trẻ", "count", "12"),
    ("12 tre em", "count", "12"),
    ("12 tre\u0309", "count", "12"),  # NFD
    ("12 em.", "count", "12"),
    ("1 234 trẻ em", "count", "1.234"),
    ("15,5 triệu", "money", "15,5"),
    ("15,5 TRIỆU ĐỒNG", "money", "15,5"),
    ("50%", "percent", "50"),
    ("12,5 %", "percent", "12,5"),
    ("007", "count", "7"),
    ("0,500", "money", "0,5"),
    ("không", "count", "0"),
    ("Kho\u0302ng", "count", "0"),
    ("không có", "count", "0"),
]
ASKED = [  # text, Vietnamese reading, English reading
    ("1.234", "1234", "1.234"),
    ("1,234", "1.234", "1234"),
    ("12.5", None, "12.5"),
    ("12.50", None, "12.50"),
    ("0.500", None, "0.500"),
    ("1,234.5", None, "1234.5"),
    ("1,234,567", None, "1234567"),
    ("1 234.5", None, "1234.5"),
    ("1.234 triệu", "1234", "1.234"),
]
NO_NUMBERS = [
    "khoảng 12",
    "~12",
    "≈ 12",
    ">12",
    "trên 12",
    "12-15",
    "12 - 15",
    "12/15",
    "12+3",
    "+5",
    "1.2.3",
    "12.34.567",
    "12 34",
    "1  234",
    "1\n234",
    "1\t234",
    "1'234",
    "12,34,567",
    "12.",
    "12,",
    ",5",
    ".5",
    "1e3",
    "1E+03",
    "0x1F",
    "x",
    "NaN",
    "inf",
    "XII",
    "mười hai",
    "12 vụ",
    "12 nghìn",
    "12 k",
    "12 tỷ",
    "2 trẻ 3 em",
    "12²",
    "½",
    "１２",
    "١٢",
    "\u202e21",
    "12?",
    "12*",
    "12/5/2020",
    "12 %",
    "12; 13",
    "tr em",
    "1.000.000.000.000.000",
]


@pytest.mark.parametrize(("text", "kind", "shown"), PLAIN)
def test_read_as_it_stands(text, kind, shown):
    assert number_in(text, kind, UNITS[kind]) == Read(shown)


@pytest.mark.parametrize(("text", "kind", "shown"), NOTED)
def test_read_otherwise_and_said(text, kind, shown):
    outcome = number_in(text, kind, UNITS[kind])
    assert outcome.text == shown
    assert outcome.note


@pytest.mark.parametrize(("text", "vi", "en"), ASKED)
def test_two_readings_are_asked_and_the_answer_decides(text, vi, en):
    asked = number_in(text, "money", UNITS["money"])
    assert asked == Unsettled(None if vi is None else Decimal(vi), Decimal(en))
    for notation, value in (("vi", vi), ("en", en)):
        outcome = number_in(text, "money", UNITS["money"], notation)
        if value is None:
            assert isinstance(outcome, Refused)
        else:
            assert outcome.text == format_number(Decimal(value))


def test_a_count_is_asked_too_and_then_must_be_whole():
    assert isinstance(number_in("1.234", "count", "trẻ em"), Unsettled)
    assert number_in("1.234", "count", "trẻ em", "vi") == Read("1.234")
    assert isinstance(number_in("1.234", "count", "trẻ em", "en"), Refused)


@pytest.mark.parametrize("text", ["8,5", "1.234,5", "12.345.678"])
def test_the_answer_holds_for_the_whole_file(text):
    """Once the file's dots were said to be decimal, a comma in it is no decimal any more."""
    assert isinstance(number_in(text, "money", UNITS["money"], "en"), Refused)
    assert isinstance(number_in(text, "money", UNITS["money"], "vi"), Read)


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("notation", [None, "vi", "en"])
def test_no_number_is_refused_with_a_remedy(text, notation):
    outcome = number_in(text, "count", "trẻ em", notation)
    assert isinstance(outcome, Refused)
    assert outcome.message.endswith(".")
    assert re.match(r"(Hãy|Chỉ tiêu này) .*\.$", outcome.remedy)


@pytest.mark.parametrize("text", ["-5", "- 5", "−5", "–5", "(5)", "( 5,5 )"])
def test_negative(text):
    assert "là số âm" in number_in(text, "money", "triệu đồng").message


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "\u200b"])
def test_empty(text):
    assert number_in(text, "count", "trẻ em") == Blank()


@pytest.mark.parametrize("text", ["-", "–", "—", "...", "…", "/", "n/a", "không có số liệu", "Chưa có"])
def test_a_dash_is_an_empty_cell_and_said_so(text):
    outcome = number_in(text, "count", "trẻ em")
    assert isinstance(outcome, Blank)
    assert "được hiểu là để trống" in outcome.reason


@pytest.mark.parametrize("text", ["không phát sinh", "KHÔNG PHÁT SINH", "Kho\u0302ng pha\u0301t sinh", "KPS", "kps."])
def test_not_arisen_is_neither_zero_nor_empty(text):
    assert number_in(text, "count", "trẻ em") == Nothing()
    assert yes_or_no_in(text) == Nothing()


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("12,5", "count", "không phải số nguyên"),
        ("12,0", "count", "không phải số nguyên"),
        ("1,2345", "money", "quá nhiều chữ số lẻ"),
        ("96,2551", "percent", "quá nhiều chữ số lẻ"),
        ("1000000000000", "money", "quá lớn"),
        ("100,5", "percent", "lớn hơn 100"),
    ],
)
def test_the_limits_of_the_web_form(text, kind, found):
    assert found in number_in(text, kind, UNITS[kind]).message


# --- real numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "look", "expected"),
    [
        ("12", "count", "", "12"),
        ("12.0", "count", "#,##0", "12"),
        ("-0.0", "count", "", "0"),
        ("1234567.505", "money", "#,##0.0##", "1.234.567,505"),
        ("999999999999.999", "money", "", "999.999.999.999,999"),
        ("25", "percent", "", "25"),
        ("0", "percent", "", "0"),
        ("0.25", "percent", "0%", "25"),
        ("0.1234", "percent", "0.00%", "12,34"),
        ("12", "count", '#,##0" trẻ"', "12"),
        ("12", "count", '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', "12"),
        ("12", "count", "[$-42A]#,##0;[Red]-#,##0", "12"),
    ],
)
def test_real_numbers(value, kind, look, expected):
    assert number_of(Decimal(value), kind, look).text == expected


@pytest.mark.parametrize(
    ("value", "kind", "look"),
    [
        ("12.000000001", "count", ""),
        ("12.5", "count", ""),
        ("-5", "count", ""),
        ("1000000000000", "count", ""),
        ("1E+300", "money", ""),
        ("1.23456", "money", ""),
        ("33.3333333333333", "percent", ""),
        ("101", "percent", ""),
        ("0.5", "percent", ""),  # a half percent, or a half
        ("1", "percent", ""),
        ("2", "percent", "0%"),  # shows 200 %
        ("0.5", "money", "0%"),
        ("1", "count", "0%"),  # shows 100 %
        ("1500000000", "money", "#,##0,,"),  # shows 1.500
        ("1500", "count", '0.0,"k"'),
        ("12", "count", '0"00"'),  # shows 1200
        ("12", "count", r"0\0"),  # shows 120
    ],
)
def test_real_numbers_that_are_refused(value, kind, look):
    assert isinstance(number_of(Decimal(value), kind, look), Refused)


def test_a_small_share_that_the_form_was_handed_out_with_is_kept():
    assert number_of(Decimal("0.5"), "percent", "", issued="0,5") == Read("0,5")
    assert isinstance(number_of(Decimal("0.5"), "percent", "", issued="0,6"), Refused)
    assert number_in("0,5 %", "percent", "%").text == "0,5"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("0.30000000000000004", "0,3"), ("12.000000000000002", "12"), ("0.10000000000000001", "0,1")],
)
def test_noise_of_binary_fractions(kept, shown):
    """Behind the 15 digits that a spreadsheet shows there is noise; what is more than noise is refused."""
    outcome = number_of(number(kept), "money" if shown != "12" else "count")
    assert outcome.text == shown
    assert bool(outcome.note) == (number(kept) != Decimal(shown.replace(",", ".")))


# --- properties -----------------------------------------------------------------------------

DIGITS = 10**WHOLE_DIGITS


@st.composite
def figures(draw):
    kind = draw(st.sampled_from(["count", "money", "percent"]))
    wholes = st.integers(0, 99) if kind == "percent" else st.one_of(st.integers(0, 100), st.integers(0, DIGITS - 1))
    whole = draw(wholes)
    places = draw(st.integers(0, DECIMALS[kind]))
    return kind, Decimal(whole) + Decimal(draw(st.integers(0, 10**places - 1))).scaleb(-places)


def grouped(whole: str, separator: str) -> str:
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", separator, whole)


@st.composite
def notations(draw):
    """A number and one of the ways in which people, programs and countries write it."""
    kind, value = draw(figures())
    whole, _dot, fraction = f"{value:f}".partition(".")
    fraction += "0" * draw(st.integers(0, 2)) if fraction else ""
    group = draw(st.sampled_from(["", ".", ",", " ", "\u00a0", "\u202f", "'", "  "]))
    mark = draw(st.sampled_from([",", ".", "·"]))
    if group == mark:
        group = ""
    text = grouped(whole, group) + (mark + fraction if fraction else "")
    unit = draw(st.sampled_from(["", UNITS[kind], "trẻ", "em", "%", "triệu", "nghìn", "người"]))
    before = draw(st.sampled_from(["", " ", "\u00a0", "khoảng ", "-", "+", "'", "\u200b"]))
    after = draw(st.sampled_from(["", " ", "\n", ".", "*"]))
    english = group == "," or (mark == "." and bool(fraction))
    return kind, value, before + text + (" " + unit if unit else "") + after, "en" if english else "vi"


@given(notations())
@example(("count", Decimal(1234), "1.234", "vi"))
@example(("money", Decimal("1.234"), "1.234", "en"))
def test_no_way_of_writing_ends_in_another_number(case):
    kind, value, text, notation = case
    for outcome in (number_in(text, kind, UNITS[kind]), number_in(text, kind, UNITS[kind], notation)):
        assert isinstance(outcome, Read | Refused | Unsettled)
        if isinstance(outcome, Read):
            assert parse_number(outcome.text, kind) == value
        elif isinstance(outcome, Unsettled):
            assert value in (outcome.vi, outcome.en)


@given(st.lists(st.sampled_from("0123456789.,  -+%()eEx\u00a0\u202f'"), max_size=12).map("".join))
def test_whatever_is_read_the_web_form_reads_the_same(text):
    """Nothing is let in that the web form would refuse, and the digits are those that stand there."""
    for kind in ("count", "money", "percent"):
        for notation in (None, "vi", "en"):
            outcome = number_in(text, kind, UNITS[kind], notation)
            if isinstance(outcome, Read):
                assert format_number(parse_number(outcome.text, kind)) == outcome.text
                said = re.sub(r"\D", "", outcome.text)
                stands = re.sub(r"\D", "", text)
                assert stands.strip("0").startswith(said.strip("0"))


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["count", "money", "percent"]))
def test_a_real_number_is_exact_or_refused(value, kind):
    outcome = number_of(number(repr(value)), kind)
    if isinstance(outcome, Read):
        assert float(parse_number(outcome.text, kind)) == value or outcome.note
        assert abs(parse_number(outcome.text, kind) - Decimal(value)) <= abs(Decimal(value)) * Decimal("1e-14")


@given(st.text(max_size=40))
def test_any_text_gets_an_outcome(text):
    for kind in ("count", "percent"):
        assert isinstance(number_in(text, kind, UNITS[kind]), Read | Nothing | Blank | Refused | Unsettled)
    for outcome in (yes_or_no_in(text), box_in(text)):
        assert isinstance(outcome, Read | Nothing | Blank | Refused)


# --- yes or no, boxes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, "1") for text in ("Có", "co", "CO\u0301", "x", "1", "✓", "rồi")),
        *((text, "0") for text in ("Không", "khong", "ko", "0", "chưa", "Chưa có")),
    ],
)
def test_yes_and_no(text, answer):
    outcome = yes_or_no_in(text)
    assert outcome.text == answer
    assert bool(outcome.note) == (text.casefold() not in ("có", "co", "co\u0301", "không", "khong"))


@pytest.mark.parametrize("text", ["Có, số 12/KH-UBND", "2", "đang làm", "có/không", "không rõ"])
def test_neither_yes_nor_no(text):
    assert isinstance(yes_or_no_in(text), Refused)


@pytest.mark.parametrize(
    ("text", "expected"),
    [*((text, "on") for text in ("x", "X", "v", "✔", "có", "1")), *((text, "") for text in ("không", "0", "no"))],
)
def test_boxes(text, expected):
    assert box_in(text).text == expected


def test_a_box_that_is_empty_or_unclear():
    assert box_in("-") == box_in(" ") == Blank()
    assert isinstance(box_in("12"), Refused)
