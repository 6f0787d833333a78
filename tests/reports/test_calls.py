"""The chase log: whom to call, what was promised, which promises were broken, who comes first in the list."""

import datetime as dt
import re
import threading

import pytest
import time_machine
from django.db import connection

from directives.models import Body, User
from reports.calls import (
    FARTHEST,
    Number,
    Refused,
    calls_of,
    calls_summary,
    counts,
    log_call,
    numbers_in,
    to_chase,
)
from reports.choices import Action
from reports.models import Call, Report
from reports.models.journal import AppendOnlyError
from reports.paper_entries import register
from reports.petitions import grant_time
from reports.workflow import move
from tests.conftest import at
from tests.factories import accept, send

PAGE = "/bao-cao/2020/na-hang/don-doc/"
LIST = "/ky/2020/don-doc/"


@pytest.fixture(autouse=True)
def december():
    """Two days after the deadline of 2020 ("trước ngày 15/12")."""
    with time_machine.travel(at(2020, 12, 16), tick=False) as clock:
        yield clock


def stored(report):
    return Report.objects.select_related("period", "body").get(pk=report.pk)


def call(report, by, promised_on=None, **told):
    return log_call(report, **{"spoke_with": "Bà Lan", "answer": "Sẽ gửi"} | told, promised_on=promised_on, by=by)


def day(number):
    return dt.date(2020, 12, number)


# --- the door -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lan", "ky", "minh", "huyen", "tu", "hung", "quan"])
def test_only_officers_write_down_a_call(cast, report, who):
    user = getattr(cast, who)
    if who not in ("huyen", "tu"):
        with pytest.raises(Refused, match="Chỉ chuyên viên"):
            call(report, user)
        assert Call.objects.count() == 0
        return
    written = call(report, user, day(18), spoke_with=" Bà\x00  Lan ", phone=" 0912 345 678 ", answer=" Mất điện\r\n")
    written.refresh_from_db()
    assert (written.by, written.spoke_with, written.phone, written.answer) == (
        user,
        "Bà Lan",
        "0912 345 678",
        "Mất điện",
    )
    assert (written.called_at, written.promised_on, written.at) == (at(2020, 12, 16), day(18), at(2020, 12, 16))
    assert (stored(report).status, stored(report).events.count()) == ("draft", 0)


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"spoke_with": "  "}, "spoke_with", "Hãy ghi đã gặp ai"),
        ({"answer": "\n"}, "answer", "Hãy ghi câu trả lời"),
        ({"spoke_with": "a" * 121}, "spoke_with", "Dài 121 chữ cái; hãy rút xuống còn nhiều nhất 120."),
        ({"phone": "1" * 31}, "phone", "Dài 31 chữ cái"),
        ({"answer": "a" * 2001}, "answer", "Dài 2001 chữ cái"),
        ({"called_at": at(2020, 12, 16, 9, 1)}, "called_at", "Giờ gọi chưa đến"),
        ({"called_at": at(2019, 12, 14)}, "called_at", "Ngày gọi trước kỳ báo cáo này"),
        ({"promised_on": dt.date(2020, 12, 15)}, "promised_on", "Ngày hẹn trước ngày gọi"),
        ({"promised_on": dt.date(2020, 12, 16) + FARTHEST + dt.timedelta(days=1)}, "promised_on", "Ngày hẹn quá xa"),
        ({"promised_on": dt.date(9999, 12, 31)}, "promised_on", "Ngày hẹn quá xa"),
    ],
)
def test_what_is_no_call(cast, report, told, field, sentence):
    with pytest.raises(Refused) as refusal:
        log_call(report, **{"spoke_with": "Bà Lan", "answer": "Sẽ gửi"} | told, by=cast.huyen)
    assert list(refusal.value.fields) == [field]
    assert sentence in refusal.value.fields[field]
    assert Call.objects.count() == 0


