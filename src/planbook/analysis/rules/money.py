"""Investment: by source it adds up to the total, by household it agrees with what a community costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from planbook.analysis.rules.rule import Evidence, Rule, judged, plain
from planbook.analysis.rules.years import FORM
from planbook.survey.form import FUNDING_SOURCES

FUNDING = "第九章第一节（三）"
NO_MONEY = "补填计划改造总投资"
HALF_A_CENT = Decimal("0.005")


def by_source(evidence: Evidence) -> Iterator[Rule]:
    id, title = "money.source", "按资金来源划分的投资之和等于总投资"
    rows = evidence.planned.dropna(subset=["investment"])
    whole = sum(rows["investment"], Decimal(0))
    if rows.empty:
        yield Rule(id, title, FUNDING, None, "万元", "总投资", "not_computable", rows, NO_MONEY)
        return
    known = rows["funding"].isin(FUNDING_SOURCES)
    figure = sum(rows["investment"][known], Decimal(0))
    yield judged(
        id, title, FUNDING, figure, "万元", f"{plain(whole)}万元", broken=figure != whole, rows=rows[~known],
        mend="补填计划改造资金来源",
    )  # fmt: skip


def per_household(evidence: Evidence) -> Iterator[Rule]:
    """户均 is printed with two places, so their product may miss the sum by half a cent a household."""
    id, title = "money.per-household", "户均资金乘以户数与总投资相符"
    rows = evidence.planned.dropna(subset=["investment", "per_household", "households"])
    if rows.empty:
        yield Rule(id, title, FORM, None, "个", "0个", "not_computable", rows, "补填总投资、户数与户均资金")
        return
    columns = (rows["investment"], rows["per_household"], rows["households"])
    off = [
        abs(investment - each * int(count)) > HALF_A_CENT * (int(count) + 1)
        for investment, each, count in zip(*columns, strict=True)
    ]
    found = rows[pd.Series(off, index=rows.index)]
    yield judged(
        id, title, FORM, Decimal(len(found)), "个", "0个", broken=len(found) > 0, rows=found,
        mend="核对总投资、户数与户均资金",
    )  # fmt: skip
