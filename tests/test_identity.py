"""Identity: the same sources give the same bytes, whatever else is different about the two builds."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import planbook
from planbook.book.manifest import read_manifest
from planbook.execute import NotebookRun, default_start, run_all
from planbook.execute.workers import pool
from planbook.project import Project
from tests.conftest import copy_project
from tests.small import contents

SOURCE = Path(planbook.__file__).parents[1]
UNIT = "yumin"


@dataclass(frozen=True)
class Around:
    """What is around a build: where, who, how."""

    folder: str = "project"
    words: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022
    later: str = ""


EVERYTHING = Around(
    "其他 地方/ein Ordner",
    ("--start", "spawn", "--jobs", "1"),
    {"TZ": "America/St_Johns", "LC_ALL": "C", "PLANBOOK_LANG": "zh", "PYTHONHASHSEED": "7", "COLUMNS": "40"},
    0o077,
)
ONE_BY_ONE = {
    "folder with blanks": Around("a folder  with blanks"),
    "Chinese folder": Around("项目·塔城地区（二〇二〇）"),
    "a quote, an ampersand and a long path": Around("/".join(["it's <a> & b #1", *["long" * 10] * 3])),
    "TZ east": Around(env={"TZ": "Pacific/Kiritimati"}),
    "TZ west": Around(env={"TZ": "America/St_Johns"}),
    "LANG C": Around(env={"LC_ALL": "C"}),
    "LANG zh_CN": Around(env={"LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}),
    "Chinese messages": Around(env={"PLANBOOK_LANG": "zh"}),
    "umask 077": Around(umask=0o077),
    "umask 000": Around(umask=0),
    "hash seed 1": Around(env={"PYTHONHASHSEED": "1"}),
    "hash seed random": Around(env={"PYTHONHASHSEED": "random"}),
    "one job": Around(words=("--jobs", "1")),
    "four jobs": Around(words=("--jobs", "4")),
    "start spawn": Around(words=("--start", "spawn")),
    "start spawn, four jobs": Around(words=("--start", "spawn", "--jobs", "4")),
    "engine kernel": Around(words=("--engine", "kernel")),
    "engine kernel, spawned": Around(words=("--engine", "kernel", "--start", "spawn")),
    "another home, no cache of fonts": Around(env={"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}),
    "another day": Around(later="+400d"),
}


def build_in(place: Path, around: Around) -> Project:
    """The unit's book, built by the command in a process of its own that starts elsewhere."""
    project = Project(copy_project(place / around.folder))
    command = [sys.executable, "-m", "planbook.cli", "build", UNIT, *around.words]
    if around.later:
        command = ["faketime", "-f", around.later, *command]
    env = {**os.environ, "PLANBOOK_ROOT": str(project.root), "PYTHONPATH": str(SOURCE), **around.env}
    done = subprocess.run(command, cwd=place, env=env, umask=around.umask, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def check_same(one: Project, other: Project) -> None:
    """Every deliverable byte for byte, and what the manifest says of each."""
    before, after = contents(one.book / UNIT), contents(other.book / UNIT)
    assert len(before) > 100
    assert before.keys() == after.keys()
    assert not [name for name in before if before[name] != after[name]]
    listed = read_manifest(other.book)[UNIT]
    assert listed == read_manifest(one.book)[UNIT]
    assert {name: entry["sha256"] for name, entry in listed["files"].items()} == {
        f"{UNIT}/{name}": hashlib.sha256(content).hexdigest() for name, content in after.items()
    }


def test_everything_else_different_at_once_changes_no_byte(built: Project, tmp_path: Path) -> None:
    check_same(built, build_in(tmp_path, EVERYTHING))


@pytest.mark.long
@pytest.mark.parametrize("what", ONE_BY_ONE)
def test_nothing_else_changes_a_byte(built: Project, tmp_path: Path, what: str) -> None:
    """To find which of them does, if the test above fails; and engines that it leaves out."""
    around = ONE_BY_ONE[what]
    if around.later and not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    if "--start" in around.words and default_start() != "fork":
        pytest.skip("this is how all builds start here")
    check_same(built, build_in(tmp_path, around))


def test_a_real_kernel_gives_what_the_build_has(built: Project, project: Path) -> None:
    """One chapter of the unit: the executed notebook, chapter.json, figures and their data, byte for byte."""
    folder = project / "out"
    run = NotebookRun(
        project / "notebooks" / "03-current.ipynb",
        folder / "executed.ipynb",
        {"unit": UNIT, "round": "2020-08", "overrides": {}},
        project / "notebooks",
        {"PLANBOOK_ROOT": str(project), "PLANBOOK_CHAPTER_DIR": str(folder)},
    )
    with pool("kernel", jobs=1) as workers:
        (result,) = run_all([run], executor=workers)
    assert result.error is None, result.error
    assert contents(folder) == contents(built.build / "2020-08" / UNIT / "chapters" / "03")
