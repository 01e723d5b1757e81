"""Whole books: all from nothing, nothing to do, a cell changed, a sentence changed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import openpyxl

from planbook.bench.place import Bench, base_python, forget
from planbook.bench.timing import Command, Contender, Goal, Result, run, take_turns
from planbook.book import pandoc, pdf
from planbook.book.folder import BookFolder, read_book
from planbook.fonts import find_fonts
from planbook.params import all_units, load_params
from planbook.project import Project
from planbook.survey.counties import known_counties
from planbook.survey.store import open_survey

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
    """One cell of the last county's workbook: its own notebooks and book, and its prefecture's."""
    project = bench.copy("cell")
    build = bench.planbook("build", *bench.units())
    changed = "planbook, one cell changed"
    contenders = [
        Contender(COLD, lambda: run(build, bench.env(project)), lambda: forget(project)),
        Contender(changed, lambda: run(build, bench.env(project)), lambda: _one_more_household(project, bench)),
    ]
    run(build, bench.env(project))
    seconds = take_turns(contenders, bench.times)
    return Result("cell", f"{len(bench.units())} units, four formats", seconds, (Goal(changed, COLD, 1 / 8),))


def _one_more_household(project: Project, bench: Bench) -> None:
    unit = next(one for one in reversed(all_units(project)) if load_params(project, one).unit.is_county)
    params = load_params(project, unit)
    folder = project.rounds / bench.round()
    rows = open_survey(folder, known_counties(project, unit, params), only=(unit,), cache=None).communities
    first = rows[rows["households"].notna()].iloc[0]
    path = folder / first["file"]
    workbook = openpyxl.load_workbook(path)
    before = int(first["households"])
    next(one for one in workbook[first["sheet"]][int(first["row"])] if one.value == before).value = before + 1
    workbook.save(path)


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
