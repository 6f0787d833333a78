"""An Excel form on its way into a report: who may, what is told before anything is stored, what goes in."""

import datetime as dt
import io
import os
import zipfile
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import workbooks
from reports.answers import DETAIL, ESTIMATE, NOTHING, Answer, Cell
from reports.choices import Action
from reports.drafting import Change, save
from reports.excel_form import MAX_BYTES
from reports.models import Edit, Overview, Period, PrivacyWarning, TaskResult, Workbook, answers_of, write_answers
from reports.workbooks import KEPT, NotTaken, Preview, Taken, blank, identity_of, keep, stored_in
from reports.workflow import Remark, move
from tests.factories import fill
from tests.reports import files
from tests.reports.excel_forms import SOFFICE, Sheet, converted

BASE = "/bao-cao/2020/na-hang/excel/"
STORAGE = Workbook._meta.get_field("file")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAWN = {}  # forms by what they say: drawing one takes longer than most tests
CHILD = "Cháu Nguyễn Thị Hoa, 9 tuổi, ở thôn Bản Mới, bị bỏng nước sôi."


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(STORAGE, "storage", FileSystemStorage(location=tmp_path / "private"))


def on_disk():
    return sum(1 for path in Path(STORAGE.storage.location).rglob("*") if path.is_file())


def sheet_of(report):
    """The form of ``report`` in somebody's hands; one that says the same as an earlier one is not drawn again."""
    citations = tuple(citation.pk for citation in report.period.ordered_citations())
    key = (report.period.code, report.body.code, citations, tuple(stored_in(report).items()))
    if key not in DRAWN:
        DRAWN[key] = blank(report)
    return Sheet(DRAWN[key])


def filled(report, values, typed=()):
    """The form of ``report`` with ``values`` {"T6.06", "T6.06:girls" or "6:results": value} written into it."""
    sheet = sheet_of(report)
    for name, value in values.items():
        code, _colon, option = name.partition(":")
        sheet.put(value, *((code, option or "total") if code.startswith("T") else (name,)))
    return sheet.saved()


def laid(report, by, content, name="Biểu mẫu đã điền.xlsx"):
    return Preview(keep(report, SimpleUploadedFile(name, content), by=by), by)


def typed(report, by, part, texts):
    """{name: text} typed in the portal by somebody who sees what is stored."""
    had = stored_in(report)
    save(report, part, [Change(name, had.get((part, name), ""), text) for name, text in texts.items()], by=by)


def said(preview):
    return {(entry.section, entry.name): (entry.stored, entry.text) for entry in preview.entries}


def upload(client, content, name="Biểu mẫu đã điền.xlsx"):
    return client.post(BASE, {"file": SimpleUploadedFile(name, content)})


def seen_in(response):
    """What the page's form sends along: the saves of each part."""
    return {f"seen-{word}": saves for word, saves in response.context["seen"]}


def state_of(report):
    """Everything that a report says."""
    report.refresh_from_db()
    return answers_of(report), stored_in(report), Edit.objects.filter(report=report).count(), report.updated_by


# --- who may ---------------------------------------------------------------------------------


def put(report, cast, state):
    fill(report, by=cast.lan)
    if state == "handed":
        move(report, Action.HAND, by=cast.lan)
    if state in ("submitted", "returned", "accepted"):
        move(report, Action.SUBMIT, by=cast.ky)
    if state == "returned":
        move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(6, "T6.06", "Xem lại.")])
    if state == "accepted":
        move(report, Action.ACCEPT, by=cast.huyen)
    report.refresh_from_db()
    return report


@pytest.mark.parametrize("state", ["draft", "handed", "submitted", "returned", "accepted"])
def test_only_the_own_body_reads_the_pages_and_writes_while_the_report_is_with_it(cast, report, client, state):
    content = filled(report, {"T6.06": 7})
    put(report, cast, state)
    before = state_of(report)
    for who in ("minh", "huyen", "hung", "quan", None, "ky", "lan"):
        demand_what_may(cast, report, client, who, state, content, before)


