"""Data files → rows: repeatable, all or nothing, and every defect named by file, line and value."""

import datetime as dt
import hashlib
import json
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.data_files import DataError
from directives.loading import DATA, OPTIONAL, load
from directives.models import (
    Body,
    Catalogue,
    Directive,
    Holiday,
    Indicator,
    LeadTerm,
    Obligation,
    Rule,
    indicators_of,
    rules_of,
)
from reports.models import Period

pytestmark = pytest.mark.django_db

AGAIN = object()  # repeat the row


def everything():
    """Every row that a load could touch, to the last column; straight from the tables, it is asked for so often."""
    models = apps.get_app_config("directives").get_models(include_auto_created=True)
    found = {}
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def refused(folder):
    """The defects of a load that must fail, having changed nothing."""
    before = everything()
    with pytest.raises(DataError) as error:
        load(folder)
    assert everything() == before
    return [(d.file, d.line, d.column, d.value) for d in error.value.defects]


# --- a load that works ----------------------------------------------------------------------


def test_a_second_load_changes_nothing(files):
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        outcome = load(files.folder)
    writes = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert (outcome.created, outcome.changed, outcome.kept, outcome.nothing_new) == (Counter(), Counter(), [], True)
    assert (writes, everything()) == ([], before)


def test_a_first_load_counts_what_it_creates():
    Indicator.objects.all().delete()
    Catalogue.objects.all().delete()
    LeadTerm.objects.all().delete()
    Obligation.objects.all().delete()
    apps.get_model("directives.BodyLink").objects.all().delete()
    Body.objects.all().delete()
    Directive.objects.all().delete()
    Holiday.objects.all().delete()
    outcome = load()
    assert outcome.created == {
        "Directive": 17,
        "Body": 39,
        "BodyLink": 1,
        "LeadTerm": 2,
        "Obligation": 1,
        "Catalogue": 1,
        "Holiday": 133,
    }
    assert (outcome.changed, outcome.kept, outcome.catalogue.version) == (Counter(), [], 1)


CHANGES = [  # file, key, columns, what is counted as changed, what is counted as created
    ("documents.csv", "kh-57-2016", {"title": "Khác"}, {"Directive": 1}, {}),
    ("documents.csv", "kh-57-2016", {"succeeded_by": "kh-78-2019"}, {"Directive": 1}, {}),
    ("documents.csv", "kh-57-2016", {"implements": "ct-23-2020"}, {"Directive": 1}, {}),
    ("bodies.csv", "na-hang", {"name": "Ủy ban nhân dân huyện Nà Hang"}, {"Body": 1}, {}),
    ("bodies.csv", "na-hang", {"valid_to": "2026-06-30"}, {"Body": 1}, {}),
    ("lead_terms.csv", "so-y-te", {"place": "Hà Giang"}, {"LeadTerm": 1}, {}),
    ("obligations.csv", "thu-2020", {"due_rule": "by"}, {"Obligation": 1}, {}),
    ("obligations.csv", "thu-2020", {"legal_basis": "luat-tre-em-2016 ct-20-2012"}, {"Obligation": 1}, {}),
    ("indicators.csv", "T6.06", {"name_vi": "Tên mới"}, {}, {"Catalogue": 1}),
    ("rules.csv", "R01", {"severity": "warning"}, {}, {"Catalogue": 1}),
    ("tasks.csv", "7", {"title_vi": "Khác"}, {}, {"Catalogue": 1}),
    ("documents.csv", "ct-20-2012", {"cited_by_task": "thu-2020:3"}, {}, {"Catalogue": 1}),
    ("indicators.csv", "T7.07", {"jump_percent": "40"}, {}, {"Catalogue": 1}),
    ("indicators.csv", "T7.07", {"jump_least": "0"}, {}, {"Catalogue": 1}),
    ("holidays.csv", "2027-09-03", {"name_vi": "Khác"}, {"Holiday": 1}, {}),
    ("holidays.csv", "2027-09-03", {"note": ""}, {"Holiday": 1}, {}),
    ("holidays.csv", "2027-09-03", {"day": "2027-09-01"}, {"Holiday": 1}, {"Holiday": 1}),
    ("holidays.csv", "2027-05-01", {"working": "yes"}, {"Holiday": 1}, {}),
]


