"""A paper-only report: who records it, who types it, who reads what of it, and that no draft of a body is ever read."""

import datetime as dt
import json
import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from reports.answers import Cell
from reports.choices import Action, Channel, PetitionKind, Status
from reports.drafting import Change, NotWritable, Saved, save
from reports.models import Attachment, Edit, Event, PaperEntry, Point, Report, TaskResult, Workbook, answers_of
from reports.paper_entries import Refused, add_scan, amend, entry_of, register, withdraw
from reports.petitions import ask
from reports.workbooks import blank, keep
from reports.workflow import NotAllowed, Remark, move
from tests.conftest import at
from tests.factories import fill, send
from tests.reports import files
from tests.reports.files import upload

PAGE = "/bao-cao/2020/na-hang/"
PAPER = {
    "number": "45/BC-UBND",
    "signed_on": dt.date(2020, 12, 10),
    "incoming_number": "1234",
    "received_on": dt.date(2020, 12, 11),
}
TYPED = {
    "number": "45/BC-UBND",
    "signed_on": "10/12/2020",
    "incoming_number": "1234",
    "received_on": "11/12/2020",
    "entry": "",
}
WAIT = "Chuyên viên đang nhập báo cáo này từ bản giấy của cơ quan; bạn đọc được khi nhập xong."
DRAFTED = "Cơ quan đã soạn báo cáo trên cổng nên không nhập thay được; hãy đề nghị cơ quan gửi bản đó."


@pytest.fixture(autouse=True)
def december(tmp_path, settings):
    """The week after the deadline of 2020 ("trước ngày 15/12"): the paper came in before it."""
    with time_machine.travel(at(2020, 12, 16), tick=False) as clock:
        yield clock


def stored(report):
    return Report.objects.select_related("period", "body").get(pk=report.pk)


def entered(report, by, **extra):
    register(report, **PAPER | extra, by=by)
    return stored(report)


def type_all(report):
    """Everything an officer types, in one go."""
    fill(report)
    report.touch(report.paper_entries.open().get().by)
    return stored(report)


# --- recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("lan", False), ("ky", False), ("minh", False), ("huyen", True), ("tu", True), ("hung", False), ("quan", False)],
)
def test_only_officers_record_a_paper(cast, report, who, allowed):
    user = getattr(cast, who)
    if not allowed:
        with pytest.raises(Refused, match="Vai trò của bạn không được làm việc này"):
            register(report, **PAPER, by=user)
        assert (PaperEntry.objects.count(), Event.objects.count(), stored(report).channel) == (0, 0, Channel.PORTAL)
        return
    entry = register(report, **PAPER, by=user)
    assert {name: getattr(entry, name) for name in PAPER} == PAPER
    assert (entry.by, entry.version, entry.withdrawn_at, entry.scan) == (user, None, None, None)
    assert (stored(report).channel, stored(report).status, stored(report).on_paper) == ("paper", "draft", True)
    event = Event.objects.get()
    assert (event.action, event.by, event.note) == (
        Action.REGISTER,
        user,
        "Văn bản số 45/BC-UBND ngày 10/12/2020; số đến 1234, đến ngày 11/12/2020.",
    )


def drafted(cast, report):
    save(report, 6, [Change("difficulties", "", "Thiếu người")], by=cast.lan)


def laid_a_file(cast, report):
    Attachment.objects.create(report=report, name="x.pdf", size=1, content_type="x", sha256="x", by=cast.lan)


def handed(cast, report):
    move(fill(report), Action.HAND, by=cast.lan)


def taken_back(cast, report):
    send(report, cast.lan)
    move(report, Action.RECALL, by=cast.lan)


def sent(cast, report):
    send(report, cast.lan)


def returned(cast, report):
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")


def returned_and_typed(cast, report):
    returned(cast, report)
    with time_machine.travel(at(2020, 12, 17)):
        drafted(cast, report)


def mended_and_taken_back(cast, report):
    """Returned, put right, sent again and taken back before any officer opened it: nobody else read the new words."""
    returned_and_typed(cast, report)
    with time_machine.travel(at(2020, 12, 18)):
        move(stored(report), Action.SUBMIT, by=cast.ky)
        move(stored(report), Action.RECALL, by=cast.ky)
    assert (stored(report).status, stored(report).version) == (Status.RETURNED, 2)


