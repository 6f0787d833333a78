"""What a new round asks: decided before anything is written, so that a wrong wish opens nothing."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import DueRule
from directives.models import Body, Catalogue, Citation, Indicator, Obligation, indicators_of, late_from

REACH = 2  # years between a round's year and the day on which its bodies are taken; farther is a slip of the pen


class AdHoc:
    """A round outside the year: its own title and date, chosen tasks (numbers) and bodies (codes); None: all.

    ``groups`` are groups of bodies, each asked as a whole beside the ``bodies`` named one by one.
    """

    def __init__(self, title, due_on, *, due_rule=DueRule.BY, tasks=None, bodies=None, groups=None):
        self.title, self.due_on, self.due_rule, self.tasks, self.bodies = title, due_on, due_rule, tasks, bodies
        self.groups = groups


@dataclass(frozen=True, slots=True)
class Dates:
    """What a round has otherwise than its obligation: first and last day of the data, deadline; None: as there."""

    data_from: dt.date | None = None
    data_to: dt.date | None = None
    due_on: dt.date | None = None
    due_rule: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is asked: the body, its group on the day, and the name under which its figures are added up."""

    body: Body
    group: str
    counting_group: str


class Opening:
    """A round of ``obligation`` in ``year``: lead, edition, tasks, cited instruments and bodies, as of a day.

    ``as_of`` is by default today, but never later than the last day of the data, so that a year opened
    afterwards asks those who existed then. ``dates`` go before the obligation's, the deadline of an ``ad_hoc``
    round before both. Raises ValidationError, by field of the page, when the year, a day or the deadline is out
    of reach, nobody leads, nothing or nobody is asked, or a chosen task or body is unknown.
    """

    def __init__(
        self,
        obligation: Obligation,
        year: int,
        *,
        as_of: dt.date | None = None,
        ad_hoc: AdHoc | None = None,
        dates: Dates | None = None,
    ):
        today = timezone.localdate()
        if not 2000 <= year <= today.year + 1:
            raise _wrong("year", _("Năm phải từ 2000 đến %s.") % (today.year + 1))
        self.obligation, self.year, self.ad_hoc = obligation, year, ad_hoc
        self._take_dates(dates or Dates())
        self.as_of = self._day_of_bodies(as_of) if as_of else min(today, self.data_to)
        self.lead = obligation.lead_on(self.as_of)
        if self.lead is None:
            words = _("Không có cơ quan nào chủ trì tổng hợp vào ngày %s.") % f"{self.as_of:%d/%m/%Y}"
            raise _wrong("as_of" if as_of else "year", words)
        self.catalogue: Catalogue | None = obligation.directive.catalogues.first()
        if self.catalogue is None:
            raise _wrong("year", _("Chưa nạp danh mục chỉ tiêu; hãy chạy load_directives trước."))
        self.tasks = self._tasks()
        self.recipients = self._recipients("as_of" if as_of else "year")

    @property
    def annual(self) -> bool:
        return self.ad_hoc is None

    @property
    def code(self) -> str | None:
        """The code of the yearly round; an ad hoc one gets its number when it is opened."""
        return str(self.year) if self.annual else None

    @property
    def name(self) -> str:
        return _("năm %s") % self.year if self.annual else self.ad_hoc.title

    @property
    def last_day(self) -> dt.date:
        """The last day in time: "trước ngày 15/12" ends with the 14th."""
        return timezone.localdate(late_from(self.due_on, self.due_rule)) - dt.timedelta(days=1)

    @property
    def due_words(self) -> str:
        return f"{DueRule(self.due_rule).label} {self.due_on:%d/%m/%Y}"

    def _take_dates(self, dates: Dates) -> None:
        wanted = self.ad_hoc or dates
        self.due_on = wanted.due_on or self.obligation.due_on(self.year)
        self.due_rule = wanted.due_rule or (self.obligation.due_rule if self.annual else DueRule.BY)
        first, last = self.obligation.data_days(self.year)
        self.data_from, self.data_to = dates.data_from or first, dates.data_to or last
        if not dt.date(self.year, 1, 1) <= self.due_on <= dt.date(self.year + 1, 12, 31):
            raise _wrong("due_on", _("Hạn nộp phải trong năm %(year)s hoặc năm sau.") % {"year": self.year})
        for field, day in (("data_from", self.data_from), ("data_to", self.data_to)):
            if not dt.date(self.year - 1, 1, 1) <= day <= dt.date(self.year + 1, 12, 31):
                words = {"first": self.year - 1, "last": self.year + 1}
                raise _wrong(field, _("Ngày của số liệu phải từ năm %(first)s đến năm %(last)s.") % words)
        if self.data_to < self.data_from:
            words = {"first": f"{self.data_from:%d/%m/%Y}", "last": f"{self.data_to:%d/%m/%Y}"}
            raise _wrong("data_to", _("Số liệu từ %(first)s đến %(last)s: ngày cuối đứng trước ngày đầu.") % words)

    def _day_of_bodies(self, day: dt.date) -> dt.date:
        first, last = self.year - REACH, self.year + REACH
        if not dt.date(first, 1, 1) <= day <= dt.date(last, 12, 31):
            words = {"first": first, "last": last}
            raise _wrong("as_of", _("Ngày tính cơ quan phải từ năm %(first)s đến năm %(last)s.") % words)
        return day

    def _tasks(self) -> list:
        every = list(self.catalogue.tasks.order_by("number"))
        if self.annual or self.ad_hoc.tasks is None:
            return every
        _refuse_unknown("tasks", _("nhiệm vụ"), self.ad_hoc.tasks, {task.number for task in every})
        return [task for task in every if task.number in self.ad_hoc.tasks]

    def _recipients(self, field: str) -> list[Recipient]:
        owed = self.obligation.owed_on(self.as_of)
        if not owed:
            words = _("Không có cơ quan nào phải báo cáo vào ngày %s.") % f"{self.as_of:%d/%m/%Y}"
            raise _wrong(field, words)
        named = {
            word
            for indicator in self.indicators()
            for word in f"{indicator.counted_from} {indicator.cross_checked_from}".split()
        }
        return [
            Recipient(body, group, body.code if body.code in named else group) for body, group in self._chosen(owed)
        ]

    def _chosen(self, owed: list[tuple[Body, str]]) -> list[tuple[Body, str]]:
        if self.annual or (self.ad_hoc.bodies is None and self.ad_hoc.groups is None):
            return owed
        bodies, groups = set(self.ad_hoc.bodies or ()), set(self.ad_hoc.groups or ())
        if bodies or not groups:
            _refuse_unknown("bodies", _("cơ quan"), self.ad_hoc.bodies, {body.code for body, _group in owed})
        found = [(body, group) for body, group in owed if body.code in bodies or group in groups]
        if not found:
            words = _("Không có cơ quan nào thuộc khối đã chọn vào ngày %s.") % f"{self.as_of:%d/%m/%Y}"
            raise _wrong("groups", words)
        return found

    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that the round asks, in order."""
        return indicators_asked(self.catalogue.pk, {task.number for task in self.tasks}, annual=self.annual)

    def cited(self) -> list[Citation]:
        """Every instrument that the tasks cite, valid or not, in the order of the directive."""
        cited = Citation.objects.filter(task__in=self.tasks).select_related("directive__succeeded_by", "task")
        return list(cited.order_by("task__number", "position"))

    def citations(self) -> list[Citation]:
        """Those of ``cited`` that are still valid on the last day of the data: what the bodies are asked about."""
        return [citation for citation in self.cited() if citation.directive.is_valid_on(self.data_to)]


def indicators_asked(catalogue_id: int, numbers, *, annual: bool) -> tuple[Indicator, ...]:
    """What a round about the tasks ``numbers`` asks: all of a yearly round's edition; else the indicators of those
    tasks and the shared denominators that they need.
    """
    asked = indicators_of(catalogue_id)
    if annual:
        return asked
    needed = {part for i in asked if i.task_number in numbers for part in (i.numerator, i.denominator) if part}
    return tuple(i for i in asked if i.task_number in numbers or i.code in needed)


def _wrong(field: str, sentence: str) -> ValidationError:
    """A refusal that names the input of the page which has to be put right."""
    return ValidationError({field: [sentence]})


def _refuse_unknown(field: str, what: str, chosen, known: set) -> None:
    """A misspelt task or body must not open a round that asks less than was meant."""
    unknown = [str(each) for each in chosen or () if each not in known]
    if unknown:
        words = {"what": what, "unknown": ", ".join(unknown)}
        raise _wrong(field, _("Không có %(what)s nào là: %(unknown)s.") % words)
    if not chosen:
        raise _wrong(field, _("Chưa chọn %s nào.") % what)
