"""Money: a community's investment divided among the categories it asks for."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from planbook.params import CostWeights

CATEGORIES = ("basic", "improve", "enhance")


def with_categories(communities: pd.DataFrame, weights: CostWeights) -> pd.DataFrame:
    """Adds investment_basic, _improve and _enhance (万元, Decimal), which add up to `investment` exactly.

    The form asks for one sum a community; it is divided by `weights` among the categories whose items the community
    lists, the last taking what division leaves. The weights have no published source (params: cost_weights.assumed).
    """
    out = communities.copy()
    parts: dict[str, list[Decimal | None]] = {name: [] for name in CATEGORIES}
    lists = [out[f"needs_{name}"] for name in CATEGORIES]
    for investment, *asked in zip(out["investment"], *lists, strict=True):
        for name, value in _divide(investment, [bool(a) for a in asked], weights).items():
            parts[name].append(value)
    for name, values in parts.items():
        out[f"investment_{name}"] = pd.Series(values, index=out.index, dtype=object)
    return out


def _divide(investment: object, asked: list[bool], weights: CostWeights) -> dict[str, Decimal | None]:
    if not isinstance(investment, Decimal):
        return dict.fromkeys(CATEGORIES)
    names = [n for n, a in zip(CATEGORIES, asked, strict=True) if a and getattr(weights, n)] or ["basic"]
    whole = sum((getattr(weights, n) for n in names), Decimal(0)) or Decimal(1)
    out: dict[str, Decimal | None] = dict.fromkeys(CATEGORIES, Decimal(0))
    left = investment
    for name in names[:-1]:
        part = (investment * getattr(weights, name) / whole).quantize(Decimal("0.0001"))
        out[name], left = part, left - part
    out[names[-1]] = left
    return out
