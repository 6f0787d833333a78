"""A code on paper and a fingerprint: one changed digit gives another, what says nothing changes nothing."""

import datetime as dt
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fingerprints import SIGNS, canonical, fingerprint, paper_code, tidy_code

AT = dt.datetime(2020, 12, 14, 9, 5, 7, 123456, tzinfo=dt.UTC)


def content(value="3", **more):
    figure = {"value": value, "nothing": False, "detail": "", "estimate": False}
    texts = {"results": "Đã làm.", "difficulties": "", "proposals": "", "not_ours": False, "not_ours_reason": ""}
    return {
        "figures": {"T6.06": figure},
        "tasks": {"6": texts},
        "overview": {"direction": "Chỉ đạo."},
        "progress": {"4": ""},
        "explanations": {},
    } | more


def test_the_fingerprint_is_sha256_of_what_is_said():
    said = '{"figures":{"T6.06":{"value":"3"}},"overview":{"direction":"Chỉ đạo."},"tasks":{"6":{"results":"Đã làm."}}}'
    assert canonical(content()).decode() == said
    head = "2020/na-hang/1/2020-12-14T09:05:07.123456+00:00/"
    assert fingerprint("2020", "na-hang", 1, AT, content()) == hashlib.sha256((head + said).encode()).hexdigest()


def test_the_time_zone_of_the_moment_does_not_matter():
    vietnam = AT.astimezone(dt.timezone(dt.timedelta(hours=7)))
    assert fingerprint("2020", "a", 1, AT, content()) == fingerprint("2020", "a", 1, vietnam, content())


def changed(path, value):
    new = json.loads(json.dumps(content()))
    place = new
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return new


SAYS_ANOTHER = [
    (("figures", "T6.06", "value"), "4"),
    (("figures", "T6.06", "value"), "0"),
    (("figures", "T6.06", "value"), "3.001"),
    (("figures", "T6.06", "nothing"), True),
    (("figures", "T6.06", "detail"), "x"),
    (("figures", "T6.06", "estimate"), True),
    (("figures", "T6.06:girls"), {"value": "0"}),
    (("tasks", "6", "results"), "Đã làm"),
    (("tasks", "6", "not_ours"), True),
    (("overview", "direction"), "Chỉ đạo. "),
    (("progress", "4"), "Xong."),
    (("explanations", "jump-T6.06"), "Có dịch."),
]


@pytest.mark.parametrize(("path", "value"), SAYS_ANOTHER)
def test_whatever_says_something_else_gives_another(path, value):
    one, other = content(), changed(path, value)
    assert paper_code("2020", "na-hang", one) != paper_code("2020", "na-hang", other)
    assert fingerprint("2020", "na-hang", 1, AT, one) != fingerprint("2020", "na-hang", 1, AT, other)


SAYS_THE_SAME = [
    (("figures", "T6.06", "detail"), ""),
    (("tasks", "5"), {"results": "", "not_ours": False}),
    (("tasks", "6", "difficulties"), ""),
    (("overview", "proposals"), ""),
    (("explanations", "R11"), ""),
]


@pytest.mark.parametrize(("path", "value"), SAYS_THE_SAME)
def test_an_emptied_text_says_what_was_never_written_says(path, value):
    assert paper_code("2020", "na-hang", changed(path, value)) == paper_code("2020", "na-hang", content())


def test_period_body_version_and_moment_belong_to_it():
    found = {
        fingerprint(period, body, version, moment, content())
        for period in ("2020", "2021")
        for body in ("na-hang", "chiem-hoa")
        for version in (1, 2)
        for moment in (AT, AT + dt.timedelta(microseconds=1))
    }
    assert len(found) == 16
    assert len({paper_code(p, b, content()) for p in ("2020", "2021") for b in ("a", "b")}) == 4


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_figures_two_codes(one, other):
    codes = [paper_code("2020", "na-hang", content(str(n))) for n in (one, other)]
    assert (codes[0] == codes[1]) is (one == other)


@given(st.integers(0, 10**9))
def test_a_code_is_twelve_signs_and_survives_being_copied_by_hand(number):
    code = paper_code("2020", "na-hang", content(str(number)))
    assert re.fullmatch(rf"[{SIGNS}]{{4}}(-[{SIGNS}]{{4}}){{2}}", code)
    bare = code.replace("-", "")
    for typed in (
        code,
        bare,
        code.lower(),
        f" {code} ",
        code.replace("-", " "),
        code.replace("1", "I"),
        code.replace("1", "l"),
    ):
        assert tidy_code(typed) == code


def test_the_signs_are_32_and_none_is_mistaken():
    assert (len(set(SIGNS)), set("0OIL") & set(SIGNS)) == (32, set())


@pytest.mark.parametrize(("typed", "tidy"), [("", ""), ("abc", "ABC"), ("Ấ-é", ""), ("A" * 13, "A" * 13)])
def test_what_is_no_code_stays_visible(typed, tidy):
    assert tidy_code(typed) == tidy
