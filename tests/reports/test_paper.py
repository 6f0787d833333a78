"""The paper form of one body's report, read back by others than its writers: pypdf, poppler, plain XML, LibreOffice."""

import datetime as dt
import io
import re
import sys
import unicodedata
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.choices import Option, Role
from directives.models import Obligation
from reports.answers import Answer, Cell
from reports.choices import OverviewPart
from reports.exports.pdf import PdfUnavailable
from reports.models import Explanation, InstrumentProgress, Overview, Period, answers_of, write_answers
from reports.paper import FORMATS, paper_of, render_pdf, render_word, word_template
from reports.paper import pdf as paper_pdf
from reports.paper.layout import Cell as PaperCell
from reports.paper.layout import Line, Part, Passage
from reports.paper.letterhead import addressees_of, head_of, recipients_of, signature_of
from reports.paper.word import template_path
from reports.paper.words import line_of, lines_of
from reports.sheets import content_of
from tests.conftest import at, ensure_loaded, person
from tests.factories import accept, fill

from .paper_reading import MM, W, boxes, converted, fonts, opened, pieces, read, text_of, tight

TWIPS = 1440 / 25.4
CODE = "K7QF-2M9X-TB4D"
DRAFT = "Bản nháp in lúc 10:05, 05/12/2020"
PERSON = "Người Lập Thử"
HOSTILE = "Tỷ lệ a < b & c > d \"x\" 'y' <script>alert(1)</script> {{ paper.code }} {% endif %} {_{ %_} {#p #} </w:t>"
BULLETS = "Mở 12 lớp dạy bơi.\r\n\r\n- Lắp 27 biển cảnh báo.\n\uf0b7 Vận động Quỹ.\x07\x00\ufffe"
NFD = unicodedata.normalize("NFD", "Đã giảm tử vong do đuối nước ở các xã")
NOTE = "Niên giám & số < 2 triệu"
FIGURES = {
    "T0.01": 12400,
    "T0.01:girls": 6000,
    "T0.01:age_0_5": 4000,
    "T0.01:age_6_10": 4200,
    "T0.01:age_11_15": 4200,
    "T0.02": 45800,
    "T0.03": 4000,
    "T0.04": 3000,
    "T1.04": 2400,
    "T2.01": 1,
    "T2.05": "125034.505",
    "T2.06": "130000",
    "T3.05": None,
    "T6.06": 1,
    "T6.08": 1,
}
LAST_YEAR = {code: figure for code, figure in FIGURES.items() if ":" not in code and code != "T2.01"} | {"T0.01": 9000}
HEADINGS = [
    "BÁO CÁO Kết quả thực hiện",
    "Kính gửi:",
    "Căn cứ Luật",
    "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI",
    "II. KẾT QUẢ THỰC HIỆN",
    "Số liệu dùng chung",
    *(f"{number}. " for number in range(1, 8)),
    "III. ĐÁNH GIÁ CHUNG",
    "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM SAU",
    "V. KIẾN NGHỊ, ĐỀ XUẤT",
    "Trên đây là báo cáo của",
    "Nơi nhận:",
    "Phụ lục",
    "GIẢI TRÌNH SỐ LIỆU",
]


def _year_2019(obligation, reporter, officer):
    period = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    report = period.reports.get(body__code="na-hang")
    accept(report, reporter, officer, at=at(2019, 12, 2), figures=LAST_YEAR)


def _report_of_2020(period, reporter):
    report = period.reports.select_related("period", "body").get(body__code="na-hang")
    fill(report, FIGURES, by=reporter, declined=(7,), left_out=("T1.09", "T3.21:girls"))
    write_answers(
        report,
        {
            Cell("T0.02"): Answer(Decimal(45800), detail=NOTE, estimate=True),
            Cell("T2.01"): Answer(Decimal(1), detail="Kế hoạch số 45/KH-UBND ngày 20/7/2020"),
        },
    )
    report.results.filter(number=3).update(results=HOSTILE, difficulties=BULLETS, proposals="Đề nghị về nhiệm vụ 3.")
    report.results.filter(number=6).update(results=NFD)
    report.results.filter(number=4).update(results="")
    Overview.objects.filter(report=report, part=OverviewPart.NEXT_YEAR).update(text="")
    for citation in period.ordered_citations()[:2]:
        InstrumentProgress.objects.create(report=report, citation=citation, text=f"Tiến độ {citation.position}.")
    Explanation.objects.create(report=report, rule_code="R11", text="Có nguồn chuyển từ năm trước & < 2 %.")
    Explanation.objects.create(report=report, rule_code="R49", text="Không còn cần nữa.")
    return report


