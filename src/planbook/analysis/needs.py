"""What residents ask for: how often, how urgently, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

import pandas as pd


def urgency(communities: pd.DataFrame, column: str, codes: Sequence[str], weights: Sequence[int]) -> pd.DataFrame:
    """Per item: `asking` (communities that list it), `first` (that list it first), `score` (rank-weighted).

    Indexed by code in the order given. A place beyond the weights counts as the last weight.
    """
    lists = [listed for listed in communities[column] if isinstance(listed, tuple)]
    rows = []
    for code in codes:
        places = [listed.index(code) for listed in lists if code in listed]
        rows.append(
            {
                "code": code,
                "asking": len(places),
                "first": sum(place == 0 for place in places),
                "score": sum(weights[min(place, len(weights) - 1)] for place in places),
            }
        )
    return pd.DataFrame(rows, columns=["code", "asking", "first", "score"]).set_index("code")


def by_county(communities: pd.DataFrame, column: str, codes: Sequence[str], counties: Sequence[str]) -> pd.DataFrame:
    """Percent of each county's communities that list each item: counties × codes, NaN for a county without any."""
    table = {}
    for county in counties:
        lists = [
            listed for listed in communities.loc[communities["county"] == county, column] if isinstance(listed, tuple)
        ]
        table[county] = {
            code: 100 * sum(code in listed for listed in lists) / len(lists) if lists else float("nan")
            for code in codes
        }
    return pd.DataFrame.from_dict(table, orient="index", columns=list(codes))


def concern_id(word: str, names: Mapping[str, str]) -> str:
    """A stable fact id for something residents care about: by its code, or by the word's checksum."""
    return f"concern.{word.lower()}" if word in names else f"concern.word-{crc32(word.encode()):08x}"
