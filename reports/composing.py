"""The one door to the draft of the province's report: one part at a time, one save is one transaction.

A part is one text. It comes with what the officer had seen in it; where something else stands there by now, a
colleague was quicker: nothing is overwritten, both versions go back (as in ``drafting``). A sentence that is taken
from a body's report leaves a ``Borrowing``: which report, which sending, which field.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import Action, OverviewPart
from .drafting import Change, Conflict, NotWritable, Saved
from .models import Borrowing, Event, Period, ProvincialEdit, ProvincialReport, ProvincialText
from .numbers import format_number
from .parts import WORDS
from .permissions import may_compose
from .provincial_parts import OWN_WORDS, ProvincialPart, parts_of
from .sentences import Sentence, digest, split
from .typed import tidy

NAME = "text"  # of the only field of a part
LONGEST = 100_000  # letters of a part
MARKS = 200  # source marks that one save may bring


class Gone(LookupError):
    """The sentence is not in any accepted sending of the period; the argument is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence in an accepted sending. ``number``: the task, None for the parts around them (``field``: which)."""

    report: int
    version: int
    field: str
    number: int | None
    sentence: Sentence

    @property
    def ref(self) -> str:
        """How pages name it: ``source_of`` finds it again."""
        return ref_of(self.report, self.version, self.field, self.number, self.sentence.text)


def ref_of(report: int, version: int, field: str, number: int | None, sentence: str) -> str:
    return f"{report}.{version}.{field}.{number or 0}.{digest(sentence)}"


def source_of(period: Period, ref: str) -> Source:
    """The sentence that a page named, out of the journal. Raises Gone where no accepted sending has it."""
    report, version, field, number, mark = _read(ref)
    accepted = Event.objects.filter(report=report, report__period=period, version=version, action=Action.ACCEPT)
    sending = Event.objects.sendings().filter(report=report, version=version).order_by("-pk").first()
    if sending is None or not accepted.exists():
        raise _gone()
    content = sending.content
    text = content["tasks"].get(str(number), {}).get(field, "") if number else content["overview"].get(field, "")
    found = next((sentence for sentence in split(text) if digest(sentence.text) == mark), None)
    if found is None:
        raise _gone()
    return Source(report, version, field, number or None, found)


def _read(ref: str) -> tuple[int, int, str, int, str]:
    parts = ref.split(".")
    if len(parts) != 5 or not all(n.isascii() and n.isdigit() and len(n) < 10 for n in (parts[0], parts[1], parts[3])):
        raise _gone()
    report, version, field, number, mark = int(parts[0]), int(parts[1]), parts[2], int(parts[3]), parts[4]
    if version > 32767 or field not in (WORDS if number else OverviewPart.values):
        raise _gone()
    return report, version, field, number, mark


def _gone() -> Gone:
    return Gone(_("Không tìm thấy câu này trong báo cáo đã duyệt; hãy mở lại trang để xem bản mới."))


# --- which draft ---------------------------------------------------------------------------------


def draft_of(period: Period) -> ProvincialReport | None:
    """What is being composed of ``period``: the report itself or its latest supplement; None where nothing is."""
    return period.provincial_reports.drafts().order_by("-sequence").first()


def open_draft(period: Period, by) -> ProvincialReport:
    """The draft of ``period``, begun by ``by`` where there is none. Raises NotWritable once the report is issued.

    A supplement is begun from the issued document (``issuing``), not here.
    """
    _demand_officer(by)
    with transaction.atomic():
        Period.objects.select_for_update(of=("self",)).get(pk=period.pk)  # two clicks begin one draft
        draft = draft_of(period)
        if draft is None and period.provincial_reports.exists():
            raise NotWritable(_issued())
        return draft or ProvincialReport.objects.create(period=period, created_by=by)


def report_with(period: Period, part: str) -> ProvincialReport | None:
    """The report or supplement to which ``part`` belongs, draft or issued; None where nobody has begun it."""
    own = period.provincial_reports.select_related("issue").defer("issue__content", "issue__outgoing")
    if part == OWN_WORDS:
        return own.filter(sequence__gt=1).order_by("-sequence").first()
    return own.filter(sequence=1).first()


def part_of(period: Period, key: str) -> ProvincialPart:
    """The part with this key. Raises LookupError for what is none of this period's."""
    tasks = period.ordered_tasks()
    found = [part for part in (*parts_of(tasks), *parts_of(tasks, supplement=True)) if part.key == key]
    if not found:
        raise LookupError(key)
    return found[0]


def texts_of(provincial: ProvincialReport) -> dict[str, str]:
    """{part: its text as it stands}, parts without a text left out."""
    return dict(provincial.texts.exclude(text="").values_list("part", "text"))


# --- writing -------------------------------------------------------------------------------------


def save(provincial: ProvincialReport, part: str, change: Change, by, *, taken: Iterable[Source] = ()) -> Saved:
    """Store the text of ``part``; ``change.was`` is what the person had seen in it. ``taken``: the sources of the
    sentences that the person has put in since the last save, whose marks are written with it.

    Raises NotWritable and stores nothing when the report is issued or the person may not compose.
    """
    with transaction.atomic():
        return _Desk(provincial, part, by).put(change.was, change.now, list(taken)[:MARKS])