def demand_what_may(cast, report, client, who, state, content, before):
    Workbook.objects.all().delete()
    book = Workbook(report=report, name="a.xlsx", size=len(content), by=cast.lan)
    book.file.save("a.xlsx", SimpleUploadedFile("a.xlsx", content))
    client.logout()
    if who:
        client.force_login(getattr(cast, who))
    pages = [BASE, f"{BASE}bieu-mau/", f"{BASE}{book.pk}/"]
    own, open_now = who in ("lan", "ky"), state in ("draft", "returned")
    elsewhere = 404 if who else 302  # signed out: to the sign-in page
    assert [client.get(page).status_code for page in pages] == [200 if own else elsewhere] * 3
    assert client.get(f"{BASE}{book.pk}/danh-dau/").status_code == (404 if who else 302)  # no defect in it
    sent = upload(client, content)
    assert sent.status_code == (302 if own and open_now else 200 if own else elsewhere)
    assert Workbook.objects.count() == 1 + (own and open_now)
    assert client.post(f"{BASE}{book.pk}/").status_code == (302 if own or not who else 404)
    book.refresh_from_db()
    assert (book.taken_at is not None) == (own and open_now)
    if not (own and open_now):
        assert state_of(report) == before
    else:
        assert answers_of(report)[Cell("T6.06")].value == 7


def test_a_book_of_another_report_is_not_found_under_ours(cast, report, report_of, client):
    other = report_of("chiem-hoa")
    book = keep(other, SimpleUploadedFile("a.xlsx", blank(other)), by=cast.minh)
    client.force_login(cast.lan)
    for page in (f"{BASE}{book.pk}/", f"{BASE}{book.pk}/danh-dau/", f"{BASE}{book.pk + 1}/"):
        assert client.get(page).status_code == 404
    assert client.post(f"{BASE}{book.pk}/", {"notation": "vi"}).status_code == 404
    book.refresh_from_db()
    assert book.notation == ""


def test_pages_are_not_kept_by_a_shared_computer(cast, report, client):
    client.force_login(cast.lan)
    book = keep(report, SimpleUploadedFile("a.xlsx", filled(report, {"T6.06": "x"})), by=cast.lan)
    for page in (BASE, f"{BASE}bieu-mau/", f"{BASE}{book.pk}/", f"{BASE}{book.pk}/danh-dau/"):
        response = client.get(page)
        assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)


def test_the_form_to_take_away_is_the_bodys_own(cast, report, client):
    client.force_login(cast.lan)
    response = client.get(f"{BASE}bieu-mau/")
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == 'attachment; filename="bieu-mau-2020-na-hang.xlsx"'
    identity = identity_of(response.content)
    assert (identity.period, identity.body) == ("2020", "na-hang")


# --- uploading -------------------------------------------------------------------------------


def errors_of(response):
    return [error for _field, error in response.context["errors"]]


def test_nothing_chosen_and_nothing_in_it_get_one_sentence_each(cast, report, client):
    client.force_login(cast.lan)
    response = client.post(BASE, {})
    assert (response.status_code, errors_of(response)) == (
        200,
        ["Chưa chọn tệp; hãy chọn tệp biểu mẫu đã điền."],
    )
    response = upload(client, b"")
    assert (response.status_code, errors_of(response)) == (200, ["Tệp rỗng; hãy mở tệp, lưu lại rồi tải lên."])
    assert (Workbook.objects.count(), on_disk()) == (0, 0)


