"""How wide the columns of a worksheet are. All its tables share them, so their widths are weighed against each other.

A cell is on one line where paper allows. A column is narrowed, and what is long in it wraps, as long as that takes less
paper at the same size of type, and beyond that until the sheet is readable on the paper it goes on.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planbook.book.paper import CHARACTER, PAPERS, characters, paper_used

if TYPE_CHECKING:
    from planbook.book.sheets import Cell, Grid

NARROWEST, WIDEST, WIDEST_WITH_NUMBERS = 6, 80, 30  # columns, in half-width characters
BESIDE = 2.5  # characters of a column that no text gets: the indent and the edges
UNBROKEN, LONGEST_WORD = 10, 24  # text as short as this stays on one line; a longer word is broken
CAPTION = 5  # lines that a table's caption takes, with what stands below it and above the next
SHORT = 16  # a head shorter than this is on one line where there is room
SPREAD = 24  # text longer than this spreads over the columns that its table leaves free
PIECE = re.compile(r"[!-~]+ ?|.")  # what a line does not end within
STEPS = (2, 6, 10)  # that a column is narrowed by; what a small one does not save, a larger may

Widths = NDArray[np.float64]


def column_widths(grids: Sequence[Grid]) -> list[float]:
    """One width a column, for all grids of a sheet."""
    if not grids:
        return [float(WIDEST)]
    floors, wanted = _limits(grids)
    tables = [(_sizes(grid), spreads(grid, len(wanted))) for grid in grids]
    height = partial(_height, tables)
    widths = _narrowed(np.array(wanted), np.array(floors), height, None)
    papers = [paper for paper in PAPERS if sum(floors) <= characters(paper)] or [PAPERS[-1]]
    fitted = [_narrowed(widths, np.array(floors), height, characters(paper)) for paper in papers]
    used = [paper_used(paper, new.sum(), height(new)) for paper, new in zip(papers, fitted, strict=True)]
    return [float(width) for width in fitted[used.index(min(used))]]


def spreads(grid: Grid, columns: int) -> bool:
    """Whether the last column's text goes over all that is free beside its table, on a sheet of so many columns. Not
    where a table is sorted and filtered: Excel refuses to with merged cells."""
    last = [row[-1] for row in grid.body]
    free = grid.columns < columns and not grid.filter and not grid.foot
    return free and not any(cell.is_number for cell in last) and any(display_width(c.printed) > SPREAD for c in last)


def _limits(grids: Sequence[Grid]) -> tuple[list[float], list[float]]:
    """The least and the most that each column should have."""
    columns = max(grid.columns for grid in grids)
    numbers = {column for grid in grids for row in grid.body for column, cell in enumerate(row) if cell.is_number}
    floors, wanted = [float(NARROWEST)] * columns, [0.0] * columns
    for grid in grids:
        for _row, column, head in grid.heads():
            if head["cols"] == 1:
                floors[column] = max(floors[column], *(display_width(word) + 1 for word in head_pieces(head["text"])))
                wanted[column] = max(wanted[column], head_width(head["text"]))
        ends = grid.columns - spreads(grid, columns)
        for cells in _rows(grid):
            for column, cell in enumerate(cells[:ends]):
                floors[column] = max(floors[column], _least(cell))
                wanted[column] = max(wanted[column], display_width(cell.printed) + BESIDE)
    most = [WIDEST_WITH_NUMBERS if column in numbers else WIDEST for column in range(columns)]
    wanted = [max(floor, min(*pair)) for floor, *pair in zip(floors, wanted, most, strict=True)]
    for grid in grids:
        if spreads(grid, columns):
            longest = max(display_width(row[-1].printed) for row in grid.body) + BESIDE
            wanted[-1] += max(0, min(longest, WIDEST) - sum(wanted[grid.columns - 1 :]))
    return floors, wanted


def _rows(grid: Grid) -> list[Sequence[Cell]]:
    return [*grid.body, *([grid.foot] if grid.foot else [])]


def _least(cell: Cell) -> float:
    """A number is never broken (Excel would show ###), a word only if it is very long."""
    width = display_width(cell.printed)
    if not cell.is_number and width > UNBROKEN:
        width = max(UNBROKEN, *(min(len(word), LONGEST_WORD) for word in re.findall(r"[!-~]+", cell.printed)), 0)
    return width + BESIDE


def _sizes(grid: Grid) -> Widths:
    """How long each cell's text is, and each head's above them."""
    rows = [[0] * grid.columns, *([display_width(cell.printed) for cell in row] for row in _rows(grid))]
    for _row, column, head in grid.heads():
        if head["cols"] == 1:
            rows[0][column] = display_width(head["text"])
    return np.array(rows, dtype=float).reshape(len(rows), grid.columns)


def _height(tables: Sequence[tuple[Widths, bool]], widths: Widths) -> float:
    """How many lines the tables take: each its cells' sizes, and whether its last column spreads."""
    lines = 0.0
    for sizes, spread in tables:
        rooms = widths[: sizes.shape[1]] - BESIDE
        if spread:
            rooms[-1] = widths[sizes.shape[1] - 1 :].sum() - BESIDE
        lines += np.ceil(sizes / rooms).clip(1).max(axis=1, initial=0).sum()
    return lines + CAPTION * len(tables)


def _narrowed(widths: Widths, floors: Widths, height: partial[float], room: float | None) -> Widths:
    """Narrows, step by step, the column where that takes the least paper: as long as it takes no more than before, or,
    if there is but so much `room`, until the columns have it. No paper is narrower than the smallest."""

    def paper(widths: Widths) -> float:
        return height(widths) * max(float(widths.sum()), PAPERS[0].width / CHARACTER)

    while room is None or widths.sum() > room:
        steps = (np.array(STEPS)[:, None, None] * np.eye(len(widths))).reshape(-1, len(widths))
        tries = [new for new in widths - steps if (new >= floors).all()]
        if not tries:
            break
        best = min(tries, key=paper)
        if room is None and paper(best) > paper(widths):
            break
        widths = best
    return widths


# ---------------------------------------------------------------------------------------------- text


@lru_cache(65536)
def display_width(text: str) -> int:
    """In half-width characters: a Chinese character, and whatever a Chinese font prints as wide, is two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


@lru_cache(65536)
def lines_of(text: str, room: float) -> int:
    """How many lines a text takes in so many half-width characters: no line ends within a Chinese character, nor within
    a word that a line holds."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, left = lines + 1, room
        for piece in PIECE.findall(paragraph) if display_width(paragraph) > room else ():
            width = display_width(piece)
            if width > left:
                lines, left = lines + 1, room
            lines += int(max(width - 1, 0) // max(room, 2))
            left -= width % max(room, 2)
    return lines


def head_width(text: str) -> int:
    """What a head is given: one line if it is short, else about two, and a line for its longest word."""
    pieces = [display_width(piece) for piece in head_pieces(text)]
    if sum(pieces) <= SHORT:
        return sum(pieces) + 2
    return max(max(pieces) + 1, math.ceil(sum(pieces) / 2) + 2)


def head_pieces(text: str) -> list[str]:
    """A head may break where its table says so, and before its unit."""
    return text.split("\n") if "\n" in text else re.split(r"(?<=..)(?=（[^（）]*）$)", text)


def head_text(text: str, width: float) -> str:
    """A head as it is written into a column: its pieces share a line where one holds them."""
    lines = [""]
    for piece in head_pieces(text):
        if display_width(lines[-1] + piece) <= width - 1 or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(lines)
