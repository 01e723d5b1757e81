"""What the fork server holds ready: imported by it once, shared by every child it forks.

A notebook then starts with its libraries imported and their lazy parts used once. Only one thread may run here: a fork
copies no other, and a lock held by one would stay locked in the child for ever.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path

# Before any of them is imported: their pools would be threads of this process.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
os.environ["MPLBACKEND"] = "agg"

LIBRARIES = ("numpy", "pyarrow", "pandas", "matplotlib.pyplot", "seaborn", "openpyxl", "python_calamine", "typst")
FIRST_USED = ("matplotlib.style", "pandas.io.formats.csvs", "encodings.utf_8_sig", "encodings.cp437")  # by any chapter
OURS = ("planbook.execute.run", "planbook.execute.engine", "planbook.execute.kernel")
NOTEBOOK_SIDE = ("planbook.params", "planbook.reference", "planbook.survey", "planbook.analysis", "planbook.report")


def _import_all() -> None:
    for name in (*LIBRARIES, *FIRST_USED, *OURS):
        importlib.import_module(name)
    for name in NOTEBOOK_SIDE:
        if find_spec(name) is None:
            continue
        package = importlib.import_module(name)
        for module in pkgutil.iter_modules(getattr(package, "__path__", []), f"{name}."):
            importlib.import_module(module.name)


CELLS = """
unit = ""
---
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
plt.rcParams["font.family"] = "{font}"
data = pd.DataFrame({{"县市": ["甲市", "乙县"] * 3, "户数": range(6)}})
data
---
sns.barplot(data, x="县市", y="户数")
---
sns.boxplot(data, x="县市", y="户数");
---
%config InlineBackend.figure_formats = ["svg"]
plt.plot([1, 2]);
"""


def _run_once() -> None:
    """Runs a small notebook with tables and figures: what is made at the first use is made here."""
    from planbook.execute.run import NotebookRun, run_notebook
    from planbook.fonts import SANS

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells: list[dict[str, object]] = [
            {"cell_type": "code", "execution_count": None, "metadata": {"tags": ["parameters"]}, "outputs": [],
             "source": source.strip()}
            for source in CELLS.format(font=SANS).split("---")
        ]  # fmt: skip
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / "warm.ipynb").write_text(json.dumps(notebook), "utf-8")
        task = NotebookRun(folder / "warm.ipynb", folder / "executed.ipynb", {"unit": "wusu"}, folder)
        error = run_notebook(task, "fork").error
    if error:
        raise RuntimeError(f"the fork server could not run its own notebook: {error.message}\n{error.traceback}")


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return max(threading.active_count(), len(list(tasks.iterdir())) if tasks.is_dir() else 0)


_import_all()
_run_once()
gc.collect()
gc.freeze()  # else the children's garbage collector copies every page it looks at

# What a forked child checks before it works: workers._check_warm.
PROCESS = os.getpid()
THREADS = _threads()