class Made(SimpleNamespace):
    def __repr__(self):
        return "made"  # hypothesis prints it


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The papers of the invented year 2020: a draft of Na Hang, the empty form of it, heads of every kind."""
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_loaded()
        reporter = person("p-na-hang", Role.REPORTER, "na-hang", PERSON)
        officer = person("p-officer", Role.OFFICER)
        obligation = Obligation.objects.get()
        _year_2019(obligation, reporter, officer)
        period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), simulated=True)
        report = _report_of_2020(period, reporter)
        words = {"code": CODE, "version_words": DRAFT, "at": at(2020, 12, 5, 10, 5)}
        content = content_of(report, answers_of(report))
        reports = {r.body.code: r for r in period.reports.select_related("body", "period__lead")}
        found = Made(
            report=report,
            content=content,
            indicators=report.indicators(),
            draft=paper_of(report, content, **words),
            blank=paper_of(report, None, **words),
            empty=paper_of(reports["chiem-hoa"], content_of(reports["chiem-hoa"], {}), **words),
            heads={
                code: (head_of(r), addressees_of(r), recipients_of(r), signature_of(r)) for code, r in reports.items()
            },
        )
        transaction.set_rollback(True)
    return found


def small(paper, **changes):
    """The same paper without its tables: quick to draw."""
    return replace(paper, **{"parts": (), "grounds": (), "explained": ()} | changes)


# --- drawn once ---


@pytest.fixture(scope="module")
def pdf(made):
    return read(render_pdf(made.draft))


@pytest.fixture(scope="module")
def blank_pdf(made):
    return read(render_pdf(made.blank))


@pytest.fixture(scope="module")
def word(made):
    return opened(render_word(made.draft))


@pytest.fixture(scope="module")
def office(made, tmp_path_factory):
    return read(converted(render_word(made.draft), tmp_path_factory.mktemp("office")))


# --- the figures ---


def shown(content, indicator, option):
    """A cell as it must stand on paper, worked out from the journal's content alone."""
    if option not in indicator.options:
        return ""
    figure = content["figures"].get(str(Cell(indicator.code, option)))
    if figure is None:
        return "…"
    if figure["nothing"]:
        return "không phát sinh"
    if indicator.value_type == "yes_no":
        return "Có" if figure["value"] == "1" else "Không"
    whole, _dot, fraction = figure["value"].partition(".")
    text = f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")
    return text + " (ước)" if figure["estimate"] and option == "total" else text


RATIOS = {  # by hand: 2.400 / 3.000, 0 / 4.000; nothing to divide by
    "T1.05": "80,00",
    "T1.07": "0,00",
    "T2.04": "-",
    "T3.02": "-",
    "T3.18": "0,00",
    "T3.20": "-",
    "T4.04": "-",
    "T5.07": "-",
    "T6.15": "0,00",
    "T6.22": "0,00",
}


def expected_tables(made):
    """Every table of the draft: its head, its rows, and below a row its note."""
    for number in range(7):  # task 7 is declined
        own = [i for i in made.indicators if i.task_number == number]
        columns = [o for o in Option if any(o in i.options for i in own)]
        names = ["Số liệu"] if len(columns) == 1 else [str(o.label) for o in columns]
        rows = [["Mã số", "Chỉ tiêu", "Đơn vị tính", *names]]
        for i in own:
            name = i.name_vi + (" (đối chiếu)" if made.report.role_of(i) == "cross" else "")
            cells = [shown(made.content, i, o) for o in columns]
            if i.computed:
                cells = [RATIOS[i.code], *("" for _ in columns[1:])]
            rows.append([i.code, name, i.unit, *cells])
            note = made.content["figures"].get(i.code, {}).get("detail")
            if note:
                rows.append(["", f"Ghi chú: {note}"])
        yield rows


def test_every_figure_of_the_content_stands_in_the_word_tables(made, word):
    assert word.figures == list(expected_tables(made))
    assert sum(len(table) for table in word.figures) > 90


def test_every_figure_of_the_content_stands_in_the_pdf_tables(made, pdf):
    printed = tight(pdf.text)
    rows = [tight("".join(row)) for table in expected_tables(made) for row in table]
    assert [row for row in rows if row not in printed] == []


