"""A file of many changes on one day → a Wish: one line for each body that follows another, or begins alone.

Columns: ``on`` (the same day in every line), ``kind`` (merge, split, rename, function; empty where a body begins
with nobody before it in the portal), ``predecessor`` (code), ``share`` (percent, of a split), ``successor`` (code),
and of a new body ``name``, ``short_name``, ``symbol``, ``body_kind``; ``note``. The description of a body that
follows several is written once. ``ends`` may be left out: "yes" where a body that hands over duties ends.
Headings, kinds and groups may be written in Vietnamese instead (``HEADINGS``, ``WORDS``).
"""

import csv
import io
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from .choices import BodyKind, LinkKind
from .data_files import DataError, Defect, Row
from .reorganising import Founded, Passing, Wish

COLUMNS = ("on", "kind", "predecessor", "share", "successor", "name", "short_name", "symbol", "body_kind", "note")
OPTIONAL = ("ends",)
MOST = 5000  # lines

HEADINGS = {
    "từ ngày": "on",
    "hình thức": "kind",
    "cơ quan cũ": "predecessor",
    "tỷ lệ": "share",
    "cơ quan mới": "successor",
    "tên đầy đủ": "name",
    "tên ngắn": "short_name",
    "ký hiệu": "symbol",
    "khối": "body_kind",
    "ghi chú": "note",
    "kết thúc": "ends",
}
WORDS = {
    "kind": {
        "hợp nhất": LinkKind.MERGE,
        "sáp nhập": LinkKind.MERGE,
        "chia": LinkKind.SPLIT,
        "tách": LinkKind.SPLIT,
        "đổi tên": LinkKind.RENAME,
        "chuyển nhiệm vụ": LinkKind.FUNCTION,
    },
    "body_kind": {
        "đoàn thể": BodyKind.FRONT,
        "sở, ban, ngành": BodyKind.DEPARTMENT,
        "cấp huyện": BodyKind.DISTRICT,
        "cấp xã": BodyKind.COMMUNE,
    },
    "ends": {"có": "yes", "không": "no"},
}


def read(content: str | bytes, *, name: str, title: str, note: str = "") -> Wish:
    """The Wish of a file's ``content``. Raises DataError with every defect that the lines have in themselves.

    ``name``: how the file is called in a defect.
    """
    defects: list[Defect] = []
    rows = _rows(_text(content, name), name, defects)
    wish = _wish(rows, title, note, name, defects) if rows and not defects else None
    if defects:
        raise DataError(defects)
    return wish


def _text(content: str | bytes, name: str) -> str:
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError(
                [Defect(name, 0, "", "", _("không phải tệp UTF-8; hãy lưu lại dạng “CSV UTF-8”."))]
            ) from error
    if "\0" in content:
        raise DataError([Defect(name, 0, "", "", _("không phải tệp văn bản CSV."))])
    return unicodedata.normalize("NFC", content.removeprefix("\ufeff"))


def _rows(text: str, name: str, defects: list[Defect]) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [(column or "").strip() for column in reader.fieldnames or ()]
        heading = [HEADINGS.get(column.lower(), column) for column in heading]
        missing = [column for column in COLUMNS if column not in heading]
        for column in missing:
            defects.append(Defect(name, 1, column, "", _("thiếu cột này.")))
        for column in heading:
            if column and column not in (*COLUMNS, *OPTIONAL):
                defects.append(Defect(name, 1, column[:30], "", _("không có cột nào tên như vậy.")))
        reader.fieldnames = heading
        return [] if defects else _read(reader, name, defects)
    except csv.Error as error:
        defects.append(Defect(name, reader.line_num, "", "", _("không đọc được dòng này (%s).") % error))
        return []


def _read(reader, name: str, defects: list[Defect]) -> list[Row]:
    rows = []
    for values in reader:
        if not any((value or "").strip() if isinstance(value, str) else value for value in values.values()):
            continue
        if None in values or None in values.values():
            defects.append(Defect(name, reader.line_num, "", "", _("số ô không bằng số cột.")))
            continue
        if len(rows) == MOST:
            defects.append(Defect(name, reader.line_num, "", "", _("tệp có quá %s dòng.") % MOST))
            break
        tidy = {column: _known_word(column, " ".join(value.split())) for column, value in values.items() if column}
        rows.append(Row(name, reader.line_num, dict.fromkeys(OPTIONAL, "") | tidy, defects))
    if not rows and not defects:
        defects.append(Defect(name, 0, "", "", _("không có dòng nào.")))
    return rows


def _known_word(column: str, value: str) -> str:
    """``sáp nhập`` → ``merge``; what is no such word stays as it is."""
    return str(WORDS.get(column, {}).get(value.lower(), value))


def _wish(rows: list[Row], title: str, note: str, name: str, defects: list[Defect]) -> Wish | None:
    on = rows[0].date("on")
    if not rows[0].text("on", required=True) or on is None:
        return None
    founded: dict[str, Founded] = {}
    passings, ending = [], set()
    for row in rows:
        if row.text("on") != rows[0].text("on"):
            row.wrong("on", _("khác ngày của dòng đầu; mỗi tệp chỉ một ngày."))
        _describe(row, founded)
        passing = _passing(row)
        if passing:
            passings.append(passing)
            if row.text("ends") and row.yes("ends"):
                ending.add(passing.predecessor)
    return Wish(title, on, tuple(founded.values()), tuple(passings), frozenset(ending), note)


def _describe(row: Row, founded: dict[str, Founded]) -> None:
    code = row.text("successor", required=True, longest=50)
    if not row.text("name"):
        if not row.text("predecessor"):
            row.wrong("name", _("cơ quan mới phải có tên đầy đủ."))
        return
    names = ("name", "short_name", "symbol", "note")
    words = {column: row.text(column) for column in names}
    body = Founded(code=code, kind=row.text("body_kind"), line=row.line, **words)
    before = founded.setdefault(code, body)
    if (before.name, before.short_name, before.kind) != (body.name, body.short_name, body.kind):
        row.wrong("name", _("khác tên, khối đã ghi cho cơ quan này ở dòng %s.") % before.line)


def _passing(row: Row) -> Passing | None:
    predecessor = row.text("predecessor")
    if not predecessor:
        for column in ("kind", "share"):
            if row.text(column):
                row.wrong(column, _("chỉ ghi khi có cơ quan cũ."))
        return None
    kind, share = row.choice("kind", LinkKind), row.decimal("share", high=100, required=False)
    return Passing(predecessor, row.text("successor"), kind, share and Decimal(share), row.text("note")[:300], row.line)
