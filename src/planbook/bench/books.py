"""Whole books: all from nothing, nothing to do, a cell changed, a sentence changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import openpyxl

from planbook.bench.place import Bench, base_python, forget
from planbook.bench.scale import watched
from planbook.bench.timing import Command, Contender, Goal, Result, run, take_turns
from planbook.book import pandoc, pdf
from planbook.book.folder import BookFolder, read_book
from planbook.fonts import find_fonts
from planbook.params import all_units, load_params
from planbook.project import Project
from planbook.survey.counties import known_counties
from planbook.survey.frames import place_of
from planbook.survey.store import open_survey
from planbook.todo import USUAL

COLD, LOOP = "planbook, from nothing", "papermill, one after the other, and Quarto"


def books(bench: Bench) -> Result:
    """All units, four formats, without any earlier result."""
    project = bench.copy("books")
    build = bench.planbook("build", *bench.units())
    run(build, bench.env(project))
    contenders = [Contender(COLD, lambda: run(build, bench.env(project)), lambda: forget(project))]
    result = Result("books", f"{len(bench.units())} units, four formats", {}, (Goal(LOOP, COLD, 10, True),))
    quarto = shutil.which("quarto")
    if quarto:
        contenders.append(Contender(LOOP, lambda: _with_quarto(bench, project, quarto)))
    else:
        result.remarks.append(f"no Quarto CLI is installed here: “{LOOP}” was not measured")
    result.seconds = take_turns(contenders, bench.times)
    return result


def _with_quarto(bench: Bench, project: Project, quarto: str) -> None:
    """What a user without planbook's engine and renderer would run, on the book folders that planbook assembled."""
    from planbook.bench.notebooks import loop

    loop(bench, project, bench.folder / "books-out")
    for unit in bench.units():
        book = project.build / load_params(project, unit).round / unit / "book"
        run([quarto, "render", book], bench.env(project))


def nothing(bench: Bench) -> Result:
    """The same command again, as a user starts it."""
    project = bench.copy("nothing")
    build: Command = [base_python(), project.root / "build.py", *bench.units()]
    run(build, {})
    run(build, {})  # bytecode is there from now on
    bare, again = "python -c pass", "build.py, nothing to do"
    contenders = [
        Contender(bare, lambda: run([base_python(), "-c", "pass"], {})),
        Contender(again, lambda: run(build, {})),
    ]
    said = subprocess.run(build, capture_output=True, text=True, check=True).stdout
    seconds = take_turns(contenders, max(bench.times, 30))
    return Result("nothing", said.strip(), seconds, (Goal(again, bare, 4),))


def cell(bench: Bench) -> Result:
    """One cell of the last county's workbook, of several kinds: its own notebooks and book, and its prefecture's."""
    project = bench.copy("cell")
    ready: dict[str, Callable[[], object]] = {COLD: lambda: forget(project)}
    ready |= {f"planbook, {what}": partial(change_cell, project, bench, *one) for what, one in CELLS.items()}
    goals = [Goal(name, COLD, 1 / 8) for name in ready if name != COLD]
    goals += [Goal(f"{goal.part}, processors", f"{COLD}, processors", goal.bound) for goal in goals]
    result = Result("cell", f"{len(bench.units())} units, four formats", {}, tuple(goals))
    run(bench.planbook("build", *bench.units()), bench.env(project))
    for _turn in range(bench.times):
        for name, prepare in ready.items():
            prepare()
            seen = watched(bench, project, *bench.units(), formats=",".join(USUAL))
            result.seconds.setdefault(name, []).append(seen.seconds)
            if seen.processor:  # Linux alone says it
                result.seconds.setdefault(f"{name}, processors", []).append(seen.processor)
    return result


# What is changed: a column of the communities, and what stands there afterwards.
CELLS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "a household more": ("households", lambda value: int(value) + 1),
    "built a year before": ("year_built", lambda value: int(value) - 1),
    "another need first": ("needs_basic", lambda value: re.sub(r"^(\d+)(\D+)(\d+)", r"\3\2\1", str(value))),
}


def change_cell(project: Project, bench: Bench, column: str, after: Callable[[Any], object]) -> None:
    """Changes the column's cell of the first of the last county's communities where that says something else."""
    unit = next(one for one in reversed(all_units(project)) if load_params(project, one).unit.is_county)
    folder = project.rounds / bench.round()
    known = known_counties(project, unit, load_params(project, unit))
    rows = open_survey(folder, known, only=(unit,), cache=None).communities
    for row in (one for one in rows.to_dict("records") if place_of(one, column)):
        workbook = openpyxl.load_workbook(path := folder / row["file"])
        place = workbook[row["sheet"]][place_of(row, column)]
        if place.value is not None and (value := after(place.value)) != place.value:
            place.value = value
            workbook.save(path)
            return
    raise RuntimeError(f"no community of {unit} says anything of {column}")


def sentence(bench: Bench) -> Result:
    """One sentence of a chapter that all units share: no notebook, all books."""
    project = bench.copy("sentence")
    build = bench.planbook("build", *bench.units(), "--to", "html,pdf,docx")
    chapter = sorted(project.chapters.glob("*-*.qmd"))[-1]
    run(build, bench.env(project))

    def change() -> None:
        with chapter.open("a", encoding="utf-8") as file:
            file.write("\n本章内容以批准的文本为准。\n")

    folders = [read_book(project.build / bench.round() / unit / "book") for unit in bench.units()]
    bare, changed = "Pandoc and Typst alone", "planbook, one sentence changed"
    contenders = [
        Contender(bare, lambda: _bare(folders)),
        Contender(changed, lambda: run(build, bench.env(project)), change),
    ]
    work = f"{len(folders)} units, three formats"
    return Result("sentence", work, take_turns(contenders, bench.times), (Goal(changed, bare, 2),))


def _bare(folders: Sequence[BookFolder]) -> None:
    """Each book once through Pandoc to HTML, DOCX and Typst, and through Typst to PDF, two books at a time."""
    fonts = find_fonts()

    def render(folder: BookFolder) -> None:
        page = ["--standalone", "--template", "_plan/page.html", "--section-divs"]
        pandoc.run_pandoc(folder, "html", "html5", folder.files, {}, page)
        made = pdf.typeset(pandoc._document(folder, "typst", {}), folder, fonts)
        pandoc._document(folder, "docx", {"plan-pages": made.pages})

    with ThreadPoolExecutor(2) as two:
        list(two.map(render, folders))


__all__ = ["books", "cell", "nothing", "sentence"]
