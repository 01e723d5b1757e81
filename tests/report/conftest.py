"""Rows to make facts from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from planbook.report.rows import Rows


def community(name: str, row: int, **cells: Any) -> dict[str, Any]:
    """One survey row; what is not said is an ordinary small community."""
    return {
        "county": "yi", "county_name": "乙县", "name": name, "year_built": 1995, "property_type": "公房",
        "area": Decimal("1.2"), "households": 100, "buildings": 4, "needs_basic": ("J01", "J05"), "needs_improve": (),
        "needs_enhance": (), "funding": "中央补助", "investment": Decimal("240"), "per_household": Decimal("2.4"),
        "management": "社区代管", "renovation": "未改造", "plan_year": 2021, "funded_year": pd.NA, "period": "before",
        "file": "乙县.xlsx", "sheet": "2000年底以前", "row": row, **cells,
    }  # fmt: skip


def rows(*communities: dict[str, Any], label: str = "小区") -> Rows:
    """Some communities as rows; none keeps the columns."""
    frame = pd.DataFrame(list(communities) or [community("", 0)]).iloc[: len(communities)]
    for column in ("year_built", "households", "buildings", "plan_year", "funded_year"):
        frame[column] = frame[column].astype("Int64")
    return Rows(frame, label)
