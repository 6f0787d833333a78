from django.core.management.base import BaseCommand, CommandError

from reports.board import renew_marks
from reports.models import Period


class Command(BaseCommand):
    help = (
        "Derive from the journal what the board shows for each task: renew_task_marks [--period 2020]; safe to repeat"
    )

    def add_arguments(self, parser):
        parser.add_argument("--period", help="code of one period, e.g. 2020; all periods by default")

    def handle(self, *args, **options):
        periods = Period.objects.newest_first()
        if options["period"] is not None:
            periods = periods.filter(code=options["period"])
            if not periods:
                raise CommandError(f"Không có kỳ báo cáo “{options['period']}”.", returncode=2)
        for period in periods:
            self.stdout.write(f"Kỳ {period.code}: đã xếp lại {renew_marks(period)} báo cáo theo nhiệm vụ.")
