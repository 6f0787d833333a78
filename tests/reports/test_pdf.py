"""The printed provincial report, read back with pypdf and poppler: other tools than the one that wrote it."""

import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import translation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from directives.choices import Role
from directives.models import Obligation
from reports.choices import Action, OverviewPart
from reports.document import Document
from reports.exports import pdf, pdf_annexes, pdf_words
from reports.gathering import summarise
from reports.jumps import Explained
from reports.models import Explanation, Figure, Period
from reports.summary import Amount, CrossCheck, Mark, Section, Text
from reports.workflow import move
from tests.conftest import at, ensure_loaded, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db  # also where one test is run alone: else no tables are made for ``summary``

MM = 72 / 25.4
LONG = (
    "Ủy ban nhân dân huyện đã ban hành Kế hoạch số 45/KH-UBND ngày 12/3/2020; chỉ đạo các phòng, ban, ngành và Ủy ban "
    "nhân dân các xã, thị trấn tuyên truyền Luật Trẻ em đến cán bộ, công chức, viên chức và nhân dân.\n\n"
    "- Mở 12 lớp dạy bơi miễn phí cho 384 lượt trẻ em; lắp đặt 27 biển cảnh báo nguy hiểm ở sông, suối, ao, hồ.\n"
    "\uf0b7 Vận động Quỹ Bảo trợ trẻ em được 212,5 triệu đồng."
)
HOSTILE_REASON = "W" * 3000 + " <b>đậm</b> {{ x }}"
HOSTILE = "Tỷ lệ a < b & c > d <script>alert('x')</script> {{ summary }} <b>đậm</b>"
THREE_THOUSAND = ("Rà soát lại số liệu của 12 xã, thị trấn theo hướng dẫn mới; " * 60)[:3000]
REASONS = {  # of Na Hang's jumps against 2019; those of T0.03, T0.04, T1.04 and T3.07 are not explained
    "T1.09": "Tuyển thêm 85 cộng tác viên.\n\n- theo Đề án số 12;\n\uf0b7 từ tháng 3.",
    "T2.05": THREE_THOUSAND,
    "T3.03": HOSTILE_REASON,
}
ENDLESS = "Nghiêng" * 60  # one word, longer than any line
FIGURES = {
    "na-hang": {
        "T0.01": 12400,
        "T0.01:girls": 6000,
        "T0.02": 45800,
        "T0.03": 4000,
        "T0.04": 3000,
        "T1.04": 2400,
        "T1.09": 85,
        "T2.05": "125034.5",
        "T3.03": 120,
        "T3.05": None,
        "T3.07": 120,
        "T6.06": 1,
        "T6.07": 1,
    },
    "chiem-hoa": {
        "T0.01": 36500,
        "T0.01:girls": 17000,
        "T0.02": 135300,
        "T0.03": 13000,
        "T0.04": 9000,
        "T1.04": 7850,
        "T2.05": "900.25",
        "T3.03": 400,
        "T3.05": None,
        "T3.07": 400,
        "T3.14": 3,
        "T6.06": 2,
        "T6.07": 2,
    },
    "cong-an-tinh": {"T6.06": 5, "T6.07": 3},
    "mttq-tinh": {"T2.07": 50},
}
TITLES = [
    "1. Thực hiện pháp luật về trẻ em; rà soát, kiến nghị hoàn thiện chính sách, pháp luật",
    "2. Triển khai Văn bản số 2125/UBND-KGVX",
    "3. Thực hiện các chương trình, kế hoạch của Ủy ban nhân dân tỉnh",
    "4. Thực hiện các văn bản chỉ đạo, hướng dẫn công tác trẻ em hằng năm",
    "5. Tổ chức diễn đàn và các hoạt động để trẻ em tham gia",
    "6. Truyền thông; phòng, chống xâm hại, bạo lực, tai nạn, thương tích, đuối nước",
    "7. Thanh tra, kiểm tra, giám sát, đánh giá",
]


def _year_2019(obligation, people):
    period = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    report = period.reports.get(body__code="na-hang")
    accept(report, people["na-hang"], people["officer"], at=at(2019, 12, 2), figures={"T0.01": 12000, "T0.02": 45000})


