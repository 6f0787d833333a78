"""The brief of one page: who reads it, what it says, that it is one page, that it keeps small numbers at home."""

import datetime as dt
import io
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.models import Body, User
from reports import brief_paper, briefing
from reports.answers import Answer, Cell
from reports.attachments import attach
from reports.briefing import Brief, Change, WeakTask, brief_of, largest_changes, outgoing
from reports.choices import Action, PetitionKind
from reports.jumps import Jump
from reports.models import Download, Explanation, Period, Question
from reports.petitions import ask
from reports.summary import Target
from reports.workflow import move
from tests.conftest import at
from tests.factories import accept, fill, send
from tests.reports.files import pdf, upload
from tests.reports.provinces import Round, body, summary_of

pytestmark = pytest.mark.django_db

PAGE = "/tong-hop/2020/tom-tat/"
PDF = "/tong-hop/2020/tom-tat.pdf"
REASON = "Đợt rà soát tháng 10 phát hiện 37 cháu chưa được ghi."
LONG = "Kết quả viết đủ dài để người đọc hiểu cơ quan đã làm gì trong năm, cho ai, ở đâu và còn gì phải làm tiếp theo. "


@pytest.fixture
def round_(cast, obligation, period, report_of, time_machine):
    """2019 whole for two bodies; 2020 in the middle of December: one accepted, one returned, the others silent."""
    before = Period.objects.open(obligation, 2019, as_of=period.bodies_as_of)
    olds = {code: before.reports.select_related("period", "body").get(body__code=code) for code in CODES}
    accept(olds["na-hang"], cast.lan, cast.huyen, at=at(2019, 12, 10), figures=FIGURES | {"T3.07": 20, "T3.03": 20})
    accept(olds["chiem-hoa"], cast.minh, cast.huyen, at=at(2019, 12, 17), figures=FIGURES)
    time_machine.move_to(at(2020, 12, 16), tick=False)
    report = report_of("na-hang")
    Explanation.objects.create(report=report, rule_code="jump-T6.06", text=REASON)
    Explanation.objects.create(report=report, rule_code="jump-T3.07", text="Nhiều cháu mới được xác định.")
    now = FIGURES | {"T6.05": 41, "T6.06": 41, "T6.08": 41, "T3.07": 90, "T3.03": 90}
    accept(report, cast.lan, cast.huyen, at=at(2020, 12, 12), figures=now)
    send(report_of("chiem-hoa"), cast.minh, at=at(2020, 12, 15), figures=FIGURES)
    move(report_of("chiem-hoa"), Action.RETURN, by=cast.huyen, note="Sửa")
    User.objects.filter(username="yen").update(phone="0912 345 678")
    Body.objects.filter(code="so-y-te").update(phone="0207 3 822 000")
    ask(report_of("so-y-te"), PetitionKind.MORE_TIME, "Xin thêm", dt.date(2020, 12, 20), cast.yen)
    return period


CODES = ("na-hang", "chiem-hoa")
FIGURES = {"T0.01": 9000, "T0.02": 9000, "T6.05": 4, "T6.06": 4, "T6.08": 4, "T3.03": 50, "T3.07": 50}


@pytest.mark.parametrize("page", [PAGE, PDF, "/tong-hop/2020/bieu-do/", "/tong-hop/2020/bieu-do/dung-han.svg"])
def test_leaders_and_officers_read_it_for_others_it_is_not_there(page, period, client, cast, monkeypatch):
    monkeypatch.setattr(brief_paper, "drawn", lambda brief: b"%PDF")
    found = {}
    for who in vars(cast):
        client.force_login(getattr(cast, who))
        response = client.get(page)
        found[who] = response.status_code
        if response.status_code == 200:
            assert "no-store" in response["Cache-Control"]
            assert "private" in response["Cache-Control"]
    assert found == {who: 200 if who in ("huyen", "tu", "hung") else 404 for who in vars(cast)}
    assert Download.objects.filter(format="brief").count() == (3 if page == PDF else 0)


