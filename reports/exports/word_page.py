"""The printed page (``pdf.page``) as the text of a Word file: the same words in the same order, in Word's own styles.

What the report says is written once, in ``templates/reports/print``; the PDF lays it out with ``print.css``, Word with
the styles of its template. Nothing is left out: what has no rule here becomes running text. Pure but for ``widths``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import html

from . import pdf
from .word_parts import BREAK, HEAD, MM, WHOLE, Xml, cell, paragraph, row, shared_out, table, typed_run

WIDTH = round(164 * MM)  # between the margins
HALVES = (round(72 * MM), WIDTH - round(72 * MM))  # office and country, recipients and signature
CODE = (round(27 * MM), WIDTH - round(27 * MM))  # the code that is scanned, and the sentence beside it
SIGNING_ROOM = '<w:cantSplit/><w:trHeight w:val="2154" w:hRule="atLeast"/>'  # 38 mm to sign and seal
PICTURE = "MaQR"  # the style of the paragraph that holds a picture
REGIONS = ("head", "title", "text", "close", "annexes")
SPACE = re.compile(r"[ \t\n\r\f]+")  # what a browser draws as one space; the one that does not break stays
LINE_END = "<br>"
BY_CLASS = {
    "address": "KinhGui",
    "superior": "CoQuanChuQuan",
    "country": "QuocHieu",
    "motto": "TieuNgu",
    "office": "CoQuan",
    "simulated": "MoPhongKhung",
    "draft": "MoPhongKhung",
    "subject": "TrichYeu",
    "annexed": "KemTheo",
    "recipients": "NoiNhan",
    "signing": "KyTen",
    "signatory": "NguoiKy",
    "how": "KiemTra",
    "lacking": "ConThieu",
    "small": "ChuThich",
    "italic": "CanCu",
}
BY_TAG = {"h1": "Title", "h2": "Heading1", "h3": "Heading2", "h4": "Heading3", "p": "NoiDung", "li": "NoiDung"}
RUNS = {"bold": "Dam", "strong": "Dam", "b": "Dam", "italic": "Nghieng", "em": "Nghieng", "i": "Nghieng"}
CONTAINERS = {"div", "section", "main", "article", "ul", "ol", "header", "footer", "figure", "aside", "nav"}


@dataclass(frozen=True, slots=True)
class Place:
    """What an element stands in, as far as it changes how Word shows it."""

    width: int = WIDTH
    inside: str = ""  # head, second (its second row), address, close
    columns: Mapping[str, float] | None = None  # {class of a column: mm}


def regions_of(page: str) -> dict[str, str]:
    """``page`` (see ``pdf.page``) as the ready markup of each of ``REGIONS``; "" where it has nothing of one."""
    tree = html.document_fromstring(page.replace("\0", ""))  # there the parser would stop
    place = Place(columns=widths(tree))
    found = {region: [] for region in REGIONS}
    for element, region in _parted(tree.body):
        found[region] += _blocks(element, place)
    return {region: "".join(blocks) for region, blocks in found.items()}


def widths(tree) -> dict[str, float]:
    """The widths of columns, in mm by class, of the page's own style sheets: those of the PDF."""
    found = {}
    for link in tree.iterfind(".//link[@rel='stylesheet']"):
        sheet = pdf.static_path(link.get("href")).read_text()
        found |= {name: float(mm) for name, mm in re.findall(r"col\.([\w-]+) \{ width: ([\d.]+)mm", sheet)}
    return found


def _parted(body) -> Iterator[tuple]:
    """(element, region) of the whole page in its order."""
    for element in _elements(body):
        if element.tag == "main":
            region = "text"
            for part in _elements(element):
                classes = _classes(part)
                region = "close" if "close" in classes else "annexes" if "annex" in classes else region
                yield part, region
                region = "annexes" if region == "close" else region
        elif element.tag != "link":
            yield element, "head" if element.tag == "header" else "title"


def _elements(parent) -> Iterator:
    return (element for element in parent if isinstance(element.tag, str))


def _classes(element) -> list[str]:
    return element.get("class", "").split()


def _blocks(element, place: Place) -> Iterator[str]:
    """Paragraphs and tables of ``element``."""
    classes = _classes(element)
    if element.tag == "table":
        yield paragraph("Nho", keep=True)  # Word knows no distance above a table
        yield _table(element, place)
    elif element.tag in ("img", "svg"):
        yield paragraph(PICTURE)
    elif "columns" in classes:
        yield from _halves(element, replace(place, inside="head" if element.tag == "header" else place.inside))
    elif "check" in classes:
        yield table("BangTrong", CODE, _beside(element, CODE, place, "center", WHOLE))
        yield paragraph("Nho")
    elif "rule" in classes:
        yield paragraph("KeNgang" if place.inside == "head" else "KeTrichYeu")
    elif element.tag in CONTAINERS:
        yield from _contained(element, place, classes)
    else:
        yield _paragraph(element, place, classes)


def _contained(element, place: Place, classes: list[str]) -> Iterator[str]:
    inside = next((name for name in ("address", "close") if name in classes), place.inside)
    place = replace(place, inside=inside)
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        yield _paragraph(element, place, classes)  # words of its own: not only a frame
        return
    for child in _elements(element):
        yield from _blocks(child, place)


