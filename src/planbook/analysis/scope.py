"""Which communities the plan may take, and which it has scheduled.

Source: 国办发〔2020〕23号 and 建办城〔2020〕41号 as the plan's own chapter 2, 五、改造范围 states them: built before
the end of 2000; by exception up to the end of 2005; nothing that central funds of 2019 or 2020 already support.
"""

from __future__ import annotations

import pandas as pd

from planbook.params import Params

Frame = pd.DataFrame


def with_scope(communities: Frame, params: Params) -> Frame:
    """The communities with five more columns.

    `era`: before / after the end of rules.built_before, or None where the year is missing; `eligible`: may be in the
    plan; `reason`: why not (Chinese, empty where eligible); `scheduled`: has a plan year of the period;
    `planned`: eligible and scheduled – these are the plan.
    """
    rules, out = params.rules, communities.copy()
    year = out["year_built"]
    known = year.notna()
    out["era"] = [None if pd.isna(y) else ("before" if y <= rules.built_before else "after") for y in year]
    late = known & (year > rules.built_latest).fillna(False)
    funded = out["funded_year"].isin(rules.funded_years).fillna(False)
    reasons = []
    for is_known, is_late, is_funded, funded_year in zip(known, late, funded, out["funded_year"], strict=True):
        if not is_known:
            reasons.append("建成时间未填")
        elif is_late:
            reasons.append(f"{rules.built_latest}年底以后建成")
        elif is_funded:
            reasons.append(f"{int(funded_year)}年已列入中央补助")
        else:
            reasons.append("")
    out["reason"] = reasons
    out["eligible"] = out["reason"] == ""
    out["scheduled"] = out["plan_year"].isin(params.period.years).fillna(False).astype(bool)
    out["planned"] = out["eligible"] & out["scheduled"]
    return out
