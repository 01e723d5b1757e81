"""What a process opens, by Python's own audit hook: a notebook that reads what it does not report is found out.

A run is reused as long as the files it reported are the same. One it read without a word would make a stale book.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from planbook.words import _

EVENTS = ("open", "os.listdir", "os.scandir")

_opened: set[str] = set()
_active = False
_hooked = False


class UnreportedReadError(Exception):
    """A notebook opened a file of the project that it did not report."""


def start() -> None:
    """From now on what this process opens is noted, from an empty list."""
    global _active, _hooked
    _opened.clear()
    if not _hooked:
        sys.addaudithook(_note)  # which cannot be taken out again
        _hooked = True
    _active = True


def is_on() -> bool:
    return _active


@contextmanager
def on() -> Iterator[None]:
    """Notes what is opened in the block, and nothing after it."""
    global _active
    start()
    try:
        yield
    finally:
        _active = False
        _opened.clear()


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _active and event in EVENTS and isinstance(arguments[0], str | bytes | os.PathLike):
        _opened.add(os.path.abspath(os.fsdecode(arguments[0])))


def check(root: Path, reported: Collection[str], allowed: Collection[Path]) -> None:
    """UnreportedReadError if a file or folder of the project was opened that is neither reported (relative to `root`)
    nor lies in a folder that is allowed. Modules beside the notebooks count as code, which has its own key."""
    inside = str(root) + os.sep
    places = tuple(str(place) + os.sep for place in (*allowed, sys.prefix, sys.base_prefix, Path(__file__).parent))
    for path in sorted(_opened):
        if not path.startswith(inside) or f"{path}{os.sep}".startswith(places) or _is_module(path):
            continue
        name = Path(path).relative_to(root).as_posix()
        if name not in reported and not (os.path.isdir(path) and name == "notebooks"):
            raise UnreportedReadError(
                _("the notebook opens {file} without reporting it, so no build would see it change").format(file=name)
                + "\n  → "
                + _("open what chapter.source({file}) gives").format(file=f'"{name}"')
            )


def _is_module(path: str) -> bool:
    return path.endswith((".py", ".pyc")) or os.path.basename(path) == "__pycache__"
