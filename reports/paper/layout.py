"""One body's report as the paper that its head signs: plain data, with every word already chosen.

``pdf`` and ``word`` draw it and choose nothing, so that the two say the same. Parts and their order follow real
reports: I direction, II results of each task, III assessment, IV next year, V proposals, annex of reasons.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation

from .. import checks
from ..choices import OverviewPart
from ..content import FigureLine, SectionPage, answers_in, pages
from ..exports.pdf import subject_of
from ..models import Report, TaskResult
from ..sheets import sheet_of
from ..summary import Mark
from .letterhead import DATE, Head, Signature, addressees_of, head_of, number_of, recipients_of, signature_of
from .words import line_of, lines_of

EMPTY = {"figures": {}, "tasks": {}, "overview": {}, "progress": {}, "explanations": {}}
SILENCE = "(Chưa có nội dung.)"
UNEXPLAINED = "(Chưa giải trình.)"
INSTRUCTION = "; hãy ghi lý do."  # what a finding asks of the person who types is no part of the annex
ROOM = 4  # dotted lines under a heading of the form that is filled in by pen


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure's place. ``asked`` is False where there is none to give: no such of-which, or a computed figure."""

    text: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator; ``note`` stands below it across the table."""

    code: str
    name: str
    unit: str
    cells: tuple[Cell, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text under a heading ("" where the heading above is enough), then ``room`` dotted lines for a pen."""

    heading: str
    lines: tuple[str, ...]
    room: int = 0

    @property
    def dotted(self) -> range:
        return range(self.room)


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered part of II; without ``lines`` it has no table."""

    title: str
    declined: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning about the figures and the body's reason for it."""

    message: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """Everything to draw, line breaks and page breaks apart; ``blank``: the form that is filled in by pen."""

    blank: bool
    simulated: bool
    code: str
    version_words: str
    at: dt.datetime
    name: str
    title: str
    head: Head
    subject: str
    addressees: tuple[str, ...]
    grounds: tuple[str, ...]
    opening: str
    direction: tuple[Passage, ...]
    legend: str
    parts: tuple[Part, ...]
    assessment: tuple[Passage, ...]
    next_year: tuple[Passage, ...]
    proposals: tuple[Passage, ...]
    closing: str
    recipients: tuple[str, ...]
    signature: Signature
    explained: tuple[Explained, ...]
    annexed_to: str


def paper_of(report: Report, content: dict | None, *, code: str, version_words: str, at: dt.datetime) -> Paper:
    """The paper of ``report`` with a ``content`` as ``sheets.content_of`` makes it; None: the empty form for a pen.

    ``code`` and ``version_words`` ("Bản nháp in lúc 10:05, 05/12/2020") stand on every page; "" for none. ``at``
    (aware) is when it was made. Always in Vietnamese, whatever language the screen is in.
    """
    with translation.override("vi"):
        return _Maker(report, content).paper(line_of(code), line_of(version_words), at)


