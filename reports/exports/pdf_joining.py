"""Pages drawn by another engine behind a tagged PDF/A-3A file, their tags behind its tags; with pikepdf."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from .pdf_bodies import Drawn
from .pdf_sheet import Node


def joined(main: bytes, annex: Drawn, *, outline: str) -> bytes:
    """``main`` with the pages of ``annex`` behind its own; ``outline``: how its table of contents calls them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(main)) as pdf, pikepdf.open(io.BytesIO(annex.pdf)) as more:
        before = len(pdf.pages)
        pdf.pages.extend(more.pages)
        _Tags(pdf, before).add(annex.tags)
        with pdf.open_outline() as contents:
            (contents.root[0].children if contents.root else contents.root).append(pikepdf.OutlineItem(outline, before))
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            deterministic_id=True,
        )
    return out.getvalue()


class _Tags:
    """Writes a tree of Nodes into the structure that the file has already."""

    def __init__(self, pdf: pikepdf.Pdf, before: int):
        self.pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.pages = [page.obj for page in list(pdf.pages)[before:]]
        self.owners: list[dict[int, pikepdf.Object]] = [{} for _page in self.pages]
        self.attributes: dict[tuple, pikepdf.Object] = {}
        self.names: dict[str, Name] = {}

    def add(self, tags: tuple[Node, ...]) -> None:
        document = self.root.K[0]
        section = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Sect, P=document))
        section.K = Array([self._element(node, section) for node in tags])
        document.K.append(section)
        numbers = self.root.ParentTree.Nums
        key = max((int(numbers[place]) for place in range(0, len(numbers), 2)), default=-1) + 1
        for page, owners in zip(self.pages, self.owners, strict=True):
            page.StructParents = key
            page.Tabs = Name.S
            numbers.append(key)
            numbers.append(self.pdf.make_indirect(Array([owners[number] for number in range(len(owners))])))
            key += 1

    def _element(self, node: Node, parent: pikepdf.Object) -> pikepdf.Object:
        element = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=self._name(node.role), P=parent))
        if node.attributes:
            element.A = self._attributes(node.attributes)
        if node.kids and isinstance(node.kids[0], Node):
            element.K = Array([self._element(kid, element) for kid in node.kids])
        elif node.kids:
            ((page, number),) = node.kids
            element.Pg = self.pages[page]
            element.K = number
            self.owners[page][number] = element
        return element

    def _name(self, role: str) -> Name:
        if role not in self.names:
            self.names[role] = Name(f"/{role}")
        return self.names[role]

    def _attributes(self, pairs: tuple[tuple[str, str | int], ...]) -> pikepdf.Object:
        """One object for all the cells that have the same."""
        if pairs not in self.attributes:
            found = Dictionary(O=Name.Table)
            for name, value in pairs:
                found[f"/{name}"] = Name(value) if isinstance(value, str) else value
            self.attributes[pairs] = self.pdf.make_indirect(found)
        return self.attributes[pairs]
