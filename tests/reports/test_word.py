"""The province's report as a Word file, read back by others than its writer: plain XML, python-docx, LibreOffice."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree

import docx
import pytest
import segno
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from directives.choices import Option, Role
from directives.models import Obligation
from reports.document import Change, Document, Effect, Imprint, Supplement
from reports.exports import pdf, word, word_file, word_template
from reports.gathering import summarise
from reports.models import Explanation, Figure, Period
from reports.summary import Target
from tests.conftest import at, ensure_loaded, person
from tests.factories import accept, send

from .paper_reading import MM, W, boxes, converted, opened, pieces, read, text_of, tight

pytestmark = pytest.mark.django_db  # also where one test is run alone: else no tables are made for ``summary``

TWIPS = 1440 / 25.4
HOSTILE = (
    "Tỷ lệ a < b & c > d \"x\" 'y' <script>alert(1)</script> "
    "{{ paper.code }} {% endif %} {_{ %_} {#p #} </w:t><!--text-->"
)
BULLETS = "Mở 12 lớp dạy bơi.\r\n\r\n- Lắp 27 biển cảnh báo.\n\uf0b7 Vận động Quỹ.\x07\x00"
FIGURES = {
    "T0.01": 12400,
    "T0.02": 45800,
    "T0.01:girls": 6000,
    "T1.09": 85,
    "T2.05": "125034.5",
    "T3.05": None,
    "T6.06": 1,
    "T6.07": 1,
}
IMPRINT = Imprint(
    number="128",
    symbol="BC-XYZ",
    signed_on=dt.date(2021, 1, 5),
    titles=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signatory="Người Ký Thử",
    recipients=("Cơ quan cấp trên", "Lưu: VT"),
    code="K7QF-2M9X-TB4D",
    fingerprint="ab" * 32,
    address="https://example.vn/xac-nhan/K7QF-2M9X-TB4D/abababab/",
)
TEXTS = {"direction": HOSTILE, "task-1": BULLETS, "limits": "Còn thiếu cán bộ.", "next_year": "Mở rộng."}
EFFECT = Effect("T6.06", "Trẻ em bị xâm hại", "Tổng số", "12 (5/7)", "13 (5/7)")
CHANGES = (Change("correction", "Đơn vị & một", "T6.06", "Trẻ em < 16", "Tổng số", "2", "3", "Đếm lại", (EFFECT,)),)


class Made(SimpleNamespace):
    def __repr__(self):
        return "made"  # hypothesis prints it


def _rounds(people):
    obligation = Obligation.objects.get()
    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1))
    old = {"T0.01": 9000, "T0.02": 45000, "T1.09": 8, "T2.05": 900}
    accept(before.reports.get(body__code="na-hang"), people["na-hang"], people["o"], at=at(2019, 12, 2), figures=old)
    period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), simulated=True)
    for code, figures in (
        ("na-hang", FIGURES),
        ("chiem-hoa", {"T0.01": 36500, "T0.02": 135300, "T6.06": 2, "T6.07": 2}),
        ("cong-an-tinh", {"T6.06": 5, "T6.07": 5}),
    ):
        report = period.reports.get(body__code=code)
        Explanation.objects.create(report=report, rule_code="jump-T1.09", text=HOSTILE)
        accept(report, people[code], people["o"], at=at(2020, 12, 10), figures=figures)
    Figure.objects.filter(report__period=period, indicator__code="T0.01", report__body__code="chiem-hoa").update(
        estimate=True
    )
    send(period.reports.get(body__code="ham-yen"), people["ham-yen"], at=at(2020, 12, 16))
    return period


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The province of 2020 with three accepted reports, as its bodies' words, as composed and issued, as supplement."""
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_loaded()
        people = {c: person(f"p-{c}", Role.REPORTER, c) for c in ("na-hang", "chiem-hoa", "cong-an-tinh", "ham-yen")}
        people["o"] = person("p-officer", Role.OFFICER)
        with translation.override("vi"):
            summary = summarise(_rounds(people), cells=True, texts=True)
        transaction.set_rollback(True)
    target = Target("T1.05", 2025, Decimal(90), at_least=True, source="Quyết định số 1")
    summary = replace(summary, targets={"T1.05": (target,)})
    own = Document(summary)
    issued = Document(summary, texts=TEXTS, imprint=IMPRINT)
    supplement = replace(
        issued, texts={"words": HOSTILE}, supplement=Supplement("5/BC-XYZ", dt.date(2021, 1, 5), CHANGES)
    )
    return Made(summary=summary, documents={"own": own, "issued": issued, "supplement": supplement})


