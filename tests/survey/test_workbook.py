"""A file's cells: nothing shifts, and nothing that is there passes for blank."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES

from planbook.survey.workbook import Grid, UnreadableError, column_of, open_workbook


@pytest.fixture
def grid(tmp_path: Path) -> Grid:
    book = Workbook()
    page = book.active
    page.title = "表"
    page["C3"], page["D4"], page["C5"], page["C6"] = 5, "文", "=1/0", "#REF!"
    page["C6"].data_type = "e"
    page["AB7"] = "=A1"
    page.merge_cells("F3:H3")
    page["F3"] = "合"
    book.save(tmp_path / "表.xlsx")
    return open_workbook("表.xlsx", (tmp_path / "表.xlsx").read_bytes()).grids["表"]


def test_cells_keep_their_addresses_though_leading_rows_and_columns_are_blank(grid: Grid) -> None:
    assert (grid.cell(3, 2).address, grid.cell(3, 2).value) == ("C3", 5)
    assert (grid.cell(4, 3).address, grid.cell(4, 3).value) == ("D4", "文")
    assert grid.cell(1, 0).blank
    assert grid.cell(99, 99).blank


def test_error_values_and_formulas_without_result_are_not_blank(grid: Grid) -> None:
    assert "#REF!" in ERROR_CODES
    assert (grid.cell(6, 2).value, grid.cell(6, 2).flaw) == ("#REF!", "error-value")
    assert (grid.cell(5, 2).value, grid.cell(5, 2).flaw) == ("=1/0", "no-value")
    assert grid.cell(7, 27).flaw == "no-value", "beyond what calamine shows as used"
    assert (grid.height, grid.width) == (7, 28)


def test_merged_cells_show_their_first_one(grid: Grid) -> None:
    assert grid.merged_cell(3, 7).value == "合"
    assert grid.cell(3, 7).blank
    assert grid.merged_cell(3, 8).blank


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xls", b"\xd0\xcf", "另存为"),
        ("a.et", b"x", "另存为"),
        ("a.xlsx", b"", "文件为空"),
        ("a.xlsx", b"%PDF-1.7", "PDF"),
        ("a.xlsx", b"PK\x03\x04" + bytes(40), "不完整或已损坏"),
    ],
)
def test_what_is_not_an_xlsx_workbook_is_refused_with_the_cure(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as error:
        open_workbook(name, data)
    assert reason in error.value.reason
    assert error.value.reason.endswith("。")


def test_column_numbers_are_those_of_letters() -> None:
    assert [column_of(address) for address in ("A1", "Z9", "AA10", "AB7")] == [0, 25, 26, 27]
