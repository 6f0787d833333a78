"""Opening a round on the page: who may, what the dry run shows, and that opening then does exactly that."""

import datetime as dt
import html
import re
import threading

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directives.choices import BodyKind, LinkKind, Role
from directives.models import Body, BodyLink, Directive, LeadTerm, Obligation, User
from reports import notifications
from reports.models import AdHoc, AlreadyOpen, Dates, Event, Notice, Opening, Period, Report
from reports.models.periods import asked_in
from reports.rounds import NEEDS, dry_run, open_round
from tests.conftest import at, person
from tests.factories import open_round as open_on_the_page

pytestmark = pytest.mark.django_db

DAY = dt.date(2020, 12, 1)
AD_HOC = {"year": "2020", "ad_hoc": "on", "title": "Rà soát đuối nước", "due_on": "30/9/2020"}
PAGE = "/ky/mo/"


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.huyen)
    return client


def text(response):
    """What a reader sees: no tags, entities and runs of spaces as they look."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def listed(response):
    return [line["line"].code for line in response.context["rows"]]


def hidden(response):
    """Every input of the dry run's form that a browser would send back, but for its buttons."""
    page, found = response.content.decode(), {}
    form = page[page.index('name="seen"') - 20_000 if page.index('name="seen"') > 20_000 else 0 :]
    for tag in re.findall(r"<input[^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag)
        name = re.search(r'name="([^"]+)"', tag).group(1)
        value = html.unescape(re.search(r'value="([^"]*)"', tag).group(1)) if "value=" in tag else "on"
        if name in ("csrfmiddlewaretoken", "language", "next"):
            continue
        if kind and kind.group(1) == "checkbox" and "checked" not in tag:
            continue
        found.setdefault(name, []).append(value)
    return found


def pressed(client, response, name, value, **typed):
    """The dry run sent back with a button; ``typed`` changes inputs. The button stands after the hidden inputs."""
    data = hidden(response) | {key.replace("__", "-"): value for key, value in typed.items()}
    data[name] = [*data.get(name, []), value]
    return client.post(PAGE, data)


# --- who may ------------------------------------------------------------------------------------

STEPS = ["get", {"year": "2021"}, {"year": "2021", "then": "back"}, {"year": "2021", "then": "open", "seen": "x"}]


@pytest.mark.parametrize("step", STEPS, ids=str)
@pytest.mark.parametrize("who", ["lan", "ky", "minh", "hung", "quan", "huyen", "tu"])
def test_only_officers_set_up_a_round(client, cast, obligation, who, step):
    client.force_login(getattr(cast, who))
    response = client.get(PAGE) if step == "get" else client.post(PAGE, step)
    allowed = who in ("huyen", "tu")
    stale = isinstance(step, dict) and step.get("then") == "open"
    assert response.status_code == ((409 if stale else 200) if allowed else 404)
    assert Period.objects.count() == 0


def test_a_stranger_is_asked_to_sign_in(client, obligation):
    assert client.post(PAGE, {"year": "2021"}).url.startswith("/tai-khoan/login/")


# --- the dry run is what opening then creates ---------------------------------------------------


def as_shown(preview):
    """What the dry run says, as plain data."""
    return {
        "bodies": [(line.position, line.code, line.group, line.tasks, line.indicators) for line in preview.lines],
        "tasks": [task.number for task in preview.opening.tasks],
        "citations": [citation.pk for citation in preview.valid],
        "days": (preview.opening.due_words, preview.opening.data_from, preview.opening.data_to, preview.opening.as_of),
        "last_day": preview.opening.last_day,
        "lead": preview.opening.lead.body.code,
        "name": preview.opening.name,
    }


def as_created(period):
    reports = period.reports.select_related("body", "period").order_by("position")
    return {
        "bodies": [
            (
                report.position,
                report.body.code,
                report.group,
                len([number for number in report.section_numbers() if number]),
                len([indicator for indicator in report.indicators() if not indicator.computed]),
            )
            for report in reports
        ],
        "tasks": list(period.task_numbers()),
        "citations": [citation.pk for citation in period.ordered_citations()],
        "days": (period.due_words, period.data_from, period.data_to, period.bodies_as_of),
        "last_day": reports[0].last_day,
        "lead": period.lead.body.code,
        "name": period.name,
    }


days = st.dates(dt.date(2022, 12, 1), dt.date(2028, 1, 31))
wishes = st.fixed_dictionaries(
    {
        "as_of": days,
        "tasks": st.none() | st.sets(st.integers(1, 7), min_size=1),
        "bodies": st.none() | st.sets(st.sampled_from(["na-hang", "chiem-hoa", "so-y-te", "tinh-doan"]), min_size=1),
        "groups": st.none() | st.sets(st.sampled_from(["front", "department", "district", "commune"]), min_size=1),
        "annual": st.booleans(),
        "rule": st.sampled_from([None, "before", "by"]),
        "due": st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
        "data_to": st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    }
)


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wish=wishes)
def test_opening_creates_what_the_dry_run_shows(obligation, wish):
    """Any year, day, choice of tasks and bodies: the same bodies, the same number of indicators for each."""
    asked_in.cache_clear()  # what the last example opened was taken back
    ad_hoc = None
    if not wish["annual"]:
        chosen = {name: sorted(wish[name]) if wish[name] else None for name in ("tasks", "bodies", "groups")}
        ad_hoc = AdHoc("Thử", wish["due"] or dt.date(2025, 9, 30), due_rule=wish["rule"] or "by", **chosen)
    dates = Dates(data_to=wish["data_to"], due_on=wish["due"], due_rule=wish["rule"])
    try:
        opening = Opening(obligation, 2025, as_of=wish["as_of"], ad_hoc=ad_hoc, dates=dates)
    except ValidationError:
        return
    shown = as_shown(dry_run(opening))
    with transaction.atomic():
        assert as_created(open_round(opening)) == shown
        transaction.set_rollback(True)


