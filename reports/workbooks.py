"""A filled Excel form on its way into a report: kept, shown as it was understood, taken in field by field.

Nothing is stored before the person has seen what was understood; what goes in goes through ``drafting``,
so that a colleague's newer word is never overwritten in silence.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directives.choices import Role

from . import excel_form
from .answers import NOTHING, Cell
from .drafting import NotWritable, save_page, typed_of
from .earlier import earlier_figures
from .excel_form import Reading, issue
from .excel_form.columns import KEY
from .excel_form.files import opened
from .excel_form.opening import LOOK_ROWS, Unreadable
from .excel_form.results import Identity, Understood
from .file_types import visible
from .grid import answer_words
from .models import Report, TaskResult, Workbook, answers_of
from .parts import Part, parts_of
from .permissions import may_write
from .returned import may_write_part

KEPT = 20  # uploads of a report that are listed; older ones stay in the database

Place = tuple[int | None, str]


class NotTaken(Exception):
    """A workbook does not come in; the argument is the sentence for the person who tried."""


def blank(report: Report) -> bytes:
    """The form of ``report`` as .xlsx, with what is stored now and the values of earlier years beside it."""
    indicators = {indicator.code: indicator for indicator in report.indicators()}
    earlier = {
        cell: tuple((year, answer_words(answer, indicators[cell.code])) for year, answer in series)
        for cell, series in earlier_figures(report, indicators).items()
        if cell.code in indicators
    }
    return excel_form.render(report, stored_in(report), earlier, made_at=timezone.now())


def stored_in(report: Report) -> dict[Place, str]:
    """{(part, input name): text} of the whole report, as its pages show it."""
    answers, results = answers_of(report), {result.number: result for result in report.results.all()}
    overviews = list(report.overviews.all())
    found = {}
    for part in parts_of(report):
        result = results.get(part.number) or TaskResult(report=report, number=part.number or 0)
        own = {cell: answer for cell, answer in answers.items() if cell.code in part.codes}
        typed = typed_of(part, result, own, overviews)
        found |= {(part.number, name): text for name, text in typed.items() if text}
    return found


def keep(report: Report, upload, by) -> Workbook:
    """Keep an uploaded file until its person has looked at it. Raises NotTaken where nothing can come in."""
    verdict = may_write(by, report)
    if not verdict:
        raise NotTaken(verdict.reason)
    if upload.size > excel_form.MAX_BYTES:
        size = {"limit": excel_form.MAX_BYTES // 1024**2}
        raise NotTaken(_("Tệp lớn hơn %(limit)s MB; hãy bỏ hình ảnh và các trang tính khác rồi tải lên lại.") % size)
    name = visible(upload.name)[-200:]
    book = Workbook(report=report, name=name, size=upload.size, by=by)
    try:
        book.file.save(upload.name, upload, save=False)
    except OSError as error:
        raise NotTaken(_("Máy chủ chưa ghi được tệp; chưa có gì được lưu. Hãy thử lại sau.")) from error
    try:
        book.save()
    except BaseException:
        book.file.delete(save=False)
        raise
    return book


def books_of(report: Report, user) -> QuerySet[Workbook]:
    """The uploaded files that ``user`` knows of: the body's people their own, officers what officers uploaded."""
    officers = Q(by__role=Role.OFFICER)
    return report.workbooks.filter(officers if user.role == Role.OFFICER else ~officers)


