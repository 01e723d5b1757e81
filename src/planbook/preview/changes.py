"""Which files that change are sources: what a build reads, and nothing that programs leave beside it meanwhile."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

from planbook import uptodate
from planbook.project import Project

# Editors' copies (plan.qmd~, plan.qmd.swp, Vim's 4913, Emacs' #plan.qmd#) and Office's while it saves (A1B2C3D4, x.tmp)
PASSING = re.compile(r"~$|^#.*#$|\.(tmp|temp|swp|swx|bak|part|pyc)$|^4913$|^[0-9A-F]{6,8}$", re.IGNORECASE)
TEMPLATES = Path(uptodate.PACKAGE, "book", "_plan")

Changed = Callable[[frozenset[str]], None]


def is_source(name: str) -> bool:
    """Whether a file of the project, named relative to it, is something that people write."""
    parts = PurePath(name).parts
    if not parts or parts[0] not in uptodate.SOURCES:
        return False
    return not any(uptodate.passed_over(part) for part in parts) and not PASSING.search(parts[-1])


def only_narrative(names: Iterable[str]) -> bool:
    """Whether nothing but chapters changed: no notebook is to be run for these."""
    return all(name.startswith("chapters/") for name in names)


def watch(project: Project, changed: Changed, stop: threading.Event) -> None:
    """Calls `changed`, in a thread, with the names of sources that changed together, until `stop` is set.

    The folders of sources are watched with all that lies in them, the root without: it holds _build/ and .venv/.
    """
    folders = [path for name in uptodate.SOURCES if (path := project.root / name).is_dir()]
    for paths, deep in (([*folders, TEMPLATES], True), ([project.root], False)):
        threading.Thread(target=_watch, args=(project.root, paths, deep, changed, stop), daemon=True).start()


def _watch(root: Path, paths: list[Path], deep: bool, changed: Changed, stop: threading.Event) -> None:
    from watchfiles import watch

    for changes in watch(
        *paths, watch_filter=None, stop_event=stop, recursive=deep, step=30, debounce=400, raise_interrupt=False
    ):
        names = frozenset(_names(root, (path for _what, path in changes), deep))
        if names:
            changed(names)


def _names(root: Path, paths: Iterable[str], deep: bool) -> Iterator[str]:
    """The sources among the files of a report; a template of planbook's own goes by its name in the index."""
    for path in map(Path, paths):
        if path.is_relative_to(TEMPLATES):
            if not uptodate.passed_over(path.name) and not PASSING.search(path.name):
                yield f"{uptodate.CODE}/book/_plan/{path.name}"
        elif path.is_relative_to(root):
            name = path.relative_to(root).as_posix()
            if is_source(name) and (deep or not path.is_dir()):
                yield name
