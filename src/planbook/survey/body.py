"""One table of a sheet → typed rows, with what was mended and doubted; its totals are kept for checking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from planbook.survey import check, clean, form
from planbook.survey.check import Row
from planbook.survey.clean import Context, Doubt, Reading
from planbook.survey.county import County
from planbook.survey.form import Column
from planbook.survey.headers import Kind, is_unit
from planbook.survey.issues import Correction, Issue
from planbook.survey.locate import Table
from planbook.survey.rows import Line, lines
from planbook.survey.text import is_ditto, squeezed
from planbook.survey.workbook import Cell, Grid

NUMBERS = ("decimal", "count")
SHEET_OF: dict[Kind, str] = {"annual": "annual", "willingness": "willingness", "communities": "before"}
SUMMED = ("area", "households", "buildings", "investment", "sent", "returned")
TITLE_UNITS = re.compile(r"单位[::]?([^;;。)）]+)")

Mend = Callable[[str, Mapping[str, Cell]], dict[str, Cell]]


@dataclass
class Notes:
    """What is gathered while a file is read."""

    issues: list[Issue] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def add(self, cell: Cell, code: str, message: str, value: object = None) -> None:
        self.issues.append(check.issue(cell, code, message, value))

    def mended(self, cell: Cell, value: str, rule: str) -> None:
        self.corrections.append(Correction(cell.file, cell.sheet, cell.address, cell.text, value, rule))


@dataclass(frozen=True)
class Total:
    """A row of sums: its cells and values by key; how many rows of the table stand above it."""

    cells: Mapping[str, Cell]
    values: Mapping[str, object]
    above: int


@dataclass
class Body:
    """A table's rows and totals; a table that goes on after a repeated header is read into the same one."""

    rows: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


