"""Where things lie: the project is the nearest folder upwards that holds both params/ and chapters/."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from planbook.errors import UsageError
from planbook.words import _


@dataclass(frozen=True)
class Project:
    """The folders of one project. Sources lie at the top, `_build` and `_book` are generated."""

    root: Path

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def rounds(self) -> Path:
        return self.root / "data" / "survey"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def chapters(self) -> Path:
        return self.root / "chapters"

    @property
    def build(self) -> Path:
        return self.root / "_build"

    @property
    def book(self) -> Path:
        return self.root / "_book"

    @property
    def cache(self) -> Path:
        """What may be thrown away at any time: font lists, parsed workbooks."""
        return self.root / "_build" / "cache"

    @property
    def results(self) -> Path:
        """What was worked out and may come out the same again (planbook.results)."""
        return self.cache / "results"


def find_project(start: Path | None = None) -> Project:
    """The project of PLANBOOK_ROOT (build.py sets it), else the nearest one above `start` or the current folder."""
    named = os.environ.get("PLANBOOK_ROOT")
    begin = Path(start or named or Path.cwd()).resolve()
    for folder in (begin, *begin.parents):
        if (folder / "params").is_dir() and (folder / "chapters").is_dir():
            return Project(folder)
    raise UsageError(
        _("no project here: neither {place} nor a folder above it holds params/ and chapters/").format(place=begin),
        cure=_("change to the project's folder, or call its build.py by its full path"),
    )