@pytest.mark.parametrize(("file", "key", "values", "changed", "created"), CHANGES)
def test_a_change_is_counted_and_a_second_load_finds_nothing_more(files, file, key, values, changed, created):
    files.set(file, key, **values)
    outcome, again = load(files.folder), load(files.folder)
    assert (outcome.changed, outcome.created, outcome.nothing_new) == (changed, created, False)
    assert (again.changed, again.created, again.nothing_new) == ({}, {}, True)


def test_what_the_files_no_longer_name_is_kept_and_told(files):
    rows = files.rows("bodies.csv")
    files.write("bodies.csv", [row for row in rows if row[0] != "bao-tuyen-quang"])
    outcome = load(files.folder)
    assert (outcome.kept, Body.objects.filter(code="bao-tuyen-quang").count()) == (["bao-tuyen-quang"], 1)


def test_a_corrected_day_of_change_moves_the_lead(files):
    """The day is marked "cần xác nhận": after its correction the files, not an old row, say who leads."""
    files.set("lead_terms.csv", "so-ldtbxh", valid_to="2025-06-30")
    files.set("lead_terms.csv", "so-y-te", valid_from="2025-07-01")
    load(files.folder)
    obligation = Obligation.objects.get()
    days = [dt.date(2025, 4, 1), dt.date(2025, 6, 30), dt.date(2025, 7, 1)]
    assert [obligation.lead_on(day).body.code for day in days] == ["so-ldtbxh", "so-ldtbxh", "so-y-te"]


def test_excel_s_byte_order_mark_and_decomposed_letters_are_read(files):
    import unicodedata

    path = files.folder / "bodies.csv"
    text = unicodedata.normalize("NFD", path.read_text(encoding="utf-8"))
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert load(files.folder).nothing_new is True


def test_spaces_around_cells_and_blank_lines_do_not_matter(files):
    files.text("lead_terms.csv", "so-y-te,2025-03-01", "\n so-y-te , 2025-03-01 ")
    assert load(files.folder).nothing_new is True


# --- editions -------------------------------------------------------------------------------


def names_and_rules(period):
    [name] = [i.name_vi for i in period.indicators() if i.code == "T6.06"]
    [rule] = [rule.message_vi for rule, _linear in period.rules() if rule.code == "R01"]
    return period.catalogue.version, name, rule, period.ordered_tasks()[6].title_vi


def test_an_open_period_keeps_its_edition_and_the_next_gets_the_new_one(files, obligation):
    old = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1))
    first = names_and_rules(old)
    files.set("indicators.csv", "T6.06", name_vi="Trẻ em bị xâm hại (tên mới)")
    files.set("rules.csv", "R01", message_vi="Câu mới.")
    files.set("tasks.csv", "7", title_vi="Tên mới")
    load(files.folder)
    old = Period.objects.get(code="2020")
    new = Period.objects.open(Obligation.objects.get(), 2021, as_of=dt.date(2021, 12, 1))
    assert (
        names_and_rules(old)
        == first
        == (1, "Số trẻ em bị xâm hại", first[2], "Thanh tra, kiểm tra, giám sát, đánh giá")
    )
    assert names_and_rules(new) == (2, "Trẻ em bị xâm hại (tên mới)", "Câu mới.", "Tên mới")


def test_going_back_makes_a_third_edition_equal_to_the_first(files):
    files.set("indicators.csv", "T6.06", name_vi="Tên mới")
    second, third = load(files.folder).catalogue, load().catalogue
    versions = list(Catalogue.objects.order_by("version").values_list("version", flat=True))
    assert (versions, second.version, third.version) == ([1, 2, 3], 2, 3)
    fields = [f.attname for f in Indicator._meta.concrete_fields if f.attname not in ("id", "catalogue_id", "task_id")]
    first = Catalogue.objects.get(version=1)
    assert list(third.indicators.values_list(*fields)) == list(first.indicators.values_list(*fields))
    assert (len(indicators_of(third.pk)), len(rules_of(third.pk))) == (100, 50)


def test_a_dropped_indicator_leaves_the_new_edition_only(files):
    rows = [row for row in files.rows("indicators.csv") if row[0] != "T7.08"]
    files.write("indicators.csv", rows)
    load(files.folder)
    editions = {c.version: c.indicators.count() for c in Catalogue.objects.all()}
    assert (editions, Rule.objects.count()) == ({1: 100, 2: 99}, 100)


# --- columns that may be left out -----------------------------------------------------------


