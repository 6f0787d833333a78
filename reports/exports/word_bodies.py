"""The annex of the figures of every body for Word, on pages in landscape: the tables of ``pdf_bodies``, with its words.

A body has a line in every table where it owes anything, so seven bodies and a hundred and more print alike. Written
as text: every cell is one formatted string.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise

from ..summary import Section, Summary
from .pdf_bodies import PRINTED, Heading, _legend, _title, tables_of
from .pdf_table import FACTS, NAME, Column, Group
from .word_parts import BREAK, HEAD, WHOLE, Xml, cell, paragraph, row, table, typed, typed_run

TOGETHER = 4  # bodies that stay on one page with the head of their table
POINT = 20  # twentieths
OPEN_BELOW, OPEN_ABOVE = (f'<w:tcBorders><w:{side} w:val="nil"/></w:tcBorders>' for side in ("bottom", "top"))
FACT_STYLES = {"total": "CoQuanTong", "basis": "CoQuanSo", "reported": "CoQuanSo"}


def bodies_annex(summary: Summary, heading: Heading) -> str:
    """The markup of the annex. Raises pdf_fonts.NoFont: columns are as wide as their content is."""
    names = [_text("CoQuanTen", body.short_name) for body in summary.bodies[:PRINTED]]
    heads = [
        paragraph("PhuLucNgang", typed_run(heading.title)),
        paragraph("TrichYeu", typed_run(heading.subject)),
        paragraph("KemTheo", typed_run(heading.annexed)),
        *(paragraph("CoQuanGhiChu", typed_run(words)) for words in _legend(summary)),
    ]
    drawn = (part for section in summary.sections for part in _section(section, summary, names))
    return "".join([*heads, *drawn])


def _section(section: Section, summary: Summary, names: list[str]) -> Iterator[str]:
    for number, groups in enumerate(tables_of(section, summary)):
        columns = [column for group in groups for column in group.columns]
        edges = [round(at * POINT) for at in accumulate((NAME, *(column.width for column in columns)), initial=0)]
        widths = [right - left for left, right in pairwise(edges)]
        rows = [*_head(groups, widths), *_facts(columns, widths), *_bodies(columns, widths, names)]
        yield paragraph("TenBieu", typed_run(_title(section, number)))
        yield table("BangSoLieu", widths, *rows)


def _head(groups: list[Group], widths: list[int]) -> Iterator[str]:
    """What an indicator is, over the columns of its of-which.

    Cells above each other look like one: where they are one, LibreOffice cuts the name on every further page.
    """
    two = any(column.label for group in groups for column in group.columns)
    first = [_head_cell([typed_run("Cơ quan")], widths[0], OPEN_BELOW if two else "")]
    second = [_head_cell([], widths[0], OPEN_ABOVE)]
    place = 1
    for group in groups:
        own = widths[place : place + len(group.columns)]
        alone = two and not any(column.label for column in group.columns)
        first.append(_head_cell(_name(group), sum(own), OPEN_BELOW if alone else "", span=len(own)))
        for column, width in zip(group.columns, own, strict=True):
            label = [typed_run(column.label)] if column.label else []
            second.append(_head_cell(label, width, OPEN_ABOVE if alone else ""))
        place += len(own)
    yield row(*first, look=HEAD)
    if two:
        yield row(*second, look=HEAD)


def _name(group: Group) -> list[Xml]:
    unit = [BREAK, typed_run(f"({group.unit})", "Nghieng")] if group.unit else []
    return [typed_run(group.code, "Dam"), BREAK, typed_run(group.name), *unit]


def _head_cell(runs: list[Xml], width: int, borders: str, *, span: int = 1) -> str:
    return cell(paragraph("CoQuanDau", *runs), width=width, align="center", span=span, borders=borders)


def _facts(columns: list[Column], widths: list[int]) -> Iterator[str]:
    """The province's values, on how many bodies each rests, and what was reported where another figure is used."""
    for label, name, _font in FACTS:
        words = [getattr(column, name) for column in columns]
        if any(words):
            yield _line([_text("CoQuanTong", label), *(_text(FACT_STYLES[name], each) for each in words)], widths)


def _bodies(columns: list[Column], widths: list[int], names: list[str]) -> Iterator[str]:
    """The bodies that have anything to say in these columns."""
    drawn = [_drawn(column) for column in columns]
    places = [place for place in range(len(names)) if any(column.cells[place] for column in columns)]
    for number, place in enumerate(places, 1):
        name = names[place].replace("</w:pPr>", "<w:keepNext/></w:pPr>") if number < TOGETHER else names[place]
        yield _line([name, *(cells[place] for cells in drawn)], widths)


def _drawn(column: Column) -> list[str]:
    """The cells of one column; what is alike is made once."""
    made: dict[tuple[str, bool], str] = {}
    found = []
    for place, words in enumerate(column.cells):
        key = words, place in column.crossing
        if key not in made:
            made[key] = _text("CoQuanDoiChieu" if key[1] else "CoQuanSo", words)
        found.append(made[key])
    return found


def _text(style: str, text: str) -> str:
    """A paragraph of one run, without the helpers' detours: there are some ten thousand."""
    words = f"<w:r><w:t>{typed(text)}</w:t></w:r>" if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{words}</w:p>'


def _line(paragraphs: list[str], widths: list[int]) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{words}</w:tc>'
        for width, words in zip(widths, paragraphs, strict=True)
    )
    return f"<w:tr><w:trPr>{WHOLE}</w:trPr>{cells}</w:tr>"