def padded(content, size):
    """The workbook, made ``size`` bytes long by a picture's worth of noise that no reader looks at."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/anh.bin", b"")
    missing = size - len(file.getvalue())
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/anh.bin", os.urandom(missing))
    assert len(file.getvalue()) == size
    return file.getvalue()


@pytest.mark.parametrize("more", [0, 1])
def test_ten_megabytes_come_in_and_one_byte_more_does_not(cast, report, client, more):
    client.force_login(cast.lan)
    response = upload(client, padded(filled(report, {"T6.06": 7}), MAX_BYTES + more))
    if more:
        assert (response.status_code, errors_of(response)) == (
            200,
            ["Tệp lớn hơn 10 MB; hãy bỏ hình ảnh và các trang tính khác rồi tải lên lại."],
        )
        assert (Workbook.objects.count(), on_disk()) == (0, 0)
    else:
        page = client.get(response.url)
        assert said(page.context["preview"]) == {(6, "T6.06"): ("(để trống)", "7")}


def test_what_is_not_this_form_is_refused_in_one_sentence(cast, report, report_of, obligation, client):
    period = Period.objects.open(obligation, 2021, as_of=dt.date(2021, 12, 1))
    next_year = period.reports.select_related("period", "body").get(body__code="na-hang")
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    cases = [
        (b"khong phai bang tinh", "Tệp “a.xlsx”: Tệp này không phải bảng tính Excel;"),
        (files.pdf(), "Tệp “a.xlsx”: Tệp này không phải bảng tính Excel;"),
        (blank(report)[:3000], "Tệp “a.xlsx”: Tệp bị hỏng hoặc tải lên chưa trọn;"),
        (plain.getvalue(), "Không tìm thấy bảng nào của biểu mẫu trong tệp;"),
        (blank(report), "Tệp chỉ có tiêu đề, không có ô nào được điền;"),
        (blank(report_of("chiem-hoa")), "Tệp này là biểu mẫu của cơ quan khác (mã “chiem-hoa”)"),
        (blank(next_year), "Tệp này là biểu mẫu của kỳ khác (mã kỳ “2021”)"),
    ]
    client.force_login(cast.lan)
    before = state_of(report)
    for content, beginning in cases:
        address = upload(client, content, "a.xlsx").url
        page = client.get(address)
        reading = page.context["reading"]
        assert (page.status_code, reading.refused) == (200, True)
        told = [notice.message for notice in reading.notices if notice.refuses]
        assert [sentence[: len(beginning)] for sentence in told] == [beginning]
        assert 'role="alert"' in page.content.decode()
        assert "Nhập vào báo cáo" not in page.content.decode()
        assert client.get(f"{address}danh-dau/").status_code == 404
        client.post(address, seen_in(page))
    assert state_of(report) == before
    assert not Workbook.objects.exclude(taken_at=None).exists()


def test_a_name_keeps_its_vietnamese_letters_and_nothing_invisible(cast, report):
    decomposed = "Bie\u0302\u0309u ma\u0302\u0303u\x07\udcff đa\u0303 đie\u0302\u0300n.xlsx"
    book = keep(report, SimpleUploadedFile(decomposed, b"x"), by=cast.lan)
    book.refresh_from_db()
    assert book.name == "Biểu mẫu đã điền.xlsx"
    assert len(keep(report, SimpleUploadedFile("a" * 240 + ".xlsx", b"x"), by=cast.lan).name) == 200


class Broken(FileSystemStorage):
    def _save(self, name, content):
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_and_leaves_nothing(cast, report, client, monkeypatch, tmp_path):
    monkeypatch.setattr(STORAGE, "storage", Broken(location=tmp_path / "full"))
    client.force_login(cast.lan)
    response = upload(client, blank(report))
    assert errors_of(response) == ["Máy chủ chưa ghi được tệp; chưa có gì được lưu. Hãy thử lại sau."]
    assert Workbook.objects.count() == 0


def test_a_row_that_cannot_be_written_takes_its_file_along(cast, report, monkeypatch):
    def fail(self, *args, **kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(Workbook, "save", fail)
    with pytest.raises(RuntimeError):
        keep(report, SimpleUploadedFile("a.xlsx", b"x"), by=cast.lan)
    assert on_disk() == 0


def test_stored_files_are_private(cast, report, client, tmp_path):
    field = Workbook._meta.get_field("file")
    assert Path(settings.STORAGES["private"]["OPTIONS"]["location"]) == settings.PRIVATE_FILES
    served = [settings.BASE_DIR / "static", settings.STATIC_ROOT]
    assert not any(Path(settings.PRIVATE_FILES).resolve().is_relative_to(folder) for folder in served)
    assert settings.MEDIA_URL in ("", "/")
    book = keep(report, SimpleUploadedFile("Danh sách.xlsx", blank(report)), by=cast.lan)
    stored = Path(field.storage.path(book.file.name))
    assert (stored.stat().st_mode & 0o777, stored.suffix, stored.parent.name) == (0o600, "", str(report.pk))
    client.force_login(cast.lan)
    for address in (f"/static/{book.file.name}", f"/media/{book.file.name}", f"/{book.file.name}"):
        assert client.get(address).status_code == 404


def test_the_private_storage_is_the_one_of_the_settings(monkeypatch):
    monkeypatch.undo()
    assert Path(STORAGE.storage.location) == Path(settings.PRIVATE_FILES)


def test_a_file_gone_from_the_disk_is_not_found(cast, report, client):
    book = keep(report, SimpleUploadedFile("a.xlsx", filled(report, {"T6.06": "x"})), by=cast.lan)
    Path(book.file.path).unlink()
    client.force_login(cast.lan)
    assert [client.get(f"{BASE}{book.pk}/{page}").status_code for page in ("", "danh-dau/")] == [404, 404]
    assert client.post(f"{BASE}{book.pk}/").status_code == 404
    assert client.get(BASE).status_code == 200


def test_the_list_of_old_uploads_is_bounded_and_costs_the_same(cast, report, client):
    client.force_login(cast.lan)
    keep(report, SimpleUploadedFile("dau.xlsx", b"x"), by=cast.lan)
    client.get(BASE)
    with CaptureQueriesContext(connection) as few:
        client.get(BASE)
    for number in range(KEPT):
        keep(report, SimpleUploadedFile(f"{number}.xlsx", b"x"), by=cast.lan)
    with CaptureQueriesContext(connection) as many:
        page = client.get(BASE)
    assert [book.name for book in page.context["books"]] == [f"{number}.xlsx" for number in reversed(range(KEPT))]
    assert len(few) == len(many)


# --- what is told ----------------------------------------------------------------------------


def test_everything_is_told_before_anything_is_stored(cast, report, client):
    typed(report, cast.lan, 6, {"T6.06": "4", "results": "Kết quả cũ."})
    sheet = sheet_of(report)
    sheet.put("12 trẻ", "T6.06").put("=1+1", "T6.07").put("không rõ", "T6.08").put("ba", "T6.09")
    sheet.put("Kết quả mới.", "6:results")
    sheet.book.create_sheet("Nháp riêng")["B2"] = "chữ"
    before = state_of(report)
    client.force_login(cast.lan)
    page = client.get(upload(client, sheet.saved()).url)
    reading = page.context["reading"]
    figures = "Số liệu"
    assert [(d.sheet, d.address, d.found) for d in reading.defects] == [
        (figures, sheet.address("T6.07"), reading.defects[0].found),
        (figures, sheet.address("T6.08"), "không rõ"),
        (figures, sheet.address("T6.09"), "ba"),
    ]
    text = page.content.decode()
    for defect in reading.defects:
        assert f"{defect.sheet}!{defect.address}" in text
    assert said(page.context["preview"]) == {
        (6, "T6.06"): ("4", "12"),
        (6, "results"): ("Kết quả cũ.", "Kết quả mới."),
    }
    (entry, _results) = page.context["preview"].entries
    assert (entry.found, entry.address) == ("12 trẻ", sheet.address("T6.06"))
    assert entry.note
    assert entry.note in text
    assert [left.sheet for left in reading.left_alone] == ["Nháp riêng"]
    assert "Nháp riêng" in text
    assert "Nhập được sau khi mọi điểm phải sửa đã được sửa trong tệp." in text
    assert "Nhập vào báo cáo" not in text
    client.post(page.request["PATH_INFO"], seen_in(page))
    assert state_of(report) == before


def test_words_and_names_of_a_file_are_shown_and_never_run(cast, report, client):
    client.force_login(cast.lan)
    page = client.get(upload(client, filled(report, {"6:results": "<script>alert(1)</script>"}), "<b>.xlsx").url)
    text = page.content.decode()
    assert "<script>alert(1)" not in text
    assert "<b>.xlsx" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_one_question_is_asked_and_its_answer_kept_and_can_be_changed(cast, report, client):
    client.force_login(cast.lan)
    address = upload(client, filled(report, {"T2.05": "1.234"})).url
    page = client.get(address)
    assert [(c.found, c.vi, c.en) for c in page.context["reading"].question.cells] == [
        ("1.234", Decimal(1234), Decimal("1.234"))
    ]
    assert "Nhập vào báo cáo" not in page.content.decode()
    with pytest.raises(NotTaken):
        page.context["preview"].take()
    for notation, shown in (("en", "1,234"), ("vi", "1.234")):
        assert client.post(address, {"notation": notation}).url == address
        page = client.get(address)
        assert page.context["reading"].question is None
        assert said(page.context["preview"]) == {(2, "T2.05"): ("(để trống)", shown)}
    assert client.post(address, {"notation": "fr"}).status_code == 302  # no such notation
    assert Workbook.objects.get().notation == "vi"


# --- taking in -------------------------------------------------------------------------------


def test_what_is_taken_goes_through_the_door_of_every_save(cast, report, client):
    client.force_login(cast.lan)
    content = filled(report, {"T6.06": 7, "T6.06:girls": 3, "6:results": "Đã tập huấn.", ":direction": "Chỉ đạo."})
    address = upload(client, content).url
    page = client.get(address)
    assert Edit.objects.count() == 0
    response = client.post(address, seen_in(page), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Đã nhập 4 ô từ tệp Excel."]
    assert response.request["PATH_INFO"] == "/bao-cao/2020/na-hang/"
    report.refresh_from_db()
    assert report.updated_by == cast.lan
    assert sorted(Edit.objects.values_list("part", "name", "before", "after", "by__username"), key=str) == sorted(
        [
            (6, "T6.06", "", "7", "lan"),
            (6, "T6.06:girls", "", "3", "lan"),
            (6, "results", "", "Đã tập huấn.", "lan"),
            (None, "direction", "", "Chỉ đạo.", "lan"),
        ],
        key=str,
    )
    assert answers_of(report) == {Cell("T6.06"): Answer(Decimal(7)), Cell("T6.06", "girls"): Answer(Decimal(3))}
    book = Workbook.objects.get()
    assert book.taken_at is not None
    taken = state_of(report)
    again = client.post(address, seen_in(client.get(address)), follow=True)
    assert [str(message) for message in again.context["messages"]] == ["Đã nhập 0 ô từ tệp Excel."]
    assert state_of(report) == taken


def test_empty_cells_never_wipe_and_cells_as_handed_out_never_overwrite(cast, report):
    typed(report, cast.lan, 6, {"T6.06": "5", "T6.07": "6", "results": "Trước."})
    content = filled(report, {"T6.06": None, "T6.08": 9, "6:results": None})
    typed(report, cast.ky, 6, {"T6.07": "66", "difficulties": "Mới gõ."})
    preview = laid(report, cast.lan, content)
    assert said(preview) == {(6, "T6.08"): ("(để trống)", "9")}
    assert preview.take() == Taken(1)
    values = {str(cell): answer.value for cell, answer in answers_of(report).items()}
    assert values == {"T6.06": 5, "T6.07": 66, "T6.08": 9}
    result = report.results.get(number=6)
    assert (result.results, result.difficulties) == ("Trước.", "Mới gõ.")


CLASHES = [  # ticked to be kept, what is stored then
    (["6|T6.06"], {"T6.06": 55, "T6.07": 8}),
    ([], {"T6.06": 7, "T6.07": 8}),
    (["6|T6.06", "6|T6.07"], {"T6.06": 55}),
]


@pytest.mark.parametrize(("kept", "stored"), CLASHES)
def test_what_the_portal_has_newer_is_shown_and_kept_unless_chosen(cast, report, client, kept, stored):
    typed(report, cast.lan, 6, {"T6.06": "5"})
    content = filled(report, {"T6.06": 7, "T6.07": 8})
    typed(report, cast.ky, 6, {"T6.06": "55"})
    client.force_login(cast.lan)
    address = upload(client, content).url
    page = client.get(address)
    assert [(e.name, e.stored, e.text, e.clash) for e in page.context["preview"].entries] == [
        ("T6.06", "55", "7", True),
        ("T6.07", "(để trống)", "8", False),
    ]
    boxes = [tag for tag in page.content.decode().split("<input") if 'name="keep"' in tag]
    assert [("checked" in box.partition(">")[0]) for box in boxes] == [True, False]
    client.post(address, seen_in(page) | {"keep": kept})
    assert {str(cell): answer.value for cell, answer in answers_of(report).items()} == stored


def test_a_colleagues_save_after_the_preview_is_a_conflict_and_stays(cast, report, client):
    client.force_login(cast.lan)
    address = upload(client, filled(report, {"T6.06": 7, "T6.07": 8, "6:results": "Của tệp."})).url
    page = client.get(address)
    typed(report, cast.ky, 6, {"T6.06": "55", "results": "Của đồng nghiệp."})
    response = client.post(address, seen_in(page), follow=True)
    assert response.request["PATH_INFO"] == address
    assert [str(message) for message in response.context["messages"]] == [
        "Đã nhập 1 ô từ tệp Excel.",
        "Còn 2 ô mà người khác vừa sửa trên cổng: chưa nhập, hãy xem và chọn ở ngay dưới đây.",
    ]
    assert {str(cell): answer.value for cell, answer in answers_of(report).items()} == {"T6.06": 55, "T6.07": 8}
    assert report.results.get(number=6).results == "Của đồng nghiệp."
    assert [(e.name, e.stored, e.clash) for e in response.context["preview"].entries] == [
        ("T6.06", "55", True),
        ("results", "Của đồng nghiệp.", True),
    ]
    client.post(address, seen_in(response) | {"keep": "6|results"})  # chosen: the file's figure, the portal's text
    assert answers_of(report)[Cell("T6.06")].value == 7
    assert report.results.get(number=6).results == "Của đồng nghiệp."


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 12, "١"])
def test_a_forged_count_of_saves_is_no_500(cast, report, client, sent):
    client.force_login(cast.lan)
    address = upload(client, filled(report, {"T6.06": 7})).url
    assert client.post(address, {"seen-6": sent}).status_code == 302
    assert answers_of(report)[Cell("T6.06")].value == 7


def test_a_save_between_entries_and_taking_is_a_conflict_without_a_page_too(cast, report):
    preview = laid(report, cast.lan, filled(report, {"T6.06": 7}))
    assert said(preview) == {(6, "T6.06"): ("(để trống)", "7")}
    typed(report, cast.ky, 6, {"T6.06": "55"})
    assert preview.take() == Taken(0, 1)
    assert answers_of(report)[Cell("T6.06")].value == 55


def test_parts_that_are_locked_stay_as_they_are(cast, report, client):
    content = filled(report, {"T6.06": 7, "T7.01": 8, "7:results": "Sửa trộm."})
    put(report, cast, "returned")
    client.force_login(cast.lan)
    page = client.get(upload(client, content).url)
    assert [(e.section, e.name, e.locked) for e in page.context["preview"].entries] == [
        (6, "T6.06", False),
        (7, "T7.01", True),
        (7, "results", True),
    ]
    assert page.content.decode().count("Phần này đang khóa, không nhập") == 2
    before = answers_of(report)[Cell("T7.01")]
    client.post(page.request["PATH_INFO"], seen_in(page))
    answers = answers_of(report)
    assert (answers[Cell("T6.06")].value, answers[Cell("T7.01")]) == (7, before)
    assert report.results.get(number=7).results != "Sửa trộm."


def test_a_part_that_closes_while_the_file_goes_in_is_told_and_does_not_stop_the_others(cast, report, client):
    """T1.08 <= T0.07: the error stands in task 1; put right in the shared figures, task 1 closes."""
    content = filled(report, {"T0.07": 9, "T1.08": 6})
    fill(report, by=cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(0, "T0.07", "Xem lại.")])
    report.refresh_from_db()
    write_answers(report, {Cell("T1.08"): Answer(Decimal(5))})
    client.force_login(cast.lan)
    page = client.get(upload(client, content).url)
    assert [(e.name, e.locked) for e in page.context["preview"].entries] == [("T0.07", False), ("T1.08", False)]
    response = client.post(page.request["PATH_INFO"], seen_in(page), follow=True)
    answers = answers_of(report)
    assert (answers[Cell("T0.07")].value, answers[Cell("T1.08")].value) == (9, 5)
    first, second = (str(message) for message in response.context["messages"])
    assert first == "Đã nhập 1 ô từ tệp Excel."
    assert second.endswith(": lỗi đã được sửa ở phần khác nên phần này khóa lại, chưa nhập.")
    assert [(e.name, e.locked) for e in response.context["preview"].entries] == [("T1.08", True)]


NOT_NOW = {
    "handed": "Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại.",
    "submitted": "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được.",
}


@pytest.mark.parametrize("state", NOT_NOW)
@pytest.mark.parametrize("change", [{"T6.06": 7}, {"T6.06": 0}])
def test_a_report_that_left_the_desk_takes_nothing_and_says_why(cast, report, client, state, change):
    """Also where the file would change nothing: it does not count as taken."""
    book = keep(report, SimpleUploadedFile("a.xlsx", filled(report, change)), by=cast.lan)
    put(report, cast, state)
    client.force_login(cast.lan)
    page = client.get(f"{BASE}{book.pk}/")
    assert "Nhập vào báo cáo" not in page.content.decode()
    response = client.post(f"{BASE}{book.pk}/", seen_in(page), follow=True)
    assert [str(message) for message in response.context["messages"]] == [NOT_NOW[state]]
    book.refresh_from_db()
    assert book.taken_at is None


def test_a_report_sent_between_asking_and_storing_takes_nothing(cast, report):
    """The part's row is held and asked again: what the preview believed does not count."""
    fill(report, by=cast.lan)
    preview = laid(report, cast.lan, filled(report, {"T6.06": 7, ":direction": "Mới."}))
    assert len(preview.entries) == 2
    other = type(report).objects.get(pk=report.pk)
    move(other, Action.SUBMIT, by=cast.ky)
    with pytest.raises(NotTaken) as refused:
        preview.take()
    assert str(refused.value) == NOT_NOW["submitted"]
    assert answers_of(report)[Cell("T6.06")].value == 0
    assert Workbook.objects.get().taken_at is None


