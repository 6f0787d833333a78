"""Opening a round: who is asked, what, until when; and that an old round stays as it was."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from directives.models import Body, Catalogue, Directive, Indicator, LeadTerm, Obligation
from reports.models import AdHoc, AlreadyOpen, Dates, Opening, Period, Report

pytestmark = pytest.mark.django_db

DAY = dt.date(2020, 12, 1)
PROVINCIAL = ["55/KH-UBND", "207/QĐ-UBND", "83/KH-UBND", "57/KH-UBND", "91/KH-UBND"]
RUNNING = ["78/KH-UBND", "79/KH-UBND", "107/KH-UBND"]
GUIDANCE = ["666/LĐTBXH-TE", "521/UBND-KGVX", "245/LĐTBXH-BVCSTE-BĐG"]


def sentence(error):
    return " ".join(error.value.messages)


def cited(period):
    return [c.directive.number for c in period.citations.select_related("directive")]


def test_an_annual_round(period, obligation):
    kept = {
        "code": "2020",
        "kind": "annual",
        "year": 2020,
        "name": "năm 2020",
        "due_on": dt.date(2020, 12, 15),
        "due_rule": "before",
        "data_from": dt.date(2019, 12, 15),
        "data_to": dt.date(2020, 12, 14),
        "bodies_as_of": DAY,
        "lead_name": "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang",
        "lead_symbol": "SLĐTBXH",
        "simulated": False,
        "opened_by": None,
    }
    assert {name: getattr(period, name) for name in kept} == kept
    assert (period.obligation, period.task_numbers(), len(period.indicators()), len(period.rules())) == (
        obligation,
        (1, 2, 3, 4, 5, 6, 7),
        100,
        50,
    )


def test_one_report_for_each_who_owes_in_protocol_order(period, obligation):
    rows = list(period.reports.values_list("position", "body__code", "name", "short_name", "group", "status"))
    expected = [
        (n, body.code, body.name, body.short_name, group, "draft")
        for n, (body, group) in enumerate(obligation.owed_on(DAY), 1)
    ]
    assert rows == expected


@pytest.mark.parametrize(
    ("body", "group", "counting_group"),
    [
        ("na-hang", "district", "district"),
        ("mttq-tinh", "front", "front"),
        ("tinh-doan", "front", "tinh-doan"),  # named: counted for T5.08
        ("thanh-tra-tinh", "department", "department"),
        ("so-tai-chinh", "department", "so-tai-chinh"),  # named: cross-checks T2.05
        ("so-y-te", "department", "so-y-te"),
        ("so-ldtbxh", "lead", "lead"),
    ],
)
def test_a_body_named_in_the_catalogue_is_counted_under_its_own_code(report_of, body, group, counting_group):
    report = report_of(body)
    assert (report.group, report.counting_group) == (group, counting_group)


FORMS = [  # body, section numbers, typed indicators asked of it (all, cross-checked)
    ("na-hang", [0, 1, 2, 3, 4, 5, 6, 7], {"counted": 82, "cross": 4}),
    ("so-tai-chinh", [1, 2, 3, 4, 5, 6, 7], {"counted": 21, "cross": 2}),
    ("so-ldtbxh", [1, 2, 3, 4, 5, 6, 7], {"counted": 29, "cross": 2}),
    ("thanh-tra-tinh", [1, 2, 3, 4, 5, 6, 7], {"counted": 23, "cross": 0}),
]


@pytest.mark.parametrize(("body", "sections", "roles"), FORMS)
def test_what_a_body_s_form_holds(report_of, body, sections, roles):
    report = report_of(body)
    found = [report.role_of(i) for i in report.indicators() if not i.computed]
    assert report.section_numbers() == sections
    assert {role: found.count(role) for role in roles} == roles


def test_a_round_opens_once(period, obligation):
    with pytest.raises(ValidationError) as error:
        Period.objects.open(obligation, 2020, as_of=DAY)
    assert sentence(error) == "Kỳ báo cáo 2020 đã mở rồi."
    assert (Period.objects.count(), Report.objects.count()) == (1, 39)


def test_the_database_also_keeps_one_annual_round_a_year(period):
    values = {f.attname: getattr(period, f.attname) for f in Period._meta.concrete_fields if f.name != "id"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(**values | {"code": "khac"})
    assert Period.objects.count() == 1


REFUSALS = [
    (
        lambda: LeadTerm.objects.update(valid_from=dt.date(2021, 1, 1)),
        "Không có cơ quan nào chủ trì tổng hợp vào ngày 01/12/2020.",
    ),
    (
        lambda: Body.objects.update(valid_to=dt.date(2019, 1, 1)),
        "Không có cơ quan nào phải báo cáo vào ngày 01/12/2020.",
    ),
    (
        lambda: (Indicator.objects.all().delete(), Catalogue.objects.all().delete()),
        "Chưa nạp danh mục chỉ tiêu; hãy chạy load_directives trước.",
    ),
]


@pytest.mark.parametrize(("spoil", "words"), REFUSALS)
def test_refuses_to_open_and_leaves_nothing_behind(obligation, spoil, words):
    spoil()
    with pytest.raises(ValidationError) as error:
        Period.objects.open(obligation, 2020, as_of=DAY)
    assert (sentence(error), Period.objects.count(), Report.objects.count()) == (words, 0, 0)


@pytest.mark.parametrize(
    ("today", "year", "as_of", "owed", "lead"),
    [
        ("2020-12-01", 2020, dt.date(2020, 12, 1), 39, "so-ldtbxh"),
        ("2020-12-14", 2020, dt.date(2020, 12, 14), 39, "so-ldtbxh"),
        ("2020-12-20", 2020, dt.date(2020, 12, 14), 39, "so-ldtbxh"),
        ("2026-11-23", 2020, dt.date(2020, 12, 14), 39, "so-ldtbxh"),  # opened afterwards: those who existed then
        ("2025-02-20", 2025, dt.date(2025, 2, 20), 39, "so-ldtbxh"),
        ("2025-11-01", 2025, dt.date(2025, 11, 1), 31, "so-y-te"),
        ("2026-11-23", 2025, dt.date(2025, 12, 14), 31, "so-y-te"),
    ],
)
def test_who_is_asked_by_default(obligation, today, year, as_of, owed, lead):
    with time_machine.travel(f"{today}T03:00:00+00:00", tick=False):
        period = Period.objects.open(obligation, year)
    assert (period.bodies_as_of, period.reports.count(), period.lead.body.code) == (as_of, owed, lead)


def test_today_is_today_in_vietnam(obligation):
    with time_machine.travel("2020-11-30T18:00:00+00:00", tick=False):  # already 01:00 on the 1st
        assert Period.objects.open(obligation, 2020).bodies_as_of == DAY


# --- instruments still valid ----------------------------------------------------------------


def test_an_instrument_is_asked_about_while_it_is_valid_on_the_last_day_of_the_data(obligation):
    old = Period.objects.open(obligation, 2020, as_of=DAY)
    new = Period.objects.open(obligation, 2021, as_of=dt.date(2021, 12, 1))
    assert (cited(old), cited(new)) == (
        ["2125/UBND-KGVX", *PROVINCIAL, *RUNNING, *GUIDANCE],
        ["2125/UBND-KGVX", *RUNNING],
    )


@pytest.mark.parametrize(
    ("last_day", "asked"),
    [(dt.date(2020, 12, 13), False), (dt.date(2020, 12, 14), True), (dt.date(2020, 12, 15), True)],
)
def test_the_last_day_of_the_data_decides(obligation, last_day, asked):
    Directive.objects.filter(code="kh-78-2019").update(valid_to=last_day)
    assert ("78/KH-UBND" in cited(Period.objects.open(obligation, 2020, as_of=DAY))) is asked


def test_ending_a_plan_leaves_the_old_round_as_it_was(period, obligation):
    before = cited(period)
    Directive.objects.filter(code="kh-78-2019").update(valid_to=dt.date(2021, 3, 1))
    following = Period.objects.open(obligation, 2021, as_of=dt.date(2021, 12, 1))
    assert cited(Period.objects.get(code="2020")) == before
    assert cited(following) == ["2125/UBND-KGVX", "79/KH-UBND", "107/KH-UBND"]


def test_a_new_name_and_a_new_rule_leave_the_old_round_as_it_was(period, obligation):
    Body.objects.filter(code="na-hang").update(name="Tên mới", short_name="Mới", position=99)
    Obligation.objects.update(due_rule="by", due_day=20)
    following = Period.objects.open(Obligation.objects.get(), 2021, as_of=dt.date(2021, 12, 1))
    rows = {
        p.code: (*p.reports.values_list("name", "short_name", "position").get(body__code="na-hang"), p.due_words)
        for p in (Period.objects.get(code="2020"), following)
    }
    assert rows == {
        "2020": ("Ủy ban nhân dân huyện Na Hang", "UBND huyện Na Hang", 35, "trước ngày 15/12/2020"),
        "2021": ("Tên mới", "Mới", 39, "chậm nhất ngày 20/12/2021"),
    }


# --- days otherwise than the obligation has them ---------------------------------------------


def test_a_year_with_its_own_days(obligation):
    dates = Dates(dt.date(2020, 1, 1), dt.date(2020, 11, 30), dt.date(2020, 12, 5), "by")
    period = Period.objects.open(obligation, 2020, as_of=DAY, dates=dates)
    found = (period.code, period.data_from, period.data_to, period.due_words, period.reports.count())
    assert found == ("2020", dt.date(2020, 1, 1), dt.date(2020, 11, 30), "chậm nhất ngày 05/12/2020", 39)


@pytest.mark.parametrize(
    ("dates", "words", "last_day"),
    [
        (Dates(), "trước ngày 15/12/2020", dt.date(2020, 12, 14)),
        (Dates(due_rule="by"), "chậm nhất ngày 15/12/2020", dt.date(2020, 12, 15)),
        (Dates(due_on=dt.date(2020, 12, 20)), "trước ngày 20/12/2020", dt.date(2020, 12, 19)),
        (Dates(due_on=dt.date(2021, 1, 1)), "trước ngày 01/01/2021", dt.date(2020, 12, 31)),
    ],
)
def test_the_deadline_by_its_rule_words(obligation, dates, words, last_day):
    opening = Opening(obligation, 2020, as_of=DAY, dates=dates)
    assert (opening.due_words, opening.last_day) == (words, last_day)


@pytest.mark.parametrize(
    ("dates", "field", "words"),
    [
        (Dates(due_on=dt.date(2022, 1, 1)), "due_on", "Hạn nộp phải trong năm 2020 hoặc năm sau."),
        (Dates(data_from=dt.date(2018, 12, 31)), "data_from", "Ngày của số liệu phải từ năm 2019 đến năm 2021."),
        (Dates(data_to=dt.date(2022, 1, 1)), "data_to", "Ngày của số liệu phải từ năm 2019 đến năm 2021."),
        (
            Dates(dt.date(2020, 6, 1), dt.date(2020, 5, 31)),
            "data_to",
            "Số liệu từ 01/06/2020 đến 31/05/2020: ngày cuối đứng trước ngày đầu.",
        ),
    ],
)
def test_a_day_out_of_reach_is_refused_beside_its_input(obligation, dates, field, words):
    with pytest.raises(ValidationError) as error:
        Opening(obligation, 2020, as_of=DAY, dates=dates)
    assert error.value.message_dict == {field: [words]}


AS_OF = "Ngày tính cơ quan phải từ năm 2018 đến năm 2022."


@pytest.mark.parametrize("as_of", [dt.date.min, dt.date(2017, 12, 31), dt.date(2023, 1, 1), dt.date.max])
@pytest.mark.parametrize("ad_hoc", [None, AdHoc("Thử", dt.date(2020, 9, 30))])
def test_a_day_of_the_bodies_out_of_reach_is_refused_beside_its_input(obligation, as_of, ad_hoc):
    for opening in (Opening, Period.objects.open):
        with pytest.raises(ValidationError) as error:
            opening(obligation, 2020, as_of=as_of, ad_hoc=ad_hoc)
        assert error.value.message_dict == {"as_of": [AS_OF]}
    assert Period.objects.count() == 0


@pytest.mark.parametrize("as_of", [dt.date(2018, 1, 1), dt.date(2022, 12, 31)])
def test_the_first_and_last_day_in_reach(obligation, as_of):
    LeadTerm.objects.update(valid_from=None, valid_to=None)
    Body.objects.update(valid_from=None, valid_to=None)
    assert Opening(obligation, 2020, as_of=as_of).as_of == as_of


def test_the_instruments_follow_the_last_day_of_the_data(obligation):
    Directive.objects.filter(code="kh-78-2019").update(valid_to=dt.date(2020, 11, 30))
    early = Period.objects.open(obligation, 2020, as_of=DAY, dates=Dates(data_to=dt.date(2020, 11, 30)))
    assert "78/KH-UBND" in cited(early)


# --- rounds outside the year ----------------------------------------------------------------


def ad_hoc(obligation, title="Rà soát đuối nước", **values):
    return Period.objects.open(obligation, 2020, as_of=DAY, ad_hoc=AdHoc(title, dt.date(2020, 9, 30), **values))


def test_an_ad_hoc_round(obligation):
    period = ad_hoc(obligation)
    assert (period.code, period.kind, period.name, period.due_words, period.reports.count(), period.task_numbers()) == (
        "2020-dx1",
        "ad_hoc",
        "Rà soát đuối nước",
        "chậm nhất ngày 30/09/2020",
        39,
        (1, 2, 3, 4, 5, 6, 7),
    )


def test_ad_hoc_rounds_are_numbered_beside_the_annual_one(obligation, period):
    assert [ad_hoc(obligation, title).code for title in "ABC"] == ["2020-dx1", "2020-dx2", "2020-dx3"]
    assert [p.code for p in Period.objects.newest_first()] == ["2020", "2020-dx1", "2020-dx2", "2020-dx3"]


@pytest.mark.parametrize(
    ("tasks", "shared"),
    [
        ([1], ["T0.03", "T0.04"]),
        ([2], []),
        ([3], ["T0.01", "T0.07"]),
        ([4], ["T0.07"]),
        ([5], []),
        ([6], ["T0.01"]),
        ([7], []),
        ([7, 1, 3], ["T0.01", "T0.03", "T0.04", "T0.07"]),
        (None, ["T0.01", "T0.03", "T0.04", "T0.07"]),
    ],
)
def test_only_the_shared_figures_that_the_chosen_tasks_need(obligation, tasks, shared):
    period = ad_hoc(obligation, tasks=tasks)
    codes = [i.code for i in period.indicators()]
    chosen = set(tasks or range(1, 8))
    asked = list(Indicator.objects.filter(task_number__in=chosen).values_list("code", flat=True))
    assert (period.task_numbers(), codes) == (tuple(sorted(chosen)), shared + asked)


@pytest.mark.parametrize(
    ("tasks", "body", "sections"),
    [([3], "na-hang", [0, 3]), ([7], "na-hang", [7]), ([3, 6], "so-y-te", [3, 6])],
)
def test_the_sections_of_an_ad_hoc_form(obligation, tasks, body, sections):
    period = ad_hoc(obligation, tasks=tasks)
    assert period.reports.get(body__code=body).section_numbers() == sections


def test_chosen_bodies_in_protocol_order(obligation):
    period = ad_hoc(obligation, bodies=["chiem-hoa", "so-y-te", "na-hang"])
    rows = list(period.reports.values_list("position", "body__code"))
    assert rows == [(1, "so-y-te"), (2, "na-hang"), (3, "chiem-hoa")]


def test_instruments_of_the_chosen_tasks_only(obligation):
    assert cited(ad_hoc(obligation, tasks=[4, 7])) == GUIDANCE


@pytest.mark.parametrize("again", ["Rà soát đuối nước", "RÀ SOÁT đuối nước"])
def test_the_same_title_in_a_year_is_the_same_round(obligation, again):
    """A second click, or a second officer, opens no second round."""
    first = ad_hoc(obligation, bodies=["na-hang"])
    with pytest.raises(AlreadyOpen) as error:
        ad_hoc(obligation, again)
    words = f"Kỳ đột xuất “{again}” của năm 2020 đã mở rồi; kỳ khác thì hãy đặt tên khác."
    assert (sentence(error), error.value.period, Period.objects.count()) == (words, first, 1)


def test_whole_groups_and_bodies_one_by_one(obligation):
    period = ad_hoc(obligation, groups=["front"], bodies=["so-y-te", "na-hang", "mttq-tinh"])
    front = [body.code for body, group in obligation.owed_on(DAY) if group == "front"]
    assert list(period.reports.values_list("body__code", flat=True)) == [*front, "so-y-te", "na-hang"]


def test_a_group_that_nobody_belongs_to_is_refused(obligation):
    with pytest.raises(ValidationError) as error:
        ad_hoc(obligation, groups=["commune"])
    assert error.value.message_dict == {"groups": ["Không có cơ quan nào thuộc khối đã chọn vào ngày 01/12/2020."]}


@pytest.mark.parametrize("tasks", [[9], [3, 9], []])
def test_an_unknown_task_is_refused(obligation, tasks):
    with pytest.raises(ValidationError):
        ad_hoc(obligation, tasks=tasks)
    assert Period.objects.count() == 0


@pytest.mark.parametrize("bodies", [["khong-co"], ["na-hang", "khong-co"], []])
def test_an_unknown_body_is_refused(obligation, bodies):
    """A misspelt body must not open a round that asks one body fewer than meant."""
    with pytest.raises(ValidationError):
        ad_hoc(obligation, bodies=bodies)
    assert Period.objects.count() == 0


@pytest.mark.parametrize(
    ("year", "kind", "previous"),
    [(2021, None, "2020"), (2022, None, None), (2021, AdHoc("X", dt.date(2021, 9, 1)), None)],
)
def test_the_year_before(period, obligation, year, kind, previous):
    later = Period.objects.open(obligation, year, as_of=DAY, ad_hoc=kind)
    assert (later.previous().code if later.previous() else None) == previous


def test_an_ad_hoc_round_is_no_year_before(obligation):
    ad_hoc(obligation)
    assert Period.objects.open(obligation, 2021, as_of=DAY).previous() is None


# --- who sees it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("lan", ["2020", "2020-dx1"]),
        ("ky", ["2020", "2020-dx1"]),
        ("minh", ["2020"]),
        ("yen", ["2020"]),
        ("huyen", ["2020", "2020-dx1"]),
        ("hung", ["2020", "2020-dx1"]),
        ("quan", []),
    ],
)
def test_who_sees_which_round(cast, obligation, period, who, codes):
    ad_hoc(obligation, bodies=["na-hang"])
    found = Period.objects.visible_to(getattr(cast, who)).newest_first()
    assert [p.code for p in found] == codes


# --- the command ----------------------------------------------------------------------------


def open_period(*words):
    call_command("open_period", *words)


def test_the_command_opens_and_says_so(capsys):
    open_period("2020", "--as-of", "2020-12-01")
    assert capsys.readouterr().out == "Đã mở kỳ 2020 (năm 2020): 39 cơ quan, hạn trước ngày 15/12/2020.\n"


def test_the_command_opens_an_ad_hoc_round(capsys):
    open_period("2020", "--ad-hoc", "Rà soát", "--due", "2020-09-30", "--tasks", "3,6", "--bodies", "na-hang,chiem-hoa")
    assert capsys.readouterr().out == "Đã mở kỳ 2020-dx1 (Rà soát): 2 cơ quan, hạn chậm nhất ngày 30/09/2020.\n"
    assert Period.objects.get().task_numbers() == (3, 6)


def test_the_command_only_says_what_it_would_open(capsys, cast):
    open_period("2020", "--as-of", "2020-12-01", "--dry-run")
    said = capsys.readouterr().out.splitlines()
    first = "Sẽ mở kỳ năm 2020: 39 cơ quan, hạn trước ngày 15/12/2020; báo 4 người, 0 thư điện tử, "
    assert said[0] == first + "39 cơ quan cần công văn giấy. Chưa ghi gì."
    assert Period.objects.count() == 0


def test_the_command_opens_in_an_officer_s_name(cast):
    open_period("2020", "--by", "huyen")
    assert Period.objects.get().opened_by == cast.huyen


@pytest.mark.parametrize("who", ["lan", "hung", "quan"])
def test_the_command_opens_in_nobody_else_s_name(cast, who):
    with pytest.raises(CommandError) as error:
        open_period("2020", "--by", who)
    assert (error.value.returncode, Period.objects.count()) == (2, 0)


AD_HOC = ("2020", "--ad-hoc", "Rà soát", "--due", "2020-09-30")

WRONG = [
    (("hai nghìn",), "“hai nghìn” không phải một năm từ 2000 đến 2100."),
    (("1999",), "“1999” không phải một năm từ 2000 đến 2100."),
    (("2101",), "“2101” không phải một năm từ 2000 đến 2100."),
    (("\uff12\uff10\uff12\uff10",), "“\uff12\uff10\uff12\uff10” không phải một năm từ 2000 đến 2100."),
    (("2020", "--as-of", "1/12/2020"), "“1/12/2020” không phải ngày; hãy ghi dạng 2020-12-15."),
    (("2020", "--as-of", "0001-01-01"), AS_OF),
    ((*AD_HOC, "--as-of", "9999-12-31"), AS_OF),
    (("2020", "--as-of", "2023-01-01", "--dry-run"), AS_OF),
    (("2020", "--obligation", "khong-co"), "Cần đúng một nghĩa vụ báo cáo (--obligation): thu-2020."),
    (("2020", "--by", "khong-co"), "Không có chuyên viên nào tên đăng nhập là “khong-co”."),
    (("2020", "--ad-hoc", "Rà soát"), "Kỳ đột xuất cần hạn nộp: --due 2020-09-30."),
    (("2020", "--ad-hoc", "Rà soát", "--due", "30/9/2020"), "“30/9/2020” không phải ngày; hãy ghi dạng 2020-12-15."),
    ((*AD_HOC, "--bodies", "na-hang,khong-co"), "Không có cơ quan mang mã: khong-co."),
    ((*AD_HOC, "--tasks", "ba"), "“ba” không phải số các nhiệm vụ, ví dụ 3,6."),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_the_command_refuses_with_one_sentence_and_code_2(words, said):
    with pytest.raises(CommandError) as error:
        open_period(*words)
    assert (error.value.returncode, str(error.value), Period.objects.count()) == (2, said, 0)


@pytest.mark.parametrize(
    "words",
    [
        (*AD_HOC, "--tasks", "9"),  # no such task
        (*AD_HOC, "--tasks", "3,9"),
        ("2020", "--tasks", "3"),  # meant an ad hoc round and would open the whole year
        ("2020", "--due", "2020-09-30"),
        ("2020", "--bodies", "na-hang"),
        ("2020", "--ad-hoc", "", "--due", "2020-09-30"),
    ],
)
def test_the_command_opens_nothing_other_than_asked(words):
    with pytest.raises(CommandError) as error:
        open_period(*words)
    assert (error.value.returncode, Period.objects.count()) == (2, 0)


def test_the_command_refuses_a_second_opening(period):
    with pytest.raises(CommandError) as error:
        open_period("2020")
    assert (error.value.returncode, str(error.value)) == (2, "Kỳ báo cáo 2020 đã mở rồi.")


def test_the_command_before_anything_is_loaded():
    Obligation.objects.all().delete()
    with pytest.raises(CommandError) as error:
        open_period("2020")
    assert (error.value.returncode, str(error.value)) == (
        2,
        "Cần đúng một nghĩa vụ báo cáo (--obligation): chưa có; hãy chạy load_directives.",
    )


@pytest.mark.parametrize(
    ("year", "due_on"), [(1999, None), (2101, None), (2020, dt.date(9999, 12, 31)), (2020, dt.date(2019, 12, 31))]
)
def test_a_date_out_of_reach_opens_nothing(obligation, year, due_on):
    """The first late moment of 31/12/9999 is no date: one such period would stop every home page."""
    with pytest.raises(ValidationError):
        Period.objects.open(obligation, year, ad_hoc=AdHoc("Thử", due_on) if due_on else None)
    assert Period.objects.count() == 0


def test_an_opening_that_fails_is_not_remembered(obligation, monkeypatch):
    """The next period may get the same key: it must not find the tasks of the one that never was."""
    with monkeypatch.context() as broken:
        broken.setattr(Period, "create_reports", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ad_hoc(obligation, tasks=[3])
    assert ad_hoc(obligation, tasks=[6]).task_numbers() == (6,)