@pytest.mark.parametrize(
    "line",
    [
        "T0.01 Dân số trẻ em (dưới 16 tuổi) trẻ em 12.400 6.000 … 4.000 4.200 4.200",
        "T0.02 Tổng dân số người 45.800 (ước) Ghi chú: Niên giám & số < 2 triệu",
        "T1.05 Tỷ lệ trẻ em dưới 5 tuổi được đăng ký khai sinh % 80,00",
        "T1.09 Cộng tác viên bảo vệ trẻ em ở thôn, bản, tổ dân phố người …",
        "T2.05 Kinh phí ngân sách bố trí cho công tác trẻ em triệu đồng 125.034,505",
        "T3.05 b) Trẻ em bị bỏ rơi trẻ em không phát sinh",
        "T6.05 Số vụ xâm hại trẻ em được phát hiện vụ 0",
        "T6.11 Vụ xâm hại trẻ em bị xử lý hình sự (đối chiếu) vụ 0",
        "có/không Có Ghi chú: Kế hoạch số 45/KH-UBND ngày 20/7/2020",
    ],
)
def test_lines_counted_by_hand(pdf, line):
    assert tight(line) in tight(pdf.text)


def test_signs_are_explained_where_they_are_used(made, pdf):
    legend = (
        "Trong các bảng: “…” là chưa có số liệu; “không phát sinh” khác với số 0 (đã đếm, không có); “-” là không tính "
        "được; “(ước)” là số ước thực hiện, tính cho cả các phân tổ cùng dòng; “(đối chiếu)” là số chỉ để đối chiếu; "
        "ô xám là không phải báo cáo."
    )
    assert legend in pdf.text
    assert made.empty.legend == legend.replace(
        "“không phát sinh” khác với số 0 (đã đếm, không có); “-” là không tính "
        "được; “(ước)” là số ước thực hiện, tính cho cả các phân tổ cùng dòng; ",
        "",
    )


def test_cells_without_a_figure_to_give_are_grey(word):
    """Where an indicator has no such of-which, and nowhere else."""
    for table in word.body.iter(W + "tbl"):
        for cell in table.iter(W + "tc"):
            shade = cell.find(f"{W}tcPr/{W}shd")
            if shade is not None:
                assert (shade.get(W + "fill") == "D9D9D9") is (text_of(cell) == "")


# --- what it says ---


@pytest.mark.parametrize("kind", ["pdf", "word"])
def test_sections_in_order(pdf, word, kind):
    text = pdf.text if kind == "pdf" else " ".join(word.lines)
    places, start = [], 0
    for heading in HEADINGS:
        start = text.index(heading, start) + 1
        places.append(start)
    assert places == sorted(places)


def test_opening_and_closing(word):
    assert (
        "Ủy ban nhân dân huyện Na Hang báo cáo kết quả thực hiện Chỉ thị số 23/CT-TTg ngày 26/5/2020 của Thủ tướng "
        "Chính phủ về việc tăng cường các giải pháp bảo đảm thực hiện quyền trẻ em và bảo vệ trẻ em năm 2020 như sau "
        "(số liệu từ ngày 15/12/2019 đến ngày 14/12/2020):"
    ) in word.lines
    closing = "Trên đây là báo cáo của Ủy ban nhân dân huyện Na Hang; giải trình số liệu tại Phụ lục kèm theo./."
    start = word.lines.index(closing)
    said = [line for line in word.lines[start + 1 : start + 10] if line]
    assert said[:5] == ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]


def test_texts_of_a_task(word):
    """A typed line is a paragraph, Word's private bullet a dash, letters composed, markup only text."""
    start = word.lines.index("3. Thực hiện các chương trình, kế hoạch của Ủy ban nhân dân tỉnh")
    end = word.lines.index("4. Thực hiện các văn bản chỉ đạo, hướng dẫn công tác trẻ em hằng năm")
    texts = [line for style, line in word.styled[start:end] if not style.startswith("Bang")]
    assert texts[1:-1] == [
        "a) Kết quả thực hiện",
        HOSTILE,
        "b) Khó khăn, vướng mắc",
        "Mở 12 lớp dạy bơi.",
        "- Lắp 27 biển cảnh báo.",
        "- Vận động Quỹ.",
        "c) Tiến độ thực hiện các văn bản",
    ]
    assert re.fullmatch(r"- .+ số \d+/.+ của .+: Tiến độ \d\.", texts[-1])
    assert "Đã giảm tử vong do đuối nước ở các xã" in word.lines


def test_texts_are_the_same_in_both(pdf, word):
    printed = tight(pdf.text)
    texts = [line for style, line in word.styled if style in ("NoiDung", "CanCu", "Heading1", "Heading2", "Heading3")]
    assert len(texts) > 40
    assert [line for line in texts if tight(line) not in printed] == []