def _year_2020(obligation, people):
    period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), simulated=True)
    for code, figures in FIGURES.items():
        report = period.reports.get(body__code=code)
        filling = {"declined": (3, 7)} if code == "mttq-tinh" else {}
        if code == "chiem-hoa":
            filling = {"left_out": ("T1.09",)}
        fill(report, figures, by=people[code], **filling)
        if code == "na-hang":
            Explanation.objects.bulk_create(
                Explanation(report=report, rule_code=f"jump-{jump}", text=text) for jump, text in REASONS.items()
            )
        report.results.filter(number=6).update(
            results=LONG if code == "na-hang" else HOSTILE, difficulties=ENDLESS, proposals=f"Đề nghị của {code}."
        )
        move(report, Action.SUBMIT, by=people[code], at=at(2020, 12, 10))
        move(report, Action.ACCEPT, by=people["officer"], at=at(2020, 12, 11))
    estimates = Figure.objects.filter(report__period=period, report__body__code="chiem-hoa")
    estimates.filter(indicator__code="T0.04", option="total").update(estimate=True)
    late = period.reports.get(body__code="son-duong")
    send(late, people["son-duong"], at=at(2020, 12, 16))
    returned = period.reports.get(body__code="ham-yen")
    send(returned, people["ham-yen"], at=at(2020, 12, 14, 23, 59))
    move(returned, Action.RETURN, by=people["officer"], note="Xem lại Biểu 3.")
    return period


@pytest.fixture(scope="module")
def summary(django_db_setup, django_db_blocker):
    """The year 2020 with four accepted reports of 39, one waiting, one returned, and a year before."""
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_loaded()
        people = {code: person(f"p-{code}", Role.REPORTER, code) for code in [*FIGURES, "son-duong", "ham-yen"]}
        people["officer"] = person("p-officer", Role.OFFICER)
        obligation = Obligation.objects.get()
        _year_2019(obligation, people)
        made = summarise(_year_2020(obligation, people), cells=True, texts=True)
        transaction.set_rollback(True)
    return made


def read(data: bytes):
    """The file as pypdf reads it; ``text`` is one line without what stands in the top margins."""
    reader = PdfReader(io.BytesIO(data))
    pages = [page.extract_text() for page in reader.pages]
    bodies = [re.sub(r"\n\d* ?(DỮ LIỆU MÔ PHỎNG)?\s*Bản đầy đủ, nội bộ$", "", page) for page in pages]
    text = " ".join(" ".join(bodies).split())
    return SimpleNamespace(data=data, reader=reader, pages=pages, text=text)


@pytest.fixture(scope="module")
def paper(summary):
    """The rendered file, and the workbook as the Excel exporter handed it over."""
    workbooks = []
    with pytest.MonkeyPatch.context() as patch:
        original = pdf.excel.render
        patch.setattr(pdf.excel, "render", lambda s: workbooks.append(original(s)) or workbooks[-1])
        made = read(pdf.render(Document(summary)))
    made.workbooks = workbooks
    made.pieces = [pieces(page) for page in made.reader.pages]
    starts = [number for number, text in enumerate(made.pages) if text.startswith("Phụ lục")]
    made.annexed, made.listed = starts[0], starts[1]  # the pages of the reasons, and of who has not reported
    made.wide = next(
        number for number, page in enumerate(made.reader.pages) if page.mediabox.width > page.mediabox.height
    )
    return made


def tight(text):
    """Without any space: a line may end behind every "/"."""
    return "".join(text.split())


def small(summary, **changes):
    """The same report without its tables: quick to render."""
    sections = tuple(replace(section, rows=()) for section in summary.sections)
    bodies = tuple(replace(body, status="accepted") for body in summary.bodies)
    plain = {"sections": sections, "bodies": bodies, "overview": {}, "jumps": None, "explained": None}
    return replace(summary, **plain | changes)


def pieces(page):
    """(text, left edge, baseline from the top, font, size), in points, of every run of text on a page."""
    found = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), tm[4] * cm[0], tm[5] * cm[0], str(font["/BaseFont"])[8:], size * cm[0]))

    page.extract_text(visitor_text=visit)
    return found