def mended_and_returned_again(cast, report):
    """The sending after one that was taken back came back from the province: nothing in it is the body's alone."""
    mended_and_taken_back(cast, report)
    with time_machine.travel(at(2020, 12, 19)):
        move(stored(report), Action.SUBMIT, by=cast.ky)
        move(stored(report), Action.RETURN, by=cast.huyen, note="Xem lại.")


def returned_and_a_file(cast, report):
    returned(cast, report)
    with time_machine.travel(at(2020, 12, 17)):
        laid_a_file(cast, report)


def accepted(cast, report):
    sent(cast, report)
    move(report, Action.ACCEPT, by=cast.huyen)


def exempt(cast, report):
    move(report, Action.EXEMPT, by=cast.huyen, note="Mới thành lập.")


def on_paper(cast, report):
    entered(report, cast.tu)


THERE = "Cơ quan đã gửi báo cáo."
STATES = [
    (lambda cast, report: None, ""),
    (drafted, DRAFTED),
    (laid_a_file, DRAFTED),
    (handed, "Cơ quan đã trình ký báo cáo trên cổng; hãy chờ người ký gửi."),
    (taken_back, DRAFTED),
    (sent, THERE),
    (returned, ""),
    (returned_and_typed, DRAFTED),
    (returned_and_a_file, DRAFTED),
    (mended_and_taken_back, DRAFTED),
    (mended_and_returned_again, ""),
    (accepted, THERE),
    (exempt, "Cơ quan được miễn báo cáo kỳ này."),
    (on_paper, "Báo cáo đang được nhập từ bản giấy rồi."),
]


@pytest.mark.parametrize(("state", "reason"), STATES)
def test_in_which_state_a_paper_is_recorded(cast, report, state, reason, client):
    state(cast, report)
    before = (PaperEntry.objects.count(), Event.objects.count())
    client.force_login(cast.huyen)
    page = client.get(PAGE + "ban-giay/").content.decode()
    if not reason:
        assert "Ghi nhận và nhập nội dung" in page
        assert register(stored(report), **PAPER, by=cast.huyen).pk
        return
    assert reason in page or state is on_paper
    assert "Ghi nhận và nhập nội dung" not in page
    with pytest.raises(Refused) as refusal:
        register(stored(report), **PAPER, by=cast.huyen)
    assert str(refusal.value) == reason
    assert (PaperEntry.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"number": "45"}, {"number": "“45” chưa đủ số và ký hiệu văn bản; ví dụ 45/BC-UBND."}),
        ({"number": "\x00"}, {"number": "“” chưa đủ số và ký hiệu văn bản; ví dụ 45/BC-UBND."}),
        ({"incoming_number": " "}, {"incoming_number": "Hãy ghi số đến theo sổ văn bản đến, ví dụ 1234."}),
        ({"incoming_number": "abc"}, {"incoming_number": "Hãy ghi số đến theo sổ văn bản đến, ví dụ 1234."}),
        ({"incoming_number": "1" * 31}, {"incoming_number": "Số đến dài quá 30 chữ; hãy chỉ ghi số."}),
        (
            {"signed_on": dt.date(2020, 12, 17), "received_on": dt.date(2020, 12, 17)},
            {
                "signed_on": "Ngày 17/12/2020 chưa đến; hãy nhập ngày ghi trên văn bản.",
                "received_on": "Ngày 17/12/2020 chưa đến; hãy nhập ngày ghi trong sổ văn bản đến.",
            },
        ),
        (
            {"signed_on": dt.date(2010, 12, 10)},
            {"signed_on": "Ngày 10/12/2010 trước kỳ số liệu (từ 15/12/2019); hãy xem lại năm của văn bản."},
        ),
        (
            {"received_on": dt.date(2020, 12, 9)},
            {"received_on": "Ngày đến 09/12/2020 trước ngày văn bản 10/12/2020; hãy xem lại hai ngày."},
        ),
    ],
)
def test_what_is_wrong_on_the_record_is_said_at_once(cast, report, wrong, fields):
    with pytest.raises(Refused) as refusal:
        register(report, **PAPER | wrong, by=cast.huyen)
    assert refusal.value.fields == {
        name: sentence.replace("45/BC-UBND", f"45/BC-{report.body.symbol or 'UBND'}") if name == "number" else sentence
        for name, sentence in fields.items()
    }
    assert PaperEntry.objects.count() == 0


