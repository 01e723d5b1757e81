"""Where the tables of a sheet are: headers found by their words, bodies by what follows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from planbook.survey.form import Column
from planbook.survey.headers import (
    COLUMNS,
    WORDS,
    Kind,
    column_key,
    is_header_word,
    is_unit,
    nearest_key,
    unit_of,
)
from planbook.survey.own import NOTHING, Own
from planbook.survey.text import squeezed
from planbook.survey.workbook import Grid

LEAST = 3  # header words that make a header
DEEPEST = 4  # rows of a header
TITLES = 6  # rows above a header that may belong to it
TITLE_WORDS = ("表", "情况", "年", "意愿", "街区", "单位", "日期", ":", "小区", "区", "市", "县", "附件")


@dataclass(frozen=True)
class Table:
    """A table found on a sheet. `columns`: key → column (from 0); `units`: what its header says, where it does.

    `extra`: columns with a header that is none of the form's; `guessed`: keys whose header is another's by a slip;
    `doubled`: columns whose header repeats another's. `titles`: what stands above it, the nearest first. `span`: the
    first and last column it takes; rows count from 1. `own`: the columns its form has beyond the common one.
    """

    kind: Kind
    top: int
    bottom: int
    last: int
    columns: dict[str, int]
    units: dict[str, str]
    span: tuple[int, int]
    extra: tuple[int, ...] = ()
    guessed: tuple[str, ...] = ()
    doubled: tuple[int, ...] = ()
    titles: tuple[str, ...] = field(default=())
    own: tuple[Column, ...] = ()

    @property
    def first(self) -> int:
        return self.bottom + 1

    @property
    def form(self) -> tuple[Column, ...]:
        """The columns that it should have."""
        return (*COLUMNS[self.kind], *self.own)

    @property
    def missing(self) -> tuple[Column, ...]:
        """The form's columns that are not there."""
        return tuple(column for column in self.form if column.key not in self.columns)


def find_tables(grid: Grid, own: Own = NOTHING) -> list[Table]:
    """The tables of a sheet, from the top down and from the left; none where no header is like the form's."""
    blocks = list(_header_blocks(grid))
    tables = []
    for number, (top, bottom) in enumerate(blocks):
        floor = blocks[number - 1][1] if number else 0
        end = blocks[number + 1][0] - 1 if number + 1 < len(blocks) else grid.height
        for span in _spans(grid, top, bottom):
            table = _table(grid, top, bottom, span, own)
            if table is not None:
                tables.append(replace(table, last=end, titles=tuple(_titles(grid, top, floor, span))))
    return _ended(tables, grid)


def _header_blocks(grid: Grid) -> Iterator[tuple[int, int]]:
    """(first, last row) of every header."""
    row = 1
    while row <= grid.height:
        if _hits(grid, row) < LEAST:
            row += 1
            continue
        top = bottom = row
        reach = max([bottom, *(b + 1 for (t, _l), (b, _r) in grid.merged if t + 1 == top and b - t < DEEPEST)])
        while bottom + 1 <= min(grid.height, top + DEEPEST - 1) and (bottom < reach or _continues(grid, bottom + 1)):
            bottom += 1
        yield top, bottom
        row = bottom + 1


def _hits(grid: Grid, row: int) -> int:
    """How many different header words stand in a row that has little else."""
    line = grid.values[row - 1] if row <= len(grid.values) else []
    texts = [value for value in line if isinstance(value, str) and value.strip()]
    numbers = sum(1 for value in line if value not in ("", None) and not isinstance(value, str))
    hits = {squeezed(text) for text in texts if len(text) < 80 and is_header_word(text)}
    return len(hits) if len(hits) > numbers and 2 * len(hits) >= len(set(texts)) else 0


def _continues(grid: Grid, row: int) -> bool:
    """Whether a row below a header belongs to it: more header words, units, or the numbers of the columns."""
    line = grid.values[row - 1] if row <= len(grid.values) else []
    cells = [value for value in line if value not in ("", None) and not (isinstance(value, str) and not value.strip())]
    if not cells:
        return False
    texts = [value for value in cells if isinstance(value, str)]
    if len(texts) == len(cells) and all(is_header_word(text) or is_unit(text) for text in texts):
        return len(texts) > 1 and not any(squeezed(text) in ("合计", "总计", "小计") for text in texts[:1])
    return len(cells) >= 5 and _numbering(cells)


def _numbering(cells: Sequence[object]) -> bool:
    """甲 乙 1 2 3 … or (1) (2) (3) …: column numbers under a header."""
    plain = [squeezed(str(cell)).strip("()").removesuffix(".0") for cell in cells]
    numbers = [int(text) for text in plain if text.isdigit() and len(text) < 3]
    rest = [text for text in plain if not (text.isdigit() and len(text) < 3)]
    return (
        all(len(text) == 1 for text in rest) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if (len(numbers) >= 4 and numbers[0] <= 3)
        else False
    )


def _spans(grid: Grid, top: int, bottom: int) -> list[tuple[int, int]]:
    """(first, last column) of each table that has its header in these rows: tables may stand side by side."""
    paths = [_path(grid, top, bottom, column) for column in range(grid.width)]
    keys = [column_key("communities", path) or column_key("annual", path) for path in paths]
    starts = [0]
    names = [i for i, key in enumerate(keys) if key == "name"] or [i for i, key in enumerate(keys) if key == "year"]
    for column in names[1:]:
        while (
            column and keys[column - 1] in ("serial", "county", "prefecture") and keys[column - 1] in keys[: column - 1]
        ):
            column -= 1
        if any(keys[column:]) and len(set(keys[column:]) - {""}) >= LEAST:
            starts.append(column)
    return list(zip(starts, [*(start - 1 for start in starts[1:]), grid.width - 1], strict=True))


