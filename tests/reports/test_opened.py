"""What an officer has in hand cannot be taken back unasked; what was taken back the province never had."""

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.attachments import attach
from reports.choices import Action
from reports.drafting import save_page
from reports.models import Attachment, Edit
from reports.tasklist import task_list
from reports.workflow import NotAllowed, move
from tests.conftest import at
from tests.factories import send
from tests.reports import files
from tests.reports.files import upload

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    storage = FileSystemStorage(location=tmp_path / "private")
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storage)


@pytest.fixture(autouse=True)
def _in_december():
    with time_machine.travel(at(2020, 12, 10), tick=True):
        yield


@pytest.mark.parametrize(
    ("who", "address", "status", "opened"),
    [
        ("huyen", "ban-in/1/docx/", 200, True),
        ("huyen", "tep/{file}/", 200, True),
        ("huyen", "ban-in/1/xlsx/", 404, False),
        ("huyen", "ban-in/2/docx/", 404, False),
        ("huyen", "tep/0/", 404, False),
        ("huyen", "bien-nhan/1/", 200, False),
        ("hung", "ban-in/1/docx/", 200, False),
        ("hung", "tep/{file}/", 200, False),
        ("lan", "ban-in/1/docx/", 200, False),
        ("lan", "tep/{file}/", 200, False),
    ],
)
def test_an_officer_who_takes_a_file_has_opened_the_report(client, cast, report, who, address, status, opened):
    file = attach(report, None, upload("biểu.pdf", files.pdf()), cast.lan).attachment
    send(report, cast.lan)
    client.force_login(getattr(cast, who))
    assert client.get(BASE + address.format(file=file.pk)).status_code == status
    report.refresh_from_db()
    assert (report.opened_at is not None) is opened
    if opened:
        with pytest.raises(NotAllowed):
            move(report, Action.RECALL, by=cast.ky)
    else:
        move(report, Action.RECALL, by=cast.ky)
    report.refresh_from_db()
    assert report.status == ("submitted" if opened else "draft")


def test_an_older_sending_on_paper_does_not_open_the_new_one(client, cast, report):
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Xem lại.")
    move(report, Action.SUBMIT, by=cast.ky)
    client.force_login(cast.huyen)
    assert client.get(BASE + "ban-in/1/docx/").status_code == 200
    report.refresh_from_db()
    assert report.opened_at is None
    move(report, Action.RECALL, by=cast.ky)


# --- the receipt of what was taken back ----------------------------------------------------------


def test_the_province_has_no_receipt_of_what_was_taken_back(client, cast, report):
    send(report, cast.lan)
    move(report, Action.RECALL, by=cast.ky)
    move(report, Action.SUBMIT, by=cast.ky)
    for who, statuses in {"lan": (200, 200), "huyen": (404, 200), "hung": (404, 200)}.items():
        client.force_login(getattr(cast, who))
        assert tuple(client.get(f"{BASE}bien-nhan/{n}/").status_code for n in (1, 2)) == statuses
        page = client.get(BASE + "ban-gui/").content.decode()
        links = tuple(200 if f'href="{BASE}bien-nhan/{n}/"' in page else 404 for n in (1, 2))
        assert links == statuses
        assert page.count("(lần ") == 2


# --- the newest edits ----------------------------------------------------------------------------


@pytest.fixture
def edits_read(monkeypatch):
    """The edits that come out of the database, by name."""
    read, from_db = [], Edit.from_db.__func__

    def noted(cls, *args):
        edit = from_db(cls, *args)
        read.append(edit.name)
        return edit

    monkeypatch.setattr(Edit, "from_db", classmethod(noted))
    return read


def test_the_list_reads_the_newest_edit_of_each_text_only(cast, report, edits_read, django_assert_num_queries):
    save_page(report, None, {"assessment": "Một", "proposals": "Một"}, by=cast.ky, seen=None)
    edits_read.clear()
    first = task_list(report, cast.lan)
    queries = _queries_of(report, cast.lan)  # what the report and the catalogue remember is read by now
    for number in range(5):
        save_page(report, None, {"assessment": f"Lần {number}"}, by=cast.lan, seen=None)
    edits_read.clear()
    with django_assert_num_queries(queries):
        shown = task_list(report, cast.lan)
    assert sorted(edits_read) == ["assessment", "proposals"]
    by = {line.anchor: line.by for line in shown["lines"]}
    assert (by["#id_assessment"], by["#id_proposals"]) == (cast.lan, cast.ky)
    assert {line.anchor: line.by for line in first["lines"]}["#id_assessment"] == cast.ky


def _queries_of(report, user):
    with CaptureQueriesContext(connection) as queries:
        task_list(report, user)
    return len(queries)


def test_a_conflict_reads_the_newest_edit_only(cast, report, edits_read):
    for number in range(5):
        by = cast.ky if number % 2 else cast.lan
        save_page(report, None, {"assessment": f"Lần {number}"}, by=by, seen=None)
    edits_read.clear()
    saved = save_page(report, None, {"assessment": "Của tôi"}, by=cast.ky, seen=None, shown={"assessment": "Lần 0"})
    (conflict,) = saved.conflicts
    assert (conflict.theirs, conflict.by) == ("Lần 4", cast.lan)
    assert edits_read == ["assessment"]
