"""Notebooks written on the spot, and pools to run them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from planbook.execute import NotebookRun, default_start, pool
from planbook.execute.workers import Workers

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}

Write = Callable[..., NotebookRun]


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def fork_pool(font_cache: Path) -> Iterator[Workers]:
    if default_start() != "fork":
        pytest.skip("this system does not fork")
    with pool("fork", "fork", 2, cache=font_cache) as workers:
        yield workers


@pytest.fixture(scope="session")
def spawn_pool(font_cache: Path) -> Iterator[Workers]:
    """One worker that is kept: all tests' notebooks run in it, one after the other."""
    with pool("fork", "spawn", 1, cache=font_cache) as workers:
        yield workers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's notebooks folder, at a place with blanks and Chinese characters."""
    path = tmp_path / "塔城 项目" / "notebooks"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes <name>.ipynb of some code cells after a parameters cell; gives the task that runs it."""

    def write_one(name: str, *cells: str, parameters: dict[str, object] | None = None, **env: str) -> NotebookRun:
        defaults = new_code_cell('unit = "tacheng"\nround = ""\noverrides = {}', metadata={"tags": ["parameters"]})
        book = new_notebook(
            cells=[new_markdown_cell("# 一章"), defaults, *map(new_code_cell, cells)],
            metadata={"kernelspec": KERNELSPEC},
        )
        for number, cell in enumerate(book.cells):
            cell.id = f"c{number}"
        nbformat.write(book, folder / f"{name}.ipynb")
        output = folder.parent / "out" / name / "executed.ipynb"
        given = parameters or {"unit": "wusu", "round": "2020-08", "overrides": {}}
        return NotebookRun(folder / f"{name}.ipynb", output, given, folder, env)

    return write_one
