"""The outgoing edition: what is small is hidden, and nobody who computes gets it back."""

import datetime as dt
import io
import json
import random
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.utils import translation

from directives.choices import Combine
from reports import hiding
from reports.answers import Answer, Cell
from reports.changes import changes
from reports.document import Change, Document, Effect, Supplement
from reports.exports import FORMATS
from reports.freezing import frozen, thawed
from reports.ledger import Used
from reports.summary import Mark
from reports.suppression import outgoing, outgoing_document

from .provinces import Attacker, Round, body, only_totals, random_round, summary_of

PROVINCES = 1000
CHUNKS = 10


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nobody_computes_a_hidden_figure(chunk):
    for seed in range(chunk, PROVINCES, CHUNKS):
        chance = random.Random(seed)
        districts = chance.randint(1, 5)
        last, this = random_round(chance, districts), random_round(chance, districts)
        full, before = summary_of(this, last), summary_of(last)
        edition, last_edition = outgoing(full, before=before), outgoing(before)
        assert _given_away({2020: this, 2019: last}, {2020: edition, 2019: last_edition}) == {}, seed
        _small_is_hidden(seed, full, edition, this)
        _nothing_else_changed(full, edition)


def _given_away(truths, editions) -> dict:
    attacker = Attacker(truths)
    for year, edition in editions.items():
        attacker.read(year, edition)
    found = attacker.computed()
    hidden = (key for year, edition in editions.items() for key in _hidden_figures(year, edition))
    return {key: found[key] for key in hidden if key in found}


def _hidden_figures(year, edition):
    for row in edition.rows:
        for option, cells in row.cells.items():
            if row.combine != Combine.RATIO:
                codes = [body.code for body in edition.bodies]
                yield from ((year, row.code, option, codes[p]) for p, what in enumerate(cells) if what is Mark.HIDDEN)
        for (option, place), what in row.reported_cells.items():
            if what is Mark.HIDDEN and row.combine != Combine.RATIO:
                yield ("r", year, row.code, option, edition.bodies[place].code)
        yield from ((year, row.code, o) for o, amount in row.options.items() if amount.mark is Mark.HIDDEN)


def _small(what) -> bool:
    return isinstance(what, Decimal) and 0 < what < 5


def _small_is_hidden(seed, full, edition, truth):
    """But for what the province's totals alone tell: the cell of the only body that answered."""
    told = None
    for row, edited in zip(full.rows, edition.rows, strict=True):
        if not row.sensitive:
            continue
        for option, cells in edited.cells.items():
            for place, what in enumerate(cells):
                if _small(what):
                    if told is None:
                        attacker = Attacker({2020: truth})
                        attacker.read(2020, only_totals(edition))
                        told = attacker.computed()
                    assert (2020, row.code, option, full.bodies[place].code) in told, (seed, row.code, option, place)
        checks = [check.amount.value for check in edited.cross]
        assert not any(_small(value) for value in checks)
        for option, amount in edited.options.items():
            rest = row.total.value - amount.value if amount.value is not None and row.total.value is not None else None
            assert not _small(amount.value), (seed, row.code, option)
            assert not _small(rest), (seed, row.code, option)


def _nothing_else_changed(full, edition):
    """Whatever is not hidden is as it was; totals and what is not sensitive always."""
    for row, edited in zip(full.rows, edition.rows, strict=True):
        if row.combine != Combine.RATIO:
            assert (edited.total, edited.previous) == (row.total, row.previous)
            if not row.sensitive:
                assert edited == row
        for option, cells in row.cells.items():
            pairs = zip(cells, edited.cells[option], strict=True)
            assert all(now is Mark.HIDDEN or now == was for was, now in pairs)
        assert all(now.mark is Mark.HIDDEN or now == row.options[o] for o, now in edited.options.items())
        assert edited.reported_cells.keys() == row.reported_cells.keys()
    hidden = {
        row.code
        for row, edited in zip(full.rows, edition.rows, strict=True)
        if (row.cells, row.reported_cells) != (edited.cells, edited.reported_cells)
    }
    assert [replace(line, reason="") for line in full.ledger if line.code not in hidden] == [
        line for line in edition.ledger if line.code not in hidden
    ]
    assert edition.overview == {}
    assert all(section.texts == () for section in edition.sections)
    assert edition.edition == "outgoing"
    assert replace(full, sections=(), jumps=(), explained=(), ledger=(), overview={}, edition="") == replace(
        edition, sections=(), jumps=(), explained=(), ledger=(), overview={}, edition=""
    )


