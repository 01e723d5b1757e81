"""What a change makes a build do again: these tasks and no others, and the books are as if made from nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import planbook
from planbook import finish, index, uptodate
from planbook.book.portal import write_portal
from planbook.explain import explained
from planbook.outcome import Progress
from planbook.pipeline import Order, Outcome, build
from planbook.project import Project
from tests.conftest import made_once
from tests.small import TERMS, UNITS, change_cell, change_yaml, contents, small_project, workbook_of, write_notebook

Change = Callable[[Project], object]
Done = dict[str, str]  # unit → the notebooks that ran and the parts that were rendered

FORMATS = ("html", "xlsx")
PACKAGE = Path(planbook.__file__).parent
PAGES = "html figures"
ALL_RUN, ALL = dict.fromkeys(UNITS, "01 02"), dict.fromkeys(UNITS, "01 02 html figures xlsx")


def done(outcomes: list[Outcome]) -> Done:
    assert not any(outcome.fault for outcome in outcomes), [outcome.fault for outcome in outcomes]
    said = {o.unit: " ".join((*(name[:2] for name in o.ran), *o.rendered)) for o in outcomes}
    return {unit: tasks for unit, tasks in said.items() if tasks}


def made(project: Project) -> Done:
    return done(build(project, Order(UNITS, FORMATS), command=[]))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project built, with a copy of planbook's files, which count as inputs in place of those that run."""

    def make(project: Project) -> None:
        small_project(project.root)
        shutil.copytree(PACKAGE, project.root / "src" / "planbook", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(PACKAGE.parents[1] / "build.py", project.root / "build.py")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(uptodate, "PACKAGE", str(project.root / "src" / "planbook"))
            assert made(project) == ALL

    return made_once(tmp_path_factory, "reuse", make).root


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of it: everything can be reused."""
    shutil.copytree(built, tmp_path / "copy")
    monkeypatch.setattr(uptodate, "PACKAGE", str(tmp_path / "copy" / "src" / "planbook"))
    return Project(tmp_path / "copy")


def code(project: Project, name: str) -> None:
    path = project.root / "src" / "planbook" / name
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def a_household_more(project: Project) -> None:
    change_cell(workbook_of(project, "裕民县"), "2000年底以前", "G5", 977)


def an_own_chapter(project: Project) -> None:
    (project.chapters / "yumin").mkdir()
    text = '{% extends "02-terms.qmd" %}{% block first %}另有安排。{% endblock %}'
    (project.chapters / "yumin" / "02-terms.qmd").write_text(text, "utf-8")


def larger_type(project: Project) -> None:
    style = project.root / "figures" / "plan.mplstyle"
    append(style, "\nxtick.labelsize: 14\n")


def a_page_edited(project: Project) -> None:
    append(project.book / "tuoli" / "html" / "01-stock.html", " ")


CHANGES: dict[str, tuple[Change, Done]] = {
    "nothing": (lambda p: None, {}),
    "a cell": (a_household_more, {"tacheng": "01 html xlsx figures", "yumin": "01 html xlsx figures"}),
    "an own chapter": (an_own_chapter, {"yumin": f"{PAGES} xlsx"}),  # it prints a fact less
    "a sentence": (lambda p: append(p.chapters / "02-terms.qmd", "\n末句。\n"), dict.fromkeys(UNITS, PAGES)),
    "a parameter": (
        lambda p: change_yaml(p.params / "yumin.yml", document={"edition": "送审稿"}),
        {"tacheng": "01 02", "yumin": "01 02 html figures xlsx"},
    ),
    "a notebook": (lambda p: write_notebook(p, "02-terms", TERMS + ";"), dict.fromkeys(UNITS, "02 html")),
    "notebook-side code": (lambda p: code(p, "analysis/needs.py"), ALL_RUN),
    "book-side code": (lambda p: code(p, "book/word.py"), dict.fromkeys(UNITS, f"{PAGES} xlsx")),
    "other code": (lambda p: code(p, "terminal.py"), {}),
    "a template": (lambda p: code(p, "book/_plan/plan.css"), dict.fromkeys(UNITS, f"{PAGES} xlsx")),
    "the style": (larger_type, dict.fromkeys(UNITS, f"01 02 {PAGES}")),
    "the policies": (lambda p: append(p.data / "policies.csv", "\n"), dict.fromkeys(UNITS, "01 02 xlsx")),
    "the lock": (lambda p: append(p.root / "requirements.lock", "# \n"), ALL),
    "a deliverable deleted": (lambda p: next(p.book.glob("yumin/*.xlsx")).unlink(), {"yumin": "xlsx"}),
    "a deliverable edited": (a_page_edited, {"tuoli": "html"}),
    "a result deleted": (
        lambda p: (p.build / "2020-08" / "tuoli" / "chapters" / "01" / "chapter.json").unlink(), {"tuoli": "01"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_makes_its_own_tasks_run_and_no_others(project: Project, what: str) -> None:
    change, expected = CHANGES[what]
    change(project)
    assert {unit: set(tasks.split()) for unit, tasks in made(project).items()} == {
        unit: set(tasks.split()) for unit, tasks in expected.items()
    }
    assert made(project) == {}
    assert uptodate.nothing_to_do(str(project.root), []) == len(UNITS)


LOADED = """
import runpy, sys
before = set(sys.modules)
try:
    runpy.run_path(sys.argv.pop(1), run_name="__main__")
finally:
    print({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)
"""


def test_build_py_says_at_once_and_from_the_standard_library_that_there_is_nothing_to_do(project: Project) -> None:
    made(project)

    def told(*words: str) -> list[str]:
        command = [sys.executable, "-c", LOADED, str(project.root / "build.py"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert told() == told("build", "--debug") == [uptodate.said(len(UNITS)), "{'planbook'}"]


def test_after_many_changes_the_books_are_as_if_made_from_nothing(project: Project, tmp_path: Path) -> None:
    for what in ("a cell", "an own chapter", "a parameter", "a deliverable deleted", "the style"):
        CHANGES[what][0](project)
        made(project)
    fresh = Project(tmp_path / "fresh")
    shutil.copytree(project.root, fresh.root, ignore=shutil.ignore_patterns("_build", "_book"))
    made(fresh)
    assert contents(project.book) == contents(fresh.book)


@pytest.mark.parametrize(("what", "likely"), [("nothing", False), ("a sentence", False), ("a cell", True)])
def test_the_fork_server_warms_up_early_where_notebooks_are_likely_to_run(
    project: Project, what: str, likely: bool
) -> None:
    made(project)
    CHANGES[what][0](project)
    assert uptodate.concerns_notebooks(str(project.root)) is likely


def test_pictures_and_pages_kept_are_those_that_are_made_anew(project: Project) -> None:
    before, kept = contents(project.book), set(project.results.iterdir())
    assert kept
    build(project, Order(UNITS, FORMATS, force=True))
    assert contents(project.book) == before and set(project.results.iterdir()) == kept
    for path in kept:
        path.write_bytes(b"damaged")
    shutil.rmtree(project.book)
    made(project)
    assert contents(project.book) == before


def test_a_new_workbook_is_seen_by_every_notebook_that_reads_its_folder(project: Project, tmp_path: Path) -> None:
    workbook = workbook_of(project, "托里县")
    workbook.rename(tmp_path / workbook.name)
    without = build(project, Order(UNITS, FORMATS))
    assert [outcome.unit for outcome in without if outcome.fault] == ["tuoli"]
    assert uptodate.nothing_to_do(str(project.root), []) == 0
    shutil.move(tmp_path / workbook.name, workbook)
    assert set(made(project)) == {"tacheng", "yumin"}  # tuoli's own book never was another


def test_formats_made_before_a_change_are_made_again_when_they_are_asked_for(project: Project) -> None:
    CHANGES["a sentence"][0](project)
    assert done(build(project, Order(("yumin",), ("xlsx",)))) == {}
    assert done(build(project, Order(("yumin",), ("html",)))) == {"yumin": "html figures"}
    assert done(build(project, Order(("yumin",), ("html", "docx")))) == {"yumin": "docx"}
    CHANGES["a cell"][0](project)
    assert done(build(project, Order(("yumin",), ("docx",)))) == {"yumin": "01 docx figures"}
    assert done(build(project, Order(("yumin",), FORMATS))) == {"yumin": "html xlsx"}


def test_an_override_is_not_taken_for_the_plain_book(project: Project) -> None:
    given = Order(("yumin",), FORMATS, overrides={"targets.2021": 35})
    assert done(build(project, given, command=["yumin"]))["yumin"].startswith("01 02 html")
    assert uptodate.nothing_to_do(str(project.root), []) == 0
    assert set(made(project)["yumin"].split()) == {"01", "02", "html", "figures", "xlsx"}


def test_force_makes_everything_anew(project: Project) -> None:
    before = contents(project.book)
    assert done(build(project, Order(UNITS, FORMATS, force=True))) == ALL
    assert contents(project.book) == before


def test_force_of_one_format_leaves_the_others_on_record(project: Project) -> None:
    before = contents(project.book)
    build(project, Order(UNITS, ("html",), force=True))
    assert contents(project.book) == before, "the manifest's page counts among it"
    assert made(project) == {}


NO_INDEX = ("", "[]", '{"format": 0}', "\0\0", '{"format":2,"tasks":{"a":[1]},"sources":{"a":1}}')


@pytest.mark.parametrize("content", NO_INDEX)
def test_what_the_index_says_of_a_unit_is_ignored_with_a_note_where_it_is_damaged_or_anothers(
    project: Project, content: str
) -> None:
    (project.root / uptodate.INDEX / "tuoli.json").write_text(content)
    (project.book / "yumin" / "html" / "index.html").unlink()
    notes: list[str] = []
    outcomes = build(project, Order(UNITS, FORMATS), lambda step: notes.append(f"{step.stage} {step.what}"))
    assert done(outcomes) == {"tuoli": "01 02 html figures xlsx", "yumin": "html"}
    assert notes[0].startswith("note _build/cache/index/tuoli.json is ")
    assert notes[0].endswith("what it is about is made anew")


@pytest.mark.parametrize("content", NO_INDEX)
def test_without_the_head_of_the_index_every_source_is_read_and_nothing_made_anew(
    project: Project, content: str
) -> None:
    (project.root / uptodate.HEAD).write_text(content)
    notes: list[str] = []
    assert uptodate.nothing_to_do(str(project.root), []) == 0
    assert done(build(project, Order(UNITS, FORMATS), lambda step: notes.append(step.what), [])) == {}
    assert notes[0].startswith("_build/cache/index/_head.json is ") and notes[0].endswith(": all files are read again")
    assert uptodate.nothing_to_do(str(project.root), []) == len(UNITS)


def test_more_units_than_are_kept_in_memory_are_known_all_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "KEPT", 1)
    assert made(project) == {}
    assert done(build(project, Order(UNITS, FORMATS, force=True))) == ALL
    assert made(project) == {}
    a_household_more(project)
    assert set(made(project)) == {"yumin", "tacheng"}
    assert made(project) == {}
    assert uptodate.nothing_to_do(str(project.root), []) == 0, "each build looks itself"


def test_kept_results_that_are_damaged_are_made_anew_with_a_note(project: Project) -> None:
    for file in project.results.iterdir():
        file.write_bytes(b"damaged")
    change_yaml(project.params / "tuoli.yml", document={"edition": "报批稿"})
    notes: list[str] = []
    build(project, Order(UNITS, FORMATS), lambda step: notes.append(step.what))
    assert "_build/cache/results: " in notes[-1] and "damaged" in notes[-1]
    assert not list(project.results.glob("*.damaged"))
    made_then = contents(project.book)
    build(project, Order(UNITS, FORMATS, force=True))
    assert contents(project.book) == made_then


def test_a_change_within_the_record_s_own_moment_is_found(project: Project) -> None:
    """The times of a file touched while it was recorded say nothing: git calls that racy."""
    made(project)
    chapter = project.chapters / "02-terms.qmd"
    place = project.root / uptodate.HEAD
    head = json.loads(place.read_text("utf-8"))
    assert len(head["sources"]["chapters/02-terms.qmd"]) == 4  # old enough
    append(chapter, "\n另一句。\n")
    made(project)  # recorded in the second in which it was written
    head = json.loads(place.read_text("utf-8"))
    assert uptodate.nothing_to_do(str(project.root), []) == len(UNITS)
    head["sources"]["chapters/02-terms.qmd"] = head["sources"]["chapters/02-terms.qmd"][-1:]  # racy: its digest alone
    place.write_text(json.dumps(head), "utf-8")
    assert uptodate.nothing_to_do(str(project.root), []) == len(UNITS)
    text = chapter.read_text("utf-8")
    chapter.write_text(text.replace("另一句", "又一句"), "utf-8")
    assert uptodate.nothing_to_do(str(project.root), []) == 0
    assert set(made(project)) == set(UNITS)


def test_a_notebook_that_reads_without_a_word_is_a_defect_named_with_its_cure(project: Project) -> None:
    (project.data / "prices.csv").write_text("1\n", "utf-8")
    write_notebook(
        project, "02-terms", 'open("../data/prices.csv").read()\nchapter.given("period.first", "period.first", "年")'
    )
    (outcome,) = build(project, Order(("yumin",), ("xlsx",)))
    assert "the notebook opens data/prices.csv without reporting it" in outcome.fault
    assert 'chapter.source("data/prices.csv")' in outcome.fault


def test_what_a_notebook_says_it_reads_is_an_input(project: Project) -> None:
    prices = project.data / "prices.csv"
    prices.write_text("1\n", "utf-8")
    write_notebook(project, "02-terms", f'chapter.source("data/prices.csv").read_text()\n{TERMS}')
    assert made(project) == dict.fromkeys(UNITS, "02 html")  # the executed notebook is a page of the site
    prices.write_text("2\n", "utf-8")
    assert made(project) == dict.fromkeys(UNITS, "02")


def test_explain_names_what_would_run_and_the_input_that_changed(project: Project) -> None:
    def said() -> list[str]:
        return list(explained(project, Order(UNITS, FORMATS), [("tuoli", "01"), ("yumin", "")]))

    CHANGES["an own chapter"][0](project)
    assert said() == [
        "托里县 (tuoli)",
        "  01-stock: up to date",
        "裕民县 (yumin)",
        "  01-stock: up to date",
        "  02-terms: up to date",
        "  book: would be rendered where it differs: chapters/yumin/02-terms.qmd changed",
    ]
    a_household_more(project)
    assert said()[3] == "  01-stock: would run: data/survey/2020-08/裕民县老旧小区摸底调查表.xlsx changed"
    assert said()[-1] == "  book: follows from its notebooks"
    made(project)
    assert all(line.endswith("up to date") for line in said() if ":" in line)


@pytest.mark.parametrize(("pause", "on_disk"), [(0.0, 2), (finish.PAUSE, 0)])
def test_books_made_before_a_build_was_stopped_are_not_made_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, pause: float, on_disk: int
) -> None:
    """They are recorded when it is stopped, and now and then before that, in case it is killed."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)  # Ctrl-C leaves it, for a process that is to end
    monkeypatch.setattr(finish, "PAUSE", pause)
    monkeypatch.setattr(finish, "SHARE", 0)
    append(project.chapters / "02-terms.qmd", "\n另一句。\n")
    pages = project.root / uptodate.INDEX
    before, told = contents(pages), list[str]()

    def stop_at_the_second_book(step: Progress) -> None:
        told.extend([step.what] if step.stage == "books" else [])
        if len(told) == 2:
            now = contents(pages)
            assert len([unit for unit in UNITS if now[f"{unit}.json"] != before[f"{unit}.json"]]) == on_disk
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(project, Order(UNITS, FORMATS), stop_at_the_second_book)
    outcomes = build(project, Order(UNITS, FORMATS))
    assert set(told[:2]) <= {outcome.name for outcome in outcomes if outcome.reused}


def test_a_writing_that_fails_while_others_are_at_work_is_made_up_for_by_the_last(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def held_open_at_first(out: Path, units: Mapping[str, Any]) -> Path:
        tried.append(out)
        if len(tried) == 1:
            raise PermissionError(13, "in use", str(out))
        return write_portal(out, units)

    monkeypatch.setattr(finish, "PAUSE", 0.0)
    monkeypatch.setattr(finish, "write_portal", held_open_at_first)
    append(project.chapters / "02-terms.qmd", "\n另一句。\n")
    assert set(made(project)) == set(UNITS)
    assert len(tried) > 1 and uptodate.nothing_to_do(str(project.root), []) == len(UNITS)
    assert made(project) == {}
