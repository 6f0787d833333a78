"""Files beside a report: who lays them there, who sees them, what is refused, and that none is lost or doubled."""

import hashlib
import re
import threading
import unicodedata
from email.message import Message
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection
from django.test import override_settings

from reports import attachments
from reports.answers import Cell
from reports.attachments import (
    MOST_BYTES,
    MOST_EVER,
    MOST_FILES,
    AlreadyThere,
    NotTaken,
    attach,
    files_of,
    may_attach,
    open_parts,
    readable,
    remove,
)
from reports.models import Attachment, Event, PrivacyWarning, Report, answers_of
from reports.workflow import Remark, move
from tests.factories import fill, send
from tests.reports import files
from tests.reports.files import upload

BASE = "/bao-cao/2020/na-hang/"
PAGE = BASE + "tep/"
PEOPLE = ("lan", "ky", "minh", "yen", "huyen", "hung", "quan")


def sentences(response):
    """What the page says: its messages, and the lines of its error summary."""
    block = re.search(r"data-error-summary>.*?</div>", response.content.decode(), re.S)
    told = [str(message) for message in response.context["messages"]] if response.context else []
    return told + (re.findall(r'<li><a href="#\w+">(.*?)</a></li>', block.group()) if block else [])


def read(response):
    """A download to its end: so it closes its file by itself."""
    return b"".join(response.streaming_content)


FILE = Attachment._meta.get_field("file")


