"""An officer uses another figure than the one reported, and its body answers: the one door to the ledger.

``correct``, ``withdraw`` and ``reply`` are each one transaction that holds the report's row. The reported figure is
never touched: a correction is one more line, and it counts as long as it is the newest about the latest sending.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from directives.choices import Option, Role

from . import checks, notifications
from .answers import Answer, Answers, Cell
from .checks import Finding
from .choices import Action, Status
from .ledger import cell_of, difference, figure_words
from .models import Correction, CorrectionReply, Report, answers_of
from .numbers import NotANumber, format_number, parse_number
from .permissions import YES, Verdict
from .sheets import sheet_of
from .summary import signed
from .typed import tidy
from .workflow import write_down

LONGEST = 2000  # letters of a reason or a reply
# Kept in the journal and read by others: Vietnamese, whatever language the officer's screen has.
CORRECTED = "%(place)s: %(before)s → %(after)s. Lý do: %(reason)s"
WITHDRAWN = "%(place)s: bỏ điều chỉnh, %(before)s → %(after)s. Lý do: %(reason)s"


class Refused(Exception):
    """Not possible: the argument is the sentence for the person, ``field`` the input it is about ("" for none)."""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


# --- who may, and what ----------------------------------------------------------------------------


def may_correct(user, report: Report) -> Verdict:
    """Writing a line into the ledger: an officer, while the report lies with the province."""
    if user.role != Role.OFFICER:
        return Verdict(False, _("Vai trò của bạn không được làm việc này."))
    refusal = {
        Status.DRAFT: _("Cơ quan chưa gửi báo cáo nên chưa có số liệu để điều chỉnh."),
        Status.RETURNED: _("Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại rồi điều chỉnh nếu vẫn cần."),
        Status.EXEMPT: _("Cơ quan được miễn báo cáo kỳ này nên không có số liệu để điều chỉnh."),
    }.get(report.status)
    return Verdict(False, refusal) if refusal else YES


def may_reply(user, report: Report) -> Verdict:
    """Answering a line: the people of the body whose figure it is."""
    if user.acts_for_a_body and user.body_id == report.body_id:
        return YES
    return Verdict(False, _("Chỉ người của cơ quan báo cáo được trả lời về điều chỉnh."))


def typed_indicator(report: Report, code: str):
    """The Indicator on the body's form that the body types; raises Refused with the reason why there is none."""
    indicator = next((i for i in report.indicators() if i.code == code), None)
    if indicator is None:
        raise Refused(_("Chỉ tiêu này không có trong biểu của cơ quan."), "option")
    if indicator.computed:
        raise Refused(_("%s được tính từ hai chỉ tiêu khác; hãy điều chỉnh hai chỉ tiêu đó.") % code, "option")
    return indicator


def may_correct_cells(user, report: Report, indicator) -> Verdict:
    """``may_correct``, and the body owes the indicator: it did not declare its task outside its functions."""
    verdict = may_correct(user, report)
    if verdict and report.results.filter(number=indicator.task_number, not_ours=True).exists():
        words = _("Cơ quan khai nhiệm vụ %s không thuộc chức năng, nhiệm vụ của mình nên không phải báo cáo số này.")
        return Verdict(False, words % indicator.task_number)
    return verdict


def read_answer(indicator, text: str, nothing: bool) -> Answer:
    """What was typed → the Answer to be used; raises Refused with the sentence of the indicator's own number rules."""
    text = tidy(text)
    if nothing and text:
        raise Refused(_("Ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai."), "value")
    if nothing:
        return Answer(nothing=True)
    if not text:
        raise Refused(_("Hãy nhập số sử dụng (0 nếu không có), hoặc đánh dấu “Không phát sinh”."), "value")
    try:
        return Answer(parse_number(text, indicator.value_type))
    except NotANumber as refusal:
        raise Refused(str(refusal), "value") from refusal


def consequences(report: Report, cell: Cell, answer: Answer, *, by) -> list[Finding]:
    """What the checks would find in the figures as they are used with ``answer``, and do not find in them now.

    Raises Refused where ``by`` may not correct: a draft is its body's own, and findings tell of it.
    """
    _demand(may_correct(by, report))
    used = used_answers(report)
    sheet = sheet_of(report, used)
    before = checks.run(sheet)
    then = replace(sheet, answers=used | {cell: _in_row(used.get(cell), answer)})
    # What a yes rests on is said by the reason of the correction.
    return [finding for finding in checks.run(then) if finding not in before and finding.code != "detail"]


# --- the door -------------------------------------------------------------------------------------