@pytest.fixture(scope="module")
def files(made):
    return {name: word.render(document) for name, document in made.documents.items()}


@pytest.fixture(scope="module")
def papers(files):
    return {name: opened(data) for name, data in files.items()}


@pytest.fixture(scope="module")
def office(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    data = converted(files["issued"], folder)
    return SimpleNamespace(folder=folder, **vars(read(data)))


# --- the same words as the PDF ---


def printed(document):
    """The words of the page that the PDF is laid out from."""
    with translation.override("vi"):
        body = html.document_fromstring(pdf.html_of(pdf.paper_of(document) | {"word": True})).body
    for drawing in body.xpath("//*[local-name()='svg']"):
        drawing.drop_tree()
    return tight(body.text_content())


@pytest.mark.parametrize("name", ["own", "issued", "supplement"])
def test_says_what_the_printed_page_says_in_its_order(made, papers, name):
    lines = [(style, line) for style, line in papers[name].styled if style != "DieuKhien"]
    styles = [style for style, _line in lines]
    end = styles.index("PhuLucNgang") if "PhuLucNgang" in styles else len(lines)
    assert tight("".join(line for _style, line in lines[:end])) == printed(made.documents[name])


def test_figures_by_body_follow_as_the_last_annex(papers):
    """A supplement carries the differences and nothing else."""
    heads = {name: [line for style, line in paper.styled if style == "PhuLucNgang"] for name, paper in papers.items()}
    annexes = {name: [line for style, line in paper.styled if style == "PhuLuc"] for name, paper in papers.items()}
    assert heads == {"own": ["Phụ lục III"], "issued": ["Phụ lục III"], "supplement": []}
    assert annexes == {"own": ["Phụ lục I", "Phụ lục II"], "issued": ["Phụ lục I", "Phụ lục II"], "supplement": []}
    assert "Tệp số liệu so-lieu-2020.xlsx gắn kèm là bản nội bộ" in "".join(papers["own"].lines)


def test_typed_words_come_back_whole(papers):
    said = [line for style, line in papers["issued"].styled if style == "NoiDung"]
    assert HOSTILE in said
    assert [
        line for line in ("Mở 12 lớp dạy bơi.", "- Lắp 27 biển cảnh báo.", "- Vận động Quỹ.") if line not in said
    ] == []
    assert f"Giải trình: {HOSTILE}" in [line for style, line in papers["own"].styled if style == "BangLyDo"]


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=200) | st.text(alphabet="&<>={}%#_-!\"'/ apw:t\n\t\a\f\x85\ufffe", max_size=80))
def test_any_typed_text_gives_a_whole_file(made, text):
    """Where it is composed, where a body gave a reason, and in the names that the office chose itself."""
    summary = replace(made.summary, sections=(), explained=None, jumps=None, ledger=())
    summary = replace(summary, letterhead=replace(summary.letterhead, office=text or "x", superior=text))
    lines = pdf.paragraphs(text)
    paper = opened(word.render(Document(summary, texts={"direction": text})))
    said = [line for style, line in paper.styled if style == "NoiDung"][2 : 2 + len(lines)]
    # A browser and Word draw several spaces as one, and U+FFFE and U+FFFF no XML may hold.
    assert [line.split() for line in said] == [line.translate({0xFFFE: None, 0xFFFF: None}).split() for line in lines]


