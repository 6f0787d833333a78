from django.core.management.base import BaseCommand

from reports.export_jobs import prune


class Command(BaseCommand):
    help = "Remove the files of finished exports that are older than seven days; the list of exports stays."

    def handle(self, *args, **options):
        self.stdout.write(f"Đã xóa {prune()} tệp xuất cũ.")
