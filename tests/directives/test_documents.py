"""What the data files of the letter say, and how a document is cited."""

import datetime as dt
import hashlib
from collections import Counter

import pytest

from directives.models import Body, Catalogue, Citation, Directive, Indicator, Rule, Task

pytestmark = pytest.mark.django_db

# sha256 of each task in the words of the letter, without its closing full stop.
TASKS = {
    1: ("d36bf92fa2d1ffafcd909e5461f66d1da5a9c60a82283b78a7b196e7c649ef94", "Thực hiện nghiêm các quy định"),
    2: ("6edaf5d20c17f2cdaf643537d03328327da5324bb4d2617b7f2757e5589961f5", "Chủ động triển khai thực hiện"),
    3: ("ca02e1f84ea4e3f96f313ff627c7667f792b51c5204d9951e187c1b3cdfce08b", "Tiếp tục thực hiện có hiệu quả"),
    4: ("0dd1ae9d98f8e955abe3b2e07904af4712cd568164f0087843df97cb8c73993f", "Thực hiện kịp thời và hiệu quả"),
    5: ("0f7a25a10a630159e89944ed79da56f15994bae3bf7a0f6bdb009c7ae507de34", "Tổ chức các hoạt động phù hợp"),
    6: ("4a920a9883e91464f85d8cddbf6c355f17a67ebf1a4d57ad6c79d4bbbd2f1bc4", "Chỉ đạo triển khai tuyên truyền"),
    7: ("1ac0462f69f686e844eeb60a6ed2df40b81ecd4557e257a129238fc20a507cf2", "Tăng cường công tác thanh tra,"),
}

PROVINCIAL = [  # cited by task 3, in the order of the letter: number, date, last day
    ("55/KH-UBND", dt.date(2013, 7, 30), dt.date(2020, 12, 31)),
    ("207/QĐ-UBND", dt.date(2016, 6, 29), dt.date(2020, 12, 31)),
    ("83/KH-UBND", dt.date(2015, 12, 9), dt.date(2020, 12, 31)),
    ("57/KH-UBND", dt.date(2016, 7, 8), dt.date(2020, 12, 31)),
    ("91/KH-UBND", dt.date(2015, 12, 30), dt.date(2020, 12, 31)),
    ("78/KH-UBND", dt.date(2019, 6, 29), dt.date(2025, 12, 31)),
    ("79/KH-UBND", dt.date(2019, 6, 29), dt.date(2025, 12, 31)),
    ("107/KH-UBND", dt.date(2019, 9, 20), dt.date(2025, 12, 31)),
]
GUIDANCE = [  # cited by task 4
    ("666/LĐTBXH-TE", dt.date(2020, 2, 27), dt.date(2020, 12, 31)),
    ("521/UBND-KGVX", dt.date(2020, 3, 3), dt.date(2020, 12, 31)),
    ("245/LĐTBXH-BVCSTE-BĐG", dt.date(2020, 3, 16), dt.date(2020, 12, 31)),
]


def cited_by(task):
    citations = Citation.objects.filter(task__number=task).order_by("position").select_related("directive")
    return [(c.directive.number, c.directive.issued_on, c.directive.valid_to) for c in citations]


def test_how_much_there_is():
    found = {m.__name__: m.objects.count() for m in (Directive, Catalogue, Task, Indicator, Rule, Body, Citation)}
    assert found == {
        "Directive": 17,
        "Catalogue": 1,
        "Task": 7,
        "Indicator": 100,
        "Rule": 50,
        "Body": 39,
        "Citation": 12,
    }


def test_seven_tasks_in_order_word_for_word():
    found = {
        task.number: (hashlib.sha256(task.text.rstrip(".").encode()).hexdigest(), task.text[: len(TASKS[n][1])])
        for n, task in enumerate(Task.objects.all(), 1)
    }
    assert list(found.items()) == list(TASKS.items())


def test_each_task_ends_with_one_full_stop():
    assert [task.number for task in Task.objects.all() if not task.text.endswith(".") or task.text.endswith("..")] == []


def test_every_task_has_short_titles_in_both_languages():
    assert [task.number for task in Task.objects.all() if not (task.title_vi and task.title_en)] == []


@pytest.mark.parametrize(
    ("task", "cited"),
    [
        (1, []),
        (2, [("2125/UBND-KGVX", dt.date(2020, 7, 14), None)]),
        (3, PROVINCIAL),
        (4, GUIDANCE),
        (5, []),
        (6, []),
        (7, []),
    ],
)
def test_what_each_task_cites(task, cited):
    assert cited_by(task) == cited


def test_the_eight_of_task_3_are_provincial_and_five_end_in_2020():
    cited = Directive.objects.filter(cited_by_tasks__number=3)
    assert Counter(d.issuer for d in cited) == {"Ủy ban nhân dân tỉnh Tuyên Quang": 8}
    assert Counter(d.valid_to.year for d in cited) == {2020: 5, 2025: 3}


