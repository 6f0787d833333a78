"""A filled form → what it says, what is wrong with it, what is left alone: everything in one pass, nothing stored.

Pure: the file's bytes and the ``Form`` that is expected in, a ``Reading`` out.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from directives.choices import Option

from ..answers import NOTHING, Cell
from ..numbers import shortened
from . import issue
from .asked import Form, Place, beside, place_of
from .cells import box, is_computed_mark, meaning, not_taken, nothing_in_part, shown, takes, words
from .columns import KEY, OWN, TEXT, Words
from .files import opened
from .notation import NOTATIONS, Blank, Nothing, Outcome, Read, Refused, Unsettled
from .opening import LOOK_ROWS, MAX_COLUMNS, MAX_ROWS, RawCell, RawSheet, Unreadable
from .results import Defect, Example, LeftAlone, Notice, Question, Reading, Understood, in_order, refusal
from .tables import Found, Line, find

QUOTED = 60  # letters of a cell's text in a message


def read(content: bytes, filename: str, form: Form, notation: str | None = None) -> Reading:
    """Read a file as ``form`` filled in; ``notation`` ("vi" or "en") answers the question of an earlier reading.

    Never raises for what is in the file: a file that cannot be read comes back as a refusal with one sentence.
    """
    assert notation is None or notation in NOTATIONS
    try:
        sheets = _sheets(content, form)
    except Unreadable as reason:
        return refusal(_("Tệp “%(name)s”: %(reason)s") % {"name": shortened(filename, QUOTED), "reason": reason})
    return _Reader(form, notation).read(sheets)


def _sheets(content: bytes, form: Form) -> list[tuple[RawSheet, Found]]:
    """Every sheet with the form's lines on it; only the form's own are read to their end."""
    file, known = opened(content), Words(form)
    looked = [(sheet, find(sheet, form, known)) for sheet in file.sheets(LOOK_ROWS)]
    longer = {sheet.name for sheet, found in looked if sheet.cut and (found.is_form or _own(sheet) == "form")}
    if longer:
        whole = {sheet.name: sheet for sheet in file.sheets(MAX_ROWS, longer)}
        looked = [
            (whole[sheet.name], find(whole[sheet.name], form, known)) if sheet.name in whole else (sheet, found)
            for sheet, found in looked
        ]
    return looked


def _own(sheet: RawSheet) -> str:
    """Which of the form's own sheets this is, "" for any other."""
    match = KEY.fullmatch(sheet.first_words)
    return match[1] if match and match[1] in OWN else ""


@dataclass
class _Row:
    """The outcomes of one line: {column of the form: (column of the file, cell, outcome)}."""

    sheet: str
    line: Line
    outcomes: dict[str, tuple[int, RawCell, Outcome]] = field(default_factory=dict)

    def outcome(self, name: str) -> Outcome:
        return self.outcomes[name][2] if name in self.outcomes else Blank()

    def address(self, name: str) -> str:
        return address(self.line.row, self.outcomes[name][0])


