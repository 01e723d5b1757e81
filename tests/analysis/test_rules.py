"""The plan's rules: each verdict from rows made for it, with the rows that break it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planbook.analysis.plan import listed_total
from planbook.analysis.rules import Evidence, Rule, audit
from planbook.analysis.scope import with_scope
from planbook.params import Params, load_params
from planbook.project import Project
from planbook.reference import Reference, load_reference
from planbook.survey.form import MEASURES, PARTS
from tests.report.conftest import community, rows

PROJECT = Project(Path(__file__).resolve().parents[2])
REFERENCE = load_reference(PROJECT)


@pytest.fixture(scope="module")
def params() -> Params:
    """A county's, whose appraisal found no unsafe housing."""
    return load_params(PROJECT, "yumin", {"unsafe": []})


def form_of(frame: pd.DataFrame, years: tuple[int, ...], wrong: Mapping[str, int] | None = None) -> pd.DataFrame:
    """The annual form that agrees with the communities, but for `wrong`."""
    out = []
    for row, year in enumerate(years, 4):
        mine = frame[frame["planned"] & (frame["plan_year"] == year)]
        cells = {f"{m}_{p}": listed_total(mine, m, p) for m, _, _ in MEASURES for p, _ in PARTS}
        address = {
            "county": "yi",
            "county_name": "乙县",
            "year": year,
            "file": "乙县.xlsx",
            "sheet": "计划表",
            "row": row,
        }
        out.append({**address, **cells, **(wrong or {})})
    return pd.DataFrame(out)


def verdicts(
    params: Params,
    *communities: dict[str, Any],
    wrong: Mapping[str, int] | None = None,
    reference: Reference = REFERENCE,
) -> dict[str, Rule]:
    frame = with_scope(rows(*communities).frame, params)
    annual = form_of(frame, params.period.years, wrong)
    return {rule.id: rule for rule in audit(Evidence(frame, annual, reference, params, {"yi": params}))}


def sound() -> list[dict[str, Any]]:
    """Five communities, one a year, exactly as the targets want it."""
    shares = {2021: 30, 2022: 20, 2023: 18, 2024: 15, 2025: 17}
    return [
        community(
            f"{year}院", year - 2016, plan_year=year, households=n, investment=Decimal(n) * Decimal("2.4"),
            needs_improve=("W01",), period="historic" if year == 2025 else "before",
        )
        for year, n in shares.items()
    ]  # fmt: skip


def test_a_sound_plan_breaks_no_rule(params: Params) -> None:
    found = verdicts(params, *sound())
    assert {id: rule.verdict for id, rule in found.items() if rule.verdict != "pass"} == {}
    assert not any(len(rule.rows) for rule in found.values())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"year_built": 2006}, "scope.latest"),
        ({"year_built": pd.NA}, "scope.year-known"),
        ({"year_built": 2001}, "scope.sheet"),
        ({"funded_year": 2019}, "scope.funded-again"),
        ({"plan_year": pd.NA}, "scope.all-scheduled"),
        ({"per_household": Decimal("2.5")}, "money.per-household"),
        ({"funding": None}, "money.source"),
    ],
)
def test_one_community_breaks_one_rule_and_is_named(params: Params, change: dict[str, Any], rule: str) -> None:
    communities = sound()
    communities[1] |= change
    broken = verdicts(params, *communities)[rule]
    assert broken.verdict == "fail"
    assert [(place["name"], place["row"]) for place in broken.places] == [("2022院", 6)]
    assert broken.mend and (broken.figure == 1 or broken.unit == "万元")


def test_the_cap_holds_at_exactly_fifteen_percent_and_not_above(params: Params) -> None:
    def cap(households: int) -> Rule:
        young = community("新院", 20, plan_year=2021, year_built=2003, households=households, period="after")
        old = community("老院", 21, plan_year=2021, households=8500)
        return verdicts(params, young, old)["post-share.2021"]

    assert (cap(1500).verdict, cap(1500).figure) == ("pass", 15)
    assert (cap(1501).verdict, list(cap(1501).rows["name"])) == ("fail", ["新院"])


def test_years_without_a_plan_are_not_applicable_to_the_cap(params: Params) -> None:
    found = verdicts(params, community("甲", 5))
    assert found["post-share.2022"].verdict == "not_applicable"
    assert found["target.2021"].verdict == "fail"
    assert found["target.2021"].figure == 100


def test_without_any_community_nothing_is_judged_good(params: Params) -> None:
    found = verdicts(params)
    assert found["scope.latest"].verdict == "not_applicable"
    assert found["target.2021"].verdict == "not_computable"
    assert found["money.per-household"].verdict == "not_computable"


def test_the_annual_form_is_held_against_the_list_cell_by_cell(params: Params) -> None:
    found = verdicts(params, *sound(), wrong={"households_total": 1})["form.list"]
    assert (found.verdict, found.figure) == ("fail", 5)
    assert list(found.rows["row"]) == [4, 5, 6, 7, 8]


def test_what_may_not_be_in_the_plan_does_not_count_in_it(params: Params) -> None:
    frame = with_scope(
        rows(community("甲", 5), community("乙", 6, funded_year=2020), community("丙", 7, year_built=2010)).frame,
        params,
    )
    assert list(frame["planned"]) == [True, False, False]
    assert list(frame["reason"]) == ["", "2020年已列入中央补助", "2005年底以后建成"]
