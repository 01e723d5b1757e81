"""The frames a survey is handed on in: their columns, and the types these have whatever is in them.

| type | dtype | missing |
| --- | --- | --- |
| whole (years, households, copies) | Int64 | pd.NA |
| decimal (万㎡, 万元): Decimal, at most 4 places, no trailing zeros | object | None |
| text | object | None |
| codes (needs, concerns): tuple of str, most urgent first | object | () |

A blank cell and one that could not be read are both missing; `unread` of communities tells which: the keys of cells
with an error. `places` says where each value stands: households=G5. The index counts from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from planbook.survey import form

Type = Literal["text", "whole", "decimal", "codes"]
Table = Literal["communities", "annual", "willingness"]

_TYPES: dict[form.Kind, Type] = {
    "county": "text",
    "text": "text",
    "choice": "text",
    "year": "whole",
    "count": "whole",
    "decimal": "decimal",
    "items": "codes",
    "concerns": "codes",
}
MISSING = pd.NA  # in columns of whole numbers
_ADDRESS: dict[str, Type] = {"file": "text", "sheet": "text", "row": "whole", "places": "codes"}


def _columns(columns: Sequence[form.Column], **more: Type) -> dict[str, Type]:
    left_out = ("serial", "county", "prefecture")
    own = {column.key: _TYPES[column.kind] for column in columns if column.key not in left_out}
    return {"county": "text", "county_name": "text", **own, **more, **_ADDRESS}


TABLES: dict[Table, dict[str, Type]] = {
    "communities": _columns(form.COMMUNITY_COLUMNS, period="text", unread="codes"),
    "annual": _columns(form.ANNUAL_COLUMNS),
    "willingness": _columns(form.WILLINGNESS_COLUMNS),
}


def types(table: Table, own: Sequence[form.Column] = ()) -> dict[str, Type]:
    """The columns and their types; those that a round's form has beyond the common one stand at the end."""
    return TABLES[table] | {column.key: _TYPES[column.kind] for column in own}


def frame(table: Table, columns: Mapping[str, Sequence[Any]], own: Sequence[form.Column] = ()) -> pd.DataFrame:
    """The table's frame from its columns' values (None where missing)."""
    series = {
        key: pd.Series(list(columns[key]), dtype="Int64" if kind == "whole" else "object")
        for key, kind in types(table, own).items()
    }
    return pd.DataFrame(series)


def from_rows(table: Table, rows: Sequence[Mapping[str, Any]], own: Sequence[form.Column] = ()) -> pd.DataFrame:
    return frame(table, {key: [row[key] for row in rows] for key in types(table, own)}, own)


def concat(table: Table, parts: Sequence[pd.DataFrame], own: Sequence[form.Column] = ()) -> pd.DataFrame:
    """The parts one after another; the empty table when there is none."""
    return pd.concat(parts, ignore_index=True) if parts else from_rows(table, (), own)


def place_of(row: Mapping[Any, Any] | pd.Series[Any], key: str) -> str:
    """The address of the cell that a row's value was read from; empty where the sheet has no such column."""
    return next((place.partition("=")[2] for place in row["places"] if place.startswith(f"{key}=")), "")
