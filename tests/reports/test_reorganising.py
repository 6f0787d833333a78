"""A reorganisation in the portal: seen before it is done, done once, and what it leaves to the people."""

import datetime as dt
import html
import re
import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directives import reorganisation_files
from directives.choices import Role
from directives.loading import DATA
from directives.models import Body, BodyLink, LeadTerm, Obligation, Reorganisation, User
from directives.reorganising import Founded, Passing, Wish
from reports import reorganising
from reports.gathering import summarise
from reports.models import Period, Report
from reports.reorganisation_preview import preview
from reports.years import years_of_province
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

PAGE = "/sap-xep/moi/"
ON = dt.date(2020, 12, 10)  # four days before the last day in time
MERGED = "Ủy ban nhân dân huyện Mới; UBND huyện Mới; UBND"
ONE = {
    "way": "one",
    "title": "Hợp nhất hai huyện",
    "on": "10/12/2020",
    "kind": "merge",
    "predecessors": ["na-hang", "chiem-hoa"],
    "successors": MERGED,
    "note": "Nghị quyết thử",
}
FILE = DATA / "reorganisations" / "2025-07-01.csv"


def merge(on=ON, into="huyen-moi"):
    founded = Founded(into, "Ủy ban nhân dân huyện Mới", "UBND huyện Mới", "district", "UBND")
    return Wish("Hợp nhất", on, (founded,), tuple(Passing(old, into, "merge") for old in ("na-hang", "chiem-hoa")))


def split():
    founded = tuple(Founded(f"xa-{n}", f"Ủy ban nhân dân xã {n}", f"UBND xã {n}", "commune") for n in (1, 2))
    shares = (Passing("na-hang", "xa-1", "split", Decimal(40)), Passing("na-hang", "xa-2", "split"))
    return Wish("Chia", ON, founded, shares)


# --- the preview ----------------------------------------------------------------------------------


def test_what_becomes_of_duties_accounts_drafts_and_comparisons(cast, period, report_of):
    fill(report_of("na-hang"), by=cast.lan).touch(cast.lan, at(2020, 12, 1, 10, 5))
    send(report_of("chiem-hoa"), cast.minh)
    found = preview(merge())
    assert [(d.report.body.code, d.stays, d.holder) for d in found.duties] == [
        ("na-hang", False, "Lan sửa lần cuối lúc 10:05, 01/12/2020"),
        ("chiem-hoa", True, ""),
    ]
    assert found.duties[0].sentence == (
        "Hạn 14/12/2020 sau ngày kết thúc: từ ngày 10/12/2020 không tính vào số phải báo cáo."
    )
    assert [d.name for d in found.drafts] == ["Ủy ban nhân dân huyện Na Hang"]
    people = {each.name: ([user.username for user in each.users], each.to) for each in found.people}
    assert people == {
        "Ủy ban nhân dân huyện Na Hang": (["ky", "lan"], "Ủy ban nhân dân huyện Mới"),
        "Ủy ban nhân dân huyện Chiêm Hóa": (["minh"], ""),  # its report waits for review
    }
    assert (found.needed, found.breaks) == (
        0,
        "So sánh từ năm 2021 trở đi với năm 2020 trở về trước có dấu ngắt chuỗi.",
    )
    assert found.rounds == ("Kỳ mở sau này, tính cơ quan từ ngày 10/12/2020, sẽ hỏi 1 cơ quan mới.",)


def test_who_stays_owed_is_who_the_round_then_counts(cast, period, report_of):
    """The preview foretells what ``expected_on`` says on the day after."""
    accept(report_of("lam-binh"), person("b", Role.REPORTER, "lam-binh"), cast.huyen)
    send(report_of("chiem-hoa"), cast.minh)
    for day in (ON, dt.date(2020, 12, 15), dt.date(2020, 12, 14)):
        wish = merge(on=day)
        stays = {d.report.body.code for d in preview(wish).duties if d.stays}
        Body.objects.filter(code__in=wish.ends).update(valid_to=wish.last_day)
        counted = set(Report.objects.expected(dt.date(2020, 12, 31)).values_list("body__code", flat=True))
        assert stays == counted & set(wish.ends), day


def test_a_split_leaves_the_people_and_needs_new_ones(cast, period):
    found = preview(split())
    assert ([each.to for each in found.people], found.needed, found.unsaid) == (
        [""],
        2,
        ("Ủy ban nhân dân huyện Na Hang",),
    )


