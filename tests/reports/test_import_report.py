"""``manage.py import_report FILE`` does the same as the page: what it finds, refuses, stores and hands back."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from directives.choices import Role
from reports.choices import Action
from reports.excel_form import MAX_BYTES
from reports.models import Edit, Workbook, answers_of
from reports.workbooks import Preview, blank, keep
from reports.workflow import Remark, move
from tests.conftest import person
from tests.factories import fill
from tests.reports.excel_forms import repacked
from tests.reports.test_workbooks import STORAGE, filled, on_disk, padded, typed

FILE = "Biểu mẫu đã điền.xlsx"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(STORAGE, "storage", FileSystemStorage(location=tmp_path / "private"))


@pytest.fixture
def run(tmp_path):
    """Write ``content`` to a file, run the command on it; its lines."""

    def _run(content, *options, name=FILE):
        path, out = tmp_path / name, io.StringIO()
        path.write_bytes(content)
        call_command("import_report", str(path), *options, stdout=out)
        return out.getvalue().splitlines()

    return _run


@pytest.fixture
def refused(run):
    """(the exit code, the one sentence) of a run that is refused."""

    def _refused(*args, **kwargs):
        with pytest.raises(CommandError) as error:
            run(*args, **kwargs)
        return error.value.returncode, str(error.value)

    return _refused


def values(report):
    return {str(cell): answer.value for cell, answer in answers_of(report).items()}


def without_origin(content):
    """The file as it comes back when somebody copied its sheets without the hidden one."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book["_bieu_mau"]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_file_alone_is_enough(cast, report, run):
    lines = run(filled(report, {"T6.06": "12 trẻ", "6:results": "Đã tập huấn."}))
    assert lines[-1] == f"Đã nhập 2 ô vào báo cáo của {report.name}, với tên {cast.lan}."
    assert [line for line in lines if "→ 12" in line and "T6.06" in line] != []
    report.refresh_from_db()
    assert (values(report), report.results.get(number=6).results) == ({"T6.06": 12}, "Đã tập huấn.")
    book = Workbook.objects.get()
    assert (book.name, book.by, book.taken_at is not None) == (FILE, cast.lan, True)
    assert set(Edit.objects.values_list("by__username", flat=True)) == {report.updated_by.username} == {"lan"}


def test_the_same_as_by_the_page(cast, report, report_of, run):
    """One file for two bodies' reports that say the same: by the command, and by the page's own way."""
    other = report_of("chiem-hoa")
    says = {"T6.06": 7, "T6.06:girls": 3, "T6.07:nothing": "x", "6:results": "Đã tập huấn.", ":direction": "Chỉ đạo."}
    run(filled(report, says))
    Preview(keep(other, SimpleUploadedFile(FILE, filled(other, says)), by=cast.minh), cast.minh).take()
    assert answers_of(report) == answers_of(other) != {}
    told = [list(r.edits.order_by("pk").values_list("part", "name", "before", "after")) for r in (report, other)]
    assert told[0] == told[1] != []


def test_where_the_file_does_not_say_whose_it_is_the_options_do(cast, report, run, refused):
    content = without_origin(filled(report, {"T6.06": 7}))
    code, sentence = refused(content)
    assert (code, sentence) == (
        2,
        "Không tìm thấy báo cáo (tệp không nói là của kỳ, cơ quan nào); hãy thêm --period và --body.",
    )
    assert refused(content, "--period", "2020") == (
        2,
        "Không tìm thấy báo cáo (kỳ “2020”, cơ quan “”); hãy thêm --period và --body.",
    )
    lines = run(content, "--period", "2020", "--body", "na-hang")
    assert lines[0].startswith("Tệp không còn trang ẩn của biểu mẫu")
    assert values(report) == {"T6.06": 7}


def test_options_that_contradict_the_file_are_refused_by_the_file(cast, report, run, refused):
    with pytest.raises(CommandError) as error:
        run(filled(report, {"T6.06": 7}), "--body", "chiem-hoa")
    assert (error.value.returncode, str(error.value)) == (2, "Chưa nhập gì; hãy sửa các điểm trên rồi chạy lại.")
    assert Edit.objects.count() == 0


