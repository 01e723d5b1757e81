"""How far a community's residents agree: what decides which communities come first."""

from __future__ import annotations

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


def unheard(communities: pd.DataFrame, willingness: pd.DataFrame) -> pd.Series[bool]:
    """Which communities returned no questionnaire; the sheets are matched by county and name."""
    answers = willingness.loc[standing(willingness) != "silent", ["county", "name"]]
    heard = set(answers.itertuples(index=False, name=None))
    keys = communities[["county", "name"]].itertuples(index=False, name=None)
    return pd.Series([key not in heard for key in keys], index=communities.index, dtype="bool")
