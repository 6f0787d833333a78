"""The portal's look at itself: every kind of defect planted once is found once, and a clean province has none."""

import datetime as dt
import hashlib
import io
import re

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from directives.choices import Role
from directives.models import Body, Catalogue, Directive, Holiday, Indicator, LeadTerm, Obligation, Rule, User
from reports import rollup
from reports.choices import Action, MailState, NoticeKind, PetitionKind
from reports.data_check import CHECKS, Scope, run
from reports.data_check.defects import MOST
from reports.models import (
    AdHoc,
    Attachment,
    Call,
    Correction,
    Event,
    Figure,
    Notice,
    PaperEntry,
    Period,
    Petition,
    Report,
    RollUp,
    Screening,
    Wording,
)
from reports.workflow import move
from tests.conftest import at, ensure_loaded
from tests.factories import fill

NOW = at(2020, 12, 1, 12)
CONTENT = b"so lieu"
pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture(scope="module")
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def account(username, role, body=None, **extra):
    reached = {"email": f"{username}@example.org", "phone": "0207 3 000 000", "last_login": NOW}
    return User.objects.create(username=username, role=role, body=body, **reached | extra)


def unchecked(sql_table, constraint):
    """The database looks away from one of its own rules until the test ends: a copy brought in by hand may break it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {sql_table} DROP CONSTRAINT {constraint}")


class World:
    """A province in order: everybody has accounts, one report is accepted, one is sent, a file lies there."""

    def __init__(self, period):
        self.period = period
        for body in Body.objects.filter(reports__period=period):
            account(body.code, Role.REPORTER, body)
            account(f"{body.code}-ky", Role.SIGNATORY, body)
        self.officer = account("chuyen-vien", Role.OFFICER)
        self.leader = account("lanh-dao", Role.LEADER)
        self.administrator = account("quan-tri", Role.ADMINISTRATOR)
        for code in ("na-hang", "so-y-te"):
            self.send(code)
        move(self.report("na-hang"), Action.ACCEPT, by=self.officer)
        report, digest = self.report("na-hang"), hashlib.sha256(CONTENT).hexdigest()
        self.attachment = Attachment(report=report, name="a.pdf", size=7, content_type="x", sha256=digest)
        self.attachment.by = self.user("na-hang")
        self.attachment.file.save("a", ContentFile(CONTENT), save=True)

    def user(self, name):
        return User.objects.get(username=name)

    def report(self, code):
        return self.period.reports.select_related("period", "body").get(body__code=code)

    def send(self, code):
        move(fill(self.report(code)), Action.SUBMIT, by=self.user(f"{code}-ky"))

    def ad_hoc(self, title="Rà soát"):
        wish = AdHoc(title, dt.date(2020, 12, 20), tasks=[6], bodies=["so-tu-phap"])
        return Period.objects.open(self.period.obligation, 2020, as_of=NOW.date(), ad_hoc=wish)


@pytest.fixture(scope="module")
def in_order(now, django_db_setup, django_db_blocker):
    """Built once for all tests of this file, and rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_loaded()
        yield World(Period.objects.open(Obligation.objects.get(), 2020, as_of=NOW.date()))
        transaction.set_rollback(True)


@pytest.fixture
def world(in_order):
    """The province in order; whatever a test does to it is undone."""
    with transaction.atomic():
        yield in_order
        transaction.set_rollback(True)
    in_order.attachment.file.storage.delete(in_order.attachment.file.name)
    in_order.attachment.file.storage.save(in_order.attachment.file.name, ContentFile(CONTENT))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def found():
    """{kind: [its sentences]} of everything that is wrong."""
    told = {each.kind.code: each for each in run(Scope(everything=True, files=True)) if each.count}
    assert all(each.count == len(each.examples) for each in told.values())
    return {code: [defect.sentence for defect in each.examples] for code, each in told.items()}


# --- one defect of each kind ------------------------------------------------------------------------

NA_HANG, SO_Y_TE = "Ủy ban nhân dân huyện Na Hang", "Sở Y tế tỉnh Tuyên Quang"
SO_LDTBXH = "Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang"
PLANTS = {}  # {kind: (how it comes about, the sentence that tells it)}


def plant(code, sentence):
    def remembered(function):
        PLANTS[code] = (function, sentence)
        return function

    return remembered


def raw(model):
    """Past the queryset that refuses to change a journal: as a hand in the database would."""
    return QuerySet(model)


