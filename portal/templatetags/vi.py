"""Numbers and dates on the page, as officials write them."""

from django import template
from django.utils import timezone

from reports.numbers import format_number

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
