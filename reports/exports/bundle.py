"""The package for the upper level: one .zip with the report in every format, its schema and the fingerprints of all.

It draws the Document that it is given and nothing beside it; what leaves the lead department is given in its outgoing
edition. The same files give the same bytes: names are sorted, and every moment in it is the Document's.
"""

import datetime as dt
import hashlib
from io import BytesIO

from ..choices import Edition
from ..document import Document
from . import excel, package, pdf, word
from .excel_frame import edition_line, written_day
from .excel_paper import Archive
from .names import file_name

README = "DOC-TRUOC.txt"
SUMS = "SHA256SUMS"
RENDERED = {"docx": word.render, "json": package.render, "pdf": pdf.render, "xlsx": excel.render}
TOLD = {
    "docx": "báo cáo, bản Word, để chép và trích dẫn",
    "json": f"toàn bộ số liệu cho phần mềm đọc, theo lược đồ {package.SCHEMA}",
    "pdf": "báo cáo, bản để đọc và in; bên trong có kèm bảng Excel",
    "xlsx": "bảng Excel: tổng hợp, số liệu từng cơ quan và các phụ lục",
}


def render(document: Document) -> bytes:
    """The .zip file. Raises ``pdf.PdfUnavailable`` where Pango is not installed."""
    files = {file_name(document, format): draw(document) for format, draw in RENDERED.items()}
    files[package.SCHEMA_FILE.name] = package.SCHEMA_FILE.read_bytes()
    files[README] = readme(document).encode()
    files[SUMS] = sums(files)
    out = BytesIO()
    with Archive(out, document.summary.made_at.astimezone(dt.UTC)) as archive:
        for name in sorted(files):
            archive.put(name, files[name])
    return out.getvalue()


def sums(files: dict[str, bytes]) -> bytes:
    """The fingerprints as ``sha256sum --check`` reads them, sorted by name."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def readme(document: Document) -> str:
    """What is in the package and how to check it: for who opens it years later."""
    summary, imprint = document.summary, document.imprint
    names = {format: file_name(document, format) for format in RENDERED}
    lines = [
        f"{'BÁO CÁO BỔ SUNG' if document.supplement else 'BÁO CÁO'}: {summary.subject} {summary.name}",
        f"Cơ quan tổng hợp: {summary.letterhead.office}",
        f"Bản: {Edition(summary.edition).label}. {edition_line(summary)[0]}",
        *(["DỮ LIỆU MÔ PHỎNG, không phải số liệu thật."] if summary.simulated else []),
    ]
    if imprint:
        lines += [
            f"Số, ký hiệu: {imprint.full_number}, {written_day(imprint.signed_on)}; người ký: {imprint.signatory}",
            f"Mã văn bản: {imprint.code}",
            f"Trang xác nhận văn bản: {imprint.address}",
        ]
    else:
        lines.append("Chưa ban hành: số, ngày và chữ ký còn để trống.")
    lines += [
        f"Số liệu: {summary.coverage.long}",
        "",
        "TRONG GÓI NÀY",
        *(f"- {names[format]}: {TOLD[format]}" for format in sorted(names)),
        f"- {package.SCHEMA_FILE.name}: lược đồ (JSON Schema) của tệp JSON",
        f"- {SUMS}: mã băm SHA-256 của mọi tệp",
        "",
        "CÁCH KIỂM TRA TỆP CÒN NGUYÊN VẸN",
        f"- Linux, macOS: mở thư mục đã giải nén, chạy: sha256sum --check {SUMS}",
        f"- Windows: chạy: certutil -hashfile {names['pdf']} SHA256",
        f"  rồi so sánh với dòng của tệp đó trong {SUMS}.",
        "- Mã băm trùng nhau: tệp đúng là tệp đã xuất ra, không ai sửa. Khác nhau: đừng dùng, hãy hỏi lại nơi gửi.",
    ]
    return "\r\n".join(lines) + "\r\n"