BY = [  # whose accounts there are, --by, in whose name ("" refused)
    (("lan", "ky"), None, "lan"),
    (("ky", "lan"), None, "lan"),
    (("ky",), None, "ky"),
    (("lan", "ky"), "ky", "ky"),
    (("lan", "ky"), "minh", ""),
    (("lan", "ky"), "huyen", ""),
    (("lan", "ky"), "khong-co", ""),
    ((), None, ""),
]


@pytest.mark.parametrize(("accounts", "by", "name"), BY)
def test_in_whose_name(report, run, refused, accounts, by, name):
    for account in accounts:
        person(account, Role.REPORTER if account == "lan" else Role.SIGNATORY, "na-hang")
    person("minh", Role.REPORTER, "chiem-hoa")
    person("huyen", Role.OFFICER)
    options, content = ("--by", by) if by else (), filled(report, {"T6.06": 7})
    if name:
        run(content, *options)
        assert Workbook.objects.get().by.username == name
    else:
        assert refused(content, *options) == (
            2,
            f"{report.name} không có người dùng như vậy; hãy xem lại --by.",
        )
        assert (Workbook.objects.count(), on_disk()) == (0, 0)


def test_an_account_that_was_closed_takes_nothing_in(cast, report, run):
    cast.lan.is_active = False
    cast.lan.save()
    run(filled(report, {"T6.06": 7}))
    assert Workbook.objects.get().by == cast.ky


@pytest.mark.parametrize(("notation", "stored"), [("vi", "1234"), ("en", "1.234")])
def test_the_one_question_is_answered_by_an_option(cast, report, run, refused, tmp_path, notation, stored):
    content = filled(report, {"T2.05": "1.234"})
    assert refused(content) == (2, "Chưa nhập gì; hãy sửa các điểm trên rồi chạy lại.")
    assert values(report) == {}
    run(content, "--notation", notation)
    assert values(report) == {"T2.05": Decimal(stored)}


def test_the_question_is_told_with_an_example_and_both_answers(cast, report, tmp_path):
    path, out = tmp_path / FILE, io.StringIO()
    path.write_bytes(filled(report, {"T2.05": "1.234"}))
    with pytest.raises(CommandError):
        call_command("import_report", str(path), stdout=out)
    (line,) = [line for line in out.getvalue().splitlines() if "--notation" in line]
    assert "“1.234” có thể hiểu hai cách; hãy thêm --notation vi" in line


def test_defects_are_told_all_at_once_and_marked_in_a_copy(cast, report, tmp_path):
    path, marked, out = tmp_path / FILE, tmp_path / "đánh dấu.xlsx", io.StringIO()
    path.write_bytes(filled(report, {"T6.06": "ba", "T6.07": "bốn", "T6.08": 5}))
    with pytest.raises(CommandError) as error:
        call_command("import_report", str(path), "--annotated", str(marked), stdout=out)
    assert (error.value.returncode, str(error.value)) == (2, "Chưa nhập gì; hãy sửa các điểm trên rồi chạy lại.")
    told = [line for line in out.getvalue().splitlines() if line.startswith("Số liệu!")]
    assert [line.partition(": ")[2].partition(".")[0] for line in told] == ["“ba”", "“bốn”"]
    sheet = openpyxl.load_workbook(marked)["Số liệu"]
    comments = [cell.value for row in sheet.iter_rows() for cell in row if cell.comment]
    assert comments == ["ba", "bốn"]
    assert out.getvalue().splitlines()[-1] == f"Đã ghi tệp đánh dấu lỗi: {marked}."
    assert values(report) == {}


def test_a_copy_that_cannot_be_written_is_told(cast, report, refused, tmp_path):
    code, sentence = refused(filled(report, {"T6.06": "ba"}), "--annotated", str(tmp_path / "khong" / "co.xlsx"))
    assert (code, sentence[:20]) == (2, "Không ghi được tệp “")