@transaction.atomic
def correct(
    report: Report, cell: Cell, answer: Answer, reason: str, *, by, version: int, seen: int | None = None
) -> Correction:
    """Use ``answer`` instead of what the body reported in ``cell``, for a ``reason``; returns the line.

    ``version`` is the sending that the officer has read, ``seen`` the number of the newest line about the
    indicator on their page (0: none). A second click with the same words gives the line that the first one wrote.
    Raises Refused when person, state, cell, value or reason do not fit, or somebody else was quicker.
    """
    report, indicator = _held_for(report, cell, by)
    if version != report.version:
        raise Refused(_("Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."))
    _demand_allowed(indicator, cell, answer)
    reason = _text(reason, "reason", _("Hãy ghi lý do để cơ quan và người đọc sau này biết vì sao."))
    reported, standing = answers_of(report, [indicator]).get(cell), in_use(report).get(cell)
    if standing and _says(standing.answer_used, answer) and (standing.by_id, standing.reason) == (by.pk, reason):
        return standing
    _demand_seen(report, indicator, seen)
    used = standing.answer_used if standing else reported
    _demand_other(indicator, reported, used, answer)
    line = _line(report, indicator, cell, reported, reason, by, value=answer.value, nothing=answer.nothing)
    _tell(line, CORRECTED, used, answer)
    return line


@transaction.atomic
def withdraw(report: Report, cell: Cell, reason: str, *, by, seen: int | None = None) -> Correction:
    """End the correction in force in ``cell``: the reported figure is used again. Returns the line that says so.

    Raises Refused when person or state do not fit, nothing is in force there, no reason is given, or somebody else
    was quicker (``seen`` as in ``correct``).
    """
    report, indicator = _held_for(report, cell, by)
    _demand_seen(report, indicator, seen)
    standing = in_use(report).get(cell)
    if standing is None:
        raise Refused(_("Ô này không có điều chỉnh nào đang áp dụng."), "option")
    reason = _text(reason, "reason", _("Hãy ghi lý do bỏ điều chỉnh để cơ quan biết."))
    reported = answers_of(report, [indicator]).get(cell)
    line = _line(report, indicator, cell, reported, reason, by, withdrawn=True)
    _tell(line, WITHDRAWN, standing.answer_used, reported)
    return line


@transaction.atomic
def reply(correction: Correction, text: str, *, by) -> CorrectionReply:
    """What the body says to a correction of its figure; the officers are told. A second click changes nothing.

    Raises Refused when ``by`` is not of the body, or nothing or too much was written.
    """
    report = _held(correction.report)
    _demand(may_reply(by, report))
    text = _text(text, "text", _("Hãy viết ý kiến trả lời của cơ quan."))
    last = correction.replies.last()
    if last is not None and (last.by_id, last.text) == (by.pk, text):
        return last
    answer = CorrectionReply.objects.create(correction=correction, text=text, by=by)
    notifications.correction_answered(answer)
    return answer


def _held(report: Report) -> Report:
    """The report's row, held until the transaction ends: a new sending and a colleague's line wait for it."""
    return Report.objects.select_for_update(of=("self",)).select_related("period", "body").get(pk=report.pk)


def _held_for(report: Report, cell: Cell, by) -> tuple:
    """(the held report, the Indicator of a cell that ``by`` may correct); raises Refused."""
    report = _held(report)
    _demand(may_correct(by, report))
    indicator = typed_indicator(report, cell.code)
    _demand(may_correct_cells(by, report, indicator))
    if cell.option not in indicator.options:
        raise Refused(_("Chỉ tiêu %s không có cột này.") % cell.code, "option")
    return report, indicator


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _demand_allowed(indicator, cell: Cell, answer: Answer) -> None:
    """The value, by the rules that a body's typing is read by; a breakdown has no "không phát sinh" of its own."""
    if answer.nothing and cell.option != Option.TOTAL:
        raise Refused(_("Chỉ tổng số mới “không phát sinh”; ở cột chi tiết hãy nhập số, 0 nếu không có."), "value")
    read_answer(indicator, "" if answer.value is None else format_number(answer.value), answer.nothing)


def _demand_seen(report: Report, indicator, seen: int | None) -> None:
    newest = report.corrections.filter(indicator=indicator).order_by("-pk").select_related("by").first()
    if seen is not None and newest is not None and newest.pk != seen:
        words = _("%s vừa điều chỉnh chỉ tiêu này sau khi bạn mở trang; hãy đọc lịch sử bên dưới rồi quyết định.")
        raise Refused(words % newest.by)


def _demand_other(indicator, reported: Answer | None, used: Answer | None, answer: Answer) -> None:
    if _says(used, answer):
        raise Refused(_("Ô này đang dùng đúng số đó: %s; hãy nhập số khác.") % _words(indicator, used), "value")
    if _says(reported, answer):
        raise Refused(_("Đó là số cơ quan báo cáo; muốn dùng lại số báo cáo thì bỏ điều chỉnh."), "value")


def _says(one: Answer | None, other: Answer) -> bool:
    return one is not None and (one.value, one.nothing) == (other.value, other.nothing)


