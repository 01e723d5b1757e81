"""papermill as a library in two processes, each notebook in a kernel started for it.

python -m planbook.bench.kernels RUNS ROUND OUT     (RUNS: a line a run, notebook TAB unit)
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path


def execute(line: str, round: str, out: str) -> None:
    import papermill

    notebook, unit = line.split("\t")
    folder = Path(out, unit, Path(notebook).stem)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PLANBOOK_CHAPTER_DIR"] = str(folder)
    given = {"unit": unit, "round": round, "overrides": {}}
    target = folder / "executed.ipynb"
    papermill.execute_notebook(
        notebook, target, given, kernel_name="python3", progress_bar=False, cwd=str(Path(notebook).parent)
    )


def main(runs: str, round: str, out: str) -> None:
    lines = Path(runs).read_text("utf-8").splitlines()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for done in [pool.submit(execute, line, round, out) for line in lines]:
            done.result()


if __name__ == "__main__":
    main(*sys.argv[1:])