def test_it_writes_nothing(obligation, officer):
    officer.post(PAGE, {"year": "2020"})
    counts = (Period.objects.count(), Report.objects.count(), Event.objects.count(), Notice.objects.count())
    assert counts == (0, 0, 0, 0)


def test_who_is_told_is_who_was_announced(obligation, cast):
    User.objects.filter(username__in=["lan", "minh"]).update(email="ai-do@example.vn")
    person("khong-con", Role.REPORTER, "na-hang")
    User.objects.filter(username="khong-con").update(is_active=False)
    preview = dry_run(Opening(obligation, 2020, as_of=DAY))
    people, mails, letters = preview.told()
    assert (people, mails, letters) == (4, 2, 37)
    period = open_round(preview.opening, by=cast.huyen)
    notices = Notice.objects.filter(period=period) | Notice.objects.filter(report__period=period)
    assert sorted(notices.values_list("recipient__username", flat=True)) == ["ky", "lan", "minh", "yen"]
    assert notices.exclude(address="").count() == mails


def test_an_exempted_body_is_not_told_that_the_round_is_open(obligation, cast):
    period = open_round(Opening(obligation, 2020, as_of=DAY), by=cast.huyen, exempt={"na-hang": "Sáp nhập."})
    kinds = list(Notice.objects.filter(recipient=cast.lan).values_list("kind", flat=True))
    assert (kinds, period.reports.get(body__code="na-hang").status) == (["exempted"], "exempt")
    assert list(Notice.objects.filter(recipient=cast.minh).values_list("kind", flat=True)) == ["opened"]


# --- what it says -------------------------------------------------------------------------------


def test_the_facts_on_the_page(officer, cast):
    User.objects.filter(username="lan").update(email="lan@example.vn")
    with time_machine.travel(at(2020, 12, 1)):
        response = officer.post(PAGE, {"year": "2020"})
    words = text(response)
    assert "trước ngày 15/12/2020 . Ngày cuối cùng đúng hạn: Thứ 2, 14/12/2020." in words
    assert "Từ hôm nay còn 9 ngày làm việc." in words
    assert "từ 15/12/2019 đến hết 14/12/2020" in words
    assert "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang" in words
    assert "39 cơ quan được hỏi" in words
    assert "Khi mở: 4 người được báo trên cổng, 1 thư điện tử vào hộp thư đi, 38 cơ quan cần công văn giấy." in words
    groups = [
        (each.group, each.bodies, each.indicators, dict(each.needs)) for each in response.context["preview"].groups
    ]
    assert [(group, bodies) for group, bodies, _indicators, _needs in groups] == [
        ("front", 6),
        ("department", 25),
        ("lead", 1),
        ("district", 7),
    ]
    assert groups[-1][2:] == ((86, 86), {"letter": 6, "reporter": 5, "signatory": 6})