def on_disk():
    """How many files the storage holds."""
    return sum(1 for path in Path(FILE.storage.location).rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(FILE, "storage", FileSystemStorage(location=tmp_path / "private"))


def lay(report, by, name="Kế hoạch.pdf", part=3, content=None, at=None):
    """A file beside a report, through the door; ``at`` for the order of events in a test's own time."""
    content = files.pdf(text=f"{name} {part}") if content is None else content
    attachment = attach(report, part, upload(name, content), by).attachment
    if at is not None:
        Attachment.objects.filter(pk=attachment.pk).update(at=at)
        attachment.refresh_from_db()
    return attachment


# --- taking in -------------------------------------------------------------------------------


def test_what_comes_in_is_stored_whole_under_a_name_that_says_nothing(cast, report):
    content = files.word("Kế hoạch của huyện")
    taken = attach(report, 3, upload("Kế hoạch số 45.docx", content), cast.lan)
    kept = Attachment.objects.get()
    assert taken.attachment == kept
    assert (taken.notices, taken.private) == ((), ())
    assert (kept.report, kept.part, kept.name, kept.by) == (report, 3, "Kế hoạch số 45.docx", cast.lan)
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert kept.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert re.fullmatch(rf"{report.pk}/[0-9a-f]{{32}}", kept.file.name)
    with kept.file.open("rb") as stream:
        assert stream.read() == content
    assert on_disk() == 1


def test_a_name_that_says_another_kind_is_put_right_and_told(cast, report):
    taken = attach(report, None, upload("Báo cáo.doc", files.pdf()), cast.lan)
    assert taken.attachment.name == "Báo cáo.pdf"
    assert taken.attachment.content_type == "application/pdf"
    assert taken.notices == ("tên tệp nói khác nội dung: đây là PDF nên được lưu với tên “Báo cáo.pdf”.",)


REFUSED = [  # content, beginning of the sentence
    (lambda: b"", "tệp rỗng (0 byte)"),
    (lambda: b"\0" * (MOST_BYTES + 1), "tệp lớn hơn 20 MB"),
    (lambda: files.heic(), "ảnh HEIC"),
    (lambda: b"MZ" + bytes(99), "đây là chương trình"),
]


@pytest.mark.parametrize(("make", "beginning"), REFUSED)
def test_what_is_refused_leaves_neither_row_nor_file(cast, report, make, beginning):
    with pytest.raises(NotTaken) as refused:
        attach(report, 3, upload("tep.pdf", make()), cast.lan)
    assert str(refused.value).startswith(beginning)
    assert (Attachment.objects.count(), on_disk()) == (0, 0)


def test_the_very_same_file_is_told_and_not_stored_twice(cast, report):
    content = files.pdf()
    first = lay(report, cast.lan, "Kế hoạch.pdf", 3, content)
    with pytest.raises(AlreadyThere) as told:
        attach(report, 3, upload("Bản khác tên.pdf", content), cast.ky)
    assert str(told.value) == "tệp giống hệt đã có ở đây với tên “Kế hoạch.pdf”; không lưu thêm lần nữa."
    assert (Attachment.objects.count(), on_disk()) == (1, 1)
    lay(report, cast.lan, "Kế hoạch.pdf", 4, content)  # beside another task it is wanted
    remove(first, cast.lan)
    lay(report, cast.lan, "Kế hoạch.pdf", 3, content)  # taken out and laid there again
    assert Attachment.objects.standing().count() == 2


def test_another_file_of_the_same_name_comes_in_and_is_told(cast, report):
    lay(report, cast.lan, "Kế hoạch.pdf", 3, files.pdf())
    taken = attach(report, 3, upload("Kế hoạch.pdf", files.pdf(2)), cast.lan)
    assert [notice.partition(",")[0] for notice in taken.notices] == ["ở đây đã có một tệp cùng tên"]
    assert Attachment.objects.standing().count() == 2


def test_thirty_files_and_no_more(cast, report):
    for number in range(MOST_FILES):
        lay(report, cast.lan, f"{number}.png", 1 + number % 7, files.png(number + 1))
    with pytest.raises(NotTaken) as refused:
        lay(report, cast.lan, "31.pdf")
    assert str(refused.value).startswith("báo cáo đã có đủ 30 tệp")
    assert (Attachment.objects.count(), on_disk()) == (30, 30)
    remove(Attachment.objects.first(), cast.lan)
    lay(report, cast.lan, "31.pdf")


def test_taking_in_and_out_again_has_an_end(cast, report, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_EVER", 3)
    for number in range(3):
        remove(lay(report, cast.lan, f"{number}.pdf"), cast.lan)
    with pytest.raises(NotTaken) as refused:
        lay(report, cast.lan, "nua.pdf")
    assert str(refused.value).startswith("báo cáo này đã nhận 3 tệp, kể cả tệp đã gỡ")
    assert MOST_EVER > MOST_FILES


def test_a_task_that_is_not_asked_has_no_files(cast, report):
    for part in (0, 8, 99):
        with pytest.raises(NotTaken):
            lay(report, cast.lan, part=part)
    assert open_parts(report, cast.lan) == [None, 1, 2, 3, 4, 5, 6, 7]


def test_a_name_that_seems_to_tell_who_a_child_is_warns_and_is_logged_without_the_name(cast, report):
    name = "Danh_sách_cháu_Nguyễn_Thị_Bình_8_tuổi_trường_tiểu_học_Hoa_Sen.pdf"
    taken = attach(report, 6, upload(name, files.pdf()), cast.lan)
    assert taken.private
    (warning,) = PrivacyWarning.objects.all()
    assert (warning.report, warning.part, warning.name, warning.by) == (report, 6, "file", cast.lan)
    assert "Bình" not in warning.kinds
    assert attach(report, 6, upload("Kế hoạch 45 của UBND.pdf", files.pdf(2)), cast.lan).private == ()
    assert PrivacyWarning.objects.count() == 1


class Broken(FileSystemStorage):
    """A disk that is full after the first bytes."""

    def _save(self, name, content):
        super()._save(name, content)
        raise OSError(28, "No space left on device")


def test_a_disk_that_cannot_write_leaves_neither_row_nor_file(cast, report, monkeypatch, tmp_path, client, caplog):
    monkeypatch.setattr(FILE, "storage", Broken(location=tmp_path / "full"))
    client.force_login(cast.lan)
    response = client.post(PAGE, {"part": "3", "files": upload("Kế hoạch.pdf", files.pdf())})
    assert (response.status_code, Attachment.objects.count(), on_disk()) == (200, 0, 0)
    (told,) = sentences(response)
    assert told.startswith("“Kế hoạch.pdf”: máy chủ chưa ghi được tệp, chưa có gì được lưu")
    assert "Kế hoạch" not in caplog.text


def test_a_row_that_cannot_be_written_takes_its_file_along(cast, report, monkeypatch):
    def fail(self, *args, **kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(Attachment, "save", fail)
    with pytest.raises(RuntimeError):
        lay(report, cast.lan)
    assert on_disk() == 0


# --- who may ---------------------------------------------------------------------------------


def put(report, cast, state):
    """The report in ``state``; returned with a point for task 3 only."""
    fill(report, by=cast.lan)
    if state == "handed":
        move(report, "hand", by=cast.lan)
    if state in ("submitted", "returned", "accepted", "recalled"):
        move(report, "submit", by=cast.ky)
    if state == "returned":
        move(report, "return", by=cast.huyen, remarks=[Remark(3, "", "Bổ sung kế hoạch.")])
    if state == "accepted":
        move(report, "accept", by=cast.huyen)
    if state == "recalled":
        move(report, "recall", by=cast.ky)
    report.refresh_from_db()
    return report


MAY = {  # state: the parts (None the whole report) open to the body's own people
    "draft": [None, 1, 2, 3, 4, 5, 6, 7],
    "handed": [],
    "submitted": [],
    "returned": [None, 3],
    "accepted": [],
    "recalled": [None, 1, 2, 3, 4, 5, 6, 7],
}


def tried(call):
    """Whether ``call`` was allowed, or the sentence that refused it."""
    try:
        return bool(call())
    except NotTaken as refused:
        return str(refused)


@pytest.mark.parametrize("state", MAY)
def test_who_lays_files_where(cast, report, state):
    put(report, cast, state)
    people = {who: getattr(cast, who) for who in PEOPLE}
    own = {"lan", "ky"}
    assert {who: open_parts(report, person) for who, person in people.items()} == {
        who: MAY[state] if who in own else [] for who in PEOPLE
    }
    for part in (None, 3, 4):
        outcomes = {
            who: tried(lambda person=person: remove(lay(report, person, part=part), person))  # noqa: B023
            for who, person in people.items()
        }
        assert outcomes == {
            who: True if who in own and part in MAY[state] else may_attach(person, report, part).reason
            for who, person in people.items()
        }
        assert "" not in outcomes.values()


@pytest.mark.parametrize("state", MAY)
def test_who_takes_files_out_and_who_opens_them(client, cast, report, state):
    kept = lay(report, cast.lan, part=4)
    put(report, cast, state)
    sent = 200 if state in ("submitted", "returned", "accepted") else 404
    found = {}
    for who in sorted(PEOPLE, key=lambda who: who == "lan"):  # Lan last: she alone may end it
        client.force_login(getattr(cast, who))
        opened = client.get(f"{PAGE}{kept.pk}/")
        assert not opened.streaming or read(opened)
        asked = client.get(f"{PAGE}{kept.pk}/go/").status_code
        posted = client.post(f"{PAGE}{kept.pk}/go/").status_code if who != "ky" else None
        found[who] = (client.get(PAGE).status_code, opened.status_code, asked, posted)
    asked = 200 if 4 in MAY[state] else 302
    assert found == {
        "lan": (200, 200, asked, 302),
        "ky": (200, 200, asked, None),
        "minh": (404, 404, 404, 404),
        "yen": (404, 404, 404, 404),
        "huyen": (404, sent, 404, 404),
        "hung": (404, sent, 404, 404),
        "quan": (404, 404, 404, 404),
    }
    kept.refresh_from_db()
    assert kept.removed_by == (cast.lan if 4 in MAY[state] else None)


def test_signed_out_people_are_led_to_the_sign_in(client, cast, report):
    kept = lay(report, cast.lan)
    for address in (PAGE, f"{PAGE}{kept.pk}/", f"{PAGE}{kept.pk}/go/"):
        for response in (client.get(address), client.post(address)):
            assert (response.status_code, "/login/" in response.url) == (302, True)
    kept.refresh_from_db()
    assert kept.removed_at is None


def test_a_file_is_found_only_beside_its_own_report(client, cast, report, report_of):
    theirs = lay(report_of("chiem-hoa"), cast.minh)
    client.force_login(cast.lan)
    assert client.get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert client.get(f"/bao-cao/2020/chiem-hoa/tep/{theirs.pk}/").status_code == 404
    assert client.post(f"{PAGE}{theirs.pk}/go/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.removed_at is None


def names(report, user):
    return {file.name for file in files_of(report, user)}


def test_the_province_sees_what_was_sent_and_nothing_that_came_or_went_later(cast, report):
    before = lay(report, cast.lan, "gửi cùng.pdf")
    gone = lay(report, cast.lan, "gỡ trước khi gửi.pdf")
    remove(gone, cast.lan)
    assert names(report, cast.huyen) == set()
    send(report, cast.ky)
    assert names(report, cast.huyen) == names(report, cast.hung) == {"gửi cùng.pdf"}
    move(report, "return", by=cast.huyen, note="Bổ sung.")
    report.refresh_from_db()
    lay(report, cast.lan, "đang sửa.pdf")
    remove(before, cast.lan)
    assert names(report, cast.lan) == {"đang sửa.pdf"}
    assert names(report, cast.huyen) == {"gửi cùng.pdf"}  # what lay beside the sending stays readable
    send(report, cast.ky)
    assert names(report, cast.huyen) == {"đang sửa.pdf"}
    assert {file.name for file in readable(report, cast.lan)} == {
        "gửi cùng.pdf",
        "gỡ trước khi gửi.pdf",
        "đang sửa.pdf",
    }
    assert names(report, cast.quan) == names(report, cast.minh) == set()


def test_a_report_that_was_taken_back_shows_the_province_nothing(cast, report):
    lay(report, cast.lan)
    send(report, cast.ky)
    move(report, "recall", by=cast.ky)
    report.refresh_from_db()
    assert names(report, cast.huyen) == set()
    assert names(report, cast.lan) == {"Kế hoạch.pdf"}


def test_a_second_sending_that_was_taken_back_leaves_the_first(cast, report):
    lay(report, cast.lan, "lần 1.pdf")
    send(report, cast.lan)
    move(report, "return", by=cast.huyen, note="Bổ sung.")
    report.refresh_from_db()
    lay(report, cast.lan, "lần 2.pdf")
    send(report, cast.lan)
    assert names(report, cast.huyen) == {"lần 1.pdf", "lần 2.pdf"}
    move(report, "recall", by=cast.ky)
    report.refresh_from_db()
    assert names(report, cast.huyen) == {"lần 1.pdf"}


def test_what_was_taken_out_stays_on_record(cast, report):
    kept = lay(report, cast.lan)
    assert remove(kept, cast.ky) is True
    assert remove(kept, cast.lan) is False
    kept.refresh_from_db()
    assert kept.removed_by == cast.ky
    assert on_disk() == 1


# --- the pages -------------------------------------------------------------------------------


def test_several_files_at_once_each_for_itself(client, cast, report):
    client.force_login(cast.lan)
    sent = [
        upload("Kế hoạch.docx", files.word()),
        upload("Ảnh hội nghị.heic", files.heic()),
        upload("Biểu.xls", files.pdf()),
        upload("Kế hoạch 2.docx", b""),
    ]
    response = client.post(PAGE, {"part": "3", "files": sent})
    assert response.status_code == 200
    assert "<title>Lỗi: " in response.content.decode()
    told = [sentence.partition(";")[0] for sentence in sentences(response)]
    assert told == [
        "Đã nhận tệp “Kế hoạch.docx”.",
        "Đã nhận tệp “Biểu.pdf”.",
        "“Biểu.pdf”: tên tệp nói khác nội dung: đây là PDF nên được lưu với tên “Biểu.pdf”.",
        "“Ảnh hội nghị.heic”: ảnh HEIC của điện thoại, nhiều máy ở cơ quan không mở được",
        "“Kế hoạch 2.docx”: tệp rỗng (0 byte)",
    ]
    assert [(file.name, file.part) for file in Attachment.objects.all()] == [("Kế hoạch.docx", 3), ("Biểu.pdf", 3)]
    assert '<option value="3" selected>' in response.content.decode()  # the place that was chosen stays chosen


def test_the_list_is_counted_by_task(client, cast, report):
    client.force_login(cast.lan)
    for name, part in (("Chung.pdf", None), ("Ba 1.pdf", 3), ("Ba 2.pdf", 3)):
        lay(report, cast.lan, name, part)
    remove(lay(report, cast.ky, "Gỡ rồi.pdf", 3), cast.ky)
    page = client.get(PAGE + "?phan=3")
    text = page.content.decode()
    assert [(title.partition(".")[0], [file.name for file in own]) for title, own in page.context["places"]] == [
        ("Cả báo cáo", ["Chung.pdf"]),
        ("3", ["Ba 1.pdf", "Ba 2.pdf"]),
    ]
    assert "3 tệp, " in text
    assert "(tối đa 30 tệp)" in text
    assert "1 tệp đã gỡ" in text
    assert '<option value="3" selected>' in text
    assert "mỗi tệp tối đa 20 MB, tất cả tối đa 30 tệp" in text
    assert 'accept=".pdf,.doc,.docx,.xls,.xlsx,.odt,.ods,.jpg,.jpeg,.jpe,.jfif,.png"' in text
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("asked", ["99", "x", "", "0", "chung"])
def test_an_unknown_place_in_the_address_is_the_whole_report(client, cast, report, asked):
    client.force_login(cast.lan)
    response = client.get(PAGE, {"phan": asked})
    assert '<option value="chung" selected>' in response.content.decode()


@pytest.mark.parametrize("part", ["99", "0", "", "abc"])
def test_a_forged_place_takes_nothing(client, cast, report, part):
    client.force_login(cast.lan)
    response = client.post(PAGE, {"part": part, "files": upload("a.pdf", files.pdf())})
    assert (response.status_code, Attachment.objects.count()) == (200, 0)


def test_no_file_chosen_is_told(client, cast, report):
    client.force_login(cast.lan)
    response = client.post(PAGE, {"part": "3"})
    assert sentences(response) == ["Chưa chọn tệp nào; hãy chọn tệp rồi bấm Tải lên."]
    assert (
        'aria-describedby="id_files_error' in response.content.decode() or "id_files_error" in response.content.decode()
    )


def test_a_sent_report_takes_nothing_and_says_why(client, cast, report):
    kept = lay(report, cast.lan)
    put(report, cast, "submitted")
    client.force_login(cast.lan)
    page = client.get(PAGE).content.decode()
    assert "Báo cáo đã gửi nên không sửa được" in page
    assert 'name="files"' not in page
    assert "/go/" not in page
    response = client.post(PAGE, {"part": "3", "files": upload("a.pdf", files.pdf(2))}, follow=True)
    assert sentences(response) == ["Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được."]
    client.post(f"{PAGE}{kept.pk}/go/")
    kept.refresh_from_db()
    assert (Attachment.objects.count(), kept.removed_at) == (1, None)


def test_taking_out_asks_first(client, cast, report):
    kept = lay(report, cast.lan, "Kế hoạch.pdf")
    client.force_login(cast.lan)
    page = client.get(f"{PAGE}{kept.pk}/go/")
    assert "Kế hoạch.pdf" in page.content.decode()
    kept.refresh_from_db()
    assert kept.removed_at is None
    assert sentences(client.post(f"{PAGE}{kept.pk}/go/", follow=True)) == ["Đã gỡ tệp “Kế hoạch.pdf”."]
    assert sentences(client.post(f"{PAGE}{kept.pk}/go/", follow=True)) == ["Tệp “Kế hoạch.pdf” đã được gỡ từ trước."]
    assert list(Attachment.objects.of(report)) == []


def test_nothing_typed_in_the_report_is_touched(client, cast, report):
    fill(report, {"T6.06": 5}, by=cast.lan)
    before = Report.objects.filter(pk=report.pk).values().get()
    client.force_login(cast.lan)
    client.post(PAGE, {"part": "6", "files": upload("a.pdf", files.pdf()), "T6.06": "9"})
    assert Report.objects.filter(pk=report.pk).values().get() == before
    assert answers_of(report)[Cell("T6.06")].value == 5


# --- handing out -----------------------------------------------------------------------------


def name_in(response):
    """The file name that a browser takes from the header (RFC 6266): the encoded one where both are there."""
    message = Message()
    message["Content-Disposition"] = response["Content-Disposition"]
    assert message.get_content_disposition() == "attachment"
    name = message.get_param("filename*", header="content-disposition") or message.get_filename()
    return unquote(name[2], name[0]) if isinstance(name, tuple) else unquote(name.removeprefix("utf-8''"))


@pytest.mark.parametrize(
    "name",
    [
        "Kế hoạch phòng, chống đuối nước ở huyện Nà Hang.pdf",
        "ĂÂĐÊÔƠƯ ăâđêôơư ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ýỳỷỹỵ.pdf",
        'bao cao; filename="khac.exe".pdf',
        "plain.pdf",
        "100% \\ 'x'.pdf",
    ],
)
def test_any_name_comes_back_from_the_header(client, cast, report, name):
    content = files.pdf(text=name)
    kept = lay(report, cast.lan, unicodedata.normalize("NFD", name), content=content)
    client.force_login(cast.lan)
    response = client.get(f"{PAGE}{kept.pk}/")
    assert name_in(response) == kept.name
    assert read(response) == content
    if not set('"\\') & set(name):
        assert kept.name == name


@pytest.mark.parametrize(
    ("make", "content_type"),
    [
        (files.pdf, "application/pdf"),
        (files.old_word, "application/msword"),
        (files.png, "image/png"),
        (files.excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_is_saved_and_never_shown_inside_the_portal(client, cast, report, make, content_type):
    kept = lay(report, cast.lan, content=make())
    client.force_login(cast.lan)
    response = client.get(f"{PAGE}{kept.pk}/")
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert read(response)
    assert client.post(f"{PAGE}{kept.pk}/").status_code == 405


def test_a_file_that_is_gone_from_the_disk_gives_a_sentence(client, cast, report):
    kept = lay(report, cast.lan)
    FILE.storage.delete(kept.file.name)
    client.force_login(cast.lan)
    response = client.get(f"{PAGE}{kept.pk}/")
    assert response.status_code == 503
    assert response.content.decode() == "Máy chủ không đọc được tệp này; hãy báo quản trị cổng."


# --- large files -----------------------------------------------------------------------------


def test_ten_megabytes_come_in_by_the_disk_and_go_out_whole(client, cast, report, monkeypatch):
    content = files.large_pdf(10 * 1024 * 1024)
    assert len(content) == 10 * 1024 * 1024
    received = []
    monkeypatch.setattr(
        "reports.views.attachments.attach",
        lambda report, part, upload, by: received.append(type(upload)) or attach(report, part, upload, by),
    )
    client.force_login(cast.lan)
    response = client.post(PAGE, {"part": "3", "files": upload("Bản quét.pdf", content)})
    assert response.status_code == 302
    assert received == [TemporaryUploadedFile]  # streamed to the disk, never held in memory
    kept = Attachment.objects.get()
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert read(client.get(f"{PAGE}{kept.pk}/")) == content


HANDLERS = [
    "reports.uploads.CutLongFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False), (3_000_000, False)])
@override_settings(FILE_UPLOAD_HANDLERS=HANDLERS)
def test_a_file_over_the_limit_is_cut_while_it_comes_and_refused(client, cast, report, monkeypatch, more, taken):
    seen = []
    monkeypatch.setattr(
        "reports.views.attachments.attach",
        lambda report, part, upload, by: seen.append(upload.size) or attach(report, part, upload, by),
    )
    client.force_login(cast.lan)
    content = files.large_pdf(MOST_BYTES) + b"\n" * more
    response = client.post(PAGE, {"part": "3", "files": upload("Bản quét.pdf", content)})
    assert response.status_code == (302 if taken else 200)
    assert Attachment.objects.count() == taken
    (received,) = seen
    assert min(len(content), MOST_BYTES) <= received <= MOST_BYTES + 65536


# --- several people at once ------------------------------------------------------------------


def together(*calls):
    """Run ``calls`` in threads that start at the same moment; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait()
            outcomes[index] = call()
        except NotTaken as refusal:
            outcomes[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.xdist_group("races")
def test_two_people_upload_the_last_file_at_once(transactional_db, cast, report, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 2)
    lay(report, cast.lan, "1.pdf")
    outcomes = together(
        lambda: attach(report, 3, upload("2.pdf", files.pdf(2)), cast.lan),
        lambda: attach(report, 4, upload("3.pdf", files.pdf(3)), cast.ky),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotTaken", "Taken"]
    assert (Attachment.objects.count(), on_disk()) == (2, 2)


@pytest.mark.xdist_group("races")
def test_the_same_file_by_two_clicks_at_once_is_stored_once(transactional_db, cast, report):
    content = files.pdf()
    outcomes = together(*[lambda: attach(report, 3, upload("a.pdf", content), cast.lan)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyThere", "Taken"]
    assert (Attachment.objects.count(), on_disk()) == (1, 1)


@pytest.mark.xdist_group("races")
def test_a_file_beside_a_sending_belongs_to_it_or_is_refused(transactional_db, cast, period, report):
    fill(report, by=cast.lan)
    taken, sent = together(
        lambda: attach(report, 3, upload("a.pdf", files.pdf()), cast.lan),
        lambda: move(report, "submit", by=cast.ky),
    )
    assert isinstance(sent, Event)
    report.refresh_from_db()
    seen = [file.pk for file in files_of(report, cast.huyen)]
    assert seen == ([] if isinstance(taken, NotTaken) else [taken.attachment.pk])


def test_the_list_asks_the_database_as_often_for_one_file_as_for_five(client, cast, report, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.lan)
    counts = []
    for number in range(5):
        lay(report, cast.lan, f"{number}.pdf")
        if number in (0, 4):
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_messages_never_hold_markup(client, cast, report):
    client.force_login(cast.lan)
    response = client.post(PAGE, {"part": "3", "files": upload("<b>x</b>.heic", files.heic())})
    assert "<b>x" not in response.content.decode()
    assert list(get_messages(response.wsgi_request)) == []
