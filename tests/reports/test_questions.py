"""A leader asks about a figure: the door, its table of who may, the pages, and the round that answers it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import questions
from reports.models import Notice, Period, Question
from reports.models.opening import AdHoc
from reports.questions import Refused, answer, ask, figure, link
from tests.conftest import at
from tests.factories import accept, open_round

pytestmark = pytest.mark.django_db

ASK = "/tong-hop/2020/hoi/T6.06/"
LIST = "/tong-hop/2020/hoi/"
FIGURES = {"T6.05": 4, "T6.06": 4, "T6.06:girls": 3, "T6.08": 4}
SHOWN = "4 trẻ em (1/7 cơ quan; thiếu: "


@pytest.fixture
def accepted(cast, report, time_machine):
    time_machine.move_to(at(2020, 12, 10), tick=False)
    accept(report, cast.lan, cast.huyen, figures=FIGURES)
    return report.period


@pytest.fixture
def asked(accepted, cast):
    return ask(accepted, figure(accepted, "T6.06"), "Vì sao tăng?", dt.date(2020, 12, 20), cast.hung)


def notices(kind):
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return list(found.values_list("recipient__username", "url"))


# --- the figure ---------------------------------------------------------------------------------


def test_kept_is_what_was_shown_with_its_coverage(accepted, cast):
    total, girls = figure(accepted, "T6.06"), figure(accepted, "T6.06", "girls")
    own = figure(accepted, "T6.06", "girls", "na-hang")
    assert total.shown.startswith(SHOWN)
    assert (girls.shown, girls.part) == ("3 trẻ em (1/7)", "Nữ")
    assert (own.shown, own.body.code) == ("3", "na-hang")
    assert figure(accepted, "T6.06", "", "chiem-hoa").shown == "chưa có số liệu"
    kept = ask(accepted, own, "Vì sao?", None, cast.hung)
    assert (kept.code, kept.option, kept.body.code, kept.shown) == ("T6.06", "girls", "na-hang", "3")
    odd = [("T9.99", "", ""), ("T6.06", "minors", ""), ("T6.06", "", "khong-co"), ("T6.06", "", "so-noi-vu")]
    for place in odd:
        with pytest.raises(LookupError):
            figure(accepted, *place)


# --- the door -----------------------------------------------------------------------------------


def test_who_asks_who_answers_who_reads(accepted, asked, client, cast):
    """{person: (reads the list, one question, the page that asks; asks, answers)}: leaders ask, officers answer."""
    found = {}
    page = f"{LIST}{asked.pk}/"
    for who in vars(cast):
        client.force_login(getattr(cast, who))
        gets = [client.get(address).status_code for address in (LIST, page, ASK)]
        posts = [client.post(address, {}).status_code for address in (ASK, page)]
        found[who] = (*gets, *posts)
    leader, officer, nobody = (200, 200, 200, 400, 404), (200, 200, 404, 404, 400), (404,) * 5
    assert found == dict.fromkeys(vars(cast), nobody) | {"hung": leader, "huyen": officer, "tu": officer}
    for who in vars(cast):
        person = getattr(cast, who)
        if who != "hung":
            with pytest.raises(Refused):
                ask(accepted, figure(accepted, "T6.06"), "Vì sao?", None, person)
        if who not in ("huyen", "tu"):
            with pytest.raises(Refused):
                answer(asked, "Vì thế.", person)
            with pytest.raises(Refused):
                link(asked, accepted, person)
    assert Question.objects.get().is_open


def test_officers_are_told_and_the_leader_hears_of_the_answer(asked, cast):
    page = f"{LIST}{asked.pk}/"
    assert notices("fig_asked") == [("huyen", page), ("tu", page)]
    letter = Notice.objects.filter(kind="fig_asked").first()
    assert "cần trả lời trước hết ngày 20/12/2020" in letter.text
    assert "Vì sao tăng" not in letter.subject + letter.text
    answer(asked, "Do rà soát.", cast.huyen)
    assert notices("fig_told") == [("hung", page)]
    assert "rà soát" not in Notice.objects.get(kind="fig_told").text


def test_the_same_words_twice_are_one_question_and_the_first_answer_stands(accepted, asked, cast):
    again = ask(accepted, figure(accepted, "T6.06"), " Vì sao tăng? ", asked.wanted_by, cast.hung)
    assert (again.pk, Notice.objects.filter(kind="fig_asked").count()) == (asked.pk, 2)
    answer(asked, "Do rà soát.", cast.huyen)
    with pytest.raises(Refused, match="Huyền đã trả lời câu hỏi này lúc"):
        answer(asked, "Không biết.", cast.tu)
    assert Question.objects.get().answer == "Do rà soát."
    assert ask(accepted, figure(accepted, "T6.06"), "Vì sao tăng?", asked.wanted_by, cast.hung).pk != asked.pk


# --- the pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": ""}, "Hãy ghi câu hỏi."),
        ({"text": "\0 \0"}, "Hãy ghi câu hỏi."),
        ({"text": "x" * 2001}, "Đoạn này dài 2001 chữ cái; hãy rút xuống còn nhiều nhất 2000."),
        (
            {"wanted_by": "09/12/2020"},
            "Ngày 09/12/2020 đã qua; hãy chọn từ hôm nay, 10/12/2020, trở đi, hoặc để trống.",
        ),
        ({"wanted_by": "09/12/2029"}, "Ngày này quá xa; hãy xem lại năm."),
        ({"wanted_by": "mai\0"}, "Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020."),
        ({"shown": "5 trẻ em"}, "Số liệu vừa thay đổi sau khi bạn mở trang; hãy xem số mới rồi gửi lại câu hỏi."),
    ],
)
def test_what_does_not_fit_gets_a_sentence_and_everything_typed_stays(accepted, client, cast, typed, sentence):
    client.force_login(cast.hung)
    shown = client.get(ASK).context["about"].shown
    wish = {"text": "Vì sao 7 cháu?", "wanted_by": "20/12/2020", "shown": shown} | typed
    response = client.post(ASK, wish)
    page = response.content.decode()
    assert response.status_code == 400
    assert page.count(sentence) >= 1
    assert "data-error-summary" in page
    for text in (wish["text"].strip("\0 "), wish["wanted_by"].strip("\0")):
        assert text in page
    assert not Question.objects.exists()


def test_odd_addresses_are_not_found(accepted, client, cast):
    client.force_login(cast.hung)
    for address in (
        "/tong-hop/2020/hoi/T9.99/",
        "/tong-hop/1999/hoi/T6.06/",
        "/tong-hop/2020/hoi/999/",
        f"{ASK}?co-quan=khong-co",
        f"{ASK}?co-quan=%00",
        f"{ASK}?phan-to=x%00",
    ):
        assert client.get(address).status_code == 404, address


def test_a_leader_asks_from_the_figure_and_reads_the_answer(accepted, client, cast):
    client.force_login(cast.hung)
    for address in ("/tong-hop/2020/", "/tong-hop/2020/chi-tieu/T6.06/", "/tong-hop/2020/tom-tat/"):
        assert f'href="{ASK}"' in client.get(address).content.decode()
    form = client.get(f"{ASK}?co-quan=na-hang&phan-to=girls")
    shown = form.context["about"].shown
    sent = {"text": "Vì sao?", "wanted_by": "", "shown": shown, "co-quan": "na-hang", "phan-to": "girls"}
    page = client.post(ASK, sent, follow=True)
    question = Question.objects.get()
    assert page.redirect_chain == [(f"{LIST}{question.pk}/", 302)]
    assert (question.body.code, question.option, question.shown) == ("na-hang", "girls", "3")
    client.force_login(cast.huyen)
    assert f'href="{ASK}"' not in client.get("/tong-hop/2020/chi-tieu/T6.06/").content.decode()
    assert "1 câu hỏi chờ trả lời." in client.get("/").content.decode()
    for text, sentence in (("", "Hãy ghi câu trả lời."), ("x" * 2001, "Đoạn này dài 2001 chữ cái")):
        refused = client.post(f"{LIST}{question.pk}/", {"answer": text})
        assert refused.status_code == 400
        assert sentence in refused.content.decode()
        assert text in refused.content.decode()
    client.post(f"{LIST}{question.pk}/", {"answer": "Do rà soát."})
    late = client.post(f"{LIST}{question.pk}/", {"answer": "Lời của người đến sau."})
    assert late.status_code == 400
    assert "Lời của người đến sau." in late.content.decode()
    client.force_login(cast.hung)
    page = client.get(f"{LIST}{question.pk}/").content.decode()
    assert "Do rà soát." in page
    assert "Huyền trả lời lúc" in page


def test_an_officer_turns_the_question_into_a_round_that_is_bound_to_it(asked, client, cast):
    client.force_login(cast.huyen)
    page = client.get(f"/ky/mo/?cau-hoi={asked.pk}")
    initial = page.context["form"].initial
    assert {name: initial[name] for name in ("year", "ad_hoc", "due_on", "tasks", "groups", "bodies")} == {
        "year": 2020,
        "ad_hoc": True,
        "due_on": dt.date(2020, 12, 20),
        "tasks": ["6"],
        "groups": ["district"],
        "bodies": [],
    }
    wish = {
        "year": 2020,
        "ad_hoc": "on",
        "due_on": "20/12/2020",
        "title": initial["title"],
        "tasks": ["6"],
        "groups": ["district"],
        "question": asked.pk,
    }
    assert f'<input type="hidden" name="question" value="{asked.pk}">' in client.post("/ky/mo/", wish).content.decode()
    response = open_round(client, wish)
    assert (response.status_code, response.url) == (302, f"{LIST}{asked.pk}/")
    asked.refresh_from_db()
    assert asked.round == Period.objects.get(code="2020-dx1")
    assert not asked.is_open
    assert notices("fig_told") == [("hung", f"{LIST}{asked.pk}/")]
    assert "Mở kỳ đột xuất từ câu hỏi này" not in client.get(f"{LIST}{asked.pk}/").content.decode()
    answer(asked, "Đã làm rõ, xem kỳ đột xuất.", cast.tu)
    assert len(notices("fig_told")) == 2


def test_a_question_that_was_settled_meanwhile_binds_no_round(asked, cast, obligation, client):
    other = Period.objects.open(obligation, 2020, ad_hoc=AdHoc("Làm rõ", dt.date(2020, 12, 20), bodies=["na-hang"]))
    with pytest.raises(Refused, match="là kỳ hằng năm"):
        link(asked, asked.period, cast.huyen)
    assert link(asked, other, cast.huyen) == link(asked, other, cast.tu)
    third = Period.objects.open(obligation, 2020, ad_hoc=AdHoc("Làm rõ 2", dt.date(2020, 12, 20), bodies=["na-hang"]))
    with pytest.raises(Refused, match="đã chuyển thành kỳ đột xuất “Làm rõ”"):
        link(asked, third, cast.huyen)
    client.force_login(cast.huyen)
    for number in (asked.pk, "0", "x", "\0", "9" * 30):
        assert client.get("/ky/mo/", {"cau-hoi": number}).context["question"] is None


def test_a_question_on_one_body_asks_that_body(accepted, cast):
    own = ask(accepted, figure(accepted, "T6.06", "", "na-hang"), "Vì sao?", None, cast.hung)
    assert questions.as_round(own)["bodies"] == ["na-hang"]
    police = ask(accepted, figure(accepted, "T6.11"), "Vì sao?", None, cast.hung)
    assert len(questions.as_round(police)["bodies"]) == 1


def test_the_list_is_paged_open_first_and_its_queries_are_fixed(accepted, client, cast):
    def queries():
        with CaptureQueriesContext(connection) as found:
            page = client.get(LIST)
        return len(found), page

    client.force_login(cast.hung)
    first = ask(accepted, figure(accepted, "T6.06"), "Một", None, cast.hung)
    one, _page = queries()
    answer(first, "Rồi", cast.huyen)
    body = figure(accepted, "T6.06", "", "na-hang")
    later = ask(accepted, body, "Hai", dt.date(2020, 12, 30), cast.hung)
    sooner = ask(accepted, body, "Ba", dt.date(2020, 12, 20), cast.hung)
    undated = ask(accepted, body, "Bốn", None, cast.hung)
    four, page = queries()
    assert [question for question, _name in page.context["lines"]] == [sooner, later, undated, first]
    assert one == four
    Question.objects.bulk_create(
        Question(period=accepted, code="T6.06", shown="4", text=str(n), by=cast.hung) for n in range(30)
    )
    page = client.get(LIST, {"trang": "2"})
    assert page.context["page"].number == 2
    assert client.get(LIST, {"trang": "\0x"}).context["page"].number == 1