def test_where_the_round_stands(round_, cast):
    standing = brief_of(round_, cast.hung).standing
    owed = round_.reports.count()
    assert (standing.owed, standing.there, standing.accepted, standing.waiting, standing.returned) == (owed, 2, 1, 0, 1)
    assert (standing.on_time, standing.late, standing.unsent, standing.overdue) == (1, 1, owed - 2, owed - 2)
    assert (standing.then, standing.then_day) == (1, dt.date(2019, 12, 16))
    assert standing.compared == f"Cùng ngày năm trước (16/12/2019): 1/{standing.then_owed} cơ quan đã gửi."
    assert brief_of(round_, cast.hung, at(2022, 1, 1)).standing.compared == ""
    first = Period.objects.get(code="2019")
    assert brief_of(first, cast.hung).standing.then is None


def test_the_key_totals_follow_from_the_catalogue_or_from_the_office(round_, cast, settings):
    by_rule = [row.code for row in brief_of(round_, cast.hung).totals]
    assert by_rule == ["T0.01", "T1.04", "T2.05", "T3.03", "T4.03", "T5.05", "T6.06", "T6.18", "T6.19", "T7.01"]
    settings.BRIEF_INDICATORS = ["T3.20", "T9.99", "T6.06"]
    assert [row.code for row in brief_of(round_, cast.hung).totals] == ["T3.20", "T6.06"]


def test_the_changes_are_those_that_move_the_province_most_with_the_bodys_own_reason(round_, cast):
    found = brief_of(round_, cast.hung).changes
    told = [(c.row.code, c.told, c.jump.body.code, c.jump.reason) for c in found]
    assert told[:2] == [
        ("T6.05", "1 cơ quan vượt ngưỡng, cộng lại +37", "na-hang", ""),
        ("T6.06", "1 cơ quan vượt ngưỡng, cộng lại +37", "na-hang", REASON),
    ]
    assert {c.row.code for c in found} == {"T6.05", "T6.06", "T6.08", "T3.03", "T3.07"}


def test_the_threshold_of_the_province_is_the_yardstick():
    """+10 of 100 with 5 % is twice the threshold, +40 of 400 with 30 % a third; from nothing the least decides."""

    def line(code, least, percent, before):
        row = SimpleNamespace(code=code, previous=SimpleNamespace(value=before))
        return SimpleNamespace(code=code, jump_least=least, jump_percent=percent), row

    def jump(code, change, cross=False):
        return SimpleNamespace(code=code, change=Decimal(change), reason="", cross=cross)

    lines = [line("A", 5, 30, Decimal(400)), line("B", 5, 5, Decimal(100)), line("C", 5, 30, None)]
    lines.append(line("D", 1, 1, Decimal(1)))
    jumps = (jump("A", 40), jump("B", 13), jump("B", -3), jump("C", -6), jump("D", 99, cross=True))
    summary = SimpleNamespace(rows=[row for _i, row in lines], jumps=jumps)
    found = largest_changes(summary, [indicator for indicator, _row in lines])
    assert [(c.row.code, c.moved, c.bodies, c.jump.change) for c in found] == [
        ("B", 10, 2, 13),
        ("C", -6, 1, -6),
        ("A", 40, 1, 40),
    ]


def test_weak_answers_have_a_threshold_that_is_told(cast, period, report_of):
    """Three accepted reports; a third of them is one."""
    for code, by in (("na-hang", cast.lan), ("chiem-hoa", cast.minh), ("so-y-te", cast.yen)):
        report = report_of(code)
        fill(report)
        report.results.update(results=LONG)
        if code == "na-hang":
            report.results.filter(number=5).update(results="Đã làm.")
        move(report, Action.SUBMIT, by=cast.ky if code == "na-hang" else by)
        move(report, Action.ACCEPT, by=cast.huyen)
    found = brief_of(period, cast.hung).weak
    assert [(task.number, task.reasons) for task in found] == [(5, ("1/3 cơ quan viết dưới 100 chữ cái",))]
    line = WeakTask(1, "", owed=7, short=2, missing=3, nothing=7)
    assert line.reasons == ("7/7 cơ quan ghi toàn “không phát sinh”", "3/7 cơ quan bỏ trống số liệu")
    assert WeakTask(1, "", 0, 0, 0, 0).reasons == ()


