"""The journal of a round is its true story: everything between the bodies and the lead, nothing inside a body."""

import datetime as dt
import re

import pytest
import time_machine

from reports.calls import log_call
from reports.choices import Action, PetitionKind
from reports.models import Event, Period, Report
from reports.paper_entries import register, withdraw
from reports.period_journal import KINDS, PeriodJournal
from reports.petitions import ask, decide, grant_time
from reports.workflow import Remark, move, write_down
from tests.conftest import at
from tests.factories import fill, send

PAGE = "/ky/2020/nhat-ky/"


def stored(report):
    return Report.objects.select_related("period", "body").get(pk=report.pk)


@pytest.fixture
def story(cast, obligation):
    """A round played on the hour; (period, moments) afterwards."""
    with time_machine.travel(at(2020, 11, 2, 8), tick=False) as clock:
        period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 11, 2), by=cast.huyen)
        reports = {r.body.code: r for r in period.reports.select_related("period", "body")}

        def on(day, hour):
            clock.move_to(at(2020, 12, day, hour))

        def of(code):
            return stored(reports[code])

        on(1, 8)
        fill(of("na-hang"), by=cast.lan)
        move(of("na-hang"), Action.HAND, by=cast.lan)
        on(1, 9)
        move(of("na-hang"), Action.DECLINE, by=cast.ky, note="Chuyện nội bộ của cơ quan")
        move(of("na-hang"), Action.HAND, by=cast.lan)
        move(of("na-hang"), Action.FETCH, by=cast.lan)
        move(of("na-hang"), Action.HAND, by=cast.lan)
        on(1, 10)
        move(of("na-hang"), Action.SUBMIT, by=cast.ky)
        on(1, 11)
        move(of("na-hang"), Action.RECALL, by=cast.lan)
        on(2, 8)
        move(of("na-hang"), Action.SUBMIT, by=cast.ky)
        on(2, 9)
        remarks = [Remark(6, "T6.24", "Sửa."), Remark(3, "", "Bổ sung.")]
        move(
            of("na-hang"),
            Action.RETURN,
            by=cast.huyen,
            note="Hai điểm.",
            remarks=remarks,
            return_by=dt.date(2020, 12, 9),
        )
        on(3, 8)
        grant_time(of("na-hang"), dt.date(2020, 12, 11), "Bà Lan gọi", cast.tu)
        on(4, 8)
        move(of("na-hang"), Action.SUBMIT, by=cast.ky)
        on(4, 9)
        move(of("na-hang"), Action.ACCEPT, by=cast.tu)
        on(4, 10)
        write_down(of("na-hang"), Action.CORRECT, by=cast.huyen, note="T6.24: 5 → 4. Đếm trùng.")
        on(4, 11)
        move(of("na-hang"), Action.REOPEN, by=cast.huyen, note="Bộ hỏi lại.")
        on(5, 8)
        move(of("lam-binh"), Action.EXEMPT, by=cast.huyen, note="Mới chia tách.")
        on(5, 9)
        move(of("lam-binh"), Action.INCLUDE, by=cast.huyen, note="Nhầm.")
        on(6, 8)
        granted = ask(of("chiem-hoa"), PetitionKind.MORE_TIME, "Lũ quét", dt.date(2020, 12, 18), cast.minh)
        on(6, 9)
        decide(granted, True, cast.huyen, "Đồng ý.")
        refused = ask(of("chiem-hoa"), PetitionKind.MORE_TIME, "Nữa", dt.date(2020, 12, 30), cast.minh)
        on(6, 10)
        decide(refused, False, cast.tu, "Gần ngày tổng hợp.")
        on(7, 8)
        told = {"spoke_with": "Bà Yến", "answer": "Đang gom số", "promised_on": dt.date(2020, 12, 8)}
        log_call(of("so-y-te"), **told, by=cast.tu, called_at=at(2020, 12, 7, 7))
        paper = {"number": "45/BC-SYT", "signed_on": dt.date(2020, 12, 4), "incoming_number": "1234"}
        register(of("lam-binh"), **paper, received_on=dt.date(2020, 12, 7), by=cast.huyen)
        on(7, 9)
        withdraw(of("lam-binh"), cast.huyen, "Nhầm cơ quan.")
        register(of("so-y-te"), **paper, received_on=dt.date(2020, 12, 7), by=cast.huyen)
        on(7, 10)
        fill(of("so-y-te"))
        move(of("so-y-te"), Action.SUBMIT, by=cast.huyen)
    return period


