"""Makes the synthetic survey rounds under data/survey/: `python tools/make_survey.py [--out FOLDER]`.

No survey of this kind is public. These rows are invented, but their totals are the published five-year total of the
special plan (380 communities, 1,587 buildings, 48,715 households, 431.91 万㎡), spread over the seven counties by
population. Seeded: running it again writes the same bytes.

In scope is a community built by 2005, not funded in 2019 or 2020, with a plan year of 2021–2025. The annual form sums
the communities in scope, so its totals are the published ones.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from survey_form import save, workbook_bytes  # noqa: E402
from survey_names import names  # noqa: E402
from survey_planted import CROWDED, SKEWED_TARGETS, crowded_year, funded_twice, mistyped, off_target  # noqa: E402
from survey_sheets import COUNTIES, SEED, YEARS, Community, Round, cents, file_name, sheets  # noqa: E402

from planbook.survey import form  # noqa: E402

TOTAL = {"communities": 380, "buildings": 1587, "households": 48715, "area": 43191}  # area in 0.01 万㎡
PER_HOUSEHOLD = 2.40  # 万元; a real project of 塔城市 in 2020: 2,859 万元 for 1,202 households
UNRENOVATED = Decimal("0.8")  # of the communities built by 2000
TARGETS = (30, 20, 18, 15, 17)  # % of households a year
WEIGHTS = (5, 4, 3, 2, 1)  # of the first, second … item a community asks for
OUT_OF_SCOPE_NEW, OUT_OF_SCOPE_FUNDED = 8, 12  # the second moves by a few until 80 % comes out whole

HISTORIC = {"tachengshi": 3, "emin": 2}
EARLIER = ("tachengshi", "wusu", "shawan", "emin", "tuoli")  # the counties of the round of May
FORMER = {"shawan": "沙湾县"}  # its name until 2021, as the round of May has it

# item number → how often and how early it is asked for; what is not named here has weight 0.25
URGENT = {
    "J": {1: 11.0, 4: 9.0, 14: 7.0, 10: 5.5, 5: 4.5, 12: 3.4, 11: 2.6, 9: 2.0, 16: 0.7, 15: 0.5, 17: 0.5, 13: 0.4},
    "W": {6: 11.0, 3: 8.0, 2: 6.0, 18: 4.5, 11: 3.5, 7: 2.6, 15: 2.0, 8: 0.7, 4: 0.5, 9: 0.5},
    "T": {1: 9.0, 2: 7.0, 8: 5.5, 12: 4.0, 14: 3.4, 15: 2.0, 3: 0.7, 10: 0.5, 4: 0.4},
}
BUILT = {**dict.fromkeys(range(1965, 1978), 0.5), **{year: 1.5 + 0.4 * (year - 1978) for year in range(1978, 1999)}}
BUILT |= {1999: 7.5, 2000: 6.5}
BUILT_AFTER = {2001: 5, 2002: 4, 2003: 3, 2004: 2, 2005: 2}


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Whole numbers in proportion to `weights`, each at least `least`, whose sum is `total` (largest remainders)."""
    rest, whole = total - least * len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    for index in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[: rest - sum(parts)]:
        parts[index] += 1
    return [part + least for part in parts]


def pick(rng: random.Random, weights: Mapping[Any, float]) -> Any:
    return rng.choices(list(weights), list(weights.values()))[0]


# ── the round of August ──────────────────────────────────────────────────────────────────────────────────────────────


def make_round() -> Round:
    people = [population for _, population in COUNTIES.values()]
    shares = {key: apportion(total, people) for key, total in TOTAL.items()}
    counties = {}
    for index, county in enumerate(COUNTIES):
        rng = random.Random(f"{SEED}/{county}")
        sizes = in_scope_sizes(rng, *(shares[key][index] for key in ("communities", "buildings", "households", "area")))
        counties[county] = planned(county, rng, sizes)
    add_out_of_scope(counties)
    renovate(counties)
    return {county: finish(county, rows) for county, rows in invest(counties).items()}