def test_a_call_is_written_once_and_never_changed(cast, report):
    written = call(report, cast.huyen)
    assert call(report, cast.huyen) == written  # the same words sent twice
    assert call(report, cast.tu) != written
    written.answer = "khác"
    for change in (written.save, written.delete, lambda: Call.objects.update(answer="khác"), Call.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    assert Call.objects.count() == 2


# --- promises -------------------------------------------------------------------------------------


def test_promises_kept_and_broken(cast, report, report_of, december, django_assert_num_queries):
    """Promised three times, broken twice; another body kept its word; a third was called without a promise."""
    other, third = report_of("chiem-hoa"), report_of("so-y-te")
    for number in (16, 18):
        december.move_to(at(2020, 12, number))
        call(report, cast.huyen, day(number + 1))
        call(other, cast.tu, day(number + 1))
        call(third, cast.tu)
    december.move_to(at(2020, 12, 17))
    send(other, cast.minh)
    december.move_to(at(2020, 12, 21))
    last = call(report, cast.huyen, day(23))
    with django_assert_num_queries(1):
        found = calls_summary([report, other, third])
    mine = found[report.pk]
    assert (mine.calls, mine.last, mine.promised_on) == (3, last, day(23))
    assert (mine.promises, mine.broken, mine.passed) == (3, 2, False)
    assert mine.words == "Hẹn 3 lần, quá hẹn 2 lần"
    assert (found[other.pk].promises, found[other.pk].broken) == (2, 1)
    assert (found[third.pk].calls, found[third.pk].promises, found[third.pk].words) == (2, 0, "")
    december.move_to(at(2020, 12, 23, 23, 59))
    assert calls_summary([report])[report.pk].passed is False
    december.move_to(at(2020, 12, 24, 0, 0))
    assert (calls_summary([report])[report.pk].broken, calls_summary([report])[report.pk].passed) == (3, True)
    assert [each.broken for each in calls_of(report)] == [True, True, True]


@pytest.mark.parametrize(("moment", "kept"), [((16, 8), False), ((16, 9), True), ((18, 23), True), ((19, 0), False)])
def test_a_promise_is_kept_by_a_sending_until_the_end_of_its_day(cast, report, december, moment, kept):
    number, hour = moment
    send(report, cast.lan, at=at(2020, 12, number, hour))
    call(report, cast.huyen, day(18))
    december.move_to(at(2020, 12, 20))
    assert calls_summary([report])[report.pk].broken == (0 if kept else 1)


def test_a_promise_is_kept_by_a_paper_that_came_in(cast, report, december):
    call(report, cast.huyen, day(18))
    december.move_to(at(2020, 12, 21))
    assert calls_summary([report])[report.pk].passed is True
    paper = {"number": "45/BC-UBND", "signed_on": day(17), "incoming_number": "9", "received_on": day(18)}
    register(report, **paper, by=cast.huyen)
    assert calls_summary([report])[report.pk].passed is False


def test_nobody_was_called(report, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert calls_summary([report]) == {}


# --- the list -------------------------------------------------------------------------------------


@pytest.fixture
def round_of_seven(cast, report_of, period, december):
    """Bodies in every state; the rest of the round is accepted, so that only these owe."""
    codes = ["na-hang", "chiem-hoa", "so-y-te", "ham-yen", "yen-son", "son-duong", "lam-binh"]
    period.reports.exclude(body__code__in=codes).update(
        status="accepted", first_submitted_at=at(2020, 12, 1), version=1
    )
    december.move_to(at(2020, 12, 10))
    for code, return_by in (("ham-yen", day(15)), ("yen-son", day(20))):
        Report.objects.filter(body__code=code).update(
            status="returned",
            version=1,
            first_submitted_at=at(2020, 12, 9),
            submitted_at=at(2020, 12, 9),
            return_by=return_by,
        )
    grant_time(report_of("so-y-te"), day(18), "Lũ quét", cast.huyen)
    paper = {"number": "45/BC-UBND", "signed_on": day(8), "incoming_number": "9", "received_on": day(9)}
    register(report_of("son-duong"), **paper, by=cast.huyen)
    Report.objects.filter(body__code="lam-binh").update(status="exempt")
    december.move_to(at(2020, 12, 16))
    return period


def test_the_most_urgent_comes_first(cast, round_of_seven):
    found = [(report.body.code, report.urgency, report.due_day) for report in to_chase(round_of_seven)]
    assert found == [
        *sorted(
            [("na-hang", 0, day(14)), ("chiem-hoa", 0, day(14))],
            key=lambda line: Body.objects.get(code=line[0]).position,
        ),
        ("ham-yen", 1, day(15)),
        ("so-y-te", 2, day(18)),
        ("yen-son", 2, day(20)),
        ("son-duong", 3, day(14)),
    ]


def test_counts_are_the_lists_behind_them(client, cast, round_of_seven, report_of, december):
    december.move_to(at(2020, 12, 15))
    call(report_of("na-hang"), cast.huyen, day(15))
    call(report_of("ham-yen"), cast.huyen, day(15))
    call(report_of("ham-yen"), cast.huyen, day(22))
    december.move_to(at(2020, 12, 16))
    assert counts(to_chase(round_of_seven)) == {"": 6, "qua-han": 3, "qua-hen": 1, "chua-goi": 4}
    client.force_login(cast.huyen)
    page = client.get(LIST).content.decode()
    told = re.findall(r'href="/ky/2020/don-doc/(?:\?loc=([\w-]+))?"[^>]*>[^<]*: (\d+)</a>', page)
    assert told == [("", "6"), ("qua-han", "3"), ("qua-hen", "1"), ("chua-goi", "4")]
    for name, number in told:
        listed = re.findall(
            r'<th scope="row"><a href="/bao-cao/2020/([\w-]+)/', client.get(LIST, {"loc": name}).content.decode()
        )
        assert len(listed) == int(number)
    assert listed == ["chiem-hoa", "so-y-te", "yen-son", "son-duong"]
    assert "Hẹn 2 lần, quá hẹn 1 lần" in page
    assert "Quá hẹn 15/12/2020" in page
    assert "đến hết ngày 18/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)" in page
    assert "Sửa và gửi lại đến hết ngày 15/12/2020." in page
    assert "Đang nhập từ bản giấy" in page


def test_numbers_to_dial(client, cast, report):
    Body.objects.filter(code="na-hang").update(phone="0207.3864.123; 0207 3864 124 / máy lẻ 12")
    User.objects.filter(username="lan").update(phone="+84 912 345 678")
    User.objects.filter(username="ky").update(phone="<b>không có</b>")
    gone = User.objects.create(username="cu", role="reporter", body=report.body, phone="0999", is_active=False)
    client.force_login(cast.huyen)
    for address in (LIST, PAGE):
        page = client.get(address).content.decode()
        dialled = re.findall(r'href="tel:([^"]+)"', page)
        assert dialled == ["+84912345678", "02073864123", "02073864124"]
        assert "&lt;b&gt;không có" in page
        assert gone.phone not in page


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        (" ; , ", []),
        ("0207.3822.123", [Number("0207.3822.123", "02073822123")]),
        ("+84 (207) 3822-123", [Number("+84 (207) 3822-123", "+842073822123")]),
        ("12, chưa có", [Number("12", ""), Number("chưa có", "")]),
        ("٠٩١٢٣٤٥", [Number("٠٩١٢٣٤٥", "")]),
    ],
)
def test_which_numbers_a_field_holds(text, numbers):
    assert numbers_in(text) == numbers


