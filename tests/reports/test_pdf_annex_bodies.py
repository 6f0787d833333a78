"""The province's PDF once it is issued, and its annex of every body's figures: read back with other tools."""

import datetime as dt
import io
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest
from django.utils import translation
from pypdf import PdfReader

from reports.bodies import BodyLine, Excused
from reports.document import Change, Document, Effect, Imprint, Supplement
from reports.exports import pdf, pdf_annexes, pdf_bodies, pdf_fonts, pdf_words
from reports.exports.pdf_sheet import width_of
from reports.exports.pdf_table import PAD, SIZE
from reports.summary import Amount, Coverage, CrossCheck, Letterhead, Mark, Row, Section, Summary, Target, Text

MM = 72 / 25.4
NOW = dt.datetime(2021, 1, 5, 2, 0, tzinfo=dt.UTC)
HEADING = pdf_bodies.Heading("Phụ lục II", "SỐ LIỆU CỦA TỪNG CƠ QUAN", "(Kèm theo Báo cáo số 7/BC)")
OPTIONS = ("total", "girls", "minority", "age_0_5")
LONG = "Ủy ban nhân dân đơn vị có tên rất dài ở vùng cao biên giới, mới thành lập"
IMPRINT = Imprint(
    number="123",
    symbol="BC-ABC",
    signed_on=dt.date(2021, 2, 5),
    titles=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signatory="Nguyễn Thị Bình",
    recipients=("Như trên", "Các sở, ngành", "Lưu: VT"),
    code="K7MP-2Q9X",
    fingerprint="ab" * 32,
    address="https://example.org/van-ban/K7MP-2Q9X/abab/",
)
PARTS = ("direction", "task-1", "assessment", "limits", "next_year", "proposals")
TEXTS = {part: f"Lời của phần {part}.\n- Ý thứ hai của {part} <b>." for part in PARTS}
CHANGES = (
    Change(
        "figure", "Đơn vị 3", "T1.02", "Vụ việc", "Tổng số", "3", "4", "Cơ quan rà soát lại",
        (Effect("T1.02", "Vụ việc", "Tổng số", "12 (5/7 cơ quan)", "13 (5/7 cơ quan)"),),
    ),
    Change("late", "Đơn vị 5", "", "Báo cáo được duyệt sau khi ban hành", "", "chưa có", "đã duyệt"),
)  # fmt: skip


def body(number, **changes):
    name = LONG if number == 2 else f"Đơn vị {number}"
    sent = dt.datetime(2020, 12, 1, tzinfo=dt.UTC)
    made = BodyLine(f"b{number}", f"Ủy ban {name}", name, "district", "district", "accepted", sent, sent, True)
    return replace(made, **changes)


def row(code, bodies, options=("total",), **changes):
    """Figures that differ from cell to cell: 1.003 is the third body's in the first column."""
    cells = {o: tuple(Decimal(1000 * (n + 1) + p) for p in range(len(bodies))) for n, o in enumerate(options)}
    amounts = {o: Amount(sum(values), None, len(bodies), len(bodies)) for o, values in cells.items()}
    made = Row(
        code=code, task=int(code[1]), name_vi=f"Chỉ tiêu {code} có tên dài hơn một dòng của cột", name_en="",
        unit="trẻ em", value_type="count", combine="sum", time_kind="flow", core=True, sensitive=False,
        statistical_code="", total=amounts.pop("total"), options=amounts,
        coverage=Coverage(len(bodies), len(bodies)), previous=None, cross=(), cells=cells,
    )  # fmt: skip
    return replace(made, **changes)


