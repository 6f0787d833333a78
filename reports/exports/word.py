"""The province's report as a Word file, to be finished and restyled by hand: the words of the PDF in its layout."""

from ..document import Document


def render(document: Document) -> bytes:
    """The .docx file, always in Vietnamese. Raises PdfUnavailable without the font that columns are measured in."""
    from . import word_file  # noqa: PLC0415 - slow to load

    return word_file.drawn(document)
