"""The workshop's pages: who enters, what lies on the table, taking sentences, sources, copies, proposals, autosave."""

import html
import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from reports.choices import Action
from reports.composing import open_draft, ref_of, save, take, texts_of
from reports.drafting import Change
from reports.models import Borrowing, Download, Overview, Period, ProvincialEdit, ProvincialReport, TaskResult
from reports.typist import mark
from reports.views import composing as views
from reports.workflow import move
from tests.factories import accept, fill
from tests.reports.test_composing import issued

pytestmark = pytest.mark.django_db

BASE = "/tong-hop/2020/soan/"
PAGE = BASE + "task-6/"
FIRST, SECOND = "Tổ chức 12 lớp cho 340 cán bộ ở các xã.", "Tuyên truyền số 111 đến từng gia đình."
LONG = (
    "Trong năm đã tổ chức 12 lớp tập huấn cho 340 cán bộ làm công tác trẻ em ở các xã, thị trấn; tuyên truyền số điện "
    "thoại 111 đến từng gia đình và mọi trường học trên địa bàn, cấp 3.000 tờ rơi, treo 45 băng rôn khẩu hiệu."
)


def bring(report, person, officer, *, proposals="", difficulties="", overview=None, results=f"{FIRST} {SECOND}"):
    """A report with these words in task 6, sent and accepted."""
    fill(report, by=person)
    TaskResult.objects.filter(report=report, number=6).update(
        results=results, proposals=proposals, difficulties=difficulties
    )
    for part, text in (overview or {}).items():
        Overview.objects.filter(report=report, part=part).update(text=text)
    sender = report.body.people.filter(role="signatory").first() or person
    move(report, Action.SUBMIT, by=sender)
    move(report, Action.ACCEPT, by=officer)
    report.refresh_from_db()
    return report


@pytest.fixture
def draft(period, cast):
    return open_draft(period, cast.huyen)


@pytest.fixture
def accepted(report, cast):
    return bring(report, cast.lan, cast.huyen)


@pytest.fixture
def huyen(client, cast, period):
    client.force_login(cast.huyen)
    return client


def told(page) -> str:
    """The page's text without tags, one space between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def texts_on(page) -> str:
    return page.content.decode()


def ref(report, sentence, field="results", number=6):
    return ref_of(report.pk, report.version, field, number, sentence)


def source_links(page) -> list[str]:
    """Where the sentences under the draft lead; "" for the officer's own."""
    (part,) = re.findall(r'<div id="sources">(.*?)</div>', page.content.decode(), re.S)
    lines = re.findall(r"<li>(.*?)</li>", part, re.S)
    return [(re.findall(r'href="([^"]+)"', line) or [""])[0] for line in lines]


# --- who enters ----------------------------------------------------------------------------------

ADDRESSES = (BASE, PAGE, BASE + "de-xuat/", PAGE + "luu/", PAGE + "lay/", "/tong-hop/2020/ban-thao/docx/")


@pytest.mark.parametrize("name", ["lan", "ky", "hung", "quan"])
def test_there_is_no_workshop_for_others(client, cast, draft, accepted, name):
    client.force_login(getattr(cast, name))
    for address in ADDRESSES:
        assert (client.get(address).status_code, client.post(address).status_code) in {(404, 404), (404, 405)}
    assert not ProvincialEdit.objects.exists()


def test_what_is_not_there_is_not_found(huyen, draft):
    for address in ("task-8/", "task-0/", "x/", "task-8/luu/", "x/lay/", "../ban-thao/xlsx/", "../ban-thao/x/"):
        assert huyen.get(BASE + address).status_code == 404
    assert huyen.get("/tong-hop/1999/soan/").status_code == 404
    assert huyen.post(PAGE, {}).status_code == 404  # no page of ours leaves the text out


# --- the list of parts -----------------------------------------------------------------------------


