"""Grids on worksheets: captions, merged heads, numbers, live formulas, and widths that serve them.

Grids stand below each other from column A, two blank rows apart. Text is always stored as text: a name that begins
with =, +, - or @ never becomes a formula.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planbook.book.paper import LINE, set_up

Align = Literal["left", "center", "right"]
Role = Literal["body", "foot", "head", "caption", "note", "link", "title"]

SONG, HEI, SIZE = "宋体", "黑体", 10.5
LATIN = "Times New Roman"  # columns are measured by its digits: as wide as those of 宋体, and known on every system
INK, LINK, RULE, HEAD_FILL, FOOT_FILL = "FF000000", "FF1F4E79", "FF8497B0", "FFD6DEE8", "FFF0F3F7"
NARROWEST, WIDEST, WIDEST_OF_MANY, WIDEST_WITH_NUMBERS = 6, 54, 24, 30  # columns, in half-width characters
MANY, SHORT = 12, 16  # more columns than these wrap long text early; a head shorter than this stays on one line
WIDEST_FROZEN = 70
APART = 2  # blank rows between grids


@dataclass(frozen=True)
class Cell:
    """`form` is the Excel format of a number. `formula` comes without "="; in it {row} and {column} are the cell's own,
    {first} and {last} the body's rows; `value` is then what it gives, exactly. `link` names a sheet to go to, or a cell
    of one: 小区清单!A12."""

    value: int | Decimal | str
    align: Align = "left"
    form: str = "0"
    formula: str = ""
    link: str = ""

    @property
    def is_number(self) -> bool:
        return not isinstance(self.value, str)

    @property
    def printed(self) -> str:
        """Roughly what Excel shows, to measure it."""
        if isinstance(self.value, str):
            return self.value
        digits, _quote, unit = self.form.rstrip('"').partition('"')
        return f"{self.value:.{len(digits.partition('.')[2])}f}{unit}"


@dataclass(frozen=True)
class Grid:
    """A table to be placed. `header` is rows of {"text", "cols", "rows"}, where "\\n" says that a text may break;
    `lines` stand below the caption, `notes` below the grid; `name` is the index of the column that says what a row is;
    `empty` is said if there are no rows."""

    caption: str
    header: Sequence[Sequence[Mapping[str, Any]]]
    body: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] | None = None
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    name: int = 0
    filter: bool = False
    empty: str = "没有数据。"

    @property
    def columns(self) -> int:
        return sum(head["cols"] for head in self.header[0])

    @property
    def first_row(self) -> int:
        """The worksheet's row of the first body row, where the grid stands first on a sheet without intro."""
        return 1 + len(self.lines) + len(self.header) + 1

    def heads(self) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
        """Each head with its place: row and column, from 0."""
        taken: set[tuple[int, int]] = set()
        for row, heads in enumerate(self.header):
            column = 0
            for head in heads:
                while (row, column) in taken:
                    column += 1
                yield row, column, head
                taken |= {(row + r, column + c) for r in range(head["rows"]) for c in range(head["cols"])}


@dataclass(frozen=True)
class Sheet:
    """A worksheet: `about` says what it holds, `empty` why it holds nothing; `intro` stands above the first grid."""

    name: str
    about: str
    grids: Sequence[Grid]
    empty: str = ""
    intro: Sequence[str] = ()

    @property
    def rows(self) -> int:
        return sum(len(grid.body) for grid in self.grids)


def number_form(places: int, unit: str = "") -> str:
    return ("0." + "0" * places if places else "0") + (f'"{unit}"' if unit else "")


def plain_header(*texts: str) -> list[list[dict[str, Any]]]:
    """One row of heads without spans."""
    return [[{"text": text, "cols": 1, "rows": 1} for text in texts]]


