"""Mails over a real SMTP server on this machine: each arrives once, from the office; failures are told and retried."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from directives.models import Body, User
from reports import delivery, notifications, outbox, petitions
from reports.choices import PetitionKind
from reports.delivery import deliver
from reports.models import Notice
from reports.models.notices import RETRY_AFTER
from reports.workflow import Remark, move
from tests.conftest import at
from tests.factories import send

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


class Server:
    """An SMTP server on a real socket. ``answers``: {address: what it says to that recipient}; ``slow``: seconds."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.mails, self.answers, self.sender, self.slow, self.after_data = [], {}, "250 OK", 0, "250 OK"
        self.sessions = set()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.sessions.add(session.peer)
        if self.sender.startswith("250"):
            envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.after_data.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), message))
        if self.slow:
            time.sleep(self.slow)
        return self.after_data

    def to(self):
        return sorted(address for _from, addresses, _message in self.mails for address in addresses)

    def ids(self):
        return [message["Message-ID"] for _from, _to, message in self.mails]


@pytest.fixture
def server(settings):
    found = Server()
    found.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.MAIL_CONFIGURED = True
    settings.DEFAULT_FROM_EMAIL = "cong-bao-cao@tinh.example.vn"
    yield found
    found.controller.stop()


@pytest.fixture
def people(cast, settings):
    settings.MAIL_CONFIGURED = True
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        getattr(cast, user.username).refresh_from_db()
    return cast


@pytest.fixture
def sent(server, people, report):
    """Two receipts are released: Lan's and Kỳ's."""
    send(report, people.lan, at=at(2020, 12, 1, 10, 5))
    return report


def mail_of(who):
    return Notice.objects.outbox().get(recipient__username=who)


def later(tries):
    """A moment at which a mail that failed so often may be tried again."""
    return timezone.now() + sum(RETRY_AFTER[:tries], MINUTE)


# --- what arrives -------------------------------------------------------------------------------


def test_nothing_leaves_inside_the_act(sent, server):
    assert server.mails == []
    assert set(Notice.objects.outbox().values_list("mail", flat=True)) == {"released"}


def test_each_person_gets_one_mail_from_the_office(sent, server):
    assert deliver() == delivery.Delivered(sent=2)
    assert server.to() == ["ky@example.org", "lan@example.org"]
    assert len(server.sessions) == 1  # one connection
    for sender, recipients, message in server.mails:
        assert sender == "cong-bao-cao@tinh.example.vn"
        assert len(recipients) == 1
        assert message["To"] == recipients[0]
        (address,) = message["From"].addresses
        assert (address.display_name, address.addr_spec) == (sent.period.lead_name, "cong-bao-cao@tinh.example.vn")
        assert message["Subject"].strip() == "Đã nhận báo cáo năm 2020, lần gửi 1"
        assert message["Auto-Submitted"] == "auto-generated"
        assert "Dấu vân tay dữ liệu" in message.get_content()
    assert sorted(server.ids()) == sorted(Notice.objects.outbox().values_list("reference", flat=True))
    assert deliver() == delivery.Delivered()
    assert len(server.mails) == 2
    mail = mail_of("lan")
    assert (mail.mail, mail.tries, mail.error) == ("sent", 1, "")


def test_the_mail_of_a_return_holds_no_words_of_the_officer(sent, server, people):
    Notice.objects.all().delete()
    points = [Remark(6, "T6.17", "48.731 quá cao, cháu Bí Mật")]
    move(sent, "return", by=people.huyen, note="Cháu Bí Mật 48.731", remarks=points)
    deliver()
    for _from, _to, message in server.mails:
        assert "1 điểm cần sửa" in message["Subject"]
        assert "Bí Mật" not in message.as_string() + message.get_content()
        assert "48.731" not in message.get_content()


def test_mails_that_wait_do_not_leave(server, people, period):
    notifications.period_opened(period)
    assert deliver() == delivery.Delivered()
    outbox.release(Notice.objects.filter(recipient=people.lan), by=people.huyen)
    deliver()
    assert server.to() == ["lan@example.org"]