def _text(text: str, field: str, missing: str) -> str:
    text = tidy(text)
    if not text:
        raise Refused(missing, field)
    if len(text) > LONGEST:
        sentence = _("Đoạn này dài %(length)s chữ cái; hãy rút xuống còn nhiều nhất %(longest)s.")
        raise Refused(sentence % {"length": len(text), "longest": LONGEST}, field)
    return text


def _line(report, indicator, cell: Cell, reported: Answer | None, reason: str, by, **used) -> Correction:
    return Correction.objects.create(
        report=report,
        indicator=indicator,
        option=cell.option,
        version=report.version,
        reported=reported.value if reported else None,
        reported_nothing=bool(reported and reported.nothing),
        reason=reason,
        by=by,
        **used,
    )


def _tell(line: Correction, note: str, before: Answer | None, after: Answer | None) -> None:
    """Into the journal, and to the body's people."""
    with translation.override("vi"):
        words = {"place": short_place(line.cell), "reason": line.reason}
        words |= {"before": _words(line.indicator, before), "after": _words(line.indicator, after)}
    write_down(line.report, Action.CORRECT, by=line.by, note=note % words)
    notifications.corrected(line)


def short_place(cell: Cell) -> str:
    """``T6.06``, ``T6.06 Nữ``."""
    return cell.code if cell.option == Option.TOTAL else f"{cell.code} {Option(cell.option).label}"


def _words(indicator, answer: Answer | None) -> str:
    return figure_words(cell_of(answer), indicator.value_type)


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger as the pages show it: everything already text; ``state`` is its class on the page."""

    line: Correction
    place: str
    reported: str
    used: str
    difference: str
    state: str
    label: str
    replies: tuple[CorrectionReply, ...]


@dataclass(frozen=True, slots=True)
class CellNow:
    """A cell of a sent report: what is reported and what is used as text, and the line in force or None."""

    option: str
    label: str
    reported: str
    used: str
    line: Correction | None


def cells_of(report: Report, indicator) -> list[CellNow]:
    """The cells of one indicator as they stand; only of a report that lies with the province."""
    reported, standing = answers_of(report, [indicator]), in_use(report)
    found = []
    for option in indicator.options:
        cell = Cell(indicator.code, option)
        said, line = reported.get(cell), standing.get(cell)
        used = line.answer_used if line else said
        words = _words(indicator, said), _words(indicator, used)
        found.append(CellNow(option, str(Option(option).label), *words, line))
    return found


def in_use(report: Report) -> dict[Cell, Correction]:
    """The lines in force of one report, by cell; of a report that is not accepted they wait until it is."""
    lines = Correction.objects.in_force().filter(report=report).select_related("indicator", "by")
    return {line.cell: line for line in lines}


def used_answers(report: Report) -> Answers:
    """The answers of ``report`` as they are used: the reported ones, with the lines in force in their places."""
    answers = answers_of(report)
    return answers | {cell: _in_row(answers.get(cell), line.answer_used) for cell, line in in_use(report).items()}


def _in_row(reported: Answer | None, used: Answer) -> Answer:
    """``used`` with the note and the estimate mark of what was reported."""
    return replace(reported or used, value=used.value, nothing=used.nothing)


def ledger_of(period):
    """All lines of a period, the newest first, each with ``stands``: in force."""
    return Correction.objects.filter(report__period=period).newest_first()


def history_of(report: Report, indicator=None):
    """The lines of one report, or of one of its indicators, as ``ledger_of``."""
    lines = report.corrections.filter(indicator=indicator) if indicator else report.corrections.all()
    return lines.newest_first()


def entries(lines: Iterable[Correction]) -> list[Entry]:
    """Lines of ``ledger_of`` or ``history_of`` for a page."""
    return [_entry(line) for line in lines]


def _entry(line: Correction) -> Entry:
    state, label = _state(line)
    return Entry(
        line=line,
        place=checks.place(line.indicator, line.option),
        reported=_words(line.indicator, line.answer_reported),
        used=_words(line.indicator, line.answer_used),
        difference=signed(difference(line.answer_reported, line.answer_used)),
        state=state,
        label=label,
        replies=tuple(line.replies.all()),
    )


def _state(line: Correction) -> tuple[str, str]:
    """What a line is worth now: (class on the page, words)."""
    report = line.report
    if line.stands and report.status == Status.ACCEPTED:
        return "accepted", _("Đang áp dụng")
    if line.stands and report.status == Status.SUBMITTED:
        return "submitted", _("Áp dụng khi báo cáo được duyệt")
    if line.stands and report.status == Status.EXEMPT:
        return "draft", _("Không áp dụng, cơ quan được miễn")
    if line.stands:
        return "returned", _("Chưa áp dụng, báo cáo đang ở cơ quan")
    if line.version != report.version:
        return "draft", _("Hết áp dụng, cơ quan đã gửi lại")
    if line.withdrawn:
        return "draft", _("Bỏ điều chỉnh")
    return "draft", _("Đã được thay hoặc bỏ")
