"""A unit's folder under `_book/` is replaced by two renames: a reader finds the old book or the new one, no mixture.

    .wusu.new is made whole · wusu → .wusu.old · .wusu.new → wusu · .wusu.old is removed

Whatever is left of that by a build that was stopped is put right before the next one begins.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planbook.errors import InputError
from planbook.words import _


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """An empty folder beside `place`, to be filled and swapped in; gone at the end of the block."""
    new = _beside(place, "new")
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
            shutil.copytree(item, new / item.name, copy_function=_link, symlinks=True)
        elif not (new / item.name).exists():
            _link(str(item), str(new / item.name))


def swap(new: Path, place: Path) -> None:
    """Puts `new` in the place of `place`. InputError where another program holds a file in it open (on Windows)."""
    old = _beside(place, "old")
    _remove(old)
    try:
        if place.exists():
            place.rename(old)
        try:
            new.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
    except PermissionError as error:
        raise InputError(
            _("cannot be replaced: a program has a file in it open, or it is protected; the old book stays"),
            place=f"{place.parent.name}/{place.name}",
            cure=_("close it in Word, WPS, Excel or the PDF reader, and build again"),
        ) from error
    _remove(old)


def recover(out: Path) -> None:
    """Puts right what stopped builds left in `out`: the old book comes back where there is none."""
    for old in sorted(out.glob(".*.old")) if out.is_dir() else ():
        place = out / old.name[1 : -len(".old")]
        if place.exists():
            _remove(old)
        else:
            old.rename(place)
    for rest in sorted(out.glob(".*.new")) if out.is_dir() else ():
        _remove(rest)
    for half in sorted(out.glob("*.part")) if out.is_dir() else ():
        half.unlink()


def _beside(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}")


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)
    return target


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
