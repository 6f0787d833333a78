"""The officers' pages, full and empty and with errors: axe finds nothing, a phone need not scroll sideways."""

import datetime as dt
from decimal import Decimal

import pytest

from directives.choices import Role
from directives.models import User
from reports import calls, corrections, notes, paper_entries, petitions
from reports.answers import Answer, Cell
from reports.choices import Action, Channel, MailState
from reports.models import Notice, Period
from reports.workflow import Remark, move
from tests.conftest import person
from tests.factories import accept, send, signatory_of

BODY = "/bao-cao/2020/na-hang/"

PAGES = [
    ("huyen", "/ky/2020/", "board"),
    ("huyen", "/ky/2020/cho-duyet/", "queue"),
    ("huyen", "/ky/2020/cho-duyet/?loc=resent", "queue, narrowed"),
    ("huyen", "/ky/2020/don-doc/", "chasing"),
    ("huyen", "/ky/2020/dieu-chinh/", "ledger"),
    ("huyen", "/ky/2020/nhat-ky/", "journal of the period"),
    ("huyen", "/ky/2020/de-nghi/", "petitions"),
    ("huyen", BODY + "ban-gui/", "review, sent again"),
    ("huyen", BODY + "so-sanh/", "two versions"),
    ("huyen", "/bao-cao/2020/so-y-te/ban-gui/", "review, accepted"),
    ("huyen", "/bao-cao/2020/so-y-te/dieu-chinh/T4.08/", "correcting a figure"),
    ("huyen", "/bao-cao/2020/so-y-te/dieu-chinh/", "corrections of a body"),
    ("huyen", "/bao-cao/2020/yen-son/don-doc/", "calls to a body"),
    ("huyen", "/bao-cao/2020/yen-son/gia-han/", "more time by telephone"),
    ("huyen", "/bao-cao/2020/yen-son/ban-giay/", "a paper to record"),
    ("huyen", "/bao-cao/2020/lam-binh/ban-giay/", "a paper being entered"),
    ("huyen", "/bao-cao/2020/lam-binh/", "a body's report entered from paper"),
    ("huyen", "/bao-cao/2020/lam-binh/phan/6/", "a part entered from paper"),
    ("huyen", "/ky/2020/mien/son-duong/", "an exempted body"),
    ("huyen", "/thong-bao/", "notices"),
    ("huyen", "/thu-di/", "outbox"),
    ("huyen", "/thu-di/?state=", "outbox, all"),
    ("huyen", "/thu-di/loi-van/", "wordings"),
    ("huyen", "/thu-di/loi-van/returned/", "one wording"),
    ("huyen", "/thu-di/loi-van/ly-do/", "ready-made reasons"),
    ("huyen", "/tu-kiem-tra/", "self-check"),
    ("hung", "/ky/2020/", "board, for a leader"),
    ("hung", "/tong-hop/2020/", "summary with corrections"),
    ("hung", BODY + "ban-gui/", "a sending, for a leader"),
    ("yen", "/bao-cao/2020/so-y-te/dieu-chinh/", "corrections, for the body"),
    ("yen", "/thong-bao/", "notices of a body"),
    ("quan", "/tu-kiem-tra/", "self-check, for an administrator"),
]


@pytest.fixture
def world(transactional_db, cast, obligation):
    """One of each: sent again, accepted and corrected, called, exempted, on paper, notes, mails in every state."""
    User.objects.update(email="dia-chi@example.vn", phone="0207 3000 000")
    period = Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1), by=cast.huyen)
    report_of = lambda code: period.reports.select_related("period", "body").get(body__code=code)  # noqa: E731
    na_hang = send(report_of("na-hang"), cast.lan)
    points = [Remark(6, "T6.06", "Xem lại số liệu."), Remark(None, "direction", "Viết gọn.")]
    move(na_hang, Action.RETURN, by=cast.huyen, remarks=points)
    move(report_of("na-hang"), Action.SUBMIT, by=signatory_of(cast.lan))
    notes.write(report_of("na-hang"), "Đã hỏi công an huyện.", by=cast.tu, version=2, part=6, name="T6.06")
    health = accept(report_of("so-y-te"), cast.yen, cast.huyen, figures={"T4.08": "20.6"})
    line = corrections.correct(
        health, Cell("T4.08"), Answer(Decimal("21.5")), "Theo Tổng cục Thống kê.", by=cast.huyen, version=1
    )
    corrections.reply(line, "Đồng ý.", by=cast.yen)
    calls.log_call(report_of("yen-son"), spoke_with="Chị Hoa", answer="Mai gửi.", by=cast.tu)
    move(report_of("son-duong"), Action.EXEMPT, by=cast.huyen, note="Đã sáp nhập.")
    paper_entries.register(
        report_of("lam-binh"),
        number="15/BC-UBND",
        signed_on=dt.date(2020, 12, 3),
        incoming_number="208",
        received_on=dt.date(2020, 12, 4),
        by=cast.huyen,
    )
    person("hoa", Role.REPORTER, "ham-yen", "Hoa")
    states = [MailState.WAITING, MailState.RELEASED, MailState.FAILED, MailState.SENT, MailState.STOPPED]
    for place, notice in enumerate(Notice.objects.order_by("pk")):
        Notice.objects.filter(pk=notice.pk).update(
            mail=states[place % 5],
            address="dia-chi@example.vn",
            error="550: không có hộp thư này" if place % 5 == 2 else "",
        )
    assert report_of("lam-binh").channel == Channel.PAPER
    assert petitions.petitions_of(period).count() == 0  # the list of petitions is looked at empty


def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(world, sound):
    sound(PAGES)


def test_also_in_the_error_state(page, world, sound, sign_in, live_server):
    sign_in("huyen")
    found = []
    for address, button, what in (
        (BODY + "ban-gui/", "Trả lại", "return without a reason"),
        ("/bao-cao/2020/so-y-te/ban-gui/", "Mở lại báo cáo", "reopening without a reason"),
        ("/bao-cao/2020/so-y-te/dieu-chinh/T4.08/", "Ghi điều chỉnh", "correction without a figure"),
        ("/bao-cao/2020/yen-son/ban-giay/", "Ghi nhận và nhập nội dung", "paper without numbers"),
        ("/ky/mo/", "Xem trước", "dry run, or what it lacks"),
    ):
        page.goto(live_server.url + address)
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()
        found += sound.flaws(what)
    assert not found, "\n".join(found)
