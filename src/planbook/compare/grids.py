"""Tables and figures' data, cell by cell: rows go by names, columns by heads, so that a new row is one change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from planbook.compare.facts import Kind, number, within
from planbook.compare.record import Item, Items

SERIAL = ("序号", "位次")  # counts rows: moves with every row that comes or goes
TEXTS = ("caption", "unit", "notes", "alt")


@dataclass(frozen=True)
class CellChange:
    """One cell then and now, as printed; `facts`: the ids of the facts in it."""

    row: str
    column: str
    before: str
    after: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class GridChange:
    """A table or a figure; names of rows and columns that came or went, cells that changed, words around it."""

    id: str
    what: Literal["table", "figure"]
    kind: Kind
    caption: str
    used_in: tuple[tuple[str, str], ...]
    rows_come: tuple[str, ...] = ()
    rows_gone: tuple[str, ...] = ()
    columns_come: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    cells: tuple[CellChange, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    reordered: bool = False

    @property
    def count(self) -> int:
        come_and_gone = (self.rows_come, self.rows_gone, self.columns_come, self.columns_gone)
        return sum(map(len, come_and_gone)) + len(self.cells) + len(self.words)


def compare_grids(
    what: Literal["table", "figure"], old: Items, new: Items, renames: Mapping[str, str], tolerance: Decimal
) -> list[GridChange]:
    """The tables (figures) that differ, by id."""
    out = []
    for id in sorted(old.keys() | new.keys()):
        then, now = old.get(id), new.get(id)
        shown = now or then or {}
        places = tuple((chapter, section) for chapter, section in shown["used_in"])
        if then is None or now is None:
            kind: Kind = "appeared" if then is None else "disappeared"
            out.append(GridChange(id, what, kind, shown["caption"], places))
        elif found := _compared(then, now, renames, tolerance):
            out.append(GridChange(id, what, "changed", shown["caption"], places, **found))
    return out


def _compared(then: Item, now: Item, renames: Mapping[str, str], tolerance: Decimal) -> dict[str, Any]:
    before, after = Grid.of(then), Grid.of(now)
    column = _key_column(before, after)
    old, new = before.named(column, renames), after.named(column, {})
    heads = [head for head in after.heads if head in before.heads]
    cells = tuple(
        change
        for name in new
        if name in old
        for head in heads
        if head not in SERIAL and head != column
        if (change := _cell(name, head, before.cell(old[name], head), after.cell(new[name], head), tolerance, renames))
    )
    common = [name for name in new if name in old]
    found = {
        "rows_come": tuple(name for name in new if name not in old),
        "rows_gone": tuple(name for name in old if name not in new),
        "columns_come": tuple(head for head in after.heads if head not in before.heads),
        "columns_gone": tuple(head for head in before.heads if head not in after.heads),
        "cells": cells,
        "words": tuple(_words(then, now)),
        "reordered": common != [name for name in old if name in new],
    }
    return found if any(found.values()) else {}


@dataclass(frozen=True)
class Grid:
    """Heads and rows of cells, of a table or of what a figure shows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Item, ...], ...]

    @classmethod
    def of(cls, item: Item) -> Grid:
        if "data" in item:
            return cls(tuple(item["data"]["heads"]), tuple(map(tuple, item["data"]["rows"])))
        foot = [item["foot"]] if item["foot"] else []
        return cls(tuple(_heads(item)), tuple(tuple(row) for row in (*item["body"], *foot)))

    def cell(self, row: Sequence[Item], head: str) -> Item:
        return row[self.heads.index(head)]

    def texts(self, head: str) -> list[str]:
        return [self.cell(row, head)["text"] for row in self.rows]

    def named(self, column: str, renames: Mapping[str, str]) -> dict[str, Sequence[Item]]:
        """The rows by name; the second of a name is called so."""
        out: dict[str, Sequence[Item]] = {}
        seen: Counter[str] = Counter()
        for row in self.rows:
            cells = [self.cell(row, column)] if column else [c for c in row if "fact" not in c and not _figure(c)]
            words = [renames.get(cell["text"], cell["text"]) for cell in cells if cell["text"]]
            name = " ".join(words) or next((cell["text"] for cell in row if cell["text"]), "")
            seen[name] += 1
            out[f"{name}（{seen[name]}）" if seen[name] > 1 else name] = row
        return out


def _heads(table: Item) -> Iterator[str]:
    """A column's heads from the top down: 户数（户） 合计; the second of a name is called so."""
    depth, width = len(table["header"]), len(table["columns"])
    texts: list[list[str]] = [[] for _column in range(width)]
    free = [[True] * width for _level in range(depth)]
    for level, cells in enumerate(table["header"]):
        for cell in cells:
            first = free[level].index(True)
            for at in range(first, first + cell["cols"]):
                texts[at].append(cell["text"].replace("\n", ""))
                for below in range(level, level + cell["rows"]):
                    free[below][at] = False
    seen: Counter[str] = Counter()
    for parts in texts:
        name = " ".join(parts)
        seen[name] += 1
        yield f"{name}（{seen[name]}）" if seen[name] > 1 else name


def _key_column(before: Grid, after: Grid) -> str:
    """The first column of words that are all different: what rows are called by. "": all words of a row together."""
    for head in after.heads:
        if head in SERIAL or head not in before.heads:
            continue
        columns = [grid.texts(head) for grid in (before, after)]
        cells = [grid.cell(row, head) for grid in (before, after) for row in grid.rows]
        if not any("fact" in cell or _figure(cell) for cell in cells) and all(
            len(set(texts)) == len(texts) for texts in columns
        ):
            return head
    return ""


def _figure(cell: Item) -> bool:
    """Is it a figure of a survey row, that may change without the row's being another?"""
    return "source" in cell and number(cell) is not None


def _cell(
    row: str, head: str, then: Item, now: Item, tolerance: Decimal, renames: Mapping[str, str]
) -> CellChange | None:
    was = renames.get(then["text"], then["text"])
    if was == now["text"] or (tolerance and within(number(then), number(now), tolerance)):
        return None
    facts = dict.fromkeys(cell["fact"] for cell in (then, now) if "fact" in cell)
    return CellChange(row, head, then["text"], now["text"], tuple(facts))


def _words(then: Item, now: Item) -> Iterator[tuple[str, str]]:
    for key in TEXTS:
        was, is_now = (" ".join(v) if isinstance(v := item.get(key, ""), list) else v for item in (then, now))
        if was != is_now:
            yield was, is_now
