"""Whatever a round holds, a prefecture's figures are the sums of its counties', and the years' sums the plan's."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planbook.params import Params, Unit
from planbook.project import Project
from planbook.reference import load_reference
from planbook.report.chapter import Chapter
from planbook.report.facts import Fact
from planbook.survey import frames
from planbook.survey.county import County
from planbook.survey.read import CountySurvey
from planbook.survey.rounds import RoundInfo
from planbook.survey.store import Survey
from tests.conftest import ROOT
from tests.report.conftest import community

IDS = ("jia", "yi", "bing")
NAMES = dict(zip(IDS, ("甲县", "乙县", "丙县"), strict=True))
TARGETS = {2021: Decimal(30), 2022: Decimal(20), 2023: Decimal(18), 2024: Decimal(15)}
REFERENCE = load_reference(Project(ROOT))
INFO = RoundInfo(
    id="2020-08",
    date="2020-08",
    label="2020年8月",
    surveyor="甲",
    coverage="城区",
    synthetic=True,
    needs_weights=(5, 1),
)
MEASURES = ("area", "households", "buildings", "communities", "investment")

rows = st.fixed_dictionaries(
    {
        "county": st.sampled_from(IDS),
        "year_built": st.none() | st.integers(1960, 2012),
        "area": st.none() | st.decimals("0.01", 30, places=4),
        "households": st.none() | st.integers(1, 3000),
        "buildings": st.none() | st.integers(1, 60),
        "investment": st.none() | st.decimals(0, 9999, places=2),
        "plan_year": st.none() | st.integers(2019, 2026),
        "funded_year": st.none() | st.sampled_from([2018, 2019, 2020]),
        "needs_improve": st.sampled_from([(), ("W01",), ("W02", "W01")]),
    }
)


def survey_of(communities: Sequence[dict[str, Any]], counties: Sequence[str]) -> Survey:
    parts = {}
    for id in counties:
        own = [
            community(f"{n}号院", n, unread=(), places=(), **row) | {"county_name": NAMES[id]}
            for n, row in enumerate(communities, 5)
            if row["county"] == id
        ]
        blank = frames.from_rows("annual", ()), frames.from_rows("willingness", ())
        parts[id] = CountySurvey(id, (), frames.from_rows("communities", own), *blank, (), ())
    return Survey(INFO, parts, ())


def chapter_of(unit: str, communities: Sequence[dict[str, Any]], counties: Sequence[str]) -> Chapter:
    county = unit in IDS
    name = NAMES.get(unit, "甲地区")
    level: Literal["county", "prefecture"] = "county" if county else "prefecture"
    own = Unit(code="654299", name=name, level=level, government=name, department=name)
    params = Params(unit=own, counties=() if county else tuple(counties), round="2020-08", targets=TARGETS)
    known = [County(id, NAMES[id], "654299", ()) for id in counties]
    survey = survey_of(communities, counties)
    return Chapter("09", unit, INFO.id, params, lambda: survey, REFERENCE, known, Path(), set(), {})


@settings(max_examples=20, deadline=None)
@given(st.lists(rows, max_size=15))
def test_the_prefecture_is_the_sum_of_its_counties_in_every_measure_and_year(communities: list[dict[str, Any]]) -> None:
    whole = measured(chapter_of("diqu", communities, IDS))
    parts = [measured(chapter_of(id, communities, (id,))) for id in IDS]
    for what, measures in whole.items():
        for key, fact in measures.items():
            assert fact.number == sum(part[what][key].number for part in parts), (what, key)
    for key, fact in whole["plan"].items():
        assert fact.number == sum(whole[f"plan.{year}"][key].number for year in range(2021, 2026))


def measured(chapter: Chapter) -> dict[str, dict[str, Fact]]:
    """The form's five measures of all communities, of the older ones, of the plan and of each of its years."""
    groups = {"stock": chapter.communities, "stock.before": chapter.before, "plan": chapter.planned}
    groups |= {f"plan.{year}": chapter.planned_in(year) for year in chapter.params.period.years}
    return {name: chapter.measures(name, rows) for name, rows in groups.items()}


def test_the_sums_hold_where_everything_is_missing() -> None:
    blank = {"county": "yi", "year_built": None, "area": None, "households": None, "buildings": None}
    chapter = chapter_of("diqu", [{**blank, "investment": None, "plan_year": 2021, "funded_year": None}], IDS)
    assert pd.isna(chapter.communities.frame["year_built"].iloc[0])
    assert len(chapter.planned) == 0
