"""The board: what became of every task, counts that equal their lists, search, the same as Excel."""

import datetime as dt
import importlib
import random
import re
import unicodedata
from io import BytesIO, StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from directives.choices import LEAD_GROUP, BodyKind
from directives.models import Body
from reports import board as boards
from reports.board import Timing, board_of, by_channel, counts, in_state, named, renew_marks, rows, with_timing
from reports.choices import Action, Channel, Status, TaskState
from reports.folding import folded
from reports.models import AdHoc, Event, PaperEntry, Period, Report
from reports.workflow import Remark, move
from tests.conftest import at
from tests.factories import accept, send

BEFORE_DUE, AFTER_DUE = at(2020, 12, 10), at(2020, 12, 16)
ANSWERED, NOTHING, MISSING, RETURNED, NOT_OWED, LATE = "answered", "nothing", "missing", "returned", "not_owed", "late"
BOARD, EXCEL = "/ky/2020/", "/ky/2020/bang-theo-doi.xlsx"
BODIES = 39  # of the year 2020
ROW = re.compile(r'<td class="num">\d+</td><th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?(?:<br>|</th>)')


def put(report, **values):
    """Set the columns of a report as if it had come to them."""
    Report.objects.filter(pk=report.pk).update(**values)


def line_of(report, moment):
    period = report.period
    return next(rows(board_of(period, moment).select_related("body").filter(pk=report.pk), period, moment))


def states(report, moment):
    return [cell.state.value for cell in line_of(report, moment).cells]


def names_in(response):
    return ROW.findall(response.content.decode())


SENT = {"status": Status.SUBMITTED, "version": 1, "first_submitted_at": at(2020, 12, 1), "task_marks": "ANMXAAA"}
IN_LETTERS = [ANSWERED, NOTHING, MISSING, NOT_OWED, ANSWERED, ANSWERED, ANSWERED]


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "moment", "expected", "timing"),
    [
        ({}, BEFORE_DUE, [MISSING] * 7, Timing.NOT_DUE),
        ({}, at(2020, 12, 14, 23, 59, 59), [MISSING] * 7, Timing.NOT_DUE),
        ({}, at(2020, 12, 15, 0), [LATE] * 7, Timing.OVERDUE),
        ({"extended_to": dt.date(2020, 12, 20)}, AFTER_DUE, [MISSING] * 7, Timing.NOT_DUE),
        ({"extended_to": dt.date(2020, 12, 20)}, at(2020, 12, 20, 23), [MISSING] * 7, Timing.NOT_DUE),
        ({"extended_to": dt.date(2020, 12, 20)}, at(2020, 12, 21, 0), [LATE] * 7, Timing.OVERDUE),
        (SENT, AFTER_DUE, IN_LETTERS, Timing.ON_TIME),
        (SENT | {"first_submitted_at": AFTER_DUE}, AFTER_DUE, IN_LETTERS, Timing.SENT_LATE),
        (
            SENT | {"first_submitted_at": AFTER_DUE, "extended_to": dt.date(2020, 12, 20)},
            AFTER_DUE,
            IN_LETTERS,
            Timing.ON_TIME,
        ),
        (SENT | {"status": Status.ACCEPTED}, AFTER_DUE, IN_LETTERS, Timing.ON_TIME),
        (
            SENT | {"status": Status.RETURNED, "task_marks": "RNMXAAR"},
            AFTER_DUE,
            [RETURNED, *IN_LETTERS[1:6], RETURNED],
            Timing.ON_TIME,
        ),
        # Taken back: the first date is kept, but nothing is there.
        (SENT | {"status": Status.DRAFT}, BEFORE_DUE, [MISSING] * 7, Timing.NOT_DUE),
        (SENT | {"status": Status.DRAFT}, AFTER_DUE, [LATE] * 7, Timing.OVERDUE),
        ({"status": Status.EXEMPT}, AFTER_DUE, [NOT_OWED] * 7, None),
        (SENT | {"status": Status.EXEMPT}, BEFORE_DUE, [NOT_OWED] * 7, None),
        # Sent before the letters were kept.
        (SENT | {"task_marks": ""}, AFTER_DUE, [MISSING] * 7, Timing.ON_TIME),
    ],
)
def test_the_state_of_every_task(report, columns, moment, expected, timing):
    put(report, **columns)
    assert states(report, moment) == expected
    assert line_of(report, moment).timing == timing