def test_the_database_keeps_one_paper_at_a_time(cast, report):
    entered(report, cast.huyen)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.create(report=report, **PAPER, by=cast.tu)


def test_what_is_kept_is_vietnamese_whatever_the_screen(cast, report):
    with translation.override("en"):
        entry = register(report, **PAPER, by=cast.huyen)
        amend(entry, **PAPER | {"incoming_number": "1235"}, by=cast.tu)
    assert [event.note for event in report.events.all()] == [
        "Văn bản số 45/BC-UBND ngày 10/12/2020; số đến 1234, đến ngày 11/12/2020.",
        "Sửa thông tin bản giấy. Văn bản số 45/BC-UBND ngày 10/12/2020; số đến 1235, đến ngày 11/12/2020.",
    ]


# --- sending --------------------------------------------------------------------------------------


def test_entered_after_the_deadline_it_is_in_time_by_the_day_it_came(cast, report):
    report = type_all(entered(report, cast.huyen))
    event = move(report, Action.SUBMIT, by=cast.tu)
    report = stored(report)
    assert (report.status, report.version, report.on_time) == (Status.SUBMITTED, 1, True)
    assert report.first_submitted_at == at(2020, 12, 11, 12)
    assert (report.submitted_at, report.opened_by) == (at(2020, 12, 16), cast.tu)
    assert entry_of(report, 1) == PaperEntry.objects.get()
    assert entry_of(report, 2) is None
    assert event.receipt.figures == len(event.content["figures"])


def test_came_too_late_it_is_late(cast, report):
    paper = PAPER | {"received_on": dt.date(2020, 12, 15)}
    register(report, **paper, by=cast.huyen)
    report = type_all(stored(report))
    move(report, Action.SUBMIT, by=cast.huyen)
    assert stored(report).on_time is False


def test_the_body_disputes_by_petition_and_writes_again_itself(cast, report, december):
    report = type_all(entered(report, cast.huyen))
    move(report, Action.SUBMIT, by=cast.huyen)
    with pytest.raises(NotAllowed, match="Chuyên viên đã mở báo cáo nên không tự rút lại được"):
        move(stored(report), Action.RECALL, by=cast.lan)
    december.move_to(at(2020, 12, 17))
    assert ask(stored(report), PetitionKind.TAKE_BACK, "Chuyên viên nhập nhầm T6.24", None, cast.lan).pk
    move(stored(report), Action.RETURN, by=cast.tu, note="Theo đề nghị.")
    report = stored(report)
    assert (report.channel, report.on_paper) == (Channel.PORTAL, False)
    december.move_to(at(2020, 12, 18))
    save(report, 6, [Change("T6.24", "0", "7")], by=cast.lan)
    event = move(stored(report), Action.SUBMIT, by=cast.ky)
    assert event.content["figures"]["T6.24"]["value"] == "7"
    assert (stored(report).version, stored(report).on_time) == (2, True)
    assert (entry_of(report, 1).incoming_number, entry_of(report, 2)) == ("1234", None)


def test_a_paper_of_a_returned_report(cast, report, december):
    returned(cast, report)
    december.move_to(at(2020, 12, 18))
    paper = PAPER | {"incoming_number": "1300", "received_on": dt.date(2020, 12, 18)}
    register(stored(report), **paper, by=cast.huyen)
    save(stored(report), 6, [Change("T6.24", "0", "7")], by=cast.huyen)
    move(stored(report), Action.SUBMIT, by=cast.huyen)
    report = stored(report)
    assert (report.version, report.first_submitted_at, report.status) == (2, at(2020, 12, 16), Status.SUBMITTED)
    assert (entry_of(report, 1), entry_of(report, 2).incoming_number) == (None, "1300")


# --- leaving it again -----------------------------------------------------------------------------


