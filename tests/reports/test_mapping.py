"""Figures on a later map: merges add up, splits divide by typed shares, nothing is guessed."""

import datetime as dt
from decimal import Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.choices import LinkKind
from reports.mapping import (
    BEGUN,
    ENDED,
    EXACT,
    WHOLE,
    Break,
    Change,
    Link,
    Map,
    Portion,
    Round,
    break_between,
    destinations,
    total,
)
from reports.summary import Mark

D = Decimal
THEN, DAY, NOW = dt.date(2020, 12, 1), dt.date(2021, 7, 1), dt.date(2021, 12, 1)
MISSING, NOTHING, NOT_OURS, NOT_OWED, UNDEFINED = (
    Mark.MISSING,
    Mark.NOTHING,
    Mark.NOT_OURS,
    Mark.NOT_OWED,
    Mark.UNDEFINED,
)


def link(old, new, kind="merge", share=None, on=DAY):
    return Link(old, new, kind, on, share if share is None else D(share))


def mapped(figures, links, how="added", until=NOW):
    """{body: (value or mark, basis)}."""
    cells = {code: D(what) if isinstance(what, int | str) else what for code, what in figures.items()}
    found = getattr(Map(cells, links, THEN, until), how)(cells)
    return {code: (cell.what, cell.basis) for code, cell in found.items()}


MERGE = [link("a", "c"), link("b", "c")]
SPLIT = [link("a", "x", "split", "30"), link("a", "y", "split", "70")]
UNSAID = [link("a", "x", "split", "30"), link("a", "y", "split")]
TOO_MUCH = [link("a", "x", "split", "80"), link("a", "y", "split", "50"), link("a", "z", "split")]
ALONE = link("a", "x", "split", "30")