def _path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The headers over a column from the top down; a group's, too, where its cells are not merged."""
    texts: list[str] = []
    for row in range(top, bottom + 1):
        text = _text(grid, row, column)
        left = column
        while not text and row < bottom and left and _text(grid, bottom, column):
            left -= 1
            if _single(grid, row, bottom, left):
                break  # its neighbour's own, no group's
            text = _text(grid, row, left)
        if text and text not in texts:
            texts.append(text)
    return tuple(text for text in texts if not is_unit(text) or len(texts) == 1) + tuple(
        f"({squeezed(text).strip('()')})" for text in texts if is_unit(text) and len(texts) > 1
    )


def _single(grid: Grid, row: int, bottom: int, column: int) -> bool:
    """Whether the header at `row` is a column's own: it reaches down, or nothing is below it."""
    return bool(_text(grid, row, column)) and _text(grid, bottom, column) in ("", _text(grid, row, column))


def _text(grid: Grid, row: int, column: int) -> str:
    anchor = grid.anchors.get((row, column), (row, column))
    value = grid.value(*anchor)
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _table(grid: Grid, top: int, bottom: int, span: tuple[int, int], own: Own) -> Table | None:
    """The table under a header, of the kind that fits it best; None where none does."""
    columns = range(span[0], span[1] + 1)
    paths = {column: path for column in columns if (path := _path(grid, top, bottom, column))}
    best: tuple[int, Kind, dict[str, int], list[int]] | None = None
    for kind in COLUMNS:
        keys: dict[str, int] = {}
        doubled: list[int] = []
        for column, path in paths.items():
            key = (own.key(path) if kind == "communities" else "") or column_key(kind, path)
            if key and key in keys:
                if _exact(kind, path, key) and not _exact(kind, paths[keys[key]], key):
                    column, keys[key] = keys[key], column
                doubled.append(column)
            elif key:
                keys[key] = column
        if best is None or len(keys) > best[0]:
            best = (len(keys), kind, keys, doubled)
    if best is None or best[0] < LEAST + 1 or not _is_whole(best[1], best[2]):
        return None
    _score, kind, keys, doubled = best
    guessed = _guess(kind, keys, {c: p for c, p in paths.items() if c not in keys.values() and c not in doubled})
    keys |= guessed
    extra = tuple(c for c in paths if c not in keys.values() and c not in doubled)
    units = {key: unit for key, column in keys.items() if (unit := unit_of(paths[column]))}
    more = own.columns if kind == "communities" else ()
    return Table(kind, top, bottom, 0, keys, units, span, extra, tuple(guessed), tuple(doubled), own=more)


def _exact(kind: Kind, path: tuple[str, ...], key: str) -> bool:
    """Whether the headers are the form's own words."""
    return any(column.key == key and squeezed(path[-1]) == squeezed(column.header) for column in COLUMNS[kind])


def _is_whole(kind: Kind, keys: dict[str, int]) -> bool:
    """Whether there is enough of a table to be read as one."""
    if kind == "communities":
        return "name" in keys and bool({"year_built", "area", "households", "buildings"} & set(keys))
    if kind == "annual":
        return "year" in keys and len(keys) >= 5
    return "name" in keys and bool({"sent", "returned", "willing"} & set(keys))


def _guess(kind: Kind, keys: dict[str, int], paths: dict[int, tuple[str, ...]]) -> dict[str, int]:
    """Columns whose header is nearly a missing one's, or stands in its very place between the form's neighbours."""
    order = [column.key for column in COLUMNS[kind]]
    by_column = {column: key for key, column in keys.items()}
    found: dict[str, int] = {}
    for column, path in paths.items():
        free = set(order) - set(keys) - set(found)
        before, after = by_column.get(column - 1), by_column.get(column + 1)
        expected = ""
        if before in order and (place := order.index(before) + 1) < len(order) and order[place] in free:
            expected = order[place] if after is None or order[place + 1 : place + 2] == [after] else ""
        key = nearest_key(kind, path, free & set(WORDS[kind].values()), expected)
        if key:
            found[key] = column
    return found


def _titles(grid: Grid, top: int, floor: int, span: tuple[int, int]) -> Iterator[str]:
    """What stands above a header, the nearest row first."""
    for row in range(top - 1, max(floor, top - 1 - TITLES), -1):
        texts = _row_texts(grid, row, span)
        if texts is None:
            return
        yield from texts


def _row_texts(grid: Grid, row: int, span: tuple[int, int]) -> list[str] | None:
    """The texts of a title row (none: it is blank); None where it is no title: numbers, or many cells."""
    cells = [grid.value(row, column) for column in range(span[0], span[1] + 1)]
    cells = [cell for cell in cells if cell is not None and not (isinstance(cell, str) and not cell.strip())]
    if len(cells) > 4 or not all(isinstance(cell, str) for cell in cells):
        return None
    if cells and not any(word in squeezed(cell) for cell in cells for word in TITLE_WORDS):
        return None
    return [str(cell) for cell in cells]


def _ended(tables: list[Table], grid: Grid) -> list[Table]:
    """Each table's last row: the one before the titles of the next."""
    found = []
    for table in tables:
        below = [other for other in tables if other.top > table.bottom and other.top <= table.last + 1]
        last = table.last
        if below:
            while last > table.bottom and (texts := _row_texts(grid, last, table.span)) is not None:
                if texts and not any(text in other.titles for other in below for text in texts):
                    break
                last -= 1
        found.append(replace(table, last=last))
    return found
