"""One part of a report prepared for its page: what is typed, what is odd about it, what was said earlier."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from . import checks, privacy
from .choices import Status
from .consolidation import computed_values
from .drafting import typed_of
from .earlier import earlier_figures, earlier_texts, in_year
from .forms import PartForm
from .grid import Grid
from .models import Point, Presence, Report, TaskResult, answers_of
from .numbers import format_number
from .parts import WORDS, Part, is_words
from .sheets import sheet_of
from .summary import PLACES, Mark

NOT_YET = ("missing", "text")  # findings about what is not there yet: told when checking, not while typing


@dataclass(frozen=True, slots=True)
class Told:
    """What the page tells about the figures as they stand: errors, warnings, computed rows ({code: text})."""

    errors: list
    warnings: list
    computed: dict[str, object]


def tell(part: Part, answers=None, results=None, previous=None) -> Told:
    """Run the checks and keep what belongs to this part; what the caller has read already is not read again."""
    report = part.report
    answers = answers_of(report) if answers is None else answers
    own = [f for f in checks.run(sheet_of(report, answers, results, previous)) if f.section == part.number]
    return Told(
        [f for f in own if f.blocks and f.code not in NOT_YET],
        [f for f in own if not f.blocks],
        computed_values(part.indicators, answers),
    )


def computed_words(told: Told) -> dict[str, str]:
    """{code: text} of the computed rows as the table shows them."""
    return {
        code: value.words if isinstance(value, Mark) else format_number(value, PLACES)
        for code, value in told.computed.items()
    }


class Filling:
    """Everything that the page of one part shows. Reads only; a fixed number of queries."""

    def __init__(self, report: Report, number: int | None):
        self.report, self.part = report, Part(report, number)
        self.number = number
        results = list(report.results.all())
        self.result = next((r for r in results if r.number == number), None) or TaskResult(report=report, number=number)
        self.overviews = list(report.overviews.all()) if number is None else []
        answers = answers_of(report)
        self.typed = typed_of(self.part, self.result, answers, self.overviews)
        self.earlier = earlier_figures(report, self.part.codes) if self.part.codes else {}
        previous = in_year(self.earlier, report.period)
        self.told = Told([], [], {}) if number is None else tell(self.part, answers, results, previous)

    @property
    def seen(self) -> int:
        return self.report.overview_saves if self.number is None else self.result.saves

    @property
    def copied(self) -> list[str]:
        """The texts taken over from last year and not edited since."""
        if self.number is None:
            return [overview.part for overview in self.overviews if overview.copied]
        return self.result.copied

    def points(self) -> list[tuple[Point, str]]:
        """(point, what its input is called) of the officer's points on this part, while the report is returned."""
        if self.report.status != Status.RETURNED:
            return []
        points = Point.objects.current(self.report).filter(part=self.number)
        return [(point, self.part.label(point.name) if point.name else "") for point in points]

    def form(self, user, data: Mapping[str, str] | None = None, seen: int | None = None) -> PartForm:
        """The part's form with what is stored, or with ``data`` as it was posted on a page of save number ``seen``."""
        typed = self.typed if data is None else self.typed | self.part.posted(data)
        return PartForm(
            self.part,
            typed,
            grid=self._grid(typed),
            warnings=self.told.warnings,
            below=self._below(typed),
            seen=self.seen if seen is None else seen,
            person=user.pk,
            saving=saving(self.report, self.number, user),
        )

    def _grid(self, typed) -> Grid | None:
        if not self.part.indicators:
            return None
        roles = {i.code: self.report.role_of(i) for i in self.part.indicators}
        return Grid(self.part.indicators, typed, self.told.computed, self.told.errors, roles, self.earlier)

    def _below(self, typed) -> dict:
        year, before = earlier_texts(self.report, self.number) if self.number != 0 else (0, {})
        found = {}
        for name in typed.keys() | before.keys():
            lines = []
            if name in before and (name in WORDS or self.number is None):
                lines.append(self._from_last_year(name, year, before[name], typed.get(name, "")))
            if is_words(name) and typed.get(name):
                lines.append(privacy_notice(typed[name]))
            if any(lines):
                found[name] = format_html_join("", "{}", ((line,) for line in lines if line))
        return found

    def _from_last_year(self, name, year, text, typed):
        """What the same field said last year, and the button that takes it over: only on purpose, only when empty."""
        if name in self.copied and typed:
            return format_html('<p class="copied">{}</p>', _("Chép từ báo cáo năm %s, chưa sửa.") % year)
        button = ""
        if not typed:
            words = _("Lấy làm bản nháp")
            button = format_html(
                '<button class="btn btn-sm btn-outline-primary" name="then" value="copy:{}">{}</button>', name, words
            )
        head = _("Năm %s đã viết") % year
        return format_html(
            '<details class="last-year"><summary>{}</summary><p class="quote">{}</p>{}</details>', head, text, button
        )


def privacy_notice(text: str):
    """What seems to name a child, each passage marked, with the law's reason; "" where nothing does."""
    found = privacy.passages(text)
    if not found:
        return ""
    lines = zip(found, privacy.marked(text, found), strict=True)
    excerpts = format_html_join(
        "", "<li>{}: …{}<mark>{}</mark>{}…</li>", ((passage.words, *around) for passage, around in lines)
    )
    return format_html(
        '<div class="privacy notice notice-warning"><p class="mb-1"><strong>{}</strong></p><ul>{}</ul>'
        '<p class="mb-0">{}</p></div>',
        _("Đoạn này có vẻ nêu thông tin riêng của một trẻ em"),
        excerpts,
        privacy.advice(),
    )


def saving(report: Report, number: int | None, user) -> dict[str, str]:
    """The attributes from which the page's script knows where and in what words it saves each field."""
    code, body = report.period.code, report.body.code
    return saving_at(reverse("save", args=[code, body, "chung" if number is None else str(number)]), user)


def saving_at(address: str, user) -> dict[str, str]:
    """``saving`` for a page whose fields are saved at ``address``."""
    return {
        "data-person": str(user.pk),
        "data-sign-in-page": reverse("account_login"),
        "data-save": address,
        "data-saving": _("Đang lưu…"),
        "data-saved": _("Đã lưu"),
        "data-kept": _("Chưa gửi được; nội dung được giữ trên máy này và sẽ tự gửi khi có mạng."),
        "data-signed-out": _("Phiên làm việc đã hết; nội dung được giữ trên máy này."),
        "data-sign-in": _("Đăng nhập lại ở thẻ mới rồi quay lại đây"),
        "data-refused": _("Chưa lưu được"),
        "data-conflict": _("Người khác vừa lưu nội dung khác vào ô này"),
        "data-empty": _("(để trống)"),
    }


def people_here(report: Report, but) -> dict[int | None, list[str]]:
    """{part: names of colleagues who have it open now}, without ``but`` themselves."""
    here = Presence.objects.now().filter(report=report).exclude(by=but).select_related("by").order_by("at")
    found: dict[int | None, list[str]] = {}
    for presence in here:
        found.setdefault(presence.part, []).append(str(presence.by))
    return found