def fonts(reader):
    """{name without the subset mark: embedded?} of all fonts of all pages."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get("/DescendantFonts", [font])[0]["/FontDescriptor"]
            found[str(font["/BaseFont"]).partition("+")[2]] = "/FontFile2" in descriptor
    return found


# --- the file ---


def test_is_a_tagged_vietnamese_pdf_a_3a(paper):
    root = paper.reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.findall(r"pdfaid:(part|conformance)=\"(\w+)\"", xmp) == [("part", "3"), ("conformance", "A")]
    assert root["/StructTreeRoot"]["/K"][0]["/S"] == "/Document"
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("vi", True)
    assert paper.reader.metadata.title.startswith("Báo cáo kết quả thực hiện Chỉ thị số 23/CT-TTg")


def test_every_page_is_a4_upright_then_landscape(paper):
    sizes = [tuple(round(float(edge)) for edge in page.mediabox) for page in paper.reader.pages]
    assert set(sizes[: paper.wide]) == {(0, 0, 595, 842)}
    assert set(sizes[paper.wide :]) == {(0, 0, 842, 595)}
    assert {page.rotation for page in paper.reader.pages} == {0}


def test_one_font_family(paper):
    assert fonts(paper.reader) == {
        "Liberation-Serif": True,
        "Liberation-Serif-Bold": True,
        "Liberation-Serif-Italic": True,
        "Liberation-Serif-Bold-Italic": True,
        "LiberationSerif": True,  # the same family by its PostScript name, on the pages of the figures
        "LiberationSerif-Bold": True,
        "LiberationSerif-Italic": True,
    }


def vietnamese_letters():
    """All 134 letters that carry a mark, and the plain ones, upper and lower."""
    tones = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
    marked = {unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product("aăâeêioôơuưy", tones)} | {"đ"}
    lower = "".join(sorted(marked | set("abcdeghiklmnopqrstuvxy")))
    return lower + lower.upper()


def test_every_vietnamese_letter_comes_from_the_one_family(summary):
    letters = vietnamese_letters()
    assert len([letter for letter in letters if ord(letter) > 127]) == 134
    head = replace(summary.letterhead, grounds=(letters,), signing_title=letters)
    overview = {"direction": (Text(letters, letters),)}
    made = read(pdf.render(Document(small(summary, letterhead=head, overview=overview))))
    assert {name.partition("-Serif")[0] for name in fonts(made.reader)} == {"Liberation"}
    assert made.text.replace(" ", "").count(letters) == 3  # body name in bold, its text upright, the ground in italics
    assert letters.upper() in made.text.replace(" ", "")


def test_the_workbook_travels_inside(paper):
    assert {name: len(found) for name, found in paper.reader.attachments.items()} == {"so-lieu-2020.xlsx": 1}
    (attached,) = paper.reader.attachments["so-lieu-2020.xlsx"]
    assert [attached] == paper.workbooks
    (written,) = paper.workbooks
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(written)).sheet_names) > 7
    relation = paper.reader.trailer["/Root"]["/AF"][0]
    embedded = relation["/EF"]["/F"]
    assert relation["/AFRelationship"] == "/Data"
    assert embedded["/Subtype"] == "/application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_no_seal_and_no_signature_is_drawn(paper):
    assert {tuple(page["/Resources"].get("/XObject", ())) for page in paper.reader.pages} == {()}


# --- the official layout ---


def test_head_of_the_first_page(paper):
    found = {text: (round(size), font) for text, _x, _y, font, size in paper.pieces[0]}
    bold, upright, italic = "-Bold", "", "-Italic"
    expected = {
        "ỦY BAN NHÂN DÂN TỈNH": (12, upright),
        "SỞ LAO ĐỘNG - THƯƠNG BINH": (12, bold),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": (12, bold),
        "Độc lập - Tự do - Hạnh phúc": (13, bold),
        "Số:\xa0\xa0\xa0\xa0\xa0\xa0\xa0\xa0/BC-SLĐTBXH": (13, upright),
        "Tuyên Quang, ngày\xa0\xa0\xa0\xa0\xa0\xa0tháng\xa0\xa0\xa0\xa0\xa0\xa0năm": (13, italic),
        "BÁO CÁO": (14, bold),
        "trẻ em và bảo vệ trẻ em năm 2020": (14, bold),
        "Kính gửi:": (13, upright),
        "- Ủy ban nhân dân tỉnh;": (13, upright),
        "- Bộ Lao động - Thương binh và Xã hội.": (13, upright),
        "Căn cứ Luật Trẻ em số 102/2016/QH13 ngày 05/4/2016 của Quốc hội;": (13, italic),
        "Chính phủ.": (13, italic),
        "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI": (13, bold),
    }
    assert {t: found.get(t) for t in expected} == {t: (s, "Liberation-Serif" + f) for t, (s, f) in expected.items()}


def test_number_and_date_stand_on_one_line_in_their_halves(paper):
    places = {text.partition("\xa0")[0]: (x, y) for text, x, y, _font, _size in paper.pieces[0]}
    (number_x, number_y), (date_x, date_y) = places["Số:"], places["Tuyên Quang, ngày"]
    assert number_y == pytest.approx(date_y, abs=0.1)
    assert number_x < 102 * MM < date_x


def test_page_numbers_from_the_second_page(paper):
    """Arabic, 13 pt, upright, in the middle of the type area (30 to 194 mm), within the top margin; they run on."""
    shown = []
    for page in paper.pieces[: paper.wide]:
        top = [piece for piece in page if piece[2] < 20 * MM and piece[0].isdigit()]
        shown.append([(text, font, round(size)) for text, _x, _y, font, size in top])
        for text, x, _y, _font, _size in top:
            assert x + len(text) * 13 / 4 == pytest.approx(112 * MM, abs=0.5)
    numbers = [[(str(n), "Liberation-Serif", 13)] for n in range(2, paper.wide + 1)]
    assert shown == [[], *numbers]
    wide = [re.match(r"\d+", page)[0] for page in paper.pages[paper.wide :]]
    assert wide == [str(n) for n in range(paper.wide + 1, len(paper.pages) + 1)]


def boxes(paper, folder):
    """{word: [(left, top, right, bottom) in mm, …]} as poppler measures them."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs poppler-utils")
    (folder / "a.pdf").write_bytes(paper.data)
    upright = [program, "-bbox", "-l", str(paper.wide), folder / "a.pdf", "-"]
    found = subprocess.run(upright, capture_output=True, text=True, check=True)
    words = defaultdict(list)
    for *edges, word in re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)<', found.stdout):
        words[word].append(tuple(float(edge) / MM for edge in edges))
    return words


