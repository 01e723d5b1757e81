"""Grids on worksheets: captions, merged heads, numbers, live formulas, and widths that serve them.

Grids stand below each other from column A, two blank rows apart. Text is always stored as text: a name that begins
with =, +, - or @ never becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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

from planbook.book.columns import BESIDE, column_widths, head_text, lines_of, spreads
from planbook.book.paper import LINE, TYPE, set_up

Align = Literal["left", "center", "right"]
Role = Literal["body", "foot", "head", "caption", "note", "link", "title"]

SONG, HEI = "宋体", "黑体"
LATIN = "Times New Roman"  # columns are measured by its digits: as wide as those of 宋体, and known on every system
INK, LINK, RULE, HEAD_FILL, FOOT_FILL = "FF000000", "FF1F4E79", "FF8497B0", "FFD6DEE8", "FFF0F3F7"
WIDEST_FROZEN = 70
APART = 2  # blank rows between grids


@dataclass(frozen=True)
class Cell:
    """`form` is the Excel format of a number. `formula` comes without "="; in it {row} and {column} are the cell's own,
    {first} and {last} the body's rows; `value` is then what it gives, exactly. `link` names a sheet to go to, or a cell
    of one: 小区清单!A12."""

    value: int | Decimal | str | date
    align: Align = "left"
    form: str = "0"
    formula: str = ""
    link: str = ""

    @property
    def is_number(self) -> bool:
        return not isinstance(self.value, str | date)

    @property
    def printed(self) -> str:
        """Roughly what Excel shows, to measure it."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, date):
            return f"{self.value.year}年{self.value.month}月{self.value.day}日"
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


SPACE = "_ "  # after a number; LibreOffice forgets an indent there
DATE = 'yyyy"年"m"月"d"日"'


def number_form(places: int, unit: str = "") -> str:
    return ("0." + "0" * places if places else "0") + (f'"{unit}"' if unit else "")


def plain_header(*texts: str) -> list[list[dict[str, Any]]]:
    """One row of heads without spans."""
    return [[{"text": text, "cols": 1, "rows": 1} for text in texts]]


class Book:
    """A workbook being made; `cached` collects what each formula gives."""

    def __init__(self, title: str) -> None:
        self.title, self.workbook = title, Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.workbook._named_styles["Normal"].font = Font(name=LATIN, size=TYPE)  # type: ignore[attr-defined]
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
    "body": Font(SONG, TYPE, color=INK),
    "foot": Font(HEI, TYPE, color=INK),
    "head": Font(HEI, TYPE, color=INK),
    "caption": Font(HEI, 14, color=INK),
    "note": Font(SONG, TYPE, color=INK),
    "link": Font(SONG, TYPE, color=LINK, underline="single"),
    "title": Font(HEI, 18, color=INK),
}
FILLS = {"head": HEAD_FILL, "foot": FOOT_FILL}
GRIDDED = ("body", "foot", "head", "link")