@pytest.mark.parametrize(
    ("closed_on", "columns", "moment", "expected"),
    [
        (dt.date(2020, 12, 5), {}, at(2020, 12, 5), [MISSING] * 7),  # its last day
        (dt.date(2020, 12, 5), {}, at(2020, 12, 6), [NOT_OWED] * 7),
        (dt.date(2020, 12, 5), SENT, AFTER_DUE, IN_LETTERS),  # what it sent stays
        (dt.date(2020, 12, 5), SENT | {"status": Status.RETURNED}, AFTER_DUE, IN_LETTERS),  # also while it is back
        (dt.date(2020, 12, 5), SENT | {"status": Status.DRAFT}, AFTER_DUE, [NOT_OWED] * 7),  # taken back
        (dt.date(2020, 12, 31), {}, at(2021, 2, 1), [LATE] * 7),  # closed after the deadline: it still owes
        (dt.date(2020, 12, 18), {"extended_to": dt.date(2020, 12, 20)}, at(2021, 2, 1), [NOT_OWED] * 7),
    ],
)
def test_a_body_that_closed_owes_nothing_from_the_day_after(report, closed_on, columns, moment, expected):
    Body.objects.filter(pk=report.body_id).update(valid_to=closed_on)
    put(report, **columns)
    assert states(report, moment) == expected
    left = line_of(report, moment).left
    assert left == (f"Cơ quan kết thúc hoạt động hết ngày {closed_on:%d/%m/%Y}" if expected[0] == NOT_OWED else "")


def test_the_letters_come_through_the_doors(cast, report):
    send(report, cast.lan, at=at(2020, 12, 1), declined=(1,), left_out=("T2.02",))
    first = states(report, AFTER_DUE)
    assert first[:2] == [NOT_OWED, MISSING]
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(6, "T6.14", "Xem lại.")])
    assert states(report, AFTER_DUE) == [*first[:5], RETURNED, first[6]]
    move(report, Action.SUBMIT, by=cast.ky)
    assert states(report, AFTER_DUE) == first


def test_an_exempted_body_is_shown_with_the_latest_reason(client, cast, report):
    with time_machine.travel(BEFORE_DUE, tick=False):
        move(report, Action.EXEMPT, by=cast.huyen, note="Nhầm.")
        move(report, Action.INCLUDE, by=cast.huyen, note="Không miễn nữa.")
        move(report, Action.EXEMPT, by=cast.huyen, note="Mới thành lập <tháng 11>.")
    report.refresh_from_db()
    assert states(report, AFTER_DUE) == [NOT_OWED] * 7
    assert line_of(report, AFTER_DUE).left == "Được miễn: Mới thành lập <tháng 11>."
    client.force_login(cast.hung)
    assert "Được miễn: Mới thành lập &lt;tháng 11&gt;." in client.get(BOARD).content.decode()


# --- counts equal lists -------------------------------------------------------------------------


def randomly(period, rng):
    """Every report of ``period`` in some state that can come about, a few bodies closed, some papers."""
    for report in period.reports.all():
        status = rng.choice(Status.values)
        there = status in ("submitted", "returned", "accepted")
        first = at(2020, 12, rng.randint(1, 30), rng.randint(0, 23))
        put(
            report,
            status=status,
            version=1 if there else rng.choice((0, 1)),
            first_submitted_at=first if there or rng.random() < 0.2 else None,
            task_marks="".join(rng.choice("ANMXR" if status == "returned" else "ANMX") for _ in range(7))
            if there
            else "",
            extended_to=dt.date(2020, 12, rng.randint(16, 31)) if rng.random() < 0.3 else None,
        )
        if rng.random() < 0.2:
            Body.objects.filter(pk=report.body_id).update(valid_to=dt.date(2020, 12, rng.randint(1, 31)))
        if there and rng.random() < 0.3:
            PaperEntry.objects.create(
                report=report,
                number="1/BC",
                signed_on=first,
                incoming_number="7",
                received_on=first,
                by_id=rng.people[0],
                version=rng.choice((1, 1, None)),
            )