def summary_of(count, **changes):
    """Two sections of ``count`` bodies, 30 columns; the second body has a long name."""
    bodies = tuple(body(number) for number in range(1, count + 1))
    first = tuple(row(f"T1.{n:02}", bodies, OPTIONS if n % 3 == 0 else ("total",)) for n in range(1, 13))
    second = tuple(row(f"T2.{n:02}", bodies) for n in range(1, 7))
    head = Letterhead("Ủy ban X", "Sở Y", "Sở Y tỉnh X", "ABC", "X", "Giám đốc", "Lưu: VT", ("Bộ Z",), ("Luật Q",))
    made = Summary(
        code="2020", year=2020, name="năm 2020", subject="Kết quả thực hiện", data_from=dt.date(2019, 12, 15),
        data_to=dt.date(2020, 12, 14), due_words="trước ngày 15/12/2020", letterhead=head, simulated=False,
        made_at=NOW, bodies=bodies, findings=(), previous_year=None,
        sections=(
            Section(1, "Nhiệm vụ đầu", "", first, (Text("Đơn vị 1", "Lời riêng."),)),
            Section(2, "Nhiệm vụ hai", "", second),
        ),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield


def drawn(summary, first_page=30):
    return pdf_bodies.drawn(summary, HEADING, foot="Bản đầy đủ, nội bộ", first_page=first_page)


@pytest.fixture(scope="module")
def annex():
    with translation.override("vi"):
        return drawn(summary_of(124))


def poppler(data, folder, *options):
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs poppler-utils")
    (folder / "a.pdf").write_bytes(data)
    made = subprocess.run([program, *options, folder / "a.pdf", "-"], capture_output=True, text=True, check=True)
    return made.stdout


def tight(text):
    return "".join(text.split())


def text_of(data):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def tables(tags):
    return [node for node in tags if node.role == "Table"]


# --- the annex of every body's figures ---


def test_every_body_has_its_figures_in_one_line(annex, tmp_path):
    """124 bodies in as many lines of every table; the figures of a line belong to its body, in the columns' order."""
    lines = [tight(line) for line in poppler(annex.pdf, tmp_path, "-layout").splitlines()]
    found = [re.fullmatch(r"Đơnvị(\d+)((?:\d\.\d{3})+)", line) for line in lines]
    by_body = {}
    for match in filter(None, found):
        by_body.setdefault(int(match[1]), []).extend(re.findall(r"\d\.\d{3}", match[2]))
    columns = [n for r in range(1, 13) for n in (range(1, 5) if r % 3 == 0 else (1,))] + [1] * 6
    assert sorted(by_body) == [1, *range(3, 125)]
    assert {number: figures for number, figures in by_body.items() if len(figures) != len(columns)} == {}
    assert by_body[77] == [f"{column}.076" for column in columns]


def test_the_province_stands_first_with_its_coverage(annex):
    text = text_of(annex.pdf)
    total = sum(range(1000, 1124))
    assert total == 131626
    assert text.count("Số CQ 124/124") == text.count("Toàn tỉnh 131.626") == len(tables(annex.tags))


def test_a_page_holds_title_heads_number_and_edition(annex):
    """Numbers run on; every page repeats the heads of its columns; the annex is titled once, as the Decree has it."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(annex.pdf)).pages]
    assert [page.split()[0] for page in pages] == [str(30 + n) for n in range(len(pages))]
    assert [n for n, page in enumerate(pages) if "Bản đầy đủ, nội bộ" not in page] == []
    assert [n for n, page in enumerate(pages) if not re.search(r"Cơ quan\nT\d\.\d\d", page)] == []
    assert tight("Phụ lục II SỐ LIỆU CỦA TỪNG CƠ QUAN (Kèm theo Báo cáo số 7/BC) “Số CQ”") in tight(pages[0])
    titles = re.findall(r"Nhiệm vụ \d\. [^\n]+", "\n".join(pages))
    assert [n for n, page in enumerate(pages) if not re.search(r"Nhiệm vụ \d\. ", page)] == []  # also one that goes on
    assert titles[0] == "Nhiệm vụ 1. Nhiệm vụ đầu"
    assert {title for title in titles if "(tiếp theo)" not in title} == {
        "Nhiệm vụ 1. Nhiệm vụ đầu",
        "Nhiệm vụ 2. Nhiệm vụ hai",
    }


def test_nothing_leaves_the_type_area_of_the_landscape_page(annex, tmp_path):
    found = poppler(annex.pdf, tmp_path, "-bbox")
    edges = [
        [float(edge) / MM for edge in word]
        for word in re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">', found)
    ]
    inside = [(left, top, right, bottom) for left, top, right, bottom in edges if top > 17 and bottom < 195]
    assert len(inside) > 124 * 30
    assert min(left for left, *_ in inside) >= 29.99
    assert max(right for _l, _t, right, _b in inside) <= 297 - 15
    assert min(top for _l, top, *_ in inside) >= 19.5
    assert max(bottom for *_, bottom in inside) <= 190.5


def test_every_word_fits_its_column():
    wide = row("T1.01", summary_of(3).bodies, OPTIONS)
    cells = {o: (Decimal("9999999999999.999"), Mark.MISSING, Decimal(5)) for o in wide.cells}
    summary = summary_of(
        3, sections=(Section(1, "A", "", (replace(wide, cells=cells), row("T1.02", summary_of(3).bodies))),)
    )
    ((groups),) = pdf_bodies.tables_of(summary.sections[0], summary)
    columns = [column for group in groups for column in group.columns]
    words = [(c, word) for c in columns for text in (c.total, c.basis, *c.cells) for word in text.split(" ")]
    assert [w for c, w in words if width_of(w, pdf_fonts.BOLD) * SIZE > c.width - 2 * PAD + 1] == []
    assert sum(group.width for group in groups) <= pdf_bodies.WIDE - pdf_bodies.NAME + 0.1


def test_few_bodies_share_a_page_and_long_names_wrap():
    made = drawn(summary_of(3))
    reader = PdfReader(io.BytesIO(made.pdf))
    assert len(reader.pages) < len(tables(made.tags))
    assert tight(LONG) in tight(reader.pages[0].extract_text())


def test_signs_and_who_is_not_asked():
    """Estimated, corrected, hidden and crossing figures are marked and explained; who is not asked has no line."""
    bodies = (body(1), body(3), body(4, counting_group="cross"), body(5), body(6))
    cells = {"total": (Decimal(21), Mark.HIDDEN, Decimal(9), Mark.NOTHING, Mark.NOT_OWED)}
    marked = row(
        "T1.01", bodies, cells=cells, estimated=frozenset({0}), reported_cells={("total", 0): Decimal(12)},
        cross=(CrossCheck("cross", "Cơ quan X", Amount(Decimal(9), None, 1, 1)),),
        reported={"total": Amount(Decimal(12), None, 2, 3)}, total=Amount(Decimal(21), None, 2, 3, 1),
    )  # fmt: skip
    summary = summary_of(3, bodies=bodies, sections=(Section(1, "A", "", (marked,)),), edition="outgoing")
    made = drawn(summary)
    text = text_of(made.pdf)
    line = "Toàn tỉnh 21 Số CQ 2/3, 1 ước Toàn tỉnh theo số báo cáo 12 (2/3) "
    line += "Đơn vị 1 21 (ước, điều chỉnh) Đơn vị 3 × Đơn vị 4 9"
    assert tight(line) in tight(text)
    assert "Đơn vị 5 KPS" in text
    assert "Đơn vị 6" not in text
    for legend in (pdf_bodies.CROSSED, pdf_bodies.CORRECTED, "“×”: số nhỏ", "“(ước)”"):
        assert legend in text
    plain = text_of(drawn(summary_of(3)).pdf)
    for legend in (pdf_bodies.CROSSED, pdf_bodies.CORRECTED, "“×”: số nhỏ", "“(ước)”"):
        assert legend not in plain


def test_more_bodies_than_are_printed(monkeypatch):
    monkeypatch.setattr(pdf_bodies, "PRINTED", 4)
    text = text_of(drawn(summary_of(6)).pdf)
    assert "Phụ lục này in 4/6 cơ quan; đủ các cơ quan ở tệp số liệu gắn kèm." in text
    assert ("Đơn vị 4 " in text, "Đơn vị 5 " in text) == (True, False)


def test_without_the_font_the_packages_are_named(monkeypatch):
    monkeypatch.setattr(pdf_fonts, "_files", lambda style: iter(()))
    pdf_fonts.load.cache_clear()
    document = Document(summary_of(1))
    with pytest.raises(pdf.PdfUnavailable, match="fonts-liberation2"):
        pdf.figures_annex(document, pdf.paper_of(document), first_page=2)
    monkeypatch.undo()
    pdf_fonts.load()


def test_fontconfig_knows_the_font_too():
    assert any(path.name == "LiberationSerif-Regular.ttf" for path in pdf_fonts._known_to_fontconfig())


# --- the issued report, whole ---


@pytest.fixture(scope="module")
def issued():
    """Seven bodies, one without an accepted report, one with files; what may leave the department."""
    summary = summary_of(7, edition="outgoing", simulated=True)
    bodies = (
        *summary.bodies[:5],
        body(6, files=3),
        body(7, status="draft", first_submitted_at=None, submitted_at=None),
    )
    target = (
        Target("T1.02", 2025, Decimal(98), True, "Nghị quyết N"),
        Target("T1.02", 2030, Decimal(100), True, "Nghị quyết N"),
    )
    first, second = summary.sections
    lacking = replace(first.rows[0], coverage=Coverage(6, 7, ("Đơn vị 7",), share=Decimal("9.5")))
    percent = replace(first.rows[1], value_type="percent")
    sections = (replace(first, rows=(lacking, percent, *first.rows[2:])), second)
    summary = replace(summary, bodies=bodies, sections=sections, targets={"T1.02": target})
    workbooks = []
    with pytest.MonkeyPatch.context() as patch:
        original = pdf.excel.render
        patch.setattr(pdf.excel, "render", lambda d: workbooks.append((d, original(d))) or workbooks[-1][1])
        data = pdf.render(Document(summary, TEXTS, IMPRINT))
    return data, text_of(data), workbooks


def test_number_day_signature_and_recipients(issued):
    _data, text, _workbooks = issued
    assert "Số: 123/BC-ABC X, ngày 05 tháng 02 năm 2021 BÁO CÁO" in text
    assert tight(
        "Nơi nhận: - Như trên; - Các sở, ngành; - Lưu: VT. KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Nguyễn Thị Bình"
    ) in tight(text)
    assert text.count("(Kèm theo Báo cáo số 123/BC-ABC ngày 05 tháng 02 năm 2021 của Sở Y tỉnh X)") == 3
    assert text.count("./.") == 1


def test_the_annexes_are_numbered_in_the_order_of_their_pages(issued):
    _data, text, _workbooks = issued
    assert re.findall(r"Phụ lục ([IV]+) (CƠ QUAN CHƯA|TỆP GỬI KÈM|SỐ LIỆU CỦA)", text) == [
        ("I", "CƠ QUAN CHƯA"),
        ("II", "TỆP GỬI KÈM"),
        ("III", "SỐ LIỆU CỦA"),
    ]
    assert "1 Ủy ban Đơn vị 7 Chưa gửi" in text
    assert "Có 3 tệp gửi kèm báo cáo của 1 cơ quan" in text


def test_the_code_stands_where_it_is_signed_and_says_what_it_is(issued):
    data, _text, _workbooks = issued
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    how = "Để kiểm tra văn bản, quét mã QR hoặc mở địa chỉ"
    (page,) = [n for n, page in enumerate(pages) if how in page]
    assert "Nguyễn Thị Bình" in pages[page]
    assert tight(IMPRINT.address) in tight(pages[page])
    assert f"văn bản có mã {IMPRINT.code}" in " ".join(pages[page].split())
    with pikepdf.open(io.BytesIO(data)) as file:
        figures = [
            each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
        assert [str(each.Alt) for each in figures] == [f"Mã QR của địa chỉ {IMPRINT.address}"]
        assert [name for each in file.pages for name in each.Resources.get("/XObject", {})] == []  # no image of a seal


def test_every_page_says_its_edition(issued):
    data, text, workbooks = issued
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]
    foot = "Bản gửi đi, ẩn số nhỏ; số 123/BC-ABC, mã văn bản K7MP-2Q9X"
    assert [n for n, page in enumerate(pages) if foot not in page or "DỮ LIỆU MÔ PHỎNG" not in page] == []
    assert "nội bộ" not in text
    assert text.count("“×”: số nhỏ về trẻ em") == 2  # below the heading of section II, and in the annex
    ((document, _workbook),) = workbooks
    assert document.edition == "outgoing"


def test_composed_words_and_nothing_of_the_bodies(issued):
    _data, text, _workbooks = issued
    for part in PARTS:
        assert text.count(f"Lời của phần {part}. - Ý thứ hai của {part} <b>.") == 1
    assert "Lời riêng." not in text
    assert text.index("Lời của phần task-1.") < text.index("T1.01")
    assert text.index("III. ĐÁNH GIÁ CHUNG") < text.index("Lời của phần assessment") < text.index("Tồn tại, hạn chế")
    assert "2. Nhiệm vụ hai (Chưa có nội dung.)" in text


def test_totals_say_who_is_missing_and_ratios_their_targets(issued):
    _data, text, _workbooks = issued
    assert "- T1.01: 6/7 cơ quan; thiếu: Đơn vị 7; các cơ quan này chiếm 9,5% năm trước." in text
    assert "Chỉ tiêu quốc gia: năm 2025 ít nhất 98%, năm 2030 100% (Nghị quyết N)." in text


def test_the_joined_file_is_still_tagged_pdf_a_with_its_workbook(issued):
    data, _text, workbooks = issued
    reader = PdfReader(io.BytesIO(data))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.findall(r"pdfaid:(part|conformance)=\"(\w+)\"", xmp) == [("part", "3"), ("conformance", "A")]
    assert dict(reader.attachments.items()) == {"so-lieu-2020.xlsx": [workbooks[0][1]]}
    assert [item.title for item in flat(reader.outline)][-1] == "Phụ lục III. Số liệu của từng cơ quan"


def flat(outline):
    for item in outline:
        yield from flat(item) if isinstance(item, list) else (item,)


def test_all_content_is_tagged_or_an_artifact(issued):
    """Every marked piece of a page has its element and the other way round; a table's cells have rows of one length."""
    data, _text, _workbooks = issued
    with pikepdf.open(io.BytesIO(data)) as file:
        numbers = file.Root.StructTreeRoot.ParentTree.Nums
        owners = {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}
        assert len(owners) == len(numbers) // 2 == len(file.pages)
        wide = [page for page in file.pages if page.mediabox[2] > page.mediabox[3]]
        for page in wide:
            marked = [int(n) for n in re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())]
            elements = owners[int(page.StructParents)]
            assert marked == list(range(len(elements)))
            assert [int(each.K) for each in elements] == marked
            assert {each.Pg.objgen for each in elements} == {page.obj.objgen}
            stream = re.sub(
                rb"/\w+ <</MCID \d+>> BDC.*?EMC|/Artifact BMC.*?EMC", b"", page.Contents.read_bytes(), flags=re.S
            )
            assert not re.search(rb"\b(Tj|S|f)\b", stream)
        section = file.Root.StructTreeRoot.K[0].K[-1]
        heads = [each for each in section.K if each.S == "/Table"]
        for each in heads:
            bodies = [row for row in each.K if row.K[0].S == "/TH" and row.K[-1].S == "/TD"]
            assert len(bodies) >= 2 + 7
            assert len({len(row.K) for row in bodies}) == 1
            assert {str(row.K[0].A.Scope) for row in bodies} == {"/Row"}


