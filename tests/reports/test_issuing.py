"""A report is issued once: what it said is kept, under which number and by whom; who sees which of its files."""

import dataclasses
import datetime as dt
import hashlib
import html
import re
import threading
import unicodedata

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directives.models import LeadTerm
from reports import export_jobs, issued, issuing
from reports.choices import Edition
from reports.composing import open_draft
from reports.freezing import thawed
from reports.issue_checks import GOOD, LOOK, checks_before
from reports.issuing import AlreadyIssued, Changed, Facts, Refused, tidy_number, tidy_symbol, titles_over
from reports.models import Download, Issue, IssuedFile, Period, ProvincialText, SignedCopy
from reports.privacy.few import small_counts
from reports.provincial_parts import parts_of
from reports.signatures import Looked
from tests.factories import accept, send
from tests.reports import files
from tests.reports.files import upload

FIGURES = {"T6.06": 30, "T6.06:girls": 12, "T6.07": 5, "T6.08": 28}
PAGE, LIST = "/tong-hop/2020/ban-hanh/", "/tong-hop/2020/van-ban/"


def today():
    return timezone.localdate()


def facts(**more) -> Facts:
    told = {"number": "7", "symbol": "BC-SX", "signed_on": today(), "power": "KT", "title": "Phó Giám đốc"}
    told |= {"signatory": "Nguyễn Văn A", "recipients": ("UBND tỉnh", "- Lưu: VT.")}
    return Facts(**told | more)


def composed(period, by, *, without=()):
    """The draft with a sentence in every part."""
    draft = open_draft(period, by)
    for part in parts_of(period.ordered_tasks()):
        if part.key not in without:
            ProvincialText.objects.create(provincial=draft, part=part.key, text=f"Lời của phần {part.key}.")
    return draft


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def no_files(monkeypatch):
    """The files are drawn by rooms of their own, with tests of their own; here it is only asked for them."""
    asked = []
    monkeypatch.setattr(export_jobs, "make_issued_files", lambda issue, by=None: asked.append(issue) or issue)
    return asked


@pytest.fixture
def draft(cast, report, period):
    accept(report, cast.lan, cast.huyen, figures=FIGURES)
    return composed(period, cast.huyen)


@pytest.fixture
def made(draft, cast):
    """The issued report, with two files of ours."""
    found = issuing.issue(draft, facts(), cast.huyen)
    for edition in Edition.values:
        issuing.store_file(found, "pdf", edition, files.pdf(2, text=f"Báo cáo {edition}"))
    return found


# --- what is looked at before --------------------------------------------------------------------


def test_small_numbers_of_children_in_composed_words_are_named_before_the_issue(draft, period):
    """The words leave as they are, so somebody has to have read them; nothing is refused."""

    def check():
        found = checks_before(period, issuing.preview(draft), ())
        return next(each for each in found if each.label == "Lời văn có số nhỏ về trẻ em")

    assert (check().state, check().lines) == (GOOD, ())
    told = "Một huyện có 2 trẻ bị xâm hại, hai cháu bị bạo lực; cả tỉnh 12 trẻ em, 3 lớp học."
    draft.texts.filter(part="task-6").update(text=told)
    title = next(part.title for part in parts_of(period.ordered_tasks()) if part.key == "task-6")
    assert (check().state, check().lines) == (LOOK, (f"{title}: “2 trẻ”; “hai cháu”",))
    assert check().words == "bản gửi đi giữ nguyên lời văn, hãy viết lại nếu lời đó chỉ đúng một địa bàn"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Có 2 trẻ, 03 em và 4 Nạn nhân.", ("2 trẻ", "03 em", "4 nạn nhân")),
        ("Một em, hai cháu, ba vụ, bốn nạn nhân", ("một em", "hai cháu", "ba vụ", "bốn nạn nhân")),
        ("Hỗ trợ 02 (hai) trẻ em; 1 lượt trẻ; 2\u00a0cháu", ("02 (hai) trẻ", "1 lượt trẻ", "2 cháu")),
        ("Số trẻ em bị xâm hại là 3, số vụ: 01.", ("trẻ em bị xâm hại là 3", "vụ: 01")),
        ("từ 2-3 trẻ", ("2-3 trẻ",)),
        (unicodedata.normalize("NFD", "bốn trẻ"), ("bốn trẻ",)),
        ("12 trẻ, 1.002 trẻ, 3,4 trẻ, 2020 em, 5 em, 0 vụ, mười ba trẻ, hai mươi mốt em, hai mươi ba cháu", ()),
        ("Khoản 1 Điều 4 Luật Trẻ em; tháng 3; 3 lớp; một số trẻ em; tỷ lệ trẻ em: 3,5%, trẻ em là 4%; T6.02 trẻ", ()),
        ("", ()),
    ],
)
def test_small_counts(text, found):
    assert small_counts(text) == found


