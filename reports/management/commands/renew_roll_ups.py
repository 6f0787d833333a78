from django.core.management.base import BaseCommand

from reports import rollup
from reports.models import Period


class Command(BaseCommand):
    help = "Count the totals that are kept ready anew, of every period."

    def handle(self, *args, **options):
        for period in Period.objects.newest_first():
            differing = rollup.differences(period)
            rollup.renew(period)
            self.stdout.write(f"{period.code}: {differing} ô đã khác, nay đã cộng lại.")
