"""What a file is, told by its content: never by its name, never by what the browser says. Pure.

The first bytes name the family; then the family's own reader looks inside: zipfile for Word, Excel and
OpenDocument, olefile for the older Office, pypdf, Pillow. (Tables of signatures know the family at best:
two libraries that were tried took every ZIP for a Word file, or none of the newer Office for what it is.)
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

import olefile
from django.utils.translation import gettext as _
from PIL import Image
from pypdf import PdfReader

MOST_MEMBERS = 5000  # of a ZIP: a Word file has dozens, a large workbook some hundred
MOST_UNPACKED = 512 * 1024 * 1024  # what a member list may promise; we unpack none of it but the list of contents
LIST_OF_CONTENTS = 1024 * 1024
HEAD = 1024  # a PDF may have some bytes of a printer before it (ISO 32000-1, note 13 of annex H)
LONGEST_NAME = 200  # bytes of UTF-8, extension included: file systems end at 255


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken. The first of ``extensions`` is the usual one, the others say the same."""

    words: str
    content_type: str
    extensions: tuple[str, ...]


OPEN_XML = "application/vnd.openxmlformats-officedocument."
OASIS = "application/vnd.oasis.opendocument."
PDF = Kind("PDF", "application/pdf", ("pdf",))
DOC = Kind("Word 97-2003", "application/msword", ("doc",))
DOCX = Kind("Word", f"{OPEN_XML}wordprocessingml.document", ("docx",))
XLS = Kind("Excel 97-2003", "application/vnd.ms-excel", ("xls",))
XLSX = Kind("Excel", f"{OPEN_XML}spreadsheetml.sheet", ("xlsx",))
ODT = Kind("OpenDocument Text", f"{OASIS}text", ("odt",))
ODS = Kind("OpenDocument Spreadsheet", f"{OASIS}spreadsheet", ("ods",))
JPEG = Kind("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Kind("PNG", "image/png", ("png",))

KINDS = (PDF, DOC, DOCX, XLS, XLSX, ODT, ODS, JPEG, PNG)
SCANS = (PDF, JPEG, PNG)

# An extension of these at the end of a name is an extension; anything else ("12.UBND") is part of the name.
OTHERS = (
    "docm dot dotx xlsm xlsb xlt xltx csv ppt pptx rtf txt htm html xml zip rar 7z heic heif webp gif bmp tif tiff tmp"
)
KNOWN_EXTENSIONS = {extension for kind in KINDS for extension in kind.extensions} | set(OTHERS.split())


class Refused(Exception):
    """The file is not taken; the argument is the sentence for the person: what it is and how to put it right."""


def recognise(stream: BinaryIO, kinds: Iterable[Kind] = KINDS) -> Kind:
    """The kind of a file that can be read from its beginning and sought in; left at its beginning again.

    Raises Refused for everything that is not one of ``kinds``, is damaged, is locked with a password or carries
    macros or a PDF's self-starting actions: a report's annex is read by many, and none of it has to run.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    try:
        kind = _look_inside(stream, head)
    finally:
        stream.seek(0)
    if kind not in kinds:
        raise Refused(
            _("tệp là %(kind)s; ở đây chỉ nhận %(taken)s.") % {"kind": kind.words, "taken": taken_words(kinds)}
        )
    return kind


def taken_words(kinds: Iterable[Kind] = KINDS) -> str:
    """The kinds that are taken, in one line: ``PDF, Word, Excel, OpenDocument, ảnh JPEG, PNG``."""
    if tuple(kinds) == SCANS:
        return _("PDF hoặc ảnh JPEG, PNG")
    return _("PDF (kể cả bản quét), Word (.doc, .docx), Excel (.xls, .xlsx), OpenDocument (.odt, .ods), ảnh JPEG, PNG")


def _look_inside(stream: BinaryIO, head: bytes) -> Kind:
    if not head:
        raise Refused(_("tệp rỗng (0 byte); hãy mở tệp trên máy xem còn nội dung không, rồi chọn lại."))
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(stream)
    if head.startswith(olefile.MAGIC):
        return _in_old_office(stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(stream, PNG)
    if head.startswith(b"\xff\xd8\xff"):
        return _picture(stream, JPEG)
    if not head.startswith(b"%PDF-"):
        _name_what_it_is(head)
        if b"%PDF-" not in head:
            raise Refused(_("không nhận ra loại tệp; chỉ nhận %s. Hãy lưu tệp thành PDF rồi chọn lại.") % taken_words())
    return _pdf(stream)


# --- files of other kinds, by their first bytes ----------------------------------------------

PHOTO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}


def _name_what_it_is(head: bytes) -> None:
    """Refuse what is known and not taken, each with its own way out; return where the bytes say nothing."""
    start = head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if head[4:8] == b"ftyp" and head[8:12] in PHOTO_BRANDS:
        raise Refused(
            _(
                "ảnh HEIC của điện thoại, nhiều máy ở cơ quan không mở được; hãy đổi sang JPEG (iPhone: Cài đặt > "
                "Camera > Định dạng > Tương thích nhất, hoặc chụp màn hình ảnh đó) rồi chọn lại."
            )
        )
    if start.startswith((b"gif8", b"bm", b"ii*\0", b"mm\0*")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        raise Refused(_("ảnh loại khác (GIF, BMP, TIFF, WebP); hãy lưu lại thành JPEG, PNG hoặc PDF rồi chọn lại."))
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Refused(_archive())
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        raise Refused(_("đây là chương trình, không phải tài liệu; không nhận."))
    if start.startswith(b"{\\rtf"):
        raise Refused(_("đây là tệp RTF; hãy mở bằng Word, lưu lại thành .docx rồi chọn lại."))
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<script", b"<svg", b"mime-version")):
        raise Refused(
            _("đây là trang web hoặc XML mang tên tài liệu; hãy mở bằng Word hoặc Excel, lưu lại thành .docx, .xlsx.")
        )


def _archive() -> str:
    return _("đây là tệp nén; hãy giải nén và tải lên từng tệp ở trong.")


def _damaged(words: str) -> Refused:
    sentence = _("tệp %s không đọc được, có thể hỏng hoặc chép dở dang; hãy mở tệp trên máy, lưu lại rồi chọn lại.")
    return Refused(sentence % words)


def _locked(words: str) -> Refused:
    return Refused(_("tệp %s có mật khẩu nên người đọc không mở được; hãy bỏ mật khẩu, lưu lại rồi chọn.") % words)


def _macros(words: str, instead: str) -> Refused:
    sentence = _("tệp %(kind)s có macro (mã lệnh chạy được); hãy lưu lại thành %(instead)s không có macro rồi chọn.")
    return Refused(sentence % {"kind": words, "instead": instead})


# --- Word, Excel, OpenDocument ---------------------------------------------------------------


def _in_zip(stream: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(stream) as package:
            return _package(package)
    except Refused:
        raise
    except Exception as error:  # foreign bytes: however the reader stumbles, the file cannot be read
        raise _damaged("Office, ZIP") from error


def _package(package: zipfile.ZipFile) -> Kind:
    members = package.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused(_("tệp nén bên trong quá lớn khi mở ra; hãy lưu phần cần gửi thành PDF hoặc tệp nhỏ hơn."))
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise _locked("ZIP")
    if "[Content_Types].xml" in names:
        return _open_xml(_text(package, "[Content_Types].xml"), names)
    if "mimetype" in names:
        return _open_document(package, names)
    raise Refused(_archive())


def _text(package: zipfile.ZipFile, name: str) -> str:
    """A small member as text; of a large one the beginning, so that nothing is unpacked without end."""
    if package.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(name)
    with package.open(name) as member:
        data = member.read(LIST_OF_CONTENTS)
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


def _open_xml(contents: str, names: set[str]) -> Kind:
    """Word or Excel by the type of the main part, as the package itself declares it (ECMA-376, part 2)."""
    macros = "macroEnabled" in contents or any(name.lower().endswith("vbaproject.bin") for name in names)
    for kind, family in ((DOCX, "wordprocessingml"), (XLSX, "spreadsheetml")):
        if f"{kind.content_type}.main+xml" in contents:
            if macros:
                raise _macros(kind.words, f".{kind.extensions[0]}")
            return kind
        if f"{family}.template.main+xml" in contents:
            raise Refused(_("đây là tệp mẫu (template); hãy lưu lại thành .%s rồi chọn.") % kind.extensions[0])
    if "ms-word." in contents and macros:
        raise _macros(DOCX.words, ".docx")
    if "ms-excel." in contents and macros:
        raise _macros(XLSX.words, ".xlsx")
    raise Refused(_("đây là tệp Office loại khác (PowerPoint, Visio …); hãy lưu thành PDF rồi chọn lại."))


def _open_document(package: zipfile.ZipFile, names: set[str]) -> Kind:
    declared = _text(package, "mimetype").strip()
    kind = next((kind for kind in (ODT, ODS) if kind.content_type == declared), None)
    if kind is None:
        raise Refused(_("đây là tệp OpenDocument loại khác; hãy lưu thành PDF rồi chọn lại."))
    if "META-INF/manifest.xml" in names and "encryption-data" in _text(package, "META-INF/manifest.xml"):
        raise _locked(kind.words)
    if any(re.match(r"Basic/.+/(?!script-lb|dialog-lb)|Scripts/.+[^/]$", name) for name in names):
        raise _macros(kind.words, f".{kind.extensions[0]}")
    return kind


def _in_old_office(stream: BinaryIO) -> Kind:
    try:
        with olefile.OleFileIO(stream) as package:
            return _compound(package)
    except Refused:
        raise
    except Exception as error:  # foreign bytes, as above
        raise _damaged("Office 97-2003") from error


def _compound(package: olefile.OleFileIO) -> Kind:
    tops = {path[0].lower() for path in package.listdir(streams=True, storages=True)}
    if "encryptedpackage" in tops:
        raise _locked("Word, Excel")
    if "worddocument" in tops:
        kind, locked = DOC, _locked_document(package.openstream("WordDocument").read(12))
    elif tops & {"workbook", "book"}:
        kind, locked = XLS, _locked_sheet(package.openstream("Workbook" if "workbook" in tops else "Book").read(4096))
    else:
        raise Refused(_("đây là tệp Office loại khác (PowerPoint, Outlook …); hãy lưu thành PDF rồi chọn lại."))
    if locked:
        raise _locked(kind.words)
    if tops & {"macros", "_vba_project_cur"}:
        raise _macros(kind.words, ".docx" if kind == DOC else ".xlsx")
    return kind


def _locked_document(beginning: bytes) -> bool:
    """The bit "encrypted" in the head of a Word document's stream (MS-DOC 2.5.2)."""
    return bool(int.from_bytes(beginning[10:12], "little") & 0x0100)


def _locked_sheet(records: bytes) -> bool:
    """Whether a FILEPASS record stands among the first of a workbook's stream (MS-XLS 2.4.117)."""
    place = 0
    while place + 4 <= len(records):
        number, length = (int.from_bytes(records[at : at + 2], "little") for at in (place, place + 2))
        if number == 0x2F:
            return True
        place += 4 + length
    return False


# --- pictures and PDF ------------------------------------------------------------------------


def _picture(stream: BinaryIO, kind: Kind) -> Kind:
    stream.seek(0)
    try:
        with Image.open(stream, formats=[kind.words]) as picture:
            picture.verify()
    except Exception as error:  # foreign bytes, as above; also a picture of more points than any scanner makes
        raise _damaged(kind.words) from error
    return kind


def _pdf(stream: BinaryIO) -> Kind:
    stream.seek(0)
    try:
        reader = PdfReader(stream, strict=False)
        # Many scanners forbid changing and leave reading open: their empty password opens the file everywhere.
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked(PDF.words)
        if not reader.pages:
            raise _damaged(PDF.words)
        starts_itself = _starts_itself(reader)
    except Refused:
        raise
    except Exception as error:  # foreign bytes, as above
        raise _damaged(PDF.words) from error
    if starts_itself:
        raise Refused(
            _("tệp PDF có lệnh tự chạy khi mở (JavaScript); hãy in tệp đó ra PDF (Print to PDF) rồi chọn bản in.")
        )
    return PDF


def _starts_itself(reader: PdfReader) -> bool:
    """Whether opening the document or turning to a page starts a script or a program (ISO 32000-1, 12.6).

    Fields that compute themselves and links that one clicks are left alone: official forms have them.
    """
    root = reader.trailer["/Root"].get_object()
    names = _inner(root, "/Names")
    if "/JavaScript" in names or _runs(_inner(root, "/OpenAction")):
        return True
    places = [_inner(root, "/AA"), *(_inner(page, "/AA") for page in reader.pages)]
    return any(_runs(_inner(place, event)) for place in places for event in place)


def _inner(holder, key: str) -> dict:
    """A dictionary inside another one; {} where there is none (a destination to jump to is an array)."""
    found = holder.get(key)
    found = found.get_object() if found is not None else None
    return found if isinstance(found, dict) else {}


def _runs(action: dict, depth: int = 0) -> bool:
    if action.get("/S") in ("/JavaScript", "/Launch"):
        return True
    following = action.get("/Next")
    following = following.get_object() if following is not None else []
    chain = [following] if isinstance(following, dict) else following
    return depth < 8 and any(_runs(step.get_object(), depth + 1) for step in chain)


# --- names -----------------------------------------------------------------------------------


def visible(typed: str) -> str:
    """A name in one line as it is seen: composed (NFC), nothing that controls, hides or turns the direction."""
    name = unicodedata.normalize("NFC", typed)
    name = "".join(" " if unicodedata.category(sign)[0] == "Z" else sign for sign in name)
    return " ".join("".join(sign for sign in name if unicodedata.category(sign)[0] != "C").split())


def tidy_name(typed: str, kind: Kind) -> str:
    """A person's name for a file as it is kept: any letters, no path, nothing invisible, the right extension.

    Composed letters (NFC: a Mac sends them taken apart); a long name is cut and keeps its extension.
    """
    name = visible(re.split(r"[/\\]", typed)[-1])
    name = " ".join(re.sub(r'[<>:"|?*]', "_", name).split()).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and extension.lower() in kind.extensions:
        extension = extension.lower()
    else:
        stem = stem if dot and extension.lower() in KNOWN_EXTENSIONS else name
        extension = kind.extensions[0]
    stem = stem.strip(". ")
    if stem.lower().endswith(f".{extension}"):
        stem = stem[: -len(extension) - 1].rstrip(". ")
    room = LONGEST_NAME - len(extension) - 1
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{stem or _('Tệp đính kèm')}.{extension}"


def has_other_extension(typed: str, kind: Kind) -> bool:
    """Whether a name says another kind than the content: then the person is told."""
    extension = typed.rpartition(".")[2].lower()
    return extension in KNOWN_EXTENSIONS and extension not in kind.extensions
