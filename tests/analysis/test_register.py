"""What the appendices list, and how they say it."""

from __future__ import annotations

import pandas as pd

from planbook.analysis.register import correction_rows, form_numbers, issue_rows, left_out
from planbook.params import Period
from planbook.survey.issues import Correction, Issue


def test_items_are_listed_by_the_numbers_of_the_form_most_urgent_first() -> None:
    assert form_numbers(("J14", "J05", "J10")) == "14、5、10"
    assert form_numbers(()) is None


def test_every_community_outside_the_plan_has_its_reason() -> None:
    communities = pd.DataFrame(
        {
            "name": ["甲", "乙", "丙", "丁"],
            "planned": [True, False, False, False],
            "reason": ["", "2005年底以后建成", "", ""],
            "plan_year": pd.Series([2021, 2022, pd.NA, 2027], dtype="Int64"),
        }
    )
    found = left_out(communities, Period())
    assert dict(zip(found["name"], found["reason"], strict=True)) == {
        "乙": "2005年底以后建成",
        "丙": "未安排改造年度",
        "丁": "计划改造年度2027年不在2021—2025年内",
    }


def test_mends_say_what_was_done_and_where() -> None:
    found = correction_rows([Correction("甲.xlsx", "2000年底以前", "C12", " 一号院", "一号院", "blank")])
    assert found.loc[0, ["row", "value", "done"]].to_list() == [12, "一号院", "去掉首尾空格和换行"]


def test_the_gravest_doubts_come_first_and_those_of_a_whole_sheet_stand_at_its_title() -> None:
    found = issue_rows(
        [
            Issue("甲.xlsx", "居民意愿", "", "extra-sheet", "warning", "", "未读取。"),
            Issue("甲.xlsx", "2000年底以前", "F9", "range", "error", "-1", "请核对。"),
        ]
    )
    assert found[["severity", "row"]].to_numpy().tolist() == [["错误", 9], ["警告", 1]]


def test_a_faultless_survey_keeps_the_columns() -> None:
    assert correction_rows([]).empty and "done" in correction_rows([])
    assert issue_rows([]).empty and "message" in issue_rows([])
