from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError

from directives.choices import Role
from directives.models import User
from reports.excel_form import NOTATIONS
from reports.models import Report
from reports.workbooks import NotTaken, Preview, identity_of, keep


class Command(BaseCommand):
    help = "Take a filled Excel form into its report, as the page does: import_report FILE"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the filled form (.xlsx, .xls, .ods)")
        parser.add_argument("--period", help="code of the period; by default what the form says")
        parser.add_argument("--body", help="code of the body; by default what the form says")
        parser.add_argument("--by", help="user name of the body's person in whose name; by default its first reporter")
        parser.add_argument("--notation", choices=NOTATIONS, help="vi: 1.234,5; en: 1,234.5; only where it is asked")
        parser.add_argument("--annotated", type=Path, help="where to write the file with its defects marked")
        parser.add_argument("--dry-run", action="store_true", help="show what was understood, store nothing")

    def handle(self, *args, **options):
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được tệp “{options['file']}”: {error.strerror}.", returncode=2) from error
        try:
            report = self._report(content, options)
            person = self._person(report, options["by"])
            book = keep(report, SimpleUploadedFile(options["file"].name, content), by=person)
            book.notation = options["notation"] or ""
            book.save(update_fields=["notation"])
            self._go_through(Preview(book, person), options)
        except NotTaken as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal

    def _go_through(self, preview, options):
        try:
            self._tell(preview, options)
            if not preview.reading.clean:
                raise CommandError("Chưa nhập gì; hãy sửa các điểm trên rồi chạy lại.", returncode=2)
            if not options["dry_run"]:
                self._take(preview)
        finally:
            if options["dry_run"]:
                preview.book.file.delete(save=False)
                preview.book.delete()

    def _report(self, content, options) -> Report:
        identity = identity_of(content)
        period = options["period"] or (identity.period if identity else "")
        body = options["body"] or (identity.body if identity else "")
        found = Report.objects.select_related("period__obligation", "period__lead", "body")
        report = found.filter(period__code=period, body__code=body).first()
        if report is None:
            told = f"kỳ “{period}”, cơ quan “{body}”" if period or body else "tệp không nói là của kỳ, cơ quan nào"
            raise CommandError(f"Không tìm thấy báo cáo ({told}); hãy thêm --period và --body.", returncode=2)
        return report

    def _person(self, report, username) -> User:
        people = report.body.people.filter(is_active=True, role__in=(Role.REPORTER, Role.SIGNATORY))
        chosen = people.filter(username=username) if username else people.order_by("role", "pk")  # reporters come first
        person = chosen.first()
        if person is None:
            raise CommandError(f"{report.name} không có người dùng như vậy; hãy xem lại --by.", returncode=2)
        return person

    def _tell(self, preview, options):
        reading = preview.reading
        for notice in reading.notices:
            self.stdout.write(notice.message)
        if reading.question:
            example = reading.question.examples[0]
            self.stdout.write(
                f"{example.sheet}!{example.address}: “{example.found}” có thể hiểu hai cách; hãy thêm --notation vi "
                "(1.234 là một nghìn hai trăm ba mươi tư) hoặc --notation en (1.234 là 1,234)."
            )
        for defect in reading.defects:
            self.stdout.write(f"{defect.sheet}!{defect.address}: “{defect.found}”. {defect.message} {defect.remedy}")
        for left in reading.left_alone:
            where = f"{left.sheet}!{left.address}: “{left.found}”." if left.address else f"{left.sheet}:"
            self.stdout.write(f"Bỏ qua {where} {left.reason}")
        for entry in preview.entries:
            self.stdout.write(f"{entry.label}: {entry.stored} → {entry.text}{self._beside(entry)}")
        if reading.defects and options["annotated"]:
            self._hand_back(preview, options["annotated"])

    def _beside(self, entry) -> str:
        told = [entry.note, "đã được sửa trên cổng" if entry.clash else "", "phần đang khóa" if entry.locked else ""]
        said = "; ".join(words for words in told if words)
        return f" ({said})" if said else ""

    def _hand_back(self, preview, path):
        try:
            path.write_bytes(preview.annotated())
        except OSError as error:
            raise CommandError(f"Không ghi được tệp “{path}”: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"Đã ghi tệp đánh dấu lỗi: {path}.")

    def _take(self, preview):
        newer = [entry.key for entry in preview.entries if entry.clash and not entry.locked]
        taken = preview.take(newer)
        self.stdout.write(f"Đã nhập {taken.cells} ô vào báo cáo của {preview.report.name}, với tên {preview.by}.")
        if left := len(newer) + taken.conflicts:
            self.stdout.write(f"{left} ô đã được sửa trên cổng sau khi tải biểu mẫu: giữ bản trên cổng.")
        if locked := sum(entry.locked or self._closed(entry, taken) for entry in preview.entries):
            self.stdout.write(f"{locked} ô thuộc phần đang khóa: không nhập.")

    def _closed(self, entry, taken) -> bool:
        return entry.section in {part.number for part in taken.closed}
