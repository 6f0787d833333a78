"""Proof of a sending: a fingerprint that anybody can ask about, a page that says three things, a mail per person."""

import re

import pytest
from django.test import Client

from reports.choices import Action
from reports.fingerprints import fingerprint
from reports.models import Event, Notice, Receipt
from reports.models.journal import AppendOnlyError
from reports.workflow import move
from tests.conftest import at
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
RECEIVED = "Đúng là bản đã được nhận."
ACCEPTED = "Đúng là bản đã được duyệt."
REPLACED = "Bản này đã được thay thế hoặc rút lại, không còn là bản có giá trị."
UNKNOWN = "Không có biên nhận nào như vậy."


def receipt_of(report, version=1):
    return Receipt.objects.get(event__report=report, event__version=version)


def said(receipt):
    """The sentence on the public page, asked by a stranger."""
    page = Client().get(receipt.get_absolute_url()).content.decode()
    return re.search(r'<p class="notice notice-\w+">(.*?)</p>', page).group(1)


def test_a_sending_gives_one_receipt_that_the_journal_proves(report, cast):
    send(report, cast.lan, at=at(2020, 12, 1, 10, 5), figures={"T6.06": None, "T6.14": None}, left_out=("T1.03",))
    receipt = receipt_of(report)
    event = Event.objects.get()  # read back: JSON and moment as the database kept them
    assert receipt.fingerprint == fingerprint("2020", "na-hang", 1, event.at, event.content)
    assert re.fullmatch("[0-9a-f]{64}", receipt.fingerprint)
    assert receipt.figures == len(event.content["figures"])
    with pytest.raises(AppendOnlyError):
        Receipt.objects.all().delete()


def test_one_digit_gives_another_fingerprint(report, cast):
    moment = at(2020, 12, 1)
    send(report, cast.lan, at=moment, figures={"T6.17": 1})
    event = Event.objects.get()
    event.content["figures"]["T6.17"]["value"] = "2"
    assert fingerprint("2020", "na-hang", 1, event.at, event.content) != receipt_of(report).fingerprint


def test_no_other_step_gives_a_receipt(report, cast):
    fill(report)
    for action, by in [
        (Action.HAND, cast.lan),
        (Action.DECLINE, cast.ky),
        (Action.HAND, cast.lan),
        (Action.SUBMIT, cast.ky),
        (Action.RETURN, cast.huyen),
        (Action.SUBMIT, cast.ky),
        (Action.RECALL, cast.lan),
        (Action.SUBMIT, cast.ky),
        (Action.ACCEPT, cast.huyen),
    ]:
        move(report, action, by=by, note="Lý do")
    receipts = Receipt.objects.order_by("pk")
    assert [(r.event.action, r.event.version) for r in receipts] == [("submit", 1), ("submit", 2), ("submit", 3)]
    assert len({r.fingerprint for r in receipts}) == 3


STORIES = [  # what happens after the first sending, and what the public page says of each sending then
    ([], [RECEIVED]),
    (["return"], [RECEIVED]),
    (["accept"], [ACCEPTED]),
    (["accept", "reopen"], [RECEIVED]),
    (["recall"], [REPLACED]),
    (["return", "submit"], [REPLACED, RECEIVED]),
    (["return", "submit", "recall"], [REPLACED, REPLACED]),
    (["return", "submit", "recall", "submit"], [REPLACED, REPLACED, RECEIVED]),
    (["recall", "submit", "accept"], [REPLACED, ACCEPTED]),
]


@pytest.mark.parametrize(("story", "sentences"), STORIES)
def test_what_the_public_page_says(report, cast, story, sentences):
    send(report, cast.lan)
    who = {"submit": cast.ky, "recall": cast.ky, "return": cast.huyen, "accept": cast.huyen, "reopen": cast.huyen}
    for action in story:
        move(report, action, by=who[action], note="Sửa.")
    assert [said(receipt) for receipt in Receipt.objects.order_by("pk")] == sentences


@pytest.mark.parametrize("who", [None, "minh", "huyen", "lan"])
def test_the_public_page_names_nobody_and_holds_no_figure(client, report, cast, who):
    send(report, cast.lan, figures={"T6.17": 48_731, "T0.02": 98_765_432, "T0.01": 7})
    if who:
        client.force_login(getattr(cast, who))
    receipt = receipt_of(report)
    page = client.get(f"/xac-nhan/{receipt.fingerprint}/")
    text = page.content.decode()
    main = re.search(r"<main.*?</main>", text, re.S).group()
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()
    assert words == f"Kiểm tra biên nhận {RECEIVED} Dấu vân tay: {receipt.fingerprint}"
    assert "na-hang" not in main
    if who is None:
        assert not {"Na Hang", "na-hang", "Lan", "2020", "48.731", "98.765.432"} & set(re.split(r'[<>/"\s]', text))
        assert "Na Hang" not in text


def test_capital_letters_are_forgiven_and_everything_else_is_unknown(client, report, cast):
    send(report, cast.lan)
    good = receipt_of(report).fingerprint
    assert client.get(f"/xac-nhan/{good.upper()}/").status_code == 200
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    for asked in (wrong, good[:-1], good + "0", "x", "1", "-"):
        page = client.get(f"/xac-nhan/{asked}/")
        assert (page.status_code, UNKNOWN in page.content.decode()) == (404, True)
    assert client.post(f"/xac-nhan/{good}/").status_code == 405


