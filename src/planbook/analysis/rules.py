"""The plan's own rules, machine-checked: each with its figure, limit, verdict and the rows that break it.

Sources are the plan's clauses (chapter 2, 五、改造范围; chapter 4, 二、（三）分期建设目标; chapter 7) and the documents
they rest on. Rules use exact values, never rounded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import pandas as pd

from planbook.analysis.plan import Cell, differences
from planbook.params import Params
from planbook.survey.form import MEASURES, PARTS

Verdict = Literal["pass", "fail", "not_applicable", "not_computable"]
SHOWN = 3  # differing cells named one by one
VERDICTS: dict[Verdict, str] = {
    "pass": "符合",
    "fail": "不符合",
    "not_applicable": "不适用",
    "not_computable": "无法判定",
}
SCOPE = "第二章五、改造范围"
PHASES = "第四章二、（三）分期建设目标"
COUNTIES = "第五章三、（二）改造基本要求"
FORM = "第三章一、（二）摸底调查表"


@dataclass(frozen=True)
class Rule:
    """One rule, applied. `figure` is exact, in `unit`; `limit` says in Chinese what it is held against;
    `rows` are the survey rows that break it, `details` say in Chinese how where their names do not; `mend` says what
    would mend it."""

    id: str
    title: str
    clause: str
    figure: Decimal | None
    unit: str
    limit: str
    verdict: Verdict
    rows: pd.DataFrame
    mend: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What rules are applied to: communities (with scope), the counties' annual forms, the catalogue, parameters."""

    communities: pd.DataFrame
    annual: pd.DataFrame
    catalogue: pd.DataFrame
    params: Params

    @property
    def planned(self) -> pd.DataFrame:
        return self.communities[self.communities["planned"]]

    @property
    def nothing(self) -> pd.DataFrame:
        return self.communities.iloc[0:0]


def audit(evidence: Evidence) -> list[Rule]:
    """All rules, in the order in which the plan states them."""
    return [rule for check in CHECKS for rule in check(evidence)]


def _none_of(evidence: Evidence, id: str, title: str, clause: str, rows: pd.DataFrame, limit: str, mend: str) -> Rule:
    """A rule that no community may break."""
    if evidence.communities.empty:
        return Rule(id, title, clause, None, "个", limit, "not_applicable", rows)
    verdict: Verdict = "fail" if len(rows) else "pass"
    return Rule(id, title, clause, Decimal(len(rows)), "个", limit, verdict, rows, mend if len(rows) else "")


def _latest(evidence: Evidence) -> Iterator[Rule]:
    found, rules = evidence.communities, evidence.params.rules
    rows = found[found["scheduled"] & (found["year_built"] > rules.built_latest).fillna(False)]
    yield _none_of(
        evidence, "scope.latest", f"列入计划的小区不得在{rules.built_latest}年底以后建成", SCOPE, rows, "0个",
        "五年计划没有计入，由填报单位核实建成时间，或删去其计划改造年度",
    )  # fmt: skip


def _year_known(evidence: Evidence) -> Iterator[Rule]:
    found = evidence.communities
    rows = found[found["scheduled"] & found["year_built"].isna()]
    yield _none_of(evidence, "scope.year-known", "列入计划的小区均填有建成时间", SCOPE, rows, "0个", "补填建成时间")


def _funded_again(evidence: Evidence) -> Iterator[Rule]:
    found, years = evidence.communities, evidence.params.rules.funded_years
    rows = found[found["scheduled"] & found["funded_year"].isin(years).fillna(False)]
    said = "、".join(f"{y}年" for y in years)
    yield _none_of(
        evidence, "scope.funded-again", f"{said}已列入中央补助的小区不得重复申报", SCOPE, rows,
        "0个", "五年计划没有计入，由填报单位删去其计划改造年度",
    )  # fmt: skip


def _all_scheduled(evidence: Evidence) -> Iterator[Rule]:
    found, rules = evidence.communities, evidence.params.rules
    rows = found[found["eligible"] & (found["era"] == "before") & ~found["scheduled"]]
    yield _none_of(
        evidence, "scope.all-scheduled", f"{rules.built_before}年底以前建成、符合条件的小区均已安排年度",
        "第四章一、总体目标", rows, "0个", "为这些小区安排改造年度，或说明不予改造的理由",
    )  # fmt: skip


def _households(rows: pd.DataFrame) -> Decimal:
    return Decimal(int(rows["households"].dropna().sum()))


def post_share(planned: pd.DataFrame, year: int) -> Decimal | None:
    """Percent of a year's planned households in communities completed after 2000; None where the year has none."""
    mine = planned[planned["plan_year"] == year]
    whole = _households(mine)
    return 100 * _households(mine[mine["era"] == "after"]) / whole if whole else None


def _post_share(evidence: Evidence) -> Iterator[Rule]:
    rules, planned = evidence.params.rules, evidence.planned
    limit = f"≤{rules.post_share_cap}%"
    for year in evidence.params.period.years:
        title = f"{year}年计划中{rules.built_before}年底以后建成小区的户数占比不超过{rules.post_share_cap}%"
        share = post_share(planned, year)
        mine = planned[(planned["plan_year"] == year) & (planned["era"] == "after")]
        if share is None:
            yield Rule(f"post-share.{year}", title, SCOPE, None, "%", limit, "not_applicable", evidence.nothing)
        elif share > rules.post_share_cap:
            yield Rule(
                f"post-share.{year}",
                title,
                SCOPE,
                share,
                "%",
                limit,
                "fail",
                mine,
                f"调减或后移部分{rules.built_before}年底以后建成的小区",
            )
        else:
            yield Rule(f"post-share.{year}", title, SCOPE, share, "%", limit, "pass", evidence.nothing)


