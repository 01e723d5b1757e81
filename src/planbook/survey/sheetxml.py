"""What a library that reads values does not tell of an .xlsx sheet: errors, formulas never calculated, what is hidden,
comments; and how far its cells reach, before any of them is read."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from planbook.survey.form import letter
from planbook.survey.intake import MOST_AREA, MOST_CELLS, MOST_TEXT, SAVE_AS, UnreadableError, check_extent, check_text
from planbook.survey.text import seen

Flaw = Literal["", "error-value", "no-value"]
Place = tuple[int, int]  # row from 1, column from 0

# Cells that are not empty (<c …/>), with their addresses where they have one. Other writers give the elements a prefix.
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*)(?<!/)>")
OPENED = re.compile(rb"<(?:\w+:)?c[\s/>]")
PLACE = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Za-z]+)(\d+)")
SMALL = 8 << 20  # bytes of a sheet that is looked over quickly
ADDRESS = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]+)(\d+)")
STRING = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")  # where one ends
REFERENCE = re.compile(rb"<(?:\w+:)?v>\s*0*(\d+)\s*<")
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)")
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
MOST_HIDDEN = 2000


@dataclass
class SheetScan:
    """What is said of one sheet's cells beside their values."""

    flaws: dict[Place, tuple[Flaw, str]] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    comments: dict[Place, str] = field(default_factory=dict)
    merged: tuple[tuple[Place, Place], ...] = ()  # (row from 0, column), both corners


@dataclass(frozen=True)
class BookScan:
    """The sheets' scans by name, and whether formulas lead to other files."""

    sheets: dict[str, SheetScan]
    external: bool


def scan_xlsx(data: bytes, ours: str) -> BookScan:
    """Scans a package whose size was checked. UnreadableError when a sheet is too large. `ours`: the author of
    comments that are not the clerk's."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        shared = package.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b""
        strings = [len(text) for text in STRING.split(shared)[:-1]]
        for sheet, part in _parts(package, names):
            xml = package.read(part)
            _check_extent(sheet, xml, strings)
            comments = _comments(package, part, names, ours)
            found[sheet] = SheetScan(_flaws(xml), _hidden_rows(xml), _hidden_columns(xml), comments)
        external = any(name.startswith("xl/externalLinks/") for name in names)
    return BookScan(found, external)


def _parts(package: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """(sheet's name, its part's path) in the package."""
    relations = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", "").replace("/xl/", "")))
        for relation in parse(package.read("xl/_rels/workbook.xml.rels"))
    }
    for sheet in parse(package.read("xl/workbook.xml")).iter("{*}sheet"):
        part = relations[next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), None)]
        if part in names:
            yield sheet.get("name", ""), part


def _check_extent(sheet: str, xml: bytes, strings: Sequence[int]) -> None:
    """`strings`: the sizes of the shared strings, each of which may stand in every cell."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:200]:
        raise UnreadableError(f"工作表“{sheet}”的文字编码无法识别，{SAVE_AS}。")
    cells, width, height = _roughly(xml) if len(xml) < SMALL else (0, 0, 0)
    if not cells or cells > MOST_CELLS or width * height > MOST_AREA:
        cells, width, height = _extent(xml)
    check_extent(sheet, cells, height, width, f"{letter(width - 1)}{height}" if width else "")
    check_text(sheet, max(map(len, re.findall(rb">([^<]{2000,})<", xml)), default=0) * 64)
    if strings and cells * max(strings) > MOST_TEXT:
        said = Counter(REFERENCE.findall(xml))
        check_text(sheet, sum(size * said[b"%d" % place] for place, size in enumerate(strings)))


def _roughly(xml: bytes) -> tuple[int, int, int]:
    """As `_extent`, but empty cells count, too, which is quicker; no cells where some have no address."""
    places = PLACE.findall(xml)
    if len(places) != len(OPENED.findall(xml)):
        return 0, 0, 0
    letters, rows = {column for column, _row in places}, {row for _column, row in places}
    return len(places), _last(letters), max(map(int, rows), default=0)


def _last(letters: set[bytes]) -> int:
    return max((column_of(column.decode().upper()) + 1 for column in letters), default=0)


def _extent(xml: bytes) -> tuple[int, int, int]:
    """How many cells hold something (not counted further than it matters); the last column and row of them, from 1.

    Cells without an address stand right of, rows without one below, the one before.
    """
    cells = bare = height = 0
    letters: set[bytes] = set()
    for cell in CELL.finditer(xml):
        cells += 1
        if cells > MOST_CELLS:
            break
        if place := ADDRESS.search(cell[1]):
            letters.add(place[1])
            height = max(height, int(place[2]))
        else:
            bare += 1
    width = _last(letters)
    if bare:
        rows = [int(found[1]) for attributes in ROW.findall(xml) if (found := ROW_NUMBER.search(attributes))]
        width, height = max(width, min(bare, 16384)), max([height, *rows])
    return cells, width, height


def _flaws(xml: bytes) -> dict[Place, tuple[Flaw, str]]:
    if b't="e"' not in xml and re.search(rb"<(?:\w+:)?f\b", xml) is None:
        return {}
    return dict(_flawed_cells(xml))


def _flawed_cells(xml: bytes) -> Iterator[tuple[Place, tuple[Flaw, str]]]:
    row = 0
    for line in parse(xml).iter("{*}row"):
        row, column = int(line.get("r") or row + 1), -1  # both addresses may be left out: then it is the next one
        for cell in line.iter("{*}c"):
            column = column_of(cell.get("r", "")) if cell.get("r") else column + 1
            formula, value = cell.find("{*}f"), cell.findtext("{*}v") or ""
            if cell.get("t") == "e":
                yield (row, column), ("error-value", value)
            elif formula is not None and not value and cell.get("t") != "str":  # t="str": its result is an empty text
                yield (row, column), ("no-value", f"={formula.text or ''}")


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    rows = (re.search(rb'\br="(\d{1,7})"', attributes) for attributes in ROW.findall(xml) if HIDDEN.search(attributes))
    return frozenset(int(row[1]) for row in rows if row)


def _hidden_columns(xml: bytes) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    hidden: set[int] = set()
    for attributes in COLUMN.findall(xml):
        first, last = (re.search(rb'\b%s="(\d{1,5})"' % name, attributes) for name in (b"min", b"max"))
        if HIDDEN.search(attributes) and first and last:
            hidden |= set(range(int(first[1]) - 1, min(int(last[1]), MOST_HIDDEN)))
    return frozenset(hidden)


def _comments(package: zipfile.ZipFile, part: str, names: set[str], ours: str) -> dict[Place, str]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return {}
    found: dict[Place, str] = {}
    for relation in parse(package.read(relations)):
        target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "").replace("/xl/", "../")))
        if relation.get("Type", "").endswith("/comments") and target in names:
            root = parse(package.read(target))
            authors = ["".join(map(str, author.itertext())) for author in root.iter("{*}author")]
            for comment in root.iter("{*}comment"):
                author = comment.get("authorId", "")
                address = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", comment.get("ref", ""))
                if address and not (author.isdigit() and int(author) < len(authors) and authors[int(author)] == ours):
                    text = seen("".join(piece.text or "" for piece in comment.iter("{*}t"))).strip()
                    found[int(address[2]), column_of(address[1])] = text
    return found


def parse(xml: bytes) -> etree._Element:
    """The root of a part; entities stay unresolved, nothing is fetched."""
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def column_of(address: str) -> int:
    """D7 → 3."""
    column = 0
    for character in address.rstrip("0123456789"):
        column = column * 26 + ord(character) - 64
    return column - 1
