"""The officers' outbox: what waits, goes, failed; reading, editing, letting go, stopping, trying again; own notices."""

import datetime as dt
import html
import re

import pytest
from django.utils import timezone

from directives.models import Body, User
from reports import notifications, outbox
from reports.choices import MailState
from reports.models import Notice, Report
from reports.workflow import move
from tests.conftest import at
from tests.factories import send

pytestmark = pytest.mark.django_db

PAGE = "/thu-di/"
OWN = "/thong-bao/"


@pytest.fixture
def people(cast, settings):
    settings.MAIL_CONFIGURED = True
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        getattr(cast, user.username).refresh_from_db()
    return cast


@pytest.fixture
def opened(people, period):
    """Four mails wait: those of Lan, Kỳ, Minh and Yến."""
    notifications.period_opened(period)
    return period


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def mail_of(who, kind="opened"):
    return Notice.objects.get(recipient__username=who, kind=kind)


def states():
    return dict(Notice.objects.outbox().values_list("recipient__username", "mail"))


# --- the doors ----------------------------------------------------------------------------------


def test_letting_go(opened, people):
    chosen = Notice.objects.filter(recipient__in=[people.lan, people.minh])
    assert outbox.release(chosen, by=people.huyen) == outbox.Done(2)
    assert states() == {"lan": "released", "minh": "released", "ky": "waiting", "yen": "waiting"}
    assert mail_of("lan").released_by == people.huyen
    assert outbox.release(chosen, by=people.tu) == outbox.Done(0, 2)  # the second click finds nothing
    assert mail_of("lan").released_by == people.huyen


def test_a_letter_with_a_brace_left_stays(opened, people):
    Notice.objects.filter(recipient=people.lan).update(text="Chào {co_quan}")
    Notice.objects.filter(recipient=people.ky).update(subject="Chào }")
    assert outbox.release(Notice.objects.all(), by=people.huyen) == outbox.Done(2, 2)
    assert states() == {"lan": "waiting", "ky": "waiting", "minh": "released", "yen": "released"}


def test_a_reminder_for_what_has_come_is_stopped_instead(opened, people, report):
    report.status = "submitted"  # came while the page was open
    report.save()
    assert outbox.release(Notice.objects.all(), by=people.huyen) == outbox.Done(2, 0, 2)
    assert states() == {"lan": "stopped", "ky": "stopped", "minh": "released", "yen": "released"}


ASKED = ("opened", "due_30", "due_7", "due_1", "overdue")
ENDED = {"valid_to": dt.date(2020, 11, 30)}  # before the last day in time, the 14th of December
POINTLESS = {  # what became of the report, of its body, and which of the mails that ask for it lost their point
    "a draft": ({}, {}, ()),
    "sent": ({"status": "submitted"}, {}, ASKED),
    "accepted": ({"status": "accepted"}, {}, ASKED),
    "exempted": ({"status": "exempt"}, {}, ASKED),
    "returned": ({"status": "returned"}, {}, ASKED[:-1]),
    "entered from its paper": ({"channel": "paper"}, {}, ASKED),
    "returned, entered from its paper": ({"status": "returned", "channel": "paper"}, {}, ASKED),
    "of a body that has ended": ({}, ENDED, ASKED),
    "returned to a body that has ended": ({"status": "returned"}, ENDED, ASKED[:-1]),  # who writes for it finishes it
    "of a body that ends today": ({}, {"valid_to": dt.date(2020, 12, 1)}, ()),
    "of a body that ended after the last day": ({}, {"valid_to": dt.date(2020, 12, 14)}, ()),
}


@pytest.mark.parametrize("state", ["waiting", "released"])
@pytest.mark.parametrize("name", POINTLESS)
def test_what_asks_for_nothing_that_is_owed_is_pointless(opened, people, report, name, state):
    of_report, of_body, expected = POINTLESS[name]
    Report.objects.filter(pk=report.pk).update(**of_report)
    Body.objects.filter(pk=report.body_id).update(**of_body)
    Notice.objects.update(mail=state)
    day = at(2020, 12, 20 if "after" in name else 1)
    found = []
    for kind in (*ASKED, "returned", "accepted", "exempted"):
        Notice.objects.update(kind=kind)
        stopped = Notice.objects.pointless(day)
        assert set(stopped.values_list("report", flat=True)) <= {report.pk}
        found += [kind] if stopped.count() == 2 else []
    assert found == list(expected)


