"""Reads the province's workbook back, with another library than the one that wrote it."""

from io import BytesIO

from python_calamine import CalamineWorkbook


def read(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def columns(lines: list[list]) -> list[dict]:
    """A sheet of figures by body, turned: for each indicator and of-which {what stands in the second column: cell}.

    The filtered line has the units: ``"Cơ quan"``.
    """
    start = next(number for number, line in enumerate(lines) if line[1] == "Mã")
    head = next(number for number, line in enumerate(lines) if line[0] == "STT")
    end = next((n for n, line in enumerate(lines[head + 1 :], head + 1) if not isinstance(line[0], float)), len(lines))
    return [{line[1]: line[place] for line in lines[start:end]} for place in range(2, len(lines[start]))]


def column(lines: list[list], code: str, part: str = "") -> dict:
    """One of ``columns``: the indicator's total, or the of-which whose name ends with ``part``."""
    return next(
        found
        for found in columns(lines)
        if found["Mã"] == code and (found["Chỉ tiêu"].endswith(f"Trong đó: {part}") if part else True)
    )