def test_the_attacker_is_no_straw_man(monkeypatch):
    """Hiding what is small and nothing beside it gives figures away in most provinces."""
    monkeypatch.setattr(hiding._Component, "closed", lambda self, hidden: hidden)
    given_away = 0
    for seed in range(20):
        chance = random.Random(seed)
        this = random_round(chance, 4)
        given_away += bool(_given_away({2020: this}, {2020: outgoing(summary_of(this))}))
    assert given_away > 10


def test_without_last_years_figures_no_jump_of_a_sensitive_indicator_is_told():
    for seed in range(20):
        chance = random.Random(seed)
        last, this = random_round(chance, 4), random_round(chance, 4)
        full = summary_of(this, last)
        told = outgoing(full).jumps
        assert {jump.code for jump in told} <= {"T0.01"}
        assert [replace(jump, reason="") for jump in full.jumps if jump.code == "T0.01"] == list(told)


def test_the_same_figures_give_the_same_edition_and_an_edition_is_not_edited_again():
    chance = random.Random(7)
    last, this = random_round(chance, 5), random_round(chance, 5)
    editions = [outgoing(summary_of(this, last), before=summary_of(last)) for _time in range(2)]
    assert editions[0] == editions[1] == outgoing(editions[0], before=summary_of(last))


def figures(**codes) -> dict:
    return {Cell.parse(code.replace("_", ".").replace("__", ":")): Answer(Decimal(n)) for code, n in codes.items()}


def shown(*cells):
    """What the edition shows of the districts' T6.14, for what they gave."""
    bodies = tuple(body(f"d{n}") for n in range(len(cells)))
    answers = {f"d{n}": {} if cell is None else figures(T6_14=cell) for n, cell in enumerate(cells)}
    row = outgoing(summary_of(Round(bodies, answers))).row("T6.14")
    return [
        "×" if what is Mark.HIDDEN else what if isinstance(what, Mark) else int(what) for what in row.cells["total"]
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((9, 8, 7), [9, 8, 7]),
        ((3, 9, 7), ["×", 9, "×"]),  # the smallest beside it
        ((3, 2, 9), ["×", "×", 9]),
        ((3, 0, 0), ["×", "×", 0]),
        ((3, 0, 20), ["×", 0, "×"]),  # a nought tells less than it hides
        ((3,), [3]),  # the only one is the total
        ((3, None, None), [3, Mark.MISSING, Mark.MISSING]),
        ((0, 0, 0), [0, 0, 0]),
        ((), []),
    ],
)
def test_cells_by_hand(given, told):
    assert shown(*given) == told


def test_a_frozen_document_gives_the_same_edition(documents):
    kept = json.loads(json.dumps(frozen(documents["full"])))
    assert outgoing_document(thawed(kept)) == outgoing_document(documents["full"])
    assert outgoing_document(documents["outgoing"]) == documents["outgoing"]


SENTINEL = "4321"


