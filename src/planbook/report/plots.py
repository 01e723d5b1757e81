"""The plan's kinds of drawing: each takes labels and figures, and returns a drawing in the house style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType

from planbook.report.facts import Fact

WIDTH = 6.06  # inches: the text's width on the page, so that type in a figure has its true size
COLOURS = ("#1a4f7a", "#c8762b", "#7f9fb6", "#5b7f5f", "#b9a25f", "#7a4a63", "#8a8f98")
GREY = "#555555"
ROOM = 6  # percent of a bar that its figure needs


def bars(facts: Mapping[str, Fact], unit: str, *, colour: str = COLOURS[0], height: float = 2.8) -> Drawing:
    """One bar a name, its printed figure above it."""
    drawing, axes = plt.subplots(figsize=(WIDTH, height))
    _bars(axes, facts, unit, colour)
    return drawing


def paired_bars(
    left: Mapping[str, Fact], right: Mapping[str, Fact], units: tuple[str, str], height: float = 2.9
) -> Drawing:
    """Two measures of the same names, side by side."""
    drawing, both = plt.subplots(1, 2, figsize=(WIDTH, height), sharey=True, gridspec_kw={"wspace": 0.16})
    for axes, facts, unit, colour in zip(both, (left, right), units, COLOURS, strict=False):
        _across(axes, facts, unit, colour)
    both[0].set_ylim(len(left) - 0.5, -0.5)  # shared: turned over once, not twice
    return drawing


def ranked_bars(facts: Mapping[str, Fact], unit: str, *, top: int = 10, colour: str = COLOURS[0]) -> Drawing:
    """The names with the largest figures, largest on top; where `top` has room for all, those of zero, too."""
    ordered = list(facts) if top >= len(facts) else leading(facts, top)
    ordered.sort(key=lambda name: -facts[name].number)
    drawing, axes = plt.subplots(figsize=(WIDTH, 0.55 + 0.23 * max(len(ordered), 1)))
    _across(axes, {name: facts[name] for name in ordered}, unit, colour)
    return drawing


def leading(facts: Mapping[str, Fact], top: int) -> list[str]:
    """About `top` names with the largest figures, none of zero. Equals are all among them or none is, whichever comes
    closer to `top`; where both are far from it, the first of them are."""
    ordered = sorted((n for n in facts if facts[n].number > 0), key=lambda n: -facts[n].number)
    if len(ordered) <= top:
        return ordered
    last = facts[ordered[top - 1]].number
    above = sum(fact.number > last for fact in facts.values())
    through = sum(fact.number >= last for fact in facts.values())
    whole = through if through - top <= top - above else above
    return ordered[: whole if top <= 2 * whole <= 4 * top else top]


def shares(groups: Mapping[str, Mapping[str, Fact]], *, height: float = 0.0) -> Drawing:
    """One whole bar a group, divided into shares (%). The legend stands above. A last share that is too narrow for its
    figure has it beside the bar."""
    names = list(next(iter(groups.values())))
    drawing, axes = plt.subplots(figsize=(WIDTH, height or 0.8 + 0.28 * len(groups)))
    for at, parts in enumerate(groups.values()):
        left = 0.0
        for name, colour in zip(names, COLOURS, strict=False):
            width = float(parts[name].number)
            axes.barh(at, width, left=left, height=0.62, color=colour, label=name if at == 0 else None)
            if width >= ROOM:
                axes.text(
                    left + width / 2, at, f"{parts[name].display}%", ha="center", va="center", color=ink_on(colour),
                    fontsize=8,
                )  # fmt: skip
            left += width
        last = parts[names[-1]]
        if 0 < last.number < ROOM:
            axes.annotate(
                f"{last.display}%", (left, at), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8
            )
    axes.set_yticks(range(len(groups)), list(groups))
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("占比（%）")
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(len(names), 5), handlelength=1.0)
    return drawing


def stacked_bars(
    columns: Sequence[str], layers: Mapping[str, Sequence[Fact]], unit: str, height: float = 3.0
) -> Drawing:
    """One bar a column, made of layers; the columns' own totals are left to the table."""
    drawing, axes = plt.subplots(figsize=(WIDTH, height))
    bottom = [0.0] * len(columns)
    empty = not any(fact.number for facts in layers.values() for fact in facts)
    for (name, facts), colour in zip(layers.items(), COLOURS, strict=False):
        values = [float(fact.number) for fact in facts]
        shown = name if any(values) or empty else "_"  # what no column has is not in the legend
        axes.bar(columns, values, bottom=bottom, width=0.6, color=colour, label=shown)
        bottom = [b + v for b, v in zip(bottom, values, strict=True)]
    axes.set_ylabel(unit)
    axes.set_ylim(0, max(bottom) * 1.08 or 1.0)  # margins would stick to the foot of an empty layer
    axes.yaxis.grid(True)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=min(len(layers), 6), handlelength=1.0, columnspacing=1.2
    )
    return drawing


