"""An .xlsx file taken apart, changed where it has to be, and put together again; all else stays byte for byte.

openpyxl would lose what it does not know (charts, shapes, results of formulas) and takes a minute for a
workbook of ten megabytes. Here only the parts that change are parsed (ECMA-376, part 2: packaging).
"""

import copy
import posixpath
import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from .opening import Unreadable, too_much
from .streaming import MAX_UNPACKED

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAX_PART = 48 * 1024 * 1024  # of a part that is parsed whole
SMALL = 1024 * 1024
LOCAL_HEADER = 30  # bytes, before the name
DESCRIPTOR_FOLLOWS = 0x08  # flag: sizes come behind the content; here they stand before it


class Package:
    def __init__(self, content: bytes):
        self.content = content
        self.archive = ZipFile(BytesIO(content))
        if sum(entry.file_size for entry in self.archive.infolist()) > MAX_UNPACKED:
            raise Unreadable(too_much())
        self.roots: dict[str, etree._Element] = {}
        self.before: dict[str, bytes] = {}  # small parts as they were parsed: one that was only looked at stays
        self.main = self.target("", "officeDocument") or "xl/workbook.xml"

    def has(self, part: str) -> bool:
        return part in self.roots or part in self.archive.NameToInfo

    def root(self, part: str) -> etree._Element:
        """The part as a tree; what is changed in it goes into the file."""
        if part not in self.roots:
            if self.archive.getinfo(part).file_size > MAX_PART:
                raise Unreadable(too_much())
            forgiving = part.endswith(".vml")  # old Excel writes HTML in there
            parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=forgiving)
            self.roots[part] = etree.fromstring(self.archive.read(part), parser)
            if self.archive.getinfo(part).file_size < SMALL:
                self.before[part] = etree.tostring(self.roots[part])
        return self.roots[part]

    def put(self, part: str, content: str, kind: str) -> etree._Element:
        """Add a part, or replace one, with its content type; returns it as a tree."""
        self.roots[part] = etree.fromstring(content)
        types = self.root("[Content_Types].xml")
        name = f"/{part}"
        if not any(each.get("PartName") == name for each in types):
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=name, ContentType=kind)
        return self.roots[part]

    def unused(self, pattern: str) -> str:
        """A name for a new part, after ``pattern`` with {} for a number."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    # --- relations ----------------------------------------------------------------------------

    def relations(self, part: str) -> etree._Element:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(path):
            self.roots[path] = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})
        return self.root(path)

    def target(self, part: str, kind: str = "", rid: str = "") -> str | None:
        """The part that ``part`` is related to, by the kind of relation or by its id."""
        for each in self.relations(part):
            if each.get("Id") == rid or (kind and each.get("Type", "").endswith(f"/{kind}")):
                place = each.get("Target", "")
                folder = posixpath.dirname(part)
                return posixpath.normpath(place[1:] if place.startswith("/") else posixpath.join(folder, place))
        return None

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; returns its id."""
        relations = self.relations(part)
        taken = {each.get("Id") for each in relations}
        number = 1
        while f"rIdB{number}" in taken:
            number += 1
        etree.SubElement(
            relations,
            f"{{{RELATIONS}}}Relationship",
            Id=f"rIdB{number}",
            Type=f"{OFFICE}/{kind}",
            Target=f"/{target}",
        )
        return f"rIdB{number}"

    # --- the file -----------------------------------------------------------------------------

    def finished(self) -> bytes:
        changed = {
            part: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            for part, root in self.roots.items()
            if etree.tostring(root) != self.before.get(part) and (len(root) or part in self.archive.NameToInfo)
        }
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as packed:
            for entry in self.archive.infolist():
                if entry.filename not in changed and not entry.is_dir():
                    self._copy(entry, packed)
            for part, content in changed.items():
                packed.writestr(part, content)
        return file.getvalue()

    def _copy(self, entry: ZipInfo, packed: ZipFile) -> None:
        """An entry as it is packed: packing ten megabytes anew takes seconds, and may need more of them."""
        at = entry.header_offset
        names = sum(struct.unpack_from("<HH", self.content, at + 26))
        start = at + LOCAL_HEADER + names
        entry = copy.copy(entry)
        entry.flag_bits &= ~DESCRIPTOR_FOLLOWS
        entry.extra = b""
        entry.header_offset = packed.fp.tell()
        packed.fp.write(entry.FileHeader(zip64=False) + self.content[start : start + entry.compress_size])
        packed.filelist.append(entry)
        packed.NameToInfo[entry.filename] = entry
        packed.start_dir = packed.fp.tell()
