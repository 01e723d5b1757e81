"""A unit's rows as its workbooks and reference tables say them now, found by their addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planbook.analysis.communities import enriched
from planbook.params import Params
from planbook.reference import Reference
from planbook.report.cells import SurveyCell
from planbook.report.rows import Rows, numbers_in
from planbook.survey.frames import place_of
from planbook.survey.store import Survey

Source = Mapping[str, Any]
Address = tuple[str, str, int]


@dataclass(frozen=True)
class Line:
    """One row behind a number: what it is called, and the value that counted, with its cell ("" where none is alone
    in saying it)."""

    name: str
    value: str
    file: str
    sheet: str
    row: int
    cell: str

    @property
    def place(self) -> str:
        return "!".join(part for part in (self.file, self.sheet, self.cell or f"{self.row}") if part)


class Received:
    """The rows of one unit's survey and of the reference tables."""

    def __init__(self, survey: Survey, reference: Reference, params: Params) -> None:
        self.survey, self.reference, self.params = survey, reference, params
        self.communities = enriched(survey.communities, params)
        self.annual = survey.annual
        frames = [self.communities, self.annual, survey.willingness]
        if earlier := survey.earlier:
            frames += [enriched(earlier.communities, params), earlier.annual, earlier.willingness]
        frames += [reference.catalogue, reference.policies, reference.standards]
        self._at: dict[Address, tuple[pd.DataFrame, int]] = {}
        self._rows: dict[Address, dict[Hashable, Any]] = {}  # the same rows, quick to look into
        self._lines: dict[tuple[Address, str], Line] = {}  # most rows are behind many numbers
        for frame in frames:
            for position, row in enumerate(frame.to_dict("records")):
                address = row["file"], row["sheet"], int(row["row"])
                self._at[address], self._rows[address] = (frame, position), row
        doubts = (*survey.issues, *(earlier.issues if earlier else ()))
        self._noted = {(issue.file, issue.sheet, issue.cell) for issue in doubts}
        self._noted |= {(mend.file, mend.sheet, mend.cell) for mend in survey.corrections}

    def rows(self, sources: Iterable[Source]) -> Rows:
        """The rows of these sources that are still there; sources of one fact are of one table."""
        found = [self._at[address] for address in addresses(sources) if address in self._at]
        if not found:
            return Rows(self.communities.iloc[0:0], "")
        return Rows(found[0][0].iloc[[position for _frame, position in found]], "")

    def cells(self, sources: Iterable[Source]) -> list[tuple[str, str, str]]:
        """The cells of these sources that are still doubted or mended."""
        named = [(s["file"], s["sheet"], cell) for s in sources if "cells" in s for cell in s["cells"].split(",")]
        return [cell for cell in named if cell in self._noted]

    def lines(self, sources: Sequence[Source], column: str) -> list[Line]:
        """What to show of the rows: their names and the values of `column` (none: the rows themselves count)."""
        out = [self._line(address, column) for address in addresses(sources) if address in self._at]
        return out + [Line(cell, "", file, sheet, 0, cell) for file, sheet, cell in self.cells(sources)]

    def _line(self, address: Address, column: str) -> Line:
        if (address, column) not in self._lines:
            self._lines[address, column] = _line(self._rows[address], column)
        return self._lines[address, column]


def _line(row: Mapping[Hashable, Any], column: str) -> Line:
    name = next((str(row[key]) for key in ("name", "title", "item", "county_name") if row.get(key)), "")
    if "year" in row:
        name = f"{name}{row['year']}年"
    value, cell = "", ""
    if column and column in row:
        found = row[column]
        value = "、".join(found) if isinstance(found, tuple) else SurveyCell(found, "", {}).display  # as exact as it is
    if "places" in row:
        cell = place_of(row, column or "name") or place_of(row, column.partition("_")[0])
    return Line(name, value, row["file"], row["sheet"], int(row["row"]), cell)


def addresses(sources: Iterable[Source]) -> list[Address]:
    return [(s["file"], s["sheet"], row) for s in sources if "rows" in s for row in numbers_in(s["rows"])]
