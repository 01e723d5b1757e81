"""How a worksheet goes on paper: size and direction, scale, where pages end, what stands on each.

Excel ignores manual page breaks on a sheet that is fitted to pages, so a sheet has one or the other: where tables
must begin a page it gets a scale of its own, computed from its columns, and is fitted to the width elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

LINE = 15  # points; a row without a height of its own
CHARACTER = 5.25  # points of half a Chinese character in a column
LANDSCAPE = 8  # more columns than these are printed across
WIDEST_ON_A4 = 240  # half-width characters; more would be too small to read
SURE = 0.96  # of the width: printers measure columns a little differently, and one too many takes pages of its own
LITTLE_MORE = 1.25  # pages; a sheet, or a table among others, that takes so little more than one goes on one
SMALLEST = 0.5  # of the usual type: a table is not made smaller than this to be on one page
FULL, BEGIN = 0.95, 0.2  # of a page: more does not surely fit; a table that needs several pages begins on so much
PAGE_NUMBER = "第 &P 页，共 &N 页"
MARGINS = PageMargins(left=0.5, right=0.5, top=0.8, bottom=0.8)


@dataclass(frozen=True)
class Paper:
    """`size` is Excel's number for it; `width` and `height`, in points between the margins, those of the sheet
    upright or `across`."""

    size: int
    across: bool
    width: int
    height: int


A4, A4_ACROSS = Paper(9, False, 523, 727), Paper(9, True, 770, 480)
A3, A3_ACROSS = Paper(8, False, 770, 1075), Paper(8, True, 1118, 727)


def set_up(
    worksheet: Worksheet, tops: Sequence[int], end: int, columns: int, title: str, header: tuple[int, int] | None
) -> None:
    """`tops` are the first rows of the tables and `end` the row below all; `columns` are those of the widest table;
    the rows of `header` are repeated on every page."""
    widths = [dimension.width for dimension in worksheet.column_dimensions.values()]
    paper = paper_for(columns, sum(widths))
    rows = [worksheet.row_dimensions.get(row) for row in range(1, end)]
    heights = [row.height if row and row.height else LINE for row in rows]
    scale = min(1.0, SURE * paper.width / (sum(widths) * CHARACTER))
    pages = [height * scale / paper.height for height in heights]
    on_one = FULL < sum(pages) <= LITTLE_MORE
    smaller = scale * shrinking(pages, tops)
    percent = int(100 * (smaller if smaller >= SMALLEST else scale))  # Excel takes whole ones
    breaks = [] if on_one else page_breaks([height * percent / 100 / paper.height for height in heights], tops)
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=not breaks)
    if breaks:
        worksheet.page_setup.scale = percent
        for row in breaks:
            worksheet.row_breaks.append(Break(id=row))
    else:
        worksheet.page_setup.fitToWidth = 1
        worksheet.page_setup.fitToHeight = 1 if on_one else 0
    worksheet.page_setup.paperSize = paper.size
    worksheet.page_setup.orientation = "landscape" if paper.across else "portrait"
    worksheet.page_margins = MARGINS
    worksheet.print_options.horizontalCentered = True
    for margin, text in ((worksheet.oddHeader, title.replace("&", "&&")), (worksheet.oddFooter, PAGE_NUMBER)):
        if margin is not None:
            margin.center.text = text
    if header:
        worksheet.print_title_rows = f"{header[0]}:{header[1]}"


def paper_for(columns: int, width: float) -> Paper:
    across = columns > LANDSCAPE
    if width <= WIDEST_ON_A4:
        return A4_ACROSS if across else A4
    return A3_ACROSS if across else A3


def shrinking(pages: Sequence[float], tops: Sequence[int]) -> float:
    """By how much rows have to be smaller for a table that is little more than a page to be one, for its header would
    not stand above its rest. That of the last table does."""
    tables = [sum(pages[top - 1 : below - 1]) for top, below in pairwise(tops)]
    return FULL / max((table for table in tables if FULL < table <= LITTLE_MORE), default=FULL)


def fits(needed: float) -> bool:
    """Whether so much of a page is on one; a hair over it is what a division left."""
    return needed < FULL + 1e-6


def page_breaks(pages: Sequence[float], tops: Sequence[int]) -> list[int]:
    """The rows after which a page ends, so that a table stays on one page if there is one that holds it; `pages` is
    how much of a page each row takes. What stands above the first table keeps it company."""
    out: list[int] = []
    used = sum(pages[: tops[0] - 1]) if tops else 0.0
    for top, end in pairwise((*tops, len(pages) + 1)):
        needed = sum(pages[top - 1 : end - 1])
        if top > tops[0] and used % 1 + (needed if fits(needed) else BEGIN) > FULL:
            out.append(top - 1)
            used = 0.0
        used += needed
    return out