def oracle(report, moment):
    """A report's states and timing from its own properties, without the database's help."""
    day = timezone.localdate(moment)
    if not report.is_expected(day):
        return [NOT_OWED] * 7, None
    if not report.is_there:
        overdue = report.is_overdue(moment)
        return [LATE if overdue else MISSING] * 7, Timing.OVERDUE if overdue else Timing.NOT_DUE
    words = {"A": ANSWERED, "N": NOTHING, "M": MISSING, "X": NOT_OWED, "R": RETURNED}
    return [words[letter] for letter in report.task_marks], Timing.ON_TIME if report.on_time else Timing.SENT_LATE


@pytest.mark.parametrize("seed", range(8))
def test_counts_equal_the_lists_behind_them(cast, period, seed):
    rng = random.Random(seed)
    rng.people = [cast.huyen.pk]
    randomly(period, rng)
    moment = at(2020, 12, rng.randint(1, 31), rng.randint(0, 23))
    board = board_of(period, moment)
    expected = {r.pk: oracle(r, moment) for r in period.reports.select_related("period", "body")}
    drawn = {row.report.pk: row for row in rows(board.select_related("body"), period, moment)}
    assert {pk: [cell.state for cell in row.cells] for pk, row in drawn.items()} == {
        pk: found for pk, (found, _timing) in expected.items()
    }
    assert {pk: row.timing for pk, row in drawn.items()} == {pk: timing for pk, (_found, timing) in expected.items()}
    lines = counts(board, period)
    assert [line.state for line in lines] == list(TaskState)
    for line in lines:
        assert line.bodies == in_state(board, line.state).count()
        assert line.bodies == sum(line.state in found for found, _timing in expected.values())
        for place, number in enumerate(line.tasks):
            assert number == in_state(board, line.state, place).count()
            assert number == sum(found[place] == line.state for found, _timing in expected.values())
    assert sum(line.total for line in lines) == BODIES * 7
    assert {sum(line.tasks[place] for line in lines) for place in range(7)} == {BODIES}
    for timing in Timing:
        listed = set(with_timing(board, period, timing, moment).values_list("pk", flat=True))
        assert listed == {pk for pk, (_found, each) in expected.items() if each == timing}
    for channel in Channel:
        listed = set(by_channel(board, period, channel).values_list("pk", flat=True))
        assert listed == {pk for pk, row in drawn.items() if row.channel == channel}


@pytest.mark.parametrize(("seed", "kept"), [(3, ""), (5, "khoi=district"), (9, "tinh-trang=returned&tim=huyen")])
def test_every_count_on_the_page_leads_to_as_many_rows(client, cast, period, seed, kept):
    rng = random.Random(seed)
    rng.people = [cast.huyen.pk]
    randomly(period, rng)
    client.force_login(cast.hung)
    with time_machine.travel(AFTER_DUE, tick=False):
        page = client.get(f"{BOARD}?{kept}").content.decode()
        links = [(query, int(n)) for query, n in re.findall(r'<a href="\?([^"]*)">(\d+)</a>', page)]
        links += [
            (query, int(n)) for query, n in re.findall(r'<li><a [^>]*href="\?([^"]*)"[^>]*>[^<]*: (\d+)</a>', page)
        ]
        assert len(links) > 5
        for query, number in links:
            assert len(names_in(client.get(f"{BOARD}?{query.replace('&amp;', '&')}"))) == number, query
            assert {part for part in kept.split("&") if part and not part.startswith("tinh-trang")} <= set(
                query.split("&amp;")
            )