@plant("body_without_reporter", f"{NA_HANG}: không có người lập báo cáo.")
def _switch_off(world):
    User.objects.filter(username="na-hang").update(is_active=False)


@plant("body_without_mail", f"{NA_HANG}: không người nào có địa chỉ thư điện tử.")
def _no_mail(world):
    User.objects.filter(body__code="na-hang").update(email="")


@plant("body_without_phone", f"{NA_HANG}: không có số điện thoại nào.")
def _no_phone(world):
    User.objects.filter(body__code="na-hang").update(phone="")


@plant("account_without_body", "na-hang: vai trò và cơ quan không khớp.")
def _officer_of_a_body(world):
    unchecked("directives_user", "reporters_act_for_a_body")
    account("them", Role.REPORTER, Body.objects.get(code="na-hang"))
    User.objects.filter(username="na-hang").update(body=None)


@plant("account_of_closed_body", "cu: Sở cũ đã kết thúc hoạt động.")
def _closed_body(world):
    end = dt.date(2019, 12, 31)
    old = Body.objects.create(code="cu", name="Sở cũ", short_name="Sở cũ", kind="department", position=99, valid_to=end)
    account("cu", Role.REPORTER, old)


@plant("account_never_used", "na-hang: tạo đã hơn một tháng, chưa đăng nhập.")
def _never_signed_in(world):
    User.objects.filter(username="na-hang").update(last_login=None, date_joined=at(2020, 10, 31))


@plant("account_idle", "na-hang: hơn một năm không đăng nhập.")
def _idle(world):
    User.objects.filter(username="na-hang").update(last_login=at(2019, 12, 1))


@plant("shared_mail", "chiem-hoa, na-hang dùng chung một địa chỉ thư.")
def _one_box(world):
    User.objects.filter(username="na-hang").update(email="Chiem-Hoa@example.org")


@plant("indicator_uncounted", "T6.13 Số vụ: tổng số toàn tỉnh sẽ luôn trống.")
def _nobody_counts(world):
    Indicator.objects.filter(code="T6.13").update(counted_from="commune", name_vi="Số vụ")


@plant("rule_of_unknown_indicator", "Ràng buộc R01: không đọc được T9.99.")
def _misspelt_rule(world):
    Rule.objects.filter(code="R01").update(left="T9.99")


@plant("ratio_without_parts", "T6.99 Tỷ lệ: không tính được.")
def _half_a_ratio(world):
    ratio = Indicator.objects.filter(combine="ratio").first()
    Indicator.objects.filter(pk=ratio.pk).update(denominator="", code="T6.99", name_vi="Tỷ lệ")


@plant("instrument_expired", "Nhiệm vụ 3: Kế hoạch số 78/KH-UBND của UBND tỉnh hết hiệu lực sau ngày 30/11/2020.")
def _expired(world):
    changed = {"valid_to": dt.date(2020, 11, 30), "number": "78/KH-UBND", "issued_on": None, "issuer": "UBND tỉnh"}
    Directive.objects.filter(code="kh-78-2019").update(kind="Kế hoạch", **changed)


@plant("no_lead", "Từ ngày 01/02/2020 đến ngày 29/02/2020 không có cơ quan chủ trì.")
def _a_gap(world):
    LeadTerm.objects.filter(body__code="so-ldtbxh").update(valid_from=dt.date(2020, 3, 1))
    LeadTerm.objects.create(body=Body.objects.get(code="so-y-te"), valid_to=dt.date(2020, 1, 31))


@plant("two_leads", f"{SO_Y_TE} và {SO_LDTBXH} cùng chủ trì từ ngày 15/01/2020.")
def _an_overlap(world):
    LeadTerm.objects.filter(body__code="so-ldtbxh").update(valid_from=dt.date(2020, 1, 15))
    LeadTerm.objects.create(body=Body.objects.get(code="so-y-te"), valid_to=dt.date(2020, 1, 31))


@plant("no_holidays", "Năm 2020 chưa có ngày nghỉ nào.")
def _no_holidays(world):
    Holiday.objects.filter(day__year=2020).delete()


@plant("round_not_opened", "Báo cáo kết quả thực hiện Chỉ thị số 23/CT-TTg: chưa mở kỳ năm 2020, hạn ngày 15/12/2020.")
def _not_opened(world):
    Period.objects.update(year=2019)