def without(files, *columns):
    """The indicators' file without these columns."""
    rows = files.rows("indicators.csv")
    places = [n for n, column in enumerate(rows[0]) if column not in columns]
    files.write("indicators.csv", [[row[n] for n in places] for row in rows])


def test_thresholds_are_those_of_the_file_or_the_default(obligation):
    indicators = {
        i.code: (i.jump_percent, i.jump_least) for i in obligation.directive.catalogues.get().indicators.all()
    }
    asked = ("T0.01", "T0.06", "T0.07", "T1.01", "T2.05", "T5.02", "T6.19")
    assert [indicators[code] for code in asked] == [(10, 5), (30, 5), (1, 1), (30, 5), (30, 20), (50, 50), (30, 3)]


def test_a_least_of_zero_is_not_the_default(files):
    files.set("indicators.csv", "T7.07", jump_percent="1000", jump_least="0")
    indicator = load(files.folder).catalogue.indicators.get(code="T7.07")
    assert (indicator.jump_percent, indicator.jump_least) == (1000, 0)


@pytest.mark.parametrize("missing", [("jump_percent", "jump_least"), ("jump_percent",), ("jump_least",)])
def test_a_file_without_threshold_columns_has_the_defaults_there(files, missing):
    without(files, *missing)
    catalogue = load(files.folder).catalogue
    defaults = {"jump_percent": 30, "jump_least": 5}
    wrong = [i.code for i in catalogue.indicators.all() if any(getattr(i, name) != defaults[name] for name in missing)]
    assert (catalogue.version, wrong) == (2, [])


def test_a_column_left_out_and_an_empty_one_are_the_same_edition(files):
    rows = files.rows("indicators.csv")
    places = [rows[0].index(column) for column in ("jump_percent", "jump_least")]
    for row in rows[1:]:
        for place in places:
            row[place] = ""
    files.write("indicators.csv", rows)
    empty = load(files.folder).catalogue
    without(files, "jump_percent", "jump_least")
    outcome = load(files.folder)
    assert (outcome.nothing_new, outcome.catalogue) == (True, empty)


def test_a_file_as_it_was_before_there_were_thresholds_is_still_its_own_edition(files):
    """An installation that was loaded then must not get a new edition for a change that says nothing."""
    without(files, "jump_percent", "jump_least")
    content = []
    for name in ("tasks.csv", "indicators.csv", "rules.csv"):
        heading, *rows = files.rows(name)
        content += [dict(zip(heading, row, strict=True)) for row in rows]
    heading, *rows = files.rows("documents.csv")
    content += [[row[heading.index("code")], row[heading.index("cited_by_task")]] for row in rows]
    as_then = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    Catalogue.objects.update(fingerprint=as_then)
    assert load(files.folder).nothing_new is True


def test_a_misspelt_column_is_not_taken_for_one_left_out(files):
    files.text("indicators.csv", "jump_percent", "jump_percnt")
    assert refused(files.folder) == [("indicators.csv", 1, "jump_percnt", "")]


# --- refusals -------------------------------------------------------------------------------

