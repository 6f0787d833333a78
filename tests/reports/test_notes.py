"""Words among officers: who writes and reads them, where they stand, and that nobody else ever sees one."""

import re
import time

import pytest
from django.core.management import call_command

from reports import notes
from reports.choices import Action
from reports.exports import FORMATS
from reports.models import Note
from reports.models.journal import AppendOnlyError
from reports.workflow import move
from tests.factories import accept, send
from tests.reports.test_odd_input import ODD, kept_controls
from tests.reports.test_races import together

pytestmark = pytest.mark.django_db

BASE = "/bao-cao/2020/na-hang/"
SENT, NOTE = BASE + "ban-gui/", BASE + "ghi-chu/"
SECRET = "Đã hỏi riêng chị Hoa, số này tạm được."


def post(client, user, **fields):
    client.force_login(user)
    return client.post(NOTE, {"version": "1", "place": "", "text": SECRET} | fields)


def test_officers_write_and_read_places(client, cast, report):
    send(report, cast.lan)
    for place in ("", "6|T6.17", "3|", "chung|direction", "0|"):
        response = post(client, cast.huyen, place=place, text=f"Về {place or 'tất cả'}.")
        assert (response.status_code, response.url) == (302, SENT + "#notes")
    assert list(Note.objects.values_list("part", "name", "version", "by__username")) == [
        (None, "", 1, "huyen"),
        (6, "T6.17", 1, "huyen"),
        (3, "", 1, "huyen"),
        (None, "direction", 1, "huyen"),
        (0, "", 1, "huyen"),
    ]
    client.force_login(cast.tu)
    page = client.get(SENT).content.decode()
    own = re.search(r'<ul class="notes">.*?</ul>', page, re.S).group()
    assert re.findall(r'<a href="#([^"]+)">', own) == ["phan-0", "chung-direction", "phan-3", "T6.17"]
    assert "5 ghi chú nội bộ" in page
    assert "Huyền, " in own


def test_a_note_on_a_returned_and_on_an_accepted_report(client, cast, report):
    send(report, cast.lan)
    move(report, Action.RETURN, by=cast.huyen, note="Sửa.")
    assert post(client, cast.tu).status_code == 302
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.ACCEPT, by=cast.huyen)
    assert post(client, cast.tu, version="2", text="Hai.").status_code == 302
    assert list(Note.objects.values_list("version", "text")) == [(1, SECRET), (2, "Hai.")]


@pytest.mark.parametrize("who", ["hung", "lan", "ky", "minh", "quan"])
def test_nobody_else_writes_or_reads(client, cast, report, who):
    send(report, cast.lan)
    post(client, cast.huyen)
    assert post(client, getattr(cast, who), text="Khác.").status_code == 404
    assert client.get(NOTE).status_code == 404
    assert SECRET not in client.get(SENT).content.decode()
    assert list(notes.notes_of(report, getattr(cast, who))) == []
    with pytest.raises(notes.Refused):
        notes.write(report, "Khác.", by=getattr(cast, who), version=1)
    assert list(Note.objects.values_list("text", flat=True)) == [SECRET]


def test_a_draft_has_no_notes_page(client, cast, report):
    assert post(client, cast.huyen).status_code == 404


WRONG = [
    ({"text": " \n "}, "Ghi chú đang trống; hãy viết nội dung rồi lưu."),
    ({"text": "\x00"}, "Ghi chú đang trống; hãy viết nội dung rồi lưu."),
    ({"text": "x" * 4001}, "Ghi chú dài 4001 chữ cái; hãy rút xuống còn nhiều nhất 4000."),
    ({"place": "9|T9.99"}, SECRET),
    ({"place": "chung|"}, SECRET),
    ({"version": "x"}, SECRET),
    ({"version": "0"}, SECRET),
]


