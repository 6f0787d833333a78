"""Two languages on the screen: the English catalogue is whole, and no library speaks English to an official."""

import ast
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import allauth
import django
import polib
import pytest
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.template.base import Lexer, TokenType
from django.urls import reverse
from django.utils.translation.template import templatize

from directives.choices import AGES
from directives.models import Body, Catalogue, Directive, Indicator, LeadTerm, Obligation, Rule, Task, User
from reports.answers import Answer, Cell
from reports.choices import Action
from reports.models import Explanation, Overview, Period, TaskResult, write_answers
from reports.workflow import move
from tests.factories import fill, signatory_of

ROOT = Path(settings.BASE_DIR)
LOCALE = Path(settings.LOCALE_PATHS[0])
APPS = ("portal", "reports", "directives")
CATALOGUES = ("en/LC_MESSAGES/django", "vi/LC_MESSAGES/django", "vi/LC_MESSAGES/djangojs")
PASSWORD = "mat-khau-thu-nghiem-2020"

VIETNAMESE_LETTERS = re.compile(r"[À-ÖØ-öø-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
# English that Django's back office does not mark for translation: a picture's text, a warning about passwords.
UNMARKED_BY_DJANGO = {"Search", "If disabled, the current password for this user will be lost."}
ENGLISH_WORDS = re.compile(
    r"\b(the|your|you|please|password|username|sign|with|this|are|is|and|enter|of|for|must|not|has)\b", re.IGNORECASE
)


class Text(NamedTuple):
    """A text to translate, as a catalogue knows it."""

    msgid: str
    plural: str = ""
    context: str = ""


def catalogue(name):
    return polib.pofile(str(LOCALE / f"{name}.po"))


def texts_in(entries):
    return {Text(e.msgid, e.msgid_plural or "", e.msgctxt or "") for e in entries if not e.obsolete}


# --- what the source asks to translate, found without gettext ----------------------------------

FIELDS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
FIELDS |= {f"{name}_lazy": fields for name, fields in FIELDS.items()} | {"gettext_noop": ("msgid",)}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(({LITERAL}(?:,\s*{LITERAL})*)", re.DOTALL)


def python_texts(path):
    """([Text], [line of a call whose text is put together at run time]) of a module."""
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FIELDS
    }
    found, wrong = [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            fields = FIELDS[names[node.func.id]]
            given = [a.value if isinstance(a, ast.Constant) else None for a in node.args[: len(fields)]]
            if all(isinstance(value, str) for value in given) and len(given) == len(fields):
                found.append(Text(**dict(zip(fields, given, strict=True))))
            else:
                wrong.append(f"{path.name}:{node.lineno}")
    return found, wrong


def template_texts(path):
    found = []
    for function, literals in CALL.findall(templatize(path.read_text(), origin=str(path))):
        given = [ast.literal_eval(literal) for literal in re.findall(LITERAL, literals, re.DOTALL)]
        found.append(Text(**dict(zip(FIELDS["gettext" if function == "_" else function], given, strict=True))))
    return found


def texts_under(*folders, skip=()):
    found = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if set(skip) & set(path.parts):
                continue
            if path.suffix == ".py":
                found |= set(python_texts(path)[0])
            elif path.suffix in (".html", ".txt"):
                found |= set(template_texts(path))
    return found


def own_texts():
    return texts_under(*(ROOT / app for app in APPS), ROOT / "templates")


def allauth_texts():
    """What django-allauth says on the pages of accounts and of the second factor (we offer no security keys)."""
    package = Path(allauth.__file__).parent
    folders = [package / "account", package / "mfa", package / "core"]
    folders += [package / "templates" / part for part in ("account", "mfa", "allauth")]
    return texts_under(*folders, skip=("webauthn", "tests", "management"))


def django_texts(domain="django"):
    """{Text: whether Django translates it into Vietnamese} of what its pages can say here."""
    nowhere = ("conf/global_settings.py", "default_urlconf.html", "technical_")  # names of languages, pages of DEBUG
    found = {}
    for part in ("conf", "contrib/admin", "contrib/auth"):
        folder = Path(django.__file__).parent / part / "locale"
        if not (folder / f"en/LC_MESSAGES/{domain}.po").exists():
            continue
        asked = [
            entry
            for entry in polib.pofile(str(folder / f"en/LC_MESSAGES/{domain}.po"))
            if not all(any(word in where for word in nowhere) for where, _line in entry.occurrences)
        ]
        done = texts_in(polib.pofile(str(folder / f"vi/LC_MESSAGES/{domain}.po")).translated_entries())
        found |= {text: text in done for text in texts_in(asked)}
    return found


# --- the catalogues ---------------------------------------------------------------------------


def test_the_english_catalogue_holds_the_texts_of_the_source_and_no_others():
    """Run "make messages" and translate what is new."""
    assert texts_in(catalogue(CATALOGUES[0])) == own_texts()


def test_every_text_is_written_out_where_it_is_marked():
    """A text put together at run time is in no catalogue."""
    modules = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    assert [place for path in modules for place in python_texts(path)[1]] == []


def test_gettext_finds_the_same_texts(tmp_path):
    for folder in (*APPS, "templates"):
        ignored = shutil.ignore_patterns("__pycache__", "*.mo", "*.po", "data")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "portal" / "locale").mkdir(exist_ok=True)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "manage.py", "makemessages", "--locale", "en"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    found = polib.pofile(str(tmp_path / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    assert texts_in(found) == own_texts()


def translations(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_catalogue_is_finished(name):
    entries = catalogue(name)
    forms = int(re.search(r"nplurals=(\d)", entries.metadata["Plural-Forms"])[1])
    unfinished = [
        entry.msgid
        for entry in entries
        if entry.obsolete
        or entry.fuzzy
        or not all(text.strip() for text in translations(entry))
        or (entry.msgid_plural and sorted(entry.msgstr_plural) != list(range(forms)))
    ]
    assert (unfinished, bool(entries.metadata_is_fuzzy)) == ([], False)


def fixed_parts(text):
    """What a translation must keep: placeholders, elements, spaces and line breaks at both ends."""
    marks = re.findall(r"%\(\w+\)[sdr]|%[sd%]|\{\w*\}|</?\w[^>]*>", text)
    return Counter(marks), text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


@pytest.mark.parametrize("name", CATALOGUES)
def test_translations_keep_placeholders_and_elements(name):
    different = [
        (entry.msgid, text)
        for entry in catalogue(name)
        for text in translations(entry)
        if fixed_parts(text) != fixed_parts(entry.msgid_plural or entry.msgid)
    ]
    assert different == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_compiled_catalogue_is_the_written_one(name):
    """The portal reads the .mo, which is kept so that a machine without gettext can run it."""

    def content(entries):
        return {(e.msgctxt or "", e.msgid, e.msgid_plural or ""): translations(e) for e in entries}

    assert content(polib.mofile(str(LOCALE / f"{name}.mo"))) == content(catalogue(name))


def test_the_english_catalogue_is_english():
    assert [e.msgid for e in catalogue(CATALOGUES[0]) if VIETNAMESE_LETTERS.search("".join(translations(e)))] == []


def test_the_vietnamese_catalogue_speaks_for_the_libraries_only():
    """Our own texts are Vietnamese already; a text that a library no longer has goes out."""
    written = texts_in(catalogue(CATALOGUES[1]))
    assert (written & own_texts(), written - allauth_texts() - set(django_texts())) == (set(), set())
    assert texts_in(catalogue(CATALOGUES[2])) - set(django_texts("djangojs")) == set()


@pytest.mark.parametrize("name", CATALOGUES[1:])
def test_no_text_of_a_library_is_without_vietnamese(name):
    domain = name.rpartition("/")[2]
    asked = {text for text, done in django_texts(domain).items() if not done}
    if domain == "django":
        asked |= allauth_texts()
    same_in_both = {"…", "%(truncated_text)s…", "IPv4", "IPv6"}
    assert {text for text in asked - texts_in(catalogue(name)) if text.msgid not in same_in_both} == set()


def test_no_vietnamese_stands_in_a_template_unmarked():
    """Papers and their parts are always Vietnamese; the name of the other language is written in that language."""
    screens = [
        p
        for p in (ROOT / "templates").rglob("*.html")
        if not {"print", "paper"} & set(p.parts) and p.name != "base_print.html"
    ]
    found = {}
    for path in screens:
        inside, unmarked = False, []
        for token in Lexer(path.read_text()).tokenize():
            if token.token_type == TokenType.BLOCK and re.match(r"(end)?blocktrans", token.contents):
                inside = not token.contents.startswith("end")
            elif token.token_type == TokenType.TEXT and not inside:
                unmarked.append(token.contents)
        if letters := Page("".join(unmarked)).with_letters():
            found[path.name] = letters
    assert found == {}


@pytest.mark.parametrize(
    ("model", "name"), [(Task, "title_en"), (Indicator, "name_en"), (Rule, "message_en"), (Obligation, "title_en")]
)
def test_what_is_asked_has_an_english_name(db, model, name):
    assert [str(row) for row in model.objects.all() if not getattr(row, name)] == []


# --- pages ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a person reads or hears of a page, but for the elements marked as written in another language."""

    VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")

    def __init__(self, html):
        super().__init__()
        self.language, self.texts, self._open = "", [], []
        self.feed(html)

    @property
    def _silent(self):
        return bool(self._open and self._open[-1][1])

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            self.language = attributes["lang"]
        foreign = attributes.get("lang") not in (None, self.language)
        silent = self._silent or foreign or tag in ("script", "style", "textarea")  # a textarea holds what was typed
        if not silent:
            names = (*self.SPOKEN, *(("value",) if attributes.get("type") in ("submit", "button") else ()))
            self.texts += [attributes[name] for name in names if attributes.get(name)]
        if tag not in self.VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag):
        while tag in [name for name, _silent in self._open] and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self._silent:
            self.texts.append(" ".join(data.split()))

    def with_letters(self, known=()):
        """Texts with Vietnamese letters once the ``known`` citations of instruments are taken out."""
        texts = self.texts
        for words in known:
            texts = [text.replace(words, "") for text in texts]
        return [text for text in texts if VIETNAMESE_LETTERS.search(text)]

    def in_english(self, sentences):
        """Texts that a library wrote in English, and texts with common English words."""
        texts = (text for text in self.texts if text not in UNMARKED_BY_DJANGO)
        return [text for text in texts if text.rstrip(":* ") in sentences or ENGLISH_WORDS.search(text)]


def page(response):
    return Page(response.content.decode())


def bare(text):
    """``Ủy ban`` → ``Uy ban``."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def strip_accents(model):
    """Take the Vietnamese letters out of all that was typed or loaded, so that those left on a page are ours."""
    words = [
        f.name for f in model._meta.fields if isinstance(f, (models.CharField, models.TextField)) and not f.choices
    ]
    rows = list(model.objects.all())
    for row in rows:
        for name in set(words) - {"password", "code", "username"}:
            setattr(row, name, bare(getattr(row, name)))
    model.objects.bulk_update(rows, set(words) - {"password", "code", "username"})


@pytest.fixture
def bare_names(cast):
    for model in (Body, LeadTerm, Catalogue, Directive, Task, Indicator, Rule, Obligation, User):
        strip_accents(model)


@pytest.fixture
def busy(bare_names, cast, obligation, period, report_of):
    """A year after another: one report with every kind of error, one accepted with a warning, one waiting."""
    before = Period.objects.open(obligation, 2019)
    na_hang, chiem_hoa, health = report_of("na-hang"), report_of("chiem-hoa"), report_of("so-y-te")
    fill(na_hang, by=cast.lan)
    fill(health, by=cast.yen)
    for report in (chiem_hoa, before.reports.get(body__code="chiem-hoa")):
        fill(report, {"T7.04": 1, "T6.05": None}, by=cast.minh, declined=(2,), left_out=("T7.07",))
        Explanation.objects.create(report=report, rule_code="R49", text="From the year before.")
    for model in (TaskResult, Overview):
        strip_accents(model)
    for report, person in ((na_hang, cast.lan), (health, cast.yen), (chiem_hoa, cast.minh)):
        move(report, Action.SUBMIT, by=signatory_of(person))
    move(chiem_hoa, Action.ACCEPT, by=cast.huyen)
    move(na_hang, Action.RETURN, by=cast.huyen, note="Please check task 6.")
    spoil(na_hang)
    return SimpleNamespace(period=period, na_hang=na_hang, before=before)


def spoil(report):
    """Break a report in every way that the checks know."""
    one = Answer(Decimal(1))
    wrong = {Cell("T0.01"): one, Cell("T2.01"): one, Cell("T2.06"): one, Cell("T6.06", "girls"): one}
    ages = {Cell("T6.06", age): one for age in AGES}
    write_answers(report, wrong | ages | {Cell("T1.01"): None, Cell("T1.04"): None, Cell("T1.04", "girls"): one})
    report.results.filter(number=3).update(results="")
    report.results.filter(number=5).update(not_ours=True, not_ours_reason="")
    unread = {"T1.01": "12,5", "T1.02": "-3", "T1.03": "12", "T3.01": "1.23", "T3.03": "x", "T3.07": "9" * 40}
    report.results.filter(number=1).update(unread=unread)


OF_A_REPORT = (
    "report",
    "section",
    "check",
    "read",
    "sent",
    "history",
    "attachments",
    "signed_paper",
    "workbooks",
    "ask_time",
)
OF_A_BODY = [
    "home",
    *OF_A_REPORT[2:],
    "report",
    *(f"section {number}" for number in range(8)),
    "section chung",
    "handover",
]
OF_THE_LEAD = ["home", "periods", "open_period", "board", "petitions", "summary", "cells", "sent"]
OF_EVERYONE = ["documents", "indicators", "account_change_password", "mfa_index"]


def address_of(words, scene):
    """``section 6`` → its address in the report of the busy body."""
    name, _space, number = words.partition(" ")
    if name in OF_A_REPORT:
        return reverse(name, args=[scene.period.code, "na-hang", *([number] if number else [])])
    if name in ("board", "petitions", "summary"):
        return reverse(name, args=[scene.period.code])
    return reverse(name, args=[scene.period.code, "T6.06"]) if name == "cells" else reverse(name)


def letters_on(client, pages, scene, language):
    """{page: texts with Vietnamese letters} as the signed-in person sees the pages."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    known = [d.citation(with_title=title) for title in (True, False) for d in Directive.objects.all()]
    found = {}
    for name in pages:
        response = client.get(address_of(name, scene), follow=name.startswith("mfa"))
        assert (name, response.status_code, page(response).language) == (name, 200, language)
        if letters := page(response).with_letters(known):
            found[name] = letters
    return found


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("lan", OF_A_BODY + OF_EVERYONE),
        ("minh", ["home"]),
        ("yen", ["home"]),
        ("huyen", OF_THE_LEAD + OF_EVERYONE),
        ("hung", ["home"]),
        ("quan", ["home"]),
    ],
)
def test_an_english_page_has_no_vietnamese_but_data(client, cast, busy, who, pages):
    client.force_login(getattr(cast, who))
    assert letters_on(client, pages, busy, "en") == {}
    assert set(letters_on(client, pages, busy, "vi")) == set(pages)  # so the letters would be seen


def test_english_answers_to_what_people_send(client, cast, busy):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answers = [client.get("/nowhere/", follow=True)]
    answers.append(client.post(reverse("account_login"), {"login": "lan", "password": "wrong"}))
    client.force_login(cast.lan)
    answers.append(client.get("/nowhere/"))
    answers.append(client.post(address_of("section 6", busy), {"T6.06": "12 tre", "T6.07": "3"}, follow=True))
    answers.append(client.post(address_of("section 6", busy), {"T6.06": "", "then": "next"}, follow=True))
    answers.append(client.post(reverse("step", args=["2020", "na-hang", "gui"]), follow=True))
    client.force_login(cast.huyen)
    answers.append(client.post(reverse("decide", args=["2020", "so-y-te", "tra-lai"]), {"note": ""}, follow=True))
    answers.append(client.post(reverse("decide", args=["2020", "so-y-te", "duyet"]), follow=True))
    answers.append(client.post(reverse("open_period"), {"year": "2020"}))
    answers.append(client.post(reverse("open_period"), {"year": "x", "ad_hoc": "on"}))
    known = [d.citation(with_title=True) for d in Directive.objects.all()]
    assert [page(answer).with_letters(known) for answer in answers] == [[]] * len(answers)


def test_a_paper_is_vietnamese_whatever_the_screen(client, cast, busy):
    client.force_login(cast.huyen)
    address, papers = reverse("download", args=["2020", "json"]), []
    for language in ("vi", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        papers.append(client.get(address).json() | {"made_at": None})
    assert papers[0] == papers[1]
    assert papers[1]["period"]["name"] == "năm 2020"


# --- what the libraries say to a Vietnamese official -------------------------------------------


@pytest.fixture(scope="module")
def sentences():
    """What Django and django-allauth would say in English, as far as it has no placeholders."""
    known = {text.msgid for text in allauth_texts() | set(django_texts())}
    return {text for text in known if len(text) > 3 and text.isascii() and "%" not in text}


def english_in(response, sentences):
    assert response.status_code == 200
    return page(response).in_english(sentences)


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": username, "password": password}, follow=True)


def outside_pages(client, cast):
    User.objects.filter(pk=cast.tu.pk).update(is_active=False)
    yield client.get(reverse("account_login"))
    yield sign_in(client, "lan", "wrong")
    yield client.post(reverse("account_login"), {"login": "", "password": ""})
    yield sign_in(client, "tu")
    yield client.get(reverse("account_signup"))
    yield client.get(reverse("account_reset_password"))
    yield client.post(reverse("account_reset_password"), {"email": "x"})
    yield client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)


def password_pages(client, cast):
    yield sign_in(client, "lan")
    address = reverse("account_change_password")
    yield client.get(address)
    yield client.post(address, {"oldpassword": "wrong", "password1": "12345", "password2": "54321"})
    yield client.post(address, {"oldpassword": PASSWORD, "password1": "lan", "password2": "lan"})
    yield client.post(address, {"oldpassword": PASSWORD, "password1": "123456789", "password2": "123456789"})
    new = "mat-khau-moi-thu-nghiem"
    yield client.post(address, {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True)
    for name in ("account_email", "account_reauthenticate", "account_logout"):
        yield client.get(reverse(name), follow=True)
    yield client.post(reverse("account_email"), {"action_add": "", "email": "x"})
    yield client.post(reverse("account_logout"), follow=True)


def second_factor_pages(client, cast):
    yield sign_in(client, "huyen")
    yield client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    yield client.post(reverse("account_reauthenticate"), {"password": PASSWORD}, follow=True)
    yield client.get(reverse("mfa_activate_totp"))
    yield client.post(reverse("mfa_activate_totp"), {"code": "wrong"})
    code = format_hotp_value(hotp_value(client.session[SECRET_SESSION_KEY], next(yield_hotp_counters_from_time())))
    yield client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        yield client.get(reverse(name))
    yield client.get(reverse("mfa_reauthenticate"))
    yield client.post(reverse("mfa_generate_recovery_codes"), follow=True)
    yield client.post(reverse("account_logout"), follow=True)
    yield sign_in(client, "huyen")
    yield client.post(reverse("mfa_authenticate"), {"code": "wrong"})


def back_office_pages(client, cast):
    client.force_login(cast.quan)
    yield client.get(reverse("admin:index"))
    yield client.get(reverse("admin:directives_user_add"))
    yield client.post(reverse("admin:directives_user_add"), {"username": "a b", "password1": "1", "password2": "2"})
    for name in ("user", "body", "bodylink", "leadterm", "directive", "obligation"):
        yield client.get(reverse(f"admin:directives_{name}_changelist"))
        first = apps.get_model("directives", name).objects.first()
        if first:
            yield client.get(reverse(f"admin:directives_{name}_change", args=[first.pk]))
            yield client.get(reverse(f"admin:directives_{name}_history", args=[first.pk]))
    yield client.get(reverse("admin:directives_user_delete", args=[cast.lan.pk]))
    yield client.get(reverse("admin:auth_user_password_change", args=[cast.lan.pk]))


@pytest.mark.parametrize("pages", [outside_pages, password_pages, second_factor_pages, back_office_pages])
def test_no_library_speaks_english_to_an_official(client, cast, settings, sentences, pages):
    cache.clear()  # sign-in attempts are counted there
    settings.SECOND_FACTOR_REQUIRED = pages is second_factor_pages
    found = {}
    for number, response in enumerate(pages(client, cast)):
        if english := english_in(response, sentences):
            found[number, response.request["PATH_INFO"]] = english
    assert found == {}


def test_english_would_be_seen(db, client, sentences):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert english_in(client.get(reverse("account_reset_password")), sentences) != []