def test_withdrawn_it_is_as_if_nothing_had_been_typed(cast, report, december):
    """A paper recorded for the wrong body: nobody there finds the other body's figures, files or scan."""
    report = entered(report, cast.huyen, scan=upload("Báo cáo.pdf", files.pdf()))
    save(
        report, 6, [Change("T6.06", "", "5"), Change("results", "", "Kết quả"), Change("T6.07", "", "abc")], by=cast.tu
    )
    save(report, 6, [Change("T6.06", "5", "6")], by=cast.huyen)
    save(report, None, [Change("direction", "", "Chỉ đạo")], by=cast.huyen)
    file = Attachment.objects.create(report=report, name="x.pdf", size=1, content_type="x", sha256="x", by=cast.huyen)
    december.move_to(at(2020, 12, 17))
    withdraw(stored(report), cast.tu, "Nhầm cơ quan.")
    report, entry = stored(report), PaperEntry.objects.get()
    assert (report.channel, report.status, report.updated_at, report.updated_by) == ("portal", "draft", None, None)
    assert (entry.withdrawn_at, entry.version) == (at(2020, 12, 17), None)
    assert answers_of(report) == {}
    result = TaskResult.objects.get()
    assert (result.results, result.unread) == ("", {})
    assert set(report.overviews.values_list("text", flat=True)) == {""}
    file.refresh_from_db()
    assert (file.removed_by, Attachment.objects.standing().count()) == (cast.tu, 0)
    assert [(e.action, e.note) for e in report.events.all()][1:] == [(Action.HAND_BACK, "Nhầm cơ quan.")]
    assert register(report, **PAPER, by=cast.huyen).pk
    assert Edit.objects.count() == 9  # what happened stays on record


def test_withdrawn_from_a_returned_report_what_was_sent_stands_again(cast, report, december):
    fill(report, {"T6.24": 5})
    save(
        report, 6, [Change("results", TaskResult.objects.get(report=report, number=6).results, "Bản gửi")], by=cast.lan
    )
    mine = Attachment.objects.create(report=report, name="m.pdf", size=1, content_type="x", sha256="x", by=cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    december.move_to(at(2020, 12, 17))
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(6, "T6.24", "Sửa.")])
    december.move_to(at(2020, 12, 18))
    report = entered(report, cast.huyen)
    save(report, 6, [Change("T6.24", "5", "8"), Change("results", "Bản gửi", "Theo bản giấy")], by=cast.huyen)
    Point.objects.update(done_at=at(2020, 12, 18), done_by=cast.huyen)
    Attachment.objects.update(removed_at=at(2020, 12, 18), removed_by=cast.huyen)
    withdraw(stored(report), cast.huyen)
    assert answers_of(report)[Cell("T6.24")].value == 5
    assert TaskResult.objects.get(report=report, number=6).results == "Bản gửi"
    assert (Point.objects.get().done_at, Attachment.objects.get(pk=mine.pk).removed_at) == (None, None)
    assert register(stored(report), **PAPER, by=cast.tu).pk


@pytest.mark.parametrize("who", ["lan", "ky", "hung", "quan"])
def test_only_officers_withdraw(cast, report, who):
    entered(report, cast.huyen)
    with pytest.raises(Refused, match="Vai trò của bạn"):
        withdraw(stored(report), getattr(cast, who))
    assert stored(report).on_paper


def test_what_is_not_entered_is_not_withdrawn(cast, report):
    with pytest.raises(Refused, match="Báo cáo này không được nhập từ bản giấy"):
        withdraw(report, cast.huyen)


# --- who opens which page -------------------------------------------------------------------------

FILL_PAGES = {  # what an officer who enters a paper gets; None: for the body's people alone, always
    "": 200,
    "phan/6/": 200,
    "phan/0/": 200,
    "phan/chung/": 200,
    "phan/6/luu/": 200,
    "kiem-tra/": 200,
    "doc/": 200,
    "doc/6/": 200,
    "diem-can-sua/": 302,
    "buoc/gui/": 302,
    "buoc/trinh-ky/": 302,
    "excel/": 200,
    "excel/bieu-mau/": 200,
    "tep/": 200,
    "ban-ky/": None,
    "ban-in/pdf/": None,
    "ban-in/docx/": None,
    "cac-nam/": None,
    "xin-gia-han/": None,
    "xin-rut/": None,
}