def identity_of(content: bytes) -> Identity | None:
    """Whose form a file says it is; None where it does not say. Raises NotTaken where it is no workbook."""
    try:
        sheets = opened(content).sheets(LOOK_ROWS)
    except Unreadable as reason:
        raise NotTaken(str(reason)) from reason
    marked = ((sheet, KEY.fullmatch(sheet.first_words)) for sheet in sheets)
    return next((issue.read(sheet)[0] for sheet, match in marked if match and match[1] == "form"), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One input as the file answers it: where it stands there, what was understood, what the report holds now.

    ``clash``: it was changed in the portal after the form had been handed out; ``locked``: its part is closed;
    ``follows``: the key of the entry that it comes and stays away with ("" for none).
    """

    section: int | None
    name: str
    label: str
    sheet: str
    address: str
    found: str
    text: str
    stored: str
    note: str
    clash: bool
    locked: bool
    follows: str = ""

    @property
    def key(self) -> str:
        """The entry in a form: part and input name."""
        return f"{'chung' if self.section is None else self.section}|{self.name}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the entries: how many are stored or met something newer; the parts that closed meanwhile."""

    cells: int = 0
    conflicts: int = 0
    closed: tuple[Part, ...] = ()


class Preview:
    """A kept workbook laid over its report as it stands now; reads only."""

    def __init__(self, book: Workbook, by):
        self.book, self.report, self.by = book, book.report, by
        with book.file.open("rb") as file:
            self.content = file.read()
        form = excel_form.form_of(self.report)
        self.reading: Reading = excel_form.read(self.content, book.name, form, book.notation or None)
        # Asked before the entries are: what a colleague saves in between must show as newer, not as seen.
        saves = dict.fromkeys(self.parts, 0) | dict(self.report.results.values_list("number", "saves"))
        self.seen: dict[int | None, int] = saves | {None: self.report.overview_saves}

    @cached_property
    def parts(self) -> dict[int | None, Part]:
        return {part.number: part for part in parts_of(self.report)}

    @cached_property
    def entries(self) -> list[Entry]:
        """What would change, in the order of the form; what says the same as the report or as handed out stays out."""
        stored, followers = stored_in(self.report), self._followers()
        locked = {number for number in self.parts if not may_write_part(self.report, number)}
        found = []
        for cell in self.reading.understood:
            now, was = stored.get(cell.place, ""), self.reading.was(cell.place)
            if cell.text == was:
                continue
            own = [self._entry(cell, cell.place, cell.text, stored, locked)] if cell.text != now else []
            beside = [
                self._entry(cell, place, text, stored, locked, own[0].key if own else "")
                for place, text in followers.get(cell.place, {}).items()
                if text != stored.get(place, "")
            ]
            if any(entry.clash for entry in beside):
                own = [replace(entry, clash=True) for entry in own]
            found += own + beside
        order = {number: position for position, number in enumerate(self.parts)}
        return sorted(found, key=lambda entry: order[entry.section])

    def _followers(self) -> dict[Place, dict[Place, str]]:
        """{understood input: what it settles beside it}: a figure unticks the box of its line, the tick clears it."""
        own, found = {each.place for each in self.reading.understood}, defaultdict(dict)
        for (section, name), text in self.reading.implied.items():
            code, option = Cell.parse(name)
            leader = code if option == NOTHING else f"{code}:{NOTHING}"
            if (section, name) not in own:
                found[section, leader][section, name] = text
        return found

    def _entry(self, cell: Understood, place: Place, text: str, stored, locked, follows: str = "") -> Entry:
        (section, name), now, was = place, stored.get(place, ""), self.reading.was(place)
        part = self.parts[section]
        return Entry(
            section,
            name,
            part.label(name),
            cell.sheet,
            cell.address,
            cell.found,
            part.shown(name, text),
            part.shown(name, now),
            cell.note if cell.place == place else "",
            was is not None and now != was,
            section in locked,
            follows,
        )

    @property
    def same(self) -> int:
        """How many understood cells change nothing."""
        changing = {(entry.section, entry.name) for entry in self.entries}
        return sum(1 for each in self.reading.understood if each.place not in changing)

    def take(self, kept: Iterable[str] = (), seen: dict[int | None, int] | None = None) -> Taken:
        """Store the entries but those whose ``key`` is in ``kept``, or of those that they follow.

        ``seen``: the saves of each part when the preview was shown. A colleague's save since then comes back as
        a conflict. Raises NotTaken where the file is not clean or the report cannot be written.
        """
        if not self.reading.clean:
            raise NotTaken(_("Tệp còn điểm phải sửa nên chưa nhập; hãy sửa rồi tải lên lại."))
        verdict = may_write(self.by, self.report)
        if not verdict:
            raise NotTaken(verdict.reason)
        kept, wanted = set(kept) - {""}, defaultdict(dict)
        for entry in self.entries:
            if not (entry.locked or {entry.key, entry.follows} & kept):
                wanted[entry.section][entry.name] = self.reading.typed()[entry.section, entry.name]
        try:
            with transaction.atomic():
                taken = self._store(wanted, self.seen | (seen or {}))
                Workbook.objects.filter(pk=self.book.pk).update(taken_at=timezone.now())
        except NotWritable as refusal:
            raise NotTaken(str(refusal)) from refusal
        return taken

    def _store(self, wanted, seen) -> Taken:
        cells, conflicts, closed = 0, 0, []
        for number, typed in wanted.items():
            # A part that was open for its error alone closes when a part just stored has put the error right.
            if not may_write_part(self.report, number):
                closed.append(self.parts[number])
                continue
            saved = save_page(self.report, number, typed, by=self.by, seen=seen[number])
            conflicts += len(saved.conflicts)
            cells += len(typed) - len(saved.conflicts)
        return Taken(cells, conflicts, tuple(closed))

    def annotated(self) -> bytes:
        """The same file with its defects coloured, commented and listed."""
        return excel_form.annotate(self.content, self.book.name, self.reading)
