"""corrections.yml: mends of a round's cells, recorded beside the workbooks, which are never touched.

A mend names one cell, by file, sheet and cell, or by file, community and field; says what it shall be read as and why;
and what the workbook holds there (`expect`). When the workbook no longer holds that, somebody has sent a new one and
the mend must be looked at again: reading stops. A mended value is cleaned and checked like any other.

    - file: 甲县老旧小区摸底调查表.xlsx
      sheet: 2000年底以前
      cell: G12
      expect: 12O
      value: 120
      reason: 社区2020年9月3日电话更正
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from planbook.errors import InputError
from planbook.survey import form
from planbook.survey.issues import Correction
from planbook.survey.own import NOTHING, Own
from planbook.survey.workbook import Cell, Grid, column_of
from planbook.words import _
from planbook.yamlfile import Model, load_yaml, place_of, said

MENDS_FILE = "corrections.yml"


def _fields(own: Own) -> dict[str, str]:
    """How a field may be called: by the column's key, its header, its header without the unit, a word of the round's
    own for it; each with the key."""
    columns = (*form.COMMUNITY_COLUMNS, *own.columns, *form.WILLINGNESS_COLUMNS)
    named = {name: column.key for column in columns for name in (column.key, column.header, column.label)}
    return dict(own.words) | named


def _scalar(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float | date | None):
        raise ValueError(_("a text, a number, a date, or nothing (~) for a blank cell"))
    return value


Scalar = Annotated[Any, BeforeValidator(_scalar)]


class Mend(Model):
    """One mend: `value` is read in place of `expect`. The cell is named by sheet and cell or by community and field."""

    file: str
    sheet: str = ""
    cell: Annotated[str, Field(pattern=r"^([A-Z]{1,3}[1-9]\d{0,6})?$")] = ""
    community: str = ""
    field: str = ""
    expect: Scalar
    value: Scalar
    reason: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_cell(self) -> Self:
        by_cell, by_community = bool(self.cell), bool(self.community or self.field)
        if by_cell == by_community:
            raise ValueError(_("name the cell by sheet and cell, or by community and field"))
        if by_cell and not self.sheet:
            raise ValueError(_("sheet: which sheet the cell is on"))
        if by_community and not (self.community and self.field):
            raise ValueError(_("community and field go together"))
        return self


@dataclass(frozen=True)
class Placed:
    """A mend, its place, as "corrections.yml: line 3", and the key of the column that its field means."""

    mend: Mend
    place: str
    column: str = ""

    def refuse(self, message: str, near: Sequence[str] = ()) -> str:
        """The line of an error about this mend; `near`: what may have been meant."""
        guess = " — " + _("did you mean {near}?").format(near=near[0]) if near else ""
        return f"{self.place}: {message}{guess}"


@dataclass(frozen=True)
class Mends:
    """All mends of a round, in the order of the file."""

    placed: tuple[Placed, ...] = ()

    def of(self, file: str) -> tuple[Placed, ...]:
        """Those of one workbook."""
        return tuple(one for one in self.placed if one.mend.file == file)

    def key(self, file: str) -> str:
        """What reading the workbook depends on: the same text for the same mends. Lines of the file do not matter."""
        return json.dumps([one.mend.model_dump(mode="json") for one in self.of(file)], ensure_ascii=False)

    def check_files(self, files: Collection[str]) -> None:
        """InputError when a mend names a workbook that the round does not have."""
        wrong = [
            one.refuse(
                _("the round has no workbook {file}").format(file=one.mend.file),
                difflib.get_close_matches(one.mend.file, files, 1, 0.4),
            )
            for one in self.placed
            if one.mend.file not in files
        ]
        _stop(wrong, _("name the workbook as it lies in the round's folder, or remove the mend"))


def read_mends(folder: Path, report: Callable[[Path], None] = lambda path: None, own: Own = NOTHING) -> Mends:
    """The mends of a round's folder, whose form has `own` columns; none where there is no corrections.yml.

    InputError with file and line.
    """
    path, shown = folder / MENDS_FILE, f"{folder.name}/{MENDS_FILE}"
    report(path)
    if not path.is_file():
        return Mends()
    content, places = load_yaml(path, shown)
    if content is None:
        return Mends()
    if not isinstance(content, list):
        raise InputError(_("not a list of mends"), place=shown, cure=_("each begins with a dash: - file: …"))
    placed, wrong, fields = [], [], _fields(own)
    for number, entry in enumerate(content):
        try:
            mend = Mend.model_validate(entry)
        except ValidationError as error:
            wrong += [_said(one, str(number), places, shown) for one in error.errors()]
            continue
        one = Placed(mend, places[str(number),], fields.get(mend.field, ""))
        if mend.field and not one.column:
            near = difflib.get_close_matches(mend.field, fields, 1, 0.4)
            wrong.append(one.refuse(_("field: no column {name}").format(name=mend.field), near))
        placed.append(one)
    _stop(wrong, _("the keys are {keys}").format(keys=", ".join(Mend.model_fields)))
    _refuse_doubles(placed)
    return Mends(tuple(placed))


def _said(error: Any, number: str, places: dict[tuple[str, ...], str], shown: str) -> str:
    path = (number, *(str(part) for part in error["loc"]))
    name = f"{'.'.join(path[1:])}: " if path[1:] else ""
    return f"{place_of(path, places, shown)}: {name}{said(error)}"


def _refuse_doubles(placed: Sequence[Placed]) -> None:
    seen: dict[tuple[str, ...], Placed] = {}
    for one in placed:
        mend = one.mend
        key = (mend.file, mend.sheet, mend.cell, _squeezed(mend.community), one.column)
        if (first := seen.setdefault(key, one)) is not one:
            message = _("the same cell is mended at {place}, too").format(place=first.place)
            raise InputError(message, place=one.place, cure=_("keep one of the two"))


def _stop(wrong: Sequence[str], cure: str) -> None:
    if wrong:
        raise InputError("\n".join(wrong), cure=cure)


class Mending:
    """The mends of one workbook while it is read: `grid` for every sheet, `row` for every row, then `finish`."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.by_cell = [one for one in placed if one.mend.cell]
        self.by_community = [one for one in placed if one.mend.community]
        self.corrections: list[Correction] = []
        self.met: dict[str, list[str]] = {}  # place of a mend by community → the addresses it was applied at
        self.names: list[str] = []
        self.wrong: list[str] = []

    def grid(self, grid: Grid) -> Grid:
        """The sheet with its cells mended."""
        values, flaws = grid.values, dict(grid.flaws)
        for one in (one for one in self.by_cell if one.mend.sheet == grid.sheet):
            row, column = int(one.mend.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_of(one.mend.cell)
            if row > grid.height or column >= grid.width:
                used = f"A1:{form.letter(max(grid.width, 1) - 1)}{max(grid.height, 1)}"
                what = _("{sheet} has no cell {cell}: it ends with {used}")
                self.wrong.append(one.refuse(what.format(sheet=grid.sheet, cell=one.mend.cell, used=used)))
            elif self._expected(one, cell := grid.cell(row, column)):
                if values is grid.values:
                    values = [list(line) for line in values]
                values.extend([] for _row in range(row - len(values)))
                line = values[row - 1]
                line.extend([None] * (column + 1 - len(line)))
                line[column] = one.mend.value
                flaws.pop((row, column), None)
                self._corrected(one, cell)
        return replace(grid, values=values, flaws=flaws) if values is not grid.values else grid

    def row(self, key: str, cells: Mapping[str, Cell]) -> dict[str, Cell]:
        """A row's cells by the columns' keys, those mended that are named by community and field.

        `key` is the sheet's in the form. Where a mend names no sheet, the three sheets of communities are meant.
        """
        mended = dict(cells)
        if not self.by_community or "name" not in cells:
            return mended
        name = cells["name"].text
        self.names.append(name)
        for one in self.by_community:
            column = one.column
            there = one.mend.sheet == cells["name"].sheet if one.mend.sheet else key in form.COMMUNITY_SHEETS
            if there and column in cells and _squeezed(name) == _squeezed(one.mend.community):
                cell = cells[column]
                self.met.setdefault(one.place, []).append(f"{cell.sheet}!{cell.address}")
                if self._expected(one, cell):
                    mended[column] = cell._replace(value=one.mend.value, flaw="")
                    self._corrected(one, cell)
        return mended

    def finish(self, sheets: Collection[str]) -> None:
        """InputError when a mend found no cell, more than one, or another value than it expects."""
        _stop([*self.wrong, *self._lost(sheets)], _("look at the workbook again, and mend or remove these entries"))

    def _lost(self, sheets: Collection[str]) -> Iterator[str]:
        for one in (*self.by_cell, *self.by_community):
            if one.mend.sheet and one.mend.sheet not in sheets:
                message = _("{file} has no sheet {sheet}").format(file=one.mend.file, sheet=one.mend.sheet)
                yield one.refuse(message, difflib.get_close_matches(one.mend.sheet, sheets, 1, 0.3))
        for one in self.by_community:
            met = self.met.get(one.place, [])
            if not met and (not one.mend.sheet or one.mend.sheet in sheets):
                message = _("{file} has no community {name}").format(file=one.mend.file, name=one.mend.community)
                yield one.refuse(message, difflib.get_close_matches(one.mend.community, self.names, 1, 0.4))
            elif len(met) > 1:
                message = _("{name} stands at {cells}: name the cell by sheet and cell")
                yield one.refuse(message.format(name=one.mend.community, cells=", ".join(met)))

    def _expected(self, one: Placed, cell: Cell) -> bool:
        """Whether the cell still holds what the mend expects; line ends and blanks around it count for nothing."""
        expected = cell._replace(value=one.mend.expect, flaw="").text
        if _trimmed(expected) == _trimmed(cell.text):
            return True
        message = _("{sheet}!{cell}: expected “{expected}”, found “{found}”")
        self.wrong.append(
            one.refuse(message.format(sheet=cell.sheet, cell=cell.address, expected=expected, found=cell.text))
        )
        return False

    def _corrected(self, one: Placed, cell: Cell) -> None:
        value = cell._replace(value=one.mend.value, flaw="").text
        rule = f"{MENDS_FILE}: {one.mend.reason}"
        self.corrections.append(Correction(cell.file, cell.sheet, cell.address, cell.text, value, rule))


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _squeezed(text: str) -> str:
    return "".join(text.split())