def save_page(
    provincial: ProvincialReport,
    part: str,
    text: str,
    by,
    *,
    seen: int | None,
    shown: str | None = None,
    take: Source | None = None,
) -> Saved:
    """Store the page of ``part`` as it was posted, without JavaScript, then ``take`` a sentence into it.

    ``seen``: the number of saves that the page knew; ``shown`` says outright what the person has chosen against.
    Where both versions come back nothing is taken: the person chooses first.
    """
    with transaction.atomic():
        desk = _Desk(provincial, part, by)
        saved = desk.put(desk.before(seen) if shown is None else shown, text)
        return saved if take is None or saved.conflicts else desk.take(take)


def take(provincial: ProvincialReport, part: str, source: Source, by) -> Saved:
    """Put a body's sentence behind what stands in ``part`` now, and mark where it came from."""
    with transaction.atomic():
        return _Desk(provincial, part, by).take(source)


class _Desk:
    """One part of the draft, its report's row held until the transaction ends, so that nothing slips in between."""

    def __init__(self, provincial: ProvincialReport, part: str, by):
        _demand_officer(by)
        # Issuing holds the same row: what is saved at that moment is in the document, or refused.
        held = ProvincialReport.objects.select_for_update(of=("self",)).get(pk=provincial.pk)
        if held.is_issued:
            raise NotWritable(_issued())
        self.report, self.part, self.by = held, part, by
        self.row = held.texts.filter(part=part).first() or ProvincialText(provincial=held, part=part)

    def before(self, seen: int | None) -> str:
        """What stood there at save number ``seen``; what stands there now where that is not known."""
        edits = ProvincialEdit.objects.filter(provincial=self.report, part=self.part)
        first = None if seen is None else edits.filter(save_number__gt=seen).order_by("pk").first()
        return self.row.text if first is None else first.before

    def put(self, was: str, now: str, taken: list[Source] = ()) -> Saved:
        was, now = tidy(was), tidy(now)
        if len(now) > LONGEST:
            raise NotWritable(_("Phần này dài quá %s ký tự; hãy rút gọn rồi lưu lại.") % format_number(LONGEST))
        self._mark(taken)
        if now in (self.row.text, was):
            return self._saved()  # says what stands there, or was not touched by this person
        if was != self.row.text:
            return self._saved(Conflict(NAME, now, self.row.text, self.row.updated_by, self.row.updated_at))
        self._store(now)
        return self._saved()

    def take(self, source: Source) -> Saved:
        last = Borrowing.objects.filter(provincial=self.report, part=self.part).order_by("pk").last()
        text = appended(self.row.text, source, after=last)
        return self.put(self.row.text, text, [source])

    def _store(self, text: str) -> None:
        before, at = self.row.text, timezone.now()
        self.row.text, self.row.updated_at, self.row.updated_by = text, at, self.by
        self.row.saves += 1
        self.row.save()
        ProvincialEdit.objects.create(
            provincial=self.report,
            part=self.part,
            before=before,
            after=text,
            save_number=self.row.saves,
            by=self.by,
            at=at,
        )

    def _mark(self, taken: list[Source]) -> None:
        """One mark for a sentence of a field, however often it is taken or sent again after a lost answer."""
        if not taken:
            return
        fields = ("report_id", "version", "field", "number", "sentence")
        known = set(self.report.borrowings.filter(part=self.part).values_list(*fields))
        wanted = {(s.report, s.version, s.field, s.number, s.sentence.text): s for s in taken}
        Borrowing.objects.bulk_create(
            Borrowing(provincial=self.report, part=self.part, by=self.by, **dict(zip(fields, key, strict=True)))
            for key in wanted
            if key not in known
        )

    def _saved(self, *conflicts: Conflict) -> Saved:
        return Saved({NAME: self.row.text}, conflicts, self.row.saves, timezone.now())


def appended(text: str, source: Source, *, after: Borrowing | None) -> str:
    """``text`` with a sentence behind it: in the same paragraph while sentences of one text follow one another.

    ``after``: the last mark of the part. A line of a list, and what another text says, begin a line of their own.
    """
    sentence = source.sentence
    if not text:
        return sentence.text
    same = after is not None and (after.report_id, after.field, after.number) == (
        source.report,
        source.field,
        source.number,
    )
    follows = same and text.endswith(after.sentence) and not sentence.item
    return f"{text}{' ' if follows else chr(10)}{sentence.text}"


def _demand_officer(by) -> None:
    if not may_compose(by):
        raise NotWritable(_("Chỉ chuyên viên của cơ quan tổng hợp được soạn báo cáo của tỉnh."))


def _issued() -> str:
    return _("Báo cáo của tỉnh đã ban hành nên không sửa được; cần bổ sung thì lập báo cáo bổ sung.")
