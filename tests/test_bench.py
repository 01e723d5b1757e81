"""The bench: contenders take turns, a goal is a ratio of medians, synthetic units are a project that can be built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl

from planbook.bench.books import CELLS, change_cell
from planbook.bench.notebooks import timed_runs
from planbook.bench.place import Bench
from planbook.bench.scale import synthetic
from planbook.bench.timing import Contender, Goal, Result, take_turns
from planbook.bench.verb import lines, rows
from planbook.params import load_params, unit_ids
from planbook.survey.counties import known_counties
from tests.small import small_project, workbook_of


def test_contenders_take_turns() -> None:
    order: list[str] = []

    def one(name: str) -> Callable[[], float]:
        def run() -> float:
            order.append(name)
            return float(len(order))

        return run

    seconds = take_turns([Contender("a", one("a")), Contender("b", one("b"), lambda: order.append("ready b"))], 2)
    assert order == ["a", "ready b", "b", "a", "ready b", "b"]
    assert seconds == {"a": [1.0, 4.0], "b": [3.0, 6.0]}


def test_a_goal_is_a_ratio_of_medians_and_silent_where_something_was_not_measured() -> None:
    goals = (Goal("ours", "floor", 1.2), Goal("loop", "ours", 7, True))
    result = Result("notebooks", "2 runs", {"ours": [1.0, 1.1, 9.0], "floor": [1.0, 1.0, 1.0]}, goals, ["no loop"])
    said = list(lines(result))
    assert said[0] == "notebooks (2 runs)"
    assert said[1].split() == ["ours", "1.100", "s", "(1.000", "–", "9.000,", "3", "×)"]
    assert said[-3:] == ["  ours ÷ floor: 1.10   goal ≤ 1.2  ✓", "  loop ÷ ours: —   goal ≥ 7", "  no loop"]
    assert result.as_dict()["ratios"][0]["ratio"] == 1.1


def test_synthetic_units_are_prefectures_with_rounds_of_their_own(tmp_path: Path) -> None:
    origin = small_project(tmp_path / "origin")
    (origin.root / "src").mkdir()
    (origin.root / "build.py").touch()
    project = synthetic(Bench(origin, tmp_path / "bench", 1), 8)
    assert len(unit_ids(project)) == 8
    params = load_params(project, "tuoli-1")
    assert params.round == "2020-08-1" and (project.rounds / "2020-08-1").is_dir()
    assert [county.id for county in known_counties(project, "tuoli-1", params)] == ["tuoli-1", "yumin-1"]
    assert load_params(project, "tacheng-2").counties == ("tuoli-2",)


def test_each_kind_of_change_is_one_cell_of_the_last_county(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")

    def values() -> dict[str, object]:
        sheets = openpyxl.load_workbook(workbook_of(project, "裕民县"))
        return {f"{sheet.title}!{one.coordinate}": one.value for sheet in sheets for row in sheet for one in row}

    changed = []
    for column, after in CELLS.values():
        before = values()
        change_cell(project, Bench(project, tmp_path, 1), column, after)
        changed += [(place, before[place], value) for place, value in values().items() if value != before[place]]
    assert changed == [
        ("2000年底以前!G5", 101, 102),
        ("2000年底以前!D5", 1995, 1994),
        ("2000年底以前!I5", "9、5、13", "5、9、13"),
    ]


def test_the_notebooks_that_take_turns_are_those_of_a_book(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    (project.notebooks / "13-since.ipynb").touch()
    timed = {notebook.stem for _unit, notebook in timed_runs(Bench(project, tmp_path, 1), project)}
    assert "02-terms" in timed and "13-since" not in timed


def test_every_row_has_its_module() -> None:
    known = {"notebooks", "books", "nothing", "cell", "sentence", "preview", "units", "scale", "survey"}
    assert known == set(rows())
