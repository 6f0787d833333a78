"""The font of the pages that reportlab draws: the one the main part is set in, found on the machine and embedded."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FAMILY = "Liberation Serif"
STYLES = {"Regular": "Portal-Serif", "Bold": "Portal-Serif-Bold", "Italic": "Portal-Serif-Italic"}
UPRIGHT, BOLD, ITALIC = STYLES.values()
FOLDERS = ("/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/liberation-serif", "/usr/share/fonts/liberation")
LETTERS = "ạếựỗỷƯ×"  # of the older package of the same name some are missing: then it is not this font


class NoFont(Exception):
    """No file on this machine has the font with all Vietnamese letters; the argument is the style."""


@cache
def load() -> None:
    """Make the three styles known to reportlab; once for a process. Raises NoFont."""
    for style, name in STYLES.items():
        pdfmetrics.registerFont(_font(style, name))


def _font(style: str, name: str) -> TTFont:
    for path in _files(style):
        try:
            font = TTFont(name, str(path))
        except (OSError, TTFError):
            continue
        if all(ord(letter) in font.face.charToGlyph for letter in LETTERS):
            return font
    raise NoFont(style)


def _files(style: str) -> Iterator[Path]:
    """Where Debian and others put it; then whatever fontconfig knows, which is what WeasyPrint asks too."""
    name = f"LiberationSerif-{style}.ttf"
    yield from (path for folder in FOLDERS if (path := Path(folder, name)).is_file())
    yield from (path for path in _known_to_fontconfig() if path.name == name)


def _known_to_fontconfig() -> Iterator[Path]:
    from weasyprint.text.ffi import ffi, fontconfig  # noqa: PLC0415 - slow to load, and seldom needed

    config = fontconfig.FcInitLoadConfigAndFonts()
    try:
        found = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
        file = ffi.new("FcChar8 **")
        for number in range(found.nfont):
            if fontconfig.FcPatternGetString(found.fonts[number], b"file", 0, file) == fontconfig.FcResultMatch:
                yield Path(ffi.string(file[0]).decode())
    finally:
        fontconfig.FcConfigDestroy(config)