def address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _position(at: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(at)
    return row, column_index_from_string(letters)


class _Reader:
    def __init__(self, form: Form, notation: str | None):
        self.form, self.notation = form, notation
        self.reading = Reading()
        self.waiting: list[Example] = []
        self.met: dict[Place, tuple[str, str]] = {}  # where in the file each input has its cell, filled or not

    def read(self, sheets: list[tuple[RawSheet, Found]]) -> Reading:
        reading = self.reading
        for sheet, _found in sheets:
            if _own(sheet) == "form":
                reading.identity, reading.issued = issue.read(sheet)
                break
        if sentence := issue.another_form(self.form, reading.identity):
            return replace(refusal(sentence), identity=reading.identity)
        for sheet, found in sheets:
            if not _own(sheet):
                self._take_sheet(sheet, found)
        self._finish([sheet.name for sheet, _found in sheets])
        return reading

    # --- sheets and lines ---------------------------------------------------------------------

    def _take_sheet(self, sheet: RawSheet, found: Found) -> None:
        if not found.is_form:
            if sheet.rows or sheet.cut:
                self._leave(sheet.name, "", "", _("Trang này không có bảng của biểu mẫu nên không được đọc."))
            return
        self.reading.sheets += (sheet.name,)
        for head in found.heads:
            self._defect(sheet.name, address(head.row, head.column), head.found, _distrusted(head.reason))
        for line in found.lines:
            self._take_line(sheet.name, line)
        self._take_strange_columns(sheet.name, found)
        if sheet.cut:
            limits = {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
            reason = _("Trang này dài hoặc rộng quá mức; chỉ đọc %(rows)s dòng và %(columns)s cột đầu.") % limits
            self._leave(sheet.name, "", "", reason)

    def _take_line(self, sheet: str, line: Line) -> None:
        if line.what is None:
            self._take_unknown(sheet, line)
        elif isinstance(line.what, str):
            self._take_figures(sheet, line, self.form.indicators[line.what])
        else:
            self._take_text(sheet, line, line.what)

    def _take_unknown(self, sheet: str, line: Line) -> None:
        column, _name, cell = line.filled()[0]
        at = address(line.row, column)
        if line.trouble:
            remedy = _("Hãy trả lại đúng mã và tên chỉ tiêu của dòng, hoặc chép số liệu sang một biểu mẫu mới tải.")
            message = _("Không biết dòng này là chỉ tiêu nào: %(why)s.") % {"why": line.trouble}
            self._defect(sheet, at, shown(cell), Refused(message, remedy))
        else:
            reason = line.note or _("Không nhận ra dòng này là chỉ tiêu hoặc mục nào của biểu mẫu.")
            self._leave(sheet, at, shown(cell), reason)

    def _take_strange_columns(self, sheet: str, found: Found) -> None:
        """Columns that are nobody's, told once each."""
        for column, (row, cell) in sorted(found.strange.items()):
            letter = {"letter": get_column_letter(column)}
            reason = _("Cột %(letter)s không thuộc biểu mẫu nên không được đọc.") % letter
            self._leave(sheet, address(row, column), shown(cell), reason)

    # --- figures ------------------------------------------------------------------------------

    def _take_figures(self, sheet: str, line: Line, indicator) -> None:
        if indicator.computed:
            self._take_computed(sheet, line)
            return
        own = {*indicator.options, *beside(indicator)}
        for column, name in line.columns.items():
            if name in own:
                self.met.setdefault(place_of(indicator, name), (sheet, address(line.row, column)))
        row = _Row(sheet, line)
        for column, name, cell in line.filled():
            if takes(indicator, name):
                issued = self.reading.was(place_of(indicator, name))
                outcome = meaning(cell, indicator, name, self.notation, issued)
                if isinstance(outcome, Refused | Unsettled) and issued and shown(cell) == issued:
                    outcome = Blank(_as_issued())
            else:
                outcome = Blank() if cell.words in ("-", "–", "—") else not_taken(name)
            row.outcomes[name] = (column, cell, outcome)
        self._settle_nothing(row, indicator)
        for name in row.outcomes:
            self._take_outcome(row, name, place_of(indicator, name), line.note)

    def _take_computed(self, sheet: str, line: Line) -> None:
        for column, _name, cell in line.filled():
            if not is_computed_mark(cell):
                reason = _("Chỉ tiêu này do cổng tự tính nên không nhận số trong tệp.")
                self._leave(sheet, address(line.row, column), shown(cell), reason)

    def _settle_nothing(self, row: _Row, indicator) -> None:
        """Make one answer of a line: "không phát sinh", written or ticked, stands for all of it, or figures do."""
        written, ticked = isinstance(row.outcome(Option.TOTAL), Nothing), _is_ticked(row)
        figures = [o for o in indicator.options if isinstance(row.outcome(o), Read | Unsettled)]
        if written:
            self._written_nothing(row, ticked)
        for option in indicator.options:
            _settle_part(row, option, nothing=written or ticked)
        if (written or ticked) and figures:
            self._contradicts(row, figures)
        elif written or ticked:
            self._imply(indicator, dict.fromkeys(indicator.options, ""))
        elif isinstance(row.outcome(Option.TOTAL), Read):
            self._imply(indicator, {NOTHING: ""})

    def _written_nothing(self, row: _Row, ticked: bool) -> None:
        """The words in the total's cell are the tick, unless there is a tick of its own."""
        column, cell, _outcome = row.outcomes.pop(Option.TOTAL)
        if not ticked:
            note = _("“%(text)s” đọc là đánh dấu “Không phát sinh”.") % {"text": shown(cell)}
            row.outcomes[NOTHING] = (column, cell, Read("on", note))

    def _contradicts(self, row: _Row, figures: list[str]) -> None:
        """One message for the line; neither the tick nor the figures are taken."""
        column, cell, _outcome = row.outcomes[NOTHING]
        told = {"cell": row.address(figures[0]), "text": shown(row.outcomes[figures[0]][1])}
        message = _("Dòng đánh dấu “Không phát sinh” nhưng ô %(cell)s có số %(text)s.") % told
        remedy = _("Hãy bỏ một trong hai: xóa các số của dòng, hoặc xóa dấu x.")
        row.outcomes[NOTHING] = (column, cell, Refused(message, remedy))
        for option in figures:
            del row.outcomes[option]

    def _imply(self, indicator, texts: dict[str, str]) -> None:
        self.reading.implied |= {place_of(indicator, name): text for name, text in texts.items()}

    # --- texts --------------------------------------------------------------------------------

    def _take_text(self, sheet: str, line: Line, place: Place) -> None:
        for column, name in line.columns.items():
            if name == TEXT:
                self.met.setdefault(place, (sheet, address(line.row, column)))
        for column, name, cell in line.filled():
            if name == TEXT:
                row = _Row(sheet, line)
                row.outcomes[TEXT] = (column, cell, box(cell) if self.form.lines[place].box else words(cell))
                self._take_outcome(row, TEXT, place, line.note)

    # --- outcomes -----------------------------------------------------------------------------

    def _take_outcome(self, row: _Row, name: str, place: Place, note: str) -> None:
        _column, cell, outcome = row.outcomes[name]
        at, found = row.address(name), shown(cell)
        if isinstance(outcome, Read):
            notes = " ".join(part for part in (note, outcome.note, _formula_note(cell)) if part)
            was = self.reading.was(place)
            self.reading.understood.append(Understood(*place, row.sheet, at, found, outcome.text, notes, was))
        elif isinstance(outcome, Unsettled):
            self.waiting.append(Example(row.sheet, at, found, outcome.vi, outcome.en))
        elif isinstance(outcome, Refused):
            self._defect(row.sheet, at, found, outcome, place)
        elif isinstance(outcome, Blank) and outcome.reason:
            self._leave(row.sheet, at, found, outcome.reason)

    def _defect(self, sheet: str, at: str, found: str, refused: Refused, place: Place | None = None) -> None:
        section, name = place or (None, "")
        label = self._label(place) if place else ""
        quoted = shortened(found, 200)
        self.reading.defects.append(Defect(sheet, at, quoted, refused.message, refused.remedy, section, name, label))

    def _leave(self, sheet: str, at: str, found: str, reason: str) -> None:
        self.reading.left_alone.append(LeftAlone(sheet, at, shortened(found, QUOTED), reason))

    def _label(self, place: Place) -> str:
        line = self.form.lines.get(place)
        if line:
            return f"{line.part}: {line.label}"
        indicator = self.form.indicators[Cell.parse(place[1]).code]
        return f"{indicator.code} {indicator.name_vi}"

    # --- the file as a whole ------------------------------------------------------------------

    def _finish(self, sheets: list[str]) -> None:
        self._drop_duplicates()
        self._tell_emptied()
        self._tell_about_file()
        reading = self.reading
        order = [*sheets]
        reading.understood = in_order(reading.understood, order, _position)
        reading.defects = in_order(reading.defects, order, _position)
        reading.left_alone = in_order(reading.left_alone, order, lambda at: _position(at) if at else (0, 0))
        if self.waiting:
            reading.question = Question(tuple(in_order(self.waiting, order, _position)))

    def _drop_duplicates(self) -> None:
        """The same input twice: once where both say the same, a defect at both places where they do not."""
        by_place: dict[Place, list[Understood]] = defaultdict(list)
        for each in self.reading.understood:
            by_place[each.place].append(each)
        self.reading.understood = []
        for place, twins in by_place.items():
            said = {each.text for each in twins} | {self.reading.implied.get(place, twins[0].text)}
            if len(said) == 1:
                self.reading.understood.append(twins[0])
                continue
            for each in twins:
                self._defect(each.sheet, each.address, each.found, _said_twice(twins, each), place)

    def _tell_emptied(self) -> None:
        """An emptied cell never wipes what is stored; whoever emptied it on purpose must know."""
        reading = self.reading
        answered = {each.place for each in reading.understood} | set(reading.implied)
        answered |= {(defect.section, defect.name) for defect in reading.defects}
        told = {(each.sheet, each.address) for each in (*reading.left_alone, *self.waiting)}
        for place, text in (reading.issued or {}).items():
            where = self.met.get(place)
            if where and place not in answered and where not in told:
                self._leave(*where, text, _emptied())

    def _tell_about_file(self) -> None:
        reading, notices = self.reading, self.reading.notices
        if not reading.sheets:
            notices.append(Notice(issue.no_table(), refuses=True))
            return
        if reading.identity is None:
            notices.append(Notice(issue.unknown_origin()))
        elif reading.identity.edition != str(self.form.edition):
            notices.append(Notice(issue.other_edition()))
        if not (reading.understood or reading.defects or self.waiting):
            notices.append(Notice(issue.nothing_filled(), refuses=True))
        missing = [
            code
            for code, indicator in self.form.indicators.items()
            if not indicator.computed and place_of(indicator, Option.TOTAL.value) not in self.met
        ]
        if missing and len(missing) < len(self.form.indicators):
            notices.append(Notice(_missing_lines(missing)))


def _as_issued() -> str:
    """What could not be read when it was typed in the portal went out with the form and came back untouched."""
    return _("Vẫn như lúc tải biểu mẫu: chữ này chưa đọc được là số; hãy sửa ở đây hoặc sửa trên cổng.")


def _is_ticked(row: _Row) -> bool:
    outcome = row.outcome(NOTHING)
    return isinstance(outcome, Read) and outcome.text == "on"


def _settle_part(row: _Row, option: str, *, nothing: bool) -> None:
    """A dash or words in a cell of figures: beside "không phát sinh" they say the same, else not in a part."""
    if option not in row.outcomes or not isinstance(row.outcome(option), Nothing | Blank):
        return
    column, cell, outcome = row.outcomes[option]
    if nothing:
        outcome = Blank()
    elif isinstance(outcome, Nothing):
        outcome = nothing_in_part()
    row.outcomes[option] = (column, cell, outcome)


def _formula_note(cell: RawCell) -> str:
    return _("Lấy kết quả đã tính của công thức.") if cell.formula else ""


def _distrusted(reason: str) -> Refused:
    message = _("Không đọc cột này: %(why)s.") % {"why": reason}
    return Refused(message, _("Hãy trả lại đúng tiêu đề của cột, hoặc chép số liệu sang một biểu mẫu mới tải."))


def _said_twice(twins: list[Understood], this: Understood) -> Refused:
    others = "; ".join(f"{each.sheet}!{each.address}: {shortened(each.found)}" for each in twins if each is not this)
    if others:
        message = _("Mục này được ghi hai nơi với nội dung khác nhau (nơi kia: %(other)s).") % {"other": others}
    else:
        message = _("Mục này được ghi hai nơi: một nơi có số, một nơi đánh dấu “Không phát sinh”.")
    return Refused(message, _("Hãy giữ một nơi và xóa nơi kia."))


def _emptied() -> str:
    return _(
        "Biểu mẫu được giao có nội dung ở ô này, nay ô để trống: cổng giữ nguyên nội dung đang lưu. "
        "Muốn bỏ, hãy xóa trên cổng."
    )


def _missing_lines(codes: list[str]) -> str:
    shown_codes = ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")
    return ngettext(
        "Trong tệp không có dòng của %(count)s chỉ tiêu (%(codes)s); số liệu đang lưu được giữ nguyên.",
        "Trong tệp không có dòng của %(count)s chỉ tiêu (%(codes)s); số liệu đang lưu được giữ nguyên.",
        len(codes),
    ) % {"count": len(codes), "codes": shown_codes}
