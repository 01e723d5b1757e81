"""Tables of a chapter: data and a header of any depth, the same for HTML, Word, PDF and Excel.

A table is data, not markup. Its cells are facts, values of one survey row (which keep that row's address), or text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from planbook.report.cells import CellValue, SurveyCell, cell_dict
from planbook.report.facts import COLUMN_NAMES, Fact
from planbook.report.notes import merged
from planbook.report.rows import Rows
from planbook.survey.frames import place_of

Align = Literal["left", "center", "right"]
TINY = Decimal("1e-9")
ROUNDING_NOTE = "注：因四舍五入，分项之和与合计可能略有出入。"
RUNNING_NOTE = "注：因四舍五入，逐年相加与累计可能略有出入。"


@dataclass(frozen=True)
class Head:
    """A column, or a group of columns under one head.

    `width` is in percent of the table; `adds` names the columns (by key) whose sum a column is (in Excel, a formula),
    `runs` the one whose running sum it is, from row to row. `units`: its facts are of several units, and say theirs.
    """

    text: str
    children: tuple[Head, ...] = ()
    key: str = ""
    align: Align = "right"
    width: float | None = None
    unit: str = ""
    adds: tuple[str, ...] = ()
    runs: str = ""
    units: bool = False

    @property
    def leaves(self) -> tuple[Head, ...]:
        return tuple(leaf for child in self.children for leaf in child.leaves) if self.children else (self,)

    @property
    def depth(self) -> int:
        return 1 + max((child.depth for child in self.children), default=0)


@dataclass(frozen=True)
class Table:
    """`foot` is the total row. `notes` are printed below, `unit` above the table on the right."""

    id: str
    caption: str
    columns: tuple[Head, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    foot: tuple[CellValue, ...] | None = None
    unit: str = ""
    notes: tuple[str, ...] = ()
    landscape: bool = False
    small: bool = False
    blank: int = 0  # a form to be filled in: so many empty rows
    sums: bool = field(default=False)  # the foot is the sum of the rows: a live formula in Excel
    lines: int = 0  # every row is the sum of so many that follow it (其中)
    part: bool = False  # the foot is no total of the whole unit's survey: of one county, of a catalogue

    def __post_init__(self) -> None:
        width = len(self.leaves)
        for row in (*self.rows, *((self.foot,) if self.foot else ())):
            if len(row) != width:
                raise ValueError(f"table {self.id}: a row has {len(row)} cells, its head {width}")

    @property
    def leaves(self) -> tuple[Head, ...]:
        return tuple(leaf for column in self.columns for leaf in column.leaves)

    @property
    def facts(self) -> list[Fact]:
        return [c for row in (*self.rows, self.foot or ()) for c in row if isinstance(c, Fact)]

    def as_dict(self) -> dict[str, Any]:
        said = {ROUNDING_NOTE: _sums(self), RUNNING_NOTE: _running(self)}
        notes = [*self.notes, *(note for note, sums in said.items() if any(_misses(*one) for one in sums))]
        return {
            "id": self.id, "caption": self.caption, "unit": self.unit, "notes": merged(notes),
            "landscape": self.landscape, "small": self.small, "blank": self.blank, "sums": self.sums,
            "header": header_rows(self.columns),
            "columns": [_column(head, number) for number, head in enumerate(self.leaves)],
            "body": [_cells(row, self.leaves) for row in self.rows],
            "foot": _cells(self.foot, self.leaves) if self.foot else None,
        }  # fmt: skip


def header_rows(columns: Sequence[Head]) -> list[list[dict[str, Any]]]:
    """The head as rows of cells with spans: [[{"text", "cols", "rows"}, …], …]."""
    depth = max(column.depth for column in columns)
    out: list[list[dict[str, Any]]] = [[] for _ in range(depth)]

    def place(head: Head, level: int) -> None:
        rows = 1 if head.children else depth - level
        out[level].append({"text": head.text, "cols": len(head.leaves), "rows": rows})
        for child in head.children:
            place(child, level + 1)

    for column in columns:
        place(column, 0)
    return out


def listing(rows: Rows, columns: Sequence[tuple[str, Head]]) -> tuple[tuple[CellValue, ...], ...]:
    """Table rows that show survey rows as they are, each cell with its address; key "#" counts."""
    out = []
    for number, (_index, row) in enumerate(rows.frame.iterrows(), 1):
        out.append(tuple(str(number) if key == "#" else survey_cell(row, key) for key, _head in columns))
    return tuple(out)


def survey_cell(row: pd.Series[Any], key: str) -> SurveyCell:
    """One cell of a survey row, with its address."""
    source = {"file": row["file"], "sheet": row["sheet"], "rows": str(int(row["row"]))}
    if "places" in row and (cell := place_of(row, key)):
        source["cell"] = cell
    return SurveyCell(row[key], COLUMN_NAMES[key][1] if key in COLUMN_NAMES else "", source)


def _cells(row: Sequence[CellValue], leaves: Sequence[Head]) -> list[dict[str, Any]]:
    return [cell_dict(cell) | _unit(cell, leaf) for cell, leaf in zip(row, leaves, strict=True)]


def _unit(cell: CellValue, leaf: Head) -> dict[str, str]:
    return {"unit": cell.unit} if leaf.units and isinstance(cell, Fact) and cell.status == "ok" else {}


def _column(head: Head, number: int) -> dict[str, Any]:
    return {
        "key": head.key or f"c{number}", "text": head.text, "align": head.align, "width": head.width,
        "unit": head.unit, "adds": list(head.adds),
    }  # fmt: skip


Sum = tuple[Sequence[CellValue], CellValue]  # the parts, and what the table gives as their sum


def _sums(table: Table) -> Iterator[Sum]:
    """All that a table gives as sums: down a column, along a row, and of a row's own lines."""
    keys = [leaf.key for leaf in table.leaves]
    foot = [table.foot] if table.foot else []
    step = table.lines + 1
    if table.foot and table.sums:
        wholes = table.rows[::step]
        yield from zip(zip(*wholes, strict=True) if wholes else [()] * len(keys), table.foot, strict=True)
    for row in (*table.rows, *foot):
        for cell, leaf in zip(row, table.leaves, strict=True):
            if leaf.adds:
                yield [row[keys.index(key)] for key in leaf.adds], cell
    for at in range(0, len(table.rows), step) if table.lines else ():
        whole, *parts = table.rows[at : at + step]
        yield from zip(zip(*parts, strict=True), whole, strict=True)


