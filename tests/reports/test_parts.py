"""The parts of a report as named inputs: each name belongs to one part and is called by a word a person knows."""

import pytest

from reports.parts import Part, is_box, is_words, names_of, parts_of

pytestmark = pytest.mark.django_db


def test_the_parts_in_the_order_of_the_form(report):
    assert [part.word for part in parts_of(report)] == ["0", "1", "2", "3", "4", "5", "6", "7", "chung"]
    titles = [part.title for part in parts_of(report)]
    assert (titles[0], titles[-1]) == ("Số liệu dùng chung", "Phần chung")
    assert titles[1].startswith("1. ")


def test_a_body_without_shared_figures_has_no_such_part(report_of):
    assert [part.word for part in parts_of(report_of("so-y-te"))] == ["1", "2", "3", "4", "5", "6", "7", "chung"]
    with pytest.raises(LookupError):
        Part(report_of("so-y-te"), 0)


@pytest.mark.parametrize("number", [8, 9999, -1])
def test_other_numbers_are_no_part(report, number):
    with pytest.raises(LookupError):
        Part(report, number)


def test_every_input_belongs_to_one_part_but_the_texts_of_the_tasks(report):
    seen = {}
    for part in parts_of(report):
        for name in part.names:
            seen.setdefault(name, []).append(part.number)
    texts = {"results", "difficulties", "proposals", "not_ours", "not_ours_reason"}
    assert {name for name, parts in seen.items() if len(parts) > 1} == texts
    assert seen["results"] == [1, 2, 3, 4, 5, 6, 7]
    assert seen["proposals"] == [1, 2, 3, 4, 5, 6, 7, None]  # of a task, and of the whole report


def test_every_rule_is_explained_in_one_part(report):
    parts = {
        rule.code: [p.word for p in parts_of(report) if p.has(f"explain-{rule.code}")]
        for rule, _ in report.period.rules()
    }
    on_form = {indicator.code for indicator in report.indicators()}
    expected = {
        rule.code: [str(int(linear.left[0][1]))] if linear.left[0] in on_form else []
        for rule, linear in report.period.rules()
    }
    assert parts == expected
    assert ["2"] in parts.values()


HAS = [
    (6, "T6.06", True),
    (6, "T6.06:girls", True),
    (6, "T6.06:boys", False),
    (6, "T6.06:nothing", True),
    (6, "T6.06:detail", True),
    (6, "T6.06:estimate", True),
    (6, "T6.15", False),  # computed
    (6, "T3.03", False),
    (6, "results", True),
    (6, "direction", False),
    (6, "explain-jump-T6.06", True),
    (6, "explain-jump-T3.03", False),
    (6, "explain-R99", False),
    (6, "explain-", False),
    (6, "progress-0", False),
    (6, "", False),
    (2, "explain-R11", True),
    (6, "explain-R11", False),
    (2, "T2.01:detail", True),
    (2, "T2.01:estimate", False),  # a yes is not estimated
    (0, "T0.01", True),
    (0, "results", False),
    (None, "direction", True),
    (None, "results", False),
    (None, "explain-R11", False),
]


@pytest.mark.parametrize(("number", "name", "there"), HAS)
def test_has(report, number, name, there):
    assert Part(report, number).has(name) is there


POSTED = [  # part, what a page sent, what is taken of it
    (6, {"T6.06": "3"}, {"T6.06": "3", "T6.06:nothing": "", "T6.06:estimate": ""}),
    (6, {"T6.06": "", "T6.06:nothing": "x"}, {"T6.06": "", "T6.06:nothing": "on", "T6.06:estimate": ""}),
    (6, {"T6.06": "3", "only": "these"}, {"T6.06": "3"}),
    (6, {"T6.06:nothing": "", "only": "these"}, {"T6.06:nothing": ""}),
    (6, {"T6.06:girls": "3"}, {"T6.06:girls": "3"}),
    (6, {"results": "a"}, {"results": "a"}),
    (6, {"not_ours_reason": ""}, {"not_ours_reason": "", "not_ours": ""}),
    (6, {"T3.03": "1", "csrfmiddlewaretoken": "x", "seen": "3", "direction": "x"}, {}),
    (None, {"direction": "A", "T6.06": "1"}, {"direction": "A"}),
]


@pytest.mark.parametrize(("number", "data", "taken"), POSTED)
def test_what_a_page_sent(report, number, data, taken):
    assert Part(report, number).posted(data) == taken


LABELS = [
    (6, "T6.06", "T6.06 “Số trẻ em bị xâm hại”, cột Tổng số"),
    (6, "T6.06:girls", "T6.06 “Số trẻ em bị xâm hại”, cột Nữ"),
    (6, "T6.06:nothing", "T6.06 “Số trẻ em bị xâm hại”, Không phát sinh"),
    (6, "T6.06:detail", "T6.06 “Số trẻ em bị xâm hại”, Ghi chú"),
    (6, "T6.06:estimate", "T6.06 “Số trẻ em bị xâm hại”, Ước thực hiện"),
    (6, "results", "Kết quả thực hiện"),
    (6, "not_ours", "Không thuộc chức năng, nhiệm vụ"),
    (6, "explain-jump-T6.06", "Giải trình T6.06"),
    (2, "explain-R11", "Giải trình R11"),
    (None, "direction", "Công tác chỉ đạo, triển khai"),
    (6, "T9.99", "T9.99"),
]


@pytest.mark.parametrize(("number", "name", "label"), LABELS)
def test_labels(report, number, name, label):
    assert Part(report, number).label(name) == label


def test_the_label_of_progress_names_the_document(report):
    citation = report.period.citations.first()
    part = Part(report, citation.task.number)
    assert part.label(f"progress-{citation.pk}") == f"Tiến độ: {citation.directive.citation()}"


SHOWN = [
    ("T6.06", "1.234", "1.234"),
    ("T6.06", "", "(để trống)"),
    ("T6.06:nothing", "on", "có đánh dấu"),
    ("T6.06:nothing", "", "không đánh dấu"),
    ("not_ours", "on", "có đánh dấu"),
    ("results", "Đã làm.", "Đã làm."),
]


@pytest.mark.parametrize(("name", "text", "words"), SHOWN)
def test_words_for_what_is_stored(report, name, text, words):
    assert Part(report, 6).shown(name, text) == words


@pytest.mark.parametrize(("text", "words"), [("1", "Có"), ("0", "Không"), ("", "(để trống)"), ("x", "x")])
def test_yes_and_no_in_words(report, text, words):
    assert Part(report, 2).shown("T2.01", text) == words


def test_boxes_and_words(report):
    kinds = {}
    for part in parts_of(report):
        for name in part.names:
            kinds.setdefault((is_box(name), is_words(name)), set()).add(
                name.partition(":")[2] or name.partition("-")[0]
            )
    assert kinds.keys() == {(True, False), (False, True), (False, False)}
    assert kinds[True, False] == {"nothing", "estimate", "not_ours"}
    texts = {"results", "difficulties", "proposals", "not_ours_reason", "detail", "progress"}
    assert kinds[False, True] == texts | {"direction", "assessment", "next_year"}


def test_the_inputs_of_a_row(report):
    found = {i.code: names_of(i) for i in report.indicators() if i.code in ("T2.01", "T2.05")}
    assert found == {
        "T2.01": ["T2.01", "T2.01:nothing", "T2.01:detail"],
        "T2.05": ["T2.05", "T2.05:nothing", "T2.05:detail", "T2.05:estimate"],
    }
