"""The signed paper and the data never part: number, day and scan belong to one content, and to that one only."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from hypothesis import given
from hypothesis import strategies as st

from reports.answers import Answer, Cell
from reports.attachments import NotTaken, files_of
from reports.choices import Action
from reports.fingerprints import SIGNS
from reports.models import Attachment, Printing, SignedPaper, answers_of, write_answers
from reports.sheets import content_of
from reports.signed_papers import (
    CODE,
    NotRecorded,
    code_of,
    content_now,
    judge,
    keep_scan,
    record,
    signed_paper_of,
    tidy_number,
    versions_of,
    waiting_scan,
)
from reports.workflow import move
from tests.conftest import at
from tests.factories import fill, send
from tests.reports import files
from tests.reports.files import upload
from tests.reports.test_attachments import FILE, name_in, on_disk, read, sentences

BASE = "/bao-cao/2020/na-hang/"
PAGE = BASE + "ban-ky/"
DAY = dt.date(2020, 12, 5)
NOW = at(2020, 12, 10)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(FILE, "storage", FileSystemStorage(location=tmp_path / "private"))


@pytest.fixture(autouse=True)
def _in_december():
    with time_machine.travel(NOW, tick=True):
        yield


def now(report):
    report.refresh_from_db()
    return code_of(report, content_now(report))


def change(report, value):
    """One figure typed anew."""
    write_answers(report, {Cell("T7.01"): Answer(Decimal(value))})


def refused(report, typed):
    with pytest.raises(NotRecorded) as refusal:
        judge(report, typed)
    return str(refusal.value)


def record_now(report, by, number="45/BC-UBND", **more):
    return record(report, number=number, signed_on=DAY, code=now(report), by=by, **more)


# --- which content a code stands for ---------------------------------------------------------


def test_the_code_of_the_content_as_it_stands_is_taken_however_it_is_typed(cast, report):
    fill(report, by=cast.lan)
    code = now(report)
    assert CODE.fullmatch(code)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} ", code.replace("-", "–")):
        assert judge(report, typed) == code


@pytest.mark.parametrize("typed", ["", "K7QF", "K7QF-2M9X-TB4", "0000-0000-0000", "K7QF-2M9X-TB4DD", "mã bản in"])
def test_what_is_no_code_is_told_apart_from_a_wrong_one(report, typed):
    assert refused(report, typed) == (
        f"“{typed}” không phải mã bản in; mã gồm 12 chữ cái và chữ số dạng K7QF-2M9X-TB4D, in ở mỗi trang."
    )


def test_an_unknown_code_names_the_one_to_compare_with(report):
    assert refused(report, "AAAA-BBBB-CCCC") == (
        "Mã AAAA-BBBB-CCCC không phải của báo cáo này; hãy so lại với giấy từng chữ "
        f"(bản mới nhất có mã {now(report)})."
    )


def test_one_changed_figure_and_the_paper_of_yesterday_is_refused(client, cast, report):
    fill(report, {"T7.01": 5}, by=cast.lan)
    client.force_login(cast.lan)
    with time_machine.travel(at(2020, 12, 5, 10, 5), tick=False):
        assert client.get(BASE + "ban-in/docx/").status_code == 200
    printed = now(report)
    change(report, 6)
    assert refused(report, printed) == (
        f"Mã {printed} thuộc bản in lúc 10:05, 05/12/2020; sau đó số liệu hoặc nội dung đã được sửa. "
        f"Hãy in bản mới nhất (mã {now(report)}), ký rồi quét lại."
    )
    change(report, 5)
    assert judge(report, printed) == printed  # what the paper shows is true again


def test_an_earlier_sending_is_refused_and_the_latest_taken(cast, report):
    with time_machine.travel(at(2020, 12, 6, 8, 30), tick=False):
        send(report, cast.lan, figures={"T7.01": 5})
    first = now(report)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    assert judge(report, first) == first  # still the latest sending, and the draft says the same
    change(report, 6)
    draft = now(report)
    assert judge(report, draft) == draft
    assert judge(report, first) == first
    move(report, Action.SUBMIT, by=cast.ky)
    report.refresh_from_db()
    assert judge(report, draft) == draft  # the same content, sent by now
    assert refused(report, first) == (
        f"Mã {first} thuộc bản gửi lần 1 lúc 08:30, 06/12/2020, không phải bản mới nhất. "
        f"Hãy in bản mới nhất (mã {draft}), ký rồi quét lại."
    )


def test_a_sending_that_was_taken_back_and_changed_is_refused(cast, report):
    with time_machine.travel(at(2020, 12, 6, 8, 30), tick=False):
        send(report, cast.lan)
    first = now(report)
    move(report, Action.RECALL, by=cast.ky)
    report.refresh_from_db()
    assert judge(report, first) == first  # unchanged: it is the draft's code
    change(report, 6)
    assert refused(report, first).startswith(
        f"Mã {first} thuộc bản gửi lần 1 lúc 08:30, 06/12/2020, đã được rút lại. Hãy in bản mới nhất (mã {now(report)})"
    )


def test_the_code_of_another_year_of_the_same_body_is_named(cast, obligation, report):
    from reports.models import Period

    before = Period.objects.open(obligation, 2019, as_of=dt.date(2019, 12, 1)).reports.get(body=report.body)
    code = code_of(before, content_now(before))
    assert refused(report, code).startswith(f"Mã {code} không phải của báo cáo này")  # never printed: unknown
    Printing.objects.create(report=before, code=code, format="pdf", by=cast.lan)
    assert refused(report, code) == f"Mã {code} thuộc báo cáo năm 2019 của cơ quan, không phải báo cáo này."


def test_another_bodys_paper_stays_unknown(cast, report, report_of):
    other = report_of("chiem-hoa")
    code = code_of(other, content_now(other))
    Printing.objects.create(report=other, code=code, format="pdf", by=cast.minh)
    assert code != now(report)
    assert refused(report, code).startswith(f"Mã {code} không phải của báo cáo này")


@given(st.text(alphabet=SIGNS + "IL oO0-", max_size=20))
def test_whatever_is_typed_is_a_code_or_a_sentence(typed):
    """No database: what is no code never gets that far."""
    from reports.fingerprints import tidy_code

    code = tidy_code(typed)
    if not CODE.fullmatch(code):
        assert refused(None, typed).startswith("“")


# --- number and day --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("45/BC-UBND", "45/BC-UBND"),
        ("  Số: 45/BC-UBND ", "45/BC-UBND"),
        ("số 45 / bc - ubnd", "45/BC-UBND"),
        ("02/BC-LĐTBXH", "02/BC-LĐTBXH"),
        ("02/bc-lđtbxh", "02/BC-LĐTBXH"),
        ("12/BC-SGDĐT-GDTrH", "12/BC-SGDĐT-GDTrH"),
        ("45-BC/MTTQ", "45-BC/MTTQ"),
        ("45a/BC–UBND", "45a/BC-UBND"),
        ("45/UBND-KGVX", "45/UBND-KGVX"),
        ("45/BC-TE&BĐG", "45/BC-TE&BĐG"),
    ],
)
def test_a_documents_number_is_read_leniently(typed, kept):
    assert tidy_number(typed) == kept


@pytest.mark.parametrize("typed", ["45", "BC-UBND", "/BC-UBND", "45/", "45//", "", "bốn lăm/BC", "45/" + "B" * 60])
def test_half_a_number_is_told_with_the_bodys_own_example(typed):
    shown = typed if len(typed) <= 30 else typed[:30] + "…"
    with pytest.raises(NotRecorded) as refusal:
        tidy_number(typed, "UBND")
    assert str(refusal.value) == f"“{shown}” chưa đủ số và ký hiệu văn bản; ví dụ 45/BC-UBND."


# --- recording -------------------------------------------------------------------------------


def test_a_paper_is_found_by_what_it_shows(cast, report):
    fill(report, {"T7.01": 5}, by=cast.lan)
    shown = content_of(report, answers_of(report))
    paper = record_now(report, cast.lan)
    assert signed_paper_of(report, shown) == paper
    change(report, 6)
    assert signed_paper_of(report, content_of(report, answers_of(report))) is None
    assert signed_paper_of(report, shown) == paper


def test_number_and_day_are_put_right_and_the_scan_is_replaced_on_record(cast, report):
    fill(report, by=cast.lan)
    first = record_now(report, cast.lan, scan=keep_scan(report, upload("quét 1.pdf", files.pdf()), cast.lan))
    again = record_now(report, cast.ky, number="46/BC-UBND")
    assert (again.pk, again.number, again.by, again.scan.name) == (first.pk, "46/BC-UBND", cast.ky, "quét 1.pdf")
    newer = record_now(report, cast.lan, scan=keep_scan(report, upload("quét 2.pdf", files.pdf(2)), cast.lan))
    assert (SignedPaper.objects.count(), newer.scan.name) == (1, "quét 2.pdf")
    replaced = Attachment.objects.get(name="quét 1.pdf")
    assert replaced.removed_by == cast.lan
    assert on_disk() == 2


def test_each_content_has_its_own_paper(cast, report):
    send(report, cast.lan, figures={"T7.01": 5})
    record_now(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    change(report, 6)
    record_now(report, cast.lan, number="50/BC-UBND")
    versions, outdated = versions_of(report)
    assert [(v.sending and v.sending.version, v.paper.number) for v in versions] == [
        (None, "50/BC-UBND"),
        (1, "45/BC-UBND"),
    ]
    assert outdated == []


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "yen", "huyen", "hung", "quan"])
@pytest.mark.parametrize("state", ["draft", "handed", "submitted", "accepted"])
def test_only_the_bodys_own_people_record_in_every_state(client, cast, report, who, state):
    fill(report, by=cast.lan)
    if state == "handed":
        move(report, Action.HAND, by=cast.lan)
    if state in ("submitted", "accepted"):
        move(report, Action.SUBMIT, by=cast.ky)
    if state == "accepted":
        move(report, Action.ACCEPT, by=cast.huyen)
    own = who in ("lan", "ky")
    client.force_login(getattr(cast, who))
    assert client.get(PAGE).status_code == (200 if own else 404)
    data = {"number": "45/BC-UBND", "signed_on": "05/12/2020", "code": now(report)}
    assert client.post(PAGE, data).status_code == (302 if own else 404)
    assert SignedPaper.objects.count() == own
    if not own:
        with pytest.raises(NotRecorded):
            record_now(report, getattr(cast, who))
        with pytest.raises(NotRecorded):
            keep_scan(report, upload("a.pdf", files.pdf()), getattr(cast, who))


def test_the_province_sees_the_scan_of_what_was_sent_also_when_it_comes_later(client, cast, report):
    fill(report, {"T7.01": 5}, by=cast.lan)
    record_now(report, cast.lan, scan=keep_scan(report, upload("bản nháp ký.pdf", files.pdf()), cast.lan))
    change(report, 6)
    move(report, Action.SUBMIT, by=cast.ky)
    report.refresh_from_db()
    assert list(files_of(report, cast.huyen)) == []  # that paper shows other figures than were sent
    scan = keep_scan(report, upload("bản ký.pdf", files.pdf(2)), cast.lan)
    assert list(files_of(report, cast.huyen)) == []  # not recorded yet
    record_now(report, cast.lan, scan=scan)
    assert [file.name for file in files_of(report, cast.huyen)] == ["bản ký.pdf"]
    client.force_login(cast.hung)
    assert read(client.get(f"{BASE}tep/{scan.pk}/")) == files.pdf(2)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    change(report, 7)
    record_now(report, cast.lan, scan=keep_scan(report, upload("ký lại.pdf", files.pdf(3)), cast.lan))
    report.refresh_from_db()
    assert [file.name for file in files_of(report, cast.huyen)] == ["bản ký.pdf"]


def test_what_a_report_was_accepted_with_changes_no_more(cast, report):
    send(report, cast.lan)
    record_now(report, cast.lan, number="44/BC-UBND")
    paper = record_now(report, cast.lan)  # put right before the decision
    move(report, Action.ACCEPT, by=cast.huyen)
    sentence = (
        "Báo cáo đã được duyệt cùng văn bản số 45/BC-UBND ngày 05/12/2020 nên chỉ nộp thêm được bản quét, "
        "giữ nguyên số và ngày; nếu sai, hãy xin rút lại báo cáo."
    )
    scan = keep_scan(report, upload("bản ký.pdf", files.pdf()), cast.lan)
    for changed in ({}, {"number": "46/BC-UBND", "scan": scan}, {"signed_on": DAY.replace(day=6), "scan": scan}):
        values = {"number": "45/BC-UBND", "signed_on": DAY} | changed
        with pytest.raises(NotRecorded, match="Báo cáo đã được duyệt") as refusal:
            record(report, code=now(report), by=cast.ky, **values)
        assert str(refusal.value) == sentence
    stored = SignedPaper.objects.get()
    assert (stored.number, stored.signed_on, stored.by, stored.at, stored.scan) == (
        "45/BC-UBND",
        DAY,
        cast.lan,
        paper.at,
        None,
    )
    assert waiting_scan(report) == scan  # a slip of the pen costs no second upload


def test_a_missing_scan_still_comes_after_the_acceptance_and_stays(cast, report):
    send(report, cast.lan)
    paper = record_now(report, cast.lan)
    move(report, Action.ACCEPT, by=cast.huyen)
    record_now(report, cast.ky, scan=keep_scan(report, upload("bản ký.pdf", files.pdf()), cast.ky))
    stored = SignedPaper.objects.get()
    assert (stored.by, stored.at, stored.scan.name, stored.scan.by) == (cast.lan, paper.at, "bản ký.pdf", cast.ky)
    assert waiting_scan(report) is None
    with pytest.raises(NotTaken) as refusal:
        keep_scan(report, upload("khác.pdf", files.pdf(2)), cast.lan)
    assert str(refusal.value) == (
        "Báo cáo đã được duyệt cùng văn bản số 45/BC-UBND ngày 05/12/2020 và bản quét nên không thay được nữa; "
        "nếu sai, hãy xin rút lại báo cáo."
    )
    with pytest.raises(NotRecorded):
        record_now(report, cast.lan, number="46/BC-UBND")
    assert (SignedPaper.objects.get().scan.name, on_disk(), Attachment.objects.count()) == ("bản ký.pdf", 1, 1)


def test_a_paper_that_was_not_recorded_yet_comes_after_the_acceptance_and_a_return_opens_it(cast, report):
    send(report, cast.lan)
    move(report, Action.ACCEPT, by=cast.huyen)
    record_now(report, cast.lan)
    with pytest.raises(NotRecorded):
        record_now(report, cast.lan, number="46/BC-UBND")
    move(report, Action.REOPEN, by=cast.huyen, note="Theo đề nghị.")
    record_now(report, cast.lan, number="46/BC-UBND")
    assert SignedPaper.objects.get().number == "46/BC-UBND"


def test_the_page_tells_that_an_accepted_paper_stands(client, cast, report):
    send(report, cast.lan)
    record_now(report, cast.lan)
    move(report, Action.ACCEPT, by=cast.huyen)
    client.force_login(cast.lan)
    response = post(client, report, number="46/BC-UBND")
    (told,) = sentences(response)
    assert told.startswith("Báo cáo đã được duyệt cùng văn bản số 45/BC-UBND ngày 05/12/2020 nên chỉ nộp thêm")
    assert 'value="46/BC-UBND"' in response.content.decode()
    assert post(client, report, scan=upload("Bản ký.pdf", files.pdf())).status_code == 302
    assert SignedPaper.objects.get().scan.name == "Bản ký.pdf"


def test_a_scan_that_a_colleague_replaced_meanwhile_is_not_used(cast, report):
    fill(report, by=cast.lan)
    mine = keep_scan(report, upload("của Lan.pdf", files.pdf()), cast.lan)
    theirs = keep_scan(report, upload("của Kỳ.pdf", files.pdf(2)), cast.ky)
    assert waiting_scan(report) == theirs
    with pytest.raises(NotTaken):
        record_now(report, cast.lan, scan=mine)
    assert SignedPaper.objects.count() == 0


# --- the page --------------------------------------------------------------------------------


def post(client, report, **changed):
    data = {"number": "45/BC-UBND", "signed_on": "05/12/2020", "code": now(report)} | changed
    return client.post(PAGE, {name: value for name, value in data.items() if value is not None})


def test_number_day_code_and_scan_in_one_go(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    content = files.picture("JPEG", (200, 300))
    response = post(client, report, code=now(report).lower(), scan=upload("Bản ký.JPG", content))
    assert (response.status_code, response.url) == (302, PAGE)
    paper = SignedPaper.objects.get()
    assert (paper.number, paper.signed_on, paper.code, paper.by) == ("45/BC-UBND", DAY, now(report), cast.lan)
    assert (paper.scan.name, paper.scan.signed_scan, paper.scan.part) == ("Bản ký.jpg", True, None)
    assert sentences(client.get(PAGE)) == [
        f"Đã ghi nhận văn bản số 45/BC-UBND ngày 05/12/2020, mã bản in {paper.code}."
    ]
    page = client.get(PAGE).content.decode()
    assert "Văn bản số 45/BC-UBND ngày 05/12/2020 (Lan ghi lúc" in page
    assert "Bản ký.jpg" in page
    assert "Bản ký.jpg" not in client.get(BASE + "tep/").content.decode()  # not among the annexes


def test_every_mistake_is_told_at_once_and_nothing_typed_is_lost(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    typed = {"number": "bốn lăm", "signed_on": "32/12/2020", "code": "XYZ"}
    response = post(client, report, **typed, scan=upload("Bản ký.pdf", files.pdf()))
    assert response.status_code == 200
    assert sentences(response) == [
        "“bốn lăm” chưa đủ số và ký hiệu văn bản; ví dụ 45/BC-UBND.",
        "Ngày không đọc được; hãy nhập ngày/tháng/năm, ví dụ 05/12/2020.",
        "“XYZ” không phải mã bản in; mã gồm 12 chữ cái và chữ số dạng K7QF-2M9X-TB4D, in ở mỗi trang.",
    ]
    page = response.content.decode()
    for text in typed.values():
        assert f'value="{text}"' in page
    # The scan was stored and need not be sent again.
    assert "Bản quét “Bản ký.pdf”" in page
    assert re.search(r'name="use_waiting"[^>]* checked', page)
    assert post(client, report, use_waiting="on").status_code == 302
    assert SignedPaper.objects.get().scan.name == "Bản ký.pdf"
    assert (waiting_scan(report), on_disk()) == (None, 1)


def test_a_waiting_scan_is_dropped_when_it_is_not_wanted(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    post(client, report, code="XYZ", scan=upload("nhầm.pdf", files.pdf()))
    assert waiting_scan(report).name == "nhầm.pdf"
    assert post(client, report).status_code == 302  # the box is not ticked
    assert (SignedPaper.objects.get().scan, waiting_scan(report)) == (None, None)


def test_a_better_scan_takes_the_place_of_the_waiting_one(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    post(client, report, code="XYZ", scan=upload("mờ.pdf", files.pdf()))
    post(client, report, use_waiting="on", scan=upload("rõ.pdf", files.pdf(2)))
    assert SignedPaper.objects.get().scan.name == "rõ.pdf"
    assert waiting_scan(report) is None


@pytest.mark.parametrize(
    ("name", "make", "beginning"),
    [
        ("Bản ký.docx", files.word, "“Bản ký.docx”: tệp là Word; ở đây chỉ nhận PDF hoặc ảnh JPEG, PNG."),
        ("Bản ký.pdf", bytes, "“Bản ký.pdf”: tệp rỗng (0 byte)"),
        ("Bản ký.heic", files.heic, "“Bản ký.heic”: ảnh HEIC"),
    ],
)
def test_a_scan_that_is_none_is_told_and_nothing_is_recorded(client, cast, report, name, make, beginning):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    response = post(client, report, scan=upload(name, make()))
    (told,) = sentences(response)
    assert told.startswith(beginning)
    assert (SignedPaper.objects.count(), Attachment.objects.count(), on_disk()) == (0, 0, 0)
    assert 'value="45/BC-UBND"' in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("11/12/2020", "Ngày 11/12/2020 chưa đến; hãy nhập ngày ghi trên văn bản."),
        ("14/12/2019", "Ngày 14/12/2019 trước kỳ số liệu (từ 15/12/2019); hãy xem lại năm của văn bản."),
        ("12/05", "Ngày không đọc được; hãy nhập ngày/tháng/năm, ví dụ 05/12/2020."),
        ("", "Hãy nhập ngày ghi trên văn bản."),
    ],
)
def test_a_day_that_cannot_be_is_told(client, cast, report, typed, sentence):
    client.force_login(cast.lan)
    response = post(client, report, signed_on=typed)
    assert sentences(response) == [sentence]
    assert SignedPaper.objects.count() == 0


@pytest.mark.parametrize("typed", ["10/12/2020", "15/12/2019", "5/12/2020", "05-12-2020", "5.12.2020"])
def test_days_as_officials_write_them(client, cast, report, typed):
    client.force_login(cast.lan)
    assert post(client, report, signed_on=typed).status_code == 302
    day, month, year = map(int, re.split(r"\D", typed))
    assert SignedPaper.objects.get().signed_on == dt.date(year, month, day)


def test_a_scan_of_version_1_against_the_data_of_version_2_is_refused_with_the_reason(client, cast, report):
    send(report, cast.lan, figures={"T7.01": 5})
    first = now(report)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    change(report, 6)
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.lan)
    response = post(client, report, code=first, scan=upload("Bản ký lần 1.pdf", files.pdf()))
    (told,) = sentences(response)
    assert told.startswith(f"Mã {first} thuộc bản gửi lần 1 lúc ")
    assert told.endswith(f"không phải bản mới nhất. Hãy in bản mới nhất (mã {now(report)}), ký rồi quét lại.")
    assert SignedPaper.objects.count() == 0
    assert list(files_of(report, cast.huyen)) == []


def test_a_paper_whose_content_was_changed_afterwards_is_told_on_the_page(client, cast, report):
    fill(report, {"T7.01": 5}, by=cast.lan)
    client.force_login(cast.lan)
    client.get(BASE + "ban-in/docx/")
    post(client, report, scan=upload("Bản ký.pdf", files.pdf()))
    code = now(report)
    assert "không thuộc bản nào" not in client.get(PAGE).content.decode()
    change(report, 6)
    page = client.get(PAGE).content.decode()
    assert f"Văn bản số 45/BC-UBND ngày 05/12/2020 mang mã {code} không thuộc bản nào dưới đây." in page
    assert "Bản đó in lúc 09:0" in page
    assert "Bản ký.pdf" in page


def test_the_page_shows_every_version_with_its_code_and_its_prints(client, cast, report):
    send(report, cast.lan, figures={"T7.01": 5})
    first = now(report)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    change(report, 6)
    client.force_login(cast.lan)
    page = client.get(PAGE).content.decode()
    assert re.findall(r'class="paper-code">([^<]*)<', page) == [now(report), first]
    assert re.findall(r'href="([^"]*ban-in/[^"]*)"', page) == [
        f"{BASE}ban-in/{path}/" for path in ("pdf", "docx", "1/pdf", "1/docx")
    ]


def test_correcting_begins_with_what_was_recorded(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    post(client, report)
    page = client.get(PAGE, {"ma": now(report)}).content.decode()
    for text in ("45/BC-UBND", "05/12/2020", now(report)):
        assert f'value="{text}"' in page
    assert 'value="45/BC-UBND"' not in client.get(PAGE).content.decode()
    assert 'value="45/BC-UBND"' not in client.get(PAGE, {"ma": "x' OR 1"}).content.decode()


def test_an_old_page_that_knows_a_waiting_scan_no_more_loses_nothing(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    assert post(client, report, use_waiting="on").status_code == 302
    assert SignedPaper.objects.get().scan is None


# --- printing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "content_type"),
    [
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_draft_goes_out_on_paper_and_is_written_down(client, cast, report, format, content_type):
    fill(report, by=cast.lan)
    client.force_login(cast.ky)
    response = client.get(f"{BASE}ban-in/{format}/")
    code = now(report)
    assert response["Content-Type"] == content_type
    assert name_in(response) == f"bao-cao-2020-na-hang-ban-nhap-{code[:4]}.{format}"
    assert response["Cache-Control"] == "private, no-store"
    printing = Printing.objects.get()
    assert (printing.report, printing.code, printing.format, printing.by) == (report, code, format, cast.ky)
    assert code in text_of(response.content, format)
    assert "Bản nháp in lúc 09:00, 10/12/2020" in text_of(response.content, format)


def text_of(content, format):
    """All words of a paper, from its head and foot too."""
    import io
    import zipfile

    import pypdf

    if format == "pdf":
        return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
    return " ".join(re.sub(r"<[^>]+>", "", "\n".join(parts)).split())


def test_a_sending_goes_out_as_it_was_sent(client, cast, report):
    with time_machine.travel(at(2020, 12, 6, 8, 30), tick=False):
        send(report, cast.lan, figures={"T7.01": 5})
    code = now(report)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    change(report, 6)
    for who in (cast.lan, cast.huyen, cast.hung):
        client.force_login(who)
        response = client.get(f"{BASE}ban-in/1/docx/")
        assert name_in(response) == f"bao-cao-2020-na-hang-lan-1-{code[:4]}.docx"
        words = text_of(response.content, "docx")
        assert code in words
        assert "Bản gửi lần 1 lúc 08:30, 06/12/2020" in words
        assert now(report) not in words
    assert list(Printing.objects.values_list("code", flat=True)) == [code] * 3


def test_who_prints_what(client, cast, report):
    fill(report, by=cast.lan)
    draft, first = f"{BASE}ban-in/docx/", f"{BASE}ban-in/1/docx/"

    def asked(*addresses):
        found = {}
        for who in ("lan", "minh", "huyen", "hung", "quan"):
            client.force_login(getattr(cast, who))
            found[who] = tuple(client.get(address).status_code for address in addresses)
        return found

    nobody = dict.fromkeys(("minh", "huyen", "hung", "quan"), (404, 404))
    assert asked(draft, first) == nobody | {"lan": (200, 404)}
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.lan)
    assert client.get(draft).url == first
    move(report, Action.RECALL, by=cast.ky)
    assert asked(draft, first) == nobody | {"lan": (200, 200)}
    move(report, Action.SUBMIT, by=cast.ky)  # the second; the first was taken back unread
    assert asked(first, f"{BASE}ban-in/2/docx/") == nobody | dict.fromkeys(("huyen", "hung"), (404, 200)) | {
        "lan": (200, 200)
    }
    sent = dict.fromkeys(("huyen", "hung"), (404, 200))
    assert asked(draft, f"{BASE}ban-in/2/docx/") == nobody | sent | {"lan": (302, 200)}
    for address in (f"{BASE}ban-in/3/docx/", f"{BASE}ban-in/2/xlsx/", f"{BASE}ban-in/0/docx/"):
        assert client.get(address).status_code == 404
    assert client.post(draft).status_code == 405


def test_signed_out_people_are_led_to_the_sign_in(client, cast, report):
    for address in (PAGE, f"{BASE}ban-in/pdf/", f"{BASE}ban-in/1/pdf/"):
        for response in (client.get(address), client.post(address)):
            assert (response.status_code, "/login/" in response.url) == (302, True)


def test_without_pango_the_print_answers_with_a_sentence(client, cast, report, monkeypatch):
    from reports.exports.pdf import PdfUnavailable
    from reports.paper import FORMATS, Format

    def fail(paper):
        raise PdfUnavailable("Máy chủ chưa cài Pango.")

    monkeypatch.setitem(FORMATS, "pdf", Format(fail, "application/pdf", "PDF"))
    client.force_login(cast.lan)
    response = client.get(f"{BASE}ban-in/pdf/")
    assert (response.status_code, response.content.decode()) == (503, "Máy chủ chưa cài Pango.")
    assert Printing.objects.count() == 0
