"""The named styles of Word templates, after Decree 30/2020/NĐ-CP, Appendix I: an office restyles these. Pure.

Sizes in half points, distances in twentieths of a point: Word's own units.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .word_parts import MM

NOTHING = MappingProxyType({})
FONT = "Times New Roman"
WIDTH = 9298  # 164 mm between the margins

SETTINGS = (
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:themeFontLang w:val="vi-VN"/>'
)


def borders(name: str, sides: str, size: int = 6) -> str:
    lines = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="1" w:color="000000"/>' for side in sides.split())
    return f"<w:{name}>{lines}</w:{name}>"


def tabs(**stops: int) -> str:
    return "<w:tabs>" + "".join(f'<w:tab w:val="{kind}" w:pos="{at}"/>' for kind, at in stops.items()) + "</w:tabs>"


def spacing(before: int = 0, after: int = 0, line: int = 240) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def indent(**values: float) -> str:
    return "<w:ind " + " ".join(f'w:{side}="{round(mm * MM)}"' for side, mm in values.items()) + "/>"


KEEP = "<w:keepNext/>"
FIRST_LINE = indent(firstLine=10)
FOOT_LINE = borders("pBdr", "bottom")
AIR = spacing(20, 20)  # above and below the words of a cell
WRITING_LINE = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{WIDTH}"/></w:tabs>'

# id: (name in Word, alignment, size, bold and italic, paragraph properties before and after the alignment's place)
PARAGRAPHS = {
    "QuocHieu": ("Quốc hiệu", "center", 24, "b", ""),
    "TieuNgu": ("Tiêu ngữ", "center", 26, "b", FOOT_LINE + indent(left=17, right=17)),
    "CoQuanChuQuan": ("Cơ quan chủ quản", "center", 24, "", indent(left=6, right=6)),
    "CoQuan": ("Cơ quan ban hành", "center", 24, "b", indent(left=2, right=2)),
    "KeNgang": ("Kẻ ngang", "center", 4, "", FOOT_LINE + indent(left=24, right=24)),
    "KeTrichYeu": ("Kẻ dưới trích yếu", "center", 4, "", FOOT_LINE + indent(left=52, right=52)),
    "SoKyHieu": ("Số, ký hiệu", "center", 26, "", spacing(120)),
    "DiaDanh": ("Địa danh, thời gian", "center", 26, "i", spacing(120)),
    "Title": ("Title", "center", 28, "b", KEEP + spacing(280)),
    "TrichYeu": ("Trích yếu", "center", 28, "b", KEEP + indent(left=6, right=6)),
    "MoPhongKhung": (
        "Dữ liệu mô phỏng (khung)",
        "center",
        26,
        "b",
        borders("pBdr", "top left bottom right", 8) + spacing(200) + indent(left=47, right=47),
    ),
    "KinhGui": ("Kính gửi", "center", 26, "", spacing(280, 120)),
    "NoiDung": ("Nội dung", "both", 26, "", spacing(120, 0, 260) + FIRST_LINE),
    "CanCu": ("Căn cứ", "both", 26, "i", spacing(120, 0, 260) + FIRST_LINE),
    "KetThuc": ("Kết thúc nội dung", "both", 26, "", KEEP + spacing(120, 240, 260) + FIRST_LINE),
    "Heading1": ("heading 1", "left", 26, "b", KEEP + spacing(160) + FIRST_LINE + '<w:outlineLvl w:val="0"/>'),
    "Heading2": ("heading 2", "left", 26, "b", KEEP + spacing(160, 80) + FIRST_LINE + '<w:outlineLvl w:val="1"/>'),
    "Heading3": ("heading 3", "left", 26, "i", KEEP + spacing(160) + FIRST_LINE + '<w:outlineLvl w:val="2"/>'),
    "ChuThich": ("Chú thích", "both", 22, "i", spacing(80) + FIRST_LINE),
    "BangDau": ("Bảng: đầu cột", "center", 20, "b", AIR),
    "BangChu": ("Bảng: chỉ tiêu", "left", 20, "", AIR),
    "BangGiua": ("Bảng: giữa", "center", 20, "", AIR),
    "BangSo": ("Bảng: số", "right", 20, "", AIR),
    "BangGhiChu": ("Bảng: ghi chú", "left", 20, "i", AIR),
    "DongViet": ("Dòng để viết tay", "left", 26, "", WRITING_LINE + spacing(200)),
    "NoiNhan": ("Nơi nhận", "left", 24, "bi", ""),
    "NoiNhanDong": ("Nơi nhận (dòng)", "left", 22, "", ""),
    "KyTen": ("Quyền hạn, chức vụ", "center", 26, "b", ""),
    "KyTenGoiY": ("Gợi ý chỗ ký", "center", 24, "i", ""),
    "PhuLuc": ("Phụ lục", "center", 28, "b", KEEP + "<w:pageBreakBefore/>"),
    "KemTheo": ("Kèm theo", "center", 26, "i", spacing(0, 120)),
    "Nho": ("Dòng nhỏ", "left", 4, "", ""),
    "DieuKhien": ("Dòng điều khiển", "left", 18, "", ""),
    "SoTrang": ("Số trang", "left", 26, "", tabs(center=WIDTH // 2, right=WIDTH)),
    "MoPhong": ("Dữ liệu mô phỏng", "left", 22, "b", tabs(center=WIDTH // 2, right=WIDTH)),
    "MaBanIn": ("Mã bản in", "left", 22, "b", tabs(right=WIDTH)),
}
RUNS = {
    "MoPhongNho": ("Dữ liệu mô phỏng (chữ)", '<w:b/><w:sz w:val="22"/>'),
    "PhienBan": ("Phiên bản", '<w:b w:val="0"/><w:sz w:val="20"/>'),
    "Dam": ("Đậm", "<w:b/>"),
}


def styles(more: Mapping[str, tuple] = NOTHING, runs: Mapping[str, tuple] = NOTHING) -> str:
    """What stands inside ``styles.xml``; ``more`` and ``runs``: beside or instead of what every paper has."""
    return "".join(
        [
            f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" '
            f'w:cs="{FONT}"/><w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN" w:eastAsia="vi-VN"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>",
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>',
            *(_paragraph_style(key, *look) for key, look in (PARAGRAPHS | dict(more)).items()),
            *(
                f'<w:style w:type="character" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
                f"<w:rPr>{look}</w:rPr></w:style>"
                for key, (name, look) in (RUNS | dict(runs)).items()
            ),
            _table_style("BangTrong", "Bảng không kẻ", "", margin=0),
            _table_style(
                "BangSoLieu",
                "Bảng số liệu",
                borders("tblBorders", "top left bottom right insideH insideV", 4),
                margin=57,
            ),
        ]
    )


def _paragraph_style(key: str, name: str, align: str, size: int, face: str, look: str) -> str:
    kind = "" if name[0].islower() or name == "Title" else ' w:customStyle="1"'
    faces = "".join(f"<w:{letter}/>" for letter in face)
    outline = look.find("<w:outlineLvl")
    before, after = (look, "") if outline < 0 else (look[:outline], look[outline:])
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:qFormat/><w:pPr>{before}<w:jc w:val="{align}"/>{after}</w:pPr>'
        f'<w:rPr>{faces}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _table_style(key: str, name: str, borders: str, *, margin: int) -> str:
    sides = "".join(f'<w:{side} w:w="{margin}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f"<w:tblPr>{borders}<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr></w:style>"
    )