def test_the_queue_of_old_is_the_board_in_protocol_order(client, cast, report_of, period):
    accept(report_of("na-hang"), cast.lan, cast.huyen, at=at(2020, 12, 1))
    send(report_of("chiem-hoa"), cast.minh, at=at(2020, 12, 20))
    client.force_login(cast.huyen)
    response = client.get(BOARD)
    assert names_in(response) == list(period.reports.order_by("position").values_list("name", flat=True))
    counted = dict(re.findall(r'href="\?tinh-trang=(\w+)"[^>]*>[^<]*: (\d+)</a>', response.content.decode()))
    assert counted == {"draft": str(BODIES - 2), "submitted": "1", "returned": "0", "accepted": "1", "exempt": "0"}
    only = {
        "thoi-han=on_time": ["Ủy ban nhân dân huyện Na Hang"],
        "thoi-han=sent_late": ["Ủy ban nhân dân huyện Chiêm Hóa"],
        "khoi=district&tinh-trang=accepted": ["Ủy ban nhân dân huyện Na Hang"],
        "kenh=paper": [],
    }
    for query, names in only.items():
        assert names_in(client.get(f"{BOARD}?{query}")) == names
    lengths = {"thoi-han=overdue": BODIES - 2, "khoi=district": 7, "kenh=portal": 2, "nhiem-vu=3": BODIES}
    for query, number in lengths.items():
        assert len(names_in(client.get(f"{BOARD}?{query}"))) == number


# --- search -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hàm Yên", "ham yen"),
        (unicodedata.normalize("NFD", "HÀM YÊN"), "ham yen"),
        ("Đắk Đoa", "dak doa"),
        (unicodedata.normalize("NFD", "đường Đồng"), "duong dong"),
        ("Ðức", "duc"),  # the Icelandic letter that looks the same
        ("Cư M'gar", "cu mgar"),
        ("Cư M’gar", "cu mgar"),
        ("  TP.  Tuyên-Quang ", "tp tuyen quang"),
        ("ƯƠNG ươn Ợ", "uong uon o"),
        ("%_\\", ""),
    ],
)
def test_names_without_their_marks(typed, expected):
    assert folded(typed) == expected
    assert folded(expected) == expected


HAM_YEN = ["Ủy ban nhân dân huyện Hàm Yên"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Hàm Yên", HAM_YEN),
        ("hàm yên", HAM_YEN),
        ("HÀM YÊN", HAM_YEN),
        ("ham yen", HAM_YEN),
        ("yen   HAM", HAM_YEN),
        (unicodedata.normalize("NFD", "Hàm Yên"), HAM_YEN),
        ("lien doan lao dong", ["Liên đoàn Lao động tỉnh Tuyên Quang"]),
        ("LIÊN ĐOÀN", ["Liên đoàn Lao động tỉnh Tuyên Quang"]),
        (unicodedata.normalize("NFD", "liên đoàn lđlđ"), ["Liên đoàn Lao động tỉnh Tuyên Quang"]),  # the short name too
        ("không có nơi này", []),
        ("%", []),
        ("_", []),
        ("'", []),
    ],
)
def test_search_with_marks_and_without(client, cast, period, typed, names):
    assert list(named(board_of(period), typed).in_protocol_order().values_list("name", flat=True)) == names
    client.force_login(cast.huyen)
    response = client.get(BOARD, {"tim": typed})
    assert names_in(response) == names
    if not names:
        assert "Không có cơ quan nào khớp" in response.content.decode()


def test_reports_of_before_get_their_names_for_searching(period):
    names = dict(period.reports.values_list("pk", "search_name"))
    assert set(names.values()).isdisjoint({""})
    period.reports.update(search_name="")
    migration = importlib.import_module("reports.migrations.0003_officers_journey")
    migration.fold_names(apps, None)
    assert dict(period.reports.values_list("pk", "search_name")) == names


# --- what the rows say --------------------------------------------------------------------------


def row_of(page, name):
    found = re.search(rf'<td class="num">\d+</td><th scope="row">(?:<a[^>]*>)?{name}.*?</tr>', page, re.S)
    return found.group()


