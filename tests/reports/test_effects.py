"""The effect of a decision on the provincial totals: what is told before is what the Summary says afterwards."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directives.choices import Role
from directives.models import Body, Indicator
from reports.choices import Action, Status
from reports.effects import FIRST, effect, effect_of_accepting, effects
from reports.gathering import summarise
from reports.models import Correction, Figure, Report
from reports.workflow import accept_many, move
from tests.conftest import person
from tests.factories import accept, send

pytestmark = pytest.mark.django_db


def correction(report, code, value, by, option="total"):
    """A line of the ledger as its door writes it; None: "không phát sinh" is used."""
    indicator = Indicator.objects.get(catalogue=report.period.catalogue, code=code)
    figure = Figure.objects.filter(report=report, indicator=indicator, option=option).first()
    return Correction.objects.create(
        report=report,
        indicator=indicator,
        option=option,
        version=report.version,
        reported=figure.value if figure else None,
        reported_nothing=figure.nothing if figure else False,
        value=None if value is None else Decimal(value),
        nothing=value is None,
        reason="Nhầm.",
        by=by,
    )


def province(period):
    """What the Summary says now: rows without last year's, findings, coverage of whole reports."""
    summary = summarise(Report.objects.filter(period=period).first().period)
    return (
        [replace(row, previous=None, previous_reported=None) for row in summary.rows],
        summary.findings,
        (
            summary.coverage.answered,
            summary.coverage.owed,
        ),
    )


def foretold(report, action):
    return said(effect(Report.objects.select_related("period", "body").get(pk=report.pk), action))


def said(found):
    _before, after = found.coverage
    return list(found.rows), found.findings, (after.answered, after.owed)


def told(found):
    """{place: (before, after, coverage)} of the lines whose figure changes."""
    return {
        line.code + (f" {line.label}" if line.label else ""): (line.before, line.after, line.basis)
        for line in found.lines
        if line.figure
    }


def test_what_one_acceptance_changes(report_of, cast):
    seen = {"T6.05": 9, "T6.06": 4, "T6.06:girls": 3, "T6.08": 4}
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures=seen)
    report = send(report_of("na-hang"), cast.lan, figures={"T6.05": 20, "T6.06": 12, "T6.08": 12, "T6.14": 6})
    found = effect(report, Action.ACCEPT)
    lines = told(found)
    assert lines["T6.06"] == ("4", "16", "2/7 cơ quan")
    assert "T6.06 Nữ" not in lines  # nobody there said how many girls: the sum stays
    assert lines["T6.15"] == ("0,00", "37,50", "2/7 cơ quan")
    only = {line.code for line in found.lines if not line.figure}
    assert ("T6.17" in only, "T6.06" in only) == (True, False)
    assert (found.coverage[0].short, found.coverage[1].short) == ("1/39 cơ quan", "2/39 cơ quan")
    figures = [line.figure for line in found.lines]
    assert figures == sorted(figures, reverse=True)
    assert (len(found.first), len(found.first) + len(found.rest)) == (FIRST, len(found.lines))


def test_missing_nothing_and_zero_stay_three_things(report_of, cast):
    report = send(report_of("na-hang"), cast.lan, figures={"T6.05": 0, "T6.06": None, "T6.14": None})
    lines = told(effect(report, Action.ACCEPT))
    assert lines["T6.05"] == ("chưa có số liệu", "0", "1/7 cơ quan")
    assert lines["T6.06"] == ("chưa có số liệu", "không phát sinh", "1/7 cơ quan")


def test_a_return_of_what_waits_changes_nothing_and_reads_nothing(report, cast, django_assert_num_queries):
    send(report, cast.lan)
    report.indicators(), report.body.valid_to
    with django_assert_num_queries(0):
        found = effect(report, Action.RETURN)
    assert (bool(found), found.coverage, found.lines) == (False, None, ())


