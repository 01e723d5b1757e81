"""A book compared with an earlier round in which one community had one household less."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planbook.errors import InputError
from planbook.project import Project
from planbook.todo import Desk, Order
from planbook.trace.build import read_build
from planbook.trace.recompute import same_value
from planbook.trace.trace import open_received
from tests.conftest import copy_project, made_once
from tests.documents import made
from tests.small import change_cell, change_yaml, small_project

UNIT, NOW, THEN = "yumin", "2020-08", "2020-05"
SINCE = {"since": THEN}
SHEET, CELL = "2000年底以前", "G7"


def workbook(project: Project, round: str) -> Path:
    return next((project.rounds / round).glob("裕民县*.xlsx"))


@pytest.fixture(scope="module")
def compared(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The county's book as it was built, built once more with --since."""

    def make(project: Project) -> None:
        copy_project(project.root)
        shutil.copytree(built.build, project.build, ignore=shutil.ignore_patterns("matplotlib", "*.lock", "tacheng"))
        shutil.copyfile(workbook(project, NOW), project.rounds / THEN / workbook(project, NOW).name)
        households = openpyxl.load_workbook(workbook(project, NOW))[SHEET][CELL].value
        assert isinstance(households, int)
        change_cell(workbook(project, THEN), SHEET, CELL, households - 1)
        outcome = made(project, UNIT, formats=("xlsx",), overrides=SINCE)[UNIT]
        assert outcome.ran == ("13-since",)

    return made_once(tmp_path_factory, "since", make)


def record(project: Project, subject: str) -> Any:
    return json.loads((project.book / UNIT / "record" / f"{subject}.json").read_text("utf-8"))


def test_the_appendix_says_just_that(compared: Project) -> None:
    facts, said = record(compared, "facts"), "".join(
        "".join(part["text"]) for part in record(compared, "narrative") if part["file"] == "13-since.qmd"
    )  # fmt: skip
    for id in ("communities", "buildings", "households", "area"):
        assert facts[f"change.stock.{id}"]["display"] == {"households": "1", "area": "0.00"}.get(id, "0")
    assert "{{since.stock.households|" in said and "增加到{{stock.households|" in said
    assert "户数的增减只有一项，见［图］：原有小区户数调增{{change.more.households|1}}户。" in said
    assert "没有新登记的小区，也没有不再登记的小区。" in said
    assert "填报内容有改动的有{{change.edited.communities|1}}个" in said
    assert "列入五年计划的小区没有变化。" in said and "诉求" not in said


def test_what_changed_stands_there_cell_by_cell_in_the_annex_too(compared: Project) -> None:
    name = openpyxl.load_workbook(workbook(compared, NOW))[SHEET][f"C{CELL[1:]}"].value
    (row,) = record(compared, "tables")["since-edits"]["body"]
    assert [cell["text"] for cell in row[1:3]] == [name, "户数（户）"]
    assert int(row[4]["text"]) == int(row[3]["text"]) + 1
    assert row[3]["source"]["file"] == f"{THEN}/{workbook(compared, THEN).name}"
    assert {cell["source"]["cell"] for cell in row[3:]} == {CELL}
    annex = openpyxl.load_workbook(next((compared.book / UNIT).glob("*.xlsx")))
    rows = annex["与上一轮相比"].iter_rows(values_only=True)
    assert any(list(line[1:5]) == [cell["text"] for cell in row[1:]] for line in rows)


def test_the_figure_shows_the_one_step(compared: Project) -> None:
    data = record(compared, "figures")["since-households"]["data"]["rows"]
    assert [[cell["text"] for cell in row] for row in data][1] == ["户数调增的小区", "增加", "1"]
    assert len(data) == 3


def test_cover_and_manifest_name_the_round_compared_with(compared: Project) -> None:
    assert "附录与2020年5月摸底调查比较" in (compared.build / NOW / UNIT / "book" / "_quarto.yml").read_text("utf-8")
    about = record(compared, "about")
    assert about["since"] == THEN and about["overrides"] == {}
    assert {name.partition("/")[0] for name in about["survey"]} == {THEN, workbook(compared, NOW).name}


def test_every_fact_of_both_rounds_can_be_computed_again(compared: Project) -> None:
    build = read_build(compared, UNIT, NOW)
    assert build.overrides == SINCE
    recomputer = open_received(compared, build).recomputer
    mine = {id: fact for id, fact in build.facts.items() if fact["notebook"] == "13"}
    assert len(mine) > 50 and {fact["op"] for fact in mine.values()} >= {"total", "count", "difference", "share"}
    assert not [id for id, fact in mine.items() if not same_value(recomputer.fact(id), fact)]


def test_other_notebooks_know_nothing_of_it(compared: Project) -> None:
    plain, since = (
        Desk(compared, Order((UNIT,), ("xlsx",), overrides=overrides)).look(UNIT) for overrides in ({}, SINCE)
    )
    assert since.done
    assert not plain.to_run and [reason.name for reason in plain.book] == ["notebooks/13-since", "since"]


def test_params_can_ask_for_it_too(compared: Project, tmp_path: Path) -> None:
    params = Project(copy_project(tmp_path / "project"))
    change_yaml(params.params / "tacheng.yml", since=THEN)
    names = [path.name for path in Desk(params, Order((UNIT,))).look(UNIT).notebooks]
    assert names[-1] == "13-since.ipynb"


def test_a_book_without_such_a_chapter_says_what_to_add(tmp_path: Path) -> None:
    small = small_project(tmp_path / "project")
    with pytest.raises(InputError, match="no chapter that compares two rounds") as error:
        Desk(small, Order((UNIT,), overrides=SINCE)).look(UNIT)
    assert "chapters/13-since.qmd" in str(error.value)
