"""A leader asks about a figure; officers answer it in words, or turn it into an ad hoc round with a date.

The one door: ``ask``, ``answer`` and ``link``. Kept is what the leader saw, with its coverage, at that moment.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import LEAD_GROUP, BodyKind, Option
from directives.models import Body

from . import notifications
from .choices import PeriodKind
from .consolidation import consolidate
from .gathering import gather
from .models import Period, Question
from .permissions import may_ask, may_open_periods
from .summary import Mark, Row, standing_alone
from .typed import tidy

LONGEST = 2000  # letters of a question or an answer
LONGEST_SHOWN = 200  # of what is kept of the figure
FARTHEST = dt.timedelta(days=366)


class Refused(Exception):
    """Not possible: the argument is the sentence for the person, ``field`` the input it is about ("" for none)."""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Figure:
    """What is asked about: the province's figure, or one body's; ``shown`` as it stands on the page, with coverage."""

    row: Row
    option: str
    body: Body | None
    shown: str

    @property
    def part(self) -> str:
        """The breakdown, "" for the total."""
        return "" if self.option == Option.TOTAL else str(Option(self.option).label)


# --- the figure ---------------------------------------------------------------------------------


def figure(period: Period, code: str, option: str = "", body: str = "") -> Figure:
    """The figure at this place as it stands now. Raises LookupError for a place that the round does not have."""
    option = option or Option.TOTAL.value
    indicator = next((i for i in period.indicators() if i.code == code), None)
    if indicator is None or option not in indicator.options:
        raise LookupError(code)
    gathered = gather(period, cells=bool(body), only=code)
    row = next(row for row in consolidate(gathered) if row.code == code)
    if not body:
        amount = row.total if option == Option.TOTAL else row.options[option]
        basis = row.coverage.long if option == Option.TOTAL else amount.basis
        return Figure(row, option, None, _kept(f"{_valued(row, amount)} ({basis})"))
    place = next((place for place, line in enumerate(gathered.bodies) if line.code == body), None)
    if place is None or row.cells[option][place] is Mark.NOT_OWED:
        raise LookupError(body)
    return Figure(row, option, Body.objects.get(code=body), _kept(row.said(option, place)))


def _valued(row: Row, amount) -> str:
    return f"{row.shown(amount)} {row.counted_unit}" if amount.value is not None else row.shown(amount)


def _kept(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


# --- the door -----------------------------------------------------------------------------------


@transaction.atomic
def ask(period: Period, about: Figure, text: str, wanted_by: dt.date | None, by, *, shown: str = "") -> Question:
    """Ask about a figure; the same words sent twice are one question.

    ``shown``: the figure as the page had it; where it has changed since, that is said and nothing is stored.
    Raises Refused with the sentence when person, words, day or figure do not fit.
    """
    if not may_ask(by):
        raise Refused(_("Chỉ lãnh đạo đặt câu hỏi về số liệu."))
    period = Period.objects.select_for_update(of=("self",), no_key=True).get(pk=period.pk)  # a double click waits
    text = _words(text, _("Hãy ghi câu hỏi."), "text")
    _check_day(wanted_by)
    if shown and shown != about.shown:
        raise Refused(_("Số liệu vừa thay đổi sau khi bạn mở trang; hãy xem số mới rồi gửi lại câu hỏi."))
    place = {"period": period, "code": about.row.code, "option": about.option, "body": about.body}
    same = Question.objects.filter(**place, by=by, text=text, wanted_by=wanted_by, answered_at=None, round=None).first()
    if same is not None:
        return same
    question = Question.objects.create(**place, shown=about.shown, text=text, wanted_by=wanted_by, by=by)
    notifications.figure_asked(question)
    return question


@transaction.atomic
def answer(question: Question, text: str, by) -> Question:
    """Answer in words, by an officer; the leader is told. The first answer stands. Raises Refused."""
    question = _held(question, by)
    if question.answered_at is not None:
        words = {"by": question.answered_by, "at": f"{timezone.localtime(question.answered_at):%H:%M, %d/%m/%Y}"}
        raise Refused(_("%(by)s đã trả lời câu hỏi này lúc %(at)s; câu trả lời đó được giữ nguyên.") % words)
    question.answer = _words(text, _("Hãy ghi câu trả lời."), "answer")
    question.answered_by, question.answered_at = by, timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    notifications.figure_answered(question, "answer")
    return question


@transaction.atomic
def link(question: Question, opened: Period, by) -> Question:
    """The ad hoc round ``opened`` is asked because of this question; the leader is told. Raises Refused."""
    question = _held(question, by)
    if question.round_id == opened.pk:
        return question
    if question.round is not None:
        raise Refused(_("Câu hỏi này đã chuyển thành kỳ đột xuất “%s”.") % question.round.name)
    if question.answered_at is not None:
        raise Refused(_("Câu hỏi này đã được trả lời nên không gắn với kỳ đột xuất nữa."))
    if opened.kind != PeriodKind.AD_HOC:
        raise Refused(_("Câu hỏi chỉ chuyển thành kỳ đột xuất; kỳ vừa mở là kỳ hằng năm nên không gắn với câu hỏi."))
    question.round = opened
    question.save(update_fields=["round"])
    notifications.figure_answered(question, "round")
    return question


def _held(question: Question, by) -> Question:
    if not may_open_periods(by):
        raise Refused(_("Chỉ chuyên viên cơ quan tổng hợp trả lời câu hỏi."))
    related = ("period", "by", "answered_by", "round")
    return Question.objects.select_for_update(of=("self",)).select_related(*related).get(pk=question.pk)


def _words(text: str, empty: str, field: str) -> str:
    text = tidy(text)
    if not text:
        raise Refused(empty, field)
    if len(text) > LONGEST:
        sentence = _("Đoạn này dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
        raise Refused(sentence % {"length": len(text), "longest": LONGEST}, field)
    return text


def _check_day(day: dt.date | None) -> None:
    today = timezone.localdate()
    if day is not None and day < today:
        words = {"day": f"{day:%d/%m/%Y}", "today": f"{today:%d/%m/%Y}"}
        raise Refused(
            _("Ngày %(day)s đã qua; hãy chọn từ hôm nay, %(today)s, trở đi, hoặc để trống.") % words, "wanted_by"
        )
    if day is not None and day > today + FARTHEST:
        raise Refused(_("Ngày này quá xa; hãy xem lại năm."), "wanted_by")


# --- reading ------------------------------------------------------------------------------------


def questions_of(period: Period):
    """The questions of a period: open ones first, the sooner wanted the earlier, then the newest."""
    related = ("period", "body", "by", "answered_by", "round")
    return Question.objects.filter(period=period).select_related(*related).in_order()


def name_of(question: Question) -> str:
    """The indicator's name as the period has it, as it stands alone; the code where an edition dropped it."""
    found = next((i for i in question.period.indicators() if i.code == question.code), None)
    return standing_alone(found.name) if found is not None else question.code


def as_round(question: Question) -> dict:
    """What the form of a new round begins with: an ad hoc one on this figure's task, asked of those who count it.

    {name of an input: its value}. A question on one body's figure asks that body; whoever opens it may change all.
    """
    indicator = next((i for i in question.period.indicators() if i.code == question.code), None)
    asked = {"year": question.period.year, "ad_hoc": True, "due_on": question.wanted_by}
    asked["title"] = _kept(_("Làm rõ số liệu %(code)s: %(name)s") % {"code": question.code, "name": name_of(question)})
    if question.body is not None:
        asked["bodies"] = [question.body.code]
    if indicator is not None:
        asked["tasks"] = [str(indicator.task_number)] if indicator.task_number else []
        if question.body is None:
            counted = [word for word in indicator.counted_from.split() if word != LEAD_GROUP]
            there = set(question.period.reports.order_by().values_list("group", flat=True).distinct())
            asked["groups"] = [word for word in counted if word in there]
            asked["bodies"] = [word for word in counted if word not in (*BodyKind.values, "all")]
    return asked
