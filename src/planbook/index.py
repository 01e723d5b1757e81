"""The index of what was built: every file's digest, and every task's inputs and outputs, in a folder of the cache.

A file is not read again where its size and times are those of the record. They can lie only where the file was touched
in the very moment it was recorded (git calls such an entry racy); so they count only if the file is older than the
record, else its digest decides. A task that was run is recorded with the digest of everything it came from, as it was
when the build began; where such a file changed meanwhile, nothing is recorded and the task runs again.

What concerns one unit stands in a file of its own, which is written while others are still at work: a build that is
killed has lost the units since the last writing (planbook.finish), and one of thousands holds `KEPT` of them in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from planbook import uptodate
from planbook.project import Project

ABSENT = "absent"
KEPT = 64  # units
SHARED = "_shared"  # no unit is called so
WRONG = (ValueError, LookupError, TypeError, AttributeError)  # what is raised by a file that is not ours

Inputs = dict[str, str]  # what a task came from → its digest


@dataclass(frozen=True)
class Record:
    """A task that was run: the digests of its inputs and of the files it wrote, and what else is worth keeping."""

    inputs: Inputs
    outputs: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Page:
    """What the index holds of one unit, or beside all units (""), and the file that it is kept in."""

    path: Path
    tasks: dict[str, Record] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)  # as read or written last
    touched: bool = False  # a task came or went since

    @property
    def written(self) -> set[str]:
        """The files that the tasks wrote."""
        return {name for record in self.tasks.values() for name in record.outputs}

    def write(self, files: dict[str, list[Any]]) -> None:
        """Writes it whole or not at all, if it says anything new."""
        if self.touched or files != self.files:
            _replace(self.path, page_text(self.tasks, files))
            self.touched, self.files = False, files


class Index:
    """One build's view of the index. Files are named relative to the project, planbook's own src/planbook/…; a task's
    name begins with its unit, as in wusu/2020-08/03.

    `note` is told why something that is there is not used.
    """

    def __init__(self, project: Project, note: Callable[[str], None] = lambda text: None) -> None:
        self.root = project.root
        self.folder = project.root / uptodate.INDEX
        self._note = note
        self._lock = RLock()  # books are made in threads, and `_pages` is put in order with each use
        self._known: dict[str, list[Any]] = {}
        self._seen: dict[str, tuple[list[int], str]] = {}
        self._listed: dict[str, str] = {}
        self._pages: dict[str, _Page] = {}  # by unit, that used last at the end
        self._builds: dict[str, Any] = {}
        self._read_head()
        self._page("")
        self._begun = self._clock()
        self.sources = sorted(name for name, _path in uptodate.source_files(str(self.root)))
        self._tree = digest_of_all({name: self.digest(name) for name in self.sources})

    # -- files

    def digest(self, name: str) -> str:
        """The digest of a file as this build first saw it; of a folder that of its names; ABSENT where neither is."""
        if seen := self._seen.get(name):
            return seen[1]
        path = self._place(name)
        try:
            now = uptodate.times(path)
        except (FileNotFoundError, NotADirectoryError):
            return self._listed.setdefault(name, _listing(path))
        known = self._known.get(name, [])
        found = known[3] if known[:3] == now else uptodate.digest_of(path)
        self._seen[name] = (now, found)
        return str(found)

    def wrote(self, name: str, digest: str) -> None:
        """Takes in a file this build wrote."""
        self._seen[name] = (uptodate.times(self._place(name)), digest)

    def look_again(self, name: str) -> str:
        """The digest of a file that this build wrote, or may have written."""
        self._seen.pop(name, None)
        return self.digest(name)

    def steady(self, names: Iterable[str]) -> bool:
        """Whether these files and folders are still as this build first saw them."""
        return all(self._is_steady(name) for name in names)

    def _is_steady(self, name: str) -> bool:
        try:
            now = uptodate.times(self._place(name))
        except (FileNotFoundError, NotADirectoryError):
            return name not in self._seen and self._listed.get(name) == _listing(self._place(name))
        seen = self._seen.get(name)
        return seen is not None and seen[0] == now

    def _place(self, name: str) -> str:
        if name.startswith(uptodate.CODE + "/"):
            return str(Path(uptodate.PACKAGE, name.removeprefix(uptodate.CODE + "/")))
        return str(self.root / name)

    # -- tasks

    def task(self, name: str) -> Record | None:
        return self._page_of(name).tasks.get(name)

    def tasks(self, unit: str) -> dict[str, Record]:
        """All that is recorded of a unit."""
        return dict(self._page(unit).tasks)

    def put(self, name: str, record: Record) -> None:
        with self._lock:
            page = self._page_of(name)
            page.tasks[name], page.touched = record, True

    def drop(self, name: str) -> None:
        """Forgets a task before it runs: stopped half-way it left anything."""
        with self._lock:
            page = self._page_of(name)
            page.touched |= page.tasks.pop(name, None) is not None

    def whole(self, outputs: Mapping[str, str]) -> list[str]:
        """Those of the files that are not there or not as they were written."""
        return [name for name, digest in outputs.items() if self.digest(name) != digest]

    # -- the folder

    def remember(self, arguments: Sequence[str], books: int, outputs: Iterable[str]) -> None:
        """Takes in a command that was carried out whole: `books` books, and every file they consist of. Of more than
        `KEPT` books each build finds out itself."""
        if books <= KEPT and (key := uptodate.command(arguments)) and self.steady(self.sources):
            self._builds.pop(key, None)
            files: dict[str, list[Any]] = {name: [] for name in sorted(outputs)}
            self._builds[key] = {"tree": self._tree, "books": books, "files": files}

    def settle(self, unit: str) -> None:
        """Writes what is known of a unit, whole or not at all."""
        with self._lock:
            self._write(self._page(unit))

    def save(self) -> None:
        """Writes all that is not written yet."""
        with self._lock:
            self._save()

    def _save(self) -> None:
        now, shared = self._clock(), self._page("")
        units = [unit for unit in self._pages if unit]
        for unit in units:
            self.settle(unit)
        mine = set(self.sources).union(*(self._pages[unit].written for unit in units))
        others = set(self._seen) - mine
        shared.write({name: self._entry(name, now if name in shared.written else self._begun) for name in others})
        builds = {key: self._as_now(made, now) for key, made in list(self._builds.items())[-16:]}
        head = {
            "format": uptodate.FORMAT,
            "python": uptodate.interpreter(str(self.root)),
            "tree": self._tree,
            "sources": {name: self._entry(name, self._begun) for name in self.sources if name in self._seen},
            "builds": builds,
        }
        _replace(self.root / uptodate.HEAD, _text(head))

    def _as_now(self, made: dict[str, Any], now: int) -> dict[str, Any]:
        """A command that was carried out, with its files as they are known now."""
        files = {name: _newer(self._latest(name, now) or old, old) for name, old in made["files"].items()}
        return made | {"files": files}

    def _page_of(self, task: str) -> _Page:
        return self._page(task.partition("/")[0])

    def _page(self, unit: str) -> _Page:
        with self._lock:
            page = self._pages.pop(unit, None) or self._read_page(unit)
            self._pages[unit] = page
            if len(self._pages) > KEPT + 1:
                self._put_away(next(unit for unit in self._pages if unit))
            return page

    def _put_away(self, unit: str) -> None:
        page = self._pages.pop(unit)
        if page.touched:  # who only looks, writes nothing: a build may be at work
            self._write(page)
        for name in page.written | page.files.keys():
            self._known.pop(name, None)
            self._seen.pop(name, None)

    def _write(self, page: _Page) -> None:
        now = self._clock()
        page.write({name: entry for name in page.written if (entry := self._latest(name, now))})

    def _latest(self, name: str, now: int) -> list[Any] | None:
        """The entry of a file that a task wrote, as this build saw it, else as it was recorded before."""
        return self._entry(name, now) if name in self._seen else self._known.get(name)

    def _entry(self, name: str, recorded: int) -> list[Any]:
        times, digest = self._seen[name]
        return [*times, digest] if max(times[1:]) < recorded else [digest]

    def _clock(self) -> int:
        """The time as the file system has it, which may be another machine's."""
        probe = self.folder / f".clock.{os.getpid()}"
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        try:
            return probe.stat().st_mtime_ns
        finally:
            probe.unlink(missing_ok=True)

    def _read_head(self) -> None:
        from planbook.words import _

        path, then = self.root / uptodate.HEAD, _("all files are read again")
        head = self._read(path, then)
        try:
            known = {name: _listed(entry) for name, entry in head.get("sources", {}).items()}
            builds = {key: dict(made) for key, made in head.get("builds", {}).items()}
        except WRONG:
            self._say_damaged(path, then)
            return
        self._known, self._builds = known, builds

    def _read_page(self, unit: str) -> _Page:
        from planbook.words import _

        page = _Page(self.folder / f"{unit or SHARED}.json")
        then = _("what it is about is made anew")
        content = self._read(page.path, then)
        try:
            page.tasks = {name: _record(*parts) for name, parts in content.get("tasks", {}).items()}
            page.files = {name: _listed(entry) for name, entry in content.get("files", {}).items()}
        except WRONG:
            self._say_damaged(page.path, then)
            return _Page(page.path)
        self._known |= page.files
        return page

    def _read(self, path: Path, then: str) -> dict[str, Any]:
        """What a file of the index says; nothing, and a note with what follows, where that is no use."""
        from planbook.words import _

        try:
            content = json.loads(path.read_bytes())
            if content["format"] == uptodate.FORMAT:
                return dict(content)
            said = _("{file} is of another planbook: {then}")
            self._note(said.format(file=self._name(path), then=then))
        except FileNotFoundError:
            pass
        except WRONG:
            self._say_damaged(path, then)
        return {}

    def _say_damaged(self, path: Path, then: str) -> None:
        from planbook.words import _

        self._note(_("{file} is damaged: {then}").format(file=self._name(path), then=then))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def page_text(tasks: Mapping[str, Record], files: Mapping[str, list[Any]]) -> str:
    """A unit's file of the index."""
    records = {name: [record.inputs, record.outputs, record.more] for name, record in sorted(tasks.items())}
    return _text({"format": uptodate.FORMAT, "files": dict(sorted(files.items())), "tasks": records})


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _listing(path: str) -> str:
    try:
        names = sorted(item.name for item in Path(path).iterdir() if not uptodate.passed_over(item.name))
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    return digest_of_text("\0".join(names))


def _newer(entry: list[Any], old: list[Any]) -> list[Any]:
    """The entry of a file of an earlier command's, unless another command wrote something else in its place."""
    return entry if not old or entry[-1] == old[-1] else old


def _listed(entry: list[Any]) -> list[Any]:
    if not isinstance(entry, list):
        raise TypeError(entry)
    return entry


def _record(inputs: Inputs, outputs: dict[str, str], more: dict[str, Any]) -> Record:
    return Record(dict(inputs), dict(outputs), dict(more))


def digest_of_all(parts: Mapping[str, str]) -> str:
    """One digest of many, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(parts.items())).encode()).hexdigest()


def digest_of_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def changed(record: Record | None, now: Inputs) -> list[str]:
    """The inputs that are not what they were, in order; all, if there is no record."""
    before = record.inputs if record else {}
    return [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