def _style(name: str, role: Role, align: Align, form: str) -> NamedStyle:
    side = Side("thin", color=RULE)
    style = NamedStyle(name, font=FONTS[role], number_format=form)
    inset = align == "left" and role in ("body", "foot", "link")  # or it touches the number beside it
    style.alignment = Alignment(align, "center", wrap_text=role not in ("caption", "title"), indent=int(inset))
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
            self._line(text, "title" if number == 0 else "note")
        if not self.sheet.grids:
            self._line(self.sheet.name, "caption")
            self._line(self.sheet.empty, "note")
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

    def _line(self, text: str, role: Role) -> None:
        """A line of text over all columns; captions do not wrap but run on over what is empty beside them."""
        self._put(self._at(self.row, 1), Cell(text), role)
        if role == "note":
            self._merge(self.row, 1, 1, len(self.widths))
            lines = lines_of(text, sum(self.widths) - 1)
            self.worksheet.row_dimensions[self.row].height = LINE * lines + 3
        else:
            self.worksheet.row_dimensions[self.row].height = 30 if role == "title" else 24
        self.row += 1

    def _grid(self, grid: Grid) -> tuple[int, int]:
        """Places a grid and returns its header's first and last row."""
        self._line(grid.caption, "caption")
        for text in grid.lines:
            self._line(text, "note")
        if not grid.body:
            self._line(grid.empty, "note")
            return self.row, self.row
        free = len(self.widths) - grid.columns if spreads(grid, len(self.widths)) else 0
        head = self._header(grid, free)
        first, last = self.row, self.row + len(grid.body) - 1
        for cells in grid.body:
            self._cells(cells, "body", first, last, free)
        caption = grid.caption if len(self.sheet.grids) > 1 else self.sheet.name
        self.book.name(caption, self.sheet.name, f"A{first}:{get_column_letter(grid.columns)}{last}")
        if grid.foot:
            self._cells(grid.foot, "foot", first, last)
        for text in grid.notes:
            self._line(text, "note")
        if grid.filter:
            self.worksheet.auto_filter.ref = f"A{head[1]}:{get_column_letter(grid.columns)}{last}"
        return head

    def _header(self, grid: Grid, free: int) -> tuple[int, int]:
        """Places the heads; the last one goes over so many `free` columns, too."""
        depth = len(grid.header)
        lines = [1.0] * depth
        for row, column, head in grid.heads():
            over = head["cols"] + (free if column + head["cols"] == grid.columns else 0)
            width = sum(self.widths[column : column + over])
            text = head_text(head["text"], width)
            self._put(self._at(self.row + row, column + 1), Cell(text, "center"), "head")
            self._merge(self.row + row, column + 1, head["rows"], over)
            needed = lines_of(text, width - 1) / head["rows"]
            for at in range(row, row + head["rows"]):
                lines[at] = max(lines[at], needed)
        for row, height in enumerate(lines):
            self.worksheet.row_dimensions[self.row + row].height = LINE * height + 4
        self.row += depth
        return self.row - depth, self.row - 1

    def _cells(self, cells: Sequence[Cell], role: Role, first: int, last: int, free: int = 0) -> None:
        """Places a row; its last cell goes over so many `free` columns, too."""
        for index, cell in enumerate(cells):
            place = self._at(self.row, index + 1)
            self._put(place, cell, "link" if cell.link else role)
            if cell.formula and not isinstance(cell.value, str | date):
                column = get_column_letter(index + 1)
                place.value = "=" + cell.formula.format(row=self.row, column=column, first=first, last=last)
                self.book.cached[self.sheet.name][place.coordinate] = cell.value
        self._merge(self.row, len(cells), 1, free + 1)
        widths = [*self.widths[: len(cells) - 1], sum(self.widths[len(cells) - 1 : len(cells) + free])]
        lines = max(lines_of(cell.printed, width - BESIDE) for cell, width in zip(cells, widths, strict=True))
        self.worksheet.row_dimensions[self.row].height = LINE * lines + (3 if lines > 1 else 0)
        self.row += 1

    def _put(self, place: SheetCell, cell: Cell, role: Role) -> None:
        if isinstance(cell.value, str):
            place.style = self.book.style(role, cell.align)
            self._text(place, cell.value)
        else:
            place.style = self.book.style(role, cell.align, cell.form + SPACE * (cell.align == "right"))
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
        self.worksheet.sheet_view.showGridLines = False
        last = get_column_letter(len(self.widths))
        self.worksheet.print_area = f"A1:{last}{self.row - 1}"
        set_up(self.worksheet, tops, self.row, self.book.title, repeated_header(self.sheet.grids, headers))


def range_name(caption: str) -> str:
    """A caption as Excel takes it for a range: letters, digits and underscores, no digit first, nothing like a cell."""
    name = re.sub(r"\W+", "_", caption).strip("_")
    return name if re.match(r"[^\W\d_]", name) and not name.isascii() else f"表_{name}"


def repeated_header(grids: Sequence[Grid], headers: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The header rows to repeat on every page. Excel repeats one range a sheet, on the pages after it: that of the
    last grid, if it is the longest. Any other would stand above the columns of a table it does not belong to."""
    if not grids or not grids[-1].body or any(len(grid.body) > len(grids[-1].body) for grid in grids):
        return None
    return headers[-1]
