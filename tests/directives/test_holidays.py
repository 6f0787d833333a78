"""The table of holidays: what the data file says, what an administrator says, and who wins."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import call_command

from directives.loading import load
from directives.models import Holiday

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/directives/holiday/"
SWAPS = {  # day off: the day worked for it, where the table has both
    "2019-04-29": "2019-05-04",
    "2024-04-29": "2024-05-04",
    "2025-05-02": "2025-04-26",
    "2026-01-02": "2026-01-10",
    "2026-08-31": "2026-08-22",
}
TET = {  # the weekdays of Tết Nguyên đán, first and last
    2019: ("2019-02-04", "2019-02-08"),
    2020: ("2020-01-23", "2020-01-29"),
    2021: ("2021-02-10", "2021-02-16"),
    2022: ("2022-01-31", "2022-02-04"),
    2023: ("2023-01-20", "2023-01-26"),
    2024: ("2024-02-08", "2024-02-14"),
    2025: ("2025-01-27", "2025-01-31"),
    2026: ("2026-02-16", "2026-02-20"),
    2027: ("2027-02-04", "2027-02-10"),
}


# --- the data file --------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "ends"), TET.items())
def test_tet_has_five_working_days_off(year, ends):
    days = Holiday.objects.filter(day__year=year, name="Tết Nguyên đán", working=False)
    weekdays = [day for day in days.values_list("day", flat=True) if day.weekday() < 5]
    assert (len(weekdays), str(weekdays[0]), str(weekdays[-1])) == (5, *ends)


@pytest.mark.parametrize(("year", "off"), [(2019, 10), (2020, 10), *((year, 11) for year in range(2021, 2026))])
def test_every_year_has_the_days_off_of_the_labour_code(year, off):
    """Ten days until 2020, eleven since (the second day of the National Day); a day lost to a weekend comes back."""
    days = Holiday.objects.filter(day__year=year, working=False).exclude(day__in=SWAPS)
    assert sum(day.weekday() < 5 for day in days.values_list("day", flat=True)) == off


def test_worked_days_are_weekend_days_and_each_names_the_day_it_makes_up_for():
    worked = dict(Holiday.objects.filter(working=True).values_list("day", "name"))
    assert {str(day) for day in worked} == {"2019-01-05", *SWAPS.values()}
    assert [day for day in worked if day.weekday() < 5] == []
    made_up_for = {str(day): name.removeprefix("Làm bù cho ngày ") for day, name in worked.items()}
    written = [dt.datetime.strptime(made_up_for[day], "%d/%m/%Y").date() for day in SWAPS.values()]
    assert [str(day) for day in written] == list(SWAPS)


def test_days_that_are_not_announced_yet_ask_to_be_confirmed():
    unsure = Holiday.objects.filter(note__contains="cần xác nhận").values_list("day", flat=True)
    assert {str(day) for day in unsure if day.year < 2027} == {"2026-08-22", "2026-08-31", "2026-11-24"}
    assert {day for day in unsure if day.year == 2027} == set(
        Holiday.objects.filter(day__year=2027).values_list("day", flat=True)
    )


def test_the_file_s_days_are_not_marked_as_entered_by_hand():
    assert Holiday.objects.filter(by_hand=True).count() == 0


# --- loading again --------------------------------------------------------------------------


def test_a_day_that_the_file_no_longer_has_goes(files):
    rows = [row for row in files.rows("holidays.csv") if row[0] != "2027-11-24"]
    files.write("holidays.csv", rows)
    outcome = load(files.folder)
    assert (outcome.changed, outcome.by_hand) == (Counter(Holiday=1), [])
    assert not Holiday.objects.filter(day="2027-11-24").exists()


def test_what_was_entered_by_hand_stays(files):
    Holiday.objects.create(day="2028-01-26", name="Tết Nguyên đán")
    outcome = load(files.folder)
    assert (outcome.nothing_new, outcome.by_hand) == (True, [])
    assert Holiday.objects.filter(day="2028-01-26").count() == 1


def test_what_was_changed_by_hand_stays_and_is_told(files, capsys):
    Holiday.objects.filter(day="2026-11-24").update(working=True, by_hand=True)
    files.set("holidays.csv", "2026-11-24", name_vi="Tên mới")
    call_command("load_directives", data=files.folder)
    assert capsys.readouterr().out.splitlines() == [
        "Không có gì thay đổi.",
        "giữ nguyên ngày 24/11/2026 như đã nhập ở trang quản trị: tệp dữ liệu ghi khác",
    ]
    found = Holiday.objects.get(day="2026-11-24")
    assert (found.name, found.working, found.by_hand) == ("Ngày Văn hóa Việt Nam", True, True)


def test_a_day_entered_by_hand_before_the_file_has_it_stays_as_entered(files):
    Holiday.objects.create(day="2028-09-02", name="Quốc khánh", note="theo thông báo")
    files.add("holidays.csv", "2027-09-02", day="2028-09-02")
    outcome = load(files.folder)
    assert (outcome.nothing_new, outcome.by_hand) == (True, [dt.date(2028, 9, 2)])
    assert Holiday.objects.get(day="2028-09-02").note == "theo thông báo"


def test_without_the_row_made_by_hand_the_file_s_comes_back(files):
    Holiday.objects.filter(day="2026-11-24").update(working=True, by_hand=True)
    Holiday.objects.get(day="2026-11-24").delete()
    assert load(files.folder).created == Counter(Holiday=1)
    found = Holiday.objects.get(day="2026-11-24")
    assert (found.working, found.by_hand) == (False, False)


# --- the back office ------------------------------------------------------------------------


@pytest.fixture
def office(client, cast):
    client.force_login(cast.quan)
    return client


def test_a_day_added_in_the_back_office_survives_a_load(office):
    form = {"day": "26/01/2028", "name": "Tết Nguyên đán", "note": ""}
    assert office.post(PAGE + "add/", form).status_code == 302
    load()
    found = Holiday.objects.get(day="2028-01-26")
    assert (found.name, found.working, found.by_hand) == ("Tết Nguyên đán", False, True)


def test_a_day_changed_in_the_back_office_survives_a_load(office):
    day = Holiday.objects.get(day="2026-11-24")
    form = {"day": "24/11/2026", "name": day.name, "note": "không nghỉ", "working": "on"}
    assert office.post(f"{PAGE}{day.pk}/change/", form).status_code == 302
    load()
    day.refresh_from_db()
    assert (day.working, day.note, day.by_hand) == (True, "không nghỉ", True)


def test_saving_without_a_change_leaves_the_day_to_the_file(office):
    day = Holiday.objects.get(day="2020-09-02")
    assert office.post(f"{PAGE}{day.pk}/change/", {"day": "02/09/2020", "name": day.name}).status_code == 302
    day.refresh_from_db()
    assert day.by_hand is False


def test_the_same_day_twice_is_refused_with_a_sentence(office):
    response = office.post(PAGE + "add/", {"day": "02/09/2020", "name": "Khác"})
    assert response.context["adminform"].form.errors == {"day": ["Ngày này đã có trong bảng; hãy sửa dòng đang có."]}
    assert Holiday.objects.filter(day="2020-09-02").count() == 1


def test_a_day_cannot_be_moved_or_the_next_load_would_bring_the_old_one_back(office):
    day = Holiday.objects.get(day="2026-11-24")
    form = {"day": "25/11/2026", "name": day.name, "note": "đổi"}
    assert office.post(f"{PAGE}{day.pk}/change/", form).status_code == 302
    day.refresh_from_db()
    assert (str(day.day), day.note) == ("2026-11-24", "đổi")


@pytest.mark.parametrize(("by_hand", "answer", "left"), [(False, 403, 1), (True, 302, 0)])
def test_only_a_day_made_by_hand_can_be_deleted(office, by_hand, answer, left):
    Holiday.objects.filter(day="2020-09-02").update(by_hand=by_hand)
    day = Holiday.objects.get(day="2020-09-02")
    assert office.post(f"{PAGE}{day.pk}/delete/", {"post": "yes"}).status_code == answer
    assert Holiday.objects.filter(day="2020-09-02").count() == left


def test_the_list_s_bulk_action_deletes_no_day_of_the_file(office):
    mine = Holiday.objects.create(day="2028-01-26", name="Tết Nguyên đán")
    days = [mine.pk, Holiday.objects.get(day="2020-09-02").pk]
    before = Holiday.objects.count()
    office.post(PAGE, {"action": "delete_selected", "_selected_action": days, "post": "yes"})
    assert Holiday.objects.count() == before
    office.post(PAGE, {"action": "delete_selected", "_selected_action": [mine.pk], "post": "yes"})
    assert Holiday.objects.count() == before - 1


def test_only_administrators_come_in(client, cast):
    for person in (cast.lan, cast.ky, cast.huyen, cast.hung):
        client.force_login(person)
        assert client.get(PAGE).status_code == 302
    client.force_login(cast.quan)
    assert client.get(PAGE).status_code == 200