@pytest.mark.parametrize(
    ("figures", "links", "expected"),
    [
        ({"a": 30, "b": 12}, MERGE, {"c": (D(42), "2/2")}),
        ({"a": 30, "b": MISSING}, MERGE, {"c": (D(30), "1/2")}),
        ({"a": MISSING, "b": MISSING}, MERGE, {"c": (MISSING, "0/2")}),
        ({"a": 30, "b": NOTHING}, MERGE, {"c": (D(30), "2/2")}),
        ({"a": NOTHING, "b": NOTHING}, MERGE, {"c": (NOTHING, "2/2")}),
        ({"a": NOTHING, "b": MISSING}, MERGE, {"c": (NOTHING, "1/2")}),
        ({"a": 0, "b": 0}, MERGE, {"c": (D(0), "2/2")}),
        ({"a": 30, "b": NOT_OURS}, MERGE, {"c": (D(30), "1/1")}),
        ({"a": NOT_OURS, "b": NOT_OURS}, MERGE, {"c": (NOT_OURS, "0/0")}),
        ({"a": 30, "b": NOT_OWED}, MERGE, {"c": (D(30), "1/1")}),
        ({"a": NOT_OWED, "b": NOT_OWED}, MERGE, {}),
        # into a body that was there and stays
        ({"a": 30, "c": 5}, [link("a", "c")], {"c": (D(35), "2/2")}),
        # the same figures under another name, or another body
        ({"a": 30}, [link("a", "c", "rename")], {"c": (D(30), "1/1")}),
        ({"a": 30, "c": 5}, [link("a", "c", "function")], {"c": (D(35), "2/2")}),
        # by typed shares, exactly
        ({"a": 30}, SPLIT, {"x": (D(9), "1/1"), "y": (D(21), "1/1")}),
        ({"a": "0.001"}, SPLIT, {"x": (D("0.0003"), "1/1"), "y": (D("0.0007"), "1/1")}),
        ({"a": MISSING}, SPLIT, {"x": (MISSING, "0/1"), "y": (MISSING, "0/1")}),
        ({"a": NOTHING}, SPLIT, {"x": (NOTHING, "1/1"), "y": (NOTHING, "1/1")}),
        # a share that nobody typed is not guessed, nor whether the others are right; of nothing all is nothing
        ({"a": 30}, UNSAID, dict.fromkeys("xy", (UNDEFINED, "1/1"))),
        ({"a": 30}, TOO_MUCH, dict.fromkeys("xyz", (UNDEFINED, "1/1"))),
        ({"a": 30}, TOO_MUCH[:2], dict.fromkeys("xy", (UNDEFINED, "1/1"))),
        ({"a": 0}, TOO_MUCH, dict.fromkeys("xyz", (D(0), "1/1"))),
        ({"a": NOTHING}, TOO_MUCH, dict.fromkeys("xyz", (NOTHING, "1/1"))),
        ({"a": 0}, UNSAID, {"x": (D(0), "1/1"), "y": (D(0), "1/1")}),
        ({"a": NOTHING}, UNSAID, {"x": (NOTHING, "1/1"), "y": (NOTHING, "1/1")}),
        ({"a": MISSING}, UNSAID, {"x": (MISSING, "0/1"), "y": (MISSING, "0/1")}),
        # shares that do not make a whole; a merge into two at once
        (
            {"a": 30},
            [link("a", "x", "split", "30"), link("a", "y", "split", "60")],
            dict.fromkeys("xy", (UNDEFINED, "1/1")),
        ),
        ({"a": 30}, [link("a", "x"), link("a", "y")], dict.fromkeys("xy", (UNDEFINED, "1/1"))),
        ({"a": 30}, [ALONE], {"x": (UNDEFINED, "1/1")}),
        # it lives on with a part of its own figures
        ({"a": 30}, [ALONE, link("a", "a", "split", "70")], {"x": (D(9), "1/1"), "a": (D(21), "1/1")}),
        # two changes on one day: followed only where their order does not matter
        ({"a": 30, "b": 12}, [link("a", "b"), link("b", "c", "rename")], {"c": (D(42), "2/2")}),
        (
            {"a": 30, "b": 10},
            [link("a", "b"), link("b", "x", "split", "30"), link("b", "y", "split", "70")],
            dict.fromkeys("xy", (UNDEFINED, "2/2")),
        ),
        (
            {"a": 0, "b": 10},
            [link("a", "b"), link("b", "x", "split", "30"), link("b", "y", "split", "70")],
            {"x": (D(3), "2/2"), "y": (D(7), "2/2")},
        ),
        # pieces of two bodies in one
        (
            {"a": 30, "b": 10},
            [*SPLIT, link("b", "y", "split", "25"), link("b", "z", "split", "75")],
            {"x": (D(9), "1/1"), "y": (D("23.5"), "2/2"), "z": (D("7.5"), "1/1")},
        ),
        # nothing happened to it
        ({"a": 30, "q": 4}, [], {"a": (D(30), "1/1"), "q": (D(4), "1/1")}),
    ],
)
def test_what_adds_up(figures, links, expected):
    assert mapped(figures, links) == expected


def test_the_reason_names_the_body_whose_share_is_missing():
    for cell in Map(["a"], UNSAID, THEN, NOW).added({"a": D(30)}).values():
        assert (cell.unsaid, cell.shared, cell.sources) == ("a", False, ("a",))
    assert Map(["a"], SPLIT, THEN, NOW).added({"a": D(30)})["x"].shared is True


def test_several_reorganisations_one_after_another():
    links = [
        *MERGE,
        link("c", "d", "rename", on=dt.date(2022, 1, 1)),
        link("d", "e", "split", "40", on=dt.date(2023, 1, 1)),
        link("d", "f", "split", "60", on=dt.date(2023, 1, 1)),
    ]
    days = [dt.date(2021, 6, 30), NOW, dt.date(2022, 12, 1), dt.date(2023, 12, 1)]
    found = [mapped({"a": 30, "b": 12}, links, until=day) for day in days]
    assert found == [
        {"a": (D(30), "1/1"), "b": (D(12), "1/1")},
        {"c": (D(42), "2/2")},
        {"d": (D(42), "2/2")},
        {"e": (D("16.8"), "2/2"), "f": (D("25.2"), "2/2")},
    ]


def test_what_happened_before_the_year_or_after_the_map_is_no_concern():
    assert destinations("a", [link("a", "c", on=THEN)], THEN, NOW) == {"a": WHOLE}
    assert destinations("a", [link("a", "c", on=NOW + dt.timedelta(days=1))], THEN, NOW) == {"a": WHOLE}
    assert destinations("a", [link("a", "c", on=NOW)], THEN, NOW) == {"c": WHOLE}