def test_a_draft_is_begun_by_a_button(huyen, cast, period):
    page = huyen.get(BASE)
    assert ("Bắt đầu soạn" in told(page), page["Cache-Control"]) == (True, "private, no-store")
    assert huyen.get(PAGE).url == BASE  # nothing to write in yet
    for _twice in range(2):
        assert huyen.post(BASE).url == BASE
    draft = ProvincialReport.objects.get()
    save(draft, "task-6", Change("text", "", "Một hai ba."), cast.tu)
    rows = re.findall(r"<tr>(.*?)</tr>", texts_on(huyen.get(BASE)), re.S)[1:]
    assert len(rows) == 12
    assert ("3 từ" in rows[6], "Tú" in rows[6], "chưa soạn" in rows[5]) == (True, True, True)


def test_after_the_issue_the_parts_are_closed(huyen, cast, draft):
    save(draft, "task-6", Change("text", "", "Đã ký."), cast.huyen)
    issue = issued(draft, cast.huyen, "45")
    page = told(huyen.get(BASE))
    assert ("đã ban hành, số 45/BC-X ngày 20/12/2020" in page, "Bắt đầu soạn" in page) == (True, False)
    assert huyen.get(PAGE).url == BASE
    ProvincialReport.objects.create(period=draft.period, sequence=2, supplements=issue, created_by=cast.huyen)
    states = huyen.get(BASE).context["states"]
    assert [state.part.key for state in states] == ["words"]
    assert huyen.get(BASE + "words/").status_code == 200
    assert huyen.get(PAGE).url == BASE  # the report itself stays closed


# --- what lies on the table --------------------------------------------------------------------------


def test_figures_words_and_differences_of_a_task(huyen, cast, draft, accepted, report_of):
    fill(report_of("chiem-hoa"), by=cast.minh)  # a draft of a body: none of ours
    TaskResult.objects.filter(report=report_of("chiem-hoa"), number=6).update(results="Chưa gửi nên chưa ai đọc.")
    page = huyen.get(PAGE)
    assert page.status_code == 200
    words = told(page)
    assert [FIRST in words, SECOND in words, "Chưa gửi nên" in words] == [True, True, False]
    assert page.context["figures"].section.number == 6
    assert {row.code[:2] for row in page.context["figures"].section.rows} == {"T6"}
    assert [text.passage.body for body in page.context["bodies"] for text in body.texts] == ["na-hang"]


def test_where_the_sources_of_a_figure_differ(huyen, cast, draft, report_of):
    """Districts say 12 cases, the police 15."""
    from tests.conftest import person

    accept(report_of("na-hang"), cast.lan, cast.huyen, figures={"T6.05": 12})
    police = person("an", "reporter", "cong-an-tinh")
    accept(report_of("cong-an-tinh"), police, cast.huyen, figures={"T6.05": 15})
    differences = huyen.get(PAGE).context["figures"].differences
    found = {(each.row.code, each.difference, each.comparable) for each in differences}
    row = huyen.get(PAGE).context["figures"].summary.row("T6.05")
    counted, (cross,) = row.total.value, row.cross
    assert {counted, cross.amount.value} == {12, 15}
    assert ("T6.05", "+3" if counted == 12 else "-3", False) in found


PARTS = {
    "direction": [("na-hang", "direction", None)],
    "assessment": [("na-hang", "assessment", None)],
    "limits": [("na-hang", "difficulties", 6), ("na-hang", "assessment", None)],
    "next_year": [("na-hang", "next_year", None)],
    "task-5": [("na-hang", "results", 5)],
}


@pytest.mark.parametrize(("part", "expected"), PARTS.items())
def test_each_part_has_its_words(huyen, cast, draft, report, part, expected):
    bring(report, cast.lan, cast.huyen, difficulties="Thiếu cán bộ chuyên trách.")
    bodies = huyen.get(f"{BASE}{part}/").context["bodies"]
    found = [(body.body, text.passage.field, text.passage.number) for body in bodies for text in body.texts]
    assert found == expected


