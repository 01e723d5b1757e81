"""A figure that a reference row states: as exact as it is written there."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from planbook.report.facts import Fact, stated
from planbook.report.rows import Rows


def _row(value: str, *more: str) -> Rows:
    cells = [value, *more]
    rows = range(2, len(cells) + 2)
    return Rows(pd.DataFrame({"value": cells, "file": "standards.csv", "sheet": "", "row": rows}), "改造标准", "项")


@pytest.mark.parametrize(
    ("written", "value", "unit", "printed"),
    [
        ("120", Decimal(120), "m", "120"),  # a unit the forms do not have
        ("65", Decimal(65), "%", "65"),  # not 65.0, as a share is printed
        ("0.50", Decimal("0.50"), "m", "0.50"),
        ("0", Decimal(0), "m", "0"),
        ("一户一表", "一户一表", "", "一户一表"),
        ("不小于120", "不小于120", "", "不小于120"),
    ],
)
def test_a_stated_figure_is_printed_as_it_is_written(written: str, value: object, unit: str, printed: str) -> None:
    fact = stated("standards.x", _row(written), "value", unit or "㎡")
    assert (fact.value, fact.unit, fact.display) == (value, unit, printed)
    assert fact.sources == ({"file": "standards.csv", "sheet": "", "rows": "2"},)


def test_an_empty_cell_states_nothing() -> None:
    fact: Fact = stated("standards.x", _row(""), "value", "m")
    assert (fact.value, fact.status, fact.display) == (None, "not_applicable", "不适用")


def test_two_rows_state_no_one_figure() -> None:
    with pytest.raises(ValueError, match="2 rows"):
        stated("standards.x", _row("65", "75"), "value", "%")
