from django.db import models
from django.utils.translation import gettext_lazy as _

from ..languages import in_screen_language
from .documents import Directive


class Catalogue(models.Model):
    """One immutable edition of what a directive asks: its tasks, the instruments they cite, indicators and rules.

    Changed data make a new edition, never an edited one; a period keeps the edition it was
    opened with, so an old year keeps its tasks, indicators, names and rules.
    """

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="catalogues", verbose_name=_("văn bản"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    fingerprint = models.CharField(_("dấu vân tay"), max_length=64)
    loaded_at = models.DateTimeField(_("nạp lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("danh mục chỉ tiêu")
        verbose_name_plural = _("danh mục chỉ tiêu")
        ordering = ["directive", "-version"]
        constraints = [models.UniqueConstraint(fields=["directive", "version"], name="one_catalogue_per_version")]

    def __str__(self):
        return _("Danh mục phiên bản %(version)s") % {"version": self.version}


class Task(models.Model):
    """One numbered task of a directive, in the directive's own words."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="tasks", verbose_name=_("danh mục"))
    number = models.PositiveSmallIntegerField(_("số thứ tự"))
    title_vi = models.CharField(_("tên ngắn"), max_length=200)
    title_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    text = models.TextField(_("nguyên văn"))
    citations = models.ManyToManyField(Directive, through="Citation", related_name="cited_by_tasks")

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["catalogue", "number"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "number"], name="one_task_per_number")]

    def __str__(self):
        return f"{self.number}. {self.title}"

    @property
    def title(self) -> str:
        return in_screen_language(self.title_vi, self.title_en)


class Citation(models.Model):
    """A task names an instrument, in the order of the letter."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="citation_set")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="citation_set")
    position = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        verbose_name = _("văn bản được viện dẫn")
        verbose_name_plural = _("văn bản được viện dẫn")
        ordering = ["task__number", "position"]
        constraints = [models.UniqueConstraint(fields=["task", "directive"], name="one_citation_per_task")]

    def __str__(self):
        return str(self.directive)
