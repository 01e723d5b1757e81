"""JupyterLab's surroundings: the kernel and its parameters, and what a saved notebook holds."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from planbook.errors import UsageError
from planbook.lab.kernel import is_parameters
from planbook.lab.place import find_notebook, write_kernel
from planbook.lab.saving import before_saving
from planbook.project import Project
from tests.conftest import ROOT
from tests.processes import group_of, is_soon


def test_a_chapter_is_named_as_people_name_it() -> None:
    project = Project(ROOT)
    for word in ("03", "03-current", "notebooks/03-current.ipynb"):
        assert find_notebook(project, word).name == "03-current.ipynb"
    with pytest.raises(UsageError, match="no notebook for the chapter 33"):
        find_notebook(project, "33")


def test_the_kernel_sets_what_the_command_line_gave_and_publishes_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path / "项目 lab")
    share = write_kernel(project, {"unit": "yumin", "round": "2020-05"})
    monkeypatch.setenv("JUPYTER_PATH", str(share))
    monkeypatch.setenv("JPY_SESSION_NAME", str(ROOT / "notebooks/03-current.ipynb"))  # as Jupyter's server does
    assert KernelSpecManager().get_kernel_spec("python3").display_name == "planbook"
    manager, client = start_new_kernel(kernel_name="python3")
    asked = {"given": "unit, round, overrides", "folder": "__import__('os').environ['PLANBOOK_CHAPTER_DIR']"}
    try:
        cell = 'unit = "tacheng"\nround = "2020-08"\noverrides = {}'
        said = client.execute_interactive(cell, user_expressions=asked, timeout=60, output_hook=lambda _said: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    answers = {name: one["data"]["text/plain"] for name, one in said["content"]["user_expressions"].items()}
    assert answers["given"] == "('yumin', '2020-05', {})"
    assert answers["folder"] == repr(str(project.build / "lab/chapters/03-current"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what is alive")
def test_what_ends_the_command_ends_jupyter(tmp_path: Path, project: Path) -> None:
    """In an environment that has, beside all of this one, a program in JupyterLab's place."""
    venv.create(tmp_path / "venv", symlinks=True)
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (site / "these.pth").write_text("\n".join([*filter(os.path.isdir, sys.path), str(ROOT / "src")]), "utf-8")
    (site / "jupyterlab.py").write_text("import time\nprint('serving', flush=True)\ntime.sleep(60)\n", "utf-8")
    command = [str(tmp_path / "venv/bin/python"), "-m", "planbook.cli", "lab", "03", "--no-browser"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True, start_new_session=True) as lab:
        assert lab.stdout and lab.stdout.readline() == "serving\n"
        lab.terminate()
        assert is_soon(lambda: not group_of(lab))


def test_only_the_cell_that_sets_nothing_else_is_the_parameters_cell() -> None:
    assert is_parameters('unit = "tacheng"\nround = "2020-08"\noverrides = {}')
    for other in ('unit = "tacheng"', 'unit = round = overrides = ""', "unit = (", "", "print(unit)"):
        assert not is_parameters(other), other


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb")))
def test_a_notebook_that_was_run_is_saved_as_it_was(name: str) -> None:
    path = ROOT / "notebooks" / name
    model: dict[str, Any] = {"type": "notebook", "content": nbformat.read(path, 4)}
    model["content"].metadata.language_info = {"name": "python", "version": "3.11.7"}
    for cell in model["content"].cells:
        cell.metadata.collapsed = True
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="户")]
    before_saving(model, path=name, contents_manager=None)
    assert nbformat.writes(nbformat.from_dict(model["content"])) + "\n" == path.read_text("utf-8")
