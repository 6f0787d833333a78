from django.core.management.base import BaseCommand, CommandError

from reports import demo
from reports.choices import Status
from reports.demo.people import SIGN_INS, SIGNATORY_SUFFIX
from reports.demo.reorganised import make_later


class Command(BaseCommand):
    help = "Make an invented, clearly marked province with a finished and a running year (refuses on real data)."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=2020, help="same seed, same figures (default: 2020)")
        parser.add_argument(
            "--reorganised",
            action="store_true",
            help="also a year before and a year after the districts end: for comparing across a reorganisation",
        )

    def handle(self, *args, seed, reorganised, **options):
        try:
            outcome = demo.build(seed, on_progress=self.stdout.write, later=make_later if reorganised else None)
        except demo.NotADemo as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if not outcome.made:
            self.stdout.write("Dữ liệu mô phỏng đã có sẵn; không thay đổi gì.")
        self.stdout.write("\nDỮ LIỆU MÔ PHỎNG – mọi số liệu, tên người và văn bản của các cơ quan đều được bịa ra.")
        for year, counts in outcome.statuses.items():
            told = "; ".join(f"{Status(status).label.lower()}: {n}" for status, n in counts.items() if n)
            self.stdout.write(f"Năm {year}: {sum(counts.values())} cơ quan ({told}).")
        self.stdout.write(f"\n{outcome.people} tài khoản, mật khẩu chung: {demo.PASSWORD}")
        for username, shows in SIGN_INS.items():
            self.stdout.write(f"  {username:<24} {shows}")
        others = "<mã cơ quan> lập báo cáo, <mã cơ quan>{0} ký, ví dụ ham-yen, ham-yen{0}"
        self.stdout.write(f"  Cơ quan khác: {others.format(SIGNATORY_SUFFIX)}")