def test_letting_go_knows_who_has_ended_and_whose_paper_is_entered(opened, people):
    Body.objects.filter(code="na-hang").update(**ENDED)
    Report.objects.filter(body__code="chiem-hoa").update(channel="paper")
    assert outbox.release(Notice.objects.all(), by=people.huyen, at=at(2020, 12, 1)) == outbox.Done(1, 0, 3)
    assert states() == {"lan": "stopped", "ky": "stopped", "minh": "stopped", "yen": "released"}


STOPPABLE = {"waiting": True, "released": True, "failed": True, "sending": False, "sent": False, "stopped": False}


@pytest.mark.parametrize("state", STOPPABLE)
def test_what_has_not_left_can_be_stopped(opened, people, state):
    one = Notice.objects.filter(recipient=people.lan)
    one.update(mail=state)
    done = outbox.stop(one, by=people.huyen)
    assert done == (outbox.Done(1) if STOPPABLE[state] else outbox.Done(0, 1))
    assert one.get().mail == ("stopped" if STOPPABLE[state] else state)


def test_trying_again_goes_to_the_address_of_today(opened, people):
    one = Notice.objects.filter(recipient=people.lan)
    one.update(mail="failed", tries=5, error="Không có người này")
    User.objects.filter(username="lan").update(email="lan.moi@example.org")
    assert outbox.retry(Notice.objects.all(), by=people.huyen) == outbox.Done(1, 3)
    again = one.get()
    assert (again.mail, again.tries, again.error, again.address) == ("released", 0, "", "lan.moi@example.org")
    one.update(mail="failed")
    User.objects.filter(username="lan").update(email="")
    assert outbox.retry(one, by=people.huyen) == outbox.Done(0, 1)


def test_editing_a_waiting_mail(opened, people):
    mail = mail_of("lan")
    outbox.edit(mail.pk, " Mới\n hai ", "Lời mới\r\n", shown=outbox.mark_of(mail), by=people.huyen)
    edited = mail_of("lan")
    assert (edited.subject, edited.text, edited.edited_by) == ("Mới hai", "Lời mới", people.huyen)
    with pytest.raises(outbox.Refused, match="Đồng nghiệp vừa sửa"):
        outbox.edit(mail.pk, "Của Tú", "Lời", shown=outbox.mark_of(mail), by=people.tu)
    Notice.objects.filter(pk=mail.pk).update(mail="released")
    with pytest.raises(outbox.Refused, match="không còn chờ"):
        outbox.edit(mail.pk, "Của Tú", "Lời", shown=outbox.mark_of(edited), by=people.tu)


@pytest.mark.parametrize(
    ("subject", "text", "fields"),
    [
        ("", "Lời", ["subject"]),
        ("Tên", " \x00 ", ["text"]),
        ("x" * 301, "x" * 6001, ["subject", "text"]),
        ("Tên {co_quan}", "Lời }", ["subject", "text"]),
    ],
)
def test_words_that_do_not_do_are_refused(opened, people, subject, text, fields):
    mail = mail_of("lan")
    with pytest.raises(outbox.Refused) as refusal:
        outbox.edit(mail.pk, subject, text, shown=outbox.mark_of(mail), by=people.huyen)
    assert [field for field, _sentence in refusal.value.errors] == fields
    assert mail_of("lan").edited_by is None


def test_standing_tells_when_nobody_sends(opened, people):
    now = timezone.now()
    assert not outbox.standing(now).idle
    outbox.release(Notice.objects.filter(recipient=people.lan), by=people.huyen, at=now)
    assert not outbox.standing(now + dt.timedelta(minutes=14)).idle
    assert outbox.standing(now + dt.timedelta(minutes=16)).idle
    # A worker that is busy with three thousand others does run.
    Notice.objects.filter(recipient=people.ky).update(mail="sent", mail_at=now + dt.timedelta(minutes=10))
    assert not outbox.standing(now + dt.timedelta(minutes=16)).idle
    # A mail that is to be tried again in an hour does not lie there for nothing.
    Notice.objects.filter(recipient=people.lan).update(tries=3, mail_at=now)
    assert not outbox.standing(now + dt.timedelta(minutes=61)).idle
    assert outbox.standing(now + dt.timedelta(minutes=76)).idle


def test_standing_counts_every_state_once(opened, people):
    send(opened.reports.get(body__code="na-hang"), people.lan)  # two receipts released, two openings stopped
    counts = outbox.standing().counts
    assert counts == {
        "waiting": 2,
        "released": 2,
        "sending": 0,
        "sent": 0,
        "failed": 0,
        "stopped": 2,
    }
    assert sum(counts.values()) == Notice.objects.outbox().count()
    for state, number in counts.items():
        assert outbox.mails(state=state).count() == number