def _running(table: Table) -> Iterator[Sum]:
    keys = [leaf.key for leaf in table.leaves]
    for at, leaf in enumerate(table.leaves):
        if leaf.runs:
            parts = [row[keys.index(leaf.runs)] for row in table.rows]
            yield from ((parts[: n + 1], row[at]) for n, row in enumerate(table.rows))


def _misses(parts: Sequence[CellValue], whole: CellValue) -> bool:
    """Do the printed figures of some parts add up to another one than is printed for the whole?

    Only where the exact figures do add up: shares of different wholes have no sum to miss. What prints no figure
    (未调查) adds nothing.
    """
    exact, printed = _exact(whole), _printed(whole)
    if exact is None or printed is None:
        return False
    values, figures = ([one for part in parts if (one := of(part)) is not None] for of in (_exact, _printed))
    return abs(sum(values) - exact) <= TINY and sum(figures) != printed


def _exact(cell: CellValue) -> Decimal | None:
    if isinstance(cell, Fact | SurveyCell) and _printed(cell) is not None:
        return Decimal(str(cell.value))
    return None


def _printed(cell: CellValue) -> Decimal | None:
    """The figure a cell prints; None where it prints words."""
    if isinstance(cell, Fact):
        return Decimal(cell.display) if cell.status == "ok" and not isinstance(cell.value, str) else None
    if isinstance(cell, SurveyCell) and not isinstance(cell.value, str) and cell.display != "—":
        return Decimal(cell.display)
    return None
