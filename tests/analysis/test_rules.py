"""The plan's rules: each verdict from rows made for it, with the rows that break it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


def without(table: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    return table[table[column] != value]


def test_unsafe_housing_is_known_from_the_countys_appraisal_alone(params: Params) -> None:
    def unsafe(names: tuple[str, ...] | None) -> Rule:
        return verdicts(params.model_copy(update={"unsafe": names}), *sound())["scope.unsafe"]

    assert unsafe(()).verdict == "pass"
    assert (unsafe(("2023 院",)).verdict, unsafe(("2023 院",)).places[0]["name"]) == ("fail", "2023院")
    unknown, stranger = unsafe(None), unsafe(("某院",))
    assert unknown.verdict == stranger.verdict == "not_computable"
    assert "没有房屋鉴定结果" in unknown.details[0] and "某院不在调查表中" in stranger.details[0]
    assert unknown.mend and unknown.edit == "params: unsafe"


def test_every_basic_item_needs_the_catalogue_and_a_standard(params: Params) -> None:
    def basic(reference: Reference) -> Rule:
        return verdicts(params, *sound(), reference=reference)["catalogue.basic"]

    bare = basic(replace(REFERENCE, standards=without(REFERENCE.standards, "id", "lightning")))
    assert (bare.verdict, bare.figure, bare.details) == ("fail", 17, ("防雷设施没有改造标准",))
    assert bare.places[0]["name"] == "防雷设施"
    optional = REFERENCE.catalogue.assign(
        tier=REFERENCE.catalogue["tier"].mask(REFERENCE.catalogue["code"] == "J05", "可选")
    )
    assert basic(replace(REFERENCE, catalogue=optional)).details == ("排水没有列为必选项",)


def test_the_catalogue_has_as_many_items_of_each_tier_as_the_plan_says(params: Params) -> None:
    shorter = replace(REFERENCE, catalogue=without(REFERENCE.catalogue, "code", "T15"))
    found = verdicts(params, *sound(), reference=shorter)["catalogue.tiers"]
    assert (found.verdict, found.figure, found.limit, found.bound) == ("fail", 50, "51项", "51")
    assert found.details == ("可选项16项，应为17项",)


@pytest.mark.parametrize(
    ("grade", "asked", "lacking"),
    [
        ("基础级", {"needs_improve": ()}, 18),
        ("基础级", {"needs_improve": ("W18",)}, 0),
        ("完善级", {"needs_improve": ("W01", "W02", "W03", "W06")}, 1),
        ("完善级", {"needs_improve": ("W01", "W02", "W03", "W06", "W07")}, 0),
        ("提升级", {"needs_improve": ("W01", "W02", "W03", "W06", "W07")}, 11),
    ],
)
def test_a_grade_wants_its_items_asked_for_somewhere_in_the_county(
    params: Params, grade: str, asked: dict[str, Any], lacking: int
) -> None:
    graded = params.model_copy(update={"grade": params.grade.model_copy(update={"level": grade})})
    found = verdicts(graded, community("甲", 5, **asked))["grade.items"]
    assert (found.figure, found.verdict) == (lacking, "fail" if lacking else "pass")
    assert len(found.places) == lacking


def test_a_historic_community_needs_a_requirement_of_protection_that_concerns_it(params: Params) -> None:
    historic = community("老街", 5, period="historic", needs_improve=("W18",))

    def protection(**standard: Any) -> str:
        row = REFERENCE.standards.iloc[[0]].assign(historic=True, strictness="应").assign(**standard)
        return verdicts(params, historic, reference=replace(REFERENCE, standards=row))["historic.protection"].verdict

    assert protection(codes=[("J14",)]) == "pass"  # obligatory everywhere
    assert protection(codes=[("W18",)]) == "pass"  # asked for here
    assert protection(codes=[("W17",)]) == "fail"
    assert protection(codes=[("J14",)], strictness="宜") == "fail"
    assert protection(codes=[("J14",)], historic=False) == "fail"
    assert verdicts(params, *sound()[:1])["historic.protection"].verdict == "not_applicable"


def test_a_year_that_no_form_states_is_missed(params: Params) -> None:
    frame = with_scope(rows(*sound()).frame, params)
    annual = form_of(frame, params.period.years[:-1])
    found = {rule.id: rule for rule in audit(Evidence(frame, annual, REFERENCE, params, {"yi": params}))}
    assert (found["sum.households"].figure, found["sum.households"].verdict) == (83, "fail")
    assert found["sum.share"].figure == 83
    assert found["form.list"].details == (f"{params.unit.name}的年度计划表没有2025年",)


def test_the_prefecture_asks_every_county(params: Params) -> None:
    prefecture, frame = load_params(PROJECT, "tacheng"), with_scope(rows(*sound()).frame, params)
    members = {"yi": params, "bing": params.model_copy(update={"unsafe": None})}
    evidence = Evidence(frame, form_of(frame, params.period.years), REFERENCE, prefecture, members)
    found = {rule.id: rule for rule in audit(evidence)}
    assert found["post-share.counties"].verdict == "pass"
    assert found["scope.unsafe"].verdict == "not_computable"


COMMUNITIES = st.lists(
    st.fixed_dictionaries(
        {
            "plan_year": st.integers(2021, 2025),
            "households": st.integers(1, 900),
            "year_built": st.integers(1975, 2005),
            "buildings": st.integers(1, 20),
            "area": st.decimals(min_value="0.01", max_value="20", places=4),
            "investment": st.decimals(min_value="1", max_value="5000", places=2),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=COMMUNITIES, measure=st.sampled_from([key for key, _, _ in MEASURES]), by=st.integers(1, 50))
def test_years_add_up_exactly_when_the_forms_are_the_lists(
    params: Params, plan: list[dict[str, Any]], measure: str, by: int
) -> None:
    frame = with_scope(rows(*(community(f"{n}号", n, **one) for n, one in enumerate(plan, 5))).frame, params)
    annual = form_of(frame, params.period.years)
    found = {rule.id: rule for rule in audit(Evidence(frame, annual, REFERENCE, params, {"yi": params}))}
    sums = {id: rule for id, rule in found.items() if id.startswith("sum.")}
    assert {rule.verdict for rule in sums.values()} == {"pass"} and sums["sum.share"].figure == 100
    assert sum((found[f"target.{year}"].figure or 0) for year in params.period.years) == pytest.approx(100)
    annual.loc[0, f"{measure}_total"] += by
    found = {rule.id: rule for rule in audit(Evidence(frame, annual, REFERENCE, params, {"yi": params}))}
    failed = {id for id, rule in found.items() if id.startswith("sum.") and rule.verdict == "fail"}
    assert failed == {f"sum.{measure}"} | ({"sum.share"} if measure == "households" else set())
    assert found[f"sum.{measure}"].places[0]["row"] == 4 and found["form.list"].verdict == "fail"