def _halves(element, place: Place) -> Iterator[str]:
    """Two columns without borders; Word wants a paragraph after a table and in every cell."""
    rows = [each for each in _elements(element) if "row" in _classes(each)] or [element]
    look = SIGNING_ROOM if place.inside == "close" else WHOLE
    drawn = []
    for number, each in enumerate(rows):
        own = replace(place, inside="second" if number and place.inside == "head" else place.inside)
        drawn.append(_beside(each, HALVES, own, "top", look))
    yield table("BangTrong", HALVES, *drawn)
    yield paragraph("Nho")


def _beside(element, widths: tuple[int, ...], place: Place, align: str, look: str) -> str:
    """The children of ``element`` side by side."""
    halves = zip(_elements(element), widths, strict=True)
    cells = [cell(*_cell_blocks(half, replace(place, width=width)), width=width, align=align) for half, width in halves]
    return row(*cells, look=look)


def _cell_blocks(half, place: Place) -> list[str]:
    blocks = list(_blocks(half, place))
    return blocks if blocks and blocks[-1].endswith("</w:p>") else [*blocks, paragraph("Nho")]


def _paragraph(element, place: Place, classes: list[str]) -> str:
    keep = "lead-in" in classes or place.inside == "close"
    return paragraph(_style(element.tag, classes, place.inside), *_runs(element), keep=keep)


def _style(tag: str, classes: list[str], inside: str) -> str:
    if inside == "second":
        return "DiaDanh" if "right" in classes else "SoKyHieu"
    if inside == "address":
        return "KinhGuiDong" if tag == "li" else "KinhGuiDau"
    if "title" in classes:
        return "Title" if tag == "h1" else "PhuLuc"
    own = next((BY_CLASS[name] for name in BY_CLASS if name in classes), None)
    if inside == "close" and own is None:
        return "NoiNhanDong" if tag == "li" else "KetThuc"
    return own or BY_TAG.get(tag, "NoiDung")


def _runs(element, *, figure: bool = False) -> list[Xml]:
    """The words of ``element`` with spaces as a browser draws them: none at an end, one between words."""
    pieces: list[tuple[str, str]] = []
    _gather(element, "", pieces)
    while pieces and pieces[-1][0] is not LINE_END and not pieces[-1][0].strip(" "):
        pieces.pop()
    runs, spaced = [], True
    for number, (text, style) in enumerate(pieces, 1):
        if text is LINE_END:
            runs.append(BREAK)
            spaced = True
            continue
        text = text.lstrip(" ") if spaced else text
        text = text.rstrip(" ") if number == len(pieces) else text
        if text:
            runs.append(typed_run(text, style, figure=figure))
            spaced = text.endswith(" ")
    return runs


def _gather(element, style: str, pieces: list) -> None:
    pieces.append((SPACE.sub(" ", element.text or ""), style))
    for child in element:
        if child.tag == "br":
            pieces.append((LINE_END, ""))
        elif isinstance(child.tag, str):
            own = next((RUNS[name] for name in (child.tag, *_classes(child)) if name in RUNS), style)
            _gather(child, own, pieces)
        pieces.append((SPACE.sub(" ", child.tail or ""), style))


# --- tables ---


def _table(element, place: Place) -> str:
    columns = [place.columns.get(_classes(column)[0]) if _classes(column) else None for column in element.iter("col")]
    grid = shared_out(place.width, columns)
    below: dict[int, int] = {}  # column: rows that the cell above still covers
    rows = list(element.iter("tr"))
    following = [*(_classes(each) for each in rows[1:]), []]
    drawn = []
    for each, after in zip(rows, following, strict=True):
        keep = "group" in _classes(each) or "part" in after or "reason" in after
        drawn.append(_row(each, grid, below, keep=keep))
    return table("BangSoLieu", grid, *drawn)


def _row(element, grid: tuple[int, ...], below: dict[int, int], *, keep: bool) -> str:
    """``below`` is kept up to date."""
    head, kinds = element.getparent().tag == "thead", _classes(element)
    cells, given, column = [], _elements(element), 0
    while column < len(grid):
        if below.get(column):
            below[column] -= 1
            cells.append(cell(paragraph("BangDau"), width=grid[column], align="center", merged="continue"))
            column += 1
            continue
        each = next(given)
        span, rows = int(each.get("colspan", 1)), int(each.get("rowspan", 1))
        if rows > 1:
            below[column] = rows - 1
        runs = _runs(each, figure="number" in _classes(each))
        words = paragraph(_cell_style(each, kinds, head=head), *runs, keep=keep)
        width = sum(grid[column : column + span])
        merged = "restart" if rows > 1 else ""
        cells.append(cell(words, width=width, align="center", span=span, merged=merged))
        column += span
    loose = "reason" in kinds or "explained" in _classes(element.getparent().getparent())
    return row(*cells, look=HEAD if head else "" if loose else WHOLE)


def _cell_style(element, kinds: list[str], *, head: bool) -> str:
    classes = _classes(element)
    if head:
        return "BangDau"
    if "number" in classes:
        return "BangSo"
    if "group" in kinds:
        return "BangNhom"
    if "reason" in kinds:
        return "BangLyDo"
    if element.tag == "th" or "words" in classes:
        return "BangPhan" if "part" in kinds else "BangChu"
    return "BangGiua"