def grouped_bars(
    columns: Sequence[str], series: Mapping[str, Sequence[Fact]], unit: str, height: float = 2.9
) -> Drawing:
    """Bars of several series beside each other, each with its printed figure."""
    drawing, axes = plt.subplots(figsize=(WIDTH, height))
    width = 0.76 / len(series)
    for number, ((name, facts), colour) in enumerate(zip(series.items(), COLOURS, strict=False)):
        places = [at - 0.38 + width * (number + 0.5) for at in range(len(columns))]
        drawn = axes.bar(places, [float(f.number) for f in facts], width=width * 0.94, color=colour, label=name)
        axes.bar_label(drawn, [f.display if f.status == "ok" else "" for f in facts], fontsize=7.5, padding=1.5)
    axes.set_xticks(range(len(columns)), list(columns))
    axes.set_ylabel(unit)
    axes.margins(y=0.12)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=len(series), handlelength=1.0)
    return drawing


def year_histogram(built: Mapping[int, Fact], lines: Mapping[int, str], unit: str = "小区数（个）") -> Drawing:
    """How many were completed in each year, with a line at the end of certain years."""
    drawing, axes = plt.subplots(figsize=(WIDTH, 2.8))
    axes.bar(list(built), [float(fact.number) for fact in built.values()], width=0.85, color=COLOURS[0])
    axes.set_xlabel("建成时间（年）")
    axes.set_ylabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.margins(y=0.14)
    first, last = min([*built, *lines]), max([*built, *lines])
    room = 1 + 0.12 * (last - first)  # for the lines' names, outside of the lines
    axes.set_xlim(min(first - 1, min(lines) - room), max(last + 1, max(lines) + room))
    for year, text in lines.items():
        right = year == max(lines)
        axes.axvline(year + 0.5, color=COLOURS[1], linewidth=1.1, linestyle="--")
        axes.annotate(
            text, (year + 0.5, 1.0), xycoords=("data", "axes fraction"),
            xytext=(3 if right else -3, -2),
            textcoords="offset points", ha="left" if right else "right", va="top", fontsize=8, color=COLOURS[1],
        )  # fmt: skip
    return drawing


def heat_map(shares: Mapping[str, Mapping[str, Fact]], unit: str) -> Drawing:
    """Rows × columns, in percent: {column: {row: share}}. A share that cannot be computed stays blank."""
    table = pd.DataFrame(
        {
            column: {row: float(fact.number) if fact.status == "ok" else float("nan") for row, fact in facts.items()}
            for column, facts in shares.items()
        }
    )
    drawing, axes = plt.subplots(figsize=(WIDTH, 1.1 + 0.23 * len(table)))
    palette = sns.light_palette(COLOURS[0], as_cmap=True)
    sns.heatmap(
        table, ax=axes, cmap=palette, vmin=0, vmax=100,
        annot=True, fmt=".0f", annot_kws={"fontsize": 7}, linewidths=0.6, linecolor="white",
        cbar_kws={"label": unit, "shrink": 0.9},
    )  # fmt: skip
    for figure in axes.texts:  # by what it prints: seaborn writes white on mid blue, and one figure in two colours
        figure.set_color(ink_on(palette(float(figure.get_text()) / 100)))
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.tick_params(length=0)
    axes.set_xticks(axes.get_xticks(), [vertical(t.get_text()) for t in axes.get_xticklabels()], rotation=0, fontsize=8)
    axes.tick_params(axis="y", rotation=0)
    return drawing