REFUSED_CELLS = [  # file, key of the row, column, value, the value that is named
    # a code that nobody declared, in each column that refers to something
    ("documents.csv", "kh-57-2016", "implements", "khong-co", "khong-co"),
    ("documents.csv", "kh-57-2016", "implements", "ct-20-2012 khong-co", "khong-co"),
    ("documents.csv", "kh-57-2016", "succeeded_by", "khong-co", "khong-co"),
    ("documents.csv", "kh-57-2016", "cited_by_task", "thu-2020:8", "thu-2020:8"),
    ("documents.csv", "kh-57-2016", "cited_by_task", "thu-2021:3", "thu-2021:3"),
    ("documents.csv", "kh-57-2016", "cited_by_task", "3", "3"),
    ("tasks.csv", "7", "document", "cv-2125-2020", "cv-2125-2020"),
    ("body_links.csv", "so-ldtbxh", "predecessor", "khong-co", "khong-co"),
    ("body_links.csv", "so-ldtbxh", "successor", "khong-co", "khong-co"),
    ("lead_terms.csv", "so-y-te", "body", "khong-co", "khong-co"),
    ("obligations.csv", "thu-2020", "groups", "front xa", "xa"),
    ("obligations.csv", "thu-2020", "legal_basis", "luat-tre-em-2016 khong-co", "khong-co"),
    ("indicators.csv", "T7.08", "task", "8", "8"),
    ("indicators.csv", "T7.08", "counted_from", "district khong-co", "khong-co"),
    ("indicators.csv", "T7.08", "cross_checked_from", "khong-co", "khong-co"),
    ("indicators.csv", "T7.08", "of_which", "girls boys", "boys"),
    ("indicators.csv", "T7.08", "of_which", "total", "total"),
    ("indicators.csv", "T1.05", "numerator", "T9.99", "T9.99"),
    ("indicators.csv", "T1.05", "denominator", "T9.99", "T9.99"),
    ("rules.csv", "R01", "left", "T9.99", "T9.99"),
    ("rules.csv", "R31", "left", "T3.03 + T9.99", "T9.99"),
    ("rules.csv", "R01", "right", "T0.01 + T9.99", "T9.99"),
    # two successors: one would be lost without a word
    ("documents.csv", "kh-57-2016", "succeeded_by", "kh-78-2019 kh-79-2019", "kh-78-2019 kh-79-2019"),
    # a ratio of ratios, of a survey result, of nothing; parts where nothing is divided
    ("indicators.csv", "T1.05", "numerator", "T1.07", "T1.07"),
    ("indicators.csv", "T1.05", "denominator", "T1.05", "T1.05"),
    ("indicators.csv", "T1.05", "denominator", "T4.08", "T4.08"),
    ("indicators.csv", "T1.05", "numerator", "T2.01", "T2.01"),
    ("indicators.csv", "T1.05", "numerator", "", ""),
    ("indicators.csv", "T1.05", "factor", "", ""),
    ("indicators.csv", "T1.05", "factor", "0", "0"),
    ("indicators.csv", "T1.04", "numerator", "T0.01", "T0.01"),
    ("indicators.csv", "T1.04", "factor", "100", "100"),
    # rules that are none
    ("rules.csv", "R01", "left", "T0.01 - T0.02", "T0.01 - T0.02"),
    ("rules.csv", "R01", "left", "__import__('os')", "__import__('os')"),
    ("rules.csv", "R01", "operator", "<", "<"),
    ("rules.csv", "R01", "right", "T0.02 * 2", "T0.02 * 2"),
    ("rules.csv", "R01", "right", "", ""),
    # dates
    ("documents.csv", "kh-57-2016", "issued_on", "8/7/2016", "8/7/2016"),
    ("documents.csv", "kh-57-2016", "valid_from", "2016-02-30", "2016-02-30"),
    ("documents.csv", "kh-57-2016", "valid_to", "2016", "2016"),
    ("documents.csv", "kh-57-2016", "valid_to", "2016-07-07", "2016-07-07"),  # before it begins
    ("bodies.csv", "na-hang", "valid_from", "31/12/2020", "31/12/2020"),
    ("bodies.csv", "na-hang", "valid_to", "x", "x"),
    ("body_links.csv", "so-ldtbxh", "on", "1/3/2025", "1/3/2025"),
    ("lead_terms.csv", "so-y-te", "valid_from", "2025-13-01", "2025-13-01"),
    ("lead_terms.csv", "so-y-te", "valid_to", "x", "x"),
    ("lead_terms.csv", "so-y-te", "valid_to", "2025-02-28", "2025-02-28"),  # before it begins
    # numbers
    ("bodies.csv", "na-hang", "order", "ba", "ba"),
    ("bodies.csv", "na-hang", "order", "0", "0"),
    ("bodies.csv", "na-hang", "order", "-1", "-1"),
    ("bodies.csv", "na-hang", "order", "\u0661", "\u0661"),
    ("bodies.csv", "na-hang", "order", "1.5", "1.5"),
    ("obligations.csv", "thu-2020", "due_day", "31", "31"),
    ("obligations.csv", "thu-2020", "due_month", "13", "13"),
    ("obligations.csv", "thu-2020", "data_from_day", "0", "0"),
    ("obligations.csv", "thu-2020", "data_to_month", "", ""),
    ("tasks.csv", "7", "number", "x", "x"),
    ("indicators.csv", "T7.07", "jump_percent", "0", "0"),
    ("indicators.csv", "T7.07", "jump_percent", "1001", "1001"),
    ("indicators.csv", "T7.07", "jump_percent", "12.5", "12.5"),
    ("indicators.csv", "T7.07", "jump_percent", "30%", "30%"),
    ("indicators.csv", "T7.07", "jump_least", "-1", "-1"),
    ("indicators.csv", "T7.07", "jump_least", "2,5", "2,5"),
    ("indicators.csv", "T7.07", "jump_least", "ba", "ba"),
    # thresholds where nothing is counted or paid, or nothing is typed
    ("indicators.csv", "T7.08", "jump_percent", "30", "30"),
    ("indicators.csv", "T4.08", "jump_percent", "30", "30"),
    ("indicators.csv", "T6.22", "jump_least", "5", "5"),
    ("indicators.csv", "T1.05", "jump_least", "0", "0"),
    # holidays
    ("holidays.csv", "2027-09-03", "day", "3/9/2027", "3/9/2027"),
    ("holidays.csv", "2027-09-03", "day", "2027-09-31", "2027-09-31"),
    ("holidays.csv", "2027-09-03", "day", "", ""),
    ("holidays.csv", "2027-09-03", "day", "20270902", "20270902"),  # the second, again
    ("holidays.csv", "2027-09-03", "name_vi", "", ""),
    ("holidays.csv", "2027-09-03", "name_vi", "x" * 101, "x" * 101),
    ("holidays.csv", "2027-09-03", "note", "x" * 301, "x" * 301),
    ("holidays.csv", "2027-09-03", "working", "", ""),
    ("holidays.csv", "2027-09-03", "working", "có", "có"),
    ("holidays.csv", "2027-09-03", "working", "yes", "yes"),  # a Friday
    # words of a list
    ("bodies.csv", "na-hang", "kind", "huyện", "huyện"),
    ("body_links.csv", "so-ldtbxh", "kind", "khác", "khác"),
    ("obligations.csv", "thu-2020", "due_rule", "until", "until"),
    ("indicators.csv", "T7.08", "value_type", "text", "text"),
    ("indicators.csv", "T7.08", "time_kind", "year", "year"),
    ("indicators.csv", "T7.08", "aggregation", "mean", "mean"),
    ("indicators.csv", "T7.08", "core", "có", "có"),
    ("indicators.csv", "T7.08", "sensitive", "", ""),
    ("rules.csv", "R01", "severity", "fatal", "fatal"),
    # what must be there
    ("documents.csv", "kh-57-2016", "number", "", ""),
    ("documents.csv", "kh-57-2016", "kind", "", ""),
    ("documents.csv", "kh-57-2016", "issuer", "", ""),
    ("documents.csv", "kh-57-2016", "title", "", ""),
    ("bodies.csv", "na-hang", "name", "", ""),
    ("bodies.csv", "na-hang", "short_name", "", ""),
    ("body_links.csv", "so-ldtbxh", "on", "", ""),
    ("tasks.csv", "7", "title_vi", "", ""),
    ("tasks.csv", "7", "text_vi", "", ""),
    ("indicators.csv", "T7.08", "name_vi", "", ""),
    ("indicators.csv", "T7.08", "counted_from", "", ""),
    ("rules.csv", "R01", "message_vi", "", ""),
    ("bodies.csv", "bao-tuyen-quang", "code", "", ""),
    ("indicators.csv", "T7.08", "code", "", ""),
    ("rules.csv", "R50", "code", "", ""),
    ("obligations.csv", "thu-2020", "code", "", ""),
    # longer than the database holds (PostgreSQL would stop in the middle, SQLite would not say a word)
    ("indicators.csv", "T7.08", "unit", "x" * 41, "x" * 41),
    ("bodies.csv", "na-hang", "short_name", "x" * 81, "x" * 81),
]


