"""What changed since the issue: one line for each thing, and every line that would read differently stands with one."""

import dataclasses
import datetime as dt
import random
from copy import deepcopy
from decimal import Decimal

import pytest

from reports.answers import Answer, Cell
from reports.bodies import Excused
from reports.change_words import Kind, kind_label
from reports.changes import changes
from reports.consolidation import consolidate
from reports.document import Document
from reports.issued_lines import Side, differing
from reports.jumps import Moved, jumps_among
from reports.ledger import Used, ledger_lines
from reports.summary import Letterhead, Section, Summary, Target, Text
from tests.reports.test_consolidation import body, gathered, indicator, ratio

SPEC = [
    indicator("T1.01", of_which="girls minority"),
    indicator("T1.02"),
    ratio("T1.03", "T1.01", "T1.02"),
    indicator("T2.01", of_which="girls", cross="department"),
    indicator("T2.02", combine="count_yes", value_type="yes_no"),
]
SPEC[3].sensitive = True
CELLS = [Cell("T1.01"), Cell("T1.01", "girls"), Cell("T1.02"), Cell("T2.01"), Cell("T2.01", "girls"), Cell("T2.02")]
CODES = "abcdef"
PARTS = (1, 2, "direction")
HEAD = Letterhead("UBND tỉnh", "Sở", "Sở", "S", "Tỉnh", "GIÁM ĐỐC", "Lưu: VT", ("UBND tỉnh",), ("Công văn số 1",))
KPS = Answer(nothing=True)


def province():
    """Five districts and a department; the last district is not accepted yet."""
    bodies = {code: {"status": "accepted", "declined": (), "files": 1, "version": 1, "name": code} for code in CODES}
    bodies["e"]["status"] = "draft"
    return {
        "bodies": bodies,
        "excused": {},
        "said": {code: {cell: Answer(Decimal(20)) for cell in CELLS[:-1]} | {CELLS[-1]: Answer(Decimal(1))}
                 for code in CODES},
        "before": {code: {cell: Answer(Decimal(10)) for cell in CELLS[:-1]} for code in CODES},
        "texts": {(code, part): f"Lời của {code} về {part}." for code in CODES for part in PARTS},
        "reasons": {(code, spec.code): "Đếm thêm." for code in CODES for spec in SPEC},
        "ledger": {},
        "head": HEAD,
        "targets": {},
    }  # fmt: skip


def summary_of(p, *, accepted_before=CODES) -> Summary:
    lines = [
        dataclasses.replace(
            body(code, "department" if code == "f" else "district", own=False, status=own["status"]),
            declined=frozenset(own["declined"]),
            **{name: own[name] for name in ("files", "version")},
            name=f"Cơ quan {own['name']}",
            short_name=own["name"].upper(),
        )
        for code, own in p["bodies"].items()
        if code not in p["excused"]
    ]
    said = {
        line.code: {str(cell): a for cell, a in p["said"][line.code].items() if int(cell.code[1]) not in line.declined}
        for line in lines
    }
    used = tuple(
        Used(code, cell, p["said"][code].get(cell), answer, reason=reason)
        for (code, cell), (answer, reason) in p["ledger"].items()
    )
    last = [body(code, "department" if code == "f" else "district") for code in accepted_before]
    earlier = gathered(SPEC, last, {c: {str(k): a for k, a in p["before"][c].items()} for c in accepted_before})
    earlier = dataclasses.replace(earlier, known={c: p["before"][c] for c in accepted_before})
    now = dataclasses.replace(gathered(SPEC, lines, said), corrections=used)
    rows = consolidate(now, earlier)
    return Summary(
        code="2020", year=2020, name="năm 2020", subject="Về trẻ em", data_from=dt.date(2019, 12, 1),
        data_to=dt.date(2020, 12, 1), due_words="trước ngày 15/12/2020", letterhead=p["head"], simulated=False,
        made_at=dt.datetime(2020, 12, 20, tzinfo=dt.UTC), bodies=tuple(lines),
        sections=tuple(
            Section(n, f"Nhiệm vụ {n}", f"Task {n}", tuple(r for r in rows if r.task == n), _texts(p, lines, n))
            for n in (1, 2)
        ),
        findings=(), previous_year=2019, ledger=ledger_lines(now.ledger, SPEC, lines),
        excused=tuple(Excused(code, code, code.upper(), "district", True, None, why)
                      for code, why in p["excused"].items()),
        overview={"direction": _texts(p, lines, "direction")}, explained=(),
        jumps=jumps_among(_moved(p, lines, accepted_before), SPEC, lines, p["reasons"]), targets=p["targets"],
    )  # fmt: skip


