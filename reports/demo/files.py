"""Small real files for the demo, each marked as simulated on its face: a drawn page (PDF, PNG) or a workbook."""

import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

# The older Liberation, under the same name, has no Vietnamese letters: what is found is asked for one.
FONTS = ("/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf", "LiberationSans-Regular.ttf")
VIETNAMESE, UNKNOWN = "ữ", "\U0010fffd"
PAGE, MARGIN, LINE = (620, 877), 48, 34  # A4 at 75 dots per inch
MARK = "DỮ LIỆU MÔ PHỎNG – KHÔNG PHẢI VĂN BẢN THẬT"


def made(name: str, lines: Sequence[str], on: dt.datetime) -> SimpleUploadedFile:
    """The file ``name`` with ``lines`` in it, as a browser uploads it; its extension says what is made."""
    kind = name.rpartition(".")[2]
    return SimpleUploadedFile(name, _workbook(lines, on) if kind == "xlsx" else _page(kind, lines, on))


def _page(kind: str, lines: Sequence[str], on: dt.datetime) -> bytes:
    page, file = Image.new("L", PAGE, 250), io.BytesIO()
    draw, (font, drawable) = ImageDraw.Draw(page), _font(18)
    draw.rectangle((MARGIN // 2, MARGIN // 2, PAGE[0] - MARGIN // 2, PAGE[1] - MARGIN // 2), outline=120)
    for position, line in enumerate([MARK, "", *lines]):
        draw.text((MARGIN, MARGIN + position * LINE), drawable(line), fill=20, font=font)
    dated = {"creationDate": on.timetuple(), "modDate": on.timetuple()} if kind == "pdf" else {}
    page.save(file, kind.upper(), **dated)
    return file.getvalue()


def _font(size: int) -> tuple[ImageFont.FreeTypeFont, Callable[[str], str]]:
    """A font, and what it can draw of a line: where the machine has none with Vietnamese letters, the bare ones."""
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, size)
        except OSError:
            continue
        if bytes(font.getmask(VIETNAMESE)) != bytes(font.getmask(UNKNOWN)):
            return font, str
    return ImageFont.load_default(size), _bare


def _bare(line: str) -> str:
    letters = unicodedata.normalize("NFD", line.replace("đ", "d").replace("Đ", "D").replace("–", "-"))
    return letters.encode("ascii", "ignore").decode()


def _workbook(lines: Sequence[str], on: dt.datetime) -> bytes:
    workbook, file = Workbook(), io.BytesIO()
    workbook.properties.creator, workbook.properties.created = "", on.replace(tzinfo=None)
    sheet = workbook.active
    sheet.title = "Mô phỏng"
    for line in [MARK, "", *lines]:
        sheet.append([line])
    sheet.column_dimensions["A"].width = 90
    workbook.save(file)
    return file.getvalue()
