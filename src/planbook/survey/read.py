"""Files → the rows of their counties, with issues and corrections."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planbook.survey import check, form, frames
from planbook.survey.body import Body, Notes, Reader, hidden_notes
from planbook.survey.check import Bounds, Row
from planbook.survey.clean import Context
from planbook.survey.consistency import ROW_RULES
from planbook.survey.county import Counties, County, named_in
from planbook.survey.form import COMMUNITY_SHEETS
from planbook.survey.headers import COLUMNS, Kind
from planbook.survey.issues import Correction, Issue
from planbook.survey.locate import Table, find_tables
from planbook.survey.mends import Mending, Placed
from planbook.survey.own import NOTHING, Own
from planbook.survey.scales import scaled
from planbook.survey.sheets import UNTITLED, kind_of, period_of, place_of
from planbook.survey.text import squeezed
from planbook.survey.totals import annual_form, nothing_planned, subtotals
from planbook.survey.workbook import Cell, Grid, UnreadableError, digest, open_workbook, read_bytes

MOST_EXTRA = 20  # columns named one by one
SAME_ROWS = 0.8  # of a sheet that also stand on another: it is a copy


@dataclass(frozen=True)
class Source:
    """A file that was read."""

    file: str
    sha256: str


@dataclass(frozen=True, eq=False)
class CountySurvey:
    """What one county reported; the frames are those of `frames.TABLES`.

    Mostly one workbook, but a county may send several with different sheets, and a workbook may hold several counties.
    One that cannot be used at all has empty frames and says why in `issues`.
    """

    county: str
    sources: tuple[Source, ...]
    communities: pd.DataFrame
    annual: pd.DataFrame
    willingness: pd.DataFrame
    issues: tuple[Issue, ...]
    corrections: tuple[Correction, ...]

    @property
    def file(self) -> str:
        """The name of its first file."""
        return self.sources[0].file if self.sources else ""

    @property
    def sheets(self) -> frozenset[str]:
        """The keys of the form's sheets that have rows."""
        named = {"annual": self.annual, "willingness": self.willingness}
        return frozenset([*self.communities["period"], *(key for key, table in named.items() if len(table))])


