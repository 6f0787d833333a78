"""Reminders by working days, once for each deadline; the officers' collected mail; running twice, at once, killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.db import connection

from directives.choices import Role
from directives.models import Body, Holiday, User
from reports import petitions, reminders
from reports.choices import Action, PetitionKind
from reports.digests import collect
from reports.models import Notice, Period, Report
from reports.reminders import NEWER, remind
from reports.workflow import move
from tests.conftest import at, person
from tests.factories import accept, send

pytestmark = pytest.mark.django_db

ROOT = portal_settings.BASE_DIR


@pytest.fixture
def people(cast, settings):
    settings.MAIL_CONFIGURED = True
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        getattr(cast, user.username).refresh_from_db()
    return cast


@pytest.fixture
def opened(period, people):
    """The round of 2020, opened at the beginning of October; 54 working days before the 14th of December."""
    Period.objects.filter(pk=period.pk).update(opened_at=at(2020, 10, 1))
    period.refresh_from_db()
    return period


def run_on(time_machine, *day, hour=8):
    """Run the reminders on that day; what each person was told then."""
    since = Notice.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    time_machine.move_to(at(2020, *day, hour), tick=False)
    remind()
    found = {}
    for name, kind in Notice.objects.filter(pk__gt=since).values_list("recipient__username", "kind"):
        found.setdefault(kind, set()).add(name)
    return found


ALL = {"lan", "ky", "minh", "yen"}

# In December 2020 the 14th, a Monday, is the last day in time.
CALENDAR = [
    ((10, 30), {}),  # 31 working days left
    ((11, 2), {"due_30": ALL}),  # 30
    ((11, 3), {}),  # 29: told already
    ((12, 2), {}),  # 8
    ((12, 3), {"due_7": ALL}),  # 7
    ((12, 10), {}),  # 2
    ((12, 11), {"due_1": ALL}),  # Friday: 1
    ((12, 12), {}),  # Saturday
    ((12, 14), {}),  # the last day itself: told on Friday
    ((12, 15), {"overdue": ALL}),
    ((12, 16), {}),
]


def test_the_days_before_and_after_the_deadline(opened, time_machine):
    assert [(day, run_on(time_machine, *day)) for day, _told in CALENDAR] == CALENDAR


def test_a_day_without_the_timer_is_made_up_for_by_the_tightest_reminder(opened, time_machine):
    assert run_on(time_machine, 12, 14) == {"due_1": ALL}
    letter = Notice.objects.get(recipient__username="lan")
    assert letter.subject == "Báo cáo năm 2020: hôm nay là ngày cuối cùng"


@pytest.mark.parametrize(
    ("day", "why"), [((12, 5), "Saturday"), ((12, 6), "Sunday"), ((12, 9), "a holiday of this test")]
)
def test_on_a_day_off_nobody_is_told(opened, time_machine, day, why):
    Holiday.objects.create(day=dt.date(2020, 12, 9), name="Nghỉ")
    assert run_on(time_machine, *day) == {}


def test_a_saturday_that_is_worked_counts(opened, time_machine):
    Holiday.objects.create(day=dt.date(2020, 12, 12), name="Làm bù", working=True)
    assert run_on(time_machine, 12, 12) == {"due_1": ALL}


def test_around_tet_only_working_days_count(opened, people, time_machine):
    """Deadline on 1 March 2021: the week of Tết in between does not count."""
    Period.objects.filter(pk=opened.pk).update(due_on=dt.date(2021, 3, 1), opened_at=at(2020, 10, 1))
    off = set(Holiday.objects.filter(day__range=("2021-02-08", "2021-02-20")).values_list("day", flat=True))
    assert len(off) >= 5
    calendar = reminders.Calendar()
    assert calendar.left(dt.date(2021, 2, 9), dt.date(2021, 2, 26)) < 13
    for day in sorted(off):
        time_machine.move_to(at(day.year, day.month, day.day, 8), tick=False)
        assert remind() == 0


OPENED = [  # day of opening, day of the run, what is told: no bracket that had begun when the round was opened
    (at(2020, 11, 2), (11, 3), {}),  # 30 left at the opening
    (at(2020, 10, 30), (11, 3), {"due_30": ALL}),
    (at(2020, 11, 20), (11, 23), {}),
    (at(2020, 11, 20), (12, 3), {"due_7": ALL}),
    (at(2020, 12, 7), (12, 8), {}),
    (at(2020, 12, 7), (12, 11), {"due_1": ALL}),
    (at(2020, 12, 11), (12, 14), {}),
    (at(2020, 12, 11), (12, 15), {"overdue": ALL}),
    (at(2020, 12, 14, 23), (12, 15), {"overdue": ALL}),
    (at(2020, 12, 15), (12, 16), {}),  # asked after its own deadline: nobody is overdue by that
]


@pytest.mark.parametrize(("moment", "day", "expected"), OPENED)
def test_no_bracket_that_had_begun_at_the_opening(opened, time_machine, moment, day, expected):
    Period.objects.filter(pk=opened.pk).update(opened_at=moment)
    assert run_on(time_machine, *day) == expected


def test_each_body_has_its_own_deadline_and_an_extension_tells_anew(opened, people, report_of, time_machine):
    assert run_on(time_machine, 12, 3) == {"due_7": ALL}
    petition = petitions.ask(report_of("na-hang"), PetitionKind.MORE_TIME, "Lũ", dt.date(2020, 12, 25), people.lan)
    petitions.decide(petition, True, people.huyen)
    waiting = Notice.objects.filter(kind="due_7", recipient=people.lan).get()
    assert waiting.mail == "stopped"  # it names a day that is no longer the last one
    assert run_on(time_machine, 12, 4) == {}  # 15 working days left: the answer has told them the day
    assert run_on(time_machine, 12, 11) == {"due_1": {"minh", "yen"}}
    assert run_on(time_machine, 12, 15) == {"overdue": {"minh", "yen"}}
    assert run_on(time_machine, 12, 16) == {"due_7": {"lan", "ky"}}
    assert "25/12/2020" in Notice.objects.filter(kind="due_7", recipient=people.lan).first().text
    assert run_on(time_machine, 12, 24) == {"due_1": {"lan", "ky"}}
    assert run_on(time_machine, 12, 28) == {"overdue": {"lan", "ky"}}


STATES = {  # what became of the report of Na Hang, and whether its people are reminded
    "nothing": (lambda r, c: None, True),
    "a draft": (lambda r, c: r.touch(c.lan), True),
    "sent": (lambda r, c: send(r, c.lan), False),
    "accepted": (lambda r, c: accept(r, c.lan, c.huyen), False),
    "exempted": (lambda r, c: move(r, Action.EXEMPT, by=c.huyen, note="Lý do"), False),
    "taken back": (lambda r, c: (send(r, c.lan), move(r, Action.RECALL, by=c.lan)), True),
    "returned": (lambda r, c: (send(r, c.lan), move(r, Action.RETURN, by=c.huyen, note="Sửa")), False),
    "entered from its paper": (lambda r, c: move(r, Action.REGISTER, by=c.huyen, note="Giấy"), False),
    "of a body that closed": (lambda r, c: Body.objects.filter(code="na-hang").update(valid_to="2020-11-30"), False),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("day", [(12, 3), (12, 15)])
def test_only_who_owes_is_reminded(name, day, opened, people, report_of, time_machine):
    time_machine.move_to(at(2020, 12, 1), tick=False)
    become, reminded = STATES[name]
    become(report_of("na-hang"), people)
    told = set().union(*run_on(time_machine, *day).values())
    assert told == {"minh", "yen"} | ({"lan", "ky"} if reminded else set())


def test_a_returned_report_is_overdue_after_its_own_day(opened, people, report_of, time_machine):
    time_machine.move_to(at(2020, 12, 1), tick=False)
    send(report_of("na-hang"), people.lan)
    move(report_of("na-hang"), Action.RETURN, by=people.huyen, note="Sửa", return_by=dt.date(2020, 12, 8))
    Report.objects.exclude(body__code="na-hang").update(status="exempt")
    assert run_on(time_machine, 12, 8) == {}
    assert run_on(time_machine, 12, 9) == {"overdue": {"lan", "ky"}}
    assert run_on(time_machine, 12, 15) == {}
    letter = Notice.objects.filter(kind="overdue").first()
    assert letter.subject == "Báo cáo năm 2020 đã quá hạn sửa và gửi lại"
    assert "08/12/2020" in letter.text


def test_a_looser_reminder_that_still_waits_gives_way_to_the_tighter_one(opened, people, time_machine):
    run_on(time_machine, 11, 2)
    run_on(time_machine, 12, 3)
    found = set(Notice.objects.values_list("kind", "mail", "error"))
    assert found == {("due_30", "stopped", NEWER), ("due_7", "waiting", "")}


def test_a_reminder_written_while_the_report_came_is_stopped(opened, people, report_of, time_machine):
    run_on(time_machine, 12, 3)
    Report.objects.filter(body__code="na-hang").update(status="submitted")
    run_on(time_machine, 12, 4)
    own = Notice.objects.filter(report__body__code="na-hang")
    assert set(own.values_list("mail", flat=True)) == {"stopped"}
    assert set(Notice.objects.exclude(pk__in=own).values_list("mail", flat=True)) == {"waiting"}


def test_a_reminder_that_still_waits_when_its_body_ends_is_stopped(opened, people, time_machine):
    run_on(time_machine, 12, 3)
    Body.objects.filter(code="na-hang").update(valid_to="2020-12-04")
    run_on(time_machine, 12, 4)
    own = Notice.objects.filter(report__body__code="na-hang")
    assert set(own.values_list("mail", flat=True)) == {"waiting"}  # it is there until the end of that day
    run_on(time_machine, 12, 5)
    assert set(own.values_list("mail", flat=True)) == {"stopped"}
    assert set(Notice.objects.exclude(pk__in=own).values_list("mail", flat=True)) == {"waiting"}


def test_who_joins_later_is_told_and_nobody_else_again(opened, people, time_machine):
    run_on(time_machine, 12, 3)
    person("moi", Role.REPORTER, "na-hang")
    assert run_on(time_machine, 12, 4) == {"due_7": {"moi"}}


def test_reminders_for_many_bodies_take_a_fixed_number_of_statements(
    opened, people, time_machine, monkeypatch, django_assert_max_num_queries
):
    """Per transaction of reports; three times as many people cost no statement more."""
    from reports import post

    monkeypatch.setattr(post, "ROWS", 5000)  # SQLite still cuts an INSERT by the number of its values
    time_machine.move_to(at(2020, 12, 3), tick=False)
    with django_assert_max_num_queries(30) as few:
        assert remind() == 4
    Notice.objects.all().delete()
    for number, body in enumerate(Body.objects.filter(reports__period=opened)[:12]):
        person(f"nguoi-{number}", Role.REPORTER, body.code)
    with django_assert_max_num_queries(30) as many:
        assert remind() == 16
    assert len(many) == len(few)


# --- the officers' collected mail ---------------------------------------------------------------


def digests():
    return list(Notice.objects.filter(kind="digest").order_by("pk").values_list("recipient__username", "key", "mail"))


def test_one_collected_mail_a_day_with_what_is_new(opened, people, report_of, time_machine):
    time_machine.move_to(at(2020, 12, 1, 7), tick=False)
    assert collect() == 0  # nothing is new
    send(report_of("na-hang"), people.lan)
    petitions.ask(report_of("chiem-hoa"), PetitionKind.MORE_TIME, "Lũ", dt.date(2020, 12, 20), people.minh)
    assert collect() == 2
    assert digests() == [(who, "digest:2020-12-01", "released") for who in ("huyen", "tu")]
    mail = Notice.objects.get(recipient=people.huyen, kind="digest")
    assert mail.subject == "Cổng báo cáo bảo vệ trẻ em: 2 việc mới đến ngày 01/12/2020"
    assert "- Ủy ban nhân dân huyện Na Hang gửi báo cáo năm 2020" in mail.text
    assert "- Ủy ban nhân dân huyện Chiêm Hóa: Xin thêm thời gian, báo cáo năm 2020" in mail.text
    assert mail.text.endswith(opened.lead_name)
    assert mail.read_at is not None  # its things stand in the portal one by one
    send(report_of("so-y-te"), people.yen)
    assert collect() == 0  # one a day
    time_machine.move_to(at(2020, 12, 2, 7), tick=False)
    assert collect() == 2
    mail = Notice.objects.filter(recipient=people.huyen, kind="digest").first()
    assert mail.subject.endswith("1 việc mới đến ngày 02/12/2020")
    time_machine.move_to(at(2020, 12, 3, 7), tick=False)
    assert collect() == 0


def test_what_one_did_oneself_is_not_in_ones_collected_mail(opened, people, report_of, time_machine):
    time_machine.move_to(at(2020, 12, 1, 7), tick=False)
    report = report_of("na-hang")
    accept(report, people.lan, people.huyen)
    report.period.downloads.create(by=people.tu, format="xlsx")
    collect()
    time_machine.move_to(at(2020, 12, 2, 7), tick=False)
    move(report, Action.REOPEN, by=people.huyen, note="Sửa")
    collect()
    assert digests()[2:] == [("tu", "digest:2020-12-02", "released")]


def test_no_collected_mail_on_a_day_off_or_without_address(opened, people, report_of, time_machine, settings):
    time_machine.move_to(at(2020, 12, 5, 7), tick=False)  # a Saturday
    send(report_of("na-hang"), people.lan)
    assert collect() == 0
    User.objects.filter(username="tu").update(email="")
    time_machine.move_to(at(2020, 12, 7, 7), tick=False)
    settings.MAIL_CONFIGURED = False
    assert collect() == 0
    settings.MAIL_CONFIGURED = True
    assert collect() == 1
    assert digests() == [("huyen", "digest:2020-12-07", "released")]


def test_a_long_list_is_cut(opened, people, report_of, time_machine):
    time_machine.move_to(at(2020, 12, 1, 7), tick=False)
    report = report_of("na-hang")
    Notice.objects.bulk_create(
        Notice(
            recipient=people.huyen, kind="sent_in", key=f"x:{n}", period=report.period, subject=f"Việc {n}", text="x"
        )
        for n in range(45)
    )
    collect()
    lines = [line for line in Notice.objects.get(kind="digest").text.splitlines() if line.startswith("- ")]
    assert (len(lines), lines[-1]) == (41, "- … và 5 việc khác")


# --- twice, at once, killed ---------------------------------------------------------------------


def together(count, call):
    start, errors = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.xdist_group("races")
def test_four_runs_at_once_tell_once(transactional_db, opened, people, report_of, time_machine):
    """Reminders and collected mails: every person has one, and no mail of the winner is stopped by a loser."""
    time_machine.move_to(at(2020, 12, 3), tick=False)
    send(report_of("so-y-te"), people.yen)

    def run():
        remind()
        collect()

    together(4, run)
    assert sorted(Notice.objects.filter(kind="due_7").values_list("recipient__username", "mail")) == [
        ("ky", "waiting"),
        ("lan", "waiting"),
        ("minh", "waiting"),
    ]
    assert sorted(who for who, _key, _mail in digests()) == ["huyen", "tu"]
    references = dict(Notice.objects.filter(kind="digest").values_list("recipient", "reference"))
    collected = Notice.objects.filter(kind="sent_in").values_list("recipient", "reference")
    assert dict(collected) == references


@pytest.mark.xdist_group("races")
def test_killed_in_the_middle_and_run_again_nothing_is_missing_or_double(transactional_db, opened, people):
    """Real processes on the test's own database, killed as soon as they have told somebody; then one runs on."""
    bodies = list(Body.objects.filter(reports__period=opened))
    User.objects.bulk_create(
        User(username=f"nguoi-{n}-{body.pk}", role=Role.REPORTER, body=body, email=f"{n}.{body.pk}@example.org")
        for body in bodies
        for n in range(30)
    )
    wanted = User.objects.filter(role__in=(Role.REPORTER, Role.SIGNATORY)).count()
    code = (
        "import django; django.setup()\n"
        "from reports import reminders; reminders.REPORTS = 3\n"  # many small transactions to die between
        "import datetime as dt, sys; from zoneinfo import ZoneInfo\n"
        "print('ready', flush=True)\n"
        "print(reminders.remind(dt.datetime(2020, 12, 3, 8, tzinfo=ZoneInfo('Asia/Ho_Chi_Minh'))))\n"
    )
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment |= {"PYTHONPATH": str(ROOT), "EMAIL_URL": "memorymail://"}
    counts = [0]
    for _time in range(3):
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        while Notice.objects.count() == counts[-1] and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        counts.append(Notice.objects.count())
    assert 0 < counts[1] < wanted  # it died in the middle
    assert counts == sorted(counts)
    remind(at(2020, 12, 3, 8))
    assert Notice.objects.filter(kind="due_7").count() == wanted
    assert Notice.objects.values("recipient").distinct().count() == wanted
    assert remind(at(2020, 12, 3, 8)) == 0


