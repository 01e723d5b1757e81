"""What stands in a cell of a table, or of a drawing's data: a fact, the value of one survey row, or text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from planbook.report.facts import MISSING, PLACES, Fact, show


@dataclass(frozen=True)
class SurveyCell:
    """The value of one cell of one survey row; `source`: {"file", "sheet", "rows"}, and "cell" where one says it."""

    value: Any
    unit: str
    source: Mapping[str, Any]

    @property
    def display(self) -> str:
        if self.value is None or (not isinstance(self.value, tuple) and pd.isna(self.value)):
            return "—"
        if isinstance(self.value, Decimal) and self.unit in PLACES:
            return show(self.value, self.unit)
        return str(self.value)


CellValue = Fact | SurveyCell | str | None


def cell_dict(cell: CellValue) -> dict[str, Any]:
    """A cell as it is published: its text, and its past: a fact's id, or the survey cell it shows."""
    if isinstance(cell, Fact):
        text = cell.display if cell.status == "ok" else {"not_applicable": "—"}.get(cell.status, MISSING[cell.status])
        value = str(cell.value) if isinstance(cell.value, Decimal) else cell.value
        return {"text": text, "fact": cell.id, "value": value}
    if isinstance(cell, SurveyCell):
        return {"text": cell.display, "value": _plain(cell), "source": dict(cell.source)}
    return {"text": "" if cell is None else cell}


def _plain(cell: SurveyCell) -> str | int | None:
    value = cell.value
    if cell.display == "—":
        return None
    if isinstance(value, str | Decimal | tuple) or int(value) != value:
        return str(value)
    return int(value)
