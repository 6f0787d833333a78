"""Builds ``templates/reports/paper/report.docx``, the Word template, part by part; the same parts every time.

An office restyles the built file in Word or LibreOffice and puts its copy first in the template folders; this
builder is for whoever changes what the paper says: ``write()`` after a change here. Pure but for ``write``.
"""

from pathlib import Path

from ..exports.word_parts import (
    PAGE_NUMBER,
    TAB,
    cell,
    content_types,
    packed,
    paragraph,
    relations,
    rooted,
    row,
    run,
    table,
)
from ..exports.word_styles import SETTINGS, styles

PATH = Path(__file__).parents[2] / "templates/reports/paper/report.docx"
LINKS = {"styles": "rId1", "settings": "rId2", "header1": "rId3", "header2": "rId4", "footer1": "rId5"}
KINDS = {"document": "document.main", "styles": "styles", "settings": "settings"}
KINDS |= {"header1": "header", "header2": "header", "footer1": "footer"}
LEFT, RIGHT = 4082, 5216  # 72 and 92 mm in twentieths of a point
SIMULATED = "{% if paper.simulated %}DỮ LIỆU MÔ PHỎNG{% endif %}"


def write(path: Path = PATH) -> None:
    """Write the template to ``path``."""
    path.write_bytes(build())


def build() -> bytes:
    """The template as a .docx file."""
    return packed(_parts())


def _parts() -> dict[str, str]:
    """{name in the package: XML}."""
    return {
        "[Content_Types].xml": content_types(KINDS),
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": relations(
            {link: (name.rstrip("12"), f"{name}.xml") for name, link in LINKS.items()}
        ),
        "word/document.xml": rooted("document", f"<w:body>{_body()}{_section()}</w:body>"),
        "word/styles.xml": rooted("styles", styles()),
        "word/settings.xml": rooted("settings", SETTINGS),
        "word/header1.xml": rooted("hdr", paragraph("MoPhong", TAB, TAB, SIMULATED)),
        "word/header2.xml": rooted("hdr", paragraph("SoTrang", TAB, PAGE_NUMBER, TAB, run(SIMULATED, "MoPhongNho"))),
        "word/footer1.xml": rooted(
            "ftr",
            paragraph(
                "MaBanIn",
                "{% if paper.code %}Mã bản in: {{ paper.code }}{% endif %}",
                TAB,
                run("{{ paper.version_words }}", "PhienBan"),
            ),
        ),
    }


def _section() -> str:
    """A4, margins 20, 16, 20 and 30 mm; no page number on the first page, the foot on all."""
    first, others, foot = LINKS["header1"], LINKS["header2"], LINKS["footer1"]
    return (
        f'<w:sectPr><w:headerReference w:type="first" r:id="{first}"/><w:headerReference w:type="default" '
        f'r:id="{others}"/><w:footerReference w:type="first" r:id="{foot}"/><w:footerReference w:type="default" '
        f'r:id="{foot}"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="907" w:bottom="1134" '
        'w:left="1701" w:header="567" w:footer="510" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


def control(tag: str) -> str:
    """A line of the template that is no line of the paper: ``{%p if … %}``."""
    return paragraph("DieuKhien", tag)


def when(condition: str, inside: str) -> str:
    return control("{%p if " + condition + " %}") + inside + control("{%p endif %}")


def each(loop: str, inside: str) -> str:
    return control("{%p for " + loop + " %}") + inside + control("{%p endfor %}")


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
