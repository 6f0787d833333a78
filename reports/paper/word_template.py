"""Builds ``templates/reports/paper/report.docx``, the Word template, part by part; the same parts every time.

An office restyles the built file in Word or LibreOffice and puts its copy first in the template folders; this
builder is for whoever changes what the paper says: ``write()`` after a change here. Pure but for ``write``.
"""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from . import word_styles

PATH = Path(__file__).parents[2] / "templates/reports/paper/report.docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LINKS = {"styles": "rId1", "settings": "rId2", "header1": "rId3", "header2": "rId4", "footer1": "rId5"}
LEFT, RIGHT = 4082, 5216  # 72 and 92 mm in twentieths of a point
SIMULATED = "{% if paper.simulated %}DỮ LIỆU MÔ PHỎNG{% endif %}"


def write(path: Path = PATH) -> None:
    """Write the template to ``path``."""
    path.write_bytes(build())


def build() -> bytes:
    """The template as a .docx file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in _parts().items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, DECLARATION + text)
    return out.getvalue()


def _parts() -> dict[str, str]:
    """{name in the package: XML}."""
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {link: (name.rstrip("12"), f"{name}.xml") for name, link in LINKS.items()}
        ),
        "word/document.xml": _rooted("document", f"<w:body>{_body()}{_section()}</w:body>"),
        "word/styles.xml": _rooted("styles", word_styles.styles()),
        "word/settings.xml": _rooted("settings", word_styles.SETTINGS),
        "word/header1.xml": _rooted("hdr", paragraph("MoPhong", TAB, TAB, SIMULATED)),
        "word/header2.xml": _rooted("hdr", paragraph("SoTrang", TAB, PAGE_NUMBER, TAB, run(SIMULATED, "MoPhongNho"))),
        "word/footer1.xml": _rooted(
            "ftr",
            paragraph(
                "MaBanIn",
                "{% if paper.code %}Mã bản in: {{ paper.code }}{% endif %}",
                TAB,
                run("{{ paper.version_words }}", "PhienBan"),
            ),
        ),
    }


def _rooted(name: str, inside: str) -> str:
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}">{inside}</w:{name}>'


def _content_types() -> str:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings"}
    kinds |= {"header1": "header", "header2": "header", "footer1": "footer"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPES}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="{link}" Type="{R}/{kind}" Target="{target}"/>' for link, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _section() -> str:
    """A4, margins 20, 16, 20 and 30 mm; no page number on the first page, the foot on all."""
    first, others, foot = LINKS["header1"], LINKS["header2"], LINKS["footer1"]
    return (
        f'<w:sectPr><w:headerReference w:type="first" r:id="{first}"/><w:headerReference w:type="default" '
        f'r:id="{others}"/><w:footerReference w:type="first" r:id="{foot}"/><w:footerReference w:type="default" '
        f'r:id="{foot}"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="907" w:bottom="1134" '
        'w:left="1701" w:header="567" w:footer="510" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


class Xml(str):
    """Ready markup, beside plain text that is still to be escaped."""


TAB = Xml("<w:r><w:tab/></w:r>")
PAGE_NUMBER = Xml(
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def run(text: str, style: str = "") -> Xml:
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return Xml(f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>')


def paragraph(style: str, *pieces: str) -> str:
    """``pieces`` are plain text or finished runs."""
    runs = "".join(piece if isinstance(piece, Xml) else run(piece) for piece in pieces)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def control(tag: str) -> str:
    """A line of the template that is no line of the paper: ``{%p if … %}``."""
    return paragraph("DieuKhien", tag)


def when(condition: str, inside: str) -> str:
    return control("{%p if " + condition + " %}") + inside + control("{%p endif %}")


def each(loop: str, inside: str) -> str:
    return control("{%p for " + loop + " %}") + inside + control("{%p endfor %}")


def cell(*paragraphs: str, width: int = 0) -> str:
    """With a ``width`` (of the head and the end) its text begins at the top, in a table of figures in the middle."""
    align = "top" if width else "center"
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else ""
    return f'<w:tc><w:tcPr>{look}<w:vAlign w:val="{align}"/></w:tcPr>{"".join(paragraphs)}</w:tc>'


def row(*cells: str, look: str = "") -> str:
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def table(style: str, widths: tuple[int, ...], *rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _body() -> str:
    return "".join(
        [
            _head(),
            paragraph("Title", "BÁO CÁO"),
            paragraph("TrichYeu", "{{ paper.subject }}"),
            paragraph("KeTrichYeu"),
            when("paper.simulated", paragraph("MoPhongKhung", "DỮ LIỆU MÔ PHỎNG")),
            each("addressee in paper.addressees", paragraph("KinhGui", "Kính gửi: {{ addressee }}")),
            each(
                "ground in paper.grounds",
                paragraph("CanCu", "Căn cứ {{ ground }}{% if loop.last %}.{% else %};{% endif %}"),
            ),
            paragraph("NoiDung", "{{ paper.opening }}"),
            paragraph("Heading1", "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI"),
            _passages("paper.direction"),
            paragraph("Heading1", "II. KẾT QUẢ THỰC HIỆN"),
            when("paper.legend", paragraph("ChuThich", "{{ paper.legend }}")),
            each("part in paper.parts", _part()),
            paragraph("Heading1", "III. ĐÁNH GIÁ CHUNG"),
            _passages("paper.assessment"),
            paragraph("Heading1", "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM SAU"),
            _passages("paper.next_year"),
            paragraph("Heading1", "V. KIẾN NGHỊ, ĐỀ XUẤT"),
            _passages("paper.proposals"),
            paragraph("KetThuc", "{{ paper.closing }}"),
            _close(),
            paragraph("Nho"),
            when("paper.explained", _annex()),
        ]
    )


def _head() -> str:
    office = [
        when("paper.head.superior", paragraph("CoQuanChuQuan", "{{ paper.head.superior }}")),
        each("line in paper.head.office", paragraph("CoQuan", "{{ line }}")),
        paragraph("KeNgang"),
    ]
    national = paragraph("QuocHieu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    national += paragraph("TieuNgu", "Độc lập - Tự do - Hạnh phúc")
    return table(
        "BangTrong",
        (LEFT, RIGHT),
        row(
            cell(*office, width=LEFT),
            cell(when("paper.head.national", national), paragraph("Nho"), width=RIGHT),
        ),
        row(
            cell(paragraph("SoKyHieu", "{{ paper.head.number }}"), width=LEFT),
            cell(paragraph("DiaDanh", "{{ paper.head.place_and_date }}"), width=RIGHT),
        ),
    )


def _passages(name: str) -> str:
    return each(
        f"passage in {name}",
        when("passage.heading", paragraph("Heading3", "{{ passage.heading }}"))
        + each("line in passage.lines", paragraph("NoiDung", "{{ line }}"))
        + each("letter in passage.dotted", paragraph("DongViet", TAB)),
    )


def _part() -> str:
    return (
        paragraph("Heading2", "{{ part.title }}")
        + when("part.declined", paragraph("CanCu", "{{ part.declined }}"))
        + when("part.lines", _figures())
        + _passages("part.passages")
    )


def _figures() -> str:
    """One column of figures here, as many as the part has on paper; ``word`` gives them their widths."""
    shade = '{% cellbg "auto" if cell.asked else "D9D9D9" %}'
    span = "{% colspan part.columns|length + 2 %}"
    head = [
        *(cell(paragraph("BangDau", words)) for words in ("Mã số", "Chỉ tiêu", "Đơn vị tính")),
        cell(paragraph("BangDau", "{%tc for column in part.columns %}")),
        cell(paragraph("BangDau", "{{ column }}")),
        cell(paragraph("BangDau", "{%tc endfor %}")),
    ]
    figures = [
        cell(paragraph("BangGiua", "{{ line.code }}")),
        cell(paragraph("BangChu", "{{ line.name }}")),
        cell(paragraph("BangGiua", "{{ line.unit }}")),
        cell(paragraph("BangSo", "{%tc for cell in line.cells %}")),
        cell(paragraph("BangSo", run(shade), "{{ cell.text }}")),
        cell(paragraph("BangSo", "{%tc endfor %}")),
    ]
    note = [cell(paragraph("BangGiua")), cell(paragraph("BangGhiChu", run(span), "Ghi chú: {{ line.note }}"))]
    return table(
        "BangSoLieu",
        (709, 4000, 964, 1208, 1209, 1208),
        row(*head, look="<w:cantSplit/><w:tblHeader/>"),
        _row_control("{%tr for line in part.lines %}"),
        row(*figures, look="<w:cantSplit/>"),
        _row_control("{%tr if line.note %}"),
        row(*note),
        _row_control("{%tr endif %}"),
        _row_control("{%tr endfor %}"),
    )


def _row_control(tag: str) -> str:
    return row(cell(control(tag)))


def _close() -> str:
    recipient = "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}"
    return table(
        "BangTrong",
        (LEFT, RIGHT),
        row(
            cell(
                paragraph("NoiNhan", "Nơi nhận:"),
                each("recipient in paper.recipients", paragraph("NoiNhanDong", recipient)),
                paragraph("Nho"),
                width=LEFT,
            ),
            cell(
                each("title in paper.signature.titles", paragraph("KyTen", "{{ title }}")),
                paragraph("KyTenGoiY", "{{ paper.signature.hint }}"),
                width=RIGHT,
            ),
            look='<w:cantSplit/><w:trHeight w:val="2154" w:hRule="atLeast"/>',
        ),
    )


def _annex() -> str:
    line = "{% if loop.first %}Giải trình: {% endif %}"
    return "".join(
        [
            paragraph("PhuLuc", "Phụ lục"),
            paragraph("TrichYeu", "GIẢI TRÌNH SỐ LIỆU"),
            paragraph("KemTheo", "{{ paper.annexed_to }}"),
            each(
                "explained in paper.explained",
                paragraph("Heading3", "{{ loop.index }}. {{ explained.message }}")
                + each("line in explained.lines", paragraph("NoiDung", run(line, "Dam"), "{{ line }}")),
            ),
        ]
    )
