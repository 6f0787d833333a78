"""Makes the invented years through the same doors as people use: figures written, reports moved step by step."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from operator import itemgetter

from django.db import transaction
from django.db.models import Model, Q

from directives.choices import Option, Role
from directives.loading import load
from directives.models import Directive, Obligation, User
from reports import checks, questions
from reports.answers import Answers
from reports.models import (
    Attachment,
    Explanation,
    InstrumentProgress,
    Opening,
    Overview,
    Period,
    Report,
    TaskResult,
    write_answers,
)
from reports.rounds import open_round

from . import draft, figures, story
from .acting import Actors
from .clock import it_is
from .course import OPENING, Beside, Turn, course_of, moment
from .draw import Draw
from .people import ADMINISTRATOR, LEADER, OFFICER, give_phones, make_people, usernames
from .post_room import close, mail_server, morning, mornings
from .province import EXPLANATIONS, LATER, OBLIGATION, YEARS
from .reasons import jump_reasons, jumping
from .texts import Writer


class NotADemo(Exception):
    """The database holds something that the invented data must not touch; the argument is the sentence."""


@dataclass
class Outcome:
    """What there is after ``build``: whether it was made now, {year: {status: reports}}, number of accounts."""

    made: bool
    statuses: dict[int, dict[str, int]] = field(default_factory=dict)
    people: int = 0


def build(
    seed: int = 2020, on_progress: Callable[[str], None] | None = None, *, later: Callable | None = None
) -> Outcome:
    """Make the invented years and people, all or nothing; changes nothing where they exist already.

    ``later`` (``reorganised.make_later``) makes the second stage where it is not there yet.

    ``on_progress`` is told each stage in a Vietnamese sentence. Raises NotADemo, having changed
    nothing, where the database holds a real period or anybody's account.
    """
    tell = on_progress or (lambda stage: None)
    made = not _made_already(YEARS)
    if made:
        _build(seed, tell)
    if later is not None and not _made_already(LATER):
        _refuse_real_periods()
        later(seed, tell)
        made = True
    return _outcome(made=made)


def _build(seed: int, tell: Callable[[str], None]) -> None:
    _refuse_real_data()
    stored: list[Attachment] = []
    try:
        with transaction.atomic(), mail_server():
            _make(seed, tell, stored)
    except BaseException:
        for attachment in stored:  # rows are rolled back, files are not
            attachment.file.storage.delete(attachment.file.name)
        raise


def _make(seed: int, tell: Callable[[str], None], stored: list[Attachment]) -> None:
    load()
    tell("Đã nạp văn bản, cơ quan và danh mục chỉ tiêu.")
    obligation = Obligation.objects.get(code=OBLIGATION)
    bodies = {year: [body for body, _group in obligation.owed_on(as_of(year))] for year in YEARS}
    asked = list(dict.fromkeys(body for asked in bodies.values() for body in asked))
    people = make_people(asked)
    give_phones(asked)
    tell(f"Đã tạo {len(people)} tài khoản.")
    before: dict[str, Answers] = {}
    for year in YEARS:
        made = Year(obligation, year, seed, people, before)
        made.make(stored)
        before = made.answers
        tell(f"Đã tạo năm {year}.")


def as_of(year: int) -> dt.date:
    return dt.date(year, 12, 1)


def _made_already(years: Iterable[int]) -> bool:
    found = Period.objects.filter(simulated=True).values_list("code", flat=True)
    return {str(year) for year in years} <= set(found)


def _refuse_real_data() -> None:
    _refuse_real_periods()
    if Period.objects.exists():
        raise NotADemo("Cơ sở dữ liệu chỉ còn một phần dữ liệu mô phỏng; hãy dùng một cơ sở dữ liệu mới.")
    known = Q(username=ADMINISTRATOR) | ~Q(role=Role.ADMINISTRATOR)
    person = User.objects.filter(known).order_by("pk").first()
    if person:
        # The invented accounts share a published password: they must not stand beside those of real people.
        raise NotADemo(f"Cơ sở dữ liệu đã có tài khoản ({person.username}); hãy dùng một cơ sở dữ liệu mới.")


def _refuse_real_periods() -> None:
    real = Period.objects.filter(simulated=False).newest_first().first()
    if real:
        raise NotADemo(f"Cơ sở dữ liệu có kỳ báo cáo thật ({real.name}); không tạo dữ liệu mô phỏng ở đây.")


def _outcome(*, made: bool) -> Outcome:
    years = [*YEARS, *(LATER if _made_already(LATER) else ())]
    counts = {year: Report.objects.filter(period__code=str(year)).counts_by_status() for year in years}
    return Outcome(made, counts, User.objects.count())


def forms_of(reports: list[Report]) -> list[figures.Form]:
    """What each body is asked, as the figures are drawn from it."""
    forms = []
    for report in reports:
        indicators = tuple(report.indicators())
        roles = {indicator.code: report.role_of(indicator) for indicator in indicators}
        forms.append(figures.Form(report.body.code, report.body.symbol, indicators, roles))
    return forms


class Year:
    """One period and everything in it. ``before``: {body: figures} of the year before."""

    def __init__(
        self, obligation: Obligation, year: int, seed: int, people: dict[str, User], before: dict[str, Answers]
    ):
        self.year, self.seed, self.people, self.before = year, seed, people, before
        with it_is(moment(year, *OPENING, 8, 30)):
            opening = Opening(obligation, year, as_of=as_of(year))
            self.period = open_round(opening, by=people[OFFICER], simulated=True)
        self.reports = list(self.period.reports.select_related("body"))
        self.citations = list(self.period.citations.select_related("directive", "task"))

    def make(self, stored: list[Attachment]) -> None:
        """``stored`` takes up the files that were stored, as soon as they are."""
        self.forms = {form.code: form for form in forms_of(self.reports)}
        self.answers = figures.of_year(self.forms.values(), self.year, self.seed)
        courses = {report: self._course(report.body.code) for report in self.reports}
        self._write_words(report for report, turns in courses.items() if any(t.what == Beside.WRITE for t in turns))
        scenes = [(at, -1, partial(morning, at, self.people[OFFICER])) for at in mornings(self.year)]
        for report, turns in courses.items():
            if report.body.code == draft.WHOSE.get(self.year):
                self._draft(report, stored)
            else:
                scenes += self._scenes(report, turns, stored)
        for _at, _position, play in sorted(scenes, key=itemgetter(0, 1)):
            play()
        self._leader_asks()
        close(self.year)

    def _leader_asks(self) -> None:
        """A leader asks about a figure, and an officer answers in words."""
        for code, asked, question, answered, answer in story.QUESTIONS.get(self.year, ()):
            with it_is(moment(self.year, *asked)):
                about = questions.figure(self.period, code)
                put = questions.ask(self.period, about, question, None, self.people[LEADER])
            if answered:
                with it_is(moment(self.year, *answered)):
                    questions.answer(put, answer, self.people[OFFICER])

    def _course(self, body: str) -> tuple[Turn, ...]:
        return course_of(body, self.year, Draw(self.seed, self.year, body))

    def _write_words(self, reports: Iterable[Report]) -> None:
        words = [row for report in reports for row in self._words(report)]
        for model in (TaskResult, Overview, InstrumentProgress, Explanation):
            model.objects.bulk_create(row for row in words if isinstance(row, model))

    def _words(self, report: Report) -> Iterable[Model]:
        """Every text row of a report that is written to its end."""
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
        for rule, text in self._reasons(code).items():
            yield Explanation(report=report, rule_code=rule, text=text)

    def _ends_now(self, instrument: Directive) -> bool:
        """Whether a plan of several years ends with this one; the guidance of a single year does not count."""
        first, last = instrument.valid_from, instrument.valid_to
        return bool(last) and first.year < last.year == self.year

    def _reasons(self, body: str) -> dict[str, str]:
        """{what is to be explained: the body's reason}, for broken rules and for jumps."""
        form, answers, before = self.forms[body], self.answers[body], self.before.get(body, {})
        broken = [f.code for f in checks.rule_findings(self.period.rules(), self._values(answers), {}) if not f.blocks]
        silent = jumping(form, answers, before)[-1:] if body in story.SILENT.get(self.year, ()) else ()
        jumped = jump_reasons(form, answers, before, Draw(self.seed, self.year, body), silent)
        return {rule: EXPLANATIONS[rule] for rule in broken} | jumped

    def _values(self, answers: Answers) -> dict:
        """{code: total} of what rules compare."""
        return {cell.code: answer.amount for cell, answer in answers.items() if cell.option == Option.TOTAL}

    def _scenes(self, report: Report, turns: tuple[Turn, ...], stored: list[Attachment]) -> Iterable[tuple]:
        """(moment, report's position, what happens) of each turn, for playing the whole year in its order.

        A first version may have a figure wrong until it is put right.
        """
        body = report.body.code
        answers, wrong = self.answers[body], story.MISSTATED.get(self.year, {}).get(body)
        if any(turn.what == Beside.WRITE for turn in turns):
            write_answers(report, answers | figures.misstated(answers, *wrong) if wrong else answers, before={})
        actors = Actors(report, self.year, self.people, answers, stored)
        return [(turn.at, report.position, partial(actors.play, turn)) for turn in turns]

    def _draft(self, report: Report, stored: list[Attachment]) -> None:
        body = report.body.code
        self.answers[body] = draft.with_a_jump(self.answers[body], self.before[body])
        reporter, _signatory = usernames(body)
        words = list(self._words(report))
        drafting = draft.Drafting(report, self.answers[body], words, self._reasons(body), self.people[reporter])
        drafting.type()
        drafting.attach(stored)