def test_silence_and_declined_tasks_are_said(pdf, word):
    assert word.lines.count("(Chưa có nội dung.)") == 2  # task 4 and next year
    assert pdf.text.count("(Chưa có nội dung.)") == 2
    reason = "Nhiệm vụ này không thuộc chức năng, nhiệm vụ của cơ quan. Lý do: Không được giao nhiệm vụ này."
    assert word.lines[word.lines.index("7. Thanh tra, kiểm tra, giám sát, đánh giá") + 1] == reason
    assert "T7.01" not in pdf.text + "".join(word.lines)


def test_proposals_of_the_tasks_follow_the_general_ones(word):
    start = word.lines.index("V. KIẾN NGHỊ, ĐỀ XUẤT")
    assert word.lines[start + 1 : start + 4] == [
        "Phần proposals.",
        "Đối với nhiệm vụ 3. Thực hiện các chương trình, kế hoạch của Ủy ban nhân dân tỉnh",
        "Đề nghị về nhiệm vụ 3.",
    ]


def test_the_annex_holds_every_warning_with_its_reason_and_no_other(made, word, pdf):
    """One rule (130.000 of 125.034,505 spent) and one jump (9.000 to 12.400): an unneeded reason stays out."""
    start = word.lines.index("Phụ lục")
    assert word.lines[start + 1 :] == [
        "GIẢI TRÌNH SỐ LIỆU",
        "(Kèm theo Báo cáo số …………/BC-UBND ngày …… tháng …… năm …… của Ủy ban nhân dân huyện Na Hang)",
        "1. T0.01 “Dân số trẻ em (dưới 16 tuổi)”, cột Tổng số: năm nay 12.400, năm trước 9.000, tăng 3.400",
        "Giải trình: (Chưa giải trình.)",
        "2. Kinh phí đã thực hiện lớn hơn kinh phí bố trí: đề nghị giải trình. (T2.06 = 130.000; T2.05 = 125.034,505)",
        "Giải trình: Có nguồn chuyển từ năm trước & < 2 %.",
    ]
    assert tight("".join(word.lines[start + 1 :])) in tight(re.sub(rf"{CODE}|{re.escape(DRAFT)}", "", pdf.text))
    assert [len(paper.explained) for paper in (made.draft, made.blank, made.empty)] == [2, 0, 0]


def test_without_warnings_there_is_no_annex(made):
    text = read(render_pdf(small(made.empty))).text
    assert "Trên đây là báo cáo của Ủy ban nhân dân huyện Chiêm Hóa./. Nơi nhận:" in text
    assert "Phụ lục" not in text + "".join(opened(render_word(made.empty)).lines)


# --- head and end, by the kind of body ---

BLANK_DATE = "………………, ngày …… tháng …… năm ……"


@pytest.mark.parametrize(
    ("code", "superior", "office", "number", "titles"),
    [
        ("na-hang", "", ("ỦY BAN NHÂN DÂN", "HUYỆN NA HANG"), "Số: …………/BC-UBND", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            "tp-tuyen-quang",
            "",
            ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ TUYÊN QUANG"),
            "Số: …………/BC-UBND",
            ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ),
        ("so-y-te", "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG", ("SỞ Y TẾ",), "Số: …………/BC-SYT", ("GIÁM ĐỐC",)),
        ("cong-an-tinh", "", ("CÔNG AN TỈNH TUYÊN QUANG",), "Số: …………/BC-CAT", ()),
        ("bao-tuyen-quang", "", ("BÁO TUYÊN QUANG",), "Số: …………/BC-BTQ", ()),
    ],
)
def test_heads_and_signatures(made, code, superior, office, number, titles):
    head, addressees, recipients, signature = made.heads[code]
    assert (head.superior, head.office, head.national) == (superior, office, True)
    assert (head.number, head.place_and_date) == (number, BLANK_DATE)
    assert addressees == ("Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang",)
    assert recipients == ("Như trên", "Lưu: VT")
    assert (signature.titles, signature.hint) == (titles, "" if titles else "(Chức vụ, chữ ký, họ tên)")


def test_the_lead_reports_to_nobody_and_knows_its_place(made):
    head, addressees, recipients, signature = made.heads["so-ldtbxh"]
    assert (head.superior, head.office) == (
        "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        ("SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",),
    )
    assert (head.number, head.place_and_date) == (
        "Số: …………/BC-SLĐTBXH",
        "Tuyên Quang, ngày …… tháng …… năm ……",
    )
    assert (addressees, recipients) == ((), ("Lưu: VT, BVCSTE-BĐG",))
    assert (signature.titles, signature.hint) == (("GIÁM ĐỐC",), "")


