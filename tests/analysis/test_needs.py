"""Urgency by item, and by county."""

from __future__ import annotations

import math

from planbook.analysis.needs import by_county, urgency
from planbook.report.facts import score
from tests.report.conftest import community, rows


def test_urgency_agrees_with_the_fact_of_it() -> None:
    found = rows(community("甲", 5), community("乙", 6, needs_basic=("J05",)), community("丙", 7, needs_basic=()))
    table = urgency(found.frame, "needs_basic", ["J01", "J05", "J04"], (5, 4))
    assert table.loc["J05"].to_dict() == {"asking": 2, "first": 1, "score": 9}
    assert table.loc["J04"].to_dict() == {"asking": 0, "first": 0, "score": 0}
    assert score("s", found, "needs_basic", "J05", (5, 4)).value == table.loc["J05", "score"]


def test_a_county_without_communities_has_no_percentage() -> None:
    table = by_county(rows(community("甲", 5)).frame, "needs_basic", ["J01", "J04"], ["yi", "jia"])
    assert list(table.loc["yi"]) == [100, 0]
    assert all(math.isnan(value) for value in table.loc["jia"])
