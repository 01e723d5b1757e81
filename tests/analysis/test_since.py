"""Communities of two rounds: new, gone, renamed, filled in otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from planbook.analysis.since import changes, without_twin
from planbook.survey.frames import TABLES, from_rows


def community(name: str, county: str = "jia", row: int = 5, **values: Any) -> dict[str, Any]:
    blank = {key: () if kind == "codes" else None for key, kind in TABLES["communities"].items()}
    figures = {"year_built": 1990, "area": Decimal("1.2"), "households": 100, "buildings": 3, "needs_basic": ("J01",)}
    where = {"county": county, "county_name": county, "file": "a.xlsx", "sheet": "2000年底以前", "row": row}
    return {**blank, **figures, **where, "name": name, **values}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return from_rows("communities", rows)


def test_each_community_is_what_became_of_it() -> None:
    then = frame(
        community("甲院", row=5), community("乙院", row=6, households=80, area=Decimal("2.5"), year_built=1985),
        community("拆除的院", row=7, households=40, year_built=1970, buildings=1), community("未报的院", "yi", row=5),
    )  # fmt: skip
    now = frame(
        community("甲 院", row=9, households=101),
        community("丙院", row=6, households=80, area=Decimal("2.50"), year_built=1985),
        community("新院", row=7, households=300, year_built=1999, buildings=9), community("首报的院", "bing", row=5),
    )  # fmt: skip
    found = changes(then, now, ["jia"])
    assert [list(one["name"]) for one in (found.newly, found.lost, found.came, found.gone)] == [
        ["首报的院"], ["未报的院"], ["新院"], ["拆除的院"],
    ]  # fmt: skip
    assert list(zip(found.then["name"], found.now["name"], strict=True)) == [("甲院", "甲 院"), ("乙院", "丙院")]
    edits = [(edit.column.key, edit.then[edit.column.key], edit.now[edit.column.key]) for edit in found.edits]
    assert edits == [("households", 100, 101), ("name", "乙院", "丙院")]
    assert (found.renamed, found.changed) == ([False, True], [True, False])


def test_figures_that_went_up_down_or_came_and_went_are_told_apart() -> None:
    names, was, became = "甲乙丙丁戊己", [10, 10, 10, None, 10, None], [11, 9, 10, 7, None, None]
    then, now = (
        frame(*(community(f"{name}院", households=n) for name, n in zip(names, figures, strict=True)))
        for figures in (was, became)
    )
    moved = changes(then, now, ["jia"]).moved("households")
    told = {key: "".join(name for name, so in zip(names, mask, strict=True) if so) for key, mask in moved.items()}
    assert told == {"more": "甲", "fewer": "乙", "filled": "丁", "blank": "戊"}


def test_a_row_that_only_stands_elsewhere_has_its_twin() -> None:
    then = frame(community("甲院", row=5), community("乙院", row=6), community("丙院", "yi"))
    now = frame(community("乙院", row=5), community("甲院", row=6, households=99))
    assert list(without_twin(now, then, ["jia"])["name"]) == ["甲院"]
    assert list(without_twin(then, now, ["jia"])["name"]) == ["甲院"]
