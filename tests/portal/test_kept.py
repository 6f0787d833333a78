"""What is posted after the session had ended: kept for its person until stored, shown and given to nobody else."""

import html
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from portal import kept
from reports.choices import Action, PetitionKind
from reports.models import TaskResult
from reports.petitions import ask
from reports.typist import KEY, mark
from reports.workflow import move
from tests.conftest import at
from tests.factories import fill, send

PASSWORD = "mat-khau-thu-nghiem-2020"
BASE = "/bao-cao/2020/na-hang/"
PATH = BASE + "phan/1/"
TYPED = {"results": "Viết cả buổi sáng.", "T1.01": "12", "seen": "0", "then": "stay"}

pytestmark = pytest.mark.django_db


def marked(person):
    return {"person": re.search('value="(.+)"', mark(person.pk)).group(1)}


@pytest.fixture
def post(client, report, cast):
    """What Lan had on her screen, posted when her session was gone."""

    def _post(path=PATH, **changes):
        return client.post(path, TYPED | marked(cast.lan) | changes)

    return _post


def sign_in(client, name, path=PATH):
    return client.post(f"/tai-khoan/login/?next={path}", {"login": name, "password": PASSWORD}, follow=True)


def texts(page):
    """What stands in the boxes to copy from."""
    return [html.unescape(text) for text in re.findall(r"readonly>\n([^<]*)</textarea>", page.content.decode())]


def test_it_is_shown_after_the_sign_in_and_not_stored_by_itself(client, post, report):
    answer = post()
    assert (answer.status_code, answer.url) == (302, f"/tai-khoan/login/?next={PATH}")
    page = sign_in(client, "lan").content.decode()
    assert "Phiên làm việc đã hết trước khi trang này được lưu." in page
    assert "Viết cả buổi sáng.</textarea>" in page
    assert 'name="T1.01" id="T1.01" value="12"' in page
    assert not TaskResult.objects.filter(report=report).exists()


def test_the_mark_on_the_page_is_the_one_that_is_kept(client, report, cast):
    """The whole way: a page as it was made, posted after its session."""
    client.force_login(cast.lan)
    own = re.search('name="person" value="([^"]+)"', client.get(PATH).content.decode()).group(1)
    client.logout()
    client.post(PATH, TYPED | {"person": own})
    assert client.session[KEY][PATH]["typed"]["results"] == "Viết cả buổi sáng."


def test_it_stays_until_it_is_stored(client, post, report):
    post()
    sign_in(client, "lan")
    for _again in range(2):
        assert "Viết cả buổi sáng.</textarea>" in client.get(PATH).content.decode()
    assert sorted(texts(client.get(BASE))) == ["12", "Viết cả buổi sáng."]
    client.post(PATH, TYPED)
    assert TaskResult.objects.get(report=report, number=1).results == "Viết cả buổi sáng."
    assert client.session[KEY] == {}
    assert texts(client.get(BASE)) == []


def test_a_second_page_does_not_push_out_the_first(client, post):
    post()
    post(BASE + "phan/2/", results="Phần hai.")
    sign_in(client, "lan")
    assert "Viết cả buổi sáng.</textarea>" in client.get(PATH).content.decode()
    client.post(PATH, TYPED)
    assert list(client.session[KEY]) == [BASE + "phan/2/"]
    assert "Phần hai.</textarea>" in client.get(BASE + "phan/2/").content.decode()


def test_the_newest_eight_pages_are_kept(client, post):
    for number in (*range(1, 11), 5):
        post(f"{BASE}phan/{number}/")
    assert list(client.session[KEY]) == [f"{BASE}phan/{n}/" for n in (3, 4, 6, 7, 8, 9, 10, 5)]


def test_of_two_versions_the_colleagues_stays_chosen(client, post):
    post(**{"choose-results": "theirs", "difficulties": "Thiếu người.", "choose-difficulties": "mine"})
    page = sign_in(client, "lan").content.decode()
    assert "Thiếu người.</textarea>" in page
    assert "Viết cả buổi sáng." not in page


@pytest.mark.parametrize("who", ["ky", "minh"])
def test_nobody_else_sees_it_or_makes_it_forgotten(client, post, who):
    post()
    assert "Viết cả buổi sáng." not in sign_in(client, who).content.decode()
    assert "Viết cả buổi sáng." not in client.get(BASE).content.decode()
    client.post(PATH, {"results": "Khác."})
    assert list(client.session[KEY]) == [PATH]


def test_a_page_that_is_none_of_ours_is_not_kept(client, post):
    post(results="x" * (kept.MOST + 1))
    assert KEY not in client.session


@pytest.mark.parametrize("person", ["", "1", "1:", "1:x", "1:" + "a" * 43])
def test_a_stranger_without_a_signed_mark_fills_no_session(client, post, person):
    assert post(person=person).status_code == 302
    assert Session.objects.count() == 0


def test_a_step_without_words_and_mark_keeps_nothing(client, report):
    client.post(BASE + "buoc/gui/", {"code": "x"})
    assert KEY not in client.session


def test_without_the_browsers_token_nothing_is_kept(report, cast):
    client = Client(enforce_csrf_checks=True)
    assert client.post(PATH, TYPED | marked(cast.lan)).status_code == 403
    assert KEY not in client.session


@pytest.mark.parametrize(
    ("who", "path", "lands_on"),
    [
        ("lan", BASE + "buoc/gui/", BASE),
        ("ky", BASE + "buoc/gui/", BASE + "doc/"),
        ("lan", BASE + "diem-can-sua/", BASE),
    ],
)
def test_a_step_lands_on_a_page_after_the_sign_in(client, report, cast, who, path, lands_on):
    fill(report)
    move(report, Action.HAND, by=cast.lan)
    client.post(path, {})
    page = sign_in(client, who, path)
    assert (page.redirect_chain[-1], page.status_code) == ((lands_on, 302), 200)


