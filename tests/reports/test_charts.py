"""Charts: the picture says what the table says, fetches nothing, names nobody."""

import datetime as dt
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.models import Body
from reports import charts
from reports.charts import breakdowns, chart_of, charts_of, shortened, svg
from reports.models import Period
from tests.conftest import at
from tests.factories import accept

pytestmark = pytest.mark.django_db

PAGE = "/tong-hop/2020/bieu-do/"
SVG = "{http://www.w3.org/2000/svg}"
FIGURES = {"T3.03": 30, "T3.04": 3, "T3.05": None, "T3.07": 27, "T6.05": 2, "T6.06": 4, "T6.08": 4, "T0.01": 9000}
FIGURES |= {"T0.02": 9000, "T6.17": 9, "T6.18": 2, "T6.19": 2}


@pytest.fixture
def two_years(cast, obligation, period, report):
    """Na Hang accepted in 2020, and with other figures in 2019."""
    before = Period.objects.open(obligation, 2019, as_of=period.bodies_as_of)
    old = before.reports.select_related("period", "body").get(body__code="na-hang")
    figures = FIGURES | {"T6.06": 1234, "T6.08": 1234, "T6.19": 0, "T6.20": 2}
    accept(old, cast.lan, cast.huyen, at=at(2019, 12, 20), figures=figures)
    accept(report, cast.lan, cast.huyen, at=at(2020, 12, 1), figures=FIGURES)
    return period


def drawn(picture):
    """(names beside the bars, figures at the bars, lengths of the bars) of a picture, in the order of its lines."""
    root, lying = ElementTree.fromstring(picture), b"horizontalbar-graph" in picture
    texts, bars = list(root.iter(f"{SVG}text")), list(root.iter(f"{SVG}rect"))
    marks = [text.text for text in texts if text.get("class") == "value"]
    names = [text.text for text in texts if text.get("class") in ("", "major")]
    lengths = [float(bar.get("width" if lying else "height", 0)) for bar in bars if "reactive" in bar.get("class", "")]
    return (names[::-1], marks[::-1], lengths[::-1]) if lying else (names, marks, lengths)


def test_the_wholes_and_their_groups_follow_from_the_rules(period):
    found = breakdowns(period.rules())
    assert {whole: len(parts) for whole, parts in found.items()} == {"T3.03": 14, "T6.06": 4, "T6.18": 3}
    assert found["T6.18"] == ("T6.19", "T6.20", "T6.21")


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["a) Trẻ em mồ côi", "b) Trẻ em bị bỏ rơi"], ["a) mồ côi", "b) bị bỏ rơi"]),
        (["a) Orphaned", "b) Abandoned"], ["a) Orphaned", "b) Abandoned"]),
        (["a) Trẻ em", "b) Trẻ em"], ["a) em", "b) em"]),
        (["Cơ quan", "Sở"], ["Cơ quan", "Sở"]),
        (["x" * 50], ["x" * 25 + "…"]),
    ],
)
def test_names_beside_the_bars_drop_what_all_begin_with(names, short):
    assert shortened(names) == short


def test_the_picture_says_what_the_table_says(two_years, client, cast):
    client.force_login(cast.hung)
    page = client.get(PAGE)
    found = page.context["charts"]
    assert [chart.name for chart in found] == ["theo-nhom", "cac-nam-T6-06", "cac-nam-T6-19", "dung-han"]
    for chart in found:
        response = client.get(f"{PAGE}{chart.name}.svg")
        names, marks, lengths = drawn(response.content)
        shown = [line for line in chart.lines if line.value is not None]
        assert marks == [line.mark for line in shown]
        assert names == [line.short for line in chart.lines]
        most = max(line.value for line in shown)
        for line, length in zip(shown, lengths, strict=True):
            assert length == pytest.approx(max(lengths) * float(line.value / most if most else 0), abs=0.6)
        table = page.content.decode().partition(f'id="{chart.name}"')[2].partition("</table>")[0]
        cells = re.findall(
            r'<th scope="row">(.*?)</th><td class="num"[^>]*>(.*?)</td><td[^>]*>(.*?)(?:<details>|</td>)', table
        )
        assert cells == [(line.label, line.shown, line.coverage) for line in chart.lines]


def test_missing_zero_and_nothing_arose_stay_three_things(two_years, obligation):
    obliged_2021 = Period.objects.open(obligation, 2021, as_of=two_years.bodies_as_of)
    groups = {line.label[:2]: line for line in chart_of(two_years, "theo-nhom").lines}
    told = {letter: (groups[letter].value, groups[letter].shown, groups[letter].basis) for letter in ("a)", "b)", "c)")}
    assert told == {
        "a)": (Decimal(3), "3", "1/7"),
        "b)": (Decimal(0), "không phát sinh", "1/7"),
        "c)": (Decimal(0), "0", "1/7"),
    }
    empty = chart_of(obliged_2021, "theo-nhom").lines[0]
    assert (empty.value, empty.shown, empty.basis) == (None, "chưa có số liệu", "0/7")


def test_years_stand_in_order_each_with_its_coverage(two_years):
    lines = chart_of(two_years, "cac-nam-T6-06").lines
    assert [(line.short, line.shown, line.coverage) for line in lines] == [
        ("năm 2019 (1/7)", "1.234", "1/7 cơ quan"),
        ("năm 2020 (1/7)", "4", "1/7 cơ quan"),
    ]
    assert "1/7" in chart_of(two_years, "theo-nhom").notes[0]


def test_a_picture_fetches_nothing_runs_nothing_and_names_nobody(two_years, client, cast):
    client.force_login(cast.huyen)
    for chart in charts_of(two_years):
        response = client.get(f"{PAGE}{chart.name}.svg")
        text = response.content.decode()
        assert response["Content-Type"] == "image/svg+xml"
        assert "no-store" in response["Cache-Control"]
        policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["style-src"] == "'unsafe-inline'"
        assert "script-src" not in policy
        addresses = set(re.findall(r"https?://[^\"' )]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert not re.search(r"<script|<!--|<desc|href=|url\(|@import|Lan|Huyền|Na Hang", text)


def test_an_empty_round_has_charts_that_say_so(period, client, cast):
    client.force_login(cast.hung)
    page = client.get(PAGE)
    assert {chart.name: [line.value for line in chart.lines].count(None) for chart in page.context["charts"]} == {
        "theo-nhom": 14,
        "cac-nam-T6-06": 1,
        "cac-nam-T6-19": 1,
        "dung-han": 0,
    }
    assert "chưa có số liệu" in page.context["charts"][0].alt
    assert b"<svg" in svg(page.context["charts"][0])
    assert client.get(f"{PAGE}khong-co.svg").status_code == 404


def test_the_queries_do_not_grow_with_bodies(cast, period, report_of):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            charts.charts_of(period)
        return len(queries)

    accept(report_of("na-hang"), cast.lan, cast.huyen, figures=FIGURES)
    one = asked()
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures=FIGURES)
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    assert asked() == one


def test_a_break_between_two_years_is_marked_and_explained(obligation, db):
    Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    Body.objects.filter(code="chiem-hoa").update(valid_to=dt.date(2020, 6, 30))
    found = chart_of(Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1)), "cac-nam-T6-06")
    assert [line.label for line in found.lines] == ["năm 2019", "⫽1 năm 2020"]
    assert found.notes[0].startswith("⫽1: Giữa năm 2019 và năm 2020: ")
