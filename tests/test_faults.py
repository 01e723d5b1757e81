"""Faults: a notebook's stops its own book; a build that is killed leaves nothing that the next one stumbles over."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import planbook
from planbook.book.verify import verify
from planbook.cli import main
from planbook.execute import default_start
from planbook.pipeline import Order, Outcome, build
from planbook.project import Project
from tests.conftest import made_once
from tests.documents import made
from tests.processes import group_of, is_soon
from tests.small import TERMS, UNITS, change_yaml, contents, small_project, write_notebook

SOURCE = Path(planbook.__file__).parents[1]
only_linux = pytest.mark.skipif(default_start() != "fork", reason="process groups, /proc and rlimits")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return made_once(tmp_path_factory, "faults", lambda project: made(small_project(project.root), *UNITS))


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    shutil.copytree(built.root, tmp_path / "copy", copy_function=shutil.copy2)
    return Project(tmp_path / "copy")


def one_fails(project: Project, source: str) -> Outcome:
    """Has chapter 02 of yumin alone run `source` first; the outcome of yumin, the others being whole."""
    write_notebook(project, "02-terms", f'if unit == "yumin":\n    {source}\n{TERMS}')
    outcomes = {outcome.unit: outcome for outcome in build(project, Order(UNITS, ("xlsx",)))}
    assert [unit for unit, outcome in outcomes.items() if outcome.fault] == ["yumin"]
    assert not any(outcome.defect for outcome in outcomes.values())
    return outcomes["yumin"]


RUN = "_build/2020-08/yumin/chapters/02/executed.ipynb"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "02-terms.ipynb, cell 4, line 2: ZeroDivisionError: division by zero\n    1 / 0\n"),
        ("import sys; sys.exit(3)", "02-terms.ipynb, cell 4: SystemExit: 3\n"),
        ("b = bytearray(8 << 30)", "02-terms.ipynb, cell 4, line 2: MemoryError\n    b = bytearray(8 << 30)\n"),
    ],
)
@only_linux
def test_a_notebook_that_fails_names_cell_and_line_and_how_far_it_came(
    project: Project, source: str, said: str
) -> None:
    fault = one_fails(project, source).fault
    assert fault.startswith(said)
    assert fault.endswith(f"  the run as far as it came: {RUN}")
    assert "publish" in (project.root / RUN).read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os; os._exit(7)", "the process that ran it ended with exit code 7"),
        ("import ctypes; ctypes.string_at(0)", "the process that ran it was ended by SIGSEGV"),
    ],
)
@only_linux
def test_a_notebook_that_takes_its_process_down_is_named_with_its_cell(
    project: Project, source: str, said: str
) -> None:
    fault = one_fails(project, source).fault
    assert fault.startswith("02-terms.ipynb, cell 4") and said in fault and source in fault


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import ctypes, signal; signal.pthread_sigmask(0, {14}); ctypes.CDLL(None).sleep(600)",  # deaf to the alarm
    ],
)
@only_linux
def test_a_notebook_that_hangs_is_stopped_at_its_time(
    project: Project, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planbook.execute.limits.GRACE", 1)
    change_yaml(project.params / "tacheng.yml", execution={"timeout": 4})
    begun = time.monotonic()
    fault = one_fails(project, source).fault
    assert fault.startswith("02-terms.ipynb, cell 4, line 2: stopped, it ran for longer than 4 s")
    assert "execution.timeout" in fault and source in fault
    assert time.monotonic() - begun < 60


def test_limits_change_no_document_and_make_nothing_run(project: Project) -> None:
    change_yaml(project.params / "tacheng.yml", execution={"timeout": 900, "memory": 0})
    assert all(outcome.reused for outcome in build(project, Order(UNITS)))


def test_a_defect_while_rendering_stops_its_own_book(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from planbook import pipeline

    deliver = pipeline.deliver

    def broken(target: Path, *arguments: object) -> object:
        if target.name == "tuoli":
            raise ZeroDivisionError("oh")
        return deliver(target, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "deliver", broken)
    outcomes = {outcome.unit: outcome for outcome in build(project, Order(UNITS, ("xlsx",), force=True))}
    assert [unit for unit, outcome in outcomes.items() if outcome.fault] == ["tuoli"]
    assert outcomes["tuoli"].defect and "ZeroDivisionError: oh" in outcomes["tuoli"].fault


@pytest.mark.parametrize(
    ("number", "said", "cure"),
    [(13, "Permission denied", "who may read and write there"), (2, "No such file", "put it back")],
)  # fmt: skip
def test_what_the_disk_refuses_is_said_with_its_cure(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, said: str,
    cure: str,
) -> None:  # fmt: skip
    before = contents(project.book)

    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number), "/place")

    monkeypatch.setattr("planbook.book.deliver.write_annex", refuse)
    monkeypatch.setenv("PLANBOOK_ROOT", str(project.root))
    change_yaml(project.params / "yumin.yml", document={"edition": "报批稿"})
    with pytest.raises(SystemExit) as stop:
        main(["yumin", "--to", "xlsx"])
    text = capsys.readouterr().out
    assert stop.value.code == 1
    assert f"/place: {said}" in text and cure in text
    assert contents(project.book) == before


DISK = """
mkdir -p "$PLACE" && cp -a "$PLACE" "$AFTER/before" || exit 99
{mount} || exit 99
"$@"; code=$?
rm -f "$PLACE/filler"; cp -a "$BOOK" "$AFTER/book" || exit 99
exit $code
"""
FULL = """mount -t tmpfs -o size=64m none "$PLACE" && cp -a "$AFTER/before/." "$PLACE/"
cat /dev/zero 2>&- > "$PLACE/filler"; truncate -s -64K "$PLACE/filler" """
READ_ONLY = 'mount --bind "$PLACE" "$PLACE" && mount -o remount,bind,ro "$PLACE"'
NO_ROOM = (FULL, "No space left on device", "make room")
NO_WRITING = (READ_ONLY, "Read-only file system", "who may read and write there")


def may_mount() -> bool:
    """Whether mounts of one's own can be had: by root, where containers allow it."""
    if not shutil.which("unshare"):
        return False
    trial = ["unshare", "-m", "mount", "-t", "tmpfs", "none", tempfile.gettempdir()]
    return subprocess.run(trial, capture_output=True).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="mounts need root and unshare")