def test_nothing_leaves_the_type_area(paper, tmp_path):
    """Margins of at least 20, 15, 20 and 30 mm; also the endless word and every cell of every table stay inside."""
    body = [edges for found in boxes(paper, tmp_path).values() for edges in found if edges[3] > 20 and edges[1] < 280]
    assert len(body) > 3000
    assert min(left for left, *_ in body) == pytest.approx(30, abs=0.2)
    assert max(right for _l, _t, right, _b in body) <= 195
    assert max(bottom for *_, bottom in body) <= 277
    assert min(top for _l, top, *_ in body) >= 19


def test_figures_end_at_the_right_of_their_column(paper, tmp_path):
    """Code 12.5, unit 17, figure 21.5, bodies 13, last year 34.5, change 21.5 mm; the names have the rest of 164."""
    found = boxes(paper, tmp_path)
    padding_and_line = (2 + 0.35) / MM
    end = 30 + 164 - 21.5 - 34.5 - 13 - padding_and_line
    ends = [right for word in ("48.900", "23.000", "125.934,75") for _left, _top, right, _bottom in found[word]]
    assert ends == pytest.approx([end] * 3, abs=0.15)


def test_headings_are_never_the_last_line_of_a_page(paper):
    for number, page in enumerate(paper.pieces, 1):
        lowest = max(page, key=lambda piece: piece[2])
        assert not re.match(r"([IV]+|\d|[ab])[.)] ", lowest[0]), (number, lowest[0])


def test_table_heads_repeat_on_every_page_of_a_table(paper):
    wide = [text for text in paper.pages[: paper.annexed] if re.search(r"^T\d\.\d\d", text, re.MULTILINE)]
    assert len(wide) > 4
    assert [text for text in wide if "Mã số Chỉ tiêu Đơn vị tính" not in text] == []


def test_end_of_the_document(paper):
    assert paper.text.count("./.") == 1
    last = paper.pieces[paper.annexed - 1]
    closing = [(text, font.removeprefix("Liberation-Serif"), round(size)) for text, _x, _y, font, size in last]
    assert closing[-8:-3] == [
        ("Phụ lục kèm theo./.", "", 13),
        ("Nơi nhận:", "-Bold-Italic", 12),
        ("- Như trên;", "", 11),
        ("- Lưu: VT, BVCSTE-BĐG.", "", 11),
        ("GIÁM ĐỐC", "-Bold", 13),
    ]
    places = {text: (x, y) for text, x, y, _font, _size in last}
    assert places["Nơi nhận:"][0] == pytest.approx(30 * MM, abs=0.5)
    assert places["GIÁM ĐỐC"][0] > 102 * MM
    assert places["GIÁM ĐỐC"][1] == pytest.approx(places["Nơi nhận:"][1], abs=3)


def test_one_recipient_stands_beside_the_address(summary):
    head = replace(summary.letterhead, recipients=("Ủy ban nhân dân tỉnh",))
    made = read(pdf.render(Document(small(summary, letterhead=head))))
    assert "Kính gửi: Ủy ban nhân dân tỉnh Căn cứ" in made.text


def test_invented_data_say_so_on_every_page(paper, summary):
    assert [page.count("DỮ LIỆU MÔ PHỎNG") for page in paper.pages] == [2] + [1] * (len(paper.pages) - 1)
    assert "DỮ LIỆU MÔ PHỎNG" not in read(pdf.render(Document(small(summary, simulated=False)))).text


# --- what it says ---


def test_sections_in_order(paper):
    headings = [
        "BÁO CÁO Kết quả thực hiện",
        "Kính gửi:",
        "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI",
        "II. KẾT QUẢ THỰC HIỆN",
        "Số liệu chung",
        *TITLES,
        "III. ĐÁNH GIÁ CHUNG",
        "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM SAU",
        "V. KIẾN NGHỊ, ĐỀ XUẤT",
        "VI. TÌNH HÌNH GỬI BÁO CÁO",
        "1. Báo cáo của các cơ quan",
        "2. Đối chiếu số liệu",
        "3. Kiểm tra tính hợp lý của số liệu toàn tỉnh",
        "4. Giải trình số liệu của các cơ quan",
        "5. Điều chỉnh số liệu",
        "./.",
        "Phụ lục I GIẢI TRÌNH SỐ LIỆU CỦA CÁC CƠ QUAN (Kèm theo Báo cáo số",
    ]
    places, start = [], 0
    for heading in headings:
        start = paper.text.index(heading, start)
        places.append(start)
    assert places == sorted(set(places))


