"""One field saved as it is left, by script: what the server answers, to whom, in every case."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.answers import Cell
from reports.drafting import Change, save
from reports.models import Edit, Presence, PrivacyWarning, answers_of
from reports.workflow import move
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/phan/"


def message(person, *changes, seen=0):
    return {"person": person.pk, "seen": seen, "changes": [{"name": n, "was": w, "now": t} for n, w, t in changes]}


def post(client, told, part="6"):
    body = told if isinstance(told, (str, bytes)) else json.dumps(told)
    return client.post(f"{BASE}{part}/luu/", body, content_type="application/json")


@pytest.fixture
def lan(client, cast, report):
    client.force_login(cast.lan)
    return client


def test_the_whole_answer(lan, cast, report):
    save(report, 6, [Change("T6.08", "", "4")], by=cast.ky)
    answer = post(lan, message(cast.lan, ("T6.05", "", "1234"), ("T6.06", "", "12 trẻ"), ("T6.08", "", "5")))
    told = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert told["stored"] == {"T6.05": "1.234", "T6.06": "12 trẻ", "T6.08": "4"}
    assert told["seen"] == 2
    assert [(c["name"], c["mine"], c["theirs"], c["by"]) for c in told["conflicts"]] == [("T6.08", "5", "4", "Kỳ")]
    assert told["conflicts"][0]["label"].startswith("T6.08 “")
    assert told["others"] == {}
    assert {cell: [m.split(": ")[-1] for m in found] for cell, found in told["errors"].items()} == {
        "T6.06": ["“12 trẻ” không phải là số; hãy chỉ nhập chữ số, ví dụ 1.234."]
    }
    assert (told["warnings"], told["privacy"]) == ([], {})
    assert set(told["computed"]) == {i.code for i in report.indicators() if i.computed and i.task_number == 6}


def test_computed_rows_follow(lan, cast, report):
    changes = [("T6.06", "", "8"), ("T6.14", "", "2")]
    assert post(lan, message(cast.lan, *changes)).json()["computed"]["T6.15"] == "25,00"


def test_a_warning_is_told(lan, cast, report):
    told = post(lan, message(cast.lan, ("T2.05", "", "10"), ("T2.06", "", "20")), part="2").json()
    (warning,) = told["warnings"]
    assert (warning["code"], warning["name"]) == ("R11", "T2.06")
    assert warning["message"].endswith("(T2.06 = 20; T2.05 = 10)")


def test_a_colleagues_fields_since_come_along(lan, cast, report):
    save(report, 6, [Change("T6.05", "", "1"), Change("T6.06", "", "2")], by=cast.ky)
    save(report, 6, [Change("results", "", "Kỳ viết")], by=cast.ky)
    told = post(lan, message(cast.lan, ("T6.07", "", "3"), ("T6.06", "", ""), seen=0)).json()
    assert (told["others"], told["stored"]) == ({"T6.05": "1", "results": "Kỳ viết"}, {"T6.06": "2", "T6.07": "3"})
    told = post(lan, message(cast.lan, ("T6.08", "", "4"), seen=told["seen"])).json()
    assert (told["others"], told["seen"]) == ({}, 4)


def test_a_childs_name_is_marked_and_stored(lan, cast, report):
    text = "Cháu Nguyễn Thị Bí Mật <b>9 tuổi</b>, học lớp 4A"
    told = post(lan, message(cast.lan, ("results", "", text))).json()
    assert told["stored"] == {"results": text}
    assert "<mark>" in told["privacy"]["results"]
    assert "<b>" not in told["privacy"]["results"]
    assert PrivacyWarning.objects.count() == 1
    clean = post(lan, message(cast.lan, ("results", text, "Đã làm."))).json()
    assert clean["privacy"] == {"results": ""}


def test_the_texts_around_have_no_figures(lan, cast, report):
    told = post(lan, message(cast.lan, ("direction", "", "Đã ban hành.")), part="chung").json()
    del told["at"]
    assert told == {
        "stored": {"direction": "Đã ban hành."},
        "seen": 1,
        "conflicts": [],
        "others": {},
        "errors": {},
        "warnings": [],
        "computed": {},
        "privacy": {"direction": ""},
    }


def test_names_that_are_not_of_the_part_are_left_alone(lan, cast, report):
    told = post(lan, message(cast.lan, ("T3.03", "", "7"), ("\ud800", "", "x"), ("a\x00b", "", "x"), seen=-5)).json()
    assert (told["stored"], told["seen"], answers_of(report)) == ({}, 0, {})
    save(report, 6, [Change("T6.05", "", "1")], by=cast.ky)
    told = post(lan, message(cast.lan, ("\ud800", "", "x"), ("a\x00b", "", "x"), seen=-5)).json()
    assert (told["stored"], told["others"]) == ({}, {"T6.05": "1"})


def test_what_no_database_holds_is_taken_out(lan, cast, report):
    told = post(lan, message(cast.lan, ("results", "", "a\x00b\ud800c \r\n d "), ("T6.05", "\ud800", "5"))).json()
    assert told["stored"]["results"] == "abc \n d"


# --- refusals -----------------------------------------------------------------------------

GARBAGE = [
    "",
    "x",
    "[]",
    "null",
    "7",
    '"x"',
    "{}",
    '{"person": PK, "seen": 0}',
    '{"person": PK, "seen": 0, "changes": null}',
    '{"person": PK, "seen": 0, "changes": "abc"}',
    '{"person": PK, "seen": 0, "changes": {}}',
    '{"person": PK, "seen": 0, "changes": [1]}',
    '{"person": PK, "seen": 0, "changes": [{}]}',
    '{"person": PK, "seen": 0, "changes": [{"name": "T6.05"}]}',
    '{"person": PK, "seen": "x", "changes": []}',
    '{"person": PK, "seen": null, "changes": []}',
    '{"person": PK, "seen": Infinity, "changes": []}',
    '{"person": NaN, "seen": 0, "changes": []}',
    '{"person": Infinity, "seen": 0, "changes": []}',
    '{"person": -Infinity, "seen": 0, "changes": []}',
    '{"person": 1' + "0" * 5000 + ', "seen": 0, "changes": []}',
    "[" * 100_000,
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_bad_request(lan, cast, report, body):
    body = body.replace("PK", str(cast.lan.pk)) if isinstance(body, str) else body
    answer = post(lan, body)
    assert (answer.status_code, answer.json()) == (400, {"sentence": "Trang đã cũ; hãy mở lại trang."})
    assert Edit.objects.count() == 0


@pytest.mark.parametrize("seen", [10**30, -(10**30), 2**63, -1])
def test_an_absurd_mark_hurts_nobody(lan, cast, report, seen):
    save(report, 6, [Change("T6.06", "", "1")], by=cast.ky)
    told = post(lan, message(cast.lan, ("T6.05", "", "5"), seen=seen)).json()
    assert (told["stored"], told["others"]) == ({"T6.05": "5"}, {"T6.06": "1"} if seen < 0 else {})


def test_more_than_a_page_can_hold(lan, cast, report):
    assert post(lan, message(cast.lan, ("results", "", "a" * 3_000_000))).status_code == 400
    told = post(lan, message(cast.lan, *[("T6.05", "", "1")] * 400)).json()
    assert (told["stored"], told["conflicts"]) == ({"T6.05": "1"}, [])


def test_signed_out_is_said_and_nothing_is_stored(client, cast, report):
    for answer in (post(client, message(cast.lan, ("T6.05", "", "1"))), client.get(BASE + "6/luu/")):
        assert (answer.status_code, answer.json()) == (401, {"sentence": "Phiên làm việc đã hết."})
    assert Edit.objects.count() == 0


def test_another_person_in_the_same_browser_saves_nothing(client, cast, report):
    client.force_login(cast.ky)
    answer = post(client, message(cast.lan, ("T6.05", "", "1")))
    assert (answer.status_code, answer.json()) == (401, {"sentence": "Trình duyệt đang đăng nhập bằng tài khoản khác."})
    assert (Edit.objects.count(), Presence.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["minh", "yen", "huyen", "hung", "quan"])
def test_anothers_report_is_not_there(client, cast, report, who):
    user = getattr(cast, who)
    client.force_login(user)
    assert [post(client, message(user, ("T6.05", "", "1"))).status_code, client.get(BASE + "6/luu/").status_code] == [
        404
    ] * 2
    assert (Edit.objects.count(), Presence.objects.count()) == (0, 0)


@pytest.mark.parametrize("part", ["8", "99", "abc", "-1"])
def test_a_part_that_is_not_asked(lan, cast, report, part):
    assert post(lan, message(cast.lan), part=part).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods(lan, report, method):
    assert getattr(lan, method)(BASE + "6/luu/").status_code == 405


def test_a_message_without_a_token_is_refused(cast, report):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.lan)
    told = message(cast.lan, ("T6.05", "", "1"))
    assert (post(strict, told).status_code, Edit.objects.count()) == (403, 0)
    token = strict.get(BASE + "6/luu/").json()["token"]
    answer = strict.post(
        BASE + "6/luu/", json.dumps(told), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert (answer.status_code, Edit.objects.count()) == (200, 1)


def test_what_cannot_be_written_says_why(lan, cast, report):
    fill(report)
    move(report, "hand", by=cast.lan)
    answer = post(lan, message(cast.lan, ("T6.05", "0", "1")))
    sentence = "Báo cáo đang chờ người ký; muốn sửa thì lấy lại, hoặc người ký chuyển lại."
    assert (answer.status_code, answer.json()) == (409, {"sentence": sentence})
    move(report, "submit", by=cast.ky)
    answer = post(lan, message(cast.lan, ("T6.05", "0", "1")))
    assert answer.json() == {"sentence": "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được."}
    assert (answer.status_code, answers_of(report)[Cell("T6.05")].value) == (409, 0)


# --- a sign of life -----------------------------------------------------------------------


def test_a_sign_of_life_says_who_else_is_here(lan, cast, report, client):
    told = lan.get(BASE + "6/luu/").json()
    assert (told["person"], told["people"], len(told["token"])) == (cast.lan.pk, [], 64)
    other = Client()
    other.force_login(cast.ky)
    assert other.get(BASE + "6/luu/").json()["people"] == ["Lan"]
    assert lan.get(BASE + "6/luu/").json()["people"] == ["Kỳ"]
    other.get(BASE + "chung/luu/")  # one is in one place
    assert lan.get(BASE + "6/luu/").json()["people"] == []
    assert {(p.by, p.part) for p in Presence.objects.all()} == {(cast.lan, 6), (cast.ky, None)}


# --- how many queries ---------------------------------------------------------------------


def count(client, told, part="3"):
    with CaptureQueriesContext(connection) as found:
        assert post(client, told, part).status_code == 200
    return len(found)


@pytest.mark.parametrize("full", [False, True])
def test_queries_do_not_grow_with_what_is_saved(lan, cast, report, full):
    send(report, cast.lan) if full else None
    move(report, "recall", by=cast.lan) if full else None
    was = "0" if full else ""
    codes = [i.code for i in report.indicators() if i.task_number == 3 and not i.computed]
    count(lan, message(cast.lan, (codes[0], was, "1"), ("results", "", "x")))
    one = count(lan, message(cast.lan, (codes[1], was, "1")))
    twelve = count(lan, message(cast.lan, *[(code, was, "2") for code in codes[2:14]]))
    assert one == twelve
    assert one <= 30
    one = count(lan, message(cast.lan, (codes[1], "7", "9")))
    twelve = count(lan, message(cast.lan, *[(code, "7", "9") for code in codes[2:14]]))
    assert one == twelve