def test_the_list_is_paged_and_needs_a_fixed_number_of_queries(
    client, cast, period, report_of, django_assert_max_num_queries
):
    client.force_login(cast.huyen)
    Report.objects.exclude(body__code="na-hang").update(status="accepted", first_submitted_at=at(2020, 12, 1))
    call(report_of("na-hang"), cast.huyen, day(17))
    client.get(LIST)
    with django_assert_max_num_queries(14) as one:
        client.get(LIST)
    Report.objects.filter(body__code__in=["chiem-hoa", "so-y-te"]).update(status="draft", first_submitted_at=None)
    for code in ("chiem-hoa", "so-y-te"):
        call(report_of(code), cast.huyen, day(17))
        call(report_of(code), cast.tu)
    with django_assert_max_num_queries(14) as three:
        page = client.get(LIST).content.decode()
    assert page.count('<th scope="row">') == 3
    assert len(three) == len(one)
    copies = []
    for number in range(60):
        body = Body.objects.create(
            code=f"xa-{number}", name=f"Xã {number}", short_name=f"Xã {number}", kind="commune", position=900 + number
        )
        copies.append(
            Report(
                period=period,
                body=body,
                position=900 + number,
                name=body.name,
                short_name=body.short_name,
                group="commune",
                counting_group="commune",
            )
        )
    Report.objects.bulk_create(copies)
    with django_assert_max_num_queries(14) as many:
        first = client.get(LIST).content.decode()
    assert len(many) == len(one)
    second = client.get(LIST, {"trang": "2", "loc": "chua-goi"}).content.decode()
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (50, 10)
    assert 'href="?trang=1&amp;loc=chua-goi"' in second