def _texts(p, lines, part):
    return tuple(
        Text(line.name, p["texts"][line.code, part], body_code=line.code)
        for line in lines
        if line.accepted and part not in line.declined and p["texts"][line.code, part]
    )


def _moved(p, lines, before):
    for line in lines:
        for cell in (c for c in CELLS if c.option == "total" and c in p["said"][line.code]):
            if line.accepted and line.code in before and cell in p["before"][line.code]:
                used = p["ledger"].get((line.code, cell), (p["said"][line.code][cell],))[0]
                yield Moved(line.code, cell.code, p["before"][line.code][cell], used)


def found(one, other, **more):
    return changes(Document(summary_of(one)), summary_of(other, **more))


def told(one, other, **more):
    """(kind, body, place, before → now, the effects) of each line."""
    return [
        (c.kind, c.body, str(Cell(c.code, c.option or "total")), f"{c.before} → {c.now}", len(c.effects))
        for c in found(one, other, **more)
    ]


# --- by hand ---------------------------------------------------------------------------------


def test_no_change_no_line():
    assert found(province(), province()) == ()


def test_a_resent_figure_with_all_that_follows_from_it():
    p = province()
    p["said"]["a"][Cell("T1.01")] = Answer(Decimal(24))
    (change,) = found(province(), p)
    assert (change.kind, change.body, change.body_code, change.code) == ("figure", "A", "a", "T1.01")
    assert (change.before, change.now, change.reason, change.sensitive) == ("20", "24", "Đếm thêm.", False)
    assert [(e.code, e.place, e.before, e.now) for e in change.effects] == [
        (
            "T1.01",
            "total",
            "80 (4/5 cơ quan)",
            "84 (4/5 cơ quan)",
        ),
        ("T1.03", "total", "100,00 (4/5 cơ quan)", "105,00 (4/5 cơ quan)"),
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [(Answer(Decimal(0)), "20 → 0"), (KPS, "20 → không phát sinh"), (None, "20 → chưa có số liệu")],
)
def test_zero_nothing_and_missing_are_three_things(answer, words):
    p = province()
    p["said"]["a"][Cell("T2.01", "girls")] = answer
    if answer is None:
        del p["said"]["a"][Cell("T2.01", "girls")]
    assert told(province(), p) == [("figure", "A", "T2.01:girls", words, 1)]
    assert found(province(), p)[0].sensitive


def test_what_only_cross_checks_reaches_its_own_column():
    p = province()
    p["said"]["f"][Cell("T2.01")] = Answer(Decimal(7))
    (change,) = found(province(), p)
    assert [(e.code, e.place) for e in change.effects] == [("T2.01", "cross:department")]


def test_an_estimate_that_became_final_says_whether_it_moved():
    was, same, moved = province(), province(), province()
    was["said"]["a"][Cell("T1.01")] = Answer(Decimal(20), estimate=True)
    moved["said"]["a"][Cell("T1.01")] = Answer(Decimal(21))
    assert told(was, same) == [("final", "A", "T1.01", "20 (ước) → 20", 3)]  # with girls and the ratio
    assert told(was, moved)[0][:4] == ("final_other", "A", "T1.01", "20 (ước) → 21")
    assert told(same, was)[0][:4] == ("estimated", "A", "T1.01", "20 → 20 (ước)")


def test_the_ledger():
    was, corrected, again = province(), province(), province()
    corrected["ledger"]["a", Cell("T1.02")] = Answer(Decimal(25)), "Đếm trùng."
    (change,) = found(was, corrected)
    assert (change.kind, change.before, change.now, change.reason) == (
        "corrected",
        "20",
        "25 (điều chỉnh)",
        "Đếm trùng.",
    )
    assert change.effects[0].now == "85 (4/5 cơ quan); số báo cáo 80"
    assert told(corrected, was)[0][:4] == ("uncorrected", "A", "T1.02", "25 (điều chỉnh) → 20")
    again["ledger"]["a", Cell("T1.02")] = Answer(Decimal(25)), "Lý do khác."
    assert told(corrected, again) == [("corrected", "A", "T1.02", "25 (điều chỉnh) → 25 (điều chỉnh)", 0)]


