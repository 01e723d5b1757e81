"""A unit's folder under `_book/` is replaced by two renames: a reader finds the old book or the new one, no mixture.

    .wusu.new is made whole · wusu → .wusu.old · .wusu.new → wusu · .wusu.old is removed

Whatever is left of that by a build that was stopped is put right before the next one begins. After Ctrl-C threads may
still be making a book: `stop` takes their folder away, and they get no other.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planbook.errors import InputError
from planbook.words import _

TRIES = 5
_PLACING = threading.Lock()  # one folder comes, goes or is renamed at a time
_stopped: set[Path] = set()


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """An empty folder beside `place`, to be filled and swapped in; gone at the end of the block.

    Whoever fills it makes no folder above it: after `stop` there is none. FileNotFoundError where `stop` was called.
    """
    new = _beside(place, "new")
    with _PLACING:
        _refuse_stopped(place)
        _remove(new)
        new.mkdir(parents=True)
    try:
        yield new
    finally:
        _remove(new)


def carry_over(place: Path, new: Path) -> None:
    """Puts into `new` what only `place` holds: the same files, not copies, where the disk can do that."""
    if not place.is_dir():
        return
    for item in sorted(place.iterdir()):
        if item.is_dir() and not (new / item.name).exists():
            copy_folder(item, new / item.name, _link)
        elif not (new / item.name).exists():
            _link(item, new / item.name)


def copy_folder(source: Path, target: Path, copy: Callable[[Path, Path], object] = shutil.copyfile) -> None:
    """As shutil.copytree, but it makes no folder above `target`."""
    target.mkdir()
    for item in sorted(source.iterdir()):
        if item.is_dir():
            copy_folder(item, target / item.name, copy)
        else:
            copy(item, target / item.name)


def swap(new: Path, place: Path) -> None:
    """Puts `new` in the place of `place`. InputError where another program holds a file in it open (on Windows)."""
    old = _beside(place, "old")
    try:
        with _PLACING:
            _refuse_stopped(place)
            _exchange(new, place, old)
    except PermissionError as error:
        raise InputError(
            _("cannot be replaced: a program has a file in it open, or it is protected; the old book stays"),
            place=f"{place.parent.name}/{place.name}",
            cure=_("close it in Word, WPS, Excel or the PDF reader, and build again"),
        ) from error
    _remove(old)


def stop(out: Path) -> None:
    """Clears `out` of what is being made there, and no thread of this process puts anything there until `recover`."""
    with _PLACING:
        _stopped.add(out)
        for new in sorted(out.glob(".*.new")) if out.is_dir() else ():
            with suppress(OSError):  # Windows keeps a folder with an open file; the next build looks again
                _remove(new.rename(new.with_suffix(".gone")))  # under that name nobody finds the way any more
        _put_right(out)


def is_there(place: Path) -> bool:
    """Whether a unit has a book; also in the moment in which another takes its place."""
    with _PLACING:
        return place.is_dir()


def recover(out: Path) -> None:
    """Puts right what stopped builds left in `out`: the old book comes back where there is none."""
    with _PLACING:
        _stopped.discard(out)
        _put_right(out)


def _refuse_stopped(place: Path) -> None:
    if place.parent in _stopped:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))


def _exchange(new: Path, place: Path, old: Path) -> None:
    _remove(old)
    if place.exists():
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _put_right(out: Path) -> None:
    for old in sorted(out.glob(".*.old")) if out.is_dir() else ():
        place = out / old.name[1 : -len(".old")]
        if place.exists():
            _remove(old)
        else:
            old.rename(place)
    for rest in sorted([*out.glob(".*.new"), *out.glob(".*.gone")]) if out.is_dir() else ():
        _remove(rest)
    for half in sorted(out.glob("*.part")) if out.is_dir() else ():
        half.unlink()


def _beside(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)


def _remove(folder: Path) -> None:
    """A thread that was stopped may still put something there, or be removing it, too. OSError where it stays."""
    for _again in range(TRIES):
        if not folder.exists():
            return
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