def test_the_fatherland_front_and_organisations_keep_their_own_head(made):
    """Decree 30/2020, Article 2: no country's name, no symbol in the State's form, nobody's title."""
    head, _addressees, _recipients, signature = made.heads["mttq-tinh"]
    assert (head.national, head.superior, head.number) == (False, "", "Số: ………………")
    assert head.office == ("ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH TUYÊN QUANG",)
    assert (signature.titles, signature.hint) == ((), "(Chức vụ, chữ ký, họ tên)")
    for text in (
        read(render_pdf(small(made.draft, head=head))).text,
        "\n".join(opened(render_word(small(made.draft, head=head))).lines),
    ):
        assert "CỘNG HÒA" not in text
        assert "ỦY BAN MẶT TRẬN TỔ QUỐC" in text


def test_no_person_is_named_and_no_seal_is_drawn(made, pdf, word):
    assert made.report.name == "Ủy ban nhân dân huyện Na Hang"
    core = "".join(word.parts["docProps/core.xml"].itertext())
    assert PERSON.rpartition(" ")[0] not in pdf.text + "".join(word.lines) + core + str(pdf.reader.metadata)
    assert {tuple(page["/Resources"].get("/XObject", ())) for page in pdf.reader.pages} == {()}
    assert [name for name in word.names if "media" in name] == []


# --- the PDF ---


def test_is_a_tagged_vietnamese_pdf_a_3a_in_one_font_family(pdf):
    root = pdf.reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.findall(r"pdfaid:(part|conformance)=\"(\w+)\"", xmp) == [("part", "3"), ("conformance", "A")]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("vi", True)
    assert pdf.reader.metadata.title.endswith("– Ủy ban nhân dân huyện Na Hang")
    assert fonts(pdf.reader) == {f"Liberation-Serif{face}" for face in ("", "-Bold", "-Italic", "-Bold-Italic")}


def test_head_of_the_first_page(pdf):
    found = {
        text: (size, font.removeprefix("Liberation-Serif")) for text, *_, font, size in pieces(pdf.reader.pages[0])
    }
    expected = {
        "ỦY BAN NHÂN DÂN": (12, "-Bold"),
        "HUYỆN NA HANG": (12, "-Bold"),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": (12, "-Bold"),
        "Độc lập - Tự do - Hạnh phúc": (13, "-Bold"),
        "Số: …………/BC-UBND": (13, ""),
        BLANK_DATE: (13, "-Italic"),
        "BÁO CÁO": (14, "-Bold"),
        "Kính gửi: Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang": (13, ""),
        "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI": (13, "-Bold"),
        f"Mã bản in: {CODE}": (11, "-Bold"),
        DRAFT: (10, ""),
    }
    assert {text: found.get(text) for text in expected} == expected


@pytest.mark.parametrize("form", ["pdf", "blank_pdf"])
def test_every_page_carries_code_version_and_the_warning(request, form):
    """Code and version in the bottom margin, from 20 mm to the edge; the number in the top one, not on page 1."""
    made = request.getfixturevalue(form)
    assert len(made.pages) > 5
    for number, page in enumerate(made.reader.pages, 1):
        foot = [text for text, _x, down, *_ in pieces(page) if down > 277 * MM]
        top = [text for text, _x, down, *_ in pieces(page) if down < 20 * MM]
        assert foot == [f"Mã bản in: {CODE}", DRAFT]
        assert top == ([str(number)] if number > 1 else []) + ["DỮ LIỆU MÔ PHỎNG"]


def test_real_data_carry_no_warning_and_a_form_may_have_no_code(made):
    plain = small(made.draft, simulated=False, code="", version_words="Biểu trống")
    pages = read(render_pdf(plain)).pages
    assert "MÔ PHỎNG" not in "".join(pages)
    assert "Mã bản in" not in "".join(pages)
    assert [page.count("Biểu trống") for page in pages] == [1] * len(pages)
    parts = opened(render_word(plain)).parts
    assert "MÔ PHỎNG" not in "".join(text for part in parts.values() for text in part.itertext())


