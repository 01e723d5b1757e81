"""What a library that reads values does not tell of an .ods sheet; and how far its cells reach, repeats counted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from planbook.survey.form import letter
from planbook.survey.intake import MOST_AREA, UnreadableError, check_extent, check_text
from planbook.survey.sheetxml import BookScan, Flaw, Place, SheetScan, parse
from planbook.survey.text import ERROR_TEXT

MOST_CONTENT = 60 << 20
LAST = 1 << 20  # rows of a sheet


def scan_ods(data: bytes) -> BookScan:
    """Scans a package whose size was checked. UnreadableError when a sheet is too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        content = package.read("content.xml")
    if len(content) > MOST_CONTENT:
        raise UnreadableError("工作簿内容过大，请删去数据之外的行和列后重新保存。", "too-large")
    tables = parse(content).iter("{*}table")
    return BookScan({_attribute(table, "name"): _scan(table) for table in tables}, external=False)


def _scan(table: etree._Element) -> SheetScan:
    scan = SheetScan()
    merged: list[tuple[Place, Place]] = []
    hidden: set[int] = set()
    row = cells = width = height = texts = 0
    for line in table.iter("{*}table-row"):
        times = _count(line, "number-rows-repeated")
        column, full = 0, False
        for cell in line:
            repeated = _count(cell, "number-columns-repeated")
            if len(cell) or _attribute(cell, "value-type"):
                full, width = True, max(width, column + repeated)
                cells += times * repeated
                if times * repeated > 1:
                    texts += times * repeated * sum(map(len, map(str, cell.itertext())))
                if flaw := _flaw(cell):
                    scan.flaws |= {(row + 1 + r, column + c): flaw for r, c in _places(times, repeated)}
                if (note := cell.find("{*}annotation")) is not None:
                    scan.comments[row + 1, column] = "".join(
                        str(t) for p in note.iter("{*}p") for t in p.itertext()
                    ).strip()
                across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
                if across > 1 or down > 1:
                    merged.append(((row, column), (row + down - 1, column + across - 1)))
            column += repeated
        if full:
            height = row + times
            if _attribute(line, "visibility") in ("collapse", "filter"):
                hidden |= set(range(row + 1, min(row + times, LAST) + 1))
        row = min(row + times, LAST)
        check_text(_attribute(table, "name"), 3 * texts)
        check_extent(_attribute(table, "name"), cells, height, width, f"{letter(width - 1)}{height}" if width else "")
    scan.merged, scan.hidden_rows = tuple(merged), frozenset(hidden)
    scan.hidden_columns = frozenset(_hidden_columns(table, width))
    return scan


def _places(rows: int, columns: int) -> Iterator[Place]:
    if rows * columns <= MOST_AREA:
        yield from ((r, c) for r in range(min(rows, 1000)) for c in range(min(columns, 1000)))


def _flaw(cell: etree._Element) -> tuple[Flaw, str] | None:
    text = "".join(map(str, cell.itertext())).strip() if len(cell) else ""
    formula = _attribute(cell, "formula")
    if _attribute(cell, "value-type", "calcext") == "error" or (formula and ERROR_TEXT.fullmatch(text)):
        return "error-value", text
    if formula and not text and not _attribute(cell, "value-type"):
        return "no-value", formula
    return None


def _hidden_columns(table: etree._Element, width: int) -> Iterator[int]:
    column = 0
    for one in table.iter("{*}table-column"):
        times = _count(one, "number-columns-repeated")
        if _attribute(one, "visibility") in ("collapse", "filter"):
            yield from range(column, min(column + times, width))
        column += times


def _attribute(element: etree._Element, name: str, prefix: str = "") -> str:
    """An attribute by its local name, of whichever namespace; with `prefix`, of the one that is so called here."""
    wanted = element.nsmap.get(prefix) if prefix else None
    for key, value in element.items():
        namespace, _brace, local = str(key).rpartition("}")
        if local == name and (not prefix or namespace.strip("{") == wanted):
            return str(value)
    return ""


def _count(element: etree._Element, name: str) -> int:
    text = _attribute(element, name)
    return max(int(text), 1) if text.isdigit() and len(text) < 9 else 1
