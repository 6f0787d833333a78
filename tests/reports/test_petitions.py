"""Asking for more time and asking to have a report back: who, in which state, what the answer moves."""

import datetime as dt
import re
import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from directives.models import Holiday
from reports.choices import Action, NoticeKind, PetitionKind, Status
from reports.models import Download, Event, Notice, Petition, Report
from reports.petitions import (
    LONGEST,
    Refused,
    ask,
    day_notes,
    decide,
    extensions_in,
    grant_time,
    latest_day,
    may_ask,
    petitions_of,
)
from reports.reminders import remind
from reports.workflow import move, note_opened
from tests.conftest import at
from tests.factories import accept, fill, send

TIME, BACK = PetitionKind.MORE_TIME, PetitionKind.TAKE_BACK
DAY = dt.date(2020, 12, 18)
PAGE = "/bao-cao/2020/na-hang/"


@pytest.fixture(autouse=True)
def december():
    """Four days before the deadline of 2020 ("trước ngày 15/12"): a Friday morning."""
    with time_machine.travel(at(2020, 12, 11), tick=False) as clock:
        yield clock


def later(clock, *moment):
    clock.move_to(at(*moment))


def stored(report):
    return Report.objects.select_related("period", "body").get(pk=report.pk)


@pytest.fixture
def opened(cast, report):
    """Sent, and an officer has opened it."""
    send(report, cast.lan)
    note_opened(report, cast.huyen)
    return stored(report)


# --- who may ask, in which state ------------------------------------------------------------------

FREE = "Chưa có chuyên viên nào mở báo cáo nên bạn tự rút lại được ngay, không phải xin."
WITH_YOU = "Báo cáo đang ở cơ quan nên bạn sửa được ngay, không phải xin rút lại."
NOT_OWED = "Báo cáo đã gửi nên không cần thêm thời gian."
STRANGER = "Chỉ người của cơ quan báo cáo được gửi đề nghị."
STATES = {
    "draft": {"status": Status.DRAFT},
    "sent": {"status": Status.SUBMITTED, "submitted_at": at(2020, 12, 10)},
    "opened": {"status": Status.SUBMITTED, "submitted_at": at(2020, 12, 10), "opened_at": at(2020, 12, 10, 10)},
    "returned": {"status": Status.RETURNED, "submitted_at": at(2020, 12, 10)},
    "accepted": {"status": Status.ACCEPTED, "submitted_at": at(2020, 12, 10)},
}
OWN = {
    TIME: {"draft": "", "sent": NOT_OWED, "opened": NOT_OWED, "returned": "", "accepted": NOT_OWED},
    BACK: {"draft": WITH_YOU, "sent": FREE, "opened": "", "returned": WITH_YOU, "accepted": ""},
}


@pytest.mark.parametrize("kind", [TIME, BACK])
@pytest.mark.parametrize("who", ["lan", "ky", "minh", "huyen", "hung", "quan"])
def test_who_asks_in_which_state(cast, report, who, kind):
    user, found = getattr(cast, who), {}
    for state, values in STATES.items():
        Report.objects.filter(pk=report.pk).update(opened_at=None)
        Report.objects.filter(pk=report.pk).update(**values)
        Petition.objects.all().delete()
        try:
            petition = ask(report, kind, "Thiếu người", DAY, user)
        except Refused as refusal:
            found[state] = str(refusal)
            assert not Petition.objects.exists()
        else:
            found[state] = ""
            assert (petition.kind, petition.by, petition.reason) == (kind, user, "Thiếu người")
            assert petition.until == (DAY if kind == TIME else None)
    assert found == (OWN[kind] if who in ("lan", "ky") else dict.fromkeys(STATES, STRANGER))


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("lan", False), ("ky", False), ("minh", False), ("huyen", True), ("tu", True), ("hung", False), ("quan", False)],
)
@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("kind", [TIME, BACK])
def test_who_decides(cast, request, report, who, allowed, granted, kind):
    if kind == BACK:
        request.getfixturevalue("opened")
    petition = ask(report, kind, "Lý do", DAY, cast.lan)
    if not allowed:
        with pytest.raises(Refused, match="Vai trò của bạn không được trả lời đề nghị"):
            decide(petition, granted, getattr(cast, who), "Trả lời")
        petition.refresh_from_db()
        assert (petition.granted, petition.decided_by) == (None, None)
        return
    decided = decide(petition, granted, getattr(cast, who), "Trả lời")
    assert (decided.granted, decided.decided_by, decided.answer) == (granted, getattr(cast, who), "Trả lời")
    assert stored(report).extended_to == (DAY if granted and kind == TIME else None)
    if kind == BACK:
        assert stored(report).status == (Status.RETURNED if granted else Status.SUBMITTED)