def test_a_circle_made_by_hand_ends():
    circle = [link("a", "b", "rename"), link("b", "a", "rename")]
    assert destinations("a", circle, THEN, NOW) == {"b": Portion(None, "b")}


def test_a_body_whose_parts_meet_again():
    links = [*SPLIT, *(link(code, "z", on=NOW) for code in "xy")]
    assert destinations("a", links, THEN, NOW) == {"z": Portion(D(1))}


@pytest.mark.parametrize(
    ("figures", "links", "expected"),
    [
        ({"a": 1}, [link("a", "c", "rename")], {"c": (D(1), "1/1")}),
        ({"a": 1, "b": 0}, MERGE, {"c": (UNDEFINED, "2/2")}),
        ({"a": 1, "b": MISSING}, MERGE, {"c": (UNDEFINED, "1/2")}),
        ({"a": MISSING, "b": MISSING}, MERGE, {"c": (MISSING, "0/2")}),
        ({"a": 1}, SPLIT, {"x": (UNDEFINED, "1/1"), "y": (UNDEFINED, "1/1")}),
        ({"a": 1}, [ALONE], {"x": (UNDEFINED, "1/1")}),
        ({"a": 1}, [link("a", "x", "split")], {"x": (UNDEFINED, "1/1")}),
        ({"a": 1}, [link("a", "x", "split", "100")], {"x": (D(1), "1/1")}),
        ({"a": NOTHING}, [link("a", "c", "rename")], {"c": (NOTHING, "1/1")}),
    ],
)
def test_yes_and_no_pass_only_from_one_to_one(figures, links, expected):
    assert mapped(figures, links, "single") == expected


@pytest.mark.parametrize(
    ("top", "bottom", "links", "expected"),
    [
        ({"a": 1, "b": 1}, {"a": 2, "b": 8}, MERGE, {"c": (D("20.00"), "2/2")}),  # not the mean of 50 and 12,5
        ({"a": 1, "b": MISSING}, {"a": 2, "b": 8}, MERGE, {"c": (D("50.00"), "1/2")}),
        ({"a": 1, "b": 1}, {"a": 2, "b": MISSING}, MERGE, {"c": (D("50.00"), "1/2")}),
        ({"a": 0}, {"a": 0}, [link("a", "c", "rename")], {"c": (UNDEFINED, "1/1")}),
        ({"a": NOTHING}, {"a": 4}, [link("a", "c", "rename")], {"c": (D("0.00"), "1/1")}),
        ({"a": 1}, {"a": 3}, SPLIT, {"x": (D("33.33"), "1/1"), "y": (D("33.33"), "1/1")}),
        ({"a": 1}, {"a": 3}, UNSAID, {"x": (UNDEFINED, "1/1"), "y": (UNDEFINED, "1/1")}),
    ],
)
def test_ratios_are_made_of_mapped_parts(top, bottom, links, expected):
    parts = [{c: D(w) if isinstance(w, int) else w for c, w in cells.items()} for cells in (top, bottom)]
    found = Map(top, links, THEN, NOW).ratios(*parts, 100)
    assert {code: (cell.what, cell.basis) for code, cell in found.items()} == expected


# --- nothing is lost, nothing made up -------------------------------------------------------------


@st.composite
def histories(draw):
    """Bodies with figures and marks, then up to three days on which some merge, split or are renamed."""
    bodies = [f"b{n}" for n in range(draw(st.integers(1, 6)))]
    figure = st.decimals(0, 10**9, places=3) | st.sampled_from([MISSING, NOTHING, NOT_OURS])
    cells = {code: draw(figure) for code in bodies}
    links, living, made = [], list(bodies), 0
    for step in range(draw(st.integers(0, 3))):
        day = DAY + dt.timedelta(days=step)
        chosen = draw(st.lists(st.sampled_from(living), unique=True, min_size=1))
        kind = draw(st.sampled_from(["merge", "split", "rename"]))
        if kind == "split":
            for code in chosen:
                cuts = sorted({D(0), D(100), *draw(st.lists(st.decimals(1, 99, places=4), max_size=3))})
                for low, high in pairwise(cuts):
                    links.append(Link(code, f"n{made}", kind, day, high - low))
                    made += 1
        else:
            for code in chosen:
                links.append(Link(code, f"n{made}", kind, day))
                made += kind == "rename"
            made += 1
        living = [code for code in living if code not in chosen]
        living += [link.successor for link in links if link.on == day and link.successor not in living]
    return cells, links


