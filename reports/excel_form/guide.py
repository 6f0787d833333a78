"""The first sheet: how to fill the form in, in the words of the checks that will read it."""

from collections.abc import Iterator

from openpyxl.worksheet.worksheet import Worksheet

from directives.choices import AGES, Option, Severity, ValueType

from ..numbers import DECIMALS, WHOLE_DIGITS
from . import looks
from .asked import Form
from .columns import FIGURES, GUIDE, NO, TEXTS, TICK, YES, key
from .opening import MAX_BYTES

HOTLINE = "111"  # the national child protection hotline, Law on Children 2016 and Decree 56/2017
VALUES = {
    ValueType.COUNT: "Số đếm: ghi số nguyên từ 0 trở lên, ví dụ 12 hoặc 1234.",
    ValueType.MONEY: f"Số tiền: ghi theo triệu đồng, nhiều nhất {DECIMALS['money']} chữ số sau dấu phẩy.",
    ValueType.PERCENT: "Tỷ lệ phần trăm: ghi số từ 0 đến 100, không ghi dấu %: 12,5 % thì ghi 12,5.",
    ValueType.RATE: f"Tỷ suất: ghi số từ 0 trở lên, nhiều nhất {DECIMALS['rate']} chữ số sau dấu phẩy.",
    ValueType.YES_NO: f"Câu hỏi {YES}/{NO}: chọn {YES} hoặc {NO}; có thì ghi số, ngày văn bản ở cột “Ghi chú”.",
}


def draw_guide(sheet: Worksheet, form: Form, footer: str) -> None:
    """One column of sentences, headed; nothing is to be filled in here."""
    sheet.title = GUIDE
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].width = 12
    sheet.column_dimensions["C"].width = 122
    looks.put(sheet["A1"], key("guide"))
    looks.title(sheet, 1, f"BIỂU MẪU BÁO CÁO {form.period_name.upper()}", 3, bold=True, size=14)
    looks.title(sheet, 2, form.body_name, 3, bold=True)
    row = 3
    if form.simulated:
        looks.title(sheet, row, "DỮ LIỆU MÔ PHỎNG", 3, bold=True)
        row += 1
    for head, sentences in _chapters(form):
        looks.title(sheet, row, head, 3, bold=True, size=12)
        for mark, sentence in sentences:
            row += 1
            looks.put(sheet.cell(row, 2), mark, down="top", bold=bool(mark))
            looks.title(sheet, row, sentence, 3, first=3, down="top")
        row += 1
    looks.paper(sheet, None, footer)
    looks.protect(sheet)


def _chapters(form: Form) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield "Cách làm", [(f"{number}.", sentence) for number, sentence in enumerate(_steps(form), 1)]
    used = {i.value_type for i in form.indicators.values() if not i.computed}
    yield "Cách ghi số", [("", VALUES[kind]) for kind in VALUES if kind in used] + [("", s) for s in _numbers()]
    yield (
        "Trống, 0 và “Không phát sinh” là ba điều khác nhau",
        [
            (
                "trống",
                "Chưa có số liệu. Ô để trống không bao giờ xóa số đang lưu trên cổng; muốn xóa, hãy xóa trên cổng.",
            ),
            ("0", "Đã đếm và không có trường hợp nào."),
            (
                TICK,
                "Đánh dấu ở cột “Không phát sinh” khi việc đó không xảy ra trong kỳ; các ô số của dòng để trống.",
            ),
            (
                TICK,
                "Đánh dấu ở cột “Ước thực hiện” khi số còn là ước tính. Muốn bỏ dấu đã có, chọn “không”.",
            ),
        ],
    )
    yield "Cổng sẽ kiểm tra", [("", s) for s in _checks(form)]
    if form.rules:
        yield (
            "Các ràng buộc giữa chỉ tiêu (ô sai được tô màu ngay khi điền)",
            [
                (_severity(rule), f"{rule.message_vi} ({' + '.join(r.left)} {_sign(r.compare)} {' + '.join(r.right)})")
                for rule, r in form.rules
            ],
        )
    yield "Thông tin của trẻ em", [("", s) for s in _privacy()]