@pytest.fixture(scope="module")
def documents():
    """The full and the outgoing edition of a province where 3 is hidden together with 4321, and words tell both."""
    bodies = (body("d0"), body("d1"), body("police", "department"))
    this = Round(bodies, {"d0": figures(T6_14=3, T6_06=3), "d1": figures(T6_14=SENTINEL, T6_06=SENTINEL), "police": {}})
    last = Round(bodies, {"d0": figures(T6_14=2), "d1": figures(T6_14=2500), "police": {}})
    summary = summary_of(this, last)
    texts = tuple(replace(text, results=f"Có {SENTINEL} trẻ em.") for text in summary.sections[0].texts)
    summary = replace(summary, sections=(replace(summary.sections[0], texts=texts),))
    document = Document(summary, {"task-6": "Lời của tỉnh."})
    return {"full": document, "outgoing": outgoing_document(document, before=summary_of(last))}


def words_in(content: bytes, format: str) -> str:
    if format == "pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    if format in ("docx", "zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            parts = {name: files.read(name) for name in files.namelist()}
        kinds = {name: name.rsplit(".")[-1] for name in parts}
        return " ".join(
            words_in(part, kinds[name]) if kinds[name] in FORMATS else part.decode(errors="replace")
            for name, part in parts.items()
        )
    return content.decode()


@pytest.mark.parametrize("format", FORMATS)
def test_no_file_of_the_outgoing_edition_holds_a_hidden_figure(documents, format):
    with translation.override("vi"):
        words = {edition: words_in(FORMATS[format].render(each), format) for edition, each in documents.items()}
    for figure in (SENTINEL, "4.321"):
        assert figure not in words["outgoing"]
    assert SENTINEL in words["full"].replace(".", "")
    assert "4324" in words["outgoing"].replace(".", "")  # the province's total


@pytest.mark.parametrize(
    ("place", "before", "now", "told"),
    [
        ("total", "40 (3/7 cơ quan)", "50 (4/7 cơ quan)", True),
        ("total", "40 (3/7 cơ quan)", "43 (4/7 cơ quan)", False),  # what the fourth said
        ("total", "1.040 (3/7 cơ quan)", "1.040 (4/7 cơ quan)", True),
        ("total", "chưa có số liệu (0/7 cơ quan)", "3 (1/7 cơ quan)", False),
        ("previous", "40 (7/7 cơ quan)", "44 (7/7 cơ quan)", False),
        ("girls", "40 (3/7 cơ quan)", "50 (4/7 cơ quan)", False),
        ("cross:police", "40", "50", False),
    ],
)
def test_a_supplement_tells_that_something_changed(documents, place, before, now, told):
    effects = tuple(Effect(code, "Tên", "Cột", before, now, place) for code in ("T6.14", "T0.01"))
    figure = Change("figure", "D0", "T6.14", "Tên", "Tổng số", "3", "13", "Đếm sót 10 trẻ em", effects, sensitive=True)
    other = replace(figure, code="T0.01", sensitive=False)
    reason = Change("reason", "D0", "", "Không khớp (T6.14 = 3; T6.06 = 3)", "", "Có 3 em", "Có 2 em")
    supplement = Supplement("12/BC-X", dt.date(2020, 12, 1), (figure, other, reason))
    edition = outgoing_document(replace(documents["full"], supplement=supplement)).supplement
    words = Mark.HIDDEN.words
    hidden = replace(effects[0], before=words, now=words)
    effects = (effects[0] if told else hidden, effects[1])
    instead = "lời văn của cơ quan, không gửi kèm"
    assert edition.changes == (
        replace(figure, before=words, now=words, reason="", effects=effects),
        replace(other, reason="", effects=effects),
        replace(reason, name="Không khớp", before=instead, now=instead),
    )


def test_no_reason_leaves(documents):
    """Whoever wrote it: reasons repeat numbers. What stays of jumps and corrections are the figures."""
    for seed in range(20):
        chance = random.Random(seed)
        last, this = random_round(chance, 4), random_round(chance, 4)
        edition = outgoing(summary_of(this, last), before=summary_of(last))
        assert {each.reason for each in (*edition.jumps, *edition.ledger)} <= {""}
        assert edition.explained == ()