def test_sources_that_name_an_ending_body_are_told(cast, period):
    founded = Founded("so-moi", "Sở Mới", "Sở Mới", "department")
    wish = Wish("Đổi tên", ON, (founded,), (Passing("so-tu-phap", "so-moi", "rename"),))
    [note] = preview(wish).notes
    assert "T1.04, T4.07" in note
    assert preview(wish).breaks == "Đổi tên không làm ngắt chuỗi số liệu."


def test_a_fixed_number_of_queries(cast, period):
    def queries(wish):
        with CaptureQueriesContext(connection) as found:
            preview(wish)
        return len(found)

    whole = reorganisation_files.read(FILE.read_bytes(), name="x", title="x")
    some = Wish("x", whole.on, whole.founded[:6], whole.passings[:6])
    assert queries(whole) == queries(some)


# --- the door -------------------------------------------------------------------------------------


def test_people_move_where_nothing_is_left_to_do_and_the_others_later(cast, period, report_of):
    send(report_of("chiem-hoa"), cast.minh)
    done = reorganising.reorganise(merge(), by=cast.huyen)
    bodies = dict(User.objects.filter(body__isnull=False).values_list("username", "body__code"))
    assert bodies == {"lan": "huyen-moi", "ky": "huyen-moi", "minh": "chiem-hoa", "yen": "so-y-te"}
    assert [(x.name, x.number, x.ready) for x in reorganising.left_behind(done)] == [
        ("Ủy ban nhân dân huyện Chiêm Hóa", 1, False)
    ]
    assert reorganising.move_ready(done) == 0
    report_of("chiem-hoa").__class__.objects.filter(body__code="chiem-hoa").update(status="accepted")
    assert (reorganising.move_ready(done), reorganising.move_ready(done)) == (1, 0)
    assert User.objects.get(username="minh").body.code == "huyen-moi"
    assert done.plan["moved"][0]["users"] == ["ky", "lan"]


def test_a_second_click_does_nothing_again(cast, period):
    first, second = (reorganising.reorganise(merge(), by=cast.huyen) for _click in range(2))
    assert (first, Reorganisation.objects.count(), BodyLink.objects.filter(reorganisation=first).count()) == (
        second,
        1,
        2,
    )
    with pytest.raises(reorganising.Refused) as refusal:
        reorganising.reorganise(merge(into="huyen-khac"), by=cast.huyen)
    assert "đã được sắp xếp từ ngày 10/12/2020" in str(refusal.value)


