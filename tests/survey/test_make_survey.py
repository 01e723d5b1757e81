"""The synthetic rounds: their totals are the published ones, their planted failures are where round.yml says."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml
from make_survey import main
from openpyxl import load_workbook
from survey_names import AWKWARD

from planbook.survey import form
from planbook.survey.store import Survey, open_survey

POPULATION = {
    "tachengshi": 16.1,
    "wusu": 29.9,
    "shawan": 21.0,
    "emin": 18.7,
    "tuoli": 9.3,
    "yumin": 5.6,
    "hebukesaier": 6.2,
}
TARGETS = {2021: 30, 2022: 20, 2023: 18, 2024: 15, 2025: 17}


@pytest.fixture(scope="module")
def communities(august: Survey) -> pd.DataFrame:
    return august.communities


@pytest.fixture(scope="module")
def scope(communities: pd.DataFrame) -> pd.DataFrame:
    """Built by 2005, not funded in 2019 or 2020, planned for 2021–2025."""
    funded = communities["funded_year"].isin([2019, 2020])
    return communities[(communities["year_built"] <= 2005) & ~funded & communities["plan_year"].between(2021, 2025)]


def shares(rows: pd.DataFrame) -> dict[int, float]:
    return {
        year: 100 * rows[rows["plan_year"] == year]["households"].sum() / rows["households"].sum() for year in TARGETS
    }


def test_scope_gives_exactly_the_published_five_year_total(scope: pd.DataFrame) -> None:
    assert len(scope) == 380
    assert scope["buildings"].sum() == 1587
    assert scope["households"].sum() == 48715
    assert sum(scope["area"]) == Decimal("431.91")


def test_every_county_has_its_share_by_population(scope: pd.DataFrame) -> None:
    totals = {"communities": 380, "buildings": 1587, "households": 48715, "area": 43191}
    for county, people in POPULATION.items():
        rows = scope[scope["county"] == county]
        found = {
            "communities": len(rows),
            "buildings": rows["buildings"].sum(),
            "households": rows["households"].sum(),
            "area": float(sum(rows["area"]) * 100),
        }
        for key, total in totals.items():
            assert abs(found[key] - total * people / sum(POPULATION.values())) < 1, (county, key)


def test_years_take_their_share_of_households_but_for_the_planted_county(scope: pd.DataFrame) -> None:
    off = {
        (county, year)
        for county, rows in [("all", scope), *scope.groupby("county")]
        for year, share in shares(rows).items()
        if abs(share - TARGETS[year]) > 2
    }
    assert off == {("tuoli", 2024)}


def test_households_of_after_2000_stay_below_the_cap_but_for_the_planted_year(scope: pd.DataFrame) -> None:
    over = set()
    for year, of_year in scope.groupby("plan_year"):
        for county, rows in [("all", of_year), *of_year.groupby("county")]:
            if rows[rows["year_built"] > 2000]["households"].sum() / rows["households"].sum() > 0.15:
                over.add((county, year))
    assert over == {("emin", 2023)}


def test_investment_is_about_24000_yuan_a_household(scope: pd.DataFrame, communities: pd.DataFrame) -> None:
    assert round(sum(scope["investment"]) / int(scope["households"].sum()), 2) == Decimal("2.40")
    planned = communities[communities["investment"].notna()]
    exact = [i / int(h) for i, h in zip(planned["investment"], planned["households"], strict=True)]
    assert [e.quantize(Decimal("0.01"), ROUND_HALF_UP) for e in exact] == list(planned["per_household"])


def test_exactly_four_fifths_of_the_older_ones_were_never_renovated(communities: pd.DataFrame) -> None:
    before = communities[communities["year_built"] <= 2000]
    assert (before["renovation"] == "未改造").sum() * 5 == len(before) * 4


def test_some_twenty_are_out_of_scope_and_a_few_historic(communities: pd.DataFrame, scope: pd.DataFrame) -> None:
    outside = communities.drop(scope.index)
    assert 18 <= len(outside) <= 24
    assert set(outside[outside["plan_year"].notna()]["name"]) == {"富民新村西区"}
    historic = communities[communities["period"] == "historic"]
    assert 3 <= len(historic) <= 5
    assert set(historic["county"]) == {"tachengshi", "emin"}
    assert list(communities[communities["period"] == "after"]["year_built"] > 2000) == [True] * 63
    assert (communities[communities["period"] == "before"]["year_built"] <= 2000).all()


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("needs_basic", ["供水", "供热", "建筑外墙", "小区道路", "排水", "消防设施", "生活垃圾分类设施", "架空线规整"]),
        (
            "needs_improve",
            [
                "停车场（库）",
                "公共照明",
                "绿地",
                "加装电梯",
                "体育健身设施",
                "无障碍设施",
                "物业用房",
            ],
        ),
        (
            "needs_enhance",
            ["社区综合服务设施", "卫生服务站", "养老设施", "便民市场", "邮政快递末端服务", "户外家具设施"],
        ),
    ],
)
def test_most_wanted_items_are_those_the_published_plan_names(
    august: Survey, communities: pd.DataFrame, column: str, first: list[str]
) -> None:
    points: Counter[str] = Counter()
    for codes in communities[communities["year_built"] <= 2000][column]:
        points.update(dict(zip(codes, august.info.needs_weights, strict=False)))
    ranking = [form.ITEM_NAMES[code] for code, _ in points.most_common(len(first))]
    assert set(ranking) == set(first)
    assert ranking[0] == first[0]


def test_annual_forms_are_the_sums_of_the_communities_in_scope_but_for_the_planted_cell(
    august: Survey, scope: pd.DataFrame
) -> None:
    off = []
    for line in august.annual.to_dict("records"):
        rows = scope[(scope["county"] == line["county"]) & (scope["plan_year"] == line["year"])]
        early = rows["year_built"] <= 2000
        for part, members in {"before": rows[early], "after": rows[~early], "total": rows}.items():
            sums = {key: sum(members[key]) for key in ("area", "households", "buildings", "investment")}
            for key, value in {**sums, "communities": len(members)}.items():
                if line[f"{key}_{part}"] != value:
                    off.append((line["file"], f"{form.sheet('annual').letter(f'{key}_{part}')}{line['row']}"))
    assert off == [("裕民县老旧小区摸底调查表.xlsx", "G7")]


def test_round_yml_lists_what_is_planted_at_its_cells(august: Survey, rounds: Path) -> None:
    planted = {p.rule: p for p in august.info.planted}
    assert {rule: (p.county, p.year) for rule, p in planted.items()} == {
        "post-2000-cap": ("emin", 2023),
        "funded-twice": ("wusu", 2022),
        "phase-target": ("tuoli", 2024),
        "annual-form": ("yumin", 2023),
    }
    twice, typed = planted["funded-twice"], planted["annual-form"]
    sheet = load_workbook(rounds / "2020-08" / twice.file)[twice.sheet]
    assert sheet[twice.cell].value == 2022
    assert twice.community in {cell.value for cell in sheet[int(twice.cell[1:])]}
    assert f"填{load_workbook(rounds / '2020-08' / typed.file)[typed.sheet][typed.cell].value}户" in typed.text


def test_names_are_unique_in_a_county_and_some_hold_markup(communities: pd.DataFrame) -> None:
    assert not communities.duplicated(["county", "name"]).any()
    for county, awkward in AWKWARD.items():
        assert set(awkward) <= set(communities[communities["county"] == county]["name"])
    everything = "".join(communities["name"])
    assert [mark for mark in "~*_[]#$<&|`^" if mark not in everything] == []


def test_questionnaires_add_up_and_cover_all_but_the_newest(august: Survey, communities: pd.DataFrame) -> None:
    asked = august.willingness
    assert set(zip(asked["county"], asked["name"], strict=True)) == {
        (row["county"], row["name"]) for row in communities.to_dict("records") if row["year_built"] <= 2005
    }
    assert (asked["willing"] + asked["neutral"] + asked["unwilling"] == asked["returned"]).all()
    assert (asked["returned"] <= asked["sent"]).all()
    assert (asked["willing_to_pay"] <= asked["returned"]).all()


def test_both_rounds_read_with_no_issue_but_the_planted_ones(august: Survey, rounds: Path, counties: tuple) -> None:
    may = open_survey(rounds / "2020-05", counties, cache=None)
    planted = {(one.file, one.sheet, one.cell) for one in august.info.planted if one.cell}
    warned = [issue for issue in august.issues if issue.severity != "note"]
    assert {(issue.file, issue.sheet, issue.cell) for issue in warned} == planted
    assert {issue.code for issue in warned} == {"annual-form", "funded-twice"}
    assert {issue.code for issue in august.issues if issue.severity == "note"} == {"out-of-scope"}
    assert {issue.code for issue in may.issues} == {"out-of-scope", "missing-county"}
    assert august.corrections == ()
    assert {(c.raw, c.value, c.rule) for c in may.corrections} == {("沙湾县", "沙湾市", "alias")}
    assert august.info.synthetic and may.info.synthetic


def test_earlier_round_is_smaller_and_differs(august: Survey, rounds: Path, counties: tuple) -> None:
    may = open_survey(rounds / "2020-05", counties, cache=None)
    assert may.missing == ("yumin", "hebukesaier")
    assert len(may.communities) == round(0.6 * len(august.communities))
    both = may.communities.merge(august.communities, on=["county", "name"], suffixes=("_may", "_august"))
    assert len(both) == len(may.communities)
    changed = (both["households_may"] != both["households_august"]).mean()
    assert 0.1 < changed < 0.3


def test_running_the_script_again_gives_the_same_bytes(
    rounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["make_survey.py", "--out", str(tmp_path)])
    main()
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    kept = {path.relative_to(rounds): path.read_bytes() for path in rounds.rglob("*.*") if path.is_file()}
    assert [str(name) for name in made if made[name] != kept.get(name)] == []
    assert len(made) == 7 + 5 + 2


def test_round_yml_is_plain_yaml(rounds: Path) -> None:
    text = (rounds / "2020-08" / "round.yml").read_text("utf-8")
    assert yaml.safe_load(text)["needs_weights"] == [5, 4, 3, 2, 1]
