"""Pages of landscape A4 with tagged text and thin lines: what reportlab leaves to its user. Knows nothing of reports.

A tag is a ``Node``; its kids are nodes, or (page, number) of a piece of text on that page. Measures are points, and
``y`` runs downwards from the upper edge.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from .pdf_fonts import BOLD, ITALIC, UPRIGHT

MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
TOP, BOTTOM, LEFT, RIGHT = 20 * MM, 20 * MM, 30 * MM, 16 * MM  # Decree 30/2020/NĐ-CP, Appendix I, as in print.css
WIDE, DEEP = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM  # the type area
LINE = 0.35
ARTIFACT = "/Artifact BMC"


@dataclass(slots=True)
class Node:
    """An element of the tree of tags; ``attributes``: of a table's cell, as (name, value) pairs."""

    role: str
    kids: list = field(default_factory=list)
    attributes: tuple[tuple[str, str | int], ...] = ()


class Sheet:
    """Draws page after page; ``y`` is where the next thing goes."""

    def __init__(self, *, first_page: int, foot: str, mark: str):
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, (WIDTH, HEIGHT), pageCompression=0, invariant=1, initialFontName=UPRIGHT)
        self._number, self._foot, self._mark = first_page, foot, mark
        self.page = -1
        self.y = 0.0
        self.new_page()

    def new_page(self) -> None:
        """Ends the page that is drawn, if any, and begins the next."""
        if self.page >= 0:
            self._end_page()
            self._number += 1
        self.page += 1
        self.y = TOP
        self._text = self._canvas.beginText()
        self._font, self._marked, self._lines = None, 0, []
        self._repeated()

    @property
    def left(self) -> float:
        """How much room the page still has."""
        return HEIGHT - BOTTOM - self.y

    @property
    def fresh(self) -> bool:
        return self.y == TOP

    def text(self, tag: str | None, pieces: Iterable[tuple[str, float, float, str, float]]) -> list:
        """Draw (text, left edge, baseline, font, size)s as one tagged content, None: as an artifact; the kids it is."""
        code = self._text._code  # between the marks of one text object; reportlab has no words for them
        code.append(ARTIFACT if tag is None else f"/{tag} <</MCID {self._marked}>> BDC")
        for text, x, y, font, size in pieces:
            if (font, size) != self._font:
                self._text.setFont(font, size)
                self._font = font, size
            self._text.setTextOrigin(x, HEIGHT - y)
            self._text.textOut(text)
        code.append("EMC")
        if tag is None:
            return []
        self._marked += 1
        return [(self.page, self._marked - 1)]

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self._lines.append((x1, HEIGHT - y1, x2, HEIGHT - y2))

    def centred(self, role: str, text: str, font: str, size: float) -> Node:
        """A paragraph in the middle of the type area."""
        return self._paragraph(role, text, font, size, lambda width: LEFT + (WIDE - width) / 2)

    def paragraph(self, role: str | None, text: str, font: str, size: float) -> Node:
        """``role`` None: what only repeats, an artifact; its node has nothing in it."""
        return self._paragraph(role, text, font, size, lambda width: LEFT)

    def finished(self) -> bytes:
        self._end_page()
        self._canvas.save()
        return self._out.getvalue()

    def _paragraph(self, role, text, font, size, left) -> Node:
        pieces = []
        for line in lines_in(text, font, size, WIDE):
            self.y += size * 1.25
            pieces.append((line, left(width_of(line, font) * size), self.y - size * 0.3, font, size))
        return Node(role, self.text(role, pieces))

    def _repeated(self) -> None:
        """What stands in the margins: the number of the page, on the right that the data are invented; the foot."""
        number = str(self._number)
        middle = LEFT + WIDE / 2
        margin = [
            (number, middle - width_of(number, UPRIGHT) * 13 / 2, 11.5 * MM, UPRIGHT, 13),
            (self._foot, middle - width_of(self._foot, ITALIC) * 10 / 2, HEIGHT - 9 * MM, ITALIC, 10),
        ]
        if self._mark:
            margin.append((self._mark, WIDTH - RIGHT - width_of(self._mark, BOLD) * 11, 11.5 * MM, BOLD, 11))
        self.text(None, margin)

    def _end_page(self) -> None:
        self._canvas.drawText(self._text)
        self._canvas.addLiteral(ARTIFACT)
        self._canvas.setLineWidth(LINE)
        self._canvas.lines(self._lines)
        self._canvas.addLiteral("EMC")
        self._canvas.showPage()


@lru_cache(maxsize=20_000)
def width_of(text: str, font: str) -> float:
    """Of ``text`` at size 1."""
    return pdfmetrics.stringWidth(text, font, 1)


@lru_cache(maxsize=4_000)
def lines_in(text: str, font: str, size: float, width: float) -> tuple[str, ...]:
    """``text`` broken at its spaces into lines of ``width``; a word that is longer is broken where it has to be."""
    lines, line = [], ""
    for word in text.split(" "):
        tried = f"{line} {word}" if line else word
        if width_of(tried, font) * size <= width:
            line = tried
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, font, size, width)
        lines += whole
    return (*lines, line)


def _broken(word: str, font: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, font) * size > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
