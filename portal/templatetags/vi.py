"""Numbers and dates on the page, as officials write them."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import summary
from reports.numbers import format_number
from reports.typist import mark

register = template.Library()


@register.filter
def number(value, places=None):
    """``{{ 1234.5|number }}`` → 1.234,5; an absent value gives nothing."""
    return "" if value in (None, "") else format_number(value, places)


@register.filter
def day(value):
    """``15/12/2020``; an aware moment is first turned into Vietnam's day."""
    if not value:
        return ""
    return f"{timezone.localtime(value) if hasattr(value, 'hour') else value:%d/%m/%Y}"


@register.filter
def moment(value):
    """``10:05 ngày 15/12/2020`` in Vietnam's time."""
    return f"{timezone.localtime(value):%H:%M, %d/%m/%Y}" if value else ""


@register.filter
def own_name(row):
    """The name of a summary's row where it stands alone: ``Bị bạo lực`` for "Trong đó: bị bạo lực"."""
    return summary.standing_alone(row.name)


@register.simple_tag(takes_context=True)
def typist(context):
    """The mark of who types, for every form in which people write; also inside ``include … only``."""
    return mark(context.request.user.pk)


@register.simple_tag
def shown(row, amount):
    """An amount of a summary's row as text: a figure, or the words for why there is none."""
    return row.shown(amount)


@register.simple_tag
def change(row):
    """``+3 (+25 %)`` against last year; an asterisk where bodies are missing, nothing where a year has no value."""
    if row.change is None:
        return ""
    sign = "+" if row.change > 0 else ""
    text = sign + format_number(row.change, row.places)
    if row.change_percent is not None:
        text += f" ({sign}{format_number(row.change_percent)} %)"
    return text + row.change_mark


@register.simple_tag
def compared(row):
    """``change`` for readers who take only the figure away: where the two years do not compare, why instead of it."""
    if row.change is None or row.comparable:
        return change(row)
    if row.broken:
        return _("ngắt chuỗi")
    words = {
        "now": f"{row.total.answered}/{row.total.owed}",
        "before": f"{row.previous.answered}/{row.previous.owed}",
    }
    return _("chưa so được (%(now)s năm nay, %(before)s năm trước)") % words


@register.simple_tag
def change_legend():
    return summary.change_legend()


@register.simple_tag
def breaks_legend():
    return summary.breaks_legend()


@register.simple_tag
def target(found, row):
    """The national target of a row that comes next: ``Chỉ tiêu quốc gia 2025: ≥ 98,5%``; "" where there is none."""
    aim = found.target_of(row.code) if found else None
    return row.aim(aim) if aim else ""
