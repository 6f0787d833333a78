"""Colours cells of an .xlsx file and hangs comments on them, without touching anything else in it.

Marks of an earlier time are taken away first: what was put right is no longer marked.
"""

import copy
from collections.abc import Mapping

from lxml import etree
from openpyxl.comments.shape_writer import ShapeWriter, excelns, officens, vmlns
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.xml.functions import Element, tostring

from ..exports.excel_paper import clean
from .opening import Unreadable, damaged
from .package import OFFICE, Package

AUTHOR = "Cổng báo cáo"
OURS = f"[{AUTHOR}] "  # begins our comments: LibreOffice drops authors
KEPT = "\n— Chú thích có sẵn trong ô: "
COLOUR = "FFF8B4AC"
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What may follow <legacyDrawing> in a sheet (ECMA-376, CT_Worksheet).
AFTER = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
WIDE, HIGH = 320, 130  # of a comment, in pixels


class Styles:
    """The cell styles of a book, to which coloured twins are added."""

    def __init__(self, package: Package):
        self.root = package.root(package.target(package.main, "styles") or "xl/styles.xml")
        self.space = etree.QName(self.root).namespace
        if "purl.oclc.org" in self.space:
            raise Unreadable(damaged())  # the "strict" dialect names its relations otherwise
        self.cells = self._part("cellXfs")
        self._fill: int | None = None
        self._twins: dict[int, int] = {}

    def _part(self, name: str):
        return self.root.find(f"{{{self.space}}}{name}")

    def element(self, name: str, parent=None, **attributes):
        tag = f"{{{self.space}}}{name}"
        return etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)

    def append(self, name: str, element) -> int:
        """Add an element to a list of the styles; returns its number."""
        parent = self._part(name)
        parent.append(element)
        parent.set("count", str(len(parent)))
        return len(parent) - 1

    def coloured(self, style: int) -> int:
        """The number of a style like ``style`` with our colour behind it."""
        if self._fill is None:
            fill = self.element("fill")
            pattern = self.element("patternFill", fill, patternType="solid")
            self.element("fgColor", pattern, rgb=COLOUR)
            self._fill = self.append("fills", fill)
        if style not in self._twins:
            twin = copy.deepcopy(self.cells[style if style < len(self.cells) else 0])
            twin.set("fillId", str(self._fill))
            twin.set("applyFill", "1")
            self._twins[style] = self.append("cellXfs", twin)
        return self._twins[style]