def test_the_same_queries_for_one_body_and_for_three(huyen, cast, draft, report_of):
    def queries(address):
        huyen.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert huyen.get(address).status_code == 200
        return len(found)

    def grow(code, person):
        report = bring(report_of(code), person, cast.huyen, proposals=f"Đề nghị hỗ trợ bể bơi cho {code}.")
        for part, text in (("task-6", FIRST), ("proposals", f"Đề nghị hỗ trợ bể bơi cho {code}.")):
            field = "results" if part == "task-6" else "proposals"
            take(draft, part, views.door.source_of(draft.period, ref(report, text, field)), cast.huyen)

    addresses = [PAGE, BASE + "limits/", BASE + "proposals/", BASE + "de-xuat/", BASE]
    grow("na-hang", cast.lan)
    one = [queries(address) for address in addresses]
    grow("chiem-hoa", cast.minh)
    grow("so-y-te", cast.yen)
    assert [queries(address) for address in addresses] == one
    assert max(one) < 45


def test_many_bodies_are_paged(huyen, cast, draft, accepted, report_of, monkeypatch):
    monkeypatch.setattr(views, "BODIES", 1)
    bring(report_of("chiem-hoa"), cast.minh, cast.huyen)
    shown = [
        [body.body for body in huyen.get(PAGE + query).context["bodies"]] for query in ("", "?trang=2", "?trang=x")
    ]
    assert sorted(shown[0] + shown[1]) == ["chiem-hoa", "na-hang"]
    assert shown[2] == shown[0]


# --- copies --------------------------------------------------------------------------------------------


def test_copied_paragraphs_are_flagged(huyen, cast, draft, report_of, obligation):
    before = Period.objects.open(obligation, 2019)
    old = before.reports.get(body__code="na-hang")
    bring(old, cast.lan, cast.huyen, results=LONG)
    bring(report_of("na-hang"), cast.lan, cast.huyen, results=LONG.replace("12 lớp", "14 lớp"))
    bring(report_of("chiem-hoa"), cast.minh, cast.huyen, results=LONG.replace("45 băng", "46 băng"))
    bring(report_of("so-y-te"), cast.yen, cast.huyen)
    found = {
        body.body: (text.last_year, text.like, text.like_name)
        for body in huyen.get(PAGE).context["bodies"]
        for text in body.texts
    }
    names = {code: report_of(code).short_name for code in ("na-hang", "chiem-hoa")}
    assert found == {
        "na-hang": (96, 92, names["chiem-hoa"]),
        "chiem-hoa": (None, 92, names["na-hang"]),
        "so-y-te": (None, None, ""),
    }
    page = told(huyen.get(PAGE))
    assert f"giống văn bản của {names['na-hang']} 92 %" in page
    assert "giống văn bản năm trước 96 %" in page


# --- taking and where a sentence is from ---------------------------------------------------------------


def test_the_button_saves_what_is_typed_and_takes_the_sentence(huyen, draft, accepted):
    name = ref(accepted, FIRST)
    assert f'name="take" value="{name}" id="take-{name}"' in texts_on(huyen.get(PAGE))
    answer = huyen.post(PAGE + "?trang=1", {"text": "Đang gõ.", "seen": "0", "take": name})
    assert answer.url == f"{PAGE}?trang=1#take-{name}"
    assert texts_of(draft) == {"task-6": f"Đang gõ.\n{FIRST}"}
    assert Borrowing.objects.count() == 1
    page = huyen.get(PAGE)
    assert source_links(page) == ["", "/bao-cao/2020/na-hang/ban-gui/#6-results"]
    line = re.search(rf'id="said-{re.escape(name)}".*?</li>', texts_on(page), re.S)[0]
    assert "data-taken>" in line  # and not hidden


def test_an_edited_sentence_leads_to_its_source_in_one_click(huyen, cast, draft, accepted):
    take(draft, "task-6", views.door.source_of(draft.period, ref(accepted, FIRST)), cast.huyen)
    edited = "Mở đầu của chuyên viên. Toàn tỉnh tổ chức 14 lớp cho 360 cán bộ ở các xã. Nhận xét của chuyên viên."
    save(draft, "task-6", Change("text", FIRST, edited), cast.huyen)
    (none, link, also_none) = source_links(huyen.get(PAGE))
    assert (none, also_none) == ("", "")
    address, anchor = link.split("#")
    sent = huyen.get(address)
    assert (sent.status_code, f'id="{anchor}"' in texts_on(sent)) == (200, True)


