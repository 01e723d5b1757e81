"""Where JupyterLab finds the kernel, and how it is started: everything lies under `_build/lab/`, nothing at home."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planbook.errors import UsageError
from planbook.execute.workers import interpreter_environment
from planbook.lab.kernel import FOLDER, GIVEN
from planbook.project import Project
from planbook.words import _


def find_notebook(project: Project, chapter: str) -> Path:
    """The notebook of a chapter: 03, 03-current or notebooks/03-current.ipynb. UsageError where there is none."""
    there = sorted(project.notebooks.glob("*.ipynb"))
    wanted = Path(chapter).stem
    found = [path for path in there if wanted in (path.stem, path.stem.split("-")[0])]
    if len(found) != 1:
        message = _("no notebook for the chapter {chapter}").format(chapter=chapter)
        raise UsageError(message, place="notebooks/", cure=", ".join(path.stem for path in there))
    return found[0]


def write_kernel(project: Project, given: Mapping[str, Any]) -> Path:
    """Writes the kernel under the name that the notebooks ask for; the folder for JUPYTER_PATH."""
    share = project.build / "lab" / "share"
    folder = share / "kernels" / "python3"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **interpreter_environment(project.cache / "matplotlib"),
        "PLANBOOK_ROOT": str(project.root),
        GIVEN: json.dumps(given, ensure_ascii=False),
        FOLDER: str(project.build / "lab" / "chapters"),
    }
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--ext=planbook.lab.kernel"],
        "display_name": "planbook",
        "language": "python",
        "env": environment,
    }
    (folder / "kernel.json").write_text(json.dumps(kernel, ensure_ascii=False, indent=1), "utf-8")
    return share


def options(project: Project, notebook: Path | None, browser: bool, port: int) -> list[str]:
    """JupyterLab's command line: it stays in the project, saves without outputs and ends with the first Ctrl-C."""
    page = f"/lab/tree/{notebook.relative_to(project.root).as_posix()}" if notebook else "/lab/tree/notebooks"
    return [
        f"--ServerApp.root_dir={project.root}",
        f"--ServerApp.default_url={page}",
        f"--LabApp.default_url={page}",
        "--ServerApp.answer_yes=True",
        "--ServerApp.allow_root=True",  # whoever builds as root, in a container say, runs the notebooks as root already
        "--FileContentsManager.pre_save_hook=planbook.lab.saving.before_saving",
        f"--FileCheckpoints.checkpoint_dir={project.build / 'lab' / 'checkpoints'}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([f"--ServerApp.port={port}"] if port else []),
        *([] if browser else ["--no-browser"]),
    ]