# --- a supplement ---


def test_a_supplement_says_the_differences_and_nothing_else():
    summary = summary_of(7, edition="outgoing")
    data = pdf.render(
        Document(
            summary, {"words": "Có hai thay đổi."}, IMPRINT, Supplement("100/BC-ABC", dt.date(2020, 12, 20), CHANGES)
        )
    )
    text = text_of(data)
    assert "BÁO CÁO Bổ sung Báo cáo số 100/BC-ABC ngày 20 tháng 12 năm 2020 Kính gửi" in text
    assert (
        "Sở Y tỉnh X báo cáo bổ sung Báo cáo số 100/BC-ABC ngày 20 tháng 12 năm 2020 về kết quả thực hiện năm 2020 "
        "như sau: Có hai thay đổi."
    ) in text
    table = "1 Đơn vị 3: T1.02 Vụ việc (Tổng số) 3 4 Cơ quan rà soát lại "
    table += "2 Đơn vị 5: Báo cáo được duyệt sau khi ban hành chưa có đã duyệt "
    table += "Số liệu toàn tỉnh thay đổi theo: Mã số Chỉ tiêu Đã ban hành Nay "
    table += "T1.02 Vụ việc (Tổng số) 12 (5/7 cơ quan) 13 (5/7 cơ quan) Trên đây là báo cáo bổ sung"
    assert tight(table) in tight(text)
    assert "Nguyễn Thị Bình" in text
    for absent in ("II. KẾT QUẢ", "T2.01", "Phụ lục", "so-lieu"):
        assert absent not in text
    assert PdfReader(io.BytesIO(data)).attachments == {}


