"""What is owed, by whom, until when, and on what grounds."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from directives.choices import DueRule
from directives.models import Body, Directive, LeadTerm, Obligation, indicators_of, late_from
from reports.models import Period
from tests.conftest import at

pytestmark = pytest.mark.django_db

FIRST_LATE = {"before": at(2020, 12, 15, 0), "by": at(2020, 12, 16, 0)}

DEADLINE = [  # moment, in time under "before", in time under "by"
    (at(2020, 12, 1), True, True),
    (at(2020, 12, 14, 23, 59, 59), True, True),
    (at(2020, 12, 15, 0, 0, 0), False, True),
    (at(2020, 12, 15, 23, 59, 59), False, True),
    (at(2020, 12, 16, 0, 0, 0), False, False),
    # the same moments as the database keeps them: seven hours earlier in UTC
    (dt.datetime(2020, 12, 14, 16, 59, 59, tzinfo=dt.UTC), True, True),
    (dt.datetime(2020, 12, 14, 17, 0, 0, tzinfo=dt.UTC), False, True),
    (dt.datetime(2020, 12, 14, 23, 59, 59, tzinfo=dt.UTC), False, True),
    (dt.datetime(2020, 12, 15, 16, 59, 59, tzinfo=dt.UTC), False, True),
    (dt.datetime(2020, 12, 15, 17, 0, 0, tzinfo=dt.UTC), False, False),
]


@pytest.mark.parametrize(("moment", "before", "by"), DEADLINE)
def test_deadline(moment, before, by):
    due = {"due_on": dt.date(2020, 12, 15)}
    verdicts = {rule: Period(due_rule=rule, **due).is_on_time(moment) for rule in DueRule.values}
    passed = {rule: Period(due_rule=rule, **due).is_due_passed(moment) for rule in DueRule.values}
    assert (verdicts, passed) == ({"before": before, "by": by}, {"before": not before, "by": not by})


@pytest.mark.parametrize("rule", DueRule.values)
def test_first_late_moment_is_a_midnight_in_vietnam(rule):
    moment = late_from(dt.date(2020, 12, 15), rule)
    assert (moment, moment.utcoffset()) == (FIRST_LATE[rule], dt.timedelta(hours=7))


def test_the_deadline_does_not_follow_the_reader_s_clock():
    with timezone.override("America/New_York"):
        stored = late_from(dt.date(2020, 12, 15), "before")
    assert stored == FIRST_LATE["before"]


@pytest.mark.parametrize(
    ("due_on", "rule", "first_late"),
    [
        (dt.date(2020, 12, 31), "by", at(2021, 1, 1, 0)),
        (dt.date(2020, 2, 28), "by", at(2020, 2, 29, 0)),
        (dt.date(2021, 2, 28), "by", at(2021, 3, 1, 0)),
        (dt.date(2021, 1, 1), "before", at(2021, 1, 1, 0)),
        (dt.date(2020, 11, 15), "before", at(2020, 11, 15, 0)),  # a Sunday: no shift
    ],
)
def test_ends_of_months_and_weekends(due_on, rule, first_late):
    assert late_from(due_on, rule) == first_late


@pytest.mark.parametrize(
    ("moment", "passed"),
    [("2020-12-14T16:59:59+00:00", False), ("2020-12-14T17:00:00+00:00", True)],
)
def test_now_is_the_default_moment(moment, passed):
    period = Period(due_on=dt.date(2020, 12, 15), due_rule="before")
    with time_machine.travel(moment, tick=False):
        assert period.is_due_passed() is passed


@pytest.mark.parametrize(
    ("year", "due", "first", "last"),
    [
        (2020, dt.date(2020, 12, 15), dt.date(2019, 12, 15), dt.date(2020, 12, 14)),
        (2021, dt.date(2021, 12, 15), dt.date(2020, 12, 15), dt.date(2021, 12, 14)),
    ],
)
def test_due_day_and_data_days(obligation, year, due, first, last):
    assert (obligation.due_on(year), obligation.data_days(year)) == (due, (first, last))


def test_years_follow_each_other_without_gap_or_overlap(obligation):
    last, following = obligation.data_days(2020)[1], obligation.data_days(2021)[0]
    assert following - last == dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "lead"),
    [
        (dt.date(2020, 12, 1), "so-ldtbxh"),
        (dt.date(2025, 2, 28), "so-ldtbxh"),
        (dt.date(2025, 3, 1), "so-y-te"),
        (dt.date(2030, 1, 1), "so-y-te"),
    ],
)
def test_who_leads(obligation, day, lead):
    assert obligation.lead_on(day).body.code == lead


def test_the_newer_term_leads_where_an_old_one_was_left_open(obligation):
    """An administrator adds the new lead and forgets to close the old one; the same on every database."""
    LeadTerm.objects.filter(body__code="so-ldtbxh").update(valid_to=None)
    assert obligation.lead_on(dt.date(2025, 3, 1)).body.code == "so-y-te"


def test_nobody_leads(obligation):
    LeadTerm.objects.update(valid_from=dt.date(2021, 1, 1))
    assert obligation.lead_on(dt.date(2020, 12, 31)) is None


def test_owed_in_protocol_order_with_the_lead_s_own_group(obligation):
    owed = [(body.code, group) for body, group in obligation.owed_on(dt.date(2020, 12, 1))]
    expected = [(body.code, "lead" if body.code == "so-ldtbxh" else body.kind) for body in Body.objects.all()]
    assert owed == expected
    assert [code for code, _group in owed][-8:] == [
        "so-ldtbxh",
        "tp-tuyen-quang",
        "lam-binh",
        "na-hang",
        "chiem-hoa",
        "ham-yen",
        "yen-son",
        "son-duong",
    ]


@pytest.mark.parametrize(
    ("day", "number", "groups"),
    [
        (dt.date(2020, 12, 1), 39, {"front": 6, "department": 25, "lead": 1, "district": 7}),
        (dt.date(2025, 2, 28), 39, {"front": 6, "department": 25, "lead": 1, "district": 7}),
        (dt.date(2025, 3, 1), 38, {"front": 6, "department": 24, "lead": 1, "district": 7}),
        (dt.date(2025, 6, 30), 38, {"front": 6, "department": 24, "lead": 1, "district": 7}),
        (dt.date(2025, 7, 1), 31, {"front": 6, "department": 24, "lead": 1}),
    ],
)
def test_who_owes_on_a_day(obligation, day, number, groups):
    owed = [group for _body, group in obligation.owed_on(day)]
    assert (len(owed), {group: owed.count(group) for group in dict.fromkeys(owed)}) == (number, groups)


def test_the_lead_changes_and_keeps_its_place_in_the_order(obligation):
    owed = [
        (body.code, group) for body, group in obligation.owed_on(dt.date(2025, 3, 1)) if body.code.startswith("so-")
    ]
    assert (owed[-1], [group for _code, group in owed].count("lead")) == (("so-y-te", "lead"), 1)


def test_only_the_groups_that_the_letter_addresses(obligation):
    obligation.groups = "front district"
    owed = {group for _body, group in obligation.owed_on(dt.date(2020, 12, 1))}
    assert owed == {"front", "district"}


# What the body in the lead answers for its own office, whoever holds the lead that day.
LEAD_COUNTS = ["T2.05", "T2.06", "T2.07", "T2.08", "T3.26", "T5.01", "T5.02", "T5.05", "T5.06"]


@pytest.mark.parametrize(("day", "code"), [(dt.date(2020, 12, 1), "so-ldtbxh"), (dt.date(2025, 3, 15), "so-y-te")])
def test_the_figures_of_the_lead_s_own_office_are_asked_of_whoever_leads(obligation, day, code):
    """The lead is a role for a time: what its own office spent and organised does not vanish with the old name."""
    indicators = {i.code: i for i in indicators_of(obligation.directive.catalogues.first().pk)}
    [(lead, group)] = [(body, group) for body, group in obligation.owed_on(day) if group == "lead"]
    roles = {name: indicators[name].role_of(group, lead.code) for name in LEAD_COUNTS}
    assert (lead.code, roles) == (code, dict.fromkeys(LEAD_COUNTS, "counted"))


def test_grounds_run_from_the_wider_to_the_nearer_and_leave_the_undated_letter_out(obligation):
    assert [directive.code for directive in obligation.grounds()] == [
        "luat-tre-em-2016",
        "ct-23-2020",
        "cv-2125-2020",
    ]


def test_the_letter_is_cited_once_it_has_a_date(obligation):
    Directive.objects.filter(code="thu-2020").update(issued_on=dt.date(2020, 8, 3), number="9/SLĐTBXH")
    fresh = Obligation.objects.get()
    assert [d.code for d in fresh.grounds()] == ["luat-tre-em-2016", "ct-23-2020", "cv-2125-2020", "thu-2020"]


def test_what_two_instruments_implement_is_cited_once(obligation):
    law = Directive.objects.get(code="luat-tre-em-2016")
    for code in ("ct-23-2020", "cv-2125-2020"):
        Directive.objects.get(code=code).implements.add(law)
    assert [d.code for d in obligation.grounds()] == ["luat-tre-em-2016", "ct-23-2020", "cv-2125-2020"]


def test_a_circle_made_by_hand_does_not_hang_the_paper(obligation):
    """The files refuse a circle, the back office cannot: the grounds still name each instrument once."""
    Directive.objects.get(code="ct-23-2020").implements.add(Directive.objects.get(code="cv-2125-2020"))
    assert sorted(d.code for d in obligation.grounds()) == ["ct-23-2020", "cv-2125-2020", "luat-tre-em-2016"]


@pytest.mark.parametrize(("rule", "words"), [("before", "trước ngày 15/12/2020"), ("by", "chậm nhất ngày 15/12/2020")])
def test_the_deadline_in_the_words_of_the_letter(rule, words):
    assert Period(due_on=dt.date(2020, 12, 15), due_rule=rule).due_words == words