def test_counts_equal_the_lists_behind_them(officer, obligation):
    Body.objects.filter(code="ham-yen").update(valid_to=dt.date(2020, 12, 5))
    with time_machine.travel(at(2020, 12, 1)):
        response = officer.post(PAGE, {"year": "2020"})
        preview = response.context["preview"]
        assert dict(preview.needs) == {"letter": 39, "reporter": 36, "signatory": 38, "closing": 1}
        for need, number in preview.needs.items():
            page = pressed(officer, response, "xem", NEEDS[need])
            assert (need, page.context["page"].paginator.count) == (need, number)
        for group in preview.groups:
            page = pressed(officer, response, "khoi", group.group)
            assert (group.group, page.context["page"].paginator.count) == (group.group, group.bodies)
        both = pressed(officer, pressed(officer, response, "khoi", "district"), "xem", NEEDS["reporter"])
    assert both.context["page"].paginator.count == 5
    assert "Ủy ban nhân dân cấp huyện · Chưa có tài khoản người lập" in text(both)


@pytest.mark.parametrize("word", ["", "khong-co", "\x00", "letter"])
def test_an_unknown_narrowing_narrows_nothing(officer, obligation, word):
    response = officer.post(PAGE, {"year": "2020", "khoi": word, "xem": word, "trang": word})
    assert (response.status_code, response.context["page"].paginator.count) == (200, 39)


def test_expired_instruments_are_flagged(obligation):
    Directive.objects.filter(code="kh-78-2019").update(
        valid_to=dt.date(2020, 6, 30), succeeded_by=Directive.objects.get(code="kh-79-2019")
    )
    opening = Opening(obligation, 2020, as_of=DAY)
    preview = dry_run(opening)
    assert [citation.directive.code for citation in preview.expired] == ["kh-78-2019"]
    assert len(preview.valid) + len(preview.expired) == len(opening.cited())


def test_the_flag_names_the_successor_and_the_task(officer, obligation):
    Directive.objects.filter(code="kh-78-2019").update(
        valid_to=dt.date(2020, 6, 30), succeeded_by=Directive.objects.get(code="kh-79-2019")
    )
    words = text(officer.post(PAGE, {"year": "2020"}))
    assert "1 văn bản đã hết hiệu lực, kỳ này không hỏi tiến độ" in words
    flagged = words[words.index("1 văn bản đã hết") :]
    assert re.search(
        r"78/KH-UBND.*?nhiệm vụ \d: hết hiệu lực sau ngày 30/06/2020; được thay bằng .*?79/KH-UBND", flagged
    )


PASSED = "Ngày cuối cùng đúng hạn đã qua: mở kỳ xong thì mọi cơ quan đều quá hạn ngay."
WEEKEND = "Ngày 13/12/2020 không phải ngày làm việc; ngày làm việc tiếp theo là 14/12/2020."
OTHER_DUE = "Hạn này khác hạn của văn bản: trước ngày 15/12/2020."
OTHER_DATA = "Thời gian lấy số liệu khác văn bản: từ 15/12/2019 đến 14/12/2020."
ESTIMATES = "Hạn đến trước khi hết thời gian lấy số liệu: các cơ quan phải ghi số ước cho những ngày còn lại."
AHEAD = "Danh sách cơ quan lấy theo một ngày chưa đến; đến ngày đó tổ chức có thể đã đổi."


@pytest.mark.parametrize(
    ("today", "as_of", "dates", "notes"),
    [
        ("2020-12-01", DAY, Dates(), ()),
        ("2020-12-14", DAY, Dates(), ()),
        ("2020-12-15", DAY, Dates(), (PASSED,)),
        ("2020-12-01", DAY, Dates(due_on=dt.date(2020, 12, 14)), (WEEKEND, OTHER_DUE, ESTIMATES)),
        ("2020-12-01", DAY, Dates(due_rule="by"), (OTHER_DUE,)),
        ("2020-12-01", DAY, Dates(data_to=dt.date(2020, 11, 30)), (OTHER_DATA,)),
        ("2020-12-01", dt.date(2020, 12, 5), Dates(), (AHEAD,)),
    ],
)
def test_what_an_officer_should_know_about_the_days(obligation, today, as_of, dates, notes):
    with time_machine.travel(f"{today}T03:00:00+00:00", tick=False):
        assert dry_run(Opening(obligation, 2020, as_of=as_of, dates=dates)).notes == notes