def test_the_deadline_comes_as_a_calendar_file(server, people, period, time_machine):
    time_machine.move_to(at(2020, 12, 1), tick=True)
    notifications.period_opened(period)
    outbox.release(Notice.objects.filter(recipient=people.lan), by=people.huyen)
    deliver()
    ((_from, _to, message),) = server.mails
    (file,) = message.iter_attachments()
    assert file.get_filename() == "han-bao-cao-2020-na-hang.ics"
    assert file.get_content_type() == "text/calendar"
    (event,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert event.decoded("dtstart") == dt.date(2020, 12, 14)


def test_an_answer_brings_the_new_day(server, people, report, time_machine):
    time_machine.move_to(at(2020, 12, 1), tick=True)
    petition = petitions.ask(report, PetitionKind.MORE_TIME, "Lũ", dt.date(2020, 12, 20), people.lan)
    petitions.decide(petition, True, people.huyen)
    deliver()
    assert server.to() == ["ky@example.org", "lan@example.org"]
    (file,) = server.mails[0][2].iter_attachments()
    assert "20201220" in file.get_content()


def test_an_accepted_report_brings_no_calendar_file(sent, server, people):
    move(sent, "accept", by=people.huyen)
    deliver()
    assert [list(message.iter_attachments()) for _from, _to, message in server.mails] == [[]] * 4


# --- what must not leave ------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_letter_with_a_placeholder_left_never_leaves(sent, server, field):
    Notice.objects.filter(recipient__username="lan").update(**{field: "Chào {co_quan}"})
    assert deliver() == delivery.Delivered(sent=1, failed=1)
    assert server.to() == ["ky@example.org"]
    assert (mail_of("lan").mail, mail_of("lan").error) == ("failed", delivery.UNFILLED)


def test_who_has_left_gets_no_mail(sent, server):
    User.objects.filter(username="lan").update(is_active=False)
    deliver()
    assert server.to() == ["ky@example.org"]
    assert mail_of("lan").error == delivery.CLOSED


def test_a_reminder_for_what_has_come_does_not_leave(server, people, report):
    notifications.period_opened(report.period)
    Notice.objects.filter(recipient__in=[people.lan, people.minh]).update(mail="released")
    type(report).objects.filter(pk=report.pk).update(status="submitted")
    deliver()
    assert server.to() == ["minh@example.org"]
    assert mail_of("lan").mail == "stopped"


def test_nobody_is_asked_who_has_ended_or_whose_paper_is_entered(server, people, report_of, period):
    notifications.period_opened(period)
    Notice.objects.update(kind="overdue", mail="released", tries=0)
    type(period.reports.first()).objects.filter(body__code="na-hang").update(channel="paper")
    Body.objects.filter(code="chiem-hoa").update(valid_to="2020-11-30")
    deliver(at(2020, 12, 15))
    assert server.to() == ["yen@example.org"]
    assert {who: mail_of(who).mail for who in ("lan", "ky", "minh")} == dict.fromkeys(("lan", "ky", "minh"), "stopped")


def test_without_a_server_configured_nothing_happens(sent, server, settings, capsys):
    settings.MAIL_CONFIGURED = False
    assert deliver() == delivery.Delivered()
    call_command("deliver_mail")
    assert "Chưa đặt máy chủ thư" in capsys.readouterr().out
    assert server.mails == []


# --- failures -----------------------------------------------------------------------------------


def test_a_refused_address_is_told_and_stops_nobody_else(sent, server, caplog):
    server.answers["lan@example.org"] = "550 5.1.1 no such user lan@example.org"
    assert deliver() == delivery.Delivered(sent=1, failed=1)
    mail = mail_of("lan")
    assert (mail.mail, mail.tries) == ("failed", 1)
    assert mail.error == "Máy chủ thư từ chối: 550 5.1.1 no such user lan@example.org"
    assert deliver(later(9)) == delivery.Delivered()  # not tried again by itself
    assert "example.org" not in caplog.text


def test_a_passing_refusal_is_tried_again_with_a_limit(sent, server):
    server.answers["lan@example.org"] = "450 4.2.1 mailbox busy"
    assert deliver() == delivery.Delivered(sent=1, later=1)
    assert deliver() == delivery.Delivered()  # not at once
    for tries in range(1, len(RETRY_AFTER)):
        assert deliver(later(tries)) == delivery.Delivered(later=1)
        Notice.objects.filter(mail="released").update(mail_at=timezone.now())
    assert deliver(later(len(RETRY_AFTER))) == delivery.Delivered(failed=1)
    mail = mail_of("lan")
    assert (mail.mail, mail.tries) == ("failed", len(RETRY_AFTER) + 1)
    assert "450 4.2.1 mailbox busy" in mail.error
    server.answers.clear()
    assert deliver(later(9)) == delivery.Delivered()
    outbox.retry(Notice.objects.filter(mail="failed"), by=User.objects.get(username="huyen"))
    assert deliver() == delivery.Delivered(sent=1)
    assert mail_of("lan").error == ""


def test_a_passing_refusal_that_passes(sent, server):
    server.after_data = "451 4.3.0 try later"
    assert deliver() == delivery.Delivered(later=2)
    server.after_data = "250 OK"
    assert deliver(later(1)) == delivery.Delivered(sent=2)
    assert server.to() == ["ky@example.org", "lan@example.org"]


def test_a_server_that_is_not_there_costs_no_try(sent, server, caplog):
    server.controller.stop()
    done = deliver()
    assert done.down == "Không dùng được máy chủ thư: máy chủ từ chối kết nối; thư sẽ được gửi lại khi nối được."
    assert (done.sent, done.failed, done.later) == (0, 0, 0)
    assert set(Notice.objects.outbox().values_list("mail", "tries")) == {("released", 0)}
    assert outbox.standing().down == done.down
    server.controller = Controller(server, hostname="127.0.0.1", port=server.port)
    server.controller.start()
    assert deliver() == delivery.Delivered(sent=2)
    assert outbox.standing().down == ""
    assert "example.org" not in caplog.text


def test_an_office_address_that_the_server_refuses_fails_no_mail(sent, server):
    server.sender = "553 5.7.1 sender rejected"
    assert "553 5.7.1 sender rejected" in deliver().down
    assert set(Notice.objects.outbox().values_list("mail", "tries")) == {("released", 0)}
    server.sender = "250 OK"
    assert deliver() == delivery.Delivered(sent=2)


def test_a_server_that_hangs_up_in_the_middle(sent, server, monkeypatch):
    server.after_data = "421 4.3.2 shutting down"
    assert deliver().later == 2
    assert {mail.mail for mail in Notice.objects.outbox()} == {"released"}
    server.after_data = "250 OK"
    assert deliver(later(1)).sent == 2


@pytest.mark.parametrize("address", ["không phải địa chỉ", "x@\nBcc: y@z", "@"])
def test_an_address_that_no_mail_can_have_stops_nobody_else(sent, server, address):
    Notice.objects.filter(recipient__username="lan").update(address=address)
    done = deliver()
    assert (done.sent, done.failed + done.later) == (1, 1)
    assert server.to() == ["ky@example.org"]
    assert mail_of("lan").error


def test_a_new_connection_after_some_mails(server, people, period, monkeypatch):
    monkeypatch.setattr(delivery, "OF_ONE_CONNECTION", 2)
    monkeypatch.setattr(delivery, "AT_ONCE", 3)
    notifications.period_opened(period)
    Notice.objects.update(mail="released", tries=0)
    assert deliver() == delivery.Delivered(sent=4)
    assert len(server.sessions) == 2


# --- twice, at once, killed ---------------------------------------------------------------------


@pytest.mark.xdist_group("races")
def test_four_workers_at_once_send_each_mail_once(transactional_db, server, people, period):
    Notice.objects.bulk_create(many(period, people.lan, 60))
    start, done = threading.Barrier(4), []

    def run():
        try:
            start.wait()
            done.append(deliver().sent)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 60
    assert sorted(server.ids()) == sorted(Notice.objects.values_list("reference", flat=True))
    assert set(Notice.objects.values_list("mail", "tries")) == {("sent", 1)}


def many(period, person, number):
    return [
        Notice(
            recipient=person,
            kind="received",
            key=f"thu-nghiem:{n}",
            period=period,
            report=period.reports.first(),
            subject=f"Thư {n}",
            text="Nội dung",
            mail="released",
            mail_at=timezone.now(),
            address=f"n{n}@example.org",
            sender=period.lead_name,
            reference=f"<thu-{n}@example.org>",
        )
        for n in range(number)
    ]


@pytest.mark.xdist_group("races")
def test_a_worker_killed_while_sending_loses_nothing(transactional_db, server, people, period):
    """Real processes, killed while a mail is on the line; the next pass sends what they held, same Message-ID."""
    Notice.objects.bulk_create(many(period, people.lan, 40))
    server.slow = 0.01
    for _time in range(2):
        before = len(server.mails)
        process = worker(server.port)
        while len(server.mails) < before + 5:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < Notice.objects.filter(mail="sent").count() < 40
    held = Notice.objects.filter(mail="sending")
    assert held.count() <= 2
    deliver()
    if held.exists():
        assert deliver() == delivery.Delivered()  # still claimed: who holds it may be alive
        deliver(timezone.now() + delivery.CLAIM_ENDS + 5 * MINUTE)
    assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}
    assert set(server.ids()) == set(Notice.objects.values_list("reference", flat=True))
    assert len(server.mails) - 40 <= 2  # at most the one in hand of each that was killed, under the same number


