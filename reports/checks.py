"""What is wrong with a report, one sentence each: pure, knows no database and no request.

Errors block sending; warnings ask for a reason and never block. Saving is never blocked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from directives.choices import AGES, Option, Severity, ValueType

from .answers import DETAIL, ESTIMATE, NOTHING, Answers, Cell
from .numbers import NotANumber, format_number, parse_number


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right or to explain: where (``section`` is a task number, 0 the shared figures), what, how.

    ``code`` names the rule or check; ``cells`` are the figures concerned, the first is where to go.
    """

    severity: str
    section: int | None
    code: str
    message: str
    cells: tuple[Cell, ...] = ()
    place: str = ""  # where, in words, of a finding that a list tells shortly

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.ERROR


@dataclass(frozen=True)
class Sheet:
    """All that the checks look at: a report as plain data.

    ``indicators``: those on the body's form, each with its role ("counted" or "cross").
    ``unread``: {Cell: text as typed} of cells that could not be read as numbers.
    ``previous``: the answers of the body's accepted report of the year before.
    """

    indicators: tuple
    roles: dict[str, str]
    rules: tuple
    answers: Answers
    unread: dict[Cell, str]
    tasks: tuple[int, ...]
    results: dict[int, str]
    declined: dict[int, str]
    previous: Answers = field(default_factory=dict)


def run(sheet: Sheet) -> list[Finding]:
    """Every finding of every check, errors first, in the order of the form."""
    found = [finding for check in CHECKS for finding in check(sheet)]
    return sorted(found, key=lambda f: (not f.blocks, f.section if f.section is not None else 99))


def blocking(sheet: Sheet) -> list[Finding]:
    """The findings that a report cannot be sent with."""
    return [finding for finding in run(sheet) if finding.blocks]


def gaps(sheet: Sheet) -> int:
    """How many indicators that this body owes have no answer (tasks outside its functions are not owed)."""
    return len(unanswered(sheet))


def unanswered(sheet: Sheet) -> list:
    """The indicators that this body owes and that have no answer, in the order of the form."""
    owed = (indicator for indicator in _typed(sheet) if indicator.task_number not in sheet.declined)
    return [indicator for indicator in owed if Cell(indicator.code) not in sheet.answers]


def _typed(sheet: Sheet):
    return (indicator for indicator in sheet.indicators if not indicator.computed)


def _error(section, code, message, *cells) -> Finding:
    return Finding(Severity.ERROR.value, section, code, message, cells)


def unread_cells(sheet: Sheet) -> Iterable[Finding]:
    """What was typed and is no answer: it is kept as typed, takes part in no sum, and must be put right."""
    by_code = {indicator.code: indicator for indicator in sheet.indicators}
    for cell, text in sheet.unread.items():
        indicator = by_code.get(cell.code)
        if indicator is None or cell.option in (NOTHING, ESTIMATE):
            continue
        if cell.option == DETAIL:
            if Cell(cell.code) in sheet.unread:
                continue
            where, reason = Cell(cell.code), _without_answer(indicator)
        else:
            where, reason = cell, _why_unread(indicator, text, Cell(cell.code, NOTHING) in sheet.unread)
        yield _error(indicator.task_number, "unread", f"{place(indicator, where.option)}: {reason}", where)


def _without_answer(indicator) -> str:
    if indicator.value_type == ValueType.YES_NO:
        return _("đã ghi thuyết minh nhưng chưa trả lời; hãy chọn Có hoặc Không.")
    return _("đã có ghi chú nhưng chưa có số liệu; hãy nhập số, đánh dấu “Không phát sinh”, hoặc xóa ghi chú.")


def _why_unread(indicator, text: str, boxed: bool) -> str:
    try:
        parse_number(text, indicator.value_type)
    except NotANumber as refusal:
        return str(refusal)
    if boxed:
        return _("ô vừa có số vừa đánh dấu “Không phát sinh”; hãy bỏ một trong hai.")
    return _("“%(text)s” chưa được đọc; hãy lưu lại phần này.") % {"text": text}


