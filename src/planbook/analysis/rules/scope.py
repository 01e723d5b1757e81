"""Which communities may be in the plan: chapter 2, 五、改造范围, after 国办发〔2020〕23号 and 建办城〔2020〕41号."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planbook.analysis.rules.rule import Evidence, Rule, none_of
from planbook.survey.text import squeezed

SCOPE = "第二章第五节"
GOAL = "第四章第一节"


def latest(evidence: Evidence) -> Iterator[Rule]:
    found, rules = evidence.communities, evidence.params.rules
    rows = found[found["scheduled"] & (found["year_built"] > rules.built_latest).fillna(False)]
    yield none_of(
        evidence, "scope.latest", f"列入计划的小区不得在{rules.built_latest}年底以后建成", SCOPE, rows,
        f"{evidence.params.period.span}计划没有计入，由填报单位核实建成时间，或删去其计划改造年度",
    )  # fmt: skip


def year_known(evidence: Evidence) -> Iterator[Rule]:
    found = evidence.communities
    rows = found[found["scheduled"] & found["year_built"].isna()]
    yield none_of(evidence, "scope.year-known", "列入计划的小区均填有建成时间", SCOPE, rows, "补填建成时间")


def right_sheet(evidence: Evidence) -> Iterator[Rule]:
    """The two sheets divide at the year after which a community is only in the plan by exception."""
    found, before = evidence.communities, evidence.params.rules.built_before
    other = {"before": "after", "after": "before"}
    rows = found[found["era"].notna() & (found["period"].map(other) == found["era"])]
    yield none_of(
        evidence, "scope.sheet", f"小区所在的分表与建成时间相符（以{before}年底为界）", SCOPE, rows,
        "汇总按建成时间归类，由填报单位核实建成时间，或移到相应的分表",
    )  # fmt: skip


def funded_again(evidence: Evidence) -> Iterator[Rule]:
    found, years = evidence.communities, evidence.params.rules.funded_years
    rows = found[found["scheduled"] & found["funded_year"].isin(years).fillna(False)]
    said = "、".join(f"{y}年" for y in years)
    yield none_of(
        evidence, "scope.funded-again", f"{said}已列入中央补助的小区不得重复申报", SCOPE, rows,
        f"{evidence.params.period.span}计划没有计入，由填报单位删去其计划改造年度",
    )  # fmt: skip


def all_scheduled(evidence: Evidence) -> Iterator[Rule]:
    found, rules = evidence.communities, evidence.params.rules
    rows = found[found["eligible"] & (found["era"] == "before") & ~found["scheduled"]]
    yield none_of(
        evidence, "scope.all-scheduled", f"{rules.built_before}年底以前建成、符合条件的小区均已安排年度", GOAL, rows,
        "为这些小区安排改造年度，或说明不予改造的理由",
    )  # fmt: skip


def unsafe(evidence: Evidence) -> Iterator[Rule]:
    """Housing that would not stand an earthquake belongs to another programme. The survey's form does not ask for it,
    so each county's parameters (`unsafe`) list what its appraisal found; without a list nothing can be said."""
    id, title = "scope.unsafe", "不符合抗震防灾要求、须另行加固的住宅没有列入计划"
    unknown, strangers, rows = [], [], evidence.nothing
    for county, params in evidence.members.items():
        own = evidence.communities[evidence.communities["county"] == county]
        if params.unsafe is None:
            unknown.append(params.unit.name)
            continue
        listed = {squeezed(name): name for name in params.unsafe}
        names = own["name"].map(lambda name: squeezed(str(name)))
        strangers += [f"{params.unit.name}{name}" for key, name in listed.items() if key not in set(names)]
        rows = pd.concat([rows, own[own["planned"] & names.isin(list(listed))]])
    if evidence.communities.empty or len(rows) or not (unknown or strangers):
        yield none_of(
            evidence, id, title, SCOPE, rows, f"移出{evidence.params.period.span}计划，列入专项抗震加固改造计划"
        )
        return
    details = [f"{'、'.join(unknown)}没有房屋鉴定结果"] if unknown else []
    details += [f"鉴定名单中的{'、'.join(strangers)}不在调查表中"] if strangers else []
    yield Rule(
        id, title, SCOPE, None, "个", "0个", "not_computable", evidence.nothing,
        "摸底调查表没有抗震鉴定一栏，取得鉴定结果后按名单逐个核对", tuple(details), "params: unsafe",
    )  # fmt: skip