def test_opening_tells_coverage_and_days(paper):
    assert (
        "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang đã tổng hợp báo cáo đã duyệt của 4/39 cơ quan phải báo "
        "cáo; số liệu từ ngày 15/12/2019 đến ngày 14/12/2020, tổng hợp lúc"
    ) in paper.text


@pytest.mark.parametrize(
    "line",
    [
        # 12.400 + 36.500; one of seven districts last year: 12.000
        "T0.01 Dân số trẻ em (dưới 16 tuổi) trẻ em 48.900 2/7 12.000 1/7 +36.900 (+307,5%)",
        "Trong đó: Nữ 23.000 2/7",
        "Trong đó: 0-5 tuổi chưa có số liệu 0/7",
        # a ratio of sums: (2.400 + 7.850) / (3.000 + 9.000); last year 0/0
        "T1.05 Tỷ lệ trẻ em dưới 5 tuổi được đăng ký khai sinh % 85,42 2/7, 1 ước - 1/7",
        "T0.04 Trẻ em dưới 5 tuổi trẻ em 12.000 2/7, 1 ước 0 1/7",
        "T1.09 Cộng tác viên bảo vệ trẻ em ở thôn, bản, tổ dân phố người 85 1/7 0 1/7 +85",
        # 125.034,5 + 900,25
        "T2.05 Kinh phí ngân sách bố trí cho công tác trẻ em triệu đồng 125.934,75",
        "T3.05 b) Trẻ em bị bỏ rơi trẻ em không phát sinh 2/7 0 1/7",
        "T3.04 a) Trẻ em mồ côi cả cha và mẹ trẻ em 0 2/7 0 1/7 0",
        "T2.01 Đã ban hành kế hoạch hoặc văn bản triển khai Văn bản số 2125/UBND-KGVX cơ quan trả lời “Có” 0 4/39",
    ],
)
def test_lines_counted_by_hand(paper, line):
    assert tight(line) in tight(paper.text)


def test_every_total_of_the_summary_is_printed_beside_its_coverage(paper, summary):
    """Each row from its code on: name, unit, total and coverage, this year and last."""
    missing, printed = [], tight(paper.text)
    for row in summary.rows:
        unit = "cơ quan trả lời “Có”" if row.unit == "có/không" else row.unit
        line = f"{row.code} {row.name_vi} {unit}"
        for amount in (row.total, row.previous):
            line += f" {row.shown(amount)} {amount.basis}"
        if tight(line) not in printed:
            missing.append(line)
    assert missing == []
    assert len(list(summary.rows)) == 100


def test_without_a_year_before_there_is_no_comparison(summary):
    row = replace(summary.row("T0.01"), previous=None)
    section = Section(0, "", "", (row,))
    made = read(pdf.render(Document(small(summary, sections=(section,), previous_year=None))))
    assert "T0.01 Dân số trẻ em (dưới 16 tuổi) trẻ em 48.900 2/7 Trong đó: Nữ 23.000 2/7" in made.text
    assert "2019" not in made.text.replace("15/12/2019", "")


def change_of(summary, code, now, before):
    row = summary.row(code)
    return pdf_words.change_of(
        replace(row, total=Amount(Decimal(now), None, 1, 1), previous=Amount(Decimal(before), None, 1, 1))
    )


@pytest.mark.parametrize(
    ("code", "now", "before", "text"),
    [
        ("T0.01", "1228", "1200", "+28 (+2,3%)"),
        ("T0.01", "1000", "2500", "-1.500 (-60%)"),
        ("T0.01", "5", "5", "0 (0%)"),
        ("T0.01", "5", "0", "+5"),
        ("T2.05", "10.5", "10.25", "+0,25 (+2,4%)"),
        ("T1.05", "96.25", "95.05", "+1,20 điểm\xa0%"),
        ("T1.05", "95", "96.5", "-1,50 điểm\xa0%"),
    ],
)
def test_changes(summary, code, now, before, text):
    assert change_of(summary, code, now, before) == text


def test_no_change_without_two_values(summary):
    row = replace(summary.row("T0.01"), previous=Amount(None, Mark.MISSING, 0, 7))
    assert pdf_words.change_of(row) == ""


def test_of_which_rows_only_under_a_value(summary):
    row = summary.row("T0.01")
    assert [line.part for line in pdf_words.lines_of(row)] == [False, True, True, True, True, True]
    empty = replace(row, total=Amount(None, Mark.MISSING, 0, 7))
    assert [(line.total, line.bodies) for line in pdf_words.lines_of(empty)] == [("chưa có số liệu", "0/7")]


