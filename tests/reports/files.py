"""Real files of every kind, made by other libraries than those that read them here, or by hand from the standard."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def upload(name, content):
    """What the browser sends: it always calls it a text, and nothing of ours may believe it."""
    return SimpleUploadedFile(name, content, content_type="text/plain")


def written(save) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


# --- PDF -------------------------------------------------------------------------------------


def pdf(pages=1, *, text="", password=None, owner=None, root=None, page=None) -> bytes:
    """``root`` and ``page``: {key: action} added to the document's and to its last page's dictionary."""
    writer = pypdf.PdfWriter()
    for _number in range(pages):
        last = writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": text})
    for key, action in (root or {}).items():
        writer._root_object[NameObject(key)] = action
    for key, action in (page or {}).items():
        last[NameObject(key)] = action
    if password is not None or owner is not None:
        writer.encrypt(password or "", owner, algorithm="AES-128")
    return written(writer.write)


def action(kind, **more) -> DictionaryObject:
    """A PDF's action: ``JavaScript``, ``Launch``, ``GoTo`` …"""
    made = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    if kind == "JavaScript":
        made[NameObject("/JS")] = TextStringObject("app.alert(1)")
    for key, value in more.items():
        made[NameObject(f"/{key}")] = value
    return made


def holder(**entries) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def large_pdf(size) -> bytes:
    """A valid PDF of ``size`` bytes: a scan is mostly one long picture."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    empty = len(written(writer.write))
    writer.add_attachment("anh.bin", b"\0" * (size - empty - 2000))
    made = written(writer.write)
    return made + b"\n" * (size - len(made))


# --- Office ----------------------------------------------------------------------------------


def word(text="Báo cáo") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    return written(document.save)


def excel(value=1) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = value
    return written(book.save)


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def repacked(package: bytes, *, change=None, add=None) -> bytes:
    """The same package with ``change`` {member: (old text, new text)} and ``add`` {member: content}."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    for name, (before, after) in (change or {}).items():
        assert before.encode() in members[name]
        members[name] = members[name].replace(before.encode(), after.encode())
    return zipped(members | (add or {}))


def open_document(kind="text", **more) -> bytes:
    manifest = "<manifest:manifest/>"
    members = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "META-INF/manifest.xml": manifest,
        "content.xml": "<office:document-content/>",
    }
    return zipped(members | more)


def locked_zip(package: bytes) -> bytes:
    """The members' "encrypted" bit set, as WinZip does; in the list and at every member."""
    made = bytearray(package)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = made.find(mark)
        while start >= 0:
            made[start + place] |= 1
            start = made.find(mark, start + 4)
    return bytes(made)


# --- Office 97-2003: the compound file of MS-CFB, written by hand ------------------------------

FREE, CHAIN_END, FAT_SECTOR, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams, storages=()) -> bytes:
    """A compound file with ``streams`` {name: content} and empty ``storages`` at its root."""
    contents = {name: content.ljust(4096, b"\0") for name, content in streams.items()}  # below that: another table
    names = ["Root Entry", *contents, *storages]
    directory_sectors = -(-len(names) // 4)
    fat = [FAT_SECTOR]
    fat += [*range(2, 1 + directory_sectors), CHAIN_END]
    starts, body = {}, b""
    for name, content in contents.items():
        content = content.ljust(-(-len(content) // 512) * 512, b"\0")
        starts[name] = len(fat)
        count = len(content) // 512
        fat += [*range(len(fat) + 1, len(fat) + count), CHAIN_END]
        body += content
    assert len(fat) <= 128
    entries = [_entry("Root Entry", 5, child=1 if len(names) > 1 else NOTHING, start=CHAIN_END)]
    for place, name in enumerate(names[1:], 1):
        right = place + 1 if place + 1 < len(names) else NOTHING
        if name in contents:
            entries.append(_entry(name, 2, right=right, start=starts[name], size=len(contents[name])))
        else:
            entries.append(_entry(name, 1, right=right, start=0))
    directory = b"".join(entries).ljust(directory_sectors * 512, b"\0")
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    return _compound_head() + table + directory + body


def _entry(name, kind, *, right=NOTHING, child=NOTHING, start=0, size=0):
    written_name = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16sIQQIQ",
        written_name,
        len(written_name),
        kind,
        1,
        NOTHING,
        right,
        child,
        b"",
        0,
        0,
        0,
        start,
        size,
    )


def _compound_head():
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, CHAIN_END, 0, CHAIN_END, 0)
    return head + struct.pack("<109I", 0, *[FREE] * 108)


def old_word(*, locked=False, storages=()) -> bytes:
    """The head of a Word document's stream: its mark, its version, the bit "encrypted"."""
    head = struct.pack("<6H", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if locked else 0)
    return compound({"WordDocument": head}, storages)


def old_excel(*, locked=False, storages=(), name="Workbook") -> bytes:
    """The first records of a workbook's stream; FILEPASS among them where it is locked."""
    records = struct.pack("<2H16x", 0x809, 16)
    if locked:
        records += struct.pack("<2H", 0x86, 0) + struct.pack("<2H6x", 0x2F, 6)
    return compound({name: records + struct.pack("<2HH", 0x42, 2, 1200)}, storages)


# --- pictures --------------------------------------------------------------------------------


def png(width=3, height=2) -> bytes:
    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    rows = b"".join(b"\0" + b"\x80" * width for _row in range(height))
    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(format, size=(8, 8)) -> bytes:
    image = Image.new("RGB", size, "white")
    return written(lambda stream: image.save(stream, format))


def heic(brand=b"heic") -> bytes:
    return struct.pack(">I4s4sI4s4s", 24, b"ftyp", brand, 0, b"mif1", b"heic") + bytes(500)