def test_an_ad_hoc_round_is_not_measured_by_the_year_s_deadline(obligation):
    with time_machine.travel(at(2020, 9, 1)):
        ad_hoc = AdHoc("Thử", dt.date(2020, 12, 29))
        assert dry_run(Opening(obligation, 2020, ad_hoc=ad_hoc)).notes == ()


def test_a_new_lead_before_the_deadline_is_told(obligation):
    LeadTerm.objects.update(valid_to=dt.date(2020, 12, 9))
    health = Body.objects.get(code="so-y-te")
    LeadTerm.objects.create(body=health, valid_from=dt.date(2020, 12, 10))
    preview = dry_run(Opening(obligation, 2020, as_of=DAY))
    assert (preview.opening.lead.body.code, preview.following_lead.body) == ("so-ldtbxh", health)
    assert dry_run(Opening(obligation, 2020, as_of=dt.date(2020, 12, 10))).following_lead is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"valid_to": dt.date(2019, 12, 14)}, None),  # before the first day of the data
        ({"valid_to": dt.date(2020, 6, 30)}, "Kết thúc hoạt động ngày 30/06/2020; kỳ này không hỏi."),
        (
            {"valid_to": DAY},
            "Kết thúc hoạt động ngày 01/12/2020, trước khi hết hạn: được hỏi, và thôi tính từ ngày hôm sau.",
        ),
        ({"valid_to": dt.date(2020, 12, 14)}, "Kết thúc hoạt động ngày 14/12/2020: được hỏi và phải gửi báo cáo."),
        ({"valid_to": dt.date(2020, 12, 15)}, None),
        ({"valid_from": dt.date(2020, 6, 30)}, "Hoạt động từ ngày 30/06/2020; được hỏi."),
        ({"valid_from": dt.date(2020, 12, 2)}, "Hoạt động từ ngày 02/12/2020; kỳ này không hỏi."),
        ({"valid_from": dt.date(2020, 12, 15)}, None),
    ],
)
def test_bodies_that_close_or_begin_around_the_round(obligation, values, sentence):
    Body.objects.filter(code="ham-yen").update(**values)
    changes = dry_run(Opening(obligation, 2020, as_of=DAY)).changes
    found = {change.body.code: change.sentence for change in changes}
    assert found == ({} if sentence is None else {"ham-yen": sentence})


def test_a_change_names_who_follows(obligation):
    Body.objects.filter(code="ham-yen").update(valid_to=dt.date(2020, 12, 5))
    ends = {"kind": LinkKind.MERGE, "on": dt.date(2020, 12, 6)}
    old, new = (Body.objects.get(code=code) for code in ("ham-yen", "yen-son"))
    BodyLink.objects.create(predecessor=old, successor=new, **ends)
    changes = dry_run(Opening(obligation, 2020, as_of=DAY)).changes
    assert [change.others for change in changes] == [("Ủy ban nhân dân huyện Yên Sơn",)]


# --- a fixed number of queries ------------------------------------------------------------------


def more_districts(number):
    Body.objects.bulk_create(
        Body(code=f"huyen-{n}", name=f"Huyện {n}", short_name=f"H {n}", kind=BodyKind.DISTRICT, position=1000 + n)
        for n in range(number)
    )


def test_the_dry_run_needs_a_fixed_number_of_queries(obligation, officer, cast):
    more_districts(700)
    counts = {}
    everybody = ",".join(body.code for body, _group in obligation.owed_on(DAY))
    for bodies in ("na-hang", "na-hang, chiem-hoa, so-y-te", everybody):
        form = AD_HOC | {"bodies": bodies, "as_of": "1/12/2020"}
        officer.post(PAGE, form)
        with CaptureQueriesContext(connection) as asked:
            response = officer.post(PAGE, form)
        counts[response.context["page"].paginator.count] = len(asked)
    assert set(counts) == {1, 3, 739}
    assert len(set(counts.values())) == 1
    assert counts[1] <= 25


