"""What a drawing shows, as its CSV and its trace have it."""

from __future__ import annotations

import pandas as pd
import pytest

from planbook.report import facts
from planbook.report.data import Data, facts_by_name, texts
from tests.report.conftest import community, rows


def test_the_csv_has_the_printed_figures_and_a_blank_for_a_missing_one() -> None:
    known = facts.total("a", rows(community("甲", 5)), "area")
    unknown = facts.total("b", rows(community("乙", 6, area=pd.NA)), "area")
    data = facts_by_name("县（市）", {"面积（万平方米）": {"甲县": known, "乙县": unknown}})
    assert data.csv() == "县（市）,面积（万平方米）\r\n甲县,1.20\r\n乙县,\r\n"
    assert data.as_dict()["rows"][0][1] == {"text": "1.20", "fact": "a", "value": "1.2"}
    assert data.facts == [known, unknown]


def test_a_diagrams_words_may_hold_commas() -> None:
    assert texts(("阶段", "内容"), [("准备", "征询,公开")]).csv() == '阶段,内容\r\n准备,"征询,公开"\r\n'


def test_a_row_is_as_long_as_the_heads() -> None:
    with pytest.raises(ValueError, match="as long as the heads"):
        Data(("一", "二"), (("甲",),))