@given(histories())
def test_sums_on_the_later_map_are_the_sums_as_they_were(history):
    cells, links = history
    found = Map(cells, links, THEN, NOW).added(cells)
    with localcontext(EXACT):
        before = sum((what for what in cells.values() if isinstance(what, Decimal)), D(0))
    assert total(found.values()) == before
    assert not any(cell.unsaid for cell in found.values())


@given(histories(), st.data())
def test_a_missing_share_leaves_out_and_never_changes_the_others(history, data):
    cells, links = history
    split = [n for n, each in enumerate(links) if each.kind == LinkKind.SPLIT]
    if not split:
        return
    gone = data.draw(st.sampled_from(split))
    less = [Link(x.predecessor, x.successor, x.kind, x.on) if n == gone else x for n, x in enumerate(links)]
    before, after = (Map(cells, each, THEN, NOW).added(cells) for each in (links, less))
    for code, cell in after.items():
        assert cell.what == (UNDEFINED if cell.unsaid else before[code].what)


# --- breaks ---------------------------------------------------------------------------------------


def round_of(year, day, bodies):
    return Round(year, day, frozenset(bodies))


def changes(old, new, links, dates=None):
    found = break_between(round_of(2020, THEN, old), round_of(2021, NOW, new), links, dates or {})
    return found and found.changes


def test_what_breaks_a_series_and_what_does_not():
    began, ended = {"z": (DAY, None)}, {"z": (None, DAY - dt.timedelta(days=1))}
    assert changes("ab", "c", MERGE) == (Change("merge", "a", "c"), Change("merge", "b", "c"))
    assert changes("a", "xy", SPLIT) == (Change("split", "a", "x"), Change("split", "a", "y"))
    assert changes("a", "c", [link("a", "c", "rename")]) is None
    assert changes("a", "az", [], began) == (Change(BEGUN, new="z"),)
    assert changes("az", "a", [], ended) == (Change(ENDED, old="z"),)
    assert changes("a", "az", [], {"z": (dt.date(2000, 1, 1), None)}) is None  # only not asked last year
    assert changes("a", "c", [link("a", "c", on=THEN)]) is None  # before both rounds
    assert changes("qr", "qr", MERGE) is None  # of bodies that neither round asks


def test_a_break_concerns_those_whose_bodies_changed():
    found = Break(2020, 2021, (Change("split", "a", "x"), Change("merge", "b", "c")))
    assert found.among("a", ()) == Break(2020, 2021, (Change("split", "a", "x"),))
    assert found.among((), "c") == Break(2020, 2021, (Change("merge", "b", "c"),))
    assert found.among("q", "r") is None


def test_the_sentence_says_whether_the_total_is_of_the_same_ground():
    same = Break(2024, 2025, (Change("merge", "a", "c"), Change("merge", "b", "c"), Change("split", "d", "e")))
    other = Break(2024, 2025, (Change("split", "a", "x"), Change("split", "a", "y"), Change(BEGUN, new="z")))
    assert same.sentence == (
        "Giữa năm 2024 và năm 2025: 2 cơ quan hợp nhất, sáp nhập; 1 cơ quan chia, tách. Tổng toàn tỉnh vẫn cùng một "
        "phạm vi; số liệu của từng cơ quan thì không."
    )
    assert other.sentence == (
        "Giữa năm 2024 và năm 2025: 1 cơ quan chia, tách; 1 cơ quan mới, năm trước không có cơ quan nào trên cổng ở "
        "địa bàn hoặc nhiệm vụ đó. Tổng toàn tỉnh của hai năm không cùng một phạm vi."
    )