# --- the day --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (None, "Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020."),
        (dt.date(2020, 12, 10), "Hạn hiện nay là hết ngày 14/12/2020; hãy chọn một ngày sau đó."),
        (dt.date(2020, 12, 14), "Hạn hiện nay là hết ngày 14/12/2020; hãy chọn một ngày sau đó."),
        (dt.date(2020, 12, 15), ""),
        (dt.date(2021, 2, 13), ""),
        (
            dt.date(2021, 2, 14),
            "Ngày 14/02/2021 quá xa: chỉ gia hạn được 60 ngày sau hạn chung, đến hết ngày 13/02/2021.",
        ),
        (
            dt.date(9999, 12, 31),
            "Ngày 31/12/9999 quá xa: chỉ gia hạn được 60 ngày sau hạn chung, đến hết ngày 13/02/2021.",
        ),
    ],
)
def test_which_day_can_be_asked_for(cast, report, day, sentence):
    if not sentence:
        assert ask(report, TIME, "Lý do", day, cast.lan).until == day
        return
    with pytest.raises(Refused) as refusal:
        ask(report, TIME, "Lý do", day, cast.lan)
    assert (str(refusal.value), refusal.value.field) == (sentence, "until")


def test_a_day_that_has_passed_is_no_day_for_a_late_body(cast, report, december):
    later(december, 2020, 12, 20)
    with pytest.raises(
        Refused,
        match=r"Ngày 17/12/2020 đã qua; hãy chọn từ hôm nay, 20/12/2020, trở đi, muộn nhất là ngày 13/02/2021\.",
    ):
        ask(report, TIME, "Lý do", dt.date(2020, 12, 17), cast.lan)
    assert ask(report, TIME, "Lý do", dt.date(2020, 12, 20), cast.lan).until == dt.date(2020, 12, 20)


def test_after_the_last_day_that_can_be_granted_nothing_is_asked(cast, report, december):
    later(december, 2021, 2, 13, 23, 59)
    assert may_ask(cast.lan, report, TIME)
    later(december, 2021, 2, 14)
    verdict = may_ask(cast.lan, report, TIME)
    assert verdict.reason == (
        "Cổng chỉ gia hạn được 60 ngày sau hạn chung, tức là đến hết ngày 13/02/2021. "
        "Muốn thêm nữa, hãy trao đổi với cơ quan tổng hợp."
    )
    assert latest_day(report) == dt.date(2021, 2, 13)


def test_a_second_extension_starts_from_the_first(cast, report):
    decide(ask(report, TIME, "Lần một", DAY, cast.lan), True, cast.huyen)
    with pytest.raises(Refused, match="Hạn hiện nay là hết ngày 18/12/2020"):
        ask(report, TIME, "Lần hai", DAY, cast.lan)
    decide(ask(report, TIME, "Lần hai", dt.date(2020, 12, 22), cast.ky), True, cast.tu)
    assert stored(report).extended_to == dt.date(2020, 12, 22)
    counted = [(p.reason, p.extensions) for p in petitions_of(report.period)]
    assert counted == [("Lần hai", 1), ("Lần một", 0)]


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_petition_says_why(cast, report, reason):
    with pytest.raises(Refused, match="Hãy ghi lý do") as refusal:
        ask(report, TIME, reason, DAY, cast.lan)
    assert refusal.value.field == "reason"


def test_a_reason_is_as_long_as_the_page_says(cast, report):
    with pytest.raises(Refused, match="dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000"):
        ask(report, TIME, "a" * (LONGEST + 1), DAY, cast.lan)
    assert ask(report, TIME, "a" * LONGEST, DAY, cast.lan).pk


@pytest.mark.parametrize(
    ("day", "note"),
    [
        (dt.date(2020, 12, 18), None),
        (dt.date(2020, 12, 19), "Ngày 19/12/2020 không phải ngày làm việc; ngày làm việc tiếp theo là 21/12/2020."),
        (dt.date(2021, 1, 1), "Ngày 01/01/2021 không phải ngày làm việc; ngày làm việc tiếp theo là 04/01/2021."),
        (dt.date(2021, 2, 11), "Ngày 11/02/2021 không phải ngày làm việc; ngày làm việc tiếp theo là 17/02/2021."),
    ],
)
def test_a_day_off_is_told_not_refused(cast, report, day, note, django_assert_num_queries):
    Holiday.objects.all().delete()
    off = ["2021-01-01", *(f"2021-02-{n}" for n in (10, 11, 12, 15, 16))]
    Holiday.objects.bulk_create(Holiday(day=day, name="Nghỉ") for day in off)
    with django_assert_num_queries(1):
        assert day_notes([day, None]).get(day) == note
    assert ask(report, TIME, "Lý do", day, cast.lan).until == day


def test_no_day_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert day_notes([None]) == {}


# --- what granting more time moves ----------------------------------------------------------------


def test_only_this_bodys_deadline_moves_and_both_dates_are_shown(cast, report, report_of, december):
    decide(ask(report, TIME, "Lũ quét", DAY, cast.lan), True, cast.huyen)
    later(december, 2020, 12, 18, 23, 59, 59)
    own, other = stored(report), report_of("chiem-hoa")
    assert (own.is_overdue(), other.is_overdue()) == (False, True)
    assert own.due_words == "đến hết ngày 18/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)"
    assert other.due_words == "trước ngày 15/12/2020"
    late = Report.objects.filter(period=report.period).late(report.period.late_from)
    assert (late.filter(pk=own.pk).exists(), late.filter(pk=other.pk).exists()) == (False, True)
    assert send(own, cast.lan).on_time is True
    later(december, 2020, 12, 19)
    assert send(other, cast.minh).on_time is False


