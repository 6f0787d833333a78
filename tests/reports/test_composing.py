"""The door to the draft of the province's report: saves, conflicts between officers, source marks, the end by issue."""

import datetime as dt
import threading

import pytest
from django.db import connection

from reports import composing
from reports.choices import Action
from reports.composing import Gone, draft_of, open_draft, save, save_page, source_of, take, texts_of
from reports.drafting import Change, NotWritable
from reports.models import Borrowing, Issue, ProvincialEdit, ProvincialReport, TaskResult
from reports.workflow import move
from tests.factories import fill, send

pytestmark = pytest.mark.django_db

RESULTS = "Tổ chức 12 lớp cho 340 cán bộ. Tuyên truyền số 111 ở các xã.\n- Cấp 300 tờ rơi;"
FIRST, SECOND, ITEM = "Tổ chức 12 lớp cho 340 cán bộ.", "Tuyên truyền số 111 ở các xã.", "Cấp 300 tờ rơi;"


def issued(provincial, by, number="1"):
    """The report issued, as far as the door looks."""
    return Issue.objects.create(
        provincial=provincial,
        number=number,
        symbol="BC-X",
        signed_on=dt.date(2020, 12, 20),
        signing_title="GIÁM ĐỐC",
        signatory="Người ký",
        recipients=[],
        code=f"ma-{number}",
        fingerprint=(number * 64)[:64],
        content={},
        outgoing={},
        by=by,
    )


def wrote(report, by, number=6, **texts):
    """A report filled, with these words in a task, and sent."""
    fill(report, by=by)
    TaskResult.objects.filter(report=report, number=number).update(**texts)
    person = report.body.people.filter(role="signatory").first() or by
    move(report, Action.SUBMIT, by=person)
    report.refresh_from_db()
    return report


@pytest.fixture
def draft(period, cast):
    return open_draft(period, cast.huyen)


@pytest.fixture
def accepted(report, cast):
    """Na Hang's report with words in task 6, accepted."""
    wrote(report, cast.lan, results=RESULTS)
    move(report, Action.ACCEPT, by=cast.huyen)
    report.refresh_from_db()
    return report


def ref(report, sentence, field="results", number=6):
    return composing.ref_of(report.pk, report.version, field, number, sentence)


@pytest.fixture
def source(accepted):
    return lambda sentence: source_of(accepted.period, ref(accepted, sentence))


def stands(draft, part="task-6"):
    return texts_of(draft).get(part, "")


# --- which draft ---------------------------------------------------------------------------------


def test_a_draft_is_begun_once(period, cast):
    assert draft_of(period) is None
    first = open_draft(period, cast.huyen)
    assert (open_draft(period, cast.tu), draft_of(period), first.created_by) == (first, first, cast.huyen)
    assert ProvincialReport.objects.count() == 1


def test_only_officers_compose(period, cast, draft, source):
    for user in (cast.lan, cast.ky, cast.hung, cast.quan):
        with pytest.raises(NotWritable, match="Chỉ chuyên viên"):
            open_draft(period, user)
        with pytest.raises(NotWritable, match="Chỉ chuyên viên"):
            save(draft, "task-6", Change("text", "", "x"), user)
        with pytest.raises(NotWritable, match="Chỉ chuyên viên"):
            take(draft, "task-6", source(FIRST), user)
    assert (ProvincialEdit.objects.count(), Borrowing.objects.count()) == (0, 0)


def test_after_the_issue_comes_a_supplement_and_nothing_else(period, cast, draft):
    save(draft, "task-6", Change("text", "", "Đã ban hành."), cast.huyen)
    issue = issued(draft, cast.huyen)
    assert draft_of(period) is None
    with pytest.raises(NotWritable, match="đã ban hành"):
        open_draft(period, cast.huyen)
    supplement = ProvincialReport.objects.create(period=period, sequence=2, supplements=issue, created_by=cast.huyen)
    assert (draft_of(period), open_draft(period, cast.tu)) == (supplement, supplement)
    assert [composing.report_with(period, part) for part in ("task-6", "words")] == [draft, supplement]


# --- saving --------------------------------------------------------------------------------------