def _post_share_counties(evidence: Evidence) -> Iterator[Rule]:
    if evidence.params.unit.is_county:
        return
    rules, planned, over, details = evidence.params.rules, evidence.planned, [], []
    for county in evidence.params.counties:
        mine = planned[planned["county"] == county]
        for year in evidence.params.period.years:
            share = post_share(mine, year)
            if share is not None and share > rules.post_share_cap:
                over.append(mine[(mine["plan_year"] == year) & (mine["era"] == "after")])
                details.append(f"{over[-1]['county_name'].iloc[0]}{year}年占{_one_place(share)}%")
    rows = pd.concat(over) if over else evidence.nothing
    title = f"各县（市）各年度{rules.built_before}年底以后建成小区的户数占比均不超过{rules.post_share_cap}%"
    yield Rule(
        "post-share.counties", title, COUNTIES, Decimal(len(over)), "项", "0项超过", "fail" if over else "pass", rows,
        "由有关县（市）调整当年项目" if over else "", tuple(details),
    )  # fmt: skip


def _targets(evidence: Evidence) -> Iterator[Rule]:
    params, planned = evidence.params, evidence.planned
    whole, tolerance = _households(planned), params.rules.target_tolerance
    for year in params.period.years:
        target = params.target(year)
        title, limit = (
            f"{year}年户数占五年总户数的比例符合分期目标",
            f"{max(target - tolerance, Decimal(0))}%～{target + tolerance}%",
        )
        if not whole:
            yield Rule(f"target.{year}", title, PHASES, None, "%", limit, "not_computable", evidence.nothing)
            continue
        share = 100 * _households(planned[planned["plan_year"] == year]) / whole
        verdict: Verdict = "pass" if abs(share - target) <= tolerance else "fail"
        mend = "" if verdict == "pass" else f"{'调减' if share > target else '增加'}该年度改造户数，或修订分期目标"
        yield Rule(f"target.{year}", title, PHASES, share, "%", limit, verdict, evidence.nothing, mend)


def _form_is_list(evidence: Evidence) -> Iterator[Rule]:
    if evidence.annual.empty:
        yield Rule(
            "form.list", "年度计划表与项目清单一致", FORM, None, "项", "0项不一致", "not_computable", evidence.nothing
        )
        return
    off = list(differences(evidence.annual, evidence.planned, evidence.params.period.years))
    rows = evidence.annual.loc[sorted({cell.index for cell in off})]
    details = [_said(cell, evidence) for cell in off[:SHOWN]]
    if len(off) > SHOWN:
        details.append(f"另有{len(off) - SHOWN}项")
    yield Rule(
        "form.list", "年度计划表与项目清单逐项一致", FORM, Decimal(len(off)), "项", "0项不一致",
        "fail" if off else "pass", rows, "核对年度计划表中的合计数与小区清单" if off else "",
        tuple(details),
    )  # fmt: skip


def _one_place(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _said(cell: Cell, evidence: Evidence) -> str:
    """A cell of the annual form against its communities: 甲县2023年2000年底以前户数填146户，清单合计416户."""
    measure, part = cell.column.rsplit("_", 1)
    name, unit = {key: (head.split("（")[0], unit) for key, head, unit in MEASURES}[measure]
    county = str(evidence.annual["county_name"][cell.index])
    form = "未填" if cell.form is None else f"填{cell.form}{unit}"
    return f"{county}{cell.year}年{dict(PARTS)[part]}{name}，年度计划表{form}，小区清单合计{cell.listed}{unit}"


def _per_household(evidence: Evidence) -> Iterator[Rule]:
    """户均 is printed with two places, so their product may miss the sum by half a cent a household."""
    rows = evidence.planned.dropna(subset=["investment", "per_household", "households"])
    if rows.empty:
        yield Rule("money.per-household", "户均资金与总投资相符", FORM, None, "个", "0个不符", "not_computable", rows)
        return
    off = [
        abs(investment - each * int(households)) > Decimal("0.005") * int(households) + Decimal("0.005")
        for investment, each, households in zip(
            rows["investment"], rows["per_household"], rows["households"], strict=True
        )
    ]
    found = rows[pd.Series(off, index=rows.index)]
    yield Rule(
        "money.per-household", "户均资金乘以户数与总投资相符", FORM, Decimal(len(found)), "个", "0个不符",
        "fail" if len(found) else "pass", found, "核对总投资、户数与户均资金" if len(found) else "",
    )  # fmt: skip


def _catalogue(evidence: Evidence) -> Iterator[Rule]:
    tiers = evidence.catalogue["tier"].value_counts()
    parts = [int(tiers.get(tier, 0)) for tier in ("必选", "优选", "可选")]
    basic = evidence.catalogue[evidence.catalogue["category"] == "基础类"]
    sound = sum(parts) == len(evidence.catalogue) and bool((basic["tier"] == "必选").all())
    yield Rule(
        "catalogue.tiers", "必选、优选、可选项之和等于改造内容总数，基础类均为必选项", "第七章",
        Decimal(sum(parts)), "项", f"{len(evidence.catalogue)}项", "pass" if sound else "fail", evidence.nothing,
        "" if sound else "核对改造内容目录",
    )  # fmt: skip


CHECKS: tuple[Callable[[Evidence], Iterator[Rule]], ...] = (
    _latest,
    _year_known,
    _funded_again,
    _all_scheduled,
    _post_share,
    _post_share_counties,
    _targets,
    _form_is_list,
    _per_household,
    _catalogue,
)