@dataclass(frozen=True)
class Given:
    """A file to be read: its name, its bytes, the mends recorded for it."""

    name: str
    data: bytes
    mends: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What reading depends on beside the files.

    `counties`: all that a row may belong to; `owner`: the one that the files' names say they belong to (None: the rows
    say it); `surveyed`: the survey's year; `own`: what the round's form has beyond the common one.
    """

    counties: Counties
    owner: County | None = None
    surveyed: int | None = None
    bounds: Bounds = field(default_factory=Bounds)
    own: Own = NOTHING


def read_county(
    path: Path, county: County, *, surveyed: int | None = None, bounds: Bounds | None = None
) -> CountySurvey:
    """What the workbook says of the county. `surveyed`: the survey's year, later than which nothing was built.

    Whatever is wrong with the content is in `issues`. InputError only when the file cannot be opened by the system.
    """
    return read_county_bytes(path.name, read_bytes(path), county, surveyed, bounds)


def read_county_bytes(
    name: str, data: bytes, county: County, surveyed: int | None, bounds: Bounds | None = None
) -> CountySurvey:
    setting = Setting((county,), county, surveyed, bounds or Bounds())
    return read_files([Given(name, data)], setting)[0]


def read_files(files: Sequence[Given], setting: Setting) -> list[CountySurvey]:
    """What the files say of each county, in the counties' order; several files are read as one workbook.

    With an owner there is always one survey: the owner's. Without, none where no row names a county.
    """
    book = Book(setting)
    for given in files:
        book.read(given)
    sources = tuple(Source(given.name, digest(given.data)) for given in files)
    return book.surveys(sources)


class Book:
    """What is gathered from files that are read as one."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.notes = Notes()
        self.bodies: list[tuple[Kind, Body]] = []
        self.opened = True
        self.present: set[str] = set()  # keys of the form's sheets that are there, be they blank or illegible

    def read(self, given: Given) -> None:
        """Adds one file."""
        try:
            book = open_workbook(given.name, given.data)
        except UnreadableError as error:
            self.opened = False
            self.notes.issues.append(check.file_issue(given.name, error.code, error.reason))
            return
        if book.external:
            message = "公式引用了其他文件，已按保存时的结果读取，请粘贴为数值后再上报。"
            self.notes.issues.append(check.file_issue(given.name, "external", message))
        mending = Mending(given.mends)
        for name, grid in book.grids.items():
            if name not in form.OWN_SHEETS:
                self._sheet(mending.grid(grid), mending)
        if given.mends:
            mending.finish(list(book.grids))
            self.notes.corrections += mending.corrections

    def _sheet(self, grid: Grid, mending: Mending) -> None:
        tables = find_tables(grid, self.setting.own)
        if not tables:
            self._unknown(grid)
            return
        if grid.hidden:
            message = f"工作表“{grid.sheet}”已隐藏，仍照常读取，如不需要请删去。"
            self.notes.issues.append(check.file_issue(grid.file, "hidden", message, grid.sheet))
        previous: tuple[Table, Body, Reader, form.Period | None] | None = None
        for table in tables:
            goes_on = previous is not None and _goes_on(table, previous[0])
            if not goes_on or previous is None:
                reader = self._reader(grid, table, mending)
                period = self._period(grid, table)
                body = Body()
                self._columns(grid, table, reader)
            else:
                _table, body, reader, period = previous
            start = len(body.rows)
            reader.read(table, period, self.setting.bounds.built_before, body)
            self.notes.issues += hidden_notes(grid, table, iter(body.rows[start:]))
            if not goes_on:
                self.bodies.append((table.kind, body))
            self.present |= {period or table.kind, *(row.sheet.key for row in body.rows)}
            self._outside(grid, table, body.rows[start:])
            previous = table, body, reader, period
            if table is tables[-1] or not _goes_on(tables[tables.index(table) + 1], table):
                reader.finish()
        self._comments(grid)

    def _unknown(self, grid: Grid) -> None:
        """A sheet without a table: an error if it ought to have one."""
        first = next((cell for cell in _cells(grid) if not cell.blank), None)
        promised = kind_of(grid.sheet)
        if first is None:
            if promised:
                self.present.add(period_of(grid.sheet) or promised)
            return
        if promised and not UNTITLED.match(squeezed(grid.sheet)):
            key = period_of(grid.sheet) or promised
            self.present.add(key)
            if sum(1 for cell in _cells(grid) if not cell.blank) > 3:
                columns = COLUMNS[promised]
                heads = "、".join(column.label for column in columns[:4])
                message = f"找不到“{grid.sheet}”的表头（{heads}……），整张表未读取，请按调查表恢复表头。"
                self.notes.add(first, "header", message)
        else:
            message = f"调查表没有工作表“{grid.sheet}”，未读取，请将其内容填入规定的工作表或删去。"
            self.notes.issues.append(check.file_issue(grid.file, "extra-sheet", message, grid.sheet))

    def _reader(self, grid: Grid, table: Table, mending: Mending) -> Reader:
        setting = self.setting
        context = Context(setting.counties, setting.owner, setting.surveyed, grid.typed)
        above = [county for text in (*table.titles, grid.sheet) for county in named_in(text, setting.counties)]
        county = setting.owner or (above[0] if len({county.id for county in above}) == 1 else None)
        return Reader(grid, context, self.notes, mending.row, county)

    def _period(self, grid: Grid, table: Table) -> form.Period | None:
        if table.kind != "communities":
            return None
        column = table.columns.get("year_built")
        years = [grid.value(row, column) for row in range(table.first, table.last + 1)] if column is not None else []
        place = place_of(grid.sheet, table, [year for year in years if year is not None], form.LAST_BEFORE)
        if place.doubt:
            where = f"“{form.sheet(place.period).name}”" if place.period else "建成时间分别所属的表"
            message = f"{place.doubt}，暂按{where}读取，请更正工作表名称。"
            self.notes.issues.append(check.file_issue(grid.file, "sheet-guess", message, grid.sheet))
        return place.period

    def _columns(self, grid: Grid, table: Table, reader: Reader) -> None:
        """What the header has too few, too many, or only nearly."""
        owner = reader.county
        for column in table.missing:
            place = grid.cell(table.bottom, min(table.columns.values()))
            if column.kind == "serial" or column.key == "prefecture" or (column.kind == "county" and owner):
                continue
            code = "missing-column" if column.required else "missing-optional"
            message = f"表头缺少“{column.header}”一栏，请按调查表补上并填写。"
            self.notes.issues.append(replace(check.issue(place, code, message), raw=""))
        for key in table.guessed:
            header = next(column.header for column in table.form if column.key == key)
            cell = grid.merged_cell(table.bottom, table.columns[key])
            message = f"表头“{_line(cell)}”按“{header}”读取，请改为调查表的表头。"
            self.notes.add(cell, "header-guess", message, header)
        for number in table.doubled:
            cell = grid.merged_cell(table.bottom, number)
            message = f"{form.letter(number)}列的表头“{_line(cell)}”与另一栏重复，本列未读取，请只保留一栏。"
            self.notes.add(cell, "header-guess", message)
        for number in table.extra[:MOST_EXTRA]:
            cell = grid.merged_cell(table.bottom, number)
            if any(not grid.cell(row, number).blank for row in range(table.first, table.last + 1)):
                message = f"调查表没有“{_line(cell)}”一栏，未读取。"
                self.notes.add(cell, "extra-column", message)

    def _outside(self, grid: Grid, table: Table, rows: Sequence[Row]) -> None:
        """What stands in rows of the table, but under no header: one issue a column, at its first cell."""
        known = {*table.columns.values(), *table.extra, *table.doubled}
        for number in (n for n in range(table.span[0], table.span[1] + 1) if n not in known):
            cells = (grid.cell(row.number, number) for row in rows)
            first = next((cell for cell in cells if not cell.blank), None)
            if first:
                message = f"{form.letter(number)}列在调查表各栏之外，未读取，请填入表内相应栏目或删去。"
                self.notes.add(first, "extra-cell", message)

    def _comments(self, grid: Grid) -> None:
        for (row, column), text in sorted(grid.comments.items()):
            if text.startswith(form.ANNOTATION_MARK):
                continue
            cell = grid.cell(row, column)
            self.notes.add(cell, "comment", f"单元格有批注“{text[:60]}”，请确认所填内容无误后删去批注。", None)

    def surveys(self, sources: tuple[Source, ...]) -> list[CountySurvey]:
        """Each county's share, checked across its rows."""
        rows = self._uncopied()
        for kind, body in self.bodies:
            self.notes.issues += subtotals(kind, body, self.setting.bounds)
        owner = self.setting.owner
        named = {row.county for row in rows} - {""}
        counties = [c for c in self.setting.counties if c.id in named or (owner and c.id == owner.id)]
        if counties:  # rows above the first legible county
            rows = [row if row.county else replace(row, county=counties[0].id) for row in rows]
        found = [self._survey(county, [row for row in rows if row.county == county.id], sources) for county in counties]
        return self._settled(found, rows)

    def _uncopied(self) -> list[Row]:
        """All rows but those of sheets that repeat another: counted once, and said."""
        sheets: dict[str, list[Row]] = {}
        for _kind, body in self.bodies:
            for others, there in sheets.items():
                if _copies(body.rows, there):
                    cell = body.rows[0].place("name")
                    message = f"工作表“{cell.sheet}”与“{others}”重复，未计入，请删去其中一张。"
                    self.notes.issues.append(check.file_issue(cell.file, "repeated-sheet", message, cell.sheet))
                    body.rows.clear()
                    body.totals.clear()
                    break
            for row in body.rows:
                sheets.setdefault(row.place("name").sheet, []).append(row)
        return [row for _kind, body in self.bodies for row in body.rows]

    def _survey(self, county: County, rows: list[Row], sources: tuple[Source, ...]) -> CountySurvey:
        bounds = self.setting.bounds
        right = scaled([row for row in rows if row.sheet.key in COMMUNITY_SHEETS], bounds)
        rows = [*right.rows, *(row for row in rows if row.sheet.key not in COMMUNITY_SHEETS)]
        issues = [*right.issues]
        for rule in ROW_RULES:
            issues += rule(rows, bounds)
        idle = nothing_planned(rows, bounds)
        self.notes.issues = [
            i for i in self.notes.issues if i.code != "missing" or (i.file, i.sheet, i.cell) not in idle
        ]
        doubted = {(i.file, i.sheet, i.cell) for i in (*self.notes.issues, *issues) if i.severity != "note"}
        issues += annual_form(rows, bounds, doubted)
        refused = {(i.file, i.sheet, i.cell) for i in self.notes.issues if i.severity == "error"}
        issues += self._missing_sheets(sources)
        return CountySurvey(
            county.id,
            sources,
            _table("communities", rows, COMMUNITY_SHEETS, county, refused, self.setting.own.columns),
            _table("annual", rows, ("annual",), county, refused),
            _table("willingness", rows, ("willingness",), county, refused),
            tuple(issues),
            tuple(right.corrections),
        )

    def _missing_sheets(self, sources: tuple[Source, ...]) -> Iterator[Issue]:
        if not self.opened:
            return
        for sheet in form.SHEETS:
            if sheet.key not in self.present:
                message = f"缺少工作表“{sheet.name}”，请按调查表补上（没有内容的只保留表头）。"
                yield check.file_issue(sources[0].file, "missing-sheet", message, sheet.name)

    def _settled(self, found: list[CountySurvey], rows: Sequence[Row]) -> list[CountySurvey]:
        """What was noted while reading, dealt out: of a row to its county, of a sheet or a file to every county."""
        if len(found) == 1:
            dealt = [(found[0], self.notes.issues, self.notes.corrections)]
        else:
            places = {(row.place("name").file, row.place("name").sheet, row.number): row.county for row in rows}
            dealt = [
                (
                    one,
                    [issue for issue in self.notes.issues if _whose(issue, places) in ("", one.county)],
                    [mend for mend in self.notes.corrections if _whose(mend, places) in ("", one.county)],
                )
                for one in found
            ]
        return [
            replace(one, issues=(*issues, *one.issues), corrections=(*mends, *one.corrections))
            for one, issues, mends in dealt
        ]