# --- who, and the pages -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lan", "ky", "hung", "quan"])
def test_only_officers_have_an_outbox(client, opened, people, who):
    client.force_login(getattr(people, who))
    number = mail_of("lan").pk
    for address in (PAGE, f"{PAGE}{number}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"act": "release", "mail": [number]}).status_code == 404
    assert set(states().values()) == {"waiting"}
    assert PAGE not in client.get("/").content.decode()


def test_the_list_shows_what_waits_first(client, opened, people):
    client.force_login(people.huyen)
    page = client.get(PAGE)
    assert page["Cache-Control"] == "private, no-store"
    shown = text_of(page)
    assert "chờ cho gửi: 4" in shown
    assert "Mở kỳ báo cáo, năm 2020 : 4 thư" in shown
    assert page.content.decode().count('type="checkbox"') == 4
    assert "lan@example.org" in shown
    outbox.stop(Notice.objects.filter(recipient=people.lan), by=people.huyen)
    assert client.get(PAGE).content.decode().count('type="checkbox"') == 3
    assert client.get(PAGE, {"state": ""}).content.decode().count('<th scope="row">') == 4


FILTERS = [
    ({"state": "waiting"}, {"ky", "minh", "yen"}),
    ({"state": "going"}, {"lan"}),
    ({"state": "released"}, set()),  # no choice of the filter: everything
    ({"state": "", "kind": "opened"}, {"lan", "ky", "minh", "yen"}),
    ({"state": "", "kind": "due_7"}, set()),
    ({"state": "", "period": "2020"}, {"lan", "ky", "minh", "yen"}),
    ({"state": "", "period": "1999"}, {"lan", "ky", "minh", "yen"}),
    ({"kind": "opened"}, {"ky", "minh", "yen"}),
]


@pytest.mark.parametrize(("asked", "expected"), FILTERS)
def test_filters(client, opened, people, asked, expected):
    outbox.release(Notice.objects.filter(recipient=people.lan), by=people.huyen)
    client.force_login(people.huyen)
    shown = client.get(PAGE, asked).content.decode()
    found = set(re.findall(r"(\w+)@example\.org<", shown))
    if asked == {"state": "released"}:
        expected = {"lan", "ky", "minh", "yen"}
    assert found == expected


def test_letting_go_on_the_page_one_some_or_all(client, opened, people):
    client.force_login(people.huyen)
    number = mail_of("lan").pk
    answer = client.post(PAGE, {"act": "release", "mail": [number, "abc", "9" * 40]}, follow=True)
    assert "Đã cho gửi 1 thư." in text_of(answer)
    newest = re.search(r'name="newest" value="(\d+)"', client.get(PAGE).content.decode()).group(1)
    later = Notice.objects.get(recipient=people.yen)
    later.pk, later.key, later.reference = None, "opened:2020:so-y-te:khac", "<x@y>"
    later.save()  # written while the page was open: nobody has seen it
    answer = client.post(f"{PAGE}?state=waiting&kind=opened", {"act": "release_all", "newest": newest}, follow=True)
    assert "Đã cho gửi 3 thư." in text_of(answer)
    assert list(Notice.objects.filter(mail="waiting").values_list("pk", flat=True)) == [later.pk]
    assert "Chưa có thư nào được chọn" in text_of(client.post(PAGE, {"act": "release"}, follow=True))
    assert client.post(PAGE, {"act": "khac"}).status_code == 404
    assert client.post(PAGE, {"act": "release_all", "newest": "x"}).status_code == 302


def test_all_of_a_filter_is_only_that(client, opened, people):
    """What is let go is what the filter of the page's address shows, never more."""
    Notice.objects.filter(recipient=people.yen).update(kind="due_7")
    client.force_login(people.huyen)
    newest = Notice.objects.order_by("-pk").first().pk
    client.post(f"{PAGE}?state=waiting&kind=due_7", {"act": "release_all", "newest": newest})
    assert states() == {"lan": "waiting", "ky": "waiting", "minh": "waiting", "yen": "released"}


def test_failures_are_shown_with_their_reason_and_tried_again(client, opened, people):
    Notice.objects.filter(recipient=people.lan).update(
        mail="failed", error="Máy chủ thư từ chối: 550 không có", tries=1
    )
    client.force_login(people.huyen)
    shown = text_of(client.get(PAGE, {"state": "failed"}))
    assert "Máy chủ thư từ chối: 550 không có" in shown
    assert "gửi không được: 1" in shown
    number, newest = mail_of("lan").pk, Notice.objects.order_by("-pk").first().pk
    assert "550" in text_of(client.get(f"{PAGE}{number}/"))
    client.post(f"{PAGE}?state=failed", {"act": "retry_all", "newest": newest})
    assert mail_of("lan").mail == "released"


def test_the_page_says_when_nobody_sends_or_there_is_no_server(client, opened, people, settings):
    client.force_login(people.huyen)
    idle, none = "chương trình gửi thư không chạy", "Cổng chưa có máy chủ thư"
    assert not {idle, none} & {word for word in (idle, none) if word in text_of(client.get(PAGE))}
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    outbox.release(Notice.objects.filter(recipient=people.lan), by=people.huyen, at=hour_ago)
    assert idle in text_of(client.get(PAGE))
    Notice.objects.filter(recipient=people.lan).update(error="Không dùng được máy chủ thư: máy chủ không trả lời")
    shown = text_of(client.get(PAGE))  # the program runs: it is the server
    assert ("Không dùng được máy chủ thư" in shown, idle in shown) == (True, False)
    settings.MAIL_CONFIGURED = False
    assert none in text_of(client.get(PAGE))


def test_one_mail_read_edited_and_let_go(client, opened, people):
    client.force_login(people.huyen)
    address = f"{PAGE}{mail_of('lan').pk}/"
    page = client.get(address).content.decode()
    shown = re.search(r'name="shown" value="(\w+)"', page).group(1)
    assert 'name="person"' in page
    form = {"subject": "Tên mới", "text": "Lời mới & <đậm>", "shown": shown, "act": "save"}
    assert client.post(address, form).url == address
    assert mail_of("lan").text == "Lời mới & <đậm>"
    late = client.post(address, form | {"text": "Lời của Tú"})
    assert late.status_code == 409
    assert "Đồng nghiệp vừa sửa thư này" in text_of(late)
    assert "Lời của Tú" in text_of(late)
    again = re.search(r'name="shown" value="(\w+)"', late.content.decode()).group(1)
    wrong = client.post(address, form | {"text": "Còn {co_quan}", "shown": again})
    assert (wrong.status_code, "Còn {co_quan}" in text_of(wrong)) == (400, True)
    client.post(address, form | {"text": "Xong", "shown": again, "act": "save_release"})
    assert (mail_of("lan").text, mail_of("lan").mail) == ("Xong", "released")
    gone = client.post(address, form | {"text": "Muộn rồi"})
    assert gone.status_code == 409
    assert "Muộn rồi" in text_of(gone)  # typed words are not lost though the mail has left
    client.post(address, {"act": "stop"})
    assert mail_of("lan").mail == "stopped"
    assert client.post(address, {"act": "xoa"}).status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "9" * 400, "-1", "abc", "0"])