def test_so_many_bodies_are_paged_and_named_by_their_codes(obligation, officer):
    more_districts(700)
    response = officer.post(PAGE, {"year": "2020"})
    assert (len(response.context["rows"]), response.context["page"].paginator.num_pages) == (50, 15)
    second = pressed(officer, response, "trang", "2")
    assert listed(second)[0] == [line.code for line in response.context["preview"].lines][50]
    form = officer.get(PAGE).content.decode()
    assert '<textarea name="bodies"' in form
    assert form.count('type="checkbox"') == 1 + 7 + 5
    chosen = AD_HOC | {"bodies": "huyen-1, huyen-2\nna-hang"}
    assert [line.code for line in officer.post(PAGE, chosen).context["preview"].lines] == [
        "na-hang",
        "huyen-1",
        "huyen-2",
    ]


def test_opening_needs_a_bounded_number_of_statements(obligation, cast):
    counts = []
    for year, number in ((2019, 0), (2020, 300)):
        more_districts(number)
        opening = Opening(obligation, year, as_of=DAY)
        with CaptureQueriesContext(connection) as asked:
            open_round(opening, by=cast.huyen)
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 20  # more rows than one statement takes


# --- typing is kept -----------------------------------------------------------------------------

TYPED = AD_HOC | {
    "tasks": ["3", "6"],
    "groups": ["front"],
    "bodies": ["na-hang", "so-y-te"],
    "due_rule": "before",
    "data_from": "1/1/2020",
    "data_to": "30/8/2020",
    "as_of": "1/9/2020",
}


