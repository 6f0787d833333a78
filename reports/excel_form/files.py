"""Opens a file of any of the three formats."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from .legacy import Xls
from .ods import Ods
from .opening import Unreadable, damaged, sniff
from .xlsx import Xlsx


def opened(content: bytes) -> Xlsx | Ods | Xls:
    """The file, ready to be read sheet by sheet. Raises Unreadable with one sentence."""
    kind = sniff(content)
    if kind == "xls":
        return Xls(content)
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(damaged()) from error
    return Ods(archive) if kind == "ods" else Xlsx(archive)