@pytest.mark.parametrize("odd", ["\x00", "9" * 500, "-1", "x", "<script>"])
def test_odd_questions_are_answered(client, cast, report, odd):
    client.force_login(cast.huyen)
    assert client.get(LIST, {"trang": odd, "loc": odd}).status_code == 200
    assert client.get(PAGE, {"goi": odd}).status_code == 200
    for name in ("spoke_with", "phone", "called_at", "answer", "promised_on"):
        typed = {"spoke_with": "A", "called_at": "16/12/2020 08:00", "answer": "B"} | {name: odd}
        assert client.post(PAGE, typed).status_code in (302, 400)
    for text in Call.objects.values_list("spoke_with", "phone", "answer"):
        assert "\x00" not in "".join(text)


# --- the page of one body -------------------------------------------------------------------------


@pytest.mark.parametrize("address", [LIST, PAGE])
@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 404), ("ky", 404), ("minh", 404), ("huyen", 200), ("tu", 200), ("hung", 404), ("quan", 404)],
)
def test_only_officers_see_calls_and_numbers(client, cast, report, who, status, address):
    client.force_login(getattr(cast, who))
    assert client.get(address).status_code == status
    assert client.post(PAGE, {}).status_code == (400 if status == 200 else 404)


@pytest.mark.parametrize("address", ["/ky/1999/don-doc/", "/bao-cao/1999/na-hang/don-doc/", "/bao-cao/2020/x/don-doc/"])
def test_what_is_not_there_is_not_found(client, cast, report, address):
    client.force_login(cast.huyen)
    assert client.get(address).status_code == 404


def test_a_call_in_one_click_from_the_prefilled_page(client, cast, report):
    User.objects.filter(username="ky").update(phone="0912345678")
    client.force_login(cast.huyen)
    page = client.get(PAGE).content.decode()
    for value in ("Kỳ", "0912345678", "16/12/2020 09:00"):
        assert f'value="{value}"' in page
    typed = {
        "spoke_with": "Kỳ",
        "phone": "0912345678",
        "called_at": "16/12/2020 09:00",
        "answer": "Sẽ gửi",
        "promised_on": "18/12/2020",
    }
    for _click in range(2):
        done = client.post(PAGE, typed, follow=True)
        assert "Đã ghi cuộc gọi với" in done.content.decode()
    assert Call.objects.count() == 1
    text = done.content.decode()
    assert "Hẹn 1 lần" in text
    assert "18/12/2020" in text


def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(client, cast, report):
    client.force_login(cast.huyen)
    typed = {
        "spoke_with": "",
        "phone": "09",
        "called_at": "17/12/2020 09:00",
        "answer": "Lời dài",
        "promised_on": "32/1",
    }
    page = client.post(PAGE, typed)
    text = page.content.decode()
    assert page.status_code == 400
    assert "Hãy ghi ngày theo thứ tự ngày/tháng/năm" in text
    text = client.post(PAGE, typed | {"promised_on": "18/12/2020"}).content.decode()
    assert "Giờ gọi chưa đến" in text
    assert "Hãy ghi đã gặp ai" in text
    assert "Lời dài</textarea>" in text
    assert 'value="17/12/2020 09:00"' in text
    assert Call.objects.count() == 0


def test_what_may_be_done_from_the_page(client, cast, report, report_of):
    client.force_login(cast.huyen)
    links = ("gia-han/", "/ky/2020/mien/na-hang/", "ban-giay/")
    assert [f'{link}"' in client.get(PAGE).content.decode() for link in links] == [True] * 3
    accept(report, cast.lan, cast.huyen)
    page = client.get(PAGE).content.decode()
    assert [f'{link}"' in page for link in links] == [False] * 3
    assert 'href="/bao-cao/2020/na-hang/ban-gui/"' in page


def test_the_body_never_reads_what_was_said_about_it(client, cast, report):
    call(report, cast.huyen, answer="Ông này lần nào cũng hứa")
    move(send(report, cast.lan), Action.ACCEPT, by=cast.huyen)
    for who in (cast.lan, cast.ky):
        client.force_login(who)
        for address in ("/", "/bao-cao/2020/na-hang/", "/bao-cao/2020/na-hang/ban-gui/", "/ban-giao/"):
            assert "lần nào cũng hứa" not in client.get(address).content.decode()


@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_is_one_call(cast, report):
    start = threading.Barrier(4)

    def click():
        start.wait()
        try:
            call(report, cast.huyen, called_at=at(2020, 12, 16, 8))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _click in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Call.objects.count() == 1
