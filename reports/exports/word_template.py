"""Builds ``templates/reports/print/provincial.docx``, the Word template of the province's report, part by part.

An office restyles the built file in Word or LibreOffice and puts its copy first in the template folders: styles,
margins, headers, and lines of its own between the regions. What the report says comes in the regions, ready styled.
``write()`` after a change here. Pure but for ``write``.
"""

from pathlib import Path

from .word_page import REGIONS
from .word_parts import PAGE_NUMBER, TAB, Xml, content_types, packed, paragraph, relations, rooted, run
from .word_styles import AIR, FIRST_LINE, KEEP, PARAGRAPHS, SETTINGS, indent, spacing, styles, tabs

PATH = Path(__file__).parents[2] / "templates/reports/print/provincial.docx"
LINKS = {
    name: f"rId{n}" for n, name in enumerate(("styles", "settings", "header1", "header2", "header3", "footer1"), 1)
}
KINDS = {name: name.rstrip("123") for name in LINKS} | {"document": "document.main"}
ACROSS = 14232  # 251 mm between the margins of a page in landscape
SIMULATED = "{% if summary.simulated %}DỮ LIỆU MÔ PHỎNG{% endif %}"
SMALL = 19  # half points, of the tables by body

# Beside the styles of every paper, or instead of them: tables as large as those of the PDF.
STYLES = {
    key: (name, align, 22, face, look) for key, (name, align, size, face, look) in PARAGRAPHS.items() if size == 20
} | {
    "KinhGuiDau": ("Kính gửi (nhiều nơi)", "left", 26, "", spacing(280, 60) + indent(left=30)),
    "KinhGuiDong": ("Kính gửi (dòng)", "left", 26, "", indent(left=40)),
    "PhuLuc": (*PARAGRAPHS["PhuLuc"][:4], KEEP + '<w:pageBreakBefore/><w:outlineLvl w:val="0"/>'),
    "BangPhan": ("Bảng: trong đó", "left", 22, "i", AIR + indent(left=2.5)),
    "BangNhom": ("Bảng: nhóm", "left", 22, "b", AIR),
    "BangLyDo": ("Bảng: lý do", "left", 22, "i", AIR + indent(left=2.5)),
    "NguoiKy": ("Người ký", "center", 26, "b", spacing(1500)),
    "MaQR": ("Mã QR", "left", 22, "", spacing(300)),
    "KiemTra": ("Kiểm tra văn bản", "left", 22, "", spacing(300) + indent(left=4)),
    "ConThieu": ("Còn thiếu", "left", 22, "", spacing(80)),
    "PhuLucNgang": ("Phụ lục (trang ngang)", "center", 28, "b", KEEP + '<w:outlineLvl w:val="0"/>'),
    "TenBieu": ("Tên biểu", "left", 24, "b", KEEP + spacing(200, 60) + '<w:outlineLvl w:val="1"/>'),
    "CoQuanDau": ("Bảng theo cơ quan: đầu cột", "center", 17, "", KEEP),
    "CoQuanTen": ("Bảng theo cơ quan: tên", "left", SMALL, "", ""),
    "CoQuanSo": ("Bảng theo cơ quan: số", "right", SMALL, "", ""),
    "CoQuanDoiChieu": ("Bảng theo cơ quan: số đối chiếu", "right", SMALL, "i", ""),
    "CoQuanTong": ("Bảng theo cơ quan: toàn tỉnh", "right", SMALL, "b", KEEP),
    "CoQuanGhiChu": ("Bảng theo cơ quan: ghi chú", "both", 20, "i", KEEP + spacing(60) + FIRST_LINE),
    "ChanTrang": ("Chân trang", "center", 20, "i", ""),
    "SoTrangNgang": ("Số trang (trang ngang)", "left", 26, "", tabs(center=ACROSS // 2, right=ACROSS)),
}
RUNS = {"Nghieng": ("Nghiêng", "<w:i/>")}


def write(path: Path = PATH) -> None:
    """Write the template to ``path``."""
    path.write_bytes(build())


def build() -> bytes:
    """The template as a .docx file, the same bytes every time."""
    numbered = [TAB, PAGE_NUMBER, TAB, run(SIMULATED, "MoPhongNho")]
    return packed(
        {
            "[Content_Types].xml": content_types(KINDS),
            "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
            "word/_rels/document.xml.rels": relations(
                {link: (KINDS[name], f"{name}.xml") for name, link in LINKS.items()}
            ),
            "word/document.xml": rooted("document", f"<w:body>{_body()}</w:body>"),
            "word/styles.xml": rooted("styles", styles(STYLES, RUNS)),
            "word/settings.xml": rooted("settings", SETTINGS),
            "word/header1.xml": rooted("hdr", paragraph("MoPhong", TAB, TAB, SIMULATED)),
            "word/header2.xml": rooted("hdr", paragraph("SoTrang", *numbered)),
            "word/header3.xml": rooted("hdr", paragraph("SoTrangNgang", *numbered)),
            "word/footer1.xml": rooted("ftr", paragraph("ChanTrang", "{{ foot }}")),
        }
    )


def _body() -> str:
    """The regions, a page in portrait for the report and one in landscape for the figures by body."""
    ends = f'<w:p><w:pPr><w:pStyle w:val="Nho"/>{_portrait()}</w:pPr></w:p>'
    report = "".join(_region(name) for name in REGIONS)
    return report + ends + _region("bodies") + _landscape()


def _region(name: str) -> str:
    return paragraph("DieuKhien", Xml(run("{{p " + name + " }}")))


def _portrait() -> str:
    """A4, margins 20, 16, 20 and 30 mm; no page number on the first page."""
    first = f'<w:headerReference w:type="first" r:id="{LINKS["header1"]}"/>'
    foot = f'<w:footerReference w:type="first" r:id="{LINKS["footer1"]}"/>'
    size = '<w:pgSz w:w="11906" w:h="16838"/>'
    return _section(first, "header2", foot, size, "<w:titlePg/>")


def _landscape() -> str:
    return _section("", "header3", "", '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>', "")


def _section(first: str, header: str, foot: str, size: str, last: str) -> str:
    return (
        f'<w:sectPr>{first}<w:headerReference w:type="default" r:id="{LINKS[header]}"/>{foot}'
        f'<w:footerReference w:type="default" r:id="{LINKS["footer1"]}"/>{size}'
        '<w:pgMar w:top="1134" w:right="907" w:bottom="1134" w:left="1701" w:header="567" w:footer="510" '
        f'w:gutter="0"/>{last}</w:sectPr>'
    )
