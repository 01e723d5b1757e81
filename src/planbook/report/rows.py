"""Rows with addresses and a name: what facts are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Rows:
    """Some rows of a survey or reference table.

    `frame` has the columns file, sheet and row (the row's number there); `label` says in Chinese which rows these
    are, as a formula would name them: 2000年底以前建成的小区. `noun` is what one row is: 小区, 项, 件.
    """

    frame: pd.DataFrame
    label: str
    noun: str = "小区"

    def __len__(self) -> int:
        return len(self.frame)

    def where(self, mask: Any, label: str) -> Rows:
        """The rows for which `mask` (a boolean series; missing counts as false) holds, under a new name."""
        keep = pd.Series(mask, index=self.frame.index).fillna(False).astype(bool)
        return Rows(self.frame.loc[keep], label, self.noun)

    def by(self, column: str, keys: Sequence[Any], labels: Sequence[str]) -> Iterator[tuple[Any, Rows]]:
        """The rows of each key, in the order given; a key without rows gives none."""
        for key, label in zip(keys, labels, strict=True):
            yield key, self.where(self.frame[column] == key, label)

    def asking(self, column: str, item: str, label: str) -> Rows:
        """The rows whose list in `column` holds `item`."""
        return self.where(self.frame[column].map(lambda listed: item in listed), label)

    @cached_property
    def sources(self) -> list[dict[str, Any]]:
        """The rows as ranges per file and sheet: [{"file": …, "sheet": …, "rows": "5-9,12"}].

        Rows that are about one cell each (column `cell`: issues, corrections) are named by it: {…, "cells": "G5,H7"}.
        """
        named = "cell" if "cell" in self.frame else "row"
        found: dict[tuple[str, str], list[Any]] = {}  # not pandas' groupby, which takes ten times as long for few rows
        for file, sheet, at in zip(*(self.frame[column].tolist() for column in ("file", "sheet", named)), strict=True):
            found.setdefault((file, sheet), []).append(at)
        return [
            {"file": file, "sheet": sheet}
            | ({"cells": ",".join(at)} if named == "cell" else {"rows": ranges(sorted(map(int, at)))})
            for (file, sheet), at in sorted(found.items())
        ]


def ranges(numbers: Sequence[int]) -> str:
    """[5, 6, 7, 9] → 5-7,9."""
    out: list[list[int]] = []
    for n in numbers:
        if out and n == out[-1][1] + 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def numbers_in(text: str) -> list[int]:
    """5-7,9 → [5, 6, 7, 9]."""
    out: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out