PAPER = "Văn bản số 45/BC-SYT ngày 04/12/2020; số đến 1234, đến ngày 07/12/2020."
STORY = [  # day, hour, body, words, by, note
    ("02/11 08", "", "Mở kỳ báo cáo cho 39 cơ quan, hạn trước ngày 15/12/2020.", "huyen", ""),
    ("01/12 10", "na-hang", "Gửi lần 1, trên cổng", "ky", ""),
    ("01/12 11", "na-hang", "Cơ quan rút lại bản gửi lần 1", "lan", ""),
    ("02/12 08", "na-hang", "Gửi lần 2, trên cổng", "ky", ""),
    (
        "02/12 09",
        "na-hang",
        "Trả lại bản gửi lần 2, 2 điểm cần sửa, gửi lại đến hết ngày 09/12/2020",
        "huyen",
        "Hai điểm.",
    ),
    (
        "03/12 08",
        "na-hang",
        "Gia hạn đến hết ngày 11/12/2020",
        "tu",
        "Gia hạn đến hết ngày 11/12/2020. Lý do: Bà Lan gọi",
    ),
    ("04/12 08", "na-hang", "Gửi lần 3, trên cổng", "ky", ""),
    ("04/12 09", "na-hang", "Duyệt bản gửi lần 3", "tu", ""),
    ("04/12 10", "na-hang", "Điều chỉnh số liệu", "huyen", "T6.24: 5 → 4. Đếm trùng."),
    ("04/12 11", "na-hang", "Mở lại sau khi duyệt", "huyen", "Bộ hỏi lại."),
    ("05/12 08", "lam-binh", "Miễn báo cáo", "huyen", "Mới chia tách."),
    ("05/12 09", "lam-binh", "Thôi miễn báo cáo", "huyen", "Nhầm."),
    (
        "06/12 09",
        "chiem-hoa",
        "Gia hạn đến hết ngày 18/12/2020",
        "huyen",
        "Gia hạn đến hết ngày 18/12/2020. Lý do: Lũ quét",
    ),
    (
        "06/12 10",
        "chiem-hoa",
        "Không chấp thuận đề nghị",
        "tu",
        "Xin thêm thời gian, không chấp thuận: Gần ngày tổng hợp.",
    ),
    ("07/12 07", "so-y-te", "Gọi đôn đốc Bà Yến, hẹn gửi ngày 08/12/2020", "tu", "Đang gom số"),
    ("07/12 08", "lam-binh", "Nhập thay từ bản giấy", "huyen", PAPER),
    ("07/12 09", "lam-binh", "Thôi nhập thay", "huyen", "Nhầm cơ quan."),
    ("07/12 09", "so-y-te", "Nhập thay từ bản giấy", "huyen", PAPER),
    ("07/12 10", "so-y-te", "Gửi lần 1, nhập từ bản giấy số đến 1234 ngày 07/12/2020", "huyen", ""),
]


def told(lines):
    return [
        (
            f"{line.at.astimezone(at(2020, 1, 1).tzinfo):%d/%m %H}",
            line.report.body.code if line.report else "",
            line.words,
            line.by.username,
            line.note,
        )
        for line in lines
    ]


def test_the_true_story_of_a_round(cast, story):
    expected = [(*line,) for line in STORY]
    bodies = story.reports.count()
    expected[0] = (*expected[0][:2], expected[0][2].replace("39", str(bodies)), *expected[0][3:])
    for user in (cast.huyen, cast.tu, cast.hung):
        forwards = PeriodJournal(story, user, newest_first=False)
        assert told(forwards[0:50]) == expected
        assert told(PeriodJournal(story, user)[0:50]) == expected[::-1]
        assert forwards.count() == len(STORY)


def test_pages_cut_the_same_story(cast, story):
    journal = PeriodJournal(story, cast.huyen)
    whole = told(journal[0:50])
    assert [line for start in range(0, 21, 4) for line in told(journal[start : start + 4])] == whole


def test_what_happens_inside_a_body_is_not_told(client, cast, story):
    assert Event.objects.filter(action__in=[Action.HAND, Action.DECLINE, Action.FETCH]).count() == 5
    client.force_login(cast.huyen)
    for query in ({}, {"viec": "gui"}, {"thu-tu": "cu"}, {"co-quan": "na hang"}):
        page = client.get(PAGE, query).content.decode()
        for words in ("Chuyện nội bộ", "Trình ký<", "Lấy lại bản trình ký", "Chưa ký, chuyển lại"):
            assert words not in page


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("", 19),
        ("mo-ky", 1),
        ("gui", 4),
        ("rut-lai", 1),
        ("tra-lai", 2),
        ("duyet", 1),
        ("gia-han", 3),
        ("mien", 2),
        ("ban-giay", 3),
        ("dieu-chinh", 1),
        ("goi", 1),
    ],
)
def test_each_kind_shows_its_own(client, cast, story, kind, count):
    client.force_login(cast.hung)
    page = client.get(PAGE, {"viec": kind}).content.decode()
    assert page.count('<th scope="row">') == count
    assert f"{count} việc," in page


