"""The JSON for other systems: valid by the schema that travels with it, whatever stage the document is at."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from reports.choices import Action
from reports.document import Change, Document, Effect, Imprint, Supplement
from reports.exports import package
from reports.gathering import summarise
from reports.models import Period
from reports.suppression import outgoing_document
from reports.workflow import move
from tests.conftest import at
from tests.factories import accept, send

IMPRINT = Imprint(
    "12", "BC-X", dt.date(2021, 2, 5), ("KT. A", "B"), "Tên", ("Như trên", "Lưu: VT"), "K7QF", "0f" * 32, "/x/"
)


@pytest.fixture
def document(cast, report_of, obligation, period):
    """Last year one district told more; this year one is accepted, one left something out, one waits."""
    last_year = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    for code, sender in (("na-hang", cast.lan), ("chiem-hoa", cast.minh)):
        accept(last_year.reports.get(body__code=code), sender, cast.huyen, figures={"T6.06": 30, "T6.08": 30})
    figures = {"T6.06": 12, "T6.08": 12, "T6.18": None, "T2.05": "1234.505"}
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures=figures, at=at(2020, 12, 9))
    accept(report_of("so-y-te"), cast.yen, cast.huyen, declined=[1])
    send(report_of("chiem-hoa"), cast.minh, figures={"T6.06": 3, "T6.08": 3})
    return Document(summarise(period, cells=True, texts=True), {"direction": "Đã chỉ đạo.\nCâu hai."})


@pytest.fixture(scope="module")
def valid():
    """Demands that a document's JSON is valid, and gives it back."""
    schema = json.loads(package.SCHEMA_FILE.read_bytes())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)

    def check(document):
        made = json.loads(package.render(document))
        wrong = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(made)]
        assert wrong == []
        return made

    check.validator = validator
    return check


def rows_of(made):
    return {row["code"]: row for section in made["sections"] for row in section["rows"]}


def test_a_draft(document, valid):
    made = valid(document)
    assert (made["schema"], made["kind"], made["edition"]) == ("summary/3", "report", "full")
    assert (made["issue"], made["supplement"]) == (None, None)
    assert made["texts"] == {"direction": "Đã chỉ đạo.\nCâu hai."}
    row, summary = rows_of(made)["T6.06"], document.summary
    coverage = summary.row("T6.06").coverage
    assert row["coverage"] == {
        "answered": 1,
        "owed": 7,
        "estimates": 0,
        "missing": list(coverage.missing),
        "share": 50,  # Chiêm Hóa had 30 of last year's 60
    }
    assert {state for row in rows_of(made).values() for state in states_of(row)} == {
        "value",
        "nothing",
        "missing",
        "not_ours",
        "undefined",
    }
    assert [body["files"] for body in made["bodies"]] == [body.files for body in summary.bodies]


def states_of(row):
    yield row["total"]["state"]
    for cells in row["by_body"].values():
        yield from (cell["state"] for cell in cells.values())


def test_every_total_has_its_coverage_and_every_figure_of_the_summary_is_there(document, valid):
    made, summary = valid(document), document.summary
    found = rows_of(made)
    assert list(found) == [row.code for row in summary.rows]
    for row in summary.rows:
        for amount, told in ((row.total, found[row.code]["total"]), (row.previous, found[row.code]["previous"])):
            number = None if amount.value is None else Decimal(str(told["value"]))
            assert (number, told["answered"], told["owed"]) == (amount.value, amount.answered, amount.owed)
        for option, cells in row.cells.items():
            for body, what in zip(summary.bodies, cells, strict=True):
                told = found[row.code]["by_body"].get(body.code, {}).get(option)
                value = Decimal(str(told["value"])) if told and told["state"] == "value" else None
                assert value == (what if isinstance(what, Decimal) else None)
        targets = [(target.year, float(target.value)) for target in summary.targets.get(row.code, ())]
        assert [(each["year"], each["value"]) for each in found[row.code]["targets"]] == targets
    assert any(each["targets"] for each in found.values())


def test_issued_and_outgoing(document, valid, cast, period, report_of):
    move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.huyen)
    issued = Document(summarise(period, cells=True, texts=True), document.texts, IMPRINT)
    made = valid(outgoing_document(issued))
    assert made["edition"] == "outgoing"
    assert made["issue"] == {
        "number": "12",
        "symbol": "BC-X",
        "signed_on": "2021-02-05",
        "titles": ["KT. A", "B"],
        "signatory": "Tên",
        "recipients": ["Như trên", "Lưu: VT"],
        "code": "K7QF",
        "fingerprint": "0f" * 32,
        "address": "/x/",
    }
    hidden = [row for row in rows_of(made).values() if "hidden" in states_of(row)]
    assert hidden != []
    assert all(row["total"]["state"] != "hidden" for row in hidden)


def test_a_supplement_is_the_differences_and_nothing_else(document, valid):
    effect = Effect("T6.06", "Tên", "Tổng số", "12 (1/7 cơ quan)", "13 (1/7 cơ quan)")
    change = Change("figure", "UBND huyện", "T6.06", "Tên", "Tổng số", "12", "13", "Đếm sót", (effect,))
    supplement = Supplement("12/BC-X", dt.date(2020, 12, 1), (change,))
    made = valid(Document(document.summary, {"words": "Xin bổ sung."}, IMPRINT, supplement))
    assert made["kind"] == "supplement"
    assert {"bodies", "sections", "ledger", "jumps", "overview"}.isdisjoint(made)
    assert (made["supplement"]["to"], made["supplement"]["signed_on"]) == ("12/BC-X", "2020-12-01")
    [told] = made["supplement"]["changes"]
    assert (told["before"], told["now"], told["effects"][0]["now"]) == ("12", "13", "13 (1/7 cơ quan)")


def test_the_schema_refuses_what_it_does_not_know(document, valid):
    made = json.loads(package.render(document))

    def refused(**changed):
        return not valid.validator.is_valid(made | changed)

    assert not refused()
    assert refused(schema="summary/2")
    assert refused(more=1)
    assert refused(kind="supplement")  # with sections, and without changes
    del made["sections"][0]["rows"][0]["coverage"]  # no total without its coverage
    assert refused()