@pytest.mark.parametrize(
    "state",
    [lambda cast, report: None, drafted, laid_a_file, handed, taken_back, returned, returned_and_typed, exempt],
)
def test_no_officer_ever_opens_a_bodys_own_draft(client, cast, report, state):
    state(cast, report)
    for user in (cast.huyen, cast.tu, cast.hung, cast.quan):
        client.force_login(user)
        for page in FILL_PAGES:
            assert client.get(PAGE + page).status_code == 404, page
            assert client.post(PAGE + page, {}).status_code in (404, 405), page


@pytest.mark.parametrize("who", ["huyen", "tu", "hung", "quan", "minh"])
def test_the_pages_of_a_paper_that_is_entered(client, cast, report, who):
    entered(report, cast.huyen)
    client.force_login(getattr(cast, who))
    expected = {page: status or 404 for page, status in FILL_PAGES.items()}
    found = {page: client.get(PAGE + page).status_code for page in FILL_PAGES}
    assert found == (expected if who in ("huyen", "tu") else dict.fromkeys(FILL_PAGES, 404))


def test_once_sent_the_officer_reads_that_it_is_sent(client, cast, report):
    move(type_all(entered(report, cast.huyen)), Action.SUBMIT, by=cast.huyen)
    client.force_login(cast.tu)
    found = {page: client.get(PAGE + page).status_code for page in FILL_PAGES}
    shut = {"phan/6/": 302, "phan/0/": 302, "phan/chung/": 302, "kiem-tra/": 302, "doc/": 404, "doc/6/": 404}
    assert found == {page: status or 404 for page, status in FILL_PAGES.items()} | shut
    assert client.post(PAGE + "phan/6/", {"results": "x", "seen": "0"}).status_code == 409
    assert Edit.objects.count() == 0
    move(stored(report), Action.RETURN, by=cast.huyen, note="Xem lại.")
    assert {client.get(PAGE + page).status_code for page in FILL_PAGES} == {404}


@pytest.mark.parametrize("who", ["lan", "ky"])
def test_the_bodys_people_wait_with_a_sentence(client, cast, report, who):
    entered(report, cast.huyen)
    save(stored(report), 6, [Change("results", "", "Chép từ bản giấy")], by=cast.huyen)
    client.force_login(getattr(cast, who))
    for page in FILL_PAGES:
        if page not in ("", "phan/6/luu/", "xin-gia-han/", "xin-rut/"):
            answer = client.get(PAGE + page, follow=True)
            assert answer.redirect_chain[-1][0] == PAGE, page
            text = answer.content.decode()
            assert WAIT in text
            assert "Chép từ bản giấy" not in text
            assert "Kiểm tra và gửi" not in text


@pytest.mark.parametrize("who", ["lan", "ky"])
def test_the_bodys_people_write_nothing_meanwhile(client, cast, report, who):
    entered(report, cast.huyen)
    user = getattr(cast, who)
    client.force_login(user)
    told = {"person": user.pk, "seen": 0, "changes": [{"name": "T6.06", "was": "", "now": "1"}]}
    answer = client.post(PAGE + "phan/6/luu/", json.dumps(told), content_type="application/json")
    assert (answer.status_code, answer.json()) == (409, {"sentence": WAIT})
    page = client.post(PAGE + "phan/6/", {"results": "Lời của cơ quan", "seen": "0"})
    assert (page.status_code, "Lời của cơ quan" in page.content.decode()) == (409, True)
    assert client.post(PAGE + "buoc/gui/", {}, follow=True).content.decode().count(WAIT) >= 1
    assert (Edit.objects.count(), Event.objects.count()) == (0, 1)


