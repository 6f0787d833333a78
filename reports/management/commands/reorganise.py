from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directives import reorganisation_files
from directives.data_files import DataError
from directives.reorganising import faults
from reports import reorganising
from reports.reorganisation_preview import preview


class Command(BaseCommand):
    help = "Carry out a file of changes to bodies on one day (repeatable); --dry-run only tells what it would do."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV, see directives/reorganisation_files.py")
        parser.add_argument("--title", help="how it is called in the portal (default: by its day)")
        parser.add_argument("--note", default="", help="for instance number and date of the resolution")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done, write nothing")

    def handle(self, file, title, note, dry_run, **options):
        wish = self._read(file, title, note)
        done = reorganising.already_done(wish)
        if done is not None:
            self.stdout.write(f"Đã thực hiện từ trước: {done.title}; không thay đổi gì.")
            return
        found = faults(wish)
        if found:
            raise CommandError("Không thực hiện được, chưa thay đổi gì:\n" + "\n".join(map(str, found)), returncode=2)
        self._tell(preview(wish))
        if dry_run:
            self.stdout.write("Chỉ xem trước: chưa thay đổi gì.")
            return
        done = reorganising.reorganise(wish, by=None)
        self.stdout.write(f"Đã thực hiện: {done.title}.")

    def _read(self, file, title, note):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {file}: {error.strerror}.", returncode=2) from error
        title = title or f"Sắp xếp tổ chức theo tệp {file.name}"
        try:
            return reorganisation_files.read(content, name=file.name, title=title, note=note)
        except DataError as error:
            raise CommandError(f"Không thực hiện được, chưa thay đổi gì:\n{error}", returncode=2) from error

    def _tell(self, shown):
        write = self.stdout.write
        for end in shown.ends:
            write(f"{end.name}: {end.sentence} → {len(end.followers)} cơ quan")
        for kind, number in shown.begins:
            write(f"Cơ quan mới, {kind}: {number}")
        for duty in shown.duties:
            write(f"{duty.name}, {duty.report.period.name}: {duty.sentence}")
        for people in shown.people:
            write(
                f"{people.name}: {len(people.users)} tài khoản {'chuyển sang ' + people.to if people.to else 'ở lại'}"
            )
        for sentence in (*shown.rounds, shown.breaks, *shown.notes):
            write(sentence)
        for name in shown.unsaid:
            write(f"{name}: chưa đủ tỷ lệ chia.")
        write(f"Cơ quan mới cần tài khoản: {shown.needed}")
