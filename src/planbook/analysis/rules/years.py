"""How the plan is spread over its years: the cap, the phase targets, and forms that agree with the project list."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from planbook.analysis.plan import Cell, differences, listed_total, tolerance
from planbook.analysis.rules.rule import Evidence, Rule, households, judged, plain, rounded
from planbook.analysis.rules.scope import SCOPE
from planbook.survey.form import MEASURES, PARTS

PHASES = "第四章第二节（三）"
COUNTIES = "第五章第三节（二）"
PLAN = "第九章第一节（一）"
FORM = "第三章第一节（二）"
NO_PLAN = "本轮没有小区列入计划，待项目库建立后再行判定"
NO_FORM = "补填年度计划表"
SHOWN = 3  # differing cells named one by one
NOTHING = Decimal(0)
NAMES = {key: (head.split("（")[0], unit) for key, head, unit in MEASURES}


def post_share(planned: pd.DataFrame, year: int) -> Decimal | None:
    """Percent of a year's planned households in communities completed after 2000; None where the year has none."""
    mine = planned[planned["plan_year"] == year]
    whole = households(mine)
    return 100 * households(mine[mine["era"] == "after"]) / whole if whole else None


def post_shares(evidence: Evidence) -> Iterator[Rule]:
    rules, planned = evidence.params.rules, evidence.planned
    limit = f"≤{rules.post_share_cap}%"
    for year in evidence.params.period.years:
        id = f"post-share.{year}"
        title = f"{year}年计划中{rules.built_before}年底以后建成小区的户数占比不超过{rules.post_share_cap}%"
        share = post_share(planned, year)
        if share is None:
            yield Rule(id, title, SCOPE, None, "%", limit, "not_applicable", evidence.nothing)
            continue
        rows = planned[(planned["plan_year"] == year) & (planned["era"] == "after")]
        mend = f"调减或后移部分{rules.built_before}年底以后建成的小区"
        yield judged(
            id, title, SCOPE, share, "%", limit, broken=share > rules.post_share_cap, rows=rows, mend=mend
        )  # fmt: skip


def post_shares_of_counties(evidence: Evidence) -> Iterator[Rule]:
    if evidence.params.unit.is_county:
        return
    rules, planned = evidence.params.rules, evidence.planned
    over, details = [evidence.nothing], []
    for county, params in evidence.members.items():
        mine = planned[planned["county"] == county]
        for year in evidence.params.period.years:
            share = post_share(mine, year)
            if share is not None and share > rules.post_share_cap:
                over.append(mine[(mine["plan_year"] == year) & (mine["era"] == "after")])
                details.append(f"{params.unit.name}{year}年占{rounded(share)}%")
    title = f"各县（市）各年度{rules.built_before}年底以后建成小区的户数占比均不超过{rules.post_share_cap}%"
    yield judged(
        "post-share.counties", title, COUNTIES, Decimal(len(details)), "项", "0项", broken=bool(details),
        rows=pd.concat(over), mend="由有关县（市）调整当年项目", details=tuple(details),
    )  # fmt: skip


def targets(evidence: Evidence) -> Iterator[Rule]:
    params, planned = evidence.params, evidence.planned
    whole, leeway = households(planned), params.rules.target_tolerance
    for year in params.period.years:
        id, target = f"target.{year}", params.target(year)
        title = f"{year}年户数占{params.period.span}总户数的比例符合分期目标"
        limit = f"{max(target - leeway, Decimal(0))}%～{target + leeway}%"
        if not whole:
            yield Rule(id, title, PHASES, None, "%", limit, "not_computable", evidence.nothing, NO_PLAN)
            continue
        share = 100 * households(planned[planned["plan_year"] == year]) / whole
        mend = f"{'调减' if share > target else '增加'}该年度改造户数，或修订分期目标"
        yield judged(
            id, title, PHASES, share, "%", limit, broken=abs(share - target) > leeway, rows=evidence.nothing, mend=mend
        )  # fmt: skip