def test_a_rule_of_the_province_that_will_not_hold(period, report_of, cast):
    """The body breaks a rule that asks for a reason, and is the only one in the totals."""
    code, linear = next(
        (rule.code, linear)
        for rule, linear in period.rules()
        if rule.severity == "warning" and linear.compare == "<=" and len(linear.codes) == 2
    )
    low, high = linear.codes
    report = send(report_of("na-hang"), cast.lan, figures={low: 7, high: 3})
    found = effect(report, Action.ACCEPT)
    move(report, Action.ACCEPT, by=cast.huyen)
    assert {f.code for f in found.broken} == {f.code for f in summarise(period).findings}
    assert code in {f.code for f in found.broken}
    report.refresh_from_db()
    assert code in {f.code for f in effect(report, Action.REOPEN).mended}


def test_a_body_that_closed_still_counts_when_its_report_goes_back(period, report_of, cast):
    report = send(report_of("na-hang"), cast.lan, figures={"T6.17": 3})
    Body.objects.filter(code="na-hang").update(valid_to=dt.date(2020, 6, 30))
    before = province(period)
    found = effect(report, Action.RETURN)
    with transaction.atomic():
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
        assert (bool(found), province(period)) == (False, before)
        transaction.set_rollback(True)
    report.refresh_from_db()
    move(report, Action.ACCEPT, by=cast.huyen)
    expected = foretold(report, Action.REOPEN)
    move(report, Action.REOPEN, by=cast.huyen, note="Sửa.")
    assert province(period) == expected
    assert expected[2] == (0, 39)


PEOPLE = {"T0.01": 50000, "T0.02": 90000, "T0.03": 30000}
OFTEN = ("T0.04", "T1.04", "T2.05", "T6.05", "T6.06", "T6.17")
SAID = st.one_of(st.none(), st.integers(0, 50))
BODIES = ("na-hang", "chiem-hoa", "cong-an-tinh", "so-tu-phap")
REPORT = st.fixed_dictionaries(
    {
        "children": st.integers(50, 100),
        "figures": st.fixed_dictionaries({}, optional={"T1.04": SAID, "T2.05": SAID, "T6.17": SAID}),
        "abused": SAID,
        "left_out": st.sets(st.sampled_from(("T2.05", "T1.04", "T0.04", "T6.17"))),
        "declined": st.sampled_from([(), (), (1,), (2,)]),
        "estimates": st.sets(st.sampled_from(OFTEN)),
        "corrected": st.dictionaries(st.sampled_from(OFTEN), SAID, max_size=2),
    }
)