def test_a_dry_run_tells_and_leaves_nothing(cast, report, run):
    lines = run(filled(report, {"T6.06": 7}), "--dry-run")
    assert [line.endswith(": (để trống) → 7") for line in lines] == [True]
    assert (values(report), Workbook.objects.count(), on_disk(), Edit.objects.count()) == ({}, 0, 0, 0)


def test_a_dry_run_of_a_file_with_defects_leaves_nothing_either(cast, report, refused):
    assert refused(filled(report, {"T6.06": "ba"}), "--dry-run")[0] == 2
    assert (Workbook.objects.count(), on_disk()) == (0, 0)


def test_what_the_portal_has_newer_stays_and_is_told(cast, report, run):
    content = filled(report, {"T6.06": 7, "T6.07": 8})
    typed(report, cast.ky, 6, {"T6.06": "55"})
    lines = run(content)
    assert [line.endswith("55 → 7 (đã được sửa trên cổng)") for line in lines if line.startswith("T6.06")] == [True]
    assert lines[-2:] == [
        f"Đã nhập 1 ô vào báo cáo của {report.name}, với tên {cast.lan}.",
        "1 ô đã được sửa trên cổng sau khi tải biểu mẫu: giữ bản trên cổng.",
    ]
    assert values(report) == {"T6.06": 55, "T6.07": 8}


def test_locked_parts_are_told(cast, report, run):
    fill(report, by=cast.lan)
    content = filled(report, {"T6.06": 7, "T7.01": 8})
    move(report, Action.SUBMIT, by=cast.ky)
    move(report, Action.RETURN, by=cast.huyen, remarks=[Remark(6, "", "Xem lại.")])
    lines = run(content)
    assert lines[-2:] == [
        f"Đã nhập 1 ô vào báo cáo của {report.name}, với tên {cast.lan}.",
        "1 ô thuộc phần đang khóa: không nhập.",
    ]
    assert (values(report)["T6.06"], values(report)["T7.01"]) == (7, 0)


def test_twice_changes_nothing_the_second_time(cast, report, run):
    content = filled(report, {"T6.06": 7})
    run(content)
    before = values(report), Edit.objects.count()
    assert run(content)[-1] == f"Đã nhập 0 ô vào báo cáo của {report.name}, với tên {cast.lan}."
    assert (values(report), Edit.objects.count()) == before


def of_nobody(report):
    return repacked(blank(report), lambda name, part: part.replace(b"na-hang", b"khong-co"))


REFUSED = [  # content, beginning of the one sentence
    (lambda report: b"", "Tệp trống, không có dữ liệu."),
    (lambda report: b"khong phai", "Tệp này không phải bảng tính Excel;"),
    (lambda report: blank(report)[:3000], "Tệp bị hỏng hoặc tải lên chưa trọn;"),
    (lambda report: padded(blank(report), MAX_BYTES + 1), "Tệp lớn "),
    (
        lambda report: repacked(blank(report), lambda name, part: part.replace(b"na-hang", b"khong-co")),
        "Không tìm thấy",
    ),
]


@pytest.mark.parametrize(("make", "beginning"), REFUSED)
def test_what_cannot_come_in_is_one_sentence_and_exit_code_2(cast, report, refused, make, beginning):
    code, sentence = refused(make(report))
    assert (code, sentence[: len(beginning)], "\n" in sentence) == (2, beginning, False)
    assert (Workbook.objects.count(), on_disk()) == (0, 0)


def test_a_file_that_is_not_there(db, tmp_path):
    for path in (tmp_path / "khong-co.xlsx", tmp_path):
        with pytest.raises(CommandError) as error:
            call_command("import_report", str(path))
        assert (error.value.returncode, str(error.value)[:21]) == (2, "Không đọc được tệp “/")


def test_a_report_that_was_sent_takes_nothing(cast, report, refused):
    content = filled(report, {"T6.06": 7})
    fill(report, by=cast.lan)
    move(report, Action.SUBMIT, by=cast.ky)
    assert refused(content) == (2, "Báo cáo đã gửi nên không sửa được; khi bị trả lại sẽ sửa tiếp được.")
    assert (Workbook.objects.count(), on_disk()) == (0, 0)
