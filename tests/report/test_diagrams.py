"""Diagrams: what a reader finds in them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from planbook.report.diagrams import DISC, timeline

LEVELS = ("党中央", "国务院", "自治区")


def drawn(*entries: tuple[int, str, str]) -> Figure:
    figure = timeline(pd.DataFrame(list(entries), columns=["serial", "level", "date"]), LEVELS)
    plt.close(figure)
    return figure


def places(figure: Figure) -> dict[str, tuple[float, float]]:
    """Where each number stands."""
    numbers = [text for text in figure.axes[0].texts if not isinstance(text, Annotation)]
    return {text.get_text(): text.get_position() for text in numbers}


def test_each_dated_entry_has_its_number_in_the_order_of_time_and_levels() -> None:
    figure = drawn(
        (1, "党中央", ""), (2, "党中央", "2019-07-30"), (3, "国务院", "2019-03-05"), (4, "国务院", "2020-04")
    )
    at = places(figure)
    assert set(at) == {"2", "3", "4"}
    assert at["3"][0] < at["2"][0] < at["4"][0]
    assert at["2"][1] > at["3"][1] == at["4"][1]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["国务院", "党中央"]


def test_entries_of_one_month_stand_above_each_other() -> None:
    at = places(drawn((7, "国务院", "2019-07-11"), (8, "国务院", "2019-07-31")))
    assert at["7"][0] == at["8"][0] and at["8"][1] - at["7"][1] == 1


def test_no_disc_touches_a_years_line() -> None:
    figure = drawn((1, "国务院", "2019"), (2, "国务院", "2019-12-10"), (3, "国务院", "2020-01"), (4, "自治区", "2020"))
    axes = figure.axes[0]
    lines = [float(np.asarray(line.get_xdata())[0]) for line in axes.lines if len(set(line.get_xdata())) == 1]
    radius = np.sqrt(DISC / np.pi) / 72 / (axes.get_window_extent().width / figure.dpi) * np.diff(axes.get_xlim())[0]
    assert lines
    assert all(abs(line - x) > radius for line in lines for x, _y in places(figure).values())


def test_an_entry_known_by_its_year_alone_is_hollow() -> None:
    figure = drawn((1, "自治区", "2020"), (2, "自治区", "2020-05"))
    discs = [found for found in figure.axes[0].collections if isinstance(found, PathCollection)]
    white = [bool(np.allclose(disc.get_facecolor()[0], 1)) for disc in discs]
    assert white == [True, False]