@pytest.mark.parametrize(
    ("where", "mount", "said", "cure"),
    [
        ("_book", *NO_ROOM), pytest.param("_build", *NO_ROOM, marks=pytest.mark.long), ("temporary", *NO_ROOM),
        pytest.param("_book", *NO_WRITING, marks=pytest.mark.long), ("_build", *NO_WRITING),
    ],
    ids=["books: full", "build: full", "temporary: full", "books: read-only", "build: read-only"],
)  # fmt: skip
def test_a_disk_that_is_full_or_read_only_is_said_and_the_old_books_stay(
    project: Project, temporary: Path, where: str, mount: str, said: str, cure: str
) -> None:
    """A real one: `where` lies on a full file system, or on one that only reads, in mounts of this test alone."""
    before = contents(project.book)
    after = temporary.parent / "after"
    after.mkdir()
    place = temporary if where == "temporary" else project.root / where
    env = {"PLACE": str(place), "BOOK": str(project.book), "AFTER": str(after), "PLANBOOK_ROOT": str(project.root)}
    command = [sys.executable, "-m", "planbook.cli", "yumin", "--to", "html,xlsx"]
    change_yaml(project.params / "yumin.yml", document={"edition": "报批稿"})
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", DISK.format(mount=mount), "sh", *command],
        env={**os.environ, **env, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True,
    )  # fmt: skip
    text = done.stdout + done.stderr
    assert done.returncode == 1, text
    assert said in text and cure in text and "Traceback" not in text, text
    assert verify(after / "book").whole
    assert contents(after / "book") == before or (where, mount) == ("_build", FULL)  # the index comes last