def test_a_bodys_uploaded_workbook_and_draft_files_stay_its_own(client, cast, report):
    book = keep(report, upload("x.xlsx", blank(report)), cast.lan)
    entered(report, cast.huyen)
    client.force_login(cast.huyen)
    assert client.get(f"{PAGE}excel/{book.pk}/").status_code == 404
    assert "x.xlsx" not in client.get(PAGE + "excel/").content.decode()
    posted = client.post(PAGE + "excel/", {"file": upload("giay.xlsx", blank(report))})
    assert posted.status_code == 302
    assert client.get(posted.url).status_code == 200
    own = Workbook.objects.get(by=cast.huyen)
    withdraw(stored(report), cast.huyen)
    client.force_login(cast.lan)
    assert client.get(f"{PAGE}excel/{own.pk}/").status_code == 404
    assert client.get(f"{PAGE}excel/{book.pk}/").status_code == 200


def test_an_officer_types_the_excel_form_of_a_paper(client, cast, report):
    entered(report, cast.huyen)
    client.force_login(cast.huyen)
    page = client.get(PAGE).content.decode()
    assert f"Bạn đang nhập thay <strong>{report.name}</strong> từ văn bản số 45/BC-UBND" in page
    assert "Xin thêm thời gian" not in page
    assert client.post(PAGE + "phan/6/", {"results": "Theo bản giấy", "seen": "0", "then": "stay"}).status_code == 302
    assert TaskResult.objects.get(number=6).results == "Theo bản giấy"
    told = {"person": cast.huyen.pk, "seen": 1, "changes": [{"name": "T6.06", "was": "", "now": "15"}]}
    assert client.post(PAGE + "phan/6/luu/", json.dumps(told), content_type="application/json").status_code == 200
    assert answers_of(report)[Cell("T6.06")].value == 15


# --- the record page ------------------------------------------------------------------------------


def test_from_the_record_to_the_receipt(client, cast, report):
    client.force_login(cast.huyen)
    answer = client.post(PAGE + "ban-giay/", TYPED | {"number": "45/bc-ubnd"})
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert PaperEntry.objects.get().number == "45/BC-UBND"
    type_all(stored(report))
    page = client.get(PAGE + "kiem-tra/").content.decode()
    assert "Chưa có bản quét của văn bản." in page
    asked = client.post(PAGE + "buoc/gui/", {}, follow=True)
    assert "Chưa gửi: bản giấy chưa có bản quét." in asked.content.decode()
    assert stored(report).status == Status.DRAFT
    sent = client.post(PAGE + "buoc/gui/", {"no_scan": "on"})
    assert (sent.status_code, sent.url) == (302, PAGE + "bien-nhan/1/")
    again = client.post(PAGE + "buoc/gui/", {"no_scan": "on"}, follow=True)
    assert "Báo cáo đã được gửi rồi; lần gửi trước được giữ nguyên." in again.content.decode()
    assert Event.objects.filter(action=Action.SUBMIT).count() == 1
    for who in (cast.huyen, cast.lan, cast.ky):
        client.force_login(who)
        receipt = client.get(PAGE + "bien-nhan/1/").content.decode()
        assert "số đến 1234, đến ngày 11/12/2020." in receipt
        assert "nhập từ bản giấy, số đến 1234 ngày 11/12/2020" in client.get(PAGE).content.decode()


def test_with_a_scan_nothing_is_asked(client, cast, report):
    client.force_login(cast.huyen)
    client.post(PAGE + "ban-giay/", TYPED | {"scan": upload("Báo cáo.pdf", files.pdf())})
    type_all(stored(report))
    assert "Chưa có bản quét của văn bản." not in client.get(PAGE + "kiem-tra/").content.decode()
    assert client.post(PAGE + "buoc/gui/", {}).url == PAGE + "bien-nhan/1/"


def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(client, cast, report):
    client.force_login(cast.huyen)
    typed = {"number": "x", "signed_on": "32/12/2020", "incoming_number": "số đến", "received_on": "11/12/2020"}
    page = client.post(PAGE + "ban-giay/", typed | {"entry": ""})
    text = page.content.decode()
    assert page.status_code == 400
    assert "Ngày không đọc được" in text
    for value in typed.values():
        assert f'value="{value}"' in text
    page = client.post(PAGE + "ban-giay/", TYPED | {"number": "x", "incoming_number": "số đến"})
    text = page.content.decode()
    assert "chưa đủ số và ký hiệu văn bản" in text
    assert "Hãy ghi số đến theo sổ văn bản đến" in text
    assert PaperEntry.objects.count() == 0


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "9" * 5000, "đ" * 300, "<script>"])
def test_odd_words_are_answered(client, cast, report, odd):
    client.force_login(cast.huyen)
    for name in (*TYPED, "note"):
        assert client.post(PAGE + "ban-giay/", TYPED | {name: odd}).status_code in (200, 302, 400)
        if stored(report).on_paper:
            assert client.post(PAGE + "ban-giay/thoi/", {"note": odd}).status_code == 302
    for address in ("ban-giay/999999999999/ban-quet/", f"ban-giay/{'9' * 40}/ban-quet/"):
        assert client.get(PAGE + address).status_code == 404
        assert client.post(PAGE + address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"no scan", b"PK\x03\x04"])
