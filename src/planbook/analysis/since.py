"""What became of the communities of an earlier round: new, gone, renamed, filled in otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from planbook.analysis.pairs import Two, by_name, text_of, with_renamed
from planbook.survey.form import COMMUNITY_COLUMNS, Column
from planbook.survey.text import squeezed

Frame = pd.DataFrame

# what a clerk says of a community; money by household follows from the other columns
TOLD = tuple(column for column in COMMUNITY_COLUMNS if column.key not in ("serial", "county", "per_household"))
ADDRESS = ("county_name", "file", "sheet", "row", "places")  # where a row stands, which may differ


@dataclass(frozen=True)
class _Row:
    """A row of a frame as `planbook.analysis.pairs` sees it, and its position there."""

    name: str
    values: Mapping[str, str]
    at: int


@dataclass(frozen=True)
class Edit:
    """A cell that was filled in otherwise: the community's rows then and now, and the column."""

    then: pd.Series[Any]
    now: pd.Series[Any]
    column: Column


@dataclass(frozen=True)
class Changes:
    """Communities of counties that are in one round only (`newly`, `lost`); of the others those that are new (`came`),
    gone, or in both rounds: `then` and `now` hold these row by row. Frames have the columns of those they came from."""

    newly: Frame
    lost: Frame
    came: Frame
    gone: Frame
    then: Frame
    now: Frame

    @cached_property
    def edits(self) -> list[Edit]:
        """In the order of this round's rows, columns as on the form."""
        pairs = zip(self.then.iterrows(), self.now.iterrows(), strict=True)
        rows = [(then, now) for (_i, then), (_j, now) in pairs]
        return [Edit(then, now, c) for then, now in rows for c in TOLD if _told(then, c.key) != _told(now, c.key)]

    def moved(self, column: str) -> dict[str, list[bool]]:
        """Of each community of both rounds: has it `more` or `fewer` than it had; or was the figure blank then
        (`filled`), or is it now (`blank`)?"""
        pairs = list(zip(self.then[column], self.now[column], strict=True))
        known = [(pd.notna(then), pd.notna(now)) for then, now in pairs]
        both = [(then, now) if all(k) else (0, 0) for (then, now), k in zip(pairs, known, strict=True)]
        return {
            "more": [now > then for then, now in both],
            "fewer": [now < then for then, now in both],
            "filled": [now and not then for then, now in known],
            "blank": [then and not now for then, now in known],
        }

    @property
    def renamed(self) -> list[bool]:
        """Of each community of both rounds: has it another name?"""
        return self._among([edit for edit in self.edits if edit.column.key == "name"])

    @property
    def changed(self) -> list[bool]:
        """Of each community of both rounds: is anything but the name filled in otherwise?"""
        return self._among([edit for edit in self.edits if edit.column.key != "name"])

    def _among(self, edits: Sequence[Edit]) -> list[bool]:
        found = {edit.now.name for edit in edits}  # its label in the frame's index
        return [label in found for label in self.now.index]


def _told(row: pd.Series[Any], key: str) -> str:
    """What a cell says: blanks within a name say nothing."""
    text = text_of(row[key])
    return squeezed(text) if key == "name" else text


def changes(then: Frame, now: Frame, common: Collection[str]) -> Changes:
    """Two rounds' communities (columns of `enriched`). `common`: the ids of counties that sent a workbook in both."""
    pairs = [pair for county in common for pair in _paired(_of(then, county), _of(now, county))]
    kept = sorted(((b.at, a.at) for b, a in pairs if b and a), key=lambda one: one[1])
    return Changes(
        now[~now["county"].isin(common)],
        then[~then["county"].isin(common)],
        now.iloc[sorted(after.at for before, after in pairs if after and not before)],
        then.iloc[sorted(before.at for before, after in pairs if before and not after)],
        then.iloc[[before for before, _after in kept]],
        now.iloc[[after for _before, after in kept]],
    )


def without_twin(rows: Frame, other: Frame, counties: Collection[str]) -> Frame:
    """The rows of some counties that `other`, the same table of another round, does not have as they are."""
    keys = [column for column in rows.columns if column not in ADDRESS]
    there = {tuple(map(text_of, row)) for row in other[keys].itertuples(index=False)}
    alone = [tuple(map(text_of, row)) not in there for row in rows[keys].itertuples(index=False)]
    return rows[rows["county"].isin(counties) & pd.Series(alone, index=rows.index, dtype=bool)]


def _of(frame: Frame, county: str) -> list[_Row]:
    keys = [column.key for column in TOLD]
    rows = enumerate(frame[["county", *keys]].to_dict("records"))
    return [
        _Row(text_of(row["name"]), {key: text_of(row[key]) for key in keys}, at)
        for at, row in rows
        if row["county"] == county
    ]


def _paired(before: Sequence[_Row], after: Sequence[_Row]) -> Iterator[Two[_Row]]:
    return with_renamed(list(by_name(before, after, {})))