def database_url():
    """The test's own database, as another process is told of it."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


# --- the command --------------------------------------------------------------------------------


def test_the_command_tells_collects_and_sends(opened, people, report_of, time_machine, capsys, mailoutbox):
    time_machine.move_to(at(2020, 12, 3, 8), tick=False)
    send(report_of("so-y-te"), people.yen)
    call_command("send_reminders")
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "Đã viết 3 thông báo nhắc hạn, 2 thư gộp cho chuyên viên.",
        "Thư: 3 đã gửi, 0 sẽ gửi lại, 0 gửi không được.",  # the receipt and two collected mails; reminders wait
    ]
    assert sorted(mail.to for mail in mailoutbox) == [
        ["huyen@example.org"],
        ["tu@example.org"],
        ["yen@example.org"],
    ]
    call_command("send_reminders")
    assert len(mailoutbox) == 3
    assert Notice.objects.filter(kind="due_7").count() == 3


def test_before_its_hour_the_command_only_sends(opened, people, time_machine, capsys):
    time_machine.move_to(at(2020, 12, 3, 6), tick=False)
    call_command("send_reminders", "--from", "07:00")
    assert not Notice.objects.exists()
    time_machine.move_to(at(2020, 12, 3, 7), tick=False)
    call_command("send_reminders", "--from", "07:00")
    assert Notice.objects.count() == 4
    with pytest.raises(CommandError) as refusal:
        call_command("send_reminders", "--from", "bảy giờ")
    assert refusal.value.returncode == 2
