"""Whether a command that was run before has anything to do, told from the index of the last build in milliseconds.

build.py asks before it looks for an environment, hence the standard library alone and little of it. "Yes" is certain:
every source and every deliverable is as that build left it. Whatever else is for the build itself to find out.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import Any

INDEX = "_build/cache/index"
HEAD = f"{INDEX}/_head.json"  # what is needed here; beside it is what only a build needs (planbook.index)
FORMAT = 2
SOURCES = ("params", "data", "notebooks", "chapters", "figures", "_quarto.yml", "requirements.lock")
CODE = "src/planbook"  # how the package's files are named, wherever they lie
BOOKS_ALONE = ("chapters/", f"{CODE}/book/")
PACKAGE = os.path.dirname(os.path.abspath(__file__))

# [size, mtime, ctime, sha256] of a file, times in nanoseconds; [sha256] where they could hide a change (see index)
Entry = list[Any]


def nothing_to_do(root: str, arguments: Sequence[str]) -> int:
    """How many books the same command made, all still what their sources say; 0 where a build must look itself."""
    try:
        with open(os.path.join(root, HEAD), "rb") as file:
            head = json.load(file)
        made = head["builds"].get(command(arguments))
        if head["format"] != FORMAT or not made or made["tree"] != head["tree"] or head["python"] != interpreter(root):
            return 0
        there = dict(source_files(root))
        sources = head["sources"]
        if len(there) != len(sources) or not all(_same(there[name], sources[name]) for name in there):
            return 0
        if not all(_same(os.path.join(root, name), entry) for name, entry in made["files"].items()):
            return 0
        return int(made["books"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # no index, or none of ours
        return 0


def concerns_notebooks(root: str) -> bool:
    """Whether notebooks are likely to run: any source changed that is none of the books' alone. Only a guess."""
    try:
        with open(os.path.join(root, HEAD), "rb") as file:
            sources = json.load(file)["sources"]
        there = {name: path for name, path in source_files(root) if not name.startswith(BOOKS_ALONE)}
        known = {name for name in sources if not name.startswith(BOOKS_ALONE)}
        return there.keys() != known or not all(_same(path, sources[name]) for name, path in there.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return True


def said(books: int) -> str:
    """What the user is told where there is nothing to do."""
    from planbook.words import _

    return _("nothing to do: the books ({count}) are what their sources say").format(count=books)


def command(arguments: Sequence[str]) -> str:
    """A build's command as the index knows it; "" for one that is not remembered."""
    words = [word for word in arguments if word != "--debug"]
    if words[:1] == ["build"]:
        words = words[1:]
    if any(word.startswith(("--out", "--force")) for word in words):
        return ""
    return json.dumps(words)


def interpreter(root: str) -> str:
    """The environment that a build runs in, or would run in: the active one, else .venv; and its version."""
    own = os.path.join(root, ".venv")
    prefix = sys.prefix if sys.prefix != sys.base_prefix else own
    try:
        with open(os.path.join(prefix, "pyvenv.cfg"), encoding="utf-8") as file:
            made = file.read()
    except OSError:
        prefix, made = sys.prefix, sys.version
    return f"{os.path.realpath(prefix)}\n{made}"


def source_files(root: str) -> Iterator[tuple[str, str]]:
    """Name and path of every file that a build may read: the project's sources and planbook itself."""
    for name in SOURCES:
        path = os.path.join(root, name)
        if os.path.isdir(path):
            yield from _files(path, name)
        elif os.path.isfile(path):
            yield name, path
    yield from package_files()


def package_files() -> Iterator[tuple[str, str]]:
    """Name and path of planbook's own files."""
    yield from _files(PACKAGE, CODE)


def _files(folder: str, name: str) -> Iterator[tuple[str, str]]:
    for entry in os.scandir(folder):
        if passed_over(entry.name):
            continue
        if entry.is_dir():
            yield from _files(entry.path, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.path


def passed_over(name: str) -> bool:
    """Hidden files, the lock files that Office leaves beside an open workbook, and Python's own cache."""
    return name.startswith((".", "~")) or name == "__pycache__"


def times(path: str) -> list[int]:
    """Size and times of a file. FileNotFoundError, NotADirectoryError where there is none."""
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(path)
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def digest_of(path: str) -> str:
    import hashlib

    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(path: str, entry: Entry) -> bool:
    return times(path) == entry[:3] if len(entry) == 4 else digest_of(path) == entry[0]
