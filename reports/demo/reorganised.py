"""The second stage: a year of the districts, their end, and a year of the communes that follow; marked like the first.

The reorganisation is the shipped file, done through its own door. Reports are sent and accepted through theirs, without
the story of the first stage: what these years show is the comparison.
"""

from collections.abc import Callable, Iterable

from django.db import transaction

from directives import reorganisation_files
from directives.loading import DATA
from directives.models import Body, Obligation, User
from reports import checks, reorganising
from reports.answers import Answers
from reports.choices import Action
from reports.models import Notice, Report, write_answers
from reports.parts import JUMP
from reports.workflow import accept_many, move

from . import figures
from .building import Year, forms_of
from .clock import it_is
from .course import END, moment
from .people import OFFICER, give_phones, make_reporters, usernames
from .province import EXPLANATIONS, LATER, OBLIGATION
from .reasons import jumping

FILE = DATA / "reorganisations" / "2025-07-01.csv"
TITLE = "Sắp xếp đơn vị hành chính năm 2025 (danh sách giả định)"
UNSENT = {2024: ("bao-tuyen-quang",), 2025: ("xa-gia-dinh-013", "xa-gia-dinh-077", "phuong-gia-dinh-06", "so-xay-dung")}
WAITING = {2024: ("so-khcn",), 2025: ("xa-gia-dinh-021", "xa-gia-dinh-090", "tinh-doan")}
REASON = "Năm trước tính theo tổ chức và địa bàn cũ; năm nay theo tổ chức mới nên không cùng phạm vi."


@transaction.atomic
def make_later(seed: int, tell: Callable[[str], None]) -> None:
    """Make both years; call where the first stage is there and these are not."""
    obligation = Obligation.objects.get(code=OBLIGATION)
    people = {user.username: user for user in User.objects.all()}
    before: dict[str, Answers] = {}
    for year in LATER:
        made = _Later(obligation, year, seed, people, before)
        made.make()
        before = made.answers
        tell(f"Đã tạo năm {year}.")
        if year == LATER[0]:
            people |= _reorganise(people[OFFICER])
            tell("Đã sắp xếp tổ chức: các huyện kết thúc, các xã, phường giả định bắt đầu.")


def _reorganise(officer: User) -> dict[str, User]:
    """Carry the shipped file out on its day; returns the people of the new bodies."""
    wish = reorganisation_files.read(FILE.read_bytes(), name=FILE.name, title=TITLE)
    with it_is(moment(wish.on.year, wish.on.month, wish.on.day, 8)):
        reorganising.reorganise(wish, by=officer)
    bodies = list(Body.objects.filter(code__in=[body.code for body in wish.founded]))
    give_phones(bodies)
    return make_reporters(bodies)


class _Later(Year):
    """A year in which nearly everybody sends in time and is accepted."""

    def make(self) -> None:
        self.forms = {form.code: form for form in forms_of(self.reports)}
        self.answers = figures.of_year(self.forms.values(), self.year, self.seed)
        sent = [report for report in self.reports if report.body.code not in UNSENT[self.year]]
        self._write_words(sent)
        for number, report in enumerate(sent):
            self._send(report, moment(self.year, 12, 1 + number % 12, 8 + number % 9, number % 60))
        with it_is(moment(self.year, *END)):
            ready = Report.objects.filter(pk__in=[r.pk for r in sent]).exclude(body__code__in=WAITING[self.year])
            accept_many(ready, by=self.people[OFFICER])
            Notice.objects.filter(read_at=None, at__year=self.year).update(read_at=moment(self.year, *END))

    def _send(self, report: Report, at) -> None:
        reporter, signatory = usernames(report.body.code)
        with it_is(at):
            write_answers(report, self.answers[report.body.code], before={})
            report.touch(self.people[reporter], at)
            move(report, Action.SUBMIT, by=self.people.get(signatory, self.people[reporter]), at=at)

    def _reasons(self, body: str) -> dict[str, str]:
        form, answers = self.forms[body], self.answers[body]
        broken = [f.code for f in checks.rule_findings(self.period.rules(), self._values(answers), {}) if not f.blocks]
        jumped: Iterable[str] = jumping(form, answers, self.before.get(body, {}))
        return {rule: EXPLANATIONS[rule] for rule in broken} | {f"{JUMP}{code}": REASON for code in jumped}
