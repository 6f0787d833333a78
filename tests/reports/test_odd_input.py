"""Characters that no keyboard types, at every place that takes text: a page or "not found", never a failure.

PostgreSQL stores no NUL, XML no control character; SQLite minds neither, so these tests run on both.
"""

import json

import pytest
import time_machine
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from directives.models import Body
from reports.choices import PetitionKind
from reports.models import Attachment, Edit, Period, Petition, TaskResult, Workbook
from reports.petitions import ask
from reports.typed import tidy
from reports.workbooks import blank, keep
from tests.conftest import at
from tests.factories import fill, open_round, send
from tests.reports import files
from tests.reports.files import upload

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
ODD = ["\x00", "chữ\x00\x01\x0b thường", "\u202eab\ufeff"]
HUGE = "9" * 30


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    for model in (Attachment, Workbook):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", FileSystemStorage(location=tmp_path / "private"))


@pytest.fixture(autouse=True)
def _in_december():
    with time_machine.travel(at(2020, 12, 10), tick=True):
        yield


def kept_controls():
    """Every stored text of the portal that holds a control character, as (model, field)."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label not in ("reports", "directives"):
            continue
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
        for row in model.objects.values_list(*names) if names else ():
            found += [(model.__name__, n) for n, text in zip(names, row, strict=True) if text and _odd(text)]
    return found


def _odd(text):
    return any(ord(sign) < 32 and sign not in "\n\t" for sign in text)


GETS = [
    ("lan", BASE + "ban-ky/", "ma"),
    ("ky", BASE + "doc/", "ma"),
    ("lan", BASE + "tep/", "phan"),
    ("huyen", "/ky/", "trang"),
    ("huyen", "/ky/2020/", "trang"),
    ("huyen", "/ky/2020/", "status"),
    ("huyen", "/ky/2020/", "group"),
    ("huyen", "/ky/2020/", "late"),
    ("huyen", "/ky/2020/de-nghi/", "trang"),
    ("lan", "/van-ban/", "trang"),
    ("lan", "/van-ban/chi-tieu/", "q"),
    ("quan", "/quan-tri/directives/body/", "q"),
    ("quan", "/quan-tri/directives/user/", "q"),
]


@pytest.mark.parametrize("odd", [*ODD, HUGE])
@pytest.mark.parametrize(("who", "address", "name"), GETS)
def test_an_odd_question_is_answered(client, cast, report, who, address, name, odd):
    client.force_login(getattr(cast, who))
    assert client.get(address, {name: odd}).status_code in (200, 302, 404)


PATHS = [
    ("ky", "/ban-giao/{}/dong-tai-khoan/", "%00"),
    ("ky", "/ban-giao/{}/dong-tai-khoan/", "lan%00x"),
    ("huyen", "/tong-hop/2020/chi-tieu/{}/", "%00"),
    ("lan", "/bao-cao/{}/na-hang/", "%00"),
    ("lan", BASE + "phan/{}/", "%00"),
    ("lan", BASE + "phan/{}/", HUGE),
    ("lan", BASE + "tep/{}/", HUGE),
    ("lan", BASE + "tep/{}/go/", HUGE),
    ("lan", BASE + "excel/{}/", HUGE),
    ("huyen", BASE + "bien-nhan/{}/", HUGE),
    ("huyen", BASE + "ban-in/{}/pdf/", HUGE),
    ("huyen", "/ky/2020/de-nghi/{}/", HUGE),
    ("lan", "/xac-nhan/{}/", "%00"),
]


@pytest.mark.parametrize(("who", "address", "odd"), PATHS)
def test_an_odd_address_is_not_found(client, cast, report, who, address, odd):
    client.force_login(getattr(cast, who))
    assert client.get(address.format(odd)).status_code == 404


POSTS = [
    ("ky", "/ban-giao/lan/dong-tai-khoan/", ["reason"], {}),
    ("ky", "/ban-giao/%00/dong-tai-khoan/", ["reason"], {}),
    ("lan", BASE + "phan/6/", ["results", "T6.06", "T6.06:detail", "was-T6.06", "choose-results", "seen", "then"], {}),
    ("lan", BASE + "phan/6/", ["then"], {"then": "copy:\x00"}),
    ("lan", BASE + "phan/chung/", ["assessment", "explain-\x00", "person"], {}),
    ("lan", BASE + "xin-gia-han/", ["reason", "until"], {"until": "20/12/2020"}),
    ("lan", BASE + "ban-ky/", ["number", "signed_on", "code", "use_waiting"], {}),
    ("lan", BASE + "tep/", ["part"], {}),
    ("lan", BASE + "excel/", ["file"], {}),
    ("lan", BASE + "diem-can-sua/", ["done"], {}),
    ("huyen", "/ky/mo/", ["year", "title", "due_on", "tasks", "bodies"], {"ad_hoc": "on"}),
    ("huyen", "/ky/mo/", ["bodies"], {"year": "2021"}),
    ("huyen", "/ky/mo/", ["due_on", "due_rule", "data_from", "data_to", "as_of", "groups"], {"year": "2021"}),
    ("huyen", "/ky/mo/", ["exempt", "reason-na-hang", "reason-\x00", "trang", "khoi", "xem"], {"year": "2021"}),
    ("huyen", "/ky/mo/", ["exempt", "reason-na-hang", "seen"], {"year": "2021", "then": "open"}),
    ("huyen", "/ky/2020/mien/na-hang/", ["reason"], {}),
    ("huyen", "/ky/2020/mien/na-hang/", ["reason", "action"], {}),
    ("huyen", "/ky/mo/", ["title"], {"ad_hoc": "on", "year": "2021", "due_on": "30/6/2021", "bodies": "na-hang"}),
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("who", "address", "names", "more"), POSTS)
def test_an_odd_post_is_answered_and_leaves_no_control_character(client, cast, report, who, address, names, more, odd):
    client.force_login(getattr(cast, who))
    assert client.post(address, dict.fromkeys(names, odd) | more).status_code in (200, 302, 400, 404, 405, 409)
    assert kept_controls() == []


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("move", "names"),
    [("tra-lai", ["note", "words-1", "place-1", "rows"]), ("tra-lai", ["version", "status"]), ("duyet", ["version"])],
)
def test_an_odd_decision_is_answered(client, cast, report, move, names, odd):
    send(report, cast.lan)
    client.force_login(cast.huyen)
    data = {"version": "1", "note": "Xem lại."} | dict.fromkeys(names, odd)
    assert client.post(f"{BASE}ban-gui/{move}/", data).status_code in (200, 302, 400, 404, 409)
    assert kept_controls() == []


@pytest.mark.parametrize("granted", ["yes", "no"])
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_answer_to_a_petition_is_kept_tidy(client, cast, report, granted, odd):
    petition = ask(report, PetitionKind.MORE_TIME, f"Lũ lụt{odd}", report.last_day.replace(day=20), cast.lan)
    assert petition.reason == tidy(f"Lũ lụt{odd}")
    client.force_login(cast.huyen)
    for until in (odd, "20/12/2020"):
        data = {"granted": granted, "answer": f"Được{odd}", "until": until}
        assert client.post(f"/ky/2020/de-nghi/{petition.pk}/", data).status_code in (200, 302, 404)
    assert client.post(f"/ky/2020/de-nghi/{petition.pk}/", {"granted": odd}).status_code == 404
    assert Petition.objects.get().granted is (granted == "yes")
    assert kept_controls() == []


def test_an_autosave_stores_what_can_be_stored(client, cast, report):
    client.force_login(cast.lan)
    changes = [
        {"name": "results", "was": "\x00", "now": "Mất\x00 sóng\ud800"},
        {"name": "results\x00", "was": "", "now": "x"},
        {"name": "T6.06:detail", "was": "", "now": "\x01ghi chú"},
    ]
    told = {"person": cast.lan.pk, "seen": 0, "changes": changes}
    for _again in range(2):
        response = client.post(f"{BASE}phan/6/luu/", json.dumps(told), content_type="application/json")
        assert response.status_code == 200
    assert kept_controls() == []
    assert TaskResult.objects.filter(report=report, number=6).exists()
    assert Edit.objects.filter(report=report).exclude(name__in=["results", "T6.06:detail"]).count() == 0


def test_an_odd_ad_hoc_title_is_kept_tidy(client, cast, report):
    client.force_login(cast.huyen)
    data = {"year": "2020", "ad_hoc": "on", "title": "Rà soát\x01 hè", "due_on": "30/9/2020", "bodies": ["na-hang"]}
    assert open_round(client, data).status_code == 302
    assert Period.objects.exclude(code="2020").get().title == "Rà soát hè"
    assert Body.objects.filter(code="na-hang").exists()


TURNED = "biểu\u202e\u200b mẫu\x00\x07\u2066.xlsx"


def test_a_workbook_keeps_a_name_that_reads_as_it_is(cast, report):
    book = keep(report, SimpleUploadedFile(TURNED, blank(report)), cast.lan)
    assert Workbook.objects.get(pk=book.pk).name == "biểu mẫu.xlsx"


def test_files_come_in_with_a_visible_name(client, cast, report):
    fill(report, by=cast.lan)
    client.force_login(cast.lan)
    named = "bản\u202e quét\x00.pdf"
    assert client.post(BASE + "tep/", {"part": "chung", "files": [upload(named, files.pdf())]}).status_code == 302
    data = {"number": "x", "signed_on": "x", "code": "x", "scan": upload(named, files.pdf(2))}
    assert client.post(BASE + "ban-ky/", data).status_code == 200
    assert set(Attachment.objects.values_list("name", flat=True)) == {"bản quét.pdf"}
    page = client.post(BASE + "excel/", {"file": upload("x\x00\u202e.xlsx", b"no workbook")})
    assert page.status_code in (200, 302)
    assert kept_controls() == []


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_at_the_door_are_answered(client, cast, report, odd):
    assert client.post("/tai-khoan/login/", {"login": odd, "password": odd}).status_code == 200
    assert client.post("/tai-khoan/login/", {"login": "lan", "password": odd}).status_code == 200
    assert client.post("/tai-khoan/password/reset/", {"email": odd}).status_code in (200, 302, 404)
    assert client.post("/ngon-ngu/", {"language": odd, "next": odd}).status_code in (204, 302)
    assert client.post(f"{BASE}phan/6/", {"results": odd, "person": str(cast.lan.pk)}).status_code == 302
