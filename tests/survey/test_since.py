"""A round beside an earlier one: what is gone and what has changed is named in this round's workbook."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from survey_form import workbook_bytes

from planbook.survey.check import Bounds
from planbook.survey.since import compared, earlier_round
from planbook.survey.store import Survey, open_survey

from .conftest import COUNTIES, SMALL


def reread(tmp_path: Path, **rounds: Any) -> Survey:
    for month, rows in rounds.items():
        folder = tmp_path / f"2020-{month.removeprefix('m')}"
        folder.mkdir()
        (folder / "裕民县.xlsx").write_bytes(workbook_bytes("裕民县", "2020年", rows))
    now, earlier = tmp_path / "2020-08", earlier_round(tmp_path / "2020-08")
    assert earlier is not None
    first, second = (open_survey(one, COUNTIES, cache=None, implied=True) for one in (now, earlier))
    return compared(first, second, Bounds())


def test_a_community_that_is_gone_is_named_and_a_changed_figure_at_its_cell(tmp_path: Path) -> None:
    rows = copy.deepcopy(SMALL)
    rows["before"] = [rows["before"][1] | {"households": 81}, rows["before"][0] | {"buildings": 4}]
    rows["before"][1]["name"] += "二期"
    rows["after"][0]["buildings"] = 4
    found = [i for i in reread(tmp_path, m08=rows, m05=SMALL).issues if i.code in ("vanished", "changed")]
    assert [(i.file, i.sheet, i.cell, i.severity, i.value) for i in found] == [
        ("裕民县.xlsx", "", "", "warning", ""),
        ("裕民县.xlsx", "2000年底以后", "H5", "warning", "4"),
    ]
    assert "“2000年底以前”表有“红柳新村<东>”，本轮没有" in found[0].message
    assert "2020-05为3，本轮为4" in found[1].message


def test_rounds_that_agree_have_nothing_to_say(tmp_path: Path) -> None:
    assert [i.code for i in reread(tmp_path, m08=SMALL, m05=SMALL).issues if i.file == "裕民县.xlsx"] == []


def test_the_earlier_round_is_the_last_one_before(tmp_path: Path) -> None:
    for name in ("2019-11", "2020-05", "2020-05-补报", "2020-08", "2020-12", "备份"):
        (tmp_path / name).mkdir()
    assert earlier_round(tmp_path / "2020-08") == tmp_path / "2020-05-补报"
    assert earlier_round(tmp_path / "2019-11") is None
    assert earlier_round(tmp_path / "备份") is None


def test_the_rounds_of_the_repository_agree(rounds: Path, august: Survey) -> None:
    may = open_survey(rounds / "2020-05", COUNTIES, cache=None)
    codes = {issue.code for issue in compared(august, may, Bounds()).issues}
    assert not codes & {"vanished", "changed"}
