"""National targets: loaded from their file, checked by line, the next one chosen."""

from decimal import Decimal

import pytest

from directives.data_files import DataError
from directives.loading import load
from directives.models import Target
from reports.gathering import summarise, targets_of
from reports.models import Period
from reports.summary import next_target

pytestmark = pytest.mark.django_db

SOURCE = "QĐ 23/QĐ-TTg ngày 07/01/2021"


def test_the_targets_that_fit_an_indicator():
    rows = Target.objects.values_list("code", "year", "value", "at_least", "source")
    assert list(rows) == [
        ("T1.05", 2025, Decimal("98.5"), True, SOURCE),
        ("T1.05", 2030, Decimal(100), True, SOURCE),
        ("T3.02", 2025, Decimal(65), True, SOURCE),
        ("T3.02", 2030, Decimal(75), True, SOURCE),
        ("T4.04", 2025, Decimal(40), True, SOURCE),
        ("T4.04", 2030, Decimal(45), True, SOURCE),
        ("T6.22", 2025, Decimal(16), False, SOURCE),
        ("T6.22", 2030, Decimal(15), False, SOURCE),
    ]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"code": "T9.99"}, "code"),
        ({"code": "T6.18"}, "code"),  # a count has no target: it is as large as its body
        ({"year": "hai nghìn"}, "year"),
        ({"value": "98,5%"}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": ""}, "value"),
        ({"at_least": "có"}, "at_least"),
        ({"source": ""}, "source"),
    ],
)
def test_a_defect_names_its_line(files, values, column):
    line = files.add("targets.csv", "T4.04", **({"year": "2040"} | values))
    with pytest.raises(DataError) as error:
        load(files.folder)
    assert [(d.file, d.line, d.column) for d in error.value.defects] == [("targets.csv", line, column)]


def test_the_file_decides_what_there_is(files):
    rows = files.rows("targets.csv")
    files.write("targets.csv", [row for row in rows if row[:2] != ["T6.22", "2030"]])
    files.set("targets.csv", "T1.05", value="97,25")
    outcome, again = load(files.folder), load(files.folder)
    assert (outcome.changed, outcome.created, again.nothing_new) == ({"Target": 2}, {}, True)
    assert Target.objects.get(code="T1.05", year=2025).value == Decimal("97.25")
    assert Target.objects.filter(code="T6.22").count() == 1


def test_the_summary_carries_them_and_the_page_shows_the_next(client, cast, period):
    found = summarise(period)
    assert {code: [(t.year, str(t.value)) for t in targets] for code, targets in found.targets.items()} == {
        "T1.05": [(2025, "98.5"), (2030, "100")],
        "T3.02": [(2025, "65"), (2030, "75")],
        "T4.04": [(2025, "40"), (2030, "45")],
        "T6.22": [(2025, "16"), (2030, "15")],
    }
    client.force_login(cast.hung)
    page = client.get("/tong-hop/2020/").content.decode()
    shown = ["2025: ≥ 98,5%", "2025: ≥ 65%", "2025: ≥ 40%", "2025: ≤ 16"]
    assert [page.count(f"Chỉ tiêu quốc gia {words}<") for words in shown] == [1, 1, 1, 1]
    assert page.count("Chỉ tiêu quốc gia 20") == 4


def test_the_next_target_of_a_year(period):
    targets = targets_of(Period.objects.get().indicators())["T6.22"]
    assert [next_target(targets, year).year for year in (2020, 2025, 2026, 2030, 2035)] == [
        2025,
        2025,
        2030,
        2030,
        2030,
    ]
    assert next_target((), 2020) is None
    first = next_target(targets, 2020)
    assert [first.met_by(Decimal(value)) for value in ("15.99", "16", "16.01")] == [True, True, False]
