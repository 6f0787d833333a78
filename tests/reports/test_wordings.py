"""The office's words: what may stand in braces, what is refused, history, a look at a real letter."""

import html
import re
import time

import pytest

from reports import wordings
from reports.choices import NoticeKind
from reports.letters import LETTERS, REASONS
from reports.models import Notice, Wording
from reports.models.journal import AppendOnlyError
from reports.wordings import BadWords, checked, current, fill, reasons, save, save_reasons
from tests.factories import send
from tests.reports.test_races import together

pytestmark = pytest.mark.django_db

PAGE = "/thu-di/loi-van/"
GOOD = "Báo cáo {ky} của {co_quan}: {lien_ket}"


def text_of(response):
    """What the page says, without its elements."""
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


WRONG = [
    ("Chào {nguoi_nhan}", "{nguoi_nhan}"),
    ("Chào {}", "{}"),
    ("Chào {0}", "{0}"),
    ("Chào {co_quan.name}", "{co_quan.name}"),
    ("Chào {co_quan[0]}", "{co_quan[0]}"),
    ("Chào {co_quan!r}", "{co_quan!r}"),
    ("Chào {co_quan:>30}", "{co_quan:>30}"),
    ("Chào {co_quan:{ky}}", "{co_quan:{ky}}"),
    ("Chào { co_quan }", "{ co_quan }"),
    ("Chào {co_quan", "chưa đóng"),
    ("Chào co_quan}", "chưa đóng"),
    ("Chào {co_quan!}", "chưa đóng"),
    ("Chào {{co_quan}}", "liền nhau"),
    ("Chào {{{co_quan}}}", "liền nhau"),
    ("", "trống"),
    ("\x00 \n", "trống"),
    ("x" * 6001, "6001"),
    ("{" * 6000, "liền nhau"),
]


@pytest.mark.parametrize(("typed", "named"), WRONG)
def test_what_cannot_be_filled_in_is_refused_by_name(cast, typed, named):
    with pytest.raises(BadWords) as refusal:
        save("accepted", "Báo cáo {ky}", typed, waits=False, by=cast.huyen, seen=0)
    assert {field for field, _sentence in refusal.value.errors} == {"text"}
    assert named in str(refusal.value)
    assert not Wording.objects.exists()


def test_a_placeholder_of_another_letter_is_unknown_here(cast):
    with pytest.raises(BadWords) as refusal:
        checked("accepted", "Báo cáo {ky}", "Vân tay {dau_van_tay}")
    assert "{dau_van_tay}" in str(refusal.value)
    assert "{luc}" in str(refusal.value)  # what may be used is told
    assert checked("received", "Báo cáo {ky}", "Vân tay {dau_van_tay}") == ("Báo cáo {ky}", "Vân tay {dau_van_tay}")


def test_filling_in_knows_no_attributes():
    class Office:
        secret = "mật"

    with pytest.raises(KeyError):
        fill("{office.secret}", {"office": Office()})
    assert fill("{a} và {b}", {"a": "{b}", "b": "x}y{"}) == "(b) và x)y("


def test_saving_appends_and_the_newest_counts(cast):
    save("accepted", "Một {ky}", GOOD, waits=True, by=cast.huyen, seen=0)
    first = current()["accepted"]
    assert (first.subject, first.text, first.waits, first.own) == ("Một {ky}", GOOD, True, True)
    save("accepted", "Hai {ky}", GOOD, waits=False, by=cast.tu, seen=first.row)
    assert current()["accepted"].subject == "Hai {ky}"
    assert list(wordings.history("accepted").values_list("subject", "by__username")) == [
        ("Hai {ky}", "tu"),
        ("Một {ky}", "huyen"),
    ]
    with pytest.raises(AppendOnlyError):
        Wording.objects.first().delete()


def test_saving_what_stands_there_adds_nothing(cast):
    letter = LETTERS["accepted"]
    save("accepted", letter.subject, letter.text, waits=letter.waits, by=cast.huyen, seen=0)
    assert not Wording.objects.exists()
    for _click in range(2):
        save("accepted", "Một {ky}", GOOD, waits=False, by=cast.huyen, seen=0)
    assert Wording.objects.count() == 1


