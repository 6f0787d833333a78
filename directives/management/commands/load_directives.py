from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directives.data_files import DataError
from directives.loading import DATA, load


class Command(BaseCommand):
    help = "Load documents, tasks, bodies, obligations, indicators, rules, holidays from the data files (repeatable)."

    def add_arguments(self, parser):
        parser.add_argument("--data", type=Path, default=DATA, help="folder of the data files (default: the app's own)")

    def handle(self, *args, data, **options):
        try:
            outcome = load(data)
        except DataError as error:
            raise CommandError(f"Không nạp được, chưa thay đổi gì:\n{error}", returncode=2) from error
        for name, counts in (("thêm", outcome.created), ("sửa", outcome.changed)):
            for model, number in sorted(counts.items()):
                self.stdout.write(f"{name} {number} {model}")
        if outcome.nothing_new:
            self.stdout.write("Không có gì thay đổi.")
        for code in outcome.kept:
            self.stdout.write(f"giữ lại {code}: không còn trong tệp dữ liệu")
        for day in outcome.by_hand:
            self.stdout.write(f"giữ nguyên ngày {day:%d/%m/%Y} như đã nhập ở trang quản trị: tệp dữ liệu ghi khác")