@pytest.mark.parametrize("value", ["ba mươi", "1.234", "#REF!"])
def test_a_file_that_is_not_clean_is_not_taken_at_all(cast, report, value):
    preview = laid(report, cast.lan, filled(report, {"T2.05": value, "T6.06": 7}))
    with pytest.raises(NotTaken) as refused:
        preview.take()
    assert str(refused.value) == "Tệp còn điểm phải sửa nên chưa nhập; hãy sửa rồi tải lên lại."
    assert answers_of(report) == {}


# --- a figure and "không phát sinh" ------------------------------------------------------------

FIGURE, TICK = {"T6.06": "5"}, {"T6.06:nothing": "on"}
NOTHING_AT_ALL = Answer(nothing=True)
BOXES = [  # handed out with, typed in the portal since, the file says, kept by default?, what is stored
    (TICK, {}, {"T6.06": 7, "T6.06:nothing": None}, False, Answer(Decimal(7))),
    (FIGURE, {}, {"T6.06": "không phát sinh"}, False, NOTHING_AT_ALL),
    (FIGURE, {}, {"T6.06": None, "T6.06:nothing": "x"}, False, NOTHING_AT_ALL),
    ({}, TICK, {"T6.06": 7}, True, NOTHING_AT_ALL),
    ({}, FIGURE, {"T6.06:nothing": "x"}, True, Answer(Decimal(5))),
    (FIGURE, {"T6.06": "", "T6.06:nothing": "on"}, {"T6.07": 1}, False, NOTHING_AT_ALL),
    (TICK, {"T6.06": "5", "T6.06:nothing": ""}, {"T6.07": 1}, False, Answer(Decimal(5))),
]


