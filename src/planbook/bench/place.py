"""Where the bench works: copies of the project in a temporary folder."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from planbook.bench.timing import Command
from planbook.environment import surroundings
from planbook.params import all_units, load_params
from planbook.project import Project

SOURCES = ("params", "data", "notebooks", "chapters", "figures", "src", "_quarto.yml", "requirements.lock", "build.py")
DERIVED = shutil.ignore_patterns("__pycache__", ".*")


@dataclass(frozen=True)
class Bench:
    """What the rows share: the project that is copied, a folder for the copies, how often, and for how many units."""

    origin: Project
    folder: Path
    times: int
    most_units: int = 0  # 0: all there are
    sizes: tuple[int, ...] = (50, 100, 200)

    def units(self) -> list[str]:
        found = all_units(self.origin)
        return found[-self.most_units :] if self.most_units else found

    def round(self) -> str:
        return load_params(self.origin, self.units()[0]).round

    def copy(self, name: str) -> Project:
        """A copy of the project's sources with build.py, planbook and an environment, as after a set-up."""
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        for source in SOURCES:
            path = self.origin.root / source
            if path.is_dir():
                shutil.copytree(path, root / source, ignore=DERIVED)
            else:
                shutil.copyfile(path, root / source)
        (root / ".venv").symlink_to(sys.prefix)
        return Project(root)

    def env(self, project: Project) -> dict[str, str]:
        """The variables of whatever runs there, as build.py sets them."""
        own = {"PYTHONPATH": str(project.root / "src"), "PLANBOOK_ROOT": str(project.root)}
        return {**surroundings(Path(sys.executable)), **own, "MPLCONFIGDIR": str(self.folder / "matplotlib")}

    def planbook(self, *words: str) -> Command:
        return [sys.executable, "-m", "planbook.cli", *words]


def forget(project: Project) -> None:
    """No result of an earlier run is left."""
    for folder in (project.build, project.book):
        shutil.rmtree(folder, ignore_errors=True)


def base_python() -> str:
    """The interpreter that starts build.py: not an environment's."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))
