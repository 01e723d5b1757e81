"""Worksheets on paper: what is fitted, what is scaled, and where pages end."""

from __future__ import annotations

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planbook.book.paper import FULL, page_breaks, shrinking
from planbook.book.sheets import Book, Cell, Grid, Sheet, head_text, plain_header


def grid(rows: int, *heads: str) -> Grid:
    body = [[Cell(f"{n}号院"), *(Cell(n, "right") for _head in heads[1:])] for n in range(rows)]
    return Grid("表", plain_header(*heads), body)


def sheet(*grids: Grid) -> Worksheet:
    book = Book("书")
    book.add(Sheet("表", "", grids))
    return book.workbook["表"]


def fitted(sheet: Worksheet) -> bool:
    assert sheet.sheet_properties.pageSetUpPr is not None
    return bool(sheet.sheet_properties.pageSetUpPr.fitToPage)


@pytest.mark.parametrize(("rows", "pages"), [(30, 0), (52, 1), (200, 0)])
def test_what_is_little_more_than_a_page_goes_on_one(rows: int, pages: int) -> None:
    made = sheet(grid(rows, "小区", "户数"))
    assert fitted(made)
    assert (made.page_setup.fitToWidth, made.page_setup.fitToHeight) == (1, pages)


@pytest.mark.parametrize(("rows", "breaks"), [(5, []), (30, [34])])
def test_a_table_begins_a_page_where_the_one_before_leaves_it_no_room(rows: int, breaks: list[int]) -> None:
    made = sheet(*[grid(rows, "小区", "户数")] * 2)
    assert [one.id for one in made.row_breaks.brk] == breaks


def test_a_sheet_with_page_breaks_is_scaled_for_excel_ignores_them_where_it_fits() -> None:
    made = sheet(*[grid(40, "小区", *(f"{year}年计划改造户数（户）" for year in range(2021, 2027)))] * 2)
    width = sum(column.width for column in made.column_dimensions.values())
    assert made.row_breaks.brk and not fitted(made)
    assert made.page_setup.scale is not None and 30 < made.page_setup.scale < 100
    assert width * 5.25 * made.page_setup.scale / 100 < 523  # points that A4 has between the margins


def test_a_table_among_others_that_is_little_more_than_a_page_is_made_smaller() -> None:
    """Not if it is the last, for that one's header repeats."""
    made = sheet(grid(10, "小区", "户数"), grid(50, "小区", "户数"), grid(10, "小区", "户数"))
    first, second = [one.id for one in made.row_breaks.brk]
    tall = sum(made.row_dimensions[row].height or 15 for row in range(first + 1, second + 1))
    assert sheet(grid(10, "小区", "户数"), grid(50, "小区", "户数")).page_setup.scale in (None, 100)
    assert made.page_setup.scale is not None and tall > 727 >= tall * made.page_setup.scale / 100


def test_a_table_that_was_made_just_small_enough_is_on_one_page() -> None:
    pages, tops = [15 / 480] * 56, [1, 15, 55]
    smaller = shrinking(pages, tops)
    assert smaller == pytest.approx(FULL / (40 * 15 / 480))
    assert page_breaks([page * smaller for page in pages], tops) == [14, 54]


@pytest.mark.parametrize(
    ("text", "width", "written"),
    [
        ("户数（户）", 12, "户数（户）"),
        ("户数（户）", 8, "户数\n（户）"),
        ("计划改造\n总投资\n（万元）", 14, "计划改造\n总投资\n（万元）"),
        ("建成\n时间\n（年）", 11, "建成时间\n（年）"),
        ("2000年\n底以前", 16, "2000年底以前"),
    ],
)
def test_a_head_breaks_between_words_and_only_where_its_column_is_narrow(text: str, width: int, written: str) -> None:
    assert head_text(text, width) == written


def test_long_text_wraps_early_over_numbers_of_another_table() -> None:
    prose = Grid(
        "办法", plain_header("出资方", "用途"), [[Cell("居民"), Cell("加装电梯、户内改造和直接受益的完善类项目" * 2)]]
    )
    assert sheet(prose).column_dimensions["B"].width == 54
    assert sheet(prose, grid(3, "小区", "户数")).column_dimensions["B"].width == 30