def test_cells_lead_to_their_part_where_something_is_there(client, cast, report):
    send(report, cast.lan, at=at(2020, 12, 1), declined=(1,))
    client.force_login(cast.hung)
    page = client.get(BOARD).content.decode()
    sent = "/bao-cao/2020/na-hang/ban-gui/"
    row = row_of(page, "Ủy ban nhân dân huyện Na Hang")
    assert re.findall(r'href="([^"]*)"', row) == [sent, *(f"{sent}#phan-{number}" for number in range(1, 8))]
    words = re.findall(r'<span aria-hidden="true">(.)</span><span class="visually-hidden">(.*?)</span>', row)
    assert words[0] == ("–", "Không phải báo cáo")
    assert {word for _sign, word in words} == {"Không phải báo cáo", "Đã báo cáo"}
    assert 'id="phan-1"' in client.get(sent).content.decode()
    nobody = row_of(page, "Ủy ban nhân dân huyện Hàm Yên")
    assert "href" not in nobody
    assert nobody.count("Quá hạn, chưa gửi") == 7 * 2 + 1  # each cell's words and its title, and the deadline


def test_an_extension_shows_both_dates(client, cast, report):
    put(report, extended_to=dt.date(2020, 12, 20))
    client.force_login(cast.huyen)
    row = row_of(client.get(BOARD).content.decode(), "Ủy ban nhân dân huyện Na Hang")
    assert "đến hết ngày 20/12/2020 (được gia hạn; hạn chung trước ngày 15/12/2020)" in row


def on_paper(report, by):
    put(report, **SENT)
    return PaperEntry.objects.create(
        report=report,
        number="5/BC-UBND",
        signed_on=dt.date(2020, 12, 1),
        incoming_number="12",
        received_on=dt.date(2020, 12, 2),
        by=by,
        version=1,
    )


def test_a_paper_stays_a_paper_after_its_return(client, cast, report):
    on_paper(report, cast.huyen)
    put(report, status=Status.RETURNED)
    client.force_login(cast.huyen)
    response = client.get(f"{BOARD}?kenh=paper")
    assert names_in(response) == ["Ủy ban nhân dân huyện Na Hang"]
    assert "Bản giấy" in row_of(response.content.decode(), "Ủy ban nhân dân huyện Na Hang")
    put(report, version=2)  # answered in the portal since
    assert names_in(client.get(f"{BOARD}?kenh=paper")) == []


def test_a_paper_that_is_being_entered_is_said(client, cast, report):
    put(report, channel=Channel.PAPER)
    client.force_login(cast.huyen)
    row = row_of(client.get(BOARD).content.decode(), "Ủy ban nhân dân huyện Na Hang")
    assert "đang nhập từ bản giấy" in row


# --- who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [BOARD, EXCEL])
@pytest.mark.parametrize(
    ("who", "status"), [("lan", 404), ("ky", 404), ("quan", 404), ("huyen", 200), ("tu", 200), ("hung", 200)]
)
def test_who_sees_the_board(client, cast, period, who, status, address):
    client.force_login(getattr(cast, who))
    response = client.get(address)
    assert response.status_code == status
    if status == 200:
        assert response["Cache-Control"] == "private, no-store"
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/ky/1999/", "/ky/1999/bang-theo-doi.xlsx"])
def test_no_board_without_a_period(client, cast, period, address):
    client.force_login(cast.huyen)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("who", "columns", "links"),
    [
        ("huyen", {}, {"exempt", "chase"}),  # overdue
        ("hung", {}, set()),
        ("huyen", {"extended_to": dt.date(2999, 1, 1)}, {"exempt"}),  # not due yet
        ("huyen", SENT, set()),
        ("hung", SENT, set()),
        ("huyen", SENT | {"status": Status.RETURNED}, {"exempt"}),
        ("huyen", {"status": Status.EXEMPT}, {"exempt"}),
        ("hung", {"status": Status.EXEMPT}, set()),
    ],
)
def test_only_officers_are_led_to_what_only_they_do(client, cast, report, who, columns, links):
    put(report, **columns)
    client.force_login(getattr(cast, who))
    row = row_of(client.get(BOARD).content.decode(), "Ủy ban nhân dân huyện Na Hang")
    addresses = {name: reverse(name, args=["2020", "na-hang"]) for name in ("exempt", "chase")}
    assert {name for name, address in addresses.items() if f'href="{address}"' in row} == links