@plant("round_without_tasks", "Rà soát: không có nhiệm vụ nào.")
def _no_tasks(world):
    world.ad_hoc().tasks.clear()


@plant("round_without_reports", "Rà soát: không có cơ quan nào.")
def _no_reports(world):
    world.ad_hoc().reports.all().delete()


@plant("round_of_old_edition", "năm 2020: Danh mục phiên bản 1; nay đã có bản mới hơn.")
def _newer_edition(world):
    old = world.period.catalogue
    new = Catalogue.objects.create(directive=old.directive, version=old.version + 1, fingerprint="x")
    for indicator in Indicator.objects.filter(catalogue=old):
        indicator.pk, indicator.catalogue = None, new
        indicator.save()


@plant("overdue_never_called", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020.")
def _silence(world):
    Report.objects.filter(body__code="chiem-hoa").update(extended_to=dt.date(2020, 11, 30))


@plant("sent_without_marks", f"{SO_Y_TE}, năm 2020.")
def _no_marks(world):
    Report.objects.filter(body__code="so-y-te").update(task_marks="")


@plant("sent_without_screening", f"{SO_Y_TE}, năm 2020, lần gửi 1.")
def _no_screening(world):
    raw(Screening).filter(event__report__body__code="so-y-te").delete()


def correction(world, version):
    report, indicator = world.report("so-y-te"), Indicator.objects.get(code="T6.06")
    line = {"reported": 0, "value": 2, "reason": "Đối chiếu.", "by": world.officer, "version": version}
    return Correction.objects.create(report=report, indicator=indicator, **line)


@plant("correction_resting", f"{SO_Y_TE}, năm 2020, chỉ tiêu T6.06.")
def _older_line(world):
    correction(world, 0)


def figure(world, code, option="total", **values):
    """Of a report that nobody has sent."""
    indicator = Indicator.objects.get(code=code)
    Figure.objects.create(report=world.report("chiem-hoa"), indicator=indicator, option=option, **values)


@plant("figure_outside_form", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020: chỉ tiêu T6.01 không thuộc biểu của cơ quan.")
def _not_on_the_form(world):
    figure(world, "T6.01", "age_0_5", value=1)


@plant("figure_negative", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020: chỉ tiêu T2.05 nhỏ hơn 0.")
def _negative(world):
    unchecked("reports_figure", "no_negative_figure")
    figure(world, "T2.05", value=-1)


@plant("figure_too_fine", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020: chỉ tiêu T6.01 ghi sai dạng số.")
def _half_a_child(world):
    from decimal import Decimal

    figure(world, "T6.01", value=Decimal("0.5"))


@plant("accepted_differs", f"{NA_HANG}, năm 2020: số liệu đang lưu khác lần gửi 1.")
def _tampered(world):
    Figure.objects.filter(report__body__code="na-hang", indicator__code="T6.01").update(value=1)
    rollup.renew(world.period)


@plant("roll_up_differs", "Kỳ năm 2020: 1 ô khác số cộng lại từ số liệu đã duyệt.")
def _another_total(world):
    RollUp.objects.filter(indicator__code="T6.01", counting_group="district").update(total=7)


@plant("receipt_differs", f"{SO_Y_TE}, năm 2020, lần gửi 1.")
def _rewritten(world):
    event = world.report("so-y-te").events.get()
    event.content["figures"]["T6.01"]["value"] = "1"
    raw(Event).filter(pk=event.pk).update(content=event.content)


@plant("file_missing", f"{NA_HANG}, năm 2020: tệp số %(file)s.")
def _gone(world):
    world.attachment.file.storage.delete(world.attachment.file.name)


@plant("file_changed", f"{NA_HANG}, năm 2020: tệp số %(file)s.")
def _other_bytes(world):
    with open(world.attachment.file.path, "wb") as file:
        file.write(b"khac han")


@plant(
    "words_not_fillable",
    "Trả lại để sửa: Loại thư này không có chỗ điền {ho_ten}; dùng được: %(names)s.",
)
def _unknown_placeholder(world):
    Wording.objects.create(key=NoticeKind.RETURNED, subject="Trả lại", text="Gửi {ho_ten}", by=world.officer)


def mail(world, state, days=0, key="x"):
    told = {"kind": NoticeKind.RETURNED, "key": key, "subject": "Trả lại", "text": "…", "address": "a@example.org"}
    moment = NOW - dt.timedelta(days=days, seconds=1)
    Notice.objects.create(recipient=world.user("na-hang"), mail=state, at=moment, mail_at=moment, **told)


@plant("mail_failed", "Thư “Trả lại để sửa” cho na-hang.")
def _failed(world):
    mail(world, MailState.FAILED)


@plant("mail_waiting", "Thư “Trả lại để sửa” cho na-hang.")
def _waiting(world):
    mail(world, MailState.WAITING, days=2)


def petition(world, body, moment):
    asked = {"kind": PetitionKind.MORE_TIME, "reason": "Lũ.", "until": dt.date(2020, 12, 20), "at": moment}
    Petition.objects.create(report=world.report(body), by=world.user(f"{body}-ky"), **asked)


@plant("petition_waiting", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020: Xin thêm thời gian.")
def _unanswered(world):
    petition(world, "chiem-hoa", at(2020, 11, 26, 11))


def paper(world, body, days):
    day = dt.date(2020, 11, 20)
    read = {"number": "1/BC", "signed_on": day, "incoming_number": "301", "received_on": day}
    moment = NOW - dt.timedelta(days=days, seconds=1)
    PaperEntry.objects.create(report=world.report(body), by=world.officer, at=moment, **read)


@plant("paper_entry_open", "Ủy ban nhân dân huyện Chiêm Hóa, năm 2020: số đến 301.")
def _half_entered(world):
    paper(world, "chiem-hoa", 7)


def test_a_province_in_order_has_no_defect(world):
    assert found() == {}


def test_every_check_has_its_plant():
    codes = [check.kind.code for check in CHECKS]
    assert sorted(codes) == sorted(PLANTS)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("code", PLANTS)
def test_each_kind_of_defect_is_found_once_and_nothing_else(client, world, code):
    """And its link leads to a page that whoever puts it right has."""
    from reports.letters import LETTERS

    how, sentence = PLANTS[code]
    how(world)
    names = ", ".join("{" + name + "}" for name in LETTERS[NoticeKind.RETURNED].names)
    told = sentence.replace("%(file)s", str(world.attachment.pk)).replace("%(names)s", names)
    assert found() == {code: [told]}
    (each,) = [each for each in run(Scope(everything=True, files=True)) if each.count]
    client.force_login(world.user("quan-tri" if each.kind.desk == Role.ADMINISTRATOR else "chuyen-vien"))
    assert [client.get(defect.url).status_code for defect in each.examples if defect.url] in ([200], [])


# --- what is no defect ------------------------------------------------------------------------------


def test_what_is_as_it_should_be_is_not_told(world):
    """The other side of each border."""
    User.objects.filter(username="na-hang").update(last_login=None, date_joined=at(2020, 11, 2))  # new
    User.objects.filter(username="na-hang-ky").update(last_login=at(2019, 12, 3))
    User.objects.filter(username="so-y-te-ky").update(email="", phone="")  # the other one is reached
    User.objects.filter(username="lanh-dao").update(email="")
    Body.objects.filter(code="so-tu-phap").update(phone="0207 3 000 001")
    User.objects.filter(body__code="so-tu-phap").update(phone="")
    Report.objects.filter(body__code="chiem-hoa").update(extended_to=dt.date(2020, 12, 1))  # today is in time
    Report.objects.filter(body__code="ham-yen").update(extended_to=dt.date(2020, 11, 30))
    Call.objects.create(report=world.report("ham-yen"), spoke_with="Văn thư", answer="Mai gửi.", by=world.officer)
    Report.objects.filter(body__code="yen-son").update(status="exempt")
    correction(world, 1)
    mail(world, MailState.WAITING, days=1, key="a")
    mail(world, MailState.SENT, days=9, key="b")
    mail(world, MailState.NONE, days=9, key="c")
    petition(world, "lam-binh", at(2020, 11, 26, 13))
    paper(world, "son-duong", 6)
    Wording.objects.create(key=NoticeKind.RETURNED, subject="Trả lại", text="Gửi {ho_ten}", by=world.officer)
    Wording.objects.create(key=NoticeKind.RETURNED, subject="Trả lại", text="Gửi {co_quan}", by=world.officer)
    assert found() == {}


def test_a_closed_body_keeps_its_accounts_while_it_has_something_to_send(world):
    Body.objects.filter(code="lam-binh").update(valid_to=dt.date(2020, 11, 30))
    assert set(found()) == {"account_of_closed_body"}  # closed before the deadline: it owes nothing any more
    Body.objects.filter(code="lam-binh").update(valid_to=dt.date(2020, 12, 14))
    later = {each.kind.code: each.count for each in run(Scope(at(2020, 12, 20)))}
    assert (later["account_of_closed_body"], later["overdue_never_called"]) == (0, 37)


def test_a_withdrawn_or_renewed_line_does_not_rest(world):
    correction(world, 0)
    line = correction(world, 1)
    assert found() == {}
    raw(Correction).filter(pk=line.pk).update(withdrawn=True, value=None)
    assert found() == {}


def test_nobody_leads_at_all(world):
    LeadTerm.objects.filter(body__code="so-ldtbxh").update(valid_to=dt.date(2020, 11, 20))
    assert found()["no_lead"] == ["Từ ngày 21/11/2020 đến ngày 01/12/2020 không có cơ quan chủ trì."]


@pytest.mark.django_db
def test_an_empty_portal_says_what_is_missing():
    """Before the first accounts and the first round."""
    kinds = {each.kind.code: each.count for each in run() if each.count}
    assert kinds == {"body_without_reporter": 39, "body_without_phone": 39, "round_not_opened": 1}


# --- the page and the command -----------------------------------------------------------------------

PAGE = "/tu-kiem-tra/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("chuyen-vien", 200), ("quan-tri", 200), ("lanh-dao", 404), ("na-hang", 404), ("na-hang-ky", 404)],
)
def test_who_sees_the_page_and_its_link(client, world, who, status):
    client.force_login(world.user(who))
    assert client.get(PAGE).status_code == status
    assert ('href="/tu-kiem-tra/"' in client.get("/van-ban/").content.decode()) == (status == 200)
    assert client.post(PAGE).status_code in (404, 405)


def main(client, who, world):
    client.force_login(world.user(who))
    answer = client.get(PAGE)
    assert answer["Cache-Control"] == "private, no-store"
    return re.search(r"<main.*?</main>", answer.content.decode(), re.S).group()


def test_a_clean_page_says_so(client, world):
    page = main(client, "chuyen-vien", world)
    assert "Không có gì phải xử lý." in page
    assert f"{len(CHECKS)} mục đã xem, không có gì sai" in page
    assert "<h3>" not in page


@pytest.mark.parametrize(
    ("who", "leads"),
    [("chuyen-vien", ["/bao-cao/2020/so-y-te/ban-gui/"]), ("quan-tri", ["/quan-tri/directives/body/"])],
)
def test_links_lead_to_pages_that_the_person_has(client, world, who, leads):
    _no_phone(world)
    _rewritten(world)
    page = main(client, who, world)
    assert [re.sub(r"\d+/change/$", "", href) for href in re.findall(r'<li>.*?href="(.*?)"', page)] == leads
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == ["Lỗi phải xử lý", "Cần xem"]
    for href in re.findall(r'<li>.*?href="(.*?)"', page):
        assert client.get(href).status_code == 200


def test_no_address_no_number_no_name_is_told(client, world):
    User.objects.update(first_name="Bí Mật")
    for how in (_one_box, _failed, _idle, _never_signed_in):
        how(world)
    for who in ("chuyen-vien", "quan-tri"):
        page = main(client, who, world)
        assert not re.search(r"@|0207|Bí Mật", page)


def many_defects(world, bodies):
    """Of as many kinds as can stand together, in each of ``bodies``."""
    User.objects.filter(body__code__in=bodies, role=Role.REPORTER).update(is_active=False)
    User.objects.filter(body__code__in=bodies).update(phone="", email="", last_login=at(2019, 1, 1))
    Report.objects.filter(body__code__in=bodies).update(extended_to=dt.date(2020, 11, 30))
    for body in bodies:
        report = world.report(body)
        Figure.objects.create(report=report, indicator=Indicator.objects.get(code="T6.01"), option="girls", value=1)
        petition(world, body, at(2020, 11, 1))
        paper(world, body, 9)
        mail(world, MailState.FAILED, key=f"a{body}")
        mail(world, MailState.WAITING, days=5, key=f"b{body}")
        Report.objects.filter(pk=report.pk).update(status="returned")
        correction_of = {"reported": 0, "value": 2, "reason": "x", "by": world.officer, "version": 0}
        indicator = Indicator.objects.get(code="T6.06")
        Correction.objects.create(report=world.report("so-y-te"), indicator=indicator, **correction_of)


def test_queries_do_not_grow(client, world):
    def asked():
        client.force_login(world.user("chuyen-vien"))
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    none = asked()
    many_defects(world, ["chiem-hoa"])
    one = asked()
    many_defects(world, ["ham-yen", "yen-son", "lam-binh"])
    assert one == asked()
    assert none <= one <= 80


def test_at_most_twenty_are_named_and_all_are_counted(client, world):
    User.objects.filter(role=Role.SIGNATORY).update(last_login=at(2019, 1, 1))
    number = User.objects.filter(role=Role.SIGNATORY).count()
    (idle,) = [each for each in run() if each.count]
    assert (idle.count, len(idle.examples), idle.more) == (number, MOST, number - MOST)
    page = main(client, "quan-tri", world)
    assert f"({number})" in page
    assert f"… và {number - MOST} trường hợp khác." in page


def told_by_the_command(*args):
    out = io.StringIO()
    try:
        call_command("check_data", *args, stdout=out)
    except CommandError as error:
        return error.returncode, str(error), out.getvalue().splitlines()
    return 0, "", out.getvalue().splitlines()


def test_the_command_on_a_clean_province(world):
    assert told_by_the_command() == (0, "", ["Không có gì phải xử lý."])


def test_the_command_with_warnings_only(world):
    _no_phone(world)
    _newer_edition(world)
    assert told_by_the_command() == (
        0,
        "",
        [
            "[cần xem] Cơ quan không có số điện thoại để đôn đốc: 1",
            f"    {NA_HANG}: không có số điện thoại nào.",
            "    → Ghi số điện thoại của cơ quan, hoặc của người lập báo cáo.",
            "[để biết] Kỳ đang làm theo danh mục cũ: 1",
            "    năm 2020: Danh mục phiên bản 1; nay đã có bản mới hơn.",
            "    → Không phải làm gì: kỳ giữ danh mục của ngày mở; danh mục mới dùng cho kỳ mở sau.",
            "Không có lỗi.",
        ],
    )


def test_the_command_with_errors_ends_with_one(world):
    _no_phone(world)
    _tampered(world)
    code, said, lines = told_by_the_command()
    assert (code, said) == (1, "Có 1 lỗi phải xử lý.")
    assert lines[:2] == [
        "[lỗi] Số liệu đã duyệt khác bản cơ quan đã gửi: 1",
        f"    {NA_HANG}, năm 2020: số liệu đang lưu khác lần gửi 1.",
    ]


@pytest.mark.parametrize(("args", "code"), [([], 1), (["--files"], 1), (["--newest"], 0), (["--newest", "--files"], 1)])
def test_how_deep_the_command_reads(world, monkeypatch, args, code):
    """The page reads the newest files up to a limit; the command reads them when it is told to, or a few."""
    _other_bytes(world)
    monkeypatch.setattr("reports.data_check.evidence.READ_BYTES", 3 if "--newest" in args else 100)
    assert told_by_the_command(*args)[0] == code


def test_the_page_looks_at_the_newest_sendings_and_the_command_at_all(world, monkeypatch):
    _tampered(world)
    monkeypatch.setattr("reports.data_check.evidence.NEWEST_SENDINGS", 1)
    assert found() == {"accepted_differs": [PLANTS["accepted_differs"][1]]}
    world.send("chiem-hoa")
    move(world.report("chiem-hoa"), Action.ACCEPT, by=world.officer, at=NOW + dt.timedelta(minutes=1))
    assert [each.kind.code for each in run() if each.count] == []
    assert told_by_the_command("--newest")[0] == 0
    assert told_by_the_command()[0] == 1


def test_a_sending_that_is_not_in_the_journal_is_told(world):
    Report.objects.filter(body__code="na-hang").update(version=7)
    assert found()["accepted_differs"] == [f"{NA_HANG}, năm 2020: số liệu đang lưu khác lần gửi 7."]


def test_figures_without_a_sending_and_sendings_without_figures(world):
    """Nothing is stored though something was sent, in the first and the last report."""
    for code in ("chiem-hoa", "son-duong"):
        world.send(code)
        move(world.report(code), Action.ACCEPT, by=world.officer)
    accepted = list(Report.objects.accepted().order_by("pk"))
    for report in (accepted[0], accepted[-1]):
        report.figures.all().delete()
    rollup.renew(world.period)
    told = found()
    assert list(told) == ["accepted_differs"]
    assert len(told["accepted_differs"]) == 2