def test_only_the_waiting_can_be_switched_and_the_words_stay_those_of_the_portal(cast):
    letter = LETTERS["accepted"]
    save("accepted", letter.subject, letter.text, waits=True, by=cast.huyen, seen=0)
    words = current()["accepted"]
    assert (words.waits, words.own, words.text) == (True, False, letter.text)
    assert Wording.objects.get().text == ""  # a new edition of the portal brings its own words


def test_a_colleague_who_was_quicker_is_not_overwritten(cast):
    save("accepted", "Một {ky}", GOOD, waits=False, by=cast.tu, seen=0)
    with pytest.raises(BadWords, match="Đồng nghiệp vừa sửa"):
        save("accepted", "Hai {ky}", GOOD, waits=False, by=cast.huyen, seen=0)
    assert current()["accepted"].subject == "Một {ky}"


def test_back_to_the_first_words(cast):
    wordings.reset("opened", by=cast.huyen, seen=0)
    assert not Wording.objects.exists()
    save("opened", "Một {ky}", GOOD, waits=False, by=cast.huyen, seen=0)
    wordings.reset("opened", by=cast.huyen, seen=current()["opened"].row)
    words = current()["opened"]
    assert (words.subject, words.text, words.waits) == (LETTERS["opened"].subject, LETTERS["opened"].text, True)
    assert Wording.objects.count() == 2


def test_the_offices_words_go_out(cast, report):
    save("accepted", "Duyệt {ky} {co_quan}", "Chào {co_quan}.", waits=False, by=cast.huyen, seen=0)
    send(report, cast.lan)
    from reports.workflow import move

    move(report, "accept", by=cast.huyen)
    notice = Notice.objects.filter(kind="accepted").first()
    assert (notice.subject, notice.text) == (
        "Duyệt năm 2020 Ủy ban nhân dân huyện Na Hang",
        "Chào Ủy ban nhân dân huyện Na Hang.",
    )


SAVES = {  # two officers, each with words of their own, on pages that showed the same row
    "a letter": (
        lambda text, by, seen: save("accepted", text, GOOD, waits=False, by=by, seen=seen),
        lambda: current()["accepted"].row,
    ),
    "one says it, one goes back": (
        lambda text, by, seen: (
            save("accepted", text, GOOD, waits=False, by=by, seen=seen)
            if by.username == "huyen"
            else save("accepted", LETTERS["accepted"].subject, text, waits=True, by=by, seen=seen)
        ),
        lambda: current()["accepted"].row,
    ),
    "the reasons": (
        lambda text, by, seen: save_reasons(text, by=by, seen=seen),
        lambda: wordings.newest_reasons()[1],
    ),
}


@pytest.mark.xdist_group("races")
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("what", SAVES)
def test_two_officers_save_at_once_and_the_second_is_told(transactional_db, cast, monkeypatch, what, before):
    """Also the very first words, when there is no row yet: nothing is lost that its writer believes to be saved."""
    say, row = SAVES[what]
    for number in range(before):
        say(f"Trước {number}", cast.huyen, row())
    look = wordings._refuse_stale

    def slowly(*args):
        look(*args)
        time.sleep(0.3)  # long enough for a second one to come between looking and writing

    monkeypatch.setattr(wordings, "_refuse_stale", slowly)
    seen = row()

    def act(by):
        try:
            return say(f"Của {by}", by, seen)
        except BadWords as refusal:
            return str(refusal)

    outcomes = together(lambda: act(cast.huyen), lambda: act(cast.tu))
    assert sorted(str(outcome)[:22] for outcome in outcomes) == ["None", "Đồng nghiệp vừa sửa lờ"]
    assert Wording.objects.count() == before + 1


@pytest.mark.xdist_group("races")
def test_two_clicks_at_once_save_once(transactional_db, cast):
    clicks = [lambda: save("accepted", "Một {ky}", GOOD, waits=False, by=cast.huyen, seen=0)] * 4
    clicks += [lambda: save_reasons("Một", by=cast.huyen, seen=0)] * 4
    assert together(*clicks) == [None] * 8
    assert sorted(Wording.objects.values_list("key", flat=True)) == ["accepted", "reasons"]