@pytest.mark.parametrize(("handed_out", "since", "says", "clash", "stored"), BOXES)
def test_a_figure_and_the_box_never_end_up_side_by_side(cast, report, handed_out, since, says, clash, stored):
    typed(report, cast.lan, 6, handed_out)
    content = filled(report, says)
    typed(report, cast.ky, 6, since)
    preview = laid(report, cast.lan, content)
    own = [entry for entry in preview.entries if not entry.follows and entry.name.startswith("T6.06")]
    assert [entry.clash for entry in own] == ([clash] if "T6.07" not in says else [])
    preview.take([entry.key for entry in preview.entries if entry.clash and not entry.follows])
    assert answers_of(report).get(Cell("T6.06")) == stored
    assert report.results.get(number=6).unread == {}


@pytest.mark.parametrize(("since", "says", "stored"), [(TICK, {"T6.06": 7}, 7), (FIGURE, {"T6.06:nothing": "x"}, None)])
def test_a_clash_decided_for_the_file_takes_the_box_along(cast, report, since, says, stored):
    content = filled(report, says)
    typed(report, cast.ky, 6, since)
    laid(report, cast.lan, content).take([])
    answer = answers_of(report)[Cell("T6.06")]
    assert (answer.value, answer.nothing) == (stored, stored is None)
    assert report.results.get(number=6).unread == {}