def test_the_page_names_whom_to_call_and_what_waits(round_, client, cast):
    Question.objects.create(period=round_, code="T6.06", shown="41", text="Vì sao?", by=cast.hung)
    pages = {}
    for who in ("hung", "huyen"):
        client.force_login(getattr(cast, who))
        response = client.get(PAGE)
        pages[who] = response.content.decode()
        brief = response.context["brief"]
        assert len(brief.to_call) + brief.more_to_call == round_.reports.count() - 1
        assert [decision.sentence for decision in brief.decisions] == [
            "1 đề nghị của các cơ quan chờ trả lời",
            "1 báo cáo trả lại chưa gửi lại",
            "1 câu hỏi của lãnh đạo chờ trả lời",
        ]
    assert f"và {round_.reports.count() - 1 - briefing.CALLED} cơ quan khác" in pages["hung"]
    assert "/ky/2020/de-nghi/" in pages["huyen"]
    assert "/ky/2020/de-nghi/" not in pages["hung"]
    assert REASON in pages["hung"]
    health, yen = Body.objects.get(code="so-y-te"), User.objects.get(username="yen")
    contacts = briefing.responsible(briefing.calls.contacts_of(health, [yen, cast.minh]))
    assert [(each["name"], each["numbers"][0].dialled) for each in contacts] == [
        ("Yến", "0912345678"),
        (health.short_name, "02073822000"),
    ]


def text_of(pdf):
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    assert pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1)
    return " ".join(pages[0].extract_text().split())


def test_the_paper_is_one_page_and_keeps_single_bodies_small_numbers_at_home(round_, client, cast):
    client.force_login(cast.hung)
    client.cookies["django_language"] = "en"
    response = client.get(PDF)
    assert response["Content-Disposition"] == 'attachment; filename="tom-tat-2020.pdf"'
    text = text_of(response.content)
    assert "TÓM TẮT KỲ BÁO CÁO NĂM 2020" in text
    assert re.search(r"Số trẻ em bị xâm hại: toàn tỉnh 8 \([^)]+\) → 41 \(", text)
    assert "1 đề nghị của các cơ quan chờ trả lời" in text
    assert "Na Hang: 20 → 90" in text  # not sensitive: the body's figures, without its words
    for secret in (REASON, "Nhiều cháu mới được xác định.", "hưa giải trình", "4 → 41", "cộng lại +37"):
        assert secret not in text
    hidden = outgoing(brief_of(round_, cast.hung))
    assert {c.row.code: c.hidden for c in hidden.changes} == {c.row.code: c.row.sensitive for c in hidden.changes}
    assert {c.jump.reason for c in hidden.changes} == {""}


def test_a_ratio_that_gives_one_body_away_is_not_on_the_paper():
    """T6.15 rests on the bodies that gave both figures: beside the totals it tells what the third one gave."""

    def told(third):
        bodies = (body("d0"), body("d1"), body("d2"))
        given = {"d0": {"T6.14": 20, "T6.06": 40}, "d1": {"T6.14": 10, "T6.06": 40}, "d2": third}
        answers = {c: {Cell(k): Answer(Decimal(n)) for k, n in own.items()} for c, own in given.items()}
        full = summary_of(Round(bodies, answers))
        (section,) = full.sections  # as the brief is made of it: no cells
        rows = tuple(replace(row, cells={}, reported_cells={}) for row in section.rows)
        summary = replace(full, sections=(replace(section, rows=rows),))
        ratio, target = summary.row("T6.15"), Target("T6.15", 2025, Decimal(90), True, "")
        totals, targets = (summary.row("T6.14"), summary.row("T6.06"), ratio), ((ratio, target, False),)
        change = Change(
            ratio, Decimal(1), 1, Jump(full.bodies[0], "T6.15", "", "", "%", Decimal(1), Decimal(2), "Vì 2 em.")
        )
        left = dict.fromkeys(("at", "standing", "weak", "to_call", "more_to_call", "decisions", "issues"))
        copy = outgoing(Brief(summary=summary, totals=totals, targets=targets, changes=(change,), **left))
        return [row.code for row in copy.totals], len(copy.targets), [c.hidden for c in copy.changes]

    assert told({"T6.14": 0, "T6.06": 9}) == (["T6.14", "T6.06", "T6.15"], 1, [True])
    assert told({"T6.06": 2}) == (["T6.14", "T6.06"], 0, [])