def test_money_is_announced_where_there_is_money(paper):
    note = "Số tiền tính bằng triệu đồng."
    assert [f"{title} {note} Mã số" in paper.text for title in TITLES] == [n in (2, 7) for n in range(1, 8)]
    assert paper.text.count(note) == 2


def test_declined_tasks_name_their_bodies(paper):
    line = "Cơ quan khai nhiệm vụ này không thuộc chức năng, nhiệm vụ của mình: Ủy ban MTTQ tỉnh."
    assert paper.text.count(line) == 2
    third, fourth = (paper.text.index(TITLES[n]) for n in (2, 3))
    assert third < paper.text.index(line) < fourth


def test_texts_of_the_bodies(paper):
    """Introduced by the full name; a line typed is a paragraph; Word's private bullet is a dash."""
    assert "Ủy ban nhân dân huyện Na Hang: Ủy ban nhân dân huyện đã ban hành Kế hoạch số 45/" in paper.text
    starts = {text[:12] for page in paper.pieces for text, x, *_ in page if x == pytest.approx(40 * MM)}
    assert {"- Mở 12 lớp ", "- Vận động Q"} <= starts
    assert "b) Khó khăn, vướng mắc" in paper.text
    assert "Đối với nhiệm vụ 6 (Truyền thông; phòng, chống xâm hại" in paper.text
    assert "Công an tỉnh Tuyên Quang: Đề nghị của cong-an-tinh." in paper.text
    for part in OverviewPart.values:
        assert paper.text.count(f"Phần {part}.") == len(FIGURES)


def test_typed_markup_is_only_text(paper):
    assert tight(paper.text).count(tight(HOSTILE)) == len(FIGURES) - 1


def test_silence_is_said(summary):
    made = read(pdf.render(Document(small(summary))))
    assert made.text.count("Các báo cáo đã duyệt chưa có nội dung này.") == 3  # I, III, IV; tasks have texts


def test_who_has_not_reported(paper, summary):
    absent = [body.name for body in summary.bodies if body.first_submitted_at is None]
    assert len(absent) == 33
    assert "Chưa gửi báo cáo (33 cơ quan): danh sách tại Phụ lục II kèm theo." in paper.text
    listed = tight(paper.text.partition("Phụ lục II CƠ QUAN CHƯA CÓ BÁO CÁO ĐƯỢC DUYỆT")[2])
    lines = [tight(f"{name} Chưa gửi") for name in absent]
    assert [line for line in lines if listed.count(line) != 1] == []
    assert tight("Ủy ban nhân dân huyện Hàm Yên Bị trả lại 14/12/2020") in listed
    assert "Đã gửi, chưa duyệt nên chưa tổng hợp (1 cơ quan): Ủy ban nhân dân huyện Sơn Dương." in paper.text
    assert (
        "Đã gửi, đang sửa theo yêu cầu nên chưa tổng hợp (1 cơ quan): Ủy ban nhân dân huyện Hàm Yên. "
        "Gửi trễ hạn (trước ngày 15/12/2020; 1 cơ quan): Ủy ban nhân dân huyện Sơn Dương (gửi ngày 16/12/2020)."
    ) in paper.text


def test_left_out_figures_are_named(paper):
    gaps = paper.text.partition("Chỉ tiêu còn thiếu trong các báo cáo đã duyệt: ")[2].partition(" 2. Đối chiếu")[0]
    assert gaps == "- T1.09 Cộng tác viên bảo vệ trẻ em ở thôn, bản, tổ dân phố: UBND huyện Chiêm Hóa."


def test_everybody_reported(summary):
    bodies = tuple(
        replace(body, status="accepted", on_time=True, first_submitted_at=at(2020, 12, 1)) for body in summary.bodies
    )
    made = read(pdf.render(Document(small(summary, bodies=bodies))))
    assert "Tất cả cơ quan đã báo cáo; mọi báo cáo đã được duyệt." in made.text
    assert "Các báo cáo đã gửi đều đúng hạn (trước ngày 15/12/2020)." in made.text


def test_cross_checks_that_differ(paper):
    head = "Mã số Chỉ tiêu Đơn vị tính Toàn tỉnh Số CQ Cơ quan đối chiếu: số liệu (số CQ) "
    table = paper.text.partition(head)[2].partition(" 3. Kiểm tra")[0].replace(head, "")
    assert re.findall(r"(T\d\.\d\d) .*? (?:trẻ em|vụ) (\S+|chưa có số liệu) (\d+/\d+) (.*?\))(?= T\d|$)", table) == [
        ("T3.14", "3", "2/7", "Công an tỉnh: 0 (1/1)"),
        ("T3.23", "chưa có số liệu", "0/1", "Ủy ban nhân dân cấp huyện: 0 (2/7)"),
        ("T6.06", "3", "2/7", "Công an tỉnh: 5 (1/1)"),  # T6.07 is 3 by both counts, so it is not here
        ("T6.23", "chưa có số liệu", "0/1", "Ủy ban nhân dân cấp huyện: 0 (2/7)"),
    ]


