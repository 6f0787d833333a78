"""A body's deadline as a calendar file (.ics): a day that any calendar takes up, and moves when it comes again."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event

from .models import Report
from .post import in_vietnamese, page_of

CONTENT_TYPE = "text/calendar"
# Before midnight of the last day: nine in the morning a week earlier, and nine in the morning of the day before.
ALARMS = (dt.timedelta(days=-7, hours=9), dt.timedelta(days=-1, hours=9))


def file_name(report: Report) -> str:
    return f"han-bao-cao-{report.period.code}-{report.body.code}.ics"


@in_vietnamese
def deadline_file(report: Report, at: dt.datetime | None = None) -> bytes:
    """The last day in time of ``report`` as a whole day with two alarms.

    Its UID is the same whenever it is asked for, and its SEQUENCE grows with the deadline: a calendar that has
    taken it up before moves the day instead of showing two.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Cổng báo cáo bảo vệ trẻ em//vi")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_day(report, at or timezone.now()))
    return calendar.to_ical()


def _day(report: Report, at: dt.datetime) -> Event:
    event, last_day = Event(), report.last_day
    title = f"Hạn gửi báo cáo {report.period.name}"
    address = settings.PORTAL_URL + page_of("report", report)
    event.add("uid", f"{report.period.code}.{report.body.code}@{urlsplit(settings.PORTAL_URL).hostname}")
    event.add("sequence", (report.extended_to - report.period.due_on).days + 1 if report.extended_to else 0)
    event.add("dtstamp", at)
    event.add("dtstart", last_day)
    event.add("dtend", last_day + dt.timedelta(days=1))
    event.add("summary", title)
    event.add("description", f"{report.name} gửi báo cáo {report.period.name} {report.due_words}.\n{address}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # a deadline takes nobody's day
    for before in ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event