@pytest.mark.parametrize("format", FORMATS)
def test_files_say_where_the_reasons_are_and_not_that_there_are_none(format):
    """A jump and a correction that may be told, of a figure that is not sensitive."""
    bodies = (body("d0"), body("police", "department"))
    cell = Cell("T0.01")
    line = Used("d0", cell, Answer(Decimal(90)), Answer(Decimal(95)), reason=f"Có {SENTINEL} trẻ.", by="Huyền")
    this = Round(bodies, {"d0": figures(T0_01=90), "police": {}}, (line,))
    last = Round(bodies, {"d0": figures(T0_01=10), "police": {}})
    full = summary_of(this, last)
    full = replace(full, jumps=tuple(replace(jump, reason=f"Thêm {SENTINEL} trẻ.") for jump in full.jumps))
    edition = outgoing_document(Document(full, {}), before=summary_of(last))
    assert (len(edition.summary.jumps), len(edition.summary.ledger)) == (1, 1)
    with translation.override("vi"):
        words = " ".join(words_in(FORMATS[format].render(edition), format).split())
    assert SENTINEL not in words
    assert "hưa giải trình" not in words
    told = {"pdf": ("Giải trình lưu ở bản đầy đủ.", "Lý do lưu ở bản đầy đủ (Huyền)"), "xlsx": ("(lưu ở bản đầy đủ)",)}
    assert [each for each in told.get(format, ()) if each not in words] == []


def test_a_supplement_does_not_tell_what_those_missing_held_last_year():
    """The main edition hides the share of last year, so its change is told without it, in both editions."""
    bodies = (body("d0"), body("d1", status="draft"), body("police", "department"))
    this = Round(bodies, {"d0": figures(T6_14=40, T0_01=40), "d1": {}, "police": {}})
    accepted = (body("d0"), body("d1"), body("police", "department"))
    lasts = [
        Round(accepted, {"d0": figures(T6_14=a, T0_01=a), "d1": figures(T6_14=b, T0_01=b), "police": {}})
        for a, b in ((97, 3), (98, 2))
    ]
    was, now = (summary_of(this, last) for last in lasts)
    assert [side.row("T6.14").coverage.share for side in (was, now)] == [3, 2]
    with translation.override("vi"):
        found = changes(Document(was), now)
        edition = outgoing_document(Document(now, supplement=Supplement("1/BC", dt.date(2020, 12, 1), found)))
    told = {e.code: (e.before, e.now) for e in edition.supplement.effects}
    assert [change.kind for change in edition.supplement.changes] == ["last_year"]
    assert list(told) == ["T0.01"]  # of what is not sensitive the main edition tells it too
    assert "chiếm 3% năm trước" in told["T0.01"][0]
    for row in (was.row("T6.14"), now.row("T6.14")):
        assert "chiếm" in row.coverage.long


def test_a_supplement_names_who_is_missing_without_their_share():
    """The figure stayed, others are missing: the names are told, of a sensitive indicator no share."""

    def side(missing):
        bodies = tuple(body(c, status="draft" if c == missing else "accepted") for c in ("d0", "d1"))
        bodies += (body("police", "department"),)
        return Round(bodies, {c: figures(T6_14=40, T0_01=40) for c in ("d0", "d1")} | {"police": {}})

    last = Round(side("").bodies, {"d0": figures(T6_14=97), "d1": figures(T6_14=3), "police": {}})
    was, now = (summary_of(side(missing), last) for missing in ("d1", "d0"))
    with translation.override("vi"):
        edition = outgoing_document(
            Document(now, supplement=Supplement("1/BC", dt.date(2020, 12, 1), changes(Document(was), now)))
        )
    effects = {e.code: (e.before, e.now) for e in edition.supplement.effects if e.place == "total"}
    assert effects["T6.14"] == ("40 (1/2 cơ quan; thiếu: D1)", "40 (1/2 cơ quan; thiếu: D0)")
