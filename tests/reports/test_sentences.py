"""Sentences taken apart, found again after editing, compared with one another: pure."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.proposals import Names, addressee_of, says_nothing
from reports.sentences import Sentence, alike, clusters, digest, likeness, percent, split, traced, words

SPLITS = {
    "": [],
    " \n \t": [],
    "Đã mở 1.234 lớp. Cấp 12.500 tờ rơi!": ["Đã mở 1.234 lớp.", "Cấp 12.500 tờ rơi!"],
    "Ở TP. Vinh và Tr. Sa đều có. Xong": ["Ở TP. Vinh và Tr. Sa đều có.", "Xong"],
    "Có sách, vở, v.v. Ngoài ra không.": ["Có sách, vở, v.v. Ngoài ra không."],
    "Do PGS. TS. Lê V. A. chủ trì.": ["Do PGS. TS. Lê V. A. chủ trì."],
    "Đạt 96,5 %. 12 xã đã làm… Còn 3 xã?": ["Đạt 96,5 %.", "12 xã đã làm…", "Còn 3 xã?"],
    "Khẩu hiệu: “Vì trẻ em.” Đã treo (cả năm.) Hết.": ["Khẩu hiệu: “Vì trẻ em.”", "Đã treo (cả năm.)", "Hết."],
    "tăng 3 lần. giảm 2 lần": ["tăng 3 lần. giảm 2 lần"],  # no capital, so no new sentence
    "- Mở lớp;\n+ Cấp thẻ.\r\n•Tặng quà": ["Mở lớp;", "Cấp thẻ.", "Tặng quà"],
    "1. Mở lớp. Cấp thẻ.\na) Tặng quà": ["1. Mở lớp.", "Cấp thẻ.", "a) Tặng quà"],
    "-5 vụ so với năm trước": ["-5 vụ so với năm trước"],
}


@pytest.mark.parametrize(("text", "expected"), SPLITS.items())
def test_a_text_is_taken_apart(text, expected):
    assert [sentence.text for sentence in split(text)] == expected


def test_a_line_of_a_list_is_marked():
    assert split("- Mở lớp. Tốt.\n2) Cấp thẻ\nXong.") == (
        Sentence("Mở lớp.", item=True),
        Sentence("Tốt."),
        Sentence("2) Cấp thẻ", item=True),
        Sentence("Xong."),
    )


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aBĐ1. ,;!?…\n-+•)“”v", max_size=80))
def test_no_word_is_lost_and_order_stays(text):
    parts = split(text)
    assert [word for part in parts for word in words(part.text)] == list(words("\n".join(p.text for p in parts)))
    kept = [letter for part in parts for letter in part.text if letter.isalnum()]
    assert kept == [letter for letter in text if letter.isalnum()]
    assert all(part.text == part.text.strip() and part.text for part in parts)


def test_the_short_name_of_a_sentence_looks_at_its_words():
    assert digest("Mở 12 lớp.") == digest("  MỞ 12 lớp ") != digest("Mở 13 lớp.")


# --- where a sentence came from ----------------------------------------------------------------

MARKS = [
    "Toàn huyện tổ chức 12 lớp tập huấn cho 340 cán bộ làm công tác trẻ em.",
    "Tuyên truyền số điện thoại 111 đến các gia đình.",
    "Bể bơi còn rất thiếu.",
]
EDITED = {
    MARKS[0]: 0,
    "Các huyện tổ chức 12 lớp tập huấn cho 340 lượt cán bộ làm công tác trẻ em": 0,
    "Trong năm, tổ chức 14 lớp tập huấn cho 360 cán bộ làm công tác trẻ em.": 0,
    "tuyên truyền số điện thoại 111 đến các gia đình và trường học": 1,
    "Bể bơi vẫn còn rất thiếu ở vùng cao.": 2,
    # Two sentences joined: the closer one is named.
    "Tuyên truyền số điện thoại 111 đến các gia đình; nhiều nơi đã làm tốt, cần tiếp tục nhân rộng mô hình này.": 1,
    "Ủy ban nhân dân tỉnh giao các cơ quan triển khai trong quý I.": None,
    "Còn thiếu.": None,
}


@pytest.mark.parametrize(("sentence", "place"), EDITED.items())
def test_an_edited_sentence_is_found_again(sentence, place):
    (found,) = traced(sentence, MARKS)
    assert found.mark == place


def test_every_sentence_has_its_own_source_and_equal_marks_give_the_later():
    text = f"Mở đầu của chuyên viên. {MARKS[2]}\n- {MARKS[0]}"
    assert [found.mark for found in traced(text, [*MARKS, MARKS[2]])] == [None, 3, 0]
    assert traced("", MARKS) == ()
    assert [found.mark for found in traced("Không có dấu nguồn nào.", [])] == [None]


# --- copies ------------------------------------------------------------------------------------

TEXT = " ".join(f"từ{n}" for n in range(60))
EDIT = TEXT.replace("từ30 ", "khác ")


def test_how_alike_two_texts_are():
    assert (likeness(TEXT, TEXT.upper()), likeness(TEXT, "không có gì")) == (1.0, 0.0)
    assert percent(likeness(TEXT, EDIT)) == 97
    assert (percent(1.0), percent(0.9999)) == (100, 99)
    assert likeness("Không có khó khăn.", "Không có khó khăn.") == 0.0  # nobody's own words


def test_copies_are_found_and_named():
    other = " ".join(f"lời{n}" for n in range(60))
    found = alike({"a": TEXT, "b": other, "c": EDIT, "d": TEXT + ".", "e": "Không có.", "f": "Không có."})
    assert {key: (like.other, percent(like.share)) for key, like in found.items()} == {
        "a": ("d", 100),
        "d": ("a", 100),
        "c": ("a", 97),
    }


def test_copies_among_many_bodies_are_found_in_time_that_grows_with_their_number():
    """124 texts of 2,000 letters, the worst case: all are edits of one. (Measured: 0.3 s.)"""
    chance = random.Random(5)
    stock = ["trẻ em", "bảo vệ", "tập huấn", *(f"từ{n}" for n in range(2000))]
    base = [chance.choice(stock) for _ in range(340)]
    texts = {}
    for body in range(124):
        own = list(base)
        for place in chance.sample(range(len(own)), 6):
            own[place] = f"riêng{body}"
        texts[body] = " ".join(own)
    assert 1900 < sum(map(len, texts.values())) / 124 < 2600
    start = time.perf_counter()
    found = alike(texts)
    assert time.perf_counter() - start < 3
    assert (len(found), all(0.9 <= like.share < 1 for like in found.values())) == (124, True)


# --- proposals ---------------------------------------------------------------------------------


def test_what_asks_for_the_same_stands_together():
    said = [
        "Đề nghị quan tâm bố trí kinh phí cho công tác trẻ em ở cơ sở.",
        "Đề nghị hỗ trợ bể bơi lắp ghép cho các xã ven sông.",
        "Đề nghị tỉnh quan tâm, bố trí kinh phí cho công tác trẻ em cơ sở.",
        "đề nghị hỗ trợ bể bơi lắp ghép cho các xã ven sông",
        "Ban hành chương trình mới.",
    ]
    assert clusters(said) == [[0, 2], [1, 3], [4]]
    assert clusters([]) == []


NAMES = Names({"sở văn": "Sở Văn", "sở văn thể": "Sở Văn Thể", "văn phòng ubnd tỉnh": "VP"})
TO = {
    "Đề nghị Bộ Giáo dục sửa đổi thông tư.": (0, "Chính phủ, các bộ, cơ quan Trung ương"),
    "Kiến nghị với các Bộ, ngành Trung ương": (0, "Chính phủ, các bộ, cơ quan Trung ương"),
    "Đề nghị cán bộ xã quan tâm hơn.": (6, "Không ghi kiến nghị với ai"),
    "Đề nghị UBND tỉnh bố trí kinh phí.": (1, "Hội đồng nhân dân, Ủy ban nhân dân tỉnh"),
    "Ủy ban nhân dân tỉnh sớm ban hành kế hoạch.": (1, "Hội đồng nhân dân, Ủy ban nhân dân tỉnh"),
    "Đề nghị cơ quan chủ trì mở lớp.": (2, "Cơ quan Đ"),
    "Đề nghị Sở Văn Thể phối hợp.": (3, "Sở Văn Thể"),
    "Đề nghị Sở Văn phối hợp.": (3, "Sở Văn"),
    "Đề nghị mở lớp với Sở Văn Thể.": (6, "Không ghi kiến nghị với ai"),
    "Đề nghị các sở, ngành phối hợp.": (4, "Các sở, ban, ngành"),
    "Đề nghị ubnd các xã bố trí cán bộ.": (5, "Ủy ban nhân dân cấp huyện, cấp xã"),
}


@pytest.mark.parametrize(("sentence", "expected"), TO.items())
def test_whom_a_proposal_is_addressed_to(sentence, expected):
    assert addressee_of(sentence, NAMES, "Cơ quan Đ") == expected


def test_no_proposal_is_told_from_one():
    said = ["Không.", "Không có kiến nghị, đề xuất.", "Chưa có ý kiến gì thêm", "Không để trẻ em bỏ học.", "Có."]
    assert [says_nothing(each) for each in said] == [True, True, True, False, False]
