"""The index of what was built: every file's digest, and every task's inputs and outputs, in one file of the cache.

A file is not read again where its size and times are those of the record. They can lie only where the file was touched
in the very moment it was recorded (git calls such an entry racy); so they count only if the file is older than the
record, else its digest decides. A task that was run is recorded with the digest of everything it came from, as it was
when the build began; where such a file changed meanwhile, nothing is recorded and the task runs again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planbook import uptodate
from planbook.project import Project

ABSENT = "absent"
Inputs = dict[str, str]  # what a task came from → its digest


@dataclass(frozen=True)
class Record:
    """A task that was run: the digests of its inputs and of the files it wrote, and what else is worth keeping."""

    inputs: Inputs
    outputs: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)


class Index:
    """One build's view of the index. Files are named relative to the project, planbook's own src/planbook/…"""

    def __init__(self, project: Project) -> None:
        self.root = project.root
        self.path = project.root / uptodate.INDEX
        self.note = ""  # why an index that is there is not used
        self._known: dict[str, list[Any]] = {}
        self._seen: dict[str, tuple[list[int], str]] = {}
        self._listed: dict[str, str] = {}
        self._tasks: dict[str, Record] = {}
        self._builds: dict[str, Any] = {}
        self._read()
        self._begun = self._clock()
        self.sources = sorted(name for name, _path in uptodate.source_files(str(self.root)))
        self._tree = digest_of_all({name: self.digest(name) for name in self.sources})

    # -- files

    def digest(self, name: str) -> str:
        """The digest of a file as this build first saw it; of a folder that of its names; ABSENT where neither is."""
        if name in self._seen:
            return self._seen[name][1]
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
        return name in self._seen and self._seen[name][0] == now

    def _place(self, name: str) -> str:
        if name.startswith(uptodate.CODE + "/"):
            return str(Path(uptodate.PACKAGE, name.removeprefix(uptodate.CODE + "/")))
        return str(self.root / name)

    # -- tasks

    def task(self, name: str) -> Record | None:
        return self._tasks.get(name)

    @property
    def tasks(self) -> dict[str, Record]:
        return dict(self._tasks)

    def put(self, name: str, record: Record) -> None:
        self._tasks[name] = record

    def drop(self, name: str) -> None:
        """Forgets a task before it runs: stopped half-way it left anything."""
        self._tasks.pop(name, None)

    def whole(self, outputs: Mapping[str, str]) -> list[str]:
        """Those of the files that are not there or not as they were written."""
        return [name for name, digest in outputs.items() if self.digest(name) != digest]

    # -- the file

    def remember(self, arguments: Sequence[str], books: int, outputs: Iterable[str]) -> None:
        """Takes in a command that was carried out whole: `books` books, and every file they consist of."""
        if (key := uptodate.command(arguments)) and self.steady(self.sources):
            self._builds.pop(key, None)
            files: dict[str, list[Any]] = {name: [] for name in sorted(outputs)}
            self._builds[key] = {"tree": self._tree, "books": books, "files": files}

    def save(self) -> None:
        """Writes the index, whole or not at all."""
        ended = self._clock()
        written = {name for record in self._tasks.values() for name in record.outputs}
        files = {name: self._entry(name, ended if name in written else self._begun) for name in self._seen}
        builds = {
            key: made | {"files": {name: _newer(files.get(name, old), old) for name, old in made["files"].items()}}
            for key, made in list(self._builds.items())[-16:]
        }
        head = {
            "format": uptodate.FORMAT,
            "python": uptodate.interpreter(str(self.root)),
            "tree": self._tree,
            "sources": {name: files.pop(name) for name in self.sources if name in files},
            "builds": builds,
        }
        kept = {name: entry for name, entry in self._known.items() if name not in self._seen and name in written}
        rest = {
            "files": kept | files,
            "tasks": {name: [r.inputs, r.outputs, r.more] for name, r in sorted(self._tasks.items())},
        }
        text = "".join(json.dumps(part, ensure_ascii=False, separators=(",", ":")) + "\n" for part in (head, rest))
        part = self.path.with_name(f".index.{os.getpid()}")
        try:
            part.write_text(text, "utf-8", newline="\n")
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)

    def _entry(self, name: str, recorded: int) -> list[Any]:
        times, digest = self._seen[name]
        return [*times, digest] if max(times[1:]) < recorded else [digest]

    def _clock(self) -> int:
        """The time as the file system has it, which may be another machine's."""
        probe = self.path.with_name(f".clock.{os.getpid()}")
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        try:
            return probe.stat().st_mtime_ns
        finally:
            probe.unlink(missing_ok=True)

    def _read(self) -> None:
        from planbook.words import _

        try:
            head, rest = [json.loads(line) for line in self.path.read_bytes().splitlines()]
            if head["format"] != uptodate.FORMAT:
                self.note = _("{file} is of another planbook: everything is built anew").format(file=self.path.name)
                return
            tasks = {name: _record(*parts) for name, parts in rest["tasks"].items()}
            known = {name: _entry(entry) for name, entry in (rest["files"] | head["sources"]).items()}
            builds = {key: dict(made) for key, made in head["builds"].items()}
        except FileNotFoundError:
            return
        except (ValueError, LookupError, TypeError, AttributeError):
            self.note = _("{file} is damaged: everything is built anew").format(file=self.path.name)
            return
        self._tasks, self._known, self._builds = tasks, known, builds


def _listing(path: str) -> str:
    try:
        names = sorted(item.name for item in Path(path).iterdir() if not uptodate.passed_over(item.name))
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    return digest_of_text("\0".join(names))


def _newer(entry: list[Any], old: list[Any]) -> list[Any]:
    """The entry of a file of an earlier command's, unless another command wrote something else in its place."""
    return entry if not old or entry[-1] == old[-1] else old


def _entry(entry: list[Any]) -> list[Any]:
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