def test_a_whole_report_is_one_line():
    accepted, gone, sent = province(), province(), province()
    accepted["bodies"]["e"]["status"] = "accepted"
    gone["bodies"]["a"]["status"] = "returned"
    sent["bodies"]["e"]["status"] = "submitted"
    assert told(province(), accepted) == [("accepted", "E", "", "Đang soạn → Đã duyệt", 7)]
    assert told(province(), gone) == [("reopened", "A", "", "Đã duyệt → Bị trả lại", 7)]
    assert told(province(), sent) == [("standing", "E", "", "Đang soạn → Đã gửi, chờ duyệt", 0)]


def test_two_bodies_that_change_places_are_two_lines_though_the_counts_stay():
    p = province()
    p["bodies"]["e"]["status"], p["bodies"]["a"]["status"] = "accepted", "returned"
    lines = found(province(), p)
    assert [(c.kind, c.body) for c in lines] == [("reopened", "A"), ("accepted", "E")]
    before, now = "80 (4/5 cơ quan; thiếu: E; các cơ quan này chiếm 20% năm trước)", "80 (4/5 cơ quan; thiếu: A; các"
    assert lines[0].effects[0].before == before
    assert lines[0].effects[0].now.startswith(now)


def test_exempted_and_asked_again():
    p = province()
    p["excused"]["b"] = "sáp nhập"
    assert told(province(), p)[0][:4] == ("exempted", "B", "", "Đã duyệt → được miễn báo cáo: sáp nhập")
    assert told(p, province())[0][0] == "included"
    other = deepcopy(p)
    other["excused"]["b"] = "giải thể"
    assert told(p, other) == [("exempted", "B", "", "được miễn báo cáo: sáp nhập → được miễn báo cáo: giải thể", 0)]


def test_a_declared_task_is_one_line():
    p = province()
    p["bodies"]["a"]["declined"] = (2,)
    assert told(province(), p) == [("declined", "A", "", "có báo cáo → không thuộc chức năng", 3)]


def test_what_is_sent_again_unchanged_is_one_line_too():
    p = province()
    p["bodies"]["a"]["version"] = 2
    assert told(province(), p) == [("resent", "A", "", "lần gửi 1 → lần gửi 2", 0)]


def test_texts_and_reasons():
    p = province()
    p["texts"]["a", 2], p["texts"]["b", "direction"] = "", "Lời khác."
    p["reasons"]["c", "T1.01"] = "Lý do khác."
    assert told(province(), p) == [
        ("text", "A", "", "Lời của a về 2. → ", 0),
        ("text", "B", "", "Lời của b về direction. → Lời khác.", 0),
        ("reason", "C", "T1.01", "Đếm thêm. → Lý do khác.", 0),
    ]


def test_a_new_reason_is_told_beside_an_of_which_or_a_correction_that_says_another():
    of_which, corrected = province(), province()
    of_which["said"]["a"][Cell("T1.01", "girls")] = Answer(Decimal(21))
    corrected["ledger"]["a", Cell("T1.01")] = Answer(Decimal(25)), "Đếm trùng."
    of_which["reasons"]["a", "T1.01"] = corrected["reasons"]["a", "T1.01"] = "Lý do khác."
    reason = ("reason", "A", "T1.01", "Đếm thêm. → Lý do khác.", 0)
    assert told(province(), of_which) == [("figure", "A", "T1.01:girls", "20 → 21", 1), reason]
    assert told(province(), corrected)[1:] == [reason]


def test_texts_of_two_bodies_of_one_name_stay_apart():
    was, now = province(), province()
    was["bodies"]["b"]["name"] = now["bodies"]["b"]["name"] = "a"
    now["texts"]["b", 1] = "Lời khác."
    assert [(c.kind, c.body_code, c.now) for c in found(was, now)] == [("text", "b", "Lời khác.")]


def test_texts_frozen_without_a_code_are_found_by_the_name():
    def bare(texts):
        return tuple(dataclasses.replace(text, body_code="") for text in texts)

    old, now = summary_of(province()), province()
    sections = tuple(dataclasses.replace(each, texts=bare(each.texts)) for each in old.sections)
    overview = {part: bare(texts) for part, texts in old.overview.items()}
    now["texts"]["b", 1] = "Lời khác."
    lines = changes(Document(dataclasses.replace(old, sections=sections, overview=overview)), summary_of(now))
    assert [(c.kind, c.body_code) for c in lines] == [("text", "b")]