def test_granted_after_the_deadline_a_late_report_is_in_time_again_and_it_shows(client, cast, report, december):
    later(december, 2020, 12, 16)
    petition = ask(report, TIME, "Mất điện", DAY, cast.lan)
    assert stored(report).is_overdue()
    client.force_login(cast.huyen)
    assert "chấp thuận thì báo cáo trễ hạn" in client.get("/ky/2020/de-nghi/").content.decode()
    decide(petition, True, cast.huyen)
    assert not stored(report).is_overdue()
    page = client.get("/ky/2020/de-nghi/").content.decode()
    assert "Chấp thuận sau hạn chung" in page
    assert "hạn chung trước ngày 15/12/2020" in page


def test_an_officer_may_grant_another_day_and_the_body_reads_which(cast, report):
    decided = decide(ask(report, TIME, "Lý do", DAY, cast.lan), True, cast.huyen, "Sớm hơn.", dt.date(2020, 12, 16))
    assert stored(report).extended_to == dt.date(2020, 12, 16)
    assert (decided.until, decided.answer) == (DAY, "Gia hạn đến hết ngày 16/12/2020. Sớm hơn.")


def test_an_officers_day_keeps_to_the_same_limits(cast, report, december):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    for day in (dt.date(2020, 12, 14), dt.date(2021, 2, 14)):
        with pytest.raises(Refused) as refusal:
            decide(petition, True, cast.huyen, until=day)
        assert refusal.value.field == "until"
    later(december, 2020, 12, 19)  # the day that was asked for has passed meanwhile
    with pytest.raises(Refused, match="Ngày 18/12/2020 đã qua"):
        decide(petition, True, cast.huyen)
    assert (stored(report).extended_to, Petition.objects.get().granted) == (None, None)


@pytest.mark.parametrize("kind", [TIME, BACK])
def test_a_refusal_needs_an_answer(cast, request, report, kind):
    if kind == BACK:
        request.getfixturevalue("opened")
    petition = ask(report, kind, "Lý do", DAY, cast.lan)
    with pytest.raises(Refused, match="Hãy ghi lý do không chấp thuận") as refusal:
        decide(petition, False, cast.huyen, "  ")
    assert refusal.value.field == "answer"
    decide(petition, False, cast.huyen, "Đã quá gần ngày tổng hợp.")
    assert stored(report).extended_to is None
    assert ask(report, kind, "Xin lại", DAY, cast.lan).pk != petition.pk


# --- what granting to take back moves -------------------------------------------------------------


@pytest.mark.parametrize("accepted", [False, True])
def test_taken_back_the_body_writes_again_and_keeps_its_first_date(cast, opened, accepted, december):
    if accepted:
        move(opened, Action.ACCEPT, by=cast.huyen)
    first = stored(opened).first_submitted_at
    petition = ask(opened, BACK, "Nhầm số liệu T6.06", None, cast.ky)
    later(december, 2020, 12, 16)
    decide(petition, True, cast.tu, "Đồng ý.")
    event = Event.objects.filter(report=opened).last()
    back = Action.REOPEN if accepted else Action.RETURN
    assert (event.action, event.by, event.note) == (back, cast.tu, "Theo đề nghị rút lại: Nhầm số liệu T6.06")
    later(december, 2020, 12, 17)
    report = send(stored(opened), cast.lan)
    assert (report.version, report.first_submitted_at, report.on_time) == (2, first, True)


def test_what_is_kept_is_vietnamese_whatever_the_officers_screen(cast, report, opened):
    back = ask(opened, BACK, "Nhầm số liệu", None, cast.lan)
    with translation.override("en"):
        decide(back, True, cast.huyen)
        more = ask(stored(report), TIME, "Lũ quét", DAY, cast.lan)
        decided = decide(more, True, cast.huyen, until=dt.date(2020, 12, 17))
        refused = ask(stored(report), TIME, "Mất điện", dt.date(2020, 12, 30), cast.lan)
        decide(refused, False, cast.huyen, "Gần ngày tổng hợp.")
    told = [(event.action, event.note, event.until) for event in Event.objects.filter(report=report).order_by("pk")]
    assert told[1:] == [
        (Action.RETURN, "Theo đề nghị rút lại: Nhầm số liệu", None),
        (Action.EXTEND, "Gia hạn đến hết ngày 17/12/2020. Lý do: Lũ quét", dt.date(2020, 12, 17)),
        (Action.REFUSE, "Xin thêm thời gian, không chấp thuận: Gần ngày tổng hợp.", None),
    ]
    assert decided.answer == "Gia hạn đến hết ngày 17/12/2020."


# --- overtaken by events --------------------------------------------------------------------------


def test_more_time_for_a_report_that_was_sent_meanwhile(cast, report):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    send(report, cast.lan)
    for accepted in (False, True):
        if accepted:
            move(report, Action.ACCEPT, by=cast.huyen)
        with pytest.raises(Refused, match="Cơ quan đã gửi báo cáo sau đề nghị này nên không còn gì để gia hạn"):
            decide(petition, True, cast.huyen)
    assert decide(petition, False, cast.huyen, "Báo cáo đã gửi.").granted is False


def test_taking_back_what_was_returned_meanwhile(cast, opened):
    petition = ask(opened, BACK, "Lý do", None, cast.lan)
    move(opened, Action.RETURN, by=cast.huyen, note="Xem lại T6.06")
    with pytest.raises(Refused, match="Báo cáo đã về cơ quan để sửa rồi"):
        decide(petition, True, cast.tu)


