"""Diagrams: every word inside its box, nothing over anything else, as wide as the page's text."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.transforms import Bbox

from planbook.report.figures import use_house_style
from planbook.report.plots import WIDTH
from planbook.report.processes import Stage, Step, Turn, procedure, turns

STYLE = Path(__file__).parents[2] / "figures" / "plan.mplstyle"
LONG = "编制城镇老旧小区改造专项规划和年度计划"


@pytest.fixture(autouse=True)
def house_style() -> None:
    use_house_style(STYLE)


def texts(drawing: Drawing) -> dict[str, Bbox]:
    """What is written, and where it stands in pixels."""
    drawing.canvas.draw()
    return {text.get_text(): text.get_window_extent() for axes in drawing.axes for text in axes.texts}


def boxes(drawing: Drawing) -> list[Bbox]:
    return [p.get_window_extent() for axes in drawing.axes for p in axes.patches if isinstance(p, Rectangle)]


def inside(inner: Bbox, outer: Bbox) -> bool:
    return outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1


def stages(*counts: int, name: str = "摸底调查") -> list[Stage]:
    return [
        Stage(f"阶段{at}", tuple(Step(f"{name}{at}{n}", f"成果文件{at}{n}") for n in range(count)))
        for at, count in enumerate(counts)
    ]


def five(action: str = "入户征询诉求") -> list[Turn]:
    return [Turn(f"阶段{n}", f"问需于民{n}", f"决策共谋{n}", (f"{action}{n}", f"公开政策{n}")) for n in range(5)]


@pytest.mark.parametrize(
    "drawing",
    [
        lambda: procedure(stages(4, 3, 3, 2), "评价结果用于更新项目库"),
        lambda: procedure(stages(1, 4, name=LONG), "反馈"),
        lambda: turns(five(), "以社区为基础", "反馈给下一批小区"),
        lambda: turns(five(LONG), "以社区为基础", "反馈给下一批小区"),
    ],
)
def test_words_stand_on_the_page_and_never_over_each_other(drawing) -> None:  # type: ignore[no-untyped-def]
    drawn = drawing()
    found = texts(drawn)
    assert all(inside(box, drawn.bbox) for box in found.values())
    assert [(a, b) for a, b in combinations(found, 2) if found[a].overlaps(found[b])] == []
    assert drawn.get_size_inches()[0] == WIDTH


@pytest.mark.parametrize("name", ["摸底调查", LONG])
def test_a_step_stands_in_a_box_of_its_own_with_its_result(name: str) -> None:
    drawing = procedure(stages(2, 1, name=name), "反馈")
    found, frames = texts(drawing), boxes(drawing)
    for stage in stages(2, 1, name=name):
        for step in stage.steps:
            mine = [box for text, box in found.items() if text.replace("\n", "") in (step.name, step.result)]
            assert len(mine) == 2
            holders = [frame for frame in frames if all(inside(box, frame) for box in mine)]
            smallest = min(holders, key=lambda frame: frame.width * frame.height)
            assert sum(inside(box, smallest) for box in found.values()) == 2


def test_every_step_but_the_first_is_arrived_at_and_the_last_leads_back() -> None:
    drawing = procedure(stages(4, 3, 3, 2), "反馈")
    arrows = [p for axes in drawing.axes for p in axes.patches if isinstance(p, FancyArrowPatch)]
    assert len(arrows) == (4 + 3 + 3 + 2 - 1) + 1