def in_scope_sizes(
    rng: random.Random, communities: int, buildings: int, households: int, area: int
) -> list[tuple[int, int, Decimal]]:
    """(buildings, households, area in 万㎡) of each community of a county; a third of the areas has four places."""
    per_community = apportion(buildings, [rng.lognormvariate(0, 0.75) for _ in range(communities)], least=1)
    people = apportion(households, [n * rng.uniform(0.7, 1.35) for n in per_community], least=6)
    areas = [Decimal(n) / 100 for n in apportion(area, [n * rng.uniform(0.82, 1.2) for n in people], least=4)]
    for i in range(0, communities - 1, 6):
        shift = Decimal(rng.randint(1, 99)) / 10000
        areas[i] += shift
        areas[i + 1] -= shift
    return list(zip(per_community, people, areas, strict=True))


def planned(county: str, rng: random.Random, sizes: list[tuple[int, int, Decimal]]) -> list[Community]:
    """The county's communities in scope: when each is to be renovated, when it was built."""
    years = plan_years(county, rng, [households for _, households, _ in sizes])
    after = built_after(county, rng, [households for _, households, _ in sizes], years)
    # older ones come first in the plan, roughly
    order = sorted((i for i in range(len(sizes)) if i not in after), key=lambda i: (years[i] + rng.gauss(0, 1.8), i))
    old = sorted(int(pick(rng, BUILT)) for _ in order)
    built = dict(zip(order, old, strict=True)) | {i: int(pick(rng, BUILT_AFTER)) for i in sorted(after)}
    small = sorted(order, key=lambda i: (sizes[i][1], i))[: HISTORIC.get(county, 0)]
    built |= {i: rng.randint(1952, 1964) for i in small}
    return [
        Community("", built[i], area, households, buildings, years[i], historic=i in small)
        for i, (buildings, households, area) in enumerate(sizes)
    ]


def plan_years(county: str, rng: random.Random, households: list[int]) -> list[int]:
    """Largest first, each to the year that lacks most: shares end up within 2 points of the targets."""
    wobble = [0.0 if county in SKEWED_TARGETS else rng.uniform(-0.6, 0.6) for _ in YEARS]
    targets = [
        target + w - sum(wobble) / 5 for target, w in zip(SKEWED_TARGETS.get(county, TARGETS), wobble, strict=True)
    ]
    lacking = {year: sum(households) * target / 100 for year, target in zip(YEARS, targets, strict=True)}
    found = [0] * len(households)
    for i in sorted(range(len(households)), key=lambda i: (-households[i], i)):
        year = max(YEARS, key=lambda year: lacking[year])
        found[i] = year
        lacking[year] -= households[i]
    return found


def built_after(county: str, rng: random.Random, households: list[int], years: list[int]) -> set[int]:
    """The communities of 2001–2005: below 15 % of each year's households, but for the planted county and year."""
    chosen: set[int] = set()
    for year in YEARS:
        of_year = [i for i in range(len(years)) if years[i] == year]
        limit = sum(households[i] for i in of_year) * rng.uniform(0.09, 0.135)
        crowded = (county, year) == CROWDED
        if crowded:
            limit *= 2.1
        taken = 0
        for i in sorted(of_year, key=lambda i: (-households[i] if crowded else rng.random(), i)):
            if taken + households[i] <= limit:
                chosen.add(i)
                taken += households[i]
    return chosen


def add_out_of_scope(counties: Round) -> None:
    """Some built after 2005, some funded in 2019/2020; and one that was funded and is planned all the same."""
    rng = random.Random(f"{SEED}/out")
    before = sum(c.before for rows in counties.values() for c in rows) + 1
    funded = next(n for n in range(OUT_OF_SCOPE_FUNDED, OUT_OF_SCOPE_FUNDED + 5) if (before + n) % 5 == 0)
    for number, county in enumerate(deal(OUT_OF_SCOPE_NEW)):
        size = like(rng, counties[county])
        counties[county].append(replace(size, year_built=2006 + (number * 3 + rng.randint(0, 1)) % 7, plan_year=None))
    for number, county in enumerate(deal(funded)):
        year = int(pick(rng, BUILT))
        again = replace(like(rng, counties[county]), year_built=year, plan_year=None, funded_year=2019 + number % 2)
        counties[county].append(again)
    twice = replace(like(rng, counties["wusu"]), year_built=1993, plan_year=2022, funded_year=2019)
    counties["wusu"].append(twice)