@pytest.mark.parametrize(("file", "key", "column", "value", "named"), REFUSED_CELLS)
def test_refuses_a_cell_and_names_it(files, file, key, column, value, named):
    line = files.set(file, key, **{column: value})
    assert (file, line, column, named) in refused(files.folder)


ONE_DEFECT = [
    ("documents.csv", "kh-57-2016", "implements", "khong-co"),
    ("bodies.csv", "na-hang", "order", "ba"),
    ("indicators.csv", "T7.08", "counted_from", "khong-co"),
    ("indicators.csv", "T1.05", "numerator", "T1.07"),
    ("rules.csv", "R01", "right", "T9.99"),
    ("lead_terms.csv", "so-y-te", "body", "khong-co"),
    ("indicators.csv", "T7.07", "jump_percent", "0"),
    ("indicators.csv", "T1.05", "jump_least", "5"),
    ("holidays.csv", "2027-09-03", "day", ""),
    ("holidays.csv", "2027-09-03", "day", "20270902"),
]


@pytest.mark.parametrize(("file", "key", "column", "value"), ONE_DEFECT)
def test_one_mistake_is_one_defect(files, file, key, column, value):
    line = files.set(file, key, **{column: value})
    assert refused(files.folder) == [(file, line, column, value)]


def test_all_mistakes_are_told_at_once(files):
    lines = [
        files.set("documents.csv", "kh-57-2016", issued_on="8/7/2016"),
        files.set("bodies.csv", "na-hang", kind="huyện"),
        files.set("rules.csv", "R01", left="T9.99"),
    ]
    assert refused(files.folder) == [
        ("documents.csv", lines[0], "issued_on", "8/7/2016"),
        ("bodies.csv", lines[1], "kind", "huyện"),
        ("rules.csv", lines[2], "left", "T9.99"),
    ]