def test_a_new_name_is_one_line_with_the_lines_where_the_body_is_missing():
    was = province()
    del was["said"]["a"][Cell("T1.02")]
    now = deepcopy(was)
    now["bodies"]["a"]["name"] = "z"
    (change,) = found(was, now)
    assert (change.kind, change.body_code) == ("body", "a")
    assert [(e.code, e.place) for e in change.effects] == [("T1.02", "total"), ("T1.03", "total")]
    assert "thiếu: Z, E" in change.effects[0].now


def test_several_things_of_one_body_are_several_lines():
    p = province()
    p["said"]["a"] |= {Cell("T1.01"): Answer(Decimal(24)), Cell("T1.01", "girls"): Answer(Decimal(21))}
    p["texts"]["a", 1], p["reasons"]["a", "T1.02"] = "Lời khác.", "Lý do khác."
    p["bodies"]["a"] |= {"version": 2, "files": 3, "declined": (2,)}
    lines = [(kind, place) for kind, _body, place, _words, _effects in told(province(), p)]
    assert lines == [
        ("declined", ""),
        ("figure", "T1.01"),
        ("figure", "T1.01:girls"),
        ("text", ""),
        ("files", ""),
        ("reason", "T1.02"),
    ]


def test_last_year_is_one_line_whatever_moved_there():
    p = province()
    p["before"]["a"] = dict.fromkeys(CELLS, Answer(Decimal(3)))
    (change,) = found(province(), p)
    assert (change.kind, change.name) == ("last_year", "Số liệu năm 2019")
    assert {e.place for e in change.effects} == {"previous", "total"}  # the share of those missing is of last year
    (change,) = found(province(), province(), accepted_before="abcd")
    assert change.kind == "last_year"


def test_a_break_recorded_after_the_issue_is_about_last_year():
    one = summary_of(province())
    section = one.sections[0]
    rows = tuple(dataclasses.replace(row, broken="Một cơ quan chia, tách.") for row in section.rows)
    other = dataclasses.replace(one, sections=(dataclasses.replace(section, rows=rows), *one.sections[1:]))
    (change,) = changes(Document(one), other)
    assert (change.kind, change.before, change.now) == ("last_year", "", "Một cơ quan chia, tách.")


def test_the_frame_of_the_paper():
    p = province()
    p["head"] = dataclasses.replace(HEAD, head="Sở mới", place="Nơi mới")
    p["targets"] = {"T1.01": (Target("T1.01", 2020, Decimal(90), True, "Quyết định"),)}
    assert told(province(), p) == [
        ("letterhead", "", "", "Sở; Tỉnh → Sở mới; Nơi mới", 0),
        ("target", "", "T1.01", " → 2020: ≥ 90", 0),
    ]
    one, other = Document(summary_of(province())), dataclasses.replace(summary_of(province()), subject="Khác")
    assert [(c.kind, c.now) for c in changes(one, other)] == [("frame", "Khác")]


def test_what_nobody_thought_of_is_not_left_out():
    """A total that moved without any body having moved: its own line, with the issued line it is about."""
    one, other = summary_of(province()), summary_of(province())
    row = other.sections[0].rows[1]
    odd = dataclasses.replace(row, total=dataclasses.replace(row.total, value=Decimal(1)))
    section = dataclasses.replace(other.sections[0], rows=(other.sections[0].rows[0], odd, *other.sections[0].rows[2:]))
    (change,) = changes(Document(one), dataclasses.replace(other, sections=(section, *other.sections[1:])))
    assert (change.kind, [e.code for e in change.effects]) == ("other", ["T1.02"])


def test_every_kind_has_words():
    assert kind_label("resent") == "Gửi lại, các nội dung của văn bản không đổi"
    assert len({kind.label for kind in Kind}) == len(Kind)
    assert kind_label("gone") == "gone"


# --- any province, any changes ----------------------------------------------------------------

REPORTED = "abcdf"  # accepted when it was issued


def cells_asked(code):
    return [cell for cell in CELLS if cell.code == "T2.01"] if code == "f" else CELLS


