"""The floor: the cells of notebooks as plain Python in forked children, two at a time. No Jupyter, no pool, no checks.

python -m planbook.bench.cells RUNS ROUND OUT       (RUNS: a line a run, notebook TAB unit)
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from planbook.execute.fresh import start_state

LIBRARIES = ("numpy", "pandas", "matplotlib.pyplot", "seaborn", "typst", "planbook.report.chapter")


def main(runs: Path, round: str, out: Path) -> None:
    import gc
    import importlib

    import matplotlib

    matplotlib.use("agg")
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    running = 0
    for line in runs.read_text("utf-8").splitlines():
        name, unit = line.split("\t")
        notebook = Path(name)
        if running == 2:
            running -= reaped()
        if os.fork() == 0:
            try:
                execute(notebook, {"unit": unit, "round": round, "overrides": {}}, out / unit / notebook.stem)
            except BaseException as error:
                sys.stderr.write(f"{notebook} {unit}: {error!r}\n")
                os._exit(1)
            os._exit(0)
        running += 1
    while running:
        running -= reaped()


def reaped() -> int:
    """Waits for one child; SystemExit where it failed."""
    if os.wait()[1]:
        sys.exit(1)
    return 1


def execute(notebook: Path, parameters: dict[str, object], folder: Path) -> None:
    """Runs a notebook's cells one after the other; the last expression of a cell counts for nothing here."""
    os.environ["PLANBOOK_CHAPTER_DIR"] = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(notebook.parent)
    start_state()
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(notebook), "exec"), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update(parameters)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
