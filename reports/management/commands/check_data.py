from django.core.management.base import BaseCommand, CommandError

from reports.data_check import Scope, Severity, run


class Command(BaseCommand):
    help = "Look for what is wrong or forgotten in the data; exit code 1 when something cannot be trusted."

    def add_arguments(self, parser):
        parser.add_argument("--files", action="store_true", help="read every stored file and compare its hash")
        parser.add_argument("--newest", action="store_true", help="only the newest of what is costly, as the page does")

    def handle(self, *args, files, newest, **options):
        found = [kind for kind in run(Scope(everything=not newest, files=files)) if kind.count]
        for severity in Severity:
            for each in (each for each in found if each.kind.severity == severity):
                self._tell(each)
        errors = sum(each.count for each in found if each.kind.severity == Severity.ERROR)
        if errors:
            raise CommandError(f"Có {errors} lỗi phải xử lý.", returncode=1)
        self.stdout.write("Không có lỗi." if found else "Không có gì phải xử lý.")

    def _tell(self, found):
        kind = found.kind
        self.stdout.write(f"[{kind.severity.label}] {kind.title}: {found.count}")
        for defect in found.examples:
            self.stdout.write(f"    {defect.sentence}")
        if found.more:
            self.stdout.write(f"    … và {found.more} trường hợp khác")
        self.stdout.write(f"    → {kind.remedy}")
