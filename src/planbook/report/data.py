"""What a drawing shows, as rows of cells: delivered beside the picture as CSV, and traced like a table's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planbook.report.cells import CellValue, cell_dict
from planbook.report.facts import Fact


@dataclass(frozen=True)
class Data:
    """`heads` name the columns; a cell is a fact, or text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError(f"a row is not as long as the heads {self.heads}")

    @property
    def facts(self) -> list[Fact]:
        return [cell for row in self.rows for cell in row if isinstance(cell, Fact)]

    def as_dict(self) -> dict[str, Any]:
        return {"heads": list(self.heads), "rows": [[cell_dict(cell) for cell in row] for row in self.rows]}

    def csv(self) -> str:
        """As Excel expects it: figures as they are printed, missing ones blank."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.heads)
        writer.writerows([_plain(cell) for cell in row] for row in self.rows)
        return out.getvalue()


def _plain(cell: CellValue) -> str:
    if isinstance(cell, Fact):
        return cell.display if cell.status == "ok" else ""
    return str(cell_dict(cell)["text"])


def facts_by_name(first: str, columns: Mapping[str, Mapping[str, Fact]]) -> Data:
    """One row a name, one column a measure: {head: {name: fact}}."""
    names = list(next(iter(columns.values())))
    return Data((first, *columns), tuple((name, *(facts[name] for facts in columns.values())) for name in names))


def texts(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Data:
    """Rows without figures: what a diagram says."""
    return Data(tuple(heads), tuple(tuple(str(cell) for cell in row) for row in rows))