def missing_core_figures(sheet: Sheet) -> Iterable[Finding]:
    """A core indicator that is summed over this body must be answered: a figure, 0 or "không phát sinh"."""
    for indicator in _typed(sheet):
        cell = Cell(indicator.code)
        if (
            indicator.core
            and sheet.roles[indicator.code] == "counted"
            and indicator.task_number not in sheet.declined
            and cell not in sheet.answers
            and cell not in sheet.unread
        ):
            sentence = _(
                "%(place)s: chưa có số liệu; hãy nhập số (0 nếu đã đếm mà không có) hoặc đánh dấu “Không phát sinh”."
            ) % {"place": place(indicator)}
            yield Finding(Severity.ERROR.value, indicator.task_number, "missing", sentence, (cell,), place(indicator))


def missing_details(sheet: Sheet) -> Iterable[Finding]:
    """A yes needs the number and date of the document, or a line of text, that it rests on."""
    for indicator in _typed(sheet):
        answer = sheet.answers.get(Cell(indicator.code))
        if indicator.value_type == ValueType.YES_NO and answer and answer.value == 1 and not answer.detail:
            yield _error(
                indicator.task_number,
                "detail",
                _("%(place)s: đã chọn “Có”; hãy ghi số, ngày văn bản hoặc một dòng thuyết minh.")
                % {"place": place(indicator)},
                Cell(indicator.code),
            )


def missing_texts(sheet: Sheet) -> Iterable[Finding]:
    for number in sheet.tasks:
        if number in sheet.declined:
            if not sheet.declined[number].strip():
                yield _error(
                    number,
                    "reason",
                    _("Nhiệm vụ %s: đã khai “Không thuộc chức năng, nhiệm vụ”; hãy ghi lý do.") % number,
                )
        elif not sheet.results.get(number, "").strip():
            yield _error(
                number,
                "text",
                _("Nhiệm vụ %s: chưa có nội dung “Kết quả thực hiện”; hãy viết, hoặc khai không thuộc chức năng.")
                % number,
            )


def figures_in_declined_tasks(sheet: Sheet) -> Iterable[Finding]:
    for number in sheet.declined:
        asked = (Cell(i.code, o) for i in _typed(sheet) if i.task_number == number for o in i.options)
        cells = tuple(cell for cell in asked if cell in sheet.answers)
        if cells:
            yield _error(
                number,
                "declined",
                _("Nhiệm vụ %s: đã khai không thuộc chức năng nhưng vẫn có số liệu; hãy xóa số liệu hoặc bỏ khai báo.")
                % number,
                *cells,
            )


def parts_and_wholes(sheet: Sheet) -> Iterable[Finding]:
    """Each of-which is at most its total; the three ages, when all are given, add up to it."""
    for indicator in _typed(sheet):
        if Cell(indicator.code) in sheet.unread or indicator.task_number in sheet.declined:
            continue  # one wrong number, or one wrong declaration, is one message
        whole = sheet.answers.get(Cell(indicator.code))
        parts = {
            o: sheet.answers[Cell(indicator.code, o)]
            for o in indicator.options[1:]
            if Cell(indicator.code, o) in sheet.answers
        }
        for option, part in parts.items():
            cell = Cell(indicator.code, option)
            if whole is None:
                yield _error(
                    indicator.task_number,
                    "whole",
                    _("%(place)s: đã có số chi tiết nhưng chưa có tổng số; hãy nhập tổng số.")
                    % {"place": place(indicator, option)},
                    Cell(indicator.code),
                    cell,
                )
            elif part.amount > whole.amount:
                yield _error(
                    indicator.task_number,
                    "part",
                    _("%(place)s: %(part)s lớn hơn tổng số %(whole)s; hãy kiểm tra lại hai ô.")
                    % {
                        "place": place(indicator, option),
                        "part": format_number(part.amount),
                        "whole": format_number(whole.amount),
                    },
                    cell,
                    Cell(indicator.code),
                )
        given = [age for age in AGES if age in parts]
        if whole and given:
            yield from _ages_add_up(indicator, whole.amount, given, sum(parts[age].amount for age in given))