def test_a_supplement_of_few_changes_is_short():
    """Each provincial line once, however many changes reach it; the signature follows on the page where it fits."""
    effects = tuple(replace(CHANGES[0].effects[0], code=f"T1.{n:02}", place="total") for n in range(14))
    changes = (replace(CHANGES[0], effects=effects),) * 3
    pages = []
    for told in (changes, CHANGES[:1]):
        supplement = Supplement("100/BC-ABC", dt.date(2020, 12, 20), told)
        document = Document(summary_of(7, edition="outgoing"), {"words": "Có thay đổi."}, IMPRINT, supplement)
        pages.append(len(pdf.laid_out(pdf.page(document)).pages))
    assert pages == [2, 1]


# --- a draft, and what the outgoing edition does not claim ---


def test_only_composed_words_that_are_not_issued_are_a_draft():
    summary = summary_of(2)
    drafts = [Document(summary, texts, imprint) for texts in (None, TEXTS) for imprint in (None, IMPRINT)]
    assert [pdf.page(document).count("DỰ THẢO</p>") for document in drafts] == [0, 0, 1, 0]
    assert [pdf_words.foot_of(document).startswith("DỰ THẢO; ") for document in drafts] == [False, False, True, False]


def test_an_issued_paper_tells_its_day_and_not_the_minute_of_its_making():
    told = [pdf.page(Document(summary_of(2), TEXTS, imprint)).count("tổng hợp lúc") for imprint in (None, IMPRINT)]
    assert told == [1, 0]


