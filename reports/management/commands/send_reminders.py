import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.delivery import deliver
from reports.digests import collect
from reports.reminders import remind

from .deliver_mail import said


class Command(BaseCommand):
    help = "Tell bodies of deadlines, collect the officers' mail of the day, send what is released. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="begin", metavar="HH:MM", help="write nothing before this time of the day")

    def handle(self, *args, **options):
        begin = _time(options["begin"])
        if begin is None or timezone.localtime().time() >= begin:
            self.stdout.write(f"Đã viết {remind()} thông báo nhắc hạn, {collect()} thư gộp cho chuyên viên.")
        self.stdout.write(said(deliver()))


def _time(text: str | None) -> dt.time | None:
    try:
        return dt.datetime.strptime(text, "%H:%M").time() if text else None
    except ValueError as error:
        raise CommandError(f"“{text}” không phải giờ; hãy ghi dạng 07:30.", returncode=2) from error
