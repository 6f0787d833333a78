"""Figures that no page could have stored: outside the body's form, below zero, or finer than their kind allows.

The figures are read once, summed up by kind of cell, of which there are few; those of a kind in which something is
wrong are looked up then.
"""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import ValueType

from .. import rollup
from .defects import MOST, Kind, Severity, Told, check, named, page_of
from .scope import Cells, Scope

BY_NO_PAGE = gettext_lazy("Số này không do trang nào của cổng ghi; hỏi cơ quan và người quản trị hệ thống.")


def _found(scope: Scope, wrong: Callable[[Cells], bool], rows: Q, sentence: str) -> tuple[int, list[Told]]:
    """The figures ``rows`` in the kinds of cells that are ``wrong``; no query where none is."""
    places = Q()
    for cells in scope.cells:
        if wrong(cells):
            places |= Q(**cells.where)
    if not places:
        return 0, []
    found = scope.figures.filter(places & rows)
    examples = found.select_related("report__period", "report__body", "indicator")
    told = [
        (sentence % (named(figure.report) | {"code": figure.indicator.code}), page_of(figure.report, "sent"))
        for figure in examples.order_by("report", "indicator", "option")[:MOST]
    ]
    return found.count(), told


@check(
    Kind(
        "figure_outside_form",
        Severity.ERROR,
        gettext_lazy("Số liệu ngoài biểu mẫu của cơ quan"),
        BY_NO_PAGE,
    )
)
def figures_outside_the_form(scope):
    """Another group's indicator, a breakdown that it does not have, a ratio, or another edition's row."""
    sentence = _("%(body)s, %(period)s: chỉ tiêu %(code)s không thuộc biểu của cơ quan.")
    return _found(scope, _outside, Q(), sentence)


def _outside(cells: Cells) -> bool:
    asked = cells.asked
    return (
        asked is None
        or asked.computed
        or cells.where["option"] not in asked.options
        or asked.role_of(cells.where["report__group"], cells.where["report__counting_group"]) is None
    )


@check(Kind("figure_negative", Severity.ERROR, gettext_lazy("Số liệu âm"), BY_NO_PAGE))
def figures_below_zero(scope):
    sentence = _("%(body)s, %(period)s: chỉ tiêu %(code)s nhỏ hơn 0.")
    return _found(scope, lambda cells: cells.lowest is not None and cells.lowest < 0, Q(value__lt=0), sentence)


@check(
    Kind(
        "figure_too_fine",
        Severity.ERROR,
        gettext_lazy("Số đếm có phần lẻ, hoặc câu trả lời Có/Không có giá trị khác"),
        BY_NO_PAGE,
    )
)
def figures_too_fine(scope):
    """Children and cases are whole; a yes is one and a no is nought."""
    rows = Q(rest__gt=0) | Q(indicator__value_type=ValueType.YES_NO, value__gt=1)
    return _found(scope, _too_fine, rows, _("%(body)s, %(period)s: chỉ tiêu %(code)s ghi sai dạng số."))


def _too_fine(cells: Cells) -> bool:
    kind = cells.asked.value_type if cells.asked else None
    if kind == ValueType.YES_NO:
        return cells.rest > 0 or (cells.highest or 0) > 1
    return kind == ValueType.COUNT and cells.rest > 0


@check(
    Kind(
        "roll_up_differs",
        Severity.ERROR,
        gettext_lazy("Tổng cộng sẵn khác số cộng lại"),
        gettext_lazy("Chạy lệnh renew_roll_ups để cộng lại; rồi báo người quản trị hệ thống."),
    )
)
def roll_ups_that_differ(scope):
    """What leadership's pages show must be what the accepted figures add up to."""
    sentence = _("Kỳ %(period)s: %(n)s ô khác số cộng lại từ số liệu đã duyệt.")
    found = [(period, n) for period in scope.periods if (n := rollup.differences(period))]
    told = [(sentence % {"period": period.name, "n": n}, "") for period, n in found[:MOST]]
    return len(found), told
