"""The invented figures of departments and organisations: small counts of their own, and what they cross-check."""

from collections.abc import Iterable
from decimal import Decimal

from directives.choices import AGES, Option
from reports.answers import Cell

from .draw import Draw, Table
from .province import ABOUT_ALL, KNOWN, WEIGHTS


def own_figures(code: str, options, draw: Draw, children: int, unusual: str | None) -> Table:
    """What the office ``code`` did itself, in a province of ``children`` children; ``options``: what it counts."""
    table, weight = Table(options), WEIGHTS.get(code, 1)
    _documents_and_plan(table, draw, weight)
    _money(table, draw, weight, unusual)
    _participation(table, draw, weight)
    _communication(table, draw, weight)
    _inspection(table, draw, weight, unusual)
    table.put("T3.26", draw.number("T3.26", 48, 72))
    table.put("T4.01", draw.chance("T4.01", 0.6 if weight == 1 else 0.95))
    table.put("T4.02", draw.cases("T4.02", 0.7 * weight))
    table.put("T4.08", Decimal(f"{draw.rate('T4.08', 21, 24):.2f}"))
    table.put("T5.10", draw.share("T5.10", children, 0.26, 0.36))
    table.put("T6.13", 0)  # known once the cases of the districts are
    return table


def _documents_and_plan(table: Table, draw: Draw, weight: int) -> None:
    documents = 1 + draw.planned("documents", weight)
    table.put("T1.01", documents)
    table.put("T1.02", min(documents, draw.cases("T1.02", 0.6 * weight)))
    table.put("T1.03", draw.cases("T1.03", 0.15))
    plan = draw.chance("T2.01", 0.6 if weight == 1 else 0.95)
    planned = draw.number("planned", 2, 4 + weight) if plan else 0
    table.put("T2.01", plan)
    table.put("T2.02", planned)
    table.put("T2.03", draw.share("T2.03", planned, 0.7, 1.0))


def _money(table: Table, draw: Draw, weight: int, unusual: str | None) -> None:
    allotted = Decimal(0)
    if weight > 1 or draw.usually("budget", 0.3):
        allotted = draw.money("allotted", 15 * weight, 60 * weight)
    over = (1.02, 1.08) if unusual == "R11" else (0.9, 1.0)
    table.put("T2.05", allotted)
    table.put("T2.06", draw.money("spent", *(float(allotted) * rate for rate in over)))
    table.put("T2.07", draw.money("mobilised", 20 * weight, 90 * weight))
    table.put("T2.08", draw.number("T2.08", 60 * weight, 260 * weight))


def _participation(table: Table, draw: Draw, weight: int) -> None:
    forums, events = draw.planned("forums", 0.3 * weight), draw.planned("events", 0.7 * weight)
    voices = draw.share("voices", forums, 8, 25)
    table.put("T5.01", forums)
    table.put("T5.02", draw.share("T5.02", forums, 70, 160))
    table.put("T5.03", events)
    table.put("T5.04", draw.share("T5.04", events, 60, 250))
    table.put("T5.05", voices)
    table.put("T5.06", draw.share("T5.06", voices, 0.6, 1.0))
    table.put("T5.08", draw.number("T5.08", 8, 16))


def _communication(table: Table, draw: Draw, weight: int) -> None:
    events = draw.planned("T6.01", 1.6 * weight)
    people = draw.share("T6.02", events, 40, 120)
    table.put("T6.01", events)
    table.put("T6.02", people)
    table.put("T6.03", draw.share("T6.03", people, 0.1, 0.5))
    table.put("T6.04", draw.cases("T6.04", 0.35 * weight))


def _inspection(table: Table, draw: Draw, weight: int, unusual: str | None) -> None:
    violations, letters = draw.cases("violations", 0.2 * weight), draw.cases("letters", 0.25 * weight)
    table.put("T7.01", draw.cases("T7.01", 0.35 * weight))
    table.put("T7.02", draw.cases("T7.02", 0.6 * weight))
    table.put("T7.03", violations)
    table.put("T7.04", violations + (unusual == "R49"))
    table.put("T7.05", draw.money("fine", 1.5, 4.5) * violations)
    table.put("T7.06", letters)
    table.put("T7.07", letters + (unusual == "R50"))
    table.put("T7.08", draw.chance("T7.08", 0.55))


def with_others(code: str, own: Table, options, draw: Draw, others: Iterable[Table], unusual: str | None) -> Table:
    """``own`` and, for the rest of ``options``, what the office ``code`` knows of matters that ``others`` count too.

    Close to their sum, not always equal; one factor for all keeps every part at most its whole.
    """
    table, factor, others = Table(options), draw.rate("known", *KNOWN.get(code, ABOUT_ALL)), tuple(others)
    table.update(own)
    for indicator, cells in options.items():
        if Cell(indicator) in own:
            continue
        sums = {o: sum((other.get(Cell(indicator, o), Decimal(0)) for other in others), Decimal(0)) for o in cells}
        for option, total in sums.items():
            table.write(indicator, Option(option), scaled(total, factor))
        if all(age in sums for age in AGES):
            _ages_again(table, indicator, sums, factor)
    if Cell("T6.13") in own:
        _cases_handled(table, draw, unusual)
    return table


def scaled(figure: Decimal, factor: float) -> Decimal:
    """Whole figures stay whole, money keeps one decimal."""
    places = Decimal(1) if figure == figure.to_integral_value() else Decimal("0.1")
    return (figure * Decimal(str(factor))).quantize(places)


def _ages_again(table: Table, code: str, sums: dict[str, Decimal], factor: float) -> None:
    """The ages as differences of their scaled running total: rounding then never breaks their sum."""
    before = running = Decimal(0)
    for age in AGES:
        running += sums[age]
        table.write(code, age, scaled(running, factor) - before)
        before = scaled(running, factor)


def _cases_handled(table: Table, draw: Draw, unusual: str | None) -> None:
    """Abuse cases handled: at most those detected, but for cases carried over where that is to be explained."""
    detected = table.total("T6.05")
    fined = min(table.total("T6.12"), detected)
    prosecuted = min(table.total("T6.11"), detected - fined)
    if unusual == "R47":
        prosecuted = detected - fined + 2
    table.put("T6.11", prosecuted)
    table.put("T6.12", fined)
    table.put("T6.13", detected + draw.cases("T6.13", 1.5))
