"""Many units on a Dask cluster of this machine, and by its local executor: time, what a task costs more, memory."""

from __future__ import annotations

import hashlib

from planbook.bench.place import Bench, forget
from planbook.bench.scale import FORMATS, synthetic, watched
from planbook.bench.timing import Goal, Result
from planbook.project import Project

LOCAL, CLUSTER = "the local executor", "a LocalCluster"
PROCESSOR = Goal(f"{CLUSTER}, processors", f"{LOCAL}, processors", 1.15)  # holds on a machine that others use, too
WORDS: dict[str, tuple[str, ...]] = {LOCAL: (), CLUSTER: ("--executor", "dask")}


def scale(bench: Bench) -> Result:
    """The largest of the sizes; RuntimeError where the two make different books."""
    size = bench.sizes[-1]
    project = synthetic(bench, size)
    result = Result("scale", f"{size} synthetic units, {FORMATS}", {}, (Goal(CLUSTER, LOCAL, 1.15), PROCESSOR))
    books: dict[str, str] = {}
    for _turn in range(bench.times):
        for name, words in WORDS.items():
            forget(project)
            seen = watched(bench, project, *words)
            result.seconds.setdefault(name, []).append(seen.seconds)
            result.seconds.setdefault(f"{name}, processors", []).append(seen.processor)
            books[name] = _digest(project)
            pace = f"{3600 * size / seen.seconds:.0f} units an hour"
            result.remarks.append(f"{name}: {pace}; {seen.memory}")
        if len(set(books.values())) > 1:
            raise RuntimeError(f"the books differ: {books}")
        local, cluster = (result.seconds[f"{name}, processors"][-1] for name in WORDS)
        more = 1000 * (cluster - local) / size
        result.remarks.append(f"a task costs {more:+.0f} ms of a processor more on the cluster; the same bytes")
    return result


def _digest(project: Project) -> str:
    """Of every file under `_book/`, its name and its bytes."""
    found = hashlib.sha256()
    for path in sorted(path for path in project.book.rglob("*") if path.is_file()):
        found.update(path.relative_to(project.book).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
