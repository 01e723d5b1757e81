"""The notebooks of all units: as a user would run them, by planbook, and the floor below which nobody gets."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from planbook.bench.place import Bench
from planbook.bench.timing import Command, Contender, Goal, Result, run, take_turns
from planbook.book.assemble import compares
from planbook.project import Project

LOOP, KERNELS, OURS, SPAWN = "papermill, one after the other", "papermill, two processes", "planbook", "planbook, spawn"
FLOOR = "plain Python, two forks"


def notebooks(bench: Bench) -> Result:
    project = bench.copy("notebooks")
    out = bench.folder / "notebooks-out"

    def every(script: str, *words: str) -> None:
        listed = bench.folder / "runs.txt"
        listed.write_text("\n".join(f"{notebook}\t{unit}" for unit, notebook in timed_runs(bench, project)), "utf-8")
        module = f"planbook.bench.{script}"
        run([sys.executable, "-m", module, listed, bench.round(), out, *words], bench.env(project))

    def forget_all() -> None:
        shutil.rmtree(out, ignore_errors=True)

    contenders = [
        Contender(FLOOR, lambda: every("cells"), forget_all),
        Contender(OURS, lambda: every("ours", "fork"), forget_all),
        Contender(SPAWN, lambda: every("ours", "spawn"), forget_all),
        Contender(KERNELS, lambda: every("kernels"), forget_all),
        Contender(LOOP, lambda: loop(bench, project, out), forget_all),
    ]
    every("ours", "fork")  # bytecode, fonts and the survey's cache are there, as they are after a set-up
    goals = (Goal(OURS, FLOOR, 1.2), Goal(LOOP, OURS, 7, True), Goal(LOOP, SPAWN, 4, True))
    count = len(list(timed_runs(bench, project)))
    return Result("notebooks", f"{count} notebook runs", take_turns(contenders, bench.times), goals)


def loop(bench: Bench, project: Project, out: Path) -> None:
    """The papermill command for each notebook of each unit."""
    for unit, notebook in timed_runs(bench, project):
        folder = out / unit / notebook.stem
        folder.mkdir(parents=True, exist_ok=True)
        command: Command = [sys.executable, "-m", "papermill", notebook, folder / "executed.ipynb", "-k", "python3"]
        given: Command = [
            "-p",
            "unit",
            unit,
            "-p",
            "round",
            bench.round(),
            "-y",
            "overrides: {}",
            "--cwd",
            project.notebooks,
        ]
        env = bench.env(project) | {"PLANBOOK_CHAPTER_DIR": str(folder)}
        run([*command, *given, "--no-progress-bar", "--log-level", "ERROR"], env)


def timed_runs(bench: Bench, project: Project) -> Iterator[tuple[str, Path]]:
    """Unit and notebook, as a build of one round has them: nothing to compare it with."""
    notebooks = [path for path in sorted(project.notebooks.glob("*.ipynb")) if not compares(path)]
    for unit in bench.units():
        for notebook in notebooks:
            yield unit, notebook
