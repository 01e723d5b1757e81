"""What a synthetic community writes into each sheet of the form."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from planbook.survey import form

SEED = 20200831
YEARS = (2021, 2022, 2023, 2024, 2025)
PREFECTURE = "塔城地区"
# unit → (name, population in 万人: approximate figures of the 2010 census)
COUNTIES = {
    "tachengshi": ("塔城市", 16.1),
    "wusu": ("乌苏市", 29.9),
    "shawan": ("沙湾市", 21.0),
    "emin": ("额敏县", 18.7),
    "tuoli": ("托里县", 9.3),
    "yumin": ("裕民县", 5.6),
    "hebukesaier": ("和布克赛尔蒙古自治县", 6.2),
}
WORRIES = ("改造后物业费", "施工扰民", "工程质量", "违建拆除补偿")


@dataclass(frozen=True)
class Community:
    """One row of the form, with what is not written but decides on which sheet it stands."""

    name: str
    year_built: int
    area: Decimal
    households: int
    buildings: int
    plan_year: int | None
    funded_year: int | None = None
    historic: bool = False
    property_type: str = ""
    renovation: str = "未改造"
    needs: tuple[tuple[int, ...], ...] = ((), (), ())
    funding: str | None = None
    management: str | None = None
    investment: Decimal | None = None

    @property
    def in_scope(self) -> bool:
        return self.year_built <= 2005 and self.funded_year is None and self.plan_year is not None

    @property
    def before(self) -> bool:
        return self.year_built <= form.LAST_BEFORE

    @property
    def period(self) -> form.Period:
        return "historic" if self.historic else "before" if self.before else "after"


Round = dict[str, list[Community]]


def file_name(county_name: str) -> str:
    return f"{county_name}老旧小区摸底调查表.xlsx"


def cents(value: float | Decimal) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def community_rows(county_name: str, rows: Iterable[Community]) -> list[dict[str, Any]]:
    return [
        {
            "serial": number,
            "county": county_name,
            "name": c.name,
            "year_built": c.year_built,
            "property_type": c.property_type,
            "area": c.area,
            "households": c.households,
            "buildings": c.buildings,
            **{
                key: "、".join(str(i) for i in items)
                for key, items in zip(("needs_basic", "needs_improve", "needs_enhance"), c.needs, strict=True)
            },
            "funding": c.funding,
            "investment": c.investment,
            "per_household": c.investment and cents(c.investment / c.households),
            "management": c.management,
            "renovation": c.renovation,
            "plan_year": c.plan_year,
            "funded_year": c.funded_year,
        }
        for number, c in enumerate(rows, 1)
    ]


def annual_rows(county_name: str, rows: Sequence[Community]) -> list[dict[str, Any]]:
    """The annual form: sums of the communities in scope, a historic one by its year."""
    lines = []
    for year in YEARS:
        line: dict[str, Any] = {"year": year, "prefecture": PREFECTURE, "county": county_name}
        planned_rows = [c for c in rows if c.in_scope and c.plan_year == year]
        parts = {"before": [c for c in planned_rows if c.before], "after": [c for c in planned_rows if not c.before]}
        parts["total"] = planned_rows
        for part, members in parts.items():
            line[f"communities_{part}"] = len(members)
            for key in ("area", "households", "buildings", "investment"):
                line[f"{key}_{part}"] = sum(getattr(c, key) for c in members)
        lines.append(line)
    return lines


def willingness_rows(county: str, county_name: str, rows: Sequence[Community]) -> list[dict[str, Any]]:
    """The questionnaire of every community but those built after 2005; independent of the other sheets' chance."""
    lines = []
    for number, c in enumerate((c for c in rows if c.year_built <= 2005), 1):
        rng = random.Random(f"{SEED}/{county}/{c.name}/{c.households}")
        sent = min(300, round(c.households * rng.uniform(0.6, 1.0)))
        returned = round(sent * rng.uniform(0.78, 0.97))
        willing = round(returned * min(rng.gauss(0.86, 0.06), 1))
        neutral = round((returned - willing) * rng.uniform(0.4, 0.9))
        asked = [form.ITEMS[category][i - 1] for category, items in zip("JWT", c.needs, strict=True) for i in items[:2]]
        concerns = rng.sample(asked, min(len(asked), rng.randint(2, 3)))
        if rng.random() < 0.25:
            concerns.append(rng.choice(WORRIES))
        lines.append(
            {
                "serial": number,
                "county": county_name,
                "name": c.name,
                "sent": sent,
                "returned": returned,
                "willing": willing,
                "neutral": neutral,
                "unwilling": returned - willing - neutral,
                "willing_to_pay": round(willing * rng.uniform(0.25, 0.6)),
                "concerns": "、".join(concerns),
            }
        )
    return lines


def sheets(county: str, county_name: str, rows: Sequence[Community]) -> dict[str, list[dict[str, Any]]]:
    """Everything one workbook says: sheet's key → rows of column key → value."""
    found: dict[str, list[dict[str, Any]]] = {
        period: community_rows(county_name, (c for c in rows if c.period == period)) for period in form.COMMUNITY_SHEETS
    }
    found["annual"] = annual_rows(county_name, rows)
    found["willingness"] = willingness_rows(county, county_name, rows)
    return found