@pytest.mark.parametrize(
    ("code", "implements"),
    [
        ("thu-2020", ["cv-2125-2020"]),
        ("cv-2125-2020", ["ct-23-2020"]),
        ("ct-23-2020", []),
        ("kh-55-2013", ["ct-20-2012", "qd-1555-2012"]),
        ("cv-245-2020", ["cv-521-2020"]),
        ("cv-521-2020", ["cv-666-2020"]),
        ("cv-666-2020", []),
    ],
)
def test_the_chain(code, implements):
    found = Directive.objects.get(code=code).implements.order_by("code").values_list("code", flat=True)
    assert list(found) == implements


def test_what_implements_the_directive():
    above = Directive.objects.get(code="ct-23-2020")
    assert [d.code for d in above.implemented_by.all()] == ["cv-2125-2020"]


CITATIONS = [
    ("ct-23-2020", "Chỉ thị số 23/CT-TTg ngày 26/5/2020 của Thủ tướng Chính phủ"),
    ("cv-2125-2020", "Văn bản số 2125/UBND-KGVX ngày 14/7/2020 của Ủy ban nhân dân tỉnh Tuyên Quang"),
    ("luat-tre-em-2016", "Luật Trẻ em số 102/2016/QH13 ngày 05/4/2016 của Quốc hội"),
    ("kh-83-2015", "Kế hoạch số 83/KH-UBND ngày 09/12/2015 của Ủy ban nhân dân tỉnh Tuyên Quang"),
    ("ct-20-2012", "Chỉ thị số 20-CT/TW ngày 05/11/2012 của Bộ Chính trị"),
    ("cv-521-2020", "Văn bản số 521/UBND-KGVX ngày 03/3/2020 của Ủy ban nhân dân tỉnh Tuyên Quang"),
    ("cv-666-2020", "Văn bản số 666/LĐTBXH-TE ngày 27/02/2020 của Bộ Lao động - Thương binh và Xã hội"),
    (
        "thu-2020",
        "Văn bản số /SLĐTBXH-BVCSTE-BĐG của Sở Lao động - Thương binh và Xã hội tỉnh Tuyên Quang",
    ),
]


@pytest.mark.parametrize(("code", "words"), CITATIONS)
def test_citation(code, words):
    assert Directive.objects.get(code=code).citation() == words


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (dt.date(2020, 5, 26), "26/5/2020"),
        (dt.date(2020, 1, 1), "01/01/2020"),
        (dt.date(2020, 2, 9), "09/02/2020"),
        (dt.date(2020, 3, 5), "05/3/2020"),
        (dt.date(2020, 10, 9), "09/10/2020"),
        (dt.date(2020, 12, 31), "31/12/2020"),
    ],
)
def test_short_days_and_the_first_two_months_are_padded(day, shown):
    directive = Directive(number="1/QĐ", kind="Quyết định", issued_on=day, issuer="Bộ", title="X")
    assert directive.citation() == f"Quyết định số 1/QĐ ngày {shown} của Bộ"


@pytest.mark.parametrize(
    ("kind", "title", "words"),
    [
        ("Chỉ thị", "Về việc tăng cường", "Chỉ thị số 1/X của Bộ về việc tăng cường"),
        ("Công văn", "V/v thực hiện", "Văn bản số 1/X của Bộ về việc thực hiện"),
        ("Quyết định", "Phê duyệt Chương trình", "Quyết định số 1/X của Bộ về việc phê duyệt Chương trình"),
        ("Kế hoạch", "về phòng, chống tai nạn", "Kế hoạch số 1/X của Bộ về phòng, chống tai nạn"),
        ("Luật", "Luật Trẻ em", "Luật Trẻ em số 1/X của Bộ"),
    ],
)
def test_citation_with_title(kind, title, words):
    assert Directive(number="1/X", kind=kind, issuer="Bộ", title=title).citation(with_title=True) == words


@pytest.mark.parametrize(
    ("first", "last", "day", "valid"),
    [
        (None, None, dt.date(2020, 1, 1), True),
        (dt.date(2020, 1, 1), None, dt.date(2019, 12, 31), False),
        (dt.date(2020, 1, 1), None, dt.date(2020, 1, 1), True),
        (None, dt.date(2020, 12, 31), dt.date(2020, 12, 31), True),
        (None, dt.date(2020, 12, 31), dt.date(2021, 1, 1), False),
        (dt.date(2020, 1, 1), dt.date(2020, 12, 31), dt.date(2020, 6, 1), True),
    ],
)
def test_validity_includes_both_ends_in_python_and_in_the_database(first, last, day, valid):
    Directive.objects.update(valid_from=first, valid_to=last)
    one = Directive.objects.get(code="kh-78-2019")
    assert (one.is_valid_on(day), Directive.objects.valid_on(day).count()) == (valid, 17 if valid else 0)


def test_names_are_kept_composed():
    """NFC everywhere, or a search for a name finds only half of them."""
    import unicodedata

    texts = [t for row in Body.objects.values_list("name", "short_name") for t in row]
    texts += [t for row in Indicator.objects.values_list("name_vi", "unit") for t in row]
    texts += list(Task.objects.values_list("text", flat=True))
    assert [text for text in texts if text != unicodedata.normalize("NFC", text)] == []
