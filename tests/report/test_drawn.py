"""What tells one drawing from another, and pictures that are kept by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from planbook.report import figures
from planbook.report.data import texts
from planbook.report.drawn import all_of
from planbook.results import Results

STYLE = Path(__file__).parents[2] / "figures" / "plan.mplstyle"


@pytest.fixture(autouse=True)
def _house_style() -> Iterator[None]:
    figures.use_house_style(STYLE)
    yield
    plt.close("all")


def bars(heights: list[int], title: str = "户数") -> Figure:
    drawing, axes = plt.subplots()
    axes.bar(["甲", "乙"], heights, label=title)
    axes.legend()
    return drawing


def told(drawing: Figure) -> str | None:
    text = all_of(drawing)
    plt.close(drawing)
    return text


def test_the_same_drawing_is_told_the_same_and_another_is_not() -> None:
    found = [told(bars([1, 2])), told(bars([1, 2])), told(bars([1, 3])), told(bars([1, 2], "栋数"))]
    with plt.rc_context({"svg.fonttype": "none"}):
        found.append(told(bars([1, 2])))
    assert None not in found
    assert found[0] == found[1] and len(set(found)) == 4


def test_a_drawing_with_code_of_a_notebook_s_own_is_told_by_nothing() -> None:
    drawing = bars([1, 2])
    drawing.axes[0].yaxis.set_major_formatter(lambda value, _at: f"{value} 户")
    assert told(drawing) is None
    drawing.axes[0].yaxis.set_major_formatter(shown)
    assert told(drawing) is None


def shown(value: float, _at: int) -> str:
    return f"{value} 户"


def test_a_picture_that_was_kept_is_the_one_that_would_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, data = Results(tmp_path / "kept"), texts(("甲",), [["1"]])
    figures.save(bars([3, 4]), tmp_path / "drawn", "stock", data)
    figures.save(bars([3, 4]), tmp_path / "first", "stock", data, kept)
    monkeypatch.setattr(figures, "_svg", lambda drawing: b"")
    monkeypatch.setattr(figures.typst, "compile", lambda *args, **options: b"")
    figures.save(bars([3, 4]), tmp_path / "again", "stock", data, kept)
    for suffix in (".svg", ".png", ".csv"):
        (picture,) = {(tmp_path / name / f"stock{suffix}").read_bytes() for name in ("drawn", "first", "again")}
        assert picture
