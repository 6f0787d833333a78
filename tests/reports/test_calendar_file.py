"""The deadline as a calendar file: one whole day, the same event when it moves; only for the body's own people."""

import datetime as dt

import pytest
from icalendar import Calendar

from reports import petitions
from reports.calendar_file import deadline_file, file_name
from reports.choices import Action, PetitionKind
from reports.models import Period
from reports.workflow import move
from tests.conftest import at

pytestmark = pytest.mark.django_db

PAGE = "/bao-cao/2020/na-hang/han.ics"


def event_in(file):
    calendar = Calendar.from_ical(file)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_last_day_in_time_is_a_whole_day(report):
    event = event_in(deadline_file(report, at(2020, 11, 1)))
    assert event.decoded("dtstart") == dt.date(2020, 12, 14)  # "trước ngày 15/12"
    assert event.decoded("dtend") == dt.date(2020, 12, 15)
    assert event["summary"] == "Hạn gửi báo cáo năm 2020"
    assert "Ủy ban nhân dân huyện Na Hang gửi báo cáo năm 2020 trước ngày 15/12/2020." in event["description"]
    assert event["url"] == "http://localhost:8000/bao-cao/2020/na-hang/"
    assert event["transp"] == "TRANSPARENT"
    alarms = [alarm.decoded("trigger") for alarm in event.walk("VALARM")]
    assert alarms == [dt.timedelta(days=-7, hours=9), dt.timedelta(days=-1, hours=9)]


def test_lines_are_folded_and_end_as_the_standard_wants(report):
    file = deadline_file(report, at(2020, 11, 1))
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert b"\n" not in file.replace(b"\r\n", b"")


@pytest.mark.parametrize("until", [dt.date(2020, 12, 15), dt.date(2020, 12, 20)])
def test_more_time_moves_the_same_event(report, cast, time_machine, until):
    time_machine.move_to(at(2020, 12, 1), tick=False)
    before = event_in(deadline_file(report))
    petition = petitions.ask(report, PetitionKind.MORE_TIME, "Lũ", until, cast.lan)
    petitions.decide(petition, True, cast.huyen)
    report.refresh_from_db()
    after = event_in(deadline_file(report))
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart") == until


def test_by_a_day_includes_that_day(report):
    Period.objects.filter(pk=report.period_id).update(due_rule="by")
    report.period.refresh_from_db()
    assert event_in(deadline_file(report)).decoded("dtstart") == dt.date(2020, 12, 15)


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("ky", 200), ("minh", 404), ("huyen", 404), ("hung", 404), ("quan", 404)]
)
def test_only_the_bodys_people_get_it(client, cast, report, who, status):
    client.force_login(getattr(cast, who))
    response = client.get(PAGE)
    assert response.status_code == status
    if status == 200:
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="han-bao-cao-2020-na-hang.ics"'
        assert response["Cache-Control"] == "private, no-store"
        assert event_in(response.content)["uid"] == event_in(deadline_file(report))["uid"]
    assert client.post(PAGE).status_code == 405


def test_who_is_exempted_has_no_deadline(client, cast, report):
    move(report, Action.EXEMPT, by=cast.huyen, note="Lý do")
    client.force_login(cast.lan)
    assert client.get(PAGE).status_code == 404
    assert client.get("/bao-cao/2020/khong-co/han.ics").status_code == 404


def test_the_page_of_the_report_leads_there_while_there_is_time(client, cast, report, time_machine):
    client.force_login(cast.lan)
    time_machine.move_to(at(2020, 12, 14), tick=False)
    client.force_login(cast.lan)
    assert PAGE in client.get("/bao-cao/2020/na-hang/").content.decode()
    time_machine.move_to(at(2020, 12, 15), tick=False)
    client.force_login(cast.lan)
    assert PAGE not in client.get("/bao-cao/2020/na-hang/").content.decode()


def test_a_file_name_has_only_plain_letters(report):
    assert file_name(report).isascii()
