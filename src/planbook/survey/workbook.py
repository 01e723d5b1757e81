"""A workbook's file → cells with addresses: what stands where, and nothing yet about what it means.

python-calamine reads the values. What it shows as empty though something stands there (error values, formulas that were
never calculated) is looked up in the sheet's own XML, so that no such cell passes for a blank one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from lxml import etree
from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from planbook.errors import InputError
from planbook.survey.form import ANNOTATOR, letter
from planbook.survey.intake import (
    MOST_CELLS,
    OTHER_FILES,
    SAVE_AS,
    SPREADSHEETS,
    Format,
    UnreadableError,
    check_extent,
    check_rows,
    format_of,
)
from planbook.survey.odsxml import scan_ods
from planbook.survey.sheetxml import BookScan, Flaw, Place, SheetScan, column_of, scan_xlsx
from planbook.survey.xlsbiff import scan_xls
from planbook.words import _

__all__ = ["OTHER_FILES", "SPREADSHEETS", "Cell", "Flaw", "Grid", "UnreadableError", "Workbook", "column_of"]

# what a package raises that is no sound workbook: parts or numbers missing, a compression or encryption nobody uses
MALFORMED = (LookupError, ValueError, struct.error, NotImplementedError, RuntimeError, zlib.error, OSError, MemoryError)
MOST_MERGED = 200_000  # cells of merged ranges


class Cell(NamedTuple):
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
    """One sheet's cells; asking beyond what is used gives blank cells.

    `merged`: ranges as (row from 0, column from 0) of both corners. `typed`: whether cells keep numbers apart from
    text (not in .csv). `hidden_rows` count from 1, `hidden_columns` from 0.
    """

    file: str
    sheet: str
    values: list[list[Any]]
    flaws: dict[Place, tuple[Flaw, str]] = field(default_factory=dict)
    merged: tuple[tuple[Place, Place], ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    comments: dict[Place, str] = field(default_factory=dict)
    typed: bool = True

    @property
    def height(self) -> int:
        return max([len(self.values), *(row for row, column in self.flaws)])

    @cached_property
    def width(self) -> int:
        return max([0, *(len(row) for row in self.values), *(column + 1 for row, column in self.flaws)])

    def value(self, row: int, column: int) -> Any:
        """What is stored at `row` (from 1) and `column` (from 0); None for nothing and for a flaw."""
        line = self.values[row - 1] if 0 < row <= len(self.values) else ()
        value = line[column] if 0 <= column < len(line) else None
        return None if value == "" else value

    def cell(self, row: int, column: int) -> Cell:
        """The cell at `row` (from 1) and `column` (from 0)."""
        if self.flaws and (row, column) in self.flaws:
            flaw, text = self.flaws[row, column]
            return Cell(self.file, self.sheet, row, column, text, flaw)
        return Cell(self.file, self.sheet, row, column, self.value(row, column))

    def cells(self, row: int, columns: Mapping[str, int]) -> dict[str, Cell]:
        """The row's cells by the keys of their columns."""
        if self.flaws:
            return {key: self.cell(row, column) for key, column in columns.items()}
        return {key: Cell(self.file, self.sheet, row, at, self.value(row, at)) for key, at in columns.items()}

    @cached_property
    def anchors(self) -> dict[Place, Place]:
        """For every cell that a merged range covers (row from 1), the place of the range's first cell."""
        found: dict[Place, Place] = {}
        for (top, left), (bottom, right) in self.merged:
            down, across = min(bottom + 1, self.height + 1), min(right, self.width)
            if len(found) + max(down - top, 0) * max(across - left + 1, 0) > MOST_MERGED:
                break
            anchor = (top + 1, left)
            found |= {(r, c): anchor for r in range(top + 1, down + 1) for c in range(left, across + 1)}
        return found

    def merged_cell(self, row: int, column: int) -> Cell:
        """The cell that is seen at this place: of a merged range its first one."""
        return self.cell(*self.anchors.get((row, column), (row, column)))


@dataclass(frozen=True)
class Workbook:
    """A workbook as read: its file's name, its sheets by name in order. `external`: formulas lead to other files."""

    file: str
    grids: dict[str, Grid]
    external: bool = False


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
    """The cells of a workbook's bytes. UnreadableError when it is none that can be read, or too large a one."""
    kind = format_of(name, data)
    try:
        if kind == "csv":
            book = Workbook(name, {PurePath(name).stem: _csv_grid(name, data)})
        else:
            scan = _scanned(kind, data)
            book = Workbook(name, dict(_grids(name, data, scan)), scan.external)
        check_rows(grid.values for grid in book.grids.values())
        return book
    except PasswordError as error:
        raise UnreadableError("工作簿设有打开密码，请取消密码后重新保存。", "password") from error
    except (CalamineError, zipfile.BadZipFile, etree.XMLSyntaxError, *MALFORMED) as error:
        raise UnreadableError(f"文件已损坏或不是 Excel 工作簿，{SAVE_AS}。") from error
    except BaseException as error:  # a library in Rust gives up on a file with an exception that is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(f"文件已损坏或不是 Excel 工作簿，{SAVE_AS}。") from error


def _scanned(kind: Format, data: bytes) -> BookScan:
    if kind == "xlsx":
        return scan_xlsx(data, ANNOTATOR)
    return scan_ods(data) if kind == "ods" else scan_xls(data)


def _grids(name: str, data: bytes, scan: BookScan) -> Iterator[tuple[str, Grid]]:
    with load_workbook(io.BytesIO(data)) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            last_row, last_column = sheet.end or (0, 0)
            check_extent(meta.name, 0, last_row + 1, last_column + 1, f"{letter(last_column)}{last_row + 1}")
            # skip_empty_area=True would drop leading blank rows and columns and so shift every address
            values = sheet.to_python(skip_empty_area=False)
            said = scan.sheets.get(meta.name, SheetScan())
            merged = tuple(sheet.merged_cell_ranges or said.merged)
            hidden = meta.visible != SheetVisibleEnum.Visible
            yield (
                meta.name,
                Grid(
                    name, meta.name, values, said.flaws, merged, hidden,
                    said.hidden_rows, said.hidden_columns, said.comments,
                ),
            )  # fmt: skip


def _csv_grid(name: str, data: bytes) -> Grid:
    """The rows of a .csv file, each cell a text; the sheet is called like the file."""
    text = _decoded(data)
    sample = text[:4000]
    separator = max(",\t;，", key=sample.count)
    old = csv.field_size_limit(1 << 20)
    try:
        rows: list[list[Any]] = []
        cells = 0
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            cells += len(row)
            if cells > MOST_CELLS * 4:
                check_extent(PurePath(name).stem, cells, 0, 0)
    except csv.Error as error:
        raise UnreadableError(f"文件不是逗号分隔的表格，{SAVE_AS}。") from error
    finally:
        csv.field_size_limit(old)
    return Grid(name, PurePath(name).stem, rows, typed=False)


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else GB18030."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError(f"文件的文字编码无法识别，{SAVE_AS}。")