def any_answer(rng):
    return rng.choice([Answer(Decimal(rng.randint(0, 60))), Answer(Decimal(0)), KPS, None])


def _figure(rng, p, code):
    cell = rng.choice(cells_asked(code))
    now, new = p["said"][code][cell], any_answer(rng)
    if cell.code == "T2.02":
        new = rng.choice([Answer(Decimal(0)), None])
    if new is None and cell in (Cell("T1.01"), Cell("T2.01")):  # no form goes out with an of-which and no total
        _figure(rng, p, code)
    elif new is None:
        del p["said"][code][cell]
    elif (new.value, new.nothing) == (now.value, now.nothing):
        _figure(rng, p, code)
    else:
        p["said"][code][cell] = dataclasses.replace(new, estimate=now.estimate)


def _final(rng, p, code):
    cell = rng.choice([cell for cell in cells_asked(code) if cell.option == "total"])
    now = p["said"][code][cell]
    p["said"][code][cell] = dataclasses.replace(now, estimate=not now.estimate)


def _correct(rng, p, code):
    cell = rng.choice([cell for cell in cells_asked(code) if cell.code != "T2.02"])
    p["ledger"][code, cell] = Answer(Decimal(rng.randint(61, 99))), "Đếm lại."


def _text(rng, p, code):
    p["texts"][code, rng.choice(PARTS)] = rng.choice(["", "Lời khác."])


def _decline(rng, p, code):
    p["bodies"][code]["declined"] = (2,) if code == "f" else (rng.choice([1, 2]),)


def _reason(rng, p, code):
    p["reasons"][code, "T2.01" if code == "f" else "T1.01"] = "Lý do khác."  # jumps in every province


def _one(name, value):
    return lambda _rng, p, code: p["bodies"][code].update({name: value})


OPERATIONS = {
    "figure": _figure,
    "final": _final,
    "correct": _correct,
    "text": _text,
    "files": _one("files", 3),
    "resend": _one("version", 2),
    "reopen": _one("status", "returned"),
    "exempt": lambda _rng, p, code: p["excused"].update({code: "sáp nhập"}),
    "decline": _decline,
    "reason": _reason,
}


def any_province(rng):
    """A province as it was issued: some figures nothing, some estimated, some missing."""
    p = province()
    for code in CODES:
        for cell in CELLS[:-1]:
            if rng.random() < 0.3:
                p["said"][code][cell] = any_answer(rng) or KPS
        for cell in (c for c in CELLS if c.option == "total"):
            if rng.random() < 0.3:
                p["said"][code][cell] = dataclasses.replace(p["said"][code][cell], estimate=True)
        for code_ in ("T1.01", "T2.01"):
            p["said"][code][Cell(code_)] = Answer(Decimal(rng.randint(20, 90)))
    del p["said"]["e"][rng.choice([cell for cell in CELLS if cell.option != "total"])]
    return p


def changed(rng, was):
    """(as it is now, what changed): at most one thing in each body, and what belongs to the paper as a whole."""
    now = deepcopy(was)
    done = {code: rng.choice(sorted(OPERATIONS)) for code in rng.sample(REPORTED, rng.randint(0, len(REPORTED)))}
    for code, operation in done.items():
        OPERATIONS[operation](rng, now, code)
    if rng.random() < 0.5:
        done["e"] = now["bodies"]["e"]["status"] = rng.choice(["accepted", "submitted", "returned"])
    if rng.random() < 0.3:
        done["head"], now["head"] = True, dataclasses.replace(HEAD, place="Nơi mới")
    if rng.random() < 0.3:
        done["before"], now["before"]["b"] = True, {cell: Answer(Decimal(11)) for cell in CELLS[:-1]}
    return now, done


@pytest.mark.parametrize("seed", range(2))
def test_each_thing_is_one_line_and_every_difference_stands_with_one(seed):
    for number in range(60):
        rng = random.Random(1000 * seed + number)
        was = any_province(rng)
        now, done = changed(rng, was)
        lines = found(was, now)
        assert len(lines) == len(done), (number, done, [(c.kind, c.body, c.code, c.option) for c in lines])
        assert "other" not in {change.kind for change in lines}
        places = {(effect.code, effect.place) for change in lines for effect in change.effects}
        assert places == set(differing(Side(summary_of(was)), Side(summary_of(now)))), (number, done)
        assert found(now, deepcopy(now)) == ()
