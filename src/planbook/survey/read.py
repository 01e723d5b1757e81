"""One workbook → its county's frames, issues and corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from planbook.survey import check, clean, form, frames
from planbook.survey.clean import Context, County
from planbook.survey.issues import Correction, Issue
from planbook.survey.workbook import Cell, Grid, UnreadableError, Workbook, digest, open_workbook, read_bytes


@dataclass(frozen=True, eq=False)
class CountySurvey:
    """One county's workbook as read; the frames are those of `frames.TABLES`.

    A workbook that cannot be used at all has empty frames and says why in `issues`.
    """

    county: str
    file: str
    sha256: str
    communities: pd.DataFrame
    annual: pd.DataFrame
    willingness: pd.DataFrame
    issues: tuple[Issue, ...]
    corrections: tuple[Correction, ...]


@dataclass
class Reader:
    """What is gathered while one workbook is read."""

    context: Context
    issues: list[Issue] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def workbook(self, book: Workbook) -> list[check.Row]:
        """Every row of the form's sheets, in the form's order; what is missing or foreign becomes an issue."""
        rows: list[check.Row] = []
        for sheet in form.SHEETS:
            grid = book.grids.get(sheet.name)
            if grid is None:
                message = f"缺少工作表“{sheet.name}”，请按调查表补上（没有内容的只保留表头）。"
                self.issues.append(check.file_issue(book.file, "missing-sheet", message, sheet.name))
            else:
                rows.extend(self.sheet(grid, sheet))
        known = {sheet.name for sheet in form.SHEETS} | set(form.OWN_SHEETS)
        for name, grid in book.grids.items():
            if name not in known and any(not cell.blank for line in _lines(grid, 1) for cell in line):
                message = f"调查表没有工作表“{name}”，未读取，请将其内容填入规定的工作表或删去。"
                self.issues.append(check.file_issue(book.file, "extra-sheet", message, name))
        for rule in check.ROW_RULES:
            self.issues.extend(rule(rows))
        return rows

    def sheet(self, grid: Grid, sheet: form.Sheet) -> list[check.Row]:
        """The rows of one sheet; none when its headers are not the form's: columns could be mistaken for others."""
        wrong = check.header_issues(grid, sheet)
        self.issues.extend(wrong)
        if wrong:
            return []
        self.issues.extend(check.extra_cells(grid, sheet))
        rows = []
        for line in _lines(grid, form.FIRST_ROW, len(sheet.columns)):
            cells = {column.key: cell for column, cell in zip(sheet.columns, line, strict=True)}
            if any(not cell.blank for key, cell in cells.items() if key != "serial"):
                values = {column.key: self.cell(cells[column.key], column) for column in sheet.columns}
                rows.append(check.Row(sheet, line[0].row, cells, values))
        return rows

    def cell(self, cell: Cell, column: form.Column) -> object:
        reading = clean.read(cell, column, self.context)
        if reading.doubt:
            self.issues.append(check.issue(cell, reading.doubt.code, reading.doubt.message))
        elif reading.mend:
            value = self.context.county.name if column.kind == "county" else _written(reading.value)
            mended = Correction(cell.file, cell.sheet, cell.address, cell.text, value, reading.mend)
            self.corrections.append(mended)
        return reading.value


def read_county(path: Path, county: County, *, surveyed: int | None = None) -> CountySurvey:
    """What the workbook says of the county. `surveyed`: the survey's year, later than which nothing was built.

    Whatever is wrong with the content is in `issues`. InputError only when the file cannot be opened by the system.
    """
    return read_county_bytes(path.name, read_bytes(path), county, surveyed)


def read_county_bytes(name: str, data: bytes, county: County, surveyed: int | None) -> CountySurvey:
    reader = Reader(Context(county, surveyed))
    try:
        rows = reader.workbook(open_workbook(name, data))
    except UnreadableError as error:
        reader.issues.append(check.file_issue(name, "unreadable", error.reason))
        rows = []
    return CountySurvey(
        county.id,
        name,
        digest(data),
        _table("communities", rows, form.COMMUNITY_SHEETS, county),
        _table("annual", rows, ("annual",), county),
        _table("willingness", rows, ("willingness",), county),
        tuple(reader.issues),
        tuple(reader.corrections),
    )


def counties_named(name: str, data: bytes) -> set[str]:
    """The counties that the rows of the community sheets name, as written there; empty when there is none to read."""
    try:
        book = open_workbook(name, data)
    except UnreadableError:
        return set()
    named = set()
    for key in form.COMMUNITY_SHEETS:
        sheet = form.sheet(key)
        column = next(i for i, column in enumerate(sheet.columns) if column.kind == "county")
        grid = book.grids.get(sheet.name)
        if grid is not None and not check.header_issues(grid, sheet):
            named |= {line[column].text.strip() for line in _lines(grid, form.FIRST_ROW, column + 1)}
    return named - {""}


def _lines(grid: Grid, first: int, width: int | None = None) -> Iterator[list[Cell]]:
    """The cells of each row from `first` on."""
    columns = range(grid.width if width is None else width)
    for row in range(first, grid.height + 1):
        yield [grid.cell(row, column) for column in columns]


def _table(table: frames.Table, rows: list[check.Row], sheets: tuple[str, ...], county: County) -> pd.DataFrame:
    return frames.from_rows(table, [_record(row, county) for row in rows if row.sheet.key in sheets])


def _record(row: check.Row, county: County) -> dict[str, Any]:
    """The row's values and its address. A row that names another county belongs to none."""
    name = county.name if row.values["county"] else None
    address = {"file": row.cells["county"].file, "sheet": row.sheet.name, "row": row.number}
    return {**row.values, "county_name": name, "period": row.sheet.key, **address}


def _written(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)