def test_hidden_lines_are_not_claimed_to_agree_or_to_be_missing():
    bodies = (body(1), body(2, counting_group="cross"))
    gone = CrossCheck("cross", "Cơ quan X", Amount(None, Mark.HIDDEN, 1, 1))
    told = []
    for cross in ((gone,), (gone, replace(gone, amount=Amount(Decimal(9), None, 1, 1)))):
        sections = (Section(1, "A", "", (row("T1.01", bodies, cross=cross),)),)
        summary = summary_of(2, bodies=bodies, sections=sections, edition="outgoing")
        told.append(" ".join(pdf.page(Document(summary)).split()))
    assert "Số liệu đối chiếu đều là số ẩn nên bản này không nêu." in told[0]
    assert "cần làm rõ (dòng có số ẩn không nêu):" in told[1]
    assert [text.count("Bản này không nêu điều chỉnh nào. Điều chỉnh có số ẩn không nêu.") for text in told] == [1, 1]
    assert [text.count("Không có điều chỉnh") + text.count("khớp với số liệu toàn tỉnh.") for text in told] == [0, 0]


def test_a_reason_for_an_exemption_ends_inside_its_sentence():
    excused = Excused("b9", "Cơ quan 9", "CQ 9", "district", True, None, "sáp nhập ngày 03/12.")
    text = pdf.page(Document(summary_of(2, excused=(excused,))))
    assert "Cơ quan 9 (được miễn báo cáo: sáp nhập ngày 03/12)." in text


