"""How far a community's residents agree: what decides which communities come first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

STANDINGS = ("unopposed", "majority", "minority", "silent")


def standing(willingness: pd.DataFrame) -> pd.Series[str]:
    """Of each row of the questionnaire's sheet one of STANDINGS.

    unopposed: nobody against; majority: at least half of the returned questionnaires willing; minority: fewer; silent:
    none returned.
    """
    out = []
    counts = willingness[["returned", "willing", "unwilling"]].fillna(0).astype(int)
    for returned, willing, unwilling in counts.itertuples(index=False):
        if not returned:
            out.append("silent")
        elif 2 * willing < returned:
            out.append("minority")
        else:
            out.append("majority" if unwilling else "unopposed")
    return pd.Series(out, index=willingness.index, dtype="str")


def among(communities: pd.DataFrame, willingness: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of the questionnaire's sheet are about some of these communities; matched by county and name."""
    return _in(willingness, communities)


def unheard(communities: pd.DataFrame, willingness: pd.DataFrame) -> pd.Series[bool]:
    """Which communities returned no questionnaire; the sheets are matched by county and name."""
    return ~_in(communities, willingness[standing(willingness) != "silent"])


def _in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series[bool]:
    known = set(_keys(others))
    return pd.Series([key in known for key in _keys(rows)], index=rows.index, dtype="bool")


def _keys(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return rows[["county", "name"]].itertuples(index=False, name=None)