def _steps(form: Form) -> list[str]:
    due = f" Hạn gửi báo cáo: {form.due_words}." if form.due_words else ""
    return [
        f"Điền số vào trang “{FIGURES}”, nội dung vào trang “{TEXTS}”; chỉ điền vào ô nền vàng. Số đang lưu trên cổng "
        "đã được ghi sẵn.",
        "Lưu tệp (dạng .xlsx, .xls hoặc .ods), rồi tải lên cổng ở trang báo cáo của cơ quan. Tệp tải lên lớn nhất "
        f"{MAX_BYTES // 1024**2} MB.",
        "Cổng cho xem đã hiểu từng ô thế nào trước khi lưu, báo mọi lỗi một lần kèm tên trang, ô và cách sửa, và trả "
        "lại chính tệp này với các ô lỗi được tô màu.",
        f"Lưu vào cổng chưa phải là gửi: sau đó vào báo cáo, kiểm tra rồi gửi.{due}",
        "Các trang được bảo vệ để khỏi xóa nhầm, không có mật khẩu: khi cần, chọn Review, Unprotect Sheet. Có thể đổi "
        "tên trang, thêm dòng, thêm cột ghi chú riêng; không xóa mã và tên chỉ tiêu.",
    ]


def _numbers() -> list[str]:
    return [
        "Viết như trên cổng: dấu chấm ngăn hàng nghìn, dấu phẩy cho phần lẻ (1.234,5). Số ghi dạng chữ có dấu chấm "
        "(“1.234”, “12.5”) có thể hiểu hai cách: cổng sẽ hỏi lại một lần cho cả tệp.",
        f"Số có nhiều nhất {WHOLE_DIGITS} chữ số trước dấu phẩy. Không ghi “khoảng 12”, “12-15”, “trên 12”; lời giải "
        "thích ghi ở cột “Ghi chú”.",
        "Được dùng công thức; cổng lấy kết quả đã tính, nên hãy mở và lưu tệp bằng bảng tính trước khi tải lên.",
        "Chỉ tiêu ghi “cổng tự tính” là tỷ lệ của hai chỉ tiêu khác, không phải điền.",
    ]


def _checks(form: Form) -> Iterator[str]:
    parts = [str(Option(option).label) for option in form.options if option != Option.TOTAL]
    if parts:
        yield f"Mỗi số chi tiết ({', '.join(parts)}) không lớn hơn tổng số; đã có số chi tiết thì phải có tổng số."
    if all(age in form.options for age in AGES):
        names = ", ".join(str(Option(age).label) for age in AGES)
        yield f"Ba nhóm tuổi ({names}), khi ghi đủ, cộng lại bằng tổng số."
    yield "Chỉ tiêu bắt buộc phải có số, số 0 hoặc dấu “Không phát sinh”; số “đối chiếu” không cộng vào số của tỉnh."
    yield f"Đã trả lời {YES} thì phải có số, ngày văn bản hoặc một dòng thuyết minh."
    yield "Ô tô đỏ là lỗi, phải sửa trước khi gửi báo cáo; ô tô vàng đậm là chỗ cần xem lại hoặc giải trình."


def _severity(rule) -> str:
    return "Lỗi" if rule.severity == Severity.ERROR else "Giải trình"


def _sign(compare: str) -> str:
    return {"<=": "≤", ">=": "≥"}.get(compare, compare)


def _privacy() -> list[str]:
    return [
        "Chỉ ghi số đếm và nhận xét chung. Không ghi tên, tuổi kèm địa chỉ, trường lớp, số điện thoại hay số định danh "
        "của bất kỳ trẻ em nào, kể cả ở cột “Ghi chú” (Luật Trẻ em 2016, Điều 6 khoản 11; Nghị định 56/2017/NĐ-CP, "
        "Điều 33).",
        f"Gặp trẻ em cần bảo vệ, hãy gọi Tổng đài điện thoại quốc gia bảo vệ trẻ em {HOTLINE}; không ghi vào báo cáo.",
    ]