def test_what_follows_has_no_box_of_its_own(cast, report, client):
    typed(report, cast.lan, 6, TICK)
    client.force_login(cast.lan)
    page = client.get(upload(client, filled(report, {"T6.06": 7, "T6.06:nothing": None})).url)
    assert [(e.name, e.follows) for e in page.context["preview"].entries] == [
        ("T6.06", ""),
        ("T6.06:nothing", "6|T6.06"),
    ]
    text = page.content.decode()
    assert (text.count('name="keep"'), text.count("Theo ô đã điền của cùng chỉ tiêu")) == (1, 1)


# --- handed back -----------------------------------------------------------------------------


def test_the_annotated_file_is_a_workbook_with_a_vietnamese_name(cast, report, client):
    client.force_login(cast.lan)
    sheet = sheet_of(report).put("ba", "T6.06").put(4, "T6.07")
    address = upload(client, sheet.saved(), "Báo cáo huyện – đã điền.xlsx").url
    response = client.get(f"{address}danh-dau/")
    assert response["Content-Type"] == XLSX
    disposition = response["Content-Disposition"]
    assert unquote(disposition.partition("utf-8''")[2]) == "Báo cáo huyện – đã điền - lỗi cần sửa.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    cell = book["Số liệu"][sheet.address("T6.06")]
    assert (cell.value, cell.comment is not None) == ("ba", True)
    assert book["Số liệu"][sheet.address("T6.07")].comment is None
    again = client.get(upload(client, response.content).url).context["reading"]
    assert [(d.address, d.found) for d in again.defects] == [(cell.coordinate, "ba")]