def _goes_on(table: Table, previous: Table) -> bool:
    """Whether a header only repeats the one above: the same columns, and no title of its own that says otherwise."""
    titled = any(period_of(title) for title in table.titles)
    return table.kind == previous.kind and not titled and table.span == previous.span and table.top > previous.bottom


def _copies(rows: Sequence[Row], others: Sequence[Row]) -> bool:
    """Whether most rows of one sheet stand on the other, figure by figure."""
    if len(rows) < 2 or not others or rows[0].sheet.key != others[0].sheet.key:
        return False
    there = {_told(row) for row in others}
    return sum(1 for row in rows if _told(row) in there) >= SAME_ROWS * len(rows)


def _told(row: Row) -> tuple[object, ...]:
    keys = ("county", "name", "year_built", "households", "area", "sent", "year", "households_total")
    return tuple(row.values.get(key) for key in keys)


def _whose(one: Issue | Correction, places: Mapping[tuple[str, str, int], str]) -> str:
    digits = one.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return places.get((one.file, one.sheet, int(digits)), "") if digits else ""


def _cells(grid: Grid) -> Iterator[Cell]:
    return (grid.cell(row, column) for row in range(1, grid.height + 1) for column in range(grid.width))


def _line(cell: Cell) -> str:
    return " ".join(cell.text.split())[:30]


def _table(
    table: frames.Table, rows: list[Row], sheets: tuple[str, ...], county: County, refused: Collection[tuple[str, ...]],
    own: Sequence[form.Column] = (),
) -> pd.DataFrame:  # fmt: skip
    return frames.from_rows(table, [_record(row, county, refused) for row in rows if row.sheet.key in sheets], own)


def _record(row: Row, county: County, refused: Collection[tuple[str, ...]]) -> dict[str, Any]:
    """The row's values and its address. A row whose own cell names no county, or another one, has none.

    `refused`: (file, sheet, cell) of the cells that cannot be used.
    """
    name = county.name if row.values["county"] else None
    place = row.place("name")
    places = tuple(f"{key}={cell.address}" for key, cell in row.cells.items())
    address = {"file": place.file, "sheet": place.sheet, "row": row.number, "places": places}
    unread = tuple(key for key, cell in row.cells.items() if (cell.file, cell.sheet, cell.address) in refused)
    return {**row.values, "county_name": name, "period": row.sheet.key, "unread": unread, **address}