# --- size ---------------------------------------------------------------------------------------


def grown(period, bodies):
    """So many more bodies in ``period``."""
    made = Body.objects.bulk_create(
        Body(code=f"xa-{n}", name=f"Ủy ban nhân dân xã {n}", short_name=f"Xã {n}", kind="commune", position=1000 + n)
        for n in range(bodies)
    )
    Report.objects.bulk_create(
        Report(
            period=period,
            body=body,
            position=body.position,
            name=body.name,
            short_name=body.short_name,
            search_name=folded(body.name),
            group=body.kind,
            counting_group=body.kind,
        )
        for body in made
    )


@pytest.mark.parametrize(
    "address",
    ["/ky/2020-dx1/", "/ky/2020-dx1/?trang-thai=late&tim=uy&thoi-han=overdue", "/ky/2020-dx1/bang-theo-doi.xlsx"],
)
def test_many_bodies_ask_the_database_as_little_as_three(client, cast, obligation, address):
    three = AdHoc("Bổ sung", dt.date(2020, 9, 30), bodies=["na-hang", "so-y-te", "chiem-hoa"])
    period = Period.objects.open(obligation, 2020, ad_hoc=three, as_of=dt.date(2020, 9, 1))
    client.force_login(cast.huyen)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    asked()
    few = asked()
    grown(period, 300)
    some = [*period.reports.all()]
    for report in some[:20]:
        put(report, **SENT)
    for report in some[20:40]:
        put(report, status=Status.EXEMPT)
    assert asked() == few
    assert few <= 14


def test_every_commune_of_the_country_asks_as_little_as_three_bodies(client, cast, obligation):
    three = AdHoc("Bổ sung", dt.date(2020, 9, 30), bodies=["na-hang", "so-y-te", "chiem-hoa"])
    period = Period.objects.open(obligation, 2020, ad_hoc=three, as_of=dt.date(2020, 9, 1))
    client.force_login(cast.huyen)
    addresses = [f"/ky/2020-dx1/{query}" for query in ("", "?trang=40&trang-thai=nothing&nhiem-vu=2&tim=uy")]

    def asked():
        period.reports.filter(position__lt=3000).update(**SENT)
        period.reports.filter(position__gte=4000).update(status=Status.EXEMPT)
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            yield len(queries)

    list(asked())  # what stays in memory is read
    few = list(asked())
    grown(period, 3318)
    assert period.reports.count() == 3321
    assert list(asked()) == few


def test_pages_keep_what_was_chosen(client, cast, period):
    grown(period, 120)
    client.force_login(cast.huyen)
    first = client.get(f"{BOARD}?khoi=commune&trang-thai=late&nhiem-vu=2").content.decode()
    follow = re.search(r'href="\?(trang=2[^"]*)"', first).group(1).replace("&amp;", "&")
    assert follow == "trang=2&khoi=commune&trang-thai=late&nhiem-vu=2"
    assert "120 cơ quan" in first
    last = client.get(f"{BOARD}?{follow.replace('trang=2', 'trang=3')}")
    assert len(names_in(last)) == 20


# --- odd input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("trang-thai=xoa", "Trạng thái nhiệm vụ"),
        ("trang-thai=late&nhiem-vu=99", "ở nhiệm vụ"),
        ("nhiem-vu=%00", "ở nhiệm vụ"),
        ("nhiem-vu=" + "9" * 5000, "ở nhiệm vụ"),
        ("khoi=null", "Khối"),
        ("tinh-trang=<script>", "Tình trạng báo cáo"),
        ("thoi-han=true", "Thời hạn"),
        ("kenh=fax", "Kênh gửi"),
        ("tim=a%00b", "Tên cơ quan, có dấu hoặc không dấu"),
        ("tim=" + "x" * 101, "Tên cơ quan, có dấu hoặc không dấu"),
    ],
)
def test_what_makes_no_sense_is_left_aside_and_said(client, cast, period, query, label):
    client.force_login(cast.huyen)
    response = client.get(f"{BOARD}?{query}")
    page = response.content.decode()
    assert response.status_code == 200
    assert f"Bộ lọc “{label}” được bỏ qua: " in page
    assert "<script>" not in page.replace("<script src", "")
    assert len(names_in(response)) == BODIES
    assert client.get(f"{EXCEL}?{query}").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 5000, "%00", "²", "1.5", ""])