# --- there and back --------------------------------------------------------------------------


def texts_of(report):
    tasks = {
        (result.number, name): getattr(result, name)
        for result in TaskResult.objects.filter(report=report)
        for name in ("results", "difficulties", "proposals", "not_ours", "not_ours_reason")
    }
    return tasks | {overview.part: overview.text for overview in Overview.objects.filter(report=report)}


def answer_for(number, indicator, option):
    if indicator.value_type == "yes_no":
        return number % 2
    if indicator.value_type == "percent":
        return Decimal(number % 100) + Decimal("0.5")
    if indicator.value_type == "money":
        return Decimal(1000 + number) + Decimal("0.125")
    return 1000 + number


def whole_form(report):
    """A value for every input of the report: ({what is written into the file}, {Cell: Answer})."""
    values, answers = {}, {}
    for number, indicator in enumerate(i for i in report.indicators() if not i.computed):
        if number % 7 == 3:
            values[f"{indicator.code}:{NOTHING}"] = "x"
            answers[Cell(indicator.code)] = Answer(nothing=True)
            continue
        detail, estimate = f"Ghi chú {indicator.code}", indicator.value_type != "yes_no" and number % 2 == 0
        for option in indicator.options:
            value = answer_for(number, indicator, option)
            said = ("Không", "Có")[value] if indicator.value_type == "yes_no" else value
            values[indicator.code if option == "total" else f"{indicator.code}:{option}"] = said
            own = {"detail": detail, "estimate": estimate} if option == "total" else {}
            answers[Cell(indicator.code, option)] = Answer(Decimal(value), **own)
        values[f"{indicator.code}:{DETAIL}"] = detail
        if estimate:
            values[f"{indicator.code}:{ESTIMATE}"] = "x"
    return values, answers


