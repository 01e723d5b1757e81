"""Worksheets on paper: how wide columns are, what paper they go on, and where pages end."""

from __future__ import annotations

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planbook.book.columns import head_text
from planbook.book.paper import PAPERS
from planbook.book.sheets import Book, Cell, Grid, Sheet, plain_header


def grid(rows: int, *heads: str) -> Grid:
    body = [[Cell(f"{n}号院"), *(Cell(n, "right") for _head in heads[1:])] for n in range(rows)]
    return Grid("表", plain_header(*heads), body)


def sheet(*grids: Grid) -> Worksheet:
    book = Book("书")
    book.add(Sheet("表", "", grids))
    return book.workbook["表"]


def widths(sheet: Worksheet) -> list[float]:
    return [column.width for column in sheet.column_dimensions.values()]


@pytest.mark.parametrize(("rows", "pages"), [(30, 0), (52, 1), (200, 0)])
def test_a_sheet_is_fitted_to_the_width_and_what_is_little_more_than_a_page_goes_on_one(rows: int, pages: int) -> None:
    made = sheet(grid(rows, "小区", "户数"))
    assert made.sheet_properties.pageSetUpPr is not None and made.sheet_properties.pageSetUpPr.fitToPage
    assert (made.page_setup.fitToWidth, made.page_setup.fitToHeight, made.page_setup.scale) == (1, pages, None)


@pytest.mark.parametrize(("rows", "breaks"), [(5, []), (30, [34])])
def test_a_table_begins_a_page_where_the_one_before_leaves_it_no_room(rows: int, breaks: list[int]) -> None:
    made = sheet(*[grid(rows, "小区", "户数")] * 2)
    assert [one.id for one in made.row_breaks.brk] == breaks


@pytest.mark.parametrize(("columns", "size", "across"), [(4, 9, False), (11, 9, True), (16, 8, True)])
def test_paper_is_as_large_as_readable_type_needs(columns: int, size: int, across: bool) -> None:
    """What is printed 10.5 points high is never made smaller than 9."""
    made = sheet(grid(9, "小区", *(f"{year}年计划（万平方米）" for year in range(2021, 2020 + columns))))
    paper = next(paper for paper in PAPERS if (paper.size, paper.across) == (size, across))
    assert (made.page_setup.paperSize, made.page_setup.orientation == "landscape") == (size, across)
    assert 10.5 * paper.width / (sum(widths(made)) * 5.25) >= 9


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


PROSE = "加装电梯、户内改造和直接受益的完善类项目" * 2


def words(*rows: tuple[str, ...]) -> Grid:
    return Grid("办法", plain_header(*"甲乙丙丁"[: len(rows[0])]), [[Cell(text) for text in row] for row in rows])


def test_a_column_is_as_wide_as_its_texts_unless_few_are_long() -> None:
    long, few = (PROSE[:20], "居民", PROSE[:20], PROSE[:20]), ("投工", "居民", PROSE[:20], PROSE[:20])
    assert widths(sheet(words(long[:2], long[:2])))[0] > 40
    assert widths(sheet(words(long, *[few] * 9)))[0] < 30


def test_a_number_is_never_wrapped_and_a_row_is_as_high_as_its_longest_text() -> None:
    rows = [[Cell(123456789012, "right"), Cell("好")], *[[Cell(1, "right"), Cell(PROSE)]] * 3]
    made = sheet(Grid("表", plain_header("数", "文"), rows))
    number, text = widths(made)
    assert number >= 14
    assert (made.row_dimensions[4].height or 0) >= 15 * 2 * len(PROSE) / text


def test_long_text_goes_over_the_columns_its_table_leaves_free_and_not_over_numbers() -> None:
    made = sheet(words(("居民", PROSE)), grid(30, "小区", *(f"{year}年（户）" for year in range(2021, 2026))))
    assert {str(range) for range in made.merged_cells.ranges} >= {"B2:F2", "B3:F3"}
    assert max(widths(made)[1:]) < 30


def test_numbers_and_texts_keep_off_the_lines_between_them() -> None:
    made = sheet(grid(1, "小区", "户数"))
    assert made["A3"].alignment.indent == 1 and made["B3"].number_format == "0_ "


def test_a_page_names_its_book_and_its_sheet() -> None:
    made = sheet(grid(1, "小区", "户数"))
    assert made.oddHeader is not None and (made.oddHeader.left.text, made.oddHeader.right.text) == ("书", "&A")