CYCLES = [  # {document: what it points to} of a circle of one, two and three
    {"ct-23-2020": "ct-23-2020"},
    {"ct-23-2020": "cv-2125-2020", "cv-2125-2020": "ct-23-2020"},
    {"ct-23-2020": "thu-2020", "thu-2020": "cv-2125-2020", "cv-2125-2020": "ct-23-2020"},
]


@pytest.mark.parametrize("circle", CYCLES, ids=len)
@pytest.mark.parametrize("column", ["implements", "succeeded_by"])
def test_refuses_a_circle_and_names_it_once(files, circle, column):
    for code, above in circle.items():
        files.set("documents.csv", code, **{column: above})
    [(file, line, of, above)] = refused(files.folder)
    names = {files.line("documents.csv", code): code for code in circle}
    assert (file, of, circle[names[line]]) == ("documents.csv", column, above)


def test_the_sentence_shows_the_whole_circle(files):
    files.set("documents.csv", "ct-23-2020", implements="thu-2020")
    with pytest.raises(DataError) as error:
        load(files.folder)
    assert str(error.value) == (
        "documents.csv, dòng 4, cột “implements”: “ct-23-2020” "
        "tạo thành vòng: ct-23-2020 → thu-2020 → cv-2125-2020 → ct-23-2020."
    )


def test_two_ways_up_to_one_document_are_no_circle(files):
    files.set("documents.csv", "thu-2020", implements="cv-2125-2020 ct-23-2020")
    assert load(files.folder).changed == {"Directive": 1}


def test_refuses_two_obligations(files):
    files.add("obligations.csv", "thu-2020", code="thu-2021")
    assert refused(files.folder) == [("obligations.csv", 0, "", "")]


def test_refuses_no_obligation(files):
    files.write("obligations.csv", files.rows("obligations.csv")[:1])
    assert ("obligations.csv", 0, "", "") in refused(files.folder)


REPEATED = [  # file, key, other columns, what is named
    ("documents.csv", "kh-57-2016", {}, "kh-57-2016"),
    ("bodies.csv", "na-hang", {"name": "Khác"}, "na-hang"),
    ("indicators.csv", "T7.08", {}, "T7.08"),
    ("rules.csv", "R50", {}, "R50"),
    ("tasks.csv", "7", {}, "thu-2020 7"),
    ("lead_terms.csv", "so-y-te", {}, "so-y-te 2025-03-01"),
    ("body_links.csv", "so-ldtbxh", {}, "so-ldtbxh so-y-te function 2025-03-01"),
    ("holidays.csv", "2020-09-02", {"name_vi": "Khác"}, "2020-09-02"),
]


@pytest.mark.parametrize(("file", "key", "values", "named"), REPEATED)
def test_refuses_a_repeated_key(files, file, key, values, named):
    line = files.add(file, key, **values)
    column = files.rows(file)[0][0]
    assert refused(files.folder) == [(file, line, column, named)]


def test_refuses_the_same_task_number_written_differently(files):
    line = files.add("tasks.csv", "7", number="07")
    assert [(file, number) for file, number, _column, _value in refused(files.folder)] == [("tasks.csv", line)]


def test_refuses_a_task_cited_twice_by_one_document(files):
    line = files.set("documents.csv", "kh-57-2016", cited_by_task="thu-2020:3 thu-2020:3")
    assert [found[:3] for found in refused(files.folder)] == [("documents.csv", line, "cited_by_task")]