@pytest.mark.parametrize(("fields", "sentence"), WRONG)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(client, cast, report, fields, sentence):
    send(report, cast.lan)
    response = post(client, cast.huyen, **{"place": "6|T6.17"} | fields)
    page = response.content.decode()
    assert (response.status_code, sentence in page, Note.objects.count()) == (400, True, 0)
    form = page[page.index('id="notes"') : page.index('id="decide"')]
    if "place" not in fields:
        assert re.findall(r'<option value="([^"]+)" selected', form) == ["6|T6.17"]
    assert f">\n{fields.get('text', SECRET)}</textarea>" in form


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_note_is_answered(client, cast, report, odd):
    send(report, cast.lan)
    for field in ("text", "place", "version"):
        assert post(client, cast.huyen, **{field: odd}).status_code in (302, 400)
    assert kept_controls() == []


def test_a_forged_number_of_a_sending_is_the_latest(client, cast, report):
    send(report, cast.lan)
    post(client, cast.huyen, version="30000")
    assert Note.objects.get().version == 1


def test_the_second_click_writes_nothing(client, cast, report):
    send(report, cast.lan)
    post(client, cast.huyen)
    post(client, cast.huyen)
    assert Note.objects.count() == 1
    post(client, cast.tu)
    post(client, cast.huyen)  # said once more, after a colleague's word
    assert Note.objects.count() == 3


@pytest.mark.xdist_group("races")
def test_two_clicks_at_once_write_one_note(transactional_db, cast, report, monkeypatch):
    send(report, cast.lan)
    own = Note.objects.create

    def slowly(**said):
        time.sleep(0.3)  # long enough for a second one to come between looking and writing
        return own(**said)

    monkeypatch.setattr(Note.objects, "create", slowly)
    one, other = together(*[lambda: notes.write(report, SECRET, by=cast.huyen, version=1)] * 2)
    assert (one, Note.objects.count()) == (other, 1)


def test_a_note_is_never_changed_or_taken_away(cast, report):
    note = notes.write(send(report, cast.lan), "Một.", by=cast.huyen, version=1)
    note.text = "Hai."
    for act in (note.save, note.delete, Note.objects.all().delete, lambda: Note.objects.update(text="Hai.")):
        with pytest.raises(AppendOnlyError):
            act()
    assert Note.objects.get().text == "Một."


def test_more_than_a_page_of_notes(client, cast, report):
    send(report, cast.lan)
    for number in range(53):
        notes.write(report, f"Ghi chú số {number}.", by=cast.huyen, version=1)
    client.force_login(cast.tu)
    shown = [re.findall(r"Ghi chú số (\d+)\.", client.get(SENT + f"?trang={n}").content.decode()) for n in (1, 2)]
    assert [[int(n) for n in page] for page in shown] == [list(range(52, 2, -1)), [2, 1, 0]]
    for odd in ("0", "99", "x", "\x00"):
        assert client.get(SENT, {"trang": odd}).status_code == 200


def test_no_page_or_file_of_others_holds_a_note(client, cast, report, tmp_path):
    """Every address that the body and the leaders can open, and every file that is handed on."""
    accept(report, cast.lan, cast.huyen)
    post(client, cast.huyen)
    pages = {
        "lan": ["/", BASE, SENT, BASE + "so-sanh/", BASE + "bien-nhan/1/", BASE + "cac-nam/", "/ban-giao/"],
        "ky": ["/", BASE, SENT, BASE + "so-sanh/", BASE + "ban-in/1/docx/"],
        "hung": ["/", "/ky/2020/", SENT, BASE + "so-sanh/", "/tong-hop/2020/", "/tong-hop/2020/chi-tieu/T6.17/"],
    }
    for who, addresses in pages.items():
        client.force_login(getattr(cast, who))
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 200, address
            assert SECRET.encode() not in response.content
    for name in FORMATS:
        target = tmp_path / f"a.{name}"
        call_command("export_summary", "--period", "2020", "--format", name, "--output", str(target))
        assert SECRET.encode() not in target.read_bytes()
