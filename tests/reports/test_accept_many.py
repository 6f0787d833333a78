"""Accepting many at once: as they were read, without open points, by the few statements that one takes."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directives.choices import BodyKind, Role
from directives.models import Body
from reports import effects, reviewing
from reports.choices import Status
from reports.models import Event, Period, Report, Screening
from reports.reviewing import TooMany, accept_chosen, read_choices, would_accept
from reports.workflow import accept_many, acceptable, move
from tests.conftest import at, person
from tests.factories import send
from tests.reports.test_races import together

PAGE = "/ky/2020/duyet-nhieu/"
OPEN_POINTS = "Còn điểm chưa được đánh dấu đã sửa; hãy mở báo cáo để xem rồi duyệt riêng."
NEWER = "Cơ quan đã gửi bản mới sau khi bạn mở trang; hãy đọc bản mới rồi quyết định."
ACCEPTED = "Báo cáo đã được duyệt rồi."
NOT_SENT = "Cơ quan chưa gửi báo cáo."
BACK = "Báo cáo đang ở cơ quan để sửa; hãy chờ gửi lại."
EXEMPT = "Cơ quan được miễn báo cáo kỳ này."
NOT_YOURS = "Vai trò của bạn không được làm việc này."


@pytest.fixture
def reports(report_of):
    """Four reports that wait, as a page shows them."""
    found = [report_of(code) for code in ("so-y-te", "na-hang", "chiem-hoa", "ham-yen")]
    for report in found:
        wait(report)
    return found


def wait(report, **values):
    values = {"status": Status.SUBMITTED, "version": 1, "first_submitted_at": at(2020, 12, 1)} | values
    Report.objects.filter(pk=report.pk).update(**values, submitted_at=at(2020, 12, 1))
    report.refresh_from_db()


def point(report, by, done=False):
    Event.objects.create(report=report, action="return", by=by, version=report.version)
    report.points.create(
        version=report.version, position=1, part=6, words="Sửa.", by=by, done_at=at(2020, 12, 2) if done else None
    )
    wait(report, version=report.version + 1)


def statuses(reports):
    stored = dict(Report.objects.values_list("pk", "status"))
    return [stored[report.pk] for report in reports]


def told(refused):
    return [(report.pk, reason) for report, reason in refused]


# --- the door -----------------------------------------------------------------------------------


def test_all_are_accepted_and_written_down(reports, cast):
    accepted, refused = accept_many(reports, by=cast.huyen, at=at(2020, 12, 16))
    assert (sorted(r.pk for r in accepted), refused) == (sorted(r.pk for r in reports), [])
    for report in Report.objects.filter(pk__in=[r.pk for r in reports]):
        assert (report.status, report.accepted_at, report.version) == (Status.ACCEPTED, at(2020, 12, 16), 1)
        (event,) = report.events.all()
        assert (event.action, event.by, event.at, event.version, event.content) == (
            "accept",
            cast.huyen,
            at(2020, 12, 16),
            1,
            None,
        )


def test_what_comes_back_says_what_is_stored(reports, cast):
    accepted, _refused = accept_many(reports, by=cast.huyen)
    for report in accepted:
        stored = Report.objects.get(pk=report.pk)
        assert (report.status, report.accepted_at) == (stored.status, stored.accepted_at)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.DRAFT, NOT_SENT),
        (Status.SUBMITTED, None),
        (Status.RETURNED, BACK),
        (Status.ACCEPTED, ACCEPTED),
        (Status.EXEMPT, EXEMPT),
    ],
)
@pytest.mark.parametrize("who", ["huyen", "hung", "quan", "lan", "ky"])
def test_person_and_state(reports, cast, status, reason, who):
    changed, *others = reports
    Report.objects.filter(pk=changed.pk).update(status=status)
    reason = reason if who == "huyen" else NOT_YOURS
    shown = statuses(reports)
    expected = [(r.pk, reason) for r in reports if reason and (r == changed or who != "huyen")]
    for door in (acceptable, accept_many):  # the first only says what the second does
        assert statuses(reports) == shown
        accepted, refused = door(reports, by=getattr(cast, who))
        assert told(refused) == sorted(expected)
        assert sorted(r.pk for r in accepted) == sorted({r.pk for r in reports} - {pk for pk, _reason in expected})
    if who == "huyen":
        assert statuses(reports) == [status if reason else Status.ACCEPTED, *["accepted"] * len(others)]


@pytest.mark.parametrize(("done", "reason"), [(True, None), (False, OPEN_POINTS)])
def test_open_points(reports, cast, done, reason):
    point(reports[1], cast.huyen, done)
    accepted, refused = accept_many(reports, by=cast.huyen)
    assert told(refused) == ([(reports[1].pk, reason)] if reason else [])
    assert len(accepted) == len(reports) - len(refused)


def test_points_of_a_return_before_the_last_one_are_settled(reports, cast):
    point(reports[1], cast.huyen, done=False)
    point(reports[1], cast.huyen, done=True)
    assert accept_many(reports, by=cast.huyen)[1] == []


def test_a_newer_sending_is_not_accepted_unread(reports, cast):
    Report.objects.filter(pk=reports[0].pk).update(version=2)
    accepted, refused = accept_many(reports, by=cast.huyen)
    assert told(refused) == [(reports[0].pk, NEWER)]
    assert len(accepted) == 3


def test_a_report_named_twice_is_accepted_once(reports, cast):
    accept_many([*reports, *reports], by=cast.huyen)
    assert Event.objects.filter(action="accept").count() == 4


def test_nothing_chosen_changes_nothing(reports, cast):
    assert accept_many([], by=cast.huyen) == ([], [])
    assert statuses(reports) == ["submitted"] * 4


def test_two_officers_at_once(transactional_db, cast, reports):
    """Each report is accepted by one of them; the other is told."""
    outcomes = together(*(lambda by=by: accept_many(reports, by=by) for by in (cast.huyen, cast.tu)))
    assert sorted((len(accepted), len(refused)) for accepted, refused in outcomes) == [(0, 4), (4, 0)]
    assert {reason for _accepted, refused in outcomes for _report, reason in refused} == {ACCEPTED}
    assert Event.objects.filter(action="accept").count() == 4


def test_one_returns_while_another_accepts_many(transactional_db, cast, reports):
    for report in reports:
        Event.objects.create(report=report, action="submit", by=cast.lan, version=1, content={"figures": {}})
    Report.objects.update(task_marks="AAAAAAA")
    many, one = together(
        lambda: accept_many(reports, by=cast.huyen),
        lambda: move(reports[2], "return", by=cast.tu, note="Sửa.", shown="submitted"),
    )
    accepted, refused = many
    first = not refused
    assert (len(accepted), told(refused)) == ((4, []) if first else (3, [(reports[2].pk, BACK)]))
    assert type(one).__name__ == ("NotAllowed" if first else "Event")
    assert statuses([reports[2]]) == ["accepted" if first else "returned"]


def crowd(period, number, by):
    """So many more bodies whose reports wait, with a screening that found nothing."""
    Body.objects.bulk_create(
        Body(code=f"xa-{n}", name=f"Xã {n}", short_name=f"Xã {n}", kind=BodyKind.COMMUNE, position=5000 + n)
        for n in range(number)
    )
    made = Body.objects.filter(code__startswith="xa-").order_by("position")
    reports = Report.objects.bulk_create(
        Report(
            period=period,
            body=body,
            position=1000 + n,
            name=body.name,
            short_name=body.short_name,
            group=body.kind,
            counting_group=body.kind,
            status=Status.SUBMITTED,
            version=1,
            first_submitted_at=at(2020, 12, 1),
            submitted_at=at(2020, 12, 1),
        )
        for n, body in enumerate(made)
    )
    sent = [Event(report=report, action="submit", by=by, version=1, content={}) for report in reports]
    Screening.objects.bulk_create(Screening(event=event) for event in Event.objects.bulk_create(sent))
    return reports


def statements(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return [query["sql"].split()[0] for query in asked]


def test_the_number_of_statements_does_not_grow(period, cast):
    """But for new rows: SQLite takes 999 values in one insert, so a thousand lines of the journal are some more."""
    reports = crowd(period, 1005, cast.huyen)
    accept_many(reports[:1], by=cast.huyen)
    one = statements(lambda: accept_many(reports[1:2], by=cast.huyen))
    three = statements(lambda: accept_many(reports[2:5], by=cast.huyen))
    many = statements(lambda: accept_many(reports[5:], by=cast.huyen))
    assert three == one
    assert [word for word in many if word != "INSERT"] == [word for word in one if word != "INSERT"]
    assert many.count("INSERT") <= 40
    assert Event.objects.filter(action="accept").count() == 1005


# --- what was chosen ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "chosen", "unread"),
    [
        ([], {}, 0),
        (["12.1"], {12: 1}, 0),
        (["12.1", "15.2"], {12: 1, 15: 2}, 0),
        (["12.1 15.2", " 7.3 "], {12: 1, 15: 2, 7: 3}, 0),
        (["12", "a.b", "12.", ".1", "1.2.3", "-1.2", "1,2", "١.٢", "1.1\x00"], {}, 9),
        (["9" * 19 + ".1", "1." + "9" * 6], {}, 2),
        (["9" * 18 + ".99999"], {10**18 - 1: 99999}, 0),
        ([""], {}, 0),
    ],
)
def test_choices_are_read_or_counted_as_none(words, chosen, unread):
    assert read_choices(words) == (chosen, unread)


def test_too_many_choices():
    assert len(read_choices([f"{n}.1" for n in range(1, 1001)])[0]) == 1000
    with pytest.raises(TooMany, match=r"Mỗi lần duyệt được nhiều nhất 1000 báo cáo; bạn đã chọn 1001"):
        read_choices([" ".join(f"{n}.1" for n in range(1, 1002))])


def as_shown(reports):
    return {report.pk: report.version for report in reports}


def test_only_reports_of_the_period_are_touched(reports, period, cast, obligation):
    other = Period.objects.open(obligation, 2019).reports.get(body__code="na-hang")
    wait(other)
    chosen = as_shown([*reports, other]) | {10**17: 1}
    outcome = would_accept(period, chosen, by=cast.huyen)
    assert statuses([*reports, other]) == ["submitted"] * 5
    assert outcome == accept_chosen(period, chosen, by=cast.huyen)
    assert told(outcome.refused) == [(other.pk, "Báo cáo này thuộc kỳ khác (năm 2019).")]
    assert outcome.unknown == 1
    assert [report.position for report in outcome.accepted] == sorted(report.position for report in reports)
    assert statuses([*reports, other]) == ["accepted"] * 4 + ["submitted"]


def test_what_is_shown_is_what_waits(reports, period, cast):
    """A forged choice cannot name another state: a report that was decided is refused whatever its version."""
    Report.objects.filter(pk=reports[0].pk).update(status=Status.ACCEPTED)
    Report.objects.filter(pk=reports[1].pk).update(status=Status.RETURNED)
    outcome = accept_chosen(period, as_shown(reports), by=cast.huyen)
    assert set(told(outcome.refused)) == {(reports[0].pk, ACCEPTED), (reports[1].pk, BACK)}


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def officer(client, cast, period):
    client.force_login(cast.huyen)
    return client


def chosen(reports):
    return {"chon": [f"{report.pk}.{report.version}" for report in reports]}


def refused_in(response):
    page = response.content.decode()
    return {unescape(name): unescape(why) for name, why in re.findall(r"<li><strong>(.*?)</strong>: (.*?)</li>", page)}


def accepted_in(response):
    page = unescape(response.content.decode())
    return re.findall(r"<li>([^<]*) <span class=\"small-print\">bản gửi lần (\d+)</span></li>", page)


def test_the_page_that_asks_once_more(officer, cast, reports):
    point(reports[1], cast.huyen)
    wait(reports[2], version=3)
    response = officer.get(PAGE, chosen([*reports, *reports[:1]]))
    assert response.status_code == 200
    assert refused_in(response) == {reports[1].name: OPEN_POINTS}
    assert sorted(accepted_in(response)) == sorted((r.name, str(r.version)) for r in (reports[0], *reports[2:]))
    (hidden,) = re.findall(r'name="chon" value="([^"]*)"', response.content.decode())
    assert set(hidden.split()) == {f"{r.pk}.{r.version}" for r in (reports[0], *reports[2:])}
    assert "Duyệt 3 báo cáo" in response.content.decode()
    assert statuses(reports) == ["submitted"] * 4
    after = officer.post(PAGE, {"chon": hidden}, follow=True)
    assert after.redirect_chain == [("/ky/2020/cho-duyet/", 302)]
    assert "Đã duyệt 3 báo cáo." in after.content.decode()
    assert statuses(reports) == ["accepted", "submitted", "accepted", "accepted"]


TOLD = "Có hơn 1 báo cáo nên trang này không tính trước số liệu toàn tỉnh sẽ đổi ra sao"


def test_the_effect_of_all_stands_before_the_button(officer, cast, report_of, monkeypatch):
    sent = [
        send(report_of("na-hang"), cast.lan, figures={"T6.17": 4}),
        send(report_of("chiem-hoa"), cast.minh, figures={"T6.17": 30}),
    ]
    page = officer.get(PAGE, chosen(sent)).content.decode()
    button = page.index("Duyệt 2 báo cáo</button>")
    assert page.index("Báo cáo đã duyệt: 0/39 cơ quan → 2/39 cơ quan.") < button
    row = r'T6\.17</span> [^<]*</th><td class="num">chưa có số liệu</td><td class="num"><strong>34</strong></td><td>'
    assert re.search(row, page).start() < button
    monkeypatch.setattr(effects, "MOST", 1)
    page = officer.get(PAGE, chosen(sent)).content.decode()
    assert ("Báo cáo đã duyệt: " in page, page.index(TOLD) < page.index("Duyệt 2 báo cáo</button>")) == (False, True)
    assert TOLD not in officer.get(PAGE, chosen(sent[:1])).content.decode()
    done = officer.post(PAGE, chosen([*sent, report_of("ham-yen")])).content.decode()
    assert ("Đã duyệt 2 báo cáo" in done, TOLD in done, "Báo cáo đã duyệt: " in done) == (True, False, False)


def test_one_is_named(officer, reports):
    after = officer.post(PAGE, chosen(reports[:1]), follow=True)
    assert f"Đã duyệt báo cáo của {reports[0].name}." in unescape(after.content.decode())


def test_stale_ones_are_told_by_name_and_the_others_accepted(officer, cast, reports):
    form = chosen(reports)
    accept_many(reports[:1], by=cast.tu)
    wait(reports[1], version=2)
    Report.objects.filter(pk=reports[2].pk).update(status=Status.RETURNED)
    response = officer.post(PAGE, form)
    assert response.status_code == 200
    assert refused_in(response) == {reports[0].name: ACCEPTED, reports[1].name: NEWER, reports[2].name: BACK}
    assert accepted_in(response) == [(reports[3].name, "1")]
    assert "Đã duyệt 1 báo cáo" in response.content.decode()
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_when_a_colleague_was_quicker_with_all(officer, cast, reports):
    form = chosen(reports)
    accept_many(reports, by=cast.tu)
    response = officer.post(PAGE, form)
    assert response.status_code == 409
    assert refused_in(response) == dict.fromkeys((report.name for report in reports), ACCEPTED)
    assert Event.objects.filter(action="accept", by=cast.huyen).count() == 0


@pytest.mark.parametrize("forged", ["abc", "0.1", "1.", "9" * 18 + ".1", "1.1\x00", "<script>.1", "1.99999999"])
def test_forged_choices_are_counted_and_harmless(officer, reports, forged):
    response = officer.post(PAGE, {"chon": [forged, *chosen(reports[:1])["chon"]]})
    assert response.status_code == 200
    assert "1 lựa chọn không đúng với báo cáo nào nên được bỏ qua" in response.content.decode()
    assert statuses(reports) == ["accepted", "submitted", "submitted", "submitted"]
    assert officer.post(PAGE, {"chon": forged}).status_code == 409
    assert officer.get(PAGE, {"chon": forged}).status_code == 200


@pytest.mark.parametrize("version", [0, 2, 99999])
def test_a_forged_version_accepts_nothing(officer, reports, version):
    response = officer.post(PAGE, {"chon": f"{reports[0].pk}.{version}"})
    assert refused_in(response) == {reports[0].name: NEWER}
    assert statuses(reports) == ["submitted"] * 4


def test_a_report_of_another_period_is_told_by_name(officer, reports, obligation):
    other = Period.objects.open(obligation, 2019).reports.get(body__code="chiem-hoa")
    wait(other)
    response = officer.post(PAGE, chosen([other]))
    assert refused_in(response) == {other.name: "Báo cáo này thuộc kỳ khác (năm 2019)."}
    assert statuses([other]) == ["submitted"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("data", [{}, {"chon": ""}, {"chon": "  "}, {"tat-ca": "sach"}])
def test_nothing_chosen(officer, method, data):
    response = getattr(officer, method)(PAGE, data, follow=True)
    assert response.redirect_chain == [("/ky/2020/cho-duyet/", 302)]
    assert "Hãy đánh dấu ít nhất một báo cáo để duyệt." in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_too_many_at_once(officer, reports, method, monkeypatch):
    monkeypatch.setattr(reviewing, "MOST", 3)
    response = getattr(officer, method)(PAGE, chosen(reports), follow=True)
    text = response.content.decode()
    assert "Mỗi lần duyệt được nhiều nhất 3 báo cáo; bạn đã chọn 4." in text
    assert "Chưa báo cáo nào được duyệt; hãy chọn ít hơn." in text
    assert statuses(reports) == ["submitted"] * 4


@pytest.mark.parametrize("who", ["hung", "quan", "lan", "ky"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(client, cast, reports, who, method):
    client.force_login(getattr(cast, who))
    assert getattr(client, method)(PAGE, chosen(reports)).status_code == 404
    assert statuses(reports) == ["submitted"] * 4


def test_all_that_need_no_eyes(officer, period, cast, reports):
    """A thousand at most, and none of the others; the page that asks and the one that does it are bounded."""
    crowd(period, 1003, cast.huyen)
    with CaptureQueriesContext(connection) as asked:
        response = officer.get(PAGE, {"tat-ca": "sach"})
    assert len(asked) <= 12
    assert len(accepted_in(response)) == 1000
    (hidden,) = re.findall(r'name="chon" value="([^"]*)"', response.content.decode())
    after = officer.post(PAGE, {"chon": hidden}, follow=True)
    assert "Đã duyệt 1000 báo cáo." in after.content.decode()
    assert reviewing.counts(period)["sach"] == 3
    assert statuses(reports) == ["submitted"] * 4  # nobody screened them
    assert "Chọn tất cả 3 báo cáo không có điểm cần xem" in after.content.decode()


def test_the_form_carries_its_token(cast, reports):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.huyen)
    page = strict.get(PAGE, chosen(reports)).content.decode()
    form = re.search(rf'<form method="post" action="{PAGE}".*?</form>', page, re.S).group()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form).group(1)
    data = {"chon": re.search(r'name="chon" value="([^"]*)"', form).group(1)}
    assert strict.post(PAGE, data).status_code == 403
    assert strict.post(PAGE, data | {"csrfmiddlewaretoken": token}).status_code == 302
    assert statuses(reports) == ["accepted"] * 4


def test_whole_way_with_real_sendings(officer, cast, period, report_of):
    second = person("hy", Role.REPORTER, "ham-yen")
    sent = [send(report_of("na-hang"), cast.lan), send(report_of("ham-yen"), second)]
    send(report_of("chiem-hoa"), cast.minh, figures={"T7.03": 1, "T7.04": 2})
    hidden = re.search(r'name="chon" value="([^"]*)"', officer.get(PAGE, {"tat-ca": "sach"}).content.decode()).group(1)
    officer.post(PAGE, {"chon": hidden})
    assert statuses(sent) == ["accepted"] * 2
    assert reviewing.counts(period)[""] == 1
