"""The notebooks as a build runs them, and nothing else of a build.

python -m planbook.bench.ours RUNS ROUND OUT fork|spawn     (RUNS: a line a run, notebook TAB unit)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from planbook.execute import NotebookRun, pool, run_all
from planbook.execute.parameters import JSON
from planbook.execute.workers import Start


def main(runs: Path, round: str, out: Path, start: Start) -> None:
    with pool("fork", start, 2) as workers:
        for result in run_all(_runs(runs, round, out), executor=workers):
            if result.error:
                sys.exit(f"{result.error.notebook}: {result.error.message}")


def _runs(runs: Path, round: str, out: Path) -> Iterator[NotebookRun]:
    for line in runs.read_text("utf-8").splitlines():
        notebook, unit = line.split("\t")
        folder = out / unit / Path(notebook).stem
        given: dict[str, JSON] = {"unit": unit, "round": round, "overrides": {}}
        env = {"PLANBOOK_ROOT": os.environ["PLANBOOK_ROOT"], "PLANBOOK_CHAPTER_DIR": str(folder)}
        yield NotebookRun(Path(notebook), folder / "executed.ipynb", given, Path(notebook).parent, env)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), cast(Start, sys.argv[4]))
