"""A small .xls file: the records of [MS-XLS] for numbers, texts and errors, in a compound file of one stream."""

from __future__ import annotations

import struct
from collections.abc import Mapping

ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}
SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls_bytes(
    name: str, cells: Mapping[tuple[int, int], str | float], hidden_rows: tuple[int, ...] = (), encrypted: bool = False
) -> bytes:
    """One sheet. `cells` by (row, column), both from 0; an error's text is an error, after "=" a formula's."""
    bof = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    secret = _record(0x2F, b"\1\0\1\0\1\0" + bytes(48)) if encrypted else b""
    end = _record(0x0A, b"")
    start = len(bof) + len(secret) + len(_sheet(name, 0)) + len(end)
    page = _record(0x809, struct.pack("<HHHHII", 0x600, 16, 0x0DBB, 0x07CC, 0, 6))
    page += b"".join(_record(0x208, struct.pack("<HHHHHHI", row, 0, 1, 255, 0, 0, 0x120)) for row in hidden_rows)
    page += b"".join(_cell(row, column, value) for (row, column), value in sorted(cells.items()))
    return _compound(bof + secret + _sheet(name, start) + end + page + end)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _sheet(name: str, start: int) -> bytes:
    return _record(0x85, struct.pack("<IBB", start, 0, 0) + bytes((len(name), 1)) + name.encode("utf-16-le"))


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 15)
    if isinstance(value, float | int):
        return _record(0x203, place + struct.pack("<d", value))
    if value in ERRORS:
        return _record(0x205, place + bytes((ERRORS[value], 1)))
    if value[1:] in ERRORS:
        result = bytes((2, 0, ERRORS[value[1:]], 0, 0, 0, 0xFF, 0xFF))
        return _record(0x06, place + result + struct.pack("<HI", 0, 0) + struct.pack("<H", 2) + b"\x1c\x07")
    return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    """The header, one sector of allocation, one of the folder, the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    chain = [FAT, END, *range(3, sectors + 2), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, END, 0, END, 0, 0)
    header += struct.pack("<108I", *[FREE] * 108)
    root = _entry("Root Entry", 5, END, 0, child=1)
    folder = root + _entry("Workbook", 2, 2, len(stream)) + bytes(2 * 128)
    return header + table + folder + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
