"""How a worksheet goes on paper: size and direction, where pages end, what stands on each.

Every sheet is fitted to the width of its page, for a column is as wide as the reader's fonts make it. Excel may ignore
page breaks there, which only say where a table had better begin; LibreOffice and WPS follow them.
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
# Points, of type and of the smallest it is printed in: at least 7 are left where the fonts are missing, and others make
# columns a quarter wider
TYPE, SMALLEST = 10.5, 9
LITTLE_MORE = 1.25  # pages; a sheet that takes so little more than one goes on one
FULL, BEGIN = 0.95, 0.2  # of a page: more does not surely fit; a table that needs several pages begins on so much
BEGINNING = 6  # rows: caption, source, heads, and at least two of the table's own
SHEET_NAME, PAGE_NUMBER = "&A", "第 &P 页，共 &N 页"
MARGINS = PageMargins(left=0.5, right=0.5, top=0.8, bottom=0.8)


@dataclass(frozen=True)
class Paper:
    """`size` is Excel's number for it; `width` and `height`, in points between the margins, those of the sheet
    upright or `across`."""

    size: int
    across: bool
    width: int
    height: int


PAPERS = Paper(9, False, 523, 727), Paper(9, True, 770, 480), Paper(8, True, 1085, 727)  # A4, and A3 across


def set_up(worksheet: Worksheet, tops: Sequence[int], end: int, title: str, header: tuple[int, int] | None) -> None:
    """`tops` are the first rows of the tables and `end` the row below all; the rows of `header` are repeated on every
    page."""
    width = sum(dimension.width for dimension in worksheet.column_dimensions.values())
    paper = paper_for(width)
    rows = [worksheet.row_dimensions.get(row) for row in range(1, end)]
    heights = [row.height if row and row.height else LINE for row in rows]
    pages = [height * scale(paper, width) / paper.height for height in heights]
    on_one = FULL < sum(pages) <= LITTLE_MORE
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 1 if on_one else 0
    for row in [] if on_one else page_breaks(pages, tops):
        worksheet.row_breaks.append(Break(id=row))
    worksheet.page_setup.paperSize = paper.size
    worksheet.page_setup.orientation = "landscape" if paper.across else "portrait"
    worksheet.page_margins = MARGINS
    worksheet.print_options.horizontalCentered = True
    head, foot = worksheet.oddHeader, worksheet.oddFooter
    assert head is not None and foot is not None
    head.left.text, head.right.text, foot.center.text = title.replace("&", "&&"), SHEET_NAME, PAGE_NUMBER
    if header:
        worksheet.print_title_rows = f"{header[0]}:{header[1]}"


def characters(paper: Paper) -> float:
    """How many half-width characters go across a paper in the smallest type."""
    return paper.width / CHARACTER * TYPE / SMALLEST


def paper_for(width: float) -> Paper:
    """The smallest paper for columns of so many half-width characters."""
    return next((paper for paper in PAPERS if width <= characters(paper)), PAPERS[-1])


def paper_used(paper: Paper, width: float, lines: float) -> float:
    """How much paper so many lines take, whose columns are so many half-width characters wide."""
    return lines * scale(paper, width) * paper.width


def scale(paper: Paper, width: float) -> float:
    return min(1.0, paper.width / (width * CHARACTER))


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
        begin = max(BEGIN, sum(pages[top - 1 : top - 1 + BEGINNING]))
        if top > tops[0] and used % 1 + (needed if fits(needed) else begin) > FULL:
            out.append(top - 1)
            used = 0.0
        used += needed
    return out
