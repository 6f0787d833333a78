import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from .. import working_days


class HolidayQuerySet(models.QuerySet):
    def as_sets(self) -> tuple[set[dt.date], set[dt.date]]:
        """(days off, days worked) of these rows, as ``directives.working_days`` takes them; one query."""
        days_off, worked = set(), set()
        for day, working in self.order_by().values_list("day", "working"):
            (worked if working else days_off).add(day)
        return days_off, worked


class Holiday(models.Model):
    """A day that departs from the week's order: a public holiday, or a weekend day worked for a swapped day.

    Labour Code 2019, art. 112, and the yearly announcement, which fixes the days of Tết, the second day of
    the National Day and the swaps. A holiday of the data file that turns out not to be one is ticked
    ``working``, not deleted.
    """

    day = models.DateField(
        _("ngày"), unique=True, error_messages={"unique": _("Ngày này đã có trong bảng; hãy sửa dòng đang có.")}
    )
    name = models.CharField(_("tên"), max_length=100)
    working = models.BooleanField(
        _("làm việc"),
        default=False,
        help_text=_("Đánh dấu khi ngày này vẫn làm việc: ngày cuối tuần làm bù, hoặc ngày mà năm đó không được nghỉ."),
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    by_hand = models.BooleanField(_("nhập hoặc sửa tay"), default=True, editable=False)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("ngày nghỉ, ngày làm bù")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"


def working_days_left(today: dt.date, last_day: dt.date) -> int:
    """Working days after ``today`` up to and including ``last_day``; 0 on the last day and later.

    ``last_day`` is the last day in time: the 14th where a letter says "trước ngày 15/12". One query.
    """
    if last_day <= today:
        return 0
    days = Holiday.objects.filter(day__gt=today, day__lte=last_day)
    return working_days.working_days_between(today, last_day, *days.as_sets())


def next_working_day(day: dt.date) -> dt.date:
    """The first working day after ``day``. One query."""
    return working_days.next_working_day(day, *Holiday.objects.filter(day__gt=day).as_sets())
