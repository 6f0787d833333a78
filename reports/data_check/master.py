"""What is asked, of whom, under whose lead: indicators, rules, instruments, lead terms, holidays."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import Role
from directives.models import Citation, Holiday, Indicator, LeadTerm, Rule
from directives.rules import RuleSyntaxError, parse

from .defects import Kind, Severity, address, check, of_list

DAY = dt.timedelta(days=1)


def _current(scope, model):
    """The rows of ``model`` in the newest edition of each directive that asks for reports."""
    asking = {obligation.directive_id for obligation in scope.obligations}
    newest = [edition.pk for directive, edition in scope.editions.items() if directive in asking]
    return model.objects.filter(catalogue__in=newest).select_related("catalogue").order_by("catalogue", "position")


@check(
    Kind(
        "indicator_uncounted",
        Severity.WARNING,
        gettext_lazy("Chỉ tiêu không cơ quan nào được cộng"),
        gettext_lazy("Sửa cột counted_from của chỉ tiêu trong indicators.csv rồi chạy manage.py load_directives."),
        Role.ADMINISTRATOR,
    )
)
def indicators_uncounted(scope):
    """A ratio follows the figures that it is made of."""
    groups = {
        (obligation.directive_id): {(group, body.code) for body, group in owed}
        for obligation, owed in scope.owing.items()
    }
    left = []
    for indicator in _current(scope, Indicator):
        counted = set(indicator.counted_from.split())
        asked = groups[indicator.catalogue.directive_id]
        if not indicator.computed and not any(
            "all" in counted or group in counted or code in counted for group, code in asked
        ):
            left.append(indicator)
    return of_list(left, lambda i: (_("%s: tổng số toàn tỉnh sẽ luôn trống.") % i, address("indicators")))


@check(
    Kind(
        "rule_of_unknown_indicator",
        Severity.ERROR,
        gettext_lazy("Ràng buộc nêu chỉ tiêu không có trong danh mục"),
        gettext_lazy("Sửa mã chỉ tiêu trong rules.csv rồi chạy manage.py load_directives."),
        Role.ADMINISTRATOR,
    )
)
def rules_of_unknown_indicators(scope):
    known: dict[int, set[str]] = {}
    for indicator in _current(scope, Indicator):
        known.setdefault(indicator.catalogue_id, set()).add(indicator.code)
    left = []
    for rule in _current(scope, Rule):
        unknown = _unknown(rule, known.get(rule.catalogue_id, set()))
        if unknown:
            left.append((rule, unknown))
    sentence = _("Ràng buộc %(rule)s: không đọc được %(unknown)s.")
    return of_list(left, lambda pair: (sentence % {"rule": pair[0].code, "unknown": pair[1]}, address("indicators")))


def _unknown(rule: Rule, codes: set[str]) -> str:
    """What of the rule stands for nothing, "" where everything is known."""
    try:
        read = parse(rule.left, rule.compare, rule.right)
    except RuleSyntaxError as error:
        return str(error)
    return ", ".join(sorted(set(read.codes) - codes))


@check(
    Kind(
        "ratio_without_parts",
        Severity.ERROR,
        gettext_lazy("Tỷ lệ thiếu tử số hoặc mẫu số"),
        gettext_lazy("Ghi tử số, mẫu số có trong danh mục vào indicators.csv rồi chạy manage.py load_directives."),
        Role.ADMINISTRATOR,
    )
)
def ratios_without_parts(scope):
    current = list(_current(scope, Indicator))
    known = {(indicator.catalogue_id, indicator.code) for indicator in current}
    left = [
        i
        for i in current
        if i.computed and not all((i.catalogue_id, part) in known for part in (i.numerator, i.denominator))
    ]
    return of_list(left, lambda i: (_("%s: không tính được.") % i, address("indicators")))


@check(
    Kind(
        "instrument_expired",
        Severity.WARNING,
        gettext_lazy("Kỳ đang làm hỏi về văn bản đã hết hiệu lực"),
        gettext_lazy("Ghi văn bản thay thế vào danh mục văn bản; kỳ sau sẽ không hỏi về văn bản này nữa."),
        Role.ADMINISTRATOR,
    )
)
def instruments_expired(scope):
    cited = Citation.objects.filter(periods__in=scope.running, directive__valid_to__lt=scope.day).select_related(
        "directive", "task"
    )
    cited = list(cited.order_by("task__number", "position", "pk").distinct())
    sentence = _("Nhiệm vụ %(task)s: %(instrument)s hết hiệu lực sau ngày %(day)s.")

    def tell(citation):
        day = f"{citation.directive.valid_to:%d/%m/%Y}"
        words = {"task": citation.task.number, "instrument": citation.directive, "day": day}
        return sentence % words, address("admin:directives_directive_change", citation.directive_id)

    return of_list(cited, tell)


def _terms() -> list[LeadTerm]:
    terms = LeadTerm.objects.select_related("body")
    return sorted(terms, key=lambda term: (term.valid_from or dt.date.min, term.valid_to or dt.date.max))


@check(
    Kind(
        "no_lead",
        Severity.ERROR,
        gettext_lazy("Có ngày không cơ quan nào chủ trì tổng hợp"),
        gettext_lazy("Ghi cơ quan chủ trì cho những ngày đó; thiếu thì không mở được kỳ."),
        Role.ADMINISTRATOR,
    )
)
def days_without_lead(scope):
    """Between the first term and today."""
    gaps, reached = [], None  # the last day that somebody leads
    for term in _terms():
        first, last = term.valid_from or dt.date.min, term.valid_to or dt.date.max
        if reached is not None and reached < scope.day and first > reached + DAY:
            gaps.append((reached + DAY, min(first - DAY, scope.day)))
        reached = last if reached is None else max(reached, last)
    if reached is None:
        gaps.append((scope.day, scope.day))
    elif reached < scope.day:
        gaps.append((reached + DAY, scope.day))
    sentence = _("Từ ngày %(first)s đến ngày %(last)s không có cơ quan chủ trì.")
    place = address("admin:directives_leadterm_changelist")
    return of_list(gaps, lambda gap: (sentence % {"first": _day(gap[0]), "last": _day(gap[1])}, place))


@check(
    Kind(
        "two_leads",
        Severity.WARNING,
        gettext_lazy("Hai cơ quan cùng chủ trì tổng hợp một ngày"),
        gettext_lazy("Ghi ngày cuối cho cơ quan chủ trì trước."),
        Role.ADMINISTRATOR,
    )
)
def days_with_two_leads(scope):
    overlapping, longest = [], None
    for term in _terms():
        if longest and (term.valid_from or dt.date.min) <= (longest.valid_to or dt.date.max):
            overlapping.append((longest, term))
        if not longest or (term.valid_to or dt.date.max) > (longest.valid_to or dt.date.max):
            longest = term
    sentence = _("%(one)s và %(other)s cùng chủ trì từ ngày %(day)s.")

    def tell(pair):
        one, other = pair
        day = _day(other.valid_from) if other.valid_from else "…"
        words = {"one": one.body.name, "other": other.body.name, "day": day}
        return sentence % words, address("admin:directives_leadterm_change", other.pk)

    return of_list(overlapping, tell)


@check(
    Kind(
        "no_holidays",
        Severity.WARNING,
        gettext_lazy("Chưa có ngày nghỉ lễ của năm đang có kỳ"),
        gettext_lazy("Nhập ngày nghỉ, ngày làm bù theo thông báo của năm; thiếu thì đếm sai ngày làm việc."),
        Role.ADMINISTRATOR,
    )
)
def years_without_holidays(scope):
    needed = {day.year for period in scope.running for day in (period.opened_at.date(), period.due_on)}
    known = {day.year for day in Holiday.objects.dates("day", "year")}
    place = address("admin:directives_holiday_changelist")
    return of_list(sorted(needed - known), lambda year: (_("Năm %s chưa có ngày nghỉ nào.") % year, place))


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