def test_reasons_refused_as_stale_are_saved_with_the_next_click(client, cast, monkeypatch):
    """The colleague saves after this page has looked: what it shows again is what stands there now."""
    client.force_login(cast.huyen)
    own = wordings.save_reasons

    def quicker(text, *, by, seen):
        own("Của Tú", by=cast.tu, seen=seen)
        own(text, by=by, seen=seen)

    monkeypatch.setattr(wordings, "save_reasons", quicker)
    late = client.post(PAGE + "ly-do/", {"text": "Của Huyền", "seen": "0"})
    monkeypatch.undo()
    again = re.search(r'name="seen" value="(\d+)"', late.content.decode()).group(1)
    assert (late.status_code, again) == (400, str(wordings.newest_reasons()[1]))


# --- ready-made reasons -------------------------------------------------------------------------


def test_ready_made_reasons(cast, django_assert_num_queries):
    first = REASONS.splitlines()
    with django_assert_num_queries(1):
        assert reasons() == first
    assert len(first) == len(set(first)) == 15
    save_reasons("  Một  lý do \r\n\r\nHai lý do\nMột lý do", by=cast.huyen, seen=0)
    assert reasons() == ["Một lý do", "Hai lý do"]
    wordings.reset_reasons(by=cast.huyen, seen=wordings.newest_reasons()[1])
    assert reasons() == first
    assert Wording.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "named"),
    [(" \n\n", "ít nhất một"), ("x" * 301, "Dòng 1"), ("\n".join(f"Lý do {n}" for n in range(61)), "61")],
)
def test_reasons_that_do_not_do(cast, typed, named):
    with pytest.raises(BadWords, match=named):
        save_reasons(typed, by=cast.huyen, seen=0)
    assert not Wording.objects.exists()


def test_reasons_of_a_colleague_are_not_overwritten(cast):
    save_reasons("Một", by=cast.tu, seen=0)
    with pytest.raises(BadWords, match="Đồng nghiệp"):
        save_reasons("Hai", by=cast.huyen, seen=0)


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [PAGE, PAGE + "accepted/", PAGE + "ly-do/"])
@pytest.mark.parametrize("who", ["lan", "ky", "hung", "quan", "huyen"])
def test_only_officers_see_and_change_the_words(client, cast, who, page):
    client.force_login(getattr(cast, who))
    expected = 200 if who == "huyen" else 404
    assert client.get(page).status_code == expected
    if who != "huyen":
        assert client.post(page, {"subject": "x", "text": "x"}).status_code in (404, 405)
        assert not Wording.objects.exists()


def test_the_list_names_every_kind_in_three_queries_more_than_nothing(client, cast, django_assert_max_num_queries):
    client.force_login(cast.huyen)
    client.get(PAGE)
    with django_assert_max_num_queries(8) as few:
        page = client.get(PAGE).content.decode()
    for kind in NoticeKind:
        assert f'href="{PAGE}{kind.value}/"' in page
    for kind in ("accepted", "returned", "opened"):
        save(kind, "Một {ky}", GOOD, waits=False, by=cast.huyen, seen=0)
    with django_assert_max_num_queries(8) as more:
        client.get(PAGE)
    assert len(few) == len(more)


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_every_letter_can_be_looked_at_with_a_real_report(client, cast, report, kind):
    client.force_login(cast.huyen)
    page = client.get(f"{PAGE}{kind}/")
    shown = text_of(page)
    look = shown[shown.rindex("Xem thử") :]
    assert page.status_code == 200
    assert "{" not in look
    assert "None" not in look
    if kind not in ("digest",):
        assert report.period.reports.order_by("position").first().name in look


def test_a_look_at_typed_words_saves_nothing_and_finds_a_body(client, cast, report):
    client.force_login(cast.huyen)
    typed = {"subject": "Kỳ {ky}", "text": "Riêng cho {co_quan}.", "body": "Na Hang", "look": "look", "seen": "0"}
    page = text_of(client.post(PAGE + "accepted/", typed))
    assert "Riêng cho Ủy ban nhân dân huyện Na Hang." in page
    assert "Riêng cho {co_quan}." in page  # what was typed is still in its field
    assert not Wording.objects.exists()
    typed["body"] = "Không có"
    assert "Không tìm thấy cơ quan “Không có”" in text_of(client.post(PAGE + "accepted/", typed))
    assert client.get(PAGE + "accepted/", {"body": "na-hang"}).status_code == 200


