"""Two real books against what they were when somebody last looked: tests/baseline/, rewritten by --update-baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planbook.compare.baseline import baseline_of, baseline_text, moved_away
from planbook.compare.record import read_record
from planbook.project import Project
from tests.conftest import BOOKS

FOLDER = Path(__file__).parent / "baseline"


@pytest.mark.baseline
@pytest.mark.parametrize("unit", BOOKS)
def test_a_book_is_what_its_baseline_says(built: Project, unit: str, request: pytest.FixtureRequest) -> None:
    now = baseline_of(read_record(built.book / unit))
    path = FOLDER / f"{unit}.json"
    if request.config.getoption("update_baseline"):
        path.write_text(baseline_text(now), "utf-8", newline="\n")
    then = json.loads(path.read_text("utf-8"))
    told = list(moved_away(then, json.loads(baseline_text(now))))
    assert not told, "\n".join([*told, "if this is meant: python3 build.py test --update-baseline"])


def test_what_moved_away_from_a_baseline_is_named_losses_first() -> None:
    old = {
        "facts": {"a": "1户", "b": "2户"},
        "tables": {"t": ["表", ["甲"], 3]},
        "figures": {},
        "headings": {"1": ["一", "二"]},
    }
    new = {
        "facts": {"a": "3户"},
        "tables": {"t": ["表", ["甲"], 4]},
        "figures": {"f": ["图", ["乙"], 1]},
        "headings": {"1": ["一"]},
    }
    assert list(moved_away(old, new)) == [
        "gone: fact b (2户)", "gone: heading 二 of 1", "changed: fact a: 1户 → 3户",
        "changed: table t: 表 ['甲'] 3 → 表 ['甲'] 4", "new: figure f (图 ['乙'] 1)",
    ]  # fmt: skip