def long_names(paper):
    """Names and words as long as the database takes them, and a little longer."""
    part = paper.parts[1]
    line = replace(part.lines[0], name="Trẻ em " * 43, unit="trên 100.000 trẻ em của địa bàn báo cáo", note="W" * 300)
    head = replace(paper.head, office=("ỦY BAN NHÂN DÂN", "THÀNH PHỐ " * 20), superior="Ủ" * 80)
    return replace(
        paper,
        head=head,
        name="Ủy ban " * 28,
        addressees=("Sở Lao động " * 17,),
        parts=(replace(part, lines=(line, *part.lines[1:]), title="Nhiệm vụ " * 22),),
    )


@pytest.mark.parametrize("form", ["draft", "blank", "long"])
def test_nothing_leaves_the_type_area(made, tmp_path, form):
    paper = long_names(made.draft) if form == "long" else getattr(made, form)
    found = [edges for edges in boxes(render_pdf(paper), tmp_path) if 20 < edges[3] < 279]
    assert len(found) > 300
    assert min(left for left, *_ in found) >= 29.8
    assert max(right for _l, _t, right, _b in found) <= 195
    assert max(bottom for *_, bottom in found) <= 277


def test_headings_are_never_the_last_line_of_a_page(pdf, blank_pdf):
    for made in (pdf, blank_pdf):
        for number, page in enumerate(made.reader.pages, 1):
            inside = [piece for piece in pieces(page) if 20 * MM < piece[2] < 277 * MM]
            lowest, _x, down, *_ = max(inside, key=lambda piece: piece[2])
            # Below a heading of the form the lines for the pen are no text; at least one of 8,5 mm must fit.
            heading = re.match(r"([IV]+\.|\d\.|[a-e]\)) ", lowest)
            assert not heading or down < (277 - 8.5) * MM, (number, lowest)


def test_missing_pango_is_told(made, monkeypatch):
    class NoPango:
        def find_spec(self, name, *rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    with pytest.raises(PdfUnavailable):
        render_pdf(made.draft)


# --- the empty form and the empty report ---


def test_the_form_for_a_pen_has_every_place_and_no_figure(made, blank_pdf):
    """The same tables with empty cells; room for every text; every cited instrument; no answer of anybody."""
    form = opened(render_word(made.blank))
    codes = [row[0] for table in form.figures for row in table[1:]]
    assert codes == [i.code for i in made.indicators]
    assert {cell for table in form.figures for row in table[1:] for cell in row[3:]} == {""}
    rooms = Counter(style for style, _line in form.styled)["DongViet"]
    cited = len({line for line in form.lines if line.startswith("- ") and line.endswith(":")})
    assert (rooms, cited) == (4 * 4 + 7 * (4 + 3 + 3 + 1) + cited, 12)
    text = blank_pdf.text
    assert "Cách ghi: ghi số 0 nếu đã đếm mà không có" in text
    assert not {"12.400", "(Chưa có nội dung.)", "Phụ lục", "…………/BC-UBND ngày"} & set(text.split())
    assert "Kết quả nhiệm vụ" not in text


def test_computed_and_absent_cells_of_the_form_are_grey(made):
    asked = [cell.asked for part in made.blank.parts for line in part.lines for cell in line.cells]
    typed = sum(len(i.options) for i in made.indicators if not i.computed)
    assert sum(asked) == typed


def test_an_empty_report_is_a_paper_of_gaps(made):
    texts = {cell.text for part in made.empty.parts for line in part.lines for cell in line.cells}
    assert texts == {"…", ""}
    text = read(render_pdf(made.empty)).text
    assert text.count("(Chưa có nội dung.)") == 7 + 4
    assert opened(render_word(made.empty)).lines.count("(Chưa có nội dung.)") == 7 + 4


def test_an_english_screen_prints_the_vietnamese_paper(db, report):
    fill(report, {"T3.05": None})
    content = content_of(report, answers_of(report))
    words = {"code": CODE, "version_words": DRAFT, "at": at(2020, 12, 5)}
    vietnamese = paper_of(report, content, **words)
    with translation.override("en"):
        assert paper_of(report, content, **words) == vietnamese
        assert "không phát sinh" in "".join(opened(render_word(vietnamese)).lines)
        assert translation.get_language() == "en"


def test_an_ad_hoc_round_names_its_title(db, report):
    period = report.period
    period.title, period.kind = "Rà soát lớp dạy bơi hè", "ad_hoc"
    paper = paper_of(report, None, code="", version_words="", at=at(2020, 12, 5))
    assert paper.subject.endswith("bảo vệ trẻ em (Rà soát lớp dạy bơi hè)")


def test_few_queries(report, django_assert_max_num_queries):
    fill(report)
    content = content_of(report, answers_of(report))
    with django_assert_max_num_queries(25):
        paper_of(report, content, code=CODE, version_words=DRAFT, at=at(2020, 12, 5))


# --- hard texts ---


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("", ()),
        (" \n\t\n", ()),
        (BULLETS, ("Mở 12 lớp dạy bơi.", "- Lắp 27 biển cảnh báo.", "- Vận động Quỹ.")),
        (NFD, ("Đã giảm tử vong do đuối nước ở các xã",)),
        ("a\ufffe\uffffb\x0cc\u2028d\ud800", ("ab", "c", "d")),
        ("\uffff\n\u200b", ()),
    ],
)
def test_typed_words_on_paper(typed, lines):
    assert lines_of(typed) == lines
    assert line_of(typed) == " ".join(lines)