def sums(evidence: Evidence) -> Iterator[Rule]:
    """The years as the counties' annual forms state them against the project list's total of the period, in each of the
    form's five measures; then the shares which these years would have in it."""
    annual, planned, years = evidence.annual, evidence.planned, evidence.params.period.years
    forms = annual[annual["year"].isin(years)]
    off = [cell for cell in differences(forms, planned, years) if cell.column.endswith("_total")]
    for measure, (name, unit) in NAMES.items():
        whole = listed_total(planned, measure, "total")
        title = f"各年{name}之和等于{evidence.params.period.span}合计"
        mine = [cell for cell in off if cell.column == f"{measure}_total"]
        leeway = tolerance(measure) * len(forms)
        yield _sum(evidence, f"sum.{measure}", title, _stated(forms, measure), whole, unit, mine, leeway)
    title, whole = f"各年户数占{evidence.params.period.span}总户数的比例之和等于百分之百", households(planned)
    if not whole:
        yield Rule("sum.share", title, PLAN, None, "%", "100%", "not_computable", evidence.nothing, NO_PLAN)
        return
    share = 100 * _stated(forms, "households") / whole
    mine = [cell for cell in off if cell.column == "households_total"]
    yield _sum(evidence, "sum.share", title, share, Decimal(100), "%", mine)


def _sum(
    evidence: Evidence, id: str, title: str, figure: Decimal, whole: Decimal, unit: str, off: list[Cell],
    leeway: Decimal = NOTHING,
) -> Rule:  # fmt: skip
    """The years' sum against the whole; `off` are the cells that make them differ."""
    limit = f"{plain(whole)}{unit}"
    if evidence.annual.empty:
        return Rule(id, title, PLAN, None, unit, limit, "not_computable", evidence.nothing, NO_FORM)
    return judged(
        id, title, PLAN, figure, unit, limit, broken=abs(figure - whole) > leeway,
        rows=_forms(evidence, off), mend="核对年度计划表各年的合计数与小区清单", details=_told(off, evidence),
    )  # fmt: skip


def _stated(forms: pd.DataFrame, measure: str) -> Decimal:
    return sum((Decimal(str(value)) for value in forms[f"{measure}_total"].dropna()), Decimal(0))


def _unfilled(evidence: Evidence) -> Iterator[str]:
    """Counties that plan something in a year of which their annual form says nothing."""
    filled = set(zip(evidence.annual["county"], evidence.annual["year"], strict=True))
    for county, params in evidence.members.items():
        mine = evidence.planned[evidence.planned["county"] == county]
        blank = [year for year in evidence.params.period.years if (county, year) not in filled]
        if missing := [f"{year}年" for year in blank if (mine["plan_year"] == year).any()]:
            yield f"{params.unit.name}的年度计划表没有{'、'.join(missing)}"


def form_is_list(evidence: Evidence) -> Iterator[Rule]:
    id, title = "form.list", "年度计划表与项目清单逐项一致"
    if evidence.annual.empty:
        yield Rule(id, title, FORM, None, "项", "0项", "not_computable", evidence.nothing, NO_FORM)
        return
    off = list(differences(evidence.annual, evidence.planned, evidence.params.period.years))
    count = len(off) + len(list(_unfilled(evidence)))
    yield judged(
        id, title, FORM, Decimal(count), "项", "0项", broken=count > 0, rows=_forms(evidence, off),
        mend="核对年度计划表中的合计数与小区清单", details=_told(off, evidence),
    )  # fmt: skip


def _forms(evidence: Evidence, off: list[Cell]) -> pd.DataFrame:
    """The rows of the annual forms that hold these cells, named by their year."""
    rows = evidence.annual.loc[sorted({cell.index for cell in off})]
    return rows.assign(name=[f"{int(year)}年度计划" for year in rows["year"]])


def _told(off: list[Cell], evidence: Evidence) -> tuple[str, ...]:
    """The first cells one by one, how many more, and what no form states."""
    more = [f"另有{len(off) - SHOWN}项"] if len(off) > SHOWN else []
    return (*(_said(cell, evidence) for cell in off[:SHOWN]), *more, *_unfilled(evidence))


def _said(cell: Cell, evidence: Evidence) -> str:
    """A cell of the annual form against its communities: 甲县2023年2000年底以前户数填146户，清单合计416户."""
    measure, part = cell.column.rsplit("_", 1)
    name, unit = NAMES[measure]
    county = str(evidence.annual["county_name"][cell.index])
    form = "未填" if cell.form is None else f"填{plain(cell.form)}{unit}"
    return f"{county}{cell.year}年{dict(PARTS)[part]}{name}，年度计划表{form}，小区清单合计{plain(cell.listed)}{unit}"