def test_odd_input_breaks_nothing(client, opened, people, odd):
    client.force_login(people.huyen)
    assert client.get(PAGE, {"trang": odd, "state": odd, "kind": odd, "period": odd}).status_code == 200
    assert client.post(PAGE, {"act": "release", "mail": odd, "newest": odd}).status_code in (302, 404)
    assert client.get(f"{PAGE}{'9' * 30}/").status_code == 404
    assert client.get(f"{OWN}{'9' * 30}/").status_code == 404
    assert client.get(OWN, {"trang": odd}).status_code == 200
    form = {"subject": odd, "text": odd, "shown": odd, "act": "save"}
    assert client.post(f"{PAGE}{mail_of('lan').pk}/", form).status_code == 409
    assert set(states().values()) == {"waiting"}


def test_the_list_at_one_and_three_rows_and_paged(client, opened, people, django_assert_max_num_queries):
    client.force_login(people.huyen)
    Notice.objects.filter(recipient__in=[people.ky, people.minh, people.yen]).update(mail="sent")
    client.get(PAGE)
    with django_assert_max_num_queries(16) as one:
        client.get(PAGE)
    Notice.objects.filter(recipient__in=[people.ky, people.minh]).update(mail="waiting")
    with django_assert_max_num_queries(16) as three:
        client.get(PAGE)
    assert len(one) == len(three)
    many = [
        Notice(recipient=people.lan, kind="due_7", key=f"k{n}", subject="S", text="T", mail="waiting", period=opened)
        for n in range(60)
    ]
    Notice.objects.bulk_create(many)
    pages = [client.get(PAGE, {"trang": n}).content.decode() for n in (1, 2)]
    assert [page.count('type="checkbox"') for page in pages] == [50, 13]
    assert client.get(PAGE, {"trang": "x"}).status_code == 200


