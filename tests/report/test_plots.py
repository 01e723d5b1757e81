"""Drawings: nothing touches or leaves the frame, whatever the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure as Drawing

from planbook.report import plots
from planbook.report.facts import Fact
from planbook.report.figures import use_house_style

STYLE = Path(__file__).parents[2] / "figures" / "plan.mplstyle"
YEARS = ("2021年", "2022年", "2023年")


@pytest.fixture(autouse=True)
def _house_style() -> Iterator[None]:
    use_house_style(STYLE)
    yield
    plt.close("all")


def fact(number: str | None, unit: str = "万元") -> Fact:
    status = "ok" if number else "not_computable"
    return Fact("a", Decimal(number) if number else None, unit, "", "total", status, (), (), {})


def test_an_empty_layer_on_top_leaves_the_highest_bar_its_room() -> None:
    layers = {"中央补助": [fact("180"), fact("90"), fact("1")], "社会资本": [fact("0.00")] * 3}
    axes = plots.stacked_bars(YEARS, layers, "投资（万元）").axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["中央补助"]
    assert axes.get_ylim()[1] > 185


def test_without_any_money_the_scale_starts_at_zero() -> None:
    axes = plots.stacked_bars(YEARS, {"中央补助": [fact("0.00")] * 3}, "投资（万元）").axes[0]
    assert axes.get_ylim() == (0, 1)


@pytest.mark.parametrize("years", [[2003], [1985], [1952, 2004], [1952, 1998, 2012], [2019], []])
def test_the_names_of_the_years_stay_within_the_frame(years: list[int]) -> None:
    built = {year: fact("1", "个") for year in years}
    figure = plots.year_histogram(built, {2000: "2000年底", 2005: "2005年底"})
    figure.canvas.draw()
    axes = figure.axes[0]
    frame = axes.get_window_extent()
    for name in axes.texts:
        extent = name.get_window_extent()
        assert frame.x0 <= extent.x0 and extent.x1 <= frame.x1


def test_a_year_without_a_share_keeps_its_place() -> None:
    shares = [fact("12.5", "%"), fact(None, "%"), fact("16.1", "%")]
    axes = plots.lines_with_limit(YEARS, shares, fact("15", "%"), "占比（%）", "上限").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == list(YEARS)
    assert [bar.get_center()[0] for bar in axes.patches] == [0, 2]  # type: ignore[attr-defined]


def test_what_is_counted_is_ticked_in_whole_numbers() -> None:
    axes = plots.ranked_bars({"排水": fact("5", "分"), "供水": fact("4", "分")}, "紧迫得分（分）").axes[0]
    assert all(tick == int(tick) for tick in axes.get_xticks())


def names_of(drawing: Drawing) -> list[str]:
    return [label.get_text() for label in drawing.axes[0].get_yticklabels()]


def scores(*points: int) -> dict[str, Fact]:
    return {f"第{n}项": fact(str(one), "分") for n, one in enumerate(points)}


@pytest.mark.parametrize(
    ("points", "drawn"),
    [
        ((9, 8, 7, 7, 5), 4),  # one more of the third's equals
        ((9, 8, 7, 7, 7, 7), 2),  # too many of them: none
        ((5, 5, 5, 5, 5), 5),  # all are equals
        ((5, 1, 1, 1, 1, 1, 1), 3),  # all of them would be too many, none too few
        ((9, 8, 0, 0, 0), 2),
    ],
)
def test_equals_are_drawn_together_where_that_is_about_as_many_as_asked_for(
    points: tuple[int, ...], drawn: int
) -> None:
    assert len(names_of(plots.ranked_bars(scores(*points), "紧迫得分（分）", top=3))) == drawn


def test_where_all_are_drawn_those_of_zero_have_their_place_too() -> None:
    drawing = plots.ranked_bars(scores(0, 3, 0), "小区（个）", top=3)
    assert names_of(drawing) == ["第1项", "第0项", "第2项"]
    assert [text.get_text() for text in drawing.axes[0].texts] == ["3", "0", "0"]


@pytest.mark.parametrize("places", [1, 7])
def test_a_last_share_too_narrow_for_its_figure_has_it_beside_the_bar(places: int) -> None:
    parts = {"愿意": fact("93.4", "%"), "无所谓": fact("2", "%"), "不愿意": fact("4.6", "%")}
    drawing = plots.shares({f"{n}县": parts for n in range(places)})
    drawing.canvas.draw()
    axes = drawing.axes[0]
    beside = [text for text in axes.texts if text.get_text() == "4.6%"]
    assert len(beside) == places
    boxes = [text.get_window_extent() for text in beside]
    assert all(axes.bbox.x1 < box.x0 and box.x1 < drawing.bbox.x1 for box in boxes)
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))


def test_a_figure_has_one_ink_on_the_heat_map_and_white_only_on_dark_cells() -> None:
    shares = {f"第{n}项": {"甲县": fact(str(n), "%"), "乙县": fact(f"{n}.4", "%")} for n in range(0, 100, 5)}
    inks = {(int(t.get_text()), t.get_color()) for t in plots.heat_map(shares, "占比（%）").axes[0].texts}
    assert len(inks) == len(shares)
    assert all(ink == ("white" if figure > 70 else "black") for figure, ink in inks)
