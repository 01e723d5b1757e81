"""A build's temporary files, in a folder that says whose it is: the next build clears what a killed one left.

In the system's temporary folder, as planbook-<project>-<random>. Builds of a project take turns, so none can begin
while another looks for leftovers; a process that lives holds a lock in its folder, which the system takes back from one
that died.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.util import get_temp_dir
from pathlib import Path

from filelock import FileLock, Timeout

HELD = "held"
SOCKETS = "sockets"  # names multiprocessing's folder, which lies beside ours: sockets have short paths
ROOM = 1 << 20  # bytes; a build takes less at a time

_mine: list[tuple[Path, FileLock]] = []


@contextmanager
def own_scratch(root: Path) -> Iterator[Path]:
    """Has `tempfile` work in this process's folder for a project; call it with the project's build.lock held.

    The folder stays until the process ends, since its fork server does. OSError where there is no room.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_mark(root)}*"):
        _clear(left)
    folder = _folder(root)
    _check_room(folder)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield folder
    except Exception:  # but on Ctrl-C a thread may still be at work, and what it opens belongs here
        tempfile.tempdir = before
        raise
    tempfile.tempdir = before


def tidy() -> None:
    """Removes what this process has, for one that is to end without its exit handlers."""
    for folder, lock in _mine:
        _remove_sockets(folder)
        _remove(folder, lock)


def _mark(root: Path) -> str:
    return f"planbook-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:10]}-"


@cache
def _folder(root: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=_mark(root)))
    lock = FileLock(folder / HELD)
    lock.acquire()
    (folder / SOCKETS).write_text(get_temp_dir(), "utf-8")
    _mine.append((folder, lock))
    atexit.register(_remove, folder, lock)
    return folder


def _check_room(folder: Path) -> None:
    """Better said here than by whoever runs out of it first: the fork server could only die."""
    probe = folder / "room"
    try:
        probe.write_bytes(bytes(ROOM))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder.parent)) from error
    finally:
        probe.unlink(missing_ok=True)


def _clear(left: Path) -> None:
    """Removes what a process left, unless it lives."""
    lock = FileLock(left / HELD)
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError):  # alive, or another user's
        return
    _remove_sockets(left)
    _remove(left, lock)


def _remove_sockets(folder: Path) -> None:
    """multiprocessing removes its folder itself where it can."""
    named = folder / SOCKETS
    if named.exists() and (sockets := Path(named.read_text("utf-8"))).parent == folder.parent:
        shutil.rmtree(sockets, ignore_errors=True)


def _remove(folder: Path, lock: FileLock) -> None:
    lock.release()
    for _again in range(20):  # after Ctrl-C a thread may still put something there
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
