"""What holds for the whole house: privacy by default, no province in the code, nothing left behind."""

import gzip
import hashlib
import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import accept

ROOT = Path(__file__).parent.parent

# Pages that answer without a sign-in; every other address must lead to the sign-in page.
PUBLIC = {
    "healthz",  # for monitoring: says "ok"
    "ngon-ngu/",  # chooses the language, also on the sign-in page
    "tai-khoan/login/",
    "tai-khoan/logout/",  # with nobody signed in: back to the front door
    "tai-khoan/signup/",  # says that sign-up is closed
    "tai-khoan/inactive/",  # says that the account is switched off
    "tai-khoan/confirm-email/",
    "tai-khoan/confirm-email/{}/",
    "tai-khoan/password/reset/",
    "tai-khoan/password/reset/done/",
    "tai-khoan/password/reset/key/{}-{}/",
    "tai-khoan/password/reset/key/done/",
    "tai-khoan/2fa/authenticate/",  # second step of a sign-in that has begun
    "xac-nhan/{}/",  # whether a receipt still stands; names nobody
    "xac-nhan/van-ban/{}/{}/",  # whether such a document was issued; no number, no figure, no name
}
# A script hears 401 and keeps what was typed; it follows no redirect.
TO_SCRIPTS = {"bao-cao/{}/{}/phan/{}/luu/", "tong-hop/{}/soan/{}/luu/"}


def addresses(patterns, before=""):
    """Every address of the site with its placeholders as ``{}``."""
    for pattern in patterns:
        own = re.sub(r"\(\?P<\w+>[^)]*\)", "{}", str(pattern.pattern)).strip("^$")
        route = before + re.sub(r"<[^>]+>", "{}", own)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_every_address_asks_for_sign_in_unless_listed(client, db):
    open_to_all, told_401 = set(), set()
    for route in addresses(get_resolver().url_patterns):
        address = "/" + route.replace("{}", "1")
        for response in (client.get(address), client.post(address)):
            to_sign_in = response.status_code == 302 and "/login/" in response.url
            if response.status_code == 401:
                assert response.json().keys() == {"sentence"}
                told_401.add(route)
            elif not to_sign_in and response.status_code != 405:
                open_to_all.add(route)
    assert open_to_all <= PUBLIC, sorted(open_to_all - PUBLIC)
    assert told_401 == TO_SCRIPTS


def test_a_script_that_is_signed_out_learns_nothing(client, cast, report):
    """The same answer for a report that is there and for one that is not; nothing is stored."""
    body = {"person": cast.lan.pk, "seen": 0, "changes": [{"name": "T6.05", "was": "", "now": "1"}]}
    answers = set()
    for address in ("2020/na-hang/phan/6", "2020/khong-co/phan/6", "1999/na-hang/phan/chung"):
        for response in (
            client.get(f"/bao-cao/{address}/luu/"),
            client.post(f"/bao-cao/{address}/luu/", body, content_type="application/json"),
        ):
            answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert report.edits.count() == 0


def test_nobody_signs_up(client, db):
    response = client.post("/tai-khoan/signup/", {"username": "x", "password1": "mat-khau-cua-x-2020"})
    assert b"password1" not in response.content
    from directives.models import User

    assert not User.objects.filter(username="x").exists()


def code_files():
    for folder in ("portal", "reports", "directives", "templates", "static"):
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT).as_posix()
            if path.suffix in (".py", ".html", ".js", ".css", ".svg", ".po") and not inside.startswith(
                ("directives/data/", "reports/demo", "reports/management/commands/demo")
            ):
                yield path


def test_the_code_knows_no_province_department_or_number_of_districts(db):
    """Names come from the data files; the code must serve another province unchanged."""
    from directives.models import Body, Directive

    words = {"LĐTBXH", "Lao động - Thương binh", "Sở Y tế", "UBND huyện", "7 huyện", "bảy huyện", "7 districts"}
    for body in Body.objects.all():
        words |= {body.name, body.short_name, body.code}
        words.add(re.sub(r"^(Ủy ban nhân dân|Sở|Ban|Hội) ?(thành phố|huyện)? ?", "", body.name))
    words |= {number for number in Directive.objects.values_list("number", flat=True) if "/" in number}
    words -= {""}
    found = {
        (path.relative_to(ROOT).as_posix(), word)
        for path in code_files()
        for text in [path.read_text(encoding="utf-8")]
        for word in words
        if word in text
    }
    examples = {  # docstrings that show the form of a citation or a file
        ("directives/models/documents.py", "23/CT-TTg"),
    }
    assert found - examples == set()


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_template_compiles():
    names = [p.relative_to(ROOT / "templates").as_posix() for p in (ROOT / "templates").rglob("*.html")]
    assert len(names) > 20
    for name in names:
        get_template(name)


def test_templates_stay_small_and_hold_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 150, path
        if "print" not in path.as_posix():
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("css/bootstrap.min.css", "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"),
    ],
)
def test_bootstrap_is_the_one_we_looked_at(name, sha256):
    assert hashlib.sha256(Path(finders.find(name)).read_bytes()).hexdigest() == sha256


def test_a_first_visit_weighs_at_most_75_kilobytes(client, cast, period):
    client.force_login(cast.lan)
    page = client.get("/bao-cao/2020/na-hang/phan/3/")
    parts = [page.content]
    parts += [Path(finders.find(name)).read_bytes() for name in re.findall(r'/static/([^"]+)"', page.content.decode())]
    weight = sum(len(gzip.compress(part, 9)) for part in parts)
    assert len(parts) >= 6
    assert weight <= 75_000


def test_security_headers(client, cast):
    client.force_login(cast.lan)
    response = client.get("/")
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_years_and_keys_are_never_grouped(client, cast, period, report_of):
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures={"T0.01": 12400, "T0.02": 45800})
    client.force_login(cast.huyen)
    for address in ("/", "/ky/", "/ky/2020/", "/tong-hop/2020/", "/bao-cao/2020/na-hang/ban-gui/", "/van-ban/"):
        text = client.get(address).content.decode()
        assert not re.search(r"\b2\.0\d\d\b", text), address


@pytest.mark.parametrize("language", ["vi", "en"])
def test_language_is_the_persons_choice_never_the_browsers(client, cast, language):
    client.force_login(cast.lan)
    client.cookies["django_language"] = language
    page = client.get("/", headers={"accept-language": "en-US" if language == "vi" else "vi"}).content.decode()
    assert f'<html lang="{language}">' in page


def test_nothing_of_a_form_is_logged(client, cast, period, caplog):
    client.force_login(cast.lan)
    client.post("/bao-cao/2020/na-hang/phan/6/", {"results": "Cháu Nguyễn Thị Bí Mật", "T6.06": "12 trẻ"})
    client.post("/bao-cao/2020/na-hang/khong-co/", {"results": "Cháu Nguyễn Thị Bí Mật"})
    assert "Bí Mật" not in caplog.text
    assert "12 trẻ" not in caplog.text


def test_commands_say_what_is_wrong_and_exit_with_2(db, capsys):
    from django.core.management import CommandError

    for arguments, word in [
        (("open_period", "hai-nghin"), "hai-nghin"),
        (("export_summary", "--period", "1999", "--format", "xlsx", "--output", "/tmp/x"), "1999"),
    ]:
        with pytest.raises(CommandError) as refusal:
            call_command(*arguments, stdout=io.StringIO())
        assert refusal.value.returncode == 2
        assert word in str(refusal.value)
