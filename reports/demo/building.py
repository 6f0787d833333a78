"""Makes the invented years through the same doors as people use: figures written, reports moved step by step."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.db.models import Model, Q

from directives.choices import Option, Role
from directives.loading import load
from directives.models import Directive, Obligation, User
from reports import checks
from reports.answers import Answers
from reports.choices import Action
from reports.models import Explanation, InstrumentProgress, Overview, Period, Report, TaskResult, write_answers
from reports.workflow import move

from . import figures
from .course import HALF_FILLED, HALF_FILLED_ON, MISSTATED, OPENING, Turn, course_of, moment
from .draw import Draw
from .people import ADMINISTRATOR, OFFICER, make_people, usernames
from .province import EXPLANATIONS, OBLIGATION, YEARS
from .texts import Writer

UNREAD = ("T2.06", "85.5")  # typed with a point: two readings, so it is kept as typed and asked about


class NotADemo(Exception):
    """The database holds something that the invented data must not touch; the argument is the sentence."""


@dataclass
class Outcome:
    """What there is after ``build``: whether it was made now, {year: {status: reports}}, number of accounts."""

    made: bool
    statuses: dict[int, dict[str, int]] = field(default_factory=dict)
    people: int = 0


def build(seed: int = 2020, on_progress: Callable[[str], None] | None = None) -> Outcome:
    """Make the invented years and people, all or nothing; changes nothing where they exist already.

    ``on_progress`` is told each stage in a Vietnamese sentence. Raises NotADemo, having changed
    nothing, where the database holds a real period or anybody's account.
    """
    tell = on_progress or (lambda stage: None)
    if _made_already():
        return _outcome(made=False)
    _refuse_real_data()
    with transaction.atomic():
        load()
        tell("Đã nạp văn bản, cơ quan và danh mục chỉ tiêu.")
        obligation = Obligation.objects.get(code=OBLIGATION)
        bodies = {year: [body for body, _group in obligation.owed_on(_as_of(year))] for year in YEARS}
        people = make_people(list(dict.fromkeys(body for asked in bodies.values() for body in asked)))
        tell(f"Đã tạo {len(people)} tài khoản.")
        for year in YEARS:
            _Year(obligation, year, seed, people).make()
            tell(f"Đã tạo năm {year}.")
    return _outcome(made=True)


def _as_of(year: int) -> dt.date:
    return dt.date(year, 12, 1)


def _made_already() -> bool:
    found = Period.objects.filter(simulated=True).values_list("code", flat=True)
    return {str(year) for year in YEARS} <= set(found)


def _refuse_real_data() -> None:
    real = Period.objects.filter(simulated=False).newest_first().first()
    if real:
        raise NotADemo(f"Cơ sở dữ liệu có kỳ báo cáo thật ({real.name}); không tạo dữ liệu mô phỏng ở đây.")
    if Period.objects.exists():
        raise NotADemo("Cơ sở dữ liệu chỉ còn một phần dữ liệu mô phỏng; hãy dùng một cơ sở dữ liệu mới.")
    known = Q(username=ADMINISTRATOR) | ~Q(role=Role.ADMINISTRATOR)
    person = User.objects.filter(known).order_by("pk").first()
    if person:
        # The invented accounts share a published password: they must not stand beside those of real people.
        raise NotADemo(f"Cơ sở dữ liệu đã có tài khoản ({person.username}); hãy dùng một cơ sở dữ liệu mới.")


def _outcome(*, made: bool) -> Outcome:
    counts = {year: Report.objects.filter(period__code=str(year)).counts_by_status() for year in YEARS}
    return Outcome(made, counts, User.objects.count())


def forms_of(reports: list[Report]) -> list[figures.Form]:
    """What each body is asked, as the figures are drawn from it."""
    forms = []
    for report in reports:
        indicators = tuple(report.indicators())
        roles = {indicator.code: report.role_of(indicator) for indicator in indicators}
        forms.append(figures.Form(report.body.code, report.body.symbol, indicators, roles))
    return forms


class _Year:
    """One period and everything in it."""

    def __init__(self, obligation: Obligation, year: int, seed: int, people: dict[str, User]):
        self.year, self.seed, self.people = year, seed, people
        self.officer = people[OFFICER]
        self.period = Period.objects.open(obligation, year, by=self.officer, as_of=_as_of(year), simulated=True)
        Period.objects.filter(pk=self.period.pk).update(opened_at=moment(year, *OPENING, 8, 30))
        self.reports = list(self.period.reports.select_related("body"))
        self.citations = list(self.period.citations.select_related("directive", "task"))

    def make(self) -> None:
        self.forms = {form.code: form for form in forms_of(self.reports)}
        self.answers = figures.of_year(self.forms.values(), self.year, self.seed)
        sent = {report: turns for report in self.reports if (turns := self._course(report.body.code))}
        self._write_words(sent)
        for report, turns in sent.items():
            self._run(report, turns)
        for report in self.reports:
            if report.body.code == HALF_FILLED.get(self.year):
                self._fill_half(report)

    def _course(self, body: str) -> tuple[Turn, ...]:
        return course_of(body, self.year, Draw(self.seed, self.year, body))

    def _write_words(self, reports: Iterable[Report]) -> None:
        words = [row for report in reports for row in self._words(report)]
        for model in (TaskResult, Overview, InstrumentProgress, Explanation):
            model.objects.bulk_create(row for row in words if isinstance(row, model))

    def _words(self, report: Report) -> Iterable[Model]:
        """Every text row of a report that is to be sent."""
        code = report.body.code
        form, answers = self.forms[code], self.answers[code]
        declined = form.declined
        writer = Writer(form, Draw(self.seed, self.year, code), answers)
        for number in report.section_numbers():
            if number in declined:
                reason = declined[number]
                yield TaskResult(report=report, number=number, not_ours=True, not_ours_reason=reason)
            else:
                yield TaskResult(report=report, number=number, **asdict(writer.task(number)))
        for part, text in writer.overview().items():
            yield Overview(report=report, part=part, text=text)
        for citation in self.citations:
            if citation.task.number not in declined:
                text = writer.progress(citation.directive.code, ends_now=self._ends_now(citation.directive))
                yield InstrumentProgress(report=report, citation=citation, text=text)
        for rule in self._broken_warnings(answers):
            yield Explanation(report=report, rule_code=rule, text=EXPLANATIONS[rule])

    def _ends_now(self, instrument: Directive) -> bool:
        """Whether a plan of several years ends with this one; the guidance of a single year does not count."""
        first, last = instrument.valid_from, instrument.valid_to
        return bool(last) and first.year < last.year == self.year

    def _broken_warnings(self, answers: Answers) -> list[str]:
        values = {cell.code: answer.amount for cell, answer in answers.items() if cell.option == Option.TOTAL}
        return [f.code for f in checks.rule_findings(self.period.rules(), values, {}) if not f.blocks]

    def _run(self, report: Report, turns: Iterable[Turn]) -> None:
        """Take the report through its turns; a first version may have a figure wrong until it comes back."""
        body = report.body.code
        answers, wrong = self.answers[body], MISSTATED.get(self.year, {}).get(body)
        reporter, signatory = (self.people[name] for name in usernames(body))
        write_answers(report, answers | figures.misstated(answers, *wrong) if wrong else answers)
        for turn in turns:
            sending = turn.action == Action.SUBMIT
            if sending:
                self._note_writing(report, reporter, turn.at - dt.timedelta(minutes=40))
            move(report, turn.action, by=signatory if sending else self.officer, note=turn.note, at=turn.at)
            if turn.action == Action.RETURN and turn is not turns[-1]:
                write_answers(report, answers)

    def _note_writing(self, report: Report, by: User, at: dt.datetime) -> None:
        """The last change to figures and words, by the reporter."""
        Report.objects.filter(pk=report.pk).update(updated_at=at, updated_by=by)
        report.results.update(updated_at=at, updated_by=by)

    def _fill_half(self, report: Report) -> None:
        """A draft as somebody left it: two tasks done, the third begun, a number that cannot be read."""
        answers, tasks = self.answers[report.body.code], {i.code: i.task_number for i in self.period.indicators()}
        begun = [cell for cell in answers if tasks[cell.code] < 3 or (tasks[cell.code] == 3 and cell.code < "T3.08")]
        write_answers(report, {cell: answers[cell] for cell in begun if cell.code != UNREAD[0]})
        done = [row for row in self._words(report) if isinstance(row, TaskResult) and row.number < 3]
        for row in done:
            row.unread = dict([UNREAD]) if row.number == tasks[UNREAD[0]] else {}
        TaskResult.objects.bulk_create(done)
        reporter, _signatory = usernames(report.body.code)
        self._note_writing(report, self.people[reporter], moment(self.year, *HALF_FILLED_ON, 16, 25))
