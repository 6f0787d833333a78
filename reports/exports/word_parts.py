"""WordprocessingML as text: packages, paragraphs, tables. Knows Word and nothing of reports. Pure.

Built as text and not cell by cell: a table of some ten thousand cells then costs what joining strings costs.
Sizes in twentieths of a point, Word's own unit.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MM = 1440 / 25.4
# What XML 1.0 does not take, and the ends of lines, which docxtpl would make into paragraphs.
NOT_TEXT = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml(str):
    """Ready markup, beside plain text that is still to be escaped."""


TAB = Xml("<w:r><w:tab/></w:r>")
HYPHEN = '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">'  # inside a run: no line ends behind it
BREAK = Xml("<w:r><w:br/></w:r>")
PAGE_NUMBER = Xml(
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def typed(text: str) -> str:
    """``text`` as a person typed it, for ready markup: also its braces, of which docxtpl would see marks of its own."""
    text = NOT_TEXT.sub("", text.replace("\t", " ").replace("\n", " "))
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


def run(text: str, style: str = "") -> Xml:
    """A run of a template: its marks stay marks."""
    return _run(escape(text), style)


def typed_run(text: str, style: str = "", *, figure: bool = False) -> Xml:
    """``figure``: a minus stays with its number."""
    words = typed(text)
    return _run(words.replace("-", HYPHEN) if figure else words, style)


def _run(text: str, style: str) -> Xml:
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return Xml(f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>')


def paragraph(style: str, *pieces: str, keep: bool = False) -> str:
    """``pieces`` are plain text of a template or finished runs; ``keep``: on one page with what follows."""
    runs = "".join(piece if isinstance(piece, Xml) else run(piece) for piece in pieces)
    look = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{look}</w:pPr>{runs}</w:p>'


def cell(*paragraphs: str, width: int = 0, align: str = "", span: int = 1, merged: str = "", borders: str = "") -> str:
    """``align``: "top" or "center", by default "top" with a width and "center" without.

    ``merged``: "restart" where a cell begins that goes over several rows, "continue" below it. ``borders``: markup.
    """
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else ""
    look += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look += f'<w:vMerge w:val="{merged}"/>' if merged else ""
    look += borders
    align = align or ("top" if width else "center")
    return f'<w:tc><w:tcPr>{look}<w:vAlign w:val="{align}"/></w:tcPr>{"".join(paragraphs)}</w:tc>'


WHOLE = "<w:cantSplit/>"  # a row that stays on one page
HEAD = "<w:cantSplit/><w:tblHeader/>"  # one that is drawn again on every page


def row(*cells: str, look: str = "") -> str:
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def table(style: str, widths: Iterable[int], *rows: str) -> str:
    widths = tuple(widths)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def shared_out(total: int, wanted: Iterable[float | None]) -> tuple[int, ...]:
    """``wanted`` widths in mm as twips that are ``total`` together; None: an equal share of what is left."""
    given = [None if mm is None else round(mm * MM) for mm in wanted]
    left, free = total - sum(width or 0 for width in given), given.count(None)
    widths = []
    for width in given:
        if width is None:
            width = left // free
            left, free = left - width, free - 1
        widths.append(width)
    return tuple(widths)


def rooted(name: str, inside: str) -> str:
    """A part of the package whose root is ``w:name``."""
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}">{inside}</w:{name}>'


def content_types(kinds: dict[str, str]) -> str:
    """``kinds``: {part: kind} as ``{"header1": "header"}``."""
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPES}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relations(targets: dict[str, tuple[str, str]]) -> str:
    """``targets``: {link: (kind, name of the part)}."""
    links = "".join(
        f'<Relationship Id="{link}" Type="{R}/{kind}" Target="{target}"/>' for link, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    """{name in the package: XML} as a .docx file."""
    return zipped({name: (DECLARATION + text).encode() for name, text in parts.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """The same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()
