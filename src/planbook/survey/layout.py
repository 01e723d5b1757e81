"""How the form looks: writes its sheets with title, merged headers, widths, frozen panes and print set-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from planbook.survey import form

LINE = Side("thin")
THIN = Border(LINE, LINE, LINE, LINE)
CENTRE = Alignment("center", "center", wrap_text=True)
LEFT = Alignment("left", "center", wrap_text=True)
FORMATS = {"decimal": "0.00##", "count": "0", "year": "0", "serial": "0"}
WIDTHS = {"serial": 6, "county": 14, "text": 28, "year": 10, "decimal": 13, "count": 12, "choice": 16, "items": 15}
WIDE = {"concerns": 36, "prefecture": 12}
LONGEST = 32_767  # characters a cell can hold


def head(page: Worksheet, sheet: form.Sheet, info: str) -> None:
    """Title and info over all columns; headers in two rows, merged down where there is no group, else across."""
    width = len(sheet.columns)
    for row, text, font in (
        (form.TITLE_ROW, sheet.title, Font("宋体", 16, bold=True)),
        (form.INFO_ROW, info, Font("宋体", 10)),
    ):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        cell = page.cell(row, 1, text)
        cell.font = font
        cell.alignment = CENTRE if row == form.TITLE_ROW else LEFT
    top, bottom = form.HEADER_ROWS
    for index, column in enumerate(sheet.columns, 1):
        for row, text in zip((top, bottom), column.heading, strict=True):
            # units on a line of their own, as printed forms have them
            cell = page.cell(row, index, re.sub(r"(?=（[^（]*）$)", "\n", text))
            cell.font, cell.alignment, cell.border = Font("宋体", 10, bold=True), CENTRE, THIN
    start = 1
    while start <= width:
        group, end = sheet.columns[start - 1].group, start
        while group and end < width and sheet.columns[end].group == group:
            end += 1
        last_row = top if group else bottom
        page.merge_cells(start_row=top, end_row=last_row, start_column=start, end_column=end)
        start = end + 1


def row(page: Worksheet, sheet: form.Sheet, number: int, values: Mapping[str, Any]) -> None:
    for index, column in enumerate(sheet.columns, 1):
        cell = page.cell(number, index, values[column.key])
        cell.font, cell.border = Font("宋体", 10), THIN
        cell.alignment = LEFT if column.kind in ("text", "concerns") else CENTRE
        cell.number_format = FORMATS.get(column.kind, "@")


def set_up(page: Worksheet, sheet: form.Sheet) -> None:
    for index, column in enumerate(sheet.columns):
        width = WIDE.get(column.key) or WIDE.get(column.kind) or WIDTHS[column.kind]
        page.column_dimensions[form.letter(index)].width = width
    page.row_dimensions[form.TITLE_ROW].height = 30
    for row in form.HEADER_ROWS:
        page.row_dimensions[row].height = 32
    page.freeze_panes = f"{form.letter(3)}{form.FIRST_ROW}"
    paper(page, "landscape")
    page.print_title_rows = f"{form.HEADER_ROWS[0]}:{form.HEADER_ROWS[1]}"


def paper(page: Worksheet, orientation: Literal["landscape", "portrait"]) -> None:
    """A4, as wide as the page and as long as it takes."""
    page.page_setup.orientation = orientation
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def number_pages(page: Worksheet) -> None:
    if page.oddFooter and page.oddFooter.center:
        page.oddFooter.center.text = "第 &P 页，共 &N 页"


def write_text(cell: Cell, text: str) -> None:
    """Text stays text: what begins with =, +, - or @ never becomes a formula; what XML cannot hold is replaced."""
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    cell.value = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in tuple("=+-@\t\r")