@pytest.mark.parametrize("file", sorted(path.name for path in DATA.glob("*.csv")))
class TestEveryFile:
    def test_refuses_a_missing_file(self, files, file):
        (files.folder / file).unlink()
        assert refused(files.folder) == [(file, 0, "", "")]

    def test_refuses_an_empty_file(self, files, file):
        header = files.rows(file)[0]
        (files.folder / file).write_text("")
        needed = [column for column in header if column not in OPTIONAL.get(file, ())]
        assert refused(files.folder) == [(file, 1, column, "") for column in needed]

    def test_refuses_what_is_not_utf_8(self, files, file):
        path = files.folder / file
        path.write_bytes(path.read_bytes() + "Hà Đông".encode("cp1258"))
        assert refused(files.folder) == [(file, 0, "", "")]

    def test_refuses_a_missing_column(self, files, file):
        rows = files.rows(file)
        column = rows[0][-1]
        files.write(file, [row[:-1] for row in rows])
        assert refused(files.folder) == [(file, 1, column, "")]

    def test_refuses_a_cell_too_many_and_one_too_few(self, files, file):
        rows = files.rows(file)
        files.write(file, [rows[0], [*rows[1], "thừa"], rows[1][:-1], *rows[1:]])
        assert refused(files.folder) == [(file, 2, "", ""), (file, 3, "", "")]

    def test_refuses_an_open_quote(self, files, file):
        lines = (files.folder / file).read_text(encoding="utf-8").splitlines()
        (files.folder / file).write_text("\n".join([*lines, '"không đóng']), encoding="utf-8")
        assert refused(files.folder) == [(file, len(lines) + 1, "", "")]

    def test_refuses_a_broken_quote_in_the_heading(self, files, file):
        path = files.folder / file
        path.write_text('"x"y,' + path.read_text(encoding="utf-8"), encoding="utf-8")
        assert [found[:2] for found in refused(files.folder)] == [(file, 1)]


# --- line numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["dòng một\ndòng hai\ndòng ba", "dòng một\r\ndòng hai"])
def test_lines_are_right_after_a_cell_of_several_lines(files, inside):
    first = files.line("documents.csv", "kh-57-2016")
    files.set("documents.csv", "kh-57-2016", title=inside)
    files.text("documents.csv", "kh-79-2019,79/KH-UBND,Kế hoạch,2019-06-29", "kh-79-2019,79/KH-UBND,Kế hoạch,29/6/2019")
    later = first + 3 + inside.count("\n")  # kh-91, kh-78, then kh-79
    assert refused(files.folder) == [("documents.csv", later, "issued_on", "29/6/2019")]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85"], ids=ascii)
def test_other_line_separators_are_letters_of_a_cell_and_not_lines_of_the_file(files, separator):
    """Word leaves such marks in pasted text; an editor does not count them as lines."""
    files.set("documents.csv", "kh-57-2016", title=f"một{separator}hai")
    line = files.set("documents.csv", "kh-79-2019", issued_on="29/6/2019")
    assert line == 14
    assert refused(files.folder) == [("documents.csv", line, "issued_on", "29/6/2019")]


def test_lines_are_right_after_blank_lines(files):
    line = files.set("bodies.csv", "na-hang", order="ba")
    files.text("bodies.csv", "mttq-tinh,", "\n\nmttq-tinh,")
    assert refused(files.folder) == [("bodies.csv", line + 2, "order", "ba")]


# --- the command ----------------------------------------------------------------------------


def test_the_command_prints_every_defect_and_returns_2(files):
    line = files.set("rules.csv", "R01", left="T9.99")
    with pytest.raises(CommandError) as error:
        call_command("load_directives", data=files.folder)
    assert (error.value.returncode, str(error.value)) == (
        2,
        "Không nạp được, chưa thay đổi gì:\n"
        f"rules.csv, dòng {line}, cột “left”: “T9.99” không phải mã chỉ tiêu nào đã khai báo.",
    )


def test_the_command_names_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("load_directives", data=tmp_path / "khong-co")
    sentences = str(error.value).splitlines()
    assert (error.value.returncode, len(sentences)) == (2, 11)
    assert sentences[1] == "documents.csv: không có tệp này trong thư mục dữ liệu."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ["Không có gì thay đổi."]),
        ({"name": "Khác"}, ["sửa 1 Body"]),
    ],
)
def test_the_command_says_what_it_did(files, capsys, values, said):
    files.set("bodies.csv", "na-hang", **values)
    call_command("load_directives", data=files.folder)
    assert capsys.readouterr().out.splitlines() == said