# --- words ---


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2020, 12, 5), "ngày 05 tháng 12 năm 2020"),
        (dt.date(2021, 1, 15), "ngày 15 tháng 01 năm 2021"),
        (dt.date(2021, 2, 9), "ngày 09 tháng 02 năm 2021"),
        (dt.date(2021, 3, 10), "ngày 10 tháng 3 năm 2021"),
    ],
)
def test_days_have_their_zeros_as_the_decree_asks(day, words):
    assert pdf_words.day_of(day) == words


def test_totals_that_lack_the_same_bodies_are_told_together():
    def lacking(code, share, *missing):
        return row(
            code,
            (),
            coverage=Coverage(3, 3 + len(missing), missing, share=share),
            total=Amount(None, None, 0, 0),
            cells={},
        )

    rows = [
        lacking("T1.01", Decimal(9), "A", "B"),
        lacking("T1.02", None, "A", "B"),
        lacking("T1.03", None, "A"),
        lacking("T1.04", None),
    ]
    assert list(pdf_words.lacking_of(rows)) == [
        "T1.01, T1.02: 3/5 cơ quan; thiếu: A, B; năm trước các cơ quan này chiếm 9% (T1.01).",
        "T1.03: 3/4 cơ quan; thiếu: A.",
    ]


def test_one_annex_has_no_number():
    summary = summary_of(2)
    one = pdf_annexes.annexes(summary, figures=True)
    assert ([annex.title for annex in one["annexes"]], one["annexed"]) == (
        ["Phụ lục"],
        "số liệu của từng cơ quan tại Phụ lục",
    )
    none = pdf_annexes.annexes(summary, figures=False)
    assert (none["annexes"], none["annexed"]) == ([], "")
