"""A workbook's file → cells with addresses: what stands where, and nothing yet about what it means.

python-calamine reads the values. What it shows as empty though something stands there (error values, formulas that were
never calculated) is looked up in the sheet's own XML, so that no such cell passes for a blank one.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetTypeEnum, load_workbook

from planbook.errors import InputError
from planbook.survey.form import letter
from planbook.words import _

READABLE = (".xlsx",)
# what a clerk may take for a workbook: named by the reader, never passed over in silence
SPREADSHEETS = (*READABLE, ".xlsm", ".xls", ".ods", ".et", ".csv")

# what a package raises that is no sound workbook: parts or numbers missing, a compression or encryption nobody uses
MALFORMED = (LookupError, ValueError, NotImplementedError, RuntimeError, zlib.error)

Flaw = Literal["", "error-value", "no-value"]


@dataclass(frozen=True)
class Cell:
    """One cell: `row` from 1, `column` from 0, `value` as stored (None where there is nothing).

    `flaw`: the cell shows an error ("error-value", `value` is its text, as #REF!) or holds a formula without a result
    ("no-value", `value` is the formula).
    """

    file: str
    sheet: str
    row: int
    column: int
    value: Any
    flaw: Flaw = ""

    @property
    def address(self) -> str:
        return f"{letter(self.column)}{self.row}"

    @property
    def blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """The value as a person reads it: 12.0 is 12."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Grid:
    """One sheet's cells; asking beyond what is used gives blank cells."""

    file: str
    sheet: str
    values: list[list[Any]]
    flaws: dict[tuple[int, int], tuple[Flaw, str]] = field(default_factory=dict)
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    @property
    def height(self) -> int:
        return max([len(self.values), *(row for row, column in self.flaws)])

    @cached_property
    def width(self) -> int:
        return max([0, *(len(row) for row in self.values), *(column + 1 for row, column in self.flaws)])

    def cell(self, row: int, column: int) -> Cell:
        """The cell at `row` (from 1) and `column` (from 0)."""
        if (row, column) in self.flaws:
            flaw, text = self.flaws[row, column]
            return Cell(self.file, self.sheet, row, column, text, flaw)
        line = self.values[row - 1] if row <= len(self.values) else []
        value = line[column] if column < len(line) else None
        return Cell(self.file, self.sheet, row, column, None if value == "" else value)

    def merged_cell(self, row: int, column: int) -> Cell:
        """The cell that is seen at this place: of a merged range its first one."""
        for (top, left), (bottom, right) in self.merged:
            if top < row <= bottom + 1 and left <= column <= right:
                return self.cell(top + 1, left)
        return self.cell(row, column)


@dataclass(frozen=True)
class Workbook:
    """A workbook as read: its file's name and its sheets by name, in order."""

    file: str
    grids: dict[str, Grid]


class UnreadableError(Exception):
    """Not a workbook we read. `reason` says in Chinese what to do (it becomes an Issue of the file)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_bytes(path: Path) -> bytes:
    """The file's bytes. InputError when the system does not hand them out (open elsewhere, no permission)."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            _("cannot read the file: {reason}").format(reason=error.strerror or str(error)),
            place=path.name,
            cure=_("close the program that has it open, and check that you may read it"),
        ) from error


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_workbook(name: str, data: bytes) -> Workbook:
    """The cells of a workbook's bytes. UnreadableError when it is not an .xlsx workbook that can be read."""
    if not name.lower().endswith(READABLE):
        raise UnreadableError("本系统只读取 .xlsx 格式，请用表格软件打开后另存为“Excel 工作簿（*.xlsx）”再上报。")
    if not data:
        raise UnreadableError("文件为空（0字节），请重新导出或重新发送。")
    try:
        with load_workbook(io.BytesIO(data)) as book:
            tables = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            sheets = [book.get_sheet_by_name(table) for table in tables]
            flaws = _flaws(data)
            return Workbook(name, {sheet.name: _grid(name, sheet, flaws.get(sheet.name, {})) for sheet in sheets})
    except PasswordError as error:
        raise UnreadableError("工作簿设有打开密码，请取消密码后重新保存。") from error
    except (CalamineError, zipfile.BadZipFile, etree.XMLSyntaxError, *MALFORMED) as error:
        raise UnreadableError("文件已损坏或不是 Excel 工作簿，请用表格软件打开检查后另存为 .xlsx 再上报。") from error


def _grid(name: str, sheet: CalamineSheet, flaws: dict[tuple[int, int], tuple[Flaw, str]]) -> Grid:
    # skip_empty_area=True would drop leading blank rows and columns and so shift every address
    values = sheet.to_python(skip_empty_area=False)
    return Grid(name, sheet.name, values, flaws, tuple(sheet.merged_cell_ranges or ()))


def _flaws(data: bytes) -> dict[str, dict[tuple[int, int], tuple[Flaw, str]]]:
    """Per sheet: the cells that hold an error value or a formula without a result."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for sheet, part in _parts(package):
            xml = package.read(part)
            if b't="e"' in xml or b"<f" in xml:
                found[sheet] = dict(_flawed_cells(xml))
    return found


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(sheet's name, its part's path) in the package."""
    relations = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", "").replace("/xl/", "")))
        for relation in _parse(package.read("xl/_rels/workbook.xml.rels"))
    }
    for sheet in _parse(package.read("xl/workbook.xml")).iter("{*}sheet"):
        part = relations[next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), None)]
        if part in package.namelist():
            yield sheet.get("name", ""), part


def _flawed_cells(xml: bytes) -> Iterator[tuple[tuple[int, int], tuple[Flaw, str]]]:
    row = 0
    for line in _parse(xml).iter("{*}row"):
        row, column = int(line.get("r") or row + 1), -1  # both addresses may be left out: then it is the next one
        for cell in line.iter("{*}c"):
            column = column_of(cell.get("r", "")) if cell.get("r") else column + 1
            formula, value = cell.find("{*}f"), cell.findtext("{*}v") or ""
            if cell.get("t") == "e":
                yield (row, column), ("error-value", value)
            elif formula is not None and not value and cell.get("t") != "str":  # t="str": its result is an empty text
                yield (row, column), ("no-value", f"={formula.text or ''}")


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def column_of(address: str) -> int:
    """D7 → 3."""
    column = 0
    for character in address.rstrip("0123456789"):
        column = column * 26 + ord(character) - 64
    return column - 1