# --- own notices --------------------------------------------------------------------------------


def test_everybody_reads_own_notices_and_only_those(client, people, report):
    send(report, people.lan)
    for who, mine in [("lan", 1), ("ky", 1), ("huyen", 1), ("tu", 1), ("minh", 0), ("hung", 0), ("quan", 0)]:
        client.force_login(getattr(people, who))
        page = client.get(OWN)
        assert page["Cache-Control"] == "private, no-store"
        assert page.content.decode().count('<th scope="row">') == mine
    client.force_login(people.minh)
    number = mail_of("lan", "received").pk
    assert client.get(f"{OWN}{number}/").status_code == 404


def test_opening_marks_as_read_and_the_count_goes_down(client, people, report):
    send(report, people.lan)
    move(report, "return", by=people.huyen, note="Sửa")
    client.force_login(people.lan)
    assert "Thông báo 2 chưa đọc" in text_of(client.get("/"))
    number = mail_of("lan", "returned").pk
    page = client.get(f"{OWN}{number}/")
    assert "Mở trang liên quan" in text_of(page)
    assert "Thông báo 1 chưa đọc" in text_of(page)
    first = Notice.objects.get(pk=number).read_at
    client.get(f"{OWN}{number}/")
    assert Notice.objects.get(pk=number).read_at == first
    assert Notice.objects.get(recipient=people.ky, kind="returned").read_at is None
    client.head(f"{OWN}{mail_of('lan', 'received').pk}/")
    assert mail_of("lan", "received").read_at is None
    assert client.post(OWN).url == OWN
    assert "chưa đọc" not in text_of(client.get("/"))
    assert Notice.objects.get(recipient=people.ky, kind="returned").read_at is None


def test_own_notices_at_one_and_three_rows(client, people, report, django_assert_max_num_queries):
    send(report, people.lan)
    client.force_login(people.lan)
    client.get(OWN)
    with django_assert_max_num_queries(10) as one:
        client.get(OWN)
    move(report, "return", by=people.huyen, note="Sửa")
    move(report, "submit", by=people.ky)
    with django_assert_max_num_queries(10) as three:
        client.get(OWN)
    assert len(one) == len(three)


def test_an_autosave_asks_for_no_notices(client, people, report, django_assert_max_num_queries):
    client.force_login(people.lan)
    body = {"person": people.lan.pk, "seen": 0, "changes": [{"name": "T6.05", "was": "", "now": "1"}]}
    with django_assert_max_num_queries(40) as asked:
        client.post("/bao-cao/2020/na-hang/phan/6/luu/", body, content_type="application/json")
    assert not [query for query in asked.captured_queries if "reports_notice" in query["sql"]]


def test_links_in_a_letter_are_links_and_nothing_else_is_html(client, people, report):
    send(report, people.lan)
    Notice.objects.filter(recipient=people.lan).update(text="<b>x</b> http://localhost:8000/bao-cao/2020/na-hang/")
    client.force_login(people.lan)
    page = client.get(f"{OWN}{mail_of('lan', 'received').pk}/").content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert '<a href="http://localhost:8000/bao-cao/2020/na-hang/"' in page


def test_words_typed_over_the_end_of_a_session_are_kept(client, opened, people):
    client.force_login(people.huyen)
    address = f"{PAGE}{mail_of('lan').pk}/"
    page = client.get(address).content.decode()
    person = re.search(r'name="person" value="([^"]+)"', page).group(1)
    client.logout()
    client.post(address, {"subject": "Tên", "text": "Lời đã gõ lâu", "act": "save", "person": person})
    session = dict(client.session)
    client.force_login(people.huyen)
    own = client.session
    own["kept_typing"] = session["kept_typing"]
    own.save()
    assert "Lời đã gõ lâu" in text_of(client.get(address))


@pytest.mark.parametrize("state", [state for state in MailState.values if state != "none"])
def test_every_state_has_its_page(client, opened, people, state):
    Notice.objects.filter(recipient=people.lan).update(mail=state)
    client.force_login(people.huyen)
    page = client.get(f"{PAGE}{mail_of('lan').pk}/").content.decode()
    assert ('name="subject"' in page) is (state == "waiting")
    assert ('value="stop"' in page) is STOPPABLE[state]
    assert ('value="retry"' in page) is (state == "failed")