def test_a_part_around_the_tasks_leads_to_its_place(huyen, cast, draft, accepted):
    said = "Phần direction."
    huyen.post(BASE + "direction/", {"text": "", "seen": "0", "take": ref(accepted, said, "direction", None)})
    (link,) = source_links(huyen.get(BASE + "direction/"))
    address, anchor = link.split("#")
    assert f'id="{anchor}"' in texts_on(huyen.get(address))


def test_what_became_of_the_source_since_is_told(huyen, cast, draft, accepted):
    take(draft, "task-6", views.door.source_of(draft.period, ref(accepted, FIRST)), cast.huyen)
    assert "cơ quan đã gửi bản mới hơn" not in told(huyen.get(PAGE))
    move(accepted, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    assert "báo cáo đã được mở lại, cơ quan đang sửa" in told(huyen.get(PAGE))
    accepted.refresh_from_db()
    move(accepted, Action.SUBMIT, by=cast.ky)
    page = huyen.get(PAGE)
    assert "cơ quan đã gửi bản mới hơn" in told(page)
    assert huyen.get("/bao-cao/2020/na-hang/so-sanh/?tu=1&den=2").status_code == 200
    assert "so-sanh/?tu=1&amp;den=2" in texts_on(page)
    accepted.refresh_from_db()
    move(accepted, Action.ACCEPT, by=cast.huyen)
    assert "cơ quan đã gửi bản mới hơn, đã duyệt" in told(huyen.get(PAGE))


def test_a_sentence_that_is_gone_is_told_and_the_text_is_saved(huyen, draft, accepted):
    answer = huyen.post(PAGE, {"text": "Đang gõ.", "seen": "0", "take": "1.1.results.6.00000000"}, follow=True)
    assert "Không tìm thấy câu này" in told(answer)
    assert texts_of(draft) == {"task-6": "Đang gõ."}
    for bad in ("", "x\x00", "9" * 5000):
        assert huyen.post(PAGE + "lay/", {"take": bad}).status_code == 302


# --- two officers, and the end -------------------------------------------------------------------------


def test_both_versions_come_back_without_script(huyen, cast, draft, accepted):
    save(draft, "task-6", Change("text", "", "của Tú"), cast.tu)
    name = ref(accepted, FIRST)
    page = huyen.post(PAGE, {"text": "của Huyền", "seen": "0", "take": name})
    assert page.status_code == 409
    assert [text in told(page) for text in ("Hai bản khác nhau", "của Tú", "của Huyền")] == [True] * 3
    assert texts_of(draft) == {"task-6": "của Tú"}
    common = {"text": "của Huyền", "was-text": "của Tú", "seen": "1", "take": name}
    assert huyen.post(PAGE, common | {"choose-text": "theirs"}).status_code == 302
    assert texts_of(draft) == {"task-6": f"của Tú\n{FIRST}"}
    stands = texts_of(draft)["task-6"]
    huyen.post(PAGE, {"text": "của Huyền", "was-text": stands, "seen": "1", "choose-text": "mine"})
    assert texts_of(draft) == {"task-6": "của Huyền"}


def test_what_is_typed_stays_on_the_screen_when_the_report_is_issued(huyen, cast, draft):
    issued(draft, cast.tu)
    page = huyen.post(PAGE, {"text": "Viết cả buổi <sáng>.", "seen": "0"})
    assert page.status_code == 409
    assert "Báo cáo của tỉnh đã ban hành nên không sửa được" in told(page)
    assert "Viết cả buổi &lt;sáng&gt;.</textarea>" in texts_on(page)
    assert not ProvincialEdit.objects.exists()


def test_then_the_next_part_and_after_the_last_the_list(huyen, draft):
    after = {
        part: huyen.post(f"{BASE}{part}/", {"text": "x", "seen": "0", "then": "next"}).url
        for part in ("direction", "task-7", "proposals")
    }
    assert after == {"direction": BASE + "task-1/", "task-7": BASE + "assessment/", "proposals": BASE}


def test_words_typed_over_the_end_of_a_session_are_kept(client, cast, draft):
    own = re.search('value="(.+)"', mark(cast.huyen.pk)).group(1)
    assert client.post(PAGE, {"text": "Viết cả buổi.", "seen": "0", "person": own}).status_code == 302
    password = "mat-khau-thu-nghiem-2020"
    page = client.post(f"/tai-khoan/login/?next={PAGE}", {"login": "huyen", "password": password}, follow=True)
    assert "Viết cả buổi.</textarea>" in texts_on(page)
    assert texts_of(draft) == {}
    assert PAGE in texts_on(client.get(BASE))
    client.post(PAGE, {"text": "Viết cả buổi.", "seen": "0"})
    assert texts_of(draft) == {"task-6": "Viết cả buổi."}
    assert "Viết cả buổi." not in texts_on(client.get(BASE))


# --- proposals -------------------------------------------------------------------------------------------


def test_proposals_are_gathered_by_addressee_and_meaning(huyen, cast, period, report_of):
    bring(
        report_of("na-hang"),
        cast.lan,
        cast.huyen,
        proposals="Đề nghị UBND tỉnh quan tâm bố trí kinh phí cho công tác trẻ em ở cơ sở. Đề nghị Bộ sửa thông tư.",
        overview={"proposals": "Đề nghị mở lớp tập huấn nghiệp vụ cho cộng tác viên."},
    )
    bring(
        report_of("chiem-hoa"),
        cast.minh,
        cast.huyen,
        proposals="- Đề nghị UBND tỉnh bố trí kinh phí cho công tác trẻ em ở cơ sở;",
        overview={"proposals": "Không có kiến nghị, đề xuất."},
    )
    bring(report_of("so-y-te"), cast.yen, cast.huyen, overview={"proposals": "Không."})
    page = huyen.get(BASE + "de-xuat/")
    assert [(shared.addressee, len(shared.bodies), len(shared.wordings)) for shared in page.context["page"]] == [
        ("Chính phủ, các bộ, cơ quan Trung ương", 1, 0),
        ("Hội đồng nhân dân, Ủy ban nhân dân tỉnh", 2, 1),
        ("Không ghi kiến nghị với ai", 1, 0),
    ]
    assert page.context["gathered"].silent == (report_of("so-y-te").short_name,)
    assert "/bao-cao/2020/na-hang/ban-gui/#6-proposals" in texts_on(page)
    assert 'name="take"' not in texts_on(page)  # nobody has begun the draft
    draft = open_draft(period, cast.huyen)
    first = page.context["page"][1].first
    assert f'value="{first.ref}"' in texts_on(huyen.get(BASE + "de-xuat/"))
    answer = huyen.post(BASE + "proposals/lay/", {"take": first.ref, "back": "gathered"})
    assert answer.url == f"{BASE}de-xuat/#take-{first.ref}"
    assert texts_of(draft) == {"proposals": first.sentence.text}
    composed = huyen.get(BASE + "proposals/")
    assert len(composed.context["page"]) == 3
    assert source_links(composed) == [f"/bao-cao/2020/{first.passage.body}/ban-gui/#6-proposals"]
    issued(draft, cast.huyen)
    assert 'name="take"' not in texts_on(huyen.get(BASE + "de-xuat/"))


# --- one field, saved as it is left ------------------------------------------------------------------------


def message(person, *change, seen=0, **more):
    changes = [{"name": "text", "was": change[0], "now": change[1]}] if change else []
    return {"person": person.pk, "seen": seen, "changes": changes} | more


def post(client, what, part="task-6"):
    body = what if isinstance(what, str) else json.dumps(what)
    return client.post(f"{BASE}{part}/luu/", body, content_type="application/json")


def test_the_answer_to_a_save(huyen, cast, draft, accepted):
    name = ref(accepted, FIRST)
    answer = post(huyen, message(cast.huyen, "", f"Mở đầu. {FIRST}", taken=[name, name, "cũ.1.2.3.4"]))
    found = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    sources = found.pop("sources")
    assert ("/bao-cao/2020/na-hang/ban-gui/#6-results" in sources, "chuyên viên viết" in sources) == (True, True)
    del found["at"]
    assert found == {
        "stored": {"text": f"Mở đầu. {FIRST}"},
        "seen": 1,
        "conflicts": [],
        "others": {},
        "errors": {},
        "warnings": [],
        "privacy": {"text": ""},
        "taken": [name, "cũ.1.2.3.4"],
    }
    assert [mark.sentence for mark in Borrowing.objects.all()] == [FIRST]


def test_a_colleagues_text_comes_along_or_both_come_back(huyen, cast, draft):
    save(draft, "task-6", Change("text", "", "của Tú"), cast.tu)
    assert post(huyen, message(cast.huyen)).json()["others"] == {"text": "của Tú"}
    assert post(huyen, message(cast.huyen, seen=1)).json()["others"] == {}
    clash = post(huyen, message(cast.huyen, "", "của Huyền")).json()
    assert [(c["mine"], c["theirs"], c["by"]) for c in clash["conflicts"]] == [("của Huyền", "của Tú", "Tú")]
    assert (texts_of(draft), clash["stored"]) == ({"task-6": "của Tú"}, {"text": "của Tú"})
    life = huyen.get(PAGE + "luu/").json()
    assert (life["person"], life["people"]) == (cast.huyen.pk, ["Tú"])


def test_a_childs_name_in_the_draft_is_marked(huyen, cast, draft):
    found = post(huyen, message(cast.huyen, "", "Cháu Nguyễn Thị Bí Mật 9 tuổi, học lớp 4A")).json()
    assert "<mark>" in found["privacy"]["text"]


def test_refusals_are_sentences(client, cast, draft):
    assert post(client, message(cast.huyen, "", "x")).status_code == 401  # signed out
    client.force_login(cast.huyen)
    assert post(client, message(cast.tu, "", "x")).status_code == 401  # as somebody else
    for bad in ("", "[]", "x", *(json.dumps(message(cast.huyen, "", "x", taken=odd)) for odd in (1, None, [1], "a"))):
        answer = post(client, bad)
        assert (answer.status_code, answer.json()) == (400, {"sentence": "Trang đã cũ; hãy mở lại trang."})
    issued(draft, cast.tu)
    answer = post(client, message(cast.huyen, "", "x"))
    assert (answer.status_code, answer.json()["sentence"][:33]) == (409, "Báo cáo của tỉnh đã ban hành nên ")
    assert not ProvincialEdit.objects.exists()


# --- the draft as a file -------------------------------------------------------------------------------------


def test_the_draft_as_a_file(huyen, cast, draft, monkeypatch):
    """The same file as of the figures, in the full edition; of a supplement what its issue would freeze."""
    made = []
    monkeypatch.setattr(views, "file_of", lambda request, period, *what: made.append(what) or HttpResponse())
    for format in ("docx", "pdf"):
        assert huyen.get(f"/tong-hop/2020/ban-thao/{format}/").status_code == 200
    assert made == [("docx", "full"), ("pdf", "full")]
    issue = issued(draft, cast.huyen)
    assert huyen.get("/tong-hop/2020/ban-thao/docx/").status_code == 404  # the issued files are elsewhere
    ProvincialReport.objects.create(period=draft.period, sequence=2, supplements=issue, created_by=cast.huyen)
    monkeypatch.setattr(views, "preview", lambda report: report.title)
    monkeypatch.setitem(views.FORMATS, "docx", replace(views.FORMATS["docx"], render=str.encode))
    answer = huyen.get("/tong-hop/2020/ban-thao/docx/")
    assert (answer.content.decode(), answer["Content-Disposition"]) == (
        "Báo cáo bổ sung lần 1",
        'attachment; filename="bo-sung-2020.docx"',
    )
    assert list(Download.objects.values_list("format", "by", "edition")) == [("docx", cast.huyen.pk, "full")]