def test_taking_back_an_older_sending_and_asking_anew(cast, opened, december):
    old = ask(opened, BACK, "Lý do cũ", None, cast.lan)
    move(opened, Action.RETURN, by=cast.huyen, note="Xem lại")
    later(december, 2020, 12, 12)
    send(stored(opened), cast.lan)
    note_opened(stored(opened), cast.huyen)
    with pytest.raises(Refused, match="Cơ quan đã gửi bản mới sau đề nghị này"):
        decide(old, True, cast.huyen)
    new = ask(opened, BACK, "Lý do mới", None, cast.ky)
    old.refresh_from_db()
    assert (old.granted, old.decided_by) == (False, cast.ky)
    assert old.answer == "Được thay bằng đề nghị mới, vì báo cáo đã được gửi lại sau đề nghị này."
    assert decide(new, True, cast.huyen).granted is True


# --- twice, and at once ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TIME, BACK])
def test_a_double_click_gives_one_petition(client, cast, request, report, kind):
    if kind == BACK:
        request.getfixturevalue("opened")
    client.force_login(cast.lan)
    address = PAGE + ("xin-gia-han/" if kind == TIME else "xin-rut/")
    for _click in range(3):
        response = client.post(address, {"reason": "Lý do", "until": "18/12/2020"})
        assert (response.status_code, response.url) == (302, PAGE)
    assert Petition.objects.count() == 1


def test_another_petition_waits_until_the_first_is_answered(cast, report):
    ask(report, TIME, "Lan xin", DAY, cast.lan)
    with pytest.raises(Refused, match=r"Đề nghị của Lan gửi lúc 09:00, 11/12/2020 đang chờ trả lời"):
        ask(report, TIME, "Kỳ xin", DAY, cast.ky)
    assert Petition.objects.count() == 1