# --- the figures, read with python-docx ---


def cells_of(row):
    """Each cell once: python-docx gives one that spans several columns for each of them."""
    found = []
    for cell in row.cells:
        if not found or cell._tc is not found[-1]._tc:
            found.append(cell)
    return [cell.text for cell in found]


def test_every_total_stands_beside_its_coverage(made, files):
    """Read with python-docx: the main tables hold what the Summary says, every line of it."""
    file = docx.Document(io.BytesIO(files["own"]))
    found = [
        row
        for table in file.tables
        if table.style.name == "Bảng số liệu" and table.cell(0, 0).text == "Mã số" and len(table.columns) == 8
        for row in map(cells_of, table.rows[2:])
    ]
    expected = []
    with translation.override("vi"):
        for row in made.summary.rows:
            before = (row.shown(row.previous), row.previous.basis) if row.previous else ("chỉ tiêu mới", "")
            both = (row.shown(row.total), row.total.basis)
            expected.append([row.code, row.name, row.counted_unit, *both, *before])
    own = [line[:7] for line in found if line[0]]
    assert own == expected
    parts = [line[3:5] for line in found if not line[0] and line[1].startswith("Trong đó: ")]
    assert parts == [
        [row.shown(amount), amount.basis]
        for row in made.summary.rows
        if row.total.value is not None
        for amount in row.options.values()
    ]
    told = [line for line in found if line[1].startswith("Chỉ tiêu quốc gia")]
    assert [line[1] for line in told] == ["Chỉ tiêu quốc gia: năm 2025 ít nhất 90% (Quyết định số 1)."]


def is_across(table):
    """Whether it is one of the figures by body."""
    return next(table.iter(W + "pStyle")).get(W + "val") == "CoQuanDau"