def test_what_is_no_scan_does_not_come_in(client, cast, report, content):
    client.force_login(cast.huyen)
    page = client.post(PAGE + "ban-giay/", TYPED | {"scan": upload("quét.pdf", content)})
    assert page.status_code == 400
    assert "“quét.pdf”:" in page.content.decode()
    assert (PaperEntry.objects.count(), Attachment.objects.count()) == (0, 0)


def test_two_officers_one_record(client, cast, report):
    """The page of the second was made before the first recorded it: told, nothing overwritten, nothing lost."""
    client.force_login(cast.huyen)
    client.post(PAGE + "ban-giay/", TYPED)
    client.force_login(cast.tu)
    page = client.post(PAGE + "ban-giay/", TYPED | {"incoming_number": "999"})
    text = page.content.decode()
    assert page.status_code == 400
    assert "Người khác vừa ghi hoặc thôi nhập bản giấy này" in text
    assert 'value="999"' in text
    assert PaperEntry.objects.get().incoming_number == "1234"
    pk = PaperEntry.objects.get().pk
    assert client.post(PAGE + "ban-giay/", TYPED | {"incoming_number": "999", "entry": str(pk)}).status_code == 302
    assert PaperEntry.objects.get().incoming_number == "999"


def test_the_same_incoming_number_of_another_body_is_told(client, cast, report, report_of):
    register(report_of("chiem-hoa"), **PAPER, by=cast.tu)
    client.force_login(cast.huyen)
    page = client.post(PAGE + "ban-giay/", TYPED, follow=True)
    assert f"Số đến 1234 cũng đã ghi cho {report_of('chiem-hoa').name}" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 404), ("ky", 404), ("minh", 404), ("huyen", 200), ("hung", 404), ("quan", 404)]
)
def test_only_officers_open_the_record(client, cast, report, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(PAGE + "ban-giay/").status_code == status
    assert client.post(PAGE + "ban-giay/", {}).status_code == (400 if status == 200 else 404)
    assert client.post(PAGE + "ban-giay/thoi/").status_code == (302 if status == 200 else 404)
    assert PaperEntry.objects.count() == 0


# --- the scan -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 404), ("ky", 404), ("minh", 404), ("yen", 404), ("huyen", 200), ("tu", 200), ("hung", 200), ("quan", 404)],
)
def test_who_reads_the_scan_while_it_is_entered(client, cast, report, who, status):
    entry = register(report, **PAPER, by=cast.huyen, scan=upload("Báo cáo đã ký.pdf", files.pdf()))
    client.force_login(getattr(cast, who))
    address = f"{PAGE}ban-giay/{entry.pk}/ban-quet/"
    response = client.get(address)
    assert response.status_code == status
    if status == 200:
        assert response["Content-Disposition"].startswith("attachment")
        assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert client.get(f"/bao-cao/2020/chiem-hoa/ban-giay/{entry.pk}/ban-quet/").status_code == 404
    withdraw(stored(report), cast.huyen)
    assert client.get(address).status_code == 404
    assert client.get(f"{PAGE}tep/{entry.scan_id}/").status_code == 404  # nor by the door of the body's own files


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 200), ("ky", 200), ("minh", 404), ("yen", 404), ("huyen", 200), ("tu", 200), ("hung", 200), ("quan", 404)],
)
def test_who_reads_the_scan_of_what_was_sent(client, cast, report, who, status):
    entry = register(report, **PAPER, by=cast.huyen, scan=upload("Báo cáo đã ký.pdf", files.pdf()))
    move(type_all(stored(report)), Action.SUBMIT, by=cast.huyen)
    client.force_login(getattr(cast, who))
    assert client.get(f"{PAGE}ban-giay/{entry.pk}/ban-quet/").status_code == status