def values(response):
    """Every value of the form as the page shows it."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_going_back_loses_nothing(officer, obligation):
    with time_machine.travel(at(2020, 9, 1)):
        preview = officer.post(PAGE, TYPED)
        back = pressed(officer, preview, "then", "back", exempt=["na-hang"], reason__na__hang="Lý do x")
    single = {name: text for name, text in TYPED.items() if name not in ("tasks", "groups", "bodies", "ad_hoc")}
    found = values(back)
    assert {name: found[name] for name in single} == single
    assert (found["ad_hoc"], found["tasks"], found["groups"]) == (True, ["3", "6"], ["front"])
    assert found["bodies"] == ["na-hang", "so-y-te"]
    page = back.content.decode()
    assert re.search(r'value="na-hang"[^>]*checked', page)
    assert 'name="reason-na-hang" value="Lý do x"' in page


def test_from_back_to_the_dry_run_again(officer, obligation):
    with time_machine.travel(at(2020, 9, 1)):
        preview = officer.post(PAGE, TYPED)
        typed = {"exempt": ["na-hang"], "reason__na__hang": "Đã sáp nhập."}
        back = pressed(officer, preview, "then", "back", **typed)
        again = officer.post(PAGE, TYPED | hidden_of_form(back))
    rows = {row["line"].code: (row["ticked"], row["reason"]) for row in again.context["rows"]}
    assert rows["na-hang"] == (True, "Đã sáp nhập.")
    assert set(rows.values()) == {(True, "Đã sáp nhập."), (False, "")}


def hidden_of_form(response):
    pairs = re.findall(
        r'<input type="hidden" name="((?:exempt|reason-)[^"]*)" value="([^"]*)"', response.content.decode()
    )
    return {name: html.unescape(value) for name, value in pairs}


WRONG = [
    ({"year": "hai nghìn"}, "year", "Hãy ghi năm bằng bốn chữ số, ví dụ 2020."),
    ({"year": "9" * 300}, "year", "Năm phải từ 2000 đến 2021."),
    ({"year": "2023"}, "year", "Năm phải từ 2000 đến 2021."),
    ({"year": "2020", "title": "Thử"}, "ad_hoc", "hãy đánh dấu ô này, hoặc bỏ các mục đó."),
    ({"year": "2020", "tasks": ["3"]}, "ad_hoc", "hãy đánh dấu ô này, hoặc bỏ các mục đó."),
    ({"year": "2020", "bodies": ["na-hang"]}, "ad_hoc", "hãy đánh dấu ô này, hoặc bỏ các mục đó."),
    (AD_HOC | {"title": " "}, "title", "Hãy đặt tên cho kỳ đột xuất."),
    (AD_HOC | {"due_on": ""}, "due_on", "Hãy nhập hạn nộp của kỳ đột xuất."),
    (AD_HOC | {"due_on": "31/2/2020"}, "due_on", "Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 30/9/2020."),
    (AD_HOC | {"due_on": "30/9/2022"}, "due_on", "Hạn nộp phải trong năm 2020 hoặc năm sau."),
    (AD_HOC | {"bodies": ["khong-co"]}, "bodies", "Không có cơ quan nào mang mã “khong-co”."),
    (AD_HOC | {"groups": ["thon"]}, "groups", "thon không phải là một trong các lựa chọn khả thi."),
    ({"year": "2020", "data_from": "1/12/2020", "data_to": "1/6/2020"}, "data_to", "ngày cuối đứng trước ngày đầu."),
    ({"year": "2020", "data_from": "1/1/1020"}, "data_from", "Ngày của số liệu phải từ năm 2019 đến năm 2021."),
    ({"year": "2021", "as_of": "01/01/0001"}, "as_of", "Ngày tính cơ quan phải từ năm 2019 đến năm 2023."),
    ({"year": "2021", "as_of": "31/12/9999"}, "as_of", "Ngày tính cơ quan phải từ năm 2019 đến năm 2023."),
    (AD_HOC | {"as_of": "31/12/2017"}, "as_of", "Ngày tính cơ quan phải từ năm 2018 đến năm 2022."),
]


@pytest.mark.parametrize("then", ["preview", "open"])
@pytest.mark.parametrize(("form", "field", "sentence"), WRONG)
def test_a_wrong_wish_comes_back_with_a_sentence_beside_its_input(officer, obligation, form, field, sentence, then):
    with time_machine.travel(at(2020, 12, 1)):
        response = officer.post(PAGE, form | {"then": then, "exempt": "na-hang", "reason-na-hang": "Lý do x"})
    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert sentence in html.unescape(response.content.decode())
    found = values(response)
    for name in form:
        assert found[name] == (form[name] == "on" or form[name])
    assert hidden_of_form(response) == {"exempt": "na-hang", "reason-na-hang": "Lý do x"}
    assert Period.objects.count() == 0


def test_before_anything_is_loaded(officer):
    Obligation.objects.all().delete()
    assert officer.get(PAGE).url == "/ky/"


def test_what_was_typed_when_the_session_had_ended_is_shown_again(client, cast, obligation):
    client.force_login(cast.huyen)
    person_mark = re.search(r'name="person" value="([^"]+)"', client.get(PAGE).content.decode()).group(1)
    client.logout()
    client.post(
        PAGE, AD_HOC | {"person": person_mark, "then": "open", "exempt": "na-hang", "reason-na-hang": "Lý do x"}
    )
    client.post("/tai-khoan/login/", {"login": "huyen", "password": "mat-khau-thu-nghiem-2020"})
    words = client.get(PAGE).content.decode()
    assert ("Rà soát đuối nước</textarea>" in words, "Lý do x</textarea>" in words) == (True, True)
    assert Period.objects.count() == 0


# --- exempting from the dry run -----------------------------------------------------------------

TICKS = [  # what is ticked and typed, and the sentence beside the body
    ({"exempt": ["na-hang"]}, "Hãy ghi lý do miễn để cơ quan biết."),
    ({"exempt": ["na-hang"], "reason-na-hang": " \n "}, "Hãy ghi lý do miễn để cơ quan biết."),
    ({"reason-na-hang": "Sáp nhập."}, "Đã ghi lý do nhưng chưa đánh dấu miễn: hãy đánh dấu, hoặc xóa lý do."),
    (
        {"exempt": ["na-hang"], "reason-na-hang": "x" * 2001},
        "Lý do dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000.",
    ),
]


@pytest.mark.parametrize(("ticks", "sentence"), TICKS)
def test_a_tick_and_its_reason_belong_together(officer, obligation, ticks, sentence):
    seen = officer.post(PAGE, {"year": "2020"}).context["preview"].mark
    response = officer.post(PAGE, {"year": "2020", "then": "open", "seen": seen} | ticks)
    rows = [(row["line"].code, row["error"], row["ticked"], row["reason"]) for row in response.context["rows"]]
    typed = ticks.get("reason-na-hang", "").strip()
    assert (response.status_code, rows) == (400, [("na-hang", sentence, "exempt" in ticks, typed)])
    assert 'href="#id_reason-na-hang"' in response.content.decode()
    assert Period.objects.count() == 0


def test_ticks_travel_with_the_pages_and_become_exemptions(officer, cast, obligation):
    more_districts(60)
    first = officer.post(PAGE, {"year": "2020"})
    codes = [line.code for line in first.context["preview"].lines]
    typed = {"exempt": [codes[0]], f"reason__{codes[0].replace('-', '__')}": "Mới thành lập."}
    second = pressed(officer, first, "trang", "2", **typed)
    assert codes[0] not in listed(second)
    kept = hidden(second)
    ticked = [*kept["exempt"], codes[60]]
    data = kept | {"exempt": ticked, f"reason-{codes[60]}": ["Sắp sáp nhập."], "then": ["open"]}
    assert officer.post(PAGE, data).url == "/ky/2020/"
    events = Event.objects.values_list("report__body__code", "action", "note", "by__username", "report__status")
    assert sorted(events) == sorted(
        [
            (codes[0], "exempt", "Mới thành lập.", "huyen", "exempt"),
            (codes[60], "exempt", "Sắp sáp nhập.", "huyen", "exempt"),
        ]
    )
    assert Period.objects.with_counts().get().owed == 97


def test_what_is_announced_follows_the_ticks(officer, cast, obligation):
    response = officer.post(PAGE, {"year": "2020", "exempt": ["na-hang", "so-y-te"], "reason-na-hang": "x"})
    assert response.context["told"] == {"people": 1, "mails": 0, "letters": 37}
    assert response.context["exempt"] == 2


def test_not_everybody_can_be_exempted(officer, obligation):
    form = AD_HOC | {"bodies": ["na-hang"]}
    seen = officer.post(PAGE, form).context["preview"].mark
    response = officer.post(
        PAGE, form | {"then": "open", "seen": seen, "exempt": "na-hang", "reason-na-hang": "Sáp nhập."}
    )
    assert "Mọi cơ quan đều được miễn thì không còn ai báo cáo; hãy bỏ bớt." in text(response)
    assert Period.objects.count() == 0


def test_a_tick_of_a_body_that_is_not_asked_does_nothing(officer, obligation):
    form = AD_HOC | {"bodies": ["na-hang", "so-y-te"]}
    seen = officer.post(PAGE, form).context["preview"].mark
    ticks = {"exempt": ["chiem-hoa", "khong-co", "\x00"], "reason-chiem-hoa": "x", "reason-'": "x"}
    assert officer.post(PAGE, form | {"then": "open", "seen": seen} | ticks).url == "/ky/2020-dx1/"
    assert Event.objects.count() == 0


def test_only_an_officer_opens_with_exemptions(obligation, cast):
    from reports.workflow import NotAllowed

    for by in (cast.hung, cast.quan, cast.lan):
        with pytest.raises(NotAllowed):
            open_round(Opening(obligation, 2020, as_of=DAY), by=by, exempt={"na-hang": "Sáp nhập."})
    assert (Period.objects.count(), Event.objects.count()) == (0, 0)


# --- once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [{"year": "2021"}, AD_HOC], ids=["annual", "ad hoc"])
def test_two_clicks_open_one_round(client, cast, obligation, form):
    for who in (cast.huyen, cast.huyen, cast.tu):
        client.force_login(who)
        response = open_on_the_page(client, form)
    assert response.status_code == 409
    assert "do Huyền mở lúc" in text(response)
    period = Period.objects.get()
    assert f'href="/ky/{period.code}/"' in response.content.decode()
    assert (period.opened_by, period.reports.count()) == (cast.huyen, 39)
    assert values(response)["year"] == form["year"]


def test_who_opened_it_and_when_is_written_down(officer, cast, obligation):
    with time_machine.travel(at(2020, 12, 1, 10), tick=False):
        open_on_the_page(officer, {"year": "2020"})
    period = Period.objects.get()
    assert (period.opened_by, period.opened_at) == (cast.huyen, at(2020, 12, 1, 10))
    assert "10:00, 01/12/2020 Huyền" in text(officer.get("/ky/"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Body.objects.filter(code="ham-yen").update(valid_to=dt.date(2020, 1, 31)),
        lambda: Body.objects.filter(code="ham-yen").update(name="Tên mới"),
        lambda: Directive.objects.filter(code="kh-78-2019").update(valid_to=dt.date(2020, 1, 31)),
        lambda: Obligation.objects.update(due_day=20),
    ],
)
def test_what_was_not_seen_is_not_opened(officer, obligation, spoil):
    """Something changed between the dry run and the click: the officer reads the new one first."""
    seen = officer.post(PAGE, {"year": "2020"}).context["preview"].mark
    spoil()
    response = officer.post(PAGE, {"year": "2020", "seen": seen, "then": "open"})
    assert (response.status_code, Period.objects.count()) == (409, 0)
    assert "đã đổi sau khi bạn xem, nên kỳ chưa được mở" in text(response)
    again = response.context["preview"].mark
    assert officer.post(PAGE, {"year": "2020", "seen": again, "then": "open"}).url == "/ky/2020/"


def test_an_account_made_meanwhile_does_not_hinder(officer, obligation):
    seen = officer.post(PAGE, {"year": "2020"}).context["preview"].mark
    person("moi", Role.REPORTER, "ham-yen")
    assert officer.post(PAGE, {"year": "2020", "seen": seen, "then": "open"}).status_code == 302


def test_an_opening_that_fails_leaves_nothing_and_is_not_remembered(obligation, cast, monkeypatch):
    def broken(period):
        period.task_numbers()
        raise ZeroDivisionError

    ad_hoc = AdHoc("Thử", dt.date(2020, 9, 30), tasks=[3])
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "period_opened", broken)
        with pytest.raises(ZeroDivisionError):
            open_round(Opening(obligation, 2020, as_of=DAY, ad_hoc=ad_hoc), by=cast.huyen, exempt={"na-hang": "x"})
    assert (Period.objects.count(), Report.objects.count(), Event.objects.count()) == (0, 0, 0)
    ad_hoc = AdHoc("Thử", dt.date(2020, 9, 30), tasks=[6])
    assert open_round(Opening(obligation, 2020, as_of=DAY, ad_hoc=ad_hoc)).task_numbers() == (6,)


def test_the_form_carries_its_token(cast, obligation):
    """Asked with the check that browsers meet."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.huyen)
    form, page = {"year": "2020"}, strict.get(PAGE)
    for then in ("preview", "open"):
        own = re.search(
            r'<form method="post" action="/ky/mo/" data-once novalidate>.*', page.content.decode(), re.S
        ).group()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', own).group(1)
        seen = re.search(r'name="seen" value="(\w+)"', own)
        data = form | {"csrfmiddlewaretoken": token, "then": then, "seen": seen.group(1) if seen else ""}
        page = strict.post(PAGE, data)
    assert page.url == "/ky/2020/"


# --- at the same moment -------------------------------------------------------------------------


def together(calls):
    start, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        try:
            start.wait()
            outcomes.append(call())
        except AlreadyOpen as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.xdist_group("races")
@pytest.mark.parametrize("title", [None, "Rà soát đuối nước"])
def test_two_officers_at_once_open_one_round(transactional_db, cast, obligation, title):
    ad_hoc = AdHoc(title, dt.date(2020, 9, 30), bodies=["na-hang", "so-y-te"]) if title else None
    openings = [Opening(obligation, 2020, as_of=DAY, ad_hoc=ad_hoc) for _ in range(4)]
    people = [cast.huyen, cast.tu] * 2
    calls = [
        lambda opening=opening, by=by: open_round(opening, by=by, exempt={"na-hang": "Sáp nhập."})
        for opening, by in zip(openings, people, strict=True)
    ]
    outcomes = together(calls)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyOpen"] * 3 + ["Period"]
    period = Period.objects.get()
    assert (period.reports.count(), Event.objects.filter(action="exempt").count()) == (2 if title else 39, 1)
