"""Packed XML read as a stream: small in memory, stopped early, never expanding entities."""

from collections.abc import Callable
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from .opening import Unreadable, damaged, too_much

CHUNK = 1 << 16
MAX_WORDS = 1_000_000  # letters of one cell
# What a damaged file provokes in the archive, in the parser and in what reads its numbers.
BROKEN = (
    expat.ExpatError,
    BadZipFile,
    ZlibError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
)
MAX_UNPACKED = 200 * 1024 * 1024  # of all that is read of one file
MAX_ELEMENTS = 8_000_000  # read in about eight seconds


class Enough(Exception):
    """Raised by a handler that has seen all it wants."""


class Packed:
    """A packed file and how much of it was read so far; ``budget`` is what may still be unpacked."""

    def __init__(self, archive: ZipFile):
        self.archive = archive
        self.budget = MAX_UNPACKED
        self.elements = MAX_ELEMENTS

    def has(self, part: str) -> bool:
        return part in self.archive.NameToInfo

    def stream(self, part: str, handler: "Handler") -> None:
        """Feed a part to ``handler``; does nothing when there is no such part. Raises Unreadable."""
        if not self.has(part):
            return
        parser = _parser(handler, self)
        try:
            with self.archive.open(part) as file:
                while chunk := file.read(CHUNK):
                    self.budget -= len(chunk)
                    if self.budget < 0:
                        raise Unreadable(too_much())
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except Enough:
            pass
        except BROKEN as error:
            raise Unreadable(damaged()) from error


class Handler:
    """What is called for each element, by its name without namespace; attributes keep their prefixes."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    text: Callable[[str], None] | None = None

    letters = 0  # of the cell being read

    def count(self, words: str) -> None:
        """A cell's text is never cut short in silence: one that is beyond measure ends the reading."""
        self.letters += len(words)
        if self.letters > MAX_WORDS:
            raise Unreadable(too_much())


def _parser(handler: Handler, packed: Packed):
    parser = expat.ParserCreate()
    parser.buffer_text = True
    start, end = handler.start, handler.end

    def started(name, attributes):
        packed.elements -= 1
        if packed.elements < 0:
            raise Unreadable(too_much())
        start(name.rpartition(":")[2], attributes)

    def refused(*_about):
        raise Unreadable(damaged())  # no workbook declares a document type; a bomb does

    parser.StartElementHandler = started
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refused
    return parser
