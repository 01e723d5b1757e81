"""The policy register as the plan prints it: what is told and listed, how a document is cited, how the dates spread.

A date is as exact as the register knows it: "", "2020", "2020-08" or "2020-08-26".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

Frame = pd.DataFrame

IN_BRACKETS = ("文件", "法律", "标准")  # kinds whose titles stand in 《》
OF_TITLE = ("试行", "暂行")  # states that are part of the title; others (送审稿) follow it
STEPS = (1, 3, 12)  # months a place on the time axis may hold


def told(policies: Frame, section: str, levels: Sequence[str]) -> Frame:
    """A section's entries, highest level first, then by date (undated first), with three more columns.

    `serial`: 1, 2, 3 … over all levels; `when` and `cited`: date and title as printed.
    """
    found = _of(policies, section)
    rank = found["level"].map({level: at for at, level in enumerate(levels)})
    out = found.assign(rank=rank).sort_values(["rank", "date"], kind="stable").drop(columns="rank")
    return out.assign(serial=range(1, len(out) + 1), when=_when(out), cited=_cited(out))


def listed(policies: Frame, section: str, scopes: Sequence[str]) -> Frame:
    """A numbered list's entries, highest scope first, then in their order, with four columns as they are printed.

    `serial`: 1, 2, 3 …; `when`; `cited` (without document number); `numbered`: the document number.
    """
    found = _of(policies, section)
    rank = found["scope"].map({scope: at for at, scope in enumerate(scopes)})
    out = found.assign(rank=rank).sort_values(["rank", "order"], kind="stable").drop(columns="rank")
    return out.assign(
        serial=range(1, len(out) + 1),
        when=_when(out),
        cited=_cited(out.assign(number="")),
        numbered=[printed_number(number) for number in out["number"]],
    )


def _of(policies: Frame, section: str) -> Frame:
    return policies.loc[[section in sections for sections in policies["section"]]]


def printed_date(date: str) -> str:
    """2020-08-26 → 2020年8月26日, as exact as it is known; unknown → —."""
    if not date:
        return "—"
    return "".join(f"{int(part)}{word}" for part, word in zip(date.split("-"), "年月日", strict=False))


def printed_number(number: str) -> str:
    """GB/T50337-2018 → GB/T 50337—2018; other document numbers stay as they are."""
    return re.sub(r"^([A-Z]+(?:/T)?) ?(\d[\d.]*)-(\d{4})$", r"\1 \2—\3", number)


def citation(title: str, kind: str, status: str = "", number: str = "") -> str:
    """《…导则（试行）》, 《…意见》（送审稿）, 《…意见》（国办发〔2020〕23号）; a meeting has no 《》."""
    if status in OF_TITLE:
        title, status = f"{title}（{status}）", ""
    name = f"《{title}》" if kind in IN_BRACKETS else title
    return name + "".join(f"（{more}）" for more in (status, printed_number(number)) if more)


def _when(policies: Frame) -> list[str]:
    return [printed_date(date) for date in policies["date"]]


def _cited(policies: Frame) -> list[str]:
    columns = (policies[key] for key in ("title", "kind", "status", "number"))
    return [citation(*parts) for parts in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Slot:
    """A place on the time axis: the months `first` to `last` of a year, or what is known by its year alone
    (`first` = 0), or years without an entry (`year` = 0)."""

    year: int
    first: int = 0
    last: int = 0

    def holds(self, date: str) -> bool:
        """Does an entry of this date stand here?"""
        year, month = int(date[:4]), int(date[5:7] or 0)
        return year == self.year and self.first <= month <= self.last


def calendar(dates: Sequence[str], most: int = 32) -> list[Slot]:
    """A time axis on which every date has its place: months, or quarters or years where that would be more than
    `most` places. Years of which no month is known take one place, any run of years without an entry one, too."""
    axes = [_axis([date for date in dates if date], step) for step in STEPS]
    return next((axis for axis in axes if len(axis) <= most), axes[-1])


def _axis(dates: Sequence[str], step: int) -> list[Slot]:
    out: list[Slot] = []
    years = sorted({int(date[:4]) for date in dates})
    for at, year in enumerate(years):
        if at and year > years[at - 1] + 1:
            out.append(Slot(0))
        if str(year) in dates:
            out.append(Slot(year))
        if any(date.startswith(f"{year}-") for date in dates):
            out += [Slot(year, first, first + step - 1) for first in range(1, 13, step)]
    return out