# --- number, day, signature --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("power", "title", "lines"),
    [
        ("", "Giám đốc", ("GIÁM ĐỐC",)),
        ("KT", "Phó Giám đốc", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("TL", "Trưởng  phòng Trẻ em", ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG TRẺ EM")),
        ("TUQ", "Chi cục trưởng", ("TUQ. GIÁM ĐỐC", "CHI CỤC TRƯỞNG")),
        ("Q", "Giám đốc", ("Q. GIÁM ĐỐC",)),
    ],
)
def test_the_lines_over_a_signature(power, title, lines):
    assert titles_over(power, title, "Giám đốc") == lines


@pytest.mark.parametrize(
    ("typed", "number"),
    [("7", "07"), ("07", "07"), (" Số: 12 ", "12"), ("123", "123"), ("999999", "999999")]
    + [(odd, None) for odd in ("", "0", "-1", "7a", "1.5", "7/BC", "\x00", "１２", "1" * 5000)],
)
def test_numbers(typed, number):
    if number is None:
        with pytest.raises(Refused, match="bằng chữ số") as refusal:
            tidy_number(typed)
        assert refusal.value.field == "number"
    else:
        assert tidy_number(typed) == number


def test_symbols():
    assert [tidy_symbol(typed) for typed in (" BC-SLĐ ", "/BC–UBND", "BC/TU")] == ["BC-SLĐ", "BC-UBND", "BC/TU"]
    for odd in ("", "-", "12", "B C/", "BC\x00//X", "B" * 61):
        with pytest.raises(Refused):
            tidy_symbol(odd)


# --- the door -------------------------------------------------------------------------------------


def test_what_is_issued_is_what_stood_there(draft, cast, period, settings):
    settings.PORTAL_URL = "https://cong.example.vn"
    found = issuing.issue(draft, facts(), cast.huyen)
    document = issuing.document_of(Issue.objects.get())
    now = issued.summary_now(period)
    assert dataclasses.replace(document.summary, made_at=now.made_at) == now
    assert document.texts == {part.key: f"Lời của phần {part.key}." for part in parts_of(period.ordered_tasks())}
    assert document.supplement is None
    imprint = document.imprint
    assert (imprint.full_number, imprint.signed_on, imprint.signatory) == ("07/BC-SX", today(), "Nguyễn Văn A")
    assert imprint.titles == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC") == issued.titles_of(found)
    assert imprint.recipients == ("UBND tỉnh", "Lưu: VT")
    assert (imprint.code, imprint.fingerprint) == (found.code, found.fingerprint)
    assert imprint.address == f"https://cong.example.vn/xac-nhan/van-ban/{found.code}/{found.fingerprint}/"
    assert issuing.own_fingerprint(document) == found.fingerprint
    other = dataclasses.replace(document, texts=dict(document.texts) | {"direction": "Khác."})
    assert issuing.own_fingerprint(other) != found.fingerprint
    assert re.fullmatch(r"[A-Z1-9]{4}(-[A-Z1-9]{4}){2}", found.code)
    assert issued.document_of(found, Edition.OUTGOING).edition == "outgoing"


ALL = {"lan": False, "ky": False, "minh": False, "huyen": True, "tu": True, "hung": False, "quan": False}


def test_only_officers_issue(draft, cast):
    for who, may in sorted(ALL.items(), key=lambda pair: pair[1]):
        if may:
            assert issuing.issue(draft, facts(), getattr(cast, who)).by == getattr(cast, who)
            break
        with pytest.raises(Refused, match="Chỉ chuyên viên"):
            issuing.issue(draft, facts(), getattr(cast, who))
    assert Issue.objects.count() == 1


def test_what_cannot_be_on_a_paper_is_refused(draft, cast, period):
    day = dt.timedelta(days=1)
    for odd, field, words in [
        ({"number": "x"}, "number", "bằng chữ số"),
        ({"symbol": "?"}, "symbol", "ký hiệu"),
        ({"signed_on": today() + day}, "signed_on", "chưa đến"),
        ({"signed_on": period.data_from - day}, "signed_on", "trước ngày đầu của số liệu"),
        ({"power": "XX"}, "power", "quyền hạn"),
        ({"title": " "}, "title", "chức vụ"),
        ({"title": "GIÁM ĐỐC"}, "title", "chức vụ của chính mình"),
        ({"signatory": "\x00"}, "signatory", "họ tên"),
        ({"recipients": (" - ",)}, "recipients", "nơi nhận"),
        ({"recipients": ("x",) * 31}, "recipients", "nơi nhận"),
    ]:
        with pytest.raises(Refused, match=words) as refusal:
            issuing.issue(draft, facts(**odd), cast.huyen)
        assert refusal.value.field == field
    assert Issue.objects.count() == 0


def test_a_year_that_is_entered_later_is_issued_under_its_own_day(draft, cast, period):
    """The paper was signed before the round was opened on the portal."""
    day = period.data_from
    assert timezone.localdate(period.opened_at) > day
    assert issuing.issue(draft, facts(signed_on=day), cast.huyen).signed_on == day


def test_the_numbers_of_every_lead_are_held_in_one_order(draft, cast):
    """A number is looked for across the terms of all leads, so two of them may not look at the same moment."""
    with CaptureQueriesContext(connection) as queries:
        issuing.issue(draft, facts(), cast.huyen)
    term = connection.ops.quote_name(LeadTerm._meta.db_table)
    (held,) = [query["sql"] for query in queries if query["sql"].startswith(f'SELECT {term}."id" AS')]
    assert "WHERE" not in held
    assert f'ORDER BY {term}."id" ASC' in held or held.split(" FOR ")[0].endswith("ORDER BY 1 ASC")
    if connection.features.has_select_for_update:
        assert "FOR NO KEY UPDATE" in held


def test_empty_parts_are_named_and_confirmed(cast, report, period):
    accept(report, cast.lan, cast.huyen, figures=FIGURES)
    draft = composed(period, cast.huyen, without=("limits",))
    with pytest.raises(Refused, match="Còn phần để trống: Tồn tại, hạn chế và nguyên nhân") as refusal:
        issuing.issue(draft, facts(), cast.huyen)
    assert refusal.value.field == "with_gaps"
    assert "limits" not in issuing.document_of(issuing.issue(draft, facts(with_gaps=True), cast.huyen)).texts


def test_nothing_accepted_nothing_issued(cast, report, period):
    send(report, cast.lan, figures=FIGURES)
    with pytest.raises(Refused, match="Chưa có báo cáo nào được duyệt"):
        issuing.issue(composed(period, cast.huyen), facts(), cast.huyen)


def test_a_number_is_given_once_in_a_year_for_one_symbol(made, cast, obligation):
    other = Period.objects.open(obligation, 2021, as_of=dt.date(2021, 12, 1))
    accept(other.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures=FIGURES)
    draft = composed(other, cast.tu)
    with pytest.raises(Refused, match="Số 07/BC-SX của năm này đã dùng cho Báo cáo của tỉnh năm 2020") as refusal:
        issuing.issue(draft, facts(), cast.tu)
    assert refusal.value.field == "number"
    assert issuing.issue(draft, facts(symbol="BC-SY"), cast.tu).full_number == "07/BC-SY"


def test_a_second_click_gives_the_same_and_a_colleague_is_told(draft, cast):
    first = issuing.issue(draft, facts(), cast.huyen)
    assert issuing.issue(draft, facts(), cast.huyen) == first
    with pytest.raises(AlreadyIssued, match=r"Huyền đã ban hành báo cáo này lúc .*, số 07/BC-SX") as told:
        issuing.issue(draft, facts(number="8"), cast.tu)
    assert told.value.issue == first
    with pytest.raises(AlreadyIssued):
        issuing.issue(draft, facts(number="8"), cast.huyen)
    assert Issue.objects.count() == 1


def test_what_changed_after_the_look_is_looked_at_again(draft, cast, report_of):
    seen = issuing.mark_of(issuing.preview(draft))
    assert issuing.mark_of(issuing.preview(draft)) == seen  # the moment alone changes nothing
    accept(report_of("so-y-te"), cast.yen, cast.tu)
    with pytest.raises(Changed):
        issuing.issue(draft, facts(), cast.huyen, seen=seen)
    assert issuing.issue(draft, facts(), cast.huyen, seen=issuing.mark_of(issuing.preview(draft)))


@pytest.mark.xdist_group("races")
def test_two_officers_at_the_same_moment(transactional_db, cast, report, period):
    accept(report, cast.lan, cast.huyen, figures=FIGURES)
    draft, start, outcomes = composed(period, cast.huyen), threading.Barrier(4), []

    def run(who, number):
        try:
            start.wait()
            outcomes.append(issuing.issue(draft, facts(number=number), who))
        except AlreadyIssued as told:
            outcomes.append(told)
        finally:
            connection.close()

    clicks = [(cast.huyen, "7"), (cast.huyen, "7"), (cast.tu, "8"), (cast.tu, "8")]
    threads = [threading.Thread(target=run, args=click) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one = Issue.objects.get()
    assert [outcome for outcome in outcomes if isinstance(outcome, Issue)] == [one, one]
    assert [told.issue for told in outcomes if isinstance(told, AlreadyIssued)] == [one, one]


# --- the files ------------------------------------------------------------------------------------


def test_a_file_is_written_once_and_handed_out_byte_for_byte(made):
    file = made.files.get(edition="full")
    content = files.pdf(2, text="Báo cáo full")
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert issued.content_of(file) == content
    with pytest.raises(issued.AlreadyStored):
        issuing.store_file(made, "pdf", "full", b"other")
    assert IssuedFile.objects.filter(issue=made).count() == 2
    assert issued.content_of(file) == content


def test_a_file_that_is_not_what_was_stored_stays_here(made, client, cast):
    file = made.files.get(edition="full")
    path = file.file.path
    with open(path, "r+b") as stream:
        stream.write(b"%PDX")
    with pytest.raises(issued.NotAsIssued, match="không còn đúng từng byte"):
        issued.content_of(file)
    client.force_login(cast.huyen)
    response = client.get(f"/van-ban-tinh/{made.code}/tep/full/pdf/")
    assert (response.status_code, Download.objects.count()) == (503, 0)
    file.file.storage.delete(file.file.name)
    with pytest.raises(issued.NotAsIssued, match="không đọc được"):
        issued.content_of(file)


FILES = {"lan": (404, 404), "huyen": (200, 200), "hung": (404, 200), "quan": (404, 404)}


@pytest.mark.parametrize("who", FILES)
def test_who_takes_which_edition(made, client, cast, who):
    client.force_login(getattr(cast, who))
    addresses = [f"/van-ban-tinh/{made.code}/tep/{edition}/pdf/" for edition in ("full", "outgoing")]
    responses = [client.get(address) for address in addresses]
    assert tuple(response.status_code for response in responses) == FILES[who]
    assert Download.objects.count() == FILES[who].count(200)
    taken = responses[1]
    if taken.status_code == 200:
        assert taken.content == files.pdf(2, text="Báo cáo outgoing")
        assert taken["Content-Disposition"] == 'attachment; filename="bao-cao-2020-so-07-bc-sx-gui-di.pdf"'
        assert Download.objects.order_by("-pk").values_list("format", "edition").first() == ("pdf", "outgoing")
    for odd in ("full/docx", "other/pdf", "full/exe"):
        assert client.get(f"/van-ban-tinh/{made.code}/tep/{odd}/").status_code == 404


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def huyen(client, cast, no_files):
    client.force_login(cast.huyen)
    return client


def typed(**more):
    words = {"number": "7", "symbol": "BC-SX", "signed_on": f"{today():%d/%m/%Y}", "power": "KT"}
    words |= {"title": "Phó Giám đốc", "signatory": "Nguyễn Văn A", "recipients": "UBND tỉnh\nLưu: VT"}
    return words | {"then": "preview"} | more


def mark_on(response):
    return re.search(r'name="seen" value="(\w+)"', response.content.decode())[1]


def test_an_officer_issues_on_the_pages(huyen, draft, no_files, report_of, cast):
    page = text_of(huyen.get(PAGE))
    for words in ("1/40 cơ quan", "Số ước thực hiện : không có số ước", "Phần còn trống : mọi phần đã soạn"):
        assert words.replace("1/40", page.split(" cơ quan; thiếu")[0].split()[-1]) in page
    seen = huyen.post(PAGE, typed())
    page = text_of(seen)
    for words in ("07/BC-SX", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Nguyễn Văn A", "Lời của phần task-6."):
        assert words in page
    assert Issue.objects.count() == 0
    back = huyen.post(PAGE, typed(then="back"))
    assert 'value="Nguyễn Văn A"' in back.content.decode()
    accept(report_of("so-y-te"), cast.yen, cast.tu)
    late = huyen.post(PAGE, typed(then="issue", seen=mark_on(seen)))
    assert (late.status_code, Issue.objects.count()) == (409, 0)
    assert "đã đổi sau khi bạn xem" in text_of(late)
    done = huyen.post(PAGE, typed(then="issue", seen=mark_on(late)))
    found = Issue.objects.get()
    assert (done.status_code, done.url, no_files) == (302, f"/van-ban-tinh/{found.code}/", [found])
    again = huyen.post(PAGE, typed(then="issue", seen=mark_on(late)))
    assert (again.url, Issue.objects.count()) == (done.url, 1)
    page = text_of(huyen.get(done.url))
    assert "Huyền đã ban hành báo cáo này" in page
    assert "Số liệu và nội dung hiện nay vẫn đúng như văn bản này." in page
    assert "07/BC-SX" in text_of(huyen.get(LIST))
    assert "Văn bản mới nhất là số 07/BC-SX" in text_of(huyen.get(PAGE))


ODD = [
    ({"number": "bảy"}, "Hãy ghi số văn bản bằng chữ số"),
    ({"number": "\x00"}, "Hãy ghi số văn bản"),
    ({"number": "9" * 5000}, "Hãy ghi số văn bản bằng chữ số"),
    ({"signed_on": "31/02/2020"}, "Hãy ghi ngày theo thứ tự"),
    ({"signed_on": "1/1/2019"}, "trước ngày đầu của số liệu trong kỳ"),
    ({"power": "GĐ"}, "Hãy chọn quyền hạn ký."),
    ({"title": "GIÁM ĐỐC"}, "chức vụ của chính mình"),
    ({"recipients": "\x00"}, "Hãy ghi nơi nhận"),
    ({"signatory": ""}, "Hãy ghi họ tên người ký."),
]


def test_bad_input_is_said_and_everything_typed_is_kept(huyen, draft):
    for odd, sentence in ODD:
        response = huyen.post(PAGE, typed(symbol="BC-KEPT", **odd))
        page = response.content.decode()
        assert (response.status_code, sentence in html.unescape(page)) == (400, True), odd
        assert "<title>Lỗi: " in page
        assert 'value="BC-KEPT"' in page
    assert huyen.post(PAGE, typed(then="issue", seen="x" * 9000, number="bảy")).status_code == 400
    assert huyen.post(PAGE, typed(then="issue", seen="x" * 9000)).status_code == 409
    assert Issue.objects.count() == 0


def test_a_page_without_a_draft_says_what_to_do(huyen, period):
    assert "Chưa soạn báo cáo của tỉnh" in text_of(huyen.get(PAGE))
    assert huyen.post(PAGE, typed(then="issue")).status_code == 200
    assert "chưa ban hành" in text_of(huyen.get(LIST))


SEEN = {  # the page of issuing, the list, the document, its changes, the form for a signed copy
    "lan": (404, 404, 404, 404, 404),
    "ky": (404, 404, 404, 404, 404),
    "huyen": (200, 200, 200, 200, 200),
    "hung": (404, 200, 200, 200, 404),
    "quan": (404, 404, 404, 404, 404),
}


@pytest.mark.parametrize("who", SEEN)
def test_who_sees_which_page(client, cast, made, who):
    client.force_login(getattr(cast, who))
    own = f"/van-ban-tinh/{made.code}/"
    pages = [client.get(address) for address in (PAGE, LIST, own, own + "thay-doi/", own + "ban-ky/")]
    assert tuple(page.status_code for page in pages) == SEEN[who]
    for page in pages:
        if page.status_code == 200:
            assert page["Cache-Control"] == "private, no-store" or "no-store" in page["Cache-Control"]
            assert page.content.count(b"<h1") == 1
    assert ("Bản đầy đủ, nội bộ" in text_of(pages[2])) == (who == "huyen")
    assert client.get("/van-ban-tinh/AAAA-BBBB-CCCC/").status_code == 404
    if who != "huyen":
        assert client.post(own).status_code == 404
        assert client.post(own + "bo-sung/").status_code == 404
        assert client.post(own + "ban-ky/", {"file": upload("a.pdf", files.pdf())}).status_code == 404
        assert SignedCopy.objects.count() == 0


def test_files_that_are_missing_are_asked_for_again(huyen, made, no_files):
    assert "Còn 7 tệp chưa tạo được." in text_of(huyen.get(made.get_absolute_url()))
    assert huyen.post(made.get_absolute_url()).status_code == 302
    assert no_files == [made]


# --- signed copies -----------------------------------------------------------------------------


@pytest.fixture
def unread(monkeypatch):
    """The reader of signatures is a program of its own with tests of its own."""
    asked = []
    monkeypatch.setattr(issued, "signatures_of", lambda data, own: asked.append((data, own)) or Looked())
    return asked


def test_signed_copies(huyen, client, made, cast, unread):
    page = f"/van-ban-tinh/{made.code}/ban-ky/"
    pdf = files.pdf(2, text="Đã ký")
    assert huyen.post(page, {"file": upload("da ky.pdf", pdf)}).status_code == 302
    copy = SignedCopy.objects.get()
    assert (copy.name, copy.sha256, copy.by) == ("da ky.pdf", hashlib.sha256(pdf).hexdigest(), cast.huyen)
    shown = text_of(huyen.get(made.get_absolute_url()))
    assert "PDF này không có chữ ký số" in shown
    assert unread == [(pdf, {edition: files.pdf(2, text=f"Báo cáo {edition}") for edition in Edition.values})]
    huyen.post(page, {"file": upload("da ky (1).pdf", pdf)})
    assert SignedCopy.objects.count() == 1
    for odd, words in (
        ({"file": upload("a.pdf", b"MZ")}, "chương trình"),
        ({}, "Chưa chọn tệp nào"),
        ({"file": upload("a.pdf", b"")}, "Tệp rỗng"),
        ({"file": "x"}, "Chưa chọn tệp nào"),
    ):
        refused = huyen.post(page, odd)
        assert (refused.status_code, words in text_of(refused)) == (400, True)
    assert Download.objects.count() == 0


COPIES = {"huyen": (200, 200, 200), "hung": (404, 404, 200), "quan": (404, 404, 404), "lan": (404, 404, 404)}


@pytest.mark.parametrize("who", COPIES)
def test_a_signed_copy_is_taken_by_who_may_have_its_edition(client, made, cast, unread, who):
    """Known by its first bytes alone: a scan, which may show every small number, is for officers."""
    own = {edition: files.pdf(2, text=f"Báo cáo {edition}") for edition in Edition.values}
    contents = [files.pdf(2, text="Quét"), own["full"] + b"\n% ky", own["outgoing"] + b"\n% ky"]
    copies = [issued.add_signed_copy(made, upload("ky.pdf", each), cast.huyen)[0] for each in contents]
    assert [copy.edition for copy in copies] == ["full", "full", "outgoing"]
    client.force_login(getattr(cast, who))
    addresses = [f"/van-ban-tinh/{made.code}/ban-ky/{copy.pk}/" for copy in copies]
    taken = [client.get(address) for address in addresses]
    assert tuple(each.status_code for each in taken) == COPIES[who]
    for response, content in zip(taken, contents, strict=True):
        if response.status_code == 200:
            assert (response.content, response["Content-Type"]) == (content, "application/pdf")
            assert response["Content-Disposition"].startswith("attachment")
    written = list(Download.objects.order_by("pk").values_list("by", "period", "format", "edition"))
    told = [(getattr(cast, who).pk, made.provincial.period_id, "signed", copy.edition) for copy in copies]
    assert written == [line for line, status in zip(told, COPIES[who], strict=True) if status == 200]
    if 200 in COPIES[who]:
        shown = client.get(made.get_absolute_url()).content.decode()
        assert tuple(200 if f'href="{address}"' in shown else 404 for address in addresses) == COPIES[who]


def test_a_copy_that_cannot_be_compared_is_taken_for_the_full_edition(made, cast):
    file = made.files.get(edition="outgoing")
    content = issued.content_of(file)
    file.file.storage.delete(file.file.name)
    assert issued.add_signed_copy(made, upload("ky.pdf", content), cast.huyen)[0].edition == "full"


def test_signed_copies_are_bounded(made, cast, monkeypatch):
    monkeypatch.setattr(issued, "MOST_COPIES", 1)
    issued.add_signed_copy(made, upload("a.pdf", files.pdf(1)), cast.huyen)
    with pytest.raises(issued.NotTaken, match="đủ 1 bản đã ký"):
        issued.add_signed_copy(made, upload("a.pdf", files.pdf(2)), cast.huyen)


def test_the_page_costs_the_same_whatever_lies_there(huyen, made, cast, unread):
    def queries():
        with CaptureQueriesContext(connection) as found:
            huyen.get(made.get_absolute_url())
        return len(found)

    issued.add_signed_copy(made, upload("a.pdf", files.pdf(1)), cast.huyen)
    one = queries()
    for number in (2, 3):
        issued.add_signed_copy(made, upload("a.pdf", files.pdf(number)), cast.huyen)
        issuing.store_file(made, ("xlsx", "docx")[number - 2], "full", b"x")
    assert queries() == one


# --- what anybody may ask -----------------------------------------------------------------------


def test_anybody_confirms_a_document_and_learns_nothing_else(client, made, cast, unread):
    copy, _told = issued.add_signed_copy(made, upload("a.pdf", files.pdf(1)), cast.huyen)
    right = [made.fingerprint, made.fingerprint.upper(), made.files.first().sha256, copy.sha256]
    for fingerprint in right:
        response = client.get(f"/xac-nhan/van-ban/{made.code.lower()}/{fingerprint}/")
        page = text_of(response)
        assert (response.status_code, "Đúng: văn bản mang mã và dấu vân tay này đã được ban hành." in page) == (
            200,
            True,
        )
        for secret in ("07/BC-SX", "Nguyễn Văn A", "2020", "Huyền", "UBND tỉnh"):
            assert secret not in page
    wrong = [(made.code, "0" * 64), ("AAAA-BBBB-CCCC", made.fingerprint), ("x" * 300, "y" * 300)]
    told = set()
    for code, fingerprint in wrong:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/xac-nhan/van-ban/{code}/{fingerprint}/")
        page = text_of(response).replace(code, "").replace(fingerprint, "")
        told.add((response.status_code, page, len(queries)))
    assert len(told) == 1
    assert {status for status, _page, _queries in told} == {404}


def test_the_public_address_is_the_one_on_the_paper(client, made):
    imprint = thawed(made.content).imprint
    assert client.get(imprint.address.removeprefix("http://localhost:8000")).status_code == 200