def by_body(paper):
    """{(code, column, body): text} of the tables in landscape; the province and its coverage under their labels."""
    found = {}
    for table in paper.body.iter(W + "tbl"):
        rows = table.findall(W + "tr")
        if not is_across(table):
            continue
        heads = [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
        codes = []
        for cell in heads[0].findall(W + "tc")[1:]:
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            codes += [text_of(cell)[:5]] * (1 if span is None else int(span.get(W + "val")))
        labels = [text_of(cell) for cell in heads[-1].findall(W + "tc")[1:]] if len(heads) > 1 else [""] * len(codes)
        for row in rows[len(heads) :]:
            name, *figures = (text_of(cell) for cell in row.findall(W + "tc"))
            for code, label, figure in zip(codes, labels, figures, strict=True):
                found[code, label, name] = figure
    return found


def test_every_figure_of_every_body_stands_in_the_annex(made, papers):
    found = by_body(papers["issued"])
    expected = {}
    with translation.override("vi"):
        for row in made.summary.rows:
            for option in row.cells:
                label = str(Option(option).label) if len(row.cells) > 1 else ""
                amount = row.total if option == Option.TOTAL else row.options[option]
                expected[row.code, label, "Toàn tỉnh"] = row.shown(amount, short=True)
                expected[row.code, label, "Số CQ"] = amount.basis
                for place, body in enumerate(made.summary.bodies):
                    words = row.shown(row.cells[option][place], short=True)
                    if words:
                        mark = " (ước)" if row.is_estimate(option, place) else ""
                        expected[row.code, label, body.short_name] = words + mark
    assert {key: figure for key, figure in found.items() if figure} == expected
    assert expected["T0.01", "Tổng số", "UBND huyện Chiêm Hóa"] == "36.500 (ước)"
    assert len(expected) > 1000


# --- layout ---


def test_page_set_up_of_the_decree(papers):
    """A4 with its margins; upright without a number on the first page, then the figures by body in landscape."""
    pages = []
    for section in papers["own"].body.iter(W + "sectPr"):
        size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
        sides = [round(int(margins.get(W + side)) / TWIPS) for side in ("top", "right", "bottom", "left")]
        pages.append((size.get(W + "w"), size.get(W + "h"), sides, section.find(W + "titlePg") is not None))
    assert pages == [("11906", "16838", [20, 16, 20, 30], True), ("16838", "11906", [20, 16, 20, 30], False)]
    (only,) = papers["supplement"].body.iter(W + "sectPr")
    assert (only.find(W + "pgSz").get(W + "w"), papers["supplement"].body[-1].tag) == ("11906", W + "sectPr")


def test_headings_are_real_ones(papers):
    styled = [(style, line) for style, line in papers["issued"].styled if style.startswith("Heading")]
    assert [line.split(".")[0] for style, line in styled if style == "Heading1"] == ["I", "II", "III", "IV", "V", "VI"]
    assert [line[:2] for style, line in styled if style == "Heading2"][1:8] == [f"{n}." for n in range(1, 8)]
    names = {
        s.get(W + "styleId"): s.find(W + "name").get(W + "val")
        for s in papers["own"].parts["word/styles.xml"].iter(W + "style")
    }
    assert [names[f"Heading{n}"] for n in (1, 2, 3)] == ["heading 1", "heading 2", "heading 3"]


def test_tables_are_as_wide_as_the_text(papers):
    """Grid and cells agree; upright they are 164 mm, in landscape at most 251; heads repeat, rows stay whole."""
    tables = [
        t for t in papers["own"].body.iter(W + "tbl") if t.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "BangSoLieu"
    ]
    for table in tables:
        grid = sum(int(column.get(W + "w")) for column in table.find(W + "tblGrid"))
        rows = table.findall(W + "tr")
        for row in rows:
            widths = (int(cell.find(f"{W}tcPr/{W}tcW").get(W + "w")) for cell in row.findall(W + "tc"))
            assert sum(widths) == grid
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert heads == sorted(heads, reverse=True)
        assert 1 <= sum(heads) <= 2
        assert grid <= 251 * TWIPS + 1 if is_across(table) else grid == pytest.approx(164 * TWIPS, abs=1)
    loose = [row for table in tables for row in table.iter(W + "tr") if row.find(f"{W}trPr/{W}cantSplit") is None]
    assert {text_of(row)[:11] for row in loose} == {"Giải trình:", "Chưa giải t"}


def test_only_styles_that_are_defined_and_nothing_of_the_template(papers):
    for paper in papers.values():
        defined = {style.get(W + "styleId") for style in paper.parts["word/styles.xml"].iter(W + "style")}
        elements = [
            e for part in paper.parts.values() for kind in ("pStyle", "rStyle", "tblStyle") for e in part.iter(W + kind)
        ]
        assert {element.get(W + "val") for element in elements} - defined == set()
        assert [line for style, line in paper.styled if style == "DieuKhien"] == []
    fonts = ElementTree.tostring(papers["own"].parts["word/styles.xml"], encoding="unicode")
    assert set(re.findall(r':ascii="([^"]+)"', fonts)) == {"Times New Roman"}
    assert set(re.findall(r':lang [^>]*val="([^"]+)"', fonts)) == {"vi-VN"}


def test_office_is_the_author_and_the_day_is_the_documents(made, files, papers):
    core = {e.tag.partition("}")[2]: e.text for e in papers["own"].parts["docProps/core.xml"]}
    assert core["title"].startswith("Báo cáo kết quả thực hiện Chỉ thị")
    assert "Báo cáo bổ sung Báo cáo số 5/BC-XYZ ngày 05 tháng 01 năm 2021" in "".join(
        papers["supplement"].parts["docProps/core.xml"].itertext()
    )
    office = made.summary.letterhead.office
    assert (core["creator"], core["lastModifiedBy"], core["language"]) == (office, office, "vi-VN")
    assert core["created"] == core["modified"] == f"{made.summary.made_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert word.render(made.documents["issued"]) == files["issued"]


def test_the_code_of_an_issued_document_is_a_picture_that_says_what_it_is(files, papers):
    def pictures(name):
        archive = zipfile.ZipFile(io.BytesIO(files[name]))
        return [archive.read(part) for part in papers[name].names if "media" in part]

    drawn = io.BytesIO()
    segno.make(IMPRINT.address, error="m", micro=False).save(drawn, kind="png", scale=8, border=0)
    assert {name: pictures(name) for name in files} == {
        "own": [],
        "issued": [drawn.getvalue()],
        "supplement": [drawn.getvalue()],
    }
    (said,) = (e.get("descr") for e in papers["issued"].body.iter() if e.tag.endswith("}docPr"))
    assert said == f"Mã QR của địa chỉ {IMPRINT.address}"


@pytest.mark.parametrize(
    ("edition", "foot"),
    [
        ("full", "Bản đầy đủ, nội bộ; số 128/BC-XYZ, mã văn bản K7QF-2M9X-TB4D"),
        ("outgoing", "Bản gửi đi, ẩn số nhỏ; số"),
    ],
)
def test_every_page_says_which_edition_it_is(made, edition, foot):
    summary = replace(made.summary, edition=edition, sections=made.summary.sections[:1])
    paper = opened(word.render(Document(summary, imprint=IMPRINT)))
    assert text_of(paper.parts["word/footer1.xml"]).startswith(foot)


# --- the template, and other programs ---


def test_the_template_is_built_the_same_every_time():
    assert word_file.template_path().read_bytes() == word_template.build()


def test_an_office_may_restyle_the_template(made, tmp_path, settings, papers):
    """Opened and saved by LibreOffice it still gives the same paper; the folder that is searched first wins."""
    (tmp_path / "own/reports/print").mkdir(parents=True)
    restyled = tmp_path / "own" / word_file.TEMPLATE
    restyled.write_bytes(converted(word_file.template_path().read_bytes(), tmp_path, "docx"))
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path / "own", *engine["DIRS"]]}]
    assert word_file.template_path() == restyled
    lines = opened(word.render(made.documents["issued"])).lines
    assert [line for line in lines if line] == [line for line in papers["issued"].lines if line]


