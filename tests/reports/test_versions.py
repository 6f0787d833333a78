"""Two sendings side by side: cells, boxes, sentences; who may compare what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from reports.answers import Answer, Cell
from reports.choices import Action
from reports.models import Explanation, InstrumentProgress, Overview, answers_of, write_answers
from reports.sheets import content_of
from reports.versions import compare, pieces, sendings_for, sentences
from reports.workflow import move
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"


def told(comparison):
    """Everything that differs: cells by part and name, texts as (kind, text or number of sentences left out)."""
    cells = [
        (changes.part.number, c.name, c.before, c.now, c.change) for changes in comparison.parts for c in changes.cells
    ]
    texts = [
        (changes.part.number, t.name, [(p.kind, p.text or p.count) for p in t.pieces])
        for changes in comparison.parts
        for t in changes.texts
    ]
    return cells, texts


# --- figures and boxes -----------------------------------------------------------------------


def test_every_kind_of_difference(report, cast):
    fill(report, {"T6.05": 1, "T6.06": 4, "T6.06:girls": 2, "T2.01": 0, "T2.05": "10.5", "T6.08": None, "T6.14": None})
    citation = report.period.citations.first()
    before = content_of(report, answers_of(report))
    write_answers(
        report,
        {
            Cell("T6.05"): Answer(nothing=True),
            Cell("T6.06"): Answer(1234, detail="Đã rà soát", estimate=True),
            Cell("T6.06", "girls"): None,
            Cell("T2.01"): Answer(1, detail="KH 12"),
            Cell("T2.05"): Answer(9),
            Cell("T6.08"): Answer(0),
            Cell("T6.14"): None,
        },
    )
    report.results.filter(number=1).update(results="Mới. Hai.", not_ours=True)
    Overview.objects.filter(report=report, part="direction").update(text="")
    InstrumentProgress.objects.create(report=report, citation=citation, text="Đã xong.")
    Explanation.objects.create(report=report, rule_code="jump-T6.06", text="Có dịch.")
    after = content_of(report, answers_of(report))
    cells, texts = told(compare(report, before, after))
    missing, nothing, no, yes = "chưa có số liệu", "không phát sinh", "không đánh dấu", "có đánh dấu"
    assert cells == [
        (1, "not_ours", no, yes, ""),
        (2, "T2.01", "Không", "Có", ""),
        (2, "T2.05", "10,5", "9", "-1,5"),
        (6, "T6.05", "1", nothing, ""),
        (6, "T6.06", "4", "1.234", "+1.230"),
        (6, "T6.06:girls", "2", missing, ""),
        (6, "T6.08", nothing, "0", ""),
        (6, "T6.14", nothing, missing, ""),
        (6, "T6.06:estimate", no, yes, ""),
    ]
    assert sorted(texts, key=str) == sorted(
        [
            (1, "results", [("removed", f"Kết quả nhiệm vụ 1 của {report.short_name}."), ("added", "Mới. Hai.")]),
            (2, "T2.01:detail", [("added", "KH 12")]),
            (6, "T6.06:detail", [("added", "Đã rà soát")]),
            (6, "explain-jump-T6.06", [("added", "Có dịch.")]),
            (citation.task.number, f"progress-{citation.pk}", [("added", "Đã xong.")]),
            (None, "direction", [("removed", "Phần direction.")]),
        ],
        key=str,
    )
    back = told(compare(report, after, before))
    assert [(c[1], c[2], c[3]) for c in back[0]] == [(c[1], c[3], c[2]) for c in cells]
    for same in (before, after):
        assert (compare(report, same, same).identical, compare(report, same, same).count) == (True, 0)


# --- sentences -------------------------------------------------------------------------------

TEXTS = [
    ("", []),
    ("Một.", ["Một."]),
    ("Một. Hai! Ba? Bốn… Năm; sáu", ["Một. ", "Hai! ", "Ba? ", "Bốn… ", "Năm; ", "sáu"]),
    ("Có 1.234 trẻ em; tăng 2,5%. Hết", ["Có 1.234 trẻ em; ", "tăng 2,5%. ", "Hết"]),
    ("Đầu dòng\n\n- Hai\nBa", ["Đầu dòng\n\n", "- Hai\n", "Ba"]),
    ("Nói “Tốt.” Rồi thôi.\n", ["Nói “Tốt.” ", "Rồi thôi.\n"]),
    ("Kế hoạch số 12/KH-UBND", ["Kế hoạch số 12/KH-UBND"]),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_text_is_cut_into_sentences(text, expected):
    assert sentences(text) == expected


@given(st.text(alphabet="ab .;\n“”…"))
def test_cutting_loses_nothing(text):
    assert "".join(sentences(text)) == text


@given(st.lists(st.sampled_from(["Một. ", "Hai. ", "Ba. ", "Bốn; "])), st.lists(st.sampled_from(["Một. ", "Ba. "])))
def test_what_is_shown_leads_from_one_text_to_the_other(one, other):
    """Kept and removed together are the old text, kept and added the new one: counted in sentences."""
    sizes = {"same": 0, "removed": 0, "added": 0, "skipped": 0}
    for piece in pieces("".join(one), "".join(other)):
        sizes[piece.kind] += piece.count or len(sentences(piece.text))
    kept = sizes["same"] + sizes["skipped"]
    assert (kept + sizes["removed"], kept + sizes["added"]) == (len(one), len(other))
    assert (sizes["removed"] + sizes["added"] == 0) is (one == other)


PIECES = [
    ("Một. Hai. Ba.", "Một. 2. Ba.", [("same", "Một. "), ("removed", "Hai. "), ("added", "2. "), ("same", "Ba.")]),
    ("A. B. C. D. E. F.", "A. B. C. D. E. G.", [("skipped", 4), ("same", "E. "), ("removed", "F."), ("added", "G.")]),
    (
        "A. B. C. D. E.",
        "1. B. C. D. 2.",
        [("removed", "A. "), ("added", "1. "), ("same", "B. C. D. "), ("removed", "E."), ("added", "2.")],
    ),
    ("Một.  Hai.", "Một.\nHai.", [("skipped", 2)]),
]


@pytest.mark.parametrize(("before", "now", "expected"), PIECES)
def test_what_came_in_and_what_went(before, now, expected):
    assert [(piece.kind, piece.text or piece.count) for piece in pieces(before, now)] == expected


def test_a_text_of_endless_sentences_is_one_piece():
    many = "a. " * 2000
    assert [piece.kind for piece in pieces(many, many + "b.")] == ["removed", "added"]


# --- who compares what -----------------------------------------------------------------------


@pytest.fixture
def three(report, cast):
    """Sending 1 was taken back before anybody had it, 2 was returned, 3 waits."""
    send(report, cast.lan, figures={"T6.17": 1})
    move(report, Action.RECALL, by=cast.ky)
    write_answers(report, {Cell("T6.17"): Answer(2)})
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    write_answers(report, {Cell("T6.17"): Answer(5)})
    move(report, Action.SUBMIT, by=cast.ky)
    return report


WHO = [("lan", [1, 2, 3]), ("ky", [1, 2, 3]), ("huyen", [2, 3]), ("hung", [2, 3])]


@pytest.mark.parametrize(("who", "numbers"), WHO)
def test_which_sendings_are_offered_to_whom(client, cast, three, who, numbers):
    user = getattr(cast, who)
    assert list(sendings_for(three, user).values_list("version", flat=True)) == numbers
    client.force_login(user)
    page = client.get(BASE + "so-sanh/").content.decode()
    assert [int(n) for n in re.findall(r'<option value="(\d)"', page)] == numbers * 2
    assert re.findall(r'<option value="(\d)" selected', page) == ["2", "3"]
    row = (
        r'<th scope="row">T6\.17[^<]*</th><td class="num">(\d)</td><td class="num">(\d)</td><td class="num">(.*?)</td>'
    )
    assert re.findall(row, page) == [("2", "5", "+3")]
    statuses = {n: client.get(BASE + f"so-sanh/?tu={n}&den=3").status_code for n in (1, 2, 3)}
    assert statuses == {n: 200 if n in numbers else 404 for n in (1, 2, 3)}


@pytest.mark.parametrize("who", ["minh", "yen", "quan"])
def test_others_find_nothing(client, cast, three, who):
    client.force_login(getattr(cast, who))
    assert client.get(BASE + "so-sanh/").status_code == 404


@pytest.mark.parametrize("odd", ["0", "9", "x", "-1", "1.5", "٣", "\x00", "9" * 400])
def test_an_odd_number_is_not_found(client, cast, three, odd):
    client.force_login(cast.lan)
    assert client.get(BASE + "so-sanh/", {"tu": odd}).status_code == 404
    assert client.get(BASE + "so-sanh/", {"den": odd}).status_code == 404


def test_equal_sendings_and_a_single_one_say_so(client, cast, report):
    client.force_login(cast.lan)
    assert client.get(BASE + "so-sanh/").status_code == 404
    send(report, cast.lan)
    client.force_login(cast.huyen)
    assert "chưa có gì để so sánh" in client.get(BASE + "so-sanh/").content.decode()
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    move(report, Action.SUBMIT, by=cast.ky)
    assert "Lần gửi 2 giống hệt lần gửi 1." in client.get(BASE + "so-sanh/").content.decode()
    assert "cùng một lần gửi" in client.get(BASE + "so-sanh/?tu=1&den=1").content.decode()


def test_words_mark_what_went_and_what_came(client, cast, report):
    send(report, cast.lan)
    report.results.filter(number=3).update(results="Một. Hai <b>.")
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    report.results.filter(number=3).update(results="Một. Ba <i>.")
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    report.results.filter(number=3).update(results="Một. Bốn.")
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.huyen)
    for address in (BASE + "so-sanh/", BASE + "ban-gui/"):
        page = client.get(address).content.decode()
        assert re.findall(r'<del><span class="kind">Bỏ:</span> (.*?)</del>', page) == ["Ba &lt;i&gt;."]
        assert re.findall(r'<ins><span class="kind">Thêm:</span> (.*?)</ins>', page) == ["Bốn."]


def test_the_page_at_two_and_at_four_sendings(client, cast, report):
    def queries():
        client.get(BASE + "so-sanh/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(BASE + "so-sanh/").status_code == 200
        return len(asked)

    send(report, cast.lan)
    client.force_login(cast.huyen)
    found = []
    for number in range(3):
        move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
        write_answers(report, {Cell("T6.17"): Answer(number + 1), Cell("T2.05"): Answer(number + 1)})
        move(report, Action.SUBMIT, by=cast.ky)
        found.append(queries())
    assert len(set(found)) == 1
    assert found[0] <= 12
