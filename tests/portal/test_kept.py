"""A page of texts posted after the session had ended: kept for its person, shown once, given to nobody else."""

import pytest
from django.test import Client

from portal import kept
from reports.models import TaskResult

PASSWORD = "mat-khau-thu-nghiem-2020"
PATH = "/bao-cao/2020/na-hang/phan/1/"
TYPED = {"results": "Viết cả buổi sáng.", "T1.01": "12", "seen": "0", "then": "stay"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, report, cast):
    """What Lan had on her screen, posted when her session was gone."""

    def _post(**changes):
        return client.post(PATH, TYPED | {"person": str(cast.lan.pk)} | changes)

    return _post


def sign_in(client, name):
    return client.post(f"/tai-khoan/login/?next={PATH}", {"login": name, "password": PASSWORD}, follow=True)


def test_it_is_shown_after_the_sign_in_and_not_stored_by_itself(client, post, report):
    answer = post()
    assert (answer.status_code, answer.url) == (302, f"/tai-khoan/login/?next={PATH}")
    page = sign_in(client, "lan").content.decode()
    assert "Phiên làm việc đã hết trước khi trang này được lưu." in page
    assert "Viết cả buổi sáng.</textarea>" in page
    assert 'name="T1.01" id="T1.01" value="12"' in page
    assert not TaskResult.objects.filter(report=report).exists()


def test_saving_it_then_stores_it(client, post, report):
    post()
    sign_in(client, "lan")
    client.post(PATH, TYPED)
    assert TaskResult.objects.get(report=report, number=1).results == "Viết cả buổi sáng."


def test_it_is_shown_once(client, post):
    post()
    sign_in(client, "lan")
    assert "Viết cả buổi sáng." not in client.get(PATH).content.decode()


@pytest.mark.parametrize("who", ["ky", "minh"])
def test_nobody_else_sees_it(client, post, who):
    post()
    assert "Viết cả buổi sáng." not in sign_in(client, who).content.decode()


def test_a_page_that_is_none_of_ours_is_not_kept(client, post):
    post(results="x" * (kept.MOST + 1))
    assert kept.KEY not in client.session


def test_another_address_keeps_nothing(client, report):
    client.post("/bao-cao/2020/na-hang/buoc/gui/", {"note": "Gửi."})
    assert kept.KEY not in client.session


def test_without_the_browsers_token_nothing_is_kept(report):
    client = Client(enforce_csrf_checks=True)
    assert client.post(PATH, TYPED).status_code == 403
    assert kept.KEY not in client.session