def test_odd_page_numbers(client, cast, period, number):
    client.force_login(cast.huyen)
    response = client.get(f"{BOARD}?trang={number}")
    assert (response.status_code, len(names_in(response))) == (200, BODIES)


# --- Excel --------------------------------------------------------------------------------------


def sheet_of(response):
    (name,) = (book := CalamineWorkbook.from_filelike(BytesIO(response.content))).sheet_names
    assert name == "Bảng theo dõi"
    return book.get_sheet_by_name(name).to_python()


def table_of(lines):
    head = next(number for number, line in enumerate(lines) if line[0] == "TT")
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


def test_the_board_as_excel(client, cast, report_of, period):
    send(report_of("na-hang"), cast.lan, at=at(2020, 12, 1, 8, 30), declined=(1,))
    on_paper(report_of("chiem-hoa"), cast.huyen)
    put(report_of("ham-yen"), extended_to=dt.date(2020, 12, 20))
    move(report_of("so-y-te"), Action.EXEMPT, by=cast.huyen, note="=1+1")
    client.force_login(cast.hung)
    response = client.get(EXCEL)
    assert response["Content-Disposition"] == 'attachment; filename="bang-theo-doi-2020.xlsx"'
    lines = sheet_of(response)
    assert lines[0][0] == "BẢNG THEO DÕI BÁO CÁO, KỲ NĂM 2020"
    table = table_of(lines)
    assert [line["Cơ quan"] for line in table] == list(
        period.reports.order_by("position").values_list("name", flat=True)
    )
    by_name = {line["Cơ quan"]: line for line in table}
    tasks = [f"Nhiệm vụ {number}" for number in range(1, 8)]
    na_hang = by_name["Ủy ban nhân dân huyện Na Hang"]
    assert [na_hang[task] for task in tasks] == ["Không phải báo cáo"] + ["Đã báo cáo"] * 6
    assert {name: value for name, value in na_hang.items() if name not in tasks} == {
        "TT": report_of("na-hang").position,
        "Cơ quan": "Ủy ban nhân dân huyện Na Hang",
        "Khối": "Ủy ban nhân dân cấp huyện",
        "Tình trạng": "Đã gửi, chờ duyệt",
        "Gửi lần đầu": dt.datetime(2020, 12, 1, 8, 30),
        "Kênh gửi": "Trên cổng",
        "Hạn của cơ quan": "trước ngày 15/12/2020",
        "Hạn chung": "trước ngày 15/12/2020",
        "Thời hạn": "Gửi đúng hạn",
        "Không tính vào kỳ": "",
    }
    chiem_hoa = by_name["Ủy ban nhân dân huyện Chiêm Hóa"]
    assert [chiem_hoa[task] for task in tasks[:4]] == [
        "Đã báo cáo",
        "Không phát sinh",
        "Còn thiếu",
        "Không phải báo cáo",
    ]
    assert chiem_hoa["Kênh gửi"] == "Bản giấy"
    ham_yen = by_name["Ủy ban nhân dân huyện Hàm Yên"]
    assert (ham_yen["Hạn của cơ quan"], ham_yen["Thời hạn"]) == ("đến hết ngày 20/12/2020", "Quá hạn, chưa gửi")
    so_y_te = by_name["Sở Y tế tỉnh Tuyên Quang"]
    assert (so_y_te["Không tính vào kỳ"], so_y_te["Thời hạn"], so_y_te["Gửi lần đầu"]) == ("Được miễn: =1+1", "", "")
    assert {so_y_te[task] for task in tasks} == {"Không phải báo cáo"}


