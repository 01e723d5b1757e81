"""Old .xls files: what their reader passes over in silence is told."""

from __future__ import annotations

import pytest

from planbook.survey.workbook import UnreadableError, open_workbook

from .xlsfile import xls_bytes


def test_errors_and_hidden_rows_of_an_xls_file_are_told() -> None:
    cells = {(0, 0): "小区名称", (1, 0): "红柳新村", (1, 1): 120.0, (2, 1): "#REF!", (3, 1): "=#DIV/0!"}
    grid = open_workbook("裕民县.xls", xls_bytes("2000年底以前", cells, hidden_rows=(1,))).grids["2000年底以前"]
    assert [grid.cell(row, 1).value for row in (2, 3, 4)] == [120.0, "#REF!", "#DIV/0!"]
    assert [grid.cell(row, 1).flaw for row in (2, 3, 4)] == ["", "error-value", "error-value"]
    assert grid.cell(2, 0).value == "红柳新村"
    assert grid.hidden_rows == {2}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xls_bytes("表", {(0, 0): 1.0}, encrypted=True), "password"),
        (xls_bytes("表", {(0, 0): 1.0, (65535, 255): 1.0}), "too-large"),
        (xls_bytes("表", {(0, 0): 1.0})[:700], "unreadable"),
        (xls_bytes("表", {(0, 0): 1.0})[:512] + bytes(4000), "unreadable"),
    ],
)
def test_an_xls_file_that_may_not_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as error:
        open_workbook("裕民县.xls", data)
    assert error.value.code == code
