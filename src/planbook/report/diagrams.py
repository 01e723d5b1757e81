"""Drawings that are no charts: what stands where in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from planbook.analysis.policies import Slot, calendar
from planbook.report.plots import COLOURS, GREY, WIDTH

LINE = "#dddddd"
ROW = 0.215  # inches: one disc above another
GAP = 0.35  # rows between two levels
DISC = 84.0  # square points: room for two digits
PAD = 0.35  # of a month: between a year's line and its first and last disc
DARK = tuple(COLOURS[at] for at in (0, 1, 3, 5, 4))  # white digits can be read on these

Span = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """An entry's disc: its number, its middle on the time axis, how many discs are below, is the month known."""

    serial: str
    x: float
    below: int
    exact: bool


def timeline(entries: pd.DataFrame, levels: Sequence[str]) -> Drawing:
    """When each entry was issued: a band a level, a numbered disc an entry, hollow where only the year is known.

    `entries` has the columns serial, level and date; those without a date are left out, as are levels without entries.
    """
    dated = entries[entries["date"] != ""]
    slots = calendar(dated["date"].to_list())
    spans = _spans(slots)
    bands = {level: _marks(part, slots, spans) for level in levels if len(part := dated[dated["level"] == level])}
    heights = {level: max(mark.below for mark in marks) + 1 + GAP for level, marks in bands.items()}
    drawing, axes = plt.subplots(figsize=(WIDTH, 0.55 + ROW * sum(heights.values())))
    floor, middles = 0.0, {}
    for (level, marks), colour in reversed(list(zip(bands.items(), DARK, strict=False))):
        _draw_marks(axes, marks, floor + (1 + GAP) / 2, colour)
        middles[level] = floor + heights[level] / 2
        floor += heights[level]
        axes.axhline(floor, color=LINE, linewidth=0.5, zorder=0)
    _draw_calendar(axes, slots, spans)
    axes.set_xlim(0, spans[-1][1] + PAD)
    axes.set_ylim(0, floor)
    axes.set_yticks(list(middles.values()), list(middles))
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    return drawing


def _marks(entries: pd.DataFrame, slots: Sequence[Slot], spans: Sequence[Span]) -> list[Mark]:
    """Entries of one place on the axis are stacked."""
    out: list[Mark] = []
    stacked: Counter[int] = Counter()
    for serial, date in zip(entries["serial"], entries["date"], strict=True):
        at = next(at for at, slot in enumerate(slots) if slot.holds(date))
        out.append(Mark(str(serial), sum(spans[at]) / 2, stacked[at], len(date) > 4))
        stacked[at] += 1
    return out


def _spans(slots: Sequence[Slot]) -> list[Span]:
    """Where each slot begins and ends. A year with a single slot needs room for its name, a year's line for air."""
    of_year = Counter(slot.year for slot in slots)
    out: list[Span] = []
    for at, slot in enumerate(slots):
        left = out[-1][1] + (2 * PAD if slot.year != slots[at - 1].year else 0) if out else PAD
        out.append((left, left + (2.2 if slot.year and of_year[slot.year] == 1 else 1.0)))
    return out


def _draw_marks(axes: Axes, marks: Sequence[Mark], ground: float, colour: str) -> None:
    for mark in marks:
        inside, number = (colour, "white") if mark.exact else ("white", colour)
        y = ground + mark.below
        axes.scatter(mark.x, y, s=DISC, color=inside, edgecolors=colour, linewidths=0.8, zorder=2)
        axes.text(mark.x, y, mark.serial, ha="center", va="center_baseline", fontsize=6.5, color=number)


def _draw_calendar(axes: Axes, slots: Sequence[Slot], spans: Sequence[Span]) -> None:
    """Months below the axis, years below the months, a line where a year begins."""
    axes.set_xticks([])
    below: dict[str, Any] = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "ha": "center",
        "va": "top",
    }
    axes.annotate("月", (0, 0), **{**below, "ha": "right"}, xytext=(-8, -3), fontsize=7, color=GREY)
    for slot, span in zip(slots, spans, strict=True):
        axes.annotate(_months(slot), (sum(span) / 2, 0), **below, xytext=(0, -3), fontsize=7, color=GREY)
    for year in sorted({slot.year for slot in slots if slot.year}):
        mine = [at for at, slot in enumerate(slots) if slot.year == year]
        left, right = spans[mine[0]][0] - PAD, spans[mine[-1]][1] + PAD
        axes.annotate(f"{year}年", ((left + right) / 2, 0), **below, xytext=(0, -14), fontsize=8.5)
        for edge in (left, right):
            axes.axvline(edge, color=LINE, linewidth=0.5, zorder=0)


def _months(slot: Slot) -> str:
    """A slot's months: 3, 4–6; nothing for a whole year."""
    if not slot.year:
        return "…"
    if slot.first == slot.last:
        return str(slot.first or "")
    return "" if slot.last - slot.first == 11 else f"{slot.first}–{slot.last}"
