"""Tables of a Word file: widths in twips, styles of their cells, lines, and what of them holds together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from planbook.book.wordxml import Element, first, paragraph_style, text_of, w

SHORT = 12  # rows below the head of a table that stays on one page; as in _plan/floats.lua
HIGH = 295  # points, beyond which it may break however few its rows: about is-high in _plan/plan.typ
FIRST, LAST = 2, 3  # rows that one which may break has at least where it begins and where it ends
# Type of cells by the table's style: size, line, space above and below, all in points
TYPE = {"Table": (10.5, 13.65, 2.3), "TableSmall": (9, 11.7, 2.5), "TableWide": (9, 11.7, 1.4)}
PADDING = 60  # twips between a cell's side and its text
# Lines within a table and below its head, eighths of a point and colour; as in _plan/plan.typ
HAIR, RULE = (2, "969696"), (4, "000000")


def dress_tables(body: Element) -> None:
    """All tables of a document's body, in place."""
    for table, width in _tables(body):
        _fit(table, width)
        _style_cells(table)
        _rule(table)
        _hold_together(table)


def _tables(body: Element) -> Iterator[tuple[Element, int]]:
    """Every table of the body with the width between the margins of its page, in twips."""
    width = 0
    for block in reversed(body):
        section = block if block.tag == w("sectPr") else block.find(f"{w('pPr')}/{w('sectPr')}")
        if section is not None:
            size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
            assert size is not None and margins is not None
            width = int(size.get(w("w"), "0")) - int(margins.get(w("left"), "0")) - int(margins.get(w("right"), "0"))
        for table in block.iter(w("tbl")):
            yield table, width


def _fit(table: Element, width: int) -> None:
    """Fixed layout; grid and cells in twips that add up to the table's share of the page."""
    properties, grid = table.find(w("tblPr")), table.find(w("tblGrid"))
    assert properties is not None and grid is not None
    total = properties.find(w("tblW"))
    assert total is not None
    if total.get(w("type")) == "pct":
        width = width * int(total.get(w("w"), "5000")) // 5000
    total.set(w("type"), "dxa")
    total.set(w("w"), str(width))
    columns = _scaled([int(column.get(w("w"), "1")) for column in grid], width)
    for column, share in zip(grid, columns, strict=True):
        column.set(w("w"), str(share))
    for row in table.iter(w("tr")):
        at = 0
        for cell in row.iter(w("tc")):
            inner = first(cell, "tcPr")
            span = inner.find(w("gridSpan"))
            wide = int(span.get(w("val"), "1")) if span is not None else 1
            if span is not None and wide == 1:
                inner.remove(span)
            own = etree.Element(w("tcW"), {w("w"): str(sum(columns[at : at + wide])), w("type"): "dxa"})
            inner.insert(0, own)
            etree.SubElement(inner, w("vAlign"), {w("val"): "center"})
            at += wide


def _scaled(shares: list[int], width: int) -> list[int]:
    """Whole numbers in the proportion of `shares` that sum to `width`."""
    edges = [0]
    for index in range(len(shares)):
        edges.append(round(width * sum(shares[: index + 1]) / sum(shares)))
    return [right - left for left, right in pairwise(edges)]


def _hold_together(table: Element) -> None:
    """No row breaks across pages, a short table neither, nor do its notes leave it; a longer one has FIRST and LAST
    rows at its ends. (Its last row is not held to its notes: LibreOffice would then never break the table.)"""
    rows = table.findall(w("tr"))
    heads = len([row for row in rows if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None])
    noted = paragraph_style(table.getnext()) == "TableNote"
    short = len(rows) - heads <= SHORT and sum(_height(row, *TYPE[_kind(table)]) for row in rows) <= HIGH
    for above, row in enumerate(rows):
        first(row, "trPr").insert(0, etree.Element(w("cantSplit")))
        below = len(rows) - above - 1
        if (short and (below or noted)) or (below and (above < heads + FIRST - 1 or below < LAST)):
            for paragraph in row.iter(w("p")):
                first(paragraph, "pPr").insert(1, etree.Element(w("keepNext")))


def _height(row: Element, size: float, line: float, space: float) -> float:
    """About how high a row is, in points: as its cell with the most lines."""
    lines = 1
    for cell in row.findall(w("tc")):
        width = cell.find(f"{w('tcPr')}/{w('tcW')}")
        assert width is not None  # of _fit
        room = (int(width.get(w("w"), "0")) - 2 * PADDING) / 20 / size
        ems = sum(0.5 if sign.isascii() else 1 for sign in text_of(cell))
        lines = max(lines, math.ceil(ems / room))
    return lines * line + 2 * space


def _kind(table: Element) -> str:
    """The table's style, by which its cells have theirs."""
    style = table.find(f"{w('tblPr')}/{w('tblStyle')}")
    name = style.get(w("val"), "") if style is not None else ""
    return name if name in TYPE else "Table"


def _style_cells(table: Element) -> None:
    """Table text and table heads in paragraph styles of their own, small ones in small tables; totals have theirs."""
    suffix = _kind(table).removeprefix("Table")
    for row in table.iter(w("tr")):
        head = row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        for paragraph in row.iter(w("p")):
            properties = first(paragraph, "pPr")
            style = properties.find(w("pStyle"))
            if style is None:
                style = etree.Element(w("pStyle"))
                properties.insert(0, style)
            if not style.get(w("val"), "").startswith("Table"):
                style.set(w("val"), ("TableHead" if head else "TableText") + suffix)


def _rule(table: Element) -> None:
    """The lines below a head and above a foot; the table's style has them, too, but LibreOffice does not draw those,
    and Word draws its head's below the first of two rows."""
    rows, look = table.findall(w("tr")), table.find(f"{w('tblPr')}/{w('tblLook')}")
    heads = [row for row in rows if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None]
    for row in heads:
        _line(row, "bottom", RULE if row is heads[-1] else HAIR)
    if look is not None and look.get(w("lastRow")) == "1":
        _line(rows[-1], "top", RULE)


def _line(row: Element, edge: str, line: tuple[int, str]) -> None:
    for properties in row.iterfind(f"{w('tc')}/{w('tcPr')}"):
        borders = etree.Element(w("tcBorders"))
        weight = {w("val"): "single", w("sz"): str(line[0]), w("space"): "0", w("color"): line[1]}
        etree.SubElement(borders, w(edge), weight)
        last = properties.find(w("vAlign"))
        assert last is not None  # of _fit
        last.addprevious(borders)
