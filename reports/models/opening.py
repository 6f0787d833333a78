"""What a new round asks: decided before anything is written, so that a wrong wish opens nothing."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import DueRule
from directives.models import Catalogue, Citation, Obligation


class AdHoc:
    """A round outside the year: its own title and date, chosen tasks (numbers) and bodies (codes); None: all."""

    def __init__(self, title, due_on, *, due_rule=DueRule.BY, tasks=None, bodies=None):
        self.title, self.due_on, self.due_rule, self.tasks, self.bodies = title, due_on, due_rule, tasks, bodies


class Opening:
    """A round of ``obligation`` in ``year``: lead, edition, tasks, cited instruments and bodies, as of a day.

    ``as_of`` is by default today, but never later than the last day of the data, so that a year opened
    afterwards asks those who existed then. Raises ValidationError when the year or the deadline is
    out of reach, nobody leads, nothing or nobody is asked, or a chosen task or body is unknown.
    """

    def __init__(self, obligation: Obligation, year: int, *, as_of: dt.date | None = None, ad_hoc: AdHoc | None = None):
        today = timezone.localdate()
        if not 2000 <= year <= today.year + 1:
            raise ValidationError(_("Năm phải từ 2000 đến %s.") % (today.year + 1))
        self.ad_hoc = ad_hoc
        self.due_on = ad_hoc.due_on if ad_hoc else obligation.due_on(year)
        if not dt.date(year, 1, 1) <= self.due_on <= dt.date(year + 1, 12, 31):
            raise ValidationError(_("Hạn nộp phải trong năm %(year)s hoặc năm sau.") % {"year": year})
        self.data_from, self.data_to = obligation.data_days(year)
        self.as_of = as_of or min(today, self.data_to)
        self.lead = obligation.lead_on(self.as_of)
        if self.lead is None:
            raise ValidationError(_("Không có cơ quan nào chủ trì tổng hợp vào ngày %s.") % f"{self.as_of:%d/%m/%Y}")
        self.catalogue = obligation.directive.catalogues.first()
        if self.catalogue is None:
            raise ValidationError(_("Chưa nạp danh mục chỉ tiêu; hãy chạy load_directives trước."))
        self.tasks = self._tasks(self.catalogue)
        self.owed = self._bodies(obligation)

    def _tasks(self, catalogue: Catalogue) -> list:
        every = list(catalogue.tasks.order_by("number"))
        if not self.ad_hoc or self.ad_hoc.tasks is None:
            return every
        _refuse_unknown(_("nhiệm vụ"), self.ad_hoc.tasks, {task.number for task in every})
        return [task for task in every if task.number in self.ad_hoc.tasks]

    def _bodies(self, obligation: Obligation) -> list[tuple]:
        owed = obligation.owed_on(self.as_of)
        if not owed:
            raise ValidationError(_("Không có cơ quan nào phải báo cáo vào ngày %s.") % f"{self.as_of:%d/%m/%Y}")
        if not self.ad_hoc or self.ad_hoc.bodies is None:
            return owed
        _refuse_unknown(_("cơ quan"), self.ad_hoc.bodies, {body.code for body, _group in owed})
        return [(body, group) for body, group in owed if body.code in self.ad_hoc.bodies]

    def citations(self) -> list[Citation]:
        """The instruments that the tasks cite and that are still valid on the last day of the data."""
        cited = Citation.objects.filter(task__in=self.tasks).select_related("directive")
        return [citation for citation in cited if citation.directive.is_valid_on(self.data_to)]


def _refuse_unknown(what: str, chosen, known: set) -> None:
    """A misspelt task or body must not open a round that asks less than was meant."""
    unknown = [str(each) for each in chosen if each not in known]
    if unknown:
        words = {"what": what, "unknown": ", ".join(unknown)}
        raise ValidationError(_("Không có %(what)s nào là: %(unknown)s.") % words)
    if not chosen:
        raise ValidationError(_("Chưa chọn %s nào.") % what)
