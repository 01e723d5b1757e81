"""A chapter's facts made anew: its notebook run once more against the workbooks as they are now."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planbook.errors import InputError
from planbook.execute.run import NotebookRun, run_notebook
from planbook.project import Project
from planbook.trace.build import Build
from planbook.words import _


def rerun(project: Project, build: Build, number: str) -> dict[str, Mapping[str, Any]]:
    """The facts that notebook `number` publishes now, with the build's parameters; nothing of the build is touched.

    InputError: the notebook is gone, or cannot be run on what the workbooks hold now.
    """
    found = sorted(project.notebooks.glob(f"{number}-*.ipynb"))
    if not found:
        raise InputError(_("chapter {number} has no notebook").format(number=number), place="notebooks/")
    with tempfile.TemporaryDirectory(prefix="planbook-") as scratch:
        folder = Path(scratch)
        task = NotebookRun(
            found[0],
            folder / "executed.ipynb",
            {"unit": build.unit, "round": build.round, "overrides": dict(build.overrides)},
            project.notebooks,
            {"PLANBOOK_ROOT": str(project.root), "PLANBOOK_CHAPTER_DIR": str(folder)},
        )
        error = run_notebook(task, "fork").error
        if error:
            raise InputError(error.message, place=error.notebook)
        facts: dict[str, Mapping[str, Any]] = json.loads((folder / "chapter.json").read_text("utf-8"))["facts"]
    return facts
