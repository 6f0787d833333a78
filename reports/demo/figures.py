"""All invented figures of one year. Pure: the forms and a seed in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from directives.choices import Option, ValueType
from directives.models import Indicator
from reports.answers import Answer, Answers, Cell

from . import districts, offices
from .draw import Draw, Table
from .phrases import ESTIMATED
from .province import DECLINED, GROWTH, ISSUED_IN_2020, UNUSUAL, place_of

# Figures that a body leaves out, together where one rests on the other.
LEFT_OUT = (
    *(("T2.02", "T2.03"), ("T7.03", "T7.04", "T7.05"), ("T7.06", "T7.07")),
    *(("T1.03",), ("T1.09",), ("T2.08",), ("T3.24",), ("T3.25",), ("T4.06",), ("T4.07",), ("T5.04",), ("T5.08",)),
    *(("T5.09",), ("T6.03",), ("T6.04",), ("T6.16",), ("T6.24",), ("T7.08",)),
)


@dataclass(frozen=True)
class Form:
    """What one body is asked in a period: its indicators and its role in each ("counted" or "cross")."""

    code: str
    symbol: str
    indicators: tuple[Indicator, ...]
    roles: dict[str, str] = field(hash=False)

    @property
    def declined(self) -> dict[int, str]:
        return DECLINED.get(self.code, {})

    def options(self, role: str | None = None) -> dict[str, tuple[str, ...]]:
        """{code: cells} of what is typed, of one role or of both."""
        return {i.code: i.options for i in self.indicators if not i.computed and role in (None, self.roles[i.code])}


def of_year(forms: Iterable[Form], year: int, seed: int) -> dict[str, Answers]:
    """{body: Answers} for every form: no error rule broken, the unusual warnings of the province among them."""
    forms, unusual = tuple(forms), UNUSUAL.get(year, {})
    draws = {form.code: Draw(seed, year, form.code) for form in forms}
    children = round(sum(place.children for form in forms if (place := place_of(form.code))) * GROWTH[year])
    own = {form.code: _own(form, draws[form.code], unusual.get(form.code), children) for form in forms}
    found = {}
    for form in forms:
        table = own[form.code]
        if place_of(form.code) is None:
            others = [other for code, other in own.items() if code != form.code]
            rest = form.options(), draws[form.code], others, unusual.get(form.code)
            table = offices.with_others(form.code, table, *rest)
        found[form.code] = _answers(form, table, draws[form.code])
    return found


def _own(form: Form, draw: Draw, unusual: str | None, children: int) -> Table:
    place = place_of(form.code)
    if place is not None:
        return districts.figures(form.options(), place, draw, unusual)
    return offices.own_figures(form.code, form.options("counted"), draw, children, unusual)


def _answers(form: Form, table: Table, draw: Draw) -> Answers:
    """The table as the body answers it: tasks declined and figures left out, zeros told as zero or as "nothing"."""
    left_out = set()
    if form.code not in UNUSUAL.get(draw.year, ()):  # who has something to explain shall not leave it out
        left_out = {code for codes in LEFT_OUT if draw.chance(f"left out {codes[0]}", 0.07) for code in codes}
    found: Answers = {}
    for indicator in form.indicators:
        code = indicator.code
        if Cell(code) not in table or code in left_out or indicator.task_number in form.declined:
            continue
        if (draw.year < 2020 and code in ISSUED_IN_2020) or _nothing_arose(indicator, table, draw):
            found[Cell(code)] = Answer(nothing=True)
        elif indicator.value_type == ValueType.YES_NO:
            yes = bool(table.total(code))
            found[Cell(code)] = Answer(Decimal(yes), detail=_document(form, code, draw) if yes else "")
        else:
            found |= {cell: Answer(table[cell]) for cell in _given(indicator, table, draw)}
            if code in ESTIMATED and table.total(code) and draw.chance(f"estimate {code}", 0.06):
                found[Cell(code)] = Answer(table.total(code), detail=estimate_note(code, draw.year), estimate=True)
    return found


def _nothing_arose(indicator, table: Table, draw: Draw) -> bool:
    """Of those who have none, some say 0 and some "không phát sinh"; a question of yes or no gets an answer."""
    none = not table.total(indicator.code) and indicator.value_type != ValueType.YES_NO
    return none and draw.chance(f"nothing {indicator.code}", 0.4)


def _given(indicator, table: Table, draw: Draw) -> list[Cell]:
    """The cells of an indicator that the body fills in; an of-which is sometimes not known."""
    cells = [Cell(indicator.code, option) for option in indicator.options]
    unknown = Option.MINORITY if draw.chance(f"unknown {indicator.code}", 0.03) else None
    return [cell for cell in cells if cell in table and cell.option != unknown]


# What a yes rests on: kind of document, its abbreviation, months of issue.
DOCUMENTS = {
    "T2.01": ("Kế hoạch số", "KH", (7, 9)),
    "T4.01": ("Kế hoạch số", "KH", (1, 3)),
    "T7.08": ("Báo cáo tự đánh giá số", "BC", (10, 11)),
}


def estimate_note(code: str, year: int) -> str:
    """What stands beside a figure of ``code`` that is an estimate because ``year`` has not ended."""
    return ESTIMATED[code].format(year=year)


def _document(form: Form, code: str, draw: Draw) -> str:
    """``Kế hoạch số 112/KH-UBND ngày 25/8/2020``, never before the document that it implements (14/7/2020)."""
    kind, abbreviation, months = DOCUMENTS[code]
    source = draw.of_year(f"document {code}")
    number, day, month = source.randint(11, 180), source.randint(15, 28), source.randint(*months)
    issued = f"{day}/{f'{month:02d}' if month < 3 else month}/{draw.year}"
    return f"{kind} {number}/{abbreviation}-{form.symbol} ngày {issued}"


def misstated(answers: Answers, code: str, factor: float) -> Answers:
    """The cells of ``code`` as a hurried first version had them: too few or too many, parts still parts."""
    return {
        cell: Answer(offices.scaled(answer.value, factor))
        for cell, answer in answers.items()
        if cell.code == code and answer.value is not None
    }
