"""The annual plan: what the project list adds up to, and what the counties' own annual forms say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from planbook.survey.form import MEASURES, PARTS


@dataclass(frozen=True)
class Cell:
    """One cell of the annual form where form and project list differ."""

    county: str
    year: int
    column: str
    form: Decimal | None
    listed: Decimal
    index: int  # of the form's row


def tolerance(measure: str) -> Decimal:
    """By how much a cell of the annual form may miss its communities: its own two places for 万平方米 and 万元."""
    return Decimal("0.005") if measure in ("area", "investment") else Decimal(0)


def listed_total(planned: pd.DataFrame, measure: str, part: str) -> Decimal:
    """What planned communities add up to in one measure of one part (before / after / total)."""
    return _total(_of(planned, part), measure)


def _of(planned: pd.DataFrame, part: str) -> pd.DataFrame:
    return planned if part == "total" else planned[planned["era"] == part]


def _total(rows: pd.DataFrame, measure: str) -> Decimal:
    if measure == "communities":
        return Decimal(len(rows))
    return sum((Decimal(str(v)) for v in rows[measure].dropna()), Decimal(0))


def differences(annual: pd.DataFrame, planned: pd.DataFrame, years: Sequence[int]) -> Iterator[Cell]:
    """The cells of the counties' annual forms that differ from the sum of their communities; exact but for
    `tolerance`."""
    read = ("county", "plan_year", "era", *(measure for measure, _group, _unit in MEASURES))
    planned = planned[[column for column in planned if column in read]]  # a filter copies every column
    for index, form in annual[annual["year"].isin(years)].iterrows():
        mine = planned[(planned["county"] == form["county"]) & (planned["plan_year"] == form["year"])]
        parts = {part: _of(mine, part) for part, _name in PARTS}
        for measure, _group, _unit in MEASURES:
            for part, rows in parts.items():
                said = form[f"{measure}_{part}"]
                there = None if pd.isna(said) else Decimal(str(said))
                listed = _total(rows, measure)
                if there is None or abs(there - listed) > tolerance(measure):
                    yield Cell(form["county"], int(form["year"]), f"{measure}_{part}", there, listed, int(str(index)))