def test_a_word_of_twenty_thousand_letters(made):
    """Whole in both; in the PDF it may break every thirty letters, or each line would look through all of it."""
    endless = "Nghiêng" * 3000
    part = replace(made.draft.parts[1], passages=(Passage("", (endless,)),))
    part = replace(part, lines=(replace(part.lines[0], note=endless), *part.lines[1:]))
    paper = replace(made.draft, parts=(part,), explained=())
    made = read(render_pdf(paper))
    cut_by_page_ends = 2 * len(made.pages)
    assert 6000 - cut_by_page_ends <= tight(made.text).count("Nghiêng") <= 6000
    assert opened(render_word(paper)).lines.count(endless) == 1
    assert max(len(run) for run in re.findall(r"[Nghiêng]+", paper_pdf.page(paper))) == 30


class Texts(HTMLParser):
    """The text of a page as a browser reads it."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_data(self, data):
        self.found.append(data)


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=300) | st.text(alphabet="&<>={}%#_\"'/ apw:t\n\t\a\f", max_size=120))
def test_any_text_comes_back_whole(made, text):
    """From Word's XML and from the page that the PDF is laid out from."""
    lines = lines_of(text)
    paper = small(made.draft, direction=(Passage("", lines),), name=line_of(text))
    styled = opened(render_word(paper)).styled
    said = [line for style, line in styled if style == "NoiDung"]
    assert said[1 : len(lines) + 1] == [line.replace("\t", " ") for line in lines]
    page = "".join(Texts(paper_pdf.page(paper)).found).replace(paper_pdf.BREAK, "")
    assert [line for line in lines if line not in page] == []


@settings(max_examples=6, deadline=None)
@given(text=st.text(alphabet="&<>={}%#\"'/.,;ạẫệỡữđĐabc ", min_size=1, max_size=200))
def test_any_text_comes_back_from_the_pdf(made, text):
    lines = lines_of(text)
    paper = small(made.draft, direction=(Passage("", lines),), assessment=(), next_year=(), proposals=())
    found = read(render_pdf(paper)).text
    said = found.partition("TRIỂN KHAI")[2].partition("II. KẾT QUẢ")[0]
    assert tight(said) == tight("".join(lines))


def sixty_rows():
    cells = tuple(PaperCell(f"{n}.234", asked=n != 3) for n in range(6))
    lines = tuple(Line(f"T9.{n:02}", f"Chỉ tiêu thứ {n} của bảng dài", "trẻ em", cells, "") for n in range(60))
    return Part("9. Bảng dài", "", ("Tổng số", "Nữ", "Dân tộc", "0-5", "6-10", "11-15"), lines, ())


def test_a_table_of_sixty_rows_repeats_its_head(made):
    paper = small(made.draft, parts=(sixty_rows(),))
    pages = read(render_pdf(paper)).pages
    with_rows = [page for page in pages if "T9." in page]
    assert len(with_rows) > 1
    assert [page.count("Mã số") for page in with_rows] == [1] * len(with_rows)
    assert sum(page.count("T9.") for page in pages) == 60
    (table,) = opened(render_word(paper)).figures
    assert [row[0] for row in table[1:]] == [f"T9.{n:02}" for n in range(60)]


# --- the Word file ---


def test_word_page_set_up_of_the_decree(word):
    (section,) = word.body.iter(W + "sectPr")
    size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    assert (size.get(W + "w"), size.get(W + "h")) == ("11906", "16838")
    assert [round(int(margins.get(W + side)) / TWIPS) for side in ("top", "right", "bottom", "left")] == [
        20,
        16,
        20,
        30,
    ]
    assert section.find(W + "titlePg") is not None
    feet = [reference.get(W + "type") for reference in section.findall(W + "footerReference")]
    assert sorted(feet) == ["default", "first"]
    styles = "".join(ElementTree.tostring(word.parts["word/styles.xml"], encoding="unicode"))
    assert set(re.findall(r':ascii="([^"]+)"', styles)) == {"Times New Roman"}


