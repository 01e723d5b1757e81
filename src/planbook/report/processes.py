"""Drawings of what happens in which order: stages side by side, steps below each other.

Everything is laid out in inches from the upper left corner of a page as wide as the text, so that type has its true
size and a box knows how many characters a line of it takes: a Chinese character is as wide as its type is high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from planbook.report.plots import COLOURS, GREY, WIDTH

BLUE, ORANGE = COLOURS[:2]
SIZES = {"head": 10.0, "name": 9.0, "note": 8.0}  # points
HEAD = 0.34  # inches: how high a stage's head is
PAD = 0.07  # inches above and below a box's text; half of it at its sides
MARGIN = 0.02


@dataclass(frozen=True)
class Step:
    """A step of a procedure and the document it ends with."""

    name: str
    result: str


@dataclass(frozen=True)
class Stage:
    """A stage of a procedure: what is done in it, one step after the other."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Turn:
    """A stage of 共同缔造: what it holds fast to, what is done together in it, and how, in a few words each."""

    name: str
    motto: str
    together: str
    actions: tuple[str, ...]


def procedure(stages: Sequence[Stage], back: str) -> Drawing:
    """Stages from left to right, each stage's steps downwards, arrows from step to step.

    `back` says what comes back from the last stage to the first.
    """
    lefts, width = _columns(len(stages), gap := 0.24)
    inner, space, first = width - 0.16, 0.17, HEAD + 0.16
    steps = [step for stage in stages for step in stage.steps]
    names = max(_high(step.name, inner, "name") for step in steps)
    results = max(_high(step.result, inner, "note") for step in steps)
    box = names + results + 2.4 * PAD
    most = max(len(stage.steps) for stage in stages)
    bottom = first + most * (box + space) - space + 0.08
    drawing, axes = _canvas(bottom + 0.42)
    before: tuple[float, float] | None = None  # where the arrow from the step before leaves
    for left, stage in zip(lefts, stages, strict=True):
        middle, edge = left + width / 2, left + 0.08
        _chevron(axes, left, width, stage.name, tip=0.0 if left == lefts[-1] else gap / 2)
        _box(axes, left, HEAD + 0.08, width, bottom - HEAD - 0.08, _tint(BLUE, 0.06))
        for number, step in enumerate(stage.steps):
            top = first + number * (box + space)
            _box(axes, edge, top, inner, box, "white", edge=_tint(BLUE, 0.6))
            _text(axes, middle, top + PAD + names / 2, step.name, inner, "name", BLUE)
            _text(axes, middle, top + box - PAD - results / 2, step.result, inner, "note", GREY)
            if number:
                _arrow(axes, [(middle, top - space), (middle, top)])
            elif before:
                turn = left - gap / 2
                _arrow(axes, [before, (turn, before[1]), (turn, top + box / 2), (edge, top + box / 2)])
            before = (edge + inner, top + box / 2)
    _feedback(axes, lefts[0] + width / 2, lefts[-1] + width / 2, top + box, bottom, back)
    return drawing


def turns(stages: Sequence[Turn], base: str, back: str) -> Drawing:
    """Stages from left to right over what they all stand on (`base`), and what comes back from the last (`back`)."""
    lefts, width = _columns(len(stages), gap := 0.12)
    mottos, bars, lists = HEAD + 0.08, HEAD + 0.44, HEAD + 0.84
    end = lists + max(sum(_high(a, width, "note") + PAD for a in stage.actions) for stage in stages) + PAD
    drawing, axes = _canvas(end + 0.78)
    for left, stage in zip(lefts, stages, strict=True):
        middle = left + width / 2
        _chevron(axes, left, width, stage.name, tip=0.0 if left == lefts[-1] else gap - 0.02)
        _text(axes, middle, mottos + 0.15, stage.motto, width, "name", BLUE)
        _box(axes, left, bars, width, 0.32, _tint(ORANGE, 0.3))
        _text(axes, middle, bars + 0.16, stage.together, width, "name", "black")
        _box(axes, left, lists, width, end - lists, _tint(BLUE, 0.06))
        top = lists + PAD
        for action in stage.actions:
            height = _high(action, width, "note")
            _text(axes, middle, top + height / 2, action, width, "note", GREY)
            top += height + PAD
    _feedback(axes, lefts[0] + width / 2, lefts[-1] + width / 2, end, end, back)
    _box(axes, MARGIN, end + 0.44, WIDTH - 2 * MARGIN, 0.32, _tint(BLUE, 0.16))
    _text(axes, WIDTH / 2, end + 0.6, base, WIDTH, "name", BLUE)
    return drawing


# ------------------------------------------------------------------------------------------------------- the parts


def _canvas(height: float) -> tuple[Drawing, Axes]:
    drawing = plt.figure(figsize=(WIDTH, height))
    axes = drawing.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return drawing, axes


def _columns(count: int, gap: float) -> tuple[list[float], float]:
    """The left edges of so many columns, and their width."""
    width = (WIDTH - 2 * MARGIN - gap * (count - 1)) / count
    return [MARGIN + at * (width + gap) for at in range(count)], width


def _broken(text: str, width: float, size: str) -> list[str]:
    """Text in as few lines as a box of this width needs, all about as long."""
    room = max(1, int((width - PAD) * 72 / SIZES[size]))
    count = -(-len(text) // room)
    each = -(-len(text) // count)
    return [text[i : i + each] for i in range(0, len(text), each)]


def _high(text: str, width: float, size: str) -> float:
    return len(_broken(text, width, size)) * SIZES[size] * 1.45 / 72


def _text(axes: Axes, x: float, y: float, text: str, width: float, size: str, colour: str) -> None:
    lines = "\n".join(_broken(text, width, size))
    axes.text(x, y, lines, ha="center", va="center", fontsize=SIZES[size], color=colour, linespacing=1.2)


def _box(axes: Axes, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "none") -> None:
    axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=0.7))


def _chevron(axes: Axes, x: float, width: float, text: str, *, tip: float) -> None:
    """A stage's head; its point stands out to the right by `tip`."""
    right, y, low = x + width, MARGIN, MARGIN + HEAD
    corners = [(x, y), (right, y), (right + tip, (y + low) / 2), (right, low), (x, low)]
    axes.add_patch(Polygon(corners, closed=True, facecolor=BLUE, edgecolor="none"))
    _text(axes, x + width / 2, (y + low) / 2, text, width, "head", "white")


def _arrow(axes: Axes, points: Sequence[tuple[float, float]], colour: str = GREY) -> None:
    """A line through points, with a head at the last."""
    xs, ys = zip(*points[:-1], strict=True)
    axes.plot(xs, ys, color=colour, linewidth=0.9, solid_joinstyle="miter")
    head = FancyArrowPatch(
        points[-2], points[-1], arrowstyle="-|>,head_length=3,head_width=1.6", mutation_scale=1,
        shrinkA=0, shrinkB=0, color=colour, linewidth=0.9,
    )  # fmt: skip
    axes.add_patch(head)


def _feedback(axes: Axes, to: float, start: float, leave: float, end: float, text: str) -> None:
    """An arrow from `start`, below everything and back up to `to`, and what it carries."""
    low = end + 0.18
    _arrow(axes, [(start, leave), (start, low), (to, low), (to, end)], ORANGE)
    _text(axes, (to + start) / 2, low + 0.12, text, start - to, "note", GREY)


def _tint(colour: str, share: float) -> str:
    """So much of a colour on white."""
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return str(to_hex((red, green, blue)))
