from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports.choices import Edition
from reports.exports import FORMATS, export
from reports.exports.pdf import PdfUnavailable
from reports.models import Period


class Command(BaseCommand):
    help = "Write the provincial summary: export_summary --period 2020 --format xlsx --output a.xlsx"

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, help="code of the period, e.g. 2020")
        parser.add_argument("--format", required=True, help=", ".join(FORMATS))
        parser.add_argument("--edition", default=Edition.FULL.value, help=", ".join(Edition.values))
        parser.add_argument("--output", required=True, type=Path, help="file to write")

    def handle(self, *args, **options):
        period = Period.objects.select_related("obligation", "lead__body").filter(code=options["period"]).first()
        if period is None:
            known = ", ".join(Period.objects.values_list("code", flat=True)) or "chưa có kỳ nào"
            raise CommandError(f"Không có kỳ báo cáo “{options['period']}” (đang có: {known}).", returncode=2)
        if options["format"] not in FORMATS:
            known = ", ".join(FORMATS)
            raise CommandError(f"Không có định dạng “{options['format']}”; hãy chọn {known}.", returncode=2)
        if options["edition"] not in Edition.values:
            known = ", ".join(Edition.values)
            raise CommandError(f"Không có bản “{options['edition']}”; hãy chọn {known}.", returncode=2)
        try:
            content = export(period, options["format"], options["edition"])
            options["output"].write_bytes(content)
        except PdfUnavailable as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except OSError as error:
            raise CommandError(f"Không ghi được tệp “{options['output']}”: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"Đã ghi {options['output']} ({len(content)} byte).")