def test_the_paper_is_one_page_also_where_everything_is_long(round_, cast):
    """A province of 124 bodies at its worst: long names, long reasons, every task weak, every target there."""
    brief = brief_of(round_, cast.hung)
    row, change, line = brief.totals[0], brief.changes[-1], brief.to_call[0]
    target = Target(row.code, 2025, Decimal("90"), True, "")
    assert {row.code for row, _target, _met in brief.targets} <= {row.code for row in brief.summary.rows}
    line.report.name = "Ủy ban nhân dân " + "của một đơn vị có tên rất dài " * 5
    many = replace(
        brief,
        totals=brief.totals,
        targets=((row, target, False),) * 6,
        changes=(replace(change, jump=replace(change.jump, reason="Lý do rất dài. " * 120)),) * 5,
        weak=tuple(WeakTask(n, "Nhiệm vụ có tên dài " * 8, 124, 100, 90, 80) for n in range(1, 8)),
        to_call=(line,) * briefing.CALLED,
        more_to_call=116,
        decisions=brief.decisions * 2,
    )
    text = text_of(brief_paper.drawn(many))
    assert "cơ quan khác." in text
    assert "Bản gửi đi" in text  # the last line is on the page


def test_the_queries_do_not_grow_with_bodies(round_, cast, report_of):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            brief_of(round_, cast.hung)
        return len(queries)

    one = asked()
    accept(report_of("so-y-te"), cast.yen, cast.huyen)
    send(report_of("chiem-hoa"), cast.minh, figures=FIGURES | {"T3.07": 5, "T3.03": 5})
    move(report_of("chiem-hoa"), Action.ACCEPT, by=cast.huyen)
    assert asked() == one
    assert one <= 45


def test_from_a_total_to_the_signed_scan_in_three_clicks(cast, report, client, tmp_path, settings):
    """Total → body at the indicator's row, with its text → the scan; every step a GET, nothing to edit on the way."""
    fill(report, {"T6.05": 4, "T6.06": 4, "T6.08": 4})
    report.results.filter(number=6).update(results="Đã tổ chức 12 lớp dạy bơi.")
    attach(report, None, upload("ban-ky.pdf", pdf()), cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.ACCEPT, by=cast.huyen)
    client.force_login(cast.hung)

    def link(page, pattern):
        return re.search(rf'href="({pattern})"', page)[1]

    total = link(client.get("/tong-hop/2020/").content.decode(), "/tong-hop/2020/chi-tieu/T6.06/")
    to_body = link(client.get(total).content.decode(), "/bao-cao/2020/na-hang/ban-gui/#T6.06")
    page = client.get(to_body.partition("#")[0]).content.decode()
    part = page.partition('id="T6.06"')[2]
    assert "Đã tổ chức 12 lớp dạy bơi." in part
    assert 'href="#tep"' in page
    assert "<form" not in page.partition("<main")[2]
    scan = client.get(link(page, "/bao-cao/2020/na-hang/tep/[0-9]+/"))
    assert b"".join(scan.streaming_content if scan.streaming else [scan.content]).startswith(b"%PDF")


def test_home_leads_leaders_to_the_brief(round_, client, cast):
    client.force_login(cast.hung)
    page = client.get("/").content.decode()
    assert re.findall(r'href="(/tong-hop/[^"]+)"', page) == ["/tong-hop/2020/tom-tat/", "/tong-hop/2019/tom-tat/"]
