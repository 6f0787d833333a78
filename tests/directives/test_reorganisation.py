"""Merges, splits, new names and transfers of duties: what hinders them, what is written, what a load leaves alone."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from directives import reorganisation_files
from directives.data_files import DataError
from directives.loading import DATA, load
from directives.models import Body, BodyLink, LeadTerm, Obligation, Reorganisation
from directives.reorganising import Founded, NewLead, Passing, Wish, faults, write

pytestmark = pytest.mark.django_db

ON = dt.date(2021, 7, 1)
NEW = Founded("huyen-moi", "Ủy ban nhân dân huyện Mới", "UBND huyện Mới", "district", "UBND")
OTHER = Founded("huyen-khac", "Ủy ban nhân dân huyện Khác", "UBND huyện Khác", "district", "UBND")
LEAD = {
    "superior": "UBND tỉnh",
    "head_name": "Sở Mới",
    "place": "Nơi Đây",
    "signing_title": "GIÁM ĐỐC",
    "file_note": "VT",
}


@pytest.fixture(autouse=True)
def _open_ended(db):
    """2021: nobody knows yet who ends in 2025."""
    Body.objects.update(valid_to=None)
    BodyLink.objects.all().delete()


def passing(old, new, kind="merge", share=None):
    return Passing(old, new, kind, share if share is None else Decimal(share))


def wish(*passings, founded=(NEW,), **more):
    return Wish(**({"title": "Sắp xếp", "on": ON, "founded": tuple(founded), "passings": tuple(passings)} | more))


MERGE = (passing("na-hang", "huyen-moi"), passing("lam-binh", "huyen-moi"))
SPLIT = (passing("na-hang", "huyen-moi", "split", 40), passing("na-hang", "huyen-khac", "split", 60))
HANDOVER = (passing("so-ldtbxh", "so-y-te", "function"),)


def done(wanted, plan=None):
    with transaction.atomic():
        return write(wanted, by=None, plan=plan or {})


# --- what is written ------------------------------------------------------------------------------


def test_a_merge_ends_two_and_begins_one_in_their_place():
    row = done(wish(*MERGE))
    new = Body.objects.get(code="huyen-moi")
    old = Body.objects.filter(code__in=("na-hang", "lam-binh"))
    assert {(b.valid_to, b.ended_by) for b in old} == {(dt.date(2021, 6, 30), row)}
    assert (new.valid_from, new.valid_to, new.founded_by, new.position) == (
        ON,
        None,
        row,
        old.get(code="na-hang").position,
    )
    assert sorted((link.predecessor.code, link.kind, link.share) for link in row.links.all()) == [
        ("lam-binh", "merge", None),
        ("na-hang", "merge", None),
    ]


def test_a_split_keeps_the_typed_shares_and_what_nobody_typed_stays_open():
    unsaid = (passing("na-hang", "huyen-moi", "split", "33.3333"), passing("na-hang", "huyen-khac", "split"))
    assert faults(wish(*unsaid, founded=(NEW, OTHER))) == []
    row = done(wish(*unsaid, founded=(NEW, OTHER)))
    assert {link.successor.code: link.share for link in row.links.all()} == {
        "huyen-moi": Decimal("33.3333"),
        "huyen-khac": None,
    }


def test_duties_pass_with_the_lead_and_the_old_body_may_live_on():
    lead = NewLead(body="so-y-te", **LEAD)
    living = wish(*HANDOVER, founded=(), lead=lead)
    assert faults(living) == []
    row = done(living)
    obligation = Obligation.objects.get()
    assert [obligation.lead_on(day).body.code for day in (ON - dt.timedelta(days=1), ON)] == ["so-ldtbxh", "so-y-te"]
    assert Body.objects.get(code="so-ldtbxh").ended_by is None
    assert row.lead_terms.get().head_name == "Sở Mới"
    assert list(BodyLink.objects.carrying().filter(reorganisation=row)) == []  # its figures stay its own


def test_who_is_asked_before_and_after():
    done(wish(*SPLIT, founded=(NEW, OTHER)))
    asked = [[b.code for b, _group in Obligation.objects.get().owed_on(day)] for day in (dt.date(2021, 6, 30), ON)]
    assert [len(codes) for codes in asked] == [39, 40]
    assert set(asked[1]) - set(asked[0]) == {"huyen-moi", "huyen-khac"}
    assert set(asked[0]) - set(asked[1]) == {"na-hang"}


def test_a_load_leaves_alone_what_was_written_in_the_portal(files):
    lead = NewLead(body="huyen-moi", **LEAD)
    done(wish(passing("so-ldtbxh", "huyen-moi", "rename"), lead=lead))
    before = [list(model.objects.order_by("pk").values()) for model in (Body, BodyLink, LeadTerm)]
    outcome = load(files.folder)
    for row in before[0]:  # nobody reorganised the districts: the file says when they end
        if row["kind"] == "district" and row["code"] != "huyen-moi":
            row["valid_to"] = dt.date(2025, 6, 30)
    assert list(Body.objects.order_by("pk").values()) == before[0]
    assert list(BodyLink.objects.exclude(reorganisation=None).values()) == before[1]
    assert list(LeadTerm.objects.order_by("pk").values()) == before[2]
    assert (outcome.kept, outcome.changed, outcome.created) == ([], {"Body": 7}, {"BodyLink": 1})


def test_it_is_written_once():
    row = done(wish(*MERGE))
    for attempt in (row.save, row.delete, Reorganisation.objects.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reorganisation.objects.create(title="Khác", on=ON, mark=row.mark)


@pytest.mark.parametrize(
    ("kind", "share", "allowed"), [("split", "100", 1), ("split", "0", 0), ("split", "100.1", 0), ("merge", "50", 0)]
)
def test_the_database_knows_what_a_share_is(kind, share, allowed):
    old, new = Body.objects.all()[:2]
    try:
        with transaction.atomic():
            BodyLink.objects.create(predecessor=old, successor=new, kind=kind, on=ON, share=Decimal(share))
    except IntegrityError:
        assert not allowed
    else:
        assert allowed


# --- what hinders it ------------------------------------------------------------------------------

REFUSED = [  # wish, words of the one sentence, field
    (lambda: wish(*MERGE, title=""), "đặt tên", "title"),
    (lambda: wish(*MERGE, on=dt.date(1999, 1, 1)), "từ năm 2000", "on"),
    (lambda: wish(founded=()), "Chưa nêu cơ quan nào", "predecessors"),
    (lambda: wish(*MERGE, passing("khong-co", "huyen-moi")), "mang mã “khong-co”", "predecessors"),
    (
        lambda: wish(passing("bao-tuyen-quang", "huyen-moi", "rename"), on=dt.date(2020, 1, 2)),
        "chỉ hoạt động từ ngày",
        "on",
    ),
    (
        lambda: wish(passing("tinh-doan", "huyen-moi", "rename")),
        "đã kết thúc hoạt động ngày 01/01/2021",
        "predecessors",
    ),
    (
        lambda: wish(passing("so-noi-vu", "huyen-moi", "rename"), on=dt.date(2025, 6, 1)),
        "đã được sắp xếp từ ngày 01/03/2025",
        "predecessors",
    ),
    (
        lambda: wish(*MERGE, founded=[NEW, Founded("ham-yen", "Tên", "T", "district")]),
        "Mã “ham-yen” đã có",
        "successors",
    ),
    (lambda: wish(*MERGE, founded=[NEW, replace(OTHER, name=NEW.name)]), "được ghi cho hai cơ quan mới", "successors"),
    (lambda: wish(*MERGE, founded=[Founded("huyen-moi", "", "", "district")]), "tên đầy đủ và tên ngắn", "successors"),
    (lambda: wish(*MERGE, founded=[Founded("huyen-moi", "Tên", "x" * 81, "district")]), "dài quá 80", "successors"),
    (lambda: wish(*MERGE, founded=[Founded("huyen-moi", "Tên", "T", "huyện")]), "Khối của cơ quan", "successors"),
    (
        lambda: wish(*MERGE, founded=[Founded("huyen-moi", "Sở Y tế tỉnh Tuyên Quang", "T", "district")]),
        "Đã có cơ quan đang hoạt động",
        "successors",
    ),
    (lambda: wish(*MERGE, founded=()), "chưa có trên cổng", "successors"),
    (lambda: wish(*MERGE, passing("ham-yen", "tinh-doan"), founded=[NEW]), "không hoạt động vào ngày", "successors"),
    (lambda: wish(*SPLIT[:1], founded=[NEW]), "ít nhất hai cơ quan", "successors"),
    (
        lambda: wish(SPLIT[0], passing("na-hang", "huyen-khac", "split", 50), founded=[NEW, OTHER]),
        "cộng lại là 90",
        "successors",
    ),
    (
        lambda: wish(
            passing("na-hang", "huyen-moi", "split", 100),
            passing("na-hang", "huyen-khac", "split"),
            founded=[NEW, OTHER],
        ),
        "không còn phần",
        "successors",
    ),
    (
        lambda: wish(passing("na-hang", "huyen-moi", "split", 0), SPLIT[1], founded=[NEW, OTHER]),
        "lớn hơn 0",
        "successors",
    ),
    (lambda: wish(passing("na-hang", "huyen-moi", "rename", 50)), "Tỷ lệ chỉ ghi khi chia", "successors"),
    (
        lambda: wish(
            MERGE[0],
            passing("na-hang", "huyen-khac"),
            passing("ham-yen", "huyen-moi"),
            passing("yen-son", "huyen-khac"),
            founded=[NEW, OTHER],
        ),
        "chỉ chia, tách mới có nhiều",
        "successors",
    ),
    (
        lambda: wish(*(passing(old, "huyen-moi", "rename") for old in ("na-hang", "lam-binh"))),
        "thành đúng một cơ quan mới",
        "successors",
    ),
    (lambda: wish(MERGE[0]), "phải có từ hai cơ quan cũ", "predecessors"),
    (lambda: wish(passing("so-ldtbxh", "huyen-moi", "rename")), "đang chủ trì tổng hợp", "head_name"),
    (lambda: wish(*MERGE, lead=NewLead(body="huyen-moi", **LEAD)), "không chủ trì tổng hợp vào ngày đó", "head_name"),
    (
        lambda: wish(*HANDOVER, founded=(), lead=NewLead(body="so-y-te", **(LEAD | {"place": ""}))),
        "điền đủ các ô",
        "place",
    ),
]


@pytest.mark.parametrize(("wanted", "words", "field"), REFUSED)
def test_one_sentence_says_why_not(wanted, words, field):
    Body.objects.filter(code="bao-tuyen-quang").update(valid_from=dt.date(2021, 1, 1))
    Body.objects.filter(code="tinh-doan").update(valid_to=dt.date(2021, 1, 1))
    gone, following = (Body.objects.get(code=code) for code in ("so-noi-vu", "so-tu-phap"))
    BodyLink.objects.create(predecessor=gone, successor=following, kind="merge", on=dt.date(2025, 3, 1))
    [fault] = faults(wanted())
    assert (words in fault.sentence, fault.field) == (True, field), fault


def test_what_is_written_is_refused_the_second_time():
    done(wish(*MERGE))
    sentences = [str(fault) for fault in faults(wish(*MERGE))]
    assert len(sentences) == 3  # both are gone, and the code is taken
    assert "đã được sắp xếp từ ngày 01/07/2021" in sentences[1]


# --- a file of many -------------------------------------------------------------------------------

FILE = DATA / "reorganisations" / "2025-07-01.csv"
HEADING = "on,kind,predecessor,share,successor,name,short_name,symbol,body_kind,note\n"
GOOD = """2021-07-01,split,na-hang,40,xa-1,Xã Một,Xã 1,UBND,commune,
2021-07-01,split,na-hang,60,xa-2,Xã Hai,Xã 2,UBND,commune,
"""


def read(text, heading=HEADING):
    return reorganisation_files.read(heading + text, name="tep.csv", title="Tên")


def test_the_shipped_file_ends_seven_and_begins_124():
    wanted = reorganisation_files.read(FILE.read_bytes(), name=FILE.name, title="2025")
    kinds = {code.split("-")[0] for code in (body.code for body in wanted.founded)}
    without = {b.code for b in wanted.founded} - {p.successor for p in wanted.passings}
    assert faults(wanted) == []
    assert (len(wanted.ends), len(wanted.founded), len(without), kinds) == (7, 124, 73, {"xa", "phuong"})
    assert sum(body.code.startswith("phuong") for body in wanted.founded) == 7
    assert all("giả định" in body.note and "Giả định" in body.name for body in wanted.founded)
    assert all(sum(p.share for p in passings) == 100 for passings in wanted.predecessors.values())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (GOOD + "2021-07-02,,,,xa-3,Xã Ba,Xã 3,UBND,commune,\n", 4, "on"),
        (GOOD.replace("split", "nổ", 1), 2, "kind"),
        (GOOD.replace("40", "bốn mươi"), 2, "share"),
        (GOOD.replace("40", "400"), 2, "share"),
        (GOOD + "2021-07-01,split,,,xa-3,Xã Ba,Xã 3,UBND,commune,\n", 4, "kind"),
        (GOOD + "2021-07-01,,,,xa-3,,,,,\n", 4, "name"),
        (GOOD + "2021-07-01,,,,xa-1,Xã Khác,Xã 1,UBND,commune,\n", 4, "name"),
        (GOOD + "2021-07-01,,,,,Xã Ba,Xã 3,UBND,commune,\n", 4, "successor"),
        (GOOD + "1/7/2021,,,,xa-3,Xã Ba,Xã 3,UBND,commune,\n", 4, "on"),
        (GOOD + "2021-07-01,,,xa-3\n", 4, ""),
        (GOOD.replace("2021-07-01", "ngày mai"), 2, "on"),
        ("", 0, ""),
    ],
)
def test_a_defect_of_a_file_names_its_line(text, line, column):
    with pytest.raises(DataError) as error:
        read(text)
    assert (line, column) in {(defect.line, defect.column) for defect in error.value.defects}


def test_headings_and_values_may_be_vietnamese():
    heading = "Từ ngày,Hình thức,Cơ quan cũ,Tỷ lệ,Cơ quan mới,Tên đầy đủ,Tên ngắn,Ký hiệu,Khối,Ghi chú\n"
    assert read(GOOD.replace("split", "Chia").replace("commune", "cấp xã"), heading) == read(GOOD)


def test_a_fault_of_a_line_names_its_line_too():
    [fault] = faults(read(GOOD.replace("40", "30")))
    assert str(fault) == "Dòng 2: Ủy ban nhân dân huyện Na Hang: các tỷ lệ cộng lại là 90, phải đúng 100."


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "on,kind\0", HEADING.replace("share", "shar"), HEADING + '"'])
def test_what_is_no_such_file(content):
    with pytest.raises(DataError):
        reorganisation_files.read(content, name="tep.csv", title="Tên")
