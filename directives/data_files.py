"""Reads the data files: rows that remember their line, and one clear sentence for each defect."""

import csv
import datetime as dt
import io
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong in a data file. ``line`` counts from 1 with the header; 0 means the file itself."""

    file: str
    line: int
    column: str
    value: str
    sentence: str

    def __str__(self):
        place = f"{self.file}, dòng {self.line}" if self.line else self.file
        column = f", cột “{self.column}”" if self.column else ""
        value = f" “{self.value}”" if self.value else ""
        return f"{place}{column}:{value} {self.sentence}"


class DataError(Exception):
    """The files cannot be loaded; ``defects`` lists everything found, and nothing was changed."""

    def __init__(self, defects: list[Defect]):
        self.defects = defects
        super().__init__("\n".join(str(defect) for defect in defects))


class Row:
    """One line of a data file. Its readers note a defect and return an empty value instead of raising."""

    def __init__(self, file: str, line: int, values: dict[str, str], defects: list[Defect]):
        self.file, self.line, self.values, self.defects = file, line, values, defects

    def wrong(self, column: str, sentence: str, value: str | None = None) -> None:
        value = self.values.get(column, "") if value is None else value
        self.defects.append(Defect(self.file, self.line, column, value, sentence))

    def text(self, column: str, *, required: bool = False, longest: int | None = None) -> str:
        value = self.values[column]
        if required and not value:
            self.wrong(column, "không được để trống.")
        if longest and len(value) > longest:
            self.wrong(column, f"dài quá {longest} ký tự.")
        return value

    def words(self, column: str) -> list[str]:
        return self.values[column].split()

    def date(self, column: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(self.values[column]) if self.values[column] else None
        except ValueError:
            self.wrong(column, "không phải ngày; hãy ghi dạng 2020-12-15.")
            return None

    def span(self, first: str, last: str) -> None:
        """Two dates, of which the second is not before the first."""
        start, end = self.date(first), self.date(last)
        if start and end and end < start:
            self.wrong(last, "sớm hơn ngày bắt đầu.")

    def number(self, column: str, *, low: int = 0, high: int = 10**9, required: bool = True) -> int | None:
        value = self.values[column]
        if not value and not required:
            return None
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            self.wrong(column, f"không phải số nguyên từ {low} đến {high}.")
            return low
        return int(value)

    def decimal(self, column: str, *, high: int = 10**9, required: bool = True) -> Decimal | None:
        """A number from 0 to ``high``, at most four places after a point or a comma."""
        value = self.values[column].replace(",", ".")
        if not value and not required:
            return None
        if not (DECIMAL.fullmatch(value) and Decimal(value) <= high):
            self.wrong(column, f"không phải số từ 0 đến {high}, nhiều nhất bốn chữ số lẻ.")
            return Decimal(0)
        return Decimal(value)

    def choice(self, column: str, choices) -> str:
        value = self.values[column]
        if value not in choices.values:
            self.wrong(column, f"không có trong danh sách: {', '.join(choices.values)}.")
        return value

    def yes(self, column: str) -> bool:
        if self.values[column] not in ("yes", "no"):
            self.wrong(column, "phải là yes hoặc no.")
        return self.values[column] == "yes"

    def known(self, column: str, value: str, known, what: str) -> bool:
        if value not in known:
            self.wrong(column, f"không phải mã {what} nào đã khai báo.", value)
        return value in known


def read(
    folder: Path,
    name: str,
    columns: tuple[str, ...],
    defects: list[Defect],
    *,
    key: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> list[Row]:
    """The rows of ``folder/name``: UTF-8, composed letters (NFC), trimmed; notes missing columns and repeated keys.

    A column of ``optional`` may be left out and then reads as empty.
    """
    path = folder / name
    try:
        # utf-8-sig: Excel writes a byte order mark in front.
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        defects.append(Defect(name, 0, "", "", "không có tệp này trong thư mục dữ liệu."))
        return []
    except UnicodeDecodeError:
        defects.append(Defect(name, 0, "", "", "không phải tệp UTF-8; hãy lưu lại dạng “CSV UTF-8”."))
        return []
    # Only the ends of lines end a line: other separators that Unicode knows may stand inside a cell.
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if not _heading_fits(reader, name, columns, optional, defects):
        return []
    return _rows(reader, name, defects, key, optional)


def _heading_fits(reader, name, columns, optional, defects) -> bool:
    try:
        heading = reader.fieldnames or []
    except csv.Error as error:
        defects.append(Defect(name, 1, "", "", f"không đọc được dòng tiêu đề ({error})."))
        return False
    missing = [column for column in columns if column not in heading]
    for column in missing:
        defects.append(Defect(name, 1, column, "", "thiếu cột này."))
    # Where a column may be left out a misspelt one would be taken for that, and its values lost without a word.
    unknown = [column for column in heading if optional and column and column not in (*columns, *optional)]
    for column in unknown:
        defects.append(Defect(name, 1, column, "", "không có cột nào tên như vậy; hãy sửa tên hoặc bỏ cột."))
    return not missing


def _rows(reader, name, defects, key, optional) -> list[Row]:
    rows, seen = [], {}
    try:
        for values in reader:
            cells = dict.fromkeys(optional, "") | {k: (v or "").strip() for k, v in values.items() if k}
            row = Row(name, reader.line_num, cells, defects)
            if None in values or None in values.values():
                defects.append(Defect(name, row.line, "", "", "số cột khác dòng tiêu đề."))
                continue
            mark = tuple(row.values[column] for column in key)
            if mark in seen:
                row.wrong(key[0], f"trùng với dòng {seen[mark]}.", " ".join(mark))
                continue
            seen[mark] = row.line
            rows.append(row)
    except csv.Error as error:
        # The inner reader's line: the outer one still stands at the row before.
        defects.append(Defect(name, reader.reader.line_num, "", "", f"không đọc được CSV ({error})."))
    return rows
