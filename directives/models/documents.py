from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DirectiveQuerySet(models.QuerySet):
    def valid_on(self, day):
        """Instruments in force on ``day`` (a date): the first and the last day of validity both count."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class Directive(models.Model):
    """A legal instrument: directive, letter, plan or decision, cited exactly as its issuer wrote it."""

    code = models.SlugField(_("mã"), unique=True)
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    kind = models.CharField(_("loại văn bản"), max_length=60)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    title = models.TextField(_("trích yếu"))
    valid_from = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    valid_to = models.DateField(_("hiệu lực đến"), null=True, blank=True)
    implements = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="implemented_by", verbose_name=_("thực hiện văn bản")
    )
    succeeded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="succeeds", verbose_name=_("được thay bằng")
    )

    objects = DirectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản chỉ đạo")
        verbose_name_plural = _("văn bản chỉ đạo")
        ordering = ["issued_on", "code"]

    def __str__(self):
        return self.citation()

    def is_valid_on(self, day) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def citation(self, *, with_title=False) -> str:
        """``Chỉ thị số 23/CT-TTg ngày 26/5/2020 của Thủ tướng Chính phủ``: number, date, issuer together.

        A công văn is called "Văn bản" when cited, a law by its own name (Decree 30/2020, Appendix I).
        A document without a date yet (a draft letter) is cited without one.
        """
        if self.kind == "Luật":
            name = f"{self.title} số {self.number}"
        else:
            name = f"{'Văn bản' if self.kind == 'Công văn' else self.kind} số {self.number}"
        if self.issued_on:
            # Official letters pad neither short days nor months above 2: 26/5/2020, 05/3/2020, 09/12/2015.
            day, month = self.issued_on.day, self.issued_on.month
            name += f" ngày {day:02d}/{f'{month:02d}' if month < 3 else month}/{self.issued_on.year}"
        name += f" của {self.issuer}"
        if with_title and self.kind != "Luật":
            name += " " + self.about()
        return name

    def about(self) -> str:
        """The subject as it reads inside a sentence: "về việc …"."""
        title = self.title.strip()
        if title.startswith("V/v "):
            return "về việc " + title[4:]
        return (
            title[:1].lower() + title[1:]
            if title.lower().startswith("về ")
            else "về việc " + title[:1].lower() + title[1:]
        )
