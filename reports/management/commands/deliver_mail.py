import signal
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from reports.delivery import Delivered, deliver


class Command(BaseCommand):
    help = "Send the released mails: once, or again and again with --every SECONDS. Stops after the mail in hand."

    def add_arguments(self, parser):
        parser.add_argument("--every", metavar="SECONDS", help="go on for ever, with so many seconds in between")

    def handle(self, *args, **options):
        every, self.going_on = _seconds(options["every"]), True
        if not settings.MAIL_CONFIGURED:
            self.stdout.write("Chưa đặt máy chủ thư (EMAIL_URL) nên không gửi thư nào; thông báo vẫn có trên cổng.")
        if every is None:
            self.stdout.write(said(deliver()))
            return
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while self.going_on:
            close_old_connections()  # the database may have been restarted in between
            done = deliver(keep_on=lambda: self.going_on)
            if done.sent or done.failed or done.later or done.down:
                self.stdout.write(said(done))
            self._wait(every)

    def _stop(self, *_signal):
        self.going_on = False

    def _wait(self, seconds: int) -> None:
        until = time.monotonic() + seconds
        while self.going_on and time.monotonic() < until:
            time.sleep(min(0.5, seconds))


def said(done: Delivered) -> str:
    """One line about a pass, without an address or a name."""
    line = f"Thư: {done.sent} đã gửi, {done.later} sẽ gửi lại, {done.failed} gửi không được."
    return f"{line} {done.down}".strip()


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 86400 and len(text) <= 6):
        raise CommandError(f"“{text}” không phải số giây từ 1 đến 86400.", returncode=2)
    return int(text)