def deal(count: int) -> list[str]:
    """`count` communities dealt out to the counties by population."""
    parts = apportion(count, [population for _, population in COUNTIES.values()], least=count // 8)
    return [county for county, part in zip(COUNTIES, parts, strict=True) for _ in range(part)]


def like(rng: random.Random, rows: list[Community]) -> Community:
    """A community of the size of one that is there."""
    model = rng.choice([c for c in rows if not c.historic])
    return replace(model, households=model.households + rng.randint(1, 9), historic=False)


def renovate(counties: Round) -> None:
    """局部改造 for exactly a fifth of the communities of before 2000: those funded already, then others by chance."""
    rng = random.Random(f"{SEED}/renovation")
    old = [(county, i) for county, rows in counties.items() for i, c in enumerate(rows) if c.before]
    funded = [place for place in old if counties[place[0]][place[1]].funded_year]
    others = [place for place in old if place not in funded and not counties[place[0]][place[1]].historic]
    done = len(old) - int(len(old) * UNRENOVATED)
    historic = next(place for place in old if counties[place[0]][place[1]].historic)  # one of five, as of all
    for county, i in [*funded, historic, *rng.sample(others, done - len(funded) - 1)]:
        counties[county][i] = replace(counties[county][i], renovation="局部改造")
    new = [(county, i) for county, rows in counties.items() for i, c in enumerate(rows) if not c.before]
    for county, i in rng.sample(new, len(new) // 12):
        counties[county][i] = replace(counties[county][i], renovation="局部改造")


def invest(counties: Round) -> Round:
    """Investment of what is planned: dearer the older, on average PER_HOUSEHOLD over the communities in scope."""
    rng = random.Random(f"{SEED}/investment")
    rates = {
        (county, i): min(max(rng.gauss(2.4, 0.28) + (1992 - c.year_built) * 0.012, 1.6), 3.4)
        for county, rows in counties.items()
        for i, c in enumerate(rows)
        if c.plan_year
    }
    scoped = [(rate, counties[county][i]) for (county, i), rate in rates.items() if counties[county][i].in_scope]
    level = PER_HOUSEHOLD * sum(c.households for _, c in scoped) / sum(rate * c.households for rate, c in scoped)
    return {
        county: [
            replace(c, investment=cents(rates[county, i] * level * c.households)) if c.plan_year else c
            for i, c in enumerate(rows)
        ]
        for county, rows in counties.items()
    }


def finish(county: str, rows: list[Community]) -> list[Community]:
    """Names and words, in the order a clerk would list them: as they come."""
    rng = random.Random(f"{SEED}/{county}/words")
    taste = {category: {i: rng.lognormvariate(0, 0.22) for i in range(1, 19)} for category in "JWT"}
    supply = names(county, rng)
    shuffled = list(rows)
    rng.shuffle(shuffled)
    return [worded(c, next(supply), taste, rng) for c in shuffled]


def worded(c: Community, name: str, taste: dict[str, dict[int, float]], rng: random.Random) -> Community:
    old = min(max((2000 - c.year_built) / 22, 0), 1)
    types = {"公房": 0.15 + 0.55 * old, "商品房": 0.75 - 0.55 * old, "其它": 0.1}
    needs = tuple(
        wanted(rng, category, taste[category], rng.randint(low, high))
        for category, low, high in (("J", 3, 5), ("W", 2, 4), ("T", 1, 3))
    )
    c = replace(c, name=name, property_type=pick(rng, types), needs=needs)
    if c.plan_year is None:
        return c
    funding = {"中央补助": 58, "自治区补助": 14, "地方财政": 14, "专项债券": 6, "居民出资": 3, "社会资本": 5}
    management = {"物业服务企业管理": 48, "社区代管": 30, "业主自治管理": 14, "原产权单位管理": 8}
    return replace(c, funding=pick(rng, funding), management=pick(rng, management))


def wanted(rng: random.Random, category: str, taste: dict[int, float], count: int) -> tuple[int, ...]:
    """Item numbers, most urgent first, drawn without replacement by weight."""
    numbers = range(1, len(form.ITEMS[category]) + 1)
    clock = {i: rng.expovariate(URGENT[category].get(i, 0.25) * taste[i]) for i in numbers}
    return tuple(sorted(numbers, key=lambda i: clock[i])[:count])


def earlier(counties: Round) -> Round:
    """The smaller round of May: five counties, about 60 % of all communities, some figures not yet as in August."""
    rng = random.Random(f"{SEED}/2020-05")
    wanted_rows = round(0.6 * sum(len(rows) for rows in counties.values()))
    there = [(county, c) for county in EARLIER for c in counties[county] if not (c.funded_year and c.plan_year)]
    kept = sorted(rng.sample(range(len(there)), wanted_rows))
    found: Round = {county: [] for county in EARLIER}
    for county, c in (there[i] for i in kept):
        found[county].append(revised(c, rng) if rng.random() < 0.2 else c)
    return found


def revised(c: Community, rng: random.Random) -> Community:
    """As first reported: fewer or more households, another area, now and then another plan year."""
    households = max(6, c.households + rng.choice((-1, 1)) * rng.randint(1, 12))
    area = cents(c.area * households / c.households)
    year = c.plan_year and min(max(c.plan_year + rng.choice((-1, 0, 0, 1)), YEARS[0]), YEARS[-1])
    investment = c.investment and cents(c.investment * households / c.households)
    return replace(c, households=households, area=area, plan_year=year, investment=investment)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

YML = """\
# Made by tools/make_survey.py, like the workbooks beside it.
date: "{date}"
label: {label}
surveyor: 塔城地区住房和城乡建设局组织、各县（市）社区工作人员填报
coverage: {coverage}
synthetic: true # no real survey is public: these rows are invented, only their totals are the published ones
# How much the first, second … item counts that a community asks for.
needs_weights: [{weights}]
assumed: [needs_weights, willingness]
# Failures of the plan's own rules put in on purpose, so that an audit is not all green.
planted:{planted}
"""


def write_august(folder: Path, counties: Round) -> None:
    planted = [crowded_year(counties), funded_twice(counties), off_target(counties)]
    for county, rows in counties.items():
        name = COUNTIES[county][0]
        tables = sheets(county, name, rows)
        if county == "yumin":
            planted.append(mistyped(tables["annual"], name))
        write_workbook(folder, name, "2020年8月", tables)
    coverage = "各县（市）城市建成区和县城所在镇的住宅小区"
    write_round(folder, "2020-08", "2020年8月", coverage, planted)


def write_may(folder: Path, counties: Round) -> None:
    for county, rows in counties.items():
        name = FORMER.get(county, COUNTIES[county][0])
        write_workbook(folder, name, "2020年5月", sheets(county, name, rows))
    coverage = "五个县（市）的部分住宅小区，裕民县、和布克赛尔蒙古自治县未报送"
    write_round(folder, "2020-05", "2020年5月", coverage, [])


def write_workbook(folder: Path, name: str, date: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    save(folder / file_name(name), workbook_bytes(f"{name}住房和城乡建设局", date, tables))


def write_round(folder: Path, date: str, label: str, coverage: str, planted: list[dict[str, Any]]) -> None:
    listed = "".join(
        "\n  - " + "\n    ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in failure.items())
        for failure in planted
    )
    weights = ", ".join(str(weight) for weight in WEIGHTS)
    text = YML.format(date=date, label=label, coverage=coverage, weights=weights, planted=listed or " []")
    save(folder / "round.yml", text.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "survey", help="folder of the rounds")
    out = parser.parse_args().out
    counties = make_round()
    write_august(out / "2020-08", counties)
    write_may(out / "2020-05", earlier(counties))


if __name__ == "__main__":
    main()