def test_excel_honours_the_filter_and_is_vietnamese_whatever_the_screen(client, cast, report, period):
    accept(report, cast.lan, cast.huyen, at=at(2020, 12, 1))
    client.force_login(cast.huyen)
    address = f"{EXCEL}?khoi=district&tinh-trang=accepted&tim=na+hang"
    vietnamese = sheet_of(client.get(address))
    english = sheet_of(client.get(address, headers={"accept-language": "en"}))
    client.cookies["django_language"] = "en"
    chosen = sheet_of(client.get(address))
    assert vietnamese[2:] == english[2:] == chosen[2:]
    said = "Chỉ gồm: Tên cơ quan, có dấu hoặc không dấu: na hang; Khối: Ủy ban nhân dân cấp huyện; "
    assert f"{said}Tình trạng báo cáo: Đã duyệt" in [line[0] for line in vietnamese]
    assert [line["Cơ quan"] for line in table_of(vietnamese)] == ["Ủy ban nhân dân huyện Na Hang"]


def test_excel_has_all_pages(client, cast, period):
    grown(period, 120)
    client.force_login(cast.huyen)
    assert len(table_of(sheet_of(client.get(EXCEL)))) == BODIES + 120


# --- sendings of before ---------------------------------------------------------------------------


def test_letters_of_old_sendings_come_from_the_journal(client, cast, report_of, period):
    send(report_of("na-hang"), cast.lan, declined=(1,), left_out=("T2.02",))
    move(report_of("na-hang"), Action.RETURN, by=cast.huyen, remarks=[Remark(6, "T6.14", "Xem lại.")])
    move(report_of("na-hang"), Action.SUBMIT, by=cast.ky)
    move(report_of("na-hang"), Action.RECALL, by=cast.ky)  # returned still, now in its second version
    accept(report_of("chiem-hoa"), cast.minh, cast.huyen)
    send(report_of("so-y-te"), cast.yen)
    move(report_of("so-y-te"), Action.RETURN, by=cast.huyen, note="Xem lại tất cả.")
    kept = dict(period.reports.values_list("body__code", "task_marks"))
    assert (kept["so-y-te"], kept["ham-yen"]) == ("RRRRRRR", "")
    assert kept["na-hang"][5] == "R"
    assert renew_marks(period) == 0
    period.reports.update(task_marks="")
    client.force_login(cast.huyen)
    assert "3 báo cáo gửi từ trước chưa được xếp theo nhiệm vụ" in client.get(BOARD).content.decode()
    assert renew_marks(period) == 3
    assert dict(period.reports.values_list("body__code", "task_marks")) == kept
    assert renew_marks(period) == 0
    assert "renew_task_marks" not in client.get(BOARD).content.decode()


def test_renewing_leaves_alone_what_somebody_acts_on_meanwhile(cast, report, monkeypatch):
    send(report, cast.lan)
    Report.objects.update(task_marks="")
    derive = boards._letters_of

    def acted_on_meanwhile(read, tasks):
        letters = derive(read, tasks)
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
        return letters

    monkeypatch.setattr(boards, "_letters_of", acted_on_meanwhile)
    assert renew_marks(report.period) == 0
    report.refresh_from_db()
    assert report.task_marks == "RRRRRRR"


def test_the_command_renews_one_period_or_all(cast, report, obligation):
    send(report, cast.lan)
    Period.objects.open(obligation, 2019)
    Report.objects.update(task_marks="")

    def run(*options):
        out = StringIO()
        call_command("renew_task_marks", *options, stdout=out)
        return out.getvalue().splitlines()

    assert run("--period", "2019") == ["Kỳ 2019: đã xếp lại 0 báo cáo theo nhiệm vụ."]
    both = ["Kỳ 2020: đã xếp lại 1 báo cáo theo nhiệm vụ.", "Kỳ 2019: đã xếp lại 0 báo cáo theo nhiệm vụ."]
    assert run() == both
    with pytest.raises(CommandError, match="Không có kỳ báo cáo “1999”"):
        run("--period", "1999")


def test_every_group_can_be_chosen(client, cast, period):
    client.force_login(cast.huyen)
    for group in (*BodyKind.values, LEAD_GROUP):
        listed = names_in(client.get(f"{BOARD}?khoi={group}"))
        assert len(listed) == period.reports.filter(group=group).count()
    assert Event.objects.count() == 0  # reading leaves no trace in the journal