class _Maker:
    """Puts one paper together from the pages of a content."""

    def __init__(self, report: Report, content: dict | None):
        self.report, self.period = report, report.period
        self.blank = content is None
        self.content = EMPTY if content is None else content
        self.answers = answers_in(self.content)
        self.name = line_of(report.name)

    def paper(self, code: str, version_words: str, at: dt.datetime) -> Paper:
        subject = line_of(subject_of(self.period.obligation.subject_vi, self.period.name, self.period.year))
        inside = subject[:1].lower() + subject[1:]
        days = f"từ ngày {self.period.data_from:%d/%m/%Y} đến ngày {self.period.data_to:%d/%m/%Y}"
        sections = pages(self.report, self.content)
        parts = tuple(self._part(page) for page in sections)
        explained = self._explained()
        return Paper(
            blank=self.blank,
            simulated=self.period.simulated,
            code=code,
            version_words=version_words,
            at=at,
            name=self.name,
            title=f"Báo cáo {inside} – {self.name}",
            head=head_of(self.report),
            subject=subject,
            addressees=addressees_of(self.report),
            grounds=tuple(line_of(ground.citation(with_title=True)) for ground in self.period.obligation.grounds()),
            opening=f"{self.name} báo cáo {inside} như sau (số liệu {days}):",
            direction=self._overview(OverviewPart.DIRECTION),
            legend=_pen_legend() if self.blank else _legend(parts),
            parts=parts,
            assessment=self._overview(OverviewPart.ASSESSMENT),
            next_year=self._overview(OverviewPart.NEXT_YEAR),
            proposals=self._proposals(sections),
            closing=f"Trên đây là báo cáo của {self.name}"
            + ("; giải trình số liệu tại Phụ lục kèm theo./." if explained else "./."),
            recipients=recipients_of(self.report),
            signature=signature_of(self.report),
            explained=explained,
            annexed_to=f"(Kèm theo Báo cáo số {number_of(self.report)} {DATE} của {self.name})",
        )

    def _overview(self, part: OverviewPart) -> tuple[Passage, ...]:
        return (self._passage("", self.content["overview"].get(part.value, "")),)

    def _passage(self, heading: str, text: str) -> Passage:
        """A text that is always asked for: its absence is said, or has room on the form for a pen."""
        if self.blank:
            return Passage(heading, (), ROOM)
        return Passage(heading, lines_of(text) or (SILENCE,))

    def _proposals(self, sections: list[SectionPage]) -> tuple[Passage, ...]:
        """The general ones and those of each task, named by it."""
        general = lines_of(self.content["overview"].get(OverviewPart.PROPOSALS.value, ""))
        found = [Passage("", general)] if general else []
        for page in sections:
            lines = lines_of(page.texts.get("proposals", ""))
            if lines:
                found.append(Passage(f"Đối với nhiệm vụ {line_of(page.title)}", lines))
        return tuple(found) or self._overview(OverviewPart.PROPOSALS)

    def _part(self, page: SectionPage) -> Part:
        declined = page.texts.get("not_ours", False)
        reason = line_of(page.texts.get("not_ours_reason", "")) or SILENCE
        answered = any(cell.code == line.code for line in page.lines for cell in self.answers)
        return Part(
            title=line_of(page.title) or "Số liệu dùng chung",
            declined=f"Nhiệm vụ này không thuộc chức năng, nhiệm vụ của cơ quan. Lý do: {reason}" if declined else "",
            columns=("Số liệu",) if len(page.columns) == 1 else page.columns,
            # A table of nothing but gaps says less than the declaration; figures that contradict it must be seen.
            lines=tuple(self._line(line) for line in page.lines) if answered or not declined else (),
            passages=self._pen_passages(page) if self.blank else self._passages(page, declined),
        )

    def _passages(self, page: SectionPage, declined: bool) -> tuple[Passage, ...]:
        results = lines_of(page.texts.get("results", ""))
        if not results and page.number and not declined:
            results = (SILENCE,)
        found = [
            ("Kết quả thực hiện" if page.number else "", results),
            ("Khó khăn, vướng mắc", lines_of(page.texts.get("difficulties", ""))),
            (
                "Tiến độ thực hiện các văn bản",
                tuple(f"- {line_of(name)}: {line_of(text)}" for name, text in page.progress if line_of(text)),
            ),
        ]
        return _lettered([(heading, lines, 0) for heading, lines in found if lines])

    def _pen_passages(self, page: SectionPage) -> tuple[Passage, ...]:
        if not page.number:
            return ()
        asked = [
            ("Kết quả thực hiện", (), ROOM),
            ("Khó khăn, vướng mắc", (), 3),
            ("Kiến nghị, đề xuất", (), 3),
            ("Nếu nhiệm vụ không thuộc chức năng, nhiệm vụ của cơ quan, ghi lý do", (), 1),
        ]
        cited = [c.directive.citation() for c in self.period.ordered_citations() if c.task.number == page.number]
        if not cited:
            return _lettered(asked)
        progress = tuple(Passage("", (f"- {line_of(name)}:",), 1) for name in cited)
        return (*_lettered([*asked, ("Tiến độ thực hiện các văn bản", (), 0)]), *progress)

    def _line(self, line: FigureLine) -> Line:
        name = line_of(line.name) + (" (đối chiếu)" if line.cross else "")
        cells = tuple(self._cell(text, line, first=not place) for place, text in enumerate(line.cells))
        return Line(line.code, name, line_of(line.unit), cells, line_of(line.detail))

    def _cell(self, text: str, line: FigureLine, *, first: bool) -> Cell:
        """``text`` is in words; a narrow column has "…" for a gap. The mark of an estimate stands with the total."""
        if self.blank:
            return Cell("", asked=bool(text) and not line.computed)
        if text == Mark.MISSING.words:
            return Cell(Mark.MISSING.short, asked=True)
        estimated = first and line.estimate and text not in ("", Mark.NOTHING.words, Mark.UNDEFINED.words)
        return Cell(f"{text} (ước)" if estimated else text, asked=bool(text))

    def _explained(self) -> tuple[Explained, ...]:
        """Every warning that the figures raise, in the order of the form, each with its reason."""
        if self.blank:
            return ()
        found = checks.run(sheet_of(self.report, self.answers, self._results()))
        reasons = self.content["explanations"]
        return tuple(
            Explained(
                line_of(finding.message.removesuffix(INSTRUCTION)),
                lines_of(reasons.get(finding.code, "")) or (UNEXPLAINED,),
            )
            for finding in found
            if not finding.blocks
        )

    def _results(self) -> list[TaskResult]:
        """The texts of the content in the checks' form: those in the database may be newer."""
        return [TaskResult(number=int(number), **texts) for number, texts in self.content["tasks"].items()]


def _lettered(passages: list[tuple]) -> tuple[Passage, ...]:
    """``a) …``, ``b) …`` for (heading, lines, room); one alone has no letter."""
    if len(passages) == 1:
        return (Passage(*passages[0]),)
    return tuple(
        Passage(f"{letter}) {heading}", lines, room)
        for letter, (heading, lines, room) in zip("abcde", passages, strict=False)
    )


def _legend(parts: tuple[Part, ...]) -> str:
    """The signs that the tables really use; "" where they use none."""
    lines = [line for part in parts for line in part.lines]
    cells = [cell for line in lines for cell in line.cells]
    texts = {cell.text for cell in cells}
    signs = [
        (Mark.MISSING.short in texts, "“…” là chưa có số liệu"),
        (Mark.NOTHING.words in texts, "“không phát sinh” khác với số 0 (đã đếm, không có)"),
        (Mark.UNDEFINED.words in texts, "“-” là không tính được"),
        (any("(ước)" in text for text in texts), "“(ước)” là số ước thực hiện, tính cho cả các phân tổ cùng dòng"),
        (any(line.name.endswith("(đối chiếu)") for line in lines), "“(đối chiếu)” là số chỉ để đối chiếu"),
        (any(not cell.asked for cell in cells), "ô xám là không phải báo cáo"),
    ]
    used = [words for is_used, words in signs if is_used]
    return f"Trong các bảng: {'; '.join(used)}." if used else ""


def _pen_legend() -> str:
    return (
        "Cách ghi: ghi số 0 nếu đã đếm mà không có; ghi “không phát sinh” nếu việc đó không phát sinh; để trống nếu "
        "chưa có số liệu; ghi “(ước)” sau số ước thực hiện; không ghi vào ô xám. Chỉ ghi số đếm, không ghi tên hoặc "
        "thông tin riêng của trẻ em."
    )