def test_every_save_leaves_an_edit(cast, draft):
    saved = save(draft, "task-6", Change("text", "", " Một.\r\nHai.\x00 "), cast.huyen)
    assert (saved.stored, saved.number, saved.conflicts) == ({"text": "Một.\nHai."}, 1, ())
    save(draft, "task-6", Change("text", "Một.\nHai.", "Ba."), cast.tu)
    save(draft, "task-6", Change("text", "Ba.", "Ba. "), cast.huyen)  # says what stands there
    save(draft, "limits", Change("text", "", "Khác."), cast.tu)
    edits = [(e.part, e.before, e.after, e.save_number, e.by) for e in ProvincialEdit.objects.all()]
    assert edits == [
        ("task-6", "", "Một.\nHai.", 1, cast.huyen),
        ("task-6", "Một.\nHai.", "Ba.", 2, cast.tu),
        ("limits", "", "Khác.", 1, cast.tu),
    ]
    assert texts_of(draft) == {"task-6": "Ba.", "limits": "Khác."}
    row = draft.texts.get(part="task-6")
    assert (row.saves, row.updated_by) == (2, cast.tu)


@pytest.mark.parametrize(
    ("was", "now", "conflict"),
    [
        ("", "của Huyền", True),  # she had seen an empty part
        ("khác nữa", "của Huyền", True),
        ("", "của Tú", False),  # both wrote the same
        ("", "", False),  # she touched nothing
        ("của Tú", "của Huyền", False),
        ("của Tú", "", False),  # emptied on purpose
    ],
)
def test_the_later_officer_gets_both_versions(cast, draft, was, now, conflict):
    save(draft, "task-6", Change("text", "", "của Tú"), cast.tu)
    saved = save(draft, "task-6", Change("text", was, now), cast.huyen)
    if conflict:
        (found,) = saved.conflicts
        assert (found.name, found.mine, found.theirs, found.by) == ("text", now, "của Tú", cast.tu)
        assert (stands(draft), ProvincialEdit.objects.count()) == ("của Tú", 1)
    else:
        assert (saved.conflicts, stands(draft)) == ((), now if was == "của Tú" or now == "của Tú" else "của Tú")


def test_a_page_without_script_says_what_it_had_shown_by_its_number(cast, draft):
    save(draft, "task-6", Change("text", "", "một"), cast.huyen)
    save(draft, "task-6", Change("text", "một", "hai"), cast.tu)
    save(draft, "task-6", Change("text", "hai", "ba"), cast.tu)
    stale = save_page(draft, "task-6", "một, sửa", cast.huyen, seen=1)
    assert [(c.mine, c.theirs) for c in stale.conflicts] == [("một, sửa", "ba")]
    assert save_page(draft, "task-6", "một", cast.huyen, seen=1).conflicts == ()  # untouched: the colleague's stays
    assert stands(draft) == "ba"
    chosen = save_page(draft, "task-6", "một, sửa", cast.huyen, seen=1, shown="ba")
    assert (chosen.conflicts, stands(draft)) == ((), "một, sửa")
    assert save_page(draft, "task-6", "bốn", cast.huyen, seen=10**9).conflicts == ()


def test_an_issued_report_is_closed(cast, draft, source):
    first = source(FIRST)
    save(draft, "task-6", Change("text", "", "Đã ký."), cast.huyen)
    issued(draft, cast.huyen)
    for write in (
        lambda: save(draft, "task-6", Change("text", "Đã ký.", "Sửa."), cast.huyen),
        lambda: save_page(draft, "task-6", "Sửa.", cast.huyen, seen=1),
        lambda: take(draft, "task-6", first, cast.huyen),
    ):
        with pytest.raises(NotWritable, match="đã ban hành nên không sửa được"):
            write()
    assert (stands(draft), ProvincialEdit.objects.count(), Borrowing.objects.count()) == ("Đã ký.", 1, 0)


def test_a_part_has_an_end(cast, draft, monkeypatch):
    monkeypatch.setattr(composing, "LONGEST", 10)
    with pytest.raises(NotWritable, match="dài quá 10 ký tự"):
        save(draft, "task-6", Change("text", "", "x" * 11), cast.huyen)
    assert stands(draft) == ""


def test_parts_are_those_of_the_period(period):
    assert [composing.part_of(period, key).number for key in ("task-7", "limits", "words")] == [7, None, None]
    for key in ("task-8", "task-0", "x", ""):
        with pytest.raises(LookupError):
            composing.part_of(period, key)