class SheetMarks:
    """The marks of one sheet; ``part`` is its name in the package."""

    def __init__(self, package: Package, part: str, styles: Styles):
        self.package, self.part, self.styles = package, part, styles
        self.root = package.root(part)
        self.space = etree.QName(self.root).namespace
        self._cells: dict[str, etree._Element] | None = None

    @property
    def cells(self) -> dict[str, etree._Element]:
        """{address: element}."""
        if self._cells is None:
            self._cells = {cell.get("r"): cell for cell in self.root.iter(f"{{{self.space}}}c") if cell.get("r")}
        return self._cells

    def style(self, address: str) -> int:
        cell = self.cells.get(address)
        return int(cell.get("s", "0")) if cell is not None else 0

    def restyle(self, address: str, style: int) -> None:
        if address in self.cells:
            self.cells[address].set("s", str(style))

    def mark(self, comments: Mapping[str, str]) -> dict[str, int]:
        """Colour each address and give it its comment; returns {address: style it had}."""
        before = {address: self.style(address) for address in comments}
        for address, style in before.items():
            self.restyle(address, self.styles.coloured(style))
        self._comment(comments)
        return before

    def unmark(self, styles: Mapping[str, int]) -> None:
        """Take our comments away, and give each address of ``styles`` its old style back."""
        for address, style in styles.items():
            self.restyle(address, style)
        part = self.package.target(self.part, "comments")
        if part and self.package.has(part):
            for comment in self._listed(self.package.root(part)):
                self._take_away(comment)

    # --- comments -----------------------------------------------------------------------------

    def _listed(self, root) -> list:
        return list(root.iter(f"{{{etree.QName(root).namespace}}}comment"))

    def _take_away(self, comment) -> None:
        text = "".join(comment.itertext())
        if not text.startswith(OURS):
            return
        _ours, kept, old = text.partition(KEPT)
        if kept:
            self._write(comment, old)
        else:
            comment.getparent().remove(comment)
            self._remove_shape(comment.get("ref"))

    def _comment(self, texts: Mapping[str, str]) -> None:
        root = self._comments_root()
        space = etree.QName(root).namespace
        listed = {comment.get("ref"): comment for comment in self._listed(root)}
        parent = root.find(f"{{{space}}}commentList")
        author = self._author(root, space)
        new = []
        for address, text in texts.items():
            comment = listed.get(address)
            if comment is None:
                comment = etree.SubElement(parent, f"{{{space}}}comment", ref=address, authorId=author)
                self._write(comment, OURS + text)
                new.append(address)
            else:
                self._write(comment, OURS + text + KEPT + "".join(comment.itertext()))
        if new:
            self._add_shapes(new)

    def _write(self, comment, words: str) -> None:
        space = etree.QName(comment).namespace
        for child in list(comment):
            comment.remove(child)
        text = etree.SubElement(etree.SubElement(comment, f"{{{space}}}text"), f"{{{space}}}t")
        text.text = clean(words)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _author(self, root, space: str) -> str:
        authors = root.find(f"{{{space}}}authors")
        names = [author.text for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, f"{{{space}}}author").text = AUTHOR
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _comments_root(self):
        part = self.package.target(self.part, "comments")
        if not part or not self.package.has(part):
            part = self.package.unused("xl/comments_cong{}.xml")
            empty = f'<comments xmlns="{self.space}"><authors/><commentList/></comments>'
            self.package.put(part, empty, COMMENTS)
            self.package.relate(self.part, "comments", part)
        return self.package.root(part)

    # --- the comments' boxes (VML) ------------------------------------------------------------

    def _drawing(self):
        """The drawing that holds the boxes of the sheet's comments."""
        relation = f"{{{OFFICE}}}id"
        element = self.root.find(f"{{{self.space}}}legacyDrawing")
        part = self.package.target(self.part, rid=element.get(relation, "-")) if element is not None else None
        if part and self.package.has(part):
            return self.package.root(part)
        part = self.package.unused("xl/drawings/vmlDrawing_cong{}.vml")
        root = self.package.put(part, f'<xml xmlns:v="{vmlns}" xmlns:o="{officens}" xmlns:x="{excelns}"/>', DRAWING)
        if element is None:
            element = etree.Element(f"{{{self.space}}}legacyDrawing")
            later = [child for child in self.root if etree.QName(child).localname in AFTER]
            if later:
                later[0].addprevious(element)
            else:
                self.root.append(element)
        element.set(relation, self.package.relate(self.part, "vmlDrawing", part))
        return root

    def _add_shapes(self, addresses: list[str]) -> None:
        root = self._drawing()
        drawn = etree.fromstring(_drawn(len(root), addresses))
        known = root.find(f"{{{vmlns}}}shapetype[@id='_x0000_t202']") is not None
        for child in drawn:
            if etree.QName(child).localname == "shape" or not known:
                root.append(child)

    def _remove_shape(self, address: str) -> None:
        letters, row = coordinate_from_string(address)
        place = (str(row - 1), str(column_index_from_string(letters) - 1))
        for shape in list(self._drawing().iter(f"{{{vmlns}}}shape")):
            told = {etree.QName(child).localname: child.text for child in shape.iter(f"{{{excelns}}}*")}
            if (told.get("Row"), told.get("Column")) == place:
                shape.getparent().remove(shape)


def _drawn(taken: int, addresses: list[str]) -> bytes:
    """The boxes of new comments as openpyxl draws them; ``taken``: how many numbers are given away already."""
    writer, root = ShapeWriter([]), Element("xml")
    writer.add_comment_shapetype(root)
    for number, address in enumerate(addresses, 2000 + taken):
        writer.add_comment_shape(root, number, address, HIGH, WIDE)
    return tostring(root)