class Reader:
    """Reads the body of one table after another of the same sheet of the form."""

    def __init__(self, grid: Grid, context: Context, notes: Notes, mend: Mend, county: County | None) -> None:
        self.grid, self.context, self.notes, self.mend = grid, context, notes, mend
        self.county = county  # the one that the title, a heading or the row above names
        self.above: dict[str, tuple[Cell, Reading]] = {}
        self.blank_counties: list[tuple[Cell, str]] = []
        self.known: dict[tuple[object, ...], Reading] = {}  # what has been read: most columns say few different things
        self.named = 0

    def read(self, table: Table, period: form.Period | None, divide: int, body: Body) -> None:
        """Adds the table's rows to `body`. `period`: None where each row's year tells."""
        columns = [column for column in table.form if column.key in table.columns]
        units = {column.key: self._unit(column, table) for column in columns}
        for line in lines(self.grid, table, self.context.counties):
            if line.what == "row":
                read = self._row(line, columns, units, table)
                if not self._unlabelled(read, line, body):
                    key = SHEET_OF[table.kind]
                    if table.kind == "communities":
                        year = read.values.get("year_built")
                        key = period or ("after" if isinstance(year, int) and year > divide else "before")
                    body.rows.append(replace(read, sheet=form.sheet(key)))
            elif line.what == "total":
                values = {column.key: self._sum(line.cells[column.key], column, units) for column in columns}
                body.totals.append(Total(line.cells, values, len(body.rows)))
            elif line.what == "section":
                self.county = line.county or self.county
                period = line.period or period
            elif line.what == "stray" and line.lead:
                message = (
                    f"看不出第{line.number}行的“{line.lead.text[:30]}”是小区、合计还是说明，未读取，请移到表外或删去。"
                )
                self.notes.add(line.lead, "stray-row", message)
            elif line.what == "example" and line.lead:
                self.notes.add(line.lead, "example-row", "填表示例未读取，请在上报前删去。")

    def finish(self) -> None:
        """Says of blank cells in the county column how they were read: as a habit of the sheet, or as a slip."""
        slip = len(self.blank_counties) * 4 <= self.named
        for cell, mend in self.blank_counties:
            if slip:
                what = "上方各行" if mend == "above" else "文件名"
                message = f"未填县（市）、区，暂按{what}读取，请补填。"
                self.notes.add(cell, "blank-county", message, self.county.name if self.county else None)

    def _unit(self, column: Column, table: Table) -> str:
        """The unit of a column as its header gives it, else the line 单位：… above the table."""
        if column.key in table.units or column.unit not in ("万平方米", "万元"):
            return table.units.get(column.key, "")
        for title in table.titles:
            for said in TITLE_UNITS.findall(squeezed(title)):
                for unit in re.split("[、,/]", said):
                    own = "元" if column.unit == "万元" else ("平方米", "平米", "m2")
                    if is_unit(unit) and unit.endswith(own):
                        return str(unit)
        return ""

    def _row(self, line: Line, columns: list[Column], units: dict[str, str], table: Table) -> Row:
        cells = self.mend("willingness" if table.kind == "willingness" else SHEET_OF[table.kind], line.cells)
        values: dict[str, object] = {column.key: () if column.kind in ("items", "concerns") else None
                                     for column in table.form}  # fmt: skip
        for column in columns:
            cell = cells[column.key]
            reading = self._county(cell, column) if column.kind == "county" else self._cell(cell, column, units, table)
            values[column.key] = reading.value
            self._note(cell, column, reading)
            if not (cell.blank and reading.value is None):
                self.above[column.key] = (cell, reading)
        if "county" not in table.columns:
            county = self.context.owner or self.county
            values["county"] = county.id if county else None
        home = str(values["county"] or "") or (self.context.owner.id if self.context.owner else "")
        home = home or (self.county.id if self.county else "")
        return Row(form.sheet(SHEET_OF[table.kind]), line.number, home, cells, values)

    def _cell(self, cell: Cell, column: Column, units: dict[str, str], table: Table) -> Reading:
        if isinstance(cell.value, str) and is_ditto(cell.value) and column.kind != "serial":
            return self._ditto(cell, column)
        if cell.blank and (anchor := self._anchor(cell, table)) is not None and not anchor.blank:
            if column.kind in NUMBERS:
                message = f"“{column.header}”与上方合并成一格，无法分到各小区，请取消合并并分别填写。"
                return Reading(doubt=Doubt("merged-number", message))
            if column.key != "name" and column.kind != "serial":
                above = clean.read(anchor, column, self.context, units[column.key])
                return replace(above, mend="merged", doubt=None) if above.value else Reading(above.value)
        return self._reading(cell, column, units[column.key])

    def _reading(self, cell: Cell, column: Column, unit: str) -> Reading:
        key = (column.key, unit, cell.flaw, type(cell.value), cell.value)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = clean.read(cell, column, self.context, unit)
        return found

    def _anchor(self, cell: Cell, table: Table) -> Cell | None:
        """The first cell of a range that is merged downwards over this one."""
        row, column = self.grid.anchors.get((cell.row, cell.column), (cell.row, cell.column))
        return self.grid.cell(row, column) if table.first <= row < cell.row and column == cell.column else None

    def _ditto(self, cell: Cell, column: Column) -> Reading:
        found = self.above.get(column.key)
        if found is None or found[1].value in (None, ()) or column.key == "name":
            return clean.read(cell, column, self.context)
        return Reading(found[1].value, mend="ditto")

    def _county(self, cell: Cell, column: Column) -> Reading:
        if not cell.blank and not (isinstance(cell.value, str) and is_ditto(cell.value)):
            reading = self._reading(cell, column, "")
            self.named += 1
            known = next((county for county in self.context.counties if county.id == reading.value), None)
            self.county = known or self.county
            return reading
        county = self.context.owner or self.county
        if county is None:
            return clean.read(cell._replace(value=None), column, self.context)
        if not cell.blank:
            return Reading(county.id, mend="ditto")
        merged = (cell.row, cell.column) in self.grid.anchors
        mend = "merged" if merged else "above" if self.named else "file"
        if not merged:
            self.blank_counties.append((cell, mend))
        return Reading(county.id, mend=mend)

    def _note(self, cell: Cell, column: Column, reading: Reading) -> None:
        if reading.doubt:
            self.notes.add(cell, reading.doubt.code, reading.doubt.message, _written(reading.value))
        if reading.mend and column.kind != "serial":
            value = _written(reading.value)
            if column.kind == "county":
                value = next(county.name for county in self.context.counties if county.id == reading.value)
            self.notes.mended(cell, value or "", reading.mend)

    def _sum(self, cell: Cell, column: Column, units: dict[str, str]) -> object:
        """The value of a total's cell: not required, never doubted beyond being no number."""
        if column.kind not in NUMBERS or cell.blank:
            return None
        loose = replace(column, required=False, positive=False)
        return clean.read(cell, loose, self.context, units[column.key]).value

    def _unlabelled(self, row: Row, line: Line, body: Body) -> bool:
        """Whether a row without a name is a total that nobody labelled: two of its numbers are sums of those above."""
        if row.sheet.key == "annual" or row.values.get("name") or len(body.rows) < 2:
            return False
        sums = [row.values[key] == self._above(body, key) for key in SUMMED if row.values.get(key)]
        if sum(sums) < 2:
            return False
        here = {(cell.sheet, cell.address) for cell in line.cells.values()}
        self.notes.issues = [i for i in self.notes.issues if (i.sheet, i.cell) not in here]
        self.notes.corrections = [c for c in self.notes.corrections if (c.sheet, c.cell) not in here]
        self.blank_counties = [one for one in self.blank_counties if one[0].row != line.number]
        body.totals.append(Total(line.cells, row.values, len(body.rows)))
        return True

    def _above(self, body: Body, key: str) -> Decimal:
        values = (row.values.get(key) for row in body.rows)
        return sum((Decimal(value) for value in values if isinstance(value, int | Decimal)), Decimal(0))


def _written(value: object) -> str | None:
    if value is None or value == ():
        return None
    return "、".join(value) if isinstance(value, tuple) else str(value)


def hidden_notes(grid: Grid, table: Table, rows: Iterator[Row]) -> Iterator[Issue]:
    """What is hidden but was read: rows and columns of a table."""
    if grid.hidden_rows:
        for row in rows:
            cell = row.place("name")
            if cell.sheet == grid.sheet and row.number in grid.hidden_rows:
                yield check.issue(cell, "hidden", f"第{row.number}行已隐藏，仍照常读取，如不需要请删去。")
    for key, column in table.columns.items():
        if column in grid.hidden_columns:
            header = next(one.header for one in table.form if one.key == key)
            cell = grid.merged_cell(table.bottom, column)
            yield check.issue(cell, "hidden", f"“{header}”一栏已隐藏，仍照常读取，请取消隐藏后核对。")