# -- a build in a process of its own, and what is done to it


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where builds of this test have their temporary files, in this process and in others: sockets need short paths."""
    with tempfile.TemporaryDirectory(prefix="t-", ignore_cleanup_errors=True) as short:
        folder = Path(short) / "tmp"
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setenv("TMPDIR", str(folder))
        yield folder


@pytest.fixture
def start(project: Project, temporary: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `build.py build --force` for the project, in a process group of its own."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "planbook.cli", "build", "--to", "html,xlsx", *words]
        env = {**os.environ, "PLANBOOK_ROOT": str(project.root), "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        running.append(subprocess.Popen(command, env=env, text=True, start_new_session=True, **pipes))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def said_by(process: subprocess.Popen[str], what: str) -> str:
    """Reads what a build says until it says that."""
    said = ""
    while what not in said:
        line = process.stdout.readline() if process.stdout else ""
        assert line, said
        said += line
    return said


@only_linux
@pytest.mark.parametrize("moment", ["notebooks 2/6", "notebooks 6/6"])
def test_a_build_that_is_killed_leaves_no_process_and_the_next_one_is_whole(
    project: Project, built: Project, start: Callable[..., subprocess.Popen[str]], temporary: Path, moment: str
) -> None:
    process = start("--force")
    said_by(process, moment)
    process.kill()
    assert is_soon(lambda: not group_of(process))
    assert contents(project.book).keys() >= contents(built.book).keys()  # the old books, or the new
    left = set(temporary.iterdir())
    assert not any(outcome.fault for outcome in build(project, Order(UNITS)))
    assert contents(project.book) == contents(built.book)
    (ours,) = temporary.glob("planbook-*")  # which this process holds until it ends
    assert left and ours not in left and not left & set(temporary.iterdir())


@only_linux
@pytest.mark.parametrize("who", ["forkserver", "spawn_main"])
def test_a_fork_server_or_a_child_that_is_killed_stops_one_notebook_at_most(
    project: Project, built: Project, start: Callable[..., subprocess.Popen[str]], temporary: Path, who: str
) -> None:
    process = start("--force")
    said_by(process, "notebooks 1/6")
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in group_of(process)}
    servers = sorted(pid for pid, command in commands.items() if "forkserver" in command)
    os.kill(servers[0] if who == "forkserver" else servers[-1], signal.SIGKILL)
    process.communicate(timeout=120)
    assert process.returncode in (0, 1)
    assert is_soon(lambda: not group_of(process))
    assert not list(temporary.iterdir())
    assert not any(outcome.fault for outcome in build(project, Order(UNITS)))
    assert contents(project.book) == contents(built.book)


@only_linux
@pytest.mark.long
@pytest.mark.parametrize("seed", range(50))
def test_whatever_is_killed_at_whatever_moment_the_next_build_is_whole(
    project: Project, built: Project, start: Callable[..., subprocess.Popen[str]], temporary: Path, seed: int
) -> None:
    chance = random.Random(seed)
    process = start("--force")
    said_by(process, "survey 3/3")
    time.sleep(chance.uniform(0, 6))
    alive = group_of(process)
    if alive:
        os.kill(process.pid if chance.random() < 0.4 else chance.choice(alive), signal.SIGKILL)
    process.communicate(timeout=120)
    assert is_soon(lambda: not group_of(process))
    assert not any(outcome.fault for outcome in build(project, Order(UNITS)))
    assert contents(project.book) == contents(built.book)
    assert len(list(temporary.glob("planbook-*"))) == 1  # this process's


@only_linux
def test_ctrl_c_ends_a_build_within_two_seconds_and_leaves_the_books(
    project: Project, built: Project, start: Callable[..., subprocess.Popen[str]], temporary: Path
) -> None:
    process = start("--force")
    said_by(process, "notebooks 3/6")
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    assert "interrupted; what was finished is kept" in said and "Traceback" not in said
    assert is_soon(lambda: not group_of(process))
    assert not list(project.book.glob(".*")) and not list(temporary.iterdir())
    assert contents(project.book) == contents(built.book)


@only_linux
def test_of_two_builds_at_once_the_second_waits_and_has_nothing_to_do(
    project: Project, start: Callable[..., subprocess.Popen[str]]
) -> None:
    first = start("--force")
    said_by(first, "survey 1/3")
    second = start()
    said = second.communicate(timeout=120)[0]
    assert first.wait(timeout=1) == second.returncode == 0
    assert said.splitlines()[0] == "another build is at work in this project: waiting for it"
    assert "nothing to do" in said