def worker(port, *arguments):
    own = connection.settings_dict
    url = f"sqlite:///{own['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{port}", "HTTPS": "off"}
    environment |= {"SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests", "DEBUG": "off"}
    command = [sys.executable, "manage.py", "deliver_mail", *arguments]
    return subprocess.Popen(command, env=environment, cwd=portal_settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


@pytest.mark.xdist_group("races")
def test_the_worker_goes_on_and_stops_when_it_is_told_to(transactional_db, server, people, period):
    Notice.objects.bulk_create(many(period, people.lan, 3))
    process = worker(server.port, "--every", "1")
    try:
        wait_for(lambda: len(server.mails) == 3)
        Notice.objects.filter(key="thu-nghiem:0").update(mail="released", tries=0)
        wait_for(lambda: len(server.mails) == 4)
        process.send_signal(signal.SIGTERM)
        out, _err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert out.splitlines() == [
        "Thư: 3 đã gửi, 0 sẽ gửi lại, 0 gửi không được.",
        "Thư: 1 đã gửi, 0 sẽ gửi lại, 0 gửi không được.",
    ]


def wait_for(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_mail_on_which_workers_die_again_and_again_is_given_up(sent, server):
    notice = Notice.objects.outbox().filter(recipient__username="lan")
    now = timezone.now()
    for _time in range(len(RETRY_AFTER) + 1):
        assert notice.get().mail == "released"
        notice.update(mail="sending", mail_at=now - 6 * dt.timedelta(hours=1))  # claimed by one that died
        delivery._take_up_claims(now)
    assert (notice.get().mail, notice.get().error) == ("failed", delivery.BROKEN_OFF)


def test_who_comes_late_does_not_undo_what_another_did(sent, server, monkeypatch):
    """A worker that slept longer than its claim: another has sent the mail meanwhile, and that stays."""
    own_line = delivery._Line.send

    def slow(self, message):
        own_line(self, message)
        Notice.objects.filter(reference=message.extra_headers["Message-ID"]).update(mail="stopped", error="khác")

    monkeypatch.setattr(delivery._Line, "send", slow)
    deliver()
    assert {(mail.mail, mail.error) for mail in Notice.objects.outbox()} == {("stopped", "khác")}


@pytest.mark.parametrize("wrong", ["x", "0", "-1", "1.5", "9" * 30, ""])
def test_a_wrong_number_of_seconds_is_told(db, wrong):
    with pytest.raises(CommandError) as refusal:
        call_command("deliver_mail", "--every", wrong)
    assert refusal.value.returncode == 2


def test_many_mails_cost_a_fixed_number_of_statements_each(server, people, period, django_assert_max_num_queries):
    Notice.objects.bulk_create(many(period, people.lan, 30))
    with django_assert_max_num_queries(5 * 30 + 20):
        assert deliver().sent == 30
