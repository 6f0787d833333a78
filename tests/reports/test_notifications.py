"""Each event tells each person concerned exactly once and nobody else; nothing of a placeholder is left."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import translation

from directives.choices import Role
from directives.models import Body, Obligation, User
from reports import corrections, letters, notifications, petitions, questions
from reports.answers import Answer, Cell
from reports.choices import Action, MailState, NoticeKind, PetitionKind
from reports.letters import LETTERS
from reports.models import Download, Notice, Period, Wording
from reports.models.opening import AdHoc
from reports.rounds import open_round
from reports.workflow import Remark, accept_many, move
from tests.conftest import at, person
from tests.factories import accept, fill, send

pytestmark = pytest.mark.django_db

EVERYBODY = ("lan", "ky", "minh", "yen", "huyen", "tu", "hung", "quan")
DAY = dt.date(2020, 12, 10)


@pytest.fixture
def people(cast, settings):
    """The cast, each with an address."""
    settings.MAIL_CONFIGURED = True
    for name in EVERYBODY:
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    for name in EVERYBODY:
        getattr(cast, name).refresh_from_db()
    return cast


@pytest.fixture
def now(time_machine):
    time_machine.move_to(at(2020, 12, 1, 9), tick=False)
    return time_machine


def told(since=0):
    """{person: [kinds]} of the notices after number ``since``."""
    found = {}
    for name, kind in Notice.objects.filter(pk__gt=since).order_by("pk").values_list("recipient__username", "kind"):
        found.setdefault(name, []).append(kind)
    return found


def latest():
    return Notice.objects.order_by("pk").values_list("pk", flat=True).last() or 0


# --- who is told of what ------------------------------------------------------------------------


class Scene:
    """The report of Na Hang and what can happen to it."""

    def __init__(self, report, cast):
        self.report, self.cast = report, cast

    def move(self, action, by, **extra):
        return move(self.report, action, by=by, note="Lý do", **extra)

    def sent(self):
        send(self.report, self.cast.lan)

    def accepted(self):
        accept(self.report, self.cast.lan, self.cast.huyen)

    def returned(self):
        self.sent()
        self.move(Action.RETURN, self.cast.huyen)

    def handed(self):
        fill(self.report)
        self.move(Action.HAND, self.cast.lan)

    def exempted(self):
        self.move(Action.EXEMPT, self.cast.huyen)

    def on_paper(self):
        self.move(Action.REGISTER, self.cast.huyen)

    def downloaded(self):
        self.accepted()
        for name in ("huyen", "tu", "hung"):
            Download.objects.create(period=self.report.period, by=getattr(self.cast, name), format="xlsx")

    def asked(self, kind=PetitionKind.MORE_TIME):
        until = dt.date(2020, 12, 20) if kind == PetitionKind.MORE_TIME else None
        return petitions.ask(self.report, kind, "Lý do riêng", until, self.cast.lan)

    def asked_time(self):
        self.petition = self.asked()

    def asked_back(self):
        self.downloaded()
        self.petition = self.asked(PetitionKind.TAKE_BACK)

    def corrected(self):
        self.accepted()
        self.line = self.correct()

    def correct(self):
        cell = Cell("T6.17")
        return corrections.correct(
            self.report, cell, Answer(value=5), "Cộng lại", by=self.cast.huyen, version=self.report.version
        )

    def asked_figure(self):
        self.accepted()
        self.question = self.ask_about_a_figure()

    def ask_about_a_figure(self):
        period = self.report.period
        return questions.ask(period, questions.figure(period, "T6.17"), "Lý do riêng", DAY, self.cast.hung)


def both(kind):
    return {"lan": [kind], "ky": [kind]}


def officers(kind):
    return {"huyen": [kind], "tu": [kind]}


EVENTS = {  # what happens after what, and who is told of which
    "sent by its signatory": (
        lambda s: fill(s.report),
        lambda s: s.move(Action.SUBMIT, s.cast.ky),
        both("received") | officers("sent_in"),
    ),
    "sent again": (
        Scene.returned,
        lambda s: s.move(Action.SUBMIT, s.cast.ky),
        both("received") | officers("resent"),
    ),
    "returned": (Scene.sent, lambda s: s.move(Action.RETURN, s.cast.huyen), both("returned")),
    "accepted": (Scene.sent, lambda s: s.move(Action.ACCEPT, s.cast.tu), both("accepted")),
    "accepted with others": (
        Scene.sent,
        lambda s: accept_many([s.report], by=s.cast.huyen),
        both("accepted"),
    ),
    "recalled": (Scene.sent, lambda s: s.move(Action.RECALL, s.cast.lan), officers("recalled")),
    "reopened, nobody used it": (Scene.accepted, lambda s: s.move(Action.REOPEN, s.cast.huyen), both("reopened")),
    "reopened, three used it, one of them reopens": (
        Scene.downloaded,
        lambda s: s.move(Action.REOPEN, s.cast.huyen),
        both("reopened") | {"tu": ["reopened"], "hung": ["reopened"]},
    ),
    "exempted": (lambda s: None, lambda s: s.move(Action.EXEMPT, s.cast.huyen), both("exempted")),
    "included again": (Scene.exempted, lambda s: s.move(Action.INCLUDE, s.cast.huyen), both("included")),
    "entered from paper": (lambda s: None, lambda s: s.move(Action.REGISTER, s.cast.huyen), both("paper")),
    "no longer entered": (Scene.on_paper, lambda s: s.move(Action.HAND_BACK, s.cast.huyen), both("paper_end")),
    "handed to its signatory": (lambda s: fill(s.report), lambda s: s.move(Action.HAND, s.cast.lan), {}),
    "fetched back": (Scene.handed, lambda s: s.move(Action.FETCH, s.cast.lan), {}),
    "declined": (Scene.handed, lambda s: s.move(Action.DECLINE, s.cast.ky), {}),
    "more time asked": (lambda s: None, lambda s: s.asked(), officers("asked")),
    "more time asked twice with the same words": (Scene.asked_time, lambda s: s.asked(), {}),
    "more time granted": (
        Scene.asked_time,
        lambda s: petitions.decide(s.petition, True, s.cast.huyen),
        both("decided"),
    ),
    "more time refused": (
        Scene.asked_time,
        lambda s: petitions.decide(s.petition, False, s.cast.huyen, "Không"),
        both("decided"),
    ),
    "more time by telephone": (
        lambda s: None,
        lambda s: petitions.grant_time(s.report, dt.date(2020, 12, 20), "Gọi điện", s.cast.huyen),
        both("decided"),
    ),
    "taking back granted: one message, and those who used it": (
        Scene.asked_back,
        lambda s: petitions.decide(s.petition, True, s.cast.huyen),
        {"lan": ["decided"], "ky": ["decided"], "tu": ["reopened"], "hung": ["reopened"]},
    ),
    "taking back refused": (
        Scene.asked_back,
        lambda s: petitions.decide(s.petition, False, s.cast.huyen, "Không"),
        both("decided"),
    ),
    "corrected": (Scene.accepted, Scene.correct, both("corrected")),
    "correction withdrawn": (
        Scene.corrected,
        lambda s: corrections.withdraw(s.report, Cell("T6.17"), "Nhầm", by=s.cast.huyen),
        both("corrected"),
    ),
    "correction answered": (
        Scene.corrected,
        lambda s: corrections.reply(s.line, "Không đồng ý", by=s.cast.lan),
        officers("answered"),
    ),
    "a leader asks about a figure": (Scene.accepted, Scene.ask_about_a_figure, officers("fig_asked")),
    "a leader's question answered": (
        Scene.asked_figure,
        lambda s: questions.answer(s.question, "Lý do riêng", s.cast.huyen),
        {"hung": ["fig_told"]},
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_tells_whom_it_concerns_and_nobody_else(name, report, people, now):
    before, event, expected = EVENTS[name]
    scene = Scene(report, people)
    before(scene)
    scene.report.refresh_from_db()
    since = latest()
    event(scene)
    assert {who: told(since).get(who, []) for who in EVERYBODY} == {who: expected.get(who, []) for who in EVERYBODY}
    assert not Notice.objects.exclude(recipient__username__in=EVERYBODY).exists()
    for notice in Notice.objects.filter(pk__gt=since):
        assert "{" not in notice.subject + notice.text
        assert "}" not in notice.subject + notice.text
        assert "None" not in notice.text
        assert "Lý do riêng" not in notice.text


def test_every_step_of_the_workflow_is_in_the_table():
    told_of = {*notifications.TO_THE_BODY, Action.RECALL}
    silent = {Action.HAND, Action.FETCH, Action.DECLINE}  # inside the body
    elsewhere = {Action.EXTEND, Action.REFUSE, Action.CORRECT}  # told by petitions and corrections
    assert told_of | silent | elsewhere == set(Action)


def test_a_round_tells_every_body_that_is_asked(people, now):
    opening_people = User.objects.filter(role__in=(Role.REPORTER, Role.SIGNATORY))
    from reports.models.opening import Opening

    open_round(Opening(Obligation.objects.get(), 2020), by=people.huyen, exempt={"so-y-te": "Thanh tra"})
    assert {who: told().get(who, []) for who in EVERYBODY} == {
        "lan": ["opened"],
        "ky": ["opened"],
        "minh": ["opened"],
        "yen": ["exempted"],
        "huyen": [],
        "tu": [],
        "hung": [],
        "quan": [],
    }
    assert opening_people.count() == 4
    letter = Notice.objects.get(recipient=people.lan)
    assert letter.subject == "Mở kỳ báo cáo năm 2020: gửi trước ngày 15/12/2020"
    for words in (
        "Kính gửi: Ủy ban nhân dân huyện Na Hang,",
        "ngày cuối cùng đúng hạn là 14/12/2020, còn 9 ngày làm việc",
        "\n1. ",
        "\n7. ",
        "http://localhost:8000/bao-cao/2020/na-hang/",
    ):
        assert words in letter.text
    assert letter.text.endswith(letter.period.lead_name)


def test_without_address_switched_off_or_without_a_server_there_is_a_notice_and_no_mail(report, people, settings, now):
    User.objects.filter(username="lan").update(email="")
    person("cu", Role.REPORTER, "na-hang")
    User.objects.filter(username="cu").update(is_active=False, email="cu@example.org")
    send(report, people.lan)
    assert sorted(Notice.objects.filter(kind="received").values_list("recipient__username", "mail", "address")) == [
        ("ky", "released", "ky@example.org"),
        ("lan", "none", ""),
    ]
    settings.MAIL_CONFIGURED = False
    move(report, Action.RETURN, by=people.huyen, note="Sửa")
    assert set(Notice.objects.filter(kind="returned").values_list("recipient__username", "mail")) == {
        ("ky", "none"),
        ("lan", "none"),
    }


def test_officers_have_no_mail_of_their_own(report, people, now):
    send(report, people.lan)
    assert set(Notice.objects.filter(kind="sent_in").values_list("recipient__username", "mail", "reference")) == {
        ("huyen", "none", ""),
        ("tu", "none", ""),
    }


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_mass_mails_wait_and_answers_go_at_once(kind, report, people):
    waits = kind in ("opened", "due_30", "due_7", "due_1", "overdue")
    assert LETTERS[kind].waits is waits


def test_the_office_decides_which_kinds_wait(report, people, now):
    Wording.objects.create(key="received", text="", waits=True, by=people.huyen)
    send(report, people.lan)
    assert set(Notice.objects.filter(kind="received").values_list("mail", flat=True)) == {MailState.WAITING}


def test_the_office_is_the_sender_and_each_mail_has_its_own_number(report, people, now):
    send(report, people.lan)
    mails = Notice.objects.filter(kind="received")
    assert {mail.sender for mail in mails} == {report.period.lead_name}
    assert len({mail.reference for mail in mails}) == 2
    assert all(mail.reference.endswith("@localhost>") for mail in mails)


# --- what the letters say -----------------------------------------------------------------------


def test_the_receipt_stands_in_the_letter(report, people, now):
    send(report, people.lan, at=at(2020, 12, 1, 10, 5))
    receipt = report.events.sendings().get().receipt
    letter = Notice.objects.get(recipient=people.lan, kind="received")
    assert letter.subject == "Đã nhận báo cáo năm 2020, lần gửi 1"
    for line in ("Lần gửi: 1", "Lúc: 10:05, 01/12/2020", f"Dấu vân tay dữ liệu: {receipt.fingerprint}"):
        assert line in letter.text.splitlines()
    assert letter.url == "/bao-cao/2020/na-hang/bien-nhan/1/"


def test_a_return_tells_how_many_points_and_until_when_but_not_their_words(report, people, now):
    send(report, people.lan, figures={"T6.17": 48_731})
    points = [Remark(6, "T6.17", "48.731 quá cao, cháu Nguyễn Văn Bí Mật"), Remark(5, "", "Viết rõ hơn")]
    move(report, Action.RETURN, by=people.huyen, note="Chú ý 48.731", remarks=points, return_by=DAY)
    letter = Notice.objects.get(recipient=people.lan, kind="returned")
    assert letter.subject == "Báo cáo năm 2020 được trả lại để sửa (2 điểm cần sửa)"
    assert "sửa và gửi lại đến hết ngày 10/12/2020" in letter.text
    for typed in ("48.731", "Bí Mật", "Viết rõ", "Chú ý"):
        assert typed not in letter.subject + letter.text


def test_letters_are_vietnamese_whatever_the_screen_also_with_two_threads(report, people, now):
    with translation.override("en"):
        send(report, people.lan)
        assert translation.get_language() == "en"
    assert "báo cáo năm 2020" in Notice.objects.filter(kind="received").first().subject


def test_the_language_of_one_thread_is_not_that_of_another():
    """Two people with English screens act at once: each has English afterwards."""
    from reports.post import in_vietnamese

    inside, go_on, languages = threading.Barrier(2), threading.Barrier(2), []

    @in_vietnamese
    def write():
        inside.wait()
        go_on.wait()

    def act(language):
        translation.activate(language)
        write()
        languages.append((language, translation.get_language()))

    threads = [threading.Thread(target=act, args=(language,)) for language in ("en", "vi")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(languages) == [("en", "en"), ("vi", "vi")]


def test_braces_in_a_title_are_no_placeholders(people, now):
    from reports.models.opening import AdHoc, Opening

    ad_hoc = AdHoc("Báo cáo {gấp} {0.x}", dt.date(2020, 12, 20), bodies=["na-hang"])
    open_round(Opening(Obligation.objects.get(), 2020, ad_hoc=ad_hoc), by=people.huyen)
    letter = Notice.objects.get(recipient=people.lan)
    assert letter.subject.startswith("Mở kỳ báo cáo Báo cáo (gấp) (0.x): gửi")
    assert "{" not in letter.text


def test_a_very_long_title_is_cut_in_the_subject(report, people, now):
    type(report.period).objects.filter(pk=report.period_id).update(title="Rất dài " * 25)
    report.name = "Cơ quan " * 25
    report.save()
    petitions.ask(report, PetitionKind.MORE_TIME, "Lý do", dt.date(2020, 12, 20), people.lan)
    notice = Notice.objects.filter(kind="asked").first()
    assert len(notice.subject) == 300
    assert notice.subject.endswith("…")


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_words_that_cannot_be_filled_in_any_more_stop_no_act(kind, report, people):
    """A placeholder went with a new edition of the portal: the letter that the portal comes with goes out."""
    from reports import wordings

    values = notifications.example(kind, report)
    old = wordings.Words("{ten_cu}", "Chào {ten_cu", False)
    subject, text = wordings.written(kind, values, old)
    assert "ten_cu" not in subject + text
    assert "{" not in subject + text


def test_an_example_knows_nothing_of_a_sending_that_was_taken_back(report, people, now):
    """Neither its fingerprint nor its count: the province never had it."""

    def shown():
        found = notifications.example("received", report)
        return [found[name] for name in ("so_o", "dau_van_tay", "lan_gui", "luc")]

    send(report, people.lan, at=at(2020, 12, 1, 8))
    first = report.events.sendings().get().receipt
    assert shown() == [str(first.figures), first.fingerprint, "1", "08:00, 01/12/2020"]
    move(report, Action.RECALL, by=people.lan)
    report.refresh_from_db()
    assert shown() == ["100", "0" * 64, "1", "09:00, 01/12/2020"]
    move(report, Action.SUBMIT, by=people.ky, at=at(2020, 12, 1, 8, 30))
    second = report.events.sendings().last().receipt
    move(report, Action.RETURN, by=people.huyen, note="Sửa")
    move(report, Action.SUBMIT, by=people.ky)
    move(report, Action.RECALL, by=people.ky)
    report.refresh_from_db()
    assert shown() == [str(second.figures), second.fingerprint, "2", "08:30, 01/12/2020"]


# --- who used it --------------------------------------------------------------------------------


def test_who_took_the_next_years_figures_used_this_year_too(people, obligation, period, now):
    """A summary shows the year before beside its own: only that of the same round, since the acceptance."""
    own = Period.objects.open(obligation, 2019, as_of=dt.date(2020, 12, 1))
    later = Period.objects.open(obligation, 2021, as_of=dt.date(2020, 12, 1))
    earlier = Period.objects.open(obligation, 2018, as_of=dt.date(2020, 12, 1))
    ad_hoc = Period.objects.open(obligation, 2020, ad_hoc=AdHoc("Rà soát", dt.date(2020, 12, 20), bodies=["na-hang"]))
    report = own.reports.select_related("period", "body").get(body__code="na-hang")
    Download.objects.create(period=period, by=people.quan, format="xlsx", at=at(2020, 12, 1, 8))
    accept(report, people.lan, people.huyen)
    for taken, name in ((period, "tu"), (later, "minh"), (earlier, "yen"), (ad_hoc, "hung"), (period, "huyen")):
        Download.objects.create(period=taken, by=getattr(people, name), format="xlsx")
    assert [user.username for user in notifications.who_used(report, but=people.huyen)] == ["tu"]
    Download.objects.create(period=own, by=people.hung, format="xlsx")
    assert [user.username for user in notifications.who_used(report, but=people.huyen)] == ["tu", "hung"]


def test_what_was_reported_for_an_ad_hoc_round_stands_beside_no_year(people, obligation, period, now):
    ad_hoc = Period.objects.open(obligation, 2019, ad_hoc=AdHoc("Rà soát", dt.date(2020, 12, 20), bodies=["na-hang"]))
    report = ad_hoc.reports.select_related("period", "body").get()
    accept(report, people.lan, people.huyen)
    Download.objects.create(period=period, by=people.tu, format="xlsx")
    Download.objects.create(period=ad_hoc, by=people.hung, format="xlsx")
    assert [user.username for user in notifications.who_used(report, but=people.huyen)] == ["hung"]


# --- twice, and not at all ----------------------------------------------------------------------


def test_what_runs_twice_tells_once(report, people, now):
    send(report, people.lan)
    event = report.events.sendings().get()
    before = told()
    notifications.happened(event)
    notifications.happened(event)
    assert told() == before


def test_an_act_that_is_undone_has_told_nobody(report, people, now):
    fill(report)
    with transaction.atomic():
        move(report, Action.SUBMIT, by=people.ky)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_accepting_many_takes_a_fixed_number_of_statements(period, people, now, django_assert_max_num_queries):
    """Ten reports take as many statements as two."""
    reports = list(period.reports.select_related("body", "period").order_by("position")[:12])
    events = []
    for number, report in enumerate(reports):
        person(f"nguoi-{number}", Role.REPORTER, report.body.code)
        events.append(report.events.create(action=Action.ACCEPT, by=people.huyen, version=1))
    User.objects.update(email="x@example.org")
    with django_assert_max_num_queries(20) as two:
        notifications.accepted(events[:2])
    with django_assert_max_num_queries(20) as ten:
        notifications.accepted(events[2:])
    assert len(ten) == len(two)
    assert Notice.objects.filter(kind="accepted", recipient__username__startswith="nguoi-").count() == 12


def test_reminders_that_still_wait_stop_when_the_report_comes(report, people, now):
    notifications.period_opened(report.period)
    assert set(Notice.objects.filter(report=report).values_list("mail", flat=True)) == {"waiting"}
    send(report, people.lan)
    own = Notice.objects.filter(report=report, kind="opened")
    assert {(n.mail, n.error) for n in own} == {("stopped", notifications.POINTLESS)}
    others = Notice.objects.filter(kind="opened").exclude(report=report)
    assert set(others.values_list("mail", flat=True)) == {"waiting"}


@pytest.mark.parametrize("state", ["waiting", "released"])
@pytest.mark.parametrize("kind", ["opened", "due_30", "due_7", "due_1", "overdue"])
def test_what_asks_for_a_report_stops_when_its_paper_is_being_entered(report, people, now, kind, state):
    notifications.period_opened(report.period)
    Notice.objects.update(kind=kind, mail=state)
    move(report, Action.REGISTER, by=people.huyen, note="Giấy")
    own = Notice.objects.filter(report=report, kind=kind)
    assert {(n.mail, n.error) for n in own} == {("stopped", notifications.POINTLESS)}
    assert set(Notice.objects.exclude(report=report).values_list("mail", flat=True)) == {state}


def test_ten_officers_accept_at_once(transactional_db, report, people, settings):
    """Whoever wins tells; nobody tells twice."""
    from reports.workflow import NotAllowed

    send(report, people.lan)
    start = threading.Barrier(6)

    def run():
        try:
            start.wait()
            move(report, Action.ACCEPT, by=people.huyen)
        except NotAllowed:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Notice.objects.filter(kind="accepted").values_list("recipient__username", flat=True)) == ["ky", "lan"]


def test_letters_hold_nothing_but_known_placeholders():
    from reports import wordings

    assert set(LETTERS) == set(NoticeKind)
    for kind, letter in LETTERS.items():
        assert wordings.checked(kind, letter.subject, letter.text) == (letter.subject, letter.text)
        assert set(letter.names) <= set(wordings.MEANINGS)
    assert letters.REASONS.count("\n") + 1 == len(wordings.reasons_in(letters.REASONS))


def test_people_of_bodies_that_closed_or_others_hear_nothing(report, people, now):
    other = person("khac", Role.REPORTER, "chiem-hoa")
    Body.objects.filter(code="chiem-hoa").update(valid_to=dt.date(2020, 6, 30))
    send(report, people.lan)
    assert not Notice.objects.filter(recipient=other).exists()
