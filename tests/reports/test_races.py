"""Real threads on a real database: the second click loses, and nothing slips in between."""

import threading

import pytest
from django.db import connection

from directives.choices import Role
from reports.answers import Answer, Cell
from reports.drafting import NotWritable, Section, save_section
from reports.models import Event, Report, answers_of
from reports.workflow import NotAllowed, move
from tests.conftest import person
from tests.factories import fill

pytestmark = pytest.mark.xdist_group("races")


def together(*calls):
    """Run ``calls`` in threads that start at the same moment; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait()
            outcomes[index] = call()
        except (NotAllowed, NotWritable) as refusal:
            outcomes[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def ready(transactional_db, cast, period, report_of):
    return fill(report_of("na-hang"), by=cast.lan)


def test_eight_people_send_at_once_and_one_sends(ready, cast):
    people = [cast.lan, cast.ky, *(person(f"nguoi-{n}", Role.REPORTER, "na-hang") for n in range(6))]
    outcomes = together(*(lambda who=who: move(ready, "submit", by=who) for who in people))
    assert sum(isinstance(outcome, Event) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotAllowed) for outcome in outcomes) == 7
    report = Report.objects.get(pk=ready.pk)
    assert (report.version, report.events.count()) == (1, 1)


def test_one_officer_accepts_while_another_returns(ready, cast):
    move(ready, "submit", by=cast.lan)
    outcomes = together(
        lambda: move(ready, "accept", by=cast.huyen),
        lambda: move(ready, "accept", by=cast.tu),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Event", "NotAllowed"]
    assert ready.events.filter(action="accept").count() == 1


def test_a_save_beside_a_sending_is_in_the_sending_or_refused(ready, cast):
    """What was sent is what is stored: a figure saved at that moment is in both or in neither."""
    cell = Cell("T7.01")
    save = Section(7, {cell: Answer(value=9)})
    saved, sent = together(
        lambda: save_section(ready, save, by=cast.ky),
        lambda: move(ready, "submit", by=cast.lan),
    )
    assert isinstance(sent, Event)
    stored = answers_of(ready)[cell].value
    assert sent.content["figures"]["T7.01"]["value"] == str(stored)
    assert stored == (0 if isinstance(saved, NotWritable) else 9)