@lru_cache(65536)
def display_width(text: str) -> int:
    """In half-width characters: a Chinese character, and whatever a Chinese font prints as wide, is two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column: no line ends within a Chinese character."""
    room = max(int(width) - 1, 2)
    return sum(
        max(1, math.ceil(display_width(line) / (room if line.isascii() else room // 2 * 2)))
        for line in text.split("\n")
    )  # fmt: skip


class Book:
    """A workbook being made; `cached` collects what each formula gives."""

    def __init__(self, title: str) -> None:
        self.title, self.workbook = title, Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.workbook._named_styles["Normal"].font = Font(name=LATIN, size=SIZE)  # type: ignore[attr-defined]
        self.cached: dict[str, dict[str, int | Decimal]] = {}
        self._styles: dict[tuple[Role, Align, str], str] = {}

    def add(self, sheet: Sheet) -> None:
        worksheet = self.workbook.create_sheet(sheet.name)
        self.cached[sheet.name] = {}
        _Page(self, worksheet, sheet).write()

    def name(self, caption: str, sheet: str, range: str) -> None:
        """Names the rows of a table: 数据来源 in =VLOOKUP("plan.households",数据来源,2,FALSE)."""
        name = range_name(caption)
        taken = self.workbook.defined_names
        if name in taken:
            name = next(other for n in count(2) if (other := f"{name}_{n}") not in taken)
        taken[name] = DefinedName(name, attr_text=f"{quote_sheetname(sheet)}!{absolute_coordinate(range)}")

    def style(self, role: Role, align: Align, form: str = "General") -> str:
        """The name of a style, made when first asked for; a user can change it for the whole workbook in Excel."""
        key = (role, align, form)
        if key not in self._styles:
            self._styles[key] = f"规划 {ROLES[role]} {ALIGNS[align]}" + (f" {form}" if form != "General" else "")
            self.workbook.add_named_style(_style(self._styles[key], role, align, form))
        return self._styles[key]


ROLES = {
    "body": "正文", "foot": "合计", "head": "表头", "caption": "表题", "note": "说明", "link": "链接", "title": "书名",
}  # fmt: skip
ALIGNS = {"left": "左", "center": "中", "right": "右"}
FONTS = {
    "body": Font(SONG, SIZE, color=INK),
    "foot": Font(HEI, SIZE, color=INK),
    "head": Font(HEI, SIZE, color=INK),
    "caption": Font(HEI, 14, color=INK),
    "note": Font(SONG, SIZE, color=INK),
    "link": Font(SONG, SIZE, color=LINK, underline="single"),
    "title": Font(HEI, 18, color=INK),
}
FILLS = {"head": HEAD_FILL, "foot": FOOT_FILL}
GRIDDED = ("body", "foot", "head", "link")


def _style(name: str, role: Role, align: Align, form: str) -> NamedStyle:
    side = Side("thin", color=RULE)
    style = NamedStyle(name, font=FONTS[role], number_format=form)
    style.alignment = Alignment(horizontal=align, vertical="center", wrap_text=role not in ("caption", "title"))
    if role in FILLS:
        style.fill = PatternFill("solid", fgColor=FILLS[role])
    if role in GRIDDED:
        style.border = Border(left=side, right=side, top=side, bottom=side)
    return style


class _Page:
    """One worksheet being written, from the top down."""

    def __init__(self, book: Book, worksheet: Worksheet, sheet: Sheet) -> None:
        self.book, self.worksheet, self.sheet = book, worksheet, sheet
        self.widths = column_widths(sheet.grids)
        self.row = 1

    def write(self) -> None:
        for index, width in enumerate(self.widths, 1):
            self.worksheet.column_dimensions[get_column_letter(index)].width = width
        for number, text in enumerate(self.sheet.intro):
            self._line(text, "title" if number == 0 else "note", len(self.widths))
        if not self.sheet.grids:
            self._line(self.sheet.name, "caption", 1)
            self._line(self.sheet.empty, "note", len(self.widths))
        headers, tops = [], []
        for number, grid in enumerate(self.sheet.grids):
            if number or self.sheet.intro:
                self.row += APART
            tops.append(self.row)
            headers.append(self._grid(grid))
        if not self.sheet.intro:  # which would leave no room below
            self._freeze(headers)
        self._set_up(headers, tops)

    def _freeze(self, headers: Sequence[tuple[int, int]]) -> None:
        """Keeps the first header in sight, and the names, unless that leaves little of a screen to scroll in."""
        for grid, (_first, last) in zip(self.sheet.grids, headers, strict=True):
            if grid.body:
                columns = grid.name + 1 if sum(self.widths[: grid.name + 1]) <= WIDEST_FROZEN else 0
                self.worksheet.freeze_panes = f"{get_column_letter(columns + 1)}{last + 1}"
                return

    def _line(self, text: str, role: Role, columns: int) -> None:
        """A line of text over `columns`; captions do not wrap but run on over what is empty beside them."""
        self._put(self._at(self.row, 1), Cell(text), role)
        if role == "note":
            self._merge(self.row, 1, 1, columns)
            self.worksheet.row_dimensions[self.row].height = LINE * lines_of(text, sum(self.widths[:columns])) + 3
        else:
            self.worksheet.row_dimensions[self.row].height = 30 if role == "title" else 24
        self.row += 1

    def _grid(self, grid: Grid) -> tuple[int, int]:
        """Places a grid and returns its header's first and last row."""
        self._line(grid.caption, "caption", grid.columns)
        for text in grid.lines:
            self._line(text, "note", grid.columns)
        if not grid.body:
            self._line(grid.empty, "note", grid.columns)
            return self.row, self.row
        head = self._header(grid)
        first, last = self.row, self.row + len(grid.body) - 1
        for cells in grid.body:
            self._cells(cells, "body", first, last)
        caption = grid.caption if len(self.sheet.grids) > 1 else self.sheet.name
        self.book.name(caption, self.sheet.name, f"A{first}:{get_column_letter(grid.columns)}{last}")
        if grid.foot:
            self._cells(grid.foot, "foot", first, last)
        for text in grid.notes:
            self._line(text, "note", grid.columns)
        if grid.filter:
            self.worksheet.auto_filter.ref = f"A{head[1]}:{get_column_letter(grid.columns)}{last}"
        return head

    def _header(self, grid: Grid) -> tuple[int, int]:
        depth = len(grid.header)
        lines = [1.0] * depth
        for row, column, head in grid.heads():
            width = sum(self.widths[column : column + head["cols"]])
            text = head_text(head["text"], width)
            self._put(self._at(self.row + row, column + 1), Cell(text, "center"), "head")
            self._merge(self.row + row, column + 1, head["rows"], head["cols"])
            needed = lines_of(text, width) / head["rows"]
            for at in range(row, row + head["rows"]):
                lines[at] = max(lines[at], needed)
        for row, height in enumerate(lines):
            self.worksheet.row_dimensions[self.row + row].height = LINE * height + 4
        self.row += depth
        return self.row - depth, self.row - 1

    def _cells(self, cells: Sequence[Cell], role: Role, first: int, last: int) -> None:
        for index, cell in enumerate(cells):
            place = self._at(self.row, index + 1)
            self._put(place, cell, "link" if cell.link else role)
            if cell.formula and not isinstance(cell.value, str):
                column = get_column_letter(index + 1)
                place.value = "=" + cell.formula.format(row=self.row, column=column, first=first, last=last)
                self.book.cached[self.sheet.name][place.coordinate] = cell.value
        lines = max(lines_of(cell.printed, width) for cell, width in zip(cells, self.widths, strict=False))
        self.worksheet.row_dimensions[self.row].height = LINE * lines + (3 if lines > 1 else 0)
        self.row += 1

    def _put(self, place: SheetCell, cell: Cell, role: Role) -> None:
        if isinstance(cell.value, str):
            place.style = self.book.style(role, cell.align)
            self._text(place, cell.value)
        else:
            place.style = self.book.style(role, cell.align, cell.form)
            place.value = cell.value
        if cell.link:
            sheet, _, target = cell.link.partition("!")
            location = f"'{sheet}'!{target or 'A1'}"
            place.hyperlink = Hyperlink(ref=place.coordinate, location=location, display=str(cell.value))

    def _text(self, place: SheetCell, text: str) -> None:
        if not text:
            return
        place.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
        place.data_type = "s"  # openpyxl takes what begins with = for a formula, #N/A for an error
        if re.match(r"[=+\-@\t\r']", text):
            place.quotePrefix = True  # and it stays text when someone edits the cell

    def _at(self, row: int, column: int) -> SheetCell:
        cell = self.worksheet.cell(row, column)
        if isinstance(cell, MergedCell):
            raise ValueError(f"{self.sheet.name}!{cell.coordinate} lies within a merged head")
        return cell

    def _merge(self, row: int, column: int, rows: int, columns: int) -> None:
        if rows * columns > 1:
            first, last = get_column_letter(column), get_column_letter(column + columns - 1)
            self.worksheet.merge_cells(f"{first}{row}:{last}{row + rows - 1}")

    def _set_up(self, headers: Sequence[tuple[int, int]], tops: Sequence[int]) -> None:
        columns = max((grid.columns for grid in self.sheet.grids), default=1)
        self.worksheet.sheet_view.showGridLines = False
        last = get_column_letter(max(columns, len(self.widths)))
        self.worksheet.print_area = f"A1:{last}{self.row - 1}"
        set_up(
            self.worksheet, tops, self.row, columns, self.book.title, repeated_header(self.sheet.grids, headers)
        )  # fmt: skip


def range_name(caption: str) -> str:
    """A caption as Excel takes it for a range: letters, digits and underscores, no digit first, nothing like a cell."""
    name = re.sub(r"\W+", "_", caption).strip("_")
    return name if re.match(r"[^\W\d_]", name) and not name.isascii() else f"表_{name}"


def column_widths(grids: Sequence[Grid]) -> list[float]:
    """One width a column, for all grids of a sheet: the body on one line where it fits; heads, if short, too. Long text
    wraps early where a grid has many columns, and where it would blow up a column of numbers."""
    numbers = {column for grid in grids for row in grid.body for column, cell in enumerate(row) if cell.is_number}
    widths: list[float] = []
    for grid in grids:
        widest, short = (WIDEST, SHORT) if grid.columns <= MANY else (WIDEST_OF_MANY, 0)
        wanted = [float(NARROWEST)] * grid.columns
        for _row, column, head in grid.heads():
            if head["cols"] == 1:
                wanted[column] = max(wanted[column], head_width(head["text"], short))
        for cells in (*grid.body, *((grid.foot,) if grid.foot else ())):
            for column, cell in enumerate(cells):
                wanted[column] = max(wanted[column], display_width(cell.printed) + 2)
        wanted = [min(width, widest, WIDEST_WITH_NUMBERS if n in numbers else widest) for n, width in enumerate(wanted)]
        shared = min(len(widths), len(wanted))
        widths = [max(a, b) for a, b in zip(widths, wanted, strict=False)] + widths[shared:] + wanted[shared:]
    return widths or [float(WIDEST)]


def head_width(text: str, short: int) -> int:
    """What a head needs: one line if it is `short`, else about two, and a line for its longest word."""
    pieces = [display_width(piece) for piece in head_pieces(text)]
    if sum(pieces) <= short:
        return sum(pieces) + 2
    return max(max(pieces) + 1, math.ceil(sum(pieces) / 2) + 2)


def head_pieces(text: str) -> list[str]:
    """A head may break where its table says so, and before its unit."""
    return text.split("\n") if "\n" in text else re.split(r"(?<=..)(?=（[^（）]*）$)", text)


def head_text(text: str, width: float) -> str:
    """A head as it is written into a column: its pieces share a line where one holds them."""
    lines = [""]
    for piece in head_pieces(text):
        if display_width(lines[-1] + piece) <= width - 1 or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(lines)


def repeated_header(grids: Sequence[Grid], headers: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The header rows to repeat on every page. Excel repeats one range a sheet, on the pages after it: that of the
    last grid, if it is the longest. Any other would stand above the columns of a table it does not belong to."""
    if not grids or not grids[-1].body or any(len(grid.body) > len(grids[-1].body) for grid in grids):
        return None
    return headers[-1]
