"""Typed text → Decimal and back: what is read exactly, what is refused and with which sentence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import DECIMALS, NotANumber, format_number, parse_number, rounded

NOT = "“{}” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."
NEGATIVE = "“{}” là số âm; hãy nhập số từ 0 trở lên."
TWO_WAYS = "“{}” có thể hiểu hai cách; dấu chấm chỉ để ngăn hàng nghìn (1.234), dấu phẩy cho phần lẻ (12,5)."
WHOLE = "“{}” không phải số nguyên; chỉ tiêu này đếm trọn từng đơn vị, ví dụ 12."
THREE = "“{}” có quá nhiều chữ số lẻ; hãy nhập nhiều nhất 3 chữ số sau dấu phẩy."
TWO = "“{}” có quá nhiều chữ số lẻ; hãy nhập nhiều nhất 2 chữ số sau dấu phẩy."
LARGE = "“{}” quá lớn; hãy nhập số có nhiều nhất 12 chữ số."
OVER = "“{}” lớn hơn 100 %; hãy nhập tỷ lệ từ 0 đến 100."

READ = [
    ("0", "count", "0"),
    ("15", "count", "15"),
    ("007", "count", "7"),
    ("  15\t", "count", "15"),
    ("1.234", "count", "1234"),
    ("1 234", "count", "1234"),
    ("1\u00a0234", "count", "1234"),
    ("1\u202f234\u2009567", "count", "1234567"),
    ("\u00a0\u00a012\u00a0", "count", "12"),
    ("24.776.733", "count", "24776733"),
    ("999.999.999.999", "count", "999999999999"),
    ("0" * 40, "count", "0"),
    ("8.500", "money", "8500"),
    ("8,5", "money", "8.5"),
    ("1.234,5", "money", "1234.5"),
    ("1 234,567", "money", "1234.567"),
    ("1,234", "money", "1.234"),
    ("999.999.999.999,999", "money", "999999999999.999"),
    ("0,001", "money", "0.001"),
    ("100", "percent", "100"),
    ("100%", "percent", "100"),
    ("100 %", "percent", "100"),
    ("96,25\u00a0%", "percent", "96.25"),
    ("100,00", "percent", "100"),
    ("1.234,56", "rate", "1234.56"),
]

REFUSED = [
    # the same digits mean one thing in Hà Nội and another in London
    ("1.23", "count", TWO_WAYS),
    ("12.5", "count", TWO_WAYS),
    ("8.5", "money", TWO_WAYS),
    ("1.2345", "count", TWO_WAYS),
    ("1234.567", "money", TWO_WAYS),
    ("0.500", "money", TWO_WAYS),  # nobody writes 500 like this
    ("0.5", "money", TWO_WAYS),
    # not whole, too fine, too large
    ("12,5", "count", WHOLE),
    ("1.234,5", "count", WHOLE),
    ("12,0", "count", WHOLE),
    ("1,2345", "money", THREE),
    ("0,0001", "money", THREE),
    ("96,255", "percent", TWO),
    ("1,005", "rate", TWO),
    ("1.000.000.000.000", "count", LARGE),
    ("1000000000000,5", "money", LARGE),
    ("100,01", "percent", OVER),
    ("101%", "percent", OVER),
    # negative
    ("-3", "count", NEGATIVE),
    ("- 3", "count", NEGATIVE),
    ("\u22123", "count", NEGATIVE),
    ("\u20135", "count", NEGATIVE),
    ("-0,5", "money", NEGATIVE),
    ("-5%", "percent", NEGATIVE),
    # no number at all
    ("", "count", NOT),
    ("-", "count", NOT),
    (".", "count", NOT),
    (",", "money", NOT),
    ("%", "percent", NOT),
    ("1e9", "count", NOT),
    ("NaN", "count", NOT),
    ("Infinity", "money", NOT),
    ("0x1F", "count", NOT),
    ("1_000", "count", NOT),
    ("+5", "count", NOT),
    ("12 trẻ", "count", NOT),
    ("mười", "count", NOT),
    ("\u0661\u0662", "count", NOT),  # Arabic digits
    ("\uff11\uff12", "count", NOT),  # full-width digits
    ("1\uff0c5", "money", NOT),
    ("1\u200b234", "count", NOT),  # zero-width space
    ("½", "money", NOT),
    ("2²", "count", NOT),
    ("100%", "count", NOT),
    ("100%", "rate", NOT),
    ("50%%", "percent", NOT),
    ("1.234.5", "count", NOT),
    ("1,234.5", "money", NOT),
    ("1,2,3", "money", NOT),
    ("5,", "money", NOT),
    (",5", "money", NOT),
    ("1 , 5", "money", NOT),
    ("1.234 567", "count", NOT),
    ("=1+1", "count", NOT),
]


@pytest.mark.parametrize(("text", "value_type", "number"), READ)
def test_reads(text, value_type, number):
    assert parse_number(text, value_type) == Decimal(number)


@pytest.mark.parametrize(("text", "value_type", "sentence"), REFUSED)
def test_refuses_with_one_sentence(text, value_type, sentence):
    with pytest.raises(NotANumber) as refusal:
        parse_number(text, value_type)
    assert str(refusal.value) == sentence.format(text)


@pytest.mark.parametrize("text", [" ", "\u00a0", "\t\n", "\u2009 "])
@pytest.mark.parametrize("value_type", list(DECIMALS))
def test_blanks_are_no_zero(text, value_type):
    with pytest.raises(NotANumber) as refusal:
        parse_number(text, value_type)
    assert str(refusal.value) == NOT.format("")


@pytest.mark.parametrize(
    ("text", "answer"), [("0", 0), ("1", 1), ("2", None), ("7", None), ("1,5", None), ("-1", None)]
)
def test_a_yes_or_no_is_0_or_1(text, answer):
    """A forged form may send anything for a yes/no: never a crash, and never 7 counted as seven bodies."""
    try:
        read = parse_number(text, "yes_no")
    except NotANumber:
        read = None
    assert read == answer


@pytest.mark.parametrize(
    ("text", "value_type", "sentence"),
    [
        ("1" * 40, "count", LARGE.format("1" * 30 + "…")),
        ("x" * 200, "count", NOT.format("x" * 30 + "…")),
        ("12," + "5" * 200, "money", THREE.format("12," + "5" * 27 + "…")),
        ("1." + "5" * 200, "count", TWO_WAYS.format("1." + "5" * 28 + "…")),
        ("-" + "3" * 200, "count", NEGATIVE.format("-" + "3" * 29 + "…")),
        ("0" * 200 + "101", "percent", OVER.format("0" * 30 + "…")),
    ],
)
def test_a_long_text_is_quoted_in_part(text, value_type, sentence):
    with pytest.raises(NotANumber) as refusal:
        parse_number(text, value_type)
    assert str(refusal.value) == sentence


FORMATTED = [
    (None, None, ""),
    (0, None, "0"),
    ("0.000", None, "0"),
    (999, None, "999"),
    (1234, None, "1.234"),
    ("1234.5", None, "1.234,5"),
    ("1234567.891", None, "1.234.567,891"),
    ("1E+3", None, "1.000"),
    ("10.50", None, "10,5"),
    ("-1234.5", None, "-1.234,5"),
    ("96.245", 2, "96,25"),
    ("96.244999", 2, "96,24"),
    ("0.005", 2, "0,01"),
    (12, 2, "12,00"),
    ("999.995", 2, "1.000,00"),
    ("-0.04", 1, "0,0"),  # never "-0,0"
]


@pytest.mark.parametrize(("value", "places", "text"), FORMATTED)
def test_formats(value, places, text):
    assert format_number(value if value is None else Decimal(value), places) == text


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("0.125", 2, "0.13"), ("2.5", 0, "3"), ("3.5", 0, "4"), ("-0.125", 2, "-0.13"), ("0.1249", 2, "0.12")],
)
def test_rounds_half_up(value, places, expected):
    assert str(rounded(Decimal(value), places)) == expected


def numbers_of(value_type):
    places = DECIMALS[value_type]
    high = 100 * 10**places if value_type == "percent" else 10 ** (12 + places) - 1
    return st.integers(0, high).map(lambda n: Decimal(n).scaleb(-places))


ANY_NUMBER = st.sampled_from(list(DECIMALS)).flatmap(lambda kind: st.tuples(st.just(kind), numbers_of(kind)))


@given(ANY_NUMBER, st.sampled_from([".", " ", "\u00a0", "\u202f", ""]))
def test_what_is_shown_is_read_back(number, separator):
    value_type, value = number
    shown = format_number(value)
    assert parse_number(shown.replace(".", separator), value_type) == value
    assert parse_number(format_number(value, DECIMALS[value_type]), value_type) == value


@given(
    st.text() | st.text("0123456789.,-%e \u00a0", max_size=30),
    st.sampled_from(list(DECIMALS)),
)
def test_any_text_is_a_number_in_range_or_a_sentence(text, value_type):
    try:
        number, said = parse_number(text, value_type), ""
    except NotANumber as refusal:
        number, said = None, str(refusal)
    if number is None:
        assert (said[0], said[-1]) == ("“", ".")
    else:
        assert number.is_finite()
        assert 0 <= number < 10**12
        assert number == rounded(number, DECIMALS[value_type])