# --- the receipt's own page ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("ky", 200), ("huyen", 200), ("hung", 200), ("minh", 404), ("quan", 404)]
)
def test_who_sees_the_receipt(client, report, cast, who, status):
    send(report, cast.lan)
    client.force_login(getattr(cast, who))
    assert client.get(BASE + "bien-nhan/1/").status_code == status
    assert client.get(BASE + "bien-nhan/2/").status_code == 404


def test_the_receipt_says_what_was_received(client, report, cast):
    send(report, cast.lan, at=at(2020, 12, 1, 10, 5), figures={"T6.17": 5})
    client.force_login(cast.ky)
    receipt = receipt_of(report)
    page = client.get(BASE + "bien-nhan/1/").content.decode()
    told = dict(zip(re.findall("<dt>(.*?)</dt>", page), re.findall(r"<dd[^>]*>(.*?)</dd>", page), strict=True))
    url = f"http://testserver/xac-nhan/{receipt.fingerprint}/"
    assert told == {
        "Cơ quan": "Ủy ban nhân dân huyện Na Hang",
        "Kỳ báo cáo": "năm 2020",
        "Lần gửi": "1",
        "Lúc": "10:05, 01/12/2020 (đúng hạn)",
        "Người gửi": "Kỳ",
        "Số ô số liệu": str(receipt.figures),
        "Dấu vân tay dữ liệu": receipt.fingerprint,
        "Ai cũng kiểm tra được tại": f'<a href="{url}">{url}</a>',
    }
    assert re.search(r'<svg[^>]*class="qr"', page)
    assert "style=" not in page


def test_sending_leads_to_the_receipt(client, report, cast):
    fill(report)
    client.force_login(cast.ky)
    assert client.post(BASE + "buoc/gui/").url == BASE + "bien-nhan/1/"
    assert client.post(BASE + "buoc/gui/").url == BASE
    assert Receipt.objects.count() == 1


# --- the mail -----------------------------------------------------------------------------


@pytest.fixture
def addresses(cast, settings):
    settings.MAIL_CONFIGURED = True
    for user, address in [(cast.lan, "lan@example.org"), (cast.ky, "ky@example.org"), (cast.minh, "minh@example.org")]:
        user.email = address
        user.save()
    return cast


def letters(kind="received"):
    """Who gets which letter by mail: sorted (address, subject)."""
    return sorted(Notice.objects.filter(kind=kind, mail="released").values_list("address", "subject"))


def test_each_of_the_body_gets_one_letter_a_sending(addresses, report):
    send(report, addresses.lan, at=at(2020, 12, 1, 10, 5))
    receipt = receipt_of(report)
    first = "Đã nhận báo cáo năm 2020, lần gửi 1"
    assert letters() == [("ky@example.org", first), ("lan@example.org", first)]
    for letter in Notice.objects.filter(kind="received"):
        assert [line for line in letter.text.splitlines() if ": " in line][1:] == [
            "Lần gửi: 1",
            "Lúc: 10:05, 01/12/2020",
            f"Số ô số liệu: {receipt.figures}",
            f"Dấu vân tay dữ liệu: {receipt.fingerprint}",
            "Việc tiếp theo là của cơ quan tổng hợp: duyệt, hoặc trả lại kèm các điểm cần sửa. Biên nhận:",
        ]
    move(report, Action.RETURN, by=addresses.huyen, note="Sửa.")
    move(report, Action.SUBMIT, by=addresses.ky)
    second = "Đã nhận báo cáo năm 2020, lần gửi 2"
    everybody = ("ky@example.org", "lan@example.org")
    assert letters() == sorted((address, subject) for address in everybody for subject in (first, second))


def test_the_letter_is_vietnamese_whatever_the_screen(addresses, report, client):
    fill(report)
    client.force_login(addresses.ky)
    client.cookies["django_language"] = "en"
    client.post(BASE + "buoc/gui/")
    assert {subject for _address, subject in letters()} == {"Đã nhận báo cáo năm 2020, lần gửi 1"}


def test_without_mail_set_up_the_receipt_stands_in_the_portal_alone(addresses, report, settings):
    settings.MAIL_CONFIGURED = False
    send(report, addresses.lan)
    assert (letters(), Receipt.objects.count()) == ([], 1)
    assert Notice.objects.filter(kind="received").count() == 2


def test_a_mail_server_is_not_asked_while_a_person_waits(addresses, report, client, monkeypatch):
    def fail(*_args, **_kwargs):
        raise AssertionError("a mail was sent inside a request")

    monkeypatch.setattr("django.core.mail.get_connection", fail)
    fill(report)
    client.force_login(addresses.ky)
    assert client.post(BASE + "buoc/gui/").url == BASE + "bien-nhan/1/"
    report.refresh_from_db()
    assert (report.status, Receipt.objects.count(), len(letters())) == ("submitted", 1, 2)


def test_a_refused_sending_tells_nobody(addresses, report, client):
    client.force_login(addresses.ky)
    client.post(BASE + "buoc/gui/")
    assert (Notice.objects.count(), Receipt.objects.count()) == (0, 0)