def _sent(report, by, plan, officer):
    """Sends what the plan says, as far as the body is asked for it and may leave it out."""
    asked = {i.code: i for i in report.indicators() if not i.computed and i.task_number not in plan["declined"]}
    figures = PEOPLE | {"T0.04": plan["children"]} | plan["figures"]
    figures |= dict.fromkeys(("T6.05", "T6.06", "T6.08"), plan["abused"])
    out = {c for c in plan["left_out"] if c in asked and not (asked[c].core and report.role_of(asked[c]) == "counted")}
    own = {code: value for code, value in figures.items() if code in asked and code not in out}
    send(report, by, figures=own, left_out=tuple(out), declined=plan["declined"])
    rows = Figure.objects.filter(report=report, option="total", indicator__code__in=plan["estimates"])
    rows.update(estimate=True)
    for code, value in plan["corrected"].items():
        if code in asked:
            correction(report, code, value, officer)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(plans=st.lists(REPORT, min_size=2, max_size=4), accepted=st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_is_told_is_what_happens(period, cast, plans, accepted):
    with transaction.atomic():
        reports = []
        for place, plan in enumerate(plans):
            report = period.reports.select_related("period", "body").get(body__code=BODIES[place])
            by = person(f"nguoi-{place}", Role.REPORTER, BODIES[place])
            _sent(report, by, plan, cast.huyen)
            if accepted[place]:
                move(report, Action.ACCEPT, by=cast.huyen)
            report.refresh_from_db()
            reports.append(report)
        for report in reports:
            _plays_out(period, report, cast)
        _plays_out_together(period, reports, cast)
        transaction.set_rollback(True)


def _plays_out(period, report, cast):
    action = Action.REOPEN if report.status == Status.ACCEPTED else Action.ACCEPT
    expected = foretold(report, action)
    with transaction.atomic():
        move(report, action, by=cast.huyen, note="Sửa.")
        assert province(period) == expected
        transaction.set_rollback(True)
    report.refresh_from_db()
    if action == Action.ACCEPT:
        before = province(period)
        with transaction.atomic():
            move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
            assert province(period) == before
            transaction.set_rollback(True)
        report.refresh_from_db()


def _plays_out_together(period, reports, cast):
    """All that wait, accepted at once."""
    waiting = [report for report in reports if report.status == Status.SUBMITTED]
    found = effect_of_accepting(waiting)
    if not waiting:
        assert (bool(found), found.coverage) == (False, None)
        return
    with transaction.atomic():
        assert accept_many(waiting, by=cast.huyen)[1] == []
        assert province(period) == said(found)
        transaction.set_rollback(True)


def test_what_several_acceptances_change_together(report_of, cast):
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    one = send(report_of("na-hang"), cast.lan, figures={"T6.17": 100})
    other = send(report_of("chiem-hoa"), cast.minh, figures={"T6.17": 3})
    correction(one, "T6.17", 10, cast.huyen)
    found = effect_of_accepting([one, other])
    assert told(found)["T6.17"] == ("chưa có số liệu", "13", "2/7 cơ quan")
    assert [coverage.short for coverage in found.coverage] == ["1/39 cơ quan", "3/39 cơ quan"]
    assert said(effect_of_accepting([one])) == foretold(one, Action.ACCEPT)


def test_several_acceptances_cost_what_one_does(report_of, cast):
    def queries(reports):
        with CaptureQueriesContext(connection) as asked:
            effect_of_accepting(Report.objects.select_related("period", "body").filter(pk__in=[r.pk for r in reports]))
        return len(asked)

    bodies = {"na-hang": cast.lan, "chiem-hoa": cast.minh, "so-y-te": cast.yen}
    reports = [send(report_of(code), by, figures={"T6.17": 3}) for code, by in list(bodies.items())[:2]]
    reports.append(send(report_of("so-y-te"), cast.yen))
    assert queries(reports) == queries(reports[:1]) <= 12


def test_a_correction_goes_with_its_sending(period, report_of, cast):
    report = send(report_of("na-hang"), cast.lan, figures={"T6.17": 100})
    correction(report, "T6.17", 10, cast.huyen)
    correction(report, "T6.18", None, cast.huyen)
    lines = told(effect(report, Action.ACCEPT))
    assert lines["T6.17"][:2] == ("chưa có số liệu", "10")
    assert lines["T6.18"][:2] == ("chưa có số liệu", "không phát sinh")
    expected = foretold(report, Action.ACCEPT)
    move(report, Action.ACCEPT, by=cast.huyen)
    assert province(period) == expected
    report.refresh_from_db()
    assert told(effect(report, Action.REOPEN))["T6.17"][:2] == ("10", "chưa có số liệu")


def test_two_decisions_cost_one_reading_whatever_the_number_of_bodies(report_of, cast):
    def queries(report, actions):
        with CaptureQueriesContext(connection) as asked:
            effects(report, actions)
        return len(asked)

    report = send(report_of("na-hang"), cast.lan, figures={"T6.17": 3})
    effects(report, [Action.ACCEPT])
    one = queries(report, [Action.ACCEPT])
    assert queries(report, [Action.ACCEPT, Action.RETURN]) == one
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen, figures={"T6.17": 4})
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    assert queries(report, [Action.ACCEPT]) == one
    assert one <= 8
