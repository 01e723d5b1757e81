"""The rounds of the repository, and a small workbook of the form that a test may spoil cell by cell."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from survey_form import workbook_bytes  # noqa: E402

from planbook.survey.store import County, Survey, open_survey  # noqa: E402

COUNTIES = (
    County("tachengshi", "塔城市", "654201"),
    County("wusu", "乌苏市", "654202", ("乌苏",)),
    County("shawan", "沙湾市", "654203", ("沙湾县",)),
    County("emin", "额敏县", "654221"),
    County("tuoli", "托里县", "654224"),
    County("yumin", "裕民县", "654225"),
    County("hebukesaier", "和布克赛尔蒙古自治县", "654226", ("和布克赛尔县",)),
)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def rounds() -> Path:
    return ROOT / "data" / "survey"


@pytest.fixture(scope="session")
def counties() -> tuple[County, ...]:
    return COUNTIES


@pytest.fixture(scope="session")
def august(rounds: Path) -> Survey:
    return open_survey(rounds / "2020-08", COUNTIES, cache=None)


def _community(name: str, year: int, **more: Any) -> dict[str, Any]:
    row = {
        "serial": 1,
        "county": "裕民县",
        "name": name,
        "year_built": year,
        "property_type": "公房",
        "area": 0.98,
        "households": 120,
        "buildings": 3,
        "needs_basic": "1、4、14",
        "needs_improve": "6",
        "needs_enhance": None,
        "funding": "中央补助",
        "investment": 288.5,
        "per_household": 2.4,
        "management": "社区代管",
        "renovation": "未改造",
        "plan_year": 2021,
        "funded_year": None,
    }
    return row | more


SMALL: Rows = {
    "before": [_community("红柳新村<东>", 1989), _community("金桥小区1~3号楼", 1995, households=80, investment=192)],
    "after": [_community("杏花苑", 2003)],
    "historic": [],
    "annual": [
        {"year": 2021, "prefecture": "塔城地区", "county": "裕民县"}
        | {"area_before": 1.96, "area_after": 0.98, "area_total": 2.94}
        | {"households_before": 200, "households_after": 120, "households_total": 320}
        | {"buildings_before": 6, "buildings_after": 3, "buildings_total": 9}
        | {"communities_before": 2, "communities_after": 1, "communities_total": 3}
        | {"investment_before": 480.5, "investment_after": 288.5, "investment_total": 769}
    ],
    "willingness": [
        {"serial": 1, "county": "裕民县", "name": "杏花苑", "sent": 90, "returned": 80, "willing": 70, "neutral": 8}
        | {"unwilling": 2, "willing_to_pay": 30, "concerns": "供水、停车场（库）、物业费"}
    ],
}


@pytest.fixture
def small() -> Rows:
    """Rows of a well-formed workbook of 裕民县: two communities before, one after 2000. Rows stand from row 5 on."""
    return copy.deepcopy(SMALL)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a workbook of the form into the test's folder."""

    def write_rows(rows: Rows, name: str = "裕民县.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(workbook_bytes("裕民县", "2020年8月", rows))
        return path

    return write_rows