def lines_with_limit(columns: Sequence[str], facts: Sequence[Fact], limit: Fact, unit: str, limit_name: str) -> Drawing:
    """A figure by year against a limit that it must not exceed."""
    drawing, axes = plt.subplots(figsize=(WIDTH, 2.6))
    known = [(at, float(f.number), f) for at, f in enumerate(facts) if f.status == "ok"]
    cap = float(limit.number)
    drawn = axes.bar(
        [at for at, _, _ in known], [v for _, v, _ in known], width=0.5,
        color=[COLOURS[1] if v > cap else COLOURS[0] for _, v, _ in known],
    )  # fmt: skip
    axes.set_xticks(range(len(columns)), list(columns))  # a year without a figure keeps its place
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.bar_label(drawn, [f.display for _, _, f in known], fontsize=8, padding=2)
    axes.axhline(cap, color=COLOURS[1], linewidth=1.1, linestyle="--")
    axes.annotate(
        f"{limit_name} {limit.display}%", (1.0, cap), xycoords=("axes fraction", "data"), xytext=(-2, 3),
        textcoords="offset points", ha="right", fontsize=8, color=COLOURS[1],
    )  # fmt: skip
    axes.set_ylim(0, max([cap, *(v for _, v, _ in known)]) * 1.25)
    axes.set_ylabel(unit)
    return drawing


def rising_line(columns: Sequence[str], facts: Sequence[Fact], unit: str) -> Drawing:
    """A total that grows from year to year."""
    drawing, axes = plt.subplots(figsize=(WIDTH, 2.6))
    values = [float(f.number) for f in facts]
    axes.plot(columns, values, marker="o", color=COLOURS[0])
    axes.fill_between(range(len(columns)), values, color=COLOURS[2], alpha=0.25, linewidth=0)
    for at, (value, fact) in enumerate(zip(values, facts, strict=True)):
        axes.annotate(fact.display, (at, value), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8)
    axes.set_ylim(0, max([1.0, *values]) * 1.18)
    axes.set_ylabel(unit)
    return drawing


def waterfall(
    first: tuple[str, Fact], steps: Sequence[tuple[str, int, Fact]], last: tuple[str, Fact], unit: str
) -> Drawing:
    """How one total became another, from the top down; a step is its name, 1 or -1, and by how much it moved."""
    drawing, axes = plt.subplots(figsize=(WIDTH, 0.7 + 0.36 * (len(steps) + 2)))
    level = float(first[1].number)
    _step(axes, 0, 0.0, level, COLOURS[0], first[1].display)
    for at, (_name, sign, fact) in enumerate(steps, 1):
        start, level = level, level + sign * float(fact.number)
        axes.plot([start, start], [at - 1, at], color=GREY, linewidth=0.6)  # the bars below cover what they share
        _step(axes, at, start, level, COLOURS[2 if sign > 0 else 1], f"{'+' if sign > 0 else '−'}{fact.display}")
    axes.plot([level, level], [len(steps), len(steps) + 1], color=GREY, linewidth=0.6)
    _step(axes, len(steps) + 1, 0.0, float(last[1].number), COLOURS[0], last[1].display)
    axes.set_yticks(range(len(steps) + 2), [first[0], *(name for name, _sign, _fact in steps), last[0]])
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.set_xlim(left=0)
    axes.margins(x=0.12)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    return drawing


def _step(axes: Axes, at: int, start: float, end: float, colour: str, text: str) -> None:
    axes.barh(at, end - start, left=start, height=0.6, color=colour, edgecolor=colour, linewidth=0.8, zorder=2)
    axes.annotate(
        text, (max(start, end), at), xytext=(6, 0), textcoords="offset points", ha="left", va="center", fontsize=8
    )


def ink_on(colour: ColorType) -> str:
    """White only where it can be read: contrast of at least 4.5 (WCAG 2.1, 1.4.3); else black."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    light = sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "white" if 1.05 / (light + 0.05) >= 4.5 else "black"


def vertical(text: str) -> str:
    """Chinese set downwards, for narrow columns; brackets are turned."""
    turned = text.replace("（", "︵").replace("）", "︶")
    return "\n".join(turned)


def _bars(axes: Axes, facts: Mapping[str, Fact], unit: str, colour: str) -> None:
    drawn = axes.bar([wrapped(n) for n in facts], [float(f.number) for f in facts.values()], width=0.58, color=colour)
    axes.bar_label(drawn, [f.display for f in facts.values()], fontsize=8, padding=2)
    axes.set_ylabel(unit)
    axes.margins(y=0.12)


def _across(axes: Axes, facts: Mapping[str, Fact], unit: str, colour: str) -> None:
    drawn = axes.barh(list(facts), [float(f.number) for f in facts.values()], height=0.62, color=colour)
    axes.bar_label(drawn, [f.display for f in facts.values()], fontsize=8, padding=2)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.margins(x=0.16)
    axes.tick_params(axis="y", length=0)
    whole = all(fact.number == int(fact.number) for fact in facts.values())
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=whole))


def wrapped(name: str, width: int = 5) -> str:
    """A long county name on several lines."""
    return "\n".join(name[i : i + width] for i in range(0, len(name), width))
