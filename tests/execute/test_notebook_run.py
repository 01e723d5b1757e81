"""What becomes of one notebook: its parameters, its output file, and the faults it is stopped for."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import pytest

from planbook.execute import NotebookRun, RunResult, run_all
from planbook.execute.workers import Workers

Write = Callable[..., NotebookRun]  # the fixture that writes a notebook


def run(tasks: Iterable[NotebookRun], workers: Workers) -> dict[str, RunResult]:
    return {result.output.parent.name: result for result in run_all(tasks, executor=workers)}


def test_parameters_stay_chinese_and_replace_the_defaults(write: Write, fork_pool: Workers) -> None:
    overrides = {"document": {"委托单位": "塔城地区行署", "稿次": "送审稿" * 30}, "targets": {"2021": 35}, "on": True}
    task = write("p", "overrides['document']['委托单位'], unit", parameters={"unit": "乌苏市", "overrides": overrides})
    result = run([task], fork_pool)["p"]
    assert result.error is None
    book = nbformat.read(result.output, as_version=4)
    injected = next(cell for cell in book.cells if cell.id == "injected-parameters")
    assert injected.source.startswith('# Parameters\nunit = "乌苏市"\noverrides = {\n    "document": {\n')
    assert book.cells[-1].outputs[0].data["text/plain"] == "('塔城地区行署', '乌苏市')"
    assert "\\u" not in result.output.read_text("utf-8")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("print('你好')\nprint('再见')", "the cell writes to stdout: 你好"),
        ("import os\nos.system('echo by a child')\nNone", "the cell writes to stdout: by a child"),
        ("import logging\nlogging.warning('注意')", "the cell writes to stderr: WARNING:root:注意"),
        ("print()", "the cell writes to stdout: '\\n'"),
    ],
)
def test_whatever_a_cell_writes_stops_the_notebook(write: Write, fork_pool: Workers, cell: str, text: str) -> None:
    error = run([write("n", "1", cell, "2")], fork_pool)["n"].error
    assert error and (error.kind, error.cell, error.message) == ("noise", 4, text)


def test_a_notebook_cannot_ask_for_input_nor_leave_early(write: Write, fork_pool: Workers) -> None:
    results = run([write("asks", "name = input('?')"), write("exits", "import sys\nsys.exit(0)", "1")], fork_pool)
    assert results["asks"].error and results["asks"].error.message.startswith("StdinNotImplementedError")
    assert results["exits"].error and results["exits"].error.message == "SystemExit: 0"


def test_a_failed_notebook_is_written_as_far_as_it_came(write: Write, fork_pool: Workers) -> None:
    task = write("f", "'before'", "x = 1\ny = = 2", "'after'")
    task.output.parent.mkdir(parents=True)
    task.output.write_text("of an earlier run")
    result = run([task], fork_pool)["f"]
    assert result.error and (result.error.cell, result.error.line, result.error.source) == (4, 2, "y = = 2")
    assert result.error.message == "SyntaxError: invalid syntax (line 2)"
    cells = nbformat.read(result.output, as_version=4).cells
    assert [cell.id for cell in cells] == ["c0", "c1", "injected-parameters", "c2", "c3", "c4"]
    assert [cell.outputs[0].output_type for cell in cells[3:5]] == ["execute_result", "error"]
    assert cells[5].execution_count is None


def test_a_child_that_dies_is_reported_with_its_cell_and_stops_no_other(write: Write, fork_pool: Workers) -> None:
    tasks = [
        write("exits", "import os\nos._exit(7)", "1"),
        write("crashes", "'fine'", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"),
        *(write(f"good{n}", "unit") for n in range(4)),
    ]
    results = run(tasks, fork_pool)
    assert len(results) == 6
    assert all(results[f"good{n}"].error is None for n in range(4))
    exited, crashed = results["exits"].error, results["crashes"].error
    assert exited and (exited.kind, exited.cell, exited.source) == ("defect", 3, "import os\nos._exit(7)")
    assert exited.message == "the process that ran it ended with exit code 7"
    assert crashed and (crashed.cell, crashed.message) == (4, "the process that ran it was ended by SIGSEGV")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "there is no such notebook"),
        ("{", "this is no notebook"),
        ('{"nbformat": 3, "worksheets": []}', "this is no notebook of format 4"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "no cell is tagged “parameters”"),
    ],
)
def test_a_file_that_is_no_notebook_is_the_users_to_mend(
    folder: Path, fork_pool: Workers, content: str | None, text: str
) -> None:
    if content is not None:
        (folder / "x.ipynb").write_text(content, "utf-8")
    task = NotebookRun(folder / "x.ipynb", folder / "x" / "out.ipynb", {"unit": "wusu"}, folder)
    error = run([task], fork_pool)["x"].error
    assert error and error.kind == "input" and text in error.message
    assert not task.output.exists()


def test_an_old_notebook_without_cell_ids_gets_the_same_ones_each_time(write: Write, fork_pool: Workers) -> None:
    task = write("old", "unit")
    content = json.loads(task.notebook.read_text("utf-8"))
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        del cell["id"]
    task.notebook.write_text(json.dumps(content), "utf-8")
    again = dataclasses.replace(task, output=task.output.parents[1] / "again" / "executed.ipynb")
    results = run([task, again], fork_pool)
    assert results["old"].error is None
    assert results["old"].output.read_bytes() == results["again"].output.read_bytes()
    cells = nbformat.read(again.output, as_version=4).cells
    assert [cell.id for cell in cells] == ["cell-1", "cell-2", "injected-parameters", "cell-3"]