def test_the_database_keeps_one_waiting_petition_of_a_kind(cast, report):
    ask(report, TIME, "Lý do", DAY, cast.lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.create(report=report, kind=TIME, reason="x", until=DAY, by=cast.lan)
    Petition.objects.create(report=report, kind=BACK, reason="x", by=cast.lan)


def test_the_second_officer_is_told_who_answered(cast, report):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    decide(petition, True, cast.huyen)
    with pytest.raises(Refused, match=r"Huyền đã trả lời đề nghị này lúc 09:00, 11/12/2020; câu trả lời đó được giữ"):
        decide(petition, False, cast.tu, "Không")
    assert stored(report).extended_to == DAY


def together(*calls):
    """Run ``calls`` in threads that start at the same moment; what each returned or refused, in order."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait()
            outcomes[index] = call()
        except Refused as refusal:
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
def test_two_officers_decide_at_once_and_one_is_told(transactional_db, cast, period, report_of):
    report = report_of("na-hang")
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    outcomes = together(
        lambda: decide(petition, True, cast.huyen),
        lambda: decide(petition, False, cast.tu, "Không"),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Petition", "Refused"]
    decided = Petition.objects.get()
    assert stored(report).extended_to == (DAY if decided.granted else None)


@pytest.mark.xdist_group("races")
def test_four_people_ask_at_once_and_one_petition_waits(transactional_db, cast, period, report_of):
    report = report_of("na-hang")
    outcomes = together(*(lambda who=who: ask(report, TIME, f"{who}", DAY, who) for who in (cast.lan, cast.ky) * 2))
    assert Petition.objects.count() == 1
    assert {type(outcome).__name__ for outcome in outcomes} == {"Petition", "Refused"}


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["xin-gia-han/", "xin-rut/"])
@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("ky", 200), ("minh", 404), ("huyen", 404), ("hung", 404), ("quan", 404)]
)
def test_only_the_bodys_people_see_the_form(client, cast, report, who, status, address):
    client.force_login(getattr(cast, who))
    assert client.get(PAGE + address).status_code == status
    assert client.post(PAGE + address, {"reason": ""}).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 404), ("ky", 404), ("huyen", 200), ("tu", 200), ("hung", 404), ("quan", 404)]
)
def test_only_officers_see_the_petitions_of_a_period(client, cast, report, who, status):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    client.force_login(getattr(cast, who))
    assert client.get("/ky/2020/de-nghi/").status_code == status
    assert client.get(f"/ky/2020/de-nghi/{petition.pk}/").status_code == status
    answer = client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": "no", "answer": ""})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until": "32/12/2020", "reason": "Lũ quét"}, "Hãy ghi ngày theo thứ tự ngày/tháng/năm"),
        ({"until": "12/18/2020", "reason": "Lũ quét"}, "Hãy ghi ngày theo thứ tự ngày/tháng/năm"),
        ({"until": "", "reason": "Lũ quét"}, "Hãy ghi ngày theo thứ tự ngày/tháng/năm"),
        ({"until": "14/12/2020", "reason": "Lũ quét"}, "Hạn hiện nay là hết ngày 14/12/2020"),
        ({"until": "18/12/2020", "reason": " "}, "Hãy ghi lý do để cơ quan tổng hợp xem xét."),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(client, cast, report, typed, sentence):
    client.force_login(cast.lan)
    page = client.post(PAGE + "xin-gia-han/", typed)
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert f'value="{typed["until"]}"' in text or not typed["until"]
    assert typed["reason"].strip() in text
    assert not Petition.objects.exists()


def test_the_body_asks_and_reads_the_answer_on_its_report(client, cast, report):
    client.force_login(cast.lan)
    asked = client.post(PAGE + "xin-gia-han/", {"until": "19/12/2020", "reason": "Lũ quét"}, follow=True)
    text = asked.content.decode()
    assert "Đã gửi đề nghị" in text
    assert "ngày làm việc tiếp theo là 21/12/2020" in text
    assert "Chờ cơ quan tổng hợp trả lời" in text
    client.force_login(cast.huyen)
    petition = Petition.objects.get()
    done = client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": "yes", "until": "18/12/2020", "answer": "Được."})
    assert (done.status_code, done.url) == (302, "/ky/2020/de-nghi/")
    client.force_login(cast.lan)
    text = client.get(PAGE).content.decode()
    assert "Gia hạn đến hết ngày 18/12/2020. Được." in text
    assert "đến hết ngày 18/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)" in text


def test_before_an_officer_has_opened_it_the_page_tells_to_recall(client, cast, report):
    send(report, cast.lan)
    client.force_login(cast.lan)
    text = client.get(PAGE + "xin-rut/").content.decode()
    assert FREE in text
    assert "<textarea" not in text
    again = client.post(PAGE + "xin-rut/", {"reason": "Nhầm"})
    assert FREE in again.content.decode()
    assert not Petition.objects.exists()


def test_an_officer_who_was_too_late_reads_it_and_keeps_the_words(client, cast, report):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    decide(petition, True, cast.tu)
    client.force_login(cast.huyen)
    page = client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": "no", "answer": "Câu viết công phu"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Tú đã trả lời đề nghị này" in text
    assert "Câu viết công phu" in text


def test_a_wrong_day_of_the_officer_comes_back_as_typed(client, cast, report):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    client.force_login(cast.huyen)
    address = f"/ky/2020/de-nghi/{petition.pk}/"
    page = client.post(address, {"granted": "yes", "until": "18-13-2020", "answer": "Được"})
    text = page.content.decode()
    assert (page.status_code, Petition.objects.get().granted) == (200, None)
    assert 'value="18-13-2020"' in text
    assert "Được</textarea>" in text
    assert client.post(address, {"granted": "no", "until": "18-13-2020", "answer": "Không"}).status_code == 302
    assert Petition.objects.get().granted is False


@pytest.mark.parametrize("granted", ["", "maybe", None])
def test_no_decision_is_none(client, cast, report, granted):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    client.force_login(cast.huyen)
    typed = {"answer": "x"} | ({} if granted is None else {"granted": granted})
    assert client.post(f"/ky/2020/de-nghi/{petition.pk}/", typed).status_code == 404
    assert client.post("/ky/2020/de-nghi/999999/", {"granted": "yes"}).status_code == 404


def test_waiting_on_top_then_the_newest(client, cast, period, report_of, december):
    codes = ["na-hang", "chiem-hoa", "so-y-te"]
    for day, (code, who) in enumerate(zip(codes, (cast.lan, cast.minh, cast.yen), strict=True), 11):
        later(december, 2020, 12, day)
        ask(report_of(code), TIME, f"Lý do của {code}", DAY, who)
    decide(Petition.objects.get(report__body__code="so-y-te"), False, cast.huyen, "Không")
    client.force_login(cast.huyen)
    text = client.get("/ky/2020/de-nghi/").content.decode()
    assert re.findall(r"Lý do của ([\w-]+)|<h2>(.+?)</h2>", text) == [
        ("", "Đang chờ trả lời"),
        ("chiem-hoa", ""),
        ("na-hang", ""),
        ("", "Đã trả lời"),
        ("so-y-te", ""),
    ]


def test_the_list_is_paged_and_needs_a_fixed_number_of_queries(client, cast, report_of, django_assert_max_num_queries):
    ask(report_of("na-hang"), TIME, "Lý do", DAY, cast.lan)
    client.force_login(cast.huyen)
    client.get("/ky/2020/de-nghi/")
    with django_assert_max_num_queries(12) as one:
        client.get("/ky/2020/de-nghi/")
    ask(report_of("chiem-hoa"), TIME, "Lý do", DAY, cast.minh)
    ask(report_of("so-y-te"), TIME, "Lý do", DAY, cast.yen)
    with django_assert_max_num_queries(12) as three:
        client.get("/ky/2020/de-nghi/")
    assert len(three) == len(one)
    report = report_of("na-hang")
    Petition.objects.bulk_create(
        Petition(report=report, kind=TIME, reason="Cũ", until=DAY, by=cast.lan, granted=False) for _n in range(30)
    )
    first, second = (client.get("/ky/2020/de-nghi/", {"trang": n}).content.decode() for n in (1, 2))
    assert (first.count("<h3"), second.count("<h3")) == (25, 8)
    assert client.get("/ky/2020/de-nghi/", {"trang": "x"}).status_code == 200


# --- who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "granted", "result", "following"),
    [
        (TIME, True, ": được chấp thuận", "hoàn thành và gửi báo cáo trong hạn này"),
        (TIME, False, ": không được chấp thuận", "gửi báo cáo trong hạn trên"),
        (BACK, True, ": được chấp thuận", "sửa rồi gửi lại"),
        (BACK, False, ": không được chấp thuận", "được giữ nguyên"),
    ],
)
def test_the_decision_is_told_to_the_bodys_people_once(cast, request, report, kind, granted, result, following):
    if kind == BACK:
        request.getfixturevalue("opened")
    petition = ask(report, kind, "Lũ quét", DAY, cast.lan)
    decide(petition, granted, cast.huyen, "Lời đáp")
    told = Notice.objects.filter(kind=NoticeKind.DECIDED)
    assert sorted(notice.recipient.username for notice in told) == ["ky", "lan"]
    for notice in told:
        assert result in notice.subject
        assert following in notice.text
        assert "{" not in notice.text
        assert "None" not in notice.text


def test_nobody_is_told_when_the_decision_is_refused(cast, report):
    petition = ask(report, TIME, "Lý do", DAY, cast.lan)
    with pytest.raises(Refused):
        decide(petition, False, cast.huyen)
    assert Notice.objects.filter(kind=NoticeKind.DECIDED).count() == 0


# --- asked by telephone ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "huyen", "tu", "hung", "quan"])
def test_who_grants_time_without_a_petition(cast, report, report_of, who):
    user = getattr(cast, who)
    if who not in ("huyen", "tu"):
        with pytest.raises(Refused, match="Vai trò của bạn không được gia hạn"):
            grant_time(report, DAY, "Gọi điện xin", user)
        assert (stored(report).extended_to, Petition.objects.count()) == (None, 0)
        return
    granted = grant_time(report, DAY, "  Ông Kỳ xin qua điện thoại:\x00 lũ quét ", user)
    assert (stored(report).extended_to, report_of("chiem-hoa").extended_to) == (DAY, None)
    assert (granted.granted, granted.by, granted.decided_by, granted.until) == (True, user, user, DAY)
    event = Event.objects.get()
    assert (event.action, event.by, event.until) == (Action.EXTEND, user, DAY)
    assert event.note == "Gia hạn đến hết ngày 18/12/2020. Lý do: Ông Kỳ xin qua điện thoại: lũ quét"
    told = Notice.objects.filter(kind=NoticeKind.DECIDED)
    assert sorted(notice.recipient.username for notice in told) == ["ky", "lan"]


@pytest.mark.parametrize(
    ("day", "reason", "field", "sentence"),
    [
        (None, "Lũ", "until", "Hãy ghi ngày theo thứ tự"),
        (dt.date(2020, 12, 14), "Lũ", "until", "Hạn hiện nay là hết ngày 14/12/2020"),
        (dt.date(2021, 2, 14), "Lũ", "until", "chỉ gia hạn được 60 ngày sau hạn chung"),
        (DAY, " \n", "reason", "Hãy ghi lý do: ai xin, vì sao."),
        (DAY, "a" * (LONGEST + 1), "reason", "hãy rút xuống"),
    ],
)
def test_time_by_telephone_needs_a_day_and_a_reason(cast, report, day, reason, field, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        grant_time(report, day, reason, cast.huyen)
    assert (refusal.value.field, Petition.objects.count(), Event.objects.count()) == (field, 0, 0)


def test_a_waiting_petition_is_answered_first(client, cast, report):
    petition = ask(report, TIME, "Lũ quét", DAY, cast.lan)
    with pytest.raises(Refused, match="hãy trả lời đề nghị đó"):
        grant_time(report, DAY, "Gọi điện", cast.huyen)
    client.force_login(cast.huyen)
    page = client.get(PAGE + "gia-han/").content.decode()
    assert f'href="/ky/2020/de-nghi/{petition.pk}/"' in page
    assert "<textarea" not in page


@pytest.mark.parametrize("state", ["sent", "accepted", "exempt"])
def test_nothing_to_extend(client, cast, report, state):
    if state == "exempt":
        move(report, Action.EXEMPT, by=cast.huyen, note="Mới thành lập")
    else:
        (send if state == "sent" else lambda report, by: accept(report, by, cast.huyen))(report, cast.lan)
    with pytest.raises(Refused, match="không còn gì để gia hạn"):
        grant_time(report, DAY, "Gọi điện", cast.huyen)
    client.force_login(cast.huyen)
    assert "không còn gì để gia hạn" in client.get(PAGE + "gia-han/").content.decode()


def test_two_officers_grant_at_once_and_the_second_meets_the_first(cast, report):
    grant_time(report, DAY, "Gọi điện", cast.huyen)
    with pytest.raises(Refused, match="Hạn hiện nay là hết ngày 18/12/2020"):
        grant_time(report, DAY, "Gọi điện", cast.tu)
    assert extensions_in(report.period) == (1, 1)


def test_more_time_for_a_returned_report_moves_the_day_of_the_return(client, cast, report, december):
    """Its first sending was late and stays late; only the day by which it is to be put right moves."""
    later(december, 2020, 12, 16)
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại", return_by=dt.date(2020, 12, 20))
    with pytest.raises(Refused, match="Hạn hiện nay là hết ngày 20/12/2020"):
        ask(stored(report), TIME, "Lũ quét", DAY, cast.lan)
    decide(ask(stored(report), TIME, "Lũ quét", dt.date(2020, 12, 23), cast.lan), True, cast.huyen)
    own = stored(report)
    assert (own.return_by, own.extended_to, own.on_time) == (dt.date(2020, 12, 23), None, False)
    client.force_login(cast.lan)
    assert "Hãy sửa và gửi lại đến hết ngày 23/12/2020" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("by_telephone", [False, True])
def test_a_late_report_stays_late_whatever_time_it_gets_to_be_put_right(client, cast, report, december, by_telephone):
    """Sent late and returned without a day: the day of its return moves, and is followed up."""
    later(december, 2020, 12, 16)
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại")
    client.force_login(cast.huyen)
    kept = "lần gửi đầu đúng hạn hay trễ hạn được giữ nguyên"
    if by_telephone:
        assert kept in client.get(PAGE + "gia-han/").content.decode()
        grant_time(stored(report), DAY, "Gọi điện", cast.huyen)
    else:
        petition = ask(stored(report), TIME, "Lũ quét", DAY, cast.lan)
        page = client.get("/ky/2020/de-nghi/").content.decode()
        assert (kept in page, "thành đúng hạn" in page) == (True, False)
        decide(petition, True, cast.huyen)
        assert "Chấp thuận sau hạn chung" not in client.get("/ky/2020/de-nghi/").content.decode()
    own = stored(report)
    assert (own.return_by, own.extended_to, own.on_time) == (DAY, None, False)
    with pytest.raises(Refused, match="Hạn hiện nay là hết ngày 18/12/2020"):
        grant_time(own, DAY, "Gọi điện", cast.tu)
    client.force_login(cast.lan)
    assert "Sửa và gửi lại đến hết ngày 18/12/2020." in client.get(PAGE + "xin-gia-han/").content.decode()
    later(december, 2020, 12, 21)
    remind()
    told = Notice.objects.filter(kind=NoticeKind.OVERDUE, report=report)
    assert sorted(notice.recipient.username for notice in told) == ["ky", "lan"]
    assert "18/12/2020" in told.first().text


def test_a_report_that_was_taken_back_unread_gets_another_deadline(cast, report):
    send(report, cast.lan)
    move(report, Action.RECALL, by=cast.lan)
    grant_time(stored(report), DAY, "Gọi điện", cast.huyen)
    assert (stored(report).extended_to, stored(report).return_by) == (DAY, None)


# --- the links to what was sent ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "linked"),
    [
        ((), False),
        ((Action.SUBMIT,), True),
        ((Action.SUBMIT, Action.RECALL), False),
        ((Action.SUBMIT, Action.RETURN), True),
        ((Action.SUBMIT, Action.RETURN, Action.SUBMIT, Action.RECALL), True),
        ((Action.SUBMIT, Action.ACCEPT), True),
        ((Action.EXEMPT,), False),
        ((Action.SUBMIT, Action.RECALL, Action.EXEMPT), False),
        ((Action.SUBMIT, Action.RETURN, Action.EXEMPT), True),
        ((Action.SUBMIT, Action.RETURN, Action.SUBMIT, Action.RETURN, Action.EXEMPT), True),
        ((Action.SUBMIT, Action.RETURN, Action.SUBMIT, Action.RECALL, Action.EXEMPT), True),
    ],
)
def test_no_link_leads_to_a_sending_that_is_not_there(client, cast, report, steps, linked):
    fill(report, by=cast.lan)
    ask(report, TIME, "Lũ quét", DAY, cast.lan)
    for action in steps:
        by = cast.ky if action in (Action.SUBMIT, Action.RECALL) else cast.huyen
        move(stored(report), action, by=by, note="Lý do")
    for who in (cast.lan, cast.ky):
        client.force_login(who)
        assert client.get(PAGE).content.decode().count(f'href="{PAGE}ban-gui/"') == linked
        assert client.get(PAGE + "ban-gui/").status_code == (200 if linked else 404)
    client.force_login(cast.huyen)
    if f'href="{PAGE}ban-gui/"' in client.get("/ky/2020/de-nghi/").content.decode():
        assert client.get(PAGE + "ban-gui/").status_code == 200


def test_the_page_by_telephone(client, cast, report):
    client.force_login(cast.huyen)
    wrong = client.post(PAGE + "gia-han/", {"until": "14/12/2020", "reason": "Bà Lan gọi"}).content.decode()
    assert "Hạn hiện nay là hết ngày 14/12/2020" in wrong
    assert 'value="14/12/2020"' in wrong
    assert "Bà Lan gọi</textarea>" in wrong
    done = client.post(PAGE + "gia-han/", {"until": "18/12/2020", "reason": "Bà Lan gọi"})
    assert (done.status_code, done.url) == (302, PAGE + "don-doc/")
    text = client.get("/ky/2020/de-nghi/").content.decode()
    assert "Xin qua điện thoại, Huyền ghi lúc" in text
    assert "1 cơ quan được gia hạn trong kỳ này, tất cả 1 lần." in text
    client.force_login(cast.lan)
    text = client.get(PAGE).content.decode()
    assert "chuyên viên ghi khi cơ quan xin qua điện thoại" in text
    assert "đến hết ngày 18/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)" in text


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "hung", "quan"])
def test_only_officers_open_the_page_by_telephone(client, cast, report, who):
    client.force_login(getattr(cast, who))
    assert client.get(PAGE + "gia-han/").status_code == 404
    assert client.post(PAGE + "gia-han/", {"until": "18/12/2020", "reason": "x"}).status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "9" * 400, "đ" * 3000, "<script>"])
def test_odd_words_by_telephone(client, cast, report, odd):
    client.force_login(cast.huyen)
    for typed in ({"until": odd, "reason": "x"}, {"until": "18/12/2020", "reason": odd}):
        assert client.post(PAGE + "gia-han/", typed).status_code in (200, 302)


# --- a day that can no longer be granted ----------------------------------------------------------


def test_a_day_that_has_passed_meanwhile_has_a_way_on(client, cast, report, december):
    """Years later too: the page says which days there are, and one of them is granted."""
    petition = ask(report, TIME, "Người thay mới nhận việc", DAY, cast.lan)
    later(december, 2026, 11, 23)
    client.force_login(cast.huyen)
    page = client.get("/ky/2020/de-nghi/").content.decode()
    assert "Ngày xin 18/12/2020 đã qua" in page
    assert "hãy ghi một ngày khác, từ hôm nay đến 22/01/2027" in page
    address = f"/ky/2020/de-nghi/{petition.pk}/"
    for until, sentence in (
        ("", "Ngày 18/12/2020 đã qua; hãy chọn từ hôm nay, 23/11/2026, trở đi, muộn nhất là ngày 22/01/2027."),
        ("23/01/2027", "chỉ gia hạn được 60 ngày kể từ hôm nay, đến hết ngày 22/01/2027"),
    ):
        assert sentence in client.post(address, {"granted": "yes", "until": until, "answer": ""}).content.decode()
    assert client.post(address, {"granted": "yes", "until": "30/11/2026", "answer": ""}).status_code == 302
    assert stored(report).extended_to == dt.date(2026, 11, 30)


def test_one_click_grants_what_was_asked(client, cast, report):
    petition = ask(report, TIME, "Lũ quét", DAY, cast.lan)
    client.force_login(cast.huyen)
    page = client.get("/ky/2020/de-nghi/").content.decode()
    assert 'value="18/12/2020"' in page
    assert "hãy ghi một ngày khác" not in page
    client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": "yes", "until": "18/12/2020", "answer": ""})
    assert stored(report).extended_to == DAY


def test_accepted_reports_can_be_asked_back_from_the_page(client, cast, report):
    accept(report, cast.lan, cast.huyen)
    client.force_login(cast.ky)
    assert client.post(PAGE + "xin-rut/", {"reason": "Nhầm số liệu"}).status_code == 302
    petition = Petition.objects.get()
    client.force_login(cast.huyen)
    client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": "yes", "answer": ""})
    assert stored(report).status == Status.RETURNED


def test_before_an_accepted_report_is_given_back_its_effect_is_shown(client, cast, report):
    """On the petition's own page, as on the report's; the list only leads there."""
    accept(report, cast.lan, cast.huyen, figures={"T6.05": 2, "T6.06": 30, "T6.08": 30})
    Download.objects.create(period=report.period, by=cast.hung, format="xlsx")
    petition = ask(report, BACK, "Nhầm số liệu", None, cast.lan)
    client.force_login(cast.tu)
    address = f"/ky/2020/de-nghi/{petition.pk}/"
    listed = client.get("/ky/2020/de-nghi/").content.decode()
    assert (f'href="{address}"' in listed, "Xem ảnh hưởng và trả lời" in listed) == (True, True)
    assert ("Cho rút lại" in listed, "Ảnh hưởng đến số liệu toàn tỉnh" in listed) == (False, False)
    for page in (client.get(address), client.post(address, {"granted": "no", "answer": ""})):
        text = page.content.decode()
        assert "cho rút lại là mở lại báo cáo" in text
        assert "Ảnh hưởng đến số liệu toàn tỉnh" in text
        assert re.search(r"T6\.06</span>.*?<td class=\"num\">30</td>", text)
        assert "Người của cơ quan được báo: Lan, Kỳ." in text
        assert "từ khi báo cáo này được duyệt cũng được báo: Hùng." in text
        assert "Cho rút lại" in text
    client.post(address, {"granted": "yes", "answer": ""})
    answered = client.get(address).content.decode()
    assert "Ảnh hưởng đến số liệu toàn tỉnh" not in answered


def test_giving_back_what_only_waits_changes_no_total(client, cast, opened):
    petition = ask(opened, BACK, "Nhầm số liệu", None, cast.lan)
    client.force_login(cast.huyen)
    for address in ("/ky/2020/de-nghi/", f"/ky/2020/de-nghi/{petition.pk}/"):
        text = client.get(address).content.decode()
        assert ("Cho rút lại" in text, "cho rút lại là mở lại" in text) == (True, False)


def test_the_list_reads_no_period_however_many_accepted_reports_are_asked_back(client, cast, report_of):
    bodies = [("na-hang", cast.lan), ("chiem-hoa", cast.minh), ("so-y-te", cast.yen)]
    client.force_login(cast.huyen)
    counted = []
    for code, who in bodies:
        accept(report_of(code), who, cast.huyen)
        ask(report_of(code), BACK, "Nhầm", None, who)
        with CaptureQueriesContext(connection) as queries:
            client.get("/ky/2020/de-nghi/")
        counted.append(len(queries))
    assert counted[0] >= counted[1] == counted[2]
