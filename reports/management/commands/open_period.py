import datetime as dt

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from directives.choices import Role
from directives.models import Body, Obligation, User
from reports.models import AdHoc, Opening
from reports.rounds import dry_run, open_round


class Command(BaseCommand):
    help = "Open a reporting period: create what each body owes. Example: open_period 2020"

    def add_arguments(self, parser):
        parser.add_argument("year", help="the year, e.g. 2020")
        parser.add_argument(
            "--as-of",
            help="day (YYYY-MM-DD) on which bodies and lead are taken; default: today, at most the last data day",
        )
        parser.add_argument("--obligation", help="code of the obligation, where there is more than one")
        parser.add_argument("--ad-hoc", metavar="TITLE", help="open a round outside the year with this title")
        parser.add_argument("--due", help="ad hoc: last day in time (YYYY-MM-DD)")
        parser.add_argument("--tasks", help="ad hoc: numbers of the tasks, e.g. 3,6 (default: all)")
        parser.add_argument("--bodies", help="ad hoc: codes of the bodies, e.g. a,b (default: all)")
        parser.add_argument("--by", metavar="USERNAME", help="the officer who opens it, for the journal")
        parser.add_argument("--dry-run", action="store_true", help="say what would be opened and write nothing")

    def handle(self, *args, **options):
        if not (options["year"].isascii() and options["year"].isdigit() and 2000 <= int(options["year"]) <= 2100):
            raise CommandError(f"“{options['year']}” không phải một năm từ 2000 đến 2100.", returncode=2)
        by = self._officer(options["by"])
        try:
            opening = Opening(
                self._obligation(options["obligation"]),
                int(options["year"]),
                as_of=self._day(options["as_of"]),
                ad_hoc=self._ad_hoc(options),
            )
            if options["dry_run"]:
                self._tell(opening)
                return
            period = open_round(opening, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        self.stdout.write(
            f"Đã mở kỳ {period.code} ({period.name}): {period.reports.count()} cơ quan, hạn {period.due_words}."
        )

    def _tell(self, opening):
        preview = dry_run(opening)
        people, mails, letters = preview.told()
        self.stdout.write(
            f"Sẽ mở kỳ {opening.name}: {len(preview.lines)} cơ quan, hạn {opening.due_words}; báo {people} người, "
            f"{mails} thư điện tử, {letters} cơ quan cần công văn giấy. Chưa ghi gì."
        )
        for note in preview.notes:
            self.stdout.write(note)

    def _officer(self, username):
        if username is None:
            return None
        officer = User.objects.filter(username=username, role=Role.OFFICER, is_active=True).first()
        if officer is None:
            raise CommandError(f"Không có chuyên viên nào tên đăng nhập là “{username}”.", returncode=2)
        return officer

    def _obligation(self, code):
        found = Obligation.objects.filter(code=code) if code else Obligation.objects.all()
        if len(found) != 1:
            known = ", ".join(Obligation.objects.values_list("code", flat=True)) or "chưa có; hãy chạy load_directives"
            raise CommandError(f"Cần đúng một nghĩa vụ báo cáo (--obligation): {known}.", returncode=2)
        return found[0]

    def _day(self, text):
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError as error:
            raise CommandError(f"“{text}” không phải ngày; hãy ghi dạng 2020-12-15.", returncode=2) from error

    def _ad_hoc(self, options):
        if options["ad_hoc"] is None:
            alone = [name for name in ("due", "tasks", "bodies") if options[name] is not None]
            if alone:
                raise CommandError(f"--{alone[0]} chỉ dùng cùng --ad-hoc.", returncode=2)
            return None
        if not options["ad_hoc"].strip():
            raise CommandError("Hãy đặt tên cho kỳ đột xuất: --ad-hoc TÊN.", returncode=2)
        if not options["due"]:
            raise CommandError("Kỳ đột xuất cần hạn nộp: --due 2020-09-30.", returncode=2)
        bodies = options["bodies"].split(",") if options["bodies"] else None
        unknown = set(bodies or ()) - set(Body.objects.values_list("code", flat=True))
        if unknown:
            raise CommandError(f"Không có cơ quan mang mã: {', '.join(sorted(unknown))}.", returncode=2)
        tasks = options["tasks"].split(",") if options["tasks"] else None
        if tasks and not all(task.isascii() and task.isdigit() for task in tasks):
            raise CommandError(f"“{options['tasks']}” không phải số các nhiệm vụ, ví dụ 3,6.", returncode=2)
        return AdHoc(
            options["ad_hoc"],
            self._day(options["due"]),
            tasks=[int(task) for task in tasks] if tasks else None,
            bodies=bodies,
        )
