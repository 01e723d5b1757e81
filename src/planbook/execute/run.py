"""Notebooks as tasks: run one here, or many on any executor."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planbook.errors import InputError, of_disk
from planbook.execute.limits import Limits, NotebookTimeoutError, limited
from planbook.execute.verdict import RunError, code_cells, find_error, last_line
from planbook.execute.workers import ChildDiedError, Engine
from planbook.words import _

if TYPE_CHECKING:
    from planbook.execute.parameters import JSON


@dataclass(frozen=True)
class NotebookRun:
    """What to run. `notebook` has a cell tagged "parameters"; its code works in `cwd` with `env` added to the
    environment; `output` is written when it ended, well or not."""

    notebook: Path
    output: Path
    parameters: Mapping[str, JSON]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class RunResult:
    """How it went. `seconds` is for the terminal alone and goes into no file."""

    output: Path
    seconds: float
    error: RunError | None = None


def run_all(tasks: Iterable[NotebookRun], *, executor: Executor, engine: Engine | None = None) -> Iterator[RunResult]:
    """Runs notebooks on an executor and gives their results as they finish; a failing one stops no other.

    `engine` is by default the one the pool was made for, "fork" on other executors. A child that dies is an error of
    its own notebook. RuntimeError where the fork server is not warm: that is a defect, not a slow build.
    """
    chosen: Engine = engine if engine is not None else getattr(executor, "engine", "fork")
    futures: dict[Future[RunResult], NotebookRun] = {}
    try:
        futures.update((executor.submit(run_notebook, task, chosen), task) for task in tasks)
        for future in as_completed(futures):
            try:
                yield future.result()
            except ChildDiedError as error:
                yield RunResult(futures[future].output, 0.0, _last_words(futures[future], error))
            except OSError as error:
                task = futures[future]
                yield RunResult(task.output, 0.0, RunError(_name(task), 0, "", "input", str(of_disk(error))))
    finally:
        for future in futures:
            future.cancel()


def run_notebook(task: NotebookRun, engine: Engine) -> RunResult:
    """Runs one notebook in this process ("fork") or in a kernel of its own ("kernel"), writes it, and judges it."""
    from planbook.execute.scrub import as_text, scrub

    begun = time.perf_counter()
    task.output.unlink(missing_ok=True)  # what lies there at the end is this run's
    try:
        source = _read(task.notebook)
    except InputError as error:
        return RunResult(task.output, 0.0, RunError(_name(task), 0, "", "input", str(error)))
    try:
        with limited(task.limits, _last_words_of(task), interrupt=engine == "fork"):
            executed, death = _execute(task, source, engine)
    except NotebookTimeoutError as error:  # between two cells
        return RunResult(task.output, time.perf_counter() - begun, RunError(_name(task), 0, "", "timeout", str(error)))
    clean = scrub(executed, hide=_hidden(task))
    _write(task.output, as_text(clean))
    failure = _death(task, executed, death) if death else find_error(clean, _name(task))
    return RunResult(task.output, time.perf_counter() - begun, failure)


def _last_words_of(task: NotebookRun) -> Path:
    return task.output.with_name("last-words.txt")


def _last_words(task: NotebookRun, death: ChildDiedError) -> RunError:
    """What is known of a child that died: the cell it was in, and the line if it could still say so."""
    cell, source = death.told or (0, "")
    try:
        said = _last_words_of(task).read_text("utf-8", "replace")
    except OSError:
        said = ""
    line, failing = last_line(source, said)
    if said.startswith("Timeout"):
        return RunError(_name(task), cell, failing, "timeout", f"{task.limits.seconds} s", said, line)
    return RunError(_name(task), cell, failing, "defect", str(death), said, line)


def _execute(task: NotebookRun, source: Any, engine: Engine) -> tuple[Any, str]:
    """The executed notebook, however far it came, and what a kernel that died said."""
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError
    from papermill.log import logger

    from planbook.execute import kernel
    from planbook.execute.parameters import KERNEL

    logger.disabled = True  # what it has to say of a run is in the run's outputs
    keep: list[Any] = []
    try:
        execute_notebook(
            source,
            None,  # written below, once and clean
            parameters=dict(task.parameters),
            engine_name=_engine_name(engine),
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            cwd=task.cwd,
            autosave_cell_every=0,
            keep=keep,
            env=dict(task.env),
        )
    except PapermillExecutionError:
        pass  # read off the notebook's outputs, the same for both engines
    except kernel.KernelDiedError as death:
        return keep[0], str(death)
    return keep[0], ""


def _engine_name(engine: Engine) -> str:
    """papermill's name of an engine, which is known to it from now on."""
    if engine == "kernel":
        from planbook.execute import kernel

        kernel.register()
        return kernel.NAME
    from planbook.execute.engine import NAME

    return NAME


def _death(task: NotebookRun, executed: Any, message: str) -> RunError:
    """A kernel that died did so in the last cell that was started."""
    started = [cell for cell in code_cells(executed.cells) if cell.metadata.papermill.start_time]
    source = started[-1].source if started else ""
    return RunError(_name(task), len(started), source, "defect", message)


def _read(path: Path) -> Any:
    """The notebook, refused where it could not be run as meant."""
    import nbformat

    from planbook.execute.scrub import stable_ids

    cure = _("open it in Jupyter and save it again")
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(_("there is no such notebook"), place=str(path)) from None
    except ValueError as error:
        raise InputError(_("this is no notebook: {why}").format(why=error), place=path.name, cure=cure) from None
    if not isinstance(content, dict) or content.get("nbformat") != 4 or "cells" not in content:
        raise InputError(_("this is no notebook of format 4"), place=path.name, cure=cure)
    notebook = nbformat.from_dict(stable_ids(content))  # type: ignore[no-untyped-call]
    if not any("parameters" in cell.get("metadata", {}).get("tags", []) for cell in notebook.cells):
        raise InputError(
            _("no cell is tagged “parameters”"),
            place=path.name,
            cure=_("tag the cell that holds the defaults, in Jupyter's property inspector"),
        )
    return notebook


def _hidden(task: NotebookRun) -> dict[str, str]:
    """Places of this machine, and what stands for them in outputs."""
    root = task.env.get("PLANBOOK_ROOT") or os.environ.get("PLANBOOK_ROOT") or task.cwd.parent
    return {
        os.environ.get("HOME") or os.environ.get("USERPROFILE") or "": "~",
        tempfile.gettempdir(): "<tmp>",
        sys.base_prefix: "<python>",
        sys.prefix: "<python>",
        str(Path(root).resolve()): ".",
    }


def _write(output: Path, text: str) -> None:
    """Writes the file as a whole or not at all."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(output)


def _name(task: NotebookRun) -> str:
    return task.notebook.name
