"""What a library that reads values does not tell of an .xls file: errors, what is hidden, and how far its cells reach.

An .xls file is a compound file ([MS-CFB]) whose stream Workbook is a row of records ([MS-XLS], 2.3): two bytes of
type, two of length, the content.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from planbook.survey.form import letter
from planbook.survey.intake import MOST_CELLS, UnreadableError, check_extent
from planbook.survey.sheetxml import BookScan, Flaw, Place, SheetScan

END = 0xFFFFFFFA  # sectors from here on are marks: end of chain, free …
FORMULA, BOUNDSHEET, FILEPASS, ROW, COLINFO, BOOLERR, SUPBOOK, EOF = 0x06, 0x85, 0x2F, 0x208, 0x7D, 0x205, 0x1AE, 0x0A
CELLS = (FORMULA, BOOLERR, 0x203, 0x27E, 0xFD, 0x204, 0xD6, 0xBD)  # NUMBER, RK, LABELSST, LABEL, RSTRING, MULRK
MULRK = 0xBD
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
LAST_COLUMN = 255
SMALL = 4096  # bytes: what is shorter lies elsewhere; no workbook of ours does


def scan_xls(data: bytes) -> BookScan:
    """Scans a compound file. UnreadableError when a sheet is too large, or the workbook is encrypted."""
    book = _stream(data)
    sheets: dict[str, SheetScan] = {}
    external = False
    for kind, content in _records(book, 0):
        if kind == FILEPASS:
            raise UnreadableError("工作簿设有打开密码，请取消密码后重新保存。", "password")
        if kind == SUPBOOK and len(content) > 4:
            external = True
        if kind == BOUNDSHEET and content[5] == 0:
            name = _text(content[6:])
            sheets[name] = _scan(name, book, int.from_bytes(content[:4], "little"))
    return BookScan(sheets, external)


def _scan(name: str, book: bytes, start: int) -> SheetScan:
    flaws: dict[Place, tuple[Flaw, str]] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    cells = height = width = 0
    for kind, content in _records(book, start):
        if kind in CELLS:
            row, column = struct.unpack_from("<HH", content)
            last = int.from_bytes(content[-2:], "little") if kind == MULRK else column
            cells, height, width = cells + last - column + 1, max(height, row + 1), max(width, last + 1)
            if error := _error(kind, content):
                flaws[row + 1, column] = ("error-value", error)
            if cells > MOST_CELLS:
                break
        elif kind == ROW and content[12] & 0x20:
            rows.add(int.from_bytes(content[:2], "little") + 1)
        elif kind == COLINFO and content[8] & 1:
            first, last = struct.unpack_from("<HH", content)
            columns |= set(range(first, min(last, LAST_COLUMN) + 1))
    check_extent(name, cells, height, width, f"{letter(width - 1)}{height}" if width else "")
    hidden_rows = frozenset(row for row in rows if row <= height)
    return SheetScan(flaws, hidden_rows, frozenset(column for column in columns if column < width))


def _error(kind: int, content: bytes) -> str:
    """The error a cell shows, "" for none."""
    if kind == BOOLERR and content[7] == 1:
        return ERRORS.get(content[6], "#ERR")
    if kind == FORMULA and content[6] == 2 and content[12:14] == b"\xff\xff":
        return ERRORS.get(content[8], "#ERR")
    return ""


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(type, content) of the records from `start` to the end of the sheet, or of the globals."""
    place = start
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        if kind == EOF:
            return
        yield kind, book[place + 4 : place + 4 + length]
        place += 4 + length


def _text(content: bytes) -> str:
    """A short string: how many characters, whether two bytes each, the characters."""
    wide = content[1] & 1
    return content[2 : 2 + content[0] * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _stream(data: bytes) -> bytes:
    """The stream Workbook (Book in older files)."""
    size = 1 << int.from_bytes(data[30:32], "little")
    sectors = len(data) // size  # no chain is longer

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def numbers(content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    fat_sectors = [one for one in numbers(data[76:512]) if one < END]
    following = int.from_bytes(data[68:72], "little")
    while following < END and len(fat_sectors) <= sectors:
        *more, following = numbers(sector(following))
        fat_sectors += [one for one in more if one < END]
    fat = [entry for one in fat_sectors for entry in numbers(sector(one))]

    def chain(first: int) -> bytes:
        found: list[bytes] = []
        while first < END and len(found) <= sectors:
            found.append(sector(first))
            first = fat[first]
        return b"".join(found)

    folder = chain(int.from_bytes(data[48:52], "little"))
    for place in range(0, len(folder), 128):
        entry = folder[place : place + 128]
        name = entry[: max(int.from_bytes(entry[64:66], "little") - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            length = int.from_bytes(entry[120:124], "little")
            return chain(int.from_bytes(entry[116:120], "little"))[:length] if length >= SMALL else b""
    raise ValueError("no workbook in the compound file")