@pytest.mark.parametrize(
    "asked", ["na-hang", "na hang", "NA HANG", "Hang, Na", "huyện Na Hang", "uy ban nhan dan na hang"]
)
def test_a_body_is_found_as_on_the_board(client, cast, report, asked):
    client.force_login(cast.huyen)
    page = client.get(PAGE + "accepted/", {"body": asked})
    assert page.context["report"] == report
    assert page.context["note"] == ""


@pytest.mark.parametrize("asked", ["khong co", "...", "x " * 5000, "na hang " * 500])
def test_a_body_that_is_not_found_is_said(client, cast, report, asked):
    client.force_login(cast.huyen)
    for page in (
        client.get(PAGE + "accepted/", {"body": asked[:900]}),
        client.post(PAGE + "accepted/", {"subject": "Kỳ {ky}", "text": GOOD, "look": "look", "body": asked}),
    ):
        assert page.context["report"] == report.period.reports.order_by("position").first()
        assert "Không tìm thấy cơ quan" in page.context["note"]


def test_wrong_words_come_back_with_the_sentence_and_what_was_typed(client, cast, report):
    client.force_login(cast.huyen)
    page = client.post(PAGE + "accepted/", {"subject": "Kỳ {ki}", "text": "Gửi {co_quan} & co", "save": "save"})
    shown = text_of(page)
    assert page.status_code == 400
    assert "không có chỗ điền {ki}" in shown
    assert "Gửi {co_quan} & co" in shown
    assert "Sửa các lỗi nêu trên" in shown


def test_saving_and_resetting_on_the_page(client, cast, report):
    client.force_login(cast.huyen)
    form = {"subject": "Kỳ {ky}", "text": GOOD, "waits": "on", "seen": "0", "save": "save"}
    assert client.post(PAGE + "accepted/", form).url == PAGE + "accepted/"
    assert current()["accepted"].waits is True
    late = client.post(PAGE + "accepted/", form | {"text": "Khác {ky}"})
    assert "Đồng nghiệp vừa sửa lời văn này" in text_of(late)
    again = re.search(r'name="seen" value="(\d+)"', late.content.decode()).group(1)
    assert client.post(PAGE + "accepted/", form | {"text": "Khác {ky}", "seen": again}).status_code == 302
    assert current()["accepted"].text == "Khác {ky}"
    seen = str(current()["accepted"].row)
    assert client.post(PAGE + "accepted/", {"seen": seen, "reset": "reset"}).status_code == 302
    assert current()["accepted"].own is False
    assert "Lịch sử" in text_of(client.get(PAGE + "accepted/"))


def test_the_page_of_reasons(client, cast):
    client.force_login(cast.huyen)
    assert client.post(PAGE + "ly-do/", {"text": "Một\nHai", "seen": "0"}).url == PAGE + "ly-do/"
    assert reasons() == ["Một", "Hai"]
    wrong = client.post(PAGE + "ly-do/", {"text": "y" * 301, "seen": "0"})
    assert (wrong.status_code, "y" * 301 in wrong.content.decode()) == (400, True)
    row = str(wordings.newest_reasons()[1])
    assert client.post(PAGE + "ly-do/", {"text": "y" * 301, "seen": row, "reset": "reset"}).status_code == 302
    assert len(reasons()) == 15


@pytest.mark.parametrize("odd", ["\x00", "9" * 400, "-1", "abc", "{{{{", "<script>"])
def test_odd_input_breaks_nothing(client, cast, report, odd):
    client.force_login(cast.huyen)
    for page in ("accepted/", "ly-do/"):
        form = {"subject": odd, "text": odd, "seen": odd, "body": odd, "waits": odd}
        for button in ({}, {"look": odd}, {"reset": odd}):
            assert client.post(PAGE + page, form | button).status_code in (200, 302, 400)
        assert client.get(PAGE + page, {"trang": odd, "body": odd}).status_code == 200
    assert client.get(PAGE + "khong-co/").status_code == 404


def test_the_history_is_paged(client, cast):
    Wording.objects.bulk_create(Wording(key="accepted", subject=f"S{n}", text="x", by=cast.huyen) for n in range(51))
    client.force_login(cast.huyen)
    pages = [client.get(PAGE + "accepted/", {"trang": n}).content.decode() for n in (1, 2)]
    assert [page.count("<summary>") for page in pages] == [50, 1]