def test_everything_filled_in_comes_back_equal(cast, report, client):
    values, answers = whole_form(report)
    texts = {"direction": "Công tác chỉ đạo.\n\nĐoạn hai.", "next_year": "Kế hoạch năm sau."}
    for number in report.period.task_numbers():
        texts |= {(number, name): f"{name} của nhiệm vụ {number}.\nDòng hai." for name in ("results", "proposals")}
    places = {(f":{place}" if isinstance(place, str) else f"{place[0]}:{place[1]}"): t for place, t in texts.items()}
    client.force_login(cast.lan)
    address = upload(client, filled(report, values | places)).url
    page = client.get(address)
    assert page.context["reading"].clean, page.context["reading"].defects
    assert all(not entry.clash for entry in page.context["preview"].entries)
    client.post(address, seen_in(page))
    assert answers_of(report) == answers
    assert {place: text for place, text in texts_of(report).items() if text} == texts
    after = state_of(report)
    second = laid(report, cast.lan, blank(report))  # handed out again: the same, and it changes nothing
    assert (said(second), second.take()) == ({}, Taken())
    assert state_of(report) == after


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
@pytest.mark.xdist_group("soffice")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_form_saved_by_libreoffice_changes_nothing(cast, report, tmp_path, kind):
    values, answers = whole_form(report)
    laid(report, cast.lan, filled(report, values | {"6:results": "Đã tập huấn 12 xã.\nDòng hai."})).take()
    before = state_of(report)
    assert before[0] == answers
    saved = converted({"bieu-mau": blank(report)}, kind, tmp_path)["bieu-mau"]
    preview = laid(report, cast.lan, saved, f"Biểu mẫu.{kind}")
    assert (preview.reading.clean, preview.reading.defects) == (True, [])
    assert (said(preview), preview.take()) == ({}, Taken())
    assert preview.same == len(preview.reading.understood) > len(answers)
    assert state_of(report) == before


# --- cost and privacy --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_the_preview_costs_the_same_for_one_change_and_for_thirty(cast, report, client, state):
    codes = [i.code for i in report.indicators() if not i.computed and i.value_type == "count"]
    one, thirty = filled(report, {codes[0]: 7}), filled(report, dict.fromkeys(codes[:30], 7))
    put(report, cast, state)
    client.force_login(cast.lan)
    counts = []
    for content, changes in ((one, 1), (thirty, 30)):
        address = upload(client, content).url
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert len(page.context["preview"].entries) == changes
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_text_that_names_a_child_is_logged_when_taken_and_not_before(cast, report):
    preview = laid(report, cast.lan, filled(report, {"6:results": CHILD, "5:results": "Đã cấp 3 giường bệnh."}))
    assert (len(preview.entries), PrivacyWarning.objects.count()) == (2, 0)
    preview.take()
    (warning,) = PrivacyWarning.objects.all()
    assert (warning.report, warning.part, warning.name, warning.by) == (report, 6, "results", cast.lan)
    assert "Hoa" not in warning.kinds
    assert workbooks.KEPT == 20
