"""Which notebook runs can be reused, and why not: the inputs of a run, as the index keeps them.

They are the notebook, the unit's resolved parameters, everything the run said it read (files looked for in vain and
folders listed included; planbook.watch holds it to that), planbook's notebook side, the lock and the Python.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from planbook.index import Index, Inputs, Record, changed

LOCK = "requirements.lock"


@dataclass(frozen=True)
class Reason:
    """Why a task is to be run: it is the first time, it is forced, an input changed, or what it wrote is not there."""

    kind: Literal["first", "forced", "input", "output"]
    name: str = ""


def platform_inputs(index: Index) -> Inputs:
    """What every task depends on."""
    version = f"{sys.version_info.major}.{sys.version_info.minor} {sys.platform} {platform.machine()}"
    return {"Python": version, LOCK: index.digest(LOCK)}


def why_run(index: Index, task: str, notebook: str, common: Mapping[str, str]) -> list[Reason]:
    """Why a notebook of a unit is to be run; empty if its last run is still what its inputs say."""
    record = index.task(task)
    if record is None:
        return [Reason("first")]
    now = _inputs(index, notebook, common, record.more.get("reads", ()))
    return reasons(index, record, now)


def reasons(index: Index, record: Record, now: Inputs) -> list[Reason]:
    """The inputs that changed, else the outputs that did."""
    inputs = [Reason("input", name) for name in changed(record, now)]
    return inputs or [Reason("output", name) for name in index.whole(record.outputs)]


def keep_run(index: Index, task: str, notebook: str, common: Mapping[str, str], code: Iterable[str], run: Path) -> None:
    """Records a run that ended well, unless what it came from changed in the meantime. `run` is the chapter's folder,
    `code` the files behind the keys in `common`."""
    published = run / "chapter.json"
    if not published.is_file():
        return  # a notebook that publishes nothing: assembling the book says so
    reads = json.loads(published.read_text("utf-8"))["reads"]
    now = _inputs(index, notebook, common, reads)
    if index.steady([*now.keys() & {notebook, LOCK, *reads}, *code]):
        files = sorted(path for path in run.rglob("*") if path.is_file())
        names = [path.relative_to(index.root).as_posix() for path in files]
        index.put(task, Record(now, {name: index.look_again(name) for name in names}, {"reads": reads}))


def _inputs(index: Index, notebook: str, common: Mapping[str, str], reads: Iterable[str]) -> Inputs:
    return {**common, notebook: index.digest(notebook), **{name: index.digest(name) for name in reads}}
