"""Workbooks once read, kept as parquet: one file per reading, named after everything its content depends on.

The name is a hash over the workbooks' bytes and names, their mends, the counties, the survey's year, the bounds of the
checks, and the reader itself (its source as it was on import, and python-calamine's version). So a file that is there
is right, and may be thrown away any time.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, astuple, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from planbook.survey import frames
from planbook.survey.issues import Correction, Issue
from planbook.survey.own import NOTHING, Own
from planbook.survey.read import CountySurvey, Given, Setting, Source
from planbook.survey.workbook import digest

_ARROW: dict[frames.Type, Any] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "decimal": pa.string(),  # as text: a fixed scale would give 0.9800 back for 0.98
    "codes": pa.list_(pa.string()),
}
_NOTES: dict[str, Any] = {"sources": Source, "issues": Issue, "corrections": Correction}


def _tables(own: Own) -> dict[frames.Table, dict[str, frames.Type]]:
    return {table: frames.types(table, own.columns if table == "communities" else ()) for table in frames.TABLES}


def _schema(own: Own) -> Any:
    """One row a county: its id, and the rows of its sources, tables and notes as lists of structs."""
    columns = [("county", pa.string())]
    for table, kinds in _tables(own).items():
        columns.append((table, pa.list_(pa.struct([(key, _ARROW[kind]) for key, kind in kinds.items()]))))
    for name, note in _NOTES.items():
        columns.append((name, pa.list_(pa.struct([(field.name, pa.string()) for field in fields(note)]))))
    return pa.schema(columns)


def _source() -> str:
    """A hash of the survey package's own source and of the library that reads the cells."""
    package = hashlib.sha256(importlib.metadata.version("python-calamine").encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        package.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return package.hexdigest()


SOURCE = _source()  # on import: the code that runs is the code that was there then


def cache_path(cache: Path, files: Sequence[Given], setting: Setting) -> Path:
    """Where what these files say in this setting lies in `cache`."""
    given = [[one.name, digest(one.data), [mend.mend.model_dump_json() for mend in one.mends]] for one in files]
    owner = setting.owner.id if setting.owner else None
    counties = [astuple(county) for county in setting.counties if owner in (None, county.id)]
    key = json.dumps([SOURCE, given, owner, counties, setting.surveyed, setting.bounds.key(), repr(setting.own)])
    return cache / f"{hashlib.sha256(key.encode()).hexdigest()}.parquet"


def read_cache(path: Path, own: Own = NOTHING) -> list[CountySurvey] | None:
    """The surveys kept at `path`, equal to those written, dtypes included; None when none can be read."""
    try:
        table = pq.read_table(io.BytesIO(path.read_bytes()), use_threads=False)
    except (OSError, pa.ArrowException):  # not written yet, or damaged: the workbook itself is always there
        return None
    return [_survey(table.slice(row, 1), own) for row in range(table.num_rows)]


def _survey(table: Any, own: Own) -> CountySurvey:
    tables: dict[str, Any] = {
        name: frames.frame(name, _values(table, name, kinds), own.columns if name == "communities" else ())
        for name, kinds in _tables(own).items()
    }
    notes: dict[str, Any] = {
        name: tuple(kind(**note) for note in table.column(name)[0].as_py()) for name, kind in _NOTES.items()
    }
    return CountySurvey(table.column("county")[0].as_py(), **tables, **notes)


def write_cache(surveys: Sequence[CountySurvey], path: Path, own: Own = NOTHING) -> None:
    """Keep the surveys at `path`: whole or not at all, whoever else writes the same."""
    rows = []
    for survey in surveys:
        row: dict[str, Any] = {"county": survey.county}
        row |= {name: _rows(getattr(survey, name), kinds) for name, kinds in _tables(own).items()}
        row |= {name: [asdict(note) for note in getattr(survey, name)] for name in _NOTES}
        rows.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, _schema(own)), buffer)
    part.write_bytes(buffer.getvalue())
    part.replace(path)


def _rows(frame: Any, kinds: dict[str, frames.Type]) -> list[dict[str, Any]]:
    columns = {key: [_stored(value, kind) for value in frame[key]] for key, kind in kinds.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _stored(value: Any, kind: frames.Type) -> Any:
    if kind == "whole":
        return None if value is frames.MISSING else int(value)
    if kind == "decimal":
        return None if value is None else str(value)
    return list(value) if kind == "codes" else value


def _values(table: Any, name: str, kinds: dict[str, frames.Type]) -> dict[str, list[Any]]:
    """The columns of the list of rows that stands in the one row's column `name`."""
    rows = table.column(name).combine_chunks().flatten()
    return {key: _loaded(rows.field(key).to_pylist(), kind) for key, kind in kinds.items()}


def _loaded(values: list[Any], kind: frames.Type) -> list[Any]:
    if kind == "decimal":
        return [None if value is None else Decimal(value) for value in values]
    return [tuple(value) for value in values] if kind == "codes" else values
