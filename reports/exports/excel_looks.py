"""How the cells of a workbook look. Knows spreadsheets and nothing of reports."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.stylesheet import write_stylesheet
from openpyxl.xml.functions import tostring

FONT = "Times New Roman"
SIZE = 11
RED = "C00000"
ESTIMATE, CORRECTED, BOTH = " (ước)", " (đc)", " (ước, đc)"  # after a number, by its format: it stays a number


@dataclass(frozen=True)
class Look:
    """How a cell looks; ``number`` is the spreadsheet's number format."""

    across: str = "left"
    down: str = "center"
    bold: bool = False
    italic: bool = False
    size: int = SIZE
    colour: str = "000000"
    shade: bool = False
    border: bool = True
    indent: int = 0
    number: str = "General"

    @property
    def margin(self) -> float:
        """Width that the text cannot use: the cell's padding, the indent, and bold letters, which are wider."""
        return 0.5 + 2 * self.indent + self.bold

    @property
    def wraps(self) -> bool:
        return self.number == "General"

    def style_id(self, sheet) -> int:
        """The number under which the book of ``sheet`` keeps this look."""
        cell = Cell(sheet, row=1, column=1)
        cell.font = Font(name=FONT, size=self.size, bold=self.bold, italic=self.italic, color=self.colour)
        cell.alignment = Alignment(self.across, self.down, wrap_text=self.wraps, indent=self.indent)
        cell.number_format = self.number
        if self.border:
            line = Side("thin")
            cell.border = Border(line, line, line, line)
        if self.shade:
            cell.fill = PatternFill("solid", fgColor="E7ECF2")
        # Text stays text also when somebody clicks into the cell and presses Enter.
        cell.quotePrefix = int(self.wraps)
        return cell.style_id


LOOKS = {
    "title": Look("center", bold=True, size=14, border=False),
    "subtitle": Look("center", italic=True, border=False),
    "warning": Look("center", bold=True, size=13, colour=RED, border=False),
    "note": Look(italic=True, border=False),
    "sign": Look("center", bold=True, size=12, border=False),
    "sign note": Look("center", italic=True, border=False),
    "plain": Look(border=False),
    "label": Look(bold=True, shade=True),
    "head": Look("center", bold=True, shade=True),
    "group": Look(bold=True, shade=True),
    "text": Look(),
    "words": Look(down="top"),
    "part": Look(indent=2),
    "centred": Look("center"),
    "rank": Look("center", number="0"),
    "mark": Look("right"),
    "mark top": Look("right", "top"),
    "mark total": Look("right", bold=True),
    "day": Look(number="dd/mm/yyyy"),
    "day top": Look(down="top", number="dd/mm/yyyy"),
    "moment": Look(number="dd/mm/yyyy hh:mm"),
    "yes or no": Look("right", number='[=1]"Có";[=0]"Không";0'),
    "yes or no corrected": Look("right", italic=True, number=f'[=1]"Có{CORRECTED}";[=0]"Không{CORRECTED}";0'),
}
# One look per number of decimals: "#,##0.###" would leave a lone separator after whole numbers.
for _places, _zeros in enumerate(("0", "0.0", "0.00", "0.000")):
    LOOKS["figure", _places] = Look("right", number=f"#,##{_zeros}")
    LOOKS["total", _places] = Look("right", bold=True, number=f"#,##{_zeros}")
    LOOKS["estimate", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{ESTIMATE}"')
    LOOKS["corrected", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{CORRECTED}"')
    LOOKS["both", _places] = Look("right", italic=True, number=f'#,##{_zeros}"{BOTH}"')
    LOOKS["change", _places] = Look("right", number=f"+#,##{_zeros};-#,##{_zeros};0")
    for _name in ("figure", "estimate", "corrected", "both", "change"):  # beside a text of many lines
        LOOKS[f"{_name} top", _places] = replace(LOOKS[_name, _places], down="top")
    for _mark in "*‖":
        LOOKS[f"change{_mark}", _places] = Look(
            "right", number=f'+#,##{_zeros}"{_mark}";-#,##{_zeros}"{_mark}";0"{_mark}"'
        )


def decimals(value: Decimal) -> int:
    """How many decimals the figure has: 0 for 12, 3 for 1234.505."""
    return 0 if value == int(value) else -value.normalize().as_tuple().exponent


@dataclass(frozen=True)
class Styled:
    """The looks as a workbook keeps them: ``numbers`` by name of the look, ``part`` the file inside it."""

    numbers: dict
    part: bytes


@cache
def styled() -> Styled:
    """Made once: openpyxl counts fonts, borders and formats, and writes them down."""
    book = Workbook()
    book._named_styles["Normal"].font = Font(name=FONT, size=SIZE)
    numbers = {name: look.style_id(book.active) for name, look in LOOKS.items()}
    return Styled(numbers, tostring(write_stylesheet(book)))