@pytest.mark.parametrize(
    ("total", "said", "differs"),
    [
        (Amount(Decimal(3), None, 2, 7), Amount(Decimal(3), None, 1, 1), False),
        (Amount(Decimal(3), None, 2, 7), Amount(Decimal(5), None, 1, 1), True),
        (Amount(Decimal(3), None, 2, 7), Amount(None, Mark.NOTHING, 1, 1), True),
        (Amount(Decimal(0), None, 2, 7), Amount(None, Mark.NOTHING, 1, 1), False),
        (Amount(None, Mark.NOTHING, 2, 7), Amount(Decimal(0), None, 1, 1), False),
        (Amount(Decimal(3), None, 2, 7), Amount(None, Mark.MISSING, 0, 1), False),
        (Amount(None, Mark.MISSING, 0, 7), Amount(Decimal(0), None, 1, 1), True),
    ],
)
def test_what_counts_as_a_difference(summary, total, said, differs):
    row = replace(summary.row("T6.06"), total=total, cross=(CrossCheck("cong-an-tinh", "Công an tỉnh", said),))
    assert (pdf_words.difference_of(row) is not None) is differs


def test_broken_rules_of_the_province(paper, summary):
    assert [finding.code for finding in summary.findings] == []
    assert "Không phát hiện mâu thuẫn giữa các số liệu đã có." in paper.text


# --- the annex of reasons ---

EMPTY = dict.fromkeys(("T0.03", "T0.04", "T1.04", "T3.07"), "Chưa giải trình.")


def test_the_annex_lists_every_jump_with_its_reason(paper, summary):
    """Na Hang alone was accepted in 2019; T0.01 rose by 3 % only."""
    now = {"T0.03": "4.000", "T0.04": "3.000", "T1.04": "2.400", "T1.09": "85", "T2.05": "125.034,5"}
    now |= {"T3.03": "120", "T3.07": "120"}
    assert [jump.code for jump in summary.jumps] == list(now)
    printed = tight(" ".join(paper.pages[paper.annexed : paper.listed]))
    reasons = EMPTY | {
        "T1.09": "Giải trình: Tuyển thêm 85 cộng tác viên. - theo Đề án số 12; - từ tháng 3.",
        "T2.05": f"Giải trình: {THREE_THOUSAND[:300]}",  # a page may end further down
        "T3.03": "Giải trình: " + "W" * 200,
    }
    for code, figure in now.items():
        row = summary.row(code)
        group = f"{code} {row.name_vi} ({row.unit})"
        line = f"{group} Ủy ban nhân dân huyện Na Hang 0 {figure} +{figure} {reasons[code]}"
        assert tight(line) in printed
    assert printed.count("W") == 3000
    assert tight("<b>đậm</b> {{ x }}") in printed
    assert tight("7 số liệu tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019; 4 số chưa giải trình.") in printed
    assert paper.text.count("Chi tiết tại Phụ lục I kèm theo.") == 1


def test_the_annex_in_the_official_layout(paper):
    """Its word 14 pt bold, its name in capitals, bold, the report it belongs to in italics; all centred."""
    found = {
        text: (font.removeprefix("Liberation-Serif"), round(size))
        for text, *_, font, size in paper.pieces[paper.annexed]
    }
    heads = {text: look for text, look in found.items() if text.startswith(("Phụ lục", "GIẢI TRÌNH", "(Kèm theo"))}
    assert {text[:9]: look for text, look in heads.items()} == {
        "Phụ lục I": ("-Bold", 14),
        "GIẢI TRÌN": ("-Bold", 14),
        "(Kèm theo": ("-Italic", 13),
    }
    number = next(text for text in heads if text.startswith("(Kèm"))
    assert "/BC-SLĐTBXH ngày" in number


def test_heads_repeat_on_every_page_of_the_annex(paper):
    pages = paper.pages[paper.annexed : paper.listed]
    assert len(pages) > 2
    assert [page for page in pages if "Cơ quan Năm 2019 Năm 2020 Tăng (+), giảm (-)" not in page] == []


def with_jumps(summary, number, **more):
    jump = replace(summary.jumps[0], reason="Lý do.")
    return small(summary, jumps=(jump,) * number, explained=(), **more)