def test_word_has_only_styles_that_it_defines(word):
    defined = {style.get(W + "styleId") for style in word.parts["word/styles.xml"].iter(W + "style")}
    used = {
        element.get(W + "val")
        for part in word.parts.values()
        for kind in ("pStyle", "rStyle", "tblStyle")
        for element in part.iter(W + kind)
    }
    assert used - defined == set()
    assert len(used) > 25


def test_word_keeps_nothing_of_the_template(word):
    text = "".join(text for part in word.parts.values() for text in part.itertext())
    assert Counter(re.findall(r"\{[{%#]|[%}#]\}", text)) == Counter(re.findall(r"\{[{%#]|[%}#]\}", HOSTILE))
    assert [line for style, line in word.styled if style == "DieuKhien"] == []


def test_word_tables_are_as_wide_as_the_text(word):
    """Grid and cells agree, 164 mm together; heads repeat, rows do not break."""
    tables = [t for t in word.body.iter(W + "tbl") if t.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "BangSoLieu"]
    for table in tables:
        grid = [int(column.get(W + "w")) for column in table.find(W + "tblGrid")]
        assert sum(grid) == pytest.approx(164 * TWIPS, abs=10)
        for row in table.findall(W + "tr"):
            assert sum(
                int(cell.find(f"{W}tcPr/{W}tcW").get(W + "w")) for cell in row.findall(W + "tc")
            ) == pytest.approx(sum(grid), abs=10)
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.findall(W + "tr")]
        assert heads == [True] + [False] * (len(heads) - 1)
    assert len(tables) == 7


def test_word_properties_name_the_body(word):
    core = {e.tag.partition("}")[2]: e.text for e in word.parts["docProps/core.xml"]}
    assert core["creator"] == core["lastModifiedBy"] == "Ủy ban nhân dân huyện Na Hang"
    assert core["title"].startswith("Báo cáo kết quả thực hiện Chỉ thị số 23/CT-TTg")
    assert (core["created"], core["language"]) == ("2020-12-05T03:05:00Z", "vi-VN")


def test_office_prints_code_version_and_number_on_every_page(office):
    assert len(office.pages) > 4
    for number, page in enumerate(office.pages, 1):
        assert (page.count(CODE), page.count(DRAFT), page.count("DỮ LIỆU MÔ PHỎNG")) == (1, 1, 2 if number == 1 else 1)
        # Office counts heights from the foot of the page.
        numbers = [text for text, _x, up, *_ in pieces(office.reader.pages[number - 1]) if up > (297 - 20) * MM]
        assert (str(number) in " ".join(numbers).split()) is (number > 1)
    assert {tuple(round(float(edge)) for edge in page.mediabox) for page in office.reader.pages} == {(0, 0, 595, 842)}


def test_office_shows_the_same_figures(made, office):
    printed = tight(office.text)
    rows = [tight("".join(row)) for table in expected_tables(made) for row in table]
    assert [row for row in rows if row not in printed] == []


def test_the_template_is_built_the_same_every_time():
    def parts(data):
        archive = zipfile.ZipFile(io.BytesIO(data))
        return {name: archive.read(name).decode() for name in archive.namelist()}

    assert parts(template_path().read_bytes()) == parts(word_template.build())


def test_an_office_may_restyle_the_template(made, tmp_path, settings, word):
    """Opened and saved by LibreOffice it still gives the same paper; the folder that is searched first wins."""
    (tmp_path / "own/reports/paper").mkdir(parents=True)
    restyled = tmp_path / "own/reports/paper/report.docx"
    restyled.write_bytes(converted(template_path().read_bytes(), tmp_path, "docx"))
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path / "own", *engine["DIRS"]]}]
    assert template_path() == restyled
    again = zipfile.ZipFile(io.BytesIO(render_word(made.draft)))
    lines = [text_of(p) for p in ElementTree.fromstring(again.read("word/document.xml")).iter(W + "p")]
    assert [line for line in lines if line] == [line for line in word.lines if line]


def test_formats():
    assert {name: (made.content_type, made.label) for name, made in FORMATS.items()} == {
        "pdf": ("application/pdf", "PDF"),
        "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    }
    assert [made.render for made in FORMATS.values()] == [render_pdf, render_word]