def test_office_prints_within_the_margins(office):
    """Number in the upper margin but for the first page; the warning and the foot on all."""
    sizes = [tuple(round(float(edge) / MM) for edge in page.mediabox)[2:] for page in office.reader.pages]
    assert sizes == sorted(sizes)  # upright first
    assert set(sizes) == {(210, 297), (297, 210)}
    for number, (page, text, (_width, height)) in enumerate(
        zip(office.reader.pages, office.pages, sizes, strict=True), 1
    ):
        assert ("mã văn bản K7QF-2M9X-TB4D" in text, "DỮ LIỆU MÔ PHỎNG" in text) == (True, True)
        top = " ".join(piece for piece, _x, up, *_ in pieces(page) if up > (height - 20) * MM)
        assert (str(number) in top.split()) is (number > 1)
    edges = boxes(office.data, office.folder)
    assert min(left for left, *_ in edges) >= 29.5
    assert max(right for _l, _t, right, _b in edges) <= 297 - 15.5
    upright = sizes.count((210, 297))
    words = sum(len(re.findall(r"\S+", text)) for text in office.pages[:upright])
    assert max(right for _l, _t, right, _b in edges[: words // 2]) <= 194.5


def test_office_shows_the_same_words(made, papers, office):
    shown = tight(re.sub(r"\u00ad", "", office.text))
    told = [
        line
        for style, line in papers["issued"].styled
        if style in ("NoiDung", "CanCu", "Heading1", "Heading2", "TenBieu")
    ]
    assert [line for line in told if tight(line)[:60] not in shown] == []