# --- taking --------------------------------------------------------------------------------------


def test_a_sentence_goes_behind_with_its_mark(cast, draft, accepted, source):
    for sentence in (FIRST, SECOND, ITEM):
        take(draft, "task-6", source(sentence), cast.huyen)
    assert stands(draft) == f"{FIRST} {SECOND}\n{ITEM}"
    marks = Borrowing.objects.values_list("report", "version", "field", "number", "sentence", "part", "by")
    common = (accepted.pk, 1, "results", 6)
    assert list(marks) == [(*common, each, "task-6", cast.huyen.pk) for each in (FIRST, SECOND, ITEM)]
    assert ProvincialEdit.objects.count() == 3


def test_after_other_words_a_taken_sentence_begins_a_paragraph(cast, draft, source):
    save(draft, "task-6", Change("text", "", "Mở đầu."), cast.tu)
    take(draft, "task-6", source(FIRST), cast.huyen)
    save(draft, "task-6", Change("text", stands(draft), stands(draft) + " Nhận xét."), cast.tu)
    take(draft, "task-6", source(SECOND), cast.huyen)
    assert stands(draft) == f"Mở đầu.\n{FIRST} Nhận xét.\n{SECOND}"


def test_a_page_is_saved_before_its_sentence_is_taken(cast, draft, source):
    save_page(draft, "task-6", "Đang gõ.", cast.huyen, seen=0, take=source(FIRST))
    assert (stands(draft), draft.texts.get().saves) == (f"Đang gõ.\n{FIRST}", 2)
    save(draft, "task-6", Change("text", stands(draft), "của Tú"), cast.tu)
    saved = save_page(draft, "task-6", "cũ, sửa", cast.huyen, seen=2, take=source(SECOND))
    assert ([c.theirs for c in saved.conflicts], stands(draft), Borrowing.objects.count()) == (["của Tú"], "của Tú", 1)


def test_marks_that_come_with_a_save_are_kept_once(cast, draft, source):
    change = Change("text", "", f"Gõ thêm. {FIRST}")
    for _again in range(2):
        save(draft, "task-6", change, cast.huyen, taken=[source(FIRST), source(FIRST)])
    assert [mark.sentence for mark in Borrowing.objects.all()] == [FIRST]
    save(draft, "limits", Change("text", "", FIRST), cast.huyen, taken=[source(FIRST)])
    assert Borrowing.objects.filter(part="limits").count() == 1


def test_only_what_an_accepted_sending_says_is_a_source(period, cast, report, report_of):
    wrote(report, cast.lan, results=RESULTS)
    with pytest.raises(Gone):  # sent, not accepted
        source_of(period, ref(report, FIRST))
    move(report, Action.ACCEPT, by=cast.huyen)
    report.refresh_from_db()
    assert source_of(period, ref(report, ITEM)).sentence.text == ITEM
    assert source_of(period, ref(report, "Phần direction.", "direction", None)).number is None
    good = ref(report, FIRST)
    send(report_of("chiem-hoa"), cast.minh)
    for bad in (
        *("", "x", "....", "1.2.3.4", good + ".5", good.replace(".results.", ".not_ours."), good.replace(".6.", ".0.")),
        *(good.replace(".1.results", ".2.results"), good.replace(".1.results", ".99999.results"), good[:-1] + "-"),
        *(f"{report_of('chiem-hoa').pk}{good[good.index('.') :]}", f"9999999999{good}", "1\x00.1.results.6.abc"),
        "١.1.results.6.abc",
    ):
        with pytest.raises(Gone):
            source_of(period, bad)


def test_a_source_of_a_reopened_report_stays_true(period, cast, accepted):
    """What was accepted once may have been taken then: an answer that was lost on the way is sent again."""
    good = ref(accepted, FIRST)
    move(accepted, Action.REOPEN, by=cast.huyen, note="Xem lại.")
    assert source_of(period, good).version == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_the_same_moment(period, cast):
    draft = open_draft(period, cast.huyen)
    told = []

    def write(person):
        try:
            told.append(save(draft, "task-6", Change("text", "", str(person)), person))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[person]) for person in (cast.huyen, cast.tu)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(saved.conflicts) for saved in told) == [0, 1]
    assert draft.texts.get().saves == 1
