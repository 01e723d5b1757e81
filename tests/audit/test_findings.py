"""What a document contradicts: the published plan's contradictions are found and explained, a sound plan has none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planbook.analysis.rules import Evidence
from planbook.audit.findings import Finding, contradictions, findings
from planbook.audit.published import Document, Published, read_published
from planbook.audit.units import audit_units
from planbook.project import Project

PROJECT = Project(Path(__file__).resolve().parents[2])
YEARS = (2021, 2022, 2023, 2024, 2025)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return audit_units(PROJECT, ["tacheng"])[0].evidence


@pytest.fixture(scope="module")
def found(evidence: Evidence) -> dict[str, Finding]:
    document = read_published(PROJECT.data / "published" / "2021-2025.yml")
    return {finding.id: finding for finding in findings(document, evidence)}


def of(content: Mapping[str, Any], evidence: Evidence) -> dict[str, str]:
    document = Document(Published.model_validate(content), "旧规划.yml", {})
    return {finding.id: finding.text for finding in contradictions(findings(document, evidence))}


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("sum.area", "五年合计写建筑面积431.91万平方米，各年相加为1147.8625万平方米，多715.9525万平方米。"),
        ("sum.households", "五年合计写户数48715户，各年相加为155078户，多106363户。"),
        ("sum.buildings", "五年合计写楼栋数1587栋，各年相加为4386栋，多2799栋。"),
        ("sum.communities", "五年合计写小区数380个，各年相加为821个，多441个。"),
        ("sum.share", "各年占比相加为103.4%，比100%多3.4个百分点。"),
        ("share.2021", "2021年写5549户、占47%，按五年合计48715户应占11.4%，相差35.6个百分点。"),
        ("share.2023", "2023年写923户、占7.8%，按五年合计48715户应占1.9%，相差5.9个百分点。"),
        ("target.2021", "2021年的分期目标为30%，所写占比47%，高17个百分点；按户数算占11.4%，低18.6个百分点。"),
        ("data.agrees", "五年合计的建筑面积、户数、楼栋数、小区数与小区清单一致。"),
    ],
)
def test_the_published_plan_is_told_its_contradictions(found: dict[str, Finding], id: str, said: str) -> None:
    assert found[id].text == said


def test_one_year_of_the_published_plan_is_larger_than_the_whole(found: dict[str, Finding]) -> None:
    text = found["larger.2025"].text
    assert text.startswith("2025年一年就比五年合计还大：")
    assert "户数写144833户，五年合计48715户，多96118户" in text and text.endswith("减去这几年为38470户。")
    assert {pair.name for pair in found["larger.2025"].figures} == {"建筑面积", "户数", "楼栋数", "小区数"}
    assert "登记51466户" in found["registered.2025"].text


def test_the_bases_of_the_shares_tell_that_the_years_were_computed_on_another_total(found: dict[str, Finding]) -> None:
    four, last = found["base.2021"], found["base.2025"]
    assert four.text.startswith("2021—2024年的占比都对应约11830户的总数") and "另一个总数" in four.text
    assert [round(pair.stated) for pair in four.figures] == [11806, 11986, 11833, 11833]
    assert "约852000户" in last.text and "不是其余各年所用的约11830户" in last.text and "从别处取来" in last.text
    assert "17%恰好是分期目标的余数（100%−30%−20%−18%−15%）" in last.text
    assert last.place == "2021-2025.yml: line 14"


def test_every_share_and_year_of_the_published_plan_is_found_wrong(found: dict[str, Finding]) -> None:
    for kind in ("share", "target", "data"):
        assert {f"{kind}.{year}" for year in YEARS} <= set(found)
    assert len(contradictions(found.values())) == len(found) - 1


def test_every_contradiction_has_both_figures_and_their_difference(found: dict[str, Finding]) -> None:
    for finding in contradictions(found.values()):
        assert finding.figures and finding.text.endswith("。") and finding.place
        for pair in finding.as_dict()["figures"]:
            assert Decimal(pair["stated"]) - Decimal(pair["found"]) == Decimal(pair["difference"]) != 0 or (
                finding.id.startswith("target.")
            )


def test_a_document_that_says_nothing_of_a_thing_is_not_blamed_for_it(evidence: Evidence) -> None:
    assert of({"five_year": {"households": 48715}}, evidence) == {}
    assert of({"years": {2021: {"share": 30}}}, evidence) == {}
    assert set(of({"years": {2021: {"households": 5}}}, evidence)) == {"data.2021"}


def test_an_older_plans_years_are_not_held_against_this_ones_survey(evidence: Evidence) -> None:
    years = {year: {"households": 10, "share": 20} for year in range(2016, 2021)}
    assert of({"five_year": {"households": 50}, "years": years}, evidence) == {}
    years[2018] = {"households": 11, "share": 20}
    assert "各年相加为51户，多1户" in of({"five_year": {"households": 50}, "years": years}, evidence)["sum.households"]


def test_shares_that_agree_on_no_total_are_told_apart(evidence: Evidence) -> None:
    years = {2021: {"households": 300, "share": 30}, 2022: {"households": 500, "share": 10}}
    said = of({"years": years}, evidence)
    assert "对应约1000户" in said["base.2021"] and "对应约5000户" in said["base.2022"]
    assert "至少有一个不对" in said["base.2022"]


def test_limits_other_than_the_rules_and_households_above_the_cap_are_found(evidence: Evidence) -> None:
    year = {"households": 100, "post_2000_households": 25}
    said = of(
        {"post_2000_cap": 20, "latest_year_built": 2010, "phase_targets": {2021: 35}, "years": {2021: year}}, evidence
    )
    assert said["limit.post-2000-cap"].endswith("写20%，本规划的参数为15%。")
    assert said["limit.latest-year-built"].endswith("写2010年，本规划的参数为2005年。")
    assert said["limit.target.2021"] == "2021年分期目标写35%，本规划的参数为30%。"
    assert said["cap.2021"] == "2021年2000年底以后建成的占25.0%，超过20%的上限，多5.0个百分点。"


@settings(max_examples=60, deadline=None)
@given(households=st.lists(st.integers(50, 90000), min_size=5, max_size=5), wrong=st.integers(0, 4))
def test_a_document_that_agrees_with_itself_has_no_contradiction_in_itself_and_one_household_makes_one(
    evidence: Evidence, households: list[int], wrong: int
) -> None:
    whole = sum(households)
    shares = [round(Decimal(100 * n) / whole, 3) for n in households]

    def own(counts: list[int]) -> set[str]:
        years = {y: {"households": n, "share": s} for y, n, s in zip(YEARS, counts, shares, strict=True)}
        document = Document(Published.model_validate({"five_year": {"households": whole}, "years": years}), "x", {})
        return {one.id for one in findings(document, evidence) if one.kind in ("itself", "base")}

    assert own(households) == set()
    changed = [n + (at == wrong) for at, n in enumerate(households)]
    assert "sum.households" in own(changed)
