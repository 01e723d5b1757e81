"""planbook's own code as an input: what a notebook's run depends on, and what a book's rendering depends on.

A side is what its packages import, directly or not, read off the sources. Two keys, not one a module: a change of code
is rare, and a key that is too wide costs time where one too narrow costs a stale book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from planbook import uptodate
from planbook.index import Index, digest_of_all

NOTEBOOKS = ("planbook.report", "planbook.analysis", "planbook.execute")
BOOKS = ("planbook.book",)

_IMPORT = re.compile(r"^[ \t]*(?:from (planbook[\w.]*) import (?:\(([^)]*)\)|(.*))|import (planbook[\w.]*))", re.M)


@dataclass(frozen=True)
class Side:
    """The files of one side, as the index names them."""

    files: tuple[str, ...]

    def key(self, index: Index) -> str:
        return digest_of_all({name: index.digest(name) for name in self.files})


def notebook_side(index: Index) -> Side:
    """What notebooks import, the engine that runs them, and modules that lie beside them."""
    beside = [name for name in index.sources if name.startswith("notebooks/") and name.endswith(".py")]
    return Side((*_closure(NOTEBOOKS), *beside))


def book_side() -> Side:
    """What assembles and renders books."""
    return Side(_closure(BOOKS))


def templates(index: Index) -> Side:
    """Filters, templates and style sheets: whatever is no Python in planbook.book."""
    folder = f"{uptodate.CODE}/book/"
    return Side(tuple(n for n in index.sources if n.startswith(folder) and not n.endswith(".py")))


def _closure(packages: tuple[str, ...]) -> tuple[str, ...]:
    """The package's files and all that they import of planbook."""
    modules = _modules()
    todo = [name for name in modules if name.startswith(tuple(f"{package}." for package in packages))]
    todo += packages
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in found or name not in modules:
            continue
        found.add(name)
        todo += _imported(modules[name].read_text("utf-8"), modules.__contains__)
        todo.append(name.rpartition(".")[0])  # importing a.b runs a/__init__.py, too
    root = Path(uptodate.PACKAGE)
    return tuple(sorted(f"{uptodate.CODE}/{modules[name].relative_to(root).as_posix()}" for name in found))


def _modules() -> dict[str, Path]:
    root = Path(uptodate.PACKAGE)
    out = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        out[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return out


def _imported(source: str, known: Callable[[str], bool]) -> Iterator[str]:
    for package, several, one, module in _IMPORT.findall(source):
        if module:
            yield module
            continue
        yield package
        for word in (several or one).replace("\n", " ").split(","):
            name = f"{package}.{word.split('#')[0].split(' as ')[0].strip()}"
            if known(name):
                yield name


__all__ = ["Side", "book_side", "notebook_side", "templates"]