def test_the_kinds_are_the_whole_story():
    shown = [action for word, (_label, actions) in KINDS.items() if word for action in actions]
    assert sorted(shown) == sorted(set(Action) - {Action.HAND, Action.DECLINE, Action.FETCH})


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("na hang", {"na-hang"}),
        ("Na Hang", {"na-hang"}),
        ("y tế", {"so-y-te"}),
        ("so y te", {"so-y-te"}),
        ("không có cơ quan này", set()),
        ("%", set()),
    ],
)
def test_one_body(client, cast, story, typed, codes):
    client.force_login(cast.huyen)
    page = client.get(PAGE, {"co-quan": typed}).content.decode()
    names = {report.name: report.body.code for report in story.reports.select_related("body")}
    rows = re.findall(r'<th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?</th>', page)
    assert {names.get(row, row) for row in rows} == codes
    assert "Mở kỳ báo cáo cho" not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 404), ("ky", 404), ("minh", 404), ("huyen", 200), ("tu", 200), ("hung", 200), ("quan", 404)],
)
def test_who_reads_the_journal_of_a_round(client, cast, period, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(PAGE).status_code == status
    assert client.get("/ky/1999/nhat-ky/").status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "9" * 500, "-1", "x", "<script>", "Đ" * 3000])
def test_odd_questions_are_answered(client, cast, story, odd):
    client.force_login(cast.huyen)
    for name in ("trang", "viec", "co-quan", "thu-tu"):
        assert client.get(PAGE, {name: odd}).status_code == 200


def test_a_fixed_number_of_queries(client, cast, period, report_of, django_assert_max_num_queries):
    client.force_login(cast.huyen)
    for query in ({}, {"thu-tu": "cu"}, {"co-quan": "huyện"}):
        client.get(PAGE, query)
    bodies = (("na-hang", cast.lan), ("chiem-hoa", cast.minh), ("so-y-te", cast.yen))
    found = []
    for code, who in bodies:
        report = report_of(code)
        log_call(report, spoke_with="A", answer="B", by=cast.tu)
        move(send(report, who), Action.RETURN, by=cast.huyen, remarks=[Remark(6, "", "Sửa.")])
        with django_assert_max_num_queries(16) as asked:
            client.get(PAGE)
        found.append(len(asked))
    assert len(set(found)) == 1
    Event.objects.bulk_create(
        Event(report=report, action=Action.REFUSE, by=cast.huyen, note=str(n)) for n in range(120)
    )
    with django_assert_max_num_queries(16) as many:
        page = client.get(PAGE).content.decode()
    assert len(many) <= found[0]  # neither calls nor the opening on this page
    assert page.count('<th scope="row">') == 50
    assert "Trang 1/3" in page
    last = client.get(PAGE, {"trang": "3"}).content.decode()
    assert last.count('<th scope="row">') == 130 - 100
    assert "Mở kỳ báo cáo cho" in last
    turned = client.get(PAGE, {"trang": "2", "viec": "gia-han", "thu-tu": "cu"}).content.decode()
    assert 'href="?trang=1&amp;viec=gia-han&amp;thu-tu=cu"' in turned
    assert 'href="?viec=gia-han"' in turned


def test_the_bodys_own_journal_tells_the_new_things_in_words(client, cast, story):
    client.force_login(cast.lan)
    page = client.get("/bao-cao/2020/na-hang/").content.decode()
    for words in (
        "Gia hạn",
        "Gia hạn đến hết ngày 11/12/2020. Lý do: Bà Lan gọi",
        "Mở lại sau khi duyệt",
        "Bộ hỏi lại.",
        "Trả lại, gửi lại đến hết ngày 09/12/2020",
        "Điều chỉnh số liệu",
        "T6.24: 5 → 4. Đếm trùng.",
        "Chuyện nội bộ của cơ quan",
    ):
        assert words in page
    assert "Bà Yến" not in page
    client.force_login(cast.yen)
    page = client.get("/bao-cao/2020/so-y-te/").content.decode()
    assert "lần 1, nhập từ bản giấy, số đến 1234 ngày 07/12/2020" in page
    assert "Đang gom số" not in page  # what officers heard on the telephone stays with them