def test_other_reasons_have_a_part_of_their_own(summary):
    explained = (Explained(summary.bodies[0], "R11", "Chi lớn hơn thu.", "Bổ sung.\nTrong năm."),)
    text = read(pdf.render(Document(replace(with_jumps(summary, 1), explained=explained)))).text
    assert "I. Biến động lớn so với năm 2019" in text
    assert "II. Giải trình khác Cơ quan Số liệu chưa khớp và giải trình" in text
    body = summary.bodies[0].name
    assert tight(f"{body} Chi lớn hơn thu. Giải trình: Bổ sung. Trong năm.") in tight(text)
    alone = read(pdf.render(Document(small(summary, jumps=(), explained=explained)))).text
    assert "Phụ lục GIẢI TRÌNH" in alone
    assert "Biến động lớn" not in alone


def test_estimates_and_nothing_arose_are_told_in_the_annex(summary):
    jump = replace(summary.jumps[0], before=Mark.NOTHING, estimate=True, cross=True)
    text = read(pdf.render(Document(small(summary, jumps=(jump,), explained=())))).text
    assert "Ủy ban nhân dân huyện Na Hang (đối chiếu) không phát sinh 4.000 (ước) +4.000" in text
    assert "“(ước)” là số ước thực hiện." in text


@pytest.mark.parametrize("jumps", [None, ()])
def test_without_jumps_there_is_no_annex(summary, jumps):
    text = read(pdf.render(Document(small(summary, jumps=jumps, explained=jumps)))).text
    assert "Phụ lục" not in text
    told = "Không có số liệu nào tăng, giảm vượt ngưỡng của chỉ tiêu so với năm 2019."
    assert text.count(told) == (0 if jumps is None else 1)


def test_more_than_can_be_printed_is_said_and_named(summary, monkeypatch):
    monkeypatch.setattr(pdf_annexes, "PRINTED", 3)
    text = read(pdf.render(Document(with_jumps(summary, 5)))).text
    assert "Phụ lục này in 3/5 dòng; đủ các dòng ở trang “Giải trình” của tệp so-lieu-2020.xlsx gắn kèm." in text
    assert text.count("Lý do.") == 3
    assert "Phụ lục này in" not in read(pdf.render(Document(with_jumps(summary, 3)))).text


# --- odd cases ---


def test_an_empty_period_renders(period):
    made = read(pdf.render(Document(summarise(period, cells=True, texts=True))))
    assert "T0.01 Dân số trẻ em (dưới 16 tuổi) trẻ em chưa có số liệu 0/7" in made.text
    assert "đã duyệt của 0/39 cơ quan" in made.text
    assert "Chưa gửi báo cáo (39 cơ quan)" in made.text
    assert "Chưa có số liệu để đối chiếu." in made.text
    assert "DỮ LIỆU MÔ PHỎNG" not in made.text
    assert [made.text.count(title) for title in TITLES] == [1] * 7


def test_an_english_screen_prints_the_vietnamese_paper(summary):
    section = replace(summary.sections[1], rows=(summary.row("T3.05"),))
    with translation.override("en"):
        made = read(pdf.render(Document(small(summary, sections=(section,)))))
        assert translation.get_language() == "en"
    assert TITLES[0] in made.text
    assert "T3.05 b) Trẻ em bị bỏ rơi trẻ em không phát sinh 2/7" in made.text


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("", ()),
        ("  \n\t\n", ()),
        ("một\r\n\r\n  hai  \n- ba", ("một", "hai", "- ba")),
        ("\uf0b7 mục", ("- mục",)),
        ("a\u200bb\x07c\tд", ("abc д",)),
    ],
)
def test_paragraphs(typed, lines):
    assert pdf.paragraphs(typed) == lines


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://localhost/static/css/print.css",
        "https://example.com/a.png",
        "data:text/css,p{}",
        "css/print.css",
        "/etc/passwd",
        "portal-static:css/absent.css",
        "portal-static:../portal/settings.py",
        "portal-static:/etc/passwd",
        "portal-static:",
    ],
)
def test_only_static_files_are_fetched(url):
    with pytest.raises(ValueError, match=r"refused|no such static file"):
        pdf.static_files_only()(url)


def test_the_style_sheet_is_fetched():
    response = pdf.static_files_only()("portal-static:css/print.css")
    assert (response.content_type, b"size: A4 portrait" in response.read()) == ("text/css", True)


def test_without_its_style_sheet_nothing_is_printed(summary, monkeypatch):
    monkeypatch.setattr(pdf, "STATIC_SCHEME", "other:")
    with pytest.raises(FileNotFoundError, match="style sheet"):
        pdf.render(Document(small(summary)))


def test_missing_pango_names_the_packages(summary, monkeypatch):
    class NoPango:
        def find_spec(self, name, *rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    with pytest.raises(pdf.PdfUnavailable) as told:
        pdf.render(Document(summary))
    assert str(told.value) == (
        "Máy chủ chưa xuất được PDF vì thiếu thư viện chữ; hãy cài các gói Debian: "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2."
    )