def test_what_was_not_seen_is_not_done(cast, period, report_of):
    seen = preview(merge()).mark
    send(report_of("chiem-hoa"), cast.minh)  # while the officer read
    with pytest.raises(reorganising.Changed) as change:
        reorganising.reorganise(merge(), by=cast.huyen, seen=seen)
    assert Reorganisation.objects.count() == 0
    assert reorganising.reorganise(merge(), by=cast.huyen, seen=change.value.preview.mark).pk


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_do_it_once(cast, period):
    found, ready = [], threading.Barrier(2)

    def click():
        try:
            ready.wait()
            found.append(reorganising.reorganise(merge(), by=cast.huyen).pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _n in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert (len(found), len(set(found)), Body.objects.filter(code="huyen-moi").count()) == (2, 1, 1)


# --- pages ----------------------------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def hidden(response):
    """The inputs of the preview's form, as a browser would send them back."""
    page = response.content.decode()
    form = page[page.index(f'action="{PAGE}"') :]
    tags = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in tags if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("who", ["lan", "ky", "yen", "hung", "huyen", "quan"])
def test_officers_and_administrators_reorganise(cast, who):
    client, allowed = signed_in(getattr(cast, who)), who in ("huyen", "quan")
    status = {client.get(page).status_code for page in ("/sap-xep/", PAGE)} | {client.post(PAGE, ONE).status_code}
    assert status == ({200} if allowed else {404})
    assert client.get("/sap-xep/1/").status_code == 404


def test_said_seen_done_and_read(cast, period):
    client = signed_in(cast.huyen)
    shown = client.post(PAGE, ONE | {"then": "preview"})
    assert Reorganisation.objects.count() == 0
    sent = hidden(shown) | {"then": "do"}
    back = client.post(PAGE, hidden(shown) | {"then": "back"})
    assert "UBND huyện Mới; UBND; ; ubnd-huyen-moi" in back.content.decode()
    first, again = client.post(PAGE, sent), client.post(PAGE, sent)
    done = Reorganisation.objects.get()
    assert (first.url, again.url) == (f"/sap-xep/{done.pk}/",) * 2
    assert (done.by, done.on, done.note) == (cast.huyen, ON, "Nghị quyết thử")
    page = client.get(first.url).content.decode()
    assert "Ủy ban nhân dân huyện Mới" in page
    assert "Hợp nhất hai huyện" in client.get("/sap-xep/").content.decode()
    moved = client.post(first.url)
    assert moved.url == first.url


def test_a_page_that_is_no_longer_true_is_shown_anew(cast, period, report_of):
    client = signed_in(cast.huyen)
    sent = hidden(client.post(PAGE, ONE | {"then": "preview"})) | {"then": "do"}
    send(report_of("chiem-hoa"), cast.minh)
    response = client.post(PAGE, sent)
    assert (response.status_code, Reorganisation.objects.count()) == (409, 0)
    assert "đã đổi sau khi bạn xem" in response.content.decode()
    assert client.post(PAGE, hidden(response) | {"then": "do"}).status_code == 302


ODD = [  # changed inputs, words of the page
    ({"on": "32/12/2020"}, "ngày/tháng/năm"),
    ({"on": ""}, "Hãy ghi ngày đầu tiên"),
    ({"title": ""}, "đặt tên"),
    ({"title": "x" * 201}, "200"),
    ({"kind": "nổ"}, "chọn"),
    ({"predecessors": []}, "Hãy chọn cơ quan cũ"),
    ({"predecessors": ["khong-co"]}, "khong-co"),
    ({"predecessors": ["na-hang\0"]}, "hai cơ quan cũ"),  # no letter of a code: it is read without
    ({"successors": ""}, "Hãy ghi cơ quan mới"),
    ({"successors": "Chỉ có tên"}, "phải có cả tên ngắn"),
    ({"successors": f"{MERGED};1;2;3"}, "quá nhiều dấu chấm phẩy"),
    ({"successors": f"{MERGED}\n{MERGED}"}, "ghi hai lần"),
    ({"successors": f"{MERGED}; ba mươi"}, "không phải là số phần trăm"),
    ({"successors": f"{MERGED}; 30"}, "Tỷ lệ chỉ ghi khi chia"),
    ({"successors": f"{MERGED};; ham-yen"}, "Mã “ham-yen” đã có"),
    ({"kind": "split"}, "mỗi lần một cơ quan cũ"),
    ({"predecessors": ["so-ldtbxh"], "kind": "rename"}, "đang chủ trì tổng hợp"),
    ({"superior": "UBND tỉnh"}, "không chủ trì tổng hợp"),
]


@pytest.mark.parametrize(("typed", "words"), ODD)
def test_bad_input_gets_a_sentence_and_everything_typed_stays(cast, typed, words):
    LeadTerm.objects.filter(body__code="so-y-te").delete()
    BodyLink.objects.all().delete()
    response = signed_in(cast.huyen).post(PAGE, ONE | typed | {"then": "preview"})
    page = html.unescape(response.content.decode())
    assert (response.status_code, words in page, ONE["note"] in page) == (400, True, True)
    assert Reorganisation.objects.count() == 0


def test_an_unknown_way_is_no_page(cast):
    assert signed_in(cast.huyen).post(PAGE, {"way": "khác"}).status_code == 404


def test_a_split_into_one_that_is_there_with_a_share_unsaid(cast, period):
    client = signed_in(cast.huyen)
    lines = "Ủy ban nhân dân xã Một; UBND xã Một; UBND; 33,5\nlam-binh"
    typed = ONE | {"kind": "split", "predecessors": ["na-hang"], "successors": lines, "body_kind": "commune"}
    shown = client.post(PAGE, typed | {"then": "preview"})
    assert "chưa đủ tỷ lệ chia" in shown.content.decode()
    client.post(PAGE, hidden(shown) | {"then": "do"})
    links = BodyLink.objects.filter(reorganisation__isnull=False).values_list("successor__code", "share")
    assert dict(links) == {"ubnd-xa-mot": Decimal("33.5"), "lam-binh": None}
    assert Body.objects.get(code="ubnd-xa-mot").kind == "commune"


def test_the_lead_passes_with_the_form(cast, period):
    LeadTerm.objects.filter(body__code="so-y-te").delete()
    BodyLink.objects.all().delete()
    client = signed_in(cast.huyen)
    lead = {
        "superior": "UBND tỉnh",
        "head_name": "SỞ MỚI",
        "place": "Nơi Đây",
        "signing_title": "GIÁM ĐỐC",
        "file_note": "VT",
    }
    typed = ONE | lead | {"kind": "function", "predecessors": ["so-ldtbxh"], "ends": "on", "successors": "so-y-te"}
    shown = client.post(PAGE, typed | {"then": "preview"})
    assert "Từ ngày 10/12/2020 Sở Y tế tỉnh Tuyên Quang chủ trì tổng hợp thay" in shown.content.decode()
    assert client.post(PAGE, hidden(shown) | {"then": "do"}).status_code == 302
    old, new = (Obligation.objects.get().lead_on(day) for day in (ON - dt.timedelta(days=1), ON))
    assert (old.body.code, new.body.code, new.head_name) == ("so-ldtbxh", "so-y-te", "SỞ MỚI")
    assert Period.objects.get().lead == old  # a round that is open keeps its head


def test_a_file_on_the_page_tells_every_line(cast):
    client = signed_in(cast.quan)
    text = FILE.read_text(encoding="utf-8")
    bad = SimpleUploadedFile(
        "tep.csv", text.replace("17.6", "17.7").replace("2025-07-01,split,na-hang", "2025-07-02,split,na-hang").encode()
    )
    response = client.post(PAGE, {"way": "file", "title": "2025", "file": bad, "then": "preview"})
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert page.count("khác ngày của dòng đầu") == 2 * 5  # in the summary and beside the field, five lines
    assert "xa-gia-dinh-117" in page  # what was in the file stands in the page
    shown = client.post(PAGE, {"way": "file", "title": "2025", "lines": text, "then": "preview"})
    assert "Ủy ban nhân dân cấp xã: 124" in shown.content.decode()
    assert client.post(PAGE, hidden(shown) | {"then": "do"}).status_code == 302
    assert Body.objects.filter(kind="commune").count() == 124


# --- the real one ---------------------------------------------------------------------------------


def test_2025_runs_on_the_loaded_bodies(cast, period, report_of, obligation):
    """Seven districts end, 124 communes begin; who was asked, and under which name, stays as it was."""
    accept(report_of("na-hang"), cast.lan, cast.huyen, figures={"T6.06": 30, "T6.07": 30})
    before = summarise(period)
    out = _run(FILE, dry_run=True)
    assert "Cơ quan mới, Ủy ban nhân dân cấp xã: 124" in out
    assert Body.objects.filter(kind="commune").count() == 0
    assert "Đã thực hiện" in _run(FILE)
    assert "Đã thực hiện từ trước" in _run(FILE)
    groups = [group for _body, group in obligation.owed_on(dt.date(2025, 7, 1))]
    assert {group: groups.count(group) for group in groups} == {"front": 6, "department": 24, "lead": 1, "commune": 124}
    assert obligation.lead_on(dt.date(2025, 7, 1)).body.code == "so-y-te"
    after = summarise(period)
    assert (after.rows and tuple(after.rows), after.bodies, after.letterhead) == (
        tuple(before.rows),
        before.bodies,
        before.letterhead,
    )


def test_2024_against_2025_shows_its_break(cast, obligation):
    """By hand: two districts in 2024, two of their communes and one of the other territory in 2025."""
    _run(FILE)
    old = Period.objects.open(obligation, 2024, as_of=dt.date(2024, 12, 1))
    new = Period.objects.open(obligation, 2025, as_of=dt.date(2025, 12, 1))
    told = [(old, "na-hang", 30), (old, "lam-binh", 12), (new, "xa-gia-dinh-006", 9), (new, "xa-gia-dinh-100", 1)]
    for period, code, number in told:
        report = period.reports.select_related("period", "body").get(body__code=code)
        accept(report, person(f"n-{code}", Role.REPORTER, code), cast.huyen, figures={"T6.06": number, "T6.07": number})
    years = years_of_province(new)
    cells = {line.newest.code: line.cells for group in years.groups for line in group.lines}
    assert [(str(c.amount.value), c.amount.basis, c.note) for c in cells["T6.06"]] == [
        ("42", "2/7", 0),
        ("10", "2/124", 1),
    ]
    assert [cell.note for cell in cells["T6.11"]] == [0, 0]  # the police were not reorganised
    assert "7 cơ quan chia, tách; 73 cơ quan mới" in years.notes[0]
    page = signed_in(cast.hung).get("/tong-hop/2025/cac-nam/T6.06/?xem=ban-do")
    merged = next(body for body in page.context["table"].bodies if body.code == "xa-gia-dinh-006")
    shares = dict(BodyLink.objects.filter(successor__code="xa-gia-dinh-006").values_list("predecessor__code", "share"))
    assert merged.entries[0].value == (30 * shares["na-hang"] + 12 * shares["lam-binh"]) / 100
    assert (merged.entries[0].basis, merged.entries[1].text) == ("2/2", "9")


def _run(file, **options):
    from io import StringIO

    out = StringIO()
    call_command("reorganise", file, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("content", [None, b"on,kind\n", b"\xff\xfe"])
def test_the_command_tells_what_is_wrong(tmp_path, content):
    file = tmp_path / "tep.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError) as error:
        _run(file)
    assert error.value.returncode == 2
