"""Compound files, the container of .xls and of every encrypted Office file ([MS-CFB])."""

import struct
from collections.abc import Container

SPECIAL = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free …
BROKEN = (struct.error, LookupError, ValueError, OverflowError)


def streams(content: bytes, wanted: Container[str]) -> dict[str, bytes]:
    """{name: bytes} of the streams named in ``wanted`` that are there. Raises ``BROKEN`` for broken bytes."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError(size)
    first_directory, cutoff, first_mini, _minis, first_more, _more = struct.unpack_from("<I4xIIIII", content, 48)
    table = _table(content, size, first_more)
    directory = _chain(content, size, table, first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = entries[0]
    mini = _chain(content, size, table, struct.unpack_from("<I", root, 116)[0])
    mini_bytes = _chain(content, size, table, first_mini)
    mini_table = list(struct.unpack(f"<{len(mini_bytes) // 4}I", mini_bytes[: len(mini_bytes) // 4 * 4]))
    found = {}
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        first, length = struct.unpack_from("<II", entry, 116)
        if name in wanted:
            small = length < cutoff
            read = _chain(mini, 64, mini_table, first, 0) if small else _chain(content, size, table, first)
            found[name] = read[:length]
    return found


def _table(content: bytes, size: int, first_more: int) -> list[int]:
    """Which sector follows which."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    more, steps = first_more, 0
    while more < SPECIAL and steps <= len(content) // size:
        numbers = struct.unpack(f"<{size // 4}I", _sector(content, size, more))
        sectors += numbers[:-1]
        more, steps = numbers[-1], steps + 1
    table: list[int] = []
    for sector in sectors:
        if sector < SPECIAL and len(table) <= len(content) // size:
            table += struct.unpack(f"<{size // 4}I", _sector(content, size, sector))
    return table


def _sector(content: bytes, size: int, number_: int, skip: int = 1) -> bytes:
    return content[(number_ + skip) * size : (number_ + skip + 1) * size]


def _chain(content: bytes, size: int, table: list[int], first: int, skip: int = 1) -> bytes:
    parts, at = [], first
    # No chain is longer than the file has sectors: one that runs in a circle ends here.
    while at < SPECIAL and len(parts) <= len(content) // size:
        parts.append(_sector(content, size, at, skip))
        at = table[at]
    return b"".join(parts)