def test_a_step_that_is_none_is_not_found(client, report, cast):
    client.force_login(cast.lan)
    assert client.get(BASE + "buoc/khac/").status_code == 404


def test_the_signatorys_reason_comes_back(client, report, cast):
    fill(report)
    move(report, Action.HAND, by=cast.lan)
    client.force_login(cast.ky)
    assert 'name="person"' in client.get(BASE + "doc/").content.decode()
    client.logout()
    client.post(BASE + "buoc/chua-ky/", {"note": "Thiếu số liệu\n<b>quý IV</b>."} | marked(cast.ky))
    page = sign_in(client, "ky", BASE + "buoc/chua-ky/")
    assert texts(page) == ["Thiếu số liệu\n<b>quý IV</b>."]
    client.post(BASE + "buoc/chua-ky/", {"note": ""})  # refused: a reason is missing
    assert texts(client.get(BASE + "doc/")) == ["Thiếu số liệu\n<b>quý IV</b>."]
    client.post(BASE + "buoc/chua-ky/", {"note": "Thiếu số liệu."})
    assert client.session[KEY] == {}


def test_an_officers_return_comes_back_point_by_point(client, report, cast):
    send(report, cast.lan)
    path = BASE + "ban-gui/tra-lai/"
    typed = {"version": "1", "status": "submitted", "rows": "3", "note": "Sửa."}
    typed |= {"place-1": "3|T3.05", "words-1": "Sai.", "words-2": "Thiếu."}
    client.post(path, typed | marked(cast.huyen))
    page = sign_in(client, "huyen", path)
    assert page.redirect_chain[-1] == (BASE + "ban-gui/", 302)
    assert texts(page) == ["Sai.", "Thiếu.", "Sửa."]
    assert re.search(r'for="kept-1-1">Điểm cần sửa 1 – .+: T3\.05', page.content.decode())
    assert page.content.decode().count('name="person"') == 2  # the return's and the note's
    more = client.post(path, typed | {"more": "more"})
    assert texts(more) == ["Sai.", "Thiếu.", "Sửa."]
    client.post(path, typed | {"place-2": "3|"})
    assert client.session[KEY] == {}


def test_a_note_among_officers_and_a_ready_made_reason_come_back(client, report, cast):
    send(report, cast.lan)
    client.post(BASE + "ghi-chu/", {"version": "1", "place": "", "text": "Đã gọi hỏi."} | marked(cast.huyen))
    page = sign_in(client, "huyen", BASE + "ghi-chu/")
    assert texts(page) == ["Đã gọi hỏi."]
    client.post(BASE + "ghi-chu/", {"version": "1", "text": "Đã gọi hỏi."})
    assert client.session[KEY] == {}
    client.logout()
    path = BASE + "ban-gui/tra-lai/"
    client.post(path, {"reason-1": "Thiếu số.", "return_by": "1/12/2026"} | marked(cast.huyen))
    assert texts(sign_in(client, "huyen", path)) == ["Thiếu số.", "1/12/2026"]


@time_machine.travel(at(2020, 12, 1), tick=False)
def test_a_petition_comes_back(client, report, cast):
    path = BASE + "xin-gia-han/"
    client.post(path, {"until": "20/12/2020", "reason": "Lũ lụt."} | marked(cast.lan))
    page = sign_in(client, "lan", path)
    assert texts(page) == ["Lũ lụt.", "20/12/2020"]
    assert page.content.decode().count('name="person"') == 1
    assert texts(client.get(BASE + "xin-rut/")) == []


def test_an_answer_to_a_petition_comes_back(client, report, cast):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    client.get(BASE + "ban-gui/")
    client.logout()
    petition = ask(report, PetitionKind.TAKE_BACK, "Nhầm số.", None, cast.lan)
    path = f"/ky/2020/de-nghi/{petition.pk}/"
    client.post(path, {"granted": "no", "answer": "Chưa đủ lý do."} | marked(cast.huyen))
    page = sign_in(client, "huyen", path)
    assert texts(page) == ["Chưa đủ lý do."]
    assert page.content.decode().count('name="person"') == 1
    client.post(path, {"granted": "no", "answer": "Chưa đủ lý do."})
    assert client.session[KEY] == {}


# --- a page from before the last sign-in (the browser's token has changed) ------------------------


@pytest.fixture
def strict(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lan)
    return client


def test_a_stale_page_shows_what_was_typed_and_stores_nothing(strict, report, cast):
    page = strict.post(PATH, TYPED | marked(cast.lan) | {"results": "<i>Dài</i>", "unknown": "Lạ"})
    assert page.status_code == 403
    assert sorted(texts(page)) == ["12", "<i>Dài</i>"]
    assert "chưa có gì được lưu" in page.content.decode()
    assert f'<a href="{PATH}" target="_blank"' in page.content.decode()
    assert not TaskResult.objects.filter(report=report).exists()
    assert KEY not in strict.session


@pytest.mark.parametrize(
    "path", [PATH, BASE + "phan/99/", "/bao-cao/2020/chiem-hoa/phan/1/", "/bao-cao/1999/x/phan/1/"]
)
def test_a_strangers_page_or_another_bodys_report_shows_no_words(strict, report, cast, path):
    page = strict.post(path, TYPED | (marked(cast.lan) if path != PATH else {"person": "1:x"}))
    assert (page.status_code, texts(page)) == (403, [])
    assert "Viết cả buổi sáng." not in page.content.decode()
    assert "chép nội dung đã gõ ra trước" in page.content.decode()


def test_nobody_is_told_to_reload(strict, report):
    assert "tải lại" not in strict.post(PATH, {}).content.decode()