def _ages_add_up(indicator, whole, given, ages) -> Iterable[Finding]:
    """All three ages are the total; two of them may be less, but each child has one age, so never more."""
    if len(given) == len(AGES) and ages != whole:
        sentence = _("%(place)s: ba nhóm tuổi cộng lại là %(ages)s, khác tổng số %(whole)s; hãy kiểm tra lại.")
    elif len(given) == 2 and ages > whole:
        sentence = _(
            "%(place)s: hai nhóm tuổi đã nhập cộng lại là %(ages)s, lớn hơn tổng số %(whole)s; hãy kiểm tra lại."
        )
    else:
        return
    words = {"place": place(indicator), "ages": format_number(ages), "whole": format_number(whole)}
    cells = (Cell(indicator.code, age) for age in given)
    yield _error(indicator.task_number, "ages", sentence % words, *cells)


def broken_rules(sheet: Sheet) -> Iterable[Finding]:
    """The catalogue's linear rules, each where every code of it is answered in this report."""
    values = {cell.code: answer.amount for cell, answer in sheet.answers.items() if cell.option == Option.TOTAL}
    yield from rule_findings(sheet.rules, values, {i.code: i for i in sheet.indicators})


def rule_findings(
    rules, values: dict[str, Decimal], indicators: dict, bases: Mapping[str, str] = {}
) -> Iterable[Finding]:
    """Findings of (Rule, LinearRule) pairs over {code: figure}, for one report or for the province's totals.

    ``bases``: on what each total rests (``12/15``), which is said beside it.
    """
    for rule, linear in rules:
        if linear.holds(values) is False:
            first = indicators.get(linear.left[0])
            shown = "; ".join(
                f"{code} = {format_number(values[code])}" + (f" ({bases[code]})" if code in bases else "")
                for code in linear.codes
            )
            yield Finding(
                rule.severity,
                first.task_number if first else None,
                rule.code,
                f"{rule.message} ({shown})",
                tuple(Cell(code) for code in linear.codes),
            )


def jumps(sheet: Sheet) -> Iterable[Finding]:
    """A total that moved against last year by more than the indicator's threshold asks for a reason, once.

    The threshold (``Indicator.is_jump``) is the catalogue's own for each indicator.
    """
    for indicator in _typed(sheet):
        cell = Cell(indicator.code)
        now, before = sheet.answers.get(cell), sheet.previous.get(cell)
        if not (now and before) or indicator.task_number in sheet.declined:
            continue
        if indicator.is_jump(before.amount, now.amount):
            words = {
                "place": place(indicator),
                "now": _said(now),
                "before": _said(before),
                "change": format_number(abs(now.amount - before.amount)),
            }
            if now.amount > before.amount:
                sentence = _("%(place)s: năm nay %(now)s, năm trước %(before)s, tăng %(change)s; hãy ghi lý do.")
            else:
                sentence = _("%(place)s: năm nay %(now)s, năm trước %(before)s, giảm %(change)s; hãy ghi lý do.")
            yield Finding(
                Severity.WARNING.value, indicator.task_number, f"jump-{indicator.code}", sentence % words, (cell,)
            )


def _said(answer) -> str:
    """As it was answered: nothing arose is told in words, it moves like 0 but is not 0."""
    return _("không phát sinh") if answer.nothing else format_number(answer.value)


def place(indicator, option: str = Option.TOTAL) -> str:
    """Where a figure is, as a person finds it: ``T6.06 “Số trẻ em bị xâm hại”, cột Nữ``."""
    name = f"{indicator.code} “{indicator.name}”"
    if len(indicator.options) > 1 or option != Option.TOTAL:
        name += ", " + _("cột %s") % Option(option).label
    return name


CHECKS: tuple[Callable[[Sheet], Iterable[Finding]], ...] = (
    unread_cells,
    missing_texts,
    missing_core_figures,
    missing_details,
    figures_in_declined_tasks,
    parts_and_wholes,
    broken_rules,
    jumps,
)