def test_a_scan_comes_later_once(client, cast, report):
    report = type_all(entered(report, cast.huyen))
    move(report, Action.SUBMIT, by=cast.huyen)
    entry = PaperEntry.objects.get()
    client.force_login(cast.tu)
    address = f"{PAGE}ban-giay/{entry.pk}/ban-quet/"
    assert "Nộp bản quét" in client.get(PAGE + "ban-giay/").content.decode()
    assert "Chưa chọn tệp" in client.post(address, {}, follow=True).content.decode() or True
    client.post(address, {"scan": upload("quét.pdf", files.pdf())})
    entry.refresh_from_db()
    assert entry.scan.name == "quét.pdf"
    with pytest.raises(Refused, match="có bản quét rồi"):
        add_scan(entry, upload("khác.pdf", files.pdf(2)), by=cast.huyen)
    for who in (cast.lan, cast.minh, cast.hung):
        client.force_login(who)
        assert client.post(address, {"scan": upload("x.pdf", files.pdf())}).status_code == 404


def test_a_better_scan_takes_the_place_of_the_first(cast, report):
    entry = register(report, **PAPER, by=cast.huyen, scan=upload("mờ.pdf", files.pdf()))
    first = entry.scan
    entry = amend(entry, **PAPER, by=cast.tu, scan=upload("rõ.pdf", files.pdf(2)))
    first.refresh_from_db()
    assert (entry.scan.name, first.removed_by) == ("rõ.pdf", cast.tu)
    assert report.events.count() == 1  # the record says the same


def test_a_papers_scan_is_none_of_the_bodys_waiting_scans(client, cast, report):
    register(report, **PAPER, by=cast.huyen, scan=upload("Báo cáo.pdf", files.pdf()))
    move(type_all(stored(report)), Action.SUBMIT, by=cast.huyen)
    client.force_login(cast.lan)
    assert "đã được giữ, không phải tải lại" not in client.get(PAGE + "ban-ky/").content.decode()
    assert Attachment.objects.standing().count() == 1


# --- at the same moment ---------------------------------------------------------------------------


def together(*calls):
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait()
            outcomes[index] = call()
        except (NotAllowed, NotWritable, Refused) as refusal:
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
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_four_officers_record_at_once(self, cast, report):
        outcomes = together(*(lambda who=who: register(report, **PAPER, by=who) for who in (cast.huyen, cast.tu) * 2))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PaperEntry"] + ["Refused"] * 3
        assert (PaperEntry.objects.count(), Event.objects.count()) == (1, 1)

    def test_the_body_begins_to_type_while_an_officer_records(self, cast, report):
        """Either the word is stored and the paper refused, or the other way round: never both, never neither."""
        saved, recorded = together(
            lambda: save(report, 6, [Change("T6.06", "", "5")], by=cast.lan),
            lambda: register(report, **PAPER, by=cast.huyen),
        )
        typed, on_paper = isinstance(saved, Saved), isinstance(recorded, PaperEntry)
        assert typed is not on_paper
        assert (Edit.objects.exists(), stored(report).on_paper) == (typed, on_paper)

    def test_an_officer_sends_twice(self, cast, report):
        report = type_all(entered(report, cast.huyen))
        calls = (lambda who=who: move(report, Action.SUBMIT, by=who) for who in (cast.huyen, cast.tu) * 2)
        outcomes = together(*calls)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Event"] + ["NotAllowed"] * 3
        assert (stored(report).version, PaperEntry.objects.get().version) == (1, 1)

    def test_one_sends_while_another_leaves(self, cast, report):
        report = type_all(entered(report, cast.huyen))
        sent, left = together(lambda: move(report, Action.SUBMIT, by=cast.huyen), lambda: withdraw(report, cast.tu))
        entry = PaperEntry.objects.get()
        assert isinstance(sent, Event) is isinstance(left, Refused)
        assert (entry.version == 1) is (entry.withdrawn_at is None) is isinstance(sent, Event)
