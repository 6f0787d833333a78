"""Who gets in, and how far without a second factor."""

import pytest
from allauth.mfa.models import Authenticator

LOGIN = "/tai-khoan/login/"
PASSWORD = "mat-khau-thu-nghiem-2020"


@pytest.mark.parametrize(
    ("who", "asked"), [("lan", False), ("ky", False), ("huyen", True), ("hung", True), ("quan", True)]
)
def test_those_who_see_the_province_must_set_up_a_second_factor(client, cast, settings, who, asked):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(getattr(cast, who))
    response = client.get("/")
    assert (response.status_code, response.get("Location")) == (
        (302, "/tai-khoan/2fa/totp/activate/") if asked else (200, None)
    )


def test_with_a_second_factor_the_door_is_open(client, cast, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.create(user=cast.huyen, type=Authenticator.Type.TOTP, data={})
    client.force_login(cast.huyen)
    assert client.get("/").status_code == 200


def test_the_language_can_be_chosen_before_the_second_factor(client, cast, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(cast.huyen)
    assert client.post("/ngon-ngu/", {"language": "en", "next": "/"}).cookies["django_language"].value == "en"


def test_signing_in_and_out(client, cast):
    assert client.post(LOGIN, {"login": "lan", "password": PASSWORD}).url == "/"
    assert client.get("/").status_code == 200
    client.post("/tai-khoan/logout/")
    assert client.get("/").url.startswith(LOGIN)


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, cast):
    for _try in range(5):
        client.post(LOGIN, {"login": "lan", "password": "sai-mat-khau-12345"})
    response = client.post(LOGIN, {"login": "lan", "password": PASSWORD})
    assert response.status_code != 302
    assert client.get("/").url.startswith(LOGIN)


def test_a_wrong_password_does_not_say_whether_the_name_exists(client, cast):
    pages = [
        client.post(LOGIN, {"login": name, "password": "sai-mat-khau-12345"}).content.decode().replace(name, "")
        for name in ("lan", "khong-co-ai")
    ]
    errors = [page[page.index("alert") :][:400] for page in pages]
    assert errors[0] == errors[1]


@pytest.mark.parametrize(("configured", "offered"), [(True, True), (False, False)])
def test_a_reset_is_offered_only_where_mail_is_sent(client, db, settings, configured, offered):
    settings.MAIL_CONFIGURED = configured
    assert ("/tai-khoan/password/reset/" in client.get(LOGIN).content.decode()) == offered


def test_administrators_keep_accounts_and_see_no_report(client, cast, report):
    client.force_login(cast.quan)
    page = client.get("/quan-tri/").content.decode()
    assert "/quan-tri/directives/user/" in page
    assert "/quan-tri/reports/" not in page
    for who in ("lan", "huyen", "hung"):
        client.force_login(getattr(cast, who))
        assert client.get("/quan-tri/").status_code == 302


@pytest.mark.parametrize(
    ("role", "body", "right"), [("reporter", True, True), ("reporter", False, False), ("officer", True, False)]
)
def test_the_database_keeps_role_and_body_together(db, role, body, right):
    from django.db import IntegrityError, transaction

    from directives.models import Body, User

    user = User(username="x", role=role, body=Body.objects.first() if body else None)
    if right:
        user.save()
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            user.save()
