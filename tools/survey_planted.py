"""The failures planted in the synthetic rows on purpose, as round.yml lists them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey_sheets import COUNTIES, YEARS, Community, Round, file_name

from planbook.survey import form

# 托里县 plans too much for 2024, 额敏县 too many post-2000 households in 2023
SKEWED_TARGETS = {"tuoli": (29.0, 18.9, 16.9, 20.0, 15.2)}
CROWDED = ("emin", 2023)


def share(part: Iterable[Community], whole: Iterable[Community]) -> str:
    return f"{100 * sum(c.households for c in part) / sum(c.households for c in whole):.1f}%"


def crowded_year(counties: Round) -> dict[str, Any]:
    county, year = CROWDED
    rows = [c for c in counties[county] if c.in_scope and c.plan_year == year]
    late = share((c for c in rows if not c.before), rows)
    text = f"{COUNTIES[county][0]}{year}年度计划中2000年底以后建成的小区占当年户数的{late}，超过15%"
    return {"rule": "post-2000-cap", "county": county, "year": year, "text": text}


def funded_twice(counties: Round) -> dict[str, Any]:
    rows = [c for c in counties["wusu"] if c.period == "before"]
    number, found = next((i, c) for i, c in enumerate(rows) if c.funded_year and c.plan_year)
    sheet = form.sheet("before")
    place = f"{sheet.letter('plan_year')}{form.FIRST_ROW + number}"
    text = (
        f"该小区已列入{found.funded_year}年中央补助，又列入{found.plan_year}年度计划；年度计划表和范围内总数不含该小区"
    )
    return {
        "rule": "funded-twice",
        "county": "wusu",
        "year": found.plan_year,
        "community": found.name,
        "file": file_name("乌苏市"),
        "sheet": sheet.name,
        "cell": place,
        "text": text,
    }


def off_target(counties: Round) -> dict[str, Any]:
    rows = [c for c in counties["tuoli"] if c.in_scope]
    text = f"托里县2024年度计划占五年总户数的{share((c for c in rows if c.plan_year == 2024), rows)}，偏离15%的目标"
    return {"rule": "phase-target", "county": "tuoli", "year": 2024, "text": text}


def transpose(number: int) -> int:
    """A number with two digits swapped, as hands do."""
    digits = list(str(number))
    i = next(i for i in range(len(digits) - 1) if digits[i] != digits[i + 1])
    digits[i], digits[i + 1] = digits[i + 1], digits[i]
    return int("".join(digits))


def mistyped(annual: list[dict[str, Any]], county_name: str) -> dict[str, Any]:
    """Swaps two digits of one cell of the annual form."""
    sheet, key, index = form.sheet("annual"), "households_before", YEARS.index(2023)
    right = annual[index][key]
    annual[index][key] = transpose(right)
    return {
        "rule": "annual-form",
        "county": "yumin",
        "year": 2023,
        "file": file_name(county_name),
        "sheet": sheet.name,
        "cell": f"{sheet.letter(key)}{form.FIRST_ROW + index}",
        "text": f"年度计划表填{annual[index][key]}户，按小区合计应为{right}户",
    }
