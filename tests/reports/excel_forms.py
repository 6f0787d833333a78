"""A small form without a database, and hands that fill workbooks in the way people do."""

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from functools import lru_cache
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from directives.choices import Combine, ValueType
from directives.models import Indicator, Rule
from directives.rules import parse
from reports.excel_form.asked import Form, Section, TextLine
from reports.excel_form.writing import draw

MADE_AT = dt.datetime(2020, 11, 2, 2, 0, tzinfo=dt.UTC)
FIGURES, TEXTS = "Số liệu", "Nội dung"


def indicator(code, name, unit="trẻ em", kind=ValueType.COUNT, of_which="", combine=Combine.SUM):
    return Indicator(
        code=code,
        task_number=int(code[1]),
        name_vi=name,
        unit=unit,
        value_type=kind,
        of_which=of_which,
        combine=combine,
        core=True,
    )


INDICATORS = (
    indicator("T0.01", "Dân số trẻ em (dưới 16 tuổi)", of_which="girls age_0_5 age_6_10 age_11_15 minority"),
    indicator("T0.02", "Tổng dân số", "người"),
    indicator("T1.01", "Văn bản đã ban hành", "văn bản"),
    indicator("T1.02", "Trong đó: văn bản triển khai", "văn bản"),
    indicator("T1.03", "Tỷ lệ trẻ em", "%", ValueType.PERCENT, combine=Combine.RATIO),
    indicator("T2.01", "Đã ban hành kế hoạch", "có/không", ValueType.YES_NO, combine=Combine.COUNT_YES),
    indicator("T2.05", "Kinh phí bố trí", "triệu đồng", ValueType.MONEY),
    indicator("T2.06", "Kinh phí thực hiện", "triệu đồng", ValueType.MONEY),
    indicator("T2.08", "Trẻ em suy dinh dưỡng", "%", ValueType.PERCENT, combine=Combine.NONE),
    indicator("T2.09", "Lượt trẻ em được hỗ trợ", "lượt trẻ em", of_which="minority"),
)
TITLES = {0: "Số liệu dùng chung", 1: "Nhiệm vụ 1. Thực hiện pháp luật", 2: "Nhiệm vụ 2. Triển khai kế hoạch"}


def rule(code, left, compare, right, severity="error"):
    sentence = f"{left} {compare} {right} không đúng."
    return (
        Rule(code=code, left=left, compare=compare, right=right, severity=severity, message_vi=sentence),
        parse(left, compare, right),
    )


def text_lines():
    yield TextLine(None, "direction", "Phần chung", "Công tác chỉ đạo, triển khai")
    for number in (1, 2):
        for name, label in (
            ("results", "Kết quả thực hiện"),
            ("difficulties", "Khó khăn, vướng mắc"),
            ("proposals", "Kiến nghị, đề xuất"),
            (f"progress-{number}7", f"Tiến độ: Kế hoạch số {number}7/KH-UBND (giai đoạn 2016-2020)"),
            ("not_ours", "Không thuộc chức năng, nhiệm vụ"),
            ("not_ours_reason", "Lý do"),
        ):
            yield TextLine(number, name, TITLES[number], label, name == "not_ours")
    yield TextLine(None, "assessment", "Phần chung", "Đánh giá chung")


FORM = Form(
    period="2020",
    period_name="năm 2020",
    body="na-hang",
    body_name="Ủy ban nhân dân huyện Na Hang",
    edition=3,
    sections=tuple(
        Section(n, title, tuple(i for i in INDICATORS if i.task_number == n)) for n, title in TITLES.items()
    ),
    texts=tuple(text_lines()),
    rules=(
        rule("R01", "T0.01", "<=", "T0.02"),
        rule("R02", "T1.02", "<=", "T1.01"),
        rule("R03", "T2.06", "<=", "T2.05", "warning"),
        rule("R04", "T1.01 + T1.02", "=", "T2.09"),
    ),
    roles={i.code: "counted" for i in INDICATORS},
    due_words="trước ngày 15/12/2020",
)


def blank(typed=None, earlier=None, form=FORM) -> bytes:
    """The form as it is handed out, with what is stored already."""
    if form is FORM and not earlier:
        return _drawn(tuple((typed or {}).items()))
    return draw(form, typed or {}, earlier or {}, made_at=MADE_AT)


@lru_cache(maxsize=64)
def _drawn(typed) -> bytes:
    return draw(FORM, dict(typed), {}, made_at=MADE_AT)


class Sheet:
    """A form's workbook in the hands of somebody: cells are named by their hidden codes."""

    def __init__(self, content: bytes):
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.figures, self.texts = self.book[FIGURES], self.book[TEXTS]

    def _lines(self, sheet):
        found = {}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("["):
                    found[cell.value[1:-1]] = (cell.row, cell.column)
        return found

    def address(self, code: str, column: str = "total") -> str:
        """``address("T0.01", "girls")`` or ``address("1:results")``."""
        sheet = self.texts if ":" in code else self.figures
        lines = self._lines(sheet)
        column = "text" if ":" in code else column
        return f"{get_column_letter(lines[column][1])}{lines[code][0]}"

    def put(self, value, code: str, column: str = "total", *, look: str | None = None):
        """Write into a cell as a spreadsheet would keep it; errors as errors."""
        sheet = self.texts if ":" in code else self.figures
        cell = sheet[self.address(code, column)]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "e" if value.startswith("#") else "f" if value.startswith("=") else "s"
        if look is not None or not isinstance(value, str):
            cell.number_format = look or cell.number_format
        return self

    def saved(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def filled(values: dict, typed=None, form=FORM) -> bytes:
    """The form with ``values`` {(code, column) or code: value} written into it."""
    sheet = Sheet(blank(typed, form=form))
    for where, value in values.items():
        sheet.put(value, *((where,) if isinstance(where, str) else where))
    return sheet.saved()


def repacked(content: bytes, change) -> bytes:
    """The packed file with every part passed through ``change(name, bytes)``; None leaves a part out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(name, changed)
    return file.getvalue()


SOFFICE = shutil.which("soffice")


FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods", "pdf": "pdf"}


def converted(contents: dict[str, bytes], kind: str, folder: Path) -> dict[str, bytes]:
    """The .xlsx files opened in LibreOffice, all in one go (a start takes seconds), and saved as ``kind``."""
    before, after = folder / "vào", folder / "ra"
    before.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (before / f"{name}.xlsx").write_bytes(content)
    command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", FILTERS[kind]]
    files = [str(before / f"{name}.xlsx") for name in contents]
    subprocess.run([*command, "--outdir", str(after), *files], check=True, capture_output=True, timeout=300)
    return {name: (after / f"{name}.{kind}").read_bytes() for name in contents}
